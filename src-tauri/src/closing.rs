//! Closing the window: the page is asked first whether everything typed is on disk.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A page that hasn't said in so long that it heard the question won't.
const DEAF: Duration = Duration::from_secs(5);
/// A question of so long ago is no longer the one that the person waits for.
const LONG_AGO: Duration = Duration::from_secs(30);

/// How far closing is.
#[derive(Debug, Default)]
pub(crate) struct Closing {
    /// The page was asked then, and has not said that it heard.
    unheard: Mutex<Option<Instant>>,
}

/// What becomes of a wish to close.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// The page is asked, and closes the window itself.
    Ask,
    /// The page is gone or hangs: nothing is to be had from it any more.
    Close,
}

impl Closing {
    /// The person wants the window closed.
    pub(crate) fn wanted(&self, now: Instant) -> Wish {
        let mut unheard = self.unheard.lock().unwrap_or_else(PoisonError::into_inner);
        match *unheard {
            Some(since) if now.duration_since(since) < DEAF => Wish::Ask,
            Some(since) if now.duration_since(since) < LONG_AGO => Wish::Close,
            _ => {
                *unheard = Some(now);
                Wish::Ask
            }
        }
    }

    /// The page heard the question.
    pub(crate) fn heard(&self) {
        *self.unheard.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_answers_decides_and_one_that_hangs_does_not_hold_the_window() {
        let closing = Closing::default();
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(closing.wanted(start), Wish::Ask);
        // Pressed again at once: the page is still being asked.
        assert_eq!(closing.wanted(after(4)), Wish::Ask);
        assert_eq!(closing.wanted(after(5)), Wish::Close);
        // One that heard may keep the window as long as the person says.
        closing.heard();
        assert_eq!(closing.wanted(after(60)), Wish::Ask);
        closing.heard();
        assert_eq!(closing.wanted(after(120)), Wish::Ask);
        assert_eq!(closing.wanted(after(125)), Wish::Close);
        // A question that got lost long ago closes nothing unasked.
        assert_eq!(closing.wanted(after(3_600)), Wish::Ask);
        assert_eq!(closing.wanted(after(3_605)), Wish::Close);
    }
}
