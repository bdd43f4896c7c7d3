//! A day's work of a person whose program is killed and whose line is bad at every step: dossiers with three files each, typed, sealed, sent, paid.
//!
//! `HOSO_DAY` says how many dossiers (`cargo xtask edges`); each takes twenty kills and four runs that meet faults on the line.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;

use hoso_dossier::{DossierId, Sha256};
use hoso_sandbox::FaultUpdate;
use hoso_sandbox::testing::{CITIZEN, bank_pay, clerk, faults};
use serde_json::{Value, json};

use crate::kills::{Killer, whole};
use crate::person::{EXTRACT, Person, read_id};
use crate::portal::Portal;
use crate::proxy::Proxy;
use crate::samples;

/// Any number of files of one component.
const COMPONENT: &str = "000.00.00.G15-KQ004946";
/// An answer that takes any words.
const PLACE: &str = "nguoi_yeu_cau.noi_cu_tru.chi_tiet";

/// A bad line lets some runs through whole, but not so many one after the other.
const MOST_TRIES: u32 = 20;

/// Kills for each dossier.
const KILLS: usize = 20;

fn dossiers() -> usize {
    std::env::var("HOSO_DAY").map_or(1, |count| count.parse().unwrap())
}

/// One dossier of the day.
struct Made {
    dossier: DossierId,
    files: Vec<Sha256>,
}

/// The person at work.
struct Day {
    an: Person,
    portal: Portal,
    line: Proxy,
    killer: Killer,
    /// Runs that came to their end over a line with faults, and met some.
    bad_runs: u32,
}

impl Day {
    /// Runs it over the bad line until it has met faults twice, whatever comes of it, and then to its end over a good one.
    fn over_a_bad_line(&mut self, arguments: &[&str]) {
        self.line.go_bad(true);
        let wanted = self.bad_runs + 2;
        for _ in 0..MOST_TRIES {
            let before = self.line.faults();
            self.an.run(arguments);
            self.bad_runs += u32::from(self.line.faults() > before);
            if self.bad_runs == wanted {
                break;
            }
        }
        self.killer.spread(|| self.an.hoso(arguments));
        self.line.go_bad(false);
        self.killer.through(|| self.an.hoso(arguments));
    }

    /// Types until the program is killed, and tells the last words that were acknowledged.
    async fn type_into(&mut self, draft: &str, turn: usize) -> String {
        let words = |number: usize| format!("Số {number}, lần gõ {turn}");
        let lines: Vec<String> = (0..200)
            .map(|number| json!({"path": PLACE, "value": words(number)}).to_string())
            .collect();
        let changes = self.an.file("thay-doi.ndjson", lines.join("\n"));
        let mut typing = self
            .an
            .hoso(&["dossier", "edit", draft, "--changes", &changes])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let said = typing.stdout.take().unwrap();
        let wait = rand::random_range(0..1_200);
        tokio::time::sleep(Duration::from_millis(wait)).await;
        self.killer.killed += u32::from(typing.try_wait().unwrap().is_none());
        typing.kill().unwrap();
        typing.wait().unwrap();
        let said = std::io::read_to_string(said).unwrap();
        let acknowledged = said.lines().filter(|line| line.ends_with('}')).count();
        // One that came to its end has a last line of its own.
        let acknowledged = acknowledged.min(lines.len());
        // The one on its way may be there too; nothing else.
        let shown = self.an.show_draft(draft).await;
        let path = format!("/form/{}", PLACE.replace('.', "/"));
        let kept = shown.pointer(&path).and_then(Value::as_str).unwrap();
        let ways = [acknowledged.checked_sub(1), Some(acknowledged)];
        let found = ways.into_iter().flatten().any(|last| kept == words(last));
        assert!(
            found || acknowledged == 0,
            "{acknowledged} were acknowledged, the form says {kept:?}"
        );
        kept.to_owned()
    }

