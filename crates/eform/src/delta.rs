//! Where two trees of answers differ. What they share isn't looked at, so the cost is that of the difference.

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
