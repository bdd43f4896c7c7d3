//! The answers as the rules see them, kept beside the answers as the draft keeps them.

use serde_json::Value;

use crate::change::Change;
use crate::definition::Form;
use crate::hand;
use crate::js::Js;
use crate::path::{self, Seg};

/// Carries a change over to the answers as the rules see them; what it doesn't touch stays shared.
pub(super) fn see(form: &Form, seen: &mut Js, answers: &Value, change: &Change) {
    match change {
        Change::Batch { changes } => {
            for change in changes {
                see(form, seen, answers, change);
            }
        }
        Change::Set { path, .. }
        | Change::Clear { path }
        | Change::InsertRow { path, .. }
        | Change::RemoveRow { path, .. }
        | Change::MoveRow { path, .. } => {
            see_at(form, seen, answers, &path::plain(path::parse(path)));
        }
    }
}

fn see_at(form: &Form, seen: &mut Js, answers: &Value, at: &[Seg]) {
    match (at.split_first(), &mut *seen, answers) {
        (Some((first, rest)), Js::Obj(props), Value::Object(map)) => {
            let key = match first {
                Seg::Key(key) => key.to_string(),
                Seg::Index(index) => index.to_string(),
            };
            let shows = |key: &String| form.dependents.hands.is_empty() || !hand::is_beside(key);
            if !shows(&key) {
                return;
            }
            match (props.get_mut(&key), map.get(&key)) {
                (Some(old), Some(new)) => see_at(form, old, new, rest),
                (None, Some(new)) => {
                    props.insert(key, hand::bare(form, new));
                }
                (Some(_), None) => {
                    props.shift_remove(&key);
                }
                (None, None) => {}
            }
            if !props.keys().eq(map.keys().filter(|key| shows(key))) {
                let known = |(key, new): (&String, &Value)| {
                    let old = props.get(key).cloned();
                    (key.clone(), old.unwrap_or_else(|| hand::bare(form, new)))
                };
                let in_order = map.iter().filter(|(key, _)| shows(key)).map(known);
                let in_order = in_order.collect();
                *seen = Js::Obj(in_order);
            }
        }
        (Some((Seg::Index(index), rest)), Js::Arr(items), Value::Array(rows))
            if items.len() == rows.len() =>
        {
            if let (Some(old), Some(new)) = (items.get_mut(*index), rows.get(*index)) {
                see_at(form, old, new, rest);
            }
        }
        _ => *seen = hand::bare(form, answers),
    }
}
