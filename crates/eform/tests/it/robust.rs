//! Any JSON for a form and any JSON for answers: an answer or an error, never a panic.

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

/// That it ends, on however slow a machine. How fast it is measured by `cargo xtask bench eform`.
const ENDS: Duration = Duration::from_secs(60);

/// Scripts that mean harm, and whether they are refused or stopped, with the reason told, rather than ending by themselves.
const HOSTILE: [(&str, bool); 58] = [
    ("this['#host'].data('{\"a\":\"wrong\"}')", false),
    (
        "Object.getOwnPropertyNames(this).forEach(function (name) { try { this[name].data('{\"a\":\"wrong\"}') } catch (e) {} }, this)",
        false,
    ),
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
    ("({}).__proto__.polluted = 1", true),
    ("Object.prototype.polluted = 1", true),
    ("data.__proto__.polluted = 1; value = 1", true),
    ("_.set({}, '__proto__.polluted', 1)", true),
    (
        "_.merge({}, JSON.parse('{\"__proto__\":{\"polluted\":1}}'))",
        true,
    ),
    ("Array.prototype.map = null", true),
    ("_.toUpper = null", false),
    ("delete Object.prototype.toString", true),
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
        let form = std::sync::Arc::new(form);
        // What is stopped is so on any machine, by the watch where its steps are long. What isn't is tried by its steps alone: a slow
        // machine may give it up.
        let worlds = if stopped {
            vec![watched()]
        } else {
            vec![watched(), env()]
        };
        for env in worlds {
            let timed = env.watch.is_some();
            let started = busy();
            let answers = json!({"a": "an"});
            let mut session = Session::new(form.clone(), answers, Default::default(), env);
            let change = Change::Set {
                path: "a".into(),
                value: json!("bình"),
            };
            session.apply(&change).unwrap();
            let took = busy() - started;
            assert!(took < ENDS, "{script} took {took:?}");
            let state = session.state();
            assert_eq!(state.data["good"], "BÌNH2,4undefinedundefined", "{script}");
            assert_eq!(session.answers()["a"], "bình", "{script}");
            if timed == stopped && state.blocked.contains_key("bad") != stopped {
                wrong.push(script);
            }
        }
    }
    assert!(wrong.is_empty(), "told otherwise: {wrong:#?}");
}

#[test]
fn what_nests_too_deep_is_told_as_that() {
    let panels = |count: usize| {
        format!(
            "{{\"title\":\"[[{{\",\"components\":{}{}}}",
            "[{\"type\":\"panel\",\"key\":\"p\",\"components\":".repeat(count),
            "[]".to_owned() + &"}]".repeat(count)
        )
    };
    let too_deep = |text: String| {
        matches!(
            Form::parse_slice(text.as_bytes()),
            Err(FormError::TooDeep { .. })
        )
    };
    let catalogues = [("a".to_owned(), json!([]))].into();
    for count in [42, 62, 63, 64, 10_000, 300_000] {
        assert!(too_deep(panels(count)), "{count}");
        let with = Form::parse_with(panels(count).as_bytes(), &catalogues);
        assert!(matches!(with, Err(FormError::TooDeep { .. })), "{count}");
    }
    assert!(Form::parse_slice(panels(40).as_bytes()).is_ok());
    assert!(too_deep("[".repeat(20 * 1024 * 1024)));
    assert!(matches!(
        Form::parse_slice(&vec![b'['; 20 * 1024 * 1024 + 1]),
        Err(FormError::TooLarge { .. })
    ));
}

