//! The person: seals, carries what was sealed to another desktop, answers requests for supplement, takes back, signs in, looks after what is held back.

use std::collections::BTreeSet;

use hoso_dossier::{DossierId, Money, PaymentId, Sha256, UploadId};
use hoso_portal_api::{ProblemCode, Rating, Withdrawal};
use uuid::Uuid;

use super::dice::Dice;
use super::history;
use super::network::tail;
use super::portal::{CODE, FEE, Odd, Sealed, size_of};
use super::world::{MINUTE, What, World};
use crate::outbox::Mutant;
use crate::{Entry, Event, First, Notice, ParkReason, SealedFile, Sealing, SendRules, Stage};

impl World {
    /// What a manifest of this revision says: the files sent before, and new ones. No two desktops seal the same.
    pub(super) fn know(
        &mut self,
        who: usize,
        id: DossierId,
        revision: u32,
        old: &[UploadId],
        new: u64,
    ) {
        let desk = u128::try_from(who).unwrap_or(0);
        // Sealed again it says when, and its files have other ids.
        let desks = &mut self.desks;
        let again = desks[who].sealings.entry((id, revision)).or_default();
        let base =
            id.uuid().as_u128() << 16 | u128::from(revision) << 8 | desk << 5 | *again << 112;
        *again += 1;
        let new = (0..new).map(|one| UploadId::new(Uuid::from_u128(base | u128::from(one) | 0x80)));
        let mut uploads: Vec<UploadId> = old.iter().copied().chain(new).collect();
        // The same file twice, under the same upload.
        let number = u64::try_from(base & u128::from(u32::MAX)).unwrap_or(0);
        if Dice::of(self.seed, 16, number).chance(10) {
            uploads.extend(uploads.last().copied());
        }
        let sha256 = Sha256::of(&base.to_be_bytes());
        let sealed = Sealed { sha256, uploads };
        self.desks[who].sealed.insert((id, revision), sealed);
    }

    /// What was taken back is put right and sealed as another dossier: once, at the desktop that has the draft, and by nobody whose disk has forgotten what was sent.
    fn seal_another(&mut self, who: usize, dossier: DossierId) {
        let draft = self.draft_of(dossier);
        let home = self.home.get(&draft) == Some(&who);
        let number = u64::try_from(dossier.uuid().as_u128() & 0xFF).unwrap_or(0);
        let mut dice = Dice::of(self.seed, 25, number);
        let most = if self.faults { 50 } else { 0 };
        if !home || self.desks[who].rolled_back || draft != dossier || !dice.chance(most) {
            return;
        }
        let other = self.mint_dossier(draft);
        self.desks[who].sealed_another = true;
        self.know(who, other, 1, &[], dice.below(3));
        let at = self.now + 1 + dice.below(3 * MINUTE);
        self.schedule(at, who, What::Seal(other, 1));
        if dice.chance(50) {
            let at = at + dice.below(10 * MINUTE);
            self.schedule(at, who, What::Pay(other));
        }
    }

    /// Another dossier of the same draft.
    fn mint_dossier(&mut self, draft: DossierId) -> DossierId {
        self.minted += 1;
        let id = u128::from(self.seed) << 64 | 0x100 | self.minted;
        let id = DossierId::new(Uuid::from_u128(id));
        self.drafts.insert(id, draft);
        id
    }

    pub(super) fn draft_of(&self, dossier: DossierId) -> DossierId {
        self.drafts.get(&dossier).copied().unwrap_or(dossier)
    }

