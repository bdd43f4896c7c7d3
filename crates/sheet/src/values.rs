//! What a cell answers.

use std::collections::BTreeMap;

use hoso_eform::Choice;
use hoso_eform::vn::{CitizenId, PartialDate, Phone, TaxCode, parse_date};
use hoso_places::places;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::cell::{day_text, serial_date};
use crate::fields::{Field, Fields};
use crate::text::plain;
use crate::{Cell, CellKind};

/// Words for the person, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

/// Something about a cell that the person has to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The column, from 0; none where no column answers the question.
    pub column: Option<usize>,
    /// The concrete path.
    pub path: String,
    /// The cell can't be taken; otherwise it was, with what is said.
    pub wrong: bool,
    /// What is so.
    pub said: Said,
}

/// What a row answers.
#[derive(Debug, Clone, PartialEq)]
pub struct RowAnswers {
    /// Concrete path and value, in the order of the columns.
    pub answers: Vec<(String, Value)>,
    /// Which column each path was answered by.
    pub columns: BTreeMap<String, usize>,
    /// What is to be said about the cells.
    pub marks: Vec<Mark>,
}

/// What a cell answers, and what is to be said about it.
#[derive(Debug, Clone, PartialEq)]
struct Answer {
    value: Option<Value>,
    said: Option<(bool, Said)>,
}

fn said(vi: impl Into<String>, en: impl Into<String>) -> Said {
    Said {
        vi: vi.into(),
        en: en.into(),
    }
}

impl Answer {
    const fn plain(value: Value) -> Self {
        Self {
            value: Some(value),
            said: None,
        }
    }

    fn wrong(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            value: None,
            said: Some((true, said(vi, en))),
        }
    }

    fn noted(value: Value, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            value: Some(value),
            said: Some((false, said(vi, en))),
        }
    }
}

/// Makes answers of a row. `targets` has the concrete path that each column answers.
#[must_use]
pub fn read_row(fields: &Fields, targets: &[Option<String>], cells: &[Cell]) -> RowAnswers {
    let (mut answers, mut places) = (Vec::new(), BTreeMap::new());
    let mut marks = Vec::new();
    // Numbered rows of a list that a row of the sheet leaves out close up.
    let mut rows: BTreeMap<&str, BTreeMap<usize, usize>> = BTreeMap::new();
    let answered: Vec<_> = targets
        .iter()
        .enumerate()
        .filter_map(|(column, target)| {
            let path = target.as_deref()?;
            let cell = cells.get(column).filter(|cell| !cell.is_empty())?;
            Some((column, path, cell, fields.at(path)?))
        })
        .collect();
    for (_, path, _, field) in &answered {
        if let (Some(list), Some(row)) = (&field.list, crate::fields::row_of(path)) {
            rows.entry(list).or_default().insert(row, 0);
        }
    }
    for rows in rows.values_mut() {
        for (place, (_, new)) in rows.iter_mut().enumerate() {
            *new = place;
        }
    }
    for (column, path, cell, field) in answered {
        let path = match (&field.list, crate::fields::row_of(path)) {
            (Some(list), Some(row)) => {
                let new = rows.get(list.as_str()).and_then(|rows| rows.get(&row));
                field.path_in(new.copied().unwrap_or(row))
            }
            _ => path.to_owned(),
        };
        let answer = answer(field, cell);
        if let Some((wrong, said)) = answer.said {
            marks.push(Mark {
                column: Some(column),
                path: path.clone(),
                wrong,
                said,
            });
        }
        if let Some(value) = answer.value {
            answers.push((path.clone(), value));
        }
        places.insert(path, column);
    }
    RowAnswers {
        answers,
        columns: places,
        marks,
    }
}

