//! A portal that wants a confirmation code and the fee before it takes a dossier.

use hoso_dossier::DossierId;
use hoso_portal_api::ProblemCode;
use hoso_sandbox::testing::{CITIZEN, bank_pay, faults};
use hoso_sandbox::{FaultKind, OneShot};
use serde_json::Value;

use crate::person::{EXTRACT, Person};
use crate::portal::Portal;
use crate::samples;

async fn code(portal: &Portal) -> String {
    let client = reqwest::Client::new();
    let asked = client.get(format!("{}/outbox", portal.url));
    let asked = asked.header("accept", "application/json").send().await;
    let messages: Vec<Value> = asked.unwrap().json().await.unwrap();
    let is_code = |one: &&Value| one["text"].as_str().unwrap().starts_with("Mã xác nhận");
    let sent = messages.iter().find(is_code).unwrap();
    sent["otp"].as_str().unwrap().to_owned()
}

fn first(an: &Person, dossier: DossierId) -> Value {
    an.show(dossier)["first"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sealed_offline_it_waits_for_the_code_and_the_fee_and_then_goes_by_itself() {
    let mut portal = Portal::down();
    portal.start_like("kon-tum").await;
    let an = Person::citizen(Some(&portal.url));
    an.sign_in(&CITIZEN).await;
    an.sync();
    portal.stop().await;
    let dossier = an.seal(&an.draft(EXTRACT, &samples::extract(), &[]));
    assert_eq!(first(&an, dossier), Value::Null);
    let id = dossier.to_string();
    let early = an.refused(&["dossier", "confirm", &id, "246810"]);
    assert_eq!(early.code, "confirmation.not_asked");

    portal.start_like("kon-tum").await;
    assert_eq!(an.refused(&["sync", "--once"]).code, "dossier.confirm");
    let asked = first(&an, dossier);
    assert!(
        asked["sentTo"].as_str().unwrap().ends_with("001"),
        "{asked}"
    );
    an.ok(&["dossier", "confirm", &id, "0"]);
    assert_eq!(first(&an, dossier)["wrong"], "Mã xác nhận không đúng.");

    // The telephone has a network where the desktop has none: the code is kept, and given later.
    let right = code(&portal).await;
    portal.stop().await;
    an.ok(&["dossier", "confirm", &id, &right]);
    assert_eq!(first(&an, dossier)["telling"], true);
    portal.start_like("kon-tum").await;
    assert_eq!(an.refused(&["sync", "--once"]).code, "dossier.pay");
    let fees = an.show(dossier)["fees"].clone();
    assert_eq!(fees.as_array().unwrap().len(), 1, "{fees}");

    let payment = an.pay(dossier);
    assert_eq!(
        an.refused(&["dossier", "cancel", &id]).code,
        "dossier.too_late"
    );
    bank_pay(&portal.url, payment).await.unwrap();
    // Refused though it is paid: it is not to be sealed as another dossier, which would be paid for again.
    let submit = OneShot {
        code: Some(ProblemCode::DossierInvalid),
        ..OneShot::at(
            format!("/v1/dossiers/{id}/revisions/1/submit"),
            FaultKind::Problem,
        )
    };
    faults(&portal.url, &submit.into()).await.unwrap();
    assert_eq!(an.refused(&["sync", "--once"]).code, "portal.problem");
    let trouble = an.show(dossier)["row"]["trouble"].clone();
    assert_eq!(trouble["code"], "dossier.invalid");
    let next = trouble["next"]["vi"].as_str().unwrap();
    assert!(next.contains("Đừng lập hồ sơ mới"), "{next}");
    assert_eq!(an.refused(&["dossier", "cancel", &id]).code, "dossier.paid");
    // Carried over by the portal's people, it goes on.
    let app = an.app().await;
    assert_eq!(app.dossier(dossier).await.unwrap().zalo_qr, "");
    app.sync_retry(dossier).await.unwrap();
    app.payment_check(dossier).await.unwrap();
    app.profile_lock().await.unwrap();
    an.sync();
    let shown = an.show(dossier);
    assert!(shown["row"]["code"].is_string(), "{shown}");
    // With a code it can be followed with the portal's account, which is not where its page is.
    let app = an.app().await;
    let page = app.dossier(dossier).await.unwrap();
    app.profile_lock().await.unwrap();
    assert!(page.zalo_qr.contains("<svg"), "{}", page.zalo_qr);
    assert_ne!(page.zalo_qr, page.code_qr);
    assert_eq!(
        (&shown["first"], &shown["fees"][0]["paid"]),
        (&Value::Null, &true.into())
    );
    an.received(dossier, "paymentReceipt");
    portal.holds().await.assert_once();
    assert_eq!(portal.holds().await.list("captures").len(), 1);
}
