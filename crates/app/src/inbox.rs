//! The scan inbox: a folder of the person's choice, whose new scans are offered to the open dossier.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use hoso_mirror::{InboxEvent, InboxItem, ScanInbox};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use crate::open::Open;
use crate::view::{InboxItemInfo, Settings};
use crate::{App, AppError, Topic, tell};

/// A folder under watch, and what lies in it that was not taken yet.
pub(crate) struct Inbox {
    folder: PathBuf,
    scans: Arc<RwLock<Scans>>,
    reading: AbortHandle,
    _watch: ScanInbox,
}

#[derive(Default)]
struct Scans {
    items: BTreeMap<PathBuf, InboxItem>,
    lost: bool,
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

impl Inbox {
    /// Watches a folder.
    pub(crate) fn watch(open: &Open, folder: &Path) -> Result<Self, AppError> {
        let (events, mut incoming) = mpsc::channel(256);
        let watch = ScanInbox::watch(folder, events)?;
        let scans = Arc::new(RwLock::new(Scans::default()));
        let (seen, changes) = (Arc::clone(&scans), open.changes.clone());
        let reading = tokio::spawn(async move {
            while let Some(event) = incoming.recv().await {
                seen.write()
                    .unwrap_or_else(PoisonError::into_inner)
                    .take(event);
                tell(&changes, &[Topic::Inbox]);
            }
        });
        Ok(Self {
            folder: folder.to_owned(),
            scans,
            reading: reading.abort_handle(),
            _watch: watch,
        })
    }

    fn scans(&self) -> std::sync::RwLockReadGuard<'_, Scans> {
        self.scans.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn name(&self, path: &Path) -> String {
        path.strip_prefix(&self.folder)
            .unwrap_or(path)
            .to_string_lossy()
            .into_owned()
    }
}

impl Scans {
    fn take(&mut self, event: InboxEvent) {
        match event {
            InboxEvent::Added(item) | InboxEvent::Changed(item) => {
                self.items.insert(item.path.clone(), item);
            }
            InboxEvent::Removed(path) => {
                self.items.remove(&path);
            }
            InboxEvent::FolderLost => {
                self.items.clear();
                self.lost = true;
            }
            InboxEvent::FolderBack => self.lost = false,
        }
    }
}

impl App {
    /// Asks the person for the folder to watch; `None` when they changed their mind.
    ///
    /// # Errors
    /// The folder can't be watched.
    pub async fn inbox_choose(&self) -> Result<Option<Settings>, AppError> {
        let open = self.open()?;
        let Some(folder) = self.host.pick_folder().await else {
            return Ok(None);
        };
        *open.inbox.lock().await = Some(Inbox::watch(&open, &folder)?);
        open.set_settings(Settings {
            scan_folder: Some(folder.to_string_lossy().into_owned()),
            ..open.settings()
        })
        .await?;
        open.tell(&[Topic::Inbox, Topic::App]);
        Ok(Some(open.settings()))
    }

    /// Stops watching.
    ///
    /// # Errors
    /// The disk is full.
    pub async fn inbox_stop(&self) -> Result<Settings, AppError> {
        let open = self.open()?;
        *open.inbox.lock().await = None;
        open.set_settings(Settings {
            scan_folder: None,
            ..open.settings()
        })
        .await?;
        open.tell(&[Topic::Inbox, Topic::App]);
        Ok(open.settings())
    }

    /// New scans, newest first.
    ///
    /// # Errors
    /// The watched folder is gone.
    pub async fn inbox_list(&self) -> Result<Vec<InboxItemInfo>, AppError> {
        let open = self.open()?;
        let inbox = open.inbox.lock().await;
        let Some(inbox) = inbox.as_ref() else {
            return Ok(Vec::new());
        };
        let scans = inbox.scans();
        if scans.lost {
            return Err(AppError::InboxLost(inbox.folder.display().to_string()));
        }
        let mut items: Vec<&InboxItem> = scans.items.values().collect();
        items.sort_by_key(|item| std::cmp::Reverse(item.modified));
        Ok(items
            .into_iter()
            .map(|item| InboxItemInfo {
                path: inbox.name(&item.path),
                name: item.name.clone(),
                size: item.size,
                media_type: item.media_type.to_owned(),
                modified_at: item.modified.to_string(),
            })
            .collect())
    }
}

impl Open {
    /// Where a scan lies; only what the inbox offers can be taken.
    pub(crate) async fn inbox_path(&self, name: &str) -> Result<PathBuf, AppError> {
        let inbox = self.inbox.lock().await;
        inbox
            .as_ref()
            .and_then(|inbox| {
                inbox
                    .scans()
                    .items
                    .keys()
                    .find(|path| inbox.name(path) == name)
                    .cloned()
            })
            .ok_or_else(|| AppError::NotFound {
                what: "scan",
                id: name.chars().take(120).collect(),
            })
    }

    /// A scan was taken into a dossier; it is not offered again. The file stays where it is.
    pub(crate) async fn inbox_taken(&self, name: &str) {
        let inbox = self.inbox.lock().await;
        if let Some(inbox) = inbox.as_ref() {
            let taken = |path: &PathBuf| inbox.name(path) == name;
            let mut scans = inbox.scans.write().unwrap_or_else(PoisonError::into_inner);
            scans.items.retain(|path, _| !taken(path));
        }
        self.tell(&[Topic::Inbox]);
    }
}
