//! The filled form before it is set: blocks in reading order, every text normalised and printable.

use std::sync::Arc;

use crate::layout::{Align, Dots, ParagraphStyle, Type};

/// Paths of the answers that a stretch of the paper shows; `None` for words of the layout.
pub(crate) type Shows = Option<Arc<[String]>>;

/// A block with its answers in place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Block {
    Paragraph(Paragraph),
    Table(Table),
    PageBreak,
    Code(Code),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Paragraph {
    pub(crate) style: ParagraphStyle,
    pub(crate) inlines: Vec<Inline>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Inline {
    /// Text in one face, in NFC, without line ends.
    Text {
        text: String,
        face: Type,
        shows: Shows,
    },
    Break,
    /// Dots that follow the text `after`, which counts towards their width.
    Dots {
        dots: Dots,
        after: String,
        face: Type,
        shows: Shows,
    },
    /// Room to sign above this line; no words of the text.
    SignHere {
        label: String,
    },
    Check {
        checked: bool,
        label: String,
        shows: Shows,
    },
    /// A row of boxes with a character in each, from the left; never more characters than boxes.
    Boxes {
        text: String,
        count: usize,
        /// Width of one box in millimetres.
        width: f32,
        shows: Shows,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    /// Shares of the width that add up to one.
    pub(crate) widths: Vec<f32>,
    pub(crate) borders: bool,
    pub(crate) side_by_side: bool,
    pub(crate) rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) head: bool,
    pub(crate) cells: Vec<Cell>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cell {
    pub(crate) span: usize,
    pub(crate) blocks: Vec<Block>,
}

/// A code for scanners as its modules, row by row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Code {
    /// What kind of code it is, to those who can't see it.
    pub(crate) name: &'static str,
    pub(crate) data: String,
    /// Modules in a row.
    pub(crate) columns: usize,
    pub(crate) dark: Vec<bool>,
    /// Size in millimetres.
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) align: Align,
}

impl Code {
    /// What it says in words.
    pub(crate) fn description(&self) -> String {
        format!("{}: {}", self.name, self.data)
    }

    /// Rows of modules.
    pub(crate) fn rows(&self) -> usize {
        self.dark.len() / self.columns.max(1)
    }
}
