//! One run over all components: form.io's submission pass, then its evaluation pass.

mod branches;
mod evaluation;
mod judge;
mod language;
mod memo;
mod parents;
mod submission;
mod table;
mod trace;
mod validation;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::rc::Rc;

use jiff::tz::TimeZone;

pub(crate) use self::branches::{Branches, in_branch};
pub(crate) use self::judge::Judge;
use self::memo::{Below, Memo, RowMemo, Tally};
pub(crate) use self::memo::{Memory, Shown};
use self::table::Table;
use self::trace::Trace;
use crate::dates;
use crate::definition::{Component, Form, Id, Model};
use crate::delta::delta;
use crate::hand::Hand;
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
    /// The branches of trees that it stands in, from the outside: the tree, and where the branch has its answers.
    pub(crate) branches: &'a [(Id, Vec<Seg>)],
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
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Failure {
    pub(crate) id: Id,
    pub(crate) path: String,
    /// Which value of a component that takes several.
    pub(crate) item: Option<usize>,
    pub(crate) broken: Broken,
}

/// A rule that a component has at a place and that wasn't run to its end.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stopped {
    pub(crate) id: Id,
    /// form.io's path of the component.
    pub(crate) path: String,
    /// The same as a screen names it.
    pub(crate) at: String,
    /// The property that holds the rule.
    pub(crate) what: &'static str,
    pub(crate) why: Cow<'static, str>,
    /// It can't be run here at all, whatever the answers are.
    pub(crate) never: bool,
}

/// What a run found that isn't remembered.
#[derive(Debug)]
pub(crate) struct Found {
    /// As form.io would keep it.
    pub(crate) data: Js,
    pub(crate) failures: Vec<Failure>,
    /// form.io's paths of conditionally hidden components.
    pub(crate) hidden: Vec<String>,
    /// Values that rules gave, in order; nothing where the rule took one away.
    pub(crate) given: Vec<(Vec<Seg>, Js, Given)>,
    /// Rules that were not run to their end.
    pub(crate) stopped: Vec<Stopped>,
}

/// What a person said.
pub(crate) struct Said<'a> {
    pub(crate) answers: Js,
    /// Which of it was typed over a calculation.
    pub(crate) hand: &'a Hand,
}

/// What changed between two runs, beside the answers.
#[derive(Debug, Default)]
pub(crate) struct Shift {
    /// How components show themselves now, where that is another way than before.
    pub(crate) shown: Vec<Shown>,
    /// Places where rules give other values.
    pub(crate) given: Vec<Vec<Seg>>,
}

/// Where a value that the person didn't type comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Given {
    Default,
    Rule,
}

/// A component as it is now: the form's, or a copy that logic changed.
#[derive(Clone)]
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
#[derive(Clone, Default)]
struct Base {
    segs: Vec<Seg>,
    local: Vec<Seg>,
    index: Option<usize>,
    parent_rows: bool,
    hidden: bool,
    intended: bool,
    unseen: bool,
    rows: Vec<usize>,
    /// As [`Moment::branches`]; none where a tree's questions are looked at once, as form.io does.
    branches: Vec<(Id, Vec<Seg>)>,
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
}

#[derive(PartialEq, Clone, Copy)]
enum Phase {
    Submission,
    Evaluation,
}

/// form.io's tables, each by path, though several components may have the same one.
#[derive(Debug, Default)]
struct Tables {
    /// Conditionally hidden or not: as the first entry says, and as any further one.
    conditionals: Table<(Option<bool>, bool)>,
    /// What the first pass keeps.
    filter: Table<bool>,
    /// Errors; form.io keeps one a path and message.
    told: Table<Vec<String>>,
}

impl Tables {
    fn begin(&mut self) {
        self.conditionals.begin();
        self.filter.begin();
        self.told.begin();
    }

    fn second(&mut self) {
        self.conditionals.second();
        self.filter.second();
        self.told.second();
    }

