//! Names in their usual writing.

use unicode_normalization::UnicodeNormalization as _;

/// A person's name in composed form, without spaces too many.
#[must_use]
pub fn tidy_name(text: &str) -> String {
    text.nfc()
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tidied() {
        assert_eq!(
            tidy_name("  Nguye\u{302}\u{303}n   Va\u{306}n  A "),
            "Nguyễn Văn A"
        );
    }
}
