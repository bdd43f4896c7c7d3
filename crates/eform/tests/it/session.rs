//! A session that follows single changes, against one that sees the answers for the first time.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::screen::{patched, tidy};
use hoso_eform::{Answers, Change, Env, Form, Session, process};
use proptest::prelude::*;
use serde_json::{Value, json};

const FORMS: [&str; 5] = [
    include_str!("../../../../tests/conformance/formio/forms/scripts.json"),
    include_str!("../../../../tests/conformance/formio/forms/logic.json"),
    include_str!("../../../../tests/conformance/formio/forms/conditions-legacy.json"),
    include_str!("../../../../tests/conformance/formio/forms/nesting.json"),
    include_str!("../../../../tests/conformance/formio/forms/json-logic.json"),
];

fn env() -> Env {
    Env::new("2026-11-21T03:00:00Z".parse().unwrap())
}

fn open(form: &Arc<Form>, answers: Value) -> Session {
    Session::new(Arc::clone(form), answers, BTreeMap::new(), env())
}

fn form(components: Value) -> Arc<Form> {
    Arc::new(Form::parse(&json!({"title": "Tờ khai", "components": components})).unwrap())
}

fn set(path: &str, value: Value) -> Change {
    Change::Set {
        path: path.into(),
        value,
    }
}

