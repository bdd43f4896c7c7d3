//! A person, a client that crashes and whose disk and clock fail, and a portal that is restored from backups.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::hash::{Hash as _, Hasher as _};

use hoso_dossier::{DossierId, Money, PaymentId, Sha256, UploadId};
use hoso_portal_api::ProblemCode;
use uuid::Uuid;

use super::dice::Dice;
use super::history;
use super::network::{Journey, brief, tail};
use super::portal::{FEE, Portal, Sealed};
use super::story::Trouble;
use crate::{
    Effect, Entry, Event, Failure, Meta, Notice, Outbox, ParkReason, Policy, Reply, Request,
    RequestId, SealedFile, Sealing, Stage,
};

pub(crate) const MINUTE: u64 = 60_000;
/// Faults stop here.
pub(crate) const CALM: u64 = 25 * MINUTE;
const END: u64 = CALM + 100 * MINUTE;
/// The client's clock at the beginning, so that it may be set back.
const MIDDAY: i64 = 1_000_000_000_000;
/// Disks are rolled back by so many commits at most.
const OLD_DISKS: usize = 4;

/// Something that will happen.
#[derive(Debug, Clone)]
pub(crate) enum What {
    Arrive(Box<Journey>),
    Answer(u64, RequestId, Box<Result<Reply, Failure>>),
    Timer(u64),
    Seal(DossierId, u32),
    Pay(DossierId),
    Cancel(DossierId),
    Pause(bool),
    Clerk { which: u64, finish: bool },
    Reissue(DossierId),
    Settle { which: u64, pay: bool },
    AnsweredElsewhere(DossierId),
    PaidElsewhere(DossierId),
    BackUp,
    RollBack(u64),
    Refresh,
    Lose(DossierId),
    Network(bool),
    SignOut,
    SignIn,
    Clock(i64),
    Calm,
}

/// What is durable on the client.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk {
    pub(crate) entries: BTreeMap<DossierId, Entry>,
    pub(crate) meta: Meta,
}

/// What a commit has changed: as it was before.
struct Undo {
    entries: Vec<(DossierId, Option<Entry>)>,
    meta: Meta,
}

pub(crate) struct World {
    pub(super) seed: u64,
    without: BTreeSet<Trouble>,
    /// What went otherwise than it should.
    pub(crate) met: BTreeSet<Trouble>,
    pub(super) now: u64,
    /// The client's clock is off by so many ms.
    skew: i64,
    queue: BTreeMap<(u64, u64), (Option<u64>, What)>,
    scheduled: u64,
    pub(super) portal: Portal,
    pub(super) outbox: Outbox,
    pub(super) policy: Policy,
    pub(super) disk: Disk,
    /// What the last commits have changed, so that a disk can forget them.
    undo: VecDeque<Undo>,
    /// Counts starts of the client; answers to an earlier run reach nobody.
    pub(super) run: u64,
    /// Asked and not answered yet, in this run.
    pub(super) open: BTreeMap<RequestId, Request>,
    /// What a busy portal wants to be asked no sooner.
    pub(super) busy: BTreeMap<String, u64>,
    faults: bool,
    strict: bool,
    pub(super) online: bool,
    pub(super) signed_in: bool,
    pub(super) damaged: bool,
    pub(super) rolled_back: bool,
    pub(super) cancelled: BTreeSet<DossierId>,
    pub(super) lost: BTreeSet<DossierId>,
    pub(super) told_elsewhere: BTreeSet<DossierId>,
    /// Fee of a dossier → the attempt that was last ordered.
    pub(super) ordered: BTreeMap<DossierId, PaymentId>,
    /// Attempts that can't move money any more, as far as the client was told.
    pub(super) over: BTreeSet<PaymentId>,
    minted: u128,
    effects: u64,
    pub(super) requests: u64,
    trace: std::collections::hash_map::DefaultHasher,
    pub(super) telling: bool,
    pub(crate) story: Vec<String>,
    pub(crate) broken: Vec<String>,
    pub(crate) steps: u64,
    pub(crate) crashes: u64,
}

