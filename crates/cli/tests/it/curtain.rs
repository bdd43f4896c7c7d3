//! Locked by itself, because nobody is there: what waits to be sent still leaves, and nobody sees or does anything.

use std::future::ready;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hoso_app::view::{AppInfo, LockState, PaperFormat, Settings};
use hoso_app::{App, AppError, Clock, Config, Headless, Host, KdfCost, Pick};
use hoso_dossier::{DossierId, DraftId};
use hoso_sandbox::testing::{CITIZEN, faults};
use hoso_sandbox::{FaultKind, FaultUpdate, OneShot};
use jiff::Timestamp;
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::person::{EXTRACT, PIN, Person};
use crate::portal::Portal;
use crate::samples;

/// A little after the samples' day began: left alone since.
const LATER: &str = "2026-11-21T04:00:00Z";

const LOCKED_WITH_ONE: (LockState, u32, u32) = (LockState::Locked, 1, 0);

type Later<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A desktop that keeps what the system was told, and has a dialog that nobody has answered yet.
struct Desktop {
    headless: Headless,
    told: Arc<Mutex<Vec<String>>>,
    save: Mutex<Option<oneshot::Receiver<PathBuf>>>,
}

impl Host for Desktop {
    fn now(&self) -> Timestamp {
        self.headless.now()
    }

    fn uuid(&self) -> Uuid {
        self.headless.uuid()
    }

    fn open_url(&self, _url: &str) -> Result<(), String> {
        Ok(())
    }

    fn open_file(&self, _path: &Path) -> Result<(), String> {
        Ok(())
    }

    fn print_file(&self, _path: &Path) -> Result<(), String> {
        Ok(())
    }

    fn notify(&self, title: &str, text: &str) -> Result<(), String> {
        self.told.lock().unwrap().push(format!("{title}: {text}"));
        Ok(())
    }

    fn pick_files(&self, _pick: Pick) -> Later<Vec<PathBuf>> {
        Box::pin(ready(vec![]))
    }

    fn pick_folder(&self) -> Later<Option<PathBuf>> {
        Box::pin(ready(None))
    }

    fn save_as(&self, _name: &str) -> Later<Option<PathBuf>> {
        let save = self.save.lock().unwrap().take();
        Box::pin(async move { save?.await.ok() })
    }
}

/// A window on the profile of somebody who has sealed dossiers without a network.
struct Window {
    an: Person,
    app: Arc<App>,
    id: String,
    told: Arc<Mutex<Vec<String>>>,
    save: Mutex<Option<oneshot::Sender<PathBuf>>>,
}

impl Window {
    async fn open<const COUNT: usize>(portal: &mut Portal) -> (Self, [DossierId; COUNT]) {
        let an = Person::quick(Some(&portal.url)).await;
        an.turn_clock_to(samples::TODAY);
        an.sign_in(&CITIZEN).await;
        an.sync();
        let drafts = [(); COUNT].map(|()| an.birth_draft());
        portal.stop().await;
        let sealed = drafts.map(|draft| an.seal(&draft));
        let told = Arc::default();
        let (save, answer) = oneshot::channel();
        let desktop = Desktop {
            headless: Headless::new(Clock::turned_by(an.path("clock"))),
            told: Arc::clone(&told),
            save: Mutex::new(Some(answer)),
        };
        let config = Config {
            home: an.home(),
            portal: Some(portal.url.parse().unwrap()),
            kdf: KdfCost::LEAST,
        };
        let app = App::new(config, Arc::new(desktop)).unwrap();
        let id = app.app_info().await.unwrap().profiles[0].id.clone();
        let window = Self {
            an,
            app,
            id,
            told,
            save: Mutex::new(Some(save)),
        };
        window.unlock(PIN).await.unwrap();
        (window, sealed)
    }

    async fn unlock(&self, pin: &str) -> Result<AppInfo, AppError> {
        self.app.profile_unlock(self.id.clone(), pin.into()).await
    }

