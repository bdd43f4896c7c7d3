//! Word templates made by spoiling the samples, and what must hold for any of them.
//!
//! A case is its number, as with the layouts. What once failed is kept in `tests/template-findings`.

use std::collections::BTreeSet;
use std::io::{Cursor, Write as _};

use hoso_fuzzing::places::{count, nth_mut};
use hoso_fuzzing::{Dice, Kept, Target};
use hoso_paper::Template;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::fuzz::{pieces, value};
use super::samples;
use super::word::{entries, paragraphs};

/// A Word file and answers in display form.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) template: Vec<u8>,
    pub(crate) answers: Value,
}

type Entries = Vec<(String, Vec<u8>)>;

/// The Word files that are spoiled.
pub(crate) struct Seeds(Vec<(Entries, Value)>);

const DOCUMENT: &str = "word/document.xml";

impl Seeds {
    /// Every sample that is an archive.
    pub(crate) fn read() -> Seeds {
        let whole = |sample: samples::Sample| Some((entries(&sample.bytes)?, sample.answers));
        Seeds(samples::samples().into_iter().filter_map(whole).collect())
    }

    /// Where it keeps what failed.
    pub(crate) fn kept() -> Kept {
        Kept::named(env!("CARGO_MANIFEST_DIR"), "template-findings")
    }

    fn make(&self, dice: &mut Dice) -> Case {
        let (mut entries, mut answers) = dice.pick(&self.0).clone();
        for _ in 0..dice.below(5) {
            self.spoil_part(&mut entries, dice);
        }
        if dice.chance(8) {
            spoil_archive(&mut entries, dice);
        }
        if dice.chance(3) {
            for _ in 0..=dice.below(4) {
                let at = dice.below(count(&answers));
                if let Some(place) = nth_mut(&mut answers, at) {
                    *place = value(dice, 0);
                }
            }
        }
        let mut template = packed(&entries);
        if dice.chance(8) {
            spoil_bytes(&mut template, dice);
        }
        Case { template, answers }
    }

    /// Changes one place of a part.
    fn spoil_part(&self, entries: &mut Entries, dice: &mut Dice) {
        let at = if dice.chance(6) {
            Some(dice.below(entries.len()))
        } else {
            entries.iter().position(|(name, _)| name == DOCUMENT)
        };
        let Some((_, bytes)) = at.and_then(|at| entries.get_mut(at)) else {
            return;
        };
        let Ok(text) = std::str::from_utf8(bytes) else {
            return spoil_bytes(bytes, dice);
        };
        let mut pieces = pieces(text);
        let at = dice.below(pieces.len());
        match dice.below(9) {
            0 => drop(pieces.drain(stretch(&pieces, at, dice))),
            1 => {
                let copy = pieces[stretch(&pieces, at, dice)].to_vec();
                let to = dice.below(pieces.len());
                pieces.splice(to..to, copy);
            }
            2 => {
                let moved: Vec<String> = pieces.drain(stretch(&pieces, at, dice)).collect();
                let to = dice.below(pieces.len() + 1);
                pieces.splice(to..to, moved);
            }
            3 => {
                // A whole element of another document.
                let (other, _) = dice.pick(&self.0);
                let other = other.iter().find(|(name, _)| name == DOCUMENT);
                let other = other.map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned());
                let graft = element_of(&self::pieces(&other.unwrap_or_default()), dice);
                pieces.splice(at..at, graft);
            }
            4 => {
                let element = element_at(&pieces, at);
                let (open, close) = *dice.pick(WRAPS);
                let deep = match dice.below(20) {
                    0 => 3_000,
                    1 => 190,
                    _ => 1 + dice.below(3),
                };
                pieces.insert(element.end, close.repeat(deep));
                pieces.insert(element.start, open.repeat(deep));
            }
            5 => {
                // Text is cut into runs.
                let letters: Vec<char> = pieces[at].chars().collect();
                if !pieces[at].starts_with('<') && letters.len() > 1 {
                    let (left, right) = letters.split_at(dice.below(letters.len()));
                    let between = dice.pick(CUTS);
                    pieces[at] = format!(
                        "{}{between}{}",
                        left.iter().collect::<String>(),
                        right.iter().collect::<String>()
                    );
                }
            }
            6 => {
                // A value of an attribute.
                let tags: Vec<usize> = (0..pieces.len())
                    .filter(|at| pieces[*at].contains("=\""))
                    .collect();
                if let Some(at) = (!tags.is_empty()).then(|| *dice.pick(&tags)) {
                    let mut parts: Vec<&str> = pieces[at].split('"').collect();
                    let which = dice.below(parts.len() / 2) * 2 + 1;
                    parts[which] = *dice.pick(VALUES);
                    pieces[at] = parts.join("\"");
                }
            }
            _ => {
                let bit = (*dice.pick(TEXTS)).to_owned();
                let texts: Vec<usize> = (0..pieces.len())
                    .filter(|at| !pieces[*at].starts_with('<'))
                    .collect();
                match (!texts.is_empty()).then(|| *dice.pick(&texts)) {
                    Some(at) if dice.chance(2) => pieces[at] = bit,
                    Some(at) => pieces[at].push_str(&bit),
                    None => pieces.insert(at, bit),
                }
            }
        }
        *bytes = pieces.concat().into_bytes();
    }
}