/// Plays one history to its end, leaving some of it out.
pub(crate) fn play(seed: u64, policy: Policy, without: BTreeSet<Trouble>, telling: bool) -> World {
    let history = history::write(seed);
    let mut world = World {
        seed,
        without,
        met: BTreeSet::new(),
        now: 0,
        skew: 0,
        queue: BTreeMap::new(),
        scheduled: 0,
        portal: Portal {
            strict: history.strict,
            ..Portal::default()
        },
        outbox: Outbox::restore_with(vec![], Meta::default(), policy.clone()),
        policy,
        disk: Disk::default(),
        undo: VecDeque::new(),
        run: 0,
        open: BTreeMap::new(),
        busy: BTreeMap::new(),
        faults: true,
        strict: history.strict,
        online: true,
        signed_in: true,
        damaged: false,
        rolled_back: false,
        cancelled: BTreeSet::new(),
        lost: BTreeSet::new(),
        told_elsewhere: BTreeSet::new(),
        ordered: BTreeMap::new(),
        over: BTreeSet::new(),
        minted: 0,
        effects: 0,
        requests: 0,
        trace: std::collections::hash_map::DefaultHasher::new(),
        telling,
        story: vec![],
        broken: vec![],
        steps: 0,
        crashes: 0,
    };
    for plan in history.dossiers {
        world.know(plan.id, 1, &[], plan.files);
        if let Some(at) = plan.refused {
            world.portal.refuses.insert((plan.id, 1), at);
        }
    }
    for (number, line) in (0..).zip(history.lines) {
        if !world.without.contains(&Trouble::Line(number)) {
            for (at, what) in line {
                world.enter(at, Some(number), what);
            }
        }
    }
    world.schedule(CALM, What::Calm);
    for minute in 1..75 {
        let mut dice = Dice::of(seed, 2, minute);
        let (which, pay) = (dice.next(), dice.chance(60));
        world.schedule(CALM + minute * MINUTE, What::Settle { which, pay });
        let finish = true;
        world.schedule(CALM + minute * MINUTE, What::Clerk { which, finish });
    }
    world.step(Event::Connected);
    world.step(Event::SignedIn);
    while let Some(((at, _), (line, what))) = world.queue.pop_first() {
        if at > END || world.broken.len() > 3 {
            break;
        }
        world.now = at;
        if let Some(line) = line {
            world.met.insert(Trouble::Line(line));
        }
        world.happen(what);
    }
    world.check_the_end();
    world
}

impl World {
    /// One number for everything that was asked and told.
    pub(crate) fn trace(&self) -> u64 {
        self.trace.finish()
    }

    pub(super) fn tell(&mut self, line: &str) {
        if self.telling {
            let (minutes, ms) = (self.now / MINUTE, self.now % MINUTE);
            let at = format!("{minutes:3}:{:06.3}", ms as f64 / 1000.0);
            self.story.push(format!("{at} {line}"));
        }
    }

    /// Whether this trouble comes, if `comes` says so; nothing comes when all is calm.
    pub(super) fn meets(&mut self, trouble: Trouble, comes: impl FnOnce() -> bool) -> bool {
        let comes = self.faults && !self.without.contains(&trouble) && comes();
        if comes {
            self.met.insert(trouble);
        }
        comes
    }

    /// The client's clock.
    pub(super) fn clock(&self) -> u64 {
        let now = i64::try_from(self.now).unwrap_or(0);
        u64::try_from(MIDDAY + now + self.skew).unwrap_or(0)
    }

