//! What stands in a cell, as a person would read it.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

/// A cell: its text, and what the spreadsheet program held it for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// The words, in NFC and without space around them; dates as `dd/mm/yyyy`, numbers with as many digits as their format shows in front.
    pub text: String,
    /// What it is to the spreadsheet program.
    pub kind: CellKind,
}

/// What a cell is to the spreadsheet program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CellKind {
    /// Words, or nothing.
    #[default]
    Text,
    /// A number: zeros in front of it are lost.
    Number,
    /// A date kept as a number of days.
    Date,
    /// True or false.
    Bool,
    /// An error such as `#N/A`.
    Error,
    /// A formula that the file brings no value of.
    Formula,
    /// The value of the merged area that the cell lies in.
    Merged,
}

impl Cell {
    /// A cell with words, as a person types them.
    #[must_use]
    pub fn typed(text: &str) -> Cell {
        Cell {
            text: crate::text::tidy(text),
            kind: CellKind::Text,
        }
    }

    pub(crate) fn of(text: impl Into<String>, kind: CellKind) -> Cell {
        Cell {
            text: text.into(),
            kind,
        }
    }

    /// Nothing stands in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.kind != CellKind::Formula
    }

    /// A number as a spreadsheet keeps it, shown by its format.
    pub(crate) fn number(raw: &str, format: NumberFormat, epoch_1904: bool) -> Cell {
        let Ok(value) = raw.trim().parse::<f64>() else {
            return Cell::of(crate::text::tidy(raw), CellKind::Text);
        };
        if !value.is_finite() {
            return Cell::of(crate::text::tidy(raw), CellKind::Error);
        }
        match format {
            NumberFormat::Date => {
                if let Some(text) = date_text(value, epoch_1904) {
                    return Cell::of(text, CellKind::Date);
                }
            }
            NumberFormat::Zeros(width) => {
                let mut digits = number_text(value);
                if value >= 0.0 && digits.bytes().all(|b| b.is_ascii_digit()) {
                    let missing = usize::from(width).saturating_sub(digits.len());
                    digits.insert_str(0, &"0".repeat(missing));
                    // Shown with its zeros, it is what the person sees.
                    return Cell::of(digits, CellKind::Text);
                }
            }
            NumberFormat::General => {}
        }
        Cell::of(number_text(value), CellKind::Number)
    }
}

/// How a number is shown, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum NumberFormat {
    #[default]
    General,
    /// As a day, perhaps with the time.
    Date,
    /// With so many digits, zeros in front.
    Zeros(u8),
}

impl NumberFormat {
    /// One of the formats that workbooks name by number only.
    pub(crate) const fn built_in(id: u32) -> NumberFormat {
        match id {
            14..=22 | 27..=36 | 45..=47 | 50..=58 => NumberFormat::Date,
            _ => NumberFormat::General,
        }
    }

    /// A format code such as `dd/mm/yyyy` or `000000000000`.
    pub(crate) fn of_code(code: &str) -> NumberFormat {
        let code = code.split(';').next().unwrap_or_default();
        let mut plain = String::new();
        let mut signs = code.chars();
        while let Some(sign) = signs.next() {
            match sign {
                // Words in quotes, escaped signs, colours and locales show no part of a date.
                '"' => {
                    for quoted in signs.by_ref() {
                        if quoted == '"' {
                            break;
                        }
                    }
                }
                '\\' | '_' | '*' => {
                    signs.next();
                }
                '[' => {
                    let mut inside = String::new();
                    for bracketed in signs.by_ref() {
                        if bracketed == ']' {
                            break;
                        }
                        inside.push(bracketed);
                    }
                    let inside = inside.to_ascii_lowercase();
                    if matches!(inside.as_str(), "h" | "hh" | "m" | "mm" | "s" | "ss") {
                        plain.push_str(&inside);
                    }
                }
                _ => plain.push(sign.to_ascii_lowercase()),
            }
        }
        if plain.contains("general") {
            return NumberFormat::General;
        }
        if plain.contains(['y', 'd', 'm', 'h']) {
            return NumberFormat::Date;
        }
        if plain.len() > 1 && plain.bytes().all(|b| b == b'0') {
            return NumberFormat::Zeros(u8::try_from(plain.len()).unwrap_or(u8::MAX).min(30));
        }
        NumberFormat::General
    }
}

/// A number with all its digits and no more.
pub(crate) fn number_text(value: f64) -> String {
    // Programs write what they computed: 0.1+0.2 is meant to be 0.3.
    let rounded = format!("{value:.15e}").parse::<f64>().unwrap_or(value);
    let short = format!("{:.14e}", rounded).parse::<f64>().unwrap_or(value);
    if short.abs() >= 1e21 {
        return format!("{short:e}");
    }
    let text = format!("{short}");
    if text == "-0" { "0".to_owned() } else { text }
}

