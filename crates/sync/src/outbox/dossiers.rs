//! Creating, submitting and asking about a revision; what the portal says of a dossier.

use hoso_dossier::{DossierId, Sha256};
use hoso_portal_api::{DossierView, PortalFile, ProblemCode, Receipt, RevisionState, RevisionView};

use super::{Mutant, Out, Outbox, Slot};
use crate::entry::{Entry, FileState, First, ParkReason, Revision, Spoiled, Stage};
use crate::message::{Failure, Notice, Request};

impl Outbox {
    pub(super) fn take_revision(
        &mut self,
        dossier: DossierId,
        view: &RevisionView,
        answered: Option<&str>,
        now: u64,
        out: &mut Out,
    ) {
        let Some(active) = self.entries.get(&dossier).and_then(Entry::active) else {
            return;
        };
        if view.dossier != dossier || view.revision != active.revision {
            return self.wrong_kind(Slot::Dossier(dossier), now);
        }
        if view.sha256 != active.manifest_sha256 && !self.policy.broken(Mutant::TakeOtherBytes) {
            let held = Some(view.sha256);
            return self.park(dossier, ParkReason::OtherBytes { held }, out);
        }
        // Submitting again only brings the receipt, or the refusal, that is there already.
        self.created.insert(dossier);
        self.take_needs(dossier, view, answered, out);
        // Submitted before this machine knew of it: the news have come and gone.
        if view.state == RevisionState::Submitted
            && let Some(entry) = self.entries.get_mut(&dossier)
            && entry.view.is_none()
        {
            entry.recheck = true;
            out.changed.insert(dossier);
        }
    }

    /// What the portal wants before it takes the active revision; `answered`: the code that it answers to.
    fn take_needs(
        &mut self,
        dossier: DossierId,
        view: &RevisionView,
        answered: Option<&str>,
        out: &mut Out,
    ) {
        let Some(entry) = self.entries.get_mut(&dossier) else {
            return;
        };
        let first = entry.first();
        let Some(active) = entry.active_mut() else {
            return;
        };
        let created = view.state == RevisionState::Created;
        let needs = view.needs.clone().filter(|_| created).unwrap_or_default();
        let mut before = active.before.clone();
        let coded = before.needs.confirmation.is_some();
        let asked_before = if coded { Some(First::Confirm) } else { first };
        // What was typed while an older one was on its way is still to be given.
        if needs.confirmation.is_none() || answered.is_some() && answered == before.code.as_deref()
        {
            before.code = None;
            before.wrong = None;
        }
        before.needs = needs;
        let fees = before.needs.fees.clone();
        if active.before != before {
            active.before = before;
            out.changed.insert(dossier);
        }
        // Also where it says what it said before: it may have forgotten since that a fee was paid.
        self.take_fees(dossier, &fees, out);
        let first = self.entries.get(&dossier).and_then(Entry::first);
        if let Some(first) = first
            && asked_before != Some(first)
        {
            out.notices.push(Notice::FirstAsked { dossier, first });
        }
    }

    /// The person has typed a confirmation code, or wants a new one. Where none is asked for it changes nothing.
    pub(super) fn confirm(&mut self, dossier: DossierId, code: String, out: &mut Out) {
        let active = self.entries.get_mut(&dossier).and_then(Entry::active_mut);
        if let Some(active) = active
            && active.before.needs.confirmation.is_some()
        {
            active.before.code = Some(code);
            active.before.wrong = None;
            out.changed.insert(dossier);
            // A busy portal is given its time all the same.
            let slot = Slot::Dossier(dossier);
            self.waits.retain(|of, wait| *of != slot || wait.busy);
        }
    }

    /// What came of giving the confirmation code; any other outcome than the portal's word about it is learnt by putting the revision again.
    fn confirm_failed(
        &mut self,
        dossier: DossierId,
        request: &Request,
        failure: Failure,
        now: u64,
        out: &mut Out,
    ) {
        if let Failure::Problem { problem, .. } = &failure
            && problem.code == ProblemCode::ConfirmationWrong
        {
            let active = self.entries.get_mut(&dossier).and_then(Entry::active_mut);
            if let Some(active) = active
                && matches!(request, Request::Confirm { code, .. } if active.before.code.as_ref() == Some(code))
            {
                active.before.code = None;
                active.before.wrong = Some(problem.detail.clone());
                out.changed.insert(dossier);
            }
            return;
        }
        self.created.remove(&dossier);
        self.retry_later(Slot::Dossier(dossier), failure, now);
    }

