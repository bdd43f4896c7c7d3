//! Why a component is as it is, for whoever writes or mends a definition: its rules, the answers they read, and what came of them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::definition::{Component, Form, Id};
use crate::js::Js;
use crate::path::{self, Seg};
use crate::run::Judge;
use crate::view::FormState;

/// One component, explained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// Concrete path of the component.
    pub path: String,
    /// The component as the definition says it, without those in it.
    pub definition: Value,
    /// Its answer; `null` also where there is none.
    pub answer: Value,
    /// It does not show.
    pub hidden: bool,
    /// Path of the outermost component that does not show, when that is not this one.
    pub hidden_by: String,
    /// Where a prefilled answer came from.
    pub source: String,
    /// Properties that logic changed.
    pub overrides: BTreeMap<String, Value>,
    /// Its own rules, and the conditions of what it stands in.
    pub rules: Vec<RuleNote>,
    /// What of it won't be run, and why.
    pub refused: Vec<Refused>,
}

/// One rule of a component.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct RuleNote {
    /// Path of the component that has the rule.
    pub of: String,
    /// The property that holds it, e.g. `customConditional`.
    pub what: String,
    /// As the definition writes it: code, or JSON.
    pub text: String,
    /// The answers that it reads by name; what a script reaches in other ways is not found.
    pub reads: Vec<Read>,
    /// What came of it last; empty where that can't be told from the form's state.
    pub result: RuleResult,
}

/// An answer that a rule reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Read {
    /// Its concrete path.
    pub path: String,
    /// The answer now; `null` also where there is none.
    pub answer: Value,
}

/// What came of a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase", tag = "is", content = "value")]
pub enum RuleResult {
    /// The component shows.
    Shown,
    /// The component does not show.
    Hidden,
    /// The answer that it has now.
    Answer(Value),
    /// Properties that differ from the definition now.
    Properties(BTreeMap<String, Value>),
    /// Nothing is known of it.
    Unknown,
}

/// A part of a component that won't be run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Refused {
    /// The property.
    pub what: String,
    /// Why, in English.
    pub reason: String,
}

/// The properties that hold rules; those of visibility count for what is inside too.
const VISIBILITY: [&str; 3] = ["hidden", "conditional", "customConditional"];
const OWN: [&str; 5] = [
    "calculateValue",
    "customDefaultValue",
    "validate.custom",
    "validate.json",
    "logic",
];

impl Form {
    /// Explains the component at a concrete path; `None` where the form has none.
    pub(crate) fn explain(
        &self,
        state: &FormState,
        judge: Judge<'_>,
        at: &str,
    ) -> Option<Explanation> {
        let (id, component) = self.by_pattern(&pattern(at))?;
        let mut place = Place {
            form: self,
            state,
            judge,
            rows: rows(at),
            hidden: state.hidden.iter().map(String::as_str).collect(),
        };
        let lineage: Vec<_> = self.lineage(id).collect();
        let outermost = lineage
            .iter()
            .rev()
            .map(|(_, part)| place.concrete(&part.node_path))
            .find(|path| place.hidden.contains(path.as_str()));
        let mut rules: Vec<RuleNote> = OWN
            .iter()
            .filter_map(|what| place.rule(id, component, what))
            .collect();
        for (id, part) in &lineage {
            rules.extend(place.visibility(*id, part));
            if *id != lineage.first().map_or(*id, |(own, _)| *own) && place.is_hidden_by_logic(part)
            {
                rules.extend(place.rule(*id, part, "logic"));
            }
        }
        let blocked = state
            .blocked
            .get(at)
            .or_else(|| state.blocked.get(&component.node_path))
            .filter(|reason| self.report().iter().all(|part| part.reason != **reason));
        Some(Explanation {
            path: at.to_owned(),
            definition: definition(component),
            answer: place.answer(at),
            hidden: outermost.is_some(),
            hidden_by: outermost.filter(|path| path != at).unwrap_or_default(),
            source: state.sources.get(at).cloned().unwrap_or_default(),
            overrides: state.overrides.get(at).cloned().unwrap_or_default(),
            rules,
            refused: self
                .report()
                .iter()
                .filter(|part| part.path == component.node_path)
                .map(|part| Refused {
                    what: part.what.clone(),
                    reason: part.reason.clone(),
                })
                .chain(blocked.map(|reason| Refused {
                    what: "script".to_owned(),
                    reason: reason.clone(),
                }))
                .collect(),
        })
    }

