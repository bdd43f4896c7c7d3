//! Texts in number fields that are no numbers. form.io drops them without a word; a person is told.

use std::collections::BTreeMap;

use crate::condition::instances;
use crate::definition::{Form, Id};
use crate::js::Js;
use crate::normalize::normalize;
use crate::path::{self, Seg};
use crate::rule::Broken;
use crate::run::Failure;

/// Those of an open form, by question and place.
#[derive(Debug, Default)]
pub(super) struct Unread(BTreeMap<(Id, Vec<Seg>), Failure>);

impl Unread {
    /// Looks at every number field.
    pub(super) fn all(form: &Form, answers: &Js) -> Unread {
        let mut unread = Unread::default();
        for (id, _) in &form.dependents.numbers {
            unread.read_everywhere(form, answers, *id);
        }
        unread
    }

    /// Looks again at those that changed answers concern.
    pub(super) fn follow(&mut self, form: &Form, answers: &Js, changed: &[Vec<Seg>]) {
        for (id, look) in &form.dependents.numbers {
            for at in changed {
                match look.place(at) {
                    Some(Some(place)) => {
                        self.0.remove(&(*id, place.clone()));
                        if has_rows(answers, &place) {
                            self.read(form, answers, *id, place);
                        }
                    }
                    Some(None) => {
                        self.0.retain(|(known, _), _| known != id);
                        self.read_everywhere(form, answers, *id);
                    }
                    None => {}
                }
            }
        }
    }

    pub(super) fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.0.values()
    }

    fn read_everywhere(&mut self, form: &Form, answers: &Js, id: Id) {
        for (segs, _) in instances(form, answers, id) {
            self.read(form, answers, id, segs);
        }
    }

    fn read(&mut self, form: &Form, answers: &Js, id: Id, segs: Vec<Seg>) {
        let Some(component) = form.component(id) else {
            return;
        };
        let typed = path::get(answers, &segs);
        let text = typed.as_str().is_some_and(|text| !text.trim().is_empty());
        if text && normalize(component, typed).is_undefined() {
            let broken = Broken {
                rule: "number".into(),
                key: "number".into(),
                limit: String::new(),
            };
            let path = path::text(&segs);
            let failure = Failure {
                id,
                path,
                item: None,
                broken,
            };
            self.0.insert((id, segs), failure);
        }
    }
}

/// Whether lists stand where the way to a place has rows; what was imported may have an object there, which has none.
fn has_rows(answers: &Js, place: &[Seg]) -> bool {
    place.iter().enumerate().all(|(at, seg)| {
        let list = || path::get(answers, place.get(..at).unwrap_or_default());
        matches!(seg, Seg::Key(_)) || matches!(list(), Js::Arr(_))
    })
}
