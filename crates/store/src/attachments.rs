use std::str::FromStr;

use hoso_dossier::{AttachmentId, DraftId, Sha256};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::drafts::{require_writer, touch};
use crate::row::{Columns as _, integer};
use crate::{Store, StoreError};

/// A file that belongs to a component (*thành phần hồ sơ*) of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentRow {
    /// Its name for the program.
    pub id: AttachmentId,
    /// The draft it belongs to.
    pub draft: DraftId,
    /// The component's code.
    pub component: String,
    /// Its place within the component, counted over removed ones too.
    pub position: u32,
    /// The file's name for people.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// The kept file.
    pub sha256: Sha256,
    /// How it came here.
    pub origin: Origin,
    /// The hash of the answers that an export was made from.
    pub answers_mark: Option<String>,
    /// When it was added.
    pub added_at: Timestamp,
    /// Taken away by the person, who may want it back.
    pub removed: bool,
}

/// What an attachment is made with; the store gives it the next place within its component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttachment {
    /// Its name for the program.
    pub id: AttachmentId,
    /// The draft it belongs to.
    pub draft: DraftId,
    /// The component's code.
    pub component: String,
    /// The file's name for people.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// The file, kept before.
    pub sha256: Sha256,
    /// How it came here.
    pub origin: Origin,
    /// The hash of the answers that an export was made from.
    pub answers_mark: Option<String>,
}

/// How a file came to a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Chosen in a file dialogue.
    Picked,
    /// Dropped onto the window.
    Dropped,
    /// Taken from the vault.
    Vault,
    /// Taken from the scan folder.
    Scan,
    /// Made from the e-form.
    Export,
    /// Photographed.
    Photo,
}

impl Origin {
    const ALL: [Self; 6] = [
        Self::Picked,
        Self::Dropped,
        Self::Vault,
        Self::Scan,
        Self::Export,
        Self::Photo,
    ];

    /// The word it is kept as.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Picked => "picked",
            Self::Dropped => "dropped",
            Self::Vault => "vault",
            Self::Scan => "scan",
            Self::Export => "export",
            Self::Photo => "photo",
        }
    }
}

impl FromStr for Origin {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|origin| origin.as_str() == text)
            .ok_or(())
    }
}

impl Store {
    /// Adds a kept file to a component of an open draft, after those that are there.
    ///
    /// # Errors
    /// [`StoreError::MissingBlob`] unless it was put before; [`StoreError::WrongState`] unless the draft is open;
    /// [`StoreError::Conflict`] when the id is taken.
    pub async fn attach(
        &self,
        new: &NewAttachment,
        now: Timestamp,
    ) -> Result<AttachmentRow, StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        require_writer(transaction.conn(), new.draft).await?;
        session.require_blob(&new.sha256)?;
        add_attachment(transaction.conn(), new, now).await?;
        touch(transaction.conn(), new.draft, now).await?;
        let row = find_attachment(transaction.conn(), new.id).await?;
        transaction.commit().await?;
        session.unpin(&new.sha256)?;
        Ok(row)
    }

    /// Takes an attachment away; its file stays, so that it can come back.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::WrongState`] unless the draft is open.
    pub async fn detach(&self, id: AttachmentId, now: Timestamp) -> Result<(), StoreError> {
        self.mark_removed(id, true, now).await
    }

    /// Brings back an attachment that was taken away, to the place where it was.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::WrongState`] unless the draft is open.
    pub async fn reattach(&self, id: AttachmentId, now: Timestamp) -> Result<(), StoreError> {
        self.mark_removed(id, false, now).await
    }

    /// The attachments of a draft by component and place, with those taken away.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn attachments(&self, draft: DraftId) -> Result<Vec<AttachmentRow>, StoreError> {
        let session = self.session()?;
        sqlx::query("SELECT * FROM attachment WHERE draft = ? ORDER BY component, position")
            .bind(draft.to_string())
            .fetch_all(&mut *session.read().await?)
            .await?
            .iter()
            .map(attachment_row)
            .collect()
    }

    /// One attachment.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn attachment(&self, id: AttachmentId) -> Result<AttachmentRow, StoreError> {
        let session = self.session()?;
        let mut connection = session.read().await?;
        find_attachment(&mut connection, id).await
    }

    async fn mark_removed(
        &self,
        id: AttachmentId,
        removed: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        let row = find_attachment(transaction.conn(), id).await?;
        require_writer(transaction.conn(), row.draft).await?;
        sqlx::query("UPDATE attachment SET removed = ?2 WHERE id = ?1")
            .bind(id.to_string())
            .bind(removed)
            .execute(transaction.conn())
            .await?;
        touch(transaction.conn(), row.draft, now).await?;
        transaction.commit().await
    }
}

/// Puts a file behind those of its component.
pub(crate) async fn add_attachment(
    connection: &mut SqliteConnection,
    new: &NewAttachment,
    now: Timestamp,
) -> Result<(), StoreError> {
    let done = sqlx::query(
            "INSERT INTO attachment (id, draft, component, position, name, media_type, size, sha256, origin, answers_mark, added_at) \
             VALUES (?1, ?2, ?3, (SELECT coalesce(max(position) + 1, 0) FROM attachment WHERE draft = ?2 AND component = ?3), \
             ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING",
        )
        .bind(new.id.to_string())
        .bind(new.draft.to_string())
        .bind(&new.component)
        .bind(&new.name)
        .bind(&new.media_type)
        .bind(integer(new.size))
        .bind(new.sha256.to_string())
        .bind(new.origin.as_str())
        .bind(&new.answers_mark)
        .bind(now.to_string())
        .execute(connection)
        .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::Conflict {
            what: format!("the attachment {}", new.id),
        });
    }
    Ok(())
}

async fn find_attachment(
    connection: &mut SqliteConnection,
    id: AttachmentId,
) -> Result<AttachmentRow, StoreError> {
    let row = sqlx::query("SELECT * FROM attachment WHERE id = ?")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    match row {
        Some(row) => attachment_row(&row),
        None => Err(StoreError::NotFound {
            what: "attachment",
            id: id.to_string(),
        }),
    }
}

fn attachment_row(row: &SqliteRow) -> Result<AttachmentRow, StoreError> {
    Ok(AttachmentRow {
        id: row.parsed("id")?,
        draft: row.parsed("draft")?,
        component: row.text("component")?,
        position: row.number("position")?,
        name: row.text("name")?,
        media_type: row.text("media_type")?,
        size: row.number("size")?,
        sha256: row.parsed("sha256")?,
        origin: row.parsed("origin")?,
        answers_mark: row.maybe_text("answers_mark")?,
        added_at: row.parsed("added_at")?,
        removed: row.flag("removed")?,
    })
}
