//! What a layout file says, before any answer is known.

mod attributes;
pub(crate) mod compose;
mod expr;
mod markup;
mod paths;
mod read;
mod tables;

use std::collections::BTreeSet;

pub(crate) use expr::{Expr, Text, TextPiece};

/// A parsed layout: how one form looks on paper. The language is described in `LAYOUT.md`.
#[derive(Debug, Clone)]
pub struct Layout {
    pub(crate) file: String,
    pub(crate) title: Text,
    pub(crate) sheet: Sheet,
    pub(crate) header: Vec<BlockNode>,
    pub(crate) footer: Vec<BlockNode>,
    pub(crate) body: Vec<BlockNode>,
    paths: BTreeSet<String>,
}

/// Why a layout file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("reading the layout {file}, line {line}: {message}")]
pub struct LayoutError {
    /// The file name given to [`Layout::parse`].
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl Layout {
    /// Reads a layout; `file_name` is only used in messages.
    ///
    /// # Errors
    /// The first unknown tag, attribute, value or malformed placeholder, with its line.
    pub fn parse(file_name: &str, source: &str) -> Result<Layout, LayoutError> {
        read::layout(file_name, source).map_err(|flaw| LayoutError {
            file: file_name.to_owned(),
            line: flaw.line,
            message: flaw.message,
        })
    }

    /// The answer paths that the layout reads, sorted; a column `ten` of the repeated rows `con` is `con.ten`.
    #[must_use]
    pub fn declared_paths(&self) -> Vec<String> {
        self.paths.iter().cloned().collect()
    }

    /// Checks every path the layout reads against the paths that its form has.
    ///
    /// # Errors
    /// Names the first path that the form lacks and the line that reads it. A known path covers what lies below it.
    pub fn check_paths<S: AsRef<str>>(&self, known: &[S]) -> Result<(), LayoutError> {
        let mut reads = Vec::new();
        paths::paths_read(self, &mut reads);
        for (path, line) in reads {
            let found = known.iter().map(AsRef::as_ref).any(|k| {
                k == path
                    || path
                        .strip_prefix(k)
                        .is_some_and(|rest| rest.starts_with('.'))
                    || k.strip_prefix(path.as_str())
                        .is_some_and(|rest| rest.starts_with('.'))
            });
            if !found {
                return Err(LayoutError {
                    file: self.file.clone(),
                    line,
                    message: format!(
                        "the form has no answer \"{path}\"; correct the path or declare the field"
                    ),
                });
            }
        }
        Ok(())
    }

    pub(crate) fn assemble(file: &str, title: Text, sheet: Sheet, parts: Parts) -> Layout {
        let mut layout = Layout {
            file: file.to_owned(),
            title,
            sheet,
            header: parts.header,
            footer: parts.footer,
            body: parts.body,
            paths: BTreeSet::new(),
        };
        let mut reads = Vec::new();
        paths::paths_read(&layout, &mut reads);
        layout.paths = reads.into_iter().map(|(path, _)| path).collect();
        layout
    }
}

/// The three streams of blocks of a layout.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parts {
    pub(crate) header: Vec<BlockNode>,
    pub(crate) footer: Vec<BlockNode>,
    pub(crate) body: Vec<BlockNode>,
}

/// The sheet of paper; lengths in millimetres, the type size in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sheet {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) top: f32,
    pub(crate) right: f32,
    pub(crate) bottom: f32,
    pub(crate) left: f32,
    pub(crate) size: f32,
    pub(crate) page_numbers: bool,
    /// How many times the whole paper is printed, each copy from a new page.
    pub(crate) copies: usize,
}

/// How the lines of a paragraph stand between their margins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Centre,
    Right,
    Justify,
}

/// What a paragraph is; decides the style in Word and the tag in PDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Body,
    Line,
    NationalName,
    Motto,
    Heading1,
    Heading2,
    PlaceDate,
    Signature,
    NotesTitle,
    Note,
    PageNumber,
    Space,
}

