use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use crate::keyring::{Keyring, OsKeyring};
use crate::keys::{Key, Keys, random_bytes};
use crate::slots::Slots;
use crate::{KdfCost, Pin, Store, StoreError, files};

/// The folder that holds the profiles of this machine.
#[derive(Clone)]
pub struct Home {
    profiles: PathBuf,
    cost: KdfCost,
    keyring: Arc<dyn Keyring>,
}

/// What can be told of a profile without opening it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileEntry {
    /// The profile's name for the program.
    pub id: Uuid,
    /// The profile's name for people.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether the system keyring opens it.
    pub keyring: bool,
    /// Seconds until the next PIN is taken, after wrong ones.
    pub wait: Option<u64>,
    /// The file with its key slots cannot be read: only a backup of it opens the profile again.
    pub damaged: bool,
}

/// A way into a profile.
#[derive(Debug)]
pub enum Unlock<'a> {
    /// What the person typed.
    Pin(&'a Pin),
    /// The key that waits in the system keyring.
    Keyring,
}

impl Home {
    /// Takes a folder; it is made when the first profile is.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            profiles: path.into().join("profiles"),
            cost: KdfCost::STANDARD,
            keyring: Arc::new(OsKeyring),
        }
    }

    /// Sets what a guess at a PIN chosen from now on costs.
    #[must_use]
    pub fn with_cost(mut self, cost: KdfCost) -> Self {
        self.cost = cost;
        self
    }

    /// Uses another keyring than the system's.
    #[must_use]
    pub fn with_keyring(mut self, keyring: Arc<dyn Keyring>) -> Self {
        self.keyring = keyring;
        self
    }

    /// Does something while no program has any of the profiles open, nor can open one; nothing where one has.
    pub fn while_unused(&self, act: impl FnOnce()) {
        let folders = fs::read_dir(&self.profiles).into_iter().flatten();
        let locks: Result<Vec<_>, _> = folders
            .flatten()
            .map(|folder| folder.path())
            .filter(|folder| folder.is_dir())
            .map(|folder| lock(&folder))
            .collect();
        if locks.is_ok() {
            act();
        }
    }

    /// The profiles, oldest first.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub async fn profiles(&self, now: Timestamp) -> Result<Vec<ProfileEntry>, StoreError> {
        let profiles = self.profiles.clone();
        tokio::task::spawn_blocking(move || list(&profiles, now)).await?
    }

    /// Makes a profile and opens it.
    ///
    /// Without a usable keyring the profile is made all the same; [`Store::has_keyring`] tells.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub async fn create(
        &self,
        label: &str,
        pin: &Pin,
        use_keyring: bool,
        now: Timestamp,
    ) -> Result<Store, StoreError> {
        let id = uuid::Builder::from_random_bytes(random_bytes()?).into_uuid();
        let dir = self.profiles.join(id.to_string());
        let made = self.create_in(&dir, id, label, pin, use_keyring, now).await;
        if made.is_err() {
            // Half a profile is of no use to anybody; it holds nothing yet.
            let _ = fs::remove_dir_all(&dir);
        }
        made
    }

    async fn create_in(
        &self,
        dir: &Path,
        id: Uuid,
        label: &str,
        pin: &Pin,
        use_keyring: bool,
        now: Timestamp,
    ) -> Result<Store, StoreError> {
        let mut slots = Slots::new(id, label.to_owned(), now);
        let data_key = Key::random()?;
        let lock = {
            let making = StoreError::io("making the profile's folder");
            let dir = dir.to_owned();
            let profiles = self.profiles.clone();
            tokio::task::spawn_blocking(move || {
                files::create_dir(&dir)
                    .and_then(|()| files::sync_dir(&profiles))
                    .map_err(making)?;
                lock(&dir)
            })
            .await??
        };
        let (slots, data_key) = blocking(pin, {
            let cost = self.cost;
            move |pin| {
                slots.set_pin(pin, cost, &data_key)?;
                Ok((slots, data_key))
            }
        })
        .await?;
        let keys = Keys::from_data_key(data_key)?;
        let store = Store::open(
            dir.to_owned(),
            slots,
            keys,
            lock,
            self.cost,
            Arc::clone(&self.keyring),
        )
        .await?;
        // The slots come last: a folder without them is not a profile yet.
        store.save_slots().await?;
        if use_keyring {
            match store.use_keyring().await {
                Ok(()) => {}
                Err(StoreError::NoKeyring { reason }) => {
                    tracing::info!(reason, "the profile opens with its PIN only");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(store)
    }

    /// Opens a profile.
    ///
    /// # Errors
    /// See [`StoreError`]: a wrong PIN, too soon, in use, no keyring, damaged.
    pub async fn unlock(
        &self,
        id: Uuid,
        way: Unlock<'_>,
        now: Timestamp,
    ) -> Result<Store, StoreError> {
        let dir = self.dir(id)?;
        let lock = lock(&dir)?;
        let slots = Slots::load(&dir, id)?;
        let (slots, data_key) = open_slots(dir.clone(), slots, way, &self.keyring, now).await?;
        Store::open(
            dir,
            slots,
            Keys::from_data_key(data_key)?,
            lock,
            self.cost,
            Arc::clone(&self.keyring),
        )
        .await
    }

    /// Deletes a profile and everything in it, for ever.
    ///
    /// # Errors
    /// It is open, there is none, or the folder cannot be deleted.
    pub async fn remove_profile(&self, id: Uuid) -> Result<(), StoreError> {
        let dir = self.dir(id)?;
        let keyring = Arc::clone(&self.keyring);
        tokio::task::spawn_blocking(move || {
            let removing = || StoreError::io("deleting the profile");
            let lock = lock(&dir)?;
            let kept_in_keyring = Slots::load(&dir, id).is_ok_and(|slots| slots.has_keyring());
            // Without its slots the rest is noise, even when the deletion stops half-way.
            for name in Slots::FILES {
                match fs::remove_file(dir.join(name)) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        return Err(removing()(error));
                    }
                    _ => {}
                }
            }
            files::sync_dir(&dir).map_err(removing())?;
            // Windows deletes no open file.
            drop(lock);
            fs::remove_dir_all(&dir).map_err(removing())?;
            if kept_in_keyring && let Err(error) = keyring.forget(id) {
                tracing::warn!(%error, "a key of a deleted profile stays in the keyring");
            }
            Ok(())
        })
        .await?
    }

    fn dir(&self, id: Uuid) -> Result<PathBuf, StoreError> {
        let dir = self.profiles.join(id.to_string());
        if dir.is_dir() {
            Ok(dir)
        } else {
            Err(StoreError::NotFound {
                what: "profile",
                id: id.to_string(),
            })
        }
    }
}

