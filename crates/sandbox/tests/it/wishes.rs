use hoso_portal_api::{DossierView, ProblemCode};
use hoso_sandbox::testing::{ORGANISATION, audit, clerk};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::person::{Person, Portal, manifest, problem};

async fn say(
    person: &Person,
    id: hoso_dossier::DossierId,
    what: &str,
    body: Value,
) -> Result<DossierView, (StatusCode, ProblemCode)> {
    let path = format!("/v1/dossiers/{id}/{what}");
    let answer = person.ask(Method::PUT, &path).json(&body).send().await;
    let answer = answer.unwrap();
    if answer.status() == StatusCode::OK {
        return Ok(answer.json().await.unwrap());
    }
    let (status, code, _) = problem(answer).await;
    Err((status, code))
}

#[tokio::test]
async fn a_withdrawal_closes_what_was_asked_and_its_first_reason_stays() {
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    let manifest = manifest(None, 16_000);
    let id = manifest.dossier;
    let early = say(&person, id, "withdrawal", json!({"reason": "Khai nhầm"})).await;
    assert_eq!(early, Err((StatusCode::NOT_FOUND, ProblemCode::NotFound)));
    person.hand_in(&manifest).await;
    clerk(portal.url(), id, "supplement", &[("reason", "Thiếu giấy")])
        .await
        .unwrap();
    let stranger = portal.person(&ORGANISATION).await;
    let theirs = say(&stranger, id, "withdrawal", json!({"reason": "x"})).await;
    assert_eq!(theirs.unwrap_err().1, ProblemCode::Forbidden);

    let view = say(&person, id, "withdrawal", json!({"reason": "Khai nhầm"})).await;
    let view = view.unwrap();
    assert_eq!((view.status, view.supplement.is_none()), (7, true));
    let again = say(&person, id, "withdrawal", json!({"reason": "Lý do khác"})).await;
    assert_eq!(again.unwrap(), view);
    assert_eq!(view.withdrawal.unwrap().reason, "Khai nhầm");
    // Nobody goes on with it.
    assert!(clerk(portal.url(), id, "accept", &[]).await.is_err());
    let held = audit(portal.url()).await.unwrap();
    assert_eq!(held["dossiers"].as_array().unwrap().len(), 1);
    let long = json!({"reason": "x".repeat(1_001)});
    let refused = say(&person, id, "withdrawal", long).await;
    assert_eq!(refused.unwrap_err().1, ProblemCode::RequestInvalid);
}

#[tokio::test]
async fn what_is_finished_is_rated_once_and_not_withdrawn() {
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    let manifest = manifest(None, 0);
    let id = manifest.dossier;
    person.hand_in(&manifest).await;
    let early = say(&person, id, "rating", json!({"score": 5})).await;
    assert_eq!(early.unwrap_err().1, ProblemCode::RatingTooEarly);
    for step in ["accept", "return-result"] {
        clerk(portal.url(), id, step, &[]).await.unwrap();
    }
    let late = say(&person, id, "withdrawal", json!({"reason": "x"})).await;
    assert_eq!(late.unwrap_err().1, ProblemCode::WithdrawalTooLate);
    for score in [0, 6] {
        let odd = say(&person, id, "rating", json!({"score": score})).await;
        assert_eq!(odd.unwrap_err().1, ProblemCode::RequestInvalid);
    }
    let rating = json!({"score": 4, "comment": "Nhanh"});
    let view = say(&person, id, "rating", rating).await.unwrap();
    assert_eq!(view.rating.as_ref().unwrap().score, 4);
    let again = say(&person, id, "rating", json!({"score": 1})).await;
    assert_eq!(again.unwrap(), view);
}
