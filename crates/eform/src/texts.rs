//! Texts of a form that show answers: `{{ data.name }}` in content, labels and hints.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::condition::instances;
use crate::definition::{Component, Form, Id};
use crate::depends::{self, Look};
use crate::html;
use crate::interpolate::{fill_in, has_names};
use crate::js::{Js, Props};
use crate::path::{self, Seg};
use crate::run::concrete;
use crate::screen::differing;
use crate::shape;
use crate::translate::Language;

/// Most bytes of the texts of a form that show answers: few answers may stand in many places.
const MOST: usize = 4 * 1024 * 1024;

/// Changed properties by concrete path, as [`crate::FormState::overrides`] has them.
type Filled = BTreeMap<String, BTreeMap<String, Value>>;

/// The texts of an open form that show answers, as they are now.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    templates: Vec<Template>,
    /// Most bytes of one of them.
    share: usize,
    filled: BTreeMap<Id, Filled>,
}

#[derive(Debug)]
struct Template {
    id: Id,
    /// What a screen calls them, and the texts, in the reader's language.
    texts: Vec<(&'static str, String)>,
    reads: Vec<Look>,
    /// Where the rows are that it stands in.
    stands: Look,
}

impl Texts {
    /// The texts of a form over data.
    pub(crate) fn new(form: &Form, language: &Language, data: &Js) -> Texts {
        let mut texts = Texts::default();
        for (id, component) in form.ids() {
            let own = shape::texts(component, language);
            let own: Vec<_> = own
                .into_iter()
                .filter(|(_, text)| has_names(text))
                .collect();
            if own.is_empty() {
                continue;
            }
            let template = Template {
                id,
                reads: depends::read_by(form, id, own.iter().map(|(_, text)| text.as_str())),
                stands: depends::stands(form, id),
                texts: own,
            };
            texts.templates.push(template);
        }
        texts.share = MOST / texts.templates.len().max(1);
        for template in &texts.templates {
            let filled = template.fill(form, data, texts.share);
            texts.filled.insert(template.id, filled);
        }
        texts
    }

    /// Fills in again what shows the answers that changed; returns the paths at which texts are others now.
    pub(crate) fn follow(
        &mut self,
        form: &Form,
        data: &Js,
        changed: &[Vec<Seg>],
    ) -> BTreeSet<String> {
        let mut moved = BTreeSet::new();
        for template in &self.templates {
            let concerned = changed.iter().any(|at| {
                template.stands.moves(at) || template.reads.iter().any(|look| look.sees(at))
            });
            if concerned {
                let new = template.fill(form, data, self.share);
                let old = self.filled.insert(template.id, new.clone());
                moved.extend(differing(&old.unwrap_or_default(), &new).into_keys());
            }
        }
        moved
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.templates.is_empty()
    }

    /// The texts at a path.
    pub(crate) fn at(&self, path: &str) -> impl Iterator<Item = (&String, &Value)> {
        self.filled
            .values()
            .filter_map(move |filled| filled.get(path))
            .flatten()
    }

    /// Where there are any.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &String> {
        self.filled.values().flat_map(BTreeMap::keys)
    }
}

impl Template {
    fn fill(&self, form: &Form, data: &Js, mut left: usize) -> Filled {
        let mut filled = Filled::default();
        let Some(component) = form.component(self.id) else {
            return filled;
        };
        for (place, index) in instances(form, data, self.id) {
            let context = Js::Obj(context(component, data, &place, index));
            let own = self.texts.iter().map(|(_, text)| text.len()).sum();
            let Some(rest) = left.checked_sub(own) else {
                break;
            };
            left = rest;
            let texts = self.texts.iter().map(|(name, text)| {
                let text = fill_in(text, &context, &mut left);
                // What was answered is escaped by now; what remains of markup is the definition's.
                let shown = if *name == "html" {
                    html::sanitise(&text)
                } else {
                    html::plain(&text)
                };
                ((*name).to_owned(), Value::String(shown))
            });
            let rows = place.iter().filter_map(|seg| match seg {
                Seg::Index(row) => Some(*row),
                Seg::Key(_) => None,
            });
            let rows: Vec<usize> = rows.collect();
            filled.insert(concrete(&component.node_path, &rows), texts.collect());
        }
        filled
    }
}

/// What a text may name.
pub(crate) fn context(
    component: &Component,
    data: &Js,
    place: &[Seg],
    index: Option<usize>,
) -> Props {
    let own = if component.keeps {
        component.key_segs.len()
    } else {
        0
    };
    let row = place
        .get(..place.len().saturating_sub(own))
        .unwrap_or_default();
    let value = if component.keeps {
        path::get(data, place).clone()
    } else {
        Js::Undefined
    };
    Props::from([
        ("data".to_owned(), data.clone()),
        ("row".to_owned(), path::get(data, row).clone()),
        (
            "rowIndex".to_owned(),
            index.map_or(Js::Undefined, |index| Js::Num(index as f64)),
        ),
        ("value".to_owned(), value),
        ("component".to_owned(), component.raw.clone()),
    ])
}
