//! The tree of components as the renderer draws it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::definition::{Component, Form, Id};
use crate::html;
use crate::interpolate::blank;
use crate::items;
use crate::js::Js;
use crate::translate::Language;
use crate::view::{Choice, Node};

/// The top-level nodes of a form.
pub(crate) fn nodes(form: &Form, language: &Language) -> Vec<Node> {
    let roots = form.roots.iter();
    roots.filter_map(|id| node(form, language, *id)).collect()
}

/// The texts of a component that may show answers, by what a screen calls them; words and markup as the definition has them.
pub(crate) fn texts(component: &Component, language: &Language) -> Vec<(&'static str, String)> {
    let said = |name: &str| {
        let text = component.prop(name).as_str().unwrap_or_default();
        language.say(text).into_owned()
    };
    let title = if matches!(component.kind.as_str(), "panel" | "fieldset" | "well") {
        first(&[said("title"), said("legend"), said("label")])
    } else {
        said("label")
    };
    let mut hint = said("description");
    let tooltip = said("tooltip");
    if !tooltip.is_empty() && html::plain(&tooltip) != html::plain(&hint) {
        if !hint.is_empty() {
            hint.push(' ');
        }
        hint.push_str(&tooltip);
    }
    vec![
        ("label", title),
        ("hint", hint),
        ("placeholder", said("placeholder")),
        ("html", markup(component, language)),
    ]
}

fn node(form: &Form, language: &Language, id: Id) -> Option<Node> {
    let component = form.component(id)?;
    let children = if component.kind == "datamap" {
        map_value(component, language).into_iter().collect()
    } else if component.cells.is_empty() {
        component
            .children
            .iter()
            .filter_map(|child| node(form, language, *child))
            .collect()
    } else {
        cells(form, language, component)
    };
    let texts: BTreeMap<_, _> = texts(component, language).into_iter().collect();
    let words = |name: &str| {
        html::plain(&blank(
            texts.get(name).map(String::as_str).unwrap_or_default(),
        ))
    };
    Some(Node {
        key: component.key.clone(),
        path: component.node_path.clone(),
        kind: kind(form, component),
        label: words("label"),
        hide_label: component.flag("hideLabel"),
        hint: words("hint"),
        placeholder: words("placeholder"),
        required: component.dig("validate.required").truthy()
            || ["day", "month", "year"]
                .iter()
                .any(|part| component.dig(&format!("fields.{part}.required")).truthy()),
        disabled: component.flag("disabled")
            || matches!(component.kind.as_str(), "vnDateWords" | "vnMoneyWords"),
        multiple: component.multiple(),
        choices: said(language, items::choices(component)),
        questions: said(language, questions(component)),
        html: html::sanitise(&blank(
            texts.get("html").map(String::as_str).unwrap_or_default(),
        )),
        attributes: attributes(component, language),
        children,
    })
}

/// The component's type; the pages of tabs have none of their own.
fn kind(form: &Form, component: &Component) -> String {
    let in_tabs = || {
        component
            .parent
            .and_then(|id| form.component(id))
            .is_some_and(|parent| parent.kind == "tabs")
    };
    if component.kind.is_empty() && in_tabs() {
        "tab".to_owned()
    } else {
        component.kind.clone()
    }
}

fn first(texts: &[String]) -> String {
    texts
        .iter()
        .find(|text| !text.is_empty())
        .cloned()
        .unwrap_or_default()
}

/// How each value of a data map is asked for; form.io names it apart from the components.
fn map_value(component: &Component, language: &Language) -> Option<Node> {
    let value = component.prop("valueComponent");
    let alone = Form::parse(&json!({ "components": [value.to_json()] })).ok()?;
    let mut node = nodes(&alone, language).into_iter().next()?;
    node.path = format!("{}.*", component.node_path);
    Some(node)
}

