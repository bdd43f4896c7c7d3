//! System packages: which are missing, asking, and installing them. Debian and Ubuntu share these names.

use std::io::{BufRead, IsTerminal, Write};
use std::process::Command;

use crate::shell::{self, Failed, say};

/// What building and showing the window needs.
pub(crate) const BUILD: &[&str] = &[
    "build-essential",
    "ca-certificates",
    "libssl-dev",
    "libwebkit2gtk-4.1-dev",
    "librsvg2-dev",
    "pkg-config",
    "xdg-utils",
];

/// What the checks need on top: a screen, a driver for the window, and other people's document tools.
pub(crate) const TEST: &[&str] = &[
    "dbus",
    "fonts-dejavu-core",
    "libreoffice-writer-nogui",
    "poppler-utils",
    "python3-venv",
    "qpdf",
    "webkit2gtk-driver",
    "xauth",
    "xvfb",
];

/// What making the icons and the bundles needs on top.
pub(crate) const BUNDLE: &[&str] = &["librsvg2-bin"];

/// Installs those of `wanted` that are missing; asks first, unless root or in CI.
pub(crate) fn ensure(wanted: &[&[&str]]) -> Result<(), Failed> {
    if !shell::answers("dpkg-query", &["--version"]) {
        say("this is no Debian or Ubuntu: system packages are left to you (see the README)");
        return Ok(());
    }
    let missing = missing(wanted)?;
    if missing.is_empty() {
        return Ok(());
    }
    say(format_args!(
        "missing system packages: {}",
        missing.join(" ")
    ));
    let root = is_root()?;
    if !root && !in_ci() && !agreed()? {
        return Err(Failed::new(format!(
            "install them and start again: sudo apt-get install {}",
            missing.join(" ")
        )));
    }
    if !root && !shell::answers("sudo", &["--version"]) {
        return Err(Failed::new(
            "there is no sudo here; install them as root and start again",
        ));
    }
    // A fresh machine has no list of packages yet.
    apt(root, &["update"], &[])?;
    let install = ["install", "-y", "--no-install-recommends"];
    if let Err(failed) = apt(root, &install, &missing) {
        say(format_args!("{failed}; once more"));
        apt(root, &["update"], &[])?;
        apt(root, &install, &missing)?;
    }
    Ok(())
}

fn missing(wanted: &[&[&str]]) -> Result<Vec<String>, Failed> {
    let mut query = Command::new("dpkg-query");
    query.args(["-W", "-f", "${Package} ${db:Status-Status}\n"]);
    query.args(wanted.iter().copied().flatten());
    // It exits 1 when it knows nothing of one of them, which is the very question.
    let output = query
        .output()
        .map_err(Failed::doing("asking dpkg what is installed"))?;
    let known = String::from_utf8_lossy(&output.stdout);
    Ok(not_installed(wanted, &known))
}

fn not_installed(wanted: &[&[&str]], known: &str) -> Vec<String> {
    wanted
        .iter()
        .copied()
        .flatten()
        .filter(|name| {
            !known
                .lines()
                .any(|line| line.strip_prefix(**name) == Some(" installed"))
        })
        .map(|name| (*name).to_owned())
        .collect()
}

fn is_root() -> Result<bool, Failed> {
    let id = shell::read("asking who runs this", shell::command("id", &["-u"]))?;
    Ok(id.trim() == "0")
}

fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|ci| !ci.is_empty() && ci != "false" && ci != "0")
}

fn agreed() -> Result<bool, Failed> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    print!("Install them with sudo apt-get? [Y/n] ");
    let _ = std::io::stdout().flush();
    let mut answer = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(Failed::doing("reading the answer"))?;
    Ok(matches!(
        answer.trim().to_lowercase().as_str(),
        "" | "y" | "yes"
    ))
}

fn apt(root: bool, args: &[&str], packages: &[String]) -> Result<(), Failed> {
    let what = format!("apt-get {}", args.first().copied().unwrap_or_default());
    say(&what);
    let mut apt = if root {
        Command::new("apt-get")
    } else {
        let mut sudo = Command::new("sudo");
        // sudo drops the environment, so the variable travels as an argument.
        sudo.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        sudo
    };
    apt.env("DEBIAN_FRONTEND", "noninteractive")
        .args(["-q", "-o", "Acquire::Retries=2"])
        .args(args)
        .args(packages);
    let status = apt.status().map_err(Failed::doing(&what))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failed::new(format!("{what} failed ({status})")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_counts_only_when_it_is_installed() {
        let known = "qpdf installed\nxvfb not-installed\nlibssl-dev installed\n";
        let wanted: &[&[&str]] = &[&["qpdf", "xvfb"], &["libssl-dev", "libssl"]];
        assert_eq!(not_installed(wanted, known), ["xvfb", "libssl"]);
    }
}
