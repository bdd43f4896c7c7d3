//! One HTTP client with limits: time, size, origin.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use hoso_portal_api::Problem;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;
use url::Url;

use crate::CallError;

/// How patient a client is and how it names itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientOptions {
    /// `User-Agent`.
    pub user_agent: String,
    /// Until a connection stands.
    pub connect_timeout: Duration,
    /// Until a short answer is here whole.
    pub call_timeout: Duration,
    /// Without a byte moving, for uploads and downloads.
    pub stall_timeout: Duration,
    /// Longest JSON answer in bytes.
    pub max_json: usize,
    /// Longest file in bytes, whatever a portal announces.
    pub max_file: usize,
}

/// Bytes a second of a line that is slow, but not dead.
const SLOW: u64 = 1024;

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            user_agent: concat!("hoso/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: Duration::from_secs(10),
            call_timeout: Duration::from_secs(30),
            stall_timeout: Duration::from_secs(60),
            max_json: 8 * 1024 * 1024,
            max_file: 256 * 1024 * 1024,
        }
    }
}

/// An HTTP client; cheap to clone, its connections are shared.
#[derive(Debug, Clone)]
pub struct Http {
    client: reqwest::Client,
    options: Arc<ClientOptions>,
    /// Seconds that the other side's clock is ahead; `i64::MIN` before its first answer.
    skew: Arc<AtomicI64>,
}

impl Http {
    /// Sets up a client.
    ///
    /// # Errors
    /// TLS can't be set up on this machine.
    pub fn new(options: ClientOptions) -> Result<Self, CallError> {
        let client = reqwest::Client::builder()
            .user_agent(&options.user_agent)
            .connect_timeout(options.connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .tcp_keepalive(Duration::from_secs(30))
            .build()
            .map_err(CallError::transport)?;
        Ok(Self {
            client,
            options: Arc::new(options),
            skew: Arc::new(AtomicI64::new(i64::MIN)),
        })
    }

    /// Seconds that the other side's clock was ahead of this one's in its last dated answer.
    #[must_use]
    pub fn clock_skew(&self) -> Option<i64> {
        Some(self.skew.load(Ordering::Relaxed)).filter(|skew| *skew != i64::MIN)
    }

    /// The same connections with a clock comparison of its own.
    pub(crate) fn apart(&self) -> Self {
        Self {
            skew: Arc::new(AtomicI64::new(i64::MIN)),
            ..self.clone()
        }
    }

    pub(crate) fn options(&self) -> &ClientOptions {
        &self.options
    }

    pub(crate) fn request(&self, method: Method, url: Url) -> RequestBuilder {
        self.client.request(method, url)
    }

    /// How long an exchange of so many bytes may take over a slow line.
    pub(crate) fn patience(&self, bytes: u64) -> Duration {
        self.options.call_timeout + Duration::from_secs(bytes / SLOW)
    }

    /// Sends a short request; the time limit covers the whole answer.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Response, CallError> {
        self.send_within(request, self.options.call_timeout).await
    }

    /// Sends a request whose whole answer has to be here in time.
    pub(crate) async fn send_within(
        &self,
        request: RequestBuilder,
        limit: Duration,
    ) -> Result<Response, CallError> {
        self.send_unlimited(request.timeout(limit)).await
    }

    /// Sends a request whose body may take its time; the caller watches it.
    pub(crate) async fn send_unlimited(
        &self,
        request: RequestBuilder,
    ) -> Result<Response, CallError> {
        let response = request.send().await.map_err(CallError::transport)?;
        self.note_clock(response.headers());
        Ok(response)
    }

    fn note_clock(&self, headers: &HeaderMap) {
        let date = headers.get(DATE).and_then(|value| value.to_str().ok());
        if let Some(theirs) = date.and_then(|text| httpdate::parse_http_date(text).ok()) {
            let ahead = match theirs.duration_since(SystemTime::now()) {
                Ok(ahead) => seconds(ahead),
                Err(behind) => -seconds(behind.duration()),
            };
            self.skew.store(ahead, Ordering::Relaxed);
        }
    }

    /// Reads a body up to the limit.
    pub(crate) async fn body(&self, response: Response, max: usize) -> Result<Vec<u8>, CallError> {
        let status = response.status().as_u16();
        let mut response = response;
        let mut body = Vec::new();
        loop {
            let chunk = tokio::time::timeout(self.options.stall_timeout, response.chunk())
                .await
                .map_err(|_| CallError::Unknown {
                    what: "the answer stalled".into(),
                })?
                .map_err(CallError::transport)?;
            let Some(chunk) = chunk else {
                return Ok(body);
            };
            if body.len().saturating_add(chunk.len()) > max {
                return Err(CallError::Unexpected {
                    status,
                    what: format!("the answer is over {max} bytes"),
                });
            }
            body.extend_from_slice(&chunk);
        }
    }

