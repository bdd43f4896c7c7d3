//! Look-up of a dossier by its code (*tra cứu hồ sơ*), for anybody who has it: how far it is, and nothing about the person.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use hoso_dossier::{DossierCode, DossierId};
use hoso_portal_api::{LookUp, TimelineEntry};
use serde::Deserialize;
use serde_json::json;
use sqlx::SqliteConnection;

use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::routes::PageRefusal;
use crate::view::{stored, view};
use crate::{catalogue, desk};

#[derive(Deserialize)]
pub(crate) struct Asked {
    code: String,
}

/// `GET /v1/lookup?code=`.
pub(crate) async fn look_up(
    State(portal): State<Arc<Portal>>,
    Query(asked): Query<Asked>,
) -> Result<Json<LookUp>, Refusal> {
    let code: DossierCode = asked
        .code
        .parse()
        .map_err(|_| Refusal::request("Đây không phải là mã hồ sơ."))?;
    let mut db = portal.db.begin().await?;
    let found = find(&portal, &mut db, &code).await?;
    found.map(Json).ok_or_else(unknown)
}

#[derive(Deserialize)]
pub(crate) struct Page {
    #[serde(default)]
    ma: String,
}

/// `GET /tra-cuu?ma=`: the same as a page, for whoever scans the QR of a receipt.
pub(crate) async fn page(
    State(portal): State<Arc<Portal>>,
    Query(asked): Query<Page>,
) -> Result<Response, PageRefusal> {
    let code: Option<DossierCode> = asked.ma.parse().ok();
    let mut db = portal.db.begin().await.map_err(Refusal::from)?;
    let found = match &code {
        Some(code) => find(&portal, &mut db, code).await?,
        None => None,
    };
    let page = portal
        .pages
        .show("lookup.html", json!({ "asked": asked.ma, "found": found }))?;
    Ok(page.into_response())
}

/// Where [`page`] is, as the portal tells it.
pub(crate) fn follow_url(portal: &Portal) -> String {
    format!("{}/tra-cuu?ma={{code}}", portal.url)
}

fn unknown() -> Refusal {
    Refusal::not_found("Cổng không có hồ sơ mang mã này.")
}

async fn find(
    portal: &Portal,
    db: &mut SqliteConnection,
    code: &DossierCode,
) -> Result<Option<LookUp>, Refusal> {
    let id: Option<String> = sqlx::query_scalar("SELECT id FROM dossiers WHERE code = ?")
        .bind(code.as_str())
        .fetch_optional(&mut *db)
        .await?;
    let Some(id) = id else { return Ok(None) };
    let id: DossierId = stored(&id)?;
    let Some(shown) = view(portal, db, id).await? else {
        return Ok(None);
    };
    let timeline: Vec<TimelineEntry> = shown
        .timeline
        .into_iter()
        .map(|entry| TimelineEntry {
            note: String::new(),
            ..entry
        })
        .collect();
    Ok(Some(LookUp {
        code: shown.code,
        title: catalogue::name_of(db, &shown.procedure).await?,
        procedure: shown.procedure,
        office: desk::UNIT.to_owned(),
        status: shown.status,
        submitted_at: timeline
            .first()
            .map(|entry| entry.at.clone())
            .unwrap_or_default(),
        due_at: shown.due_at,
        timeline,
    }))
}
