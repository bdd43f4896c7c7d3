//! Places where the process may die, for tests that let it die at each of them.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Something is about to become durable, or has just become so. A debug build ends here, without another word, when this is the place that
/// `HOSO_DIE_AT` numbers, counted from 1.
pub(crate) fn may_die_here() {
    static LEFT: OnceLock<Option<AtomicU32>> = OnceLock::new();
    if !cfg!(debug_assertions) {
        return;
    }
    let left = LEFT.get_or_init(|| {
        let place = std::env::var("HOSO_DIE_AT").ok()?;
        place.parse().ok().map(AtomicU32::new)
    });
    if let Some(left) = left
        && left.fetch_sub(1, Ordering::SeqCst) == 1
    {
        std::process::abort();
    }
}
