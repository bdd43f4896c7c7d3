//! What the rules of each component look at, told from the definition alone, so that a change reaches only those it can matter to.
//!
//! Told too much costs time; told too little would be a wrong answer. A script whose reads can't be told looks at everything.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::case::Case;
use crate::condition::{Condition, Subject, Target};
use crate::definition::{Calculation, Component, Form, Id, Model};
use crate::js::Js;
use crate::logic::{Action, Source, Trigger};
use crate::path::{self, Seg};
use crate::rule::Rule;
use crate::script::Script;

/// One step of a path that may go through rows.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    Is(Seg),
    Row,
}

/// A place that a component looks at, as seen from any of its rows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Look {
    steps: Vec<Step>,
    /// How many of the rows on the way are the component's own, counted from the outside.
    own_rows: usize,
}

/// Who looks where, over a whole form.
#[derive(Debug, Default)]
pub(crate) struct Dependents {
    looks: BTreeMap<Seg, Vec<(Id, Look)>>,
    /// They look at everything.
    pub(crate) always: Vec<Id>,
    /// Components that form.io's tables take for one another, by the component.
    coupled: BTreeMap<Id, Vec<Id>>,
    /// Components whose rows depend on one another.
    across: BTreeSet<Id>,
    /// A rule may write where it doesn't stand, so nothing can be told.
    pub(crate) wild: bool,
    /// Components that share their data path with an earlier one.
    pub(crate) twins: Vec<Id>,
    /// What stands at the top of their paths.
    pub(crate) twin_areas: BTreeSet<Vec<Seg>>,
    /// Our own types, and where they keep their values.
    pub(crate) own_types: Vec<(Id, Look)>,
    /// Numbers, and where they keep their values.
    pub(crate) numbers: Vec<(Id, Look)>,
    /// Trees that stand in no other.
    pub(crate) trees: Vec<Id>,
    /// A question of a tree has a rule that only the sandbox can tell of.
    pub(crate) scripts_in_trees: bool,
    /// Calculations that may be typed over, and where they keep their values.
    pub(crate) hands: Vec<(Id, Look)>,
    /// What isn't stored.
    pub(crate) unkept: Vec<Id>,
    /// Texts that become upper or lower case, and where they are kept.
    pub(crate) cased: Vec<(Id, Look, Case)>,
    /// Grids at the top whose rows can be looked at one by one.
    grids: BTreeSet<Seg>,
}

/// Calculations that read one another in a circle, each with the next one on it, as far as their texts tell what they read. One that
/// reads its own answer keeps what was typed, which is no circle.
pub(crate) fn circles(form: &Form) -> Vec<(Id, Id)> {
    let calculated: Vec<(Id, &Component)> = form
        .ids()
        .filter(|(_, component)| component.keeps && component.calculate.is_some())
        .collect();
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, (id, _)) in calculated.iter().enumerate() {
        places
            .entry(text(&pattern(form, *id)))
            .or_default()
            .push(at);
    }
    let edges: Vec<Vec<usize>> = calculated
        .iter()
        .enumerate()
        .map(|(at, (id, component))| {
            let mut reader = Reader::new(form, *id, component);
            reader.calculation();
            let mut next: Vec<usize> = reader
                .looks
                .iter()
                .flat_map(|look| (1..=look.steps.len()).filter_map(|end| look.steps.get(..end)))
                .filter_map(|steps| places.get(&text(steps)))
                .flatten()
                .copied()
                .filter(|other| *other != at)
                .collect();
            next.sort_unstable();
            next.dedup();
            next
        })
        .collect();
    let rings = rings(&edges);
    let ring = |at: usize| rings.get(at);
    let id = |at: usize| calculated.get(at).map(|(id, _)| *id);
    edges
        .iter()
        .enumerate()
        .filter_map(|(at, next)| {
            let on = next.iter().find(|other| ring(**other) == ring(at))?;
            Some((id(at)?, id(*on)?))
        })
        .collect()
}

