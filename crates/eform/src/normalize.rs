//! How form.io tidies a submitted value before it looks at it.

use crate::dates;
use crate::definition::Component;
use crate::js::{self, Js};
use crate::vn::field;

/// The value as form.io keeps it; `undefined` means that it isn't kept.
pub(crate) fn normalize(component: &Component, value: &Js) -> Js {
    if component.multiple() && !component.traits.required && value.as_arr().is_none() {
        return if value.truthy() {
            // A mask's value is tidied in place before it becomes a list.
            let masked = value.as_obj().is_some()
                && matches!(component.kind.as_str(), "textfield" | "phoneNumber");
            Js::Arr(
                vec![if masked {
                    text(component, value)
                } else {
                    value.clone()
                }]
                .into(),
            )
        } else {
            Js::Arr(crate::js::List::default())
        };
    }
    match component.kind.as_str() {
        "address" => address(component, value),
        "day" => day(component, value),
        "email" => match value {
            Js::Str(text) if !text.is_empty() => Js::Str(text.trim().to_lowercase()),
            other => other.clone(),
        },
        "radio" => radio(value, component.prop("dataType").as_str()),
        "select" => match value {
            Js::Arr(items) if component.multiple() => {
                Js::Arr(items.iter().map(|item| select(component, item)).collect())
            }
            other => select(component, other),
        },
        "selectboxes" => selectboxes(value),
        "tags" => tags(component, value),
        "textfield" | "phoneNumber" => text(component, value),
        "time" => time(component, value),
        "number" => match value {
            Js::Arr(items) if component.multiple() => Js::Arr(items.iter().map(number).collect()),
            other => number(other),
        },
        kind => match value {
            Js::Arr(items) if component.multiple() => {
                Js::Arr(items.iter().map(|item| field::tidy(kind, item)).collect())
            }
            other => field::tidy(kind, other),
        },
    }
}

fn address(component: &Component, value: &Js) -> Js {
    if !component.multiple()
        && component.flag("enableManualMode")
        && value.truthy()
        && !value.prop("mode").truthy()
    {
        return Js::Obj(crate::js::Props::from([
            ("mode".to_owned(), Js::str("autocomplete")),
            ("address".to_owned(), value.clone()),
        ]));
    }
    value.clone()
}

/// Fills the hidden parts of a day from its default value.
fn day(component: &Component, value: &Js) -> Js {
    let Some(text) = value
        .as_str()
        .filter(|text| !text.is_empty() && !is_full_day(text))
    else {
        return value.clone();
    };
    let first = component.flag("dayFirst");
    let by_locale = component.flag("useLocaleSettings");
    let shown = |part: &str| !component.dig(&format!("fields.{part}.hide")).truthy();
    let default = component.prop("defaultValue").as_str().unwrap_or_default();
    let parts: Vec<&str> = if default.is_empty() {
        Vec::new()
    } else {
        default.split('/').collect()
    };
    let (day, month, year) =
        default_parts(&parts, first, shown("day"), shown("month"), shown("year"));
    let mut given = text.split('/');
    let mut out: Vec<String> = Vec::new();
    let mut next = |shown: bool, default: Option<String>| {
        // A part that is missing altogether still takes its place, as an empty one.
        match if shown {
            given.next().map(str::to_owned)
        } else {
            default
        } {
            Some(part) if part.is_empty() => {}
            Some(part) => out.push(part),
            None => out.push(String::new()),
        }
    };
    // English, the language form.io falls back to, puts the month first.
    let day_first = first && !by_locale;
    if day_first {
        next(shown("day"), day.clone());
    }
    next(shown("month"), month);
    if !day_first {
        next(shown("day"), day);
    }
    next(shown("year"), year);
    Js::Str(out.join("/"))
}

fn is_full_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10
        && bytes.iter().enumerate().all(|(i, b)| {
            if i == 2 || i == 5 {
                *b == b'/'
            } else {
                b.is_ascii_digit()
            }
        })
}

/// Day, month and year of a default value that may lack the hidden ones; `None` where form.io reads `undefined`.
fn default_parts(
    parts: &[&str],
    day_first: bool,
    show_day: bool,
    show_month: bool,
    show_year: bool,
) -> (Option<String>, Option<String>, Option<String>) {
    if parts.is_empty() {
        return (
            Some(String::new()),
            Some(String::new()),
            Some(String::new()),
        );
    }
    let (mut day, mut month, mut year): (Option<i32>, Option<i32>, Option<i32>) = if day_first {
        (Some(0), Some(1), Some(2))
    } else {
        (Some(1), Some(0), Some(2))
    };
    let less = |at: Option<i32>| at.map(|at| if at == 0 { 0 } else { at - 1 });
    if parts.len() != 3 {
        if !show_day {
            month = less(month);
            year = year.map(|at| at - 1);
            day = None;
        }
        if !show_month {
            day = less(day);
            year = year.map(|at| at - 1);
            month = None;
        }
        if !show_year {
            year = None;
        }
    }
    let part = |at: Option<i32>| match at {
        None => Some(String::new()),
        Some(at) => usize::try_from(at)
            .ok()
            .and_then(|at| parts.get(at))
            .map(|part| (*part).to_owned()),
    };
    (part(day), part(month), part(year))
}

