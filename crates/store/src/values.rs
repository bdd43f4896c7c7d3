//! Single values: settings, the portal's tokens, procedure packs.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::SqliteConnection;

use crate::row::Columns as _;
use crate::{Store, StoreError};

/// A procedure pack received from the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackRow {
    /// The procedure's code.
    pub code: String,
    /// The pack's version.
    pub version: String,
    /// The pack as received.
    pub bytes: Vec<u8>,
}

impl Store {
    /// A setting; nothing when it was never put.
    ///
    /// # Errors
    /// The value kept has another shape.
    pub async fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        let session = self.session()?;
        sqlx::query("SELECT value FROM setting WHERE key = ?")
            .bind(key)
            .fetch_optional(&mut *session.read().await?)
            .await?
            .map(|row| row.json("value"))
            .transpose()
    }

    /// Keeps a setting.
    ///
    /// # Errors
    /// The value is not JSON, or the disk is full.
    pub async fn put_setting<T: Serialize + Sync>(
        &self,
        key: &str,
        value: &T,
    ) -> Result<(), StoreError> {
        let session = self.session()?;
        let value = serde_json::to_string(value)?;
        let mut transaction = session.write().await?;
        sqlx::query(
            "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )
        .bind(key)
        .bind(value)
        .execute(transaction.conn())
        .await?;
        transaction.commit().await
    }

    /// Keeps the portal's tokens in place of earlier ones. They live nowhere but in the encrypted database.
    ///
    /// # Errors
    /// The disk is full.
    pub async fn put_tokens(&self, tokens: &Value) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        sqlx::query(
            "INSERT INTO token (id, value) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET value = excluded.value",
        )
        .bind(serde_json::to_string(tokens)?)
        .execute(transaction.conn())
        .await?;
        transaction.commit().await
    }

    /// The portal's tokens, if the person is logged in.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn tokens(&self) -> Result<Option<Value>, StoreError> {
        let session = self.session()?;
        sqlx::query("SELECT value FROM token")
            .fetch_optional(&mut *session.read().await?)
            .await?
            .map(|row| row.json("value"))
            .transpose()
    }

    /// Forgets the portal's tokens.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn clear_tokens(&self) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        sqlx::query("DELETE FROM token")
            .execute(transaction.conn())
            .await?;
        transaction.commit().await
    }

    /// Keeps a procedure pack; drafts begun with a version find it again.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when other bytes are kept under the same version.
    pub async fn put_pack(
        &self,
        code: &str,
        version: &str,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        keep_pack(transaction.conn(), code, version, bytes).await?;
        transaction.commit().await
    }

    /// Keeps many packs, and a value of the outside world's that goes with them, all or none.
    ///
    /// # Errors
    /// As [`Store::put_pack`]; then nothing was kept.
    pub async fn put_packs<T: Serialize + Sync>(
        &self,
        packs: &[PackRow],
        key: &str,
        value: &T,
    ) -> Result<(), StoreError> {
        let session = self.session()?;
        let value = serde_json::to_value(value)?;
        let mut transaction = session.write().await?;
        for pack in packs {
            keep_pack(transaction.conn(), &pack.code, &pack.version, &pack.bytes).await?;
        }
        crate::sync::put_meta(transaction.conn(), key, &value).await?;
        transaction.commit().await
    }

    /// The procedure packs received, by code and version.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn packs(&self) -> Result<Vec<PackRow>, StoreError> {
        let session = self.session()?;
        sqlx::query("SELECT * FROM pack ORDER BY code, version")
            .fetch_all(&mut *session.read().await?)
            .await?
            .iter()
            .map(|row| {
                Ok(PackRow {
                    code: row.text("code")?,
                    version: row.text("version")?,
                    bytes: row.bytes("bytes")?,
                })
            })
            .collect()
    }
}

async fn keep_pack(
    connection: &mut SqliteConnection,
    code: &str,
    version: &str,
    bytes: &[u8],
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO pack (code, version, bytes) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    )
    .bind(code)
    .bind(version)
    .bind(bytes)
    .execute(&mut *connection)
    .await?;
    let kept: Vec<u8> =
        sqlx::query_scalar("SELECT bytes FROM pack WHERE code = ?1 AND version = ?2")
            .bind(code)
            .bind(version)
            .fetch_one(connection)
            .await?;
    if kept == bytes {
        Ok(())
    } else {
        Err(StoreError::Conflict {
            what: format!("version {version} of the pack {code}"),
        })
    }
}
