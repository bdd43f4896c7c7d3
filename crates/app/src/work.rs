//! Work that takes a while: how far it is, and whether it may go on.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// A kind of work of which the newest goes on and any older one stops.
#[derive(Default)]
pub(crate) struct Work {
    newest: AtomicU64,
    done: AtomicUsize,
}

impl Work {
    /// Begins anew; the number is for [`Work::goes_on`].
    pub(crate) fn begin(&self) -> u64 {
        self.done.store(0, Ordering::SeqCst);
        self.newest.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Notes how far it is, and whether it may go on.
    pub(crate) fn goes_on(&self, mine: u64, done: usize) -> bool {
        let newest = self.newest.load(Ordering::SeqCst) == mine;
        if newest {
            self.done.store(done, Ordering::SeqCst);
        }
        newest
    }

    /// Whatever is under way stops.
    pub(crate) fn stop(&self) {
        self.begin();
    }

    /// How far it is.
    pub(crate) fn done(&self) -> u32 {
        u32::try_from(self.done.load(Ordering::SeqCst)).unwrap_or(u32::MAX)
    }
}
