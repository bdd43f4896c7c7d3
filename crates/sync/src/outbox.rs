//! The machine itself: what happened goes in, what to do comes out.

mod account;
mod dossiers;
mod elsewhere;
mod mutant;
mod payments;
mod plan;
mod receipts;
mod replies;
mod sending;
mod uploads;
mod wishes;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hoso_dossier::{DossierId, EditId, UploadId};

use crate::backoff::{Wait, WaitReason};
use crate::entry::{Before, Elsewhere, Entry, FileState, Kept, Meta, Revision, Stage, UploadFile};
use crate::message::{Effect, Event, Notice, Request, RequestId, Sealing};
use dossiers::settle;
pub(crate) use mutant::Mutant;

/// Everything sealed on this machine and how far it is. See the crate's page for how to drive it.
#[derive(Debug, Clone)]
pub struct Outbox {
    policy: Policy,
    entries: BTreeMap<DossierId, Entry>,
    /// Not sealed here. Seldom changed, and cloned with every step.
    elsewhere: Arc<BTreeMap<DossierId, Elsewhere>>,
    meta: Meta,
    link: Link,
    /// What each line of work waits for. Not kept: after a start everything is tried at once.
    waits: BTreeMap<Slot, Wait>,
    flights: BTreeMap<RequestId, Flight>,
    last_request: u64,
    /// Counts the portal's epochs seen in this run: an answer asked for before a rollback proves nothing after it.
    generation: u64,
    /// Bytes that the portal said it has, where it said so since the last failure.
    offsets: BTreeMap<UploadId, u64>,
    /// Bytes that have left, for showing.
    progress: BTreeMap<UploadId, u64>,
    /// Dossiers whose active revision the portal has created in this run.
    created: BTreeSet<DossierId>,
    timer: Option<u64>,
}

/// Bounds and periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Files on their way at once.
    pub uploads: usize,
    /// Other requests at once.
    pub requests: usize,
    /// Ms between looks at the portal's changes while a dossier is open.
    pub refresh_every: u64,
    /// Ms between looks when every dossier is settled.
    pub idle_refresh_every: u64,
    /// Ms between looks at the portal itself, where its lists of changes tell its epoch.
    pub info_every: u64,
    /// Ms after which an accepted dossier that the portal hasn't mentioned is asked about.
    pub audit_every: u64,
    /// Ms after which the portal is asked again for a receipt that it has signed.
    pub receipt_every: u64,
    /// Bytes a second below which a line is thin: then dossiers with little left go first.
    pub thin: u64,
    /// Fewer bytes in one go say nothing of the line.
    pub sample: u64,
    /// Ms after its sealing from which a dossier stands behind no smaller one any more.
    pub patience: u64,
    /// How often a file may arrive damaged.
    pub mismatches: u8,
    /// Files up to so many bytes are announced and sent in one request.
    pub whole: u64,
    /// Dossiers from elsewhere that are kept at most.
    pub elsewhere: usize,
    #[cfg(test)]
    pub(crate) mutant: Option<Mutant>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            uploads: 2,
            requests: 4,
            refresh_every: 60_000,
            idle_refresh_every: 15 * 60_000,
            info_every: 24 * 60 * 60_000,
            audit_every: 24 * 60 * 60_000,
            receipt_every: 7 * 24 * 60 * 60_000,
            thin: 64 * 1024,
            sample: 64 * 1024,
            patience: 24 * 60 * 60_000,
            mismatches: 3,
            whole: 64 * 1024,
            elsewhere: 2_000,
            #[cfg(test)]
            mutant: None,
        }
    }
}

/// How far one file is, for showing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProgress {
    /// Which file.
    pub upload: UploadId,
    /// Its name.
    pub name: String,
    /// Bytes of it.
    pub size: u64,
    /// Bytes that have left.
    pub sent: u64,
    /// The portal has all of it.
    pub done: bool,
}