    /// What a manifest of this revision says: the files sent before, and new ones.
    fn know(&mut self, dossier: DossierId, revision: u32, old: &[UploadId], new: u64) {
        let base = dossier.uuid().as_u128() << 16 | u128::from(revision) << 8;
        let new = (0..new).map(|one| UploadId::new(Uuid::from_u128(base | u128::from(one) | 0x80)));
        let uploads = old.iter().copied().chain(new).collect();
        let sha256 = Sha256::of(&base.to_be_bytes());
        let sealed = Sealed { sha256, uploads };
        self.portal.sealed.insert((dossier, revision), sealed);
    }

    /// The highest number that was ever used for the dossier.
    fn newest(&self, dossier: DossierId) -> u32 {
        let known = self.portal.sealed.keys().filter(|(id, _)| *id == dossier);
        known.map(|(_, revision)| *revision).max().unwrap_or(0)
    }

    /// The person will seal a supplement under the next number.
    fn supplement(&mut self, dossier: DossierId) {
        let newest = self.newest(dossier);
        let next = newest + 1;
        let number = u64::try_from(dossier.uuid().as_u128() & 0xFF).unwrap_or(0);
        let mut dice = Dice::of(self.seed, 3, number << 8 | u64::from(next));
        let old = self.portal.sealed[&(dossier, newest)].uploads.clone();
        self.know(dossier, next, &old, 1);
        // In the end it is right.
        if next < 6 && dice.chance(30) {
            let at = history::refuses(&mut dice);
            self.portal.refuses.insert((dossier, next), at);
        }
        let at = self.now + 1 + dice.below(3 * MINUTE);
        self.schedule(at, What::Seal(dossier, next));
        if dice.chance(15) {
            let at = at + dice.below(MINUTE);
            self.schedule(at, What::Cancel(dossier));
        }
        // The same person, at another desktop, at the same time.
        if dice.chance(10) {
            let at = (at + dice.below(4_000)).saturating_sub(2_000);
            self.schedule(at, What::AnsweredElsewhere(dossier));
        }
    }

    pub(super) fn schedule(&mut self, at: u64, what: What) {
        self.enter(at, None, what);
    }

    fn enter(&mut self, at: u64, line: Option<u64>, what: What) {
        self.scheduled += 1;
        self.queue.insert((at, self.scheduled), (line, what));
    }

