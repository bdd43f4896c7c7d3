//! What could be asked now, and when to look again.

use hoso_dossier::DossierId;
use hoso_portal_api::PaymentWish;

use super::dossiers::settle;
use super::{Flight, Mutant, Out, Outbox, Slot};
use crate::entry::{Entry, FileState, PaymentStage, Revision, Stage};
use crate::message::{Request, RequestId};

impl Outbox {
    /// Starts every request that is due and fits the bounds.
    pub(super) fn plan(&mut self, now: u64, out: &mut Out) {
        self.measure(now);
        self.hold_files(now, out);
        let paused = self.meta.paused && !self.policy.broken(Mutant::IgnorePause);
        if paused || !self.link.connected {
            return;
        }
        if is_due(self.link.info_due, now, self.policy.info_every) || !self.link.reachable {
            self.try_send(Slot::Info, now, out, |_| Some(Request::PortalInfo));
        }
        let signed_in = self.link.signed_in || self.policy.broken(Mutant::SendSignedOut);
        if !self.link.reachable || !signed_in {
            return;
        }
        if is_due(self.link.changes_due, now, self.policy.idle_refresh_every) {
            self.try_send(Slot::Changes, now, out, |outbox| {
                Some(Request::Changes {
                    cursor: outbox.meta.cursor.clone(),
                })
            });
        }
        self.plan_account(now, out);
        for dossier in self.in_order(now) {
            let stuck = self.entries.get(&dossier).and_then(Entry::active);
            if stuck.is_some_and(Revision::is_parked) && self.policy.broken(Mutant::StuckBlocksAll)
            {
                break;
            }
            self.plan_dossier(dossier, now, out);
        }
    }

    /// First sealed, first served; on a thin line, the least left to send first.
    fn in_order(&self, now: u64) -> Vec<DossierId> {
        let thin = self.is_line_thin();
        let mut ids: Vec<(u64, u64, DossierId)> = self
            .entries
            .iter()
            .filter(|(_, entry)| !entry.paused)
            .map(|(id, entry)| {
                let left = if thin {
                    self.left_to_send(entry, now)
                } else {
                    0
                };
                (left, entry.current().map_or(0, |one| one.sealed_at), *id)
            })
            .collect();
        ids.sort_unstable();
        ids.into_iter().map(|(_, _, id)| id).collect()
    }

    fn plan_dossier(&mut self, dossier: DossierId, now: u64, out: &mut Out) {
        self.give_way(dossier, out);
        self.audit(dossier, now, out);
        let asking = self.asks_first(dossier);
        if asking {
            self.try_send(Slot::Dossier(dossier), now, out, |_| {
                Some(Request::AskDossier { dossier })
            });
        } else {
            self.plan_revision(dossier, now, out);
            self.plan_payments(dossier, now, out);
            self.plan_wishes(dossier, now, out);
        }
        self.plan_files(dossier, now, out);
        if !asking {
            self.plan_receipts(dossier, now, out);
        }
    }

    /// What is held back makes way for one that was sealed after it, unless the person gave that one up.
    fn give_way(&mut self, dossier: DossierId, out: &mut Out) {
        if self.policy.broken(Mutant::KeepRefusedInTheWay) {
            return;
        }
        let Some(entry) = self.entries.get_mut(&dossier) else {
            return;
        };
        let mut newest_first = entry.revisions.iter().rev();
        let newest = newest_first.find(|one| !one.given_up);
        let newest = newest.map_or(0, |one| one.revision);
        if let Some(active) = entry.active_mut()
            && active.is_parked()
            && (2..newest).contains(&active.revision)
        {
            active.given_up = true;
            settle(entry);
            out.changed.insert(dossier);
        }
    }

    fn audit(&mut self, dossier: DossierId, now: u64, out: &mut Out) {
        let Some(entry) = self.entries.get_mut(&dossier) else {
            return;
        };
        let every = self.policy.audit_every;
        let long_ago = entry.checked_at.saturating_add(every) <= now;
        // In a future that a wrong clock has made up.
        let never = entry.checked_at > now.saturating_add(every);
        if entry.may_be_lost()
            && !entry.recheck
            && !self.policy.broken(Mutant::NoAudit)
            && (long_ago || never)
        {
            entry.recheck = true;
            out.changed.insert(dossier);
        }
    }