/// A number for each knot of a net, the same for those that lead to one another.
fn rings(edges: &[Vec<usize>]) -> Vec<usize> {
    // Last left first, then backwards from there (Kosaraju).
    let mut back = vec![Vec::new(); edges.len()];
    for (from, next) in edges.iter().enumerate() {
        for to in next {
            if let Some(back) = back.get_mut(*to) {
                back.push(from);
            }
        }
    }
    let mut left = Vec::with_capacity(edges.len());
    let mut seen = vec![false; edges.len()];
    for start in 0..edges.len() {
        walk(edges, start, &mut seen, &mut |at| left.push(at));
    }
    let mut rings = vec![0; edges.len()];
    let mut seen = vec![false; edges.len()];
    for start in left.into_iter().rev() {
        walk(&back, start, &mut seen, &mut |at| {
            if let Some(ring) = rings.get_mut(at) {
                *ring = start;
            }
        });
    }
    rings
}

/// Goes wherever the net leads that wasn't seen yet, without calling itself; tells of each knot when it is left.
fn walk(edges: &[Vec<usize>], start: usize, seen: &mut [bool], leave: &mut impl FnMut(usize)) {
    let mut enter = |at: usize| {
        seen.get_mut(at)
            .is_some_and(|seen| !std::mem::replace(seen, true))
    };
    let mut way = Vec::new();
    if enter(start) {
        way.push((start, 0));
    }
    while let Some((at, next)) = way.last_mut() {
        let to = edges.get(*at).and_then(|edges| edges.get(*next)).copied();
        *next += 1;
        match to {
            Some(to) if enter(to) => way.push((to, 0)),
            Some(_) => {}
            None => {
                leave(*at);
                way.pop();
            }
        }
    }
}

impl Dependents {
    pub(crate) fn of(form: &Form) -> Dependents {
        let mut found = Dependents::default();
        for (id, component) in form.ids() {
            let mut reader = Reader::new(form, id, component);
            reader.read();
            found.wild |= reader.wild;
            if reader.everything {
                found.always.push(id);
                continue;
            }
            for look in reader.looks {
                match look.steps.first() {
                    Some(Step::Is(first)) => {
                        let list = found.looks.entry(first.clone()).or_default();
                        if list.last().is_none_or(|last| *last != (id, look.clone())) {
                            list.push((id, look));
                        }
                    }
                    _ => found.always.push(id),
                }
            }
            if in_rows(form, id) && crosses_rows(component) {
                found.across.insert(id);
            }
        }
        found.couple(form);
        found.places(form);
        found
    }

    /// The part of the answers that a path belongs to: a row of a grid at the top, else what stands under one key.
    pub(crate) fn area(&self, answers: &Js, at: &[Seg]) -> Vec<Seg> {
        let row = matches!(
            at,
            [grid, Seg::Index(row), ..]
                if self.grids.contains(grid)
                    && path::get(answers, std::slice::from_ref(grid))
                        .as_arr()
                        .is_some_and(|rows| *row < rows.len())
        );
        at.get(..if row { 2 } else { 1 })
            .unwrap_or_default()
            .to_vec()
    }

