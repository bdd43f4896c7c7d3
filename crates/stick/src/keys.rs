//! Ed25519: who made a file.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use crate::{Entropy, StickError};

/// A secret key to sign with.
#[derive(Clone)]
pub struct Signer(SigningKey);

/// The key that tells whether a [`Signer`] signed. Written as base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl Signer {
    /// A new one.
    #[must_use]
    pub fn generate(entropy: Entropy<'_>) -> Self {
        let mut secret = zeroize::Zeroizing::new([0; 32]);
        entropy(&mut *secret);
        Self(SigningKey::from_bytes(&secret))
    }

    /// The one that was kept.
    ///
    /// # Errors
    /// The text is not one.
    pub fn from_secret(text: &str) -> Result<Self, StickError> {
        let bytes = STANDARD.decode(text).ok();
        let secret: Option<[u8; 32]> = bytes.and_then(|bytes| bytes.try_into().ok());
        let secret = secret.ok_or_else(|| StickError::Key("secret key".into()))?;
        Ok(Self(SigningKey::from_bytes(&secret)))
    }

    /// To be kept where nobody else reads.
    #[must_use]
    pub fn to_secret(&self) -> String {
        STANDARD.encode(self.0.to_bytes())
    }

    /// What others check with.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs `bytes` as a `kind` of thing, so that one thing's signature is none for another.
    pub(crate) fn sign(&self, kind: &str, bytes: &[u8]) -> String {
        STANDARD.encode(self.0.sign(&said(kind, bytes)).to_bytes())
    }
}

impl PublicKey {
    /// Whether the key's owner signed these bytes as this kind of thing.
    pub(crate) fn signed(&self, kind: &str, bytes: &[u8], signature: &str) -> bool {
        let signature = STANDARD.decode(signature).ok();
        let signature = signature.and_then(|bytes| Signature::from_slice(&bytes).ok());
        signature.is_some_and(|one| self.0.verify_strict(&said(kind, bytes), &one).is_ok())
    }

    /// A short form that people can compare: four groups of four letters and digits.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let hash = Sha256::digest(self.0.as_bytes());
        let hex: String = hash
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02X}"))
            .collect();
        let groups: Vec<String> = hex
            .chars()
            .collect::<Vec<_>>()
            .chunks(4)
            .map(|group| group.iter().collect())
            .collect();
        groups.join("-")
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0.as_bytes()))
    }
}

impl FromStr for PublicKey {
    type Err = StickError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = STANDARD.decode(text).ok();
        let bytes: Option<[u8; 32]> = bytes.and_then(|bytes| bytes.try_into().ok());
        let key = bytes.and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
        // A weak key would pass for anybody's.
        let key = key.filter(|key| !key.is_weak());
        key.map(Self)
            .ok_or_else(|| StickError::Key(text.chars().take(80).collect()))
    }
}

fn said(kind: &str, bytes: &[u8]) -> Vec<u8> {
    [kind.as_bytes(), b"\n", bytes].concat()
}
