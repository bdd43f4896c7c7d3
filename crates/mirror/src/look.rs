//! One look at a folder: which papers are in it, without following a link anywhere.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;

/// Deeper than people nest folders; a bound against a file system that loops.
const DEPTH: usize = 32;

/// A paper that lies in the folder, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxItem {
    /// Where it lies.
    pub path: PathBuf,
    /// Its name with its ending.
    pub name: String,
    /// Its size in bytes, never 0.
    pub size: u64,
    /// When it was last written, as the file system says.
    pub modified: Timestamp,
    /// Its media type, from its ending.
    pub media_type: &'static str,
}

/// What one look found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) items: BTreeMap<PathBuf, InboxItem>,
    /// Folders that could not be read: what lies in them is not known to be gone.
    pub(crate) unread: Vec<PathBuf>,
}

/// Tells a folder from another one that took its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FolderId {
    created: Option<SystemTime>,
    #[cfg(unix)]
    node: (u64, u64),
}

/// The folder's identity, or nothing when there is no folder to look into or it cannot be read.
pub(crate) fn folder_id(folder: &Path) -> Option<FolderId> {
    let metadata = fs::metadata(folder).ok().filter(Metadata::is_dir)?;
    fs::read_dir(folder).ok()?;
    Some(FolderId {
        created: metadata.created().ok(),
        #[cfg(unix)]
        node: {
            use std::os::unix::fs::MetadataExt as _;
            (metadata.dev(), metadata.ino())
        },
    })
}

/// Looks through the folder and those in it.
///
/// # Errors
/// The folder itself cannot be read.
pub(crate) fn look(folder: &Path) -> io::Result<Look> {
    let mut look = Look::default();
    let mut left = vec![(folder.to_owned(), 0)];
    while let Some((dir, depth)) = left.pop() {
        match read(&dir, &mut look.items) {
            Ok(inner) if depth < DEPTH => {
                left.extend(inner.into_iter().map(|dir| (dir, depth + 1)));
            }
            Ok(_) => {}
            Err(error) if depth == 0 => return Err(error),
            // Gone since it was listed: so is what was in it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(_) => look.unread.push(dir),
        }
    }
    Ok(look)
}

/// Adds the papers of one folder and returns the folders in it.
fn read(dir: &Path, items: &mut BTreeMap<PathBuf, InboxItem>) -> io::Result<Vec<PathBuf>> {
    let mut inner = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if is_hidden_or_temporary(&name) {
            continue;
        }
        // Not following links: one could lead anywhere.
        let metadata = match entry.metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            metadata => metadata?,
        };
        if metadata.is_dir() {
            inner.push(entry.path());
        } else if metadata.is_file()
            && let Some(media_type) = media_type(&name)
            // An empty file is one whose writing has not begun.
            && metadata.len() > 0
        {
            let path = entry.path();
            let modified = metadata
                .modified()
                .ok()
                .and_then(|time| Timestamp::try_from(time).ok())
                .unwrap_or(Timestamp::UNIX_EPOCH);
            items.insert(
                path.clone(),
                InboxItem {
                    path,
                    name,
                    size: metadata.len(),
                    modified,
                    media_type,
                },
            );
        }
    }
    Ok(inner)
}

fn is_hidden_or_temporary(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.starts_with('.')
        || lower.starts_with("~$")
        || [".part", ".partial", ".crdownload", ".download", ".tmp"]
            .iter()
            .any(|ending| lower.ends_with(ending))
}

fn media_type(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    match ending.to_lowercase().as_str() {
        "pdf" => Some("application/pdf"),
        "jpg" | "jpeg" => Some("image/jpeg"),
        "png" => Some("image/png"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_papers_of_known_kinds_are_seen() {
        let dir = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("outside.pdf"), "x").unwrap();
        fs::create_dir_all(dir.path().join("a/b")).unwrap();
        fs::create_dir_all(dir.path().join(".hidden")).unwrap();
        for name in [
            "one.pdf",
            "Ảnh Thẻ.JPG",
            "a/b/two.jpeg",
            "a/three.Png",
            "letter.docx",
            "noending",
            ".dot.pdf",
            "~$one.pdf",
            "four.pdf.part",
            "four.pdf.crdownload",
            "four.tmp",
            ".hidden/five.pdf",
        ] {
            fs::write(dir.path().join(name), "x").unwrap();
        }
        fs::write(dir.path().join("empty.pdf"), "").unwrap();
        #[cfg(unix)]
        for (target, link) in [
            (outside.path().to_owned(), "linked"),
            (outside.path().join("outside.pdf"), "linked.pdf"),
            (dir.path().to_owned(), "a/loop"),
        ] {
            std::os::unix::fs::symlink(target, dir.path().join(link)).unwrap();
        }
        let look = look(dir.path()).unwrap();
        let seen: Vec<_> = look
            .items
            .values()
            .map(|item| (item.name.as_str(), item.media_type, item.size))
            .collect();
        assert_eq!(
            seen,
            [
                ("two.jpeg", "image/jpeg", 1),
                ("three.Png", "image/png", 1),
                ("one.pdf", "application/pdf", 1),
                ("Ảnh Thẻ.JPG", "image/jpeg", 1),
            ]
        );
        assert!(look.unread.is_empty());
    }

    #[test]
    fn a_folder_that_took_anothers_name_is_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("scans");
        assert_eq!(folder_id(&folder), None);
        fs::create_dir(&folder).unwrap();
        let first = folder_id(&folder).unwrap();
        fs::rename(&folder, dir.path().join("old")).unwrap();
        fs::create_dir(&folder).unwrap();
        assert_ne!(folder_id(&folder), Some(first));
        fs::write(dir.path().join("file"), "").unwrap();
        assert_eq!(folder_id(&dir.path().join("file")), None);
    }
}
