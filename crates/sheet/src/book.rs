//! A spreadsheet that nobody vouches for.

use crate::csv_text::{CsvRows, CsvText};
use crate::error::Much;
use crate::xlsx::{Workbook, XlsxRows};
use crate::{Cell, SheetError, limits};

/// A workbook or a text, read under limits.
pub struct Book<'a> {
    kind: Kind<'a>,
}

enum Kind<'a> {
    Xlsx(Box<Workbook<'a>>),
    Csv(CsvText),
}

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetName {
    /// As the workbook names it; empty for a text.
    pub name: String,
    /// The workbook hides it.
    pub hidden: bool,
}

/// A row that says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line in the file, from 1; every row has a higher one than those before.
    pub line: u32,
    /// The cells, up to the last that says something.
    pub cells: Vec<Cell>,
}

impl<'a> Book<'a> {
    /// Reads all but the rows.
    ///
    /// # Errors
    /// It is no spreadsheet, too large, or broken.
    pub fn open(bytes: &'a [u8]) -> Result<Self, SheetError> {
        if bytes.len() > limits::FILE {
            return Err(SheetError::TooMuch {
                what: Much::File,
                limit: limits::FILE as u64,
            });
        }
        let kind = match bytes {
            [] => return Err(SheetError::Empty),
            [b'P', b'K', ..] => Kind::Xlsx(Box::new(Workbook::open(bytes)?)),
            [0xd0, 0xcf, 0x11, 0xe0, ..] => return Err(SheetError::OldOrLocked),
            [b'%', b'P', b'D', b'F', ..] => return Err(SheetError::NotASheet),
            _ => Kind::Csv(CsvText::open(bytes)?),
        };
        Ok(Self { kind })
    }

    /// The sheets in the workbook's order; one without a name for a text.
    #[must_use]
    pub fn sheets(&self) -> Vec<SheetName> {
        match &self.kind {
            Kind::Xlsx(book) => book
                .sheets()
                .map(|(name, hidden)| SheetName {
                    name: name.to_owned(),
                    hidden,
                })
                .collect(),
            Kind::Csv(_) => vec![SheetName {
                name: String::new(),
                hidden: false,
            }],
        }
    }

    /// A text that is not Unicode: its marks may have been read wrongly.
    #[must_use]
    pub fn encoding_guessed(&self) -> bool {
        match &self.kind {
            Kind::Xlsx(_) => false,
            Kind::Csv(text) => text.guessed(),
        }
    }

    /// The rows of a sheet that say something, one after another.
    ///
    /// # Errors
    /// There is no such sheet, or it is broken. Rows may be errors too; after one there are no more.
    pub fn rows(&mut self, sheet: usize) -> Result<Rows<'_, 'a>, SheetError> {
        let kind = match &mut self.kind {
            Kind::Xlsx(book) => RowsOf::Xlsx(Box::new(book.rows(sheet)?)),
            Kind::Csv(text) => RowsOf::Csv(Box::new(text.rows())),
        };
        Ok(Rows { kind, count: 0 })
    }
}

/// The rows of a sheet.
pub struct Rows<'w, 'a> {
    kind: RowsOf<'w, 'a>,
    count: usize,
}

enum RowsOf<'w, 'a> {
    Xlsx(Box<XlsxRows<'w, 'a>>),
    Csv(Box<CsvRows<'w>>),
}

impl Iterator for Rows<'_, '_> {
    type Item = Result<Row, SheetError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.count > limits::ROWS {
            return None;
        }
        let row = match &mut self.kind {
            RowsOf::Xlsx(rows) => rows.next(),
            RowsOf::Csv(rows) => rows.next(),
        }?;
        self.count += 1;
        let too_much = |what, limit| {
            let limit = u64::try_from(limit).unwrap_or(u64::MAX);
            Some(Err(SheetError::TooMuch { what, limit }))
        };
        if self.count > limits::ROWS {
            return too_much(Much::Rows, limits::ROWS);
        }
        if row
            .as_ref()
            .is_ok_and(|row| row.cells.len() > limits::COLUMNS)
        {
            self.count = usize::MAX;
            return too_much(Much::Columns, limits::COLUMNS);
        }
        Some(row)
    }
}
