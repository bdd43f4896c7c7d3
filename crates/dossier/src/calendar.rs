//! Working days: Vietnamese public holidays as data, and deadlines counted by them.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use crate::OwnDay;

/// The calendar that comes with the program; a person may put another one of the same form in its place.
pub const CALENDAR: &str = include_str!("../data/calendar-vn.json");

/// Longest search for a working day: a calendar that has none within is no calendar.
const FAR: u32 = 400;
/// Most entries of a calendar.
const MAX_DAYS: usize = 2_000;

/// Which days are worked on (*ngày làm việc*).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    off: BTreeMap<Date, String>,
    worked: BTreeMap<Date, String>,
    yearly: Vec<(i8, i8, String)>,
    years: Vec<i16>,
    source: Vec<String>,
}

/// What an unusual day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum DayKind {
    /// The desk is closed (*ngày nghỉ*).
    Off,
    /// The desk is open, though it is a weekend or a holiday (*ngày làm bù*).
    Worked,
}

/// A day that is not as its weekday says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusualDay<'a> {
    /// Which.
    pub day: Date,
    /// What it is.
    pub kind: DayKind,
    /// What it is called.
    pub name: &'a str,
}

/// A calendar that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    /// It is not of the form.
    #[error("reading the calendar of holidays: {0}; correct the file")]
    Form(#[from] serde_json::Error),
    /// A day does not exist, or stands twice.
    #[error("reading the calendar of holidays: {0}; correct that day")]
    Day(String),
}

