//! Sets blocks into units that stand one below the other: lines of text, rows of tables.

pub(crate) mod lines;
pub(crate) mod pages;
mod table;
mod tokens;

use crate::flow::{Block, Code, Inline, Paragraph, Shows};
use crate::font::{self, Face};
use crate::layout::{Align, Role, Rule, Type};

pub(crate) use lines::{Boxes, frame};
use lines::{Broken, ItemKind, break_lines};
pub(crate) use table::AFTER_TABLE;

/// Points in a millimetre.
pub(crate) fn mm(length: f32) -> f32 {
    length * 72.0 / 25.4
}

/// A block with its lines, for writers that keep paragraphs whole; lengths in points.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SetBlock {
    Paragraph(SetParagraph),
    Table(SetTable),
    PageBreak,
    Code(Code),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SetParagraph {
    pub(crate) paragraph: Paragraph,
    pub(crate) width: f32,
    /// Where each leader ends, from the paragraph's left edge.
    pub(crate) leaders: Vec<Option<f32>>,
    /// Dotted lines below the text, up to the least number of lines.
    pub(crate) blank_lines: usize,
    /// Width of the rule below.
    pub(crate) rule: Option<f32>,
    /// Where the boxes stand, if it has any.
    pub(crate) boxes: Option<Boxes>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SetTable {
    pub(crate) columns: Vec<f32>,
    pub(crate) borders: bool,
    /// Room between a cell's edge and its text: at the sides, above and below.
    pub(crate) padding: (f32, f32),
    pub(crate) rows: Vec<SetRow>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SetRow {
    /// Repeated at the top of every page.
    pub(crate) repeats: bool,
    pub(crate) cells: Vec<SetCell>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SetCell {
    pub(crate) span: usize,
    pub(crate) width: f32,
    pub(crate) blocks: Vec<SetBlock>,
}

/// What a stretch of the document is to a screen reader.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tag {
    Paragraph,
    Heading1,
    Heading2,
    Table,
    Row,
    HeadCell {
        span: usize,
    },
    Cell {
        span: usize,
    },
    Group,
    Check {
        checked: bool,
        label: String,
    },
    /// One answer whose characters stand apart, in boxes.
    Boxed {
        text: String,
    },
    /// A field to sign in.
    Sign {
        label: String,
    },
    Figure {
        description: String,
    },
}

impl Tag {
    /// Stands between the words of its paragraph.
    pub(crate) fn is_inline(&self) -> bool {
        matches!(self, Tag::Check { .. } | Tag::Boxed { .. })
    }
}

/// A tag and the tag that it stands in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Element {
    pub(crate) tag: Tag,
    pub(crate) parent: Option<usize>,
}

/// Something to draw; `x` from the left edge of the sheet, `y` downwards.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mark {
    /// `None`: decoration without meaning.
    pub(crate) element: Option<usize>,
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) kind: MarkKind,
    pub(crate) shows: Shows,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum MarkKind {
    /// `y` is the baseline.
    Text {
        text: String,
        face: crate::layout::Type,
        size: f32,
        gap: f32,
    },
    Leader {
        width: f32,
    },
    Stroke {
        dx: f32,
        dy: f32,
        thickness: f32,
    },
    /// A box whose lower left corner is at `x`, `y`.
    Check {
        checked: bool,
        size: f32,
    },
    /// Frames side by side.
    Boxes {
        count: usize,
        pitch: f32,
        height: f32,
    },
    /// Modules row by row.
    Code {
        columns: usize,
        dark: Vec<bool>,
        width: f32,
        height: f32,
    },
    /// Room for a signature; nothing is drawn.
    Sign {
        width: f32,
        height: f32,
    },
}

impl Mark {
    /// Left, top, right and bottom of what is drawn, from the sheet's upper left corner; of text its whole line.
    pub(crate) fn extent(&self) -> Option<[f32; 4]> {
        let (x, y) = (self.x, self.y);
        Some(match &self.kind {
            MarkKind::Text {
                text,
                face,
                size,
                gap,
            } => {
                let text = text.trim_end();
                let spaces = text.matches(' ').count() as f32;
                let width = Face::of(*face).width(text, *size) + spaces * gap;
                let (above, below) = (font::ASCENT * size, font::DESCENT * size);
                [x, y - above, x + width, y + below]
            }
            MarkKind::Leader { width } => [x, y - LEADER_ROOM, x + width, y + LEADER_ROOM / 4.0],
            MarkKind::Check { size, .. } => [x, y - size, x + size, y],
            MarkKind::Code { width, height, .. } => [x, y, x + width, y + height],
            MarkKind::Sign { width, height } => [x, y, x + width, y + height],
            MarkKind::Boxes {
                count,
                pitch,
                height,
            } => [x, y, x + pitch * *count as f32, y + height],
            MarkKind::Stroke { .. } => return None,
        })
    }
}

