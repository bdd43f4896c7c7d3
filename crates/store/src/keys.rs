use std::fmt::Write as _;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use hoso_dossier::Sha256;
use rand::TryRng as _;
use rand::rngs::SysRng;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{Pin, StoreError};

/// What a guess at a PIN costs: the parameters of Argon2id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KdfCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl KdfCost {
    /// For people: 64 MiB and three passes, the second choice of RFC 9106 with one lane.
    pub const STANDARD: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 1,
    };
    /// The least that Argon2 takes, for tests that open many profiles.
    pub const LEAST: Self = Self {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    };
    /// A slots file asking for more is damaged: it would only hang the program.
    const MOST: Self = Self {
        memory_kib: 2 * 1024 * 1024,
        passes: 64,
        lanes: 16,
    };
}

/// 32 secret bytes, wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Key([u8; 32]);

impl Key {
    pub(crate) fn random() -> Result<Self, StoreError> {
        random_bytes().map(Self)
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn from_pin(pin: &Pin, salt: &[u8], cost: KdfCost) -> Result<Self, StoreError> {
        let damaged = |_| StoreError::damaged("the key slots");
        let most = KdfCost::MOST;
        if cost.memory_kib > most.memory_kib || cost.passes > most.passes || cost.lanes > most.lanes
        {
            return Err(StoreError::damaged("the key slots"));
        }
        let params =
            Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32)).map_err(damaged)?;
        let mut key = Self([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(pin.bytes(), salt, &mut key.0)
            .map_err(damaged)?;
        Ok(key)
    }

    pub(crate) fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }

    /// Encrypts a small secret; `about` is what it must be found with again.
    pub(crate) fn wrap(
        &self,
        nonce: &[u8; 24],
        secret: &[u8],
        about: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        self.cipher()
            .encrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: secret,
                    aad: about,
                },
            )
            .map_err(|_| StoreError::Interrupted)
    }

    /// The secret, or nothing when the key or anything about it is not the same.
    pub(crate) fn unwrap(
        &self,
        nonce: &[u8; 24],
        wrapped: &[u8],
        about: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        self.cipher()
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: wrapped,
                    aad: about,
                },
            )
            .ok()
            .map(Zeroizing::new)
    }
}

/// The keys of an open profile, all from one data key.
pub(crate) struct Keys {
    pub(crate) data: Key,
    pub(crate) blob_content: Key,
    database: Key,
    blob_names: Key,
}

impl Keys {
    pub(crate) fn from_data_key(data: Key) -> Result<Self, StoreError> {
        let extracted = Hkdf::<sha2::Sha256>::new(None, data.bytes());
        let derive = |purpose: &str| {
            let mut key = Key([0; 32]);
            extracted
                .expand(purpose.as_bytes(), &mut key.0)
                .map_err(|_| StoreError::Interrupted)?;
            Ok::<_, StoreError>(key)
        };
        Ok(Self {
            database: derive("hoso database 1")?,
            blob_content: derive("hoso blob content 1")?,
            blob_names: derive("hoso blob names 1")?,
            data,
        })
    }

    /// SQLCipher's notation of a raw key, which skips its own slow derivation.
    pub(crate) fn database_key(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(72));
        text.push_str("\"x'");
        for byte in self.database.bytes() {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text.push_str("'\"");
        text
    }

    /// The name of a blob's file: tells nothing about the content, not even to one who has a copy of it.
    pub(crate) fn blob_name(&self, sha256: &Sha256) -> Result<String, StoreError> {
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(self.blob_names.bytes())
            .map_err(|_| StoreError::Interrupted)?;
        mac.update(sha256.as_bytes());
        Ok(Sha256::new(mac.finalize().into_bytes().into()).to_string())
    }
}

pub(crate) fn random_bytes<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    SysRng
        .try_fill_bytes(&mut bytes)
        .map_err(|error| StoreError::Io {
            doing: "asking the system for randomness",
            source: std::io::Error::other(error),
        })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_secret_opens_only_with_its_key_its_nonce_and_what_it_is_about() {
        let (key, other) = (Key::random().unwrap(), Key::random().unwrap());
        let nonce = random_bytes().unwrap();
        let wrapped = key.wrap(&nonce, b"secret", b"slot a").unwrap();
        assert_eq!(
            key.unwrap(&nonce, &wrapped, b"slot a").as_deref(),
            Some(&b"secret".to_vec())
        );
        assert!(key.unwrap(&nonce, &wrapped, b"slot b").is_none());
        assert!(other.unwrap(&nonce, &wrapped, b"slot a").is_none());
        assert!(key.unwrap(&[0; 24], &wrapped, b"slot a").is_none());
    }

    #[test]
    fn the_keys_of_a_profile_differ_from_one_another_and_come_back_the_same() {
        let data = Key::random().unwrap();
        let (one, two) = (
            Keys::from_data_key(data.clone()).unwrap(),
            Keys::from_data_key(data).unwrap(),
        );
        let all = [&one.data, &one.blob_content, &one.database, &one.blob_names];
        for (place, key) in all.iter().enumerate() {
            for later in all.iter().skip(place + 1) {
                assert_ne!(key.bytes(), later.bytes());
            }
        }
        assert_eq!(one.database_key(), two.database_key());
        assert_eq!(one.database_key().len(), 69);
    }

    #[test]
    fn a_slot_asking_for_absurd_work_is_refused() {
        let pin = Pin::new("123456").unwrap();
        let absurd = KdfCost {
            memory_kib: u32::MAX,
            ..KdfCost::LEAST
        };
        assert!(Key::from_pin(&pin, &[0; 16], absurd).is_err());
        assert!(Key::from_pin(&pin, &[0; 16], KdfCost::LEAST).is_ok());
    }
}