    fn places(&mut self, form: &Form) {
        let mut plain = BTreeSet::new();
        let mut shared = BTreeSet::new();
        for (id, component) in form.ids().filter(|(_, component)| component.keeps) {
            let steps = pattern(form, id);
            if !component.twin.is_empty() {
                self.twins.push(id);
                if let Some(Step::Is(first)) = steps.first() {
                    let own = path::text(std::slice::from_ref(first)) + &component.twin;
                    self.twin_areas.insert(vec![first.clone()]);
                    self.twin_areas
                        .extend(path::parse(&own).get(..1).map(<[Seg]>::to_vec));
                }
            }
            if let [Step::Is(only)] = steps.as_slice() {
                let list = if component.model == Model::NestedArray && !gives(component) {
                    &mut plain
                } else {
                    &mut shared
                };
                if !list.insert(only.clone()) {
                    shared.insert(only.clone());
                }
            } else if !matches!(steps.get(1), Some(Step::Row))
                && let Some(Step::Is(first)) = steps.first()
            {
                shared.insert(first.clone());
            }
            if component.traits.unkept {
                self.unkept.push(id);
            }
            if let Some(case) = Case::of(component) {
                let own_rows = rows(&steps);
                let steps = steps.clone();
                self.cased.push((id, Look { steps, own_rows }, case));
            }
            if component.is_typed_over()
                && component.calculate.is_some()
                && matches!(component.key_segs.last(), Some(Seg::Key(_)))
            {
                let own_rows = rows(&steps);
                let steps = steps.clone();
                self.hands.push((id, Look { steps, own_rows }));
            }
            if component.is_tree() && !form.is_in_tree(id) {
                self.trees.push(id);
            }
            let by_script = |rule: &Rule| rule.by_script(component).is_some();
            self.scripts_in_trees |= component.rules.iter().any(by_script) && form.is_in_tree(id);
            if crate::vn::field::is_own(&component.kind) {
                let own_rows = rows(&steps);
                self.own_types.push((id, Look { steps, own_rows }));
            } else if component.kind == "number" && !component.multiple() {
                let own_rows = rows(&steps);
                self.numbers.push((id, Look { steps, own_rows }));
            }
        }
        self.grids = plain.difference(&shared).cloned().collect();
        let is_beside = |seg: &Seg| matches!(seg, Seg::Key(key) if crate::hand::is_beside(key));
        let mut keys = form.ids().flat_map(|(_, component)| &component.key_segs);
        if keys.any(is_beside) {
            // Its answers stand where it would be noted what was typed over.
            self.hands.clear();
        }
    }

    /// Those who look at a path, each with the outer rows that they stand in; fewer rows given mean all below them.
    pub(crate) fn readers(&self, at: &[Seg]) -> Vec<(Id, Vec<usize>)> {
        let Some(first) = at.first() else {
            return Vec::new();
        };
        self.looks
            .get(first)
            .into_iter()
            .flatten()
            .filter_map(|(id, look)| Some((*id, look.meets(at)?)))
            .collect()
    }

    /// Whether another component keeps its value at the same place, so that what is found there isn't of one alone.
    pub(crate) fn overlaps(&self, form: &Form, id: Id) -> bool {
        let keeps = |id: &Id| form.component(*id).is_some_and(|component| component.keeps);
        keeps(&id) && self.coupled(id).iter().any(keeps)
    }

    /// Those that have to be looked at together with a component.
    pub(crate) fn coupled(&self, id: Id) -> &[Id] {
        self.coupled.get(&id).map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn crosses(&self, id: Id) -> bool {
        self.across.contains(&id)
    }

    /// form.io finds conditions, errors and what it keeps by path, and some components share theirs.
    fn couple(&mut self, form: &Form) {
        let mut by_path: BTreeMap<String, Vec<Id>> = BTreeMap::new();
        for (id, component) in form.ids() {
            let steps = if component.model == Model::None {
                by_path
                    .entry(component.paths.full.clone())
                    .or_default()
                    .push(id);
                continue;
            } else if component.keeps {
                pattern(form, id)
            } else {
                base(form, id)
            };
            if steps.is_empty() {
                // At the top there is no path, so conditions are noted by key.
                if conditional(component) {
                    let key = path::text(&component.key_segs);
                    by_path.entry(key).or_default().push(id);
                }
                if !mute(component) {
                    by_path.entry(String::new()).or_default().push(id);
                }
                continue;
            }
            by_path.entry(text(&steps)).or_default().push(id);
        }
        for ids in by_path.into_values().filter(|ids| ids.len() > 1) {
            let matters = ids
                .iter()
                .filter_map(|id| form.component(*id))
                .any(|one| one.keeps || conditional(one) || !one.logic.is_empty() || !mute(one));
            if !matters {
                continue;
            }
            for id in &ids {
                let others = self.coupled.entry(*id).or_default();
                others.extend(ids.iter().copied().filter(|other| other != id));
            }
        }
    }
}

impl Look {
    /// The very place that the path is, where it is in one row: nothing inside where it is above that, nothing where it is
    /// elsewhere.
    #[allow(clippy::option_option)]
    pub(crate) fn place(&self, at: &[Seg]) -> Option<Option<Vec<Seg>>> {
        let met = self.meets(at)?;
        Some((met.len() == self.own_rows).then(|| {
            let mut rows = met.into_iter();
            self.steps
                .iter()
                .map(|step| match step {
                    Step::Is(seg) => seg.clone(),
                    Step::Row => Seg::Index(rows.next().unwrap_or_default()),
                })
                .collect()
        }))
    }

