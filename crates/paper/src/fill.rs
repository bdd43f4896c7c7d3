//! Puts answers into a layout.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::Value as JinjaValue;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use crate::answers::{Answers, COPY, List};
use crate::code;
use crate::error::PaperError;
use crate::flow::{Block, Cell, Inline, Paragraph, Row, Shows, Table};
use crate::layout::{
    BlockNode, CellNode, CodeKind, Dots, Expr, InlineNode, Path, RowNode, TableNode, Text,
    TextPiece, Type, compose,
};
use crate::show::{is_checked, place_date, shown, shown_value};
use crate::text::{self, Source};

/// Fills layouts with one set of answers.
pub(crate) struct Filler<'a> {
    file: &'a str,
    answers: Answers,
    notes: Vec<Vec<Inline>>,
    /// Names of notes with their numbers.
    note_names: BTreeMap<String, usize>,
    notes_placed: bool,
}

impl<'a> Filler<'a> {
    pub(crate) fn new(file: &'a str, answers: &Value) -> Filler<'a> {
        Filler {
            file,
            answers: Answers::new(answers),
            notes: Vec::new(),
            note_names: BTreeMap::new(),
            notes_placed: false,
        }
    }

    /// The body with its notes, once for each copy.
    pub(crate) fn body(
        &mut self,
        nodes: &[BlockNode],
        copies: usize,
    ) -> Result<Vec<Block>, PaperError> {
        let mut out = Vec::new();
        for copy in 1..=copies.max(1) {
            if copy > 1 {
                out.push(Block::PageBreak);
            }
            if copies > 1 {
                self.answers.enter_copy(copy);
            }
            self.note_names.clear();
            self.notes_placed = false;
            let blocks = self.blocks(nodes);
            self.answers.leave_all();
            out.append(&mut blocks?);
            if !self.notes_placed {
                self.place_notes(11.0, &mut out);
            }
        }
        Ok(out)
    }

    pub(crate) fn blocks(&mut self, nodes: &[BlockNode]) -> Result<Vec<Block>, PaperError> {
        let mut out = Vec::new();
        for node in nodes {
            self.block(node, &mut out)?;
        }
        Ok(out)
    }

    pub(crate) fn plain(&self, text: &Text) -> Result<String, PaperError> {
        let mut out = String::new();
        for piece in &text.pieces {
            out.push_str(&self.piece(piece, text.line)?.0);
        }
        Ok(out)
    }

    /// A piece of text as it is printed, and the answers that it shows.
    fn piece(&self, piece: &TextPiece, line: usize) -> Result<(String, Shows), PaperError> {
        Ok(match piece {
            TextPiece::Literal(literal) => (
                text::printable(&text::collapse(literal), &self.literal_source(line))?,
                None,
            ),
            TextPiece::Placeholder(expr) => (self.placeholder(expr)?, self.shows(expr.paths())),
        })
    }

    fn shows_path(&self, path: &str) -> Shows {
        Some(Arc::from([self.answers.full_path(path)]))
    }

    fn shows_text(&self, text: &Text) -> Shows {
        self.shows(text.expressions().flat_map(Expr::paths))
    }

    fn shows<'p>(&self, paths: impl IntoIterator<Item = &'p String>) -> Shows {
        let paths: Vec<String> = paths
            .into_iter()
            .filter(|path| {
                !self.answers.has_rows()
                    || !matches!(path.split('.').next(), Some("loop") | Some(COPY))
            })
            .map(|path| self.answers.full_path(path))
            .collect();
        (!paths.is_empty()).then(|| paths.into())
    }

    fn block(&mut self, node: &BlockNode, out: &mut Vec<Block>) -> Result<(), PaperError> {
        match node {
            BlockNode::Paragraph {
                style,
                face,
                inlines,
            } => {
                let mut filled = Vec::new();
                self.inlines(inlines, *face, &mut filled)?;
                out.push(Block::Paragraph(Paragraph {
                    style: *style,
                    inlines: text::tidy(filled),
                }));
            }
            BlockNode::Table(table) => out.push(Block::Table(self.table(table)?)),
            BlockNode::If {
                test,
                then,
                otherwise,
            } => {
                let chosen = if self.holds(test)? { then } else { otherwise };
                for node in chosen {
                    self.block(node, out)?;
                }
            }
            BlockNode::Repeat { path, name, body } => {
                let list = self.answers.list(&path.text, name)?;
                for index in 0..list.items.len() {
                    out.append(&mut self.within(&list, index, |filler| filler.blocks(body))?);
                }
            }
            BlockNode::PageBreak => out.push(Block::PageBreak),
            BlockNode::Code {
                kind,
                data,
                width,
                height,
                align,
            } => {
                let data = self.plain(data)?;
                let data = data.trim();
                if !data.is_empty() {
                    out.push(Block::Code(match kind {
                        CodeKind::Qr => code::qr(data, *width, *align)?,
                        CodeKind::Code128 => code::code128(data, (*width, *height), *align)?,
                    }));
                }
            }
            BlockNode::Notes { size } => {
                self.notes_placed = true;
                self.place_notes(*size, out);
            }
        }
        Ok(())
    }

