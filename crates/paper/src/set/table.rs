//! Tables and blocks side by side: rows that stay whole unless they are taller than a page.

use crate::flow::{Row, Table};

use super::{Mark, MarkKind, Place, SetCell, SetRow, SetTable, Setter, Tag, Unit};

/// Room below a table with borders.
pub(crate) const AFTER_TABLE: f32 = 4.0;
/// Room between a cell's border and its text.
const CELL_SIDE: f32 = 4.0;
const CELL_TOP: f32 = 2.0;
/// Thickness of borders.
const THIN: f32 = 0.5;

impl Setter {
    pub(super) fn table(&mut self, table: &Table, place: Place) -> (Vec<Unit>, SetTable) {
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
            shows: None,
        };
        unit.marks.push(stroke(first, 0.0, last - first, 0.0));
        unit.marks.push(stroke(first, height, last - first, 0.0));
        unit.marks
            .extend(edges.iter().map(|x| stroke(*x, 0.0, 0.0, height)));
    }
    unit
}
