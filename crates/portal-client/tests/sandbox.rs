//! The client against the sandbox portal, in one process.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::future::{BoxFuture, join_all};
use hoso_dossier::{
    Applicant, DECLARATION_VERSION, Declaration, Delivery, DossierId, Manifest, ManifestFile,
    Money, SealedManifest, Sha256, UploadId,
};
use hoso_portal_api::{ProblemCode, RevisionState};
use hoso_portal_client::{
    ByteSource, CallError, ClientOptions, Fetched, Http, Portal, Session, SignIn, SignInOptions,
    TokenSource, TokenStore, Tokens, UploadWish,
};
use hoso_sandbox::testing::{self, CITIZEN, ORGANISATION};
use hoso_sandbox::{FaultKind, OneShot, Options, Running, Sandbox};
use url::Url;

#[derive(Default)]
struct Memory {
    saves: AtomicUsize,
    held: Mutex<Option<Tokens>>,
}

impl TokenStore for Memory {
    fn save<'a>(&'a self, tokens: Option<&'a Tokens>) -> BoxFuture<'a, Result<(), String>> {
        self.saves.fetch_add(1, Ordering::Relaxed);
        *self.held.lock().unwrap() = tokens.cloned();
        Box::pin(async { Ok(()) })
    }
}

struct Desk {
    _data: tempfile::TempDir,
    running: Running,
    http: Http,
    memory: Arc<Memory>,
    session: Arc<Session>,
    portal: Portal,
}

impl Desk {
    async fn open() -> Self {
        let data = tempfile::tempdir().unwrap();
        let running = Sandbox::start(Options::new(data.path())).await.unwrap();
        let base = Url::parse(&running.url).unwrap();
        let http = Http::new(ClientOptions::default()).unwrap();
        let info = Portal::new(&http, &base, None)
            .unwrap()
            .info()
            .await
            .unwrap();
        let tokens = sign_in(&http, &info.issuer, &info.client_id, &CITIZEN).await;
        let memory = Arc::new(Memory::default());
        let session = Session::new(&http, None, memory.clone());
        session.sign_in(tokens).await.unwrap();
        let portal = Portal::new(&http, &base, Some(Arc::new(Arc::clone(&session)))).unwrap();
        Self {
            _data: data,
            running,
            http,
            memory,
            session,
            portal,
        }
    }

    async fn fault(&self, method: &str, path: &str, kind: FaultKind) {
        let once = OneShot {
            method: Some(method.into()),
            after_bytes: Some(300_000),
            ..OneShot::at(path, kind)
        };
        testing::faults(&self.running.url, &once.into())
            .await
            .unwrap();
    }
}

/// The person in the browser.
async fn sign_in(http: &Http, issuer: &str, client: &str, user: &testing::DemoUser) -> Tokens {
    let options = SignInOptions::new(issuer, client);
    let sign_in = SignIn::start(http, options).await.unwrap();
    let address = sign_in.authorize_url().to_string();
    let browser = async {
        let back = testing::authorize_as(&address, user).await.unwrap();
        reqwest::get(back).await.unwrap().text().await.unwrap()
    };
    let (tokens, page) = tokio::join!(sign_in.wait(), browser);
    assert!(page.contains("Đã đăng nhập"), "{page}");
    tokens.unwrap()
}

fn dossier() -> DossierId {
    "0190aaaa-0000-7000-8000-000000000001".parse().unwrap()
}

/// A million bytes that begin as a PDF does.
fn content() -> Vec<u8> {
    let noise = (9..1_000_000u32).map(|n| u8::try_from(n * 7 % 251).unwrap());
    b"%PDF-1.7\n".iter().copied().chain(noise).collect()
}

fn wish() -> UploadWish {
    let content = content();
    UploadWish {
        upload: "0190aaaa-0000-7000-8000-000000000002"
            .parse::<UploadId>()
            .unwrap(),
        dossier: dossier(),
        size: content.size(),
        sha256: Sha256::of(&content),
        name: "giấy chứng sinh.pdf".into(),
        media_type: "application/pdf".into(),
    }
}