    pub(super) fn take_receipt(
        &mut self,
        dossier: DossierId,
        receipt: Receipt,
        now: u64,
        out: &mut Out,
    ) {
        let any_bytes = self.policy.broken(Mutant::TakeOtherBytes);
        let Some(entry) = self.entries.get_mut(&dossier) else {
            return;
        };
        let Some(active) = entry.active_mut() else {
            return;
        };
        if receipt.dossier != dossier || receipt.revision != active.revision {
            return self.wrong_kind(Slot::Dossier(dossier), now);
        }
        if receipt.sha256 != active.manifest_sha256 && !any_bytes {
            let held = Some(receipt.sha256);
            return self.park(dossier, ParkReason::OtherBytes { held }, out);
        }
        let (revision, code) = (active.revision, receipt.code.clone());
        active.accept(receipt, now);
        // Only established again: a later one has its receipt already.
        let again = entry.accepted().is_some_and(|one| one.revision > revision);
        entry.checked_at = now;
        settle_older(entry);
        settle(entry);
        out.changed.insert(dossier);
        self.created.remove(&dossier);
        self.waits.remove(&Slot::Dossier(dossier));
        self.look_soon(now);
        if again {
            return;
        }
        out.notices.push(Notice::CodeReceived {
            dossier,
            revision,
            code,
        });
    }

    /// A receipt that came by hand. Since it was given the portal may have been restored from a backup, so it is asked about too.
    pub(super) fn receipt_brought(&mut self, receipt: Receipt, now: u64, out: &mut Out) {
        let dossier = receipt.dossier;
        let Some(entry) = self.entries.get_mut(&dossier) else {
            return;
        };
        let of_receipt = |one: &&mut Revision| {
            one.revision == receipt.revision && one.manifest_sha256 == receipt.sha256
        };
        let Some(revision) = entry.revisions.iter_mut().find(of_receipt) else {
            return;
        };
        if revision.is_accepted() {
            return;
        }
        let (number, code) = (receipt.revision, receipt.code.clone());
        revision.given_up = false;
        revision.sent = true;
        revision.accept(receipt, now);
        entry.checked_at = now;
        let ask = !self.policy.broken(Mutant::TrustCarriedReceipt);
        entry.recheck = ask;
        // Whether the portal holds an earlier one too, its newest word doesn't say.
        entry.recheck_older |= ask && entry.revisions.iter().any(|one| one.revision > number);
        settle_older(entry);
        settle(entry);
        out.changed.insert(dossier);
        self.forget_what_runs(dossier, out);
        self.look_soon(now);
        out.notices.push(Notice::CodeReceived {
            dossier,
            revision: number,
            code,
        });
    }

