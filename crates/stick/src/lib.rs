//! A sealed dossier as one file, to be carried by hand where there is no network, and the receipt that comes back.
//!
//! The file is a BagIt bag (RFC 8493) in a zip, signed by the desktop that sealed it, encrypted for the portal, and for another desktop if wanted, as
//! age v1 has it. It carries the very bytes that go over the network, under the same ids, so that a dossier that comes both ways is one dossier.
//!
//! ```text
//! {dossier}-{revision}/bagit.txt              what it is
//! {dossier}-{revision}/bag-info.txt           which dossier, how many bytes
//! {dossier}-{revision}/manifest-sha256.txt    hashes of everything under data/
//! {dossier}-{revision}/tagmanifest-sha256.txt hashes of the three above: this is what is signed
//! {dossier}-{revision}/signature.txt          the desktop's key and signature, Ed25519
//! {dossier}-{revision}/data/manifest.json     the sealed manifest
//! {dossier}-{revision}/data/files/{upload}    each file, by its permanent id
//! ```
//!
//! Nothing here touches a disk, a clock or a source of randomness: the caller brings bytes.

mod age;
mod bag;
mod keys;
mod receipt;
#[cfg(test)]
mod tests;
mod zipped;

pub use age::{Identity, Recipient};
pub use bag::{Bag, BagFile};
pub use keys::{PublicKey, Signer};
pub use receipt::ReceiptFile;

/// Most bytes that a carried file may have, packed or unpacked.
pub const MAX_BYTES: usize = 200 * 1024 * 1024;
/// Most files that it may hold.
pub const MAX_FILES: usize = 2_000;

/// Fills a buffer with random bytes.
pub type Entropy<'a> = &'a mut dyn FnMut(&mut [u8]);

/// A carried file that can't be made or taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StickError {
    /// It is something else.
    #[error("reading a carried dossier: {0}; choose the file that was exported")]
    NotOne(&'static str),
    /// It is encrypted for somebody else.
    #[error(
        "reading a carried dossier: it is encrypted for another portal or desktop; take it where it was made for"
    )]
    NotForUs,
    /// It is not as it was when it was made.
    #[error(
        "reading a carried dossier: {what} was changed or damaged on the way; export it and carry it again"
    )]
    Changed {
        /// Which part.
        what: String,
    },
    /// A name in it leads out of it.
    #[error(
        "reading a carried dossier: the name {name:?} leads elsewhere; it was not made by this program"
    )]
    Climbs {
        /// The name.
        name: String,
    },
    /// It holds more than it may.
    #[error(
        "reading a carried dossier: it unpacks to more than {MAX_BYTES} bytes or {MAX_FILES} files; nothing of it was taken"
    )]
    TooLarge,
    /// Something is in it that doesn't belong there, or is missing.
    #[error("reading a carried dossier: {what}; it was not made by this program")]
    Layout {
        /// What is wrong.
        what: String,
    },
    /// The dossier in it can't be read.
    #[error("reading a carried dossier: {0}")]
    Manifest(String),
    /// A key is none.
    #[error("reading a key: {0:?} is not one; copy it whole")]
    Key(String),
    /// A receipt that the portal didn't sign.
    #[error("reading a receipt file: {0}; ask the portal for it again")]
    Receipt(&'static str),
}