    /// Whether the portal has to say what it holds before anything else of this dossier goes on.
    pub(super) fn asks_first(&self, dossier: DossierId) -> bool {
        self.entries.get(&dossier).is_some_and(|entry| {
            entry.recheck
                || entry
                    .active()
                    .is_some_and(|one| one.stage == Stage::OutcomeUnknown)
        })
    }

    fn plan_revision(&mut self, dossier: DossierId, now: u64, out: &mut Out) {
        let Some(active) = self.entries.get(&dossier).and_then(Entry::active) else {
            return;
        };
        let revision = active.revision;
        match active.stage {
            Stage::Sealed | Stage::Uploading => {
                let waiting: Vec<_> = active
                    .files
                    .iter()
                    .filter(|file| file.state != FileState::Done)
                    .map(|file| file.upload)
                    .collect();
                let held = self.files_wait(dossier, now).is_some();
                for upload in waiting.iter().filter(|_| !held) {
                    self.make_room(dossier, *upload, now, out);
                    self.try_send(Slot::Upload(dossier, *upload), now, out, |outbox| {
                        outbox.next_of_upload(dossier, *upload)
                    });
                }
                let begun = self
                    .flights
                    .values()
                    .any(|one| matches!(one.slot, Slot::Upload(of, _) if of == dossier));
                if waiting.is_empty() {
                    self.submit_next(dossier, revision, now, out);
                } else if begun {
                    self.set_stage(dossier, &Stage::Uploading, out);
                }
            }
            Stage::Submitting => self.submit_next(dossier, revision, now, out),
            _ => {}
        }
    }

    fn submit_next(&mut self, dossier: DossierId, revision: u32, now: u64, out: &mut Out) {
        let Some(request) = self.next_of_submission(dossier, revision) else {
            return;
        };
        if self.try_send(Slot::Dossier(dossier), now, out, |_| Some(request)) {
            self.set_stage(dossier, &Stage::Submitting, out);
            let active = self.entries.get_mut(&dossier).and_then(Entry::active_mut);
            if let Some(active) = active
                && !active.sent
            {
                active.sent = true;
                out.changed.insert(dossier);
            }
        }
    }

    /// What the portal is asked next of a revision whose files it has; nothing while it is the person's turn.
    fn next_of_submission(&self, dossier: DossierId, revision: u32) -> Option<Request> {
        if !self.created.contains(&dossier) {
            return Some(Request::PutRevision { dossier, revision });
        }
        let entry = self.entries.get(&dossier)?;
        let code = entry.active().and_then(|one| one.before.code.clone());
        if let Some(code) = code {
            return Some(Request::Confirm {
                dossier,
                revision,
                code,
            });
        }
        let turn = entry.first().is_some() && !self.policy.broken(Mutant::SubmitUnasked);
        (!turn).then_some(Request::Submit { dossier, revision })
    }

    /// Moves the active revision on.
    pub(super) fn set_stage(&mut self, dossier: DossierId, stage: &Stage, out: &mut Out) {
        let active = self.entries.get_mut(&dossier).and_then(Entry::active_mut);
        if let Some(active) = active
            && active.stage != *stage
        {
            active.stage = stage.clone();
            out.changed.insert(dossier);
        }
    }

    fn plan_payments(&mut self, dossier: DossierId, now: u64, out: &mut Out) {
        let Some(entry) = self.entries.get(&dossier) else {
            return;
        };
        let first = |one: &Revision| !one.before.needs.fees.is_empty();
        if !entry.is_there() && !entry.active().is_some_and(first) {
            return;
        }
        let never_remind = self.policy.broken(Mutant::NeverRemind);
        let open: Vec<_> = entry
            .payments
            .iter()
            .filter(|(_, payment)| payment.stage.is_open() || payment.unconfirmed && !never_remind)
            .map(|(fee, payment)| (fee.clone(), payment.clone()))
            .collect();
        for (fee, payment) in open {
            let request = if payment.stage == PaymentStage::Wished || payment.unconfirmed {
                Request::PutPayment {
                    payment: payment.attempt(),
                    wish: PaymentWish {
                        dossier,
                        fee: fee.clone(),
                        amount: payment.amount,
                    },
                }
            } else {
                Request::AskPayment {
                    payment: payment.id,
                }
            };
            let slot = Slot::Payment(dossier, fee.clone());
            if self.try_send(slot, now, out, |_| Some(request))
                && payment.stage == PaymentStage::Wished
            {
                self.set_payment(dossier, &fee, PaymentStage::Asking, out);
            }
        }
    }

