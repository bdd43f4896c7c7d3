//! What a procedure (*thủ tục hành chính*) is, as the `pack.json` of its form pack says.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::component::Component;
use crate::fee::FeeRule;
use crate::rule::answer;

/// A procedure: its detail page, the papers it wants, what it costs and where answers come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Procedure {
    /// National code, e.g. `1.001193`.
    pub code: String,
    /// Version of the pack; a change of any file needs a new one.
    pub version: String,
    /// Its name.
    pub name: Words,
    /// Who decides.
    pub agency: Agency,
    /// *Lĩnh vực*.
    pub field: Words,
    /// Who it is for.
    pub audience: Audience,
    /// How much of it is done online.
    pub service_level: ServiceLevel,
    /// Whether and when the person has to come in person; empty when never.
    #[serde(default)]
    pub must_attend: String,
    /// What it is for, in a sentence.
    pub summary: String,
    /// *Trình tự thực hiện*.
    pub steps: Vec<String>,
    /// *Cách thức thực hiện*.
    pub methods: Vec<String>,
    /// *Thời hạn giải quyết*.
    pub time: String,
    /// *Kết quả thực hiện*.
    pub result: String,
    /// *Căn cứ pháp lý*.
    pub legal: Vec<String>,
    /// When the pack may be used.
    pub effective: Effective,
    /// The one province that the pack is for; none for the whole country.
    #[serde(default)]
    pub province: Option<String>,
    /// How sure the pack is of its facts, and what to check against the law.
    pub confidence: String,
    /// File with the form of *Thông tin người nộp*.
    pub applicant: String,
    /// File with the form of the *tờ khai*.
    pub form: String,
    /// How the answered form becomes a paper.
    pub paper: Paper,
    /// *Thành phần hồ sơ*, in order.
    pub components: Vec<Component>,
    /// *Phí, lệ phí*.
    pub fees: Vec<FeeRule>,
    /// Which answers the profile gives.
    pub prefill: Prefill,
    /// Legal time limits that start with an answer.
    #[serde(default)]
    pub deadlines: Vec<Deadline>,
    /// Further words that people search by.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// Lists of choices that the forms keep on the web: address, or id of a resource, as the form writes it → file with what is there.
    #[serde(default)]
    pub catalogues: BTreeMap<String, String>,
    /// File with answers of an invented ordinary case.
    pub example: String,
}

impl Procedure {
    /// The files that make the pack, `pack.json` aside; those that the pack doesn't bring are shared ones.
    pub(crate) fn file_names(&self) -> impl Iterator<Item = &str> {
        [
            &self.applicant,
            &self.form,
            &self.paper.layout,
            &self.paper.template,
            &self.example,
        ]
        .into_iter()
        .chain(self.catalogues.values())
        .map(String::as_str)
        .filter(|name| !name.is_empty())
    }
}

/// A name in both languages of the window.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Words {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

/// Who decides on a dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agency {
    /// Where to hand in.
    pub level: Level,
    /// Its name.
    pub name: Words,
}

/// Level of government.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Level {
    /// *Xã, phường, đặc khu*.
    Commune,
    /// *Tỉnh, thành phố*.
    Province,
    /// *Bộ, ngành*.
    Ministry,
}

/// Who a procedure is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Audience {
    /// *Công dân*.
    Citizen,
    /// *Cơ quan, tổ chức, doanh nghiệp*.
    Organisation,
}

/// How much is done online (NĐ 42/2022/NĐ-CP Đ.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ServiceLevel {
    /// *Toàn trình*.
    Full,
    /// *Một phần*.
    Partial,
}

/// Days on which a pack may be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effective {
    /// First day.
    pub from: Date,
    /// Last day; none while no end is known.
    #[serde(default)]
    pub to: Option<Date>,
}

/// Why a procedure can't be begun or sent today.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutOfForce {
    /// Too early.
    #[error("using a form pack: it is in force only from {from}; use the present one until then")]
    NotYet {
        /// First day.
        from: Date,
    },
    /// Too late.
    #[error("using a form pack: it was in force until {to}; get the new one")]
    Expired {
        /// Last day.
        to: Date,
    },
    /// The portal does not offer it any more.
    #[error(
        "using a form pack: the portal has withdrawn the procedure; ask there what takes its place"
    )]
    Withdrawn,
}

