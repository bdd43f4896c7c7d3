use std::fs;
use std::path::PathBuf;

use hoso_dossier::{PaperId, Sha256};
use hoso_store::{PaperRow, Store, StoreError, Swept, Unlock};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncReadExt as _;
use uuid::Uuid;

use crate::{at, attachment, draft, home, pin, profile, seal};

const CHUNK: usize = 64 * 1024;

#[tokio::test]
async fn files_of_every_length_come_back_whole_and_in_parts() {
    let (dir, store) = profile().await;
    for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7] {
        let content = noise(length);
        let blob = store.put_bytes(&content).await.unwrap();
        assert_eq!(
            (blob.sha256, blob.size),
            (Sha256::of(&content), length as u64)
        );
        assert_eq!(store.read_blob(&blob.sha256).await.unwrap(), content);
        for offset in [0, 1, CHUNK - 1, CHUNK, 2 * CHUNK - 5, length, length + 9] {
            for wanted in [0, 1, 10, CHUNK, 2 * CHUNK + 3, usize::MAX] {
                let from = offset.min(length);
                let to = offset.saturating_add(wanted).min(length).max(from);
                let part = store.read_range(&blob.sha256, offset as u64, wanted).await;
                assert_eq!(
                    part.unwrap(),
                    content[from..to],
                    "{length}: {offset} + {wanted}"
                );
            }
        }
    }
    assert_eq!(names(&dir, "tmp").len(), 0);
    let never = Sha256::of(b"never put");
    assert!(matches!(
        store.read_blob(&never).await,
        Err(StoreError::MissingBlob { .. })
    ));
}

#[tokio::test]
async fn a_reader_in_small_pieces_gives_the_same_file_and_one_that_fails_none() {
    let (dir, store) = profile().await;
    let content = noise(2 * CHUNK + 9);
    let (front, back) = content.split_at(1000);
    let blob = store.put_blob(front.chain(back)).await.unwrap();
    assert_eq!(blob.sha256, Sha256::of(&content));
    assert_eq!(names(&dir, "blobs").len(), 1);
    // The same content again is the same file.
    store.put_bytes(&content).await.unwrap();
    assert_eq!(names(&dir, "blobs").len(), 1);

    let torn = noise(3 * CHUNK);
    let (read, mut write) = tokio::io::duplex(1024);
    drop(tokio::spawn(async move {
        let _ = tokio::io::AsyncWriteExt::write_all(&mut write, &torn).await;
        std::future::pending::<()>().await;
    }));
    let failing = read.take(CHUNK as u64 * 2).chain(Broken);
    assert!(matches!(
        store.put_blob(failing).await,
        Err(StoreError::Io { .. })
    ));
    assert_eq!(names(&dir, "blobs").len(), 1);
    assert_eq!(names(&dir, "tmp").len(), 0);
}

#[tokio::test]
async fn whatever_is_done_to_a_kept_file_is_noticed() {
    let (dir, store) = profile().await;
    let content = noise(2 * CHUNK + 100);
    let sha256 = store.put_bytes(&content).await.unwrap().sha256;
    let path = names(&dir, "blobs").remove(0);
    let good = fs::read(&path).unwrap();
    let body = good.len() - (2 * CHUNK + 100 + 3 * 16);
    let second = body + CHUNK + 16;

    let mut harms: Vec<(&str, Vec<u8>)> = vec![
        ("emptied", Vec::new()),
        ("cut within the head", good[..40].to_vec()),
        ("cut by one byte", good[..good.len() - 1].to_vec()),
        (
            "cut by its last chunk",
            good[..second + CHUNK + 16].to_vec(),
        ),
        ("made longer", [&good[..], &[0]].concat()),
    ];
    let mut swapped = good.clone();
    swapped[body..second].copy_from_slice(&good[second..second + CHUNK + 16]);
    swapped[second..second + CHUNK + 16].copy_from_slice(&good[body..second]);
    harms.push(("its chunks in another order", swapped));
    for place in [0, 1, 25, body - 1, body, second - 1, good.len() - 1] {
        let mut flipped = good.clone();
        flipped[place] ^= 0x40;
        harms.push(("one bit", flipped));
    }
    for (what, harm) in harms {
        fs::write(&path, harm).unwrap();
        let read = store.read_blob(&sha256).await;
        assert!(matches!(read, Err(StoreError::Damaged { .. })), "{what}");
        let whole = store.read_range(&sha256, 0, usize::MAX).await;
        assert!(matches!(whole, Err(StoreError::Damaged { .. })), "{what}");
    }
    // A part that is whole is still given, one that is not is not.
    let mut flipped = good.clone();
    flipped[second + 5] ^= 1;
    fs::write(&path, flipped).unwrap();
    assert_eq!(
        store.read_range(&sha256, 10, 20).await.unwrap(),
        content[10..30]
    );
    assert!(store.read_range(&sha256, CHUNK as u64, 1).await.is_err());
    // Putting it again heals a file that is visibly cut.
    fs::write(&path, &good[..good.len() - 1]).unwrap();
    store.put_bytes(&content).await.unwrap();
    assert_eq!(store.read_blob(&sha256).await.unwrap(), content);
}

