//! Uploads: tus 1.0 with creation and termination (<https://tus.io/protocols/resumable-upload>).
//!
//! The file on disk is the truth about how much has arrived. An offset is said only after the bytes before it were fsynced. A small file that comes
//! whole with its announcement is in the database instead: one commit makes it durable, and what else is committed at that moment shares it.

mod disk;
mod keep;
mod metadata;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hoso_dossier::{DossierId, ManifestFile, Sha256, UploadId};
use hoso_portal_api::{ProblemCode, upload_metadata};
use sqlx::SqliteConnection;
use uuid::Uuid;

use crate::portal::{Caller, Portal};
use crate::refusal::Refusal;
use metadata::Metadata;

pub(crate) use disk::{Slots, held};
pub(crate) use keep::Keeper;

const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const VERSION: HeaderName = HeaderName::from_static("tus-version");
const EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const DEFER: HeaderName = HeaderName::from_static("upload-defer-length");

/// How bytes call themselves.
const BYTES: &str = "application/offset+octet-stream";

/// Most bytes of a file that is kept in the database.
const IN_ROW: u64 = 64 * 1024;

/// Files that the portal takes, by MIME type; an upload that names no type may be any.
const TYPES: [&str; 8] = [
    "application/pdf",
    "image/jpeg",
    "image/png",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/octet-stream",
];

/// An upload as the database knows it.
pub(crate) struct Upload {
    pub(crate) id: UploadId,
    owner: String,
    length: u64,
    announced: Option<Sha256>,
    media_type: String,
    metadata: String,
    /// Hash of the whole file, once it has arrived and was checked.
    pub(crate) content: Option<Sha256>,
    /// It is in the database, whole.
    in_row: bool,
}

impl Upload {
    pub(crate) async fn find(
        db: &mut SqliteConnection,
        id: UploadId,
    ) -> Result<Option<Self>, Refusal> {
        let row: Option<(String, i64, Option<String>, String, String, Option<String>, bool)> =
            sqlx::query_as(
                "SELECT owner, length, sha256, media_type, metadata, content_sha256, bytes IS NOT NULL FROM uploads WHERE id = ?",
            )
            .bind(id.to_string())
            .fetch_optional(db)
            .await?;
        Ok(row.map(
            |(owner, length, announced, media_type, metadata, content, in_row)| Self {
                id,
                owner,
                length: u64::try_from(length).unwrap_or(0),
                announced: announced.and_then(|hash| hash.parse().ok()),
                media_type,
                metadata,
                content: content.and_then(|hash| hash.parse().ok()),
                in_row,
            },
        ))
    }

    /// How many bytes have arrived, all of them durable.
    async fn held(&self, portal: &Portal) -> Result<u64, Refusal> {
        if self.in_row {
            Ok(self.length)
        } else {
            Ok(disk::durable_len(&portal.uploads_folder, self.id).await?)
        }
    }

    /// It has arrived whole for this owner, with this size and hash.
    pub(crate) fn holds(&self, owner: &str, size: u64, hash: Sha256) -> bool {
        self.owner == owner && self.length == size && self.content == Some(hash)
    }
}

/// Says and asks for the protocol's version on every answer and request.
pub(crate) async fn speak_tus(request: Request, next: Next) -> Response {
    let asks = request.method() != axum::http::Method::OPTIONS;
    let speaks = request
        .headers()
        .get(RESUMABLE)
        .is_some_and(|version| version == "1.0.0");
    let mut response = if asks && !speaks {
        Refusal::new(
            StatusCode::PRECONDITION_FAILED,
            ProblemCode::RequestInvalid,
            "Cổng chỉ nhận tus phiên bản 1.0.0.",
        )
        .with_header(VERSION, HeaderValue::from_static("1.0.0"))
        .into_response()
    } else {
        next.run(request).await
    };
    response
        .headers_mut()
        .insert(RESUMABLE, HeaderValue::from_static("1.0.0"));
    response
}

