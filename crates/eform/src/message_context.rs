//! What a definition's own message may name between `{{ }}`: the answers, the component, and what the broken rule asked for.

use crate::definition::Component;
use crate::html;
use crate::interpolate::{fill_in_words, has_names};
use crate::js::{Js, Props};
use crate::path::{self, Seg};
use crate::run::Failure;
use crate::texts;
use crate::translate::Language;

/// Most bytes that answers add to one message.
const MOST: usize = 64 * 1024;

/// A message in words, its names filled in from the data that the rule was broken by. The message's markup goes before that, so that
/// no answer is taken for markup.
pub(crate) fn fill(
    text: &str,
    component: &Component,
    language: &Language,
    data: &Js,
    failure: &Failure,
) -> String {
    let text = html::plain(text);
    if !has_names(&text) {
        return text;
    }
    let names = names(component, language, data, failure);
    words(&text, &names)
}

fn words(text: &str, names: &Js) -> String {
    let mut left = MOST;
    fill_in_words(text, names, &mut left).trim().to_owned()
}

fn names(component: &Component, language: &Language, data: &Js, failure: &Failure) -> Js {
    let place = path::parse(&failure.path);
    let index = place.iter().rev().find_map(|seg| match seg {
        Seg::Index(index) => Some(*index),
        Seg::Key(_) => None,
    });
    let mut names = texts::context(component, data, &place, index);
    if let Some(item) = failure.item {
        let value = names.get("value").map(|list| list.prop(&item.to_string()));
        let value = value.cloned().unwrap_or_default();
        names.insert("value".to_owned(), value);
        names.insert("index".to_owned(), Js::Num(item as f64));
    }
    let label = html::plain(&language.say(component.label()));
    let label = words(&label, &Js::Obj(names.clone()));
    let submission = Props::from([("data".to_owned(), data.clone())]);
    names.extend([
        ("field".to_owned(), Js::Str(label)),
        ("path".to_owned(), Js::str(failure.path.clone())),
        ("submission".to_owned(), Js::Obj(submission)),
    ]);
    names.extend(asked(component, failure));
    Js::Obj(names)
}

/// What the rule asked for, by the names that it has there.
fn asked(component: &Component, failure: &Failure) -> Vec<(String, Js)> {
    let rule = failure.broken.rule.as_str();
    let limit = || Js::str(failure.broken.limit.clone());
    // The rule of a message for too many choices is called as that message.
    let too_many = component.prop("maxSelectedCountMessage").as_str() == Some(rule);
    let (names, setting): (&[&str], Js) = match rule {
        "minLength" | "maxLength" | "minWords" | "maxWords" => (&["length"], limit()),
        "min" => (&["min"], limit()),
        "max" => (&["max"], limit()),
        "minYear" => (&["minYear"], limit()),
        "maxYear" => (&["maxYear"], limit()),
        "minSelectedCount" => (&["minCount"], limit()),
        "maxSelectedCount" => (&["maxCount"], limit()),
        _ if too_many => (&["maxCount"], limit()),
        "pattern" => (&["pattern", "regex"], limit()),
        // A date is shown in words, and kept as the definition has it.
        "minDate" => (&["minDate"], date_setting(component, rule)),
        "maxDate" => (&["maxDate"], date_setting(component, rule)),
        "custom" => (&[], component.dig("validate.custom").clone()),
        "json" => (&[], component.dig("validate.json").clone()),
        "required" | "array" | "array_nonempty" => (&[], Js::Bool(true)),
        "nonarray" => (&[], Js::Bool(component.multiple())),
        _ => return Vec::new(),
    };
    let named = names.iter().map(|name| ((*name).to_owned(), limit()));
    named.chain([("setting".to_owned(), setting)]).collect()
}

