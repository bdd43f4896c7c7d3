//! What a screen shows of an open form, kept up to date place by place.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::change::Change;
use crate::condition::instances;
use crate::definition::Form;
use crate::delta::delta;
use crate::env::Env;
use crate::js::Js;
use crate::path::{self, Seg};
use crate::run::{Given, Memory, Shift, Shown};
use crate::texts::Texts;
use crate::translate::Language;
use crate::view::Patch;
use crate::vn::agreement::disagreements;
use crate::vn::field;

/// The state that a [`crate::FormState`] is written from.
#[derive(Debug, Default)]
pub(crate) struct Screen {
    /// The answers with what rules gave.
    pub(crate) data: Js,
    pub(crate) hidden: BTreeSet<String>,
    /// Places that have their value from the definition.
    pub(crate) defaults: BTreeSet<String>,
    pub(crate) warnings: BTreeMap<String, String>,
    /// What logic changed.
    overrides: BTreeMap<String, BTreeMap<String, Value>>,
    /// What shows answers.
    texts: Texts,
}

/// What a change may have changed.
pub(crate) struct Reach<'a> {
    /// Where the answers differ.
    pub(crate) answers: &'a [Vec<Seg>],
    pub(crate) moved: Moved<'a>,
    pub(crate) shift: Shift,
    /// The data as it was before.
    pub(crate) data: &'a Js,
}

/// What became of rows.
#[derive(Clone, Copy)]
pub(crate) struct Moved<'a> {
    /// Grids whose rows came, went or moved; they come whole, unless it can be told what a single row did.
    pub(crate) grids: &'a BTreeSet<String>,
    /// What a single row did.
    pub(crate) rows: Option<&'a Change>,
}

impl Moved<'_> {
    /// Makes the change in the old data at or around its grid, where it leads to as many rows as there are now.
    fn carry(&self, at: &[Seg], old: &mut Js, new: &Js) -> Option<Change> {
        let change = self.rows?;
        let (Change::InsertRow { path, .. }
        | Change::RemoveRow { path, .. }
        | Change::MoveRow { path, .. }) = change
        else {
            return None;
        };
        let grid = path::plain(path::parse(path));
        let rest = grid.strip_prefix(at)?;
        let mut rows = path::get(old, rest).as_arr()?.to_vec();
        match change {
            Change::InsertRow { index, value, .. } => {
                rows.insert((*index).min(rows.len()), Js::from(value));
            }
            Change::RemoveRow { index, .. } if *index < rows.len() => {
                rows.remove(*index);
            }
            Change::MoveRow { from, to, .. } if *from < rows.len() => {
                let row = rows.remove(*from);
                rows.insert((*to).min(rows.len()), row);
            }
            _ => return None,
        }
        if path::get(new, rest).as_arr()?.len() != rows.len() {
            return None;
        }
        let rows = Js::Arr(rows.into_iter().collect());
        if rest.is_empty() {
            *old = rows;
        } else {
            path::set(old, rest, rows);
        }
        let mut change = change.clone();
        if let Change::InsertRow { path, .. }
        | Change::RemoveRow { path, .. }
        | Change::MoveRow { path, .. } = &mut change
        {
            // Twins have rows of their own on a screen; only those at the data's own place moved.
            *path = path::text(&grid);
        }
        Some(change)
    }
}

impl Screen {
    /// The screen of a form that was just run over.
    pub(crate) fn new(form: &Form, env: &Env, answers: &Js, memory: &Memory) -> Screen {
        let mut screen = Screen {
            data: answers.clone(),
            ..Screen::default()
        };
        screen.fill(form, memory, &[]);
        screen.twins(form);
        for shown in memory.shown() {
            screen.show(shown);
        }
        for (id, component) in form.ids() {
            if field::is_own(&component.kind) {
                for (segs, _) in instances(form, &memory.data, id) {
                    screen.warn(env, &component.kind, &memory.data, &segs);
                }
            }
        }
        screen.compare_numbers(form, env, &memory.data);
        screen.texts = Texts::new(form, &Language::of(form, env), &memory.data);
        screen
    }

