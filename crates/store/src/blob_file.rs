use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use hoso_dossier::Sha256;
use sha2::Digest as _;

use crate::StoreError;
use crate::blob_format::{BlobCipher, CHUNK, HEAD, Layout, damaged};
use crate::keys::Keys;

/// A kept file whose head was read and found to be the right one.
pub(crate) struct OpenBlob {
    file: File,
    cipher: BlobCipher,
    sha256: Sha256,
    size: u64,
}

impl OpenBlob {
    pub(crate) fn open(path: &Path, keys: &Keys, sha256: &Sha256) -> Result<Self, StoreError> {
        let reading = || StoreError::io("reading a kept file");
        let mut file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(StoreError::MissingBlob { sha256: *sha256 });
            }
            opened => opened.map_err(reading())?,
        };
        let length = file.metadata().map_err(reading())?.len();
        let mut head = [0; HEAD];
        read_exact(&mut file, &mut head, sha256)?;
        let (cipher, size) = BlobCipher::from_head(&keys.blob_content, &head, sha256)?;
        if Layout::of(size).file_len() != Some(length) {
            return Err(damaged(sha256));
        }
        Ok(Self {
            file,
            cipher,
            sha256: *sha256,
            size,
        })
    }

    /// Writes the whole content and checks its hash at the end.
    pub(crate) fn copy_to(&mut self, target: &mut impl io::Write) -> Result<(), StoreError> {
        let mut hash = sha2::Sha256::new();
        for place in 0..Layout::of(self.size).chunks() {
            let plain = self.chunk(place)?;
            hash.update(&plain);
            target
                .write_all(&plain)
                .map_err(StoreError::io("writing the copy of a file"))?;
        }
        if Sha256::new(hash.finalize().into()) == self.sha256 {
            Ok(())
        } else {
            Err(damaged(&self.sha256))
        }
    }

    pub(crate) fn range(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, StoreError> {
        let end = offset.saturating_add(length as u64).min(self.size);
        let mut content =
            Vec::with_capacity(usize::try_from(end.saturating_sub(offset)).unwrap_or(0));
        let mut at = offset;
        while at < end {
            let place = at / CHUNK as u64;
            let begin = place * CHUNK as u64;
            let plain = self.chunk(place)?;
            let from = usize::try_from(at - begin).unwrap_or(CHUNK);
            let to = usize::try_from((end - begin).min(plain.len() as u64)).unwrap_or(CHUNK);
            content.extend_from_slice(plain.get(from..to).ok_or_else(|| damaged(&self.sha256))?);
            at = begin + to as u64;
        }
        Ok(content)
    }

    fn chunk(&mut self, place: u64) -> Result<Vec<u8>, StoreError> {
        let layout = Layout::of(self.size);
        let mut sealed = vec![0; layout.sealed_len(place)];
        self.file
            .seek(SeekFrom::Start(Layout::offset(place)))
            .map_err(StoreError::io("reading a kept file"))?;
        read_exact(&mut self.file, &mut sealed, &self.sha256)?;
        u32::try_from(place)
            .ok()
            .and_then(|number| {
                self.cipher
                    .open_chunk(&sealed, number, place + 1 == layout.chunks())
            })
            .ok_or_else(|| damaged(&self.sha256))
    }
}

/// Fills the buffer; a file that ends before is a damaged one.
fn read_exact(file: &mut File, buffer: &mut [u8], sha256: &Sha256) -> Result<(), StoreError> {
    file.read_exact(buffer).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => damaged(sha256),
        _ => StoreError::io("reading a kept file")(error),
    })
}
