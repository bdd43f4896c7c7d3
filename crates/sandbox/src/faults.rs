//! Faults on purpose: what a bad line, a broken proxy or a careless portal does to a client.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use hoso_dossier::DossierId;
use hoso_portal_api::ProblemCode;
use serde::{Deserialize, Serialize};

use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::serve::CutConnection;
use crate::{desk, dossiers, oidc};

/// Faults that stay until they are changed. They meet the calls of the contract and of the OpenID provider, never the pages.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", default)]
pub struct FaultSettings {
    /// Every answer waits so long.
    pub latency_ms: u64,
    /// Share of requests whose connection is cut before anything is done, 0 to 1.
    pub drop_rate: f64,
    /// Share of requests answered 500, 502 or 503 with nothing done, 0 to 1.
    pub error_rate: f64,
    /// Share of requests that are carried out and then get no answer, 0 to 1.
    pub lose_replies_rate: f64,
    /// How far the portal's clock is off.
    pub clock_offset_seconds: i64,
    /// Version of the contract that the portal says it speaks; empty: its own.
    pub api_version: String,
    /// Dossiers that are shown with another status number than theirs.
    pub status_numbers: BTreeMap<DossierId, u8>,
    /// Faults that happen once (or `times`), in order; the first that fits a request meets it.
    pub next: Vec<OneShot>,
}

/// A fault that happens once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct OneShot {
    /// Requests whose path begins so.
    pub path_prefix: String,
    /// Requests of this method only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// What happens.
    pub kind: FaultKind,
    /// For [`FaultKind::Status`] (default 500), [`FaultKind::Html`] (default 200) and [`FaultKind::Problem`] (default 422).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// For [`FaultKind::Problem`] (default `internal`) and [`FaultKind::Refuse`] (default `dossier.invalid`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<ProblemCode>,
    /// For [`FaultKind::Problem`]: the seconds of its `Retry-After`; default none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// For [`FaultKind::Delay`]; default 1,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
    /// For [`FaultKind::Cut`]; default 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_bytes: Option<u64>,
    /// How often; default once.
    #[serde(default = "once")]
    pub times: u32,
}

const fn once() -> u32 {
    1
}

impl OneShot {
    /// What the next request meets whose path begins so, whatever its method.
    #[must_use]
    pub fn at(path_prefix: impl Into<String>, kind: FaultKind) -> Self {
        Self {
            path_prefix: path_prefix.into(),
            method: None,
            kind,
            status: None,
            code: None,
            retry_after: None,
            delay_ms: None,
            after_bytes: None,
            times: once(),
        }
    }
}

impl From<OneShot> for FaultUpdate {
    fn from(next: OneShot) -> Self {
        Self {
            next: vec![next],
            ..Self::default()
        }
    }
}

/// What a fault does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// Cut the connection before anything is done.
    Drop,
    /// Carry the request out, then cut the connection.
    LoseReply,
    /// Let so many bytes of the request's body through, then cut the connection.
    Cut,
    /// Answer a status with a plain text body.
    Status,
    /// Answer an HTML page, as a captive portal does.
    Html,
    /// Answer a problem with a code of the contract.
    Problem,
    /// Refuse the revision that is being submitted, for good: the refusal is kept as the contract says.
    Refuse,
    /// Answer late.
    Delay,
    /// Change a bit of the request's body on its way in.
    CorruptRequest,
    /// Answer with wrong hashes in JSON, or with a changed bit in a file.
    WrongHash,
}

/// What `POST /faults` takes: what is there is set, `next` is added.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields, default)]
pub struct FaultUpdate {
    /// Forget all faults first.
    pub clear: bool,
    /// See [`FaultSettings::latency_ms`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<u64>,
    /// See [`FaultSettings::drop_rate`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drop_rate: Option<f64>,
    /// See [`FaultSettings::error_rate`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_rate: Option<f64>,
    /// See [`FaultSettings::lose_replies_rate`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lose_replies_rate: Option<f64>,
    /// See [`FaultSettings::clock_offset_seconds`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_offset_seconds: Option<i64>,
    /// See [`FaultSettings::api_version`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// See [`FaultSettings::status_numbers`]; 0 shows the true one again.
    pub status_numbers: BTreeMap<DossierId, u8>,
    /// See [`FaultSettings::next`].
    pub next: Vec<OneShot>,
    /// End every session: tokens are good for nothing from now on.
    pub revoke_tokens: bool,
    /// Take a new epoch, as after a restore from a backup.
    pub new_epoch: bool,
}

/// Marks a submission that is to be refused.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RefuseOnPurpose(pub(crate) ProblemCode);

/// The faults in force.
pub(crate) struct Faults(Mutex<FaultSettings>);

