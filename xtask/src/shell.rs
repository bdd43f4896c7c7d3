//! Running other programs: where, how it is told, and what they answered.

use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Why a chore stopped, in words for the one who started it.
#[derive(Debug)]
pub(crate) struct Failed(String);

impl Failed {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }

    /// For `map_err`: what was being done, followed by what the system said.
    pub(crate) fn doing<E: fmt::Display>(what: impl fmt::Display) -> impl FnOnce(E) -> Self {
        move |error| Self(format!("{what}: {error}"))
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The top of the checkout.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Where cargo builds.
pub(crate) fn target_dir() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// A debug binary of the workspace.
pub(crate) fn binary(name: &str) -> PathBuf {
    target_dir().join("debug").join(name)
}

/// A command that will run at the top of the checkout.
pub(crate) fn command(program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(root());
    command
}

/// The cargo that started this program.
pub(crate) fn cargo(args: &[&str]) -> Command {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    command(&cargo, args)
}

/// Whether a program answers `--version`.
pub(crate) fn answers(program: &str, args: &[&str]) -> bool {
    Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// One line of progress.
pub(crate) fn say(line: impl fmt::Display) {
    println!("» {line}");
    // Otherwise the line comes after what the next program prints.
    let _ = std::io::stdout().flush();
}

/// Runs a command in plain sight and fails when it does.
pub(crate) fn run(what: &str, mut command: Command) -> Result<(), Failed> {
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(Failed::doing(format_args!(
            "{what}: cannot start {}",
            command.get_program().display()
        )))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failed::new(format!("{what} failed ({status})")))
    }
}

/// What a command wrote to its standard output.
pub(crate) fn read(what: &str, mut command: Command) -> Result<String, Failed> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(Failed::doing(what))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(Failed::new(format!(
            "{what} failed ({}): {}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        )))
    }
}

/// Runs a command in plain sight, keeping what it wrote; also says whether it succeeded.
pub(crate) fn tee(what: &str, mut command: Command) -> Result<(bool, String), Failed> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(Failed::doing(format_args!(
            "{what}: cannot start {}",
            command.get_program().display()
        )))?;
    let kept = Mutex::new(String::new());
    std::thread::scope(|scope| {
        if let Some(out) = child.stdout.take() {
            scope.spawn(|| copy_lines(out, std::io::stdout(), &kept));
        }
        if let Some(err) = child.stderr.take() {
            scope.spawn(|| copy_lines(err, std::io::stderr(), &kept));
        }
    });
    let status = child.wait().map_err(Failed::doing(what))?;
    let kept = kept.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok((status.success(), kept))
}

fn copy_lines(from: impl Read, mut to: impl Write, kept: &Mutex<String>) {
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
        // A closed terminal must not stop the reading: the child would block on a full pipe.
        let _ = to.write_all(&line);
        kept.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
}

/// Minutes and seconds, as people say them.
pub(crate) fn lasted(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{} min {:02} s", seconds / 60, seconds % 60)
}
