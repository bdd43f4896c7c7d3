//! The document as PDF 1.7: archival (PDF/A-2b) and tagged for screen readers (PDF/UA-1).

mod archive;
mod draw;
mod structure;
mod thin;

use std::collections::{BTreeMap, BTreeSet};

use lopdf::Object;
use printpdf::{PdfDocument, PdfFont, PdfSaveOptions};

use crate::document::Document;
use crate::error::PaperError;
use crate::font::Face;
use crate::set::MarkKind;

pub(crate) use archive::{Properties, archival, compress_stream};

/// Writes the document as PDF/A-2b and PDF/UA-1 with its typeface embedded.
///
/// # Errors
/// Only if the PDF library fails.
pub fn to_pdf(document: &Document) -> Result<Vec<u8>, PaperError> {
    let mut pdf = PdfDocument::new(&document.meta.title);
    let used = glyphs_used(document);
    for face in Face::ALL
        .into_iter()
        .filter(|face| used.contains_key(face.name()))
    {
        let parsed = face
            .parsed()
            .ok_or_else(|| failed("the built-in typeface can't be read"))?;
        let mut parsed = parsed.clone();
        parsed.font_name = Some(face.name().to_owned());
        pdf.resources
            .fonts
            .map
            .insert(draw::font_id(face), PdfFont::new(parsed));
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

/// The glyphs that each face draws.
fn glyphs_used(document: &Document) -> BTreeMap<&'static str, BTreeSet<u16>> {
    let mut used: BTreeMap<&'static str, BTreeSet<u16>> = BTreeMap::new();
    for mark in document.pages.iter().flat_map(|page| &page.marks) {
        let MarkKind::Text { text, face, .. } = &mark.kind else {
            continue;
        };
        let face = Face::of(*face);
        let glyphs = text.chars().filter_map(|c| face.glyph(c));
        used.entry(face.name()).or_default().extend(glyphs);
    }
    used
}

/// printpdf takes the ascent for the height of capitals, and embeds every glyph.
fn correct_fonts(file: &mut lopdf::Document, used: &BTreeMap<&'static str, BTreeSet<u16>>) {
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
            let glyphs = std::str::from_utf8(name)
                .ok()
                .and_then(|name| used.get(name));
            if let (Some(glyphs), Ok(program)) = (
                glyphs,
                dictionary.get(b"FontFile2").and_then(Object::as_reference),
            ) {
                programs.push((program, glyphs));
            }
        }
    }
    for (program, glyphs) in programs {
        if let Some(Object::Stream(stream)) = file.objects.get_mut(&program)
            && let Some(thinned) = thin::thin(&stream.content, glyphs)
        {
            stream.dict.set("Length1", thinned.len() as i64);
            stream.set_content(thinned);
        }
    }
}
