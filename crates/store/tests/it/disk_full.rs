use std::fs;
use std::path::Path;
use std::process::Command;

use hoso_dossier::Sha256;
use hoso_store::{Home, KdfCost, StoreError, Unlock};
use serde_json::json;

use crate::{at, attachment, draft, pin, seal};

const CHILD: &str = "HOSO_STORE_TEST_DISK";

/// Runs itself with a disk of 4 MiB of its own, which goes away with the process.
#[tokio::test]
async fn a_full_disk_is_told_and_nothing_saved_is_lost() {
    if let Some(disk) = std::env::var_os(CHILD) {
        return fill(Path::new(&disk)).await;
    }
    let dir = tempfile::tempdir().unwrap();
    let mounted =
        "mount -t tmpfs -o size=4m hoso \"$HOSO_STORE_TEST_DISK\" || exit 99; exec \"$@\"";
    let output = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", mounted, "sh"])
        .arg(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "disk_full::a_full_disk_is_told_and_nothing_saved_is_lost",
            "--nocapture",
        ])
        .env(CHILD, dir.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    // Some systems let nobody mount anything; where it counts it must run.
    if !output.status.success() && !said.contains("panicked") && std::env::var_os("CI").is_none() {
        return eprintln!("not run, for want of a disk of its own: {said}");
    }
    assert!(output.status.success(), "{said}");
}

async fn fill(disk: &Path) {
    let home = Home::new(disk).with_cost(KdfCost::LEAST);
    let filler = disk.join("filler");
    fs::write(&filler, vec![1; 2 << 20]).unwrap();
    let right = pin("123456");
    let store = home.create("A", &right, false, at(0)).await.unwrap();
    let id = draft(&store, 1).await;
    let paper = vec![7; 100_000];
    store.put_bytes(&paper).await.unwrap();
    store
        .attach(&attachment(1, id, &paper), at(1))
        .await
        .unwrap();

    let mut kept = 0;
    let entry = json!({"text": "x".repeat(3000)});
    let full = loop {
        match store.append_log(id, &entry, at(2)).await {
            Ok(seq) => kept = seq,
            Err(error) => break error,
        }
    };
    assert!(matches!(full, StoreError::Full), "{full}");
    assert!(kept > 100, "{kept}");

    // Full, everything can be read, nothing half-done is left, and nobody is locked out.
    for round in 0..2 {
        let big = store.put_bytes(&vec![round; 500_000]).await;
        assert!(matches!(big, Err(StoreError::Full)));
        let sealed = store.seal(&seal(10, 1, id, vec![Sha256::of(&paper)])).await;
        assert!(sealed.is_ok() || matches!(sealed, Err(StoreError::Full)));
        assert!(sealed.is_err() || round == 1);
        assert_eq!(store.log(id).await.unwrap().len() as u64, kept);
        assert_eq!(store.read_blob(&Sha256::of(&paper)).await.unwrap(), paper);
        let profile = disk.join("profiles").join(store.id().to_string());
        assert_eq!(fs::read_dir(profile.join("tmp")).unwrap().count(), 0);
    }
    let changed = store.change_pin(&right, &pin("654321"), at(3)).await;
    assert!(changed.is_ok() || matches!(changed, Err(StoreError::Full)));
    let right = if changed.is_ok() {
        pin("654321")
    } else {
        right
    };
    store.close().await.unwrap();
    let wrong = home
        .unlock(store.id(), Unlock::Pin(&pin("000000")), at(4))
        .await;
    assert!(matches!(wrong, Err(StoreError::WrongPin { .. })));
    let store = home
        .unlock(store.id(), Unlock::Pin(&right), at(4))
        .await
        .unwrap();
    assert_eq!(store.log(id).await.unwrap().len() as u64, kept);

    // Filled up again while open, then given room: the same open store goes on.
    while store.append_log(id, &entry, at(5)).await.is_ok() {
        kept += 1;
    }
    fs::remove_file(filler).unwrap();
    for _ in 0..50 {
        kept += 1;
        assert_eq!(store.append_log(id, &entry, at(6)).await.unwrap(), kept);
    }
    store.put_bytes(&vec![9; 500_000]).await.unwrap();
    store
        .seal(&seal(10, 1, id, vec![Sha256::of(&paper)]))
        .await
        .unwrap();
    store.close().await.unwrap();
    let store = home
        .unlock(store.id(), Unlock::Pin(&right), at(7))
        .await
        .unwrap();
    assert_eq!(store.log(id).await.unwrap().len() as u64, kept);
    assert_eq!(store.dossiers().await.unwrap().len(), 1);
}
