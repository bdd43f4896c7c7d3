//! A profile in a folder of its own, on a clock that can be turned.

pub(crate) mod portal;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use hoso_app::view::{NewProfile, ProfileDetails, ProfileKind};
use hoso_app::{App, Clock, Config, Headless, Host, KdfCost, Pick};
use jiff::Timestamp;
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) const PIN: &str = "246810";

/// When the samples are filled in: the form packs are good for a time only.
pub(crate) fn today() -> Timestamp {
    "2026-11-21T03:00:00Z".parse().unwrap()
}

/// It is another time now, and time goes on from there.
pub(crate) fn turn_clock_to(home: &Path, time: Timestamp) {
    let ahead = time.duration_since(Timestamp::now()).as_secs();
    std::fs::write(home.join("clock"), ahead.to_string()).unwrap();
}

pub(crate) fn app(home: &Path) -> Arc<App> {
    app_of(home, None)
}

/// With a portal at that address.
pub(crate) fn app_of(home: &Path, portal: Option<&str>) -> Arc<App> {
    let config = Config {
        home: home.to_owned(),
        portal: portal.map(|url| url.parse().unwrap()),
        kdf: KdfCost::LEAST,
    };
    let clock = Clock::turned_by(home.join("clock"));
    let desktop = Headless::new(clock);
    let pick = home.join("pick");
    App::new(config, Arc::new(Picking { desktop, pick })).unwrap()
}

/// The person picks this file in every dialog from now on.
pub(crate) fn pick(home: &Path, file: &Path) {
    std::fs::write(home.join("pick"), file.to_str().unwrap()).unwrap();
}

/// No desktop, but for the dialog that asks for files.
struct Picking {
    desktop: Headless,
    pick: PathBuf,
}

impl Host for Picking {
    fn now(&self) -> Timestamp {
        self.desktop.now()
    }

    fn uuid(&self) -> Uuid {
        self.desktop.uuid()
    }

    fn open_url(&self, url: &str) -> Result<(), String> {
        self.desktop.open_url(url)
    }

    fn open_file(&self, path: &Path) -> Result<(), String> {
        self.desktop.open_file(path)
    }

    fn print_file(&self, path: &Path) -> Result<(), String> {
        self.desktop.print_file(path)
    }

    fn notify(&self, title: &str, text: &str) -> Result<(), String> {
        use std::io::Write as _;
        let mut kept = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.pick.with_file_name("notices"))
            .unwrap();
        writeln!(kept, "{title}: {text}").unwrap();
        Ok(())
    }

    fn pick_files(&self, _pick: Pick) -> BoxFuture<'static, Vec<PathBuf>> {
        let picked = std::fs::read_to_string(&self.pick).map(PathBuf::from);
        Box::pin(std::future::ready(picked.into_iter().collect()))
    }

    fn pick_folder(&self) -> BoxFuture<'static, Option<PathBuf>> {
        self.desktop.pick_folder()
    }

    fn save_as(&self, name: &str) -> BoxFuture<'static, Option<PathBuf>> {
        self.desktop.save_as(name)
    }
}

/// Somebody who does not exist.
pub(crate) fn person() -> ProfileDetails {
    ProfileDetails {
        kind: ProfileKind::Citizen,
        name: "Nguyễn Thị An".into(),
        identity: "001090000001".into(),
        birth_date: "1990-01-01".into(),
        phone: "0900000001".into(),
        email: "an.nguyen@example.com".into(),
        province: "Tỉnh Quảng Ngãi".into(),
        commune: "Phường Hoa Ban".into(),
        address: "Số 12, đường Thử Nghiệm".into(),
    }
}

/// A new profile, open.
pub(crate) async fn profile() -> (TempDir, Arc<App>) {
    profile_of(person()).await
}

/// A new profile, open, with a portal at that address.
pub(crate) async fn profile_at(portal: &str) -> (TempDir, Arc<App>) {
    profile_with(person(), Some(portal)).await
}

/// The profile of somebody else, open.
pub(crate) async fn profile_of(details: ProfileDetails) -> (TempDir, Arc<App>) {
    profile_with(details, None).await
}

async fn profile_with(details: ProfileDetails, portal: Option<&str>) -> (TempDir, Arc<App>) {
    let home = TempDir::new().unwrap();
    turn_clock_to(home.path(), today());
    let app = app_of(home.path(), portal);
    let profile = NewProfile {
        label: String::new(),
        details,
        pin: PIN.into(),
        use_keyring: false,
    };
    app.profile_create(profile).await.unwrap();
    (home, app)
}

/// The program ended and was started again.
pub(crate) async fn restarted(home: &TempDir, old: Arc<App>) -> Arc<App> {
    old.profile_lock().await.unwrap();
    drop(old);
    let app = app(home.path());
    let profiles = app.app_info().await.unwrap().profiles;
    app.profile_unlock(profiles[0].id.clone(), PIN.into())
        .await
        .unwrap();
    app
}
