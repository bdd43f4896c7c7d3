//! A session that follows changes agrees with one that sees the answers for the first time, whatever the form and the changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::screen::{patched, tidy};
use hoso_eform::{Change, Env, Form, Session, process};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// Keys that components may have; few, so that rules meet their subjects and components meet their twins.
const KEYS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "x", "y"];
const GRIDS: [&str; 3] = ["g", "h", "box"];

fn env() -> Env {
    Env::new("2026-11-21T03:00:00Z".parse().unwrap())
}

fn open(form: &Arc<Form>, answers: Value) -> Session {
    let marks = BTreeMap::from([
        ("a".to_owned(), "profile".to_owned()),
        ("g[0].x".to_owned(), "vault".to_owned()),
    ]);
    Session::new(Arc::clone(form), answers, marks, env())
}

/// Paths that rules ask about.
fn subject() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(&KEYS[..]).prop_map(str::to_owned),
        2 => (select(&GRIDS[..]), select(&KEYS[..])).prop_map(|(grid, key)| format!("{grid}.{key}")),
        1 => (select(&GRIDS[..]), select(&GRIDS[..]), select(&KEYS[..])).prop_map(|(a, b, key)| format!("{a}.{b}.{key}")),
        1 => select(&GRIDS[..]).prop_map(str::to_owned),
    ]
}

fn word() -> impl Strategy<Value = &'static str> {
    select(&["1", "2", "an", "", "true"][..])
}

/// What a script or JSON Logic reads.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        select(&KEYS[..]).prop_map(|key| format!("data.{key}")),
        select(&KEYS[..]).prop_map(|key| format!("row.{key}")),
        (select(&GRIDS[..]), select(&KEYS[..]))
            .prop_map(|(grid, key)| format!("data.{grid}?.{key}")),
        select(&GRIDS[..]).prop_map(|grid| format!("(data.{grid} || []).length")),
        (select(&GRIDS[..]), select(&KEYS[..]))
            .prop_map(|(grid, key)| format!("_.sumBy(data.{grid}, '{key}')")),
        (select(&GRIDS[..]), select(&KEYS[..]))
            .prop_map(|(grid, key)| format!("_.get(data, '{grid}[0].{key}')")),
        Just("instance.root.data.a".to_owned()),
        Just("Object.keys(data).join()".to_owned()),
        Just("Object.keys(row).join()".to_owned()),
        Just("submission.data.b".to_owned()),
        Just("rowIndex".to_owned()),
        Just("value".to_owned()),
        Just("1".to_owned()),
        Just("'an'".to_owned()),
    ];
    let leaf = leaf.boxed();
    prop_oneof![
        2 => leaf.clone(),
        1 => (leaf.clone(), leaf.clone()).prop_map(|(a, b)| format!("({a} || {b})")),
        2 => (leaf.clone(), leaf).prop_map(|(a, b)| format!("(Number({a}) + Number({b})) || {a}")),
    ]
}

fn boolean() -> impl Strategy<Value = String> {
    (expression(), word()).prop_map(|(left, word)| format!("String({left}) === '{word}'"))
}

fn plain() -> impl Strategy<Value = String> {
    (select(&["data", "row"][..]), select(&KEYS[..]), word())
        .prop_map(|(from, key, word)| format!("{from}.{key} == '{word}'"))
}

fn logic() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        select(&KEYS[..]).prop_map(|key| format!("data.{key}")),
        select(&KEYS[..]).prop_map(|key| format!("row.{key}")),
        (select(&GRIDS[..]), select(&KEYS[..]))
            .prop_map(|(grid, key)| format!("data.{grid}.0.{key}")),
    ];
    prop_oneof![
        (name.clone(), word()).prop_map(|(name, word)| json!({"==": [{"var": name}, word]})),
        (select(&GRIDS[..]), select(&KEYS[..])).prop_map(|(grid, key)| json!({"some": [{"var": format!("data.{grid}")}, {"==": [{"var": key}, 1]}]})),
        name.prop_map(|name| json!({"!": [{"var": name}]})),
        select(&KEYS[..]).prop_map(|key| json!({"missing": [format!("data.{key}")]})),
    ]
}

