//! One desktop: an outbox, a disk that fills up and forgets, a clock that is wrong, and a program that dies at any effect.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::hash::Hash as _;

use hoso_dossier::{DossierId, EditId, PaymentId, Sha256, UploadId};

use super::dice::Dice;
use super::network::brief;
use super::portal::Sealed;
use super::story::Trouble;
use super::world::{What, World};
use crate::entry::Payment;
use crate::{
    Effect, Elsewhere, Entry, Event, Kept, Meta, Notice, Outbox, PaymentStage, Policy, Request,
    RequestId,
};

/// Disks are rolled back by so many commits at most.
const OLD_DISKS: usize = 4;
/// A desktop's clock at the beginning, so that it may be set back.
pub(super) const MIDDAY: i64 = 1_000_000_000_000;

/// What is durable.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk {
    pub(crate) entries: BTreeMap<DossierId, Entry>,
    pub(crate) elsewhere: BTreeMap<DossierId, Elsewhere>,
    pub(crate) meta: Meta,
}

impl Disk {
    fn kept(&self) -> Kept {
        let entries = self.entries.iter();
        let elsewhere = self.elsewhere.iter();
        Kept {
            entries: entries.map(|(id, one)| (*id, one.clone())).collect(),
            elsewhere: elsewhere.map(|(id, one)| (*id, one.clone())).collect(),
            meta: self.meta.clone(),
        }
    }
}

/// What a commit has changed: as it was before.
struct Undo {
    entries: Vec<(DossierId, Option<Entry>)>,
    elsewhere: Vec<(DossierId, Option<Elsewhere>)>,
    meta: Meta,
}

pub(crate) struct Desk {
    pub(super) outbox: Outbox,
    pub(super) disk: Disk,
    /// Files that are on its disk beside the database, as they came: what was sealed, and what the portal gave.
    pub(super) files: Vec<Sha256>,
    /// Files of what was sealed that the disk has lost, until the person puts them back.
    pub(super) torn: BTreeSet<Sha256>,
    /// What the last commits have changed, so that a disk can forget them.
    undo: VecDeque<Undo>,
    /// What was sealed here or carried here, kept beside the outbox as the application keeps it.
    pub(super) sealed: BTreeMap<(DossierId, u32), Sealed>,
    /// How often each was sealed.
    pub(super) sealings: BTreeMap<(DossierId, u32), u128>,
    /// The clock is off by so many ms.
    pub(super) skew: i64,
    /// Counts starts of the program; answers to an earlier run reach nobody.
    pub(super) run: u64,
    /// Asked and not answered yet, in this run.
    pub(super) open: BTreeMap<RequestId, Request>,
    /// What a busy portal wants to be asked no sooner.
    pub(super) busy: BTreeMap<String, u64>,
    pub(super) online: bool,
    /// What the system says of the network.
    pub(super) metered: bool,
    pub(super) signed_in: bool,
    pub(super) damaged: bool,
    /// Files of which the portal has just taken nothing, and when.
    pub(super) in_vain: BTreeMap<UploadId, u64>,
    /// When the portal has just told nothing new, and how often it was asked again at once.
    pub(super) nothing_new: (Option<u64>, u64),
    /// Every dossier that it told, and in which version.
    pub(super) told: BTreeMap<DossierId, u64>,
    /// Taken in here, and the portal was not asked since whether it has it.
    pub(super) unasked: BTreeSet<DossierId>,
    /// Something was taken back whole and is sealed as another dossier. From there on the disk forgets no commits: one that forgets the taking back and what
    /// was sealed instead can't be told from one where neither happened.
    pub(super) sealed_another: bool,
    /// The disk has lost files of what was sealed.
    pub(super) tore: bool,
    pub(super) rolled_back: bool,
    pub(super) cancelled: BTreeSet<DossierId>,
    /// Attempts to pay, as far as they were known here, of dossiers that were taken back whole.
    pub(super) let_go: BTreeSet<(DossierId, PaymentId)>,
    /// Forgotten by the disk, or overtaken by another request before it was sealed, and sealed as a later revision.
    pub(super) replaced: BTreeSet<(DossierId, u32)>,
    /// Sealed to be held back, and not let go since.
    pub(super) held: BTreeSet<DossierId>,
    /// First revisions that have left by hand.
    pub(super) carried: BTreeSet<DossierId>,
    /// Versions of the portal's files that came damaged, and how often since somebody wanted them.
    pub(super) spoiled: BTreeMap<(DossierId, Sha256), u32>,
    /// Fee of a dossier → the attempt that was last ordered.
    pub(super) ordered: BTreeMap<DossierId, PaymentId>,
    /// Attempts that can't move money any more, as far as this desktop was told.
    pub(super) over: BTreeSet<PaymentId>,
    /// Changes of the account that were made here, and states of it that the person here was shown.
    pub(super) seen: BTreeSet<EditId>,
    /// The last change of the account made here that was not taken back, as far as the disk remembers.
    pub(super) changed: Option<EditId>,
    effects: u64,
    pub(super) requests: u64,
}

