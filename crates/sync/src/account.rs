//! What is kept of the person's account at the portal: stored by the application, beside the dossiers.

use hoso_dossier::EditId;
use hoso_portal_api::{Account, AccountData};
use serde::{Deserialize, Serialize};

use crate::entry::Refusal;

/// So many states of an account are remembered; one that is older is asked about as if it were a stranger's.
const REMEMBERED: usize = 64;

/// The person's account, as far as this desktop has to do with it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KeptAccount {
    /// The portal's newest word.
    pub held: Option<Account>,
    /// What the person last changed here, until the portal's own state is preferred to it or has followed it.
    pub edit: Option<AccountEdit>,
    /// The state over which a change made here goes; none: the portal is asked first what it holds.
    pub base: Option<EditId>,
    /// States that the person here made or was shown, newest last: a change made here replaces any of them, and no other.
    known: Vec<EditId>,
}

/// A change of the account that was made here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountEdit {
    /// Its permanent id; a change that is changed again before it is told has the id of the newer one.
    pub id: EditId,
    /// What the account shall say.
    pub data: AccountData,
    /// How it stands.
    pub stage: EditStage,
    /// It may have reached the portal.
    #[serde(default)]
    pub sent: bool,
}

/// How a change of the account stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "stage")]
pub enum EditStage {
    /// The portal has not said that it has it.
    Open,
    /// The portal has it.
    Done,
    /// The account was changed elsewhere ([`KeptAccount::held`]), and nobody here has seen that: the person chooses.
    Conflict,
    /// The portal doesn't take it.
    Refused {
        /// What it said.
        refusal: Refusal,
    },
}

impl KeptAccount {
    /// The person here made this state, or was shown it.
    #[must_use]
    pub fn knows(&self, state: EditId) -> bool {
        self.known.contains(&state)
    }

    /// The portal's newest state is one that nobody here has seen, though what is kept here may say the same.
    #[must_use]
    pub fn is_news(&self) -> bool {
        self.held.as_ref().is_some_and(|one| !self.knows(one.edit))
    }

    /// For another account that the person has said is theirs: what was not told yet is left, and told only over what they have seen there.
    #[must_use]
    pub fn for_another_account(self) -> Self {
        let left = self.edit.filter(|one| one.stage != EditStage::Done);
        Self {
            edit: left.map(|one| AccountEdit {
                stage: EditStage::Open,
                sent: false,
                ..one
            }),
            ..Self::default()
        }
    }

    pub(crate) fn know(&mut self, state: EditId) {
        self.known.retain(|one| *one != state);
        self.known.push(state);
        let over = self.known.len().saturating_sub(REMEMBERED);
        self.known.drain(..over);
    }

    /// Nobody here has seen the account yet.
    pub(crate) const fn is_new(&self) -> bool {
        self.known.is_empty()
    }
}
