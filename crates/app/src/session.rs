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

use crate::account::{Account, Verdict, judge, mask_name, mask_number};
use crate::open::Open;
use crate::view::{AppInfo, SessionInfo};
use crate::{App, AppError, Changed, Topic, tell};

/// The portal, as the open profile's person.
pub(crate) struct PortalSession {
    pub(crate) portal: Portal,
    http: Http,
    session: Arc<Session>,
    info: RwLock<SessionInfo>,
    /// How it stood before the sign-in that is under way, or that brought somebody else.
    before: RwLock<SessionInfo>,
    signing_in: RwLock<Option<AbortHandle>>,
    /// Who came back from the browser in the person's place.
    other: RwLock<Option<Tokens>>,
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
                .inspect_err(
                    |error| tracing::warn!(error = ?error.classify(), "kept tokens are not read"),
                )
                .ok(),
            None => None,
        };
        let tokens = own(&store, tokens).await?;
        let info = tokens.as_ref().map_or(SessionInfo::SignedOut, signed_in);
        let session = Session::new(&http, tokens, Arc::new(Kept(store)));
        let source: Arc<dyn TokenSource> = Arc::new(Arc::clone(&session));
        Ok(Arc::new(Self {
            portal: Portal::new(&http, portal.base(), Some(source))?,
            http,
            session,
            info: RwLock::new(info),
            before: RwLock::new(SessionInfo::SignedOut),
            signing_in: RwLock::new(None),
            other: RwLock::new(None),
            changes,
        }))
    }

    /// How it stands, for a face.
    pub(crate) fn info(&self) -> SessionInfo {
        read(&self.info).clone()
    }

    /// The profile's person is signed in, whoever else came back from the browser since.
    pub(crate) fn is_signed_in(&self) -> bool {
        let info = self.info();
        let stands = if is_between(&info) {
            read(&self.before).clone()
        } else {
            info
        };
        matches!(stands, SessionInfo::SignedIn { .. })
    }

    /// The portal doesn't know the person any more.
    pub(crate) fn expired(&self) {
        if !self.is_signed_in() {
            return;
        }
        if is_between(&self.info()) {
            *write(&self.before) = SessionInfo::Expired;
        } else {
            self.set(SessionInfo::Expired);
        }
    }

    fn set(&self, info: SessionInfo) {
        *write(&self.info) = info;
        tell(&self.changes, &[Topic::App]);
    }

    /// The browser is open from now on.
    fn begin(&self) {
        let info = self.info();
        if !is_between(&info) {
            *write(&self.before) = info;
        }
        *write(&self.other) = None;
        self.set(SessionInfo::SigningIn);
    }

    /// What came of the browser. A sign-in that was given up, or that is over, has no say any more.
    fn came(&self, info: SessionInfo) {
        if self.info() == SessionInfo::SigningIn {
            self.set(info);
        }
    }

    /// As it was before the browser was opened.
    fn go_back(&self) {
        *write(&self.other) = None;
        let before = read(&self.before).clone();
        self.set(before);
    }

    /// Waits for this browser instead of the one of before.
    fn wait_for(&self, waiting: Option<AbortHandle>) {
        let before = std::mem::replace(&mut *write(&self.signing_in), waiting);
        if let Some(before) = before {
            before.abort();
        }
    }
}

/// Between two states that last.
const fn is_between(info: &SessionInfo) -> bool {
    matches!(
        info,
        SessionInfo::SigningIn | SessionInfo::OtherAccount { .. }
    )
}

fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

/// The kept tokens, where they are of the profile's account: a change of it that broke off in the middle is a sign-out. Tokens from before accounts were kept
/// say which it is.
async fn own(store: &Store, tokens: Option<Tokens>) -> Result<Option<Tokens>, AppError> {
    let Some(tokens) = tokens else {
        return Ok(None);
    };
    match Account::kept(store, &tokens.issuer).await? {
        Some(account) if !account.is_of(&tokens.claims) => {
            tracing::warn!("the kept tokens are of another account");
            return Ok(None);
        }
        Some(_) => {}
        None => {
            let account = Account::of(&tokens.claims);
            account.keep(store, &tokens.issuer).await?;
        }
    }
    Ok(Some(tokens))
}

