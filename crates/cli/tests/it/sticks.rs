//! Dossiers and receipts carried by hand, and what the person tells the portal of a dossier.

use std::io::{Cursor, Write as _};

use hoso_sandbox::testing::{CITIZEN, clerk};
use hoso_stick::{Recipient, encrypt};
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::person::{Person, files_below};
use crate::portal::Portal;

/// Carries a file to the portal's desk and brings back what it answers.
async fn hand_over(portal: &Portal, file: &str) -> (u16, Vec<u8>) {
    let desk = reqwest::Client::new().post(format!("{}/v1/sticks", portal.url));
    let answer = desk
        .body(std::fs::read(file).unwrap())
        .send()
        .await
        .unwrap();
    (
        answer.status().as_u16(),
        answer.bytes().await.unwrap().to_vec(),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn carried_to_the_portal_and_to_another_desktop_it_stays_one_dossier() {
    let mut portal = Portal::up().await;
    let an = Person::citizen(Some(&portal.url));
    let at_work = Person::citizen(Some(&portal.url));
    // Met once: the keys are exchanged.
    an.sign_in(&CITIZEN).await;
    an.sync();
    assert_eq!(an.ok(&["stick", "key"])["told"], true);
    portal.stop().await;

    // Days without a network. Exporting is sending: it can't be taken back any more.
    let dossier = an.seal(&an.birth_draft());
    let id = dossier.to_string();
    let other = at_work.ok(&["stick", "key"]);
    let other = other["recipient"].as_str().unwrap();
    let carried = an.path("ho-so.hoso").display().to_string();
    assert_eq!(an.show(dossier)["mayCarry"], true);
    // A stick that was pulled out binds nothing.
    let pulled = an.path("usb/ho-so.hoso").display().to_string();
    let export = ["stick", "export", &id, "--desktop", other, "--out", &pulled];
    assert_eq!(an.refused(&export).code, "disk.io");
    let shown = an.show(dossier);
    assert_eq!(
        (&shown["carriedAt"], &shown["row"]["mayCancel"]),
        (&json!(""), &json!(true))
    );
    an.ok(&[
        "stick",
        "export",
        &id,
        "--desktop",
        other,
        "--out",
        &carried,
    ]);
    assert_ne!(an.show(dossier)["carriedAt"], "");
    assert_eq!(
        an.refused(&["dossier", "cancel", &id]).code,
        "dossier.too_late"
    );

    // The other desktop doesn't know the key until the person has compared it.
    let stranger = at_work.refused(&["stick", "take", &carried]);
    assert_eq!(stranger.code, "stick.stranger");
    let own = an.ok(&["stick", "key"]);
    assert_eq!(stranger.fields["fingerprint"], own["fingerprint"]);
    let trust = own["fingerprint"].as_str().unwrap();
    let taken = at_work.ok(&["stick", "take", &carried, "--trust", trust]);
    assert_eq!(
        (&taken["dossier"], &taken["new"]),
        (&json!(id), &json!(true))
    );
    let again = at_work.ok(&["stick", "take", &carried]);
    assert_eq!(again["new"], false);

    // The desk takes the stick in; the other desktop sends the same dossier online; the stick comes once more.
    portal.start().await;
    let (status, receipt) = hand_over(&portal, &carried).await;
    assert_eq!(status, 200);
    at_work.sign_in(&CITIZEN).await;
    at_work.sync();
    assert_eq!(hand_over(&portal, &carried).await, (200, receipt.clone()));
    portal.stop().await;

    let receipt = an.file("bien-nhan.json", receipt);
    let known = an.ok(&["stick", "receipt", &receipt]);
    let shown = an.show(dossier);
    assert_eq!(shown["row"]["code"], known["code"]);
    assert_eq!(
        (&shown["row"]["folder"], &shown["mayCarry"]),
        (&json!("sent"), &json!(false))
    );
    portal.start().await;
    an.sync();
    let held = portal.holds().await;
    held.assert_once();
    assert_eq!(held.list("dossiers").len(), 1);
    assert_eq!(held.list("dossiers")[0]["code"], known["code"]);
    assert_eq!(at_work.show(dossier)["row"]["code"], known["code"]);
    // Taken in, it can be gone on with: a copy has every answer and file.
    let asked = [("reason", "Ảnh chụp bị mờ.")];
    clerk(&portal.url, dossier, "supplement", &asked)
        .await
        .unwrap();
    at_work.sync();
    let supplement = at_work.ok(&["dossier", "supplement", &id]);
    let draft = supplement["id"].as_str().unwrap();
    assert_eq!(
        at_work.ok(&["dossier", "check", draft])["problems"],
        json!([])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_changed_or_is_somebody_elses_is_refused_with_the_reason() {
    let mut portal = Portal::down();
    let an = Person::citizen(Some(&portal.url));
    let at_work = Person::citizen(Some(&portal.url));
    let company = Person::organisation(Some(&portal.url));
    let dossier = an.seal(&an.birth_draft());
    let id = dossier.to_string();
    let carried = an.path("ho-so.hoso").display().to_string();
    // Nobody to encrypt it for: this machine has never met a portal.
    let nobody = an.refused(&["stick", "export", &id, "--out", &carried]);
    assert_eq!(nobody.code, "stick.nobody");
    let key = |person: &Person| {
        let keys = person.ok(&["stick", "key"]);
        keys["recipient"].as_str().unwrap().to_owned()
    };
    let (work, theirs) = (key(&at_work), key(&company));
    let export = [
        "stick",
        "export",
        &id,
        "--desktop",
        &work,
        "--desktop",
        &theirs,
    ];
    an.ok(&[&export[..], &["--out", &carried]].concat());

    let refused = company.refused(&["stick", "take", &carried]);
    assert_eq!(refused.code, "stick.person");
    let bytes = std::fs::read(&carried).unwrap();
    let spoil = |at: usize| {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1;
        an.file("hong.hoso", bytes)
    };
    let refused = at_work.refused(&["stick", "take", &spoil(bytes.len() - 40)]);
    assert_eq!(refused.code, "stick.changed");
    let refused = at_work.refused(&["stick", "take", &an.file("x.hoso", "%PDF-1.7")]);
    assert_eq!(refused.code, "stick.unreadable");
    let trust = ["stick", "take", &carried, "--trust", "0000-0000-0000-0000"];
    assert_eq!(at_work.refused(&trust).code, "stick.stranger");
    portal.start().await;
    // The portal can't read it either: it was not made for it.
    let (status, said) = hand_over(&portal, &carried).await;
    let said: Value = serde_json::from_slice(&said).unwrap();
    assert_eq!((status, &said["code"]), (422, &json!("stick.unreadable")));
    assert!(said["detail"].as_str().unwrap().contains("cổng khác"));
    for person in [&at_work, &company] {
        assert_eq!(person.ok(&["dossier", "list"])["rows"], json!([]));
    }
    // A receipt that nobody signed.
    an.sign_in(&CITIZEN).await;
    an.sync();
    let forged = an.file(
        "gia.json",
        r#"{"type":"hoso-receipt-1","payload":"e30=","signature":"AAAA"}"#,
    );
    assert_eq!(
        an.refused(&["stick", "receipt", &forged]).code,
        "stick.receipt"
    );
}

/// A file encrypted for somebody who can read it, with these entries.
fn forged(recipient: &str, entries: &[(String, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(vec![]));
    let squeezed =
        SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, bytes) in entries {
        zip.start_file(name.as_str(), squeezed).unwrap();
        zip.write_all(bytes).unwrap();
    }
    let plain = zip.finish().unwrap().into_inner();
    let to: Recipient = recipient.parse().unwrap();
    encrypt(&plain, &[to], &mut |buffer| rand::fill(buffer))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_climbs_out_or_unfolds_without_end_is_refused_by_desktop_and_portal() {
    let portal = Portal::up().await;
    let an = Person::citizen(Some(&portal.url));
    let mine = an.ok(&["stick", "key"]);
    let info = reqwest::get(format!("{}/.well-known/hoso-portal", portal.url)).await;
    let info: Value = info.unwrap().json().await.unwrap();
    let before = files_below(&an.home());
    let zeros = vec![0; 1 << 20];
    let bomb: Vec<(String, &[u8])> = (0..201)
        .map(|one| (format!("x/{one}"), &zeros[..]))
        .collect();
    let climbing = [("x/../../../ngoai.txt".to_owned(), &b"x"[..])];
    for (entries, code, words) in [
        (&climbing[..], "stick.climbs", "trỏ ra ngoài"),
        (&bomb[..], "stick.too_large", "bung ra quá lớn"),
    ] {
        let for_me = forged(mine["recipient"].as_str().unwrap(), entries);
        assert!(for_me.len() < 1 << 20);
        let refused = an.refused(&["stick", "take", &an.file("gia.hoso", for_me)]);
        assert_eq!(refused.code, code);
        let for_it = forged(info["sticks"]["recipient"].as_str().unwrap(), entries);
        let (status, said) = hand_over(&portal, &an.file("gia.hoso", for_it)).await;
        let said: Value = serde_json::from_slice(&said).unwrap();
        assert_eq!(
            (status, &said["code"]),
            (422, &json!("stick.unreadable")),
            "{said}"
        );
        assert!(said["detail"].as_str().unwrap().contains(words), "{said}");
    }
    assert_eq!(files_below(&an.home()), before);
    assert_eq!(an.ok(&["dossier", "list"])["rows"], json!([]));
    assert_eq!(portal.holds().await.list("dossiers").len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dossier_is_withdrawn_and_another_one_rated_once_there_is_a_network() {
    let mut portal = Portal::up().await;
    let an = Person::citizen(Some(&portal.url));
    an.sign_in(&CITIZEN).await;
    // Or sealing might have sent it by the time it is asked about.
    portal.stop().await;
    let dossier = an.seal(&an.birth_draft());
    let id = dossier.to_string();
    let early = an.refused(&["dossier", "withdraw", &id, "--reason", "Khai nhầm"]);
    assert_eq!(early.code, "dossier.too_late");
    portal.start().await;
    an.sync();
    assert_eq!(an.show(dossier)["mayWithdraw"], true);
    assert_eq!(an.show(dossier)["mayRate"], false);
    portal.stop().await;
    let said = an.ok(&["dossier", "withdraw", &id, "--reason", "Khai nhầm nơi sinh"]);
    assert_eq!(said["withdrawal"]["state"], "waiting");
    portal.start().await;
    an.sync();
    let shown = an.show(dossier);
    assert_eq!(shown["withdrawal"]["state"], "told");
    assert_eq!(
        (&shown["row"]["status"], &shown["row"]["folder"]),
        (&json!(7), &json!("rejected"))
    );

    let second = an.seal(&an.birth_draft());
    an.sync();
    for button in ["accept", "return-result"] {
        clerk(&portal.url, second, button, &[]).await.unwrap();
    }
    an.sync();
    let id = second.to_string();
    let late = an.refused(&["dossier", "withdraw", &id, "--reason", "x"]);
    assert_eq!(late.code, "dossier.too_late");
    let odd = an.refused(&["dossier", "rate", &id, "--score", "6"]);
    assert_eq!(odd.code, "wish.invalid");
    an.ok(&[
        "dossier",
        "rate",
        &id,
        "--score",
        "5",
        "--comment",
        "Cán bộ nhiệt tình",
    ]);
    an.sync();
    let rating = an.show(second)["rating"].clone();
    assert_eq!(
        (&rating["state"], &rating["score"]),
        (&json!("told"), &json!(5))
    );
    assert_eq!(
        an.refused(&["dossier", "rate", &id, "--score", "1"]).code,
        "wish.invalid"
    );
}
