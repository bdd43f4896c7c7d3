//! What is carried by hand where there is no network: a sealed dossier as one file, the receipt that comes back, and the portal's catalogue with its form
//! packs; and a draft on its way between desktops of one person.
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
//! A catalogue is such a bag too, of `data/catalogue.json` and `data/packs/{code}.json`; it is signed by the portal and not encrypted, for nothing in it is
//! secret. A draft on its way is one of `data/draft.json`, encrypted for the person's desktops only: whoever passes it on can't read it.
//!
//! Nothing here touches a disk, a clock or a source of randomness: the caller brings bytes.

mod age;
mod bag;
mod catalogue;
mod draft;
mod folder;
mod keys;
mod receipt;
#[cfg(test)]
mod tests;
mod zipped;

pub use age::{Identity, Recipient, encrypt};
pub use bag::{Bag, BagFile};
pub use catalogue::{CarriedPack, CatalogueFile};
pub use draft::{DesktopCode, DraftFile};
pub use keys::{PublicKey, Signer};
pub use receipt::{ReceiptFile, check_receipt};

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
    #[error("reading a carried file: {0}; choose the file that was exported")]
    NotOne(&'static str),
    /// It is encrypted for somebody else.
    #[error(
        "reading a carried file: it is encrypted for another portal or desktop; take it where it was made for"
    )]
    NotForUs,
    /// It is not as it was when it was made.
    #[error(
        "reading a carried file: {what} was changed or damaged on the way; export it and carry it again"
    )]
    Changed {
        /// Which part.
        what: String,
    },
    /// A name in it leads out of it.
    #[error(
        "reading a carried file: the name {name:?} leads elsewhere; it was not made by this program"
    )]
    Climbs {
        /// The name.
        name: String,
    },
    /// It holds more than it may.
    #[error(
        "reading a carried file: it unpacks to more bytes or files than it may; nothing of it was taken"
    )]
    TooLarge,
    /// Something is in it that doesn't belong there, or is missing.
    #[error("reading a carried file: {what}; it was not made by this program")]
    Layout {
        /// What is wrong.
        what: String,
    },
    /// The dossier in it can't be read.
    #[error("reading a carried file: {0}")]
    Manifest(String),
    /// A key is none.
    #[error("reading a key: {0:?} is not one; copy it whole")]
    Key(String),
    /// A receipt that the portal didn't sign.
    #[error("reading a receipt file: {0}; ask the portal for it again")]
    Receipt(&'static str),
}
