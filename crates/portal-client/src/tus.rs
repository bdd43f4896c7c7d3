//! tus 1.0 (tus.io/protocols/resumable-upload): create, ask for the offset, send the rest.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::future::BoxFuture;
use futures_util::stream;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::{Body, Method, Response, StatusCode};
use url::Url;

use crate::session::authorized;
use crate::throttle::Throttle;
use crate::{CallError, Http, TokenSource};

const CHUNK: u64 = 128 * 1024;

/// Where the bytes of a file come from.
pub trait ByteSource: Send + Sync {
    /// Bytes of the whole file.
    fn size(&self) -> u64;

    /// Exactly `len` bytes from `offset`; less is an error.
    fn read(&self, offset: u64, len: usize) -> BoxFuture<'_, io::Result<Vec<u8>>>;
}

impl ByteSource for Vec<u8> {
    fn size(&self) -> u64 {
        u64::try_from(self.len()).unwrap_or(u64::MAX)
    }

    fn read(&self, offset: u64, len: usize) -> BoxFuture<'_, io::Result<Vec<u8>>> {
        let part = usize::try_from(offset)
            .ok()
            .and_then(|from| self.get(from..from.checked_add(len)?));
        let part = part.map(<[u8]>::to_vec);
        Box::pin(async { part.ok_or_else(|| io::ErrorKind::UnexpectedEof.into()) })
    }
}

/// An upload that the server knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// Its address: path and query only where it is the server's own, so that it outlives a change of port.
    pub url: String,
    /// Bytes that the server has, if it said so.
    pub offset: Option<u64>,
}

/// A tus server at an address. Cheap to clone.
#[derive(Clone)]
pub struct Tus {
    http: Http,
    endpoint: Url,
    tokens: Option<Arc<dyn TokenSource>>,
    open: bool,
    throttle: Arc<Throttle>,
}

impl Tus {
    /// A server whose every call needs a token.
    pub(crate) fn new(http: &Http, endpoint: Url, tokens: Option<Arc<dyn TokenSource>>) -> Self {
        Self {
            http: http.clone(),
            endpoint,
            tokens,
            open: false,
            throttle: Arc::default(),
        }
    }

    /// A server that asks nobody to sign in.
    #[must_use]
    pub fn open(http: &Http, endpoint: Url) -> Self {
        Self {
            http: http.clone(),
            endpoint,
            tokens: None,
            open: true,
            throttle: Arc::default(),
        }
    }

    /// What keeps its bytes to a pace.
    pub(crate) fn throttle(&self) -> &Throttle {
        &self.throttle
    }

    /// Announces a file of `size` bytes.
    ///
    /// # Errors
    /// No answer of the protocol; an address elsewhere is none.
    pub async fn create(&self, size: u64, metadata: &[(&str, &str)]) -> Result<Created, CallError> {
        self.create_with(size, metadata, None).await
    }

    /// [`Self::create`] with all of a small file at once (creation-with-upload). A server that doesn't take them names no offset.
    ///
    /// # Errors
    /// As [`Self::create`]; the server may have some of the bytes.
    pub async fn create_with(
        &self,
        size: u64,
        metadata: &[(&str, &str)],
        bytes: Option<Vec<u8>>,
    ) -> Result<Created, CallError> {
        let metadata = encode_metadata(metadata);
        let length = bytes.as_ref().map_or(0, Vec::len);
        let limit = self.http.patience(u64::try_from(length).unwrap_or(0));
        self.throttle.pass(length).await;
        let response = self
            .authorized(|token| {
                let mut request = self
                    .http
                    .request(Method::POST, self.endpoint.clone())
                    .header("Tus-Resumable", "1.0.0")
                    .header("Upload-Length", size)
                    .header(CONTENT_LENGTH, length);
                if let Some(bytes) = bytes.clone() {
                    request = request
                        .header(CONTENT_TYPE, "application/offset+octet-stream")
                        .body(bytes);
                }
                if !metadata.is_empty() {
                    request = request.header("Upload-Metadata", &metadata);
                }
                if let Some(token) = token {
                    request = request.bearer_auth(token);
                }
                self.http.send_within(request, limit)
            })
            .await?;
        let status = response.status();
        if status != StatusCode::CREATED && status != StatusCode::OK {
            return Err(self.http.refusal(response).await);
        }
        let unexpected = |what: &str| CallError::Unexpected {
            status: status.as_u16(),
            what: what.to_owned(),
        };
        let location = response
            .headers()
            .get(LOCATION)
            .and_then(|value| value.to_str().ok())
            .ok_or_else(|| unexpected("the upload has no address"))?;
        let url = self
            .resolve(location)
            .ok_or_else(|| unexpected("the upload's address is elsewhere"))?;
        let url = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        Ok(Created {
            url,
            offset: upload_offset(response.headers()),
        })
    }

    /// The whole address of an upload; `None` when it is not on this server.
    #[must_use]
    pub fn resolve(&self, url: &str) -> Option<Url> {
        let url = self.endpoint.join(url).ok()?;
        (url.origin() == self.endpoint.origin()).then_some(url)
    }

    /// Bytes that the server has; `None` when it doesn't know the address.
    ///
    /// # Errors
    /// No answer of the protocol.
    pub async fn offset(&self, url: &str) -> Result<Option<u64>, CallError> {
        let Some(url) = self.resolve(url) else {
            return Ok(None);
        };
        let response = self
            .authorized(|token| {
                let mut request = self
                    .http
                    .request(Method::HEAD, url.clone())
                    .header("Tus-Resumable", "1.0.0");
                if let Some(token) = token {
                    request = request.bearer_auth(token);
                }
                self.http.send(request)
            })
            .await?;
        match response.status() {
            StatusCode::OK | StatusCode::NO_CONTENT => upload_offset(response.headers())
                .map(Some)
                .ok_or_else(|| no_offset(&response)),
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(None),
            _ => Err(self.http.refusal(response).await),
        }
    }

