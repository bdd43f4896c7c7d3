//! The catalogue: form packs, the changes among them in order, ETags.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;

use axum::extract::{Path as UrlPath, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hoso_dossier::{FormPack, Sha256, pack_text};
use hoso_portal_api::{CatalogueChange, CatalogueChangeKind, CataloguePage, PackBundle, PackFile};
use hoso_stick::CarriedPack;
use include_dir::{Dir, include_dir};
use jiff::Timestamp;
use serde::Deserialize;
use sqlx::SqliteConnection;

use crate::SandboxError;
use crate::clerk::download;
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::routes::PageRefusal;

/// What the portal calls itself.
pub(crate) const NAME: &str = "Cổng dịch vụ công (thử nghiệm)";
/// Key of when the newest of the catalogue was published.
const AS_OF: &str = "catalogue-as-of";

static BUILT_IN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../app/packs");

/// Reads the packs of a folder, or those built in. A folder whose name begins with `_` holds files that packs share; a broken pack holds up no other.
pub(crate) fn load(folder: Option<&Path>) -> Result<Vec<FormPack>, SandboxError> {
    let folders: BTreeMap<String, BTreeMap<String, String>> = match folder {
        Some(folder) => read_folders(folder).map_err(|source| SandboxError::Packs {
            folder: folder.to_owned(),
            source,
        })?,
        None => BUILT_IN
            .dirs()
            .filter_map(|dir| Some((plain_name(dir.path())?, built_in_files(dir))))
            .collect(),
    };
    let (shared, own): (Vec<_>, Vec<_>) = folders
        .into_iter()
        .partition(|(name, _)| name.starts_with('_'));
    let shared: BTreeMap<String, String> =
        shared.into_iter().flat_map(|(_, files)| files).collect();
    Ok(own
        .into_iter()
        .filter_map(|(name, files)| match FormPack::parse_with(&files, &shared) {
            Ok(pack) => Some(pack),
            Err(error) => {
                tracing::warn!(%error, folder = name, "leaving a form pack out of the catalogue");
                None
            }
        })
        .collect())
}

fn plain_name(path: &Path) -> Option<String> {
    path.file_name().and_then(OsStr::to_str).map(str::to_owned)
}

fn built_in_files(dir: &Dir<'static>) -> BTreeMap<String, String> {
    dir.files()
        .filter_map(|file| {
            let name = plain_name(file.path())?;
            let text = pack_text(&name, file.contents().to_vec()).ok()?;
            Some((name, text))
        })
        .collect()
}

fn read_folders(folder: &Path) -> std::io::Result<BTreeMap<String, BTreeMap<String, String>>> {
    let mut folders = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            continue;
        }
        let mut files = BTreeMap::new();
        for file in std::fs::read_dir(entry.path())? {
            let file = file?;
            if file.file_type()?.is_file() {
                let name = file.file_name().to_string_lossy().into_owned();
                let text =
                    pack_text(&name, std::fs::read(file.path())?).map_err(std::io::Error::other)?;
                files.insert(name, text);
            }
        }
        folders.insert(entry.file_name().to_string_lossy().into_owned(), files);
    }
    Ok(folders)
}

