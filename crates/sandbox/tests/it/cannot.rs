//! What the portal was told that it can't do.

use hoso_dossier::Capability::{EditAccount, LookUp, Pay, Rate, SharedDrafts, Stick, Withdraw};
use hoso_portal_api::{PortalInfo, ProblemCode};
use reqwest::Method;

use crate::person::{Portal, any_problem};

#[tokio::test]
async fn what_a_portal_cannot_do_it_says_and_has_no_calls_for() {
    let id = "00000000-0000-4000-8000-000000000000";
    let calls = [
        (
            "withdraw",
            Method::PUT,
            format!("/v1/dossiers/{id}/withdrawal"),
        ),
        ("rate", Method::PUT, format!("/v1/dossiers/{id}/rating")),
        ("pay", Method::PUT, format!("/v1/payments/{id}")),
        ("pay", Method::GET, format!("/v1/payments/{id}")),
        ("stick", Method::POST, "/v1/sticks".to_owned()),
        ("stick", Method::PUT, "/v1/keys".to_owned()),
        ("lookUp", Method::GET, "/v1/lookup?code=H34-1".to_owned()),
        ("sharedDrafts", Method::GET, "/v1/drafts".to_owned()),
        (
            "sharedDrafts",
            Method::PUT,
            format!("/v1/drafts/{id}/lease"),
        ),
        ("editAccount", Method::GET, "/v1/account".to_owned()),
        (
            "editAccount",
            Method::PUT,
            format!("/v1/account/edits/{id}"),
        ),
    ];
    let (whole, bare) = (
        Portal::start().await,
        Portal::that_cannot(
            "mot-cua-chung",
            [
                Withdraw,
                Rate,
                Pay,
                Stick,
                LookUp,
                SharedDrafts,
                EditAccount,
            ],
        )
        .await,
    );
    for (portal, is_there) in [(&whole, true), (&bare, false)] {
        let info = reqwest::get(format!("{}/.well-known/hoso-portal", portal.url())).await;
        let info: PortalInfo = info.unwrap().json().await.unwrap();
        let person = portal.citizen().await;
        for (word, method, path) in &calls {
            let answer = person.ask(method.clone(), path).send().await.unwrap();
            let missing = answer.status().as_u16() == 404 && {
                let (_, code, problem) = any_problem(answer).await;
                code == ProblemCode::NotFound && problem.detail.contains("địa chỉ")
            };
            assert_eq!(missing, !is_there, "{method} {path}");
            assert_eq!(
                info.cannot.iter().any(|one| one == word),
                !is_there,
                "{word}"
            );
        }
        assert_eq!(
            (info.sticks.is_some(), info.drafts.is_some(), info.account),
            (is_there, is_there, is_there)
        );
        // What is not in the way of anything else.
        let changes = person
            .ask(Method::GET, "/v1/dossiers")
            .send()
            .await
            .unwrap();
        assert_eq!(changes.status().as_u16(), 200);
    }
}