    async fn dossier(&mut self, number: usize, made: &[Made]) -> Made {
        let photos: Vec<Vec<u8>> = (0..3)
            .map(|one| samples::noted_pdf(20_000 + one * 9_000, &format!("{number} {one}")))
            .collect();
        let files: Vec<String> = (0..3)
            .map(|one| self.an.file(&format!("giay-to-{one}.pdf"), &photos[one]))
            .collect();
        let attach: Vec<(&str, &str)> = files
            .iter()
            .map(|file| (COMPONENT, file.as_str()))
            .collect();
        let draft = self.an.draft(EXTRACT, &samples::extract(), &attach);
        let mut typed = String::new();
        for turn in 0..4 {
            typed = self.type_into(&draft, turn).await;
        }

        self.killer
            .spread(|| self.an.hoso(&["dossier", "seal", &draft]));
        let done = self.an.run(&["dossier", "seal", &draft]);
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(
            done.status.success() || said.contains("draft.sealed"),
            "{said}"
        );
        let rows = self.an.ok(&["dossier", "list"]);
        let rows = rows["rows"].as_array().unwrap();
        let unknown = |row: &&Value| !made.iter().any(|one| row["dossier"] == json!(one.dossier));
        let new: Vec<&Value> = rows.iter().filter(unknown).collect();
        let [row] = new.as_slice() else {
            panic!("one draft has become {new:?}");
        };
        let dossier: DossierId = read_id(&row["dossier"]);
        let id = dossier.to_string();

        self.over_a_bad_line(&["sync", "--once"]);
        // What the desk reads is what was typed last.
        let page = format!("{}/clerk/dossiers/{id}", self.portal.url);
        let page = reqwest::get(page).await.unwrap().text().await.unwrap();
        assert!(page.contains(&typed), "{typed} is not in {page}");
        clerk(&self.portal.url, dossier, "accept", &[])
            .await
            .unwrap();
        self.killer.spread(|| self.an.hoso(&["sync", "--once"]));
        self.killer.spread(|| self.an.hoso(&["sync", "--once"]));
        self.killer.through(|| self.an.hoso(&["sync", "--once"]));
        self.over_a_bad_line(&["pay", &id]);
        let order = self.an.pay(dossier);
        bank_pay(&self.portal.url, order).await.unwrap();
        self.killer.spread(|| self.an.hoso(&["sync", "--once"]));
        self.killer.spread(|| self.an.hoso(&["sync", "--once"]));
        // Some end before they are killed.
        while (self.killer.killed as usize) < (number + 1) * KILLS {
            self.killer.spread(|| self.an.hoso(&["sync", "--once"]));
        }
        self.killer.through(|| self.an.hoso(&["sync", "--once"]));
        Made {
            dossier,
            files: photos.iter().map(|bytes| Sha256::of(bytes)).collect(),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_of_kills_and_bad_lines_leaves_each_dossier_once() {
    let portal = Portal::up().await;
    let line = Proxy::to(portal.port(), 4 << 20).await;
    let an = Person::quick(Some(&line.url)).await;
    an.sign_in(&CITIZEN).await;
    // So that kills meet requests on their way.
    let slow = FaultUpdate {
        latency_ms: Some(15),
        ..FaultUpdate::default()
    };
    faults(&portal.url, &slow).await.unwrap();
    let mut day = Day {
        an,
        portal,
        line,
        killer: Killer::default(),
        bad_runs: 0,
    };
    let mut made = vec![];
    for number in 0..dossiers() {
        made.push(day.dossier(number, &made).await);
    }

    let holds = day.portal.holds().await;
    holds.assert_once();
    for (what, expected) in [
        ("dossiers", made.len()),
        ("payments", made.len()),
        ("captures", made.len()),
        // The paper and three files.
        ("uploads", made.len() * 4),
    ] {
        assert_eq!(holds.list(what).len(), expected, "{what}");
    }
    let arrived: BTreeSet<&str> = holds
        .list("uploads")
        .iter()
        .map(|upload| upload["sha256"].as_str().unwrap())
        .collect();
    for Made { dossier, files } in &made {
        let shown = day.an.show(*dossier);
        assert_eq!(shown["fees"][0]["paid"], true, "{shown}");
        let there = holds.list("dossiers").iter();
        let there = there.clone().find(|one| one["id"] == json!(dossier));
        assert_eq!(
            there.unwrap()["revisions"][0]["sha256"],
            shown["revisions"][0]["sha256"]
        );
        for file in files {
            assert!(arrived.contains(file.to_string().as_str()), "{file}");
        }
    }
    let needed = whole(&holds.0);
    println!(
        "{} dossiers, {} kills, {} runs over a bad line ({} faults); {} bytes of files needed, {} arrived ({:.3} times), {} left the machine in all ({:.3} times)",
        made.len(),
        day.killer.killed,
        day.bad_runs,
        day.line.faults(),
        needed,
        holds.received(),
        holds.received() as f64 / needed as f64,
        day.line.sent(),
        day.line.sent() as f64 / needed as f64,
    );
    assert!(day.killer.killed as usize >= made.len() * KILLS);
    assert_eq!(day.bad_runs as usize, made.len() * 4);
}
