//! Places that answer what a person types.

use serde::{Deserialize, Serialize};

/// A commune of today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PlaceHit {
    /// *Xã, phường, đặc khu*.
    pub commune: String,
    /// Its official code.
    pub commune_code: String,
    /// *Tỉnh, thành phố*.
    pub province: String,
    /// Its official code.
    pub province_code: String,
    /// The ward of before July 2025 that was asked for; empty when today's name was.
    pub former: String,
}

/// A province of today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ProvinceHit {
    /// Its official code.
    pub code: String,
    /// *Tỉnh, thành phố*.
    pub name: String,
    /// Its name of before July 2025 that leads here; empty for today's.
    pub former: String,
}

/// An address on one line, in its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ReadPlace {
    /// House and street.
    pub street: String,
    /// The commune; several where a former ward was divided.
    pub places: Vec<PlaceHit>,
}