fn condition() -> impl Strategy<Value = Value> {
    let comparison = (
        subject(),
        select(&["isEqual", "isNotEqual", "isEmpty", "isNotEmpty", "includes", "greaterThan"][..]),
        word(),
    )
        .prop_map(|(component, operator, value)| json!({"component": component, "operator": operator, "value": value}));
    prop_oneof![
        3 => (subject(), word(), any::<bool>()).prop_map(|(when, eq, show)| json!({"conditional": {"when": when, "eq": eq, "show": show}})),
        2 => (prop::collection::vec(comparison, 1..3), select(&["all", "any"][..]), any::<bool>())
            .prop_map(|(conditions, conjunction, show)| json!({"conditional": {"conditions": conditions, "conjunction": conjunction, "show": show}})),
        1 => logic().prop_map(|json| json!({"conditional": {"json": json}})),
        2 => plain().prop_map(|code| json!({"customConditional": format!("show = {code}")})),
        2 => boolean().prop_map(|code| json!({"customConditional": format!("show = {code};")})),
    ]
}

fn rule() -> impl Strategy<Value = Value> {
    let when = prop_oneof![
        (subject(), word()).prop_map(
            |(when, eq)| json!({"type": "simple", "simple": {"when": when, "eq": eq, "show": true}})
        ),
        boolean().prop_map(
            |code| json!({"type": "javascript", "javascript": format!("result = {code}")})
        ),
        logic().prop_map(|json| json!({"type": "json", "json": json})),
    ];
    let action = prop_oneof![
        select(&["hidden", "disabled", "validate.required"][..]).prop_map(|name| json!({"type": "property", "property": {"type": "boolean", "value": name}, "state": true})),
        select(&KEYS[..]).prop_map(|key| json!({"type": "property", "property": {"type": "string", "value": "label"}, "text": format!("{{{{ data.{key} }}}} {{{{ row.{key} }}}}")})),
        expression().prop_map(|code| json!({"type": "value", "value": format!("value = {code}")})),
        expression().prop_map(|code| json!({"type": "mergeComponentSchema", "schemaDefinition": format!("schema = {{label: String({code}), validate: {{required: true}}}}")})),
    ];
    prop_oneof![
        4 => condition(),
        2 => expression().prop_map(|code| json!({"calculateValue": format!("value = {code}")})),
        1 => expression().prop_map(|code| json!({"calculateValue": format!("value = {code}"), "allowCalculateOverride": true})),
        1 => logic().prop_map(|json| json!({"calculateValue": json})),
        1 => expression().prop_map(|code| json!({"customDefaultValue": format!("value = {code}")})),
        1 => word().prop_map(|word| json!({"defaultValue": word})),
        2 => any::<bool>().prop_map(|clear| json!({"clearOnHide": clear})),
        1 => Just(json!({"hidden": true})),
        1 => Just(json!({"validate": {"required": true}})),
        1 => boolean().prop_map(|code| json!({"validate": {"custom": format!("valid = {code} ? true : 'sai'")}})),
        1 => Just(json!({"validate": {"minLength": 2, "custom": "valid = '{{ data.a }}' === '1' ? 'một' : true"}})),
        1 => logic().prop_map(|json| json!({"validate": {"json": {"if": [json, true, "sai"]}}})),
        1 => (when, action).prop_map(|(trigger, action)| json!({"logic": [{"trigger": trigger, "actions": [action]}]})),
        1 => Just(json!({"multiple": true})),
        1 => select(&KEYS[..]).prop_map(|key| json!({"label": format!("{{{{ data.{key} }}}} {{{{ value }}}}")})),
        1 => Just(json!({"persistent": false})),
    ]
}

fn with(mut component: Value, rules: Vec<Value>) -> Value {
    for rule in rules {
        for (name, value) in rule.as_object().unwrap() {
            component[name] = value.clone();
        }
    }
    component
}

