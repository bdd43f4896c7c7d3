//! What must hold at every step, and what must have come of everything in the end.
//!
//! | what the design promises | where it is looked after |
//! |---|---|
//! | one dossier on the portal for every sealed id | ids are the portal's keys in this world, so it is the portal's part: `crates/sandbox` and the journeys of `crates/cli`. Here: nothing that may be with the portal is taken back and sealed anew (`check_the_end_of`, [`World::hear`]) |
//! | accepted means that the portal holds the same bytes | [`World::check_accepted`], at every commit and in the end |
//! | at most one capture a fee | [`World::check_the_end`] counts the bank's captures, [`World::check_request`] sees a second attempt beside an open one |
//! | the person's bytes are there at every step | what is sealed: [`World::check_stored`], `check_the_end_of`. Folders and conflict copies: `crates/mirror`; shared drafts: `tests/sharing.rs` |
//! | sealed bytes never change | [`World::check_stored`] looks at their hash; the bytes themselves are `crates/store`'s and `crates/dossier`'s |
//! | once faults stop, all settles or is visibly parked | [`World::check_the_end`], which `END` bounds in time and `TOO_MANY` in requests |
//! | a plan over agreed trees is empty, in any order | `crates/mirror`; there are no trees here |
//! | the same seed gives the same trace | `the_same_seed_gives_the_same_trace` |
//! | online and on a stick, it is one dossier | the stick's way ([`World::hand_in`]) ends in the same checks; two ways at the real sandbox: `crates/cli/tests/it/sticks.rs` |
//! | locked, no plain text on the disk | `crates/store` and `crates/app`; this machine writes nothing |
//! | no change of the account is lost, or goes over one that nobody here was shown | [`World::check_replaced`] as the portal takes it, [`World::check_account`] in the end |
//! | after a rollback every receipt is established again | [`World::check_accepted`] as soon as the epoch is known, and `check_the_end_of` |

use hoso_dossier::{DossierId, Sha256, UploadId};
use hoso_portal_api::{DossierView, ProblemCode};

use super::desk::Desk;
use super::network::brief;
use super::portal::FEE;
use super::world::World;
use crate::entry::{Payment, Revision};
use crate::{
    EditStage, Entry, Meta, ParkReason, PaymentStage, Request, RequestId, Stage, WishStage,
};

/// More requests than any honest history makes.
const TOO_MANY: u64 = 6_000;

impl World {
    /// What binds the person is stored before it is said; nothing is asked that may not be; nothing is asked twice at once.
    pub(super) fn check_request(&mut self, who: usize, id: RequestId, request: &Request) {
        let mut wrong = vec![];
        let clock = self.clock(who);
        let desk = &mut self.desks[who];
        let entry = |dossier| desk.disk.entries.get(dossier);
        let stored = match request {
            Request::PutRevision { dossier, revision } | Request::Submit { dossier, revision } => {
                entry(dossier).is_some_and(|entry| {
                    let mut all = entry.revisions.iter();
                    all.any(|one| one.revision == *revision && one.sent)
                })
            }
            Request::PutPayment { payment, wish } => {
                let stored = entry(&wish.dossier).and_then(|entry| entry.payments.get(&wish.fee));
                stored.is_some_and(|one| one.attempt() == *payment)
            }
            Request::PutAccount { edit, .. } => {
                let kept = desk.disk.meta.account.edit.as_ref();
                kept.is_some_and(|one| one.id == *edit && one.sent)
            }
            _ => true,
        };
        if !stored {
            wrong.push("said before it was stored");
        }
        let of = match request {
            Request::AskOffset { upload, .. } | Request::SendBytes { upload, .. } => {
                let mut sealed = desk.sealed.iter();
                let names = sealed.find(|(_, one)| one.uploads.contains(upload));
                names.map(|((id, _), _)| *id)
            }
            other => other.dossier(),
        };
        if of
            .as_ref()
            .is_some_and(|id| desk.held.contains(id) || entry(id).is_some_and(|one| one.paused))
        {
            wrong.push("asked of a dossier that is held back");
        }
        if desk.disk.meta.paused {
            wrong.push("asked while everything is held back");
        }
        if !desk.signed_in && !matches!(request, Request::PortalInfo) {
            wrong.push("asked without a token");
        }
        if let Request::PutAccount { edit, data, .. } = request
            && self.said.get(edit) != Some(data)
        {
            wrong.push("another change goes by that id");
        }
        let file = |request: &Request| match request {
            Request::CreateUpload { upload, .. }
            | Request::AskOffset { upload, .. }
            | Request::SendBytes { upload, .. } => Some(*upload),
            _ => None,
        };
        if let Some(upload) = file(request)
            && kept_back(desk, upload, clock)
        {
            wrong.push("a file leaves against the person's rules");
        }
        let others = desk.open.iter().filter(|(other, _)| **other != id);
        if let Some(upload) = file(request) {
            let uploads: Vec<_> = others.filter_map(|(_, one)| file(one)).collect();
            if uploads.contains(&upload) {
                wrong.push("a file is sent twice at once");
            }
            if uploads.len() >= self.policy.uploads {
                wrong.push("more files at once than allowed");
            }
        }
        if let Request::FetchFile { dossier, file } = request {
            let mut others = desk.open.iter().filter(|(other, _)| **other != id);
            if others.any(|(_, one)| matches!(one, Request::FetchFile { .. })) {
                wrong.push("more than one of the portal's files at once");
            }
            // A program that dies may not have counted one.
            let often = desk.spoiled.get(&(*dossier, file.sha256));
            if often.is_some_and(|often| *often > u32::from(self.policy.mismatches) + 3) {
                wrong.push("fetched though it comes damaged again and again");
            }
        }
        if let Request::PutPayment { payment, wish } = request {
            let before = desk.ordered.insert(wish.dossier, *payment);
            let beside = before.is_some_and(|old| old != *payment && !desk.over.contains(&old));
            if beside && !desk.rolled_back {
                wrong.push("a second attempt to pay beside an open one");
            }
        }
        if let Request::Submit { dossier, .. } = request
            && desk
                .disk
                .entries
                .get(dossier)
                .and_then(Entry::first)
                .is_some()
        {
            wrong.push("submitted before the person did what the portal wants");
        }
        let of_revision = matches!(
            request,
            Request::PutRevision { .. } | Request::Submit { .. }
        );
        let until = desk.busy.get(&brief(request)).copied().unwrap_or(0);
        if of_revision && until > self.now {
            wrong.push("asked again sooner than the portal wanted");
        }
        if desk.requests == TOO_MANY {
            wrong.push("it asks without end");
        }
        let request = brief(request);
        let wrong = wrong.into_iter().map(|what| format!("{what}: {request}"));
        self.broken.extend(wrong);
    }

