//! One change of the answers, and how to take it back.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A change that a person (or a prefill) makes to the answers; the entry of a draft's append-only log.
///
/// Paths are concrete data paths: `mother.name`, `children[2].birth`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(tag = "op", rename_all = "camelCase")]
pub enum Change {
    /// Puts a value at a path, making parents as needed.
    Set {
        /// Where.
        path: String,
        /// The new value.
        value: Value,
    },
    /// Removes the value at a path.
    Clear {
        /// Where.
        path: String,
    },
    /// Inserts a row before `index`; an index at or past the end appends.
    InsertRow {
        /// The grid.
        path: String,
        /// Position, from 0.
        index: usize,
        /// The row.
        value: Value,
    },
    /// Removes a row.
    RemoveRow {
        /// The grid.
        path: String,
        /// Position, from 0.
        index: usize,
    },
    /// Moves a row.
    MoveRow {
        /// The grid.
        path: String,
        /// From, from 0.
        from: usize,
        /// To, from 0, counted after the removal.
        to: usize,
    },
    /// Several changes as one step of undo.
    Batch {
        /// In order.
        changes: Vec<Change>,
    },
}
