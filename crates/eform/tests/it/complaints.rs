//! What people complain of most in other form engines, shown not to happen here.
//!
//! Complaints of slowness count what is looked at, which only the session's own tests can (`session.rs`); those of
//! accessibility and of a core that stalls are shown in the UI (`ui/src/form/complaints.test.ts`); a program that ends
//! without a word, in `store` and `cli` (`kill.rs`, `kills.rs`).

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

/// A form with a calculation at the top and one in rows, which may be typed over or not.
fn doubled(may: bool) -> Value {
    let double = |of: &str| {
        json!({"type": "number", "key": "double", "input": true, "calculateValue": format!("value = {of}.a * 2"),
               "allowCalculateOverride": may})
    };
    let a = json!({"type": "number", "key": "a", "input": true});
    json!([
        a, double("data"),
        {"type": "number", "key": "next", "input": true, "calculateValue": "value = data.double + 1"},
        {"type": "datagrid", "key": "g", "input": true, "components": [a, double("row")]},
    ])
}

#[test]
fn formio_js_5700_a_calculation_goes_on_after_someone_typed_over_it() {
    let (_, mut session) = open(doubled(true), json!({"a": 2}));
    let told = |session: &Session| {
        let data = session.state().data;
        (
            data["double"].as_f64().unwrap(),
            data["next"].as_f64().unwrap(),
        )
    };
    set(&mut session, "double", json!(99));
    assert_eq!(told(&session), (99.0, 100.0));
    assert_eq!(session.state().overrides["double"]["calculated"], 4);
    // What the calculation doesn't read changes nothing of it.
    set(&mut session, "g", json!([{"a": 1}]));
    assert_eq!(told(&session), (99.0, 100.0));
    // Another result is not what was typed over.
    set(&mut session, "a", json!(5));
    assert_eq!(told(&session), (10.0, 11.0));
    assert!(session.state().overrides.is_empty());
    set(&mut session, "double", json!(7));
    assert_eq!(told(&session), (7.0, 8.0));
    assert_eq!(session.sealed_data()["double"], 7);
    // Emptying it gives it back to the calculation, as typing the result does.
    set(&mut session, "double", json!(""));
    assert_eq!(told(&session), (10.0, 11.0));
    set(&mut session, "double", json!(7));
    set(&mut session, "double", json!(10));
    set(&mut session, "a", json!(6));
    assert_eq!(told(&session), (12.0, 13.0));
}

#[test]
fn what_may_not_be_typed_over_is_calculated_at_once() {
    let (form, mut session) = open(doubled(false), json!({"a": 2, "g": [{"a": 3}]}));
    set(&mut session, "g[0].double", json!(99));
    let path = "double".to_owned();
    let change = Change::Set {
        path,
        value: json!(99),
    };
    // It was the same before and is so now, but the screen shows what was typed.
    assert_eq!(session.apply(&change).unwrap().patch.values["double"], 4);
    let data = session.sealed_data();
    assert_eq!(
        (&data["double"], &data["g"][0]["double"]),
        (&json!(4), &json!(6))
    );
    assert_eq!(process(&form, session.answers(), &env()).data, data);
}

#[test]
fn what_was_typed_over_goes_with_its_row_through_undo_and_into_the_next_session() {
    let rows = json!([{"a": 1, "double": 0}, {"a": 2, "double": 0}, {"a": 3, "double": 0}]);
    let (form, mut session) = open(doubled(true), json!({"g": rows}));
    let column = |session: &Session| -> Vec<f64> {
        let sealed = session.sealed_data();
        let rows = sealed["g"].as_array().unwrap().iter();
        rows.map(|row| row["double"].as_f64().unwrap()).collect()
    };
    let grid = || "g".to_owned();
    let typed = session
        .apply(&Change::Set {
            path: "g[1].double".into(),
            value: json!(50),
        })
        .unwrap();
    assert_eq!(column(&session), [2.0, 50.0, 6.0]);

    let mut log = vec![typed.change.clone()];
    let steps = [
        (
            Change::MoveRow {
                path: grid(),
                from: 1,
                to: 0,
            },
            vec![50.0, 2.0, 6.0],
        ),
        (
            Change::InsertRow {
                path: grid(),
                index: 0,
                value: json!({"a": 9, "double": null}),
            },
            vec![18.0, 50.0, 2.0, 6.0],
        ),
        (
            Change::RemoveRow {
                path: grid(),
                index: 1,
            },
            vec![18.0, 2.0, 6.0],
        ),
    ];
    let mut back = vec![typed.inverse.clone()];
    let mut seen = vec![vec![2.0, 4.0, 6.0], vec![2.0, 50.0, 6.0]];
    for (change, expected) in steps {
        let applied = session.apply(&change).unwrap();
        assert_eq!(column(&session), expected, "{change:?}");
        seen.push(expected);
        log.push(applied.change);
        back.push(applied.inverse);
        // A log read from disk leads to the same.
        let mut answers = hoso_eform::Answers::from(json!({"g": rows}));
        for change in &log {
            let kept = serde_json::to_string(change).unwrap();
            answers
                .apply(&serde_json::from_str(&kept).unwrap())
                .unwrap();
        }
        assert_eq!(answers.value(), session.answers());
        let again = Session::new(
            Arc::clone(&form),
            answers.value().clone(),
            BTreeMap::new(),
            env(),
        );
        assert_eq!(again.state().data, session.state().data);
        assert_eq!(again.sealed_data(), session.sealed_data());
    }
    seen.pop();
    for inverse in back.iter().rev() {
        let undone = session.restore(inverse).unwrap();
        for change in &undone.patch.rows {
            assert!(
                !serde_json::to_string(change).unwrap().contains("\"="),
                "{change:?}"
            );
        }
        assert_eq!(Some(column(&session)), seen.pop());
    }
    assert_eq!(session.answers(), &json!({"g": rows}));
    session.restore(&typed.change).unwrap();
    assert_eq!(column(&session), [2.0, 50.0, 6.0]);
    // Two answers at once: what is typed stands against what the other leads to.
    let both = vec![
        Change::Set {
            path: "g[0].double".into(),
            value: json!(1),
        },
        Change::Set {
            path: "g[0].a".into(),
            value: json!(8),
        },
    ];
    session.apply(&Change::Batch { changes: both }).unwrap();
    assert_eq!(column(&session), [1.0, 50.0, 6.0]);
    set(&mut session, "g[0].a", json!(1));
    assert_eq!(column(&session), [2.0, 50.0, 6.0]);
    // A row that is copied or put back brings what was typed in it.
    let row = session.state().data["g"][1].clone();
    let copied = Change::InsertRow {
        path: grid(),
        index: 2,
        value: row.clone(),
    };
    session.apply(&copied).unwrap();
    assert_eq!(column(&session), [2.0, 50.0, 50.0, 6.0]);
    set(&mut session, "g[1].double", json!(51));
    set(&mut session, "g[1]", row);
    assert_eq!(column(&session), [2.0, 50.0, 50.0, 6.0]);
    set(&mut session, "g[2].a", json!(7));
    assert_eq!(column(&session), [2.0, 50.0, 14.0, 6.0]);
    // Emptying a cell gives it back.
    let path = "g[1].double".to_owned();
    session.apply(&Change::Clear { path }).unwrap();
    assert_eq!(column(&session), [2.0, 4.0, 14.0, 6.0]);
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
