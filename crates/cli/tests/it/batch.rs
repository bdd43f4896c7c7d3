//! `hoso batch`: spreadsheets whose rows are forms.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::person::{EXTRACT, Person};

/// A sheet of requests for extracts; `spoil` gives a row other words for a column.
fn sheet(rows: usize, spoil: impl Fn(usize) -> Option<(&'static str, &'static str)>) -> String {
    let columns = [
        ("kinh_gui", "Ủy ban nhân dân phường Hoa Ban"),
        ("nguoi_yeu_cau.ho_ten", "Phạm Thị Ví Dụ"),
        ("nguoi_yeu_cau.noi_cu_tru.xa", "Phường Hoa Ban"),
        ("nguoi_yeu_cau.noi_cu_tru.tinh", "Quảng Ngãi"),
        ("nguoi_yeu_cau.giay_to.loai", "Thẻ căn cước"),
        ("nguoi_yeu_cau.giay_to.so", "062190000031"),
        ("nguoi_yeu_cau.giay_to.co_quan_cap", "Bộ Công an"),
        ("nguoi_yeu_cau.giay_to.ngay_cap", "10/02/2025"),
        ("nguoi_yeu_cau.quan_he", "Cha, mẹ"),
        ("loai_viec", "khai sinh"),
        ("nguoi_duoc_cap.ho_ten", "Đỗ Gia Thử"),
        ("nguoi_duoc_cap.ngay_sinh", "30/5/2015"),
        ("nguoi_duoc_cap.gioi_tinh", "Nữ"),
        ("nguoi_duoc_cap.dan_toc", "Kinh"),
        ("nguoi_duoc_cap.quoc_tich", "Việt Nam"),
        ("nguoi_duoc_cap.noi_cu_tru.xa", "Phường Hoa Ban"),
        ("nguoi_duoc_cap.noi_cu_tru.tinh", "Tỉnh Quảng Ngãi"),
        ("nguoi_duoc_cap.giay_to.loai", "Thẻ căn cước"),
        ("nguoi_duoc_cap.giay_to.so", "062315000044"),
        ("nguoi_duoc_cap.giay_to.co_quan_cap", "Bộ Công an"),
        ("nguoi_duoc_cap.giay_to.ngay_cap", "12/06/2025"),
        ("nguoi_duoc_cap.so_dinh_danh", "062315000044"),
        ("dang_ky.noi_dang_ky", "Ủy ban nhân dân phường Hoa Ban"),
        ("dang_ky.giay_to", "Giấy khai sinh"),
        ("dang_ky.so", "112/2015"),
        ("dang_ky.quyen_so", "01/2015"),
        ("dang_ky.ngay_dang_ky", "15/06/2015"),
        ("so_luong_ban_sao", "3"),
        ("lam_tai", "Phường Hoa Ban"),
        ("ngay", "20/11/2026"),
        ("cam_doan", "x"),
    ];
    let line = |cells: Vec<String>| {
        let quoted: Vec<String> = cells.iter().map(|cell| format!("\"{cell}\"")).collect();
        quoted.join(";")
    };
    let mut out = vec![line(
        columns.iter().map(|(path, _)| (*path).to_owned()).collect(),
    )];
    for row in 0..rows {
        let spoiled = spoil(row);
        out.push(line(
            columns
                .iter()
                .map(|(path, words)| match spoiled {
                    Some((wrong, other)) if wrong == *path => other.to_owned(),
                    _ if *path == "nguoi_duoc_cap.ho_ten" => {
                        format!("{words} {}", WORDS[row % WORDS.len()])
                    }
                    _ => (*words).to_owned(),
                })
                .collect(),
        ));
    }
    out.join("\r\n")
}

/// How many rows are how far, without those that none is.
fn counts(batch: &Value) -> BTreeMap<String, u64> {
    batch["counts"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(state, count)| (state.clone(), count.as_u64().unwrap()))
        .filter(|(_, count)| *count > 0)
        .collect()
}

/// The same, as a test says it.
fn are<const N: usize>(counts: [(&str, u64); N]) -> BTreeMap<String, u64> {
    counts
        .map(|(state, count)| (state.to_owned(), count))
        .into()
}

const WORDS: [&str; 4] = ["An", "Bình", "Chi", "Dung"];

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return BTreeMap::new();
    };
    entries
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect()
}

