//! Takes answers and failures to the line of work that asked.

use hoso_dossier::DossierId;
use hoso_portal_api::{DossierPage, PortalInfo, Problem, ProblemCode};

use super::{Flight, Mutant, Out, Outbox, Slot};
use crate::entry::{Entry, ParkReason, Refusal, Revision, Stage};
use crate::message::{Failure, Notice, Reply, Request, RequestId};

impl Outbox {
    pub(super) fn reply(
        &mut self,
        id: RequestId,
        outcome: Result<Reply, Failure>,
        now: u64,
        out: &mut Out,
    ) {
        // Nobody waits for it any more: aborted, answered already, or of an earlier run.
        let Some(flight) = self.flights.remove(&id) else {
            return;
        };
        match outcome {
            Ok(reply) => {
                if let Reply::Sent { offset } = reply {
                    self.measure_arrival(&flight, offset, now);
                }
                if flight.slot != Slot::Info {
                    self.link.reachable = true;
                }
                self.answered(flight, reply, now, out);
            }
            Err(Failure::Offline) => self.went_offline(&flight, now, out),
            Err(failure) if needs_sign_in(&failure) => {
                if self.link.signed_in {
                    self.link.signed_in = false;
                    out.notices.push(Notice::SignInNeeded);
                }
                self.not_sent(&flight, out);
            }
            Err(failure) => self.failed(flight, failure, now, out),
        }
    }

    fn answered(&mut self, flight: Flight, reply: Reply, now: u64, out: &mut Out) {
        let stale = flight.generation != self.generation;
        match (flight.slot, reply) {
            (Slot::Info, Reply::Info(info)) => self.take_info(&info, stale, now, out),
            (Slot::Changes, Reply::Changes(page)) => {
                // Meanwhile it may have turned out that everything has to be read from the start.
                let goes_on = matches!(
                    &flight.request,
                    Request::Changes { cursor } if *cursor == self.meta.cursor
                );
                let from_start = matches!(&flight.request, Request::Changes { cursor: None });
                if from_start {
                    self.link.told.clear();
                }
                let place = Place {
                    goes_on,
                    from_start,
                };
                self.take_changes(page, place, stale, now, out);
            }
            (Slot::Upload(dossier, upload), reply) => {
                self.upload_answered(dossier, upload, &flight.request, reply, now, out);
            }
            (Slot::Dossier(dossier), Reply::Revision(view)) => {
                let answered = match &flight.request {
                    Request::Confirm { code, .. } => Some(code.as_str()),
                    _ => None,
                };
                self.take_revision(dossier, &view, answered, now, out);
            }
            (Slot::Dossier(dossier), Reply::Receipt(receipt)) => {
                self.take_receipt(dossier, receipt, now, out);
            }
            (Slot::Dossier(dossier), Reply::Dossier(view)) => {
                if !stale {
                    self.take_answer(dossier, *view, now, out);
                }
            }
            (Slot::Receipt(dossier, revision), Reply::Receipt(receipt)) => {
                if !stale {
                    self.take_audit(dossier, revision, &receipt, now, out);
                }
            }
            (slot @ (Slot::Withdrawal(dossier) | Slot::Rating(dossier)), Reply::Dossier(view)) => {
                self.take_told(slot, dossier, *view, stale, now, out);
            }
            (Slot::Account, Reply::Account(account)) => {
                self.take_account(&flight.request, account, stale, now, out);
            }
            (Slot::Payment(dossier, fee), Reply::Payment(order)) => {
                self.take_order(dossier, &fee, order, now, out);
            }
            (Slot::File(dossier, _), Reply::Fetched) => {
                if let Request::FetchFile { file, .. } = flight.request {
                    self.take_file(dossier, file, out);
                }
            }
            (slot, _) => self.wrong_kind(slot, now),
        }
    }

    fn take_info(&mut self, info: &PortalInfo, stale: bool, now: u64, out: &mut Out) {
        self.link.reachable = true;
        self.link.info_at = now;
        self.link.info_due = now.saturating_add(self.refresh_period());
        self.waits.remove(&Slot::Info);
        if stale && self.meta.epoch.as_ref() != Some(&info.epoch) {
            // A list of changes has told of a newer epoch while this was on its way.
            self.link.info_due = now;
            return;
        }
        self.link.account = info.account;
        self.link.account_due = true;
        self.take_epoch(&info.epoch, out);
    }

