//! A DOCX as any reader of Open XML sees it.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::Event;

/// The words of a part, in their order.
pub(crate) fn words(bytes: &[u8], part: &str) -> Vec<String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    archive
        .by_name(part)
        .unwrap()
        .read_to_string(&mut xml)
        .unwrap();
    let mut reader = Reader::from_str(&xml);
    let (mut text, mut inside) = (String::new(), false);
    // Boxes are a described table, in which a paragraph of one character goes on with the next.
    let (mut boxes, mut paragraph) = (false, 0);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(e) if e.name().as_ref() == b"w:t" => inside = true,
            Event::End(e) if e.name().as_ref() == b"w:t" => inside = false,
            Event::Start(e) if e.name().as_ref() == b"w:p" => paragraph = text.chars().count(),
            Event::Empty(e) if e.name().as_ref() == b"w:tblDescription" => boxes = true,
            Event::End(e) if e.name().as_ref() == b"w:tbl" => {
                boxes = false;
                text.push('\n');
            }
            Event::End(e)
                if e.name().as_ref() == b"w:p"
                    && boxes
                    && text.chars().count() <= paragraph + 1 => {}
            Event::End(e) if e.name().as_ref() == b"w:p" => text.push('\n'),
            Event::Empty(e) if matches!(e.name().as_ref(), b"w:br" | b"w:tab") => text.push(' '),
            Event::Text(t) if inside => text.push_str(&t.xml10_content().unwrap()),
            Event::GeneralRef(r) if inside => {
                text.push_str(
                    &quick_xml::escape::unescape(&format!("&{};", r.decode().unwrap())).unwrap(),
                );
            }
            Event::Eof => break,
            _ => {}
        }
    }
    text.split_whitespace().map(str::to_owned).collect()
}