/// `OPTIONS`: what the server can do.
pub(crate) async fn options(State(portal): State<Arc<Portal>>) -> Response {
    (
        StatusCode::NO_CONTENT,
        [
            (VERSION, HeaderValue::from_static("1.0.0")),
            (
                EXTENSION,
                HeaderValue::from_static("creation,creation-with-upload,termination"),
            ),
            (MAX_SIZE, portal.max_upload_bytes.into()),
        ],
    )
        .into_response()
}

/// `OPTIONS` of one upload: the same, where there could be one.
pub(crate) async fn options_of_one(
    State(portal): State<Arc<Portal>>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    id.parse::<UploadId>().map_err(|_| unknown())?;
    Ok(options(State(portal)).await)
}

/// `POST /v1/uploads`: a creation, which may be repeated when the upload has an id.
pub(crate) async fn create(
    State(portal): State<Arc<Portal>>,
    Caller(owner): Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    if headers.contains_key(DEFER) {
        return Err(Refusal::request(
            "Cổng cần biết trước độ dài tệp (Upload-Length).",
        ));
    }
    let length = number(&headers, &LENGTH)?;
    if length > portal.max_upload_bytes {
        return Err(Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            ProblemCode::TooLarge,
            format!(
                "Tệp vượt quá giới hạn {} MB của cổng.",
                portal.max_upload_bytes / (1024 * 1024)
            ),
        ));
    }
    let metadata_text = match headers.get(METADATA) {
        Some(value) => value
            .to_str()
            .map_err(|_| Refusal::request("Upload-Metadata không đọc được."))?,
        None => "",
    };
    let garbled = || Refusal::request("Upload-Metadata không đọc được.");
    let metadata = Metadata::parse(metadata_text).ok_or_else(garbled)?;
    let said = |key| metadata.text(key).map_err(|_| garbled());
    let unreadable = |error: hoso_dossier::ParseIdError| Refusal::request(error.to_string());
    let id: UploadId = match said(upload_metadata::UPLOAD)? {
        Some(id) => id.parse().map_err(unreadable)?,
        None => UploadId::new(Uuid::new_v4()),
    };
    let dossier: Option<DossierId> = said(upload_metadata::DOSSIER)?
        .map(str::parse)
        .transpose()
        .map_err(unreadable)?;
    let announced: Option<Sha256> = said(upload_metadata::SHA256)?
        .map(str::parse)
        .transpose()
        .map_err(unreadable)?;
    let media_type = said(upload_metadata::FILE_TYPE)?.unwrap_or_default();
    let name = said(upload_metadata::FILE_NAME)?.unwrap_or_default();
    if !media_type.is_empty() && !TYPES.contains(&media_type) {
        return Err(type_refused());
    }
    let with_bytes = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == BYTES);
    let slot = portal.uploads.take_over(id).await;
    let disk::Arrived { bytes, too_much } = if with_bytes {
        disk::Arrived::take(length, body, &slot).await
    } else {
        disk::Arrived::nothing()
    };
    let held = bytes.len() as u64;
    let content = (held == length && !too_much).then(|| Sha256::of(&bytes));
    let refusal = if too_much {
        Some(too_long())
    } else {
        content.and_then(|hash| unfit(announced, hash, media_type, &bytes))
    };
    let mut row = keep::Row {
        id,
        owner: owner.clone(),
        dossier,
        length,
        announced,
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        metadata: metadata_text.to_owned(),
        content,
        bytes: None,
        created_at: portal.now_text(),
    };
    let said = |held: u64| created(id, with_bytes.then_some(held));
    if content.is_some() && refusal.is_none() && held <= IN_ROW {
        row.bytes = Some(bytes);
        // Whether the id is known shows when the row is written: one question less for nearly every file.
        if portal.keeper.keep(row).await? {
            return Ok(said(held));
        }
        let known = goes_on(&portal, &owner, id, length, announced).await?;
        return known.map(said).ok_or_else(unknown);
    }
    if let Some(held) = goes_on(&portal, &owner, id, length, announced).await? {
        return Ok(said(held));
    }
    if let Some(refusal) = refusal {
        return Err(refusal);
    }
    disk::begin(&portal.uploads_folder, id, bytes).await?;
    portal.keeper.keep(row).await?;
    if with_bytes {
        sqlx::query("INSERT INTO patches (upload, from_offset, bytes) VALUES (?, 0, ?)")
            .bind(id.to_string())
            .bind(i64::try_from(held).unwrap_or(i64::MAX))
            .execute(&portal.db)
            .await?;
    }
    drop(slot);
    Ok(said(held))
}

