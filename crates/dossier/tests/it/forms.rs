//! The forms of the packs that come with the application, run by the engine.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::common::{applicants, env, example, form, form_of, leaves, pack, packs, paths, with};
use hoso_dossier::{FormPack, Price};
use hoso_eform::{Answers, Change, FieldError, Form, Session, process};
use serde_json::{Value, json};

fn errors(pack: &FormPack, changes: &[(&str, Value)]) -> Vec<FieldError> {
    let answers = changes
        .iter()
        .fold(example(pack), |answers, (path, value)| {
            with(answers, path, value.clone())
        });
    process(&form(pack), &answers, &env()).errors
}

#[test]
fn the_engine_runs_every_form_whole() {
    for pack in packs() {
        for text in [pack.form(), pack.applicant_form()] {
            let form = form_of(&pack, text);
            assert_eq!(form.report(), [], "{} {}", pack.code(), form.title());
        }
    }
}

#[test]
fn examples_are_right_and_come_through_whole() {
    for pack in packs() {
        let example = example(&pack);
        let outcome = process(&form(&pack), &example, &env());
        assert_eq!(outcome.errors, [], "{}", pack.code());
        let kept = leaves(&outcome.data);
        for (path, value) in leaves(&example) {
            assert_eq!(kept.get(&path), Some(&value), "{} {path}", pack.code());
        }
    }
}

#[test]
fn a_new_draft_takes_the_example_answer_by_answer() {
    for pack in packs() {
        let form = Arc::new(form(&pack));
        let example = example(&pack);
        let mut defaults = Answers::from(json!({}));
        for (path, value) in form.initial(&env()) {
            defaults.apply(&Change::Set { path, value }).unwrap();
        }
        let answers = defaults.value().clone();
        let mut session = Session::new(form.clone(), answers, BTreeMap::new(), env());
        assert!(!session.errors(None).is_empty(), "{}", pack.code());
        let mut rows: BTreeSet<String> = leaves(session.answers())
            .keys()
            .flat_map(|path| path.match_indices(']').map(|(at, _)| path[..at].to_owned()))
            .collect();
        for (path, value) in leaves(&example) {
            // A row is made before it is filled.
            for (at, _) in path.match_indices(']') {
                let (grid, index) = path[..at].rsplit_once('[').unwrap();
                if rows.insert(path[..at].to_owned()) {
                    let change = Change::InsertRow {
                        path: grid.into(),
                        index: index.parse().unwrap(),
                        value: json!({}),
                    };
                    session.apply(&change).unwrap();
                }
            }
            session.apply(&Change::Set { path, value }).unwrap();
        }
        assert_eq!(session.errors(None), [], "{}", pack.code());
        let sealed = leaves(&session.sealed_data());
        for (path, value) in leaves(&example) {
            assert_eq!(sealed.get(&path), Some(&value), "{} {path}", pack.code());
        }
    }
}

#[test]
fn every_path_that_a_pack_names_is_in_its_form() {
    for pack in packs() {
        let form_paths = paths(form(&pack));
        let applicant_paths = paths(form_of(&pack, pack.applicant_form()));
        let procedure = pack.procedure();
        let mut named: Vec<&str> = procedure.prefill.form.keys().map(String::as_str).collect();
        for fee in &procedure.fees {
            if let Price::PerUnit { quantity, .. } = &fee.price {
                named.push(quantity);
            }
            named.extend(
                fee.applies
                    .condition()
                    .map(|condition| condition.path.as_str()),
            );
        }
        for component in &procedure.components {
            named.extend(
                component
                    .required
                    .condition()
                    .map(|condition| condition.path.as_str()),
            );
        }
        named.extend(
            procedure
                .deadlines
                .iter()
                .map(|deadline| deadline.from.as_str()),
        );
        assert!(!named.is_empty(), "{}", pack.code());
        for path in named {
            assert!(
                form_paths.get(path) == Some(&true),
                "{} {path}",
                pack.code()
            );
        }
        for path in procedure.prefill.applicant.keys() {
            assert!(
                applicant_paths.get(path) == Some(&true),
                "{} {path}",
                pack.code()
            );
        }
    }
}

