//! The catalogue and its form packs, carried by hand to where there is no network; and of when the catalogue is that is here.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use hoso_dossier::{Pack, compare_versions};
use hoso_portal_api::{CatalogueChangeKind, PackBundle, StickKeys};
use hoso_stick::{CatalogueFile, PublicKey};
use hoso_store::PackRow;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::open::Open;
use crate::published::files_of;
use crate::view::{CatalogueInfo, CatalogueProgress, CatalogueSource, CatalogueTaken};
use crate::work::Work;
use crate::{App, AppError, Topic, packs, sticks};

/// Key of [`Of`] in the store.
const OF: &str = "catalogueOf";
/// Setting with the keys that the person has vouched for before any portal was met.
const TRUSTED: &str = "catalogueTrusted";

/// Which catalogue is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Of {
    /// When the newest of it was published, by the portal's clock.
    as_of: Timestamp,
    source: CatalogueSource,
    /// Name of the portal, where a file told it.
    #[serde(default)]
    portal: String,
    taken_at: Timestamp,
}

/// Taking a catalogue in: how far it is, and which file was picked.
#[derive(Default)]
pub(crate) struct Taking {
    work: Work,
    total: AtomicU32,
    /// Picked, and not taken in before the person has compared its key.
    asked_about: RwLock<Option<PathBuf>>,
}

/// Notes that the portal's catalogue was looked at, and when it was asked.
pub(crate) async fn looked(
    open: &Open,
    as_of: Option<&str>,
    asked: Timestamp,
) -> Result<(), AppError> {
    let now = open.host.now();
    let as_of = as_of.and_then(|at| at.parse().ok()).unwrap_or(now);
    let here: Option<Of> = open.store.sync_meta(OF).await?;
    // A newer one came in by hand while the portal was thinking.
    if here.is_some_and(|here| here.taken_at >= asked && here.as_of > as_of) {
        return Ok(());
    }
    let of = Of {
        as_of,
        source: CatalogueSource::Portal,
        portal: String::new(),
        taken_at: now,
    };
    Ok(open.store.put_sync_meta(OF, &of).await?)
}

impl App {
    /// Of when the catalogue is, and where it came from.
    ///
    /// # Errors
    /// The profile is locked.
    pub async fn catalogue_info(&self) -> Result<CatalogueInfo, AppError> {
        let open = self.open()?;
        let of: Option<Of> = open.store.sync_meta(OF).await?;
        let procedures = open.catalogue().packs().count();
        Ok(CatalogueInfo {
            procedures: u32::try_from(procedures).unwrap_or(u32::MAX),
            source: of.as_ref().map_or(CatalogueSource::BuiltIn, |of| of.source),
            as_of: of
                .as_ref()
                .map(|of| of.as_of.to_string())
                .unwrap_or_default(),
            taken_at: of
                .as_ref()
                .map(|of| of.taken_at.to_string())
                .unwrap_or_default(),
            portal: of.map(|of| of.portal).unwrap_or_default(),
        })
    }

    /// Takes in a catalogue that was carried by hand. `trust` is the short form of a key that the person has compared, where no portal was ever met.
    ///
    /// # Errors
    /// The file can't be read, is not the portal's, or is older than what is here: then nothing has changed.
    pub async fn catalogue_take(
        &self,
        file: Vec<u8>,
        trust: Option<String>,
    ) -> Result<CatalogueTaken, AppError> {
        let open = self.open()?;
        // Before anything is waited for: whoever stops it now means this one.
        let mine = open.taking.work.begin();
        open.taking.total.store(0, Ordering::SeqCst);
        // What the portal says meanwhile is taken over afterwards; whatever it takes to fetch that is not waited for.
        let _one = open.catalogue_keep.lock().await;
        open.take_catalogue(file, trust.as_deref(), mine).await
    }

    /// [`Self::catalogue_take`] of a file that the person picks; `None` when they changed their mind. With `trust` it is the file that was picked before.
    ///
    /// # Errors
    /// As [`Self::catalogue_take`].
    pub async fn catalogue_take_pick(
        &self,
        trust: Option<String>,
    ) -> Result<Option<CatalogueTaken>, AppError> {
        let open = self.open()?;
        let asked_about = write(&open.taking).take();
        let path = match asked_about.filter(|_| trust.is_some()) {
            Some(path) => path,
            None => match self.pick_stick("hoso").await {
                Some(path) => path,
                None => return Ok(None),
            },
        };
        let taken = self.catalogue_take(sticks::read(&path)?, trust).await;
        if matches!(taken, Err(AppError::CatalogueStranger { .. })) {
            *write(&open.taking) = Some(path);
        }
        taken.map(Some)
    }

    /// How far taking a catalogue in is.
    ///
    /// # Errors
    /// The profile is locked.
    #[allow(clippy::unused_async)]
    pub async fn catalogue_progress(&self) -> Result<CatalogueProgress, AppError> {
        let open = self.open()?;
        Ok(CatalogueProgress {
            done: open.taking.work.done(),
            total: open.taking.total.load(Ordering::SeqCst),
        })
    }

    /// Stops taking a catalogue in: what was here stays.
    ///
    /// # Errors
    /// The profile is locked.
    #[allow(clippy::unused_async)]
    pub async fn catalogue_stop(&self) -> Result<(), AppError> {
        self.open()?.taking.work.stop();
        Ok(())
    }
}

fn write(taking: &Taking) -> std::sync::RwLockWriteGuard<'_, Option<PathBuf>> {
    taking
        .asked_about
        .write()
        .unwrap_or_else(PoisonError::into_inner)
}

