//! The document as PDF 1.7: archival (PDF/A-2b) and tagged for screen readers (PDF/UA-1).

mod archive;
mod draw;
mod structure;

use lopdf::Object;
use printpdf::{PdfDocument, PdfFont, PdfSaveOptions};

use crate::document::Document;
use crate::error::PaperError;
use crate::font::Face;

pub(crate) use archive::{Properties, archival, compress_stream};

/// Writes the document as PDF/A-2b and PDF/UA-1 with its typeface embedded.
///
/// # Errors
/// Only if the PDF library fails.
pub fn to_pdf(document: &Document) -> Result<Vec<u8>, PaperError> {
    let mut pdf = PdfDocument::new(&document.meta.title);
    for face in Face::ALL {
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
    correct_fonts(&mut file);
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

/// printpdf takes the ascent for the height of capitals, and leaves the character maps uncompressed.
fn correct_fonts(file: &mut lopdf::Document) {
    for object in file.objects.values_mut() {
        if let Object::Dictionary(dictionary) = object
            && dictionary.has_type(b"FontDescriptor")
        {
            dictionary.set("CapHeight", 655);
        }
    }
}
