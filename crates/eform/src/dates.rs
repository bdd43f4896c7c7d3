//! Dates as JavaScript, dayjs and moment read them.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use crate::js::Js;

/// Milliseconds since 1970 of a civil moment; parts beyond their range carry over as in `new Date(y, m, d)`.
pub(crate) fn local(
    zone: &TimeZone,
    year: i64,
    month: i64,
    day: i64,
    clock: [i64; 4],
) -> Option<i64> {
    if !(-9000..=9000).contains(&year) || month.abs() > 100_000 || day.abs() > 10_000_000 {
        return None;
    }
    let months = year * 12 + (month - 1);
    let first = Date::new(
        i16::try_from(months.div_euclid(12)).ok()?,
        i8::try_from(months.rem_euclid(12) + 1).ok()?,
        1,
    )
    .ok()?;
    let [hours, minutes, seconds, millis] = clock;
    let offset = ((day - 1) * 24 + hours) * 3600 + minutes * 60 + seconds;
    let moment = DateTime::from_parts(first, Time::midnight())
        .checked_add(jiff::SignedDuration::from_secs(offset))
        .ok()?
        .checked_add(jiff::SignedDuration::from_millis(millis))
        .ok()?;
    Some(zone.to_timestamp(moment).ok()?.as_millisecond())
}

/// The civil date of an instant.
pub(crate) fn civil(zone: &TimeZone, millis: i64) -> Option<DateTime> {
    Some(
        jiff::Timestamp::from_millisecond(millis)
            .ok()?
            .to_zoned(zone.clone())
            .datetime(),
    )
}

/// `dayjs(value)`: a date without a zone is local; `None` is an invalid date.
pub(crate) fn dayjs(zone: &TimeZone, now: i64, value: &Js) -> Option<i64> {
    match value {
        Js::Undefined => Some(now),
        // The instants that JavaScript has.
        Js::Num(n) if n.abs() <= 8.64e15 =>
        {
            #[allow(clippy::cast_possible_truncation)]
            Some(n.trunc() as i64)
        }
        Js::Bool(on) => Some(i64::from(*on)),
        Js::Str(text) => dayjs_local(zone, text).or_else(|| js_date(zone, text)),
        _ => None,
    }
}

/// dayjs's own pattern: year, then optionally month, day and time, in local time. No `Z` at the end.
fn dayjs_local(zone: &TimeZone, text: &str) -> Option<i64> {
    if text.ends_with(['Z', 'z']) {
        return None;
    }
    let mut at = Cursor::new(text);
    let year = at.digits(4, 4)?;
    at.one_of("-/");
    let month = at.digits(1, 2);
    at.one_of("-/");
    let day = at.digits(1, 2);
    while at.one_of("Tt \t\n") {}
    let hours = at.digits(1, 2);
    at.one_of(":");
    let minutes = at.digits(1, 2);
    at.one_of(":");
    let seconds = at.digits(1, 2);
    at.one_of(".:");
    let millis = at.fraction();
    if !at.done() {
        return None;
    }
    local(
        zone,
        year,
        month.unwrap_or(1),
        // A zero day is no day, so the first.
        day.filter(|day| *day != 0).unwrap_or(1),
        [
            hours.unwrap_or(0),
            minutes.unwrap_or(0),
            seconds.unwrap_or(0),
            millis,
        ],
    )
}

/// `new Date(text)`, for the forms that people's data contains: ISO 8601, `10/23/1994`, `Oct 23, 1994`, each with a time.
pub(crate) fn js_date(zone: &TimeZone, text: &str) -> Option<i64> {
    let text = text.trim();
    let bare = text.trim_end_matches('/');
    if bare.len() < text.len() {
        // V8 passes over slashes at the end, and then reads even an ISO date as one of here.
        return dayjs_local(zone, bare).filter(|_| bare.len() <= 10 && iso(zone, bare).is_some());
    }
    iso(zone, text).or_else(|| spoken(zone, text))
}

