//! `cargo xtask fuzz templates`: spoils Word files and answers for as long as it is told, and keeps what fails.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../tests/support/mod.rs"]
mod support;

use support::fuzz_templates::Seeds;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    hoso_fuzzing::main("templates", &Seeds::read(), &Seeds::kept())
}
