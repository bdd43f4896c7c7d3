use std::time::{Duration, Instant};

use hoso_portal_api::{PortalInfo, ProblemCode};
use hoso_sandbox::testing::{audit, faults};
use hoso_sandbox::{FaultKind, FaultSettings, FaultUpdate, OneShot};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::person::{Portal, any_problem, manifest, problem};

fn once(path: &str, kind: FaultKind) -> FaultUpdate {
    OneShot {
        delay_ms: Some(300),
        ..OneShot::at(path, kind)
    }
    .into()
}

#[tokio::test]
async fn a_lost_reply_was_carried_out_and_a_dropped_request_was_not() {
    let portal = Portal::start().await;
    let (url, person) = (portal.url(), portal.citizen().await);
    let manifest = manifest(None, 0);
    person.put(&manifest).await;
    let path = format!("/v1/dossiers/{}/revisions/1/submit", manifest.dossier);
    for (kind, submitted) in [(FaultKind::Drop, false), (FaultKind::LoseReply, true)] {
        faults(url, &once("/v1/dossiers", kind)).await.unwrap();
        assert!(person.ask(Method::POST, &path).send().await.is_err());
        let held = audit(url).await.unwrap();
        assert_eq!(
            held["dossiers"][0]["code"].is_string(),
            submitted,
            "{kind:?}"
        );
    }
    let answer = person.submit(manifest.dossier, 1).await;
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn each_kind_does_what_it_says_once() {
    let portal = Portal::start().await;
    let (url, person) = (portal.url(), portal.citizen().await);
    let manifest = manifest(None, 0);
    let receipt = person.hand_in(&manifest).await;
    let ask = || person.ask(Method::GET, "/v1/dossiers").send();

    faults(url, &once("/v1/", FaultKind::Status)).await.unwrap();
    assert_eq!(
        ask().await.unwrap().status(),
        StatusCode::INTERNAL_SERVER_ERROR
    );

    faults(url, &once("/v1/", FaultKind::Html)).await.unwrap();
    let page = ask().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    assert!(page.text().await.unwrap().starts_with("<!doctype html>"));

    let mut closed = once("/v1/", FaultKind::Problem);
    closed.next[0].code = Some(ProblemCode::ProcedureClosed);
    faults(url, &closed).await.unwrap();
    assert_eq!(
        any_problem(ask().await.unwrap()).await.1,
        ProblemCode::ProcedureClosed
    );

    faults(url, &once("/v1/", FaultKind::Delay)).await.unwrap();
    let start = Instant::now();
    assert_eq!(ask().await.unwrap().status(), StatusCode::OK);
    assert!(start.elapsed() >= Duration::from_millis(300));

    faults(url, &once("/v1/", FaultKind::WrongHash))
        .await
        .unwrap();
    let wrong: Value = person
        .submit(manifest.dossier, 1)
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(wrong["sha256"], "0".repeat(64));
    assert_eq!(person.hand_in(&manifest).await, receipt);
    assert_eq!(shown(url).await, FaultSettings::default());
}

async fn shown(url: &str) -> FaultSettings {
    let answer = reqwest::get(format!("{url}/faults")).await.unwrap();
    answer.json().await.unwrap()
}

#[tokio::test]
async fn standing_faults_meet_the_contract_and_not_the_pages() {
    let portal = Portal::start().await;
    let (url, person) = (portal.url(), portal.citizen().await);
    let set = |update: Value| {
        let url = url.to_owned();
        async move {
            let update: FaultUpdate = serde_json::from_value(update).unwrap();
            faults(&url, &update).await.unwrap();
        }
    };
    let ask = || person.ask(Method::GET, "/v1/dossiers").send();
    set(json!({ "drop_rate": 1.0 })).await;
    assert!(ask().await.is_err());
    assert!(
        reqwest::get(format!("{url}/clerk"))
            .await
            .unwrap()
            .status()
            .is_success()
    );
    set(json!({ "drop_rate": 0.0, "error_rate": 1.0 })).await;
    assert!(ask().await.unwrap().status().is_server_error());
    let manifest = manifest(None, 0);
    set(json!({ "error_rate": 0.0, "lose_replies_rate": 1.0 })).await;
    let path = format!("/v1/dossiers/{}/revisions/1", manifest.dossier);
    let bytes = manifest.seal().unwrap().bytes;
    assert!(
        person
            .ask(Method::PUT, &path)
            .body(bytes)
            .send()
            .await
            .is_err()
    );
    set(json!({ "clear": true, "latency_ms": 200 })).await;
    let start = Instant::now();
    let again = person.put(&manifest).await;
    assert_eq!(again.status(), StatusCode::OK);
    assert!(start.elapsed() >= Duration::from_millis(200));
    let answer = reqwest::Client::new()
        .post(format!("{url}/faults"))
        .json(&json!({ "drop_rate": 2 }))
        .send()
        .await
        .unwrap();
    assert_eq!(problem(answer).await.1, ProblemCode::RequestInvalid);
}

#[tokio::test]
async fn a_wrong_clock_and_an_unknown_status_are_shown() {
    let portal = Portal::start().await;
    let (url, person) = (portal.url(), portal.citizen().await);
    let info = async || -> (PortalInfo, String) {
        let answer = reqwest::get(format!("{url}/.well-known/hoso-portal"))
            .await
            .unwrap();
        let date = answer.headers()["date"].to_str().unwrap().to_owned();
        (answer.json().await.unwrap(), date)
    };
    let right: jiff::Timestamp = info().await.0.now.parse().unwrap();
    let a_day = FaultUpdate {
        clock_offset_seconds: Some(86_400),
        ..FaultUpdate::default()
    };
    faults(url, &a_day).await.unwrap();
    let (wrong, date) = info().await;
    let wrong: jiff::Timestamp = wrong.now.parse().unwrap();
    assert!((86_390..86_460).contains(&(wrong.as_second() - right.as_second())));
    assert!(
        date.contains(&wrong.strftime("%d %b %Y").to_string()),
        "{date}"
    );

    let manifest = manifest(None, 0);
    person.hand_in(&manifest).await;
    let before = person.view(manifest.dossier).await;
    for (number, shown) in [(42, 42), (0, 1)] {
        let update = FaultUpdate {
            status_numbers: [(manifest.dossier, number)].into(),
            ..FaultUpdate::default()
        };
        faults(url, &update).await.unwrap();
        let view = person.view(manifest.dossier).await;
        assert_eq!(view.status, shown);
        assert!(view.version > before.version);
    }
}
