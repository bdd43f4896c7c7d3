//! `cargo xtask fuzz`: spoils input for as long as it is told, and keeps what fails.

use crate::args::Args;
use crate::shell::{self, Failed, cargo, say};

/// Fuzzes the e-form engine, the only part that has a target.
pub(crate) fn run(mut args: Args) -> Result<(), Failed> {
    let minutes = args.value("--minutes")?.unwrap_or_else(|| "10".to_owned());
    let seed = args.value("--seed")?.unwrap_or_else(|| "1".to_owned());
    let names = args.words()?;
    if names.iter().any(|name| name != "eform") {
        return Err(Failed::new("there is only eform to fuzz"));
    }
    say(
        "fuzzing eform; what fails is kept in crates/eform/tests/findings and tried by the tests from then on",
    );
    shell::run(
        "fuzzing eform",
        cargo(&[
            "run",
            "--quiet",
            "-p",
            "hoso-eform",
            "--example",
            "fuzz",
            "--",
            &minutes,
            &seed,
        ]),
    )
}
