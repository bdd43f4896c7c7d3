//! Drafts that a person's desktops share. The portal keeps the newest version and says who may write the next; what is in it, it can't read.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hoso_dossier::{DesktopId, Sha256, SharedDraftId};
use hoso_portal_api::{
    DESKTOP_HEADER, DraftKeeping, DraftLease, DraftList, LeaseWish, ProblemCode, SharedDraft,
};
use sqlx::SqliteConnection;

use crate::portal::{Caller, Portal};
use crate::refusal::Refusal;
use crate::view::stored;

/// How long a lease lasts, in seconds.
const LEASE_SECONDS: u32 = 120;
/// Largest draft: a long form's answers and their whole history fit many times over.
pub(crate) const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Most drafts of one person.
const MOST: i64 = 500;

/// What the portal says of it to everybody.
pub(crate) fn keeping() -> DraftKeeping {
    DraftKeeping {
        lease_seconds: LEASE_SECONDS,
        max_bytes: MAX_BYTES.try_into().unwrap_or(u64::MAX),
    }
}

/// A draft's columns but the bytes, as [`Columns`] reads them.
macro_rules! select {
    ($which:literal) => {
        concat!(
            "SELECT id, owner, version, sha256, length(bytes), updated_at, ended, desktop, lease_until FROM drafts WHERE ",
            $which
        )
    };
}

/// A draft as it is kept, without its bytes.
struct Row {
    owner: String,
    draft: SharedDraft,
}

impl Row {
    async fn find(
        portal: &Portal,
        db: &mut SqliteConnection,
        id: SharedDraftId,
    ) -> Result<Option<Self>, Refusal> {
        let row: Option<Columns> = sqlx::query_as(select!("id = ?"))
            .bind(id.to_string())
            .fetch_optional(db)
            .await?;
        row.map(|row| read(portal, row)).transpose()
    }

    /// The draft, if it is the caller's.
    async fn of(
        portal: &Portal,
        db: &mut SqliteConnection,
        id: SharedDraftId,
        owner: &str,
    ) -> Result<Self, Refusal> {
        let row = Self::find(portal, db, id).await?.ok_or_else(unknown)?;
        if row.owner == owner {
            Ok(row)
        } else {
            Err(not_yours())
        }
    }

    /// Nobody else writes it now.
    fn check_free(&self, desktop: DesktopId) -> Result<(), Refusal> {
        match self.draft.lease {
            Some(lease) if lease.desktop != desktop => Err(Refusal::conflict(
                ProblemCode::DraftHeld,
                "Nháp này đang được soạn ở máy khác.",
            )
            .with_field("desktop", lease.desktop.to_string())
            .with_field("seconds", lease.seconds.to_string())),
            _ => Ok(()),
        }
    }

    fn check_shared(&self) -> Result<(), Refusal> {
        if self.draft.ended {
            Err(Refusal::conflict(
                ProblemCode::DraftEnded,
                "Nháp này đã thôi chia sẻ.",
            ))
        } else {
            Ok(())
        }
    }
}

type Columns = (
    String,
    String,
    i64,
    String,
    i64,
    String,
    bool,
    Option<String>,
    Option<i64>,
);

fn read(portal: &Portal, row: Columns) -> Result<Row, Refusal> {
    let (id, owner, version, sha256, size, updated_at, ended, desktop, until) = row;
    let left = until.map(|until| until.saturating_sub(portal.now().as_second()));
    let seconds = left.and_then(|left| u32::try_from(left).ok());
    let lease = match (desktop, seconds.filter(|left| *left > 0)) {
        (Some(desktop), Some(seconds)) if !ended => Some(DraftLease {
            desktop: stored(&desktop)?,
            seconds: seconds.min(LEASE_SECONDS),
        }),
        _ => None,
    };
    Ok(Row {
        owner,
        draft: SharedDraft {
            id: stored(&id)?,
            version: u64::try_from(version).unwrap_or(0),
            sha256: stored(&sha256)?,
            size: u64::try_from(size).unwrap_or(0),
            updated_at,
            ended,
            lease,
        },
    })
}

fn unknown() -> Refusal {
    Refusal::not_found("Cổng không có nháp này.")
}

fn not_yours() -> Refusal {
    Refusal::forbidden("Nháp này thuộc tài khoản khác.")
}

fn read_id(id: &str) -> Result<SharedDraftId, Refusal> {
    id.parse().map_err(|_| unknown())
}

fn etag(version: u64) -> String {
    format!("\"{version}\"")
}

/// `GET /v1/drafts`.
pub(crate) async fn list(
    State(portal): State<Arc<Portal>>,
    Caller(owner): Caller,
) -> Result<Json<DraftList>, Refusal> {
    let mut db = portal.db.acquire().await?;
    let rows: Vec<Columns> = sqlx::query_as(select!("owner = ? ORDER BY id"))
        .bind(&owner)
        .fetch_all(&mut *db)
        .await?;
    let drafts = rows
        .into_iter()
        .map(|row| Ok(read(&portal, row)?.draft))
        .collect::<Result<_, Refusal>>()?;
    Ok(Json(DraftList { drafts }))
}

/// `GET /v1/drafts/{id}`.
pub(crate) async fn show(
    State(portal): State<Arc<Portal>>,
    Caller(owner): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let id = read_id(&id)?;
    let mut db = portal.db.begin().await?;
    let row = Row::of(&portal, &mut db, id, &owner).await?;
    row.check_shared()?;
    let tag = etag(row.draft.version);
    let named = text(&headers, &header::IF_NONE_MATCH).unwrap_or_default();
    let known = named
        .split(',')
        .map(|one| one.trim().trim_start_matches("W/"))
        .any(|one| one == tag || one == "*");
    let tag = [(header::ETAG, tag)];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, tag).into_response());
    }
    let bytes: Vec<u8> = sqlx::query_scalar("SELECT bytes FROM drafts WHERE id = ?")
        .bind(id.to_string())
        .fetch_one(&mut *db)
        .await?;
    let mut response = (tag, bytes).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    );
    Ok(response)
}

