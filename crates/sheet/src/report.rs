//! What is wrong with the rows of a sheet.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_xlsxwriter::{Color, Workbook};

use crate::write::{column, cut, guarded, heading, line, words, workbook};
use crate::{Cell, Mark, SheetError};

/// Name of the sheet with the rows that need looking at.
pub const REPORT_SHEET: &str = "Dòng cần sửa";
const REASONS_SHEET: &str = "Lý do";
/// Headings of the columns that no form asks for.
const REASON: &str = "Lý do (Hồ Sơ)";
/// Heading of the column that says which line of the file a row was.
pub const REPORT_LINE: &str = "Dòng trong tệp (Hồ Sơ)";

/// Writes the report row by row: the rows that need looking at as they were, cells marked and reasons beside them, so that they can be corrected and read in again;
/// and a list of the reasons.
pub struct Report {
    workbook: Workbook,
    columns: Vec<String>,
    rows: usize,
    reasons: usize,
}

impl Report {
    /// A report with the headings of the sheet.
    ///
    /// # Errors
    /// More columns than a sheet has.
    pub fn new(title: &str, columns: &[String], made: Date) -> Result<Self, SheetError> {
        let mut workbook = workbook(title, made)?;
        let sheet = workbook.add_worksheet();
        sheet.set_name(REPORT_SHEET)?;
        for (at, text) in columns
            .iter()
            .map(String::as_str)
            .chain([REPORT_LINE, REASON])
            .enumerate()
        {
            sheet.write_string_with_format(0, column(at)?, text, &heading())?;
            sheet.set_column_width(column(at)?, 22)?;
        }
        sheet.set_column_width(column(columns.len() + 1)?, 70)?;
        sheet.set_freeze_panes(1, 0)?;
        let reasons = workbook.add_worksheet();
        reasons.set_name(REASONS_SHEET)?;
        for (at, (text, width)) in [
            ("Dòng", 8),
            ("Cột", 40),
            ("Ô đang ghi", 30),
            ("Mức", 12),
            ("Lý do", 90),
        ]
        .into_iter()
        .enumerate()
        {
            reasons.write_string_with_format(0, column(at)?, text, &heading())?;
            reasons.set_column_width(column(at)?, width)?;
        }
        reasons.set_freeze_panes(1, 0)?;
        Ok(Self {
            workbook,
            columns: columns.to_vec(),
            rows: 0,
            reasons: 0,
        })
    }

    /// Adds a row with what is to be said about it; `name` gives the heading of a path that no column answers.
    ///
    /// # Errors
    /// More rows than a sheet has.
    pub fn add(
        &mut self,
        row: u32,
        cells: &[Cell],
        marks: &[Mark],
        name: impl Fn(&str) -> String,
    ) -> Result<(), SheetError> {
        let plain = words();
        let wrong = words().set_background_color(Color::RGB(0x00FF_C7CE));
        let doubtful = words().set_background_color(Color::RGB(0x00FF_EB9C));
        let mut of_column: BTreeMap<usize, bool> = BTreeMap::new();
        for mark in marks {
            if let Some(at) = mark.column {
                *of_column.entry(at).or_default() |= mark.wrong;
            }
        }
        let at = line(self.rows + 1)?;
        let sheet = self.workbook.worksheet_from_index(0)?;
        for index in 0..self.columns.len() {
            let text = cells.get(index).map_or("", |cell| cell.text.as_str());
            let format = match of_column.get(&index) {
                Some(true) => &wrong,
                Some(false) => &doubtful,
                None if text.is_empty() => continue,
                None => &plain,
            };
            let text = cut(text, 32_000);
            sheet.write_string_with_format(at, column(index)?, &text, &guarded(format, &text))?;
        }
        let named = |mark: &Mark| {
            mark.column
                .and_then(|index| self.columns.get(index).cloned())
                .filter(|heading| !heading.is_empty())
                .unwrap_or_else(|| name(&mark.path))
        };
        let reasons: Vec<String> = marks
            .iter()
            .map(|mark| format!("{}: {}", named(mark), mark.said.vi))
            .collect();
        sheet.write_string(at, column(self.columns.len())?, row.to_string())?;
        let all = cut(&reasons.join("\n"), 32_000);
        sheet.write_string_with_format(
            at,
            column(self.columns.len() + 1)?,
            &all,
            &guarded(&plain, &all),
        )?;
        self.rows += 1;
        let list = self.workbook.worksheet_from_index(1)?;
        for mark in marks {
            self.reasons += 1;
            let at = line(self.reasons)?;
            let heading = mark
                .column
                .and_then(|index| self.columns.get(index).cloned())
                .filter(|heading| !heading.is_empty())
                .unwrap_or_else(|| name(&mark.path));
            let text = mark
                .column
                .and_then(|index| cells.get(index))
                .map_or("", |cell| cell.text.as_str());
            list.write_number(at, 0, row)?;
            for (index, text) in [
                heading.as_str(),
                text,
                if mark.wrong { "sai" } else { "cần xem" },
                &mark.said.vi,
            ]
            .into_iter()
            .enumerate()
            {
                let text = cut(text, 32_000);
                list.write_string_with_format(
                    at,
                    column(index + 1)?,
                    &text,
                    &guarded(&plain, &text),
                )?;
            }
        }
        Ok(())
    }

    /// The file.
    ///
    /// # Errors
    /// It can't be made.
    pub fn finish(mut self) -> Result<Vec<u8>, SheetError> {
        Ok(self.workbook.save_to_buffer()?)
    }
}
