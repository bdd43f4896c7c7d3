//! The folder that a scanner or a phone puts papers into, watched so that a finished file is offered once.
//!
//! What a system says about changes in a folder is a hint: it misses files silently. So every hint leads to a look at the
//! whole folder, looks come by themselves from time to time, and a file counts once two looks some time apart agree on it.

mod inbox;
mod look;
mod tracker;
mod watcher;

pub use inbox::{MirrorError, ScanInbox, Timing};
pub use look::InboxItem;
pub use tracker::InboxEvent;
