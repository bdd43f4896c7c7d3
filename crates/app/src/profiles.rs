//! First start, lock and unlock, details and settings.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, PoisonError};

use hoso_eform::vn;
use hoso_store::{OsKeyring, Pin, Store, StoreError, Unlock};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::calendar::Days;
use crate::inbox::Inbox;
use crate::open::{Open, key};
use crate::outbox::Sender;
use crate::portals::Known;
use crate::session::PortalSession;
use crate::view::{
    AppInfo, LockState, NewProfile, ProfileDetails, ProfileKind, ProfileRow, SessionInfo, Settings,
    Theme,
};
use crate::{App, AppError, Topic, due, preflight, published, sharing, text};

/// Looks of the lock screen, kept in the clear beside the profiles: nothing personal.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
struct Looks {
    language: String,
    theme: Theme,
    zoom: u16,
}

impl Default for Looks {
    fn default() -> Self {
        let Settings {
            language,
            theme,
            zoom,
            ..
        } = Settings::default();
        Self {
            language,
            theme,
            zoom,
        }
    }
}

impl App {
    /// Everything a face needs at start.
    ///
    /// # Errors
    /// The folder of the profiles can't be read.
    pub async fn app_info(&self) -> Result<AppInfo, AppError> {
        let profiles = self.home.profiles(self.host.now()).await?;
        let open = self.open().ok();
        let lock = match (&open, profiles.is_empty()) {
            (Some(_), _) => LockState::Open,
            (None, true) => LockState::FirstStart,
            (None, false) => LockState::Locked,
        };
        let settings = match &open {
            Some(open) => open.settings(),
            None => {
                let looks = looks(&self.home_dir);
                Settings {
                    language: looks.language,
                    theme: looks.theme,
                    zoom: looks.zoom,
                    ..Settings::default()
                }
            }
        };
        let session = match open.as_ref().and_then(|open| open.session.as_ref()) {
            Some(session) => session.info(),
            None if self.portal.is_none() => SessionInfo::NoPortal,
            None => SessionInfo::SignedOut,
        };
        let known = open.as_ref().map(|open| open.sender.known());
        let behind = self.behind().map(|one| (one.store.id(), one.on_its_way()));
        let sending = |id| behind.filter(|(one, _)| *one == id).map(|(_, count)| count);
        Ok(AppInfo {
            portal_cannot: known.iter().flat_map(Known::cannot).copied().collect(),
            portal_profile: known.and_then(|known| known.profile().map(|one| (**one).clone())),
            version: env!("CARGO_PKG_VERSION").into(),
            lock,
            profiles: profiles
                .into_iter()
                .map(|entry| ProfileRow {
                    id: entry.id.to_string(),
                    label: entry.label,
                    keyring: entry.keyring,
                    wait_seconds: entry.wait.unwrap_or(0),
                    sending: sending(entry.id).unwrap_or(0),
                    waiting: self.left(entry.id),
                })
                .collect(),
            profile: open.map(|open| open.details()),
            session,
            settings,
            portal: self.portal.as_ref().map(|portal| portal.base().to_string()),
            keyring_available: tokio::task::spawn_blocking(OsKeyring::is_available)
                .await
                .unwrap_or(false),
        })
    }

    /// Makes a profile and opens it.
    ///
    /// # Errors
    /// Details that are not right, a weak PIN, or the folder can't be written.
    pub async fn profile_create(
        self: &Arc<Self>,
        profile: NewProfile,
    ) -> Result<AppInfo, AppError> {
        let details = tidy(profile.details)?;
        let pin = Pin::new(profile.pin)?;
        let _door = self.door.lock().await;
        let now = self.host.now();
        let label = match profile.label.trim() {
            "" => format!("Hồ sơ {}", self.home.profiles(now).await?.len() + 1),
            label => label.to_owned(),
        };
        let settings = Settings {
            language: looks(&self.home_dir).language,
            ..Settings::default()
        };
        let store = self
            .home
            .create(&label, &pin, profile.use_keyring, now)
            .await?;
        let kept = async {
            store.put_setting(key::SETTINGS, &settings).await?;
            store.put_setting(key::DETAILS, &details).await
        };
        if let Err(error) = kept.await {
            // A profile without its person could never be opened.
            let id = store.id();
            let _ = store.close().await;
            let _ = self.home.remove_profile(id).await;
            return Err(error.into());
        }
        self.leave().await;
        self.enter(store).await?;
        self.app_info().await
    }

