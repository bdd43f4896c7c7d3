//! Paper as it comes out: the language of layouts, the written files, pictures, and whatever a person types.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows these in tests and does not see that helpers are part of them"
)]

mod anything;
mod fuzz;
mod language;
mod official;
mod pictures;
mod places;
mod properties;
mod structure;
#[path = "../support/mod.rs"]
mod support;
mod template;
mod written;

use std::path::Path;
use std::process::Command;

use hoso_paper::Meta;

/// A fixed moment.
pub(crate) fn meta() -> Meta {
    let mut meta = Meta::new("Giấy tờ thử", jiff::civil::date(2026, 2, 5).at(9, 15, 0, 0));
    meta.dossier_code = Some("000.00.15.H17-260205-0007".to_owned());
    meta
}

/// Runs a program of the system and returns what it prints; fails loudly if it is missing or unhappy.
pub(crate) fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| {
            panic!("{program} is needed for this test ({error}): install poppler-utils and qpdf")
        });
    assert!(
        output.status.success(),
        "{program} {arguments:?} failed: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// A path as an argument.
pub(crate) fn argument(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}
