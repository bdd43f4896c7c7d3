//! A person with a signed-in client, and a portal of their own.

use hoso_dossier::{
    Applicant, Capability, DECLARATION_VERSION, Declaration, Delivery, DossierId, Manifest,
    ManifestFile, Money, PaymentId, SealedManifest, Sha256, UploadId,
};
use hoso_portal_api::{DossierView, PaymentOrder, PaymentWish, Problem, ProblemCode, Receipt};
use hoso_sandbox::testing::{CITIZEN, DemoUser, sign_in};
use hoso_sandbox::{Options, Running, Sandbox};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::json;
use tempfile::TempDir;
use uuid::Uuid;

/// A portal in a folder that goes away with it.
pub(crate) struct Portal {
    pub(crate) running: Running,
    _folder: TempDir,
}

impl Portal {
    pub(crate) async fn start() -> Self {
        Self::like("mot-cua-chung").await
    }

    /// One that goes by that profile.
    pub(crate) async fn like(profile: &str) -> Self {
        Self::that_cannot(profile, []).await
    }

    /// One that can't do everything, beside what its profile says.
    pub(crate) async fn that_cannot<const N: usize>(
        profile: &str,
        cannot: [Capability; N],
    ) -> Self {
        let folder = TempDir::new().unwrap();
        let options = Options {
            profile: Some(profile.into()),
            cannot: cannot.into(),
            ..Options::new(folder.path())
        };
        let running = Sandbox::start(options).await.unwrap();
        Self {
            running,
            _folder: folder,
        }
    }

    pub(crate) fn url(&self) -> &str {
        &self.running.url
    }

    pub(crate) async fn person(&self, user: &DemoUser) -> Person {
        Person::at(self.url(), user).await
    }

    pub(crate) async fn citizen(&self) -> Person {
        self.person(&CITIZEN).await
    }
}

#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) url: String,
    pub(crate) token: String,
    pub(crate) client: reqwest::Client,
}

impl Person {
    pub(crate) async fn at(url: &str, user: &DemoUser) -> Self {
        Self {
            url: url.to_owned(),
            token: sign_in(url, user).await.unwrap(),
            client: reqwest::Client::new(),
        }
    }