    fn by_pattern(&self, wanted: &str) -> Option<(Id, &Component)> {
        self.ids()
            .find(|(_, component)| pattern(&component.node_path) == wanted)
    }
}

/// A form at a moment, looked at from certain rows.
struct Place<'a> {
    form: &'a Form,
    state: &'a FormState,
    judge: Judge<'a>,
    rows: Vec<usize>,
    hidden: BTreeSet<&'a str>,
}

impl Place<'_> {
    /// A node's path in the rows that are looked at.
    fn concrete(&self, node_path: &str) -> String {
        let mut rows = self.rows.iter();
        let mut parts = node_path.split("[]");
        let mut path = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            path.push_str(&format!("[{}]{part}", rows.next().unwrap_or(&0)));
        }
        path
    }

    fn answer(&self, at: &str) -> Value {
        let mut value = Some(&self.state.data);
        for seg in path::plain(path::parse(at)) {
            value = value.and_then(|value| match seg {
                Seg::Key(key) => value.get(&*key),
                Seg::Index(index) => value.get(index),
            });
        }
        value.cloned().unwrap_or_default()
    }

    /// Logic says that it doesn't show.
    fn is_hidden_by_logic(&self, component: &Component) -> bool {
        let changed = self
            .state
            .overrides
            .get(&self.concrete(&component.node_path));
        changed.and_then(|changed| changed.get("hidden")) == Some(&Value::Bool(true))
    }

    /// What says of a component whether it shows, each for itself.
    fn visibility(&mut self, id: Id, component: &Component) -> Vec<RuleNote> {
        let notes = VISIBILITY.iter();
        let mut notes: Vec<RuleNote> = notes
            .filter_map(|what| self.rule(id, component, what))
            .collect();
        let hidden = self.hidden.contains(&*self.concrete(&component.node_path));
        let told = notes.iter().any(|note| note.result == RuleResult::Hidden);
        if hidden && !told && !self.is_hidden_by_logic(component) {
            // It was asked before the answers were what they are now.
            for note in &mut notes {
                note.result = RuleResult::Unknown;
            }
        }
        notes
    }

    fn rule(&mut self, id: Id, component: &Component, what: &str) -> Option<RuleNote> {
        let raw = component.dig(what);
        let written = match raw {
            Js::Bool(true) if what == "hidden" => "true".to_owned(),
            Js::Str(text) if !text.is_empty() => text.to_string(),
            Js::Obj(_) | Js::Arr(_) if says_something(what, raw) => {
                serde_json::to_string_pretty(&raw.to_json()).ok()?
            }
            _ => return None,
        };
        let mut names = BTreeSet::new();
        match raw {
            Js::Str(code) => read_by_script(code, &mut names),
            other => read_by_json(other, &mut names),
        }
        let of = self.concrete(&component.node_path);
        let result = match what {
            "conditional" | "customConditional" => match self.judge.hides(id, &self.rows, what) {
                Some(true) => RuleResult::Hidden,
                Some(false) => RuleResult::Shown,
                None => RuleResult::Unknown,
            },
            "hidden" if self.hidden.contains(of.as_str()) => RuleResult::Hidden,
            // Logic may say otherwise.
            "hidden" => RuleResult::Shown,
            "calculateValue" | "customDefaultValue" => RuleResult::Answer(self.answer(&of)),
            "logic" => {
                RuleResult::Properties(self.state.overrides.get(&of).cloned().unwrap_or_default())
            }
            _ => RuleResult::Unknown,
        };
        Some(RuleNote {
            what: what.to_owned(),
            text: written,
            reads: names
                .iter()
                .map(|name| self.resolve(component, name))
                .collect(),
            result,
            of,
        })
    }

    /// The answer that a rule means by a name: a path of the form, the key of a component, or a path into the data.
    fn resolve(&self, component: &Component, name: &Name) -> Read {
        let own = component.node_path.rsplit_once("[].").map(|(grid, _)| grid);
        let text = match (name, own) {
            (Name::Row(text), Some(grid)) => format!("{grid}[].{text}"),
            (Name::Row(text) | Name::Data(text), _) => text.clone(),
        };
        let found = self
            .form
            .by_pattern(&pattern(&text))
            .or_else(|| self.form.ids().find(|(_, component)| component.key == text));
        let path = match found {
            Some((_, component)) if rows(&text).is_empty() => self.concrete(&component.node_path),
            _ => text,
        };
        Read {
            answer: self.answer(&path),
            path,
        }
    }
}

