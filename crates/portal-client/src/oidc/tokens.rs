//! What a sign-in brings.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Tokens and who they speak for. Only ever kept in the encrypted database; `Debug` shows no token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tokens {
    /// For calls.
    pub access: String,
    /// For a new access token.
    #[serde(default)]
    pub refresh: Option<String>,
    /// The ID token as received, to name the session at sign-out.
    #[serde(default)]
    pub id_token: Option<String>,
    /// Who signed in.
    pub claims: Claims,
    /// When `access` runs out, seconds since the epoch by this machine's clock; `None` if the provider didn't say.
    #[serde(default)]
    pub expires_at: Option<u64>,
    /// Who issued them.
    pub issuer: String,
    /// Whom they were issued to.
    pub client_id: String,
}

/// Who signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claims {
    /// The provider's permanent name for the person.
    pub sub: String,
    /// Full name (`name`).
    #[serde(default)]
    pub name: Option<String>,
    /// Personal number, CCCD (`SoDinhDanh` or `identity`).
    #[serde(default)]
    pub identity: Option<String>,
    /// Tax code of an organisation (`MaSoThue`).
    #[serde(default)]
    pub tax_code: Option<String>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("sub", &self.claims.sub)
            .field("issuer", &self.issuer)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_line_shows_no_token() {
        let tokens = Tokens {
            access: "secret-access".into(),
            refresh: Some("secret-refresh".into()),
            id_token: Some("secret-id".into()),
            claims: Claims {
                sub: "1".into(),
                name: None,
                identity: None,
                tax_code: None,
            },
            expires_at: Some(5),
            issuer: "http://127.0.0.1".into(),
            client_id: "hoso".into(),
        };
        assert!(!format!("{tokens:?}").contains("secret"));
    }
}
