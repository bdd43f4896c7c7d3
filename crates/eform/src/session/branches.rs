//! The questions of a tree, whose rules meet what each branch answers.
//!
//! form.io's server looks for the answers right below the tree (`tree.name`), where its renderer keeps none: they are in `tree.data.name`,
//! `tree.children[0].data.name` and so on. A required one is always missing there, and no such form could ever be handed in.

use crate::condition::instances;
use crate::definition::{Component, Form, Id, Model};
use crate::env::Env;
use crate::js::Js;
use crate::path::{self, Seg};
use crate::rule::Rule;
use crate::run::{Failure, Memory, Moment};

/// Broken rules in the branches of all trees that show, branch by branch from the top.
pub(super) fn failures(form: &Form, env: &Env, memory: &Memory) -> Vec<Failure> {
    let mut look = Look {
        form,
        env,
        memory,
        found: Vec::new(),
    };
    for id in &form.dependents.trees {
        if let Some(tree) = form.component(*id) {
            for (segs, _) in instances(form, &memory.data, *id) {
                look.branches(tree, &segs, &segs);
            }
        }
    }
    look.found
}

struct Look<'a> {
    form: &'a Form,
    env: &'a Env,
    memory: &'a Memory,
    found: Vec<Failure>,
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
        let found = &mut self.found;
        Rule::each(&component.rules, component, value, |rule, value, _| {
            // What only a script can tell, `hoso form check` says.
            if rule.by_script().is_none()
                && let Some(broken) = rule.check(component, value, &moment)
            {
                let path = path.clone();
                found.push(Failure { id, path, broken });
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

    #[test]
    fn what_only_a_script_could_tell_of_a_branch_is_reported() {
        let form = Form::parse(&json!({"components": [
            {"type": "tree", "key": "cay", "input": true, "tree": true, "components": [
                {"type": "textfield", "key": "ten", "input": true, "validate": {"custom": "valid = false"}},
            ]},
        ]}))
        .unwrap();
        let found: Vec<_> = form
            .report()
            .iter()
            .map(|part| (&*part.path, &*part.what))
            .collect();
        assert_eq!(found, [("cay.ten", "validate.custom")]);
    }
}
