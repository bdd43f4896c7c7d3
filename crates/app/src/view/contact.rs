//! How the person is reached, here and at the portal.

use hoso_dossier::EditId;
use serde::{Deserialize, Serialize};

/// How the profile's details stand to what the portal has of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ContactInfo {
    /// How it stands.
    pub state: ContactState,
    /// As it stands here.
    pub mine: ContactData,
    /// As the portal last said it.
    pub portal: Option<PortalContact>,
    /// Why a change waits; none while it is on its way, and where none is.
    pub wait: Option<super::WaitInfo>,
    /// Why the portal did not take a change.
    pub trouble: Option<super::Trouble>,
}

/// How a change of the person's details stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum ContactState {
    /// The portal was not asked yet, and nothing was changed.
    Unknown,
    /// The portal has what stands here.
    Same,
    /// The portal is to be told what was changed here.
    Waiting,
    /// The portal has something else: the person says which they keep.
    Differs,
    /// The portal did not take the change.
    Refused,
}

/// What the portal has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PortalContact {
    /// Names this state, so that the person chooses against what they saw.
    pub state: EditId,
    /// Since when, RFC 3339.
    pub changed_at: String,
    /// It.
    pub data: ContactData,
}

/// What a person may change themselves at the portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ContactData {
    /// Phone number.
    pub phone: String,
    /// E-mail address.
    pub email: String,
    /// Province (*tỉnh, thành phố*).
    pub province: String,
    /// Commune (*xã, phường, đặc khu*).
    pub commune: String,
    /// House number, street, village.
    pub address: String,
}
