//! The raw answers of a draft: a tree that changes are applied to and taken back from.

use serde_json::{Map, Value};

use crate::change::Change;
use crate::error::ChangeError;
use crate::path::{self, Seg};

/// Deepest path and highest row number that a change may name.
const MAX_STEPS: usize = 64;
const MAX_ROW: usize = 100_000;

/// What a person answered so far, exactly as entered; hidden parts keep their answers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answers(Value);

impl From<Value> for Answers {
    /// Takes a tree over; anything but an object counts as no answers.
    fn from(value: Value) -> Answers {
        Answers(if value.is_object() {
            value
        } else {
            Value::Object(Map::new())
        })
    }
}

impl Answers {
    /// The tree.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// Applies a change whole or not at all, and returns the change that takes it back.
    ///
    /// # Errors
    /// When the path can't be read or the rows it names don't exist.
    pub fn apply(&mut self, change: &Change) -> Result<Change, ChangeError> {
        if !self.0.is_object() {
            self.0 = Value::Object(Map::new());
        }
        match change {
            Change::Set { path, value } => {
                let segs = read(path)?;
                let inverse = inverse_of_set(&self.0, &segs);
                put(&mut self.0, &segs, value.clone());
                Ok(inverse)
            }
            Change::Clear { path } => {
                let segs = read(path)?;
                Ok(match remove(&mut self.0, &segs) {
                    Some(value) => Change::Set {
                        path: path::text(&segs),
                        value,
                    },
                    None => Change::Batch {
                        changes: Vec::new(),
                    },
                })
            }
            Change::InsertRow { path, index, value } => {
                let segs = read(path)?;
                match get(&self.0, &segs) {
                    None | Some(Value::Null) => {
                        let inverse = inverse_of_set(&self.0, &segs);
                        put(&mut self.0, &segs, Value::Array(vec![value.clone()]));
                        Ok(inverse)
                    }
                    Some(_) => {
                        let rows = self.rows(path, &segs)?;
                        if rows.len() >= MAX_ROW {
                            return Err(ChangeError::TooFar { path: path.clone() });
                        }
                        let index = (*index).min(rows.len());
                        rows.insert(index, value.clone());
                        Ok(Change::RemoveRow {
                            path: path.clone(),
                            index,
                        })
                    }
                }
            }
            Change::RemoveRow { path, index } => {
                let segs = read(path)?;
                let rows = self.rows(path, &segs)?;
                if *index >= rows.len() {
                    return Err(ChangeError::NoRow {
                        path: path.clone(),
                        index: *index,
                    });
                }
                let value = rows.remove(*index);
                Ok(Change::InsertRow {
                    path: path.clone(),
                    index: *index,
                    value,
                })
            }
            Change::MoveRow { path, from, to } => {
                let segs = read(path)?;
                let rows = self.rows(path, &segs)?;
                if *from >= rows.len() {
                    return Err(ChangeError::NoRow {
                        path: path.clone(),
                        index: *from,
                    });
                }
                let row = rows.remove(*from);
                let to = (*to).min(rows.len());
                rows.insert(to, row);
                Ok(Change::MoveRow {
                    path: path.clone(),
                    from: to,
                    to: *from,
                })
            }
            Change::Batch { changes } => self.apply_all(changes),
        }
    }

    fn apply_all(&mut self, changes: &[Change]) -> Result<Change, ChangeError> {
        let mut inverses = Vec::with_capacity(changes.len());
        for change in changes {
            match self.apply(change) {
                Ok(inverse) => inverses.push(inverse),
                Err(error) => {
                    for inverse in inverses.iter().rev() {
                        self.apply(inverse)?;
                    }
                    return Err(error);
                }
            }
        }
        inverses.reverse();
        Ok(Change::Batch { changes: inverses })
    }

    fn rows(&mut self, path: &str, segs: &[Seg]) -> Result<&mut Vec<Value>, ChangeError> {
        get_mut(&mut self.0, segs)
            .and_then(Value::as_array_mut)
            .ok_or_else(|| ChangeError::NotRows {
                path: path.to_owned(),
            })
    }
}

