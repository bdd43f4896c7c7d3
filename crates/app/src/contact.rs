//! How the person is reached, at the portal too (*Thông tin cá nhân* → *Cập nhật*): a change of the profile is a change of the account there.
//!
//! The profile is kept first, then the outbox is told. Where the process dies between the two, what waited to be told is put right when the profile is opened
//! again; otherwise the profile says something else than the portal, which is shown as such. So nothing is lost and nothing goes over what nobody has seen.

use hoso_dossier::{Capability, EditId};
use hoso_portal_api::AccountData;
use hoso_store::Store;
use hoso_sync::{AccountEdit, EditStage, Event, KeptAccount};

use crate::host::Host;
use crate::open::{Open, key};
use crate::trouble::{self, Subject};
use crate::view::{
    ContactData, ContactInfo, ContactState, PortalContact, ProfileDetails, ProfileKind,
};
use crate::{App, AppError, Topic, profiles};

impl App {
    /// How the profile's details stand to the portal's; none where the portal doesn't take changes of them.
    ///
    /// # Errors
    /// The profile is locked.
    #[allow(clippy::unused_async, reason = "commands are async")]
    pub async fn contact_info(&self) -> Result<Option<ContactInfo>, AppError> {
        let open = self.open()?;
        Ok(open.is_told().then(|| open.contact()))
    }

    /// Keeps what the person chose where the portal has something else than the profile, both here and there. `seen` is the portal's state that they were
    /// shown; where it has another one by now nothing is kept, and that one is shown.
    ///
    /// # Errors
    /// Details that are not right: the fields are named. The portal doesn't take changes of them.
    pub async fn contact_keep(
        &self,
        seen: EditId,
        data: ContactData,
    ) -> Result<ContactInfo, AppError> {
        let open = self.open()?;
        if !open.is_told() {
            return Err(AppError::NotOffered("changing the account"));
        }
        let kept = open.sender.meta().account;
        if let Some(held) = kept.held.filter(|held| held.edit == seen) {
            open.set_details(profiles::tidy(with(open.details(), data))?)
                .await?;
            let data = of(&open.details());
            open.sender.event(if data == held.data {
                Event::AccountTaken { seen }
            } else {
                Event::AccountWanted {
                    edit: EditId::new(open.host.uuid()),
                    data,
                    seen: Some(seen),
                }
            });
            open.sender.settle().await;
            // What waits to be sent may say something else.
            open.sender.gate.nudge();
            open.tell(&[Topic::App]);
        }
        Ok(open.contact())
    }
}

impl Open {
    /// The portal takes changes of the account, as far as it is known. For an organisation somebody signs in whose account is their own: what reaches the
    /// organisation is not written into it, nor theirs taken over.
    fn is_told(&self) -> bool {
        self.session.is_some()
            && self.details().kind == ProfileKind::Citizen
            && self.sender.known().can(Capability::EditAccount)
    }

    /// Tells the portal of what was changed in the profile, once there is a way to it.
    pub(crate) async fn tell_contact(&self, before: &ProfileDetails) {
        let data = of(&self.details());
        let kept = self.sender.meta().account;
        let stage = kept.edit.as_ref().map(|one| &one.stage);
        let refused = matches!(stage, Some(EditStage::Refused { .. }));
        if !self.is_told() || of(before) == data && !refused {
            return;
        }
        let same = kept.held.as_ref().filter(|held| held.data == data);
        self.sender.event(match (stage, same) {
            (Some(EditStage::Done), Some(_)) => return,
            (Some(EditStage::Open), _) | (_, None) => Event::AccountWanted {
                edit: EditId::new(self.host.uuid()),
                data,
                seen: None,
            },
            // What the portal has is what stands here now.
            (_, Some(held)) => Event::AccountTaken { seen: held.edit },
        });
        self.sender.settle().await;
    }

    /// A change of the account is to be told, and the portal takes it.
    pub(crate) fn contact_leaves(&self) -> bool {
        let edit = self.sender.meta().account.edit;
        self.is_told() && edit.is_some_and(|one| one.stage == EditStage::Open)
    }

    fn contact(&self) -> ContactInfo {
        let data = of(&self.details());
        let kept = self.sender.meta().account;
        let trouble = match kept.edit.as_ref().map(|one| &one.stage) {
            Some(EditStage::Refused { refusal }) => {
                Some(trouble::of_refusal(refusal, Subject::Account))
            }
            _ => None,
        };
        ContactInfo {
            state: state(&kept, &data),
            mine: shown(&data),
            portal: kept.held.map(|held| PortalContact {
                state: held.edit,
                changed_at: held.changed_at,
                data: shown(&held.data),
            }),
            wait: self.sender.account_wait(),
            trouble,
        }
    }
}

/// What the outbox was not told because the process died before: a change that is still to be told says what was typed last.
pub(crate) async fn missed(
    store: &Store,
    kept: &KeptAccount,
    host: &dyn Host,
) -> Result<Option<Event>, AppError> {
    let open = |edit: &&AccountEdit| edit.stage == EditStage::Open;
    let Some(edit) = kept.edit.as_ref().filter(open) else {
        return Ok(None);
    };
    let details = store.setting::<ProfileDetails>(key::DETAILS).await?;
    let data = details.as_ref().map(of);
    Ok(data
        .filter(|data| *data != edit.data)
        .map(|data| Event::AccountWanted {
            edit: EditId::new(host.uuid()),
            data,
            seen: None,
        }))
}

fn state(kept: &KeptAccount, mine: &AccountData) -> ContactState {
    let same = kept.held.as_ref().map(|held| held.data == *mine);
    match (kept.edit.as_ref().map(|one| &one.stage), same) {
        (Some(EditStage::Open), _) => ContactState::Waiting,
        (Some(EditStage::Refused { .. }), _) => ContactState::Refused,
        (_, None) => ContactState::Unknown,
        (_, Some(true)) => ContactState::Same,
        (_, Some(false)) => ContactState::Differs,
    }
}

fn of(details: &ProfileDetails) -> AccountData {
    AccountData {
        phone: details.phone.clone(),
        email: details.email.clone(),
        province: details.province.clone(),
        commune: details.commune.clone(),
        address: details.address.clone(),
    }
}

fn with(details: ProfileDetails, data: ContactData) -> ProfileDetails {
    let ContactData {
        phone,
        email,
        province,
        commune,
        address,
    } = data;
    ProfileDetails {
        phone,
        email,
        province,
        commune,
        address,
        ..details
    }
}

fn shown(data: &AccountData) -> ContactData {
    let AccountData {
        phone,
        email,
        province,
        commune,
        address,
    } = data.clone();
    ContactData {
        phone,
        email,
        province,
        commune,
        address,
    }
}
