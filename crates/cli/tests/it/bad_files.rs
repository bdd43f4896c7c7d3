//! Files, packs and disks that are not as they have to be: told by a stable code, with nothing lost.

use std::fs::File;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::person::{BIRTH, CERTIFICATE, EXTRACT, Person, files_below};
use crate::samples;

/// What becomes of a file of a pack, by its name and text.
type Edit<'a> = &'a dyn Fn(&str, String) -> Option<String>;

#[test]
fn a_broken_pack_names_the_file_and_the_place() {
    let an = Person::nobody(None);
    let answers = an.file("to-khai.json", samples::birth().to_string());
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../app/packs")
        .join(BIRTH);
    let export = |change: Edit<'_>| {
        let pack = an.path("pack");
        let _ = std::fs::remove_dir_all(&pack);
        std::fs::create_dir(&pack).unwrap();
        for file in files_below(&built_in) {
            let name = file.file_name().unwrap().to_str().unwrap().to_owned();
            if let Some(text) = change(&name, std::fs::read_to_string(&file).unwrap()) {
                std::fs::write(pack.join(name), text).unwrap();
            }
        }
        let (pack, pdf) = (pack.display().to_string(), an.path("x.pdf"));
        an.run(&[
            "form",
            "export",
            &pack,
            "--data",
            &answers,
            "--pdf",
            pdf.to_str().unwrap(),
        ])
    };
    let whole = export(&|_, text| Some(text));
    assert!(
        whole.status.success(),
        "{}",
        String::from_utf8_lossy(&whole.stderr)
    );
    std::fs::remove_file(an.path("x.pdf")).unwrap();

    let change = |name: &'static str, from: &'static str, to: &'static str| {
        move |file: &str, text: String| {
            Some(if file == name {
                assert!(text.contains(from));
                text.replacen(from, to, 1)
            } else {
                text
            })
        }
    };
    let without =
        |name: &'static str| move |file: &str, text: String| (file != name).then_some(text);
    let cases: [(&str, Edit<'_>); 9] = [
        ("pack.broken", &without("pack.json")),
        ("pack.broken", &without("form.json")),
        ("pack.broken", &without("paper.html")),
        ("pack.broken", &change("pack.json", "\"code\"", "code")),
        (
            "pack.broken",
            &change("pack.json", "\"commune\"", "\"nowhere\""),
        ),
        ("pack.broken", &change("form.json", "{", "[")),
        (
            "pack.broken",
            &change("form.json", "\"components\"", "\"parts\""),
        ),
        ("layout.broken", &change("paper.html", "<", "<nothing ")),
        ("layout.broken", &change("paper.html", "{{", "{{ nothing(")),
    ];
    for (number, (code, change)) in cases.into_iter().enumerate() {
        let done = export(change);
        assert!(!done.status.success(), "case {number}");
        let said: Value = serde_json::from_slice(&done.stderr).unwrap();
        assert_eq!(said["code"], code, "case {number}: {said}");
        assert!(!an.path("x.pdf").exists());
    }
}

#[test]
fn answers_that_break_a_rule_make_no_paper() {
    let an = Person::nobody(None);
    let mut answers = samples::birth();
    answers["tre"]["ho_ten"] = json!("");
    let answers = an.file("to-khai.json", answers.to_string());
    let pdf = an.path("x.pdf");
    let arguments = [
        "form",
        "export",
        BIRTH,
        "--data",
        &answers,
        "--pdf",
        pdf.to_str().unwrap(),
    ];
    let refused = an.refused(&arguments);
    assert_eq!(refused.code, "form.invalid");
    assert!(
        refused.fields["tre.ho_ten"].is_string(),
        "{}",
        refused.fields
    );
    assert!(!pdf.exists());
}