/// A part of the page that is not divided; marks count from its top.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Unit {
    pub(crate) before: f32,
    pub(crate) height: f32,
    pub(crate) marks: Vec<Mark>,
    /// Stays on the page of the unit that follows.
    pub(crate) keep: bool,
    pub(crate) page_break: bool,
    /// Table heads to repeat when this unit begins a page.
    pub(crate) head: Option<usize>,
}

/// What setting yields.
#[derive(Debug, Default)]
pub(crate) struct Setter {
    pub(crate) elements: Vec<Element>,
    /// Table heads that later pages repeat.
    pub(crate) heads: Vec<Vec<Unit>>,
    /// The tallest unit that a page takes.
    pub(crate) tallest: f32,
}

/// How much room above its dots a blank answer is written in.
const LEADER_ROOM: f32 = 11.0;
/// Thickness of rules.
const RULE: f32 = 0.75;
/// Below the text, a rule stands so far down.
const RULE_GAP: f32 = 2.0;

/// Where a block goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) x: f32,
    pub(crate) width: f32,
    pub(crate) parent: Option<usize>,
    /// Nothing here has meaning: a page header.
    pub(crate) decoration: bool,
}

impl Setter {
    pub(crate) fn blocks(&mut self, blocks: &[Block], place: Place) -> (Vec<Unit>, Vec<SetBlock>) {
        let (mut units, mut set) = (Vec::new(), Vec::new());
        for block in blocks {
            match block {
                Block::Paragraph(paragraph) => {
                    let (mut more, done) = self.paragraph(paragraph, place);
                    units.append(&mut more);
                    set.push(SetBlock::Paragraph(done));
                }
                Block::Table(table) => {
                    let (mut more, done) = self.table(table, place);
                    units.append(&mut more);
                    set.push(SetBlock::Table(done));
                }
                Block::PageBreak => {
                    units.push(Unit {
                        page_break: true,
                        ..Unit::default()
                    });
                    set.push(SetBlock::PageBreak);
                }
                Block::Code(code) => {
                    let code = fitting(code, place.width);
                    units.push(self.code(&code, place));
                    set.push(SetBlock::Code(code));
                }
            }
        }
        (units, set)
    }

    fn element(&mut self, tag: Tag, place: Place) -> Option<usize> {
        if place.decoration {
            return None;
        }
        self.elements.push(Element {
            tag,
            parent: place.parent,
        });
        Some(self.elements.len() - 1)
    }

    fn paragraph(&mut self, paragraph: &Paragraph, place: Place) -> (Vec<Unit>, SetParagraph) {
        let style = paragraph.style;
        let Broken {
            lines,
            leaders,
            blank_lines,
            boxes,
        } = break_lines(paragraph, place.width);
        let count = lines.len();
        let ink = lines.last().map(|line| (line.from, line.to));
        let blank = paragraph.inlines.is_empty() && style.min_lines <= 1;
        let sign = self.sign_here(paragraph, place);
        let element = if blank {
            None
        } else {
            self.element(tag_of(style.role), place)
        };
        let mut units = Vec::with_capacity(count);
        for (index, line) in lines.into_iter().enumerate() {
            let mut unit = Unit {
                height: line.height,
                ..Unit::default()
            };
            let last_text = line
                .items
                .iter()
                .rposition(|item| matches!(item.kind, ItemKind::Text { .. }));
            let goes_on = index + 1 < count && !line.splits_word;
            let dots: Vec<usize> = (0..line.items.len())
                .filter(|at| matches!(line.items.get(*at), Some(i) if i.kind == ItemKind::Leader))
                .collect();
            for (at, item) in line.items.into_iter().enumerate() {
                let x = place.x + item.x;
                let kind = match item.kind {
                    ItemKind::Text {
                        mut text,
                        face,
                        size,
                        gap,
                    } => {
                        // A space before dots and at the line's end keeps the words apart when text is extracted.
                        let parted = if last_text == Some(at) {
                            goes_on
                        } else {
                            dots.contains(&(at + 1))
                        };
                        if parted && !text.ends_with(' ') {
                            text.push(' ');
                        }
                        let raised = if face.raised {
                            style.size * crate::font::RAISED_BY
                        } else {
                            0.0
                        };
                        let mark = MarkKind::Text {
                            text,
                            face,
                            size,
                            gap,
                        };
                        unit.marks.push(Mark {
                            element,
                            x,
                            y: line.baseline - raised,
                            kind: mark,
                            shows: item.shows,
                        });
                        continue;
                    }
                    ItemKind::Leader => MarkKind::Leader { width: item.width },
                    ItemKind::Check {
                        checked,
                        label,
                        size,
                    } => {
                        let inside = Place {
                            parent: element,
                            ..place
                        };
                        let tag = self.element(Tag::Check { checked, label }, inside);
                        let mark = MarkKind::Check {
                            checked,
                            size: size * 0.72,
                        };
                        unit.marks.push(Mark {
                            element: tag,
                            x,
                            y: line.baseline + size * 0.06,
                            kind: mark,
                            shows: item.shows,
                        });
                        continue;
                    }
                    ItemKind::Boxes {
                        text,
                        count,
                        pitch,
                        size,
                    } => {
                        let inside = Place {
                            parent: element,
                            x,
                            ..place
                        };
                        self.boxes(
                            &text,
                            (count, pitch, size),
                            item.shows,
                            inside,
                            (line.baseline, &mut unit),
                        );
                        continue;
                    }
                };
                unit.marks.push(Mark {
                    element: None,
                    x,
                    y: line.baseline,
                    kind,
                    shows: item.shows,
                });
            }
            unit.before = if index == 0 { mm(style.before) } else { 0.0 };
            // No single line alone at the foot or the head of a page.
            unit.keep =
                count <= 3 && index + 1 < count || index == 0 && count > 1 || index + 2 == count;
            units.push(unit);
        }
        if let Some(first) = units.first_mut() {
            first.marks.splice(0..0, sign);
        }
        let rule = style.rule.map(|rule| match rule {
            Rule::OfText => ink.map_or(0.0, |(from, to)| to - from),
            Rule::Wide(width) => mm(width).min(place.width),
        });
        if let Some(last) = units.last_mut() {
            if let Some(width) = rule {
                let middle = match (style.rule, ink) {
                    (Some(Rule::OfText), Some((from, to))) => (from + to) / 2.0,
                    _ => place.width / 2.0,
                };
                let x = place.x + middle - width / 2.0;
                let kind = MarkKind::Stroke {
                    dx: width,
                    dy: 0.0,
                    thickness: RULE,
                };
                last.marks.push(Mark {
                    element: None,
                    x,
                    y: last.height + RULE_GAP / 2.0,
                    kind,
                    shows: None,
                });
                last.height += RULE_GAP;
            }
            last.height += mm(style.after);
            last.keep |= style.keep_next;
        }
        let set = SetParagraph {
            paragraph: paragraph.clone(),
            width: place.width,
            leaders,
            blank_lines,
            rule,
            boxes,
        };
        (units, set)
    }

