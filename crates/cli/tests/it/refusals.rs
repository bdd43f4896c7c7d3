//! What the portal finally refuses, and what the desk gives a second time: each has a way on.

use hoso_dossier::DossierId;
use hoso_portal_api::ProblemCode;
use hoso_sandbox::testing::{CITIZEN, clerk, faults};
use hoso_sandbox::{FaultKind, FaultUpdate, OneShot};
use serde_json::{Value, json};

use crate::person::{CERTIFICATE, EXTRACT, Person};
use crate::portal::Portal;
use crate::samples;

fn meets(path: String, method: &str, kind: FaultKind, times: u32) -> OneShot {
    OneShot {
        method: Some(method.to_owned()),
        times,
        ..OneShot::at(path, kind)
    }
}

/// A dossier that the desk wants more of, and the draft that answers it.
async fn asked(portal: &Portal, an: &Person) -> (DossierId, String) {
    an.sign_in(&CITIZEN).await;
    let dossier = an.seal(&an.birth_draft());
    an.sync();
    let asked = [("reason", "Ảnh chụp bị mờ."), ("components", CERTIFICATE)];
    clerk(&portal.url, dossier, "supplement", &asked)
        .await
        .unwrap();
    an.sync();
    (dossier, supplement(an, dossier, 90))
}

/// The draft of a supplement, with one more photo.
fn supplement(an: &Person, dossier: DossierId, shade: u8) -> String {
    let begun = an.ok(&["dossier", "supplement", &dossier.to_string()]);
    let draft = begun["id"].as_str().unwrap().to_owned();
    let photo = an.file(&format!("anh-{shade}.jpg"), samples::photo(shade));
    let wish = format!("{CERTIFICATE}={photo}");
    let edited = an.ok(&["dossier", "edit", &draft, "--attach", &wish]);
    assert_eq!(edited["problems"], json!([]));
    draft
}

