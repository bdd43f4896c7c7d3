//! The outbox as the person sees it: what is safe, what waits, and why.

use hoso_dossier::{DossierId, UploadId};
use serde::{Deserialize, Serialize};

/// The connection chip and the queue behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct SyncInfo {
    /// The portal answered last time.
    pub online: bool,
    /// The person paused sending.
    pub paused: bool,
    /// Something is being sent or asked right now.
    pub busy: bool,
    /// Last look at the portal, RFC 3339; empty when never.
    pub refreshed_at: String,
    /// Dossiers not yet settled, in order of sealing.
    pub queue: Vec<QueueItem>,
    /// This machine's clock is off from the portal's by so many seconds; 0 when it is right.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub clock_off_seconds: i64,
    /// When files leave, and how fast.
    pub rules: SendRules,
    /// The system says that the network is charged by its volume.
    pub metered: bool,
    /// The portal signs its receipts; none before it was met.
    pub receipts_signed: Option<bool>,
    /// The portal speaks another version of the contract: nothing is sent until this program, or the portal, is a newer one.
    pub other_version: bool,
}

/// When files leave, and how fast. What is short goes at any time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct SendRules {
    /// Hours of the day in which files leave; none: at any time.
    pub hours: Option<SendHours>,
    /// Files wait while the network is charged by its volume.
    pub spare_metered: bool,
    /// Whatever the system says, this machine's network is charged by its volume.
    pub always_metered: bool,
    /// Most bytes of files in a second; none: as fast as the line is.
    pub bytes_per_second: Option<u32>,
}

/// A part of every day, as clocks in Việt Nam show it; it may go over midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct SendHours {
    /// `20:00`.
    pub from: String,
    /// `06:00`.
    pub to: String,
}

/// A dossier in the queue: on its way, or waiting for the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct QueueItem {
    /// The dossier.
    pub dossier: DossierId,
    /// Which revision is on its way.
    pub revision: u32,
    /// Name of the procedure.
    pub title: String,
    /// How far.
    pub stage: QueueStage,
    /// Why it waits; `None` while it moves, and when it waits for the person.
    pub wait: Option<WaitInfo>,
    /// What the person has to see to before it goes on.
    pub trouble: Option<super::Trouble>,
    /// What has changed since it was sealed: the person says whether it is sent as it is.
    pub changed: Vec<ChangedSince>,
    /// Progress per file.
    pub uploads: Vec<QueueUpload>,
}

/// How far a dossier is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum QueueStage {
    /// Safe on this machine.
    Sealed,
    /// Files on their way.
    Uploading,
    /// All files there; being handed in.
    Submitting,
    /// The portal has it.
    Accepted,
    /// The portal refuses it; the person must change something.
    NeedsFix,
    /// Not known whether it arrived; being asked.
    OutcomeUnknown,
    /// Set aside after too many failures; nothing is lost.
    Quarantined,
    /// The person went on without it; it stays in the list with its reason.
    GivenUp,
}

/// Why something waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct WaitInfo {
    /// `offline`, `signedOut`, `paused`, `backoff`, `portalBusy`; `confirm` and `pay` when the portal wants that first; `hours` and `metered` when the
    /// person's rules for sending keep files here; `unsigned` when the portal's receipt didn't bear its signature; `changed` when the person is to say
    /// whether it is sent as it is; `otherVersion` when the portal speaks another version of the contract. Of a code
    /// that was looked up also `noAnswer`, `fault`, `signIn` and `refused`.
    pub code: String,
    /// When it is tried again, RFC 3339; empty when it depends on something else.
    pub until: String,
    /// The technical reason; empty when there is none.
    pub detail: String,
}

/// Progress of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct QueueUpload {
    /// The upload.
    pub id: UploadId,
    /// File name.
    pub name: String,
    /// Bytes there.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub sent: u64,
    /// Bytes in all.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub size: u64,
}

/// Something that is not as it was when a dossier was sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ChangedSince {
    /// Of what kind.
    pub kind: ChangedKind,
    /// What it is.
    pub what: super::BothLanguages,
    /// As it was sealed; empty where there is nothing to set against it.
    pub before: String,
    /// As it is now.
    pub after: String,
}

/// What kind of thing has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum ChangedKind {
    /// The form and what it asks for.
    Form,
    /// What it costs.
    Fee,
    /// A day that the law sets has come.
    Law,
    /// The person's own data.
    Person,
    /// What the desk asks for.
    Request,
}