fn radio(value: &Js, data_type: Option<&str>) -> Js {
    match data_type {
        Some("number") => return Js::Num(value.to_number()),
        Some("string") => {
            return Js::Str(if value.is_object() || matches!(value, Js::Null) {
                value.to_json().to_string()
            } else {
                value.to_text()
            });
        }
        Some("boolean") => return Js::Bool(value.truthy() && value.to_text() != "false"),
        _ => {}
    }
    let number = value.to_number();
    let text = if value.is_nil() {
        String::new()
    } else {
        value.to_text()
    };
    if !value.parse_float().is_nan() && number.is_finite() && text == js::number_text(number) {
        return Js::Num(number);
    }
    match value.as_str() {
        Some("true") => Js::Bool(true),
        Some("false") => Js::Bool(false),
        _ => value.clone(),
    }
}

fn select(component: &Component, value: &Js) -> Js {
    if value.is_nil() {
        return Js::Undefined;
    }
    let number = |value: &Js| {
        let number = value.to_number();
        if number.is_finite()
            && value.as_str() != Some("")
            && value.to_text() == js::number_text(number)
        {
            Js::Num(number)
        } else {
            value.clone()
        }
    };
    let boolean = |value: Js| match value.as_str().map(str::to_lowercase).as_deref() {
        Some("true") => Js::Bool(true),
        Some("false") => Js::Bool(false),
        _ => value,
    };
    match component
        .prop("dataType")
        .as_str()
        .filter(|text| !text.is_empty())
        .unwrap_or("auto")
    {
        "number" => number(value),
        "boolean" => boolean(value.clone()),
        "string"
            if !(value.as_obj().is_some_and(|props| props.is_empty())
                || value.as_arr().is_some_and(Vec::is_empty)) =>
        {
            Js::Str(value.to_text())
        }
        "auto" if !value.is_object() => boolean(number(&Js::Str(value.to_text()))),
        _ => value.clone(),
    }
}

fn selectboxes(value: &Js) -> Js {
    let chosen =
        |keys: Vec<String>| Js::Obj(keys.into_iter().map(|key| (key, Js::Bool(true))).collect());
    match value {
        Js::Str(text) if !text.is_empty() => chosen(vec![text.clone()]),
        Js::Arr(items) => chosen(items.iter().map(Js::to_text).collect()),
        Js::Obj(_) => value.clone(),
        _ => Js::object(),
    }
}

fn tags(component: &Component, value: &Js) -> Js {
    let delimiter = component
        .prop("delimeter")
        .as_str()
        .filter(|text| !text.is_empty())
        .unwrap_or(",");
    let stored = component.prop("storeas").as_str();
    match value {
        Js::Arr(items) if !component.has("storeas") || stored == Some("string") => Js::Str(
            items
                .iter()
                .map(|item| {
                    if item.is_nil() {
                        String::new()
                    } else {
                        item.to_text()
                    }
                })
                .collect::<Vec<_>>()
                .join(delimiter),
        ),
        Js::Str(text) if stored == Some("array") => Js::Arr(
            text.split(delimiter)
                .filter(|part| !part.is_empty())
                .map(Js::str)
                .collect(),
        ),
        other => other.clone(),
    }
}

fn text(component: &Component, value: &Js) -> Js {
    let mut value = value.clone();
    if component.traits.one_space
        && let Js::Str(text) = &value
    {
        value = Js::Str(squeeze(text));
    }
    if component.traits.several_masks {
        let label = component.prop("inputMasks").prop("0").prop("label");
        let wrap = |value: &Js| match value {
            // form.io fills in a missing value, and so the key is there.
            Js::Obj(parts) if !value.prop("value").truthy() => {
                let mut parts = parts.clone();
                parts.insert("value".to_owned(), Js::Undefined);
                Js::Obj(parts)
            }
            Js::Obj(_) | Js::Arr(_) => value.clone(),
            plain => Js::Obj(crate::js::Props::from([
                ("value".to_owned(), plain.clone()),
                ("maskName".to_owned(), label.clone()),
            ])),
        };
        return match &value {
            Js::Arr(items) => Js::Arr(items.iter().map(wrap).collect()),
            other => wrap(other),
        };
    }
    value
}

/// Trimmed, with runs of two or more spaces made one.
pub(crate) fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run: Option<(char, bool)> = None;
    for c in text.trim().chars() {
        if c.is_whitespace() || c == '\u{feff}' {
            run = Some(match run {
                Some((first, _)) => (first, true),
                None => (c, false),
            });
            continue;
        }
        if let Some((first, several)) = run.take() {
            out.push(if several { ' ' } else { first });
        }
        out.push(c);
    }
    out
}

fn time(component: &Component, value: &Js) -> Js {
    let shown = component
        .prop("format")
        .as_str()
        .filter(|text| !text.is_empty())
        .unwrap_or("HH:mm");
    let kept = component
        .prop("dataFormat")
        .as_str()
        .filter(|text| !text.is_empty())
        .unwrap_or("HH:mm:ss");
    match value
        .as_str()
        .and_then(|text| dates::parse_time(text, shown))
    {
        Some(clock) => Js::Str(clock.format(kept)),
        None => value.clone(),
    }
}

fn number(value: &Js) -> Js {
    let number = value.to_number();
    if !value.parse_float().is_nan() && number.is_finite() {
        Js::Num(number)
    } else {
        Js::Undefined
    }
}
