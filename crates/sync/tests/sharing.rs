//! Desktops that share a draft through a portal: random interleavings with lost messages, spells without a network, and a portal that is put back.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests fail by panicking"
)]

use hoso_dossier::Sha256;
use hoso_sync::sharing::{
    Base, Compared, Fetched, Held, Holder, Next, Role, Share, compare, fetched, may_write, next,
};
use proptest::prelude::*;

/// How long a lease lasts, in ticks.
const LEASE: u64 = 4;

/// One answer that somebody typed; each is another one.
type Answer = u32;

#[derive(Debug, Clone)]
struct Draft {
    log: Vec<Answer>,
    share: Option<Share>,
    trashed: bool,
    /// It stayed behind, and says so.
    apart: bool,
    /// The person ended the sharing here.
    ended_here: bool,
}

impl Draft {
    const fn new(log: Vec<Answer>, share: Share) -> Self {
        Self {
            log,
            share: Some(share),
            trashed: false,
            apart: false,
            ended_here: false,
        }
    }

    const fn part(&mut self) {
        self.share = None;
        self.apart = true;
    }

    fn is_read_only(&self) -> bool {
        self.trashed || self.share.is_some_and(|share| share.role == Role::Reader)
    }
}

#[derive(Debug, Clone, Default)]
struct Desktop {
    drafts: Vec<Draft>,
    /// It was asked to write here; done once everything is here.
    taking_over: bool,
}

#[derive(Debug, Clone)]
struct Version {
    number: u64,
    log: Vec<Answer>,
    sha256: Sha256,
}

#[derive(Debug, Clone, Default)]
struct Portal {
    newest: Option<Version>,
    lease: Option<(usize, u64)>,
    ended: bool,
    /// Bytes are other ones each time, as they are encrypted anew.
    sent: u32,
}

