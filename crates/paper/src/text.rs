//! Text on its way to paper: one Unicode form, nothing invisible, nothing that the typeface lacks.

use unicode_normalization::UnicodeNormalization;

use crate::error::PaperError;
use crate::flow::{Inline, Shows};
use crate::font::Face;
use crate::layout::Type;

/// Where a text comes from, for messages.
pub(crate) enum Source<'a> {
    Answer { path: &'a str },
    Layout { file: &'a str, line: usize },
}

/// NFC, without characters that print nothing, line ends as `\n`.
///
/// # Errors
/// The first character that Tinos lacks, with its source.
pub(crate) fn printable(text: &str, source: &Source<'_>) -> Result<String, PaperError> {
    let mut out = String::with_capacity(text.len());
    let mut after_return = false;
    for c in text.nfc() {
        let was_return = std::mem::replace(&mut after_return, c == '\r');
        match c {
            '\n' if was_return => {}
            '\r' | '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\u{a0}' | '\u{202f}' | '\u{2007}' => out.push('\u{a0}'),
            c if c.is_whitespace() => out.push(' '),
            // Invisible: soft hyphen, zero-width characters, direction marks, variation selectors, byte order mark.
            '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' => {}
            c if Face::ALL.iter().all(|face| face.has(c)) => out.push(c),
            missing => {
                return Err(match source {
                    Source::Answer { path } => PaperError::MissingGlyph {
                        character: missing,
                        path: (*path).to_owned(),
                    },
                    Source::Layout { file, line } => PaperError::MissingGlyphInLayout {
                        character: missing,
                        file: (*file).to_owned(),
                        line: *line,
                    },
                });
            }
        }
    }
    Ok(out)
}

/// Layout text: every stretch of spaces and line ends is one space. No-break spaces stay.
pub(crate) fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let blank = c.is_ascii_whitespace();
        if !(blank && out.ends_with(' ')) {
            out.push(if blank { ' ' } else { c });
        }
    }
    out
}

/// Adds text to a paragraph, its line ends as breaks.
pub(crate) fn lines(text: &str, face: Type, shows: &Shows, out: &mut Vec<Inline>) {
    for (index, line) in text.trim_matches('\n').split('\n').enumerate() {
        if index > 0 {
            out.push(Inline::Break);
        }
        if !line.is_empty() {
            out.push(Inline::Text {
                text: line.to_owned(),
                face,
                shows: shows.clone(),
            });
        }
    }
}

/// Compares two texts in the same Unicode form, spaces at the ends aside.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.trim().nfc().eq(b.trim().nfc())
}

/// One space between words across inlines, none at the ends of lines; empty texts dropped.
pub(crate) fn tidy(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut out: Vec<Inline> = Vec::with_capacity(inlines.len());
    let mut at_start = true;
    for inline in inlines {
        match inline {
            Inline::Text { text, face, shows } => {
                let mut kept = String::with_capacity(text.len());
                for c in text.chars() {
                    if c == ' ' {
                        if at_start {
                            continue;
                        }
                        at_start = true;
                    } else {
                        at_start = false;
                    }
                    kept.push(c);
                }
                match out.last_mut() {
                    _ if kept.is_empty() => {}
                    Some(Inline::Text {
                        text: last,
                        face: last_face,
                        shows: last_shows,
                    }) if *last_face == face && *last_shows == shows => last.push_str(&kept),
                    _ => out.push(Inline::Text {
                        text: kept,
                        face,
                        shows,
                    }),
                }
            }
            Inline::Break => {
                trim_end(&mut out);
                out.push(Inline::Break);
                at_start = true;
            }
            Inline::SignHere { .. } => out.push(inline),
            other => {
                out.push(other);
                at_start = false;
            }
        }
    }
    trim_end(&mut out);
    out
}

fn trim_end(inlines: &mut Vec<Inline>) {
    if let Some(Inline::Text { text, .. }) = inlines.last_mut() {
        let kept = text.trim_end_matches(' ').len();
        text.truncate(kept);
        if text.is_empty() {
            inlines.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(text: &str) -> Result<String, PaperError> {
        printable(text, &Source::Answer { path: "ho_ten" })
    }

    #[test]
    fn decomposed_becomes_composed_and_invisible_goes() {
        assert_eq!(
            answer("Nguye\u{302}\u{303}n\u{200b} \u{feff}A\r\nB\tC").unwrap(),
            "Nguyễn A\nB C"
        );
    }

    #[test]
    fn a_missing_glyph_names_character_and_path() {
        let error = answer("Họ 字").unwrap_err();
        assert_eq!(
            error,
            PaperError::MissingGlyph {
                character: '字',
                path: "ho_ten".into()
            }
        );
        assert!(error.to_string().contains('字') && error.to_string().contains("ho_ten"));
        assert!(matches!(
            answer("\u{1}"),
            Err(PaperError::MissingGlyph {
                character: '\u{1}',
                ..
            })
        ));
    }

    #[test]
    fn spaces_do_not_double_across_inlines() {
        let face = Type::default();
        let text = |text: &str| Inline::Text {
            text: text.into(),
            face,
            shows: None,
        };
        let bold = Inline::Text {
            text: " c ".into(),
            face: Type { bold: true, ..face },
            shows: None,
        };
        assert_eq!(
            tidy(vec![
                text(" a "),
                text(" b "),
                bold.clone(),
                Inline::Break,
                text(" d ")
            ]),
            vec![
                text("a b "),
                Inline::Text {
                    text: "c".into(),
                    face: Type { bold: true, ..face },
                    shows: None
                },
                Inline::Break,
                text("d")
            ]
        );
    }
}
