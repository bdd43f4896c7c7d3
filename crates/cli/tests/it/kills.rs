//! `kill -9` at odd moments: no acknowledged answer is lost, nothing is handed in or paid twice.
//!
//! `HOSO_KILLS` says how often, in both tests together; by default 24 times.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use hoso_dossier::DraftId;
use hoso_sandbox::FaultUpdate;
use hoso_sandbox::testing::{CITIZEN, bank_pay, clerk, faults};
use serde_json::{Value, json};

use crate::person::{BIRTH, EXTRACT, Person, read_id};
use crate::portal::Portal;
use crate::samples;

fn kills() -> u32 {
    std::env::var("HOSO_KILLS").map_or(24, |count| count.parse().unwrap()) / 2
}

/// Fields of the birth registration that take any words.
const PLACES: [[&str; 3]; 5] = [
    ["tre", "noi_sinh", "chi_tiet"],
    ["tre", "que_quan", "chi_tiet"],
    ["me", "noi_cu_tru", "chi_tiet"],
    ["cha", "noi_cu_tru", "chi_tiet"],
    ["nguoi_yeu_cau", "noi_cu_tru", "chi_tiet"],
];

/// What the form says in [`PLACES`], oldest answer first: answer `n` is given in place `n % 5`.
fn said_after(answers: usize) -> Vec<String> {
    (0..PLACES.len())
        .map(|place| {
            let last = (0..answers)
                .rev()
                .find(|answer| answer % PLACES.len() == place);
            last.map_or_else(String::new, words)
        })
        .collect()
}