fn sealed(form: serde_json::Value) -> SealedManifest {
    let wish = wish();
    let manifest = Manifest {
        notices: Default::default(),
        agency: None,
        pay: Default::default(),
        originals: Default::default(),
        dossier: dossier(),
        revision: 1,
        procedure: "1.001193".into(),
        pack_version: "1".into(),
        applicant: Applicant {
            name: CITIZEN.name.into(),
            identity: CITIZEN.identity.into(),
        },
        applicant_form: serde_json::json!({}),
        form,
        files: vec![ManifestFile {
            upload: wish.upload,
            component: "T1".into(),
            name: wish.name,
            media_type: wish.media_type,
            size: wish.size,
            sha256: wish.sha256,
        }],
        delivery: Delivery::Electronic,
        fee: Money::ZERO,
        declaration: Declaration {
            text_version: DECLARATION_VERSION.into(),
            accepted_at: "2026-01-01T00:00:00Z".into(),
        },
        sealed_at: "2026-01-01T00:00:00Z".into(),
    };
    manifest.seal().unwrap()
}

fn code(error: &CallError) -> Option<ProblemCode> {
    match error {
        CallError::Problem { problem, .. } => Some(problem.code),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dossier_goes_in_whole_over_a_bad_line() {
    let desk = Desk::open().await;
    let portal = &desk.portal;
    let manifest = sealed(serde_json::json!({"hoTen": "Lê Thị Mẫu"}));
    let missing = portal.dossier(dossier()).await.unwrap_err();
    assert_eq!(code(&missing), Some(ProblemCode::NotFound));

    let created = portal.create_upload(&wish()).await.unwrap();
    assert!(created.url.starts_with("/v1/uploads/"), "{}", created.url);
    assert_eq!(
        portal.create_upload(&wish()).await.unwrap().url,
        created.url
    );
    assert_eq!(portal.upload_offset("/v1/uploads/nothing").await, Ok(None));

    // A bit is changed on the way: the whole file's hash tells, and the bytes are forgotten.
    let source: Arc<dyn ByteSource> = Arc::new(content());
    desk.fault("PATCH", "/v1/uploads", FaultKind::CorruptRequest)
        .await;
    let sent = portal
        .send_bytes(&created.url, 0, source.clone(), |_| {})
        .await;
    assert_eq!(code(&sent.unwrap_err()), Some(ProblemCode::HashMismatch));
    let created = portal.create_upload(&wish()).await.unwrap();
    assert_eq!(portal.upload_offset(&created.url).await, Ok(Some(0)));

    // The line is cut in the middle: the portal says where to go on.
    desk.fault("PATCH", "/v1/uploads", FaultKind::Cut).await;
    let cut = portal
        .send_bytes(&created.url, 0, source.clone(), |_| {})
        .await;
    assert!(matches!(cut, Err(CallError::Unknown { .. })), "{cut:?}");
    let offset = portal.upload_offset(&created.url).await.unwrap().unwrap();
    assert!(offset > 0 && offset < 1_000_000, "{offset}");
    let heard = Arc::new(Mutex::new(vec![]));
    let ears = Arc::clone(&heard);
    let progress = move |at| ears.lock().unwrap().push(at);
    let sent = portal
        .send_bytes(&created.url, offset, source, progress)
        .await;
    assert_eq!(sent, Ok(1_000_000));
    let heard = heard.lock().unwrap().clone();
    assert!(
        heard.is_sorted() && heard.len() > 3 && heard.last() == Some(&1_000_000),
        "{heard:?}"
    );

    let put = || portal.put_revision(dossier(), 1, manifest.bytes.clone());
    desk.fault("PUT", "/v1/dossiers", FaultKind::LoseReply)
        .await;
    assert!(matches!(put().await, Err(CallError::Unknown { .. })));
    let view = put().await.unwrap();
    assert_eq!(
        (view.sha256, view.state),
        (manifest.sha256, RevisionState::Created)
    );
    let other = sealed(serde_json::json!({"hoTen": "Trần Văn Mẫu"}));
    let conflict = portal
        .put_revision(dossier(), 1, other.bytes)
        .await
        .unwrap_err();
    assert_eq!(code(&conflict), Some(ProblemCode::DossierConflict));

    desk.fault("POST", "/v1/dossiers", FaultKind::LoseReply)
        .await;
    let lost = portal.submit(dossier(), 1).await;
    assert!(matches!(lost, Err(CallError::Unknown { .. })), "{lost:?}");
    let held = portal.dossier(dossier()).await.unwrap();
    assert_eq!((held.revision, held.sha256), (1, manifest.sha256));
    let receipt = portal.submit(dossier(), 1).await.unwrap();
    assert_eq!(receipt.code, held.code);
    assert_eq!(portal.submit(dossier(), 1).await.unwrap(), receipt);

    let page = portal.changes(None).await.unwrap();
    assert_eq!(page.dossiers.len(), 1);
    assert!(
        portal
            .changes(Some(&page.cursor))
            .await
            .unwrap()
            .dossiers
            .is_empty()
    );
    assert!(portal.clock_skew().is_some_and(|skew| skew.abs() <= 2));
    desk.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_calls_spend_a_refresh_token_once() {
    let desk = Desk::open().await;
    let old = desk.session.token(None).await.unwrap();
    assert_eq!(desk.memory.saves.load(Ordering::Relaxed), 1);
    let renewed = join_all((0..8).map(|_| desk.session.token(Some(&old)))).await;
    let renewed: Vec<String> = renewed.into_iter().map(Result::unwrap).collect();
    assert!(
        renewed
            .iter()
            .all(|token| *token == renewed[0] && *token != old)
    );
    assert_eq!(desk.memory.saves.load(Ordering::Relaxed), 2, "renewed once");
    let kept = desk.memory.held.lock().unwrap().clone().unwrap();
    assert_eq!(kept.access, renewed[0]);

    // A process that starts with what was kept goes on; one that kept the spent token has to sign in.
    let again = Session::new(&desk.http, Some(kept.clone()), desk.memory.clone());
    let next = again.token(Some(&kept.access)).await.unwrap();
    assert!(again.token(Some(&next)).await.is_ok());
    let spent = Session::new(&desk.http, Some(kept.clone()), Arc::new(Memory::default()));
    assert_eq!(
        spent.token(Some(&kept.access)).await,
        Err(CallError::SignedOut)
    );
    desk.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_ends_it_here_and_there() {
    let desk = Desk::open().await;
    let access = desk.session.token(None).await.unwrap();
    let claims = desk.session.claims().await.unwrap();
    assert_eq!(claims.name.as_deref(), Some(CITIZEN.name));
    assert_eq!(claims.identity.as_deref(), Some(CITIZEN.identity));
    let page = desk.session.sign_out().await.unwrap();
    assert!(page.is_some_and(|url| url.path().contains("logout")));
    assert!(desk.memory.held.lock().unwrap().is_none());
    assert_eq!(desk.portal.changes(None).await, Err(CallError::SignedOut));
    let url = format!("{}/v1/dossiers", desk.running.url);
    let old = reqwest::Client::new()
        .get(url)
        .bearer_auth(access)
        .send()
        .await
        .unwrap();
    assert_eq!(old.status(), 401);

    let info = desk.portal.info().await.unwrap();
    let tokens = sign_in(&desk.http, &info.issuer, &info.client_id, &ORGANISATION).await;
    assert_eq!(tokens.claims.tax_code.as_deref(), ORGANISATION.tax_code);
    desk.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_catalogue_is_fetched_once() {
    let desk = Desk::open().await;
    let Fetched::New { value: page, etag } = desk.portal.catalogue(None, None).await.unwrap()
    else {
        panic!("nothing is known yet");
    };
    let unchanged = desk.portal.catalogue(None, etag.as_deref()).await.unwrap();
    assert_eq!(unchanged, Fetched::Unchanged);
    let change = &page.changes[0];
    let Fetched::New { value: pack, .. } = desk.portal.pack(&change.code, None).await.unwrap()
    else {
        panic!("nothing is known yet");
    };
    assert_eq!(
        (pack.sha256, pack.bundle.code.as_str()),
        (change.sha256, change.code.as_str())
    );
    assert!(desk.portal.pack("9.999999", None).await.is_err());
    desk.running.shutdown().await;
}
