//! The task that owns the machine: it stores before it sends, and tells the machine what came of it.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroU32;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use hoso_dossier::DossierId;
use hoso_store::Store;
use hoso_sync::{
    Effect, Elsewhere, Entry, Event, Failure, Kept, Meta, Notice, Outbox, Reply, Request, RequestId,
};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::{broadcast, mpsc, watch};
use tokio::task::AbortHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::call::answer;
use super::{Line, META, Message, Sealed, Shown, kept, millis};
use crate::host::Host;
use crate::portals::Known;
use crate::preflight::{Gate, may_change};
use crate::session::PortalSession;
use crate::{AppError, Changed, Topic, contact, tell};

/// How long a step that could not be stored waits before the machine is taken up again.
const STORE_RETRY: Duration = Duration::from_secs(5);

/// A request that was sent.
pub(super) struct Flight {
    task: AbortHandle,
    /// It asks for a file.
    file: bool,
}

pub(super) struct Driver {
    pub(super) gate: Arc<Gate>,
    pub(super) notices: broadcast::Sender<Notice>,
    pub(super) store: Store,
    pub(super) session: Option<Arc<PortalSession>>,
    pub(super) host: Arc<dyn Host>,
    pub(super) changes: broadcast::Sender<Changed>,
    pub(super) shown: Arc<Shown>,
    pub(super) messages: mpsc::UnboundedSender<Message>,
    pub(super) flights: BTreeMap<RequestId, Flight>,
    pub(super) timer: Option<u64>,
    /// A step could not be stored: when the machine is taken up again from what the disk has. Until then none is made.
    pub(super) lost: Option<Instant>,
    /// What happened in the meantime.
    pub(super) meanwhile: VecDeque<Event>,
    /// What the system says of the network.
    pub(super) metered: Option<watch::Receiver<bool>>,
    /// What the portal's client keeps to.
    pub(super) limit: Option<NonZeroU32>,
}