/// The shape of a paragraph; lengths in millimetres, sizes in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ParagraphStyle {
    pub(crate) role: Role,
    pub(crate) align: Align,
    pub(crate) first: f32,
    pub(crate) left: f32,
    pub(crate) before: f32,
    pub(crate) after: f32,
    pub(crate) size: f32,
    pub(crate) keep_next: bool,
    pub(crate) min_lines: usize,
    /// A rule of this width centred below the paragraph, in millimetres; negative: as wide as the text.
    pub(crate) rule: Option<Rule>,
}

/// A short centred line below a paragraph.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Rule {
    /// As wide as the last line of text.
    OfText,
    /// So many millimetres wide.
    Wide(f32),
}

/// Weight and slant, as flags because they combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Type {
    pub(crate) bold: bool,
    pub(crate) italic: bool,
    pub(crate) raised: bool,
}

/// A block of a layout.
#[derive(Debug, Clone)]
pub(crate) enum BlockNode {
    Paragraph {
        style: ParagraphStyle,
        face: Type,
        inlines: Vec<InlineNode>,
    },
    Table(TableNode),
    If {
        test: Expr,
        then: Vec<BlockNode>,
        otherwise: Vec<BlockNode>,
    },
    Repeat {
        path: Path,
        name: String,
        body: Vec<BlockNode>,
    },
    PageBreak,
    Code {
        kind: CodeKind,
        data: Text,
        /// Size in millimetres.
        width: f32,
        height: f32,
        align: Align,
    },
    Notes {
        size: f32,
    },
}

/// A code for scanners.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeKind {
    Qr,
    Code128,
}

/// A table, or (without borders) blocks standing side by side.
#[derive(Debug, Clone)]
pub(crate) struct TableNode {
    /// Shares of the width; empty: equal.
    pub(crate) widths: Vec<f32>,
    pub(crate) borders: bool,
    /// A frame for layout only: no table to a screen reader.
    pub(crate) side_by_side: bool,
    pub(crate) rows: Vec<RowNode>,
    pub(crate) line: usize,
}

/// A row, or rows, of a table.
#[derive(Debug, Clone)]
pub(crate) enum RowNode {
    Row {
        head: bool,
        cells: Vec<CellNode>,
    },
    Repeat {
        path: Path,
        name: String,
        min: usize,
        rows: Vec<RowNode>,
    },
    If {
        test: Expr,
        then: Vec<RowNode>,
        otherwise: Vec<RowNode>,
    },
}

/// A cell of a table.
#[derive(Debug, Clone)]
pub(crate) struct CellNode {
    pub(crate) span: usize,
    pub(crate) blocks: Vec<BlockNode>,
}

/// What a paragraph is made of.
#[derive(Debug, Clone)]
pub(crate) enum InlineNode {
    Text(Text),
    Styled {
        face: Type,
        inlines: Vec<InlineNode>,
    },
    Break,
    Field {
        path: Path,
        dots: Option<Dots>,
    },
    Check {
        path: Path,
        value: Option<Text>,
        label: Text,
    },
    Boxes {
        path: Path,
        count: usize,
        /// Width of one box in millimetres.
        width: f32,
    },
    Dots(Dots),
    PlaceDate {
        label: Text,
        place: Text,
        date: Text,
    },
    /// Above this line of text somebody signs; the words say who.
    SignHere(Text),
    /// A note; a name lets it be pointed at again.
    Note {
        name: Option<String>,
        inlines: Vec<InlineNode>,
    },
    /// The number of an earlier note.
    NoteAgain {
        name: String,
        line: usize,
    },
    If {
        test: Expr,
        then: Vec<InlineNode>,
        otherwise: Vec<InlineNode>,
    },
}

/// How far a dot leader reaches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Dots {
    /// To the right margin; several in one line share the room.
    Fill,
    /// Together with the answer, at least so many millimetres.
    Wide(f32),
}

/// An answer path as written, with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    pub(crate) text: String,
    pub(crate) line: usize,
}
