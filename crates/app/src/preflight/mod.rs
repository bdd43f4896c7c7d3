//! The check before sending: has the form, the fee, the law or the person's data changed since a dossier was sealed?
//!
//! What has not been handed in yet is held back (`Entry::paused`) when it is sealed, when the profile opens, and when the way to the portal was lost: until the
//! portal's catalogue was looked at and nothing has changed, or the person has said to send it as it is. Nobody is asked about what the portal may have already.
//! Of a supplement, which answers for a dossier that was taken, only what the desk asks for and the person's own data are looked at.

mod changes;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use hoso_dossier::{DossierId, Sha256};
use hoso_portal_client::{CallError, Portal};
use hoso_sync::{Entry, Event};
use tokio::sync::Notify;

use crate::open::Open;
use crate::outbox::millis;
use crate::view::{ChangedSince, DossierInfo};
use crate::{App, AppError, Topic, published};

pub(crate) use changes::remember;

/// For so long one look at the catalogue is good, in milliseconds.
const FRESH: u64 = 10 * 60 * 1000;
/// Between tries to look at the catalogue: the first, and the longest.
const SOON: Duration = Duration::from_secs(1);
const LATE: Duration = Duration::from_secs(30);
/// A portal that is there and can't show its catalogue holds nothing up for longer than so many tries.
const TRIES: u32 = 3;
/// Key in the store: dossier → mark of the changes that the person has seen and sends it in spite of.
const AS_IS: &str = "sendAsIs";
/// Key in the store: dossier → mark of the changes that the person was told of.
const TOLD: &str = "toldOfChanges";

/// What the outbox, the check and the screens tell each other.
#[derive(Default)]
pub(crate) struct Gate {
    /// When the catalogue was last looked at, ms since the epoch.
    looked_at: AtomicU64,
    /// The catalogue is being looked at, or is to be at once.
    asking: AtomicBool,
    /// The last look failed, and the next one waits.
    unreachable: AtomicBool,
    nudge: Notify,
    found: RwLock<BTreeMap<DossierId, Vec<ChangedSince>>>,
}

impl Gate {
    /// What is known of the catalogue is new enough to send by.
    pub(crate) fn is_fresh(&self, now: u64) -> bool {
        let looked_at = self.looked_at.load(Ordering::Relaxed);
        looked_at > 0 && now.abs_diff(looked_at) <= FRESH
    }

    /// The catalogue was looked at.
    pub(crate) fn looked(&self, now: u64) {
        self.looked_at.store(now, Ordering::Relaxed);
        self.unreachable.store(false, Ordering::Relaxed);
    }

    /// Something is held back, or may have changed: check now.
    pub(crate) fn nudge(&self) {
        self.asking.store(true, Ordering::Relaxed);
        self.nudge.notify_one();
    }

    /// The check is at work.
    pub(crate) fn is_busy(&self) -> bool {
        self.asking.load(Ordering::Relaxed)
    }

    /// The check waits for a way to the portal.
    pub(crate) fn is_unreachable(&self) -> bool {
        self.unreachable.load(Ordering::Relaxed)
    }

    /// What has changed since it was sealed, and waits for the person's word.
    pub(crate) fn changed(&self, dossier: DossierId) -> Vec<ChangedSince> {
        let found = self.found.read().unwrap_or_else(PoisonError::into_inner);
        found.get(&dossier).cloned().unwrap_or_default()
    }

    /// Something could not be compared, which another time may do.
    fn has_uncompared(&self) -> bool {
        let found = self.found.read().unwrap_or_else(PoisonError::into_inner);
        let uncompared = [ChangedSince::uncompared()];
        found.values().any(|changed| *changed == uncompared)
    }

    /// Keeps what was found; whether that is news.
    fn keep(&self, fresh: BTreeMap<DossierId, Vec<ChangedSince>>) -> bool {
        let mut found = self.found.write().unwrap_or_else(PoisonError::into_inner);
        let news = *found != fresh;
        *found = fresh;
        news
    }
}

