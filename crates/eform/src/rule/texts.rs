//! Rules about texts: what is an address, what is a word, and which patterns may take time without end.

use std::sync::OnceLock;

use regress::Regex;

use super::Broken;
use crate::js::Js;

/// Whether a group that may repeat holds something that may repeat or choose: `(a+)*`, `(a|b)+`.
pub(super) fn risky(pattern: &str) -> bool {
    let mut groups: Vec<bool> = Vec::new();
    let mut chars = pattern.chars().peekable();
    let mut in_class = false;
    let repeats = |c: Option<&char>| matches!(c, Some('*' | '+' | '{'));
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '[' => in_class = true,
            ']' => in_class = false,
            _ if in_class => {}
            '(' => groups.push(false),
            ')' => {
                let varied = groups.pop().unwrap_or(false);
                if varied && repeats(chars.peek()) {
                    return true;
                }
                if let Some(outer) = groups.last_mut() {
                    *outer |= varied || repeats(chars.peek());
                }
            }
            '*' | '+' | '{' | '|' => {
                if let Some(group) = groups.last_mut() {
                    *group = true;
                }
            }
            _ => {}
        }
    }
    false
}

pub(super) fn words(text: &str) -> f64 {
    text.split_whitespace().count().max(1) as f64
}

pub(super) fn is_email(text: &str) -> bool {
    static REGEX: OnceLock<Option<Regex>> = OnceLock::new();
    REGEX
        .get_or_init(|| {
            Regex::new(
                r#"^(([^<>()[\]\\.,;:\s@"]+(\.[^<>()[\]\\.,;:\s@"]+)*)|(".+"))@((\[[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}])|(([a-zA-Z\-0-9]+\.)+[a-zA-Z]{2,}))$"#,
            )
            .ok()
        })
        .as_ref()
        .is_some_and(|regex| regex.find(text).is_some())
}

/// Host names and paths as the expressions that form.io tests: any scheme of three or none, public addresses, an ending of two letters unless a scheme is given.
pub(super) fn url(value: &Js) -> Option<Broken> {
    static REGEXES: OnceLock<Option<(Regex, Regex)>> = OnceLock::new();
    let broken = || Broken::new("url", "invalid_url", "");
    let Some(text) = value.as_str() else {
        return broken();
    };
    let regexes = REGEXES.get_or_init(|| {
        let user = r"(?:\S+(?::\S*)?@)?";
        let address = r"(?!(?:10|127)(?:\.\d{1,3}){3})(?!(?:169\.254|192\.168)(?:\.\d{1,3}){2})(?!172\.(?:1[6-9]|2\d|3[0-1])(?:\.\d{1,3}){2})(?:[1-9]\d?|1\d\d|2[01]\d|22[0-3])(?:\.(?:1?\d{1,2}|2[0-4]\d|25[0-5])){2}(?:\.(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-4]))";
        let name = r"(?:(?:[a-z\u00a1-\uffff0-9]-*)*[a-z\u00a1-\uffff0-9]+)(?:\.(?:[a-z\u00a1-\uffff0-9]-*)*[a-z\u00a1-\uffff0-9]+)*(?:\.(?:[a-z\u00a1-\uffff]{2,}))";
        let end = r"(?::\d{2,5})?(?:[/?#]\S*)?$";
        let with_ending = Regex::with_flags(&format!(r"^(?:(?:(?:https?|ftp):)?\/\/)?{user}(?:{address}|{name}){end}"), "i").ok()?;
        let with_scheme = Regex::with_flags(&format!(r"^(?:https?|ftp):\/\/{user}(?:{address}|{name}?){end}"), "i").ok()?;
        Some((with_ending, with_scheme))
    });
    let Some((with_ending, with_scheme)) = regexes else {
        return None;
    };
    // The expressions take exponential time on long host names; nothing that long is an address.
    let fits = text.len() <= 2000
        && (with_ending.find(text).is_some() || with_scheme.find(text).is_some())
        && !is_email(text);
    if fits { None } else { broken() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_without_end_are_known() {
        for pattern in ["^(a+)+$", "^(a|aa)+$", "^((\\d*)x)*$", "^(?:(?:a{2,})b)*$"] {
            assert!(risky(pattern), "{pattern}");
        }
        for pattern in [
            "^\\d{9}|\\d{12}$",
            "^(abc)+$",
            "^[(+]*$",
            "^(a|b)c$",
            "^\\(+\\)$",
        ] {
            assert!(!risky(pattern), "{pattern}");
        }
    }
}
