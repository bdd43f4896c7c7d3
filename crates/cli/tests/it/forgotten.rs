//! What a disk has lost or forgotten.

use std::collections::BTreeSet;
use std::path::Path;

use hoso_sandbox::testing::{CITIZEN, clerk};
use serde_json::Value;

use crate::person::{Person, files_below};
use crate::portal::Portal;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_that_the_disk_has_lost_or_damaged_is_fetched_again() {
    let portal = Portal::up().await;
    let an = Person::quick(Some(&portal.url)).await;
    an.sign_in(&CITIZEN).await;
    let dossier = an.seal(&an.birth_draft());
    let below = |an: &Person| -> BTreeSet<_> { files_below(&an.home()).into_iter().collect() };
    an.sync();
    clerk(&portal.url, dossier, "accept", &[]).await.unwrap();
    let before = below(&an);
    an.sync();
    let receipt = an.received(dossier, "reception");
    let kept: Vec<_> = below(&an).difference(&before).cloned().collect();
    let kept: Vec<_> = kept
        .iter()
        .filter(|path| path.components().any(|part| part.as_os_str() == "blobs"))
        .collect();
    let [kept] = kept[..] else {
        panic!("{kept:?}");
    };
    let (id, out) = (dossier.to_string(), an.path("x.pdf").display().to_string());
    let shown = an.show(dossier);
    let file = shown["files"][0]["id"].as_str().unwrap();
    let wanted = ["dossier", "file", &id, file, "--out", &out];
    for code in ["disk.missing_file", "disk.damaged"] {
        match code {
            "disk.damaged" => std::fs::write(kept, "nothing").unwrap(),
            _ => std::fs::remove_file(kept).unwrap(),
        }
        // Nobody looks for it before it is wanted.
        an.sync();
        assert_eq!(an.refused(&wanted).code, code);
        an.sync();
        assert_eq!(an.received(dossier, "reception"), receipt);
    }
}

/// A folder as it was once.
fn copy(from: &Path, to: &Path) {
    for file in files_below(from) {
        let there = to.join(file.strip_prefix(from).unwrap());
        std::fs::create_dir_all(there.parent().unwrap()).unwrap();
        std::fs::copy(file, there).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_that_was_sent_and_is_back_from_a_copy_makes_no_second_dossier() {
    let portal = Portal::up().await;
    let an = Person::quick(Some(&portal.url)).await;
    an.sign_in(&CITIZEN).await;
    an.sync();
    let draft = an.birth_draft();
    let kept = an.path("ban-sao");
    copy(&an.home(), &kept);
    let dossier = an.seal(&draft);
    an.sync();
    let code = an.show(dossier)["row"]["code"].clone();
    // The disk is as it was in the morning.
    std::fs::remove_dir_all(an.home()).unwrap();
    copy(&kept, &an.home());
    assert_eq!(an.seal(&draft), dossier);
    // Sealed at another time it is another revision: the portal has the first one, and keeps it.
    assert_eq!(an.refused(&["sync", "--once"]).code, "portal.problem");
    let held = portal.holds().await;
    held.assert_once();
    assert_eq!(held.list("dossiers").len(), 1);
    let shown = an.show(dossier);
    assert_eq!(shown["row"]["folder"], "conflict");
    assert_eq!(shown["row"]["trouble"]["code"], "held.other_bytes");
    assert_eq!(shown["row"]["code"], code);
    assert_ne!(code, Value::Null);
}
