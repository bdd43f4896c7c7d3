//! The person's account: the last change made here is told, once, and over nothing that the person here has not seen.

use hoso_dossier::EditId;
use hoso_portal_api::{Account, AccountData, ProblemCode};

use super::{Mutant, Out, Outbox, Slot};
use crate::account::{AccountEdit, EditStage};
use crate::backoff::WaitReason;
use crate::entry::Refusal;
use crate::message::{Failure, Notice, Request};

impl Outbox {
    /// The person has changed the account. What was not told yet is replaced; `seen` is the portal's state that they chose against.
    pub(super) fn account_wanted(
        &mut self,
        id: EditId,
        data: AccountData,
        seen: Option<EditId>,
        out: &mut Out,
    ) {
        let old_id = self.policy.broken(Mutant::EditUnderOldId);
        let kept = &mut self.meta.account;
        if let Some(seen) = seen
            && kept.held.as_ref().is_some_and(|held| held.edit == seen)
        {
            kept.know(seen);
            kept.base = Some(seen);
        }
        out.meta = true;
        self.waits.remove(&Slot::Account);
        let under_way = kept
            .edit
            .as_ref()
            .filter(|one| one.stage == EditStage::Open);
        if under_way.is_some_and(|one| one.data == data) {
            return;
        }
        let before = kept.edit.take();
        // The portal may have it, or get it still.
        if let Some(sent) = before.as_ref().filter(|one| one.sent) {
            kept.know(sent.id);
        }
        let id = before.filter(|_| old_id).map_or(id, |one| one.id);
        kept.edit = Some(AccountEdit {
            id,
            data,
            stage: EditStage::Open,
            sent: false,
        });
    }

    /// The person takes the portal's state for theirs, if it still is the one that they were shown.
    pub(super) fn account_taken(&mut self, seen: EditId, out: &mut Out) {
        let kept = &mut self.meta.account;
        if kept.held.as_ref().is_some_and(|held| held.edit == seen) {
            kept.know(seen);
            kept.base = Some(seen);
            kept.edit = None;
            out.meta = true;
        }
    }

    pub(super) fn plan_account(&mut self, now: u64, out: &mut Out) {
        if !self.link.account {
            return;
        }
        let kept = &self.meta.account;
        let open = kept
            .edit
            .as_ref()
            .filter(|one| one.stage == EditStage::Open);
        match (open, kept.base) {
            (Some(edit), Some(over)) => {
                let (edit, data) = (edit.id, edit.data.clone());
                let request = Request::PutAccount { edit, data, over };
                if self.try_send(Slot::Account, now, out, |_| Some(request))
                    && let Some(edit) = &mut self.meta.account.edit
                    && !edit.sent
                {
                    edit.sent = true;
                    out.meta = true;
                }
            }
            (None, _) if !self.link.ask_account => {}
            _ => {
                self.try_send(Slot::Account, now, out, |_| Some(Request::AskAccount));
            }
        }
    }

    /// Why the change made here is not told yet; `None` while it is, or where there is none.
    #[must_use]
    pub fn account_waiting(&self, now: u64) -> Option<WaitReason> {
        let edit = self.meta.account.edit.as_ref();
        edit.filter(|one| one.stage == EditStage::Open)?;
        self.line_waits(false, |slot| *slot == Slot::Account, now)
    }

    pub(super) fn take_account(
        &mut self,
        request: &Request,
        account: Account,
        stale: bool,
        now: u64,
        out: &mut Out,
    ) {
        // A change that was taken has left the state behind that it went over, for ever.
        if let Request::PutAccount { edit, over, .. } = request
            && account.edit == *over
            && over != edit
        {
            return self.wrong_kind(Slot::Account, now);
        }
        // A portal that goes on saying both things is not asked without end.
        if matches!(request, Request::AskAccount) && self.link.denied == Some(account.edit) {
            self.wrong_kind(Slot::Account, now);
        } else {
            self.link.denied = None;
            self.waits.remove(&Slot::Account);
        }
        if stale {
            // Said before the portal was restored: whatever it was about is asked again.
            self.link.ask_account = true;
            return;
        }
        self.link.ask_account = false;
        out.meta = true;
        let state = account.edit;
        let kept = &mut self.meta.account;
        let news = kept.held.as_ref().is_none_or(|held| held.edit != state);
        if let Request::PutAccount { edit: id, .. } = request {
            kept.know(*id);
            kept.base = Some(if kept.knows(state) { state } else { *id });
            if let Some(edit) = &mut kept.edit
                && edit.id == *id
            {
                edit.stage = EditStage::Done;
                out.notices.push(Notice::AccountUpdated);
            }
        }
        kept.held = Some(account);
        self.compare_account(news, out);
    }

