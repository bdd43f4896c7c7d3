//! A server that does anything but what it should.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// What it does with a connection once it has read a request's head.
#[derive(Clone)]
pub(crate) enum Act {
    /// `{url}` in it stands for the server's own address.
    Say(String),
    /// The same, with the connection left open for the next request.
    SayOn(String),
    /// This much, and then the connection is reset.
    Cut(String),
    /// A head, and then this again and again without an end.
    Endless(String, Vec<u8>),
    /// The same, a byte at a time, so slowly that it would take hours.
    Drip(String, String),
    Silence,
}

pub(crate) struct Server {
    pub(crate) url: Url,
    pub(crate) heads: Arc<Mutex<Vec<String>>>,
    /// Bytes that anybody took from it.
    pub(crate) taken: Arc<AtomicU64>,
}

/// Answers connection after connection with `acts`, the last one for ever.
pub(crate) async fn server(acts: Vec<Act>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = Server {
        url: Url::parse(&url).unwrap(),
        heads: Arc::default(),
        taken: Arc::default(),
    };
    let (seen, taken) = (Arc::clone(&server.heads), Arc::clone(&server.taken));
    let own = url.trim_end_matches('/').to_owned();
    let acts: Vec<Act> = acts
        .into_iter()
        .map(|act| match act {
            Act::Say(text) => Act::Say(text.replace("{url}", &own)),
            other => other,
        })
        .collect();
    tokio::spawn(async move {
        let mut turn = 0;
        while let Ok((stream, _)) = listener.accept().await {
            let act = acts[turn.min(acts.len() - 1)].clone();
            turn += 1;
            tokio::spawn(play(stream, act, Arc::clone(&seen), Arc::clone(&taken)));
        }
    });
    server
}

async fn play(
    mut stream: TcpStream,
    act: Act,
    seen: Arc<Mutex<Vec<String>>>,
    taken: Arc<AtomicU64>,
) {
    loop {
        let mut head = vec![];
        while !head.windows(4).any(|four| four == b"\r\n\r\n") {
            let mut byte = [0];
            if stream.read(&mut byte).await.unwrap_or(0) == 0 {
                return;
            }
            head.extend(byte);
        }
        seen.lock().unwrap().push(String::from_utf8(head).unwrap());
        match &act {
            Act::Say(text) => {
                let _ = stream.write_all(text.as_bytes()).await;
                let _ = stream.shutdown().await;
                // A close with unread bytes would reset the connection and take the answer with it.
                let mut rest = [0; 4096];
                while stream.read(&mut rest).await.unwrap_or(0) > 0 {}
                return;
            }
            Act::SayOn(text) => {
                let _ = stream.write_all(text.as_bytes()).await;
                continue;
            }
            Act::Cut(text) => {
                let _ = stream.write_all(text.as_bytes()).await;
                let _ = stream.set_zero_linger();
            }
            Act::Endless(head, more) => {
                let _ = stream.write_all(head.as_bytes()).await;
                let more = more.repeat(64 * 1024 / more.len());
                while stream.write_all(&more).await.is_ok() {
                    taken.fetch_add(more.len() as u64, Ordering::Relaxed);
                    // Without an end, but not so that nothing else runs on this machine.
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
            }
            Act::Drip(head, more) => {
                let _ = stream.write_all(head.as_bytes()).await;
                for byte in more.bytes().cycle() {
                    if stream.write_all(&[byte]).await.is_err() {
                        break;
                    }
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
            Act::Silence => tokio::time::sleep(Duration::from_secs(600)).await,
        }
        return;
    }
}
