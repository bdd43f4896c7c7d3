//! Why a form could not be put on paper.

/// Why a form could not be put on paper.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaperError {
    /// An answer holds a character that the typeface lacks.
    #[error("printing the answer {path}: the typeface has no \"{character}\" (U+{:04X}); replace that character", *.character as u32)]
    MissingGlyph {
        /// The character, after normalisation to NFC.
        character: char,
        /// The answer's path, rows counted from 0 in brackets.
        path: String,
    },
    /// The layout itself holds a character that the typeface lacks.
    #[error("printing {file}, line {line}: the typeface has no \"{character}\" (U+{:04X}); replace it in the layout", *.character as u32)]
    MissingGlyphInLayout {
        /// The character.
        character: char,
        /// The layout's file name.
        file: String,
        /// The line of the text.
        line: usize,
    },
    /// A placeholder or test failed on these answers.
    #[error("filling {file}, line {line}: {{{{ {placeholder} }}}} failed: {reason}")]
    Placeholder {
        /// The layout's file name.
        file: String,
        /// The line of the placeholder.
        line: usize,
        /// The expression.
        placeholder: String,
        /// What minijinja said.
        reason: String,
    },
    /// A repeated element reads an answer that is no list.
    #[error("filling repeated rows from {path}: the answer is not a list")]
    NotAList {
        /// The answer's path.
        path: String,
    },
    /// A list of rows without end.
    #[error("filling repeated rows from {path}: more than {most} rows")]
    TooManyRows {
        /// The answer's path.
        path: String,
        /// The most rows that are printed.
        most: usize,
    },
    /// More text than a QR code holds.
    #[error("drawing a QR code: {length} bytes are more than it holds; shorten the data")]
    QrTooLong {
        /// Bytes of the data.
        length: usize,
    },
    /// A character that a Code 128 bar code has no bars for.
    #[error(
        "drawing a bar code: it can't hold \"{character}\"; only letters without marks, digits and signs"
    )]
    BarCodeCharacter {
        /// The character.
        character: char,
    },
    /// More text than a bar code on a sheet of paper holds.
    #[error("drawing a bar code: {length} characters, at most {most} fit; shorten the data")]
    BarCodeTooLong {
        /// Characters of the data.
        length: usize,
        /// The most characters.
        most: usize,
    },
    /// The paper grew beyond any reason.
    #[error("laying out the paper: more than {most} pages; shorten the answers")]
    TooManyPages {
        /// The most pages that are laid out.
        most: usize,
    },
    /// A writer's library failed.
    #[error("writing the {format} file: {reason}")]
    Write {
        /// PDF or DOCX.
        format: &'static str,
        /// What the library said.
        reason: String,
    },
}
