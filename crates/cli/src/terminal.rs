//! The world of a shell: the real clock, a browser if there is one, no dialogs.

use std::env;
use std::path::{Path, PathBuf};

use futures_util::future::BoxFuture;
use hoso_app::{Clock, Headless, Host, Pick};
use jiff::Timestamp;
use uuid::Uuid;

/// See the module.
pub(crate) struct Terminal(Headless);

impl Terminal {
    pub(crate) fn new() -> Self {
        Self(Headless::new(Clock::system()))
    }
}

impl Host for Terminal {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn uuid(&self) -> Uuid {
        self.0.uuid()
    }

    fn open_url(&self, url: &str) -> Result<(), String> {
        open::that_detached(url).map_err(|error| error.to_string())
    }

    fn open_file(&self, path: &Path) -> Result<(), String> {
        self.0.open_file(path)
    }

    fn print_file(&self, path: &Path) -> Result<(), String> {
        self.0.print_file(path)
    }

    fn notify(&self, title: &str, text: &str) -> Result<(), String> {
        self.0.notify(title, text)
    }

    fn pick_files(&self, pick: Pick) -> BoxFuture<'static, Vec<PathBuf>> {
        self.0.pick_files(pick)
    }

    fn pick_folder(&self) -> BoxFuture<'static, Option<PathBuf>> {
        self.0.pick_folder()
    }

    fn save_as(&self, name: &str) -> BoxFuture<'static, Option<PathBuf>> {
        self.0.save_as(name)
    }
}

/// Where the window keeps its profiles too.
pub(crate) fn usual_home() -> Option<PathBuf> {
    hoso_app::usual_home(|name| env::var_os(name))
}