fn rows<'a>(shown: &'a Value, of: &str, key: &str) -> Vec<&'a Value> {
    let rows = shown[of].as_array().unwrap().iter();
    rows.map(|row| &row[key]).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_supplement_is_corrected_and_sent_under_the_next_number() {
    let portal = Portal::up().await;
    let an = Person::quick(Some(&portal.url)).await;
    let (dossier, draft) = asked(&portal, &an).await;
    let submit = format!("/v1/dossiers/{dossier}/revisions/2/submit");
    faults(
        &portal.url,
        &meets(submit, "POST", FaultKind::Refuse, 1).into(),
    )
    .await
    .unwrap();
    an.seal(&draft);
    assert_eq!(an.refused(&["sync", "--once"]).code, "portal.problem");

    // What happened, why, and what to do: in the list, on the dossier's page, in both languages.
    let shown = an.show(dossier);
    let trouble = &shown["row"]["trouble"];
    assert_eq!(trouble["code"], "dossier.invalid");
    assert_eq!(
        trouble["detail"],
        "Nội dung bổ sung không khớp với giấy tờ đã nộp."
    );
    assert!(trouble["what"]["vi"].as_str().unwrap().contains("từ chối"));
    assert!(
        trouble["next"]["en"]
            .as_str()
            .unwrap()
            .contains("seal it again")
    );
    assert_eq!(&an.ok(&["dossier", "list"])["rows"][0]["trouble"], trouble);
    // Trying the same again is of no use: the refusal is kept.
    assert_eq!(an.refused(&["sync", "--once"]).code, "portal.problem");

    let before = portal.holds().await;
    let again = supplement(&an, dossier, 120);
    assert_eq!(
        an.ok(&["dossier", "supplement", &dossier.to_string()])["id"],
        again.as_str(),
        "one draft answers one request"
    );
    let shown = an.show(dossier);
    assert_eq!(shown["row"]["folder"], "supplementRequested");
    assert_eq!(shown["queue"], Value::Null);
    an.seal(&again);
    an.sync();

    let holds = portal.holds().await;
    let kept = &holds.list("dossiers")[0];
    assert_eq!(kept["revision"], 3);
    let submitted: Vec<bool> = rows(kept, "revisions", "submittedAt")
        .into_iter()
        .map(|at| !at.is_null())
        .collect();
    assert_eq!(submitted, [true, false, true]);
    // What the refused one had brought there is named again, not sent again.
    assert_eq!(
        holds.list("uploads").len(),
        before.list("uploads").len() + 1
    );
    let shown = an.show(dossier);
    assert_eq!(shown["row"]["folder"], "processing");
    assert_eq!(shown["row"]["trouble"], Value::Null);
    assert_eq!(
        rows(&shown, "revisions", "stage"),
        ["accepted", "givenUp", "accepted"]
    );
    assert_eq!(shown["revisions"][1]["trouble"], *trouble);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supplement_that_nobody_asks_for_any_more_is_dropped() {
    let mut portal = Portal::up().await;
    let an = Person::quick(Some(&portal.url)).await;
    let (dossier, draft) = asked(&portal, &an).await;
    // Or it might be there before the clerk refuses.
    portal.stop().await;
    an.seal(&draft);
    portal.start().await;
    let opinion = [("opinion", "Quá hạn bổ sung.")];
    clerk(&portal.url, dossier, "refuse", &opinion)
        .await
        .unwrap();
    assert_eq!(an.refused(&["sync", "--once"]).code, "portal.problem");
    let shown = an.show(dossier);
    assert_eq!(shown["row"]["trouble"]["code"], "supplement.unexpected");

    let dropped = an.ok(&["dossier", "cancel", &dossier.to_string()]);
    assert_eq!(dropped["draft"], Value::Null);
    an.sync();
    let shown = an.show(dossier);
    assert_eq!(shown["row"]["folder"], "rejected");
    assert_eq!(rows(&shown, "revisions", "stage"), ["accepted", "givenUp"]);
    assert_eq!(
        an.refused(&["dossier", "cancel", &dossier.to_string()])
            .code,
        "dossier.too_late"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_not_sent_yet_is_taken_back_and_thrown_away_and_restored() {
    let an = Person::quick(None).await;
    let dossier = an.seal(&an.birth_draft()).to_string();
    let back = an.ok(&["dossier", "cancel", &dossier]);
    let draft = back["draft"].as_str().unwrap();
    let folders = |an: &Person| {
        let listed = an.ok(&["dossier", "list"]);
        let folders = rows(&listed, "rows", "folder");
        folders.into_iter().cloned().collect::<Vec<_>>()
    };
    assert_eq!(folders(&an), ["unsent"]);
    assert_eq!(an.ok(&["dossier", "check", draft])["problems"], json!([]));
    an.ok(&["dossier", "discard", draft]);
    assert_eq!(folders(&an), Vec::<Value>::new());
    an.ok(&["dossier", "restore", draft]);
    an.seal(draft);
    assert_eq!(folders(&an), ["outbox"]);
    assert_eq!(
        an.refused(&["dossier", "cancel", &dossier]).code,
        "dossier.too_late",
        "it was taken back before"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_that_is_issued_again_replaces_the_one_before_which_is_kept() {
    let portal = Portal::up().await;
    let an = Person::quick(Some(&portal.url)).await;
    an.sign_in(&CITIZEN).await;
    let dossier = an.seal(&an.birth_draft());
    an.sync();
    for button in ["accept", "return-result"] {
        clerk(&portal.url, dossier, button, &[]).await.unwrap();
    }
    an.sync();
    let first = an.received(dossier, "result");
    clerk(&portal.url, dossier, "reissue", &[]).await.unwrap();
    an.sync();
    let second = an.received(dossier, "result");
    assert!(first != second && second.starts_with(b"%PDF-"));

    let shown = an.show(dossier);
    let files = shown["files"].as_array().unwrap();
    let results: Vec<&Value> = files.iter().filter(|one| one["kind"] == "result").collect();
    let [now, before] = results.as_slice() else {
        panic!("two versions: {files:?}");
    };
    assert_eq!(
        (&now["replaced"], &before["replaced"]),
        (&json!(false), &json!(true))
    );
    assert_eq!((&now["id"], &now["here"]), (&before["id"], &json!(true)));
    let out = an.path("ban-cu.pdf").display().to_string();
    let (id, file) = (dossier.to_string(), before["id"].as_str().unwrap());
    let hash = before["sha256"].as_str().unwrap();
    an.ok(&[
        "dossier",
        "file",
        &id,
        file,
        "--version",
        hash,
        "--out",
        &out,
    ]);
    assert_eq!(std::fs::read(out).unwrap(), first);
    // It is settled: nothing is fetched again and again.
    let quiet = an.sync();
    assert_eq!(quiet["sync"]["queue"], json!([]));
    assert_eq!(an.show(dossier)["files"], shown["files"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_can_not_be_asked_for_is_no_success() {
    let portal = Portal::up().await;
    let an = Person::quick(Some(&portal.url)).await;
    an.sign_in(&CITIZEN).await;
    let dossier = an.seal(&an.draft(EXTRACT, &samples::extract(), &[]));
    an.sync();
    clerk(&portal.url, dossier, "accept", &[]).await.unwrap();
    an.sync();
    let broken = meets("/v1/payments/".into(), "PUT", FaultKind::Html, 1_000).into();
    faults(&portal.url, &broken).await.unwrap();
    let id = dossier.to_string();
    assert_eq!(an.refused(&["pay", &id]).code, "sync.waiting");
    assert_eq!(an.refused(&["sync", "--once"]).code, "sync.waiting");
    let wanted = &an.show(dossier)["fees"][0]["payment"];
    assert_eq!(wanted["state"], "wanted");

    let refusing = FaultUpdate {
        clear: true,
        next: vec![OneShot {
            code: Some(ProblemCode::PaymentAmount),
            ..meets("/v1/payments/".into(), "PUT", FaultKind::Problem, 1)
        }],
        ..FaultUpdate::default()
    };
    faults(&portal.url, &refusing).await.unwrap();
    an.run(&["sync", "--once"]);
    let failed = &an.show(dossier)["fees"][0]["payment"];
    assert_eq!(failed["state"], "failed");
    assert_eq!(failed["trouble"]["code"], "payment.amount");
    an.pay(dossier);
    an.sync();
}