/// The file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
    /// Where the days come from, and what they rest on.
    source: Vec<String>,
    /// When it was checked last.
    #[allow(dead_code, reason = "for whoever edits the file")]
    as_of: Date,
    /// Years whose days are all there; of others only the yearly ones are known.
    years: Vec<i16>,
    /// Days off of every year, `MM-DD`.
    yearly: Vec<Yearly>,
    /// Days off besides: of the lunar year, and those given for a holiday that fell on a weekend.
    off: Vec<Day>,
    /// Weekend days that are worked on in exchange for a day off.
    worked: Vec<Day>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Yearly {
    day: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Day {
    day: Date,
    name: String,
}

impl Calendar {
    /// Reads a calendar.
    ///
    /// # Errors
    /// It is not of the form, or names a day twice or one that does not exist.
    pub fn parse(text: &str) -> Result<Self, CalendarError> {
        let file: File = serde_json::from_str(text)?;
        if file.off.len() + file.worked.len() + file.yearly.len() > MAX_DAYS {
            return Err(CalendarError::Day(format!("more than {MAX_DAYS} days")));
        }
        let mut calendar = Self {
            years: file.years,
            source: file.source,
            ..Self::default()
        };
        for Yearly { day, name } in file.yearly {
            let read = day.split_once('-').and_then(|(month, day)| {
                // A year that has a 29 February, so that one is a day too.
                Date::new(2024, month.parse().ok()?, day.parse().ok()?).ok()
            });
            let read = read.ok_or_else(|| CalendarError::Day(format!("{day} is no MM-DD")))?;
            calendar.yearly.push((read.month(), read.day(), name));
        }
        for Day { day, name } in file.off {
            if calendar.off.insert(day, name).is_some() {
                return Err(CalendarError::Day(format!("{day} stands twice")));
            }
        }
        for Day { day, name } in file.worked {
            if calendar.off.contains_key(&day) || calendar.worked.insert(day, name).is_some() {
                return Err(CalendarError::Day(format!("{day} stands twice")));
            }
        }
        Ok(calendar)
    }

    /// All days off of that year are known.
    #[must_use]
    pub fn knows(&self, year: i16) -> bool {
        self.years.contains(&year)
    }

    /// Where the days come from, and what they rest on.
    #[must_use]
    pub fn source(&self) -> &[String] {
        &self.source
    }

    /// The same calendar with other words for some days: what is said here goes before what it says.
    #[must_use]
    pub fn with(&self, days: &[OwnDay]) -> Self {
        let mut calendar = self.clone();
        for OwnDay { day, kind, name } in days {
            let (to, from) = match kind {
                DayKind::Off => (&mut calendar.off, &mut calendar.worked),
                DayKind::Worked => (&mut calendar.worked, &mut calendar.off),
            };
            from.remove(day);
            to.insert(*day, name.clone());
        }
        calendar
    }

    /// The days of a year that are not as their weekday says, in order.
    pub fn unusual(&self, year: i16) -> impl Iterator<Item = UnusualDay<'_>> {
        let first = Date::new(year, 1, 1).ok();
        let days = std::iter::successors(first, move |day| {
            day.tomorrow().ok().filter(|day| day.year() == year)
        });
        days.filter_map(|day| {
            let (kind, name) = match (self.worked.get(&day), self.holiday(day)) {
                (Some(name), _) => (DayKind::Worked, name.as_str()),
                (None, Some(name)) => (DayKind::Off, name),
                (None, None) => return None,
            };
            Some(UnusualDay { day, kind, name })
        })
    }

    /// The holiday that a day is; nothing for an ordinary day, be it a weekend, nor for a holiday that is worked on.
    #[must_use]
    pub fn holiday(&self, day: Date) -> Option<&str> {
        if self.worked.contains_key(&day) {
            return None;
        }
        let yearly = || {
            let mut all = self.yearly.iter();
            all.find(|(month, of_month, _)| (*month, *of_month) == (day.month(), day.day()))
        };
        match self.off.get(&day) {
            Some(name) => Some(name),
            None => yearly().map(|(.., name)| name.as_str()),
        }
    }

    /// Whether the desk is open that day.
    #[must_use]
    pub fn is_working(&self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        self.holiday(day).is_none() && (!weekend || self.worked.contains_key(&day))
    }

    /// The day itself if it is worked on, or the next one that is: where a time limit ends on a day off, it ends on the next working day
    /// (Bộ luật Dân sự 2015, Điều 148 khoản 5).
    #[must_use]
    pub fn in_time(&self, day: Date) -> Date {
        let mut on = day;
        for _ in 0..FAR {
            if self.is_working(on) {
                return on;
            }
            let Ok(next) = on.tomorrow() else { break };
            on = next;
        }
        day
    }

    /// The last of so many working days; the first day is not counted (Điều 147 khoản 2).
    #[must_use]
    pub fn after(&self, from: Date, working_days: u16) -> Date {
        let mut on = from;
        for _ in 0..working_days {
            let Ok(next) = on.tomorrow() else { break };
            on = self.in_time(next);
        }
        on
    }

    /// The last day of so many calendar days, which is a working day.
    #[must_use]
    pub fn after_days(&self, from: Date, days: u16) -> Date {
        let end = from.checked_add(i64::from(days).days());
        end.map_or(from, |end| self.in_time(end))
    }

    /// How many working days lie from one day until another, that day counted; negative when it is past.
    #[must_use]
    pub fn working_days(&self, from: Date, until: Date) -> i32 {
        let (first, last, sign) = if from <= until {
            (from, until, 1)
        } else {
            (until, from, -1)
        };
        let (mut on, mut count) = (first, 0);
        while on < last {
            let Ok(next) = on.tomorrow() else { break };
            on = next;
            count += i32::from(self.is_working(on));
            // What is years away is not counted to the day.
            if count >= 9_999 {
                break;
            }
        }
        count * sign
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn vietnam() -> Calendar {
        Calendar::parse(CALENDAR).unwrap()
    }

    #[test]
    fn days_off_and_days_worked() {
        let calendar = vietnam();
        for (day, working) in [
            ("2026-01-01", false),
            ("2026-02-13", true),
            ("2026-02-16", false),
            ("2026-02-20", false),
            ("2026-02-23", true),
            // Giỗ Tổ fell on a Sunday: the Monday is off.
            ("2026-04-26", false),
            ("2026-04-27", false),
            ("2026-04-28", true),
            ("2026-04-30", false),
            ("2026-05-01", false),
            ("2026-05-04", true),
            // Worked in exchange for the Monday before the National Day.
            ("2026-08-22", true),
            ("2026-08-29", false),
            ("2026-08-31", false),
            ("2026-09-02", false),
            ("2026-09-03", true),
            ("2026-11-22", false),
            ("2026-11-24", false),
            ("2026-11-25", true),
            ("2027-02-04", false),
            ("2027-02-10", false),
            ("2027-02-11", true),
            ("2027-04-16", false),
            ("2027-05-03", false),
            ("2027-09-03", false),
            ("2027-11-24", false),
            // Of years that are not in the file the fixed days are known.
            ("2031-05-01", false),
            ("2031-09-02", false),
            ("2031-09-04", true),
        ] {
            let on: Date = day.parse().unwrap();
            assert_eq!(calendar.is_working(on), working, "{day}");
        }
        assert!(calendar.knows(2026) && calendar.knows(2027) && !calendar.knows(2031));
        assert_eq!(calendar.holiday(date(2026, 11, 22)), None);
        assert!(calendar.holiday(date(2026, 11, 24)).is_some());
    }

    #[test]
    fn deadlines_in_working_days() {
        let calendar = vietnam();
        for (from, days, last) in [
            ("2026-11-20", 0, "2026-11-20"),
            ("2026-11-20", 1, "2026-11-23"),
            // Over a weekend and the 24th of November.
            ("2026-11-20", 2, "2026-11-25"),
            ("2026-11-20", 3, "2026-11-26"),
            // Received on a day off.
            ("2026-11-22", 1, "2026-11-23"),
            // Over Tết.
            ("2026-02-13", 1, "2026-02-23"),
            ("2026-02-12", 3, "2026-02-24"),
            // The Saturday that is worked on counts.
            ("2026-08-21", 1, "2026-08-22"),
            ("2026-08-28", 2, "2026-09-04"),
            // Over New Year.
            ("2026-12-31", 1, "2027-01-04"),
        ] {
            let (from, last): (Date, Date) = (from.parse().unwrap(), last.parse().unwrap());
            assert_eq!(calendar.after(from, days), last, "{from} + {days}");
            if calendar.is_working(from) {
                assert_eq!(
                    calendar.working_days(from, last),
                    i32::from(days),
                    "{from} to {last}"
                );
                assert_eq!(
                    calendar.working_days(last, from),
                    -i32::from(days),
                    "{last} to {from}"
                );
            }
        }
    }

    #[test]
    fn deadlines_in_days_end_on_a_working_day() {
        let calendar = vietnam();
        for (from, days, last) in [
            ("2026-09-25", 60, "2026-11-25"),
            ("2026-09-22", 60, "2026-11-23"),
            ("2026-10-03", 60, "2026-12-02"),
            ("2025-12-18", 60, "2026-02-23"),
        ] {
            let (from, last): (Date, Date) = (from.parse().unwrap(), last.parse().unwrap());
            assert_eq!(calendar.after_days(from, days), last, "{from} + {days}");
        }
    }

    #[test]
    fn counting_forth_and_back_agrees_over_two_years() {
        let calendar = vietnam();
        let mut from = date(2026, 1, 1);
        while from < date(2027, 12, 1) {
            for days in [1, 5, 10, 30] {
                let last = calendar.after(from, days);
                assert!(calendar.is_working(last), "{from} + {days}");
                assert_eq!(
                    calendar.working_days(from, last),
                    i32::from(days),
                    "{from} + {days}"
                );
            }
            from = from.tomorrow().unwrap();
        }
    }

    #[test]
    fn a_calendar_that_is_none_is_refused() {
        let with = |yearly: &str, off: &str, worked: &str| {
            format!(
                r#"{{"source": [], "asOf": "2026-11-01", "years": [], "yearly": [{yearly}], "off": [{off}], "worked": [{worked}]}}"#
            )
        };
        assert!(Calendar::parse(&with("", "", "")).is_ok());
        let day = r#"{"day": "2026-01-01", "name": "x"}"#;
        for wrong in [
            "",
            "[]",
            &with(r#"{"day": "13-01", "name": "x"}"#, "", ""),
            &with(r#"{"day": "0101", "name": "x"}"#, "", ""),
            &with("", &format!("{day}, {day}"), ""),
            &with("", day, day),
            &with("", r#"{"day": "2026-02-30", "name": "x"}"#, ""),
        ] {
            assert!(Calendar::parse(wrong).is_err(), "{wrong}");
        }
        // Every day off: counting ends all the same.
        let days: Vec<String> = (0..500)
            .map(|more| {
                let on = date(2026, 1, 1)
                    .checked_add(i64::from(more).days())
                    .unwrap();
                format!(r#"{{"day": "{on}", "name": "x"}}"#)
            })
            .collect();
        let never = Calendar::parse(&with("", &days.join(","), "")).unwrap();
        assert_eq!(never.in_time(date(2026, 1, 1)), date(2026, 1, 1));
    }
}
