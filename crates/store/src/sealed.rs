use hoso_dossier::{DossierId, DraftId, Sha256};
use jiff::Timestamp;
use serde_json::Value;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::drafts::require_writer;
use crate::row::Columns as _;
use crate::sync::put_entry;
use crate::{Store, StoreError};

/// Everything that sealing a draft makes durable at once.
#[derive(Debug, Clone, PartialEq)]
pub struct SealRecord {
    /// The dossier, new or supplemented.
    pub dossier: DossierId,
    /// Its revision; later ones have higher numbers.
    pub revision: u32,
    /// The draft it is made from.
    pub draft: DraftId,
    /// The manifest's canonical bytes.
    pub manifest: Vec<u8>,
    /// Their hash.
    pub sha256: Sha256,
    /// The files that the manifest names, kept before; they stay as long as the revision.
    pub files: Vec<Sha256>,
    /// When.
    pub sealed_at: Timestamp,
    /// The procedure's code, for a new dossier.
    pub procedure: String,
    /// The dossier's name for people, for a new dossier.
    pub title: String,
    /// The outbox entry that the dossier begins its way with, in place of an earlier one.
    pub sync_entry: Value,
}

/// A sealed dossier.
#[derive(Debug, Clone, PartialEq)]
pub struct DossierRow {
    /// Its id, the same on the portal.
    pub id: DossierId,
    /// The procedure's code.
    pub procedure: String,
    /// Its name for people.
    pub title: String,
    /// When its first revision was sealed.
    pub created_at: Timestamp,
    /// Put out of sight by the person.
    pub hidden: bool,
}

/// A sealed revision; its bytes are read with [`Store::manifest`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionRow {
    /// The dossier.
    pub dossier: DossierId,
    /// Its number.
    pub revision: u32,
    /// The draft it was made from.
    pub draft: DraftId,
    /// The hash of its manifest.
    pub sha256: Sha256,
    /// When it was sealed.
    pub sealed_at: Timestamp,
}

