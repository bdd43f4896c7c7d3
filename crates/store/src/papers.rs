use hoso_dossier::{PaperId, Sha256};
use jiff::Timestamp;
use serde_json::Value;
use sqlx::sqlite::SqliteRow;

use crate::row::{Columns as _, integer};
use crate::{Store, StoreError};

/// A paper in the vault (*giấy tờ trong kho dữ liệu cá nhân*).
#[derive(Debug, Clone, PartialEq)]
pub struct PaperRow {
    /// Its name for the program.
    pub id: PaperId,
    /// Its name for people.
    pub name: String,
    /// What kind of paper.
    pub kind: String,
    /// What is known from it: numbers, dates.
    pub fields: Value,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// The kept file.
    pub sha256: Sha256,
    /// When it was added.
    pub added_at: Timestamp,
    /// When it was put into the trash.
    pub trashed_at: Option<Timestamp>,
}

impl Store {
    /// The papers of the vault, the newest first, those in the trash too.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn papers(&self) -> Result<Vec<PaperRow>, StoreError> {
        let session = self.session()?;
        sqlx::query("SELECT * FROM paper ORDER BY rowid DESC")
            .fetch_all(&mut *session.read().await?)
            .await?
            .iter()
            .map(paper_row)
            .collect()
    }

    /// One paper.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn paper(&self, id: PaperId) -> Result<PaperRow, StoreError> {
        let session = self.session()?;
        let row = sqlx::query("SELECT * FROM paper WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(&mut *session.read().await?)
            .await?;
        row.map_or_else(|| Err(no_paper(id)), |row| paper_row(&row))
    }

    /// Adds a kept file to the vault.
    ///
    /// # Errors
    /// [`StoreError::MissingBlob`] unless it was put before; [`StoreError::Conflict`] when the id is taken.
    pub async fn add_paper(&self, paper: &PaperRow) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        session.require_blob(&paper.sha256)?;
        let done = sqlx::query(
            "INSERT INTO paper (id, name, kind, fields, media_type, size, sha256, added_at, trashed_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
        )
        .bind(paper.id.to_string())
        .bind(&paper.name)
        .bind(&paper.kind)
        .bind(serde_json::to_string(&paper.fields)?)
        .bind(&paper.media_type)
        .bind(integer(paper.size))
        .bind(paper.sha256.to_string())
        .bind(paper.added_at.to_string())
        .bind(paper.trashed_at.map(|at| at.to_string()))
        .execute(transaction.conn())
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::Conflict {
                what: format!("the paper {}", paper.id),
            });
        }
        transaction.commit().await?;
        session.unpin(&paper.sha256)
    }

    /// Keeps what a paper says.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn describe_paper(&self, id: PaperId, fields: &Value) -> Result<(), StoreError> {
        let query = sqlx::query("UPDATE paper SET fields = ?2 WHERE id = ?1")
            .bind(id.to_string())
            .bind(serde_json::to_string(fields)?);
        self.change_paper(id, query).await
    }

    /// Puts a paper into the trash; the first time counts.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn trash_paper(&self, id: PaperId, now: Timestamp) -> Result<(), StoreError> {
        let query =
            sqlx::query("UPDATE paper SET trashed_at = coalesce(trashed_at, ?2) WHERE id = ?1")
                .bind(id.to_string())
                .bind(now.to_string());
        self.change_paper(id, query).await
    }

    /// Takes a paper out of the trash.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn restore_paper(&self, id: PaperId) -> Result<(), StoreError> {
        let query =
            sqlx::query("UPDATE paper SET trashed_at = NULL WHERE id = ?1").bind(id.to_string());
        self.change_paper(id, query).await
    }

    /// Deletes a paper that lies in the trash, for ever. A sweep takes its file.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not in the trash.
    pub async fn purge_paper(&self, id: PaperId) -> Result<(), StoreError> {
        let query = sqlx::query("DELETE FROM paper WHERE id = ?1 AND trashed_at IS NOT NULL")
            .bind(id.to_string());
        self.change_paper(id, query).await
    }

    async fn change_paper(
        &self,
        id: PaperId,
        query: sqlx::query::Query<'_, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>,
    ) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        if query.execute(transaction.conn()).await?.rows_affected() == 0 {
            return Err(no_paper(id));
        }
        transaction.commit().await
    }
}

fn no_paper(id: PaperId) -> StoreError {
    StoreError::NotFound {
        what: "paper",
        id: id.to_string(),
    }
}

fn paper_row(row: &SqliteRow) -> Result<PaperRow, StoreError> {
    Ok(PaperRow {
        id: row.parsed("id")?,
        name: row.text("name")?,
        kind: row.text("kind")?,
        fields: row.json("fields")?,
        media_type: row.text("media_type")?,
        size: row.number("size")?,
        sha256: row.parsed("sha256")?,
        added_at: row.parsed("added_at")?,
        trashed_at: row.maybe_parsed("trashed_at")?,
    })
}
