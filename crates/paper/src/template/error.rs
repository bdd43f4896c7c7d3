//! Why a Word template could not be filled.

use crate::error::PaperError;

/// Why a Word template could not be filled. Nothing is written then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// More bytes, entries or elements than any form has.
    #[error(
        "reading the Word template: {what} is over {most}; take unneeded pictures and pages out of it"
    )]
    TooLarge {
        /// What is too large.
        what: String,
        /// The limit.
        most: u64,
    },
    /// No archive at all, or one that is cut short.
    #[error(
        "reading the Word template: it is not a Word file ({reason}); save it in Word as .docx again"
    )]
    NotAnArchive {
        /// What was found.
        reason: String,
    },
    /// An archive of something else.
    #[error("reading the Word template: {reason}; save it in Word as .docx")]
    NotWord {
        /// What was found, or what is missing.
        reason: &'static str,
    },
    /// Protected with a password.
    #[error(
        "reading the Word template: {entry} is locked with a password; save the template without one"
    )]
    Encrypted {
        /// The locked entry.
        entry: String,
    },
    /// An entry whose path leads out of the archive.
    #[error(
        "reading the Word template: the entry {entry} has a path that leads elsewhere; the file was not made by Word, don't use it"
    )]
    Path {
        /// The entry's name.
        entry: String,
    },
    /// Two entries of one name: programs would see different documents.
    #[error(
        "reading the Word template: the entry {entry} is there twice; save it in Word as .docx again"
    )]
    Twice {
        /// The entry's name.
        entry: String,
    },
    /// An entry that doesn't unpack to what the archive says.
    #[error(
        "reading the Word template: the entry {entry} is damaged ({reason}); save it in Word as .docx again"
    )]
    Damaged {
        /// The entry's name.
        entry: String,
        /// What is wrong.
        reason: String,
    },
    /// A part that is no well-formed XML.
    #[error(
        "reading the Word template: {part} is broken ({reason}); save it in Word as .docx again"
    )]
    Broken {
        /// The part.
        part: String,
        /// What is wrong.
        reason: String,
    },
    /// A part with a document type or entities of its own, which no Word file has.
    #[error(
        "reading the Word template: {part} declares a document type or entities; the file was not made by Word, don't use it"
    )]
    Entities {
        /// The part.
        part: String,
    },
    /// A part in another encoding than UTF-8.
    #[error("reading the Word template: {part} is not in UTF-8; save it in Word as .docx again")]
    Encoding {
        /// The part.
        part: String,
    },
    /// An answer with a character that no Word file can hold.
    #[error("filling the Word template: the answer {path} holds the control character U+{:04X}; remove it there", *.character as u32)]
    Character {
        /// The character.
        character: char,
        /// The answer's path, or the placeholder where it comes from none.
        path: String,
    },
    /// A list of rows that is none, or has no end.
    #[error(transparent)]
    Rows(#[from] PaperError),
    /// The archive could not be written.
    #[error("writing the filled Word file: {reason}")]
    Write {
        /// What the library said.
        reason: String,
    },
}
