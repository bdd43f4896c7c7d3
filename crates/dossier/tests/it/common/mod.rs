//! The packs that come with the application, and their forms.
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use hoso_dossier::{FormPack, Pack};
use hoso_eform::{Env, Form, Node, Session};
use serde_json::{Value, json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/packs")
}

pub(crate) fn files(folder: &Path) -> BTreeMap<String, String> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            {
                let text = hoso_dossier::pack_text(&name, std::fs::read(&path).unwrap()).unwrap();
                (name, text)
            }
        })
        .collect()
}

/// The folders of packs, and those with files that several share.
fn folders() -> (Vec<PathBuf>, Vec<PathBuf>) {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    folders.into_iter().partition(|path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        !name.starts_with('_')
    })
}

/// What several packs share, by name.
pub(crate) fn shared() -> BTreeMap<String, String> {
    let mut shared = BTreeMap::new();
    for folder in folders().1 {
        for (name, text) in files(&folder) {
            assert_eq!(shared.insert(name.clone(), text), None, "two files {name}");
        }
    }
    shared
}

/// The forms of *Thông tin người nộp* that packs share.
pub(crate) fn applicants() -> BTreeMap<String, String> {
    files(&folder().join("_applicant"))
}

pub(crate) fn papers_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/papers")
}

/// The packs of the one-stop desk's papers.
pub(crate) fn papers() -> Vec<Pack> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(papers_folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    folders
        .iter()
        .map(|path| {
            let pack = Pack::parse(&files(path), &BTreeMap::new())
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert!(path.ends_with(pack.code()), "{}", path.display());
            pack
        })
        .collect()
}

pub(crate) fn packs() -> Vec<FormPack> {
    static PACKS: LazyLock<Vec<FormPack>> = LazyLock::new(read);
    PACKS.clone()
}

fn read() -> Vec<FormPack> {
    let shared = shared();
    folders()
        .0
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

/// Puts a value at a path such as `me.ho_ten` or `kem_theo[0].ten`.
pub(crate) fn with(mut answers: Value, path: &str, value: Value) -> Value {
    let mut place = &mut answers;
    for step in path.split(['.', '[']) {
        place = match step.strip_suffix(']') {
            Some(index) => &mut place[index.parse::<usize>().unwrap()],
            None => &mut place[step],
        };
    }
    *place = value;
    answers
}

pub(crate) fn env() -> Env {
    Env::new("2026-11-21T03:00:00Z".parse().unwrap())
}

/// A form of a pack, with the pack's lists of choices.
pub(crate) fn form_of(pack: &FormPack, definition: &str) -> Form {
    Form::parse_with(definition.as_bytes(), &pack.catalogues())
        .unwrap_or_else(|error| panic!("{}: {error}", pack.code()))
}

/// The *tờ khai* of a pack.
pub(crate) fn form(pack: &FormPack) -> Form {
    form_of(pack, pack.form())
}

/// Data paths of what can be answered, `true` where it is one answer and not a group of them.
pub(crate) fn paths(form: Form) -> BTreeMap<String, bool> {
    fn walk(nodes: &[Node], found: &mut BTreeMap<String, bool>) {
        for node in nodes {
            let single = node.children.is_empty() && node.kind != "content";
            found.insert(node.path.clone(), single);
            walk(&node.children, found);
        }
    }
    let session = Session::new(Arc::new(form), json!({}), BTreeMap::new(), env());
    let mut found = BTreeMap::new();
    walk(&session.view().nodes, &mut found);
    found
}

/// Every single answer by its path.
pub(crate) fn leaves(answers: &Value) -> BTreeMap<String, Value> {
    fn walk(value: &Value, path: &str, found: &mut BTreeMap<String, Value>) {
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    let dot = if path.is_empty() { "" } else { "." };
                    walk(member, &format!("{path}{dot}{key}"), found);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    walk(item, &format!("{path}[{index}]"), found);
                }
            }
            leaf => {
                found.insert(path.to_owned(), leaf.clone());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(answers, "", &mut found);
    found
}
