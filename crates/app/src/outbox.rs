//! Drives the outbox: carries out what the state machine says, and tells it what came of it.
//!
//! One task owns the machine. It stores before it sends, as the machine's effects are ordered, so that a crash at any instant leaves a state that the
//! next start takes up.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use futures_util::future::BoxFuture;
use hoso_dossier::{DossierId, Sha256};
use hoso_portal_api::PortalFile;
use hoso_portal_client::{ByteSource, CallError, Portal, UploadWish};
use hoso_store::{DocumentRow, SealRecord, Store, StoreError};
use hoso_sync::{
    Effect, Entry, Event, Failure, FileProgress, Meta, Notice, Outbox, Reply, Request, RequestId,
    Sealing, WaitReason,
};
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::host::Host;
use crate::portals::Known;
use crate::preflight::{Gate, may_change};
use crate::session::PortalSession;
use crate::view::WaitInfo;
use crate::{AppError, Changed, Topic, receipts, tell};

/// Key of [`Meta`] in the store.
const META: &str = "outbox";

/// How long a step that could not be stored waits before the machine is taken up again.
const STORE_RETRY: Duration = Duration::from_secs(5);

/// A handle to the task.
pub(crate) struct Sender {
    messages: mpsc::UnboundedSender<Message>,
    shown: Arc<Shown>,
    task: tokio::sync::Mutex<Option<JoinHandle<()>>>,
    host: Arc<dyn Host>,
    /// Of the check before sending.
    pub(crate) gate: Arc<Gate>,
    notices: broadcast::Sender<Notice>,
}

/// What can be looked at from outside.
struct Shown {
    outbox: RwLock<Outbox>,
    online: AtomicBool,
    /// The last attempt found no way to the portal at all.
    no_way: AtomicBool,
    busy: AtomicBool,
    /// What the portal last said of itself.
    known: RwLock<Known>,
    /// The network is charged by its volume, as the system says.
    metered: AtomicBool,
}

enum Message {
    Event(Event),
    /// Answers when everything before it has been taken in.
    Settle(oneshot::Sender<()>),
    Seal(Box<Sealed>),
    /// Reads the portal's list of changes from its beginning.
    ReadAnew(oneshot::Sender<Result<(), AppError>>),
    Progress(RequestId, Event),
    Reply(RequestId, Result<Reply, Failure>),
    /// The portal speaks this other version of the contract.
    OtherVersion(String),
}

struct Sealed {
    /// That something was sealed here, or taken in.
    event: Event,
    dossier: DossierId,
    record: SealRecord,
    answer: oneshot::Sender<Result<(), AppError>>,
}

/// What is known of the way to the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// It answers, or something is wrong that only its answers tell.
    Open,
    /// The last attempt found no way to it at all.
    NoWay,
    /// It speaks another version of the contract.
    OtherVersion,
}

/// One dossier in the outbox.
pub(crate) struct LookEntry {
    pub(crate) dossier: DossierId,
    pub(crate) entry: Entry,
    pub(crate) waiting: Option<WaitReason>,
    /// Fee → why its payment could not be asked about.
    pub(crate) payments: BTreeMap<String, WaitReason>,
    pub(crate) line: Line,
    pub(crate) progress: Vec<FileProgress>,
}

impl Sender {
    /// Takes the outbox up where the last run left it.
    pub(crate) async fn start(
        store: Store,
        session: Option<Arc<PortalSession>>,
        host: Arc<dyn Host>,
        changes: broadcast::Sender<Changed>,
        closing: CancellationToken,
    ) -> Result<Self, AppError> {
        let outbox = load(&store).await?;
        let shown = Arc::new(Shown {
            outbox: RwLock::new(outbox),
            online: AtomicBool::new(false),
            no_way: AtomicBool::new(false),
            busy: AtomicBool::new(false),
            known: RwLock::new(Known::read(&store).await?),
            metered: AtomicBool::new(false),
        });
        let (messages, incoming) = mpsc::unbounded_channel();
        let gate = Arc::new(Gate::default());
        let (notices, _) = broadcast::channel(256);
        let driver = Driver {
            gate: Arc::clone(&gate),
            notices: notices.clone(),
            store,
            session,
            host: Arc::clone(&host),
            changes,
            shown: Arc::clone(&shown),
            messages: messages.clone(),
            flights: BTreeMap::new(),
            timer: None,
            lost: None,
            meanwhile: VecDeque::new(),
            metered: host.metered(),
            limit: None,
        };
        let task = tokio::spawn(driver.run(incoming, closing));
        Ok(Self {
            messages,
            shown,
            task: tokio::sync::Mutex::new(Some(task)),
            host,
            gate,
            notices,
        })
    }

