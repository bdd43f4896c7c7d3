//! `hoso form word`, Word templates of one's own, and `hoso pictures`.

use std::io::{Cursor, Read as _};

use serde_json::json;
use zip::ZipArchive;

use crate::person::{BIRTH, Person};
use crate::samples;

fn document(bytes: &[u8]) -> String {
    let mut xml = String::new();
    ZipArchive::new(Cursor::new(bytes))
        .unwrap()
        .by_name("word/document.xml")
        .unwrap()
        .read_to_string(&mut xml)
        .unwrap();
    xml
}

#[test]
fn a_word_export_with_placeholders_for_answers_is_a_template() {
    let an = Person::nobody(None);
    let path = |name: &str| an.path(name).display().to_string();
    // Our own Word paper is a real Word file with content controls; one of its answers becomes placeholders.
    let mut answers = samples::birth();
    answers["kinh_gui"] = json!("{{ kinh_gui }} và {{ khong_co }}");
    let asked = an.file("hoi.json", answers.to_string());
    let template = path("mau.docx");
    an.ok(&[
        "form", "export", BIRTH, "--data", &asked, "--docx", &template,
    ]);

    let said = json!({"kinh_gui": "Phường Hòa Thử", "thua": "không ai hỏi"});
    let said = an.file("tra-loi.json", said.to_string());
    let told = an.ok(&["form", "word", &template, &said, &path("ra.docx")]);
    assert_eq!(told["unused"], json!(["thua"]));
    let unfilled = told["unfilled"].as_array().unwrap();
    assert!(unfilled.iter().any(|place| place["why"] == "unknown"));
    let words = document(&std::fs::read(an.path("ra.docx")).unwrap());
    assert!(words.contains("Phường Hòa Thử") && !words.contains("kinh_gui }}"));

    // The same file goes before the pack's own paper.
    let own = an.file("dung.json", samples::birth().to_string());
    let out = path("cua-toi.docx");
    let told = an.ok(&[
        "form",
        "export",
        BIRTH,
        "--data",
        &own,
        "--docx",
        &out,
        "--template",
        &template,
    ]);
    // Only a template tells this; every answer of the example has its place in it, addresses as one line.
    assert_eq!(told["unfilled"], json!([]));
    let words = document(&std::fs::read(an.path("cua-toi.docx")).unwrap());
    assert!(words.contains("Thôn Thượng, Xã Mẫu Sơn, Tỉnh Quảng Ngãi"));
}

#[test]
fn a_file_that_is_no_template_is_refused_by_its_code() {
    let an = Person::nobody(None);
    let answers = an.file("tra-loi.json", "{\"a\":\"b\"}");
    for bytes in [b"%PDF-1.7".as_slice(), b"PK\x03\x04", b""] {
        let file = an.file("mau.docx", bytes);
        let out = an.path("ra.docx").display().to_string();
        let refused = an.refused(&["form", "word", &file, &answers, &out]);
        assert_eq!(refused.code, "template.not_word");
        assert!(!an.path("ra.docx").exists());
    }
}

#[test]
fn pictures_are_bound_in_order_and_edited_as_asked() {
    let an = Person::nobody(None);
    let first = an.file("mot.jpg", samples::photo(10));
    let second = an.file("hai.jpg", samples::photo(200));
    let out = an.path("ra.pdf").display().to_string();
    let told = an.ok(&[
        "pictures",
        &first,
        &second,
        "--out",
        &out,
        "--turn",
        "1=90",
        "--crop",
        "2=0,0,0.5,1",
        "--straighten",
        "2=1.5",
        "--whiten",
    ]);
    assert_eq!(told["straightened"], json!([0.0, 1.5]));
    assert!(
        told["dpi"]
            .as_array()
            .unwrap()
            .iter()
            .all(|dpi| dpi.as_u64() >= Some(200))
    );
    assert!(std::fs::read(&out).unwrap().starts_with(b"%PDF-1.7"));

    // What was bound can be taken apart again, and bound anew.
    let again = an.path("lai.pdf").display().to_string();
    let told = an.ok(&["pictures", &out, &first, "--out", &again, "--deskew"]);
    assert_eq!(told["dpi"].as_array().unwrap().len(), 3);

    let not_made = an.path("khong.pdf").display().to_string();
    let refused = |more: &[&str]| {
        let arguments = [&["pictures", &first, "--out", &not_made], more].concat();
        an.refused(&arguments).code
    };
    assert_eq!(
        refused(&["--max-bytes", "900"]),
        "attachment.pictures_too_large"
    );
    assert_eq!(refused(&["--turn", "2=90"]), "pictures.option");
    assert_eq!(refused(&["--turn", "1=45"]), "pictures.option");
    let heic = an.file("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    let told = an.refused(&["pictures", &heic, "--out", &not_made]);
    assert_eq!(told.code, "attachment.heic");
    assert!(!an.path("khong.pdf").exists());
}
