use hoso_dossier::{DossierId, Sha256};
use hoso_store::{DocumentRow, DraftState, NewDraft, StoreError, Unlock};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{at, attachment, draft, home, pin, profile, seal};

#[tokio::test]
async fn sealing_makes_everything_durable_at_once_and_for_ever() {
    let (dir, store) = profile().await;
    let id = draft(&store, 1).await;
    store.put_bytes(b"paper").await.unwrap();
    let row = store
        .attach(&attachment(2, id, b"paper"), at(2))
        .await
        .unwrap();
    let record = seal(10, 1, id, vec![Sha256::of(b"paper")]);
    store.seal(&record).await.unwrap();
    store.close().await.unwrap();
    let right = pin("123456");
    let store = home(&dir)
        .unlock(store.id(), Unlock::Pin(&right), at(3))
        .await
        .unwrap();

    assert_eq!(
        store.manifest(record.dossier, 1).await.unwrap(),
        record.manifest
    );
    let sealed = store.draft(id).await.unwrap();
    assert_eq!(
        (sealed.state, sealed.dossier, sealed.revision),
        (DraftState::Sealed, Some(record.dossier), 1)
    );
    let revision = store.revisions(record.dossier).await.unwrap().remove(0);
    assert_eq!(
        (revision.sha256, revision.sealed_at),
        (record.sha256, at(100))
    );
    assert_eq!(
        store.sync_entries().await.unwrap(),
        [(record.dossier, record.sync_entry.clone())]
    );
    let dossier = store.dossier(record.dossier).await.unwrap();
    assert_eq!(store.dossiers().await.unwrap(), [dossier]);

    // Nothing about a sealed draft moves any more.
    for refused in [
        store.seal(&record).await,
        store.append_log(id, &Value::Null, at(4)).await.map(drop),
        store.trash_draft(id, at(4)).await,
        store.detach(row.id, at(4)).await,
        store.update_draft_step(id, "x", at(4)).await,
    ] {
        assert!(matches!(
            refused,
            Err(StoreError::WrongState {
                state: DraftState::Sealed,
                ..
            })
        ));
    }
}

#[tokio::test]
async fn a_seal_that_is_refused_leaves_nothing() {
    let (_dir, store) = profile().await;
    let id = draft(&store, 1).await;
    let mut other_bytes = seal(10, 1, id, Vec::new());
    other_bytes.manifest.push(0);
    assert!(matches!(
        store.seal(&other_bytes).await,
        Err(StoreError::Conflict { .. })
    ));
    let missing = seal(10, 1, id, vec![Sha256::of(b"never put")]);
    assert!(matches!(
        store.seal(&missing).await,
        Err(StoreError::MissingBlob { .. })
    ));
    assert_eq!(store.dossiers().await.unwrap(), []);
    assert_eq!(store.sync_entries().await.unwrap(), []);
    assert_eq!(store.draft(id).await.unwrap().state, DraftState::Open);
}

#[tokio::test]
async fn a_supplement_is_a_later_revision_of_its_own_dossier() {
    let (_dir, store) = profile().await;
    let first = draft(&store, 1).await;
    let record = seal(10, 1, first, Vec::new());
    store.seal(&record).await.unwrap();
    let supplement = NewDraft {
        id: hoso_dossier::DraftId::new(Uuid::from_u128(2)),
        dossier: Some(record.dossier),
        revision: 2,
        procedure: record.procedure.clone(),
        pack_version: "1".to_owned(),
        step: "form".to_owned(),
        title: "Bổ sung".to_owned(),
    };
    store.create_draft(&supplement, at(5)).await.unwrap();
    for wrong in [
        seal(11, 2, supplement.id, Vec::new()),
        seal(10, 1, supplement.id, Vec::new()),
    ] {
        assert!(matches!(
            store.seal(&wrong).await,
            Err(StoreError::Conflict { .. })
        ));
    }
    store
        .seal(&seal(10, 2, supplement.id, Vec::new()))
        .await
        .unwrap();
    let numbers: Vec<_> = store
        .revisions(record.dossier)
        .await
        .unwrap()
        .iter()
        .map(|row| row.revision)
        .collect();
    assert_eq!(numbers, [1, 2]);
    assert_eq!(
        store.manifest(record.dossier, 1).await.unwrap(),
        record.manifest
    );
    assert_eq!(store.dossiers().await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_the_portal_gives_is_kept_with_its_dossier() {
    let (_dir, store) = profile().await;
    let id = draft(&store, 1).await;
    let dossier = seal(10, 1, id, Vec::new()).dossier;
    store.seal(&seal(10, 1, id, Vec::new())).await.unwrap();
    store.hide_dossier(dossier, true).await.unwrap();
    assert!(store.dossier(dossier).await.unwrap().hidden);
    let other = seal(11, 1, draft(&store, 2).await, Vec::new());
    store.seal(&other).await.unwrap();

    store.put_bytes(b"receipt").await.unwrap();
    let mut document = DocumentRow {
        id: "receipt-1".to_owned(),
        dossier,
        kind: "receipt".to_owned(),
        name: "Giấy tiếp nhận".to_owned(),
        media_type: "application/pdf".to_owned(),
        size: 7,
        sha256: Sha256::of(b"receipt"),
        received_at: at(4),
    };
    store.add_document(&document).await.unwrap();
    store.add_document(&document).await.unwrap();
    assert_eq!(store.documents(dossier).await.unwrap(), [document.clone()]);
    store.put_bytes(b"other").await.unwrap();
    document.sha256 = Sha256::of(b"other");
    store.add_document(&document).await.unwrap();
    store.add_document(&document).await.unwrap();
    let versions = store.documents(dossier).await.unwrap();
    let versions: Vec<_> = versions.into_iter().map(|one| one.sha256).collect();
    assert_eq!(
        versions,
        [Sha256::of(b"receipt"), document.sha256],
        "issued again: both are kept, in the order they came"
    );
    // A portal may give every dossier a file of the same name.
    document.dossier = other.dossier;
    store.add_document(&document).await.unwrap();
    assert_eq!(store.documents(other.dossier).await.unwrap(), [document]);
    assert_eq!(store.documents(dossier).await.unwrap().len(), 2);
}

#[tokio::test]
async fn the_outbox_is_saved_whole_or_not_at_all() {
    let (_dir, store) = profile().await;
    for number in [1, 2] {
        let id = draft(&store, number).await;
        store
            .seal(&seal(number + 10, 1, id, Vec::new()))
            .await
            .unwrap();
    }
    let ids = [11, 12, 13].map(|number| DossierId::new(Uuid::from_u128(number)));
    let entries = ids.map(|id| (id, json!({"state": "uploading"})));
    let before = store.sync_entries().await.unwrap();
    let meta = [("epoch", json!(7))];
    assert!(matches!(
        store.save_sync(&entries, &[ids[0]], &[], &meta).await,
        Err(StoreError::NotFound { .. })
    ));
    assert_eq!(store.sync_entries().await.unwrap(), before);
    assert_eq!(store.sync_meta::<u64>("epoch").await.unwrap(), None);

    store
        .save_sync(&entries[..2], &[], &[], &meta)
        .await
        .unwrap();
    assert_eq!(store.sync_entries().await.unwrap(), entries[..2]);
    assert_eq!(store.sync_meta("epoch").await.unwrap(), Some(7));
    store.put_sync_meta("epoch", &8).await.unwrap();
    assert_eq!(store.sync_meta("epoch").await.unwrap(), Some(8));
    store.save_sync(&[], &ids[..1], &[], &[]).await.unwrap();
    assert_eq!(store.sync_entries().await.unwrap(), entries[1..2]);
}
