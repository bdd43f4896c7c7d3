//! Lists of choices that a definition keeps at an address on the web, served from those that come with it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::definition::Form;
use crate::error::FormError;
use crate::items;
use crate::js::Js;

impl Form {
    /// Reads a definition whose selects, radio buttons and boxes take their choices from `catalogues`: address, as the definition writes it (`data.url`), or id of a resource
    /// (`data.resource`) → JSON of what is there. What has an address that isn't among them stays online only.
    ///
    /// # Errors
    /// As [`Form::parse_slice`].
    pub fn parse_with(
        bytes: &[u8],
        catalogues: &BTreeMap<String, Value>,
    ) -> Result<Form, FormError> {
        if catalogues.is_empty() {
            return Form::parse_slice(bytes);
        }
        Form::check_size(bytes)?;
        let mut definition: Value =
            serde_json::from_slice(bytes).map_err(|error| FormError::NotJson {
                reason: error.to_string(),
            })?;
        serve(&mut definition, catalogues);
        Form::parse(&definition)
    }
}

/// Gives every component that asks for one its list, wherever in the definition it stands.
fn serve(value: &mut Value, catalogues: &BTreeMap<String, Value>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| serve(item, catalogues)),
        Value::Object(members) => {
            if let Some(items) = list(members, catalogues) {
                if members.get("type").is_some_and(|kind| kind == "select") {
                    members.insert("dataSrc".to_owned(), json!("json"));
                    members.insert("data".to_owned(), json!({"json": items}));
                } else {
                    let values = values(members, &items);
                    members.insert("dataSrc".to_owned(), json!("values"));
                    members.insert("values".to_owned(), values);
                }
                return;
            }
            members
                .values_mut()
                .for_each(|member| serve(member, catalogues));
        }
        _ => {}
    }
}

/// Radio buttons and boxes have no other list than the values themselves.
fn values(component: &Map<String, Value>, items: &Value) -> Value {
    let (component, items) = (Js::from(&Value::Object(component.clone())), Js::from(items));
    let choices = items::of_list(&component, items.as_arr().map_or(&[], Vec::as_slice));
    let values = choices.into_iter();
    values
        .map(|choice| json!({"value": choice.value, "label": choice.label}))
        .collect()
}

