//! The questions of a tree, whose rules meet what each branch answers.
//!
//! form.io's server looks for the answers right below the tree (`tree.name`), where its renderer keeps none: they are in `tree.data.name`,
//! `tree.children[0].data.name` and so on. A required one is always missing there, and no such form could ever be handed in.

use crate::condition::instances;
use crate::definition::{Component, Form, Id, Model};
use crate::env::Env;
use crate::js::Js;
use crate::path::{self, Seg};
use crate::report::UNRUN_ON_BRANCHES;
use crate::rule::Rule;
use crate::run::{Failure, Memory, Moment, Stopped};

/// Broken rules in the branches of all trees that show, branch by branch from the top.
pub(super) fn failures(form: &Form, env: &Env, memory: &Memory) -> Vec<Failure> {
    look(form, env, memory).found
}

/// Rules that only a script could have told of, in the branches of all trees that show.
pub(super) fn not_run(form: &Form, env: &Env, memory: &Memory) -> Vec<Stopped> {
    if !form.dependents.scripts_in_trees {
        return Vec::new();
    }
    look(form, env, memory).not_run
}

fn look<'a>(form: &'a Form, env: &'a Env, memory: &'a Memory) -> Look<'a> {
    let mut look = Look {
        form,
        env,
        memory,
        found: Vec::new(),
        not_run: Vec::new(),
    };
    for id in &form.dependents.trees {
        if let Some(tree) = form.component(*id) {
            for (segs, _) in instances(form, &memory.data, *id) {
                look.branches(tree, &segs, &segs);
            }
        }
    }
    look
}

struct Look<'a> {
    form: &'a Form,
    env: &'a Env,
    memory: &'a Memory,
    found: Vec<Failure>,
    not_run: Vec<Stopped>,
}

impl Look<'_> {
    /// `unheld` is where form.io has the same, and whether that shows.
    fn branches(&mut self, tree: &Component, at: &[Seg], unheld: &[Seg]) {
        // How deep a tree is, the answers say: no recursion.
        let mut open = vec![at.to_vec()];
        while let Some(branch) = open.pop() {
            self.questions(&tree.children, &key(&branch, "data"), unheld);
            let below = key(&branch, "children");
            if let Js::Arr(children) = path::get(&self.memory.data, &below) {
                open.extend((0..children.len()).rev().map(|at| row(&below, at)));
            }
        }
    }

    fn questions(&mut self, ids: &[Id], base: &[Seg], unheld: &[Seg]) {
        for id in ids {
            let Some(component) = self.form.component(*id) else {
                continue;
            };
            let (at, unheld) = (component.at(base), component.at(unheld));
            let place = (*id, component.path_at(&unheld));
            if component.traits.hidden || self.memory.covers(&place) {
                continue;
            }
            self.check(*id, component, &at);
            if component.is_tree() {
                self.branches(component, &at, &unheld);
            } else if component.is_rows() {
                let rows = path::get(&self.memory.data, &at)
                    .as_arr()
                    .map_or(0, Vec::len);
                for row in 0..rows {
                    let unheld = component.row_at(&unheld, 0);
                    self.questions(&component.children, &component.row_at(&at, row), &unheld);
                }
            } else if component.model == Model::DataObject {
                let (at, unheld) = (key(&at, "data"), key(&unheld, "data"));
                self.questions(&component.children, &at, &unheld);
            } else {
                self.questions(&component.children, &at, &unheld);
            }
        }
    }

    fn check(&mut self, id: Id, component: &Component, at: &[Seg]) {
        if component.traits.unchecked {
            return;
        }
        let zone = self.env.zone();
        let moment = Moment {
            form: self.form,
            data: &self.memory.data,
            index: None,
            local: &[],
            zone: &zone,
            now: self.env.today.as_millisecond(),
        };
        let value = path::get(&self.memory.data, at);
        let path = component.path_at(at);
        let (found, not_run) = (&mut self.found, &mut self.not_run);
        Rule::each(&component.rules, component, value, |rule, value, _| {
            let path = path.clone();
            match rule.check_alone(component, value, &moment) {
                Ok(Some(broken)) => found.push(Failure { id, path, broken }),
                Ok(None) => {}
                Err(what) => not_run.push(Stopped {
                    id,
                    at: path.clone() + &component.twin,
                    path,
                    what,
                    why: UNRUN_ON_BRANCHES.into(),
                    never: true,
                }),
            }
        });
    }
}

fn key(at: &[Seg], name: &str) -> Vec<Seg> {
    [at, &[Seg::Key(name.into())]].concat()
}

fn row(at: &[Seg], index: usize) -> Vec<Seg> {
    [at, &[Seg::Index(index)]].concat()
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
