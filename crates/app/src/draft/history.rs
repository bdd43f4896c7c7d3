//! A draft's log, and the undo that it is.
//!
//! The log only grows: taking back is an entry of its own. Replaying it gives the answers, the marks of what was prefilled, and both
//! stacks, so that undo reaches back to the beginning of the draft after any restart.

use std::collections::BTreeMap;

use hoso_dossier::{Delivery, Handover};
use hoso_eform::{Answers, Change, ChangeError};
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
    Handover { handover: Handover },
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
    pub(crate) sources: BTreeMap<FormPart, BTreeMap<String, String>>,
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
    let mut sources: BTreeMap<FormPart, BTreeMap<String, String>> = BTreeMap::new();
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
                mark(&mut sources, &step, &step.change);
            }
            Entry::Change { part, change } => {
                let inverse = apply(part, &change)?;
                let step = Step {
                    part,
                    change,
                    inverse,
                    source: None,
                };
                mark(&mut sources, &step, &step.change);
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
                mark(&mut sources, &step, &step.change);
                history.record(step);
            }
            Entry::Undo => {
                if let Some(step) = history.newest().cloned() {
                    apply(step.part, &step.inverse)?;
                    let unmarked = Step {
                        source: None,
                        ..step
                    };
                    mark(&mut sources, &unmarked, &unmarked.inverse);
                    history.undid();
                }
            }
            Entry::Redo => {
                if let Some(step) = history.next().cloned() {
                    apply(step.part, &step.change)?;
                    mark(&mut sources, &step, &step.change);
                    history.redid();
                }
            }
            Entry::Confirm { part, path } => {
                if let Some(marks) = sources.get_mut(&part) {
                    marks.remove(&path);
                }
            }
            Entry::Delivery { delivery } => handover.delivery = delivery,
            Entry::Handover { handover: chosen } => handover = chosen,
        }
    }
    Ok(Replayed {
        answers: parts
            .into_iter()
            .map(|(part, answers)| (part, answers.value().clone()))
            .collect(),
        sources,
        history,
        handover,
    })
}

/// Marks what a step answered with where that came from; `change` is the step's own, or the inverse that takes it back.
fn mark(sources: &mut BTreeMap<FormPart, BTreeMap<String, String>>, step: &Step, change: &Change) {
    let marks = sources.entry(step.part).or_default();
    for path in paths(change) {
        forget(marks, path);
    }
    if let Some(source) = &step.source {
        for path in paths(&step.change) {
            marks.insert(path.to_owned(), source.clone());
        }
    }
}

/// The paths that a change touches.
pub(crate) fn paths(change: &Change) -> Vec<&str> {
    match change {
        Change::Set { path, .. }
        | Change::Clear { path }
        | Change::InsertRow { path, .. }
        | Change::RemoveRow { path, .. }
        | Change::MoveRow { path, .. } => vec![path],
        Change::Batch { changes } => changes.iter().flat_map(paths).collect(),
    }
}

/// Drops the marks of a touched path and of everything below it.
fn forget(marks: &mut BTreeMap<String, String>, path: &str) {
    marks.retain(|marked, _| {
        marked
            .strip_prefix(path)
            .is_none_or(|rest| !(rest.is_empty() || rest.starts_with(['.', '['])))
    });
}

#[cfg(test)]
mod tests {
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
        let marked: Vec<&str> = replayed.sources[&FormPart::Form]
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(marked, ["name", "placebo"]);
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
            let marks = replayed.sources.get(&FormPart::Form).cloned();
            (
                replayed.answers[&FormPart::Form].clone(),
                marks.unwrap_or_default().into_keys().collect::<Vec<_>>(),
            )
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
