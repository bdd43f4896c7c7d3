//! Sets blocks into units that stand one below the other: lines of text, rows of tables.

pub(crate) mod lines;
pub(crate) mod pages;

use crate::flow::{Block, Paragraph, Qr, Row, Table};
use crate::layout::{Align, Role, Rule};

use lines::{Broken, ItemKind, break_lines};

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
    Qr(Qr),
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
    HeadCell { span: usize },
    Cell { span: usize },
    Group,
    Check { checked: bool, label: String },
    Figure { description: String },
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
    Qr {
        modules: usize,
        dark: Vec<bool>,
        size: f32,
    },
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

/// Room between a cell's border and its text.
const CELL_SIDE: f32 = 4.0;
const CELL_TOP: f32 = 2.0;
/// Room below a table with borders.
pub(crate) const AFTER_TABLE: f32 = 4.0;
/// Thickness of borders and rules.
const THIN: f32 = 0.5;
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
                Block::Qr(qr) => {
                    units.push(self.qr(qr, place));
                    set.push(SetBlock::Qr(qr.clone()));
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
        } = break_lines(paragraph, place.width);
        let count = lines.len();
        let ink = lines.last().map(|line| (line.from, line.to));
        let blank = paragraph.inlines.is_empty() && style.min_lines <= 1;
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
            for (at, item) in line.items.into_iter().enumerate() {
                let x = place.x + item.x;
                let kind = match item.kind {
                    ItemKind::Text {
                        mut text,
                        face,
                        size,
                        gap,
                    } => {
                        // A space at the line's end keeps the words apart when text is extracted.
                        if goes_on && last_text == Some(at) && !text.ends_with(' ') {
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
                        });
                        continue;
                    }
                };
                unit.marks.push(Mark {
                    element: None,
                    x,
                    y: line.baseline,
                    kind,
                });
            }
            unit.before = if index == 0 { mm(style.before) } else { 0.0 };
            // No single line alone at the foot or the head of a page.
            unit.keep =
                count <= 3 && index + 1 < count || index == 0 && count > 1 || index + 2 == count;
            units.push(unit);
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
        };
        (units, set)
    }

    fn qr(&mut self, qr: &Qr, place: Place) -> Unit {
        let size = mm(qr.size).min(place.width);
        let x = place.x
            + match qr.align {
                Align::Left | Align::Justify => 0.0,
                Align::Centre => (place.width - size) / 2.0,
                Align::Right => place.width - size,
            };
        let element = self.element(
            Tag::Figure {
                description: format!("Mã QR: {}", qr.data),
            },
            place,
        );
        let kind = MarkKind::Qr {
            modules: qr.modules,
            dark: qr.dark.clone(),
            size,
        };
        Unit {
            height: size + 3.0,
            marks: vec![Mark {
                element,
                x,
                y: 0.0,
                kind,
            }],
            ..Unit::default()
        }
    }

    fn table(&mut self, table: &Table, place: Place) -> (Vec<Unit>, SetTable) {
        let columns: Vec<f32> = table
            .widths
            .iter()
            .map(|share| share * place.width)
            .collect();
        let tag = if table.side_by_side {
            Tag::Group
        } else {
            Tag::Table
        };
        let within = Place {
            parent: self.element(tag, place),
            ..place
        };
        let head_rows = table.rows.iter().take_while(|row| row.head).count();
        let head_rows = if head_rows == table.rows.len() {
            0
        } else {
            head_rows
        };
        let (mut units, mut rows) = (Vec::new(), Vec::new());
        let mut head: Option<usize> = None;
        let mut head_height = 0.0;
        for (index, row) in table.rows.iter().enumerate() {
            let tallest = (self.tallest - head_height).max(40.0);
            let (mut more, set) = self.row(row, table, &columns, within, tallest);
            let is_head = index < head_rows;
            for unit in &mut more {
                unit.keep = is_head;
                unit.head = head;
            }
            units.append(&mut more);
            rows.push(SetRow {
                repeats: is_head,
                cells: set,
            });
            if index + 1 == head_rows {
                let height: f32 = units.iter().map(|unit: &Unit| unit.height).sum();
                // A head that takes half a page is not worth repeating.
                if height < self.tallest / 2.0 {
                    let mut copy = units.clone();
                    copy.iter_mut()
                        .flat_map(|unit| &mut unit.marks)
                        .for_each(|mark| mark.element = None);
                    head = Some(self.heads.len());
                    head_height = height;
                    self.heads.push(copy);
                }
            }
        }
        if let Some(last) = units.last_mut() {
            last.height += if table.borders { AFTER_TABLE } else { 0.0 };
        }
        (
            units,
            SetTable {
                columns,
                borders: table.borders,
                padding: padding(table),
                rows,
            },
        )
    }

    fn row(
        &mut self,
        row: &Row,
        table: &Table,
        columns: &[f32],
        place: Place,
        tallest: f32,
    ) -> (Vec<Unit>, Vec<SetCell>) {
        let row_place = if table.side_by_side {
            place
        } else {
            Place {
                parent: self.element(Tag::Row, place),
                ..place
            }
        };
        let (side, top) = padding(table);
        let mut set = Vec::new();
        let mut stacks = Vec::new();
        let mut edges = vec![place.x];
        let (mut x, mut at) = (place.x, 0);
        for cell in &row.cells {
            let width: f32 = columns.iter().skip(at).take(cell.span).sum();
            at += cell.span;
            let tag = match (table.side_by_side, row.head) {
                (true, _) => Tag::Group,
                (false, true) => Tag::HeadCell { span: cell.span },
                (false, false) => Tag::Cell { span: cell.span },
            };
            let inside = (width - 2.0 * side).max(8.0);
            let parent = self.element(tag, row_place);
            let (units, blocks) = self.blocks(
                &cell.blocks,
                Place {
                    x: x + side,
                    width: inside,
                    parent,
                    ..place
                },
            );
            stacks.push(units);
            set.push(SetCell {
                span: cell.span,
                width,
                blocks,
            });
            x += width;
            edges.push(x);
        }
        let units = slice(stacks, tallest - 2.0 * top)
            .into_iter()
            .map(|slice| framed(slice, top, &edges, table.borders))
            .collect();
        (units, set)
    }
}

