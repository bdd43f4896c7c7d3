//! A pass with nothing to do, over very many dossiers: the application itself on its encrypted store, and HTTP to the portal. `HOSO_IDLE` says how many dossiers;
//! `cargo xtask bench idle` shows the time.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hoso_app::App;
use hoso_dossier::{DossierId, DraftId, Manifest, Sha256};
use hoso_sandbox::testing::CITIZEN;
use hoso_store::{DocumentRow, Home, NewDraft, Pin, SealRecord, Store, Unlock};
use serde_json::Value;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use uuid::Uuid;

use crate::person::{BIRTH, PIN, Person};
use crate::portal::Portal;
use crate::proxy::Proxy;

/// With no number in the environment.
const DOSSIERS: usize = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pass_over_thousands_of_dossiers_with_nothing_to_do_is_one_request() {
    let wanted = std::env::var("HOSO_IDLE").map(|text| text.parse().unwrap());
    let (dossiers, passes) = wanted.map_or((DOSSIERS, 3), |wanted| (wanted, 60));
    let mut portal = Portal::up().await;
    let line = Proxy::to(portal.port(), u32::MAX).await;
    let an = Person::quick(Some(&line.url)).await;
    if !cfg!(debug_assertions) {
        // The program goes by the system's clock then; to an application that lives on another day everything would be due.
        an.turn_clock_to(&jiff::Timestamp::now().to_string());
    }
    an.sign_in(&CITIZEN).await;
    let one = an.seal(&an.birth_draft());
    an.sync();
    portal.stop().await;
    let others = more_of(&an, one, dossiers - 1).await;
    more_at(&portal.data().join("portal.db"), one, &others).await;
    portal.start().await;
    assert_eq!(portal.holds().await.list("dossiers").len(), dossiers);

    line.asked();
    let began = Instant::now();
    let app = an.app_at(Some(&line.url)).await;
    until_looked(&app, "").await;
    let start = began.elapsed();
    let list = app.dossiers(None, String::new()).await.unwrap();
    assert_eq!(list.rows.len(), dossiers);
    assert!(list.rows.iter().all(|row| row.code.is_some()));
    let mut at_start = line.asked();
    // Settles what a start is followed by.
    pass(&app).await;
    at_start.extend(line.asked());

    let mut times = Vec::new();
    for _ in 0..passes {
        times.push(pass(&app).await);
        let asked = line.asked();
        assert!(
            matches!(&asked[..], [one] if one.starts_with("GET /v1/dossiers?cursor=")),
            "{asked:?}"
        );
    }
    let listing = Instant::now();
    app.dossiers(None, String::new()).await.unwrap();
    let listing = listing.elapsed();
    app.profile_lock().await.unwrap();
    let program = Instant::now();
    an.sync();
    let program = program.elapsed();
    times.sort_unstable();
    println!(
        "{dossiers} dossiers: a pass takes {:.1?}, 95 % of {passes} at most {:.1?}, one request each; opening the profile and the first pass {start:.1?}, {} requests with the next one; all dossiers as a list {listing:.1?}; `hoso sync --once` as a whole {program:.1?}",
        times[passes / 2],
        times[passes * 95 / 100],
        at_start.len(),
    );
}

/// From the wish to look until everything has been looked at and the screen can say so.
async fn pass(app: &Arc<App>) -> Duration {
    let before = app.sync_info().await.unwrap().refreshed_at;
    let began = Instant::now();
    app.sync_now().await.unwrap();
    until_looked(app, &before).await;
    began.elapsed()
}

async fn until_looked(app: &Arc<App>, before: &str) {
    let mut changes = app.changes();
    loop {
        let info = app.sync_info().await.unwrap();
        if info.online && !info.busy && info.refreshed_at != before {
            assert!(info.queue.is_empty(), "{info:?}");
            return;
        }
        // Having missed some is as good as having heard.
        let _ = changes.recv().await;
    }
}

