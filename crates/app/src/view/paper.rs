//! Papers that were written, and the Word files that they are written into.

use serde::{Deserialize, Serialize};

/// A paper that was saved where the person said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Exported {
    /// Where.
    pub path: String,
    /// What a Word template asks for and did not get.
    pub unfilled: Vec<UnfilledPlace>,
}

/// Which Word file a procedure's Word export fills.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct WordTemplate {
    /// File name of the one that the person chose; empty: none.
    pub own: String,
    /// The procedure brings one.
    pub from_pack: bool,
    /// What it asks for and does not get with the present answers.
    pub unfilled: Vec<UnfilledPlace>,
    /// Paths of answers that it does not use.
    pub unused: Vec<String>,
}

/// A place of a Word template that stays without an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct UnfilledPlace {
    /// The part of the Word file, e.g. `word/header1.xml`.
    pub part: String,
    /// The placeholder, or the control's tag.
    pub what: String,
    /// Why.
    pub why: UnfilledWhy,
    /// What is wrong with an expression; empty otherwise.
    pub detail: String,
}

/// Why a place stays without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum UnfilledWhy {
    /// The answer is blank.
    Blank,
    /// There is no answer of this name.
    Unknown,
    /// The braces are not closed.
    NotClosed,
    /// The expression can't be worked out.
    Expression,
    /// A control that takes no text.
    NotText,
    /// In a field's instruction or in a note, which are left alone.
    NotHere,
}
