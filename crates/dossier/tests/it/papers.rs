//! The papers of the packs that come with the application, laid out.

use crate::common::{env, example, form, leaves, packs, paths, with};
use hoso_dossier::FormPack;
use hoso_paper::{Layout, Meta, lay_out, words};
use serde_json::{Value, json};

/// Ticked by the person; the paper prints the words declared instead.
const DECLARATIONS: [&str; 2] = ["cam_doan", "cam_ket"];

fn layout(pack: &FormPack) -> Layout {
    Layout::parse(&pack.procedure().paper.layout, pack.layout().unwrap())
        .unwrap_or_else(|error| panic!("{}: {error}", pack.code()))
}

/// The words on the paper, and the answers as they have to stand there.
fn paper(pack: &FormPack, answers: &Value) -> (String, Value) {
    let form = form(pack);
    let data = hoso_eform::process(&form, answers, &env()).data;
    let shown = form.display(&data, &env());
    let meta = Meta::new("", jiff::civil::date(2026, 11, 21).at(10, 0, 0, 0));
    let document = lay_out(&layout(pack), &shown, &meta)
        .unwrap_or_else(|error| panic!("{}: {error}", pack.code()));
    (words(&document).join(" "), shown)
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Asserts that every answer stands on the paper.
fn all_there(pack: &FormPack, answers: &Value) {
    let (printed, shown) = paper(pack, answers);
    for (path, value) in leaves(&shown) {
        let Some(text) = value.as_str().filter(|text| !text.is_empty()) else {
            continue;
        };
        // A date stands there in words of its own: ngày 20 tháng 11 năm 2026.
        let text = match text.split('/').collect::<Vec<_>>()[..] {
            [day, month, year] if path == "ngay" => format!("ngày {day} tháng {month} năm {year}"),
            _ => flat(text),
        };
        // Some forms ask for names in capitals.
        assert!(
            printed.contains(&text) || printed.contains(&text.to_uppercase()),
            "{} {path}: {text:?} is not in {printed:?}",
            pack.code()
        );
    }
}

/// Whether a layout that reads `read` prints the answer, whole or in parts.
fn covers(read: &str, answer: &str) -> bool {
    read.strip_prefix(answer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[test]
fn layouts_and_forms_know_the_same_answers() {
    for pack in packs() {
        let layout = layout(&pack);
        let paths = paths(form(&pack));
        let known: Vec<String> = paths.keys().map(|path| path.replace("[]", "")).collect();
        layout
            .check_paths(&known)
            .unwrap_or_else(|error| panic!("{}: {error}", pack.code()));
        let printed = layout.declared_paths();
        for (path, single) in paths {
            let path = path.replace("[]", "");
            assert!(
                !single
                    || printed.iter().any(|read| covers(read, &path))
                    || DECLARATIONS.contains(&path.as_str()),
                "{} prints no {path}",
                pack.code()
            );
        }
    }
}

#[test]
fn every_answer_is_on_the_paper() {
    for pack in packs() {
        all_there(&pack, &example(&pack));
        let (blank, _) = paper(&pack, &json!({}));
        assert!(
            blank.contains("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            "{}",
            pack.code()
        );
    }
}

#[test]
fn unusual_answers_are_on_the_paper_too() {
    let long = "Nguyễn Phước Bửu Ưỡn ".repeat(10).trim().to_owned();
    for (code, changes) in [
        (
            "1.001193",
            vec![
                ("de_nghi_cap_ban_sao", json!("co")),
                ("so_luong_ban_sao", json!(12)),
            ],
        ),
        (
            "1.001193",
            vec![
                ("nguoi_yeu_cau.quan_he", json!("khac")),
                ("nguoi_yeu_cau.quan_he_khac", json!("Cậu ruột")),
            ],
        ),
        ("1.001193", vec![("tre.bi_bo_roi", json!(true))]),
        (
            "1.001193",
            vec![("tre.ho_ten", json!(long)), ("me.nam_sinh", json!("1995"))],
        ),
        (
            "2.000635",
            vec![
                ("loai_viec", json!("khac")),
                ("loai_viec_khac", json!("ly hôn")),
            ],
        ),
        ("2.000635", vec![("dang_ky.noi_dang_ky", json!(long))]),
        (
            "1.003868",
            vec![
                ("tai_lieu.hinh_thuc", json!("khac")),
                ("tai_lieu.hinh_thuc_khac", json!("Đĩa quang")),
                ("tai_lieu.dung_luong", json!(73_400_320)),
            ],
        ),
        (
            "1.003868",
            vec![("tai_lieu.tom_tat", json!(long.repeat(20)))],
        ),
        (
            "1.003868",
            vec![(
                "kem_theo",
                json!(vec![json!({"ten": long, "so_ban": 3}); 60]),
            )],
        ),
    ] {
        let pack = crate::common::pack(code);
        let answers = changes
            .into_iter()
            .fold(example(&pack), |answers, (path, value)| {
                with(answers, path, value)
            });
        all_there(&pack, &answers);
    }
    let birth = crate::common::pack("1.001193");
    let (printed, _) = paper(&birth, &with(example(&birth), "tre.bi_bo_roi", json!(true)));
    assert!(printed.contains("Trẻ bị bỏ rơi"), "{printed}");
}
