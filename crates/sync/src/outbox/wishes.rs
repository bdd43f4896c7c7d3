//! What the portal is told once and for all: that a dossier is withdrawn, how satisfied the person was.

use hoso_dossier::DossierId;
use hoso_portal_api::{DossierView, ProblemCode, Rating, Withdrawal};

use super::dossiers::settle;
use super::{Mutant, Out, Outbox, Slot};
use crate::entry::{Entry, Refusal, Wish, WishStage};
use crate::message::{Failure, Notice, Request};

impl Outbox {
    pub(super) fn withdraw_wanted(
        &mut self,
        dossier: DossierId,
        withdrawal: Withdrawal,
        out: &mut Out,
    ) {
        let deaf = self.policy.broken(Mutant::DeafToWishes);
        if let Some(entry) = self.entries.get_mut(&dossier)
            && entry.is_there()
            && !deaf
            && say_once(&mut entry.withdrawal, withdrawal)
        {
            settle(entry);
            out.changed.insert(dossier);
            self.waits.remove(&Slot::Withdrawal(dossier));
        }
    }

    pub(super) fn rate_wanted(&mut self, dossier: DossierId, rating: Rating, out: &mut Out) {
        let deaf = self.policy.broken(Mutant::DeafToWishes);
        if let Some(entry) = self.entries.get_mut(&dossier)
            && entry.is_there()
            && !deaf
            && say_once(&mut entry.rating, rating)
        {
            settle(entry);
            out.changed.insert(dossier);
            self.waits.remove(&Slot::Rating(dossier));
        }
    }

    pub(super) fn plan_wishes(&mut self, dossier: DossierId, now: u64, out: &mut Out) {
        let Some(entry) = self.entries.get(&dossier) else {
            return;
        };
        if !entry.is_there() {
            return;
        }
        let withdrawal = entry.withdrawal.as_ref().filter(|wish| wish.is_open());
        let withdrawal = withdrawal.map(|wish| wish.what.clone());
        let rating = entry.rating.as_ref().filter(|wish| wish.is_open());
        let rating = rating.map(|wish| wish.what.clone());
        if let Some(withdrawal) = withdrawal {
            self.try_send(Slot::Withdrawal(dossier), now, out, |_| {
                Some(Request::Withdraw {
                    dossier,
                    withdrawal,
                })
            });
        }
        if let Some(rating) = rating {
            self.try_send(Slot::Rating(dossier), now, out, |_| {
                Some(Request::Rate { dossier, rating })
            });
        }
    }

    /// The portal answers with the dossier as it now is.
    pub(super) fn take_told(
        &mut self,
        slot: Slot,
        dossier: DossierId,
        view: DossierView,
        stale: bool,
        now: u64,
        out: &mut Out,
    ) {
        if view.id != dossier {
            return self.wrong_kind(slot, now);
        }
        self.waits.remove(&slot);
        if !stale {
            self.take_news(view, now, out);
        }
        let open = self.entries.get(&dossier).is_some_and(|entry| match &slot {
            Slot::Withdrawal(_) => entry.withdrawal.as_ref().is_some_and(Wish::is_open),
            _ => entry.rating.as_ref().is_some_and(Wish::is_open),
        });
        if open {
            self.back_off(
                slot,
                now,
                "the portal's answer doesn't show it".into(),
                None,
            );
        }
    }

    pub(super) fn wish_failed(
        &mut self,
        slot: Slot,
        dossier: DossierId,
        failure: Failure,
        now: u64,
        out: &mut Out,
    ) {
        match failure {
            Failure::Problem { problem, .. } if problem.code == ProblemCode::NotFound => {
                self.back_off(slot, now, "the portal doesn't know it".into(), None);
                if let Some(entry) = self.entries.get_mut(&dossier) {
                    entry.recheck = true;
                    out.changed.insert(dossier);
                }
            }
            Failure::Problem { problem, .. } if problem.code.is_final() => {
                let refusal = Refusal::from(problem);
                let stage = WishStage::Refused {
                    refusal: refusal.clone(),
                };
                self.set_wish(&slot, dossier, stage, out);
                out.notices.push(Notice::WishRefused { dossier, refusal });
            }
            _ if self.policy.broken(Mutant::WishOnce) => {
                self.set_wish(&slot, dossier, WishStage::Done, out);
            }
            failure => self.retry_later(slot, failure, now),
        }
    }

    fn set_wish(&mut self, slot: &Slot, dossier: DossierId, stage: WishStage, out: &mut Out) {
        let Some(entry) = self.entries.get_mut(&dossier) else {
            return;
        };
        match slot {
            Slot::Withdrawal(_) => set(&mut entry.withdrawal, stage),
            _ => set(&mut entry.rating, stage),
        }
        settle(entry);
        out.changed.insert(dossier);
    }
}

fn set<T>(wish: &mut Option<Wish<T>>, stage: WishStage) {
    if let Some(wish) = wish {
        wish.stage = stage;
    }
}

/// Whether it is new: what was said stays said, unless it was refused.
fn say_once<T>(wish: &mut Option<Wish<T>>, what: T) -> bool {
    let refused = |wish: &Wish<T>| matches!(wish.stage, WishStage::Refused { .. });
    let new = wish.as_ref().is_none_or(refused);
    if new {
        *wish = Some(Wish {
            what,
            stage: WishStage::Open,
        });
    }
    new
}

impl Entry {
    /// The person has withdrawn it, as far as this machine and the portal's newest word know.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        let told = self
            .view
            .as_ref()
            .is_some_and(|view| view.withdrawal.is_some());
        told || self
            .withdrawal
            .as_ref()
            .is_some_and(|wish| !matches!(wish.stage, WishStage::Refused { .. }))
    }
}