    pub(crate) fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(&self.token)
    }

    /// A tus request.
    pub(crate) fn tus(&self, method: Method, path: &str) -> RequestBuilder {
        self.ask(method, path).header("Tus-Resumable", "1.0.0")
    }

    pub(crate) async fn create(&self, id: UploadId, bytes: &[u8]) -> Response {
        self.tus(Method::POST, "/v1/uploads")
            .header("Upload-Length", bytes.len())
            .header("Upload-Metadata", metadata(id, bytes))
            .send()
            .await
            .unwrap()
    }

    /// Creation-with-upload: announces a file and sends bytes along.
    pub(crate) async fn announce(&self, id: UploadId, announced: &[u8], sent: &[u8]) -> Response {
        self.tus(Method::POST, "/v1/uploads")
            .header("Upload-Length", announced.len())
            .header("Upload-Metadata", metadata(id, announced))
            .header("Content-Type", "application/offset+octet-stream")
            .body(sent.to_vec())
            .send()
            .await
            .unwrap()
    }

    pub(crate) async fn append(&self, id: UploadId, offset: usize, bytes: &[u8]) -> Response {
        self.tus(Method::PATCH, &format!("/v1/uploads/{id}"))
            .header("Upload-Offset", offset)
            .header("Content-Type", "application/offset+octet-stream")
            .body(bytes.to_vec())
            .send()
            .await
            .unwrap()
    }

    pub(crate) async fn offset(&self, id: UploadId) -> u64 {
        let answer = self
            .tus(Method::HEAD, &format!("/v1/uploads/{id}"))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.headers()["upload-offset"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap()
    }

    pub(crate) async fn upload(&self, id: UploadId, bytes: &[u8]) {
        assert_eq!(self.create(id, bytes).await.status(), StatusCode::CREATED);
        let answer = self.append(id, 0, bytes).await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    }

    pub(crate) async fn put(&self, manifest: &Manifest) -> Response {
        let SealedManifest { bytes, .. } = manifest.seal().unwrap();
        let path = format!(
            "/v1/dossiers/{}/revisions/{}",
            manifest.dossier, manifest.revision
        );
        self.ask(Method::PUT, &path)
            .header("Content-Type", "application/json")
            .body(bytes)
            .send()
            .await
            .unwrap()
    }

    pub(crate) async fn submit(&self, dossier: DossierId, revision: u32) -> Response {
        let path = format!("/v1/dossiers/{dossier}/revisions/{revision}/submit");
        self.ask(Method::POST, &path).send().await.unwrap()
    }

    /// Puts and submits; all files have to be there.
    pub(crate) async fn hand_in(&self, manifest: &Manifest) -> Receipt {
        let put = self.put(manifest).await;
        assert!(put.status().is_success(), "{}", put.text().await.unwrap());
        let answer = self.submit(manifest.dossier, manifest.revision).await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.unwrap()
    }

    pub(crate) async fn view(&self, dossier: DossierId) -> DossierView {
        let path = format!("/v1/dossiers/{dossier}");
        let answer = self.ask(Method::GET, &path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.unwrap()
    }

    pub(crate) async fn wish(&self, id: PaymentId, wish: &PaymentWish) -> Response {
        self.ask(Method::PUT, &format!("/v1/payments/{id}"))
            .json(wish)
            .send()
            .await
            .unwrap()
    }

    pub(crate) async fn payment(&self, id: PaymentId) -> PaymentOrder {
        let path = format!("/v1/payments/{id}");
        let answer = self.ask(Method::GET, &path).send().await.unwrap();
        answer.json().await.unwrap()
    }
}

/// What a person hands in: one PDF that was uploaded under `upload`.
pub(crate) fn manifest(upload: Option<(UploadId, &[u8])>, fee: u64) -> Manifest {
    Manifest {
        dossier: DossierId::new(Uuid::new_v4()),
        revision: 1,
        procedure: "1.001193".to_owned(),
        pack_version: "2026.1".to_owned(),
        applicant: Applicant {
            name: "Nguyễn Thị An".to_owned(),
            identity: "001090000001".to_owned(),
        },
        applicant_form: json!({ "hoTen": "Nguyễn Thị An" }),
        form: json!({ "hoTenTre": "Nguyễn <b>Bé</b>" }),
        files: upload
            .map(|(id, bytes)| file(id, bytes))
            .into_iter()
            .collect(),
        delivery: Delivery::Electronic,
        originals: None,
        notices: vec![],
        pay: Default::default(),
        agency: None,
        fee: Money::dong(fee).unwrap(),
        declaration: Declaration {
            text_version: DECLARATION_VERSION.to_owned(),
            accepted_at: "2026-11-21T08:00:00Z".to_owned(),
        },
        sealed_at: "2026-11-21T08:00:00Z".to_owned(),
    }
}

pub(crate) fn file(id: UploadId, bytes: &[u8]) -> ManifestFile {
    ManifestFile {
        upload: id,
        component: "giay-chung-sinh".to_owned(),
        name: "Giấy chứng sinh.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        size: bytes.len() as u64,
        sha256: Sha256::of(bytes),
    }
}

pub(crate) fn metadata(id: UploadId, bytes: &[u8]) -> String {
    use base64::Engine as _;
    let encode = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    format!(
        "upload {},sha256 {},filename {},filetype {}",
        encode(&id.to_string()),
        encode(&Sha256::of(bytes).to_string()),
        encode("Giấy chứng sinh.pdf"),
        encode("application/pdf")
    )
}

pub(crate) fn upload_id() -> UploadId {
    UploadId::new(Uuid::new_v4())
}

pub(crate) fn payment_id() -> PaymentId {
    PaymentId::new(Uuid::new_v4())
}

/// Bytes that look like a PDF and repeat nowhere soon.
pub(crate) fn pdf(size: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.extend(
        (0..size as u64).flat_map(|word| word.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes()),
    );
    bytes.truncate(size);
    bytes
}

/// The problem that was answered: one that the document has at that address.
pub(crate) async fn problem(answer: Response) -> (StatusCode, ProblemCode, Problem) {
    let path = answer.url().path().to_owned();
    let said = any_problem(answer).await;
    crate::contract::assert_listed(&path, said.1);
    said
}

/// A problem that the contract may not have at that address: one on purpose.
pub(crate) async fn any_problem(answer: Response) -> (StatusCode, ProblemCode, Problem) {
    let status = answer.status();
    assert_eq!(
        answer.headers()["content-type"],
        "application/problem+json",
        "{status}"
    );
    let problem: Problem = answer.json().await.unwrap();
    assert_eq!(problem.status, status.as_u16());
    (status, problem.code, problem)
}
