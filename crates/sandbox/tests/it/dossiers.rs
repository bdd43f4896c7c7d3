use hoso_dossier::{OfficialStatus, Sha256};
use hoso_portal_api::{
    DossierPage, PortalFileKind, ProblemCode, Receipt, RevisionState, RevisionView,
};
use hoso_sandbox::FaultUpdate;
use hoso_sandbox::testing::{ORGANISATION, audit, clerk, faults};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::person::{Person, Portal, file, manifest, pdf, problem, upload_id};

#[tokio::test]
async fn a_dossier_is_submitted_once_however_often_it_is_sent() {
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    let (id, bytes) = (upload_id(), pdf(2_000));
    let manifest = manifest(Some((id, &bytes)), 0);
    let first = person.put(&manifest).await;
    assert_eq!(first.status(), StatusCode::CREATED);
    let (status, code, said) = problem(person.submit(manifest.dossier, 1).await).await;
    assert_eq!(
        (status, code),
        (StatusCode::CONFLICT, ProblemCode::UploadMissing)
    );
    assert_eq!(said.fields.keys().collect::<Vec<_>>(), [&id.to_string()]);
    let half = person.create(id, &bytes).await;
    assert!(half.status().is_success());
    person.append(id, 0, &bytes[..1_000]).await;
    assert_eq!(
        problem(person.submit(manifest.dossier, 1).await).await.1,
        ProblemCode::UploadMissing
    );
    person.append(id, 1_000, &bytes[1_000..]).await;

    let submits = (0..8).map(|_| person.submit(manifest.dossier, 1));
    let mut receipts: Vec<Receipt> = Vec::new();
    for answer in futures_util::future::join_all(submits).await {
        assert_eq!(answer.status(), StatusCode::OK);
        receipts.push(answer.json().await.unwrap());
    }
    receipts.dedup();
    assert_eq!(receipts.len(), 1);
    let receipt = &receipts[0];
    assert_eq!(receipt.sha256, manifest.seal().unwrap().sha256);
    let code = receipt.code.as_str();
    assert!(
        code.starts_with("000.00.19.H34-") && code.ends_with("-0001"),
        "{code}"
    );
    assert_eq!(code.len(), "000.00.19.H34-261121-0001".len());

    let again = person.put(&manifest).await;
    assert_eq!(again.status(), StatusCode::OK);
    let again: RevisionView = again.json().await.unwrap();
    assert_eq!(again.state, RevisionState::Submitted);
    let held = audit(portal.url()).await.unwrap();
    assert_eq!(held["dossiers"].as_array().unwrap().len(), 1);
    assert_eq!(
        held["dossiers"][0]["revisions"].as_array().unwrap().len(),
        1
    );

    let other = crate::person::manifest(None, 0);
    assert!(
        person
            .hand_in(&other)
            .await
            .code
            .as_str()
            .ends_with("-0002")
    );
}

#[tokio::test]
async fn other_bytes_and_other_people_are_refused() {
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    let mut manifest = manifest(None, 0);
    assert!(person.put(&manifest).await.status().is_success());
    manifest.form = json!({ "hoTenTre": "Nguyễn Văn Khác" });
    let (status, code, _) = problem(person.put(&manifest).await).await;
    assert_eq!(
        (status, code),
        (StatusCode::CONFLICT, ProblemCode::DossierConflict)
    );

    let stranger = portal.person(&ORGANISATION).await;
    for answer in [
        stranger.put(&manifest).await,
        stranger.submit(manifest.dossier, 1).await,
    ] {
        assert_eq!(problem(answer).await.1, ProblemCode::Forbidden);
    }
    let path = format!("/v1/dossiers/{}", manifest.dossier);
    let answer = stranger.ask(Method::GET, &path).send().await.unwrap();
    assert_eq!(problem(answer).await.1, ProblemCode::Forbidden);

    let mut wrong = crate::person::manifest(None, 0);
    wrong.declaration.text_version = "none".into();
    wrong.applicant.name = " ".into();
    let (status, code, said) = problem(person.put(&wrong).await).await;
    assert_eq!(
        (status, code),
        (
            StatusCode::UNPROCESSABLE_ENTITY,
            ProblemCode::DossierInvalid
        )
    );
    assert_eq!(
        said.fields.keys().collect::<Vec<_>>(),
        ["applicant.name", "declaration"]
    );
    let mut spaced = crate::person::manifest(None, 0).seal().unwrap().bytes;
    spaced.push(b'\n');
    let path = format!("/v1/dossiers/{}/revisions/1", manifest.dossier);
    let answer = person
        .ask(Method::PUT, &path)
        .body(spaced)
        .send()
        .await
        .unwrap();
    assert_eq!(problem(answer).await.1, ProblemCode::DossierInvalid);
}

async fn file_of(
    person: &Person,
    page: &hoso_portal_api::DossierView,
    kind: PortalFileKind,
) -> Vec<u8> {
    let found = page.files.iter().find(|file| file.kind == kind).unwrap();
    let path = format!("/v1/dossiers/{}/files/{}", page.id, found.id);
    let answer = person.ask(Method::GET, &path).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/pdf");
    let bytes = answer.bytes().await.unwrap().to_vec();
    assert_eq!(Sha256::of(&bytes), found.sha256);
    assert_eq!(bytes.len() as u64, found.size);
    assert!(bytes.starts_with(b"%PDF-"));
    bytes
}