#[derive(Debug, Clone, Default)]
struct Link {
    connected: bool,
    signed_in: bool,
    /// The network is charged by its volume, as the system says.
    metered: bool,
    /// Bytes a second that a file moved with last.
    pace: Option<u64>,
    /// The portal answered since the network was last lost.
    reachable: bool,
    info_due: u64,
    /// When the portal last said who it is.
    info_at: u64,
    /// The portal's lists of changes tell its epoch.
    epoch_told: bool,
    changes_due: u64,
    /// Something happened while an answer about changes was on its way; it may not know of it.
    look_after: bool,
    /// What the list of changes has told since it was last read from its start, and in which version.
    told: BTreeMap<DossierId, u64>,
    /// The portal has said that it takes changes of the person's account.
    account: bool,
    /// It was not heard since then which state the account has.
    account_due: bool,
    /// The account is to be asked for.
    ask_account: bool,
    /// A change over this state was refused because the account were in another.
    denied: Option<EditId>,
}

/// A line of work: one request at a time in each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Slot {
    Info,
    Changes,
    Dossier(DossierId),
    Upload(DossierId, UploadId),
    Payment(DossierId, String),
    File(DossierId, String),
    Receipt(DossierId, u32),
    Withdrawal(DossierId),
    Rating(DossierId),
    Account,
}

impl Slot {
    const fn dossier(&self) -> Option<DossierId> {
        match self {
            Self::Info | Self::Changes | Self::Account => None,
            Self::Dossier(id)
            | Self::Upload(id, _)
            | Self::Payment(id, _)
            | Self::File(id, _)
            | Self::Receipt(id, _)
            | Self::Withdrawal(id)
            | Self::Rating(id) => Some(*id),
        }
    }

    /// A short request that a dossier waits for.
    const fn is_short(&self) -> bool {
        !matches!(
            self,
            Self::Info | Self::Changes | Self::Upload(..) | Self::File(..) | Self::Receipt(..)
        )
    }

    const fn salt(&self) -> u128 {
        match self {
            Self::Info | Self::Changes | Self::Account => 0,
            Self::Upload(_, upload) => upload.uuid().as_u128(),
            Self::Dossier(id)
            | Self::Payment(id, _)
            | Self::File(id, _)
            | Self::Receipt(id, _)
            | Self::Withdrawal(id)
            | Self::Rating(id) => id.uuid().as_u128(),
        }
    }
}

#[derive(Debug, Clone)]
struct Flight {
    slot: Slot,
    request: Request,
    generation: u64,
    /// When it left.
    since: u64,
}

/// What a step brings about, before it is put in order.
#[derive(Debug, Default)]
struct Out {
    changed: BTreeSet<DossierId>,
    removed: BTreeSet<DossierId>,
    elsewhere: BTreeSet<DossierId>,
    meta: bool,
    aborts: Vec<RequestId>,
    sends: Vec<(RequestId, Request)>,
    notices: Vec<Notice>,
}

impl Outbox {
    /// Takes up what was stored. A submission that was under way is asked about before anything else.
    #[must_use]
    pub fn restore(kept: Kept) -> Self {
        Self::restore_with(kept, Policy::default())
    }

    /// [`Self::restore`] with other bounds.
    #[must_use]
    pub fn restore_with(kept: Kept, policy: Policy) -> Self {
        let mut entries: BTreeMap<DossierId, Entry> = kept.entries.into_iter().collect();
        let mut elsewhere = kept.elsewhere.into_iter().collect::<Vec<_>>();
        // Sealed here, by a program that died before it stored that too.
        elsewhere.retain(|(id, _)| !entries.contains_key(id));
        let elsewhere = elsewhere.into_iter();
        let mut meta = kept.meta;
        if meta.reading == 0 {
            // Read by a version that kept nothing of what is not from here: it is read once more.
            meta.cursor = None;
        }
        for entry in entries.values_mut() {
            if let Some(active) = entry.active_mut()
                && active.stage == Stage::Submitting
            {
                active.stage = Stage::OutcomeUnknown;
            }
        }
        Self {
            policy,
            entries,
            elsewhere: Arc::new(elsewhere.collect()),
            meta,
            link: Link::default(),
            waits: BTreeMap::new(),
            flights: BTreeMap::new(),
            last_request: 0,
            generation: 0,
            offsets: BTreeMap::new(),
            progress: BTreeMap::new(),
            created: BTreeSet::new(),
            timer: None,
        }
    }