#[test]
fn calculations_in_a_circle_are_told_and_go_on_computing() {
    let number = |key: &str, calculation: Value| json!({"type": "number", "key": key, "input": true, "calculateValue": calculation});
    let mut fields: Vec<Value> = (0..50)
        .map(|at| {
            number(
                &format!("n{at}"),
                json!(format!("value = (data.n{} || 0) + 1", (at + 1) % 50)),
            )
        })
        .collect();
    fields.extend([
        // A circle in every row, one through a group, one of JSON Logic.
        json!({"type": "datagrid", "key": "g", "input": true, "components": [
            number("a", json!("value = row.b")), number("b", json!("value = row['a']")),
            // The same names elsewhere, and what only leads to a circle or from it.
            number("c", json!("value = data.a + data.n0")),
        ]}),
        json!({"type": "container", "key": "k", "input": true, "components": [
            number("x", json!("value = data.top")),
            number("y", json!("value = row.x")),
        ]}),
        number("top", json!("value = data.k.x")),
        number("j", json!({"+": [{"var": "data.l"}, 1]})),
        number("l", json!({"var": "row.j"})),
        // No circles: it keeps what was typed, a sum over the rows, a cell that looks at its own grid.
        number("own", json!("value = data.own || 1")),
        number("sum", json!("value = data.h.length")),
        json!({"type": "datagrid", "key": "h", "input": true, "components": [
            number("s", json!("value = data.h[rowIndex].t")), number("t", json!("value = data.h[rowIndex].u")),
        ]}),
    ]);
    let form = Form::parse(&json!({ "components": fields })).unwrap();
    let told: Vec<&str> = form
        .report()
        .iter()
        .filter(|part| part.reason.contains("in a circle"))
        .map(|part| part.path.as_str())
        .collect();
    let ring: Vec<String> = (0..50).map(|at| format!("n{at}")).collect();
    let mut expected: Vec<&str> = ring.iter().map(String::as_str).collect();
    expected.extend(["g[].a", "g[].b", "k.x", "top", "j", "l"]);
    assert_eq!(told, expected);
    assert_eq!(
        form.report()[0].reason,
        "computes itself in a circle with `n1`; what comes out depends on the order of the components"
    );
    assert!(process(&form, &json!({}), &env()).data["n0"].is_number());
    let mut session = Session::new(form.into(), json!({}), Default::default(), env());
    set(&mut session, "own", json!(3));
    assert!(session.state().blocked.contains_key("n7"));
    assert!(session.sealed()["n49"].is_number());
}

fn opened(components: Value, data: Value) -> Session {
    let form = Form::parse(&json!({"components": components})).unwrap();
    Session::new(form.into(), data, Default::default(), env())
}

fn set(session: &mut Session, path: &str, value: Value) {
    let change = Change::Set {
        path: path.into(),
        value,
    };
    session.apply(&change).unwrap();
}

#[test]
fn a_rule_filled_in_with_the_answers_holds_to_the_end() {
    let rule =
        "valid = /^x\\d+$/.test('{{ row.a }}') ? true : 'sai {{ row.a }}' + ' không phải mã'";
    let mut session = opened(
        json!([{"type": "datagrid", "key": "g", "input": true, "components": [
            {"type": "textfield", "key": "a", "input": true, "validate": {"custom": rule}}]}]),
        json!({"g": [{"a": "x"}, {"a": "x1"}]}),
    );
    for turn in 0..800 {
        let wrong = format!("y{turn}");
        set(&mut session, "g[1].a", json!(wrong));
        let told: Vec<String> = session
            .errors(None)
            .into_iter()
            .map(|error| error.message)
            .collect();
        assert_eq!(told.len(), 2, "{turn}");
        assert!(told[1].starts_with(&format!("sai {wrong}")), "{told:?}");
    }
    set(&mut session, "g[1].a", json!("x2"));
    assert_eq!(session.errors(None).len(), 1);
    assert!(session.state().blocked.is_empty());
}

#[test]
fn a_form_of_many_scripts_forgets_none() {
    let fields: Vec<Value> = (0..1_500)
        .map(|at| {
            json!({"type": "textfield", "key": format!("f{at}"), "input": true,
                "validate": {"custom": format!("valid = ['{at}', 'a'].some(function (s) {{ return s + 'x' === input }}) ? true : 'sai {at}'")}})
        })
        .collect();
    let data: Value = (0..1_500)
        .map(|at| (format!("f{at}"), json!("không")))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let session = opened(json!(fields), data);
    assert_eq!(session.errors(None).len(), 1_500);
    assert!(session.state().blocked.is_empty());
}

