//! Procedures.

use serde::{Deserialize, Serialize};

/// What the list of procedures is narrowed to; empty strings narrow nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ProcedureFilter {
    /// Words as typed, with or without accents.
    pub query: String,
    /// `ministry`, `province` or `commune`.
    pub level: String,
    /// Field (*lĩnh vực*), as [`ProcedureRow::field`] says it.
    pub field: String,
    /// `citizen` or `organisation`.
    pub audience: String,
    /// Agency (*đơn vị*), as [`ProcedureRow::agency`] says it.
    pub agency: String,
    /// `full` (*toàn trình*) or `partial` (*một phần*).
    pub service: String,
}

/// A procedure in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ProcedureRow {
    /// Code, e.g. `1.001193`.
    pub code: String,
    /// Name in the language asked for.
    pub name: String,
    /// `ministry`, `province` or `commune`.
    pub level: String,
    /// Who handles it.
    pub agency: String,
    /// Field (*lĩnh vực*).
    pub field: String,
    /// True: *toàn trình*; false: *một phần*.
    pub full_online: bool,
    /// Fee in a few words.
    pub fee: String,
    /// Time in a few words.
    pub time: String,
}

/// Which catalogue is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct CatalogueInfo {
    /// How many procedures it has.
    pub procedures: u32,
    /// Where its newest came from.
    pub source: CatalogueSource,
    /// When the newest of it was published, RFC 3339; empty when it came with the program.
    pub as_of: String,
    /// When it was taken over here, RFC 3339; empty when it came with the program.
    pub taken_at: String,
    /// Name of the portal, where a file told it.
    pub portal: String,
}

/// Where a catalogue came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum CatalogueSource {
    /// With the program.
    BuiltIn,
    /// From the portal, over the network.
    Portal,
    /// From a file that the portal signed.
    File,
}

/// A catalogue that was taken in from a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct CatalogueTaken {
    /// Name of the portal.
    pub portal: String,
    /// When the newest of it was published, RFC 3339.
    pub as_of: String,
    /// How many form packs are new here.
    pub new: u32,
    /// How many are here already, or in a newer version.
    pub known: u32,
    /// Codes of those that this version of the program can't use.
    pub unusable: Vec<String>,
}

/// How far taking a catalogue in is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct CatalogueProgress {
    /// Form packs that were looked at.
    pub done: u32,
    /// Of how many; 0 while the file is being checked.
    pub total: u32,
}

/// The papers of the one-stop desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct DeskPapers {
    /// Which there are.
    pub papers: Vec<DeskPaperRow>,
    /// Which were begun, newest first.
    pub begun: Vec<super::EarlierDossier>,
}

/// A paper of the one-stop desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct DeskPaperRow {
    /// Code, e.g. `giay-mot-cua-01`.
    pub code: String,
    /// Name in the language asked for.
    pub name: String,
    /// Which form of the circular, e.g. `Mẫu số 01`.
    pub number: String,
    /// Who makes it out.
    pub agency: String,
    /// What it is for.
    pub summary: String,
    /// It can begin with what a dossier says.
    pub knows_dossiers: bool,
    /// Why it can't be begun now; empty when it is in force.
    pub not_in_force: String,
}

/// All of a procedure's detail page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ProcedureInfo {
    /// What the list shows.
    pub row: ProcedureRow,
    /// Version of the form pack.
    pub version: String,
    /// One or two sentences.
    pub summary: String,
    /// Steps (*trình tự thực hiện*).
    pub steps: Vec<String>,
    /// Ways to submit (*cách thức thực hiện*).
    pub methods: Vec<String>,
    /// Papers required.
    pub components: Vec<ComponentInfo>,
    /// Notes among the components.
    pub notes: Vec<String>,
    /// Fees.
    pub fees: Vec<FeeInfo>,
    /// Result.
    pub result: String,
    /// Legal basis.
    pub legal: Vec<String>,
    /// When the person must come in person; empty when never.
    pub must_attend: String,
    /// Why this may be started now or not; empty when it is in force.
    pub not_in_force: String,
    /// How sure the data is; empty when exact.
    pub confidence: String,
}

/// A component (*thành phần hồ sơ*) on the detail page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ComponentInfo {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Originals (*bản chính*).
    pub original: u32,
    /// Copies (*bản sao*).
    pub copy: u32,
    /// Required always, or depending on the answers, or not.
    pub required: bool,
    /// Depends on the answers.
    pub conditional: bool,
    /// It is the e-form's paper.
    pub is_form: bool,
    /// Hint.
    pub hint: String,
}

/// A fee on the detail page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct FeeInfo {
    /// What for.
    pub name: String,
    /// How much, in words and digits, e.g. `8.000 đ/bản`.
    pub amount: String,
    /// Note, and as of when.
    pub note: String,
}