    /// Takes up what is stored, in the middle of a run: after a step that could not be stored. Request ids go on, so that an answer to a request of
    /// before is taken for nobody's.
    #[must_use]
    pub fn take_up(&self, kept: Kept) -> Self {
        Self {
            last_request: self.last_request,
            ..Self::restore_with(kept, self.policy.clone())
        }
    }

    /// Takes in what happened at `now` (ms since the epoch) and says what to do, in order.
    pub fn step(&mut self, event: Event, now: u64) -> Vec<Effect> {
        let mut out = Out::default();
        self.take(event, now, &mut out);
        self.plan(now, &mut out);
        let mut effects = Vec::new();
        if out.meta
            || !out.changed.is_empty()
            || !out.removed.is_empty()
            || !out.elsewhere.is_empty()
        {
            let entries = out
                .changed
                .iter()
                .filter_map(|id| Some((*id, self.entries.get(id)?.clone())))
                .collect();
            let elsewhere = out.elsewhere.into_iter();
            effects.push(Effect::Persist {
                entries,
                removed: out.removed.into_iter().collect(),
                elsewhere: elsewhere
                    .map(|id| (id, self.elsewhere.get(&id).cloned()))
                    .collect(),
                meta: Box::new(self.meta.clone()),
            });
        }
        effects.extend(out.aborts.into_iter().map(|id| Effect::Abort { id }));
        let sends = out.sends.into_iter();
        effects.extend(sends.map(|(id, request)| Effect::Send { id, request }));
        if self.policy.broken(Mutant::SendBeforePersist)
            && matches!(effects.first(), Some(Effect::Persist { .. }))
        {
            effects.rotate_left(1);
        }
        effects.extend(out.notices.into_iter().map(Effect::Notify));
        let next = self.next_wake(now);
        if let Some(at) = next
            && self.timer != next
        {
            effects.push(Effect::Timer { at });
        }
        self.timer = next;
        effects
    }

    /// Every dossier, by id.
    pub fn entries(&self) -> impl Iterator<Item = (DossierId, &Entry)> {
        self.entries.iter().map(|(id, entry)| (*id, entry))
    }

    /// One dossier.
    #[must_use]
    pub fn entry(&self, dossier: DossierId) -> Option<&Entry> {
        self.entries.get(&dossier)
    }

    /// Every dossier that the portal tells of and that was not sealed here, by id.
    pub fn elsewhere(&self) -> impl Iterator<Item = (DossierId, &Elsewhere)> {
        self.elsewhere.iter().map(|(id, one)| (*id, one))
    }

    /// One dossier that was not sealed here.
    #[must_use]
    pub fn one_elsewhere(&self, dossier: DossierId) -> Option<&Elsewhere> {
        self.elsewhere.get(&dossier)
    }

    /// What is kept beside the dossiers.
    #[must_use]
    pub const fn meta(&self) -> &Meta {
        &self.meta
    }

    /// Nothing is on its way and nothing could be sent now; what is left waits for time, a network or a person.
    #[must_use]
    pub fn is_idle(&self, now: u64) -> bool {
        let mut copy = self.clone();
        let mut out = Out::default();
        copy.plan(now, &mut out);
        self.flights.is_empty() && out.sends.is_empty()
    }

    /// Why a dossier that is not accepted yet doesn't move; `None` while it does, or has nothing to wait for.
    #[must_use]
    pub fn waiting(&self, dossier: DossierId, now: u64) -> Option<WaitReason> {
        let entry = self.entries.get(&dossier)?;
        let open = entry.recheck
            || entry.has_open_wish()
            || entry.active().is_some_and(|one| !one.is_parked())
            || entry
                .payments
                .values()
                .any(|one| one.stage.is_open() || one.unconfirmed);
        if !open {
            return None;
        }
        // Its receipts of before are another matter.
        let of_dossier =
            |slot: &Slot| slot.dossier() == Some(dossier) && !matches!(slot, Slot::Receipt(..));
        let waits = self.line_waits(entry.paused, of_dossier, now);
        let waits = match waits {
            Some(WaitReason::Paused | WaitReason::Offline | WaitReason::NotSignedIn) => waits,
            _ if self.asks_first(dossier) => waits,
            _ => self.files_wait(dossier, now).or(waits),
        };
        waits.or_else(|| {
            let first = entry.first()?;
            Some(WaitReason::First { first })
        })
    }

