//! Following a change: what a component looked at is as it was, so what came of it is too.
//!
//! Both passes go through the form in their usual order. A component that nothing changed for isn't looked at again; what it
//! wrote is put where it was. So whoever is looked at again finds the answers exactly as a whole run would have them by then.

use super::memo::{Below, Memo, RowMemo, Shown, Tally, Told};
use super::*;
use crate::delta::delta;
use crate::depends::Dependents;

/// The bookkeeping of a run that is remembered.
pub(super) struct Trace<'a> {
    dependents: &'a Dependents,
    /// There is a run before this one.
    following: bool,
    own: Vec<Mark>,
    below: Vec<Mark>,
    /// The component being looked at.
    at: Option<Id>,
    /// Looked at again in the first pass, so in the second too.
    again: Vec<(Id, Vec<usize>)>,
    /// Something concerns a component that was passed already.
    pub(super) doubtful: bool,
    pub(super) odd: bool,
    wrote: bool,
    made: bool,
    cleared: bool,
    pub(super) tally: Tally,
    /// How components show themselves now.
    pub(super) shifts: Vec<Shown>,
    /// Places where rules give other values now.
    pub(super) given: Vec<Vec<Seg>>,
}

/// In which rows a component is looked at again.
#[derive(Clone, Default)]
enum Mark {
    #[default]
    Nowhere,
    /// Below these rows, counted from the outside.
    Rows(Vec<Vec<usize>>),
    Everywhere,
}

/// Rows that are told apart; beyond that all are looked at.
const ROWS: usize = 16;

impl Mark {
    /// Whether that is news.
    fn add(&mut self, rows: &[usize]) -> bool {
        if self.covers(rows) {
            return false;
        }
        match self {
            _ if rows.is_empty() => *self = Mark::Everywhere,
            Mark::Nowhere => *self = Mark::Rows(vec![rows.to_vec()]),
            Mark::Rows(known) if known.len() < ROWS => known.push(rows.to_vec()),
            _ => *self = Mark::Everywhere,
        }
        true
    }

    fn covers(&self, rows: &[usize]) -> bool {
        match self {
            Mark::Nowhere => false,
            Mark::Rows(known) => known.iter().any(|known| rows.starts_with(known)),
            Mark::Everywhere => true,
        }
    }

    fn hits(&self, rows: &[usize]) -> bool {
        match self {
            Mark::Nowhere => false,
            Mark::Rows(known) => known
                .iter()
                .any(|known| known.iter().zip(rows).all(|(a, b)| a == b)),
            Mark::Everywhere => true,
        }
    }
}

/// What a visit has to put back or compare when it ends.
pub(super) struct Outer {
    wrote: bool,
    made: bool,
}

