//! A profile that is open, and everything that runs only while it is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};

use hoso_dossier::{Catalogue, DraftId, compare_versions};
use hoso_portal_api::{CatalogueChange, CatalogueChangeKind};
use hoso_store::Store;
use tokio::sync::{Mutex, broadcast};
use tokio_util::sync::CancellationToken;

use crate::batch::Batches;
use crate::calendar::Days;
use crate::catalogue::Taking;
use crate::curtain::Presence;
use crate::desk::Desk;
use crate::draft::OpenDraft;
use crate::host::Host;
use crate::inbox::Inbox;
use crate::outbox::Sender;
use crate::pictures::Pictures;
use crate::session::PortalSession;
use crate::sharing::Sharing;
use crate::view::{ProfileDetails, Settings};
use crate::{App, AppError, Changed, packs};

/// Keys of the profile's settings.
pub(crate) mod key {
    pub(crate) const DETAILS: &str = "profile";
    pub(crate) const SETTINGS: &str = "settings";
    /// Codes of the procedures that the portal has withdrawn; among what is known of the outside world.
    pub(crate) const WITHDRAWN: &str = "catalogueWithdrawn";
}

/// The open profile.
pub(crate) struct Open {
    pub(crate) host: Arc<dyn Host>,
    pub(crate) store: Store,
    pub(crate) desk: Desk,
    pub(crate) drafts: Mutex<BTreeMap<DraftId, Arc<Mutex<OpenDraft>>>>,
    pub(crate) session: Option<Arc<PortalSession>>,
    pub(crate) sender: Sender,
    pub(crate) inbox: Mutex<Option<Inbox>>,
    pub(crate) pictures: Pictures,
    pub(crate) batches: Batches,
    /// Drafts shared with the person's other desktops.
    pub(crate) sharing: Sharing,
    /// A catalogue that is being taken in from a file.
    pub(crate) taking: Taking,
    pub(crate) changes: broadcast::Sender<Changed>,
    /// Whether the person is there.
    pub(crate) presence: Arc<Presence>,
    /// What the profile is called on the lock screen.
    pub(crate) label: String,
    /// Cancelled when the profile is locked.
    pub(crate) closing: CancellationToken,
    /// Taken while the portal's catalogue is looked at: one look at a time, however long the portal takes.
    pub(crate) catalogue_look: Mutex<()>,
    /// Taken while what was read of a catalogue is kept, from the portal or from a file; never while the portal is asked.
    pub(crate) catalogue_keep: Mutex<()>,
    /// Taken while the list of codes that were looked up is changed.
    pub(crate) look_ups: Mutex<()>,
    catalogue: RwLock<Arc<Catalogue>>,
    days: RwLock<Arc<Days>>,
    details: RwLock<ProfileDetails>,
    settings: RwLock<Settings>,
    last_input: RwLock<jiff::Timestamp>,
}

impl Open {
    /// Reads what is needed at once; the sender and the inbox are started by the caller.
    pub(crate) async fn new(
        app: &App,
        store: Store,
        session: Option<Arc<PortalSession>>,
        sender: Sender,
        closing: CancellationToken,
        days: Days,
    ) -> Result<Self, AppError> {
        let details = store
            .setting::<ProfileDetails>(key::DETAILS)
            .await?
            .ok_or_else(|| hoso_store::StoreError::Damaged {
                what: "the profile's details".into(),
            })?;
        let settings = store
            .setting::<Settings>(key::SETTINGS)
            .await?
            .unwrap_or_default();
        let catalogue = kept_catalogue(&store).await?;
        let host = Arc::clone(&app.host);
        let now = host.now();
        Ok(Self {
            desk: Desk::start()?,
            label: store.label().await,
            presence: Arc::clone(&app.presence),
            host,
            store,
            drafts: Mutex::default(),
            session,
            sender,
            inbox: Mutex::default(),
            pictures: Pictures::default(),
            batches: Batches::default(),
            sharing: Sharing::default(),
            taking: Taking::default(),
            changes: app.changes.clone(),
            closing,
            catalogue_look: Mutex::default(),
            catalogue_keep: Mutex::default(),
            look_ups: Mutex::default(),
            catalogue: RwLock::new(Arc::new(catalogue)),
            days: RwLock::new(Arc::new(days)),
            details: RwLock::new(details),
            settings: RwLock::new(settings),
            last_input: RwLock::new(now),
        })
    }

