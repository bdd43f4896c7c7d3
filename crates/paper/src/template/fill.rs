//! Puts answers into the tree of a part.

use std::collections::BTreeSet;

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::control::{self, Kind};
use super::paragraph::{WALL, join, replace};
use super::xml::{Element, Node, Ns};
use super::{TemplateError, Unfilled, WhyUnfilled};
use crate::answers::{Answers, List};
use crate::layout::Expr;
use crate::show::{is_checked, shown, shown_value};

/// Most memory that repeated rows may take, in bytes.
const MOST_ROWS_BYTES: u64 = 256 << 20;
/// Most bytes that the answers may come to where they are put in, repeated ones each time.
const MOST_PUT: u64 = 64 << 20;
/// Most placeholders, those of repeated rows each time.
const MOST_PLACEHOLDERS: u64 = 400_000;
/// Most places that are told to be unfilled; nobody reads more.
const MOST_TOLD: usize = 2_000;
/// Most rows that a marker may ask for.
const MOST_BLANK_ROWS: usize = 200;
/// Longest placeholder in bytes.
const MOST_SOURCE: usize = 2_000;

/// Fills the parts of one template, one after the other.
pub(super) struct Filler {
    answers: Answers,
    part: String,
    /// Markers of the rows that are being filled, innermost last.
    markers: Vec<String>,
    /// Rows being filled that no answer stands behind.
    blank_rows: usize,
    /// Memory that repeated rows took.
    repeated: u64,
    /// Bytes of answers put in.
    put: u64,
    /// Placeholders met.
    met: u64,
    /// The last number given to a drawing.
    drawings: u64,
    unfilled: Vec<Unfilled>,
    told: BTreeSet<Unfilled>,
    read: BTreeSet<String>,
}

/// `{{ repeat con as dua_con min 3 }}`.
struct Marker {
    source: String,
    path: String,
    name: String,
    min: usize,
}

impl Filler {
    pub(super) fn new(answers: Answers, drawings: u64) -> Filler {
        Filler {
            answers,
            part: String::new(),
            markers: Vec::new(),
            blank_rows: 0,
            repeated: 0,
            put: 0,
            met: 0,
            drawings,
            unfilled: Vec::new(),
            told: BTreeSet::new(),
            read: BTreeSet::new(),
        }
    }

    /// What stayed unfilled, and the paths that were read.
    pub(super) fn told(self) -> (Vec<Unfilled>, BTreeSet<String>) {
        (self.unfilled, self.read)
    }

    pub(super) fn fill(&mut self, part: &str, root: &mut Element) -> Result<(), TemplateError> {
        part.clone_into(&mut self.part);
        self.within(root, false)
    }

    /// Tells the placeholders of a part that is left alone.
    pub(super) fn look_at(&mut self, part: &str, root: &Element) {
        part.clone_into(&mut self.part);
        let mut paragraphs = Vec::new();
        root.visit(&mut |element| {
            if element.is(Ns::W, "p") {
                paragraphs.extend(join(element).placeholders());
            }
        });
        for found in paragraphs {
            self.tell(&found.source, WhyUnfilled::NotHere);
        }
    }

    fn tell(&mut self, what: &str, why: WhyUnfilled) {
        let what: String = what.chars().take(200).collect();
        let unfilled = Unfilled {
            part: self.part.clone(),
            what,
            why,
        };
        if self.told.len() < MOST_TOLD && self.told.insert(unfilled.clone()) {
            self.unfilled.push(unfilled);
        }
    }

    /// Fills what stands within an element.
    fn within(&mut self, element: &mut Element, in_paragraph: bool) -> Result<(), TemplateError> {
        let in_paragraph = match (element.ns, element.local()) {
            (Ns::W, "p") => {
                self.paragraph(element)?;
                true
            }
            // Within a text box paragraphs begin anew.
            (Ns::W, "txbxContent") => false,
            _ => in_paragraph,
        };
        let holds_rows = element.elements().any(|child| child.is(Ns::W, "tr"));
        if !holds_rows {
            for child in element.elements_mut() {
                self.one(child, in_paragraph)?;
            }
            return Ok(());
        }
        let mut children = Vec::with_capacity(element.children.len());
        for mut node in std::mem::take(&mut element.children) {
            match node.element_mut() {
                Some(row) if row.is(Ns::W, "tr") => self.row(node, &mut children)?,
                Some(child) => {
                    self.one(child, in_paragraph)?;
                    children.push(node);
                }
                None => children.push(node),
            }
        }
        element.children = children;
        Ok(())
    }

    fn one(&mut self, child: &mut Element, in_paragraph: bool) -> Result<(), TemplateError> {
        match (child.ns, child.local()) {
            // Taken out by an editor: not text any more.
            (Ns::W, "del" | "moveFrom") => Ok(()),
            (Ns::W, "sdt") => self.control(child, in_paragraph),
            _ => self.within(child, in_paragraph),
        }
    }

