use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use hoso_store::{Home, KdfCost, Keyring, OsKeyring, StoreError, Unlock};
use serde_json::json;
use uuid::Uuid;

use crate::{at, attachment, draft, home, pin, profile};

#[tokio::test]
async fn a_profile_is_made_closed_listed_and_opened_again() {
    let dir = tempfile::tempdir().unwrap();
    let home = home(&dir);
    assert_eq!(home.profiles(at(0)).await.unwrap(), []);

    let store = home
        .create("Hồ sơ 1", &pin("123456"), false, at(0))
        .await
        .unwrap();
    let id = store.id();
    store.put_setting("language", &"vi").await.unwrap();
    store.close().await.unwrap();
    assert!(matches!(
        store.setting::<String>("language").await,
        Err(StoreError::Closed)
    ));
    home.create("Hồ sơ 2", &pin("654321"), false, at(5))
        .await
        .unwrap();

    let listed = home.profiles(at(9)).await.unwrap();
    let labels: Vec<_> = listed.iter().map(|entry| entry.label.as_str()).collect();
    assert_eq!(labels, ["Hồ sơ 1", "Hồ sơ 2"]);
    let first = listed.first().unwrap();
    assert_eq!(
        (first.id, first.created_at, first.keyring, first.wait),
        (id, at(0), false, None)
    );

    let store = home
        .unlock(id, Unlock::Pin(&pin("123456")), at(10))
        .await
        .unwrap();
    assert_eq!(
        store.setting("language").await.unwrap(),
        Some("vi".to_owned())
    );
}

#[tokio::test]
async fn wrong_pins_are_counted_over_restarts_and_make_the_next_one_wait() {
    let (dir, store) = profile().await;
    let id = store.id();
    store.close().await.unwrap();
    let wrong = pin("000000");
    let right = pin("123456");
    // A new `Home` each time stands for a restart.
    let unlock = async |pin, second| home(&dir).unlock(id, Unlock::Pin(pin), at(second)).await;
    let mut second = 0;
    for (failures, wait) in [
        (1, 0),
        (2, 0),
        (3, 5),
        (4, 15),
        (5, 60),
        (6, 300),
        (7, 900),
        (8, 900),
    ] {
        match unlock(&wrong, second).await {
            Err(StoreError::WrongPin {
                wait_seconds,
                failures: counted,
            }) => assert_eq!((counted, wait_seconds), (failures, wait)),
            other => panic!("{:?}", other.err()),
        }
        if wait > 0 {
            let early = second + i64::try_from(wait).unwrap() - 1;
            // Not even the right one is looked at, and a try too early does not count.
            assert!(matches!(
                unlock(&right, early).await,
                Err(StoreError::TooSoon { wait_seconds: 1 })
            ));
            assert_eq!(
                home(&dir).profiles(at(early)).await.unwrap()[0].wait,
                Some(1)
            );
        }
        second += i64::try_from(wait).unwrap();
    }
    unlock(&right, second).await.unwrap().close().await.unwrap();
    assert!(matches!(
        unlock(&wrong, second).await,
        Err(StoreError::WrongPin {
            wait_seconds: 0,
            failures: 1
        })
    ));
}

#[tokio::test]
async fn an_open_profile_asks_for_the_pin_as_a_closed_one_does() {
    let (_dir, store) = profile().await;
    let (right, wrong) = (pin("123456"), pin("000000"));
    let check = async |pin, second| store.check(Unlock::Pin(pin), at(second)).await;
    check(&right, 0).await.unwrap();
    for counted in 1..=3 {
        assert!(matches!(
            check(&wrong, 0).await,
            Err(StoreError::WrongPin { failures, .. }) if failures == counted
        ));
    }
    assert!(matches!(
        check(&right, 0).await,
        Err(StoreError::TooSoon { wait_seconds: 5 })
    ));
    check(&right, 5).await.unwrap();
    assert!(matches!(
        store.check(Unlock::Keyring, at(5)).await,
        Err(StoreError::NoKeyring { .. })
    ));
    assert_eq!(store.label().await, "Hồ sơ 1");
}