    /// Nobody touches it for longer than it stays open.
    async fn leave_alone(&self) {
        let mut changes = self.app.changes();
        self.an.turn_clock_to(LATER);
        while self.locked().await == (LockState::Open, 0, 0) {
            let _ = changes.recv().await;
        }
    }

    /// How it stands, how many dossiers are still being sent, and how many wait until it is opened.
    async fn locked(&self) -> (LockState, u32, u32) {
        let info = self.app.app_info().await.unwrap();
        (
            info.lock,
            info.profiles[0].sending,
            info.profiles[0].waiting,
        )
    }

    async fn until(&self, stands: (LockState, u32, u32)) {
        let mut changes = self.app.changes();
        while self.locked().await != stands {
            let _ = changes.recv().await;
        }
    }

    /// Another program can open the profile: nothing of it is open here.
    async fn until_closed(&self, dossier: DossierId) {
        let show = ["dossier", "show", &dossier.to_string()];
        while let Some(refused) = self.an.refused_or_ok(&show) {
            assert_eq!(refused["code"], "lock.in_use");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// The code that something was refused with.
fn refused<T>(answer: Result<T, AppError>) -> String {
    answer
        .err()
        .map_or("done".into(), |error| error.view().code)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_leaves_behind_the_curtain_and_then_the_profile_closes() {
    let mut portal = Portal::up().await;
    let (window, [one, other]) = Window::open(&mut portal).await;
    let app = &window.app;
    let somebody = app.app_info().await.unwrap();
    let draft: DraftId = app.draft_create(EXTRACT.into()).await.unwrap().id;
    app.paper_open(draft).await.unwrap();
    let shown = window.an.home().join("shown");
    assert!(shown.is_dir());
    // A dialog is open when the person goes away.
    let saving = {
        let app = Arc::clone(app);
        tokio::spawn(async move { app.paper_export(draft, PaperFormat::Pdf).await })
    };
    window.leave_alone().await;
    assert_eq!(window.locked().await, (LockState::Locked, 2, 0));
    assert!(!shown.exists());

    // Nothing of the person is told, nothing of theirs can be read or changed.
    let info = app.app_info().await.unwrap();
    assert!(info.profile.is_none() && info.portal_profile.is_none());
    let details = somebody.profile.unwrap();
    let commands = [
        ("dossiers", refused(app.dossiers(None, String::new()).await)),
        ("dossier", refused(app.dossier(one).await)),
        ("send", refused(app.dossier_send_now(one).await)),
        ("cancel", refused(app.dossier_cancel(one).await)),
        ("due", refused(app.due().await)),
        ("draft_open", refused(app.draft_open(draft).await)),
        (
            "draft_create",
            refused(app.draft_create(EXTRACT.into()).await),
        ),
        ("draft_discard", refused(app.draft_discard(draft).await)),
        ("preview", refused(app.paper_preview(draft).await)),
        ("vault", refused(app.vault_list(false).await)),
        ("sync_info", refused(app.sync_info().await)),
        ("sync_pause", refused(app.sync_pause(true).await)),
        ("batches", refused(app.batches().await)),
        ("sharing", refused(app.sharing().await)),
        ("stick_keys", refused(app.stick_keys().await)),
        ("inbox", refused(app.inbox_list().await)),
        ("sign_in", refused(app.sign_in().await)),
        ("sign_out", refused(app.sign_out().await)),
        ("profile", refused(app.profile_update(details).await)),
        (
            "pin",
            refused(app.pin_change(PIN.into(), "975318".into()).await),
        ),
    ];
    for (command, code) in commands {
        assert_eq!(code, "lock.locked", "{command}");
    }
    // Whoever answers the dialog now gets no paper.
    let paper = window.an.path("to-khai.pdf");
    let answer = window.save.lock().unwrap().take().unwrap();
    answer.send(paper.clone()).unwrap();
    assert!(saving.await.unwrap().unwrap().is_none());
    assert!(!paper.exists());

    // The network is back: one leaves; the other is held up, and the profile stays open for it.
    let held = OneShot {
        times: 1000,
        ..OneShot::at(format!("/v1/dossiers/{other}"), FaultKind::Status)
    };
    portal.start().await;
    faults(&portal.url, &held.into()).await.unwrap();
    window.until(LOCKED_WITH_ONE).await;
    let news = "Hồ sơ 1: Có tin mới về một hồ sơ. Mở khóa để xem.";
    loop {
        let told = window.told.lock().unwrap().clone();
        assert!(told.iter().all(|notice| notice.starts_with("Hồ sơ 1: ")));
        assert!(told.iter().all(|notice| !notice.contains("Mã hồ sơ")));
        if told.iter().any(|notice| notice == news) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let clear = FaultUpdate {
        clear: true,
        ..FaultUpdate::default()
    };
    faults(&portal.url, &clear).await.unwrap();
    window.until((LockState::Locked, 0, 0)).await;
    let holds = portal.holds().await;
    assert!(holds.has(one) && holds.has(other));
    holds.assert_once();
    window.until_closed(one).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_right_pin_lifts_the_curtain_and_locking_by_hand_closes_wholly() {
    let mut portal = Portal::up().await;
    let (window, [one]) = Window::open(&mut portal).await;
    window.leave_alone().await;
    assert_eq!(window.locked().await, LOCKED_WITH_ONE);
    for _ in 0..3 {
        assert_eq!(refused(window.unlock("135790").await), "lock.wrong_pin");
    }
    // Counted as at any lock: the right one waits now, too.
    assert_eq!(refused(window.unlock(PIN).await), "lock.too_soon");
    window.an.turn_clock_to("2026-11-21T04:10:00Z");
    let info = window.unlock(PIN).await.unwrap();
    assert_eq!(info.profile.unwrap().name, "Nguyễn Thị An");
    assert_eq!(window.locked().await, (LockState::Open, 0, 0));
    assert_eq!(window.app.sync_info().await.unwrap().queue.len(), 1);

    // It falls again, and again when the window itself says that nobody is there.
    window.app.profile_lock_idle().await.unwrap();
    window.app.profile_lock_idle().await.unwrap();
    assert_eq!(window.locked().await, LOCKED_WITH_ONE);
    window.app.profile_lock().await.unwrap();
    assert_eq!(window.locked().await, (LockState::Locked, 0, 1));
    window.until_closed(one).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shared_computer_or_nothing_to_send_closes_wholly() {
    let mut portal = Portal::up().await;
    let (window, [one]) = Window::open(&mut portal).await;
    let app = &window.app;
    let settings = app.app_info().await.unwrap().settings;
    assert!(settings.send_while_locked);
    let careful = Settings {
        send_while_locked: false,
        ..settings.clone()
    };
    app.settings_update(careful).await.unwrap();
    window.leave_alone().await;
    assert_eq!(window.locked().await, (LockState::Locked, 0, 1));
    window.until_closed(one).await;

    // Held back by the person, nothing would be sent behind the curtain either.
    window.unlock(PIN).await.unwrap();
    app.settings_update(settings).await.unwrap();
    app.sync_pause(true).await.unwrap();
    app.profile_lock_idle().await.unwrap();
    assert_eq!(window.locked().await, (LockState::Locked, 0, 1));
    window.until_closed(one).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changed_details_leave_behind_the_curtain_too() {
    let mut portal = Portal::up().await;
    let (window, []) = Window::open(&mut portal).await;
    let app = &window.app;
    let mut details = app.app_info().await.unwrap().profile.unwrap();
    details.email = "moi@vidu.vn".into();
    app.profile_update(details).await.unwrap();
    window.leave_alone().await;
    let show = ["profile", "portal"];
    assert_eq!(window.an.refused(&show).code, "lock.in_use");
    portal.start().await;
    let told = loop {
        match window.an.refused_or_ok(&show) {
            Some(refused) => assert_eq!(refused["code"], "lock.in_use"),
            None => break window.an.ok(&show),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!(told["state"], "same");
    assert_eq!(told["portal"]["data"]["email"], "moi@vidu.vn");
}
