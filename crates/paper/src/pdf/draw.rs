//! Marks as drawing operators, each within its tag or as decoration.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use lopdf::text_string;

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

/// The glyphs that each face draws.
pub(super) type Used = BTreeMap<Face, BTreeSet<u16>>;

/// The operators of one page; notes which element each stretch of content belongs to, and the glyphs in use.
pub(super) fn page(
    document: &Document,
    index: usize,
    page: &Page,
    contents: &mut Contents,
    used: &mut Used,
) -> Vec<u8> {
    let sheet = &document.sheet;
    let mut pen = Pen {
        out: String::with_capacity(page.marks.len() * 90),
        height: mm(sheet.height),
        used,
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
                let tag = contents.role(document, element);
                let _ = write!(pen.out, "/{tag} <</MCID {mcid}");
                // Characters that stand apart are one word to whoever copies or searches.
                if let Some(Tag::Boxed { text }) = document.elements.get(element).map(|e| &e.tag)
                    && let Ok(data) = text_string(text).as_str()
                {
                    pen.out.push_str("/ActualText <");
                    for byte in data {
                        let _ = write!(pen.out, "{byte:02X}");
                    }
                    pen.out.push('>');
                }
                pen.out.push_str(">> BDC\n");
            }
            None => pen.out.push_str("/Artifact BMC\n"),
        }
        pen.draw(mark);
        while let Some(next) = marks.next_if(|next| next.element == mark.element) {
            pen.draw(next);
        }
        pen.out.push_str("EMC\n");
    }
    pen.out.into_bytes()
}

/// Collects operators; turns distances from the top into heights from the bottom.
struct Pen<'u> {
    out: String,
    height: f32,
    used: &'u mut Used,
}

impl Pen<'_> {
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
                self.out.push_str("q 1 J 0.9 w [0 2.9] 0 d\n");
                self.line(x + 2.0, y + 0.45, (width - 3.0).max(0.0), 0.0);
                self.out.push_str("Q\n");
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
        let glyphs = self.used.entry(face).or_default();
        let out = &mut self.out;
        let _ = write!(out, "BT /{} ", font_name(face));
        number(out, size);
        out.push_str(" Tf ");
        number(out, x);
        out.push(' ');
        number(out, y);
        // Justified text leaves more room after each space.
        let (open, close) = if gap == 0.0 {
            (" Td <", "> Tj ET\n")
        } else {
            (" Td [<", ">] TJ ET\n")
        };
        out.push_str(open);
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            let Some(glyph) = face.glyph(c) else { continue };
            glyphs.insert(glyph);
            let _ = write!(out, "{glyph:04X}");
            if gap != 0.0 && c == ' ' && rest.peek().is_some() {
                out.push_str("> ");
                number(out, -gap * 1000.0 / size);
                out.push_str(" <");
            }
        }
        out.push_str(close);
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

    fn raw(&mut self, operator: &str, numbers: &[f32]) {
        for length in numbers {
            number(&mut self.out, *length);
            self.out.push(' ');
        }
        self.out.push_str(operator);
        self.out.push('\n');
    }
}

/// Hundredths of a point are finer than any printer.
fn round(number: f32) -> f32 {
    (number * 100.0).round() / 100.0
}

/// Writes a number rounded so, without what a reader can do without.
fn number(out: &mut String, number: f32) {
    let hundredths = (number * 100.0).round() as i64;
    let (whole, rest) = (hundredths.abs() / 100, hundredths.abs() % 100);
    if hundredths < 0 {
        out.push('-');
    }
    let _ = match (rest, rest % 10) {
        (0, _) => write!(out, "{whole}"),
        (_, 0) => write!(out, "{whole}.{}", rest / 10),
        _ => write!(out, "{whole}.{rest:02}"),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_rounded() {
        let mut out = String::new();
        for length in [0.0, -0.001, 12.0, 0.5, -3.257, 0.07, 595.276] {
            number(&mut out, length);
            out.push(' ');
        }
        assert_eq!(out, "0 0 12 0.5 -3.26 0.07 595.28 ");
    }
}
