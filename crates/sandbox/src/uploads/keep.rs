//! Rows of new uploads, written together: those that come while a commit is on its way share the next one.

use hoso_dossier::{DossierId, Sha256, UploadId};
use sqlx::SqlitePool;
use tokio::sync::{mpsc, oneshot};

use crate::refusal::Refusal;

/// Most rows of one commit.
const MOST: usize = 64;

/// A new upload.
pub(crate) struct Row {
    pub(super) id: UploadId,
    pub(super) owner: String,
    pub(super) dossier: Option<DossierId>,
    pub(super) length: u64,
    pub(super) announced: Option<Sha256>,
    pub(super) name: String,
    pub(super) media_type: String,
    pub(super) metadata: String,
    pub(super) content: Option<Sha256>,
    /// Bytes that came with it.
    pub(super) received: Option<u64>,
    pub(super) created_at: String,
}

/// Hears what became of a row.
type Told = oneshot::Sender<Result<(), sqlx::Error>>;

/// Writes rows; a row is durable when [`Self::keep`] returns.
pub(crate) struct Keeper(mpsc::Sender<(Row, Told)>);

impl Keeper {
    pub(crate) fn start(db: SqlitePool) -> Self {
        let (rows, mut waiting) = mpsc::channel::<(Row, Told)>(MOST);
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(MOST);
            while waiting.recv_many(&mut batch, MOST).await > 0 {
                let (rows, told): (Vec<Row>, Vec<Told>) = batch.drain(..).unzip();
                let failed = write(&db, rows).await.err();
                let failed = failed.map(|error| error.to_string());
                for told in told {
                    // Whoever asked may be gone; the row is there all the same.
                    let _ = told.send(match &failed {
                        None => Ok(()),
                        Some(error) => Err(sqlx::Error::Protocol(error.clone())),
                    });
                }
            }
        });
        Self(rows)
    }

    pub(super) async fn keep(&self, row: Row) -> Result<(), Refusal> {
        let (told, outcome) = oneshot::channel();
        let gone = || Refusal::from(sqlx::Error::WorkerCrashed);
        self.0.send((row, told)).await.map_err(|_| gone())?;
        outcome.await.map_err(|_| gone())?.map_err(Refusal::from)
    }
}

async fn write(db: &SqlitePool, rows: Vec<Row>) -> Result<(), sqlx::Error> {
    let mut db = db.begin().await?;
    for row in rows {
        sqlx::query(
            "INSERT INTO uploads (id, owner, dossier, length, sha256, name, media_type, metadata, content_sha256, created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(row.id.to_string())
        .bind(row.owner)
        .bind(row.dossier.map(|dossier| dossier.to_string()))
        .bind(i64::try_from(row.length).unwrap_or(i64::MAX))
        .bind(row.announced.map(|hash| hash.to_string()))
        .bind(row.name)
        .bind(row.media_type)
        .bind(row.metadata)
        .bind(row.content.map(|hash| hash.to_string()))
        .bind(row.created_at)
        .execute(&mut *db)
        .await?;
        if let Some(received) = row.received {
            sqlx::query("INSERT INTO patches (upload, from_offset, bytes) VALUES (?, 0, ?)")
                .bind(row.id.to_string())
                .bind(i64::try_from(received).unwrap_or(i64::MAX))
                .execute(&mut *db)
                .await?;
        }
    }
    db.commit().await
}