/// Where the element stands that begins at a piece, with its end; a piece that begins none stands alone.
fn element_at(pieces: &[String], at: usize) -> std::ops::Range<usize> {
    let mut deep = 0_i32;
    for (offset, piece) in pieces.iter().enumerate().skip(at) {
        let opens = piece.starts_with('<') && !piece.starts_with("</") && !piece.ends_with("/>");
        deep += i32::from(opens) - i32::from(piece.starts_with("</"));
        if deep <= 0 {
            return at..offset + 1;
        }
    }
    at..at + 1
}

/// A whole element, which leaves right XML behind; now and then a tag alone, which doesn't.
fn stretch(pieces: &[String], at: usize, dice: &mut Dice) -> std::ops::Range<usize> {
    if pieces[at].starts_with("</") && !dice.chance(6) {
        // The text before it, if there is any.
        let before = at.saturating_sub(1);
        return before..before + usize::from(!pieces[before].starts_with('<'));
    }
    if dice.chance(6) {
        at..at + 1
    } else {
        element_at(pieces, at)
    }
}

fn element_of(pieces: &[String], dice: &mut Dice) -> Vec<String> {
    let begins: Vec<usize> = (0..pieces.len())
        .filter(|at| {
            ["<w:p>", "<w:r>", "<w:tbl>", "<w:tr>", "<w:sdt>", "<w:t"]
                .iter()
                .any(|begin| pieces[*at].starts_with(begin))
        })
        .collect();
    if begins.is_empty() {
        return Vec::new();
    }
    let at = *dice.pick(&begins);
    pieces[element_at(pieces, at)].to_vec()
}

fn spoil_archive(entries: &mut Entries, dice: &mut Dice) {
    let at = dice.below(entries.len());
    match dice.below(5) {
        0 => drop(entries.remove(at)),
        1 => entries[at].0 = (*dice.pick(NAMES)).to_owned(),
        2 => {
            let copy = entries[dice.below(entries.len())].1.clone();
            entries[at].1 = copy;
        }
        3 => {
            let other = dice.below(entries.len());
            entries.swap(at, other);
        }
        _ => {
            let content = entries[at].1.clone();
            entries.push(((*dice.pick(NAMES)).to_owned(), content));
        }
    }
}

fn spoil_bytes(bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..=dice.below(4) {
        if bytes.is_empty() {
            return;
        }
        let at = dice.below(bytes.len());
        match dice.below(6) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..(at + dice.below(40)).min(bytes.len()))),
            2 => {
                let copy = bytes[at..(at + dice.below(40)).min(bytes.len())].to_vec();
                let to = dice.below(bytes.len());
                bytes.splice(to..to, copy);
            }
            3 => bytes[at] = *dice.pick(&[0, 1, 0x7f, 0x80, 0xff]),
            _ => bytes[at] ^= 1 << dice.below(8),
        }
    }
}

fn packed(entries: &Entries) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        let method = if name.ends_with(".bin") {
            CompressionMethod::Stored
        } else {
            CompressionMethod::Deflated
        };
        let options = SimpleFileOptions::default().compression_method(method);
        // A name that is there already is left out.
        if zip.start_file(name.as_str(), options).is_ok() {
            zip.write_all(bytes).unwrap();
        }
    }
    zip.finish().unwrap().into_inner()
}

const WRAPS: &[(&str, &str)] = &[
    ("<w:p>", "</w:p>"),
    ("<w:r>", "</w:r>"),
    ("<w:t>", "</w:t>"),
    ("<w:smartTag>", "</w:smartTag>"),
    ("<w:ins w:id=\"1\" w:author=\"A\">", "</w:ins>"),
    ("<w:del w:id=\"1\" w:author=\"A\">", "</w:del>"),
    ("<w:hyperlink>", "</w:hyperlink>"),
    (
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>{{ repeat con min 2 }}</w:t></w:r></w:p>",
        "</w:tc></w:tr></w:tbl>",
    ),
    (
        "<w:sdt><w:sdtPr><w:tag w:val=\"ho_ten\"/></w:sdtPr><w:sdtContent>",
        "</w:sdtContent></w:sdt>",
    ),
    (
        "<mc:AlternateContent><mc:Choice Requires=\"wps\">",
        "</mc:Choice></mc:AlternateContent>",
    ),
    ("<w:txbxContent>", "</w:txbxContent>"),
    ("<x:y xmlns:x=\"u\" xmlns:w=\"u\">", "</x:y>"),
    ("<!--", "-->"),
];

