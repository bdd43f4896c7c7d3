//! What a run remembers of every component at every place, so that the next one can leave it as it is.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Failure, Given, Stopped, Tables};
use crate::definition::{Form, Id};
use crate::js::Js;
use crate::path::Seg;

/// All that a run over a form came to.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(super) early: Vec<Memo>,
    pub(super) late: Vec<Memo>,
    /// The answers between the two passes.
    pub(super) kept: Js,
    /// As form.io would keep them.
    pub(crate) data: Js,
    pub(super) tables: Tables,
    pub(super) tally: Tally,
    /// A rule wrote where it doesn't stand: nothing of this can be used again.
    pub(crate) odd: bool,
    /// Scripts were left out: the next run looks at everything again.
    pub(crate) short: bool,
    /// What was typed just now, and the results that it was typed over.
    pub(crate) settled: Vec<(Vec<Seg>, Js)>,
}

/// At how many places rules are broken, and which of them don't show: kept as components are looked at.
#[derive(Debug, Default)]
pub(super) struct Tally {
    places: BTreeMap<(Id, String), Broken>,
    /// Broken and shown.
    open: usize,
    /// Places where a rule was stopped, and why, by how often that is said.
    stopped: BTreeMap<(String, String), usize>,
}

/// How often rules are broken at a place, and how often it is said not to show.
#[derive(Debug, Clone, Copy, Default)]
struct Broken {
    rules: usize,
    covers: usize,
}

impl Tally {
    pub(super) fn add(&mut self, told: &Told) {
        self.count(told, |count| *count += 1);
    }

    pub(super) fn take(&mut self, told: &Told) {
        self.count(told, |count| *count = count.saturating_sub(1));
    }

    fn count(&mut self, told: &Told, turn: impl Fn(&mut usize)) {
        for failure in &told.failures {
            let place = (failure.id, failure.path.clone());
            self.at(place, |broken| turn(&mut broken.rules));
        }
        if let Some(place) = &told.covered {
            self.at(place.clone(), |broken| turn(&mut broken.covers));
        }
        // What can never run is told by the form itself.
        for stopped in told.stopped.iter().filter(|stopped| !stopped.never) {
            let place = (stopped.at.clone(), stopped.why.clone().into_owned());
            let count = self.stopped.entry(place.clone()).or_default();
            turn(count);
            if *count == 0 {
                self.stopped.remove(&place);
            }
        }
    }

    fn at(&mut self, place: (Id, String), change: impl FnOnce(&mut Broken)) {
        let old = self.places.get(&place).copied().unwrap_or_default();
        let mut new = old;
        change(&mut new);
        let open = |broken: Broken| usize::from(broken.rules > 0 && broken.covers == 0);
        self.open = (self.open + open(new)).saturating_sub(open(old));
        if (new.rules, new.covers) == (0, 0) {
            self.places.remove(&place);
        } else {
            self.places.insert(place, new);
        }
    }
}

/// One component at one place in one pass.
#[derive(Debug, Default)]
pub(super) struct Memo {
    pub(super) told: Option<Box<Told>>,
    /// Something in it wrote to the answers.
    pub(super) wrote: bool,
    /// A write made the objects that lead to it.
    pub(super) made: bool,
    /// It was cleared, so that a value put later comes after the others.
    pub(super) cleared: bool,
    /// Its value before its children were looked at, where it wrote by then.
    pub(super) middle: Option<Option<Js>>,
    /// Its value when it was left, where it or its children wrote.
    pub(super) out: Option<Option<Js>>,
    /// What of it the first pass keeps.
    pub(super) kept: Option<Js>,
    /// What its children inherited.
    pub(super) inherited: (bool, bool, bool),
    pub(super) below: Below,
}

#[derive(Debug, Default)]
pub(super) enum Below {
    #[default]
    Nothing,
    Children(Vec<Memo>),
    Rows(Vec<RowMemo>),
}

/// One row of a grid in one pass.
#[derive(Debug)]
pub(super) struct RowMemo {
    pub(super) row: usize,
    pub(super) index: Option<usize>,
    pub(super) wrote: bool,
    pub(super) out: Option<Js>,
    pub(super) kept: Option<Js>,
    pub(super) children: Vec<Memo>,
}

