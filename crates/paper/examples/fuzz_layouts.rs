//! `cargo xtask fuzz paper`: spoils layouts and answers for as long as it is told, and keeps what fails.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../tests/support/mod.rs"]
mod support;

use support::fuzz::Seeds;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    hoso_fuzzing::main("paper", &Seeds::read(), &Seeds::kept())
}