#[tokio::test]
async fn the_desk_takes_a_dossier_from_supplement_to_result() {
    let portal = Portal::start().await;
    let (url, person) = (portal.url(), portal.citizen().await);
    let (id, bytes) = (upload_id(), pdf(2_000));
    let mut manifest = manifest(Some((id, &bytes)), 0);
    person.upload(id, &bytes).await;
    let receipt = person.hand_in(&manifest).await;
    let dossier = manifest.dossier;
    assert_eq!(person.view(dossier).await.status, 1);

    let unasked = hoso_dossier::Manifest {
        revision: 2,
        ..manifest.clone()
    };
    assert_eq!(
        problem(person.put(&unasked).await).await.1,
        ProblemCode::SupplementUnexpected
    );
    assert!(clerk(url, dossier, "supplement", &[]).await.is_err());
    clerk(
        url,
        dossier,
        "supplement",
        &[
            ("reason", "Bản chụp bị mờ"),
            ("components", "giay-chung-sinh, khac"),
        ],
    )
    .await
    .unwrap();
    let page = person.view(dossier).await;
    let asked = page.supplement.unwrap();
    assert_eq!((page.status, asked.revision), (5, 2));
    assert_eq!(asked.reason, "Bản chụp bị mờ");
    assert_eq!(asked.components, ["giay-chung-sinh", "khac"]);

    let (new_id, new_bytes) = (upload_id(), pdf(3_000));
    manifest.revision = 2;
    manifest.files = vec![file(new_id, &new_bytes)];
    assert!(person.put(&manifest).await.status().is_success());
    assert_eq!(
        problem(person.submit(dossier, 2).await).await.1,
        ProblemCode::UploadMissing
    );
    person.upload(new_id, &new_bytes).await;
    let second = person.hand_in(&manifest).await;
    assert_eq!((second.revision, &second.code), (2, &receipt.code));
    let page = person.view(dossier).await;
    assert_eq!((page.status, page.revision), (4, 2));
    assert!(page.supplement.is_none());
    // The first receipt stands, and so does the answer to a repeated second submission.
    let first: Receipt = person.submit(dossier, 1).await.json().await.unwrap();
    assert_eq!(first, receipt);
    assert_eq!(person.hand_in(&manifest).await, second);

    clerk(url, dossier, "accept", &[]).await.unwrap();
    let page = person.view(dossier).await;
    assert_eq!(page.status, 2);
    assert!(page.due_at.is_some());
    file_of(&person, &page, PortalFileKind::Reception).await;
    assert!(clerk(url, dossier, "accept", &[]).await.is_err());
    for (button, status) in [("process", 4), ("finish", 9), ("return-result", 10)] {
        clerk(url, dossier, button, &[]).await.unwrap();
        assert_eq!(person.view(dossier).await.status, status);
    }
    let page = person.view(dossier).await;
    file_of(&person, &page, PortalFileKind::Result).await;
    let steps: Vec<u8> = page.timeline.iter().map(|entry| entry.status).collect();
    assert_eq!(steps, [1, 5, 4, 2, 4, 9, 10]);
    assert!(page.timeline.iter().all(|entry| !entry.handler.is_empty()));
    assert!(
        clerk(url, dossier, "refuse", &[("opinion", "Muộn")])
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_refused_dossier_says_why() {
    let portal = Portal::start().await;
    let (url, person) = (portal.url(), portal.citizen().await);
    for (received, status) in [
        (false, OfficialStatus::Refused),
        (true, OfficialStatus::Stopped),
    ] {
        let manifest = manifest(None, 0);
        person.hand_in(&manifest).await;
        if received {
            clerk(url, manifest.dossier, "accept", &[]).await.unwrap();
        }
        clerk(
            url,
            manifest.dossier,
            "refuse",
            &[("opinion", "Không thuộc thẩm quyền")],
        )
        .await
        .unwrap();
        let page = person.view(manifest.dossier).await;
        assert_eq!(page.official_status(), Some(status));
        assert_eq!(page.opinion.as_deref(), Some("Không thuộc thẩm quyền"));
    }
}

#[tokio::test]
async fn the_cursor_brings_each_changed_dossier_once() {
    let portal = Portal::start().await;
    let (url, person) = (portal.url(), portal.citizen().await);
    let since = async |cursor: &str| -> (String, Vec<String>) {
        let answer = person
            .ask(Method::GET, "/v1/dossiers")
            .query(&[("cursor", cursor)])
            .send()
            .await
            .unwrap();
        let page: DossierPage = answer.json().await.unwrap();
        let ids = page.dossiers.iter().map(|view| view.id.to_string());
        (page.cursor.clone(), ids.collect())
    };
    let (one, other) = (manifest(None, 0), manifest(None, 0));
    person.hand_in(&one).await;
    person.hand_in(&other).await;
    // Neither somebody else's nor one that was never submitted.
    let stranger = portal.person(&ORGANISATION).await;
    stranger.hand_in(&manifest(None, 0)).await;
    person.put(&manifest(None, 0)).await;
    let (cursor, changed) = since("").await;
    assert_eq!(
        changed,
        [one.dossier.to_string(), other.dossier.to_string()]
    );
    assert_eq!(since(&cursor).await, (cursor.clone(), vec![]));
    clerk(url, one.dossier, "accept", &[]).await.unwrap();
    clerk(url, one.dossier, "process", &[]).await.unwrap();
    let (later, changed) = since(&cursor).await;
    assert_eq!(changed, [one.dossier.to_string()]);
    assert_eq!(since("rubbish").await.1.len(), 2);

    let restored = FaultUpdate {
        new_epoch: true,
        ..FaultUpdate::default()
    };
    faults(url, &restored).await.unwrap();
    assert_eq!(since(&later).await.1.len(), 2);
}