#[tokio::test]
async fn wrong_rows_are_told_corrected_and_all_become_papers() {
    let an = Person::quick(None).await;
    let template = an.path("mau.xlsx").display().to_string();
    an.ok(&["form", "template", EXTRACT, "--xlsx", &template]);
    let mut looked = vec!["batch", "check", EXTRACT, &template, "--preview"];
    looked.extend(["--sheet", "Ví dụ"]);
    assert_eq!(an.ok(&looked)["missing"], json!([]));

    let text = sheet(5, |row| match row {
        1 => Some(("nguoi_duoc_cap.ho_ten", "")),
        3 => Some(("nguoi_yeu_cau.giay_to.ngay_cap", "31/02/2025")),
        _ => None,
    });
    let file = an.file("danh-sach.csv", format!("\u{feff}{text}"));
    let checked = an.ok(&["batch", "check", EXTRACT, &file]);
    assert_eq!(
        counts(&checked["batch"]),
        are([("good", 3), ("wrong", 2)]),
        "{checked}"
    );
    let wrong = checked["wrong"].as_array().unwrap();
    assert_eq!(
        (&wrong[0]["line"], &wrong[1]["line"]),
        (&json!(3), &json!(5))
    );
    let mark = &wrong[1]["marks"][0];
    assert_eq!(
        (&mark["column"], &mark["wrong"]),
        (&json!(7), &json!(true)),
        "{mark}"
    );

    let id = checked["batch"]["id"].as_str().unwrap();
    let report = an.path("loi.xlsx").display().to_string();
    an.ok(&["batch", "report", id, "--out", &report]);
    assert!(std::fs::read(&report).unwrap().starts_with(b"PK"));

    let out = an.path("giay");
    std::fs::create_dir(&out).unwrap();
    // A file of the person's own, whose name a row would have had.
    let own = out.join("Đỗ Gia Thử An.pdf");
    std::fs::write(&own, "của tôi").unwrap();
    let folder = out.display().to_string();
    let run = [
        "batch",
        "run",
        id,
        "--out",
        &folder,
        "--name",
        "{nguoi_duoc_cap.ho_ten}",
    ];
    assert_eq!(
        counts(&an.ok(&run)["batch"]),
        are([("wrong", 2), ("done", 3)])
    );
    let fix = |line: &str, column: &str, value: &str| {
        an.ok(&[
            "batch", "fix", id, "--line", line, "--column", column, "--value", value,
        ])
    };
    assert_eq!(
        fix("3", "nguoi_duoc_cap.ho_ten", "Đỗ Gia Thử An")["state"],
        "good"
    );
    assert_eq!(
        fix("5", "nguoi_yeu_cau.giay_to.ngay_cap", "28/02/2025")["state"],
        "good"
    );
    assert_eq!(
        counts(&an.ok(&["batch", "resume", id])["batch"]),
        are([("done", 5)])
    );

    let made = files(&out);
    assert_eq!(made[&"Đỗ Gia Thử An.pdf".to_owned()], "của tôi".as_bytes());
    assert_eq!(made.len(), 11, "{:?}", made.keys());
    for name in [
        "Đỗ Gia Thử An (2).pdf",
        "Đỗ Gia Thử An (3).docx",
        "Đỗ Gia Thử An (4).pdf",
        "Đỗ Gia Thử Chi.docx",
    ] {
        assert!(made.contains_key(name), "{name}: {:?}", made.keys());
    }
    assert_eq!(
        an.refused(&["batch", "run", id, "--drafts"]).code,
        "batch.ordered"
    );
}

/// Those that are whole, while the others are being written.
fn papers_in(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, |entries| {
        entries
            .filter(|entry| {
                let name = entry.as_ref().unwrap().file_name();
                name.to_string_lossy().ends_with(".pdf")
            })
            .count()
    })
}

/// Killed again and again in the middle of its work, a batch is in the end what it would have been: each paper once, each draft once.
#[tokio::test]
async fn a_killed_batch_goes_on_where_it_stopped() {
    let an = Person::quick(None).await;
    let file = an.file("danh-sach.csv", sheet(100, |_| None));
    let whole = an.ok(&["batch", "check", EXTRACT, &file])["batch"].clone();
    assert_eq!(counts(&whole), are([("good", 100)]));
    let id = whole["id"].as_str().unwrap();
    let folder = an.path("giay");
    let out = folder.display().to_string();
    let kill = |arguments: &[&str], now: &dyn Fn() -> bool| {
        let mut child = an
            .hoso(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while !now() && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(2));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    };
    for papers in [1, 66] {
        kill(&["batch", "run", id, "--out", &out, "--pdf"], &|| {
            papers_in(&folder) >= papers
        });
    }
    let left = an.ok(&["batch", "show", id])["batch"].clone();
    assert!(left["counts"]["good"].as_u64().unwrap() > 0, "{left}");
    let done = an.ok(&["batch", "run", id, "--out", &out, "--pdf"]);
    assert_eq!(counts(&done["batch"]), are([("done", 100)]));
    let made = files(&folder);
    assert_eq!(made.len(), 100, "{:?}", made.keys());
    for (at, (name, bytes)) in made.iter().enumerate() {
        assert!(name.starts_with(&format!("{:05}-", at + 2)), "{name}");
        assert!(bytes.starts_with(b"%PDF-") && bytes.trim_ascii_end().ends_with(b"%%EOF"));
    }

    let id = an.ok(&["batch", "check", EXTRACT, &file])["batch"]["id"].clone();
    let id = id.as_str().unwrap();
    for after in [400, 800] {
        let start = Instant::now();
        kill(&["batch", "run", id, "--drafts"], &|| {
            start.elapsed() > Duration::from_millis(after)
        });
    }
    assert_eq!(
        counts(&an.ok(&["batch", "run", id, "--drafts"])["batch"]),
        are([("done", 100)])
    );
    let app = an.app().await;
    let drafts = app.dossiers(None, String::new()).await.unwrap();
    assert_eq!(
        serde_json::to_value(&drafts).unwrap()["rows"]
            .as_array()
            .map_or(0, Vec::len),
        100
    );
    app.profile_lock().await.unwrap();
}

