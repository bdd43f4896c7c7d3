//! Receipts that the portal has signed are asked for again, week after week: a portal that has forgotten or changed its word is noticed.

use hoso_dossier::DossierId;
use hoso_portal_api::{ProblemCode, Receipt};

use super::{Mutant, Out, Outbox, Slot};
use crate::entry::{Doubt, Entry, Revision};
use crate::message::{Failure, Notice, Request};

/// After so many failures in a row nobody asks before the next time.
const PATIENCE: u32 = 8;

impl Outbox {
    pub(super) fn plan_receipts(&mut self, dossier: DossierId, now: u64, out: &mut Out) {
        if self.policy.broken(Mutant::NoReceiptAudit) {
            return;
        }
        let Some(entry) = self.entries.get(&dossier) else {
            return;
        };
        let every = self.policy.receipt_every;
        let due: Vec<u32> = signed(entry)
            // Also in a future that a wrong clock has made up.
            .filter(|one| now.abs_diff(one.audited_at) >= every)
            .map(|one| one.revision)
            .collect();
        for revision in due {
            self.try_send(Slot::Receipt(dossier, revision), now, out, |_| {
                Some(Request::AskReceipt { dossier, revision })
            });
        }
    }

    /// When the next receipt is asked for.
    pub(super) fn next_receipt(&self) -> Option<u64> {
        let kept = self.entries.values().filter(|entry| !entry.paused);
        let due = kept.flat_map(signed).map(|one| one.audited_at);
        Some(due.min()?.saturating_add(self.policy.receipt_every))
    }

    pub(super) fn take_audit(
        &mut self,
        dossier: DossierId,
        revision: u32,
        receipt: &Receipt,
        now: u64,
        out: &mut Out,
    ) {
        if (receipt.dossier, receipt.revision) != (dossier, revision) {
            return self.wrong_kind(Slot::Receipt(dossier, revision), now);
        }
        let kept = self.kept(dossier, revision);
        let Some(kept) = kept.and_then(|one| one.receipt.as_ref()) else {
            return;
        };
        let same = (&kept.sha256, &kept.code, &kept.submitted_at)
            == (&receipt.sha256, &receipt.code, &receipt.submitted_at);
        let doubt = (!same).then_some(Doubt::Differs);
        self.audited(dossier, revision, doubt, now, out);
    }

    pub(super) fn audit_failed(
        &mut self,
        dossier: DossierId,
        revision: u32,
        failure: Failure,
        now: u64,
        out: &mut Out,
    ) {
        let slot = Slot::Receipt(dossier, revision);
        match &failure {
            Failure::Problem { problem, .. } if problem.code == ProblemCode::NotFound => {
                self.audited(dossier, revision, Some(Doubt::Missing), now, out);
            }
            Failure::Unsigned { .. } => {
                self.audited(dossier, revision, Some(Doubt::Unsigned), now, out);
            }
            _ if self
                .waits
                .get(&slot)
                .is_some_and(|wait| wait.tries >= PATIENCE) =>
            {
                let doubt = self.kept(dossier, revision).and_then(|one| one.doubt);
                self.audited(dossier, revision, doubt, now, out);
            }
            _ => self.retry_later(slot, failure, now),
        }
    }

    fn kept(&self, dossier: DossierId, revision: u32) -> Option<&Revision> {
        let mut all = self.entries.get(&dossier)?.revisions.iter();
        all.find(|one| one.revision == revision && one.is_accepted())
    }

    /// The portal's word of today about a receipt.
    fn audited(
        &mut self,
        dossier: DossierId,
        revision: u32,
        doubt: Option<Doubt>,
        now: u64,
        out: &mut Out,
    ) {
        self.waits.remove(&Slot::Receipt(dossier, revision));
        let Some(entry) = self.entries.get_mut(&dossier) else {
            return;
        };
        let over = entry.is_over();
        let mut all = entry.revisions.iter_mut();
        let kept = all.find(|one| one.revision == revision && one.is_accepted());
        let Some(kept) = kept else {
            return;
        };
        kept.audited_at = now;
        let news = doubt.filter(|_| kept.doubt != doubt);
        kept.doubt = doubt;
        // What is over may have been put into an archive; what isn't is established again if the portal has lost it.
        entry.recheck |= doubt.is_some() && !over;
        out.changed.insert(dossier);
        if let Some(doubt) = news {
            out.notices.push(Notice::ReceiptDoubted {
                dossier,
                revision,
                doubt,
            });
        }
    }
}

/// Revisions whose receipts the portal has signed.
fn signed(entry: &Entry) -> impl Iterator<Item = &Revision> {
    entry.revisions.iter().filter(|one| {
        let receipt = one.receipt.as_ref();
        one.is_accepted() && receipt.is_some_and(|receipt| receipt.signed.is_some())
    })
}
