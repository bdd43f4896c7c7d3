//! The two journeys, from an empty folder to the result.

use hoso_app::view::{DueKind, SealRequest};
use hoso_dossier::DECLARATION_VERSION;
use hoso_sandbox::testing::{CITIZEN, bank_decline, bank_pay, clerk};
use serde_json::{Value, json};

use crate::person::{BIRTH, CERTIFICATE, EXTRACT, Person, read_id};
use crate::portal::Portal;
use crate::samples;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn birth_registration_from_a_sealed_dossier_to_its_result() {
    let mut portal = Portal::down();
    let an = Person::citizen(Some(&portal.url));

    let answers = an.file("to-khai.json", samples::birth().to_string());
    let (pdf, docx) = (an.path("to-khai.pdf"), an.path("to-khai.docx"));
    let (to_pdf, to_docx) = (pdf.display().to_string(), docx.display().to_string());
    an.ok(&[
        "form", "export", BIRTH, "--data", &answers, "--pdf", &to_pdf, "--docx", &to_docx,
    ]);
    assert!(std::fs::read(pdf).unwrap().starts_with(b"%PDF-"));
    assert!(std::fs::read(docx).unwrap().starts_with(b"PK"));

    // Sealed with nobody to send it to: that is the end of the person's work.
    let draft = an.birth_draft();
    let dossier = an.seal(&draft);
    let shown = an.show(dossier);
    assert_eq!(shown["row"]["folder"], "outbox");
    assert_eq!(shown["row"]["code"], Value::Null);
    assert_eq!(an.refused(&["sync", "--once"]).code, "portal.offline");
    assert_eq!(
        an.refused(&["login", "--no-browser"]).code,
        "portal.offline"
    );

    portal.start().await;
    assert_eq!(an.refused(&["sync", "--once"]).code, "portal.signed_out");
    an.sign_in(&CITIZEN).await;
    an.sync();
    let shown = an.show(dossier);
    let code = shown["row"]["code"].as_str().unwrap().to_owned();
    assert_eq!(shown["row"]["folder"], "sent");
    let first = portal.holds().await;
    assert_eq!(first.list("dossiers").len(), 1);
    assert_eq!(first.list("dossiers")[0]["code"], json!(code));
    assert_eq!(first.list("uploads").len(), 2, "the paper and the photo");

    let asked = [("reason", "Ảnh chụp bị mờ."), ("components", CERTIFICATE)];
    clerk(&portal.url, dossier, "supplement", &asked)
        .await
        .unwrap();
    an.sync();
    let shown = an.show(dossier);
    assert_eq!(shown["row"]["folder"], "supplementRequested");
    assert_eq!(shown["supplement"]["reason"], "Ảnh chụp bị mờ.");
    assert_eq!(shown["supplement"]["components"], json!([CERTIFICATE]));

    // A sharper photo beside the first one; the answers stay, so the paper stays.
    let supplement = an.ok(&["dossier", "supplement", &dossier.to_string()]);
    let supplement = supplement["id"].as_str().unwrap();
    let sharper = an.file("ro-hon.jpg", samples::photo(90));
    let wish = format!("{CERTIFICATE}={sharper}");
    let edited = an.ok(&["dossier", "edit", supplement, "--attach", &wish]);
    assert_eq!(edited["problems"], json!([]));
    assert_eq!(an.seal(supplement), dossier);
    an.sync();
    let second = portal.holds().await;
    second.assert_once();
    assert_eq!(second.list("dossiers").len(), 1);
    assert_eq!(second.list("dossiers")[0]["revision"], 2);
    assert_eq!(second.list("dossiers")[0]["code"], json!(code));
    let new: Vec<&Value> = second
        .list("uploads")
        .iter()
        .filter(|upload| !first.list("uploads").contains(upload))
        .collect();
    let [photo] = new.as_slice() else {
        panic!("only the new photo was to be sent: {new:?}");
    };
    let size = photo["length"].as_u64().unwrap();
    assert_eq!(photo["received"], json!(size));
    assert_eq!(second.received() - first.received(), size);

    for button in ["accept", "process", "finish", "return-result"] {
        clerk(&portal.url, dossier, button, &[]).await.unwrap();
    }
    an.sync();
    let shown = an.show(dossier);
    assert_eq!(shown["row"]["folder"], "returned");
    assert_eq!(shown["revisions"].as_array().unwrap().len(), 2);
    assert!(an.received(dossier, "result").starts_with(b"%PDF-"));
    assert!(an.received(dossier, "reception").starts_with(b"%PDF-"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changed_answers_of_a_supplement_are_sent_with_a_new_paper() {
    let portal = Portal::up().await;
    let an = Person::citizen(Some(&portal.url));
    an.sign_in(&CITIZEN).await;
    let dossier = an.seal(&an.birth_draft());
    an.sync();
    let first = portal.holds().await;
    let asked = [("reason", "Sai tên của trẻ.")];
    clerk(&portal.url, dossier, "supplement", &asked)
        .await
        .unwrap();
    an.sync();

    let supplement = an.ok(&["dossier", "supplement", &dossier.to_string()]);
    let supplement = supplement["id"].as_str().unwrap();
    let right = an.file(
        "sua.json",
        json!({"tre.ho_ten": "Lê Nguyễn Minh Đúng"}).to_string(),
    );
    let edited = an.ok(&["dossier", "edit", supplement, "--data", &right]);
    assert_eq!(edited["problems"][0]["rule"], "paper.stale");
    assert_eq!(
        an.refused(&["dossier", "seal", supplement]).code,
        "seal.incomplete"
    );
    assert_eq!(
        an.ok(&["dossier", "paper", supplement])["problems"],
        json!([])
    );
    an.seal(supplement);
    an.sync();
    let second = portal.holds().await;
    second.assert_once();
    assert_eq!(
        second.list("uploads").len(),
        first.list("uploads").len() + 1
    );
    assert!(
        first
            .list("uploads")
            .iter()
            .all(|one| second.list("uploads").contains(one))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_the_desk_changes_is_shown_anew_and_answered_by_what_was_begun() {
    let portal = Portal::up().await;
    let an = Person::quick(Some(&portal.url)).await;
    an.sign_in(&CITIZEN).await;
    let dossier = an.seal(&an.birth_draft());
    an.sync();
    let ask = async |asked: &[(&str, &str)]| {
        clerk(&portal.url, dossier, "supplement", asked)
            .await
            .unwrap();
        an.sync();
        an.show(dossier)["supplement"].clone()
    };
    let asked = ask(&[("reason", "Ảnh chụp bị mờ."), ("components", CERTIFICATE)]).await;
    assert_eq!(asked["components"], json!([CERTIFICATE]));
    let id = dossier.to_string();
    let begun = an.ok(&["dossier", "supplement", &id]);

    assert_eq!(
        (&asked["dueOn"], &asked["dueIn"]),
        (&json!(""), &Value::Null)
    );
    let changed = [("reason", "Ảnh đã rõ; cần sửa tên của trẻ."), ("days", "7")];
    let asked = ask(&changed).await;
    assert_eq!(asked["reason"], "Ảnh đã rõ; cần sửa tên của trẻ.");
    // The portal's clock is the real one, the person's is turned: only the portal knows which day that is.
    let day = (
        asked["dueOn"].as_str().unwrap().to_owned(),
        i32::try_from(asked["dueIn"].as_i64().unwrap()).unwrap(),
    );
    assert_eq!(day.0.len(), "2026-12-04".len());
    let app = an.app().await;
    let rows = app.dossiers(None, String::new()).await.unwrap().rows;
    let told: Vec<_> = rows
        .iter()
        .map(|row| row.asked.as_ref())
        .map(|asked| asked.map(|asked| (asked.due_on.clone(), asked.due_in)))
        .collect();
    let same = Some((day.0.clone(), Some(day.1)));
    // The dossier and the draft that answers it.
    assert_eq!(told, [same.clone(), same]);
    let due = app.due().await.unwrap().into_iter();
    let due: Vec<_> = due
        .filter(|one| one.kind == DueKind::Supplement)
        .map(|one| (one.dossier, one.note, (one.on, one.working_days)))
        .collect();
    let reason = "Ảnh đã rõ; cần sửa tên của trẻ.".to_owned();
    assert_eq!(due, [(Some(dossier), reason, day)]);
    app.profile_lock().await.unwrap();
    assert_eq!(asked["components"], json!([]));
    assert_eq!(asked["draft"], begun["id"], "the answer that was begun");
    let shown = an.show(dossier);
    assert_eq!(shown["row"]["folder"], "supplementRequested");
    let steps = shown["timeline"].as_array().unwrap();
    let steps: Vec<&Value> = steps.iter().map(|one| &one["step"]).collect();
    assert!(steps.contains(&&json!("Sửa yêu cầu bổ sung")), "{steps:?}");

    assert_eq!(an.ok(&["dossier", "supplement", &id])["id"], begun["id"]);
    assert_eq!(an.seal(begun["id"].as_str().unwrap()), dossier);
    an.sync();
    assert_eq!(an.show(dossier)["supplement"], Value::Null);
    let holds = portal.holds().await;
    holds.assert_once();
    assert_eq!(holds.list("dossiers")[0]["revision"], 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sealed_supplement_may_be_taken_back_until_it_is_sent() {
    let portal = Portal::up().await;
    let an = Person::quick(Some(&portal.url)).await;
    an.sign_in(&CITIZEN).await;
    let dossier = an.seal(&an.birth_draft());
    an.sync();
    let asked = [("reason", "Ảnh chụp bị mờ.")];
    clerk(&portal.url, dossier, "supplement", &asked)
        .await
        .unwrap();
    an.sync();
    let id = dossier.to_string();
    let begun = an.ok(&["dossier", "supplement", &id]);
    // Sealed with no way to the portal, and taken back again.
    let app = an.app().await;
    let request = SealRequest {
        draft: read_id(&begun["id"]),
        declared: true,
        declaration_version: DECLARATION_VERSION.into(),
    };
    app.dossier_seal(request).await.unwrap();
    let late = app.dossier_supplement(dossier).await.unwrap_err();
    assert_eq!(late.view().code, "dossier.too_late", "it is on its way");
    let again = app.dossier_cancel(dossier).await.unwrap().unwrap();
    app.profile_lock().await.unwrap();

    assert_eq!(an.seal(&again.id.to_string()), dossier);
    an.sync();
    let holds = portal.holds().await;
    assert_eq!(holds.list("dossiers").len(), 1);
    // The number of the one that was taken back is never used again.
    assert_eq!(holds.list("dossiers")[0]["revision"], 3);
    assert_eq!(holds.list("uploads").len(), 2, "nothing is sent again");
    assert_eq!(an.show(dossier)["row"]["folder"], "processing");
    assert_eq!(
        an.refused(&["dossier", "cancel", &id]).code,
        "dossier.too_late"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copies_of_an_extract_are_paid_for_once() {
    let portal = Portal::up().await;
    let an = Person::citizen(Some(&portal.url));
    an.sign_in(&CITIZEN).await;
    let paid = an.seal(&an.draft(EXTRACT, &samples::extract(), &[]));
    let declined = an.seal(&an.draft(EXTRACT, &samples::extract(), &[]));
    an.sync();
    for dossier in [paid, declined] {
        clerk(&portal.url, dossier, "accept", &[]).await.unwrap();
    }
    an.sync();
    for dossier in [paid, declined] {
        let shown = an.show(dossier);
        assert_eq!(shown["row"]["folder"], "awaitingPayment");
        assert_eq!(shown["fees"][0]["amount"], json!(24_000));
        assert_eq!(shown["fees"][0]["paid"], false);
    }

    // Asking for the page again is no second order.
    let order = an.pay(paid);
    assert_eq!(an.pay(paid), order);
    bank_pay(&portal.url, order).await.unwrap();
    an.sync();
    let shown = an.show(paid);
    assert_eq!(shown["fees"][0]["paid"], true);
    assert_eq!(shown["fees"][0]["payment"]["state"], "paid");
    assert!(an.received(paid, "paymentReceipt").starts_with(b"%PDF-"));
    assert_eq!(
        an.refused(&["pay", &paid.to_string()]).code,
        "payment.nothing_due"
    );

    let refused = an.pay(declined);
    bank_decline(&portal.url, refused).await.unwrap();
    an.sync();
    let shown = an.show(declined);
    assert_eq!(shown["fees"][0]["payment"]["state"], "declined");
    assert_eq!(shown["fees"][0]["paid"], false);
    let again = an.pay(declined);
    assert_ne!(again, refused);
    bank_pay(&portal.url, again).await.unwrap();
    an.sync();
    assert_eq!(an.show(declined)["fees"][0]["paid"], true);

    let holds = portal.holds().await;
    holds.assert_once();
    assert_eq!(holds.list("dossiers").len(), 2);
    assert_eq!(holds.list("payments").len(), 3);
    assert_eq!(holds.list("captures").len(), 2);
    assert!(
        holds
            .list("captures")
            .iter()
            .all(|capture| capture["amount"] == 24_000)
    );

    clerk(&portal.url, paid, "return-result", &[])
        .await
        .unwrap();
    an.sync();
    assert_eq!(an.show(paid)["row"]["folder"], "returned");
    assert!(an.received(paid, "result").starts_with(b"%PDF-"));
}
