//! Tinos, subset beforehand to Latin and Vietnamese: what each character measures, and whether it can be printed.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use printpdf::ParsedFont;

use crate::layout::Type;
use crate::truetype::Tables;

/// One of the four faces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Face {
    Regular,
    Bold,
    Italic,
    BoldItalic,
}

/// Height of capitals above the baseline and of the whole line, as shares of the type size.
pub(crate) const ASCENT: f32 = 0.891;
/// How far letters reach below the baseline.
pub(crate) const DESCENT: f32 = 0.216;
/// Distance from baseline to baseline: single spacing of the face with a little air.
pub(crate) const LEADING: f32 = 1.3;
/// Size of raised text beside its surroundings, and how far up it stands.
pub(crate) const RAISED_SIZE: f32 = 0.65;
pub(crate) const RAISED_BY: f32 = 0.35;

impl Face {
    pub(crate) const ALL: [Face; 4] = [Face::Regular, Face::Bold, Face::Italic, Face::BoldItalic];

    pub(crate) fn of(style: Type) -> Face {
        match (style.bold, style.italic) {
            (false, false) => Face::Regular,
            (true, false) => Face::Bold,
            (false, true) => Face::Italic,
            (true, true) => Face::BoldItalic,
        }
    }

    /// PostScript name with a subset tag that never changes, because the subset never does.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Face::Regular => "HOSOAA+Tinos-Regular",
            Face::Bold => "HOSOAB+Tinos-Bold",
            Face::Italic => "HOSOAC+Tinos-Italic",
            Face::BoldItalic => "HOSOAD+Tinos-BoldItalic",
        }
    }

    pub(crate) fn bytes(self) -> &'static [u8] {
        match self {
            Face::Regular => include_bytes!("../fonts/Tinos-Regular.ttf"),
            Face::Bold => include_bytes!("../fonts/Tinos-Bold.ttf"),
            Face::Italic => include_bytes!("../fonts/Tinos-Italic.ttf"),
            Face::BoldItalic => include_bytes!("../fonts/Tinos-BoldItalic.ttf"),
        }
    }

    /// Read once, since the bytes are part of the program.
    fn read(self) -> Option<&'static Read> {
        static FACES: LazyLock<Vec<Option<Read>>> = LazyLock::new(|| {
            Face::ALL
                .iter()
                .map(|face| Read::of(face.bytes()))
                .collect()
        });
        FACES.get(self as usize)?.as_ref()
    }

    /// As printpdf wants it, knowing only the characters that a document draws and none of the outlines: it copies the whole of a font several times.
    pub(crate) fn drawing(self, glyphs: &BTreeMap<char, u16>) -> Option<ParsedFont> {
        static FACES: LazyLock<Vec<Option<ParsedFont>>> = LazyLock::new(|| {
            Face::ALL
                .iter()
                .map(|face| ParsedFont::from_bytes(face.bytes(), 0, &mut Vec::new()))
                .collect()
        });
        let whole = FACES.get(self as usize)?.as_ref()?;
        let width = |glyph: &u16| Some((*glyph, *whole.glyph_widths.get(glyph)?));
        Some(ParsedFont {
            // Enough of it to be told from a collection of fonts.
            original_bytes: self.bytes().get(..4)?.to_vec(),
            font_index: whole.font_index,
            font_name: Some(self.name().to_owned()),
            codepoint_to_glyph: glyphs
                .iter()
                .map(|(c, glyph)| (u32::from(*c), *glyph))
                .collect(),
            glyph_widths: glyphs.values().filter_map(width).collect(),
            units_per_em: whole.units_per_em,
            font_metrics: whole.font_metrics.clone(),
            font_type: whole.font_type,
            pdf_font_metrics: whole.pdf_font_metrics.clone(),
        })
    }

    /// The glyph of a character.
    pub(crate) fn glyph(self, c: char) -> Option<u16> {
        let glyph = *self.read()?.glyphs.get(c as usize)?;
        (glyph != 0).then_some(glyph)
    }

    pub(crate) fn has(self, c: char) -> bool {
        self.glyph(c).is_some()
    }

    /// The width of `text` in points. Whole thousandths of an em, as the PDF's own width table has them.
    pub(crate) fn width(self, text: &str, size: f32) -> f32 {
        let Some(read) = self.read() else {
            return 0.0;
        };
        let width = |c: char| {
            let glyph = *read.glyphs.get(c as usize)?;
            (glyph != 0).then(|| read.widths.get(usize::from(glyph)).copied())?
        };
        let thousandths: u64 = text.chars().filter_map(width).map(u64::from).sum();
        thousandths as f32 * size / 1000.0
    }
}

/// What is known of a face.
struct Read {
    /// By character, up to the last one that it has; 0 where it has none.
    glyphs: Vec<u16>,
    /// By glyph, in thousandths of an em.
    widths: Vec<u16>,
}

impl Read {
    fn of(font: &[u8]) -> Option<Read> {
        let tables = Tables::of(font)?;
        let known = tables.glyphs()?;
        let (last, _) = known.last_key_value()?;
        let mut glyphs = vec![0; usize::from(*last) + 1];
        for (code, glyph) in known {
            if let Some(place) = glyphs.get_mut(usize::from(code)) {
                *place = glyph;
            }
        }
        Some(Read {
            glyphs,
            widths: tables.widths()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vietnamese_letter_is_in_every_face() {
        let extra = "ĂăÂâĐđÊêÔôƠơƯư₫–—“”‘’…•№°²³½×";
        for face in Face::ALL {
            for c in ('\u{1ea0}'..='\u{1ef9}')
                .chain(' '..='~')
                .chain(extra.chars())
            {
                assert!(face.has(c), "{face:?} lacks {c}");
            }
            assert!(!face.has('字'));
        }
    }

    #[test]
    fn widths_are_those_of_times() {
        assert!((Face::Regular.width("0", 1000.0) - 500.0).abs() < 1.0);
        assert!((Face::Bold.width("M", 1000.0) - 944.0).abs() < 1.5);
    }
}