fn words(answer: usize) -> String {
    format!("câu trả lời thứ {answer}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_acknowledged_answer_is_lost() {
    let an = Person::quick(None).await;
    let empty = an.file("trong.json", "{}");
    let draft = an.ok(&["dossier", "new", BIRTH, "--data", &empty]);
    let draft: DraftId = read_id(&draft["id"]);
    // All places have been answered once before the first kill.
    let mut given = 0;
    let mut survived = 0;
    let (mut killed, mut caught) = (0, 0);
    while killed < kills() {
        let lines: Vec<String> = (given..given + 300)
            .map(|answer| {
                let path = PLACES[answer % PLACES.len()].join(".");
                json!({"path": path, "value": words(answer)}).to_string()
            })
            .collect();
        let changes = an.file("thay-doi.ndjson", lines.join("\n"));
        let mut typing = an
            .hoso(&["dossier", "edit", &draft.to_string(), "--changes", &changes])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(typing.stdout.take().unwrap()).lines();
        let wanted = rand::random_range(if given < PLACES.len() { 5..20 } else { 0..20 });
        let mut acknowledged = said.by_ref().take(wanted).count();
        let pause = if wanted == 0 { 400_000 } else { 6_000 };
        tokio::time::sleep(Duration::from_micros(rand::random_range(0..pause))).await;
        let running = typing.try_wait().unwrap().is_none();
        typing.kill().unwrap();
        typing.wait().unwrap();
        killed += u32::from(running);
        // Half a line is no acknowledgement.
        acknowledged += said
            .map_while(Result::ok)
            .filter(|line| line.ends_with('}'))
            .count();
        caught += acknowledged;

        let app = an.app().await;
        let opened = app.draft_open(draft).await.unwrap();
        app.profile_lock().await.unwrap();
        let kept: Vec<String> = PLACES
            .iter()
            .map(|place| {
                let answer = opened
                    .form
                    .state
                    .data
                    .pointer(&format!("/{}", place.join("/")));
                answer
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            })
            .collect();
        // The answer on its way may be there too; nothing else.
        let there = [acknowledged, acknowledged + 1]
            .into_iter()
            .find(|more| said_after(given + more) == kept);
        let there = there.unwrap_or_else(|| {
            panic!("{acknowledged} after {given} were acknowledged, the form says {kept:?}")
        });
        survived += there - acknowledged;
        given += there;
    }
    println!(
        "{killed} kills, {caught} answers acknowledged and found, {survived} more on their way"
    );
    assert!(caught > killed as usize, "{caught}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dossier_is_handed_in_and_paid_once() {
    let portal = Portal::up().await;
    let an = Person::quick(Some(&portal.url)).await;
    an.sign_in(&CITIZEN).await;
    // So that kills meet requests on their way.
    let slow = FaultUpdate {
        latency_ms: Some(25),
        ..FaultUpdate::default()
    };
    faults(&portal.url, &slow).await.unwrap();
    let mut killer = Killer::default();
    let mut dossiers = Vec::new();
    while killer.killed < kills() {
        let photo = an.file("giay-to.jpg", samples::photo(dossiers.len() as u8));
        let paper = ("000.00.00.G15-KQ004946", photo.as_str());
        let draft = an.draft(EXTRACT, &samples::extract(), &[paper]);
        killer.spread(|| an.hoso(&["dossier", "seal", &draft]));
        let done = an.run(&["dossier", "seal", &draft]);
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(
            done.status.success() || said.contains("draft.sealed"),
            "{said}"
        );
        let rows = an.ok(&["dossier", "list"]);
        let rows = rows["rows"].as_array().unwrap();
        let new: Vec<&Value> = rows
            .iter()
            .filter(|row| !dossiers.iter().any(|known| row["dossier"] == json!(known)))
            .collect();
        let [row] = new.as_slice() else {
            panic!("one draft has become {new:?}");
        };
        let dossier = read_id(&row["dossier"]);
        dossiers.push(dossier);

        killer.spread(|| an.hoso(&["sync", "--once"]));
        killer.through(|| an.hoso(&["sync", "--once"]));
        clerk(&portal.url, dossier, "accept", &[]).await.unwrap();
        killer.through(|| an.hoso(&["sync", "--once"]));
        killer.spread(|| an.hoso(&["pay", &dossier.to_string()]));
        killer.through(|| an.hoso(&["pay", &dossier.to_string()]));
        let order = an.pay(dossier);
        bank_pay(&portal.url, order).await.unwrap();
        killer.spread(|| an.hoso(&["sync", "--once"]));
        killer.through(|| an.hoso(&["sync", "--once"]));
        let shown = an.show(dossier);
        assert_eq!(shown["fees"][0]["paid"], true, "{shown}");
        assert!(an.received(dossier, "paymentReceipt").starts_with(b"%PDF-"));
    }
    let holds = portal.holds().await;
    holds.assert_once();
    assert!(dossiers.iter().all(|dossier| holds.has(*dossier)));
    for (what, expected) in [
        ("dossiers", dossiers.len()),
        ("payments", dossiers.len()),
        ("captures", dossiers.len()),
        // Paper and photo.
        ("uploads", dossiers.len() * 2),
    ] {
        assert_eq!(holds.list(what).len(), expected, "{what}");
    }
    let resent = holds.received() as f64 / whole(&holds.0) as f64;
    println!(
        "{} kills, {} dossiers, bytes sent {resent:.2} times",
        killer.killed,
        dossiers.len()
    );
}

/// Bytes of all files.
pub(crate) fn whole(audit: &Value) -> u64 {
    let uploads = audit["uploads"].as_array().unwrap().iter();
    uploads
        .map(|upload| upload["length"].as_u64().unwrap())
        .sum()
}

/// Kills commands at moments between their start and their usual end.
pub(crate) struct Killer {
    pub(crate) killed: u32,
    usual: Duration,
}

impl Default for Killer {
    fn default() -> Self {
        Self {
            killed: 0,
            usual: Duration::from_millis(900),
        }
    }
}

impl Killer {
    /// Starts a command three times and kills it each time, unless it ends by itself.
    pub(crate) fn spread(&mut self, command: impl Fn() -> Command) {
        for _ in 0..3 {
            let mut child = command()
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(self.usual.mul_f64(rand::random_range(0.0..1.0)));
            self.killed += u32::from(child.try_wait().unwrap().is_none());
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Lets a command come to its end; the portal may still be busy with a connection that was cut.
    pub(crate) fn through(&mut self, command: impl Fn() -> Command) {
        for _ in 0..20 {
            let started = Instant::now();
            let done = command().output().unwrap();
            if done.status.success() {
                self.usual = started.elapsed();
                return;
            }
            std::thread::sleep(Duration::from_millis(300));
        }
        panic!("{:?} does not come through", command());
    }
}
