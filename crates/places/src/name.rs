//! Names of units as people write them: with and without the kind of unit, marks, spaces and usual abbreviations.

use unicode_normalization::UnicodeNormalization as _;

use crate::fold::fold;

/// Kinds of units, squeezed, with their abbreviations.
const KINDS: [(&str, &[&str]); 9] = [
    ("thanhpho", &["tp"]),
    ("tinh", &["t"]),
    ("dackhu", &["dk"]),
    ("phuong", &["p"]),
    ("quan", &["q"]),
    ("huyen", &["h"]),
    ("thixa", &["tx"]),
    ("thitran", &["tt"]),
    ("xa", &["x"]),
];

/// Letters and digits alone: `Bà Rịa - Vũng Tàu` → `bariavungtau`.
pub(crate) fn squeeze(folded: &str) -> String {
    folded.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The words of a folded text, each with a space before it, so that `" ba"` is found where a word begins with `ba`.
pub(crate) fn words(folded: &str) -> String {
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .flat_map(|word| [" ", word])
        .collect()
}

/// A unit's own name, ready to be compared.
#[derive(Debug)]
pub(crate) struct Name {
    /// Its kind, squeezed: `phuong`.
    kind: &'static str,
    /// Without its kind, squeezed: `badinh`.
    pub(crate) short: String,
    /// All of it in words: ` phuong ba dinh`.
    pub(crate) words: String,
    /// Further names, squeezed, with and without their kind.
    more: Vec<&'static str>,
}

impl Name {
    pub(crate) fn of(name: &str, more: &'static str) -> Name {
        let folded = fold(name);
        let squeezed = squeeze(&folded);
        let kind = KINDS
            .iter()
            .map(|(kind, _)| *kind)
            .find(|kind| squeezed.starts_with(kind))
            .unwrap_or_default();
        Name {
            kind,
            short: squeezed.strip_prefix(kind).unwrap_or_default().to_owned(),
            words: words(&folded),
            more: more.split_whitespace().collect(),
        }
    }

    /// Whether a person's words are this unit's, marks and all. `shown` is its name in full.
    pub(crate) fn is_exactly(shown: &str, typed: &Typed) -> bool {
        shown.to_lowercase() == typed.lower
            || shown
                .to_lowercase()
                .strip_suffix(typed.lower.as_str())
                .is_some_and(|kind| {
                    let kind = squeeze(&fold(kind));
                    KINDS.iter().any(|(known, _)| *known == kind)
                })
    }

    /// Whether a person's words may mean this unit.
    pub(crate) fn is(&self, typed: &Typed) -> bool {
        typed.squeezed == self.short
            || typed.squeezed.strip_prefix(self.kind) == Some(&self.short)
            || typed
                .abbreviated
                .as_ref()
                .is_some_and(|(kind, rest)| *kind == self.kind && *rest == self.short)
            || self.more.contains(&typed.squeezed.as_str())
    }

    /// Whether one of the further names begins so.
    pub(crate) fn has_other(&self, squeezed: &str) -> bool {
        self.more.iter().any(|name| name.starts_with(squeezed))
    }
}

/// What a person wrote for one unit.
#[derive(Debug)]
pub(crate) struct Typed {
    /// In small letters, composed, with single spaces.
    lower: String,
    squeezed: String,
    /// Read as an abbreviated kind and a name: `P. Hoa Lư`, `Q1`.
    abbreviated: Option<(&'static str, String)>,
}

impl Typed {
    pub(crate) fn new(text: &str) -> Typed {
        let folded = fold(text);
        let folded = folded.trim();
        let end = folded
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(folded.len());
        let abbreviated = folded.split_at_checked(end).and_then(|(head, rest)| {
            let kind = KINDS
                .iter()
                .find(|(_, short)| short.contains(&head))
                .map(|(kind, _)| *kind)?;
            let rest = squeeze(rest);
            (!rest.is_empty()).then_some((kind, rest))
        });
        let lower: String = text.nfc().flat_map(char::to_lowercase).collect();
        Typed {
            lower: lower.split_whitespace().collect::<Vec<_>>().join(" "),
            squeezed: squeeze(folded),
            abbreviated,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.squeezed.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_meant_by_its_usual_writings() {
        for (unit, typed, meant) in [
            ("Phường Hoa Lư", "phường hoa lư", true),
            ("Phường Hoa Lư", "Hoa Lu", true),
            ("Phường Hoa Lư", "P. Hoa Lư", true),
            ("Phường Hoa Lư", "p.hoa lư", true),
            ("Phường Hoa Lư", "Xã Hoa Lư", false),
            ("Quận 1", "Q1", true),
            ("Quận 1", "Quận 1", true),
            ("Quận 1", "P1", false),
            ("Huyện Quan Sơn", "Quan Sơn", true),
            ("Thành phố Pleiku", "TP Pleiku", true),
            ("Tỉnh Bà Rịa - Vũng Tàu", "Bà Rịa Vũng Tàu", true),
            ("Thị xã Sa Pa", "Sapa", true),
            ("Phường Hoa Lư", "Hoa", false),
            ("Phường Hoa Lư", "", false),
        ] {
            assert_eq!(
                Name::of(unit, "").is(&Typed::new(typed)),
                meant,
                "{unit}: {typed}"
            );
        }
        assert!(Name::of("Tỉnh Hà Giang", "cu haten").is(&Typed::new("Hà Tên")));
    }
}
