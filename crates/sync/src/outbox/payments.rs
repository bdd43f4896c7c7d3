//! One open attempt per fee; the wish is kept, the outcome is asked about.

use hoso_dossier::{DossierId, Money, PaymentId};
use hoso_portal_api::{Fee, PaymentOrder, PaymentState, ProblemCode};

use super::dossiers::settle;
use super::{Mutant, Out, Outbox, Slot};
use crate::entry::{Payment, PaymentStage, Refusal};
use crate::message::{Failure, Notice, Request};

impl Outbox {
    pub(super) fn pay_wanted(
        &mut self,
        dossier: DossierId,
        fee: String,
        amount: Money,
        fresh: PaymentId,
        out: &mut Out,
    ) {
        let rotate = self.policy.broken(Mutant::RotatePayment);
        let Some(entry) = self.entries.get_mut(&dossier) else {
            return;
        };
        let old = entry.payments.get(&fee);
        let id = match old.map(|one| (one.id, &one.stage)) {
            Some((_, PaymentStage::Paid { .. })) => {
                return out.notices.push(Notice::PaymentPaid { dossier, fee });
            }
            Some((_, stage)) if stage.is_open() && !rotate => {
                self.waits.remove(&Slot::Payment(dossier, fee.clone()));
                if let Some(order) = old.and_then(|one| one.order.clone()) {
                    out.notices.push(Notice::PaymentReady {
                        dossier,
                        fee,
                        order,
                    });
                }
                return;
            }
            // The portal made no order of it, so there is nothing to be kept apart from.
            Some((id, PaymentStage::Refused { .. })) => id,
            _ => fresh,
        };
        let payment = Payment {
            id,
            amount,
            stage: PaymentStage::Wished,
            order: None,
            unconfirmed: false,
        };
        entry.payments.insert(fee.clone(), payment);
        settle(entry);
        out.changed.insert(dossier);
        self.waits.remove(&Slot::Payment(dossier, fee));
    }

    /// Moves an attempt on; what is paid stays paid.
    pub(super) fn set_payment(
        &mut self,
        dossier: DossierId,
        fee: &str,
        stage: PaymentStage,
        out: &mut Out,
    ) {
        let leave_paid = self.policy.broken(Mutant::LeavePaid);
        let Some(entry) = self.entries.get_mut(&dossier) else {
            return;
        };
        if let Some(payment) = entry.payments.get_mut(fee)
            && payment.stage != stage
            && (leave_paid || !matches!(payment.stage, PaymentStage::Paid { .. }))
        {
            payment.stage = stage;
            settle(entry);
            out.changed.insert(dossier);
        }
    }

    pub(super) fn take_order(
        &mut self,
        dossier: DossierId,
        fee: &str,
        order: PaymentOrder,
        now: u64,
        out: &mut Out,
    ) {
        let slot = Slot::Payment(dossier, fee.to_owned());
        let payment = self
            .entries
            .get_mut(&dossier)
            .and_then(|entry| entry.payments.get_mut(fee));
        let Some(payment) = payment else {
            return;
        };
        let of_it = order.id == payment.id || order.id == payment.attempt();
        if !of_it || (order.dossier, order.fee.as_str()) != (dossier, fee) {
            return self.wrong_kind(slot, now);
        }
        if matches!(payment.stage, PaymentStage::Paid { .. })
            && !self.policy.broken(Mutant::LeavePaid)
        {
            payment.unconfirmed &= order.id != payment.attempt();
            out.changed.insert(dossier);
            self.waits.remove(&slot);
            return;
        }
        let first = payment.order.is_none();
        payment.order = Some(order.clone());
        out.changed.insert(dossier);
        let fee = fee.to_owned();
        match order.state {
            PaymentState::Paid => {
                self.waits.remove(&slot);
                self.set_payment(dossier, &fee, PaymentStage::Paid { by: order.id }, out);
                self.look_soon(now);
                out.notices.push(Notice::PaymentPaid { dossier, fee });
            }
            PaymentState::Declined => {
                self.waits.remove(&slot);
                self.set_payment(dossier, &fee, PaymentStage::Declined, out);
                out.notices.push(Notice::PaymentDeclined { dossier, fee });
            }
            PaymentState::Pending | PaymentState::Unknown => {
                self.set_payment(dossier, &fee, PaymentStage::Open, out);
                let wait = self.waits.entry(slot).or_default();
                // Polling starts over after a failure.
                if !wait.why.is_empty() {
                    wait.tries = 0;
                }
                wait.poll(now);
                if first {
                    out.notices.push(Notice::PaymentReady {
                        dossier,
                        fee,
                        order,
                    });
                }
            }
        }
    }

    pub(super) fn payment_failed(
        &mut self,
        dossier: DossierId,
        fee: &str,
        request: &Request,
        failure: Failure,
        now: u64,
        out: &mut Out,
    ) {
        let slot = Slot::Payment(dossier, fee.to_owned());
        let asked = matches!(request, Request::AskPayment { .. });
        match failure {
            Failure::Problem { problem, .. } if problem.code == ProblemCode::NotFound => {
                self.set_payment(dossier, fee, PaymentStage::Wished, out);
                self.back_off(slot, now, "the portal doesn't know it".into(), None);
                if !asked && let Some(entry) = self.entries.get_mut(&dossier) {
                    // It is the dossier that the portal doesn't know.
                    entry.recheck = true;
                    out.changed.insert(dossier);
                }
            }
            Failure::Problem { problem, .. } if !asked && problem.code.is_final() => {
                let refusal = Refusal::from(problem);
                let stage = PaymentStage::Refused {
                    refusal: refusal.clone(),
                };
                self.set_payment(dossier, fee, stage, out);
                self.give_up_reminding(dossier, fee, out);
                if let Some(entry) = self.entries.get_mut(&dossier) {
                    entry.recheck = true;
                    out.changed.insert(dossier);
                }
                out.notices.push(Notice::PaymentRefused {
                    dossier,
                    fee: fee.to_owned(),
                    refusal,
                });
            }
            failure => self.retry_later(slot, failure, now),
        }
    }

    /// What is paid stays paid here, whatever the portal makes of it.
    fn give_up_reminding(&mut self, dossier: DossierId, fee: &str, out: &mut Out) {
        let entry = self.entries.get_mut(&dossier);
        if let Some(payment) = entry.and_then(|entry| entry.payments.get_mut(fee))
            && payment.unconfirmed
        {
            payment.unconfirmed = false;
            out.changed.insert(dossier);
        }
    }

    /// Fees as the portal sees them: one that was paid needs no attempt any more.
    pub(super) fn take_fees(&mut self, dossier: DossierId, fees: &[Fee], out: &mut Out) {
        for fee in fees {
            let entry = self.entries.get_mut(&dossier);
            let Some(payment) = entry.and_then(|entry| entry.payments.get_mut(&fee.id)) else {
                continue;
            };
            if matches!(payment.stage, PaymentStage::Paid { .. }) {
                let unconfirmed = fee.paid_by.is_none();
                if payment.unconfirmed != unconfirmed {
                    payment.unconfirmed = unconfirmed;
                    out.changed.insert(dossier);
                }
                continue;
            }
            let Some(by) = fee.paid_by else {
                continue;
            };
            if payment.id == by {
                // Ask at once: the order tells the bank's number too.
                self.waits.remove(&Slot::Payment(dossier, fee.id.clone()));
            } else {
                self.set_payment(dossier, &fee.id, PaymentStage::Paid { by }, out);
                let fee = fee.id.clone();
                out.notices.push(Notice::PaymentPaid { dossier, fee });
            }
        }
    }
}