/// Writes down what changed since the portal last ran. A version's bytes never change: other ones under the same version are left out.
pub(crate) async fn publish(
    db: &mut SqliteConnection,
    packs: &[FormPack],
) -> Result<(), sqlx::Error> {
    let known = newest(db, 0).await?;
    let mut changed = false;
    let mut gone: BTreeMap<String, (String, Sha256)> = known
        .iter()
        .filter(|(_, change)| change.kind == CatalogueChangeKind::Published)
        .map(|(_, change)| (change.code.clone(), (change.version.clone(), change.sha256)))
        .collect();
    for pack in packs {
        let bundle = PackBundle {
            code: pack.code().to_owned(),
            version: pack.procedure().version.clone(),
            files: pack
                .files()
                .iter()
                .map(|(name, text)| PackFile {
                    name: name.clone(),
                    text: text.clone(),
                })
                .collect(),
        };
        let Ok(bytes) = serde_json::to_vec(&bundle) else {
            continue;
        };
        let sha256 = Sha256::of(&bytes);
        if gone.remove(&bundle.code) == Some((bundle.version.clone(), sha256)) {
            continue;
        }
        let before = published_as(db, &bundle.code, &bundle.version).await?;
        if before.is_some_and(|before| before != sha256.to_string()) {
            tracing::warn!(
                code = bundle.code,
                version = bundle.version,
                "this version of the form pack was published with other bytes, and stays as it was; give what is new a higher version"
            );
            continue;
        }
        changed = true;
        insert(
            db,
            &bundle.code,
            "published",
            &bundle.version,
            sha256,
            &bytes,
        )
        .await?;
    }
    for (code, (version, sha256)) in gone {
        changed = true;
        insert(db, &code, "withdrawn", &version, sha256, b"").await?;
    }
    let now = || Timestamp::now().to_string();
    crate::db::minted_once(db, AS_OF, now).await?;
    if changed {
        sqlx::query("UPDATE meta SET value = ? WHERE key = ?")
            .bind(now())
            .bind(AS_OF)
            .execute(db)
            .await?;
    }
    Ok(())
}

/// Hash of what was published as that version; nothing else ever is.
async fn published_as(
    db: &mut SqliteConnection,
    code: &str,
    version: &str,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT sha256 FROM catalogue WHERE code = ? AND version = ? AND kind = 'published' ORDER BY seq LIMIT 1",
    )
    .bind(code)
    .bind(version)
    .fetch_optional(db)
    .await
}

/// When the newest of the catalogue was published.
async fn as_of(db: &mut SqliteConnection) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT value FROM meta WHERE key = ?")
        .bind(AS_OF)
        .fetch_optional(db)
        .await
}

/// The whole catalogue as one signed file, and what to call it.
pub(crate) async fn carried(portal: &Portal) -> Result<(String, Vec<u8>), Refusal> {
    let mut db = portal.db.begin().await?;
    let mut packs = Vec::new();
    for (seq, change) in newest(&mut db, 0).await? {
        let bundle: Vec<u8> = sqlx::query_scalar("SELECT bundle FROM catalogue WHERE seq = ?")
            .bind(seq)
            .fetch_one(&mut *db)
            .await?;
        packs.push(CarriedPack { change, bundle });
    }
    let as_of = as_of(&mut db).await?.unwrap_or_default();
    db.commit().await?;
    let file = portal.sticks.sign_catalogue(NAME, &as_of, &packs);
    let file = file.map_err(|error| Refusal::internal("signing the catalogue", &error))?;
    let day: String = as_of.chars().take(10).collect();
    Ok((format!("danh-muc-{day}.hoso"), file))
}

/// `GET /clerk/catalogue`: the catalogue to carry to computers without a network.
pub(crate) async fn carry(State(portal): State<Arc<Portal>>) -> Result<Response, PageRefusal> {
    let (name, file) = carried(&portal).await?;
    Ok(download(file, "application/octet-stream", &name))
}

async fn insert(
    db: &mut SqliteConnection,
    code: &str,
    kind: &str,
    version: &str,
    sha256: Sha256,
    bundle: &[u8],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO catalogue (code, kind, version, sha256, bundle) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(code)
    .bind(kind)
    .bind(version)
    .bind(sha256.to_string())
    .bind(bundle.to_vec())
    .execute(db)
    .await?;
    Ok(())
}

/// The newest change of each procedure that changed since, oldest first.
async fn newest(
    db: &mut SqliteConnection,
    since: i64,
) -> Result<Vec<(i64, CatalogueChange)>, sqlx::Error> {
    let rows: Vec<(i64, String, String, String, String)> = sqlx::query_as(
        "SELECT seq, code, kind, version, sha256 FROM catalogue
         WHERE seq IN (SELECT MAX(seq) FROM catalogue GROUP BY code) AND seq > ? ORDER BY seq",
    )
    .bind(since)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(seq, code, kind, version, sha256)| {
            let kind = match kind.as_str() {
                "published" => CatalogueChangeKind::Published,
                _ => CatalogueChangeKind::Withdrawn,
            };
            Some((
                seq,
                CatalogueChange {
                    code,
                    kind,
                    version,
                    sha256: sha256.parse().ok()?,
                },
            ))
        })
        .collect())
}

