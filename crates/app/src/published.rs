//! The catalogue that the portal publishes: newer form packs replace those that came with the program.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hoso_portal_api::{CatalogueChange, CatalogueChangeKind, PackBundle};
use hoso_portal_client::{CallError, Fetched, Portal};
use serde::{Deserialize, Serialize};

use crate::open::Open;
use crate::outbox::millis;
use crate::{AppError, Topic, packs};

/// Key of [`Place`] in the store.
const PLACE: &str = "catalogue";
/// Between looks at the catalogue.
const EVERY: Duration = Duration::from_secs(60 * 60);
/// Until the next look when the portal could not be reached.
const SOON: Duration = Duration::from_secs(60);

/// How far the catalogue has been read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    cursor: Option<String>,
    etag: Option<String>,
}

/// Follows the portal's catalogue while the profile is open.
pub(crate) fn follow(open: &Arc<Open>, portal: Portal) {
    let (closing, open) = (open.closing.clone(), Arc::downgrade(open));
    tokio::spawn(async move {
        loop {
            let Some(open) = open.upgrade() else { return };
            let pause = match look(&open, &portal).await {
                Ok(()) => EVERY,
                Err(error) => {
                    tracing::info!(error = error.kind(), "the catalogue stays as it is");
                    SOON
                }
            };
            drop(open);
            tokio::select! {
                () = closing.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    });
}

/// Takes over what is new in the portal's catalogue.
pub(crate) async fn look(open: &Open, portal: &Portal) -> Result<(), AppError> {
    let _one = open.catalogue_look.lock().await;
    let asked = open.host.now();
    let place: Place = open.store.sync_meta(PLACE).await?.unwrap_or_default();
    let found = portal
        .catalogue(place.cursor.as_deref(), place.etag.as_deref())
        .await?;
    let Fetched::New { value: page, etag } = found else {
        open.sender.gate.looked(millis(&*open.host));
        return Ok(());
    };
    let (mut taken, mut missed) = (false, false);
    for change in &page.changes {
        if change.kind != CatalogueChangeKind::Published || knows(open, change) {
            continue;
        }
        match take(open, portal, change).await {
            Ok(new) => taken |= new,
            Err(
                error @ AppError::Call(CallError::Unexpected { .. } | CallError::Problem { .. }),
            ) => {
                tracing::warn!(
                    code = change.code,
                    error = error.kind(),
                    "a published form pack can't be had"
                );
                missed = true;
            }
            Err(error) => {
                if taken {
                    // The rest comes with the next look, which need not fetch these again.
                    let _one = open.catalogue_keep.lock().await;
                    open.read_catalogue().await?;
                    open.tell(&[Topic::App]);
                }
                return Err(error);
            }
        }
    }
    let place = Place {
        cursor: Some(page.cursor),
        etag,
    };
    {
        // All of the network is behind us: whoever takes a file in waits for the disk at most.
        let _one = open.catalogue_keep.lock().await;
        taken |= open.keep_withdrawn(&page.changes).await?;
        crate::catalogue::looked(open, page.as_of.as_deref(), asked).await?;
        // What was missed is in the same list the next time; the rest of it is known by then.
        if !missed {
            open.store.put_sync_meta(PLACE, &place).await?;
        }
        if taken {
            open.read_catalogue().await?;
            open.tell(&[Topic::App]);
        }
    }
    open.sender.gate.looked(millis(&*open.host));
    if taken {
        open.sender.gate.nudge();
    }
    Ok(())
}

fn knows(open: &Open, change: &CatalogueChange) -> bool {
    open.catalogue()
        .pack(&change.code)
        .is_some_and(|pack| pack.version() == change.version)
}

/// Takes a pack over, if it is whole and the one announced. One that is not must not keep the others out.
async fn take(open: &Open, portal: &Portal, change: &CatalogueChange) -> Result<bool, AppError> {
    let Fetched::New { value: pack, .. } = portal.pack(&change.code, None).await? else {
        return Ok(false);
    };
    let files = files_of(pack.bundle);
    match packs::read(&files) {
        Ok(read) if read.code() == change.code && pack.sha256 == change.sha256 => {
            open.store
                .put_pack(&change.code, &change.version, &serde_json::to_vec(&files)?)
                .await?;
            Ok(true)
        }
        Ok(_) => {
            tracing::warn!(
                code = change.code,
                "a published form pack is not the one announced"
            );
            Ok(false)
        }
        Err(error) => {
            tracing::warn!(
                code = change.code,
                error = AppError::from(error).kind(),
                "a published form pack is not used"
            );
            Ok(false)
        }
    }
}

/// The files of a pack by name.
pub(crate) fn files_of(bundle: PackBundle) -> BTreeMap<String, String> {
    let files = bundle.files.into_iter();
    files.map(|file| (file.name, file.text)).collect()
}