#[derive(Debug, Clone)]
enum Act {
    /// Types into the draft that can be typed into.
    Type(usize),
    /// Looks at the portal; what is lost on the way.
    Pass(usize, Lost),
    /// The person wants to write here, also if another desktop has the lease.
    TakeOver(usize),
    /// Time goes by.
    Wait(u64),
    /// The portal is put back to what it was at some time before.
    Restore,
    /// The portal is saved.
    Save,
    /// A person ends the sharing.
    End(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lost {
    Nothing,
    Request,
    Reply,
}

struct World {
    desktops: Vec<Desktop>,
    portal: Portal,
    saved: Portal,
    now: u64,
    typed: Vec<(usize, Answer)>,
    /// Who wrote which version, since the portal was last put back.
    written: Vec<(u64, usize)>,
}

impl World {
    fn new(count: usize) -> Self {
        let mut desktops = vec![Desktop::default(); count];
        desktops[0].drafts.push(Draft::new(vec![], Share::begun()));
        Self {
            desktops,
            portal: Portal::default(),
            saved: Portal::default(),
            now: 0,
            typed: vec![],
            written: vec![],
        }
    }

    fn held(&self, desktop: usize) -> Option<Held> {
        let newest = self.portal.newest.as_ref()?;
        let lease = self.portal.lease.filter(|(_, until)| *until > self.now);
        Some(Held {
            version: newest.number,
            sha256: newest.sha256,
            holder: match lease {
                None => Holder::Nobody,
                Some((holder, _)) if holder == desktop => Holder::Us,
                Some(_) => Holder::Other,
            },
            ended: self.portal.ended,
        })
    }

    fn act(&mut self, act: &Act) {
        match *act {
            Act::Type(desktop) => {
                let answer = u32::try_from(self.typed.len()).unwrap();
                let drafts = &mut self.desktops[desktop].drafts;
                if let Some(draft) = drafts.iter_mut().rev().find(|one| !one.is_read_only()) {
                    draft.log.push(answer);
                    self.typed.push((desktop, answer));
                }
            }
            Act::Pass(desktop, lost) => self.pass(desktop, lost),
            Act::TakeOver(desktop) => {
                let reads = |one: &Draft| one.share.is_some_and(|share| share.role == Role::Reader);
                self.desktops[desktop].taking_over =
                    self.desktops[desktop].drafts.iter().any(reads);
            }
            Act::Wait(ticks) => self.now += ticks,
            Act::Save => self.saved = self.portal.clone(),
            Act::Restore => {
                let sent = self.portal.sent;
                self.portal = self.saved.clone();
                self.portal.sent = sent;
                self.written.clear();
            }
            Act::End(desktop) => {
                let shared = self.desktops[desktop]
                    .drafts
                    .iter_mut()
                    .find(|one| one.share.is_some_and(|share| share.role == Role::Writer));
                // Only who has everything may end it.
                if let Some(draft) = shared
                    && let Some(newest) = &self.portal.newest
                    && draft
                        .share
                        .unwrap()
                        .base
                        .is_some_and(|base| base.sha256 == newest.sha256)
                {
                    draft.share = None;
                    draft.ended_here = true;
                    self.portal.ended = true;
                }
            }
        }
    }

    /// One look at the portal, and what follows from it.
    fn pass(&mut self, desktop: usize, lost: Lost) {
        if lost == Lost::Request {
            return;
        }
        let place = self.desktops[desktop]
            .drafts
            .iter()
            .position(|one| one.share.is_some());
        if self.desktops[desktop].taking_over && place.is_some() && !self.portal.ended {
            // The lease is taken from whoever had it.
            self.portal.lease = Some((desktop, self.now + LEASE));
        }
        let held = self.held(desktop);
        let Some(place) = place else {
            // One that isn't here yet comes to be read.
            if let (Some(held), Some(newest)) = (held, self.portal.newest.clone())
                && !held.ended
                && lost == Lost::Nothing
                && self.desktops[desktop]
                    .drafts
                    .iter()
                    .all(|one| one.share.is_none())
            {
                let base = Base {
                    version: held.version,
                    sha256: held.sha256,
                    length: newest.log.len() as u64,
                };
                let share = Share::taken(base);
                let draft = Draft::new(newest.log, share);
                self.desktops[desktop].drafts.push(draft);
            }
            return;
        };
        let draft = self.desktops[desktop].drafts[place].clone();
        let share = draft.share.unwrap();
        if self.desktops[desktop].taking_over
            && held.is_some_and(|held| may_write(&share, &held))
            && lost == Lost::Nothing
        {
            self.desktops[desktop].taking_over = false;
            self.desktops[desktop].drafts[place].share = Some(share.with_role(Role::Writer));
            return;
        }
        let length = draft.log.len() as u64;
        match next(&share, length, held.as_ref(), true) {
            Next::Rest => {}
            Next::Hold => {
                if held.unwrap().holder != Holder::Other {
                    self.portal.lease = Some((desktop, self.now + LEASE));
                }
            }
            Next::Send { after } => {
                // The portal's own word on who writes what.
                let current = self.portal.newest.as_ref().map_or(0, |one| one.number);
                let other = held.is_some_and(|held| held.holder == Holder::Other);
                if current != after || other || self.portal.ended {
                    return;
                }
                if let Some(before) = &self.portal.newest {
                    let compared = compare(&draft.log, &before.log);
                    assert!(
                        matches!(compared, Compared::Ahead | Compared::Same),
                        "a version goes on from the one before: {:?} after {:?}",
                        draft.log,
                        before.log
                    );
                }
                self.portal.sent += 1;
                let number = after + 1;
                let sha256 = Sha256::of(&self.portal.sent.to_be_bytes());
                assert!(
                    self.written.iter().all(|(version, _)| *version != number),
                    "version {number} has two writers"
                );
                self.written.push((number, desktop));
                self.portal.newest = Some(Version {
                    number,
                    log: draft.log,
                    sha256,
                });
                self.portal.lease = Some((desktop, self.now + LEASE));
                if lost == Lost::Nothing {
                    let base = Base {
                        version: number,
                        sha256,
                        length,
                    };
                    self.desktops[desktop].drafts[place].share = Some(share.with_base(base));
                }
            }
            Next::Fetch => {
                if lost == Lost::Nothing {
                    self.fetch(desktop, place);
                }
            }
            Next::Follow => {
                self.desktops[desktop].drafts[place].share = Some(share.with_role(Role::Reader));
            }
            Next::Part => self.desktops[desktop].drafts[place].part(),
            Next::LetGo => {
                let draft = &mut self.desktops[desktop].drafts[place];
                draft.share = None;
                draft.trashed = share.role == Role::Reader;
            }
        }
    }

    fn fetch(&mut self, desktop: usize, place: usize) {
        let held = self.held(desktop).unwrap();
        let newest = self.portal.newest.clone().unwrap();
        let draft = &mut self.desktops[desktop].drafts[place];
        let share = draft.share.unwrap();
        let base = Base {
            version: held.version,
            sha256: held.sha256,
            length: newest.log.len() as u64,
        };
        let with = |role| share.with_role(role).with_base(base);
        match fetched(share.role, held.holder, compare(&draft.log, &newest.log)) {
            Fetched::Adopt(role) => draft.share = Some(with(role)),
            Fetched::Extend => {
                let before = draft.log.len();
                draft.log.extend(&newest.log[before..]);
                draft.share = Some(with(Role::Reader));
            }
            Fetched::Part => draft.part(),
            Fetched::Rest => {}
        }
    }

    /// Whatever was typed can be seen, on the desktop where it was typed or where the portal's version is.
    fn assert_nothing_lost(&self) {
        for (desktop, answer) in &self.typed {
            let own = &self.desktops[*desktop].drafts;
            let somewhere = self
                .desktops
                .iter()
                .flat_map(|one| &one.drafts)
                .any(|draft| !draft.trashed && draft.log.contains(answer));
            assert!(
                own.iter().any(|draft| draft.log.contains(answer)) && somewhere,
                "{answer}, typed at desktop {desktop}, can't be seen any more"
            );
        }
    }

    /// Everybody is online until nothing moves.
    fn settle(&mut self) {
        for desktop in &mut self.desktops {
            desktop.taking_over = false;
        }
        for _ in 0..12 {
            for desktop in 0..self.desktops.len() {
                self.pass(desktop, Lost::Nothing);
                self.assert_nothing_lost();
            }
            self.now += LEASE + 1;
        }
        for draft in self.desktops.iter().flat_map(|one| &one.drafts) {
            assert!(
                draft.share.is_some() || draft.trashed || draft.apart || draft.ended_here,
                "{:?} was shared, and doesn't say that another desktop ended that",
                draft.log
            );
        }
        let Some(newest) = self.portal.newest.clone() else {
            return;
        };
        for (number, desktop) in self.desktops.iter().enumerate() {
            let shared: Vec<&Draft> = desktop
                .drafts
                .iter()
                .filter(|one| one.share.is_some())
                .collect();
            if self.portal.ended {
                assert!(shared.is_empty(), "desktop {number} shares what has ended");
                continue;
            }
            assert!(shared.len() <= 1, "desktop {number} has the draft twice");
            for draft in shared {
                // A reader may have more than a portal that was put back, until somebody writes.
                let reads = draft.share.unwrap().role == Role::Reader;
                let compared = compare(&draft.log, &newest.log);
                assert!(
                    compared == Compared::Same || reads && compared == Compared::Ahead,
                    "desktop {number} has {:?}, the portal {:?}",
                    draft.log,
                    newest.log
                );
            }
        }
    }
}

fn acts(desktops: usize) -> impl Strategy<Value = Vec<Act>> {
    let who = 0..desktops;
    let lost = prop_oneof![
        6 => Just(Lost::Nothing),
        1 => Just(Lost::Request),
        2 => Just(Lost::Reply),
    ];
    let act = prop_oneof![
        6 => who.clone().prop_map(Act::Type),
        8 => (who.clone(), lost).prop_map(|(desktop, lost)| Act::Pass(desktop, lost)),
        2 => who.clone().prop_map(Act::TakeOver),
        2 => (1..7_u64).prop_map(Act::Wait),
        1 => Just(Act::Save),
        1 => Just(Act::Restore),
    ];
    let end = prop::option::weighted(0.2, who.prop_map(Act::End));
    (prop::collection::vec(act, 1..80), end, 0..80_usize).prop_map(|(mut acts, end, place)| {
        if let Some(end) = end {
            acts.insert(place.min(acts.len()), end);
        }
        acts
    })
}

/// Desktops after these acts; nothing was lost at any moment.
fn after(desktops: usize, acts: &[Act]) -> World {
    let mut world = World::new(desktops);
    for act in acts {
        world.act(act);
        world.assert_nothing_lost();
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn two_desktops_lose_nothing_and_agree_in_the_end(acts in acts(2)) {
        after(2, &acts).settle();
    }

    #[test]
    fn three_desktops_lose_nothing_and_agree_in_the_end(acts in acts(3)) {
        after(3, &acts).settle();
    }

    #[test]
    fn logs_compare_as_they_begin(here in prop::collection::vec(0..2_u8, 0..5), there in prop::collection::vec(0..2_u8, 0..5)) {
        let expected = if here == there {
            Compared::Same
        } else if there.starts_with(&here) {
            Compared::Behind
        } else if here.starts_with(&there) {
            Compared::Ahead
        } else {
            Compared::Apart
        };
        prop_assert_eq!(compare(&here, &there), expected);
    }
}

/// A look at the portal on which nothing is lost.
const fn pass(desktop: usize) -> Act {
    Act::Pass(desktop, Lost::Nothing)
}

#[test]
fn whoever_comes_back_after_another_took_over_keeps_what_was_typed_as_a_draft_of_its_own() {
    use Act::{TakeOver, Type, Wait};
    let mut world = after(
        2,
        &[
            Type(0),
            pass(0),
            // The other desktop sees it, and can't type.
            pass(1),
            Type(1),
            // The first one is offline and goes on typing; the other one takes over.
            Type(0),
            Type(0),
            Wait(9),
            TakeOver(1),
            pass(1),
            pass(1),
            Type(1),
            pass(1),
            // It comes back.
            pass(0),
            pass(0),
            pass(0),
        ],
    );
    let first: Vec<(&[Answer], Option<Role>)> = world.desktops[0]
        .drafts
        .iter()
        .map(|draft| (draft.log.as_slice(), draft.share.map(|share| share.role)))
        .collect();
    assert_eq!(
        first,
        [(&[0, 1, 2][..], None), (&[0, 3][..], Some(Role::Reader)),]
    );
    assert_eq!(world.desktops[1].drafts.len(), 1);
    world.settle();
}

#[test]
fn a_reader_who_typed_what_a_portal_put_back_forgot_keeps_it_when_another_ends_the_sharing() {
    use Act::{End, Pass, Restore, Save, TakeOver, Type};
    let mut world = after(
        2,
        &[
            Type(0),
            pass(0),
            pass(1),
            Save,
            // Sent, and seen by nobody else before the other desktop has the lease.
            Type(0),
            pass(0),
            TakeOver(1),
            Pass(1, Lost::Reply),
            pass(0),
            Restore,
            // The other one writes and ends what it has.
            TakeOver(1),
            pass(1),
            End(1),
            pass(0),
        ],
    );
    let own = world.desktops[0].drafts.last().unwrap();
    assert_eq!(
        (own.log.as_slice(), own.trashed),
        ([0, 1].as_slice(), false)
    );
    world.settle();
}

#[test]
fn a_writer_who_was_not_reached_learns_that_another_desktop_took_over_and_ended_it() {
    use Act::{End, TakeOver, Type};
    let mut world = after(
        2,
        &[
            Type(0),
            pass(0),
            pass(1),
            // Everything that was typed is there: nothing is lost, and the dossier may have been sent.
            TakeOver(1),
            pass(1),
            End(1),
            pass(0),
        ],
    );
    let own = &world.desktops[0].drafts[0];
    assert_eq!((own.share, own.trashed, own.apart), (None, false, true));
    world.settle();
}
