//! The one connection to a profile's database.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::sqlite::SqliteSynchronous;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteLockingMode};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};

use crate::StoreError;
use crate::crash::may_die_here;
use crate::keys::Keys;
use crate::schema::MIGRATIONS;

/// SQLite before 3.51.3 can lose writes when two connections write or checkpoint, so there is exactly one.
pub(crate) struct Db {
    options: SqliteConnectOptions,
    connection: Mutex<Option<SqliteConnection>>,
    /// A transaction was begun and its end not seen: its caller gave up, or the commit failed.
    unsettled: AtomicBool,
    /// Set once under the connection's mutex; work that comes later must not open the file again.
    closed: AtomicBool,
}

/// The connection with a transaction begun; dropped without [`Transaction::commit`] it leaves nothing behind.
pub(crate) struct Transaction<'a> {
    connection: MappedMutexGuard<'a, SqliteConnection>,
    unsettled: &'a AtomicBool,
}

impl Drop for Db {
    /// Waits until the file is closed. Left alone, the connection's thread closes it when it gets to it; a process that ends
    /// first takes SQLCipher apart under its feet (it registers with `atexit`).
    fn drop(&mut self) {
        let Some(connection) = self.connection.get_mut().take() else {
            return;
        };
        // On a thread of its own: whoever lets go of a profile may be one that a runtime doesn't let wait.
        let closing = std::thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread()
                .build()
                .map(|runtime| runtime.block_on(connection.close()))
        });
        let _ = closing.join();
    }
}

impl Db {
    /// Opens or creates the database and brings its tables up to date.
    pub(crate) async fn open(path: &Path, keys: &Keys) -> Result<Self, StoreError> {
        // Started by anyone else, the crypto library takes itself apart when the process ends, under the feet of
        // a connection's thread that is still closing its file.
        openssl::init();
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .pragma("key", keys.database_key().to_string())
            // Alone with the file, the log's index stays in memory and no other process gets in.
            .locking_mode(SqliteLockingMode::Exclusive)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // Else a replacing insert gets around the triggers that forbid deletion.
            .pragma("recursive_triggers", "ON")
            // A temporary file would be in the clear.
            .pragma("temp_store", "MEMORY")
            .disable_statement_logging();
        let db = Self {
            options,
            connection: Mutex::new(None),
            unsettled: AtomicBool::new(false),
            closed: AtomicBool::new(false),
        };
        db.migrate().await?;
        Ok(db)
    }

    async fn migrate(&self) -> Result<(), StoreError> {
        let version: i64 = sqlx::query_scalar("PRAGMA user_version")
            .fetch_one(&mut *self.read().await?)
            .await?;
        let done = usize::try_from(version)
            .ok()
            .filter(|done| *done <= MIGRATIONS.len())
            .ok_or_else(|| {
                StoreError::damaged("the profile's database (it is of a later version)")
            })?;
        for (place, sql) in MIGRATIONS.iter().enumerate().skip(done) {
            let mut transaction = self.write().await?;
            sqlx::raw_sql(*sql).execute(transaction.conn()).await?;
            let version = format!("PRAGMA user_version = {}", place + 1);
            sqlx::raw_sql(sqlx::AssertSqlSafe(version))
                .execute(transaction.conn())
                .await?;
            transaction.commit().await?;
        }
        Ok(())
    }

    /// The connection to read with; others wait meanwhile.
    pub(crate) async fn read(&self) -> Result<MappedMutexGuard<'_, SqliteConnection>, StoreError> {
        let mut guard = self.connection.lock().await;
        if self.closed.load(Ordering::Acquire) {
            return Err(StoreError::Closed);
        }
        // A fresh connection is the one sure way out of a transaction in an unknown state, and costs milliseconds.
        if self.unsettled.load(Ordering::Acquire)
            && let Some(broken) = guard.take()
        {
            let _ = broken.close().await;
        }
        if guard.is_none() {
            *guard = Some(self.options.connect().await?);
            self.unsettled.store(false, Ordering::Release);
        }
        MutexGuard::try_map(guard, Option::as_mut).map_err(|_| StoreError::Closed)
    }

    /// The connection with a transaction begun.
    pub(crate) async fn write(&self) -> Result<Transaction<'_>, StoreError> {
        let connection = self.read().await?;
        self.unsettled.store(true, Ordering::Release);
        let mut transaction = Transaction {
            connection,
            unsettled: &self.unsettled,
        };
        sqlx::raw_sql("BEGIN IMMEDIATE")
            .execute(transaction.conn())
            .await?;
        Ok(transaction)
    }

    /// Writes the log back into the database and closes it.
    pub(crate) async fn close(&self) -> Result<(), StoreError> {
        let mut guard = self.connection.lock().await;
        self.closed.store(true, Ordering::Release);
        let Some(mut connection) = guard.take() else {
            return Ok(());
        };
        // A full disk may refuse this; the log then stays, and the next opening reads it.
        let checkpoint = sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&mut connection)
            .await;
        connection.close().await?;
        match checkpoint.map_err(StoreError::from) {
            Ok(_) | Err(StoreError::Full) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Transaction<'_> {
    pub(crate) fn conn(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }

    /// Makes everything since the beginning durable.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        may_die_here();
        sqlx::raw_sql("COMMIT").execute(self.conn()).await?;
        may_die_here();
        self.unsettled.store(false, Ordering::Release);
        Ok(())
    }
}