fn read(path: &str) -> Result<Vec<Seg>, ChangeError> {
    let segs = path::plain(path::parse(path));
    if path.is_empty()
        || segs
            .iter()
            .any(|seg| matches!(seg, Seg::Key(key) if key.is_empty()))
    {
        return Err(ChangeError::BadPath {
            path: path.to_owned(),
        });
    }
    if segs.len() > MAX_STEPS
        || segs
            .iter()
            .any(|seg| matches!(seg, Seg::Index(index) if *index >= MAX_ROW))
    {
        return Err(ChangeError::TooFar {
            path: path.to_owned(),
        });
    }
    Ok(segs)
}

fn step<'a>(value: &'a Value, seg: &Seg) -> Option<&'a Value> {
    match (value, seg) {
        (Value::Object(map), Seg::Key(key)) => map.get(&**key),
        (Value::Object(map), Seg::Index(index)) => map.get(&index.to_string()),
        (Value::Array(items), Seg::Index(index)) => items.get(*index),
        _ => None,
    }
}

pub(crate) fn get<'a>(root: &'a Value, segs: &[Seg]) -> Option<&'a Value> {
    segs.iter().try_fold(root, step)
}

fn get_mut<'a>(root: &'a mut Value, segs: &[Seg]) -> Option<&'a mut Value> {
    segs.iter().try_fold(root, |value, seg| match (value, seg) {
        (Value::Object(map), Seg::Key(key)) => map.get_mut(&**key),
        (Value::Object(map), Seg::Index(index)) => map.get_mut(&index.to_string()),
        (Value::Array(items), Seg::Index(index)) => items.get_mut(*index),
        _ => None,
    })
}

/// What restores the tree after a value was put at `segs`: the old value, or the removal of the first part that was made.
fn inverse_of_set(root: &Value, segs: &[Seg]) -> Change {
    let mut value = root;
    for (depth, seg) in segs.iter().enumerate() {
        let (before, through) = (
            segs.get(..depth).unwrap_or(segs),
            segs.get(..=depth).unwrap_or(segs),
        );
        match step(value, seg) {
            Some(inner) => value = inner,
            None if value.is_object() => {
                return Change::Clear {
                    path: path::text(through),
                };
            }
            None => {
                return Change::Set {
                    path: path::text(before),
                    value: value.clone(),
                };
            }
        }
    }
    Change::Set {
        path: path::text(segs),
        value: value.clone(),
    }
}

fn put(root: &mut Value, segs: &[Seg], new: Value) {
    let Some((first, rest)) = segs.split_first() else {
        *root = new;
        return;
    };
    if !matches!(
        (&*root, first),
        (Value::Object(_), _) | (Value::Array(_), Seg::Index(_))
    ) {
        *root = if matches!(first, Seg::Index(_)) {
            Value::Array(Vec::new())
        } else {
            Value::Object(Map::new())
        };
    }
    match (root, first) {
        (Value::Object(map), seg) => {
            let key = match seg {
                Seg::Key(key) => key.to_string(),
                Seg::Index(index) => index.to_string(),
            };
            put(map.entry(key).or_insert(Value::Null), rest, new);
        }
        (Value::Array(items), Seg::Index(index)) => {
            if *index >= items.len() {
                items.resize(*index + 1, Value::Null);
            }
            if let Some(slot) = items.get_mut(*index) {
                put(slot, rest, new);
            }
        }
        _ => {}
    }
}

