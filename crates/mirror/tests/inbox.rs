//! The scan inbox on a real folder.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests")]

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use hoso_mirror::{InboxEvent, MirrorError, ScanInbox, Timing};
use tempfile::TempDir;
use tokio::sync::mpsc;

/// Quick, with looks of its own so rare that only hints can be what a test sees.
const TOLD: Timing = Timing {
    quiet: Duration::from_millis(150),
    poll: Duration::from_millis(100),
    full: Duration::from_secs(3600),
    probe: Duration::from_secs(2),
};
/// No patience for the probe: looks at intervals, as on a network drive.
const SILENT: Timing = Timing {
    probe: Duration::ZERO,
    ..TOLD
};

struct Scene {
    inbox: ScanInbox,
    events: mpsc::Receiver<InboxEvent>,
    root: PathBuf,
}

impl Scene {
    fn watch(root: &Path, timing: Timing) -> Self {
        let (sender, events) = mpsc::channel(16);
        Self {
            inbox: ScanInbox::watch_with(root, sender, timing).unwrap(),
            events,
            root: root.to_owned(),
        }
    }

    /// The next event in short: `+name size`, `*name size`, `-name`, `lost`, `back`.
    async fn next(&mut self) -> String {
        let event = tokio::time::timeout(Duration::from_secs(20), self.events.recv());
        let within = |path: &Path| path.strip_prefix(&self.root).unwrap().display().to_string();
        match event.await.expect("nothing was told").unwrap() {
            InboxEvent::Added(item) => format!("+{} {}", within(&item.path), item.size),
            InboxEvent::Changed(item) => format!("*{} {}", within(&item.path), item.size),
            InboxEvent::Removed(path) => format!("-{}", within(&path)),
            InboxEvent::FolderLost => "lost".to_owned(),
            InboxEvent::FolderBack => "back".to_owned(),
        }
    }

    /// Nothing is told for three times the quiet time.
    async fn silent(&mut self) {
        let event = tokio::time::timeout(TOLD.quiet * 3, self.events.recv()).await;
        assert!(event.is_err(), "{event:?}");
    }

    fn write(&self, name: &str, content: &str) {
        fs::write(self.root.join(name), content).unwrap();
    }

