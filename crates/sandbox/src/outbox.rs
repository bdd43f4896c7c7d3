//! What the portal would have sent to telephones.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;
use sqlx::SqliteConnection;

use crate::portal::Portal;
use crate::refusal::Refusal;

/// Messages that the page shows.
const SHOWN: u32 = 50;

#[derive(Serialize)]
struct Message {
    at: String,
    to: String,
    text: String,
    otp: Option<String>,
}

/// Sends a message, in the transaction that is the reason for it.
pub(crate) async fn send(
    db: &mut SqliteConnection,
    now: &str,
    to: &str,
    text: &str,
    otp: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO messages (at, recipient, text, otp) VALUES (?, ?, ?, ?)")
        .bind(now)
        .bind(to)
        .bind(text)
        .bind(otp)
        .execute(db)
        .await?;
    Ok(())
}

/// `GET /outbox`: newest first; JSON for whoever accepts that.
pub(crate) async fn show(
    State(portal): State<Arc<Portal>>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let rows: Vec<(String, String, String, Option<String>)> =
        sqlx::query_as("SELECT at, recipient, text, otp FROM messages ORDER BY id DESC LIMIT ?")
            .bind(SHOWN)
            .fetch_all(&portal.db)
            .await?;
    let messages: Vec<Message> = rows
        .into_iter()
        .map(|(at, to, text, otp)| Message { at, to, text, otp })
        .collect();
    let wants_json = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("application/json"));
    if wants_json {
        return Ok(Json(messages).into_response());
    }
    let page = portal
        .pages
        .show("outbox.html", json!({ "messages": messages }))?;
    Ok(page.into_response())
}
