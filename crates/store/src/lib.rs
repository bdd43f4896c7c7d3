//! What a profile keeps: one encrypted database and a content-addressed store of encrypted files.
//!
//! A [`Home`] is a folder of profiles; unlocking one gives a [`Store`]. Whatever a function has returned from is on the disk.
//! The caller owns the clock: every instant comes in as an argument.

mod attachments;
mod batches;
mod blob_file;
mod blob_format;
mod blobs;
mod crash;
mod db;
mod documents;
mod drafts;
mod error;
mod files;
mod home;
mod keyring;
mod keys;
mod log;
mod papers;
mod pin;
mod row;
mod schema;
mod sealed;
mod shares;
mod slots;
mod store;
mod sync;
mod values;

pub use attachments::{AttachmentRow, NewAttachment, Origin};
pub use batches::{BatchLine, BatchRow, LineState};
pub use blobs::{BlobRef, Swept};
pub use documents::DocumentRow;
pub use drafts::{DraftRow, DraftState, NewDraft};
pub use error::StoreError;
pub use home::{Home, ProfileEntry, Unlock};
pub use keyring::{Keyring, OsKeyring};
pub use keys::KdfCost;
pub use papers::PaperRow;
pub use pin::Pin;
pub use sealed::{DossierRow, RevisionRow, SealRecord};
pub use shares::{RawEntry, ShareRow, ShareState};
pub use store::Store;
pub use values::PackRow;