fn iso(zone: &TimeZone, text: &str) -> Option<i64> {
    let mut at = Cursor::new(text);
    let negative = at.rest().starts_with('-');
    let year = if at.one_of("+-") {
        let year = at.digits(6, 6)?;
        if negative { -year } else { year }
    } else {
        at.digits(4, 4)?
    };
    let mut month = 1;
    let mut day = 1;
    if at.one_of("-") {
        month = at.digits(2, 2)?;
        if at.one_of("-") {
            day = at.digits(2, 2)?;
        }
    }
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    if at.done() {
        return local(&TimeZone::UTC, year, month, day, [0; 4]);
    }
    if !at.one_of("Tt ") {
        return None;
    }
    let hours = at.digits(2, 2)?;
    at.one_of(":").then_some(())?;
    let minutes = at.digits(2, 2)?;
    let (mut seconds, mut millis) = (0, 0);
    if at.one_of(":") {
        seconds = at.digits(2, 2)?;
        if at.one_of(".") {
            millis = at.fraction();
        }
    }
    if hours > 24
        || minutes > 59
        || seconds > 59
        || (hours == 24 && (minutes, seconds, millis) != (0, 0, 0))
    {
        return None;
    }
    let clock = [hours, minutes, seconds, millis];
    if at.done() {
        return local(zone, year, month, day, clock);
    }
    if at.one_of("Zz") {
        return if at.done() {
            local(&TimeZone::UTC, year, month, day, clock)
        } else {
            None
        };
    }
    let east = at.rest().starts_with('+');
    at.one_of("+-").then_some(())?;
    let offset_hours = at.digits(2, 2)?;
    at.one_of(":");
    let offset_minutes = at.digits(2, 2)?;
    if !at.done() {
        return None;
    }
    let shift = (offset_hours * 60 + offset_minutes) * 60_000;
    local(&TimeZone::UTC, year, month, day, clock)
        .map(|utc| if east { utc - shift } else { utc + shift })
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// The rules of V8's second reader: numbers as month, day and year (year first where the first is no day), month names,
/// a time with colons, words only before the first number.
fn spoken(zone: &TimeZone, text: &str) -> Option<i64> {
    let mut at = Cursor::new(text);
    let mut parts: Vec<i64> = Vec::new();
    let mut month = None;
    let mut clock: Vec<i64> = Vec::new();
    let mut half = None;
    let mut shift = None;
    while let Some(c) = at.rest().chars().next() {
        if c.is_ascii_digit() {
            let n = at.digits(1, 9)?;
            if at.rest().starts_with(':') {
                at.skip();
                clock.push(n);
            } else if !clock.is_empty() && clock.len() < 3 {
                clock.push(n);
                if at.one_of(".") {
                    at.fraction();
                }
                // A complete time takes no further number.
                while clock.len() < 3 {
                    clock.push(0);
                }
            } else {
                if parts.len() == 3 {
                    return None;
                }
                parts.push(n);
                at.one_of("-");
            }
        } else if c.is_alphabetic() {
            let word: String = at
                .rest()
                .chars()
                .take_while(|c| c.is_alphabetic())
                .collect();
            (0..word.chars().count()).for_each(|_| at.skip());
            let lower = word.to_lowercase();
            let read = !parts.is_empty() || !clock.is_empty();
            if let Some(found) = MONTHS.iter().position(|name| lower.starts_with(name)) {
                month = Some(i64::try_from(found).ok()? + 1);
                at.one_of("-");
            } else if matches!(lower.as_str(), "am" | "pm") && !clock.is_empty() {
                half = Some(lower == "pm");
            } else if matches!(lower.as_str(), "gmt" | "utc" | "ut" | "z") && read {
                shift = Some(0);
            } else if matches!(lower.as_str(), "t") && !parts.is_empty() {
            } else if read || at.rest().starts_with(|c: char| c.is_ascii_digit()) {
                return None;
            }
        } else if matches!(c, '+' | '-') && (shift.is_some() || !clock.is_empty()) {
            at.skip();
            let hours = at.digits(1, 2)?;
            at.one_of(":");
            let minutes = at.digits(2, 2).unwrap_or(0);
            let offset = (hours * 60 + minutes) * 60_000;
            shift = Some(if c == '-' { -offset } else { offset });
        } else if c == '(' {
            while !at.done() && !at.one_of(")") {
                at.skip();
            }
        } else if matches!(c, '+' | '-' | ')') && !parts.is_empty() {
            return None;
        } else {
            at.skip();
        }
    }
    if parts.is_empty() {
        return None;
    }
    // What is missing of day and year is 1.
    parts.resize(3, 1);
    let is_day = |n: i64| (1..=31).contains(&n);
    let [a, b, c] = [*parts.first()?, *parts.get(1)?, *parts.get(2)?];
    let (year, month, day) = match month {
        None if !is_day(a) => (a, b, c),
        None => (c, a, b),
        Some(month) if !is_day(a) => (a, month, b),
        Some(month) => (b, month, a),
    };
    let year = match year {
        0..=49 => year + 2000,
        50..=99 => year + 1900,
        _ => year,
    };
    clock.resize(4, 0);
    let mut hours = *clock.first()?;
    if let Some(pm) = half {
        if !(1..=12).contains(&hours) {
            return None;
        }
        hours = hours % 12 + if pm { 12 } else { 0 };
    }
    let (minutes, seconds) = (*clock.get(1)?, *clock.get(2)?);
    if !(1..=12).contains(&month) || !is_day(day) || hours > 24 || minutes > 59 || seconds > 59 {
        return None;
    }
    let moment = [hours, minutes, seconds, 0];
    match shift {
        Some(offset) => local(&TimeZone::UTC, year, month, day, moment).map(|utc| utc - offset),
        None => local(zone, year, month, day, moment),
    }
}

/// `moment().add(3, 'days')` and its like, as definitions write their date limits; `None` for anything else.
pub(crate) fn moment_expression(zone: &TimeZone, now: i64, text: &str) -> Option<i64> {
    let rest = text.trim().trim_end_matches(';').strip_prefix("moment(")?;
    let (argument, mut rest) = rest.split_once(')')?;
    let argument = argument.trim().trim_matches(['\'', '"']);
    let mut at = if argument.is_empty() {
        now
    } else {
        dayjs(zone, now, &Js::str(argument))?
    };
    while let Some(tail) = rest.trim_start().strip_prefix('.') {
        let (name, tail) = tail.split_once('(')?;
        let (arguments, tail) = tail.split_once(')')?;
        let mut arguments = arguments
            .split(',')
            .map(|part| part.trim().trim_matches(['\'', '"']));
        let first = arguments.next().unwrap_or_default();
        at = match name.trim() {
            "add" | "subtract" => {
                let amount: i64 = first.parse().ok()?;
                shift(
                    zone,
                    at,
                    if name.trim() == "add" {
                        amount
                    } else {
                        -amount
                    },
                    arguments.next().unwrap_or("ms"),
                )?
            }
            "startOf" | "endOf" => edge(zone, at, first, name.trim() == "endOf")?,
            "toDate" | "toISOString" | "format" | "valueOf" | "clone" => at,
            _ => return None,
        };
        rest = tail;
    }
    rest.trim().is_empty().then_some(at)
}

/// Moves an instant by calendar units.
pub(crate) fn shift(zone: &TimeZone, at: i64, amount: i64, unit: &str) -> Option<i64> {
    let moment = jiff::Timestamp::from_millisecond(at)
        .ok()?
        .to_zoned(zone.clone());
    let span = jiff::Span::new();
    let span = match unit.trim_end_matches('s') {
        "year" | "y" => span.try_years(amount),
        "quarter" | "Q" => span.try_months(amount.checked_mul(3)?),
        "month" | "M" => span.try_months(amount),
        "week" | "w" => span.try_weeks(amount),
        "day" | "d" | "date" => span.try_days(amount),
        "hour" | "h" => span.try_hours(amount),
        "minute" | "m" => span.try_minutes(amount),
        "second" | "" => span.try_seconds(amount),
        _ => span.try_milliseconds(amount),
    };
    Some(
        moment
            .checked_add(span.ok()?)
            .ok()?
            .timestamp()
            .as_millisecond(),
    )
}

/// The first or last millisecond of the year, month or day around an instant.
fn edge(zone: &TimeZone, at: i64, unit: &str, end: bool) -> Option<i64> {
    let on = civil(zone, at)?.date();
    let (year, month, day) = (
        i64::from(on.year()),
        i64::from(on.month()),
        i64::from(on.day()),
    );
    let (start, next) = match unit.trim_end_matches('s') {
        "year" => ((year, 1, 1), (year + 1, 1, 1)),
        "month" => ((year, month, 1), (year, month + 1, 1)),
        "day" | "date" => ((year, month, day), (year, month, day + 1)),
        _ => return None,
    };
    let (year, month, day) = if end { next } else { start };
    Some(local(zone, year, month, day, [0; 4])? - i64::from(end))
}

/// Year, month from 0, day and clock as a list.
fn listed(zone: &TimeZone, parts: &[Js]) -> Option<i64> {
    let part = |at: usize, missing: i64| match parts.get(at) {
        None => Some(missing),
        #[allow(clippy::cast_possible_truncation)]
        Some(Js::Num(n)) if n.abs() < 1e6 => Some(n.trunc() as i64),
        Some(_) => None,
    };
    let clock = [part(3, 0)?, part(4, 0)?, part(5, 0)?, part(6, 0)?];
    local(zone, part(0, 0)?, part(1, 0)? + 1, part(2, 1)?, clock)
}

/// `moment(value)`: as dayjs, but a day that its month doesn't have is invalid.
pub(crate) fn moment(zone: &TimeZone, now: i64, value: &Js) -> Option<i64> {
    let text = match value {
        Js::Str(text) => text,
        // An object without units of time is today, an empty one this instant.
        Js::Obj(parts) if parts.is_empty() => return Some(now),
        Js::Obj(_) => return edge(zone, now, "day", false),
        Js::Arr(parts) if parts.is_empty() => return Some(now),
        Js::Arr(parts) => return listed(zone, parts),
        Js::Bool(_) => return None,
        other => return dayjs(zone, now, other),
    };
    let bytes = text.trim().as_bytes();
    let dated = bytes.len() >= 10
        && bytes.iter().take(10).enumerate().all(|(at, b)| match at {
            4 | 7 => *b == b'-',
            _ => b.is_ascii_digit(),
        });
    if !dated {
        return js_date(zone, text);
    }
    text.trim().get(..10)?.parse::<Date>().ok()?;
    match text.trim().len() {
        _ if text.trim().ends_with('/') => js_date(zone, text),
        10 => dayjs_local(zone, text.trim()),
        _ => iso(zone, text.trim()),
    }
}

/// dayjs reading `DD-MM-YYYY` or `MM-DD-YYYY`: the next two digits that follow each other, twice, then four.
pub(crate) fn parse_day(zone: &TimeZone, text: &str, day_first: bool) -> Option<i64> {
    let mut input: Vec<char> = text.chars().collect();
    let mut start = 0;
    let mut take = |length: usize| -> Option<i64> {
        let found = input
            .get(start..)?
            .windows(length)
            .find(|run| run.iter().all(char::is_ascii_digit))?
            .to_vec();
        let digits: String = found.iter().collect();
        // Not where it was found, but where it first stands.
        let at = input.windows(length).position(|run| run == found)?;
        input.drain(at..at + length);
        start += 1;
        digits.parse().ok()
    };
    let (first, second, year) = (take(2)?, take(2)?, take(4)?);
    let (day, month) = if day_first {
        (first, second)
    } else {
        (second, first)
    };
    local(zone, year, month, day, [0; 4])
}

/// A time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clock {
    hours: i64,
    minutes: i64,
    seconds: i64,
}

