//! tus 1.0, rule by rule.

use futures_util::future::join_all;
use hoso_dossier::{DossierId, Sha256};
use hoso_portal_api::ProblemCode;
use hoso_sandbox::testing::{ORGANISATION, audit, faults};
use hoso_sandbox::{FaultKind, OneShot};
use reqwest::{Method, StatusCode};
use uuid::Uuid;

use crate::person::{Portal, file, manifest, metadata, pdf, problem, upload_id};

#[tokio::test]
async fn bytes_arrive_in_pieces_and_are_checked_at_the_end() {
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    let (id, bytes) = (upload_id(), pdf(300_000));
    let created = person.create(id, &bytes).await;
    assert_eq!(created.status(), StatusCode::CREATED);
    assert_eq!(created.headers()["location"], format!("/v1/uploads/{id}"));
    assert_eq!(created.headers()["tus-resumable"], "1.0.0");
    assert_eq!(person.offset(id).await, 0);
    let (first, rest) = bytes.split_at(100_000);
    let answer = person.append(id, 0, first).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(answer.headers()["upload-offset"], "100000");
    for wrong in [0, 99_999, 100_001] {
        let answer = person.append(id, wrong, rest).await;
        assert_eq!(answer.status(), StatusCode::CONFLICT);
    }
    // The same creation again names the same upload and keeps its bytes.
    assert_eq!(
        person.create(id, &bytes).await.status(),
        StatusCode::CREATED
    );
    assert_eq!(person.offset(id).await, 100_000);
    assert_eq!(
        person.append(id, 100_000, rest).await.status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(person.offset(id).await, 300_000);
    let nothing_more = person.append(id, 300_000, b"").await;
    assert_eq!(nothing_more.status(), StatusCode::NO_CONTENT);
    let held = audit(portal.url()).await.unwrap();
    assert_eq!(held["uploads"][0]["received"], 300_000);
    assert_eq!(held["uploads"][0]["sha256"], Sha256::of(&bytes).to_string());
}

#[tokio::test]
async fn a_wrong_hash_is_told_and_the_bytes_are_forgotten() {
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    let (id, bytes) = (upload_id(), pdf(5_000));
    let one_bit = OneShot {
        method: Some("PATCH".into()),
        ..OneShot::at("/v1/uploads/", FaultKind::CorruptRequest)
    }
    .into();
    person.create(id, &bytes).await;
    faults(portal.url(), &one_bit).await.unwrap();
    let (_, code, _) = problem(person.append(id, 0, &bytes).await).await;
    assert_eq!(code, ProblemCode::HashMismatch);
    assert_eq!(person.offset(id).await, 0);
    assert_eq!(
        person.append(id, 0, &bytes).await.status(),
        StatusCode::NO_CONTENT
    );
    // Both went over the line.
    assert_eq!(
        audit(portal.url()).await.unwrap()["uploads"][0]["received"],
        10_000
    );
}

#[tokio::test]
async fn what_arrived_before_the_line_broke_is_kept() {
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    let (id, bytes) = (upload_id(), pdf(400_000));
    person.create(id, &bytes).await;
    let cut = OneShot {
        after_bytes: Some(150_000),
        ..OneShot::at("/v1/uploads/", FaultKind::Cut)
    }
    .into();
    faults(portal.url(), &cut).await.unwrap();
    let broken = person
        .tus(Method::PATCH, &format!("/v1/uploads/{id}"))
        .header("Upload-Offset", 0)
        .header("Content-Type", "application/offset+octet-stream")
        .body(bytes.clone())
        .send()
        .await;
    assert!(broken.is_err());
    assert_eq!(person.offset(id).await, 150_000);
    let answer = person.append(id, 150_000, &bytes[150_000..]).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_client_that_comes_back_takes_over_from_its_own_dead_connection() {
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    let (id, bytes) = (upload_id(), pdf(200_000));
    person.create(id, &bytes).await;
    // A body that never ends: the server can't know that nobody is there any more.
    let (sender, receiver) = tokio::sync::mpsc::channel::<Result<Vec<u8>, std::io::Error>>(1);
    let body = reqwest::Body::wrap_stream(futures_util::stream::unfold(
        receiver,
        async |mut receiver| receiver.recv().await.map(|chunk| (chunk, receiver)),
    ));
    let dead = tokio::spawn(
        person
            .tus(Method::PATCH, &format!("/v1/uploads/{id}"))
            .header("Upload-Offset", 0)
            .header("Content-Type", "application/offset+octet-stream")
            .body(body)
            .send(),
    );
    sender.send(Ok(bytes[..50_000].to_vec())).await.unwrap();
    let mut offset = 0;
    for _ in 0..100 {
        offset = audit(portal.url()).await.unwrap()["uploads"][0]["held"]
            .as_u64()
            .unwrap();
        if offset == 50_000 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(offset, 50_000);
    assert_eq!(person.offset(id).await, 50_000);
    let answer = person.append(id, 50_000, &bytes[50_000..]).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    drop(sender);
    assert!(
        dead.await
            .unwrap()
            .is_ok_and(|answer| answer.status().is_client_error())
    );
}

#[tokio::test]
async fn the_rules_of_the_protocol_are_kept() {
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    let (id, bytes) = (upload_id(), pdf(10));
    let options = person
        .client
        .request(Method::OPTIONS, format!("{}/v1/uploads", portal.url()))
        .send()
        .await
        .unwrap();
    assert_eq!(options.status(), StatusCode::NO_CONTENT);
    assert_eq!(options.headers()["tus-version"], "1.0.0");
    assert_eq!(
        options.headers()["tus-extension"],
        "creation,creation-with-upload,termination"
    );
    assert!(options.headers().contains_key("tus-max-size"));

    let old = person
        .ask(Method::POST, "/v1/uploads")
        .header("Tus-Resumable", "0.2.2");
    let answer = old.send().await.unwrap();
    assert_eq!(answer.headers()["tus-version"], "1.0.0");
    assert_eq!(answer.status(), StatusCode::PRECONDITION_FAILED);

    let create = |length: &str, said: String| {
        person
            .tus(Method::POST, "/v1/uploads")
            .header("Upload-Length", length)
            .header("Upload-Metadata", said)
            .send()
    };
    for (length, said, status, code) in [
        ("ten", String::new(), 400, ProblemCode::RequestInvalid),
        ("-1", String::new(), 400, ProblemCode::RequestInvalid),
        ("9999999999", String::new(), 413, ProblemCode::TooLarge),
        (
            "10",
            "upload bm90LWEtdXVpZA==".into(),
            400,
            ProblemCode::RequestInvalid,
        ),
        (
            "10",
            "filename ***".into(),
            400,
            ProblemCode::RequestInvalid,
        ),
        (
            "10",
            "filetype dGV4dC9odG1s".into(),
            415,
            ProblemCode::TypeRefused,
        ),
    ] {
        let (said, what, _) = problem(create(length, said).await.unwrap()).await;
        assert_eq!((said.as_u16(), what), (status, code), "{length}");
    }

    person.create(id, &bytes).await;
    let other = create("11", metadata(id, &bytes)).await.unwrap();
    assert_eq!(problem(other).await.1, ProblemCode::DossierConflict);
    let too_long = person.append(id, 0, &pdf(11)).await;
    assert_eq!(problem(too_long).await.1, ProblemCode::RequestInvalid);
    let answer = person
        .tus(Method::PATCH, &format!("/v1/uploads/{id}"))
        .header("Upload-Offset", 0)
        .body("x")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);

    let stranger = portal.person(&ORGANISATION).await;
    let answer = stranger.append(id, 0, &bytes).await;
    assert_eq!(problem(answer).await.1, ProblemCode::Forbidden);

    // Behind a proxy that knows no PATCH and DELETE.
    let path = format!("/v1/uploads/{id}");
    let answer = person
        .tus(Method::POST, &path)
        .header("X-HTTP-Method-Override", "DELETE")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let gone = person.tus(Method::HEAD, &path).send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_file_that_is_not_what_it_says_is_refused() {
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    let (id, bytes) = (upload_id(), b"<html>no PDF at all".to_vec());
    person.create(id, &bytes).await;
    let answer = person.append(id, 0, &bytes).await;
    assert_eq!(problem(answer).await.1, ProblemCode::TypeRefused);
}

#[tokio::test]
async fn a_file_of_a_submitted_dossier_stays() {
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    let (id, bytes) = (upload_id(), pdf(1_000));
    person.upload(id, &bytes).await;
    let mut manifest = manifest(None, 0);
    manifest.dossier = DossierId::new(Uuid::new_v4());
    manifest.files = vec![file(id, &bytes)];
    person.hand_in(&manifest).await;
    let path = format!("/v1/uploads/{id}");
    let answer = person.tus(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(problem(answer).await.1, ProblemCode::DossierConflict);
    assert_eq!(person.offset(id).await, 1_000);
}

#[tokio::test]
async fn a_small_file_comes_whole_with_its_announcement() {
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    let bytes = pdf(20_000);
    let id = upload_id();
    for _ in 0..2 {
        let answer = person.announce(id, &bytes, &bytes).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        assert_eq!(answer.headers()["upload-offset"], "20000");
        assert_eq!(person.offset(id).await, 20_000);
    }
    let held = audit(portal.url()).await.unwrap();
    let [upload] = held["uploads"].as_array().unwrap().as_slice() else {
        panic!("{held}");
    };
    assert_eq!(upload["sha256"], Sha256::of(&bytes).to_string());
    assert_eq!(
        (&upload["received"], &upload["patches"]),
        (&20_000.into(), &1.into())
    );

    // It is whole: nothing may follow, and what ends in the same place says nothing new.
    for (sent, status) in [
        (&b""[..], StatusCode::NO_CONTENT),
        (b"x", StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(person.append(id, 20_000, sent).await.status(), status);
    }
    assert_eq!(
        person.append(id, 7_000, &bytes[7_000..]).await.status(),
        StatusCode::CONFLICT
    );
    // An id stands for one file, and for its owner.
    let answer = person.announce(id, &pdf(9_000), &pdf(9_000)).await;
    assert_eq!(problem(answer).await.1, ProblemCode::DossierConflict);
    assert_eq!(person.offset(id).await, 20_000);
    let path = format!("/v1/uploads/{id}");
    let answer = person.tus(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let answer = person.tus(Method::HEAD, &path).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    // Many at once share commits, each with its own bytes; one of them comes twice.
    let many: Vec<_> = (0..40)
        .map(|n| (upload_id(), pdf(1_000 + n * 1_700)))
        .collect();
    let twice = many.iter().chain(&many[..1]);
    let answers = join_all(twice.map(|(id, bytes)| person.announce(*id, bytes, bytes))).await;
    assert!(
        answers
            .iter()
            .all(|one| one.status() == StatusCode::CREATED)
    );
    let held = audit(portal.url()).await.unwrap();
    let held = held["uploads"].as_array().unwrap();
    assert_eq!(held.len(), many.len());
    for (id, bytes) in &many {
        let one = held.iter().find(|one| one["id"] == id.to_string()).unwrap();
        assert_eq!(one["sha256"], Sha256::of(bytes).to_string());
        assert_eq!(one["held"], bytes.len());
    }

    // Only its beginning: the rest follows as ever.
    let id = upload_id();
    let answer = person.announce(id, &bytes, &bytes[..7_000]).await;
    assert_eq!(answer.headers()["upload-offset"], "7000");
    let answer = person.append(id, 7_000, &bytes[7_000..]).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(person.offset(id).await, 20_000);

    // What isn't what was announced leaves nothing behind.
    for (announced, sent, status) in [
        (
            &bytes[..],
            [b"%PDF-", &bytes[5..19_999], b"x"].concat(),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (&bytes[..9_000], bytes.clone(), StatusCode::BAD_REQUEST),
        (
            b"no PDF at all",
            b"no PDF at all".to_vec(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ),
    ] {
        let id = upload_id();
        assert_eq!(person.announce(id, announced, &sent).await.status(), status);
        let path = format!("/v1/uploads/{id}");
        let answer = person.tus(Method::HEAD, &path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    }
}
