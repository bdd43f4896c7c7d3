//! Dates as people write them.

use std::fmt;

use jiff::civil::Date;

/// Reads a whole date typed as day, month and year with any separators, or as ISO `yyyy-mm-dd`.
#[must_use]
pub fn parse_date(text: &str) -> Option<Date> {
    match PartialDate::parse(text)? {
        PartialDate::Day(date) => Some(date),
        _ => None,
    }
}

/// A date in words: `ngày năm tháng chín năm hai nghìn không trăm hai mươi`.
#[must_use]
pub fn date_in_words(date: Date) -> String {
    let words = |n: i64| super::number_in_words(n.unsigned_abs());
    let month = match date.month() {
        4 => "tư".to_owned(),
        month => words(month.into()),
    };
    format!(
        "ngày {} tháng {month} năm {}",
        words(date.day().into()),
        words(date.year().into())
    )
}

/// A date of which perhaps only the month or the year is known, as on old papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartialDate {
    /// Only the year.
    Year(i16),
    /// Year and month.
    Month(i16, i8),
    /// The whole date.
    Day(Date),
}

impl PartialDate {
    /// Reads `1975`, `3/1975`, `15-3-1975`, and the ISO forms `1975-03` and `1975-03-15`.
    #[must_use]
    pub fn parse(text: &str) -> Option<PartialDate> {
        let text = text.trim();
        let parts: Vec<&str> = if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
            // Eight digits in a row, as a card reader types them.
            vec![text.get(..2)?, text.get(2..4)?, text.get(4..)?]
        } else {
            text.split(|c: char| !c.is_ascii_digit())
                .filter(|part| !part.is_empty())
                .collect()
        };
        if text
            .chars()
            .any(|c| !c.is_ascii_digit() && !matches!(c, '/' | '-' | '.' | ' ' | ','))
        {
            return None;
        }
        let year = |part: &str| {
            part.parse::<i16>()
                .ok()
                .filter(|year| part.len() == 4 && (1000..=9999).contains(year))
        };
        let small = |part: &str| part.parse::<i8>().ok().filter(|_| part.len() <= 2);
        match parts.as_slice() {
            [only] => year(only).map(PartialDate::Year),
            [a, b] => {
                let (y, m) = if a.len() == 4 {
                    (year(a)?, small(b)?)
                } else {
                    (year(b)?, small(a)?)
                };
                (1..=12).contains(&m).then_some(PartialDate::Month(y, m))
            }
            [a, b, c] => {
                let (y, m, d) = if a.len() == 4 {
                    (year(a)?, small(b)?, small(c)?)
                } else {
                    (year(c)?, small(b)?, small(a)?)
                };
                Date::new(y, m, d).ok().map(PartialDate::Day)
            }
            _ => None,
        }
    }

    /// As it is stored: `1975`, `1975-03`, `1975-03-15`.
    #[must_use]
    pub fn to_iso(self) -> String {
        match self {
            PartialDate::Year(year) => format!("{year:04}"),
            PartialDate::Month(year, month) => format!("{year:04}-{month:02}"),
            PartialDate::Day(date) => date.to_string(),
        }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PartialDate::Year(year) => write!(f, "{year:04}"),
            PartialDate::Month(year, month) => write!(f, "{month:02}/{year:04}"),
            PartialDate::Day(date) => write!(
                f,
                "{:02}/{:02}/{:04}",
                date.day(),
                date.month(),
                date.year()
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_forgivingly() {
        for (text, iso) in [
            ("05/09/2020", Some("2020-09-05")),
            ("5-9-2020", Some("2020-09-05")),
            ("5.9.2020", Some("2020-09-05")),
            ("05 09 2020", Some("2020-09-05")),
            ("05092020", Some("2020-09-05")),
            ("2020-09-05", Some("2020-09-05")),
            ("9/2020", Some("2020-09")),
            ("2020", Some("2020")),
            ("29/02/2023", None),
            ("13/2020", None),
            ("mai", None),
            ("5/9/20", None),
            ("", None),
        ] {
            assert_eq!(
                PartialDate::parse(text).map(PartialDate::to_iso).as_deref(),
                iso,
                "{text}"
            );
        }
        assert_eq!(parse_date("9/2020"), None);
    }

    #[test]
    fn dates_in_words() {
        assert_eq!(
            date_in_words(parse_date("05/04/2020").unwrap()),
            "ngày năm tháng tư năm hai nghìn không trăm hai mươi"
        );
        assert_eq!(
            date_in_words(parse_date("21/11/1995").unwrap()),
            "ngày hai mươi mốt tháng mười một năm một nghìn chín trăm chín mươi lăm"
        );
    }
}