    fn forget(&mut self, path: &str) {
        self.conditionals.forget(path);
        self.filter.forget(path);
        self.told.forget(path);
    }

    fn first(&self, path: &str) -> Option<bool> {
        self.conditionals.get(path).and_then(|(first, _)| *first)
    }

    fn any_hidden(&self, path: &str) -> bool {
        self.conditionals
            .get(path)
            .is_some_and(|(first, more)| *first == Some(true) || *more)
    }

    fn put(&mut self, path: &str, hidden: bool) {
        self.conditionals
            .update(path, |entry| entry.0 = Some(hidden));
    }

    /// Adds an entry even if there is one of that path.
    fn push(&mut self, path: &str, hidden: bool) {
        self.conditionals.update(path, |entry| match entry.0 {
            Some(_) => entry.1 |= hidden,
            None => entry.0 = Some(hidden),
        });
    }

    /// Whether that error is news.
    fn tell(&mut self, path: &str, key: String) -> bool {
        self.told.update(path, |told| {
            let news = !told.contains(&key);
            if news {
                told.push(key);
            }
            news
        })
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
    tables: Tables,
    failures: Vec<Failure>,
    stopped: Vec<Stopped>,
    covered: Option<(Id, String)>,
    shown: Option<Shown>,
    given: Vec<(Vec<Seg>, Js, Given)>,
    changed: BTreeMap<Id, Rc<Component>>,
    sandbox: &'a mut Sandbox,
    trace: Option<Trace<'a>>,
    hand: Option<&'a Hand>,
    /// What was typed just now, and what it was typed over.
    settled: Vec<(Vec<Seg>, Js)>,
}

impl<'a> Run<'a> {
    fn new(
        form: &'a Form,
        answers: Js,
        zone: TimeZone,
        now: i64,
        sandbox: &'a mut Sandbox,
    ) -> Run<'a> {
        Run {
            form,
            zone,
            now,
            phase: Phase::Submission,
            submission: answers.clone(),
            data: answers,
            filtered: None,
            tables: Tables::default(),
            failures: Vec::new(),
            stopped: Vec::new(),
            covered: None,
            shown: None,
            given: Vec::new(),
            changed: BTreeMap::new(),
            sandbox,
            trace: None,
            hand: None,
            settled: Vec::new(),
        }
    }

    /// Runs both passes over answers.
    pub(crate) fn over(
        form: &'a Form,
        answers: Js,
        zone: TimeZone,
        now: i64,
        sandbox: &'a mut Sandbox,
    ) -> Found {
        sandbox.begin(&answers, true);
        let mut run = Run::new(form, answers, zone, now, sandbox);
        run.first(Vec::new());
        run.second(Vec::new());
        Found {
            data: run.data,
            failures: run.failures,
            hidden: run
                .tables
                .conditionals
                .iter()
                .filter(|(_, (first, more))| *first == Some(true) || *more)
                .map(|(path, _)| path.clone())
                .collect(),
            given: run.given,
            stopped: run.stopped,
        }
    }

    /// The same, remembered; what was typed over a calculation may hold.
    pub(crate) fn remembered(
        form: &'a Form,
        said: Said<'a>,
        zone: TimeZone,
        now: i64,
        sandbox: &'a mut Sandbox,
    ) -> Memory {
        sandbox.begin(&said.answers, true);
        let mut run = Run::new(form, said.answers, zone, now, sandbox);
        run.trace = Some(Trace::new(form, &form.dependents, false));
        run.hand = Some(said.hand);
        let early = run.first(Vec::new());
        let kept = run.data.clone();
        let late = run.second(Vec::new());
        run.memory(early, late, kept).0
    }

