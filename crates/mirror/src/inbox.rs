use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::InboxEvent;
use crate::look::{FolderId, folder_id, look};
use crate::tracker::Tracker;
use crate::watcher::{Hints, Watch, probe};

/// A scan folder under watch, until dropped.
pub struct ScanInbox {
    hints: Arc<Hints>,
    task: JoinHandle<()>,
}

/// How long things take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// How long a file has to stay the same before it counts.
    pub quiet: Duration,
    /// Between looks at a folder whose changes are not told, or that is lost.
    pub poll: Duration,
    /// Between looks at a folder whose changes are told, which also misses some.
    pub full: Duration,
    /// How long a change may take to be told when the folder is tried out; with zero only intervals count.
    pub probe: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            quiet: Duration::from_millis(700),
            poll: Duration::from_secs(3),
            full: Duration::from_secs(60 * 60),
            probe: Duration::from_secs(2),
        }
    }
}

/// Why a folder cannot be watched at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MirrorError {
    /// The path is no folder's.
    #[error("watching {path}: it is a file; choose a folder")]
    NotAFolder {
        /// Which path.
        path: PathBuf,
    },
    /// The path cannot be made sense of.
    #[error("watching the scan folder: {0}")]
    Io(#[from] io::Error),
    /// Called outside of a tokio runtime.
    #[error("watching the scan folder: there is no runtime to do it on")]
    NoRuntime,
}

impl ScanInbox {
    /// Watches a folder and tells what happens in it. One that is not there is [`InboxEvent::FolderLost`] until it comes.
    ///
    /// # Errors
    /// See [`MirrorError`].
    pub fn watch(
        folder: impl AsRef<Path>,
        events: mpsc::Sender<InboxEvent>,
    ) -> Result<Self, MirrorError> {
        Self::watch_with(folder, events, Timing::default())
    }

    /// The same with other times.
    ///
    /// # Errors
    /// See [`MirrorError`].
    pub fn watch_with(
        folder: impl AsRef<Path>,
        events: mpsc::Sender<InboxEvent>,
        timing: Timing,
    ) -> Result<Self, MirrorError> {
        let runtime = Handle::try_current().map_err(|_| MirrorError::NoRuntime)?;
        let folder = std::path::absolute(folder)?;
        if folder.is_file() {
            return Err(MirrorError::NotAFolder { path: folder });
        }
        let hints = Arc::new(Hints::default());
        let keeper = Keeper {
            folder,
            events,
            timing,
            hints: Arc::clone(&hints),
            tracker: Tracker::new(timing.quiet),
            begun: Instant::now(),
            watched: None,
            lost: false,
        };
        let task = runtime.spawn(async move {
            // Ends when nobody listens any more.
            let Err(Deaf) = keeper.run().await;
        });
        Ok(Self { hints, task })
    }

    /// Looks at the folder now, as after the machine woke up.
    pub fn scan_now(&self) {
        self.hints.nudge();
    }
}

impl Drop for ScanInbox {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Looks after one folder.
struct Keeper {
    folder: PathBuf,
    events: mpsc::Sender<InboxEvent>,
    timing: Timing,
    hints: Arc<Hints>,
    tracker: Tracker,
    begun: Instant,
    watched: Option<Watched>,
    lost: bool,
}

/// The folder under watch, as distinct from one that may later have its name.
struct Watched {
    id: FolderId,
    /// Nothing when the system does not tell of changes here.
    watch: Option<Watch>,
}

/// The receiver of the events is gone.
struct Deaf;

enum Never {}

impl Keeper {
    async fn run(mut self) -> Result<Never, Deaf> {
        loop {
            self.see_to_the_watch().await?;
            let (touched, failed) = self.hints.take();
            if failed && let Some(watched) = &mut self.watched {
                watched.watch = None;
            }
            if self.watched.is_some() {
                self.look(touched).await?;
            }
            self.wait().await?;
        }
    }

    /// Watches the folder that has the name now.
    async fn see_to_the_watch(&mut self) -> Result<(), Deaf> {
        let found = folder_id(&self.folder);
        if self.watched.as_ref().map(|watched| &watched.id) == found.as_ref()
            && (found.is_some() || self.lost)
        {
            return Ok(());
        }
        let was_watched = self.watched.take().is_some();
        let Some(id) = found else {
            return self.lose().await;
        };
        if was_watched {
            // Another folder took the name: that the first was lost was only not seen.
            self.lose().await?;
        }
        if std::mem::take(&mut self.lost) {
            self.tell(InboxEvent::FolderBack).await?;
        }
        let watch = self.begin_to_watch().await;
        self.watched = Some(Watched { id, watch });
        Ok(())
    }

    async fn begin_to_watch(&self) -> Option<Watch> {
        if self.timing.probe.is_zero() {
            return None;
        }
        let (folder, hints) = (self.folder.clone(), Arc::clone(&self.hints));
        // Watching a deep tree takes the system a while.
        let watch = tokio::task::spawn_blocking(move || Watch::begin(&folder, &hints))
            .await
            .ok()??;
        if probe(&self.folder, &self.hints, self.timing.probe).await {
            Some(watch)
        } else {
            tracing::info!("the scan folder does not tell of changes; looking at intervals");
            None
        }
    }

    async fn lose(&mut self) -> Result<(), Deaf> {
        self.watched = None;
        self.tracker.clear();
        self.lost = true;
        self.tell(InboxEvent::FolderLost).await
    }

    async fn look(&mut self, touched: BTreeSet<PathBuf>) -> Result<(), Deaf> {
        let now = self.begun.elapsed();
        let folder = self.folder.clone();
        match tokio::task::spawn_blocking(move || look(&folder)).await {
            Ok(Ok(look)) => {
                for event in self.tracker.observe(look, &touched, now) {
                    self.tell(event).await?;
                }
                Ok(())
            }
            // Gone, or not to be read: nothing can be said of what is in it.
            Ok(Err(error)) => {
                tracing::info!(error = %error.kind(), "the scan folder cannot be read");
                self.lose().await
            }
            Err(_) => Ok(()),
        }
    }

    /// Waits for a hint, or until a look is due by itself.
    async fn wait(&self) -> Result<(), Deaf> {
        let told = self
            .watched
            .as_ref()
            .is_some_and(|watched| watched.watch.is_some());
        let interval = if told {
            self.timing.full
        } else {
            self.timing.poll
        };
        let now = self.begun.elapsed();
        let breath = self.timing.quiet / 8;
        let mut due = now.saturating_add(interval);
        if let Some(settles) = self.tracker.next_look() {
            // Overdue while a folder within cannot be read: that must not become a busy loop.
            due = due.min(settles.max(now.saturating_add(breath)));
        }
        tokio::select! {
            () = self.events.closed() => Err(Deaf),
            () = tokio::time::sleep_until(self.begun + due) => Ok(()),
            () = self.hints.arrived() => {
                // Hints come in swarms; one look answers them all.
                tokio::time::sleep(breath).await;
                Ok(())
            }
        }
    }

    async fn tell(&self, event: InboxEvent) -> Result<(), Deaf> {
        self.events.send(event).await.map_err(|_| Deaf)
    }
}