const CUTS: &[&str] = &[
    "</w:t></w:r><w:r><w:t>",
    "</w:t></w:r><w:r><w:t xml:space=\"preserve\">",
    "</w:t><w:t>",
    "</w:t><w:tab/><w:t>",
    "</w:t><w:br/><w:t>",
    "</w:t><w:br w:type=\"page\"/><w:t>",
    "</w:t></w:r></w:p><w:p><w:r><w:t>",
    "</w:t></w:r><w:proofErr w:type=\"spellStart\"/><w:r><w:rPr><w:b/></w:rPr><w:t>",
    "<!-- -->",
    "<![CDATA[ {{ ]]>",
    "&#x7b;",
];

const VALUES: &[&str] = &[
    "",
    "ho_ten",
    "dia_chi",
    "con",
    "con.ten",
    "row.ten",
    "gioi_tinh=Nữ",
    "khong_co",
    "=",
    "{{ ho_ten }}",
    "&lt;",
    "-1",
    "FFFFFFFFF",
    "D800",
    "preserve",
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "/word/header1.xml",
];

const TEXTS: &[&str] = &[
    "{",
    "}",
    "{{",
    "}}",
    "{{{",
    "{{ ho_ten }}",
    "{{ho_ten|upper}}",
    "{{ con }}",
    "{{ con[0].ten }}",
    "{{ dia_chi.xa }}, {{ dia_chi.tinh }}",
    "{{ repeat con }}",
    "{{ repeat con as em min 3 }}{{ em.ten }} {{ loop.index }}",
    "{{ repeat khong_co }}",
    "{{ repeat ho_ten }}",
    "{{ repeat",
    "{{ row.ten }}",
    "{{ row.do_choi }}",
    "{{ nhieu_dong }}",
    "{{ dau }}",
    "{{ 'x' * 1000 }}",
    "{{ 'x' * 99999999999 }}",
    "{{ (((((((((1))))))))) }}",
    "{{ 1 / 0 }}",
    "{{ ho_ten.x.y }}",
    "{{ “}}” }}",
    "{% if a %}",
    "{# a #}",
    "&amp;",
    "&lt;w:t&gt;",
    "&khong;",
    "&#0;",
    "&#x1F600;",
    "\u{a0}",
    "\u{202e}",
    "<w:t/>",
    "<w:tab/>",
    "<w:fldSimple w:instr=\" {{ ho_ten }} \"/>",
    "<?x y?>",
    "<",
    "]]>",
];

const NAMES: &[&str] = &[
    "word/document.xml",
    "word/DOCUMENT.XML",
    "word/header1.xml",
    "word/header2.xml",
    "word/footnotes.xml",
    "[Content_Types].xml",
    "../word/document.xml",
    "/etc/passwd",
    "word\\document.xml",
    "c:/x",
    "word/",
    "",
    "mẫu.xml",
];

impl Target for Seeds {
    type Case = Case;

    fn case(&self, seed: u64, number: u64) -> Case {
        self.make(&mut Dice::new(seed, number))
    }

    fn written(&self, case: &Case) -> String {
        let hex: String = case
            .template
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("{:#}\n", json!({"template": hex, "answers": case.answers}))
    }

    fn read(&self, written: &[u8]) -> Option<Case> {
        let kept: Value = serde_json::from_slice(written).ok()?;
        let hex = kept["template"].as_str()?;
        let template = (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok())
            .collect::<Option<Vec<u8>>>()?;
        Some(Case {
            template,
            answers: kept["answers"].clone(),
        })
    }

    /// A Word file is refused or can't be filled, with the reason; or it is filled, and nothing else in it changed.
    fn holds(&self, case: &Case) -> Result<&'static str, String> {
        holds(case)
    }
}