#[tokio::test]
async fn files_that_a_component_does_not_take() {
    let an = Person::quick(None).await;
    let draft = an.birth_draft();
    let before = an.show_draft(&draft).await;
    let huge = an.path("lon.pdf");
    File::create(&huge).unwrap().set_len(200 << 20).unwrap();
    let huge_picture = an.path("lon.jpg");
    File::create(&huge_picture)
        .unwrap()
        .set_len(200 << 20)
        .unwrap();
    let cases = [
        ("attachment.too_large", huge.display().to_string()),
        ("attachment.too_large", huge_picture.display().to_string()),
        (
            "attachment.not_pdf",
            an.file("van-ban.pdf", "Đây không phải là PDF."),
        ),
        (
            "attachment.not_pdf",
            an.file("cut.pdf", &samples::pdf(9_000)[..5_000]),
        ),
        (
            "attachment.misnamed",
            an.file("anh.jpg", samples::pdf(9_000)),
        ),
        ("attachment.empty", an.file("rong.pdf", "")),
        (
            "attachment.type",
            an.file("chuong-trinh.exe", b"MZ\x90\0\x03"),
        ),
        ("disk.io", an.path("khong-co.pdf").display().to_string()),
    ];
    for (code, file) in &cases {
        let wish = format!("{CERTIFICATE}={file}");
        let refused = an.refused(&["dossier", "edit", &draft, "--attach", &wish]);
        assert_eq!(refused.code, *code, "{file}");
    }
    let photo = an.file("them.jpg", samples::photo(4));
    for (code, wish) in [
        ("not_found", format!("khong-co={photo}")),
        (
            "attachment.takes_no_file",
            format!("000.00.00.G15-KQ004365={photo}"),
        ),
    ] {
        assert_eq!(
            an.refused(&["dossier", "edit", &draft, "--attach", &wish])
                .code,
            code
        );
    }
    assert_eq!(an.show_draft(&draft).await, before);
    an.seal(&draft);
}

#[tokio::test]
async fn a_profile_opened_twice_is_told() {
    let an = Person::quick(None).await;
    let draft = an.birth_draft();
    let app = an.app().await;
    assert_eq!(an.refused(&["dossier", "list"]).code, "lock.in_use");
    assert_eq!(an.refused(&["dossier", "seal", &draft]).code, "lock.in_use");
    app.profile_lock().await.unwrap();
    an.seal(&draft);
    an.file("pin", "135790");
    assert_eq!(an.refused(&["dossier", "list"]).code, "lock.wrong_pin");
}

const SMALL_DISK: &str = "HOSO_TEST_SMALL_DISK";

/// Runs itself with a disk of 3 MiB of its own for temporary files, which goes away with the process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told() {
    if std::env::var_os(SMALL_DISK).is_some() {
        return fill().await;
    }
    let disk = tempfile::TempDir::new().unwrap();
    let mounted = "mount -t tmpfs -o size=3m hoso \"$TMPDIR\" || exit 99; exec \"$@\"";
    let output = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", mounted, "sh"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "bad_files::a_full_disk_is_told", "--nocapture"])
        .env(SMALL_DISK, "1")
        .env("TMPDIR", disk.path())
        .output();
    let said = match &output {
        Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
        Err(error) => error.to_string(),
    };
    let passed = output.is_ok_and(|output| output.status.success());
    // Some systems let nobody mount anything; where it counts it must run.
    if !passed && !said.contains("panicked") && std::env::var_os("CI").is_none() {
        return eprintln!("not run, for want of a disk of its own: {said}");
    }
    assert!(passed, "{said}");
}

async fn fill() {
    let an = Person::quick(None).await;
    let draft = an.draft(EXTRACT, &samples::extract(), &[]);
    let before = an.show_draft(&draft).await;
    let paper = an.file("lon.pdf", samples::pdf(600_000));
    let filler = an.path("filler");
    let mut size = 3 << 20;
    while std::fs::write(&filler, vec![1; size]).is_err() {
        size -= 4096;
    }
    let wish = format!("000.00.00.G15-KQ004946={paper}");
    for arguments in [
        vec!["dossier", "edit", &draft, "--attach", &wish],
        vec!["dossier", "seal", &draft],
        vec![
            "form",
            "export",
            EXTRACT,
            "--data",
            "answers.json",
            "--pdf",
            "x.pdf",
        ],
    ] {
        let arguments: Vec<String> = arguments
            .into_iter()
            .map(|one| match one {
                "answers.json" | "x.pdf" => an.path(one).display().to_string(),
                one => one.to_owned(),
            })
            .collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        assert_eq!(an.refused(&arguments).code, "disk.full", "{arguments:?}");
    }
    std::fs::remove_file(filler).unwrap();
    assert_eq!(an.show_draft(&draft).await, before);
    an.ok(&["dossier", "edit", &draft, "--attach", &wish]);
    an.seal(&draft);

    // What the outbox can't keep is said at once and not done later behind the person's back; when there is room again it is done at the next word.
    let app = an.app().await;
    let filler = an.path("filler");
    let mut size = 3 << 20;
    while std::fs::write(&filler, vec![1; size]).is_err() {
        size -= 4096;
    }
    for _ in 0..2 {
        let refused = app.sync_pause(true).await.unwrap_err();
        assert_eq!(refused.view().code, "disk.full");
        assert!(!app.sync_info().await.unwrap().paused);
    }
    std::fs::remove_file(filler).unwrap();
    assert!(app.sync_pause(true).await.unwrap().paused);
    app.profile_lock().await.unwrap();
}