    /// Why the payment of a fee can't be asked about; `None` while it is asked about, or has nothing to wait for.
    #[must_use]
    pub fn payment_waiting(&self, dossier: DossierId, fee: &str, now: u64) -> Option<WaitReason> {
        let entry = self.entries.get(&dossier)?;
        let payment = entry.payments.get(fee)?;
        if !payment.stage.is_open() && !payment.unconfirmed {
            return None;
        }
        let of_fee =
            |slot: &Slot| matches!(slot, Slot::Payment(of, name) if *of == dossier && name == fee);
        self.line_waits(entry.paused, of_fee, now)
    }

    /// Why none of some lines of work moves; `held`: they belong to a dossier that is held back.
    fn line_waits(&self, held: bool, of: impl Fn(&Slot) -> bool, now: u64) -> Option<WaitReason> {
        if self.meta.paused || held {
            return Some(WaitReason::Paused);
        }
        if !self.link.connected {
            return Some(WaitReason::Offline);
        }
        if !self.link.reachable {
            return Some(match self.waits.get(&Slot::Info) {
                Some(wait) if !wait.why.is_empty() => reason(wait),
                _ => WaitReason::Offline,
            });
        }
        if !self.link.signed_in {
            return Some(WaitReason::NotSignedIn);
        }
        if self.flights.values().any(|one| of(&one.slot)) {
            return None;
        }
        self.waits
            .iter()
            .filter(|(slot, wait)| of(slot) && !wait.is_over(now) && !wait.why.is_empty())
            .map(|(_, wait)| reason(wait))
            .next()
    }

    /// How far the files of the dossier's current revision are.
    #[must_use]
    pub fn progress(&self, dossier: DossierId) -> Vec<FileProgress> {
        let files = self.entries.get(&dossier).and_then(Entry::current);
        let files = files.map(|one| one.files.as_slice()).unwrap_or_default();
        files
            .iter()
            .map(|file| {
                let done = file.state == FileState::Done;
                let sent = self.progress.get(&file.upload).copied().unwrap_or_default();
                FileProgress {
                    upload: file.upload,
                    name: file.name.clone(),
                    size: file.size,
                    sent: if done { file.size } else { sent.min(file.size) },
                    done,
                }
            })
            .collect()
    }

    fn take(&mut self, event: Event, now: u64, out: &mut Out) {
        match event {
            Event::Sealed(sealing) => self.sealed(sealing, Stage::Sealed, false, now, out),
            Event::TakenIn(sealing) => {
                let unasked = self.policy.broken(Mutant::SendCarriedUnasked);
                let stage = if unasked {
                    Stage::Sealed
                } else {
                    Stage::OutcomeUnknown
                };
                self.sealed(sealing, stage, true, now, out);
            }
            Event::CarriedAway { dossier } => {
                let active = self.entries.get_mut(&dossier).and_then(Entry::active_mut);
                if let Some(active) = active
                    && !self.policy.broken(Mutant::CarryUnnoted)
                {
                    active.sent = true;
                    active.carried_at = Some(now);
                    out.changed.insert(dossier);
                }
            }
            Event::Tick => self.timer = None,
            Event::Network { metered } => self.link.metered = metered,
            Event::Rules(rules) => {
                self.meta.rules = rules;
                out.meta = true;
            }
            Event::SendNow { dossier } => {
                let active = self.entries.get_mut(&dossier).and_then(Entry::active_mut);
                if let Some(active) = active {
                    active.at_once = true;
                    out.changed.insert(dossier);
                }
            }
            Event::Connected => {
                self.link.connected = true;
                self.link.pace = None;
                self.look_again();
            }
            Event::Disconnected => {
                self.link.connected = false;
                self.link.reachable = false;
            }
            Event::SignedIn => {
                self.link.signed_in = true;
                self.look_again();
            }
            Event::SignedOut => self.link.signed_in = false,
            Event::Pause { on } => {
                self.meta.paused = on;
                out.meta = true;
                if on {
                    self.abort_bytes(None, out);
                }
            }
            Event::PauseDossier { dossier, on } => {
                if let Some(entry) = self.entries.get_mut(&dossier) {
                    entry.paused = on;
                    out.changed.insert(dossier);
                    if on {
                        self.abort_bytes(Some(dossier), out);
                    }
                }
            }
            Event::RetryNow { dossier } => self.retry(dossier, out),
            Event::AskNow { dossier } => self.ask_now(dossier),
            Event::RefreshNow => {
                if self.policy.broken(Mutant::LookAtAll) {
                    for entry in self.entries.values_mut() {
                        entry.recheck |= entry.accepted().is_some();
                    }
                }
                self.look_again();
            }
            Event::Cancel { dossier } => self.cancel(dossier, now, out),
            Event::PayWanted {
                dossier,
                fee,
                amount,
                payment,
            } => self.pay_wanted(dossier, fee, amount, payment, out),
            Event::Confirm { dossier, code } => self.confirm(dossier, code, out),
            Event::WithdrawWanted {
                dossier,
                withdrawal,
            } => self.withdraw_wanted(dossier, withdrawal, out),
            Event::RateWanted { dossier, rating } => self.rate_wanted(dossier, rating, out),
            Event::AccountWanted { edit, data, seen } => {
                self.account_wanted(edit, data, seen, out);
            }
            Event::AccountTaken { seen } => self.account_taken(seen, out),
            Event::ReceiptBrought { receipt } => self.receipt_brought(receipt, now, out),
            Event::FileGone {
                dossier,
                file,
                sha256,
            } => self.file_gone(dossier, &file, sha256, out),
            Event::UploadProgress { upload, offset } => {
                self.progress.insert(upload, offset);
            }
            Event::Reply { request, outcome } => self.reply(request, outcome, now, out),
        }
    }