#[test]
fn broken_rules_are_told_in_vietnamese_at_their_place() {
    let birth = "1.001193";
    let copies = "2.000635";
    let licence = "1.003868";
    let mut wrong = Vec::new();
    for (code, changes, path, words) in [
        (
            birth,
            vec![("tre.ngay_sinh", json!("2026-11-22"))],
            "tre.ngay_sinh",
            "tương lai",
        ),
        (
            birth,
            vec![("cha.giay_to.ngay_cap", json!("2026-11-22"))],
            "cha.giay_to.ngay_cap",
            "tương lai",
        ),
        (
            birth,
            vec![("tre.ho_ten", json!(""))],
            "tre.ho_ten",
            "Họ, chữ đệm, tên",
        ),
        (
            birth,
            vec![("tre.gioi_tinh", Value::Null)],
            "tre.gioi_tinh",
            "Giới tính",
        ),
        (
            birth,
            vec![("me.ho_ten", json!("")), ("cha.ho_ten", json!(""))],
            "cha.ho_ten",
            "của mẹ hoặc của cha",
        ),
        (
            birth,
            vec![("nguoi_yeu_cau.quan_he", json!("khac"))],
            "nguoi_yeu_cau.quan_he_khac",
            "quan hệ",
        ),
        (
            birth,
            vec![("nguoi_yeu_cau.giay_to.so", json!("06209*"))],
            "nguoi_yeu_cau.giay_to.so",
            "Số giấy tờ",
        ),
        (
            birth,
            vec![("de_nghi_cap_ban_sao", json!("co"))],
            "so_luong_ban_sao",
            "Số lượng bản sao",
        ),
        (
            birth,
            vec![("cam_doan", json!(false))],
            "cam_doan",
            "cam đoan",
        ),
        (
            copies,
            vec![("so_luong_ban_sao", json!(0))],
            "so_luong_ban_sao",
            "Số lượng",
        ),
        (
            copies,
            vec![("so_luong_ban_sao", json!(101))],
            "so_luong_ban_sao",
            "Số lượng",
        ),
        (
            copies,
            vec![("loai_viec", json!("khac"))],
            "loai_viec_khac",
            "loại việc",
        ),
        (
            copies,
            vec![("dang_ky.noi_dang_ky", json!(""))],
            "dang_ky.noi_dang_ky",
            "Đã đăng ký tại",
        ),
        (
            licence,
            vec![("tai_lieu.so_trang", Value::Null)],
            "tai_lieu.so_trang",
            "Số trang",
        ),
        (
            licence,
            vec![("tai_lieu.hinh_thuc", json!("dien_tu"))],
            "tai_lieu.dung_luong",
            "Dung lượng",
        ),
        (
            licence,
            vec![("kem_theo", json!([{"ten": "Bản thảo"}]))],
            "kem_theo[0].so_ban",
            "Số bản",
        ),
        (
            licence,
            vec![("to_chuc.ten", json!(" "))],
            "to_chuc.ten",
            "Tên cơ quan",
        ),
    ] {
        let pack = pack(code);
        let errors = errors(&pack, &changes);
        let right =
            errors.len() == 1 && errors[0].path == path && errors[0].message.contains(words);
        if !right {
            wrong.push((code, changes, errors));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn cases_that_the_law_allows_are_allowed() {
    let birth = "1.001193";
    let gone = |paths: &[&'static str]| paths.iter().map(|path| (*path, Value::Null)).collect();
    let cases: Vec<(&str, Vec<(&str, Value)>)> = vec![
        (birth, gone(&["cha"])),
        (birth, gone(&["me"])),
        (birth, gone(&["ket_hon"])),
        (
            birth,
            vec![
                ("tre.bi_bo_roi", json!(true)),
                ("me", Value::Null),
                ("cha", Value::Null),
            ],
        ),
        (birth, vec![("me.nam_sinh", json!("1995"))]),
        (
            birth,
            vec![
                ("de_nghi_cap_ban_sao", json!("co")),
                ("so_luong_ban_sao", json!(5)),
            ],
        ),
        (
            "2.000635",
            vec![("nguoi_duoc_cap.ngay_sinh", json!("1950"))],
        ),
        (
            "2.000635",
            vec![
                ("loai_viec", json!("khac")),
                ("loai_viec_khac", json!("ly hôn")),
            ],
        ),
        (
            "1.003868",
            vec![
                ("tai_lieu.hinh_thuc", json!("dien_tu")),
                ("tai_lieu.dung_luong", json!(1_500_000)),
            ],
        ),
        ("1.003868", vec![("kem_theo", json!([]))]),
    ];
    for (code, changes) in cases {
        assert_eq!(errors(&pack(code), &changes), [], "{code} {changes:?}");
    }
}

#[test]
fn today_and_yesterday_are_no_future() {
    for day in ["2026-11-21", "2026-11-20"] {
        let changes = [("tre.ngay_sinh", json!(day))];
        assert_eq!(errors(&pack("1.001193"), &changes), [], "{day}");
    }
}

#[test]
fn the_date_of_birth_is_said_in_words() {
    let pack = pack("1.001193");
    let data = process(&form(&pack), &example(&pack), &env()).data;
    assert_eq!(
        data["tre"]["ngay_sinh_bang_chu"],
        "ngày hai tháng mười một năm hai nghìn không trăm hai mươi sáu"
    );
}

#[test]
fn an_abandoned_child_has_no_parents_in_the_sealed_answers() {
    let pack = pack("1.001193");
    let answers = with(example(&pack), "tre.bi_bo_roi", json!(true));
    let data = process(&form(&pack), &answers, &env()).data;
    let names: Vec<_> = ["me", "cha", "ket_hon"]
        .into_iter()
        .filter(|part| {
            leaves(&data)
                .keys()
                .any(|path| path.starts_with(&format!("{part}.")))
        })
        .collect();
    assert!(names.is_empty(), "{data}");
}

#[test]
fn the_applicants_forms_ask_for_what_is_needed_and_no_more() {
    let address = json!({"chi_tiet": "Số 1", "xa": "Phường Hoa Ban", "tinh": "Tỉnh Quảng Ngãi"});
    let citizen = json!({
        "ho_ten": "Lê Văn Mẫu", "so_dinh_danh": "062092000017", "ngay_sinh": "1992-04-17",
        "dien_thoai": "0380000123", "dia_chi": address
    });
    let organisation = json!({
        "ten_to_chuc": "Trung tâm Khuyến nông Thử Nghiệm", "ma_so_thue": "0100233488", "ho_ten": "Hoàng Văn Mẫu",
        "so_dinh_danh": "062092000017", "dien_thoai": "0380000123", "email": "mau@example.vn", "dia_chi": address
    });
    // As forms of before said it: they knew persons only.
    let owner = json!({"ho_ten": "Nguyễn Thị Thử"});
    let company = json!({
        "loai": "to_chuc", "ten_to_chuc": "Công ty Thử Nghiệm", "ma_so_thue": "0100233488",
        "nguoi_dai_dien": "Lê Văn Mẫu", "dia_chi": address
    });
    let other = ("cho_nguoi_khac", json!(true));
    for (file, answers) in [
        ("citizen.json", citizen),
        ("organisation.json", organisation),
    ] {
        let form = Form::parse_slice(applicants()[file].as_bytes()).unwrap();
        for (changes, wrong) in [
            (vec![], vec![]),
            (vec![("ho_ten", json!(""))], vec!["ho_ten"]),
            (vec![("so_dinh_danh", Value::Null)], vec!["so_dinh_danh"]),
            (vec![("dia_chi.xa", json!(""))], vec!["dia_chi"]),
            (vec![("email", json!("mau"))], vec!["email"]),
            (vec![other.clone()], vec!["chu_ho_so.ho_ten"]),
            (vec![other.clone(), ("chu_ho_so", owner.clone())], vec![]),
            (
                vec![other.clone(), ("chu_ho_so", json!({"loai": "to_chuc"}))],
                vec![
                    "chu_ho_so.ten_to_chuc",
                    "chu_ho_so.ma_so_thue",
                    "chu_ho_so.nguoi_dai_dien",
                ],
            ),
            (vec![other.clone(), ("chu_ho_so", company.clone())], vec![]),
            (
                vec![
                    other.clone(),
                    ("chu_ho_so", company.clone()),
                    ("chu_ho_so.ma_so_thue", json!("")),
                    ("chu_ho_so.so_dang_ky", json!("12/QĐ-UBND")),
                ],
                vec![],
            ),
            (
                vec![
                    other.clone(),
                    ("chu_ho_so", company.clone()),
                    ("chu_ho_so.ma_so_thue", json!("01002334")),
                ],
                vec!["chu_ho_so.ma_so_thue"],
            ),
            (
                vec![
                    other.clone(),
                    ("chu_ho_so", owner.clone()),
                    ("uy_quyen", json!(true)),
                ],
                vec!["van_ban_uy_quyen.ngay"],
            ),
            (vec![("uy_quyen", json!(true))], vec![]),
        ] {
            let answers = changes
                .iter()
                .fold(answers.clone(), |answers, (path, value)| {
                    with(answers, path, value.clone())
                });
            let errors = process(&form, &answers, &env()).errors;
            let found: Vec<_> = errors.iter().map(|error| error.path.as_str()).collect();
            assert_eq!(found, wrong, "{file} {changes:?}");
        }
    }
}
