//! Single rules of the outbox, step by step.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod account;
mod carried;
mod desk;
mod dossiers;
mod elsewhere;
mod first;
mod idle;
mod odd;
mod payments;
mod peers;
mod portal;
mod receipts;
mod sending;
mod supplements;
