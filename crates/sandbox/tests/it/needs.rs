use hoso_portal_api::{
    Needs, PaymentState, PaymentWish, PortalFileKind, ProblemCode, RevisionView,
};
use hoso_sandbox::testing::{ORGANISATION, audit, clerk};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::person::{Person, Portal, manifest, payment_id, problem};

pub(crate) async fn needs(person: &Person, manifest: &hoso_dossier::Manifest) -> Needs {
    let put = person.put(manifest).await;
    assert!(put.status().is_success());
    let view: RevisionView = put.json().await.unwrap();
    view.needs.unwrap_or_default()
}

pub(crate) async fn confirm(
    person: &Person,
    id: hoso_dossier::DossierId,
    code: &str,
) -> Result<Needs, (StatusCode, ProblemCode)> {
    let path = format!("/v1/dossiers/{id}/revisions/1/confirmation");
    let asked = person
        .ask(Method::PUT, &path)
        .json(&json!({ "code": code }));
    let answer = asked.send().await.unwrap();
    if answer.status() == StatusCode::OK {
        let view: RevisionView = answer.json().await.unwrap();
        return Ok(view.needs.unwrap_or_default());
    }
    let (status, code, _) = problem(answer).await;
    Err((status, code))
}

/// The newest code on the person's telephone.
pub(crate) async fn code(portal: &Portal) -> String {
    let client = reqwest::Client::new();
    let asked = client.get(format!("{}/outbox", portal.url()));
    let asked = asked.header("accept", "application/json").send().await;
    let messages: Vec<Value> = asked.unwrap().json().await.unwrap();
    let sent = messages
        .iter()
        .find(|one| one["text"].as_str().unwrap().starts_with("Mã xác nhận"));
    sent.unwrap()["otp"].as_str().unwrap().to_owned()
}

fn other(code: &str) -> String {
    let last = if code.ends_with('0') { "1" } else { "0" };
    format!("{}{last}", &code[..5])
}

#[tokio::test]
async fn a_portal_with_a_code_and_the_fee_first_takes_nothing_before_it_has_both() {
    let portal = Portal::like("kon-tum").await;
    let person = portal.citizen().await;
    let manifest = manifest(None, 8_000);
    let id = manifest.dossier;
    let asked = needs(&person, &manifest).await;
    assert!(asked.confirmation.unwrap().sent_to.ends_with("001"));
    assert_eq!((asked.fees.len(), asked.fees[0].paid_by), (1, None));
    let early = problem(person.submit(id, 1).await).await;
    assert_eq!(
        (early.0, early.1),
        (StatusCode::CONFLICT, ProblemCode::NeedsOpen)
    );

    let first = code(&portal).await;
    let wrong = confirm(&person, id, &other(&first)).await.unwrap_err();
    assert_eq!(wrong.1, ProblemCode::ConfirmationWrong);
    let stranger = portal.person(&ORGANISATION).await;
    let theirs = confirm(&stranger, id, &first).await.unwrap_err();
    assert_eq!(theirs.1, ProblemCode::Forbidden);
    // A new one takes the place of the old one.
    confirm(&person, id, "").await.unwrap();
    let second = code(&portal).await;
    if first != second {
        assert!(confirm(&person, id, &first).await.is_err());
    }
    assert_eq!(
        confirm(&person, id, &second).await.unwrap().confirmation,
        None
    );
    assert_eq!(
        confirm(&person, id, "again").await.unwrap().confirmation,
        None
    );
    let early = problem(person.submit(id, 1).await).await;
    assert_eq!(early.1, ProblemCode::NeedsOpen);

    let fee = asked.fees[0].clone();
    let wish = PaymentWish {
        dossier: id,
        fee: fee.id,
        amount: fee.amount,
    };
    let payment = payment_id();
    assert!(person.wish(payment, &wish).await.status().is_success());
    let beside = problem(person.wish(payment_id(), &wish).await).await;
    assert_eq!(beside.1, ProblemCode::PaymentOtherOpen);
    for _ in 0..2 {
        let page = format!("{}/bank/{payment}/pay", portal.url());
        reqwest::Client::new().post(page).send().await.unwrap();
    }
    assert_eq!(person.payment(payment).await.state, PaymentState::Paid);
    assert_eq!(
        needs(&person, &manifest).await.fees[0].paid_by,
        Some(payment)
    );

    let receipt = person.hand_in(&manifest).await;
    let view = person.view(id).await;
    assert_eq!(view.fees[0].paid_by, Some(payment));
    let receipts = view
        .files
        .iter()
        .filter(|file| file.kind == PortalFileKind::PaymentReceipt);
    assert_eq!(receipts.count(), 1);
    // Nothing is asked for again: not by the code, not by the desk.
    assert_eq!(person.hand_in(&manifest).await, receipt);
    clerk(portal.url(), id, "accept", &[]).await.unwrap();
    assert_eq!(person.view(id).await.status, 2);
    let held = audit(portal.url()).await.unwrap();
    assert_eq!(held["captures"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_costs_nothing_needs_no_payment_and_five_wrong_codes_end_a_code() {
    let portal = Portal::like("nghe-an").await;
    let person = portal.citizen().await;
    let manifest = manifest(None, 0);
    let id = manifest.dossier;
    assert_eq!(needs(&person, &manifest).await.fees, []);
    let right = code(&portal).await;
    for _ in 0..5 {
        confirm(&person, id, &other(&right)).await.unwrap_err();
    }
    let late = confirm(&person, id, &right).await.unwrap_err();
    assert_eq!(late.1, ProblemCode::ConfirmationWrong);
    confirm(&person, id, "").await.unwrap();
    let fresh = code(&portal).await;
    confirm(&person, id, &fresh).await.unwrap();
    person.hand_in(&manifest).await;
}

#[tokio::test]
async fn a_portal_that_is_paid_afterwards_and_wants_no_code_wants_nothing() {
    let portal = Portal::like("khu-kinh-te").await;
    let person = portal.citizen().await;
    let manifest = manifest(None, 8_000);
    assert_eq!(needs(&person, &manifest).await, Needs::default());
    person.hand_in(&manifest).await;
}
