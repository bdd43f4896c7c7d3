//! A Word file as a reader of it sees it, read by another way than the filler's.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

/// The entries of an archive in order; nothing when it is none.
pub(crate) fn entries(bytes: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index(index).ok()?;
            let mut content = Vec::new();
            file.read_to_end(&mut content).ok()?;
            Some((file.name().to_owned(), content))
        })
        .collect()
}

/// A part's text.
pub(crate) fn part(bytes: &[u8], name: &str) -> String {
    let (_, content) = entries(bytes)
        .unwrap()
        .into_iter()
        .find(|(known, _)| known == name)
        .unwrap();
    String::from_utf8(content).unwrap()
}

/// What a reader sees of a part, paragraph by paragraph.
pub(crate) fn paragraphs(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml.trim_start_matches('\u{feff}'));
    // Paragraphs within text boxes stand within paragraphs.
    let (mut done, mut open) = (Vec::new(), Vec::<usize>::new());
    let (mut in_text, mut gone, mut kept) = (false, 0, false);
    let mut text = String::new();
    loop {
        let event = reader.read_event().unwrap();
        let local = |name: &[u8]| {
            let name = String::from_utf8_lossy(name).into_owned();
            name.rsplit(':').next().unwrap().to_owned()
        };
        match event {
            Event::Start(start) => match local(start.name().into_inner()).as_str() {
                "p" => {
                    open.push(done.len());
                    done.push(String::new());
                }
                "t" => {
                    in_text = true;
                    kept = String::from_utf8_lossy(&start).contains("preserve");
                    text.clear();
                }
                "del" | "moveFrom" | "rPr" | "pPr" => gone += 1,
                _ => {}
            },
            Event::Empty(start) => {
                let said = match local(start.name().into_inner()).as_str() {
                    "br" => "\n",
                    "tab" => "\t",
                    "p" => {
                        done.push(String::new());
                        ""
                    }
                    _ => "",
                };
                if let Some(at) = open.last() {
                    done[*at].push_str(said);
                }
            }
            Event::End(end) => match local(end.name().into_inner()).as_str() {
                "p" => {
                    open.pop();
                }
                "t" => {
                    in_text = false;
                    if let (Some(at), 0) = (open.last(), gone) {
                        done[*at].push_str(if kept { &text } else { text.trim_matches(' ') });
                    }
                }
                "del" | "moveFrom" | "rPr" | "pPr" => gone -= 1,
                _ => {}
            },
            Event::Text(raw) if in_text => text.push_str(&raw.xml10_content().unwrap()),
            Event::CData(raw) if in_text => text.push_str(&raw.decode().unwrap()),
            Event::GeneralRef(raw) if in_text => {
                let raw = format!("&{};", raw.decode().unwrap());
                text.push_str(&quick_xml::escape::unescape(&raw).unwrap());
            }
            Event::Eof => return done,
            _ => {}
        }
    }
}
