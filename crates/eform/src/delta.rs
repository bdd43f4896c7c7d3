//! Where two trees of answers differ. What they share isn't looked at, so the cost is that of the difference.

use serde_json::Value;

use crate::js::{Js, Props};
use crate::path::{self, Seg};

/// The paths at which two trees differ: as deep as they can be told, and above what is missing on one side.
///
/// A key that is there with an undefined value is not the same as one that isn't, and another order of the keys counts, but
/// not at the very top.
pub(crate) fn delta(old: &Js, new: &Js, at: &[Seg]) -> Vec<Vec<Seg>> {
    let mut found = Vec::new();
    look(old, new, &mut at.to_vec(), &mut found);
    found
}

fn look(old: &Js, new: &Js, at: &mut Vec<Seg>, found: &mut Vec<Vec<Seg>>) {
    match (old, new) {
        (Js::Obj(a), Js::Obj(b)) => {
            if a.is(b) {
                return;
            }
            // Mostly the keys are the same, and nothing has to be looked up.
            if a.len() == b.len() && a.keys().eq(b.keys()) {
                for ((key, value), other) in a.iter().zip(b.values()) {
                    if !same_leaf(value, other) {
                        at.push(path::seg(key));
                        look(value, other, at, found);
                        at.pop();
                    }
                }
                return;
            }
            // Whoever goes by the order of all answers looks at all of them anyway.
            if !at.is_empty() && moved(a, b) {
                found.push(at.clone());
                return;
            }
            for (key, value) in a.iter() {
                match b.get(key) {
                    Some(other) => {
                        if same_leaf(value, other) {
                            continue;
                        }
                        at.push(path::seg(key));
                        look(value, other, at, found);
                    }
                    None => {
                        at.push(path::seg(key));
                        found.push(at.clone());
                    }
                }
                at.pop();
            }
            for key in b.keys().filter(|key| !a.contains_key(*key)) {
                at.push(path::seg(key));
                found.push(at.clone());
                at.pop();
            }
        }
        (Js::Arr(a), Js::Arr(b)) => {
            if a.is(b) {
                return;
            }
            if a.len() != b.len() {
                found.push(at.clone());
                return;
            }
            for (index, (value, other)) in a.iter().zip(b.iter()).enumerate() {
                if same_leaf(value, other) {
                    continue;
                }
                at.push(Seg::Index(index));
                look(value, other, at, found);
                at.pop();
            }
        }
        (a, b) if same_leaf(a, b) => {}
        _ => found.push(at.clone()),
    }
}

/// Carries what changed from one tree of answers to another over to the JSON written from the first.
pub(crate) fn carry(json: &mut Value, old: &Js, new: &Js) {
    match (json, old, new) {
        (Value::Object(map), Js::Obj(a), Js::Obj(b)) => {
            if a.is(b) {
                return;
            }
            let same_keys = a.keys().eq(b.keys())
                && a.values()
                    .zip(b.values())
                    .all(|(x, y)| x.is_undefined() == y.is_undefined());
            if same_keys {
                for ((key, value), other) in a.iter().zip(b.values()) {
                    if !same_leaf(value, other)
                        && let Some(json) = map.get_mut(key)
                    {
                        carry(json, value, other);
                    }
                }
                return;
            }
            let mut known = std::mem::take(map);
            for (key, value) in b.iter().filter(|(_, value)| !value.is_undefined()) {
                let kept = known.get_mut(key).map(Value::take).zip(a.get(key));
                let json = match kept {
                    Some((mut json, old)) => {
                        carry(&mut json, old, value);
                        json
                    }
                    None => value.to_json(),
                };
                map.insert(key.clone(), json);
            }
        }
        (Value::Array(items), Js::Arr(a), Js::Arr(b)) => {
            if a.is(b) {
                return;
            }
            items.truncate(b.len());
            for (index, value) in b.iter().enumerate() {
                match (items.get_mut(index), a.get(index)) {
                    (Some(json), Some(old)) => carry(json, old, value),
                    _ => items.push(value.to_json()),
                }
            }
        }
        (_, old, new) if same_leaf(old, new) => {}
        (json, _, new) => *json = new.to_json(),
    }
}

