//! The clerk's pages.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use hoso_dossier::{Delivery, Manifest, NoticeWay, OfficialStatus, PostAddress};
use serde_json::{Value, json};

use crate::desk::{self, Move};
use crate::portal::{Portal, PostedForm};
use crate::refusal::Refusal;
use crate::routes::PageRefusal;
use crate::view::view;
use crate::{catalogue, uploads};

/// `GET /clerk`: submitted dossiers, last changed first.
pub(crate) async fn list(State(portal): State<Arc<Portal>>) -> Result<Response, PageRefusal> {
    let mut db = portal.db.begin().await.map_err(Refusal::from)?;
    let rows: Vec<(String, String, String, u8, Vec<u8>, String)> = sqlx::query_as(
        "SELECT id, code, procedure, status, manifest, submitted_at FROM dossiers
         JOIN revisions ON dossier = id AND revisions.revision = dossiers.revision
         WHERE code IS NOT NULL ORDER BY seq DESC",
    )
    .fetch_all(&mut *db)
    .await
    .map_err(Refusal::from)?;
    let mut dossiers = Vec::with_capacity(rows.len());
    for (id, code, procedure, status, manifest, at) in rows {
        let applicant = Manifest::from_sealed(&manifest)
            .map(|manifest| manifest.applicant.name)
            .unwrap_or_default();
        let procedure = catalogue::name_of(&mut db, &procedure)
            .await
            .map_err(Refusal::from)?;
        dossiers.push(json!({
            "id": id, "code": code, "procedure": procedure, "status": status, "applicant": applicant, "at": at,
        }));
    }
    let page = portal
        .pages
        .show("clerk-list.html", json!({ "dossiers": dossiers }))?;
    Ok(page.into_response())
}

/// `GET /clerk/dossiers/{id}`.
pub(crate) async fn show(
    State(portal): State<Arc<Portal>>,
    Path(id): Path<String>,
) -> Result<Response, PageRefusal> {
    let id = desk::read_id(&id)?;
    let mut db = portal.db.begin().await.map_err(Refusal::from)?;
    let shown = view(&portal, &mut db, id)
        .await?
        .ok_or_else(|| Refusal::not_found("Không có hồ sơ này."))?;
    let (status, accepted_at, bytes): (u8, Option<String>, Vec<u8>) = sqlx::query_as(
        "SELECT status, accepted_at, manifest FROM dossiers
         JOIN revisions ON dossier = id AND revisions.revision = dossiers.revision WHERE id = ?",
    )
    .bind(id.to_string())
    .fetch_one(&mut *db)
    .await
    .map_err(Refusal::from)?;
    let manifest = Manifest::from_sealed(&bytes)
        .map_err(|error| Refusal::internal("reading a stored revision", &error))?;
    let status = OfficialStatus::try_from(status)
        .map_err(|error| Refusal::internal("reading a stored status", &error))?;
    let fits = |made: Move| made.fits(status, accepted_at.is_some());
    let due = shown.fees.iter().any(|fee| fee.paid_by.is_none());
    let delivery = match &manifest.delivery {
        Delivery::Electronic => "Bản điện tử trên cổng".to_owned(),
        Delivery::AtDesk => "Nhận tại Bộ phận Một cửa".to_owned(),
        Delivery::Post { address, .. } => format!("Qua bưu chính: {address}"),
    };
    let procedure = catalogue::name_of(&mut db, &manifest.procedure)
        .await
        .map_err(Refusal::from)?;
    let page = portal.pages.show(
        "clerk.html",
        json!({
            "dossier": shown,
            "procedure": procedure,
            "applicant": manifest.applicant,
            "applicant_answers": flattened(&manifest.applicant_form),
            "answers": flattened(&manifest.form),
            "files": manifest.files,
            "owner": owner(&manifest),
            "delivery": delivery,
            "originals": manifest.originals.as_ref().map(PostAddress::line),
            "notices": manifest.notices.iter().map(|one| format!("{}: {}", way_name(one.way), one.to)).collect::<Vec<_>>(),
            "agency": manifest.agency,
            "at_desk": !manifest.pay.is_online(),
            "sealed_at": manifest.sealed_at,
            "can": {
                "accept": fits(Move::Accept),
                "supplement": fits(Move::Supplement { reason: String::new(), components: vec![], days: None }),
                "process": fits(Move::Process),
                "finish": fits(Move::Finish),
                "return_result": fits(Move::ReturnResult),
                "reissue": fits(Move::Reissue),
                "originals": manifest.originals.is_some() && fits(Move::Originals),
                "take_cash": portal.takes_at_desk() && due && fits(Move::TakeCash),
                "refuse": fits(Move::Refuse { opinion: String::new() }),
            },
        }),
    )?;
    Ok(page.into_response())
}