    /// The person will seal a supplement under the next number.
    pub(super) fn supplement(&mut self, who: usize, dossier: DossierId) {
        let desk = &self.desks[who];
        let newest = desk.newest(dossier);
        let view = desk
            .disk
            .entries
            .get(&dossier)
            .and_then(|one| one.view.as_ref());
        let asked = view.and_then(|view| view.supplement.as_ref());
        let next = asked.map_or(0, |asked| asked.revision).max(newest + 1);
        let number = u64::try_from(dossier.uuid().as_u128() & 0xFF).unwrap_or(0);
        let mut dice = Dice::of(self.seed_of(who), 3, number << 8 | u64::from(next));
        let old = desk.sealed[&(dossier, newest)].uploads.clone();
        self.know(who, dossier, next, &old, 1);
        // In the end it is right.
        if next < 6 && dice.chance(30) {
            let sha256 = self.desks[who].sealed[&(dossier, next)].sha256;
            self.portal
                .refuses
                .insert(sha256, history::refuses(&mut dice));
        }
        let at = self.now + 1 + dice.below(3 * MINUTE);
        self.schedule(at, who, What::Seal(dossier, next));
        if dice.chance(15) {
            let at = at + dice.below(MINUTE);
            self.schedule(at, who, What::Cancel(dossier));
        }
        // The same person, at a desktop that this world doesn't play, at the same time.
        if dice.chance(10) {
            let at = (at + dice.below(4_000)).saturating_sub(2_000);
            self.schedule(at, who, What::AnsweredElsewhere(dossier));
        }
    }

    pub(super) fn seal(&mut self, who: usize, dossier: DossierId, revision: u32) {
        let desk = &mut self.desks[who];
        let entry = desk.disk.entries.get(&dossier);
        let newest = entry.and_then(|entry| entry.revisions.last());
        if newest.is_some_and(|one| one.revision > revision) {
            // The disk forgot it after a later one had been made from it, or the desk has asked again since it was begun: that one is sealed here in its place.
            desk.replaced.insert((dossier, revision));
            return;
        }
        let sealed = desk.sealed[&(dossier, revision)].clone();
        self.tell(
            who,
            &format!(
                "the person seals dossier {} revision {revision} with {} files",
                tail(dossier),
                sealed.uploads.len()
            ),
        );
        let mut sealing = self.sealing(who, dossier, revision);
        let number = u64::try_from(dossier.uuid().as_u128() & 0xFF).unwrap_or(0);
        let mut dice = Dice::of(self.seed_of(who), 17, number << 8 | u64::from(revision));
        sealing.held = self.faults && dice.chance(25);
        let entry = self.desks[who].outbox.entry(dossier);
        let newest = entry.and_then(|entry| entry.revisions.last());
        if sealing.held && newest.is_none_or(|one| one.revision < revision) {
            self.tell(who, "  and it is held back");
            self.desks[who].held.insert(dossier);
            let at = self.now + 1 + dice.below(3 * MINUTE);
            self.schedule(at, who, What::Release(dossier));
        }
        self.write(who, &sealing);
        self.desks[who].unasked.remove(&dossier);
        self.step(who, Event::Sealed(sealing));
        let desk = &self.desks[who];
        if !desk.is_here(dossier, revision) && !desk.cancelled.contains(&dossier) {
            // The crash came before the commit: the person seals again.
            self.schedule(self.now + 3_000, who, What::Seal(dossier, revision));
        }
    }

    /// The files of what is sealed are on the disk before the database says so.
    fn write(&mut self, who: usize, sealing: &Sealing) {
        for file in &sealing.files {
            self.desks[who].write(file.sha256);
            self.desks[who].torn.remove(&file.sha256);
        }
    }

    fn sealing(&self, who: usize, dossier: DossierId, revision: u32) -> Sealing {
        let desk = &self.desks[who];
        let sealed = desk.sealed[&(dossier, revision)].clone();
        let before = desk.sealed.get(&(dossier, revision - 1));
        let already = before.map(|one| one.uploads.clone()).unwrap_or_default();
        let file = |upload: &UploadId| SealedFile {
            upload: *upload,
            sha256: Sha256::of(upload.uuid().as_bytes()),
            size: size_of(*upload),
            name: upload.to_string(),
            media_type: "application/pdf".into(),
            component: "T1".into(),
            already_there: already.contains(upload),
        };
        Sealing {
            dossier,
            revision,
            manifest_sha256: sealed.sha256,
            files: sealed.uploads.iter().map(file).collect(),
            held: false,
        }
    }

