//! The UI's packages and its build; the same care for the other Node folders.

use std::fs;
use std::path::Path;

use crate::shell::{self, Failed, command, say};

/// Node must be at least this.
const NODE: u32 = 20;

/// Installs the UI's packages and builds `ui/dist`, which the window embeds.
pub(crate) fn build() -> Result<(), Failed> {
    let ui = shell::root().join("ui");
    install(&ui)?;
    say("building the UI");
    let mut build = command("npm", &["run", "--silent", "build"]);
    build.current_dir(&ui);
    shell::run("building the UI", build)
}

/// `npm ci` in a folder, unless its packages are those of its lock file already.
pub(crate) fn install(folder: &Path) -> Result<(), Failed> {
    enough_node()?;
    let lock = folder.join("package-lock.json");
    let wanted = fs::read(&lock).map_err(Failed::doing(format_args!(
        "reading {}, which should be committed",
        lock.display()
    )))?;
    // npm empties node_modules first, so the copy vanishes with what it vouches for.
    let stamp = folder.join("node_modules/.installed-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let shown = folder.strip_prefix(shell::root()).unwrap_or(folder);
    say(format_args!("npm ci in {}", shown.display()));
    let ci = || {
        let mut ci = command("npm", &["ci", "--no-audit", "--no-fund"]);
        ci.current_dir(folder);
        shell::run("npm ci", ci)
    };
    if let Err(failed) = ci() {
        say(format_args!("{failed}; once more"));
        ci()?;
    }
    // A folder without dependencies gets no node_modules from npm.
    fs::create_dir_all(folder.join("node_modules"))
        .and_then(|()| fs::write(&stamp, wanted))
        .map_err(Failed::doing("noting what npm installed"))
}

fn enough_node() -> Result<(), Failed> {
    let missing = |_| Failed::new(format!("Node {NODE} or later is needed, with npm"));
    let version =
        shell::read("node --version", command("node", &["--version"])).map_err(missing)?;
    match major(&version) {
        Some(major) if major >= NODE => Ok(()),
        _ => Err(Failed::new(format!(
            "Node {NODE} or later is needed; this is {}",
            version.trim()
        ))),
    }
}

fn major(version: &str) -> Option<u32> {
    version
        .trim()
        .strip_prefix('v')?
        .split('.')
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("20.20.2"), None);
        assert_eq!(major("v24.0.0-nightly"), Some(24));
    }
}