impl<'a> Trace<'a> {
    pub(super) fn new(form: &Form, dependents: &'a Dependents, following: bool) -> Trace<'a> {
        Trace {
            dependents,
            following,
            own: vec![Mark::Nowhere; form.arena.len()],
            below: vec![Mark::Nowhere; form.arena.len()],
            at: None,
            again: Vec::new(),
            doubtful: false,
            odd: false,
            wrote: false,
            made: false,
            cleared: false,
            tally: Tally::default(),
            shifts: Vec::new(),
            given: Vec::new(),
        }
    }

    /// A pass begins over answers that differ at these paths from those of the run before.
    pub(super) fn pass(&mut self, form: &Form, changed: &[Vec<Seg>]) {
        self.at = None;
        self.own.fill(Mark::Nowhere);
        self.below.fill(Mark::Nowhere);
        if !self.following {
            return;
        }
        for id in self.dependents.always.iter() {
            self.mark(form, *id, &[]);
        }
        for at in changed {
            self.changed(form, at);
        }
        for (id, rows) in std::mem::take(&mut self.again) {
            self.mark(form, id, &rows);
        }
    }

    fn hits(&self, id: Id, rows: &[usize]) -> bool {
        self.own.get(id.0).is_some_and(|mark| mark.hits(rows)) || self.hits_below(id, rows)
    }

    fn hits_below(&self, id: Id, rows: &[usize]) -> bool {
        self.below.get(id.0).is_some_and(|mark| mark.hits(rows))
    }

    /// The answers at a path aren't what they were at this moment of the run before.
    fn changed(&mut self, form: &Form, at: &[Seg]) {
        self.doubtful |= at.is_empty();
        for (id, rows) in self.dependents.readers(at) {
            self.mark(form, id, &rows);
        }
    }

    fn mark(&mut self, form: &Form, id: Id, rows: &[usize]) {
        if self.own.get(id.0).is_none_or(|mark| mark.covers(rows)) {
            return;
        }
        if let Some(at) = self.at {
            let others = self.dependents.coupled(id);
            if !others.is_empty() || self.dependents.crosses(id) {
                let mut group = others.iter().copied().chain([id]);
                if group
                    .clone()
                    .all(|one| last(form, outermost(form, one)) < at)
                {
                    return;
                }
                // Some were looked at under other terms than the rest will be.
                self.doubtful |= group.any(|one| outermost(form, one) <= at);
            }
        }
        self.note(form, id, rows);
        for (above, _) in form.lineage(id).skip(1) {
            let news = self
                .below
                .get_mut(above.0)
                .is_some_and(|mark| mark.add(rows));
            // Whoever is above is looked at again as well.
            if news {
                self.note(form, above, rows);
            }
        }
    }

    /// Marks a component alone, with those that it can't be looked at without.
    fn note(&mut self, form: &Form, id: Id, rows: &[usize]) {
        if !self.own.get_mut(id.0).is_some_and(|mark| mark.add(rows)) {
            return;
        }
        let rowless = |id: Id| {
            form.component(id)
                .is_none_or(|component| component.model == Model::None)
        };
        let dependents = self.dependents;
        for other in dependents.coupled(id) {
            let rows = if rowless(id) || rowless(*other) {
                &[]
            } else {
                rows
            };
            self.mark_coupled(form, *other, rows);
        }
        if dependents.crosses(id) {
            self.mark_coupled(form, id, &[]);
        }
    }

    fn mark_coupled(&mut self, form: &Form, id: Id, rows: &[usize]) {
        if self.own.get(id.0).is_some_and(|mark| mark.covers(rows)) {
            return;
        }
        let passed = self.at.is_some_and(|at| outermost(form, id) <= at);
        self.doubtful |= passed;
        self.mark(form, id, rows);
    }

    /// A component starts over with nothing remembered of it, or on other terms than before.
    fn afresh(&mut self, form: &Form, id: Id, rows: &[usize]) {
        if self.following {
            self.note(form, id, rows);
        }
    }
}

impl<'a> Run<'a> {
    /// One component: left as it was where nothing changed for it.
    pub(super) fn step(&mut self, id: Id, base: &Base, memo: Option<Memo>, forced: bool) -> Memo {
        let form = self.form;
        if let Some(trace) = &mut self.trace {
            match &memo {
                Some(memo) if !forced && !trace.hits(id, &base.rows) => {
                    trace.at = Some(last(form, id));
                    self.replay(id, &base.segs, memo);
                }
                Some(_) if !forced => return self.visit(id, base, memo),
                _ => {
                    trace.afresh(form, id, &base.rows);
                    return self.visit(id, base, memo);
                }
            }
        }
        memo.unwrap_or_default()
    }

    /// Puts what a component wrote where it was.
    fn replay(&mut self, id: Id, base: &[Seg], memo: &Memo) {
        let first = self.phase == Phase::Submission;
        if !memo.wrote && !first {
            return;
        }
        let form = self.form;
        let Some(component) = form.component(id) else {
            return;
        };
        if let Some(trace) = &mut self.trace {
            trace.wrote |= memo.wrote;
        }
        if !component.keeps {
            if let Below::Children(children) = &memo.below {
                for (id, memo) in component.children.iter().zip(children) {
                    self.replay(*id, base, memo);
                }
            }
            return;
        }
        if memo.out.is_none() && memo.kept.is_none() {
            return;
        }
        let segs = [base, component.key_segs.as_slice()].concat();
        // A value that came and went leaves the objects that led to it.
        if memo.made {
            path::set(&mut self.data, &segs, Js::Undefined);
        }
        if memo.cleared {
            path::unset(&mut self.data, &segs);
        }
        if let Some(out) = &memo.out {
            put(&mut self.data, &segs, out.as_ref());
        }
        if let (true, Some(kept)) = (first, &memo.kept) {
            let filtered = self.filtered.get_or_insert_with(Js::object);
            path::set(filtered, &segs, kept.clone());
        }
    }

