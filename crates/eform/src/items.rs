//! Choices of a component, and whether a value is one of them.

use crate::definition::Component;
use crate::js::Js;
use crate::view::Choice;

/// Whether form.io's `onlyAvailableItems` is met. `run` evaluates a script that makes the choices.
pub(crate) fn available(
    component: &Component,
    value: &Js,
    run: &mut dyn FnMut(&str) -> Option<Vec<Js>>,
) -> bool {
    if value.is_nil() || value.lodash_empty() {
        // lodash finds numbers and booleans empty, so form.io never checks them.
        return true;
    }
    let by_url = component.prop("dataSrc").as_str() == Some("url");
    match component.kind.as_str() {
        "radio" if !by_url => match component.prop("values").as_arr() {
            Some(values) => values
                .iter()
                .any(|option| option.prop("value").strict_eq(value)),
            None => true,
        },
        "selectboxes" if !by_url => match (value.as_obj(), component.prop("values").as_arr()) {
            (Some(chosen), Some(values)) => chosen.keys().all(|key| {
                values
                    .iter()
                    .any(|option| option.prop("value").as_str() == Some(key))
            }),
            _ => true,
        },
        "select" => match select_values(component, run) {
            Some(values) if value.is_object() => {
                let wanted = value.to_json();
                values
                    .iter()
                    .any(|option| option.is_object() && option.to_json() == wanted)
            }
            Some(values) => values.iter().any(|option| option.strict_eq(value)),
            None => true,
        },
        _ => true,
    }
}

fn select_values(
    component: &Component,
    run: &mut dyn FnMut(&str) -> Option<Vec<Js>>,
) -> Option<Vec<Js>> {
    let data = component.prop("data");
    let property = component.prop("valueProperty");
    let pick = |items: Vec<Js>| -> Vec<Js> {
        if property.truthy() {
            let name = property.to_text();
            items.iter().map(|item| item.prop(&name).clone()).collect()
        } else {
            items
        }
    };
    let source = match component.prop("dataSrc") {
        Js::Undefined
            if data
                .as_obj()
                .is_some_and(|props| props.contains_key("values")) =>
        {
            "values"
        }
        other => other.as_str().unwrap_or_default(),
    };
    match source {
        "values" => data
            .prop("values")
            .as_arr()
            .map(|values| {
                values
                    .iter()
                    .map(|option| option.prop("value").clone())
                    .collect()
            })
            .or_else(|| json_items(data).map(pick)),
        "json" => json_items(data).map(pick),
        "custom" => run(data.prop("custom").as_str()?),
        _ => None,
    }
}

fn json_items(data: &Js) -> Option<Vec<Js>> {
    match data.prop("json") {
        Js::Str(text) => match Js::from(&serde_json::from_str::<serde_json::Value>(text).ok()?) {
            Js::Arr(items) => Some(items.into_iter().collect()),
            _ => None,
        },
        Js::Arr(items) => Some(items.to_vec()),
        _ => None,
    }
}

/// The choices to draw, as far as the definition itself gives them.
pub(crate) fn choices(component: &Component) -> Vec<Choice> {
    let data = component.prop("data");
    let listed = |list: &Js| -> Vec<Choice> {
        list.as_arr()
            .into_iter()
            .flatten()
            .filter(|option| !option.prop("value").is_undefined())
            .filter(|option| option.prop("label").truthy() || option.prop("value").truthy())
            .map(|option| Choice {
                value: option.prop("value").to_json(),
                label: label_of(option),
            })
            .collect()
    };
    match component.kind.as_str() {
        "select" => match component.prop("dataSrc").as_str() {
            Some("json") => {
                let property = component.prop("valueProperty").to_text();
                let given = component.prop("valueProperty").truthy();
                json_items(data)
                    .unwrap_or_default()
                    .iter()
                    .map(|item| Choice {
                        value: if given {
                            crate::path::get(item, &crate::path::parse(&property))
                        } else {
                            item
                        }
                        .to_json(),
                        label: by_template(component, item),
                    })
                    .collect()
            }
            _ => listed(data.prop("values")),
        },
        "vnAddress" => provinces(),
        _ => listed(component.prop("values")),
    }
}

/// The provinces of today, then those of before with what they are part of now.
fn provinces() -> Vec<Choice> {
    let choice = |value: &str, label: String| Choice {
        value: value.into(),
        label,
    };
    let places = hoso_places::places();
    let now = places
        .provinces()
        .map(|now| choice(now.name, now.name.to_owned()));
    let before = places
        .former_provinces()
        .map(|(before, now)| choice(now.name, format!("{before} (nay: {})", now.name)));
    now.chain(before).collect()
}

/// A select's item in words: its template without markup, else its label.
fn by_template(component: &Component, item: &Js) -> String {
    if let Js::Str(template) = component.prop("template")
        && !template.is_empty()
        && item.is_object()
    {
        let context = Js::Obj(crate::js::Props::from([("item".to_owned(), item.clone())]));
        let text = crate::html::plain(&crate::interpolate::interpolate(template, &context));
        if !text.is_empty() && text != "undefined" {
            return text;
        }
    }
    label_of(item)
}

fn label_of(option: &Js) -> String {
    ["label", "name", "title", "value"]
        .iter()
        .map(|name| option.prop(name))
        .find(|value| value.truthy())
        .map_or_else(
            || {
                if option.is_object() {
                    String::new()
                } else {
                    option.to_text()
                }
            },
            Js::to_text,
        )
}
