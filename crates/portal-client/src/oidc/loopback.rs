//! The way back from the browser: a port on this machine that takes one redirect.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use url::Url;

const LONGEST_HEAD: usize = 16 * 1024;
const SLOWEST_HEAD: Duration = Duration::from_secs(30);

/// A listening port that knows which redirect is meant for it.
pub(super) struct Loopback {
    listener: TcpListener,
    port: u16,
    state: String,
    issuer: String,
}

/// The code, or the provider's error and what it said.
pub(super) type Answer = Result<String, (String, String)>;

/// The browser, still waiting to hear how it ended.
pub(super) struct Page {
    stream: TcpStream,
}

impl Loopback {
    pub(super) async fn open(state: &str, issuer: &str) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        Ok(Self {
            listener,
            port,
            state: state.to_owned(),
            issuer: issuer.to_owned(),
        })
    }

    pub(super) fn redirect(&self) -> String {
        format!("http://127.0.0.1:{}/callback", self.port)
    }

    /// Waits for the redirect that carries our state. Whatever else knocks is turned away and changes nothing: a page that guesses the port must not be able
    /// to end a sign-in. Browsers open connections ahead of need, so each is read on its own.
    pub(super) async fn wait(&self) -> io::Result<(Answer, Page)> {
        let mut open = JoinSet::new();
        loop {
            tokio::select! {
                accepted = self.listener.accept() => {
                    let (stream, _) = accepted?;
                    let base = self.redirect();
                    let host = format!("127.0.0.1:{}", self.port);
                    open.spawn(async move { read_target(stream, &base, &host).await });
                }
                Some(read) = open.join_next() => {
                    let Ok(Some((mut stream, target))) = read else {
                        continue;
                    };
                    match self.judge(&target) {
                        Some(answer) => return Ok((answer, Page { stream })),
                        None => respond(&mut stream, "400 Bad Request", &page(false)).await,
                    }
                }
            }
        }
    }

    fn judge(&self, target: &Url) -> Option<Answer> {
        let value = |wanted: &str| {
            let mut pairs = target.query_pairs();
            pairs
                .find(|(key, _)| key == wanted)
                .map(|(_, value)| value.into_owned())
        };
        if value("state").as_deref() != Some(self.state.as_str()) {
            return None;
        }
        // RFC 9207: an answer of another provider is none.
        if value("iss").is_some_and(|issuer| issuer != self.issuer) {
            let what = "the answer comes from another provider".to_owned();
            return Some(Err(("invalid_issuer".into(), what)));
        }
        if let Some(code) = value("code") {
            return Some(Ok(code));
        }
        let error = value("error").unwrap_or_else(|| "no_code".into());
        let what = value("error_description").unwrap_or_default();
        Some(Err((error, what)))
    }
}

impl Page {
    /// Shows the person how it ended.
    pub(super) async fn finish(mut self, signed_in: bool) {
        respond(&mut self.stream, "200 OK", &page(signed_in)).await;
    }
}

/// Reads a request's head; `None` unless it is a GET of the redirect's path at this very address.
async fn read_target(mut stream: TcpStream, base: &str, host: &str) -> Option<(TcpStream, Url)> {
    let head = tokio::time::timeout(SLOWEST_HEAD, read_head(&mut stream))
        .await
        .ok()??;
    let mut lines = head.split("\r\n");
    let mut request = lines.next()?.split(' ');
    let (method, path) = (request.next()?, request.next()?);
    let named = lines
        .filter_map(|line| line.split_once(':'))
        .any(|(key, value)| {
            key.eq_ignore_ascii_case("host") && value.trim().eq_ignore_ascii_case(host)
        });
    let base = Url::parse(base).ok()?;
    let target = base.join(path).ok()?;
    // The host is compared too, so that no name that somebody points to this machine gets in.
    if method == "GET" && named && path.starts_with('/') && target.path() == base.path() {
        return Some((stream, target));
    }
    respond(&mut stream, "404 Not Found", "").await;
    None
}

async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut buffer = [0; 2048];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        let read = stream.read(&mut buffer).await.ok()?;
        if read == 0 || head.len() > LONGEST_HEAD {
            return None;
        }
        head.extend_from_slice(buffer.get(..read)?);
    }
    String::from_utf8(head).ok()
}

async fn respond(stream: &mut TcpStream, status: &str, body: &str) {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\
         content-security-policy: default-src 'none'; style-src 'unsafe-inline'\r\n\
         cache-control: no-store\r\nreferrer-policy: no-referrer\r\nconnection: close\r\n\r\n",
        body.len()
    );
    // A browser that has gone away need not hear it.
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(body.as_bytes()).await;
    let _ = stream.shutdown().await;
}

fn page(signed_in: bool) -> String {
    let (title, text, english) = if signed_in {
        (
            "Đã đăng nhập",
            "Bạn có thể đóng trang này và quay lại Hồ Sơ.",
            "Signed in. You can close this page and return to Hồ Sơ.",
        )
    } else {
        (
            "Chưa đăng nhập được",
            "Hãy quay lại Hồ Sơ và thử đăng nhập lại.",
            "Not signed in. Return to Hồ Sơ and try again.",
        )
    };
    format!(
        "<!doctype html><html lang=\"vi\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;\
         padding:0 1rem;color:#14213d}}h1{{color:#8f1d1d}}</style><h1>{title}</h1><p>{text}</p><p lang=\"en\">{english}</p></html>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn get(port: u16, target: &str, host: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn only_the_redirect_with_our_state_counts() {
        let loopback = Loopback::open("right", "https://id.example").await.unwrap();
        let port = loopback.port;
        let host = format!("127.0.0.1:{port}");
        let idle = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let browser = tokio::spawn(async move {
            for (target, host, status) in [
                ("/favicon.ico", host.as_str(), "404"),
                ("/callback?state=wrong&code=1", host.as_str(), "400"),
                ("/callback?code=1", host.as_str(), "400"),
                ("/callback?state=right&code=1", "evil.example", "404"),
            ] {
                let answer = get(port, target, host).await;
                assert!(
                    answer.starts_with(&format!("HTTP/1.1 {status}")),
                    "{target}: {answer}"
                );
            }
            get(port, "/callback?state=right&code=a%2Bb", &host).await
        });
        let (answer, page) = loopback.wait().await.unwrap();
        assert_eq!(answer, Ok("a+b".to_owned()));
        page.finish(true).await;
        assert!(browser.await.unwrap().contains("Đã đăng nhập"));
        drop(idle);
    }

    #[tokio::test]
    async fn a_refusal_and_another_provider_are_told_apart() {
        let loopback = Loopback::open("s", "https://id.example").await.unwrap();
        let judge = |query: &str| {
            let url = Url::parse(&format!("{}?{query}", loopback.redirect())).unwrap();
            loopback.judge(&url)
        };
        assert_eq!(
            judge("state=s&error=access_denied&error_description=no"),
            Some(Err(("access_denied".into(), "no".into())))
        );
        let other = judge("state=s&code=1&iss=https%3A%2F%2Fother.example");
        assert!(matches!(other, Some(Err((code, _))) if code == "invalid_issuer"));
        assert_eq!(
            judge("state=s&code=1&iss=https%3A%2F%2Fid.example"),
            Some(Ok("1".into()))
        );
    }
}