    /// A row, as often as its marker says.
    fn row(&mut self, node: Node, out: &mut Vec<Node>) -> Result<(), TemplateError> {
        let Node::Element(row) = node else {
            return Ok(());
        };
        let Some(marker) = marker(&row) else {
            let mut row = row;
            self.within(&mut row, false)?;
            out.push(Node::Element(row));
            return Ok(());
        };
        self.note_read(&marker.path);
        if self.answers.look_up(&marker.path).is_none() && self.blank_rows == 0 {
            self.tell(&marker.source, WhyUnfilled::Unknown);
        }
        let list: List = self.answers.list(&marker.path, &marker.name)?;
        let size = row.size();
        for index in 0..list.items.len().max(marker.min) {
            self.repeated += size;
            if self.repeated > MOST_ROWS_BYTES {
                return Err(TemplateError::TooLarge {
                    what: "what its repeated rows take, in bytes,".to_owned(),
                    most: MOST_ROWS_BYTES,
                });
            }
            let blank = usize::from(index >= list.items.len());
            let mut copy = row.clone();
            if index > 0 {
                self.renew(&mut copy);
            }
            self.answers.enter(&list, index);
            self.markers.push(marker.source.clone());
            self.blank_rows += blank;
            let filled = self.within(&mut copy, false);
            self.blank_rows -= blank;
            self.markers.pop();
            self.answers.leave();
            filled?;
            out.push(Node::Element(copy));
        }
        Ok(())
    }

    /// Takes out of a copied row what may be there only once, and numbers its drawings anew.
    fn renew(&mut self, row: &mut Element) {
        const ONCE: [&str; 7] = [
            "bookmarkStart",
            "bookmarkEnd",
            "commentRangeStart",
            "commentRangeEnd",
            "commentReference",
            "permStart",
            "permEnd",
        ];
        let drawings = &mut self.drawings;
        row.visit_mut(&mut |element| {
            element.children.retain(|node| {
                !node
                    .element()
                    .is_some_and(|child| child.ns == Ns::W && ONCE.contains(&child.local()))
            });
            if element.is(Ns::W, "sdtPr") {
                element.drop_children(Ns::W, "id");
            }
            if matches!((element.ns, element.local()), (Ns::W, "tr" | "p")) {
                element.set_attribute(Ns::W14, "paraId", None);
                element.set_attribute(Ns::W14, "textId", None);
            }
            if element.is(Ns::Wp, "docPr") {
                *drawings += 1;
                element.set_attribute(Ns::Other, "id", Some(&drawings.to_string()));
            }
        });
    }

    fn control(&mut self, control: &mut Element, in_paragraph: bool) -> Result<(), TemplateError> {
        let Some(tag) = control::tag(control) else {
            return self.within(control, in_paragraph);
        };
        let known = self.answers.look_up(&tag.path).cloned();
        match (control::kind(control), known) {
            (Kind::Other, known) => {
                if known.is_some() {
                    self.tell(&tag.path, WhyUnfilled::NotText);
                }
                self.within(control, in_paragraph)
            }
            (_, None) => {
                if self.blank_rows == 0 {
                    self.tell(&tag.path, WhyUnfilled::Unknown);
                }
                Ok(())
            }
            (Kind::Check, Some(answer)) => {
                self.note_read(&tag.path);
                control::fill_check(
                    control,
                    is_checked(Some(&answer), tag.value.as_deref()),
                    in_paragraph,
                );
                Ok(())
            }
            (Kind::Text, Some(answer)) => {
                self.note_read(&tag.path);
                let path = self.answers.full_path(&tag.path);
                let text = clean(&shown(&answer))
                    .map_err(|character| TemplateError::Character { character, path })?;
                if text.trim().is_empty() {
                    // Its prompt or its dots stay, to be written on.
                    self.tell(&tag.path, WhyUnfilled::Blank);
                } else {
                    self.note_put(&text)?;
                    control::fill_text(control, &text, in_paragraph);
                }
                Ok(())
            }
        }
    }

    fn paragraph(&mut self, paragraph: &mut Element) -> Result<(), TemplateError> {
        self.look_at_fields(paragraph);
        let joined = join(paragraph);
        let mut stretches = Vec::new();
        for found in joined.placeholders() {
            self.met += 1;
            if self.met > MOST_PLACEHOLDERS {
                return Err(TemplateError::TooLarge {
                    what: "the number of its placeholders".to_owned(),
                    most: MOST_PLACEHOLDERS,
                });
            }
            if !found.closed {
                self.tell(&found.source, WhyUnfilled::NotClosed);
            } else if self.markers.last() == Some(&found.source) {
                stretches.push((found.at, String::new()));
            } else if let Some(text) = self.placeholder(&found.source)? {
                self.note_put(&text)?;
                stretches.push((found.at, text));
            }
        }
        if !stretches.is_empty() {
            replace(paragraph, &joined.replaced(&stretches));
        }
        Ok(())
    }

    fn note_put(&mut self, text: &str) -> Result<(), TemplateError> {
        self.put += text.len() as u64;
        if self.put > MOST_PUT {
            return Err(TemplateError::TooLarge {
                what: "what its placeholders are filled with, in bytes,".to_owned(),
                most: MOST_PUT,
            });
        }
        Ok(())
    }