    /// The first revision travels to the other desktop, which sends it too.
    pub(super) fn carry(&mut self, who: usize, dossier: DossierId) {
        let other = (who + 1) % self.desks.len();
        let here = self.desks[who].is_here(dossier, 1);
        let there = self.desks[other].sealed.contains_key(&(dossier, 1));
        if !here || there || other == who {
            return;
        }
        self.tell(
            who,
            &format!("dossier {} travels to the other desktop", tail(dossier)),
        );
        // Stored first, then written: a disk that refuses is a stick that was not written.
        self.step(who, Event::CarriedAway { dossier });
        if !self.is_bound(who, dossier, 1) {
            return;
        }
        let sealed = self.desks[who].sealed[&(dossier, 1)].clone();
        self.desks[other].sealed.insert((dossier, 1), sealed);
        self.note_carried(who, dossier);
        self.take_in(other, dossier);
    }

    /// It is stored here that the revision has left by hand.
    fn is_bound(&self, who: usize, dossier: DossierId, revision: u32) -> bool {
        let entry = self.desks[who].disk.entries.get(&dossier);
        entry.is_some_and(|entry| {
            let mut all = entry.revisions.iter();
            all.any(|one| {
                one.revision == revision && (one.carried_at.is_some() || one.is_accepted())
            }) || self.policy.broken(Mutant::CarryUnnoted)
        })
    }

    pub(super) fn take_in(&mut self, who: usize, dossier: DossierId) {
        let sealing = self.sealing(who, dossier, 1);
        self.write(who, &sealing);
        if !self.desks[who].is_here(dossier, 1) {
            self.desks[who].unasked.insert(dossier);
        }
        self.step(who, Event::TakenIn(sealing));
        let desk = &self.desks[who];
        if !desk.is_here(dossier, 1) && !desk.cancelled.contains(&dossier) {
            self.schedule(self.now + 3_000, who, What::TakeIn(dossier));
        }
    }

    pub(super) fn pay(&mut self, who: usize, dossier: DossierId) {
        self.tell(
            who,
            &format!("the person wants to pay for dossier {}", tail(dossier)),
        );
        let payment = self.mint();
        let wish = Event::PayWanted {
            dossier,
            fee: FEE.into(),
            amount: Money::ZERO,
            payment,
        };
        self.step(who, wish);
    }

    /// Does what the portal wants before it takes a dossier; a code is mistyped now and then.
    pub(super) fn first(&mut self, who: usize, dossier: DossierId) {
        let entry = self.desks[who].outbox.entry(dossier);
        match entry.and_then(Entry::first) {
            Some(First::Confirm) => {
                let mistyped = self.faults && self.now.is_multiple_of(3);
                let code = if mistyped { "13579" } else { CODE }.to_owned();
                self.tell(
                    who,
                    &format!("the person types {code} for dossier {}", tail(dossier)),
                );
                self.step(who, Event::Confirm { dossier, code });
            }
            Some(First::Pay) => self.pay(who, dossier),
            None => return,
        }
        if self.faults {
            self.schedule(self.now + 2 * MINUTE, who, What::First(dossier));
        }
    }

    pub(super) fn withdraw(&mut self, who: usize, dossier: DossierId) {
        self.tell(
            who,
            &format!("the person withdraws dossier {}", tail(dossier)),
        );
        let withdrawal = Withdrawal {
            reason: format!("said at desktop {who}"),
        };
        let wish = Event::WithdrawWanted {
            dossier,
            withdrawal,
        };
        self.wish(who, dossier, wish, |entry| entry.withdrawal.is_some());
    }

    /// What the person wants of a dossier that the portal has is kept, unless the desktop dies or its disk is full at that moment.
    fn wish(&mut self, who: usize, dossier: DossierId, wish: Event, kept: fn(&Entry) -> bool) {
        let there = |world: &Self, such: fn(&Entry) -> bool| {
            let entry = world.desks[who].outbox.entry(dossier);
            entry.is_some_and(such)
        };
        let may = there(self, Entry::is_there);
        if self.step(who, wish) && may && !there(self, kept) {
            let what = format!("{dossier}: what the person wants of it is forgotten");
            self.broken.push(what);
        }
    }

