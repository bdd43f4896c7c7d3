//! What people complain of most in other form engines, shown not to happen here.
//!
//! Complaints of slowness count what is looked at, which only the session's own tests can (`session.rs`); those of
//! accessibility and of a core that stalls are shown in the UI (`ui/src/form/complaints.test.ts`); a program that ends
//! without a word, in `store` and `cli` (`kill.rs`, `kills.rs`).

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use hoso_eform::{Change, Env, Form, Session, process};
use serde_json::{Value, json};

fn env() -> Env {
    Env::new("2026-11-21T03:00:00Z".parse().unwrap())
}

fn open(components: Value, answers: Value) -> (Arc<Form>, Session) {
    let form = Arc::new(Form::parse(&json!({"components": components})).unwrap());
    let session = Session::new(Arc::clone(&form), answers, BTreeMap::new(), env());
    (form, session)
}

fn set(session: &mut Session, path: &str, value: Value) {
    let change = Change::Set {
        path: path.into(),
        value,
    };
    session.apply(&change).unwrap();
}

fn rows_of(kind: &str) -> Value {
    json!([
        {"type": "checkbox", "key": "k", "input": true},
        {"type": kind, "key": "rows", "input": true, "conditional": {"show": true, "when": "k", "eq": "true"},
         "components": [{"type": "textfield", "key": "name", "input": true}]},
    ])
}

#[test]
fn open_forms_6040_6183_formio_js_5511_hiding_a_group_of_rows_does_not_lose_them() {
    for kind in ["datagrid", "editgrid", "datatable"] {
        let rows = json!([{"name": "An"}, {"name": "Bình"}]);
        let (_, mut session) = open(rows_of(kind), json!({"k": true, "rows": rows}));
        set(&mut session, "k", json!(false));
        assert!(session.sealed_data().get("rows").is_none(), "{kind}");
        set(&mut session, "k", json!(true));
        assert_eq!(session.sealed_data()["rows"], rows, "{kind}");
    }
}

#[test]
fn formio_1686_clear_on_hide_reaches_nested_rows_and_only_those_hidden() {
    let (_, mut session) = open(
        json!([{"type": "datagrid", "key": "outer", "input": true, "components": [
            {"type": "checkbox", "key": "open", "input": true},
            {"type": "datagrid", "key": "inner", "input": true,
             "conditional": {"show": true, "when": "outer.open", "eq": "true"},
             "components": [{"type": "textfield", "key": "x", "input": true}]},
        ]}]),
        json!({"outer": [
            {"open": true, "inner": [{"x": "một"}]},
            {"open": true, "inner": [{"x": "hai"}]},
        ]}),
    );
    set(&mut session, "outer[0].open", json!(false));
    let sealed = session.sealed_data();
    assert!(sealed["outer"][0].get("inner").is_none());
    assert_eq!(sealed["outer"][1]["inner"][0]["x"], "hai");
    set(&mut session, "outer[0].open", json!(true));
    assert_eq!(session.sealed_data()["outer"][0]["inner"][0]["x"], "một");
}

#[test]
fn formio_js_5700_a_calculation_goes_on_after_someone_typed_over_it() {
    let (_, mut session) = open(
        json!([
            {"type": "number", "key": "a", "input": true},
            {"type": "number", "key": "double", "input": true, "calculateValue": "value = data.a * 2", "allowCalculateOverride": true},
            {"type": "number", "key": "next", "input": true, "calculateValue": "value = data.double + 1"},
        ]),
        json!({"a": 2}),
    );
    set(&mut session, "double", json!(99));
    set(&mut session, "a", json!(5));
    let data = session.state().data;
    assert_eq!(data["double"].as_f64(), Some(10.0));
    assert_eq!(data["next"].as_f64(), Some(11.0));
}

#[test]
fn formio_js_5503_formio_1072_sums_and_row_numbers_are_right_after_rows_come_and_go() {
    let (_, mut session) = open(
        json!([
            {"type": "datagrid", "key": "g", "input": true, "components": [
                {"type": "number", "key": "qty", "input": true},
                {"type": "number", "key": "at", "input": true, "calculateValue": "value = rowIndex"},
            ]},
            {"type": "number", "key": "total", "input": true, "calculateValue": "value = _.sumBy(data.g, 'qty')"},
        ]),
        json!({"g": [{"qty": 1, "at": 0}, {"qty": 2, "at": 0}]}),
    );
    let grid = "g".to_owned();
    let seen = |session: &Session| {
        let data = session.state().data;
        let at: Vec<_> = data["g"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["at"].as_f64().unwrap())
            .collect();
        (data["total"].as_f64().unwrap(), at)
    };
    assert_eq!(seen(&session), (3.0, vec![0.0, 1.0]));
    let insert = Change::InsertRow {
        path: grid.clone(),
        index: 0,
        value: json!({"qty": 10, "at": 0}),
    };
    session.apply(&insert).unwrap();
    assert_eq!(seen(&session), (13.0, vec![0.0, 1.0, 2.0]));
    let remove = Change::RemoveRow {
        path: grid,
        index: 1,
    };
    session.apply(&remove).unwrap();
    assert_eq!(seen(&session), (12.0, vec![0.0, 1.0]));
}

#[test]
fn formio_752_open_forms_4125_whoever_checks_agrees_on_what_is_hidden_and_required() {
    let components = json!([
        {"type": "checkbox", "key": "k", "input": true},
        {"type": "textfield", "key": "a", "input": true, "validate": {"required": true},
         "conditional": {"show": true, "when": "k", "eq": "true"}},
        {"type": "panel", "key": "p", "input": false, "customConditional": "show = data.k === true", "components": [
            {"type": "textfield", "key": "b", "input": true, "validate": {"required": true}},
            {"type": "container", "key": "c", "input": true, "components": [
                {"type": "textfield", "key": "d", "input": true, "validate": {"required": true}}]},
        ]},
    ]);
    for (shown, missing) in [(true, 3), (false, 0)] {
        let (form, session) = open(components.clone(), json!({"k": shown, "c": {}}));
        let mut here: Vec<String> = session.errors(None).into_iter().map(|e| e.path).collect();
        let whole = process(&form, session.answers(), &env());
        let mut there: Vec<String> = whole.errors.into_iter().map(|e| e.path).collect();
        let sealed = process(&form, &session.sealed_data(), &env());
        here.sort();
        there.sort();
        assert_eq!(here.len(), missing, "{here:?}");
        assert_eq!(here, there);
        assert_eq!(sealed.errors.len(), missing);
    }
}