/// So many dossiers more like the one that the portal has accepted, in the person's store.
async fn more_of(an: &Person, one: DossierId, count: usize) -> Vec<(DossierId, String)> {
    let now = jiff::Timestamp::now();
    let home = Home::new(an.home());
    let profile = home.profiles(now).await.unwrap().remove(0).id;
    let pin = Pin::new(PIN).unwrap();
    let store = home.unlock(profile, Unlock::Pin(&pin), now).await.unwrap();
    let entries = store.sync_entries().await.unwrap();
    let [(_, entry)] = &entries[..] else {
        panic!("{} dossiers", entries.len());
    };
    assert_eq!(entry["revisions"][0]["stage"]["stage"], "accepted");
    let code = entry["view"]["code"].as_str().unwrap();
    let mut others = Vec::new();
    for number in 0..count {
        let other = DossierId::new(Uuid::new_v4());
        let other_code = format!("{code}-{number}");
        let alike = |text: &str| {
            let text = text.replace(&one.to_string(), &other.to_string());
            text.replace(code, &other_code)
        };
        copy(&store, one, other, entry, alike).await;
        others.push((other, other_code));
    }
    store.close().await.unwrap();
    others
}

async fn copy(
    store: &Store,
    one: DossierId,
    other: DossierId,
    entry: &Value,
    alike: impl Fn(&str) -> String,
) {
    let sealed = store.revisions(one).await.unwrap().remove(0);
    let row = store.dossier(one).await.unwrap();
    let draft = DraftId::new(Uuid::new_v4());
    let begun = NewDraft {
        id: draft,
        procedure: BIRTH.into(),
        pack_version: store.draft(sealed.draft).await.unwrap().pack_version,
        step: String::new(),
        title: row.title.clone(),
        dossier: None,
        revision: 1,
    };
    store.create_draft(&begun, sealed.sealed_at).await.unwrap();
    let manifest = store.manifest(one, 1).await.unwrap();
    let manifest = alike(std::str::from_utf8(&manifest).unwrap()).into_bytes();
    let files = Manifest::from_sealed(&manifest).unwrap().files;
    let record = SealRecord {
        dossier: other,
        revision: 1,
        draft,
        sha256: Sha256::of(&manifest),
        manifest,
        files: files.iter().map(|file| file.sha256).collect(),
        sealed_at: sealed.sealed_at,
        procedure: row.procedure,
        title: row.title,
        sync_entry: serde_json::from_str(&alike(&entry.to_string())).unwrap(),
    };
    store.seal(&record).await.unwrap();
    for document in store.documents(one).await.unwrap() {
        let document = DocumentRow {
            dossier: other,
            ..document
        };
        store.add_document(&document).await.unwrap();
    }
}

/// The same dossiers in the portal's database.
async fn more_at(database: &Path, one: DossierId, others: &[(DossierId, String)]) {
    let mut db = SqliteConnectOptions::new()
        .filename(database)
        .connect()
        .await
        .unwrap();
    sqlx::raw_sql("BEGIN").execute(&mut db).await.unwrap();
    for (other, code) in others {
        for copied in [
            "INSERT INTO dossiers SELECT ?2, owner, procedure, ?3, status, revision, seq, version, accepted_at, due_at, opinion FROM dossiers WHERE id = ?1",
            "INSERT INTO revisions SELECT ?2, revision, manifest, sha256, created_at, submitted_at FROM revisions WHERE dossier = ?1",
            "INSERT INTO timeline (dossier, at, status, step, handler, note) SELECT ?2, at, status, step, handler, note FROM timeline WHERE dossier = ?1",
            "INSERT INTO files SELECT ?2, id, kind, name, media_type, sha256, content FROM files WHERE dossier = ?1",
            "INSERT INTO fees SELECT ?2, id, name, amount FROM fees WHERE dossier = ?1",
        ] {
            sqlx::query(copied)
                .bind(one.to_string())
                .bind(other.to_string())
                .bind(code)
                .execute(&mut db)
                .await
                .unwrap();
        }
    }
    sqlx::raw_sql("COMMIT").execute(&mut db).await.unwrap();
}
