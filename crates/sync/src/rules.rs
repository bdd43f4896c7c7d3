//! When files may leave, and how fast: what the person has said about it.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;
/// Clocks in Việt Nam are ahead of UTC by so much, all year.
const AHEAD: u64 = 7 * 60 * MINUTE;

/// What the person has said about sending files. A sealed dossier's own few KB, questions and what comes from the portal go at any time: held back
/// they would save nothing, and cost the person the portal's word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SendRules {
    /// Hours in which files leave; without them, at any time.
    pub hours: Option<Hours>,
    /// Files wait while the network is charged by its volume.
    pub spare_metered: bool,
    /// Whatever the system says, this machine's network is charged by its volume.
    pub always_metered: bool,
    /// The most bytes of files that leave in a second.
    pub bytes_per_second: Option<NonZeroU32>,
}

impl Default for SendRules {
    fn default() -> Self {
        Self {
            hours: None,
            spare_metered: true,
            always_metered: false,
            bytes_per_second: None,
        }
    }
}

/// A part of every day, as clocks in Việt Nam show it; it may go over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "(u16, u16)", into = "(u16, u16)")]
pub struct Hours {
    from: u16,
    to: u16,
}

impl Hours {
    /// From one minute of the day to another, counted from midnight; `None` when one of them is none, or both are the same.
    #[must_use]
    pub const fn new(from: u16, to: u16) -> Option<Self> {
        if from < 24 * 60 && to < 24 * 60 && from != to {
            Some(Self { from, to })
        } else {
            None
        }
    }

    /// The minute of the day at which they begin.
    #[must_use]
    pub const fn from(self) -> u16 {
        self.from
    }

    /// The minute of the day at which they are over.
    #[must_use]
    pub const fn to(self) -> u16 {
        self.to
    }

    /// When they begin next, ms since the epoch; `None` while they last.
    #[must_use]
    pub fn opens_at(self, now: u64) -> Option<u64> {
        let since = self.since(now);
        (since >= self.length()).then(|| now.saturating_add(DAY - since))
    }

    /// When they begin or end next.
    pub(crate) fn changes_at(self, now: u64) -> u64 {
        let since = self.since(now);
        let next = if since < self.length() {
            self.length()
        } else {
            DAY
        };
        now.saturating_add(next - since)
    }

    /// How long ago they last began.
    fn since(self, now: u64) -> u64 {
        (now.saturating_add(AHEAD) % DAY + DAY - u64::from(self.from) * MINUTE) % DAY
    }

    fn length(self) -> u64 {
        (u64::from(self.to) * MINUTE + DAY - u64::from(self.from) * MINUTE) % DAY
    }
}

impl TryFrom<(u16, u16)> for Hours {
    type Error = &'static str;

    fn try_from((from, to): (u16, u16)) -> Result<Self, Self::Error> {
        Self::new(from, to).ok_or("hours are two different minutes of the day, 0 to 1439")
    }
}

impl From<Hours> for (u16, u16) {
    fn from(hours: Hours) -> Self {
        (hours.from, hours.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many minutes after a midnight in Việt Nam.
    fn at(minutes: u64) -> u64 {
        400 * DAY - AHEAD + minutes * MINUTE
    }

    #[test]
    fn hours_open_and_close_over_midnight_too() {
        for (from, to, now, opens, changes) in [
            (20 * 60, 6 * 60, 12 * 60, Some(20 * 60), 20 * 60),
            (20 * 60, 6 * 60, 20 * 60, None, 30 * 60),
            (20 * 60, 6 * 60, 23 * 60, None, 30 * 60),
            (20 * 60, 6 * 60, 60, None, 6 * 60),
            (20 * 60, 6 * 60, 6 * 60, Some(20 * 60), 20 * 60),
            (8 * 60, 17 * 60, 7 * 60, Some(8 * 60), 8 * 60),
            (8 * 60, 17 * 60, 12 * 60, None, 17 * 60),
            (8 * 60, 17 * 60, 18 * 60, Some(32 * 60), 32 * 60),
        ] {
            let hours = Hours::new(from, to).unwrap();
            assert_eq!(hours.opens_at(at(now)), opens.map(at), "{hours:?} at {now}");
            assert_eq!(hours.changes_at(at(now)), at(changes), "{hours:?} at {now}");
        }
    }

    #[test]
    fn what_is_no_part_of_a_day_is_no_hours() {
        for text in ["[1440,0]", "[0,1440]", "[5,5]", "[-1,5]", "[5]"] {
            assert!(serde_json::from_str::<Hours>(text).is_err(), "{text}");
        }
        let hours: Hours = serde_json::from_str("[1200,360]").unwrap();
        assert_eq!(serde_json::to_string(&hours).unwrap(), "[1200,360]");
    }
}
