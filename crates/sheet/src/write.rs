//! What templates and reports have in common.

use jiff::civil::Date;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, XlsxError,
};

use crate::SheetError;

impl From<XlsxError> for SheetError {
    fn from(error: XlsxError) -> Self {
        Self::Write(error.to_string())
    }
}

/// A workbook that says when it was made, since the crate would ask a clock.
pub(crate) fn workbook(title: &str, made: Date) -> Result<Workbook, SheetError> {
    let mut workbook = Workbook::new();
    let year = u16::try_from(made.year()).unwrap_or(2000);
    let (month, day) = (made.month().unsigned_abs(), made.day().unsigned_abs());
    let moment = ExcelDateTime::from_ymd(year, month, day)?;
    workbook.set_properties(
        &DocProperties::new()
            .set_title(cut(title, 250))
            .set_creation_datetime(&moment),
    );
    Ok(workbook)
}

pub(crate) fn heading() -> Format {
    Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_border(FormatBorder::Thin)
        .set_background_color(Color::RGB(0x00DC_E6F1))
}

/// Words that stay words: nothing in them is ever a formula or a number.
pub(crate) fn words() -> Format {
    Format::new()
        .set_num_format("@")
        .set_text_wrap()
        .set_align(FormatAlign::Top)
}

/// Words that other programs would take for a formula are marked as words in the file too.
pub(crate) fn guarded(format: &Format, text: &str) -> Format {
    if text.starts_with(['=', '+', '-', '@', '\t']) {
        format.clone().set_quote_prefix()
    } else {
        format.clone()
    }
}

/// At most so many UTF-16 units, as the format counts.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let mut out = String::new();
    let mut length = 0;
    for sign in text.chars() {
        length += sign.len_utf16();
        if length > most {
            if out.pop().is_some() {
                out.push('…');
            }
            break;
        }
        out.push(sign);
    }
    out
}

pub(crate) fn column(index: usize) -> Result<u16, SheetError> {
    u16::try_from(index).map_err(|_| SheetError::Write("too many columns".into()))
}

pub(crate) fn line(index: usize) -> Result<u32, SheetError> {
    u32::try_from(index).map_err(|_| SheetError::Write("too many rows".into()))
}
