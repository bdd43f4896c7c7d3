//! The one database: opened with one connection, so that every transaction has the portal to itself.

use std::path::Path;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Executor as _, SqliteConnection};

/// Opens or makes the database. A commit has reached the disk when it returns.
pub(crate) async fn open(file: &Path) -> Result<SqlitePool, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true);
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(options)
        .await?;
    pool.execute(sqlx::raw_sql(include_str!("db.sql"))).await?;
    // Of a folder that is older than the column.
    for (table, column, add) in [
        (
            "uploads",
            "bytes",
            "ALTER TABLE uploads ADD COLUMN bytes BLOB",
        ),
        (
            "supplements",
            "due_at",
            "ALTER TABLE supplements ADD COLUMN due_at TEXT",
        ),
    ] {
        let there: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM pragma_table_info(?) WHERE name = ?")
                .bind(table)
                .bind(column)
                .fetch_optional(&pool)
                .await?;
        if there.is_none() {
            pool.execute(sqlx::raw_sql(add)).await?;
        }
    }
    Ok(pool)
}

/// Connections that only read; each sees what was committed before it asks.
pub(crate) async fn readers(file: &Path) -> Result<SqlitePool, sqlx::Error> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    SqlitePoolOptions::new()
        .max_connections(2)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(options)
        .await
}

/// Reads a value that was minted once, minting it when it is not there yet.
pub(crate) async fn minted_once(
    db: &mut SqliteConnection,
    key: &str,
    mint: impl FnOnce() -> String,
) -> Result<String, sqlx::Error> {
    sqlx::query("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .bind(key)
        .bind(mint())
        .execute(&mut *db)
        .await?;
    sqlx::query_scalar("SELECT value FROM meta WHERE key = ?")
        .bind(key)
        .fetch_one(&mut *db)
        .await
}