impl Faults {
    pub(crate) fn new(settings: FaultSettings) -> Self {
        Self(Mutex::new(settings))
    }

    pub(crate) fn clock_offset_seconds(&self) -> i64 {
        self.settings().clock_offset_seconds
    }

    /// The version of the contract to announce in place of the portal's own.
    pub(crate) fn api_version(&self) -> Option<String> {
        Some(self.settings().api_version.clone()).filter(|version| !version.is_empty())
    }

    /// The number to show in place of a dossier's status.
    pub(crate) fn status_number(&self, dossier: DossierId) -> Option<u8> {
        self.settings().status_numbers.get(&dossier).copied()
    }

    fn settings(&self) -> MutexGuard<'_, FaultSettings> {
        // Nothing is left half done under this lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the first one-shot fault that fits.
    fn take(&self, method: &str, path: &str) -> Option<OneShot> {
        let mut settings = self.settings();
        let place = settings.next.iter().position(|fault| {
            path.starts_with(&fault.path_prefix)
                && fault
                    .method
                    .as_ref()
                    .is_none_or(|only| only.eq_ignore_ascii_case(method))
        })?;
        let fault = settings.next.get_mut(place)?;
        fault.times = fault.times.saturating_sub(1);
        let taken = fault.clone();
        if taken.times == 0 {
            settings.next.remove(place);
        }
        Some(taken)
    }
}

/// `GET /faults`.
pub(crate) async fn show(State(portal): State<Arc<Portal>>) -> Json<FaultSettings> {
    Json(portal.faults.settings().clone())
}

/// `POST /faults`.
pub(crate) async fn change(
    State(portal): State<Arc<Portal>>,
    body: Bytes,
) -> Result<Json<FaultSettings>, Refusal> {
    let update: FaultUpdate =
        serde_json::from_slice(&body).map_err(|error| Refusal::request(error.to_string()))?;
    for rate in [
        update.drop_rate,
        update.error_rate,
        update.lose_replies_rate,
    ]
    .into_iter()
    .flatten()
    {
        if !(0.0..=1.0).contains(&rate) {
            return Err(Refusal::request(format!("{rate} is no share from 0 to 1")));
        }
    }
    let mut db = portal.db.begin().await?;
    if update.revoke_tokens {
        oidc::revoke_everything(&mut db).await?;
    }
    if update.new_epoch {
        dossiers::take_new_epoch(&mut db).await?;
    }
    for dossier in update.status_numbers.keys() {
        desk::touch(&mut db, *dossier).await?;
    }
    db.commit().await?;
    let mut settings = portal.faults.settings();
    if update.clear {
        *settings = FaultSettings::default();
    }
    let FaultSettings {
        latency_ms,
        drop_rate,
        error_rate,
        lose_replies_rate,
        clock_offset_seconds,
        api_version,
        status_numbers,
        next,
    } = &mut *settings;
    *latency_ms = update.latency_ms.unwrap_or(*latency_ms);
    *drop_rate = update.drop_rate.unwrap_or(*drop_rate);
    *error_rate = update.error_rate.unwrap_or(*error_rate);
    *lose_replies_rate = update.lose_replies_rate.unwrap_or(*lose_replies_rate);
    *clock_offset_seconds = update.clock_offset_seconds.unwrap_or(*clock_offset_seconds);
    if let Some(version) = update.api_version {
        *api_version = version;
    }
    for (dossier, number) in update.status_numbers {
        if number == 0 {
            status_numbers.remove(&dossier);
        } else {
            status_numbers.insert(dossier, number);
        }
    }
    next.extend(update.next);
    Ok(Json(settings.clone()))
}

