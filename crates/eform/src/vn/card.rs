//! The text in the QR code of a citizen's identity card.

use std::fmt;

use jiff::civil::Date;

use super::{CitizenId, PartialDate, tidy_name};

/// What the card says of its bearer's sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sex {
    /// *Nam*.
    Male,
    /// *Nữ*.
    Female,
}

/// The QR text of a card, read: `CCCD|CMND|name|ddMMyyyy|sex|address|ddMMyyyy`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardQr {
    /// *Số định danh*.
    pub id: CitizenId,
    /// The old nine-digit number, where the person had one.
    pub old_id: Option<String>,
    /// Full name.
    pub name: String,
    /// Date of birth; on some cards only its year is known.
    pub birth: PartialDate,
    /// Sex.
    pub sex: Sex,
    /// Residence on one line, in the units of the day of issue.
    pub address: String,
    /// Day of issue; older readers leave it away.
    pub issued: Option<Date>,
}

/// Why a text is no card's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CardProblem {
    /// Not the parts of a card at all.
    #[error("reading the card's QR text: it isn't one; scan the code on the card's face again")]
    NotACard,
    /// A part can't be read.
    #[error("reading the card's QR text: {0} can't be read; scan it again")]
    Damaged(CardPart),
}

/// A part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardPart {
    /// The twelve digits.
    Id,
    /// The old number.
    OldId,
    /// The name.
    Name,
    /// The date of birth.
    Birth,
    /// The sex.
    Sex,
    /// The day of issue.
    Issued,
}

impl CardPart {
    /// A stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::OldId => "oldId",
            Self::Name => "name",
            Self::Birth => "birth",
            Self::Sex => "sex",
            Self::Issued => "issued",
        }
    }
}

impl fmt::Display for CardPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Longest text that a card's code can hold.
const LONGEST: usize = 2_000;

impl CardQr {
    /// Reads the text as a scanner types it or a phone copies it. Six parts are a card without the old number's place or without the day of issue; what some
    /// newer cards write after the seventh part is not read.
    ///
    /// # Errors
    /// It is no card's text, or a part of it can't be read.
    pub fn parse(text: &str) -> Result<CardQr, CardProblem> {
        let text = text.trim();
        if text.len() > LONGEST || text.contains(['\n', '\r']) {
            return Err(CardProblem::NotACard);
        }
        let parts: Vec<&str> = text.split('|').map(str::trim).collect();
        let (id, old, rest) = match parts.as_slice() {
            // Without a place for the old number the third part is the date of birth.
            [id, rest @ ..] if rest.len() == 5 && date(rest.get(1).copied()).is_some() => {
                (id, "", rest)
            }
            [id, old, rest @ ..] if rest.len() >= 4 => (id, *old, rest),
            _ => return Err(CardProblem::NotACard),
        };
        let damaged = |part| CardProblem::Damaged(part);
        let id = CitizenId::parse(id).ok_or(damaged(CardPart::Id))?;
        let old_id = match old {
            "" => None,
            old if old.len() == 9 && old.bytes().all(|b| b.is_ascii_digit()) => {
                Some(old.to_owned())
            }
            _ => return Err(damaged(CardPart::OldId)),
        };
        let at = |index: usize| rest.get(index).copied();
        let name = tidy_name(at(0).unwrap_or_default());
        if name.is_empty() || name.chars().any(|c| c.is_ascii_digit()) {
            return Err(damaged(CardPart::Name));
        }
        let birth = date(at(1)).ok_or(damaged(CardPart::Birth))?;
        let sex = match tidy_name(at(2).unwrap_or_default()).to_lowercase().as_str() {
            "nam" => Sex::Male,
            "nữ" | "nu" => Sex::Female,
            _ => return Err(damaged(CardPart::Sex)),
        };
        let issued = match at(4) {
            None | Some("") => None,
            Some(_) => match date(at(4)) {
                Some(PartialDate::Day(day)) => Some(day),
                _ => return Err(damaged(CardPart::Issued)),
            },
        };
        Ok(CardQr {
            id,
            old_id,
            name,
            birth,
            sex,
            address: tidy_name(at(3).unwrap_or_default()),
            issued,
        })
    }
}

/// `ddMMyyyy`, with zeros for what isn't known.
fn date(part: Option<&str>) -> Option<PartialDate> {
    let digits = part.filter(|part| part.len() == 8 && part.bytes().all(|b| b.is_ascii_digit()))?;
    let (day, month, year) = (digits.get(..2)?, digits.get(2..4)?, digits.get(4..)?);
    PartialDate::parse(&match (day, month) {
        ("00", "00") => year.to_owned(),
        ("00", month) => format!("{month}/{year}"),
        _ => digits.to_owned(),
    })
}

