//! The document as PDF 1.7: archival (PDF/A-2b) and tagged for screen readers (PDF/UA-1).

mod archive;
mod draw;
mod fonts;
mod structure;
mod thin;

use printpdf::{PdfDocument, PdfSaveOptions};

use crate::document::Document;
use crate::error::PaperError;

pub(crate) use archive::{Properties, archival, pack};

/// Writes the document as PDF/A-2b and PDF/UA-1 with its typeface embedded.
///
/// # Errors
/// Only if the PDF library fails.
pub fn to_pdf(document: &Document) -> Result<Vec<u8>, PaperError> {
    let mut pdf = PdfDocument::new(&document.meta.title);
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
    fonts::embed(&mut file, document)?;
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