    fn happen(&mut self, what: What) {
        match what {
            What::Arrive(journey) => self.arrive(&journey),
            What::Answer(run, id, outcome) => {
                let asked = (run == self.run).then(|| self.open.remove(&id)).flatten();
                if let Some(request) = asked {
                    let code = match &*outcome {
                        Err(Failure::Problem { problem, .. }) => Some(problem.code),
                        _ => None,
                    };
                    if code == Some(ProblemCode::Busy) {
                        self.busy.insert(brief(&request), self.now + 7_000);
                    }
                    let signed_out = code == Some(ProblemCode::AuthRequired);
                    self.signed_in &= !signed_out;
                    self.step(Event::Reply {
                        request: id,
                        outcome: *outcome,
                    });
                }
            }
            What::Timer(run) => {
                if run == self.run {
                    self.step(Event::Tick);
                }
            }
            What::Seal(dossier, revision) => self.seal(dossier, revision),
            What::Pay(dossier) => {
                self.tell(&format!(
                    "the person wants to pay for dossier {}",
                    tail(dossier)
                ));
                self.minted += 1;
                let payment = PaymentId::new(Uuid::from_u128(self.minted));
                self.step(Event::PayWanted {
                    dossier,
                    fee: FEE.into(),
                    amount: Money::ZERO,
                    payment,
                });
            }
            What::Cancel(dossier) => {
                self.tell(&format!("the person takes dossier {} back", tail(dossier)));
                self.step(Event::Cancel { dossier });
            }
            What::Pause(on) => {
                self.tell(if on {
                    "the person pauses"
                } else {
                    "the person goes on"
                });
                self.step(Event::Pause { on });
            }
            What::Clerk { which, finish } => {
                if let Some(id) = self.portal.clerk(which, finish) {
                    let does = if finish { "finishes" } else { "wants more of" };
                    self.tell(&format!("the clerk {does} dossier {}", tail(id)));
                }
            }
            What::Reissue(dossier) => {
                self.tell(&format!(
                    "the result of dossier {} is issued again",
                    tail(dossier)
                ));
                self.portal.reissue(dossier);
            }
            What::Settle { which, pay } => {
                if let Some(id) = self.portal.settle(which, pay) {
                    let does = if pay { "pays" } else { "declines" };
                    self.tell(&format!("somebody {does} order {}", tail(id)));
                }
            }
            What::AnsweredElsewhere(dossier) => {
                if self.portal.answered_elsewhere(dossier) {
                    self.tell(&format!(
                        "another desktop answers for dossier {}",
                        tail(dossier)
                    ));
                }
            }
            What::PaidElsewhere(dossier) => {
                self.minted += 1;
                let payment = PaymentId::new(Uuid::from_u128(self.minted));
                if self.portal.paid_elsewhere(dossier, payment) {
                    self.tell(&format!(
                        "another desktop pays for dossier {}",
                        tail(dossier)
                    ));
                }
            }
            What::BackUp => {
                self.tell("the portal is backed up");
                self.portal.back_up();
            }
            What::RollBack(which) => {
                self.tell("the portal is restored from a backup");
                self.portal.roll_back(which);
            }
            What::Refresh => {
                self.tell("the person looks what is new");
                self.step(Event::RefreshNow);
            }
            What::Lose(dossier) => {
                if self.portal.lose(dossier) {
                    self.tell(&format!(
                        "the portal loses dossier {} and does not say so",
                        tail(dossier)
                    ));
                    self.lost.insert(dossier);
                }
            }
            What::Network(on) => {
                self.tell(if on {
                    "the network is back"
                } else {
                    "the network is gone"
                });
                self.online = on;
                self.step(if on {
                    Event::Connected
                } else {
                    Event::Disconnected
                });
            }
            What::SignOut => self.sign(false),
            What::SignIn => self.sign(true),
            What::Clock(skew) => {
                self.tell(&format!(
                    "the client's clock is {} minutes off",
                    skew / 60_000
                ));
                self.skew = skew;
                self.busy.clear();
            }
            What::Calm => self.calm(),
        }
    }

    fn sign(&mut self, signed_in: bool) {
        self.tell(if signed_in {
            "the person signs in"
        } else {
            "the person signs out"
        });
        self.signed_in = signed_in;
        self.step(if signed_in {
            Event::SignedIn
        } else {
            Event::SignedOut
        });
    }

    fn calm(&mut self) {
        self.tell("from here on nothing goes wrong");
        self.faults = false;
        self.online = true;
        self.step(Event::Pause { on: false });
        self.step(Event::Connected);
        self.sign(true);
        self.look();
    }

    /// Somebody looks at what is held back: a client that died may not have said so.
    fn look(&mut self) {
        let held_back: Vec<(DossierId, u32, Stage)> = self
            .outbox
            .entries()
            .filter_map(|(id, entry)| {
                let active = entry.active().filter(|one| one.is_parked())?;
                Some((id, active.revision, active.stage.clone()))
            })
            .collect();
        for (dossier, revision, stage) in held_back {
            match stage {
                // The world did that on purpose.
                Stage::Quarantined {
                    reason: ParkReason::Damaged { .. },
                } => {
                    if !self.damaged {
                        let what = format!("{dossier} held back for damage that never was");
                        self.broken.push(what);
                    }
                    self.step(Event::RetryNow { dossier });
                }
                Stage::NeedsFix { refusal }
                    if refusal.code == ProblemCode::DossierInvalid
                        && revision > 1
                        && self.newest(dossier) == revision =>
                {
                    self.supplement(dossier);
                }
                _ => {}
            }
        }
    }

