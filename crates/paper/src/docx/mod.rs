//! The document as Word sees it: paragraphs in styles, tables, dots as tab leaders.

mod archive;
mod body;
mod order;
mod package;
mod styles;

use std::sync::LazyLock;

use docx_rs::{Docx, Footer, Header, PageMargin, Paragraph};

use crate::document::{Document, EDGE};
use crate::error::PaperError;
use crate::layout::compose;

use archive::Entry;
use body::{Child, Writer};

/// Writes the document as DOCX, with the same words as the PDF.
///
/// # Errors
/// Only if the writer of the XML or of the archive fails.
pub fn to_docx(document: &Document) -> Result<Vec<u8>, PaperError> {
    let sheet = &document.sheet;
    let mut writer = Writer::new(sheet.size);
    let mut docx = Docx::new()
        .page_size(
            twips(mm_points(sheet.width)) as u32,
            twips(mm_points(sheet.height)) as u32,
        )
        .page_margin(
            PageMargin::new()
                .top(twips(document.body_top))
                .bottom(twips(mm_points(sheet.height) - document.body_bottom))
                .left(twips(mm_points(sheet.left)))
                .right(twips(mm_points(sheet.right)))
                .header(twips(mm_points(EDGE)))
                .footer(twips(mm_points(EDGE)))
                .gutter(0),
        );
    let first = writer.children(&document.header);
    let header_remarks = writer.take_remarks();
    let later = writer.children(&document.header);
    writer.take_remarks();
    let footer = writer.children(&document.footer);
    let footer_remarks = writer.take_remarks();
    let mut header = Header::new();
    if sheet.page_numbers {
        let number = Paragraph::new()
            .style(styles::id(compose::page_number().role))
            .add_page_num(docx_rs::PageNum::new());
        header = header.add_paragraph(number);
    }
    docx = docx.header(later.into_iter().fold(header, add_to_header));
    docx = docx
        .first_header(first.into_iter().fold(Header::new(), add_to_header))
        .title_pg();
    if !footer.is_empty() {
        let parts = [footer.clone(), footer];
        let [default, first] =
            parts.map(|children| children.into_iter().fold(Footer::new(), add_to_footer));
        docx = docx.footer(default).first_footer(first);
    }
    for child in writer.children(&document.blocks) {
        docx = match child {
            Child::Paragraph(paragraph) => docx.add_paragraph(*paragraph),
            Child::Table(table) => docx.add_table(*table),
        };
    }
    let remarks = package::AllRemarks {
        body: writer.take_remarks(),
        header: header_remarks,
        footer: footer_remarks,
    };
    styles_part(sheet.size, &document.meta.language)
        .and_then(|styles| package::pack(docx.build(), styles, &document.meta, &remarks))
        .map_err(|reason| PaperError::Write {
            format: "DOCX",
            reason,
        })
}

/// The part with the styles; made once for the size and language of nearly every form.
fn styles_part(size: f32, language: &str) -> Result<Entry, String> {
    static USUAL: LazyLock<Result<Entry, String>> = LazyLock::new(|| made(USUAL_SIZE, "vi"));
    fn made(size: f32, language: &str) -> Result<Entry, String> {
        let docx = styles::all(size)
            .into_iter()
            .fold(Docx::new(), Docx::add_style)
            .default_fonts(styles::times())
            .default_size(styles::half_points(size));
        Entry::of(package::styles(&docx.build().styles, language)?)
    }
    if (size, language) == (USUAL_SIZE, "vi") {
        USUAL.clone()
    } else {
        made(size, language)
    }
}

const USUAL_SIZE: f32 = 13.0;

fn add_to_header(header: Header, child: Child) -> Header {
    match child {
        Child::Paragraph(paragraph) => header.add_paragraph(*paragraph),
        Child::Table(table) => header.add_table(*table),
    }
}

fn add_to_footer(footer: Footer, child: Child) -> Footer {
    match child {
        Child::Paragraph(paragraph) => footer.add_paragraph(*paragraph),
        Child::Table(table) => footer.add_table(*table),
    }
}

fn mm_points(length: f32) -> f32 {
    crate::set::mm(length)
}

/// Twentieths of a point, which Word counts in.
fn twips(points: f32) -> i32 {
    (points * 20.0).round().clamp(-31_680.0, 31_680.0) as i32
}
