//! The line to the portal: of limited speed, losing packets or with faults, and counting what is sent and asked over it.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The line; dropping it cuts it.
pub(crate) struct Proxy {
    pub(crate) url: String,
    line: Arc<Line>,
    listening: JoinHandle<()>,
}

struct Line {
    bytes_per_second: u32,
    thin: bool,
    lost: AtomicU32,
    sent: AtomicU64,
    asked: Mutex<Vec<String>>,
    bad: AtomicBool,
    faults: AtomicU32,
}

/// What becomes of one connection.
#[derive(Clone, Copy)]
enum Fate {
    Whole,
    /// Closed before a byte has passed.
    Refused,
    /// Somebody else answers, and the portal is told nothing.
    Captive,
    /// So many bytes to the portal, and then a reset.
    CutThere(usize),
    /// So many bytes back, and then a reset: what was asked may have been done.
    CutBack(usize),
    /// Nothing back for a while.
    Slow,
}

impl Fate {
    fn throw() -> Self {
        match rand::random_range(0..100) {
            0..10 => Self::Refused,
            10..20 => Self::Captive,
            20..40 => Self::CutThere(rand::random_range(1..60_000)),
            40..70 => Self::CutBack(rand::random_range(0..2_000)),
            70..75 => Self::Slow,
            _ => Self::Whole,
        }
    }
}

impl Proxy {
    /// Passes everything on to a port, at most so many bytes a second there.
    pub(crate) async fn to(port: u16, bytes_per_second: u32) -> Self {
        Self::new(port, bytes_per_second, false).await
    }

    /// 32 kbit/s each way, on which every fifth packet is lost: it is sent again after a while, and holds up what follows.
    pub(crate) async fn thin(port: u16) -> Self {
        Self::new(port, 4_000, true).await
    }

    async fn new(port: u16, bytes_per_second: u32, thin: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let line = Arc::new(Line {
            bytes_per_second,
            thin,
            lost: AtomicU32::new(0),
            sent: AtomicU64::new(0),
            asked: Mutex::default(),
            bad: AtomicBool::new(false),
            faults: AtomicU32::new(0),
        });
        let shared = Arc::clone(&line);
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // With nobody behind it the connection is closed at once.
                if let Ok(portal) = TcpStream::connect(("127.0.0.1", port)).await {
                    tokio::spawn(pass(client, portal, Arc::clone(&shared)));
                }
            }
        });
        Self {
            url,
            line,
            listening,
        }
    }

    /// Bytes that clients have sent so far: heads, bodies, all of it.
    pub(crate) fn sent(&self) -> u64 {
        self.line.sent.load(Ordering::Relaxed)
    }

    /// What was asked since this was last looked at: method and path of each request.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.line.asked.lock().unwrap())
    }

    /// From now on most connections meet a fault, or none does.
    pub(crate) fn go_bad(&self, bad: bool) {
        self.line.bad.store(bad, Ordering::Relaxed);
    }

    /// Packets that were lost on a thin line.
    pub(crate) fn lost(&self) -> u32 {
        self.line.lost.load(Ordering::Relaxed)
    }

    /// Connections that have met a fault, or lost a packet too often.
    pub(crate) fn faults(&self) -> u32 {
        self.line.faults.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn pass(mut client: TcpStream, portal: TcpStream, line: Arc<Line>) {
    let bad = line.bad.load(Ordering::Relaxed);
    let fate = if bad { Fate::throw() } else { Fate::Whole };
    let (there, back) = match fate {
        Fate::Whole => (usize::MAX, usize::MAX),
        _ => {
            line.faults.fetch_add(1, Ordering::Relaxed);
            match fate {
                Fate::CutThere(bytes) => (bytes, usize::MAX),
                Fate::CutBack(bytes) => (usize::MAX, bytes),
                _ => (usize::MAX, usize::MAX),
            }
        }
    };
    match fate {
        Fate::Refused => return,
        Fate::Captive => {
            let mut head = [0; 1024];
            let _ = client.read(&mut head).await;
            let page =
                "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>";
            let _ = client.write_all(page.as_bytes()).await;
            return;
        }
        Fate::Slow => tokio::time::sleep(Duration::from_millis(700)).await,
        _ => {}
    }
    let _ = client.set_zero_linger();
    let (from_client, to_client) = client.into_split();
    let (from_portal, to_portal) = portal.into_split();
    let mut heads = Heads::default();
    let piece = if line.thin { PACKET } else { 64 << 10 };
    // One side gone, both are closed.
    tokio::select! {
        () = carry(from_client, to_portal, there, piece, |bytes| {
            let length = bytes.len() as u64;
            line.sent.fetch_add(length, Ordering::Relaxed);
            line.asked.lock().unwrap().extend(heads.read(bytes));
            line.takes(length)
        }) => {}
        () = carry(from_portal, to_client, back, piece, |bytes| {
            if line.thin { line.takes(bytes.len() as u64) } else { Some(Duration::ZERO) }
        }) => {}
    }
}

/// Bytes of a packet on a thin line, and how long is waited before one is sent a second time; twice as long each time after.
const PACKET: usize = 1_400;
const AGAIN: Duration = Duration::from_millis(200);
/// So often is a packet sent before the connection is given up.
const TRIES: u32 = 4;

impl Line {
    /// How long so many bytes are on their way; none if they never arrive.
    fn takes(&self, length: u64) -> Option<Duration> {
        let once = Duration::from_secs(length) / self.bytes_per_second;
        let mut took = once;
        for tries in 1..=TRIES {
            if !self.thin || !rand::random_ratio(1, 5) {
                return Some(took);
            }
            self.lost.fetch_add(1, Ordering::Relaxed);
            took += AGAIN * 2_u32.pow(tries - 1) + once;
        }
        self.faults.fetch_add(1, Ordering::Relaxed);
        None
    }
}

/// Finds the requests among the bytes of a connection, however they are cut.
#[derive(Default)]
struct Heads {
    line: Vec<u8>,
}

impl Heads {
    fn read(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        for byte in bytes {
            if *byte != b'\n' {
                self.line.push(*byte);
                continue;
            }
            let line = std::mem::take(&mut self.line);
            let asked = line.strip_suffix(b" HTTP/1.1\r");
            found.extend(asked.map(|asked| String::from_utf8_lossy(asked).into_owned()));
        }
        found
    }
}

/// Passes on so many bytes, each piece after its time.
async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut most: usize,
    piece: usize,
    mut takes: impl FnMut(&[u8]) -> Option<Duration>,
) {
    let mut bytes = vec![0; piece];
    while most > 0 {
        let length = match from.read(&mut bytes).await {
            Ok(0) | Err(_) => return,
            Ok(length) => length.min(most),
        };
        most -= length;
        let Some(time) = takes(&bytes[..length]) else {
            return;
        };
        tokio::time::sleep(time).await;
        if to.write_all(&bytes[..length]).await.is_err() {
            return;
        }
    }
}
