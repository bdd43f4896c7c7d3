//! The document as PDF 1.7: archival (PDF/A-2b) and tagged for screen readers (PDF/UA-1).

mod archive;
mod draw;
mod fonts;
mod structure;
mod thin;

use lopdf::{Dictionary, Object, dictionary};

use crate::document::Document;
use crate::error::PaperError;
use crate::set::mm;

pub(crate) use archive::{Properties, archival, compress_stream};

/// Writes the document as PDF/A-2b and PDF/UA-1 with its typeface embedded.
///
/// # Errors
/// Only if the PDF library fails.
pub fn to_pdf(document: &Document) -> Result<Vec<u8>, PaperError> {
    written(document).map_err(|error| PaperError::Write {
        format: "PDF",
        reason: error.to_string(),
    })
}

fn written(document: &Document) -> lopdf::Result<Vec<u8>> {
    let mut file = lopdf::Document::new();
    let mut contents = structure::Contents::new(document.elements.len());
    let mut used = draw::Used::new();
    let drawn: Vec<Vec<u8>> = document
        .pages
        .iter()
        .enumerate()
        .map(|(index, page)| draw::page(document, index, page, &mut contents, &mut used))
        .collect();
    let mut faces = Dictionary::new();
    for (face, glyphs) in &used {
        faces.set(draw::font_name(*face), fonts::add(&mut file, *face, glyphs));
    }
    let resources = file.add_object(dictionary! { "Font" => faces });
    let pages = file.new_object_id();
    let sheet = [
        0.0,
        0.0,
        mm(document.sheet.width),
        mm(document.sheet.height),
    ];
    let kids: Vec<Object> = drawn
        .into_iter()
        .map(|content| {
            let content = file.add_object(archive::deflated(Dictionary::new(), &content));
            let page = file.add_object(dictionary! {
                "Type" => "Page",
                "Parent" => pages,
                "MediaBox" => sheet.map(Object::Real).to_vec(),
                "Resources" => resources,
                "Contents" => content,
            });
            page.into()
        })
        .collect();
    let tree = dictionary! { "Type" => "Pages", "Count" => kids.len() as i64, "Kids" => kids };
    file.set_object(pages, tree);
    let catalog = file.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    file.trailer.set("Root", catalog);
    structure::attach(&mut file, document, contents)?;
    archival(&mut file, &Properties::of(&document.meta, true))
}
