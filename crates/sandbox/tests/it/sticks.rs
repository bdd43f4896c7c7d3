use hoso_dossier::Manifest;
use hoso_portal_api::{PortalInfo, ProblemCode, Receipt, SigningKey};
use hoso_sandbox::testing::{ORGANISATION, audit};
use hoso_sandbox::{Options, Sandbox};
use hoso_stick::{Bag, BagFile, ReceiptFile, Signer};
use reqwest::{Method, StatusCode};

use crate::person::{Person, Portal, manifest, pdf, problem, upload_id};

fn entropy(seed: u8) -> impl FnMut(&mut [u8]) {
    move |buffer| buffer.fill(seed)
}

struct Stick {
    manifest: Manifest,
    bytes: Vec<u8>,
    file: Vec<u8>,
    signer: Signer,
}

async fn info(url: &str) -> PortalInfo {
    let answer = reqwest::get(format!("{url}/.well-known/hoso-portal")).await;
    answer.unwrap().json().await.unwrap()
}

async fn pack(url: &str) -> Stick {
    let keys = info(url).await.sticks.unwrap();
    let (upload, bytes) = (upload_id(), pdf(4_000));
    let manifest = manifest(Some((upload, &bytes)), 0);
    let signer = Signer::generate(&mut entropy(7));
    let files = [BagFile {
        upload,
        bytes: bytes.clone(),
    }];
    let sealed = manifest.seal().unwrap().bytes;
    let to = [keys.recipient.parse().unwrap()];
    let file = Bag::pack(&sealed, &files, &signer, &to, &mut entropy(9)).unwrap();
    Stick {
        manifest,
        bytes,
        file,
        signer,
    }
}

async fn register(person: &Person, signer: &Signer) -> StatusCode {
    let key = SigningKey {
        key: signer.public().to_string(),
        name: "Máy ở nhà".into(),
    };
    let answer = person.ask(Method::PUT, "/v1/keys").json(&key).send().await;
    answer.unwrap().status()
}

/// Nobody is signed in where a stick is taken in.
async fn carry(url: &str, file: &[u8]) -> Result<Receipt, (ProblemCode, String)> {
    let request = reqwest::Client::new().post(format!("{url}/v1/sticks"));
    let answer = request.body(file.to_vec()).send().await.unwrap();
    if answer.status() != StatusCode::OK {
        let (_, code, said) = problem(answer).await;
        return Err((code, said.detail));
    }
    let portal = info(url).await.sticks.unwrap().signer.parse().unwrap();
    Ok(ReceiptFile::open(&answer.bytes().await.unwrap(), &portal).unwrap())
}

#[tokio::test]
async fn carried_sent_and_carried_again_it_is_one_dossier() {
    let portal = Portal::start().await;
    let (url, person) = (portal.url(), portal.citizen().await);
    let stick = pack(url).await;
    let (code, _) = carry(url, &stick.file).await.unwrap_err();
    assert_eq!(code, ProblemCode::StickStranger);
    assert_eq!(
        register(&person, &stick.signer).await,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        register(&person, &stick.signer).await,
        StatusCode::NO_CONTENT
    );
    let other = portal.person(&ORGANISATION).await;
    assert_eq!(register(&other, &stick.signer).await, StatusCode::FORBIDDEN);

    let receipt = carry(url, &stick.file).await.unwrap();
    let sealed = stick.manifest.seal().unwrap();
    assert_eq!((receipt.revision, receipt.sha256), (1, sealed.sha256));
    // Online it finds itself there, and its file too.
    let file = stick.manifest.files[0].upload;
    assert_eq!(
        person.create(file, &stick.bytes).await.status(),
        StatusCode::CREATED
    );
    assert_eq!(person.offset(file).await, 4_000);
    assert_eq!(person.hand_in(&stick.manifest).await, receipt);
    assert_eq!(carry(url, &stick.file).await.unwrap(), receipt);
    let held = audit(url).await.unwrap();
    assert_eq!(held["dossiers"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn sent_in_part_and_carried_it_is_whole() {
    let portal = Portal::start().await;
    let (url, person) = (portal.url(), portal.citizen().await);
    let stick = pack(url).await;
    register(&person, &stick.signer).await;
    let file = stick.manifest.files[0].upload;
    person.create(file, &stick.bytes).await;
    person.append(file, 0, &stick.bytes[..1_000]).await;
    let receipt = carry(url, &stick.file).await.unwrap();
    assert_eq!(person.offset(file).await, 4_000);
    assert_eq!(person.hand_in(&stick.manifest).await, receipt);
}

#[tokio::test]
async fn what_was_changed_is_refused_and_nothing_is_left_of_it() {
    let portal = Portal::start().await;
    let (url, person) = (portal.url(), portal.citizen().await);
    let mut stick = pack(url).await;
    register(&person, &stick.signer).await;
    let middle = stick.file.len() / 2;
    stick.file[middle] ^= 1;
    let (code, said) = carry(url, &stick.file).await.unwrap_err();
    assert_eq!(code, ProblemCode::StickUnreadable);
    assert!(said.contains("thay đổi"), "{said}");
    let (code, _) = carry(url, b"%PDF-1.7").await.unwrap_err();
    assert_eq!(code, ProblemCode::StickUnreadable);
    let held = audit(url).await.unwrap();
    assert_eq!(held["dossiers"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn a_portal_that_does_not_listen_takes_one_in_too() {
    let folder = tempfile::TempDir::new().unwrap();
    let options = || Options::new(folder.path());
    let running = Sandbox::start(options()).await.unwrap();
    let person = Person::at(&running.url, &hoso_sandbox::testing::CITIZEN).await;
    let stick = pack(&running.url).await;
    register(&person, &stick.signer).await;
    let signer = info(&running.url).await.sticks.unwrap().signer.parse();
    running.shutdown().await;
    let receipt = Sandbox::take_stick(options(), &stick.file).await.unwrap();
    let receipt = ReceiptFile::open(&receipt, &signer.unwrap()).unwrap();
    assert_eq!(receipt.dossier, stick.manifest.dossier);
    let refused = Sandbox::take_stick(options(), b"x").await.unwrap_err();
    assert!(refused.to_string().contains("không phải"), "{refused}");
}
