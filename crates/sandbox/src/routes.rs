//! Which address is answered where, and what holds for all answers.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, head, post, put};
use axum::{Json, Router};
use hoso_dossier::Capability;
use hoso_portal_api::{API_VERSION, PortalInfo};
use serde_json::json;

use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::{
    account, audit, bank, catalogue, clerk, dossiers, drafts, faults, lookup, needs, oidc, outbox,
    payments, sticks, uploads, wishes,
};

/// Largest body other than an upload's: answers of a long form fit many times over.
const MAX_BODY: usize = 8 * 1024 * 1024;

pub(crate) fn router(portal: Arc<Portal>) -> Router {
    let uploads = Router::new()
        .route("/", post(uploads::create).options(uploads::options))
        .route(
            "/{id}",
            head(uploads::head)
                .patch(uploads::append)
                .delete(uploads::terminate)
                .options(uploads::options_of_one),
        )
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn(uploads::speak_tus));
    Router::new()
        .route("/", get(|| async { Redirect::to("/clerk") }))
        .route("/.well-known/hoso-portal", get(info))
        .route("/openapi.json", get(openapi))
        .route("/v1/catalogue", get(catalogue::changes))
        .route("/v1/packs/{code}", get(catalogue::pack))
        .nest("/v1/uploads", uploads)
        .route("/v1/dossiers", get(dossiers::list))
        .route("/v1/dossiers/{id}", get(dossiers::show))
        .route("/v1/dossiers/{id}/files/{file}", get(dossiers::file))
        .route(
            "/v1/dossiers/{id}/revisions/{revision}",
            put(dossiers::put_revision),
        )
        .route(
            "/v1/dossiers/{id}/revisions/{revision}/submit",
            post(dossiers::submit),
        )
        .route(
            "/v1/dossiers/{id}/revisions/{revision}/confirmation",
            put(needs::confirm),
        )
        .route(
            "/v1/dossiers/{id}/revisions/{revision}/receipt",
            get(dossiers::show_receipt),
        )
        .route("/v1/dossiers/{id}/withdrawal", put(wishes::withdraw))
        .route("/v1/dossiers/{id}/rating", put(wishes::rate))
        .route("/v1/account", get(account::show))
        .route("/v1/account/edits/{id}", put(account::put))
        .route("/v1/lookup", get(lookup::look_up))
        .route("/v1/keys", put(sticks::put_key))
        .route(
            "/v1/sticks",
            post(sticks::take).layer(DefaultBodyLimit::max(hoso_stick::MAX_BYTES * 2)),
        )
        .route("/v1/drafts", get(drafts::list))
        .route(
            "/v1/drafts/{id}",
            get(drafts::show)
                .put(drafts::put)
                .delete(drafts::end)
                .layer(DefaultBodyLimit::max(drafts::MAX_BYTES)),
        )
        .route("/v1/drafts/{id}/lease", put(drafts::lease))
        .route("/v1/payments/{id}", get(payments::show).put(payments::put))
        .route(
            "/.well-known/openid-configuration",
            get(oidc::configuration),
        )
        .route("/oidc/authorize", get(oidc::ask).post(oidc::check_password))
        .route("/oidc/otp", post(oidc::check_otp))
        .route("/oidc/token", post(oidc::exchange))
        .route("/oidc/userinfo", get(oidc::user_info).post(oidc::user_info))
        .route("/oidc/jwks", get(oidc::keys))
        .route("/oidc/revoke", post(oidc::revoke))
        .route("/oidc/logout", get(oidc::log_out))
        .route("/outbox", get(outbox::show))
        .route("/tra-cuu", get(lookup::page))
        .route("/bank", get(bank::list))
        .route("/bank/{payment}", get(bank::show))
        .route("/bank/{payment}/pay", post(bank::pay))
        .route("/bank/{payment}/decline", post(bank::decline))
        .route("/clerk", get(clerk::list))
        .route("/clerk/catalogue", get(catalogue::carry))
        .route("/clerk/dossiers/{id}", get(clerk::show))
        .route("/clerk/dossiers/{id}/{move}", post(clerk::act))
        .route(
            "/clerk/dossiers/{id}/uploads/{upload}",
            get(clerk::sent_file),
        )
        .route("/clerk/dossiers/{id}/files/{file}", get(clerk::made_file))
        .route("/faults", get(faults::show).post(faults::change))
        .route("/audit", get(audit::show))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn_with_state(Arc::clone(&portal), only_what_it_can))
        .layer(from_fn(say_it_as_problem))
        .layer(from_fn_with_state(Arc::clone(&portal), own_pages_only))
        .layer(from_fn(harden))
        .layer(from_fn_with_state(Arc::clone(&portal), faults::meet))
        .with_state(portal)
}

