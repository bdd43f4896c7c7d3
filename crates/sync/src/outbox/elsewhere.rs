//! Dossiers of the person's account that were sealed on another machine: kept to be shown, and nothing else.

use std::sync::Arc;

use hoso_dossier::{DossierId, OfficialStatus};
use hoso_portal_api::DossierView;

use super::{Mutant, Out, Outbox};
use crate::entry::Elsewhere;
use crate::message::Notice;

impl Outbox {
    /// The portal's word of today. It is read in order, so what comes later holds, whatever its version: a portal that lost a dossier counts anew.
    pub(super) fn hear_elsewhere(&mut self, view: DossierView, now: u64, out: &mut Out) {
        let dossier = view.id;
        let old = self.elsewhere.get(&dossier).map(|one| &one.view);
        let (first, same) = (old.is_none(), old == Some(&view));
        if !self.policy.broken(Mutant::ForgetElsewhere) {
            let one = Elsewhere {
                view,
                told_at: now,
                reading: self.meta.reading,
            };
            Arc::make_mut(&mut self.elsewhere).insert(dossier, one);
            out.elsewhere.insert(dossier);
            self.leave_out(out);
        }
        if !same {
            out.notices.push(Notice::Elsewhere { dossier, first });
        }
    }

    /// However many there are, only so many are kept: what is over goes first, then what was told of longest ago. The portal tells of it again when
    /// it changes.
    fn leave_out(&mut self, out: &mut Out) {
        while self.elsewhere.len() > self.policy.elsewhere {
            let over = |one: &Elsewhere| {
                let status = one.view.official_status();
                status.is_some_and(OfficialStatus::is_final)
            };
            let all = self.elsewhere.iter();
            let least = all.min_by_key(|(id, one)| (!over(one), one.told_at, **id));
            let Some(id) = least.map(|(id, _)| *id) else {
                return;
            };
            Arc::make_mut(&mut self.elsewhere).remove(&id);
            out.elsewhere.insert(id);
            self.meta.left_out = self.meta.left_out.saturating_add(1);
            out.meta = true;
        }
    }

    /// The list was read to its end: what it has not told of since its start is not on the portal any more.
    pub(super) fn forget_untold(&mut self, out: &mut Out) {
        let reading = self.meta.reading;
        let untold = self
            .elsewhere
            .iter()
            .filter(|(_, one)| one.reading < reading);
        let untold: Vec<DossierId> = untold.map(|(id, _)| *id).collect();
        if untold.is_empty() || self.policy.broken(Mutant::KeepElsewhere) {
            return;
        }
        let kept = Arc::make_mut(&mut self.elsewhere);
        for id in untold {
            kept.remove(&id);
            out.elsewhere.insert(id);
        }
    }

    /// It is sealed here from now on; whether the portal has told of it before.
    pub(super) fn comes_here(&mut self, dossier: DossierId, out: &mut Out) -> bool {
        let there = self.elsewhere.contains_key(&dossier);
        if there {
            Arc::make_mut(&mut self.elsewhere).remove(&dossier);
            out.elsewhere.insert(dossier);
        }
        there
    }
}
