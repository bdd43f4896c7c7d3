//! The bank's page, where a payment is made or declined.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use hoso_dossier::PaymentId;
use hoso_portal_api::PaymentState;
use serde_json::json;

use crate::desk::UNIT;
use crate::payments;
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::routes::PageRefusal;
use crate::view::{money, stored};

fn read_id(id: &str) -> Result<PaymentId, Refusal> {
    stored(id).map_err(|_| Refusal::not_found("Không có lệnh thanh toán này."))
}

/// `GET /bank`: orders that wait.
pub(crate) async fn list(State(portal): State<Arc<Portal>>) -> Result<Response, PageRefusal> {
    let rows: Vec<(String, String, i64, String)> = sqlx::query_as(
        "SELECT payments.id, COALESCE(code, 'chưa có mã'), amount, created_at FROM payments JOIN dossiers ON dossiers.id = dossier
         WHERE state = 'pending' ORDER BY created_at",
    )
    .fetch_all(&portal.db)
    .await
    .map_err(Refusal::from)?;
    let orders = rows
        .into_iter()
        .map(|(id, code, amount, at)| {
            Ok(json!({ "id": id, "code": code, "amount": money(amount)?, "at": at }))
        })
        .collect::<Result<Vec<_>, Refusal>>()?;
    let page = portal
        .pages
        .show("bank-list.html", json!({ "orders": orders }))?;
    Ok(page.into_response())
}

/// `GET /bank/{payment}`.
pub(crate) async fn show(
    State(portal): State<Arc<Portal>>,
    Path(id): Path<String>,
) -> Result<Response, PageRefusal> {
    let id = read_id(&id)?;
    let mut db = portal.db.begin().await.map_err(Refusal::from)?;
    let order = payments::order(&portal, &mut db, id).await?;
    let (code, fee): (String, String) = sqlx::query_as(
        "SELECT COALESCE(code, 'chưa có mã'), name FROM dossiers JOIN fees ON fees.dossier = dossiers.id WHERE dossiers.id = ? AND fees.id = ?",
    )
    .bind(order.dossier.to_string())
    .bind(&order.fee)
    .fetch_one(&mut *db)
    .await
    .map_err(Refusal::from)?;
    let state = match order.state {
        PaymentState::Paid => "paid",
        PaymentState::Declined => "declined",
        PaymentState::Pending | PaymentState::Unknown => "pending",
    };
    let page = portal.pages.show(
        "bank.html",
        json!({ "order": order, "code": code, "fee": fee, "state": state, "payee": UNIT }),
    )?;
    Ok(page.into_response())
}

/// `POST /bank/{payment}/pay`.
pub(crate) async fn pay(
    State(portal): State<Arc<Portal>>,
    Path(id): Path<String>,
) -> Result<Redirect, PageRefusal> {
    let id = read_id(&id)?;
    let mut db = portal.db.begin().await.map_err(Refusal::from)?;
    payments::pay(&portal, &mut db, id).await?;
    db.commit().await.map_err(Refusal::from)?;
    Ok(Redirect::to(&format!("/bank/{id}")))
}

/// `POST /bank/{payment}/decline`.
pub(crate) async fn decline(
    State(portal): State<Arc<Portal>>,
    Path(id): Path<String>,
) -> Result<Redirect, PageRefusal> {
    let id = read_id(&id)?;
    let mut db = portal.db.begin().await.map_err(Refusal::from)?;
    payments::decline(&portal, &mut db, id).await?;
    db.commit().await.map_err(Refusal::from)?;
    Ok(Redirect::to(&format!("/bank/{id}")))
}