    /// A visit begins.
    pub(super) fn enter(&mut self, id: Id, path: &str) -> Outer {
        let first = self.phase == Phase::Submission;
        if first && self.trace.as_ref().is_some_and(|trace| trace.following) {
            self.tables.forget(path);
        }
        let Some(trace) = &mut self.trace else {
            return Outer {
                wrote: false,
                made: false,
            };
        };
        trace.at = Some(id);
        Outer {
            wrote: std::mem::replace(&mut trace.wrote, false),
            made: std::mem::replace(&mut trace.made, false),
        }
    }

    /// The component itself was looked at; its children come next.
    pub(super) fn told(&mut self, place: &Place<'_, '_>, old: Option<&Memo>, memo: &mut Memo) {
        let told = Told {
            failures: std::mem::take(&mut self.failures),
            stopped: std::mem::take(&mut self.stopped),
            given: std::mem::take(&mut self.given),
            covered: std::mem::take(&mut self.covered),
            shown: std::mem::take(&mut self.shown),
        };
        let form = self.form;
        let Some(trace) = &mut self.trace else {
            return;
        };
        if self.phase == Phase::Submission && trace.following {
            trace.again.push((place.id, place.base.rows.clone()));
        }
        let before = old.and_then(|old| old.told.as_deref());
        note(trace, before, Some(&told));
        if !told.is_empty() {
            memo.told = Some(Box::new(told));
        }
        if trace.wrote && !place.component.children.is_empty() {
            memo.middle = Some(path::find(&self.data, &place.segs).cloned());
        }
        memo.made = trace.made;
        memo.cleared = std::mem::take(&mut trace.cleared);
        if trace.following {
            if memo.made || old.is_some_and(|old| old.made) {
                trace.changed(form, place.segs.get(..1).unwrap_or_default());
            }
            if let Some(old) = old {
                compare(trace, form, &place.segs, &old.middle, &memo.middle);
            }
        }
    }

    /// A visit ends.
    pub(super) fn exit(
        &mut self,
        place: &Place<'_, '_>,
        outer: Outer,
        old: Option<&Memo>,
        memo: &mut Memo,
    ) {
        let form = self.form;
        let Some(trace) = &mut self.trace else {
            return;
        };
        memo.wrote = trace.wrote;
        if place.component.keeps {
            if trace.wrote {
                memo.out = Some(path::find(&self.data, &place.segs).cloned());
            }
            if self.phase == Phase::Submission
                && let Some(filtered) = &self.filtered
            {
                memo.kept = path::find(filtered, &place.segs).cloned();
            }
            if trace.following {
                match old {
                    Some(old) => compare(trace, form, &place.segs, &old.out, &memo.out),
                    None if memo.wrote => trace.changed(form, &place.segs),
                    None => {}
                }
            }
        }
        memo.made |= trace.made;
        if trace.following && (memo.made || old.is_some_and(|old| old.made)) {
            trace.changed(form, place.segs.get(..1).unwrap_or_default());
        }
        trace.wrote |= outer.wrote;
        trace.made = outer.made;
    }

    /// One row of a grid: left as it was where nothing changed in it.
    pub(super) fn row(
        &mut self,
        id: Id,
        base: &Base,
        old: Option<RowMemo>,
        forced: bool,
    ) -> RowMemo {
        let form = self.form;
        let first = self.phase == Phase::Submission;
        let mut children = Vec::new();
        let mut outer = false;
        if let Some(trace) = &mut self.trace {
            match old {
                Some(old) if !forced && !trace.hits_below(id, &base.rows) => {
                    trace.wrote |= old.wrote;
                    if old.wrote {
                        put(&mut self.data, &base.segs, old.out.as_ref());
                    }
                    if let (true, Some(kept)) = (first, &old.kept) {
                        let filtered = self.filtered.get_or_insert_with(Js::object);
                        path::set(filtered, &base.segs, kept.clone());
                    }
                    return old;
                }
                Some(old) => children = old.children,
                None => {}
            }
            outer = std::mem::replace(&mut trace.wrote, false);
        }
        let ids = form
            .component(id)
            .map(|component| component.children.as_slice())
            .unwrap_or_default();
        let children = self.walk(ids, base, children, forced);
        let mut memo = RowMemo {
            row: base.rows.last().copied().unwrap_or_default(),
            index: base.index,
            wrote: false,
            out: None,
            kept: None,
            children,
        };
        if let Some(trace) = &mut self.trace {
            memo.wrote = trace.wrote;
            if memo.wrote {
                memo.out = path::find(&self.data, &base.segs).cloned();
            }
            if let (true, Some(filtered)) = (first, &self.filtered) {
                memo.kept = path::find(filtered, &base.segs).cloned();
            }
            trace.wrote |= outer;
        }
        memo
    }

