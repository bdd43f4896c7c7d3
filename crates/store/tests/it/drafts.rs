use hoso_dossier::{DossierId, DraftId};
use hoso_store::{DraftState, NewDraft, StoreError};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{at, attachment, draft, profile};

#[tokio::test]
async fn a_draft_goes_its_way() {
    let (_dir, store) = profile().await;
    let id = draft(&store, 1).await;
    let other = draft(&store, 2).await;
    store.update_draft_step(id, "files", at(5)).await.unwrap();
    store
        .update_draft_title(id, "Tên khác", at(6))
        .await
        .unwrap();
    let row = store.draft(id).await.unwrap();
    assert_eq!(
        (
            row.step.as_str(),
            row.title.as_str(),
            row.created_at,
            row.updated_at,
            row.state
        ),
        ("files", "Tên khác", at(1), at(6), DraftState::Open)
    );
    let order: Vec<_> = store
        .drafts()
        .await
        .unwrap()
        .iter()
        .map(|row| row.id)
        .collect();
    assert_eq!(order, [id, other]);

    store.trash_draft(id, at(7)).await.unwrap();
    let closed = store.update_draft_step(id, "form", at(8)).await;
    assert!(matches!(
        closed,
        Err(StoreError::WrongState {
            state: DraftState::Trashed,
            ..
        })
    ));
    store.restore_draft(id, at(9)).await.unwrap();
    assert_eq!(store.draft(id).await.unwrap().step, "files");
}

#[tokio::test]
async fn ids_that_are_taken_or_unknown_are_refused() {
    let (_dir, store) = profile().await;
    let id = draft(&store, 1).await;
    let mut again = NewDraft {
        id,
        procedure: String::new(),
        pack_version: String::new(),
        step: String::new(),
        title: String::new(),
        dossier: None,
        revision: 1,
    };
    assert!(matches!(
        store.create_draft(&again, at(2)).await,
        Err(StoreError::Conflict { .. })
    ));
    again.id = DraftId::new(Uuid::from_u128(2));
    again.dossier = Some(DossierId::new(Uuid::from_u128(9)));
    assert!(matches!(
        store.create_draft(&again, at(2)).await,
        Err(StoreError::NotFound {
            what: "dossier",
            ..
        })
    ));
    let nobody = DraftId::new(Uuid::from_u128(3));
    assert!(matches!(
        store.append_log(nobody, &Value::Null, at(2)).await,
        Err(StoreError::NotFound { what: "draft", .. })
    ));
    assert!(store.log(nobody).await.is_err());
    // What was refused has left nothing, and the next one goes through.
    assert_eq!(store.drafts().await.unwrap().len(), 1);
    assert_eq!(store.append_log(id, &Value::Null, at(2)).await.unwrap(), 1);
}

#[tokio::test]
async fn the_log_keeps_every_entry_in_order_whatever_happens_beside_it() {
    let (_dir, store) = profile().await;
    let (id, other) = (draft(&store, 1).await, draft(&store, 2).await);
    let big = json!({"b": 1, "a": [null, true, "Ơ\u{0}", 1.5], "text": "x".repeat(100_000)});
    assert_eq!(store.append_log(id, &big, at(2)).await.unwrap(), 1);
    assert_eq!(store.append_log(other, &json!(0), at(2)).await.unwrap(), 1);
    let batch = [json!(2), json!(3)];
    assert_eq!(store.append_log_batch(id, &batch, at(3)).await.unwrap(), 3);
    assert_eq!(store.append_log_batch(id, &[], at(3)).await.unwrap(), 3);
    // Many at once, and some whose caller gives up half-way.
    let tasks: Vec<_> = (0..30)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { store.append_log(id, &json!({"n": number}), at(4)).await })
        })
        .collect();
    for (number, task) in tasks.into_iter().enumerate() {
        if number % 3 == 0 {
            task.abort();
        }
        match task.await {
            Ok(done) => drop(done.unwrap()),
            Err(aborted) => assert!(aborted.is_cancelled()),
        }
    }
    let log = store.log(id).await.unwrap();
    let numbers: Vec<_> = log.iter().map(|(seq, ..)| *seq).collect();
    assert_eq!(numbers, (1..=log.len() as u64).collect::<Vec<_>>());
    assert!(log.len() >= 3 + 20);
    assert_eq!(log[0], (1, at(2), big.clone()));
    assert_eq!(
        log[0].2.to_string(),
        big.to_string(),
        "the order of keys too"
    );
    assert_eq!(store.log(other).await.unwrap().len(), 1);
    assert_eq!(store.draft(id).await.unwrap().updated_at, at(4));

    store.trash_draft(id, at(5)).await.unwrap();
    let closed = store.append_log(id, &json!(1), at(6)).await;
    assert!(matches!(closed, Err(StoreError::WrongState { .. })));
    assert_eq!(store.log(id).await.unwrap().len(), log.len());
}

