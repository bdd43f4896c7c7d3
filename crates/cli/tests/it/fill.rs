//! `hoso form fill` through a pipe.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

fn hoso(arguments: &[&str], lines: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_hoso"))
        .args(["form", "fill"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(lines.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn form(folder: &Path) -> String {
    let path = folder.join("form.json");
    let form = json!({"title": "Tờ khai", "components": [
        {"type": "vnName", "key": "ten", "label": "Họ tên", "input": true, "validate": {"required": true}},
        {"type": "vnDate", "key": "sinh", "label": "Ngày sinh", "input": true},
        {"type": "number", "key": "ban", "label": "Số bản", "input": true, "defaultValue": 1},
    ]});
    std::fs::write(&path, form.to_string()).unwrap();
    path.display().to_string()
}

fn data(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn the_questions_are_answered_and_the_data_is_printed() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("data.json");
    let done = hoso(
        &[&form(folder.path()), "--out", &out.display().to_string()],
        "Trần Thị  Mẫu\n5/9/2001\n\n",
    );
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let wanted = json!({"ten": "Trần Thị Mẫu", "sinh": "2001-09-05", "ban": 1});
    assert_eq!(data(&done.stdout), wanted);
    assert_eq!(data(&std::fs::read(&out).unwrap()), wanted);
    assert!(String::from_utf8_lossy(&done.stderr).contains("Họ tên (*)"));
}

#[test]
fn maps_and_trees_are_written_as_form_io_keeps_them() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("form.json");
    let form = json!({"title": "Tờ khai", "components": [
        {"type": "datamap", "key": "gia", "label": "Giá", "input": true,
         "valueComponent": {"type": "number", "key": "tien", "label": "Tiền", "input": true}},
        {"type": "tree", "key": "to", "label": "Tổ chức", "input": true, "components": [
            {"type": "textfield", "key": "ten", "label": "Tên", "input": true}]},
    ]});
    std::fs::write(&path, form.to_string()).unwrap();
    let done = hoso(
        &[&path.display().to_string()],
        "gạo\n15,5\n\nSở\nc\nPhòng\nk\nk\n",
    );
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    assert_eq!(
        data(&done.stdout),
        json!({
            "gia": {"gạo": 15.5},
            "to": {"data": {"ten": "Sở"}, "children": [{"data": {"ten": "Phòng"}, "children": []}]},
        })
    );
}

#[test]
fn what_was_typed_before_the_input_ended_is_kept() {
    let folder = TempDir::new().unwrap();
    let start = folder.path().join("start.json");
    std::fs::write(&start, json!({"ban": 3}).to_string()).unwrap();
    let out = folder.path().join("data.json");
    let done = hoso(
        &[
            &form(folder.path()),
            "--data",
            &start.display().to_string(),
            "--out",
            &out.display().to_string(),
        ],
        "\n5/9/2001\n",
    );
    assert!(!done.status.success(), "the name is missing");
    let error = String::from_utf8_lossy(&done.stderr);
    assert!(error.contains("form.incomplete"), "{error}");
    let wanted = json!({"sinh": "2001-09-05", "ban": 3});
    assert_eq!(data(&std::fs::read(&out).unwrap()), wanted);
    assert_eq!(data(&done.stdout), wanted);
}

#[test]
fn a_definition_alone_is_checked_with_the_lists_of_a_pack() {
    let form = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../app/packs/1.000894/form.json"
    );
    let check = |more: &[&str]| {
        let mut hoso = Command::new(env!("CARGO_BIN_EXE_hoso"));
        let hoso = hoso.args(["--json", "form", "check", form]).args(more);
        hoso.output().unwrap()
    };
    let alone = data(&check(&[]).stdout);
    assert!(!alone["notRun"].as_array().unwrap().is_empty());
    let with = data(&check(&["--pack", "1.000894"]).stdout);
    assert_eq!(with["notRun"], json!([]));
    assert!(!check(&["--pack", "0.000000"]).status.success());
}

#[test]
fn rules_that_were_not_run_are_told_beside_the_data() {
    let folder = TempDir::new().unwrap();
    let form = folder.path().join("form.json");
    let lines = folder.path().join("data.ndjson");
    let components = json!([
        {"type": "textfield", "key": "a", "input": true, "validate": {"custom": "valid = window.ok(input)"}},
        {"type": "textfield", "key": "b", "input": true, "validate": {"pattern": "(a|aa)+$"}},
    ]);
    std::fs::write(&form, json!({ "components": components }).to_string()).unwrap();
    let stuck = "a".repeat(40) + "b";
    std::fs::write(
        &lines,
        format!("{}\n{}\n", json!({"b": "aa"}), json!({ "b": stuck })),
    )
    .unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_hoso"))
        .args(["form", "process"])
        .arg(&form)
        .arg("--ndjson")
        .arg(&lines)
        .output()
        .unwrap();
    assert!(done.status.success());
    let told: Vec<Vec<String>> = String::from_utf8(done.stdout)
        .unwrap()
        .lines()
        .map(|line| {
            let answer = data(line.as_bytes());
            assert_eq!(answer["errors"], json!([]));
            let not_run = answer["notRun"].as_array().unwrap().clone();
            let what = |one: &Value| one["what"].as_str().unwrap().to_owned();
            not_run.iter().map(what).collect()
        })
        .collect();
    assert_eq!(
        told,
        [
            vec!["validate.custom"],
            vec!["validate.custom", "validate.pattern"]
        ]
    );
    let words = String::from_utf8(done.stderr).unwrap();
    assert!(
        words.contains("not run: line 2, b (validate.pattern): its pattern takes too long"),
        "{words}"
    );
}

#[test]
fn no_more_rows_are_asked_for_than_the_form_takes() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("form.json");
    for (limit, wanted) in [
        (json!({"validate": {"maxLength": 2}}), 2),
        (json!({"validate": {"maxLength": "2"}}), 2),
        (json!({"disableAddingRemovingRows": true}), 1),
        (json!({}), 3),
    ] {
        let name = json!({"type": "textfield", "key": "ten", "label": "Tên con", "input": true});
        let mut grid = json!({"type": "datagrid", "key": "con", "label": "Con", "input": true, "components": [name]});
        let fields = limit.as_object().unwrap().clone();
        grid.as_object_mut().unwrap().extend(fields);
        let form = json!({"title": "Tờ khai", "components": [grid]});
        std::fs::write(&path, form.to_string()).unwrap();
        let done = hoso(
            &[&path.display().to_string()],
            "c\nTrần Thị Một\nc\nTrần Thị Hai\nc\nTrần Thị Ba\nk\n",
        );
        let rows = data(&done.stdout)["con"].as_array().unwrap().len();
        assert_eq!(rows, wanted, "{limit}");
    }
}