    /// The same after the answers changed at these paths, by what is remembered; nothing where that can't be told.
    pub(crate) fn following(
        form: &'a Form,
        memory: Memory,
        said: Said<'a>,
        changed: &[Vec<Seg>],
        zone: TimeZone,
        now: i64,
        sandbox: &'a mut Sandbox,
    ) -> Option<(Memory, Shift)> {
        if form.dependents.wild || memory.odd || memory.short {
            return None;
        }
        sandbox.begin(&said.answers, false);
        let mut run = Run::new(form, said.answers, zone, now, sandbox);
        run.tables = memory.tables;
        run.hand = Some(said.hand);
        let mut trace = Trace::new(form, &form.dependents, true);
        trace.tally = memory.tally;
        trace.pass(form, changed);
        run.trace = Some(trace);
        let early = run.first(memory.early);
        let kept = run.data.clone();
        if let Some(trace) = &mut run.trace {
            trace.pass(form, &delta(&memory.kept, &kept, &[]));
            if trace.doubtful {
                return None;
            }
        }
        let late = run.second(memory.late);
        let doubtful = run.trace.as_ref().is_some_and(|trace| trace.doubtful);
        let (memory, shift) = run.memory(early, late, kept);
        (!doubtful && !memory.odd).then_some((memory, shift))
    }

    fn memory(self, early: Vec<Memo>, late: Vec<Memo>, kept: Js) -> (Memory, Shift) {
        let mut odd = self.sandbox.wrote();
        let short = self.sandbox.short();
        let mut shift = Shift::default();
        let mut tally = Tally::default();
        if let Some(trace) = self.trace {
            odd |= trace.odd;
            tally = trace.tally;
            shift = Shift {
                shown: trace.shifts,
                given: trace.given,
            };
        }
        let memory = Memory {
            early,
            late,
            kept,
            data: self.data,
            tables: self.tables,
            tally,
            odd,
            short,
            settled: self.settled,
        };
        (memory, shift)
    }

    /// form.io's submission pass.
    fn first(&mut self, memos: Vec<Memo>) -> Vec<Memo> {
        self.tables.begin();
        self.filtered = (!self.form.roots.is_empty()).then(Js::object);
        let memos = self.walk(&self.form.roots, &Base::default(), memos, false);
        if let Some(filtered) = self.filtered.take() {
            self.data = filtered;
        }
        memos
    }

    /// form.io's evaluation pass.
    fn second(&mut self, memos: Vec<Memo>) -> Vec<Memo> {
        if self.trace.is_some() {
            self.tables.second();
        }
        self.phase = Phase::Evaluation;
        self.walk(&self.form.roots, &Base::default(), memos, false)
    }

