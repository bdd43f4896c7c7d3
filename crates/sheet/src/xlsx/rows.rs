//! The rows of a sheet, one after another.

use quick_xml::events::{BytesStart, Event};

use super::Texts;
use super::merged::{Area, Spread};
use super::package::{Part, add_text, attribute, unescape};
use crate::cell::{CellKind, NumberFormat};
use crate::error::Much;
use crate::{Cell, Row, SheetError, limits};

/// Reads a sheet row by row.
pub(crate) struct XlsxRows<'w, 'a> {
    xml: Part<'w, 'a>,
    texts: &'w Texts,
    formats: &'w [NumberFormat],
    epoch_1904: bool,
    spread: Spread,
    /// The last line given; from 1.
    line: u32,
    done: bool,
}

impl<'w, 'a> XlsxRows<'w, 'a> {
    pub(super) fn new(
        xml: Part<'w, 'a>,
        texts: &'w Texts,
        formats: &'w [NumberFormat],
        epoch_1904: bool,
        merged: Vec<Area>,
    ) -> Self {
        Self {
            xml,
            texts,
            formats,
            epoch_1904,
            spread: Spread::new(merged),
            line: 0,
            done: false,
        }
    }

    fn read(&mut self) -> Result<Option<Row>, SheetError> {
        loop {
            let line = match self.xml.next()? {
                Event::Start(start) if start.local_name().as_ref() == b"row" => {
                    attribute(&start, "r").and_then(|line| line.trim().parse::<u32>().ok())
                }
                Event::End(end) if end.local_name().as_ref() == b"sheetData" => return Ok(None),
                Event::Eof => return Ok(None),
                _ => continue,
            };
            // Lines go up, whatever the file says: they are the rows' names.
            let next = self.line.checked_add(1).unwrap_or(self.line);
            self.line = line.filter(|line| *line >= next).unwrap_or(next);
            let mut cells = self.cells()?;
            let says = cells.iter().any(|cell| !cell.is_empty());
            self.spread.fill(self.line - 1, &mut cells);
            if says {
                while cells.last().is_some_and(Cell::is_empty) {
                    cells.pop();
                }
                return Ok(Some(Row {
                    line: self.line,
                    cells,
                }));
            }
        }
    }

    /// The cells up to the end of the row.
    fn cells(&mut self) -> Result<Vec<Cell>, SheetError> {
        let mut cells: Vec<Cell> = Vec::new();
        let mut column = 0;
        loop {
            let raw = match self.xml.next()? {
                Event::Start(start) if start.local_name().as_ref() == b"c" => Raw::of(&start),
                Event::End(end) if end.local_name().as_ref() == b"row" => return Ok(cells),
                Event::Eof => return Err(self.xml.broken("it ends in the middle of a row")),
                _ => continue,
            };
            let at = raw.column.unwrap_or(column);
            column = at.saturating_add(1);
            let cell = self.cell(raw)?;
            if cell.is_empty() {
                continue;
            }
            if at >= limits::COLUMNS {
                return Err(SheetError::TooMuch {
                    what: Much::Columns,
                    limit: limits::COLUMNS as u64,
                });
            }
            if cells.len() <= at {
                cells.resize(at + 1, Cell::default());
            }
            if let Some(place) = cells.get_mut(at) {
                *place = cell;
            }
        }
    }