/// Lets each request meet its faults.
pub(crate) async fn meet(
    State(portal): State<Arc<Portal>>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    if matches!(path, "/faults" | "/audit") {
        return next.run(request).await;
    }
    let fault = portal.faults.take(request.method().as_str(), path);
    let standing = ["/v1/", "/oidc/", "/.well-known/"]
        .iter()
        .any(|prefix| path.starts_with(prefix));
    let (latency, drop_rate, error_rate, lose_rate) = {
        let settings = portal.faults.settings();
        (
            settings.latency_ms,
            settings.drop_rate,
            settings.error_rate,
            settings.lose_replies_rate,
        )
    };
    if standing {
        if latency > 0 {
            tokio::time::sleep(Duration::from_millis(latency)).await;
        }
        if chance(drop_rate) {
            return cut();
        }
        if chance(error_rate) {
            return ruin();
        }
    }
    let lost = standing && chance(lose_rate);
    let response = match fault {
        Some(fault) => meet_one(&fault, request, next).await,
        None => next.run(request).await,
    };
    let mut response = if lost { cut() } else { response };
    // The clock that a client sees first is this header.
    if portal.faults.clock_offset_seconds() != 0
        && let Ok(date) = portal
            .now()
            .strftime("%a, %d %b %Y %H:%M:%S GMT")
            .to_string()
            .parse()
    {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

async fn meet_one(fault: &OneShot, request: Request, next: Next) -> Response {
    let status = |default: StatusCode| {
        fault
            .status
            .and_then(|status| StatusCode::from_u16(status).ok())
            .unwrap_or(default)
    };
    match fault.kind {
        FaultKind::Drop => cut(),
        FaultKind::LoseReply => {
            next.run(request).await;
            cut()
        }
        FaultKind::Cut => {
            let left = fault.after_bytes.unwrap_or(0);
            next.run(request.map(|body| cut_body(body, left))).await;
            cut()
        }
        FaultKind::Status => (
            status(StatusCode::INTERNAL_SERVER_ERROR),
            "a fault on purpose\n",
        )
            .into_response(),
        FaultKind::Html => (
            status(StatusCode::OK),
            [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
            "<!doctype html><title>Wi-Fi</title><p>Vui lòng đăng nhập mạng Wi-Fi.",
        )
            .into_response(),
        FaultKind::Problem => {
            let mut response = Refusal::new(
                status(StatusCode::UNPROCESSABLE_ENTITY),
                fault.code.unwrap_or(ProblemCode::Internal),
                "Lỗi được tạo để thử.",
            )
            .into_response();
            if let Some(seconds) = fault.retry_after {
                let headers = response.headers_mut();
                headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            response
        }
        FaultKind::Refuse => {
            let mut request = request;
            let code = fault.code.unwrap_or(ProblemCode::DossierInvalid);
            request.extensions_mut().insert(RefuseOnPurpose(code));
            next.run(request).await
        }
        FaultKind::Delay => {
            tokio::time::sleep(Duration::from_millis(fault.delay_ms.unwrap_or(1_000))).await;
            next.run(request).await
        }
        FaultKind::CorruptRequest => {
            next.run(request.map(|body| {
                let mut first = true;
                Body::from_stream(body.into_data_stream().map(move |chunk| {
                    chunk.map(|bytes| {
                        if std::mem::take(&mut first) {
                            flipped(&bytes)
                        } else {
                            bytes
                        }
                    })
                }))
            }))
            .await
        }
        FaultKind::WrongHash => with_wrong_hash(next.run(request).await).await,
    }
}

fn chance(rate: f64) -> bool {
    rate > 0.0 && rand::random::<f64>() < rate
}

fn cut() -> Response {
    let mut response = Response::default();
    response.extensions_mut().insert(CutConnection);
    response
}

/// What broken servers and the proxies before them say.
fn ruin() -> Response {
    match rand::random::<u8>() % 3 {
        0 => Refusal::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response(),
        1 => (
            StatusCode::BAD_GATEWAY,
            [(header::CONTENT_TYPE, "text/html")],
            "<html><body><h1>502 Bad Gateway</h1></body></html>",
        )
            .into_response(),
        _ => {
            let mut response = Refusal::of_status(StatusCode::SERVICE_UNAVAILABLE).into_response();
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            response
        }
    }
}

fn cut_body(body: Body, mut left: u64) -> Body {
    let gone = || std::io::Error::new(std::io::ErrorKind::ConnectionReset, "a fault on purpose");
    let chunks = body.into_data_stream().map(move |chunk| {
        let chunk = chunk.map_err(std::io::Error::other)?;
        if left == 0 {
            return Err(gone());
        }
        let taken = usize::try_from(left).unwrap_or(usize::MAX).min(chunk.len());
        left = left.saturating_sub(taken as u64);
        Ok(chunk.slice(..taken))
    });
    // The body ends with the fault, also when it is shorter than the limit.
    Body::from_stream(chunks.chain(futures_util::stream::once(async move { Err(gone()) })))
}

fn flipped(bytes: &[u8]) -> Bytes {
    let mut bytes = bytes.to_vec();
    if let Some(first) = bytes.first_mut() {
        *first ^= 1;
    }
    bytes.into()
}

async fn with_wrong_hash(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        return cut();
    };
    let bytes = match serde_json::from_slice::<serde_json::Value>(&bytes) {
        Ok(mut value) => {
            replace_hashes(&mut value);
            value.to_string().into()
        }
        Err(_) => flipped(&bytes),
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(bytes))
}

fn replace_hashes(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                if key == "sha256" {
                    *value = serde_json::Value::String("0".repeat(64));
                } else {
                    replace_hashes(value);
                }
            }
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(replace_hashes),
        _ => {}
    }
}
