//! The sandbox portal: a real server of the contract in `hoso-portal-api`, with an OpenID provider, a clerk's desk and a bank,
//! for trying, training and testing. Everything it acknowledges is on disk, so it goes on where it was after a `kill -9`.
//!
//! It listens on 127.0.0.1 only. The desk, the bank, `/outbox`, `/faults` and `/audit` ask for no sign-in: whoever sits at the machine plays those parts.

#![allow(
    clippy::type_complexity,
    reason = "a row is read as a tuple, once, beside its query"
)]

mod account;
mod agency;
mod audit;
mod bank;
mod catalogue;
mod clerk;
mod db;
mod desk;
mod dossiers;
mod drafts;
mod faults;
mod lookup;
mod needs;
mod oidc;
mod outbox;
mod pages;
mod papers;
mod payments;
mod portal;
mod refusal;
mod routes;
mod serve;
mod sticks;
pub mod testing;
mod uploads;
mod view;
mod wishes;

use std::collections::BTreeSet;
use std::path::PathBuf;

use hoso_dossier::Capability;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use faults::{FaultKind, FaultSettings, FaultUpdate, OneShot};

/// How to start a portal.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder that holds everything; made when missing. One portal at a time.
    pub data: PathBuf,
    /// Port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Add the demo users of [`testing`].
    pub seed_demo: bool,
    /// Folder with one folder per form pack; without it the packs built in.
    pub packs: Option<PathBuf>,
    /// Portal profile to announce.
    pub profile: Option<String>,
    /// What it says that it can't do; the calls for it are not there.
    pub cannot: BTreeSet<Capability>,
    /// Sign the receipts that are given online, as those on sticks are.
    pub signs_receipts: bool,
    /// Largest upload in bytes.
    pub max_upload_bytes: u64,
    /// How long an access token is good for, in seconds.
    pub access_token_seconds: u32,
    /// Faults to begin with.
    pub faults: FaultSettings,
}

impl Options {
    /// A free port, the demo users, the built-in packs, signed receipts, 50 MiB a file, 15 minutes a token, no faults.
    #[must_use]
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            port: 0,
            seed_demo: true,
            packs: None,
            profile: None,
            cannot: BTreeSet::new(),
            signs_receipts: true,
            max_upload_bytes: 50 * 1024 * 1024,
            access_token_seconds: 15 * 60,
            faults: FaultSettings::default(),
        }
    }
}

/// A portal that can't start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The data folder can't be used.
    #[error(
        "opening the portal's data folder {folder}: {source}; choose a folder that can be written"
    )]
    Folder {
        /// Which folder.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another portal has it open.
    #[error(
        "opening the portal's data folder {0}: another portal is using it; stop that one or choose another folder"
    )]
    InUse(PathBuf),
    /// The port can't be had.
    #[error("listening on port {port}: {source}; choose another port, or 0 for a free one")]
    Port {
        /// Which port.
        port: u16,
        /// Why.
        source: std::io::Error,
    },
    /// The database can't be used.
    #[error("opening the portal's database: {0}; choose an empty data folder")]
    Database(#[from] sqlx::Error),
    /// What the database holds is not this portal's.
    #[error("reading the portal's database: {0}; choose an empty data folder")]
    Broken(&'static str),
    /// The folder of form packs can't be read.
    #[error("reading form packs from {folder}: {source}")]
    Packs {
        /// Which folder.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// The portal.
#[derive(Debug)]
pub struct Sandbox;

impl Sandbox {
    /// Opens the data folder and listens. Runs on the current tokio runtime until [`Running::shutdown`] or drop.
    ///
    /// # Errors
    /// The folder, the database, the packs or the port can't be had.
    pub async fn start(options: Options) -> Result<Running, SandboxError> {
        let port = options.port;
        let cannot_listen = |source| SandboxError::Port { port, source };
        // The folder's lock comes before the port, so that two portals on one folder meet there.
        let lock = portal::lock(&options.data).await?;
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
            .await
            .map_err(cannot_listen)?;
        let url = format!("http://{}", listener.local_addr().map_err(cannot_listen)?);
        let portal = portal::Portal::open(options, url.clone(), lock).await?;
        let stop = CancellationToken::new();
        let server = tokio::spawn(serve::serve(listener, portal, stop.clone()));
        Ok(Running {
            url,
            stop,
            server: Some(server),
        })
    }
}

impl Sandbox {
    /// Takes in a dossier that was carried by hand, into a data folder that no portal is using, and answers with the receipt file to carry back.
    ///
    /// # Errors
    /// The folder can't be used, or the portal refuses the file: then in the person's words.
    pub async fn take_stick(options: Options, file: &[u8]) -> Result<Vec<u8>, TakeError> {
        let lock = portal::lock(&options.data).await?;
        let portal = portal::Portal::open(options, String::new(), lock).await?;
        let refused = |refusal: refusal::Refusal| TakeError::Refused(refusal.detail().to_owned());
        let receipt = sticks::take_in(&portal, file).await.map_err(refused)?;
        serde_json::to_vec_pretty(&receipt).map_err(|error| TakeError::Refused(error.to_string()))
    }
}

impl Sandbox {
    /// The catalogue with its form packs as one signed file, to be carried to computers without a network, out of a data folder that no portal is using.
    ///
    /// # Errors
    /// The folder can't be used.
    pub async fn carry_catalogue(options: Options) -> Result<Vec<u8>, TakeError> {
        let lock = portal::lock(&options.data).await?;
        let portal = portal::Portal::open(options, String::new(), lock).await?;
        let carried = catalogue::carried(&portal).await;
        let refused = |refusal: refusal::Refusal| TakeError::Refused(refusal.detail().to_owned());
        Ok(carried.map_err(refused)?.1)
    }
}

/// What is carried by hand was not taken in, or not made.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// The portal's folder can't be used.
    #[error(transparent)]
    Folder(#[from] SandboxError),
    /// The portal refuses it.
    #[error("{0}")]
    Refused(String),
}

/// A portal that runs. Dropping it cuts its connections, as a crash would.
#[derive(Debug)]
pub struct Running {
    /// Where it listens, e.g. `http://127.0.0.1:41234`; also the issuer of its OpenID provider.
    pub url: String,
    stop: CancellationToken,
    server: Option<JoinHandle<()>>,
}

impl Running {
    /// Lets requests in flight finish for up to two seconds, and closes the data folder.
    pub async fn shutdown(mut self) {
        self.stop.cancel();
        if let Some(server) = self.server.take() {
            // A panic in the server was reported by the runtime already.
            let _ = server.await;
        }
    }

    /// Cuts every connection at once, as a crash would, and returns when the portal is gone.
    pub async fn kill(mut self) {
        if let Some(server) = self.server.take() {
            server.abort();
            let _ = server.await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            server.abort();
        }
    }
}
