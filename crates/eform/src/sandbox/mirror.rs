//! Values on their way into the sandbox and back: JSON, with marks for what JSON can't say.

use crate::js::Js;
use crate::path::Seg;

pub(super) fn json_text(value: &Js) -> String {
    let mut out = String::new();
    write_json(value, &mut out);
    out
}

pub(super) fn write_segs(segs: &[Seg], out: &mut String) {
    let parts = segs.iter().map(|seg| match seg {
        Seg::Key(key) => Js::str(&**key),
        Seg::Index(index) => Js::Num(*index as f64),
    });
    write_json(&Js::Arr(parts.collect()), out);
}

/// JSON, with marks for what JSON can't say.
pub(super) fn write_json(value: &Js, out: &mut String) {
    match value {
        Js::Undefined => out.push_str("\"\\u0000u\""),
        Js::Num(n) if n.is_nan() => out.push_str("\"\\u0000n\""),
        Js::Num(n) if n.is_infinite() => out.push_str(if *n > 0.0 {
            "\"\\u0000i\""
        } else {
            "\"\\u0000j\""
        }),
        Js::Arr(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_json(item, out);
            }
            out.push(']');
        }
        Js::Obj(props) => {
            out.push('{');
            for (at, (key, item)) in props.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&serde_json::Value::String(key.clone()).to_string());
                out.push(':');
                write_json(item, out);
            }
            out.push('}');
        }
        other => out.push_str(&other.to_json().to_string()),
    }
}

pub(super) fn read_json(text: &str) -> Option<Js> {
    let value = Js::from(&serde_json::from_str::<serde_json::Value>(text).ok()?);
    Some(if text.contains("\\u0000") {
        unmark(value)
    } else {
        value
    })
}

fn unmark(value: Js) -> Js {
    match value {
        Js::Str(text) => match text.as_str() {
            "\0u" => Js::Undefined,
            "\0n" => Js::Num(f64::NAN),
            "\0i" => Js::Num(f64::INFINITY),
            "\0j" => Js::Num(f64::NEG_INFINITY),
            _ => Js::Str(text),
        },
        Js::Arr(items) => Js::Arr(items.into_iter().map(unmark).collect()),
        Js::Obj(props) => Js::Obj(
            props
                .into_iter()
                .map(|(key, item)| (key, unmark(item)))
                .collect(),
        ),
        other => other,
    }
}
