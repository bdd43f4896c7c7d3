//! A pace that the bytes of files keep to, all uploads of a portal together.

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many pieces a second's bytes leave in.
const PIECES: u64 = 4;

/// Lets so many bytes pass in a second. Without a limit everything passes at once.
#[derive(Debug, Default)]
pub(crate) struct Throttle(Mutex<Pace>);

#[derive(Debug, Default)]
struct Pace {
    limit: Option<NonZeroU32>,
    /// When what has passed so far has used up its time.
    free_at: Option<Instant>,
}

impl Throttle {
    /// Takes another limit, from the next piece on.
    pub(crate) fn set(&self, limit: Option<NonZeroU32>) {
        let mut pace = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *pace = Pace {
            limit,
            free_at: None,
        };
    }

    /// The most bytes to hand over at once, so that they leave evenly and one sees them move.
    pub(crate) fn piece(&self) -> u64 {
        let pace = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pace.limit
            .map_or(u64::MAX, |limit| (u64::from(limit.get()) / PIECES).max(1))
    }

    /// Waits until so many bytes may leave.
    pub(crate) async fn pass(&self, bytes: usize) {
        let from = {
            let mut pace = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            pace.reserve(bytes, Instant::now())
        };
        if let Some(from) = from {
            tokio::time::sleep_until(from.into()).await;
        }
    }
}

impl Pace {
    /// When these bytes may leave; `None` at once.
    fn reserve(&mut self, bytes: usize, now: Instant) -> Option<Instant> {
        let limit = f64::from(self.limit?.get());
        let from = self.free_at.map_or(now, |free_at| free_at.max(now));
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        self.free_at = Some(from + Duration::from_secs_f64(f64::from(bytes) / limit));
        Some(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_second_has_more_bytes_than_the_limit_and_a_piece() {
        for limit in [1, 3, 4_096, 65_536, 1_000_000] {
            let throttle = Throttle::default();
            throttle.set(NonZeroU32::new(limit));
            let piece = usize::try_from(throttle.piece()).unwrap();
            let mut pace = throttle.0.into_inner().unwrap();
            let began = Instant::now();
            let mut left: Vec<Duration> = vec![];
            for number in 0..40 {
                // Asked for at odd moments, and by several at once.
                let now = began + Duration::from_millis(number / 3 * 100);
                left.push(pace.reserve(piece, now).unwrap() - began);
            }
            assert!(left.is_sorted());
            for from in &left {
                let second = *from..*from + Duration::from_secs(1);
                let bytes = left.iter().filter(|at| second.contains(at)).count() * piece;
                assert!(bytes <= limit as usize + piece, "{limit}: {bytes}");
            }
            // And it is used to the full while there is something to send.
            let took = left.last().unwrap().as_secs_f64();
            assert!(
                took < 41.0 * piece as f64 / f64::from(limit) + 1.5,
                "{limit}: {took}"
            );
        }
    }

    #[test]
    fn without_a_limit_nothing_waits() {
        let mut pace = Pace::default();
        assert_eq!(pace.reserve(usize::MAX, Instant::now()), None);
        assert_eq!(Throttle::default().piece(), u64::MAX);
    }
}
