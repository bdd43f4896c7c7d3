//! What is printed: JSON, or a few readable lines of the same.

use std::io::{self, Write as _};

use hoso_app::view::ErrorView;
use serde::Serialize;
use serde_json::Value;

/// Prints answers and errors.
pub(crate) struct Output {
    json: bool,
}

impl Output {
    pub(crate) const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Prints an answer: one JSON document a line, or `name: value` lines.
    pub(crate) fn answer(&self, answer: &impl Serialize) {
        let value = serde_json::to_value(answer).unwrap_or(Value::Null);
        let text = if self.json {
            value.to_string()
        } else {
            let mut text = String::new();
            readable(&value, 0, &mut text);
            text.trim_end().to_owned()
        };
        // A reader that went away wants no more.
        let _ = writeln!(io::stdout().lock(), "{text}");
    }

    /// Prints data as the JSON that it is, whatever was asked for.
    pub(crate) fn json(&self, data: &Value) {
        let text = if self.json {
            data.to_string()
        } else {
            format!("{data:#}")
        };
        let _ = writeln!(io::stdout().lock(), "{text}");
    }

    /// Prints an error on the other stream: always JSON, so that scripts can tell what happened.
    pub(crate) fn error(&self, error: &ErrorView) {
        let text = serde_json::to_string(error).unwrap_or_else(|_| error.message.clone());
        let _ = writeln!(io::stderr().lock(), "{text}");
    }
}

fn readable(value: &Value, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::Object(inner) if inner.is_empty() => {}
                    Value::Array(inner) if inner.is_empty() => {}
                    Value::Null => {}
                    Value::Object(_) | Value::Array(_) => {
                        text.push_str(&format!("{indent}{name}:\n"));
                        readable(member, depth + 1, text);
                    }
                    plain => text.push_str(&format!("{indent}{name}: {}\n", scalar(plain))),
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                match item {
                    Value::Object(_) | Value::Array(_) => {
                        text.push_str(&format!("{indent}-\n"));
                        readable(item, depth + 1, text);
                    }
                    plain => text.push_str(&format!("{indent}- {}\n", scalar(plain))),
                }
            }
        }
        plain => text.push_str(&format!("{indent}{}\n", scalar(plain))),
    }
}

fn scalar(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned)
}