    /// Tells the machine what happened.
    pub(crate) fn event(&self, event: Event) {
        let _ = self.messages.send(Message::Event(event));
    }

    /// What a person may want to know, from here on.
    pub(crate) fn notices(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }

    /// Waits until the machine has taken in what it was told so far.
    pub(crate) async fn settle(&self) {
        let (answer, waiting) = oneshot::channel();
        if self.messages.send(Message::Settle(answer)).is_ok() {
            let _ = waiting.await;
        }
    }

    /// Seals: the revision, its draft's state and its place in the outbox become durable together.
    pub(crate) async fn seal(&self, sealing: Sealing, record: SealRecord) -> Result<(), AppError> {
        self.keep(Event::Sealed(sealing), record).await
    }

    /// [`Self::seal`] for what was sealed at another desktop and came here by hand.
    pub(crate) async fn take_in(
        &self,
        sealing: Sealing,
        record: SealRecord,
    ) -> Result<(), AppError> {
        self.keep(Event::TakenIn(sealing), record).await
    }

    async fn keep(&self, event: Event, record: SealRecord) -> Result<(), AppError> {
        let (answer, waiting) = oneshot::channel();
        self.messages
            .send(Message::Seal(Box::new(Sealed {
                event,
                dossier: record.dossier,
                record,
                answer,
            })))
            .map_err(|_| AppError::Locked)?;
        waiting.await.map_err(|_| AppError::Locked)?
    }

    /// Another account is signed in: the portal's changes are read from their beginning, and what was asked under the one of before is nobody's any more.
    pub(crate) async fn read_anew(&self) -> Result<(), AppError> {
        let (answer, waiting) = oneshot::channel();
        let message = Message::ReadAnew(answer);
        self.messages.send(message).map_err(|_| AppError::Locked)?;
        waiting.await.map_err(|_| AppError::Locked)?
    }

    /// What the portal last said of itself.
    pub(crate) fn known(&self) -> Known {
        self.shown.known()
    }

    /// One dossier.
    pub(crate) fn entry(&self, dossier: DossierId) -> Option<Entry> {
        self.shown.outbox().entry(dossier).cloned()
    }

    /// One dossier, with why it waits and how far it is.
    pub(crate) fn look_at(&self, dossier: DossierId) -> Option<LookEntry> {
        let now = millis(&*self.host);
        let outbox = self.shown.outbox();
        let entry = outbox.entry(dossier)?;
        Some(self.shown.look_entry(&outbox, dossier, entry, now))
    }

    /// Those dossiers that are asked for; there may be thousands of others.
    pub(crate) fn look(&self, wanted: impl Fn(&Entry) -> bool) -> Vec<LookEntry> {
        let now = millis(&*self.host);
        let outbox = self.shown.outbox();
        outbox
            .entries()
            .filter(|(_, entry)| wanted(entry))
            .map(|(dossier, entry)| self.shown.look_entry(&outbox, dossier, entry, now))
            .collect()
    }

    /// The first dossier of that kind.
    pub(crate) fn find(&self, wanted: impl Fn(&Entry) -> bool) -> Option<DossierId> {
        let outbox = self.shown.outbox();
        let mut entries = outbox.entries();
        let found = entries.find(|(_, entry)| wanted(entry));
        found.map(|(dossier, _)| dossier)
    }

    /// Dossiers that don't move by themselves now.
    pub(crate) fn waiting(&self) -> Vec<DossierId> {
        let now = millis(&*self.host);
        let outbox = self.shown.outbox();
        let waits = |dossier: &DossierId| outbox.waiting(*dossier, now).is_some();
        let all = outbox.entries().map(|(dossier, _)| dossier);
        all.filter(waits).collect()
    }

