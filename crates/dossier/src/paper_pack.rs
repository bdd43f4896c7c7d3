//! Papers of the one-stop desk (*giấy tờ một cửa*): forms that an official fills in and prints. Nobody submits them, so they have no components, fees or applicant.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::pack::{
    FormPack, PACK_FILE, PackError, check_files, check_names, check_path, check_set, flaw,
    is_plain_name, read,
};
use crate::procedure::{Effective, OutOfForce, ProfileField, Words};

/// How the code of a paper begins; no procedure's does.
pub(crate) const PAPER_CODE: &str = "giay-";

/// A paper, as the `pack.json` of its pack says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeskPaper {
    /// What tells it from a procedure.
    pub kind: PaperKind,
    /// Its code here, e.g. `giay-mot-cua-01`.
    pub code: String,
    /// Version of the pack; a change of any file needs a new one.
    pub version: String,
    /// Its name.
    pub name: Words,
    /// Which form of which circular, e.g. `Mẫu số 01`.
    pub number: String,
    /// Who makes it out.
    pub agency: Words,
    /// What it is for, in a sentence.
    pub summary: String,
    /// *Căn cứ pháp lý*.
    pub legal: Vec<String>,
    /// When the pack may be used.
    pub effective: Effective,
    /// How sure the pack is of its facts, and what to check against the law.
    pub confidence: String,
    /// File with the form.
    pub form: String,
    /// File with the layout.
    pub layout: String,
    /// Name of the exported files without ending.
    pub file_name: String,
    /// Which answers the profile gives.
    #[serde(default)]
    pub prefill: BTreeMap<String, ProfileField>,
    /// Which answers the dossier gives that the paper is about.
    #[serde(default)]
    pub dossier: BTreeMap<String, DossierField>,
    /// Further words that people search by.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// File with answers of an invented ordinary case.
    pub example: String,
}

/// The one value of `kind`: a pack without it is a procedure's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PaperKind {
    /// A paper of the desk.
    Paper,
}

/// What a dossier on this machine knows of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DossierField {
    /// *Mã hồ sơ*.
    #[serde(rename = "code")]
    Code,
    /// Name of the procedure.
    #[serde(rename = "procedure")]
    Procedure,
    /// *Thời hạn giải quyết* in words.
    #[serde(rename = "time")]
    Time,
    /// Name of the applicant.
    #[serde(rename = "applicant.name")]
    ApplicantName,
    /// CCCD or tax code of the applicant.
    #[serde(rename = "applicant.identity")]
    ApplicantIdentity,
    /// Phone of the applicant.
    #[serde(rename = "applicant.phone")]
    ApplicantPhone,
    /// E-mail of the applicant.
    #[serde(rename = "applicant.email")]
    ApplicantEmail,
    /// Address of the applicant in one line.
    #[serde(rename = "applicant.address")]
    ApplicantAddress,
    /// The papers handed in, as rows `{ten, loai, so_luong}`.
    #[serde(rename = "components")]
    Components,
    /// Sum of the fees in đồng.
    #[serde(rename = "fee")]
    Fee,
    /// Day on which the portal received it, ISO.
    #[serde(rename = "received.day")]
    ReceivedDay,
    /// Time of that day, `HH:MM`.
    #[serde(rename = "received.time")]
    ReceivedTime,
    /// Day on which the result is due, ISO.
    #[serde(rename = "due.day")]
    DueDay,
    /// Time of that day, `HH:MM`.
    #[serde(rename = "due.time")]
    DueTime,
}

/// A whole, checked pack of a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperPack {
    paper: DeskPaper,
    files: BTreeMap<String, String>,
}

/// A pack of either kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pack {
    /// Of a procedure: filled in, sealed, sent.
    Procedure(Box<FormPack>),
    /// Of a paper: filled in and printed.
    Paper(Box<PaperPack>),
}

impl PaperPack {
    /// Reads a paper's pack from its files, name → text; whole, and nothing besides.
    ///
    /// # Errors
    /// Names the first file and place that is not as it has to be.
    pub fn parse(files: &BTreeMap<String, String>) -> Result<Self, PackError> {
        check_files(files)?;
        let paper: DeskPaper = read(files)?;
        let digits = paper.code.strip_prefix(PAPER_CODE).unwrap_or_default();
        if !is_plain_name(digits) || paper.code.len() > 40 {
            return Err(flaw(
                "code",
                format!("a paper's code begins with {PAPER_CODE}, such as giay-mot-cua-01"),
            ));
        }
        check_names(&paper.version, &paper.file_name, "fileName")?;
        for (path, text) in [
            ("name.vi", &paper.name.vi),
            ("number", &paper.number),
            ("agency.vi", &paper.agency.vi),
        ] {
            if text.trim().is_empty() {
                return Err(flaw(path, "is empty"));
            }
        }
        paper.effective.check_order()?;
        for path in paper.prefill.keys() {
            check_path("prefill", path)?;
        }
        for path in paper.dossier.keys() {
            check_path("dossier", path)?;
        }
        let named = [
            (PACK_FILE, "", ""),
            (&paper.form, "form", "components"),
            (&paper.example, "example", ""),
            (&paper.layout, "layout", ""),
        ];
        check_set(files, &named, &paper.layout, &BTreeMap::new())?;
        Ok(Self {
            paper,
            files: files.clone(),
        })
    }

