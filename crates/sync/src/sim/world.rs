//! A person, a client that crashes, a network that loses, repeats and delays, and a portal that is restored from backups.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash as _, Hasher as _};

use hoso_dossier::{DossierId, Money, PaymentId, Sha256, UploadId};
use hoso_portal_api::ProblemCode;
use uuid::Uuid;

use super::dice::Dice;
use super::portal::{FEE, Portal, Refuses, Sealed, problem};
use crate::{
    Effect, Entry, Event, Failure, Meta, Notice, Outbox, ParkReason, PaymentStage, Policy, Reply,
    Request, RequestId, SealedFile, Sealing, Stage,
};

const MINUTE: u64 = 60_000;
/// Faults stop here.
const CALM: u64 = 25 * MINUTE;
const END: u64 = CALM + 75 * MINUTE;

/// Something that will happen.
#[derive(Debug, Clone)]
enum What {
    Arrive(Journey),
    Answer(u64, RequestId, Result<Reply, Failure>),
    Timer(u64),
    Seal(DossierId, u32),
    Pay(DossierId),
    Cancel(DossierId),
    Pause(bool),
    Clerk(bool),
    Settle,
    BackUp,
    RollBack,
    Network(bool),
    SignOut,
    SignIn,
    Calm,
}

/// A request on its way, and what becomes of its answer.
#[derive(Debug, Clone)]
struct Journey {
    run: u64,
    id: RequestId,
    request: Request,
    damage: bool,
    cut: Option<u64>,
    answer: Returns,
}

#[derive(Debug, Clone)]
enum Returns {
    Whole,
    Nothing,
    Instead(Failure),
}

pub(crate) struct World {
    seed: u64,
    dice: Dice,
    now: u64,
    queue: BTreeMap<(u64, u64), What>,
    scheduled: u64,
    portal: Portal,
    outbox: Outbox,
    policy: Policy,
    /// What is durable on the client.
    store: BTreeMap<DossierId, Entry>,
    meta: Meta,
    /// Counts starts of the client; answers to an earlier run reach nobody.
    run: u64,
    aborted: BTreeSet<(u64, RequestId)>,
    faults: bool,
    online: bool,
    damaged: bool,
    cancelled: BTreeSet<DossierId>,
    minted: u128,
    trace: std::collections::hash_map::DefaultHasher,
    pub(crate) broken: Vec<String>,
    pub(crate) steps: u64,
    pub(crate) crashes: u64,
}

/// Plays one history to its end.
pub(crate) fn play(seed: u64, policy: Policy) -> (World, u64) {
    let mut world = World {
        seed,
        dice: Dice::new(seed),
        now: 0,
        queue: BTreeMap::new(),
        scheduled: 0,
        portal: Portal::default(),
        outbox: Outbox::restore_with(vec![], Meta::default(), policy.clone()),
        policy,
        store: BTreeMap::new(),
        meta: Meta::default(),
        run: 0,
        aborted: BTreeSet::new(),
        faults: true,
        online: true,
        damaged: false,
        cancelled: BTreeSet::new(),
        minted: 0,
        trace: std::collections::hash_map::DefaultHasher::new(),
        broken: vec![],
        steps: 0,
        crashes: 0,
    };
    world.write_history();
    world.step(Event::Connected);
    world.step(Event::SignedIn);
    while let Some(((at, _), what)) = world.queue.pop_first() {
        if at > END || world.broken.len() > 3 {
            break;
        }
        world.now = at;
        world.happen(what);
    }
    world.check_the_end();
    let trace = world.trace.finish();
    (world, trace)
}