fn holds(case: &Case) -> Result<&'static str, String> {
    let explains = |error: &dyn std::error::Error, came| {
        let said = error.to_string();
        // What was being done, what is wrong, and what to do about it.
        if said.contains(": ") && said.len() > 40 {
            Ok(came)
        } else {
            Err(format!("an error that explains nothing: {said}"))
        }
    };
    let template = match Template::read(&case.template) {
        Ok(template) => template,
        Err(error) => return explains(&error, "refused"),
    };
    let filled = match template.fill(&case.answers) {
        Ok(filled) => filled,
        Err(error) => return explains(&error, "unprintable"),
    };
    if template.fill(&case.answers).as_ref() != Ok(&filled) {
        return Err("the same answers gave another file".to_owned());
    }
    if let Err(error) = Template::read(&filled.bytes) {
        return Err(format!("what was filled can't be read again: {error}"));
    }
    let (Some(before), Some(after)) = (entries(&case.template), entries(&filled.bytes)) else {
        return Err("another program can't read what was filled".to_owned());
    };
    let texts = parts_of_text(&before);
    if before.len() != after.len() {
        return Err(format!("{} entries became {}", before.len(), after.len()));
    }
    for ((name, old), (name_after, new)) in before.iter().zip(&after) {
        if name != name_after {
            return Err(format!("the entry {name} became {name_after}"));
        }
        if old == new {
            continue;
        }
        let (Ok(old), Ok(new)) = (std::str::from_utf8(old), std::str::from_utf8(new)) else {
            return Err(format!("{name} changed and is no text"));
        };
        let asks = old.matches(['{', ';']).count() > 1 || old.contains("sdt");
        if !texts.contains(&name.to_lowercase()) || !asks {
            return Err(format!("{name} changed, in which nothing is to be filled"));
        }
        around_the_placeholders(old, new).map_err(|what| format!("{name}: {what}"))?;
    }
    Ok("filled")
}

/// The parts whose text may be filled, by what the archive says of them.
fn parts_of_text(entries: &Entries) -> BTreeSet<String> {
    let is_text = |kind: &str| {
        ["document.main+xml", "header+xml", "footer+xml"]
            .iter()
            .any(|end| kind.to_lowercase().ends_with(end))
    };
    let types = entries
        .iter()
        .find(|(name, _)| name == "[Content_Types].xml")
        .map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned())
        .unwrap_or_default();
    let mut out = BTreeSet::new();
    elements(&types, &mut |start| {
        let said = |key: &str| {
            start
                .try_get_attribute(key)
                .ok()
                .flatten()
                .and_then(|found| {
                    let raw = String::from_utf8_lossy(&found.value).into_owned();
                    Some(quick_xml::escape::unescape(&raw).ok()?.to_lowercase())
                })
                .unwrap_or_default()
        };
        if !is_text(&said("ContentType")) {
            return;
        }
        let part = said("PartName");
        out.insert(part.trim_start_matches('/').to_owned());
        let ending = format!(".{}", said("Extension"));
        let named = entries.iter().map(|(name, _)| name.to_lowercase());
        out.extend(named.filter(|name| ending.len() > 1 && name.ends_with(&ending)));
    });
    out
}

fn elements(xml: &str, seen: &mut dyn FnMut(&BytesStart<'_>)) {
    let mut reader = Reader::from_str(xml.trim_start_matches('\u{feff}'));
    loop {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => seen(&start),
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

/// What stands around the placeholders stays: every paragraph's text before the first and after the last, and every element that holds no text.
fn around_the_placeholders(old: &str, new: &str) -> Result<(), String> {
    // Controls give their whole text away and rows become several: those have tests of their own. The word that repeats a row
    // may be cut into runs.
    let repeats = || paragraphs(old).iter().any(|said| said.contains("repeat"));
    if old.contains("sdt") || old.contains("repeat") || repeats() || nested(old) {
        return Ok(());
    }
    if skeleton(old) != skeleton(new) {
        return Err("elements came or went".to_owned());
    }
    let bare = |text: &str| -> String { text.split_whitespace().collect() };
    let (old, new) = (paragraphs(old), paragraphs(new));
    for (old, new) in old.iter().zip(&new) {
        let kept = match (old.find("{{"), old.rfind("}}")) {
            (Some(from), Some(to)) if from < to => {
                let (start, end) = (bare(&old[..from]), bare(&old[to + 2..]));
                let new = bare(new);
                new.starts_with(&start) && new.ends_with(&end)
            }
            _ => old == new,
        };
        if !kept {
            return Err(format!("{old:?} became {new:?}"));
        }
    }
    Ok(())
}

/// Paragraphs stand within paragraphs, which no Word file has outside of text boxes.
fn nested(xml: &str) -> bool {
    let (mut deep, mut nested) = (0, false);
    let mut reader = Reader::from_str(xml.trim_start_matches('\u{feff}'));
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) if start.local_name().as_ref() == b"p" => {
                deep += 1;
                nested |= deep > 1;
            }
            Ok(Event::End(end)) if end.local_name().as_ref() == b"p" => deep -= 1,
            Ok(Event::Eof) | Err(_) => return nested,
            Ok(_) => {}
        }
    }
}

/// The names of the elements that hold no text of a run.
fn skeleton(xml: &str) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    elements(xml, &mut |start| {
        let name = start.local_name().into_inner().to_vec();
        let text = [
            &b"t"[..],
            b"br",
            b"cr",
            b"tab",
            b"ptab",
            b"noBreakHyphen",
            b"softHyphen",
        ];
        if !text.contains(&name.as_slice()) {
            out.push(name);
        }
    });
    out
}
