//! What a disk has lost or forgotten.

use std::collections::BTreeSet;
use std::path::Path;

use hoso_app::view::DueKind;
use hoso_dossier::DossierId;
use hoso_sandbox::testing::{CITIZEN, clerk};
use serde_json::Value;

use crate::person::{EXTRACT, Person, files_below};
use crate::portal::Portal;
use crate::samples;

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
    let mut portal = Portal::up().await;
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
    portal.stop().await;
    assert_eq!(an.seal(&draft), dossier);
    portal.start().await;
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

/// A person whose disk is as it was before that draft was sealed, sent and taken by the portal.
async fn forgetful(portal: &Portal) -> (Person, String, DossierId) {
    let an = Person::quick(Some(&portal.url)).await;
    an.sign_in(&CITIZEN).await;
    an.sync();
    let draft = an.birth_draft();
    let kept = an.path("ban-sao");
    copy(&an.home(), &kept);
    let dossier = an.seal(&draft);
    an.sync();
    std::fs::remove_dir_all(an.home()).unwrap();
    copy(&kept, &an.home());
    (an, draft, dossier)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_this_computer_has_sent_and_forgotten_is_not_said_to_be_from_another_one_only() {
    let portal = Portal::up().await;
    let (an, _, dossier) = forgetful(&portal).await;
    an.sync();
    let page = an.show(dossier);
    let told = &page["row"]["elsewhere"];
    assert_eq!(told["why"], "before");
    let words = told["words"]["vi"].as_str().unwrap();
    assert!(words.contains("chính máy này"), "{words}");
    assert!(page["followPage"].as_str().unwrap().starts_with("http"));
    let list = an.ok(&["dossier", "list"]);
    let rows = list["rows"].as_array().unwrap();
    let row = rows
        .iter()
        .find(|row| row["dossier"] == dossier.to_string());
    assert_eq!(row, Some(&page["row"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_dossier_that_the_portal_has_as_another_copy_nothing_is_begun_here() {
    let mut portal = Portal::up().await;
    let (an, draft, dossier) = forgetful(&portal).await;
    portal.stop().await;
    assert_eq!(an.seal(&draft), dossier);
    portal.start().await;
    assert_eq!(an.refused(&["sync", "--once"]).code, "portal.problem");
    let id = dossier.to_string();
    let asked = [("reason", "Ảnh chụp bị mờ."), ("days", "2")];
    clerk(&portal.url, dossier, "accept", &[]).await.unwrap();
    clerk(&portal.url, dossier, "supplement", &asked)
        .await
        .unwrap();
    an.refused_or_ok(&["sync", "--once"]);

    // What the portal tells is shown.
    let page = an.show(dossier);
    assert_eq!(page["row"]["folder"], "conflict");
    assert_eq!(page["row"]["elsewhere"]["why"], "otherCopy");
    assert_eq!(page["row"]["status"], 5);
    assert_eq!(page["supplement"]["reason"], "Ảnh chụp bị mờ.");

    // Nothing of it is begun.
    let drafts = |an: &Person| {
        let list = an.ok(&["dossier", "list"]);
        list["rows"].as_array().unwrap().len()
    };
    let before = drafts(&an);
    for arguments in [
        &["dossier", "supplement", &id][..],
        &["dossier", "cancel", &id],
        &["dossier", "withdraw", &id, "--reason", "x"],
        &["dossier", "rate", &id, "--score", "5"],
    ] {
        let code = an.refused(arguments).code;
        assert_eq!(code, "dossier.other_copy", "{arguments:?}");
    }
    let app = an.app_at(Some(&portal.url)).await;
    let copied = app.dossier_copy(dossier).await.unwrap_err();
    assert_eq!(copied.view().code, "dossier.other_copy");
    let paid = app.payment_start(dossier, "le-phi".into()).await;
    assert_eq!(paid.unwrap_err().view().code, "dossier.other_copy");
    // The desk's day is told all the same: it is answered at the portal's page.
    let due = app.due().await.unwrap();
    assert!(due.iter().any(|due| due.kind == DueKind::Supplement));
    app.profile_lock().await.unwrap();
    assert_eq!(drafts(&an), before);

    // When the portal is done with it, a new one is no second one any more; of this one nothing is begun all the same.
    let refusal = [("opinion", "Hết hạn bổ sung.")];
    clerk(&portal.url, dossier, "refuse", &refusal)
        .await
        .unwrap();
    an.refused_or_ok(&["sync", "--once"]);
    let page = an.show(dossier);
    assert_eq!(page["row"]["opinion"], "Hết hạn bổ sung.");
    assert_eq!(page["mayRate"], false);
    assert_eq!(page["row"]["elsewhere"], Value::Null);
    let next = page["row"]["trouble"]["next"]["vi"].as_str().unwrap();
    assert!(next.contains("hãy tạo hồ sơ mới"), "{next}");
    let rated = an.refused(&["dossier", "rate", &id, "--score", "5"]);
    assert_eq!(rated.code, "dossier.other_copy");
    let app = an.app_at(Some(&portal.url)).await;
    let copy = app.dossier_copy(dossier).await.unwrap();
    app.profile_lock().await.unwrap();
    assert_ne!(copy.id.to_string(), draft);
    let held = portal.holds().await;
    held.assert_once();
    assert_eq!(held.list("dossiers").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_that_the_portal_has_already_is_not_sealed_beside_it() {
    let portal = Portal::up().await;
    let (an, draft, dossier) = forgetful(&portal).await;
    an.sync();
    let refused = an.refused(&["dossier", "seal", &draft]);
    assert_eq!(refused.code, "dossier.other_copy");
    // It is a draft as before.
    an.ok(&["dossier", "check", &draft]);
    // Once the portal is done with the other, the person may go on: from it a new one is made.
    let refusal = [("opinion", "Thiếu giấy tờ.")];
    clerk(&portal.url, dossier, "refuse", &refusal)
        .await
        .unwrap();
    an.sync();
    assert_eq!(an.seal(&draft), dossier);
    an.refused_or_ok(&["sync", "--once"]);
    let app = an.app_at(Some(&portal.url)).await;
    app.dossier_copy(dossier).await.unwrap();
    app.profile_lock().await.unwrap();
    portal.holds().await.assert_once();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_was_never_handed_in_leaves_a_way_on() {
    let mut portal = Portal::down();
    portal.start_like("kon-tum").await;
    let an = Person::quick(Some(&portal.url)).await;
    an.sign_in(&CITIZEN).await;
    an.sync();
    let draft = an.draft(EXTRACT, &samples::extract(), &[]);
    let kept = an.path("ban-sao");
    copy(&an.home(), &kept);
    let dossier = an.seal(&draft);
    // The portal has it whole, and waits for the code.
    assert_eq!(an.refused(&["sync", "--once"]).code, "dossier.confirm");
    std::fs::remove_dir_all(an.home()).unwrap();
    copy(&kept, &an.home());

    assert_eq!(an.seal(&draft), dossier);
    assert_eq!(an.refused(&["sync", "--once"]).code, "portal.problem");
    let page = an.show(dossier);
    assert_eq!(page["row"]["folder"], "conflict");
    assert_eq!(page["row"]["elsewhere"], Value::Null);
    let trouble = &page["row"]["trouble"];
    let what = trouble["what"]["vi"].as_str().unwrap();
    assert!(what.contains("chưa nhận thành hồ sơ"), "{what}");
    let next = trouble["next"]["vi"].as_str().unwrap();
    assert!(next.contains("hãy tạo hồ sơ mới"), "{next}");
    let app = an.app_at(Some(&portal.url)).await;
    let copy = app.dossier_copy(dossier).await.unwrap();
    app.profile_lock().await.unwrap();
    let other = an.seal(&copy.id.to_string());
    assert_ne!(other, dossier);
    an.refused_or_ok(&["sync", "--once"]);
    assert_eq!(an.show(other)["first"]["confirm"], true);
    let held = portal.holds().await;
    assert!(
        held.list("dossiers")
            .iter()
            .all(|one| one["code"].is_null())
    );
}
