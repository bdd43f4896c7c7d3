//! The packs that come with the application, read from their folders.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hoso_dossier::FormPack;
use jiff::civil::date;

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

fn packs() -> Vec<FormPack> {
    let shared = files(&folder().join("_applicant"));
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

#[test]
fn every_pack_reads_and_reads_back_from_its_own_files() {
    let packs = packs();
    let codes: Vec<_> = packs.iter().map(FormPack::code).collect();
    assert_eq!(codes, ["1.001193"]);
    for pack in &packs {
        assert_eq!(FormPack::parse(pack.files()).as_ref(), Ok(pack));
        assert!(pack.in_force(date(2026, 11, 21)).is_ok(), "{}", pack.code());
        assert!(pack.in_force(date(2025, 6, 30)).is_err(), "{}", pack.code());
    }
}
