//! The TypeScript types that ts-rs writes from the Rust ones.
//!
//! ts-rs writes a type in a test of its crate, into the folder named by `TS_RS_EXPORT_DIR`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::args::Args;
use crate::shell::{self, Failed, cargo, say};
use crate::{system, ui};

/// File name (below the folder) and what it holds.
type Tree = BTreeMap<PathBuf, Vec<u8>>;

fn committed() -> PathBuf {
    shell::root().join("ui/src/lib/bindings")
}

/// `cargo xtask bindings`: makes the committed folder what the Rust types say now.
pub(crate) fn write(args: Args) -> Result<(), Failed> {
    args.done()?;
    system::ensure(&[system::BUILD])?;
    // The window's crate does not compile without the built UI.
    ui::build()?;
    let (before, now) = (tree(&committed())?, export()?);
    let changes = differences(&before, &now);
    for file in before.keys().filter(|file| !now.contains_key(*file)) {
        let file = committed().join(file);
        fs::remove_file(&file).map_err(Failed::doing(file.display()))?;
    }
    for (file, text) in &now {
        let file = committed().join(file);
        file.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&file, text))
            .map_err(Failed::doing(file.display()))?;
    }
    changes.iter().for_each(say);
    say(format_args!(
        "{} types in {} files",
        now.len(),
        committed().display()
    ));
    Ok(())
}

/// What differs between the committed types and the Rust ones; nothing means up to date.
pub(crate) fn stale() -> Result<Vec<String>, Failed> {
    Ok(differences(&tree(&committed())?, &export()?))
}

fn export() -> Result<Tree, Failed> {
    let folder = shell::target_dir().join("bindings");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(Failed::doing(folder.display()))?;
    }
    // `cargo test`, not nextest: one process at a time writes into the folder.
    let mut export = cargo(&["test", "--quiet", "--workspace", "--lib", "export_bindings"]);
    export.env("TS_RS_EXPORT_DIR", &folder);
    shell::run("writing the TypeScript types", export)?;
    tree(&folder)
}

fn tree(folder: &Path) -> Result<Tree, Failed> {
    let mut tree = Tree::new();
    let mut open = vec![folder.to_owned()];
    while let Some(dir) = open.pop() {
        if !dir.exists() {
            continue;
        }
        for entry in fs::read_dir(&dir).map_err(Failed::doing(dir.display()))? {
            let path = entry.map_err(Failed::doing(dir.display()))?.path();
            if path.is_dir() {
                open.push(path);
            } else if let Ok(name) = path.strip_prefix(folder) {
                let text = fs::read(&path).map_err(Failed::doing(path.display()))?;
                tree.insert(name.to_owned(), text);
            }
        }
    }
    Ok(tree)
}

fn differences(before: &Tree, now: &Tree) -> Vec<String> {
    let gone = before
        .keys()
        .filter(|file| !now.contains_key(*file))
        .map(|file| format!("{} has no Rust type any more", file.display()));
    let changed = now
        .iter()
        .filter_map(|(file, text)| match before.get(file) {
            Some(old) if old == text => None,
            Some(_) => Some(format!("{} differs from its Rust type", file.display())),
            None => Some(format!("{} is missing", file.display())),
        });
    gone.chain(changed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_difference_is_told() {
        let tree = |files: &[(&str, &str)]| -> Tree {
            files
                .iter()
                .map(|(name, text)| (PathBuf::from(name), text.as_bytes().to_vec()))
                .collect()
        };
        let before = tree(&[("A.ts", "a"), ("B.ts", "b"), ("C.ts", "c")]);
        let now = tree(&[("A.ts", "a"), ("B.ts", "B"), ("D.ts", "d")]);
        assert_eq!(
            differences(&before, &now),
            [
                "C.ts has no Rust type any more",
                "B.ts differs from its Rust type",
                "D.ts is missing"
            ]
        );
        assert!(differences(&now, &now).is_empty());
    }
}
