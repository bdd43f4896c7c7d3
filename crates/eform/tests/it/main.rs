//! The engine as its users call it: whole forms, sessions, and definitions that mean harm.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail by panicking, as tests do"
)]

mod complaints;
mod fuzz;
mod incremental;
mod parents;
mod robust;
#[path = "../support/screen.rs"]
mod screen;
mod session;
#[path = "../support/fuzz.rs"]
mod spoilt;
mod trees;
mod vietnamese;
