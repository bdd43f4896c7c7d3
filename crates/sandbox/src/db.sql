CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE IF NOT EXISTS users (
  login TEXT PRIMARY KEY, sub TEXT NOT NULL UNIQUE, salt BLOB NOT NULL, password BLOB NOT NULL,
  phone TEXT NOT NULL, claims TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS signins (
  id TEXT PRIMARY KEY, request TEXT NOT NULL, sub TEXT NOT NULL, otp TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, expires_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS codes (
  hash TEXT PRIMARY KEY, sub TEXT NOT NULL, request TEXT NOT NULL, auth_time INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, family TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS tokens (
  hash TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('access', 'refresh')), family TEXT NOT NULL,
  parent TEXT, sub TEXT NOT NULL, scope TEXT NOT NULL, auth_time INTEGER NOT NULL, expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS tokens_family ON tokens (family);

-- What a telephone would have received.
CREATE TABLE IF NOT EXISTS messages (
  id INTEGER PRIMARY KEY, at TEXT NOT NULL, recipient TEXT NOT NULL, text TEXT NOT NULL, otp TEXT
) STRICT;

-- How many bytes have arrived is the length of the file on disk; a small file that came whole is in `bytes`. `content_sha256` is set once
-- all have arrived and were checked.
CREATE TABLE IF NOT EXISTS uploads (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, dossier TEXT, length INTEGER NOT NULL, sha256 TEXT,
  name TEXT NOT NULL, media_type TEXT NOT NULL, metadata TEXT NOT NULL, content_sha256 TEXT, created_at TEXT NOT NULL,
  bytes BLOB
) STRICT;
-- One row a PATCH; `bytes` is null while it runs, and after a crash until the upload is next looked at.
CREATE TABLE IF NOT EXISTS patches (
  id INTEGER PRIMARY KEY, upload TEXT NOT NULL, from_offset INTEGER NOT NULL, bytes INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS patches_upload ON patches (upload);

CREATE TABLE IF NOT EXISTS dossiers (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, procedure TEXT NOT NULL, code TEXT UNIQUE,
  status INTEGER NOT NULL DEFAULT 0, revision INTEGER NOT NULL DEFAULT 0,
  seq INTEGER NOT NULL DEFAULT 0, version INTEGER NOT NULL DEFAULT 0,
  accepted_at TEXT, due_at TEXT, opinion TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS dossiers_seq ON dossiers (seq);
CREATE TABLE IF NOT EXISTS revisions (
  dossier TEXT NOT NULL REFERENCES dossiers (id), revision INTEGER NOT NULL, manifest BLOB NOT NULL,
  sha256 TEXT NOT NULL, created_at TEXT NOT NULL, submitted_at TEXT, PRIMARY KEY (dossier, revision)
) STRICT;
-- What was refused at submission stays refused; its number is used up.
CREATE TABLE IF NOT EXISTS refusals (
  dossier TEXT NOT NULL, revision INTEGER NOT NULL, refusal TEXT NOT NULL, PRIMARY KEY (dossier, revision),
  FOREIGN KEY (dossier, revision) REFERENCES revisions (dossier, revision)
) STRICT;
-- What the person said of a dossier; the first word stays.
CREATE TABLE IF NOT EXISTS withdrawals (
  dossier TEXT PRIMARY KEY REFERENCES dossiers (id), reason TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS ratings (
  dossier TEXT PRIMARY KEY REFERENCES dossiers (id), score INTEGER NOT NULL CHECK (score BETWEEN 1 AND 5),
  comment TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
-- What people changed of their accounts; the id of a change is the state's name, and is used up.
CREATE TABLE IF NOT EXISTS accounts (
  owner TEXT PRIMARY KEY, edit TEXT NOT NULL, changed_at TEXT NOT NULL, data TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS account_edits (id TEXT PRIMARY KEY, owner TEXT NOT NULL) STRICT;
-- Keys of people's desktops: what they sign comes from the owner.
CREATE TABLE IF NOT EXISTS signing_keys (key TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL) STRICT;
-- The confirmation code (mã xác nhận) of a dossier that was created and not submitted.
CREATE TABLE IF NOT EXISTS confirmations (
  dossier TEXT PRIMARY KEY REFERENCES dossiers (id), code TEXT NOT NULL, sent_at TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0, confirmed_at TEXT
) STRICT;
-- Drafts that a person's desktops share: bytes that tell the portal nothing. One that is shared no more keeps its row, for its id is used up.
CREATE TABLE IF NOT EXISTS drafts (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, version INTEGER NOT NULL, sha256 TEXT NOT NULL, bytes BLOB NOT NULL,
  updated_at TEXT NOT NULL, ended INTEGER NOT NULL DEFAULT 0, desktop TEXT, lease_until INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS drafts_owner ON drafts (owner);
CREATE TABLE IF NOT EXISTS day_counters (day TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS timeline (
  id INTEGER PRIMARY KEY, dossier TEXT NOT NULL REFERENCES dossiers (id), at TEXT NOT NULL,
  status INTEGER NOT NULL, step TEXT NOT NULL, handler TEXT NOT NULL, note TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS timeline_dossier ON timeline (dossier);
CREATE TABLE IF NOT EXISTS supplements (
  dossier TEXT NOT NULL REFERENCES dossiers (id), revision INTEGER NOT NULL, reason TEXT NOT NULL,
  components TEXT NOT NULL, requested_at TEXT NOT NULL, answered_at TEXT, due_at TEXT, PRIMARY KEY (dossier, revision)
) STRICT;
CREATE TABLE IF NOT EXISTS files (
  dossier TEXT NOT NULL REFERENCES dossiers (id), id TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
  media_type TEXT NOT NULL, sha256 TEXT NOT NULL, content BLOB NOT NULL, PRIMARY KEY (dossier, id)
) STRICT;

CREATE TABLE IF NOT EXISTS fees (
  dossier TEXT NOT NULL REFERENCES dossiers (id), id TEXT NOT NULL, name TEXT NOT NULL, amount INTEGER NOT NULL,
  PRIMARY KEY (dossier, id)
) STRICT;
CREATE TABLE IF NOT EXISTS payments (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, dossier TEXT NOT NULL, fee TEXT NOT NULL, amount INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'paid', 'declined')), created_at TEXT NOT NULL,
  settled_at TEXT, bank_number TEXT UNIQUE, FOREIGN KEY (dossier, fee) REFERENCES fees (dossier, id)
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_open_payment ON payments (dossier, fee) WHERE state IN ('pending', 'paid');
-- The bank's own book: money that has moved, once a fee for ever.
CREATE TABLE IF NOT EXISTS captures (
  dossier TEXT NOT NULL, fee TEXT NOT NULL, payment TEXT NOT NULL UNIQUE, amount INTEGER NOT NULL,
  bank_number TEXT NOT NULL UNIQUE, at TEXT NOT NULL, PRIMARY KEY (dossier, fee)
) STRICT;
-- Fees that the person chose to pay at the desk, and payments that the desk took in cash.
CREATE TABLE IF NOT EXISTS desk_fees (dossier TEXT NOT NULL, fee TEXT NOT NULL, PRIMARY KEY (dossier, fee)) STRICT;
CREATE TABLE IF NOT EXISTS cash (payment TEXT PRIMARY KEY, officer TEXT NOT NULL) STRICT;

CREATE TABLE IF NOT EXISTS catalogue (
  seq INTEGER PRIMARY KEY, code TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('published', 'withdrawn')),
  version TEXT NOT NULL, sha256 TEXT NOT NULL, bundle BLOB NOT NULL
) STRICT;
