use hoso_dossier::DossierId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::sqlite::SqliteConnection;

use crate::row::Columns as _;
use crate::sealed::require_dossier;
use crate::{Store, StoreError};

impl Store {
    /// The outbox: the state of every dossier on its way, by id.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn sync_entries(&self) -> Result<Vec<(DossierId, Value)>, StoreError> {
        let session = self.session()?;
        sqlx::query("SELECT dossier, value FROM outbox ORDER BY dossier")
            .fetch_all(&mut *session.read().await?)
            .await?
            .iter()
            .map(|row| Ok((row.parsed("dossier")?, row.json("value")?)))
            .collect()
    }

    /// What the portal tells of dossiers that were not sealed on this machine, by id.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn sync_elsewhere(&self) -> Result<Vec<(DossierId, Value)>, StoreError> {
        let session = self.session()?;
        sqlx::query("SELECT dossier, value FROM elsewhere ORDER BY dossier")
            .fetch_all(&mut *session.read().await?)
            .await?
            .iter()
            .map(|row| Ok((row.parsed("dossier")?, row.json("value")?)))
            .collect()
    }

    /// Keeps outbox entries, what is told of dossiers from elsewhere (`None`: nothing any more) and facts about the portal, and forgets the entries of
    /// dossiers taken back: all of it or nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] without one of the dossiers.
    pub async fn save_sync(
        &self,
        entries: &[(DossierId, Value)],
        removed: &[DossierId],
        elsewhere: &[(DossierId, Option<Value>)],
        meta: &[(&str, Value)],
    ) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        for (dossier, value) in entries {
            require_dossier(transaction.conn(), *dossier).await?;
            put_entry(transaction.conn(), *dossier, value).await?;
        }
        for dossier in removed {
            sqlx::query("DELETE FROM outbox WHERE dossier = ?")
                .bind(dossier.to_string())
                .execute(transaction.conn())
                .await?;
        }
        for (dossier, value) in elsewhere {
            put_elsewhere(transaction.conn(), *dossier, value.as_ref()).await?;
        }
        for (key, value) in meta {
            put_meta(transaction.conn(), key, value).await?;
        }
        transaction.commit().await
    }

    /// A fact about the portal, such as the epoch of its data.
    ///
    /// # Errors
    /// The value kept has another shape.
    pub async fn sync_meta<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        let session = self.session()?;
        sqlx::query("SELECT value FROM sync_meta WHERE key = ?")
            .bind(key)
            .fetch_optional(&mut *session.read().await?)
            .await?
            .map(|row| row.json("value"))
            .transpose()
    }

    /// Keeps a fact about the portal.
    ///
    /// # Errors
    /// The value is not JSON, or the disk is full.
    pub async fn put_sync_meta<T: Serialize + Sync>(
        &self,
        key: &str,
        value: &T,
    ) -> Result<(), StoreError> {
        self.save_sync(&[], &[], &[], &[(key, serde_json::to_value(value)?)])
            .await
    }
}

pub(crate) async fn put_entry(
    connection: &mut SqliteConnection,
    dossier: DossierId,
    value: &Value,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO outbox (dossier, value) VALUES (?1, ?2) ON CONFLICT (dossier) DO UPDATE SET value = excluded.value",
    )
    .bind(dossier.to_string())
    .bind(serde_json::to_string(value)?)
    .execute(connection)
    .await?;
    Ok(())
}

async fn put_elsewhere(
    connection: &mut SqliteConnection,
    dossier: DossierId,
    value: Option<&Value>,
) -> Result<(), StoreError> {
    let query = match value {
        None => sqlx::query("DELETE FROM elsewhere WHERE dossier = ?1").bind(dossier.to_string()),
        Some(value) => sqlx::query(
            "INSERT INTO elsewhere (dossier, value) VALUES (?1, ?2) ON CONFLICT (dossier) DO UPDATE SET value = excluded.value",
        )
        .bind(dossier.to_string())
        .bind(serde_json::to_string(value)?),
    };
    query.execute(connection).await?;
    Ok(())
}

pub(crate) async fn put_meta(
    connection: &mut SqliteConnection,
    key: &str,
    value: &Value,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO sync_meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )
    .bind(key)
    .bind(serde_json::to_string(value)?)
    .execute(connection)
    .await?;
    Ok(())
}
