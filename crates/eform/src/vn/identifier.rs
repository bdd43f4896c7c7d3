//! Numbers that name people, taxpayers and telephones.

use std::fmt;

/// Codes of the 63 provinces before July 2025, which numbers keep.
const PROVINCES: [u16; 63] = [
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37,
    38, 40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77,
    79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
];

/// A citizen identification number (*số định danh cá nhân*): 12 digits, without a check digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CitizenId(String);

impl CitizenId {
    /// Reads 12 digits, with or without spaces between them.
    #[must_use]
    pub fn parse(text: &str) -> Option<CitizenId> {
        let digits = digits(text)?;
        (digits.len() == 12).then_some(CitizenId(digits))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Code of the province of birth registration among the 63 before July 2025.
    #[must_use]
    pub fn province(&self) -> u16 {
        self.0
            .get(..3)
            .and_then(|part| part.parse().ok())
            .unwrap_or_default()
    }

    /// The year of birth that the number tells.
    #[must_use]
    pub fn birth_year(&self) -> u16 {
        let century = self.century_and_sex() / 2;
        let year: u16 = self
            .0
            .get(4..6)
            .and_then(|part| part.parse().ok())
            .unwrap_or_default();
        1900 + century * 100 + year
    }

    /// Whether the number tells a woman.
    #[must_use]
    pub fn is_female(&self) -> bool {
        self.century_and_sex() % 2 == 1
    }

    /// Whether the province is one that was ever given out. A number may still be right without.
    #[must_use]
    pub fn has_known_province(&self) -> bool {
        PROVINCES.contains(&self.province())
    }

    fn century_and_sex(&self) -> u16 {
        self.0
            .get(3..4)
            .and_then(|part| part.parse().ok())
            .unwrap_or_default()
    }
}

/// A tax code (*mã số thuế*): ten digits, for a branch with three more; or a citizen's own number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaxCode(String);

/// Why a text is no tax code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaxCodeProblem {
    /// Neither 10, 12 nor 13 digits: impossible.
    Shape,
    /// The tenth digit doesn't fit the nine before it.
    CheckDigit,
    /// A branch's number is 001 to 999.
    Branch,
}

impl TaxCode {
    /// Reads a tax code, with or without spaces and the dash before a branch.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<TaxCode, TaxCodeProblem> {
        let digits = digits(text).ok_or(TaxCodeProblem::Shape)?;
        match digits.len() {
            // Since July 2025 a person's own number is their tax code.
            12 => return Ok(TaxCode(digits)),
            10 | 13 => {}
            _ => return Err(TaxCodeProblem::Shape),
        }
        const WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];
        let numbers: Vec<u32> = digits.chars().filter_map(|c| c.to_digit(10)).collect();
        let sum: u32 = numbers
            .iter()
            .zip(WEIGHTS)
            .map(|(digit, weight)| digit * weight)
            .sum();
        if numbers.get(9) != Some(&(10 - sum % 11)) {
            return Err(TaxCodeProblem::CheckDigit);
        }
        if digits.get(10..) == Some("000") {
            return Err(TaxCodeProblem::Branch);
        }
        Ok(TaxCode(digits))
    }

    /// The digits alone.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TaxCode {
    /// With the dash before a branch's number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.get(..10), self.0.get(10..)) {
            (Some(head), Some(branch)) if branch.len() == 3 => write!(f, "{head}-{branch}"),
            _ => f.write_str(&self.0),
        }
    }
}

/// A Vietnamese telephone number, kept as `+84…`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(String);

impl Phone {
    /// Reads `0912 345 678`, `+84 912345678`, `84912345678` or a landline's eleven digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Phone> {
        let text = text.trim();
        let plus = text.starts_with('+');
        let digits = digits(text.trim_start_matches('+'))?;
        let rest = match digits.strip_prefix("84") {
            Some(rest) if plus || digits.len() >= 11 => rest,
            _ if plus => return None,
            _ => digits.strip_prefix('0')?,
        };
        let rest = rest.strip_prefix('0').unwrap_or(rest);
        let fits = match rest.as_bytes().first()? {
            b'3' | b'5' | b'7' | b'8' | b'9' => rest.len() == 9,
            // Landlines: area code and number.
            b'2' => matches!(rest.len(), 9 | 10),
            _ => false,
        };
        fits.then(|| Phone(format!("+84{rest}")))
    }

    /// As portals store it: `+84912345678`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A mobile number.
    #[must_use]
    pub fn is_mobile(&self) -> bool {
        !self.0.starts_with("+842")
    }
}

impl fmt::Display for Phone {
    /// As people write it: `0912 345 678`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rest = self.0.trim_start_matches("+84");
        let tail = rest.len().saturating_sub(6);
        match (
            rest.get(..tail),
            rest.get(tail..tail + 3),
            rest.get(tail + 3..),
        ) {
            (Some(head), Some(middle), Some(end)) => write!(f, "0{head} {middle} {end}"),
            _ => write!(f, "0{rest}"),
        }
    }
}

/// The digits of a text that has only digits, spaces, dots, dashes and brackets.
fn digits(text: &str) -> Option<String> {
    let mut out = String::new();
    for c in text.trim().chars() {
        match c {
            '0'..='9' => out.push(c),
            ' ' | '.' | '-' | '(' | ')' | '\u{a0}' => {}
            _ => return None,
        }
    }
    (!out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_citizen_id_tells_sex_and_year() {
        let id = CitizenId::parse("034 301 000 123").unwrap();
        assert_eq!(
            (id.province(), id.is_female(), id.birth_year()),
            (34, true, 2001)
        );
        assert!(id.has_known_province());
        assert!(
            CitizenId::parse("12345678901").is_none() && CitizenId::parse("03430100012a").is_none()
        );
        for (code, known) in [
            ("001", true),
            ("003", false),
            ("046", true),
            ("096", true),
            ("097", false),
        ] {
            let id = CitizenId::parse(&format!("{code}301000123")).unwrap();
            assert_eq!(id.has_known_province(), known, "{code}");
        }
        assert!(
            !CitizenId::parse("999301000123")
                .unwrap()
                .has_known_province()
        );
    }

    #[test]
    fn tax_codes_check() {
        for code in ["0100233488", "0200136872", "0100047516", "0100233488-001"] {
            assert!(TaxCode::parse(code).is_ok(), "{code}");
        }
        assert_eq!(
            TaxCode::parse("0100047510"),
            Err(TaxCodeProblem::CheckDigit)
        );
        assert_eq!(TaxCode::parse("010004751"), Err(TaxCodeProblem::Shape));
        assert_eq!(TaxCode::parse("0100233488000"), Err(TaxCodeProblem::Branch));
        assert_eq!(
            TaxCode::parse("0100233488001").unwrap().to_string(),
            "0100233488-001"
        );
    }

    #[test]
    fn phones_are_read_forgivingly() {
        for (text, kept) in [
            ("0912 345 678", Some("+84912345678")),
            ("+84912345678", Some("+84912345678")),
            ("84912345678", Some("+84912345678")),
            ("+84 0912.345.678", Some("+84912345678")),
            ("0260 3862 345", Some("+842603862345")),
            ("0112345678", None),
            ("91234567", None),
            ("+1 555 123 4567", None),
        ] {
            assert_eq!(
                Phone::parse(text).as_ref().map(Phone::as_str),
                kept,
                "{text}"
            );
        }
        assert_eq!(
            Phone::parse("+84912345678").unwrap().to_string(),
            "0912 345 678"
        );
    }
}
