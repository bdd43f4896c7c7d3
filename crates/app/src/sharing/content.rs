//! What a shared draft carries: the whole log, and what the lists show of it.

use hoso_dossier::SharedDraftId;
use hoso_store::RawEntry;
use serde::{Deserialize, Serialize};

/// A draft as it goes to the person's other desktops; what the portal sees of it is encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Content {
    /// Which draft: the portal can't put another one in its place.
    pub(super) shared: SharedDraftId,
    /// Which version: nor an earlier one.
    pub(super) version: u64,
    pub(super) procedure: String,
    pub(super) pack_version: String,
    pub(super) title: String,
    /// Where in the wizard the person is.
    pub(super) step: String,
    pub(super) log: Vec<RawEntry>,
    /// Files that stay at the desktop where they were attached.
    pub(super) files: Vec<String>,
}

/// What is remembered of a shared draft for the person, beside how it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct About {
    /// The desktop that wrote last, by the name that the person gave it; empty for this one.
    pub(super) desktop: String,
    /// Files that stayed at that desktop.
    pub(super) files: Vec<String>,
    /// When it stayed behind as a draft of this desktop's own, RFC 3339; empty otherwise.
    pub(super) apart_since: String,
}