    pub(crate) fn catalogue(&self) -> Arc<Catalogue> {
        Arc::clone(&read(&self.catalogue))
    }

    /// Working days.
    pub(crate) fn days(&self) -> Arc<Days> {
        Arc::clone(&read(&self.days))
    }

    pub(crate) fn set_days(&self, days: Arc<Days>) {
        *write(&self.days) = days;
    }

    /// Keeps which procedures the portal has withdrawn, by what it says from the oldest to the newest; whether others are withdrawn now.
    pub(crate) async fn keep_withdrawn<'a>(
        &self,
        changes: impl IntoIterator<Item = &'a CatalogueChange>,
    ) -> Result<bool, AppError> {
        let before: BTreeSet<String> = self
            .store
            .sync_meta(key::WITHDRAWN)
            .await?
            .unwrap_or_default();
        let mut codes = before.clone();
        let catalogue = self.catalogue();
        for change in changes {
            match change.kind {
                CatalogueChangeKind::Published => {
                    codes.remove(&change.code);
                }
                // What is not here can't be begun anyway.
                CatalogueChangeKind::Withdrawn if catalogue.get(&change.code).is_some() => {
                    codes.insert(change.code.clone());
                }
                CatalogueChangeKind::Withdrawn => {}
            }
        }
        if codes != before {
            self.store.put_sync_meta(key::WITHDRAWN, &codes).await?;
        }
        Ok(codes != before)
    }

    /// Reads the catalogue again, after packs came from the portal.
    pub(crate) async fn read_catalogue(&self) -> Result<(), AppError> {
        let catalogue = kept_catalogue(&self.store).await?;
        *write(&self.catalogue) = Arc::new(catalogue);
        Ok(())
    }

    pub(crate) fn details(&self) -> ProfileDetails {
        read(&self.details).clone()
    }

    pub(crate) fn settings(&self) -> Settings {
        read(&self.settings).clone()
    }

    /// Keeps new details.
    pub(crate) async fn set_details(&self, details: ProfileDetails) -> Result<(), AppError> {
        self.store.put_setting(key::DETAILS, &details).await?;
        *write(&self.details) = details;
        Ok(())
    }

    /// Keeps new settings.
    pub(crate) async fn set_settings(&self, settings: Settings) -> Result<(), AppError> {
        self.store.put_setting(key::SETTINGS, &settings).await?;
        *write(&self.settings) = settings;
        Ok(())
    }

    /// The person is here.
    pub(crate) fn note_input(&self) {
        *write(&self.last_input) = self.host.now();
    }

    /// The profile has been left alone for as long as its settings allow.
    pub(crate) fn is_idle(&self) -> bool {
        let minutes = self.settings().auto_lock_minutes;
        let idle = self.host.now().duration_since(*read(&self.last_input));
        minutes > 0 && idle.as_secs() >= i64::from(minutes) * 60
    }

    /// Tells faces that something changed.
    pub(crate) fn tell(&self, topics: &[crate::Topic]) {
        crate::tell(&self.changes, topics);
    }

    /// `vi` or `en`.
    pub(crate) fn language(&self) -> String {
        self.settings().language
    }
}

async fn kept_catalogue(store: &Store) -> Result<Catalogue, AppError> {
    let mut published = Vec::new();
    let mut all = store.packs().await?;
    all.sort_by(|one, other| {
        let versions = compare_versions(&one.version, &other.version);
        one.code.cmp(&other.code).then(versions)
    });
    for kept in all {
        // A pack that this version can't read must not keep the profile shut: the built-in one serves.
        match serde_json::from_slice(&kept.bytes)
            .map_err(AppError::from)
            .and_then(|files| Ok(packs::read(&files)?))
        {
            Ok(pack) => published.push(pack),
            Err(error) => tracing::warn!(
                code = kept.code,
                error = error.kind(),
                "a kept form pack is not used"
            ),
        }
    }
    let withdrawn = store.sync_meta(key::WITHDRAWN).await?.unwrap_or_default();
    Ok(packs::catalogue(published)?.withdrawing(withdrawn))
}

fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}
