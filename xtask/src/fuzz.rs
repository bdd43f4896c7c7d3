//! `cargo xtask fuzz`: spoils input for as long as it is told, and keeps what fails.

use crate::args::Args;
use crate::shell::{self, Failed, cargo, say};

/// What can be fuzzed: a name, its package, its example, and where findings are kept.
const TARGETS: &[(&str, &str, &str, &str)] = &[
    ("eform", "hoso-eform", "fuzz", "crates/eform/tests/findings"),
    (
        "paper",
        "hoso-paper",
        "fuzz_layouts",
        "crates/paper/tests/findings",
    ),
    (
        "templates",
        "hoso-paper",
        "fuzz_templates",
        "crates/paper/tests/template-findings",
    ),
];

/// Fuzzes what is named, one after the other; the e-form engine without a name.
pub(crate) fn run(mut args: Args) -> Result<(), Failed> {
    let minutes = args.value("--minutes")?.unwrap_or_else(|| "10".to_owned());
    let seed = args.value("--seed")?.unwrap_or_else(|| "1".to_owned());
    let mut names = args.words()?;
    if names.is_empty() {
        names.push("eform".to_owned());
    }
    for name in names {
        let Some((name, package, example, kept)) =
            TARGETS.iter().find(|(known, ..)| *known == name)
        else {
            let known: Vec<&str> = TARGETS.iter().map(|(known, ..)| *known).collect();
            return Err(Failed::new(format!(
                "what can be fuzzed: {}",
                known.join(", ")
            )));
        };
        say(format_args!(
            "fuzzing {name}; what fails is kept in {kept} and tried by the tests from then on"
        ));
        let example = [
            "run",
            "--quiet",
            "-p",
            package,
            "--example",
            example,
            "--",
            &minutes,
            &seed,
        ];
        shell::run(&format!("fuzzing {name}"), cargo(&example))?;
    }
    Ok(())
}