    fn cell(&mut self, raw: Raw) -> Result<Cell, SheetError> {
        let (mut value, mut words) = (String::new(), String::new());
        let (mut has_value, mut has_formula, mut in_sound) = (false, false, false);
        let mut into = Into::Nothing;
        loop {
            match self.xml.next()? {
                Event::Start(start) => match start.local_name().as_ref() {
                    b"v" => (into, has_value) = (Into::Value, true),
                    b"f" => has_formula = true,
                    b"rPh" => in_sound = true,
                    b"t" if !in_sound => into = Into::Words,
                    _ => {}
                },
                Event::End(end) => match end.local_name().as_ref() {
                    b"c" => break,
                    b"rPh" => in_sound = false,
                    _ => into = Into::Nothing,
                },
                Event::Eof => return Err(self.xml.broken("it ends in the middle of a cell")),
                event => match into {
                    Into::Value => add_text(&event, &mut value),
                    Into::Words => add_text(&event, &mut words),
                    Into::Nothing => {}
                },
            }
            if (value.len() + words.len()) as u64 > limits::EVENT {
                return Err(SheetError::TooMuch {
                    what: Much::Text,
                    limit: limits::EVENT,
                });
            }
        }
        if has_formula && !has_value && words.is_empty() {
            return Ok(Cell::of("", CellKind::Formula));
        }
        let text = |text: &str| Cell::of(crate::text::tidy(&unescape(text)), CellKind::Text);
        Ok(match raw.kind.as_str() {
            "s" => {
                let index = value.trim().parse::<usize>().ok();
                match index.and_then(|index| self.texts.get(index)) {
                    Some(shared) => Cell::of(shared, CellKind::Text),
                    None => return Err(self.xml.broken("a cell names a text that is not there")),
                }
            }
            "inlineStr" => text(&words),
            "str" => text(&value),
            "b" => match value.trim() {
                "" => Cell::default(),
                "1" | "true" => Cell::of("TRUE", CellKind::Bool),
                _ => Cell::of("FALSE", CellKind::Bool),
            },
            "e" => Cell::of(crate::text::tidy(&value), CellKind::Error),
            "d" => {
                let day = value.trim().get(..10).unwrap_or_default();
                match day.parse::<jiff::civil::Date>() {
                    Ok(date) => Cell::of(crate::cell::day_text(date), CellKind::Date),
                    Err(_) => text(&value),
                }
            }
            _ if value.trim().is_empty() => Cell::default(),
            _ => {
                let format = self.formats.get(raw.style).copied().unwrap_or_default();
                Cell::number(&value, format, self.epoch_1904)
            }
        })
    }
}

impl Iterator for XlsxRows<'_, '_> {
    type Item = Result<Row, SheetError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let read = self.read();
        self.done = !matches!(read, Ok(Some(_)));
        read.transpose()
    }
}

enum Into {
    Nothing,
    Value,
    Words,
}

/// A cell's own attributes.
struct Raw {
    column: Option<usize>,
    kind: String,
    style: usize,
}

impl Raw {
    fn of(start: &BytesStart<'_>) -> Raw {
        let mut raw = Raw {
            column: None,
            kind: String::new(),
            style: 0,
        };
        for found in start.attributes().flatten() {
            let value = String::from_utf8_lossy(&found.value);
            match found.key.as_ref() {
                b"r" => raw.column = place(&value).map(|(_, column)| column),
                b"t" => raw.kind = value.into_owned(),
                b"s" => raw.style = value.trim().parse().unwrap_or(0),
                _ => {}
            }
        }
        raw
    }
}

/// `B12` as line 11 and column 1, both from 0.
pub(super) fn place(text: &str) -> Option<(u32, usize)> {
    let text = text.trim();
    let (mut column, mut digits) = (0_usize, 0);
    for (at, sign) in text.bytes().enumerate() {
        match sign {
            b'$' => {}
            b'A'..=b'Z' | b'a'..=b'z' => {
                let letter = usize::from(sign.to_ascii_uppercase() - b'A') + 1;
                column = column.checked_mul(26)?.checked_add(letter)?;
            }
            _ => {
                digits = at;
                break;
            }
        }
    }
    let line = text
        .get(digits..)?
        .trim_start_matches('$')
        .parse::<u32>()
        .ok()?;
    Some((line.checked_sub(1)?, column.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        assert_eq!(place("A1"), Some((0, 0)));
        assert_eq!(place("$AB$12"), Some((11, 27)));
        for broken in ["", "A", "1", "A0", "ZZZZZZZZZZZZZZZZZZZZ1", "A-1", "ô1"] {
            assert_eq!(place(broken), None, "{broken}");
        }
    }
}
