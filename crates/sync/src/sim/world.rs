//! Desktops of one person, a portal that is restored from backups, and everything that happens between them.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher as _;

use hoso_dossier::{DossierId, EditId};
use hoso_portal_api::{AccountData, ProblemCode, Receipt};

use super::desk::Desk;
use super::dice::Dice;
use super::history;
use super::network::{Journey, brief, tail};
use super::portal::{Odd, Portal, Sealed};
use super::story::Trouble;
use crate::{Event, Failure, Policy, Reply, Request, RequestId, SendRules};

pub(crate) const MINUTE: u64 = 60_000;
/// Faults stop here.
pub(crate) const CALM: u64 = 25 * MINUTE;
const END: u64 = CALM + 100 * MINUTE;

/// Something that will happen.
#[derive(Debug, Clone)]
pub(crate) enum What {
    Arrive(Box<Journey>),
    Answer(u64, RequestId, Box<Result<Reply, Failure>>),
    Timer(u64),
    Seal(DossierId, u32),
    Carry(DossierId),
    TakeIn(DossierId),
    Stick {
        dossier: DossierId,
        back: u64,
    },
    HandIn {
        dossier: DossierId,
        revision: u32,
        /// As it was written on the stick.
        sealed: Box<Sealed>,
        back: u64,
    },
    Release(DossierId),
    Brought(Box<Receipt>),
    Withdraw(DossierId),
    Rate(DossierId, u8),
    /// The person changes their account, to something that the portal refuses where it says so.
    Edit {
        refused: bool,
    },
    /// The person says which of two states of the account shall stand.
    Choose(EditId),
    EditedElsewhere,
    Pay(DossierId),
    First(DossierId),
    Cancel(DossierId),
    Pause(bool),
    Clerk {
        which: u64,
        finish: bool,
    },
    Reissue(DossierId),
    Settle {
        which: u64,
        pay: bool,
    },
    AnsweredElsewhere(DossierId),
    SentElsewhere(DossierId),
    PaidElsewhere(DossierId),
    BackUp,
    RollBack(u64),
    Restart(u64),
    Refresh,
    Lose(DossierId),
    Network(bool),
    Metered(bool),
    Rules(SendRules),
    SendNow(DossierId),
    Forge(DossierId),
    SignOut,
    SignIn,
    Clock(i64),
    Calm,
    Look,
}

/// What belongs to nobody's desktop happens to the first one.
pub(super) const FIRST: usize = 0;

pub(crate) struct World {
    pub(super) seed: u64,
    without: BTreeSet<Trouble>,
    /// What went otherwise than it should.
    pub(crate) met: BTreeSet<Trouble>,
    pub(super) now: u64,
    /// When → as part of which line of the history, at which desktop, what.
    pub(super) queue: BTreeMap<(u64, u64), (Option<u64>, usize, What)>,
    scheduled: u64,
    pub(super) portal: Portal,
    pub(super) desks: Vec<Desk>,
    pub(super) policy: Policy,
    pub(super) faults: bool,
    pub(super) strict: bool,
    pub(super) lost: BTreeSet<DossierId>,
    /// The same, whatever came of it.
    pub(super) ever_lost: BTreeSet<DossierId>,
    pub(super) minted: u128,
    /// A dossier that was sealed in the place of another → the first one of its draft.
    pub(super) drafts: BTreeMap<DossierId, DossierId>,
    /// The desktop that has the draft of a dossier.
    pub(super) home: BTreeMap<DossierId, usize>,
    /// What each change of the account says.
    pub(super) said: BTreeMap<EditId, AccountData>,
    pub(super) trace: std::collections::hash_map::DefaultHasher,
    pub(super) telling: bool,
    pub(crate) story: Vec<String>,
    pub(crate) broken: Vec<String>,
    pub(crate) steps: u64,
    pub(crate) crashes: u64,
}