    /// Whether what is at a path may be seen.
    pub(crate) fn sees(&self, at: &[Seg]) -> bool {
        self.meets(at).is_some()
    }

    /// Whether a change at a path may be one of the rows on the way.
    pub(crate) fn moves(&self, at: &[Seg]) -> bool {
        at.len() < self.steps.len() && self.sees(at)
    }

    /// The places that a look sees in a value that is put at a path, or the one that the path is at or in.
    pub(crate) fn places(&self, at: &[Seg], value: &Value) -> Vec<Vec<Seg>> {
        let mut found = Vec::new();
        if self.sees(at) {
            let own = at.get(..self.steps.len()).unwrap_or(at).to_vec();
            let rest = self.steps.get(at.len()..).unwrap_or_default();
            places(rest, own, value, &mut found);
        }
        found
    }

    /// Goes to what a look sees in a value that is put at a path.
    pub(crate) fn within(&self, at: &[Seg], value: &mut Value, tell: &mut impl FnMut(&mut Value)) {
        if self.meets(at).is_some() {
            within(self.steps.get(at.len()..).unwrap_or_default(), value, tell);
        }
    }

    /// The own rows in which a look sees the path, nothing where it doesn't.
    fn meets(&self, at: &[Seg]) -> Option<Vec<usize>> {
        let mut rows = Vec::new();
        for (step, seg) in self.steps.iter().zip(at) {
            match (step, seg) {
                (Step::Is(a), b) if a == b => {}
                (Step::Row, Seg::Index(row)) => rows.push(*row),
                _ => return None,
            }
        }
        rows.truncate(self.own_rows);
        Some(rows)
    }
}

fn places(steps: &[Step], at: Vec<Seg>, value: &Value, found: &mut Vec<Vec<Seg>>) {
    let under = |seg: Seg| at.iter().cloned().chain([seg]).collect();
    match (steps.split_first(), value) {
        (None, _) => found.push(at),
        (Some((Step::Row, rest)), Value::Array(rows)) => {
            for (row, value) in rows.iter().enumerate() {
                places(rest, under(Seg::Index(row)), value, found);
            }
        }
        (Some((Step::Is(Seg::Key(key)), rest)), Value::Object(map)) => {
            if let Some(value) = map.get(&**key) {
                places(rest, under(Seg::Key(key.clone())), value, found);
            }
        }
        _ => {}
    }
}

fn within(steps: &[Step], value: &mut Value, tell: &mut impl FnMut(&mut Value)) {
    match (steps.split_first(), value) {
        (None, value) => tell(value),
        (Some((Step::Row, rest)), Value::Array(rows)) => {
            rows.iter_mut().for_each(|row| within(rest, row, tell));
        }
        (Some((Step::Is(Seg::Key(key)), rest)), Value::Object(map)) => {
            if let Some(value) = map.get_mut(&**key) {
                within(rest, value, tell);
            }
        }
        _ => {}
    }
}

/// What the texts of a component look at.
pub(crate) fn read_by<'a>(form: &Form, id: Id, texts: impl Iterator<Item = &'a str>) -> Vec<Look> {
    let Some(component) = form.component(id) else {
        return Vec::new();
    };
    let mut reader = Reader::new(form, id, component);
    if component.keeps {
        reader.look(reader.own.clone(), usize::MAX);
    }
    texts.for_each(|text| reader.template(text));
    reader.looks
}

/// Where the row is that a component stands in.
pub(crate) fn stands(form: &Form, id: Id) -> Look {
    let steps = base(form, id);
    let own_rows = rows(&steps);
    Look { steps, own_rows }
}

