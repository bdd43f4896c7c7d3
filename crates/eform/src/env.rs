//! What the engine is told about the world, since it has no clock of its own.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

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
    /// Tells how long a script has been at it, so that one that hangs is given up. Without it only its steps are counted.
    pub watch: Option<Watch>,
}

/// A clock that only goes forward, lent by the caller. It never changes what a script that ends answers.
#[derive(Clone)]
pub struct Watch(Arc<dyn Fn() -> Duration + Send + Sync>);

impl Watch {
    /// `now` tells the time since any fixed moment.
    #[must_use]
    pub fn new(now: impl Fn() -> Duration + Send + Sync + 'static) -> Watch {
        Watch(Arc::new(now))
    }

    pub(crate) fn now(&self) -> Duration {
        (self.0)()
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Watch").finish()
    }
}

impl PartialEq for Watch {
    fn eq(&self, other: &Watch) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Watch {}

impl Env {
    /// Vietnam's time zone and language at the given instant.
    #[must_use]
    pub fn new(today: Timestamp) -> Env {
        Env {
            today,
            time_zone: "Asia/Ho_Chi_Minh".into(),
            locale: "vi".into(),
            watch: None,
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