/// As it stands in the code.
impl fmt::Display for CardQr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = |date: PartialDate| match date {
            PartialDate::Year(year) => format!("0000{year:04}"),
            PartialDate::Month(year, month) => format!("00{month:02}{year:04}"),
            PartialDate::Day(day) => format!("{:02}{:02}{:04}", day.day(), day.month(), day.year()),
        };
        write!(
            f,
            "{}|{}|{}|{}|{}|{}|{}",
            self.id.as_str(),
            self.old_id.as_deref().unwrap_or_default(),
            self.name,
            digits(self.birth),
            match self.sex {
                Sex::Male => "Nam",
                Sex::Female => "Nữ",
            },
            self.address,
            self.issued
                .map(|day| digits(PartialDate::Day(day)))
                .unwrap_or_default(),
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CARD: &str = "034301000123|012345678|Trần Thị Mẫu|05092001|Nữ|Thôn Tây, Mẫu Sơn, Lộc Bình, Lạng Sơn|14032022";

    #[test]
    fn cards_are_read() {
        let card = CardQr::parse(CARD).unwrap();
        assert_eq!(card.id.as_str(), "034301000123");
        assert_eq!(card.old_id.as_deref(), Some("012345678"));
        assert_eq!(
            (card.name.as_str(), card.sex),
            ("Trần Thị Mẫu", Sex::Female)
        );
        assert_eq!(card.birth.to_iso(), "2001-09-05");
        assert_eq!(card.address, "Thôn Tây, Mẫu Sơn, Lộc Bình, Lạng Sơn");
        assert_eq!(card.issued.unwrap().to_string(), "2022-03-14");
        assert_eq!(card.to_string(), CARD);
    }

    #[test]
    fn parts_may_be_missing() {
        for (text, old, issued) in [
            (
                "034201000123||Trần Mẫu|05092001|Nam|Số 1|14032022",
                false,
                true,
            ),
            (
                "034201000123|Trần Mẫu|05092001|Nam|Số 1|14032022",
                false,
                true,
            ),
            (
                "034201000123|012345678|Trần Mẫu|05092001|Nam|Số 1",
                true,
                false,
            ),
            (" 034201000123||Trần Mẫu|05092001|Nam|Số 1| ", false, false),
            (
                "034201000123||Trần Mẫu|05092001|Nam|Số 1|14032022||Cha|Mẹ|",
                false,
                true,
            ),
        ] {
            let card = CardQr::parse(text).unwrap_or_else(|why| panic!("{text}: {why}"));
            assert_eq!(
                (card.old_id.is_some(), card.issued.is_some()),
                (old, issued),
                "{text}"
            );
            assert_eq!(card.address, "Số 1");
        }
        assert_eq!(
            CardQr::parse("034201000123||Trần Mẫu|00002001|Nam|Số 1|")
                .unwrap()
                .birth,
            PartialDate::Year(2001)
        );
    }

    #[test]
    fn other_texts_say_what_is_wrong() {
        use CardPart::{Birth, Id, Issued, Name, OldId, Sex};
        for (text, problem) in [
            ("", CardProblem::NotACard),
            ("https://example.com/?q=1|2", CardProblem::NotACard),
            ("000201010212|38|54", CardProblem::NotACard),
            (
                "03430100012||A B|05092001|Nữ|X|14032022",
                CardProblem::Damaged(Id),
            ),
            (
                "034301000123|12|A B|05092001|Nữ|X|14032022",
                CardProblem::Damaged(OldId),
            ),
            (
                "034301000123|||05092001|Nữ|X|14032022",
                CardProblem::Damaged(Name),
            ),
            (
                "034301000123||A B|31022001|Nữ|X|14032022",
                CardProblem::Damaged(Birth),
            ),
            (
                "034301000123||A B|05092001|X|X|14032022",
                CardProblem::Damaged(Sex),
            ),
            (
                "034301000123||A B|05092001|Nữ|X|1403",
                CardProblem::Damaged(Issued),
            ),
            (
                "034301000123||A B|05092001|Nữ|X|14032022\n034301000123||A B|05092001|Nữ|X|14032022",
                CardProblem::NotACard,
            ),
        ] {
            assert_eq!(CardQr::parse(text), Err(problem), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn what_is_written_reads_back(
            id in "[0-9]{12}", old in proptest::option::of("[0-9]{9}"), name in "[A-ZĐÀ-Ỹ][a-zđà-ỹ]{1,6}( [A-ZĐÀ-Ỹ][a-zđà-ỹ]{1,6}){0,4}",
            year in 1900_i16..2100, month in 1_i8..13, day in 1_i8..29, female: bool, address in "[A-Za-zà-ỹ0-9/, ]{0,40}", issued: bool,
        ) {
            let date = Date::new(year, month, day).unwrap();
            let card = CardQr {
                id: CitizenId::parse(&id).unwrap(),
                old_id: old,
                name: tidy_name(&name),
                birth: PartialDate::Day(date),
                sex: if female { Sex::Female } else { Sex::Male },
                address: tidy_name(&address),
                issued: issued.then_some(date),
            };
            prop_assert_eq!(CardQr::parse(&card.to_string()), Ok(card));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[\\PC|]{0,80}", cut in 0..CARD.len()) {
            let _ = CardQr::parse(&text);
            // A card's text with a piece of another in it.
            let cut = (cut..).find(|at| CARD.is_char_boundary(*at)).unwrap();
            let _ = CardQr::parse(&format!("{}{text}{}", &CARD[..cut], &CARD[cut..]));
        }
    }
}