    /// Opens a profile with its PIN.
    ///
    /// # Errors
    /// A wrong PIN, too soon after one, in use elsewhere, damaged.
    pub async fn profile_unlock(
        self: &Arc<Self>,
        id: String,
        pin: String,
    ) -> Result<AppInfo, AppError> {
        let id = parse(&id)?;
        // A PIN that is too short to be one is a wrong PIN, not a broken rule of choosing one.
        let pin = Pin::new(pin)
            .or_else(|_| Pin::new("\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}"))
            .map_err(AppError::from)?;
        self.unlock(id, Unlock::Pin(&pin)).await
    }

    /// Opens a profile with the key in the OS keyring.
    ///
    /// # Errors
    /// There is no such key; the PIN still works.
    pub async fn profile_unlock_keyring(self: &Arc<Self>, id: String) -> Result<AppInfo, AppError> {
        self.unlock(parse(&id)?, Unlock::Keyring).await
    }

    async fn unlock(self: &Arc<Self>, id: Uuid, way: Unlock<'_>) -> Result<AppInfo, AppError> {
        let _door = self.door.lock().await;
        match self.behind() {
            Some(open) if open.store.id() == id => {
                self.lift(&open, way).await?;
                return self.app_info().await;
            }
            // A wrong PIN of another profile stops nothing behind the curtain.
            Some(_) => {}
            None => self.leave().await,
        }
        let store = self.home.unlock(id, way, self.host.now()).await?;
        self.leave().await;
        self.enter(store).await?;
        self.app_info().await
    }

    /// Locks the open profile.
    ///
    /// # Errors
    /// The folder of the profiles can't be read.
    pub async fn profile_lock(&self) -> Result<AppInfo, AppError> {
        let _door = self.door.lock().await;
        self.leave().await;
        self.app_info().await
    }

    /// Looks details through before they are handed in with more; keeps nothing, and needs no open profile.
    ///
    /// # Errors
    /// Details that are not right: the fields are named.
    #[allow(clippy::unused_async, reason = "commands are async")]
    pub async fn profile_check(&self, details: ProfileDetails) -> Result<(), AppError> {
        tidy(details).map(drop)
    }

    /// Keeps new details of the person. How they are reached is told to the portal too, where it takes that.
    ///
    /// # Errors
    /// Details that are not right: the fields are named.
    pub async fn profile_update(&self, details: ProfileDetails) -> Result<AppInfo, AppError> {
        let open = self.open()?;
        let before = open.details();
        open.set_details(tidy(details)?).await?;
        open.tell_contact(&before).await;
        // What waits to be sent may say something else.
        open.sender.gate.nudge();
        self.app_info().await
    }

    /// Puts a new PIN in place of the old one.
    ///
    /// # Errors
    /// The old one is wrong, or the new one too short.
    pub async fn pin_change(&self, old: String, new: String) -> Result<(), AppError> {
        let new = Pin::new(new)?;
        let old = Pin::new(old).map_err(|_| StoreError::WrongPin {
            wait_seconds: 0,
            failures: 0,
        })?;
        let open = self.open()?;
        Ok(open.store.change_pin(&old, &new, self.host.now()).await?)
    }

