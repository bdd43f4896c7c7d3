//! `cargo xtask fuzz eform`: spoils definitions and answers for as long as it is told, and keeps what fails.

#![allow(clippy::indexing_slicing)]

#[path = "../tests/support/fuzz.rs"]
#[allow(dead_code)]
mod fuzz;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    hoso_fuzzing::main("eform", &fuzz::Seeds::read(), &fuzz::Seeds::kept())
}
