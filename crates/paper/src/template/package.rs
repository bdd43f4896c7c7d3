//! The archive that a Word file is: read with suspicion, written in its own order with what was not touched as it was.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::TemplateError;
use super::xml::{Ns, Part};
use crate::kind::{FileKind, looks_like};

/// Largest archive in bytes.
pub(super) const MOST_PACKED: u64 = 32 << 20;
/// Most that all entries unpack to.
const MOST_UNPACKED: u64 = 96 << 20;
/// Largest part with text in it, in bytes.
pub(super) const MOST_TEXT: u64 = 24 << 20;
/// Most entries.
const MOST_ENTRIES: u64 = 2_000;

const TYPES: &str = "[Content_Types].xml";
const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.";

/// What a part is to filling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The document, a header or a footer.
    Filled,
    /// Notes: looked at for placeholders that will stay.
    LookedAt,
}

/// A checked archive.
#[derive(Debug, Clone)]
pub(super) struct Package {
    bytes: Vec<u8>,
    /// The parts with text, in the archive's order.
    pub(super) parts: Vec<(String, Role, Vec<u8>)>,
}

impl Package {
    pub(super) fn open(bytes: &[u8]) -> Result<Package, TemplateError> {
        if bytes.len() as u64 > MOST_PACKED {
            return Err(TemplateError::TooLarge {
                what: "the file's size in bytes".to_owned(),
                most: MOST_PACKED,
            });
        }
        match looks_like(bytes) {
            Some(FileKind::Docx | FileKind::Zip) => {}
            Some(FileKind::OldOffice) => {
                return Err(TemplateError::NotWord {
                    reason: "it is a file of Word before 2007, or one locked with a password",
                });
            }
            Some(FileKind::Xlsx | FileKind::Pptx) => {
                return Err(TemplateError::NotWord {
                    reason: "it is a file of Excel or PowerPoint",
                });
            }
            known => {
                return Err(TemplateError::NotAnArchive {
                    reason: known.map_or_else(
                        || "of no known kind".to_owned(),
                        |kind| format!("it is {kind:?}"),
                    ),
                });
            }
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(no_archive)?;
        let declared = entries_declared(bytes);
        if declared > MOST_ENTRIES {
            return Err(TemplateError::TooLarge {
                what: "the number of its entries".to_owned(),
                most: MOST_ENTRIES,
            });
        }
        let names = check_entries(&mut archive)?;
        if declared != names.len() as u64 {
            let twice = repeated_name(bytes).unwrap_or_default();
            return Err(TemplateError::Twice { entry: twice });
        }
        let types = content_types(&mut archive)?;
        let mut parts = Vec::new();
        let mut documents = 0;
        let mut unpacked = 0;
        for (index, name) in names.iter().enumerate() {
            let kind = types.of(name);
            let role = match kind.strip_prefix(WORD) {
                Some("document.main+xml") => {
                    documents += 1;
                    Some(Role::Filled)
                }
                Some("header+xml" | "footer+xml") => Some(Role::Filled),
                Some("footnotes+xml" | "endnotes+xml") => Some(Role::LookedAt),
                Some("template.main+xml") => {
                    return Err(TemplateError::NotWord {
                        reason: "it is a Word template (.dotx)",
                    });
                }
                _ if kind.contains("macroenabled") => {
                    return Err(TemplateError::NotWord {
                        reason: "it holds macros",
                    });
                }
                _ => None,
            };
            let most = if role.is_some() {
                MOST_TEXT
            } else {
                MOST_UNPACKED
            };
            let content = unpack(
                &mut archive,
                index,
                name,
                most.min(MOST_UNPACKED - unpacked),
                role.is_some(),
            )?;
            unpacked += content.size;
            if let Some(role) = role {
                parts.push((name.clone(), role, content.bytes));
            }
        }
        match documents {
            1 if names.iter().any(|name| name == "_rels/.rels") => {}
            0 => {
                return Err(TemplateError::NotWord {
                    reason: "there is no document in it",
                });
            }
            1 => {
                return Err(TemplateError::NotWord {
                    reason: "it does not say which of its parts is the document",
                });
            }
            _ => {
                return Err(TemplateError::NotWord {
                    reason: "there are several documents in it",
                });
            }
        }
        Ok(Package {
            bytes: bytes.to_vec(),
            parts,
        })
    }

    /// The archive with other content in some parts.
    pub(super) fn with(
        &self,
        changed: &BTreeMap<String, Vec<u8>>,
    ) -> Result<Vec<u8>, TemplateError> {
        let write = |error: zip::result::ZipError| TemplateError::Write {
            reason: error.to_string(),
        };
        let mut archive =
            ZipArchive::new(Cursor::new(self.bytes.as_slice())).map_err(no_archive)?;
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        for index in 0..archive.len() {
            let file = archive.by_index_raw(index).map_err(write)?;
            let Some(content) = changed.get(file.name()) else {
                out.raw_copy_file(file).map_err(write)?;
                continue;
            };
            let options = SimpleFileOptions::default()
                .compression_method(CompressionMethod::Deflated)
                .last_modified_time(file.last_modified().unwrap_or_default());
            out.start_file(file.name(), options).map_err(write)?;
            out.write_all(content)
                .map_err(|error| TemplateError::Write {
                    reason: error.to_string(),
                })?;
        }
        Ok(out.finish().map_err(write)?.into_inner())
    }
}

fn no_archive(error: zip::result::ZipError) -> TemplateError {
    TemplateError::NotAnArchive {
        reason: error.to_string(),
    }
}

/// Checks every entry's name, lock and declared size; returns the names in order.
fn check_entries(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<Vec<String>, TemplateError> {
    let mut names = Vec::new();
    let mut seen = BTreeSet::new();
    let (mut unpacked, mut packed) = (0_u64, 0_u64);
    for index in 0..archive.len() {
        let file = archive.by_index_raw(index).map_err(no_archive)?;
        let name = file.name().to_owned();
        let short: String = name.chars().take(120).collect();
        if file.encrypted() {
            return Err(TemplateError::Encrypted { entry: short });
        }
        let climbs = name.split(['/', '\\']).any(|step| step == "..");
        if climbs
            || name.starts_with(['/', '\\'])
            || name.contains([':', '\\', '\0'])
            || file.is_symlink()
        {
            return Err(TemplateError::Path { entry: short });
        }
        // Names of parts are the same in any case of letters.
        if !seen.insert(name.to_lowercase()) {
            return Err(TemplateError::Twice { entry: short });
        }
        unpacked = unpacked.saturating_add(file.size());
        packed = packed.saturating_add(file.compressed_size());
        if unpacked > MOST_UNPACKED {
            return Err(TemplateError::TooLarge {
                what: format!("what {short} unpacks to, in bytes,"),
                most: MOST_UNPACKED,
            });
        }
        names.push(name);
    }
    // Entries that share their bytes would unpack to more than was sent.
    if packed > MOST_PACKED {
        return Err(TemplateError::TooLarge {
            what: "what its entries claim together, in bytes,".to_owned(),
            most: MOST_PACKED,
        });
    }
    Ok(names)
}

struct Unpacked {
    size: u64,
    bytes: Vec<u8>,
}

/// Unpacks an entry, no further than `most`, and checks it against what the archive says of it.
fn unpack(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    name: &str,
    most: u64,
    keep: bool,
) -> Result<Unpacked, TemplateError> {
    let damaged = |reason: String| TemplateError::Damaged {
        entry: name.to_owned(),
        reason,
    };
    let file = archive
        .by_index(index)
        .map_err(|error| damaged(error.to_string()))?;
    let declared = file.size();
    let mut limited = file.take(most + 1);
    let mut bytes = Vec::new();
    let size = if keep {
        limited.read_to_end(&mut bytes).map(|size| size as u64)
    } else {
        std::io::copy(&mut limited, &mut std::io::sink())
    }
    .map_err(|error| damaged(error.to_string()))?;
    if size > most {
        return Err(TemplateError::TooLarge {
            what: format!("what {name} unpacks to, in bytes,"),
            most,
        });
    }
    if size != declared {
        return Err(damaged(format!("{size} bytes instead of {declared}")));
    }
    Ok(Unpacked { size, bytes })
}

/// How many entries the archive's directory says it has. The library keeps only the last of entries with one name.
fn entries_declared(bytes: &[u8]) -> u64 {
    directory_end(bytes)
        .and_then(|end| bytes.get(end + 10..end + 12))
        .and_then(|count| <[u8; 2]>::try_from(count).ok())
        .map_or(0, |count| u64::from(u16::from_le_bytes(count)))
}

fn directory_end(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).rposition(|window| window == b"PK\x05\x06")
}

/// The first name that the archive's directory has twice.
fn repeated_name(bytes: &[u8]) -> Option<String> {
    let end = directory_end(bytes)?;
    let number = |at: usize, wide: usize| -> Option<usize> {
        let bytes = bytes.get(at..at + wide)?;
        Some(
            bytes
                .iter()
                .rev()
                .fold(0, |sum, byte| sum << 8 | usize::from(*byte)),
        )
    };
    let mut at = number(end + 16, 4)?;
    let mut seen = BTreeSet::new();
    while bytes.get(at..at + 4) == Some(b"PK\x01\x02") {
        let length = number(at + 28, 2)?;
        let name = String::from_utf8_lossy(bytes.get(at + 46..at + 46 + length)?).into_owned();
        if !seen.insert(name.clone()) {
            return Some(name);
        }
        at += 46 + length + number(at + 30, 2)? + number(at + 32, 2)?;
    }
    None
}

/// What the archive says that its parts are.
struct Types {
    parts: BTreeMap<String, String>,
    endings: BTreeMap<String, String>,
}

impl Types {
    fn of(&self, name: &str) -> String {
        let name = name.to_lowercase();
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        self.parts
            .get(&name)
            .or_else(|| self.endings.get(ending))
            .cloned()
            .unwrap_or_default()
    }
}

fn content_types(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<Types, TemplateError> {
    let Some(index) = archive.index_for_name(TYPES) else {
        return Err(TemplateError::NotWord {
            reason: "the list of its parts is missing",
        });
    };
    let list = unpack(archive, index, TYPES, MOST_TEXT, true)?;
    let part = Part::parse(TYPES, &list.bytes)?;
    let mut types = Types {
        parts: BTreeMap::new(),
        endings: BTreeMap::new(),
    };
    for element in part.root.elements() {
        let said = |name: &str| {
            element
                .attribute(Ns::Other, name)
                .unwrap_or_default()
                .to_lowercase()
        };
        match element.local() {
            "Override" => {
                let name = said("PartName").trim_start_matches('/').to_owned();
                types.parts.insert(name, said("ContentType"));
            }
            "Default" => {
                types.endings.insert(said("Extension"), said("ContentType"));
            }
            _ => {}
        }
    }
    Ok(types)
}
