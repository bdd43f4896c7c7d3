//! When files are sent, and what the portal's signature on a receipt is good for.

use hoso_dossier::DossierId;
use hoso_portal_api::ProblemCode;
use hoso_sandbox::testing::{CITIZEN, faults};
use hoso_sandbox::{FaultKind, FaultUpdate, OneShot};
use serde_json::{Value, json};

use crate::person::Person;
use crate::portal::Portal;

/// Noon in Việt Nam, on a day on which the forms of the samples are good.
const NOON: &str = "2026-11-20T05:00:00Z";
const EVENING: &str = "2026-11-20T13:30:00Z";
const WEEKS: [&str; 3] = [
    "2026-11-28T05:00:00Z",
    "2026-12-06T05:00:00Z",
    "2026-12-14T05:00:00Z",
];

/// Somebody who is signed in, with so many sealed dossiers, at a portal that is gone for now.
async fn sealed<const COUNT: usize>(portal: &mut Portal) -> (Person, [DossierId; COUNT]) {
    let an = Person::quick(Some(&portal.url)).await;
    an.turn_clock_to(NOON);
    an.sign_in(&CITIZEN).await;
    an.sync();
    let drafts = [(); COUNT].map(|()| an.birth_draft());
    portal.stop().await;
    let sealed = drafts.map(|draft| an.seal(&draft));
    (an, sealed)
}

/// What is still on its way, after everything that could move has moved.
fn queue(an: &Person) -> Vec<Value> {
    let done = an.run(&["sync", "--once"]);
    let said: Value = serde_json::from_slice(&done.stdout).unwrap();
    said["sync"]["queue"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_wait_for_hours_and_networks_and_one_dossier_need_not() {
    let mut portal = Portal::up().await;
    let (an, [one, other]) = sealed(&mut portal).await;
    let said = an.ok(&["rules", "--hours", "20:00-06:00", "--limit", "512"]);
    portal.start().await;
    assert_eq!(
        said["rules"],
        json!({
            "hours": { "from": "20:00", "to": "06:00" },
            "spareMetered": true, "alwaysMetered": false, "bytesPerSecond": 512 * 1_024,
        })
    );
    for wrong in ["20:00", "25:00-06:00", "20:00-20:00"] {
        assert_eq!(an.refused(&["rules", "--hours", wrong]).code, "sync.rules");
    }
    assert_eq!(an.refused(&["sync", "--once"]).code, "sync.hours");
    let wait = json!({ "code": "hours", "until": "2026-11-20T13:00:00Z", "detail": "" });
    assert!(queue(&an).iter().all(|item| item["wait"] == wait));
    assert!(portal.holds().await.list("uploads").is_empty());

    // This one can't wait.
    an.ok(&["dossier", "send-now", &one.to_string()]);
    let holds = portal.holds().await;
    assert!(holds.has(one) && !holds.has(other));
    assert_eq!(queue(&an)[0]["dossier"], json!(other));

    // The hours have come, but not the network.
    an.turn_clock_to(EVENING);
    an.ok(&["rules", "--always-metered", "true"]);
    assert_eq!(an.refused(&["sync", "--once"]).code, "sync.metered");
    an.ok(&["rules", "--spare-metered", "false"]);
    an.sync();
    let holds = portal.holds().await;
    assert!(holds.has(other));
    holds.assert_once();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receipt_counts_as_the_portal_signed_it_and_is_compared_every_week() {
    let mut portal = Portal::up().await;
    let (an, [one]) = sealed(&mut portal).await;
    portal.start().await;
    // Its bytes are changed on the way, its signature is not.
    let submit = format!("/v1/dossiers/{one}/revisions/1/submit");
    let changed = OneShot {
        times: 50,
        ..OneShot::at(submit, FaultKind::WrongHash)
    };
    faults(&portal.url, &changed.into()).await.unwrap();
    assert_eq!(an.refused(&["sync", "--once"]).code, "receipt.unsigned");
    let shown = an.show(one);
    assert_eq!(shown["row"]["folder"], "outbox", "such a receipt is none");
    assert_eq!(shown["revisions"][0]["receipt"], Value::Null);
    let clear = FaultUpdate {
        clear: true,
        ..FaultUpdate::default()
    };
    faults(&portal.url, &clear).await.unwrap();
    an.sync();
    portal.holds().await.assert_once();
    let receipt = |an: &Person| an.show(one)["revisions"][0]["receipt"].clone();
    let first = receipt(&an);
    assert_eq!(
        (&first["signed"], &first["doubt"]),
        (&json!(true), &Value::Null)
    );

    // A week on it is asked for again; what the portal says then is shown, and kept until it says otherwise.
    let again = format!("/v1/dossiers/{one}/revisions/1/receipt");
    let gone = OneShot {
        code: Some(ProblemCode::NotFound),
        status: Some(404),
        ..OneShot::at(again.clone(), FaultKind::Problem)
    };
    let forged = OneShot::at(again, FaultKind::WrongHash);
    for (week, fault, doubt) in [
        (WEEKS[0], Some(gone), json!("receipt.missing")),
        (WEEKS[1], Some(forged), json!("receipt.unsigned")),
        (WEEKS[2], None, Value::Null),
    ] {
        an.turn_clock_to(week);
        if let Some(fault) = fault {
            faults(&portal.url, &fault.into()).await.unwrap();
        }
        an.sync();
        let now = receipt(&an);
        assert_eq!(now["doubt"]["code"], doubt, "{now}");
        assert_eq!(now["submittedAt"], first["submittedAt"]);
        let audited = now["auditedAt"].as_str().unwrap();
        assert!(audited.starts_with(&week[..10]), "{now}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_portal_that_does_not_sign_is_shown_as_such() {
    let mut portal = Portal::down();
    portal.start_unsigned().await;
    let an = Person::quick(Some(&portal.url)).await;
    an.sign_in(&CITIZEN).await;
    let dossier = an.seal(&an.birth_draft());
    let said = an.ok(&["sync", "--once"]);
    assert_eq!(said["sync"]["receiptsSigned"], false);
    let receipt = an.show(dossier)["revisions"][0]["receipt"].clone();
    assert_eq!(
        (&receipt["signed"], &receipt["auditedAt"]),
        (&json!(false), &json!(""))
    );
}
