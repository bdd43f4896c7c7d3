//! What the portal gave, and the disk has lost since.

use std::collections::BTreeSet;

use hoso_sandbox::testing::{CITIZEN, clerk};

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