impl Open {
    async fn take_catalogue(
        self: &Arc<Self>,
        file: Vec<u8>,
        trust: Option<&str>,
        mine: u64,
    ) -> Result<CatalogueTaken, AppError> {
        if !self.taking.work.goes_on(mine, 0) {
            return Err(AppError::CatalogueStopped);
        }
        let carried = tokio::task::spawn_blocking(move || CatalogueFile::open(&file));
        let carried = carried.await.map_err(|_| AppError::Interrupted)??;
        self.vouch_for_portal(&carried, trust).await?;
        let as_of: Timestamp = carried
            .as_of
            .parse()
            .map_err(|_| AppError::CatalogueUndated)?;
        let here: Option<Of> = self.store.sync_meta(OF).await?;
        if let Some(here) = here.as_ref().filter(|here| as_of < here.as_of) {
            return Err(AppError::CatalogueOlder {
                theirs: as_of.to_string(),
                ours: here.as_of.to_string(),
            });
        }
        let total = u32::try_from(carried.packs.len()).unwrap_or(u32::MAX);
        self.taking.total.store(total, Ordering::SeqCst);
        let changes: Vec<_> = carried
            .packs
            .iter()
            .map(|pack| pack.change.clone())
            .collect();
        let (portal, read) = {
            let open = Arc::clone(self);
            let portal = carried.portal.clone();
            let reading = tokio::task::spawn_blocking(move || open.read_carried(&carried, mine));
            (portal, reading.await.map_err(|_| AppError::Interrupted)??)
        };
        let Read {
            packs,
            known,
            unusable,
        } = read;
        let now = self.host.now();
        let of = Of {
            as_of,
            source: CatalogueSource::File,
            portal: portal.clone(),
            taken_at: now,
        };
        // All at once: whoever pulls the plug finds the catalogue of before, or this one.
        self.keep_withdrawn(&changes).await?;
        self.store.put_packs(&packs, OF, &of).await?;
        self.read_catalogue().await?;
        self.tell(&[Topic::App]);
        self.sender.gate.nudge();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(CatalogueTaken {
            portal,
            as_of: as_of.to_string(),
            new: count(packs.len()),
            known: count(known),
            unusable,
        })
    }

    /// Reads every pack as if it came over the network. One that this version can't use must not keep the others out.
    fn read_carried(&self, carried: &CatalogueFile, mine: u64) -> Result<Read, AppError> {
        let catalogue = self.catalogue();
        let mut read = Read::default();
        for (done, pack) in carried.packs.iter().enumerate() {
            if !self.taking.work.goes_on(mine, done) {
                return Err(AppError::CatalogueStopped);
            }
            let change = &pack.change;
            if change.kind != CatalogueChangeKind::Published {
                continue;
            }
            let here = catalogue.pack(&change.code);
            // The newer one stays, wherever it came from.
            if here.is_some_and(|here| compare_versions(&change.version, here.version()).is_le()) {
                read.known += 1;
                continue;
            }
            let bundle: Option<PackBundle> = serde_json::from_slice(&pack.bundle).ok();
            let files = bundle.map(files_of).unwrap_or_default();
            match packs::read(&files) {
                Ok(found) if is_announced(&found, change) => read.packs.push(PackRow {
                    code: change.code.clone(),
                    version: change.version.clone(),
                    bytes: serde_json::to_vec(&files)?,
                }),
                Ok(_) => {
                    tracing::warn!(
                        code = change.code,
                        "a carried form pack is not the announced one"
                    );
                    read.unusable.push(change.code.clone());
                }
                Err(error) => {
                    tracing::warn!(
                        code = change.code,
                        error = AppError::from(error).kind(),
                        "a carried form pack is not used"
                    );
                    read.unusable.push(change.code.clone());
                }
            }
        }
        if self.taking.work.goes_on(mine, carried.packs.len()) {
            Ok(read)
        } else {
            Err(AppError::CatalogueStopped)
        }
    }

    /// The key is the portal's; or, where none was ever met, one that the person vouches for.
    async fn vouch_for_portal(
        &self,
        carried: &CatalogueFile,
        trust: Option<&str>,
    ) -> Result<(), AppError> {
        let fingerprint = carried.signer.fingerprint();
        if let Some(keys) = self.store.setting::<StickKeys>(sticks::PORTAL).await? {
            let portal: PublicKey = keys.signer.parse()?;
            return if portal == carried.signer {
                Ok(())
            } else {
                Err(AppError::CatalogueOfOther { fingerprint })
            };
        }
        let trusted = self.store.setting::<Vec<String>>(TRUSTED).await?;
        let mut trusted = trusted.unwrap_or_default();
        let key = carried.signer.to_string();
        if trusted.contains(&key) {
            return Ok(());
        }
        if !sticks::is_said(trust, &fingerprint) {
            return Err(AppError::CatalogueStranger {
                portal: carried.portal.clone(),
                fingerprint,
            });
        }
        trusted.push(key);
        Ok(self.store.put_setting(TRUSTED, &trusted).await?)
    }
}

/// What came of reading a carried catalogue.
#[derive(Default)]
struct Read {
    packs: Vec<PackRow>,
    /// How many are here already, or in a newer version.
    known: usize,
    /// Codes of those that this version can't use.
    unusable: Vec<String>,
}

fn is_announced(pack: &Pack, change: &hoso_portal_api::CatalogueChange) -> bool {
    pack.code() == change.code && pack.version() == change.version
}
