//! The archive: only the parts that are used, compressed, the same bytes every time.

use docx_rs::XMLDocx;

use crate::document::Meta;

use super::archive::{Entry, archive};
use super::body::{Remarks, RowKind};
use super::order::{Element, Node, correct, parse, write};

/// What docx-rs can't say of the parts; all headers are alike, and all footers.
pub(super) struct AllRemarks {
    pub(super) body: Remarks,
    pub(super) header: Remarks,
    pub(super) footer: Remarks,
}

/// Corrects and packs the parts.
pub(super) fn pack(
    xml: XMLDocx,
    styles: Entry,
    meta: &Meta,
    remarks: &AllRemarks,
) -> Result<Vec<u8>, String> {
    let mut parts: Vec<(String, Entry)> = vec![
        ("docProps/core.xml".to_owned(), Entry::of(core(meta)?)?),
        ("word/settings.xml".to_owned(), Entry::of(SETTINGS.into())?),
        (STYLES.to_owned(), styles),
        (
            "word/document.xml".to_owned(),
            Entry::of(corrected(&xml.document, |root| body(root, &remarks.body))?)?,
        ),
    ];
    for (prefix, written, remarks) in [
        ("header", &xml.headers, &remarks.header),
        ("footer", &xml.footers, &remarks.footer),
    ] {
        for (index, part) in written.iter().enumerate() {
            parts.push((
                format!("word/{prefix}{}.xml", index + 1),
                Entry::of(corrected(part, |root| body(root, remarks))?)?,
            ));
        }
    }
    for (name, bytes) in xml.media {
        parts.push((format!("word/media/{name}.png"), Entry::of(bytes)?));
    }
    let relations = corrected(&xml.document_rels, |root| {
        keep(root, |element| {
            let target = element.attribute("Target").unwrap_or_default();
            parts.iter().any(|(path, _)| {
                path.strip_prefix("word/") == Some(target.trim_start_matches("./"))
            })
        });
    })?;
    let mut front = vec![
        (
            "[Content_Types].xml".to_owned(),
            Entry::of(content_types(&parts)?)?,
        ),
        ("_rels/.rels".to_owned(), Entry::of(RELATIONS.into())?),
        (
            "word/_rels/document.xml.rels".to_owned(),
            Entry::of(relations)?,
        ),
    ];
    front.append(&mut parts);
    archive(&front)
}

const STYLES: &str = "word/styles.xml";

fn corrected(xml: &[u8], change: impl FnOnce(&mut Element)) -> Result<Vec<u8>, String> {
    let mut root = parse(xml)?;
    change(&mut root);
    correct(&mut root);
    write(&root)
}

fn keep(root: &mut Element, wanted: impl Fn(&Element) -> bool) {
    root.children
        .retain(|node| matches!(node, Node::Element(element) if wanted(element)));
}

/// The part with the styles, in the language of the text, for spelling and for reading aloud.
pub(super) fn styles(xml: &[u8], language: &str) -> Result<Vec<u8>, String> {
    corrected(xml, |root| speak(root, language))
}

fn speak(root: &mut Element, language: &str) {
    let language = if language == "vi" { "vi-VN" } else { language };
    // docx-rs brings a Normal of its own before ours, with nothing in it.
    let own = root.children.iter().position(
        |node| matches!(node, Node::Element(e) if e.attribute("w:styleId") == Some("Normal")),
    );
    own.into_iter()
        .for_each(|at| drop(root.children.remove(at)));
    root.visit(&mut |element| {
        if element.name == "w:rPrDefault"
            && let Some(run) = element.elements().find(|child| child.name == "w:rPr")
        {
            run.children
                .retain(|node| !matches!(node, Node::Element(child) if child.name == "w:lang"));
            let lang = Element::new("w:lang", &[("w:val", language), ("w:eastAsia", language)]);
            run.children.push(Node::Element(lang));
        }
        if element.name == "w:style" && element.attribute("w:styleId") == Some("Normal") {
            element
                .attributes
                .push(("w:default".into(), "1".to_owned()));
        }
    });
}

