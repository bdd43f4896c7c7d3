//! The person's desktop: dialogs, other programs, the browser.

use std::collections::VecDeque;
use std::env;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use futures_util::future::BoxFuture;
use hoso_app::{Clock, Host, Pick};
use jiff::Timestamp;
use rfd::AsyncFileDialog;
use serde::Deserialize;
use tokio::sync::watch;
use uuid::Uuid;

/// The desktop; in journeys through the window, a stand-in for the person at native dialogs.
pub(crate) struct Desktop {
    /// `HOSO_TEST_PICK`: what the person would answer to the next native dialogs, one JSON document a line.
    picks: Option<PathBuf>,
    taken: Mutex<usize>,
    /// `HOSO_TEST_OPENED`: what would have been opened outside is written here instead.
    opened: Option<PathBuf>,
    clock: Clock,
    metered: Option<watch::Receiver<bool>>,
}

/// One answer to a native dialog.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answer {
    open: VecDeque<PathBuf>,
    folder: Option<PathBuf>,
    save: Option<PathBuf>,
}

impl Desktop {
    /// Real, unless the journeys' variables are set.
    pub(crate) fn from_env() -> Self {
        // Not in what people install: there the desktop is always real.
        let seam = |name| {
            cfg!(debug_assertions)
                .then(|| env::var_os(name).map(PathBuf::from))
                .flatten()
        };
        Self {
            picks: seam("HOSO_TEST_PICK"),
            taken: Mutex::new(0),
            opened: seam("HOSO_TEST_OPENED"),
            clock: Clock::system(),
            metered: crate::network::watch(seam("HOSO_TEST_METERED")),
        }
    }

    fn answer(&self) -> Option<Answer> {
        let file = self.picks.as_ref()?;
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = fs::read_to_string(file).unwrap_or_default();
        let answer = lines
            .lines()
            .filter(|line| !line.trim().is_empty())
            .nth(*taken)
            .and_then(|line| serde_json::from_str(line).ok())
            .unwrap_or_default();
        *taken += 1;
        Some(answer)
    }

    fn note(&self, what: &str) -> Option<Result<(), String>> {
        let file = self.opened.as_ref()?;
        let written = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(file)
            .and_then(|mut file| writeln!(file, "{what}"));
        Some(written.map_err(|error| error.to_string()))
    }
}

impl Host for Desktop {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn uuid(&self) -> Uuid {
        Uuid::new_v4()
    }

    fn open_url(&self, url: &str) -> Result<(), String> {
        self.note(url)
            .unwrap_or_else(|| open::that_detached(url).map_err(|error| error.to_string()))
    }

    fn open_file(&self, path: &Path) -> Result<(), String> {
        self.note(&path.to_string_lossy())
            .unwrap_or_else(|| open::that_detached(path).map_err(|error| error.to_string()))
    }

    fn print_file(&self, path: &Path) -> Result<(), String> {
        if let Some(noted) = self.note(&format!("print {}", path.display())) {
            return noted;
        }
        // Where there is no print program, the viewer has a print dialog.
        if cfg!(unix)
            && Command::new("lp")
                .arg("--")
                .arg(path)
                .status()
                .is_ok_and(|status| status.success())
        {
            return Ok(());
        }
        open::that_detached(path).map_err(|error| error.to_string())
    }

    fn notify(&self, title: &str, text: &str) -> Result<(), String> {
        self.note(&format!("notify {title}: {text}"))
            .unwrap_or_else(|| crate::notices::show(title, text))
    }

    fn metered(&self) -> Option<watch::Receiver<bool>> {
        self.metered.clone()
    }

    fn pick_files(&self, pick: Pick) -> BoxFuture<'static, Vec<PathBuf>> {
        if let Some(answer) = self.answer() {
            return Box::pin(std::future::ready(answer.open.into()));
        }
        Box::pin(async move {
            let dialog = AsyncFileDialog::new()
                .add_filter(pick.endings.join(", ").to_uppercase(), &pick.endings);
            let files = if pick.several {
                dialog.pick_files().await
            } else {
                dialog.pick_file().await.map(|file| vec![file])
            };
            files
                .unwrap_or_default()
                .into_iter()
                .map(|file| file.path().to_owned())
                .collect()
        })
    }

    fn pick_folder(&self) -> BoxFuture<'static, Option<PathBuf>> {
        if let Some(answer) = self.answer() {
            return Box::pin(std::future::ready(answer.folder));
        }
        Box::pin(async {
            AsyncFileDialog::new()
                .pick_folder()
                .await
                .map(|folder| folder.path().to_owned())
        })
    }

    fn save_as(&self, name: &str) -> BoxFuture<'static, Option<PathBuf>> {
        if let Some(answer) = self.answer() {
            return Box::pin(std::future::ready(answer.save));
        }
        let dialog = AsyncFileDialog::new().set_file_name(name);
        Box::pin(async move { dialog.save_file().await.map(|file| file.path().to_owned()) })
    }
}