    /// What the portal's newest word makes of the change that was made here.
    fn compare_account(&mut self, news: bool, out: &mut Out) {
        let blind = self.policy.broken(Mutant::EditBlindly);
        let kept = &mut self.meta.account;
        let Some(held) = kept.held.clone() else {
            return;
        };
        let state = held.edit;
        let new = kept.is_new();
        let known = kept.knows(state) || blind;
        let unasked = kept.base.is_some();
        let Some(edit) = &mut kept.edit else {
            // What nobody here has ever seen has not changed.
            if news && kept.base != Some(state) && !new {
                out.notices.push(Notice::AccountChanged);
            }
            return;
        };
        // Seen here for the first time, and nothing of it would be lost.
        let known = known || new && held.data.is_within(&edit.data);
        match edit.stage {
            EditStage::Done if edit.id == state => {}
            EditStage::Done => {
                kept.edit = None;
                out.notices.push(Notice::AccountChanged);
            }
            EditStage::Refused { .. } => {
                if news && !known {
                    out.notices.push(Notice::AccountChanged);
                }
            }
            EditStage::Open | EditStage::Conflict if edit.id == state => {
                edit.stage = EditStage::Done;
                kept.know(state);
                kept.base = Some(state);
                out.notices.push(Notice::AccountUpdated);
            }
            // There is nothing to choose.
            EditStage::Open | EditStage::Conflict if edit.data == held.data => {
                kept.edit = None;
                kept.know(state);
                kept.base = Some(state);
                out.notices.push(Notice::AccountUpdated);
            }
            EditStage::Open | EditStage::Conflict if known => {
                edit.stage = EditStage::Open;
                kept.know(state);
                kept.base = Some(state);
            }
            // The portal is first asked, under its id, whether it has had it.
            EditStage::Open if unasked => {}
            EditStage::Open | EditStage::Conflict => {
                if news || edit.stage == EditStage::Open {
                    out.notices.push(Notice::AccountConflict);
                }
                edit.stage = EditStage::Conflict;
            }
        }
    }

    pub(super) fn account_failed(
        &mut self,
        request: &Request,
        failure: Failure,
        now: u64,
        out: &mut Out,
    ) {
        let Request::PutAccount { edit: id, over, .. } = request else {
            return self.retry_later(Slot::Account, failure, now);
        };
        let kept = &mut self.meta.account;
        let edit = kept.edit.as_mut().filter(|one| one.id == *id);
        match failure {
            Failure::Problem { problem, .. } if problem.code == ProblemCode::AccountChanged => {
                if kept.base == Some(*over) {
                    kept.base = None;
                    out.meta = true;
                }
                self.link.ask_account = true;
                if self.link.denied.replace(*over) == Some(*over) {
                    self.wrong_kind(Slot::Account, now);
                } else {
                    self.waits.remove(&Slot::Account);
                }
            }
            Failure::Problem { problem, .. }
                if problem.code.is_final() && problem.code != ProblemCode::NotFound =>
            {
                self.waits.remove(&Slot::Account);
                // What is refused of one that was changed since says nothing of the newer one.
                if let Some(edit) = edit {
                    let refusal = Refusal::from(problem);
                    let stage = EditStage::Refused {
                        refusal: refusal.clone(),
                    };
                    edit.stage = stage;
                    out.meta = true;
                    out.notices.push(Notice::AccountRefused { refusal });
                }
            }
            Failure::Unknown { .. } if self.policy.broken(Mutant::EditOnce) => {
                if let Some(edit) = edit {
                    edit.stage = EditStage::Done;
                    out.meta = true;
                }
            }
            failure => self.retry_later(Slot::Account, failure, now),
        }
    }

    /// The portal was restored: what it had taken is told again, under the same id, if it has forgotten it.
    pub(super) fn establish_account(&mut self) {
        self.link.ask_account = true;
        self.link.denied = None;
        if let Some(edit) = &mut self.meta.account.edit
            && edit.stage == EditStage::Done
            && !self.policy.broken(Mutant::ForgetEdit)
        {
            edit.stage = EditStage::Open;
        }
    }

    /// Lists of changes tell which state the account has; where they don't, it is asked for as often as who the portal is.
    pub(super) fn hear_of_account(&mut self, told: Option<EditId>) {
        let due = std::mem::take(&mut self.link.account_due);
        let held = self.meta.account.held.as_ref().map(|one| one.edit);
        self.link.ask_account |= match told {
            Some(state) => held != Some(state),
            None => due,
        };
    }
}
