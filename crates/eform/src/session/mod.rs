//! An open form: a person answers, and every answer is met by what it changes.

mod branches;
mod marks;
mod seen;
mod unread;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use serde_json::Value;

use crate::answers::{self, Answers};
use crate::change::Change;
use crate::condition::instances;
use crate::definition::{Form, Id};
use crate::delta::{carry, delta};
use crate::env::Env;
use crate::error::ChangeError;
use crate::explain::Explanation;
use crate::hand::{self, Hand, Typed};
use crate::js::Js;
use crate::messages;
use crate::path::{self, Seg};
use crate::process;
use crate::run::{Branches, Failure, Judge, Memory, Run, Said, Shift, Stopped};
use crate::sandbox::Sandbox;
use crate::screen::{Moved, Reach, Screen, differing};
use crate::shape;
use crate::translate::Language;
use crate::view::{FieldError, FormState, FormView, Patch, Unchecked, unchecked};

pub use self::marks::Marks;
use self::seen::see;
use self::unread::Unread;

/// A change that was made: how to take it back, and what it did to the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// What was made: the change with what belongs to it. Goes into the draft's log, and by [`Session::restore`] back into a session.
    pub change: Change,
    /// Takes the change back; belongs in the draft's log.
    pub inverse: Change,
    /// What the screen shows differently now.
    pub patch: Patch,
}

/// A form being filled. Answers in hidden parts are kept until the dossier is sealed.
#[derive(Debug)]
pub struct Session {
    form: Arc<Form>,
    env: Env,
    answers: Answers,
    /// The same as the rules see them.
    seen: Js,
    /// Which of them were typed over a calculation.
    hand: Hand,
    sandbox: Sandbox,
    memory: Memory,
    /// What is asked in the branches of trees.
    branches: Branches,
    screen: Screen,
    marks: Marks,
    /// The data as it is sealed.
    sealed: Value,
    unread: Unread,
    turn: u64,
    /// Runs that looked at everything, for tests of how few do.
    #[cfg(test)]
    whole_runs: usize,
}

impl Session {
    /// Opens a form on answers. `sources` says of prefilled paths where their values came from, as [`Marks`] that were kept have it.
    #[must_use]
    pub fn new(
        form: Arc<Form>,
        answers: Value,
        sources: BTreeMap<String, String>,
        env: Env,
    ) -> Session {
        let answers = Answers::from(answers);
        let seen = hand::bare(&form, answers.value());
        let mut session = Session {
            hand: Hand::read(&form, answers.value(), &seen),
            seen,
            sandbox: process::sandbox(&env),
            form,
            env,
            answers,
            memory: Memory::default(),
            branches: Branches::default(),
            screen: Screen::default(),
            marks: Marks::from(sources),
            sealed: Value::Null,
            unread: Unread::default(),
            turn: 0,
            #[cfg(test)]
            whole_runs: 0,
        };
        session.look_at_all();
        session
    }

