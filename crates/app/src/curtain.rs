//! Locking by itself, when nobody is there: the curtain falls, and behind it what waits to be sent still leaves.
//!
//! Behind the curtain the profile is locked for everybody but its own tasks: [`App::open`] gives it to no use case, dialogs that are answered now were answered by
//! nobody, drafts and pictures in memory are let go of, and notices name no procedure. When nothing is left to send the profile closes like any other.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use hoso_dossier::Capability;
use hoso_store::Unlock;
use hoso_sync::{Entry, Payment, PaymentStage, Wish};
use jiff::Timestamp;
use tokio::sync::{broadcast, watch};
use uuid::Uuid;

use crate::host::{Host, Pick};
use crate::open::Open;
use crate::portals::Known;
use crate::view::AppInfo;
use crate::{App, AppError, Changed, Topic, tell, text};

/// How long faces have to hand over what was typed, before an idle profile is locked.
const LAST_WORDS: Duration = Duration::from_secs(3);
/// Between looks at whether somebody is there, or at what is left to send.
const EVERY: Duration = Duration::from_secs(1);

/// Whether the person is there.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    /// The curtain is drawn.
    away: AtomicBool,
    /// How often it was locked, in whatever way.
    locks: AtomicU64,
}

impl Presence {
    /// The curtain is drawn.
    pub(crate) fn is_away(&self) -> bool {
        self.away.load(Ordering::SeqCst)
    }

    fn locked(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
        self.locks.fetch_add(1, Ordering::SeqCst);
    }

    fn locks(&self) -> u64 {
        self.locks.load(Ordering::SeqCst)
    }
}

impl App {
    /// Locks because nobody is there: behind the curtain while something is to be sent and the person lets it, wholly otherwise.
    ///
    /// # Errors
    /// The folder of the profiles can't be read.
    pub async fn profile_lock_idle(&self) -> Result<AppInfo, AppError> {
        let _door = self.door.lock().await;
        self.lock_alone().await;
        self.app_info().await
    }

    async fn lock_alone(&self) {
        let Ok(open) = self.open() else {
            // Locked, or behind the curtain, already.
            return;
        };
        if !open.settings().send_while_locked || !open.has_to_send() {
            return self.leave().await;
        }
        self.presence.locked(true);
        open.pictures.clear();
        // A draft may be held by a dialog that nobody answers: that must not hold up the lock.
        tokio::spawn(async move {
            if let Err(error) = open.close_drafts().await {
                tracing::warn!(error = error.kind(), "closing what is open on the screen");
            }
        });
        text::forget_opened_files(&self.home_dir);
        tell(&self.changes, &[Topic::App]);
    }

    /// The profile that is behind the curtain.
    pub(crate) fn behind(&self) -> Option<Arc<Open>> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        open.clone().filter(|_| self.presence.is_away())
    }

    /// Lifts the curtain for whoever may open the profile.
    pub(crate) async fn lift(&self, open: &Open, way: Unlock<'_>) -> Result<(), AppError> {
        open.store.check(way, self.host.now()).await?;
        open.note_input();
        self.presence.away.store(false, Ordering::SeqCst);
        tell(&self.changes, &[Topic::App]);
        Ok(())
    }

    /// The profile is closed, with so much left to send.
    pub(crate) fn note_left(&self, open: &Open) {
        self.presence.locked(false);
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        left.insert(open.store.id(), open.unfinished());
    }

    /// The profile is opened again.
    pub(crate) fn forget_left(&self, id: Uuid) {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        left.remove(&id);
    }

    /// How many dossiers were not wholly sent when the profile was closed.
    pub(crate) fn left(&self, id: Uuid) -> u32 {
        let left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        left.get(&id).copied().unwrap_or(0)
    }

    /// Draws the curtain when nobody is there, and closes the profile when nothing is left to do behind it.
    pub(crate) fn lock_when_idle(self: &Arc<Self>, open: &Arc<Open>) {
        let (app, closing) = (Arc::downgrade(self), open.closing.clone());
        let open = Arc::downgrade(open);
        let mut changes = self.changes.subscribe();
        tokio::spawn(async move {
            let mut told = 0;
            loop {
                tokio::select! {
                    () = closing.cancelled() => return,
                    () = tokio::time::sleep(EVERY) => {}
                }
                let (Some(app), Some(open)) = (app.upgrade(), open.upgrade()) else {
                    return;
                };
                if app.presence.is_away() {
                    if has_news(&mut changes) {
                        app.look_behind(&open, &mut told).await;
                    }
                    continue;
                }
                if !open.is_idle() {
                    continue;
                }
                // A face that holds words which are not on disk yet sends them now, and then locks by itself.
                tell(&app.changes, &[Topic::Locking]);
                tokio::select! {
                    () = closing.cancelled() => return,
                    () = tokio::time::sleep(LAST_WORDS) => {}
                }
                if !open.is_idle() {
                    continue;
                }
                let _door = app.door.lock().await;
                if !closing.is_cancelled() {
                    app.lock_alone().await;
                }
            }
        });
    }

    /// Closes the profile if nothing is left to send, and tells the lock screen how much is.
    async fn look_behind(&self, open: &Open, told: &mut u32) {
        let count = open.on_its_way();
        if open.has_to_send() || open.sender.is_busy() {
            if count != *told {
                tell(&self.changes, &[Topic::App]);
            }
            *told = count;
            return;
        }
        let _door = self.door.lock().await;
        // Somebody may have come back meanwhile, and have sealed more.
        if self.presence.is_away() && !open.closing.is_cancelled() && !open.has_to_send() {
            self.leave().await;
        }
    }
}

