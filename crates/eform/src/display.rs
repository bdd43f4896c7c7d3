//! Answers as a paper shows them.

use serde_json::Value;

use crate::condition::instances;
use crate::definition::{Component, Form};
use crate::env::Env;
use crate::items;
use crate::js::Js;
use crate::path;
use crate::script::Call;
use crate::view::Choice;

impl Form {
    /// The same data with every value as a paper shows it: labels for choices, `dd/mm/yyyy` for dates, Vietnamese grouping
    /// for numbers, one text for an address, `""` for what is missing. Checkboxes stay true or false.
    #[must_use]
    pub fn display(&self, data: &Value, env: &Env) -> Value {
        let raw = Js::from(data);
        let mut shown = raw.clone();
        let mut sandbox = crate::process::sandbox(env);
        sandbox.begin(&raw, true);
        for (id, component) in self.ids() {
            if !component.keeps || (component.nests() && component.kind != "address") {
                continue;
            }
            // An address is one text, its parts included.
            if self
                .lineage(id)
                .skip(1)
                .any(|(_, above)| above.kind == "address")
            {
                continue;
            }
            for (segs, index) in instances(self, &raw, id) {
                let parent = segs.len().saturating_sub(component.key_segs.len());
                // A paper asks for every field of a form, but rows are only those that are there.
                if !path::get(&raw, segs.get(..parent).unwrap_or_default()).is_object() {
                    continue;
                }
                let value = path::get(&raw, &segs);
                if component.is_radio_box() {
                    // Several keep one answer between them; the one that is ticked has the words for it.
                    if same_choice(value, component.prop("value")) {
                        let words = crate::html::plain(
                            component.prop("label").as_str().unwrap_or_default(),
                        );
                        path::set(&mut shown, &segs, Js::Str(words));
                    }
                    continue;
                }
                if let Some(script) = &component.choices
                    && !value.is_nil()
                {
                    let call = Call {
                        script,
                        result: "values",
                        before: "values = []; ",
                        value: &Js::Undefined,
                        input: value,
                        seed: None,
                        component: &component.raw,
                        parents: &[],
                        row: segs.get(..parent).unwrap_or_default(),
                        local: &[],
                        at: &segs,
                        index,
                    };
                    let made = sandbox.call(&call, &self.raw, &mut raw.clone());
                    let items = made.as_arr().cloned().unwrap_or_default();
                    let choices = items::of_list(&component.raw, &items);
                    path::set(&mut shown, &segs, among(&choices, value));
                    continue;
                }
                path::set(&mut shown, &segs, show(component, value, env));
            }
        }
        shown.to_json()
    }
}

fn show(component: &Component, value: &Js, env: &Env) -> Js {
    if let Js::Arr(values) = value
        && component.kind != "tags"
    {
        return Js::Arr(
            values
                .iter()
                .map(|value| show(component, value, env))
                .collect(),
        );
    }
    let text = |text: String| Js::Str(text);
    match component.kind.as_str() {
        "checkbox" => Js::Bool(value.truthy() && value.as_str() != Some("false")),
        "selectboxes" => Js::Arr(
            items::choices(component)
                .into_iter()
                .filter(|choice| {
                    choice
                        .value
                        .as_str()
                        .is_some_and(|key| value.prop(key).truthy())
                })
                .map(|choice| Js::Str(choice.label))
                .collect(),
        ),
        "survey" => match value {
            Js::Obj(answers) => Js::Obj(
                answers
                    .iter()
                    .map(|(key, answer)| (key.clone(), text(label(component, answer))))
                    .collect(),
            ),
            _ => Js::object(),
        },
        "select" | "radio" => text(label(component, value)),
        "datetime" | "vnDate" => text(date(component, value, env)),
        "day" => text(day(component, value)),
        "vnPartialDate" => text(
            crate::vn::PartialDate::parse(&plain(value))
                .map_or_else(|| plain(value), |date| date.to_string()),
        ),
        "number" | "currency" | "vnMoney" => text(match value {
            Js::Num(n) => crate::vn::grouped(*n),
            other => plain(other),
        }),
        "vnPhone" => text(
            crate::vn::Phone::parse(&plain(value))
                .map_or_else(|| plain(value), |phone| phone.to_string()),
        ),
        "address" => text(address(value)),
        "vnAddress" => crate::vn::address::display(value),
        "file" | "signature" => value.clone(),
        "tags" => match value {
            Js::Arr(tags) => text(tags.iter().map(plain).collect::<Vec<_>>().join(", ")),
            other => text(plain(other).replace(',', ", ")),
        },
        _ if value.is_object() => value.clone(),
        _ => text(plain(value)),
    }
}