    fn place_notes(&mut self, size: f32, out: &mut Vec<Block>) {
        let notes = std::mem::take(&mut self.notes);
        if notes.is_empty() {
            return;
        }
        let face = Type {
            bold: true,
            italic: true,
            ..Type::default()
        };
        out.push(Block::Paragraph(Paragraph {
            style: compose::notes_title(size),
            inlines: vec![Inline::Text {
                text: "Chú thích:".to_owned(),
                face,
                shows: None,
            }],
        }));
        for (index, mut inlines) in notes.into_iter().enumerate() {
            inlines.insert(
                0,
                Inline::Text {
                    text: format!("({}) ", index + 1),
                    face: Type::default(),
                    shows: None,
                },
            );
            out.push(Block::Paragraph(Paragraph {
                style: compose::note(size),
                inlines: text::tidy(inlines),
            }));
        }
    }

    fn table(&mut self, node: &TableNode) -> Result<Table, PaperError> {
        let mut rows = Vec::new();
        self.rows(&node.rows, &mut rows)?;
        let columns = node.columns().max(1);
        let widths = if node.widths.len() == columns {
            node.widths.clone()
        } else {
            vec![1.0; columns]
        };
        let sum: f32 = widths.iter().sum();
        Ok(Table {
            widths: widths.into_iter().map(|w| w / sum).collect(),
            borders: node.borders,
            side_by_side: node.side_by_side,
            rows,
        })
    }

    fn rows(&mut self, nodes: &[RowNode], out: &mut Vec<Row>) -> Result<(), PaperError> {
        for node in nodes {
            match node {
                RowNode::Row { head, cells } => {
                    let cells = cells
                        .iter()
                        .map(|cell| self.cell(cell))
                        .collect::<Result<_, _>>()?;
                    out.push(Row { head: *head, cells });
                }
                RowNode::Repeat {
                    path,
                    name,
                    min,
                    rows,
                } => {
                    let list = self.answers.list(&path.text, name)?;
                    for index in 0..list.items.len().max(*min) {
                        self.within(&list, index, |filler| filler.rows(rows, out))?;
                    }
                }
                RowNode::If {
                    test,
                    then,
                    otherwise,
                } => {
                    let chosen = if self.holds(test)? { then } else { otherwise };
                    self.rows(chosen, out)?;
                }
            }
        }
        Ok(())
    }

    fn cell(&mut self, node: &CellNode) -> Result<Cell, PaperError> {
        Ok(Cell {
            span: node.span,
            blocks: self.blocks(&node.blocks)?,
        })
    }

    /// Runs `inside` with the list's name standing for its row `index`.
    fn within<T>(
        &mut self,
        list: &List,
        index: usize,
        inside: impl FnOnce(&mut Self) -> Result<T, PaperError>,
    ) -> Result<T, PaperError> {
        self.answers.enter(list, index);
        let result = inside(self);
        self.answers.leave();
        result
    }

