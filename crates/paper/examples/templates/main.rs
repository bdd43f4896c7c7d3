//! `cargo run -p hoso-paper --example templates -- FOLDER`: fills the Word files that the tests are made of, for other programs to check.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    dead_code,
    reason = "builds samples; the tests use all of them"
)]

mod samples;

use std::path::PathBuf;
use std::process::ExitCode;

use hoso_paper::Template;

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1).map(PathBuf::from) else {
        eprintln!("usage: templates FOLDER");
        return ExitCode::FAILURE;
    };
    let filled = samples::samples().into_iter().filter(|sample| {
        matches!(sample.expected, samples::Expected::Says(..))
            // Right XML, but nothing that Word writes.
            && sample.name != "default-namespace"
    });
    for sample in filled {
        let bytes = Template::read(&sample.bytes)
            .and_then(|template| template.fill(&sample.answers))
            .map(|filled| filled.bytes);
        let path = folder.join(format!("mau-{}.docx", sample.name));
        if let Err(why) = bytes
            .map_err(|error| error.to_string())
            .and_then(|bytes| std::fs::write(&path, bytes).map_err(|error| error.to_string()))
        {
            eprintln!("{}: {why}", sample.name);
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