    /// Asks what changed, and who the portal is where that doesn't tell it, without waiting for the next time.
    fn look_again(&mut self) {
        self.waits.remove(&Slot::Info);
        self.waits.remove(&Slot::Changes);
        if !self.link.epoch_told {
            self.link.info_due = 0;
        }
        self.link.account_due = true;
        self.look_soon(0);
    }

    fn sealed(&mut self, sealing: Sealing, stage: Stage, taken_in: bool, now: u64, out: &mut Out) {
        let mut revision = Revision {
            revision: sealing.revision,
            manifest_sha256: sealing.manifest_sha256,
            files: sealing.files.into_iter().map(upload_file).collect(),
            sent: stage == Stage::OutcomeUnknown,
            stage,
            carried_at: None,
            taken_in,
            before: Before::default(),
            receipt: None,
            given_up: false,
            sealed_at: now,
            at_once: false,
            audited_at: 0,
            doubt: None,
        };
        let told_of = self.comes_here(sealing.dossier, out);
        let entry = self
            .entries
            .entry(sealing.dossier)
            .or_insert_with(|| Entry {
                revisions: Vec::new(),
                paused: false,
                payments: BTreeMap::new(),
                view: None,
                withdrawal: None,
                rating: None,
                fetched: BTreeMap::new(),
                spoiled: BTreeMap::new(),
                recheck: false,
                recheck_older: false,
                checked_at: now,
            });
        let newest = entry.revisions.last().map_or(0, |one| one.revision);
        if revision.revision > newest {
            let in_the_way = self.policy.broken(Mutant::KeepRefusedInTheWay);
            let held_back = entry.active_mut();
            // Without the first one the portal takes none that follows; a restore may have taken it from a portal that had it.
            let held_back =
                held_back.filter(|one| one.is_parked() && one.revision > 1 && !in_the_way);
            let in_its_place = held_back.is_some();
            if let Some(held_back) = held_back {
                held_back.given_up = true;
            }
            // A supplement of what was forgotten here: its news came while nobody knew it.
            entry.recheck |= revision.revision > 1 && entry.accepted().is_none();
            // The portal has told of it: the disk has forgotten that it was sealed here, or another desktop has sent it.
            entry.recheck |= told_of;
            // Sealed again, after the disk has forgotten it; the portal has not.
            if let Some(view) = &entry.view
                && revision.is_there_unsent(view)
            {
                revision.found_there();
            }
            entry.revisions.push(revision);
            entry.paused |= sealing.held && !self.policy.broken(Mutant::SealUnheld);
            out.changed.insert(sealing.dossier);
            if in_its_place {
                self.forget_what_runs(sealing.dossier, out);
            }
        }
    }

