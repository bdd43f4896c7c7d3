//! Portals that answer badly: the reason is told by a stable code, nothing is lost, and once it answers well the dossier is there once.

use hoso_dossier::DossierId;
use hoso_portal_api::ProblemCode;
use hoso_sandbox::testing::{CITIZEN, clerk, faults};
use hoso_sandbox::{FaultKind, FaultUpdate, OneShot};
use serde_json::{Value, json};

use crate::person::Person;
use crate::portal::Portal;

/// A sealed dossier of a person who is signed in, at a portal that works so far.
async fn sealed() -> (Portal, Person, DossierId) {
    let mut portal = Portal::up().await;
    let an = Person::quick(Some(&portal.url)).await;
    an.sign_in(&CITIZEN).await;
    let draft = an.birth_draft();
    // Or it might be on its way before the portal turns bad.
    portal.stop().await;
    let dossier = an.seal(&draft);
    portal.start().await;
    (portal, an, dossier)
}

fn next(path: &str, kind: FaultKind, times: u32) -> FaultUpdate {
    OneShot {
        times,
        ..OneShot::at(path, kind)
    }
    .into()
}

/// The dossier waits here whole; and is handed in once when the faults are gone.
async fn comes_through(portal: &Portal, an: &Person, dossier: DossierId) {
    assert_eq!(an.show(dossier)["row"]["folder"], "outbox");
    let clear = FaultUpdate {
        clear: true,
        ..FaultUpdate::default()
    };
    faults(&portal.url, &clear).await.unwrap();
    an.sync();
    is_there_once(portal, an, dossier).await;
}