/// `POST /clerk/dossiers/{id}/{move}`.
pub(crate) async fn act(
    State(portal): State<Arc<Portal>>,
    Path((id, made)): Path<(String, String)>,
    body: Bytes,
) -> Result<Redirect, PageRefusal> {
    let id = desk::read_id(&id)?;
    let form = PostedForm::read(&body);
    let made = match made.as_str() {
        "accept" => Move::Accept,
        "supplement" => Move::Supplement {
            reason: form.text("reason").to_owned(),
            components: form.list("components"),
            days: desk::read_days(form.text("days"))?,
        },
        "process" => Move::Process,
        "finish" => Move::Finish,
        "return-result" => Move::ReturnResult,
        "reissue" => Move::Reissue,
        "originals" => Move::Originals,
        "take-cash" => Move::TakeCash,
        "refuse" => Move::Refuse {
            opinion: form.text("opinion").to_owned(),
        },
        _ => return Err(Refusal::not_found("Không có thao tác này.").into()),
    };
    let mut db = portal.db.begin().await.map_err(Refusal::from)?;
    desk::make(&portal, &mut db, id, made).await?;
    db.commit().await.map_err(Refusal::from)?;
    Ok(Redirect::to(&format!("/clerk/dossiers/{id}")))
}

/// `GET /clerk/dossiers/{id}/uploads/{upload}`: a file that the person sent, as a download.
pub(crate) async fn sent_file(
    State(portal): State<Arc<Portal>>,
    Path((id, upload)): Path<(String, String)>,
) -> Result<Response, PageRefusal> {
    let id = desk::read_id(&id)?;
    let bytes: Vec<u8> = sqlx::query_scalar(
        "SELECT manifest FROM dossiers JOIN revisions ON dossier = id AND revisions.revision = dossiers.revision WHERE id = ?",
    )
    .bind(id.to_string())
    .fetch_optional(&portal.db)
    .await
    .map_err(Refusal::from)?
    .ok_or_else(|| Refusal::not_found("Không có hồ sơ này."))?;
    let manifest = Manifest::from_sealed(&bytes)
        .map_err(|error| Refusal::internal("reading a stored revision", &error))?;
    let file = manifest
        .files
        .into_iter()
        .find(|file| file.upload.to_string() == upload)
        .ok_or_else(|| Refusal::not_found("Hồ sơ không có tệp này."))?;
    let content = uploads::read(&portal, file.upload).await?;
    Ok(download(content, &file.media_type, &file.name))
}

/// `GET /clerk/dossiers/{id}/files/{file}`: a paper that the portal made.
pub(crate) async fn made_file(
    State(portal): State<Arc<Portal>>,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, PageRefusal> {
    let id = desk::read_id(&id)?;
    let (name, media_type, content): (String, String, Vec<u8>) =
        sqlx::query_as("SELECT name, media_type, content FROM files WHERE dossier = ? AND id = ?")
            .bind(id.to_string())
            .bind(file)
            .fetch_optional(&portal.db)
            .await
            .map_err(Refusal::from)?
            .ok_or_else(|| Refusal::not_found("Hồ sơ không có tệp này."))?;
    Ok(download(content, &media_type, &name))
}

/// Whose dossier it is, where another person submits it.
fn owner(manifest: &Manifest) -> Option<String> {
    let owner = manifest.owner()?;
    let parts = [owner.name, owner.number, owner.representative];
    let said: Vec<&str> = parts.into_iter().filter(|one| !one.is_empty()).collect();
    Some(said.join(", "))
}

pub(crate) const fn way_name(way: NoticeWay) -> &'static str {
    match way {
        NoticeWay::Sms => "SMS",
        NoticeWay::Email => "Thư điện tử",
        NoticeWay::Zalo => "Zalo",
    }
}

pub(crate) fn download(content: Vec<u8>, media_type: &str, name: &str) -> Response {
    let mut response = content.into_response();
    let headers = response.headers_mut();
    let media_type = HeaderValue::from_str(media_type)
        .unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, media_type);
    // RFC 5987: the name as UTF-8, percent-encoded.
    let encoded: String = url::form_urlencoded::byte_serialize(name.as_bytes())
        .collect::<String>()
        .replace('+', "%20");
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{encoded}")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// Answers as rows: path and text.
fn flattened(answers: &Value) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    flatten(String::new(), answers, &mut rows);
    rows
}

fn flatten(path: String, value: &Value, rows: &mut Vec<(String, String)>) {
    let below = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                flatten(below(name), value, rows);
            }
        }
        Value::Array(items) => {
            for (place, value) in items.iter().enumerate() {
                flatten(format!("{path}[{}]", place + 1), value, rows);
            }
        }
        Value::Null => {}
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => rows.push((path, text.clone())),
        Value::Bool(yes) => rows.push((path, if *yes { "Có" } else { "Không" }.to_owned())),
        Value::Number(number) => rows.push((path, number.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_become_rows() {
        let rows = flattened(&json!({"a": "x", "b": {"c": [1, {"d": true}]}, "e": "", "f": null}));
        let rows: Vec<(&str, &str)> = rows
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        assert_eq!(rows, [("a", "x"), ("b.c[1]", "1"), ("b.c[2].d", "Có")]);
    }
}