pub(crate) fn remove(root: &mut Value, segs: &[Seg]) -> Option<Value> {
    let (last, parent) = segs.split_last()?;
    match (get_mut(root, parent)?, last) {
        (Value::Object(map), Seg::Key(key)) => map.shift_remove(&**key),
        (Value::Object(map), Seg::Index(index)) => map.shift_remove(&index.to_string()),
        // A row's place stays; `RemoveRow` closes it.
        (Value::Array(items), Seg::Index(index)) => items.get_mut(*index).map(Value::take),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn apply(from: Value, change: Change) -> Value {
        let mut answers = Answers::from(from);
        answers.apply(&change).unwrap();
        answers.0
    }

    #[test]
    fn rows_come_go_and_move() {
        let grid = || json!({"g": [1, 2, 3]});
        let path = || "g".to_owned();
        assert_eq!(
            apply(
                grid(),
                Change::InsertRow {
                    path: path(),
                    index: 9,
                    value: json!(4)
                }
            ),
            json!({"g": [1, 2, 3, 4]})
        );
        assert_eq!(
            apply(
                grid(),
                Change::RemoveRow {
                    path: path(),
                    index: 0
                }
            ),
            json!({"g": [2, 3]})
        );
        assert_eq!(
            apply(
                grid(),
                Change::MoveRow {
                    path: path(),
                    from: 0,
                    to: 2
                }
            ),
            json!({"g": [2, 3, 1]})
        );
        assert_eq!(
            apply(
                json!({}),
                Change::InsertRow {
                    path: "a.g".into(),
                    index: 3,
                    value: json!(1)
                }
            ),
            json!({"a": {"g": [1]}})
        );
    }

    #[test]
    fn a_refused_batch_changes_nothing() {
        let mut answers = Answers::from(json!({"a": 1}));
        let change = Change::Batch {
            changes: vec![
                Change::Set {
                    path: "a".into(),
                    value: json!(2),
                },
                Change::RemoveRow {
                    path: "a".into(),
                    index: 0,
                },
            ],
        };
        assert_eq!(
            answers.apply(&change),
            Err(ChangeError::NotRows { path: "a".into() })
        );
        assert_eq!(answers.value(), &json!({"a": 1}));
        assert!(
            answers
                .apply(&Change::Clear {
                    path: String::new()
                })
                .is_err()
        );
        assert!(
            answers
                .apply(&Change::Set {
                    path: "g[999999999]".into(),
                    value: json!(1)
                })
                .is_err()
        );
    }

    fn paths() -> impl Strategy<Value = String> {
        prop::collection::vec(
            prop_oneof![Just("a"), Just("b"), Just("[0]"), Just("[2]"), Just("c")],
            1..4,
        )
        .prop_map(|parts| {
            let mut path = String::new();
            for part in parts {
                if !path.is_empty() && !part.starts_with('[') {
                    path.push('.');
                }
                path.push_str(part);
            }
            path
        })
    }

    fn values() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(json!(null)),
            Just(json!("x")),
            Just(json!([1, 2, 3])),
            Just(json!({"a": {"b": [{"c": 1}]}})),
            Just(json!({"b": 2})),
        ]
    }

    fn changes() -> impl Strategy<Value = Change> {
        let leaf = prop_oneof![
            (paths(), values()).prop_map(|(path, value)| Change::Set { path, value }),
            paths().prop_map(|path| Change::Clear { path }),
            (paths(), 0usize..4, values()).prop_map(|(path, index, value)| Change::InsertRow {
                path,
                index,
                value
            }),
            (paths(), 0usize..4).prop_map(|(path, index)| Change::RemoveRow { path, index }),
            (paths(), 0usize..4, 0usize..4).prop_map(|(path, from, to)| Change::MoveRow {
                path,
                from,
                to
            }),
        ];
        leaf.prop_recursive(2, 6, 3, |inner| {
            prop::collection::vec(inner, 0..3).prop_map(|changes| Change::Batch { changes })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn the_inverse_takes_back(changes in prop::collection::vec(changes(), 1..8)) {
            let mut answers = Answers::from(json!({"a": {"b": [1, {"c": 2}]}, "c": [[1], [2]]}));
            for change in &changes {
                let before = answers.clone();
                match answers.apply(change) {
                    Ok(inverse) => {
                        let after = answers.clone();
                        let redo = answers.apply(&inverse).unwrap();
                        prop_assert_eq!(&answers, &before);
                        answers.apply(&redo).unwrap();
                        prop_assert_eq!(&answers, &after);
                    }
                    Err(_) => prop_assert_eq!(&answers, &before),
                }
            }
        }
    }
}
