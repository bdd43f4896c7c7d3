//! How answers in display form read on paper.

use serde_json::Value;

use crate::flow::{Inline, Shows};
use crate::layout::{Dots, Type};
use crate::text;

/// How an answer in display form reads in running text: lists and groups as their answers in order, blank ones left out.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(true) => "Có".to_owned(),
        Value::Bool(false) => "Không".to_owned(),
        Value::Array(items) => {
            let groups = items.iter().any(Value::is_object);
            joined(items.iter(), if groups { "; " } else { ", " })
        }
        Value::Object(map) => joined(map.values(), ", "),
    }
}

/// The same for what a placeholder gives.
pub(crate) fn shown_value(value: &minijinja::Value) -> String {
    if value.is_undefined() || value.is_none() {
        String::new()
    } else {
        shown(&serde_json::to_value(value).unwrap_or(Value::Null))
    }
}

fn joined<'v>(values: impl Iterator<Item = &'v Value>, between: &str) -> String {
    let parts: Vec<String> = values
        .map(shown)
        .filter(|part| !part.trim().is_empty())
        .collect();
    parts.join(between)
}

/// Whether a box with this value is crossed by this answer.
pub(crate) fn is_checked(answer: Option<&Value>, value: Option<&str>) -> bool {
    match (answer, value) {
        (Some(Value::Bool(answer)), None) => *answer,
        (Some(Value::Array(items)), Some(_)) => {
            items.iter().any(|item| is_checked(Some(item), value))
        }
        (Some(Value::Bool(answer)), Some(value)) => {
            (if *answer { "true" } else { "false" }) == value
        }
        (Some(Value::Number(answer)), Some(value)) => answer.to_string() == value,
        (Some(Value::String(answer)), Some(value)) => text::same(answer, value),
        (Some(Value::String(answer)), None) => answer == "true",
        _ => false,
    }
}

/// "Hà Nội, ngày 05 tháng 02 năm 2026", with dots for what is missing.
pub(crate) fn place_date(
    (place, place_shows): (&str, &Shows),
    (date, date_shows): (&str, &Shows),
    face: Type,
    out: &mut Vec<Inline>,
) {
    let say = |said: &str, shows: &Shows, out: &mut Vec<Inline>| {
        text::lines(said, face, shows, out);
    };
    let dots = |mm: f32, shows: &Shows| Inline::Dots {
        dots: Dots::Wide(mm),
        after: String::new(),
        face,
        shows: shows.clone(),
    };
    if place.is_empty() {
        out.push(dots(28.0, place_shows));
    } else {
        say(place, place_shows, out);
    }
    match (date.is_empty(), day_month_year(date)) {
        (_, Some((day, month, year))) => {
            say(", ngày ", &None, out);
            say(&format!("{day} tháng {month} năm {year}"), date_shows, out);
        }
        (true, None) => {
            say(", ngày ", &None, out);
            out.push(dots(9.0, date_shows));
            say(" tháng ", &None, out);
            out.push(dots(9.0, date_shows));
            say(" năm ", &None, out);
            out.push(dots(13.0, date_shows));
        }
        (false, None) => {
            say(", ", &None, out);
            say(date, date_shows, out);
        }
    }
}

/// Day and month with two digits (the month only below 3, as the decree writes it), and the year.
fn day_month_year(date: &str) -> Option<(String, String, String)> {
    let slashed: Vec<&str> = date.split('/').collect();
    let dashed: Vec<&str> = date.get(..10).unwrap_or(date).split('-').collect();
    let (day, month, year) = match (slashed.as_slice(), dashed.as_slice()) {
        ([d, m, y], _) => (*d, *m, *y),
        (_, [y, m, d]) => (*d, *m, *y),
        _ => return None,
    };
    let (day, month, year): (u32, u32, u32) =
        (day.parse().ok()?, month.parse().ok()?, year.parse().ok()?);
    let real =
        (1..=31).contains(&day) && (1..=12).contains(&month) && (1000..=9999).contains(&year);
    real.then(|| {
        let month = if month < 3 {
            format!("{month:02}")
        } else {
            month.to_string()
        };
        (format!("{day:02}"), month, year.to_string())
    })
}
