//! One run over all components: form.io's submission pass, then its evaluation pass.

mod evaluation;
mod language;
mod submission;
mod validation;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Deref;
use std::rc::Rc;

use indexmap::IndexMap;
use jiff::tz::TimeZone;

use crate::dates;
use crate::definition::{Component, Form, Id, Model};
use crate::js::Js;
use crate::path::{self, Seg};
use crate::rule::Broken;
use crate::sandbox::Sandbox;

/// What a rule may look at.
pub(crate) struct Moment<'a> {
    pub(crate) form: &'a Form,
    pub(crate) data: &'a Js,
    /// The row of the component that asks.
    pub(crate) index: Option<usize>,
    /// Where the data of the nested form that asks begins.
    pub(crate) local: &'a [Seg],
    pub(crate) zone: &'a TimeZone,
    pub(crate) now: i64,
}

impl Moment<'_> {
    /// A value as an instant, in milliseconds since 1970.
    pub(crate) fn instant(&self, value: &Js) -> Option<i64> {
        dates::dayjs(self.zone, self.now, value)
    }

    /// A value as an instant for a condition, which reads dates more strictly.
    pub(crate) fn compared(&self, value: &Js) -> Option<i64> {
        dates::moment(self.zone, self.now, value)
    }

    /// A date given in a definition, which may be a `moment()` expression.
    pub(crate) fn setting(&self, value: &Js) -> Option<i64> {
        match value {
            Js::Str(text) if text.is_empty() => None,
            Js::Str(text) if text.contains("moment(") => {
                dates::moment_expression(self.zone, self.now, text)
            }
            other if other.is_nil() => None,
            other => self.instant(other),
        }
    }
}

/// A broken rule at a place.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) id: Id,
    pub(crate) path: String,
    pub(crate) broken: Broken,
}

/// Everything that a run found.
#[derive(Debug)]
pub(crate) struct Found {
    /// As form.io would keep it.
    pub(crate) data: Js,
    pub(crate) failures: Vec<Failure>,
    /// form.io's paths of conditionally hidden components.
    pub(crate) hidden: Vec<String>,
    /// Our own paths of components that don't show, whatever the reason.
    pub(crate) unseen: Vec<String>,
    /// Places inside something that doesn't show.
    pub(crate) covered: HashSet<(Id, String)>,
    /// Values that rules gave, in order; nothing where the rule took one away.
    pub(crate) given: Vec<(Vec<Seg>, Js, Given)>,
    /// Properties that logic changed.
    pub(crate) overrides: BTreeMap<String, BTreeMap<String, serde_json::Value>>,
}

/// Where a value that the person didn't type comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Given {
    Default,
    Rule,
}

/// A component as it is now: the form's, or a copy that logic changed.
enum Now<'a> {
    Given(&'a Component),
    Changed(Rc<Component>),
}

impl Deref for Now<'_> {
    type Target = Component;

    fn deref(&self) -> &Component {
        match self {
            Now::Given(component) => component,
            Now::Changed(component) => component,
        }
    }
}

/// What a component inherits from where it stands.
#[derive(Clone)]
struct Base {
    segs: Vec<Seg>,
    local: Vec<Seg>,
    index: Option<usize>,
    parent_rows: bool,
    hidden: bool,
    intended: bool,
    unseen: bool,
    rows: Vec<usize>,
}

/// A component at its place in the answers.
struct Place<'a, 'b> {
    id: Id,
    component: Now<'a>,
    /// Where its value is.
    segs: Vec<Seg>,
    /// form.io's path of it.
    path: String,
    base: &'b Base,
    node_path: String,
}

#[derive(PartialEq, Clone, Copy)]
enum Phase {
    Submission,
    Evaluation,
}

/// form.io's list of conditions: found by path, though several may have the same one.
#[derive(Default)]
struct Conditionals(IndexMap<String, (bool, bool)>);

impl Conditionals {
    fn first(&self, path: &str) -> Option<bool> {
        self.0.get(path).map(|(first, _)| *first)
    }

    fn any_hidden(&self, path: &str) -> bool {
        self.0
            .get(path)
            .is_some_and(|(first, more)| *first || *more)
    }