    /// Components that were there in the run before and aren't now.
    pub(super) fn drop_memos(&mut self, ids: &[Id], base: &[Seg], rows: &[usize], memos: &[Memo]) {
        let Some(trace) = &mut self.trace else {
            return;
        };
        memo::each(memos, &mut |told| note(trace, Some(told), None));
        // What the second pass notes is its own in every run.
        if self.phase == Phase::Submission {
            self.forget(ids, base, rows, memos);
        }
    }

    /// What components noted by path is no more; others may have the same paths, and are looked at again.
    fn forget(&mut self, ids: &[Id], base: &[Seg], rows: &[usize], memos: &[Memo]) {
        let form = self.form;
        for (id, memo) in ids.iter().zip(memos) {
            if let Some(trace) = &mut self.trace {
                trace.again.push((*id, rows.to_vec()));
            }
            let Some(component) = form.component(*id) else {
                continue;
            };
            let mut segs = component.at(base);
            self.tables.forget(&component.path_at(&segs));
            match &memo.below {
                Below::Nothing => {}
                Below::Children(children) => {
                    if component.nests() && component.model == Model::DataObject {
                        segs.push(Seg::Key("data".into()));
                    }
                    self.forget(&component.children, &segs, rows, children);
                }
                Below::Rows(known) => {
                    for row in known {
                        let segs = component.row_at(&segs, row.row);
                        let rows = [rows, &[row.row]].concat();
                        self.forget(&component.children, &segs, &rows, &row.children);
                    }
                }
            }
        }
    }

    /// A hidden value was taken away.
    pub(super) fn cleared(&mut self) {
        if let Some(trace) = &mut self.trace {
            trace.cleared = true;
        }
    }

    /// A rule writes to the answers; only where its component stands can that be followed.
    pub(super) fn wrote(&mut self, place: &Place<'_, '_>, segs: &[Seg]) {
        let Some(trace) = &mut self.trace else {
            return;
        };
        trace.wrote = true;
        trace.odd |= !place.component.keeps || segs != place.segs.as_slice();
        let parent = segs.len().saturating_sub(1);
        trace.made |= !path::get(&self.data, segs.get(..parent).unwrap_or_default()).is_object();
    }
}

/// Notes how a component says other things than before.
fn note(trace: &mut Trace<'_>, old: Option<&Told>, new: Option<&Told>) {
    let none = Told::default();
    let (a, b) = (old.unwrap_or(&none), new.unwrap_or(&none));
    trace.tally.take(a);
    trace.tally.add(b);
    if !a.gives_as(b) {
        let places = a.given.iter().chain(&b.given);
        trace.given.extend(places.map(|(segs, _, _)| segs.clone()));
    }
    let (before, after) = (
        old.and_then(|told| told.shown.as_ref()),
        new.and_then(|told| told.shown.as_ref()),
    );
    match (before, after) {
        (before, after) if before == after => {}
        (_, Some(after)) => trace.shifts.push(after.clone()),
        (Some(before), None) => trace.shifts.push(Shown {
            path: before.path.clone(),
            ..Shown::default()
        }),
        (None, None) => {}
    }
}

/// The outermost grid that a component is in, else the component.
fn outermost(form: &Form, id: Id) -> Id {
    form.lineage(id)
        .filter(|(_, component)| component.is_rows())
        .last()
        .map_or(id, |(grid, _)| grid)
}

/// The last component within one.
fn last(form: &Form, id: Id) -> Id {
    let mut last = id;
    while let Some(inner) = form
        .component(last)
        .and_then(|component| component.children.last())
    {
        last = *inner;
    }
    last
}

fn compare(
    trace: &mut Trace<'_>,
    form: &Form,
    segs: &[Seg],
    old: &Option<Option<Js>>,
    new: &Option<Option<Js>>,
) {
    match (old, new) {
        (None, None) | (Some(None), Some(None)) => {}
        (Some(Some(a)), Some(Some(b))) => {
            for at in delta(a, b, segs) {
                trace.changed(form, &at);
            }
        }
        _ => trace.changed(form, segs),
    }
}

fn put(root: &mut Js, segs: &[Seg], value: Option<&Js>) {
    match value {
        Some(value) => path::set(root, segs, value.clone()),
        None => path::unset(root, segs),
    }
}
