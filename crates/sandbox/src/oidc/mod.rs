//! The OpenID provider: authorization code with PKCE for native applications (RFC 6749, 7636, 8252, OpenID Connect Core 1.0).

mod authorize;
mod signer;
mod token;
mod users;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::portal::Portal;

pub(crate) use authorize::{ask, check_otp, check_password};
pub(crate) use signer::Signer;
pub(crate) use token::{
    access_token_owner, exchange, log_out, revoke, revoke_everything, user_info,
};
pub(crate) use users::seed_demo_users;

/// The one client: the desktop application, which can keep no secret.
pub(crate) const CLIENT_ID: &str = "hoso-desktop";

/// `GET /.well-known/openid-configuration`.
pub(crate) async fn configuration(State(portal): State<Arc<Portal>>) -> Json<Value> {
    let url = &portal.url;
    Json(json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/oidc/authorize"),
        "token_endpoint": format!("{url}/oidc/token"),
        "userinfo_endpoint": format!("{url}/oidc/userinfo"),
        "jwks_uri": format!("{url}/oidc/jwks"),
        "end_session_endpoint": format!("{url}/oidc/logout"),
        "revocation_endpoint": format!("{url}/oidc/revoke"),
        "scopes_supported": ["openid", "profile", "phone", "email", "offline_access"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "ui_locales_supported": ["vi"],
        "claims_supported": [
            "sub", "name", "phone_number", "email", "HoVaTen", "SoDinhDanh", "MaSoThue", "TenToChuc",
        ],
    }))
}

/// `GET /oidc/jwks`.
pub(crate) async fn keys(State(portal): State<Arc<Portal>>) -> Json<Value> {
    Json(json!({ "keys": [portal.signer.public_jwk()] }))
}