async fn is_there_once(portal: &Portal, an: &Person, dossier: DossierId) {
    let shown = an.show(dossier);
    let holds = portal.holds().await;
    holds.assert_once();
    assert_eq!(holds.list("dossiers").len(), 1);
    let there = &holds.list("dossiers")[0];
    assert_eq!(there["code"], shown["row"]["code"]);
    // What is there is what was sealed, byte for byte.
    assert_eq!(
        there["revisions"][0]["sha256"],
        shown["revisions"][0]["sha256"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn html_instead_of_answers() {
    let (portal, an, dossier) = sealed().await;
    for path in ["/.well-known/", "/v1/"] {
        faults(&portal.url, &next(path, FaultKind::Html, 50))
            .await
            .unwrap();
        assert_eq!(
            an.refused(&["sync", "--once"]).code,
            "sync.waiting",
            "{path}"
        );
    }
    assert_eq!(
        an.refused(&["login", "--no-browser"]).code,
        "portal.unexpected"
    );
    comes_through(&portal, &an, dossier).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn errors_of_the_server() {
    let (portal, an, dossier) = sealed().await;
    let broken = FaultUpdate {
        error_rate: Some(1.0),
        ..FaultUpdate::default()
    };
    faults(&portal.url, &broken).await.unwrap();
    for _ in 0..2 {
        assert_eq!(an.refused(&["sync", "--once"]).code, "sync.waiting");
    }
    // And only of what takes the dossier.
    let clear = FaultUpdate {
        clear: true,
        ..next("/v1/dossiers", FaultKind::Status, 50)
    };
    faults(&portal.url, &clear).await.unwrap();
    assert_eq!(an.refused(&["sync", "--once"]).code, "sync.waiting");
    comes_through(&portal, &an, dossier).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_version_of_the_contract() {
    let (portal, an, dossier) = sealed().await;
    let speaks = |version: &str| FaultUpdate {
        api_version: Some(version.into()),
        ..FaultUpdate::default()
    };
    faults(&portal.url, &speaks("2")).await.unwrap();
    for _ in 0..2 {
        let refused = an.refused(&["sync", "--once"]);
        assert_eq!(refused.code, "portal.other_version");
        assert_eq!(an.show(dossier)["row"]["folder"], "outbox");
    }
    let refused = an.refused(&["login", "--no-browser"]);
    assert_eq!(refused.code, "portal.other_version");
    assert_eq!(refused.fields["version"], "2");
    // Nothing was sent to a portal that may mean something else by it.
    let holds = portal.holds().await;
    assert!(holds.list("dossiers").is_empty() && holds.list("uploads").is_empty());
    // What was only added to this version is nobody's trouble.
    faults(&portal.url, &speaks("1.1")).await.unwrap();
    comes_through(&portal, &an, dossier).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_has_ended() {
    let (portal, an, dossier) = sealed().await;
    let ended = FaultUpdate {
        revoke_tokens: true,
        ..FaultUpdate::default()
    };
    faults(&portal.url, &ended).await.unwrap();
    assert_eq!(an.refused(&["sync", "--once"]).code, "portal.signed_out");
    assert_eq!(an.show(dossier)["row"]["folder"], "outbox");
    an.sign_in(&CITIZEN).await;
    an.sync();
    is_there_once(&portal, &an, dossier).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_and_hashes_that_are_wrong() {
    let (portal, an, dossier) = sealed().await;
    // A bit falls over on the way in: the portal forgets the file, and it is sent again.
    let mut flipped = next("/v1/uploads/", FaultKind::CorruptRequest, 1);
    flipped.next[0].method = Some("PATCH".into());
    faults(&portal.url, &flipped).await.unwrap();
    let through = (0..10).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(300));
        an.run(&["sync", "--once"]).status.success()
    });
    assert!(through);
    is_there_once(&portal, &an, dossier).await;

    // A received file that is not what its hash says is not kept.
    clerk(&portal.url, dossier, "accept", &[]).await.unwrap();
    let files = format!("/v1/dossiers/{dossier}/files/");
    faults(&portal.url, &next(&files, FaultKind::WrongHash, 50))
        .await
        .unwrap();
    assert_eq!(an.refused(&["sync", "--once"]).code, "sync.waiting");
    assert_eq!(an.show(dossier)["files"][0]["here"], false);
    let clear = FaultUpdate {
        clear: true,
        ..FaultUpdate::default()
    };
    faults(&portal.url, &clear).await.unwrap();
    an.sync();
    assert!(an.received(dossier, "reception").starts_with(b"%PDF-"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_for_other_bytes() {
    let (portal, an, dossier) = sealed().await;
    faults(
        &portal.url,
        &next("/v1/dossiers/", FaultKind::WrongHash, 50),
    )
    .await
    .unwrap();
    assert_eq!(an.refused(&["sync", "--once"]).code, "portal.problem");
    let shown = an.show(dossier);
    assert_eq!(shown["row"]["folder"], "conflict", "such a receipt is none");
    assert_eq!(shown["queue"]["stage"], "quarantined");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_wrong() {
    for offset in [-86_400 * 30, 86_400 * 400] {
        let (portal, an, dossier) = sealed().await;
        let wrong = FaultUpdate {
            clock_offset_seconds: Some(offset),
            ..FaultUpdate::default()
        };
        faults(&portal.url, &wrong).await.unwrap();
        let done = an.run(&["sync", "--once"]);
        let said: Value = serde_json::from_slice(&done.stdout).unwrap();
        let off = said["sync"]["clockOffSeconds"].as_i64().unwrap();
        assert!((off - offset).abs() < 120, "{off}");
        let clear = FaultUpdate {
            clear: true,
            ..FaultUpdate::default()
        };
        faults(&portal.url, &clear).await.unwrap();
        if an.refused_or_ok(&["sync", "--once"]).is_some() {
            an.sign_in(&CITIZEN).await;
            an.sync();
        }
        is_there_once(&portal, &an, dossier).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_status_that_nobody_knows() {
    let (portal, an, dossier) = sealed().await;
    an.sync();
    let odd = FaultUpdate {
        status_numbers: [(dossier, 42)].into(),
        ..FaultUpdate::default()
    };
    faults(&portal.url, &odd).await.unwrap();
    an.sync();
    let shown = an.show(dossier);
    assert_eq!(
        (&shown["row"]["status"], &shown["row"]["folder"]),
        (&json!(42), &json!("processing"))
    );
    let usual = FaultUpdate {
        status_numbers: [(dossier, 0)].into(),
        ..FaultUpdate::default()
    };
    faults(&portal.url, &usual).await.unwrap();
    an.sync();
    assert_eq!(an.show(dossier)["row"]["folder"], "sent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dossier_that_the_portal_refuses_waits_for_the_person() {
    let (portal, an, dossier) = sealed().await;
    let mut refusal = next("/v1/dossiers/", FaultKind::Problem, 2);
    refusal.next[0].code = Some(ProblemCode::DossierInvalid);
    faults(&portal.url, &refusal).await.unwrap();
    let refused = an.refused_or_ok(&["sync", "--once"]).unwrap();
    assert_eq!(refused["code"], "portal.problem");
    let retry = format!("dossier retry {dossier}");
    let words = refused["message"].as_str().unwrap();
    assert!(words.ends_with(&format!("hoso {retry}")), "{words}");
    // It is not tried again by itself.
    assert_eq!(an.refused(&["sync", "--once"]).code, "portal.problem");
    let retry: Vec<&str> = retry.split(' ').collect();
    assert_eq!(an.refused(&retry).code, "portal.problem");
    let shown = an.show(dossier);
    assert_eq!(shown["row"]["folder"], "failed");
    assert_eq!(shown["queue"]["stage"], "needsFix");
    assert_eq!(an.ok(&retry)["queue"], Value::Null);
    is_there_once(&portal, &an, dossier).await;
}
