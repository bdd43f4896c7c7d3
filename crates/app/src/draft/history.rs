//! A draft's log, and the undo that it is.
//!
//! The log only grows: taking back is an entry of its own. Replaying it gives the answers, the marks of what was prefilled, and both
//! stacks, so that undo reaches back to the beginning of the draft after any restart.

use std::collections::BTreeMap;

use hoso_dossier::{Delivery, Handover};
use hoso_eform::{Answers, Change, ChangeError, Marks};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::view::FormPart;

/// One entry of a draft's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub(crate) enum Entry {
    /// Answers given before the person typed anything, from `source`; not undone.
    Prefill {
        part: FormPart,
        change: Change,
        source: String,
    },
    /// The person changed an answer.
    Change { part: FormPart, change: Change },
    /// The person had answers filled in from `source`; undone as one.
    Fill {
        part: FormPart,
        change: Change,
        source: String,
    },
    /// The person took the newest change back.
    Undo,
    /// The person wants it after all.
    Redo,
    /// The person confirmed a prefilled answer.
    Confirm { part: FormPart, path: String },
    /// The person chose how the result is handed over; of before there was more to choose.
    Delivery { delivery: Delivery },
    /// The person chose how papers and news travel.
    Handover { handover: Box<Handover> },
}

/// One change that can be undone, or redone.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Step {
    pub(crate) part: FormPart,
    pub(crate) change: Change,
    pub(crate) inverse: Change,
    /// Where the answers came from, when the person did not type them.
    pub(crate) source: Option<String>,
}

/// What can be taken back, and what can be had again.
#[derive(Debug, Default)]
pub(crate) struct History {
    done: Vec<Step>,
    undone: Vec<Step>,
}

impl History {
    /// A new change; what had been undone is given up.
    pub(crate) fn record(&mut self, step: Step) {
        self.done.push(step);
        self.undone.clear();
    }

    /// The step that undo takes back.
    pub(crate) fn newest(&self) -> Option<&Step> {
        self.done.last()
    }

    /// The step that redo brings again.
    pub(crate) fn next(&self) -> Option<&Step> {
        self.undone.last()
    }

    /// The newest step was taken back.
    pub(crate) fn undid(&mut self) {
        self.undone.extend(self.done.pop());
    }

    /// The next step was brought again.
    pub(crate) fn redid(&mut self) {
        self.done.extend(self.undone.pop());
    }
}

/// A draft as its log tells it.
#[derive(Debug)]
pub(crate) struct Replayed {
    pub(crate) answers: BTreeMap<FormPart, Value>,
    pub(crate) marks: BTreeMap<FormPart, Marks>,
    pub(crate) history: History,
    pub(crate) handover: Handover,
}

/// Plays a log from the beginning.
///
/// # Errors
/// An entry does not fit the ones before it: the log is not this draft's.
pub(crate) fn replay(entries: impl IntoIterator<Item = Entry>) -> Result<Replayed, ChangeError> {
    let mut parts: BTreeMap<FormPart, Answers> = [FormPart::Applicant, FormPart::Form]
        .into_iter()
        .map(|part| (part, Answers::from(json!({}))))
        .collect();
    let mut marks: BTreeMap<FormPart, Marks> = BTreeMap::new();
    let mut history = History::default();
    let mut handover = Handover::default();
    let mut apply = |part: FormPart, change: &Change| {
        parts
            .entry(part)
            .or_insert_with(|| Answers::from(json!({})))
            .apply(change)
    };
    for entry in entries {
        match entry {
            Entry::Prefill {
                part,
                change,
                source,
            } => {
                let inverse = apply(part, &change)?;
                let source = Some(source);
                let step = Step {
                    part,
                    change,
                    inverse,
                    source,
                };
                mark(&mut marks, &step);
            }
            Entry::Change { part, change } => {
                let inverse = apply(part, &change)?;
                let step = Step {
                    part,
                    change,
                    inverse,
                    source: None,
                };
                mark(&mut marks, &step);
                history.record(step);
            }
            Entry::Fill {
                part,
                change,
                source,
            } => {
                let inverse = apply(part, &change)?;
                let step = Step {
                    part,
                    change,
                    inverse,
                    source: Some(source),
                };
                mark(&mut marks, &step);
                history.record(step);
            }
            Entry::Undo => {
                if let Some(step) = history.newest().cloned() {
                    apply(step.part, &step.inverse)?;
                    marks.entry(step.part).or_default().touch(&step.inverse);
                    history.undid();
                }
            }
            Entry::Redo => {
                if let Some(step) = history.next().cloned() {
                    apply(step.part, &step.change)?;
                    mark(&mut marks, &step);
                    history.redid();
                }
            }
            Entry::Confirm { part, path } => {
                marks.entry(part).or_default().confirm(&path);
            }
            Entry::Delivery { delivery } => handover.delivery = delivery,
            Entry::Handover { handover: chosen } => handover = *chosen,
        }
    }
    Ok(Replayed {
        answers: parts
            .into_iter()
            .map(|(part, answers)| (part, answers.value().clone()))
            .collect(),
        marks,
        history,
        handover,
    })
}