/// Where an upload that is known goes on; what has come with its announcement now may be there already.
async fn goes_on(
    portal: &Portal,
    owner: &str,
    id: UploadId,
    length: u64,
    announced: Option<Sha256>,
) -> Result<Option<u64>, Refusal> {
    let mut db = portal.readers.acquire().await?;
    let known = Upload::find(&mut db, id).await?;
    drop(db);
    let Some(known) = known else {
        return Ok(None);
    };
    if known.owner != owner {
        return Err(not_yours());
    }
    if known.length != length || known.announced != announced {
        return Err(Refusal::conflict(
            ProblemCode::DossierConflict,
            "Mã tệp này đã được dùng cho một tệp khác.",
        ));
    }
    known.held(portal).await.map(Some)
}

fn created(id: UploadId, held: Option<u64>) -> Response {
    let mut response = (
        StatusCode::CREATED,
        [(header::LOCATION, format!("/v1/uploads/{id}"))],
    )
        .into_response();
    if let Some(held) = held {
        response.headers_mut().insert(OFFSET, held.into());
    }
    response
}

/// Why a whole file is not what was announced.
fn unfit(
    announced: Option<Sha256>,
    hash: Sha256,
    media_type: &str,
    bytes: &[u8],
) -> Option<Refusal> {
    if announced.is_some_and(|announced| announced != hash) {
        Some(mismatch())
    } else if !looks_like(media_type, bytes) {
        Some(type_refused())
    } else {
        None
    }
}

/// Keeps a file that came by hand, unless it is here already.
pub(crate) async fn put_whole(
    portal: &Portal,
    owner: &str,
    dossier: DossierId,
    file: &ManifestFile,
    bytes: &[u8],
) -> Result<(), Refusal> {
    if !TYPES.contains(&file.media_type.as_str()) {
        return Err(type_refused());
    }
    let slot = portal.uploads.take_over(file.upload).await;
    let mut db = portal.db.begin().await?;
    match Upload::find(&mut db, file.upload).await? {
        Some(known) if known.holds(owner, file.size, file.sha256) => return Ok(()),
        Some(known) if known.owner != owner => return Err(not_yours()),
        _ => {}
    }
    disk::begin(&portal.uploads_folder, file.upload, bytes.to_vec()).await?;
    sqlx::query(
        "INSERT INTO uploads (id, owner, dossier, length, sha256, name, media_type, metadata, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, '', ?) ON CONFLICT DO UPDATE SET length = excluded.length, sha256 = excluded.sha256, bytes = NULL",
    )
    .bind(file.upload.to_string())
    .bind(owner)
    .bind(dossier.to_string())
    .bind(i64::try_from(file.size).unwrap_or(i64::MAX))
    .bind(file.sha256.to_string())
    .bind(&file.name)
    .bind(&file.media_type)
    .bind(portal.now_text())
    .execute(&mut *db)
    .await?;
    db.commit().await?;
    finish(portal, file.upload, &slot).await
}

/// `HEAD /v1/uploads/{id}`: how much has arrived.
pub(crate) async fn head(
    State(portal): State<Arc<Portal>>,
    Caller(owner): Caller,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let upload = own(&portal, &owner, &id).await?;
    let slot = portal.uploads.take_over(upload.id).await;
    let offset = upload.held(&portal).await?;
    // A crash may have come between the last byte and its check.
    let offset = if offset == upload.length && upload.content.is_none() {
        match finish(&portal, upload.id, &slot).await {
            Ok(()) => offset,
            Err(refusal) if refusal.status() == StatusCode::INTERNAL_SERVER_ERROR => {
                return Err(refusal);
            }
            Err(_) => 0,
        }
    } else {
        offset
    };
    let mut response = (
        StatusCode::OK,
        [
            (OFFSET, HeaderValue::from(offset)),
            (LENGTH, HeaderValue::from(upload.length)),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ],
    )
        .into_response();
    if let Ok(metadata) = HeaderValue::from_str(&upload.metadata)
        && !upload.metadata.is_empty()
    {
        response.headers_mut().insert(METADATA, metadata);
    }
    Ok(response)
}

