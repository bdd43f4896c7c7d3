//! Margins, sizes and positions of Nghị định 30/2020/NĐ-CP, read off the pages' own drawing operators.

use hoso_paper::{Layout, lay_out, to_pdf};
use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId};
use serde_json::json;

use crate::meta;

/// A stretch of text as it is drawn; lengths in millimetres from the sheet's upper left corner.
#[derive(Debug)]
struct Drawn {
    text: String,
    font: String,
    size: f32,
    left: f32,
    right: f32,
    baseline: f32,
}

/// A line as it is drawn: from, to, and how far down.
type Ruled = (f32, f32, f32);

fn millimetres(points: f32) -> f32 {
    points * 25.4 / 72.0
}

struct Font {
    name: String,
    widths: Vec<f32>,
    letters: std::collections::BTreeMap<u16, char>,
}

/// A face as the file describes it: its name, its table of widths, and the letters of its glyphs.
fn font(file: &Document, face: &Dictionary) -> Font {
    let name =
        String::from_utf8_lossy(face.get(b"BaseFont").unwrap().as_name().unwrap()).into_owned();
    let below = file
        .dereference(&face.get(b"DescendantFonts").unwrap().as_array().unwrap()[0])
        .unwrap()
        .1;
    let table = file
        .dereference(below.as_dict().unwrap().get(b"W").unwrap())
        .unwrap()
        .1
        .as_array()
        .unwrap();
    let mut widths = vec![0.0; 0x1_0000];
    let mut at = 0;
    while at < table.len() {
        let first = table[at].as_i64().unwrap() as usize;
        match &table[at + 1] {
            Object::Array(list) => {
                for (index, width) in list.iter().enumerate() {
                    widths[first + index] = width.as_float().unwrap();
                }
                at += 2;
            }
            last => {
                let width = table[at + 2].as_float().unwrap();
                widths[first..=last.as_i64().unwrap() as usize].fill(width);
                at += 3;
            }
        }
    }
    let map = file
        .get_object(face.get(b"ToUnicode").unwrap().as_reference().unwrap())
        .unwrap();
    let map = map.as_stream().unwrap().decompressed_content().unwrap();
    let mut letters = std::collections::BTreeMap::new();
    for line in String::from_utf8_lossy(&map).lines() {
        let codes: Vec<u32> = line
            .split(['<', '>', ' '])
            .filter(|part| part.len() == 4)
            .filter_map(|part| u32::from_str_radix(part, 16).ok())
            .collect();
        if let [glyph, letter] = codes.as_slice() {
            letters.insert(*glyph as u16, char::from_u32(*letter).unwrap());
        }
    }
    Font {
        name,
        widths,
        letters,
    }
}

/// What a page draws: texts and level lines.
fn drawn(file: &Document, page: ObjectId) -> (Vec<Drawn>, Vec<Ruled>) {
    let height = file
        .get_dictionary(page)
        .unwrap()
        .get(b"MediaBox")
        .unwrap()
        .as_array()
        .unwrap()[3]
        .as_float()
        .unwrap();
    let fonts = file.get_page_fonts(page).unwrap();
    let content = Content::decode(&file.get_page_content(page)).unwrap();
    let (mut texts, mut lines) = (Vec::new(), Vec::new());
    let (mut face, mut size, mut at, mut from) = (None, 0.0, (0.0, 0.0), (0.0, 0.0));
    for operation in content.operations {
        let number = |index: usize| operation.operands[index].as_float().unwrap();
        match operation.operator.as_str() {
            "Tf" => {
                let name = operation.operands[0].as_name().unwrap();
                face = Some(font(file, fonts[name]));
                size = number(1);
            }
            "Td" => at = (number(0), number(1)),
            "Tm" => at = (number(4), number(5)),
            "Tj" | "TJ" => {
                let face = face.as_ref().unwrap();
                let parts = match &operation.operands[0] {
                    Object::Array(parts) => parts.clone(),
                    one => vec![one.clone()],
                };
                let (mut text, mut width, mut inked) = (String::new(), 0.0, 0.0);
                for part in parts {
                    match part {
                        Object::String(bytes, _) => {
                            for glyph in bytes
                                .chunks(2)
                                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                            {
                                let letter = face.letters[&glyph];
                                text.push(letter);
                                width += face.widths[usize::from(glyph)] * size / 1000.0;
                                if letter != ' ' {
                                    inked = width;
                                }
                            }
                        }
                        gap => width -= gap.as_float().unwrap() * size / 1000.0,
                    }
                }
                texts.push(Drawn {
                    text,
                    font: face.name.clone(),
                    size,
                    left: millimetres(at.0),
                    right: millimetres(at.0 + inked),
                    baseline: millimetres(height - at.1),
                });
            }
            "m" => from = (number(0), number(1)),
            "l" if (number(1) - from.1).abs() < 0.01 => {
                lines.push((
                    millimetres(from.0),
                    millimetres(number(0)),
                    millimetres(height - from.1),
                ));
            }
            _ => {}
        }
    }
    (texts, lines)
}