fn fields(count: usize, more: impl Fn(usize) -> Value) -> Value {
    let field = |at: usize| {
        let mut field = json!({"type": "textfield", "key": format!("f{at}"), "input": true});
        let more = more(at);
        field
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        field
    };
    (0..count).map(field).collect::<Vec<_>>().into()
}

#[test]
fn scripts_that_are_bearable_alone_are_not_all_run_together() {
    const WORK: &str = "for (var i = 0; i < 2e5; i++);";
    let rows = |column: Value| json!([{"type": "datagrid", "key": "g", "input": true, "components": [column]}]);
    let list: Vec<Value> = (0..2_000).map(|at| json!({"a": at.to_string()})).collect();
    for (name, goes_on, components, data) in [
        (
            "different ones",
            true,
            fields(
                1_000,
                |at| json!({"calculateValue": format!("{WORK} value = {at}")}),
            ),
            json!({}),
        ),
        (
            "endless ones",
            false,
            fields(1_000, |_| json!({"validate": {"custom": "for (;;);"}})),
            json!({}),
        ),
        (
            "ones that want all room",
            false,
            fields(
                1_000,
                |_| json!({"calculateValue": "value = 'x'.repeat(1e9)"}),
            ),
            json!({}),
        ),
        (
            "long steps",
            false,
            fields(
                1_000,
                |_| json!({"calculateValue": "for (var i = 0; i < 100; i++) 'x'.repeat(1e5).toUpperCase()"}),
            ),
            json!({}),
        ),
        (
            "a rule for every row",
            true,
            rows(
                json!({"type": "textfield", "key": "a", "input": true, "validate": {"custom": format!("{WORK} valid = input === '1' ? 'sai' : true")}}),
            ),
            json!({ "g": list }),
        ),
        (
            "a pattern for every row",
            false,
            rows(
                json!({"type": "textfield", "key": "a", "input": true, "validate": {"pattern": "(a|aa)+$"}}),
            ),
            json!({"g": vec![json!({"a": "a".repeat(40) + "b"}); 2_000]}),
        ),
        (
            "writing ones",
            false,
            rows(
                json!({"type": "textfield", "key": "a", "input": true, "calculateValue": "row.b = 1; value = 2"}),
            ),
            json!({"g": vec![json!({"a": "x".repeat(400)}); 700]}),
        ),
    ] {
        let started = busy();
        let mut session = opened(components, data);
        let took = busy() - started;
        assert!(took < ENDS, "{name} took {took:?}");
        // Whatever wasn't looked at is said so where it stands.
        let left = |session: &Session| session.state().blocked.len() + session.errors(None).len();
        let before = left(&session);
        assert!(before > 100, "{name}: {before}");
        let started = busy();
        set(&mut session, "x", json!(1));
        let took = busy() - started;
        assert!(took < ENDS, "{name} took {took:?}");
        // What was left out is tried after a change, with the results of before kept.
        let after = left(&session);
        if goes_on {
            assert!((1..before).contains(&after), "{name}: {before}, {after}");
        }
        assert_eq!(session.answers()["x"], 1, "{name}");
    }
}