    /// What is kept beside the dossiers.
    pub(crate) fn meta(&self) -> Meta {
        self.shown.outbox().meta().clone()
    }

    /// The portal answered when it was last asked.
    pub(crate) fn is_online(&self) -> bool {
        self.shown.online.load(Ordering::Relaxed)
    }

    /// The portal is being asked.
    pub(crate) fn is_busy(&self) -> bool {
        self.shown.busy.load(Ordering::Relaxed)
    }

    /// The network is charged by its volume, as the system says.
    pub(crate) fn is_metered(&self) -> bool {
        self.shown.metered.load(Ordering::Relaxed)
    }

    /// Waits until the task has ended, after its token was cancelled.
    pub(crate) async fn stopped(&self) {
        if let Some(task) = self.task.lock().await.take() {
            let _ = task.await;
        }
    }
}

impl LookEntry {
    /// Why the payment of a fee could not be asked about.
    pub(crate) fn payment_wait(&self, fee: &str) -> Option<WaitInfo> {
        let reason = self.payments.get(fee)?;
        Some(crate::queue::wait_info(reason, self.line))
    }
}

impl Shown {
    fn look_entry(
        &self,
        outbox: &Outbox,
        dossier: DossierId,
        entry: &Entry,
        now: u64,
    ) -> LookEntry {
        LookEntry {
            dossier,
            entry: entry.clone(),
            waiting: outbox.waiting(dossier, now),
            payments: entry
                .payments
                .keys()
                .filter_map(|fee| Some((fee.clone(), outbox.payment_waiting(dossier, fee, now)?)))
                .collect(),
            line: self.line(),
            progress: outbox.progress(dossier),
        }
    }

    fn line(&self) -> Line {
        if self.known().is_of_another_version() {
            Line::OtherVersion
        } else if self.no_way.load(Ordering::Relaxed) {
            Line::NoWay
        } else {
            Line::Open
        }
    }

    fn known(&self) -> Known {
        let known = self.known.read();
        known.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn outbox(&self) -> std::sync::RwLockReadGuard<'_, Outbox> {
        self.outbox.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, outbox: Outbox) {
        *self.outbox.write().unwrap_or_else(PoisonError::into_inner) = outbox;
    }
}

/// A request that was sent.
struct Flight {
    task: AbortHandle,
    /// It asks for a file.
    file: bool,
}

struct Driver {
    gate: Arc<Gate>,
    notices: broadcast::Sender<Notice>,
    store: Store,
    session: Option<Arc<PortalSession>>,
    host: Arc<dyn Host>,
    changes: broadcast::Sender<Changed>,
    shown: Arc<Shown>,
    messages: mpsc::UnboundedSender<Message>,
    flights: BTreeMap<RequestId, Flight>,
    timer: Option<u64>,
    /// A step could not be stored: when the machine is taken up again from what the disk has. Until then none is made.
    lost: Option<Instant>,
    /// What happened in the meantime.
    meanwhile: VecDeque<Event>,
    /// What the system says of the network.
    metered: Option<watch::Receiver<bool>>,
    /// What the portal's client keeps to.
    limit: Option<NonZeroU32>,
}

