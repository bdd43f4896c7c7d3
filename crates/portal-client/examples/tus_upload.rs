//! `tus_upload URL FILE`: uploads a file to a tus server and goes on after failures. Prints `{"location", "bytes_sent"}`, for the conformance test.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use hoso_portal_client::{ByteSource, CallError, ClientOptions, Http, Tus};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use url::Url;

const TRIES: u32 = 60;

struct File {
    path: PathBuf,
    size: u64,
}

impl ByteSource for File {
    fn size(&self) -> u64 {
        self.size
    }

    fn read(&self, offset: u64, len: usize) -> BoxFuture<'_, io::Result<Vec<u8>>> {
        Box::pin(async move {
            let mut file = tokio::fs::File::open(&self.path).await?;
            file.seek(io::SeekFrom::Start(offset)).await?;
            let mut bytes = vec![0; len];
            file.read_exact(&mut bytes).await?;
            Ok(bytes)
        })
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(endpoint), Some(path)) = (arguments.next(), arguments.next()) else {
        return Err("usage: tus_upload URL FILE".into());
    };
    let path = PathBuf::from(path);
    let size = tokio::fs::metadata(&path).await?.len();
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let source = Arc::new(File { path, size });
    let http = Http::new(ClientOptions {
        call_timeout: Duration::from_secs(10),
        stall_timeout: Duration::from_secs(10),
        ..ClientOptions::default()
    })?;
    let tus = Tus::open(&http, Url::parse(&endpoint)?);

    let name = name.unwrap_or_default();
    let metadata = [("filename", name.as_str())];
    let created = tus.create(size, &metadata).await?;
    let sent = Arc::new(AtomicU64::new(0));
    let mut offset = created.offset.unwrap_or(0);
    let mut tries = 0;
    while offset < size {
        let count = Arc::clone(&sent);
        let from = AtomicU64::new(offset);
        let progress = move |at: u64| {
            let before = from.swap(at, Ordering::Relaxed);
            count.fetch_add(at.saturating_sub(before), Ordering::Relaxed);
        };
        let source: Arc<dyn ByteSource> = source.clone();
        match tus.send(&created.url, offset, source, progress).await {
            Ok(at) => offset = at,
            Err(error) => {
                eprintln!("{error}");
                offset = ask(&tus, &created.url, &mut tries).await?;
            }
        }
    }
    let location = tus.resolve(&created.url).map(String::from);
    let sent = sent.load(Ordering::Relaxed);
    println!("{}", json!({"location": location, "bytes_sent": sent}));
    Ok(())
}

/// Where to go on, as soon as the server answers again.
async fn ask(tus: &Tus, url: &str, tries: &mut u32) -> Result<u64, CallError> {
    loop {
        *tries += 1;
        tokio::time::sleep(Duration::from_millis(200)).await;
        match tus.offset(url).await {
            Ok(Some(offset)) => return Ok(offset),
            Err(error) if *tries < TRIES => eprintln!("{error}"),
            Ok(None) => {
                let what = "the server has forgotten the upload".into();
                return Err(CallError::Unexpected { status: 404, what });
            }
            Err(error) => return Err(error),
        }
    }
}
