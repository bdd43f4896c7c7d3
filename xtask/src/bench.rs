//! `cargo xtask bench`: what the README's figures are, measured on the release build.

use std::fs;

use crate::args::Args;
use crate::shell::{self, Failed, cargo, command, say};
use crate::{package, python, system, ui};

/// Measures everything, or what is named.
pub(crate) fn run(args: Args) -> Result<(), Failed> {
    let mut names = args.words()?;
    let all = names.is_empty();
    system::ensure(&[system::BUILD])?;
    if all || names.iter().any(|name| name == "eform") {
        eform()?;
        names.retain(|name| name != "eform");
        if names.is_empty() && !all {
            return Ok(());
        }
    }
    for (name, measure) in [
        ("upload", upload as fn() -> Result<(), Failed>),
        ("idle", idle),
    ] {
        if all || names.iter().any(|wanted| wanted == name) {
            measure()?;
            names.retain(|wanted| wanted != name);
            if names.is_empty() && !all {
                return Ok(());
            }
        }
    }
    system::ensure(&[system::TEST])?;
    if all || names.iter().any(|name| name == "paper") {
        paper()?;
        names.retain(|name| name != "paper");
        if names.is_empty() && !all {
            return Ok(());
        }
    }
    if all || names.iter().any(|name| name == "batch") {
        batch()?;
        names.retain(|name| name != "batch");
        if names.is_empty() && !all {
            return Ok(());
        }
    }
    // The packages hold the very programs that are measured.
    let packages = package::build()?;
    if names.is_empty() || names.iter().any(|name| name == "package") {
        for file in &packages {
            let size = fs::metadata(file)
                .map_err(Failed::doing(file.display()))?
                .len();
            println!("package: {} bytes {}", size, file.display());
        }
    }
    let measured: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| *name != "package")
        .collect();
    if measured.is_empty() && !names.is_empty() {
        return Ok(());
    }
    if measured.is_empty() || measured.contains(&"documents") {
        let papers = [
            "build",
            "--release",
            "-p",
            "hoso-app",
            "--example",
            "papers",
        ];
        shell::run("building the loop over papers", cargo(&papers))?;
    }
    if measured.is_empty() || measured.contains(&"forms") {
        let portal = ["build", "--release", "-p", "hoso-sandbox"];
        shell::run(
            "building the portal that publishes the forms",
            cargo(&portal),
        )?;
    }
    let folder = shell::root().join("tests/journeys");
    ui::install(&folder)?;
    say("measuring; leave the machine alone meanwhile");
    let mut bench = command("node", &["bench.mjs"]);
    bench
        .args(measured)
        .current_dir(&folder)
        .env("HOSO_BIN_DIR", shell::target_dir().join("release"));
    shell::run("measuring", bench)
}

/// Small files to the sandbox portal, in turns with a raw PUT of the same files.
fn upload() -> Result<(), Failed> {
    let example = [
        "run",
        "--quiet",
        "--release",
        "-p",
        "hoso-portal-client",
        "--example",
        "upload_speed",
    ];
    shell::run("measuring uploads", cargo(&example))
}

/// A look over thousands of dossiers with nothing to do: by the machine alone, and by the application with its store and a portal.
fn idle() -> Result<(), Failed> {
    for (package, tests, name) in [
        (
            "hoso-sync",
            "steps",
            "idle::a_look_over_thousands_of_dossiers_is_one_request",
        ),
        (
            "hoso-cli",
            "it",
            "idle::a_pass_over_thousands_of_dossiers_with_nothing_to_do_is_one_request",
        ),
    ] {
        let test = [
            "test",
            "--quiet",
            "--release",
            "-p",
            package,
            "--test",
            tests,
            "--",
            "--exact",
            "--nocapture",
            name,
        ];
        let mut measuring = cargo(&test);
        measuring.env("HOSO_IDLE", "5000");
        shell::run("measuring a look with nothing to do", measuring)?;
    }
    Ok(())
}

/// One form of one page, written by us and by what a user would pick instead.
fn paper() -> Result<(), Failed> {
    let example = [
        "build",
        "--release",
        "-p",
        "hoso-paper",
        "--example",
        "speed",
    ];
    shell::run("building the papers' bench", cargo(&example))?;
    let folder = shell::root().join("tests/conformance/documents/bench");
    let python = python::install(&folder)?.unwrap_or_else(|| "python3".into());
    say("measuring; leave the machine alone meanwhile");
    let mut bench = command(&python.to_string_lossy(), &["bench.py"]);
    bench
        .arg(shell::target_dir().join("release/examples/speed"))
        .current_dir(&folder);
    shell::run("measuring papers", bench)
}

/// Spreadsheets of forms made into papers by the command line.
fn batch() -> Result<(), Failed> {
    let program = ["build", "--release", "-p", "hoso-cli"];
    shell::run("building the command line", cargo(&program))?;
    say("measuring; leave the machine alone meanwhile");
    let mut bench = command("python3", &["batch.py"]);
    bench
        .arg(shell::target_dir().join("release/hoso"))
        .current_dir(shell::root().join("tests/conformance/documents/bench"));
    shell::run("measuring batches", bench)
}

/// The e-form engine beside form.io's own, and what it does to what means harm; `HOSO_CORPUS` may name a folder of definitions.
fn eform() -> Result<(), Failed> {
    let example = [
        "build",
        "--release",
        "-p",
        "hoso-eform",
        "--example",
        "bench",
    ];
    shell::run("building the engine's bench", cargo(&example))?;
    let program = ["build", "--release", "-p", "hoso-cli"];
    shell::run("building the command line", cargo(&program))?;
    let folder = shell::root().join("tests/conformance/formio");
    ui::install(&folder)?;
    let mut bench = command("node", &["bench.mjs"]);
    bench
        .current_dir(&folder)
        .env("TZ", "Asia/Ho_Chi_Minh")
        .env(
            "HOSO_EFORM_BENCH",
            shell::target_dir().join("release/examples/bench"),
        )
        .env("HOSO_BIN", shell::target_dir().join("release/hoso"));
    shell::run("measuring the engine", bench)
}