    /// Keeps new settings.
    ///
    /// # Errors
    /// The disk is full.
    pub async fn settings_update(&self, settings: Settings) -> Result<AppInfo, AppError> {
        let settings = Settings {
            zoom: settings.zoom.clamp(100, 200),
            language: if settings.language == "en" {
                "en"
            } else {
                "vi"
            }
            .into(),
            ..settings
        };
        let looks = Looks {
            language: settings.language.clone(),
            theme: settings.theme,
            zoom: settings.zoom,
        };
        if let Ok(open) = self.open() {
            // The folder is chosen with its own command, which asks the person.
            let scan_folder = open.settings().scan_folder;
            open.set_settings(Settings {
                scan_folder,
                ..settings
            })
            .await?;
        }
        keep_looks(&self.home_dir, &looks)?;
        self.app_info().await
    }

    /// The person is here: locking starts to count anew.
    ///
    /// # Errors
    /// None; locked is fine too.
    #[allow(clippy::unused_async)]
    pub async fn activity(&self) -> Result<(), AppError> {
        if let Ok(open) = self.open() {
            open.note_input();
        }
        Ok(())
    }

    /// Starts everything that runs while a profile is open.
    async fn enter(self: &Arc<Self>, store: Store) -> Result<(), AppError> {
        let closing = CancellationToken::new();
        let session = match &self.portal {
            Some(portal) => Some(
                PortalSession::open(portal.clone(), store.clone(), self.changes.clone()).await?,
            ),
            None => None,
        };
        let sender = Sender::start(
            store.clone(),
            session.clone(),
            Arc::clone(&self.host),
            self.changes.clone(),
            closing.clone(),
        )
        .await?;
        let open = Arc::new(
            Open::new(
                self,
                store,
                session,
                sender,
                closing.clone(),
                Days::read(&self.home_dir),
            )
            .await?,
        );
        if let Some(folder) = open.settings().scan_folder {
            // A folder that is gone is told about when the inbox is looked at; it must not keep the profile shut.
            *open.inbox.lock().await = Inbox::watch(&open, Path::new(&folder))
                .inspect_err(|error| {
                    tracing::warn!(error = error.kind(), "the scan folder is not watched")
                })
                .ok();
        }
        // Files of attachments that were never kept: the process died between the file and its row.
        if let Err(error) = open.store.sweep_blobs().await {
            tracing::warn!(error = error.code(), "sweeping files that nothing names");
        }
        due::follow(&open);
        if let Some(portal) = &self.portal {
            published::follow(&open, portal.clone());
            preflight::follow(&open, portal.clone()).await;
            sharing::follow(&open);
        }
        self.forget_left(open.store.id());
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&open));
        self.lock_when_idle(&open);
        crate::tell(&self.changes, &[Topic::App]);
        Ok(())
    }

    /// Closes the open profile, if one is.
    pub(crate) async fn leave(&self) {
        let open = self
            .open
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(open) = open {
            self.note_left(&open);
            open.closing.cancel();
            *open.inbox.lock().await = None;
            open.sender.stopped().await;
            text::forget_opened_files(&self.home_dir);
            if let Err(error) = open.store.close().await {
                tracing::warn!(error = error.code(), "closing the profile");
            }
            crate::tell(&self.changes, &[Topic::App]);
        }
    }
}

fn parse(id: &str) -> Result<Uuid, AppError> {
    Uuid::parse_str(id).map_err(|_| AppError::NotFound {
        what: "profile",
        id: id.chars().take(40).collect(),
    })
}