impl Open {
    /// Somebody came back from the browser; `taken`, when the person said that it is to be this profile's account.
    async fn came_back(
        &self,
        session: &PortalSession,
        tokens: Tokens,
        taken: bool,
    ) -> Result<SessionInfo, AppError> {
        let details = self.details();
        let kept = Account::kept(&self.store, &tokens.issuer).await?;
        let verdict = judge(kept.as_ref(), &details, &tokens.claims);
        let account = Account::of(&tokens.claims);
        if verdict == Verdict::Stranger || verdict == Verdict::Other && !taken {
            tracing::warn!(?verdict, "another account came back from the browser");
            *write(&session.other) = Some(tokens);
            let own = (mask_name(&details.name), mask_number(&details.identity));
            let own = kept.map_or(own, |kept| (kept.name_masked(), kept.number_masked()));
            return Ok(SessionInfo::OtherAccount {
                name: account.name_masked(),
                number: account.number_masked(),
                own_name: own.0,
                own_number: own.1,
                may_take: verdict == Verdict::Other,
            });
        }
        let (info, issuer) = (signed_in(&tokens), tokens.issuer.clone());
        session.session.sign_in(tokens).await?;
        if verdict == Verdict::Other {
            // What the portal told of the other account's dossiers is no place to go on from.
            self.sender.read_anew().await?;
        }
        account.keep(&self.store, &issuer).await?;
        Ok(info)
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
        session.wait_for(None);
        let portal = session.portal.info().await?;
        let mut options = SignInOptions::new(&portal.issuer, &portal.client_id);
        // After another person came back the provider is to ask who it is.
        options.ask_who = read(&session.other).is_some();
        let sign_in = SignIn::start(&session.http, options).await?;
        let url = sign_in.authorize_url().clone();
        session.begin();
        let waiting = {
            let (session, open) = (Arc::clone(&session), Arc::downgrade(&open));
            tokio::spawn(async move {
                let tokens = match sign_in.wait().await {
                    Ok(tokens) => tokens,
                    Err(error) => {
                        tracing::warn!(
                            error = AppError::from(error).kind(),
                            "the sign-in came to nothing"
                        );
                        let before = read(&session.before).clone();
                        return session.came(before);
                    }
                };
                let Some(open) = open.upgrade() else { return };
                match open.came_back(&session, tokens, false).await {
                    Ok(info) => {
                        session.came(info);
                        if session.is_signed_in() {
                            open.sender.event(Event::SignedIn);
                        }
                    }
                    Err(error) => {
                        tracing::error!(error = error.kind(), "the sign-in could not be kept");
                        session.came(SessionInfo::SignedOut);
                    }
                }
            })
        };
        session.wait_for(Some(waiting.abort_handle()));
        Ok(url)
    }

    /// Stops waiting for the browser, or sends away who came back from it in the person's place.
    ///
    /// # Errors
    /// The profile is locked.
    pub async fn sign_in_cancel(&self) -> Result<AppInfo, AppError> {
        let open = self.open()?;
        if let Some(session) = &open.session
            && is_between(&session.info())
        {
            session.wait_for(None);
            session.go_back();
        }
        self.app_info().await
    }

    /// Makes the account that came back from the browser this profile's own.
    ///
    /// # Errors
    /// It can't be kept. Another person's is not taken, and stays shown as that.
    pub async fn sign_in_take(&self) -> Result<AppInfo, AppError> {
        let open = self.open()?;
        let session = open.session.clone().ok_or(AppError::NoPortal)?;
        let other = write(&session.other).take();
        if let Some(tokens) = other {
            let info = open.came_back(&session, tokens, true).await;
            session.set(info.inspect_err(|_| session.go_back())?);
            if session.is_signed_in() {
                open.sender.event(Event::SignedIn);
            }
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
        session.wait_for(None);
        *write(&session.other) = None;
        let page = session.session.sign_out().await?;
        session.set(SessionInfo::SignedOut);
        open.sender.event(Event::SignedOut);
        if let Some(page) = page
            && self.host.open_url(page.as_str()).is_err()
        {
            tracing::info!("the provider's own session ends when it expires");
        }
        self.app_info().await
    }
}
