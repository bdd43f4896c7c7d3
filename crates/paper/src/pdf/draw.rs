//! Marks as drawing operators, each within its tag or as decoration.

use std::collections::BTreeMap;

use lopdf::text_string;
use printpdf::{DictItem, FontId, Mm, Op, PdfFontHandle, PdfPage, Point, Pt};

use crate::document::Document;
use crate::font::Face;
use crate::layout::Type;
use crate::set::pages::Page;
use crate::set::{Mark, MarkKind, Tag, mm};

use super::structure::Contents;

/// The name that pages know a face by.
pub(super) fn font_name(face: Face) -> &'static str {
    match face {
        Face::Regular => "F1",
        Face::Bold => "F2",
        Face::Italic => "F3",
        Face::BoldItalic => "F4",
    }
}

pub(super) fn font_id(face: Face) -> FontId {
    FontId(font_name(face).to_owned())
}

/// The characters that are drawn for a text. One glyph serves both spaces, and extraction must yield the ordinary one.
pub(super) fn plain(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(|c| if c == '\u{a0}' { ' ' } else { c })
}

/// Draws one page and notes which element each stretch of content belongs to.
pub(super) fn page(
    document: &Document,
    index: usize,
    page: &Page,
    contents: &mut Contents,
) -> PdfPage {
    let sheet = &document.sheet;
    let mut pen = Pen {
        ops: Vec::new(),
        height: mm(sheet.height),
    };
    let mut marks = page.marks.iter().peekable();
    while let Some(mark) = marks.next() {
        if let (Some(element), MarkKind::Sign { width, height }) = (mark.element, &mark.kind) {
            let top = pen.height - mark.y;
            let rectangle = [mark.x, top - height, mark.x + width, top].map(round);
            contents.add_signature(element, index, rectangle);
            continue;
        }
        match mark.element {
            Some(element) => {
                let mcid = contents.add(element, index);
                let tag = contents.role(document, element).to_owned();
                let mut map = BTreeMap::new();
                map.insert("MCID".to_owned(), DictItem::Int(mcid));
                // Characters that stand apart are one word to whoever copies or searches.
                if let Some(Tag::Boxed { text }) = document.elements.get(element).map(|e| &e.tag)
                    && let Ok(data) = text_string(text).as_str()
                {
                    let data = data.to_vec();
                    let item = DictItem::String {
                        data,
                        literal: false,
                    };
                    map.insert("ActualText".to_owned(), item);
                }
                pen.ops.push(Op::BeginMarkedContentWithProperties {
                    tag,
                    properties: DictItem::Dict { map },
                });
            }
            None => pen.ops.push(Op::BeginMarkedContent {
                tag: "Artifact".to_owned(),
            }),
        }
        pen.draw(mark);
        while let Some(next) = marks.next_if(|next| next.element == mark.element) {
            pen.draw(next);
        }
        pen.ops.push(Op::EndMarkedContent);
    }
    PdfPage::new(Mm(sheet.width), Mm(sheet.height), pen.ops)
}

/// Collects operators; turns distances from the top into heights from the bottom.
struct Pen {
    ops: Vec<Op>,
    height: f32,
}

