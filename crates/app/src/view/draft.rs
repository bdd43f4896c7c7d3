//! A draft in the wizard.

use hoso_dossier::{AttachmentId, DraftId, Handover, Level, Money};
use hoso_eform::{FormView, Patch};
use serde::{Deserialize, Serialize};

/// The steps of the wizard, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum WizardStep {
    /// *Thông tin người nộp*.
    Applicant,
    /// *Tờ khai*.
    Form,
    /// *Thành phần hồ sơ*.
    Components,
    /// *Phí, lệ phí*.
    Fees,
    /// *Kiểm tra và nộp*.
    Review,
}

/// Which of a dossier's two e-forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum FormPart {
    /// *Thông tin người nộp*.
    Applicant,
    /// *Tờ khai*.
    Form,
}

/// A draft as the wizard opens it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct DraftInfo {
    /// The draft.
    pub id: DraftId,
    /// Code of the procedure.
    pub procedure: String,
    /// Name of the procedure.
    pub title: String,
    /// For whom, from the answers; may be empty.
    pub subject: String,
    /// Where the person stopped.
    pub step: WizardStep,
    /// Page of the *tờ khai* (key of its panel) where the person stopped; empty: the first.
    pub page: String,
    /// *Thông tin người nộp*; none of a paper of the desk, which nobody submits.
    pub applicant: Option<FormView>,
    /// *Tờ khai*, or the paper's form.
    pub form: FormView,
    /// Components and their files.
    pub components: Vec<ComponentState>,
    /// The fee as the rule gives it now.
    pub fee: FeeSummary,
    /// The level at which the person chooses who receives the dossier, where the portal asks; none where the procedure has one agency only, and of a supplement.
    pub agency_level: Option<Level>,
    /// How papers and news travel.
    pub handover: Handover,
    /// State of each step.
    pub steps: Vec<StepInfo>,
    /// The form's paper.
    pub paper: PaperState,
    /// Undo is possible.
    pub can_undo: bool,
    /// Redo is possible.
    pub can_redo: bool,
    /// Last change on disk, RFC 3339.
    pub saved_at: String,
    /// Set when this draft answers a request for supplement.
    pub supplement: Option<super::SupplementView>,
    /// Why it can't be written here (opened elsewhere); empty when it can.
    pub read_only: String,
    /// How it is shared with the person's other desktops.
    pub share: Option<super::DraftShare>,
    /// Words of the declaration.
    pub declaration: String,
    /// Version of these words.
    pub declaration_version: String,
}

/// State of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct StepInfo {
    /// Which.
    pub step: WizardStep,
    /// How far.
    pub state: StepState,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum StepState {
    /// Not visited.
    Todo,
    /// Visited, something is missing.
    Incomplete,
    /// Nothing is missing.
    Done,
}

/// What a change did to the draft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct DraftPatch {
    /// Which form changed; `None` when only the rest did.
    pub part: Option<FormPart>,
    /// Its change.
    pub patch: Patch,
    /// The fee afterwards, if it changed.
    pub fee: Option<FeeSummary>,
    /// The components afterwards, if they changed.
    pub components: Option<Vec<ComponentState>>,
    /// State of each step afterwards.
    pub steps: Vec<StepInfo>,
    /// The paper's state afterwards.
    pub paper: PaperState,
    /// Undo is possible.
    pub can_undo: bool,
    /// Redo is possible.
    pub can_redo: bool,
    /// When the change reached the disk, RFC 3339.
    pub saved_at: String,
}

/// The paper of a form: has it been exported, and does it still say what the answers say?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum PaperState {
    /// Not exported.
    None,
    /// Exported from the present answers.
    Fresh,
    /// The answers changed after the export.
    Stale,
}