/// `PUT /v1/drafts/{id}`.
pub(crate) async fn put(
    State(portal): State<Arc<Portal>>,
    Caller(owner): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let id = read_id(&id)?;
    let desktop = text(&headers, &HeaderName::from_static("hoso-desktop"));
    let desktop: DesktopId = desktop
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Refusal::request(format!("Thiếu tiêu đề {DESKTOP_HEADER}.")))?;
    let after = after(&headers)?;
    if body.len() > MAX_BYTES {
        return Err(Refusal::of_status(StatusCode::PAYLOAD_TOO_LARGE));
    }
    let sha256 = Sha256::of(&body);
    let mut db = portal.db.begin().await?;
    let row = Row::find(&portal, &mut db, id).await?;
    let known = match &row {
        Some(row) if row.owner != owner => return Err(not_yours()),
        Some(row) => {
            row.check_shared()?;
            // The very bytes: they came before, and the answer was lost.
            if row.draft.sha256 == sha256 && row.draft.version == after + 1 {
                return Ok(answer(StatusCode::OK, row.draft.clone()));
            }
            row.check_free(desktop)?;
            row.draft.version
        }
        None => 0,
    };
    if known != after {
        return Err(Refusal::new(
            StatusCode::PRECONDITION_FAILED,
            ProblemCode::DraftChanged,
            "Nháp trên cổng đã là bản khác.",
        )
        .with_field("version", known.to_string()));
    }
    if known == 0 {
        let count: i64 =
            sqlx::query_scalar("SELECT count(*) FROM drafts WHERE owner = ? AND ended = 0")
                .bind(&owner)
                .fetch_one(&mut *db)
                .await?;
        if count >= MOST {
            return Err(Refusal::request(
                "Tài khoản đã chia sẻ quá nhiều nháp. Hãy thôi chia sẻ bớt.",
            ));
        }
    }
    sqlx::query(
        "INSERT INTO drafts (id, owner, version, sha256, bytes, updated_at, desktop, lease_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET version = excluded.version, sha256 = excluded.sha256, bytes = excluded.bytes,
         updated_at = excluded.updated_at, desktop = excluded.desktop, lease_until = excluded.lease_until",
    )
    .bind(id.to_string())
    .bind(&owner)
    .bind(i64::try_from(known + 1).unwrap_or(i64::MAX))
    .bind(sha256.to_string())
    .bind(body.to_vec())
    .bind(portal.now_text())
    .bind(desktop.to_string())
    .bind(until(&portal))
    .execute(&mut *db)
    .await?;
    let after = Row::of(&portal, &mut db, id, &owner).await?;
    db.commit().await?;
    let status = if known == 0 {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(answer(status, after.draft))
}

/// `PUT /v1/drafts/{id}/lease`.
pub(crate) async fn lease(
    State(portal): State<Arc<Portal>>,
    Caller(owner): Caller,
    Path(id): Path<String>,
    Json(wish): Json<LeaseWish>,
) -> Result<Json<SharedDraft>, Refusal> {
    let id = read_id(&id)?;
    let mut db = portal.db.begin().await?;
    let row = Row::of(&portal, &mut db, id, &owner).await?;
    row.check_shared()?;
    if !wish.take_over {
        row.check_free(wish.desktop)?;
    }
    sqlx::query("UPDATE drafts SET desktop = ?, lease_until = ? WHERE id = ?")
        .bind(wish.desktop.to_string())
        .bind(until(&portal))
        .bind(id.to_string())
        .execute(&mut *db)
        .await?;
    let after = Row::of(&portal, &mut db, id, &owner).await?;
    db.commit().await?;
    Ok(Json(after.draft))
}

/// `DELETE /v1/drafts/{id}`.
pub(crate) async fn end(
    State(portal): State<Arc<Portal>>,
    Caller(owner): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    let id = read_id(&id)?;
    let mut db = portal.db.begin().await?;
    Row::of(&portal, &mut db, id, &owner).await?;
    sqlx::query(
        "UPDATE drafts SET ended = 1, bytes = x'', desktop = NULL, lease_until = NULL WHERE id = ?",
    )
    .bind(id.to_string())
    .execute(&mut *db)
    .await?;
    db.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn answer(status: StatusCode, draft: SharedDraft) -> Response {
    let tag = [(header::ETAG, etag(draft.version))];
    (status, tag, Json(draft)).into_response()
}

fn until(portal: &Portal) -> i64 {
    portal.now().as_second() + i64::from(LEASE_SECONDS)
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The version that the new one follows; 0 for the first.
fn after(headers: &HeaderMap) -> Result<u64, Refusal> {
    let first = text(headers, &header::IF_NONE_MATCH);
    let later = text(headers, &header::IF_MATCH);
    let version = match (first, later) {
        (Some("*"), None) => Some(0),
        (None, Some(tag)) => tag
            .strip_prefix('"')
            .and_then(|tag| tag.strip_suffix('"'))
            .filter(|tag| tag.len() <= 15 && tag.bytes().all(|sign| sign.is_ascii_digit()))
            .and_then(|tag| tag.parse().ok()),
        _ => None,
    };
    version.ok_or_else(|| {
        Refusal::request("Cần If-None-Match: * cho bản đầu, hoặc If-Match với bản trước đó.")
    })
}
