//! Paths into answers, `mother.name` or `children[2].birth`, with the reading and writing rules of lodash.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::js::{Js, UNDEFINED};

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Seg {
    Key(Arc<str>),
    Index(usize),
}

/// The longest array that a path may make; a larger index is ignored, not obeyed.
const MAX_INDEX: usize = 100_000;

/// Reads a path as lodash's `toPath` does. A part of digits only is an index.
pub(crate) fn parse(path: &str) -> Vec<Seg> {
    let mut segs = Vec::new();
    for part in path.split('.') {
        let (key, indexes) = match part.find('[') {
            Some(at) => part.split_at(at),
            None => (part, ""),
        };
        if !key.is_empty() || indexes.is_empty() {
            segs.push(seg(key));
        }
        for inner in indexes.split('[').skip(1) {
            let inner = inner.trim_end_matches(']');
            segs.push(seg(inner.trim_matches(['"', '\''])));
        }
    }
    segs
}

/// Without the marks that tell components of the same data path apart: `name~2` is `name`.
pub(crate) fn plain(segs: Vec<Seg>) -> Vec<Seg> {
    segs.into_iter()
        .map(|seg| match &seg {
            Seg::Key(key) => match key.rsplit_once('~') {
                Some((name, count))
                    if !name.is_empty()
                        && !count.is_empty()
                        && count.bytes().all(|b| b.is_ascii_digit()) =>
                {
                    Seg::Key(name.into())
                }
                _ => seg,
            },
            Seg::Index(_) => seg,
        })
        .collect()
}

/// One step as it is written: digits only are an index.
pub(crate) fn seg(text: &str) -> Seg {
    let canonical = text == "0" || !text.starts_with('0');
    match text.parse::<usize>() {
        Ok(index) if canonical && text.bytes().all(|b| b.is_ascii_digit()) => Seg::Index(index),
        _ => Seg::Key(text.into()),
    }
}

/// Writes a path in form.io's way.
pub(crate) fn text(segs: &[Seg]) -> String {
    let mut out = String::new();
    for seg in segs {
        match seg {
            Seg::Key(key) => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(key);
            }
            Seg::Index(index) => {
                let _ = write!(out, "[{index}]");
            }
        }
    }
    out
}

fn child<'a>(value: &'a Js, seg: &Seg) -> &'a Js {
    match (value, seg) {
        (Js::Obj(props), Seg::Key(key)) => props.get(&**key).unwrap_or(&UNDEFINED),
        (Js::Obj(props), Seg::Index(index)) => props.get(&index.to_string()).unwrap_or(&UNDEFINED),
        (Js::Arr(items), Seg::Index(index)) => items.get(*index).unwrap_or(&UNDEFINED),
        _ => &UNDEFINED,
    }
}

/// The value at a path; `undefined` when there is none.
pub(crate) fn get<'a>(root: &'a Js, segs: &[Seg]) -> &'a Js {
    let mut value = root;
    for seg in segs {
        value = child(value, seg);
    }
    value
}

/// The value at a path, where there is one, be it undefined.
pub(crate) fn find<'a>(root: &'a Js, segs: &[Seg]) -> Option<&'a Js> {
    has(root, segs).then(|| get(root, segs))
}

/// Like [`get`], and also answers `length` of arrays and texts, as a script would see it.
pub(crate) fn get_loose(root: &Js, segs: &[Seg]) -> Js {
    match segs.split_last() {
        Some((Seg::Key(last), parent)) if &**last == "length" => match get(root, parent) {
            Js::Arr(items) => Js::Num(items.len() as f64),
            Js::Str(text) => Js::Num(crate::js::utf16_len(text) as f64),
            other => other.prop("length").clone(),
        },
        _ => get(root, segs).clone(),
    }
}

/// Whether the last step exists, even with an undefined value.
pub(crate) fn has(root: &Js, segs: &[Seg]) -> bool {
    let Some((last, parent)) = segs.split_last() else {
        return false;
    };
    match (get(root, parent), last) {
        (Js::Obj(props), Seg::Key(key)) => props.contains_key(&**key),
        (Js::Obj(props), Seg::Index(index)) => props.contains_key(&index.to_string()),
        (Js::Arr(items), Seg::Index(index)) => *index < items.len(),
        _ => false,
    }
}

