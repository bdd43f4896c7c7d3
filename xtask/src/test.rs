//! `cargo xtask test`: every check, one after the other, and what came of each.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::args::Args;
use crate::shell::{self, Failed, answers, cargo, command, lasted, say};
use crate::{bindings, python, system, ui};

mod counts;

use counts::Counts;

/// One of the checks.
struct Runner {
    name: String,
    work: Work,
}

/// What a check does.
enum Work {
    /// A command that passes or fails as one.
    Whole(fn() -> Command),
    /// Rust tests and their doc tests.
    Rust,
    /// The committed TypeScript types against the Rust ones.
    Bindings,
    /// The UI's unit tests.
    UiTests,
    /// The workspace's programs, for the checks that start them.
    Build,
    /// Our programs against other people's, in a folder of `tests/conformance`.
    Conformance(PathBuf),
    /// The journeys in the real window.
    Journeys,
}

/// What came of a check.
struct Outcome {
    name: String,
    counts: Counts,
    took: Duration,
}

/// Runs the checks, all or those named by `--only`.
pub(crate) fn run(mut args: Args) -> Result<(), Failed> {
    let only = args.values("--only")?;
    args.done()?;
    let chosen = choose(runners()?, &only)?;
    let started = Instant::now();

    prepare(&chosen)?;
    let prepared = started.elapsed();
    let mut outcomes: Vec<Outcome> = Vec::new();
    for runner in chosen {
        let outcome = runner.run(&outcomes);
        println!("{}: {}\n", outcome.name, outcome.counts);
        outcomes.push(outcome);
    }

    println!("{:<14} {:>8} {:>8}  time", "", "passed", "failed");
    println!("{:<33}{}", "preparing", lasted(prepared));
    for Outcome { name, counts, took } in &outcomes {
        let Counts { passed, failed } = counts;
        println!("{name:<14} {passed:>8} {failed:>8}  {}", lasted(*took));
    }
    let all = outcomes
        .iter()
        .fold(Counts::default(), |all, outcome| all + outcome.counts);
    println!("{:<33}{}", "everything", lasted(started.elapsed()));
    println!("all: {all}");
    if all.failed > 0 {
        let failed: Vec<&str> = outcomes
            .iter()
            .filter(|outcome| outcome.counts.failed > 0)
            .map(|outcome| outcome.name.as_str())
            .collect();
        return Err(Failed::new(format!("failed: {}", failed.join(", "))));
    }
    Ok(())
}

fn runners() -> Result<Vec<Runner>, Failed> {
    let runner = |name: &str, work| Runner {
        name: name.to_owned(),
        work,
    };
    let mut all = vec![
        runner("fmt", Work::Whole(|| cargo(&["fmt", "--all", "--check"]))),
        runner(
            "clippy",
            Work::Whole(|| {
                cargo(&[
                    "clippy",
                    "--workspace",
                    "--all-targets",
                    "--",
                    "-D",
                    "warnings",
                ])
            }),
        ),
        runner(BUILD, Work::Build),
        runner("rust", Work::Rust),
        runner("bindings", Work::Bindings),
        runner(
            "ui-format",
            Work::Whole(|| in_ui(&["prettier", "--check", ".", "../tests"])),
        ),
        runner(
            "ui-check",
            Work::Whole(|| in_ui(&["svelte-check", "--fail-on-warnings"])),
        ),
        runner("ui-tests", Work::UiTests),
    ];
    for folder in conformance_folders()? {
        let name = folder
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        all.push(Runner {
            name,
            work: Work::Conformance(folder),
        });
    }
    all.push(runner("journeys", Work::Journeys));
    Ok(all)
}

const BUILD: &str = "build";

