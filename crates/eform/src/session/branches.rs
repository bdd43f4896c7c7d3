//! The questions of a tree, whose rules meet what each branch answers.
//!
//! form.io's server looks for the answers right below the tree (`tree.name`), where its renderer keeps none: they are in `tree.data.name`,
//! `tree.children[0].data.name` and so on. A required one is always missing there, and no such form could ever be handed in.

use crate::definition::{Form, Id};
use crate::env::Env;
use crate::js::Js;
use crate::path::{self, Seg};
use crate::report::UNRUN_ON_BRANCHES;
use crate::rule::{Broken, Rule};
use crate::run::{Branches, Failure, Moment, Stopped};

/// Broken rules of the questions that branches show.
pub(super) fn failures(form: &Form, env: &Env, data: &Js, branches: &Branches) -> Vec<Failure> {
    let mut found = Vec::new();
    let mut look = |id, segs: &[Seg]| {
        check(form, env, data, id, segs, |path, item, told| {
            if let Ok(broken) = told {
                found.push(Failure {
                    id,
                    path,
                    item,
                    broken,
                });
            }
        });
    };
    branches.asked.iter().for_each(|(id, segs)| look(*id, segs));
    found
}

/// Rules that weren't run to their end: those that only a script could have told of, and conditions that were stopped.
pub(super) fn not_run(form: &Form, env: &Env, data: &Js, branches: &Branches) -> Vec<Stopped> {
    let mut found = branches.stopped.clone();
    if !form.dependents.scripts_in_trees {
        return found;
    }
    for (id, segs) in &branches.asked {
        let twin = form.component(*id).map(|component| &*component.twin);
        check(form, env, data, *id, segs, |path, _, told| {
            if let Err(what) = told {
                found.push(Stopped {
                    id: *id,
                    at: path.clone() + twin.unwrap_or_default(),
                    path,
                    what,
                    why: UNRUN_ON_BRANCHES.into(),
                    never: true,
                });
            }
        });
    }
    found
}