    /// Whether the portal was restored from a backup since it last told its epoch.
    fn take_epoch(&mut self, epoch: &str, out: &mut Out) -> bool {
        if self.meta.epoch.as_deref() == Some(epoch) {
            return false;
        }
        let restored = self.meta.epoch.is_some() && !self.policy.broken(Mutant::IgnoreEpoch);
        self.meta.epoch = Some(epoch.to_owned());
        out.meta = true;
        if !restored {
            return false;
        }
        self.generation += 1;
        self.meta.cursor = None;
        self.link.changes_due = 0;
        self.created.clear();
        self.establish_account();
        let submitting: Vec<DossierId> = self
            .flights
            .values()
            .filter_map(|flight| flight.slot.dossier())
            .collect();
        for (id, entry) in &mut self.entries {
            // A receipt that is still on its way was perhaps given before the rollback; what was said of a dossier is not the newest word any more.
            // What was in the way of what is sealed here may be gone.
            let in_conflict = entry.active().is_some_and(Revision::is_in_conflict);
            if entry.is_there() || in_conflict || submitting.contains(id) {
                entry.recheck = true;
                entry.recheck_older = true;
                out.changed.insert(*id);
            }
        }
        out.notices.push(Notice::PortalRestored);
        true
    }

    fn take_changes(
        &mut self,
        mut page: DossierPage,
        place: Place,
        stale: bool,
        now: u64,
        out: &mut Out,
    ) {
        self.waits.remove(&Slot::Changes);
        if stale {
            return;
        }
        self.link.epoch_told = page.epoch.is_some();
        if let Some(epoch) = &page.epoch {
            if self.take_epoch(epoch, out) {
                // The list goes on from a cursor of before: it is asked for from the start.
                return;
            }
            self.link.info_due = self.link.info_at.saturating_add(self.policy.info_every);
        }
        let Place {
            goes_on,
            from_start,
        } = place;
        self.hear_of_account(page.account);
        // A portal that tells the same again under a new cursor has no more to tell now.
        let more = self.is_news(&page) && self.meta.cursor.as_ref() != Some(&page.cursor);
        let again = std::mem::take(&mut self.link.look_after);
        self.link.changes_due = if more || again || !goes_on {
            now
        } else {
            now.saturating_add(self.refresh_period())
        };
        if goes_on {
            self.meta.cursor = Some(page.cursor);
            if from_start {
                self.meta.reading += 1;
                self.meta.left_out = 0;
            }
        }
        self.meta.refreshed_at = Some(now);
        out.meta = true;
        // In whatever order a page tells them, the newest word is the last.
        page.dossiers.sort_by_key(|view| view.version);
        let stops = self.policy.broken(Mutant::StopAtStranger);
        for view in page.dossiers {
            let stranger = !self.entries.contains_key(&view.id);
            self.take_news(view, now, out);
            if stranger && stops {
                break;
            }
        }
        if goes_on && !more {
            self.forget_untold(out);
        }
    }

    /// Whether a list of changes tells anything that it has not told before.
    fn is_news(&mut self, page: &DossierPage) -> bool {
        let told = &mut self.link.told;
        let new = page.dossiers.iter().filter(|view| {
            let before = told.insert(view.id, view.version);
            before.is_none_or(|before| before < view.version)
        });
        // Every one is noted.
        let new = new.count();
        new > 0 || !page.dossiers.is_empty() && self.policy.broken(Mutant::ReadWithoutEnd)
    }

    /// Looks what changed as soon as it can, and once more if an answer is on its way already.
    pub(super) fn look_soon(&mut self, at: u64) {
        self.link.changes_due = at;
        self.link.look_after = self
            .flights
            .values()
            .any(|flight| flight.slot == Slot::Changes);
    }

    /// How long until the next look: often while something may happen.
    fn refresh_period(&self) -> u64 {
        let open = |entry: &Entry| {
            entry
                .current()
                .is_some_and(|one| one.stage != Stage::Settled)
        };
        if self.entries.values().any(open) {
            self.policy.refresh_every
        } else {
            self.policy.idle_refresh_every
        }
    }