    /// Opens the same form on other answers, for many in a row, and types into it what the person gave; what can't be put is left out. The
    /// machine that runs its scripts stays, and remembers nothing of the ones before.
    pub fn open_again<'a>(&mut self, start: Value, typed: impl IntoIterator<Item = &'a Change>) {
        self.answers = Answers::from(start);
        let mut places = Vec::new();
        for change in typed {
            let mut change = self.form.typed(change);
            let typed = hand::typed(&self.form, self.answers.value(), &mut change);
            if self.answers.apply(&change).is_ok() {
                places.extend(typed);
            }
        }
        self.seen = hand::bare(&self.form, self.answers.value());
        self.hand = Hand::read(&self.form, self.answers.value(), &self.seen);
        self.type_over(&places);
        self.sandbox.forget();
        self.memory = Memory::default();
        self.marks.clear();
        self.look_at_all();
        for change in self.settle() {
            let _ = self.answers.apply(&change);
        }
    }

    /// Makes a change that the person made, and what belongs to it. A refused change leaves everything as it was.
    ///
    /// # Errors
    /// When the path can't be read or the rows it names don't exist.
    pub fn apply(&mut self, change: &Change) -> Result<Applied, ChangeError> {
        let mut made = self.form.typed(change);
        let places = hand::typed(&self.form, self.answers.value(), &mut made);
        let mut applied = self.make(made, &places)?;
        self.put_right(change, &mut applied.patch);
        Ok(applied)
    }

    /// Tells the screen, which shows what was typed, where the form has something else there.
    fn put_right(&self, typed: &Change, patch: &mut Patch) {
        let mut moved = false;
        typed.each(&mut |change| match change {
            Change::Set { path, value } if !moved => {
                let at = path::parse(path);
                if path::get(&self.screen.data, &at).same(&Js::from(value)) {
                    return;
                }
                // What it was typed into may be something else, too.
                let known = (1..=at.len()).rev().find(|depth| {
                    let above = at.get(..depth - 1).unwrap_or_default();
                    match path::get(&self.screen.data, above) {
                        Js::Obj(_) => true,
                        // A row that isn't there has no place of its own.
                        Js::Arr(rows) => {
                            matches!(at.get(depth - 1), Some(Seg::Index(index)) if *index < rows.len())
                        }
                        _ => false,
                    }
                });
                let at = at.get(..known.unwrap_or_default()).unwrap_or_default();
                // What is told whole around it has it right.
                let mut around = (1..=at.len()).filter_map(|depth| at.get(..depth));
                if around.any(|around| patch.values.contains_key(&path::text(around))) {
                    return;
                }
                let now = path::get(&self.screen.data, at).to_json();
                patch.values.insert(path::text(at), now);
            }
            Change::Set { .. } | Change::Clear { .. } => {}
            _ => moved = true,
        });
    }

    /// Makes exactly this change: one that was made before, or what takes it back.
    ///
    /// # Errors
    /// As [`Session::apply`].
    pub fn restore(&mut self, change: &Change) -> Result<Applied, ChangeError> {
        self.make(change.clone(), &[])
    }

    fn make(&mut self, change: Change, typed: &[Vec<Seg>]) -> Result<Applied, ChangeError> {
        let inverse = match self.answers.apply(&change) {
            Ok(inverse) => inverse,
            Err(error) => {
                // Taking back half a batch may leave the keys in another order.
                if matches!(change, Change::Batch { .. }) {
                    self.seen = hand::bare(&self.form, self.answers.value());
                    self.look_at_all();
                }
                return Err(error);
            }
        };
        let shown = hand::bare_change(&self.form, &change);
        let mut grids = BTreeSet::new();
        change.each(&mut |change| {
            if !matches!(change, Change::Set { .. } | Change::Clear { .. }) {
                grids.insert(path::text(&path::plain(path::parse(change.path()))));
            }
        });
        let rows = match &shown {
            Change::InsertRow { .. } | Change::RemoveRow { .. } | Change::MoveRow { .. } => {
                Some(&shown)
            }
            _ => None,
        };
        let marks = self.marks.clone();
        self.marks.touch(&change);
        let before = self.seen.clone();
        see(&self.form, &mut self.seen, self.answers.value(), &change);
        let stopped = self.stopped();
        let hidden = self.branches.hidden.clone();
        let mut changed = delta(&before, &self.seen, &[]);
        if hand::concerns(&self.form, &change) {
            let hand = Hand::read(&self.form, self.answers.value(), &self.seen);
            let hand = std::mem::replace(&mut self.hand, hand);
            self.type_over(typed);
            changed.extend(self.hand.differing(&hand));
        }
        let moved = Moved {
            grids: &grids,
            rows,
        };
        let (mut patch, defaults) = self.follow(&changed, moved);
        self.unread.follow(&self.form, &self.seen, &changed);
        patch.sources = self.moved_sources(&marks, defaults);
        for path in hidden.symmetric_difference(&self.branches.hidden) {
            let now = self.branches.hidden.contains(path);
            patch.hidden.insert(path.clone(), now);
        }
        let stopped_now = self.stopped();
        if stopped_now != stopped {
            let now = self.blocked();
            for path in differing(&stopped, &stopped_now).into_keys() {
                let why = now.get(&path).cloned();
                patch.blocked.insert(path, why);
            }
        }
        let (change, inverse) = self.with_settled(change, inverse);
        Ok(Applied {
            change,
            inverse,
            patch,
        })
    }

    /// These answers were typed just now, and may stand against calculations.
    fn type_over(&mut self, places: &[Vec<Seg>]) {
        for place in places {
            if !hand::is_empty(self.answers.value(), place) {
                self.hand.put(place.clone(), Typed::Now);
            }
        }
    }

    /// Keeps beside what was typed what it was typed over; returns what that is.
    fn settle(&mut self) -> Vec<Change> {
        self.hand.settle();
        let mut settled = Vec::new();
        for (place, result) in std::mem::take(&mut self.memory.settled) {
            let value = result.to_json();
            if let Some(at) = hand::beside(&place) {
                let path = path::text(&at);
                settled.push(Change::Set {
                    path,
                    value: value.clone(),
                });
                self.hand.put(place, Typed::Over(value));
            }
        }
        settled
    }

    /// A change that was made and its inverse, with what is kept beside what was typed.
    fn with_settled(&mut self, change: Change, inverse: Change) -> (Change, Change) {
        let mut made = vec![change];
        let mut back = vec![inverse];
        for change in self.settle() {
            if let Ok(inverse) = self.answers.apply(&change) {
                made.push(change);
                back.push(inverse);
            }
        }
        back.reverse();
        (one(made), one(back))
    }

    /// Looks at what a change concerns, or at everything where that can't be told. Also tells where defaults came or went.
    fn follow(&mut self, changed: &[Vec<Seg>], moved: Moved<'_>) -> (Patch, BTreeSet<String>) {
        let memory = std::mem::take(&mut self.memory);
        let data = memory.data.clone();
        let (memory, shift) = if changed.is_empty() {
            (memory, Shift::default())
        } else {
            self.sandbox.afford();
            let followed = Run::following(
                &self.form,
                memory,
                Said {
                    answers: self.seen.clone(),
                    hand: &self.hand,
                },
                changed,
                self.env.zone(),
                self.env.today.as_millisecond(),
                &mut self.sandbox,
            );
            match followed {
                Some(followed) => followed,
                None => {
                    let old = self.look_at_all();
                    return old.difference(&self.screen, moved);
                }
            }
        };
        self.memory = memory;
        carry(&mut self.sealed, &data, &self.memory.data);
        let left_out = std::mem::take(&mut self.branches.left_out);
        self.look_at_branches();
        if left_out != self.branches.left_out {
            // What shows again is sealed again.
            self.sealed = self.memory.data.to_json();
        }
        self.drop_unkept();
        self.turn += 1;
        let reach = Reach {
            answers: changed,
            moved,
            shift,
            data: &data,
        };
        self.screen
            .follow(&self.form, &self.env, &self.seen, &self.memory, reach)
    }

    /// Takes out of what is sealed what the definition says isn't to be stored.
    fn drop_unkept(&mut self) {
        for id in &self.form.dependents.unkept {
            for (segs, _) in instances(&self.form, &self.memory.data, *id) {
                answers::remove(&mut self.sealed, &segs);
            }
        }
        for segs in &self.branches.left_out {
            answers::remove(&mut self.sealed, segs);
        }
    }

    fn look_at_branches(&mut self) {
        self.branches = Branches::of(
            &self.form,
            &self.memory,
            self.env.zone(),
            self.env.today.as_millisecond(),
            &mut self.sandbox,
        );
    }

    /// Looks at the whole form; returns the screen as it was.
    fn look_at_all(&mut self) -> Screen {
        #[cfg(test)]
        {
            self.whole_runs += 1;
        }
        self.sandbox.afford();
        self.memory = Run::remembered(
            &self.form,
            Said {
                answers: self.seen.clone(),
                hand: &self.hand,
            },
            self.env.zone(),
            self.env.today.as_millisecond(),
            &mut self.sandbox,
        );
        self.sealed = self.memory.data.to_json();
        self.look_at_branches();
        self.drop_unkept();
        self.turn += 1;
        self.unread = Unread::all(&self.form, &self.seen);
        let screen = Screen::new(&self.form, &self.env, &self.seen, &self.memory);
        std::mem::replace(&mut self.screen, screen)
    }

    /// The form and its present state.
    #[must_use]
    pub fn view(&self) -> FormView {
        let language = Language::of(&self.form, &self.env);
        FormView {
            title: language.say(self.form.title()).into_owned(),
            nodes: shape::nodes(&self.form, &language),
            state: self.state(),
        }
    }

    /// The present state: answers with what rules computed, and what doesn't show.
    #[must_use]
    pub fn state(&self) -> FormState {
        FormState {
            data: self.screen.data.to_json(),
            hidden: (self.screen.hidden.union(&self.branches.hidden))
                .cloned()
                .collect(),
            sources: self.marks.sources(&self.screen.defaults),
            warnings: self.screen.warnings.clone(),
            overrides: self.screen.overrides(),
            blocked: self.blocked(),
        }
    }

    /// Why the component at a concrete path is as it is; `None` where the form has none.
    #[must_use]
    pub fn explain(&self, path: &str) -> Option<Explanation> {
        let mut sandbox = process::sandbox(&self.env);
        let judge = Judge::new(
            &self.form,
            &self.memory.data,
            self.env.zone(),
            self.env.today.as_millisecond(),
            &mut sandbox,
        );
        self.form.explain(&self.state(), judge, path)
    }

    /// The answers as the draft keeps them, hidden ones too, and beside what was typed over a calculation what that was.
    #[must_use]
    pub fn answers(&self) -> &Value {
        self.answers.value()
    }

    /// Broken rules of the whole form, or of the page, panel or component with that key. What doesn't show has none.
    #[must_use]
    pub fn errors(&self, section: Option<&str>) -> Vec<FieldError> {
        let branches = branches::failures(&self.form, &self.env, &self.memory.data, &self.branches);
        // A text that is no number isn't among what the rules see.
        let unread = self.unread.failures().map(|failure| (failure, &self.seen));
        let failures: Vec<(&Failure, &Js)> = self
            .memory
            .failures()
            .into_iter()
            .map(|failure| (failure, &self.memory.data))
            .chain(unread)
            .chain(branches.iter().map(|failure| (failure, &self.memory.data)))
            .collect();
        let missing: HashSet<(Id, &str)> = failures
            .iter()
            .filter(|(failure, _)| failure.broken.rule == "required")
            .map(|(failure, _)| (failure.id, failure.path.as_str()))
            .collect();
        failures
            .iter()
            .copied()
            // That nothing is no list says nothing more to a person.
            .filter(|(failure, _)| {
                failure.broken.rule != "array"
                    || !missing.contains(&(failure.id, failure.path.as_str()))
            })
            .filter(|(failure, _)| !self.is_covered(failure))
            .filter(|(failure, _)| section.is_none_or(|key| self.is_within(failure.id, key)))
            .map(|(failure, data)| {
                let mut error = messages::error(&self.form, &self.env, data, failure);
                if let Some(component) = self.form.component(failure.id) {
                    error.path.push_str(&component.twin);
                }
                error
            })
            .collect()
    }

    /// Rules that weren't run to their end where they show, in the order of the form.
    #[must_use]
    pub fn unchecked(&self) -> Vec<Unchecked> {
        let shown = |stopped: &&Stopped| {
            let place = (stopped.id, stopped.path.clone());
            !self.memory.covers(&place)
        };
        let branches = self.not_run_on_branches();
        let stopped = self.memory.not_run().into_iter().filter(shown);
        unchecked(stopped.chain(&branches))
    }

    /// Tries again what was stopped, with the time for a whole look, and once more as long as that leads on. For a moment that counts,
    /// such as the sealing of a dossier.
    pub fn try_stopped_again(&mut self) {
        /// Whoever has more scripts than these looks can run is told.
        const LOOKS: usize = 4;
        for _ in 0..LOOKS {
            let before = self.stopped_for_now();
            if before == 0 {
                return;
            }
            self.sandbox.try_again();
            self.look_at_all();
            if self.stopped_for_now() >= before {
                return;
            }
        }
    }

    /// How many rules another try may run.
    fn stopped_for_now(&self) -> usize {
        let on_branches = self.branches.stopped.iter().filter(|one| !one.never);
        self.memory.stopped().len() + on_branches.count()
    }

    /// Whether no rule is broken where it shows.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        if !self.form.dependents.trees.is_empty() {
            return self.errors(None).is_empty();
        }
        self.memory.is_whole()
            && self
                .unread
                .failures()
                .all(|failure| self.is_covered(failure))
    }

    fn not_run_on_branches(&self) -> Vec<Stopped> {
        branches::not_run(&self.form, &self.env, &self.memory.data, &self.branches)
    }

    fn is_covered(&self, failure: &Failure) -> bool {
        self.memory.covers(&(failure.id, failure.path.clone()))
    }

    /// The data as it is sealed and sent: hidden answers cleared, calculations made, nothing that isn't to be stored.
    #[must_use]
    pub fn sealed_data(&self) -> Value {
        self.sealed.clone()
    }

    /// The same, to look at only.
    #[must_use]
    pub fn sealed(&self) -> &Value {
        &self.sealed
    }

    /// Another number whenever the data as it is sealed, or what is wrong with it, may be another.
    #[must_use]
    pub fn turn(&self) -> u64 {
        self.turn
    }

    /// The person confirms a prefilled answer; its mark goes.
    pub fn confirm_source(&mut self, path: &str) -> Patch {
        let marks = self.marks.clone();
        self.marks.confirm(path);
        Patch {
            sources: self.moved_sources(&marks, BTreeSet::new()),
            ..Patch::default()
        }
    }

    /// Marks what a change put with where it came from, until it is touched or confirmed.
    pub fn mark_sources(&mut self, change: &Change, source: &str) -> Patch {
        let marks = self.marks.clone();
        self.marks.fill(change, source);
        Patch {
            sources: self.moved_sources(&marks, BTreeSet::new()),
            ..Patch::default()
        }
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

    /// Which sources are others than by the old marks and before the defaults at these places came or went.
    fn moved_sources(
        &self,
        old: &Marks,
        defaults: BTreeSet<String>,
    ) -> BTreeMap<String, Option<String>> {
        self.marks.moved(old, &self.screen.defaults, defaults)
    }

    fn blocked(&self) -> BTreeMap<String, String> {
        let mut blocked: BTreeMap<String, String> = self
            .form
            .report()
            .iter()
            .filter(|part| !is_for_authors(&part.what))
            .map(|part| (part.path.clone(), part.reason.clone()))
            .collect();
        blocked.extend(self.stopped());
        blocked
    }

    /// Places where a rule was stopped on these answers or can't be run on a branch, and why.
    fn stopped(&self) -> BTreeMap<String, String> {
        let mut stopped = self.memory.stopped();
        stopped.extend(
            self.not_run_on_branches()
                .into_iter()
                .map(|one| (one.at, one.why.into_owned())),
        );
        stopped
    }
}