#[tokio::test]
async fn a_file_under_another_ones_name_is_noticed() {
    let (dir, store) = profile().await;
    let one = store.put_bytes(&noise(100)).await.unwrap().sha256;
    let first = names(&dir, "blobs").remove(0);
    let two = store.put_bytes(&noise(101)).await.unwrap().sha256;
    let both = names(&dir, "blobs");
    let second = both.iter().find(|path| **path != first).unwrap();
    let (a, b) = (fs::read(&first).unwrap(), fs::read(second).unwrap());
    fs::write(&first, b).unwrap();
    fs::write(second, a).unwrap();
    for sha256 in [one, two] {
        for read in [
            store.read_blob(&sha256).await,
            store.read_range(&sha256, 0, 1).await,
        ] {
            assert!(matches!(read, Err(StoreError::Damaged { .. })));
        }
    }
}

#[tokio::test]
async fn a_sweep_takes_what_no_row_names_and_nothing_else() {
    let (dir, store) = profile().await;
    let (open, thrown, sealed) = (
        draft(&store, 1).await,
        draft(&store, 2).await,
        draft(&store, 3).await,
    );
    for (number, draft, content) in [
        (1, open, "detached"),
        (2, thrown, "thrown away"),
        (3, open, "shared"),
    ] {
        store.put_bytes(content.as_bytes()).await.unwrap();
        store
            .attach(&attachment(number, draft, content.as_bytes()), at(2))
            .await
            .unwrap();
    }
    store
        .detach(attachment(1, open, b"").id, at(3))
        .await
        .unwrap();
    let kept = store.put_bytes(b"sealed").await.unwrap().sha256;
    store.seal(&seal(10, 1, sealed, vec![kept])).await.unwrap();
    store.put_bytes(b"fresh").await.unwrap();
    assert_eq!(store.sweep_blobs().await.unwrap(), Swept::default());

    // A draft in the trash may come back with its files; a paper that is purged may not.
    store.trash_draft(thrown, at(4)).await.unwrap();
    for (number, content) in [(1, "purged"), (2, "shared")] {
        store.put_bytes(content.as_bytes()).await.unwrap();
        let id = PaperId::new(Uuid::from_u128(number));
        store
            .add_paper(&PaperRow {
                id,
                name: content.to_owned(),
                kind: "other".to_owned(),
                fields: Value::Null,
                media_type: "application/pdf".to_owned(),
                size: content.len() as u64,
                sha256: Sha256::of(content.as_bytes()),
                added_at: at(4),
                trashed_at: None,
            })
            .await
            .unwrap();
        store.trash_paper(id, at(4)).await.unwrap();
    }
    assert_eq!(store.sweep_blobs().await.unwrap(), Swept::default());
    for number in [1, 2] {
        let id = PaperId::new(Uuid::from_u128(number));
        store.purge_paper(id).await.unwrap();
    }
    assert_eq!(store.sweep_blobs().await.unwrap().files, 1);
    assert!(!has(&store, b"purged").await);
    for content in [
        &b"detached"[..],
        b"thrown away",
        b"shared",
        b"sealed",
        b"fresh",
    ] {
        assert!(has(&store, content).await);
    }
    // What was put and never named is given up by the next opening; so is what a crash left.
    store.close().await.unwrap();
    let leftover = dir
        .path()
        .join("profiles")
        .join(store.id().to_string())
        .join("tmp/abc");
    fs::write(&leftover, "x").unwrap();
    let right = pin("123456");
    let store = home(&dir)
        .unlock(store.id(), Unlock::Pin(&right), at(5))
        .await
        .unwrap();
    assert!(!leftover.exists());
    assert_eq!(store.sweep_blobs().await.unwrap().files, 1);
    assert!(!has(&store, b"fresh").await);
    for content in [&b"detached"[..], b"shared", b"sealed"] {
        assert!(has(&store, content).await);
    }
}

async fn has(store: &Store, content: &[u8]) -> bool {
    store.read_blob(&Sha256::of(content)).await.is_ok()
}

/// Bytes without a pattern that a chunk could share with another.
fn noise(length: usize) -> Vec<u8> {
    (0..length as u64)
        .map(|place| (place.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8)
        .collect()
}

/// The files under a folder of the one profile in a home.
fn names(dir: &TempDir, under: &str) -> Vec<PathBuf> {
    let profile = fs::read_dir(dir.path().join("profiles")).unwrap().next();
    let mut left = vec![profile.unwrap().unwrap().path().join(under)];
    let mut found = Vec::new();
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path)
            } else {
                found.push(path)
            }
        }
    }
    found
}

/// A reader that fails.
struct Broken;

impl tokio::io::AsyncRead for Broken {
    fn poll_read(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        _: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Ready(Err(std::io::Error::other("unplugged")))
    }
}
