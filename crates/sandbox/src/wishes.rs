//! What the person says of a dossier that the portal has: that it is withdrawn, how satisfied they were.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use hoso_dossier::{DossierId, OfficialStatus};
use hoso_portal_api::{DossierView, ProblemCode, Rating, Withdrawal};
use sqlx::SqliteConnection;

use crate::portal::{Caller, Portal};
use crate::refusal::Refusal;
use crate::view::view;
use crate::{desk, dossiers};

/// Longest reason or comment, in characters.
const MAX_TEXT: usize = 1_000;

/// `PUT /v1/dossiers/{id}/withdrawal`.
pub(crate) async fn withdraw(
    State(portal): State<Arc<Portal>>,
    Caller(owner): Caller,
    Path(id): Path<String>,
    Json(withdrawal): Json<Withdrawal>,
) -> Result<Json<DossierView>, Refusal> {
    let id = dossiers::read_id(&id)?;
    check_text("reason", &withdrawal.reason)?;
    let mut db = portal.db.begin().await?;
    let now = submitted(&portal, &mut db, &owner, id).await?;
    if now.withdrawal.is_some() {
        return Ok(Json(now));
    }
    let status = now.official_status();
    if status.is_none_or(|status| status.is_final() || status == OfficialStatus::Processed) {
        return Err(Refusal::conflict(
            ProblemCode::WithdrawalTooLate,
            "Hồ sơ đã giải quyết xong hoặc đã bị trả lại nên không rút được nữa.",
        ));
    }
    sqlx::query("INSERT INTO withdrawals (dossier, reason, at) VALUES (?, ?, ?)")
        .bind(id.to_string())
        .bind(&withdrawal.reason)
        .bind(portal.now_text())
        .execute(&mut *db)
        .await?;
    desk::withdrawn(&portal, &mut db, id, &withdrawal.reason).await?;
    let after = submitted(&portal, &mut db, &owner, id).await?;
    db.commit().await?;
    Ok(Json(after))
}

/// `PUT /v1/dossiers/{id}/rating`.
pub(crate) async fn rate(
    State(portal): State<Arc<Portal>>,
    Caller(owner): Caller,
    Path(id): Path<String>,
    Json(rating): Json<Rating>,
) -> Result<Json<DossierView>, Refusal> {
    let id = dossiers::read_id(&id)?;
    check_text("comment", &rating.comment)?;
    if !(1..=5).contains(&rating.score) {
        return Err(Refusal::request("Mức độ hài lòng là một số từ 1 đến 5.")
            .with_field("score", "Từ 1 đến 5."));
    }
    let mut db = portal.db.begin().await?;
    let now = submitted(&portal, &mut db, &owner, id).await?;
    if now.rating.is_some() {
        return Ok(Json(now));
    }
    if !now.official_status().is_some_and(OfficialStatus::is_final) {
        return Err(Refusal::conflict(
            ProblemCode::RatingTooEarly,
            "Chỉ đánh giá được khi hồ sơ đã có kết quả.",
        ));
    }
    sqlx::query("INSERT INTO ratings (dossier, score, comment, at) VALUES (?, ?, ?, ?)")
        .bind(id.to_string())
        .bind(rating.score)
        .bind(&rating.comment)
        .bind(portal.now_text())
        .execute(&mut *db)
        .await?;
    desk::touch(&mut db, id).await?;
    let after = submitted(&portal, &mut db, &owner, id).await?;
    db.commit().await?;
    Ok(Json(after))
}

fn check_text(name: &str, text: &str) -> Result<(), Refusal> {
    if text.chars().count() <= MAX_TEXT {
        return Ok(());
    }
    let refusal = Refusal::request("Nội dung dài quá 1.000 ký tự.");
    Err(refusal.with_field(name, "Tối đa 1.000 ký tự."))
}

async fn submitted(
    portal: &Portal,
    db: &mut SqliteConnection,
    owner: &str,
    id: DossierId,
) -> Result<DossierView, Refusal> {
    dossiers::own(db, owner, id).await?;
    view(portal, db, id).await?.ok_or_else(dossiers::unknown)
}