/// `GET /.well-known/hoso-portal`.
async fn info(State(portal): State<Arc<Portal>>) -> Result<Json<PortalInfo>, Refusal> {
    let mut db = portal.db.acquire().await?;
    let can = |what| !portal.cannot.contains(&what);
    let word = |what| {
        let word = serde_json::to_value(what)?;
        Ok(word.as_str().unwrap_or_default().to_owned())
    };
    let cannot: Result<_, Refusal> = portal.cannot.iter().map(word).collect();
    Ok(Json(PortalInfo {
        cannot: cannot?,
        name: catalogue::NAME.to_owned(),
        api_version: portal
            .faults
            .api_version()
            .unwrap_or_else(|| API_VERSION.to_owned()),
        epoch: dossiers::epoch(&mut db).await?,
        issuer: portal.url.clone(),
        client_id: oidc::CLIENT_ID.to_owned(),
        max_upload_bytes: portal.max_upload_bytes,
        now: portal.now_text(),
        sticks: can(Capability::Stick).then(|| portal.sticks.public()),
        drafts: can(Capability::SharedDrafts).then(drafts::keeping),
        account: can(Capability::EditAccount),
        receipt_signer: portal.signs_receipts.then(|| portal.sticks.public().signer),
        profile: portal.profile_id.clone(),
        follow_url: Some(lookup::follow_url(&portal)),
    }))
}

/// The calls for what the portal can't do are not there.
async fn only_what_it_can(
    State(portal): State<Arc<Portal>>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let begins = |prefix: &str| path.starts_with(prefix);
    let wish = |name: &str| begins("/v1/dossiers/") && path.ends_with(name);
    let missing = portal.cannot.iter().any(|what| match what {
        Capability::Withdraw => wish("/withdrawal"),
        Capability::Rate => wish("/rating"),
        Capability::Pay => begins("/v1/payments/"),
        Capability::Stick => begins("/v1/sticks") || begins("/v1/keys"),
        Capability::LookUp => begins("/v1/lookup"),
        Capability::SharedDrafts => begins("/v1/drafts"),
        Capability::EditAccount => begins("/v1/account"),
    });
    if missing {
        return Refusal::of_status(StatusCode::NOT_FOUND).into_response();
    }
    next.run(request).await
}

/// `GET /openapi.json`.
async fn openapi() -> Response {
    (
        [(header::CONTENT_TYPE, "application/json")],
        hoso_portal_api::OPENAPI,
    )
        .into_response()
}

/// A refusal on a page: the same words in HTML.
pub(crate) struct PageRefusal(Refusal);

impl From<Refusal> for PageRefusal {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

/// Marks a response that is to be shown as a page.
#[derive(Clone)]
struct AsPage(String);

impl IntoResponse for PageRefusal {
    fn into_response(self) -> Response {
        let mut response = self.0.status().into_response();
        response
            .extensions_mut()
            .insert(AsPage(self.0.detail().to_owned()));
        response
    }
}

/// Every refusal of the contract is problem+json, also those that axum makes: no such address, wrong method, body too large.
async fn say_it_as_problem(request: Request, next: Next) -> Response {
    let is_page = ["/clerk", "/bank", "/outbox", "/oidc/", "/tra-cuu"]
        .iter()
        .any(|prefix| request.uri().path().starts_with(prefix));
    let response = next.run(request).await;
    let status = response.status();
    let said = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| {
            kind.starts_with("application/") || (is_page && kind.starts_with("text/html"))
        });
    if !(status.is_client_error() || status.is_server_error()) || said {
        return response;
    }
    if response.extensions().get::<AsPage>().is_some() {
        return response;
    }
    let allow = response.headers().get(header::ALLOW).cloned();
    let mut problem = Refusal::of_status(status).into_response();
    if let Some(allow) = allow {
        problem.headers_mut().insert(header::ALLOW, allow);
    }
    problem
}

/// Fills in pages of refusals, and takes forms from the portal's own pages only: other pages in the same browser may not press its buttons.
async fn own_pages_only(
    State(portal): State<Arc<Portal>>,
    request: Request,
    next: Next,
) -> Response {
    let response = if is_foreign(&request) {
        PageRefusal(Refusal::forbidden(
            "Biểu mẫu này được gửi từ một trang khác.",
        ))
        .into_response()
    } else {
        next.run(request).await
    };
    let Some(AsPage(message)) = response.extensions().get::<AsPage>().cloned() else {
        return response;
    };
    let page = portal.pages.show(
        "message.html",
        json!({ "title": "Không thực hiện được", "message": message }),
    );
    match page {
        Ok(page) => (response.status(), page).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

fn is_foreign(request: &Request) -> bool {
    let said = |name| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let own = said(header::HOST).map(|host| format!("http://{host}"));
    request.method() == Method::POST
        && said(header::ORIGIN).is_some_and(|origin| Some(origin) != own.as_deref())
}

/// What browsers must not do with any answer.
async fn harden(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        // A sign-in ends at the application's loopback address.
        HeaderValue::from_static(
            "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
             form-action 'self' http://127.0.0.1:* http://[::1]:* http://localhost:*",
        ),
    );
    response
}