/// The day that a serial number stands for.
#[must_use]
pub(crate) fn serial_date(serial: f64, epoch_1904: bool) -> Option<Date> {
    let days = serial.floor();
    let (first, last) = if epoch_1904 {
        (0.0, 2_957_003.0)
    } else {
        (1.0, 2_958_465.0)
    };
    if !(first..=last).contains(&days) {
        return None;
    }
    #[allow(clippy::cast_possible_truncation)]
    let days = days as i64;
    let (epoch, days) = if epoch_1904 {
        (jiff::civil::date(1904, 1, 1), days)
    } else if days < 60 {
        (jiff::civil::date(1899, 12, 31), days)
    } else {
        // Excel holds 1900 for a leap year.
        (jiff::civil::date(1899, 12, 30), days)
    };
    epoch
        .checked_add(jiff::SignedDuration::from_hours(days.checked_mul(24)?))
        .ok()
}

fn date_text(serial: f64, epoch_1904: bool) -> Option<String> {
    let seconds = (serial.fract() * 86_400.0).round();
    #[allow(clippy::cast_possible_truncation)]
    let seconds = seconds as i64;
    if serial < 1.0 && !epoch_1904 {
        // A time of day alone.
        return (serial >= 0.0)
            .then(|| format!("{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60));
    }
    let date = serial_date(serial, epoch_1904)?;
    if seconds == 0 {
        return Some(day_text(date));
    }
    let moment: DateTime = date
        .to_datetime(jiff::civil::Time::midnight())
        .checked_add(jiff::SignedDuration::from_secs(seconds))
        .ok()?;
    Some(format!(
        "{} {:02}:{:02}",
        day_text(moment.date()),
        moment.hour(),
        moment.minute()
    ))
}

/// A day as Vietnamese papers write it.
pub(crate) fn day_text(date: Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

/// As kept: words alone as a JSON string, others with what they were.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Kept {
    Text(String),
    Other(CellKind, String),
}

impl Serialize for Cell {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.text.clone();
        match self.kind {
            CellKind::Text => Kept::Text(text),
            kind => Kept::Other(kind, text),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Kept::deserialize(deserializer)? {
            Kept::Text(text) => Cell::of(text, CellKind::Text),
            Kept::Other(kind, text) => Cell::of(text, kind),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_tell_dates_and_leading_zeros() {
        for (code, format) in [
            ("dd/mm/yyyy", NumberFormat::Date),
            ("[$-42A]d mmmm yyyy;@", NumberFormat::Date),
            ("hh:mm", NumberFormat::Date),
            ("[h]:mm", NumberFormat::Date),
            ("000000000000", NumberFormat::Zeros(12)),
            ("General", NumberFormat::General),
            ("#,##0", NumberFormat::General),
            ("0", NumberFormat::General),
            ("0.00", NumberFormat::General),
            ("#,##0 \"đồng\"", NumberFormat::General),
            ("[Red]0.00", NumberFormat::General),
            ("\\d0", NumberFormat::General),
        ] {
            assert_eq!(NumberFormat::of_code(code), format, "{code}");
        }
    }

    #[test]
    fn numbers_read_as_people_see_them() {
        let general = NumberFormat::General;
        for (raw, format, text, kind) in [
            ("45981", NumberFormat::Date, "20/11/2025", CellKind::Date),
            (
                "45981.5",
                NumberFormat::Date,
                "20/11/2025 12:00",
                CellKind::Date,
            ),
            ("0.5", NumberFormat::Date, "12:00", CellKind::Date),
            ("1", NumberFormat::Date, "01/01/1900", CellKind::Date),
            ("61", NumberFormat::Date, "01/03/1900", CellKind::Date),
            ("-3", NumberFormat::Date, "-3", CellKind::Number),
            (
                "1090000001",
                NumberFormat::Zeros(12),
                "001090000001",
                CellKind::Text,
            ),
            ("1090000001", general, "1090000001", CellKind::Number),
            ("1.2E+11", general, "120000000000", CellKind::Number),
            ("0.30000000000000004", general, "0.3", CellKind::Number),
            ("-0", general, "0", CellKind::Number),
            ("1e300", general, "1e300", CellKind::Number),
            ("x", general, "x", CellKind::Text),
            ("NaN", general, "NaN", CellKind::Error),
        ] {
            assert_eq!(
                Cell::number(raw, format, false),
                Cell::of(text, kind),
                "{raw}"
            );
        }
        assert_eq!(
            Cell::number("44519", NumberFormat::Date, true).text,
            "20/11/2025"
        );
    }

    #[test]
    fn what_is_kept_comes_back() {
        for cell in [
            Cell::typed("Đỗ"),
            Cell::of("12", CellKind::Number),
            Cell::default(),
        ] {
            let kept = serde_json::to_string(&cell).unwrap();
            assert_eq!(serde_json::from_str::<Cell>(&kept).unwrap(), cell, "{kept}");
        }
    }
}
