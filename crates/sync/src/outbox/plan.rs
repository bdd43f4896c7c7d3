//! What could be asked now, and when to look again.

use hoso_dossier::DossierId;
use hoso_portal_api::PaymentWish;

use super::{Flight, Out, Outbox, Slot};
use crate::entry::{Entry, FileState, PaymentStage, Stage};
use crate::message::{Request, RequestId};

impl Outbox {
    /// Starts every request that is due and fits the bounds.
    pub(super) fn plan(&mut self, now: u64, out: &mut Out) {
        if self.meta.paused || !self.link.connected {
            return;
        }
        if self.is_due(self.link.info_due, now) || !self.link.reachable {
            self.try_send(Slot::Info, now, out, |_| Some(Request::PortalInfo));
        }
        if !self.link.reachable || !self.link.signed_in {
            return;
        }
        if self.is_due(self.link.changes_due, now) {
            self.try_send(Slot::Changes, now, out, |outbox| {
                Some(Request::Changes {
                    cursor: outbox.meta.cursor.clone(),
                })
            });
        }
        for dossier in self.in_order() {
            self.plan_dossier(dossier, now, out);
        }
    }

    /// Due, or so far in the future that the clock must have been turned back.
    const fn is_due(&self, at: u64, now: u64) -> bool {
        at <= now || at - now > self.policy.idle_refresh_every
    }

    /// First sealed, first served.
    fn in_order(&self) -> Vec<DossierId> {
        let mut ids: Vec<(u64, DossierId)> = self
            .entries
            .iter()
            .filter(|(_, entry)| !entry.paused)
            .map(|(id, entry)| (entry.current().map_or(0, |one| one.sealed_at), *id))
            .collect();
        ids.sort_unstable();
        ids.into_iter().map(|(_, id)| id).collect()
    }

    fn plan_dossier(&mut self, dossier: DossierId, now: u64, out: &mut Out) {
        self.audit(dossier, now, out);
        let asking = self.asks_first(dossier);
        if asking {
            self.try_send(Slot::Dossier(dossier), now, out, |_| {
                Some(Request::AskDossier { dossier })
            });
        } else {
            self.plan_revision(dossier, now, out);
            self.plan_payments(dossier, now, out);
        }
        self.plan_files(dossier, now, out);
    }

    fn audit(&mut self, dossier: DossierId, now: u64, out: &mut Out) {
        let Some(entry) = self.entries.get_mut(&dossier) else {
            return;
        };
        let accepted = entry
            .current()
            .is_some_and(|one| one.stage == Stage::Accepted);
        if accepted
            && !entry.recheck
            && entry.checked_at.saturating_add(self.policy.audit_every) <= now
        {
            entry.recheck = true;
            out.changed.insert(dossier);
        }
    }

    /// Whether the portal has to say what it holds before anything else of this dossier goes on.
    fn asks_first(&self, dossier: DossierId) -> bool {
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
                for upload in &waiting {
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
        let request = if self.created.contains(&dossier) {
            Request::Submit { dossier, revision }
        } else {
            Request::PutRevision { dossier, revision }
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
        if entry.accepted().is_none() {
            return;
        }
        let open: Vec<_> = entry
            .payments
            .iter()
            .filter(|(_, payment)| payment.stage.is_open() || payment.unconfirmed)
            .map(|(fee, payment)| (fee.clone(), payment.clone()))
            .collect();
        for (fee, payment) in open {
            let request = if payment.stage == PaymentStage::Wished || payment.unconfirmed {
                Request::PutPayment {
                    payment: payment.id,
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
        let missing: Vec<_> = view
            .files
            .iter()
            .filter(|file| entry.fetched.get(&file.id) != Some(&file.sha256))
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
    fn try_send(
        &mut self,
        slot: Slot,
        now: u64,
        out: &mut Out,
        request: impl FnOnce(&mut Self) -> Option<Request>,
    ) -> bool {
        let waits = self.waits.get(&slot).is_some_and(|wait| !wait.is_over(now));
        let busy = self.flights.values().any(|flight| flight.slot == slot);
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
            },
        );
        out.sends.push((id, request));
        true
    }

    fn has_room(&self, slot: &Slot) -> bool {
        let count = |upload: bool| {
            let same = self.flights.values().filter(|flight| {
                flight.slot.dossier().is_some() && matches!(flight.slot, Slot::Upload(..)) == upload
            });
            same.count()
        };
        match slot {
            Slot::Info | Slot::Changes => true,
            Slot::Upload(..) => count(true) < self.policy.uploads,
            _ => count(false) < self.policy.requests,
        }
    }

    /// The earliest time at which something becomes due.
    pub(super) fn next_wake(&self, now: u64) -> Option<u64> {
        if self.meta.paused || !self.link.connected {
            return None;
        }
        let waits = self.waits.values().map(|wait| wait.until);
        let audits = self
            .entries
            .values()
            .filter(|entry| !entry.recheck && !entry.paused)
            .filter(|entry| {
                entry
                    .current()
                    .is_some_and(|one| one.stage == Stage::Accepted)
            })
            .map(|entry| entry.checked_at.saturating_add(self.policy.audit_every));
        waits
            .chain(audits)
            .chain([self.link.info_due, self.link.changes_due])
            .filter(|at| *at > now)
            .min()
    }
}
