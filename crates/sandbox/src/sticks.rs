//! Dossiers that come by hand, and the keys that tell whose they are.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use hoso_portal_api::{ProblemCode, Receipt, SigningKey, StickKeys};
use hoso_stick::{
    Bag, CarriedPack, CatalogueFile, Identity, PublicKey, ReceiptFile, Signer, StickError,
};

use crate::dossiers::Way;
use crate::portal::{Caller, Portal};
use crate::refusal::Refusal;
use crate::{dossiers, uploads};

/// Longest name of a desktop, in characters.
const MAX_NAME: usize = 200;

/// The portal's own keys for what is carried by hand.
pub(crate) struct Keys {
    identity: Identity,
    signer: Signer,
}

impl Keys {
    /// New ones, to be kept.
    pub(crate) fn mint() -> String {
        let mut random = |buffer: &mut [u8]| rand::Rng::fill_bytes(&mut rand::rng(), buffer);
        let identity = Identity::generate(&mut random).to_secret();
        let signer = Signer::generate(&mut random).to_secret();
        format!("{identity} {signer}")
    }

    /// Those that were kept.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (identity, signer) = text.split_once(' ')?;
        Some(Self {
            identity: Identity::from_secret(identity).ok()?,
            signer: Signer::from_secret(signer).ok()?,
        })
    }

    /// The catalogue as one file, signed.
    pub(crate) fn sign_catalogue(
        &self,
        name: &str,
        as_of: &str,
        packs: &[CarriedPack],
    ) -> Result<Vec<u8>, StickError> {
        CatalogueFile::pack(name, as_of, packs, &self.signer)
    }

    /// The portal's word, signed.
    pub(crate) fn sign(&self, receipt: &Receipt) -> Result<ReceiptFile, Refusal> {
        ReceiptFile::sign(receipt, &self.signer)
            .map_err(|error| Refusal::internal("signing a receipt", &error))
    }

    /// What everybody may know.
    pub(crate) fn public(&self) -> StickKeys {
        StickKeys {
            recipient: self.identity.recipient().to_string(),
            signer: self.signer.public().to_string(),
        }
    }
}

/// `PUT /v1/keys`.
pub(crate) async fn put_key(
    State(portal): State<Arc<Portal>>,
    Caller(owner): Caller,
    Json(key): Json<SigningKey>,
) -> Result<StatusCode, Refusal> {
    let read: PublicKey = key.key.parse().map_err(|_| {
        Refusal::request("Khóa ký không đọc được.").with_field("key", "Ed25519, base64.")
    })?;
    if key.name.chars().count() > MAX_NAME {
        return Err(Refusal::request("Tên máy dài quá 200 ký tự."));
    }
    let known: Option<String> = sqlx::query_scalar(
        "INSERT INTO signing_keys (key, owner, name) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET name = excluded.name WHERE owner = excluded.owner RETURNING owner",
    )
    .bind(read.to_string())
    .bind(&owner)
    .bind(&key.name)
    .fetch_optional(&portal.db)
    .await?;
    match known {
        Some(_) => Ok(StatusCode::NO_CONTENT),
        None => Err(Refusal::forbidden("Khóa ký này thuộc tài khoản khác.")),
    }
}

/// `POST /v1/sticks`.
pub(crate) async fn take(
    State(portal): State<Arc<Portal>>,
    body: Bytes,
) -> Result<Json<ReceiptFile>, Refusal> {
    take_in(&portal, &body).await.map(Json)
}

/// Takes in a carried dossier, or finds it taken in, and signs its receipt.
pub(crate) async fn take_in(portal: &Portal, file: &[u8]) -> Result<ReceiptFile, Refusal> {
    let bag = Bag::open(file, &portal.sticks.identity).map_err(unreadable)?;
    let owner: Option<String> = sqlx::query_scalar("SELECT owner FROM signing_keys WHERE key = ?")
        .bind(bag.signer.to_string())
        .fetch_optional(&portal.db)
        .await?;
    let owner = owner.ok_or_else(|| {
        Refusal::unprocessable(
            ProblemCode::StickStranger,
            format!(
                "Hồ sơ này được ký bằng khóa {} không thuộc tài khoản nào trên cổng. Hãy đăng nhập cổng một lần trên máy đã xuất hồ sơ.",
                bag.signer.fingerprint()
            ),
        )
    })?;
    let manifest = &bag.manifest;
    let (id, revision) = (manifest.dossier, manifest.revision);
    dossiers::check_manifest(portal, manifest, id, revision)?;
    // First what may be refused: nothing is left of a dossier that the portal doesn't take.
    let mut db = portal.db.begin().await?;
    dossiers::keep_revision(portal, &mut db, &owner, manifest, &bag.sealed).await?;
    for file in &manifest.files {
        if file.size > portal.max_upload_bytes {
            return Err(Refusal::unprocessable(
                ProblemCode::TooLarge,
                format!("Tệp “{}” vượt quá giới hạn của cổng.", file.name),
            ));
        }
    }
    db.commit().await?;
    for (file, carried) in manifest.files.iter().filter_map(|file| {
        let mut all = bag.files.iter();
        Some((file, all.find(|one| one.upload == file.upload)?))
    }) {
        uploads::put_whole(portal, &owner, id, file, &carried.bytes).await?;
    }
    let receipt = dossiers::hand_in(portal, &owner, id, revision, Way::ByHand).await?;
    portal.sticks.sign(&receipt)
}

fn unreadable(error: StickError) -> Refusal {
    let detail = match &error {
        StickError::NotForUs => "Tệp này được mã hóa cho cổng khác hoặc máy khác.".to_owned(),
        StickError::Changed { what } => {
            format!("Tệp đã bị thay đổi hoặc hỏng trên đường đi ({what}). Hãy xuất lại.")
        }
        StickError::Climbs { name } => {
            format!("Tệp chứa đường dẫn trỏ ra ngoài ({name}) nên không được nhận.")
        }
        StickError::TooLarge => {
            "Tệp bung ra quá lớn so với giới hạn nên không được nhận.".to_owned()
        }
        _ => "Đây không phải là tệp hồ sơ được xuất từ ứng dụng Hồ Sơ.".to_owned(),
    };
    Refusal::unprocessable(ProblemCode::StickUnreadable, detail)
        .with_field("file", error.to_string())
}
