//! An open form: a person answers, and every answer is met by what it changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use crate::answers::Answers;
use crate::change::Change;
use crate::condition::instances;
use crate::definition::{Form, Id};
use crate::env::Env;
use crate::error::ChangeError;
use crate::explain::Explanation;
use crate::js::Js;
use crate::messages;
use crate::normalize::normalize;
use crate::path::{self, Seg};
use crate::process;
use crate::rule::Broken;
use crate::run::{Failure, Found, Given};
use crate::sandbox::Sandbox;
use crate::shape;
use crate::view::{FieldError, FormState, FormView, Patch};
use crate::vn::field;

/// A change that was made: how to take it back, and what it did to the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// Takes the change back; belongs in the draft's log.
    pub inverse: Change,
    /// What the screen shows differently now.
    pub patch: Patch,
}

/// The mark of a prefilled answer that the person confirmed.
const CONFIRMED: &str = "";

/// A form being filled. Answers in hidden parts are kept until the dossier is sealed.
#[derive(Debug)]
pub struct Session {
    form: Arc<Form>,
    env: Env,
    answers: Answers,
    sandbox: Sandbox,
    found: Found,
    state: FormState,
    marks: BTreeMap<String, String>,
}

impl Session {
    /// Opens a form on answers. `sources` says of prefilled paths where their values came from.
    #[must_use]
    pub fn new(
        form: Arc<Form>,
        answers: Value,
        sources: BTreeMap<String, String>,
        env: Env,
    ) -> Session {
        let answers = Answers::from(answers);
        let mut sandbox = process::sandbox(&env);
        let found = process::run(&form, answers.value(), &env, &mut sandbox);
        let mut session = Session {
            form,
            env,
            answers,
            sandbox,
            found,
            state: FormState::default(),
            marks: sources,
        };
        session.state = session.observe();
        session
    }

    /// Makes a change. A refused change leaves everything as it was.
    ///
    /// # Errors
    /// When the path can't be read or the rows it names don't exist.
    pub fn apply(&mut self, change: &Change) -> Result<Applied, ChangeError> {
        let inverse = self.answers.apply(change)?;
        let mut grids = BTreeSet::new();
        self.touch(change, &mut grids);
        self.found = process::run(
            &self.form,
            self.answers.value(),
            &self.env,
            &mut self.sandbox,
        );
        let state = self.observe();
        let patch = difference(&self.state, &state, &grids);
        self.state = state;
        Ok(Applied { inverse, patch })
    }

    /// The form and its present state.
    #[must_use]
    pub fn view(&self) -> FormView {
        FormView {
            title: self.form.title().to_owned(),
            nodes: shape::nodes(&self.form),
            state: self.state.clone(),
        }
    }

    /// The present state: answers with what rules computed, and what doesn't show.
    #[must_use]
    pub fn state(&self) -> FormState {
        self.state.clone()
    }

    /// Why the component at a concrete path is as it is; `None` where the form has none.
    #[must_use]
    pub fn explain(&self, path: &str) -> Option<Explanation> {
        self.form.explain(&self.state, path)
    }

    /// The answers as the draft keeps them, hidden ones too.
    #[must_use]
    pub fn answers(&self) -> &Value {
        self.answers.value()
    }

    /// Broken rules of the whole form, or of the page, panel or component with that key. What doesn't show has none.
    #[must_use]
    pub fn errors(&self, section: Option<&str>) -> Vec<FieldError> {
        let unread = self.unread_numbers();
        self.found
            .failures
            .iter()
            .chain(&unread)
            .filter(|failure| {
                !self
                    .found
                    .covered
                    .contains(&(failure.id, failure.path.clone()))
            })
            .filter(|failure| section.is_none_or(|key| self.is_within(failure.id, key)))
            .map(|failure| {
                let mut error = messages::error(&self.form, &self.env, failure);
                if let Some(component) = self.form.component(failure.id) {
                    error.path.push_str(&component.twin);
                }
                error
            })
            .collect()
    }

    /// Texts in number fields that are no numbers. form.io drops them without a word; a person is told.
    fn unread_numbers(&self) -> Vec<Failure> {
        let answers = Js::from(self.answers.value());
        let mut found = Vec::new();
        for (id, component) in self.form.ids() {
            if component.kind != "number" || component.multiple() {
                continue;
            }
            for (segs, _) in instances(&self.form, &answers, id) {
                let typed = path::get(&answers, &segs);
                let text = typed.as_str().is_some_and(|text| !text.trim().is_empty());
                if text && normalize(component, typed).is_undefined() {
                    let broken = Broken {
                        rule: "number".into(),
                        key: "number".into(),
                        limit: String::new(),
                    };
                    found.push(Failure {
                        id,
                        path: path::text(&segs),
                        broken,
                    });
                }
            }
        }
        found
    }

