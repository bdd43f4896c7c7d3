//! Drafts that are shared: who may write them, and what comes in from elsewhere.

use hoso_dossier::{DraftId, SharedDraftId};
use hoso_store::{DraftState, NewDraft, RawEntry, ShareState, StoreError};
use serde_json::json;
use uuid::Uuid;

use crate::{at, attachment, draft, profile, seal};

fn state(reader: bool) -> ShareState {
    ShareState {
        reader,
        value: json!({"reader": reader}),
    }
}

fn shared(number: u128) -> SharedDraftId {
    SharedDraftId::new(Uuid::from_u128(number))
}

/// Floating point that is not read back as it was written would tell two equal logs apart.
fn entries(texts: &[&str]) -> Vec<RawEntry> {
    let entry = |text: &&str| {
        (
            at(1).to_string(),
            format!("{{\"x\":\"{text}\",\"y\":0.30000000000000004e1}}"),
        )
    };
    texts.iter().map(entry).collect()
}

#[tokio::test]
async fn where_a_draft_is_only_read_nothing_is_typed_and_what_comes_in_is_kept_to_the_letter() {
    let (_dir, store) = profile().await;
    let id = DraftId::new(Uuid::from_u128(9));
    let new = NewDraft {
        id,
        procedure: "2.000815".to_owned(),
        pack_version: "1".to_owned(),
        step: "form".to_owned(),
        title: String::new(),
        dossier: None,
        revision: 1,
    };
    let one = entries(&["một", "hai"]);
    let about = json!({"desktop": "Máy ở nhà"});
    store
        .take_shared(&new, &one, shared(1), &state(true), &about, at(2))
        .await
        .unwrap();
    assert_eq!(store.raw_log(id).await.unwrap(), one);

    let held =
        |outcome: Result<(), StoreError>| matches!(outcome, Err(StoreError::HeldElsewhere { .. }));
    let typed = store.append_log(id, &json!("x"), at(3)).await.map(|_| ());
    assert!(held(typed));
    store.put_bytes(b"x").await.unwrap();
    assert!(held(
        store
            .attach(&attachment(1, id, b"x"), at(3))
            .await
            .map(|_| ())
    ));
    assert!(held(store.trash_draft(id, at(3)).await));
    assert!(held(store.seal(&seal(1, 1, id, vec![])).await));

    let more = entries(&["ba"]);
    let told = (
        "Nguyễn Văn Mẫu",
        &json!({"desktop": "Máy ở nhà", "files": ["a.pdf"]}),
    );
    // A log that is longer by now is another one.
    let late = store
        .extend_shared(id, 1, &more, &state(true), told, at(4))
        .await;
    assert!(!late.unwrap());
    let done = store
        .extend_shared(id, 2, &more, &state(true), told, at(4))
        .await;
    assert!(done.unwrap());
    assert_eq!(store.raw_log(id).await.unwrap(), [one, more].concat());
    let row = &store.shares().await.unwrap()[0];
    assert_eq!(
        (row.length, row.reader, row.shared),
        (3, true, Some(shared(1)))
    );
    assert_eq!((row.draft.title.as_str(), &row.about), told);

    assert!(!store.put_share(id, 2, &state(false)).await.unwrap());
    assert!(store.put_share(id, 3, &state(false)).await.unwrap());
    store
        .append_log(id, &json!("của máy này"), at(5))
        .await
        .unwrap();
}

#[tokio::test]
async fn what_is_here_already_is_not_taken_in_a_second_time() {
    let (_dir, store) = profile().await;
    let written = draft(&store, 1).await;
    let begun = state(false);
    store
        .share(written, shared(1), &begun, &json!({}))
        .await
        .unwrap();
    let (log, reader, about) = (entries(&["x"]), state(true), json!({}));
    for (number, here) in [(2, false), (1, true), (2, true)] {
        let new = NewDraft {
            id: DraftId::new(Uuid::from_u128(number + if here { 10 } else { 0 })),
            procedure: "2.000815".to_owned(),
            pack_version: "1".to_owned(),
            step: "form".to_owned(),
            title: String::new(),
            dossier: None,
            revision: 1,
        };
        let came = store
            .take_shared(&new, &log, shared(number), &reader, &about, at(1))
            .await;
        match came {
            Ok(()) => assert!(!here),
            Err(StoreError::Conflict { .. }) => assert!(here),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(store.drafts().await.unwrap().len(), 2);
}

#[tokio::test]
async fn sharing_ends_with_the_writers_draft_where_it_was_and_a_readers_in_the_trash() {
    let (_dir, store) = profile().await;
    let (written, read) = (draft(&store, 1).await, draft(&store, 2).await);
    for (id, number, reader) in [(written, 1, false), (read, 2, true)] {
        store.append_log(id, &json!("x"), at(1)).await.unwrap();
        store
            .share(id, shared(number), &state(reader), &json!({}))
            .await
            .unwrap();
    }
    // Sharing it again under another name changes nothing.
    store
        .share(written, shared(7), &state(true), &json!({}))
        .await
        .unwrap();
    assert_eq!(store.shares().await.unwrap()[0].shared, Some(shared(1)));

    // What stayed behind is free, and may be shared anew.
    store
        .part_shared(read, &json!({"apartSince": "x"}))
        .await
        .unwrap();
    store
        .append_log(read, &json!("gõ tiếp"), at(2))
        .await
        .unwrap();
    let row = store.shares().await.unwrap().remove(1);
    assert_eq!((row.shared, row.reader), (None, false));
    store
        .share(read, shared(3), &state(true), &json!({}))
        .await
        .unwrap();

    for id in [written, read] {
        store.end_share(id, at(9)).await.unwrap();
    }
    assert_eq!(store.shares().await.unwrap(), []);
    let state_of = async |id| store.draft(id).await.unwrap().state;
    assert_eq!(state_of(written).await, DraftState::Open);
    assert_eq!(state_of(read).await, DraftState::Trashed);
    assert_eq!(store.raw_log(read).await.unwrap().len(), 2);
    store.restore_draft(read, at(10)).await.unwrap();
    store
        .append_log(read, &json!("lại là của máy này"), at(11))
        .await
        .unwrap();
}