impl Desk {
    pub(super) fn new(policy: &Policy) -> Self {
        Self {
            outbox: Outbox::restore_with(Kept::default(), policy.clone()),
            disk: Disk::default(),
            files: vec![],
            torn: BTreeSet::new(),
            undo: VecDeque::new(),
            sealed: BTreeMap::new(),
            sealings: BTreeMap::new(),
            skew: 0,
            run: 0,
            open: BTreeMap::new(),
            busy: BTreeMap::new(),
            online: true,
            metered: false,
            signed_in: true,
            damaged: false,
            in_vain: BTreeMap::new(),
            nothing_new: (None, 0),
            told: BTreeMap::new(),
            unasked: BTreeSet::new(),
            sealed_another: false,
            tore: false,
            rolled_back: false,
            cancelled: BTreeSet::new(),
            let_go: BTreeSet::new(),
            replaced: BTreeSet::new(),
            held: BTreeSet::new(),
            carried: BTreeSet::new(),
            spoiled: BTreeMap::new(),
            ordered: BTreeMap::new(),
            over: BTreeSet::new(),
            seen: BTreeSet::new(),
            changed: None,
            effects: 0,
            requests: 0,
        }
    }

    pub(super) fn is_here(&self, dossier: DossierId, revision: u32) -> bool {
        let entry = self.disk.entries.get(&dossier);
        entry.is_some_and(|entry| entry.revisions.iter().any(|one| one.revision == revision))
    }

    /// The highest number that was ever used here for the dossier.
    pub(super) fn newest(&self, dossier: DossierId) -> u32 {
        let known = self.sealed.keys().filter(|(id, _)| *id == dossier);
        known.map(|(_, revision)| *revision).max().unwrap_or(0)
    }

    fn roll_back(&mut self) {
        let back = 1 + usize::try_from(self.effects).unwrap_or(0) % OLD_DISKS;
        for _ in 0..back {
            let Some(undo) = self.undo.pop_back() else {
                break;
            };
            put(&mut self.disk.entries, undo.entries);
            put(&mut self.disk.elsewhere, undo.elsewhere);
            self.disk.meta = undo.meta;
        }
        self.rolled_back = true;
        self.changed = self.disk.meta.account.edit.as_ref().map(|one| one.id);
        self.spoiled.clear();
        let entries = &self.disk.entries;
        let first = |id: &DossierId| entries.get(id).and_then(|one| one.revisions.first());
        self.carried
            .retain(|id| first(id).is_some_and(|one| one.carried_at.is_some()));
    }

    /// What was not stored has not happened.
    fn forget_what_is_not_stored(&mut self) {
        let entries = &self.disk.entries;
        self.held
            .retain(|id| entries.get(id).is_some_and(|entry| entry.paused));
    }

    /// The newest files were not on the disk yet: whatever the database says of them, they are gone.
    fn tear(&mut self) {
        let sealed: BTreeSet<Sha256> = self
            .disk
            .entries
            .values()
            .flat_map(|entry| &entry.revisions)
            .flat_map(|one| &one.files)
            .map(|file| file.sha256)
            .collect();
        let left = self.files.len().saturating_sub(1 + self.files.len() % 3);
        for gone in self.files.split_off(left) {
            if sealed.contains(&gone) {
                self.torn.insert(gone);
                self.tore = true;
            }
        }
    }

