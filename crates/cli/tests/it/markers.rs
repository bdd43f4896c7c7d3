//! What was typed is found in no file of the profile's folder, and in no log.

use std::path::Path;

use hoso_sandbox::testing::{CITIZEN, clerk};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

use crate::person::{BIRTH, CERTIFICATE, Person, files_below};
use crate::portal::Portal;
use crate::samples;

/// Places of the forms that take any words; 50 with the profile's.
const PLACES: [&str; 16] = [
    "kinh_gui",
    "nguoi_yeu_cau.noi_cu_tru.chi_tiet",
    "nguoi_yeu_cau.noi_cu_tru.xa",
    "nguoi_yeu_cau.giay_to.co_quan_cap",
    "tre.co_so_y_te",
    "tre.noi_sinh.chi_tiet",
    "tre.noi_sinh.xa",
    "tre.que_quan.chi_tiet",
    "tre.que_quan.xa",
    "me.noi_cu_tru.chi_tiet",
    "me.noi_cu_tru.xa",
    "me.giay_to.co_quan_cap",
    "cha.noi_cu_tru.chi_tiet",
    "cha.noi_cu_tru.xa",
    "ket_hon.tai",
    "lam_tai",
];

#[tokio::test]
async fn fifty_markers_are_in_no_file() {
    let markers: Vec<String> = (0..50)
        .map(|number| {
            let word: String = (0..12).map(|_| rand::random_range('a'..='z')).collect();
            format!("Ấn{number:02}{word}")
        })
        .collect();
    let mut unused = markers.iter();
    let mut next = || unused.next().unwrap().as_str();
    let an = Person::nobody(None);
    // The file of the PIN is the test's, beside the profile's folder.
    let profile = [next(), next(), next()];
    let arguments =
        "profile create --identity 001090000001 --birth-date 1990-01-01 --phone 0900000001";
    let mut arguments: Vec<&str> = arguments.split(' ').collect();
    arguments.extend([
        "--name",
        "Nguyễn Thị An",
        "--email",
        "an.nguyen@example.com",
    ]);
    arguments.extend(["--province", "Tỉnh Quảng Ngãi", "--commune", profile[0]]);
    arguments.extend(["--address", profile[1], "--label", "Của tôi"]);
    an.ok(&arguments);

    // Attached, so in a name and in bytes.
    let attached = samples::noted_pdf(5_000, next());
    let name = format!("{}.pdf", profile[2]);
    let file = an.file(&name, &attached);
    let draft = an.draft(BIRTH, &samples::birth(), &[(CERTIFICATE, &file)]);
    // Every place several times: earlier answers are in the log, later ones in the form.
    let typed: Vec<(&str, &str)> = PLACES
        .into_iter()
        .cycle()
        .zip(unused.map(String::as_str))
        .collect();
    let lines: Vec<String> = typed
        .iter()
        .map(|(path, value)| json!({"path": path, "value": value}).to_string())
        .collect();
    let changes = an.file("thay-doi.ndjson", lines.join("\n"));
    an.ok(&["dossier", "edit", &draft, "--changes", &changes]);
    assert_eq!(typed.len() + 4, 50);

    // They really are kept: an open profile reads them.
    let app = an.app().await;
    let opened = app
        .draft_open(serde_json::from_value(json!(draft)).unwrap())
        .await
        .unwrap();
    let said = opened.form.state.data.to_string();
    for (_, marker) in &typed[typed.len() - PLACES.len()..] {
        assert!(said.contains(marker), "{marker}");
    }
    assert_eq!(
        found(&an.home(), &markers),
        [] as [String; 0],
        "while it is open"
    );
    app.profile_lock().await.unwrap();

    an.seal(&draft);
    let rows: Value = an.ok(&["dossier", "list"]);
    assert_eq!(rows["rows"].as_array().unwrap().len(), 1);
    assert_eq!(
        found(&an.home(), &markers),
        [] as [String; 0],
        "sealed and locked"
    );
    assert!(files_below(&an.home()).len() > 3);

    // The search finds what is there: the file of changes, in either encoding.
    let beside = an.path("beside");
    std::fs::create_dir(&beside).unwrap();
    std::fs::copy(&changes, beside.join("utf-8")).unwrap();
    let wide: Vec<u8> = profile[0]
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    std::fs::write(beside.join("utf-16"), wide).unwrap();
    assert_eq!(found(&beside, &markers).len(), 47);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn papers_that_were_shown_outlive_no_program() {
    let an = Person::quick(None).await;
    let draft = an.birth_draft();
    let shown = an.home().join("shown");
    let app = an.app().await;
    // It is put where a viewer would find it, and there is none here.
    let open = app.paper_open(serde_json::from_value(json!(draft)).unwrap());
    assert_eq!(open.await.unwrap_err().view().code, "desktop.failed");
    assert_eq!(files_below(&shown).len(), 1);
    // Another program that starts meanwhile takes nothing from under the reader.
    an.ok(&["profile", "list"]);
    assert_eq!(files_below(&shown).len(), 1);
    app.profile_lock().await.unwrap();
    assert!(!shown.exists());
    // As a program leaves them that was killed.
    std::fs::create_dir(&shown).unwrap();
    std::fs::write(shown.join("to-khai.pdf"), "Nguyễn Thị An").unwrap();
    an.ok(&["profile", "list"]);
    assert!(!shown.exists());
}

/// Days of a person, thrown by seed, which `HOSO_MARKERS_SEED` may name: what is typed, attached, said to the desk and changed of the account, with a desk that answers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_the_person_says_is_in_the_log_or_in_a_plain_file() {
    let seed = match std::env::var("HOSO_MARKERS_SEED") {
        Ok(seed) => seed.parse().unwrap(),
        Err(_) => rand::random(),
    };
    println!("HOSO_MARKERS_SEED={seed}");
    let mut dice = StdRng::seed_from_u64(seed);
    let portal = Portal::up().await;
    let mut day = Day::of(Person::quick(Some(&portal.url)).await);
    day.an.sign_in(&CITIZEN).await;
    for _ in 0..3 {
        let name = day.said(&mut dice);
        let photo = samples::noted_pdf(5_000, &day.said(&mut dice));
        let file = day.an.file(&format!("{name}.pdf"), photo);
        let draft = day
            .an
            .draft(BIRTH, &samples::birth(), &[(CERTIFICATE, &file)]);
        day.types(&draft, &mut dice);
        let dossier = day.an.seal(&draft);
        let id = dossier.to_string();
        day.runs(&["sync", "--once"]);
        if dice.random_bool(0.5) {
            let email = format!("{}@vidu.vn", day.word(&mut dice));
            let phone = format!("09{:08}", dice.random_range(10_000_000..99_999_999));
            day.markers.extend([email.clone(), phone.clone()]);
            day.runs(&["profile", "edit", "--email", &email, "--phone", &phone]);
        }
        clerk(&portal.url, dossier, "accept", &[]).await.unwrap();
        match dice.random_range(0..3) {
            0 => {
                let reason = day.said(&mut dice);
                day.runs(&["sync", "--once"]);
                day.runs(&["dossier", "withdraw", &id, "--reason", &reason]);
            }
            1 => {
                let reason = day.said(&mut dice);
                let asked = [("reason", reason.as_str())];
                clerk(&portal.url, dossier, "supplement", &asked)
                    .await
                    .unwrap();
                day.runs(&["sync", "--once"]);
                let answer = day.runs(&["dossier", "supplement", &id]);
                let draft = answer["id"].as_str().unwrap().to_owned();
                day.types(&draft, &mut dice);
                day.runs(&["dossier", "paper", &draft]);
                day.runs(&["dossier", "seal", &draft]);
            }
            _ => {
                for button in ["process", "finish", "return-result"] {
                    clerk(&portal.url, dossier, button, &[]).await.unwrap();
                }
                day.runs(&["sync", "--once"]);
                let comment = day.said(&mut dice);
                day.runs(&[
                    "dossier",
                    "rate",
                    &id,
                    "--score",
                    "2",
                    "--comment",
                    &comment,
                ]);
            }
        }
        day.runs(&["sync", "--once"]);
        // It was a log of all this.
        assert!(holds(&day.log, b"outbox") && holds(&day.log, id.as_bytes()));
    }
    assert!(day.markers.len() > 20, "{}", day.markers.len());
    assert_eq!(found(&day.an.home(), &day.markers), [] as [String; 0]);
    let logged = day.an.path("log");
    std::fs::create_dir(&logged).unwrap();
    std::fs::write(logged.join("log"), &day.log).unwrap();
    assert_eq!(found(&logged, &day.markers), [] as [String; 0]);
}

