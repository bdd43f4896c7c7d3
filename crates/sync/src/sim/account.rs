//! The person's account: at the portal, under the person's hands at each desktop, and what must hold of it.

use hoso_dossier::EditId;
use hoso_portal_api::{Account, AccountData, ProblemCode};
use uuid::Uuid;

use super::desk::Desk;
use super::dice::Dice;
use super::network::tail;
use super::portal::{Portal, problem};
use super::world::{MINUTE, What, World};
use crate::{EditStage, Event, Failure, Reply};

/// A phone number that the portal refuses.
const REFUSED: &str = "refused";

impl Portal {
    pub(super) fn account(&self) -> Option<Account> {
        self.state.account.clone().filter(|_| self.accounts)
    }

    pub(super) fn change_account(
        &mut self,
        edit: EditId,
        data: &AccountData,
        over: EditId,
    ) -> Result<Reply, Failure> {
        let account = self.account();
        let account = account.ok_or_else(|| problem(ProblemCode::NotFound))?;
        if self.state.edits.contains(&edit) {
            return Ok(Reply::Account(account));
        }
        if data.phone == REFUSED {
            return Err(problem(ProblemCode::AccountInvalid));
        }
        if account.edit != over {
            return Err(problem(ProblemCode::AccountChanged));
        }
        self.replaced.push((edit, over));
        Ok(Reply::Account(self.set_account(edit, data.clone())))
    }

    fn set_account(&mut self, edit: EditId, data: AccountData) -> Account {
        let changed_at = String::new();
        let account = Account {
            edit,
            changed_at,
            data,
        };
        self.state.edits.insert(edit);
        self.had.insert(account.data.phone.clone());
        self.state.account = Some(account.clone());
        account
    }
}

impl World {
    /// A state's name, and what it says; no two are the same by chance.
    fn say(&mut self, phone: String) -> (EditId, AccountData) {
        self.minted += 1;
        let id = EditId::new(Uuid::from_u128(self.minted << 64 | self.minted));
        let data = AccountData {
            phone,
            ..AccountData::default()
        };
        self.said.insert(id, data.clone());
        (id, data)
    }

    /// The account as it is before anything happens: empty, or as somebody has filled it in long ago. Every backup has one.
    pub(super) fn open_account(&mut self) {
        let filled = Dice::of(self.seed, 19, 0).chance(40);
        let (id, data) = self.say(if filled { "0" } else { "" }.into());
        self.portal.set_account(id, data);
        self.portal.back_up();
    }

    pub(super) fn edit_elsewhere(&mut self) -> Option<String> {
        let (id, data) = self.say(format!("elsewhere {}", self.now));
        self.portal.set_account(id, data);
        Some(format!(
            "the account is changed at the portal, {}",
            tail(id)
        ))
    }

    /// The person changes the account at a desktop, now and then to what it says elsewhere too.
    pub(super) fn edit(&mut self, who: usize, refused: bool) {
        let same = Dice::of(self.seed_of(who), 20, self.now).chance(10);
        let phone = match self.portal.account().filter(|_| same) {
            Some(account) => account.data.phone,
            None if refused && self.faults => REFUSED.into(),
            None => format!("{who} {}", self.now),
        };
        self.change(who, phone, None);
    }

    fn change(&mut self, who: usize, phone: String, seen: Option<EditId>) {
        let (edit, data) = self.say(phone);
        let what = &data.phone;
        self.tell(
            who,
            &format!("the person says “{what}”, change {}", tail(edit)),
        );
        self.step(who, Event::AccountWanted { edit, data, seen });
        let desk = &mut self.desks[who];
        // What a crash kept from being stored the person sees not to be there.
        if desk
            .disk
            .meta
            .account
            .edit
            .as_ref()
            .is_some_and(|one| one.id == edit)
        {
            desk.seen.insert(edit);
            desk.changed = Some(edit);
        }
    }

    /// The person sees what the portal has, and makes up their mind.
    pub(super) fn show_account(&mut self, who: usize) {
        let kept = &self.desks[who].outbox.meta().account;
        if let Some(shown) = kept.held.as_ref().map(|held| held.edit) {
            let mut dice = Dice::of(self.seed_of(who), 21, self.now);
            let at = self.now + 1 + dice.below(3 * MINUTE);
            self.schedule(at, who, What::Choose(shown));
        }
    }