    fn ask_now(&mut self, dossier: DossierId) {
        self.waits.retain(|slot, _| slot.dossier() != Some(dossier));
        self.look_again();
    }

    fn retry(&mut self, dossier: DossierId, out: &mut Out) {
        self.ask_now(dossier);
        let Some(entry) = self.entries.get_mut(&dossier) else {
            return;
        };
        if !entry.spoiled.is_empty() {
            entry.spoiled.clear();
            out.changed.insert(dossier);
        }
        if let Some(active) = entry.active_mut()
            && active.is_parked()
        {
            active.start_over();
            for file in &mut active.files {
                file.mismatches = 0;
            }
            self.created.remove(&dossier);
            out.changed.insert(dossier);
        }
    }

    fn cancel(&mut self, dossier: DossierId, now: u64, out: &mut Out) {
        let any = self.policy.broken(Mutant::CancelWhatWasSent);
        let paid = self.policy.broken(Mutant::CancelWhatWasPaid);
        let carried = self.policy.broken(Mutant::CancelWhatWasCarried);
        let Some(entry) = self.entries.get_mut(&dossier) else {
            return;
        };
        match entry.active() {
            Some(active)
                if entry.may_cancel()
                    || any
                    || paid && active.may_cancel()
                    || carried && active.may_cancel() && !entry.has_money() =>
            {
                let revision = active.revision;
                if entry.revisions.len() == 1 {
                    let gone = self.entries.remove(&dossier);
                    if let Some(view) = gone.and_then(|entry| entry.view) {
                        // The portal has it all the same, and won't tell of it again.
                        self.hear_elsewhere(view, now, out);
                    }
                    self.waits.retain(|slot, _| slot.dossier() != Some(dossier));
                    out.removed.insert(dossier);
                } else {
                    if let Some(active) = entry.active_mut() {
                        active.given_up = true;
                    }
                    settle(entry);
                    out.changed.insert(dossier);
                }
                self.forget_what_runs(dossier, out);
                out.notices.push(Notice::Cancelled { dossier, revision });
            }
            _ => out.notices.push(Notice::CancelRefused { dossier }),
        }
    }

    /// Another revision is the active one now: what was asked and waited for was about the one before.
    fn forget_what_runs(&mut self, dossier: DossierId, out: &mut Out) {
        let of_revision =
            |slot: &Slot| matches!(slot, Slot::Upload(of, _) | Slot::Dossier(of) if *of == dossier);
        self.drop_flights(out, |flight| of_revision(&flight.slot));
        // Whatever it is about, a busy portal is given its time.
        self.waits
            .retain(|slot, wait| !of_revision(slot) || wait.busy);
        self.created.remove(&dossier);
    }

    /// Stops bytes on their way; where they got to is asked when they go on.
    fn abort_bytes(&mut self, of: Option<DossierId>, out: &mut Out) {
        self.drop_flights(out, |flight| {
            matches!(flight.request, Request::SendBytes { .. })
                && (of.is_none() || flight.slot.dossier() == of)
        });
    }

    fn drop_flights(&mut self, out: &mut Out, which: impl Fn(&Flight) -> bool) {
        let dropped = self.flights.iter().filter(|(_, flight)| which(flight));
        let dropped: Vec<RequestId> = dropped.map(|(id, _)| *id).collect();
        for id in dropped {
            self.flights.remove(&id);
            out.aborts.push(id);
        }
    }
}

fn reason(wait: &Wait) -> WaitReason {
    if wait.unsigned {
        WaitReason::Unsigned { until: wait.until }
    } else if wait.busy {
        WaitReason::PortalBusy { until: wait.until }
    } else {
        WaitReason::Backoff {
            until: wait.until,
            why: wait.why.clone(),
        }
    }
}

fn upload_file(file: crate::message::SealedFile) -> UploadFile {
    UploadFile {
        upload: file.upload,
        sha256: file.sha256,
        size: file.size,
        name: file.name,
        media_type: file.media_type,
        component: file.component,
        state: if file.already_there {
            FileState::Done
        } else {
            FileState::Waiting
        },
        mismatches: 0,
    }
}
