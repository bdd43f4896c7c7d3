//! What went wrong, in words that tell what to do.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Why something was refused or held back, and what the person can do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Trouble {
    /// The contract's code; `held.other_bytes`, `held.damaged`, `held.local` for what was held back on this machine; `receipt.missing`,
    /// `receipt.differs`, `receipt.unsigned` for a receipt that is not what the portal says today.
    pub code: String,
    /// What happened, and why.
    pub what: BothLanguages,
    /// What to do next.
    pub next: BothLanguages,
    /// What the portal or this machine said of it; empty when nothing.
    pub detail: String,
    /// Answer or file → what is wrong with it.
    pub fields: BTreeMap<String, String>,
}

/// The same words twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct BothLanguages {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}