/// A person whose every command tells all that it can of itself.
struct Day {
    an: Person,
    markers: Vec<String>,
    log: Vec<u8>,
}

impl Day {
    fn of(an: Person) -> Self {
        let (markers, log) = (vec![], vec![]);
        Self { an, markers, log }
    }

    fn word(&self, dice: &mut StdRng) -> String {
        (0..12).map(|_| dice.random_range('a'..='z')).collect()
    }

    /// Words that are found again.
    fn said(&mut self, dice: &mut StdRng) -> String {
        let words = format!("Ấn{}", self.word(dice));
        self.markers.push(words.clone());
        words
    }

    fn types(&mut self, draft: &str, dice: &mut StdRng) {
        let mut lines = String::new();
        for _ in 0..8 {
            let path = PLACES[dice.random_range(0..PLACES.len())];
            let value = self.said(dice);
            lines += &format!("{}\n", json!({"path": path, "value": value}));
        }
        let changes = self.an.file("thay-doi.ndjson", lines);
        self.runs(&["dossier", "edit", draft, "--changes", &changes]);
    }

    fn runs(&mut self, arguments: &[&str]) -> Value {
        let mut command = self.an.hoso(arguments);
        let done = command.env("HOSO_LOG", "trace").output().unwrap();
        self.log.extend_from_slice(&done.stderr);
        assert!(done.status.success(), "hoso {arguments:?}");
        let said = String::from_utf8(done.stdout).unwrap();
        serde_json::from_str(said.lines().last().unwrap()).unwrap()
    }
}

/// The markers that stand in a file below a folder, or in its name.
fn found(folder: &Path, markers: &[String]) -> Vec<String> {
    let contents: Vec<Vec<u8>> = files_below(folder)
        .into_iter()
        .map(|path| {
            // Other processes may take temporary files away meanwhile.
            let mut bytes = std::fs::read(&path).unwrap_or_default();
            bytes.extend_from_slice(path.to_string_lossy().as_bytes());
            bytes
        })
        .collect();
    let mut found: Vec<String> = markers
        .iter()
        .filter(|marker| {
            let wide: Vec<u8> = marker.encode_utf16().flat_map(u16::to_le_bytes).collect();
            contents
                .iter()
                .any(|bytes| holds(bytes, marker.as_bytes()) || holds(bytes, &wide))
        })
        .cloned()
        .collect();
    found.sort_unstable();
    found
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}
