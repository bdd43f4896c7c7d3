//! `upload_speed [FILES]`: so many files of 20 KB to the sandbox portal, in turns with a raw keep-alive PUT of the same files to a bare server on this
//! machine. Either side answers when the file and its name are on disk; the portal has checked its hash and noted it, too.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::{BoxFuture, try_join_all};
use hoso_dossier::{DossierId, Sha256, UploadId};
use hoso_portal_client::{CallError, ClientOptions, Http, Portal, TokenSource, UploadWish};
use hoso_sandbox::testing::{self, CITIZEN};
use hoso_sandbox::{Options, Sandbox};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;
use uuid::Uuid;

type Fallible<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const SIZE: usize = 20_000;
/// Taking turns this often evens out what else the machine does.
const ROUNDS: usize = 10;

/// A file of the person, with what was known of it since it was attached.
struct Sealed {
    path: PathBuf,
    sha256: Sha256,
}

struct Token(String);

impl TokenSource for Token {
    fn token<'a>(&'a self, _: Option<&'a str>) -> BoxFuture<'a, Result<String, CallError>> {
        Box::pin(async { Ok(self.0.clone()) })
    }
}

#[tokio::main]
async fn main() -> Fallible<()> {
    let files = std::env::args()
        .nth(1)
        .map_or(Ok(5_000), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let sealed = seal(folder.path(), files).await?;
    let sandbox = Sandbox::start(Options::new(folder.path().join("portal"))).await?;
    let token = testing::sign_in(&sandbox.url, &CITIZEN).await?;
    let http = Http::new(ClientOptions::default())?;
    let portal = Portal::new(
        &http,
        &Url::parse(&sandbox.url)?,
        Some(Arc::new(Token(token))),
    )?;
    let raw = bare_server(folder.path().join("bare")).await?;
    let client = reqwest::Client::new();
    for connections in [1, 4] {
        let (mut ours, mut theirs) = (Duration::ZERO, Duration::ZERO);
        for part in sealed.chunks(files.div_ceil(ROUNDS)) {
            let dossier = DossierId::new(Uuid::new_v4());
            ours += timed(part, connections, |file| upload(&portal, dossier, file)).await?;
            theirs += timed(part, connections, |file| put(&client, &raw, file)).await?;
        }
        let pace = |took: Duration| files as f64 / took.as_secs_f64();
        println!(
            "{files} files of {SIZE} bytes over {connections} connections: portal {:.0}/s, raw PUT {:.0}/s, {:.2} of it",
            pace(ours),
            pace(theirs),
            theirs.as_secs_f64() / ours.as_secs_f64(),
        );
    }
    let audit = testing::audit(&sandbox.url).await?;
    let uploads = audit.get("uploads").and_then(|all| all.as_array());
    let whole = uploads.into_iter().flatten();
    let whole = whole.filter(|one| one.get("sha256").is_some_and(|hash| hash.is_string()));
    let whole = whole.count();
    if whole != files * 2 {
        return Err(format!("the portal holds {whole} whole files").into());
    }
    sandbox.shutdown().await;
    Ok(())
}

async fn seal(folder: &Path, files: usize) -> io::Result<Vec<Sealed>> {
    let mut sealed = Vec::with_capacity(files);
    for number in 0..files {
        let mut bytes = format!("%PDF-1.7\n{number}\n").into_bytes();
        let mut word = number as u64;
        while bytes.len() < SIZE {
            word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            bytes.extend(word.to_le_bytes());
        }
        bytes.truncate(SIZE);
        let path = folder.join(number.to_string());
        tokio::fs::write(&path, &bytes).await?;
        let sha256 = Sha256::of(&bytes);
        sealed.push(Sealed { path, sha256 });
    }
    Ok(sealed)
}

/// How long the files take, so many at a time.
async fn timed<'a, F>(
    files: &'a [Sealed],
    connections: usize,
    send: impl Fn(&'a Sealed) -> F,
) -> Fallible<Duration>
where
    F: Future<Output = Fallible<()>>,
{
    let next = AtomicUsize::new(0);
    let began = Instant::now();
    let lines = (0..connections).map(|_| async {
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            send(file).await?;
        }
        Fallible::Ok(())
    });
    try_join_all(lines).await?;
    Ok(began.elapsed())
}

async fn upload(portal: &Portal, dossier: DossierId, file: &Sealed) -> Fallible<()> {
    let bytes = tokio::fs::read(&file.path).await?;
    let wish = UploadWish {
        upload: UploadId::new(Uuid::new_v4()),
        dossier,
        size: bytes.len() as u64,
        sha256: file.sha256,
        name: "giấy tờ.pdf".into(),
        media_type: "application/pdf".into(),
    };
    let created = portal.create_upload_with(&wish, Some(bytes)).await?;
    if created.offset == Some(wish.size) {
        Ok(())
    } else {
        Err("the portal did not take the file whole".into())
    }
}

async fn put(client: &reqwest::Client, server: &str, file: &Sealed) -> Fallible<()> {
    let bytes = tokio::fs::read(&file.path).await?;
    let url = format!("{server}/{}", Uuid::new_v4());
    client
        .put(url)
        .body(bytes)
        .send()
        .await?
        .error_for_status()?;
    Ok(())
}

/// Stores what is PUT, and no more.
async fn bare_server(folder: PathBuf) -> io::Result<String> {
    tokio::fs::create_dir_all(&folder).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, folder.clone()));
        }
    });
    Ok(url)
}

async fn serve(mut stream: TcpStream, folder: PathBuf) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(32 * 1024);
    loop {
        let head = loop {
            if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        };
        let said =
            String::from_utf8_lossy(buffer.get(..head).unwrap_or_default()).to_ascii_lowercase();
        let name = said.split(' ').nth(1).unwrap_or_default();
        let name = name.trim_start_matches('/').to_owned();
        let length = said
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
        let end = head + length.unwrap_or(0);
        while buffer.len() < end {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        }
        let body = buffer.get(head..end).unwrap_or_default().to_vec();
        let (folder, path) = (folder.clone(), folder.join(name));
        // One piece of work: each change of thread costs more than the bytes do.
        let keep = move || {
            let mut file = std::fs::File::create(path)?;
            file.write_all(&body)?;
            file.sync_all()?;
            std::fs::File::open(folder)?.sync_all()
        };
        tokio::task::spawn_blocking(keep).await??;
        buffer.drain(..end);
        stream
            .write_all(b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n")
            .await?;
    }
}