fn date_setting(component: &Component, rule: &str) -> Js {
    let of_widget = component.dig("widget").prop(rule);
    if component.kind == "datetime" {
        of_widget.clone()
    } else {
        component.prop(rule).clone()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use serde_json::{Value, json};

    use crate::{Env, Form, Session, process};

    /// The message of the only broken rule.
    fn told(components: Value, answers: &Value) -> String {
        let form = Form::parse(&json!({"title": "Tờ khai", "components": components})).unwrap();
        let env = Env::new("2026-11-21T03:00:00Z".parse().unwrap());
        let errors = process(&form, answers, &env).errors;
        let [error] = errors.as_slice() else {
            panic!("{errors:?}")
        };
        error.message.clone()
    }

    fn field(message: &str, more: Value) -> Value {
        let mut field =
            json!({"type": "textfield", "key": "a", "label": "Tên", "input": true, "validate": {}});
        let props = field.as_object_mut().unwrap();
        for (name, value) in more.as_object().unwrap() {
            props.insert(name.clone(), value.clone());
        }
        field["validate"]["customMessage"] = json!(message);
        field
    }

    // Each is what `interpolateErrors` of @formio/core 2.8.3 makes of it, but for dates, which it writes in the server's way.
    #[test]
    fn messages_name_what_the_rule_asked_for() {
        let rules = [
            (
                json!({"validate": {"required": true}}),
                json!(""),
                "[{{ setting }}{{ value }}]",
                "[true]",
            ),
            (
                json!({"validate": {"minLength": 5}}),
                json!("abc"),
                "{{length}} {{setting}} {{value}} {{path}}",
                "5 5 abc a",
            ),
            (
                json!({"validate": {"maxLength": 2}}),
                json!("abc"),
                "{{length}} {{setting}}",
                "2 2",
            ),
            (
                json!({"validate": {"minWords": 2}}),
                json!("abc"),
                "{{length}} {{setting}}",
                "2 2",
            ),
            (
                json!({"validate": {"maxWords": 1}}),
                json!("a b"),
                "{{length}} {{setting}}",
                "1 1",
            ),
            (
                json!({"type": "number", "validate": {"min": 3}}),
                json!(1),
                "{{min}} {{setting}} {{value}}",
                "3 3 1",
            ),
            (
                json!({"type": "number", "validate": {"max": 3}}),
                json!(5.5),
                "{{max}} {{setting}} {{value}}",
                "3 3 5.5",
            ),
            (
                json!({"validate": {"pattern": "[0-9]+"}}),
                json!("x"),
                "{{pattern}} {{regex}} {{setting}}",
                "[0-9]+ [0-9]+ [0-9]+",
            ),
            (
                json!({"validate": {"custom": "valid = 'sai'"}}),
                json!("x"),
                "{{setting}}",
                "valid = 'sai'",
            ),
            (
                json!({"type": "day", "dayFirst": true, "minYear": 2000}),
                json!("01/02/1999"),
                "{{minYear}} {{setting}}",
                "2000 2000",
            ),
            (
                json!({"type": "day", "dayFirst": true, "maxYear": 2000}),
                json!("01/02/2001"),
                "{{maxYear}} {{setting}}",
                "2000 2000",
            ),
            (
                json!({"type": "day", "dayFirst": true, "minDate": "2000-02-03"}),
                json!("01/02/2000"),
                "{{minDate}} {{setting}}",
                "03/02/2000 2000-02-03",
            ),
            (
                json!({"type": "day", "dayFirst": true, "maxDate": "2000-02-03"}),
                json!("05/02/2000"),
                "{{maxDate}} {{setting}}",
                "03/02/2000 2000-02-03",
            ),
            (
                json!({"type": "datetime", "widget": {"maxDate": "2000-02-03"}}),
                json!("2001-01-01T00:00:00Z"),
                "{{maxDate}} {{setting}}",
                "03/02/2000 2000-02-03",
            ),
            (
                json!({"type": "selectboxes", "validate": {"minSelectedCount": 2}}),
                json!({"x": true, "y": false}),
                "{{minCount}} {{setting}}",
                "2 2",
            ),
            (
                json!({"type": "selectboxes", "validate": {"maxSelectedCount": 1}}),
                json!({"x": true, "y": true}),
                "{{maxCount}} {{setting}}",
                "1 1",
            ),
        ];
        for (more, answer, message, wanted) in rules {
            let said = told(json!([field(message, more.clone())]), &json!({"a": answer}));
            assert_eq!(said, wanted, "{message} {more}");
        }
    }

    #[test]
    fn messages_name_answers_and_the_component() {
        let ask = json!({"validate": {"required": true}, "placeholder": "như thẻ"});
        let other = json!({"type": "textfield", "key": "b", "input": true});
        for (message, wanted) in [
            ("{{ field }} của {{ data.b }}", "Tên của <b>Bé & Ti"),
            (
                "{{component.label}}, {{ component.placeholder }}, {{ row.b }}",
                "Tên, như thẻ, <b>Bé & Ti",
            ),
            (
                "<b>{{ data['b'] }}</b>&nbsp;{{ submission.data.b }}",
                "<b>Bé & Ti <b>Bé & Ti",
            ),
            // form.io's own engine says `undefined`, its renderer nothing; so do we.
            ("Thiếu {{ no.such.name }}{{ min }}!", "Thiếu !"),
            ("{{ data.khong || data.b }}", "<b>Bé & Ti"),
            ("{{ data.b.trim() }}Thiếu {{ field }}", "Thiếu Tên"),
        ] {
            let said = told(
                json!([field(message, ask.clone()), other]),
                &json!({"b": "<b>Bé & Ti"}),
            );
            assert_eq!(said, wanted, "{message}");
        }
    }

    #[test]
    fn a_message_in_a_row_names_that_row_and_a_list_its_item() {
        let rows = json!([{"type": "datagrid", "key": "con", "input": true, "components": [
            field("{{ row.b }} {{ rowIndex }} {{ path }} {{ data.con[0].b }} {{ value }}", json!({"validate": {"maxLength": 1}})),
            {"type": "textfield", "key": "b", "input": true},
        ]}]);
        let answers = json!({"con": [{"a": "", "b": "x"}, {"a": "dài", "b": "y"}]});
        assert_eq!(told(rows, &answers), "y 1 con[1].a x dài");

        let list = field(
            "{{ value }} dài hơn {{ length }}",
            json!({"multiple": true, "validate": {"maxWords": 1}}),
        );
        assert_eq!(
            told(json!([list]), &json!({"a": ["x", "y z"]})),
            "y z dài hơn 1"
        );
    }

    #[test]
    fn a_text_that_is_no_number_is_named() {
        let field = field("{{ value }} không phải số", json!({"type": "number"}));
        let form = Form::parse(&json!({"components": [field]})).unwrap();
        let env = Env::new("2026-11-21T03:00:00Z".parse().unwrap());
        let session = Session::new(Arc::new(form), json!({"a": "hai"}), BTreeMap::new(), env);
        assert_eq!(session.errors(None)[0].message, "hai không phải số");
    }

    #[test]
    fn messages_by_rule_and_of_scripts_name_answers_too() {
        let mut by_rule = field("", json!({"validate": {"required": true}}));
        by_rule["errors"] = json!({"required": "{{ field }}: {{ data.b }}"});
        let other = json!({"type": "textfield", "key": "b", "label": "B", "input": true});
        assert_eq!(told(json!([by_rule, other]), &json!({"b": "1"})), "Tên: 1");

        let script = field(
            "",
            json!({"validate": {"custom": "valid = 'Không phải {' + '{ data.b }' + '}'"}}),
        );
        assert_eq!(
            told(json!([script, other]), &json!({"a": "x", "b": "1"})),
            "Không phải 1"
        );
    }
}