/// Puts a value, making parents as lodash's `set` does: an array where the next step is an index, and nothing at all under a name that an object in JavaScript
/// can't have for itself.
pub(crate) fn set(root: &mut Js, segs: &[Seg], value: Js) {
    let Some((first, rest)) = segs.split_first() else {
        return;
    };
    if is_unkept(first) {
        return;
    }
    // JavaScript hangs a named property on an array; an empty one may as well be an object.
    let named = matches!((&*root, first), (Js::Arr(items), Seg::Key(_)) if items.is_empty());
    if !root.is_object() || named {
        *root = if matches!(first, Seg::Index(_)) {
            Js::Arr(crate::js::List::default())
        } else {
            Js::object()
        };
    }
    let slot = match (root, first) {
        (Js::Obj(props), Seg::Key(key)) => props.entry(key.to_string()).or_default(),
        (Js::Obj(props), Seg::Index(index)) => props.entry(index.to_string()).or_default(),
        (Js::Arr(items), Seg::Index(index)) => {
            if *index > MAX_INDEX {
                return;
            }
            if *index >= items.len() {
                items.resize(*index + 1, Js::Undefined);
            }
            match items.get_mut(*index) {
                Some(slot) => slot,
                None => return,
            }
        }
        // A named property of an array exists in JavaScript but never in JSON.
        _ => return,
    };
    if rest.is_empty() {
        *slot = value;
    } else {
        set(slot, rest, value);
    }
}

/// A name under which nothing is kept: in JavaScript it leads to what all objects share.
pub(crate) fn is_unkept(seg: &Seg) -> bool {
    matches!(seg, Seg::Key(key) if &**key == "__proto__")
}

/// Removes a key; the last step into an array leaves a hole, as `delete` does.
pub(crate) fn unset(root: &mut Js, segs: &[Seg]) {
    let Some((first, rest)) = segs.split_first() else {
        return;
    };
    match (root, first) {
        (Js::Obj(props), seg) => {
            let key = match seg {
                Seg::Key(key) => key.to_string(),
                Seg::Index(index) => index.to_string(),
            };
            if rest.is_empty() {
                props.shift_remove(&key);
            } else if let Some(inner) = props.get_mut(&key) {
                unset(inner, rest);
            }
        }
        (Js::Arr(items), Seg::Index(index)) => {
            if let Some(inner) = items.get_mut(*index) {
                if rest.is_empty() {
                    *inner = Js::Undefined;
                } else {
                    unset(inner, rest);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_survive_writing() {
        for path in ["a", "a.b", "a[0].b", "a[0][12].b.c", "[3].x"] {
            assert_eq!(text(&parse(path)), path);
        }
        assert_eq!(parse("a.0"), parse("a[0]"));
        assert_eq!(parse("a.007").last(), Some(&Seg::Key("007".into())));
    }

    #[test]
    fn setting_makes_parents() {
        let mut root = Js::object();
        set(&mut root, &parse("a.b[1].c"), Js::Num(1.0));
        assert_eq!(root.to_json(), json!({"a": {"b": [null, {"c": 1}]}}));
        assert!(has(&root, &parse("a.b[0]")) && !has(&root, &parse("a.x")));
        unset(&mut root, &parse("a.b[1].c"));
        assert_eq!(root.to_json(), json!({"a": {"b": [null, {}]}}));
        set(&mut root, &parse("a.b"), Js::Null);
        set(&mut root, &parse("a.b.d"), Js::Bool(true));
        assert_eq!(root.to_json(), json!({"a": {"b": {"d": true}}}));
        set(&mut root, &parse("a.__proto__.e"), Js::Null);
        assert_eq!(root.to_json(), json!({"a": {"b": {"d": true}}}));
        set(&mut root, &parse("huge[99999999999]"), Js::Null);
        assert_eq!(get_loose(&root, &parse("huge.length")).to_number(), 0.0);
    }
}
