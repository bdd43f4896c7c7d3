//! How an error crosses to a face.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// An error as the window and the command line receive it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ErrorView {
    /// Stable code; the UI owns the wording for it.
    pub code: String,
    /// English words for logs and for codes that the UI has no wording for.
    pub message: String,
    /// Further facts, e.g. `seconds`, `limit`, `name`, or field → what is wrong.
    pub fields: BTreeMap<String, String>,
}
