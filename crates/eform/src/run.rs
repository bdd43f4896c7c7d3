//! One run over all components: form.io's submission pass, then its evaluation pass.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Deref;
use std::rc::Rc;

use indexmap::IndexMap;
use jiff::tz::TimeZone;

use crate::dates;
use crate::definition::{Calculation, Component, Form, Id, Model};
use crate::interpolate::{escape_strings, interpolate};
use crate::js::Js;
use crate::json_logic;
use crate::logic::{Action, Source, Trigger};
use crate::normalize::{normalize, squeeze};
use crate::path::{self, Seg};
use crate::rule::{Broken, Rule, pattern_broken};
use crate::sandbox::Sandbox;
use crate::script::{Call, Script};

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
    /// form.io keeps one error a message and path.
    key: String,
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

    // The submission pass.

    fn submit(&mut self, place: &Place<'_, '_>) {
        let component = &place.component;
        let value = self.value(place);
        if !value.is_undefined() {
            self.filter.insert(place.path.clone(), true);
        }
        self.default_value(place);
        self.normalize(place);
        let own_hidden = if component.condition.is_some() || component.custom_condition.is_some() {
            let hidden = self.declared_hidden(place);
            Some(self.note_condition(place, hidden))
        } else {
            None
        };
        if let Some(rule) = component
            .rules
            .iter()
            .find(|rule| matches!(rule, Rule::AvailableItems))
        {
            let rule = rule.clone();
            self.validate(place, &[rule], own_hidden, false);
        }
    }

    fn default_value(&mut self, place: &Place<'_, '_>) {
        let component = &place.component;
        if !component.has("defaultValue") || self.row_has(place) {
            return;
        }
        let default = component.prop("defaultValue");
        if !default.truthy() {
            return;
        }
        let value = listed(component, default.clone());
        self.give_default(place, value);
    }

    fn give_default(&mut self, place: &Place<'_, '_>, value: Js) {
        if value.is_nil() {
            return;
        }
        let segs = Self::effective(place);
        if segs.is_empty() {
            return;
        }
        self.given
            .push((segs.clone(), value.clone(), Given::Default));
        self.set(&segs, value);
        if !self.cleared.contains(&place.path) && place.component.model != Model::Number {
            self.filter.insert(place.path.clone(), true);
        }
    }

    fn row_has(&self, place: &Place<'_, '_>) -> bool {
        if place.component.key_segs.is_empty() {
            return false;
        }
        let row = path::get(&self.data, &place.base.segs);
        path::has(row, &place.component.key_segs)
    }

    fn normalize(&mut self, place: &Place<'_, '_>) {
        let value = self.value(place);
        let tidy = normalize(&place.component, &value);
        if tidy.is_nil() {
            self.filter.insert(place.path.clone(), false);
        } else if !value.same(&tidy) {
            let segs = Self::effective(place);
            self.set(&segs, tidy);
            self.filter.insert(place.path.clone(), true);
        }
    }

    /// Keeps what the form knows, after the children were looked at.
    fn leave(&mut self, place: &Place<'_, '_>) {
        if self.phase != Phase::Submission {
            return;
        }
        let component = &place.component;
        let filtered = self.filtered.get_or_insert_with(Js::object);
        let value = if component.keeps {
            path::get(&self.data, &place.segs)
        } else {
            &Js::Undefined
        };
        if value.is_undefined() || self.filter.get(&place.path) != Some(&true) {
            if component.kind == "number" {
                self.set(&place.segs, Js::Null);
            }
            return;
        }
        let value = value.clone();
        let segs = &place.segs;
        let nested = matches!(
            component.model,
            Model::DataObject | Model::NestedArray | Model::NestedDataArray | Model::Object
        );
        if component.kind == "address" || !nested {
            path::set(filtered, segs, value);
            return;
        }
        match component.model {
            Model::DataObject => {
                let mut inner = segs.clone();
                inner.push(Seg::Key("data".into()));
                let kept = path::get(filtered, &inner);
                let kept = if kept.is_undefined() {
                    Js::object()
                } else {
                    kept.clone()
                };
                path::set(&mut self.data, &inner, kept);
                let whole = path::get(&self.data, segs).clone();
                path::set(filtered, segs, whole);
                self.sandbox.stale();
            }
            Model::NestedDataArray => {
                let kept = path::get(filtered, segs).clone();
                let rows = value
                    .as_arr()
                    .into_iter()
                    .flatten()
                    .enumerate()
                    .map(|(at, row)| {
                        let mut row = row.as_obj().cloned().unwrap_or_default();
                        let data = kept
                            .as_arr()
                            .and_then(|rows| rows.get(at))
                            .map(|row| row.prop("data").clone());
                        row.insert(
                            "data".into(),
                            data.filter(Js::truthy).unwrap_or_else(Js::object),
                        );
                        Js::Obj(row)
                    });
                let rows = Js::Arr(rows.collect());
                path::set(filtered, segs, rows);
            }
            _ if !path::has(filtered, segs) => {
                let empty = if component.model == Model::NestedArray {
                    Js::Arr(Vec::new())
                } else {
                    Js::object()
                };
                path::set(filtered, segs, empty);
            }
            _ => {
                let kept = path::get(filtered, segs).clone();
                self.set(segs, kept);
            }
        }
    }

    // The evaluation pass.

    /// Returns whether the component is hidden by a condition, and whether on purpose.
    fn evaluate(&mut self, place: &mut Place<'a, '_>) -> (bool, bool) {
        self.custom_default(place);
        self.calculate(place);
        let mut scope = None;
        if !place.component.logic.is_empty() {
            scope = self.logic(place);
        }
        if place.component.condition.is_some() || place.component.custom_condition.is_some() {
            let hidden = self.custom_hidden(place) || self.declared_hidden(place);
            scope = Some(self.note_condition(place, hidden));
        }
        let (hidden, intended) = self.clear_hidden(place, &mut scope);
        if !place.component.rules.is_empty() {
            let rules = place.component.rules.clone();
            self.validate(place, &rules, scope, intended);
        }
        let static_hidden = place.component.has("hidden") && place.component.flag("hidden");
        let own = self.conditionals.any_hidden(&place.path) && place.component.has_model()
            || scope == Some(true) && !place.base.hidden;
        if own || static_hidden {
            self.unseen.push(place.node_path.clone());
        }
        if place.base.unseen || hidden || intended {
            self.covered.insert((place.id, place.path.clone()));
        }
        (hidden || scope == Some(true), intended)
    }

    fn custom_default(&mut self, place: &Place<'_, '_>) {
        let Some(script) = place.component.custom_default.clone() else {
            return;
        };
        if self.row_has(place) {
            return;
        }
        let value = self.script(place, &script, "value", "", &Js::Null, None);
        let value = listed(&place.component, value);
        self.give_default(place, value);
    }

    fn calculate(&mut self, place: &Place<'_, '_>) {
        let Some(calculation) = place.component.calculate.clone() else {
            return;
        };
        let value = self.value(place);
        if value.is_undefined() && place.base.parent_rows && self.parent_is_nested_array(place) {
            return;
        }
        let seed = if value.truthy() {
            value.clone()
        } else {
            Js::Null
        };
        let new = match calculation {
            Calculation::Script(script) => self.script(place, &script, "value", "", &seed, None),
            Calculation::Json(logic) => self.json_logic(place, &logic, &seed),
            Calculation::Words(source) => {
                let row = path::get(&self.data, &place.base.segs);
                let near = path::get(row, &source);
                let source = if near.is_undefined() {
                    path::get(&self.data, &source)
                } else {
                    near
                };
                Js::Str(crate::vn::field::words(&place.component.kind, source))
            }
        };
        if matches!(new, Js::Null) {
            return;
        }
        let segs = Self::effective(place);
        self.given.push((segs.clone(), new.clone(), Given::Rule));
        self.set(&segs, new);
    }

    fn parent_is_nested_array(&self, place: &Place<'_, '_>) -> bool {
        place
            .component
            .parent
            .and_then(|id| self.form.component(id))
            .is_some_and(|parent| parent.model == Model::NestedArray)
    }

    fn logic(&mut self, place: &mut Place<'a, '_>) -> Option<bool> {
        let mut scope = None;
        for logic in place.component.logic.clone() {
            let result = match &logic.trigger {
                Trigger::Simple(Some(condition)) => {
                    Js::Bool(condition.triggers(&self.moment(place)))
                }
                Trigger::Script(Some(script)) => {
                    let value = self.value(place);
                    self.script(place, script, "result", "result = true; ", &value, None)
                }
                Trigger::Json(Some(json)) => {
                    let value = self.value(place);
                    self.json_logic(place, json, &value)
                }
                _ => Js::Bool(false),
            };
            if !result.truthy() {
                continue;
            }
            for action in &logic.actions {
                self.act(place, action, &result, &mut scope);
            }
        }
        scope
    }

    fn act(
        &mut self,
        place: &mut Place<'a, '_>,
        action: &Action,
        result: &Js,
        scope: &mut Option<bool>,
    ) {
        match action {
            Action::Flag { property, on } => {
                let segs = path::parse(property);
                let now = path::get(&place.component.raw, &segs);
                let now = if now.is_undefined() {
                    "false".to_owned()
                } else {
                    now.to_text()
                };
                if now == *on {
                    return;
                }
                let on = on == "true";
                self.change_component(place, |raw| path::set(raw, &segs, Js::Bool(on)));
                if property == "hidden" && !place.path.is_empty() {
                    let hidden = place.component.flag("hidden");
                    if self.conditionals.first(&place.path).is_some() {
                        self.conditionals.put(&place.path, hidden);
                        *scope = Some(hidden);
                    } else {
                        self.conditionals.push(&place.path, hidden);
                    }
                }
                self.note_override(place, property);
            }
            Action::Text { property, text } => {
                let segs = path::parse(property);
                let now = path::get(&place.component.raw, &segs).clone();
                let now = if now.is_undefined() { Js::str("") } else { now };
                let context = Js::Obj(IndexMap::from([
                    ("data".to_owned(), escape_strings(&self.data)),
                    (
                        "row".to_owned(),
                        escape_strings(path::get(&self.data, &place.base.segs)),
                    ),
                    ("result".to_owned(), escape_strings(result)),
                    ("value".to_owned(), now.clone()),
                    ("component".to_owned(), place.component.raw.clone()),
                ]));
                let new = interpolate(text, &context);
                if now.as_str() != Some(&new) {
                    self.change_component(place, |raw| path::set(raw, &segs, Js::Str(new)));
                    self.note_override(place, property);
                }
            }
            Action::Value(source) => {
                let old = self.value(place);
                let new = match source {
                    Source::Script(script) => self.script(
                        place,
                        script,
                        "value",
                        "",
                        &old,
                        Some(("result", result.clone())),
                    ),
                    Source::Json(json) => self.json_logic(place, json, &old),
                    Source::Null => Js::Null,
                };
                let cleared = place.component.flag("clearOnHide")
                    && self.conditionals.first(&place.path) == Some(true);
                if !old.same(&new) && !cleared {
                    let segs = Self::effective(place);
                    self.given.push((segs.clone(), new.clone(), Given::Rule));
                    self.set(&segs, new);
                }
            }
            Action::Merge(script) => {
                let old = self.value(place);
                let schema = self.script(
                    place,
                    script,
                    "schema",
                    "",
                    &old,
                    Some(("result", escape_strings(result))),
                );
                if let Js::Obj(schema) = schema {
                    let names: Vec<String> = schema.keys().cloned().collect();
                    self.change_component(place, |raw| {
                        if let Js::Obj(raw) = raw {
                            raw.extend(schema);
                        }
                    });
                    for name in names {
                        self.note_override(place, &name);
                    }
                }
            }
        }
    }

    fn change_component(&mut self, place: &mut Place<'a, '_>, change: impl FnOnce(&mut Js)) {
        let mut component = (*place.component).clone();
        change(&mut component.raw);
        let (condition, logic) = (
            component.condition.take(),
            std::mem::take(&mut component.logic),
        );
        component.recompile();
        // What was resolved against the whole form stays so.
        component.condition = condition;
        component.logic = logic;
        let component = Rc::new(component);
        self.changed.insert(place.id, Rc::clone(&component));
        place.component = Now::Changed(component);
    }

    fn note_override(&mut self, place: &Place<'_, '_>, property: &str) {
        let value = path::get(&place.component.raw, &path::parse(property)).to_json();
        let name = property.rsplit('.').next().unwrap_or(property).to_owned();
        self.overrides
            .entry(place.node_path.clone())
            .or_default()
            .insert(name, value);
    }

    fn declared_hidden(&mut self, place: &Place<'_, '_>) -> bool {
        let Some(condition) = &place.component.condition else {
            return false;
        };
        let mut show = None;
        if let Some(json) = condition.json.clone() {
            let value = self.value(place);
            let answer = self.json_logic(place, &json, &value);
            show = (!answer.is_nil()).then(|| answer.truthy());
        }
        if condition.declarative() {
            show = condition.shows(&self.moment(place));
        }
        show == Some(false)
    }

    fn custom_hidden(&mut self, place: &Place<'_, '_>) -> bool {
        let Some(script) = place.component.custom_condition.clone() else {
            return false;
        };
        let value = self.value(place);
        let show = self.script(place, &script, "show", "show = true; ", &value, None);
        !matches!(show, Js::Null) && !show.truthy()
    }

    fn note_condition(&mut self, place: &Place<'_, '_>, hidden: bool) -> bool {
        if place.path.is_empty() {
            // Content at the top has no data path: form.io notes it by its key, anew each time.
            self.conditionals
                .push(&path::text(&place.component.key_segs), hidden);
        } else {
            self.conditionals.put(&place.path, hidden);
        }
        hidden
    }

    fn clear_hidden(&mut self, place: &Place<'_, '_>, scope: &mut Option<bool>) -> (bool, bool) {
        let component = &place.component;
        let hidden = place.base.hidden || self.conditionals.any_hidden(&place.path);
        if hidden {
            *scope = Some(true);
        }
        let intended = place.base.intended || (component.has("hidden") && component.flag("hidden"));
        let value = self.value(place);
        if !value.is_undefined()
            && component.keeps
            && clears(component)
            && (hidden || *scope == Some(true))
        {
            path::unset(&mut self.data, &place.segs);
            self.sandbox.unset(&place.segs);
            self.cleared.insert(place.path.clone());
        }
        (hidden, intended)
    }

    // Validation.

    fn validate(
        &mut self,
        place: &Place<'_, '_>,
        rules: &[Rule],
        scope: Option<bool>,
        intended: bool,
    ) {
        let component = &place.component;
        if (component.has("input") && !component.flag("input")) || unkept(component) {
            return;
        }
        if !component.flag("validateWhenHidden") {
            let hidden = scope
                .or_else(|| self.conditionals.first(&place.path))
                .unwrap_or(false);
            if hidden || intended || (component.has("hidden") && component.flag("hidden")) {
                return;
            }
        }
        let value = self.value(place);
        let tidy = |value: &Js| match value {
            Js::Str(text) if component.flag("truncateMultipleSpaces") => Js::Str(squeeze(text)),
            other => other.clone(),
        };
        match &value {
            Js::Arr(items) if component.multiple() && !items.is_empty() => {
                for (at, item) in items.iter().enumerate() {
                    let item = tidy(item);
                    for rule in rules
                        .iter()
                        .filter(|rule| !rule.whole_list() && rule.applies(component, &value))
                    {
                        self.check(place, rule, &item, Some(at));
                    }
                }
                for rule in rules.iter().filter(|rule| rule.whole_list()) {
                    self.check(place, rule, &value, None);
                }
            }
            _ => {
                let tidied = tidy(&value);
                for rule in rules.iter().filter(|rule| rule.applies(component, &value)) {
                    self.check(place, rule, &tidied, None);
                }
            }
        }
    }

    fn check(&mut self, place: &Place<'_, '_>, rule: &Rule, value: &Js, at: Option<usize>) {
        let component = &place.component;
        let broken = match rule {
            Rule::Json(logic) => {
                let seed = if value.truthy() {
                    value.clone()
                } else {
                    Js::Null
                };
                match self.json_logic(place, logic, &seed) {
                    Js::Null | Js::Bool(true) => None,
                    message => {
                        let key = if message.truthy() {
                            message.to_text()
                        } else {
                            "jsonLogic".into()
                        };
                        Broken::new("json", &key, "")
                    }
                }
            }
            Rule::Custom(script) => {
                let valid = self.script_at(
                    place,
                    script,
                    "valid",
                    "",
                    value,
                    Some(("valid", Js::Bool(true))),
                    at,
                );
                match valid {
                    Js::Undefined | Js::Null | Js::Bool(true) => None,
                    Js::Str(message) => Broken::new("custom", &message, ""),
                    _ => Broken::new("custom", "custom", ""),
                }
            }
            Rule::AvailableItems => {
                if !crate::items::available(component, value, &mut |script| {
                    self.sandbox.items(script, &self.form.raw, &mut self.data)
                }) {
                    Broken::new("onlyAvailableItems", "invalidOption", "")
                } else {
                    None
                }
            }
            Rule::RiskyPattern(pattern) => match value.as_str().filter(|text| !text.is_empty()) {
                Some(text) if !self.sandbox.matches(pattern, text) => pattern_broken(component),
                _ => None,
            },
            rule => rule.check(component, value, &self.moment(place)),
        };
        let Some(broken) = broken else { return };
        let message = component.dig("validate.customMessage");
        let key = if message.truthy() {
            message.to_text()
        } else {
            broken.key.clone()
        };
        let twice = self
            .failures
            .iter()
            .any(|failure| failure.path == place.path && failure.key == key);
        if !twice {
            self.failures.push(Failure {
                id: place.id,
                path: place.path.clone(),
                broken,
                key,
            });
        }
    }

    // The definition's own languages.

    fn json_logic(&mut self, place: &Place<'_, '_>, logic: &Js, value: &Js) -> Js {
        let row = path::get(&self.data, &place.base.segs);
        let row = if row.is_undefined() {
            Js::Null
        } else {
            row.clone()
        };
        let context = Js::Obj(IndexMap::from([
            (
                "data".to_owned(),
                path::get(&self.data, &place.base.local).clone(),
            ),
            ("row".to_owned(), row),
            ("value".to_owned(), value.clone()),
            ("input".to_owned(), self.value(place)),
            ("component".to_owned(), place.component.raw.clone()),
            ("form".to_owned(), Js::Undefined),
            (
                "submission".to_owned(),
                Js::Obj(IndexMap::from([(
                    "data".to_owned(),
                    self.submission.clone(),
                )])),
            ),
        ]));
        let moment = Moment {
            form: self.form,
            data: &self.data,
            index: place.base.index,
            local: &place.base.local,
            zone: &self.zone,
            now: self.now,
        };
        json_logic::apply(logic, &context, &moment, self.sandbox).unwrap_or(Js::Null)
    }

    fn script(
        &mut self,
        place: &Place<'_, '_>,
        script: &Script,
        result: &'static str,
        before: &'static str,
        value: &Js,
        seed: Option<(&'static str, Js)>,
    ) -> Js {
        self.script_at(place, script, result, before, value, seed, None)
    }

    #[allow(clippy::too_many_arguments)]
    fn script_at(
        &mut self,
        place: &Place<'_, '_>,
        script: &Script,
        result: &'static str,
        before: &'static str,
        value: &Js,
        seed: Option<(&'static str, Js)>,
        at: Option<usize>,
    ) -> Js {
        let input = if result == "valid" {
            value.clone()
        } else {
            self.value(place)
        };
        let call = Call {
            script,
            result,
            before,
            value,
            input: &input,
            seed,
            component: &place.component.raw,
            row: &place.base.segs,
            local: &place.base.local,
            at: &place.segs,
            index: at.or(place.base.index),
        };
        self.sandbox.call(&call, &self.form.raw, &mut self.data)
    }
}

/// A list for a component that takes several values.
fn listed(component: &Component, value: Js) -> Js {
    if component.multiple() && value.as_arr().is_none() {
        return if value.truthy() {
            Js::Arr(vec![value])
        } else {
            Js::Arr(Vec::new())
        };
    }
    value
}

fn clears(component: &Component) -> bool {
    !component.has("clearOnHide") || component.flag("clearOnHide")
}

/// Never stored, so never validated.
fn unkept(component: &Component) -> bool {
    !component.flag("protected")
        && ((component.has("persistent") && !component.flag("persistent"))
            || component.prop("persistent").as_str() == Some("client-only"))
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
