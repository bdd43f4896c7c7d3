//! The person's account: a change is taken once, and over the state that it names.

use hoso_dossier::EditId;
use hoso_portal_api::{Account, AccountData, DossierPage, ProblemCode};
use hoso_sandbox::testing::ORGANISATION;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::person::{Person, Portal, problem};

fn edit() -> EditId {
    EditId::new(Uuid::new_v4())
}

async fn account(person: &Person) -> Account {
    let answer = person.ask(Method::GET, "/v1/account").send().await.unwrap();
    let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
    let account: Account = answer.json().await.unwrap();
    assert_eq!(tag, format!("\"{}\"", account.edit));
    account
}

async fn put(person: &Person, id: EditId, over: EditId, data: &Value) -> Response {
    person
        .ask(Method::PUT, &format!("/v1/account/edits/{id}"))
        .header("If-Match", format!("\"{over}\""))
        .json(data)
        .send()
        .await
        .unwrap()
}

async fn told(person: &Person) -> Option<EditId> {
    let answer = person
        .ask(Method::GET, "/v1/dossiers")
        .send()
        .await
        .unwrap();
    let page: DossierPage = answer.json().await.unwrap();
    page.account
}

#[tokio::test]
async fn a_change_is_taken_once_and_over_the_state_that_it_names() {
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    assert_eq!(told(&person).await, None);
    let begun = account(&person).await;
    assert_eq!(told(&person).await, Some(begun.edit));
    assert!(!begun.data.phone.is_empty());

    let (one, two) = (edit(), edit());
    let data = json!({"phone": "+84900000001", "email": "an@vidu.vn"});
    let answer = put(&person, one, begun.edit, &data).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let taken: Account = answer.json().await.unwrap();
    assert_eq!((taken.edit, taken.data.email.as_str()), (one, "an@vidu.vn"));
    assert_eq!(told(&person).await, Some(one));
    // Another desktop goes over it.
    let other = json!({"phone": "+84900000002"});
    let answer = put(&person, two, one, &other).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let newest = account(&person).await;
    // The first comes again: its answer was lost. Nothing changes, whatever it says now.
    for data in [&data, &other] {
        let answer = put(&person, one, begun.edit, data).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.json::<Account>().await.unwrap(), newest);
    }
    // One that was never taken, over a state that is gone.
    let (status, code, _) = problem(put(&person, edit(), one, &data).await).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(code, ProblemCode::AccountChanged);
    assert_eq!(account(&person).await, newest);
    // Each account is its person's own.
    let stranger = portal.person(&ORGANISATION).await;
    let theirs = account(&stranger).await;
    assert_ne!(theirs.edit, newest.edit);
    let (_, code, _) = problem(put(&stranger, one, theirs.edit, &data).await).await;
    assert_eq!(code, ProblemCode::Forbidden);
}

#[tokio::test]
async fn what_the_portal_does_not_take_it_names_and_nothing_has_changed() {
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    let begun = account(&person).await;
    for (data, field) in [
        (json!({"phone": "12"}), "phone"),
        (json!({}), "phone"),
        (json!({"phone": "+84900000001", "email": "an"}), "email"),
        (
            json!({"phone": "+84900000001", "address": "x".repeat(301)}),
            "address",
        ),
    ] {
        let (status, code, said) = problem(put(&person, edit(), begun.edit, &data).await).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{data}");
        assert_eq!(code, ProblemCode::AccountInvalid);
        assert!(said.fields.contains_key(field), "{:?}", said.fields);
    }
    let path = format!("/v1/account/edits/{}", edit());
    let data = AccountData::default();
    let bare = person.ask(Method::PUT, &path).json(&data).send().await;
    let (status, code, _) = problem(bare.unwrap()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(code, ProblemCode::RequestInvalid);
    assert_eq!(account(&person).await, begun);
}
