//! `GET /audit`: what the portal holds, for tests of "once and only once".

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::uploads;
use crate::view::stored;

pub(crate) async fn show(State(portal): State<Arc<Portal>>) -> Result<Json<Value>, Refusal> {
    let mut db = portal.db.begin().await?;
    let revisions: Vec<(String, u32, String, Option<String>)> = sqlx::query_as(
        "SELECT dossier, revision, sha256, submitted_at FROM revisions ORDER BY dossier, revision",
    )
    .fetch_all(&mut *db)
    .await?;
    let dossiers: Vec<(String, String, Option<String>, String, u8, u32)> = sqlx::query_as(
        "SELECT id, owner, code, procedure, status, revision FROM dossiers ORDER BY id",
    )
    .fetch_all(&mut *db)
    .await?;
    let dossiers: Vec<Value> = dossiers
        .into_iter()
        .map(|(id, owner, code, procedure, status, revision)| {
            let revisions: Vec<Value> = revisions
                .iter()
                .filter(|(of, ..)| *of == id)
                .map(|(_, revision, sha256, submitted_at)| {
                    json!({ "revision": revision, "sha256": sha256, "submittedAt": submitted_at })
                })
                .collect();
            json!({
                "id": id, "owner": owner, "code": code, "procedure": procedure, "status": status,
                "revision": revision, "revisions": revisions,
            })
        })
        .collect();
    let payments: Vec<(String, String, String, i64, String)> = sqlx::query_as(
        "SELECT id, dossier, fee, amount, state FROM payments ORDER BY created_at, id",
    )
    .fetch_all(&mut *db)
    .await?;
    let payments: Vec<Value> = payments
        .into_iter()
        .map(|(id, dossier, fee, amount, state)| {
            json!({ "id": id, "dossier": dossier, "fee": fee, "amount": amount, "state": state })
        })
        .collect();
    let captures: Vec<(String, String, String, i64, String)> = sqlx::query_as(
        "SELECT dossier, fee, payment, amount, bank_number FROM captures ORDER BY dossier, fee",
    )
    .fetch_all(&mut *db)
    .await?;
    let captures: Vec<Value> = captures
        .into_iter()
        .map(|(dossier, fee, payment, amount, number)| {
            json!({ "dossier": dossier, "fee": fee, "payment": payment, "amount": amount, "transaction": number })
        })
        .collect();
    let rows: Vec<(String, Option<String>, i64, Option<String>, i64, i64, Option<i64>, Option<i64>)> =
        sqlx::query_as(
            "SELECT uploads.id, dossier, length, content_sha256, COALESCE(SUM(patches.bytes), 0), COUNT(patches.id),
               MAX(from_offset) FILTER (WHERE patches.id IS NOT NULL AND patches.bytes IS NULL), length(uploads.bytes)
             FROM uploads LEFT JOIN patches ON upload = uploads.id GROUP BY uploads.id ORDER BY uploads.id",
        )
        .fetch_all(&mut *db)
        .await?;
    drop(db);
    let mut held = Vec::with_capacity(rows.len());
    for (id, dossier, length, sha256, received, patches, running_from, in_row) in rows {
        // What is in its row has come in one piece.
        if let Some(bytes) = in_row {
            held.push(json!({
                "id": id, "dossier": dossier, "length": length, "held": bytes, "sha256": sha256,
                "received": bytes, "patches": 1,
            }));
            continue;
        }
        let on_disk = uploads::held(&portal.uploads_folder, stored(&id)?).await?;
        // A PATCH that runs, or was ended by a crash, is counted by what it has written.
        let running = running_from.map_or(0, |from| {
            on_disk.saturating_sub(u64::try_from(from).unwrap_or(0))
        });
        held.push(json!({
            "id": id, "dossier": dossier, "length": length, "held": on_disk, "sha256": sha256,
            "received": u64::try_from(received).unwrap_or(0) + running, "patches": patches,
        }));
    }
    Ok(Json(json!({
        "dossiers": dossiers, "payments": payments, "captures": captures, "uploads": held,
    })))
}
