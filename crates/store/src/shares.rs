//! Drafts that the person's desktops share.

use hoso_dossier::{DraftId, SharedDraftId};
use jiff::Timestamp;
use serde_json::Value;
use sqlx::SqliteConnection;

use crate::drafts::{find_draft, require_state, touch};
use crate::log::{append, length};
use crate::row::{Columns as _, integer};
use crate::{DraftRow, DraftState, NewDraft, Store, StoreError};

/// A draft that is or was shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareRow {
    /// The draft here.
    pub draft: DraftRow,
    /// Its name at the portal; none when it stayed behind as a draft of this desktop's own.
    pub shared: Option<SharedDraftId>,
    /// This desktop only reads it.
    pub reader: bool,
    /// How it stands, as the application wrote it.
    pub value: Value,
    /// What a person may want to know of it, as the application wrote it.
    pub about: Value,
    /// How many entries its log has.
    pub length: u64,
}

/// How a shared draft stands from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareState {
    /// This desktop only reads it.
    pub reader: bool,
    /// See [`ShareRow::value`].
    pub value: Value,
}

/// One entry of a log as it was written: its moment and its JSON, to the letter.
pub type RawEntry = (String, String);

impl Store {
    /// Every draft that is or was shared.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn shares(&self) -> Result<Vec<ShareRow>, StoreError> {
        let session = self.session()?;
        let mut connection = session.read().await?;
        let rows = sqlx::query("SELECT * FROM share ORDER BY draft")
            .fetch_all(&mut *connection)
            .await?;
        let mut shares = Vec::with_capacity(rows.len());
        for row in rows {
            let draft = find_draft(&mut connection, row.parsed("draft")?).await?;
            shares.push(ShareRow {
                shared: row.maybe_parsed("shared")?,
                reader: row.flag("reader")?,
                value: row.json("value")?,
                about: row.json("about")?,
                length: length(&mut connection, draft.id).await?,
                draft,
            });
        }
        Ok(shares)
    }

    /// A draft's log, to the letter.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn raw_log(&self, draft: DraftId) -> Result<Vec<RawEntry>, StoreError> {
        let session = self.session()?;
        let mut connection = session.read().await?;
        find_draft(&mut connection, draft).await?;
        sqlx::query("SELECT at, value FROM entry WHERE draft = ? ORDER BY seq")
            .bind(draft.to_string())
            .fetch_all(&mut *connection)
            .await?
            .iter()
            .map(|row| Ok((row.text("at")?, row.text("value")?)))
            .collect()
    }

    /// Begins to share an open draft; one that is shared already stays as it is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::WrongState`] unless it is open.
    pub async fn share(
        &self,
        draft: DraftId,
        shared: SharedDraftId,
        state: &ShareState,
        about: &Value,
    ) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        require_state(transaction.conn(), draft, DraftState::Open).await?;
        // One that stayed behind may be shared anew, under a name of its own.
        sqlx::query("DELETE FROM share WHERE draft = ? AND shared IS NULL")
            .bind(draft.to_string())
            .execute(transaction.conn())
            .await?;
        insert(transaction.conn(), draft, shared, state, about).await?;
        name_dossier(transaction.conn(), draft).await?;
        transaction.commit().await
    }

    /// Keeps how a shared draft stands, unless its log has other than `length` entries by now; says whether it did.
    ///
    /// # Errors
    /// The disk is full.
    pub async fn put_share(
        &self,
        draft: DraftId,
        length_now: u64,
        state: &ShareState,
    ) -> Result<bool, StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        if length(transaction.conn(), draft).await? != length_now {
            return Ok(false);
        }
        update(transaction.conn(), draft, state).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Keeps that so much of a draft's log is at the portal, however long it is by now.
    ///
    /// # Errors
    /// The disk is full.
    pub async fn share_sent(&self, draft: DraftId, state: &ShareState) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        update(transaction.conn(), draft, state).await?;
        transaction.commit().await
    }

    /// Puts what was written at another desktop behind the log, which has `length` entries, and keeps how the draft stands then; says whether it did.
    ///
    /// # Errors
    /// The disk is full.
    pub async fn extend_shared(
        &self,
        draft: DraftId,
        length_now: u64,
        entries: &[RawEntry],
        state: &ShareState,
        (title, about): (&str, &Value),
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        require_state(transaction.conn(), draft, DraftState::Open).await?;
        if length(transaction.conn(), draft).await? != length_now {
            return Ok(false);
        }
        append(transaction.conn(), draft, entries).await?;
        update(transaction.conn(), draft, state).await?;
        tell(transaction.conn(), draft, title, about).await?;
        touch(transaction.conn(), draft, now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Takes in a draft that another desktop shares.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is here already.
    pub async fn take_shared(
        &self,
        draft: &NewDraft,
        entries: &[RawEntry],
        shared: SharedDraftId,
        state: &ShareState,
        about: &Value,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        let here = sqlx::query("SELECT 1 FROM share WHERE shared = ?")
            .bind(shared.to_string())
            .fetch_optional(transaction.conn())
            .await?;
        if here.is_some() {
            return Err(StoreError::Conflict {
                what: format!("the shared draft {shared}"),
            });
        }
        crate::drafts::insert(transaction.conn(), draft, now).await?;
        append(transaction.conn(), draft.id, entries).await?;
        insert(transaction.conn(), draft.id, shared, state, about).await?;
        name_dossier(transaction.conn(), draft.id).await?;
        transaction.commit().await
    }

    /// The draft stays as one of this desktop's own, with everything that was typed, and becomes a dossier of its own; the shared one may come anew.
    ///
    /// # Errors
    /// The disk is full.
    pub async fn part_shared(&self, draft: DraftId, about: &Value) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        sqlx::query("UPDATE share SET shared = NULL, reader = 0, about = ?2 WHERE draft = ?1")
            .bind(draft.to_string())
            .bind(serde_json::to_string(about)?)
            .execute(transaction.conn())
            .await?;
        name_dossier(transaction.conn(), draft).await?;
        transaction.commit().await
    }

    /// The draft is shared no more. Where it was only read it goes to the trash: it was another desktop's. What it becomes stays what it was: another desktop
    /// that has not heard of it yet may have sealed it.
    ///
    /// # Errors
    /// The disk is full.
    pub async fn end_share(&self, draft: DraftId, now: Timestamp) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        sqlx::query(
            "UPDATE draft SET state = 'trashed', updated_at = ?2 WHERE id = ?1 AND state = 'open'
             AND EXISTS (SELECT 1 FROM share WHERE draft = ?1 AND reader = 1)",
        )
        .bind(draft.to_string())
        .bind(now.to_string())
        .execute(transaction.conn())
        .await?;
        sqlx::query("DELETE FROM share WHERE draft = ?")
            .bind(draft.to_string())
            .execute(transaction.conn())
            .await?;
        transaction.commit().await
    }
}