    fn put(&mut self, path: &str, hidden: bool) {
        self.0.entry(path.to_owned()).or_default().0 = hidden;
    }

    /// Adds an entry even if there is one of that path.
    fn push(&mut self, path: &str, hidden: bool) {
        match self.0.get_mut(path) {
            Some(entry) => entry.1 |= hidden,
            None => self.put(path, hidden),
        }
    }
}

/// A run in progress.
pub(crate) struct Run<'a> {
    form: &'a Form,
    zone: TimeZone,
    now: i64,
    phase: Phase,
    data: Js,
    submission: Js,
    filtered: Option<Js>,
    filter: HashMap<String, bool>,
    cleared: HashSet<String>,
    conditionals: Conditionals,
    failures: Vec<Failure>,
    /// form.io keeps one error a path and message.
    told: HashSet<(String, String)>,
    unseen: Vec<String>,
    covered: HashSet<(Id, String)>,
    given: Vec<(Vec<Seg>, Js, Given)>,
    changed: BTreeMap<Id, Rc<Component>>,
    overrides: BTreeMap<String, BTreeMap<String, serde_json::Value>>,
    sandbox: &'a mut Sandbox,
}

impl<'a> Run<'a> {
    /// Runs both passes over answers.
    pub(crate) fn over(
        form: &'a Form,
        answers: Js,
        zone: TimeZone,
        now: i64,
        sandbox: &'a mut Sandbox,
    ) -> Found {
        sandbox.begin(&answers);
        let mut run = Run {
            form,
            zone,
            now,
            phase: Phase::Submission,
            submission: answers.clone(),
            data: answers,
            filtered: None,
            filter: HashMap::new(),
            cleared: HashSet::new(),
            conditionals: Conditionals::default(),
            failures: Vec::new(),
            told: HashSet::new(),
            unseen: Vec::new(),
            covered: HashSet::new(),
            given: Vec::new(),
            changed: BTreeMap::new(),
            overrides: BTreeMap::new(),
            sandbox,
        };
        let base = Base {
            segs: Vec::new(),
            local: Vec::new(),
            index: None,
            parent_rows: false,
            hidden: false,
            intended: false,
            unseen: false,
            rows: Vec::new(),
        };
        run.walk(&form.roots, &base);
        if let Some(filtered) = run.filtered.take() {
            run.data = filtered;
        }
        run.sandbox.stale();
        run.phase = Phase::Evaluation;
        run.walk(&form.roots, &base);
        Found {
            data: run.data,
            failures: run.failures,
            hidden: run
                .conditionals
                .0
                .iter()
                .filter(|(_, (a, b))| *a || *b)
                .map(|(path, _)| path.clone())
                .collect(),
            unseen: run.unseen,
            covered: run.covered,
            given: run.given,
            overrides: run.overrides,
        }
    }