fn body(root: &mut Element, remarks: &Remarks) {
    let mut rows = 0;
    let mut pictures = 0_usize;
    let mut controls = 0_usize;
    root.visit(&mut |element| match element.name.as_ref() {
        // A table is met before its first row.
        "w:tbl" => {
            if let Some(RowKind::Boxes(text)) = remarks.rows.get(rows)
                && let Some(properties) = element
                    .elements()
                    .find(|child| child.name == "w:tblPr")
                    .filter(|_| !text.is_empty())
            {
                let described = Element::new("w:tblDescription", &[("w:val", text)]);
                properties.children.push(Node::Element(described));
            }
        }
        "w:tr" => {
            let repeated = matches!(remarks.rows.get(rows), Some(RowKind::Head));
            rows += 1;
            if let Some(properties) = element
                .elements()
                .find(|child| child.name == "w:trPr")
                .filter(|_| repeated)
            {
                properties
                    .children
                    .push(Node::Element(Element::new("w:tblHeader", &[])));
            }
        }
        // docx-rs writes no tags: what it has as the name becomes both.
        "w:sdtPr" => {
            controls += 1;
            let path = element
                .elements()
                .find(|child| child.name == "w:alias")
                .and_then(|alias| alias.attribute("w:val").map(str::to_owned));
            let told = [("w:tag", path), ("w:id", Some(controls.to_string()))];
            for (name, value) in told {
                let value = value.unwrap_or_default();
                let said = Element::new(name, &[("w:val", &value)]);
                element.children.push(Node::Element(said));
            }
        }
        "wp:docPr" | "pic:cNvPr" => {
            if element.name == "wp:docPr" {
                pictures += 1;
            }
            let described = pictures
                .checked_sub(1)
                .and_then(|index| remarks.pictures.get(index))
                .cloned()
                .unwrap_or_default();
            element
                .attributes
                .retain(|(name, _)| !matches!(name.as_ref(), "id" | "name" | "descr"));
            element.attributes.push(("id".into(), pictures.to_string()));
            element
                .attributes
                .push(("name".into(), format!("Mã {pictures}")));
            element.attributes.push(("descr".into(), described));
        }
        _ => {}
    });
}

fn core(meta: &Meta) -> Result<Vec<u8>, String> {
    let mut root = Element::new(
        "cp:coreProperties",
        &[
            (
                "xmlns:cp",
                "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
            ),
            ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
            ("xmlns:dcterms", "http://purl.org/dc/terms/"),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ],
    );
    let clean = |text: &str| {
        text.chars()
            .filter(|c| !c.is_control() && !matches!(*c, '\u{fffe}' | '\u{ffff}'))
            .collect::<String>()
    };
    let mut say = |name: &'static str, attributes: &[(&'static str, &str)], text: &str| {
        let mut element = Element::new(name, attributes);
        element.children.push(Node::Text(clean(text)));
        root.children.push(Node::Element(element));
    };
    // Written in UTC, as the schema's W3CDTF wants; the caller's time is Vietnam's.
    let utc = meta
        .created
        .checked_sub(jiff::Span::new().hours(7))
        .unwrap_or(meta.created);
    let date = utc.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let w3c = [("xsi:type", "dcterms:W3CDTF")];
    say("dc:title", &[], &meta.title);
    if let Some(code) = &meta.dossier_code {
        say("dc:subject", &[], code);
    }
    say("dc:creator", &[], &meta.producer);
    say("dc:language", &[], &meta.language);
    say("dcterms:created", &w3c, &date);
    say("dcterms:modified", &w3c, &date);
    write(&root)
}

fn content_types(parts: &[(String, Entry)]) -> Result<Vec<u8>, String> {
    let mut root = Element::new(
        "Types",
        &[(
            "xmlns",
            "http://schemas.openxmlformats.org/package/2006/content-types",
        )],
    );
    let mut add = |name: &'static str, attributes: &[(&'static str, &str)]| {
        root.children
            .push(Node::Element(Element::new(name, attributes)));
    };
    add(
        "Default",
        &[
            ("Extension", "rels"),
            (
                "ContentType",
                "application/vnd.openxmlformats-package.relationships+xml",
            ),
        ],
    );
    add(
        "Default",
        &[("Extension", "xml"), ("ContentType", "application/xml")],
    );
    add(
        "Default",
        &[("Extension", "png"), ("ContentType", "image/png")],
    );
    for (path, _) in parts {
        let word = "application/vnd.openxmlformats-officedocument.wordprocessingml";
        let kind = match path.as_str() {
            "docProps/core.xml" => {
                "application/vnd.openxmlformats-package.core-properties+xml".to_owned()
            }
            "word/document.xml" => format!("{word}.document.main+xml"),
            "word/styles.xml" => format!("{word}.styles+xml"),
            "word/settings.xml" => format!("{word}.settings+xml"),
            path if path.starts_with("word/header") => format!("{word}.header+xml"),
            path if path.starts_with("word/footer") => format!("{word}.footer+xml"),
            _ => continue,
        };
        add(
            "Override",
            &[("PartName", &format!("/{path}")), ("ContentType", &kind)],
        );
    }
    write(&root)
}

const RELATIONS: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#,
    r#"<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" "#,
    r#"Target="word/document.xml"/>"#,
    r#"<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" "#,
    r#"Target="docProps/core.xml"/></Relationships>"#,
);

/// As in the PDF, a line that ends with a break isn't stretched, and the room after a paragraph adds to the room before
/// the next; fifteen is Word 2013 and later.
const SETTINGS: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
    r#"<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">"#,
    r#"<w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/><w:characterSpacingControl w:val="doNotCompress"/>"#,
    r#"<w:compat><w:doNotExpandShiftReturn/><w:doNotUseHTMLParagraphAutoSpacing/>"#,
    r#"<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>"#,
    r#"</w:compat></w:settings>"#,
);
