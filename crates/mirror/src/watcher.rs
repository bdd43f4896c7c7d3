//! What the system says about changes in the folder, gathered until somebody has time for it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use notify::{
    Config, ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _,
};
use tokio::sync::Notify;

/// The file by which the folder is tried; its dot keeps it out of every look.
const PROBE: &str = ".hoso-probe";

/// The hints gathered since they were last taken.
#[derive(Default)]
pub(crate) struct Hints {
    gathered: Mutex<Gathered>,
    arrived: Notify,
}

#[derive(Default)]
struct Gathered {
    touched: BTreeSet<PathBuf>,
    /// The system's watch is broken: from now on it takes looks at intervals.
    failed: bool,
    probed: bool,
}

impl Hints {
    /// Asks for a look, without a reason.
    pub(crate) fn nudge(&self) {
        self.arrived.notify_one();
    }

    /// Waits until there is a hint.
    pub(crate) async fn arrived(&self) {
        self.arrived.notified().await;
    }

    /// The touched paths, and whether the watch broke, since this was last asked.
    pub(crate) fn take(&self) -> (BTreeSet<PathBuf>, bool) {
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        (
            std::mem::take(&mut gathered.touched),
            std::mem::take(&mut gathered.failed),
        )
    }

    fn note(&self, event: notify::Result<Event>) {
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            // Reading a paper is no change to it, and looks read too.
            Ok(event) if matches!(event.kind, EventKind::Access(_)) => return,
            Ok(event) => {
                for path in event.paths {
                    gathered.probed |= is_probe(&path);
                    gathered.touched.insert(path);
                }
            }
            Err(error) => {
                tracing::warn!(
                    error = kind(&error),
                    "watching the scan folder; looking at intervals from now on"
                );
                gathered.failed = true;
            }
        }
        drop(gathered);
        self.nudge();
    }

    /// Whether a probe was told of since this was last asked.
    fn take_probed(&self) -> bool {
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut gathered.probed)
    }
}

/// What a log may say of it: its words end with the names of what lies in the folder.
fn kind(error: &notify::Error) -> String {
    match &error.kind {
        ErrorKind::Io(error) => error.kind().to_string(),
        ErrorKind::Generic(_) => "generic".to_owned(),
        ErrorKind::PathNotFound => "not found".to_owned(),
        ErrorKind::WatchNotFound => "no such watch".to_owned(),
        ErrorKind::InvalidConfig(_) => "configuration".to_owned(),
        ErrorKind::MaxFilesWatch => "too many watches".to_owned(),
    }
}

/// A watch on one folder, until dropped.
pub(crate) struct Watch {
    _watcher: RecommendedWatcher,
}

impl Watch {
    /// Begins to watch; nothing when the system cannot.
    pub(crate) fn begin(folder: &Path, hints: &Arc<Hints>) -> Option<Self> {
        let hints = Arc::clone(hints);
        let config = Config::default().with_follow_symlinks(false);
        let watcher = RecommendedWatcher::new(move |event| hints.note(event), config).and_then(
            |mut watcher| {
                watcher.watch(folder, RecursiveMode::Recursive)?;
                Ok(watcher)
            },
        );
        match watcher {
            Ok(watcher) => Some(Self { _watcher: watcher }),
            Err(error) => {
                tracing::warn!(
                    error = kind(&error),
                    "no watch on the scan folder; looking at intervals"
                );
                None
            }
        }
    }
}

/// Finds out by a file of its own whether changes in the folder are told: network drives often say nothing.
///
/// A folder that cannot be written is taken for one that says nothing.
pub(crate) async fn probe(folder: &Path, hints: &Hints, patience: Duration) -> bool {
    let path = folder.join(PROBE);
    hints.take_probed();
    let told = async {
        while !hints.take_probed() {
            hints.arrived().await;
        }
    };
    let written = fs::write(&path, []).is_ok();
    let told = written && tokio::time::timeout(patience, told).await.is_ok();
    let _ = fs::remove_file(&path);
    told
}

fn is_probe(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == PROBE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_gets_no_name_of_a_file() {
        let broken = std::io::Error::from(std::io::ErrorKind::NotFound);
        for error in [notify::Error::io(broken), notify::Error::path_not_found()] {
            let error = error.add_path("/quét/Giấy chứng sinh của An.pdf".into());
            assert!(error.to_string().contains("của An"));
            assert!(!kind(&error).contains("An"), "{}", kind(&error));
        }
    }
}
