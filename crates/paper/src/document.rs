//! The laid-out document that both writers draw from.

use std::fmt;

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use crate::error::PaperError;
use crate::fill::Filler;
use crate::flow::{Block, Inline, Paragraph};
use crate::layout::{Layout, Sheet, Type, compose};
use crate::set::pages::{Page, paginate};
use crate::set::{Element, Mark, MarkKind, Place, SetBlock, Setter, mm};

/// What the file's properties say. Time and codes come from the caller, so that the same input gives the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// Title, used when the layout gives none.
    pub title: String,
    /// BCP 47 language of the text: `vi`.
    pub language: String,
    /// When the document was made, in Vietnam's time (UTC+7).
    pub created: jiff::civil::DateTime,
    /// The dossier that the paper belongs to (*mã hồ sơ*).
    pub dossier_code: Option<String>,
    /// The program that wrote it.
    pub producer: String,
}

impl Meta {
    /// Vietnamese, made by Hồ Sơ, of no dossier.
    #[must_use]
    pub fn new(title: impl Into<String>, created: jiff::civil::DateTime) -> Meta {
        Meta {
            title: title.into(),
            language: "vi".to_owned(),
            created,
            dossier_code: None,
            producer: "Hồ Sơ".to_owned(),
        }
    }
}

/// A filled and laid-out document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    pub(crate) meta: Meta,
    pub(crate) sheet: Sheet,
    pub(crate) blocks: Vec<SetBlock>,
    pub(crate) header: Vec<SetBlock>,
    pub(crate) footer: Vec<SetBlock>,
    pub(crate) elements: Vec<Element>,
    pub(crate) pages: Vec<Page>,
    /// Where the body begins and ends on a page, in points from the top.
    pub(crate) body_top: f32,
    pub(crate) body_bottom: f32,
}

/// Where an answer, or a line of it, stands; lengths in millimetres from the sheet's upper left corner.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerPlace {
    /// The answer's path, rows counted from 0 in brackets.
    pub path: String,
    /// The page, counted from 1.
    pub page: usize,
    /// From the sheet's left edge.
    pub x: f32,
    /// From the sheet's upper edge.
    pub y: f32,
    /// How wide it is.
    pub width: f32,
    /// How tall it is.
    pub height: f32,
}

fn to_mm(points: f32) -> f32 {
    points * 25.4 / 72.0
}

/// Distance of header and footer from the sheet's edges, in millimetres.
pub(crate) const EDGE: f32 = 9.0;

/// Fills `layout` with `answers` in display form and sets it on pages.
///
/// `answers` is an object: texts ready to print, booleans for check boxes, arrays of objects for repeated rows; keys may be dotted.
///
/// # Errors
/// A character that the typeface lacks, a placeholder that fails, an answer of the wrong kind, or far too much text.
pub fn lay_out(layout: &Layout, answers: &Value, meta: &Meta) -> Result<Document, PaperError> {
    let mut filler = Filler::new(&layout.file, answers);
    let title = filler.plain(&layout.title)?;
    let header = filler.blocks(&layout.header)?;
    let footer = filler.blocks(&layout.footer)?;
    let body = filler.body(&layout.body, layout.sheet.copies)?;
    let mut meta = meta.clone();
    meta.title = if title.trim().is_empty() {
        meta.title.nfc().collect()
    } else {
        title.trim().to_owned()
    };
    set_document(meta, layout.sheet, &header, &footer, &body)
}

/// The words of the document in reading order: header, body, footer, each once. Page numbers are not words.
#[must_use]
pub fn words(document: &Document) -> Vec<String> {
    let mut text = String::new();
    for blocks in [&document.header, &document.blocks, &document.footer] {
        text_of(blocks, &mut text);
    }
    text.split_whitespace().map(str::to_owned).collect()
}

impl Document {
    /// The title as it stands in the file's properties.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.meta.title
    }

    /// Left, bottom, right and top of a figure, from the sheet's lower left corner.
    pub(crate) fn bounds(&self, element: usize) -> Option<[f32; 4]> {
        let mark = self
            .pages
            .iter()
            .flat_map(|page| &page.marks)
            .find(|mark| mark.element == Some(element))?;
        let MarkKind::Code { width, height, .. } = mark.kind else {
            return None;
        };
        let top = mm(self.sheet.height) - mark.y;
        Some([mark.x, top - height, mark.x + width, top])
    }

    /// Where the answers stand on the pages, in reading order: a place a line, and the dots of a blank answer.
    #[must_use]
    pub fn places(&self) -> Vec<AnswerPlace> {
        let mut places: Vec<AnswerPlace> = Vec::new();
        for (index, page) in self.pages.iter().enumerate() {
            for mark in &page.marks {
                let Some([left, top, right, bottom]) = mark.extent().map(|e| e.map(to_mm)) else {
                    continue;
                };
                for path in mark.shows.iter().flat_map(|paths| paths.iter()) {
                    let same_line = places.iter_mut().rev().take(4).find(|place| {
                        place.path == *path
                            && place.page == index + 1
                            && place.y < bottom
                            && top < place.y + place.height
                            && place.x <= left
                            && left - (place.x + place.width) < 1.0
                    });
                    match same_line {
                        Some(place) => place.width = right - place.x,
                        None => places.push(AnswerPlace {
                            path: path.clone(),
                            page: index + 1,
                            x: left,
                            y: top,
                            width: right - left,
                            height: bottom - top,
                        }),
                    }
                }
            }
        }
        places
    }

    /// How many pages it takes.
    #[must_use]
    pub fn page_count(&self) -> usize {
        self.pages.len()
    }
}

