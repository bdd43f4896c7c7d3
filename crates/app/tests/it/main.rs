//! The application as the window and the shell use it, in folders of its own, mostly with no portal anywhere.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail by panicking, as tests do"
)]

mod agency;
mod calendar;
mod catalogue;
mod common;
mod desk_papers;
mod drafts;
mod due;
mod fill;
mod lock;
mod lookup;
mod pictures;
mod word;
