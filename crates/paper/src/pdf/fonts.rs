//! Typefaces in the file, as subsets.
//!
//! A subset holds more than the characters of one document: whoever needs one small letter gets them all. So the thousands of
//! papers of a batch, each with another name on it, need the same few subsets, and these are made once and kept. What comes
//! out is the same bytes, whether a subset was there already or not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use lopdf::{Dictionary, Object, ObjectId, Stream};
use printpdf::{
    Mm, Op, PdfDocument, PdfFont, PdfFontHandle, PdfPage, PdfSaveOptions, Pt, TextItem,
};

use super::archive::pack;
use super::{draw, thin};
use crate::deflate::Packer;
use crate::document::Document;
use crate::error::PaperError;
use crate::font::Face;
use crate::set::MarkKind;

/// Characters of which all are there when one is used; any others are there one by one.
const TOGETHER: [&str; 5] = [
    " .,:;-/()0123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ",
];
/// Most subsets that are kept; ordinary papers need a dozen.
const MOST_KEPT: usize = 64;

/// A subset as the objects of a file; their references to each other are set where they are put in.
struct Subset {
    font: Dictionary,
    descriptor: Dictionary,
    program: Stream,
    to_unicode: Stream,
}

/// What a subset is kept by: its face, and its characters in order.
type Key = (Face, Vec<char>);

/// Subsets that were made. They follow from their key alone, so nobody can tell but by the time it takes.
static KEPT: Mutex<BTreeMap<Key, Arc<Subset>>> = Mutex::new(BTreeMap::new());

/// Puts the faces that the document draws into its file, for all pages.
pub(super) fn embed(file: &mut lopdf::Document, document: &Document) -> Result<(), PaperError> {
    let broken = |error: lopdf::Error| super::failed(&error.to_string());
    let mut named = Dictionary::new();
    for (face, characters) in used(document) {
        let subset = subset((face, characters))?;
        let id = subset.put_into(file);
        named.set(draw::font_name(face), id);
    }
    let Some(page) = file.page_iter().next() else {
        return Ok(());
    };
    // printpdf gives all pages the same resources.
    let resources = |file: &lopdf::Document| -> lopdf::Result<ObjectId> {
        let resources = file.get_dictionary(page)?.get(b"Resources")?;
        file.get_dictionary(resources.as_reference()?)?
            .get(b"Font")?
            .as_reference()
    };
    let fonts = resources(file).map_err(broken)?;
    file.set_object(fonts, named);
    Ok(())
}

/// The characters that each face has to have.
fn used(document: &Document) -> BTreeMap<Face, Vec<char>> {
    let mut used: BTreeMap<Face, BTreeSet<char>> = BTreeMap::new();
    for mark in document.pages.iter().flat_map(|page| &page.marks) {
        if let MarkKind::Text { text, face, .. } = &mark.kind {
            used.entry(Face::of(*face))
                .or_default()
                .extend(draw::plain(text));
        }
    }
    used.into_iter()
        .map(|(face, mut characters)| {
            for together in TOGETHER {
                if together.chars().any(|c| characters.contains(&c)) {
                    characters.extend(together.chars());
                }
            }
            (face, characters.into_iter().collect())
        })
        .collect()
}

fn subset(key: Key) -> Result<Arc<Subset>, PaperError> {
    let kept = || KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(subset) = kept().get(&key) {
        return Ok(Arc::clone(subset));
    }
    let (face, characters) = &key;
    let subset = Subset::make(*face, characters)
        .ok_or_else(|| super::failed("the built-in typeface can't be read"))?;
    let subset = Arc::new(subset);
    let mut kept = kept();
    if kept.len() >= MOST_KEPT {
        kept.clear();
    }
    kept.insert(key, Arc::clone(&subset));
    Ok(subset)
}

