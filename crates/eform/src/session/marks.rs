//! Where prefilled answers came from, until they are touched or confirmed.

use std::collections::{BTreeMap, BTreeSet};

use crate::change::Change;
use crate::hand;
use crate::path;
use crate::screen::differing;

/// The mark of a prefilled answer that the person confirmed.
const CONFIRMED: &str = "";
/// Where an answer comes from that the form itself began with.
const DEFAULT: &str = "default";

/// Where answers came from, by their paths. An open form and a draft's log that is played again keep them by the same rules.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Marks(BTreeMap<String, String>);

impl From<BTreeMap<String, String>> for Marks {
    fn from(sources: BTreeMap<String, String>) -> Marks {
        Marks(sources)
    }
}

impl From<Marks> for BTreeMap<String, String> {
    fn from(marks: Marks) -> Self {
        marks.0
    }
}

impl Marks {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The person confirms an answer.
    pub fn confirm(&mut self, path: &str) {
        self.0.insert(path.to_owned(), CONFIRMED.to_owned());
    }

    /// Marks what a change put with where that came from.
    pub fn fill(&mut self, change: &Change, source: &str) {
        change.each(&mut |change| {
            // What is kept beside an answer is no answer.
            if !hand::is_beside_path(change.path()) {
                self.0.insert(change.path().to_owned(), source.to_owned());
            }
        });
    }

    /// Every source that is known and not confirmed, those of defaults too.
    pub(super) fn sources(&self, defaults: &BTreeSet<String>) -> BTreeMap<String, String> {
        let paths = self.0.keys().chain(defaults);
        paths
            .filter_map(|path| Some((path.clone(), self.source(defaults.contains(path), path)?)))
            .collect()
    }

    /// Which sources are others than by the old marks and before the defaults at the places of `moved` came or went.
    pub(super) fn moved(
        &self,
        old: &Marks,
        defaults: &BTreeSet<String>,
        moved: BTreeSet<String>,
    ) -> BTreeMap<String, Option<String>> {
        let marked = differing(&old.0, &self.0).into_keys();
        let mut found = BTreeMap::new();
        for path in marked.chain(moved.iter().cloned()) {
            let is_default = defaults.contains(&path);
            let before = old.source(is_default != moved.contains(&path), &path);
            let now = self.source(is_default, &path);
            if before != now {
                found.insert(path, now);
            }
        }
        found
    }

    /// Removes the marks of what a change touches; those in rows go with their rows.
    pub fn touch(&mut self, change: &Change) {
        change.each(&mut |change| match change {
            Change::Set { path, .. } | Change::Clear { path } => {
                let at = path::plain(path::parse(path));
                self.0.retain(|marked, _| {
                    let marked = path::parse(marked);
                    !marked.starts_with(&at) && !at.starts_with(&marked)
                });
            }
            row => {
                self.0 = std::mem::take(&mut self.0)
                    .into_iter()
                    .filter_map(|(marked, source)| {
                        let marked = row.carries(path::parse(&marked))?;
                        Some((path::text(&marked), source))
                    })
                    .collect();
            }
        });
    }

    fn source(&self, is_default: bool, path: &str) -> Option<String> {
        match self.0.get(path) {
            Some(mark) => (mark != CONFIRMED).then(|| mark.clone()),
            None => is_default.then(|| DEFAULT.to_owned()),
        }
    }
}
