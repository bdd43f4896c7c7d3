//! The archive: only the parts that are used, compressed, the same bytes every time.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::document::Meta;

use super::picture::Picture;
use super::xml::Xml;

/// A header or a footer.
pub(super) struct Edge {
    /// `hdr` or `ftr`.
    pub(super) tag: &'static str,
    /// On which pages: `default` or `first`.
    pub(super) kind: &'static str,
    pub(super) xml: Vec<u8>,
    pub(super) pictures: Vec<Picture>,
}

impl Edge {
    fn name(&self) -> &'static str {
        if self.tag == "hdr" {
            "header"
        } else {
            "footer"
        }
    }

    /// The element that points at it.
    pub(super) fn reference(&self) -> &'static str {
        if self.tag == "hdr" {
            "headerReference"
        } else {
            "footerReference"
        }
    }
}

/// Packs the parts.
pub(super) fn pack(
    document: Vec<u8>,
    styles: Vec<u8>,
    pictures: &[Picture],
    edges: &[Edge],
    meta: &Meta,
) -> zip::result::ZipResult<Vec<u8>> {
    let mut types = Xml::part();
    types.raw(TYPES);
    let mut relations = Relations::new();
    relations.add("rId1", "styles", "styles.xml");
    relations.add("rId2", "settings", "settings.xml");
    let mut parts: Vec<(String, Vec<u8>)> = vec![
        ("docProps/core.xml".to_owned(), core(meta)),
        ("word/settings.xml".to_owned(), SETTINGS.as_bytes().to_vec()),
        ("word/styles.xml".to_owned(), styles),
        ("word/document.xml".to_owned(), document),
    ];
    add_pictures("body", pictures, &mut relations, &mut parts);
    let mut numbers = [0; 2];
    for (index, edge) in edges.iter().enumerate() {
        let name = edge.name();
        let [headers, footers] = &mut numbers;
        let number = if name == "header" { headers } else { footers };
        *number += 1;
        let file = format!("{name}{number}.xml");
        types.markup(format_args!(
            r#"<Override PartName="/word/{file}" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.{name}+xml"/>"#
        ));
        relations.add(&format!("rIdEdge{}", index + 1), name, &file);
        if !edge.pictures.is_empty() {
            let mut own = Relations::new();
            add_pictures(
                &format!("{name}{number}"),
                &edge.pictures,
                &mut own,
                &mut parts,
            );
            parts.push((format!("word/_rels/{file}.rels"), own.finish()));
        }
        parts.push((format!("word/{file}"), edge.xml.clone()));
    }
    types.raw("</Types>");
    let mut front = vec![
        ("[Content_Types].xml".to_owned(), types.into_bytes()),
        ("_rels/.rels".to_owned(), RELATIONS.as_bytes().to_vec()),
        (
            "word/_rels/document.xml.rels".to_owned(),
            relations.finish(),
        ),
    ];
    front.append(&mut parts);
    zipped(&front)
}

fn add_pictures(
    of: &str,
    pictures: &[Picture],
    relations: &mut Relations,
    parts: &mut Vec<(String, Vec<u8>)>,
) {
    for (index, picture) in pictures.iter().enumerate() {
        let number = index + 1;
        let file = format!("media/{of}-{number}.png");
        relations.add(&format!("rIdImage{number}"), "image", &file);
        parts.push((format!("word/{file}"), picture.png.clone()));
    }
}

/// What a part points at.
struct Relations(Xml);

impl Relations {
    fn new() -> Relations {
        let mut xml = Xml::part();
        xml.raw(r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#);
        Relations(xml)
    }

    fn add(&mut self, id: &str, kind: &str, target: &str) {
        self.0.markup(format_args!(
            r#"<Relationship Id="{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>"#
        ));
    }

    fn finish(mut self) -> Vec<u8> {
        self.0.raw("</Relationships>");
        self.0.into_bytes()
    }
}

fn zipped(parts: &[(String, Vec<u8>)]) -> zip::result::ZipResult<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in parts {
        zip.start_file(path.as_str(), options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn core(meta: &Meta) -> Vec<u8> {
    let mut xml = Xml::part();
    xml.raw(concat!(
        r#"<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" "#,
        r#"xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" "#,
        r#"xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">"#,
    ));
    let mut say = |name: &str, text: &str| {
        xml.markup(format_args!("<dc:{name}>"));
        xml.text(text);
        xml.markup(format_args!("</dc:{name}>"));
    };
    say("title", &meta.title);
    if let Some(code) = &meta.dossier_code {
        say("subject", code);
    }
    say("creator", &meta.producer);
    say("language", &meta.language);
    // Written in UTC, as the schema's W3CDTF wants; the caller's time is Vietnam's.
    let utc = meta
        .created
        .checked_sub(jiff::Span::new().hours(7))
        .unwrap_or(meta.created);
    let date = utc.strftime("%Y-%m-%dT%H:%M:%SZ");
    for name in ["created", "modified"] {
        xml.markup(format_args!(
            r#"<dcterms:{name} xsi:type="dcterms:W3CDTF">{date}</dcterms:{name}>"#
        ));
    }
    xml.raw("</cp:coreProperties>");
    xml.into_bytes()
}

const TYPES: &str = concat!(
    r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">"#,
    r#"<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"#,
    r#"<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>"#,
    r#"<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>"#,
    r#"<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>"#,
    r#"<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>"#,
    r#"<Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/>"#,
);

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
