use uuid::Uuid;

use crate::StoreError;

/// Where a secret waits for a profile to be opened without its PIN: the keyring of the system, or a stand-in in tests.
///
/// The calls may block, and may show the system's own window.
pub trait Keyring: Send + Sync {
    /// The secret kept for a profile.
    ///
    /// # Errors
    /// [`StoreError::NoKeyring`] without a keyring or without a secret in it.
    fn secret(&self, profile: Uuid) -> Result<Vec<u8>, StoreError>;

    /// Keeps a secret for a profile in place of an earlier one.
    ///
    /// # Errors
    /// [`StoreError::NoKeyring`] without a keyring, or when it refuses.
    fn keep(&self, profile: Uuid, secret: &[u8]) -> Result<(), StoreError>;

    /// Forgets the secret of a profile, if there is one.
    ///
    /// # Errors
    /// [`StoreError::NoKeyring`] without a keyring, or when it refuses.
    fn forget(&self, profile: Uuid) -> Result<(), StoreError>;
}

/// The keyring of the operating system: Secret Service, Keychain or Credential Manager.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsKeyring;

#[cfg(feature = "keyring")]
mod os {
    use std::sync::Arc;

    use keyring_core::api::CredentialStoreApi;
    use keyring_core::{Entry, Error};

    use super::{Keyring, OsKeyring, StoreError, Uuid};

    const SERVICE: &str = "vn.hoso.desktop";

    impl Keyring for OsKeyring {
        fn secret(&self, profile: Uuid) -> Result<Vec<u8>, StoreError> {
            entry(profile)?.get_secret().map_err(refused)
        }

        fn keep(&self, profile: Uuid, secret: &[u8]) -> Result<(), StoreError> {
            entry(profile)?.set_secret(secret).map_err(refused)
        }

        fn forget(&self, profile: Uuid) -> Result<(), StoreError> {
            match entry(profile)?.delete_credential() {
                Ok(()) | Err(Error::NoEntry) => Ok(()),
                Err(error) => Err(refused(error)),
            }
        }
    }

    impl OsKeyring {
        /// Whether the system has a keyring that answers.
        #[must_use]
        pub fn is_available() -> bool {
            system_store().is_ok()
        }
    }

    fn entry(profile: Uuid) -> Result<Entry, StoreError> {
        let store: Arc<dyn CredentialStoreApi + Send + Sync> = system_store()?;
        store
            .build(SERVICE, &profile.to_string(), None)
            .map_err(refused)
    }

    fn refused(error: Error) -> StoreError {
        StoreError::NoKeyring {
            reason: error.to_string(),
        }
    }

    #[cfg(all(unix, not(target_vendor = "apple")))]
    fn system_store() -> Result<Arc<dbus_secret_service_keyring_store::Store>, StoreError> {
        dbus_secret_service_keyring_store::Store::new().map_err(refused)
    }

    #[cfg(target_os = "macos")]
    fn system_store() -> Result<Arc<apple_native_keyring_store::keychain::Store>, StoreError> {
        apple_native_keyring_store::keychain::Store::new().map_err(refused)
    }

    #[cfg(windows)]
    fn system_store() -> Result<Arc<windows_native_keyring_store::Store>, StoreError> {
        windows_native_keyring_store::Store::new().map_err(refused)
    }
}

#[cfg(not(feature = "keyring"))]
impl Keyring for OsKeyring {
    fn secret(&self, _: Uuid) -> Result<Vec<u8>, StoreError> {
        Err(built_without())
    }

    fn keep(&self, _: Uuid, _: &[u8]) -> Result<(), StoreError> {
        Err(built_without())
    }

    fn forget(&self, _: Uuid) -> Result<(), StoreError> {
        Err(built_without())
    }
}

#[cfg(not(feature = "keyring"))]
impl OsKeyring {
    /// Whether the system has a keyring that answers.
    #[must_use]
    pub fn is_available() -> bool {
        false
    }
}

#[cfg(not(feature = "keyring"))]
fn built_without() -> StoreError {
    StoreError::NoKeyring {
        reason: "this build has no keyring".to_owned(),
    }
}
