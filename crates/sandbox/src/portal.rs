//! What every request shares.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use hoso_dossier::{Capability, PayWay, PortalProfile};
use jiff::Timestamp;
use sqlx::sqlite::SqlitePool;
use uuid::Uuid;

use crate::faults::Faults;
use crate::oidc::{Signer, access_token_owner, seed_demo_users};
use crate::pages::Pages;
use crate::refusal::Refusal;
use crate::uploads::{Keeper, Slots};
use crate::{Options, SandboxError, catalogue, db, needs, sticks};

/// The portal's state.
pub(crate) struct Portal {
    pub(crate) url: String,
    pub(crate) db: SqlitePool,
    /// What only reads the database needs to wait for nobody's commit.
    pub(crate) readers: SqlitePool,
    pub(crate) keeper: Keeper,
    pub(crate) uploads_folder: PathBuf,
    pub(crate) max_upload_bytes: u64,
    pub(crate) access_token_seconds: u32,
    pub(crate) faults: Faults,
    pub(crate) pages: Pages,
    pub(crate) signer: Signer,
    pub(crate) uploads: Slots,
    pub(crate) sticks: sticks::Keys,
    /// Online too.
    pub(crate) signs_receipts: bool,
    /// Which portal profile it announces.
    pub(crate) profile_id: Option<String>,
    /// That profile, where it is one that is known.
    pub(crate) profile: Option<PortalProfile>,
    /// What it can't do.
    pub(crate) cannot: BTreeSet<Capability>,
    /// Held while the portal runs.
    _lock: File,
}

/// How long a portal that is just stopping may keep the folder.
const PATIENCE: Duration = Duration::from_secs(2);

/// Makes the data folder and takes it for this process.
pub(crate) async fn lock(folder: &Path) -> Result<File, SandboxError> {
    let cannot = |source| SandboxError::Folder {
        folder: folder.to_owned(),
        source,
    };
    std::fs::create_dir_all(folder).map_err(cannot)?;
    let file = File::create(folder.join("lock")).map_err(cannot)?;
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if began.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(TryLockError::WouldBlock) => return Err(SandboxError::InUse(folder.to_owned())),
            Err(TryLockError::Error(source)) => return Err(cannot(source)),
        }
    }
}

impl Portal {
    /// Its desk takes money where others want it online.
    pub(crate) fn takes_at_desk(&self) -> bool {
        self.profile
            .as_ref()
            .is_some_and(|one| one.takes(PayWay::AtDesk))
    }

    pub(crate) async fn open(
        options: Options,
        url: String,
        lock: File,
    ) -> Result<Arc<Self>, SandboxError> {
        let uploads_folder = options.data.join("uploads");
        std::fs::create_dir_all(&uploads_folder).map_err(|source| SandboxError::Folder {
            folder: uploads_folder.clone(),
            source,
        })?;
        let db = db::open(&options.data.join("portal.db")).await?;
        let mut setup = db.begin().await?;
        db::minted_once(&mut setup, "epoch", || Uuid::new_v4().to_string()).await?;
        let key = db::minted_once(&mut setup, "signing-key", Signer::mint).await?;
        let signer =
            Signer::read(&key).ok_or(SandboxError::Broken("its signing key is damaged"))?;
        let sticks = db::minted_once(&mut setup, "stick-keys", sticks::Keys::mint).await?;
        let sticks = sticks::Keys::read(&sticks)
            .ok_or(SandboxError::Broken("its keys for sticks are damaged"))?;
        if options.seed_demo {
            seed_demo_users(&mut setup).await?;
        }
        let packs = catalogue::load(options.packs.as_deref())?;
        catalogue::publish(&mut setup, &packs).await?;
        setup.commit().await?;
        let readers = db::readers(&options.data.join("portal.db")).await?;
        Ok(Arc::new(Self {
            url,
            keeper: Keeper::start(db.clone()),
            db,
            readers,
            uploads_folder,
            max_upload_bytes: options.max_upload_bytes,
            access_token_seconds: options.access_token_seconds,
            faults: Faults::new(options.faults),
            pages: Pages::new(),
            signer,
            uploads: Slots::default(),
            sticks,
            signs_receipts: options.signs_receipts,
            profile: options.profile.as_deref().and_then(needs::profile),
            profile_id: options.profile,
            cannot: options.cannot,
            _lock: lock,
        }))
    }

    /// The clock that the portal shows, in whole seconds; a fault can set it wrong.
    pub(crate) fn now(&self) -> Timestamp {
        let seconds = Timestamp::now()
            .as_second()
            .saturating_add(self.faults.clock_offset_seconds());
        Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
    }

    /// [`Self::now`] as RFC 3339 UTC.
    pub(crate) fn now_text(&self) -> String {
        self.now().to_string()
    }
}

impl Drop for Portal {
    /// Waits until the database is closed. Left alone, the connections' threads close it when they get to it; a process that
    /// ends first takes SQLCipher apart under their feet (it registers with `atexit`).
    fn drop(&mut self) {
        let pools = [self.readers.clone(), self.db.clone()];
        // On a thread of its own: whoever lets go of the portal may be one that a runtime doesn't let wait.
        let closing = std::thread::spawn(move || {
            let closed = async {
                for pool in pools {
                    pool.close().await;
                }
            };
            tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build()
                // A connection in the hands of a task that was cut down may not come back.
                .map(|runtime| {
                    runtime.block_on(async { tokio::time::timeout(LET_GO, closed).await })
                })
        });
        let _ = closing.join();
    }
}

/// How long closing the database may take.
const LET_GO: Duration = Duration::from_secs(2);

/// Text that nobody can guess: 256 random bits, URL-safe.
pub(crate) fn secret() -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// The signed-in person: `sub` of the access token.
pub(crate) struct Caller(pub(crate) String);

impl FromRequestParts<Arc<Portal>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(
        parts: &mut Parts,
        portal: &Arc<Portal>,
    ) -> Result<Self, Self::Rejection> {
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .ok_or_else(Refusal::sign_in)?;
        let mut db = portal.readers.acquire().await?;
        access_token_owner(&mut db, token)
            .await?
            .map(Self)
            .ok_or_else(Refusal::sign_in)
    }
}

/// A form as a browser posts it; a name that comes twice keeps every value.
pub(crate) struct PostedForm(BTreeMap<String, Vec<String>>);

impl PostedForm {
    pub(crate) fn read(body: &[u8]) -> Self {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(body) {
            fields
                .entry(name.into_owned())
                .or_default()
                .push(value.into_owned());
        }
        Self(fields)
    }

    /// The field's first value, without spaces around it; empty when missing.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0
            .get(name)
            .and_then(|values| values.first())
            .map_or("", |value| value.trim())
    }

    /// The field's first value as it came; for passwords.
    pub(crate) fn exact(&self, name: &str) -> &str {
        self.0
            .get(name)
            .and_then(|values| values.first())
            .map_or("", String::as_str)
    }

    /// Every value that says something, also when several stand in one field with commas between.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        self.0
            .get(name)
            .into_iter()
            .flatten()
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
            .collect()
    }
}