/// The items for a component that asks for some of the catalogues.
fn list(component: &Map<String, Value>, catalogues: &BTreeMap<String, Value>) -> Option<Value> {
    let data = component.get("data")?;
    let (kind, source) = (component.get("type")?, component.get("dataSrc")?);
    let address = match (kind.as_str()?, source.as_str()?) {
        ("select" | "radio" | "selectboxes", "url") => data.get("url"),
        ("select", "resource") => data.get("resource"),
        _ => None,
    }?;
    let answer = catalogues.get(address.as_str()?)?;
    if answer.is_array() {
        return Some(answer.clone());
    }
    // An answer around the list; form.io says where in it.
    let within = component
        .get("selectValues")
        .and_then(Value::as_str)
        .filter(|path| !path.is_empty());
    let found = match within {
        Some(path) => answer.pointer(&format!("/{}", path.replace('.', "/"))),
        None => answer.get("items").or_else(|| answer.get("data")),
    };
    found.filter(|items| items.is_array()).cloned()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{Env, Session, process};

    const URL: &str = "https://example.com/dan-toc";

    fn definition() -> Vec<u8> {
        let select = |key: &str, more: Value| {
            let mut select = json!({"type": "select", "key": key, "label": key, "input": true, "validate": {"onlyAvailableItems": true}});
            select
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            select
        };
        json!({"components": [{"type": "panel", "key": "p", "components": [
            select("url", json!({"dataSrc": "url", "data": {"url": URL}, "valueProperty": "ma", "template": "<b>{{ item.ten }}</b>"})),
            select("kho", json!({"dataSrc": "resource", "data": {"resource": "r1"}, "valueProperty": "data.ma", "template": "{{ item.data.ten }}"})),
            select("bao", json!({"dataSrc": "url", "data": {"url": "https://example.com/bao"}, "selectValues": "kq.ds", "valueProperty": "ma"})),
            select("mang", json!({"dataSrc": "url", "data": {"url": "https://example.com/khac"}, "valueProperty": "ma"})),
        ]}]})
        .to_string()
        .into_bytes()
    }

    fn catalogues() -> BTreeMap<String, Value> {
        let items = json!([{"ma": "01", "ten": "Kinh"}, {"ma": "02", "ten": "Tày"}]);
        BTreeMap::from([
            (URL.to_owned(), items.clone()),
            (
                "r1".to_owned(),
                json!([{"data": {"ma": "x", "ten": "Kho"}}]),
            ),
            (
                "https://example.com/bao".to_owned(),
                json!({"kq": {"ds": items}}),
            ),
        ])
    }

    #[test]
    fn radio_buttons_and_boxes_take_their_choices_from_the_catalogues_too() {
        let ask = |kind: &str, key: &str, url: &str| {
            json!({"type": kind, "key": key, "input": true, "dataSrc": "url", "data": {"url": url},
                "valueProperty": "ma", "template": "<span>{{ item.ten }}</span>", "values": [{"label": "", "value": ""}],
                "validate": {"onlyAvailableItems": true, "required": true}})
        };
        let store = json!({"type": "select", "key": "kho", "input": true, "dataSrc": "indexeddb", "indexeddb": {"database": "d", "table": "t"},
            "validate": {"required": true}});
        let definition = json!({"components": [
            ask("radio", "mot", URL),
            ask("selectboxes", "nhieu", URL),
            ask("radio", "mang", "https://example.com/khac"),
            ask("selectboxes", "cac", "https://example.com/khac"),
            store,
        ]});
        let bytes = definition.to_string().into_bytes();
        let form = Arc::new(Form::parse_with(&bytes, &catalogues()).unwrap());
        let reported: Vec<(&str, &str)> = form
            .report()
            .iter()
            .map(|part| (part.path.as_str(), part.what.as_str()))
            .collect();
        assert_eq!(
            reported,
            ["mang", "cac", "kho"].map(|path| (path, "dataSrc"))
        );
        let env = Env::new("2026-11-21T03:00:00Z".parse().unwrap());
        let answers = json!({"mot": "02", "nhieu": {"01": true, "02": false}, "mang": "x"});
        let session = Session::new(form.clone(), answers, BTreeMap::new(), env.clone());
        let view = session.view();
        for node in view.nodes.iter().take(2) {
            let choices = node.choices.iter();
            let choices: Vec<_> = choices.map(|one| (&one.value, &*one.label)).collect();
            assert_eq!(choices, [(&json!("01"), "Kinh"), (&json!("02"), "Tày")]);
        }
        // Whoever can't answer is told why.
        for path in ["mang", "cac", "kho"] {
            assert!(view.state.blocked.contains_key(path), "{path}");
        }
        let broken: Vec<(String, String)> = session
            .errors(None)
            .into_iter()
            .map(|error| (error.path, error.rule))
            .collect();
        assert_eq!(
            broken,
            ["cac", "kho"].map(|path| (path.to_owned(), "required".to_owned()))
        );
        let wrong = process(&form, &json!({"mot": "09", "nhieu": {"09": true}}), &env);
        let broken = wrong
            .errors
            .iter()
            .filter(|error| error.rule == "onlyAvailableItems");
        let broken: Vec<&str> = broken.map(|error| error.path.as_str()).collect();
        assert_eq!(broken, ["mot", "nhieu"]);
    }

    #[test]
    fn choices_come_from_the_catalogues_and_the_rest_is_online_only() {
        let form = Arc::new(Form::parse_with(&definition(), &catalogues()).unwrap());
        let env = Env::new("2026-11-21T03:00:00Z".parse().unwrap());
        let session = Session::new(
            form.clone(),
            json!({"mang": "z"}),
            BTreeMap::new(),
            env.clone(),
        );
        let view = session.view();
        let choices: Vec<Vec<(Value, &str)>> = view.nodes[0]
            .children
            .iter()
            .map(|node| {
                node.choices
                    .iter()
                    .map(|one| (one.value.clone(), one.label.as_str()))
                    .collect()
            })
            .collect();
        assert_eq!(choices[0], [(json!("01"), "Kinh"), (json!("02"), "Tày")]);
        assert_eq!(choices[1], [(json!("x"), "Kho")]);
        assert_eq!(choices[2].len(), 2);
        assert!(choices[3].is_empty());
        let reported: Vec<&str> = form
            .report()
            .iter()
            .map(|part| part.path.as_str())
            .collect();
        assert_eq!(reported, ["mang"]);
        assert!(view.state.blocked.contains_key("mang"));

        let data = json!({"url": "02", "kho": "y", "bao": "01", "mang": "z"});
        let outcome = process(&form, &data, &env);
        assert_eq!(
            outcome.data["mang"], "z",
            "what is online only keeps its value"
        );
        let broken: Vec<&str> = outcome
            .errors
            .iter()
            .map(|error| error.path.as_str())
            .collect();
        assert_eq!(broken, ["kho"]);
        assert_eq!(form.display(&data, &env)["url"], "Tày");
    }
}
