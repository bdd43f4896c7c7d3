//! Input masks: `999-999`, as form.io checks a finished value against them.

use std::fmt::Write as _;

use regress::Regex;

use crate::definition::Component;
use crate::js::Js;

/// The masks of a component.
#[derive(Debug, Clone)]
pub(crate) enum Masks {
    /// One mask for every value.
    One(Mask),
    /// The value names its mask.
    Named(Vec<(String, Mask)>),
}

/// One mask in both of form.io's readings.
#[derive(Debug, Clone)]
pub(crate) struct Mask {
    /// A text field's, with the inputmask library's optional parts; `None` where it can't be read and so isn't checked.
    library: Option<Regex>,
    /// Everywhere else: a character class a place.
    places: Vec<Place>,
    text_field: bool,
}

#[derive(Debug, Clone)]
enum Place {
    Digit,
    Letter,
    Lower,
    Either,
    Exactly(char),
}

impl Masks {
    pub(crate) fn read(component: &Component) -> Option<Masks> {
        if component.kind == "time" || component.dig("validate.skipMaskValidation").truthy() {
            return None;
        }
        let text_field = component.kind == "textfield";
        let named = component.prop("inputMasks");
        if component.flag("allowMultipleMasks")
            && named.as_arr().is_some_and(|masks| !masks.is_empty())
        {
            let masks = named.as_arr().into_iter().flatten().filter_map(|raw| {
                Some((
                    raw.prop("label").as_str()?.to_owned(),
                    Mask::new(raw.prop("mask").as_str()?, text_field),
                ))
            });
            return Some(Masks::Named(masks.collect()));
        }
        let mask = component
            .prop("inputMask")
            .as_str()
            .filter(|mask| !mask.is_empty())?;
        Some(Masks::One(Mask::new(mask, text_field)))
    }

    /// Whether a value breaks its mask.
    pub(crate) fn breaks(&self, value: &Js) -> bool {
        if !value.truthy() {
            return false;
        }
        match self {
            Masks::One(mask) => mask.breaks(value),
            Masks::Named(masks) => {
                let (Some(name), Some(text)) = (
                    value.prop("maskName").as_str(),
                    value.prop("value").as_str(),
                ) else {
                    return false;
                };
                if name.is_empty() || text.is_empty() {
                    return false;
                }
                masks
                    .iter()
                    .find(|(label, _)| label == name)
                    .is_some_and(|(_, mask)| !mask.fits_places(text))
            }
        }
    }
}

impl Mask {
    fn new(mask: &str, text_field: bool) -> Mask {
        let places = mask
            .chars()
            .map(|c| match c {
                '9' => Place::Digit,
                'A' => Place::Letter,
                'a' => Place::Lower,
                '*' => Place::Either,
                other => Place::Exactly(other),
            })
            .collect();
        Mask {
            library: library(mask),
            places,
            text_field,
        }
    }

    fn breaks(&self, value: &Js) -> bool {
        match value {
            Js::Str(text) if self.text_field => self
                .library
                .as_ref()
                .is_some_and(|regex| regex.find(text).is_none()),
            Js::Str(text) => !self.fits_places(text),
            Js::Arr(items) => !self.fits(&items.iter().map(Js::to_text).collect::<Vec<_>>()),
            _ => !self.fits(&[]),
        }
    }

    fn fits_places(&self, text: &str) -> bool {
        self.fits(&text.chars().map(String::from).collect::<Vec<_>>())
    }

    /// form.io tests each place by an expression, which reads what is missing as the word `undefined`.
    fn fits(&self, parts: &[String]) -> bool {
        parts.len() <= self.places.len()
            && self.places.iter().enumerate().all(|(at, place)| {
                let part = parts.get(at).map_or("undefined", String::as_str);
                match place {
                    Place::Digit => part.contains(|c: char| c.is_ascii_digit()),
                    Place::Letter => part.contains(|c: char| c.is_ascii_alphabetic()),
                    Place::Lower => part.contains(|c: char| c.is_ascii_lowercase()),
                    Place::Either => part.contains(|c: char| c.is_ascii_alphanumeric()),
                    Place::Exactly(wanted) => part.chars().eq([*wanted]),
                }
            })
    }
}

