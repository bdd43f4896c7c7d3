//! A face in a file: the outlines in use, how wide they are, and which characters they stand for.

use std::collections::BTreeSet;
use std::fmt::Write;

use lopdf::{Object, ObjectId, StringFormat, dictionary};

use crate::font::Face;

use super::archive::deflated;
use super::thin::thin;

/// Adds a face with the glyphs that are used of it.
pub(super) fn add(file: &mut lopdf::Document, face: Face, used: &BTreeSet<u16>) -> ObjectId {
    let program = thin(face.bytes(), used).unwrap_or_else(|| face.bytes().to_vec());
    let length = program.len() as i64;
    let program = deflated(dictionary! { "Length1" => length }, &program);
    let program = file.add_object(program);
    let italic = matches!(face, Face::Italic | Face::BoldItalic);
    let bold = matches!(face, Face::Bold | Face::BoldItalic);
    let descriptor = file.add_object(dictionary! {
        "Type" => "FontDescriptor",
        "FontName" => face.name(),
        // Letters beyond the standard set; slanted.
        "Flags" => if italic { 4 + 64 } else { 4 },
        "FontBBox" => BOX.map(Object::from).to_vec(),
        "ItalicAngle" => if italic { -16 } else { 0 },
        "Ascent" => 891,
        "Descent" => -216,
        "CapHeight" => 655,
        "StemV" => if bold { 138 } else { 82 },
        "FontFile2" => program,
    });
    let literal = |text: &str| Object::String(text.as_bytes().to_vec(), StringFormat::Literal);
    let below = file.add_object(dictionary! {
        "Type" => "Font",
        "Subtype" => "CIDFontType2",
        "BaseFont" => face.name(),
        "CIDSystemInfo" => dictionary! {
            "Registry" => literal("Adobe"), "Ordering" => literal("Identity"), "Supplement" => 0,
        },
        "CIDToGIDMap" => "Identity",
        "FontDescriptor" => descriptor,
        "W" => widths(face, used),
    });
    let letters = file.add_object(deflated(dictionary! {}, letters(face, used).as_bytes()));
    file.add_object(dictionary! {
        "Type" => "Font",
        "Subtype" => "Type0",
        "BaseFont" => face.name(),
        "Encoding" => "Identity-H",
        "DescendantFonts" => vec![below.into()],
        "ToUnicode" => letters,
    })
}

/// Holds every letter of every face, in thousandths of an em.
const BOX: [i64; 4] = [-250, -310, 1100, 1050];

/// Runs of neighbours: the first glyph and their widths.
fn widths(face: Face, used: &BTreeSet<u16>) -> Vec<Object> {
    let glyphs: Vec<u16> = used.iter().copied().collect();
    let mut out = Vec::new();
    for run in glyphs.chunk_by(|one, next| one + 1 == *next) {
        out.extend(run.first().map(|first| Object::from(i64::from(*first))));
        let widths: Vec<Object> = run
            .iter()
            .map(|glyph| i64::from(face.glyph_width(*glyph)).into())
            .collect();
        out.push(Object::Array(widths));
    }
    out
}

/// From glyphs back to characters, for whoever copies, searches or listens.
fn letters(face: Face, used: &BTreeSet<u16>) -> String {
    let mut out = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CIDSystemInfo <</Registry (Adobe)/Ordering (UCS)/Supplement 0>> def\n\
         /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    let known: Vec<(u16, char)> = used
        .iter()
        .filter_map(|glyph| Some((*glyph, *face.letters().get(glyph)?)))
        .collect();
    // A list has at most so many lines.
    for lines in known.chunks(100) {
        let _ = writeln!(out, "{} beginbfchar", lines.len());
        for (glyph, letter) in lines {
            let _ = writeln!(out, "<{glyph:04X}> <{:04X}>", *letter as u32);
        }
        out.push_str("endbfchar\n");
    }
    out.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    out
}
