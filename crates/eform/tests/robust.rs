//! Any JSON for a form and any JSON for answers: an answer or an error, never a panic.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc
)]

use hoso_eform::{Change, Env, Form, FormError, Session, process};
use proptest::prelude::*;
use serde_json::{Value, json};

fn env() -> Env {
    Env::new("2026-11-21T03:00:00Z".parse().unwrap())
}

fn scalars() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|n| json!(n)),
        prop_oneof![
            Just("a"),
            Just("b"),
            Just("2020-01-01"),
            Just("{{ data.a }}"),
            Just("show = data.a"),
            Just("value = row.b.c"),
            Just("99/99/9999"),
            Just("true"),
            Just("a.b[0]"),
            Just("[("),
            Just("9{2,1}[a"),
            Just("moment().add(1,'day')"),
            Just("12:30"),
            Just("nghìn tỷ 🎉"),
            Just(""),
            Just("0"),
        ]
        .prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ]
}

fn names() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("key"),
        Just("type"),
        Just("components"),
        Just("columns"),
        Just("rows"),
        Just("validate"),
        Just("required"),
        Just("min"),
        Just("max"),
        Just("pattern"),
        Just("custom"),
        Just("conditional"),
        Just("when"),
        Just("eq"),
        Just("show"),
        Just("conjunction"),
        Just("conditions"),
        Just("component"),
        Just("operator"),
        Just("value"),
        Just("values"),
        Just("data"),
        Just("json"),
        Just("logic"),
        Just("trigger"),
        Just("actions"),
        Just("property"),
        Just("state"),
        Just("multiple"),
        Just("defaultValue"),
        Just("calculateValue"),
        Just("customConditional"),
        Just("customDefaultValue"),
        Just("inputMask"),
        Just("hidden"),
        Just("fields"),
        Just("a"),
        Just("b"),
    ]
    .prop_map(str::to_owned)
}

fn trees() -> impl Strategy<Value = Value> {
    scalars().prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((names(), inner), 0..6)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn components() -> impl Strategy<Value = Value> {
    let kinds = prop_oneof![
        Just("textfield"),
        Just("number"),
        Just("datagrid"),
        Just("container"),
        Just("panel"),
        Just("select"),
        Just("selectboxes"),
        Just("radio"),
        Just("day"),
        Just("datetime"),
        Just("time"),
        Just("address"),
        Just("form"),
        Just("tagpad"),
        Just("columns"),
        Just("table"),
        Just("checkbox"),
        Just("tags"),
        Just("email"),
        Just("content"),
        Just("vnDate"),
        Just("vnMoney"),
        Just("vnMoneyWords"),
        Just("vnTaxCode"),
        Just("survey"),
        Just("datamap"),
        Just("odd"),
    ];
    let extras = || prop::collection::vec((names(), trees()), 0..4);
    let leaf =
        (kinds.clone(), extras()).prop_map(|(kind, extras)| component(kind, extras, Vec::new()));
    leaf.prop_recursive(3, 16, 4, move |inner| {
        (
            kinds.clone(),
            prop::collection::vec((names(), trees()), 0..3),
            prop::collection::vec(inner, 0..4),
        )
            .prop_map(|(kind, extras, children)| component(kind, extras, children))
    })
}

fn component(kind: &str, extras: Vec<(String, Value)>, children: Vec<Value>) -> Value {
    let mut map = serde_json::Map::new();
    map.insert("type".into(), kind.into());
    map.insert(
        "key".into(),
        if kind.len().is_multiple_of(2) {
            "a"
        } else {
            "b"
        }
        .into(),
    );
    if !children.is_empty() {
        map.insert("components".into(), children.into());
    }
    map.extend(extras);
    Value::Object(map)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn any_definition_and_any_answers(components in prop::collection::vec(components(), 0..5), data in trees(), answer in trees()) {
        let form = Form::parse(&json!({"components": components})).unwrap();
        let outcome = process(&form, &data, &env());
        prop_assert!(outcome.data.is_object());
        let shown = form.display(&outcome.data, &env());
        prop_assert!(shown.is_object());
        let mut session = Session::new(std::sync::Arc::new(form), data, Default::default(), env());
        let _ = session.apply(&Change::Set { path: "a".into(), value: answer });
        let _ = session.view();
        let _ = session.errors(None);
    }

    #[test]
    fn any_json_is_a_form_or_an_error(tree in trees()) {
        if let Ok(form) = Form::parse(&tree) {
            let outcome = process(&form, &tree, &env());
            prop_assert!(outcome.data.is_object());
        }
    }
}

#[test]
fn limits_are_told() {
    assert_eq!(
        Form::parse(&json!({})).unwrap_err(),
        FormError::NoComponents
    );
    assert!(matches!(
        Form::parse_slice(b"{").unwrap_err(),
        FormError::NotJson { .. }
    ));
    assert!(matches!(
        Form::parse_slice(&vec![b' '; 21 * 1024 * 1024]).unwrap_err(),
        FormError::TooLarge { .. }
    ));
    let many: Vec<Value> = (0..20_001)
        .map(|_| json!({"type": "textfield", "key": "a"}))
        .collect();
    assert_eq!(
        Form::parse(&json!({"components": many})).unwrap_err(),
        FormError::TooMany { limit: 20_000 }
    );
    let mut deep = json!({"type": "textfield", "key": "a"});
    for _ in 0..60 {
        deep = json!({"type": "panel", "key": "p", "components": [deep]});
    }
    assert!(matches!(
        Form::parse(&json!({"components": [deep]})).unwrap_err(),
        FormError::TooDeep { .. }
    ));
}
