//! A line of limited speed to the portal, which counts what is sent over it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The line; dropping it cuts it.
pub(crate) struct Proxy {
    pub(crate) url: String,
    sent: Arc<AtomicU64>,
    listening: JoinHandle<()>,
}

impl Proxy {
    /// Passes everything on to a port, at most so many bytes a second.
    pub(crate) async fn to(port: u16, bytes_per_second: u32) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let sent = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&sent);
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // With nobody behind it the connection is closed at once.
                if let Ok(portal) = TcpStream::connect(("127.0.0.1", port)).await {
                    tokio::spawn(pass(client, portal, Arc::clone(&counter), bytes_per_second));
                }
            }
        });
        Self {
            url,
            sent,
            listening,
        }
    }

    /// Bytes that clients have sent so far: heads, bodies, all of it.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn pass(client: TcpStream, portal: TcpStream, sent: Arc<AtomicU64>, bytes_per_second: u32) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_portal, mut to_portal) = portal.into_split();
    let there = async move {
        let mut bytes = vec![0; 64 << 10];
        loop {
            let length = match from_client.read(&mut bytes).await {
                Ok(0) | Err(_) => return,
                Ok(length) => length,
            };
            sent.fetch_add(length as u64, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_secs(length as u64) / bytes_per_second).await;
            if to_portal.write_all(&bytes[..length]).await.is_err() {
                return;
            }
        }
    };
    // One side gone, both are closed.
    tokio::select! {
        () = there => {}
        _ = copy(&mut from_portal, &mut to_client) => {}
    }
}
