//! A portal of a few lines: a test says what it answers, and when.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// A request that waits for its answer.
pub(crate) struct Asked {
    /// Path and query.
    pub path: String,
    stream: TcpStream,
}

impl Asked {
    /// Answers with a status, further header lines and JSON.
    pub(crate) fn answer(mut self, status: u16, headers: &str, body: impl ToString) {
        let body = body.to_string();
        let kind = if status < 400 { "json" } else { "problem+json" };
        write!(
            self.stream,
            "HTTP/1.1 {status} -\r\ncontent-type: application/{kind}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
    }
}

/// Its address, and what is asked of it under paths that begin so; all else is refused at once.
pub(crate) fn portal(begins: &'static [&'static str]) -> (String, UnboundedReceiver<Asked>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (sender, asked) = unbounded_channel();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let Some(path) = path_of(&stream) else {
                continue;
            };
            let request = Asked { path, stream };
            if !begins.iter().any(|begins| request.path.starts_with(begins)) {
                request.answer(503, "", "");
            } else if sender.send(request).is_err() {
                return;
            }
        }
    });
    (url, asked)
}

fn path_of(stream: &TcpStream) -> Option<String> {
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    lines.find(String::is_empty)?;
    Some(path)
}