/// `PATCH /v1/uploads/{id}`: more bytes. What arrives before the connection breaks is kept.
pub(crate) async fn append(
    State(portal): State<Arc<Portal>>,
    Caller(owner): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    if headers
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| kind != BYTES)
    {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ProblemCode::RequestInvalid,
            "PATCH cần Content-Type: application/offset+octet-stream.",
        ));
    }
    let offset = number(&headers, &OFFSET)?;
    let upload = own(&portal, &owner, &id).await?;
    // On its own, so that it ends in order whatever becomes of the connection.
    let done = tokio::spawn(append_all(Arc::clone(&portal), upload, offset, body)).await;
    let offset = done.map_err(|error| Refusal::internal("writing an upload", &error))??;
    Ok((
        StatusCode::NO_CONTENT,
        [(OFFSET, HeaderValue::from(offset))],
    )
        .into_response())
}

async fn append_all(
    portal: Arc<Portal>,
    upload: Upload,
    offset: u64,
    body: Body,
) -> Result<u64, Refusal> {
    let slot = portal.uploads.take_over(upload.id).await;
    let held = upload.held(&portal).await?;
    settle_patches(&portal, upload.id, held).await?;
    if offset != held {
        return Err(Refusal::conflict(
            ProblemCode::RequestInvalid,
            format!("Cổng đang giữ {held} byte của tệp này."),
        ));
    }
    if upload.in_row {
        return if disk::is_empty(body).await {
            Ok(held)
        } else {
            Err(too_long())
        };
    }
    let patch: i64 =
        sqlx::query_scalar("INSERT INTO patches (upload, from_offset) VALUES (?, ?) RETURNING id")
            .bind(upload.id.to_string())
            .bind(i64::try_from(held).unwrap_or(i64::MAX))
            .fetch_one(&portal.db)
            .await?;
    let written = disk::append(
        &portal.uploads_folder,
        upload.id,
        upload.length.saturating_sub(held),
        body,
        &slot,
    )
    .await;
    let reached = disk::durable_len(&portal.uploads_folder, upload.id).await?;
    sqlx::query("UPDATE patches SET bytes = ? WHERE id = ?")
        .bind(i64::try_from(reached.saturating_sub(held)).unwrap_or(i64::MAX))
        .bind(patch)
        .execute(&portal.db)
        .await?;
    match written? {
        disk::Written::All => {}
        disk::Written::Interrupted => {
            return Err(Refusal::request("Kết nối bị ngắt giữa chừng."));
        }
        disk::Written::TooMuch => {
            return Err(too_long());
        }
    }
    if reached == upload.length && upload.content.is_none() {
        finish(&portal, upload.id, &slot).await?;
    }
    Ok(reached)
}

/// Closes the rows of PATCHes that a crash ended.
async fn settle_patches(portal: &Portal, id: UploadId, held: u64) -> Result<(), Refusal> {
    sqlx::query(
        "UPDATE patches SET bytes = MAX(0, ? - from_offset) WHERE upload = ? AND bytes IS NULL",
    )
    .bind(i64::try_from(held).unwrap_or(i64::MAX))
    .bind(id.to_string())
    .execute(&portal.db)
    .await?;
    Ok(())
}

