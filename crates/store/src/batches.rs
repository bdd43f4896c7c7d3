//! Batches: spreadsheets whose rows are forms, with what became of each row.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::row::Columns as _;
use crate::{Store, StoreError};

/// A batch.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchRow {
    /// Its name for the program.
    pub id: Uuid,
    /// The code of the procedure that every row is for.
    pub procedure: String,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// What the application says of it.
    pub value: Value,
}

/// A row of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchLine {
    /// The line in the spreadsheet.
    pub line: u32,
    /// The cells.
    pub cells: Value,
    /// How far it is.
    pub state: LineState,
    /// What is to be said about it.
    pub marks: Value,
    /// What it becomes: named before it is made.
    pub result: Option<Value>,
}

/// How far a row of a batch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineState {
    /// Not looked at since it was changed.
    New,
    /// The form's rules take it.
    Good,
    /// The form's rules don't.
    Wrong,
    /// What it becomes is there.
    Done,
    /// What it becomes could not be made.
    Failed,
}

impl LineState {
    const ALL: [LineState; 5] = [Self::New, Self::Good, Self::Wrong, Self::Done, Self::Failed];

    const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Good => "good",
            Self::Wrong => "wrong",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for LineState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for LineState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(())
    }
}

impl Store {
    /// Begins a batch without rows.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the id is taken.
    pub async fn create_batch(
        &self,
        id: Uuid,
        procedure: &str,
        value: &Value,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        let done = sqlx::query(
            "INSERT INTO batch (id, procedure, created_at, updated_at, value) \
             VALUES (?1, ?2, ?3, ?3, ?4) ON CONFLICT DO NOTHING",
        )
        .bind(id.to_string())
        .bind(procedure)
        .bind(now.to_string())
        .bind(serde_json::to_string(value)?)
        .execute(transaction.conn())
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::Conflict {
                what: format!("the batch {id}"),
            });
        }
        transaction.commit().await
    }

    /// All batches, the last begun first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn batches(&self) -> Result<Vec<BatchRow>, StoreError> {
        let session = self.session()?;
        let rows = sqlx::query("SELECT * FROM batch")
            .fetch_all(&mut *session.read().await?)
            .await?;
        let mut found: Vec<_> = rows.iter().map(batch_row).collect::<Result<_, _>>()?;
        found.sort_by_key(|batch| (std::cmp::Reverse(batch.created_at), batch.id));
        Ok(found)
    }

    /// One batch.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn batch(&self, id: Uuid) -> Result<BatchRow, StoreError> {
        let session = self.session()?;
        sqlx::query("SELECT * FROM batch WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(&mut *session.read().await?)
            .await?
            .map(|row| batch_row(&row))
            .transpose()?
            .ok_or_else(|| none(id))
    }

    /// Changes what the application says of a batch.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn update_batch(
        &self,
        id: Uuid,
        value: &Value,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        let done = sqlx::query("UPDATE batch SET value = ?2, updated_at = ?3 WHERE id = ?1")
            .bind(id.to_string())
            .bind(serde_json::to_string(value)?)
            .bind(now.to_string())
            .execute(transaction.conn())
            .await?;
        if done.rows_affected() == 0 {
            return Err(none(id));
        }
        transaction.commit().await
    }

    /// Forgets a batch with its rows. What rows became stays.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn remove_batch(&self, id: Uuid) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        let done = sqlx::query("DELETE FROM batch WHERE id = ?")
            .bind(id.to_string())
            .execute(transaction.conn())
            .await?;
        if done.rows_affected() == 0 {
            return Err(none(id));
        }
        transaction.commit().await
    }

    /// Keeps rows, all or none; one of the same line is replaced.
    ///
    /// # Errors
    /// There is no such batch, or the disk is full.
    pub async fn put_batch_lines(&self, id: Uuid, lines: &[BatchLine]) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        for line in lines {
            let result = line
                .result
                .as_ref()
                .map(serde_json::to_string)
                .transpose()?;
            sqlx::query(
                "INSERT INTO batch_row (batch, line, cells, state, marks, result) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
                 ON CONFLICT (batch, line) DO UPDATE SET cells = excluded.cells, state = excluded.state, \
                 marks = excluded.marks, result = excluded.result",
            )
            .bind(id.to_string())
            .bind(i64::from(line.line))
            .bind(serde_json::to_string(&line.cells)?)
            .bind(line.state.as_str())
            .bind(serde_json::to_string(&line.marks)?)
            .bind(result)
            .execute(transaction.conn())
            .await?;
        }
        transaction.commit().await
    }

    /// Rows after a line, in order: those of some states, at most so many.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn batch_lines(
        &self,
        id: Uuid,
        states: &[LineState],
        after: u32,
        most: u32,
    ) -> Result<Vec<BatchLine>, StoreError> {
        let session = self.session()?;
        let wanted = |state: LineState| states.is_empty() || states.contains(&state);
        sqlx::query(
            "SELECT * FROM batch_row WHERE batch = ?1 AND line > ?2 \
             AND ((?4 AND state = 'new') OR (?5 AND state = 'good') OR (?6 AND state = 'wrong') \
             OR (?7 AND state = 'done') OR (?8 AND state = 'failed')) ORDER BY line LIMIT ?3",
        )
        .bind(id.to_string())
        .bind(i64::from(after))
        .bind(i64::from(most))
        .bind(wanted(LineState::New))
        .bind(wanted(LineState::Good))
        .bind(wanted(LineState::Wrong))
        .bind(wanted(LineState::Done))
        .bind(wanted(LineState::Failed))
        .fetch_all(&mut *session.read().await?)
        .await?
        .iter()
        .map(batch_line)
        .collect()
    }

    /// One row; none where there is none of that line.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn batch_line(&self, id: Uuid, line: u32) -> Result<Option<BatchLine>, StoreError> {
        let session = self.session()?;
        sqlx::query("SELECT * FROM batch_row WHERE batch = ?1 AND line = ?2")
            .bind(id.to_string())
            .bind(i64::from(line))
            .fetch_optional(&mut *session.read().await?)
            .await?
            .map(|row| batch_line(&row))
            .transpose()
    }

    /// Forgets what rows became, so that they are looked at again. What they became stays.
    ///
    /// # Errors
    /// The disk is full.
    pub async fn reset_batch(&self, id: Uuid) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        sqlx::query(
            "UPDATE batch_row SET state = 'new', result = NULL \
             WHERE batch = ? AND (state IN ('done', 'failed') OR result IS NOT NULL)",
        )
        .bind(id.to_string())
        .execute(transaction.conn())
        .await?;
        transaction.commit().await
    }

    /// How many rows are how far.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn batch_counts(&self, id: Uuid) -> Result<BTreeMap<LineState, u64>, StoreError> {
        let session = self.session()?;
        sqlx::query("SELECT state, count(*) AS count FROM batch_row WHERE batch = ? GROUP BY state")
            .bind(id.to_string())
            .fetch_all(&mut *session.read().await?)
            .await?
            .iter()
            .map(|row| Ok((row.parsed("state")?, row.number("count")?)))
            .collect()
    }
}

fn none(id: Uuid) -> StoreError {
    StoreError::NotFound {
        what: "batch",
        id: id.to_string(),
    }
}

fn batch_row(row: &SqliteRow) -> Result<BatchRow, StoreError> {
    Ok(BatchRow {
        id: row.parsed("id")?,
        procedure: row.text("procedure")?,
        created_at: row.parsed("created_at")?,
        updated_at: row.parsed("updated_at")?,
        value: row.json("value")?,
    })
}

fn batch_line(row: &SqliteRow) -> Result<BatchLine, StoreError> {
    Ok(BatchLine {
        line: row.number("line")?,
        cells: row.json("cells")?,
        state: row.parsed("state")?,
        marks: row.json("marks")?,
        result: row
            .maybe_text("result")?
            .map(|text| serde_json::from_str(&text))
            .transpose()?,
    })
}
