use hoso_portal_api::{LookUp, ProblemCode};
use hoso_sandbox::testing::clerk;
use reqwest::StatusCode;

use crate::person::{Portal, manifest, problem};

/// Asked by somebody who is nobody here.
async fn ask(portal: &Portal, code: &str) -> reqwest::Response {
    let client = reqwest::Client::new();
    let url = format!("{}/v1/lookup", portal.url());
    client
        .get(url)
        .query(&[("code", code)])
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn whoever_has_the_code_learns_how_far_it_is_and_nothing_about_the_person() {
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    let manifest = manifest(None, 0);
    let code = person.hand_in(&manifest).await.code;
    let reason = [("reason", "Bà Nguyễn Thị An thiếu giấy tờ")];
    clerk(portal.url(), manifest.dossier, "supplement", &reason)
        .await
        .unwrap();
    let answer = ask(&portal, code.as_str()).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let text = answer.text().await.unwrap();
    for personal in ["Nguyễn Thị An", "001090000001", "Bé"] {
        assert!(!text.contains(personal), "{personal}: {text}");
    }
    let found: LookUp = serde_json::from_str(&text).unwrap();
    assert_eq!((&found.code, found.status), (&code, 5));
    assert_eq!(found.title, "Đăng ký khai sinh");
    let steps: Vec<u8> = found.timeline.iter().map(|entry| entry.status).collect();
    assert_eq!(steps, [1, 5]);
    assert_eq!(found.submitted_at, found.timeline[0].at);

    let page = format!("{}/tra-cuu?ma={code}", portal.url());
    let page = reqwest::get(page).await.unwrap().text().await.unwrap();
    assert!(page.contains(code.as_str()) && page.contains("Yêu cầu bổ sung giấy tờ"));
    assert!(!page.contains("Nguyễn Thị An"));
}

#[tokio::test]
async fn a_code_that_was_never_given_is_told_from_what_is_no_code() {
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    // Sealed and kept, but not handed in: it has no code yet, and is nobody's business.
    let put = person.put(&manifest(None, 0)).await;
    assert!(put.status().is_success());
    for (code, status, said) in [
        ("000.00.19.H34-261121-0001", 404, ProblemCode::NotFound),
        ("03706/2026/07906", 404, ProblemCode::NotFound),
        ("khai sinh", 400, ProblemCode::RequestInvalid),
        ("", 400, ProblemCode::RequestInvalid),
    ] {
        let (found, code_said, _) = problem(ask(&portal, code).await).await;
        assert_eq!((found.as_u16(), code_said), (status, said), "{code}");
    }
    let missing = reqwest::get(format!("{}/v1/lookup", portal.url())).await;
    let (status, code, _) = problem(missing.unwrap()).await;
    assert_eq!((status.as_u16(), code), (400, ProblemCode::RequestInvalid));
}
