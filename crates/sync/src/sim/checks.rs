//! What must hold at every step, and what must have come of everything in the end.
//!
//! | what the design promises | where it is looked after |
//! |---|---|
//! | I1 one dossier on the portal for every sealed id | [`World::check_the_portal`] after everything that happens there: one dossier for every *draft*, whatever ids it went by; `check_files`: what is taken back is not there. That an id is one dossier at a real portal: `crates/sandbox/tests/it/dossiers.rs` |
//! | I2 accepted means that the portal holds the same bytes | [`World::check_accepted`], at every commit of a desktop, after everything that happens at the portal, and in the end |
//! | I3 at most one capture a fee | [`World::check_the_portal`] counts the bank's captures after every event there, [`World::check_request`] sees a second attempt beside an open one |
//! | I4 the person's bytes are there at every step | sealed revisions: [`World::check_stored`], `check_the_end_of`; what the portal gave: `check_files`. The stored files themselves: `crates/store/tests/it/blobs.rs`; two logs of a shared draft: `tests/sharing.rs` |
//! | I5 sealed bytes never change | [`World::check_stored`] looks at their hash; the bytes: the database refuses (`crates/store/src/schema.rs`) |
//! | I6 once faults stop, all settles or is visibly parked | [`World::check_the_end`], which `END` bounds in time and `TOO_MANY` in requests |
//! | I7 over what is agreed there is nothing to do, in any order | [`World::check_order`] at every page of news, `check_agreed` in the end |
//! | I8 the same seed gives the same trace | `the_same_seed_gives_the_same_trace` |
//! | I9 online and on a stick, it is one dossier | the stick's way ([`World::hand_in`]) ends in the checks of I1; two ways at the real sandbox: `crates/cli/tests/it/sticks.rs` |
//! | I10 locked, no plain text on the disk, and none in a log | this machine writes nothing: `crates/store/tests/it/profiles.rs` (`every_file_is_noise`) and `crates/cli/tests/it/markers.rs` |
//! | I11 after a rollback every receipt is established again | [`World::check_accepted`] as soon as the epoch is known, and `check_the_end_of` |
//! | no change of the account is lost, or goes over one that nobody here was shown | [`World::check_replaced`] as the portal takes it, [`World::check_account`] in the end |
//! | what another desktop has sent is shown | `check_elsewhere`: kept on the disk, as the portal has it, and gone with it |
//!
//! Not played: a disk that forgets that something was taken back, together with what was sealed in its place. Nothing can tell it from one where neither
//! happened.

use std::collections::BTreeMap;

use hoso_dossier::{DossierId, Sha256, UploadId};
use hoso_portal_api::{DossierPage, DossierView, ProblemCode};

use super::desk::Desk;
use super::network::brief;
use super::portal::FEE;
use super::world::World;
use crate::entry::{Payment, Revision};
use crate::{
    EditStage, Effect, Elsewhere, Entry, Event, Kept, Meta, Outbox, ParkReason, PaymentStage,
    Reply, Request, RequestId, Stage, WishStage,
};

