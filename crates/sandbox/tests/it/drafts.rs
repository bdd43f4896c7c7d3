//! Drafts that a person's desktops share, as the contract has it.

use hoso_dossier::{DesktopId, Sha256, SharedDraftId};
use hoso_portal_api::{DraftList, LeaseWish, ProblemCode, SharedDraft};
use hoso_sandbox::FaultUpdate;
use hoso_sandbox::testing::{ORGANISATION, faults};
use reqwest::{Method, Response, StatusCode};
use uuid::Uuid;

use crate::person::{Person, Portal, problem};

fn ids() -> (SharedDraftId, DesktopId, DesktopId) {
    let desktop = || DesktopId::new(Uuid::new_v4());
    (SharedDraftId::new(Uuid::new_v4()), desktop(), desktop())
}

async fn put(
    person: &Person,
    id: SharedDraftId,
    desktop: DesktopId,
    after: u64,
    bytes: &[u8],
) -> Response {
    let (name, value) = match after {
        0 => ("If-None-Match", "*".to_owned()),
        after => ("If-Match", format!("\"{after}\"")),
    };
    person
        .ask(Method::PUT, &format!("/v1/drafts/{id}"))
        .header("Hoso-Desktop", desktop.to_string())
        .header(name, value)
        .header("Content-Type", "application/octet-stream")
        .body(bytes.to_vec())
        .send()
        .await
        .unwrap()
}

async fn get(person: &Person, id: SharedDraftId) -> Response {
    let asked = person.ask(Method::GET, &format!("/v1/drafts/{id}"));
    asked.send().await.unwrap()
}

async fn lease(
    person: &Person,
    id: SharedDraftId,
    desktop: DesktopId,
    take_over: bool,
) -> Result<SharedDraft, ProblemCode> {
    let answer = person
        .ask(Method::PUT, &format!("/v1/drafts/{id}/lease"))
        .json(&LeaseWish { desktop, take_over })
        .send()
        .await
        .unwrap();
    match answer.status() {
        StatusCode::OK => Ok(answer.json().await.unwrap()),
        _ => Err(problem(answer).await.1),
    }
}

async fn code(answer: Response) -> (u16, ProblemCode) {
    let (status, code, _) = problem(answer).await;
    (status.as_u16(), code)
}

async fn list(person: &Person) -> Vec<SharedDraft> {
    let answer = person.ask(Method::GET, "/v1/drafts").send().await.unwrap();
    let list: DraftList = answer.json().await.unwrap();
    list.drafts
}

#[tokio::test]
async fn a_version_follows_the_one_that_is_named_and_comes_from_whoever_has_the_lease() {
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    let (id, home, office) = ids();
    let first = put(&person, id, home, 0, b"one").await;
    assert_eq!(first.status(), StatusCode::CREATED);
    assert_eq!(first.headers()["etag"], "\"1\"");
    let kept: SharedDraft = first.json().await.unwrap();
    assert_eq!((kept.version, kept.sha256), (1, Sha256::of(b"one")));
    assert_eq!(kept.lease.unwrap().desktop, home);
    // The very bytes again: the answer was lost.
    assert_eq!(put(&person, id, home, 0, b"one").await.status(), 200);
    let changed = (412, ProblemCode::DraftChanged);
    assert_eq!(code(put(&person, id, home, 0, b"two").await).await, changed);
    assert_eq!(code(put(&person, id, home, 7, b"two").await).await, changed);
    assert_eq!(put(&person, id, home, 1, b"two").await.status(), 200);

    // Another desktop reads, and writes only once it has the lease.
    let read = get(&person, id).await;
    assert_eq!(read.headers()["etag"], "\"2\"");
    assert_eq!(read.bytes().await.unwrap(), "two");
    let unchanged = person.ask(Method::GET, &format!("/v1/drafts/{id}"));
    let unchanged = unchanged.header("If-None-Match", "\"2\"").send().await;
    assert_eq!(unchanged.unwrap().status(), StatusCode::NOT_MODIFIED);
    let held = (409, ProblemCode::DraftHeld);
    assert_eq!(code(put(&person, id, office, 2, b"x").await).await, held);
    assert_eq!(
        lease(&person, id, office, false).await,
        Err(ProblemCode::DraftHeld)
    );
    let taken = lease(&person, id, office, true).await.unwrap();
    assert_eq!(taken.lease.unwrap().desktop, office);
    assert_eq!(put(&person, id, office, 2, b"three").await.status(), 200);
    // Whoever had it comes too late, and is told so.
    assert_eq!(code(put(&person, id, home, 2, b"late").await).await, held);
    assert_eq!(get(&person, id).await.bytes().await.unwrap(), "three");

    // A lease runs out by itself; then nobody need be asked.
    let later = FaultUpdate {
        clock_offset_seconds: Some(600),
        ..FaultUpdate::default()
    };
    faults(portal.url(), &later).await.unwrap();
    assert_eq!(list(&person).await[0].lease, None);
    assert_eq!(
        code(put(&person, id, home, 2, b"late").await).await,
        changed
    );
    assert_eq!(put(&person, id, home, 3, b"four").await.status(), 200);
}