/// Reads a time strictly: writing it in the same format must give the same text.
pub(crate) fn parse_time(text: &str, format: &str) -> Option<Clock> {
    let mut clock = Clock {
        hours: 0,
        minutes: 0,
        seconds: 0,
    };
    let mut afternoon = None;
    let mut at = Cursor::new(text);
    for token in tokens(format) {
        match token.as_str() {
            "HH" | "H" | "hh" | "h" => clock.hours = at.digits(1, 2)?,
            "mm" | "m" => clock.minutes = at.digits(1, 2)?,
            "ss" | "s" => clock.seconds = at.digits(1, 2)?,
            "A" | "a" => {
                let word = at.rest().get(..2)?.to_lowercase();
                afternoon = Some(word == "pm");
                at.skip();
                at.skip();
            }
            _ => token.chars().for_each(|_| at.skip()),
        }
    }
    match afternoon {
        Some(true) if clock.hours < 12 => clock.hours += 12,
        Some(false) if clock.hours == 12 => clock.hours = 0,
        _ => {}
    }
    (clock.hours < 24 && clock.minutes < 60 && clock.seconds < 60 && clock.format(format) == text)
        .then_some(clock)
}

impl Clock {
    pub(crate) fn format(self, format: &str) -> String {
        let half = if self.hours % 12 == 0 {
            12
        } else {
            self.hours % 12
        };
        tokens(format)
            .into_iter()
            .map(|token| match token.as_str() {
                "HH" => format!("{:02}", self.hours),
                "H" => self.hours.to_string(),
                "hh" => format!("{half:02}"),
                "h" => half.to_string(),
                "mm" => format!("{:02}", self.minutes),
                "m" => self.minutes.to_string(),
                "ss" => format!("{:02}", self.seconds),
                "s" => self.seconds.to_string(),
                "A" => if self.hours < 12 { "AM" } else { "PM" }.to_owned(),
                "a" => if self.hours < 12 { "am" } else { "pm" }.to_owned(),
                _ => token,
            })
            .collect()
    }
}

