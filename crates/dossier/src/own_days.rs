//! Days that a person adds to the calendar: days off that it doesn't know, days on which the desk works all the same.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Calendar, DayKind};

/// The only version of the file.
const VERSION: u32 = 1;
/// Most days that are kept.
const MAX_DAYS: usize = 500;
/// Longest name of a day, in characters.
const MAX_NAME: usize = 100;

/// A day that a person says something else of than the calendar does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct OwnDay {
    /// Which, ISO.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub day: Date,
    /// What it is.
    pub kind: DayKind,
    /// What it is called.
    pub name: String,
}

/// Why a person's day is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnDayProblem {
    /// The person said something of it already.
    Twice,
    /// The calendar says the same: a day off that is one, or a weekend.
    IsOff,
    /// The calendar says the same: it is worked on.
    IsWorked,
    /// It has no name.
    Unnamed,
    /// Its name is too long.
    LongName,
    /// There are too many days.
    TooMany,
}

/// A file of own days that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum OwnDaysError {
    /// It is not of the form.
    #[error("reading the own days off: {0}; correct the file")]
    Form(#[from] serde_json::Error),
    /// It is of a newer version.
    #[error(
        "reading the own days off: the file is of version {0}, which this program doesn't know; update the program"
    )]
    Version(u32),
    /// A day stands twice, or there are too many.
    #[error(
        "reading the own days off: {0} stands twice, or there are more than {MAX_DAYS} days; correct the file"
    )]
    Day(Date),
}

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    days: Vec<OwnDay>,
}

/// Only what tells the version: what else a newer one has is its own.
#[derive(Deserialize)]
struct Head {
    version: u32,
}

impl OwnDay {
    /// Reads a file of own days.
    ///
    /// # Errors
    /// It is not of the form, of a newer version, or names a day twice.
    pub fn parse(text: &str) -> Result<Vec<Self>, OwnDaysError> {
        let head: Head = serde_json::from_str(text)?;
        if head.version != VERSION {
            return Err(OwnDaysError::Version(head.version));
        }
        let mut days: Vec<Self> = serde_json::from_str::<File>(text)?.days;
        days.sort_by_key(|one| one.day);
        let twice = days.windows(2).find_map(|pair| match pair {
            [one, other] if one.day == other.day => Some(one.day),
            _ => None,
        });
        match twice.or_else(|| days.get(MAX_DAYS).map(|one| one.day)) {
            Some(day) => Err(OwnDaysError::Day(day)),
            None => Ok(days),
        }
    }

    /// The file of these days.
    ///
    /// # Errors
    /// None that can be met: text and days are always written.
    pub fn file(days: &[Self]) -> Result<String, OwnDaysError> {
        let file = File {
            version: VERSION,
            days: days.to_vec(),
        };
        Ok(serde_json::to_string_pretty(&file)?)
    }

