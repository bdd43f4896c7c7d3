//! form.io's `case`: what is typed becomes upper or lower case.

use serde_json::Value;

use crate::change::Change;
use crate::definition::{Component, Form};
use crate::path;

/// Types whose answer is a text that is typed freely, alone or in a list.
const TYPED: [&str; 7] = [
    "textfield",
    "textarea",
    "email",
    "url",
    "phoneNumber",
    "password",
    "vnName",
];

/// What becomes of the letters of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Upper,
    Lower,
}

impl Case {
    pub(crate) fn of(component: &Component) -> Option<Case> {
        if !TYPED.contains(&component.kind.as_str()) {
            return None;
        }
        match component.prop("case").as_str()? {
            "uppercase" => Some(Case::Upper),
            "lowercase" => Some(Case::Lower),
            _ => None,
        }
    }

    fn put(self, value: &mut Value) {
        match value {
            Value::String(text) => {
                *text = match self {
                    Case::Upper => text.to_uppercase(),
                    Case::Lower => text.to_lowercase(),
                }
            }
            Value::Array(items) => items
                .iter_mut()
                .filter(|item| item.is_string())
                .for_each(|item| self.put(item)),
            _ => {}
        }
    }
}

impl Form {
    /// A change as it is made where a person types it.
    #[must_use]
    pub(crate) fn typed(&self, change: &Change) -> Change {
        let mut change = change.clone();
        self.case(&mut change);
        change
    }

    fn case(&self, change: &mut Change) {
        let (at, value) = match change {
            Change::Set { path, value } => (path::plain(path::parse(path)), value),
            Change::InsertRow { path, index, value } => {
                let mut at = path::plain(path::parse(path));
                at.push(path::Seg::Index(*index));
                (at, value)
            }
            Change::Batch { changes } => {
                return changes.iter_mut().for_each(|change| self.case(change));
            }
            Change::Clear { .. } | Change::RemoveRow { .. } | Change::MoveRow { .. } => return,
        };
        for (_, look, case) in &self.dependents.cased {
            look.within(&at, value, &mut |value| case.put(value));
        }
    }
}