fn conformance_folders() -> Result<Vec<PathBuf>, Failed> {
    let dir = shell::root().join("tests/conformance");
    if !dir.exists() {
        return Ok(Vec::new());
    }
    let mut folders = Vec::new();
    for entry in fs::read_dir(&dir).map_err(Failed::doing(dir.display()))? {
        let path = entry.map_err(Failed::doing(dir.display()))?.path();
        if path.join("run.mjs").exists() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

/// Those named, in the usual order, with the build where one of them starts our programs.
fn choose(all: Vec<Runner>, only: &[String]) -> Result<Vec<Runner>, Failed> {
    let names: Vec<&str> = all.iter().map(|runner| runner.name.as_str()).collect();
    if let Some(unknown) = only.iter().find(|name| !names.contains(&name.as_str())) {
        return Err(Failed::new(format!(
            "there is no check '{unknown}'; there are: {}",
            names.join(" ")
        )));
    }
    let wanted = |runner: &Runner| only.is_empty() || only.contains(&runner.name);
    let build = all
        .iter()
        .any(|runner| wanted(runner) && runner.starts_our_programs());
    Ok(all
        .into_iter()
        .filter(|runner| wanted(runner) || (build && runner.name == BUILD))
        .collect())
}

/// Installs what the chosen checks need.
fn prepare(chosen: &[Runner]) -> Result<(), Failed> {
    if chosen.iter().any(Runner::compiles) {
        system::ensure(&[system::BUILD, system::TEST])?;
        // The window's crate embeds the built UI, so nothing of Rust compiles before it.
        ui::build()?;
    } else if chosen.iter().any(|runner| runner.name.starts_with("ui-")) {
        ui::install(&shell::root().join("ui"))?;
    }
    Ok(())
}

impl Runner {
    fn starts_our_programs(&self) -> bool {
        matches!(
            self.work,
            Work::Rust | Work::Conformance(_) | Work::Journeys
        )
    }

    fn compiles(&self) -> bool {
        match self.work {
            Work::Whole(_) => self.name == "clippy",
            Work::UiTests => false,
            Work::Rust | Work::Bindings | Work::Build => true,
            Work::Conformance(_) | Work::Journeys => true,
        }
    }

    fn run(self, before: &[Outcome]) -> Outcome {
        let started = Instant::now();
        let unbuilt = before
            .iter()
            .any(|outcome| outcome.name == BUILD && outcome.counts.failed > 0);
        let counts = if self.starts_our_programs() && unbuilt {
            Err(Failed::new("not started, because the build failed"))
        } else {
            say(&self.name);
            self.work.run(&self.name)
        };
        Outcome {
            counts: counts.unwrap_or_else(|failed| {
                eprintln!("{}: {failed}", self.name);
                Counts::ONE_FAILED
            }),
            name: self.name,
            took: started.elapsed(),
        }
    }
}

impl Work {
    fn run(&self, name: &str) -> Result<Counts, Failed> {
        match self {
            Self::Whole(command) => Ok(match shell::run(name, command()) {
                Ok(()) => Counts::ONE_PASSED,
                Err(failed) => {
                    eprintln!("{failed}");
                    Counts::ONE_FAILED
                }
            }),
            Self::Rust => rust_tests(),
            Self::Bindings => {
                let stale = bindings::stale()?;
                if stale.is_empty() {
                    return Ok(Counts::ONE_PASSED);
                }
                stale.iter().for_each(|line| eprintln!("{line}"));
                Err(Failed::new(
                    "run cargo xtask bindings and commit what it writes",
                ))
            }
            Self::UiTests => counted(name, in_ui(&["vitest", "run"])),
            // With the tests' own set of features, or every dependency would be built again.
            Self::Build => {
                shell::run(name, cargo(&["build", "--workspace", "--bins", "--tests"]))?;
                Ok(Counts::ONE_PASSED)
            }
            Self::Conformance(folder) => {
                let run = with_programs(folder, &["run.mjs"])?;
                counted(name, run)
            }
            Self::Journeys => {
                let folder = shell::root().join("tests/journeys");
                // One window at a time: they are many processes each.
                let run = with_programs(
                    &folder,
                    &["--test", "--test-reporter=spec", "--test-concurrency=1"],
                )?;
                counted(name, run)
            }
        }
    }
}

/// A program of the UI's packages.
fn in_ui(args: &[&str]) -> Command {
    let mut npx = command("npx", &["--no-install"]);
    npx.args(args).current_dir(shell::root().join("ui"));
    npx
}

/// `node` in a folder whose packages are installed, told where our programs are.
fn with_programs(folder: &Path, args: &[&str]) -> Result<Command, Failed> {
    if folder.join("package-lock.json").exists() {
        ui::install(folder)?;
    }
    let mut node = command("node", args);
    if let Some(python) = python::install(folder)? {
        node.env("HOSO_PYTHON", python);
    }
    node.current_dir(folder)
        .env("HOSO_BIN_DIR", shell::binary(""));
    Ok(node)
}

/// Runs a test runner and reads its closing lines; a runner that ran nothing has failed.
fn counted(name: &str, command: Command) -> Result<Counts, Failed> {
    let (succeeded, output) = shell::tee(name, command)?;
    let mut counts = counts::read(&output);
    if succeeded && counts.passed == 0 {
        return Err(Failed::new("it ran no test"));
    }
    if !succeeded && counts.failed == 0 {
        counts.failed = 1;
    }
    Ok(counts)
}

fn rust_tests() -> Result<Counts, Failed> {
    if !answers("cargo", &["nextest", "--version"]) {
        return counted(
            "cargo test",
            testing(&["test", "--workspace", "--no-fail-fast"]),
        );
    }
    let tests = counted(
        "cargo nextest",
        testing(&["nextest", "run", "--workspace", "--no-fail-fast"]),
    )?;
    // nextest leaves the examples in doc comments out.
    let (succeeded, output) = shell::tee(
        "doc tests",
        testing(&["test", "--quiet", "--workspace", "--doc", "--no-fail-fast"]),
    )?;
    let docs = counts::read(&output);
    if !succeeded && docs.failed == 0 {
        return Ok(tests + docs + Counts::ONE_FAILED);
    }
    Ok(tests + docs)
}

/// Cargo, its tests told where our programs are.
fn testing(args: &[&str]) -> Command {
    let mut cargo = cargo(args);
    cargo.env("HOSO_BIN_DIR", shell::binary(""));
    cargo
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(only: &[&str]) -> Result<Vec<String>, Failed> {
        let only: Vec<String> = only.iter().map(|name| (*name).to_owned()).collect();
        let chosen = choose(runners().unwrap(), &only)?;
        Ok(chosen.into_iter().map(|runner| runner.name).collect())
    }

    #[test]
    fn the_order_stays_and_the_build_comes_along() {
        assert_eq!(names(&["clippy", "fmt"]).unwrap(), ["fmt", "clippy"]);
        assert_eq!(names(&["journeys"]).unwrap(), ["build", "journeys"]);
        assert_eq!(names(&[]).unwrap().first().unwrap(), "fmt");
        assert_eq!(names(&[]).unwrap().last().unwrap(), "journeys");
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let refused = names(&["clipy"]).unwrap_err().to_string();
        assert!(refused.contains("'clipy'") && refused.contains("clippy"));
    }
}