/// Details in their usual writing, or which of them are not right.
pub(crate) fn tidy(details: ProfileDetails) -> Result<ProfileDetails, AppError> {
    let mut wrong = BTreeMap::new();
    let name = text::tidy(&details.name);
    if name.is_empty() {
        wrong.insert("name".to_owned(), "required".to_owned());
    }
    let digits: String = details
        .identity
        .chars()
        .filter(|sign| !sign.is_whitespace() && !".-".contains(*sign))
        .collect();
    let identity = match details.kind {
        _ if digits.is_empty() => Err("required"),
        ProfileKind::Citizen => vn::CitizenId::parse(&digits)
            .map(|id| id.as_str().to_owned())
            .ok_or("citizenId"),
        ProfileKind::Organisation => vn::TaxCode::parse(&digits)
            .map(|code| code.as_str().to_owned())
            .map_err(|_| "taxCode"),
    };
    let identity = identity.unwrap_or_else(|code| {
        wrong.insert("identity".to_owned(), code.to_owned());
        String::new()
    });
    let phone = text::tidy(&details.phone);
    let phone = if phone.is_empty() {
        phone
    } else {
        vn::Phone::parse(&phone).map_or_else(
            || {
                wrong.insert("phone".to_owned(), "phone".to_owned());
                String::new()
            },
            |phone| phone.as_str().to_owned(),
        )
    };
    let email = text::tidy(&details.email);
    if !email.is_empty() && !text::is_email(&email) {
        wrong.insert("email".to_owned(), "email".to_owned());
    }
    if !details.birth_date.is_empty() && details.birth_date.parse::<jiff::civil::Date>().is_err() {
        wrong.insert("birthDate".to_owned(), "date".to_owned());
    }
    if !wrong.is_empty() {
        return Err(AppError::Profile(wrong));
    }
    Ok(ProfileDetails {
        kind: details.kind,
        name,
        identity,
        birth_date: details.birth_date,
        phone,
        email,
        province: text::tidy(&details.province),
        commune: text::tidy(&details.commune),
        address: text::tidy(&details.address),
    })
}

const LOOKS: &str = "looks.json";

fn looks(home: &Path) -> Looks {
    fs::read(home.join(LOOKS))
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default()
}

fn keep_looks(home: &Path, looks: &Looks) -> Result<(), AppError> {
    let saving = || AppError::io("saving how the window looks");
    fs::create_dir_all(home).map_err(saving())?;
    let part = home.join("looks.json.part");
    fs::write(&part, serde_json::to_vec(looks)?)
        .and_then(|()| fs::rename(&part, home.join(LOOKS)))
        .map_err(saving())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Spoil = fn(&mut ProfileDetails);

    #[test]
    fn each_wrong_detail_is_named_with_the_reason() {
        let right = ProfileDetails {
            kind: ProfileKind::Citizen,
            name: " Nguyễn  Thị An ".into(),
            identity: "001 090 000 001".into(),
            birth_date: "1990-03-15".into(),
            phone: "0900 000 001".into(),
            email: "an@example.com".into(),
            province: String::new(),
            commune: String::new(),
            address: String::new(),
        };
        let kept = tidy(right.clone()).unwrap();
        assert_eq!(kept.name, "Nguyễn Thị An");
        assert_eq!(kept.identity, "001090000001");

        let cases: [(Spoil, &str, &str); 7] = [
            (|one| one.name = " ".into(), "name", "required"),
            (|one| one.identity.clear(), "identity", "required"),
            (|one| one.identity = "00109".into(), "identity", "citizenId"),
            (
                |one| {
                    one.kind = ProfileKind::Organisation;
                    one.identity = "123".into();
                },
                "identity",
                "taxCode",
            ),
            (|one| one.phone = "12".into(), "phone", "phone"),
            (|one| one.email = "an@".into(), "email", "email"),
            (
                |one| one.birth_date = "1990-02-30".into(),
                "birthDate",
                "date",
            ),
        ];
        for (spoil, field, reason) in cases {
            let mut details = right.clone();
            spoil(&mut details);
            let Err(AppError::Profile(wrong)) = tidy(details) else {
                panic!("{field} was to be refused: {reason}");
            };
            let named: Vec<_> = wrong
                .iter()
                .map(|(field, reason)| (field.as_str(), reason.as_str()))
                .collect();
            assert_eq!(named, [(field, reason)]);
        }
    }
}
