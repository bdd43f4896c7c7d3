use hoso_dossier::{DossierCode, DossierId, DraftId, PaymentId, Sha256};
use jiff::Timestamp;
use serde_json::Value;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::drafts::require_state;
use crate::row::{Columns as _, integer};
use crate::sync::put_entry;
use crate::{DraftState, Store, StoreError};

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
    /// The portal's code (*mã hồ sơ*).
    pub code: Option<DossierCode>,
    /// What the portal said of it last.
    pub view: Option<Value>,
    /// When the portal said so.
    pub refreshed_at: Option<Timestamp>,
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

/// One attempt to pay a fee, as this machine knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct PaymentRow {
    /// The attempt.
    pub id: PaymentId,
    /// The dossier whose fee it is.
    pub dossier: DossierId,
    /// A word for its state.
    pub state: String,
    /// Everything else about it.
    pub json: Value,
    /// When this was last known.
    pub updated_at: Timestamp,
}

/// A document that the portal gave: a receipt, a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRow {
    /// The portal's name for it.
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
        let draft = require_state(transaction.conn(), record.draft, DraftState::Open).await?;
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

    /// Keeps what the portal said of a dossier. A code that is known stays when the portal names none.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn save_portal_view(
        &self,
        id: DossierId,
        code: Option<&DossierCode>,
        view: &Value,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        require_dossier(transaction.conn(), id).await?;
        sqlx::query(
            "UPDATE dossier SET code = coalesce(?2, code), view = ?3, refreshed_at = ?4 WHERE id = ?1",
        )
        .bind(id.to_string())
        .bind(code.map(DossierCode::as_str))
        .bind(serde_json::to_string(view)?)
        .bind(at.to_string())
        .execute(transaction.conn())
        .await?;
        transaction.commit().await
    }

    /// The payments of a dossier, by id.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn payments(&self, dossier: DossierId) -> Result<Vec<PaymentRow>, StoreError> {
        let session = self.session()?;
        sqlx::query("SELECT * FROM payment WHERE dossier = ? ORDER BY id")
            .bind(dossier.to_string())
            .fetch_all(&mut *session.read().await?)
            .await?
            .iter()
            .map(|row| {
                Ok(PaymentRow {
                    id: row.parsed("id")?,
                    dossier: row.parsed("dossier")?,
                    state: row.text("state")?,
                    json: row.json("json")?,
                    updated_at: row.parsed("updated_at")?,
                })
            })
            .collect()
    }

    /// Keeps a payment as it is now known.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] without the dossier; [`StoreError::Conflict`] when the attempt is another dossier's.
    pub async fn put_payment(&self, payment: &PaymentRow) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        require_dossier(transaction.conn(), payment.dossier).await?;
        let done = sqlx::query(
            "INSERT INTO payment (id, dossier, state, json, updated_at) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (id) DO UPDATE SET state = excluded.state, json = excluded.json, updated_at = excluded.updated_at \
             WHERE dossier = excluded.dossier",
        )
        .bind(payment.id.to_string())
        .bind(payment.dossier.to_string())
        .bind(&payment.state)
        .bind(serde_json::to_string(&payment.json)?)
        .bind(payment.updated_at.to_string())
        .execute(transaction.conn())
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::Conflict {
                what: format!("the payment {}", payment.id),
            });
        }
        transaction.commit().await
    }

    /// The documents received for a dossier, in the order they came.
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

    /// Keeps a document received; one that came before is left as it is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] without the dossier; [`StoreError::MissingBlob`] unless its file was put before;
    /// [`StoreError::Conflict`] when another file came under that id.
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
        let kept = sqlx::query("SELECT * FROM document WHERE id = ?")
            .bind(&document.id)
            .fetch_one(transaction.conn())
            .await?;
        let kept = document_row(&kept)?;
        if (kept.dossier, kept.sha256) != (document.dossier, document.sha256) {
            return Err(StoreError::Conflict {
                what: format!("the document {}", document.id),
            });
        }
        transaction.commit().await?;
        session.unpin(&document.sha256)
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
        code: row.maybe_parsed("code")?,
        view: row
            .maybe_text("view")?
            .map(|text| serde_json::from_str(&text))
            .transpose()?,
        refreshed_at: row.maybe_parsed("refreshed_at")?,
        hidden: row.flag("hidden")?,
    })
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
