//! A dossier that one desktop of a person has sent, at their other one.

use hoso_dossier::DossierId;
use hoso_sandbox::testing::{CITIZEN, ORGANISATION, clerk};
use hoso_store::{Home, Pin, Store, Unlock};
use serde_json::{Value, json};

use crate::person::{BIRTH, PIN, Person, read_id};
use crate::portal::Portal;

fn row(person: &Person, dossier: DossierId) -> Option<Value> {
    let id = dossier.to_string();
    let list = person.ok(&["dossier", "list"]);
    let all = list["rows"].as_array().unwrap().iter();
    let mut such: Vec<Value> = all.filter(|row| row["dossier"] == *id).cloned().collect();
    assert!(such.len() < 2, "{such:?}");
    such.pop()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_seen_with_its_status_and_nothing_is_done_with_it_there() {
    let mut portal = Portal::up().await;
    let home = Person::quick(Some(&portal.url)).await;
    let office = Person::quick(Some(&portal.url)).await;
    for person in [&home, &office] {
        person.sign_in(&CITIZEN).await;
        person.sync();
    }
    let dossier = home.seal(&home.birth_draft());
    let id = dossier.to_string();
    home.sync();
    let synced = office.sync();
    assert_eq!(synced["dossiers"][0]["dossier"], id);

    let at_home = row(&home, dossier).unwrap();
    let seen = row(&office, dossier).unwrap();
    assert_eq!(at_home["elsewhere"], Value::Null);
    assert_eq!(seen["elsewhere"]["why"], "otherDesktop");
    let words = seen["elsewhere"]["words"]["vi"].as_str().unwrap();
    assert!(words.contains("gửi từ máy khác"), "{words}");
    for told in ["title", "code", "folder", "status", "changedAt"] {
        assert_eq!(seen[told], at_home[told], "{told}");
    }
    assert_eq!(
        (&seen["folder"], &seen["subject"]),
        (&json!("sent"), &json!(""))
    );
    let page = office.show(dossier);
    assert_eq!(page["row"], seen);
    assert_eq!(page["procedure"], BIRTH);
    assert_eq!(page["timeline"].as_array().unwrap().len(), 1);
    assert_eq!(page["revisions"][0]["elsewhere"], true);

    // What the desk does is seen there too, and stays to be seen without a network.
    let asked = [("reason", "Ảnh chụp bị mờ.")];
    clerk(&portal.url, dossier, "accept", &[]).await.unwrap();
    clerk(&portal.url, dossier, "supplement", &asked)
        .await
        .unwrap();
    office.sync();
    let seen = row(&office, dossier).unwrap();
    assert_eq!(seen["folder"], "supplementRequested");
    assert_eq!(seen["asked"]["reason"], "Ảnh chụp bị mờ.");
    portal.stop().await;
    assert_eq!(row(&office, dossier), Some(seen));

    // There is nothing of it to go on with, and nothing has gone out because of it.
    for (arguments, code) in [
        (&["dossier", "supplement", &id][..], "not_found"),
        (&["dossier", "cancel", &id], "not_found"),
        (
            &["dossier", "withdraw", &id, "--reason", "x"],
            "dossier.too_late",
        ),
        (&["dossier", "rate", &id, "--score", "5"], "wish.invalid"),
        (&["pay", &id], "payment.nothing_due"),
        (
            &["stick", "export", &id, "--out", "x.hoso"],
            "stick.nothing",
        ),
    ] {
        assert_eq!(office.refused(arguments).code, code, "{arguments:?}");
    }
    portal.start().await;
    home.sync();
    office.sync();
    let held = portal.holds().await;
    held.assert_once();
    assert_eq!(held.list("dossiers").len(), 1);

    // Carried there it is from there, once.
    let carried = home.path("ho-so.hoso").display().to_string();
    let second = home.seal(&home.birth_draft());
    let key = office.ok(&["stick", "key"]);
    let own = home.ok(&["stick", "key"]);
    let (key, own) = (
        key["recipient"].as_str().unwrap(),
        own["fingerprint"].as_str().unwrap(),
    );
    let other = second.to_string();
    home.ok(&[
        "stick",
        "export",
        &other,
        "--desktop",
        key,
        "--out",
        &carried,
    ]);
    home.sync();
    office.sync();
    assert!(row(&office, second).unwrap()["elsewhere"].is_object());
    office.ok(&["stick", "take", &carried, "--trust", own]);
    assert_eq!(row(&office, second).unwrap()["elsewhere"], Value::Null);
    office.sync();
    assert_eq!(row(&office, second).unwrap()["folder"], "sent");
    portal.holds().await.assert_once();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_cannot_be_read_holds_nothing_up_and_is_told_again() {
    let mut portal = Portal::up().await;
    let home = Person::quick(Some(&portal.url)).await;
    let office = Person::quick(Some(&portal.url)).await;
    for person in [&home, &office] {
        person.sign_in(&CITIZEN).await;
    }
    let dossier = home.seal(&home.birth_draft());
    home.sync();
    let own = office.seal(&office.birth_draft());
    office.sync();
    let seen = row(&office, dossier).unwrap();
    assert_eq!(office.ok(&["dossier", "list"])["leftOut"], false);
    portal.stop().await;
    // As another version of the program might have left it; of one the portal doesn't tell any more, and one is sealed here.
    let gone: DossierId = read_id(&json!("00000000-0000-4000-8000-000000000071"));
    let store = store(&office).await;
    let told = store.sync_elsewhere().await.unwrap().remove(0).1;
    let broken = json!({"view": 1});
    let rows = [(dossier, &broken), (gone, &broken), (own, &told)];
    let rows = rows.map(|(id, row)| (id, Some(row.clone())));
    let mut meta: Value = store.sync_meta("outbox").await.unwrap().unwrap();
    meta["leftOut"] = json!(3);
    let meta = [("outbox", meta)];
    store.save_sync(&[], &[], &rows, &meta).await.unwrap();
    store.close().await.unwrap();

    // Too many had been told of; which they were is not known until the portal is back.
    assert_eq!(office.ok(&["dossier", "list"])["leftOut"], true);
    portal.start().await;
    office.sync();
    assert_eq!(row(&office, own).unwrap()["folder"], "sent");
    assert_eq!(row(&office, dossier), Some(seen));
    assert_eq!(office.ok(&["dossier", "list"])["leftOut"], false);
    let store = self::store(&office).await;
    let kept = store.sync_elsewhere().await.unwrap();
    let kept: Vec<DossierId> = kept.into_iter().map(|(id, _)| id).collect();
    assert_eq!(kept, [dossier]);
    let meta: Value = store.sync_meta("outbox").await.unwrap().unwrap();
    assert_ne!(meta["cursor"], Value::Null);
    store.close().await.unwrap();
    portal.holds().await.assert_once();
}

/// What a person's profile keeps, while no program has it open.
async fn store(person: &Person) -> Store {
    let now = jiff::Timestamp::now();
    let profiles = Home::new(person.home());
    let profile = profiles.profiles(now).await.unwrap().remove(0).id;
    let pin = Pin::new(PIN).unwrap();
    let store = profiles.unlock(profile, Unlock::Pin(&pin), now).await;
    store.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_account_does_not_see_it() {
    let portal = Portal::up().await;
    let home = Person::quick(Some(&portal.url)).await;
    let firm = Person::organisation(Some(&portal.url));
    for person in [&home, &firm] {
        person.sign_in(&CITIZEN).await;
    }
    let dossier = home.seal(&home.birth_draft());
    home.sync();
    firm.sync();
    assert!(row(&firm, dossier).is_some());
    let taken = firm.comes_back(&ORGANISATION, &["--take-account"]).await;
    assert!(taken.is_ok());
    assert_eq!(row(&firm, dossier), None);
    firm.sync();
    assert_eq!(row(&firm, dossier), None);
}
