//! What the application needs from the world outside: the moment, ids, and the person's desktop.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use uuid::Uuid;

/// The outside world. The window, the command line and tests each bring their own.
pub trait Host: Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> Timestamp;
    /// A fresh random id.
    fn uuid(&self) -> Uuid;
    /// Opens a page in the system's browser.
    ///
    /// # Errors
    /// No browser could be started; says why.
    fn open_url(&self, url: &str) -> Result<(), String>;
    /// Opens a file in the program that the system has for it.
    ///
    /// # Errors
    /// No program could be started; says why.
    fn open_file(&self, path: &Path) -> Result<(), String>;
    /// Sends a file to the printer by way of the system's dialog.
    ///
    /// # Errors
    /// Printing could not be started; says why.
    fn print_file(&self, path: &Path) -> Result<(), String>;
    /// Tells the person by way of the system, who may be looking at another window.
    ///
    /// # Errors
    /// There is no such way here; says why.
    fn notify(&self, title: &str, text: &str) -> Result<(), String>;
    /// Whether the network is charged by its volume, as the system says from here on; `None` where it says nothing of it.
    fn metered(&self) -> Option<watch::Receiver<bool>> {
        None
    }
    /// Asks the person for files; empty when they changed their mind.
    fn pick_files(&self, pick: Pick) -> BoxFuture<'static, Vec<PathBuf>>;
    /// Asks the person for a folder.
    fn pick_folder(&self) -> BoxFuture<'static, Option<PathBuf>>;
    /// Asks the person where to save; `name` is the name offered.
    fn save_as(&self, name: &str) -> BoxFuture<'static, Option<PathBuf>>;
}

/// What a person is asked to pick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// File endings offered, e.g. `pdf`.
    pub endings: Vec<String>,
    /// More than one may be picked.
    pub several: bool,
}

/// The system's place for this application's data; `variable` reads the environment.
pub fn usual_home(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let under_home = |folder: &str| variable("HOME").map(|home| PathBuf::from(home).join(folder));
    let base = if cfg!(windows) {
        variable("APPDATA").map(PathBuf::from)
    } else if cfg!(target_os = "macos") {
        under_home("Library/Application Support")
    } else {
        variable("XDG_DATA_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .or_else(|| under_home(".local/share"))
    };
    base.map(|base| base.join("hoso"))
}

/// The system's clock.
///
/// In debug builds a test may turn it: forms and packs are good for a time only, and a test must not begin to fail by the calendar.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    turned: Option<PathBuf>,
}

impl Clock {
    /// As the system has it; in debug builds `HOSO_TEST_CLOCK` may name a file for [`Clock::turned_by`].
    #[must_use]
    pub fn system() -> Self {
        let turned = std::env::var_os("HOSO_TEST_CLOCK").filter(|_| cfg!(debug_assertions));
        Self {
            turned: turned.map(PathBuf::from),
        }
    }

    /// Ahead of the system's by as many seconds as stand in a file; the file may change.
    #[must_use]
    pub const fn turned_by(file: PathBuf) -> Self {
        Self { turned: Some(file) }
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let ahead = self.turned.as_ref().and_then(|file| {
            let text = std::fs::read_to_string(file).ok()?;
            Some(SignedDuration::from_secs(text.trim().parse().ok()?))
        });
        Timestamp::now()
            .checked_add(ahead.unwrap_or_default())
            .unwrap_or(Timestamp::MAX)
    }
}

/// Real ids, and a desktop that is not there: for the command line and tests.
#[derive(Debug, Clone, Default)]
pub struct Headless {
    clock: Clock,
}

impl Headless {
    /// With this clock.
    #[must_use]
    pub const fn new(clock: Clock) -> Self {
        Self { clock }
    }
}

impl Host for Headless {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn uuid(&self) -> Uuid {
        Uuid::new_v4()
    }

    fn open_url(&self, _url: &str) -> Result<(), String> {
        Err("there is no desktop here".into())
    }

    fn open_file(&self, _path: &Path) -> Result<(), String> {
        Err("there is no desktop here".into())
    }

    fn print_file(&self, _path: &Path) -> Result<(), String> {
        Err("there is no desktop here".into())
    }

    fn notify(&self, _title: &str, _text: &str) -> Result<(), String> {
        Err("there is no desktop here".into())
    }

    fn pick_files(&self, _pick: Pick) -> BoxFuture<'static, Vec<PathBuf>> {
        Box::pin(std::future::ready(vec![]))
    }

    fn pick_folder(&self) -> BoxFuture<'static, Option<PathBuf>> {
        Box::pin(std::future::ready(None))
    }

    fn save_as(&self, _name: &str) -> BoxFuture<'static, Option<PathBuf>> {
        Box::pin(std::future::ready(None))
    }
}