/// A name as a rule uses it: of the whole form's data, or of the row that the rule stands in.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    Data(String),
    Row(String),
}

/// A path with `[]` for every row.
fn pattern(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut inside = false;
    for sign in path.chars() {
        match sign {
            '[' => inside = true,
            ']' => {
                inside = false;
                out.push_str("[]");
            }
            _ if inside => {}
            _ => out.push(sign),
        }
    }
    out
}

/// The rows that a concrete path names.
fn rows(path: &str) -> Vec<usize> {
    path.split('[')
        .skip(1)
        .filter_map(|part| part.split(']').next()?.parse().ok())
        .collect()
}

fn definition(component: &Component) -> Value {
    let mut own = component.raw.to_json();
    if let Value::Object(properties) = &mut own {
        for inner in ["components", "columns", "rows"] {
            if properties.get(inner).is_some_and(Value::is_array) {
                properties.remove(inner);
            }
        }
    }
    own
}

/// form.io's builder writes empty conditions everywhere.
fn says_something(what: &str, raw: &Js) -> bool {
    match what {
        "conditional" => ["when", "conditions", "json"]
            .iter()
            .any(|name| match raw.prop(name) {
                Js::Arr(list) => !list.is_empty(),
                other => other.truthy(),
            }),
        "logic" => raw.as_arr().is_some_and(|list| !list.is_empty()),
        _ => true,
    }
}

fn read_by_json(raw: &Js, names: &mut BTreeSet<Name>) {
    match raw {
        Js::Arr(items) => items.iter().for_each(|item| read_by_json(item, names)),
        Js::Obj(properties) => {
            for (key, value) in properties.iter() {
                match (&**key, value) {
                    ("when" | "component", Js::Str(name)) if !name.is_empty() => {
                        names.insert(Name::Data(name.to_string()));
                    }
                    ("var", Js::Str(name)) => named(name, names),
                    ("javascript" | "value" | "custom" | "text", Js::Str(code)) => {
                        read_by_script(code, names);
                    }
                    _ => read_by_json(value, names),
                }
            }
        }
        _ => {}
    }
}

/// `data.mother.name` or `row.name`, as JSON Logic and scripts say it.
fn named(name: &str, names: &mut BTreeSet<Name>) {
    for (root, of_row) in [("data.", false), ("row.", true)] {
        if let Some(rest) = name.strip_prefix(root).filter(|rest| !rest.is_empty()) {
            let rest = rest.to_owned();
            names.insert(if of_row {
                Name::Row(rest)
            } else {
                Name::Data(rest)
            });
        }
    }
}