    pub(super) fn rate(&mut self, who: usize, dossier: DossierId, score: u8) {
        self.tell(
            who,
            &format!("the person gives {score} for dossier {}", tail(dossier)),
        );
        let rating = Rating {
            score,
            comment: String::new(),
        };
        let wish = Event::RateWanted { dossier, rating };
        self.wish(who, dossier, wish, |entry| entry.rating.is_some());
    }

    fn note_carried(&mut self, who: usize, dossier: DossierId) {
        let entry = self.desks[who].disk.entries.get(&dossier);
        let active = entry.and_then(Entry::active);
        if active.is_some_and(|one| one.revision == 1) {
            self.desks[who].carried.insert(dossier);
        }
    }

    /// What was held back since its sealing, or at any time, is let go.
    pub(super) fn release(&mut self, who: usize, dossier: DossierId) {
        let desk = &mut self.desks[who];
        desk.held.remove(&dossier);
        let entry = desk.outbox.entry(dossier);
        if entry.is_some_and(|entry| entry.paused) {
            self.tell(who, &format!("dossier {} is let go", tail(dossier)));
            let on = false;
            self.step(who, Event::PauseDossier { dossier, on });
        }
    }

    /// What is sealed and has no receipt goes to the portal on a stick; its receipt comes back by hand, hours later.
    pub(super) fn carry_to_the_portal(&mut self, who: usize, dossier: DossierId, back: u64) {
        let entry = self.desks[who].disk.entries.get(&dossier);
        let Some(active) = entry.and_then(Entry::active) else {
            return;
        };
        let revision = active.revision;
        self.tell(
            who,
            &format!(
                "dossier {} revision {revision} goes to the portal on a stick",
                tail(dossier)
            ),
        );
        self.step(who, Event::CarriedAway { dossier });
        if !self.is_bound(who, dossier, revision) {
            return;
        }
        self.note_carried(who, dossier);
        let sealed = self.desks[who].sealed[&(dossier, revision)].clone();
        // Half of the sticks are handed in at once.
        let way = back.saturating_sub(10 * MINUTE) / 2;
        let in_hand = What::HandIn {
            dossier,
            revision,
            sealed: Box::new(sealed),
            back: back - way,
        };
        self.schedule(self.now + way, who, in_hand);
    }

    /// The stick comes to the portal.
    pub(super) fn hand_in(
        &mut self,
        who: usize,
        dossier: DossierId,
        revision: u32,
        sealed: Sealed,
        back: u64,
    ) {
        if let Ok(receipt) = self.portal.take_stick(dossier, revision, sealed) {
            self.schedule(self.now + back, who, What::Brought(Box::new(receipt)));
        }
        self.check_the_portal();
    }

    pub(super) fn mint(&mut self) -> PaymentId {
        self.minted += 1;
        PaymentId::new(Uuid::from_u128(self.minted))
    }

    pub(super) fn sign(&mut self, who: usize, signed_in: bool) {
        let (what, event) = if signed_in {
            ("the person signs in", Event::SignedIn)
        } else {
            ("the person signs out", Event::SignedOut)
        };
        self.tell(who, what);
        self.desks[who].signed_in = signed_in;
        self.step(who, event);
    }

    pub(super) fn calm(&mut self, who: usize) {
        self.tell(who, "from here on nothing goes wrong");
        self.faults = false;
        self.portal.odd = Odd::default();
        self.desks[who].online = true;
        self.step(who, Event::Pause { on: false });
        self.step(who, Event::Connected);
        self.sign(who, true);
        self.relent(who);
        // Again later: what is held back may stand behind what a restored portal is given again.
        for minutes in [0, 10, 20, 45] {
            self.schedule(self.now + minutes * MINUTE, who, What::Look);
        }
    }