/// Marks what a step answered with where that came from.
fn mark(marks: &mut BTreeMap<FormPart, Marks>, step: &Step) {
    let marks = marks.entry(step.part).or_default();
    marks.touch(&step.change);
    if let Some(source) = &step.source {
        marks.fill(&step.change, source);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use hoso_eform::{Env, Form, Session};
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    fn set(path: &str, value: Value) -> Change {
        Change::Set {
            path: path.into(),
            value,
        }
    }

    fn typed(path: &str, value: &str) -> Entry {
        Entry::Change {
            part: FormPart::Form,
            change: set(path, json!(value)),
        }
    }

    /// The paths of answers that came from elsewhere and aren't confirmed.
    fn marked(replayed: &Replayed) -> Vec<String> {
        let marks = replayed.marks.get(&FormPart::Form).cloned();
        let form = Form::parse(&json!({"components": []})).unwrap();
        let env = Env::new("2026-11-21T03:00:00Z".parse().unwrap());
        let marks = marks.unwrap_or_default().into();
        let session = Session::new(Arc::new(form), json!({}), marks, env);
        session.state().sources.into_keys().collect()
    }

    #[test]
    fn undo_reaches_back_to_the_beginning_and_redo_forward() {
        let log = vec![
            typed("a", "1"),
            typed("a", "2"),
            Entry::Undo,
            Entry::Undo,
            Entry::Redo,
        ];
        let replayed = replay(log).unwrap();
        assert_eq!(replayed.answers[&FormPart::Form], json!({"a": "1"}));
        assert_eq!(
            replayed.history.newest().map(|step| &step.change),
            Some(&set("a", json!("1")))
        );
        assert_eq!(
            replayed.history.next().map(|step| &step.change),
            Some(&set("a", json!("2")))
        );
    }

    #[test]
    fn a_new_change_gives_up_what_was_undone() {
        let replayed = replay(vec![
            typed("a", "1"),
            Entry::Undo,
            typed("b", "2"),
            Entry::Redo,
        ])
        .unwrap();
        assert_eq!(replayed.answers[&FormPart::Form], json!({"b": "2"}));
        assert!(replayed.history.next().is_none());
    }

    #[test]
    fn a_prefilled_answer_keeps_its_mark_until_touched_or_confirmed() {
        let prefill = |path: &str| Entry::Prefill {
            part: FormPart::Form,
            change: set(path, json!("x")),
            source: "profile".into(),
        };
        let replayed = replay(vec![
            prefill("name"),
            prefill("place.street"),
            prefill("placebo"),
            prefill("phone"),
            typed("place", "y"),
            Entry::Confirm {
                part: FormPart::Form,
                path: "phone".into(),
            },
        ])
        .unwrap();
        assert_eq!(marked(&replayed), ["name", "placebo"]);
    }

    #[test]
    fn what_was_filled_in_is_undone_as_one_and_marked_again_by_redo() {
        let fill = Entry::Fill {
            part: FormPart::Form,
            change: Change::Batch {
                changes: vec![set("name", json!("A")), set("born", json!("1990"))],
            },
            source: "card".into(),
        };
        let marks = |log: &[Entry]| {
            let replayed = replay(log.iter().cloned()).unwrap();
            let marked = marked(&replayed);
            (replayed.answers[&FormPart::Form].clone(), marked)
        };
        let mut log = vec![typed("name", "B"), fill];
        let filled = (
            json!({"name": "A", "born": "1990"}),
            vec!["born".to_owned(), "name".to_owned()],
        );
        assert_eq!(marks(&log), filled);
        log.push(Entry::Undo);
        assert_eq!(marks(&log), (json!({"name": "B"}), vec![]));
        log.push(Entry::Redo);
        assert_eq!(marks(&log), filled);
        log.push(typed("born", "1991"));
        assert_eq!(marks(&log).1, ["name"]);
    }

    /// What a person does to a draft that is open.
    #[derive(Debug, Clone)]
    enum Deed {
        Type(Change),
        Fill(Change),
        Confirm(String),
        Undo,
        Redo,
        /// The program ends and the draft is opened again.
        Restart,
    }

    fn a_form() -> Arc<Form> {
        let text = |key: &str| json!({"type": "textfield", "key": key, "input": true, "defaultValue": "sẵn"});
        let double = json!({"type": "number", "key": "n", "input": true, "calculateValue": "value = 2", "allowCalculateOverride": true});
        let inner =
            json!({"type": "datagrid", "key": "h", "input": true, "components": [text("x")]});
        let definition = json!({"components": [
            text("a"), text("b"), double,
            {"type": "container", "key": "box", "input": true, "components": [text("a")]},
            {"type": "datagrid", "key": "g", "input": true, "components": [text("x"), text("y"), inner]},
        ]});
        Arc::new(Form::parse(&definition).unwrap())
    }

    fn path() -> impl Strategy<Value = String> {
        const PATHS: [&str; 13] = [
            "a",
            "b",
            "n",
            "box",
            "box.a",
            "g",
            "g[0]",
            "g[0].x",
            "g[1].y",
            "g[2].x",
            "g[0].h",
            "g[0].h[0].x",
            "g[1].h[1].x",
        ];
        select(&PATHS[..]).prop_map(str::to_owned)
    }

    fn change() -> impl Strategy<Value = Change> {
        let grid = || select(&["g", "g[0].h", "g[1].h"][..]).prop_map(str::to_owned);
        let row = || json!({"x": "1", "h": [{"x": "2"}]});
        let value = || {
            select(vec![
                json!("1"),
                json!(3),
                json!(""),
                json!([{"x": "1"}, {"y": "2", "h": [{"x": "3"}]}, {}]),
                json!({"a": "1"}),
            ])
        };
        let single = prop_oneof![
            4 => (path(), value()).prop_map(|(path, value)| Change::Set { path, value }),
            1 => path().prop_map(|path| Change::Clear { path }),
            2 => (grid(), 0usize..3).prop_map(move |(path, index)| Change::InsertRow { path, index, value: row() }),
            2 => (grid(), 0usize..3).prop_map(|(path, index)| Change::RemoveRow { path, index }),
            2 => (grid(), 0usize..3, 0usize..3).prop_map(|(path, from, to)| Change::MoveRow { path, from, to }),
        ]
        .boxed();
        prop_oneof![
            4 => single.clone(),
            1 => prop::collection::vec(single, 1..4).prop_map(|changes| Change::Batch { changes }),
        ]
    }

    fn deed() -> impl Strategy<Value = Deed> {
        prop_oneof![
            4 => change().prop_map(Deed::Type),
            3 => change().prop_map(Deed::Fill),
            3 => path().prop_map(Deed::Confirm),
            2 => Just(Deed::Undo),
            1 => Just(Deed::Redo),
            1 => Just(Deed::Restart),
        ]
    }

    fn opened(form: &Arc<Form>, log: &[Entry]) -> (Session, History) {
        let mut replayed = replay(log.iter().cloned()).unwrap();
        let part = FormPart::Form;
        let marks = replayed.marks.remove(&part).unwrap_or_default();
        let answers = replayed.answers.remove(&part).unwrap();
        let env = Env::new("2026-11-21T03:00:00Z".parse().unwrap());
        let session = Session::new(Arc::clone(form), answers, marks.into(), env);
        (session, replayed.history)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn replayed_marks_are_those_of_the_open_form(
            prefilled in prop::collection::vec(change(), 0..3),
            deeds in prop::collection::vec(deed(), 1..16),
        ) {
            let part = FormPart::Form;
            let form = a_form();
            let mut log = Vec::new();
            for change in prefilled {
                let source = "profile".to_owned();
                log.push(Entry::Prefill { part, change, source });
                if replay(log.iter().cloned()).is_err() {
                    log.pop();
                }
            }
            let (mut session, mut history) = opened(&form, &log);
            for deed in deeds {
                match deed.clone() {
                    Deed::Type(change) => {
                        let Ok(applied) = session.apply(&change) else { continue };
                        let (change, inverse) = (applied.change, applied.inverse);
                        log.push(Entry::Change { part, change: change.clone() });
                        history.record(Step { part, change, inverse, source: None });
                    }
                    Deed::Fill(change) => {
                        let Ok(applied) = session.apply(&change) else { continue };
                        let (change, inverse, source) = (applied.change, applied.inverse, "card".to_owned());
                        session.mark_sources(&change, &source);
                        log.push(Entry::Fill { part, change: change.clone(), source: source.clone() });
                        history.record(Step { part, change, inverse, source: Some(source) });
                    }
                    Deed::Confirm(path) => {
                        session.confirm_source(&path);
                        log.push(Entry::Confirm { part, path });
                    }
                    Deed::Undo => {
                        let Some(step) = history.newest().cloned() else { continue };
                        session.restore(&step.inverse).unwrap();
                        history.undid();
                        log.push(Entry::Undo);
                    }
                    Deed::Redo => {
                        let Some(step) = history.next().cloned() else { continue };
                        session.restore(&step.change).unwrap();
                        if let Some(source) = &step.source {
                            session.mark_sources(&step.change, source);
                        }
                        history.redid();
                        log.push(Entry::Redo);
                    }
                    Deed::Restart => (session, history) = opened(&form, &log),
                }
                let (again, _) = opened(&form, &log);
                prop_assert_eq!(session.answers(), again.answers(), "after {:?}", deed);
                prop_assert_eq!(session.state(), again.state(), "after {:?}", deed);
            }
        }
    }

    #[test]
    fn entries_read_back_what_they_write() {
        for entry in [
            typed("a", "1"),
            Entry::Undo,
            Entry::Delivery {
                delivery: Delivery::AtDesk,
            },
        ] {
            let text = serde_json::to_string(&entry).unwrap();
            assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), entry);
        }
    }
}