    fn plan_files(&mut self, dossier: DossierId, now: u64, out: &mut Out) {
        let Some(entry) = self.entries.get(&dossier) else {
            return;
        };
        let Some(view) = &entry.view else {
            return;
        };
        let by_id = self.policy.broken(Mutant::FetchById);
        let for_ever = self.policy.broken(Mutant::FetchForEver);
        let missing: Vec<_> = view
            .files
            .iter()
            .filter(|file| match entry.fetched.get(&file.id) {
                Some(kept) => *kept != file.sha256 && !by_id,
                None => true,
            })
            .filter(|file| for_ever || !entry.has_given_up(file))
            .cloned()
            .collect();
        for file in missing {
            let slot = Slot::File(dossier, file.id.clone());
            self.try_send(slot, now, out, |_| {
                Some(Request::FetchFile { dossier, file })
            });
        }
    }

    /// Sends, unless the line is busy, has to wait, or the bounds are reached.
    pub(super) fn try_send(
        &mut self,
        slot: Slot,
        now: u64,
        out: &mut Out,
        request: impl FnOnce(&mut Self) -> Option<Request>,
    ) -> bool {
        let believed = self.policy.broken(Mutant::TrustClock);
        let waits = self.waits.get(&slot).is_some_and(|wait| {
            let over = wait.is_over(now) && !(believed && wait.until > now);
            !over && !self.policy.broken(Mutant::NoBackoff)
        });
        let busy = self.flights.values().any(|flight| flight.slot == slot)
            && !self.policy.broken(Mutant::DoubleLine);
        if waits || busy || !self.has_room(&slot) {
            return false;
        }
        let Some(request) = request(self) else {
            return false;
        };
        self.last_request += 1;
        let id = RequestId(self.last_request);
        self.flights.insert(
            id,
            Flight {
                slot,
                request: request.clone(),
                generation: self.generation,
                since: now,
            },
        );
        out.sends.push((id, request));
        true
    }

    pub(super) fn has_room(&self, slot: &Slot) -> bool {
        let count = |like: fn(&Slot) -> bool| {
            let flights = self.flights.values();
            flights.filter(|flight| like(&flight.slot)).count()
        };
        match slot {
            _ if self.policy.broken(Mutant::NoBounds) => true,
            Slot::Info | Slot::Changes => true,
            Slot::Upload(..) => count(|one| matches!(one, Slot::Upload(..))) < self.policy.uploads,
            // However many are due, and however large they are, they come one by one and hold nothing up.
            Slot::Receipt(..) => count(|one| matches!(one, Slot::Receipt(..))) == 0,
            Slot::File(..) if self.policy.broken(Mutant::FilesAreShort) => {
                count(|one| one.is_short() || matches!(one, Slot::File(..))) < self.policy.requests
            }
            Slot::File(..) => count(|one| matches!(one, Slot::File(..))) == 0,
            _ => count(Slot::is_short) < self.policy.requests,
        }
    }

    /// The earliest time at which something becomes due.
    pub(super) fn next_wake(&self, now: u64) -> Option<u64> {
        let deaf = self.policy.broken(Mutant::NoTimer);
        if self.meta.paused || !self.link.connected || deaf {
            return None;
        }
        let waits = self.waits.values().map(|wait| wait.until);
        let audits = self
            .entries
            .values()
            .filter(|entry| !entry.recheck && !entry.paused)
            .filter(|entry| entry.may_be_lost())
            .map(|entry| entry.checked_at.saturating_add(self.policy.audit_every));
        waits
            .chain(audits)
            .chain(self.next_receipt())
            .chain(self.next_hours(now))
            .chain([self.link.info_due, self.link.changes_due])
            .filter(|at| *at > now)
            .min()
    }
}

/// Due, or further in the future than it was ever put, so that the clock must have been turned back.
const fn is_due(at: u64, now: u64, most: u64) -> bool {
    at <= now || at - now > most
}