    fn seal(&mut self, dossier: DossierId, revision: u32) {
        let sealed = self.portal.sealed[&(dossier, revision)].clone();
        let before = self.portal.sealed.get(&(dossier, revision - 1));
        let already = before.map(|one| one.uploads.clone()).unwrap_or_default();
        let file = |upload: &UploadId| SealedFile {
            upload: *upload,
            sha256: Sha256::of(upload.uuid().as_bytes()),
            size: 1_000 + u64::try_from(upload.uuid().as_u128() % 7_000).unwrap_or(0),
            name: upload.to_string(),
            media_type: "application/pdf".into(),
            component: "T1".into(),
            already_there: already.contains(upload),
        };
        self.tell(&format!(
            "the person seals dossier {} revision {revision} with {} files",
            tail(dossier),
            sealed.uploads.len()
        ));
        self.step(Event::Sealed(Sealing {
            dossier,
            revision,
            manifest_sha256: sealed.sha256,
            files: sealed.uploads.iter().map(file).collect(),
        }));
        if !self.is_here(dossier, revision) && !self.cancelled.contains(&dossier) {
            // The crash came before the commit: the person seals again.
            self.schedule(self.now + 3_000, What::Seal(dossier, revision));
        }
    }

    pub(super) fn is_here(&self, dossier: DossierId, revision: u32) -> bool {
        let entry = self.disk.entries.get(&dossier);
        entry.is_some_and(|entry| entry.revisions.iter().any(|one| one.revision == revision))
    }

    fn step(&mut self, event: Event) {
        self.steps += 1;
        let effects = self.outbox.step(event, self.clock());
        for effect in effects {
            self.effects += 1;
            let number = self.effects;
            let seed = self.seed;
            let throw = || Dice::of(seed, 4, number).below(1_000);
            if self.meets(Trouble::Crash(number), || throw() < 10) {
                return self.crash(throw() < 2);
            }
            if matches!(effect, Effect::Persist { .. })
                && self.meets(Trouble::Full(number), || throw() >= 990)
            {
                return self.take_up();
            }
            self.carry_out(effect);
        }
    }

    fn crash(&mut self, torn: bool) {
        self.crashes += 1;
        self.run += 1;
        self.open.clear();
        self.busy.clear();
        if torn && self.strict {
            self.tell("the client dies, and its disk has forgotten the last commits");
            self.roll_disk_back();
        } else {
            self.tell("the client dies and starts again");
        }
        // What is stored must be readable by the next run, so it goes through its stored form.
        let entries: Vec<_> = self.disk.entries.iter().collect();
        let text = serde_json::to_string(&(entries, &self.disk.meta)).unwrap_or_default();
        match serde_json::from_str::<(Vec<(DossierId, Entry)>, Meta)>(&text) {
            Ok((entries, meta)) => {
                self.outbox = Outbox::restore_with(entries, meta, self.policy.clone());
            }
            Err(error) => self
                .broken
                .push(format!("what was stored can't be read: {error}")),
        }
        self.begin();
    }

    fn roll_disk_back(&mut self) {
        let back = 1 + usize::try_from(self.effects).unwrap_or(0) % OLD_DISKS;
        for _ in 0..back {
            let Some(Undo { entries, meta }) = self.undo.pop_back() else {
                break;
            };
            for (id, before) in entries {
                match before {
                    Some(entry) => self.disk.entries.insert(id, entry),
                    None => self.disk.entries.remove(&id),
                };
            }
            self.disk.meta = meta;
        }
        self.rolled_back = true;
        self.seal_again();
    }

    /// The disk is full: what could not be stored has not happened.
    fn take_up(&mut self) {
        self.tell("the disk is full; the client takes up what is stored");
        self.open.clear();
        self.busy.clear();
        let entries = self.disk.entries.iter();
        let entries = entries.map(|(id, entry)| (*id, entry.clone())).collect();
        self.outbox = self.outbox.take_up(entries, self.disk.meta.clone());
        self.begin();
    }

