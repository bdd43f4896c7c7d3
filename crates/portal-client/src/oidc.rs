//! Sign-in by OpenID Connect: code flow with PKCE in the system browser, loopback redirect (RFC 8252).

mod loopback;
mod provider;
mod tokens;

use std::time::Duration;

use openidconnect::core::CoreResponseType;
use openidconnect::{
    AuthenticationFlow, CsrfToken, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
};
use url::Url;

use crate::{CallError, Http};
use loopback::Loopback;
pub(crate) use provider::{Provider, RefreshError};
pub use tokens::{Claims, Tokens};

/// Where and as what to sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInOptions {
    /// Issuer of the provider, as [`hoso_portal_api::PortalInfo::issuer`] names it.
    pub issuer: String,
    /// Client id for native applications.
    pub client_id: String,
    /// Scopes beside `openid`.
    pub scopes: Vec<String>,
    /// How long the person may take in the browser.
    pub patience: Duration,
    /// The provider asks who it is, though somebody is signed in there.
    pub ask_who: bool,
}

impl SignInOptions {
    /// The usual scopes, five minutes.
    #[must_use]
    pub fn new(issuer: &str, client_id: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            client_id: client_id.to_owned(),
            scopes: vec!["profile".into(), "offline_access".into()],
            patience: Duration::from_secs(5 * 60),
            ask_who: false,
        }
    }
}

/// A sign-in that did not come about.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The provider gave no usable answer.
    #[error("signing in: {0}")]
    Call(#[from] CallError),
    /// The provider or the person said no.
    #[error("signing in: the provider refused ({code}): {what}; start again")]
    Refused {
        /// OAuth error code, e.g. `access_denied`.
        code: String,
        /// What it said.
        what: String,
    },
    /// Nobody came back from the browser in time.
    #[error("signing in: nobody came back from the browser in time; start again")]
    TimedOut,
    /// The provider's word about the person can't be trusted.
    #[error("signing in: the provider's answer is not valid: {what}")]
    Invalid {
        /// What is wrong with it.
        what: String,
    },
    /// This machine's clock is wrong, so the answer can't be checked.
    #[error("signing in: this machine's clock is {skew} seconds off; set it and start again")]
    Clock {
        /// Seconds that the provider's clock is ahead.
        skew: i64,
    },
    /// No way back from the browser can be opened on this machine.
    #[error("signing in: opening the way back from the browser: {0}")]
    Loopback(std::io::Error),
}

/// A sign-in under way. Dropping it gives it up.
pub struct SignIn {
    http: Http,
    provider: Provider,
    options: SignInOptions,
    authorize_url: Url,
    loopback: Loopback,
    redirect: RedirectUrl,
    verifier: PkceCodeVerifier,
    nonce: Nonce,
}

impl SignIn {
    /// Asks the provider about itself and opens the way back.
    ///
    /// # Errors
    /// The provider can't be reached or is none; no port can be opened.
    pub async fn start(http: &Http, options: SignInOptions) -> Result<Self, SignInError> {
        let http = http.apart();
        let provider = Provider::discover(&http, &options.issuer).await?;
        let state = CsrfToken::new_random();
        let loopback = Loopback::open(state.secret(), &options.issuer)
            .await
            .map_err(SignInError::Loopback)?;
        let redirect = RedirectUrl::new(loopback.redirect()).map_err(CallError::local)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = provider.client(&options.client_id);
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                || state,
                Nonce::new_random,
            )
            .set_redirect_uri(std::borrow::Cow::Borrowed(&redirect))
            .set_pkce_challenge(challenge)
            .add_scopes(options.scopes.iter().cloned().map(Scope::new));
        let mut prompt = Vec::new();
        prompt.extend(options.ask_who.then_some("login"));
        if options.scopes.iter().any(|scope| scope == "offline_access") {
            // OpenID Connect Core 11: a refresh token for later needs consent.
            prompt.push("consent");
        }
        if !prompt.is_empty() {
            request = request.add_extra_param("prompt", prompt.join(" "));
        }
        let (authorize_url, _, nonce) = request.url();
        Ok(Self {
            http,
            provider,
            options,
            authorize_url,
            loopback,
            redirect,
            verifier,
            nonce,
        })
    }

    /// The page to open in the system browser.
    #[must_use]
    pub const fn authorize_url(&self) -> &Url {
        &self.authorize_url
    }

    /// Waits for the person to come back and takes the tokens. The browser is told how it ended.
    ///
    /// # Errors
    /// Nobody came back, or with nothing that can be trusted.
    pub async fn wait(self) -> Result<Tokens, SignInError> {
        let back = tokio::time::timeout(self.options.patience, self.loopback.wait())
            .await
            .map_err(|_| SignInError::TimedOut)?
            .map_err(SignInError::Loopback)?;
        let (answer, page) = back;
        let result = match answer {
            Ok(code) => {
                self.provider
                    .exchange(
                        &self.http,
                        &self.options.client_id,
                        code,
                        self.verifier,
                        &self.redirect,
                        &self.nonce,
                    )
                    .await
            }
            Err((code, what)) => Err(SignInError::Refused { code, what }),
        };
        page.finish(result.is_ok()).await;
        result
    }
}
