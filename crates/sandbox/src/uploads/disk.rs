//! Bytes of uploads: one file each, appended by one request at a time.

use std::collections::HashMap;
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use futures_util::StreamExt as _;
use hoso_dossier::{Sha256, UploadId};
use sha2::Digest as _;
use tokio::fs::{File, OpenOptions};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::OwnedMutexGuard;
use tokio_util::sync::CancellationToken;

/// Who may touch which upload's file.
#[derive(Default)]
pub(crate) struct Slots(Mutex<HashMap<UploadId, Holder>>);

#[derive(Default, Clone)]
struct Holder {
    lock: Arc<tokio::sync::Mutex<()>>,
    give_way: CancellationToken,
}

/// The right to touch one upload's file.
pub(crate) struct Slot {
    _guard: OwnedMutexGuard<()>,
    give_way: CancellationToken,
}

impl Slots {
    /// Waits for the right, asking whoever has it to stop: a client that asks anew has given up the connection before.
    pub(crate) async fn take_over(&self, id: UploadId) -> Slot {
        let give_way = CancellationToken::new();
        let lock = {
            let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let holder = slots.entry(id).or_default();
            std::mem::replace(&mut holder.give_way, give_way.clone()).cancel();
            Arc::clone(&holder.lock)
        };
        Slot {
            _guard: lock.lock_owned().await,
            give_way,
        }
    }
}

/// How an append ended.
pub(super) enum Written {
    /// The body's end was reached.
    All,
    /// The connection broke, or a newer request took over.
    Interrupted,
    /// The body was longer than there was room for; what fitted is kept.
    TooMuch,
}

fn path(folder: &Path, id: UploadId) -> PathBuf {
    folder.join(id.to_string())
}

async fn sync_folder(folder: &Path) -> std::io::Result<()> {
    // Windows can't open folders, and needs no such thing.
    if cfg!(unix) {
        File::open(folder).await?.sync_all().await?;
    }
    Ok(())
}

/// Most bytes that are taken with an announcement.
const AT_ONCE: usize = 1024 * 1024;

/// What has arrived with an upload's announcement, in memory.
pub(super) struct Arrived {
    pub(super) bytes: Vec<u8>,
    /// There was more than announced.
    pub(super) too_much: bool,
}

impl Arrived {
    pub(super) fn nothing() -> Self {
        Self {
            bytes: Vec::new(),
            too_much: false,
        }
    }

    /// Takes the bytes that come at once: none, some or all of a small file. What is over [`AT_ONCE`] is for the client to send again.
    pub(super) async fn take(length: u64, body: Body, slot: &Slot) -> Self {
        let most = usize::try_from(length).unwrap_or(usize::MAX);
        let mut arrived = Self::nothing();
        let mut chunks = body.into_data_stream();
        while !arrived.too_much && arrived.bytes.len() < AT_ONCE {
            let chunk = tokio::select! {
                biased;
                () = slot.give_way.cancelled() => break,
                chunk = chunks.next() => chunk,
            };
            let Some(Ok(bytes)) = chunk else {
                break;
            };
            let fits = bytes.len().min(most - arrived.bytes.len());
            arrived.too_much = bytes.len() > fits;
            arrived.bytes.extend_from_slice(&bytes.slice(..fits));
        }
        arrived
    }
}

/// Makes the file with its first bytes; all of it is on disk then.
pub(super) async fn begin(folder: &Path, id: UploadId, bytes: Vec<u8>) -> std::io::Result<()> {
    let (folder, path) = (folder.to_owned(), path(folder, id));
    // One piece of work: each change of thread costs more than the bytes do.
    let work = move || {
        let mut file = std::fs::File::create(path)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        if cfg!(unix) {
            std::fs::File::open(folder)?.sync_all()?;
        }
        Ok(())
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(std::io::Error::other)?
}

/// Whether a body ends without a byte.
pub(super) async fn is_empty(body: Body) -> bool {
    let mut chunks = body.into_data_stream();
    loop {
        match chunks.next().await {
            None => return true,
            Some(Ok(bytes)) if bytes.is_empty() => {}
            Some(_) => return false,
        }
    }
}

/// How many bytes the file has, all of them on disk.
pub(super) async fn durable_len(folder: &Path, id: UploadId) -> std::io::Result<u64> {
    let file = OpenOptions::new()
        .append(true)
        .open(path(folder, id))
        .await?;
    file.sync_data().await?;
    Ok(file.metadata().await?.len())
}

/// How many bytes the file has at this moment.
pub(crate) async fn held(folder: &Path, id: UploadId) -> std::io::Result<u64> {
    Ok(tokio::fs::metadata(path(folder, id)).await?.len())
}

/// Writes the body behind what is there.
pub(super) async fn append(
    folder: &Path,
    id: UploadId,
    mut room: u64,
    body: Body,
    slot: &Slot,
) -> std::io::Result<Written> {
    let mut file = OpenOptions::new()
        .append(true)
        .open(path(folder, id))
        .await?;
    let mut chunks = body.into_data_stream();
    let ended = loop {
        let chunk = tokio::select! {
            biased;
            () = slot.give_way.cancelled() => break Written::Interrupted,
            chunk = chunks.next() => chunk,
        };
        let bytes = match chunk {
            None => break Written::All,
            Some(Err(_)) => break Written::Interrupted,
            Some(Ok(bytes)) => bytes,
        };
        let fits = usize::try_from(room).unwrap_or(usize::MAX).min(bytes.len());
        file.write_all(&bytes.slice(..fits)).await?;
        room = room.saturating_sub(fits as u64);
        if fits < bytes.len() {
            break Written::TooMuch;
        }
    };
    file.flush().await?;
    Ok(ended)
}

/// Hash of the whole file, and its first bytes.
pub(super) async fn digest(folder: &Path, id: UploadId) -> std::io::Result<(Sha256, Vec<u8>)> {
    let path = path(folder, id);
    let work = move || {
        let mut file = std::fs::File::open(path)?;
        let mut hasher = sha2::Sha256::new();
        let mut buffer = vec![0; 64 * 1024];
        let mut start = Vec::new();
        loop {
            let read = file.read(&mut buffer)?;
            let bytes = buffer.get(..read).unwrap_or_default();
            if bytes.is_empty() {
                return Ok((Sha256::new(hasher.finalize().into()), start));
            }
            if start.is_empty() {
                start.extend(bytes.iter().take(16));
            }
            hasher.update(bytes);
        }
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(std::io::Error::other)?
}

/// Back to no bytes at all.
pub(super) async fn forget_bytes(folder: &Path, id: UploadId) -> std::io::Result<()> {
    let file = OpenOptions::new()
        .write(true)
        .open(path(folder, id))
        .await?;
    file.set_len(0).await?;
    file.sync_all().await
}

/// Removes the file.
pub(super) async fn remove(folder: &Path, id: UploadId) -> std::io::Result<()> {
    match tokio::fs::remove_file(path(folder, id)).await {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => sync_folder(folder).await,
    }
}

/// The whole file.
pub(super) async fn read(folder: &Path, id: UploadId) -> std::io::Result<Vec<u8>> {
    tokio::fs::read(path(folder, id)).await
}
