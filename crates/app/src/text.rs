//! Small things about text and files that several use cases need.

use std::fs;
use std::path::{Path, PathBuf};

use hoso_dossier::Format;
pub(crate) use hoso_eform::vn::tidy_name as tidy;
use hoso_paper::{FileKind, looks_like};
use jiff::civil::Date;

use crate::AppError;

/// Looks like an e-mail address; whether it exists only a letter can tell.
pub(crate) fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(who, host)| {
        !who.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
            && !host.contains('@')
            && !text.contains(char::is_whitespace)
    })
}

/// A day as people write it.
pub(crate) fn written(day: Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

/// What a file is by its content, if components can take it at all.
pub(crate) fn format(bytes: &[u8]) -> Option<Format> {
    Some(match looks_like(bytes)? {
        FileKind::Pdf => Format::Pdf,
        FileKind::Jpeg => Format::Jpg,
        FileKind::Png => Format::Png,
        FileKind::Docx => Format::Docx,
        _ => return None,
    })
}

/// A name that is safe as a file name on every system; `fallback` when nothing of it is.
pub(crate) fn file_name(name: &str, fallback: &str) -> String {
    let name: String = tidy(name)
        .chars()
        .map(|sign| {
            if sign.is_control() || "/\\:*?\"<>|".contains(sign) {
                '_'
            } else {
                sign
            }
        })
        .take(120)
        .collect();
    let name = name.trim_matches(['.', ' ']);
    if name.is_empty() {
        fallback.to_owned()
    } else {
        name.to_owned()
    }
}

/// Folder for files that are shown in other programs; emptied at lock, and at start where no other program has a profile open.
fn shown(home: &Path) -> PathBuf {
    home.join("shown")
}

/// Puts bytes where another program can open them.
///
/// The person asked to see the file outside, so it leaves the encrypted store; [`forget_opened_files`] takes it back at lock.
pub(crate) fn show(home: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, AppError> {
    let showing = || AppError::io(format!("opening {name}"));
    let folder = shown(home);
    fs::create_dir_all(&folder).map_err(showing())?;
    private(&folder).map_err(showing())?;
    let path = folder.join(file_name(name, "giay-to"));
    fs::write(&path, bytes).map_err(showing())?;
    Ok(path)
}

/// Deletes what was put there for other programs.
pub(crate) fn forget_opened_files(home: &Path) {
    match fs::remove_dir_all(shown(home)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            tracing::warn!(error = %error.kind(), "deleting files that were opened in other programs");
        }
        _ => {}
    }
}

/// Writes a file that the person chose to have: whole or not at all.
pub(crate) fn save(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    Beside::write(path, bytes)?.put()
}

/// A file that is on the disk, whole, and has not its name yet.
pub(crate) struct Beside {
    part: tempfile::NamedTempFile,
    path: PathBuf,
}

impl Beside {
    pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<Self, AppError> {
        let saving = || AppError::io(format!("saving {}", path.display()));
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or_else(|| Path::new("."));
        let mut part = tempfile::NamedTempFile::new_in(folder).map_err(saving())?;
        std::io::Write::write_all(&mut part, bytes).map_err(saving())?;
        part.as_file().sync_all().map_err(saving())?;
        let path = path.to_owned();
        Ok(Self { part, path })
    }

    /// Gives it its name.
    pub(crate) fn put(self) -> Result<(), AppError> {
        let saving = AppError::io(format!("saving {}", self.path.display()));
        let put = self.part.persist(&self.path);
        put.map_err(|error| saving(error.error))?;
        Ok(())
    }
}

#[cfg(unix)]
fn private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn private(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_harmless_and_keep_their_marks() {
        for (name, safe) in [
            ("Giấy chứng sinh.pdf", "Giấy chứng sinh.pdf"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("a\u{0}b\nc", "a_b c"),
            ("...", "x"),
            ("", "x"),
        ] {
            assert_eq!(file_name(name, "x"), safe);
        }
    }

    #[test]
    fn e_mail_addresses() {
        for (text, good) in [
            ("an@vidu.vn", true),
            ("an@vidu", false),
            ("@vidu.vn", false),
            ("a b@vidu.vn", false),
            ("a@b@c.vn", false),
        ] {
            assert_eq!(is_email(text), good, "{text}");
        }
    }
}
