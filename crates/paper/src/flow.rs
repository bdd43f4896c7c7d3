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
    Qr(Qr),
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
    Check {
        checked: bool,
        label: String,
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

/// A QR code as its modules, row by row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Qr {
    pub(crate) data: String,
    pub(crate) modules: usize,
    pub(crate) dark: Vec<bool>,
    /// Edge length in millimetres.
    pub(crate) size: f32,
    pub(crate) align: Align,
}