impl World {
    fn write_history(&mut self) {
        let dossiers = 1 + self.dice.below(3);
        for number in 0..dossiers {
            let dossier = DossierId::new(Uuid::from_u128(
                u128::from(self.seed) << 64 | u128::from(number + 1),
            ));
            let files = self.dice.below(4);
            self.know(dossier, 1, &[], files);
            if self.dice.chance(8) {
                self.refuse(dossier, 1);
            }
            let at = self.dice.below(10 * MINUTE);
            self.schedule(at, What::Seal(dossier, 1));
            for _ in 0..self.dice.below(4) {
                let at = at + self.dice.below(20 * MINUTE);
                self.schedule(at, What::Pay(dossier));
            }
            if self.dice.chance(10) {
                let at = at + self.dice.below(MINUTE);
                self.schedule(at, What::Cancel(dossier));
            }
        }
        for _ in 0..12 {
            let at = self.dice.below(CALM);
            let what = match self.dice.below(8) {
                0 | 1 => What::Clerk(self.dice.chance(40)),
                2 | 3 => What::Settle,
                4 => What::BackUp,
                5 => What::Pause(true),
                6 => What::SignOut,
                _ => What::Network(false),
            };
            let pause = self.dice.below(4 * MINUTE);
            match what {
                What::Pause(_) => self.schedule(at + pause, What::Pause(false)),
                What::SignOut => self.schedule(at + pause, What::SignIn),
                What::Network(_) => self.schedule(at + pause, What::Network(true)),
                _ => {}
            }
            self.schedule(at, what);
        }
        if self.dice.chance(40) {
            let at = self.dice.below(CALM);
            self.schedule(at, What::RollBack);
        }
        self.schedule(CALM, What::Calm);
        for minute in 1..60 {
            self.schedule(CALM + minute * MINUTE, What::Settle);
            self.schedule(CALM + minute * MINUTE, What::Clerk(true));
        }
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

    /// Nothing of this revision will ever be taken.
    fn refuse(&mut self, dossier: DossierId, revision: u32) {
        let at = if self.dice.chance(50) {
            Refuses::AtCreation
        } else {
            Refuses::AtSubmission
        };
        self.portal.refuses.insert((dossier, revision), at);
    }

    /// The highest number that was ever used for the dossier.
    fn newest(&self, dossier: DossierId) -> u32 {
        let known = self.portal.sealed.keys().filter(|(id, _)| *id == dossier);
        known.map(|(_, revision)| *revision).max().unwrap_or(0)
    }

    /// The person will seal a supplement under the next number.
    fn supplement(&mut self, dossier: DossierId) {
        let newest = self.newest(dossier);
        let old = self.portal.sealed[&(dossier, newest)].uploads.clone();
        self.know(dossier, newest + 1, &old, 1);
        if self.dice.chance(30) {
            self.refuse(dossier, newest + 1);
        }
        let at = self.soon(3 * MINUTE);
        self.schedule(at, What::Seal(dossier, newest + 1));
    }

    fn schedule(&mut self, at: u64, what: What) {
        self.scheduled += 1;
        self.queue.insert((at, self.scheduled), what);
    }

    fn soon(&mut self, within: u64) -> u64 {
        self.now + 1 + self.dice.below(within)
    }

    fn happen(&mut self, what: What) {
        match what {
            What::Arrive(journey) => self.arrive(journey),
            What::Answer(run, id, outcome) => {
                if run == self.run && !self.aborted.contains(&(run, id)) {
                    self.step(Event::Reply {
                        request: id,
                        outcome,
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
                self.minted += 1;
                let payment = PaymentId::new(Uuid::from_u128(self.minted));
                self.step(Event::PayWanted {
                    dossier,
                    fee: FEE.into(),
                    amount: Money::ZERO,
                    payment,
                });
            }
            What::Cancel(dossier) => self.step(Event::Cancel { dossier }),
            What::Pause(on) => self.step(Event::Pause { on }),
            What::Clerk(finish) => {
                let which = self.dice.next();
                self.portal.clerk(which, finish);
            }
            What::Settle => {
                let (which, pay) = (self.dice.next(), self.dice.chance(60));
                self.portal.settle(which, pay);
            }
            What::BackUp => self.portal.back_up(),
            What::RollBack => {
                let which = self.dice.next();
                self.portal.roll_back(which);
            }
            What::Network(on) => {
                self.online = on;
                self.step(if on {
                    Event::Connected
                } else {
                    Event::Disconnected
                });
            }
            What::SignOut => self.step(Event::SignedOut),
            What::SignIn => self.step(Event::SignedIn),
            What::Calm => self.calm(),
        }
    }

    fn calm(&mut self) {
        self.faults = false;
        self.online = true;
        self.step(Event::Pause { on: false });
        self.step(Event::Connected);
        self.step(Event::SignedIn);
        // Somebody looks at what is held back for damage, which the world did on purpose.
        let damaged: Vec<DossierId> = self
            .outbox
            .entries()
            .filter(|(_, entry)| {
                entry.active().is_some_and(|one| {
                    matches!(
                        &one.stage,
                        Stage::Quarantined {
                            reason: ParkReason::Damaged { .. }
                        }
                    )
                })
            })
            .map(|(id, _)| id)
            .collect();
        for dossier in damaged {
            if !self.damaged {
                self.broken
                    .push(format!("{dossier} held back for damage that never was"));
            }
            self.step(Event::RetryNow { dossier });
        }
    }

    fn seal(&mut self, dossier: DossierId, revision: u32) {
        let sealed = self.portal.sealed[&(dossier, revision)].clone();
        let before = self.portal.sealed.get(&(dossier, revision - 1));
        let already = before.map(|one| one.uploads.clone()).unwrap_or_default();
        let file = |upload: &UploadId| SealedFile {
            upload: *upload,
            sha256: Sha256::of(upload.uuid().as_bytes()),
            size: 1_000 + u64::try_from(upload.uuid().as_u128() % 7_000).unwrap(),
            name: upload.to_string(),
            media_type: "application/pdf".into(),
            component: "T1".into(),
            already_there: already.contains(upload),
        };
        self.step(Event::Sealed(Sealing {
            dossier,
            revision,
            manifest_sha256: sealed.sha256,
            files: sealed.uploads.iter().map(file).collect(),
        }));
        let held = self.store.get(&dossier);
        let durable =
            held.is_some_and(|entry| entry.revisions.iter().any(|one| one.revision == revision));
        if !durable && !self.cancelled.contains(&dossier) {
            // The crash came before the commit: the person seals again.
            let at = self.soon(5_000);
            self.schedule(at, What::Seal(dossier, revision));
        }
    }

    fn step(&mut self, event: Event) {
        self.steps += 1;
        let effects = self.outbox.step(event, self.now);
        for effect in effects {
            if self.faults && self.dice.chance(1) {
                return self.crash();
            }
            self.carry_out(effect);
        }
    }

    fn crash(&mut self) {
        self.crashes += 1;
        self.run += 1;
        let entries = self.store.iter().map(|(id, entry)| (*id, entry.clone()));
        // What is stored must be readable by the next run, so it goes through its stored form.
        let entries: Vec<(DossierId, Entry)> = entries.collect();
        let text = serde_json::to_string(&(&entries, &self.meta)).unwrap();
        let (entries, meta) = serde_json::from_str(&text).unwrap();
        self.outbox = Outbox::restore_with(entries, meta, self.policy.clone());
        if self.online {
            self.step(Event::Connected);
        }
        self.step(Event::SignedIn);
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Persist {
                entries,
                removed,
                meta,
            } => {
                for id in removed {
                    self.store.remove(&id);
                    self.cancelled.insert(id);
                }
                self.store.extend(entries);
                self.meta = meta;
                self.check_accepted();
            }
            Effect::Send { id, request } => {
                format!("{} {id:?} {request:?}", self.now).hash(&mut self.trace);
                self.send(id, request);
            }
            Effect::Abort { id } => {
                self.aborted.insert((self.run, id));
            }
            Effect::Timer { at } => {
                if at <= self.now {
                    self.broken.push(format!("timer at {at}, now {}", self.now));
                }
                let run = self.run;
                self.schedule(at, What::Timer(run));
            }
            Effect::Notify(notice) => {
                format!("{notice:?}").hash(&mut self.trace);
                self.hear(notice);
            }
        }
    }

    fn hear(&mut self, notice: Notice) {
        match notice {
            Notice::SupplementRequested { dossier, revision }
                if self.faults && self.newest(dossier) < revision =>
            {
                self.supplement(dossier);
            }
            // What the portal refused is put right and sent under the next number.
            Notice::NeedsFix {
                dossier,
                revision,
                refusal,
            } if revision > 1
                && refusal.code == ProblemCode::DossierInvalid
                && self.newest(dossier) == revision =>
            {
                self.supplement(dossier);
            }
            _ => {}
        }
    }

    /// What binds the person is stored before it is said: a crash right after must find it.
    fn check_stored(&mut self, request: &Request) {
        let stored = match request {
            Request::PutRevision { dossier, revision } | Request::Submit { dossier, revision } => {
                let entry = self.store.get(dossier);
                entry.is_some_and(|entry| {
                    let mut all = entry.revisions.iter();
                    all.any(|one| one.revision == *revision && one.sent)
                })
            }
            Request::PutPayment { payment, wish } => {
                let entry = self.store.get(&wish.dossier);
                let stored = entry.and_then(|entry| entry.payments.get(&wish.fee));
                stored.is_some_and(|one| one.id == *payment)
            }
            _ => true,
        };
        if !stored {
            self.broken
                .push(format!("said before it was stored: {request:?}"));
        }
    }

    fn send(&mut self, id: RequestId, request: Request) {
        self.check_stored(&request);
        let bytes = matches!(request, Request::SendBytes { .. });
        let mut journey = Journey {
            run: self.run,
            id,
            request,
            damage: false,
            cut: None,
            answer: Returns::Whole,
        };
        let unknown = || Failure::Unknown {
            what: "lost".into(),
        };
        let fate = if self.faults {
            self.dice.below(100)
        } else {
            99
        };
        let at = self.soon(200);
        let late = self.soon(30_000);
        match fate {
            _ if !self.online => self.answer(at, &journey, Err(Failure::Offline)),
            0..6 => self.answer(at, &journey, Err(Failure::Offline)),
            6..12 => self.answer(late, &journey, Err(unknown())),
            12..20 => {
                journey.answer = Returns::Instead(unknown());
                self.schedule(at, What::Arrive(journey));
            }
            20..26 => {
                self.answer(late, &journey, Err(unknown()));
                journey.answer = Returns::Nothing;
                let at = self.soon(10 * MINUTE);
                self.schedule(at, What::Arrive(journey));
            }
            26..31 => {
                let mut twin = journey.clone();
                twin.answer = Returns::Nothing;
                let again = self.soon(5 * MINUTE);
                self.schedule(again, What::Arrive(twin));
                self.schedule(at, What::Arrive(journey));
            }
            31..37 => {
                let status = if fate < 34 { 502 } else { 200 };
                let strange = Failure::Unexpected {
                    status,
                    what: "<html>".into(),
                };
                if fate % 2 == 0 {
                    journey.answer = Returns::Instead(strange);
                    self.schedule(at, What::Arrive(journey));
                } else {
                    self.answer(at, &journey, Err(strange));
                }
            }
            37..39 => self.answer(at, &journey, Err(problem(ProblemCode::Busy))),
            39..41 => self.answer(at, &journey, Err(problem(ProblemCode::Internal))),
            41..55 if bytes => {
                journey.cut = Some(self.dice.below(2_000));
                self.schedule(at, What::Arrive(journey));
            }
            55..60 if bytes => {
                self.damaged = true;
                journey.damage = true;
                self.schedule(at, What::Arrive(journey));
            }
            _ => self.schedule(at, What::Arrive(journey)),
        }
    }

    fn arrive(&mut self, journey: Journey) {
        let outcome = self
            .portal
            .answer(&journey.request, journey.damage, journey.cut);
        let at = self.soon(200);
        match &journey.answer {
            Returns::Whole => self.answer(at, &journey, outcome),
            Returns::Nothing => {}
            Returns::Instead(failure) => self.answer(at, &journey, Err(failure.clone())),
        }
    }

    fn answer(&mut self, at: u64, journey: &Journey, outcome: Result<Reply, Failure>) {
        self.schedule(at, What::Answer(journey.run, journey.id, outcome));
    }

    fn holds(&self, dossier: DossierId, revision: u32, sha256: Sha256) -> bool {
        let held = self.portal.state.dossiers.get(&dossier);
        let held = held.and_then(|one| one.revisions.get(&revision));
        held.is_some_and(|one| one.sha256 == sha256 && one.submitted)
    }

    /// Accepted means that the portal holds the same bytes, unless the client knows that it has to ask again, or can't know yet.
    fn check_accepted(&mut self) {
        if self.meta.epoch.as_deref() != Some(&self.portal.epoch.to_string()) {
            return;
        }
        let mut wrong = vec![];
        for (id, entry) in self.store.iter().filter(|(_, entry)| !entry.recheck) {
            for one in entry.revisions.iter().filter(|one| one.is_accepted()) {
                if !self.holds(*id, one.revision, one.manifest_sha256) {
                    wrong.push(format!("{id} r{} accepted, portal lacks it", one.revision));
                }
            }
        }
        self.broken.extend(wrong);
    }

    fn check_the_end(&mut self) {
        self.check_accepted();
        let mut wrong = vec![];
        for (id, entry) in &self.store {
            if self.portal.refuses.contains_key(&(*id, 1)) {
                let stage = &entry.revisions[0].stage;
                if !matches!(stage, Stage::NeedsFix { refusal } if refusal.code == ProblemCode::DossierInvalid)
                {
                    wrong.push(format!("{id} is refused and ends as {stage:?}"));
                }
                continue;
            }
            for one in &entry.revisions {
                let there = self.holds(*id, one.revision, one.manifest_sha256);
                // A rollback can take the desk's request with it; then the supplement waits for the person.
                let orphan = one.revision > 1
                    && self.portal.epoch > 0
                    && matches!(&one.stage, Stage::NeedsFix { refusal } if refusal.code == ProblemCode::SupplementUnexpected);
                // One that was refused stays as it was; what came after it says how the dossier stands.
                let refused = self.portal.refuses.contains_key(&(*id, one.revision))
                    && one.given_up
                    && matches!(&one.stage, Stage::NeedsFix { refusal } if refusal.code == ProblemCode::DossierInvalid);
                if !(there && one.is_accepted() || orphan || refused) {
                    wrong.push(format!("{id} r{} ends as {:?}", one.revision, one.stage));
                }
            }
            if entry.recheck || self.outbox.waiting(*id, self.now).is_some() {
                wrong.push(format!("{id} still waits"));
            }
            for payment in entry.payments.values() {
                let open = payment.stage.is_open();
                let unpaid = matches!(payment.stage, PaymentStage::Paid { .. })
                    && !self
                        .portal
                        .bank
                        .captures
                        .contains_key(&(*id, FEE.to_owned()));
                let view = self.portal.view(*id);
                let forgotten = matches!(payment.stage, PaymentStage::Paid { .. })
                    && view.is_some_and(|view| view.fees.iter().any(|fee| fee.paid_by.is_none()));
                if open || unpaid || forgotten {
                    wrong.push(format!("{id} payment ends as {:?}", payment.stage));
                }
            }
            let over = self.portal.view(*id).is_some_and(|view| view.status == 10);
            let parked = entry.active().is_some();
            if over
                && !parked
                && !entry
                    .current()
                    .is_some_and(|one| one.stage == Stage::Settled)
            {
                wrong.push(format!("{id} is over and not settled"));
            }
        }
        for (fee, count) in &self.portal.bank.captures {
            if *count > 1 {
                wrong.push(format!("{fee:?} captured {count} times"));
            }
        }
        for (id, dossier) in &self.portal.state.dossiers {
            if dossier.submitted() > 0 && !self.store.contains_key(id) {
                wrong.push(format!("{id} is on the portal and not here"));
            }
        }
        for (id, revision) in self.portal.sealed.keys() {
            let here = self
                .store
                .get(id)
                .is_some_and(|entry| entry.revisions.iter().any(|one| one.revision == *revision));
            if !here && !self.cancelled.contains(id) {
                wrong.push(format!("{id} r{revision} is gone"));
            }
        }
        self.broken.extend(wrong);
    }
}
