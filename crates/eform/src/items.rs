//! Choices of a component, and whether a value is one of them.

use crate::definition::Component;
use crate::js::Js;
use crate::view::Choice;

/// Whether form.io's `onlyAvailableItems` is met. `run` evaluates a script that makes the choices.
pub(crate) fn available(
    component: &Component,
    value: &Js,
    run: &mut dyn FnMut() -> Option<Vec<Js>>,
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
    run: &mut dyn FnMut() -> Option<Vec<Js>>,
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
        "custom" => run(),
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
            Some("json") => of_list(&component.raw, &json_items(data).unwrap_or_default()),
            // They come with the answers, as an override.
            Some("custom") => Vec::new(),
            _ => listed(data.prop("values")),
        },
        "vnAddress" => provinces(),
        _ => listed(component.prop("values")),
    }
}

/// Choices made of the items of a select, radio buttons or boxes.
pub(crate) fn of_list(component: &Js, items: &[Js]) -> Vec<Choice> {
    let property = component.prop("valueProperty");
    let within = property
        .truthy()
        .then(|| crate::path::parse(&property.to_text()));
    let value = |item: &Js| match &within {
        Some(path) => crate::path::get(item, path).to_json(),
        None => item.to_json(),
    };
    items
        .iter()
        .map(|item| Choice {
            value: value(item),
            label: by_template(component, item),
        })
        .collect()
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

/// An item in words: its template without markup, else its label.
fn by_template(component: &Js, item: &Js) -> String {
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::{Change, Env, Form, Session};

    fn set(session: &mut Session, path: &str, value: Value) -> crate::Patch {
        let path = path.to_owned();
        session.apply(&Change::Set { path, value }).unwrap().patch
    }

    #[test]
    fn a_script_makes_the_choices_of_a_select_from_the_answers() {
        let select = |key: &str, script: &str| {
            json!({"type": "select", "key": key, "input": true, "dataSrc": "custom", "valueProperty": "ma",
                "template": "<b>{{ item.ten }}</b>", "data": {"custom": script}})
        };
        let form = Form::parse(&json!({"components": [
            {"type": "textfield", "key": "tinh", "input": true},
            {"type": "textfield", "key": "khac", "input": true},
            select("xa", "values = [1, 2].map(function (n) { return {ma: data.tinh + n, ten: 'Xã ' + n} })"),
            {"type": "datagrid", "key": "g", "input": true, "components": [
                {"type": "number", "key": "n", "input": true},
                select("con", "for (var i = 0; i < row.n; i++) values.push({ma: i, ten: 'Con ' + i}); data.tinh = 'sai'"),
            ]},
            select("mang", "values = fetch('x')"),
        ]}))
        .unwrap();
        let told: Vec<&str> = form
            .report()
            .iter()
            .map(|part| part.what.as_str())
            .collect();
        assert_eq!(told, ["data.custom"]);
        let env = Env::new("2026-11-21T03:00:00Z".parse().unwrap());
        let answers = json!({"tinh": "A", "g": [{"n": 1}, {"n": 0}]});
        let chosen = json!({"tinh": "A", "xa": "A2", "g": [{"n": 1, "con": 0}], "mang": "x"});
        let shown = form.display(&chosen, &env);
        assert_eq!(
            (&shown["xa"], &shown["g"][0]["con"], &shown["mang"]),
            (&json!("Xã 2"), &json!("Con 0"), &json!("x"))
        );
        let mut session = Session::new(form.into(), answers, Default::default(), env);
        let choices = session.state().overrides["xa"]["choices"].clone();
        assert_eq!(
            choices,
            json!([{"value": "A1", "label": "Xã 1"}, {"value": "A2", "label": "Xã 2"}])
        );
        let overrides = session.state().overrides;
        assert_eq!(
            overrides["g[0].con"]["choices"],
            json!([{"value": 0, "label": "Con 0"}])
        );
        assert_eq!(overrides["g[1].con"]["choices"], json!([]));
        // A list that is made anew from changed answers comes with the patch, and only that.
        let patch = set(&mut session, "tinh", json!("B"));
        assert_eq!(patch.overrides["xa"]["choices"][1]["value"], "B2");
        let patch = set(&mut session, "g[1].n", json!(2));
        assert_eq!(patch.overrides["g[1].con"]["choices"][1]["label"], "Con 1");
        assert_eq!(patch.overrides.len(), 1);
        assert!(set(&mut session, "khac", json!("x")).overrides.is_empty());
        // What the script does to its copy of the answers stays there.
        assert_eq!(session.state().data["tinh"], "B");
        assert_eq!(session.sealed()["tinh"], "B");
    }
}
