//! Drafts that the person's desktops share.

use serde::{Deserialize, Serialize};

/// How a draft is shared with the person's other desktops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct DraftShare {
    /// Who writes it.
    pub state: DraftShareState,
    /// The other desktop that writes or wrote last, by the name that the person gave it; may be empty.
    pub desktop: String,
    /// It is open at the other desktop at this moment.
    pub open_there: bool,
    /// Something that was typed here has not come to the portal yet.
    pub waiting: bool,
    /// When its newest version came to the portal, or since when it stands apart, RFC 3339; empty when not known.
    pub at: String,
    /// Files that stayed at the other desktop.
    pub files: Vec<String>,
    /// Code of what keeps it from the portal; empty when nothing does.
    pub trouble: String,
    /// What the portal said of that, in its own words; empty when it said nothing.
    pub said: String,
}

/// Who writes a shared draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum DraftShareState {
    /// This desktop.
    Writer,
    /// Another one: here it is only read.
    Reader,
    /// It was shared; another desktop took it over before everything typed here had come to the portal, so this stayed here as a draft of its own.
    Apart,
}

/// The person's desktops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct DesktopsInfo {
    /// By what the others know this one; nothing in it is secret.
    pub code: String,
    /// Short form of this desktop's key, to compare.
    pub fingerprint: String,
    /// The portal that was met last keeps drafts; none before one was met.
    pub portal_keeps: Option<bool>,
    /// The others.
    pub desktops: Vec<DesktopRow>,
}

/// Another desktop of the person's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct DesktopRow {
    /// What the person calls it.
    pub name: String,
    /// Short form of its key.
    pub fingerprint: String,
}

/// How sharing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct SharingInfo {
    /// Another desktop is known.
    pub ready: bool,
    /// Drafts that were not encrypted for this desktop.
    pub not_for_us: u32,
    /// Drafts of desktops that are not known here.
    pub strangers: u32,
    /// Drafts that can't be read.
    pub broken: u32,
}
