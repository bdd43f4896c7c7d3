//! The use cases: what the window and the command line can do.
//!
//! [`App`] owns the profile that is open, and drives sending. Its methods are the commands of the window, by the same names; `hoso` calls the same ones.
//! The world outside (clock, ids, the person's desktop) comes in through [`Host`].

mod account;
mod attachments;
pub mod batch;
mod calendar;
mod catalogue;
mod checklist;
mod contact;
mod curtain;
mod desk;
mod desk_papers;
mod dossiers;
mod draft;
mod due;
mod elsewhere;
mod error;
mod first;
pub mod forms;
mod host;
mod inbox;
mod lookup;
mod open;
mod outbox;
mod packs;
mod papers;
mod payments;
pub mod pictures;
mod places;
mod portals;
mod post_label;
mod preflight;
mod procedures;
mod profiles;
mod published;
mod qr;
mod queue;
mod receipts;
mod received;
mod revise;
mod revisions;
mod seal;
mod sending;
mod session;
mod sharing;
mod sheets;
mod sticks;
mod text;
mod trouble;
mod unchecked;
mod vault;
pub mod view;
mod wishes;
mod word;
mod work;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use hoso_portal_client::Portal;
use hoso_store::Home;
use serde::Serialize;
use tokio::sync::broadcast;
use uuid::Uuid;

pub use error::AppError;
pub use hoso_store::KdfCost;
pub use host::{Clock, Headless, Host, Pick, usual_home};
pub use procedures::{check_pack, read_pack_folder};

use curtain::{Attended, Presence};
use open::Open;

/// What an [`App`] is told at start.
pub struct Config {
    /// Folder that holds the profiles.
    pub home: PathBuf,
    /// Address of the portal; none: everything but sending works.
    pub portal: Option<url::Url>,
    /// What a guess at a PIN costs.
    pub kdf: KdfCost,
}

/// The application.
pub struct App {
    host: Arc<dyn Host>,
    home: Home,
    home_dir: PathBuf,
    portal: Option<Portal>,
    open: RwLock<Option<Arc<Open>>>,
    /// Whether the person is there.
    presence: Arc<Presence>,
    /// Profile → how many dossiers were not wholly sent when it was closed.
    left: Mutex<BTreeMap<Uuid, u32>>,
    changes: broadcast::Sender<Changed>,
    /// Taken while a profile is made, opened or closed.
    door: tokio::sync::Mutex<()>,
}

/// Something that a face may be showing has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// What.
    pub topics: Vec<Topic>,
}

/// What changed, or is about to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Topic {
    /// The lock, the session, settings.
    App,
    /// The outbox.
    Sync,
    /// Dossiers and payments.
    Dossiers,
    /// The scan inbox.
    Inbox,
    /// The vault.
    Vault,
    /// A draft, other than by the caller.
    Draft,
    /// Batches.
    Batches,
    /// Nothing has: the profile is about to be locked, because nobody is there. Whoever still holds typed words hands them over and then locks.
    Locking,
}

impl App {
    /// Takes the world; opens nothing yet.
    ///
    /// # Errors
    /// The client for the portal can't be made.
    pub fn new(config: Config, host: Arc<dyn Host>) -> Result<Arc<Self>, AppError> {
        let portal = config.portal.map(session::portal).transpose()?;
        let (changes, _) = broadcast::channel(64);
        let presence = Arc::new(Presence::default());
        let host = Arc::new(Attended {
            host,
            presence: Arc::clone(&presence),
        });
        let home = Home::new(&config.home).with_cost(config.kdf);
        // Left behind by a program that was killed.
        home.while_unused(|| text::forget_opened_files(&config.home));
        Ok(Arc::new(Self {
            host,
            home,
            home_dir: config.home,
            portal,
            open: RwLock::new(None),
            presence,
            left: Mutex::default(),
            changes,
            door: tokio::sync::Mutex::new(()),
        }))
    }

    /// Tells about changes that a face did not ask for.
    pub fn changes(&self) -> broadcast::Receiver<Changed> {
        self.changes.subscribe()
    }

    /// The open profile, for a use case: none while it is locked, also behind the curtain.
    pub(crate) fn open(&self) -> Result<Arc<Open>, AppError> {
        if self.presence.is_away() {
            return Err(AppError::Locked);
        }
        self.open
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
            .ok_or(AppError::Locked)
    }
}

/// Tells faces that something changed; nobody listening is fine.
pub(crate) fn tell(changes: &broadcast::Sender<Changed>, topics: &[Topic]) {
    let _ = changes.send(Changed {
        topics: topics.to_vec(),
    });
}