    /// Whether it may stand beside the others, over a calendar that doesn't know it.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, others: &[Self], calendar: &Calendar) -> Result<(), OwnDayProblem> {
        let working = calendar.is_working(self.day);
        if others.iter().any(|other| other.day == self.day) {
            Err(OwnDayProblem::Twice)
        } else if self.kind == DayKind::Off && !working {
            Err(OwnDayProblem::IsOff)
        } else if self.kind == DayKind::Worked && working {
            Err(OwnDayProblem::IsWorked)
        } else if self.name.trim().is_empty() {
            Err(OwnDayProblem::Unnamed)
        } else if self.name.chars().count() > MAX_NAME {
            Err(OwnDayProblem::LongName)
        } else if others.len() >= MAX_DAYS {
            Err(OwnDayProblem::TooMany)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CALENDAR;

    fn day(day: &str, kind: DayKind) -> OwnDay {
        OwnDay {
            day: day.parse().unwrap(),
            kind,
            name: "Theo thông báo".into(),
        }
    }

    #[test]
    fn what_is_added_goes_before_what_the_calendar_says() {
        let vietnam = Calendar::parse(CALENDAR).unwrap();
        let (off, worked) = (DayKind::Off, DayKind::Worked);
        let days = [
            day("2026-12-04", off),
            day("2026-12-05", worked),
            // A fixed holiday, one of the lunar year, a Saturday that is worked on.
            day("2026-11-24", worked),
            day("2026-02-16", worked),
            day("2026-08-22", off),
        ];
        let own = vietnam.with(&days);
        for one in &days {
            let working = one.kind == worked;
            assert_eq!(own.is_working(one.day), working, "{}", one.day);
            assert_eq!(vietnam.is_working(one.day), !working, "{}", one.day);
            assert_eq!(own.holiday(one.day).is_none(), working, "{}", one.day);
            let mut told = own.unusual(2026).filter(|told| told.day == one.day);
            let told = told.next().unwrap();
            assert_eq!((told.kind, told.name), (one.kind, "Theo thông báo"));
        }
        // Only this year's 24 November.
        assert!(!own.is_working("2027-11-24".parse().unwrap()));
        let count = |calendar: &Calendar| calendar.unusual(2026).count();
        assert_eq!((count(&vietnam), count(&own)), (15, 17));
        let ordered: Vec<Date> = own.unusual(2026).map(|one| one.day).collect();
        assert!(ordered.is_sorted());
    }

    #[test]
    fn a_day_that_says_nothing_new_is_not_taken() {
        let vietnam = Calendar::parse(CALENDAR).unwrap();
        let before = [day("2026-12-04", DayKind::Off)];
        for (on, kind, name, wanted) in [
            ("2026-12-07", DayKind::Off, "Nghỉ", Ok(())),
            ("2026-12-05", DayKind::Worked, "Bù", Ok(())),
            ("2026-11-24", DayKind::Worked, "Bù", Ok(())),
            (
                "2026-12-04",
                DayKind::Worked,
                "Bù",
                Err(OwnDayProblem::Twice),
            ),
            (
                "2026-12-05",
                DayKind::Off,
                "Nghỉ",
                Err(OwnDayProblem::IsOff),
            ),
            (
                "2026-11-24",
                DayKind::Off,
                "Nghỉ",
                Err(OwnDayProblem::IsOff),
            ),
            (
                "2026-12-07",
                DayKind::Worked,
                "Bù",
                Err(OwnDayProblem::IsWorked),
            ),
            (
                "2026-08-22",
                DayKind::Worked,
                "Bù",
                Err(OwnDayProblem::IsWorked),
            ),
            ("2026-12-07", DayKind::Off, " ", Err(OwnDayProblem::Unnamed)),
            (
                "2026-12-07",
                DayKind::Off,
                &"ộ".repeat(101),
                Err(OwnDayProblem::LongName),
            ),
            ("2026-12-07", DayKind::Off, &"ộ".repeat(100), Ok(())),
        ] {
            let one = OwnDay {
                name: name.into(),
                ..day(on, kind)
            };
            assert_eq!(one.check(&before, &vietnam), wanted, "{on} {kind:?}");
        }
        let full: Vec<OwnDay> = (0..MAX_DAYS)
            .map(|_| day("2025-01-02", DayKind::Off))
            .collect();
        let one = day("2026-12-07", DayKind::Off);
        assert_eq!(one.check(&full, &vietnam), Err(OwnDayProblem::TooMany));
    }

    #[test]
    fn a_file_comes_back_as_it_was_written_and_a_wrong_one_is_refused() {
        let days = [
            day("2026-12-04", DayKind::Off),
            day("2026-12-05", DayKind::Worked),
        ];
        let file = OwnDay::file(&days).unwrap();
        assert_eq!(OwnDay::parse(&file).unwrap(), days);
        let twice = OwnDay::file(&[days[0].clone(), days[0].clone()]).unwrap();
        for (text, wanted) in [
            ("", "EOF"),
            ("[]", "invalid"),
            (r#"{"version": 2, "days": 5}"#, "version 2"),
            (r#"{"version": 1, "days": [], "more": 1}"#, "unknown field"),
            (
                r#"{"version": 1, "days": [{"day": "2026-02-30", "kind": "off", "name": "x"}]}"#,
                "2026-02",
            ),
            (
                r#"{"version": 1, "days": [{"day": "2026-02-03", "kind": "half", "name": "x"}]}"#,
                "half",
            ),
            (&twice, "2026-12-04"),
        ] {
            let said = OwnDay::parse(text).unwrap_err().to_string();
            assert!(said.contains(wanted), "{text}: {said}");
        }
    }
}
