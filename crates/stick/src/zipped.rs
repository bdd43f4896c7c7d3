//! A folder of files as a zip, and back within limits.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::{MAX_BYTES, MAX_FILES, StickError};

/// What a kind of carried file may hold, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// Text gets smaller on its way; scans don't.
    pub(crate) text: bool,
    pub(crate) bytes: usize,
    pub(crate) files: usize,
}

impl Shape {
    pub(crate) const DOSSIER: Self = Self {
        text: false,
        bytes: MAX_BYTES,
        files: MAX_FILES,
    };
    /// Some 6,000 procedures are in force in the country.
    pub(crate) const CATALOGUE: Self = Self {
        text: true,
        bytes: MAX_BYTES,
        files: 20_000,
    };
    pub(crate) const DRAFT: Self = Self {
        text: true,
        bytes: 32 * 1024 * 1024,
        files: 16,
    };
}

/// Writes files; the same ones give the same bytes.
pub(crate) fn pack(files: &[(String, Vec<u8>)], shape: Shape) -> Result<Vec<u8>, StickError> {
    let total: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    if total > shape.bytes || files.len() > shape.files {
        return Err(StickError::TooLarge);
    }
    let failed = |_| StickError::NotOne("the zip can't be written");
    let options = SimpleFileOptions::default()
        .compression_method(if shape.text {
            CompressionMethod::Deflated
        } else {
            CompressionMethod::Stored
        })
        .last_modified_time(zip::DateTime::default());
    let mut zip = ZipWriter::new(Cursor::new(Vec::with_capacity(total + 4096)));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), options).map_err(failed)?;
        zip.write_all(bytes)
            .map_err(|_| StickError::NotOne("the zip can't be written"))?;
    }
    Ok(zip.finish().map_err(failed)?.into_inner())
}

/// Reads every file; nothing is unpacked beyond the limits, whatever the zip says of itself.
pub(crate) fn unpack(bytes: &[u8], shape: Shape) -> Result<BTreeMap<String, Vec<u8>>, StickError> {
    let not_one = |_| StickError::NotOne("what is in it is no zip");
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(not_one)?;
    if zip.len() > shape.files {
        return Err(StickError::TooLarge);
    }
    let mut files = BTreeMap::new();
    let mut left = shape.bytes;
    for number in 0..zip.len() {
        let mut entry = zip.by_index(number).map_err(not_one)?;
        let name = entry.name().to_owned();
        if climbs(&name) || entry.is_symlink() {
            return Err(StickError::Climbs { name });
        }
        if entry.is_dir() {
            continue;
        }
        if usize::try_from(entry.size()).map_or(true, |size| size > left) {
            return Err(StickError::TooLarge);
        }
        let mut content = Vec::new();
        let limit = u64::try_from(left).unwrap_or(u64::MAX).saturating_add(1);
        let read = (&mut entry).take(limit).read_to_end(&mut content);
        read.map_err(|_| StickError::Changed { what: name.clone() })?;
        left = left
            .checked_sub(content.len())
            .ok_or(StickError::TooLarge)?;
        if files.insert(name.clone(), content).is_some() {
            let what = format!("{name:?} is in it twice");
            return Err(StickError::Layout { what });
        }
    }
    Ok(files)
}

/// Leads out of the folder, on any system.
fn climbs(name: &str) -> bool {
    name.starts_with('/')
        || name.contains(['\\', ':', '\0'])
        || name.split('/').any(|part| part == ".." || part == ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_seen() {
        for name in [
            "../x",
            "a/../../x",
            "/etc/passwd",
            "C:\\x",
            "a\\..\\b",
            "./x",
            "a/..",
            "a\0b",
        ] {
            assert!(climbs(name), "{name:?}");
        }
        for name in ["a", "a/b.txt", "a/..b", "a/b..c/d"] {
            assert!(!climbs(name), "{name:?}");
        }
    }
}
