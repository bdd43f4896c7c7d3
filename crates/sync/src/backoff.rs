//! How long to wait, and why.

use serde::{Deserialize, Serialize};

use crate::entry::First;

/// The longest wait that a failure brings.
pub(crate) const CAP: u64 = 5 * 60_000;
/// The longest `Retry-After` that is believed.
const RETRY_AFTER_CAP: u64 = 60 * 60_000;
const FIRST: u64 = 1_000;
/// Clocks are put right by so much all the time; nothing is made of it.
const SLACK: u64 = 10_000;

/// Why a dossier doesn't move, for the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "reason")]
pub enum WaitReason {
    /// The person holds it, or everything, back.
    Paused,
    /// There is no way to the portal.
    Offline,
    /// Somebody has to sign in.
    NotSignedIn,
    /// The portal waits for the person.
    First {
        /// What it wants first.
        first: First,
    },
    /// Files leave only in the hours that the person has named.
    Hours {
        /// They begin at this time, ms since the epoch.
        until: u64,
    },
    /// The network is charged by its volume, and files wait for another.
    Metered,
    /// The portal's receipt doesn't bear its signature, so it is none; the portal is asked again.
    Unsigned {
        /// Next attempt, ms since the epoch.
        until: u64,
    },
    /// The portal asked to wait.
    PortalBusy {
        /// Next attempt, ms since the epoch.
        until: u64,
    },
    /// Something failed; it is tried again.
    Backoff {
        /// Next attempt, ms since the epoch.
        until: u64,
        /// What failed, in English, for the details.
        why: String,
    },
}

/// What one line of work waits for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Wait {
    /// Failures in a row.
    pub(crate) tries: u32,
    /// Not before this time.
    pub(crate) until: u64,
    /// How long it was to be, in ms.
    pause: u64,
    /// What failed; empty for a poll that is merely not due.
    pub(crate) why: String,
    /// The portal said when.
    pub(crate) busy: bool,
    /// What came was not signed by the portal.
    pub(crate) unsigned: bool,
    /// Bytes that the portal had when it failed last; more than these is progress.
    pub(crate) mark: u64,
}

impl Wait {
    /// One more failure. `salt` spreads dossiers that failed together.
    pub(crate) fn fail(&mut self, now: u64, salt: u128, why: String, retry_after: Option<u64>) {
        self.tries = self.tries.saturating_add(1);
        self.why = why;
        self.busy = retry_after.is_some();
        self.unsigned = false;
        let pause = match retry_after {
            Some(seconds) => seconds.saturating_mul(1_000).clamp(FIRST, RETRY_AFTER_CAP),
            None => jittered(exponential(FIRST, CAP, self.tries), salt, self.tries),
        };
        self.begin(now, pause);
    }

    /// The next look at something that takes its time: 2 s, 4 s … 60 s.
    pub(crate) fn poll(&mut self, now: u64) {
        self.tries = self.tries.saturating_add(1);
        self.why.clear();
        self.busy = false;
        self.unsigned = false;
        self.begin(now, exponential(2_000, 60_000, self.tries));
    }

    const fn begin(&mut self, now: u64, pause: u64) {
        self.until = now.saturating_add(pause);
        self.pause = pause;
    }

    /// Over, or further in the future than it ever was, so that the clock must have been turned back.
    pub(crate) const fn is_over(&self, now: u64) -> bool {
        self.until <= now || self.until - now > self.pause.saturating_add(SLACK)
    }
}

fn exponential(first: u64, cap: u64, tries: u32) -> u64 {
    let doublings = tries.saturating_sub(1).min(20);
    first.saturating_mul(1 << doublings).min(cap)
}

/// Three quarters to all of `pause`; the same for the same salt and try.
fn jittered(pause: u64, salt: u128, tries: u32) -> u64 {
    let [high, low] = [salt >> 64, salt].map(|half| half & u128::from(u64::MAX));
    let mixed = (high ^ low ^ u128::from(tries))
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .wrapping_shr(29)
        & 0xFF;
    let fraction = u64::try_from(mixed).unwrap_or_default();
    pause - pause / 4 * fraction / 255
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_cap_and_keep_within_a_quarter() {
        let mut wait = Wait::default();
        let mut longest = 0;
        for tries in 1..40 {
            wait.fail(0, 7, "x".into(), None);
            let full = (1_000u64 << (tries - 1).min(20)).min(CAP);
            assert!(
                wait.until <= full && wait.until >= full - full / 4,
                "{tries}: {wait:?}"
            );
            longest = longest.max(wait.until);
        }
        assert!(longest > CAP / 2);
    }

    #[test]
    fn dossiers_that_failed_together_come_back_apart_and_always_the_same() {
        let after = |salt| {
            let mut wait = Wait::default();
            for _ in 0..9 {
                wait.fail(0, salt, String::new(), None);
            }
            wait.until
        };
        let all: std::collections::BTreeSet<u64> =
            (0..50u128).map(|n| after(n << 70 | n)).collect();
        assert!(all.len() > 25, "{all:?}");
        assert_eq!(after(5), after(5));
    }

    #[test]
    fn a_clock_turned_back_does_not_hold_anything_for_ever() {
        let now = 1_000_000_000;
        for retry_after in [None, Some(30), Some(u64::MAX)] {
            let mut wait = Wait::default();
            wait.fail(now, 1, String::new(), retry_after);
            assert!(!wait.is_over(now), "{retry_after:?}");
            assert!(!wait.is_over(now - SLACK), "{retry_after:?}");
            // Not only by days.
            assert!(wait.is_over(now - SLACK - 1), "{retry_after:?}");
        }
    }
}