/// Tells of each rule of a question that is broken, or whose property only a script could have told of.
fn check(
    form: &Form,
    env: &Env,
    data: &Js,
    id: Id,
    at: &[Seg],
    mut tell: impl FnMut(String, Option<usize>, Result<Broken, &'static str>),
) {
    let Some(component) = form.component(id).filter(|one| !one.traits.unchecked) else {
        return;
    };
    let zone = env.zone();
    let moment = Moment {
        form,
        data,
        index: None,
        local: &[],
        branches: &[],
        zone: &zone,
        now: env.today.as_millisecond(),
    };
    let value = path::get(data, at);
    Rule::each(&component.rules, component, value, |rule, value, item| {
        let told = rule.check_alone(component, value, &moment).transpose();
        if let Some(told) = told {
            tell(component.path_at(at), item, told);
        }
    });
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use serde_json::{Value, json};

    use crate::{Env, Form, Session};

    fn told(tree: Value, answers: Value) -> Vec<(String, String)> {
        let form = Form::parse(&json!({"components": [tree]})).unwrap();
        let env = Env::new("2026-11-21T03:00:00Z".parse().unwrap());
        let session = Session::new(Arc::new(form), answers, BTreeMap::new(), env);
        let errors = session.errors(None);
        assert_eq!(session.is_whole(), errors.is_empty());
        errors
            .into_iter()
            .map(|error| (error.path, error.rule))
            .collect()
    }

    fn at(path: &str, rule: &str) -> (String, String) {
        (path.to_owned(), rule.to_owned())
    }

    #[test]
    fn each_branch_is_asked_at_its_own_place_and_a_whole_tree_is_whole() {
        let tree = json!({"type": "tree", "key": "gia_pha", "input": true, "tree": true, "components": [
            {"type": "panel", "key": "nhom", "components": [
                {"type": "textfield", "key": "ten", "input": true, "validate": {"required": true, "maxLength": 5}},
            ]},
            {"type": "datagrid", "key": "con", "input": true, "components": [
                {"type": "textfield", "key": "ten", "input": true, "validate": {"required": true}},
            ]},
            {"type": "textfield", "key": "khac", "input": true, "hidden": true, "validate": {"required": true}},
        ]});
        assert_eq!(
            told(tree.clone(), json!({})),
            [at("gia_pha.data.ten", "required")]
        );
        let answers = json!({"gia_pha": {"data": {"ten": "Ông"}, "children": [
            {"data": {"ten": ""}, "children": [{"data": {"ten": "rất dài"}, "children": []}]},
            {"data": {"ten": "Cha", "con": [{"ten": "Bé"}, {}]}},
        ]}});
        assert_eq!(
            told(tree.clone(), answers),
            [
                at("gia_pha.children[0].data.ten", "required"),
                at("gia_pha.children[0].children[0].data.ten", "maxLength"),
                at("gia_pha.children[1].data.con[1].ten", "required"),
            ]
        );
        let whole =
            json!({"gia_pha": {"data": {"ten": "Ông"}, "children": [{"data": {"ten": "Cha"}}]}});
        assert_eq!(told(tree.clone(), whole), []);

        let mut hidden = tree;
        hidden["customConditional"] = json!("show = false");
        assert_eq!(told(hidden, json!({})), []);
    }

    fn asks(rules: Value) -> Form {
        let fields: Vec<Value> = rules
            .as_object()
            .unwrap()
            .iter()
            .map(|(key, rule)| {
                let mut field = json!({"type": "textfield", "key": key, "input": true, "validate": rule["validate"]});
                if let Some(choices) = rule.get("choices") {
                    field["type"] = json!("select");
                    field["dataSrc"] = choices["from"].clone();
                    field["data"] = choices["data"].clone();
                }
                field
            })
            .collect();
        let tree = json!({"type": "tree", "key": "cay", "input": true, "tree": true, "components": fields});
        Form::parse(&json!({"components": [tree]})).unwrap()
    }

    fn opened(form: Form, answers: Value) -> Session {
        let env = Env::new("2026-11-21T03:00:00Z".parse().unwrap());
        Session::new(Arc::new(form), answers, BTreeMap::new(), env)
    }

    #[test]
    fn what_only_a_script_could_tell_of_a_branch_is_told_there() {
        let made = json!({"from": "custom", "data": {"custom": "values = ['x']"}});
        let form = asks(json!({
            "a": {"validate": {"custom": "valid = window.ok(input)"}},
            "b": {"validate": {"json": {"==": [{"var": "input"}, "x"]}}},
            "c": {"validate": {"pattern": "(a|aa)+$"}},
            "d": {"validate": {"onlyAvailableItems": true}, "choices": made},
        }));
        let found: Vec<_> = form
            .report()
            .iter()
            .filter(|part| part.reason.contains("branch"))
            .map(|part| (&*part.path, &*part.what))
            .collect();
        assert_eq!(
            found,
            [
                ("cay.a", "validate.custom"),
                ("cay.b", "validate.json"),
                ("cay.c", "validate.pattern"),
                ("cay.d", "validate.onlyAvailableItems"),
                ("cay.d", "data.custom"),
            ]
        );
        let all = json!({"a": "1", "b": "1", "c": "1", "d": "1"});
        let answers = json!({"cay": {"data": all, "children": [{"data": {}}]}});
        let mut session = opened(form, answers);
        let told = |session: &Session| -> Vec<(String, String)> {
            let unchecked = session.unchecked().into_iter();
            unchecked
                .map(|one| {
                    assert!(one.never, "{one:?}");
                    (one.path, one.what)
                })
                .collect()
        };
        // A pattern and a choice say nothing of what isn't answered.
        let all = [
            at("cay.data.a", "validate.custom"),
            at("cay.data.b", "validate.json"),
            at("cay.data.c", "validate.pattern"),
            at("cay.data.d", "validate.onlyAvailableItems"),
            at("cay.children[0].data.a", "validate.custom"),
            at("cay.children[0].data.b", "validate.json"),
        ];
        assert_eq!(told(&session), all);
        assert_eq!(session.errors(None), []);
        session.try_stopped_again();
        assert_eq!(told(&session), all);

        // The screen has it beside each of them, and follows.
        assert!(
            session
                .state()
                .blocked
                .contains_key("cay.children[0].data.a")
        );
        let change = crate::Change::RemoveRow {
            path: "cay.children".into(),
            index: 0,
        };
        let patch = session.apply(&change).unwrap().patch;
        assert_eq!(
            patch.blocked,
            BTreeMap::from(
                ["a", "b"].map(|key| (format!("cay.children[0].data.{key}"), None::<String>))
            )
        );
        let change = crate::Change::Set {
            path: "cay.data.c".into(),
            value: json!(""),
        };
        session.apply(&change).unwrap();
        assert!(!session.state().blocked.contains_key("cay.data.c"));
        assert_eq!(told(&session).len(), 3);
    }

    #[test]
    fn branches_that_do_not_show_leave_nothing_to_tell() {
        let form = json!({"components": [
            {"type": "checkbox", "key": "co", "input": true},
            {"type": "tree", "key": "cay", "input": true, "tree": true, "customConditional": "show = data.co === true", "components": [
                {"type": "textfield", "key": "ten", "input": true, "validate": {"custom": "valid = false"}},
            ]},
        ]});
        let session = opened(Form::parse(&form).unwrap(), json!({"co": false}));
        assert_eq!(session.unchecked(), []);
        let session = opened(Form::parse(&form).unwrap(), json!({"co": true}));
        assert_eq!(session.unchecked().len(), 1);
    }

    #[test]
    fn choices_that_the_definition_has_are_checked_in_each_branch() {
        let listed = json!({"from": "values", "data": {"values": [{"label": "X", "value": "x"}]}});
        let form = asks(json!({
            "d": {"validate": {"onlyAvailableItems": true}, "choices": listed},
        }));
        assert_eq!(form.report(), []);
        let answers = json!({"cay": {"data": {"d": "x"}, "children": [{"data": {"d": "y"}}]}});
        let session = opened(form, answers);
        assert_eq!(session.unchecked(), []);
        let errors = session.errors(None);
        assert_eq!(errors.len(), 1);
        assert_eq!(
            (&*errors[0].path, &*errors[0].rule),
            ("cay.children[0].data.d", "onlyAvailableItems")
        );
    }
}
