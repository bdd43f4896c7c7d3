//! Whatever a person types: a paper, or an error that says why.

use hoso_paper::{
    Edit, Layout, PaperError, Picture, check_pdf, lay_out, looks_like, pictures_to_pdf, to_docx,
    to_pdf, words,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const LAYOUT: &str = r#"<paper title="{{ a }}">
  <h1>{{ a }}</h1><boxes label="{{ b }}" path="a"/><line label="L:" path="a"/><line path="b.c" lines="3"/>
  <p>X <field path="a" dots="fill"/> <field path="b" dots="30mm"/> <check path="a" value="{{ b }}" label="{{ a }}"/></p>
  <table widths="1 3"><tr><th>H</th><th>{{ a }}</th></tr><tr repeat="rows"><td>{{ row.x }}</td><td><field path="row.y"/></td></tr></table>
  <place-date place="{{ a }}" date="{{ b }}"/><signature title="T" name="{{ a }}"/><qr data="{{ a }}"/><code128 data="{{ b.c }}"/>
</paper>"#;

fn typed() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-zA-ZÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ0-9 ,.\n\t-]{0,400}",
        "[\\u{300}-\\u{323}aeiouAEIOU\u{a0}\u{200b}\u{ad}]{0,40}",
        "[W]{0,600}",
    ]
}

fn answer() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => typed().prop_map(Value::String),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => prop::collection::vec(typed().prop_map(Value::String), 0..3).prop_map(Value::Array),
        1 => typed().prop_map(|text| json!({"c": text})),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_answers_give_a_paper_or_a_clear_error(
        a in answer(), b in answer(), rows in prop::collection::vec((answer(), answer()), 0..6),
    ) {
        let layout = Layout::parse("p.html", LAYOUT).unwrap();
        let rows: Vec<Value> = rows.into_iter().map(|(x, y)| json!({"x": x, "y": y})).collect();
        match lay_out(&layout, &json!({"a": a, "b": b, "rows": rows}), &crate::meta()) {
            Ok(document) => {
                let pdf = to_pdf(&document).unwrap();
                let docx = to_docx(&document).unwrap();
                prop_assert_eq!(check_pdf(&pdf).unwrap().pages, document.page_count());
                prop_assert_eq!(looks_like(&docx), Some(hoso_paper::FileKind::Docx));
                prop_assert!(words(&document).len() > 2);
            }
            Err(error) => {
                let clear = matches!(
                    &error,
                    PaperError::MissingGlyph { .. }
                        | PaperError::QrTooLong { .. }
                        | PaperError::BarCodeCharacter { .. }
                        | PaperError::BarCodeTooLong { .. }
                );
                prop_assert!(clear, "{}", error);
            }
        }
    }

    #[test]
    fn vietnamese_of_any_length_always_prints(words_typed in prop::collection::vec("[a-zA-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚĂĐĨŨƠàáâãèéêìíòóôõùúăđĩũơƯẠ-ỹ]{1,12}", 0..200)) {
        let text = words_typed.join(" ");
        let layout = Layout::parse("p.html", "<paper><line label=\"L:\" path=\"a\"/></paper>").unwrap();
        let document = lay_out(&layout, &json!({"a": text}), &crate::meta()).unwrap();
        let mut expected = vec!["L:".to_owned()];
        expected.extend(words_typed);
        prop_assert_eq!(words(&document), expected);
    }

    #[test]
    fn any_layout_source_parses_or_names_a_line(source in "(<|>|/|paper|p|b|table|tr|td|if|test=|\"|\\{\\{|\\}\\}|a|&|;| |\n){0,60}") {
        let wrapped = format!("<paper>{source}</paper>");
        if let Err(error) = Layout::parse("p.html", &wrapped) {
            prop_assert!(error.line >= 1 && error.line <= wrapped.lines().count().max(1));
        }
    }

    #[test]
    fn any_bytes_are_no_reason_to_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..600), pdf in any::<bool>()) {
        if pdf {
            bytes.splice(0..0, *b"%PDF-1.7\n");
        }
        let _ = looks_like(&bytes);
        let _ = check_pdf(&bytes);
    }

    #[test]
    fn any_sheet_holds_any_table(
        page in prop::sample::select(vec!["A4", "A5", "A4 landscape", "A5 landscape"]),
        margins in 0_u8..50, size in 6_u8..40, columns in 1_usize..9, text in "[a-zA-Z ]{0,300}", rows in 0_usize..4,
    ) {
        let cells = "<td>{{ a }} <field path=\"a\" dots=\"fill\"/></td>".repeat(columns);
        let heads = "<th>{{ a }}</th>".repeat(columns);
        let source = format!(
            "<paper page=\"{page}\" margins=\"{margins}\" size=\"{size}\"><header>H</header><footer>F</footer>\
             <table><tr>{heads}</tr><tr repeat=\"r\">{cells}</tr></table><signature title=\"T\"/></paper>"
        );
        let layout = Layout::parse("p.html", &source).unwrap();
        let answers = json!({"a": text.get(..60.min(text.len())), "r": vec![json!({}); rows]});
        let document = lay_out(&layout, &answers, &crate::meta()).unwrap();
        prop_assert_eq!(check_pdf(&to_pdf(&document).unwrap()).unwrap().pages, document.page_count());
        to_docx(&document).unwrap();
    }

    #[test]
    fn a_damaged_picture_is_no_reason_to_panic(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), png in any::<bool>(), most in 100_u64..4_000,
    ) {
        let picture = image::RgbImage::from_fn(40, 30, |x, y| image::Rgb([x as u8 * 6, y as u8 * 8, 90]));
        let mut bytes = std::io::Cursor::new(Vec::new());
        let format = if png { image::ImageFormat::Png } else { image::ImageFormat::Jpeg };
        picture.write_to(&mut bytes, format).unwrap();
        let mut bytes = bytes.into_inner();
        for (at, value) in damage {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let edit = Edit { quarter_turns: 1, ..Edit::default() };
        let pictures = [Picture { bytes, edit }];
        if let Ok(made) = pictures_to_pdf(&pictures, &crate::meta(), Some(most), &|_| true) {
            prop_assert_eq!(check_pdf(&made.bytes).unwrap().pages, 1);
        }
    }
}

#[test]
fn the_line_ends_of_an_answer_end_lines_wherever_it_is_printed() {
    let layout = Layout::parse("p.html", LAYOUT).unwrap();
    let answers =
        json!({"a": "Ao\nHồ", "b": "Sông\nSuối", "rows": [{"x": "Núi\nĐồi", "y": "Rừng"}]});
    let shown = lay_out(&layout, &answers, &crate::meta())
        .unwrap()
        .to_string();
    for line in shown.lines() {
        let place = line.split_whitespace().next().unwrap_or_default();
        assert!(
            place == "page" || place.parse::<f32>().is_ok(),
            "a text goes on in {line:?}: it stands on the page as one line"
        );
    }
    // The heading, the line, the field, the box's label, the table's head, the place and the signature's name.
    assert_eq!(shown.matches("Hồ").count(), 7, "{shown}");
    // The boxes' label, the field and the date.
    assert_eq!(shown.matches("Suối").count(), 3, "{shown}");
}