/// Equal without a look inside; two trees may be equal all the same.
fn same_leaf(a: &Js, b: &Js) -> bool {
    match (a, b) {
        (Js::Obj(a), Js::Obj(b)) => a.is(b),
        (Js::Arr(a), Js::Arr(b)) => a.is(b),
        // Zero has a sign that a division shows.
        (Js::Num(a), Js::Num(b)) => a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()),
        (a, b) => a.same(b),
    }
}

/// Whether the keys that both have come in another order, or new ones before old ones.
pub(crate) fn moved(old: &Props, new: &Props) -> bool {
    let mut kept = old.keys().filter(|key| new.contains_key(*key));
    let mut fresh = false;
    for key in new.keys() {
        if old.contains_key(key) {
            if fresh || kept.next() != Some(key) {
                return true;
            }
        } else {
            fresh = true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn paths(old: serde_json::Value, new: serde_json::Value) -> Vec<String> {
        delta(&Js::from(&old), &Js::from(&new), &[])
            .iter()
            .map(|segs| path::text(segs))
            .collect()
    }

    #[test]
    fn the_deepest_paths_are_told() {
        let old = json!({"a": 1, "g": [{"x": 1, "y": 2}, {"x": 3}], "c": {"d": {"e": 1}}});
        let mut new = old.clone();
        new["g"][1]["x"] = json!(4);
        new["c"]["d"]["f"] = json!(null);
        assert_eq!(paths(old.clone(), new), ["g[1].x", "c.d.f"]);
        assert_eq!(paths(old.clone(), old), Vec::<String>::new());
    }

    #[test]
    fn json_is_carried_to_the_letter() {
        let all = [
            json!({"a": 1, "b": {"x": [1, 2, {"y": null}]}, "c": "t"}),
            json!({"b": {"x": [1, {"y": 2}]}, "a": 1}),
            json!({"a": [], "b": {"z": 1, "x": [1, {"y": 2}, 3]}, "d": false}),
            json!({"d": false, "b": 3, "a": [{}]}),
            json!([1]),
            json!(null),
        ];
        for old in &all {
            for new in &all {
                let (a, b) = (Js::from(old), Js::from(new));
                let mut json = old.clone();
                carry(&mut json, &a, &b);
                assert_eq!(json.to_string(), new.to_string(), "from {old}");
            }
        }
        // What is undefined isn't written, and comes back in its place.
        let with = |value: Js| -> Js {
            let pairs = [("a", value), ("b", Js::Num(1.0))];
            Js::Obj(
                pairs
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value))
                    .collect(),
            )
        };
        let (gone, there) = (with(Js::Undefined), with(Js::Null));
        let mut json = gone.to_json();
        carry(&mut json, &gone, &there);
        assert_eq!(json.to_string(), r#"{"a":null,"b":1}"#);
        carry(&mut json, &there, &gone);
        assert_eq!(json.to_string(), r#"{"b":1}"#);
    }

    #[test]
    fn rows_and_order_count() {
        assert_eq!(paths(json!({"g": [1]}), json!({"g": [1, 2]})), ["g"]);
        assert_eq!(
            paths(
                json!({"c": {"a": 1, "b": 2}}),
                json!({"c": {"b": 2, "a": 1}})
            ),
            ["c"]
        );
        assert_eq!(
            paths(json!({"a": 1, "b": 2}), json!({"b": 2, "c": 3})),
            ["a", "c"]
        );
        assert_eq!(paths(json!({"a": 1}), json!({"a": {"b": 1}})), ["a"]);
        assert_eq!(
            delta(&Js::Num(0.0), &Js::Num(-0.0), &path::parse("n")).len(),
            1
        );
    }
}