/// Parts of a definition whose absence leaves whoever fills it in with nothing to see to.
fn is_for_authors(what: &str) -> bool {
    matches!(what, "type" | "unique" | "key" | "defaultValue" | "errors")
        || what.ends_with("Message")
}

/// Several changes as one.
fn one(mut changes: Vec<Change>) -> Change {
    match changes.pop() {
        Some(only) if changes.is_empty() => only,
        last => {
            changes.extend(last);
            Change::Batch { changes }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn opened(components: Value, answers: Value) -> Session {
        let form = Arc::new(Form::parse(&json!({"components": components})).unwrap());
        let env = Env::new("2026-11-21T03:00:00Z".parse().unwrap());
        Session::new(form, answers, BTreeMap::new(), env)
    }

    fn set(session: &mut Session, path: &str, value: Value) -> Patch {
        let change = Change::Set {
            path: path.into(),
            value,
        };
        session.apply(&change).unwrap().patch
    }

    /// A script that has no native way, so that it counts.
    const SCRIPT: &str = "value = [row.a || 0, 1].reduce(function (x, y) { return x + y; }, 0)";

    #[test]
    fn formio_js_911_a_cell_among_two_thousand_rows_costs_its_own_row() {
        let rows: Vec<Value> = (0..2000).map(|at| json!({"a": at, "b": 0})).collect();
        let mut session = opened(
            json!([{"type": "datagrid", "key": "g", "input": true, "components": [
                {"type": "number", "key": "a", "input": true, "validate": {"max": 9999}},
                {"type": "number", "key": "b", "input": true, "calculateValue": SCRIPT},
            ]}]),
            json!({"g": rows}),
        );
        let before = session.ran();
        let patch = set(&mut session, "g[1500].a", json!(7));
        assert!(
            session.ran() - before <= 2,
            "{} scripts",
            session.ran() - before
        );
        assert_eq!(session.whole_runs, 1);
        let told: Vec<&str> = patch.values.keys().map(String::as_str).collect();
        assert_eq!(told, ["g[1500].a", "g[1500].b"]);

        // A row that comes is told alone, with what is worked out in it.
        let insert = Change::InsertRow {
            path: "g".into(),
            index: 3,
            value: json!({"a": 5, "b": 0}),
        };
        let applied = session.apply(&insert).unwrap();
        assert_eq!(applied.patch.rows, [insert]);
        assert_eq!(
            applied.patch.values,
            BTreeMap::from([("g[3].b".to_owned(), json!(6))])
        );
        let back = session.restore(&applied.inverse).unwrap().patch;
        assert_eq!((back.rows.len(), back.values.len()), (1, 0));
    }

    #[test]
    fn formio_js_1070_a_change_among_seven_hundred_questions_asks_only_who_reads_it() {
        let questions: Vec<Value> = (0..700)
            .map(|at| {
                json!({"type": "textfield", "key": format!("q{at}"), "input": true, "validate": {"required": true},
                    "customConditional": format!("show = ['x'].concat(data.q{}).indexOf('không') < 0", at / 10)})
            })
            .collect();
        let mut session = opened(Value::Array(questions), json!({}));
        let before = session.ran();
        set(&mut session, "q699", json!("có"));
        assert!(
            session.ran() - before <= 2,
            "{} scripts",
            session.ran() - before
        );
        let before = session.ran();
        let patch = set(&mut session, "q30", json!("không"));
        // Ten questions ask about it, in either pass, and it asks itself.
        assert!(
            session.ran() - before <= 24,
            "{} scripts",
            session.ran() - before
        );
        assert_eq!(patch.hidden.len(), 10);
        assert_eq!(session.whole_runs, 1);
    }

    #[test]
    fn open_forms_5084_what_is_sealed_is_there_without_another_look() {
        let mut questions = vec![json!({"type": "number", "key": "a", "input": true})];
        questions.extend((0..95).map(
            |at| json!({"type": "number", "key": format!("q{at}"), "input": true, "calculateValue": SCRIPT}),
        ));
        let mut session = opened(Value::Array(questions), json!({"a": 1}));
        assert!(session.ran() <= 2 * 95);
        set(&mut session, "a", json!(2));
        let before = session.ran();
        for _ in 0..10 {
            assert_eq!(session.sealed()["q94"], 3.0);
            assert!(session.is_whole());
            assert_eq!(session.errors(None), []);
        }
        assert_eq!(session.ran(), before);
    }

    #[test]
    fn usual_forms_are_followed_rather_than_looked_at_anew() {
        let form = json!({"components": [
            {"type": "radio", "key": "who", "input": true},
            {"type": "textfield", "key": "name", "input": true, "conditional": {"show": true, "when": "who", "eq": "a"}},
            {"type": "container", "key": "place", "input": true, "components": [
                {"type": "textfield", "key": "street", "input": true, "customConditional": "show = data.who === 'a'"},
                {"type": "content", "key": "note", "input": false, "conditional": {"show": true, "when": "who", "eq": "b"}}]},
            {"type": "datagrid", "key": "rows", "input": true, "components": [
                {"type": "number", "key": "count", "input": true},
                {"type": "number", "key": "total", "input": true, "calculateValue": "value = row.count * 2"},
                {"type": "textfield", "key": "why", "input": true, "conditional": {"show": true, "when": "rows.count", "eq": "3"}}]},
            {"type": "number", "key": "sum", "input": true, "calculateValue": "value = _.sumBy(data.rows, 'total')"},
        ]});
        let form = Arc::new(Form::parse(&form).unwrap());
        let env = Env::new("2026-11-21T03:00:00Z".parse().unwrap());
        let answers = json!({"rows": [{"count": 1, "total": 0}, {"count": 2, "total": 0}], "place": {"street": "x"}});
        let mut session = Session::new(form, answers, BTreeMap::new(), env);
        let set = |path: &str, value: Value| Change::Set {
            path: path.into(),
            value,
        };
        for change in [
            set("who", json!("a")),
            set("rows[1].count", json!(3)),
            set("place.street", json!("y")),
            Change::RemoveRow {
                path: "rows".into(),
                index: 0,
            },
            set("who", json!("b")),
        ] {
            session.apply(&change).unwrap();
            assert_eq!(session.whole_runs, 1, "{change:?}");
        }
        assert_eq!(session.sealed_data()["sum"], 6);
    }
}