/// What a component had to say, beside the answers.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) failures: Vec<Failure>,
    pub(super) stopped: Vec<Stopped>,
    pub(super) given: Vec<(Vec<Seg>, Js, Given)>,
    /// It stands in something that doesn't show.
    pub(super) covered: Option<(Id, String)>,
    pub(super) shown: Option<Shown>,
}

/// How a component shows itself, where that isn't the usual way.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Shown {
    pub(crate) path: String,
    pub(crate) unseen: bool,
    /// Properties that logic changed.
    pub(crate) overrides: BTreeMap<String, Value>,
}

impl Told {
    pub(super) fn is_empty(&self) -> bool {
        self.failures.is_empty()
            && self.stopped.is_empty()
            && self.given.is_empty()
            && self.covered.is_none()
            && self.shown.is_none()
    }

    /// Whether the same values were given.
    pub(super) fn gives_as(&self, other: &Told) -> bool {
        self.given.len() == other.given.len()
            && self
                .given
                .iter()
                .zip(&other.given)
                .all(|(a, b)| a.0 == b.0 && a.2 == b.2 && a.1.same(&b.1))
    }
}

impl Memory {
    /// Broken rules in form.io's order.
    pub(crate) fn failures(&self) -> Vec<&Failure> {
        let mut found = Vec::new();
        for memos in [&self.early, &self.late] {
            each(memos, &mut |told| found.extend(&told.failures));
        }
        found
    }

    /// Rules that were not run to their end, in the order of the form.
    pub(crate) fn not_run(&self) -> Vec<&Stopped> {
        let mut found = Vec::new();
        for memos in [&self.early, &self.late] {
            each(memos, &mut |told| found.extend(&told.stopped));
        }
        found
    }

    /// Places where a rule was stopped, and why.
    pub(crate) fn stopped(&self) -> BTreeMap<String, String> {
        self.tally.stopped.keys().cloned().collect()
    }

    /// Whether no rule is broken where it shows.
    pub(crate) fn is_whole(&self) -> bool {
        self.tally.open == 0
    }

    /// Whether a place is inside something that doesn't show.
    pub(crate) fn covers(&self, place: &(Id, String)) -> bool {
        let at = self.tally.places.get(place);
        at.is_some_and(|broken| broken.covers > 0)
    }

    /// What doesn't show as usual.
    pub(crate) fn shown(&self) -> Vec<&Shown> {
        let mut found = Vec::new();
        each(&self.late, &mut |told| found.extend(&told.shown));
        found
    }

    /// Values that rules gave at, in or around a place, in order.
    pub(crate) fn given(&self, form: &Form, at: &[Seg]) -> Vec<&(Vec<Seg>, Js, Given)> {
        let mut found = Vec::new();
        for memos in [&self.early, &self.late] {
            given(form, &form.roots, memos, at, &mut found);
        }
        found
    }
}

pub(super) fn each<'a>(memos: &'a [Memo], tell: &mut impl FnMut(&'a Told)) {
    for memo in memos {
        if let Some(told) = &memo.told {
            tell(told);
        }
        match &memo.below {
            Below::Nothing => {}
            Below::Children(children) => each(children, tell),
            Below::Rows(rows) => rows.iter().for_each(|row| each(&row.children, tell)),
        }
    }
}

fn given<'a>(
    form: &Form,
    ids: &[Id],
    memos: &'a [Memo],
    at: &[Seg],
    found: &mut Vec<&'a (Vec<Seg>, Js, Given)>,
) {
    for (id, memo) in ids.iter().zip(memos) {
        let Some(component) = form.component(*id) else {
            continue;
        };
        let mut rest = at;
        if component.keeps {
            let keys = &component.key_segs;
            if keys.iter().zip(at).any(|(key, seg)| key != seg) {
                continue;
            }
            rest = at.get(keys.len()..).unwrap_or_default();
        }
        if let Some(told) = &memo.told {
            found.extend(&told.given);
        }
        match &memo.below {
            Below::Nothing => {}
            // Below a component with a value of its own everything belongs to the place.
            Below::Children(children) if component.keeps => {
                each(children, &mut |told| found.extend(&told.given));
            }
            Below::Children(children) => given(form, &component.children, children, at, found),
            Below::Rows(rows) => {
                for row in rows {
                    if rest.first().is_none_or(|seg| *seg == Seg::Index(row.row)) {
                        each(&row.children, &mut |told| found.extend(&told.given));
                    }
                }
            }
        }
    }
}