    /// The field to sign in, in the room above a paragraph that asks for one.
    fn sign_here(&mut self, paragraph: &Paragraph, place: Place) -> Option<Mark> {
        let label = paragraph.inlines.iter().find_map(|inline| match inline {
            Inline::SignHere { label } => Some(label.clone()),
            _ => None,
        })?;
        let height = mm(paragraph.style.before);
        let element = self.element(Tag::Sign { label }, place)?;
        Some(Mark {
            element: Some(element),
            x: place.x,
            y: -height,
            kind: MarkKind::Sign {
                width: place.width,
                height,
            },
            shows: None,
        })
    }

    /// A frame for each character, and the characters as one answer.
    fn boxes(
        &mut self,
        text: &str,
        (count, pitch, size): (usize, f32, f32),
        shows: Shows,
        place: Place,
        (baseline, unit): (f32, &mut Unit),
    ) {
        let (above, below) = frame(size);
        unit.marks.push(Mark {
            element: None,
            x: place.x,
            y: baseline - above,
            kind: MarkKind::Boxes {
                count,
                pitch,
                height: above + below,
            },
            shows,
        });
        if text.is_empty() {
            return;
        }
        let tag = Tag::Boxed {
            text: text.to_owned(),
        };
        let element = self.element(tag, place);
        // A narrow box takes a smaller character rather than none.
        let size = size.min(pitch * 1.4);
        for (index, character) in text.chars().enumerate() {
            let text = character.to_string();
            let room = pitch - Face::Regular.width(&text, size);
            unit.marks.push(Mark {
                element,
                x: place.x + pitch * index as f32 + room / 2.0,
                y: baseline,
                kind: MarkKind::Text {
                    text,
                    face: Type::default(),
                    size,
                    gap: 0.0,
                },
                shows: None,
            });
        }
    }

    fn code(&mut self, code: &Code, place: Place) -> Unit {
        let (width, height) = (mm(code.width), mm(code.height));
        let x = place.x
            + match code.align {
                Align::Left | Align::Justify => 0.0,
                Align::Centre => (place.width - width) / 2.0,
                Align::Right => place.width - width,
            };
        let description = code.description();
        let element = self.element(Tag::Figure { description }, place);
        let kind = MarkKind::Code {
            columns: code.columns,
            dark: code.dark.clone(),
            width,
            height,
        };
        Unit {
            height: height + 3.0,
            marks: vec![Mark {
                element,
                x,
                y: 0.0,
                kind,
                shows: None,
            }],
            ..Unit::default()
        }
    }
}

/// A code no wider than `width` points; a square one stays square.
fn fitting(code: &Code, width: f32) -> Code {
    let share = (width / mm(code.width)).min(1.0);
    let tall = if code.rows() > 1 { share } else { 1.0 };
    Code {
        width: code.width * share,
        height: code.height * tall,
        ..code.clone()
    }
}

fn tag_of(role: Role) -> Tag {
    match role {
        Role::Heading1 => Tag::Heading1,
        Role::Heading2 | Role::NotesTitle => Tag::Heading2,
        _ => Tag::Paragraph,
    }
}
