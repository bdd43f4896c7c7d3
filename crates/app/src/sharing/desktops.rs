//! The person's desktops: which others may read what is shared here, and whose words are believed.
//!
//! Each desktop is told the others' codes once, by hand. So the portal, which passes drafts on, is never asked whom to encrypt for or whom to believe.

use hoso_dossier::{DesktopId, Sha256};
use hoso_portal_api::DraftKeeping;
use hoso_stick::{DesktopCode, PublicKey, Recipient};
use hoso_store::Store;
use serde::{Deserialize, Serialize};

use crate::sticks::Own;
use crate::view::{DesktopRow, DesktopsInfo};
use crate::{App, AppError, Topic, text};

/// Setting with the other desktops.
const DESKTOPS: &str = "ownDesktops";
/// Setting that says that the portal keeps drafts.
pub(crate) const KEEPING: &str = "draftKeeping";
/// Longest name of a desktop, in characters.
const MAX_NAME: usize = 60;
/// Most desktops of one person.
const MOST: usize = 20;

/// Another desktop of the person's.
#[derive(Serialize, Deserialize)]
struct Known {
    code: String,
    name: String,
}

/// All of the person's desktops.
pub(super) struct Desktops {
    pub(super) own: Own,
    others: Vec<(DesktopCode, String)>,
}

impl Desktops {
    pub(super) async fn of(store: &Store) -> Result<Self, AppError> {
        let known = store.setting::<Vec<Known>>(DESKTOPS).await?;
        let others = known
            .unwrap_or_default()
            .into_iter()
            .map(|one| Ok((one.code.parse()?, one.name)))
            .collect::<Result<_, AppError>>()?;
        let own = Own::of(store).await?;
        Ok(Self { own, others })
    }

    async fn keep(&self, store: &Store) -> Result<(), AppError> {
        let known: Vec<Known> = self
            .others
            .iter()
            .map(|(code, name)| Known {
                code: code.to_string(),
                name: name.clone(),
            })
            .collect();
        Ok(store.put_setting(DESKTOPS, &known).await?)
    }

    /// There is nobody to share with.
    pub(super) fn is_alone(&self) -> bool {
        self.others.is_empty()
    }

    /// This desktop's own name at the portal.
    pub(super) fn own_id(&self) -> DesktopId {
        id_of(&self.own.signer.public())
    }

    /// Everybody who may read what is shared, this desktop too.
    pub(super) fn recipients(&self) -> Vec<Recipient> {
        let others = self.others.iter().map(|(code, _)| code.recipient);
        std::iter::once(self.own.identity.recipient())
            .chain(others)
            .collect()
    }

    /// Whether what this key signs is believed.
    pub(super) fn trusts(&self, signer: &PublicKey) -> bool {
        *signer == self.own.signer.public()
            || self.others.iter().any(|(code, _)| code.signer == *signer)
    }

    /// What the person calls the desktop; empty when it is none of theirs.
    pub(super) fn name_of(&self, id: DesktopId) -> String {
        self.others
            .iter()
            .find(|(code, _)| id_of(&code.signer) == id)
            .map(|(_, name)| name.clone())
            .unwrap_or_default()
    }

    fn code(&self) -> DesktopCode {
        DesktopCode {
            recipient: self.own.identity.recipient(),
            signer: self.own.signer.public(),
        }
    }

    fn info(&self, portal_keeps: Option<bool>) -> DesktopsInfo {
        DesktopsInfo {
            code: self.code().to_string(),
            fingerprint: self.own.signer.public().fingerprint(),
            portal_keeps,
            desktops: self
                .others
                .iter()
                .map(|(code, name)| DesktopRow {
                    name: name.clone(),
                    fingerprint: code.signer.fingerprint(),
                })
                .collect(),
        }
    }
}

/// Whether the portal keeps drafts; none before one was met.
pub(super) async fn portal_keeps(store: &Store) -> Result<Option<bool>, AppError> {
    let said: Option<Option<DraftKeeping>> = store.setting(KEEPING).await?;
    Ok(said.map(|keeping| keeping.is_some()))
}

/// A desktop's name at the portal follows from its key, so that the others know it by it.
pub(super) fn id_of(signer: &PublicKey) -> DesktopId {
    let hash = Sha256::of(format!("hoso-desktop {signer}").as_bytes());
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(hash.as_bytes()) {
        *to = *from;
    }
    DesktopId::new(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

impl App {
    /// The person's desktops, and by what the others know this one.
    ///
    /// # Errors
    /// The profile is locked.
    pub async fn desktops(&self) -> Result<DesktopsInfo, AppError> {
        let open = self.open()?;
        let keeps = portal_keeps(&open.store).await?;
        Ok(Desktops::of(&open.store).await?.info(keeps))
    }

    /// Takes another desktop of the person's by its code. What is shared already is encrypted for it too from now on.
    ///
    /// # Errors
    /// The code is none, or is this desktop's own.
    pub async fn desktop_add(&self, code: String, name: String) -> Result<DesktopsInfo, AppError> {
        let open = self.open()?;
        let mut desktops = Desktops::of(&open.store).await?;
        let code: DesktopCode = code.parse()?;
        let name = text::tidy(&name);
        if code == desktops.code() {
            return Err(AppError::DesktopItself);
        }
        if name.is_empty() || name.chars().count() > MAX_NAME || desktops.others.len() >= MOST {
            return Err(AppError::DesktopName);
        }
        desktops.others.retain(|(known, _)| *known != code);
        desktops.others.push((code, name));
        desktops.keep(&open.store).await?;
        open.sharing.look_again();
        open.tell(&[Topic::App, Topic::Dossiers]);
        self.desktops().await
    }

    /// Forgets a desktop: from now on nothing is encrypted for it, and nothing of it is believed. What it has, it keeps.
    ///
    /// # Errors
    /// There is none with that key.
    pub async fn desktop_remove(&self, fingerprint: String) -> Result<DesktopsInfo, AppError> {
        let open = self.open()?;
        let mut desktops = Desktops::of(&open.store).await?;
        let before = desktops.others.len();
        desktops
            .others
            .retain(|(code, _)| code.signer.fingerprint() != fingerprint);
        if desktops.others.len() == before {
            return Err(AppError::NotFound {
                what: "desktop",
                id: fingerprint.chars().take(40).collect(),
            });
        }
        desktops.keep(&open.store).await?;
        open.sharing.look_again();
        open.tell(&[Topic::App, Topic::Dossiers]);
        self.desktops().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hoso_stick::Signer;

    #[test]
    fn a_desktop_is_known_by_its_key_alone() {
        let key = |seed: u8| Signer::generate(&mut |buffer: &mut [u8]| buffer.fill(seed)).public();
        assert_eq!(id_of(&key(1)), id_of(&key(1)));
        assert_ne!(id_of(&key(1)), id_of(&key(2)));
        assert_eq!(id_of(&key(1)).uuid().get_version_num(), 4);
    }
}
