//! What form.io notes by path, over both passes and from one run to the next.

use foldhash::fast::RandomState;
use indexmap::IndexMap;

/// Notes of the first pass, which outlive a run, and above them those of the second, which don't.
///
/// A note of an earlier run counts in the second pass only: in the first its component is either looked at again or not at all.
#[derive(Debug, Default)]
pub(super) struct Table<T> {
    early: IndexMap<String, (u32, T), RandomState>,
    late: Option<IndexMap<String, T, RandomState>>,
    run: u32,
}

impl<T: Clone + Default> Table<T> {
    /// A new run begins.
    pub(super) fn begin(&mut self) {
        self.late = None;
        self.run = self.run.wrapping_add(1);
    }

    /// The second pass begins; its notes are kept apart.
    pub(super) fn second(&mut self) {
        self.late = Some(IndexMap::default());
    }

    pub(super) fn get(&self, path: &str) -> Option<&T> {
        if let Some(late) = &self.late {
            if let Some(note) = late.get(path) {
                return Some(note);
            }
            return self.early.get(path).map(|(_, note)| note);
        }
        self.early
            .get(path)
            .filter(|(run, _)| *run == self.run)
            .map(|(_, note)| note)
    }

    /// Changes the note of a path; a new one where there is none.
    pub(super) fn update<R>(&mut self, path: &str, change: impl FnOnce(&mut T) -> R) -> R {
        if let Some(late) = &mut self.late {
            if let Some(note) = late.get_mut(path) {
                return change(note);
            }
            let early = self.early.get(path);
            let mut note = early.map(|(_, note)| note.clone()).unwrap_or_default();
            let result = change(&mut note);
            late.insert(path.to_owned(), note);
            return result;
        }
        if let Some((run, note)) = self.early.get_mut(path) {
            if *run != self.run {
                *run = self.run;
                *note = T::default();
            }
            return change(note);
        }
        let mut note = T::default();
        let result = change(&mut note);
        self.early.insert(path.to_owned(), (self.run, note));
        result
    }

    /// A component is looked at again, so what it noted in an earlier run is no more.
    pub(super) fn forget(&mut self, path: &str) {
        if self
            .early
            .get(path)
            .is_some_and(|(run, _)| *run != self.run)
        {
            self.early.swap_remove(path);
        }
    }

    /// Everything noted, in the order in which it first was.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &T)> {
        self.early.iter().map(|(path, (_, note))| (path, note))
    }
}
