use std::io;

use hoso_dossier::{DraftId, Sha256};

/// What can go wrong while keeping or finding something.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The PIN is not the profile's; the next try is taken after `wait_seconds`.
    #[error(
        "unlocking the profile: the PIN is wrong ({failures} in a row); try again in {wait_seconds} s"
    )]
    WrongPin {
        /// How long the next try has to wait.
        wait_seconds: u64,
        /// Wrong PINs since the last right one.
        failures: u32,
    },
    /// A try before the delay after wrong PINs is over; it was not looked at and not counted.
    #[error("unlocking the profile: too soon after a wrong PIN; try again in {wait_seconds} s")]
    TooSoon {
        /// How long the next try has to wait.
        wait_seconds: u64,
    },
    /// A PIN of fewer than six characters.
    #[error("choosing a PIN: it needs at least six characters")]
    WeakPin,
    /// Another process, or another part of this one, has the profile open.
    #[error("opening the profile: it is open elsewhere; close the other window first")]
    InUse,
    /// The keyring has no key for the profile, or there is no keyring; the PIN still opens it.
    #[error("asking the system keyring: {reason}; use the PIN")]
    NoKeyring {
        /// What the keyring said.
        reason: String,
    },
    /// Something on disk was changed, cut or lost.
    #[error("reading {what}: it is damaged; restore the folder from a backup")]
    Damaged {
        /// Which part.
        what: String,
    },
    /// The disk or the quota is full; what was saved before is whole.
    #[error("saving: the disk is full; free some space and try again")]
    Full,
    /// Any other failure of a file operation.
    #[error("{doing}: {source}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// Any other failure of the database.
    #[error("working on the profile's database: {0}")]
    Sql(sqlx::Error),
    /// A value that JSON cannot carry, or a kept one that has another shape than asked for.
    #[error("writing or reading a kept value: {0}")]
    Json(#[from] serde_json::Error),
    /// The store was closed before.
    #[error("using the profile: it is locked; unlock it first")]
    Closed,
    /// Nothing by that name is kept.
    #[error("looking for the {what} {id}: there is none")]
    NotFound {
        /// What kind of thing.
        what: &'static str,
        /// Its name.
        id: String,
    },
    /// A file that is named but not kept.
    #[error("looking for the file {sha256}: it is not kept here; add it first")]
    MissingBlob {
        /// Its hash.
        sha256: Sha256,
    },
    /// The draft is not in a state that allows this.
    #[error("changing the draft {draft}: it is {state}")]
    WrongState {
        /// Which draft.
        draft: DraftId,
        /// The state it is in.
        state: crate::DraftState,
    },
    /// Another of the person's desktops writes the draft.
    #[error(
        "changing the draft {draft}: it is being written at another desktop; take it over first"
    )]
    HeldElsewhere {
        /// Which draft.
        draft: DraftId,
    },
    /// What is kept under that name is something else and does not change.
    #[error("keeping {what}: another one is kept under the same name and does not change")]
    Conflict {
        /// Which thing.
        what: String,
    },
    /// A background thread of the program broke off.
    #[error("working in the background: the work broke off; try again")]
    Interrupted,
}

impl StoreError {
    /// A name for the kind of error that stays the same over versions.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongPin { .. } => "wrong_pin",
            Self::TooSoon { .. } => "too_soon",
            Self::WeakPin => "weak_pin",
            Self::InUse => "in_use",
            Self::NoKeyring { .. } => "no_keyring",
            Self::Damaged { .. } => "damaged",
            Self::Full => "disk_full",
            Self::Io { .. } => "io",
            Self::Sql(_) => "sql",
            Self::Json(_) => "json",
            Self::Closed => "locked",
            Self::NotFound { .. } => "not_found",
            Self::MissingBlob { .. } => "missing_file",
            Self::WrongState { .. } => "wrong_state",
            Self::HeldElsewhere { .. } => "held_elsewhere",
            Self::Conflict { .. } => "conflict",
            Self::Interrupted => "interrupted",
        }
    }

    /// Names what was being done when a file operation failed.
    pub(crate) fn io(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| match source.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Self::Full,
            _ => Self::Io { doing, source },
        }
    }

    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        // The low byte of an extended result code is the plain one.
        let code = match &error {
            sqlx::Error::Database(database) => database
                .code()
                .and_then(|code| code.parse::<u32>().ok())
                .map(|code| code & 0xff),
            _ => None,
        };
        match code {
            Some(SQLITE_FULL) => Self::Full,
            Some(SQLITE_CORRUPT | SQLITE_NOTADB) => Self::damaged("the profile's database"),
            Some(SQLITE_BUSY | SQLITE_LOCKED) => Self::InUse,
            _ => Self::Sql(error),
        }
    }
}

const SQLITE_BUSY: u32 = 5;
const SQLITE_LOCKED: u32 = 6;
const SQLITE_CORRUPT: u32 = 11;
const SQLITE_FULL: u32 = 13;
const SQLITE_NOTADB: u32 = 26;

impl From<tokio::task::JoinError> for StoreError {
    fn from(_: tokio::task::JoinError) -> Self {
        Self::Interrupted
    }
}