    fn begin(&mut self) {
        if self.online {
            self.step(Event::Connected);
        }
        if self.signed_in {
            self.step(Event::SignedIn);
        }
    }

    /// Drafts that a disk has forgotten to be sealed are open again, and the person seals them again.
    fn seal_again(&mut self) {
        self.cancelled
            .retain(|id| !self.disk.entries.contains_key(id));
        let gone: Vec<(DossierId, u32)> = self
            .portal
            .sealed
            .keys()
            .filter(|(id, revision)| !self.is_here(*id, *revision) && !self.cancelled.contains(id))
            .copied()
            .collect();
        let planned: Vec<(DossierId, u32)> = self
            .queue
            .values()
            .filter_map(|(_, what)| match what {
                What::Seal(id, revision) => Some((*id, *revision)),
                _ => None,
            })
            .collect();
        for (id, revision) in gone {
            if !planned.contains(&(id, revision)) {
                let at = self.now + u64::from(revision) * 10_000;
                self.schedule(at, What::Seal(id, revision));
            }
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Persist {
                entries,
                removed,
                meta,
            } => {
                self.check_stored(&entries, &meta);
                let changed = entries.iter().map(|(id, _)| *id).chain(removed.clone());
                let before = changed.map(|id| (id, self.disk.entries.get(&id).cloned()));
                self.undo.push_back(Undo {
                    entries: before.collect(),
                    meta: self.disk.meta.clone(),
                });
                if self.undo.len() > OLD_DISKS {
                    self.undo.pop_front();
                }
                for id in removed {
                    self.disk.entries.remove(&id);
                    self.cancelled.insert(id);
                }
                self.disk.entries.extend(entries);
                self.disk.meta = meta;
                self.check_accepted();
            }
            Effect::Send { id, request } => {
                format!("{} {id:?} {request:?}", self.now).hash(&mut self.trace);
                self.send(id, request.clone());
                self.open.insert(id, request);
            }
            Effect::Abort { id } => {
                if let Some(request) = self.open.remove(&id) {
                    self.tell(&format!("  asks no more {}", brief(&request)));
                }
            }
            Effect::Timer { at } => {
                let clock = self.clock();
                if at <= clock {
                    self.broken.push(format!("timer at {at}, now {clock}"));
                }
                let run = self.run;
                self.schedule(self.now + at.saturating_sub(clock), What::Timer(run));
            }
            Effect::Notify(notice) => {
                format!("{notice:?}").hash(&mut self.trace);
                self.hear(notice);
            }
        }
    }

    fn hear(&mut self, notice: Notice) {
        if self.telling {
            let text = format!("{notice:?}");
            let short: String = text.chars().take(90).collect();
            self.tell(&format!("  says {short}"));
        }
        match notice {
            Notice::SupplementRequested { dossier, revision }
                if self.faults && self.newest(dossier) < revision =>
            {
                self.supplement(dossier);
            }
            // What the portal refused is put right and sent under the next number; what nobody asks for any more is dropped.
            Notice::NeedsFix {
                dossier,
                revision,
                refusal,
            } if revision > 1 && self.newest(dossier) == revision => match refusal.code {
                ProblemCode::DossierInvalid => self.supplement(dossier),
                ProblemCode::SupplementUnexpected if self.now.is_multiple_of(2) => {
                    self.schedule(self.now + MINUTE, What::Cancel(dossier));
                }
                _ => {}
            },
            Notice::Cancelled { dossier, revision } if revision > 1 => {
                let entry = self.disk.entries.get(&dossier);
                let asked = entry.and_then(|entry| entry.view.as_ref()?.supplement.as_ref());
                if asked.is_some() && self.newest(dossier) == revision {
                    self.supplement(dossier);
                }
            }
            Notice::SignInNeeded => {
                self.schedule(self.now + 45_000, What::SignIn);
            }
            Notice::Elsewhere { view } => {
                self.told_elsewhere.insert(view.id);
            }
            _ => {}
        }
    }
}
