//! Merged areas: their value stands in the first cell only, and is meant for all of them.

use std::collections::BTreeMap;
use std::io::Read;

use quick_xml::events::Event;

use super::package::{Xml, attribute};
use super::rows::place;
use crate::cell::CellKind;
use crate::error::Much;
use crate::{Cell, SheetError, limits};

/// A merged area; lines and columns from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    top: u32,
    bottom: u32,
    left: usize,
    right: usize,
}

/// The merged areas of a sheet.
pub(super) fn areas<R: Read>(xml: &mut Xml<R>) -> Result<Vec<Area>, SheetError> {
    let mut found = Vec::new();
    loop {
        match xml.next()? {
            Event::Start(start) if start.local_name().as_ref() == b"mergeCell" => {
                let area = attribute(&start, "ref").and_then(|text| {
                    let (first, last) = text.split_once(':')?;
                    let ((top, left), (bottom, right)) = (place(first)?, place(last)?);
                    (top <= bottom && left <= right && left < limits::COLUMNS).then_some(Area {
                        top,
                        bottom,
                        left,
                        right: right.min(limits::COLUMNS - 1),
                    })
                });
                found.extend(area);
                if found.len() > limits::MERGED {
                    return Err(SheetError::TooMuch {
                        what: Much::Merged,
                        limit: limits::MERGED as u64,
                    });
                }
            }
            Event::Eof => {
                found.sort_by_key(|area| (area.top, area.left));
                return Ok(found);
            }
            _ => {}
        }
    }
}

/// Gives the cells of merged areas their values, line by line from the top.
#[derive(Debug, Default)]
pub(super) struct Spread {
    waiting: std::collections::VecDeque<Area>,
    /// By column: until which line what stands there.
    open: BTreeMap<usize, (u32, Cell)>,
}

impl Spread {
    pub(super) fn new(areas: Vec<Area>) -> Self {
        Self {
            waiting: areas.into(),
            open: BTreeMap::new(),
        }
    }

    /// Fills the empty cells of a line.
    pub(super) fn fill(&mut self, line: u32, cells: &mut Vec<Cell>) {
        self.open.retain(|_, (bottom, _)| *bottom >= line);
        while let Some(area) = self.waiting.front().copied() {
            if area.top > line {
                break;
            }
            self.waiting.pop_front();
            // The first cell of an area that begins in a line that is not there is empty.
            if area.top < line {
                continue;
            }
            let Some(value) = cells.get(area.left).filter(|cell| !cell.is_empty()) else {
                continue;
            };
            let merged = Cell {
                text: value.text.clone(),
                kind: CellKind::Merged,
            };
            for column in area.left..=area.right {
                self.open.insert(column, (area.bottom, merged.clone()));
            }
        }
        if let Some((last, _)) = self.open.last_key_value()
            && cells.len() <= *last
        {
            cells.resize(last + 1, Cell::default());
        }
        for (column, (_, value)) in &self.open {
            if let Some(cell) = cells.get_mut(*column)
                && cell.is_empty()
            {
                *cell = value.clone();
            }
        }
    }
}
