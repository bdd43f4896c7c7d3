//! form.io's `{{ }}` in texts.

use crate::js::Js;
use crate::path;

/// Replaces each `{{ path }}` by its value; `a || b` takes the first that is there.
pub(crate) fn interpolate(template: &str, context: &Js) -> String {
    replace(template, context, Js::to_text)
}

/// The same for a text that is shown: what is answered is escaped, and nothing stands where there is no answer, or where more
/// would be answered than `left` bytes.
pub(crate) fn fill_in(template: &str, context: &Js, left: &mut usize) -> String {
    fill_in_as(escape_text, template, context, left)
}

/// The same for words without markup, in which what is answered stands as it is.
pub(crate) fn fill_in_words(template: &str, context: &Js, left: &mut usize) -> String {
    fill_in_as(Js::to_text, template, context, left)
}

fn fill_in_as(show: fn(&Js) -> String, template: &str, context: &Js, left: &mut usize) -> String {
    replace(template, context, |value| {
        let text = if value.is_nil() {
            String::new()
        } else {
            show(value)
        };
        match left.checked_sub(text.len()) {
            Some(rest) => {
                *left = rest;
                text
            }
            None => String::new(),
        }
    })
}

/// The same where there are no answers yet.
pub(crate) fn blank(template: &str) -> String {
    fill_in(template, &Js::Undefined, &mut 0)
}

/// Whether a text has names to be filled in.
pub(crate) fn has_names(text: &str) -> bool {
    text.split_once("{{")
        .is_some_and(|(_, rest)| rest.contains("}}"))
}

/// Whether what stands between `{{` and `}}` is a name, or several of which the first that is there counts.
pub(crate) fn is_named(inner: &str) -> bool {
    inner.replace("?.", ".").split("||").all(|part| {
        let part = part.trim();
        !part.is_empty()
            && part.chars().all(|c| {
                c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '[' | ']' | '\'' | '"' | '-')
            })
    })
}

fn replace(template: &str, context: &Js, mut show: impl FnMut(&Js) -> String) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find("{{") {
        let Some(length) = rest.get(start + 2..).and_then(|tail| tail.find("}}")) else {
            break;
        };
        out.push_str(rest.get(..start).unwrap_or_default());
        let inner = rest
            .get(start + 2..start + 2 + length)
            .unwrap_or_default()
            .trim()
            .replace("?.", ".");
        let mut value = Js::Undefined;
        for part in inner.split("||") {
            value = path::get(context, &path::parse(part.trim())).clone();
            if value.truthy() {
                break;
            }
        }
        out.push_str(&show(&value));
        rest = rest.get(start + 2 + length + 2..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// HTML-escapes every text inside, so that an answer can't become markup in a label.
pub(crate) fn escape_strings(value: &Js) -> Js {
    match value {
        Js::Str(text) => Js::Str(escape(text)),
        Js::Arr(items) => Js::Arr(items.iter().map(escape_strings).collect()),
        Js::Obj(props) => Js::Obj(
            props
                .iter()
                .map(|(key, item)| (key.clone(), escape_strings(item)))
                .collect(),
        ),
        other => other.clone(),
    }
}

fn escape_text(value: &Js) -> String {
    escape(&value.to_text())
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