fn leaf() -> impl Strategy<Value = Value> {
    let kind = select(
        &[
            "textfield",
            "number",
            "checkbox",
            "radio",
            "vnMoney",
            "vnTaxCode",
            "content",
            "hidden",
        ][..],
    );
    (select(&KEYS[..]), kind, prop::collection::vec(rule(), 0..3)).prop_map(|(key, kind, rules)| {
        let mut component = with(
            json!({"key": key, "type": kind, "label": key, "input": kind != "content"}),
            rules,
        );
        if kind == "content" {
            component["html"] = json!(format!(
                "<p>{{{{ data.a }}}} {{{{ row.{key} }}}} {{{{ data.g.0.x || rowIndex }}}}</p>"
            ));
        }
        component
    })
}

fn component() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(3, 18, 4, |inner| {
        let group = select(
            &[
                "datagrid",
                "datagrid",
                "container",
                "panel",
                "well",
                "columns",
                "form",
                "editgrid",
            ][..],
        );
        (
            select(&GRIDS[..]),
            group,
            prop::collection::vec(inner, 1..4),
            prop::collection::vec(rule(), 0..2),
        )
            .prop_map(|(key, kind, components, rules)| {
                let input = matches!(kind, "datagrid" | "container" | "form" | "editgrid");
                let mut group = with(json!({"key": key, "type": kind, "input": input}), rules);
                if kind == "columns" {
                    group["columns"] = json!([{"components": components}]);
                } else {
                    group["components"] = Value::Array(components);
                }
                // Values on layouts make every run a whole one; few enough real forms have them.
                if !input {
                    for name in [
                        "defaultValue",
                        "calculateValue",
                        "customDefaultValue",
                        "logic",
                    ] {
                        group.as_object_mut().unwrap().shift_remove(name);
                    }
                }
                group
            })
    })
}

