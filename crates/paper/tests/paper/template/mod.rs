//! Agencies' Word files, honest and hostile.

use hoso_paper::{FilledTemplate, Template, TemplateError, WhyUnfilled};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::samples::{Expected, Parts, Sample, answers, heavy, p, samples};
use crate::support::word::{entries, paragraphs, part};

fn fill(bytes: &[u8], answers: &Value) -> Result<FilledTemplate, TemplateError> {
    Template::read(bytes)?.fill(answers)
}

#[test]
fn hostile_files_are_filled_right_or_refused_with_the_reason() {
    let samples: Vec<Sample> = samples().into_iter().chain(heavy()).collect();
    assert!(samples.len() > 50);
    // All are tried, so that one change shows everything it breaks.
    let wrong: Vec<String> = samples
        .iter()
        .filter_map(|sample| Some(format!("{}: {}", sample.name, flaw(sample)?)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What came of a sample and should not have.
fn flaw(sample: &Sample) -> Option<String> {
    match (&sample.expected, fill(&sample.bytes, &sample.answers)) {
        (Expected::Says(part_name, said), Ok(filled)) => {
            let says = paragraphs(&part(&filled.bytes, part_name));
            if says != *said {
                return Some(format!("it says {says:?}, not {said:?}"));
            }
            let (before, after) = (entries(&sample.bytes)?, entries(&filled.bytes)?);
            let names = |entries: &[(String, Vec<u8>)]| -> Vec<String> {
                entries.iter().map(|(name, _)| name.clone()).collect()
            };
            if names(&before) != names(&after) {
                return Some(format!("it has other entries: {:?}", names(&after)));
            }
            let touched = ["word/document.xml", "word/header1.xml"];
            before
                .iter()
                .zip(&after)
                .find(|(before, after)| before != after && !touched.contains(&before.0.as_str()))
                .map(|((name, _), _)| format!("{name} changed"))
        }
        (Expected::Refused(reason), Err(error)) => {
            let error = error.to_string();
            (!error.contains(reason)).then_some(error)
        }
        (Expected::Says(..), Err(error)) => Some(format!("refused: {error}")),
        (Expected::Refused(reason), Ok(_)) => Some(format!("filled, not refused: {reason}")),
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

#[test]
fn a_marker_that_an_editor_took_out_repeats_nothing() {
    for taken_out in ["del", "moveFrom"] {
        let cell = format!("<w:tc>{}</w:tc>", p("{{ repeat con }}{{ row.ten }}"));
        let other = format!("<w:tc>{}</w:tc>", p("{{ ho_ten }}"));
        let row = format!("<w:tr><w:{taken_out}>{cell}</w:{taken_out}>{other}</w:tr>");
        let template = Parts::new(&format!("<w:tbl>{row}</w:tbl>")).zip();
        let filled = fill(&template, &answers()).unwrap();
        let document = part(&filled.bytes, "word/document.xml");
        assert_eq!(document.matches("<w:tr>").count(), 1, "{document}");
        assert!(document.contains("{{ repeat con }}{{ row.ten }}"));
        assert!(document.contains("Nguyễn Thị Thử"));
    }
}

#[test]
fn what_is_filled_near_the_deepest_nesting_can_be_read_again_or_is_refused() {
    const TAG: &str = r#"<w:sdtPr><w:tag w:val="ho_ten"/></w:sdtPr>"#;
    let mut told = (0, 0);
    for innermost in [
        format!("<w:sdt>{TAG}</w:sdt>"),
        format!("<w:sdt>{TAG}<w:sdtContent/></w:sdt>"),
        format!("<w:sdt>{TAG}<w:sdtContent><w:p/></w:sdtContent></w:sdt>"),
        format!("<w:p><w:sdt>{TAG}<w:sdtContent/></w:sdt></w:p>"),
        p("{{ ho_ten }}"),
    ] {
        for around in 185..200 {
            let names = ["w:sdt", "w:sdtContent"].iter().cycle().take(around);
            let opened: String = names.clone().map(|name| format!("<{name}>")).collect();
            let mut closed: Vec<String> = names.map(|name| format!("</{name}>")).collect();
            closed.reverse();
            let bytes = Parts::new(&format!("{opened}{innermost}{}", closed.concat())).zip();
            let Ok(template) = Template::read(&bytes) else {
                continue;
            };
            match template.fill(&answers()) {
                Ok(filled) => {
                    told.0 += 1;
                    let again = Template::read(&filled.bytes).err();
                    assert!(again.is_none(), "{around} around {innermost}: {again:?}");
                }
                Err(error) => {
                    told.1 += 1;
                    let said = error.to_string();
                    assert!(said.contains("over 200 deep"), "{innermost}: {said}");
                }
            }
        }
    }
    assert!(told.0 > 20 && told.1 > 5, "{told:?}");
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
