//! `cargo run -p hoso-paper --example templates -- FOLDER`: fills the Word files that the tests are made of, for other programs to check.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    dead_code,
    reason = "builds samples; the tests use all of them"
)]

mod samples;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hoso_paper::Template;
use samples::{Expected, Sample};
use serde_json::json;

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1).map(PathBuf::from) else {
        eprintln!("usage: templates FOLDER");
        return ExitCode::FAILURE;
    };
    let filled = samples::samples().into_iter().filter(|sample| {
        matches!(sample.expected, Expected::Says(..))
            // Right XML, but nothing that Word writes.
            && !["default-namespace", "walls"].contains(&sample.name)
    });
    for sample in filled {
        if let Err(why) = write(&folder, &sample) {
            eprintln!("{}: {why}", sample.name);
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Writes `mau-NAME.docx`, and what it has to say beside it.
fn write(folder: &Path, sample: &Sample) -> Result<(), Box<dyn Error>> {
    let Expected::Says(part, said) = sample.expected else {
        return Ok(());
    };
    let filled = Template::read(&sample.bytes)?.fill(&sample.answers)?;
    let path = folder.join(format!("mau-{}.docx", sample.name));
    fs::write(&path, filled.bytes)?;
    let said = json!({"part": part, "paragraphs": said});
    fs::write(path.with_extension("json"), said.to_string())?;
    Ok(())
}
