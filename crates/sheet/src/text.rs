//! Words of cells and headings.

use unicode_normalization::UnicodeNormalization as _;

/// Most signs that a cell may hold, as in Excel.
const MOST_SIGNS: usize = 32_767;

/// Words as they are kept: NFC, line ends as `\n`, no control signs, no space around.
pub(crate) fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let text = text.trim_matches(|sign: char| sign.is_whitespace() || sign == '\u{feff}');
    let mut before = ' ';
    for sign in text.nfc().take(MOST_SIGNS) {
        match sign {
            '\r' => out.push('\n'),
            '\n' if before == '\r' => {}
            '\n' | '\t' => out.push(sign),
            '\u{a0}' => out.push(' '),
            '\u{200b}' | '\u{feff}' => {}
            _ if sign.is_control() => {}
            _ => out.push(sign),
        }
        before = sign;
    }
    out
}

/// Words of a heading to compare by: without marks, signs and case.
pub(crate) fn plain(text: &str) -> String {
    let folded = hoso_places::fold(text);
    let mut out = String::with_capacity(folded.len());
    for sign in folded.chars() {
        if sign.is_alphanumeric() {
            out.push(sign);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    while out.ends_with(' ') {
        out.pop();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_tidied_and_made_plain() {
        assert_eq!(tidy(" Nguye\u{302}\u{303}n\r\nAn\u{0} "), "Nguyễn\nAn");
        assert_eq!(tidy("\u{feff}a\u{a0}b"), "a b");
        assert_eq!(plain("1. Họ, chữ đệm, tên (*)"), "1 ho chu dem ten");
        assert_eq!(plain("nguoi_yeu_cau.ho_ten"), "nguoi yeu cau ho ten");
    }
}
