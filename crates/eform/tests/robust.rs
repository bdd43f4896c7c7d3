//! Any JSON for a form and any JSON for answers: an answer or an error, never a panic.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc
)]

use std::time::Duration;

use hoso_eform::{Change, Env, Form, FormError, Session, Watch, process};
use hoso_fuzzing::busy;
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

fn watched() -> Env {
    let mut env = env();
    env.watch = Some(Watch::new(busy));
    env
}

/// Scripts that mean harm, and whether they are stopped, with the reason told, rather than ending by themselves.
const HOSTILE: [(&str, bool); 56] = [
    ("for (;;) {}", true),
    (
        "try { for (;;) {} } catch (e) { for (;;) {} } finally { for (;;) {} }",
        true,
    ),
    (
        "while (true) { try { 'x'.repeat(1e9) } catch (e) {} }",
        true,
    ),
    ("value = { toJSON: function () { for (;;) {} } }", true),
    ("value = { get x() { for (;;) {} } }", true),
    ("throw { toString: function () { for (;;) {} } }", false),
    ("async function f() { for (;;) await 1 } f()", false),
    ("value = [...(function* () { for (;;) yield 1 })()]", true),
    ("value = (function f() { return f() })()", false),
    // Memory.
    ("value = 'x'.repeat(1073741824)", true),
    (
        "var s = 'x'; while (s.length < 4e8) s += s; value = s",
        true,
    ),
    ("value = 'a'.padEnd(1e9)", true),
    ("value = _.padStart('x', 1e9).length", true),
    ("value = _.repeat('x', 1e9).length", false),
    ("var a = []; for (;;) a.push(a.slice())", true),
    ("var s = new Set(); for (;;) s.add({})", true),
    ("value = [...'x'.repeat(3e6)].length", true),
    (
        "value = JSON.parse('[' + '1,'.repeat(5e6) + '1]').length",
        true,
    ),
    (
        "value = Object.keys(Array.from({ length: 500000 })).length",
        true,
    ),
    // Long steps, between which alone a script can be stopped.
    ("value = Array(1e9).fill(0)", false),
    ("value = Array.from({ length: 1e12 })", false),
    (
        "value = new Array(1e6).fill(0); for (;;) value.indexOf(1)",
        true,
    ),
    (
        "var a = [1]; a.length = 4294967295; value = a.join()",
        false,
    ),
    (
        "value = [].concat({ length: 1e9, [Symbol.isConcatSpreadable]: true })",
        false,
    ),
    (
        "var a = Array.from({ length: 1000 }, () => 'x'); value = a.sort((x, y) => { for (;;) {} })",
        true,
    ),
    (
        "var a = 'a'.repeat(4e5); value = a.indexOf('a'.repeat(2e5) + 'b')",
        true,
    ),
    (
        "var a = 'a'.repeat(4e5); value = a.split('a'.repeat(2e5) + 'b')",
        true,
    ),
    (
        "var s = 'x'; while (s.length < 2e7) s += s; for (;;) { (s + 'y')[5] }",
        true,
    ),
    (
        "var s = 'x'.repeat(4e5), t = s + 'y'; for (;;) { s + 'x' === t }",
        true,
    ),
    ("var s = '1'.repeat(4e4); for (;;) Number(s)", true),
    ("var s = 'a'.repeat(4e5); for (;;) s.toUpperCase()", true),
    (
        "var s = 'a'.repeat(4e5); for (;;) encodeURIComponent(s)",
        true,
    ),
    (
        "value = 'é'.repeat(4e5).localeCompare('y'.repeat(4e5))",
        true,
    ),
    ("for (;;) Object.keys('x'.repeat(4e5))", true),
    ("value = _.times(1e9)", false),
    ("value = _.range(1e9)", false),
    // Regular expressions.
    ("value = /^(a+)+$/.test('a'.repeat(40) + 'b')", true),
    ("value = /(x+x+)+y/.exec('x'.repeat(60))", true),
    (
        "value = new RegExp('('.repeat(1e5) + ')'.repeat(1e5)).test('x')",
        false,
    ),
    // Depth.
    (
        "value = JSON.parse('['.repeat(5e4) + ']'.repeat(5e4))",
        false,
    ),
    (
        "var a = []; for (var i = 0; i < 5e3; i++) a = [a]; value = JSON.stringify(a).length",
        false,
    ),
    (
        "var a = []; for (var i = 0; i < 5e3; i++) a = [a]; value = a",
        false,
    ),
    ("var o = {}; o.o = o; value = o", false),
    // What others share.
    ("({}).__proto__.polluted = 1", false),
    ("Object.prototype.polluted = 1", false),
    ("data.__proto__.polluted = 1; value = 1", false),
    ("_.set({}, '__proto__.polluted', 1)", false),
    (
        "_.merge({}, JSON.parse('{\"__proto__\":{\"polluted\":1}}'))",
        false,
    ),
    ("Array.prototype.map = null", false),
    ("_.toUpper = null", false),
    ("delete Object.prototype.toString", false),
    ("polluted = 1; this.polluted = 1", false),
    (
        "value = (function () {}).constructor('return this')()",
        false,
    ),
    (
        "value = new (Object.getPrototypeOf(async function () {}).constructor)('1')",
        false,
    ),
    // What a form has no use for.
    ("value = 2n ** (2n ** 30n)", true),
    ("value = new Uint8Array(2e9)", false),
];