    /// What the portal holds, asked for after an unknown outcome, a rollback, or a long silence.
    pub(super) fn take_answer(
        &mut self,
        dossier: DossierId,
        view: DossierView,
        now: u64,
        out: &mut Out,
    ) {
        if view.id != dossier {
            return self.wrong_kind(Slot::Dossier(dossier), now);
        }
        let Some(entry) = self.entries.get_mut(&dossier) else {
            return;
        };
        let held = Some(view.sha256);
        let mut other = false;
        let mut lost = false;
        let mut there = false;
        let mut found = false;
        let older = std::mem::take(&mut entry.recheck_older) || entry.is_passed_by(&view);
        for revision in &mut entry.revisions {
            let same = view.sha256 == revision.manifest_sha256;
            if revision.is_accepted() && revision.revision > view.revision {
                revision.start_over();
                lost = true;
            } else if older && revision.is_accepted() && revision.revision < view.revision {
                // The portal tells of its newest only; another desktop may have sent that one in place of this.
                revision.stage = Stage::Submitting;
                there = true;
            } else if revision.revision == view.revision && same && revision.is_out_of_the_way() {
                revision.taken_after_all();
                there = true;
            } else if revision.is_refused_and_passed(&view) {
                // Whether it is the same, the answer to its submission tells.
                revision.taken_after_all();
                there = true;
            } else if revision.given_up {
                // It stays as it is.
            } else if revision.revision == view.revision && !same && revision.sent {
                other = !revision.is_in_conflict();
                let reason = ParkReason::OtherBytes { held };
                revision.stage = Stage::Quarantined { reason };
            } else if revision.is_there_unsent(&view) {
                revision.found_there();
                found = true;
            } else if matches!(revision.stage, Stage::OutcomeUnknown | Stage::Submitting) {
                revision.stage = Stage::Submitting;
                there = revision.revision <= view.revision;
            }
        }
        entry.recheck = false;
        entry.checked_at = now;
        out.changed.insert(dossier);
        self.created.remove(&dossier);
        if there {
            self.created.insert(dossier);
        }
        if found {
            self.stop_files(dossier, out);
        }
        self.after_asking(dossier, lost, out);
        if other && let Some(revision) = self.entries.get(&dossier).and_then(Entry::active) {
            out.notices.push(Notice::Quarantined {
                dossier,
                revision: revision.revision,
                reason: ParkReason::OtherBytes { held },
            });
        }
        if let Some(entry) = self.entries.get_mut(&dossier) {
            let known = entry.view.as_ref().map_or(0, |known| known.version);
            if lost {
                entry.view = None;
            } else if view.version < known && !self.policy.broken(Mutant::TakeOldAnswer) {
                // It was overtaken by news, or the portal has forgotten some: what is true now is read from the start.
                self.meta.cursor = None;
                out.meta = true;
                self.look_soon(now);
            }
        }
        self.take_view(view, out);
    }

    /// The portal doesn't know the dossier.
    fn take_absence(&mut self, dossier: DossierId, now: u64, out: &mut Out) {
        let Some(entry) = self.entries.get_mut(&dossier) else {
            return;
        };
        let mut lost = false;
        let told = entry.view.is_some();
        for revision in &mut entry.revisions {
            if revision.is_accepted() {
                revision.start_over();
                lost = true;
            } else if revision.revision == 1
                && (revision.other_bytes_told() || told && revision.is_in_conflict())
            {
                // What was in its place is gone. What the portal only refused to say anything of was never submitted, and is in the way as before.
                revision.start_over();
            } else if revision.stage == Stage::OutcomeUnknown {
                let whole = revision
                    .files
                    .iter()
                    .all(|file| file.state == FileState::Done);
                revision.stage = if whole {
                    Stage::Submitting
                } else {
                    Stage::Uploading
                };
            }
        }
        entry.view = None;
        entry.recheck = false;
        entry.recheck_older = false;
        entry.checked_at = now;
        out.changed.insert(dossier);
        self.created.remove(&dossier);
        self.after_asking(dossier, lost, out);
    }

    fn after_asking(&mut self, dossier: DossierId, lost: bool, out: &mut Out) {
        let active = self.entries.get(&dossier).and_then(Entry::active);
        // While a submission keeps failing, asking about it in between is no success.
        let slot = Slot::Dossier(dossier);
        let busy = self.waits.get(&slot).is_some_and(|wait| wait.busy);
        if (lost || active.is_none()) && !busy {
            self.waits.remove(&slot);
        }
        if lost {
            out.notices.push(Notice::SendingAgain { dossier });
        }
    }