/// Something was told since the last look.
fn has_news(changes: &mut broadcast::Receiver<Changed>) -> bool {
    use broadcast::error::TryRecvError;
    let mut news = false;
    while !matches!(
        changes.try_recv(),
        Err(TryRecvError::Empty | TryRecvError::Closed)
    ) {
        news = true;
    }
    news
}

impl Open {
    /// Something will leave without the person: a dossier, or a change of how they are reached.
    fn has_to_send(&self) -> bool {
        self.on_its_way() > 0 || self.is_sending() && self.contact_leaves()
    }

    /// Somebody is signed in, and nothing is held back.
    fn is_sending(&self) -> bool {
        let session = self.session.as_ref();
        session.is_some_and(|session| session.is_signed_in()) && !self.sender.is_paused()
    }

    /// How many dossiers will move without the person: there is something to send, and nothing waits for a word of theirs.
    pub(crate) fn on_its_way(&self) -> u32 {
        if !self.is_sending() {
            return 0;
        }
        let gate = &self.sender.gate;
        let known = self.sender.known();
        self.sender.count(|dossier, entry| {
            let asks = entry.paused && !gate.changed(dossier).is_empty();
            let moves = is_under_way(entry) && entry.first().is_none();
            !asks && (moves || has_wishes(entry, &known))
        })
    }

    /// How many dossiers the portal does not have wholly, whatever they wait for.
    fn unfinished(&self) -> u32 {
        if self.session.is_none() {
            return 0;
        }
        let known = self.sender.known();
        let open = |entry: &Entry| is_under_way(entry) || has_wishes(entry, &known);
        self.sender.count(|_, entry| open(entry))
    }

    /// Lets go of the drafts that the screen showed; all of them is on disk.
    async fn close_drafts(&self) -> Result<(), AppError> {
        let drafts: Vec<_> = self.drafts.lock().await.keys().copied().collect();
        for draft in drafts {
            self.close_draft(draft).await?;
        }
        Ok(())
    }
}

fn is_under_way(entry: &Entry) -> bool {
    entry.active().is_some_and(|one| !one.is_parked())
}

/// A withdrawal, a rating or a payment is to be told, to a portal that takes such. An order that somebody has still to pay is nothing that leaves here.
fn has_wishes(entry: &Entry, known: &Known) -> bool {
    let told = |one: &Payment| {
        matches!(one.stage, PaymentStage::Wished | PaymentStage::Asking) || one.unconfirmed
    };
    let withdraws = entry.withdrawal.as_ref().is_some_and(Wish::is_open);
    let rates = entry.rating.as_ref().is_some_and(Wish::is_open);
    withdraws && known.can(Capability::Withdraw)
        || rates && known.can(Capability::Rate)
        || entry.payments.values().any(told) && known.can(Capability::Pay)
}

/// The world outside, for one who is there: what is answered after the profile was locked was answered by nobody.
pub(crate) struct Attended {
    pub(crate) host: Arc<dyn Host>,
    pub(crate) presence: Arc<Presence>,
}

impl Attended {
    /// An answer, if nothing is locked and nothing was while it was waited for.
    fn while_here<T: Default + Send + 'static>(
        &self,
        ask: impl FnOnce(&dyn Host) -> BoxFuture<'static, T>,
    ) -> BoxFuture<'static, T> {
        let presence = Arc::clone(&self.presence);
        let asked = presence.locks();
        if presence.is_away() {
            return Box::pin(std::future::ready(T::default()));
        }
        let answer = ask(&*self.host);
        Box::pin(async move {
            let answer = answer.await;
            if presence.locks() == asked {
                answer
            } else {
                T::default()
            }
        })
    }

    fn here(&self) -> Result<(), String> {
        if self.presence.is_away() {
            return Err("the profile was locked meanwhile".into());
        }
        Ok(())
    }
}

impl Host for Attended {
    fn now(&self) -> Timestamp {
        self.host.now()
    }

    fn uuid(&self) -> Uuid {
        self.host.uuid()
    }

    fn open_url(&self, url: &str) -> Result<(), String> {
        self.here()?;
        self.host.open_url(url)
    }

    fn open_file(&self, path: &Path) -> Result<(), String> {
        self.here()?;
        self.host.open_file(path)
    }

    fn print_file(&self, path: &Path) -> Result<(), String> {
        self.here()?;
        self.host.print_file(path)
    }

    fn notify(&self, title: &str, text: &str) -> Result<(), String> {
        self.host.notify(title, text)
    }

    fn metered(&self) -> Option<watch::Receiver<bool>> {
        self.host.metered()
    }

    fn pick_files(&self, pick: Pick) -> BoxFuture<'static, Vec<PathBuf>> {
        self.while_here(|host| host.pick_files(pick))
    }

    fn pick_folder(&self) -> BoxFuture<'static, Option<PathBuf>> {
        self.while_here(|host| host.pick_folder())
    }

    fn save_as(&self, name: &str) -> BoxFuture<'static, Option<PathBuf>> {
        self.while_here(|host| host.save_as(name))
    }
}