/// Plays one history to its end, leaving some of it out.
pub(crate) fn play(seed: u64, policy: Policy, without: BTreeSet<Trouble>, telling: bool) -> World {
    let history = history::write(seed);
    let mut odd = Dice::of(seed, 15, 0);
    let mut world = World {
        seed,
        without,
        met: BTreeSet::new(),
        now: 0,
        queue: BTreeMap::new(),
        scheduled: 0,
        portal: Portal {
            strict: history.strict,
            takes_whole: Dice::of(seed, 9, 0).chance(50),
            tells_epoch: Dice::of(seed, 8, 0).chance(70),
            wants: Dice::of(seed, 11, 0).chance(35),
            signs: Dice::of(seed, 12, 0).chance(60),
            odd: Odd {
                takes_nothing: odd.chance(6),
                repeats: odd.chance(8),
                spoils: odd.chance(12),
            },
            accounts: history.accounts,
            ..Portal::default()
        },
        desks: (0..history.desks).map(|_| Desk::new(&policy)).collect(),
        policy,
        faults: true,
        strict: history.strict,
        lost: BTreeSet::new(),
        ever_lost: BTreeSet::new(),
        minted: 0,
        drafts: BTreeMap::new(),
        home: BTreeMap::new(),
        said: BTreeMap::new(),
        trace: std::collections::hash_map::DefaultHasher::new(),
        telling,
        story: vec![],
        broken: vec![],
        steps: 0,
        crashes: 0,
    };
    if history.accounts {
        world.open_account();
    }
    for plan in history.dossiers {
        world.home.insert(plan.id, plan.desk);
        world.know(plan.desk, plan.id, 1, &[], plan.files);
        if let Some(at) = plan.refused {
            let sha256 = world.desks[plan.desk].sealed[&(plan.id, 1)].sha256;
            world.portal.refuses.insert(sha256, at);
        }
    }
    for (number, line) in (0..).zip(history.lines) {
        if !world.without.contains(&Trouble::Line(number)) {
            for (at, who, what) in line {
                world.enter(at, Some(number), who, what);
            }
        }
    }
    for who in 0..world.desks.len() {
        world.schedule(CALM, who, What::Calm);
    }
    for minute in 1..75 {
        let mut dice = Dice::of(seed, 2, minute);
        let (which, pay) = (dice.next(), dice.chance(60));
        let at = CALM + minute * MINUTE;
        world.schedule(at, FIRST, What::Settle { which, pay });
        let finish = true;
        world.schedule(at, FIRST, What::Clerk { which, finish });
    }
    for who in 0..world.desks.len() {
        world.begin(who);
    }
    while let Some(((at, _), (line, who, what))) = world.queue.pop_first() {
        if at > END || world.broken.len() > 3 {
            break;
        }
        world.now = at;
        if let Some(line) = line {
            world.met.insert(Trouble::Line(line));
        }
        world.happen(who, what);
    }
    world.check_the_end();
    world
}

impl World {
    /// One number for everything that was asked and told.
    pub(crate) fn trace(&self) -> u64 {
        self.trace.finish()
    }

