//! The empty sheet of a form.

use hoso_eform::vn::PartialDate;
use jiff::civil::Date;
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, Format, Formula, Note, Workbook, Worksheet,
};
use serde_json::Value;

use crate::SheetError;
use crate::fields::{Field, Fields};
use crate::write::{column, cut, guarded, heading, line, words, workbook};

/// Name of the sheet to be filled in.
pub const DATA_SHEET: &str = "Dữ liệu";
/// Name of the sheet with a row filled in.
pub const EXAMPLE_SHEET: &str = "Ví dụ";
const LISTS_SHEET: &str = "Danh mục";
const HELP_SHEET: &str = "Hướng dẫn";
/// Rows below the heading that have their lists and formats.
const PREPARED: u32 = 10_000;
/// Rows of a list that get columns of their own.
const LIST_ROWS: usize = 3;
/// Longer lists of choices are told in part.
const MOST_TOLD: usize = 30;

/// Writes the empty sheet: a column a question, lists of what may be chosen, notes, what is required in another colour, and a row of `example` on a
/// sheet of its own, so that nobody sends it in by mistake.
///
/// # Errors
/// The form has more questions than a sheet has columns.
pub fn write_template(
    title: &str,
    fields: &Fields,
    example: &Value,
    made: Date,
) -> Result<Vec<u8>, SheetError> {
    let mut workbook = workbook(title, made)?;
    let columns = columns(fields, example);
    let mut lists = Lists::default();
    for (_, field) in &columns {
        lists.add(field);
    }
    data_sheet(&mut workbook, fields, &columns, &lists)?;
    example_sheet(&mut workbook, fields, &columns, example)?;
    help_sheet(&mut workbook, title, fields, &columns)?;
    lists.write(&mut workbook)?;
    Ok(workbook.save_to_buffer()?)
}

/// The columns: concrete path and question.
fn columns<'a>(fields: &'a Fields, example: &Value) -> Vec<(String, &'a Field)> {
    let mut found = Vec::new();
    let mut done: Vec<&str> = Vec::new();
    for field in fields.iter() {
        let Some(list) = field.list.as_deref() else {
            found.push((field.path.clone(), field));
            continue;
        };
        if done.contains(&list) {
            continue;
        }
        done.push(list);
        let shown = at(example, list)
            .and_then(Value::as_array)
            .map_or(0, Vec::len);
        for row in 0..shown.clamp(LIST_ROWS, 10) {
            let of_list = fields
                .iter()
                .filter(|field| field.list.as_deref() == Some(list));
            found.extend(of_list.map(|field| (field.path_in(row), field)));
        }
    }
    found
}

