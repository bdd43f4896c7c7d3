//! One change of the answers, and how to take it back.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::path::{self, Seg};

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

impl Change {
    /// Goes through its single changes in order.
    pub(crate) fn each(&self, tell: &mut impl FnMut(&Change)) {
        match self {
            Change::Batch { changes } => changes.iter().for_each(|change| change.each(tell)),
            one => tell(one),
        }
    }

    /// Where a place is after the change; nothing where its row went.
    pub(crate) fn carries(&self, mut place: Vec<Seg>) -> Option<Vec<Seg>> {
        let (Change::InsertRow { path, .. }
        | Change::RemoveRow { path, .. }
        | Change::MoveRow { path, .. }) = self
        else {
            return Some(place);
        };
        let grid = path::plain(path::parse(path));
        if place.starts_with(&grid)
            && let Some(Seg::Index(row)) = place.get_mut(grid.len())
        {
            let at = *row;
            *row = match self {
                Change::InsertRow { index, .. } if at >= *index => at + 1,
                Change::RemoveRow { index, .. } => match at.cmp(index) {
                    Ordering::Less => at,
                    Ordering::Equal => return None,
                    Ordering::Greater => at - 1,
                },
                Change::MoveRow { from, to, .. } => {
                    if at == *from {
                        *to
                    } else if *from < at && at <= *to {
                        at - 1
                    } else if *to <= at && at < *from {
                        at + 1
                    } else {
                        at
                    }
                }
                _ => at,
            };
        }
        Some(place)
    }

    /// The path that it names; a batch names none of its own.
    pub(crate) fn path(&self) -> &str {
        match self {
            Change::Set { path, .. }
            | Change::Clear { path }
            | Change::InsertRow { path, .. }
            | Change::RemoveRow { path, .. }
            | Change::MoveRow { path, .. } => path,
            Change::Batch { .. } => "",
        }
    }
}