/// A format cut into runs of one letter.
fn tokens(format: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for c in format.chars() {
        match out.last_mut() {
            Some(last) if last.starts_with(c) && "Hhms".contains(c) => last.push(c),
            _ => out.push(c.to_string()),
        }
    }
    out
}

/// Reads a text from left to right.
struct Cursor<'a> {
    text: &'a str,
}

impl<'a> Cursor<'a> {
    fn new(text: &'a str) -> Cursor<'a> {
        Cursor { text }
    }

    fn rest(&self) -> &'a str {
        self.text
    }

    fn done(&self) -> bool {
        self.text.is_empty()
    }

    fn skip(&mut self) {
        let mut chars = self.text.chars();
        chars.next();
        self.text = chars.as_str();
    }

    fn one_of(&mut self, set: &str) -> bool {
        let found = self.text.chars().next().is_some_and(|c| set.contains(c));
        if found {
            self.skip();
        }
        found
    }

    fn digits(&mut self, least: usize, most: usize) -> Option<i64> {
        let count = self
            .text
            .bytes()
            .take(most)
            .take_while(u8::is_ascii_digit)
            .count();
        if count < least {
            return None;
        }
        let (digits, rest) = self.text.split_at(count);
        self.text = rest;
        digits.parse().ok()
    }