    /// The text of a placeholder; `None` leaves it as it stands.
    fn placeholder(&mut self, source: &str) -> Result<Option<String>, TemplateError> {
        let fault = |filler: &mut Self, why: String| {
            filler.tell(source, WhyUnfilled::Expression(why));
            Ok(None)
        };
        if source.split_whitespace().next() == Some("repeat") {
            return fault(
                self,
                "\"repeat\" stands once in a table row, as {{ repeat PATH }}".to_owned(),
            );
        }
        if source.contains(WALL) {
            return fault(
                self,
                "a page break, a sign or a note stands in it".to_owned(),
            );
        }
        if source.len() > MOST_SOURCE {
            return fault(self, format!("over {MOST_SOURCE} bytes"));
        }
        let expression = match Expr::parse(source, 1) {
            Ok(expression) => expression,
            Err(flaw) => return fault(self, flaw.message),
        };
        let paths = expression.paths();
        let mut known = paths.is_empty();
        for path in paths {
            self.note_read(path);
            known |= self.answers.look_up(path).is_some() || path.starts_with("loop.");
        }
        let value = match self.answers.evaluate(&expression) {
            Ok(value) => value,
            Err(error) => return fault(self, error.to_string()),
        };
        let text = clean(&shown_value(&value)).map_err(|character| TemplateError::Character {
            character,
            path: self
                .holder(paths, character)
                .unwrap_or_else(|| source.to_owned()),
        })?;
        if self.blank_rows == 0 && !paths.is_empty() {
            if !known {
                self.tell(source, WhyUnfilled::Unknown);
            } else if text.trim().is_empty() {
                self.tell(source, WhyUnfilled::Blank);
            }
        }
        Ok(Some(text))
    }

    /// Which of the answers brought a character in.
    fn holder(&self, paths: &[String], character: char) -> Option<String> {
        paths
            .iter()
            .find(|path| {
                self.answers
                    .look_up(path)
                    .is_some_and(|answer| shown(answer).contains(character))
            })
            .map(|path| self.answers.full_path(path))
    }

    /// Remembers that an answer was asked for, rows without their numbers.
    fn note_read(&mut self, path: &str) {
        let full = self.answers.full_path(path);
        let list_only = matches!(self.answers.look_up(path), Some(Value::Array(items)) if items.iter().any(Value::is_object));
        let row_only =
            matches!(self.answers.look_up(path), Some(Value::Object(_))) && full.ends_with(']');
        // A list that is repeated is used column by column.
        if list_only || row_only {
            return;
        }
        let mut plain = String::with_capacity(full.len());
        let mut within = false;
        for c in full.chars() {
            match c {
                '[' => within = true,
                ']' => within = false,
                c if !within => plain.push(c),
                _ => {}
            }
        }
        self.read.insert(plain);
    }

    /// Tells placeholders that stand in the instructions of fields.
    fn look_at_fields(&mut self, paragraph: &Element) {
        let mut instructions = String::new();
        paragraph.visit(&mut |element| match (element.ns, element.local()) {
            (Ns::W, "instrText") => instructions.push_str(&element.text()),
            (Ns::W, "fldSimple") => {
                instructions.push_str(&element.attribute(Ns::W, "instr").unwrap_or_default());
            }
            _ => {}
        });
        if instructions.contains("{{") {
            self.tell(instructions.trim(), WhyUnfilled::NotHere);
        }
    }
}

/// The marker that makes a row repeat: of its own paragraphs, not of tables within, and not of what an editor took out.
fn marker(row: &Element) -> Option<Marker> {
    for child in row.elements() {
        let found = match (child.ns, child.local()) {
            (Ns::W, "tbl" | "del" | "moveFrom") => None,
            (Ns::W, "p") => join(child)
                .placeholders()
                .into_iter()
                .filter(|found| found.closed)
                .find_map(|found| Marker::read(&found.source)),
            _ => marker(child),
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

impl Marker {
    fn read(source: &str) -> Option<Marker> {
        let mut words = source.split_whitespace();
        if words.next() != Some("repeat") {
            return None;
        }
        let mut marker = Marker {
            source: source.to_owned(),
            path: words.next()?.to_owned(),
            name: "row".to_owned(),
            min: 1,
        };
        while let Some(word) = words.next() {
            match word {
                "as" => words.next()?.clone_into(&mut marker.name),
                // A table without rows is none.
                "min" => {
                    marker.min = words
                        .next()?
                        .parse::<usize>()
                        .ok()?
                        .clamp(1, MOST_BLANK_ROWS)
                }
                _ => return None,
            }
        }
        Some(marker)
    }
}

/// Text as XML can hold it: NFC, line ends as `\n`. The first character that it can't hold is the error.
fn clean(text: &str) -> Result<String, char> {
    let mut out = String::with_capacity(text.len());
    let mut after_return = false;
    for c in text.nfc() {
        let was_return = std::mem::replace(&mut after_return, c == '\r');
        match c {
            '\n' if was_return => {}
            '\r' | '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\t' => out.push('\t'),
            c if c.is_control() || matches!(u32::from(c) & 0xffff, 0xfffe | 0xffff) => {
                return Err(c);
            }
            c => out.push(c),
        }
    }
    Ok(out)
}
