//! Where prefilled answers came from, until they are touched or confirmed.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::change::Change;
use crate::path::{self, Seg};
use crate::screen::differing;

/// The mark of a prefilled answer that the person confirmed.
const CONFIRMED: &str = "";
/// Where an answer comes from that the form itself began with.
const DEFAULT: &str = "default";

/// The sources of answers by their paths.
#[derive(Debug, Clone, Default)]
pub(super) struct Marks(BTreeMap<String, String>);

impl Marks {
    pub(super) fn new(sources: BTreeMap<String, String>) -> Marks {
        Marks(sources)
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn confirm(&mut self, path: &str) {
        self.0.insert(path.to_owned(), CONFIRMED.to_owned());
    }

    pub(super) fn put(&mut self, path: &str, source: &str) {
        self.0.insert(path.to_owned(), source.to_owned());
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

    /// Removes the marks of what a change touches, and notes the grids whose rows it moves.
    pub(super) fn touch(&mut self, change: &Change, grids: &mut BTreeSet<String>) {
        match change {
            Change::Set { path, .. } | Change::Clear { path } => {
                let path = &path::text(&path::plain(path::parse(path)));
                self.0
                    .retain(|marked, _| !covers(path, marked) && !covers(marked, path));
            }
            Change::InsertRow { path, index, .. } => {
                grids.insert(path::text(&path::plain(path::parse(path))));
                let index = *index;
                self.renumber(path, |row| Some(if row >= index { row + 1 } else { row }));
            }
            Change::RemoveRow { path, index } => {
                grids.insert(path::text(&path::plain(path::parse(path))));
                let index = *index;
                self.renumber(path, |row| match row.cmp(&index) {
                    Ordering::Less => Some(row),
                    Ordering::Equal => None,
                    Ordering::Greater => Some(row - 1),
                });
            }
            Change::MoveRow { path, from, to } => {
                grids.insert(path::text(&path::plain(path::parse(path))));
                let (from, to) = (*from, *to);
                self.renumber(path, |row| {
                    Some(if row == from {
                        to
                    } else if from < row && row <= to {
                        row - 1
                    } else if to <= row && row < from {
                        row + 1
                    } else {
                        row
                    })
                });
            }
            Change::Batch { changes } => {
                changes.iter().for_each(|change| self.touch(change, grids))
            }
        }
    }

    fn source(&self, is_default: bool, path: &str) -> Option<String> {
        match self.0.get(path) {
            Some(mark) => (mark != CONFIRMED).then(|| mark.clone()),
            None => is_default.then(|| DEFAULT.to_owned()),
        }
    }

    fn renumber(&mut self, grid: &str, row: impl Fn(usize) -> Option<usize>) {
        let prefix = path::plain(path::parse(grid));
        self.0 = std::mem::take(&mut self.0)
            .into_iter()
            .filter_map(|(marked, source)| {
                let mut segs = path::parse(&marked);
                if segs.starts_with(&prefix)
                    && let Some(Seg::Index(at)) = segs.get_mut(prefix.len())
                {
                    *at = row(*at)?;
                }
                Some((path::text(&segs), source))
            })
            .collect();
    }
}

/// Whether `outer` is `inner` or a part of the way to it.
fn covers(outer: &str, inner: &str) -> bool {
    path::parse(inner).starts_with(&path::parse(outer))
}
