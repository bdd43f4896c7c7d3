//! The tables, as an ordered list of steps; `user_version` counts the steps done.
//!
//! A step that has been released is never changed: a new one is added at the end. Ids, hashes and instants are kept in
//! their text form, JSON as text. What must never change is held by triggers, so that no later code can forget it.

pub(crate) const MIGRATIONS: [&str; 1] = ["
CREATE TABLE setting (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE dossier (
  id TEXT PRIMARY KEY,
  procedure TEXT NOT NULL,
  title TEXT NOT NULL,
  created_at TEXT NOT NULL,
  code TEXT,
  view TEXT,
  refreshed_at TEXT,
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

CREATE TABLE payment (
  id TEXT PRIMARY KEY,
  dossier TEXT NOT NULL REFERENCES dossier (id),
  state TEXT NOT NULL,
  json TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX payment_of_dossier ON payment (dossier);

CREATE TABLE document (
  id TEXT PRIMARY KEY,
  dossier TEXT NOT NULL REFERENCES dossier (id),
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  received_at TEXT NOT NULL
) STRICT;
CREATE INDEX document_of_dossier ON document (dossier);

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
"];
