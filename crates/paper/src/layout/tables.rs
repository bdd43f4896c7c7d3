//! Tables and columns.

use super::attributes::Attributes;
use super::compose;
use super::expr::Flaw;
use super::markup::{Element, Node};
use super::read::{Reader, branches, elements, elements_of, unknown};
use super::{Align, BlockNode, CellNode, RowNode, TableNode};

impl Reader {
    pub(super) fn columns(self, e: &Element, a: &mut Attributes<'_>) -> Result<TableNode, Flaw> {
        let widths = a.lengths("widths")?;
        let mut cells = Vec::new();
        for column in elements(e)? {
            if column.tag != "column" {
                return Err(unknown(column, &["column"]));
            }
            let mut a = Attributes::of(column);
            let align = a.align(Align::Left)?;
            a.finish()?;
            cells.push(self.blocks(&column.children, align)?);
        }
        checked(compose::beside(cells, widths, e.line))
    }

    pub(super) fn table(self, e: &Element, a: &mut Attributes<'_>) -> Result<TableNode, Flaw> {
        let widths = a.lengths("widths")?;
        let borders = a.yes("borders", true)?;
        let reader = Reader {
            size: a.points("size", self.size.min(12.0))?,
        };
        let rows = reader.rows(&e.children)?;
        checked(TableNode {
            widths,
            borders,
            side_by_side: false,
            rows,
            line: e.line,
        })
    }

    pub(super) fn rows(self, nodes: &[Node]) -> Result<Vec<RowNode>, Flaw> {
        let mut rows = Vec::new();
        for e in elements_of(nodes)? {
            let mut a = Attributes::of(e);
            match e.tag.as_str() {
                "tr" => {
                    let repeated = a.optional_path("repeat")?;
                    let (name, min) = (a.name("as", "row")?, a.count("min", 0)?);
                    let row = self.row(e)?;
                    rows.push(match repeated {
                        Some(path) => RowNode::Repeat {
                            path,
                            name,
                            min,
                            rows: vec![row],
                        },
                        None => row,
                    });
                }
                "if" => {
                    let test = a.expression("test")?;
                    let (then, otherwise) = branches(e);
                    rows.push(RowNode::If {
                        test,
                        then: self.rows(then)?,
                        otherwise: self.rows(otherwise)?,
                    });
                }
                _ => return Err(unknown(e, &["tr", "if"])),
            }
            a.finish()?;
        }
        Ok(rows)
    }

    pub(super) fn row(self, e: &Element) -> Result<RowNode, Flaw> {
        let mut cells = Vec::new();
        let mut head = true;
        for cell in elements(e)? {
            let mut a = Attributes::of(cell);
            let span = a.count("colspan", 1)?.max(1);
            let is_head = match cell.tag.as_str() {
                "th" => true,
                "td" => false,
                _ => return Err(unknown(cell, &["td", "th"])),
            };
            head &= is_head;
            let align = a.align(if is_head { Align::Centre } else { Align::Left })?;
            a.finish()?;
            let mut blocks = self.blocks(&cell.children, align)?;
            for block in &mut blocks {
                if let BlockNode::Paragraph { style, face, .. } = block {
                    style.after = 0.0;
                    face.bold |= is_head;
                }
            }
            cells.push(CellNode { span, blocks });
        }
        if cells.is_empty() {
            return Err(Flaw::new(e.line, "<tr> has no cells: add <td>"));
        }
        Ok(RowNode::Row { head, cells })
    }
}

/// Refuses a table without cells, with too many, or whose widths fit no row.
pub(super) fn checked(table: TableNode) -> Result<TableNode, Flaw> {
    let columns = table.columns();
    if columns == 0 {
        return Err(Flaw::new(table.line, "a table or columns without cells"));
    }
    if columns > 30 {
        return Err(Flaw::new(table.line, "a table has at most 30 columns"));
    }
    if !table.widths.is_empty()
        && (table.widths.len() != columns || table.widths.iter().any(|w| *w <= 0.0))
    {
        let message = format!(
            "widths names {} columns, the widest row has {columns}",
            table.widths.len()
        );
        return Err(Flaw::new(table.line, message));
    }
    Ok(table)
}

impl TableNode {
    /// The columns of the widest row.
    pub(crate) fn columns(&self) -> usize {
        fn widest(rows: &[RowNode]) -> usize {
            rows.iter()
                .map(|row| match row {
                    RowNode::Row { cells, .. } => cells.iter().map(|cell| cell.span).sum(),
                    RowNode::Repeat { rows, .. } => widest(rows),
                    RowNode::If {
                        then, otherwise, ..
                    } => widest(then).max(widest(otherwise)),
                })
                .max()
                .unwrap_or(0)
        }
        widest(&self.rows)
    }
}
