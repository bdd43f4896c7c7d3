//! Spreadsheets of answers: a row is one form.
//!
//! [`Book`] reads rows of a file that nobody vouches for; [`Fields`] says what a form asks and matches columns to it; [`read_row`] makes answers of a row.
//! [`write_template`] and [`Report`] are the way back.

mod book;
mod cell;
mod csv_text;
mod error;
mod fields;
mod limits;
mod matching;
mod report;
mod template;
mod text;
mod values;
mod write;
mod xlsx;

pub use book::{Book, Row, Rows, SheetName};
pub use cell::{Cell, CellKind};
pub use error::{Much, SheetError};
pub use fields::{Field, Fields};
pub use matching::{HEADING_WITHIN, Heading, Match};
pub use report::{REPORT_LINE, REPORT_SHEET, Report};
pub use template::{DATA_SHEET, EXAMPLE_SHEET, write_template};
pub use values::{Mark, RowAnswers, Said, read_row, typed};