fn answer(field: &Field, cell: &Cell) -> Answer {
    match cell.kind {
        CellKind::Error => {
            return Answer::wrong(
                format!("Ô mang lỗi {} của bảng tính.", cell.text),
                format!("The cell holds the spreadsheet's error {}.", cell.text),
            );
        }
        CellKind::Formula => {
            return Answer::wrong(
                "Ô có công thức nhưng tệp không lưu kết quả; mở tệp bằng chương trình bảng tính rồi lưu lại.",
                "The cell holds a formula without its result; open the file in the spreadsheet program and save it again.",
            );
        }
        _ => {}
    }
    if let Some(answer) = shortened(field, cell) {
        return answer;
    }
    match field.kind.as_str() {
        "checkbox" => tick(&cell.text).map_or_else(
            || {
                Answer::wrong(
                    format!(
                        "“{}” không phải là có hay không; ghi x, hoặc để trống.",
                        cell.text
                    ),
                    format!(
                        "“{}” is neither yes nor no; write x, or leave it empty.",
                        cell.text
                    ),
                )
            },
            |yes| Answer::plain(Value::Bool(yes)),
        ),
        "selectboxes" => several(field, &cell.text, true),
        _ if !field.choices.is_empty() && field.multiple => several(field, &cell.text, false),
        _ if !field.choices.is_empty() => match choice(&field.choices, &cell.text) {
            Some(choice) => Answer::plain(choice.value.clone()),
            None => not_offered(field, &cell.text),
        },
        _ if field.multiple => Answer::plain(parts(&cell.text).map(Value::from).collect()),
        "vnCitizenId" => digits(cell, 12, |text| {
            CitizenId::parse(text).is_some_and(|id| id.has_known_province())
        }),
        "vnPhone" => digits(cell, 10, |text| Phone::parse(text).is_some()),
        "vnTaxCode" => digits(cell, 10, |text| TaxCode::parse(text).is_ok()),
        "vnDate" | "vnPartialDate" | "day" | "datetime" => day(field, cell),
        // A point in a number cell is never between thousands.
        "number" | "currency" | "vnMoney" if cell.kind == CellKind::Number => Answer::plain(
            cell.text
                .parse::<f64>()
                .map_or_else(|_| Value::from(cell.text.as_str()), whole),
        ),
        _ => {
            let value = typed(&field.kind, field.day_first, &cell.text);
            if let Some(whole) = lost_zeros(field, cell) {
                return Answer::noted(
                    value,
                    format!(
                        "Ô là số nên có thể đã mất số 0 ở đầu: {} hay {whole}?",
                        cell.text
                    ),
                    format!(
                        "The cell is a number, so zeros in front may be lost: {} or {whole}?",
                        cell.text
                    ),
                );
            }
            Answer::plain(value)
        }
    }
}

/// A number that the spreadsheet program has cut to powers of ten, or rounded.
fn shortened(field: &Field, cell: &Cell) -> Option<Answer> {
    if matches!(field.kind.as_str(), "number" | "currency" | "vnMoney") {
        return None;
    }
    let text = &cell.text;
    let scientific = text.split_once(['E', 'e']).is_some_and(|(base, power)| {
        let power = power.strip_prefix('+').unwrap_or(power);
        base.chars().any(|sign| matches!(sign, '.' | ','))
            && base
                .chars()
                .all(|sign| sign.is_ascii_digit() || matches!(sign, '.' | ','))
            && power.len() <= 3
            && !power.is_empty()
            && power.bytes().all(|b| b.is_ascii_digit())
    });
    let rounded =
        cell.kind == CellKind::Number && text.bytes().filter(u8::is_ascii_digit).count() > 15;
    (scientific || rounded).then(|| {
        Answer::wrong(
            format!("Bảng tính đã rút gọn số này thành {text}, các chữ số cuối đã mất; nhập lại dưới dạng văn bản."),
            format!("The spreadsheet has shortened this number to {text}, its last digits are lost; enter it again as text."),
        )
    })
}

/// A number of so many digits whose zeros in front a spreadsheet drops.
fn digits(cell: &Cell, length: usize, is_one: impl Fn(&str) -> bool) -> Answer {
    let text = &cell.text;
    let missing = length.saturating_sub(text.len());
    let bare = text.bytes().all(|b| b.is_ascii_digit());
    if bare && (1..=3).contains(&missing) && !is_one(text) {
        let whole = format!("{}{text}", "0".repeat(missing));
        if is_one(&whole) {
            return Answer::noted(
                Value::from(whole.clone()),
                format!("Bảng tính đã bỏ số 0 ở đầu: {text} được đọc là {whole}."),
                format!("The spreadsheet has dropped zeros in front: {text} is read as {whole}."),
            );
        }
    }
    Answer::plain(Value::from(text.as_str()))
}

