//! A dossier that was looked up by its code.

use hoso_dossier::{DossierCode, DossierId};
use serde::{Deserialize, Serialize};

use super::{TimelineRow, WaitInfo};

/// What is known of a dossier by its code alone, whoever's it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct LookUpView {
    /// The code.
    pub code: DossierCode,
    /// How the look-up stands.
    pub state: LookUpState,
    /// Why the portal could not be asked the last time.
    pub wait: Option<WaitInfo>,
    /// When the person last asked, RFC 3339.
    pub asked_at: String,
    /// When the portal last answered, RFC 3339; empty while it has not.
    pub answered_at: String,
    /// The dossier is here, and its page says more.
    pub dossier: Option<DossierId>,
    /// Code of the procedure; this and what follows is empty while nothing was found.
    pub procedure: String,
    /// Name of the procedure.
    pub title: String,
    /// The office that handles it.
    pub office: String,
    /// Official status number.
    pub status: Option<u8>,
    /// When it was handed in, RFC 3339.
    pub submitted_at: String,
    /// When the result is due, RFC 3339; empty when not said.
    pub due_at: String,
    /// What happened, oldest first.
    pub timeline: Vec<TimelineRow>,
}

/// How a look-up stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum LookUpState {
    /// The code is kept here, and the portal was not reached yet.
    Waiting,
    /// The portal has told how far it is.
    Found,
    /// The portal has no dossier of that code.
    Unknown,
}
