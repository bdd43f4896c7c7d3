//! One encrypted file: a head, then chunks of 64 KiB, each with its own tag.
//!
//! ```text
//! version 1 | nonce prefix 19 | sealed head 40 + 16 | chunk 0 + 16 | chunk 1 + 16 | …
//! ```
//! The head holds the SHA-256 and the size of the plain content (u64, big-endian), written last, when both are known. Chunk
//! `i` is sealed with XChaCha20-Poly1305 under the nonce `prefix | i (u32, big-endian) | kind`, where the kind tells the last
//! chunk from the others and both from the head. So a chunk opens only in its place in its file, a cut file lacks its last
//! chunk, and a file under another's name has the wrong head; a range is read without reading what is before it.

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hoso_dossier::Sha256;

use crate::StoreError;
use crate::keys::{Key, random_bytes};

pub(crate) const CHUNK: usize = 64 * 1024;
pub(crate) const HEAD: usize = 1 + 19 + 40 + TAG;
const TAG: usize = 16;
const VERSION: u8 = 1;

/// Seals or opens the parts of one file.
pub(crate) struct BlobCipher {
    cipher: XChaCha20Poly1305,
    prefix: [u8; 19],
}

#[derive(Clone, Copy)]
#[repr(u8)]
enum Kind {
    Chunk = 0,
    LastChunk = 1,
    Head = 2,
}

impl BlobCipher {
    pub(crate) fn for_new_file(key: &Key) -> Result<Self, StoreError> {
        Ok(Self {
            cipher: key.cipher(),
            prefix: random_bytes()?,
        })
    }

    /// Opens the head of a file and checks that it is the one looked for; returns its size.
    pub(crate) fn from_head(
        key: &Key,
        head: &[u8; HEAD],
        sha256: &Sha256,
    ) -> Result<(Self, u64), StoreError> {
        let damaged = || damaged(sha256);
        let (version, rest) = head.split_first().ok_or_else(damaged)?;
        let (prefix, sealed) = rest.split_first_chunk::<19>().ok_or_else(damaged)?;
        let this = Self {
            cipher: key.cipher(),
            prefix: *prefix,
        };
        let plain = this
            .open(sealed, 0, Kind::Head)
            .filter(|_| *version == VERSION)
            .ok_or_else(damaged)?;
        match plain.split_first_chunk::<32>() {
            Some((hash, size)) if hash == sha256.as_bytes() => {
                let size = size.try_into().map_err(|_| damaged())?;
                Ok((this, u64::from_be_bytes(size)))
            }
            _ => Err(damaged()),
        }
    }

    pub(crate) fn head(&self, sha256: &Sha256, size: u64) -> Result<Vec<u8>, StoreError> {
        let mut plain = sha256.as_bytes().to_vec();
        plain.extend(size.to_be_bytes());
        let mut head = vec![VERSION];
        head.extend(self.prefix);
        head.extend(self.seal(&plain, 0, Kind::Head)?);
        Ok(head)
    }

    pub(crate) fn seal_chunk(
        &self,
        plain: &[u8],
        place: u32,
        last: bool,
    ) -> Result<Vec<u8>, StoreError> {
        self.seal(plain, place, Kind::of_chunk(last))
    }

    /// Nothing when the chunk was changed, moved, or is from elsewhere.
    pub(crate) fn open_chunk(&self, sealed: &[u8], place: u32, last: bool) -> Option<Vec<u8>> {
        self.open(sealed, place, Kind::of_chunk(last))
    }

    fn seal(&self, plain: &[u8], place: u32, kind: Kind) -> Result<Vec<u8>, StoreError> {
        let payload = Payload {
            msg: plain,
            aad: &[VERSION],
        };
        self.cipher
            .encrypt(&self.nonce(place, kind), payload)
            .map_err(|_| StoreError::Interrupted)
    }

    fn open(&self, sealed: &[u8], place: u32, kind: Kind) -> Option<Vec<u8>> {
        let payload = Payload {
            msg: sealed,
            aad: &[VERSION],
        };
        self.cipher.decrypt(&self.nonce(place, kind), payload).ok()
    }