fn forms() -> impl Strategy<Value = Value> {
    prop::collection::vec(component(), 2..7)
        .prop_map(|components| json!({"title": "Tờ khai", "components": components}))
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => select(vec![json!("1"), json!("2"), json!("an"), json!(""), json!(1), json!(2), json!(true), json!(false), json!(null)]),
        1 => (select(&KEYS[..]), select(&KEYS[..])).prop_map(|(a, b)| json!({a: "1", b: 2})),
        1 => (select(&KEYS[..]), select(&KEYS[..])).prop_map(|(a, b)| json!([{a: "1"}, {b: "an"}])),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let grid = prop_oneof![
        3 => select(&GRIDS[..]).prop_map(str::to_owned),
        1 => (select(&GRIDS[..]), 0usize..2, select(&GRIDS[..])).prop_map(|(a, row, b)| format!("{a}[{row}].{b}")),
        1 => (select(&GRIDS[..]), select(&GRIDS[..])).prop_map(|(a, b)| format!("{a}.{b}")),
    ]
    .boxed();
    let path = prop_oneof![
        3 => select(&KEYS[..]).prop_map(str::to_owned),
        3 => (grid.clone(), 0usize..3, select(&KEYS[..])).prop_map(|(grid, row, key)| format!("{grid}[{row}].{key}")),
        1 => (grid.clone(), select(&KEYS[..])).prop_map(|(group, key)| format!("{group}.{key}")),
        1 => (select(&GRIDS[..]), select(&KEYS[..])).prop_map(|(group, key)| format!("{group}.data.{key}")),
        1 => grid.clone(),
    ]
    .boxed();
    let row = (select(&KEYS[..]), value(), select(&KEYS[..]), value())
        .prop_map(|(a, x, b, y)| json!({a: x, b: y}));
    let single = prop_oneof![
        6 => (path.clone(), value()).prop_map(|(path, value)| Change::Set { path, value }),
        1 => path.prop_map(|path| Change::Clear { path }),
        2 => (grid.clone(), 0usize..3, row).prop_map(|(path, index, value)| Change::InsertRow { path, index, value }),
        1 => (grid.clone(), 0usize..3).prop_map(|(path, index)| Change::RemoveRow { path, index }),
        1 => (grid, 0usize..3, 0usize..3).prop_map(|(path, from, to)| Change::MoveRow { path, from, to }),
    ]
    .boxed();
    prop_oneof![
        8 => single.clone(),
        1 => prop::collection::vec(single, 0..4).prop_map(|changes| Change::Batch { changes }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("HOSO_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(32),
        max_shrink_iters: 3000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn following_agrees_with_looking_anew(raw in forms(), changes in prop::collection::vec(change(), 1..14), back in prop::collection::vec(any::<bool>(), 14)) {
        let form = Arc::new(Form::parse(&raw).unwrap());
        let start = json!({"a": "1", "g": [{"x": "1", "a": "2"}, {"x": "an"}], "box": {"a": "an"}});
        let mut session = open(&form, start);
        let marks = session.state().sources;
        let mut screen = session.state();
        prop_assert!(marks.len() >= 2);
        for (change, undo) in changes.iter().zip(back) {
            let before = session.answers().clone();
            match session.apply(change) {
                Ok(applied) => {
                    screen = patched(screen, &applied.patch);
                    if undo {
                        let undone = session.restore(&applied.inverse).unwrap();
                        screen = patched(screen, &undone.patch);
                        prop_assert_eq!(session.answers(), &before);
                    }
                }
                Err(_) => prop_assert_eq!(session.answers(), &before),
            }
            let fresh = open(&form, session.answers().clone());
            let (mine, theirs) = (session.sealed_data(), fresh.sealed_data());
            // To the letter: the order of keys is part of what is sealed.
            prop_assert_eq!(mine.to_string(), theirs.to_string(), "after {:?}", change);
            let (mine, mut theirs) = (tidy(session.state()), tidy(fresh.state()));
            // Marks go with what was touched.
            theirs.sources = mine.sources.clone();
            prop_assert_eq!(&mine, &theirs, "after {:?}", change);
            prop_assert_eq!(session.errors(None), fresh.errors(None), "after {:?}", change);
            prop_assert_eq!(session.is_whole(), session.errors(None).is_empty(), "after {:?}", change);
            prop_assert_eq!(&tidy(screen.clone()), &mine, "patched after {:?}", change);
        }
        // form.io's own run knows nothing of what is typed over a calculation, and gives what isn't to be stored.
        let text = raw.to_string();
        if !text.contains("allowCalculateOverride") && !text.contains("persistent") {
            let whole = process(&form, session.answers(), &env());
            prop_assert_eq!(session.sealed_data(), whole.data);
        }
    }

    #[test]
    fn defaults_are_told_as_anew(raw in forms(), changes in prop::collection::vec(change(), 1..8)) {
        let form = Arc::new(Form::parse(&raw).unwrap());
        let anew = |answers: &Value| Session::new(Arc::clone(&form), answers.clone(), BTreeMap::new(), env());
        let mut session = anew(&Value::Object(Map::new()));
        for change in &changes {
            let _ = session.apply(change);
            prop_assert_eq!(session.state().sources, anew(session.answers()).state().sources, "after {:?}", change);
        }
    }

    #[test]
    fn opened_again_is_as_opened_anew(raw in forms(), changes in prop::collection::vec(change(), 1..8), value in value()) {
        let form = Arc::new(Form::parse(&raw).unwrap());
        let anew = |answers: &Value| Session::new(Arc::clone(&form), answers.clone(), BTreeMap::new(), env());
        let mut session = open(&form, json!({"a": "1", "g": [{"x": "1"}, {"x": "an"}], "box": {"a": "an"}}));
        for change in &changes {
            let _ = session.apply(change);
        }
        let next = json!({"a": value, "g": [{"x": "an", "a": "2"}]});
        session.open_again(next.clone(), []);
        let fresh = anew(&next);
        prop_assert_eq!(session.state(), fresh.state());
        prop_assert_eq!(session.sealed_data().to_string(), fresh.sealed_data().to_string());
        prop_assert_eq!(session.errors(None), fresh.errors(None));
    }
}

#[test]
fn two_groups_of_one_place_are_looked_at_together() {
    let text = json!({"key": "a", "type": "textfield", "input": true});
    let raw = json!({"components": [
        {"key": "box", "type": "form", "input": true, "multiple": true, "components": [text]},
        {"key": "box", "type": "editgrid", "input": true, "components": [text]},
    ]});
    let form = Arc::new(Form::parse(&raw).unwrap());
    let mut session = open(&form, json!({"a": "1", "box": {"a": "an"}}));
    let (path, value) = ("box[1].a".to_owned(), json!("1"));
    session.apply(&Change::Set { path, value }).unwrap();
    let fresh = open(&form, session.answers().clone());
    assert_eq!(session.sealed_data(), fresh.sealed_data());
}

#[test]
fn twin_rows_that_go_hide_nothing() {
    let raw = json!({"components": [
        {"key": "g", "type": "panel", "input": false,
         "conditional": {"conditions": [{"component": "a", "operator": "isNotEmpty", "value": "1"}], "conjunction": "all", "show": true},
         "components": [{"key": "h", "type": "datagrid", "input": true, "components": [
            {"key": "x", "type": "textfield", "input": true}]}]},
        {"key": "h", "type": "editgrid", "input": true, "components": [
            {"key": "g", "type": "panel", "input": false, "components": [
                {"key": "x", "type": "textfield", "input": true, "conditional": {"show": true, "when": "a", "eq": "2"}}]}]},
    ]});
    let form = Arc::new(Form::parse(&raw).unwrap());
    let start = json!({"a": "1", "g": [{"x": "1", "a": "2"}, {"x": "an"}], "box": {"a": "an"}});
    let mut session = open(&form, start);
    let (path, value) = ("h.g.a".to_owned(), json!("1"));
    session.apply(&Change::Set { path, value }).unwrap();
    let fresh = open(&form, session.answers().clone());
    assert_eq!(session.state().hidden, fresh.state().hidden);
}

#[test]
fn what_is_told_whole_is_not_told_again_below() {
    let text = json!({"key": "a", "type": "textfield", "input": true});
    let raw = json!({"components": [
        {"key": "g", "type": "editgrid", "input": true, "components": [text]},
        {"key": "g", "type": "datagrid", "input": true, "components": [text]},
        {"key": "g", "type": "container", "input": true, "calculateValue": "value = value", "allowCalculateOverride": true,
         "components": [{"key": "box", "type": "editgrid", "input": true, "components": [
            {"key": "a", "type": "textfield", "input": true, "multiple": true}]}]},
    ]});
    let form = Arc::new(Form::parse(&raw).unwrap());
    let mut session = open(&form, json!({"g": [{"x": "1", "a": "2"}, {"x": "an"}]}));
    let screen = session.state();
    let (path, value) = ("g.box[1].a".to_owned(), json!("1"));
    let applied = session.apply(&Change::Set { path, value }).unwrap();
    assert_eq!(patched(screen, &applied.patch).data, session.state().data);
}

#[test]
fn content_that_calculates_is_not_what_its_parent_was_typed_over() {
    let rule = |mut component: Value| {
        component["calculateValue"] = json!("value = data.a");
        component["allowCalculateOverride"] = json!(true);
        component
    };
    let raw = json!({"components": [
        rule(json!({"key": "h", "type": "form", "input": true, "components": [
            {"key": "a", "type": "textfield", "input": true}]})),
        {"key": "h", "type": "container", "input": true, "components": [
            rule(json!({"key": "a", "type": "content", "input": false}))]},
    ]});
    let form = Arc::new(Form::parse(&raw).unwrap());
    let mut session = open(&form, json!({}));
    let (path, value) = ("h.data.a".to_owned(), json!("1"));
    session.apply(&Change::Set { path, value }).unwrap();
    let fresh = open(&form, session.answers().clone());
    assert_eq!(session.sealed(), fresh.sealed());
}

#[test]
fn twins_that_calculate_differently_are_typed_over_once() {
    let grid = |kind: &str, calculation: &str| {
        json!({"key": "g", "type": kind, "input": true, "components": [
            {"key": "e", "type": "number", "input": true, "calculateValue": calculation, "allowCalculateOverride": true}]})
    };
    let raw =
        json!({"components": [grid("editgrid", "value = 1"), grid("datagrid", "value = data.a")]});
    let form = Arc::new(Form::parse(&raw).unwrap());
    let mut session = open(&form, json!({}));
    let (path, value) = ("g".to_owned(), json!({"e": 2}));
    let index = 0;
    session
        .apply(&Change::InsertRow { path, index, value })
        .unwrap();
    let fresh = open(&form, session.answers().clone());
    assert_eq!(session.sealed(), fresh.sealed());
}