/// What a script names after `data` and `row`.
fn read_by_script(code: &str, names: &mut BTreeSet<Name>) {
    let part_of_word = |sign: char| sign.is_alphanumeric() || sign == '_' || sign == '$';
    for root in ["data", "row"] {
        let mut from = 0;
        while let Some(found) = code.get(from..).and_then(|rest| rest.find(root)) {
            let start = from + found;
            from = start + root.len();
            let before = code.get(..start).and_then(|text| text.chars().next_back());
            if before.is_some_and(|sign| part_of_word(sign) || (sign == '.' && root == "row")) {
                continue;
            }
            let rest = code.get(from..).unwrap_or_default();
            let mut path = String::new();
            let mut left = rest;
            loop {
                if let Some(after) = left.strip_prefix('.') {
                    let end = after
                        .find(|sign| !part_of_word(sign))
                        .unwrap_or(after.len());
                    let (word, next) = after.split_at(end);
                    // What is called is no answer: `data.name.includes(…)`.
                    if word.is_empty() || next.trim_start().starts_with('(') {
                        break;
                    }
                    path.push('.');
                    path.push_str(word);
                    left = next;
                } else if let Some((word, next)) = quoted_index(left) {
                    path.push('.');
                    path.push_str(word);
                    left = next;
                } else {
                    break;
                }
            }
            let path = path.trim_start_matches('.').trim_end_matches(".length");
            if !path.is_empty() {
                named(&format!("{root}.{path}"), names);
            }
        }
    }
}

