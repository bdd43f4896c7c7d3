//! Tokens for calls: taken from a store, renewed by one task at a time.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use futures_util::future::BoxFuture;
use reqwest::{Response, StatusCode};
use tokio::sync::{Mutex, OnceCell};
use tracing::warn;
use url::Url;

use crate::oidc::{Provider, RefreshError};
use crate::{CallError, Claims, Http, Tokens};

/// Where calls take their access token from.
pub trait TokenSource: Send + Sync {
    /// A token that should be valid. `rejected` is one that the portal has just refused.
    fn token<'a>(&'a self, rejected: Option<&'a str>) -> BoxFuture<'a, Result<String, CallError>>;
}

/// Where tokens are kept. Only ever the encrypted database.
pub trait TokenStore: Send + Sync {
    /// Keeps the tokens, or forgets them, durably. A renewed token that is not kept is lost with the process.
    fn save<'a>(&'a self, tokens: Option<&'a Tokens>) -> BoxFuture<'a, Result<(), String>>;
}

/// Who is signed in.
pub struct Session {
    http: Http,
    store: Arc<dyn TokenStore>,
    tokens: Mutex<Option<Tokens>>,
    provider: OnceCell<Provider>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

impl Session {
    /// Takes up what was stored.
    #[must_use]
    pub fn new(http: &Http, tokens: Option<Tokens>, store: Arc<dyn TokenStore>) -> Arc<Self> {
        Arc::new(Self {
            http: http.apart(),
            store,
            tokens: Mutex::new(tokens),
            provider: OnceCell::new(),
        })
    }

    /// Who is signed in, if anybody.
    pub async fn claims(&self) -> Option<Claims> {
        self.tokens
            .lock()
            .await
            .as_ref()
            .map(|one| one.claims.clone())
    }

    /// Somebody has signed in.
    ///
    /// # Errors
    /// The tokens can't be kept.
    pub async fn sign_in(&self, tokens: Tokens) -> Result<(), CallError> {
        let mut held = self.tokens.lock().await;
        let kept = self.store.save(Some(&tokens)).await;
        kept.map_err(CallError::local)?;
        *held = Some(tokens);
        Ok(())
    }

    /// Forgets the tokens and asks the provider to. Returns the page that ends the provider's own session, to open in the browser.
    ///
    /// # Errors
    /// The tokens can't be forgotten. A provider that can't be reached is no error.
    pub async fn sign_out(&self) -> Result<Option<Url>, CallError> {
        let mut held = self.tokens.lock().await;
        self.store.save(None).await.map_err(CallError::local)?;
        let Some(tokens) = held.take() else {
            return Ok(None);
        };
        drop(held);
        match self.provider(&tokens).await {
            Ok(provider) => {
                if let Err(error) = provider.revoke(&self.http, &tokens).await {
                    warn!(
                        error = error.kind(),
                        "the provider keeps the tokens until they expire"
                    );
                }
                Ok(provider.end_session(&tokens))
            }
            Err(error) => {
                warn!(
                    error = error.kind(),
                    "the provider could not be told of the sign-out"
                );
                Ok(None)
            }
        }
    }

    async fn provider(&self, tokens: &Tokens) -> Result<Provider, CallError> {
        let provider = self
            .provider
            .get_or_try_init(|| Provider::discover(&self.http, &tokens.issuer))
            .await?;
        if provider.issuer() == tokens.issuer {
            Ok(provider.clone())
        } else {
            Provider::discover(&self.http, &tokens.issuer).await
        }
    }

    /// Runs under the lock, so that a refresh token is spent once; those who waited find the new one.
    async fn valid(&self, rejected: Option<&str>) -> Result<String, CallError> {
        let mut held = self.tokens.lock().await;
        let Some(tokens) = held.as_ref() else {
            return Err(CallError::SignedOut);
        };
        let fresh = tokens.expires_at.is_none_or(|at| at > unix_now() + 5);
        if fresh && rejected != Some(tokens.access.as_str()) {
            return Ok(tokens.access.clone());
        }
        let provider = self.provider(tokens).await?;
        match provider.refresh(&self.http, tokens).await {
            Ok(renewed) => {
                let access = renewed.access.clone();
                if let Err(error) = self.store.save(Some(&renewed)).await {
                    warn!(%error, "the renewed tokens are in memory only");
                }
                *held = Some(renewed);
                Ok(access)
            }
            Err(RefreshError::Refused) => {
                if let Err(error) = self.store.save(None).await {
                    warn!(%error, "the refused tokens are still stored");
                }
                *held = None;
                Err(CallError::SignedOut)
            }
            Err(RefreshError::Call(error)) => Err(error),
        }
    }
}

impl TokenSource for Arc<Session> {
    fn token<'a>(&'a self, rejected: Option<&'a str>) -> BoxFuture<'a, Result<String, CallError>> {
        let session = Self::clone(self);
        let rejected = rejected.map(ToOwned::to_owned);
        Box::pin(async move {
            // A task of its own: a caller that gives up in the middle must not lose a refresh token that the provider has already replaced.
            tokio::spawn(async move { session.valid(rejected.as_deref()).await })
                .await
                .map_err(CallError::local)?
        })
    }
}

/// Makes a call with a token, and once more with a renewed one after a 401.
pub(crate) async fn authorized<F>(
    tokens: Option<&Arc<dyn TokenSource>>,
    send: impl Fn(String) -> F,
) -> Result<Response, CallError>
where
    F: Future<Output = Result<Response, CallError>>,
{
    let Some(tokens) = tokens else {
        return Err(CallError::SignedOut);
    };
    let token = tokens.token(None).await?;
    let response = send(token.clone()).await?;
    if response.status() != StatusCode::UNAUTHORIZED {
        return Ok(response);
    }
    let renewed = tokens.token(Some(&token)).await?;
    send(renewed).await
}

/// Seconds since the epoch.
pub(crate) fn unix_now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |span| span.as_secs())
}
