use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, MutexGuard, PoisonError};

use hoso_dossier::Sha256;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::sync::mpsc;

use crate::blob_file::OpenBlob;
use crate::blob_format::{BlobCipher, CHUNK, HEAD};
use crate::crash::may_die_here;
use crate::keys::random_bytes;
use crate::store::Session;
use crate::{Store, StoreError, files};

/// A kept file: what it is found by, and its size in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobRef {
    /// The hash of the plain content.
    pub sha256: Sha256,
    /// The length of the plain content.
    pub size: u64,
}

/// What a sweep took away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// How many files.
    pub files: u64,
    /// Their bytes on disk.
    pub bytes: u64,
}

/// The files put since the profile was opened and not named by a row yet, by name: a sweep leaves them.
pub(crate) type Pins = HashMap<String, u32>;

impl Store {
    /// Keeps what a reader gives; nothing of it is on disk in the clear at any time.
    ///
    /// # Errors
    /// The reader failed, or the disk is full; nothing is left behind then.
    pub async fn put_blob(
        &self,
        mut content: impl AsyncRead + Unpin,
    ) -> Result<BlobRef, StoreError> {
        let session = self.session()?;
        let (pieces, received) = mpsc::channel(2);
        let writing = tokio::task::spawn_blocking(move || session.write_blob(received));
        let sent = async {
            let mut piece = Vec::with_capacity(CHUNK);
            loop {
                let room = u64::try_from(CHUNK - piece.len()).unwrap_or(0);
                let read = (&mut content)
                    .take(room)
                    .read_buf(&mut piece)
                    .await
                    .map_err(StoreError::io("reading the file to keep"))?;
                if read == 0 {
                    // The last chunk is told apart from the others, so it may be short but has to come.
                    return Ok::<_, StoreError>(Piece::Last(piece));
                }
                if piece.len() == CHUNK {
                    let full = std::mem::replace(&mut piece, Vec::with_capacity(CHUNK));
                    if pieces.send(Piece::Full(full)).await.is_err() {
                        // The writer has stopped and tells why.
                        return Ok(Piece::Last(Vec::new()));
                    }
                }
            }
        }
        .await;
        match sent {
            Ok(last) => {
                let _ = pieces.send(last).await;
                drop(pieces);
                writing.await?
            }
            Err(error) => {
                // The channel closes without a last piece: the writer takes its file away.
                drop(pieces);
                let _ = writing.await;
                Err(error)
            }
        }
    }

    /// Keeps bytes.
    ///
    /// # Errors
    /// As [`Store::put_blob`].
    pub async fn put_bytes(&self, bytes: &[u8]) -> Result<BlobRef, StoreError> {
        self.put_blob(bytes).await
    }

    /// Reads a whole file and checks its hash.
    ///
    /// # Errors
    /// [`StoreError::MissingBlob`], or [`StoreError::Damaged`] when a single bit of it is not what was put.
    pub async fn read_blob(&self, sha256: &Sha256) -> Result<Vec<u8>, StoreError> {
        let (session, sha256) = (self.session()?, *sha256);
        tokio::task::spawn_blocking(move || {
            let mut content = Vec::new();
            session.open_blob(&sha256)?.copy_to(&mut content)?;
            Ok(content)
        })
        .await?
    }

    /// Reads a part of a file: `length` bytes from `offset` on, fewer where the file ends.
    ///
    /// # Errors
    /// [`StoreError::MissingBlob`], or [`StoreError::Damaged`] when the part is not what was put.
    pub async fn read_range(
        &self,
        sha256: &Sha256,
        offset: u64,
        length: usize,
    ) -> Result<Vec<u8>, StoreError> {
        let (session, sha256) = (self.session()?, *sha256);
        tokio::task::spawn_blocking(move || session.open_blob(&sha256)?.range(offset, length))
            .await?
    }

    /// Takes away the files that no row names any more. Those put since the profile was opened stay until a row has named them.
    ///
    /// # Errors
    /// The folder cannot be read or written.
    pub async fn sweep_blobs(&self) -> Result<Swept, StoreError> {
        let session = self.session()?;
        // Held to the end, so that no row comes to name a file between the look and the deletion.
        let mut connection = session.read().await?;
        let named: Vec<String> = sqlx::query_scalar(
            "SELECT sha256 FROM attachment UNION SELECT sha256 FROM revision_file \
             UNION SELECT sha256 FROM document UNION SELECT sha256 FROM paper",
        )
        .fetch_all(&mut *connection)
        .await?;
        let mut names = HashSet::new();
        for sha256 in named {
            let sha256 = sha256
                .parse()
                .map_err(|_| StoreError::damaged("the profile's database (a hash)"))?;
            names.insert(session.keys.blob_name(&sha256)?);
        }
        let sweeping = Arc::clone(&session);
        let swept = tokio::task::spawn_blocking(move || sweeping.sweep(&names)).await?;
        drop(connection);
        swept
    }
}

enum Piece {
    Full(Vec<u8>),
    Last(Vec<u8>),
}

impl Session {
    /// Fails unless the file is kept: a row never names one that is not.
    pub(crate) fn require_blob(&self, sha256: &Sha256) -> Result<(), StoreError> {
        if self.has_blob(sha256)? {
            Ok(())
        } else {
            Err(StoreError::MissingBlob { sha256: *sha256 })
        }
    }