    /// A file is written; one that is there stays where it is.
    pub(super) fn write(&mut self, file: Sha256) {
        if !self.files.contains(&file) {
            self.files.push(file);
        }
    }

    /// What the database says was fetched, and the disk doesn't have.
    fn missing(&self) -> Vec<Event> {
        let entries = self.disk.entries.iter();
        let fetched = entries
            .flat_map(|(id, entry)| entry.fetched.iter().map(move |(file, one)| (id, file, one)));
        let gone = fetched.filter(|(_, _, one)| !self.files.contains(one));
        let tell = |(id, file, one): (&DossierId, &String, &Sha256)| Event::FileGone {
            dossier: *id,
            file: file.clone(),
            sha256: *one,
        };
        gone.map(tell).collect()
    }

    fn commit(
        &mut self,
        entries: Vec<(DossierId, Entry)>,
        removed: Vec<DossierId>,
        elsewhere: Vec<(DossierId, Option<Elsewhere>)>,
        meta: Meta,
    ) {
        let apart = elsewhere.iter();
        let apart = apart.map(|(id, _)| (*id, self.disk.elsewhere.get(id).cloned()));
        let apart = apart.collect();
        let changed = entries.iter().map(|(id, _)| *id).chain(removed.clone());
        let before = changed.map(|id| (id, self.disk.entries.get(&id).cloned()));
        self.undo.push_back(Undo {
            entries: before.collect(),
            elsewhere: apart,
            meta: self.disk.meta.clone(),
        });
        if self.undo.len() > OLD_DISKS {
            self.undo.pop_front();
        }
        for id in removed {
            if let Some(entry) = self.disk.entries.remove(&id) {
                let told =
                    |one: &&Payment| one.stage != PaymentStage::Wished || one.order.is_some();
                let here = entry.payments.values().filter(told).map(Payment::attempt);
                let fees = entry
                    .revisions
                    .iter()
                    .flat_map(|one| &one.before.needs.fees);
                let paid = here.chain(fees.filter_map(|fee| fee.paid_by));
                self.let_go.extend(paid.map(|payment| (id, payment)));
            }
            self.cancelled.insert(id);
        }
        self.disk.entries.extend(entries);
        put(&mut self.disk.elsewhere, elsewhere);
        self.disk.meta = meta;
    }
}

fn put<T>(to: &mut BTreeMap<DossierId, T>, what: Vec<(DossierId, Option<T>)>) {
    for (id, one) in what {
        match one {
            Some(one) => to.insert(id, one),
            None => to.remove(&id),
        };
    }
}

impl World {
    /// A desktop's clock.
    pub(super) fn clock(&self, who: usize) -> u64 {
        let now = i64::try_from(self.now).unwrap_or(0);
        u64::try_from(MIDDAY + now + self.desks[who].skew).unwrap_or(0)
    }

    /// Says whether the desktop lived to see it stored.
    pub(super) fn step(&mut self, who: usize, event: Event) -> bool {
        self.steps += 1;
        let clock = self.clock(who);
        match event {
            // Whatever was answered before, now is a good moment to try.
            Event::SignedIn | Event::Connected => self.desks[who].in_vain.clear(),
            // The person wants it now, whatever the portal said.
            Event::RetryNow { .. } | Event::AskNow { .. } => self.desks[who].busy.clear(),
            _ => {}
        }
        let effects = self.desks[who].outbox.step(event, clock);
        let starts_over = |one: &Effect| matches!(one, Effect::Notify(Notice::SendingAgain { .. }));
        if effects.iter().any(starts_over) {
            // The portal has lost the dossier, which is no answer to what was sent last.
            self.desks[who].in_vain.clear();
        }
        for effect in effects {
            self.desks[who].effects += 1;
            let number = self.desks[who].effects;
            let seed = self.seed_of(who);
            let throw = || Dice::of(seed, 4, number).below(1_000);
            if self.meets(Trouble::Crash(who, number), || throw() < 10) {
                self.crash(who, throw());
                return false;
            }
            if matches!(effect, Effect::Persist { .. })
                && self.meets(Trouble::Full(who, number), || throw() >= 990)
            {
                self.take_up(who);
                return false;
            }
            self.carry_out(who, effect);
        }
        self.check_held(who);
        true
    }