/// Columns and table cells as nodes of their own, so that the renderer can place them.
fn cells(form: &Form, language: &Language, component: &Component) -> Vec<Node> {
    let columns = component.prop("columns").as_arr();
    component
        .cells
        .iter()
        .enumerate()
        .map(|(index, ids)| {
            let mut attributes = BTreeMap::new();
            if let Some(column) = columns.and_then(|columns| columns.get(index)) {
                attributes.insert("width".to_owned(), json!(column_width(column)));
            }
            let label = columns
                .and_then(|columns| columns.get(index))
                .and_then(|column| column.prop("label").as_str())
                .unwrap_or_default();
            Node {
                key: format!("{}", index),
                path: format!("{}#{index}", component.node_path),
                kind: if component.kind == "table" {
                    "cell"
                } else {
                    "column"
                }
                .to_owned(),
                label: html::plain(&language.say(label)),
                hide_label: true,
                hint: String::new(),
                placeholder: String::new(),
                required: false,
                disabled: false,
                multiple: false,
                choices: Vec::new(),
                questions: Vec::new(),
                html: String::new(),
                attributes,
                children: ids
                    .iter()
                    .filter_map(|id| node(form, language, *id))
                    .collect(),
            }
        })
        .collect()
}

/// Twelfths; a column that says nothing takes half.
fn column_width(column: &Js) -> i64 {
    let width = ["currentWidth", "width"]
        .iter()
        .map(|name| column.prop(name).to_number())
        .find(|width| *width >= 1.0);
    #[allow(clippy::cast_possible_truncation)]
    width.map_or(6, |width| width.min(12.0) as i64)
}

fn questions(component: &Component) -> Vec<Choice> {
    component
        .prop("questions")
        .as_arr()
        .into_iter()
        .flatten()
        .map(|question| Choice {
            value: question.prop("value").to_json(),
            label: question.prop("label").to_text(),
        })
        .collect()
}

/// Choices in the reader's words.
fn said(language: &Language, mut choices: Vec<Choice>) -> Vec<Choice> {
    for choice in &mut choices {
        if let Cow::Owned(said) = language.say(&choice.label) {
            choice.label = said;
        }
    }
    choices
}

/// The markup of its own that a component shows, not sanitised yet.
pub(crate) fn markup(component: &Component, language: &Language) -> String {
    let said = |name: &str| component.prop(name).as_str().map(|text| language.say(text));
    match component.kind.as_str() {
        "content" => said("html").unwrap_or_default().into_owned(),
        "htmlelement" => {
            let inner = said("content").unwrap_or_default();
            let tag = component
                .prop("tag")
                .as_str()
                .filter(|tag| tag.chars().all(|c| c.is_ascii_alphanumeric()))
                .unwrap_or("p");
            format!("<{tag}>{inner}</{tag}>")
        }
        // Types that we don't know but that carry text of their own, such as alerts.
        _ if !component.keeps && component.children.is_empty() => said("content")
            .or_else(|| said("html"))
            .unwrap_or_default()
            .into_owned(),
        _ => String::new(),
    }
}

fn attributes(component: &Component, language: &Language) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    let mut add = |name: &str, value: &Js| {
        if !value.is_nil() && value.as_str() != Some("") {
            found.insert(name.to_owned(), value.to_json());
        }
    };
    for name in ["min", "max", "step", "maxLength", "minLength"] {
        add(name, component.dig(&format!("validate.{name}")));
    }
    add("decimals", component.prop("decimalLimit"));
    add("mask", component.prop("inputMask"));
    for (name, from) in [("addLabel", "addAnother"), ("keyLabel", "keyLabel")] {
        if let Some(text) = component.prop(from).as_str() {
            add(name, &Js::Str(language.say(text).into_owned()));
        }
    }
    // form.io's own spelling.
    add("delimiter", component.prop("delimeter"));
    add("maxTags", component.prop("maxTags"));
    add("hideDay", component.dig("fields.day.hide"));
    add("hideMonth", component.dig("fields.month.hide"));
    add("hideYear", component.dig("fields.year.hide"));
    for name in [
        "rows",
        "prefix",
        "suffix",
        "inline",
        "dayFirst",
        "enableTime",
        "enableDate",
        "collapsible",
        "collapsed",
        "theme",
        "autocomplete",
        "format",
        "action",
        "source",
        "delimiter",
        "storeas",
        "fileTypes",
        "filePattern",
        "fileMaxSize",
        "currency",
        "optionsLabelPosition",
        "case",
        "spellcheck",
        "width",
        "tag",
        "className",
        "customClass",
        "enableManualMode",
        "minDate",
        "maxDate",
        "keyBeforeValue",
        "disableAddingRemovingRows",
        "saveRow",
        "removeRow",
        "fileMinSize",
        "footer",
    ] {
        // A table's rows are its cells, not a number.
        if !matches!(component.prop(name), Js::Arr(_) | Js::Obj(_)) {
            add(name, component.prop(name));
        }
    }
    if component.kind == "checkbox" {
        add("inputType", component.prop("inputType"));
        add("value", component.prop("value"));
    }
    if component.kind == "datetime" {
        add("minDate", component.dig("widget.minDate"));
        add("maxDate", component.dig("widget.maxDate"));
    }
    add("minRows", component.dig("validate.minLength"));
    add("maxRows", component.dig("validate.maxLength"));
    if !component.is_rows() {
        found.remove("minRows");
        found.remove("maxRows");
    }
    if component.has("tableView") && !component.flag("tableView") {
        found.insert("tableView".to_owned(), json!(false));
    }
    if component.kind == "table" {
        found.extend(table_size(component, language));
    }
    if component.flag("allowMultipleMasks") {
        found.insert("masks".to_owned(), masks(component));
    }
    found
}

