//! What a layout reads and points at, found by walking it.

use super::expr::{Expr, Text};
use super::{BlockNode, InlineNode, Layout, Path, RowNode};

/// Collects every answer path that the layout reads, with its line, in reading order.
pub(super) fn paths_read(layout: &Layout, out: &mut Vec<(String, usize)>) {
    walk(layout, out);
}

/// The first pointer at a note that does not stand before it.
pub(super) fn unknown_note(layout: &Layout) -> Option<(String, usize)> {
    walk(layout, &mut Vec::new()).unknown_note
}

fn walk<'a>(layout: &Layout, out: &'a mut Vec<(String, usize)>) -> Walk<'a> {
    let mut walk = Walk {
        out,
        scopes: Vec::new(),
        notes: Vec::new(),
        unknown_note: None,
        copies: layout.sheet.copies > 1,
    };
    walk.text(&layout.title);
    for blocks in [&layout.header, &layout.body, &layout.footer] {
        walk.blocks(blocks);
    }
    walk
}

struct Walk<'a> {
    out: &'a mut Vec<(String, usize)>,
    /// Names of repeated rows with the path of their list.
    scopes: Vec<(String, String)>,
    /// Names of the notes met so far.
    notes: Vec<String>,
    unknown_note: Option<(String, usize)>,
    /// There is more than one copy, so `copy` is the number of one.
    copies: bool,
}

impl Walk<'_> {
    fn read(&mut self, path: &str, line: usize) {
        let (head, rest) = path.split_once('.').unwrap_or((path, ""));
        if let Some((_, list)) = self.scopes.iter().rev().find(|(name, _)| name == head) {
            let full = if rest.is_empty() {
                list.clone()
            } else {
                format!("{list}.{rest}")
            };
            self.out.push((full, line));
        } else if !(head == "loop" && !self.scopes.is_empty() || head == "copy" && self.copies) {
            self.out.push((path.to_owned(), line));
        }
    }

    fn path(&mut self, path: &Path) {
        self.read(&path.text, path.line);
    }

    fn expr(&mut self, expr: &Expr) {
        for path in expr.paths() {
            self.read(path, expr.line);
        }
    }

    fn text(&mut self, text: &Text) {
        for expr in text.expressions() {
            self.expr(expr);
        }
    }

    fn repeated(&mut self, path: &Path, name: &str, inside: impl FnOnce(&mut Self)) {
        self.path(path);
        let list = self
            .out
            .last()
            .map_or_else(|| path.text.clone(), |(path, _)| path.clone());
        self.scopes.push((name.to_owned(), list));
        inside(self);
        self.scopes.pop();
    }

    fn blocks(&mut self, blocks: &[BlockNode]) {
        for block in blocks {
            match block {
                BlockNode::Paragraph { inlines, .. } => self.inlines(inlines),
                BlockNode::Table(table) => self.rows(&table.rows),
                BlockNode::If {
                    test,
                    then,
                    otherwise,
                } => {
                    self.expr(test);
                    self.blocks(then);
                    self.blocks(otherwise);
                }
                BlockNode::Repeat { path, name, body } => {
                    self.repeated(path, name, |walk| walk.blocks(body))
                }
                BlockNode::Code { data, .. } => self.text(data),
                BlockNode::PageBreak | BlockNode::Notes { .. } => {}
            }
        }
    }

    fn rows(&mut self, rows: &[RowNode]) {
        for row in rows {
            match row {
                RowNode::Row { cells, .. } => {
                    cells.iter().for_each(|cell| self.blocks(&cell.blocks))
                }
                RowNode::Repeat {
                    path, name, rows, ..
                } => self.repeated(path, name, |walk| walk.rows(rows)),
                RowNode::If {
                    test,
                    then,
                    otherwise,
                } => {
                    self.expr(test);
                    self.rows(then);
                    self.rows(otherwise);
                }
            }
        }
    }

    fn inlines(&mut self, inlines: &[InlineNode]) {
        for inline in inlines {
            match inline {
                InlineNode::Text(text) | InlineNode::SignHere(text) => self.text(text),
                InlineNode::Styled { inlines, .. } => self.inlines(inlines),
                InlineNode::Note { name, inlines } => {
                    self.notes.extend(name.clone());
                    self.inlines(inlines);
                }
                InlineNode::NoteAgain { name, line } => {
                    if !self.notes.contains(name) {
                        self.unknown_note.get_or_insert((name.clone(), *line));
                    }
                }

                InlineNode::Field { path, .. } | InlineNode::Boxes { path, .. } => self.path(path),
                InlineNode::Check { path, value, label } => {
                    self.path(path);
                    value.iter().for_each(|value| self.text(value));
                    self.text(label);
                }
                InlineNode::PlaceDate { label, place, date } => {
                    self.text(label);
                    self.text(place);
                    self.text(date);
                }
                InlineNode::If {
                    test,
                    then,
                    otherwise,
                } => {
                    self.expr(test);
                    self.inlines(then);
                    self.inlines(otherwise);
                }
                InlineNode::Break | InlineNode::Dots(_) => {}
            }
        }
    }
}
