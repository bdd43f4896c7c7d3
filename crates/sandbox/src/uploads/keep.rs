//! Rows of new uploads, written together: those that come while a commit is on its way share the next one.

use std::time::Duration;

use hoso_dossier::{DossierId, Sha256, UploadId};
use sqlx::{QueryBuilder, Sqlite, SqlitePool};
use tokio::sync::{mpsc, oneshot};

use crate::refusal::Refusal;

/// Most rows of one commit.
const MOST: usize = 64;

/// How long a commit waits for those who may be about to come.
const A_MOMENT: Duration = Duration::from_millis(1);

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
    /// Hash of what has arrived already, where that is all of it.
    pub(super) content: Option<Sha256>,
    /// All of a small file.
    pub(super) bytes: Option<Vec<u8>>,
    pub(super) created_at: String,
}

/// Hears what became of a row: whether it is a new one for certain.
type Told = oneshot::Sender<Result<bool, sqlx::Error>>;

/// Writes rows; a row is durable when [`Self::keep`] returns.
pub(crate) struct Keeper(mpsc::Sender<(Row, Told)>);

impl Keeper {
    pub(crate) fn start(db: SqlitePool) -> Self {
        let (rows, mut waiting) = mpsc::channel::<(Row, Told)>(MOST);
        tokio::spawn(async move {
            let mut batch = Vec::with_capacity(MOST);
            // How many there were at the last commit, those who came meanwhile with them.
            let mut company = 0;
            while waiting.recv_many(&mut batch, MOST).await > 0 {
                // Whoever was told of the last commit is about to come with the next file: one commit for all, and not two by turns.
                let others = async {
                    while batch.len() < company && waiting.recv_many(&mut batch, MOST).await > 0 {}
                };
                let _ = tokio::time::timeout(A_MOMENT, others).await;
                let came = batch.len();
                let (rows, told): (Vec<Row>, Vec<Told>) = batch.drain(..).unzip();
                let written = write(&db, rows).await.map_err(|error| error.to_string());
                company = (came + waiting.len()).min(MOST);
                for told in told {
                    // Whoever asked may be gone; the row is there all the same.
                    let _ = told.send(match &written {
                        Ok(new) => Ok(*new == came),
                        Err(error) => Err(sqlx::Error::Protocol(error.clone())),
                    });
                }
            }
        });
        Self(rows)
    }

    /// Whether it is a new one for certain; one that is there already stays as it is.
    pub(super) async fn keep(&self, row: Row) -> Result<bool, Refusal> {
        let (told, outcome) = oneshot::channel();
        let gone = || Refusal::from(sqlx::Error::WorkerCrashed);
        self.0.send((row, told)).await.map_err(|_| gone())?;
        outcome.await.map_err(|_| gone())?.map_err(Refusal::from)
    }
}

/// How many are new. One statement, so that it is one commit, and one turn of the database's thread.
async fn write(db: &SqlitePool, rows: Vec<Row>) -> Result<usize, sqlx::Error> {
    let mut insert = QueryBuilder::<Sqlite>::new(
        "INSERT INTO uploads (id, owner, dossier, length, sha256, name, media_type, metadata, content_sha256, created_at, bytes) ",
    );
    insert.push_values(rows, |mut values, row| {
        values
            .push_bind(row.id.to_string())
            .push_bind(row.owner)
            .push_bind(row.dossier.map(|dossier| dossier.to_string()))
            .push_bind(i64::try_from(row.length).unwrap_or(i64::MAX))
            .push_bind(row.announced.map(|hash| hash.to_string()))
            .push_bind(row.name)
            .push_bind(row.media_type)
            .push_bind(row.metadata)
            .push_bind(row.content.map(|hash| hash.to_string()))
            .push_bind(row.created_at)
            .push_bind(row.bytes);
    });
    insert.push(" ON CONFLICT DO NOTHING");
    let done = insert.build().execute(db).await?;
    Ok(usize::try_from(done.rows_affected()).unwrap_or(0))
}