/// What a number in a field for words may have been: the number of an identity paper.
fn lost_zeros(field: &Field, cell: &Cell) -> Option<String> {
    if cell.kind != CellKind::Number
        || !matches!(
            field.kind.as_str(),
            "textfield" | "textarea" | "phoneNumber"
        )
        || !(9..=11).contains(&cell.text.len())
        || !cell.text.bytes().all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let whole = format!("{:0>12}", cell.text);
    CitizenId::parse(&whole)
        .is_some_and(|id| id.has_known_province())
        .then_some(whole)
}

fn day(field: &Field, cell: &Cell) -> Answer {
    let text = cell.text.as_str();
    let partial = field.kind == "vnPartialDate";
    let whole = parse_date(text);
    let reads = if partial {
        PartialDate::parse(text).is_some()
    } else {
        whole.is_some() || (field.kind == "datetime" && text.len() > 10)
    };
    // A day as the number that a spreadsheet keeps it as, in a cell that does not show it as one.
    if !reads
        && cell.kind == CellKind::Number
        && let Some(serial) = text
            .parse::<f64>()
            .ok()
            .filter(|serial| (3000.0..80_000.0).contains(serial))
        && let Some(date) = serial_date(serial, false)
    {
        return Answer::noted(
            typed(&field.kind, field.day_first, &date.to_string()),
            format!("Số {text} được đọc là ngày {}.", day_text(date)),
            format!("The number {text} is read as the day {}.", day_text(date)),
        );
    }
    if !reads {
        let example = if partial {
            "20/11/2025, 11/2025, 2025"
        } else {
            "20/11/2025"
        };
        return Answer::wrong(
            format!("“{text}” không phải là ngày; ghi như {example}."),
            format!("“{text}” is no day; write it like {example}."),
        );
    }
    Answer::plain(typed(&field.kind, field.day_first, text))
}

fn several(field: &Field, text: &str, ticks: bool) -> Answer {
    let mut chosen = Vec::new();
    // A choice may have a comma or semicolon of its own.
    if let Some(whole) = choice(&field.choices, text) {
        chosen.push(whole.value.clone());
    } else {
        for part in parts(text) {
            match choice(&field.choices, part) {
                Some(choice) => chosen.push(choice.value.clone()),
                None => return not_offered(field, part),
            }
        }
    }
    if !ticks {
        return Answer::plain(Value::Array(chosen));
    }
    let boxes: Map<String, Value> = field
        .choices
        .iter()
        .filter_map(|choice| {
            let key = choice.value.as_str()?.to_owned();
            Some((key, Value::Bool(chosen.contains(&choice.value))))
        })
        .collect();
    Answer::plain(Value::Object(boxes))
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', '\n'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

fn not_offered(field: &Field, text: &str) -> Answer {
    let labels = field.choice_labels();
    let mut list = labels
        .iter()
        .take(8)
        .copied()
        .collect::<Vec<_>>()
        .join("; ");
    if labels.len() > 8 {
        list.push_str("; …");
    }
    Answer::wrong(
        format!("“{text}” không có trong các lựa chọn: {list}."),
        format!("“{text}” is none of the choices: {list}."),
    )
}

/// Words before the name of a place that everybody leaves out.
const PLACE_KINDS: [&str; 9] = [
    "thanh pho ",
    "tinh ",
    "tp ",
    "phuong ",
    "xa ",
    "dac khu ",
    "quan ",
    "huyen ",
    "nguoi ",
];

/// A choice by its value or its words; without marks, and a place without its kind, where that is still clear.
fn choice<'a>(choices: &'a [Choice], text: &str) -> Option<&'a Choice> {
    let exact = choices.iter().find(|choice| {
        choice.label == text
            || match &choice.value {
                Value::String(value) => value == text,
                other => {
                    let shown = other.to_string();
                    shown == text
                }
            }
    });
    if exact.is_some() {
        return exact;
    }
    let only = |same: &dyn Fn(&Choice) -> bool| {
        let mut found = choices.iter().filter(|choice| same(choice));
        let first = found.next()?;
        found.next().is_none().then_some(first)
    };
    let lower = text.to_lowercase();
    let wanted = plain(text);
    if wanted.is_empty() {
        return None;
    }
    let bare = |text: &str| {
        PLACE_KINDS
            .iter()
            .find_map(|kind| text.strip_prefix(kind))
            .unwrap_or(text)
            .to_owned()
    };
    only(&|choice| choice.label.to_lowercase() == lower)
        .or_else(|| only(&|choice| plain(&choice.label) == wanted))
        .or_else(|| {
            only(&|choice| {
                choice
                    .value
                    .as_str()
                    .is_some_and(|value| plain(value) == wanted)
            })
        })
        .or_else(|| only(&|choice| bare(&plain(&choice.label)) == bare(&wanted)))
}

