//! Whatever a person types: printed to the last letter, or named.

use hoso_paper::{Layout, PaperError, lay_out, to_docx, to_pdf, words};
use proptest::prelude::*;
use serde_json::json;
use unicode_normalization::UnicodeNormalization;

use crate::meta;
use crate::support::{docx, structure};

const LAYOUT: &str = r#"<paper><line label="L:" path="a"/><table><tr repeat="r"><td>{{ row }}</td></tr></table></paper>"#;

/// Prints nothing, and is left out: what joins, parts and turns other characters.
fn invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// What a reader expects to find.
fn expected(text: &str) -> Vec<String> {
    let seen: String = text.nfc().filter(|c| !invisible(*c)).collect();
    // Old signs for a new line part words as well.
    let parted = seen.replace(['\u{b}', '\u{c}', '\u{85}'], " ");
    parted.split_whitespace().map(str::to_owned).collect()
}

fn typed() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[\\u{0}-\\u{ff}]{0,60}",
        "[ -~À-ỹ\u{300}\u{301}\u{303}\u{309}\u{323}\u{a0}\n]{0,200}",
        "[\u{590}-\u{6ff}\u{200e}\u{200f}\u{202a}-\u{202e}a-z ]{0,30}",
        prop::collection::vec(
            prop::sample::select(vec![
                "\u{202e}", "Lê", "\u{200b}", " ", "Ý", "\u{2069}", "\n", "…"
            ]),
            0..30
        )
        .prop_map(|parts| parts.concat()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn every_letter_is_printed_or_named(a in typed(), b in typed()) {
        let layout = Layout::parse("p.html", LAYOUT).unwrap();
        match lay_out(&layout, &json!({"a": a, "r": [b]}), &meta()) {
            Ok(document) => {
                let mut all = vec!["L:".to_owned()];
                all.extend(expected(&a));
                all.extend(expected(&b));
                prop_assert_eq!(&words(&document), &all);
                prop_assert_eq!(&docx::words(&to_docx(&document).unwrap(), "word/document.xml"), &all);
                prop_assert_eq!(structure::flaws(&to_pdf(&document).unwrap()), [""; 0]);
            }
            Err(PaperError::MissingGlyph { character, path }) => {
                let of = match path.as_str() {
                    "a" => &a,
                    "r[0]" => &b,
                    other => return Err(TestCaseError::fail(format!("no answer {other}"))),
                };
                prop_assert!(of.nfc().any(|c| c == character), "{character:?} is not in {of:?}");
            }
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}

#[test]
fn ten_megabytes_are_a_paper_or_a_reason() {
    let layout = Layout::parse("p.html", LAYOUT).unwrap();
    for text in [
        "Nguyễn Thị Hoa ".repeat(560_000),
        "W".repeat(1 << 20),
        "\n".repeat(1 << 20),
    ] {
        match lay_out(&layout, &json!({"a": text}), &meta()) {
            Ok(document) => assert_eq!(words(&document).concat(), format!("L:{}", text.trim())),
            Err(error) => assert_eq!(error, PaperError::TooManyPages { most: 1_000 }),
        }
    }
    let layout = Layout::parse("p.html", "<paper><qr data=\"{{ a }}\"/></paper>").unwrap();
    let length = 10 << 20;
    let error = lay_out(&layout, &json!({"a": "x".repeat(length)}), &meta()).unwrap_err();
    assert_eq!(error, PaperError::QrTooLong { length });
}