async fn insert(
    connection: &mut SqliteConnection,
    draft: DraftId,
    shared: SharedDraftId,
    state: &ShareState,
    about: &Value,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO share (draft, shared, reader, value, about) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (draft) DO NOTHING",
    )
    .bind(draft.to_string())
    .bind(shared.to_string())
    .bind(integer(u64::from(state.reader)))
    .bind(serde_json::to_string(&state.value)?)
    .bind(serde_json::to_string(about)?)
    .execute(connection)
    .await?;
    Ok(())
}

/// What the draft becomes is what all who share it make of it.
async fn name_dossier(connection: &mut SqliteConnection, draft: DraftId) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE draft SET becomes = (SELECT shared FROM share WHERE draft = ?1) WHERE id = ?1",
    )
    .bind(draft.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

async fn update(
    connection: &mut SqliteConnection,
    draft: DraftId,
    state: &ShareState,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE share SET reader = ?2, value = ?3 WHERE draft = ?1")
        .bind(draft.to_string())
        .bind(integer(u64::from(state.reader)))
        .bind(serde_json::to_string(&state.value)?)
        .execute(connection)
        .await?;
    Ok(())
}

async fn tell(
    connection: &mut SqliteConnection,
    draft: DraftId,
    title: &str,
    about: &Value,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE share SET about = ?2 WHERE draft = ?1")
        .bind(draft.to_string())
        .bind(serde_json::to_string(about)?)
        .execute(&mut *connection)
        .await?;
    sqlx::query("UPDATE draft SET title = ?2 WHERE id = ?1")
        .bind(draft.to_string())
        .bind(title)
        .execute(connection)
        .await?;
    Ok(())
}