/// How the answered form becomes a paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Paper {
    /// File with the layout; blank: the paper is made from the form's definition.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub layout: String,
    /// The agency's own Word file (`.docx`), filled for the Word export; blank: Word is made like the PDF.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub template: String,
    /// Name of the exported files without ending, e.g. `to-khai-dang-ky-khai-sinh`.
    pub file_name: String,
    /// Code of the component whose content the export becomes.
    pub component: String,
}

/// Which answers the profile gives: answer path → what of the profile.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prefill {
    /// In the form of *Thông tin người nộp*.
    pub applicant: BTreeMap<String, ProfileField>,
    /// In the *tờ khai*.
    pub form: BTreeMap<String, ProfileField>,
}

/// What a profile knows of its person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ProfileField {
    /// Full name of the person (of an organisation: who acts for it).
    #[serde(rename = "name")]
    Name,
    /// *Số định danh cá nhân / CCCD*.
    #[serde(rename = "identity")]
    Identity,
    /// Date of birth, ISO.
    #[serde(rename = "birthDate")]
    BirthDate,
    /// Sex; written as the form's own choice. Cards know it, profiles don't.
    #[serde(rename = "sex")]
    Sex,
    /// Day of issue of the identity card, ISO. Cards know it, profiles don't.
    #[serde(rename = "identity.issuedOn")]
    IssuedOn,
    /// Phone.
    #[serde(rename = "phone")]
    Phone,
    /// E-mail.
    #[serde(rename = "email")]
    Email,
    /// Street and house, or the whole address where it is one text.
    #[serde(rename = "address")]
    Address,
    /// *Xã, phường, đặc khu*.
    #[serde(rename = "address.commune")]
    Commune,
    /// *Tỉnh, thành phố*, as in the list of 34.
    #[serde(rename = "address.province")]
    Province,
    /// The three of them together, for a `vnAddress`.
    #[serde(rename = "address.parts")]
    Residence,
    /// Today's date in Vietnam, ISO.
    #[serde(rename = "today")]
    Today,
    /// Name of the organisation.
    #[serde(rename = "organisation.name")]
    OrganisationName,
    /// Tax code of the organisation.
    #[serde(rename = "organisation.taxCode")]
    TaxCode,
}

/// A legal time limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// Days after the answer's date.
    pub days: u16,
    /// Path of a date answer in the *tờ khai*.
    pub from: String,
    /// What the limit is about.
    pub note: String,
}

/// A time limit with its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The last day in time.
    pub on: Date,
    /// What the limit is about.
    pub note: String,
}

impl Effective {
    /// Checks that a day lies within.
    ///
    /// # Errors
    /// The day is before or after.
    pub fn check(&self, on: Date) -> Result<(), OutOfForce> {
        match self.to {
            _ if on < self.from => Err(OutOfForce::NotYet { from: self.from }),
            Some(to) if on > to => Err(OutOfForce::Expired { to }),
            _ => Ok(()),
        }
    }
}

impl Deadline {
    /// The day it falls on, once the date is answered.
    pub(crate) fn due(&self, answers: &Value) -> Option<Due> {
        let from: Date = answer(answers, &self.from)?.as_str()?.parse().ok()?;
        Some(Due {
            on: from.checked_add(i64::from(self.days).days()).ok()?,
            note: self.note.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use serde_json::json;

    #[test]
    fn a_pack_holds_on_its_first_and_last_day() {
        let effective = Effective {
            from: date(2024, 8, 16),
            to: Some(date(2027, 2, 28)),
        };
        for (on, holds) in [
            (date(2024, 8, 15), false),
            (date(2024, 8, 16), true),
            (date(2027, 2, 28), true),
            (date(2027, 3, 1), false),
        ] {
            assert_eq!(effective.check(on).is_ok(), holds, "{on}");
        }
    }

    #[test]
    fn a_deadline_counts_from_its_answer() {
        let deadline = Deadline {
            days: 60,
            from: "tre.ngay_sinh".into(),
            note: String::new(),
        };
        for (born, due) in [
            (json!("2026-10-03"), Some(date(2026, 12, 2))),
            (json!("2023-12-31"), Some(date(2024, 2, 29))),
            (json!("9999-12-31"), None),
            (json!("hôm qua"), None),
            (json!(3), None),
            (json!(null), None),
        ] {
            let answers = json!({"tre": {"ngay_sinh": born}});
            assert_eq!(deadline.due(&answers).map(|due| due.on), due, "{born}");
        }
    }
}
