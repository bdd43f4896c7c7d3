use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::Timestamp;
use tokio::sync::MappedMutexGuard;
use uuid::Uuid;

use crate::blobs::Pins;
use crate::db::{Db, Transaction};
use crate::home::{blocking, check_pin, open_slots};
use crate::keyring::Keyring;
use crate::keys::{Key, Keys};
use crate::slots::Slots;
use crate::{KdfCost, Pin, StoreError, Unlock, files};

/// An open profile. Clones share it; it is closed for all of them at once.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    id: Uuid,
    cost: KdfCost,
    keyring: Arc<dyn Keyring>,
    /// Taken for the whole of a change of the slots, so that two do not overwrite each other.
    slots: tokio::sync::Mutex<Slots>,
    session: RwLock<Option<Arc<Session>>>,
}

/// What is held only while the profile is open: the last piece of work under way drops the keys and the lock.
pub(crate) struct Session {
    pub(crate) dir: PathBuf,
    pub(crate) keys: Keys,
    pub(crate) db: Db,
    pub(crate) pins: Mutex<Pins>,
    _lock: File,
}

impl Store {
    pub(crate) async fn open(
        dir: PathBuf,
        slots: Slots,
        keys: Keys,
        lock: File,
        cost: KdfCost,
        keyring: Arc<dyn Keyring>,
    ) -> Result<Self, StoreError> {
        let opening = || StoreError::io("opening the profile's folder");
        for name in ["blobs", "tmp"] {
            files::create_dir(&dir.join(name)).map_err(opening())?;
        }
        // No other process is in, so whatever lies here is from one that broke off.
        for leftover in fs::read_dir(dir.join("tmp")).map_err(opening())? {
            let path = leftover.map_err(opening())?.path();
            if let Err(error) = fs::remove_file(&path) {
                tracing::warn!(error = %error.kind(), "a temporary file of an earlier run stays");
            }
        }
        let db = Db::open(&dir.join("profile.db"), &keys).await?;
        files::sync_dir(&dir).map_err(opening())?;
        Ok(Self {
            inner: Arc::new(Inner {
                id: slots.id,
                cost,
                keyring,
                slots: tokio::sync::Mutex::new(slots),
                session: RwLock::new(Some(Arc::new(Session {
                    dir,
                    keys,
                    db,
                    pins: Mutex::default(),
                    _lock: lock,
                }))),
            }),
        })
    }

    /// The profile's name for the program.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.inner.id
    }

    /// What the person called it.
    pub async fn label(&self) -> String {
        self.inner.slots.lock().await.label.clone()
    }

    /// Asks for a way in once more, though the profile is open: exactly as [`Home::unlock`](crate::Home::unlock) would.
    ///
    /// # Errors
    /// As when unlocking: a wrong PIN, which is counted, too soon after one, no keyring, damaged.
    pub async fn check(&self, way: Unlock<'_>, now: Timestamp) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut slots = self.inner.slots.lock().await;
        let load = || Slots::load(&session.dir, self.inner.id);
        let keyring = &self.inner.keyring;
        let checked = open_slots(session.dir.clone(), load()?, way, keyring, now).await;
        // The count of failures is on disk.
        *slots = load()?;
        let (_, data_key) = checked?;
        // Slots that somebody put in the place of these open something else.
        if data_key.bytes() == session.keys.data.bytes() {
            Ok(())
        } else {
            Err(StoreError::damaged("the profile's keys"))
        }
    }

    /// Puts a new PIN in place of the old one. What is encrypted stays as it is.
    ///
    /// # Errors
    /// The old PIN is wrong or tried too soon, counted as when unlocking; or the slots cannot be written: then the old one holds.
    pub async fn change_pin(&self, old: &Pin, new: &Pin, now: Timestamp) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut slots = self.inner.slots.lock().await;
        // The count of failures is on disk, where a failed check has written it.
        let current = Slots::load(&session.dir, self.inner.id)?;
        let checked = check_pin(session.dir.clone(), current, old, now).await;
        let (checked, data_key) = match checked {
            Ok(opened) => opened,
            Err(error) => {
                *slots = Slots::load(&session.dir, self.inner.id)?;
                return Err(error);
            }
        };
        let cost = self.inner.cost;
        *slots = blocking(new, move |new| {
            let mut changed = checked;
            changed.set_pin(new, cost, &data_key)?;
            changed.save(&session.dir)?;
            Ok(changed)
        })
        .await?;
        Ok(())
    }

    /// Lets the system keyring open the profile.
    ///
    /// # Errors
    /// [`StoreError::NoKeyring`] where there is none; or the slots cannot be written.
    pub(crate) async fn use_keyring(&self) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut slots = self.inner.slots.lock().await;
        let mut changed = slots.clone();
        let keyring = Arc::clone(&self.inner.keyring);
        let id = self.inner.id;
        *slots = tokio::task::spawn_blocking(move || {
            let key = Key::random()?;
            keyring.keep(id, key.bytes())?;
            changed.set_keyring(&key, &session.keys.data)?;
            changed.save(&session.dir)?;
            Ok::<_, StoreError>(changed)
        })
        .await??;
        Ok(())
    }

    pub(crate) async fn save_slots(&self) -> Result<(), StoreError> {
        self.inner.slots.lock().await.save(&self.session()?.dir)
    }

    /// Writes everything back, drops the keys and lets other processes in. Any later use is [`StoreError::Closed`].
    ///
    /// # Errors
    /// The database refused to close; the profile is locked all the same and nothing is lost.
    pub async fn close(&self) -> Result<(), StoreError> {
        let session = self
            .inner
            .session
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match session {
            Some(session) => session.db.close().await,
            None => Ok(()),
        }
    }

    pub(crate) fn session(&self) -> Result<Arc<Session>, StoreError> {
        self.inner
            .session
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
            .ok_or(StoreError::Closed)
    }
}

impl Session {
    pub(crate) async fn read(
        &self,
    ) -> Result<MappedMutexGuard<'_, sqlx::SqliteConnection>, StoreError> {
        self.db.read().await
    }

    pub(crate) async fn write(&self) -> Result<Transaction<'_>, StoreError> {
        self.db.write().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Home;

    #[tokio::test]
    async fn slots_put_in_the_place_of_the_profiles_own_let_nobody_in() {
        let dir = tempfile::tempdir().unwrap();
        let now = Timestamp::UNIX_EPOCH;
        let (own, theirs) = (Pin::new("123456").unwrap(), Pin::new("654321").unwrap());
        let home = Home::new(dir.path()).with_cost(KdfCost::LEAST);
        let store = home.create("Hồ sơ 1", &own, false, now).await.unwrap();
        let mut forged = Slots::new(store.id(), "Hồ sơ 1".into(), now);
        let key = Key::random().unwrap();
        forged.set_pin(&theirs, KdfCost::LEAST, &key).unwrap();
        forged.save(&store.session().unwrap().dir).unwrap();
        let check = store.check(Unlock::Pin(&theirs), now).await;
        assert!(matches!(check, Err(StoreError::Damaged { .. })));
    }
}