#[test]
fn json_logic_that_goes_on_for_ever_is_stopped_and_told_of() {
    let many = json!({"var": "data.list"});
    let within = |inner: Value| json!({"map": [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], inner]});
    let again = json!({"var": "accumulator"});
    let over = |step: Value, from: Value| json!({"reduce": [many.clone(), step, from]});
    for (name, logic) in [
        (
            "loops within loops",
            (0..12).fold(json!(1), |inner, _| within(inner)),
        ),
        (
            "a text that doubles",
            over(json!({"cat": [again, again]}), json!("xx")),
        ),
        (
            "a list that doubles",
            over(json!({"merge": [again, again]}), json!([1])),
        ),
        (
            "a list in lists that doubles",
            over(json!([again, again]), json!([1])),
        ),
        (
            "a list in lists without end",
            over(json!([again]), json!([1])),
        ),
        ("a scope in scopes", over(json!({"var": ""}), json!([1]))),
        (
            "lists looked through again and again",
            json!({"map": [many, {"in": ["x", {"var": ""}]}]}),
        ),
        (
            "a list of lodash that doubles",
            over(json!({"_concat": [again, again]}), json!([1])),
        ),
    ] {
        // Within a map only its item is seen, so the whole list stands in each.
        let wide: Vec<Value> = (0..3_000).map(|_| json!(vec![0; 2_000])).collect();
        let list = if name.starts_with("lists") {
            json!(wide)
        } else {
            json!(vec![0; 3_000])
        };
        let started = busy();
        let mut session = opened(
            json!([
                {"type": "textfield", "key": "a", "input": true, "calculateValue": logic},
                {"type": "textfield", "key": "b", "input": true},
                {"type": "hidden", "key": "list", "input": true},
            ]),
            json!({ "list": list }),
        );
        let took = busy() - started;
        assert!(took < ENDS, "{name} took {took:?}");
        let blocked = session.state().blocked;
        assert_eq!(blocked.keys().collect::<Vec<_>>(), ["a"], "{name}");
        set(&mut session, "b", json!("x"));
        assert_eq!(session.answers()["b"], "x", "{name}");
    }
    let mut many_rules = fields(
        3_000,
        |_| json!({"calculateValue": over(json!({"+": [again, {"var": "current"}]}), json!(0))}),
    );
    let list = json!({"type": "hidden", "key": "list", "input": true});
    many_rules.as_array_mut().unwrap().push(list);
    let started = busy();
    let session = opened(many_rules, json!({"list": vec![1; 3_000]}));
    let took = busy() - started;
    assert!(took < ENDS, "many took {took:?}");
    assert!(session.state().blocked.len() > 100);
    assert_eq!(session.sealed()["f0"], 3_000);
}

#[test]
fn an_honest_sum_over_two_thousand_rows_is_told() {
    let sum = |key: &str| json!({"reduce": [{"var": "data.g"}, {"+": [{"var": "accumulator"}, {"var": format!("current.{key}")}]}, 0]});
    let fields: Vec<Value> = (0..20)
        .map(|at| json!({"type": "number", "key": format!("s{at}"), "input": true, "calculateValue": sum("a")}))
        .chain([
            json!({"type": "number", "key": "n", "input": true, "calculateValue": {"_sumBy": [{"var": "data.g"}, "a"]}}),
            json!({"type": "datagrid", "key": "g", "input": true, "components": [{"type": "number", "key": "a", "input": true}]}),
        ])
        .collect();
    let rows: Vec<Value> = (0..2_000).map(|at| json!({"a": at})).collect();
    let session = opened(json!(fields), json!({ "g": rows }));
    assert!(
        session.state().blocked.is_empty(),
        "{:?}",
        session.state().blocked
    );
    assert_eq!(session.sealed()["s19"], 1_999_000);
    assert_eq!(session.sealed()["n"], 1_999_000);
}

#[test]
fn honest_scripts_in_two_thousand_rows_are_all_run() {
    let keys = ["b", "c"];
    let given = json!({"type": "textfield", "key": "a", "input": true});
    let scripted = keys
        .iter()
        .map(|key| {
            json!({"type": "textfield", "key": key, "input": true,
                "calculateValue": "value = [row.a, 'x'].concat(1).join()",
                "validate": {"custom": "valid = [1, 2, 3].map(function (n) { return n + 'x' }).indexOf(row.a) < 0 ? true : 'sai'"},
                "customConditional": "show = ['x'].concat(row.a).length > 0"})
        });
    let columns: Vec<Value> = std::iter::once(given).chain(scripted).collect();
    let rows = vec![json!({"a": "7", "b": "", "c": ""}); 2_000];
    let session = opened(
        json!([{"type": "datagrid", "key": "g", "input": true, "components": columns}]),
        json!({ "g": rows }),
    );
    assert!(session.state().blocked.is_empty());
    assert_eq!(session.errors(None).len(), 0);
    assert_eq!(session.sealed()["g"][1999]["c"], "7,x,1");
}