/// Yes or no, as people write it into a cell.
fn tick(text: &str) -> Option<bool> {
    match plain(text).as_str() {
        "x" | "co" | "c" | "true" | "1" | "yes" | "y" | "dung" => Some(true),
        "khong" | "k" | "false" | "0" | "no" | "n" | "sai" => Some(false),
        _ if matches!(text, "✓" | "✔" | "☑" | "☒") => Some(true),
        _ if matches!(text, "-" | "–" | "☐") => Some(false),
        _ => None,
    }
}

/// Words as a kind of component keeps them. What can't be read stays as typed, and the form's rules speak of it.
#[must_use]
pub fn typed(kind: &str, day_first: bool, text: &str) -> Value {
    let as_typed = || Value::from(text);
    match kind {
        "number" | "currency" => number(text).map_or_else(as_typed, whole),
        "datetime" => {
            parse_date(text).map_or_else(as_typed, |day| json!(format!("{day}T00:00:00+07:00")))
        }
        "time" if text.len() == 5 => json!(format!("{text}:00")),
        "day" => parse_date(text).map_or_else(as_typed, |day| {
            let (first, second) = if day_first {
                (day.day(), day.month())
            } else {
                (day.month(), day.day())
            };
            json!(format!("{first:02}/{second:02}/{:04}", day.year()))
        }),
        "vnAddress" => match places().read_address(text) {
            Some(read) => match read.places.as_slice() {
                [place] => json!({
                    "chi_tiet": read.street, "xa": place.commune, "tinh": place.province,
                }),
                _ => as_typed(),
            },
            None => as_typed(),
        },
        _ => as_typed(),
    }
}

fn whole(number: f64) -> Value {
    #[allow(clippy::cast_possible_truncation)]
    if number.fract() == 0.0 && number.abs() < 1e15 {
        json!(number as i64)
    } else {
        json!(number)
    }
}

/// A number as Vietnamese write it (`1.234,5`), or as programs do (`1234.5`).
fn number(text: &str) -> Option<f64> {
    let text: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    let (front, fraction) = match text.split_once(',') {
        Some((front, fraction)) => (front, Some(fraction)),
        None => (text.as_str(), None),
    };
    let bare = front.strip_prefix('-').unwrap_or(front);
    let mut groups = bare.split('.');
    let first = groups.next().unwrap_or_default();
    let grouped = (1..=3).contains(&first.len())
        && bare.contains('.')
        && groups.all(|group| group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit()));
    let number = match fraction {
        Some(fraction) if !fraction.contains('.') => {
            let front = if grouped {
                front.replace('.', "")
            } else {
                front.to_owned()
            };
            format!("{front}.{fraction}")
        }
        Some(_) => return None,
        // `1.234` alone is a thousand here; what a number cell holds never looks like that.
        None if grouped => front.replace('.', ""),
        None => front.to_owned(),
    };
    number
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite())
}