    fn literal_source(&self, line: usize) -> Source<'_> {
        Source::Layout {
            file: self.file,
            line,
        }
    }

    fn inlines(
        &mut self,
        nodes: &[InlineNode],
        face: Type,
        out: &mut Vec<Inline>,
    ) -> Result<(), PaperError> {
        for node in nodes {
            self.inline(node, face, out)?;
        }
        Ok(())
    }

    fn inline(
        &mut self,
        node: &InlineNode,
        face: Type,
        out: &mut Vec<Inline>,
    ) -> Result<(), PaperError> {
        match node {
            InlineNode::Text(text) => {
                for piece in &text.pieces {
                    let (said, shows) = self.piece(piece, text.line)?;
                    text::lines(&said, face, &shows, out);
                }
            }
            InlineNode::Styled {
                face: more,
                inlines,
            } => {
                let face = Type {
                    bold: face.bold || more.bold,
                    italic: face.italic || more.italic,
                    raised: face.raised || more.raised,
                };
                self.inlines(inlines, face, out)?;
            }
            InlineNode::Break => out.push(Inline::Break),
            InlineNode::SignHere(who) => {
                let label = format!("Chữ ký: {}", self.plain(who)?.trim());
                out.push(Inline::SignHere { label });
            }
            InlineNode::Field { path, dots } => {
                let answer = self.answer(path)?;
                let shows = self.shows_path(&path.text);
                text::lines(&answer, face, &shows, out);
                if let Some(dots) = dots {
                    let after = answer
                        .rsplit('\n')
                        .next()
                        .unwrap_or_default()
                        .trim()
                        .to_owned();
                    out.push(Inline::Dots {
                        dots: *dots,
                        after,
                        face,
                        shows,
                    });
                }
            }
            InlineNode::Boxes { path, count, width } => {
                let answer = self.answer(path)?;
                let boxed: String = answer.chars().filter(|c| !c.is_whitespace()).collect();
                // An answer that has no room in the boxes is printed as it is: crowded is better than cut.
                let shows = self.shows_path(&path.text);
                if boxed.chars().count() > *count {
                    text::lines(&answer, face, &shows, out);
                } else {
                    out.push(Inline::Boxes {
                        text: boxed,
                        count: *count,
                        width: *width,
                        shows,
                    });
                }
            }
            InlineNode::Dots(dots) => {
                let after = match dots {
                    Dots::Fill => ends_with_answer(out),
                    Dots::Wide(_) => String::new(),
                };
                out.push(Inline::Dots {
                    dots: *dots,
                    after,
                    face,
                    shows: None,
                });
            }
            InlineNode::Check { path, value, label } => {
                let label = self.plain(label)?;
                let value = value.as_ref().map(|value| self.plain(value)).transpose()?;
                let checked = is_checked(self.answers.look_up(&path.text), value.as_deref());
                out.push(Inline::Check {
                    checked,
                    label: if label.is_empty() {
                        value.unwrap_or_default()
                    } else {
                        label.clone()
                    },
                    shows: self.shows_path(&path.text),
                });
                if !label.is_empty() {
                    text::lines(&format!("\u{a0}{label}"), face, &None, out);
                }
            }
            InlineNode::PlaceDate { label, place, date } => {
                let label = self.plain(label)?;
                if !label.trim().is_empty() {
                    text::lines(&format!("{} ", label.trim()), face, &None, out);
                }
                let shows = [place, date].map(|text| self.shows_text(text));
                let (place, date) = (self.plain(place)?, self.plain(date)?);
                let [place_shows, date_shows] = &shows;
                place_date(
                    (place.trim(), place_shows),
                    (date.trim(), date_shows),
                    face,
                    out,
                );
            }
            InlineNode::Note { name, inlines } => {
                let mut note = Vec::new();
                self.inlines(inlines, Type::default(), &mut note)?;
                self.notes.push(note);
                let number = self.notes.len();
                self.note_names
                    .extend(name.iter().map(|name| (name.clone(), number)));
                out.push(note_number(number, face));
            }
            // A note that an <if> leaves out has no number, and nothing points at it.
            InlineNode::NoteAgain { name, .. } => {
                out.extend(
                    self.note_names
                        .get(name)
                        .map(|number| note_number(*number, face)),
                );
            }
            InlineNode::If {
                test,
                then,
                otherwise,
            } => {
                let chosen = if self.holds(test)? { then } else { otherwise };
                self.inlines(chosen, face, out)?;
            }
        }
        Ok(())
    }

    fn answer(&self, path: &Path) -> Result<String, PaperError> {
        let full = self.answers.full_path(&path.text);
        let shown = self
            .answers
            .look_up(&path.text)
            .map(shown)
            .unwrap_or_default();
        text::printable(&shown, &Source::Answer { path: &full })
    }

    fn placeholder(&self, expr: &Expr) -> Result<String, PaperError> {
        let value = self.evaluate(expr)?;
        let shown = shown_value(&value);
        let path = self.answers.full_path(&expr.source);
        text::printable(&shown, &Source::Answer { path: &path }).map_err(|error| match error {
            PaperError::MissingGlyph { character, path } => {
                let path = self.holder(expr, character).unwrap_or(path);
                PaperError::MissingGlyph { character, path }
            }
            other => other,
        })
    }

    /// Which of the answers that a placeholder reads brought a character in.
    fn holder(&self, expr: &Expr, character: char) -> Option<String> {
        let holds = |path: &String| {
            let answer = self.answers.look_up(path).map(shown).unwrap_or_default();
            answer.nfc().any(|c| c == character)
        };
        expr.paths()
            .iter()
            .find(|path| holds(path))
            .map(|path| self.answers.full_path(path))
    }

    fn holds(&self, test: &Expr) -> Result<bool, PaperError> {
        Ok(self.evaluate(test)?.is_true())
    }

    fn evaluate(&self, expr: &Expr) -> Result<JinjaValue, PaperError> {
        self.answers
            .evaluate(expr)
            .map_err(|error| PaperError::Placeholder {
                file: self.file.to_owned(),
                line: expr.line,
                placeholder: expr.source.clone(),
                reason: error.to_string(),
            })
    }
}

/// The last word, unless it is a label that waits for an answer: dots after an answer may be short.
fn ends_with_answer(inlines: &[Inline]) -> String {
    match inlines.last() {
        Some(Inline::Text { text, face, .. }) if !text.ends_with([' ', ':']) && !face.raised => {
            text.rsplit(' ').next().unwrap_or_default().to_owned()
        }
        _ => String::new(),
    }
}

fn note_number(number: usize, face: Type) -> Inline {
    let face = Type {
        raised: true,
        bold: false,
        ..face
    };
    Inline::Text {
        text: format!("({number})"),
        face,
        shows: None,
    }
}
