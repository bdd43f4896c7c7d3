//! Sign-in at the portal. Being signed out never blocks filling.

use std::sync::{Arc, PoisonError, RwLock};

use futures_util::future::BoxFuture;
use hoso_portal_client::{
    ClientOptions, Http, Portal, Session, SignIn, SignInOptions, TokenSource, TokenStore, Tokens,
};
use hoso_store::Store;
use hoso_sync::Event;
use tokio::sync::broadcast;
use tokio::task::AbortHandle;

use crate::view::{AppInfo, SessionInfo};
use crate::{App, AppError, Changed, Topic, tell};

/// The portal, as the open profile's person.
pub(crate) struct PortalSession {
    pub(crate) portal: Portal,
    http: Http,
    session: Arc<Session>,
    info: RwLock<SessionInfo>,
    signing_in: RwLock<Option<AbortHandle>>,
    changes: broadcast::Sender<Changed>,
}

/// The configured portal, without anybody signed in.
pub(crate) fn portal(url: url::Url) -> Result<Portal, AppError> {
    Ok(Portal::new(&http()?, &url, None)?)
}

fn http() -> Result<Http, AppError> {
    Ok(Http::new(ClientOptions {
        user_agent: concat!("HoSo/", env!("CARGO_PKG_VERSION")).into(),
        ..ClientOptions::default()
    })?)
}

/// Tokens are kept in the encrypted database only.
struct Kept(Store);

impl TokenStore for Kept {
    fn save<'a>(&'a self, tokens: Option<&'a Tokens>) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            match tokens {
                Some(tokens) => {
                    let tokens = serde_json::to_value(tokens).map_err(|error| error.to_string())?;
                    self.0.put_tokens(&tokens).await
                }
                None => self.0.clear_tokens().await,
            }
            .map_err(|error| error.to_string())
        })
    }
}

impl PortalSession {
    /// Takes up the tokens that were kept.
    pub(crate) async fn open(
        portal: Portal,
        store: Store,
        changes: broadcast::Sender<Changed>,
    ) -> Result<Arc<Self>, AppError> {
        let http = http()?;
        let tokens: Option<Tokens> = match store.tokens().await? {
            // Tokens of another version's shape: signing in again is all that it costs.
            Some(tokens) => serde_json::from_value(tokens)
                .inspect_err(|error| tracing::warn!(%error, "kept tokens are not read"))
                .ok(),
            None => None,
        };
        let info = tokens.as_ref().map_or(SessionInfo::SignedOut, signed_in);
        let session = Session::new(&http, tokens, Arc::new(Kept(store)));
        let source: Arc<dyn TokenSource> = Arc::new(Arc::clone(&session));
        Ok(Arc::new(Self {
            portal: Portal::new(&http, portal.base(), Some(source))?,
            http,
            session,
            info: RwLock::new(info),
            signing_in: RwLock::new(None),
            changes,
        }))
    }

    /// How it stands, for a face.
    pub(crate) fn info(&self) -> SessionInfo {
        self.info
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Somebody is signed in.
    pub(crate) fn is_signed_in(&self) -> bool {
        matches!(self.info(), SessionInfo::SignedIn { .. })
    }

    /// The portal doesn't know the person any more.
    pub(crate) fn expired(&self) {
        if self.is_signed_in() {
            self.set(SessionInfo::Expired);
        }
    }

    fn set(&self, info: SessionInfo) {
        *self.info.write().unwrap_or_else(PoisonError::into_inner) = info;
        tell(&self.changes, &[Topic::App]);
    }

    fn give_up(&self) {
        let waiting = self
            .signing_in
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(waiting) = waiting {
            waiting.abort();
        }
    }
}

fn signed_in(tokens: &Tokens) -> SessionInfo {
    SessionInfo::SignedIn {
        name: tokens.claims.name.clone().unwrap_or_default(),
        identity: tokens
            .claims
            .identity
            .clone()
            .unwrap_or_else(|| tokens.claims.sub.clone()),
    }
}

impl App {
    /// Opens the portal's sign-in page in the browser; the outcome comes as a change of the application.
    ///
    /// # Errors
    /// No portal is set up, it can't be reached, or no browser opens.
    pub async fn sign_in(&self) -> Result<AppInfo, AppError> {
        let url = self.sign_in_start().await?;
        self.host
            .open_url(url.as_str())
            .map_err(|why| AppError::Desktop {
                doing: "opening the browser",
                why,
            })?;
        self.app_info().await
    }

    /// Starts a sign-in and says which page the person has to open.
    ///
    /// # Errors
    /// No portal is set up, or it can't be reached.
    pub async fn sign_in_start(&self) -> Result<url::Url, AppError> {
        let open = self.open()?;
        let session = open.session.clone().ok_or(AppError::NoPortal)?;
        session.give_up();
        let portal = session.portal.info().await?;
        let options = SignInOptions::new(&portal.issuer, &portal.client_id);
        let sign_in = SignIn::start(&session.http, options).await?;
        let url = sign_in.authorize_url().clone();
        let before = match session.info() {
            SessionInfo::SigningIn => SessionInfo::SignedOut,
            info => info,
        };
        session.set(SessionInfo::SigningIn);
        let waiting = {
            let (session, open) = (Arc::clone(&session), Arc::downgrade(&open));
            tokio::spawn(async move {
                match sign_in.wait().await {
                    Ok(tokens) => {
                        let info = signed_in(&tokens);
                        match session.session.sign_in(tokens).await {
                            Ok(()) => {
                                session.set(info);
                                if let Some(open) = open.upgrade() {
                                    open.sender.event(Event::SignedIn);
                                }
                            }
                            Err(error) => {
                                tracing::error!(%error, "the sign-in could not be kept");
                                session.set(SessionInfo::SignedOut);
                            }
                        }
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the sign-in came to nothing");
                        session.set(before);
                    }
                }
            })
        };
        *session
            .signing_in
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Some(waiting.abort_handle());
        Ok(url)
    }

    /// Stops waiting for the browser.
    ///
    /// # Errors
    /// The profile is locked.
    pub async fn sign_in_cancel(&self) -> Result<AppInfo, AppError> {
        let open = self.open()?;
        if let Some(session) = &open.session
            && session.info() == SessionInfo::SigningIn
        {
            session.give_up();
            session.set(SessionInfo::SignedOut);
        }
        self.app_info().await
    }

    /// Signs out here and at the portal. What was filled stays.
    ///
    /// # Errors
    /// The tokens can't be forgotten.
    pub async fn sign_out(&self) -> Result<AppInfo, AppError> {
        let open = self.open()?;
        let session = open.session.clone().ok_or(AppError::NoPortal)?;
        session.give_up();
        let page = session.session.sign_out().await?;
        session.set(SessionInfo::SignedOut);
        open.sender.event(Event::SignedOut);
        if let Some(page) = page
            && let Err(why) = self.host.open_url(page.as_str())
        {
            tracing::info!(why, "the provider's own session ends when it expires");
        }
        self.app_info().await
    }
}
