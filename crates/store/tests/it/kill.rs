use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use hoso_dossier::DraftId;
use hoso_store::{Home, KdfCost, Unlock};
use serde_json::json;
use uuid::Uuid;

use crate::{at, draft, home, pin, profile};

const CHILD: &str = "HOSO_STORE_TEST_CHILD";

/// Runs itself as a child process that appends and says what it was told is durable, and kills it at odd moments.
#[tokio::test]
async fn no_acknowledged_entry_is_lost_to_a_kill() {
    if let Ok(place) = std::env::var(CHILD) {
        return append_for_ever(&place).await;
    }
    let (dir, store) = profile().await;
    let id = draft(&store, 1).await;
    store.close().await.unwrap();
    let mut acknowledged = 0;
    for round in 0..20_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "kill::no_acknowledged_entry_is_lost_to_a_kill",
                "--nocapture",
            ])
            .env(CHILD, format!("{}\n{}", dir.path().display(), store.id()))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // The first acknowledgement says that it is at work; from there the moment varies.
        let first = lines
            .by_ref()
            .find_map(acknowledgement)
            .expect("the child appends");
        std::thread::sleep(Duration::from_micros(round * 1_700));
        child.kill().unwrap();
        child.wait().unwrap();
        let last = lines.filter_map(acknowledgement).last().unwrap_or(first);
        assert!(first > acknowledged && last >= first);
        acknowledged = last;

        let store = home(&dir)
            .unlock(store.id(), Unlock::Pin(&pin("123456")), at(round as i64))
            .await
            .unwrap();
        let log = store.log(id).await.unwrap();
        assert!(
            log.len() as u64 >= acknowledged,
            "{} of {acknowledged}",
            log.len()
        );
        for (place, (seq, _, value)) in log.iter().enumerate() {
            assert_eq!((*seq, value), (place as u64 + 1, &json!({"n": place + 1})));
        }
        // At most the entry in flight is there without having been acknowledged.
        assert!(log.len() as u64 <= acknowledged + 1);
        acknowledged = log.len() as u64;
        store.close().await.unwrap();
    }
    assert!(
        acknowledged > 40,
        "{acknowledged} entries are too few to tell anything"
    );
}

fn acknowledgement(line: std::io::Result<String>) -> Option<u64> {
    line.unwrap().strip_prefix("ack ")?.parse().ok()
}

async fn append_for_ever(place: &str) {
    let (path, id) = place.split_once('\n').unwrap();
    let store = Home::new(path)
        .with_cost(KdfCost::LEAST)
        .unlock(
            Uuid::parse_str(id).unwrap(),
            Unlock::Pin(&pin("123456")),
            at(0),
        )
        .await
        .unwrap();
    let draft = DraftId::new(Uuid::from_u128(1));
    let mut next = store.log(draft).await.unwrap().len() as u64 + 1;
    let mut out = std::io::stdout().lock();
    loop {
        let seq = store
            .append_log(draft, &json!({"n": next}), at(0))
            .await
            .unwrap();
        assert_eq!(seq, next);
        writeln!(out, "\nack {seq}").unwrap();
        out.flush().unwrap();
        next += 1;
    }
}