    pub(super) fn choose(&mut self, who: usize, shown: EditId) {
        let desk = &self.desks[who];
        let kept = &desk.outbox.meta().account;
        let still = kept.held.as_ref().is_some_and(|held| held.edit == shown);
        let mine = kept.edit.as_ref().map(|one| one.data.phone.clone());
        let theirs = self.said[&shown].phone.clone();
        let mut dice = Dice::of(self.seed_of(who), 22, self.now);
        match (dice.below(4), mine) {
            (0, _) => {}
            (1, Some(mine)) if mine != REFUSED => {
                self.change(who, mine, Some(shown));
                self.shown(who, shown, still);
            }
            (2, Some(mine)) if mine != REFUSED => {
                self.change(who, format!("{mine} and {theirs}"), Some(shown));
                self.shown(who, shown, still);
            }
            _ => {
                self.tell(who, "the person takes the account as the portal has it");
                self.step(who, Event::AccountTaken { seen: shown });
                self.shown(who, shown, still);
                let desk = &mut self.desks[who];
                if still && desk.disk.meta.account.edit.is_none() {
                    desk.changed = None;
                }
            }
        }
    }

    /// What a full disk or a crash kept from being stored, nobody has chosen.
    fn shown(&mut self, who: usize, state: EditId, still: bool) {
        if still && self.desks[who].disk.meta.account.knows(state) {
            self.desks[who].seen.insert(state);
        }
    }

    /// Somebody looks: a client that died may not have said that there is something to choose.
    pub(super) fn look_at_account(&mut self, who: usize) {
        let kept = &self.desks[who].outbox.meta().account;
        let refused = |stage: &EditStage| matches!(stage, EditStage::Refused { .. });
        let edit = kept.edit.as_ref().map(|one| one.stage.clone());
        if edit.as_ref().is_some_and(refused) {
            self.edit(who, false);
        } else if kept.is_news() || edit == Some(EditStage::Conflict) {
            self.show_account(who);
        }
        self.schedule(self.now + 15 * MINUTE, who, What::Refresh);
    }

    /// What a change replaces, whoever made it has made themselves or was shown; or it said the same, or nothing.
    pub(super) fn check_replaced(&mut self, who: usize) {
        for (edit, over) in std::mem::take(&mut self.portal.replaced) {
            let Desk {
                seen, rolled_back, ..
            } = &self.desks[who];
            let said = |id: &EditId| self.said.get(id).map(|data| data.phone.as_str());
            let same = |id: &EditId| said(id) == said(&over);
            // What was seen and sent, a disk may have forgotten since.
            let known = *rolled_back || seen.contains(&over) || seen.iter().any(same);
            if !known && said(&over) != Some("") {
                let (edit, over) = (tail(edit), tail(over));
                self.broken.push(format!(
                    "change {edit} replaces {over}, which nobody there has seen"
                ));
            }
        }
    }

    /// Every desktop knows how the account stands, and of what was last changed there the portal has it, or had it before it was changed elsewhere, or the
    /// person is told why not.
    pub(super) fn check_account(&self, who: usize, wrong: &mut Vec<String>) {
        let desk = &self.desks[who];
        let kept = &desk.disk.meta.account;
        let desktop = who + 1;
        let Some(account) = self.portal.account() else {
            return;
        };
        if kept.held.as_ref() != Some(&account) {
            let what = format!("desktop {desktop} doesn't know the account as it is");
            wrong.push(what);
        }
        let Some(changed) = desk.changed else {
            return;
        };
        let said = &self.said[&changed];
        let well = match &kept.edit {
            None => self.portal.had.contains(&said.phone),
            Some(one) if one.id != changed => false,
            Some(one) => match &one.stage {
                EditStage::Open => false,
                EditStage::Done => account.edit == changed && account.data == *said,
                // A disk that forgot what was chosen asks again.
                EditStage::Conflict => {
                    account.data != *said
                        && (desk.rolled_back || !desk.seen.contains(&account.edit))
                }
                EditStage::Refused { .. } => said.phone == REFUSED,
            },
        };
        if !well {
            let (edit, has) = (&kept.edit, tail(account.edit));
            wrong.push(format!(
                "change {} of desktop {desktop} ends as {edit:?}, the portal has {has}",
                tail(changed)
            ));
        }
    }
}