    /// A row names the file now: from here on the row keeps it.
    pub(crate) fn unpin(&self, sha256: &Sha256) -> Result<(), StoreError> {
        let name = self.keys.blob_name(sha256)?;
        let mut pins = self.pins();
        if let Some(count) = pins.get_mut(&name) {
            *count -= 1;
            if *count == 0 {
                pins.remove(&name);
            }
        }
        Ok(())
    }

    fn has_blob(&self, sha256: &Sha256) -> Result<bool, StoreError> {
        Ok(self.blob_path(&self.keys.blob_name(sha256)?).is_file())
    }

    fn pins(&self) -> MutexGuard<'_, Pins> {
        self.pins.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn blob_path(&self, name: &str) -> PathBuf {
        let folder: String = name.chars().take(2).collect();
        self.dir.join("blobs").join(folder).join(name)
    }

    fn open_blob(&self, sha256: &Sha256) -> Result<OpenBlob, StoreError> {
        let path = self.blob_path(&self.keys.blob_name(sha256)?);
        OpenBlob::open(&path, &self.keys, sha256)
    }

    fn write_blob(&self, pieces: mpsc::Receiver<Piece>) -> Result<BlobRef, StoreError> {
        let random = u128::from_be_bytes(random_bytes()?);
        let temporary = self.dir.join("tmp").join(format!("{random:032x}"));
        let written = self
            .encrypt(&temporary, pieces)
            .and_then(|blob| self.place(&temporary, &blob).map(|()| blob));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    fn encrypt(
        &self,
        path: &Path,
        mut pieces: mpsc::Receiver<Piece>,
    ) -> Result<BlobRef, StoreError> {
        let writing = || StoreError::io("writing a file to keep");
        let cipher = BlobCipher::for_new_file(&self.keys.blob_content)?;
        let mut file = files::create(path).map_err(writing())?;
        file.write_all(&[0; HEAD]).map_err(writing())?;
        may_die_here();
        let mut hash = sha2::Sha256::new();
        let mut size = 0_u64;
        let mut held: Option<Vec<u8>> = None;
        let mut place = 0_u32;
        let mut put = |plain: &[u8], last| {
            hash.update(plain);
            size += plain.len() as u64;
            let sealed = cipher.seal_chunk(plain, place, last)?;
            place = place.checked_add(1).ok_or(StoreError::Full)?;
            file.write_all(&sealed).map_err(writing())
        };
        loop {
            match pieces.blocking_recv() {
                Some(Piece::Full(next)) => {
                    if let Some(before) = held.replace(next) {
                        put(&before, false)?;
                    }
                }
                Some(Piece::Last(rest)) => {
                    // A file whose length is a multiple of the chunk ends with a full chunk, not with an empty one.
                    match held.take() {
                        Some(before) if rest.is_empty() => put(&before, true)?,
                        Some(before) => {
                            put(&before, false)?;
                            put(&rest, true)?;
                        }
                        None => put(&rest, true)?,
                    }
                    break;
                }
                None => return Err(StoreError::Interrupted),
            }
        }
        let sha256 = Sha256::new(hash.finalize().into());
        file.seek(SeekFrom::Start(0)).map_err(writing())?;
        file.write_all(&cipher.head(&sha256, size)?)
            .and_then(|()| file.sync_all())
            .map_err(writing())?;
        Ok(BlobRef { sha256, size })
    }

    /// Gives a finished temporary file its name, unless the same content is kept already and whole.
    fn place(&self, temporary: &Path, blob: &BlobRef) -> Result<(), StoreError> {
        let placing = || StoreError::io("naming a file to keep");
        let name = self.keys.blob_name(&blob.sha256)?;
        let path = self.blob_path(&name);
        let folder = path.parent().unwrap_or(&self.dir);
        *self.pins().entry(name).or_default() += 1;
        let placed = (|| {
            if !folder.is_dir() {
                files::create_dir(folder)
                    .and_then(|()| files::sync_dir(&self.dir.join("blobs")))
                    .map_err(placing())?;
            }
            // A look at the head and the length costs little, and a damaged file is healed by its second coming.
            if OpenBlob::open(&path, &self.keys, &blob.sha256).is_ok() {
                fs::remove_file(temporary)
                    .and_then(|()| files::sync_dir(folder))
                    .map_err(placing())
            } else {
                files::rename(temporary, &path).map_err(placing())
            }
        })();
        if placed.is_err() {
            self.unpin(&blob.sha256)?;
        }
        placed
    }

    fn sweep(&self, named: &HashSet<String>) -> Result<Swept, StoreError> {
        let sweeping = || StoreError::io("sweeping unused files");
        let mut swept = Swept::default();
        for folder in fs::read_dir(self.dir.join("blobs")).map_err(sweeping())? {
            let folder = folder.map_err(sweeping())?.path();
            if !folder.is_dir() {
                continue;
            }
            for file in fs::read_dir(&folder).map_err(sweeping())? {
                let file = file.map_err(sweeping())?;
                let Ok(name) = file.file_name().into_string() else {
                    continue;
                };
                // Held over the deletion, so that no put comes to rely on the file meanwhile.
                let pins = self.pins();
                if !named.contains(&name) && !pins.contains_key(&name) {
                    let bytes = file.metadata().map_err(sweeping())?.len();
                    may_die_here();
                    fs::remove_file(file.path()).map_err(sweeping())?;
                    swept.files += 1;
                    swept.bytes += bytes;
                }
                drop(pins);
            }
        }
        Ok(swept)
    }
}
