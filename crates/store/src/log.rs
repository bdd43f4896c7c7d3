use hoso_dossier::DraftId;
use jiff::Timestamp;
use serde_json::Value;

use crate::drafts::{find_draft, require_state, touch};
use crate::row::{Columns as _, integer};
use crate::{DraftState, Store, StoreError};

impl Store {
    /// Adds one entry to the log of an open draft; it is on the disk when this returns its number, the first being 1.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::WrongState`] unless the draft is open; [`StoreError::Full`].
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
        require_state(transaction.conn(), draft, DraftState::Open).await?;
        let last: i64 =
            sqlx::query_scalar("SELECT coalesce(max(seq), 0) FROM entry WHERE draft = ?")
                .bind(draft.to_string())
                .fetch_one(transaction.conn())
                .await?;
        let mut seq = u64::try_from(last).unwrap_or(0);
        for entry in entries {
            seq += 1;
            sqlx::query("INSERT INTO entry (draft, seq, at, value) VALUES (?1, ?2, ?3, ?4)")
                .bind(draft.to_string())
                .bind(integer(seq))
                .bind(now.to_string())
                .bind(serde_json::to_string(entry)?)
                .execute(transaction.conn())
                .await?;
        }
        touch(transaction.conn(), draft, now).await?;
        transaction.commit().await?;
        Ok(seq)
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