    /// The person says when files may leave.
    pub(super) fn rule(&mut self, who: usize, rules: SendRules) {
        self.tell(who, &format!("the person says {rules:?}"));
        self.step(who, Event::Rules(rules));
    }

    pub(super) fn network_is(&mut self, who: usize, metered: bool) {
        let how = if metered { "is" } else { "is not" };
        self.tell(who, &format!("the network {how} metered"));
        self.desks[who].metered = metered;
        self.step(who, Event::Network { metered });
    }

    /// What keeps files here comes to an end: the hours by themselves, minutes later.
    fn relent(&mut self, who: usize) {
        let desk = &self.desks[who];
        let mut dice = Dice::of(self.seed_of(who), 10, 0);
        let soon = 1 + dice.below(15);
        if desk.disk.meta.rules != SendRules::default() {
            let hours = history::hours(self.clock(who), soon, 12 * 60);
            let rules = SendRules {
                hours,
                ..SendRules::default()
            };
            self.rule(who, rules);
            // A clock that is set after this would be in other hours.
            let at = self.now + 29 * MINUTE;
            self.schedule(at, who, What::Rules(SendRules::default()));
        }
        if self.desks[who].metered {
            let at = self.now + dice.below(15 * MINUTE);
            self.schedule(at, who, What::Metered(false));
        }
    }

    /// Somebody looks at what is held back: a client that died may not have said so.
    pub(super) fn look(&mut self, who: usize) {
        let outbox = &self.desks[who].outbox;
        let wanted = outbox
            .entries()
            .filter(|(_, entry)| entry.first().is_some());
        for dossier in wanted.map(|(id, _)| id).collect::<Vec<_>>() {
            self.first(who, dossier);
        }
        let outbox = &self.desks[who].outbox;
        let here: Vec<_> = outbox
            .entries()
            .map(|(id, entry)| (id, entry.paused, !entry.spoiled.is_empty()))
            .collect();
        for (dossier, paused, spoiled) in here {
            if paused {
                self.release(who, dossier);
            }
            if spoiled {
                self.desks[who].spoiled.retain(|(of, _), _| *of != dossier);
                self.step(who, Event::RetryNow { dossier });
            }
        }
        self.look_at_account(who);
        let outbox = &self.desks[who].outbox;
        let held_back = outbox.entries().filter_map(|(id, entry)| {
            let active = entry.active().filter(|one| one.is_parked())?;
            Some((id, active.revision, active.stage.clone()))
        });
        for (dossier, revision, stage) in held_back.collect::<Vec<_>>() {
            match stage {
                // The world did that on purpose.
                Stage::Quarantined {
                    reason: ParkReason::Damaged { .. },
                } => {
                    if !self.desks[who].damaged {
                        let what = format!("{dossier} held back for damage that never was");
                        self.broken.push(what);
                    }
                    self.step(who, Event::RetryNow { dossier });
                }
                // The person puts the file back from where it came.
                Stage::Quarantined {
                    reason: ParkReason::Local { .. },
                } => {
                    if !self.desks[who].tore {
                        let what = format!("{dossier} held back for a file that is there");
                        self.broken.push(what);
                    }
                    self.put_back(who, dossier);
                    self.step(who, Event::RetryNow { dossier });
                }
                Stage::NeedsFix { refusal }
                    if refusal.code == ProblemCode::DossierInvalid
                        && revision > 1
                        && self.desks[who].newest(dossier) == revision =>
                {
                    self.supplement(who, dossier);
                }
                _ => {}
            }
        }
    }

    /// Files that the disk has lost, from where the person had them.
    fn put_back(&mut self, who: usize, dossier: DossierId) {
        let desk = &mut self.desks[who];
        let entry = desk.disk.entries.get(&dossier);
        let revisions = entry.map(|entry| entry.revisions.clone());
        for file in revisions.iter().flatten().flat_map(|one| &one.files) {
            if desk.torn.remove(&file.sha256) {
                desk.write(file.sha256);
            }
        }
    }