    fn component(&self, id: Id) -> Option<Now<'a>> {
        match self.changed.get(&id) {
            Some(component) => Some(Now::Changed(Rc::clone(component))),
            None => self.form.component(id).map(Now::Given),
        }
    }

    fn walk(&mut self, ids: &[Id], base: &Base) {
        for id in ids {
            self.visit(*id, base);
        }
    }

    fn visit(&mut self, id: Id, base: &Base) {
        let Some(component) = self.component(id) else {
            return;
        };
        let mut segs = base.segs.clone();
        if component.keeps {
            segs.extend(component.key_segs.iter().cloned());
        }
        let path = if component.model == Model::None {
            component.paths.full.clone()
        } else {
            path::text(&segs)
        };
        let node_path = concrete(&component.node_path, &base.rows);
        let mut place = Place {
            id,
            component,
            segs,
            path,
            base,
            node_path,
        };
        let (hidden, intended) = match self.phase {
            Phase::Submission => {
                self.submit(&place);
                (false, false)
            }
            Phase::Evaluation => self.evaluate(&mut place),
        };
        let component = &place.component;
        let unseen = base.unseen || hidden || intended;
        let inner = |segs: Vec<Seg>, index: Option<usize>, rows: Vec<usize>| Base {
            local: if component.model == Model::DataObject {
                segs.clone()
            } else {
                base.local.clone()
            },
            segs,
            index,
            parent_rows: component.is_rows(),
            hidden,
            intended,
            unseen,
            rows,
        };
        let children = &component.children;
        if component.is_rows() {
            let rows = match path::get(&self.data, &place.segs) {
                Js::Arr(items) if !items.is_empty() => items
                    .iter()
                    .enumerate()
                    .filter(|(_, row)| row.truthy())
                    .map(|(at, _)| (at, Some(at)))
                    .collect(),
                // The children of a grid without rows are looked at once, as form.io does.
                Js::Undefined => vec![(base.index.unwrap_or(0), base.index)],
                _ => Vec::new(),
            };
            for (row, index) in rows {
                let mut segs = place.segs.clone();
                segs.push(Seg::Index(row));
                if component.model == Model::NestedDataArray {
                    segs.push(Seg::Key("data".into()));
                }
                let mut above = base.rows.clone();
                above.push(row);
                self.walk(children, &inner(segs, index, above));
            }
            self.leave(&place);
        } else if component.nests() {
            let skip = component.model == Model::DataObject && self.skips_nested(&place, hidden);
            if !skip {
                let mut segs = place.segs.clone();
                if component.model == Model::DataObject {
                    segs.push(Seg::Key("data".into()));
                }
                self.walk(children, &inner(segs, base.index, base.rows.clone()));
            }
            self.leave(&place);
        } else if component.kind.is_empty() || component.model == Model::None {
            self.walk(
                children,
                &inner(place.segs.clone(), base.index, base.rows.clone()),
            );
            self.leave(&place);
        } else {
            self.leave(&place);
            // form.io forgets what it knew about such a parent before it looks at the children.
            let mut below = inner(place.segs.clone(), base.index, base.rows.clone());
            below.hidden = false;
            below.intended = false;
            self.walk(children, &below);
        }
    }

    /// A nested form whose answers aren't there, or go away.
    fn skips_nested(&self, place: &Place<'_, '_>, hidden: bool) -> bool {
        let component = &place.component;
        let value = path::get(&self.data, &place.segs);
        let reference = value.prop("_id").truthy()
            && value.prop("data").lodash_empty()
            && !value
                .as_obj()
                .is_some_and(|props| props.contains_key("form"));
        let cleared = clears(component) && (component.flag("hidden") || hidden);
        reference
            || (cleared && !component.flag("validateWhenHidden"))
            || (!value.truthy() && place.base.index.is_some())
    }

    fn value(&self, place: &Place<'_, '_>) -> Js {
        if place.component.keeps {
            path::get(&self.data, &place.segs).clone()
        } else {
            Js::Undefined
        }
    }

    /// Writes to form.io's path of a component.
    fn set(&mut self, segs: &[Seg], value: Js) {
        if !segs.is_empty() {
            self.sandbox.set(segs, &value);
            path::set(&mut self.data, segs, value);
        }
    }

    fn effective(place: &Place<'_, '_>) -> Vec<Seg> {
        if place.component.model == Model::None {
            path::parse(&place.path)
        } else {
            place.segs.clone()
        }
    }

    fn moment<'b>(&'b self, place: &'b Place<'_, '_>) -> Moment<'b> {
        Moment {
            form: self.form,
            data: &self.data,
            index: place.base.index,
            local: &place.base.local,
            zone: &self.zone,
            now: self.now,
        }
    }
}

fn clears(component: &Component) -> bool {
    !component.has("clearOnHide") || component.flag("clearOnHide")
}

/// Fills row numbers into a path with `[]`.
pub(crate) fn concrete(template: &str, rows: &[usize]) -> String {
    if !template.contains("[]") {
        return template.to_owned();
    }
    let mut out = String::new();
    let mut rows = rows.iter();
    let mut parts = template.split("[]").peekable();
    while let Some(part) = parts.next() {
        out.push_str(part);
        if parts.peek().is_some() {
            match rows.next() {
                Some(row) => out.push_str(&format!("[{row}]")),
                None => out.push_str("[0]"),
            }
        }
    }
    out
}