#[tokio::test]
async fn a_changed_pin_opens_the_same_data_and_the_old_one_no_longer_does() {
    let (dir, store) = profile().await;
    let (old, new) = (pin("123456"), pin("mật khẩu mới"));
    store.put_setting("kept", &1).await.unwrap();
    assert!(matches!(
        store.change_pin(&new, &old, at(1)).await,
        Err(StoreError::WrongPin { failures: 1, .. })
    ));
    store.change_pin(&old, &new, at(2)).await.unwrap();
    store.close().await.unwrap();

    let home = home(&dir);
    assert!(matches!(
        home.unlock(store.id(), Unlock::Pin(&old), at(3)).await,
        Err(StoreError::WrongPin { .. })
    ));
    // Nor does it through the copy of the slots.
    let slots = folder(dir.path(), store.id()).join("slots.json");
    fs::write(&slots, "").unwrap();
    assert!(matches!(
        home.unlock(store.id(), Unlock::Pin(&old), at(3)).await,
        Err(StoreError::WrongPin { .. })
    ));
    let store = home
        .unlock(store.id(), Unlock::Pin(&new), at(9))
        .await
        .unwrap();
    assert_eq!(store.setting("kept").await.unwrap(), Some(1));
}

#[tokio::test]
async fn an_open_profile_lets_nobody_else_in_until_it_is_closed() {
    let (dir, store) = profile().await;
    let right = pin("123456");
    let second = home(&dir);
    for _ in 0..2 {
        assert!(matches!(
            second.unlock(store.id(), Unlock::Pin(&right), at(1)).await,
            Err(StoreError::InUse)
        ));
        assert!(matches!(
            second.remove_profile(store.id()).await,
            Err(StoreError::InUse)
        ));
    }
    store.close().await.unwrap();
    let again = second.unlock(store.id(), Unlock::Pin(&right), at(1)).await;
    again.unwrap().close().await.unwrap();
    second.remove_profile(store.id()).await.unwrap();
    assert_eq!(second.profiles(at(2)).await.unwrap(), []);
    assert!(matches!(
        second.unlock(store.id(), Unlock::Pin(&right), at(3)).await,
        Err(StoreError::NotFound { .. })
    ));
}

