//! Dossiers as the person's application sees them.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use hoso_dossier::{DECLARATION_VERSION, DossierId, Manifest, Money, OfficialStatus, Sha256};
use hoso_portal_api::{
    DossierPage, DossierView, ProblemCode, Receipt, RevisionState, RevisionView, TimelineEntry,
};
use serde::Deserialize;
use sqlx::SqliteConnection;
use uuid::Uuid;

use crate::faults::RefuseOnPurpose;
use crate::portal::{Caller, Portal};
use crate::refusal::Refusal;
use crate::uploads::Upload;
use crate::view::{open_supplement, stored, view};
use crate::{account, agency, catalogue, desk, needs, payments};

/// Who handles a dossier before a person has seen it.
const PORTAL_ITSELF: &str = "Cổng dịch vụ công (thử nghiệm)";
/// The one-stop desk's own number, first part of every code that it gives.
const UNIT: &str = "000.00.19.H34";

/// The row of a dossier.
struct Row {
    owner: String,
    status: u8,
    revision: u32,
}

async fn find(db: &mut SqliteConnection, id: DossierId) -> Result<Option<Row>, sqlx::Error> {
    let row: Option<(String, u8, u32)> =
        sqlx::query_as("SELECT owner, status, revision FROM dossiers WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(db)
            .await?;
    Ok(row.map(|(owner, status, revision)| Row {
        owner,
        status,
        revision,
    }))
}

pub(crate) fn unknown() -> Refusal {
    Refusal::not_found("Cổng không có hồ sơ này.")
}

fn not_yours() -> Refusal {
    Refusal::forbidden("Hồ sơ này thuộc tài khoản khác.")
}

pub(crate) fn read_id(id: &str) -> Result<DossierId, Refusal> {
    id.parse().map_err(|_| unknown())
}

/// `PUT /v1/dossiers/{id}/revisions/{n}`.
pub(crate) async fn put_revision(
    State(portal): State<Arc<Portal>>,
    Caller(owner): Caller,
    Path((id, revision)): Path<(String, u32)>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let id = read_id(&id)?;
    let manifest = Manifest::from_sealed(&body).map_err(|error| {
        Refusal::unprocessable(ProblemCode::DossierInvalid, "Hồ sơ gửi lên không đọc được.")
            .with_field("manifest", error.to_string())
    })?;
    check_manifest(&portal, &manifest, id, revision)?;
    let mut db = portal.db.begin().await?;
    let (status, mut view) = keep_revision(&portal, &mut db, &owner, &manifest, &body).await?;
    if view.state == RevisionState::Created {
        view.needs = needs::of(&portal, &mut db, &owner, &manifest).await?;
    }
    db.commit().await?;
    Ok((status, Json(view)).into_response())
}

/// Keeps a revision's sealed bytes, or finds them kept.
pub(crate) async fn keep_revision(
    portal: &Portal,
    db: &mut SqliteConnection,
    owner: &str,
    manifest: &Manifest,
    sealed: &[u8],
) -> Result<(StatusCode, RevisionView), Refusal> {
    let (id, revision) = (manifest.dossier, manifest.revision);
    let sha256 = Sha256::of(sealed);
    let known = find(db, id).await?;
    if known.as_ref().is_some_and(|known| known.owner != owner) {
        return Err(not_yours());
    }
    let stored: Option<(String, Option<String>)> = sqlx::query_as(
        "SELECT sha256, submitted_at FROM revisions WHERE dossier = ? AND revision = ?",
    )
    .bind(id.to_string())
    .bind(revision)
    .fetch_optional(&mut *db)
    .await?;
    let view = |state| RevisionView {
        dossier: id,
        revision,
        sha256,
        state,
        needs: None,
    };
    if let Some((stored, submitted)) = stored {
        if stored != sha256.to_string() {
            return Err(Refusal::conflict(
                ProblemCode::DossierConflict,
                "Cổng đã giữ lần nộp này với nội dung khác.",
            ));
        }
        let state = if submitted.is_some() {
            RevisionState::Submitted
        } else if kept_refusal(db, id, revision).await?.is_some() {
            RevisionState::Refused
        } else {
            RevisionState::Created
        };
        return Ok((StatusCode::OK, view(state)));
    }
    match &known {
        None => {
            if revision != 1 {
                return Err(unexpected_supplement());
            }
            if !catalogue::takes(db, &manifest.procedure).await? {
                return Err(Refusal::unprocessable(
                    ProblemCode::ProcedureClosed,
                    "Thủ tục này không còn được tiếp nhận trên cổng.",
                ));
            }
            agency::check(portal, db, manifest).await?;
            sqlx::query("INSERT INTO dossiers (id, owner, procedure) VALUES (?, ?, ?)")
                .bind(id.to_string())
                .bind(owner)
                .bind(&manifest.procedure)
                .execute(&mut *db)
                .await?;
        }
        Some(_) => {
            let open = open_supplement(db, id).await?;
            if open.is_none_or(|open| revision < open.revision) {
                return Err(unexpected_supplement());
            }
            agency::check_supplement(db, manifest).await?;
        }
    }
    sqlx::query(
        "INSERT INTO revisions (dossier, revision, manifest, sha256, created_at) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(id.to_string())
    .bind(revision)
    .bind(sealed)
    .bind(sha256.to_string())
    .bind(portal.now_text())
    .execute(&mut *db)
    .await?;
    Ok((StatusCode::CREATED, view(RevisionState::Created)))
}

pub(crate) fn check_manifest(
    portal: &Portal,
    manifest: &Manifest,
    id: DossierId,
    revision: u32,
) -> Result<(), Refusal> {
    let checks = [
        (
            "dossier",
            manifest.dossier == id,
            "Mã định danh hồ sơ khác với địa chỉ gửi lên.",
        ),
        (
            "revision",
            manifest.revision == revision && revision > 0,
            "Lần nộp khác với địa chỉ gửi lên.",
        ),
        (
            "declaration",
            manifest.declaration.text_version == DECLARATION_VERSION,
            "Chưa có lời cam đoan theo nội dung hiện hành.",
        ),
        (
            "applicant.name",
            !manifest.applicant.name.trim().is_empty(),
            "Thiếu tên người nộp.",
        ),
        (
            "applicant.identity",
            !manifest.applicant.identity.trim().is_empty(),
            "Thiếu số định danh của người nộp.",
        ),
        (
            "pay",
            manifest.pay.is_online() || revision > 1 || portal.takes_at_desk(),
            "Cổng này không thu phí, lệ phí tại Bộ phận Một cửa thay cho thanh toán trực tuyến. Hãy chọn thanh toán trực tuyến.",
        ),
    ];
    let mut wrong = checks.into_iter().filter(|(_, fits, _)| !fits).peekable();
    if wrong.peek().is_none() {
        return Ok(());
    }
    let refusal = Refusal::unprocessable(ProblemCode::DossierInvalid, "Hồ sơ gửi lên chưa hợp lệ.");
    Err(wrong.fold(refusal, |refusal, (name, _, what)| {
        refusal.with_field(name, what)
    }))
}

fn unexpected_supplement() -> Refusal {
    Refusal::conflict(
        ProblemCode::SupplementUnexpected,
        "Cổng không yêu cầu bổ sung hồ sơ này, hoặc yêu cầu đã được trả lời.",
    )
}

/// A revision that is kept, and what is wanted before it is taken.
pub(crate) async fn revision_view(
    portal: &Portal,
    db: &mut SqliteConnection,
    owner: &str,
    id: DossierId,
    revision: u32,
) -> Result<RevisionView, Refusal> {
    let sealed: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT manifest FROM revisions WHERE dossier = ? AND revision = ?")
            .bind(id.to_string())
            .bind(revision)
            .fetch_optional(&mut *db)
            .await?;
    let sealed = sealed.ok_or_else(unknown)?;
    let manifest = Manifest::from_sealed(&sealed)
        .map_err(|error| Refusal::internal("reading a stored revision", &error))?;
    let (_, mut view) = keep_revision(portal, db, owner, &manifest, &sealed).await?;
    if view.state == RevisionState::Created {
        view.needs = needs::of(portal, db, owner, &manifest).await?;
    }
    Ok(view)
}

/// `POST /v1/dossiers/{id}/revisions/{n}/submit`.
pub(crate) async fn submit(
    State(portal): State<Arc<Portal>>,
    Caller(owner): Caller,
    Path((id, revision)): Path<(String, u32)>,
    on_purpose: Option<Extension<RefuseOnPurpose>>,
) -> Result<Json<Receipt>, Refusal> {
    let id = read_id(&id)?;
    let on_purpose = on_purpose.map(|Extension(RefuseOnPurpose(code))| code);
    let way = Way::Online { on_purpose };
    let receipt = hand_in(&portal, &owner, id, revision, way).await?;
    sign(&portal, receipt).map(Json)
}

/// `GET /v1/dossiers/{id}/revisions/{n}/receipt`.
pub(crate) async fn show_receipt(
    State(portal): State<Arc<Portal>>,
    Caller(owner): Caller,
    Path((id, revision)): Path<(String, u32)>,
) -> Result<Json<Receipt>, Refusal> {
    let id = read_id(&id)?;
    let mut db = portal.readers.acquire().await?;
    let known = find(&mut db, id).await?.ok_or_else(unknown)?;
    if known.owner != owner {
        return Err(not_yours());
    }
    let receipt = receipt(&mut db, id, revision).await?.ok_or_else(unknown)?;
    sign(&portal, receipt).map(Json)
}

/// A receipt as the portal gives it.
fn sign(portal: &Portal, receipt: Receipt) -> Result<Receipt, Refusal> {
    if !portal.signs_receipts {
        return Ok(receipt);
    }
    let signed = portal.sticks.sign(&receipt)?.into_signed();
    Ok(Receipt {
        signed: Some(signed),
        ..receipt
    })
}

/// How a revision is handed in.
#[derive(Clone, Copy)]
pub(crate) enum Way {
    /// By the person's application; a fault may have it refused.
    Online { on_purpose: Option<ProblemCode> },
    /// By hand, signed with the person's key: nothing is wanted first.
    ByHand,
}

/// Submits a kept revision, or finds it submitted.
pub(crate) async fn hand_in(
    portal: &Portal,
    owner: &str,
    id: DossierId,
    revision: u32,
    way: Way,
) -> Result<Receipt, Refusal> {
    let mut db = portal.db.begin().await?;
    let known = find(&mut db, id).await?.ok_or_else(unknown)?;
    if known.owner != owner {
        return Err(not_yours());
    }
    if let Some(receipt) = receipt(&mut db, id, revision).await? {
        return Ok(receipt);
    }
    if let Some(refusal) = kept_refusal(&mut db, id, revision).await? {
        return Err(refusal);
    }
    let taken = match way {
        Way::Online {
            on_purpose: Some(code),
        } => Err(Refusal::unprocessable(
            code,
            "Nội dung bổ sung không khớp với giấy tờ đã nộp.",
        )),
        way => take(portal, &mut db, owner, id, revision, &known, way).await,
    };
    let receipt = match taken {
        Ok(receipt) => receipt,
        Err(refusal) if refusal.ends_a_revision() => {
            // What was begun is undone; that it was refused is kept.
            db.rollback().await?;
            keep_refusal(portal, id, revision, &refusal).await?;
            return Err(refusal);
        }
        Err(refusal) => return Err(refusal),
    };
    db.commit().await?;
    Ok(receipt)
}

async fn take(
    portal: &Portal,
    db: &mut SqliteConnection,
    owner: &str,
    id: DossierId,
    revision: u32,
    known: &Row,
    way: Way,
) -> Result<Receipt, Refusal> {
    let bytes: Vec<u8> =
        sqlx::query_scalar("SELECT manifest FROM revisions WHERE dossier = ? AND revision = ?")
            .bind(id.to_string())
            .bind(revision)
            .fetch_optional(&mut *db)
            .await?
            .ok_or_else(unknown)?;
    let manifest = Manifest::from_sealed(&bytes)
        .map_err(|error| Refusal::internal("reading a stored revision", &error))?;
    check_files(db, owner, &manifest).await?;
    if let Way::Online { .. } = way {
        let needs = needs::of(portal, db, owner, &manifest).await?;
        if needs.is_some_and(|needs| !needs::are_met(&needs)) {
            return Err(needs::open());
        }
    }
    let now = portal.now_text();
    let (status, step) = if revision == 1 {
        let code = next_code(db, portal).await?;
        sqlx::query("UPDATE dossiers SET code = ? WHERE id = ?")
            .bind(code)
            .bind(id.to_string())
            .execute(&mut *db)
            .await?;
        (OfficialStatus::Registered, "Nộp hồ sơ trực tuyến")
    } else {
        let answered = sqlx::query(
            "UPDATE supplements SET answered_at = ? WHERE dossier = ? AND answered_at IS NULL",
        )
        .bind(&now)
        .bind(id.to_string())
        .execute(&mut *db)
        .await?;
        let asked = known.status == u8::from(OfficialStatus::SupplementRequested);
        if answered.rows_affected() != 1 || !asked || revision <= known.revision {
            return Err(unexpected_supplement());
        }
        (OfficialStatus::Processing, "Gửi bổ sung hồ sơ")
    };
    sqlx::query("UPDATE revisions SET submitted_at = ? WHERE dossier = ? AND revision = ?")
        .bind(&now)
        .bind(id.to_string())
        .bind(revision)
        .execute(&mut *db)
        .await?;
    sqlx::query("UPDATE dossiers SET revision = ? WHERE id = ?")
        .bind(revision)
        .bind(id.to_string())
        .execute(&mut *db)
        .await?;
    let entry = TimelineEntry {
        at: now,
        status: status.into(),
        step: step.to_owned(),
        handler: PORTAL_ITSELF.to_owned(),
        note: String::new(),
    };
    desk::enter(db, id, &entry).await?;
    if revision == 1 && !manifest.pay.is_online() && manifest.fee > Money::ZERO {
        desk::write_fee_down(db, &manifest).await?;
    }
    if revision == 1 {
        payments::write_receipts(portal, db, id).await?;
    }
    receipt(db, id, revision).await?.ok_or_else(unknown)
}

/// The refusal that a revision was answered with at its submission.
async fn kept_refusal(
    db: &mut SqliteConnection,
    id: DossierId,
    revision: u32,
) -> Result<Option<Refusal>, Refusal> {
    let kept: Option<String> =
        sqlx::query_scalar("SELECT refusal FROM refusals WHERE dossier = ? AND revision = ?")
            .bind(id.to_string())
            .bind(revision)
            .fetch_optional(db)
            .await?;
    Ok(kept
        .map(|refusal| serde_json::from_str(&refusal))
        .transpose()?)
}

async fn keep_refusal(
    portal: &Portal,
    id: DossierId,
    revision: u32,
    refusal: &Refusal,
) -> Result<(), Refusal> {
    sqlx::query(
        "INSERT INTO refusals (dossier, revision, refusal)
         SELECT dossier, revision, ? FROM revisions WHERE dossier = ? AND revision = ?
         ON CONFLICT DO NOTHING",
    )
    .bind(serde_json::to_string(refusal)?)
    .bind(id.to_string())
    .bind(revision)
    .execute(&portal.db)
    .await?;
    Ok(())
}

/// Every file of the manifest has arrived whole.
async fn check_files(
    db: &mut SqliteConnection,
    owner: &str,
    manifest: &Manifest,
) -> Result<(), Refusal> {
    let mut missing = Vec::new();
    for file in &manifest.files {
        let arrived = Upload::find(db, file.upload)
            .await?
            .is_some_and(|upload| upload.holds(owner, file.size, file.sha256));
        if !arrived {
            missing.push(file);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let refusal = Refusal::conflict(
        ProblemCode::UploadMissing,
        "Có tệp của hồ sơ chưa được tải lên đầy đủ.",
    );
    Err(missing.into_iter().fold(refusal, |refusal, file| {
        refusal.with_field(
            file.upload.to_string(),
            format!("Tệp “{}” chưa được tải lên đầy đủ.", file.name),
        )
    }))
}

/// The next code of the day, within the transaction that uses it.
async fn next_code(db: &mut SqliteConnection, portal: &Portal) -> Result<String, Refusal> {
    let day = crate::pages::in_vietnam(portal.now())
        .strftime("%y%m%d")
        .to_string();
    let number: i64 = sqlx::query_scalar(
        "INSERT INTO day_counters (day, last) VALUES (?, 1)
         ON CONFLICT (day) DO UPDATE SET last = last + 1 RETURNING last",
    )
    .bind(&day)
    .fetch_one(db)
    .await?;
    Ok(format!("{UNIT}-{day}-{number:04}"))
}

async fn receipt(
    db: &mut SqliteConnection,
    id: DossierId,
    revision: u32,
) -> Result<Option<Receipt>, Refusal> {
    let row: Option<(String, String, String)> = sqlx::query_as(
        "SELECT revisions.sha256, code, submitted_at FROM revisions JOIN dossiers ON dossiers.id = dossier
         WHERE dossier = ? AND revisions.revision = ? AND submitted_at IS NOT NULL AND code IS NOT NULL",
    )
    .bind(id.to_string())
    .bind(revision)
    .fetch_optional(db)
    .await?;
    row.map(|(sha256, code, submitted_at)| {
        Ok(Receipt {
            dossier: id,
            revision,
            sha256: stored(&sha256)?,
            code: stored(&code)?,
            submitted_at,
            signed: None,
        })
    })
    .transpose()
}

#[derive(Deserialize)]
pub(crate) struct Since {
    cursor: Option<String>,
}

/// `GET /v1/dossiers`. The cursor is `epoch.seq`; one of another epoch starts anew.
pub(crate) async fn list(
    State(portal): State<Arc<Portal>>,
    Caller(owner): Caller,
    Query(since): Query<Since>,
) -> Result<Json<DossierPage>, Refusal> {
    let mut db = portal.db.begin().await?;
    let epoch = epoch(&mut db).await?;
    let since: i64 = since
        .cursor
        .as_deref()
        .and_then(|cursor| cursor.rsplit_once('.'))
        .filter(|(of, _)| *of == epoch)
        .and_then(|(_, seq)| seq.parse().ok())
        .unwrap_or(0);
    let changed: Vec<(String, i64)> =
        sqlx::query_as("SELECT id, seq FROM dossiers WHERE owner = ? AND seq > ? ORDER BY seq")
            .bind(&owner)
            .bind(since)
            .fetch_all(&mut *db)
            .await?;
    let mut reached = since;
    let mut dossiers = Vec::with_capacity(changed.len());
    for (id, seq) in changed {
        reached = seq;
        dossiers.extend(view(&portal, &mut db, stored(&id)?).await?);
    }
    let account = account::state(&portal, &mut db, &owner).await?;
    Ok(Json(DossierPage {
        cursor: format!("{epoch}.{reached}"),
        epoch: Some(epoch),
        account,
        dossiers,
    }))
}

/// `GET /v1/dossiers/{id}`.
pub(crate) async fn show(
    State(portal): State<Arc<Portal>>,
    Caller(owner): Caller,
    Path(id): Path<String>,
) -> Result<Json<DossierView>, Refusal> {
    let id = read_id(&id)?;
    let mut db = portal.db.begin().await?;
    own(&mut db, &owner, id).await?;
    view(&portal, &mut db, id)
        .await?
        .map(Json)
        .ok_or_else(unknown)
}

/// `GET /v1/dossiers/{id}/files/{file}`.
pub(crate) async fn file(
    State(portal): State<Arc<Portal>>,
    Caller(owner): Caller,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let id = read_id(&id)?;
    let mut db = portal.db.begin().await?;
    own(&mut db, &owner, id).await?;
    let found: Option<(String, Vec<u8>)> =
        sqlx::query_as("SELECT media_type, content FROM files WHERE dossier = ? AND id = ?")
            .bind(id.to_string())
            .bind(file)
            .fetch_optional(&mut *db)
            .await?;
    let (media_type, content) =
        found.ok_or_else(|| Refusal::not_found("Hồ sơ không có tệp này."))?;
    let mut response = content.into_response();
    if let Ok(media_type) = HeaderValue::from_str(&media_type) {
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, media_type);
    }
    Ok(response)
}

pub(crate) async fn own(
    db: &mut SqliteConnection,
    owner: &str,
    id: DossierId,
) -> Result<(), Refusal> {
    let known = find(db, id).await?.ok_or_else(unknown)?;
    if known.owner == owner {
        Ok(())
    } else {
        Err(not_yours())
    }
}

/// The portal's epoch.
pub(crate) async fn epoch(db: &mut SqliteConnection) -> Result<String, sqlx::Error> {
    sqlx::query_scalar("SELECT value FROM meta WHERE key = 'epoch'")
        .fetch_one(db)
        .await
}

/// Another epoch, as after a restore.
pub(crate) async fn take_new_epoch(db: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE meta SET value = ? WHERE key = 'epoch'")
        .bind(Uuid::new_v4().to_string())
        .execute(db)
        .await?;
    Ok(())
}
