//! Lists of choices that a definition keeps at an address on the web, served from those that come with it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::definition::Form;
use crate::error::FormError;

impl Form {
    /// Reads a definition whose selects take their choices from `catalogues`: address, as the definition writes it (`data.url`), or id of a resource
    /// (`data.resource`) → JSON of what is there. A select whose address isn't among them stays online only.
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

/// Gives every select its list, wherever in the definition it stands.
fn serve(value: &mut Value, catalogues: &BTreeMap<String, Value>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| serve(item, catalogues)),
        Value::Object(members) => {
            if let Some(items) = list(members, catalogues) {
                members.insert("dataSrc".to_owned(), json!("json"));
                members.insert("data".to_owned(), json!({"json": items}));
                return;
            }
            members
                .values_mut()
                .for_each(|member| serve(member, catalogues));
        }
        _ => {}
    }
}

/// The items for a select that asks for some of the catalogues.
fn list(
    select: &serde_json::Map<String, Value>,
    catalogues: &BTreeMap<String, Value>,
) -> Option<Value> {
    if select.get("type")? != "select" {
        return None;
    }
    let data = select.get("data")?;
    let address = match select.get("dataSrc")?.as_str()? {
        "url" => data.get("url"),
        "resource" => data.get("resource"),
        _ => None,
    }?;
    let answer = catalogues.get(address.as_str()?)?;
    if answer.is_array() {
        return Some(answer.clone());
    }
    // An answer around the list; form.io says where in it.
    let within = select
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
