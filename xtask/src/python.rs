//! Other people's Python programs, in an environment of their own for the check that asks for them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::shell::{self, Failed, command, say};

/// What a folder asks for, with versions and hashes.
const WANTED: &str = "requirements.txt";

/// Installs what `folder` asks for where cargo builds, unless that is there already; says which Python has it.
pub(crate) fn install(folder: &Path) -> Result<Option<PathBuf>, Failed> {
    let wanted = folder.join(WANTED);
    let Ok(list) = fs::read(&wanted) else {
        return Ok(None);
    };
    let shown = folder.strip_prefix(shell::root()).unwrap_or(folder);
    let name = shown.to_string_lossy().replace(['/', '\\'], "-");
    let environment = shell::target_dir().join("python").join(name);
    let python = environment.join("bin/python");
    let stamp = environment.join("installed.txt");
    if fs::read(&stamp).is_ok_and(|installed| installed == list) {
        return Ok(Some(python));
    }
    say(format_args!("pip install in {}", shown.display()));
    let mut make = command("python3", &["-m", "venv", "--clear"]);
    make.arg(&environment);
    shell::run("making an environment for Python", make)?;
    let pip = || {
        let mut pip = command(&python.to_string_lossy(), &["-m", "pip", "install"]);
        pip.args([
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--require-hashes",
            "--only-binary=:all:",
            "-r",
        ])
        .arg(&wanted);
        shell::run("pip install", pip)
    };
    if let Err(failed) = pip() {
        say(format_args!("{failed}; once more"));
        pip()?;
    }
    fs::write(&stamp, list).map_err(Failed::doing("noting what pip installed"))?;
    Ok(Some(python))
}
