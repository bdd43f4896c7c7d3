//! What the portal would have sent to telephones and by e-mail.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use hoso_dossier::NoticeWay;
use serde::Serialize;
use serde_json::json;
use sqlx::SqliteConnection;

use crate::clerk::way_name;
use crate::portal::Portal;
use crate::refusal::Refusal;

/// Messages that the page shows.
const SHOWN: u32 = 50;

/// Stands before the number of who is told by Zalo.
const ZALO: &str = "Zalo ";

#[derive(Serialize)]
struct Message {
    way: &'static str,
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

/// Tells of news in a way that the person chose.
pub(crate) async fn send_by(
    db: &mut SqliteConnection,
    now: &str,
    way: NoticeWay,
    to: &str,
    text: &str,
) -> Result<(), sqlx::Error> {
    let recipient = match way {
        NoticeWay::Sms | NoticeWay::Email => to.to_owned(),
        NoticeWay::Zalo => format!("{ZALO}{to}"),
    };
    send(db, now, &recipient, text, None).await
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
        .map(|(at, to, text, otp)| {
            let (way, to) = match to.strip_prefix(ZALO) {
                Some(number) => (NoticeWay::Zalo, number.to_owned()),
                None if to.contains('@') => (NoticeWay::Email, to),
                None => (NoticeWay::Sms, to),
            };
            Message {
                way: way_name(way),
                at,
                to,
                text,
                otp,
            }
        })
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