#[test]
fn a_definition_as_large_as_may_be_is_shown_or_refused_in_time() {
    let whole = |components: String| format!("{{\"components\":[{components}]}}");
    let field = |more: String| {
        whole(format!(
            "{{\"type\":\"textfield\",\"key\":\"a\",\"input\":true,{more}}}"
        ))
    };
    let content = |html: String| {
        whole(format!(
            "{{\"type\":\"content\",\"key\":\"a\",\"html\":\"{html}\"}}"
        ))
    };
    let flat: Vec<String> = (0..20_000)
        .map(|at| format!("{{\"type\":\"textfield\",\"key\":\"f{at}\",\"input\":true}}"))
        .collect();
    for (name, text, fine) in [
        ("text", content("x".repeat(19_900_000)), true),
        ("markup", content("<b>x</b>".repeat(2_480_000)), false),
        ("deep markup", content("<div>".repeat(800_000)), true),
        (
            "numbers",
            field(format!("\"defaultValue\":[1{}]", ",1".repeat(9_900_000))),
            false,
        ),
        (
            "choices",
            field(format!(
                "\"values\":[1{}]",
                ",{\"value\":1}".repeat(1_600_000)
            )),
            false,
        ),
        (
            "script",
            field(format!(
                "\"calculateValue\":\"value = 1{}\"",
                "+1".repeat(9_900_000)
            )),
            true,
        ),
        (
            "expression",
            field(format!(
                "\"calculateValue\":\"value = 1{}\"",
                "+1".repeat(40_000)
            )),
            true,
        ),
        (
            "signs",
            field(format!("\"calculateValue\":\"{}\"", "+".repeat(90_000))),
            true,
        ),
        (
            "mask",
            field(format!("\"inputMask\":\"{}\"", "9".repeat(19_900_000))),
            false,
        ),
        ("fields", whole(flat.join(",")), true),
    ] {
        assert!(text.len() < 20 * 1024 * 1024, "{name}");
        let started = busy();
        let form = Form::parse_slice(text.as_bytes());
        assert_eq!(form.is_ok(), fine, "{name}: {:?}", form.err());
        if let Ok(form) = form {
            let session = Session::new(form.into(), json!({}), Default::default(), env());
            assert!(!session.view().nodes.is_empty(), "{name}");
        }
        let took = busy() - started;
        assert!(took < ENDS, "{name} took {took:?}");
    }
}

#[test]
fn a_pattern_that_backtracks_for_ever_is_told_as_not_checked() {
    let mut session = opened(
        json!([{"type": "textfield", "key": "a", "input": true, "validate": {"pattern": "(a|aa)+$"}}]),
        json!({"a": "a".repeat(40) + "b"}),
    );
    let unchecked = session.unchecked();
    assert_eq!(unchecked.len(), 1, "{unchecked:?}");
    assert_eq!(
        (
            unchecked[0].path.as_str(),
            unchecked[0].what.as_str(),
            unchecked[0].never
        ),
        ("a", "validate.pattern", false)
    );
    assert!(session.state().blocked["a"].contains("could not be checked"));
    assert!(session.errors(None).is_empty());
    session.try_stopped_again();
    assert_eq!(session.unchecked().len(), 1);
    // A wrong answer that can be told is wrong, a right one is right, and nothing is left of before.
    set(&mut session, "a", json!("b"));
    assert_eq!(session.errors(None).len(), 1);
    assert!(session.unchecked().is_empty() && session.state().blocked.is_empty());
    set(&mut session, "a", json!("aaa"));
    assert!(session.errors(None).is_empty());
}