    /// No byte flows on that may not leave any more, and what is kept back says so.
    pub(super) fn check_held(&mut self, who: usize) {
        let clock = self.clock(who);
        let desk = &self.desks[who];
        let mut wrong = vec![];
        for request in desk.open.values() {
            if let Request::SendBytes { upload, .. } = request
                && kept_back(desk, *upload, clock)
            {
                wrong.push(format!("flows on: {}", brief(request)));
            }
        }
        for (id, entry) in &desk.disk.entries {
            let files = entry.active().filter(|one| one.has_files_to_send());
            let mut files = files.iter().flat_map(|one| &one.files);
            if files.any(|file| kept_back(desk, file.upload, clock))
                && !entry.recheck
                && desk.outbox.waiting(*id, clock).is_none()
            {
                wrong.push(format!("{id} is kept back and doesn't say why"));
            }
        }
        self.broken.extend(wrong);
    }

    /// Sealed bytes never change, what is paid stays paid, and older news don't pass for the newest.
    pub(super) fn check_stored(&mut self, who: usize, entries: &[(DossierId, Entry)], meta: &Meta) {
        let desk = &mut self.desks[who];
        for (id, entry) in entries {
            let Some(old) = desk.disk.entries.get(id) else {
                continue;
            };
            for before in &old.revisions {
                let same = |one: &&Revision| {
                    one.revision == before.revision && one.manifest_sha256 == before.manifest_sha256
                };
                if entry.revisions.iter().find(same).is_none() {
                    let what = format!("{id} r{} is gone or has changed", before.revision);
                    self.broken.push(what);
                }
            }
            let accepted = |entry: &Entry| {
                let all = entry.revisions.iter();
                all.filter(|one| one.is_accepted()).count()
            };
            let version = |entry: &Entry| entry.view.as_ref().map_or(0, |view| view.version);
            let older = entry.view.is_some() && version(entry) < version(old);
            if older && accepted(entry) >= accepted(old) && meta.cursor.is_some() {
                self.broken
                    .push(format!("{id} is shown as it was, and nobody looks again"));
            }
            for (fee, payment) in &entry.payments {
                let paid = |one: &Payment| matches!(one.stage, PaymentStage::Paid { .. });
                if old.payments.get(fee).is_some_and(paid) && !paid(payment) {
                    self.broken
                        .push(format!("{id} was paid, and is not any more"));
                }
                if !payment.stage.is_open() {
                    desk.over.insert(payment.id);
                }
            }
        }
    }