#[tokio::test]
async fn what_is_shared_no_more_is_gone_for_good() {
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    let (id, home, office) = ids();
    put(&person, id, home, 0, b"one").await;
    let end = || {
        person
            .ask(Method::DELETE, &format!("/v1/drafts/{id}"))
            .send()
    };
    for _ in 0..2 {
        assert_eq!(end().await.unwrap().status(), StatusCode::NO_CONTENT);
    }
    let kept = &list(&person).await[0];
    assert_eq!((kept.ended, kept.size, kept.lease), (true, 0, None));
    let ended = (409, ProblemCode::DraftEnded);
    assert_eq!(code(get(&person, id).await).await, ended);
    assert_eq!(code(put(&person, id, home, 1, b"two").await).await, ended);
    assert_eq!(
        lease(&person, id, office, true).await,
        Err(ProblemCode::DraftEnded)
    );
}

#[tokio::test]
async fn a_draft_is_its_owners_and_a_request_has_its_headers() {
    let portal = Portal::start().await;
    let (person, other) = (portal.citizen().await, portal.person(&ORGANISATION).await);
    let (id, home, _) = ids();
    put(&person, id, home, 0, b"one").await;
    assert_eq!(list(&other).await, []);
    let forbidden = (403, ProblemCode::Forbidden);
    assert_eq!(code(get(&other, id).await).await, forbidden);
    assert_eq!(code(put(&other, id, home, 1, b"x").await).await, forbidden);
    assert_eq!(
        lease(&other, id, home, true).await,
        Err(ProblemCode::Forbidden)
    );
    let nobody = reqwest::get(format!("{}/v1/drafts", portal.url())).await;
    assert_eq!(nobody.unwrap().status(), StatusCode::UNAUTHORIZED);
    let path = format!("/v1/drafts/{id}");
    let plain = || person.ask(Method::PUT, &path).body("x");
    let desktop = home.to_string();
    for request in [
        plain(),
        plain().header("If-Match", "\"1\""),
        plain().header("Hoso-Desktop", &desktop),
        plain()
            .header("Hoso-Desktop", "x")
            .header("If-Match", "\"1\""),
        plain()
            .header("Hoso-Desktop", &desktop)
            .header("If-Match", "1"),
        plain()
            .header("Hoso-Desktop", &desktop)
            .header("If-Match", "\"1\"")
            .header("If-None-Match", "*"),
    ] {
        let refused = code(request.send().await.unwrap()).await;
        assert_eq!(refused, (400, ProblemCode::RequestInvalid));
    }
    let unknown = get(&person, ids().0).await;
    assert_eq!(code(unknown).await, (404, ProblemCode::NotFound));
    let large = vec![0; 8 * 1024 * 1024 + 1];
    let large = put(&person, ids().0, home, 0, &large).await;
    assert_eq!(code(large).await, (413, ProblemCode::TooLarge));
}

#[tokio::test]
async fn a_person_shares_so_many_drafts_and_one_more_when_another_has_ended() {
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    let (last, home, _) = ids();
    for _ in 1..500 {
        let (id, ..) = ids();
        assert_eq!(put(&person, id, home, 0, b"x").await.status(), 201);
    }
    assert_eq!(put(&person, last, home, 0, b"x").await.status(), 201);
    let (over, ..) = ids();
    let refused = put(&person, over, home, 0, b"x").await;
    let (status, code, said) = problem(refused).await;
    assert_eq!(
        (status, code),
        (StatusCode::BAD_REQUEST, ProblemCode::RequestInvalid)
    );
    let detail = said.detail;
    assert!(detail.contains("Hãy thôi chia sẻ bớt"), "{detail}");
    // Those that are there go on, and nobody else is kept out.
    assert_eq!(put(&person, last, home, 1, b"y").await.status(), 200);
    let other = portal.person(&ORGANISATION).await;
    assert_eq!(put(&other, ids().0, home, 0, b"x").await.status(), 201);
    let ended = person.ask(Method::DELETE, &format!("/v1/drafts/{last}"));
    assert_eq!(ended.send().await.unwrap().status(), 204);
    assert_eq!(put(&person, over, home, 0, b"x").await.status(), 201);
}