/// Tries a way into a profile; gives the data key, and the slots as they are after it.
pub(crate) async fn open_slots(
    dir: PathBuf,
    slots: Slots,
    way: Unlock<'_>,
    keyring: &Arc<dyn Keyring>,
    now: Timestamp,
) -> Result<(Slots, Key), StoreError> {
    match way {
        Unlock::Pin(pin) => check_pin(dir, slots, pin, now).await,
        Unlock::Keyring => {
            let (keyring, id) = (Arc::clone(keyring), slots.id);
            let secret = tokio::task::spawn_blocking(move || keyring.secret(id)).await??;
            let key = Key::from_bytes(&zeroize::Zeroizing::new(secret))
                .and_then(|key| slots.open_with_keyring(&key))
                .ok_or_else(|| StoreError::NoKeyring {
                    reason: "the key kept there is not this profile's".to_owned(),
                })?;
            Ok((slots, key))
        }
    }
}

/// Tries a PIN against the slots: waits are kept, failures are counted on disk before the answer is given.
pub(crate) async fn check_pin(
    dir: PathBuf,
    mut slots: Slots,
    pin: &Pin,
    now: Timestamp,
) -> Result<(Slots, Key), StoreError> {
    blocking(pin, move |pin| {
        // A full disk must not lock the person out, so a count that cannot be written is no error.
        let save = |slots: &Slots| {
            if let Err(error) = slots.save(&dir) {
                tracing::warn!(%error, "the count of wrong PINs was not saved");
            }
        };
        if slots.anchor_wait(now) {
            save(&slots);
        }
        let wait_seconds = slots.wait_seconds(now);
        if wait_seconds > 0 {
            return Err(StoreError::TooSoon { wait_seconds });
        }
        if let Some(key) = slots.open_with_pin(pin)? {
            if slots.forget_failures() {
                save(&slots);
            }
            return Ok((slots, key));
        }
        let failures = slots.count_failure(now);
        save(&slots);
        Err(StoreError::WrongPin {
            wait_seconds: slots.wait_seconds(now),
            failures,
        })
    })
    .await
}

/// Runs slow work with a PIN beside the runtime's own threads.
pub(crate) async fn blocking<T: Send + 'static>(
    pin: &Pin,
    work: impl FnOnce(&Pin) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let pin = pin.copy();
    tokio::task::spawn_blocking(move || work(&pin)).await?
}

/// Holds the profile for this process until the file is dropped.
fn lock(dir: &Path) -> Result<File, StoreError> {
    let locking = || StoreError::io("locking the profile");
    let file = files::create(&dir.join("lock")).map_err(locking())?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse),
        Err(TryLockError::Error(error)) => Err(locking()(error)),
    }
}

fn list(profiles: &Path, now: Timestamp) -> Result<Vec<ProfileEntry>, StoreError> {
    let listing = || StoreError::io("listing the profiles");
    let folders = match fs::read_dir(profiles) {
        Ok(folders) => folders,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(listing()(error)),
    };
    let mut entries = Vec::new();
    for folder in folders {
        let folder = folder.map_err(listing())?;
        let Some(id) = folder
            .file_name()
            .to_str()
            .and_then(|name| Uuid::parse_str(name).ok())
        else {
            continue;
        };
        let dir = folder.path();
        if !Slots::FILES.iter().any(|name| dir.join(name).exists()) {
            // A profile whose making was cut short.
            continue;
        }
        entries.push(match Slots::load(&dir, id) {
            Ok(slots) => ProfileEntry {
                id,
                keyring: slots.has_keyring(),
                wait: Some(slots.wait_seconds(now)).filter(|wait| *wait > 0),
                created_at: slots.created_at,
                label: slots.label,
                damaged: false,
            },
            Err(StoreError::Damaged { .. }) => ProfileEntry {
                id,
                label: String::new(),
                created_at: Timestamp::UNIX_EPOCH,
                keyring: false,
                wait: None,
                damaged: true,
            },
            Err(error) => return Err(error),
        });
    }
    entries.sort_by_key(|entry| (entry.created_at, entry.id));
    Ok(entries)
}
