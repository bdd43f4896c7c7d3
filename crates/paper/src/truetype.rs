//! What we read of a TrueType font: its tables, the glyphs of characters, and how wide they are.

use std::collections::BTreeMap;

/// The tables of a font.
pub(crate) struct Tables<'a> {
    version: [u8; 4],
    tables: Vec<([u8; 4], &'a [u8])>,
}

impl<'a> Tables<'a> {
    pub(crate) fn of(font: &'a [u8]) -> Option<Tables<'a>> {
        let count = usize::from(u16_at(font, 4)?);
        let tables = (0..count)
            .map(|index| {
                let entry = font.get(12 + index * 16..28 + index * 16)?;
                let (start, length) = (u32_at(entry, 8)? as usize, u32_at(entry, 12)? as usize);
                Some((
                    entry.get(..4)?.try_into().ok()?,
                    font.get(start..start.checked_add(length)?)?,
                ))
            })
            .collect::<Option<Vec<_>>>()?;
        Some(Tables {
            version: font.get(..4)?.try_into().ok()?,
            tables,
        })
    }

    pub(crate) fn get(&self, name: &[u8; 4]) -> Option<&'a [u8]> {
        self.tables
            .iter()
            .find(|(tag, _)| tag == name)
            .map(|(_, bytes)| *bytes)
    }

    /// The glyph of each character of the basic plane that has one.
    pub(crate) fn glyphs(&self) -> Option<BTreeMap<u16, u16>> {
        let cmap = self.get(b"cmap")?;
        let count = usize::from(u16_at(cmap, 2)?);
        let segments = (0..count).find_map(|index| {
            let start = u32_at(cmap, 8 + index * 8)? as usize;
            let table = cmap.get(start..)?;
            (u16_at(table, 0)? == 4).then_some(table)
        })?;
        let doubled = usize::from(u16_at(segments, 6)?);
        let mut glyphs = BTreeMap::new();
        for segment in (0..doubled).step_by(2) {
            let last = u16_at(segments, 14 + segment)?;
            let first = u16_at(segments, 16 + doubled + segment)?;
            let delta = u16_at(segments, 16 + 2 * doubled + segment)?;
            let at = 16 + 3 * doubled + segment;
            let offset = u16_at(segments, at)?;
            for code in first..=last {
                let glyph = if offset == 0 {
                    code.wrapping_add(delta)
                } else {
                    match u16_at(
                        segments,
                        at + usize::from(offset) + usize::from(code - first) * 2,
                    ) {
                        Some(0) | None => 0,
                        Some(glyph) => glyph.wrapping_add(delta),
                    }
                };
                if glyph != 0 && code != u16::MAX {
                    glyphs.insert(code, glyph);
                }
            }
        }
        Some(glyphs)
    }

    /// How wide each glyph is, in whole thousandths of an em.
    pub(crate) fn widths(&self) -> Option<Vec<u16>> {
        let em = u32::from(u16_at(self.get(b"head")?, 18)?.max(1));
        let count = usize::from(u16_at(self.get(b"maxp")?, 4)?);
        let wide = usize::from(u16_at(self.get(b"hhea")?, 34)?).max(1);
        let hmtx = self.get(b"hmtx")?;
        (0..count)
            .map(|glyph| {
                let width = u32::from(u16_at(hmtx, glyph.min(wide - 1) * 4)?);
                u16::try_from(width * 1000 / em).ok()
            })
            .collect()
    }

    /// A font of those of its tables that `keep` names, some of them replaced.
    pub(crate) fn rebuilt(&self, keep: &[&[u8; 4]], replaced: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let kept: Vec<&([u8; 4], &[u8])> = self
            .tables
            .iter()
            .filter(|(tag, _)| keep.contains(&tag))
            .collect();
        let count = kept.len() as u16;
        let power = count.checked_ilog2().unwrap_or(0) as u16;
        let range = 16_u16 << power;
        let mut out = self.version.to_vec();
        for number in [count, range, power, count * 16 - range] {
            out.extend(number.to_be_bytes());
        }
        let mut data: Vec<u8> = Vec::new();
        let start = out.len() + kept.len() * 16;
        for (tag, bytes) in kept {
            let other = replaced.iter().find(|(replaced, _)| *replaced == tag);
            let bytes = other.map_or(*bytes, |(_, other)| *other);
            out.extend(tag);
            out.extend(checksum(bytes).to_be_bytes());
            out.extend(((start + data.len()) as u32).to_be_bytes());
            out.extend((bytes.len() as u32).to_be_bytes());
            data.extend_from_slice(bytes);
            data.resize(data.len().next_multiple_of(4), 0);
        }
        out.extend(data);
        out
    }
}

fn checksum(bytes: &[u8]) -> u32 {
    bytes.chunks(4).fold(0, |sum: u32, word| {
        let mut padded = [0; 4];
        padded
            .iter_mut()
            .zip(word)
            .for_each(|(to, from)| *to = *from);
        sum.wrapping_add(u32::from_be_bytes(padded))
    })
}

pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