    /// Reads an answer of the contract: JSON under 200 or 201, a problem, or something unexpected.
    pub(crate) async fn json<T: DeserializeOwned>(
        &self,
        response: Response,
    ) -> Result<T, CallError> {
        let status = response.status();
        if status != StatusCode::OK && status != StatusCode::CREATED {
            return Err(self.refusal(response).await);
        }
        let kind = content_type(response.headers());
        let body = self.body(response, self.options.max_json).await?;
        serde_json::from_slice(&body).map_err(|error| CallError::Unexpected {
            status: status.as_u16(),
            what: if kind.starts_with("application/json") {
                format!("the answer can't be read: {error}")
            } else {
                format!("the answer is {kind:?} instead of JSON")
            },
        })
    }

    /// What a status other than success says.
    pub(crate) async fn refusal(&self, response: Response) -> CallError {
        let status = response.status();
        let retry_after = retry_after(response.headers());
        let kind = content_type(response.headers());
        let unexpected = |what: String| CallError::Unexpected {
            status: status.as_u16(),
            what,
        };
        if status.is_redirection() {
            return unexpected("the portal points somewhere else".into());
        }
        if !kind.starts_with("application/problem+json") {
            return unexpected(if kind.is_empty() {
                "no problem is named".into()
            } else {
                format!("the answer is {kind:?} instead of a problem")
            });
        }
        // Also behind an upload, which has no limit of its own.
        let body = self.body(response, self.options.max_json);
        let body = match tokio::time::timeout(self.options.call_timeout, body).await {
            Ok(Ok(body)) => body,
            Ok(Err(error)) => return error,
            Err(_) => {
                return CallError::Unknown {
                    what: "the answer stalled".into(),
                };
            }
        };
        match serde_json::from_slice::<Problem>(&body) {
            // Only an error can carry a problem; a proxy that answers 200 with one is not the portal speaking.
            Ok(problem) if status.is_client_error() || status.is_server_error() => {
                CallError::Problem {
                    problem: Box::new(problem),
                    retry_after,
                }
            }
            Ok(_) => unexpected("a problem under a status that is none".into()),
            Err(error) => unexpected(format!("the problem can't be read: {error}")),
        }
    }
}

/// Tokens and answers travel over TLS, or not beyond this machine.
pub(crate) fn check_address(url: &Url) -> Result<(), CallError> {
    let here = match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    };
    match url.scheme() {
        "https" => Ok(()),
        "http" if here => Ok(()),
        _ => Err(CallError::local(format_args!(
            "{url} is not safe: an address begins with https://"
        ))),
    }
}

fn seconds(span: Duration) -> i64 {
    i64::try_from(span.as_secs()).unwrap_or(i64::MAX)
}

pub(crate) fn content_type(headers: &HeaderMap) -> String {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let text = value.unwrap_or_default().to_ascii_lowercase();
    text.chars().take(80).collect()
}

/// Seconds, or the time until an HTTP date.
fn retry_after(headers: &HeaderMap) -> Option<u64> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let at = httpdate::parse_http_date(text).ok()?;
    // Against the portal's own clock, where it said what it reads.
    let now = headers
        .get(DATE)
        .and_then(|value| httpdate::parse_http_date(value.to_str().ok()?).ok())
        .unwrap_or_else(SystemTime::now);
    Some(at.duration_since(now).map_or(0, |span| span.as_secs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::HeaderValue;

    #[test]
    fn nothing_is_said_in_the_clear_beyond_this_machine() {
        for (address, safe) in [
            ("https://dichvucong.example", true),
            ("http://127.0.0.1:8080", true),
            ("http://[::1]:8080", true),
            ("http://localhost", true),
            ("http://localhost.example", false),
            ("http://10.0.0.1", false),
            ("file:///etc", false),
        ] {
            let url = Url::parse(address).unwrap();
            assert_eq!(check_address(&url).is_ok(), safe, "{address}");
        }
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let date = "Wed, 21 Oct 2026 07:28:00 GMT";
        for (value, wanted) in [
            ("120", Some(120)),
            ("Wed, 21 Oct 2026 07:29:30 GMT", Some(90)),
            ("Wed, 21 Oct 2026 07:00:00 GMT", Some(0)),
            ("soon", None),
            ("-5", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(DATE, HeaderValue::from_static(date));
            headers.insert(RETRY_AFTER, HeaderValue::from_static(value));
            assert_eq!(retry_after(&headers), wanted, "{value}");
        }
    }
}