/// A component with its files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ComponentState {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Hint.
    pub hint: String,
    /// Required with the present answers.
    pub required: bool,
    /// It is the e-form's paper.
    pub is_form: bool,
    /// Originals.
    pub original: u32,
    /// Copies.
    pub copy: u32,
    /// File endings taken, e.g. `pdf`.
    pub accept: Vec<String>,
    /// Largest file in bytes.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub max_bytes: u64,
    /// Most files.
    pub max_files: u32,
    /// The files, in order.
    pub files: Vec<AttachmentInfo>,
    /// Asked for by the desk's request for supplement.
    pub asked_for: bool,
}

/// A file of a component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct AttachmentInfo {
    /// The file.
    pub id: AttachmentId,
    /// File name.
    pub name: String,
    /// MIME type.
    pub media_type: String,
    /// Bytes.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub size: u64,
    /// `picked`, `dropped`, `vault`, `scan`, `export`, `photo`.
    pub origin: String,
    /// It is the form's export and the answers changed since.
    pub stale: bool,
}

/// The fee by the pack's rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct FeeSummary {
    /// One line a fee.
    pub lines: Vec<FeeLine>,
    /// Sum in đồng.
    pub total: Money,
    /// Sum in words.
    pub total_in_words: String,
    /// Part of it will be announced by the agency.
    pub announced: bool,
    /// An answer that counts is missing or wrong, so that nobody can say yet what it costs.
    pub unknown: bool,
    /// `theo dữ liệu ngày …`.
    pub as_of: String,
}

/// One fee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct FeeLine {
    /// What for.
    pub name: String,
    /// Price of one.
    pub unit: Money,
    /// How many.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub quantity: u64,
    /// Product.
    pub amount: Money,
    /// Note.
    pub note: String,
}

/// Something that keeps a step from being complete, or that has to be seen before it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct DraftProblem {
    /// Where to go to mend it.
    pub step: WizardStep,
    /// Page of the form (key of its panel); empty otherwise.
    pub page: String,
    /// Data path within the step's form, or the component's code.
    pub path: String,
    /// The rule (`required`, …), or `component.missing`, `component.too_large`, `handover.…`, `paper.stale`, `paper.missing`, `procedure.expired`.
    /// `unchecked`: a rule that couldn't be run here, which holds nothing up.
    pub rule: String,
    /// The words for the person.
    pub message: String,
}

impl DraftProblem {
    /// The rule of what couldn't be checked here.
    pub(crate) const UNCHECKED: &str = "unchecked";

    /// Nothing is sealed before it is mended.
    #[must_use]
    pub fn holds_up(&self) -> bool {
        self.rule != Self::UNCHECKED
    }
}

/// In which form a paper is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum PaperFormat {
    /// PDF/A, to keep, print and sign.
    Pdf,
    /// Word, to edit, print and sign.
    Docx,
}

/// Where an answer, or a line of it, stands on the paper; lengths in millimetres from the page's upper left corner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PaperPlace {
    /// The answer, rows counted from 0 in brackets.
    pub path: String,
    /// The page, counted from 1.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub page: usize,
    /// From the left edge.
    pub x: f32,
    /// From the upper edge.
    pub y: f32,
    /// How wide it is.
    pub width: f32,
    /// How tall it is.
    pub height: f32,
}

/// What *Nộp hồ sơ* sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct SealRequest {
    /// The draft.
    pub draft: DraftId,
    /// The box was ticked by the person.
    pub declared: bool,
    /// Version of the words that were shown.
    pub declaration_version: String,
}

/// What was filled in from elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Filled {
    /// What it did to the draft.
    pub patch: DraftPatch,
    /// How many answers.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub count: usize,
    /// The ward of before July 2025 that the address names, when it was divided and one of `communes` has to be chosen; empty otherwise.
    pub former: String,
    /// The communes of today that it may be.
    pub communes: Vec<String>,
}

/// An earlier draft or dossier whose answers can be taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct EarlierDossier {
    /// Its draft.
    pub draft: DraftId,
    /// Name of the procedure.
    pub title: String,
    /// For whom; may be empty.
    pub subject: String,
    /// Last change, RFC 3339.
    pub changed_at: String,
}