fn changes() -> impl Strategy<Value = Change> {
    let path = prop_oneof![
        Just("a"),
        Just("b"),
        Just("t"),
        Just("k"),
        Just("n"),
        Just("kind"),
        Just("tick"),
        Just("boxes"),
        Just("grid[0].qty"),
        Just("grid[1].price"),
        Just("grid[0].a"),
        Just("g[0].x"),
        Just("g[1].x"),
        Just("grid[1].sortOf"),
        Just("outer.inner.x"),
        Just("box.inBox"),
        Just("edit[0].e"),
        Just("nested.data.f"),
        Just("grid[0].sub[0].deep"),
    ]
    .prop_map(str::to_owned);
    let value = prop_oneof![
        Just(json!("an")),
        Just(json!("")),
        Just(json!(1)),
        Just(json!(7)),
        Just(json!(true)),
        Just(json!(false)),
        Just(json!("a")),
        Just(json!("b")),
        Just(json!("m")),
        Just(json!({"x": true})),
        Just(json!(null)),
    ];
    let grid = prop_oneof![Just("grid"), Just("g"), Just("edit")].prop_map(str::to_owned);
    prop_oneof![
        6 => (path.clone(), value).prop_map(|(path, value)| Change::Set { path, value }),
        1 => path.prop_map(|path| Change::Clear { path }),
        2 => (grid.clone(), 0usize..3).prop_map(|(path, index)| Change::InsertRow { path, index, value: json!({"qty": 2, "x": 3, "sortOf": "m"}) }),
        1 => (grid.clone(), 0usize..3).prop_map(|(path, index)| Change::RemoveRow { path, index }),
        1 => (grid, 0usize..3, 0usize..3).prop_map(|(path, from, to)| Change::MoveRow { path, from, to }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn following_changes_equals_seeing_all_at_once(which in 0..FORMS.len(), changes in prop::collection::vec(changes(), 1..12)) {
        let form = Arc::new(Form::parse_slice(FORMS[which].as_bytes()).unwrap());
        let mut session = open(&form, json!({}));
        let mut screen = session.state();
        for change in &changes {
            let before = session.answers().clone();
            match session.apply(change) {
                Ok(applied) => {
                    screen = patched(screen, &applied.patch);
                    let mut back = Answers::from(session.answers().clone());
                    back.apply(&applied.inverse).unwrap();
                    prop_assert_eq!(back.value(), &before);
                }
                Err(_) => prop_assert_eq!(session.answers(), &before),
            }
        }
        let fresh = open(&form, session.answers().clone());
        prop_assert_eq!(tidy(session.state()), tidy(fresh.state()));
        prop_assert_eq!(session.errors(None), fresh.errors(None));
        prop_assert_eq!(session.sealed_data(), fresh.sealed_data());
        prop_assert_eq!(tidy(screen), tidy(fresh.state()));
        let whole = process(&form, session.answers(), &env());
        prop_assert_eq!(session.sealed_data(), whole.data);
    }
}

#[test]
fn hidden_answers_are_kept_and_come_back() {
    let form = form(json!([
        {"type": "checkbox", "key": "married", "input": true},
        {"type": "datagrid", "key": "children", "input": true, "conditional": {"show": true, "when": "married", "eq": "true"},
         "components": [{"type": "textfield", "key": "name", "input": true, "label": "Tên", "validate": {"required": true}}]},
    ]));
    let mut session = open(
        &form,
        json!({"married": true, "children": [{"name": "An"}, {"name": ""}]}),
    );
    assert_eq!(session.errors(None).len(), 1);
    let hide = session.apply(&set("married", json!(false))).unwrap();
    assert_eq!(
        hide.patch.hidden,
        BTreeMap::from([("children".to_owned(), true)])
    );
    assert_eq!(session.sealed_data(), json!({"married": false}));
    assert_eq!(session.answers()["children"][0]["name"], "An");
    assert!(session.errors(None).is_empty());
    session.apply(&hide.inverse).unwrap();
    assert_eq!(session.sealed_data()["children"][0]["name"], "An");
}

#[test]
fn errors_are_told_by_section_and_in_words() {
    let form = form(json!([
        {"type": "panel", "key": "one", "title": "Một", "input": false, "components": [
            {"type": "textfield", "key": "name", "label": "Họ tên", "input": true, "validate": {"required": true}}]},
        {"type": "panel", "key": "two", "title": "Hai", "input": false, "components": [
            {"type": "textfield", "key": "place", "label": "Nơi sinh", "input": true, "validate": {"minLength": 3}}]},
    ]));
    let session = open(&form, json!({"place": "x"}));
    let one = session.errors(Some("one"));
    assert_eq!(one.len(), 1);
    assert_eq!(one[0].message, "Họ tên: chưa có. Hãy điền mục này.");
    assert_eq!(session.errors(Some("two"))[0].rule, "minLength");
    assert_eq!(session.errors(None).len(), 2);
    let mut english = env();
    english.locale = "en".into();
    let session = Session::new(form, json!({}), BTreeMap::new(), english);
    assert_eq!(
        session.errors(Some("one"))[0].message,
        "Họ tên is missing. Please fill it in."
    );
}

#[test]
fn sources_go_when_touched_or_confirmed_and_follow_their_rows() {
    let form = form(json!([
        {"type": "textfield", "key": "name", "input": true}, {"type": "textfield", "key": "phone", "input": true},
        {"type": "textfield", "key": "kind", "input": true, "defaultValue": "x"},
        {"type": "datagrid", "key": "g", "input": true, "components": [{"type": "textfield", "key": "a", "input": true}]},
    ]));
    let marks = BTreeMap::from([
        ("name".to_owned(), "profile".to_owned()),
        ("phone".to_owned(), "profile".to_owned()),
        ("g[1].a".to_owned(), "vault".to_owned()),
    ]);
    let mut session = Session::new(
        form,
        json!({"name": "A", "phone": "0", "g": [{"a": "1"}, {"a": "2"}]}),
        marks,
        env(),
    );
    assert_eq!(
        session.state().sources.get("kind").map(String::as_str),
        Some("default")
    );
    let applied = session.apply(&set("name", json!("B"))).unwrap();
    assert_eq!(
        applied.patch.sources,
        BTreeMap::from([("name".to_owned(), None)])
    );
    let patch = session.confirm_source("phone");
    assert_eq!(patch.sources, BTreeMap::from([("phone".to_owned(), None)]));
    session
        .apply(&Change::RemoveRow {
            path: "g".into(),
            index: 0,
        })
        .unwrap();
    assert_eq!(
        session.state().sources.get("g[0].a").map(String::as_str),
        Some("vault")
    );
    session.confirm_source("kind");
    assert_eq!(session.state().sources.get("kind"), None);
}

#[test]
fn our_own_types_warn_write_words_and_keep_tidy() {
    let form = form(json!([
        {"type": "vnDate", "key": "born", "label": "Ngày sinh", "input": true},
        {"type": "vnDateWords", "key": "bornWords", "source": "born", "input": true},
        {"type": "vnMoney", "key": "fee", "input": true}, {"type": "vnMoneyWords", "key": "feeWords", "source": "fee", "input": true},
        {"type": "vnTaxCode", "key": "tax", "label": "Mã số thuế", "input": true}, {"type": "vnPhone", "key": "phone", "input": true},
        {"type": "vnPartialDate", "key": "death", "input": true}, {"type": "vnCitizenId", "key": "id", "label": "Số định danh", "input": true},
    ]));
    let mut session = open(
        &form,
        json!({"born": "5/4/2020", "fee": "16.000", "tax": "0100047510", "phone": "0912 345 678", "death": "9/1999"}),
    );
    let data = session.sealed_data();
    assert_eq!(data["born"], "2020-04-05");
    assert_eq!(
        data["bornWords"],
        "ngày năm tháng tư năm hai nghìn không trăm hai mươi"
    );
    assert_eq!(
        (&data["fee"], &data["feeWords"]),
        (&json!(16000), &json!("Mười sáu nghìn đồng"))
    );
    assert_eq!(
        (&data["phone"], &data["death"]),
        (&json!("+84912345678"), &json!("1999-09"))
    );
    assert!(session.errors(None).is_empty());
    assert!(session.state().warnings.contains_key("tax"));
    assert_eq!(session.state().data["born"], "5/4/2020");
    let applied = session.apply(&set("born", json!("6/4/2020"))).unwrap();
    assert!(
        applied.patch.values["bornWords"]
            .as_str()
            .unwrap()
            .starts_with("ngày sáu")
    );
    session.apply(&set("born", json!("31/2/2020"))).unwrap();
    session.apply(&set("id", json!("12345"))).unwrap();
    let rules: Vec<_> = session
        .errors(None)
        .into_iter()
        .map(|error| error.rule)
        .collect();
    assert_eq!(rules, ["vnDate", "vnCitizenId"]);
    let shown = form.display(&data, &env());
    assert_eq!(
        (
            &shown["born"],
            &shown["fee"],
            &shown["death"],
            &shown["phone"]
        ),
        (
            &json!("05/04/2020"),
            &json!("16.000"),
            &json!("09/1999"),
            &json!("0912 345 678")
        )
    );
}

#[test]
fn what_a_form_cannot_have_is_blocked_and_reported() {
    let form = form(json!([
        {"type": "textfield", "key": "a", "input": true, "calculateValue": "value = window.location.href"},
        {"type": "textfield", "key": "b", "input": true, "customConditional": "show = fetch('https://vidu.vn') ? true : false", "validate": {"required": true}},
        {"type": "textfield", "key": "loop", "input": true, "calculateValue": "while (true) {}"},
        {"type": "textfield", "key": "memory", "input": true, "calculateValue": "var s = 'x'; while (true) { s += s; }"},
        {"type": "textfield", "key": "endless", "input": true, "calculateValue": "var a = []; a.length = 4294967295; a.sort(); value = 1"},
        {"type": "textfield", "key": "escape", "input": true, "calculateValue": "value = (function () {}).constructor('return 1')()"},
        {"type": "textfield", "key": "after", "input": true, "calculateValue": "value = _.capitalize('xong')"},
        {"type": "radiopanel", "key": "odd", "input": true},
    ]));
    let session = open(&form, json!({"odd": "giữ"}));
    let state = session.state();
    let blocked: Vec<_> = state.blocked.keys().map(String::as_str).collect();
    assert_eq!(blocked, ["a", "b", "loop"]);
    let what: Vec<_> = form
        .report()
        .iter()
        .map(|part| (part.path.as_str(), part.what.as_str()))
        .collect();
    assert_eq!(
        what,
        [
            ("a", "calculateValue"),
            ("b", "customConditional"),
            ("odd", "type")
        ]
    );
    assert_eq!(
        session.sealed_data(),
        json!({"after": "Xong", "odd": "giữ"})
    );
}

#[test]
fn a_pattern_without_end_is_given_up() {
    let form = form(
        json!([{"type": "textfield", "key": "a", "input": true, "validate": {"pattern": "(a+)+b"}}]),
    );
    let rules = |text: &str| open(&form, json!({"a": text})).errors(None).len();
    assert_eq!((rules("aaab"), rules("x")), (0, 1));
    let session = open(&form, json!({"a": "a".repeat(64)}));
    assert_eq!(session.unchecked().len(), 1);
}

#[test]
fn a_number_that_is_none_is_told_before_it_is_dropped() {
    let form = form(json!([
        {"type": "checkbox", "key": "more", "input": true},
        {"type": "number", "key": "copies", "label": "Số bản", "input": true, "conditional": {"show": true, "when": "more", "eq": "true"}},
    ]));
    let mut session = open(&form, json!({"more": true, "copies": "hai"}));
    assert_eq!(session.sealed_data(), json!({"more": true}));
    let errors = session.errors(None);
    assert_eq!(
        (errors[0].path.as_str(), errors[0].rule.as_str()),
        ("copies", "number")
    );
    session.apply(&set("more", json!(false))).unwrap();
    assert!(session.errors(None).is_empty());
}

#[test]
fn two_components_of_one_data_path_are_told_apart() {
    let form = form(json!([
        {"type": "radio", "key": "who", "input": true, "values": [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]},
        {"type": "textfield", "key": "name", "label": "Tên", "input": true, "clearOnHide": false, "conditional": {"show": true, "when": "who", "eq": "a"}},
        {"type": "textfield", "key": "name", "label": "Tên khác", "input": true, "clearOnHide": false, "conditional": {"show": true, "when": "who", "eq": "b"},
         "validate": {"minLength": 3}},
    ]));
    assert_eq!(form.report()[0].path, "name~2");
    let mut session = open(&form, json!({"who": "b"}));
    let paths: Vec<_> = session
        .view()
        .nodes
        .into_iter()
        .map(|node| node.path)
        .collect();
    assert_eq!(paths, ["who", "name", "name~2"]);
    let applied = session.apply(&set("name~2", json!("x"))).unwrap();
    assert_eq!(session.answers(), &json!({"who": "b", "name": "x"}));
    assert_eq!(applied.patch.values["name~2"], "x");
    assert_eq!(
        applied.inverse,
        Change::Clear {
            path: "name".into()
        }
    );
    assert_eq!(session.errors(None)[0].path, "name~2");
}

#[test]
fn the_view_tells_what_to_draw() {
    let form = form(json!([
        {"type": "panel", "key": "page", "title": "Trang", "input": false, "components": [
            {"type": "columns", "key": "cols", "input": false, "columns": [
                {"width": 4, "components": [{"type": "textfield", "key": "a", "label": "A", "input": true, "description": "<b>gợi ý</b>"}]},
                {"width": 8, "components": [{"type": "radio", "key": "r", "label": "R", "input": true, "values": [{"label": "Có", "value": "1"}]}]}]},
            {"type": "content", "key": "note", "input": false, "html": "<p onclick=\"x()\">Chú ý<script>alert(1)</script></p>"},
            {"type": "datagrid", "key": "g", "label": "Con", "input": true, "components": [{"type": "textfield", "key": "name", "input": true}]},
            {"type": "container", "key": "page", "input": true, "components": [{"type": "textfield", "key": "x", "input": true}]}]},
    ]));
    let view = open(&form, json!({})).view();
    let page = &view.nodes[0];
    assert_eq!(
        (page.kind.as_str(), page.label.as_str()),
        ("panel", "Trang")
    );
    let columns = &page.children[0];
    assert_eq!(columns.children[0].attributes["width"], 4);
    assert_eq!(columns.children[0].children[0].hint, "gợi ý");
    assert_eq!(columns.children[1].children[0].choices[0].label, "Có");
    assert_eq!(page.children[1].html, "<p>Chú ý</p>");
    assert_eq!(page.children[2].children[0].path, "g[].name");
    assert_eq!(page.children[3].children[0].path, "page.x");
    let mut paths = Vec::new();
    fn walk<'a>(nodes: &'a [hoso_eform::Node], paths: &mut Vec<&'a str>) {
        for node in nodes {
            paths.push(&node.path);
            walk(&node.children, paths);
        }
    }
    walk(&view.nodes, &mut paths);
    let unique: std::collections::BTreeSet<_> = paths.iter().collect();
    assert_eq!(unique.len(), paths.len(), "{paths:?}");
}

#[test]
fn sessions_and_forms_may_change_threads() {
    fn send<T: Send>() {}
    fn sync<T: Sync>() {}
    send::<Session>();
    send::<Form>();
    sync::<Form>();
}

#[test]
fn a_list_that_is_missing_is_told_once() {
    let form = form(json!([
        {"type": "textfield", "key": "names", "label": "Tên", "input": true, "multiple": true, "validate": {"required": true}},
    ]));
    let rules = |answers: Value| -> Vec<String> {
        open(&form, answers)
            .errors(None)
            .into_iter()
            .map(|error| error.rule)
            .collect()
    };
    assert_eq!(rules(json!({})), ["required"]);
    assert_eq!(rules(json!({"names": "Bình"})), ["array"]);
    assert!(rules(json!({"names": ["Bình"]})).is_empty());
}

#[test]
fn boxes_of_which_one_is_ticked_keep_one_answer() {
    let mark = |key: &str, value: &str, label: &str| {
        json!({"type": "checkbox", "inputType": "radio", "name": "sex", "key": key, "value": value, "label": label,
            "input": true, "validate": {"required": true}})
    };
    let form = form(json!([mark("nam", "m", "Nam"), mark("nu", "f", "Nữ")]));
    let mut session = open(&form, json!({}));
    let view = session.view();
    let paths: Vec<&str> = view.nodes.iter().map(|node| node.path.as_str()).collect();
    assert_eq!(paths, ["sex", "sex~2"]);
    assert_eq!(view.nodes[1].attributes["value"], "f");
    assert_eq!(view.nodes[1].attributes["inputType"], "radio");
    assert_eq!(view.state.data, json!({}));
    let wrong: Vec<String> = session
        .errors(None)
        .into_iter()
        .map(|one| one.path)
        .collect();
    assert_eq!(wrong, ["sex"]);
    let patch = session.apply(&set("sex~2", json!("f"))).unwrap().patch;
    assert_eq!(patch.values["sex"], "f");
    assert_eq!(patch.values["sex~2"], "f");
    assert!(session.errors(None).is_empty());
    let shown = form.display(&json!({"sex": "f"}), &env());
    assert_eq!(shown, json!({"sex": "Nữ"}));
}

#[test]
fn a_paper_shows_a_time_alone_and_an_address_typed_part_by_part() {
    let form = form(json!([
        {"type": "datetime", "key": "at", "input": true, "enableDate": false, "format": "HH:mm"},
        {"type": "address", "key": "home", "input": true, "enableManualMode": true, "components": [
            {"type": "textfield", "key": "address1", "input": true, "customConditional": "show = _.get(instance, 'parent.manualMode', false)"},
            {"type": "textfield", "key": "city", "input": true, "customConditional": "show = _.get(instance, 'parent.manualMode', false)"},
        ]},
    ]));
    let data = json!({
        "at": "2026-09-05T01:30:00.000Z",
        "home": {"mode": "manual", "address": {"address1": "Số 5", "city": "Xã Mẫu", "country": "Lào", "zip": "10000"}},
    });
    let shown = form.display(&data, &env());
    assert_eq!(
        shown,
        json!({"at": "08:30", "home": "Số 5, Xã Mẫu, Lào, 10000"})
    );
    // What form.io keeps is kept.
    assert_eq!(process(&form, &data, &env()).data, data);
}

#[test]
fn what_is_typed_takes_the_case_that_the_form_asks_for() {
    let cased = form(json!([
        {"type": "textfield", "key": "up", "input": true, "case": "uppercase", "validate": {"pattern": "[A-ZĐỮ ]+"}},
        {"type": "textfield", "key": "low", "input": true, "case": "lowercase"},
        {"type": "textfield", "key": "mixed", "input": true, "case": "mixed"},
        {"type": "email", "key": "many", "input": true, "case": "uppercase", "multiple": true},
        {"type": "select", "key": "pick", "input": true, "case": "uppercase", "dataSrc": "values",
         "data": {"values": [{"label": "a", "value": "a"}]}},
        {"type": "datagrid", "key": "g", "input": true, "components": [
            {"type": "textfield", "key": "x", "input": true, "case": "uppercase"}]},
    ]));
    let mut session = open(&cased, json!({}));
    let mut typed = |path: &str, value: Value| {
        let path = path.to_owned();
        let applied = session
            .apply(&Change::Set {
                path: path.clone(),
                value,
            })
            .unwrap();
        // What goes into the log and what the screen is told are what is sealed.
        if let Change::Set { path, value } = &applied.change
            && !path.contains('[')
        {
            assert_eq!(applied.patch.values.get(path), Some(value));
        }
        (session.sealed_data(), session.errors(None))
    };
    let (data, errors) = typed("up", json!("đinh thị ữ"));
    assert_eq!(data["up"], "ĐINH THỊ Ữ");
    assert_eq!(errors.len(), 1, "Ị is not in the pattern");
    let (data, errors) = typed("up", json!("đinh ữ"));
    assert_eq!((&data["up"], errors.len()), (&json!("ĐINH Ữ"), 0));
    assert_eq!(typed("low", json!("ĐỮ")).0["low"], "đữ");
    // The screen shows what was typed, and is put right even where nothing changed.
    assert_eq!(typed("low", json!("ĐỮ")).0["low"], "đữ");
    assert_eq!(typed("mixed", json!("Đữ")).0["mixed"], "Đữ");
    assert_eq!(
        typed("many", json!(["a@b.vn"])).0["many"],
        json!(["A@B.VN"])
    );
    assert_eq!(
        typed("many[1]", json!("c@d.vn")).0["many"],
        json!(["A@B.VN", "C@D.VN"])
    );
    assert_eq!(typed("pick", json!("a")).0["pick"], "a");
    assert_eq!(typed("g", json!([{"x": "ữ"}])).0["g"], json!([{"x": "Ữ"}]));
    assert_eq!(typed("g[0].x", json!("đ")).0["g"], json!([{"x": "Đ"}]));
    let (path, value) = ("g".to_owned(), json!({"x": "đ"}));
    session
        .apply(&Change::InsertRow {
            path,
            index: 0,
            value,
        })
        .unwrap();
    assert_eq!(session.answers()["g"][0]["x"], "Đ");
    // What a draft holds already is no one's typing.
    let back = Change::Set {
        path: "low".into(),
        value: json!("Đ"),
    };
    session.restore(&back).unwrap();
    assert_eq!(session.answers()["low"], "Đ");
}

/// The texts that a screen shows at a path, over those of the definition.
fn shown(session: &Session, path: &str, name: &str) -> String {
    let overrides = session.state().overrides;
    overrides[path][name].as_str().unwrap().to_owned()
}

#[test]
fn a_text_that_shows_an_answer_changes_with_it_and_takes_no_markup_from_it() {
    let form = form(json!([
        {"type": "content", "key": "note", "input": false, "refreshOnChange": true,
         "html": "<p>Chào <b>{{ data.name }}</b>, tổng {{ data.total }} đồng</p>"},
        {"type": "htmlelement", "key": "say", "input": false, "tag": "h3", "content": "{{ data.nick || data.name }}"},
        {"type": "textfield", "key": "name", "input": true, "label": "Tên"},
        {"type": "textfield", "key": "nick", "input": true, "label": "Tên khác của {{ data.name }}",
         "description": "Không phải {{ data.name }}"},
        {"type": "number", "key": "n", "input": true},
        {"type": "number", "key": "total", "input": true, "calculateValue": "value = data.n * 2"},
        {"type": "datagrid", "key": "g", "input": true, "components": [
            {"type": "textfield", "key": "x", "input": true},
            {"type": "content", "key": "line", "input": false, "html": "<i>{{ rowIndex }}: {{ row.x }}</i>"}]},
    ]));
    let mut session = open(&form, json!({}));
    let node = &session.view().nodes[0];
    assert_eq!(node.html, "<p>Chào <b></b>, tổng  đồng</p>");
    let patch = session.apply(&set("n", json!(4))).unwrap().patch;
    // It stands before what it shows.
    let told = patch.overrides["note"]["html"].as_str().unwrap();
    assert_eq!(told, "<p>Chào <b></b>, tổng 8 đồng</p>");
    assert!(
        !patch.overrides.contains_key("say"),
        "nobody asked about that"
    );

    let hostile = "<img src=x onerror=alert(1)><b>An</b> {{ data.n }} {% x %}";
    session.apply(&set("name", json!(hostile))).unwrap();
    let note = shown(&session, "note", "html");
    assert!(
        note.contains("&lt;img src=x onerror=alert(1)&gt;&lt;b&gt;An&lt;/b&gt; {{ data.n }}"),
        "{note}"
    );
    assert_eq!(note.matches("<b>").count(), 1);
    assert_eq!(
        shown(&session, "nick", "label"),
        format!("Tên khác của {hostile}")
    );
    assert_eq!(
        shown(&session, "nick", "hint"),
        format!("Không phải {hostile}")
    );
    session.apply(&set("nick", json!("Bi"))).unwrap();
    assert_eq!(shown(&session, "say", "html"), "<h3>Bi</h3>");

    session
        .apply(&set("g", json!([{"x": "một"}, {"x": "hai"}])))
        .unwrap();
    assert_eq!(shown(&session, "g[1].line", "html"), "<i>1: hai</i>");
    let gone = Change::RemoveRow {
        path: "g".into(),
        index: 0,
    };
    let patch = session.apply(&gone).unwrap().patch;
    assert_eq!(shown(&session, "g[0].line", "html"), "<i>0: hai</i>");
    assert!(patch.overrides["g[1].line"].is_empty());
    let fresh = open(&form, session.answers().clone());
    assert_eq!(session.state(), fresh.state());
}

#[test]
fn few_answers_in_many_places_take_no_more_room_than_a_form_may() {
    let notes = (0..200).map(|at| {
        json!({"type": "content", "key": format!("c{at}"), "input": false, "html": "{{ data.a }}".repeat(100)})
    });
    let mut components: Vec<Value> = notes.collect();
    components.push(json!({"type": "textarea", "key": "a", "input": true}));
    let form = form(Value::Array(components));
    let mut session = open(&form, json!({}));
    session.apply(&set("a", json!("x".repeat(10_000)))).unwrap();
    let texts = session.state().overrides.into_values().flatten();
    let bytes: usize = texts.map(|(_, text)| text.as_str().unwrap().len()).sum();
    // All of it would be two hundred million.
    assert!((1_000_000..5_000_000).contains(&bytes), "{bytes}");
}

#[test]
fn markup_that_logic_puts_is_sanitised() {
    let form = form(json!([
        {"type": "checkbox", "key": "k", "input": true},
        {"type": "content", "key": "note", "input": false, "html": "<p>a</p>", "logic": [{
            "trigger": {"type": "simple", "simple": {"when": "k", "eq": "true", "show": true}},
            "actions": [{"type": "property", "property": {"type": "string", "value": "html"},
                         "text": "<p onclick=x()>b<script>y()</script></p>"}]}]},
    ]));
    let mut session = open(&form, json!({}));
    session.apply(&set("k", json!(true))).unwrap();
    assert_eq!(shown(&session, "note", "html"), "<p>b</p>");
}

const TRANSLATIONS: &str =
    include_str!("../../../../tests/conformance/formio/forms/translations.json");

#[test]
fn a_form_is_shown_in_the_language_of_whoever_reads_it() {
    let definition: Value = serde_json::from_str(TRANSLATIONS).unwrap();
    let english = |form: &Arc<Form>| {
        let env = Env {
            locale: "en".into(),
            ..env()
        };
        Session::new(Arc::clone(form), json!({}), BTreeMap::new(), env)
    };
    let form = Arc::new(Form::parse(&definition).unwrap());
    let session = english(&form);
    let view = session.view();
    assert_eq!(
        (&*view.nodes[0].label, &*view.nodes[1].label),
        ("Name", "s")
    );
    assert_eq!(
        session.errors(None)[0].message,
        "Name is missing. Please fill it in."
    );
    assert_eq!(open(&form, json!({})).view().nodes[0].label, "Tên");

    let form = Arc::new(Form::parse(&json!({
        "title": "Tờ khai",
        "settings": {"i18n": {"en-US": {"translation": {
            "Tờ khai": "Declaration", "Có": "Yes", "Không": "No", "Như trên thẻ": "As on the card", "ví dụ": "example",
            "<p>Chào {{ data.a }}</p>": "<p>Hello {{ data.a }}<script>x()</script></p>", "Sai rồi": "Wrong", "Nhóm": "Group",
        }}}},
        "components": [
            {"type": "panel", "key": "p", "title": "Nhóm", "input": false, "components": [
                {"type": "textfield", "key": "a", "label": "Có", "description": "Như trên thẻ", "placeholder": "ví dụ",
                 "input": true, "validate": {"required": true, "customMessage": "Sai rồi"}}]},
            {"type": "radio", "key": "r", "input": true, "values": [{"label": "Có", "value": "Có"}, {"label": "Khác", "value": "k"}]},
            {"type": "content", "key": "c", "input": false, "html": "<p>Chào {{ data.a }}</p>"},
        ],
    })).unwrap());
    let mut session = english(&form);
    let view = session.view();
    assert_eq!(
        (&*view.title, &*view.nodes[0].label),
        ("Declaration", "Group")
    );
    let field = &view.nodes[0].children[0];
    assert_eq!(
        (&*field.label, &*field.hint, &*field.placeholder),
        ("Yes", "As on the card", "example")
    );
    let choices = &view.nodes[1].choices;
    assert_eq!(
        (&*choices[0].label, &choices[0].value),
        ("Yes", &json!("Có"))
    );
    assert_eq!(choices[1].label, "Khác");
    assert_eq!(session.errors(None)[0].message, "Wrong");
    session.apply(&set("a", json!("An"))).unwrap();
    assert_eq!(shown(&session, "c", "html"), "<p>Hello An</p>");
    // A paper is the agency's, in its words.
    assert_eq!(form.nodes()[0].label, "Nhóm");
}

#[test]
fn what_is_not_to_be_stored_is_not_sealed() {
    let field = |key: &str, more: Value| {
        let mut field =
            json!({"type": "textfield", "key": key, "input": true, "validate": {"required": true}});
        field
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        field
    };
    let form = form(json!([
        field("plain", json!({"persistent": true})),
        field("off", json!({"persistent": false})),
        field("browser", json!({"persistent": "client-only"})),
        field("secret", json!({"protected": true})),
        {"type": "datagrid", "key": "g", "input": true, "components": [
            field("x", json!({})), field("y", json!({"persistent": false}))]},
        field("sum", json!({"calculateValue": "value = data.off + data.browser"})),
    ]));
    let answers = json!({"plain": "1", "off": "2", "browser": "3", "secret": "4", "g": [{"x": "5", "y": "6"}]});
    let mut session = open(&form, answers.clone());
    let sealed = json!({"plain": "1", "secret": "4", "g": [{"x": "5"}], "sum": "23"});
    assert_eq!(session.sealed_data(), sealed);
    // Whoever fills it in sees it all, and rules go on reading it.
    assert_eq!(session.state().data["off"], "2");
    session.apply(&set("off", json!("7"))).unwrap();
    session.apply(&set("g[0].y", json!("8"))).unwrap();
    assert_eq!(session.sealed_data()["sum"], "73");
    assert_eq!(session.sealed_data()["g"], json!([{"x": "5"}]));
    assert_eq!(
        process(&form, &answers, &env()).data["off"],
        "2",
        "form.io's own run keeps it"
    );
}

#[test]
fn what_never_comes_to_anything_is_reported() {
    let rule = |trigger: Value, action: Value| json!({"name": "r", "trigger": trigger, "actions": [action]});
    let value = json!({"type": "value", "value": "value = 1"});
    let form = Form::parse(&json!({"display": "wizard", "components": [
        {"type": "panel", "key": "p", "input": false, "nextPage": "q", "components": [
            {"type": "textfield", "key": "a", "input": true, "logic": [rule(json!({"type": "event", "event": "x"}), value.clone())]},
            {"type": "textfield", "key": "b", "input": true, "logic": [rule(json!({"type": "moon"}), value.clone())]},
            {"type": "textfield", "key": "c", "input": true, "logic": [
                rule(json!({"type": "javascript", "javascript": "result = true"}), json!({"type": "dance"}))]},
            {"type": "textfield", "key": "ok", "input": true, "logic": [
                rule(json!({"type": "javascript", "javascript": "result = true"}), value)]},
            {"type": "content", "key": "d", "input": false, "html": "{% if (x) { %}a{% } %}"},
            {"type": "textfield", "key": "e", "input": true, "label": "{{ data.a + 1 }}"},
            {"type": "textfield", "key": "f", "input": true, "label": "{{ data.a || row.b?.c }}"},
            {"type": "textfield", "key": "g", "input": true, "validate": {"customMessage": "{{ data.a.trim() }}"}},
            {"type": "textfield", "key": "h", "input": true, "errors": {"required": "{{ field }}", "min": "{% x %}"}},
        ]},
        {"type": "panel", "key": "q", "input": false, "nextPage": "", "components": [
            {"type": "button", "key": "b1", "input": true, "action": "custom", "custom": "data.a = 1"},
            {"type": "button", "key": "b2", "input": true, "action": "saveState", "state": "draft"},
            {"type": "button", "key": "b3", "input": true, "action": "url", "url": "https://example.com"},
            {"type": "button", "key": "b4", "input": true, "action": "event", "event": "e"},
            {"type": "button", "key": "b5", "input": true, "action": "submit"},
            {"type": "button", "key": "b6", "input": true, "action": "reset"},
            {"type": "button", "key": "b7", "input": true},
        ]},
    ]})).unwrap();
    let found: Vec<(&str, &str)> = form
        .report()
        .iter()
        .map(|part| (&*part.path, &*part.what))
        .collect();
    let expected = [
        ("p", "nextPage"),
        ("a", "logic"),
        ("b", "logic"),
        ("c", "logic"),
        ("p.d", "html"),
        ("e", "label"),
        ("g", "validate.customMessage"),
        ("h", "errors"),
        ("b1", "custom"),
        ("b2", "action"),
        ("b3", "action"),
        ("b4", "action"),
    ];
    assert_eq!(found, expected);
    assert!(form.report()[3].reason.contains("`dance`"));
    // A message that is worse than it could be keeps nobody from answering.
    let blocked = open(&Arc::new(form), json!({})).state().blocked;
    assert!(blocked.contains_key("a") && !blocked.contains_key("g") && !blocked.contains_key("h"));
}
