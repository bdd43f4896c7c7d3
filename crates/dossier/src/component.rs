//! The papers that a dossier is made of (*thành phần hồ sơ*).

use serde::{Deserialize, Serialize};

use crate::procedure::Words;
use crate::rule::Rule;

/// One component (*thành phần hồ sơ*) of a procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Component {
    /// Its code in the national catalogue, e.g. `000.00.00.G15-KQ004389`.
    pub code: String,
    /// What it is called.
    pub name: Words,
    /// The e-form's export, a document to attach, or only a note.
    pub kind: ComponentKind,
    /// Whether the dossier can't be sent without it.
    pub required: Rule,
    /// Originals asked for; a note has none.
    #[serde(default)]
    pub original: u16,
    /// Copies asked for.
    #[serde(default)]
    pub copy: u16,
    /// Formats taken; empty for a note.
    #[serde(default)]
    pub accept: Vec<Format>,
    /// Largest file in bytes.
    #[serde(default)]
    pub max_bytes: u64,
    /// Most files.
    #[serde(default)]
    pub max_files: u16,
    /// What the person should know about it.
    #[serde(default)]
    pub hint: String,
}

/// What a component is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ComponentKind {
    /// The answered form on paper, made by the application.
    Eform,
    /// A file that the person attaches.
    Document,
    /// Words to read (*ghi chú*); nothing is attached.
    Note,
}

/// A file format that components take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// PDF.
    Pdf,
    /// JPEG photograph.
    Jpg,
    /// PNG picture.
    Png,
    /// Word document.
    Docx,
}

/// Why a file can't go into a component.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComponentProblem {
    /// The component is a note.
    #[error("checking a file: this component is a note and takes no file")]
    TakesNoFile,
    /// No bytes.
    #[error("checking a file: {name:?} is empty; choose another file")]
    Empty {
        /// The file.
        name: String,
    },
    /// Over the limit.
    #[error(
        "checking a file: {name:?} has {size} bytes, more than the {max} allowed; make it smaller or split it"
    )]
    TooLarge {
        /// The file.
        name: String,
        /// Its bytes.
        size: u64,
        /// The limit.
        max: u64,
    },
    /// The content is of a format that is not taken.
    #[error(
        "checking a file: {name:?} ({media_type}) is of a format that is not taken here; choose one of the accepted formats"
    )]
    NotAccepted {
        /// The file.
        name: String,
        /// What it is.
        media_type: String,
        /// What would be taken.
        accept: Vec<Format>,
    },
    /// The name says another format than the content.
    #[error(
        "checking a file: {name:?} is named otherwise than its content ({media_type}); rename it or choose another file"
    )]
    Misnamed {
        /// The file.
        name: String,
        /// What it is.
        media_type: String,
    },
    /// All places are taken.
    #[error("checking a file: this component takes {max} files at most; remove one first")]
    TooMany {
        /// The limit.
        max: u16,
    },
}

impl Component {
    /// Checks one file: `media_type` is what its content is not what its name says.
    ///
    /// # Errors
    /// The file can't go into this component.
    pub fn check(&self, name: &str, media_type: &str, size: u64) -> Result<(), ComponentProblem> {
        if self.kind == ComponentKind::Note {
            return Err(ComponentProblem::TakesNoFile);
        }
        let name = || name.to_owned();
        if size == 0 {
            return Err(ComponentProblem::Empty { name: name() });
        }
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        let format = self
            .accept
            .iter()
            .copied()
            .find(|format| format.media_type().eq_ignore_ascii_case(essence))
            .ok_or_else(|| ComponentProblem::NotAccepted {
                name: name(),
                media_type: media_type.to_owned(),
                accept: self.accept.clone(),
            })?;
        if !format.names(&name()) {
            return Err(ComponentProblem::Misnamed {
                name: name(),
                media_type: media_type.to_owned(),
            });
        }
        if size > self.max_bytes {
            return Err(ComponentProblem::TooLarge {
                name: name(),
                size,
                max: self.max_bytes,
            });
        }
        Ok(())
    }

    /// Checks that another file may join the `have` there are.
    ///
    /// # Errors
    /// The component is full, or a note.
    pub fn check_room(&self, have: usize) -> Result<(), ComponentProblem> {
        if self.kind == ComponentKind::Note {
            Err(ComponentProblem::TakesNoFile)
        } else if have >= usize::from(self.max_files) {
            Err(ComponentProblem::TooMany {
                max: self.max_files,
            })
        } else {
            Ok(())
        }
    }
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 4] = [Self::Pdf, Self::Jpg, Self::Png, Self::Docx];

    /// The registered media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpg => "image/jpeg",
            Self::Png => "image/png",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }
    }

    /// File name endings, the usual one first.
    #[must_use]
    pub const fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Jpg => &["jpg", "jpeg"],
            Self::Png => &["png"],
            Self::Docx => &["docx"],
        }
    }

    /// Whether a file of this name would be taken for this format.
    #[must_use]
    pub fn names(self, name: &str) -> bool {
        name.rsplit_once('.').is_some_and(|(stem, ending)| {
            !stem.is_empty()
                && self
                    .extensions()
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(ending))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(kind: ComponentKind) -> Component {
        Component {
            code: "X".into(),
            name: Words {
                vi: "Giấy".into(),
                en: "Paper".into(),
            },
            kind,
            required: Rule::Fixed(true),
            original: 1,
            copy: 0,
            accept: vec![Format::Pdf, Format::Jpg],
            max_bytes: 1000,
            max_files: 2,
            hint: String::new(),
        }
    }

    #[test]
    fn files_are_checked_by_content_name_and_size() {
        let paper = component(ComponentKind::Document);
        for (name, media_type, size, fits) in [
            ("giấy chứng sinh.pdf", "application/pdf", 1000, true),
            ("ảnh.JPEG", "image/jpeg", 1, true),
            ("ảnh.jpg", "image/jpeg; q=1", 1, true),
            ("giấy.pdf", "application/pdf", 1001, false),
            ("giấy.pdf", "application/pdf", 0, false),
            ("giấy.pdf", "image/jpeg", 10, false),
            ("giấy.exe", "application/pdf", 10, false),
            (".pdf", "application/pdf", 10, false),
            ("giấy", "application/pdf", 10, false),
            ("ảnh.png", "image/png", 10, false),
            ("giấy.pdf", "application/octet-stream", 10, false),
        ] {
            assert_eq!(
                paper.check(name, media_type, size).is_ok(),
                fits,
                "{name} {media_type} {size}"
            );
        }
        assert_eq!(
            component(ComponentKind::Note).check("a.pdf", "application/pdf", 1),
            Err(ComponentProblem::TakesNoFile)
        );
        assert!(paper.check_room(1).is_ok());
        assert_eq!(
            paper.check_room(2),
            Err(ComponentProblem::TooMany { max: 2 })
        );
    }
}
