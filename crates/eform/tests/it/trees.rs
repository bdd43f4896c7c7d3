//! Rules of what is asked in each branch of a tree.

use std::collections::BTreeMap;
use std::sync::Arc;

use hoso_eform::{Change, Env, Form, Session};
use serde_json::{Value, json};

fn env() -> Env {
    Env::new("2026-11-21T03:00:00Z".parse().unwrap())
}

fn opened(components: Value, answers: Value) -> Session {
    let form = Arc::new(Form::parse(&json!({ "components": components })).unwrap());
    Session::new(form, answers, BTreeMap::new(), env())
}

/// A family tree that asks `b` on a condition.
fn tree(condition: Value) -> Value {
    let mut b =
        json!({"type": "textfield", "key": "b", "input": true, "validate": {"required": true}});
    for (name, value) in condition.as_object().unwrap() {
        b[name] = value.clone();
    }
    json!([
        {"type": "textfield", "key": "c", "input": true},
        {"type": "tree", "key": "cay", "input": true, "tree": true, "components": [
            {"type": "textfield", "key": "a", "input": true},
            b,
        ]},
    ])
}

fn missing(session: &Session) -> Vec<String> {
    let errors = session.errors(None);
    assert_eq!(session.is_whole(), errors.is_empty());
    errors.into_iter().map(|error| error.path).collect()
}

fn hidden(session: &Session) -> Vec<String> {
    let hidden = session.state().hidden;
    hidden.into_iter().filter(|path| path != "cay.b").collect()
}

#[test]
fn each_branch_has_conditions_of_its_own() {
    let answers = json!({"c": "ngoài", "cay": {"data": {"a": "có"}, "children": [
        {"data": {"a": "không", "b": "cũ"}, "children": [{"data": {"a": "có"}}]},
        {"data": {}},
    ]}});
    let simple = |component: &str| {
        json!({"conditional": {"show": true, "conjunction": "all",
            "conditions": [{"component": component, "operator": "isEqual", "value": "có"}]}})
    };
    for condition in [
        json!({"conditional": {"when": "a", "eq": "có", "show": "true"}}),
        json!({"conditional": {"when": "cay.a", "eq": "có", "show": true}}),
        simple("cay.a"),
        simple("a"),
        json!({"conditional": {"json": {"==": [{"var": "row.a"}, "có"]}}}),
        json!({"customConditional": "show = row.a === 'có'"}),
        json!({"customConditional": "show = (row.a || '').indexOf('có') === 0 && data.c === 'ngoài'"}),
    ] {
        let session = opened(tree(condition.clone()), answers.clone());
        assert_eq!(
            missing(&session),
            ["cay.data.b", "cay.children[0].children[0].data.b"],
            "{condition}"
        );
        let off = ["cay.children[0].data.b", "cay.children[1].data.b"];
        assert_eq!(hidden(&session), off, "{condition}");
        // What is hidden is kept, but not sealed.
        assert_eq!(
            session.state().data["cay"]["children"][0]["data"]["b"],
            "cũ"
        );
        assert_eq!(
            session.sealed_data()["cay"]["children"][0]["data"],
            json!({"a": "không"}),
            "{condition}"
        );
    }
}

#[test]
fn conditions_of_branches_follow_the_answers() {
    let condition = json!({"conditional": {"when": "cay.a", "eq": "có", "show": "true"}});
    let answers = json!({"cay": {"data": {"a": "có"}, "children": [{"data": {"b": "cũ"}}]}});
    let mut session = opened(tree(condition.clone()), answers);
    let off = "cay.children[0].data.b".to_owned();
    assert_eq!(hidden(&session), std::slice::from_ref(&off));

    let set = |path: &str, value: &str| Change::Set {
        path: path.into(),
        value: json!(value),
    };
    let patch = session
        .apply(&set("cay.children[0].data.a", "có"))
        .unwrap()
        .patch;
    assert_eq!(patch.hidden, BTreeMap::from([(off.clone(), false)]));
    assert_eq!(
        session.sealed_data()["cay"]["children"][0]["data"]["b"],
        "cũ"
    );
    assert_eq!(missing(&session), ["cay.data.b"]);

    let row = Change::InsertRow {
        path: "cay.children".into(),
        index: 0,
        value: json!({"data": {}, "children": []}),
    };
    let patch = session.apply(&row).unwrap().patch;
    assert_eq!(patch.hidden, BTreeMap::from([(off, true)]));
    let state = session.state();
    let again = opened(tree(condition), session.answers().clone());
    assert_eq!(state.hidden, again.state().hidden);
    assert_eq!(session.sealed_data(), again.sealed_data());
}