/// Nothing of it can be with the portal yet, so the person may still think again.
pub(crate) fn may_change(entry: &Entry) -> bool {
    entry.active().is_some_and(|one| {
        let away = one.sent || one.carried_at.is_some() || one.is_parked();
        let asked = entry
            .view
            .as_ref()
            .is_some_and(|view| view.supplement.is_some());
        let first = one.revision == 1 && entry.view.is_none();
        !away && (first || one.revision > 1 && asked)
    })
}

/// Checks what is held back while the profile is open; by the time this returns what is known already has been compared.
pub(crate) async fn follow(open: &Arc<Open>, portal: Portal) {
    if let Err(error) = open.compare().await {
        tracing::warn!(error = error.kind(), "the check before sending");
    }
    let (closing, gate) = (open.closing.clone(), Arc::clone(&open.sender.gate));
    let open = Arc::downgrade(open);
    tokio::spawn(async move {
        let (mut tries, mut pause) = (0, SOON);
        loop {
            let Some(open) = open.upgrade() else { return };
            gate.asking.store(true, Ordering::Relaxed);
            let again = match open.check_waiting(&portal, &mut tries).await {
                Ok(all) => !all,
                Err(error) => {
                    tracing::warn!(error = error.kind(), "the check before sending");
                    true
                }
            };
            gate.asking.store(false, Ordering::Relaxed);
            open.tell(&[Topic::Sync]);
            drop(open);
            pause = if again { (pause * 2).min(LATE) } else { SOON };
            tokio::select! {
                () = closing.cancelled() => return,
                () = gate.nudge.notified() => {}
                () = tokio::time::sleep(pause), if again => {}
            }
        }
    });
}

impl Open {
    /// Lets go of what is as it was, keeps what has changed for the person; whether that settled everything.
    async fn check_waiting(&self, portal: &Portal, tries: &mut u32) -> Result<bool, AppError> {
        let held = self.compare().await?;
        if held.is_empty() || self.sender.meta().paused {
            return Ok(!self.sender.gate.has_uncompared());
        }
        if !self.sender.gate.is_fresh(millis(&*self.host)) {
            match published::look(self, portal).await {
                Ok(()) => {}
                Err(AppError::Call(
                    error @ (CallError::Offline { .. } | CallError::Unknown { .. }),
                )) => {
                    *tries += 1;
                    if matches!(error, CallError::Offline { .. }) {
                        *tries = 0;
                    }
                    if *tries < TRIES {
                        self.sender.gate.unreachable.store(true, Ordering::Relaxed);
                        return Ok(false);
                    }
                    self.sender.gate.looked(millis(&*self.host));
                }
                Err(error) => {
                    tracing::info!(
                        error = error.kind(),
                        "the catalogue can't be had; what is known of it has to do"
                    );
                    self.sender.gate.looked(millis(&*self.host));
                }
            }
            *tries = 0;
        }
        if self.has_old_news(&held) && *tries < TRIES {
            *tries += 1;
            return Ok(false);
        }
        *tries = 0;
        for dossier in self.compare().await? {
            self.sender
                .event(Event::PauseDossier { dossier, on: false });
        }
        self.sender.settle().await;
        Ok(!self.sender.gate.has_uncompared())
    }

    /// A supplement is held back, and it is long ago that the portal told what it asks for.
    fn has_old_news(&self, held: &[DossierId]) -> bool {
        let refreshed_at = self.sender.meta().refreshed_at;
        let now = millis(&*self.host);
        let old = refreshed_at.is_none_or(|at| now.abs_diff(at) > FRESH);
        let supplement = |one: &Entry| one.active().is_some_and(|one| one.revision > 1);
        old && held
            .iter()
            .filter_map(|one| self.sender.entry(*one))
            .any(|one| supplement(&one))
    }