    /// What an editor does: the whole file beside, then in place of the old one.
    fn save(&self, name: &str, content: &str) {
        self.write("saving.tmp", content);
        fs::rename(self.root.join("saving.tmp"), self.root.join(name)).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_that_are_there_come_change_and_go_are_told() {
    for timing in [TOLD, SILENT] {
        let dir = TempDir::new().unwrap();
        fs::write(dir.path().join("before.pdf"), "1").unwrap();
        let mut scene = Scene::watch(dir.path(), timing);
        assert_eq!(scene.next().await, "+before.pdf 1");
        scene.save("one.pdf", "12");
        assert_eq!(scene.next().await, "+one.pdf 2");
        scene.save("one.pdf", "123");
        assert_eq!(scene.next().await, "*one.pdf 3");
        scene.write("~$one.pdf", "x");
        scene.write("letter.docx", "x");
        scene.write("next.pdf.part", "x");
        scene.silent().await;
        fs::remove_file(dir.path().join("before.pdf")).unwrap();
        assert_eq!(scene.next().await, "-before.pdf");
        scene.silent().await;
        let left = fs::read_dir(dir.path()).unwrap().count();
        assert_eq!(left, 4, "nothing of ours stays in the folder");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_made_and_filled_at_once_is_not_missed() {
    let dir = TempDir::new().unwrap();
    let mut scene = Scene::watch(dir.path(), TOLD);
    scene.write("ready.pdf", "x");
    assert_eq!(scene.next().await, "+ready.pdf 1");
    for round in 0..12 {
        let inner = dir.path().join(format!("{round}/a/b"));
        fs::create_dir_all(&inner).unwrap();
        fs::write(inner.join("scan.png"), "png").unwrap();
        assert_eq!(scene.next().await, format!("+{round}/a/b/scan.png 3"));
    }
    // A folder that came later is watched like the others.
    tokio::time::sleep(TOLD.quiet).await;
    scene.write("0/a/b/later.pdf", "x");
    assert_eq!(scene.next().await, "+0/a/b/later.pdf 1");
}

#[tokio::test(flavor = "multi_thread")]
async fn twelve_thousand_files_at_once_while_nobody_listens_are_each_told_of() {
    const MANY: usize = 12_000;
    let dir = TempDir::new().unwrap();
    let mut scene = Scene::watch(dir.path(), TOLD);
    scene.write("ready.pdf", "x");
    assert_eq!(scene.next().await, "+ready.pdf 1");
    let inner = dir.path().join("a/b");
    fs::create_dir_all(&inner).unwrap();
    for number in 0..MANY {
        fs::write(inner.join(format!("{number}.pdf")), "x").unwrap();
    }
    // Longer than everything waits for; the events have room for a few only.
    tokio::time::sleep(TOLD.quiet * 4).await;
    let mut told = BTreeSet::new();
    while told.len() < MANY {
        assert!(told.insert(scene.next().await), "told twice");
    }
    assert!(told.contains("+a/b/11999.pdf 1"));
    scene.silent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_grows_slowly_is_offered_once_when_it_is_finished() {
    let dir = TempDir::new().unwrap();
    // Far apart, so that a busy machine does not make a pause in the writing look like its end.
    let quiet = Timing::default().quiet;
    let mut scene = Scene::watch(dir.path(), Timing { quiet, ..TOLD });
    let mut file = fs::File::create(dir.path().join("slow.pdf")).unwrap();
    for _ in 0..20 {
        file.write_all(b"page").unwrap();
        tokio::time::sleep(quiet / 8).await;
        assert!(
            scene.events.try_recv().is_err(),
            "offered before it was finished"
        );
    }
    assert_eq!(scene.next().await, "+slow.pdf 80");
    scene.silent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_folder_is_no_deletion_and_comes_back() {
    for timing in [TOLD, SILENT] {
        let dir = TempDir::new().unwrap();
        let root = dir.path().join("scans");
        let mut scene = Scene::watch(&root, timing);
        assert_eq!(scene.next().await, "lost");
        fs::create_dir(&root).unwrap();
        assert_eq!(scene.next().await, "back");
        scene.write("one.pdf", "1");
        assert_eq!(scene.next().await, "+one.pdf 1");

        // Unplugged and plugged in again.
        let away = dir.path().join("away");
        fs::rename(&root, &away).unwrap();
        assert_eq!(scene.next().await, "lost");
        scene.silent().await;
        fs::rename(&away, &root).unwrap();
        assert_eq!(scene.next().await, "back");
        assert_eq!(scene.next().await, "+one.pdf 1");

        // Another folder takes the name at once.
        fs::rename(&root, &away).unwrap();
        fs::create_dir(&root).unwrap();
        assert_eq!(scene.next().await, "lost");
        assert_eq!(scene.next().await, "back");
        scene.write("two.pdf", "22");
        assert_eq!(scene.next().await, "+two.pdf 2");
        scene.silent().await;
    }
}

/// Every file below a folder: its name, bytes and time.
fn contents(root: &Path) -> BTreeSet<(PathBuf, Vec<u8>, SystemTime)> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            let modified = fs::metadata(&path).unwrap().modified().unwrap();
            found.insert((path.clone(), fs::read(&path).unwrap(), modified));
        }
    }
    found
}

/// Nextcloud #9259 wiped a folder that was linked while it had files, #260 deleted what was only unplugged.
#[tokio::test(flavor = "multi_thread")]
async fn linking_unplugging_and_unlinking_change_no_file() {
    let dir = TempDir::new().unwrap();
    let (root, away) = (dir.path().join("scans"), dir.path().join("away"));
    fs::create_dir_all(root.join("in/ner")).unwrap();
    for number in 0..30 {
        fs::write(root.join(format!("{number}.pdf")), format!("{number}")).unwrap();
        fs::write(root.join(format!("in/ner/{number}.png")), "png").unwrap();
    }
    fs::write(root.join("letter.docx"), "no paper of ours").unwrap();
    let before = contents(&root);
    for timing in [TOLD, SILENT] {
        let mut scene = Scene::watch(&root, timing);
        for _ in 0..60 {
            assert!(scene.next().await.starts_with('+'));
        }
        fs::rename(&root, &away).unwrap();
        assert_eq!(scene.next().await, "lost");
        fs::rename(&away, &root).unwrap();
        assert_eq!(scene.next().await, "back");
        drop(scene);
        assert_eq!(contents(&root), before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_on_demand_needs_no_hint() {
    let dir = TempDir::new().unwrap();
    let rare = Timing {
        poll: Duration::from_secs(3600),
        ..SILENT
    };
    let mut scene = Scene::watch(dir.path(), rare);
    // Past the first look.
    tokio::time::sleep(Duration::from_millis(300)).await;
    scene.write("one.pdf", "1");
    scene.silent().await;
    scene.inbox.scan_now();
    assert_eq!(scene.next().await, "+one.pdf 1");
}

#[tokio::test]
async fn a_file_is_no_folder() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("file");
    fs::write(&path, "").unwrap();
    let (sender, _events) = mpsc::channel(1);
    assert!(matches!(
        ScanInbox::watch(path, sender),
        Err(MirrorError::NotAFolder { .. })
    ));
}
