//! Empties the outlines and the widths of glyphs that a document doesn't use. Glyph numbers stay, so nothing else changes, and
//! what is left compresses to a fraction.

use std::collections::BTreeSet;

use crate::truetype::{Tables, u16_at, u32_at};

/// What a PDF's reader needs of a font whose glyphs are numbered by the PDF itself.
const NEEDED: &[&[u8; 4]] = &[
    b"cvt ", b"fpgm", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp", b"prep",
];

/// A TrueType font that draws only `used` glyphs, their parts and `.notdef`; `None` if the font isn't one we understand.
pub(super) fn thin(font: &[u8], used: &BTreeSet<u16>) -> Option<Vec<u8>> {
    let tables = Tables::of(font)?;
    let long = u16_at(tables.get(b"head")?, 50)? == 1;
    let count = u16_at(tables.get(b"maxp")?, 4)?;
    let (glyf, loca) = (tables.get(b"glyf")?, tables.get(b"loca")?);
    let outline = |glyph: u16| -> Option<&[u8]> {
        let offset = |index: usize| -> Option<usize> {
            if long {
                u32_at(loca, index * 4).map(|n| n as usize)
            } else {
                u16_at(loca, index * 2).map(|n| usize::from(n) * 2)
            }
        };
        let index = usize::from(glyph);
        glyf.get(offset(index)?..offset(index + 1)?)
    };
    let mut kept: BTreeSet<u16> = BTreeSet::new();
    let mut open: Vec<u16> = used.iter().copied().chain([0]).collect();
    while let Some(glyph) = open.pop() {
        if glyph < count && kept.insert(glyph) {
            open.extend(parts(outline(glyph)?)?);
        }
    }
    let (mut new_glyf, mut new_loca) = (Vec::new(), Vec::new());
    for glyph in 0..count {
        push_offset(&mut new_loca, new_glyf.len(), long)?;
        if kept.contains(&glyph) {
            new_glyf.extend_from_slice(outline(glyph)?);
            new_glyf.resize(new_glyf.len().next_multiple_of(4), 0);
        }
    }
    push_offset(&mut new_loca, new_glyf.len(), long)?;
    // A width and a bearing for each; the last glyphs may share the last width and have bearings only.
    let mut new_hmtx = tables.get(b"hmtx")?.to_vec();
    let wide = usize::from(u16_at(tables.get(b"hhea")?, 34)?);
    for (glyph, metrics) in new_hmtx.chunks_exact_mut(4).take(wide).enumerate() {
        let last = glyph + 1 == wide;
        if !last && !u16::try_from(glyph).is_ok_and(|glyph| kept.contains(&glyph)) {
            metrics.fill(0);
        }
    }
    let replaced: [(&[u8; 4], &[u8]); 3] = [
        (b"glyf", &new_glyf),
        (b"loca", &new_loca),
        (b"hmtx", &new_hmtx),
    ];
    Some(tables.rebuilt(NEEDED, &replaced))
}

/// The glyphs that a composite glyph is made of.
fn parts(outline: &[u8]) -> Option<Vec<u16>> {
    const WIDE_ARGUMENTS: u16 = 0x1;
    const SCALE: u16 = 0x8;
    const MORE: u16 = 0x20;
    const TWO_SCALES: u16 = 0x40;
    const MATRIX: u16 = 0x80;
    let mut parts = Vec::new();
    if outline.is_empty() || u16_at(outline, 0)? < 0x8000 {
        return Some(parts);
    }
    let mut at = 10;
    loop {
        let flags = u16_at(outline, at)?;
        parts.push(u16_at(outline, at + 2)?);
        at += 4 + if flags & WIDE_ARGUMENTS == 0 { 2 } else { 4 };
        at += match flags & (SCALE | TWO_SCALES | MATRIX) {
            SCALE => 2,
            TWO_SCALES => 4,
            MATRIX => 8,
            _ => 0,
        };
        if flags & MORE == 0 {
            return Some(parts);
        }
    }
}

fn push_offset(loca: &mut Vec<u8>, offset: usize, long: bool) -> Option<()> {
    if long {
        loca.extend(u32::try_from(offset).ok()?.to_be_bytes());
    } else {
        loca.extend(u16::try_from(offset / 2).ok()?.to_be_bytes());
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::font::Face;

    #[test]
    fn a_thinned_face_keeps_the_parts_of_what_it_keeps() {
        let font = Face::Regular.bytes();
        let glyph = |c: char| Face::Regular.glyph(c).unwrap();
        let thinned = thin(font, &BTreeSet::from([glyph('Ễ')])).unwrap();
        assert!(thinned.len() < font.len() / 2);
        let outlines = |bytes: &[u8]| {
            let tables = Tables::of(bytes).unwrap();
            let long = u16_at(tables.get(b"head").unwrap(), 50).unwrap() == 1;
            let loca = tables.get(b"loca").unwrap().to_vec();
            let offset = move |index: usize| match long {
                true => u32_at(&loca, index * 4).unwrap() as usize,
                false => usize::from(u16_at(&loca, index * 2).unwrap()) * 2,
            };
            let glyf = tables.get(b"glyf").unwrap().to_vec();
            move |glyph: u16| glyf[offset(glyph.into())..offset(usize::from(glyph) + 1)].to_vec()
        };
        let (before, after) = (outlines(font), outlines(&thinned));
        let trimmed = |mut bytes: Vec<u8>| {
            while bytes.last() == Some(&0) {
                bytes.pop();
            }
            bytes
        };
        let whole = before(glyph('Ễ'));
        let pieces = parts(&whole).unwrap();
        assert!(
            !pieces.is_empty(),
            "Ễ is no composite: choose another letter for this test"
        );
        for kept in pieces.into_iter().chain([glyph('Ễ'), 0]) {
            assert_eq!(trimmed(after(kept)), trimmed(before(kept)));
        }
        assert!(after(glyph('Q')).is_empty());
    }
}
