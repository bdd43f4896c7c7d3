//! What a script finds around its component: `instance.parent` and those around that.

use std::collections::BTreeMap;

use hoso_eform::{Env, Form, Session, process};
use serde_json::{Value, json};

fn env() -> Env {
    Env::new("2026-11-21T03:00:00Z".parse().unwrap())
}

fn asks(key: &str, script: &str) -> Value {
    json!({"type": "hidden", "key": key, "input": true, "calculateValue": format!("value = {script}")})
}

fn made(components: Value, answers: &Value) -> Value {
    let form = Form::parse(&json!({"title": "Tờ khai", "components": components})).unwrap();
    process(&form, answers, &env()).data
}

#[test]
fn each_parent_has_its_component_and_its_answers_up_to_the_root() {
    let row = json!([
        {"type": "textfield", "key": "n", "input": true},
        asks("p", "instance.parent.key + ' ' + instance.parent.type + ' ' + instance.parent.component.label"),
        asks("path", "instance.parent.path"),
        asks("rows", "instance.parent.dataValue.length + instance.parent.getValue().length"),
        asks("of", "instance.parent.data.m"),
        asks("pp", "instance.parent.parent.key + ' ' + instance.parent.parent.data.k.m"),
        asks("ppp", "instance.parent.parent.parent.key"),
        asks("root", "instance.parent.parent.parent.parent === instance.root"),
        asks("same", "self.parent.root === instance.root && instance.parent === self.parent"),
        asks("end", "typeof instance.root.parent"),
        asks("none", "typeof instance.parent.manualMode"),
    ]);
    let components = json!([
        {"type": "panel", "key": "trang", "input": false, "components": [
            {"type": "container", "key": "k", "input": true, "components": [
                {"type": "textfield", "key": "m", "input": true},
                {"type": "datagrid", "key": "g", "label": "Lưới", "input": true, "components": row},
            ]},
        ]},
        asks("top", "instance.parent === instance.root"),
        {"type": "columns", "key": "cot", "columns": [{"components": []}, {"components": [
            {"type": "table", "key": "bang", "rows": [[{"components": [
                asks("cell", "instance.parent.key + ' ' + instance.parent.parent.key + ' ' + typeof instance.parent.dataValue")]}]]},
        ]}]},
    ]);
    // What a row hasn't got yet isn't calculated there.
    let keys = [
        "p", "path", "rows", "of", "pp", "ppp", "root", "same", "end", "none",
    ];
    let empty: BTreeMap<&str, &str> = keys.into_iter().map(|key| (key, "")).collect();
    let data = made(components, &json!({"k": {"m": "x", "g": [empty, empty]}}));
    let row = json!({"p": "g datagrid Lưới", "path": "k.g", "rows": 4, "of": "x", "pp": "k x", "ppp": "trang",
        "root": true, "same": true, "end": "undefined", "none": "undefined"});
    assert_eq!(data["k"]["g"], json!([row, row]));
    assert_eq!(data["top"], true);
    assert_eq!(data["cell"], "bang cot undefined");
}

#[test]
fn a_row_in_a_row_finds_the_one_that_it_stands_in() {
    let components = json!([{"type": "datagrid", "key": "g", "input": true, "components": [
        {"type": "textfield", "key": "a", "input": true},
        {"type": "datagrid", "key": "h", "input": true, "components": [
            {"type": "textfield", "key": "b", "input": true,
             "customConditional": "show = instance.parent.data.a === 'x' && instance.parent.parent.dataValue.length === 2"},
        ]},
    ]}]);
    let form = Form::parse(&json!({ "components": components })).unwrap();
    let rows = json!([{"b": "1"}]);
    let answers = json!({"g": [{"a": "x", "h": rows}, {"a": "y", "h": rows}]});
    assert_eq!(process(&form, &answers, &env()).hidden, ["g[1].h[0].b"]);
}

#[test]
fn a_branch_of_a_tree_finds_its_tree() {
    let components = json!([{"type": "tree", "key": "cay", "input": true, "components": [
        {"type": "textfield", "key": "a", "input": true},
        {"type": "textfield", "key": "b", "input": true,
         "customConditional": "show = instance.parent.key === 'cay' && instance.parent.dataValue.data.a === 'x'"},
    ]}]);
    let form = Form::parse(&json!({ "components": components })).unwrap();
    let answers = json!({"cay": {"data": {"a": "x"}, "children": [{"data": {"a": "y"}}]}});
    let session = Session::new(form.into(), answers, BTreeMap::new(), env());
    assert_eq!(session.state().hidden, ["cay.children[0].data.b"]);
}
