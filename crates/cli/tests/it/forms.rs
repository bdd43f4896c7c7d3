//! `hoso form process`, `check` and `bench`, over a definition and answers in files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

fn hoso(verb: &str, form: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hoso"));
    command.args(["--json", "form", verb]).arg(form).args(more);
    command.output().unwrap()
}

/// A definition with a rule, a calculation and a condition, in a file of its own.
fn definition(home: &TempDir) -> PathBuf {
    let form = json!({"display": "wizard", "components": [{"type": "panel", "key": "p", "input": false, "nextPage": "q", "components": [
        {"type": "textfield", "key": "name", "input": true, "validate": {"required": true}},
        {"type": "number", "key": "n", "input": true},
        {"type": "number", "key": "double", "input": true, "calculateValue": "value = data.n * 2"},
        {"type": "textfield", "key": "why", "input": true, "conditional": {"show": true, "when": "n", "eq": "3"}},
    ]}]});
    written(home, "form.json", &form.to_string())
}

fn written(home: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = home.path().join(name);
    fs::write(&path, text).unwrap();
    path
}

fn answers(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn one_document_is_processed_as_on_form_ios_server() {
    let home = tempfile::tempdir().unwrap();
    let form = definition(&home);
    let data = written(
        &home,
        "data.json",
        r#"{"n": 2, "why": "vì thế", "unknown": 1}"#,
    );
    let output = hoso("process", &form, &["--data", data.to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["data"], json!({"n": 2, "double": 4}));
    assert_eq!(answer["hidden"], json!(["why"]));
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1);
    assert_eq!(
        (&errors[0]["path"], &errors[0]["rule"]),
        (&json!("name"), &json!("required"))
    );

    // What it won't do is told by the check.
    let output = hoso("check", &form, &[]);
    let check: Value = serde_json::from_slice(&output.stdout).unwrap();
    let not_run = check["notRun"].as_array().unwrap();
    assert_eq!(not_run.len(), 1);
    assert_eq!(
        (&not_run[0]["path"], &not_run[0]["what"]),
        (&json!("p"), &json!("nextPage"))
    );
}

#[test]
fn lines_are_answered_in_order_and_a_broken_one_is_named() {
    let home = tempfile::tempdir().unwrap();
    let form = definition(&home);
    let lines = "{\"n\": 1}\n\n{\"n\": 2}\n   \n{\"n\": 3}\n";
    let ndjson = written(&home, "ndjson.txt", lines);
    let output = hoso("process", &form, &["--ndjson", ndjson.to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
    let doubles = |output: &Output| -> Vec<Value> {
        let answers = answers(output);
        answers
            .iter()
            .map(|answer| answer["data"]["double"].clone())
            .collect()
    };
    assert_eq!(doubles(&output), [json!(2), json!(4), json!(6)]);

    let ndjson = written(
        &home,
        "ndjson.txt",
        "{\"n\": 1}\n\n{\"n\": 2}\n{\"n\": \n{\"n\": 3}\n",
    );
    let output = hoso("process", &form, &["--ndjson", ndjson.to_str().unwrap()]);
    assert!(!output.status.success());
    assert_eq!(doubles(&output), [json!(2), json!(4)]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("data.not_json") && said.contains("line 4"),
        "{said}"
    );
}

#[test]
fn a_bench_tells_runs_and_times() {
    let home = tempfile::tempdir().unwrap();
    let form = definition(&home);
    let data = written(&home, "data.json", r#"{"n": 2}"#);
    let output = hoso("bench", &form, &["--data", data.to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let keys: Vec<_> = answer.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["parse", "pass", "change"]);
    for times in answer.as_object().unwrap().values() {
        assert!(times["runs"].as_u64().unwrap() > 0, "{answer}");
        let at = |name: &str| times[name].as_f64().unwrap();
        assert!(
            at("median") <= at("p95") && at("p95") <= at("p99"),
            "{answer}"
        );
    }

    // Nothing to type into, nothing to time there.
    let form = written(
        &home,
        "form.json",
        r#"{"components": [{"type": "content", "key": "c", "html": "a"}]}"#,
    );
    let output = hoso("bench", &form, &[]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(
        answer.get("change").is_none() && answer.get("pass").is_some(),
        "{answer}"
    );
}