    fn holds(&self, dossier: DossierId, revision: u32, sha256: Sha256) -> bool {
        let held = self.portal.state.dossiers.get(&dossier);
        let held = held.and_then(|one| one.revisions.get(&revision));
        held.is_some_and(|one| one.sealed.sha256 == sha256 && one.submitted)
    }

    /// Accepted means that the portal holds the same bytes, unless the client knows that it has to ask again, or can't know yet.
    pub(super) fn check_accepted(&mut self, who: usize) {
        let desk = &self.desks[who];
        if desk.disk.meta.epoch.as_deref() != Some(&self.portal.epoch.to_string()) {
            return;
        }
        let mut wrong = vec![];
        let told = desk.disk.meta.account.edit.as_ref();
        let told = told.filter(|one| one.stage == EditStage::Done);
        if let Some(edit) = told.filter(|one| !self.portal.state.edits.contains(&one.id)) {
            wrong.push(format!("change {} is told, portal lacks it", edit.id));
        }
        let entries = desk.disk.entries.iter();
        for (id, entry) in entries.filter(|(id, entry)| !entry.recheck && !self.lost.contains(id)) {
            for one in entry.revisions.iter().filter(|one| one.is_accepted()) {
                if !self.holds(*id, one.revision, one.manifest_sha256) {
                    wrong.push(format!("{id} r{} accepted, portal lacks it", one.revision));
                }
            }
        }
        self.broken.extend(wrong);
    }

    pub(super) fn check_the_end(&mut self) {
        self.lost.clear();
        let mut wrong = vec![];
        for who in 0..self.desks.len() {
            self.check_accepted(who);
            self.check_the_end_of(who, &mut wrong);
            self.check_account(who, &mut wrong);
        }
        for (fee, count) in &self.portal.bank.captures {
            if *count > 1 {
                wrong.push(format!("{fee:?} captured {count} times"));
            }
        }
        self.broken.extend(wrong);
    }

    fn check_the_end_of(&self, who: usize, wrong: &mut Vec<String>) {
        let desk = &self.desks[who];
        for (id, payment) in &desk.let_go {
            // What is sealed in its place is another dossier, and its fee is due again.
            let gone = !desk.disk.entries.contains_key(id);
            if gone && self.portal.bank.paid.contains_key(payment) {
                wrong.push(format!("{id} was taken back, and is paid by {payment}"));
            }
        }
        for (id, entry) in &desk.disk.entries {
            let sealed = desk.sealed.get(&(*id, 1)).map(|one| one.sha256);
            let refused = |sha256: &Sha256| {
                self.portal.refuses.contains_key(sha256) && !self.holds(*id, 1, *sha256)
            };
            if sealed.as_ref().is_some_and(refused) {
                let stage = entry.revisions.first().map(|one| &one.stage);
                if !matches!(stage, Some(Stage::NeedsFix { refusal }) if refusal.code == ProblemCode::DossierInvalid)
                {
                    wrong.push(format!("{id} is refused and ends as {stage:?}"));
                }
                continue;
            }
            for one in &entry.revisions {
                if !self.ends_well(*id, one) {
                    wrong.push(format!("{id} r{} ends as {:?}", one.revision, one.stage));
                }
            }
            if entry.recheck || desk.outbox.waiting(*id, self.clock(who)).is_some() {
                wrong.push(format!("{id} still waits"));
            }
            for one in entry.revisions.iter().filter(|one| one.is_accepted()) {
                let kept = one.receipt.as_ref();
                let same = kept == self.portal.receipt(*id, one.revision).as_ref();
                let signed = kept.is_some_and(|receipt| receipt.signed.is_some());
                if signed && same != one.doubt.is_none() {
                    let (number, doubt) = (one.revision, one.doubt);
                    wrong.push(format!(
                        "{id} r{number} has the doubt {doubt:?}, is the same: {same}"
                    ));
                }
            }
            for payment in entry.payments.values() {
                if !self.is_settled(*id, payment) {
                    wrong.push(format!("{id} payment ends as {:?}", payment.stage));
                }
            }
            if !entry.wishes_are_told(self.portal.view(*id).as_ref()) {
                let (one, other) = (&entry.withdrawal, &entry.rating);
                wrong.push(format!("{id} wishes end as {one:?} and {other:?}"));
            }
            let view = self.portal.view(*id);
            if view.is_some() && entry.view != view {
                wrong.push(format!("{id} is shown as {:?}, is {view:?}", entry.view));
            }
            let files = view.iter().flat_map(|view| &view.files);
            for file in files.filter(|file| entry.fetched.get(&file.id) != Some(&file.sha256)) {
                wrong.push(format!("{id} lacks the file {}", file.id));
            }
            let over = view.is_some_and(|view| matches!(view.status, 7 | 10));
            let newest = entry.current().map(|one| &one.stage);
            if over && entry.active().is_none() && newest != Some(&Stage::Settled) {
                wrong.push(format!("{id} is over and not settled"));
            }
        }
        for (id, dossier) in &self.portal.state.dossiers {
            // What was sealed elsewhere is told of, and so is what a disk has forgotten that it sent, or another desktop has sent in its place. A
            // program that died may have died just before it said so.
            let with = self
                .desks
                .iter()
                .filter(|one| one.sealed.contains_key(&(*id, 1)));
            let elsewhere = with.count() > 1 || !desk.sealed.contains_key(&(*id, 1));
            let said = desk.run > 0 || desk.told_elsewhere.contains(id);
            let told = (desk.rolled_back || elsewhere) && said;
            if dossier.submitted() > 0 && !desk.disk.entries.contains_key(id) && !told {
                let desktop = who + 1;
                wrong.push(format!(
                    "{id} is on the portal, and desktop {desktop} knows nothing of it"
                ));
            }
        }
        for (id, revision) in desk.sealed.keys() {
            let begun = desk.disk.entries.contains_key(id) || *revision > 1;
            let replaced = desk.replaced.contains(&(*id, *revision));
            if begun && !desk.is_here(*id, *revision) && !desk.cancelled.contains(id) && !replaced {
                wrong.push(format!("{id} r{revision} is gone"));
            }
        }
    }

