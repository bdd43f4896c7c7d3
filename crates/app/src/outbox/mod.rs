//! Drives the outbox: carries out what the state machine says, and tells it what came of it.
//!
//! One task owns the machine. It stores before it sends, as the machine's effects are ordered, so that a crash at any instant leaves a state that the
//! next start takes up.

mod call;
mod driver;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use hoso_dossier::DossierId;
use hoso_store::{SealRecord, Store};
use hoso_sync::{
    Elsewhere, Entry, Event, Failure, FileProgress, Kept, Meta, Notice, Outbox, Reply, RequestId,
    Sealing, WaitReason,
};
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) use self::call::local;
use self::driver::Driver;
use crate::host::Host;
use crate::portals::Known;
use crate::preflight::Gate;
use crate::session::PortalSession;
use crate::view::WaitInfo;
use crate::{AppError, Changed};

/// Key of [`Meta`] in the store.
const META: &str = "outbox";

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
    /// Answers when it is on disk.
    Wish(Event, oneshot::Sender<Result<(), AppError>>),
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

    /// Tells the machine what the person wants; it is on disk then.
    pub(crate) async fn wish(&self, event: Event) -> Result<(), AppError> {
        let (answer, waiting) = oneshot::channel();
        let message = Message::Wish(event, answer);
        self.messages.send(message).map_err(|_| AppError::Locked)?;
        waiting.await.map_err(|_| AppError::Locked)?
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

    /// Dossiers that were sent from another desktop.
    pub(crate) fn elsewhere(&self) -> Vec<Elsewhere> {
        let outbox = self.shown.outbox();
        outbox.elsewhere().map(|(_, one)| one.clone()).collect()
    }

    /// One that was sent from another desktop.
    pub(crate) fn one_elsewhere(&self, dossier: DossierId) -> Option<Elsewhere> {
        self.shown.outbox().one_elsewhere(dossier).cloned()
    }

    /// What is kept beside the dossiers.
    pub(crate) fn meta(&self) -> Meta {
        self.shown.outbox().meta().clone()
    }

    /// Why a change of the account is not told yet.
    pub(crate) fn account_wait(&self) -> Option<WaitInfo> {
        let reason = self.shown.outbox().account_waiting(millis(&*self.host))?;
        Some(crate::queue::wait_info(&reason, self.shown.line()))
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

    /// How many dossiers are such.
    pub(crate) fn count(&self, such: impl Fn(DossierId, &Entry) -> bool) -> u32 {
        let outbox = self.shown.outbox();
        let such = |(id, entry): &(DossierId, &Entry)| such(*id, entry);
        u32::try_from(outbox.entries().filter(such).count()).unwrap_or(u32::MAX)
    }

    /// The person holds everything back.
    pub(crate) fn is_paused(&self) -> bool {
        self.shown.outbox().meta().paused
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

async fn load(store: &Store) -> Result<Outbox, AppError> {
    Ok(Outbox::restore(kept(store).await?))
}

async fn kept(store: &Store) -> Result<Kept, AppError> {
    let entries = store.sync_entries().await?.into_iter();
    let entries = entries
        .map(|(id, entry)| Ok((id, serde_json::from_value(entry)?)))
        .collect::<Result<Vec<_>, serde_json::Error>>()?;
    let sealed: BTreeSet<DossierId> = entries.iter().map(|(id, _)| *id).collect();
    let mut meta = store.sync_meta::<Meta>(META).await?.unwrap_or_default();
    let (mut elsewhere, mut useless) = (Vec::new(), Vec::new());
    for (id, one) in store.sync_elsewhere().await? {
        if sealed.contains(&id) {
            // Sealed here, by a program that died before it stored that too.
            useless.push((id, None));
            continue;
        }
        match serde_json::from_value(one) {
            Ok(one) => elsewhere.push((id, one)),
            // It is the portal's word and nothing of the person's: it holds nothing up, and is asked for again.
            Err(_) => {
                tracing::warn!(%id, "what the portal told of a dossier can't be read");
                meta.cursor = None;
                useless.push((id, None));
            }
        }
    }
    if !useless.is_empty() {
        // In no map, they would never be forgotten. A disk that is full now keeps them until the next start.
        let meta = [(META, serde_json::to_value(&meta)?)];
        if let Err(error) = store.save_sync(&[], &[], &useless, &meta).await {
            tracing::warn!(error = error.code(), "forgetting what can't be read");
        }
    }
    Ok(Kept {
        entries,
        elsewhere,
        meta,
    })
}

/// Milliseconds since the epoch.
pub(crate) fn millis(host: &dyn Host) -> u64 {
    u64::try_from(host.now().as_millisecond()).unwrap_or(0)
}
