//! The packs that came with the program, of procedures and of the one-stop desk's papers, and those that a portal published since.

use std::collections::BTreeMap;

use hoso_dossier::{Catalogue, Pack, PackError, pack_text};
use include_dir::{Dir, include_dir};

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/packs");
static PAPERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/papers");

/// How the names of folders begin whose files several packs share.
const SHARED: char = '_';

/// Text files of a folder by name.
type Files = BTreeMap<String, String>;

/// The packs that came with the program.
///
/// # Errors
/// One of them is broken: the program was built from a broken tree, which a test keeps from happening.
pub(crate) fn built_in() -> Result<Vec<Pack>, PackError> {
    let shared = shared();
    folders()
        .map(|folder| Pack::parse(&texts(folder), &shared))
        .collect()
}

/// The pack of that code that came with the program: its folder is named so.
///
/// # Errors
/// It is broken.
pub(crate) fn built_in_of(code: &str) -> Result<Option<Pack>, PackError> {
    folders()
        .find(|folder| is_named(folder, code))
        .map(|folder| read(&texts(folder)))
        .transpose()
}

fn folders() -> impl Iterator<Item = &'static Dir<'static>> {
    BUILT_IN
        .dirs()
        .filter(|folder| !is_shared(folder))
        .chain(PAPERS.dirs())
}

fn is_named(folder: &Dir<'_>, code: &str) -> bool {
    folder.path().file_name().is_some_and(|name| name == code)
}

/// A pack as a portal or a folder brings it.
///
/// # Errors
/// The pack is broken.
pub(crate) fn read(files: &Files) -> Result<Pack, PackError> {
    Pack::parse(files, &shared())
}

/// The catalogue: later packs replace earlier ones of the same code.
pub(crate) fn catalogue(published: impl IntoIterator<Item = Pack>) -> Result<Catalogue, PackError> {
    Ok(Catalogue::new(built_in()?.into_iter().chain(published)))
}

fn shared() -> Files {
    BUILT_IN
        .dirs()
        .filter(|folder| is_shared(folder))
        .flat_map(texts)
        .collect()
}

fn is_shared(folder: &Dir<'_>) -> bool {
    folder
        .path()
        .to_str()
        .is_some_and(|name| name.starts_with(SHARED))
}

fn texts(folder: &Dir<'_>) -> Files {
    folder
        .files()
        .filter_map(|file| {
            Some((
                file.path().file_name()?.to_str()?.to_owned(),
                pack_text(file.path().file_name()?.to_str()?, file.contents().to_vec()).ok()?,
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_pack_is_whole() {
        let packs = built_in().unwrap();
        let papers = packs.iter().filter(|pack| pack.procedure().is_none());
        assert_eq!(papers.count(), 7);
        assert!(packs.len() >= 10, "{}", packs.len());
        for (pack, folder) in packs.iter().zip(folders()) {
            assert!(is_named(folder, pack.code()), "{}", folder.path().display());
        }
    }
}