/// Where a component keeps its value.
fn pattern(form: &Form, id: Id) -> Vec<Step> {
    let mut lineage: Vec<_> = form.lineage(id).collect();
    lineage.reverse();
    let mut steps = Vec::new();
    for (at, component) in lineage {
        if component.keeps {
            steps.extend(component.key_segs.iter().cloned().map(Step::Is));
        }
        if at != id {
            enter(component, &mut steps);
        }
    }
    steps
}

/// The step from a component to its children.
fn enter(component: &Component, steps: &mut Vec<Step>) {
    if component.is_rows() {
        steps.push(Step::Row);
    }
    if matches!(component.model, Model::DataObject | Model::NestedDataArray) {
        steps.push(Step::Is(Seg::Key("data".into())));
    }
}

/// Where the row that a component stands in is.
fn base(form: &Form, id: Id) -> Vec<Step> {
    match form.component(id).and_then(|component| component.parent) {
        Some(parent) => inside(form, parent),
        None => Vec::new(),
    }
}

fn inside(form: &Form, id: Id) -> Vec<Step> {
    let mut steps = pattern(form, id);
    if let Some(component) = form.component(id) {
        enter(component, &mut steps);
    }
    steps
}

/// Where the answers of the nested form begin that a component is in.
fn local(form: &Form, id: Id) -> Vec<Step> {
    form.lineage(id)
        .skip(1)
        .find(|(_, above)| above.model == Model::DataObject)
        .map(|(id, _)| inside(form, id))
        .unwrap_or_default()
}

fn text(steps: &[Step]) -> String {
    let mut out = String::new();
    for step in steps {
        match step {
            Step::Is(Seg::Key(key)) => {
                out.push('.');
                out.push_str(key);
            }
            Step::Is(Seg::Index(index)) => out.push_str(&format!("[{index}]")),
            Step::Row => out.push_str("[]"),
        }
    }
    out.trim_start_matches('.').to_owned()
}

fn rows(steps: &[Step]) -> usize {
    steps.iter().filter(|step| **step == Step::Row).count()
}

/// The grid around a component.
fn grid(form: &Form, id: Id) -> Option<Id> {
    form.lineage(id)
        .skip(1)
        .find(|(_, above)| above.is_rows())
        .map(|(id, _)| id)
}

pub(crate) fn in_rows(form: &Form, id: Id) -> bool {
    grid(form, id).is_some()
}

fn conditional(component: &Component) -> bool {
    component.condition.is_some() || component.custom_condition.is_some()
}

/// May give a value by itself.
fn gives(component: &Component) -> bool {
    component.flag("defaultValue")
        || component.custom_default.is_some()
        || component.calculate.is_some()
        || component
            .logic
            .iter()
            .flat_map(|logic| &logic.actions)
            .any(|action| matches!(action, Action::Value(_) | Action::Merge(_)))
}

/// Can't break a rule.
fn mute(component: &Component) -> bool {
    component.rules.is_empty() || (component.has("input") && !component.flag("input"))
}

/// What one row leaves behind, the next one sees.
fn crosses_rows(component: &Component) -> bool {
    let property = component
        .logic
        .iter()
        .flat_map(|logic| &logic.actions)
        .any(|action| !matches!(action, Action::Value(_)));
    property || component.model == Model::None && (!component.logic.is_empty() || !mute(component))
}

/// Gathers what one component looks at.
struct Reader<'a> {
    form: &'a Form,
    id: Id,
    component: &'a Component,
    own: Vec<Step>,
    row: Vec<Step>,
    local: Vec<Step>,
    looks: Vec<Look>,
    everything: bool,
    wild: bool,
}