/// The Vietnamese name of a procedure; its code when the catalogue has none.
pub(crate) async fn name_of(db: &mut SqliteConnection, code: &str) -> Result<String, sqlx::Error> {
    let pack = newest_pack(db, code).await?;
    Ok(pack.map_or_else(
        || format!("Thủ tục {code}"),
        |pack| pack.procedure().name.vi.clone(),
    ))
}

/// The newest published pack of a procedure, also after its withdrawal.
pub(crate) async fn newest_pack(
    db: &mut SqliteConnection,
    code: &str,
) -> Result<Option<FormPack>, sqlx::Error> {
    let bundle: Option<Vec<u8>> = sqlx::query_scalar(
        "SELECT bundle FROM catalogue WHERE code = ? AND kind = 'published' ORDER BY seq DESC LIMIT 1",
    )
    .bind(code)
    .fetch_optional(db)
    .await?;
    Ok(bundle.and_then(|bytes| {
        let bundle: PackBundle = serde_json::from_slice(&bytes).ok()?;
        let files = bundle
            .files
            .into_iter()
            .map(|file| (file.name, file.text))
            .collect();
        FormPack::parse(&files).ok()
    }))
}

/// Whether dossiers of the procedure are taken. A portal without any packs takes all, for tests of the rest.
pub(crate) async fn takes(db: &mut SqliteConnection, code: &str) -> Result<bool, sqlx::Error> {
    let offered = newest(db, 0).await?;
    Ok(offered.is_empty()
        || offered.iter().any(|(_, change)| {
            change.code == code && change.kind == CatalogueChangeKind::Published
        }))
}

#[derive(Deserialize)]
pub(crate) struct Since {
    cursor: Option<String>,
}

/// `GET /v1/catalogue`.
pub(crate) async fn changes(
    State(portal): State<Arc<Portal>>,
    Query(since): Query<Since>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let mut db = portal.db.acquire().await?;
    // A cursor of another portal, or from before a restore, starts anew.
    let newest_seq: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(seq), 0) FROM catalogue")
        .fetch_one(&mut *db)
        .await?;
    let cursor = since
        .cursor
        .and_then(|cursor| cursor.parse().ok())
        .filter(|cursor| (0..=newest_seq).contains(cursor))
        .unwrap_or(0);
    let changes = newest(&mut db, cursor).await?;
    let page = CataloguePage {
        cursor: newest_seq.to_string(),
        changes: changes.into_iter().map(|(_, change)| change).collect(),
        as_of: as_of(&mut db).await?,
    };
    Ok(with_etag(&headers, serde_json::to_vec(&page)?))
}

/// `GET /v1/packs/{code}`.
pub(crate) async fn pack(
    State(portal): State<Arc<Portal>>,
    UrlPath(code): UrlPath<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let newest: Option<(String, Vec<u8>)> = sqlx::query_as(
        "SELECT kind, bundle FROM catalogue WHERE code = ? ORDER BY seq DESC LIMIT 1",
    )
    .bind(&code)
    .fetch_optional(&portal.db)
    .await?;
    match newest {
        Some((kind, bundle)) if kind == "published" => Ok(with_etag(&headers, bundle)),
        _ => Err(Refusal::not_found("Cổng không có thủ tục này.")),
    }
}

/// JSON with its hash as ETag; 304 when the client has it.
fn with_etag(request: &HeaderMap, body: Vec<u8>) -> Response {
    let etag = format!("\"{}\"", Sha256::of(&body));
    let known = request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|tag| tag.trim().trim_start_matches("W/"))
        .any(|tag| tag == etag || tag == "*");
    let headers = [
        (header::ETAG, etag),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    if known {
        (StatusCode::NOT_MODIFIED, headers).into_response()
    } else {
        let mut response = (headers, body).into_response();
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        response
    }
}
