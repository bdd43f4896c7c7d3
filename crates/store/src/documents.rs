use hoso_dossier::{DossierId, Sha256};
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;

use crate::row::{Columns as _, integer};
use crate::sealed::require_dossier;
use crate::{Store, StoreError};

/// A document that the portal gave: a receipt, a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRow {
    /// The portal's name for it within the dossier; one that is issued again keeps it and has another hash.
    pub id: String,
    /// The dossier it belongs to.
    pub dossier: DossierId,
    /// What kind of document.
    pub kind: String,
    /// Its name for people.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// The kept file.
    pub sha256: Sha256,
    /// When it came.
    pub received_at: Timestamp,
}

impl Store {
    /// The documents received for a dossier, in the order they came; of one that was issued again, every version.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn documents(&self, dossier: DossierId) -> Result<Vec<DocumentRow>, StoreError> {
        let session = self.session()?;
        sqlx::query("SELECT * FROM document WHERE dossier = ? ORDER BY rowid")
            .bind(dossier.to_string())
            .fetch_all(&mut *session.read().await?)
            .await?
            .iter()
            .map(document_row)
            .collect()
    }

    /// Keeps a document received. One that came before is left as it is; other bytes under the same id are kept beside it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] without the dossier; [`StoreError::MissingBlob`] unless its file was put before.
    pub async fn add_document(&self, document: &DocumentRow) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        require_dossier(transaction.conn(), document.dossier).await?;
        session.require_blob(&document.sha256)?;
        sqlx::query(
            "INSERT INTO document (id, dossier, kind, name, media_type, size, sha256, received_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
        )
        .bind(&document.id)
        .bind(document.dossier.to_string())
        .bind(&document.kind)
        .bind(&document.name)
        .bind(&document.media_type)
        .bind(integer(document.size))
        .bind(document.sha256.to_string())
        .bind(document.received_at.to_string())
        .execute(transaction.conn())
        .await?;
        transaction.commit().await?;
        session.unpin(&document.sha256)
    }
}

fn document_row(row: &SqliteRow) -> Result<DocumentRow, StoreError> {
    Ok(DocumentRow {
        id: row.text("id")?,
        dossier: row.parsed("dossier")?,
        kind: row.text("kind")?,
        name: row.text("name")?,
        media_type: row.text("media_type")?,
        size: row.number("size")?,
        sha256: row.parsed("sha256")?,
        received_at: row.parsed("received_at")?,
    })
}