fn same_choice(value: &Js, choice: &Js) -> bool {
    !value.is_nil() && value.to_text() == choice.to_text()
}

fn plain(value: &Js) -> String {
    if value.is_nil() {
        String::new()
    } else {
        value.to_text()
    }
}

/// The words of a choice; a stored `{label, value}` brings its own.
fn label(component: &Component, value: &Js) -> String {
    if value.is_nil() {
        return String::new();
    }
    label_among(&items::choices(component), value)
}

/// A chosen value, or several, in the words of these choices.
fn among(choices: &[Choice], value: &Js) -> Js {
    match value {
        Js::Arr(values) => Js::Arr(values.iter().map(|value| among(choices, value)).collect()),
        value if value.is_nil() => Js::str(""),
        value => Js::Str(label_among(choices, value)),
    }
}

fn label_among(choices: &[Choice], value: &Js) -> String {
    let wanted = value.to_json();
    let by_text = value.to_text();
    choices
        .iter()
        .find(|choice| {
            choice.value == wanted
                || (!value.is_object() && choice.value.as_str() == Some(by_text.as_str()))
                || choice_text(&choice.value) == by_text
        })
        .map(|choice| choice.label.clone())
        .or_else(|| {
            ["label", "name", "title"]
                .iter()
                .find_map(|name| value.prop(name).as_str().map(str::to_owned))
        })
        .unwrap_or_else(|| {
            if value.is_object() {
                String::new()
            } else {
                by_text
            }
        })
}

/// A choice's value as text: `1` and `"1"` are the same choice.
fn choice_text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn date(component: &Component, value: &Js, env: &Env) -> String {
    let Js::Str(text) = value else {
        return plain(value);
    };
    let zone = env.zone();
    // A date alone names a day; the zone has no say in it.
    if let Ok(date) = text.parse::<jiff::civil::Date>()
        && text.len() == 10
    {
        return format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year());
    }
    let Some(moment) =
        crate::dates::dayjs(&zone, 0, value).and_then(|at| crate::dates::civil(&zone, at))
    else {
        return text.clone();
    };
    if component.has("enableDate") && !component.flag("enableDate") {
        return format!("{:02}:{:02}", moment.hour(), moment.minute());
    }
    let day = format!(
        "{:02}/{:02}/{:04}",
        moment.day(),
        moment.month(),
        moment.year()
    );
    let timed = component.has("enableTime")
        && component.flag("enableTime")
        && (moment.hour(), moment.minute()) != (0, 0);
    if timed {
        format!("{:02}:{:02} {day}", moment.hour(), moment.minute())
    } else {
        day
    }
}

/// The known parts of form.io's day, as day, month and year.
fn day(component: &Component, value: &Js) -> String {
    let text = plain(value);
    let mut parts: Vec<&str> = text.split('/').collect();
    if parts.len() == 3 && !component.flag("dayFirst") {
        parts.swap(0, 1);
    }
    parts
        .into_iter()
        .filter(|part| !part.is_empty() && part.bytes().any(|b| b != b'0'))
        .collect::<Vec<_>>()
        .join("/")
}

/// An address as one text: its own display name, or its parts from the smallest up.
fn address(value: &Js) -> String {
    if let Js::Str(text) = value {
        return text.clone();
    }
    let inner = if value.prop("address").is_object() {
        value.prop("address")
    } else {
        value
    };
    for name in [
        "display_name",
        "formatted_address",
        "formattedPlace",
        "fullAddress",
    ] {
        if let Some(text) = inner.prop(name).as_str().filter(|text| !text.is_empty()) {
            return text.to_owned();
        }
    }
    const PARTS: [&[&str]; 7] = [
        &["detail", "street", "address1", "chiTiet", "diaChiChiTiet"],
        &["village", "address2", "hamlet", "thon"],
        &["ward", "commune", "xa", "maXa", "city"],
        &["district", "huyen"],
        &["province", "tinh", "maTinh", "state"],
        &["country"],
        &["zip"],
    ];
    let part = |names: &[&str]| {
        names
            .iter()
            .map(|name| inner.prop(name))
            .find(|part| part.truthy())
            .map(|part| {
                if part.is_object() {
                    plain(part.prop("label"))
                } else {
                    part.to_text()
                }
            })
    };
    let known: Vec<String> = PARTS
        .iter()
        .filter_map(|names| part(names))
        .filter(|text| !text.is_empty())
        .collect();
    if !known.is_empty() {
        return known.join(", ");
    }
    inner
        .as_obj()
        .into_iter()
        .flat_map(|props| props.values())
        .filter_map(Js::as_str)
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}
