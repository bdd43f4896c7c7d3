//! Drafts that several desktops of one person share: who may write, what is sent, what is kept apart.
//!
//! A draft is a log that only grows. The portal keeps its newest version, which is the whole log so far, and a lease that says which desktop writes. One desktop
//! is the [`Role::Writer`], the others are [`Role::Reader`]s, who take newer versions over and type nothing. Whoever asks for it becomes the writer; one who
//! was not reached (who is offline, say) goes on typing and learns of it later. What decides then is what the logs say: a log that begins with the other one
//! goes on from it, and one that doesn't stays what it is, as a draft of its own. Nothing is ever taken out of a log.
//!
//! Only the portal knows which version is the newest, and it takes a version from the lease's holder only, and only after the version that was named. So no
//! version has two writers, whatever each desktop believes.

use hoso_dossier::Sha256;
use serde::{Deserialize, Serialize};

/// What a desktop remembers of a draft that it shares; kept with the draft's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Share {
    /// Whether answers are typed here.
    pub role: Role,
    /// The version of the portal's that the log here begins with; none before the first.
    pub base: Option<Base>,
    /// This desktop is or once was the writer: what was typed here may stand nowhere else, should the portal forget it.
    #[serde(default = "yes")]
    pub wrote: bool,
}

/// A draft kept before it was noted who wrote may have been written here.
const fn yes() -> bool {
    true
}

/// Who types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// This desktop.
    Writer,
    /// Another one; here the draft is only read.
    Reader,
}

/// A version of a shared draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Base {
    /// Its number.
    pub version: u64,
    /// Hash of its bytes as the portal keeps them.
    pub sha256: Sha256,
    /// How many entries it holds.
    pub length: u64,
}

/// What the portal says of a shared draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Number of its newest version.
    pub version: u64,
    /// Hash of that version's bytes.
    pub sha256: Sha256,
    /// Who has the lease.
    pub holder: Holder,
    /// It is shared no more.
    pub ended: bool,
}

/// Who has a draft's lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// Nobody, or it has run out.
    Nobody,
    /// This desktop.
    Us,
    /// Another one.
    Other,
}

/// What to do about a shared draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing.
    Rest,
    /// Ask for the lease, or for more of it: the person is at the draft.
    Hold,
    /// Send the whole log as the version after this one; 0: as the first.
    Send {
        /// Number of the version that the portal has.
        after: u64,
    },
    /// Fetch the portal's version, and ask [`fetched`].
    Fetch,
    /// Another desktop writes now, and has everything that was typed here: read from here on.
    Follow,
    /// Another desktop writes, wrote or ended it, and may not have everything: the draft here becomes one of its own, marked as such, and the shared one comes
    /// anew if it's still shared.
    Part,
    /// It is shared no more, and was only read here: it goes to the trash.
    LetGo,
}

/// How the log here and the portal's compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// They are the same.
    Same,
    /// The portal's begins with ours and goes on.
    Behind,
    /// Ours begins with the portal's and goes on.
    Ahead,
    /// Neither begins with the other.
    Apart,
}

/// What to do with a version that was fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetched {
    /// The log here is that version: remember so, with this role.
    Adopt(Role),
    /// Put the rest of that version behind the log here, and read from here on.
    Extend,
    /// As [`Next::Part`].
    Part,
    /// Leave everything as it is.
    Rest,
}

impl Share {
    /// A draft that this desktop begins to share.
    #[must_use]
    pub const fn begun() -> Self {
        Self {
            role: Role::Writer,
            base: None,
            wrote: true,
        }
    }

    /// A draft of another desktop's that comes here with this version.
    #[must_use]
    pub const fn taken(base: Base) -> Self {
        Self {
            role: Role::Reader,
            base: Some(base),
            wrote: false,
        }
    }

    /// The same with this desktop as the writer or as a reader from now on.
    #[must_use]
    pub const fn with_role(self, role: Role) -> Self {
        Self {
            role,
            wrote: self.wrote || matches!(role, Role::Writer),
            ..self
        }
    }

    /// The same with a log that begins with this version.
    #[must_use]
    pub const fn with_base(self, base: Base) -> Self {
        Self {
            base: Some(base),
            ..self
        }
    }

    /// Whether entries stand in the log that no known version holds.
    #[must_use]
    pub fn has_unsent(&self, log: u64) -> bool {
        self.base.is_none_or(|base| log > base.length)
    }
}

/// What to do about a draft whose log here has `log` entries. `writing`: the person is at it.
#[must_use]
pub fn next(share: &Share, log: u64, held: Option<&Held>, writing: bool) -> Next {
    let Some(held) = held else {
        // New, or forgotten with a backup: whoever writes says it again.
        return match share.role {
            Role::Writer => Next::Send { after: 0 },
            Role::Reader => Next::Rest,
        };
    };
    if held.ended {
        // A version that ended can't be fetched any more. Whoever typed something keeps it, unless that version is known to hold it. A desktop that ends it
        // forgets at once that it was shared; one that still takes itself for the writer learns here that another one took over and ended it, sealed
        // perhaps, and must not seal it a second time without a word.
        let holds = share.base.is_some_and(|base| base.sha256 == held.sha256);
        let kept_elsewhere = holds && !share.has_unsent(log);
        return match share.role {
            Role::Reader if !share.wrote || kept_elsewhere => Next::LetGo,
            _ => Next::Part,
        };
    }
    let known = share.base.is_some_and(|base| base.sha256 == held.sha256);
    match share.role {
        _ if !known => Next::Fetch,
        Role::Reader => Next::Rest,
        Role::Writer => match (held.holder, share.has_unsent(log)) {
            (Holder::Other, true) => Next::Part,
            (Holder::Other, false) => Next::Follow,
            (_, true) => Next::Send {
                after: held.version,
            },
            (_, false) if writing => Next::Hold,
            (_, false) => Next::Rest,
        },
    }
}

/// What to do with the portal's version once it is here.
#[must_use]
pub fn fetched(role: Role, holder: Holder, compared: Compared) -> Fetched {
    match (role, compared) {
        (Role::Writer, Compared::Same) if holder == Holder::Other => Fetched::Adopt(Role::Reader),
        (Role::Writer, Compared::Ahead) if holder == Holder::Other => Fetched::Part,
        (_, Compared::Same) | (Role::Writer, Compared::Ahead) => Fetched::Adopt(role),
        (_, Compared::Behind) => Fetched::Extend,
        // The portal was put back from a backup: whoever writes says it again, be it this desktop from now on.
        (Role::Reader, Compared::Ahead) if holder == Holder::Us => Fetched::Adopt(role),
        (Role::Reader, Compared::Ahead) => Fetched::Rest,
        (_, Compared::Apart) => Fetched::Part,
    }
}

/// Whether a reader who was given the lease may write from here on: not before everything that was typed elsewhere is here.
#[must_use]
pub fn may_write(share: &Share, held: &Held) -> bool {
    !held.ended
        && held.holder == Holder::Us
        && share.base.is_some_and(|base| base.sha256 == held.sha256)
}

/// Compares the log here with the portal's.
#[must_use]
pub fn compare<T: PartialEq>(here: &[T], there: &[T]) -> Compared {
    let common = here.iter().zip(there).all(|(one, other)| one == other);
    match (common, here.len().cmp(&there.len())) {
        (false, _) => Compared::Apart,
        (true, std::cmp::Ordering::Equal) => Compared::Same,
        (true, std::cmp::Ordering::Less) => Compared::Behind,
        (true, std::cmp::Ordering::Greater) => Compared::Ahead,
    }
}