/// Checks a file that has arrived whole. A file that is not what was announced is forgotten.
async fn finish(portal: &Portal, id: UploadId, _slot: &disk::Slot) -> Result<(), Refusal> {
    let upload = {
        let mut db = portal.db.acquire().await?;
        Upload::find(&mut db, id).await?.ok_or_else(unknown)?
    };
    let (hash, start) = disk::digest(&portal.uploads_folder, id).await?;
    let refusal = if upload.announced.is_some_and(|announced| announced != hash) {
        mismatch()
    } else if !looks_like(&upload.media_type, &start) {
        type_refused()
    } else {
        sqlx::query("UPDATE uploads SET content_sha256 = ? WHERE id = ?")
            .bind(hash.to_string())
            .bind(id.to_string())
            .execute(&portal.db)
            .await?;
        return Ok(());
    };
    settle_patches(portal, id, upload.length).await?;
    disk::forget_bytes(&portal.uploads_folder, id).await?;
    Err(refusal)
}

/// `DELETE /v1/uploads/{id}`: termination, unless a submitted dossier needs the file.
pub(crate) async fn terminate(
    State(portal): State<Arc<Portal>>,
    Caller(owner): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    let upload = own(&portal, &owner, &id).await?;
    let _slot = portal.uploads.take_over(upload.id).await;
    let mut db = portal.db.begin().await?;
    let needed: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM revisions WHERE submitted_at IS NOT NULL AND instr(manifest, CAST(? AS BLOB)) > 0",
    )
    .bind(upload.id.to_string())
    .fetch_optional(&mut *db)
    .await?;
    if needed.is_some() {
        return Err(Refusal::conflict(
            ProblemCode::DossierConflict,
            "Tệp thuộc một hồ sơ đã nộp nên không xóa được.",
        ));
    }
    sqlx::query("DELETE FROM uploads WHERE id = ?")
        .bind(upload.id.to_string())
        .execute(&mut *db)
        .await?;
    db.commit().await?;
    disk::remove(&portal.uploads_folder, upload.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The whole of an upload.
pub(crate) async fn read(portal: &Portal, id: UploadId) -> Result<Vec<u8>, Refusal> {
    let kept: Option<Option<Vec<u8>>> =
        sqlx::query_scalar("SELECT bytes FROM uploads WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(&portal.readers)
            .await?;
    match kept.flatten() {
        Some(bytes) => Ok(bytes),
        None => Ok(disk::read(&portal.uploads_folder, id).await?),
    }
}

async fn own(portal: &Portal, owner: &str, id: &str) -> Result<Upload, Refusal> {
    let id = id.parse().map_err(|_| unknown())?;
    let mut db = portal.db.acquire().await?;
    let upload = Upload::find(&mut db, id).await?.ok_or_else(unknown)?;
    if upload.owner == owner {
        Ok(upload)
    } else {
        Err(not_yours())
    }
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Refusal> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .filter(|value| value.bytes().all(|sign| sign.is_ascii_digit()))
        .and_then(|value| value.parse().ok())
        .ok_or_else(|| Refusal::request(format!("{name} thiếu hoặc không phải số.")))
}

fn unknown() -> Refusal {
    Refusal::not_found("Cổng không có tệp tải lên này.")
}

fn not_yours() -> Refusal {
    Refusal::forbidden("Tệp tải lên này thuộc tài khoản khác.")
}

fn too_long() -> Refusal {
    Refusal::request("Dữ liệu gửi lên dài hơn Upload-Length.")
}

fn mismatch() -> Refusal {
    Refusal::unprocessable(
        ProblemCode::HashMismatch,
        "Tệp nhận được không khớp mã băm đã báo, vui lòng tải lên lại.",
    )
}

fn type_refused() -> Refusal {
    Refusal::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ProblemCode::TypeRefused,
        "Cổng chỉ nhận tệp PDF, JPEG, PNG, Word và Excel, đúng với nội dung của tệp.",
    )
}

/// The first bytes are those of the type that was announced.
fn looks_like(media_type: &str, start: &[u8]) -> bool {
    let signature: &[u8] = match media_type {
        "application/pdf" => b"%PDF-",
        "image/jpeg" => &[0xff, 0xd8, 0xff],
        "image/png" => b"\x89PNG",
        kind if kind.starts_with("application/vnd.openxmlformats") => b"PK",
        _ => b"",
    };
    start.starts_with(signature)
}