    /// Accepted and there; or held back or given up, for a reason that the world has given it.
    fn ends_well(&self, id: DossierId, one: &Revision) -> bool {
        let there = self.holds(id, one.revision, one.manifest_sha256);
        if one.is_accepted() || one.revision == 1 {
            return there && one.is_accepted();
        }
        if there {
            return false;
        }
        if one.given_up {
            return true;
        }
        // A rollback can take the desk's request with it, and another desktop may have answered it: then the supplement waits for the person.
        match &one.stage {
            Stage::NeedsFix { refusal } => refusal.code == ProblemCode::SupplementUnexpected,
            Stage::Quarantined { reason } => {
                let answered = self.desks.iter().filter(|one| one.newest(id) > 1).count() > 1;
                matches!(reason, ParkReason::OtherBytes { .. })
                    && (answered || self.portal.elsewhere.contains(&id))
            }
            _ => false,
        }
    }

    fn is_settled(&self, id: DossierId, payment: &Payment) -> bool {
        let PaymentStage::Paid { by } = payment.stage else {
            return !payment.stage.is_open();
        };
        let captured = self
            .portal
            .bank
            .captures
            .contains_key(&(id, FEE.to_owned()));
        let view = self.portal.view(id);
        let forgotten = view.is_some_and(|view| view.fees.iter().any(|fee| fee.paid_by.is_none()));
        // Only the own attempt can be told again.
        captured && !(forgotten && by == payment.id)
    }
}

/// Whether the rules that a desktop has stored keep a file of it back.
fn kept_back(desk: &Desk, upload: UploadId, clock: u64) -> bool {
    let mut active = desk.disk.entries.values().filter_map(Entry::active);
    let of_file = |one: &&Revision| one.files.iter().any(|file| file.upload == upload);
    if active.find(of_file).is_none_or(|one| one.at_once) {
        return false;
    }
    let rules = &desk.disk.meta.rules;
    let closed = rules
        .hours
        .is_some_and(|hours| hours.opens_at(clock).is_some());
    closed || rules.spare_metered && (rules.always_metered || desk.metered)
}

impl Entry {
    /// Told and kept; or refused, as the portal's rules have it.
    fn wishes_are_told(&self, view: Option<&DossierView>) -> bool {
        let withdrawn = match self.withdrawal.as_ref().map(|wish| &wish.stage) {
            None => true,
            Some(WishStage::Open) => false,
            Some(WishStage::Done) => view.is_some_and(|view| view.withdrawal.is_some()),
            Some(WishStage::Refused { refusal }) => refusal.code == ProblemCode::WithdrawalTooLate,
        };
        withdrawn
            && match self.rating.as_ref().map(|wish| &wish.stage) {
                None => true,
                Some(WishStage::Open) => false,
                Some(WishStage::Done) => view.is_some_and(|view| view.rating.is_some()),
                Some(WishStage::Refused { refusal }) => refusal.code == ProblemCode::RatingTooEarly,
            }
    }
}