    fn failed(&mut self, flight: Flight, failure: Failure, now: u64, out: &mut Out) {
        match flight.slot {
            Slot::Info => {
                self.link.reachable = false;
                self.retry_later(Slot::Info, failure, now);
            }
            slot @ (Slot::Withdrawal(dossier) | Slot::Rating(dossier)) => {
                self.wish_failed(slot, dossier, failure, now, out);
            }
            // A cursor that the portal doesn't take is given up; reading from the start costs only bytes.
            Slot::Changes => {
                if matches!(&failure, Failure::Problem { problem, .. } if problem.code.is_final()) {
                    self.meta.cursor = None;
                    out.meta = true;
                }
                self.retry_later(Slot::Changes, failure, now);
            }
            Slot::Account => self.account_failed(&flight.request, failure, now, out),
            Slot::Upload(dossier, upload) => {
                self.upload_failed(dossier, upload, failure, now, out);
            }
            Slot::Dossier(dossier) => {
                let stale = flight.generation != self.generation;
                self.dossier_failed(dossier, &flight.request, failure, stale, now, out);
            }
            Slot::Payment(dossier, fee) => {
                self.payment_failed(dossier, &fee, &flight.request, failure, now, out);
            }
            Slot::File(dossier, id) => {
                if let (Failure::Damaged { .. }, Request::FetchFile { file, .. }) =
                    (&failure, flight.request)
                {
                    self.file_spoiled(dossier, file, out);
                }
                self.retry_later(Slot::File(dossier, id), failure, now);
            }
            Slot::Receipt(dossier, revision) => {
                if flight.generation == self.generation {
                    self.audit_failed(dossier, revision, failure, now, out);
                }
            }
        }
    }

    /// No way to the portal: everything waits for one probe instead of each trying for itself.
    fn went_offline(&mut self, flight: &Flight, now: u64, out: &mut Out) {
        if self.link.reachable || flight.slot == Slot::Info {
            self.link.reachable = false;
            self.retry_later(Slot::Info, Failure::Offline, now);
        }
        self.not_sent(flight, out);
    }

    /// The request certainly did nothing, so it may simply be made again.
    fn not_sent(&mut self, flight: &Flight, out: &mut Out) {
        if let (Slot::Payment(dossier, fee), Request::PutPayment { .. }) =
            (&flight.slot, &flight.request)
        {
            self.set_payment(*dossier, fee, crate::entry::PaymentStage::Wished, out);
        }
    }

    pub(super) fn wrong_kind(&mut self, slot: Slot, now: u64) {
        self.back_off(slot, now, "the answer is of the wrong kind".into(), None);
    }

    pub(super) fn retry_later(&mut self, slot: Slot, failure: Failure, now: u64) {
        let unsigned = matches!(failure, Failure::Unsigned { .. });
        let (why, retry_after) = match failure {
            Failure::Offline => ("no way to the portal".into(), None),
            Failure::SignedOut => ("not signed in".into(), None),
            Failure::Unknown { what }
            | Failure::Local { what }
            | Failure::Damaged { what }
            | Failure::Unsigned { what } => (what, None),
            Failure::Unexpected { status, what } => (format!("HTTP {status}: {what}"), None),
            Failure::Problem {
                problem,
                retry_after,
            } => {
                let busy = (problem.code == ProblemCode::Busy).then_some(5);
                (problem.title, retry_after.or(busy))
            }
        };
        self.back_off(slot.clone(), now, why, retry_after);
        if let Some(wait) = self.waits.get_mut(&slot) {
            wait.unsigned = unsigned;
        }
    }

    pub(super) fn back_off(&mut self, slot: Slot, now: u64, why: String, retry_after: Option<u64>) {
        let salt = slot.salt();
        let wait = self.waits.entry(slot).or_default();
        wait.fail(now, salt, why, retry_after);
    }

    pub(super) fn refuse(&mut self, dossier: DossierId, problem: Problem, out: &mut Out) {
        let refusal = Refusal::from(problem);
        let stage = Stage::NeedsFix {
            refusal: refusal.clone(),
        };
        if let Some(revision) = self.set_aside(dossier, &stage, out) {
            out.notices.push(Notice::NeedsFix {
                dossier,
                revision,
                refusal,
            });
        }
    }

    pub(super) fn park(&mut self, dossier: DossierId, reason: ParkReason, out: &mut Out) {
        let stage = Stage::Quarantined {
            reason: reason.clone(),
        };
        if let Some(revision) = self.set_aside(dossier, &stage, out) {
            out.notices.push(Notice::Quarantined {
                dossier,
                revision,
                reason,
            });
        }
    }

    /// Takes the active revision out of the way of everything else.
    fn set_aside(&mut self, dossier: DossierId, stage: &Stage, out: &mut Out) -> Option<u32> {
        let revision = self.entries.get(&dossier)?.active()?.revision;
        self.set_stage(dossier, stage, out);
        self.created.remove(&dossier);
        self.stop_files(dossier, out);
        Some(revision)
    }
}

/// Where a page of the portal's list stands.
#[derive(Clone, Copy)]
struct Place {
    /// It follows what was read before.
    goes_on: bool,
    /// It is the first.
    from_start: bool,
}

fn needs_sign_in(failure: &Failure) -> bool {
    match failure {
        Failure::SignedOut => true,
        Failure::Problem { problem, .. } => problem.code == ProblemCode::AuthRequired,
        _ => false,
    }
}
