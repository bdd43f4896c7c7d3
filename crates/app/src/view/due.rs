//! What is due.

use hoso_dossier::{DossierId, DraftId};
use serde::{Deserialize, Serialize};

/// Something that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Due {
    /// Of what kind.
    pub kind: DueKind,
    /// Name of the procedure.
    pub title: String,
    /// For whom; may be empty.
    pub subject: String,
    /// What it is about; may be empty.
    pub note: String,
    /// The last day in time, ISO; a working day.
    pub on: String,
    /// Working days left; negative when it is past.
    pub working_days: i32,
    /// It is near, or past.
    pub soon: bool,
    /// Of this draft.
    pub draft: Option<DraftId>,
    /// Of this dossier.
    pub dossier: Option<DossierId>,
}

/// What kind of thing is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum DueKind {
    /// A limit that the law sets.
    Law,
    /// The result that the desk has promised (*hẹn trả kết quả*).
    Result,
    /// What the desk asks for (*yêu cầu bổ sung*).
    Supplement,
}