/// More requests than any honest history has one desktop make.
const TOO_MANY: u64 = 2_500;
/// More looks at once after one that brought nothing new than any honest history has.
const TOO_OFTEN: u64 = 60;

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
        let brings = matches!(
            request,
            Request::CreateUpload { .. } | Request::PutRevision { .. } | Request::Submit { .. }
        );
        if brings && of.is_some_and(|id| desk.unasked.contains(&id)) {
            wrong.push("brought here by hand, and sent before the portal was asked");
        }
        if let Some(upload) = file(request)
            && let Some(at) = desk.in_vain.remove(&upload)
            && at + 500 > self.now
        {
            wrong.push("sent again at once, though the portal has taken nothing");
        }
        if matches!(request, Request::Changes { .. }) && desk.nothing_new.0 == Some(self.now) {
            desk.nothing_new.1 += 1;
            if desk.nothing_new.1 > TOO_OFTEN {
                wrong.push("asked what is new again and again, and nothing is");
            }
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

    /// What the portal and the bank have done must be right, whoever asked for it.
    pub(super) fn check_the_portal(&mut self) {
        let all = self.portal.bank.captures.iter();
        let twice = all.filter(|(_, count)| **count > 1);
        let mut wrong: Vec<String> = twice
            .map(|(fee, count)| format!("{fee:?} captured {count} times"))
            .collect();
        let mut of_draft: BTreeMap<DossierId, Vec<DossierId>> = BTreeMap::new();
        for (id, dossier) in &self.portal.state.dossiers {
            if dossier.submitted() > 0 {
                of_draft.entry(self.draft_of(*id)).or_default().push(*id);
            }
        }
        for all in of_draft.values().filter(|all| all.len() > 1) {
            wrong.push(format!(
                "one draft is several dossiers on the portal: {all:?}"
            ));
        }
        self.broken.append(&mut wrong);
        for who in 0..self.desks.len() {
            self.check_accepted(who);
        }
    }

    /// In whatever order a page tells its dossiers, the same is kept.
    pub(super) fn check_order(&mut self, who: usize, id: RequestId, page: &DossierPage) {
        if page.dossiers.len() < 2 {
            return;
        }
        let clock = self.clock(who);
        let after = |page: DossierPage| {
            let mut outbox = self.desks[who].outbox.clone();
            let outcome = Ok(Reply::Changes(page));
            outbox.step(
                Event::Reply {
                    request: id,
                    outcome,
                },
                clock,
            );
            kept(&outbox)
        };
        let mut other = page.clone();
        other.dossiers.reverse();
        if after(page.clone()) != after(other) {
            let what = "another order of the same news comes to something else";
            self.broken.push(what.into());
        }
    }

    /// Where all is agreed, whoever looks what is new asks for that alone, and the same news again change nothing and have nothing asked.
    fn check_agreed(&self, who: usize, wrong: &mut Vec<String>) {
        let clock = self.clock(who);
        let desk = &self.desks[who];
        let mut outbox = desk.outbox.clone();
        // What is sealed twice, and so held back, is not agreed.
        let doubled = outbox.entries().any(|(id, _)| self.is_doubled(who, id));
        if doubled || !outbox.is_idle(clock) || !desk.online || !desk.signed_in {
            return;
        }
        let before = kept(&outbox);
        let mut asked = vec![];
        let mut effects = outbox.step(Event::RefreshNow, clock);
        let mut portal = self.portal.clone();
        while let Some(place) = effects.iter().position(is_send) {
            let Effect::Send { id, request } = effects.remove(place) else {
                break;
            };
            let outcome = match &request {
                Request::PortalInfo | Request::AskAccount => {
                    portal.answer(&request, None, false, None)
                }
                // Everything, as at the first time.
                Request::Changes { .. } => {
                    portal.answer(&Request::Changes { cursor: None }, None, false, None)
                }
                other => {
                    let other = brief(other);
                    return wrong.push(format!("all is agreed, and desktop {who} asks {other}"));
                }
            };
            asked.push(brief(&request));
            let reply = Event::Reply {
                request: id,
                outcome,
            };
            effects.extend(outbox.step(reply, clock));
            if asked.len() > 5 {
                return wrong.push(format!("all is agreed, and desktop {who} asks {asked:?}"));
            }
        }
        let said = effects.iter().find(|one| matches!(one, Effect::Notify(_)));
        if let Some(said) = said {
            wrong.push(format!("all is agreed, and desktop {who} says {said:?}"));
        }
        if kept(&outbox) != before {
            wrong.push(format!("what was agreed has changed at desktop {who}"));
        }
    }

    pub(super) fn check_the_end(&mut self) {
        self.lost.clear();
        let mut wrong = vec![];
        for who in 0..self.desks.len() {
            self.check_accepted(who);
            self.check_the_end_of(who, &mut wrong);
            self.check_files(who, &mut wrong);
            self.check_account(who, &mut wrong);
            self.check_elsewhere(who, &mut wrong);
            self.check_agreed(who, &mut wrong);
        }
        self.check_the_portal();
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
            if self.is_doubled(who, *id) {
                // Held back, in sight, beside what the portal says of the one that it has.
                let view = self.portal.view(*id);
                if entry.view != view {
                    wrong.push(format!("{id} is shown as {:?}, is {view:?}", entry.view));
                }
                continue;
            }
            let sealed = desk.sealed.get(&(*id, 1)).map(|one| one.sha256);
            let refused = |sha256: &Sha256| {
                self.portal.refuses.contains_key(sha256) && !self.holds(*id, 1, *sha256)
            };
            // Taken back it is gone, and what was sealed after it stands alone.
            let first = entry.revisions.iter().find(|one| one.revision == 1);
            if let Some(first) = first.filter(|_| sealed.as_ref().is_some_and(refused)) {
                let stage = &first.stage;
                if !matches!(stage, Stage::NeedsFix { refusal } if refusal.code == ProblemCode::DossierInvalid)
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
            // A receipt that is doubted has it asked about ever again, also at this moment.
            let asks =
                |one: &Request| matches!(one, Request::AskDossier { dossier } if dossier == id);
            let rechecks = entry.recheck && !desk.open.values().any(asks);
            if rechecks || desk.outbox.waiting(*id, self.clock(who)).is_some() {
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
            // What the disk has forgotten the beginning of and the portal all of can't be established again, and nothing is paid for it.
            let gone = !entry.is_there() && first.is_none();
            for payment in entry.payments.values() {
                let never_paid = gone && payment.stage == PaymentStage::Wished;
                if !never_paid && !self.is_settled(*id, payment) {
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
            // What the disk has forgotten the receipt of, and was refused since, has nothing to be settled.
            let settled = newest == Some(&Stage::Settled) || entry.accepted().is_none();
            if over && entry.active().is_none() && !settled {
                wrong.push(format!("{id} is over and not settled"));
            }
        }
        for (id, dossier) in &self.portal.state.dossiers {
            // What was sealed elsewhere is kept as such, and so is what a disk has forgotten that it sent.
            let here = desk.disk.entries.contains_key(id);
            let elsewhere = desk.disk.elsewhere.contains_key(id);
            if dossier.submitted() > 0 && !here && !elsewhere {
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

    /// What is said to be stored here is on the disk; what was taken back is nowhere else.
    fn check_files(&self, who: usize, wrong: &mut Vec<String>) {
        let desk = &self.desks[who];
        for (id, entry) in &desk.disk.entries {
            for (file, sha256) in &entry.fetched {
                if !desk.files.contains(sha256) {
                    wrong.push(format!(
                        "{id} has file {file} on record and not on the disk"
                    ));
                }
            }
        }
        for id in desk.cancelled.iter().filter(|_| !desk.rolled_back) {
            let there = self.portal.state.dossiers.get(id);
            let sealed = there.and_then(|one| one.revisions.get(&1));
            // One that was refused online may be taken by hand, from another desktop.
            let theirs = sealed.is_some_and(|one| {
                let mine = desk.sealed.get(&(*id, 1)).map(|one| one.sha256);
                let by_hand = self.portal.refuses.contains_key(&one.sealed.sha256);
                by_hand || mine != Some(one.sealed.sha256)
            });
            if there.is_some_and(|one| one.submitted() > 0) && !theirs {
                wrong.push(format!("{id} is taken back, and is on the portal"));
            }
        }
    }

    /// The disk forgot that it was sealed, the person sealed it again, and the portal had the first: it is held back for that.
    pub(super) fn is_doubled(&self, who: usize, id: DossierId) -> bool {
        let entry = self.desks[who].disk.entries.get(&id);
        let first = entry.and_then(|entry| entry.revisions.first());
        let mut desks = self.desks.iter();
        let forgot =
            desks.any(|one| one.rolled_back && one.sealings.get(&(id, 1)).is_some_and(|n| *n > 1));
        first.is_some_and(|one| {
            let held = self.portal.state.dossiers.get(&id);
            let held = held.and_then(|held| held.revisions.get(&1));
            one.is_in_conflict()
                && held.is_some_and(|held| held.sealed.sha256 != one.manifest_sha256)
        }) && forgot
    }

    /// What is kept of dossiers from elsewhere is what the portal says of them, and nothing that it doesn't.
    fn check_elsewhere(&self, who: usize, wrong: &mut Vec<String>) {
        let desk = &self.desks[who];
        for (id, one) in &desk.disk.elsewhere {
            let is = self.portal.view(*id);
            // What the portal lost without a word, nobody hears of but who sent it; and it may not be sent again.
            let lost = is.is_none() && self.ever_lost.contains(id);
            if is.as_ref() != Some(&one.view) && !lost {
                wrong.push(format!(
                    "{id} from elsewhere is shown as {:?}, is {is:?}",
                    one.view
                ));
            }
            if desk.disk.entries.contains_key(id) {
                wrong.push(format!("{id} is from here and from elsewhere"));
            }
        }
        let in_memory: BTreeMap<_, _> = desk.outbox.elsewhere().collect();
        if !in_memory
            .iter()
            .map(|(id, one)| (id, *one))
            .eq(&desk.disk.elsewhere)
        {
            wrong.push(format!(
                "desktop {who} shows from elsewhere what it has not stored"
            ));
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
            Stage::NeedsFix { refusal } => match refusal.code {
                ProblemCode::SupplementUnexpected => true,
                // Taken by hand before the portal forgot it, and refused when it is brought online.
                ProblemCode::DossierInvalid => {
                    self.portal.refuses.contains_key(&one.manifest_sha256)
                }
                _ => false,
            },
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

const fn is_send(effect: &Effect) -> bool {
    matches!(effect, Effect::Send { .. })
}

/// Everything that an outbox would be taken up from, but for when it was heard.
fn kept(outbox: &Outbox) -> Kept {
    let entries = outbox.entries().map(|(id, entry)| {
        let entry = entry.clone();
        (
            id,
            Entry {
                checked_at: 0,
                ..entry
            },
        )
    });
    let elsewhere = outbox.elsewhere().map(|(id, one)| {
        let one = one.clone();
        (
            id,
            Elsewhere {
                told_at: 0,
                reading: 0,
                ..one
            },
        )
    });
    Kept {
        entries: entries.collect(),
        elsewhere: elsewhere.collect(),
        meta: Meta {
            refreshed_at: None,
            ..outbox.meta().clone()
        },
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