impl Driver {
    async fn run(
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
                    self.take_up_again().await;
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
                Some(Message::Seal(sealed)) => {
                    if self.lost.is_some() {
                        // What can't be stored is told to whoever waits for it.
                        self.take_up_again().await;
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
            self.carry_out(next, effects).await;
        }
        self.gate.nudge();
    }

    async fn step(&mut self, event: Event) {
        if self.lost.is_some() {
            // Answers and the clock are asked anew by then; what the person wants is kept, each thing once.
            let asked_anew = matches!(
                event,
                Event::Reply { .. } | Event::UploadProgress { .. } | Event::Tick
            );
            if !asked_anew {
                self.meanwhile.retain(|one| *one != event);
                self.meanwhile.push_back(event);
            }
            return;
        }
        let mut next = self.shown.outbox().clone();
        let effects = next.step(event, millis(&*self.host));
        self.carry_out(next, effects).await;
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
        let hold = self.session.is_some() && !self.gate.is_fresh(now);
        let held_before = next.entry(dossier).is_some_and(|entry| entry.paused);
        if let Event::Sealed(sealing) = &mut event {
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
            self.carry_out(next, effects).await;
        }
        if hold {
            self.gate.nudge();
        }
    }

    /// Stores first, then becomes the new machine, then sends.
    async fn carry_out(&mut self, next: Outbox, effects: Vec<Effect>) {
        for effect in &effects {
            if let Effect::Persist {
                entries,
                removed,
                meta,
            } = effect
                && let Err(error) = self.persist(entries, removed, meta).await
            {
                tracing::error!(%error, "the outbox could not be stored; it is taken up again");
                return self.lose();
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
    }

    async fn persist(
        &self,
        entries: &[(DossierId, Entry)],
        removed: &[DossierId],
        meta: &Meta,
    ) -> Result<(), AppError> {
        let entries = entries
            .iter()
            .map(|(id, entry)| Ok((*id, serde_json::to_value(entry)?)))
            .collect::<Result<Vec<_>, serde_json::Error>>()?;
        let meta = [(META, serde_json::to_value(meta)?)];
        Ok(self.store.save_sync(&entries, removed, &meta).await?)
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

    async fn take_up_again(&mut self) {
        let (entries, meta) = match self.kept_and_writable().await {
            Ok(kept) => kept,
            Err(error) => {
                tracing::error!(%error, "the outbox can't be taken up yet");
                return self.lose();
            }
        };
        // Not a new machine: its request ids must go on, or a late reply would be taken for another's.
        let outbox = self.shown.outbox().take_up(entries, meta);
        self.shown.put(outbox);
        self.begin().await;
        for event in std::mem::take(&mut self.meanwhile) {
            self.step(event).await;
        }
    }

    /// What the disk has, when it takes something again.
    async fn kept_and_writable(&self) -> Result<(Vec<(DossierId, Entry)>, Meta), AppError> {
        let (entries, meta) = kept(&self.store).await?;
        self.persist(&[], &[], &meta).await?;
        Ok((entries, meta))
    }

    async fn read_anew(&mut self) -> Result<(), AppError> {
        let meta = Meta {
            cursor: None,
            ..self.shown.outbox().meta().clone()
        };
        self.persist(&[], &[], &meta).await?;
        self.lose();
        self.take_up_again().await;
        Ok(())
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
            tracing::warn!(%error, "keeping what the portal says of itself");
        }
        let known = self.shown.known.write();
        *known.unwrap_or_else(PoisonError::into_inner) = said;
        tell(&self.changes, &[Topic::App, Topic::Dossiers]);
    }

    fn notice(&self, notice: &Notice) {
        tracing::info!(?notice, "outbox");
        let _ = self.notices.send(notice.clone());
        if matches!(notice, Notice::SignInNeeded)
            && let Some(session) = &self.session
        {
            session.expired();
            tell(&self.changes, &[Topic::App]);
        }
    }
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

async fn load(store: &Store) -> Result<Outbox, AppError> {
    let (entries, meta) = kept(store).await?;
    Ok(Outbox::restore(entries, meta))
}

async fn kept(store: &Store) -> Result<(Vec<(DossierId, Entry)>, Meta), AppError> {
    let entries = store
        .sync_entries()
        .await?
        .into_iter()
        .map(|(id, entry)| Ok((id, serde_json::from_value(entry)?)))
        .collect::<Result<Vec<_>, serde_json::Error>>()?;
    let meta = store.sync_meta::<Meta>(META).await?.unwrap_or_default();
    Ok((entries, meta))
}

/// Asks the portal.
async fn answer(
    store: &Store,
    portal: &Portal,
    host: &dyn Host,
    id: RequestId,
    request: Request,
    messages: &mpsc::UnboundedSender<Message>,
) -> Result<Reply, Failure> {
    Ok(match request {
        Request::PortalInfo => {
            let info = portal.info().await.inspect_err(|error| {
                if let CallError::OtherVersion { said } = error {
                    let _ = messages.send(Message::OtherVersion(said.clone()));
                }
            })?;
            crate::sticks::meet(store, portal, &info).await;
            receipts::meet(store, &info).await;
            Reply::Info(info)
        }
        Request::CreateUpload {
            dossier,
            upload,
            size,
            sha256,
            name,
            media_type,
            whole,
        } => {
            let bytes = if whole {
                let length = usize::try_from(size).unwrap_or(usize::MAX);
                let read = store.read_range(&sha256, 0, length).await;
                Some(read.map_err(local)?)
            } else {
                None
            };
            let wish = UploadWish {
                upload,
                dossier,
                size,
                sha256,
                name,
                media_type,
            };
            let created = portal.create_upload_with(&wish, bytes).await?;
            Reply::UploadCreated {
                url: created.url,
                offset: created.offset,
            }
        }
        Request::AskOffset { url, .. } => Reply::Offset(portal.upload_offset(&url).await?),
        Request::SendBytes {
            upload,
            url,
            offset,
            size,
            sha256,
        } => {
            let source = Arc::new(Blob {
                store: store.clone(),
                sha256,
                size,
            });
            let messages = messages.clone();
            let progress = move |offset| {
                let event = Event::UploadProgress { upload, offset };
                let _ = messages.send(Message::Progress(id, event));
            };
            Reply::Sent {
                offset: portal.send_bytes(&url, offset, source, progress).await?,
            }
        }
        Request::PutRevision { dossier, revision } => {
            let sealed = store.manifest(dossier, revision).await.map_err(local)?;
            Reply::Revision(portal.put_revision(dossier, revision, sealed).await?)
        }
        Request::Confirm {
            dossier,
            revision,
            code,
        } => Reply::Revision(portal.confirm(dossier, revision, code).await?),
        Request::Submit { dossier, revision } => {
            let receipt = portal.submit(dossier, revision).await?;
            Reply::Receipt(receipts::checked(store, portal, receipt).await?)
        }
        Request::AskReceipt { dossier, revision } => {
            let receipt = portal.receipt(dossier, revision).await?;
            Reply::Receipt(receipts::checked(store, portal, receipt).await?)
        }
        Request::AskDossier { dossier } => Reply::Dossier(Box::new(portal.dossier(dossier).await?)),
        Request::Changes { cursor } => Reply::Changes(portal.changes(cursor.as_deref()).await?),
        Request::FetchFile { dossier, file } => {
            let bytes = portal.fetch_file(dossier, &file).await?;
            keep(store, host, dossier, &file, &bytes)
                .await
                .map_err(local)?;
            Reply::Fetched
        }
        Request::PutPayment { payment, wish } => {
            Reply::Payment(portal.put_payment(payment, &wish).await?)
        }
        Request::AskPayment { payment } => Reply::Payment(portal.payment(payment).await?),
        Request::Withdraw {
            dossier,
            withdrawal,
        } => Reply::Dossier(Box::new(portal.withdraw(dossier, &withdrawal).await?)),
        Request::Rate { dossier, rating } => {
            Reply::Dossier(Box::new(portal.rate(dossier, &rating).await?))
        }
    })
}

pub(crate) fn local(error: StoreError) -> Failure {
    Failure::Local {
        what: error.to_string(),
    }
}

async fn keep(
    store: &Store,
    host: &dyn Host,
    dossier: DossierId,
    file: &PortalFile,
    bytes: &[u8],
) -> Result<(), StoreError> {
    let blob = store.put_bytes(bytes).await?;
    store
        .add_document(&DocumentRow {
            id: file.id.clone(),
            dossier,
            kind: crate::received::kind_name(file.kind).into(),
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            size: blob.size,
            sha256: blob.sha256,
            received_at: host.now(),
        })
        .await
}

/// A kept file as bytes to send.
struct Blob {
    store: Store,
    sha256: Sha256,
    size: u64,
}

impl ByteSource for Blob {
    fn size(&self) -> u64 {
        self.size
    }

    fn read(&self, offset: u64, len: usize) -> BoxFuture<'_, io::Result<Vec<u8>>> {
        Box::pin(async move {
            self.store
                .read_range(&self.sha256, offset, len)
                .await
                .map_err(io::Error::other)
        })
    }
}

/// Milliseconds since the epoch.
pub(crate) fn millis(host: &dyn Host) -> u64 {
    u64::try_from(host.now().as_millisecond()).unwrap_or(0)
}