    /// The data as it is sealed and sent: hidden answers cleared, calculations made.
    #[must_use]
    pub fn sealed_data(&self) -> Value {
        self.found.data.to_json()
    }

    /// The person confirms a prefilled answer; its mark goes.
    pub fn confirm_source(&mut self, path: &str) -> Patch {
        self.marks.insert(path.to_owned(), CONFIRMED.to_owned());
        let state = self.observe();
        let patch = difference(&self.state, &state, &BTreeSet::new());
        self.state = state;
        patch
    }

    /// Marks answers with where they came from, until they are touched or confirmed.
    pub fn mark_sources(&mut self, paths: &[String], source: &str) -> Patch {
        for path in paths {
            self.marks.insert(path.clone(), source.to_owned());
        }
        let state = self.observe();
        let patch = difference(&self.state, &state, &BTreeSet::new());
        self.state = state;
        patch
    }

    /// Scripts run since the form was opened.
    #[cfg(test)]
    pub(crate) fn ran(&self) -> usize {
        self.sandbox.ran()
    }

    fn is_within(&self, id: Id, key: &str) -> bool {
        self.form
            .lineage(id)
            .any(|(_, component)| component.key == key || component.node_path == key)
    }

    /// Removes the marks of what a change touches, and notes the grids whose rows it moves.
    fn touch(&mut self, change: &Change, grids: &mut BTreeSet<String>) {
        match change {
            Change::Set { path, .. } | Change::Clear { path } => {
                let path = &path::text(&path::plain(path::parse(path)));
                self.marks
                    .retain(|marked, _| !covers(path, marked) && !covers(marked, path));
            }
            Change::InsertRow { path, index, .. } => {
                grids.insert(path::text(&path::plain(path::parse(path))));
                let index = *index;
                self.renumber(path, |row| Some(if row >= index { row + 1 } else { row }));
            }
            Change::RemoveRow { path, index } => {
                grids.insert(path::text(&path::plain(path::parse(path))));
                let index = *index;
                self.renumber(path, |row| match row.cmp(&index) {
                    std::cmp::Ordering::Less => Some(row),
                    std::cmp::Ordering::Equal => None,
                    std::cmp::Ordering::Greater => Some(row - 1),
                });
            }
            Change::MoveRow { path, from, to } => {
                grids.insert(path::text(&path::plain(path::parse(path))));
                let (from, to) = (*from, *to);
                self.renumber(path, |row| {
                    Some(if row == from {
                        to
                    } else if from < row && row <= to {
                        row - 1
                    } else if to <= row && row < from {
                        row + 1
                    } else {
                        row
                    })
                });
            }
            Change::Batch { changes } => {
                changes.iter().for_each(|change| self.touch(change, grids))
            }
        }
    }

    fn renumber(&mut self, grid: &str, row: impl Fn(usize) -> Option<usize>) {
        let prefix = path::plain(path::parse(grid));
        self.marks = std::mem::take(&mut self.marks)
            .into_iter()
            .filter_map(|(marked, source)| {
                let mut segs = path::parse(&marked);
                if segs.starts_with(&prefix)
                    && let Some(Seg::Index(at)) = segs.get_mut(prefix.len())
                {
                    *at = row(*at)?;
                }
                Some((path::text(&segs), source))
            })
            .collect();
    }

    fn observe(&self) -> FormState {
        let mut data = Js::from(self.answers.value());
        let mut sources = self.marks.clone();
        sources.retain(|_, source| source != CONFIRMED);
        for (segs, value, given) in &self.found.given {
            if value.is_undefined() {
                continue;
            }
            let there = path::has(&data, segs);
            match given {
                Given::Default if !there => {
                    let at = path::text(segs);
                    if !self.marks.contains_key(&at) {
                        sources.insert(at, "default".to_owned());
                    }
                    path::set(&mut data, segs, value.clone());
                }
                Given::Default => {}
                Given::Rule => path::set(&mut data, segs, value.clone()),
            }
        }
        self.show_twins(&mut data);
        FormState {
            data: data.to_json(),
            hidden: self.found.unseen.clone(),
            sources,
            warnings: self.warnings(),
            overrides: self.found.overrides.clone(),
            blocked: self.blocked(),
        }
    }

    /// Components of the same data path each find the value under their own.
    fn show_twins(&self, data: &mut Js) {
        for (id, component) in self.form.ids() {
            if component.twin.is_empty() || !component.keeps {
                continue;
            }
            for (segs, _) in instances(&self.form, data, id) {
                let value = path::get(data, &segs).clone();
                if value.is_undefined() {
                    continue;
                }
                let own = path::parse(&format!("{}{}", path::text(&segs), component.twin));
                path::set(data, &own, value);
            }
        }
    }