    pub(super) fn tell(&mut self, who: usize, line: &str) {
        if self.telling {
            let (minutes, ms) = (self.now / MINUTE, self.now % MINUTE);
            let desk = if self.desks.len() > 1 {
                format!("desktop {}: ", who + 1)
            } else {
                String::new()
            };
            let at = format!("{minutes:3}:{:06.3}", ms as f64 / 1000.0);
            self.story.push(format!("{at} {desk}{line}"));
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

    /// Each desktop has luck of its own.
    pub(super) fn seed_of(&self, who: usize) -> u64 {
        let who = u64::try_from(who).unwrap_or(0);
        self.seed ^ who.rotate_left(32)
    }

    pub(super) fn schedule(&mut self, at: u64, who: usize, what: What) {
        self.enter(at, None, who, what);
    }

    fn enter(&mut self, at: u64, line: Option<u64>, who: usize, what: What) {
        self.scheduled += 1;
        self.queue.insert((at, self.scheduled), (line, who, what));
    }

    fn happen(&mut self, who: usize, what: What) {
        match what {
            What::Arrive(journey) => self.arrive(who, &journey),
            What::Answer(run, id, outcome) => self.answered(who, run, id, *outcome),
            What::Timer(run) => {
                if run == self.desks[who].run {
                    self.step(who, Event::Tick);
                }
            }
            What::Seal(dossier, revision) => self.seal(who, dossier, revision),
            What::Carry(dossier) => self.carry(who, dossier),
            What::TakeIn(dossier) => self.take_in(who, dossier),
            What::Stick { dossier, back } => self.carry_to_the_portal(who, dossier, back),
            What::HandIn {
                dossier,
                revision,
                sealed,
                back,
            } => self.hand_in(who, dossier, revision, *sealed, back),
            What::Release(dossier) => self.release(who, dossier),
            What::Brought(receipt) => {
                self.tell(
                    who,
                    &format!(
                        "the receipt of dossier {} comes by hand",
                        tail(receipt.dossier)
                    ),
                );
                self.step(who, Event::ReceiptBrought { receipt: *receipt });
            }
            What::Pay(dossier) => self.pay(who, dossier),
            What::First(dossier) => self.first(who, dossier),
            What::Withdraw(dossier) => self.withdraw(who, dossier),
            What::Rate(dossier, score) => self.rate(who, dossier, score),
            What::Edit { refused } => self.edit(who, refused),
            What::Choose(shown) => self.choose(who, shown),
            What::Cancel(dossier) => {
                self.tell(
                    who,
                    &format!("the person takes dossier {} back", tail(dossier)),
                );
                self.step(who, Event::Cancel { dossier });
            }
            What::Pause(on) => {
                let does = if on { "pauses" } else { "goes on" };
                self.tell(who, &format!("the person {does}"));
                self.step(who, Event::Pause { on });
            }
            What::Refresh => {
                self.tell(who, "the person looks what is new");
                self.step(who, Event::RefreshNow);
            }
            What::Network(on) => {
                let (how, event) = if on {
                    ("back", Event::Connected)
                } else {
                    ("gone", Event::Disconnected)
                };
                self.tell(who, &format!("the network is {how}"));
                self.desks[who].online = on;
                self.step(who, event);
            }
            What::Metered(metered) => self.network_is(who, metered),
            What::Rules(rules) => self.rule(who, rules),
            What::SendNow(dossier) => {
                self.tell(
                    who,
                    &format!("the person lets the files of {} go now", tail(dossier)),
                );
                self.step(who, Event::SendNow { dossier });
            }
            What::SignOut => self.sign(who, false),
            What::SignIn => self.sign(who, true),
            What::Clock(skew) => {
                let minutes = skew / 60_000;
                self.tell(who, &format!("the client's clock is {minutes} minutes off"));
                self.desks[who].skew = skew;
                self.desks[who].busy.clear();
                self.desks[who].in_vain.clear();
            }
            What::Calm => self.calm(who),
            What::Look => self.look(who),
            at_the_portal => self.happen_at_the_portal(at_the_portal),
        }
    }

    fn happen_at_the_portal(&mut self, what: What) {
        let told = match what {
            What::Clerk { which, finish } => self.portal.clerk(which, finish).map(|id| {
                let does = if finish { "finishes" } else { "wants more of" };
                format!("the clerk {does} dossier {}", tail(id))
            }),
            What::Reissue(dossier) => {
                self.portal.reissue(dossier);
                Some(format!(
                    "the result of dossier {} is issued again",
                    tail(dossier)
                ))
            }
            What::Settle { which, pay } => self.portal.settle(which, pay).map(|id| {
                let does = if pay { "pays" } else { "declines" };
                format!("somebody {does} order {}", tail(id))
            }),
            What::AnsweredElsewhere(dossier) => {
                let done = self.portal.answered_elsewhere(dossier);
                done.then(|| format!("another desktop answers for dossier {}", tail(dossier)))
            }
            What::SentElsewhere(dossier) => {
                self.portal.sent_elsewhere(dossier);
                Some(format!("another desktop sends dossier {}", tail(dossier)))
            }
            What::EditedElsewhere => self.edit_elsewhere(),
            What::PaidElsewhere(dossier) => {
                let payment = self.mint();
                let done = self.portal.paid_elsewhere(dossier, payment);
                done.then(|| format!("another desktop pays for dossier {}", tail(dossier)))
            }
            What::BackUp => {
                self.portal.back_up();
                Some("the portal is backed up".into())
            }
            What::RollBack(which) => {
                self.portal.roll_back(which);
                Some("the portal is restored from a backup".into())
            }
            What::Restart(which) => {
                self.restart_the_portal(which);
                Some("the portal is started anew".into())
            }
            What::Lose(dossier) => self.portal.lose(dossier).then(|| {
                self.lost.insert(dossier);
                self.ever_lost.insert(dossier);
                let tail = tail(dossier);
                format!("the portal loses dossier {tail} and does not say so")
            }),
            What::Forge(dossier) => self.portal.forge(dossier).then(|| {
                let tail = tail(dossier);
                format!("the portal changes its receipts of dossier {tail} and does not say so")
            }),
            _ => None,
        };
        if let Some(told) = told {
            self.tell(FIRST, &told);
        }
        self.check_the_portal();
    }

    fn answered(&mut self, who: usize, run: u64, id: RequestId, outcome: Result<Reply, Failure>) {
        let desk = &mut self.desks[who];
        let asked = (run == desk.run).then(|| desk.open.remove(&id)).flatten();
        let Some(request) = asked else {
            return;
        };
        if let (Request::FetchFile { dossier, file }, Err(Failure::Damaged { .. })) =
            (&request, &outcome)
        {
            *desk.spoiled.entry((*dossier, file.sha256)).or_default() += 1;
        }
        if let Request::AskDossier { dossier } = &request {
            desk.unasked.remove(dossier);
        }
        let now = self.now;
        match (&request, &outcome) {
            (Request::SendBytes { upload, offset, .. }, Ok(Reply::Sent { offset: to }))
                if to <= offset =>
            {
                desk.in_vain.insert(*upload, now);
            }
            (Request::Changes { .. }, Ok(Reply::Changes(page))) => {
                let told = &mut desk.told;
                let new = page.dossiers.iter();
                let new = new.filter(|one| told.insert(one.id, one.version) != Some(one.version));
                desk.nothing_new.0 = (new.count() == 0).then_some(now);
            }
            _ => {}
        }
        let code = match &outcome {
            Err(Failure::Problem { problem, .. }) => Some(problem.code),
            _ => None,
        };
        if code == Some(ProblemCode::Busy) {
            desk.busy.insert(brief(&request), self.now + 7_000);
        }
        desk.signed_in &= code != Some(ProblemCode::AuthRequired);
        if let (Request::FetchFile { file, .. }, Ok(Reply::Fetched)) = (&request, &outcome) {
            // On the disk before the machine hears of it.
            desk.write(file.sha256);
        }
        if let Ok(Reply::Changes(page)) = &outcome {
            self.check_order(who, id, page);
        }
        self.step(
            who,
            Event::Reply {
                request: id,
                outcome,
            },
        );
    }
}
