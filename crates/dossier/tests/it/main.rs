//! The packs that come with the application: what they hold, ask and print.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail by panicking, as tests do"
)]

mod cases;
mod common;
mod desk_papers;
mod forms;
mod packs;
mod papers;