impl<'a> Reader<'a> {
    fn new(form: &'a Form, id: Id, component: &'a Component) -> Reader<'a> {
        Reader {
            form,
            id,
            component,
            own: pattern(form, id),
            row: base(form, id),
            local: local(form, id),
            looks: Vec::new(),
            everything: false,
            wild: false,
        }
    }

    /// Only what the calculation reads, each as far as its text names it.
    fn calculation(&mut self) {
        match &self.component.calculate {
            Some(Calculation::Script(script)) if script.blocked.is_none() => {
                let named = |path: &[String]| path.iter().map(|name| path::seg(name)).collect();
                let reads = script.reads.clone().unwrap_or_default();
                for path in &reads.data_paths {
                    let segs: Vec<Seg> = named(path);
                    self.under_data(&segs);
                }
                for path in &reads.row_paths {
                    let segs: Vec<Seg> = named(path);
                    self.under_row(&segs);
                }
            }
            Some(Calculation::Json(logic)) => self.logic(logic, false),
            Some(Calculation::Words(source)) => {
                self.under_row(source);
                self.look(is(source), 0);
            }
            _ => {}
        }
    }

    fn read(&mut self) {
        let component = self.component;
        self.wild |= if component.keeps {
            component.key_segs.is_empty()
                || component
                    .key_segs
                    .iter()
                    .any(|seg| !matches!(seg, Seg::Key(key) if path::seg(key) == *seg))
        } else {
            gives(component)
                || component.nests()
                || component.is_rows()
                || component.kind == "number"
        };
        if component.keeps {
            self.look(self.own.clone(), usize::MAX);
        }
        if let Some(condition) = &component.condition {
            self.condition(condition);
        }
        self.script(component.custom_condition.as_ref());
        self.script(component.choices.as_ref());
        for calculation in component.custom_default.iter().chain(&component.calculate) {
            match calculation {
                Calculation::Script(script) => self.script(Some(script)),
                Calculation::Json(logic) => self.logic(logic, false),
                Calculation::Words(source) => {
                    self.under_row(source);
                    self.look(is(source), 0);
                }
            }
        }
        for rule in &component.rules {
            match rule {
                Rule::Json(logic) => self.logic(logic, false),
                Rule::Custom(script) => self.script(Some(script)),
                _ => {}
            }
        }
        for logic in &component.logic {
            match &logic.trigger {
                Trigger::Simple(Some(condition)) => self.condition(condition),
                Trigger::Script(Some(script)) => self.script(Some(script)),
                Trigger::Json(Some(json)) => self.logic(json, false),
                _ => {}
            }
            for action in &logic.actions {
                self.action(action);
            }
        }
    }

    fn action(&mut self, action: &Action) {
        match action {
            Action::Flag { .. } => {}
            Action::Text { property, text } => {
                self.template(text);
                // A text may become a rule.
                let first = property.split('.').next().unwrap_or_default();
                self.everything |= matches!(
                    first,
                    "customConditional" | "calculateValue" | "customDefaultValue"
                ) || (first == "validate" && !property.ends_with("Message"));
            }
            Action::Value(Source::Script(script)) => self.script(Some(script)),
            Action::Value(Source::Json(json)) => self.logic(json, false),
            Action::Value(Source::Null | Source::Keep) => {}
            // What it merges may be any rule.
            Action::Merge(script) => {
                self.script(Some(script));
                self.everything = true;
            }
        }
    }

    fn look(&mut self, steps: Vec<Step>, own_rows: usize) {
        let own_rows = own_rows.min(rows(&steps));
        self.looks.push(Look { steps, own_rows });
    }

    fn under_row(&mut self, segs: &[Seg]) {
        let mut steps = self.row.clone();
        let own_rows = rows(&steps);
        steps.extend(is(segs));
        self.look(steps, own_rows);
    }

    /// What scripts call `data`: the answers of the nested form, or all.
    fn under_data(&mut self, segs: &[Seg]) {
        let mut steps = self.local.clone();
        let own_rows = rows(&steps);
        steps.extend(is(segs));
        self.look(steps, own_rows);
    }

    fn script(&mut self, script: Option<&Script>) {
        let Some(script) = script.filter(|script| script.blocked.is_none()) else {
            return;
        };
        // Chances come in turn, so every turn counts.
        self.wild |= script.writes || script.source.contains("random");
        let Some(reads) = &script.reads else {
            self.everything = true;
            return;
        };
        for name in &reads.data {
            self.under_data(&[path::seg(name)]);
        }
        for name in &reads.row {
            self.under_row(&[path::seg(name)]);
        }
    }

    /// `inner` is within the items of a list, which the list's own name answers for.
    fn logic(&mut self, logic: &Js, inner: bool) {
        match logic {
            Js::Arr(items) => items.iter().for_each(|item| self.logic(item, inner)),
            Js::Obj(props) if props.len() == 1 => {
                let Some((op, values)) = props.first() else {
                    return;
                };
                let values: &[Js] = match values {
                    Js::Arr(items) => items,
                    one => std::slice::from_ref(one),
                };
                match op.as_str() {
                    "var" | "missing" | "missing_some" if inner => {
                        // A computed name may still speak of anything within the item only.
                        values.iter().for_each(|value| self.logic(value, inner));
                    }
                    "var" => {
                        match values.first() {
                            Some(Js::Str(name)) if !name.is_empty() => self.variable(name),
                            _ => self.everything = true,
                        }
                        values
                            .iter()
                            .skip(1)
                            .for_each(|value| self.logic(value, inner));
                    }
                    "missing" | "missing_some" => self.everything = true,
                    "filter" | "map" | "all" | "none" | "some" | "reduce" => {
                        for (at, value) in values.iter().enumerate() {
                            self.logic(value, inner || at == 1);
                        }
                    }
                    _ => values.iter().for_each(|value| self.logic(value, inner)),
                }
            }
            _ => {}
        }
    }

    /// A name in JSON Logic or a template.
    fn variable(&mut self, name: &str) {
        let segs: Vec<Seg> = name.split('.').flat_map(path::parse).collect();
        let Some((Seg::Key(first), rest)) = segs.split_first() else {
            return;
        };
        match &**first {
            "data" => self.under_data(rest),
            "row" => self.under_row(rest),
            "submission" => self.everything = true,
            _ => {}
        }
    }

    fn template(&mut self, text: &str) {
        for part in text.split("{{").skip(1) {
            let inner = part.split("}}").next().unwrap_or_default();
            for name in inner.replace("?.", ".").split("||") {
                let segs = path::parse(name.trim());
                match segs.split_first() {
                    // A template's answers are always those of the whole form.
                    Some((Seg::Key(first), rest)) if &**first == "data" => self.look(is(rest), 0),
                    Some((Seg::Key(first), rest)) if &**first == "row" => self.under_row(rest),
                    _ => {}
                }
            }
        }
    }

    fn condition(&mut self, condition: &Condition) {
        if let Some(json) = &condition.json {
            self.logic(json, false);
        }
        for subject in condition.subjects() {
            self.subject(subject);
        }
    }

    fn subject(&mut self, subject: &Subject) {
        let own_grid = grid(self.form, self.id);
        let name = path::parse(&subject.name);
        if subject.local {
            self.under_data(&name);
        }
        // What is asked for by name where no component is found.
        self.look(is(&name), 0);
        match &subject.target {
            Target::Loose(segs) | Target::Data(segs) => {
                if subject.local {
                    self.under_data(segs);
                }
                self.look(is(segs), 0);
            }
            Target::Rows(ids) | Target::First(ids) | Target::Last(ids) => {
                for id in ids {
                    let steps = pattern(self.form, *id);
                    // From a row of the same grid only that row is seen.
                    let same_row = matches!(&subject.target, Target::Rows(only) if only.len() == 1)
                        && !subject.local
                        && own_grid.is_some()
                        && grid(self.form, *id) == own_grid
                        && rows(&steps) == 1
                        && own_grid
                            .and_then(|grid| self.form.component(grid))
                            .is_some_and(|grid| grid.model == Model::NestedArray);
                    self.look(steps, usize::from(same_row));
                }
            }
        }
        // Whether a group is empty is asked of its parts.
        if let Some(id) = subject.id {
            self.parts(id);
        }
    }

    fn parts(&mut self, id: Id) {
        let Some(component) = self.form.component(id) else {
            return;
        };
        for child in &component.children {
            if self.form.component(*child).is_some_and(|child| child.keeps) {
                self.look(pattern(self.form, *child), 0);
            }
            self.parts(*child);
        }
    }
}

fn is(segs: &[Seg]) -> Vec<Step> {
    segs.iter().cloned().map(Step::Is).collect()
}
