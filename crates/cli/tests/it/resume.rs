//! A large file over a slow line to a portal that dies on the way, and a dossier over a line that hardly is one.

use std::process::Stdio;
use std::time::{Duration, Instant};

use hoso_sandbox::testing::{ORGANISATION, audit};
use tempfile::TempDir;

use crate::person::{PUBLISHING, Person};
use crate::portal::{Holds, Portal, Program, quiet_port};
use crate::proxy::Proxy;
use crate::samples;

const SIZE: u64 = 20 << 20;
const MANUSCRIPT: &str = "1.003868-02";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_mebibytes_arrive_whole_though_the_portal_is_killed_three_times() {
    let data = TempDir::new().unwrap();
    let port = quiet_port();
    let mut portal = Program::start(data.path(), port);
    let line = Proxy::to(port, 12 << 20).await;
    let firm = Person::organisation(Some(&line.url));
    firm.sign_in(&ORGANISATION).await;
    let manuscript = firm.file("ban-thao.pdf", samples::pdf(SIZE as usize));
    let size = std::fs::metadata(&manuscript).unwrap().len();
    assert!(size.abs_diff(SIZE) < 1000);
    let draft = firm.draft(
        PUBLISHING,
        &samples::publishing(),
        &[(MANUSCRIPT, &manuscript)],
    );
    let dossier = firm.seal(&draft);

    let before = line.sent();
    for kill in 1..=3 {
        let mut sending = firm
            .hoso(&["sync", "--once"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let started = Instant::now();
        while line.sent() - before < kill * SIZE / 4 {
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "nothing is sent"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        portal.kill();
        assert!(!sending.wait().unwrap().success());
        portal = Program::start(data.path(), port);
    }
    let through = (0..5).any(|_| firm.run(&["sync", "--once"]).status.success());
    assert!(through);
    let sent = line.sent() - before;
    let holds = Holds(audit(&portal.url).await.unwrap());
    holds.assert_once();
    assert!(holds.has(dossier));
    let upload = holds
        .list("uploads")
        .iter()
        .find(|one| one["length"] == size);
    let upload = upload.unwrap();
    assert_eq!(
        (&upload["held"], upload["sha256"].is_string()),
        (&size.into(), true)
    );
    let ratio = sent as f64 / size as f64;
    println!("sent {sent} bytes for {size}: {ratio:.3} times");
    assert!(ratio < 1.2, "{ratio}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_32_kbit_a_second_that_lose_every_fifth_packet_a_dossier_arrives_once() {
    let portal = Portal::up().await;
    let line = Proxy::thin(portal.port()).await;
    let firm = Person::organisation(Some(&line.url));
    firm.sign_in(&ORGANISATION).await;
    let manuscript = firm.file("ban-thao.pdf", samples::pdf(40_000));
    let draft = firm.draft(
        PUBLISHING,
        &samples::publishing(),
        &[(MANUSCRIPT, &manuscript)],
    );
    let dossier = firm.seal(&draft);
    let before = line.sent();
    let runs = (1..=8).find(|_| firm.run(&["sync", "--once"]).status.success());
    let sent = line.sent() - before;
    let holds = portal.holds().await;
    holds.assert_once();
    assert!(holds.has(dossier), "not there after eight runs");
    let needed: u64 = holds
        .list("uploads")
        .iter()
        .map(|upload| upload["length"].as_u64().unwrap())
        .sum();
    println!(
        "{needed} bytes of files, {sent} sent in {runs:?} runs, {} packets lost, {} connections",
        line.lost(),
        line.faults()
    );
    assert!(line.lost() > 5);
    assert!((sent as f64) < needed as f64 * 2.5);
}
