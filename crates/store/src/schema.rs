//! The tables, as an ordered list of steps; `user_version` counts the steps done.
//!
//! A step that has been released is never changed: a new one is added at the end. Ids, hashes and instants are kept in
//! their text form, JSON as text. What must never change is held by triggers, so that no later code can forget it.

pub(crate) const MIGRATIONS: [&str; 6] = [
    "
CREATE TABLE setting (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE dossier (
  id TEXT PRIMARY KEY,
  procedure TEXT NOT NULL,
  title TEXT NOT NULL,
  created_at TEXT NOT NULL,
  hidden INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE draft (
  id TEXT PRIMARY KEY,
  procedure TEXT NOT NULL,
  pack_version TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  step TEXT NOT NULL,
  title TEXT NOT NULL,
  dossier TEXT REFERENCES dossier (id),
  revision INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'sealed', 'trashed'))
) STRICT;

CREATE TABLE entry (
  draft TEXT NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  at TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (draft, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER entry_never_changes BEFORE UPDATE ON entry
BEGIN SELECT RAISE (ABORT, 'an entry of the log never changes'); END;

CREATE TRIGGER entry_stays BEFORE DELETE ON entry
WHEN EXISTS (SELECT 1 FROM draft WHERE id = OLD.draft)
BEGIN SELECT RAISE (ABORT, 'an entry of the log stays while its draft lives'); END;

CREATE TABLE attachment (
  id TEXT PRIMARY KEY,
  draft TEXT NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
  component TEXT NOT NULL,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  origin TEXT NOT NULL,
  answers_mark TEXT,
  added_at TEXT NOT NULL,
  removed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX attachment_of_draft ON attachment (draft);

CREATE TABLE revision (
  dossier TEXT NOT NULL REFERENCES dossier (id),
  revision INTEGER NOT NULL,
  draft TEXT NOT NULL REFERENCES draft (id),
  manifest BLOB NOT NULL,
  sha256 TEXT NOT NULL,
  sealed_at TEXT NOT NULL,
  PRIMARY KEY (dossier, revision)
) STRICT;

CREATE TRIGGER revision_never_changes BEFORE UPDATE ON revision
BEGIN SELECT RAISE (ABORT, 'a sealed revision never changes'); END;

CREATE TRIGGER revision_stays BEFORE DELETE ON revision
BEGIN SELECT RAISE (ABORT, 'a sealed revision stays'); END;

CREATE TABLE revision_file (
  dossier TEXT NOT NULL,
  revision INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (dossier, revision, sha256),
  FOREIGN KEY (dossier, revision) REFERENCES revision (dossier, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
  dossier TEXT PRIMARY KEY REFERENCES dossier (id),
  value TEXT NOT NULL
) STRICT;

CREATE TABLE sync_meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE document (
  dossier TEXT NOT NULL REFERENCES dossier (id),
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  received_at TEXT NOT NULL,
  PRIMARY KEY (dossier, id)
) STRICT;

CREATE TABLE paper (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  fields TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  added_at TEXT NOT NULL,
  trashed_at TEXT
) STRICT;

CREATE TABLE token (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  value TEXT NOT NULL
) STRICT;

CREATE TABLE pack (
  code TEXT NOT NULL,
  version TEXT NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (code, version)
) STRICT;
",
    // A document that the portal issues again under the same id is kept beside the one before.
    "
CREATE TABLE document_version (
  dossier TEXT NOT NULL REFERENCES dossier (id),
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  received_at TEXT NOT NULL,
  PRIMARY KEY (dossier, id, sha256)
) STRICT;
INSERT INTO document_version SELECT dossier, id, kind, name, media_type, size, sha256, received_at FROM document ORDER BY rowid;
DROP TABLE document;
ALTER TABLE document_version RENAME TO document;
",
    // Batches: a spreadsheet whose rows are forms.
    "
CREATE TABLE batch (
  id TEXT PRIMARY KEY,
  procedure TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE batch_row (
  batch TEXT NOT NULL REFERENCES batch (id) ON DELETE CASCADE,
  line INTEGER NOT NULL,
  cells TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('new', 'good', 'wrong', 'done', 'failed')),
  marks TEXT NOT NULL,
  result TEXT,
  PRIMARY KEY (batch, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX batch_row_by_state ON batch_row (batch, state, line);
",
    // Drafts that the person's desktops share. Where this desktop only reads, nobody types; what another desktop typed comes in all the same.
    "
CREATE TABLE share (
  draft TEXT PRIMARY KEY REFERENCES draft (id) ON DELETE CASCADE,
  shared TEXT UNIQUE,
  reader INTEGER NOT NULL CHECK (reader IN (0, 1)),
  value TEXT NOT NULL,
  about TEXT NOT NULL
) STRICT;
",
    // Dossiers that the portal tells of and that were not sealed on this machine.
    "
CREATE TABLE elsewhere (
  dossier TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
",
    // A draft that desktops share becomes one dossier, whichever of them seals it, or several at once.
    "
ALTER TABLE draft ADD COLUMN becomes TEXT;
UPDATE draft SET becomes = (SELECT shared FROM share WHERE share.draft = draft.id) WHERE state = 'open';
",
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::db::Db;
    use crate::keys::{Key, Keys};
    use crate::row::Columns as _;

    async fn open(dir: &Path, data: &Key) -> Db {
        let keys = Keys::from_data_key(data.clone()).unwrap();
        Db::open(&dir.join("profile.db"), &keys).await.unwrap()
    }

    async fn execute(db: &Db, sql: &'static str) -> Result<(), String> {
        let mut transaction = db.write().await.unwrap();
        match sqlx::raw_sql(sql).execute(transaction.conn()).await {
            Ok(_) => transaction
                .commit()
                .await
                .map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[tokio::test]
    async fn the_connection_is_as_it_should_be_also_after_a_transaction_broke_off() {
        let dir = tempfile::tempdir().unwrap();
        let db = open(dir.path(), &Key::random().unwrap()).await;
        for _ in 0..2 {
            for (pragma, value) in [
                ("PRAGMA journal_mode", "wal"),
                ("PRAGMA locking_mode", "exclusive"),
                ("PRAGMA synchronous", "2"),
                ("PRAGMA foreign_keys", "1"),
                ("PRAGMA user_version", "6"),
                ("PRAGMA temp_store", "2"),
            ] {
                let mut connection = db.read().await.unwrap();
                let row = sqlx::query(pragma)
                    .fetch_one(&mut *connection)
                    .await
                    .unwrap();
                use sqlx::Row as _;
                let found = row
                    .try_get::<String, _>(0)
                    .or_else(|_| row.try_get::<i64, _>(0).map(|number| number.to_string()));
                assert_eq!(found.unwrap(), value, "{pragma}");
            }
            let mut broken = db.write().await.unwrap();
            sqlx::raw_sql("INSERT INTO setting VALUES ('a', '1')")
                .execute(broken.conn())
                .await
                .unwrap();
            drop(broken);
        }
        let mut connection = db.read().await.unwrap();
        let row = sqlx::query("SELECT count(*) AS count FROM setting")
            .fetch_one(&mut *connection)
            .await
            .unwrap();
        assert_eq!(row.integer("count").unwrap(), 0);
    }

    #[tokio::test]
    async fn documents_of_a_database_of_before_are_taken_over() {
        let dir = tempfile::tempdir().unwrap();
        let data = Key::random().unwrap();
        let db = open(dir.path(), &data).await;
        let before = super::MIGRATIONS[0];
        let (start, end) = (
            before.find("CREATE TABLE document").unwrap(),
            before.find("CREATE TABLE paper").unwrap(),
        );
        execute(
            &db,
            "DROP TABLE document; DROP TABLE batch_row; DROP TABLE batch; DROP TABLE share; DROP TABLE elsewhere;
             ALTER TABLE draft DROP COLUMN becomes",
        )
        .await
        .unwrap();
        execute(&db, &before[start..end]).await.unwrap();
        execute(
            &db,
            "INSERT INTO dossier (id, procedure, title, created_at) VALUES ('d', '', '', '');
             INSERT INTO document VALUES ('d', 'result', 'result', 'a.pdf', '', 1, 'first', '');
             INSERT INTO document VALUES ('d', 'reception', 'reception', 'b.pdf', '', 1, 'other', '');
             PRAGMA user_version = 1",
        )
        .await
        .unwrap();
        db.close().await.unwrap();

        let db = open(dir.path(), &data).await;
        execute(
            &db,
            "INSERT INTO document VALUES ('d', 'result', 'result', 'a.pdf', '', 1, 'second', '')",
        )
        .await
        .unwrap();
        let mut connection = db.read().await.unwrap();
        let rows = sqlx::query("SELECT sha256 FROM document ORDER BY rowid")
            .fetch_all(&mut *connection)
            .await
            .unwrap();
        let kept: Vec<_> = rows.iter().map(|row| row.text("sha256").unwrap()).collect();
        assert_eq!(kept, ["first", "other", "second"]);
    }

    #[tokio::test]
    async fn drafts_that_were_shared_before_become_what_the_others_make_of_them() {
        let dir = tempfile::tempdir().unwrap();
        let data = Key::random().unwrap();
        let db = open(dir.path(), &data).await;
        execute(
            &db,
            "INSERT INTO draft VALUES ('a', '', '', '', '', '', '', NULL, 1, 'open', NULL);
             INSERT INTO draft VALUES ('b', '', '', '', '', '', '', NULL, 1, 'open', NULL);
             INSERT INTO draft VALUES ('c', '', '', '', '', '', '', NULL, 1, 'open', NULL);
             INSERT INTO share VALUES ('a', 'shared', 0, '', '');
             INSERT INTO share VALUES ('b', NULL, 0, '', '');
             ALTER TABLE draft DROP COLUMN becomes;
             PRAGMA user_version = 5",
        )
        .await
        .unwrap();
        db.close().await.unwrap();

        let db = open(dir.path(), &data).await;
        let mut connection = db.read().await.unwrap();
        let rows = sqlx::query("SELECT becomes FROM draft ORDER BY id")
            .fetch_all(&mut *connection)
            .await
            .unwrap();
        let first: Vec<_> = rows
            .iter()
            .map(|row| row.maybe_text("becomes").unwrap())
            .collect();
        assert_eq!(first, [Some("shared".to_owned()), None, None]);
    }

    #[tokio::test]
    async fn what_must_not_change_is_refused_by_the_database_itself() {
        let dir = tempfile::tempdir().unwrap();
        let data = Key::random().unwrap();
        let db = open(dir.path(), &data).await;
        execute(
            &db,
            "INSERT INTO dossier (id, procedure, title, created_at) VALUES ('d', '', '', '');
             INSERT INTO draft VALUES ('a', '', '', '', '', '', '', NULL, 1, 'open', NULL);
             INSERT INTO draft VALUES ('b', '', '', '', '', '', '', 'd', 1, 'sealed', NULL);
             INSERT INTO entry VALUES ('a', 1, '', '0');
             INSERT INTO revision VALUES ('d', 1, 'b', x'00', '', '');",
        )
        .await
        .unwrap();
        for (sql, reason) in [
            ("UPDATE entry SET value = '1'", "never changes"),
            ("DELETE FROM entry", "stays"),
            ("UPDATE revision SET manifest = x'01'", "never changes"),
            ("DELETE FROM revision", "stays"),
            ("DELETE FROM draft WHERE id = 'b'", "FOREIGN KEY"),
            ("DELETE FROM dossier", "FOREIGN KEY"),
            (
                "INSERT INTO revision VALUES ('d', 1, 'b', x'02', '', '')",
                "UNIQUE",
            ),
            (
                "INSERT OR REPLACE INTO entry VALUES ('a', 1, '', '2')",
                "stays",
            ),
            (
                "INSERT OR REPLACE INTO revision VALUES ('d', 1, 'b', x'02', '', '')",
                "stays",
            ),
            ("UPDATE draft SET state = 'lost'", "CHECK"),
        ] {
            let refused = execute(&db, sql).await.unwrap_err();
            assert!(refused.contains(reason), "{sql}: {refused}");
        }
        execute(&db, "DELETE FROM draft WHERE id = 'a'")
            .await
            .unwrap();
        db.close().await.unwrap();

        let other = Keys::from_data_key(Key::random().unwrap()).unwrap();
        assert!(
            Db::open(&dir.path().join("profile.db"), &other)
                .await
                .is_err()
        );
        let db = open(dir.path(), &data).await;
        execute(&db, "PRAGMA user_version = 99").await.unwrap();
        db.close().await.unwrap();
        let keys = Keys::from_data_key(data).unwrap();
        let later = Db::open(&dir.path().join("profile.db"), &keys).await;
        assert!(
            later.is_err(),
            "a database of a later version is left alone"
        );
    }
}
