//! Tokens: opaque, kept as hashes, in families that end together.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hoso_dossier::Sha256;
use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::SqliteConnection;

use super::authorize::{AuthorizeRequest, loopback};
use super::{CLIENT_ID, users};
use crate::portal::{Caller, Portal, PostedForm, secret};
use crate::refusal::Refusal;

const REFRESH_SECONDS: i64 = 30 * 24 * 3_600;
const ID_TOKEN_SECONDS: i64 = 10 * 60;

/// What a family of tokens is about.
struct Grant {
    family: String,
    sub: String,
    scope: String,
    auth_time: i64,
}

/// An error as RFC 6749 §5.2 says it.
fn refused(error: &str, description: &str) -> Response {
    let body = json!({ "error": error, "error_description": description });
    no_store((StatusCode::BAD_REQUEST, Json(body)).into_response())
}

fn no_store(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn hash(secret: &str) -> String {
    Sha256::of(secret.as_bytes()).to_string()
}

/// `POST /oidc/token`.
pub(crate) async fn exchange(
    State(portal): State<Arc<Portal>>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let form = PostedForm::read(&body);
    if form.text("client_id") != CLIENT_ID {
        return Ok(refused("invalid_client", "client_id is not known"));
    }
    match form.text("grant_type") {
        "authorization_code" => by_code(&portal, &form).await,
        "refresh_token" => by_refresh(&portal, &form).await,
        _ => Ok(refused(
            "unsupported_grant_type",
            "authorization_code or refresh_token",
        )),
    }
}

async fn by_code(portal: &Portal, form: &PostedForm) -> Result<Response, Refusal> {
    let code = hash(form.text("code"));
    let mut db = portal.db.begin().await?;
    let row: Option<(String, String, i64, i64, Option<String>)> = sqlx::query_as(
        "SELECT sub, request, auth_time, expires_at, family FROM codes WHERE hash = ?",
    )
    .bind(&code)
    .fetch_optional(&mut *db)
    .await?;
    let Some((sub, request, auth_time, expires_at, used_by)) = row else {
        return Ok(refused("invalid_grant", "the code is not known"));
    };
    if let Some(family) = used_by {
        // RFC 6749 §4.1.2: a code that comes twice may have been stolen.
        end_family(&mut db, &family).await?;
        db.commit().await?;
        return Ok(refused("invalid_grant", "the code was used before"));
    }
    let request: AuthorizeRequest = serde_json::from_str(&request)?;
    let challenge =
        URL_SAFE_NO_PAD.encode(Sha256::of(form.text("code_verifier").as_bytes()).as_bytes());
    if expires_at < Timestamp::now().as_second() {
        return Ok(refused("invalid_grant", "the code is too old"));
    }
    if request.redirect_uri != form.text("redirect_uri") {
        return Ok(refused("invalid_grant", "redirect_uri is another one"));
    }
    if challenge != request.code_challenge {
        return Ok(refused(
            "invalid_grant",
            "code_verifier does not fit the challenge",
        ));
    }
    let grant = Grant {
        family: secret(),
        sub,
        scope: request.scope,
        auth_time,
    };
    sqlx::query("UPDATE codes SET family = ? WHERE hash = ?")
        .bind(&grant.family)
        .bind(&code)
        .execute(&mut *db)
        .await?;
    let answer = issue(portal, &mut db, &grant, None, Some(&request.nonce)).await?;
    db.commit().await?;
    Ok(answer)
}

/// Rotates a refresh token. Its reply may be lost on a bad line, so a token whose successor was never used is good once more;
/// one whose successor was used ends the family.
async fn by_refresh(portal: &Portal, form: &PostedForm) -> Result<Response, Refusal> {
    let token = hash(form.text("refresh_token"));
    let mut db = portal.db.begin().await?;
    let row: Option<(String, String, String, i64)> = sqlx::query_as(
        "SELECT family, sub, scope, auth_time FROM tokens WHERE hash = ? AND kind = 'refresh' AND expires_at >= ?",
    )
    .bind(&token)
    .bind(Timestamp::now().as_second())
    .fetch_optional(&mut *db)
    .await?;
    let Some((family, sub, scope, auth_time)) = row else {
        return Ok(refused("invalid_grant", "the refresh token is not good"));
    };
    let grandchild: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM tokens child JOIN tokens grandchild ON grandchild.parent = child.hash WHERE child.parent = ?",
    )
    .bind(&token)
    .fetch_optional(&mut *db)
    .await?;
    if grandchild.is_some() {
        end_family(&mut db, &family).await?;
        db.commit().await?;
        return Ok(refused(
            "invalid_grant",
            "the refresh token was used before",
        ));
    }
    sqlx::query("DELETE FROM tokens WHERE parent = ?")
        .bind(&token)
        .execute(&mut *db)
        .await?;
    let grant = Grant {
        family,
        sub,
        scope,
        auth_time,
    };
    let answer = issue(portal, &mut db, &grant, Some(&token), None).await?;
    db.commit().await?;
    Ok(answer)
}