/// The report, corrected in a spreadsheet program, puts the rows right; so does the first file, with a row more.
#[tokio::test]
async fn a_corrected_file_is_taken_in() {
    let an = Person::quick(None).await;
    let spoil = |row| match row {
        0 => Some(("nguoi_duoc_cap.ho_ten", "")),
        2 => Some(("loai_viec", "khai gì đó")),
        _ => None,
    };
    let file = an.file("danh-sach.csv", sheet(4, spoil));
    let batch = an.ok(&["batch", "check", EXTRACT, &file])["batch"].clone();
    let id = batch["id"].as_str().unwrap();
    assert_eq!(counts(&batch), are([("good", 2), ("wrong", 2)]));

    let headings: Vec<&str> = batch["headings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|heading| heading.as_str().unwrap())
        .collect();
    // As it comes back from a spreadsheet program: the columns in another order, one row of two.
    let right = sheet(4, |_| None);
    let cells: Vec<&str> = right.lines().nth(3).unwrap().split(';').collect();
    let mut lines = [
        format!(
            "Dòng trong tệp (Hồ Sơ);Lý do (Hồ Sơ);{}",
            reversed(&headings)
        ),
        format!("4;sai;{}", reversed(&cells)),
    ];
    let report = an.file("loi.csv", lines.join("\n"));
    let corrected = an.ok(&["batch", "correct", id, &report]);
    assert_eq!(
        (&corrected["changed"], &corrected["added"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(
        counts(&corrected["batch"]),
        are([("good", 3), ("wrong", 1)])
    );

    let all = an.file("tat-ca.csv", sheet(5, |_| None));
    let corrected = an.ok(&["batch", "correct", id, &all]);
    assert_eq!(
        (&corrected["changed"], &corrected["added"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(counts(&corrected["batch"]), are([("good", 5)]));

    an.ok(&["batch", "run", id, "--drafts"]);
    let corrected = an.ok(&["batch", "correct", id, &file]);
    assert_eq!(
        (&corrected["changed"], &corrected["tooLate"]),
        (&json!(0), &json!(2))
    );
    assert_eq!(counts(&corrected["batch"]), are([("done", 5)]));

    lines[0] = "Dòng trong tệp (Hồ Sơ);khác".to_owned();
    let other = an.file("khac.csv", lines.join("\n"));
    assert_eq!(
        an.refused(&["batch", "correct", id, &other]).code,
        "batch.other"
    );
}

fn reversed(cells: &[&str]) -> String {
    let cells: Vec<&str> = cells.iter().rev().copied().collect();
    cells.join(";")
}

/// A paper of the one-stop desk is filled from rows as well.
#[tokio::test]
async fn a_template_filled_with_its_example_becomes_a_paper() {
    let an = Person::quick(None).await;
    let (pack, template) = ("giay-mot-cua-01", an.path("mau.xlsx").display().to_string());
    an.ok(&["form", "template", pack, "--xlsx", &template]);
    let checked = an.ok(&["batch", "check", pack, &template, "--sheet", "Ví dụ"]);
    assert_eq!(counts(&checked["batch"]), are([("good", 1)]), "{checked}");
    let id = checked["batch"]["id"].as_str().unwrap();
    let out = an.path("giay");
    an.ok(&[
        "batch",
        "run",
        id,
        "--out",
        &out.display().to_string(),
        "--pdf",
    ]);
    assert_eq!(files(&out).len(), 1);
}

#[tokio::test]
async fn what_is_no_spreadsheet_is_refused_with_the_reason() {
    let an = Person::quick(None).await;
    let old = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    for (name, bytes, code) in [
        ("a.xls", old.to_vec(), "sheet.old_or_locked"),
        ("a.pdf", b"%PDF-1.7".to_vec(), "sheet.not_a_sheet"),
        ("a.xlsx", b"PK\x03\x04".to_vec(), "sheet.broken"),
        ("a.csv", Vec::new(), "sheet.empty"),
    ] {
        let file = an.file(name, bytes);
        assert_eq!(
            an.refused(&["batch", "check", EXTRACT, &file]).code,
            code,
            "{name}"
        );
    }
    assert_eq!(an.ok(&["batch", "list"]), Value::Array(Vec::new()));
}
