//! The store from outside: real files, real processes, a real full disk.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

mod blobs;
#[cfg(target_os = "linux")]
mod disk_full;
mod drafts;
mod kill;
mod profiles;
mod sealing;
mod shares;
mod values;

use hoso_dossier::{AttachmentId, DossierId, DraftId, Sha256};
use hoso_store::{Home, KdfCost, NewAttachment, NewDraft, Origin, Pin, SealRecord, Store};
use jiff::Timestamp;
use serde_json::json;
use tempfile::TempDir;
use uuid::Uuid;

/// Seconds after an arbitrary beginning.
fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn pin(text: &str) -> Pin {
    Pin::new(text).unwrap()
}

fn home(dir: &TempDir) -> Home {
    Home::new(dir.path()).with_cost(KdfCost::LEAST)
}

async fn profile() -> (TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = home(&dir)
        .create("Hồ sơ 1", &pin("123456"), false, at(0))
        .await
        .unwrap();
    (dir, store)
}

async fn draft(store: &Store, number: u128) -> DraftId {
    let id = DraftId::new(Uuid::from_u128(number));
    let new = NewDraft {
        id,
        procedure: "2.000815".to_owned(),
        pack_version: "1".to_owned(),
        step: "form".to_owned(),
        title: "Chứng thực bản sao".to_owned(),
        dossier: None,
        revision: 1,
    };
    store.create_draft(&new, at(1)).await.unwrap();
    id
}

fn attachment(number: u128, draft: DraftId, content: &[u8]) -> NewAttachment {
    NewAttachment {
        id: AttachmentId::new(Uuid::from_u128(number)),
        draft,
        component: "TP1".to_owned(),
        name: "bản chính.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        size: content.len() as u64,
        sha256: Sha256::of(content),
        origin: Origin::Picked,
        answers_mark: None,
    }
}

fn seal(dossier: u128, revision: u32, draft: DraftId, files: Vec<Sha256>) -> SealRecord {
    let manifest = format!("manifest {dossier} {revision}").into_bytes();
    SealRecord {
        dossier: DossierId::new(Uuid::from_u128(dossier)),
        revision,
        draft,
        sha256: Sha256::of(&manifest),
        manifest,
        files,
        sealed_at: at(100),
        procedure: "2.000815".to_owned(),
        title: "Chứng thực bản sao".to_owned(),
        sync_entry: json!({"state": "sealed"}),
    }
}