#[test]
fn a_hostile_script_does_no_harm() {
    let mut wrong = Vec::new();
    for (script, stopped) in HOSTILE {
        let form = Form::parse(&json!({"components": [
            {"type": "textfield", "key": "a", "input": true},
            {"type": "hidden", "key": "bad", "input": true, "calculateValue": script},
            {"type": "textfield", "key": "good", "input": true,
             "calculateValue": "value = _.toUpper(data.a) + [1, 2].map(function (n) { return n * 2 }).join() + ({}).polluted + typeof polluted"},
        ]}))
        .unwrap();
        let started = busy();
        let mut session = Session::new(
            form.into(),
            json!({"a": "an"}),
            Default::default(),
            watched(),
        );
        assert!(
            busy() - started < Duration::from_secs(1),
            "{script} took {:?}",
            busy() - started
        );
        let change = Change::Set {
            path: "a".into(),
            value: json!("bình"),
        };
        session.apply(&change).unwrap();
        let state = session.state();
        assert_eq!(state.data["good"], "BÌNH2,4undefinedundefined", "{script}");
        assert_eq!(session.answers()["a"], "bình", "{script}");
        if state.blocked.contains_key("bad") != stopped {
            wrong.push(script);
        }
    }
    assert!(wrong.is_empty(), "told otherwise: {wrong:#?}");
}

#[test]
fn a_hostile_definition_is_refused_or_does_no_harm() {
    let started = busy();
    let nested = format!(
        "{{\"components\":{}{}}}",
        "[{\"type\":\"panel\",\"key\":\"p\",\"components\":".repeat(10_000),
        "[]".to_owned() + &"}]".repeat(10_000)
    );
    assert!(matches!(
        Form::parse_slice(nested.as_bytes()).unwrap_err(),
        FormError::NotJson { .. } | FormError::TooDeep { .. }
    ));
    let circle: Vec<Value> = (0..50)
        .map(|at| {
            json!({"type": "number", "key": format!("n{at}"), "input": true,
                   "calculateValue": format!("value = (data.n{} || 0) + 1", (at + 1) % 50)})
        })
        .collect();
    let form = Form::parse(&json!({"components": circle})).unwrap();
    assert!(process(&form, &json!({}), &watched()).data["n0"].is_number());
    assert!(matches!(
        Form::parse_slice(&vec![b'['; 20 * 1024 * 1024 + 1]).unwrap_err(),
        FormError::TooLarge { .. }
    ));
    assert!(busy() - started < Duration::from_secs(1));
}