    pub(super) fn dossier_failed(
        &mut self,
        dossier: DossierId,
        request: &Request,
        failure: Failure,
        stale: bool,
        now: u64,
        out: &mut Out,
    ) {
        let slot = Slot::Dossier(dossier);
        let asked = matches!(request, Request::AskDossier { .. });
        let submitted = matches!(request, Request::Submit { .. });
        match failure {
            Failure::Problem { problem, .. } if asked && problem.code == ProblemCode::NotFound => {
                if !stale {
                    self.take_absence(dossier, now, out);
                }
            }
            failure if asked => self.retry_later(slot, failure, now),
            failure if matches!(request, Request::Confirm { .. }) => {
                self.confirm_failed(dossier, request, failure, now, out);
            }
            Failure::Problem { problem, .. } if problem.code == ProblemCode::NeedsOpen => {
                self.created.remove(&dossier);
                self.back_off(slot, now, "the portal wants something first".into(), None);
            }
            Failure::Problem { problem, .. } if problem.code == ProblemCode::UploadMissing => {
                self.created.remove(&dossier);
                self.upload_again(dossier, out);
                self.back_off(slot, now, "the portal misses a file".into(), None);
            }
            Failure::Problem { problem, .. }
                if submitted && problem.code == ProblemCode::NotFound =>
            {
                self.created.remove(&dossier);
                self.back_off(slot, now, "the portal misses the dossier".into(), None);
            }
            Failure::Problem { problem, .. } if problem.code == ProblemCode::DossierConflict => {
                self.park(dossier, ParkReason::OtherBytes { held: None }, out);
            }
            Failure::Problem { problem, .. } if problem.code.is_final() => {
                self.refuse(dossier, problem, out);
            }
            Failure::Problem { problem, .. }
                if problem.code == ProblemCode::Busy && self.policy.broken(Mutant::BusyIsFinal) =>
            {
                self.refuse(dossier, problem, out);
            }
            failure @ Failure::Problem { .. } if is_busy(&failure) => {
                self.retry_later(slot, failure, now);
            }
            Failure::Local { what } => self.park(dossier, ParkReason::Local { what }, out),
            Failure::Unsigned { .. } if self.policy.broken(Mutant::TakeUnsigned) => {
                self.set_stage(dossier, &Stage::Accepted, out);
            }
            failure => self.outcome_unknown(dossier, submitted, failure, now, out),
        }
    }

    fn outcome_unknown(
        &mut self,
        dossier: DossierId,
        submitted: bool,
        failure: Failure,
        now: u64,
        out: &mut Out,
    ) {
        if let Failure::Unexpected { what, .. } = &failure
            && self.policy.broken(Mutant::UnexpectedIsFinal)
        {
            let what = what.clone();
            return self.park(dossier, ParkReason::Local { what }, out);
        }
        if submitted && self.policy.broken(Mutant::AssumeSubmitted) {
            return self.set_stage(dossier, &Stage::Accepted, out);
        }
        self.created.remove(&dossier);
        self.set_stage(dossier, &Stage::OutcomeUnknown, out);
        let slot = Slot::Dossier(dossier);
        let told = self.waits.get(&slot).is_some_and(|wait| wait.unsigned);
        let active = self.entries.get(&dossier).and_then(Entry::active);
        if let (Failure::Unsigned { .. }, Some(active), false) = (&failure, active, told) {
            let revision = active.revision;
            out.notices
                .push(Notice::ReceiptUnsigned { dossier, revision });
        }
        self.retry_later(slot, failure, now);
    }

    /// News that were not asked for: they prove that the portal holds what it says, and nothing about what it doesn't say.
    pub(super) fn take_news(&mut self, view: DossierView, now: u64, out: &mut Out) {
        let Some(entry) = self.entries.get_mut(&view.id) else {
            return self.hear_elsewhere(view, now, out);
        };
        let old = entry.view.as_ref().map_or(0, |view| view.version);
        if view.version < old {
            return;
        }
        let mut there = entry.revisions.iter_mut();
        let there = there.find(|one| one.is_there_unsent(&view));
        let found = there.map(Revision::found_there).is_some();
        let accepted = entry
            .accepted()
            .map(|one| (one.revision, one.manifest_sha256));
        if entry.revisions.iter().any(|one| {
            one.revision == view.revision
                && one.manifest_sha256 == view.sha256
                && one.is_out_of_the_way()
        }) {
            entry.recheck = true;
        }
        let known = entry.view.as_ref().map_or(0, |known| known.revision);
        let mut passed = entry.revisions.iter();
        if known < view.revision && passed.any(|one| one.is_refused_and_passed(&view)) {
            entry.recheck = true;
        }
        match accepted {
            Some((revision, sha256)) if revision == view.revision => {
                if sha256 == view.sha256 {
                    entry.checked_at = now;
                } else {
                    entry.recheck = true;
                }
            }
            Some((revision, _)) if revision > view.revision => entry.recheck = true,
            // Perhaps in place of what the portal had lost.
            Some(_) if entry.is_passed_by(&view) => {
                entry.recheck = true;
                entry.recheck_older = true;
            }
            _ => {}
        }
        out.changed.insert(view.id);
        if found {
            self.stop_files(view.id, out);
        }
        self.take_view(view, out);
    }