#[test]
fn what_was_stopped_is_told_as_long_as_it_stands_and_shows() {
    const ENDLESS: &str = "if (input === 'x') { for (;;); } valid = true";
    let rule = |key: &str, more: Value| {
        let mut field = json!({"type": "textfield", "key": key, "input": true, "validate": {"custom": ENDLESS}});
        field
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        field
    };
    let mut session = opened(
        json!([
            {"type": "checkbox", "key": "show", "input": true},
            rule("a", json!({"customConditional": "show = data.show"})),
            {"type": "datagrid", "key": "g", "input": true, "components": [rule("b", json!({}))]},
            // One that is sometimes computed natively, one that has no answers of its own.
            {"type": "textfield", "key": "c", "input": true},
            {"type": "panel", "key": "p", "customConditional": "if (data.c === 'x') { for (;;); } show = true", "components": []},
        ]),
        json!({"show": true, "a": "x", "g": [{"b": "1"}, {"b": "x"}, {"b": "x"}], "c": "x"}),
    );
    let places = |session: &Session| -> Vec<String> {
        session
            .unchecked()
            .into_iter()
            .map(|one| one.path)
            .collect()
    };
    assert_eq!(places(&session), ["a", "g[1].b", "g[2].b", "p"]);
    let blocked: Vec<String> = session.state().blocked.into_keys().collect();
    assert_eq!(blocked, ["a", "g[1].b", "g[2].b", "p"]);
    let patch = session
        .apply(&Change::RemoveRow {
            path: "g".into(),
            index: 1,
        })
        .unwrap()
        .patch;
    assert_eq!(places(&session), ["a", "g[1].b", "p"]);
    assert_eq!(patch.blocked.keys().collect::<Vec<_>>(), ["g[2].b"]);
    set(&mut session, "show", json!(false));
    assert_eq!(places(&session), ["g[1].b", "p"]);
    set(&mut session, "g[1].b", json!("2"));
    set(&mut session, "c", json!("y"));
    assert!(places(&session).is_empty() && session.state().blocked.is_empty());
    set(&mut session, "show", json!(true));
    assert_eq!(places(&session), ["a"]);
    set(&mut session, "a", json!("y"));
    assert!(places(&session).is_empty());
}

#[test]
fn rules_that_can_never_run_are_told_where_they_stand() {
    let form = Form::parse(&json!({"components": [
        {"type": "datagrid", "key": "g", "input": true, "components": [
            {"type": "textfield", "key": "a", "input": true, "validate": {"custom": "valid = window.ok(input)"}}]},
        {"type": "textfield", "key": "b", "input": true, "hidden": true, "validate": {"custom": "valid = fetch(input)"}},
        {"type": "textfield", "key": "c", "input": true, "validate": {"json": {"reduce": [{"var": "data.list"}, {"cat": [{"var": "accumulator"}, {"var": "accumulator"}]}, "xx"]}}},
        {"type": "hidden", "key": "list", "input": true},
    ]}))
    .unwrap();
    let data = json!({"g": [{"a": "1"}, {"a": "2"}], "b": "3", "c": "4", "list": vec![1; 3_000]});
    let told: Vec<(String, String, bool)> = process(&form, &data, &env())
        .not_run
        .into_iter()
        .map(|one| (one.path, one.what, one.never))
        .collect();
    let expected = [
        ("g[0].a", "validate.custom", true),
        ("g[1].a", "validate.custom", true),
        ("c", "validate.json", false),
    ]
    .map(|(path, what, never)| (path.to_owned(), what.to_owned(), never));
    assert_eq!(told, expected);
    let session = Session::new(form.into(), data, Default::default(), env());
    assert_eq!(session.unchecked().len(), 3);
    let blocked: Vec<String> = session.state().blocked.into_keys().collect();
    assert_eq!(blocked, ["b", "c", "g[].a"]);
}

#[test]
fn scripts_that_were_left_out_are_all_run_when_it_counts() {
    let mut session = opened(
        fields(
            1_000,
            |at| json!({"calculateValue": format!("for (var i = 0; i < 2e5; i++); value = {at}")}),
        ),
        json!({}),
    );
    let left = session.unchecked().len();
    assert!(left > 5, "{left}");
    session.try_stopped_again();
    assert!(session.unchecked().len() < left);
}