impl Driver {
    pub(super) async fn run(
        mut self,
        mut incoming: mpsc::UnboundedReceiver<Message>,
        closing: CancellationToken,
    ) {
        self.begin().await;
        loop {
            let timer = self.timer;
            let host = Arc::clone(&self.host);
            let ring = async move {
                match timer {
                    Some(at) => {
                        let wait = at.saturating_sub(millis(&*host));
                        tokio::time::sleep(Duration::from_millis(wait)).await;
                    }
                    None => std::future::pending().await,
                }
            };
            let again = self.lost;
            let store_again = async move {
                match again {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            let message = tokio::select! {
                biased;
                () = closing.cancelled() => break,
                () = store_again => {
                    // What is in the way is logged, and tried again.
                    let _ = self.take_up_again().await;
                    continue;
                }
                message = incoming.recv() => message,
                metered = changed(&mut self.metered) => {
                    self.note_network(metered);
                    Some(Message::Event(Event::Network { metered }))
                }
                () = ring => {
                    self.timer = None;
                    Some(Message::Event(Event::Tick))
                }
            };
            match message {
                Some(Message::Event(event)) => self.step(event).await,
                Some(Message::Settle(answer)) => {
                    let _ = answer.send(());
                }
                Some(Message::Wish(event, answer)) => {
                    let _ = answer.send(self.wish(event).await);
                }
                Some(Message::Seal(sealed)) => {
                    if self.lost.is_some() {
                        // What can't be stored is told to whoever waits for it.
                        let _ = self.take_up_again().await;
                    }
                    self.seal(*sealed).await;
                }
                Some(Message::ReadAnew(answer)) => {
                    let _ = answer.send(self.read_anew().await);
                }
                Some(Message::Progress(id, event)) => {
                    if self.flights.contains_key(&id) {
                        self.step(event).await;
                    }
                }
                Some(Message::Reply(id, outcome)) => {
                    // A reply of a request that was given up, or made by a machine that was dropped since, says nothing.
                    if let Some(flight) = self.flights.remove(&id) {
                        // One file that arrives spoiled says nothing of the way there.
                        if !(flight.file && matches!(outcome, Err(Failure::Unexpected { .. }))) {
                            self.note_line(&outcome);
                        }
                        if let Ok(Reply::Info(info)) = &outcome {
                            self.note_portal(Known::said(info)).await;
                        }
                        let lost = matches!(outcome, Err(Failure::Offline));
                        if lost && !self.gate.is_fresh(millis(&*self.host)) {
                            self.hold_back().await;
                        }
                        self.step(Event::Reply {
                            request: id,
                            outcome,
                        })
                        .await;
                    }
                }
                Some(Message::OtherVersion(version)) => {
                    self.note_portal(self.shown.known().speaking(version)).await;
                }
                None => break,
            }
        }
        for flight in self.flights.values() {
            flight.task.abort();
        }
    }

    async fn begin(&mut self) {
        self.lost = None;
        if let Some(session) = self.session.clone() {
            self.hold_back().await;
            let metered = self.metered.as_mut().map(|one| *one.borrow_and_update());
            if metered == Some(true) {
                self.note_network(true);
                self.step(Event::Network { metered: true }).await;
            }
            let account = self.shown.outbox().meta().account.clone();
            match contact::missed(&self.store, &account, &*self.host).await {
                Ok(Some(missed)) => self.step(missed).await,
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(
                        error = error.kind(),
                        "comparing the profile with what the portal is told"
                    )
                }
            }
            if session.is_signed_in() {
                self.step(Event::SignedIn).await;
            }
            self.step(Event::Connected).await;
        }
    }

    /// Holds back what has not been handed in, until it is known what has changed since it was sealed.
    async fn hold_back(&mut self) {
        if self.lost.is_some() {
            return;
        }
        let mut next = self.shown.outbox().clone();
        let waiting: Vec<DossierId> = next
            .entries()
            .filter(|(_, entry)| may_change(entry) && !entry.paused)
            .map(|(dossier, _)| dossier)
            .collect();
        let mut effects = Vec::new();
        for dossier in waiting {
            let hold = Event::PauseDossier { dossier, on: true };
            effects.extend(next.step(hold, millis(&*self.host)));
        }
        if !effects.is_empty() {
            // What could not be kept is held back when the machine is taken up again.
            let _ = self.carry_out(next, effects).await;
        }
        self.gate.nudge();
    }

    async fn step(&mut self, event: Event) {
        // Answers and the clock are asked anew by a machine that is taken up again; anything else is told to it, each thing once.
        let asked_anew = matches!(
            event,
            Event::Reply { .. } | Event::UploadProgress { .. } | Event::Tick
        );
        let kept = (!asked_anew).then(|| event.clone());
        let done = match self.lost {
            Some(_) => false,
            None => self.make(event).await.is_ok(),
        };
        if let Some(event) = kept.filter(|_| !done) {
            self.meanwhile.retain(|one| *one != event);
            self.meanwhile.push_back(event);
        }
    }

    /// A step that somebody waits for: what can't be stored is told to them, and is not done later behind their back.
    async fn wish(&mut self, event: Event) -> Result<(), AppError> {
        if self.lost.is_some() {
            self.take_up_again().await?;
        }
        match self.lost {
            Some(_) => Err(AppError::Interrupted),
            None => self.make(event).await,
        }
    }

    async fn make(&mut self, event: Event) -> Result<(), AppError> {
        let mut next = self.shown.outbox().clone();
        let effects = next.step(event, millis(&*self.host));
        self.carry_out(next, effects).await
    }

    async fn seal(&mut self, sealed: Sealed) {
        let Sealed {
            mut event,
            dossier,
            mut record,
            answer,
        } = sealed;
        let mut next = self.shown.outbox().clone();
        let now = millis(&*self.host);
        // What is known of the catalogue is old: nothing leaves before it was looked at, not even in the same breath.
        let mut hold = self.session.is_some() && !self.gate.is_fresh(now);
        let held_before = next.entry(dossier).is_some_and(|entry| entry.paused);
        if let Event::Sealed(sealing) = &mut event {
            hold |= sealing.held;
            sealing.held = hold;
        }
        let mut effects = next.step(event, now);
        let held = next.entry(dossier).is_some_and(|entry| entry.paused);
        if held && !held_before && !next.entry(dossier).is_some_and(may_change) {
            effects.extend(next.step(Event::PauseDossier { dossier, on: false }, now));
        }
        let kept = match next.entry(dossier).map(serde_json::to_value) {
            Some(Ok(entry)) => {
                record.sync_entry = entry;
                self.store.seal(&record).await.map_err(AppError::from)
            }
            Some(Err(error)) => Err(error.into()),
            None => Err(AppError::Interrupted),
        };
        let sealed = kept.is_ok();
        let _ = answer.send(kept);
        if sealed {
            // It is on disk with its place in the outbox, whatever becomes of the rest.
            let _ = self.carry_out(next, effects).await;
        }
        if hold {
            self.gate.nudge();
        }
    }

    /// Stores first, then becomes the new machine, then sends.
    async fn carry_out(&mut self, next: Outbox, effects: Vec<Effect>) -> Result<(), AppError> {
        for effect in &effects {
            if let Effect::Persist {
                entries,
                removed,
                elsewhere,
                meta,
            } = effect
                && let Err(error) = self.persist(entries, removed, elsewhere, meta).await
            {
                tracing::error!(
                    error = error.kind(),
                    "the outbox could not be stored; it is taken up again"
                );
                self.lose();
                return Err(error);
            }
        }
        self.shown.put(next);
        self.keep_to_limit();
        let mut topics = vec![Topic::Sync];
        for effect in effects {
            match effect {
                Effect::Persist { .. } => topics.push(Topic::Dossiers),
                Effect::Abort { id } => {
                    if let Some(flight) = self.flights.remove(&id) {
                        flight.task.abort();
                    }
                }
                Effect::Send { id, request } => self.send(id, request),
                Effect::Timer { at } => self.timer = Some(at),
                Effect::Notify(notice) => self.notice(&notice),
            }
        }
        self.shown
            .busy
            .store(!self.flights.is_empty(), Ordering::Relaxed);
        topics.dedup();
        tell(&self.changes, &topics);
        Ok(())
    }

    async fn persist(
        &self,
        entries: &[(DossierId, Entry)],
        removed: &[DossierId],
        elsewhere: &[(DossierId, Option<Elsewhere>)],
        meta: &Meta,
    ) -> Result<(), AppError> {
        let entries = entries
            .iter()
            .map(|(id, entry)| Ok((*id, value(entry)?)))
            .collect::<Result<Vec<_>, serde_json::Error>>()?;
        let elsewhere = elsewhere
            .iter()
            .map(|(id, one)| Ok((*id, one.as_ref().map(value).transpose()?)))
            .collect::<Result<Vec<_>, serde_json::Error>>()?;
        let meta = [(META, serde_json::to_value(meta)?)];
        Ok(self
            .store
            .save_sync(&entries, removed, &elsewhere, &meta)
            .await?)
    }

    /// What could not be stored has not happened: the machine of the disk is the true one, and it is taken up a little later.
    fn lose(&mut self) {
        for (_, flight) in std::mem::take(&mut self.flights) {
            flight.task.abort();
        }
        self.timer = None;
        self.lost = Some(Instant::now() + STORE_RETRY);
        self.shown.busy.store(false, Ordering::Relaxed);
        tell(&self.changes, &[Topic::Sync]);
    }

    async fn take_up_again(&mut self) -> Result<(), AppError> {
        let kept = match self.kept_and_writable().await {
            Ok(kept) => kept,
            Err(error) => {
                tracing::error!(error = error.kind(), "the outbox can't be taken up yet");
                self.lose();
                return Err(error);
            }
        };
        // Not a new machine: its request ids must go on, or a late reply would be taken for another's.
        let outbox = self.shown.outbox().take_up(kept);
        self.shown.put(outbox);
        self.begin().await;
        for event in std::mem::take(&mut self.meanwhile) {
            self.step(event).await;
        }
        Ok(())
    }

    /// What the disk has, when it takes something again.
    async fn kept_and_writable(&self) -> Result<Kept, AppError> {
        let kept = kept(&self.store).await?;
        self.persist(&[], &[], &[], &kept.meta).await?;
        Ok(kept)
    }

    async fn read_anew(&mut self) -> Result<(), AppError> {
        let before = self.shown.outbox().meta().clone();
        let meta = Meta {
            cursor: None,
            account: before.account.clone().for_another_account(),
            ..before
        };
        // They are the other account's.
        let theirs: Vec<_> = {
            let outbox = self.shown.outbox();
            outbox.elsewhere().map(|(id, _)| (id, None)).collect()
        };
        self.persist(&[], &[], &theirs, &meta).await?;
        self.lose();
        self.take_up_again().await
    }

    fn send(&mut self, id: RequestId, request: Request) {
        let (store, messages, host) = (
            self.store.clone(),
            self.messages.clone(),
            Arc::clone(&self.host),
        );
        // A portal of another version is only asked whether it still is one.
        let shut =
            !matches!(request, Request::PortalInfo) && self.shown.line() == Line::OtherVersion;
        let session = self.session.as_ref().filter(|_| !shut);
        let portal = session.map(|session| session.portal.clone());
        let file = matches!(request, Request::FetchFile { .. });
        let task = tokio::spawn(async move {
            let outcome = match portal {
                Some(portal) => answer(&store, &portal, &*host, id, request, &messages).await,
                None => Err(Failure::Offline),
            };
            let _ = messages.send(Message::Reply(id, outcome));
        });
        let task = task.abort_handle();
        self.flights.insert(id, Flight { task, file });
    }

    fn note_network(&self, metered: bool) {
        self.shown.metered.store(metered, Ordering::Relaxed);
    }

    /// Hands on how fast files may leave.
    fn keep_to_limit(&mut self) {
        let wanted = self.shown.outbox().meta().rules.bytes_per_second;
        if let Some(session) = &self.session
            && self.limit != wanted
        {
            session.portal.limit_uploads(wanted);
            self.limit = wanted;
        }
    }

    /// Whether the portal can be reached, as the newest answer tells.
    fn note_line(&self, outcome: &Result<Reply, Failure>) {
        let online = match outcome {
            Ok(Reply::Fetched) | Err(Failure::Local { .. } | Failure::SignedOut) => return,
            Ok(_) | Err(Failure::Problem { .. }) => true,
            // It is the portal that speaks, though not as it should.
            Err(Failure::Unsigned { .. } | Failure::Damaged { .. }) => true,
            Err(Failure::Offline | Failure::Unknown { .. } | Failure::Unexpected { .. }) => false,
        };
        if !self.shown.online.swap(online, Ordering::Relaxed) && online {
            // The way is there again: what was held back is looked at now.
            self.gate.nudge();
        }
        let no_way = matches!(outcome, Err(Failure::Offline));
        self.shown.no_way.store(no_way, Ordering::Relaxed);
    }

    /// What it says of itself.
    async fn note_portal(&self, said: Known) {
        if said == self.shown.known() {
            return;
        }
        if let Err(error) = said.keep(&self.store).await {
            tracing::warn!(
                error = error.code(),
                "keeping what the portal says of itself"
            );
        }
        let known = self.shown.known.write();
        *known.unwrap_or_else(PoisonError::into_inner) = said;
        tell(&self.changes, &[Topic::App, Topic::Dossiers]);
    }

    fn notice(&self, notice: &Notice) {
        let (what, dossier) = notice.about();
        tracing::info!(what, dossier = ?dossier.map(|id| id.to_string()), "outbox");
        let _ = self.notices.send(notice.clone());
        if matches!(notice, Notice::SignInNeeded)
            && let Some(session) = &self.session
        {
            session.expired();
            tell(&self.changes, &[Topic::App]);
        }
    }
}

fn value<T: Serialize>(one: &T) -> Result<Value, serde_json::Error> {
    serde_json::to_value(one)
}

/// What the system says of the network next; never, where it says nothing.
async fn changed(metered: &mut Option<watch::Receiver<bool>>) -> bool {
    if let Some(watched) = metered
        && watched.changed().await.is_ok()
    {
        return *watched.borrow_and_update();
    }
    *metered = None;
    std::future::pending().await
}