/// `['name']` at the beginning of a text, and what follows.
fn quoted_index(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('[')?;
    let quote = inner
        .chars()
        .next()
        .filter(|sign| matches!(sign, '\'' | '"'))?;
    let (word, rest) = inner.get(1..)?.split_once(quote)?;
    Some((word, rest.strip_prefix(']')?))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::{Env, Session};

    fn explain(components: Value, answers: Value, path: &str) -> Explanation {
        let form = Arc::new(Form::parse(&json!({ "components": components })).unwrap());
        let env = Env::new(jiff::Timestamp::UNIX_EPOCH);
        let session = Session::new(form, answers, BTreeMap::new(), env);
        session.explain(path).unwrap()
    }

    fn text(key: &str, more: Value) -> Value {
        let mut own = json!({ "type": "textfield", "key": key, "input": true });
        own.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        own
    }

    fn reads(note: &RuleNote) -> Vec<(&str, &Value)> {
        note.reads
            .iter()
            .map(|read| (read.path.as_str(), &read.answer))
            .collect()
    }

    #[test]
    fn what_hides_a_component_is_told_with_the_answers_it_read() {
        let components = json!([
            text("ask", json!({})),
            { "type": "panel", "key": "part", "input": false,
              "conditional": { "when": "ask", "eq": "yes", "show": "true" },
              "components": [text("inner", json!({ "customConditional": "show = data.other === 1" }))] },
            text("other", json!({})),
        ]);
        let found = explain(components.clone(), json!({ "ask": "no" }), "inner");
        assert!(found.hidden);
        assert_eq!(found.hidden_by, "part");
        let [own, outer] = found.rules.as_slice() else {
            panic!("{:?}", found.rules)
        };
        assert_eq!(
            (own.what.as_str(), own.of.as_str()),
            ("customConditional", "inner")
        );
        assert_eq!(reads(own), [("other", &Value::Null)]);
        assert_eq!(
            (outer.what.as_str(), outer.of.as_str()),
            ("conditional", "part")
        );
        assert_eq!(reads(outer), [("ask", &json!("no"))]);
        assert_eq!(outer.result, RuleResult::Hidden);

        let found = explain(components, json!({ "ask": "yes", "other": 1 }), "inner");
        assert!(!found.hidden);
        assert_eq!(found.hidden_by, "");
        assert!(
            found
                .rules
                .iter()
                .all(|rule| rule.result == RuleResult::Shown)
        );
    }

    fn results(found: &Explanation) -> Vec<(&str, &str, &RuleResult)> {
        let rules = found.rules.iter();
        rules
            .map(|rule| (&*rule.of, &*rule.what, &rule.result))
            .collect()
    }

    #[test]
    fn only_what_hides_a_component_is_told_to() {
        let shows = json!({ "when": "ask", "eq": "no", "show": "true" });
        let hides = json!({ "when": "ask", "eq": "yes", "show": "true" });
        let by_logic = json!([{
            "trigger": { "type": "javascript", "javascript": "result = data.ask === 'no'" },
            "actions": [{ "type": "property", "property": { "value": "hidden", "type": "boolean" }, "state": true }],
        }]);
        let field = |more: Value| {
            let mut own = text("a", more.clone());
            own["clearOnHide"] = json!(false);
            json!([text("ask", json!({})), own])
        };
        let (off, on) = (RuleResult::Hidden, RuleResult::Shown);
        let answers = json!({ "ask": "no" });
        let found = explain(
            field(json!({ "conditional": shows, "customConditional": "show = data.ask !== 'no'" })),
            answers.clone(),
            "a",
        );
        assert_eq!(
            results(&found),
            [("a", "conditional", &on), ("a", "customConditional", &off)]
        );
        let found = explain(
            field(
                json!({ "conditional": hides, "customConditional": "show = (data.ask || '').length > 1" }),
            ),
            answers.clone(),
            "a",
        );
        assert_eq!(
            results(&found),
            [("a", "conditional", &off), ("a", "customConditional", &on)]
        );
        let found = explain(
            field(json!({ "hidden": true, "conditional": shows })),
            answers.clone(),
            "a",
        );
        assert!(found.hidden);
        assert_eq!(
            results(&found),
            [("a", "hidden", &off), ("a", "conditional", &on)]
        );
        let found = explain(
            field(json!({ "logic": by_logic, "conditional": shows })),
            answers.clone(),
            "a",
        );
        assert!(found.hidden);
        let changed = RuleResult::Properties(BTreeMap::from([("hidden".to_owned(), json!(true))]));
        assert_eq!(
            results(&found),
            [("a", "logic", &changed), ("a", "conditional", &on)]
        );
        // A rule that isn't run hides nothing.
        let found = explain(
            field(json!({ "customConditional": "show = window.x", "conditional": hides })),
            answers.clone(),
            "a",
        );
        assert_eq!(
            results(&found),
            [
                ("a", "conditional", &off),
                ("a", "customConditional", &RuleResult::Unknown)
            ]
        );

        let part = |more: Value| {
            let mut part = json!({ "type": "panel", "key": "part", "input": false, "components": [text("a", json!({ "conditional": shows }))] });
            part.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            json!([text("ask", json!({})), part])
        };
        let found = explain(part(json!({ "hidden": true })), answers.clone(), "a");
        assert_eq!((found.hidden, &*found.hidden_by), (true, "part"));
        assert_eq!(
            results(&found),
            [("a", "conditional", &on), ("part", "hidden", &off)]
        );
        let found = explain(part(json!({ "logic": by_logic })), answers, "a");
        assert_eq!((found.hidden, &*found.hidden_by), (true, "part"));
        assert_eq!(
            results(&found),
            [("a", "conditional", &on), ("part", "logic", &changed)]
        );
    }

    #[test]
    fn a_condition_of_a_row_is_asked_in_that_row() {
        let components = json!([{ "type": "datagrid", "key": "rows", "input": true, "components": [
            text("a", json!({})),
            text("b", json!({
                "customConditional": "show = row.a === 'x'",
                "conditional": { "when": "rows.a", "eq": "x", "show": "true" },
            })),
        ]}]);
        let answers = json!({ "rows": [{ "a": "x" }, { "a": "y" }] });
        for (at, result) in [(0, RuleResult::Shown), (1, RuleResult::Hidden)] {
            let found = explain(
                components.clone(),
                answers.clone(),
                &format!("rows[{at}].b"),
            );
            assert_eq!(found.hidden, at == 1);
            assert!(
                found.rules.iter().all(|rule| rule.result == result),
                "{:?}",
                found.rules
            );
        }
    }

    #[test]
    fn a_rule_of_a_row_reads_the_answers_of_that_row() {
        let components = json!([{
            "type": "datagrid", "key": "rows", "input": true, "components": [
                { "type": "number", "key": "a", "input": true },
                { "type": "number", "key": "sum", "input": true,
                  "calculateValue": "value = row.a * 2 + data.rows.length" },
            ],
        }]);
        let found = explain(
            components,
            json!({ "rows": [{ "a": 1 }, { "a": 5, "sum": 0 }] }),
            "rows[1].sum",
        );
        let rule = found.rules.first().unwrap();
        let seen = reads(rule);
        assert!(seen.contains(&("rows[1].a", &json!(5))), "{seen:?}");
        assert!(seen.iter().any(|(path, _)| *path == "rows"), "{seen:?}");
        assert_eq!(rule.result, RuleResult::Answer(found.answer.clone()));
        assert_eq!(found.answer, json!(12));
    }

    #[test]
    fn what_is_not_run_is_said() {
        let found = explain(
            json!([text("a", json!({ "customConditional": "show = window.x" }))]),
            json!({}),
            "a",
        );
        let [refused] = found.refused.as_slice() else {
            panic!("{:?}", found.refused)
        };
        assert_eq!(refused.what, "customConditional");
        assert!(refused.reason.contains("window"));
    }

    #[test]
    fn json_logic_conditions_and_logic_name_what_they_read() {
        let components = json!([
            text("a", json!({})),
            text(
                "b",
                json!({
                    "conditional": { "json": { "==": [{ "var": "data.a" }, "x"] } },
                    "logic": [{
                        "trigger": { "type": "javascript", "javascript": "result = data['a'] === 'x'" },
                        "actions": [{ "type": "property", "property": { "value": "disabled", "type": "boolean" }, "state": true }],
                    }],
                    "validate": { "custom": "valid = data.a.includes(input) ? true : 'no'" },
                })
            ),
        ]);
        let found = explain(components, json!({ "a": "x" }), "b");
        let whats: Vec<_> = found.rules.iter().map(|rule| rule.what.as_str()).collect();
        assert_eq!(whats, ["validate.custom", "logic", "conditional"]);
        for rule in &found.rules {
            assert_eq!(reads(rule), [("a", &json!("x"))], "{}", rule.what);
        }
        assert_eq!(found.overrides.get("disabled"), Some(&json!(true)));
    }

    #[test]
    fn empty_rules_of_the_builder_are_none_and_children_are_left_out() {
        let found = explain(
            json!([{ "type": "panel", "key": "p", "conditional": { "show": null, "when": null, "eq": "" },
                "logic": [], "calculateValue": "", "components": [text("a", json!({}))] }]),
            json!({}),
            "p",
        );
        assert_eq!(found.rules, []);
        assert!(found.definition.get("components").is_none());
        assert_eq!(found.definition.get("key"), Some(&json!("p")));
    }

    #[test]
    fn no_path_and_no_script_is_too_strange() {
        let form = Form::parse(&json!({ "components": [text("a", json!({
            "customConditional": "data.[ row['ậ data data..x rowdata.y ['", "calculateValue": "data[\"ữ"
        }))] }))
        .unwrap();
        let env = Env::new(jiff::Timestamp::UNIX_EPOCH);
        let session = Session::new(Arc::new(form), json!({}), BTreeMap::new(), env);
        for path in ["", "[", "]", "a[", "[]", "a.b[99999999999999999999]", "ữ[1"] {
            let _ = session.explain(path);
        }
        assert!(session.explain("a").is_some());
        assert!(session.explain("b").is_none());
    }
}
