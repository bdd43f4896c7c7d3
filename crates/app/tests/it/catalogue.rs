//! A carried catalogue while it is being taken in: how far it is, and stopping it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::common::portal::portal;
use hoso_app::view::CatalogueSource;
use hoso_app::{AppError, Topic, read_pack_folder};
use hoso_dossier::Sha256;
use hoso_portal_api::{CatalogueChange, CatalogueChangeKind, PackBundle, PackFile};
use hoso_stick::{CarriedPack, CatalogueFile, Signer};

/// One procedure's forms under so many codes.
fn published(count: u32) -> Vec<CarriedPack> {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("packs");
    let files = read_pack_folder(&packs.join("2.000815")).unwrap();
    (0..count)
        .map(|number| {
            let code = format!("9.{number:06}");
            let (version, mut files) = ("2027.1.1".to_owned(), files.clone());
            let pack = files.get_mut("pack.json").unwrap();
            let mut value: serde_json::Value = serde_json::from_str(pack).unwrap();
            value["code"] = code.clone().into();
            value["version"] = version.clone().into();
            *pack = value.to_string();
            let bundle = PackBundle {
                code: code.clone(),
                version: version.clone(),
                files: files
                    .into_iter()
                    .map(|(name, text)| PackFile { name, text })
                    .collect(),
            };
            let bundle = serde_json::to_vec(&bundle).unwrap();
            let change = CatalogueChange {
                code,
                kind: CatalogueChangeKind::Published,
                version,
                sha256: Sha256::of(&bundle),
            };
            CarriedPack { change, bundle }
        })
        .collect()
}

/// Them in a file that the portal signed, and its key.
fn carried(count: u32) -> (Vec<u8>, String) {
    let packs = published(count);
    let portal = Signer::generate(&mut |buffer| buffer.fill(5));
    let file = CatalogueFile::pack("Cổng", "2027-01-01T00:00:00Z", &packs, &portal).unwrap();
    (file, portal.public().fingerprint())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taking_a_catalogue_in_says_how_far_it_is_and_stops_without_a_trace() {
    let (_home, app) = crate::common::profile().await;
    let (file, trust) = carried(40);
    let before = app.catalogue_info().await.unwrap();
    assert_eq!(before.source, CatalogueSource::BuiltIn);

    let over = Arc::new(AtomicBool::new(false));
    let stopping = {
        let (app, over) = (Arc::clone(&app), Arc::clone(&over));
        tokio::spawn(async move {
            while !over.load(Ordering::Relaxed) {
                app.catalogue_stop().await.unwrap();
                tokio::time::sleep(Duration::from_micros(200)).await;
            }
        })
    };
    let stopped = app.catalogue_take(file.clone(), Some(trust.clone())).await;
    over.store(true, Ordering::Relaxed);
    stopping.await.unwrap();
    assert!(
        matches!(stopped, Err(AppError::CatalogueStopped)),
        "{stopped:?}"
    );
    assert_eq!(app.catalogue_info().await.unwrap(), before);

    let taken = app.catalogue_take(file, None).await.unwrap();
    assert_eq!((taken.new, taken.unusable.len()), (40, 0));
    let progress = app.catalogue_progress().await.unwrap();
    assert_eq!((progress.done, progress.total), (40, 40));
    let after = app.catalogue_info().await.unwrap();
    assert_eq!(after.procedures, before.procedures + 40);
    assert_eq!(after.as_of, "2027-01-01T00:00:00Z");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_carried_catalogue_does_not_wait_for_a_portal_that_takes_its_time() {
    let (url, mut portal) = portal(&["/v1/catalogue", "/v1/packs/"]);
    let (_home, app) = crate::common::profile_at(&url).await;
    let (file, trust) = carried(2);
    let before = app.catalogue_info().await.unwrap().procedures;
    // The portal was asked for its own, and says nothing.
    let looking = portal.recv().await.unwrap();
    let taking = app.catalogue_take(file, Some(trust));
    let taken = tokio::time::timeout(Duration::from_secs(20), taking).await;
    assert_eq!(taken.unwrap().unwrap().new, 2);

    // What it says at last is taken over too, and is known to be the older of the two.
    let mut changes = app.changes();
    let CarriedPack { change, bundle } = published(8).pop().unwrap();
    let page =
        serde_json::json!({"cursor": "1", "changes": [change], "asOf": "2026-11-01T00:00:00Z"});
    looking.answer(200, "", page);
    let pack = portal.recv().await.unwrap();
    assert!(pack.path.ends_with("9.000007"), "{}", pack.path);
    pack.answer(200, "", String::from_utf8(bundle).unwrap());
    while !changes.recv().await.unwrap().topics.contains(&Topic::App) {}
    let after = app.catalogue_info().await.unwrap();
    assert_eq!(after.procedures, before + 3);
    assert_eq!(
        (after.source, after.as_of.as_str()),
        (CatalogueSource::File, "2027-01-01T00:00:00Z")
    );
}

#[tokio::test]
async fn a_stop_reaches_also_who_waits_for_another_to_end() {
    let (_home, app) = crate::common::profile().await;
    let (file, trust) = carried(3);
    let before = app.catalogue_info().await.unwrap();
    let take = || app.catalogue_take(file.clone(), Some(trust.clone()));
    // In this order: the second waits for the first when both are told to stop.
    let (first, second, stop) =
        futures_util::future::join3(take(), take(), app.catalogue_stop()).await;
    stop.unwrap();
    for stopped in [first, second] {
        assert!(
            matches!(stopped, Err(AppError::CatalogueStopped)),
            "{stopped:?}"
        );
    }
    assert_eq!(app.catalogue_info().await.unwrap(), before);
}