/// How many cells stand beside each other, and what stands above them.
fn table_size(component: &Component, language: &Language) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let rows = component.prop("rows").as_arr();
    if let Some(first) = rows.and_then(|rows| rows.first()).and_then(Js::as_arr) {
        found.push(("numCols".to_owned(), json!(first.len())));
    }
    if let Some(words) = component.prop("header").as_arr() {
        let words: Vec<String> = words
            .iter()
            .map(|word| html::plain(&language.say(word.as_str().unwrap_or_default())))
            .collect();
        found.push(("header".to_owned(), json!(words)));
    }
    found
}

/// The masks that an answer may choose from, by name.
fn masks(component: &Component) -> Value {
    let named = component.prop("inputMasks").as_arr();
    let list = named.into_iter().flatten().map(|mask| {
        json!({ "label": mask.prop("label").to_text(), "mask": mask.prop("mask").to_text() })
    });
    Value::Array(list.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(component: Value) -> Node {
        let form = Form::parse(&json!({ "components": [component] })).unwrap();
        nodes(&form, &Language::default()).remove(0)
    }

    #[test]
    fn both_hints_are_kept_and_said_once() {
        let hint = |description: &str, tooltip: &str| {
            drawn(json!({"type": "textfield", "key": "a", "description": description, "tooltip": tooltip})).hint
        };
        assert_eq!(hint("Như trên thẻ", ""), "Như trên thẻ");
        assert_eq!(hint("Như trên thẻ.", "12 số"), "Như trên thẻ. 12 số");
        assert_eq!(hint("12 số", "12 số"), "12 số");
    }

    #[test]
    fn a_map_says_what_each_value_is() {
        let map = drawn(json!({
            "type": "datamap", "key": "prices", "keyLabel": "Mặt hàng",
            "valueComponent": {"type": "number", "key": "price", "label": "Giá"},
        }));
        assert_eq!(map.attributes["keyLabel"], "Mặt hàng");
        assert_eq!(map.children.len(), 1);
        let value = map.children.first().unwrap();
        assert_eq!(
            (
                value.kind.as_str(),
                value.label.as_str(),
                value.path.as_str()
            ),
            ("number", "Giá", "prices.*")
        );
    }

    #[test]
    fn a_table_tells_its_columns_and_masks_their_names() {
        let table = drawn(json!({
            "type": "table", "key": "t", "header": ["Trước", "<b>Sau</b>"],
            "rows": [[{"components": []}, {"components": []}], [{"components": []}, {"components": []}]],
        }));
        assert_eq!(table.attributes["numCols"], 2);
        assert_eq!(table.attributes["header"], json!(["Trước", "Sau"]));
        assert_eq!(table.children.len(), 4);
        let masks = json!([{"label": "Cũ", "mask": "999-999"}]);
        let field = json!({"type": "textfield", "key": "m", "allowMultipleMasks": true, "inputMasks": masks});
        assert_eq!(drawn(field).attributes["masks"], masks);
    }
}