    fn component(&self, id: Id) -> Option<Now<'a>> {
        match self.changed.get(&id) {
            Some(component) => Some(Now::Changed(Rc::clone(component))),
            None => self.form.component(id).map(Now::Given),
        }
    }

    fn walk(&mut self, ids: &[Id], base: &Base, memos: Vec<Memo>, forced: bool) -> Vec<Memo> {
        if self.trace.is_none() {
            for id in ids {
                self.visit(*id, base, None);
            }
            return memos;
        }
        let mut memos = memos.into_iter();
        ids.iter()
            .map(|id| self.step(*id, base, memos.next(), forced))
            .collect()
    }

    fn visit(&mut self, id: Id, base: &Base, mut old: Option<Memo>) -> Memo {
        let mut memo = Memo::default();
        let Some(component) = self.component(id) else {
            return memo;
        };
        let segs = component.at(&base.segs);
        let path = component.path_at(&segs);
        let outer = self.enter(id, &path);
        let mut place = Place {
            id,
            component,
            segs,
            path,
            base,
        };
        let (hidden, intended) = match self.phase {
            Phase::Submission => {
                self.submit(&place);
                (false, false)
            }
            Phase::Evaluation => self.evaluate(&mut place),
        };
        if self.trace.is_some() {
            self.told(&place, old.as_ref(), &mut memo);
        }
        let component = place.component.clone();
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
            branches: Vec::new(),
        };
        memo.inherited = (hidden, intended, unseen);
        let forced = old
            .as_ref()
            .is_some_and(|old| old.inherited != memo.inherited)
            || (old.is_some() && self.form.dependents.overlaps(self.form, id));
        let below = old
            .as_mut()
            .map(|old| std::mem::take(&mut old.below))
            .unwrap_or_default();
        let children = &component.children;
        if component.is_rows() {
            memo.below = self.rows(&place, below, forced, &inner);
            self.leave(&place);
        } else if component.is_tree() && self.trace.is_some() {
            // A person is asked in the branches only.
            self.leave(&place);
        } else {
            let memos = match below {
                Below::Children(memos) => memos,
                _ => Vec::new(),
            };
            let mut walked = None;
            if component.nests() {
                let skip =
                    component.model == Model::DataObject && self.skips_nested(&place, hidden);
                let mut segs = place.segs.clone();
                if component.model == Model::DataObject {
                    segs.push(Seg::Key("data".into()));
                }
                if skip {
                    self.drop_memos(children, &segs, &base.rows, &memos);
                } else {
                    let below = inner(segs, base.index, base.rows.clone());
                    walked = Some(self.walk(children, &below, memos, forced));
                }
                self.leave(&place);
            } else if children.is_empty() {
                self.leave(&place);
            } else if component.kind.is_empty() || component.model == Model::None {
                let below = inner(place.segs.clone(), base.index, base.rows.clone());
                walked = Some(self.walk(children, &below, memos, forced));
                self.leave(&place);
            } else {
                self.leave(&place);
                // form.io forgets what it knew about such a parent before it looks at the children.
                let mut below = inner(place.segs.clone(), base.index, base.rows.clone());
                below.hidden = false;
                below.intended = false;
                walked = Some(self.walk(children, &below, memos, forced));
            }
            if let Some(walked) = walked.filter(|walked| !walked.is_empty()) {
                memo.below = Below::Children(walked);
            }
        }
        if self.trace.is_some() {
            self.exit(&place, outer, old.as_ref(), &mut memo);
        }
        memo
    }

    /// The rows of a grid, each with its own of everything.
    fn rows(
        &mut self,
        place: &Place<'_, '_>,
        below: Below,
        forced: bool,
        inner: &dyn Fn(Vec<Seg>, Option<usize>, Vec<usize>) -> Base,
    ) -> Below {
        let base = place.base;
        let rows: Vec<(usize, Option<usize>)> = match path::get(&self.data, &place.segs) {
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
        let known = match below {
            Below::Rows(known) => known,
            _ => Vec::new(),
        };
        let mut known = known.into_iter().peekable();
        let mut memos = Vec::new();
        for (row, index) in rows {
            let mut old = None;
            while let Some(memo) = known.next_if(|memo| memo.row <= row) {
                if (memo.row, memo.index) == (row, index) {
                    old = Some(memo);
                } else {
                    self.drop_row(place, &memo);
                }
            }
            let segs = place.component.row_at(&place.segs, row);
            let mut above = base.rows.clone();
            above.push(row);
            let below = inner(segs, index, above);
            if self.trace.is_some() {
                memos.push(self.row(place.id, &below, old, forced));
            } else {
                self.walk(&place.component.children, &below, Vec::new(), false);
            }
        }
        for memo in known {
            self.drop_row(place, &memo);
        }
        Below::Rows(memos)
    }

    fn drop_row(&mut self, place: &Place<'_, '_>, memo: &RowMemo) {
        let segs = place.component.row_at(&place.segs, memo.row);
        let rows = [place.base.rows.as_slice(), &[memo.row]].concat();
        self.drop_memos(&place.component.children, &segs, &rows, &memo.children);
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
        let cleared = clears(component) && (component.traits.hidden || hidden);
        reference
            || (cleared && !component.traits.validate_when_hidden)
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
    fn set(&mut self, place: &Place<'_, '_>, segs: &[Seg], value: Js) {
        if !segs.is_empty() {
            self.wrote(place, segs);
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
            branches: &place.base.branches,
            zone: &self.zone,
            now: self.now,
        }
    }
}

fn clears(component: &Component) -> bool {
    component.traits.clear_on_hide
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
