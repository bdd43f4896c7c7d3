//! When shared drafts are seen to: a rest after changes, and longer and longer waits after failures.

use std::time::Duration;

use hoso_portal_client::CallError;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::AppError;

/// After the last change, so that a whole sentence goes at once; with every change the whole log goes.
pub(super) const REST: Duration = Duration::from_secs(2);
/// The same where the network is charged by its volume.
pub(super) const METERED_REST: Duration = Duration::from_secs(30);
/// Between looks at what other desktops write.
pub(super) const EVERY: Duration = Duration::from_secs(15);
/// Whoever types without a pause is waited for so many times as long.
const PAUSES: u32 = 10;
/// Longest wait after failures.
const LONGEST: Duration = Duration::from_secs(600);
/// The longest `Retry-After` that is believed.
const MOST_ASKED: Duration = Duration::from_secs(60 * 60);
/// Clocks are put right by so much all the time.
const SLACK: SignedDuration = SignedDuration::from_secs(10);

/// A rest that lasts until nothing has changed for a while; not for ever.
pub(super) struct Rest {
    after_change: Duration,
    until: Instant,
    end: Instant,
}

impl Rest {
    pub(super) fn begun(after_change: Duration, now: Instant) -> Self {
        Self {
            after_change,
            until: now + after_change,
            end: now + after_change * PAUSES,
        }
    }

    /// When it is over, if nothing changes any more.
    pub(super) const fn until(&self) -> Instant {
        self.until
    }

    /// Something has changed meanwhile; whether it goes on.
    pub(super) fn changed(&mut self, now: Instant) -> bool {
        self.until = self.end.min(now + self.after_change);
        now < self.end
    }
}

/// What the portal could not be asked or told, and when it is tried again.
pub(super) struct Trouble {
    pub(super) code: String,
    /// What the portal said, in its own words.
    pub(super) said: String,
    /// The portal named the time.
    pub(super) asked: bool,
    tries: u32,
    until: Timestamp,
    pause: SignedDuration,
}

impl Trouble {
    /// Each time it waits twice as long: what is sent is the whole log.
    pub(super) fn after(before: Option<&Self>, error: &AppError, now: Timestamp) -> Self {
        let tries = before.map_or(0, |before| before.tries);
        let retry_after = match error {
            AppError::Call(CallError::Problem { retry_after, .. }) => *retry_after,
            _ => None,
        };
        let pause = SignedDuration::try_from(wait_after(tries, retry_after));
        let pause = pause.unwrap_or_default();
        let mut view = error.view();
        Self {
            said: view.fields.remove("detail").unwrap_or_default(),
            code: view.code,
            asked: retry_after.is_some(),
            tries: tries.saturating_add(1),
            until: now.saturating_add(pause).unwrap_or(now),
            pause,
        }
    }

    /// The wait is over, or further in the future than it ever was, so that the clock must have been turned back.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        self.until <= now || self.until.duration_since(now) > self.pause + SLACK
    }
}

/// How long to wait after so many failures before the one of now, and not less than the portal asks for.
fn wait_after(tries: u32, retry_after: Option<u64>) -> Duration {
    let own = (EVERY * 2_u32.saturating_pow(tries.min(8))).min(LONGEST);
    let asked = Duration::from_secs(retry_after.unwrap_or_default());
    own.max(asked.min(MOST_ASKED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rest_begins_anew_with_each_change_and_not_for_ever() {
        let start = Instant::now();
        let second = |number: u64| start + Duration::from_secs(number);
        let mut rest = Rest::begun(REST, start);
        assert_eq!(rest.until(), second(2));
        for number in 1..20 {
            assert!(rest.changed(second(number)), "after {number} s");
            assert_eq!(rest.until(), second((number + 2).min(20)));
        }
        assert!(!rest.changed(second(20)));
    }

    #[test]
    fn waits_grow_to_an_end_and_are_never_shorter_than_the_portal_asks_for() {
        let seconds = |tries, asked| wait_after(tries, asked).as_secs();
        let grown: Vec<u64> = (0..8).map(|tries| seconds(tries, None)).collect();
        assert_eq!(grown, [15, 30, 60, 120, 240, 480, 600, 600]);
        assert_eq!(seconds(u32::MAX, None), 600);
        for (tries, asked, waits) in [
            (0, 5, 15),
            (0, 90, 90),
            (4, 90, 240),
            (9, 1_000, 1_000),
            (0, u64::MAX, 3_600),
        ] {
            assert_eq!(seconds(tries, Some(asked)), waits, "{tries} {asked}");
        }
    }

    #[test]
    fn a_clock_that_was_turned_back_makes_no_wait_longer() {
        let now: Timestamp = "2026-11-21T03:00:00Z".parse().unwrap();
        let trouble = Trouble::after(None, &AppError::Interrupted, now);
        let at = |seconds| now + SignedDuration::from_secs(seconds);
        assert!(!trouble.is_over(at(14)) && trouble.is_over(at(15)));
        assert!(!trouble.is_over(at(-5)) && trouble.is_over(at(-3_600)));
        let again = Trouble::after(Some(&trouble), &AppError::Interrupted, at(15));
        assert!(!again.is_over(at(44)) && again.is_over(at(45)));
    }
}