    /// Of ten deaths two leave a database that has forgotten the last commits, and two a disk without the newest files.
    fn crash(&mut self, who: usize, how: u64) {
        self.crashes += 1;
        let desk = &mut self.desks[who];
        desk.run += 1;
        desk.open.clear();
        desk.busy.clear();
        desk.in_vain.clear();
        if (2..4).contains(&how) {
            desk.tear();
            self.tell(
                who,
                "the client dies, and its disk has lost the newest files",
            );
        } else if how < 2 && self.strict && !desk.sealed_another {
            desk.roll_back();
            self.tell(
                who,
                "the client dies, and its disk has forgotten the last commits",
            );
            self.seal_again(who);
        } else {
            self.tell(who, "the client dies and starts again");
        }
        // What is stored must be readable by the next run, so it goes through its stored form.
        let desk = &mut self.desks[who];
        desk.forget_what_is_not_stored();
        let kept = desk.disk.kept();
        let stored = (&kept.entries, &kept.elsewhere, &kept.meta);
        let text = serde_json::to_string(&stored).unwrap_or_default();
        match serde_json::from_str(&text) {
            Ok((entries, elsewhere, meta)) => {
                let kept = Kept {
                    entries,
                    elsewhere,
                    meta,
                };
                desk.outbox = Outbox::restore_with(kept, self.policy.clone());
            }
            Err(error) => self
                .broken
                .push(format!("what was stored can't be read: {error}")),
        }
        self.begin(who);
    }

    /// The disk is full: what could not be stored has not happened.
    fn take_up(&mut self, who: usize) {
        self.tell(who, "the disk is full; the client takes up what is stored");
        let desk = &mut self.desks[who];
        desk.open.clear();
        desk.busy.clear();
        desk.in_vain.clear();
        desk.forget_what_is_not_stored();
        desk.outbox = desk.outbox.take_up(desk.disk.kept());
        self.begin(who);
    }

    pub(super) fn begin(&mut self, who: usize) {
        let run = self.desks[who].run;
        for gone in self.desks[who].missing() {
            self.step(who, gone);
            if self.desks[who].run != run {
                // It died of it, and has begun anew.
                return;
            }
        }
        if self.desks[who].metered {
            self.step(who, Event::Network { metered: true });
        }
        if self.desks[who].online {
            self.step(who, Event::Connected);
        }
        if self.desks[who].signed_in {
            self.step(who, Event::SignedIn);
        }
    }

    fn carry_out(&mut self, who: usize, effect: Effect) {
        match effect {
            Effect::Persist {
                entries,
                removed,
                elsewhere,
                meta,
            } => {
                self.check_stored(who, &entries, &meta);
                self.desks[who].commit(entries, removed, elsewhere, *meta);
                self.check_accepted(who);
            }
            Effect::Send { id, request } => {
                format!("{} {who} {id:?} {request:?}", self.now).hash(&mut self.trace);
                self.send(who, id, request.clone());
                self.desks[who].open.insert(id, request);
            }
            Effect::Abort { id } => {
                if let Some(request) = self.desks[who].open.remove(&id) {
                    self.tell(who, &format!("  asks no more {}", brief(&request)));
                }
            }
            Effect::Timer { at } => {
                let clock = self.clock(who);
                if at <= clock {
                    self.broken.push(format!("timer at {at}, now {clock}"));
                }
                let run = self.desks[who].run;
                let at = self.now + at.saturating_sub(clock);
                self.schedule(at, who, What::Timer(run));
            }
            Effect::Notify(notice) => {
                format!("{who} {notice:?}").hash(&mut self.trace);
                self.hear(who, notice);
            }
        }
    }
}