    fn nonce(&self, place: u32, kind: Kind) -> XNonce {
        let mut nonce = XNonce::default();
        let parts = self
            .prefix
            .into_iter()
            .chain(place.to_be_bytes())
            .chain([kind as u8]);
        for (byte, part) in nonce.iter_mut().zip(parts) {
            *byte = part;
        }
        nonce
    }
}

impl Kind {
    const fn of_chunk(last: bool) -> Self {
        if last { Self::LastChunk } else { Self::Chunk }
    }
}

/// Where chunks lie in a file of a given plain size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layout {
    size: u64,
}

impl Layout {
    pub(crate) const fn of(size: u64) -> Self {
        Self { size }
    }

    /// The chunks in the file: an empty file has one empty chunk.
    pub(crate) const fn chunks(self) -> u64 {
        let full = self.size.div_ceil(CHUNK as u64);
        if full == 0 { 1 } else { full }
    }

    /// The length of the encrypted file; nothing when no file is that long.
    pub(crate) const fn file_len(self) -> Option<u64> {
        match self.chunks().checked_mul(TAG as u64) {
            Some(tags) => match self.size.checked_add(tags) {
                Some(body) => body.checked_add(HEAD as u64),
                None => None,
            },
            None => None,
        }
    }

    /// Where a chunk begins in the encrypted file.
    pub(crate) const fn offset(place: u64) -> u64 {
        HEAD as u64 + place * (CHUNK + TAG) as u64
    }

    /// The length of a chunk in the encrypted file.
    pub(crate) fn sealed_len(self, place: u64) -> usize {
        let before = place * CHUNK as u64;
        let plain = self.size.saturating_sub(before).min(CHUNK as u64);
        TAG + usize::try_from(plain).unwrap_or(CHUNK)
    }
}

pub(crate) fn damaged(sha256: &Sha256) -> StoreError {
    StoreError::damaged(format!("the kept file {sha256}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunk_opens_only_in_its_place_in_its_file() {
        let key = Key::random().unwrap();
        let (file, other) = (
            BlobCipher::for_new_file(&key).unwrap(),
            BlobCipher::for_new_file(&key).unwrap(),
        );
        let sealed = file.seal_chunk(b"page", 3, false).unwrap();
        assert_eq!(
            file.open_chunk(&sealed, 3, false).as_deref(),
            Some(&b"page"[..])
        );
        assert_eq!(file.open_chunk(&sealed, 3, true), None);
        assert_eq!(file.open_chunk(&sealed, 2, false), None);
        assert_eq!(other.open_chunk(&sealed, 3, false), None);
    }

    #[test]
    fn a_head_opens_only_for_its_content_and_its_key() {
        let key = Key::random().unwrap();
        let (content, other) = (Sha256::of(b"a"), Sha256::of(b"b"));
        let file = BlobCipher::for_new_file(&key).unwrap();
        let head: [u8; HEAD] = file.head(&content, 7).unwrap().try_into().unwrap();
        let (_, size) = BlobCipher::from_head(&key, &head, &content).unwrap();
        assert_eq!(size, 7);
        assert!(BlobCipher::from_head(&key, &head, &other).is_err());
        assert!(BlobCipher::from_head(&Key::random().unwrap(), &head, &content).is_err());
    }

    #[test]
    fn chunks_lie_one_after_another_up_to_the_end_of_the_file() {
        let chunk = CHUNK as u64;
        for size in [0, 1, chunk - 1, chunk, chunk + 1, 5 * chunk, 5 * chunk + 3] {
            let layout = Layout::of(size);
            let mut end = HEAD as u64;
            for place in 0..layout.chunks() {
                assert_eq!(Layout::offset(place), end);
                end += layout.sealed_len(place) as u64;
            }
            assert_eq!(layout.file_len(), Some(end), "{size}");
        }
        assert_eq!(Layout::of(u64::MAX).file_len(), None);
    }
}