    /// Sends everything from `offset` in one request and returns what the server has then. `progress` hears the bytes that have left, from the file's start.
    /// Dropping the future stops it.
    ///
    /// # Errors
    /// No answer of the protocol; the offset has to be asked for before going on.
    pub async fn send(
        &self,
        url: &str,
        offset: u64,
        source: Arc<dyn ByteSource>,
        progress: impl Fn(u64) + Send + Sync + 'static,
    ) -> Result<u64, CallError> {
        let Some(url) = self.resolve(url) else {
            return Err(CallError::local("the upload's address is elsewhere"));
        };
        let size = source.size();
        let left = size
            .checked_sub(offset)
            .ok_or_else(|| CallError::local("the server has more than the whole file"))?;
        let watch = Arc::new(Watch::default());
        let progress: Arc<dyn Fn(u64) + Send + Sync> = Arc::new(progress);
        let sending = self.authorized(|token| {
            let reader = Reader {
                source: Arc::clone(&source),
                at: offset,
                size,
                watch: Arc::clone(&watch),
                progress: Arc::clone(&progress),
                throttle: Arc::clone(&self.throttle),
            };
            let mut request = self
                .http
                .request(Method::PATCH, url.clone())
                .header("Tus-Resumable", "1.0.0")
                .header("Upload-Offset", offset)
                .header(CONTENT_TYPE, "application/offset+octet-stream")
                .header(CONTENT_LENGTH, left)
                .body(Body::wrap_stream(stream::try_unfold(reader, Reader::next)));
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            self.http.send_unlimited(request)
        });
        let sent = self.watched(sending, &watch).await;
        // The transport only sees a body that ended early; the reader knows why.
        if let Some(what) = watch.failure() {
            return Err(CallError::Local { what });
        }
        let response = sent?;
        match response.status() {
            StatusCode::NO_CONTENT | StatusCode::OK => {
                upload_offset(response.headers()).ok_or_else(|| no_offset(&response))
            }
            _ => Err(self.http.refusal(response).await),
        }
    }

    /// Gives up when no byte has moved for too long.
    async fn watched(
        &self,
        sending: impl Future<Output = Result<Response, CallError>>,
        watch: &Watch,
    ) -> Result<Response, CallError> {
        tokio::pin!(sending);
        let mut seen = 0;
        loop {
            tokio::select! {
                sent = &mut sending => return sent,
                () = tokio::time::sleep(self.http.options().stall_timeout) => {
                    let moved = watch.reads.load(Ordering::Relaxed);
                    if moved == seen {
                        return Err(CallError::Unknown { what: "the upload stalled".into() });
                    }
                    seen = moved;
                }
            }
        }
    }

    async fn authorized<F>(&self, send: impl Fn(Option<String>) -> F) -> Result<Response, CallError>
    where
        F: Future<Output = Result<Response, CallError>>,
    {
        if self.open {
            send(None).await
        } else {
            authorized(self.tokens.as_ref(), |token| send(Some(token))).await
        }
    }
}

/// What a body that is being sent tells those outside it.
#[derive(Default)]
struct Watch {
    reads: AtomicU64,
    failed: Mutex<Option<String>>,
}

impl Watch {
    fn failure(&self) -> Option<String> {
        match self.failed.lock() {
            Ok(mut failed) => failed.take(),
            Err(poisoned) => poisoned.into_inner().take(),
        }
    }

    fn fail(&self, what: String) {
        if let Ok(mut failed) = self.failed.lock() {
            *failed = Some(what);
        }
    }
}

struct Reader {
    source: Arc<dyn ByteSource>,
    at: u64,
    size: u64,
    watch: Arc<Watch>,
    progress: Arc<dyn Fn(u64) + Send + Sync>,
    throttle: Arc<Throttle>,
}

impl Reader {
    async fn next(mut self) -> io::Result<Option<(Vec<u8>, Self)>> {
        let chunk = CHUNK.min(self.throttle.piece());
        let len = chunk.min(self.size.saturating_sub(self.at));
        if len == 0 {
            return Ok(None);
        }
        let wanted = usize::try_from(len).map_err(io::Error::other)?;
        let read = match self.source.read(self.at, wanted).await {
            Ok(bytes) if bytes.len() == wanted => Ok(bytes),
            Ok(_) => Err(io::ErrorKind::UnexpectedEof.into()),
            Err(error) => Err(error),
        };
        let bytes = read.inspect_err(|error| {
            self.watch.fail(format!("reading a sealed file: {error}"));
        })?;
        self.throttle.pass(wanted).await;
        self.at += len;
        self.watch.reads.fetch_add(1, Ordering::Relaxed);
        (self.progress)(self.at);
        Ok(Some((bytes, self)))
    }
}

fn no_offset(response: &Response) -> CallError {
    CallError::Unexpected {
        status: response.status().as_u16(),
        what: "the answer names no Upload-Offset".into(),
    }
}

fn upload_offset(headers: &HeaderMap) -> Option<u64> {
    headers.get("Upload-Offset")?.to_str().ok()?.parse().ok()
}

/// `key base64(value)`, separated by commas.
fn encode_metadata(pairs: &[(&str, &str)]) -> String {
    use base64::Engine as _;
    let encode = |(key, value): &(&str, &str)| {
        format!(
            "{key} {}",
            base64::engine::general_purpose::STANDARD.encode(value)
        )
    };
    pairs.iter().map(encode).collect::<Vec<_>>().join(",")
}
