use std::fmt;

/// Why a spreadsheet can't be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SheetError {
    /// Neither a workbook nor a text.
    #[error("reading the spreadsheet: it is neither XLSX nor CSV; save it as one of them")]
    NotASheet,
    /// An Excel file of before 2007, or one that is locked with a password: from outside they look the same.
    #[error(
        "reading the spreadsheet: it is an old Excel file or locked with a password; save it as XLSX without a password"
    )]
    OldOrLocked,
    /// More than is read of a file that nobody vouches for.
    #[error("reading the spreadsheet: {what} is more than {limit}; split it")]
    TooMuch {
        /// Of what.
        what: Much,
        /// How much would do.
        limit: u64,
    },
    /// A part of the workbook is not as the format has it.
    #[error(
        "reading the spreadsheet: {part} is broken ({why}); save it again in the spreadsheet program"
    )]
    Broken {
        /// Which part.
        part: String,
        /// What was found.
        why: String,
    },
    /// There is no sheet of that name.
    #[error("reading the spreadsheet: there is no sheet {name}")]
    NoSheet {
        /// The name asked for.
        name: String,
    },
    /// Nothing stands in it.
    #[error("reading the spreadsheet: the sheet is empty")]
    Empty,
    /// A file that can't be made.
    #[error("writing the spreadsheet: {0}")]
    Write(String),
}

/// What there is too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Much {
    /// Bytes of the file.
    File,
    /// Bytes of a part, unpacked.
    Unpacked,
    /// Bytes of one text or tag.
    Text,
    /// Texts of the workbook.
    Texts,
    /// Sheets.
    Sheets,
    /// Rows.
    Rows,
    /// Columns.
    Columns,
    /// Merged areas.
    Merged,
}

impl Much {
    /// A name that stays the same over versions.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Unpacked => "unpacked",
            Self::Text => "text",
            Self::Texts => "texts",
            Self::Sheets => "sheets",
            Self::Rows => "rows",
            Self::Columns => "columns",
            Self::Merged => "merged",
        }
    }
}

impl fmt::Display for Much {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "the size of the file in bytes",
            Self::Unpacked => "the unpacked size of a part in bytes",
            Self::Text => "the length of a text in bytes",
            Self::Texts => "the number of texts",
            Self::Sheets => "the number of sheets",
            Self::Rows => "the number of rows",
            Self::Columns => "the number of columns",
            Self::Merged => "the number of merged areas",
        })
    }
}

impl SheetError {
    pub(crate) fn broken(part: impl Into<String>, why: impl fmt::Display) -> Self {
        let why: String = why.to_string().chars().take(200).collect();
        Self::Broken {
            part: part.into(),
            why,
        }
    }
}
