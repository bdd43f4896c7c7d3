use hoso_dossier::{PaperId, Sha256};
use hoso_store::{PaperRow, StoreError};
use serde_json::json;
use uuid::Uuid;

use crate::{at, profile};

#[tokio::test]
async fn settings_tokens_and_packs_are_kept() {
    let (_dir, store) = profile().await;
    assert_eq!(store.setting::<Vec<u8>>("list").await.unwrap(), None);
    store.put_setting("list", &[1, 2]).await.unwrap();
    store.put_setting("list", &[3]).await.unwrap();
    assert_eq!(store.setting("list").await.unwrap(), Some(vec![3]));
    assert!(matches!(
        store.setting::<String>("list").await,
        Err(StoreError::Json(_))
    ));

    assert_eq!(store.tokens().await.unwrap(), None);
    for tokens in [json!({"access": "a"}), json!({"access": "b"})] {
        store.put_tokens(&tokens).await.unwrap();
        assert_eq!(store.tokens().await.unwrap(), Some(tokens));
    }
    store.clear_tokens().await.unwrap();
    assert_eq!(store.tokens().await.unwrap(), None);

    for version in ["2", "1", "1"] {
        store
            .put_pack("2.000815", version, version.as_bytes())
            .await
            .unwrap();
    }
    let other = store.put_pack("2.000815", "1", b"other").await;
    assert!(matches!(other, Err(StoreError::Conflict { .. })));
    let packs = store.packs().await.unwrap();
    let seen: Vec<_> = packs
        .iter()
        .map(|pack| (pack.version.as_str(), &pack.bytes[..]))
        .collect();
    assert_eq!(seen, [("1", &b"1"[..]), ("2", b"2")]);
}

#[tokio::test]
async fn a_paper_goes_to_the_trash_and_back_before_it_goes_for_ever() {
    let (_dir, store) = profile().await;
    let paper = PaperRow {
        id: PaperId::new(Uuid::from_u128(1)),
        name: "Căn cước".to_owned(),
        kind: "citizen_id".to_owned(),
        fields: json!({"number": "001099000001"}),
        media_type: "image/jpeg".to_owned(),
        size: 3,
        sha256: Sha256::of(b"jpg"),
        added_at: at(1),
        trashed_at: None,
    };
    assert!(matches!(
        store.add_paper(&paper).await,
        Err(StoreError::MissingBlob { .. })
    ));
    store.put_bytes(b"jpg").await.unwrap();
    store.add_paper(&paper).await.unwrap();
    assert!(matches!(
        store.add_paper(&paper).await,
        Err(StoreError::Conflict { .. })
    ));
    assert!(store.purge_paper(paper.id).await.is_err());
    store.trash_paper(paper.id, at(2)).await.unwrap();
    store.trash_paper(paper.id, at(3)).await.unwrap();
    assert_eq!(store.paper(paper.id).await.unwrap().trashed_at, Some(at(2)));
    store.restore_paper(paper.id).await.unwrap();
    assert_eq!(store.papers().await.unwrap(), std::slice::from_ref(&paper));
    store.trash_paper(paper.id, at(4)).await.unwrap();
    store.purge_paper(paper.id).await.unwrap();
    assert_eq!(store.papers().await.unwrap(), []);
    assert!(matches!(
        store.paper(paper.id).await,
        Err(StoreError::NotFound { .. })
    ));
}
