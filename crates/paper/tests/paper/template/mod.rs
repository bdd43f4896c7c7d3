//! Agencies' Word files, honest and hostile.

#[path = "../../../examples/templates/samples.rs"]
mod samples;

use std::io::{Cursor, Read};

use hoso_paper::{FilledTemplate, Template, TemplateError, WhyUnfilled};
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};
use zip::ZipArchive;

use samples::{Expected, Parts, answers, bombs, p, samples};

fn fill(bytes: &[u8], answers: &Value) -> Result<FilledTemplate, TemplateError> {
    Template::read(bytes)?.fill(answers)
}

/// The entries of an archive in order.
fn entries(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            (file.name().to_owned(), content)
        })
        .collect()
}

fn part(bytes: &[u8], name: &str) -> String {
    let (_, content) = entries(bytes)
        .into_iter()
        .find(|(known, _)| known == name)
        .unwrap();
    String::from_utf8(content).unwrap()
}

/// What a reader sees of a part, paragraph by paragraph, read by another way than the filler's.
fn paragraphs(xml: &str) -> Vec<String> {
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
                "del" | "moveFrom" => gone += 1,
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
                "del" | "moveFrom" => gone -= 1,
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

#[test]
fn hostile_files_are_filled_right_or_refused_with_the_reason() {
    let samples = samples();
    assert!(samples.len() > 40);
    for sample in samples.into_iter().chain(bombs()) {
        let name = sample.name;
        let filled = fill(&sample.bytes, &sample.answers);
        match (sample.expected, filled) {
            (Expected::Says(part_name, said), Ok(filled)) => {
                assert_eq!(paragraphs(&part(&filled.bytes, part_name)), said, "{name}");
                let (before, after) = (entries(&sample.bytes), entries(&filled.bytes));
                assert_eq!(before.len(), after.len(), "{name}");
                for ((name_before, before), (name_after, after)) in before.iter().zip(&after) {
                    assert_eq!(name_before, name_after, "{name}: the order of entries");
                    let touched = matches!(
                        name_before.as_str(),
                        "word/document.xml" | "word/header1.xml"
                    );
                    assert!(touched || before == after, "{name}: {name_before} changed");
                }
            }
            (Expected::Refused(reason), Err(error)) => {
                let error = error.to_string();
                assert!(error.contains(reason), "{name}: {error}");
            }
            (Expected::Says(..), Err(error)) => panic!("{name} was refused: {error}"),
            (Expected::Refused(reason), Ok(_)) => {
                panic!("{name} was filled, not refused: {reason}")
            }
        }
    }
}

#[test]
fn what_is_not_filled_is_byte_for_byte_as_it_was() {
    let body = "<w:p  w:rsidR='00AA' ><w:r><w:t>không đổi &#x41; \"</w:t ></w:r></w:p><!-- ghi chú --><w:p/>";
    let template = Parts::new(body).zip();
    let filled = fill(&template, &answers()).unwrap();
    assert_eq!(entries(&template), entries(&filled.bytes));
    assert_eq!(fill(&template, &answers()).unwrap().bytes, filled.bytes);
}

#[test]
fn the_first_run_gives_the_format_and_controls_keep_theirs() {
    let of = |name: &str| {
        let sample = samples()
            .into_iter()
            .find(|sample| sample.name == name)
            .unwrap();
        part(
            &fill(&sample.bytes, &sample.answers).unwrap().bytes,
            "word/document.xml",
        )
    };
    assert!(of("split-runs").contains("<w:rPr><w:b/></w:rPr><w:t>Nguyễn Thị Thử</w:t>"));
    let controls = of("controls");
    assert!(
        controls.contains("<w:rPr><w:b/></w:rPr><w:t>Nguyễn Thị Thử</w:t>"),
        "{controls}"
    );
    for stale in ["showingPlcHdr", "dataBinding", "fullDate"] {
        assert!(!controls.contains(stale), "{stale}");
    }
    assert_eq!(controls.matches(r#"<w14:checked w14:val="1"/>"#).count(), 2);
    let copied = of("copied-rows");
    for once in ["bookmarkStart", "w14:paraId", "<w:id "] {
        assert_eq!(copied.matches(once).count(), 1, "{once}");
    }
    let legacy = of("legacy-check-boxes");
    assert!(legacy.contains(r#"<w:checkBox><w:sizeAuto/><w:default w:val="1"/></w:checkBox>"#));
}

#[test]
fn what_stays_unfilled_and_what_is_not_used_is_told() {
    let sample = |name: &str| {
        samples()
            .into_iter()
            .find(|sample| sample.name == name)
            .unwrap()
    };
    let told = |name: &str| -> Vec<(String, WhyUnfilled)> {
        let sample = sample(name);
        let filled = fill(&sample.bytes, &sample.answers).unwrap();
        filled
            .unfilled
            .into_iter()
            .map(|place| (place.what, place.why))
            .collect()
    };
    assert_eq!(
        told("controls"),
        [
            ("trong".to_owned(), WhyUnfilled::Blank),
            ("cua_ai_khac".to_owned(), WhyUnfilled::Unknown)
        ]
    );
    assert_eq!(
        told("fields"),
        [("IF {{ ho_ten }}".to_owned(), WhyUnfilled::NotHere)]
    );
    let broken = told("broken-placeholders");
    assert_eq!(broken[0], ("chua dong".to_owned(), WhyUnfilled::NotClosed));
    assert!(matches!(&broken[1], (what, WhyUnfilled::Expression(_)) if what == "ho ten"));
    assert_eq!(broken[2], ("khong_co".to_owned(), WhyUnfilled::Unknown));
    assert!(matches!(&broken[3], (what, WhyUnfilled::Expression(_)) if what.is_empty()));
    assert!(matches!(&broken[4], (what, WhyUnfilled::Expression(_)) if what == "repeat con"));
    assert!(matches!(&broken[5], (_, WhyUnfilled::Expression(_))));
    assert_eq!(told("empty-rows"), []);

    let nested = sample("nested-tables");
    let unused = fill(&nested.bytes, &nested.answers).unwrap().unused;
    assert!(
        unused.contains(&"dia_chi.xa".to_owned()) && unused.contains(&"dong_y".to_owned()),
        "{unused:?}"
    );
    let used = ["con.ten", "con.do_choi.gi", "trong", "khong", "hang"];
    assert!(
        used.iter()
            .all(|used| !unused.contains(&(*used).to_owned())),
        "{unused:?}"
    );
}

/// Cuts text into runs at places, each run in a format of its own.
fn cut(text: &str, places: &[usize], between: &[usize]) -> String {
    const BETWEEN: [&str; 5] = [
        "",
        "<w:proofErr w:type=\"gramStart\"/>",
        "<w:bookmarkStart w:id=\"3\" w:name=\"x\"/><w:bookmarkEnd w:id=\"3\"/>",
        "<w:del w:id=\"4\" w:author=\"A\"><w:r><w:delText>{{ bỏ }}</w:delText></w:r></w:del>",
        "<w:r><w:lastRenderedPageBreak/></w:r>",
    ];
    let letters: Vec<char> = text.chars().collect();
    let mut marks: Vec<usize> = places
        .iter()
        .map(|place| place % (letters.len() + 1))
        .collect();
    marks.extend([0, letters.len()]);
    marks.sort_unstable();
    let mut out = String::from("<w:p>");
    for (number, pair) in marks.windows(2).enumerate() {
        let piece: String = letters[pair[0]..pair[1]].iter().collect();
        let piece = quick_xml::escape::escape(&piece).into_owned();
        out.push_str(&format!(
            "<w:r><w:rPr><w:sz w:val=\"{}\"/></w:rPr><w:t xml:space=\"preserve\">{piece}</w:t></w:r>{}",
            20 + number,
            BETWEEN[between.get(number).copied().unwrap_or(0) % BETWEEN.len()]
        ));
    }
    out + "</w:p>"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// However a paragraph is cut into runs, it says the same once filled.
    #[test]
    fn runs_never_change_the_text(
        words in prop::collection::vec("[ aễ<&{}\"]{0,6}", 1..5),
        chosen in prop::collection::vec(0usize..6, 1..5),
        places in prop::collection::vec(0usize..200, 0..30),
        between in prop::collection::vec(0usize..5, 0..30),
        value in "[^\\x00-\\x1f\\x7f-\\x9f\u{ffff}\u{fffe}\u{2028}\u{2029}]{0,12}",
    ) {
        const PLACEHOLDERS: [&str; 6] = ["{{ ho_ten }}", "{{ho_ten|upper}}", "{{ \"}\" }}", "{{ x.y or 'z' }}", "{{ sai sai }}", "{{ con|length }}"];
        let answers = json!({"ho_ten": value, "con": [{"a": 1}]});
        let text: String = words.iter().zip(chosen.iter().cycle()).map(|(word, chosen)| format!("{word}{}", PLACEHOLDERS[*chosen])).collect();
        let say = |places: &[usize]| {
            let filled = fill(&Parts::new(&cut(&text, places, &between)).zip(), &answers).unwrap();
            paragraphs(&part(&filled.bytes, "word/document.xml"))
        };
        prop_assert_eq!(say(&places), say(&[]));
    }

    /// Whatever bytes come, there is an answer and no panic; and a file that is filled opens again.
    #[test]
    fn bytes_turned_over_never_panic(at in prop::collection::vec((0usize..6_000, any::<u8>()), 1..6)) {
        let mut bytes = Parts::new(&p("{{ ho_ten }}")).zip();
        for (place, byte) in at {
            let place = place % bytes.len();
            bytes[place] = byte;
        }
        if let Ok(filled) = fill(&bytes, &answers()) {
            prop_assert!(Template::read(&filled.bytes).is_ok());
        }
    }

    /// Any text of an answer arrives whole, or is refused by name.
    #[test]
    fn any_answer_arrives_whole(value in any::<String>()) {
        let template = Parts::new(&p("[{{ a }}]")).zip();
        match fill(&template, &json!({"a": value})) {
            Ok(filled) => {
                use unicode_normalization::UnicodeNormalization as _;
                let lines = |text: &str| text.replace("\r\n", "\n").replace(['\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
                let expected = format!("[{}]", lines(&value.nfc().collect::<String>()));
                prop_assert_eq!(&paragraphs(&part(&filled.bytes, "word/document.xml"))[0], &expected);
            }
            Err(TemplateError::Character { path, .. }) => prop_assert_eq!(path, "a"),
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}
