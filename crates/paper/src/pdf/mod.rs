//! The document as PDF 1.7: archival (PDF/A-2b) and tagged for screen readers (PDF/UA-1).

mod archive;
mod draw;
mod structure;
mod thin;

use std::collections::BTreeMap;

use lopdf::Object;
use printpdf::{PdfDocument, PdfFont, PdfSaveOptions};

use crate::document::Document;
use crate::error::PaperError;
use crate::font::Face;
use crate::set::MarkKind;

pub(crate) use archive::{Packer, Properties, archival};

/// Writes the document as PDF/A-2b and PDF/UA-1 with its typeface embedded.
///
/// # Errors
/// Only if the PDF library fails.
pub fn to_pdf(document: &Document) -> Result<Vec<u8>, PaperError> {
    let mut pdf = PdfDocument::new(&document.meta.title);
    let used = glyphs_used(document);
    for (face, glyphs) in &used {
        let font = face
            .drawing(glyphs)
            .ok_or_else(|| failed("the built-in typeface can't be read"))?;
        pdf.resources
            .fonts
            .map
            .insert(draw::font_id(*face), PdfFont::new(font));
    }
    let mut contents = structure::Contents::new(document.elements.len());
    pdf.pages = document
        .pages
        .iter()
        .enumerate()
        .map(|(index, page)| draw::page(document, index, page, &mut contents))
        .collect();
    // Our own path operators pass only when unknown ones are let through.
    let options = PdfSaveOptions {
        secure: false,
        image_optimization: None,
        ..PdfSaveOptions::default()
    };
    let mut warnings = Vec::new();
    let mut file = pdf.to_lopdf_document(&options, &mut warnings);
    correct_fonts(&mut file, &used);
    structure::attach(&mut file, document, contents).map_err(|error| failed(&error.to_string()))?;
    archival(&mut file, &Properties::of(&document.meta, true))
        .map_err(|error| failed(&error.to_string()))
}

fn failed(reason: &str) -> PaperError {
    PaperError::Write {
        format: "PDF",
        reason: reason.to_owned(),
    }
}

/// The characters that each face draws, with their glyphs.
fn glyphs_used(document: &Document) -> BTreeMap<Face, BTreeMap<char, u16>> {
    let mut used: BTreeMap<Face, BTreeMap<char, u16>> = BTreeMap::new();
    for mark in document.pages.iter().flat_map(|page| &page.marks) {
        let MarkKind::Text { text, face, .. } = &mark.kind else {
            continue;
        };
        let face = Face::of(*face);
        let glyphs = draw::plain(text).filter_map(|c| Some((c, face.glyph(c)?)));
        used.entry(face).or_default().extend(glyphs);
    }
    used
}

/// printpdf takes the ascent for the height of capitals, and has not been given the outlines: of them only those go into the file that it draws.
fn correct_fonts(file: &mut lopdf::Document, used: &BTreeMap<Face, BTreeMap<char, u16>>) {
    let mut programs = Vec::new();
    for object in file.objects.values_mut() {
        if let Object::Dictionary(dictionary) = object
            && dictionary.has_type(b"FontDescriptor")
        {
            dictionary.set("CapHeight", 655);
            let name = dictionary
                .get(b"FontName")
                .and_then(Object::as_name)
                .unwrap_or_default();
            let of_face = used.iter().find(|(face, _)| face.name().as_bytes() == name);
            if let (Some((face, glyphs)), Ok(program)) = (
                of_face,
                dictionary.get(b"FontFile2").and_then(Object::as_reference),
            ) {
                programs.push((program, *face, glyphs));
            }
        }
    }
    for (program, face, glyphs) in programs {
        if let Some(Object::Stream(stream)) = file.objects.get_mut(&program) {
            let glyphs = glyphs.values().copied().collect();
            let outlines =
                thin::thin(face.bytes(), &glyphs).unwrap_or_else(|| face.bytes().to_vec());
            stream.dict.set("Length1", outlines.len() as i64);
            stream.set_content(outlines);
        }
    }
}
