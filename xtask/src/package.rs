//! `cargo xtask package`: a .deb and an .rpm of the window and the command line, in release form.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, json};

use crate::args::Args;
use crate::shell::{self, Failed, command, say};
use crate::{system, ui};

/// The command line's file, in a package and on the machine.
const CLI: &str = "/usr/bin/hoso";

/// Where the papers that travel with the programs go.
const DOC: &str = "/usr/share/doc/hoso";
const PAPERS: [&str; 4] = ["NOTICE", "LICENSE-APACHE", "LICENSE-MIT", "LICENSE-OFL"];

/// Builds the packages and says where they are and how large.
pub(crate) fn package(args: Args) -> Result<(), Failed> {
    args.done()?;
    for file in build()? {
        let size = fs::metadata(&file)
            .map_err(Failed::doing(file.display()))?
            .len();
        say(format_args!("{} ({size} bytes)", file.display()));
    }
    Ok(())
}

/// Builds the packages; returns their files, the .deb first.
pub(crate) fn build() -> Result<Vec<PathBuf>, Failed> {
    system::ensure(&[system::BUILD])?;
    ui::build()?;
    let release = shell::target_dir().join("release");
    let mut files = Map::new();
    files.insert(CLI.to_owned(), json!(release.join("hoso")));
    for name in PAPERS {
        files.insert(format!("{DOC}/{name}"), json!(shell::root().join(name)));
    }
    let linux = json!({
        "files": files,
        "desktopTemplate": shell::root().join("xtask/hoso.desktop.hbs"),
    });
    // Not in tauri.conf.json: it cannot know where cargo builds, and it holds the product's name in Vietnamese,
    // which Debian and RPM refuse as the name of a package. The menu entry's template keeps it.
    let config = json!({
        "productName": "hoso",
        "bundle": { "linux": { "deb": linux, "rpm": linux } },
    });
    let tauri = shell::root().join("ui/node_modules/.bin/tauri");
    let bundles = release.join("bundle");
    if bundles.exists() {
        fs::remove_dir_all(&bundles).map_err(Failed::doing(bundles.display()))?;
    }
    say(
        "building the window and the command line in release form (this takes long), and the packages",
    );
    let mut build = command(&tauri.to_string_lossy(), &["build", "--ci"]);
    build
        .args(["--bundles", "deb,rpm", "--config"])
        .arg(config.to_string())
        // Built together, the two share every crate; one after the other, cargo builds most of them twice.
        .args(["--", "-p", "hoso-desktop", "-p", "hoso-cli"]);
    shell::run("building the packages", build)?;
    ["deb", "rpm"]
        .iter()
        .map(|kind| built(&bundles.join(kind), kind))
        .collect()
}

/// The one package of a kind.
fn built(folder: &Path, kind: &str) -> Result<PathBuf, Failed> {
    let entries = fs::read_dir(folder).map_err(Failed::doing(folder.display()))?;
    for entry in entries {
        let path = entry.map_err(Failed::doing(folder.display()))?.path();
        if path.extension().is_some_and(|extension| extension == kind) {
            return Ok(path);
        }
    }
    Err(Failed::new(format!("no .{kind} was made")))
}
