//! `slots.json`: wrapped copies of the data key, and how long the next guess has to wait. Nothing personal but the label.

use std::fs;
use std::io;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use uuid::Uuid;

use crate::keys::{Key, random_bytes};
use crate::{KdfCost, Pin, StoreError, files};

const FILE: &str = "slots.json";
const COPY: &str = "slots.json.bak";

/// Seconds to wait after the third wrong PIN in a row, the fourth, and so on.
const DELAYS: [u32; 5] = [5, 15, 60, 300, 900];
const FREE_FAILURES: u32 = 2;

/// The content of `slots.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Slots {
    version: u32,
    pub(crate) id: Uuid,
    pub(crate) label: String,
    pub(crate) created_at: Timestamp,
    slots: Vec<Slot>,
    failures: Failures,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Slot {
    Pin {
        salt: Bytes,
        #[serde(flatten)]
        cost: KdfCost,
        nonce: Bytes,
        wrapped: Bytes,
    },
    Keyring {
        nonce: Bytes,
        wrapped: Bytes,
    },
    /// A kind that a later version knows: carried along untouched.
    #[serde(untagged)]
    Other(Value),
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Failures {
    count: u32,
    last: Option<Timestamp>,
}

impl Slots {
    /// The file and its copy, beside each other in the profile's folder.
    pub(crate) const FILES: [&str; 2] = [FILE, COPY];

    pub(crate) fn new(id: Uuid, label: String, created_at: Timestamp) -> Self {
        Self {
            version: 1,
            id,
            label,
            created_at,
            slots: Vec::new(),
            failures: Failures::default(),
        }
    }

    /// Reads the file of a profile, or its copy when the file is lost or damaged.
    pub(crate) fn load(dir: &Path, id: Uuid) -> Result<Self, StoreError> {
        let read = |name| {
            let text = match fs::read(dir.join(name)) {
                Ok(text) => text,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(StoreError::io("reading the key slots")(error)),
            };
            Ok(serde_json::from_slice::<Self>(&text)
                .ok()
                .filter(|slots| slots.id == id && slots.version == 1))
        };
        match read(FILE)? {
            Some(slots) => Ok(slots),
            None => read(COPY)?.ok_or_else(|| StoreError::damaged("the key slots")),
        }
    }

    /// Writes the file, then the copy.
    ///
    /// The copy is there against a damaged file. It follows at once, because an older one would still open with an older PIN.
    pub(crate) fn save(&self, dir: &Path) -> Result<(), StoreError> {
        let text = serde_json::to_vec_pretty(self)?;
        for name in Self::FILES {
            files::replace(&dir.join(name), &text)
                .map_err(StoreError::io("writing the key slots"))?;
        }
        Ok(())
    }

    pub(crate) fn has_keyring(&self) -> bool {
        self.slots
            .iter()
            .any(|slot| matches!(slot, Slot::Keyring { .. }))
    }

    /// Wraps the data key under a PIN, in place of an earlier one.
    pub(crate) fn set_pin(
        &mut self,
        pin: &Pin,
        cost: KdfCost,
        data_key: &Key,
    ) -> Result<(), StoreError> {
        let salt = random_bytes::<16>()?;
        let nonce = random_bytes()?;
        let wrapped = Key::from_pin(pin, &salt, cost)?.wrap(
            &nonce,
            data_key.bytes(),
            &self.about_pin(&salt, cost),
        )?;
        self.slots.retain(|slot| !matches!(slot, Slot::Pin { .. }));
        self.slots.push(Slot::Pin {
            salt: Bytes(salt.to_vec()),
            cost,
            nonce: Bytes(nonce.to_vec()),
            wrapped: Bytes(wrapped),
        });
        Ok(())
    }

    /// The data key; nothing when the PIN is another one.
    pub(crate) fn open_with_pin(&self, pin: &Pin) -> Result<Option<Key>, StoreError> {
        let damaged = || StoreError::damaged("the key slots");
        let (salt, cost, nonce, wrapped) = self
            .slots
            .iter()
            .find_map(|slot| match slot {
                Slot::Pin {
                    salt,
                    cost,
                    nonce,
                    wrapped,
                } => Some((salt, *cost, nonce, wrapped)),
                _ => None,
            })
            .ok_or_else(damaged)?;
        let nonce = nonce.array().ok_or_else(damaged)?;
        Ok(Key::from_pin(pin, &salt.0, cost)?
            .unwrap(&nonce, &wrapped.0, &self.about_pin(&salt.0, cost))
            .and_then(|key| Key::from_bytes(&key)))
    }

    /// Wraps the data key under the key that waits in the keyring.
    pub(crate) fn set_keyring(
        &mut self,
        keyring_key: &Key,
        data_key: &Key,
    ) -> Result<(), StoreError> {
        self.slots
            .retain(|slot| !matches!(slot, Slot::Keyring { .. }));
        let nonce = random_bytes()?;
        let wrapped = keyring_key.wrap(&nonce, data_key.bytes(), &self.about_keyring())?;
        self.slots.push(Slot::Keyring {
            nonce: Bytes(nonce.to_vec()),
            wrapped: Bytes(wrapped),
        });
        Ok(())
    }

    /// The data key; nothing without such a slot or when the key in the keyring is not the slot's.
    pub(crate) fn open_with_keyring(&self, keyring_key: &Key) -> Option<Key> {
        self.slots.iter().find_map(|slot| match slot {
            Slot::Keyring { nonce, wrapped } => keyring_key
                .unwrap(&nonce.array()?, &wrapped.0, &self.about_keyring())
                .and_then(|key| Key::from_bytes(&key)),
            _ => None,
        })
    }

    fn about_pin(&self, salt: &[u8], cost: KdfCost) -> Vec<u8> {
        let salt = BASE64.encode(salt);
        let KdfCost {
            memory_kib,
            passes,
            lanes,
        } = cost;
        format!(
            "hoso slot 1|{}|pin|{salt}|{memory_kib}|{passes}|{lanes}",
            self.id
        )
        .into_bytes()
    }

    fn about_keyring(&self) -> Vec<u8> {
        format!("hoso slot 1|{}|keyring", self.id).into_bytes()
    }

    /// Seconds that the next PIN still has to wait.
    ///
    /// A clock set back makes the wait neither shorter nor longer than its whole length.
    pub(crate) fn wait_seconds(&self, now: Timestamp) -> u64 {
        let Some(last) = self.failures.last else {
            return 0;
        };
        let delay = SignedDuration::from_secs(self.delay());
        let passed = now.duration_since(last);
        let left = if passed.is_negative() {
            delay
        } else {
            delay.saturating_sub(passed)
        };
        // A part of a second left is a second to wait.
        let seconds = left.as_secs() + i64::from(left.subsec_nanos() > 0);
        u64::try_from(seconds).unwrap_or(0)
    }

    /// After the clock was set back the wait counts from now on; says whether it changed anything.
    pub(crate) fn anchor_wait(&mut self, now: Timestamp) -> bool {
        let ahead = self.failures.last.is_some_and(|last| last > now);
        if ahead {
            self.failures.last = Some(now);
        }
        ahead
    }

    /// Counts a wrong PIN and returns how many there were in a row.
    pub(crate) fn count_failure(&mut self, now: Timestamp) -> u32 {
        self.failures.count = self.failures.count.saturating_add(1);
        self.failures.last = Some(now);
        self.failures.count
    }

    /// Forgets the wrong PINs; says whether there were any.
    pub(crate) fn forget_failures(&mut self) -> bool {
        std::mem::take(&mut self.failures) != Failures::default()
    }

    fn delay(&self) -> i64 {
        let Some(place) = self.failures.count.checked_sub(FREE_FAILURES + 1) else {
            return 0;
        };
        usize::try_from(place)
            .ok()
            .and_then(|place| DELAYS.get(place))
            .or(DELAYS.last())
            .map_or(0, |seconds| i64::from(*seconds))
    }
}

/// Bytes as Base64 in JSON.
#[derive(Debug, Clone, PartialEq)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn array<const N: usize>(&self) -> Option<[u8; N]> {
        self.0.as_slice().try_into().ok()
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BASE64
            .decode(String::deserialize(deserializer)?)
            .map(Self)
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn slots() -> Slots {
        Slots::new(Uuid::from_u128(7), "Hồ sơ 1".to_owned(), at(0))
    }

    #[test]
    fn the_wait_grows_from_the_third_failure_on_and_has_a_cap() {
        let mut slots = slots();
        let waits: Vec<_> = (0..9)
            .map(|_| {
                slots.count_failure(at(0));
                slots.wait_seconds(at(0))
            })
            .collect();
        assert_eq!(waits, [0, 0, 5, 15, 60, 300, 900, 900, 900]);
        assert_eq!(slots.wait_seconds(at(899)), 1);
        assert_eq!(slots.wait_seconds(at(900)), 0);
        assert!(slots.forget_failures());
        assert!(!slots.forget_failures());
        assert_eq!(slots.wait_seconds(at(0)), 0);
    }

    #[test]
    fn a_clock_set_back_neither_shortens_nor_lengthens_the_wait() {
        let mut slots = slots();
        for _ in 0..4 {
            slots.count_failure(at(0));
        }
        assert_eq!(slots.wait_seconds(at(-86_400)), 15);
        assert!(slots.anchor_wait(at(-86_400)));
        assert_eq!(slots.wait_seconds(at(-86_390)), 5);
        assert_eq!(slots.wait_seconds(at(-86_385)), 0);
        assert!(!slots.anchor_wait(at(-86_385)));
    }

    #[test]
    fn a_slot_opens_only_in_its_own_profile_and_with_its_own_cost() {
        let (pin, data) = (Pin::new("123456").unwrap(), Key::random().unwrap());
        let mut slots = slots();
        slots.set_pin(&pin, KdfCost::LEAST, &data).unwrap();
        let open = |slots: &Slots| slots.open_with_pin(&pin).unwrap().map(|key| *key.bytes());
        assert_eq!(open(&slots), Some(*data.bytes()));

        let mut moved = slots.clone();
        moved.id = Uuid::from_u128(8);
        assert_eq!(open(&moved), None);
        let mut cheaper = slots.clone();
        if let Some(Slot::Pin { cost, .. }) = cheaper.slots.first_mut() {
            cost.passes += 1;
        }
        assert_eq!(open(&cheaper), None);
    }

    #[test]
    fn slots_of_a_later_version_are_carried_along() {
        let mut value = serde_json::to_value(slots()).unwrap();
        let later = serde_json::json!({"kind": "office_key", "wrapped": "AAAA", "by": [1, 2]});
        value["slots"] = serde_json::json!([later]);
        let read: Slots = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), value);
    }

    #[test]
    fn a_damaged_file_is_read_from_its_copy() {
        let dir = tempfile::tempdir().unwrap();
        let slots = slots();
        slots.save(dir.path()).unwrap();
        for broken in [&b""[..], b"{", b"{}"] {
            fs::write(dir.path().join(FILE), broken).unwrap();
            assert_eq!(Slots::load(dir.path(), slots.id).unwrap(), slots);
        }
        fs::write(dir.path().join(COPY), b"").unwrap();
        assert!(matches!(
            Slots::load(dir.path(), slots.id),
            Err(StoreError::Damaged { .. })
        ));
    }
}
