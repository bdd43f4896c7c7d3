//! The vault's papers and the scan inbox.

use hoso_dossier::PaperId;
use serde::{Deserialize, Serialize};

/// A paper in the vault (*kho dữ liệu cá nhân*).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PaperInfo {
    /// The paper.
    pub id: PaperId,
    /// Name that the person gave it.
    pub name: String,
    /// Kind of paper (*loại giấy tờ*).
    pub kind: String,
    /// MIME type.
    pub media_type: String,
    /// Bytes.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub size: u64,
    /// RFC 3339.
    pub added_at: String,
    /// In the trash since, RFC 3339; empty when not.
    pub trashed_at: String,
    /// What it says of whom it is about, as far as that was kept.
    pub fields: PaperFields,
}

/// What a paper says of whom it is about; empty where it says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PaperFields {
    /// Full name; of a business registration the organisation's.
    pub name: String,
    /// *Số định danh cá nhân*; of a business registration the tax code.
    pub number: String,
    /// Date of birth, as ISO or as people write it.
    pub birth_date: String,
    /// *Nam* or *nữ*.
    pub sex: String,
    /// Day of issue, as ISO or as people write it.
    pub issued_on: String,
    /// The whole address on one line.
    pub address: String,
}

/// A new scan in the watched folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct InboxItemInfo {
    /// Path within the watched folder; the item's id.
    pub path: String,
    /// File name.
    pub name: String,
    /// Bytes.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub size: u64,
    /// MIME type.
    pub media_type: String,
    /// When the file changed, RFC 3339.
    pub modified_at: String,
}
