//! What has changed since a dossier was sealed is shown and asked about, before anything of it is sent.

use std::path::Path;

use hoso_app::view::ProcedureFilter;
use hoso_dossier::DossierId;
use hoso_sandbox::testing::{CITIZEN, clerk};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::person::{EXTRACT, Person};
use crate::portal::Portal;
use crate::samples;

/// One pack as it comes with the program.
fn only(code: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/packs");
    for name in [code, "_applicant", "_lists"] {
        let (from, to) = (built_in.join(name), folder.path().join(name));
        std::fs::create_dir(&to).unwrap();
        for file in std::fs::read_dir(from).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }
    folder
}

/// The extract's pack in a new version with these changes.
fn packs_with(change: impl Fn(&mut Value)) -> TempDir {
    let folder = only(EXTRACT);
    let path = folder.path().join(EXTRACT).join("pack.json");
    let mut pack: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    pack["version"] = json!("2026.12.1");
    change(&mut pack);
    std::fs::write(path, pack.to_string()).unwrap();
    folder
}

/// A dossier sealed while the portal was away.
async fn sealed_offline(portal: &mut Portal) -> (Person, DossierId) {
    portal.start().await;
    let an = Person::citizen(Some(&portal.url));
    an.sign_in(&CITIZEN).await;
    an.sync();
    portal.stop().await;
    let dossier = an.seal(&an.draft(EXTRACT, &samples::extract(), &[]));
    assert_eq!(an.refused(&["sync", "--once"]).code, "portal.offline");
    (an, dossier)
}

