//! The project's chores: `cargo xtask run`, `cargo xtask test` and their neighbours.

use std::process::ExitCode;

mod args;
mod bench;
mod bindings;
mod edges;
mod fuzz;
mod icons;
mod package;
mod python;
mod run;
mod shell;
mod sim;
mod system;
mod test;
mod ui;

use args::Args;
use shell::Failed;

const HELP: &str = "\
Chores of Hồ Sơ.

Usage: cargo xtask COMMAND

  run [--offline] [--portal URL] [--home DIR]
        Install what is missing, build, start the sandbox portal with sample data and open the
        window on it. Closing the window stops everything.
          --offline      only the window, no portal
          --portal URL   the window on another portal
          --home DIR     keep the profile in DIR instead of the person's data folder
  test [--only NAME]...
        Every check, ending with the journeys in the real window. Later checks run even when an
        earlier one failed. An unknown NAME is answered with the known ones.
  bench [NAME]...
        Measure the release build beside a bare page of the same build: window, keys, forms, documents, package;
        the e-form engine beside form.io's own: eform; papers beside LibreOffice, typst and WeasyPrint: paper;
        small files to the sandbox beside a raw PUT: upload; a look over 5,000 dossiers with nothing to do: idle;
        spreadsheets of forms made into papers: batch.
  fuzz [eform] [paper] [templates] [--minutes N] [--seed N]
        Spoil form definitions, layouts or Word templates, and answers, and look for panics, endless work, lost text and
        disagreement. What fails is kept in tests/findings of the crate and belongs to the tests from then on.
  sim [--seeds N] [--from S]
        Play N whole histories of desktops and a portal (20,000 if not said), beginning with seed S, on every core.
        One that fails is shrunk to a story and told with its seed. The same machine with one rule broken is played too,
        for each rule in turn, and told with how many histories it takes until that is noticed.
  edges [--dossiers N]
        A day's work of N dossiers (50 if not said) with the real programs, files and database: each typed, sealed, sent
        and paid with some twenty kill -9 and four runs over a bad line. Ends with what arrived and what it cost.
  package
        A .deb and an .rpm of the window and the command line, in release form.
  bindings
        Write the TypeScript types of ui/src/lib/bindings from the Rust ones.
  icons
        Render icons/icon.svg to the sizes that the bundles need.

Variables: CI=true answers yes to installing system packages; CARGO_TARGET_DIR is respected.
HOSO_REFERENCES=renew keeps the looks of the papers as what test --only documents compares with from then on.
";

fn main() -> ExitCode {
    let mut args = Args::new(std::env::args().skip(1));
    let outcome = match args.command().as_deref() {
        Some("run") => run::run(args),
        Some("test") => test::run(args),
        Some("bindings") => bindings::write(args),
        Some("bench") => bench::run(args),
        Some("fuzz") => fuzz::run(args),
        Some("sim") => sim::run(args),
        Some("edges") => edges::run(args),
        Some("package") => package::package(args),
        Some("icons") => icons::render(args),
        None | Some("help" | "-h" | "--help") => {
            print!("{HELP}");
            Ok(())
        }
        Some(other) => Err(Failed::new(format!(
            "there is no command '{other}'; see cargo xtask --help"
        ))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("xtask: {failed}");
            ExitCode::FAILURE
        }
    }
}