/// Stands the cells' units side by side, in as many slices as their height needs.
fn slice(stacks: Vec<Vec<Unit>>, tallest: f32) -> Vec<Unit> {
    let mut stacks: Vec<_> = stacks
        .into_iter()
        .map(|units| units.into_iter().peekable())
        .collect();
    let mut slices = Vec::new();
    loop {
        let mut slice = Unit::default();
        for stack in &mut stacks {
            let mut y = 0.0;
            while let Some(unit) =
                stack.next_if(|unit| y == 0.0 || y + unit.before + unit.height <= tallest)
            {
                y += unit.before;
                slice.marks.extend(unit.marks.into_iter().map(|mark| Mark {
                    y: mark.y + y,
                    ..mark
                }));
                y += unit.height;
            }
            slice.height = slice.height.max(y);
        }
        slices.push(slice);
        if stacks.iter_mut().all(|stack| stack.peek().is_none()) {
            return slices;
        }
    }
}

/// Room between a cell's edge and its text: at the sides, above and below.
fn padding(table: &Table) -> (f32, f32) {
    match (table.borders, table.side_by_side) {
        (true, _) => (CELL_SIDE, CELL_TOP),
        (false, false) => (CELL_SIDE, 0.0),
        (false, true) => (0.0, 0.0),
    }
}

fn framed(mut unit: Unit, top: f32, edges: &[f32], borders: bool) -> Unit {
    for mark in &mut unit.marks {
        mark.y += top;
    }
    unit.height += 2.0 * top;
    if borders {
        let height = unit.height;
        let (first, last) = (
            edges.first().copied().unwrap_or(0.0),
            edges.last().copied().unwrap_or(0.0),
        );
        let stroke = |x: f32, y: f32, dx: f32, dy: f32| Mark {
            element: None,
            x,
            y,
            kind: MarkKind::Stroke {
                dx,
                dy,
                thickness: THIN,
            },
        };
        unit.marks.push(stroke(first, 0.0, last - first, 0.0));
        unit.marks.push(stroke(first, height, last - first, 0.0));
        unit.marks
            .extend(edges.iter().map(|x| stroke(*x, 0.0, 0.0, height)));
    }
    unit
}

fn tag_of(role: Role) -> Tag {
    match role {
        Role::Heading1 => Tag::Heading1,
        Role::Heading2 | Role::NotesTitle => Tag::Heading2,
        _ => Tag::Paragraph,
    }
}
