//! What happens to the portal beside the desktops: the clerk, the bank, backups, and a desktop that this world doesn't play.

use hoso_dossier::{DossierId, PaymentId, Sha256};
use hoso_portal_api::{PaymentWish, PortalFile, PortalFileKind};

use super::portal::{Dossier, FEE, Held, Portal, Sealed, State};

impl Portal {
    /// One dossier that is not over is lost, and nobody is told.
    pub(super) fn lose(&mut self, id: DossierId) -> bool {
        let open = self
            .state
            .dossiers
            .get(&id)
            .is_some_and(|one| !one.is_over());
        open && self.state.dossiers.remove(&id).is_some()
    }

    /// Another desktop of the same person answers a request for supplement first.
    pub(super) fn answered_elsewhere(&mut self, id: DossierId) -> bool {
        let asked = self.state.dossiers.get(&id).and_then(|one| one.supplement);
        let Some(revision) = asked else {
            return false;
        };
        let sha256 = Sha256::of(format!("elsewhere {id} {revision}").as_bytes());
        self.touch(id, |dossier| {
            let sealed = Sealed {
                sha256,
                uploads: vec![],
            };
            let held = Held::new(sealed, true);
            dossier.revisions.insert(revision, held);
            dossier.supplement = None;
            dossier.status = 4;
        });
        self.elsewhere.insert(id);
        true
    }

    /// Another desktop, which this world doesn't play, sends a dossier of the same person.
    pub(super) fn sent_elsewhere(&mut self, id: DossierId) {
        let sealed = Sealed {
            sha256: Sha256::of(format!("elsewhere {id}").as_bytes()),
            uploads: vec![],
        };
        self.state.dossiers.insert(id, Dossier::default());
        self.touch(id, |dossier| {
            dossier.revisions.insert(1, Held::new(sealed, true));
            dossier.status = 1;
        });
    }

    /// Another desktop pays a fee for which no order is open.
    pub(super) fn paid_elsewhere(&mut self, id: DossierId, payment: PaymentId) -> bool {
        let of_fee = |wish: &PaymentWish| wish.dossier == id;
        let settled = |order: &PaymentId| self.bank.settled.get(order);
        let declined = |order: &PaymentId| settled(order) == Some(&false);
        let open = self
            .state
            .orders
            .iter()
            .any(|(order, wish)| of_fee(wish) && !declined(order));
        let paid = self.bank.captures.contains_key(&(id, FEE.to_owned()));
        if open || paid || self.view(id).is_none() {
            return false;
        }
        let wish = PaymentWish {
            dossier: id,
            fee: FEE.into(),
            amount: hoso_dossier::Money::ZERO,
        };
        self.bank.paid.insert(payment, wish.clone());
        self.state.orders.insert(payment, wish);
        self.bank.settled.insert(payment, true);
        self.bank.captures.insert((id, FEE.into()), 1);
        self.touch(id, |_| {});
        true
    }

    pub(super) fn back_up(&mut self) {
        self.backups.push(self.state.clone());
    }

    pub(super) fn roll_back(&mut self, which: u64) {
        let count = u64::try_from(self.backups.len()).unwrap_or(0);
        let which = usize::try_from(which % count.max(1)).unwrap_or(0);
        if let Some(backup) = self.backups.get(which) {
            self.state = backup.clone();
        } else {
            self.state = State::default();
        }
        self.epoch += 1;
    }

    /// The person, or somebody with the QR code, settles an order.
    pub(super) fn settle(&mut self, which: u64, pay: bool) -> Option<PaymentId> {
        let open: Vec<(PaymentId, PaymentWish)> = self
            .state
            .orders
            .iter()
            .filter(|(id, _)| !self.bank.settled.contains_key(id))
            .map(|(id, wish)| (*id, wish.clone()))
            .collect();
        let count = u64::try_from(open.len()).unwrap_or(0);
        let which = usize::try_from(which % count.max(1)).unwrap_or(0);
        let (id, wish) = open.get(which)?;
        self.bank.settled.insert(*id, pay);
        if pay {
            let fee = (wish.dossier, wish.fee.clone());
            self.bank.paid.insert(*id, wish.clone());
            *self.bank.captures.entry(fee).or_default() += 1;
        }
        self.touch(wish.dossier, |_| {});
        Some(*id)
    }

    /// The result of a dossier is issued again: other bytes under the same id.
    pub(super) fn reissue(&mut self, id: DossierId) {
        if self
            .state
            .dossiers
            .get(&id)
            .is_some_and(|one| one.status == 10)
        {
            self.touch(id, |dossier| dossier.files = vec![result(b"r again")]);
        }
    }

    /// The clerk moves a dossier that was submitted.
    pub(super) fn clerk(&mut self, which: u64, finish: bool) -> Option<DossierId> {
        let ids: Vec<DossierId> = self
            .state
            .dossiers
            .iter()
            .filter(|(_, one)| one.submitted() > 0 && !one.is_over() && one.supplement.is_none())
            .map(|(id, _)| *id)
            .collect();
        let count = u64::try_from(ids.len()).unwrap_or(0);
        let which = usize::try_from(which % count.max(1)).unwrap_or(0);
        let id = *ids.get(which)?;
        self.touch(id, |dossier| {
            if finish {
                dossier.status = 10;
                dossier.files.push(result(b"r"));
            } else if dossier.submitted() < 4 {
                dossier.status = 5;
                dossier.supplement = Some(dossier.submitted() + 1);
            }
        });
        Some(id)
    }
}

fn result(bytes: &[u8]) -> PortalFile {
    PortalFile {
        id: "result".into(),
        kind: PortalFileKind::Result,
        name: "ket-qua.pdf".into(),
        media_type: "application/pdf".into(),
        size: 1,
        sha256: Sha256::of(bytes),
    }
}
