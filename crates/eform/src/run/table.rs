//! What form.io notes by path, over both passes and from one run to the next.

use indexmap::IndexMap;

/// Notes of the first pass, which outlive a run, and above them those of the second, which don't.
///
/// A note of an earlier run counts in the second pass only: in the first its component is either looked at again or not at all.
#[derive(Debug, Default)]
pub(super) struct Table<T> {
    early: IndexMap<String, (u32, T)>,
    late: Option<IndexMap<String, T>>,
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
        self.late = Some(IndexMap::new());
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

    /// The note of a path; a new one where there is none.
    pub(super) fn entry(&mut self, path: &str) -> &mut T {
        if let Some(late) = &mut self.late {
            let early = &self.early;
            return late.entry(path.to_owned()).or_insert_with(|| {
                early
                    .get(path)
                    .map(|(_, note)| note.clone())
                    .unwrap_or_default()
            });
        }
        if !self.early.contains_key(path) {
            self.early.insert(path.to_owned(), (self.run, T::default()));
        }
        let run = self.run;
        let (noted, note) = self.early.entry(path.to_owned()).or_default();
        if *noted != run {
            *noted = run;
            *note = T::default();
        }
        note
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