#[tokio::test]
async fn attachments_are_taken_away_and_brought_back() {
    let (_dir, store) = profile().await;
    let id = draft(&store, 1).await;
    let missing = store.attach(&attachment(1, id, b"one"), at(2)).await;
    assert!(matches!(missing, Err(StoreError::MissingBlob { .. })));
    for content in [b"one", b"two"] {
        store.put_bytes(content).await.unwrap();
    }
    let one = store
        .attach(&attachment(1, id, b"one"), at(2))
        .await
        .unwrap();
    let two = store
        .attach(&attachment(2, id, b"two"), at(3))
        .await
        .unwrap();
    assert_eq!((one.position, two.position), (0, 1));
    let again = store.attach(&attachment(2, id, b"two"), at(3)).await;
    assert!(matches!(again, Err(StoreError::Conflict { .. })));

    store.detach(one.id, at(4)).await.unwrap();
    let rows = store.attachments(id).await.unwrap();
    let seen: Vec<_> = rows
        .iter()
        .map(|row| (row.name.as_str(), row.removed))
        .collect();
    assert_eq!(seen, [("bản chính.pdf", true), ("bản chính.pdf", false)]);
    store.reattach(one.id, at(5)).await.unwrap();
    assert_eq!(store.attachment(one.id).await.unwrap(), one);
    assert_eq!(
        store.attachments(DraftId::new(Uuid::nil())).await.unwrap(),
        []
    );
}

#[tokio::test]
async fn a_draft_is_begun_whole_or_not_at_all() {
    let (_dir, store) = profile().await;
    let whole = |number: u128| NewDraft {
        id: DraftId::new(Uuid::from_u128(number)),
        procedure: "2.000815".to_owned(),
        pack_version: "1".to_owned(),
        step: "form".to_owned(),
        title: String::new(),
        dossier: None,
        revision: 1,
    };
    let log = [json!({"a": 1}), json!({"a": 2})];
    store.put_bytes(b"one").await.unwrap();
    let (first, second) = (whole(1), whole(2));
    let files = |draft: &NewDraft| {
        [
            attachment(10, draft.id, b"one"),
            attachment(20, draft.id, b"two"),
        ]
    };
    // The second file was never put.
    let refused = store
        .create_whole_draft(&first, &log, &files(&first), at(1))
        .await;
    assert!(
        matches!(refused, Err(StoreError::MissingBlob { .. })),
        "{refused:?}"
    );
    assert_eq!(store.drafts().await.unwrap(), []);

    store.put_bytes(b"two").await.unwrap();
    store
        .create_whole_draft(&second, &log, &files(&second), at(2))
        .await
        .unwrap();
    assert_eq!(store.log(second.id).await.unwrap().len(), 2);
    let kept = store.attachments(second.id).await.unwrap();
    assert_eq!(
        kept.iter().map(|file| file.position).collect::<Vec<_>>(),
        [0, 1]
    );
}
