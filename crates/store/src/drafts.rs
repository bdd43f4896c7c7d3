use std::fmt;
use std::str::FromStr;

use hoso_dossier::{DossierId, DraftId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::attachments::{NewAttachment, add_attachment};
use crate::log::append;
use crate::row::Columns as _;
use crate::{Store, StoreError};

/// A draft, or what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRow {
    /// Its name for the program.
    pub id: DraftId,
    /// The code of the procedure (*thủ tục hành chính*) it is for.
    pub procedure: String,
    /// The version of the procedure's pack it was begun with.
    pub pack_version: String,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// The step of the wizard where the person left it.
    pub step: String,
    /// Its name for people.
    pub title: String,
    /// The dossier it supplements, or became.
    pub dossier: Option<DossierId>,
    /// The dossier that it is when it is sealed as a first revision: of its own name, so that a disk that forgets the sealing and has the draft makes no second
    /// one of it; where it is shared of the name under which it is, so that desktops that both seal it make no two.
    pub first: DossierId,
    /// The revision of the dossier it will be, or is.
    pub revision: u32,
    /// Whether it can be changed.
    pub state: DraftState,
}

/// What a draft is begun with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDraft {
    /// Its name for the program.
    pub id: DraftId,
    /// The code of the procedure.
    pub procedure: String,
    /// The version of the procedure's pack.
    pub pack_version: String,
    /// The first step of the wizard.
    pub step: String,
    /// Its name for people.
    pub title: String,
    /// The dossier it supplements (*bổ sung hồ sơ*), if it does.
    pub dossier: Option<DossierId>,
    /// The revision of the dossier it will be.
    pub revision: u32,
}

/// What can be done with a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DraftState {
    /// It can be changed.
    Open,
    /// It is part of a dossier and never changes.
    Sealed,
    /// It lies in the trash.
    Trashed,
}

impl DraftState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Sealed => "sealed",
            Self::Trashed => "trashed",
        }
    }
}

impl fmt::Display for DraftState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for DraftState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Open, Self::Sealed, Self::Trashed]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(())
    }
}

impl Store {
    /// Begins a draft.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the id is taken; [`StoreError::NotFound`] when the dossier is not here.
    pub async fn create_draft(&self, draft: &NewDraft, now: Timestamp) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        insert(transaction.conn(), draft, now).await?;
        transaction.commit().await
    }

    /// Begins a draft with the entries of a log and with kept files: all of it or nothing, so that no half of one is ever found.
    ///
    /// # Errors
    /// As [`Store::create_draft`]; [`StoreError::MissingBlob`] unless each file was put before; [`StoreError::Full`].
    pub async fn create_whole_draft(
        &self,
        draft: &NewDraft,
        log: &[Value],
        files: &[NewAttachment],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        insert(transaction.conn(), draft, now).await?;
        let log: Vec<(String, String)> = log
            .iter()
            .map(|entry| Ok((now.to_string(), serde_json::to_string(entry)?)))
            .collect::<Result<_, StoreError>>()?;
        append(transaction.conn(), draft.id, &log).await?;
        for file in files {
            session.require_blob(&file.sha256)?;
            add_attachment(transaction.conn(), file, now).await?;
        }
        transaction.commit().await?;
        for file in files {
            session.unpin(&file.sha256)?;
        }
        Ok(())
    }

    /// All drafts, the last changed first; those in the trash and the sealed ones too.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn drafts(&self) -> Result<Vec<DraftRow>, StoreError> {
        let session = self.session()?;
        let rows = sqlx::query("SELECT * FROM draft")
            .fetch_all(&mut *session.read().await?)
            .await?;
        let mut drafts: Vec<_> = rows.iter().map(draft_row).collect::<Result<_, _>>()?;
        drafts.sort_by_key(|draft| (std::cmp::Reverse(draft.updated_at), draft.id));
        Ok(drafts)
    }

    /// One draft.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn draft(&self, id: DraftId) -> Result<DraftRow, StoreError> {
        let session = self.session()?;
        let mut connection = session.read().await?;
        find_draft(&mut connection, id).await
    }

    /// Remembers where in the wizard the person is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::WrongState`] unless it is open.
    pub async fn update_draft_step(
        &self,
        id: DraftId,
        step: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE draft SET step = ?2, updated_at = ?3 WHERE id = ?1";
        self.change_draft(id, DraftState::Open, sql, step, now)
            .await
    }

    /// Gives the draft another name for people.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::WrongState`] unless it is open.
    pub async fn update_draft_title(
        &self,
        id: DraftId,
        title: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE draft SET title = ?2, updated_at = ?3 WHERE id = ?1";
        self.change_draft(id, DraftState::Open, sql, title, now)
            .await
    }

    /// Moves a draft to a later version of its procedure's pack.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::WrongState`] unless it is open.
    pub async fn update_draft_pack(
        &self,
        id: DraftId,
        pack_version: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE draft SET pack_version = ?2, updated_at = ?3 WHERE id = ?1";
        self.change_draft(id, DraftState::Open, sql, pack_version, now)
            .await
    }

    /// Puts an open draft into the trash, with everything in it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::WrongState`] unless it is open; [`StoreError::HeldElsewhere`] where it is only read.
    pub async fn trash_draft(&self, id: DraftId, now: Timestamp) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        require_writer(transaction.conn(), id).await?;
        sqlx::query("UPDATE draft SET state = 'trashed', updated_at = ?2 WHERE id = ?1")
            .bind(id.to_string())
            .bind(now.to_string())
            .execute(transaction.conn())
            .await?;
        transaction.commit().await
    }

    /// Takes a draft out of the trash as it was.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::WrongState`] unless it is in the trash.
    pub async fn restore_draft(&self, id: DraftId, now: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE draft SET state = ?2, updated_at = ?3 WHERE id = ?1";
        self.change_draft(id, DraftState::Trashed, sql, "open", now)
            .await
    }

    async fn change_draft(
        &self,
        id: DraftId,
        from: DraftState,
        sql: &'static str,
        value: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        require_state(transaction.conn(), id, from).await?;
        sqlx::query(sql)
            .bind(id.to_string())
            .bind(value)
            .bind(now.to_string())
            .execute(transaction.conn())
            .await?;
        transaction.commit().await
    }
}

pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    draft: &NewDraft,
    now: Timestamp,
) -> Result<(), StoreError> {
    if let Some(dossier) = draft.dossier {
        crate::sealed::require_dossier(&mut *connection, dossier).await?;
    }
    let done = sqlx::query(
        "INSERT INTO draft (id, procedure, pack_version, created_at, updated_at, step, title, dossier, revision, state) \
         VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7, ?8, 'open') ON CONFLICT DO NOTHING",
    )
    .bind(draft.id.to_string())
    .bind(&draft.procedure)
    .bind(&draft.pack_version)
    .bind(now.to_string())
    .bind(&draft.step)
    .bind(&draft.title)
    .bind(draft.dossier.map(|id| id.to_string()))
    .bind(i64::from(draft.revision))
    .execute(&mut *connection)
    .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::Conflict {
            what: format!("the draft {}", draft.id),
        });
    }
    Ok(())
}

/// Fails unless the draft is there and in that state.
pub(crate) async fn require_state(
    connection: &mut SqliteConnection,
    id: DraftId,
    state: DraftState,
) -> Result<DraftRow, StoreError> {
    let draft = find_draft(connection, id).await?;
    if draft.state == state {
        Ok(draft)
    } else {
        Err(StoreError::WrongState {
            draft: id,
            state: draft.state,
        })
    }
}

/// Fails unless the person may change the draft here: it is open, and no other desktop writes it.
pub(crate) async fn require_writer(
    connection: &mut SqliteConnection,
    id: DraftId,
) -> Result<DraftRow, StoreError> {
    let draft = require_state(&mut *connection, id, DraftState::Open).await?;
    let reader: Option<bool> = sqlx::query_scalar("SELECT reader FROM share WHERE draft = ?")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    if reader == Some(true) {
        Err(StoreError::HeldElsewhere { draft: id })
    } else {
        Ok(draft)
    }
}

/// Notes that a draft was changed.
pub(crate) async fn touch(
    connection: &mut SqliteConnection,
    id: DraftId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE draft SET updated_at = ?2 WHERE id = ?1")
        .bind(id.to_string())
        .bind(now.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn find_draft(
    connection: &mut SqliteConnection,
    id: DraftId,
) -> Result<DraftRow, StoreError> {
    let row = sqlx::query("SELECT * FROM draft WHERE id = ?")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    match row {
        Some(row) => draft_row(&row),
        None => Err(StoreError::NotFound {
            what: "draft",
            id: id.to_string(),
        }),
    }
}

fn draft_row(row: &SqliteRow) -> Result<DraftRow, StoreError> {
    let id: DraftId = row.parsed("id")?;
    let first = row.maybe_parsed("becomes")?;
    Ok(DraftRow {
        id,
        procedure: row.text("procedure")?,
        pack_version: row.text("pack_version")?,
        created_at: row.parsed("created_at")?,
        updated_at: row.parsed("updated_at")?,
        step: row.text("step")?,
        title: row.text("title")?,
        dossier: row.maybe_parsed("dossier")?,
        first: first.unwrap_or_else(|| DossierId::new(id.uuid())),
        revision: row.number("revision")?,
        state: row.parsed("state")?,
    })
}