fn changed(an: &Person, dossier: DossierId) -> Vec<(String, String, String)> {
    let shown = an.show(dossier);
    let rows = shown["queue"]["changed"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    rows.iter()
        .map(|row| (text(row, "kind"), text(row, "before"), text(row, "after")))
        .collect()
}

fn row(kind: &str, before: &str, after: &str) -> (String, String, String) {
    (kind.to_owned(), before.to_owned(), after.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_has_changed_so_nobody_is_asked() {
    let mut portal = Portal::down();
    let (an, dossier) = sealed_offline(&mut portal).await;
    portal.start().await;
    an.sync();
    assert_eq!(changed(&an, dossier), []);
    assert!(portal.holds().await.has(dossier));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fee_that_changed_is_asked_about_and_sent_as_it_is_on_the_persons_word() {
    let mut portal = Portal::down();
    let (an, dossier) = sealed_offline(&mut portal).await;
    let packs = packs_with(|pack| pack["fees"][0]["price"]["amount"] = json!(10_000));
    portal.start_with(Some(packs.path().to_owned())).await;

    let fee = row("fee", "24.000 đ", "30.000 đ");
    for _ in 0..2 {
        assert_eq!(an.refused(&["sync", "--once"]).code, "dossier.changed");
        let found = changed(&an, dossier);
        assert_eq!(found[0].0, "form", "{found:?}");
        assert_eq!(plain(&found[1]), plain(&fee));
        assert_eq!(found.len(), 2, "{found:?}");
    }
    let before = portal.holds().await;
    assert!(!before.has(dossier), "nothing of it was handed in");
    assert_eq!(before.received(), 0, "no byte of it has left");
    // It doesn't leave by hand either, and can still be taken back.
    let (id, out) = (dossier.to_string(), an.path("ho-so.hoso"));
    let export = ["stick", "export", &id, "--out", &out.display().to_string()];
    assert_eq!(an.refused(&export).code, "dossier.changed");
    assert!(!out.exists());
    assert_eq!(an.show(dossier)["row"]["mayCancel"], true);

    an.ok(&["dossier", "send-as-is", &dossier.to_string()]);
    an.sync();
    assert!(portal.holds().await.has(dossier));
    assert_eq!(changed(&an, dossier), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taken_back_it_is_sealed_anew_under_the_new_form() {
    let mut portal = Portal::down();
    let (an, dossier) = sealed_offline(&mut portal).await;
    let packs = packs_with(|pack| pack["fees"][0]["price"]["amount"] = json!(10_000));
    portal.start_with(Some(packs.path().to_owned())).await;
    assert_eq!(an.refused(&["sync", "--once"]).code, "dossier.changed");

    let taken = an.ok(&["dossier", "cancel", &dossier.to_string()]);
    let again = an.seal(taken["draft"].as_str().unwrap());
    an.sync();
    let holds = portal.holds().await;
    assert!(holds.has(again));
    assert!(!holds.has(dossier));
    assert_eq!(changed(&an, again), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_procedure_that_the_portal_withdrew_is_asked_about_and_begun_no_more_until_it_is_back() {
    let mut portal = Portal::down();
    let (an, dossier) = sealed_offline(&mut portal).await;
    let begun = an.draft(EXTRACT, &samples::extract(), &[]);
    let others = only("1.001193");
    portal.start_with(Some(others.path().to_owned())).await;
    assert_eq!(an.refused(&["sync", "--once"]).code, "dossier.changed");
    assert_eq!(changed(&an, dossier), [row("law", EXTRACT, "")]);
    let app = an.app().await;
    let found = app.procedures(ProcedureFilter::default()).await.unwrap();
    app.profile_lock().await.unwrap();
    drop(app);
    assert!(found.iter().any(|row| row.code == "1.001193"));
    assert!(found.iter().all(|row| row.code != EXTRACT));
    let data = an.file("to-khai.json", samples::extract().to_string());
    let refused = an.refused(&["dossier", "new", EXTRACT, "--data", &data]);
    assert_eq!(refused.code, "procedure.not_in_force");
    // What was begun is still there, and says why it can't be sent.
    assert_eq!(
        an.refused(&["dossier", "seal", &begun]).code,
        "seal.incomplete"
    );

    portal.stop().await;
    portal.start().await;
    an.sync();
    assert!(portal.holds().await.has(dossier));
    an.seal(&begun);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_else_may_change_is_told_row_by_row() {
    type Change = fn(&mut Value);
    let document: Change = |pack| {
        pack["components"].as_array_mut().unwrap().push(json!({
            "code": "2.000635-99", "name": {"vi": "Giấy mới cần", "en": "A new paper"}, "kind": "document",
            "required": true, "original": 1, "copy": 0, "accept": ["pdf"], "maxBytes": 1000, "maxFiles": 1, "hint": ""
        }));
    };
    let ended: Change = |pack| pack["effective"]["to"] = json!("2026-11-20");
    for (what, change, wanted) in [
        ("a paper", document, row("form", "", "Giấy mới cần")),
        ("the law", ended, row("law", "", "20/11/2026")),
    ] {
        let mut portal = Portal::down();
        let (an, dossier) = sealed_offline(&mut portal).await;
        let packs = packs_with(change);
        portal.start_with(Some(packs.path().to_owned())).await;
        assert_eq!(
            an.refused(&["sync", "--once"]).code,
            "dossier.changed",
            "{what}"
        );
        let found = changed(&an, dossier);
        assert!(found.contains(&wanted), "{what}: {found:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_persons_own_data_is_compared_and_changing_it_back_settles_it() {
    let mut portal = Portal::down();
    let (an, dossier) = sealed_offline(&mut portal).await;
    let app = an.app().await;
    let mut details = app.app_info().await.unwrap().profile.unwrap();
    let phone = std::mem::replace(&mut details.phone, "0900000009".to_owned());
    app.profile_update(details.clone()).await.unwrap();
    app.profile_lock().await.unwrap();
    drop(app);

    portal.start().await;
    assert_eq!(an.refused(&["sync", "--once"]).code, "dossier.changed");
    let found = changed(&an, dossier);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(plain(&found[0]), "person09000000010900000009");

    let app = an.app().await;
    details.phone = phone;
    app.profile_update(details).await.unwrap();
    app.profile_lock().await.unwrap();
    drop(app);
    an.sync();
    assert!(portal.holds().await.has(dossier));
}

/// Amounts carry a space that doesn't break.
fn plain(row: &(String, String, String)) -> String {
    let all = format!("{} {} {}", row.0, row.1, row.2);
    all.split_whitespace().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supplement_is_looked_at_too_before_it_is_sent() {
    let mut portal = Portal::down();
    let (an, dossier) = sealed_offline(&mut portal).await;
    portal.start().await;
    an.sync();
    let reason = [("reason", "Ghi lại số điện thoại")];
    clerk(&portal.url, dossier, "supplement", &reason)
        .await
        .unwrap();
    an.sync();
    let id = dossier.to_string();
    let draft = an.ok(&["dossier", "supplement", &id])["id"].clone();
    portal.stop().await;
    an.seal(draft.as_str().unwrap());
    let app = an.app().await;
    let mut details = app.app_info().await.unwrap().profile.unwrap();
    details.phone = "0900000009".to_owned();
    app.profile_update(details).await.unwrap();
    app.profile_lock().await.unwrap();
    drop(app);

    portal.start().await;
    assert_eq!(an.refused(&["sync", "--once"]).code, "dossier.changed");
    let found = changed(&an, dossier);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(plain(&found[0]), "person09000000010900000009");
    assert_eq!(portal.holds().await.list("dossiers")[0]["revision"], 1);
    an.ok(&["dossier", "send-as-is", &id]);
    an.sync();
    assert_eq!(portal.holds().await.list("dossiers")[0]["revision"], 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supplement_that_lacks_what_another_desktop_supplemented_is_asked_about() {
    let mut portal = Portal::down();
    let (home, dossier) = sealed_offline(&mut portal).await;
    let office = Person::citizen(Some(&portal.url));
    let id = dossier.to_string();
    let recipient = office.ok(&["stick", "key"])["recipient"].clone();
    let carried = home.path("ho-so.hoso").display().to_string();
    let recipient = recipient.as_str().unwrap();
    home.ok(&[
        "stick",
        "export",
        &id,
        "--desktop",
        recipient,
        "--out",
        &carried,
    ]);
    let own = home.ok(&["stick", "key"])["fingerprint"].clone();
    let own = own.as_str().unwrap();
    office.ok(&["stick", "take", &carried, "--trust", own]);
    portal.start().await;
    office.sign_in(&CITIZEN).await;
    let supplement = |an: &Person| {
        let draft = an.ok(&["dossier", "supplement", &id])["id"].clone();
        draft.as_str().unwrap().to_owned()
    };
    let asked = async |reason: &str| {
        let reason = [("reason", reason)];
        let done = clerk(&portal.url, dossier, "supplement", &reason).await;
        done.unwrap();
        home.sync();
        office.sync();
    };
    let revision = async || portal.holds().await.list("dossiers")[0]["revision"].clone();
    home.sync();
    office.sync();
    asked("Ghi lại số điện thoại").await;
    // Begun at home for the first request, and left; the office answers that one.
    let begun = supplement(&home);
    office.seal(&supplement(&office));
    office.sync();
    assert_eq!(revision().await, 2);
    asked("Ghi lại địa chỉ").await;
    home.seal(&begun);
    assert_eq!(home.refused(&["sync", "--once"]).code, "dossier.changed");
    let found = changed(&home, dossier);
    assert_eq!(found, [row("request", "", "")]);
    assert_eq!(revision().await, 2);
    // The office has all of it, and is asked nothing.
    home.ok(&["dossier", "cancel", &id]);
    office.seal(&supplement(&office));
    office.sync();
    assert_eq!(revision().await, 3);
    // On the person's word it goes from home all the same.
    asked("Ghi lại ngày sinh").await;
    home.seal(&supplement(&home));
    assert_eq!(home.refused(&["sync", "--once"]).code, "dossier.changed");
    assert_eq!(changed(&home, dossier), [row("request", "", "")]);
    home.ok(&["dossier", "send-as-is", &id]);
    home.sync();
    assert_eq!(revision().await, 4);
}
