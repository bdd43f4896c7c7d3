//! The outbox as a state machine: what has been sealed, how far each dossier is, what to ask the portal next.
//!
//! [`Outbox::step`] takes an [`Event`] and the time, and returns [`Effect`]s. It has no clock, no randomness and no I/O; the application carries the
//! effects out, in order, and answers every [`Effect::Send`] with exactly one [`Event::Reply`]:
//!
//! 1. [`Effect::Persist`] comes first and is one transaction. Only when it is durable may the effects after it happen; if it fails, drop this
//!    outbox and [`Outbox::take_up`] what is stored. (An outbox is `Clone`, so sealing can step a copy inside its own transaction.)
//! 2. [`Effect::Abort`] means that no reply is wanted any more.
//! 3. [`Effect::Timer`] replaces the timer before it.
//!
//! [`sharing`] decides over drafts that several desktops of a person share; it is apart from the outbox, for nothing of it is handed in.
//!
//! Replies that never arrive, arrive twice or arrive late are safe: a dossier's id is its draft's, those of its uploads are minted at sealing, those of a
//! payment and of a change of the account when the person wishes for it, and an unknown outcome is asked about.

mod account;
mod backoff;
mod entry;
mod message;
mod outbox;
mod rules;
pub mod sharing;
#[cfg(test)]
mod sim;

pub use account::{AccountEdit, EditStage, KeptAccount};
pub use backoff::WaitReason;
pub use entry::{
    Before, Doubt, Elsewhere, Entry, FileState, First, Kept, Meta, ParkReason, Payment,
    PaymentStage, Refusal, Revision, Spoiled, Stage, UploadFile, Wish, WishStage,
};
pub use message::{Effect, Event, Failure, Notice, Reply, Request, RequestId, SealedFile, Sealing};
pub use outbox::{FileProgress, Outbox, Policy};
pub use rules::{Hours, SendRules};