    /// Digits as thousandths.
    fn fraction(&mut self) -> i64 {
        let count = self.text.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.text.split_at(count);
        self.text = rest;
        format!("{digits:0<3}")
            .get(..3)
            .and_then(|text| text.parse().ok())
            .unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> TimeZone {
        TimeZone::get("Asia/Ho_Chi_Minh").unwrap()
    }

    fn show(millis: Option<i64>) -> String {
        millis.map_or("invalid".into(), |millis| {
            jiff::Timestamp::from_millisecond(millis)
                .unwrap()
                .to_string()
        })
    }

    #[test]
    fn dates_read_as_javascript_reads_them() {
        for (text, utc) in [
            ("1994-10-23", "1994-10-23T00:00:00Z"),
            ("1994-10-23T10:00", "1994-10-23T03:00:00Z"),
            ("1994-10-23T17:00:00.000+0000", "1994-10-23T17:00:00Z"),
            ("1994-10-23T17:00:00+07:00", "1994-10-23T10:00:00Z"),
            ("10/23/1994", "1994-10-22T17:00:00Z"),
            ("Oct 23, 1994", "1994-10-22T17:00:00Z"),
            ("abc", "invalid"),
            ("23/10/1994", "invalid"),
            ("0", "1999-12-31T17:00:00Z"),
            ("5", "2001-04-30T17:00:00Z"),
            ("13", "invalid"),
            ("on 5/6/2020 8:30 PM", "2020-05-06T13:30:00Z"),
            ("abc123", "invalid"),
            ("Fri Oct 23 1994 07:00:00 GMT+0700", "1994-10-23T00:00:00Z"),
            ("1994-13-01", "invalid"),
        ] {
            assert_eq!(show(js_date(&zone(), text)), utc, "{text}");
        }
        assert_eq!(
            show(dayjs(&zone(), 0, &Js::str("1994-10-23"))),
            "1994-10-22T17:00:00Z"
        );
        assert_eq!(
            show(dayjs(&zone(), 0, &Js::str("1994-10-23T17:00:00Z"))),
            "1994-10-23T17:00:00Z"
        );
        assert_eq!(show(dayjs(&zone(), 0, &Js::Null)), "invalid");
        assert_eq!(
            show(parse_day(&zone(), "23/10/1994", true)),
            "1994-10-22T17:00:00Z"
        );
    }

    #[test]
    fn times_are_read_strictly() {
        assert_eq!(
            parse_time("08:05", "HH:mm").map(|c| c.format("HH:mm:ss")),
            Some("08:05:00".into())
        );
        assert_eq!(
            parse_time("8:05 PM", "h:mm A").map(|c| c.format("HH:mm")),
            Some("20:05".into())
        );
        for text in ["8:05", "24:00", "08:60", "08:05x", ""] {
            assert_eq!(parse_time(text, "HH:mm"), None, "{text}");
        }
    }
}