    /// Properties that are others than the definition has them.
    pub(crate) fn overrides(&self) -> BTreeMap<String, BTreeMap<String, Value>> {
        let paths = self.overrides.keys().chain(self.texts.paths());
        paths
            .map(|path| (path.clone(), self.overrides_at(path)))
            .collect()
    }

    /// Those at a path; what logic says comes before what the definition shows.
    fn overrides_at(&self, path: &str) -> BTreeMap<String, Value> {
        let texts = self.texts.at(path);
        let logic = self.overrides.get(path).into_iter().flatten();
        texts
            .chain(logic)
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// Fills in what shows answers that changed.
    fn read_again(&mut self, form: &Form, old: &Js, new: &Js, patch: &mut Patch) {
        if self.texts.is_empty() {
            return;
        }
        let moved = self.texts.follow(form, new, &delta(old, new, &[]));
        let paths: BTreeSet<String> = moved
            .into_iter()
            .chain(patch.overrides.keys().cloned())
            .collect();
        for path in paths {
            let set = self.overrides_at(&path);
            patch.overrides.insert(path, set);
        }
    }

    /// Takes over what a change did. `told` are the places whose default came or went.
    pub(crate) fn follow(
        &mut self,
        form: &Form,
        env: &Env,
        answers: &Js,
        memory: &Memory,
        reach: Reach<'_>,
    ) -> (Patch, BTreeSet<String>) {
        let mut patch = Patch::default();
        let defaults = self.values(form, answers, memory, &reach, &mut patch);
        self.looks(reach.shift.shown, &mut patch);
        self.warn_again(form, env, reach.data, &memory.data, &mut patch);
        self.read_again(form, reach.data, &memory.data, &mut patch);
        (patch, defaults)
    }

    /// What is different on another screen of the same form.
    pub(crate) fn difference(&self, new: &Screen, moved: Moved<'_>) -> (Patch, BTreeSet<String>) {
        let mut patch = Patch::default();
        let mut old = self.data.clone();
        let none = BTreeSet::new();
        let made = moved.carry(&[], &mut old, &new.data);
        let whole = if made.is_some() { &none } else { moved.grids };
        patch.rows.extend(made);
        compare(
            &old,
            &new.data,
            &mut String::new(),
            whole,
            &mut patch.values,
        );
        for (from, to, hidden) in [(new, self, true), (self, new, false)] {
            let paths = from.hidden.difference(&to.hidden);
            patch
                .hidden
                .extend(paths.map(|path| (path.clone(), hidden)));
        }
        patch.warnings = differing(&self.warnings, &new.warnings);
        for (path, set) in differing(&self.overrides(), &new.overrides()) {
            patch.overrides.insert(path, set.unwrap_or_default());
        }
        let defaults = self.defaults.symmetric_difference(&new.defaults);
        (patch, defaults.cloned().collect())
    }

    /// Puts the values that rules gave at and below a place.
    fn fill(&mut self, form: &Form, memory: &Memory, at: &[Seg]) {
        for (segs, value, given) in memory.given(form, at) {
            if value.is_undefined() {
                continue;
            }
            if *given == Given::Default {
                if path::has(&self.data, segs) {
                    continue;
                }
                self.defaults.insert(path::text(segs));
            }
            path::set(&mut self.data, segs, value.clone());
        }
    }

    /// Components of the same data path each find the value under their own.
    fn twins(&mut self, form: &Form) {
        for id in &form.dependents.twins {
            let Some(component) = form.component(*id) else {
                continue;
            };
            for (segs, _) in instances(form, &self.data, *id) {
                let value = path::get(&self.data, &segs).clone();
                if value.is_undefined() {
                    continue;
                }
                let own = path::parse(&format!("{}{}", path::text(&segs), component.twin));
                path::set(&mut self.data, &own, value);
            }
        }
    }

    fn show(&mut self, shown: &Shown) {
        if shown.unseen {
            self.hidden.insert(shown.path.clone());
        }
        if !shown.overrides.is_empty() {
            self.overrides
                .insert(shown.path.clone(), shown.overrides.clone());
        }
    }

    fn warn(&mut self, env: &Env, kind: &str, data: &Js, segs: &[Seg]) {
        let value = path::get(data, segs);
        if let Some(words) = field::unusual(kind, value, env.date(), env.english()) {
            self.warnings.insert(path::text(segs), words);
        }
    }

    fn compare_numbers(&mut self, form: &Form, env: &Env, data: &Js) {
        for (segs, words) in disagreements(form, data, env.english()) {
            self.warnings.entry(path::text(&segs)).or_insert(words);
        }
    }

    /// Values, area by area; returns where defaults came or went.
    fn values(
        &mut self,
        form: &Form,
        answers: &Js,
        memory: &Memory,
        reach: &Reach<'_>,
        patch: &mut Patch,
    ) -> BTreeSet<String> {
        let grids = reach.moved.grids.iter().map(|grid| path::parse(grid));
        let places = reach.answers.iter().chain(&reach.shift.given).cloned();
        let mut areas: BTreeSet<Vec<Seg>> = places
            .chain(grids)
            .map(|at| form.dependents.area(answers, &at))
            .collect();
        // Twins are copied from one another, so all of them start over.
        areas.extend(form.dependents.twin_areas.iter().cloned());
        // A whole grid speaks for its rows.
        let whole: Vec<Vec<Seg>> = areas.iter().filter(|at| at.len() == 1).cloned().collect();
        areas.retain(|at| {
            at.len() == 1
                || at
                    .get(..1)
                    .is_none_or(|top| !whole.iter().any(|one| one == top))
        });

        let mut before = Vec::new();
        let mut defaults = BTreeSet::new();
        for at in areas {
            let old = path::find(&self.data, &at).cloned();
            match path::find(answers, &at) {
                Some(value) => path::set(&mut self.data, &at, value.clone()),
                None => path::unset(&mut self.data, &at),
            }
            let gone = below(&self.defaults, &path::text(&at));
            for path in &gone {
                self.defaults.remove(path);
            }
            self.fill(form, memory, &at);
            let here = below(&self.defaults, &path::text(&at));
            defaults.extend(gone.symmetric_difference(&here).cloned());
            before.push((at, old));
        }
        self.twins(form);
        let none = BTreeSet::new();
        for (at, old) in before {
            let new = path::find(&self.data, &at);
            let known = |value: Option<&Js>| value.filter(|value| !value.is_undefined()).cloned();
            let mut text = path::text(&at);
            match (known(old.as_ref()), known(new)) {
                (Some(mut old), Some(new)) => {
                    let made = reach.moved.carry(&at, &mut old, &new);
                    let whole = if made.is_some() {
                        &none
                    } else {
                        reach.moved.grids
                    };
                    patch.rows.extend(made);
                    compare(&old, &new, &mut text, whole, &mut patch.values);
                }
                (Some(_), None) => {
                    patch.values.insert(text, Value::Null);
                }
                (None, Some(new)) => {
                    patch.values.insert(text, new.to_json());
                }
                (None, None) => {}
            }
        }
        defaults
    }

    /// What shows, and as what.
    fn looks(&mut self, shown: Vec<Shown>, patch: &mut Patch) {
        let last: BTreeMap<String, Shown> = shown
            .into_iter()
            .map(|shown| (shown.path.clone(), shown))
            .collect();
        for (path, shown) in last {
            if shown.unseen != self.hidden.contains(&path) {
                patch.hidden.insert(path.clone(), shown.unseen);
            }
            self.hidden.remove(&path);
            let old = self.overrides.remove(&path).unwrap_or_default();
            if old != shown.overrides {
                patch.overrides.insert(path, shown.overrides.clone());
            }
            self.show(&shown);
        }
    }

    fn warn_again(&mut self, form: &Form, env: &Env, old: &Js, new: &Js, patch: &mut Patch) {
        let own = &form.dependents.own_types;
        if own.is_empty() {
            return;
        }
        let mut exact = BTreeSet::new();
        // What numbers are compared with need not be of our own types.
        let mut every = own.iter().any(|(id, _)| {
            let component = form.component(*id);
            component.is_some_and(|component| component.prop("agreesWith").is_object())
        });
        for at in delta(old, new, &[]) {
            for (_, look) in own {
                match look.place(&at) {
                    Some(Some(place)) => {
                        exact.insert(place);
                    }
                    Some(None) => every = true,
                    None => {}
                }
            }
        }
        if exact.is_empty() && !every {
            return;
        }
        let before = self.warnings.clone();
        if every {
            self.warnings.clear();
        } else {
            for place in &exact {
                self.warnings.remove(&path::text(place));
            }
        }
        for (id, look) in own {
            let Some(component) = form.component(*id) else {
                continue;
            };
            if every {
                for (segs, _) in instances(form, new, *id) {
                    self.warn(env, &component.kind, new, &segs);
                }
            } else {
                for place in exact.iter().filter(|at| look.place(at).is_some()) {
                    self.warn(env, &component.kind, new, place);
                }
            }
        }
        if every {
            self.compare_numbers(form, env, new);
        }
        patch.warnings = differing(&before, &self.warnings);
    }
}

/// The paths at and below one.
fn below(paths: &BTreeSet<String>, at: &str) -> BTreeSet<String> {
    paths
        .range(at.to_owned()..)
        .take_while(|path| path.starts_with(at))
        .filter(|path| {
            let rest = path.get(at.len()..).unwrap_or_default();
            rest.is_empty() || rest.starts_with(['.', '['])
        })
        .cloned()
        .collect()
}

/// Entries that are new or other, and nothing for those that are gone.
pub(crate) fn differing<T: Clone + PartialEq>(
    old: &BTreeMap<String, T>,
    new: &BTreeMap<String, T>,
) -> BTreeMap<String, Option<T>> {
    let gone = old.keys().filter(|key| !new.contains_key(*key));
    let mut found: BTreeMap<String, Option<T>> = gone.map(|key| (key.clone(), None)).collect();
    for (key, value) in new {
        if old.get(key) != Some(value) {
            found.insert(key.clone(), Some(value.clone()));
        }
    }
    found
}

fn compare(
    old: &Js,
    new: &Js,
    at: &mut String,
    grids: &BTreeSet<String>,
    out: &mut BTreeMap<String, Value>,
) {
    let whole = grids.contains(at.as_str());
    let length = at.len();
    match (old, new) {
        (Js::Obj(a), Js::Obj(b)) => {
            if a.is(b) {
                return;
            }
            let value = |props: &crate::js::Props, key: &str| {
                props
                    .get(key)
                    .filter(|value| !value.is_undefined())
                    .cloned()
            };
            for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
                if !at.is_empty() {
                    at.push('.');
                }
                at.push_str(key);
                match (value(a, key), value(b, key)) {
                    (Some(x), Some(y)) => compare(&x, &y, at, grids, out),
                    (Some(_), None) => {
                        out.insert(at.clone(), Value::Null);
                    }
                    (None, Some(y)) => {
                        out.insert(at.clone(), y.to_json());
                    }
                    (None, None) => {}
                }
                at.truncate(length);
            }
        }
        // Rows of the same number are compared row by row; otherwise the grid comes whole.
        (Js::Arr(a), Js::Arr(b))
            if !whole
                && a.len() == b.len()
                && a.iter().chain(b.iter()).all(|row| row.as_obj().is_some()) =>
        {
            if a.is(b) {
                return;
            }
            for (index, (x, y)) in a.iter().zip(b.iter()).enumerate() {
                at.push_str(&format!("[{index}]"));
                compare(x, y, at, grids, out);
                at.truncate(length);
            }
        }
        (old, new) => {
            if whole || !old.same(new) {
                out.insert(at.clone(), new.to_json());
            }
        }
    }
}