const LETTERS: &str = "A-Za-z\\u0410-\\u044F\\u0401\\u0451\\u00C0-\\u00FF\\u00B5";

/// The inputmask library's mask as an expression: `[ ]` optional, `{n,m}` repeats, `( | )` chooses, `\` escapes.
fn library(mask: &str) -> Option<Regex> {
    let mut out = String::from("^(?:");
    let mut chars = mask.chars();
    let mut groups = Vec::new();
    while let Some(c) = chars.next() {
        match c {
            '9' => out.push_str("[0-9\\uFF10-\\uFF19]"),
            'a' => {
                let _ = write!(out, "[{LETTERS}]");
            }
            'A' => out.push_str("[A-Z\\u0410-\\u042F\\u0401\\u00C0-\\u00DE\\u00B5]"),
            '*' => {
                let _ = write!(out, "[0-9\\uFF10-\\uFF19{LETTERS}]");
            }
            '&' => out.push_str("[0-9A-Z\\u0410-\\u042F\\u0401\\u00C0-\\u00DE\\u00B5]"),
            '#' => out.push_str("[0-9A-F]"),
            '[' => out.push_str("(?:"),
            '(' => {
                let group = is_group(chars.as_str());
                groups.push(group);
                out.push_str(if group { "(?:" } else { "\\(" });
            }
            ']' => out.push_str(")?"),
            ')' => out.push_str(if groups.pop() == Some(true) {
                ")"
            } else {
                "\\)"
            }),
            '|' => out.push('|'),
            '{' => {
                let inner: String = chars.by_ref().take_while(|c| *c != '}').collect();
                let repeats = match inner.as_str() {
                    "*" => "*".to_owned(),
                    "+" => "+".to_owned(),
                    other => format!(
                        "{{{}}}",
                        other.replace(['+', '*'], "").trim_end_matches('|')
                    ),
                };
                out.push_str(&repeats);
            }
            '\\' => literal(&mut out, chars.next()?),
            other => literal(&mut out, other),
        }
    }
    out.push_str(")$");
    Regex::new(&out).ok()
}

/// Round brackets group only what chooses or repeats; otherwise they stand for themselves, as in `(+84) 999`.
fn is_group(rest: &str) -> bool {
    let mut depth = 0;
    let mut chooses = false;
    let mut chars = rest.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '(' => depth += 1,
            ')' if depth == 0 => return chooses || chars.as_str().starts_with('{'),
            ')' => depth -= 1,
            '|' => chooses |= depth == 0,
            _ => {}
        }
    }
    false
}

fn literal(out: &mut String, c: char) {
    if !c.is_alphanumeric() && !c.is_whitespace() && c.is_ascii() {
        out.push('\\');
    }
    out.push(c);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_fit_whole_values() {
        for (mask, text, fits) in [
            ("9999 999 999", "0912 345 678", true),
            ("9999 999 999", "0912345678", false),
            ("9999 999 999", "0912 345 67", false),
            ("aa-99", "ab-12", true),
            ("aa-99", "a1-12", false),
            ("99[9]", "12", true),
            ("99[9]", "123", true),
            ("9{2,3}", "1234", false),
            ("(99|aa)", "ab", true),
            ("+84 9", "+84 5", true),
            ("(+84) 999", "(+84) 912", true),
            ("(+84) 999", "+84 912", false),
            ("(9){2}-9", "12-3", true),
            ("a|9", "7", true),
            ("a|9", "77", false),
        ] {
            assert_eq!(
                !Mask::new(mask, true).breaks(&Js::str(text)),
                fits,
                "{mask} {text}"
            );
        }
        assert!(Mask::new("99-aA", false).fits_places("12-bC"));
        assert!(!Mask::new("99-aA", false).fits_places("12-Bc"));
    }
}
