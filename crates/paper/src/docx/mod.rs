//! The document as Word sees it: paragraphs in styles, answers in content controls, tables, dots as tab leaders.

mod body;
mod package;
mod paragraph;
mod picture;
mod styles;
mod xml;

use crate::document::{Document, EDGE};
use crate::error::PaperError;
use crate::layout::{Role, compose};
use crate::set::{SetBlock, mm};

use body::Writer;
use package::Edge;
use paragraph::Shape;
use picture::Picture;
use xml::Xml;

/// Writes the document as DOCX, with the same words as the PDF.
///
/// # Errors
/// Only if the writer of the archive fails.
pub fn to_docx(document: &Document) -> Result<Vec<u8>, PaperError> {
    let sheet = &document.sheet;
    let mut edges = Vec::new();
    let mut edge = |tag: &'static str, kind: &'static str, numbered: bool, blocks: &[SetBlock]| {
        let mut pictures = Vec::new();
        let mut xml = Xml::part();
        xml.markup(format_args!("<w:{tag} {NAMES}>"));
        if numbered {
            page_number(&mut xml);
        }
        let mut xml = written(xml, sheet.size, blocks, &mut pictures);
        if blocks.is_empty() && !numbered {
            xml.raw("<w:p/>");
        }
        xml.markup(format_args!("</w:{tag}>"));
        edges.push(Edge {
            tag,
            kind,
            xml: xml.into_bytes(),
            pictures,
        });
    };
    edge("hdr", "default", sheet.page_numbers, &document.header);
    edge("hdr", "first", false, &document.header);
    if !document.footer.is_empty() {
        edge("ftr", "default", false, &document.footer);
        edge("ftr", "first", false, &document.footer);
    }
    let mut pictures = Vec::new();
    let mut xml = Xml::part();
    xml.markup(format_args!("<w:document {NAMES}><w:body>"));
    let mut xml = written(xml, sheet.size, &document.blocks, &mut pictures);
    section(document, &edges, &mut xml);
    xml.raw("</w:body></w:document>");
    let styles = styles::part(sheet.size, &document.meta.language);
    package::pack(xml.into_bytes(), styles, &pictures, &edges, &document.meta).map_err(|error| {
        PaperError::Write {
            format: "DOCX",
            reason: error.to_string(),
        }
    })
}

const NAMES: &str = concat!(
    r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" "#,
    r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" "#,
    r#"xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing""#,
);

fn written(xml: Xml, size: f32, blocks: &[SetBlock], pictures: &mut Vec<Picture>) -> Xml {
    let mut writer = Writer::new(xml, size, pictures);
    writer.blocks(blocks);
    writer.finish()
}

fn page_number(xml: &mut Xml) {
    xml.raw("<w:p>");
    let style = compose::page_number();
    debug_assert!(style.role == Role::PageNumber);
    Shape::of(style.role).write(xml);
    xml.raw(r#"<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>"#);
    xml.raw(r#"<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>2</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>"#);
}

/// The sheet, its margins, and what stands in them.
fn section(document: &Document, edges: &[Edge], xml: &mut Xml) {
    let sheet = &document.sheet;
    let of = |length: f32| twips(mm(length));
    xml.raw("<w:sectPr>");
    for (index, edge) in edges.iter().enumerate() {
        let (name, kind, number) = (edge.reference(), edge.kind, index + 1);
        xml.markup(format_args!(
            r#"<w:{name} w:type="{kind}" r:id="rIdEdge{number}"/>"#
        ));
    }
    let (width, height) = (of(sheet.width), of(sheet.height));
    let turned = if sheet.width > sheet.height {
        r#" w:orient="landscape""#
    } else {
        ""
    };
    xml.markup(format_args!(
        r#"<w:pgSz w:w="{width}" w:h="{height}"{turned}/>"#
    ));
    let (top, bottom) = (
        twips(document.body_top),
        twips(mm(sheet.height) - document.body_bottom),
    );
    let (left, right, edge) = (of(sheet.left), of(sheet.right), of(EDGE));
    xml.markup(format_args!(
        r#"<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}" w:header="{edge}" w:footer="{edge}" w:gutter="0"/>"#
    ));
    xml.raw(r#"<w:cols w:space="425"/><w:titlePg/></w:sectPr>"#);
}

/// Twentieths of a point, which Word counts in.
fn twips(points: f32) -> i32 {
    (points * 20.0).round().clamp(-31_680.0, 31_680.0) as i32
}
