use std::path::Path;

use hoso_dossier::Sha256;
use hoso_portal_api::{CatalogueChangeKind, CataloguePage, PackBundle, ProblemCode};
use hoso_sandbox::{Options, Sandbox};
use reqwest::{Client, StatusCode};
use tempfile::TempDir;

use crate::person::{Person, Portal, manifest, problem};

#[tokio::test]
async fn the_built_in_packs_are_offered_with_their_hashes() {
    let portal = Portal::start().await;
    let client = Client::new();
    let get = async |path: &str, etag: &str| {
        client
            .get(format!("{}{path}", portal.url()))
            .header("If-None-Match", etag)
            .send()
            .await
            .unwrap()
    };
    let answer = get("/v1/catalogue", "\"other\"").await;
    let etag = answer.headers()["etag"].to_str().unwrap().to_owned();
    let page: CataloguePage = answer.json().await.unwrap();
    let codes: Vec<&str> = page
        .changes
        .iter()
        .map(|change| change.code.as_str())
        .collect();
    for code in ["1.001193", "1.003868", "2.000635"] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
    assert_eq!(
        get("/v1/catalogue", &etag).await.status(),
        StatusCode::NOT_MODIFIED
    );
    for change in &page.changes {
        let path = format!("/v1/packs/{}", change.code);
        let answer = get(&path, "\"other\"").await;
        let etag = answer.headers()["etag"].to_str().unwrap().to_owned();
        let bytes = answer.bytes().await.unwrap();
        assert_eq!(Sha256::of(&bytes), change.sha256);
        let bundle: PackBundle = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(
            (&bundle.code, &bundle.version),
            (&change.code, &change.version)
        );
        let again = get(&path, &format!("W/{etag}, \"x\"")).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert!(again.bytes().await.unwrap().is_empty());
    }
    let later = get(&format!("/v1/catalogue?cursor={}", page.cursor), "").await;
    let later: CataloguePage = later.json().await.unwrap();
    assert_eq!((later.cursor, later.changes), (page.cursor, vec![]));
}

/// Copies the built-in packs of some procedures.
fn copy_packs(to: &Path, codes: &[&str], version: &str) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/packs");
    for folder in codes.iter().chain(&["_applicant", "_lists"]) {
        let _ = std::fs::remove_dir_all(to.join(folder));
        std::fs::create_dir_all(to.join(folder)).unwrap();
        for file in std::fs::read_dir(from.join(folder)).unwrap() {
            let file = file.unwrap();
            let mut text = std::fs::read_to_string(file.path()).unwrap();
            if file.file_name() == "pack.json" && !version.is_empty() {
                let mut pack: serde_json::Value = serde_json::from_str(&text).unwrap();
                pack["version"] = version.into();
                text = pack.to_string();
            }
            std::fs::write(to.join(folder).join(file.file_name()), text).unwrap();
        }
    }
}

#[tokio::test]
async fn a_cursor_brings_what_changed_between_two_runs() {
    let (data, packs) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let start = async || {
        let mut options = Options::new(data.path());
        options.packs = Some(packs.path().to_owned());
        Sandbox::start(options).await.unwrap()
    };
    let since = async |url: &str, cursor: &str| -> CataloguePage {
        let answer = reqwest::get(format!("{url}/v1/catalogue?cursor={cursor}")).await;
        answer.unwrap().json().await.unwrap()
    };
    copy_packs(packs.path(), &["1.001193", "2.000635"], "");
    std::fs::create_dir(packs.path().join("broken")).unwrap();
    std::fs::write(packs.path().join("broken/pack.json"), "{").unwrap();
    let first = start().await;
    let cursor = since(&first.url, "").await.cursor;
    assert_eq!(since(&first.url, "").await.changes.len(), 2);
    first.shutdown().await;

    std::fs::remove_dir_all(packs.path().join("1.001193")).unwrap();
    copy_packs(packs.path(), &["2.000635"], "9999.1");
    let second = start().await;
    let page = since(&second.url, &cursor).await;
    let mut changes: Vec<_> = page
        .changes
        .iter()
        .map(|change| (change.code.as_str(), change.kind, change.version.as_str()))
        .collect();
    changes.sort_unstable_by_key(|change| change.0);
    assert_eq!(changes[0].0, "1.001193");
    assert_eq!(changes[0].1, CatalogueChangeKind::Withdrawn);
    assert_eq!(
        changes[1],
        ("2.000635", CatalogueChangeKind::Published, "9999.1")
    );
    let gone = reqwest::get(format!("{}/v1/packs/1.001193", second.url))
        .await
        .unwrap();
    assert_eq!(problem(gone).await.1, ProblemCode::NotFound);
    let person = Person::at(&second.url, &hoso_sandbox::testing::CITIZEN).await;
    let closed = person.put(&manifest(None, 0)).await;
    assert_eq!(problem(closed).await.1, ProblemCode::ProcedureClosed);
    second.shutdown().await;
}

#[tokio::test]
async fn the_bytes_of_a_version_never_change() {
    let (data, packs) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let served = async || -> (CataloguePage, Option<Sha256>) {
        let mut options = Options::new(data.path());
        options.packs = Some(packs.path().to_owned());
        let portal = Sandbox::start(options).await.unwrap();
        let page = reqwest::get(format!("{}/v1/catalogue", portal.url)).await;
        let page = page.unwrap().json().await.unwrap();
        let pack = reqwest::get(format!("{}/v1/packs/1.001193", portal.url)).await;
        let pack = pack.unwrap();
        let found = pack.status() == StatusCode::OK;
        let bytes = pack.bytes().await.unwrap();
        portal.shutdown().await;
        (page, found.then(|| Sha256::of(&bytes)))
    };
    let change = |version: &str, words: &str| {
        copy_packs(packs.path(), &["1.001193"], version);
        let file = packs.path().join("1.001193/pack.json");
        let mut pack: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        pack["name"]["vi"] = words.into();
        std::fs::write(file, pack.to_string()).unwrap();
    };
    change("9999.1", "Tên đầu");
    let first = served().await;
    change("9999.1", "Tên khác");
    assert_eq!(served().await, first, "published under the same version");

    change("9999.2", "Tên khác");
    let second = served().await;
    assert_ne!(second.1, first.1);
    assert_eq!(second.0.changes[0].version, "9999.2");
    change("9999.1", "Tên thứ ba");
    assert_eq!(served().await, second, "an old version came back changed");

    // Gone in between or not, it is what it was.
    std::fs::remove_dir_all(packs.path().join("1.001193")).unwrap();
    assert_eq!(served().await.1, None);
    change("9999.2", "Tên thứ tư");
    assert_eq!(served().await.1, None);
    change("9999.2", "Tên khác");
    assert_eq!(served().await.1, second.1);
}