fn find<'d>(texts: &'d [Drawn], words: &str) -> &'d Drawn {
    texts
        .iter()
        .find(|drawn| drawn.text.contains(words))
        .unwrap_or_else(|| panic!("no {words}"))
}

fn near(one: f32, other: f32) -> bool {
    (one - other).abs() < 0.4
}

#[test]
fn the_page_is_the_decrees() {
    let source = r#"<paper><columns widths="42 58"><column align="center"><p size="12">UỶ BAN NHÂN DÂN</p></column>
        <column align="center"><national-title size="12"/><place-date place="Đà Nẵng" date="05/02/2026"/></column></columns>
        <h1>TỜ TRÌNH</h1><repeat path="doan"><p indent="10">{{ row }}</p></repeat></paper>"#;
    let text = "Căn cứ Luật Hộ tịch, người yêu cầu đề nghị cơ quan có thẩm quyền xem xét, giải quyết theo quy định. ".repeat(12);
    let layout = Layout::parse("p.html", source).unwrap();
    let document = lay_out(&layout, &json!({"doan": [text, text, text]}), &meta()).unwrap();
    let file = Document::load_mem(&to_pdf(&document).unwrap()).unwrap();
    let pages: Vec<ObjectId> = file.page_iter().collect();
    assert!(pages.len() >= 2);
    for page in &pages {
        let sheet = file
            .get_dictionary(*page)
            .unwrap()
            .get(b"MediaBox")
            .unwrap()
            .as_array()
            .unwrap();
        let sheet: Vec<f32> = sheet
            .iter()
            .map(|n| millimetres(n.as_float().unwrap()))
            .collect();
        assert!(
            near(sheet[2], 210.0) && near(sheet[3], 297.0),
            "A4, not {sheet:?}"
        );
    }

    let (first, lines) = drawn(&file, pages[0]);
    let name = find(&first, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
    let motto = find(&first, "Độc lập - Tự do - Hạnh phúc");
    let place = find(&first, "Đà Nẵng");
    assert!(
        name.font.ends_with("Bold") && (12.0..=13.0).contains(&name.size),
        "{name:?}"
    );
    assert!(
        motto.font.ends_with("Bold") && (13.0..=14.0).contains(&motto.size),
        "{motto:?}"
    );
    assert!(
        place.font.ends_with("Italic") && (13.0..=14.0).contains(&place.size),
        "{place:?}"
    );
    let middle = |drawn: &Drawn| (drawn.left + drawn.right) / 2.0;
    assert!(
        near(middle(name), middle(motto)),
        "one below the other: {name:?} {motto:?}"
    );
    assert!(
        middle(name) > 105.0 && name.baseline < motto.baseline && motto.baseline < place.baseline
    );
    // The rule is as long as the motto and right below it.
    let (from, to, down) = lines[0];
    assert!(
        near(from, motto.left) && near(to, motto.right),
        "{from} to {to} below {motto:?}"
    );
    assert!(
        (0.5..3.0).contains(&(down - motto.baseline)),
        "{} below the motto",
        down - motto.baseline
    );

    for (index, page) in pages.iter().enumerate() {
        let (texts, _) = drawn(&file, *page);
        let (number, body): (Vec<&Drawn>, Vec<&Drawn>) =
            texts.iter().partition(|drawn| drawn.baseline < 20.0);
        match (index, number.as_slice()) {
            (0, []) => {}
            (0, other) => panic!("in the top margin of the first page: {other:?}"),
            (_, [number]) => {
                assert_eq!(number.text, (index + 1).to_string());
                assert!((13.0..=14.0).contains(&number.size), "{number:?}");
                // In the middle of what the margins leave.
                assert!(
                    near(middle(number), (30.0 + 210.0 - 20.0) / 2.0),
                    "{number:?}"
                );
                assert!(number.baseline > 8.0);
            }
            (_, other) => panic!("{} numbers on page {}", other.len(), index + 1),
        }
        for drawn in body {
            assert!(drawn.left >= 29.8, "left margin 30 to 35 mm: {drawn:?}");
            assert!(
                drawn.right <= 210.0 - 15.0 + 0.2,
                "right margin 15 to 20 mm: {drawn:?}"
            );
            assert!(
                drawn.baseline <= 297.0 - 20.0 && drawn.baseline >= 20.0,
                "{drawn:?}"
            );
        }
    }
    // Justified text begins and ends at the margins, 30 and 20 mm.
    let full = first
        .iter()
        .filter(|drawn| near(drawn.left, 30.0) && drawn.size == 13.0);
    let full: Vec<&Drawn> = full.filter(|drawn| drawn.right > 180.0).collect();
    assert!(full.len() > 10, "{} full lines", full.len());
    assert!(
        full.iter().all(|drawn| near(drawn.right, 190.0)),
        "{:?}",
        full[0]
    );
}
