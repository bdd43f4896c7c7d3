//! The packs' folders.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hoso_dossier::FormPack;
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/packs")
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect()
}

pub(crate) fn shared() -> BTreeMap<String, String> {
    files(&folder().join("_applicant"))
}

pub(crate) fn packs() -> Vec<FormPack> {
    let shared = shared();
    let mut folders: Vec<PathBuf> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.ends_with("_applicant"))
        .collect();
    folders.sort();
    folders
        .iter()
        .map(|path| {
            let pack = FormPack::parse_with(&files(path), &shared)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert!(path.ends_with(pack.code()), "{}", path.display());
            pack
        })
        .collect()
}

pub(crate) fn pack(code: &str) -> FormPack {
    packs()
        .into_iter()
        .find(|pack| pack.code() == code)
        .unwrap()
}

pub(crate) fn example(pack: &FormPack) -> Value {
    serde_json::from_str(pack.example()).unwrap()
}

/// Puts a value at a dotted path.
pub(crate) fn with(mut answers: Value, path: &str, value: Value) -> Value {
    let mut place = &mut answers;
    for step in path.split('.') {
        place = &mut place[step];
    }
    *place = value;
    answers
}
