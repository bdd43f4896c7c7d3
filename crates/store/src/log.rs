use hoso_dossier::DraftId;
use jiff::Timestamp;
use serde_json::Value;
use sqlx::SqliteConnection;

use crate::drafts::{find_draft, require_writer, touch};
use crate::row::{Columns as _, integer};
use crate::{Store, StoreError};

impl Store {
    /// Adds one entry to the log of an open draft; it is on the disk when this returns its number, the first being 1.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::WrongState`] unless the draft is open; [`StoreError::HeldElsewhere`] where it is only read; [`StoreError::Full`].
    pub async fn append_log(
        &self,
        draft: DraftId,
        entry: &Value,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        self.append_log_batch(draft, std::slice::from_ref(entry), now)
            .await
    }

    /// Adds entries to the log of an open draft, all or none; returns the number of the last.
    ///
    /// # Errors
    /// As [`Store::append_log`].
    pub async fn append_log_batch(
        &self,
        draft: DraftId,
        entries: &[Value],
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        require_writer(transaction.conn(), draft).await?;
        let entries: Vec<(String, String)> = entries
            .iter()
            .map(|entry| Ok((now.to_string(), serde_json::to_string(entry)?)))
            .collect::<Result<_, StoreError>>()?;
        let last = append(transaction.conn(), draft, &entries).await?;
        touch(transaction.conn(), draft, now).await?;
        transaction.commit().await?;
        Ok(last)
    }

    /// The whole log of a draft, in order.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn log(&self, draft: DraftId) -> Result<Vec<(u64, Timestamp, Value)>, StoreError> {
        let session = self.session()?;
        let mut connection = session.read().await?;
        find_draft(&mut connection, draft).await?;
        sqlx::query("SELECT seq, at, value FROM entry WHERE draft = ? ORDER BY seq")
            .bind(draft.to_string())
            .fetch_all(&mut *connection)
            .await?
            .iter()
            .map(|row| Ok((row.number("seq")?, row.parsed("at")?, row.json("value")?)))
            .collect()
    }
}

/// Adds entries, each with its moment, behind those that are there; returns the number of the last.
pub(crate) async fn append(
    connection: &mut SqliteConnection,
    draft: DraftId,
    entries: &[(String, String)],
) -> Result<u64, StoreError> {
    let mut seq = length(&mut *connection, draft).await?;
    for (at, entry) in entries {
        seq += 1;
        sqlx::query("INSERT INTO entry (draft, seq, at, value) VALUES (?1, ?2, ?3, ?4)")
            .bind(draft.to_string())
            .bind(integer(seq))
            .bind(at)
            .bind(entry)
            .execute(&mut *connection)
            .await?;
    }
    Ok(seq)
}

/// How many entries a draft's log has.
pub(crate) async fn length(
    connection: &mut SqliteConnection,
    draft: DraftId,
) -> Result<u64, StoreError> {
    let last: i64 = sqlx::query_scalar("SELECT coalesce(max(seq), 0) FROM entry WHERE draft = ?")
        .bind(draft.to_string())
        .fetch_one(connection)
        .await?;
    Ok(u64::try_from(last).unwrap_or(0))
}