    /// The paper.
    #[must_use]
    pub const fn paper(&self) -> &DeskPaper {
        &self.paper
    }

    fn file(&self, name: &str) -> &str {
        self.files.get(name).map_or("", String::as_str)
    }
}

impl Pack {
    /// Reads a pack of either kind; `shared` as for [`FormPack::parse_with`].
    ///
    /// # Errors
    /// Names the first file and place that is not as it has to be.
    pub fn parse(
        files: &BTreeMap<String, String>,
        shared: &BTreeMap<String, String>,
    ) -> Result<Self, PackError> {
        // Only what `kind` says is asked here; the rest is for the pack's own reader.
        let is_paper = files
            .get(PACK_FILE)
            .and_then(|text| serde_json::from_str::<Value>(text).ok())
            .is_some_and(|value| value.get("kind").is_some());
        Ok(if is_paper {
            Pack::Paper(Box::new(PaperPack::parse(files)?))
        } else {
            Pack::Procedure(Box::new(FormPack::parse_with(files, shared)?))
        })
    }

    /// The procedure's pack, if it is one.
    #[must_use]
    pub fn procedure(&self) -> Option<&FormPack> {
        match self {
            Pack::Procedure(pack) => Some(pack),
            Pack::Paper(_) => None,
        }
    }

    /// Code of the procedure or paper.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Pack::Procedure(pack) => pack.code(),
            Pack::Paper(pack) => &pack.paper.code,
        }
    }

    /// Version of the pack.
    #[must_use]
    pub fn version(&self) -> &str {
        match self {
            Pack::Procedure(pack) => &pack.procedure().version,
            Pack::Paper(pack) => &pack.paper.version,
        }
    }

    /// Name of the procedure or paper.
    #[must_use]
    pub fn name(&self) -> &Words {
        match self {
            Pack::Procedure(pack) => &pack.procedure().name,
            Pack::Paper(pack) => &pack.paper.name,
        }
    }

    /// The form.io definition of the *tờ khai* or of the paper.
    #[must_use]
    pub fn form(&self) -> &str {
        match self {
            Pack::Procedure(pack) => pack.form(),
            Pack::Paper(pack) => pack.file(&pack.paper.form),
        }
    }

    /// The paper's layout, where the pack brings one.
    #[must_use]
    pub fn layout(&self) -> Option<&str> {
        match self {
            Pack::Procedure(pack) => pack.layout(),
            Pack::Paper(pack) => Some(pack.file(&pack.paper.layout)),
        }
    }

    /// The Word file that the Word export fills, where the pack brings one.
    #[must_use]
    pub fn template(&self) -> Option<Vec<u8>> {
        match self {
            Pack::Procedure(pack) => pack.template(),
            Pack::Paper(_) => None,
        }
    }

    /// The file that the layout is in.
    #[must_use]
    pub fn layout_name(&self) -> &str {
        match self {
            Pack::Procedure(pack) => &pack.procedure().paper.layout,
            Pack::Paper(pack) => &pack.paper.layout,
        }
    }

    /// Name of exported files without ending.
    #[must_use]
    pub fn file_name(&self) -> &str {
        match self {
            Pack::Procedure(pack) => &pack.procedure().paper.file_name,
            Pack::Paper(pack) => &pack.paper.file_name,
        }
    }

    /// Which answers of [`form`](Self::form) the profile gives.
    #[must_use]
    pub fn prefill(&self) -> &BTreeMap<String, ProfileField> {
        match self {
            Pack::Procedure(pack) => &pack.procedure().prefill.form,
            Pack::Paper(pack) => &pack.paper.prefill,
        }
    }

    /// Path of the answer that says whom a paper is about.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        match self {
            Pack::Procedure(_) => None,
            Pack::Paper(pack) => pack
                .paper
                .dossier
                .iter()
                .find(|(_, field)| **field == DossierField::ApplicantName)
                .map(|(path, _)| path.as_str()),
        }
    }

    /// The lists of choices that the forms keep on the web, by address or resource.
    #[must_use]
    pub fn catalogues(&self) -> BTreeMap<String, Value> {
        match self {
            Pack::Procedure(pack) => pack.catalogues(),
            Pack::Paper(_) => BTreeMap::new(),
        }
    }

    /// Answers of an invented ordinary case, as JSON.
    #[must_use]
    pub fn example(&self) -> &str {
        match self {
            Pack::Procedure(pack) => pack.example(),
            Pack::Paper(pack) => pack.file(&pack.paper.example),
        }
    }

    /// Checks that the pack may be used on a day.
    ///
    /// # Errors
    /// It is not in force yet, or not any more.
    pub fn in_force(&self, on: Date) -> Result<(), OutOfForce> {
        match self {
            Pack::Procedure(pack) => pack.in_force(on),
            Pack::Paper(pack) => pack.paper.effective.check(on),
        }
    }
}

impl From<FormPack> for Pack {
    fn from(pack: FormPack) -> Self {
        Pack::Procedure(Box::new(pack))
    }
}