impl Store {
    /// Seals a draft in one commit: the dossier, the revision, the draft's state and the outbox entry are all there or none.
    ///
    /// # Errors
    /// [`StoreError::WrongState`] unless the draft is open; [`StoreError::MissingBlob`] when a named file is not kept;
    /// [`StoreError::Conflict`] when the revision is not a new one, the hash is not the manifest's, or the draft
    /// supplements another dossier.
    pub async fn seal(&self, record: &SealRecord) -> Result<(), StoreError> {
        let conflict = |what: String| Err(StoreError::Conflict { what });
        if Sha256::of(&record.manifest) != record.sha256 {
            return conflict(format!("the manifest of {}", record.dossier));
        }
        let session = self.session()?;
        let mut transaction = session.write().await?;
        let draft = require_writer(transaction.conn(), record.draft).await?;
        if draft
            .dossier
            .is_some_and(|dossier| dossier != record.dossier)
        {
            return conflict(format!("the dossier of the draft {}", record.draft));
        }
        for sha256 in &record.files {
            session.require_blob(sha256)?;
        }
        let dossier = record.dossier.to_string();
        let revision = i64::from(record.revision);
        let latest: Option<i64> =
            sqlx::query_scalar("SELECT max(revision) FROM revision WHERE dossier = ?")
                .bind(&dossier)
                .fetch_one(transaction.conn())
                .await?;
        if latest.is_some_and(|latest| latest >= revision) {
            return conflict(format!("revision {revision} of {dossier}"));
        }
        sqlx::query(
            "INSERT INTO dossier (id, procedure, title, created_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        )
        .bind(&dossier)
        .bind(&record.procedure)
        .bind(&record.title)
        .bind(record.sealed_at.to_string())
        .execute(transaction.conn())
        .await?;
        sqlx::query(
            "INSERT INTO revision (dossier, revision, draft, manifest, sha256, sealed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .bind(&dossier)
        .bind(revision)
        .bind(record.draft.to_string())
        .bind(&record.manifest)
        .bind(record.sha256.to_string())
        .bind(record.sealed_at.to_string())
        .execute(transaction.conn())
        .await?;
        for sha256 in &record.files {
            sqlx::query(
                "INSERT INTO revision_file (dossier, revision, sha256) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            )
            .bind(&dossier)
            .bind(revision)
            .bind(sha256.to_string())
            .execute(transaction.conn())
            .await?;
        }
        sqlx::query(
            "UPDATE draft SET state = 'sealed', dossier = ?2, revision = ?3, updated_at = ?4 WHERE id = ?1",
        )
        .bind(record.draft.to_string())
        .bind(&dossier)
        .bind(revision)
        .bind(record.sealed_at.to_string())
        .execute(transaction.conn())
        .await?;
        put_entry(transaction.conn(), record.dossier, &record.sync_entry).await?;
        transaction.commit().await?;
        for sha256 in &record.files {
            session.unpin(sha256)?;
        }
        Ok(())
    }

    /// All dossiers, the newest first, the hidden ones too.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn dossiers(&self) -> Result<Vec<DossierRow>, StoreError> {
        let session = self.session()?;
        let rows = sqlx::query("SELECT * FROM dossier")
            .fetch_all(&mut *session.read().await?)
            .await?;
        let mut dossiers: Vec<_> = rows.iter().map(dossier_row).collect::<Result<_, _>>()?;
        dossiers.sort_by_key(|dossier| (std::cmp::Reverse(dossier.created_at), dossier.id));
        Ok(dossiers)
    }

    /// One dossier.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn dossier(&self, id: DossierId) -> Result<DossierRow, StoreError> {
        let session = self.session()?;
        let mut connection = session.read().await?;
        let row = sqlx::query("SELECT * FROM dossier WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(&mut *connection)
            .await?;
        row.map_or_else(|| Err(no_dossier(id)), |row| dossier_row(&row))
    }

    /// Puts a dossier out of sight or back; it is never deleted.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn hide_dossier(&self, id: DossierId, hidden: bool) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        require_dossier(transaction.conn(), id).await?;
        sqlx::query("UPDATE dossier SET hidden = ?2 WHERE id = ?1")
            .bind(id.to_string())
            .bind(hidden)
            .execute(transaction.conn())
            .await?;
        transaction.commit().await
    }

    /// The revisions of a dossier, the oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn revisions(&self, id: DossierId) -> Result<Vec<RevisionRow>, StoreError> {
        let session = self.session()?;
        sqlx::query(
            "SELECT dossier, revision, draft, sha256, sealed_at FROM revision WHERE dossier = ? ORDER BY revision",
        )
        .bind(id.to_string())
        .fetch_all(&mut *session.read().await?)
        .await?
        .iter()
        .map(|row| {
            Ok(RevisionRow {
                dossier: row.parsed("dossier")?,
                revision: row.number("revision")?,
                draft: row.parsed("draft")?,
                sha256: row.parsed("sha256")?,
                sealed_at: row.parsed("sealed_at")?,
            })
        })
        .collect()
    }

    /// The manifest of a revision, byte for byte as it was sealed.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Damaged`] when the bytes do not have their hash.
    pub async fn manifest(&self, id: DossierId, revision: u32) -> Result<Vec<u8>, StoreError> {
        let session = self.session()?;
        let row =
            sqlx::query("SELECT manifest, sha256 FROM revision WHERE dossier = ? AND revision = ?")
                .bind(id.to_string())
                .bind(i64::from(revision))
                .fetch_optional(&mut *session.read().await?)
                .await?
                .ok_or_else(|| StoreError::NotFound {
                    what: "revision",
                    id: format!("{id}/{revision}"),
                })?;
        let manifest = row.bytes("manifest")?;
        if Sha256::of(&manifest) == row.parsed("sha256")? {
            Ok(manifest)
        } else {
            Err(StoreError::damaged(format!("revision {revision} of {id}")))
        }
    }
}

/// Fails unless the dossier is here.
pub(crate) async fn require_dossier(
    connection: &mut SqliteConnection,
    id: DossierId,
) -> Result<(), StoreError> {
    let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM dossier WHERE id = ?")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    found.map(|_| ()).ok_or_else(|| no_dossier(id))
}

fn no_dossier(id: DossierId) -> StoreError {
    StoreError::NotFound {
        what: "dossier",
        id: id.to_string(),
    }
}

fn dossier_row(row: &SqliteRow) -> Result<DossierRow, StoreError> {
    Ok(DossierRow {
        id: row.parsed("id")?,
        procedure: row.text("procedure")?,
        title: row.text("title")?,
        created_at: row.parsed("created_at")?,
        hidden: row.flag("hidden")?,
    })
}