impl Pen {
    fn draw(&mut self, mark: &Mark) {
        let (x, y) = (mark.x, self.height - mark.y);
        match &mark.kind {
            MarkKind::Text {
                text,
                face,
                size,
                gap,
            } => self.text(x, y, text, *face, *size, *gap),
            MarkKind::Leader { width } => {
                self.ops.push(Op::SaveGraphicsState);
                self.raw("J", &[1.0]);
                self.raw("w", &[0.9]);
                let dash = vec![
                    DictItem::Array(vec![DictItem::Real(0.0), DictItem::Real(2.9)]),
                    DictItem::Int(0),
                ];
                self.ops.push(Op::Unknown {
                    key: "d".to_owned(),
                    value: dash,
                });
                self.line(x + 2.0, y + 0.45, (width - 3.0).max(0.0), 0.0);
                self.ops.push(Op::RestoreGraphicsState);
            }
            // A field of the file, see `structure`.
            MarkKind::Sign { .. } => {}
            MarkKind::Stroke { dx, dy, thickness } => {
                self.raw("w", &[*thickness]);
                self.line(x, y, *dx, -*dy);
            }
            MarkKind::Check { checked, size } => {
                self.raw("w", &[0.8]);
                self.raw("re", &[x, y, *size, *size]);
                self.raw("S", &[]);
                if *checked {
                    let inset = size * 0.18;
                    let arm = size - 2.0 * inset;
                    self.raw("w", &[1.1]);
                    self.line(x + inset, y + inset, arm, arm);
                    self.line(x + inset, y + size - inset, arm, -arm);
                }
            }
            MarkKind::Boxes {
                count,
                pitch,
                height,
            } => {
                self.raw("w", &[0.6]);
                for index in 0..*count {
                    let left = x + pitch * index as f32;
                    self.raw("re", &[left, y - height, *pitch, *height]);
                }
                self.raw("S", &[]);
            }
            MarkKind::Code {
                columns,
                dark,
                width,
                height,
            } => self.code(x, y, *columns, dark, (*width, *height)),
        }
    }

    fn text(&mut self, x: f32, y: f32, text: &str, face: Type, size: f32, gap: f32) {
        let face = Face::of(face);
        let text: String = plain(text).collect();
        let show = |text: &str| {
            let glyphs = text.chars().map(|c| face.glyph(c).unwrap_or(0));
            DictItem::String {
                data: glyphs.flat_map(u16::to_be_bytes).collect(),
                literal: false,
            }
        };
        let (key, shown) = if gap == 0.0 {
            ("Tj", show(&text))
        } else {
            let offset = DictItem::Real(round(-gap * 1000.0 / size));
            let mut shown = Vec::new();
            for word in text.split_inclusive(' ') {
                shown.push(show(word));
                if word.ends_with(' ') {
                    shown.push(offset.clone());
                }
            }
            ("TJ", DictItem::Array(shown))
        };
        self.ops.push(Op::StartTextSection);
        self.ops.push(Op::SetFont {
            font: PdfFontHandle::External(font_id(face)),
            size: Pt(round(size)),
        });
        self.ops.push(Op::SetTextCursor {
            pos: Point {
                x: Pt(round(x)),
                y: Pt(round(y)),
            },
        });
        self.ops.push(Op::Unknown {
            key: key.to_owned(),
            value: vec![shown],
        });
        self.ops.push(Op::EndTextSection);
    }

    fn code(&mut self, x: f32, y: f32, columns: usize, dark: &[bool], size: (f32, f32)) {
        let columns = columns.max(1);
        let (wide, high) = (
            size.0 / columns as f32,
            size.1 / (dark.len() / columns).max(1) as f32,
        );
        for (row, cells) in dark.chunks(columns).enumerate() {
            let bottom = y - high * (row + 1) as f32;
            let mut column = 0;
            // A run of dark modules is one rectangle: no hairlines between them.
            for run in cells.chunk_by(|a, b| a == b) {
                if run.first() == Some(&true) {
                    self.raw(
                        "re",
                        &[
                            x + wide * column as f32,
                            bottom,
                            wide * run.len() as f32,
                            high,
                        ],
                    );
                }
                column += run.len();
            }
        }
        self.raw("f", &[]);
    }

    fn line(&mut self, x: f32, y: f32, dx: f32, dy: f32) {
        self.raw("m", &[x, y]);
        self.raw("l", &[x + dx, y + dy]);
        self.raw("S", &[]);
    }

    fn raw(&mut self, key: &str, numbers: &[f32]) {
        let value = numbers.iter().map(|n| DictItem::Real(round(*n))).collect();
        self.ops.push(Op::Unknown {
            key: key.to_owned(),
            value,
        });
    }
}

/// Hundredths of a point are finer than any printer.
fn round(number: f32) -> f32 {
    (number * 100.0).round() / 100.0
}