    fn take_view(&mut self, view: DossierView, out: &mut Out) {
        let dossier = view.id;
        let Some(entry) = self.entries.get_mut(&dossier) else {
            return;
        };
        let old = entry.view.as_ref();
        if old.map(|one| one.status) != Some(view.status) {
            out.notices.push(Notice::StatusChanged {
                dossier,
                status: view.status,
            });
        }
        if let Some(asked) = &view.supplement {
            let revision = asked.revision;
            let before = old.and_then(|one| one.supplement.as_ref());
            match before.filter(|one| one.revision == revision) {
                None => out
                    .notices
                    .push(Notice::SupplementRequested { dossier, revision }),
                // What was begun as an answer goes on, but the person has to know.
                Some(one)
                    if (&one.reason, &one.components) != (&asked.reason, &asked.components)
                        || one.due_at.is_some() && one.due_at != asked.due_at =>
                {
                    out.notices
                        .push(Notice::SupplementChanged { dossier, revision });
                }
                Some(_) => {}
            }
        }
        let fees = view.fees.clone();
        entry.hear_of_wishes(&view, !self.policy.broken(Mutant::WishOnce));
        entry.view = Some(view);
        settle(entry);
        out.changed.insert(dossier);
        self.take_fees(dossier, &fees, out);
    }

    pub(super) fn take_file(&mut self, dossier: DossierId, file: PortalFile, out: &mut Out) {
        self.waits.remove(&Slot::File(dossier, file.id.clone()));
        if self.policy.broken(Mutant::ForgetFetched) {
            return;
        }
        if let Some(entry) = self.entries.get_mut(&dossier) {
            entry.fetched.insert(file.id.clone(), file.sha256);
            entry.spoiled.remove(&file.id);
            settle(entry);
            out.changed.insert(dossier);
            out.notices.push(Notice::FileArrived { dossier, file });
        }
    }

    /// What is stored here and can't be read any more is fetched again, as long as the portal offers it.
    pub(super) fn file_gone(
        &mut self,
        dossier: DossierId,
        file: &str,
        sha256: Sha256,
        out: &mut Out,
    ) {
        if let Some(entry) = self.entries.get_mut(&dossier)
            && entry.fetched.get(file) == Some(&sha256)
            && !self.policy.broken(Mutant::TrustFetched)
        {
            entry.fetched.remove(file);
            settle(entry);
            out.changed.insert(dossier);
        }
    }

    /// A file came with other bytes than announced; downloading it whole again and again would cost the person's line, and bring the same.
    pub(super) fn file_spoiled(&mut self, dossier: DossierId, file: PortalFile, out: &mut Out) {
        let most = self.policy.mismatches;
        let Some(entry) = self.entries.get_mut(&dossier) else {
            return;
        };
        let before = entry.spoiled.get(&file.id);
        let before = before.filter(|one| one.sha256 == file.sha256);
        let times = before.map_or(0, |one| one.times).saturating_add(1);
        let given_up = times >= most;
        let spoiled = Spoiled {
            sha256: file.sha256,
            times,
            given_up,
        };
        entry.spoiled.insert(file.id.clone(), spoiled);
        out.changed.insert(dossier);
        if given_up {
            out.notices.push(Notice::FileSpoiled { dossier, file });
        }
    }
}

/// The newest revision is settled when the dossier is over.
pub(super) fn settle(entry: &mut Entry) {
    let over = entry.active().is_none() && entry.is_over();
    let mut newest_first = entry.revisions.iter_mut().rev();
    if let Some(newest) = newest_first.find(|one| !one.given_up)
        && newest.is_accepted()
    {
        newest.stage = if over {
            Stage::Settled
        } else {
            Stage::Accepted
        };
    }
}

/// An accepted revision settles those before it.
fn settle_older(entry: &mut Entry) {
    let accepted = entry.revisions.iter().rposition(Revision::is_accepted);
    let older = entry.revisions.iter_mut().take(accepted.unwrap_or(0));
    for older in older.filter(|one| one.is_accepted()) {
        older.stage = Stage::Settled;
    }
}

fn is_busy(failure: &Failure) -> bool {
    matches!(failure, Failure::Problem { problem, .. } if problem.code == ProblemCode::Busy)
}