#[tokio::test]
async fn every_file_is_noise() {
    const MARKER: &str = "Phạm Thị Mẫu 001099000001";
    let (dir, store) = profile().await;
    let draft = draft(&store, 1).await;
    store
        .append_log(draft, &json!({"path": "hoTen", "value": MARKER}), at(2))
        .await
        .unwrap();
    let content = MARKER.repeat(1000);
    store.put_bytes(content.as_bytes()).await.unwrap();
    store
        .attach(&attachment(2, draft, content.as_bytes()), at(3))
        .await
        .unwrap();
    store.put_setting("name", &MARKER).await.unwrap();
    store.put_tokens(&json!({"access": MARKER})).await.unwrap();

    // Open, with the log not written back yet; and closed.
    for _ in 0..2 {
        let mut seen = Vec::new();
        for path in files(&folder(dir.path(), store.id())) {
            let bytes = fs::read(&path).unwrap();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let hash = hoso_dossier::Sha256::of(content.as_bytes()).to_string();
            for marker in [
                MARKER,
                "SQLite format 3",
                "CREATE TABLE",
                "bản chính",
                &hash,
            ] {
                assert!(!contains(&bytes, marker.as_bytes()), "{marker} in {name}");
                assert!(
                    !path.to_string_lossy().contains(marker),
                    "{marker} as {name}"
                );
            }
            seen.push(name);
        }
        assert!(seen.contains(&"profile.db".to_owned()), "{seen:?}");
        assert!(seen.len() >= 5, "{seen:?}");
        store.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_damaged_database_is_said_to_be_damaged() {
    let (dir, store) = profile().await;
    store.close().await.unwrap();
    let file = folder(dir.path(), store.id()).join("profile.db");
    let mut bytes = fs::read(&file).unwrap();
    for byte in bytes.iter_mut().take(4096).skip(100) {
        *byte ^= 1;
    }
    fs::write(&file, bytes).unwrap();
    assert!(matches!(
        home(&dir)
            .unlock(store.id(), Unlock::Pin(&pin("123456")), at(1))
            .await,
        Err(StoreError::Damaged { .. })
    ));
}

#[tokio::test]
async fn a_profile_whose_slots_are_damaged_is_still_listed() {
    let (dir, store) = profile().await;
    store.close().await.unwrap();
    for name in ["slots.json", "slots.json.bak"] {
        fs::write(folder(dir.path(), store.id()).join(name), "{").unwrap();
    }
    let listed = home(&dir).profiles(at(1)).await.unwrap();
    assert_eq!(
        listed
            .iter()
            .map(|entry| (entry.id, entry.damaged))
            .collect::<Vec<_>>(),
        [(store.id(), true)]
    );
}

#[tokio::test]
async fn the_keyring_opens_a_profile_until_it_is_told_not_to() {
    let dir = tempfile::tempdir().unwrap();
    let keyring = Arc::new(Drawer::default());
    let home = Home::new(dir.path())
        .with_cost(KdfCost::LEAST)
        .with_keyring(keyring.clone());
    let right = pin("123456");
    let store = home.create("A", &right, true, at(0)).await.unwrap();
    let id = store.id();
    store.close().await.unwrap();
    assert!(home.profiles(at(0)).await.unwrap()[0].keyring);

    // A keyring that lost its key, or got another, is no way in; the PIN still is.
    let kept = keyring.secret(id).unwrap();
    for wrong in [&kept[1..], &[7; 32][..]] {
        keyring.keep(id, wrong).unwrap();
        let unlocked = home.unlock(id, Unlock::Keyring, at(1)).await;
        assert!(matches!(unlocked, Err(StoreError::NoKeyring { .. })));
    }
    keyring.keep(id, &kept).unwrap();
    let store = home.unlock(id, Unlock::Keyring, at(1)).await.unwrap();
    store.close().await.unwrap();
    home.unlock(id, Unlock::Pin(&right), at(2)).await.unwrap();
}

#[tokio::test]
async fn without_a_keyring_everything_works_with_the_pin() {
    let dir = tempfile::tempdir().unwrap();
    let home = Home::new(dir.path())
        .with_cost(KdfCost::LEAST)
        .with_keyring(Arc::new(Nowhere));
    let store = home.create("A", &pin("123456"), true, at(0)).await.unwrap();
    assert!(!home.profiles(at(0)).await.unwrap()[0].keyring);
    store.put_setting("works", &true).await.unwrap();
}

#[test]
fn the_system_keyring_keeps_a_secret_or_says_cleanly_that_there_is_none() {
    let profile = Uuid::new_v4();
    match OsKeyring.keep(profile, b"secret") {
        Ok(()) => {
            assert!(OsKeyring::is_available());
            assert_eq!(OsKeyring.secret(profile).unwrap(), b"secret");
            OsKeyring.forget(profile).unwrap();
            assert!(OsKeyring.secret(profile).is_err());
        }
        Err(StoreError::NoKeyring { reason }) => assert!(!reason.is_empty()),
        Err(other) => panic!("{other}"),
    }
}

/// A keyring in memory.
#[derive(Default)]
struct Drawer(Mutex<Vec<(Uuid, Vec<u8>)>>);

impl Keyring for Drawer {
    fn secret(&self, profile: Uuid) -> Result<Vec<u8>, StoreError> {
        let drawer = self.0.lock().unwrap();
        let found = drawer.iter().find(|(id, _)| *id == profile);
        found.map_or_else(|| Nowhere.secret(profile), |(_, secret)| Ok(secret.clone()))
    }

    fn keep(&self, profile: Uuid, secret: &[u8]) -> Result<(), StoreError> {
        self.forget(profile)?;
        self.0.lock().unwrap().push((profile, secret.to_vec()));
        Ok(())
    }

    fn forget(&self, profile: Uuid) -> Result<(), StoreError> {
        self.0.lock().unwrap().retain(|(id, _)| *id != profile);
        Ok(())
    }
}

/// What a machine without a keyring says.
struct Nowhere;

impl Keyring for Nowhere {
    fn secret(&self, _: Uuid) -> Result<Vec<u8>, StoreError> {
        Err(StoreError::NoKeyring {
            reason: "none here".to_owned(),
        })
    }

    fn keep(&self, profile: Uuid, _: &[u8]) -> Result<(), StoreError> {
        self.forget(profile)
    }

    fn forget(&self, profile: Uuid) -> Result<(), StoreError> {
        self.secret(profile).map(|_| ())
    }
}

fn folder(home: &Path, id: Uuid) -> PathBuf {
    home.join("profiles").join(id.to_string())
}

fn files(dir: &Path) -> Vec<PathBuf> {
    fs::read_dir(dir)
        .unwrap()
        .flat_map(|entry| {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
