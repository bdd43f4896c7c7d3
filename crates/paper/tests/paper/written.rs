//! The written files, as other programs read them.

use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

use hoso_paper::{
    Document, Layout, PaperError, PdfFacts, check_pdf, generic_layout, lay_out, layouts, to_docx,
    to_pdf, words,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use unicode_normalization::is_nfc;

use crate::support::docx;
use crate::{argument, meta, run};

pub(crate) fn sample() -> Document {
    let layout = Layout::parse("khai-sinh.html", include_str!("samples/khai-sinh.html")).unwrap();
    let answers: Value = serde_json::from_str(include_str!("samples/khai-sinh.json")).unwrap();
    lay_out(&layout, &answers, &meta()).unwrap()
}

/// Boxes wherever they may stand, codes for scanners, two copies on small sheets.
pub(crate) fn coded_sample() -> Document {
    let source = r#"<paper title="Phiếu" page="A5" margins="15 15 15 20" size="12" copies="2" page-numbers="no">
      <columns><column><code128 data="{{ ma }}"/></column><column><qr data="{{ ma }}"/></column></columns>
      <h1>PHIẾU TIẾP NHẬN, LIÊN {{ copy }}</h1>
      <boxes label="Số định danh cá nhân:" path="so"><note>Mười hai chữ số.</note></boxes>
      <boxes label="Mã số thuế của hộ kinh doanh, nếu đã được cấp trước ngày lập phiếu:" path="thue" count="14"/>
      <boxes label="Số khác:" path="trong"/><boxes path="so"/>
      <boxes label="Mã bưu gửi:" path="dai" count="6"/>
      <table widths="1 3"><tr><th>Hẹp</th><th>Rộng</th></tr><tr><td><boxes path="so"/></td><td><boxes path="so" box="7"/></td></tr></table>
    </paper>"#;
    let answers = json!({
        "ma": "000.00.15.H17-260205-0007", "so": "049 085 000 123", "thue": "0401234567-001", "dai": "EE 123 456 789 VN",
    });
    let layout = Layout::parse("phieu.html", source).unwrap();
    lay_out(&layout, &answers, &meta()).unwrap()
}

/// Several pages with header, footer, a long table and long paragraphs.
pub(crate) fn long_sample() -> Document {
    let source = r#"<paper title="Dài" page-numbers="yes">
      <header><p align="center">Trung tâm Phục vụ hành chính công</p></header>
      <footer><p>Trang in từ hồ sơ <b>{{ ma }}</b></p></footer>
      <h1>DANH SÁCH</h1>
      <repeat path="doan"><p indent="10">{{ row }}</p></repeat>
      <table widths="1 4 2">
        <tr><th>STT</th><th>Họ tên</th><th>Năm sinh</th></tr>
        <tr repeat="nguoi"><td>{{ loop.index }}</td><td>{{ row.ten }}</td><td>{{ row.nam }}</td></tr>
      </table>
      <page-break/>
      <p>Hết.</p>
    </paper>"#;
    let people: Vec<Value> = (0..70)
        .map(|n| json!({"ten": format!("Nguyễn Văn Thứ {n}"), "nam": (1950 + n).to_string()}))
        .collect();
    let text = "Căn cứ Luật Hộ tịch, người yêu cầu đề nghị cơ quan có thẩm quyền xem xét, giải quyết theo quy định. ".repeat(9);
    let answers = json!({"ma": "H17-0007", "doan": [text, text, text], "nguoi": people});
    lay_out(
        &Layout::parse("dai.html", source).unwrap(),
        &answers,
        &meta(),
    )
    .unwrap()
}

fn pdf_text(document: &Document) -> String {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.pdf");
    fs::write(&path, to_pdf(document).unwrap()).unwrap();
    run(
        "pdftotext",
        &["-raw", "-enc", "UTF-8", argument(&path), "-"],
    )
}

fn split(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn pdf_and_docx_carry_the_words_of_the_document() {
    let receipts = [
        (
            layouts::reception().unwrap(),
            json!({"so_ma_ho_so": "H17-1", "tiep_nhan_ho_so_cua": "Trần Thị Ước"}),
        ),
        (
            layouts::payment_receipt().unwrap(),
            json!({"khoan": [{"ten": "Lệ phí", "so_tien": "8.000"}], "bang_chu": "Tám nghìn đồng"}),
        ),
        (
            layouts::result().unwrap(),
            json!({"ho_ten": "Đặng Hữu Ngữ", "ngay": "06/02/2026"}),
        ),
        (
            generic_layout("Tờ khai chung", &[("Họ tên", "a"), ("Ghi chú", "b")]).unwrap(),
            json!({"a": "Lê Ý", "b": "x & <y> \"z\""}),
        ),
    ];
    let mut documents: Vec<Document> = receipts
        .iter()
        .map(|(layout, answers)| lay_out(layout, answers, &meta()).unwrap())
        .collect();
    documents.push(sample());
    documents.push(coded_sample());
    for document in documents {
        let expected = words(&document);
        assert!(expected.len() > 10);
        assert!(expected.iter().all(|word| is_nfc(word)));
        assert_eq!(split(&pdf_text(&document)), expected);
        assert_eq!(
            docx::words(&to_docx(&document).unwrap(), "word/document.xml"),
            expected
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn any_vietnamese_is_the_same_in_both(texts in prop::collection::vec("([a-zA-ZÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ0-9&<>\"',.()/]{1,10} ){0,40}", 4)) {
        let source = r#"<paper><h1>A</h1><line label="B:" path="t0"/><p>C <field path="t1" dots="fill"/> D {{ t2 }}</p>
          <table><tr><td>{{ t3 }}</td><td><p align="right"><field path="t0" dots="20mm"/></p></td></tr></table></paper>"#;
        let answers: serde_json::Map<String, Value> =
            texts.iter().enumerate().map(|(index, text)| (format!("t{index}"), json!(text))).collect();
        let layout = Layout::parse("p.html", source).unwrap();
        let document = lay_out(&layout, &Value::Object(answers), &meta()).unwrap();
        let expected = words(&document);
        prop_assert_eq!(docx::words(&to_docx(&document).unwrap(), "word/document.xml"), &expected[..]);
        prop_assert_eq!(split(&pdf_text(&document)), expected);
    }
}

#[test]
fn long_documents_repeat_heads_and_number_their_pages() {
    let document = long_sample();
    assert!(document.page_count() >= 4);
    let all = words(&document);
    let header = split("Trung tâm Phục vụ hành chính công");
    let footer = split("Trang in từ hồ sơ H17-0007");
    let head = split("STT Họ tên Năm sinh");
    let body = &all[header.len()..all.len() - footer.len()];
    assert_eq!(&all[..header.len()], header);
    let text = pdf_text(&document);
    let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    assert_eq!(pages.len(), document.page_count());
    let mut seen: Vec<String> = Vec::new();
    let mut heads = 0;
    for (index, page) in pages.iter().enumerate() {
        let page = split(page);
        let page = if index > 0 {
            page.strip_prefix(&[(index + 1).to_string()][..])
                .expect("a page number")
        } else {
            &page[..]
        };
        let page = page
            .strip_prefix(&header[..])
            .expect("the header")
            .strip_suffix(&footer[..])
            .expect("the footer");
        match page.strip_prefix(&head[..]) {
            Some(rest) => {
                heads += 1;
                seen.extend_from_slice(rest);
            }
            None => seen.extend_from_slice(page),
        }
    }
    assert!(heads >= 1, "no page begins with the head of the table");
    assert_eq!(seen, body);
    let docx = to_docx(&document).unwrap();
    assert_eq!(docx::words(&docx, "word/document.xml"), body);
    assert_eq!(docx::words(&docx, "word/header2.xml"), header);
    assert_eq!(docx::words(&docx, "word/footer1.xml"), footer);
}

#[test]
fn the_typeface_is_embedded_as_a_subset_and_the_file_is_sound() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.pdf");
    fs::write(&path, to_pdf(&sample()).unwrap()).unwrap();
    assert!(
        fs::metadata(&path).unwrap().len() < 60_000,
        "only the glyphs in use are embedded"
    );
    run("qpdf", &["--check", argument(&path)]);
    let fonts = run("pdffonts", &[argument(&path)]);
    let rows: Vec<&str> = fonts.lines().skip(2).collect();
    assert_eq!(rows.len(), 4, "{fonts}");
    for row in rows {
        assert!(
            row.contains("+Tinos-") && row.contains("yes yes yes"),
            "{row}"
        );
    }
    let info = run("pdfinfo", &[argument(&path)]);
    assert!(
        info.contains("Tagged:          yes") && info.contains("PDF version:     1.7"),
        "{info}"
    );
    assert!(
        info.contains("Tờ khai đăng ký khai sinh của Trần Nguyễn Gia Huy"),
        "{info}"
    );
}

#[test]
fn a_screen_reader_hears_the_words_in_order() {
    let document = sample();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.pdf");
    fs::write(&path, to_pdf(&document).unwrap()).unwrap();
    let heard = run("pdfinfo", &["-struct-text", argument(&path)]);
    // Pieces of one element are glued as they are; a new element begins a new word.
    let spoken: String = heard
        .lines()
        .map(|line| {
            line.trim()
                .strip_prefix('"')
                .and_then(|l| l.strip_suffix('"'))
                .unwrap_or(" ")
        })
        .collect();
    assert_eq!(split(&spoken), words(&document));
    for element in ["H1", "Table", "TH", "TD", "Form", "Figure"] {
        assert!(
            heard.lines().any(|line| line.trim().starts_with(element)),
            "no {element} in\n{heard}"
        );
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    assert_eq!(to_pdf(&sample()).unwrap(), to_pdf(&sample()).unwrap());
    let first = std::thread::spawn(|| to_docx(&long_sample()).unwrap())
        .join()
        .unwrap();
    to_docx(&sample()).unwrap();
    assert_eq!(to_docx(&long_sample()).unwrap(), first);
    let mut later = meta();
    later.created = jiff::civil::date(2026, 2, 6).at(9, 15, 0, 0);
    let layout = layouts::result().unwrap();
    let pdf = |meta| to_pdf(&lay_out(&layout, &json!({}), meta).unwrap()).unwrap();
    assert_ne!(pdf(&meta()), pdf(&later));
}

#[test]
fn a_character_without_a_glyph_is_named() {
    let layout = layouts::reception().unwrap();
    let error = lay_out(
        &layout,
        &json!({"thanh_phan_ho_so_nop_gom": [{"ten": "a"}, {"ten": "漢"}]}),
        &meta(),
    )
    .unwrap_err();
    let path = "thanh_phan_ho_so_nop_gom[1].ten".to_owned();
    assert_eq!(
        error,
        PaperError::MissingGlyph {
            character: '漢',
            path
        }
    );
    let layout = Layout::parse(
        "p.html",
        "<paper>{{ [a, b.c]|select|join(', ')|upper }}</paper>",
    )
    .unwrap();
    let error = lay_out(&layout, &json!({"a": "x", "b": {"c": "ok 漢"}}), &meta()).unwrap_err();
    assert_eq!(
        error,
        PaperError::MissingGlyph {
            character: '漢',
            path: "b.c".to_owned()
        }
    );
}

#[test]
fn decomposed_answers_become_composed() {
    let layout = layouts::result().unwrap();
    let composed = lay_out(&layout, &json!({"ho_ten": "Nguyễn Hữu Đức"}), &meta()).unwrap();
    let decomposed = lay_out(
        &layout,
        &json!({"ho_ten": "Nguye\u{302}\u{303}n Hu\u{31b}\u{303}u Đu\u{31b}\u{301}c"}),
        &meta(),
    )
    .unwrap();
    assert_eq!(to_pdf(&composed).unwrap(), to_pdf(&decomposed).unwrap());
    assert_eq!(to_docx(&composed).unwrap(), to_docx(&decomposed).unwrap());
}

#[test]
fn an_answer_in_boxes_is_one_word_and_one_too_long_is_not_cut() {
    let document = coded_sample();
    assert_eq!(document.page_count(), 2);
    let all = words(&document);
    let count = |word: &str| all.iter().filter(|said| *said == word).count();
    assert_eq!((count("049085000123"), count("0401234567-001")), (8, 2));
    assert!(all.join(" ").contains("Mã bưu gửi: EE 123 456 789 VN"));
    assert!(all.join(" ").contains("LIÊN 1") && all.join(" ").contains("LIÊN 2"));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.pdf");
    fs::write(&path, to_pdf(&document).unwrap()).unwrap();
    let heard = run("pdfinfo", &["-struct-text", argument(&path)]);
    let spans: Vec<&str> = heard
        .lines()
        .skip_while(|line| !line.contains("Span"))
        .skip(1)
        .take(1)
        .collect();
    assert_eq!(spans.concat().trim(), "\"049085000123\"", "{heard}");
    let mut archive = zip::ZipArchive::new(Cursor::new(to_docx(&document).unwrap())).unwrap();
    let mut xml = String::new();
    let mut part = archive.by_name("word/document.xml").unwrap();
    part.read_to_string(&mut xml).unwrap();
    assert!(xml.contains(r#"<w:tblDescription w:val="049085000123"/>"#));
    assert!(xml.contains(r#"descr="Mã vạch: 000.00.15.H17-260205-0007""#));
    assert!(xml.contains(r#"descr="Mã QR: 000.00.15.H17-260205-0007""#));
}

#[test]
fn laid_out_sample() {
    insta::assert_snapshot!(sample());
}

#[test]
fn a_protected_pdf_is_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    let (plain, rights, locked) = (path("a.pdf"), path("b.pdf"), path("c.pdf"));
    fs::write(&plain, to_pdf(&long_sample()).unwrap()).unwrap();
    let pages = long_sample().page_count();
    let encrypt = |user: &str, out: &Path| {
        run(
            "qpdf",
            &[
                "--encrypt",
                user,
                "owner",
                "256",
                "--",
                argument(&plain),
                argument(out),
            ],
        );
        check_pdf(&fs::read(out).unwrap()).unwrap()
    };
    let facts = check_pdf(&fs::read(&plain).unwrap()).unwrap();
    assert_eq!(
        facts,
        PdfFacts {
            pages,
            encrypted: false
        }
    );
    assert_eq!(
        encrypt("", &rights),
        PdfFacts {
            pages,
            encrypted: true
        }
    );
    assert!(encrypt("secret", &locked).encrypted);
}
