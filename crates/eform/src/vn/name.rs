//! Names and how they are searched.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A person's name in composed form, without spaces too many.
#[must_use]
pub fn tidy_name(text: &str) -> String {
    text.nfc()
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// A text for searching: lower case, without accents, `đ` as `d`.
#[must_use]
pub fn fold_accents(text: &str) -> String {
    text.nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tidied_and_folded() {
        assert_eq!(
            tidy_name("  Nguye\u{302}\u{303}n   Va\u{306}n  A "),
            "Nguyễn Văn A"
        );
        assert_eq!(
            fold_accents("Đăng ký Khai Sinh ĐƯỜNG"),
            "dang ky khai sinh duong"
        );
    }
}