/// What stands where, a line a mark, positions in whole points: for people and for tests.
impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, page) in self.pages.iter().enumerate() {
            writeln!(f, "page {}", index + 1)?;
            for mark in &page.marks {
                write!(f, "{:>4} {:>4}  ", mark.x.round(), mark.y.round())?;
                let role = if mark.element.is_none() {
                    " (decoration)"
                } else {
                    ""
                };
                match &mark.kind {
                    MarkKind::Text {
                        text, face, size, ..
                    } => {
                        let style = match (face.bold, face.italic) {
                            (false, false) => "",
                            (true, false) => " bold",
                            (false, true) => " italic",
                            (true, true) => " bold italic",
                        };
                        writeln!(f, "{size}{style} \"{text}\"{role}")?;
                    }
                    MarkKind::Leader { width } => writeln!(f, "dots {}", width.round())?,
                    MarkKind::Stroke { dx, dy, .. } => {
                        writeln!(f, "line {} {}", dx.round(), dy.round())?
                    }
                    MarkKind::Check { checked, .. } => {
                        writeln!(f, "{}", if *checked { "[x]" } else { "[ ]" })?
                    }
                    MarkKind::Boxes { count, .. } => writeln!(f, "{count} boxes")?,
                    MarkKind::Code { columns, dark, .. } => {
                        writeln!(f, "code {columns} x {}", dark.len() / columns.max(&1))?;
                    }
                    MarkKind::Sign { width, height } => {
                        writeln!(f, "sign here {} {}", width.round(), height.round())?
                    }
                }
            }
        }
        Ok(())
    }
}

fn set_document(
    meta: Meta,
    sheet: Sheet,
    header: &[Block],
    footer: &[Block],
    body: &[Block],
) -> Result<Document, PaperError> {
    let (x, width) = (mm(sheet.left), mm(sheet.width - sheet.left - sheet.right));
    let mut setter = Setter {
        tallest: mm(sheet.height - 2.0 * EDGE) / 3.0,
        ..Setter::default()
    };
    let edge = Place {
        x,
        width,
        parent: None,
        decoration: true,
    };
    let (header_units, header) = setter.blocks(header, edge);
    let (footer_units, footer) = setter.blocks(footer, edge);
    let number_height = if sheet.page_numbers {
        crate::set::lines::line_shape(13.0).0
    } else {
        0.0
    };
    let height_of =
        |units: &[crate::set::Unit]| units.iter().map(|u| u.before + u.height).sum::<f32>();
    let limit = mm(sheet.height) / 3.0;
    let header_height = height_of(&header_units).min(limit);
    let footer_height = height_of(&footer_units).min(limit);
    let top = mm(sheet.top).max(if header_height > 0.0 {
        mm(EDGE) + number_height + header_height + 4.0
    } else {
        0.0
    });
    let bottom = mm(sheet.height)
        - mm(sheet.bottom).max(if footer_height > 0.0 {
            mm(EDGE) + footer_height + 4.0
        } else {
            0.0
        });
    setter.tallest = bottom - top;
    let (units, blocks) = setter.blocks(
        body,
        Place {
            x,
            width,
            parent: None,
            decoration: false,
        },
    );
    let mut pages = paginate(units, &setter.heads, top, bottom)?;
    for (index, page) in pages.iter_mut().enumerate() {
        let mut marks = Vec::new();
        if index > 0 && sheet.page_numbers {
            stack(page_number(index + 1, edge), mm(EDGE), &mut marks);
        }
        stack(header_units.clone(), mm(EDGE) + number_height, &mut marks);
        marks.append(&mut page.marks);
        stack(
            footer_units.clone(),
            mm(sheet.height - EDGE) - footer_height,
            &mut marks,
        );
        page.marks = marks;
    }
    Ok(Document {
        meta,
        sheet,
        blocks,
        header,
        footer,
        elements: setter.elements,
        pages,
        body_top: top,
        body_bottom: bottom,
    })
}

fn stack(units: Vec<crate::set::Unit>, top: f32, out: &mut Vec<Mark>) {
    let mut y = top;
    for unit in units {
        y += unit.before;
        out.extend(unit.marks.into_iter().map(|mark| Mark {
            y: mark.y + y,
            ..mark
        }));
        y += unit.height;
    }
}

fn page_number(number: usize, place: Place) -> Vec<crate::set::Unit> {
    let inlines = vec![Inline::Text {
        text: number.to_string(),
        face: Type::default(),
        shows: None,
    }];
    let paragraph = Block::Paragraph(Paragraph {
        style: compose::page_number(),
        inlines,
    });
    Setter::default().blocks(&[paragraph], place).0
}

fn text_of(blocks: &[SetBlock], out: &mut String) {
    for block in blocks {
        match block {
            SetBlock::Paragraph(paragraph) => {
                let mut leaders = paragraph.leaders.iter();
                for inline in &paragraph.paragraph.inlines {
                    match inline {
                        // Dots part the words around them, if there is room for any.
                        Inline::Dots { .. } => {
                            if leaders.next().is_some_and(Option::is_some) {
                                out.push(' ');
                            }
                        }
                        Inline::Text { text, .. } => out.push_str(text),
                        // Boxes stand apart from the words around them.
                        Inline::Boxes { text, .. } => {
                            out.extend([" ", text, " "]);
                        }
                        Inline::Break => out.push('\n'),
                        Inline::Check { .. } | Inline::SignHere { .. } => {}
                    }
                }
                out.push('\n');
            }
            SetBlock::Table(table) => {
                table
                    .rows
                    .iter()
                    .flat_map(|row| &row.cells)
                    .for_each(|cell| text_of(&cell.blocks, out));
            }
            SetBlock::PageBreak | SetBlock::Code(_) => {}
        }
    }
}