    /// Compares what is held back with what is known now; gives those that nothing has changed for.
    async fn compare(&self) -> Result<Vec<DossierId>, AppError> {
        let as_is = self.sent_as_is().await?;
        let (mut same, mut found) = (Vec::new(), BTreeMap::new());
        for look in self.sender.look(|entry| entry.paused || may_change(entry)) {
            let active = look.entry.active().filter(|_| may_change(&look.entry));
            let Some(active) = active else {
                if look.entry.paused {
                    // It has left by hand since, or the portal has it: there is nothing to ask any more.
                    let (dossier, on) = (look.dossier, false);
                    self.sender.event(Event::PauseDossier { dossier, on });
                }
                continue;
            };
            let changed = self.changed_since(look.dossier, active.revision).await;
            let changed = changed.unwrap_or_else(|error| {
                // It waits for the person alone, and holds no other one up.
                tracing::warn!(error = error.kind(), dossier = %look.dossier, "what changed since it was sealed");
                vec![ChangedSince::uncompared()]
            });
            if changed.is_empty() || as_is.get(&look.dossier) == Some(&mark(&changed)?) {
                same.extend(look.entry.paused.then_some(look.dossier));
                continue;
            }
            if !look.entry.paused {
                let (dossier, on) = (look.dossier, true);
                self.sender.event(Event::PauseDossier { dossier, on });
            }
            found.insert(look.dossier, changed);
        }
        if let Err(error) = self.tell_what_waits(&found).await {
            tracing::warn!(
                error = error.kind(),
                "telling what waits for the person's word"
            );
        }
        if self.sender.gate.keep(found) {
            self.sender.settle().await;
            self.tell(&[Topic::Sync, Topic::Dossiers]);
        }
        Ok(same)
    }

    /// Tells once of each change that waits for the person's word, however often the program starts meanwhile.
    async fn tell_what_waits(
        &self,
        found: &BTreeMap<DossierId, Vec<ChangedSince>>,
    ) -> Result<(), AppError> {
        let known: BTreeMap<DossierId, String> =
            self.store.sync_meta(TOLD).await?.unwrap_or_default();
        let mut now = BTreeMap::new();
        for (dossier, changed) in found {
            now.insert(*dossier, mark(changed)?);
        }
        if now == known {
            return Ok(());
        }
        self.store.put_sync_meta(TOLD, &now).await?;
        for (dossier, mark) in &now {
            if known.get(dossier) != Some(mark) {
                self.tell_of_changes(*dossier).await;
            }
        }
        Ok(())
    }

    async fn sent_as_is(&self) -> Result<BTreeMap<DossierId, String>, AppError> {
        Ok(self.store.sync_meta(AS_IS).await?.unwrap_or_default())
    }
}

impl App {
    /// Sends a dossier as it was sealed, though something has changed since. The person has seen what.
    ///
    /// # Errors
    /// Nothing has changed, or it is on its way already.
    pub async fn dossier_send_as_is(&self, id: DossierId) -> Result<DossierInfo, AppError> {
        let open = self.open()?;
        let changed = open.sender.gate.changed(id);
        if changed.is_empty() {
            return Err(AppError::TooLate);
        }
        let mut as_is = open.sent_as_is().await?;
        as_is.retain(|dossier, _| open.sender.entry(*dossier).as_ref().is_some_and(may_change));
        as_is.insert(id, mark(&changed)?);
        open.store.put_sync_meta(AS_IS, &as_is).await?;
        open.sender.gate.nudge();
        // What is to be shown is that it goes on.
        for dossier in open.compare().await? {
            if dossier == id {
                open.sender
                    .event(Event::PauseDossier { dossier, on: false });
            }
        }
        open.sender.settle().await;
        open.tell(&[Topic::Dossiers, Topic::Sync]);
        self.dossier(id).await
    }
}

/// By which the same changes are known again.
fn mark(changed: &[ChangedSince]) -> Result<String, AppError> {
    Ok(Sha256::of(&serde_json::to_vec(changed)?).to_string())
}