#[test]
fn what_a_hidden_part_of_a_branch_holds_is_hidden_with_it() {
    let components = json!([{"type": "panel", "key": "p", "input": false, "components": [
        {"type": "tree", "key": "cay", "input": true, "tree": true, "components": [
            {"type": "checkbox", "key": "co", "input": true},
            {"type": "fieldset", "key": "nhom", "input": false, "customConditional": "show = row.co", "components": [
                {"type": "textfield", "key": "x", "input": true, "validate": {"required": true}},
                {"type": "textfield", "key": "giu", "input": true, "clearOnHide": false},
            ]},
            {"type": "datagrid", "key": "con", "input": true, "components": [
                {"type": "textfield", "key": "d", "input": true},
                {"type": "textfield", "key": "e", "input": true, "validate": {"required": true},
                 "conditional": {"when": "cay.con.d", "eq": "1", "show": "true"}},
            ]},
            // What was hidden says nothing to what comes after it.
            {"type": "textfield", "key": "y", "input": true, "conditional": {"when": "cay.x", "eq": "1", "show": "true"}},
            {"type": "textfield", "key": "z", "input": true, "hidden": true, "validate": {"required": true}},
        ]},
    ]}]);
    let data =
        json!({"co": false, "x": "1", "giu": "2", "y": "3", "con": [{"d": "0"}, {"d": "1"}]});
    let session = opened(components.clone(), json!({"cay": {"data": data}}));
    assert_eq!(missing(&session), ["cay.data.con[1].e"]);
    let own = |session: &Session| -> Vec<String> {
        let hidden = session.state().hidden.into_iter();
        hidden.filter(|path| path.starts_with("cay.data")).collect()
    };
    let off = ["con[0].e", "giu", "x", "y", "z"].map(|key| format!("cay.data.{key}"));
    assert_eq!(own(&session), off);
    assert_eq!(
        session.sealed_data()["cay"]["data"],
        json!({"co": false, "giu": "2", "con": [{"d": "0"}, {"d": "1"}]})
    );
    let data = json!({"co": true, "con": [{"d": "0"}]});
    let session = opened(components, json!({"cay": {"data": data}}));
    assert_eq!(missing(&session), ["cay.data.x"]);
}

#[test]
fn a_tree_in_a_tree_asks_by_the_branch_that_a_name_is_of() {
    let components = json!([{"type": "tree", "key": "ho", "input": true, "components": [
        {"type": "textfield", "key": "a", "input": true},
        {"type": "tree", "key": "nha", "input": true, "components": [
            {"type": "textfield", "key": "b", "input": true, "validate": {"required": true},
             "conditional": {"when": "ho.a", "eq": "1", "show": "true"}},
        ]},
    ]}]);
    let inner = json!({"data": {}, "children": [{"data": {}}]});
    let answers = json!({"ho": {"data": {"a": "0", "nha": inner}, "children": [{"data": {"a": "1", "nha": inner}}]}});
    let session = opened(components, answers);
    assert_eq!(
        missing(&session),
        [
            "ho.children[0].data.nha.data.b",
            "ho.children[0].data.nha.children[0].data.b"
        ]
    );
}

#[test]
fn a_tree_in_a_row_asks_by_that_row() {
    let components = json!([{"type": "datagrid", "key": "g", "input": true, "components": [
        {"type": "textfield", "key": "x", "input": true},
        {"type": "tree", "key": "cay", "input": true, "components": [
            {"type": "textfield", "key": "b", "input": true, "validate": {"required": true},
             "conditional": {"when": "g.x", "eq": "1", "show": "true"}},
            {"type": "textfield", "key": "c", "input": true, "validate": {"required": true},
             "customConditional": "show = rowIndex === 1 && instance.parent.data.x === '1'"},
        ]},
    ]}]);
    let tree = json!({"data": {}, "children": [{"data": {}}]});
    let answers = json!({"g": [{"x": "0", "cay": tree}, {"x": "1", "cay": tree}]});
    let session = opened(components, answers);
    let asked = [
        "data.b",
        "data.c",
        "children[0].data.b",
        "children[0].data.c",
    ];
    assert_eq!(
        missing(&session),
        asked.map(|path| format!("g[1].cay.{path}"))
    );
}

#[test]
fn what_gives_answers_gives_none_to_a_tree_and_is_reported() {
    let components = json!([{"type": "tree", "key": "cay", "input": true, "components": [
        {"type": "number", "key": "a", "input": true, "defaultValue": 2},
        {"type": "number", "key": "tong", "input": true, "calculateValue": "value = 7"},
        {"type": "number", "key": "dau", "input": true, "customDefaultValue": "value = 7"},
        {"type": "textfield", "key": "l", "input": true, "logic": [{"name": "r",
            "trigger": {"type": "javascript", "javascript": "result = true"},
            "actions": [{"type": "value", "value": "value = 'x'"}]}]},
    ]}]);
    let answers = json!({"cay": {"data": {"a": 1}, "children": []}});
    let session = opened(components.clone(), answers.clone());
    assert_eq!(session.sealed_data(), answers);
    assert_eq!(session.state().data, answers);
    let form = Form::parse(&json!({ "components": components })).unwrap();
    assert_eq!(form.initial(&env()), []);
    let told: Vec<(&str, &str)> = form
        .report()
        .iter()
        .map(|part| (&*part.path, &*part.what))
        .collect();
    assert_eq!(
        told,
        [
            ("cay.a", "defaultValue"),
            ("cay.tong", "calculateValue"),
            ("cay.dau", "customDefaultValue"),
            ("cay.l", "logic"),
        ]
    );
    // Whoever fills it in is told, too, that it isn't calculated.
    assert!(session.state().blocked.contains_key("cay.tong"));
    assert!(!session.state().blocked.contains_key("cay.a"));
}

#[test]
fn a_condition_of_a_branch_that_never_runs_hides_nothing_and_is_told() {
    let condition = json!({"customConditional": "show = window.x"});
    let answers = json!({"cay": {"data": {}, "children": [{"data": {}}]}});
    let session = opened(tree(condition), answers);
    assert_eq!(missing(&session), ["cay.data.b", "cay.children[0].data.b"]);
    assert_eq!(hidden(&session), Vec::<String>::new());
    let told = session.unchecked().into_iter();
    assert_eq!(
        told.map(|one| (one.path, one.what)).collect::<Vec<_>>(),
        ["cay.data.b", "cay.children[0].data.b"]
            .map(|path| (path.to_owned(), "customConditional".to_owned()))
    );
}