    fn warnings(&self) -> BTreeMap<String, String> {
        let today = self.env.date();
        let mut found = BTreeMap::new();
        for (id, component) in self.form.ids() {
            if !field::is_own(&component.kind) {
                continue;
            }
            for (segs, _) in instances(&self.form, &self.found.data, id) {
                let value = path::get(&self.found.data, &segs);
                if let Some(words) =
                    field::unusual(&component.kind, value, today, self.env.english())
                {
                    found.insert(path::text(&segs), words);
                }
            }
        }
        found
    }

    fn blocked(&self) -> BTreeMap<String, String> {
        let mut blocked: BTreeMap<String, String> = self
            .form
            .report()
            .iter()
            .filter(|part| !matches!(part.what.as_str(), "type" | "unique" | "key"))
            .map(|part| (part.path.clone(), part.reason.clone()))
            .collect();
        for path in self.sandbox.stopped() {
            blocked.insert(
                path.clone(),
                "its script takes too long; stopped".to_owned(),
            );
        }
        blocked
    }
}

/// Whether `outer` is `inner` or a part of the way to it.
fn covers(outer: &str, inner: &str) -> bool {
    path::parse(inner).starts_with(&path::parse(outer))
}

/// What changed between two states. Grids named come whole.
fn difference(old: &FormState, new: &FormState, grids: &BTreeSet<String>) -> Patch {
    let mut patch = Patch::default();
    compare(
        &old.data,
        &new.data,
        &mut String::new(),
        grids,
        &mut patch.values,
    );
    let (before, after): (BTreeSet<&String>, BTreeSet<&String>) =
        (old.hidden.iter().collect(), new.hidden.iter().collect());
    patch.hidden.extend(
        after
            .difference(&before)
            .map(|path| ((*path).clone(), true)),
    );
    patch.hidden.extend(
        before
            .difference(&after)
            .map(|path| ((*path).clone(), false)),
    );
    patch.sources = map_difference(&old.sources, &new.sources);
    patch.warnings = map_difference(&old.warnings, &new.warnings);
    patch.blocked = map_difference(&old.blocked, &new.blocked);
    for (path, set) in &new.overrides {
        if old.overrides.get(path) != Some(set) {
            patch.overrides.insert(path.clone(), set.clone());
        }
    }
    for path in old
        .overrides
        .keys()
        .filter(|path| !new.overrides.contains_key(*path))
    {
        patch.overrides.insert(path.clone(), BTreeMap::new());
    }
    patch
}

fn map_difference(
    old: &BTreeMap<String, String>,
    new: &BTreeMap<String, String>,
) -> BTreeMap<String, Option<String>> {
    let mut changed: BTreeMap<String, Option<String>> = new
        .iter()
        .filter(|(key, value)| old.get(*key) != Some(value))
        .map(|(key, value)| (key.clone(), Some(value.clone())))
        .collect();
    changed.extend(
        old.keys()
            .filter(|key| !new.contains_key(*key))
            .map(|key| (key.clone(), None)),
    );
    changed
}

fn compare(
    old: &Value,
    new: &Value,
    at: &mut String,
    grids: &BTreeSet<String>,
    out: &mut BTreeMap<String, Value>,
) {
    if old == new && !grids.contains(at.as_str()) {
        return;
    }
    let length = at.len();
    match (old, new) {
        (Value::Object(a), Value::Object(b)) => {
            let empty = Value::Null;
            for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
                if !at.is_empty() {
                    at.push('.');
                }
                at.push_str(key);
                match (a.get(key), b.get(key)) {
                    (Some(x), Some(y)) => compare(x, y, at, grids, out),
                    (Some(_), None) => {
                        out.insert(at.clone(), empty.clone());
                    }
                    (None, Some(y)) => {
                        out.insert(at.clone(), y.clone());
                    }
                    (None, None) => {}
                }
                at.truncate(length);
            }
        }
        // Rows of the same number are compared row by row; otherwise the grid comes whole.
        (Value::Array(a), Value::Array(b))
            if a.len() == b.len()
                && !grids.contains(at.as_str())
                && b.iter().all(Value::is_object)
                && a.iter().all(Value::is_object) =>
        {
            for (index, (x, y)) in a.iter().zip(b).enumerate() {
                at.push_str(&format!("[{index}]"));
                compare(x, y, at, grids, out);
                at.truncate(length);
            }
        }
        _ => {
            out.insert(at.clone(), new.clone());
        }
    }
}
