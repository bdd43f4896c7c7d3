//! Our own component types in a form: what is kept, refused, and only remarked on.

use std::collections::BTreeMap;
use std::sync::Arc;

use hoso_eform::{Change, Env, Form, Session, process};
use serde_json::{Value, json};

fn env() -> Env {
    Env::new("2026-11-21T03:00:00Z".parse().unwrap())
}

fn form(component: Value) -> Arc<Form> {
    Arc::new(Form::parse(&json!({"title": "Tờ khai", "components": [component]})).unwrap())
}

fn session(form: &Arc<Form>, data: Value) -> Session {
    Session::new(Arc::clone(form), data, BTreeMap::new(), env())
}

fn rules(form: &Form, data: &Value) -> Vec<(String, String)> {
    process(form, data, &env())
        .errors
        .into_iter()
        .map(|error| (error.path, error.rule))
        .collect()
}

#[test]
fn an_address_is_kept_whole_and_asked_for_with_both_levels() {
    let form = form(json!({
        "type": "vnAddress", "key": "noi_o", "label": "Nơi ở", "input": true,
        "validate": {"required": true}
    }));
    let missing = [("noi_o".to_owned(), "required".to_owned())];
    let whole =
        json!({"noi_o": {"chi_tiet": "Số 1", "xa": "Phường Ba Đình", "tinh": "Thành phố Hà Nội"}});
    let outcome = process(&form, &whole, &env());
    assert_eq!((outcome.errors, outcome.data), (vec![], whole.clone()));
    for part in ["xa", "tinh"] {
        let mut lacking = whole.clone();
        lacking["noi_o"][part] = json!("");
        assert_eq!(rules(&form, &lacking), missing, "{part}");
    }
    assert_eq!(rules(&form, &json!({})), missing);
    // One line, as another program or an older dossier has it.
    let line = json!({"noi_o": "Số 1, Phường Ba Đình, Hà Nội"});
    let outcome = process(&form, &line, &env());
    assert_eq!((outcome.errors, outcome.data), (vec![], line));
}

#[test]
fn an_unknown_commune_is_remarked_on_and_refused_only_where_the_form_insists() {
    let former = json!({"noi_o": {"xa": "Phường Phúc Xá", "tinh": "Hà Nội"}});
    for insists in [false, true] {
        let form = form(json!({
            "type": "vnAddress", "key": "noi_o", "label": "Nơi ở", "input": true,
            "validate": {"knownPlace": insists}
        }));
        let refused: Vec<_> = rules(&form, &former)
            .into_iter()
            .map(|(_, rule)| rule)
            .collect();
        assert_eq!(refused, if insists { vec!["vnAddress"] } else { vec![] });
        let warnings = session(&form, former.clone()).state().warnings;
        assert!(warnings["noi_o"].contains("Phường Hồng Hà"), "{warnings:?}");
    }
}

#[test]
fn an_address_offers_the_provinces_and_shows_its_parts_on_paper() {
    let form = form(json!({"type": "vnAddress", "key": "noi_o", "label": "Nơi ở", "input": true}));
    let view = session(&form, json!({})).view();
    let offered = &view.nodes[0].choices;
    assert!(
        offered
            .iter()
            .any(|one| one.label == "Tỉnh Kon Tum (nay: Tỉnh Quảng Ngãi)"
                && one.value == "Tỉnh Quảng Ngãi")
    );
    assert_eq!(
        offered.iter().filter(|one| one.value == one.label).count(),
        34
    );
    let shown = form.display(
        &json!({"noi_o": {"tinh": "T", "xa": "X", "chi_tiet": "S"}}),
        &env(),
    );
    assert_eq!(
        shown["noi_o"].to_string(),
        r#"{"chi_tiet":"S","xa":"X","tinh":"T"}"#
    );
    assert!(form.report().is_empty());
}

#[test]
fn a_citizens_number_is_compared_with_birth_and_sex_beside_it() {
    let form = form(json!({
        "type": "datagrid", "key": "ai", "label": "Ai", "input": true, "components": [
            {"type": "vnCitizenId", "key": "so", "label": "Số", "input": true, "agreesWith": {"birthDate": "sinh", "sex": "gioi"}},
            {"type": "vnPartialDate", "key": "sinh", "label": "Ngày sinh", "input": true},
            {"type": "radio", "key": "gioi", "label": "Giới tính", "input": true,
             "values": [{"value": "nam", "label": "Nam"}, {"value": "nu", "label": "Nữ"}]},
        ]
    }));
    // A woman born in 2001.
    let id = "034301000123";
    for (birth, sex, odd) in [
        ("2001-09-05", "nu", false),
        ("2001", "", false),
        ("", "nu", false),
        ("", "", false),
        ("2002-09-05", "nu", true),
        ("2001-09-05", "nam", true),
    ] {
        let data = json!({"ai": [{}, {"so": id, "sinh": birth, "gioi": sex}]});
        let state = session(&form, data.clone()).state();
        assert_eq!(
            state.warnings.contains_key("ai[1].so"),
            odd,
            "{birth} {sex}: {:?}",
            state.warnings
        );
        assert_eq!(rules(&form, &data), [], "never an error");
    }
}

#[test]
fn the_comparison_follows_the_answers() {
    let form = Arc::new(
        Form::parse(&json!({"title": "T", "components": [
            {"type": "vnCitizenId", "key": "so", "label": "Số", "input": true, "agreesWith": {"birthDate": "sinh"}},
            {"type": "vnDate", "key": "sinh", "label": "Ngày sinh", "input": true},
        ]}))
        .unwrap(),
    );
    let mut session = session(&form, json!({"so": "034301000123", "sinh": "2001-09-05"}));
    let mut change = |value: &str| {
        let change = Change::Set {
            path: "sinh".into(),
            value: json!(value),
        };
        session.apply(&change).unwrap().patch.warnings
    };
    assert!(change("1999-09-05")["so"].is_some());
    assert_eq!(change("2001-01-01")["so"], None);
}
