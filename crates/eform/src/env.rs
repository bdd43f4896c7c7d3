//! What the engine is told about the world, since it has no clock of its own.

use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};

/// The moment, place and language that a form is evaluated in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Env {
    /// The present instant.
    pub today: Timestamp,
    /// IANA name of the time zone; dates are read and shown in it.
    pub time_zone: String,
    /// `vi` or `en`: the language of messages.
    pub locale: String,
}

impl Env {
    /// Vietnam's time zone and language at the given instant.
    #[must_use]
    pub fn new(today: Timestamp) -> Env {
        Env {
            today,
            time_zone: "Asia/Ho_Chi_Minh".into(),
            locale: "vi".into(),
        }
    }

    /// The zone; Vietnam's where the name is unknown.
    pub(crate) fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone)
            .or_else(|_| TimeZone::get("Asia/Ho_Chi_Minh"))
            .unwrap_or(TimeZone::UTC)
    }

    /// The civil date of the moment.
    #[must_use]
    pub fn date(&self) -> civil::Date {
        self.today.to_zoned(self.zone()).date()
    }

    pub(crate) fn english(&self) -> bool {
        self.locale.starts_with("en")
    }
}