fn headings(
    sheet: &mut Worksheet,
    fields: &Fields,
    columns: &[(String, &Field)],
) -> Result<(), SheetError> {
    let required = heading()
        .set_background_color(Color::RGB(0x00FC_E4D6))
        .set_font_color(Color::RGB(0x0080_2000));
    for (at, (path, field)) in columns.iter().enumerate() {
        let at = column(at)?;
        let mut text = fields.heading(path).unwrap_or_else(|| path.clone());
        let first_row = crate::fields::row_of(path).is_none_or(|row| row == 0);
        let must = field.required && first_row;
        if must {
            text.push_str(" *");
        }
        let format = if must { required.clone() } else { heading() };
        sheet.write_string_with_format(0, at, text, &format)?;
        sheet.set_column_width(at, width(field))?;
    }
    sheet.set_row_height(0, 75)?;
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

fn data_sheet(
    workbook: &mut Workbook,
    fields: &Fields,
    columns: &[(String, &Field)],
    lists: &Lists,
) -> Result<(), SheetError> {
    let sheet = workbook.add_worksheet();
    sheet.set_name(DATA_SHEET)?;
    headings(sheet, fields, columns)?;
    for (at, (path, field)) in columns.iter().enumerate() {
        let at = column(at)?;
        sheet.set_column_format(at, &format(field))?;
        let note = Note::new(cut(&told(path, field), 1000))
            .set_author("Hồ Sơ")
            .add_author_prefix(false)
            .set_width(320)
            .set_height(180);
        sheet.insert_note(0, at, &note)?;
        if let Some(list) = lists.formula(field) {
            let many = field.multiple || field.kind == "selectboxes";
            let check = DataValidation::new()
                .allow_list_formula(Formula::new(list))
                // Several are written with semicolons between them, which no list knows.
                .set_error_style(if many {
                    DataValidationErrorStyle::Information
                } else {
                    DataValidationErrorStyle::Stop
                })
                .set_error_title("Không có trong danh mục")?
                .set_error_message(if many {
                    "Nhiều giá trị thì ghi cách nhau bằng dấu chấm phẩy."
                } else {
                    "Hãy chọn một giá trị trong danh sách."
                })?;
            sheet.add_data_validation(1, at, PREPARED, at, &check)?;
        }
    }
    Ok(())
}

fn example_sheet(
    workbook: &mut Workbook,
    fields: &Fields,
    columns: &[(String, &Field)],
    example: &Value,
) -> Result<(), SheetError> {
    let sheet = workbook.add_worksheet();
    sheet.set_name(EXAMPLE_SHEET)?;
    headings(sheet, fields, columns)?;
    for (index, (path, field)) in columns.iter().enumerate() {
        let Some(value) = at(example, path) else {
            continue;
        };
        let (text, format) = (shown(field, value), format(field));
        let at = column(index)?;
        match value.as_f64().filter(|_| is_number(field)) {
            Some(number) => sheet.write_number_with_format(1, at, number, &format)?,
            None => sheet.write_string_with_format(1, at, &text, &guarded(&format, &text))?,
        };
    }
    Ok(())
}

fn help_sheet(
    workbook: &mut Workbook,
    title: &str,
    fields: &Fields,
    columns: &[(String, &Field)],
) -> Result<(), SheetError> {
    let sheet = workbook.add_worksheet();
    sheet.set_name(HELP_SHEET)?;
    sheet.set_column_width(0, 60)?;
    sheet.set_column_width(1, 16)?;
    sheet.set_column_width(2, 90)?;
    let plain = words();
    let guide = [
        title,
        "Mỗi dòng của trang “Dữ liệu” là một tờ khai. Cột tô màu cam và có dấu * là bắt buộc.",
        "Ngày ghi như 20/11/2025. Nhiều giá trị trong một ô cách nhau bằng dấu chấm phẩy. Ô đánh dấu ghi x.",
        "Số định danh, số điện thoại, mã số thuế để ở dạng văn bản để không mất số 0 ở đầu.",
        "Danh sách có số thứ tự, ví dụ “Con 1”, “Con 2”: cần thêm thì thêm cột với số tiếp theo.",
        "Có thể bỏ bớt cột, đổi thứ tự cột; trang “Ví dụ” là một dòng đã điền của người không có thật.",
    ];
    for (at, text) in guide.iter().enumerate() {
        sheet.write_string(line(at)?, 0, *text)?;
    }
    let top = guide.len() + 1;
    for (at, text) in ["Cột", "Bắt buộc", "Cách ghi"].into_iter().enumerate() {
        sheet.write_string_with_format(line(top)?, column(at)?, text, &heading())?;
    }
    for (at, (path, field)) in columns.iter().enumerate() {
        let row = line(top + 1 + at)?;
        let name = fields.heading(path).unwrap_or_default();
        sheet.write_string_with_format(row, 0, &name, &guarded(&plain, &name))?;
        let must = if field.required { "có" } else { "" };
        sheet.write_string_with_format(row, 1, must, &plain)?;
        let told = told(path, field);
        sheet.write_string_with_format(row, 2, &told, &guarded(&plain, &told))?;
    }
    Ok(())
}

/// Lists of choices, each kept once.
#[derive(Default)]
struct Lists(Vec<Vec<String>>);

impl Lists {
    fn of(field: &Field) -> Option<Vec<String>> {
        if field.kind == "checkbox" {
            return Some(vec!["x".to_owned()]);
        }
        let labels: Vec<String> = field
            .choice_labels()
            .into_iter()
            .map(ToOwned::to_owned)
            .collect();
        (!labels.is_empty()).then_some(labels)
    }

    fn add(&mut self, field: &Field) {
        if let Some(list) = Self::of(field)
            && !self.0.contains(&list)
        {
            self.0.push(list);
        }
    }

    fn formula(&self, field: &Field) -> Option<String> {
        let list = Self::of(field)?;
        let at = self.0.iter().position(|known| *known == list)?;
        let name = rust_xlsxwriter::utility::column_number_to_name(u16::try_from(at).ok()?);
        Some(format!("='{LISTS_SHEET}'!${name}$1:${name}${}", list.len()))
    }

    fn write(&self, workbook: &mut Workbook) -> Result<(), SheetError> {
        let sheet = workbook.add_worksheet();
        sheet.set_name(LISTS_SHEET)?;
        sheet.set_hidden(true);
        for (at, list) in self.0.iter().enumerate() {
            for (row, label) in list.iter().enumerate() {
                let format = guarded(&words(), label);
                sheet.write_string_with_format(line(row)?, column(at)?, label, &format)?;
            }
        }
        Ok(())
    }
}

fn is_number(field: &Field) -> bool {
    matches!(field.kind.as_str(), "number" | "currency" | "vnMoney")
}

fn format(field: &Field) -> Format {
    if is_number(field) {
        Format::new()
    } else {
        words()
    }
}

fn width(field: &Field) -> f64 {
    match field.kind.as_str() {
        "checkbox" | "number" | "vnDate" | "vnPartialDate" | "day" => 14.0,
        "textarea" => 40.0,
        _ => 24.0,
    }
}

/// What a person has to know to fill the column in.
fn told(path: &str, field: &Field) -> String {
    let mut lines = Vec::new();
    if field.required {
        lines.push("Bắt buộc.".to_owned());
    }
    if !field.hint.is_empty() {
        lines.push(field.hint.clone());
    }
    let way = match field.kind.as_str() {
        "vnDate" | "datetime" | "day" => "Ngày, ví dụ 20/11/2025.",
        "vnPartialDate" => "Ngày, hoặc tháng và năm, hoặc năm: 20/11/2025, 11/2025, 2025.",
        "vnCitizenId" => "12 chữ số, dạng văn bản.",
        "vnPhone" => "Số điện thoại, dạng văn bản.",
        "vnTaxCode" => "Mã số thuế, dạng văn bản.",
        "number" | "currency" | "vnMoney" => "Số.",
        "checkbox" => "Ghi x nếu có.",
        "time" => "Giờ, ví dụ 08:30.",
        _ => "",
    };
    if !way.is_empty() {
        lines.push(way.to_owned());
    }
    let labels = field.choice_labels();
    if !labels.is_empty() {
        let mut list = labels
            .iter()
            .take(MOST_TOLD)
            .copied()
            .collect::<Vec<_>>()
            .join("; ");
        if labels.len() > MOST_TOLD {
            list.push_str("; …");
        }
        lines.push(format!("Chọn: {list}."));
    }
    if field.multiple || field.kind == "selectboxes" {
        lines.push("Nhiều giá trị cách nhau bằng dấu chấm phẩy.".to_owned());
    }
    lines.push(format!("[{path}]"));
    lines.join("\n")
}

fn at<'a>(answers: &'a Value, path: &str) -> Option<&'a Value> {
    let pointer = path.replace('[', ".").replace(']', "").replace('.', "/");
    answers
        .pointer(&format!("/{pointer}"))
        .filter(|value| !value.is_null())
}

/// A value as the sheet has it, so that reading it back gives the same.
fn shown(field: &Field, value: &Value) -> String {
    let label = |value: &Value| {
        field
            .choices
            .iter()
            .find(|choice| choice.value == *value)
            .map(|choice| choice.label.clone())
    };
    match value {
        Value::Bool(true) => "x".to_owned(),
        Value::Bool(false) | Value::Null => String::new(),
        Value::Array(items) => items
            .iter()
            .map(|item| label(item).unwrap_or_else(|| plain(item)))
            .collect::<Vec<_>>()
            .join("; "),
        Value::Object(boxes) => boxes
            .iter()
            .filter(|(_, ticked)| **ticked == Value::Bool(true))
            .map(|(key, _)| label(&Value::from(key.as_str())).unwrap_or_else(|| key.clone()))
            .collect::<Vec<_>>()
            .join("; "),
        other => label(other).unwrap_or_else(|| match field.kind.as_str() {
            "vnDate" | "vnPartialDate" => PartialDate::parse(&plain(other))
                .map_or_else(|| plain(other), |date| date.to_string()),
            _ => plain(other),
        }),
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned)
}