async fn issue(
    portal: &Portal,
    db: &mut SqliteConnection,
    grant: &Grant,
    parent: Option<&str>,
    nonce: Option<&str>,
) -> Result<Response, Refusal> {
    let (access, refresh) = (secret(), secret());
    let now = Timestamp::now().as_second();
    let access_seconds = i64::from(portal.access_token_seconds);
    sqlx::query("DELETE FROM tokens WHERE expires_at < ?")
        .bind(now)
        .execute(&mut *db)
        .await?;
    for (kind, token, seconds) in [
        ("access", &access, access_seconds),
        ("refresh", &refresh, REFRESH_SECONDS),
    ] {
        sqlx::query(
            "INSERT INTO tokens (hash, kind, family, parent, sub, scope, auth_time, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(hash(token))
        .bind(kind)
        .bind(&grant.family)
        .bind(parent)
        .bind(&grant.sub)
        .bind(&grant.scope)
        .bind(grant.auth_time)
        .bind(now + seconds)
        .execute(&mut *db)
        .await?;
    }
    let shown_now = portal.now().as_second();
    let digest = Sha256::of(access.as_bytes());
    let mut claims = users::claims_of(db, &grant.sub).await?;
    claims.extend([
        ("iss".to_owned(), portal.url.as_str().into()),
        ("sub".to_owned(), grant.sub.as_str().into()),
        ("aud".to_owned(), CLIENT_ID.into()),
        ("iat".to_owned(), shown_now.into()),
        ("exp".to_owned(), (shown_now + ID_TOKEN_SECONDS).into()),
        ("auth_time".to_owned(), grant.auth_time.into()),
        ("sid".to_owned(), session_name(&grant.family).into()),
        (
            "at_hash".to_owned(),
            URL_SAFE_NO_PAD
                .encode(digest.as_bytes().split_at(16).0)
                .into(),
        ),
    ]);
    if let Some(nonce) = nonce.filter(|nonce| !nonce.is_empty()) {
        claims.insert("nonce".to_owned(), nonce.into());
    }
    let body = json!({
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": access_seconds,
        "refresh_token": refresh,
        "id_token": portal.signer.sign(&Value::Object(claims)),
        "scope": grant.scope,
    });
    Ok(no_store(Json(body).into_response()))
}

/// `sid`: names the family without giving it away.
fn session_name(family: &str) -> String {
    hash(family)
}

/// Whose access token this is.
pub(crate) async fn access_token_owner(
    db: &mut SqliteConnection,
    token: &str,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT sub FROM tokens WHERE hash = ? AND kind = 'access' AND expires_at >= ?",
    )
    .bind(hash(token))
    .bind(Timestamp::now().as_second())
    .fetch_optional(db)
    .await
}

/// `GET` or `POST /oidc/userinfo`.
pub(crate) async fn user_info(
    State(portal): State<Arc<Portal>>,
    Caller(sub): Caller,
) -> Result<Response, Refusal> {
    let mut db = portal.db.acquire().await?;
    let mut claims = users::claims_of(&mut db, &sub).await?;
    claims.insert("sub".to_owned(), sub.into());
    Ok(no_store(Json(Value::Object(claims)).into_response()))
}

/// `POST /oidc/revoke` (RFC 7009): ends the token's whole family; an unknown token is fine too.
pub(crate) async fn revoke(
    State(portal): State<Arc<Portal>>,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let form = PostedForm::read(&body);
    let mut db = portal.db.begin().await?;
    let family: Option<String> = sqlx::query_scalar("SELECT family FROM tokens WHERE hash = ?")
        .bind(hash(form.text("token")))
        .fetch_optional(&mut *db)
        .await?;
    if let Some(family) = family {
        end_family(&mut db, &family).await?;
    }
    db.commit().await?;
    Ok(StatusCode::OK)
}

/// `GET /oidc/logout` (RP-Initiated Logout 1.0): ends the session that `id_token_hint` names.
pub(crate) async fn log_out(
    State(portal): State<Arc<Portal>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let form = PostedForm::read(query.unwrap_or_default().as_bytes());
    let hint = portal.signer.claims(form.text("id_token_hint"));
    if let Some(session) = hint.as_ref().and_then(|claims| claims.get("sid")?.as_str()) {
        let mut db = portal.db.begin().await?;
        let families: Vec<String> = sqlx::query_scalar("SELECT DISTINCT family FROM tokens")
            .fetch_all(&mut *db)
            .await?;
        for family in families {
            if session_name(&family) == session {
                end_family(&mut db, &family).await?;
            }
        }
        db.commit().await?;
    }
    let back = loopback(form.text("post_logout_redirect_uri")).filter(|_| hint.is_some());
    if let Some(mut back) = back {
        if !form.text("state").is_empty() {
            back.query_pairs_mut()
                .append_pair("state", form.text("state"));
        }
        return Ok(Redirect::to(back.as_str()).into_response());
    }
    let page = portal.pages.show(
        "message.html",
        json!({ "title": "Đã đăng xuất", "message": "Bạn đã đăng xuất khỏi Cổng dịch vụ công (thử nghiệm). Có thể đóng trang này." }),
    )?;
    Ok(page.into_response())
}

/// Ends every session.
pub(crate) async fn revoke_everything(db: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM tokens").execute(db).await?;
    Ok(())
}

async fn end_family(db: &mut SqliteConnection, family: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM tokens WHERE family = ?")
        .bind(family)
        .execute(db)
        .await?;
    Ok(())
}