    /// Drafts that a disk has forgotten to be sealed are open again, and the person seals them again: other bytes, for they say when they were sealed, under
    /// the id that was minted with the draft.
    pub(super) fn seal_again(&mut self, who: usize) {
        let planned: BTreeSet<(DossierId, u32)> = self
            .queue
            .values()
            .filter_map(|(_, whose, what)| match what {
                What::Seal(id, revision) if *whose == who => Some((*id, *revision)),
                What::TakeIn(id) if *whose == who => Some((*id, 1)),
                _ => None,
            })
            .collect();
        let desk = &mut self.desks[who];
        desk.cancelled
            .retain(|id| !desk.disk.entries.contains_key(id));
        let gone = desk
            .sealed
            .keys()
            .filter(|(id, revision)| !desk.is_here(*id, *revision) && !desk.cancelled.contains(id));
        let gone: Vec<_> = gone.filter(|one| !planned.contains(one)).copied().collect();
        for (id, revision) in gone {
            let at = self.now + u64::from(revision) * 10_000;
            let home = self.home.get(&self.draft_of(id)) == Some(&who);
            let number = u64::try_from(id.uuid().as_u128() & 0xFF).unwrap_or(0);
            let mut dice = Dice::of(self.seed, 26, number << 8 | u64::from(revision));
            if home && revision == 1 && dice.chance(70) {
                let mut id = id;
                if self.policy.broken(Mutant::MintAtSealing) {
                    let draft = self.draft_of(id);
                    id = self.mint_dossier(draft);
                }
                self.know(who, id, 1, &[], dice.below(3));
                self.schedule(at, who, What::Seal(id, 1));
                continue;
            }
            self.schedule(at, who, What::Seal(id, revision));
        }
    }

    pub(super) fn hear(&mut self, who: usize, notice: Notice) {
        if self.telling {
            let text = format!("{notice:?}");
            let short: String = text.chars().take(90).collect();
            self.tell(who, &format!("  says {short}"));
        }
        let newest = |world: &Self, dossier| world.desks[who].newest(dossier);
        match notice {
            Notice::SupplementRequested { dossier, revision }
                if self.faults
                    && newest(self, dossier) < revision
                    && !self.is_doubled(who, dossier) =>
            {
                self.supplement(who, dossier);
            }
            Notice::Cancelled {
                dossier,
                revision: 1,
            } if self.desks[who].carried.contains(&dossier) => {
                let what = format!("{dossier} is taken back, and was carried away before");
                self.broken.push(what);
            }
            Notice::Cancelled {
                dossier,
                revision: 1,
            } => self.seal_another(who, dossier),
            // To be put right, and sealed as another dossier.
            Notice::NeedsFix {
                dossier,
                revision: 1,
                ..
            } if self.now.is_multiple_of(2) => {
                self.schedule(self.now + MINUTE, who, What::Cancel(dossier));
            }
            // What the portal refused is put right and sent under the next number; what nobody asks for any more is dropped.
            Notice::NeedsFix {
                dossier,
                revision,
                refusal,
            } if revision > 1 && newest(self, dossier) == revision => match refusal.code {
                ProblemCode::DossierInvalid => self.supplement(who, dossier),
                ProblemCode::SupplementUnexpected if self.now.is_multiple_of(2) => {
                    self.schedule(self.now + MINUTE, who, What::Cancel(dossier));
                }
                _ => {}
            },
            Notice::Cancelled { dossier, revision } if revision > 1 => {
                let entry = self.desks[who].disk.entries.get(&dossier);
                let asked = entry.and_then(|entry| entry.view.as_ref()?.supplement.as_ref());
                if asked.is_some() && newest(self, dossier) == revision {
                    self.supplement(who, dossier);
                }
            }
            Notice::FirstAsked { dossier, .. } | Notice::PaymentDeclined { dossier, .. } => {
                self.schedule(self.now + 20_000, who, What::First(dossier));
            }
            Notice::AccountConflict | Notice::AccountChanged => self.show_account(who),
            Notice::SignInNeeded => {
                self.schedule(self.now + 45_000, who, What::SignIn);
            }
            _ => {}
        }
    }
}