impl Subset {
    /// As printpdf embeds it for a page with just these characters, with two corrections: it takes the ascent for the height
    /// of capitals, and isn't given the outlines, of which it would copy all several times.
    fn make(face: Face, characters: &[char]) -> Option<Subset> {
        let glyphs: BTreeMap<char, u16> = characters
            .iter()
            .filter_map(|c| Some((*c, face.glyph(*c)?)))
            .collect();
        let mut pdf = PdfDocument::new("");
        let font = PdfFont::new(face.drawing(&glyphs)?);
        pdf.resources.fonts.map.insert(draw::font_id(face), font);
        let items = vec![TextItem::Text(glyphs.keys().collect())];
        let font = PdfFontHandle::External(draw::font_id(face));
        let ops = vec![
            Op::StartTextSection,
            Op::SetFont {
                font,
                size: Pt(10.0),
            },
            Op::ShowText { items },
            Op::EndTextSection,
        ];
        pdf.pages = vec![PdfPage::new(Mm(100.0), Mm(100.0), ops)];
        let mut file = pdf.to_lopdf_document(&PdfSaveOptions::default(), &mut Vec::new());
        let of_type = |kind: &[u8]| {
            let mut dictionaries = file.objects.values().filter_map(|o| o.as_dict().ok());
            dictionaries.find(|dictionary| dictionary.has_type(kind))
        };
        let font = of_type(b"Font")?.clone();
        let mut descriptor = of_type(b"FontDescriptor")?.clone();
        descriptor.set("CapHeight", 655);
        let stream = |file: &mut lopdf::Document, dictionary: &Dictionary, key: &[u8]| {
            let id = dictionary.get(key).and_then(Object::as_reference).ok()?;
            match file.objects.remove(&id)? {
                Object::Stream(stream) => Some(stream),
                _ => None,
            }
        };
        let mut to_unicode = stream(&mut file, &font, b"ToUnicode")?;
        let mut program = stream(&mut file, &descriptor, b"FontFile2")?;
        let outlines = thin::thin(face.bytes(), &glyphs.values().copied().collect())?;
        program.dict.set("Length1", outlines.len() as i64);
        program.set_content(outlines);
        let mut packer = Packer::thorough();
        pack(&mut packer, &mut program);
        pack(&mut packer, &mut to_unicode);
        Some(Subset {
            font,
            descriptor,
            program,
            to_unicode,
        })
    }

    /// Puts the objects into a file; returns the font's.
    fn put_into(&self, file: &mut lopdf::Document) -> ObjectId {
        let mut descriptor = self.descriptor.clone();
        descriptor.set("FontFile2", file.add_object(self.program.clone()));
        let descriptor = file.add_object(descriptor);
        let mut font = self.font.clone();
        font.set("ToUnicode", file.add_object(self.to_unicode.clone()));
        let descendants = font.get_mut(b"DescendantFonts");
        if let Ok(descendants) = descendants.and_then(Object::as_array_mut)
            && let Some(Object::Dictionary(descendant)) = descendants.first_mut()
        {
            descendant.set("FontDescriptor", descriptor);
        }
        file.add_object(font)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Layout, Meta, lay_out};
    use serde_json::json;

    fn paper(name: &str) -> Document {
        let layout =
            "<paper title=\"Tờ khai\"><p>Họ, tên: <b>{{ ten }}</b> ({{ ten }})</p></paper>";
        let meta = Meta::new("Tờ khai", jiff::civil::date(2026, 1, 1).at(8, 0, 0, 0));
        let layout = Layout::parse("thu.layout", layout).unwrap();
        lay_out(&layout, &json!({"ten": name}), &meta).unwrap()
    }

    #[test]
    fn papers_of_different_people_need_the_same_subsets() {
        let one = used(&paper("Trần Thị Mẫu"));
        assert_eq!(one, used(&paper("Phạm Hoàng Nguyện")));
        assert_eq!(one.len(), 2);
        // What isn't said everywhere is there only where it is said.
        assert!(!one[&Face::Regular].contains(&'@'));
        let other = used(&paper("Trần Thị Mẫu @"));
        assert!(other[&Face::Regular].contains(&'@'));
        // No small letter in bold: then only capitals are there.
        let capitals = used(&paper("MẪU"));
        assert!(!capitals[&Face::Bold].contains(&'a'));
    }

    #[test]
    fn a_paper_is_the_same_whether_its_subsets_were_kept_or_are_made_anew() {
        let made = crate::to_pdf(&paper("Lê Văn Thử")).unwrap();
        assert_eq!(made, crate::to_pdf(&paper("Lê Văn Thử")).unwrap());
        // Each brings in a character of its own, until nothing of before is left.
        let odd = ('\u{a1}'..'\u{17f}').filter(|c| Face::Bold.has(*c) && *c != '\u{ad}');
        for c in odd.take(MOST_KEPT + 1) {
            crate::to_pdf(&paper(&format!("Lê Văn Thử {c}"))).unwrap();
            assert!(KEPT.lock().unwrap().len() <= MOST_KEPT);
        }
        assert_eq!(made, crate::to_pdf(&paper("Lê Văn Thử")).unwrap());
    }
}
