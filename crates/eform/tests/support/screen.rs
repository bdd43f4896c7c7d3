//! What the window does with patches, for tests that compare a screen that followed with one drawn anew.

use hoso_eform::{Change, FormState, Patch};
use serde_json::{Value, json};

/// Puts a value as the window does, where twins (`name~2`) are places of their own.
fn put(data: &mut Value, path: &str, value: &Value) {
    let steps = path.replace('[', ".").replace(']', "");
    let mut at = data;
    for step in steps.split('.') {
        at = match (at, step.parse::<usize>()) {
            (Value::Array(items), Ok(index)) => {
                if index >= items.len() {
                    items.resize(index + 1, Value::Null);
                }
                &mut items[index]
            }
            (at, index) => {
                if !at.is_object() {
                    *at = if index.is_ok() { json!([]) } else { json!({}) };
                }
                match at {
                    Value::Object(map) => map.entry(step).or_insert(Value::Null),
                    Value::Array(items) => {
                        items.resize(index.unwrap() + 1, Value::Null);
                        items.last_mut().unwrap()
                    }
                    _ => unreachable!(),
                }
            }
        };
    }
    *at = value.clone();
}

/// What a screen has after it applied a patch.
pub(crate) fn patched(mut state: FormState, patch: &Patch) -> FormState {
    for change in &patch.rows {
        let (Change::InsertRow { path, .. }
        | Change::RemoveRow { path, .. }
        | Change::MoveRow { path, .. }) = change
        else {
            unreachable!("no row: {change:?}")
        };
        let at = format!(
            "/{}",
            path.replace('[', ".").replace(']', "").replace('.', "/")
        );
        let rows = state.data.pointer_mut(&at).unwrap().as_array_mut().unwrap();
        match change {
            Change::InsertRow { index, value, .. } => {
                rows.insert((*index).min(rows.len()), value.clone());
            }
            Change::RemoveRow { index, .. } => {
                rows.remove(*index);
            }
            Change::MoveRow { from, to, .. } => {
                let row = rows.remove(*from);
                rows.insert((*to).min(rows.len()), row);
            }
            _ => {}
        }
    }
    for (path, value) in &patch.values {
        put(&mut state.data, path, value);
    }
    for (path, hidden) in &patch.hidden {
        assert_ne!(state.hidden.contains(path), *hidden, "no news of {path}");
        state.hidden.retain(|known| known != path);
        if *hidden {
            state.hidden.push(path.clone());
        }
    }
    for (map, changes) in [
        (&mut state.sources, &patch.sources),
        (&mut state.warnings, &patch.warnings),
        (&mut state.blocked, &patch.blocked),
    ] {
        for (path, value) in changes {
            match value {
                Some(value) => map.insert(path.clone(), value.clone()),
                None => map.remove(path),
            };
        }
    }
    for (path, set) in &patch.overrides {
        if set.is_empty() {
            state.overrides.remove(path);
        } else {
            state.overrides.insert(path.clone(), set.clone());
        }
    }
    state
}

/// Without what reads the same as missing.
pub(crate) fn tidy(mut state: FormState) -> FormState {
    fn prune(value: &mut Value) {
        match value {
            Value::Object(map) => {
                map.values_mut().for_each(prune);
                map.retain(|_, value| !value.is_null());
            }
            Value::Array(items) => items.iter_mut().for_each(prune),
            _ => {}
        }
    }
    prune(&mut state.data);
    state.hidden.sort();
    state
}
