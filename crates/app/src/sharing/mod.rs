//! Drafts shared between the person's desktops. What to do is decided in [`hoso_sync::sharing`]; here it is carried out.
//!
//! Sharing is never in the way: a draft that is shared is written as any other, and what of it is at the portal is seen to behind the person's back. Files stay
//! at the desktop where they were attached; the others see their names.

mod content;
mod desktops;
mod pass;
mod show;
mod waits;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use hoso_dossier::{DraftId, Sha256, SharedDraftId};
use hoso_portal_api::{LeaseWish, ProblemCode, SharedDraft};
use hoso_portal_client::{CallError, Portal};
use hoso_store::{NewDraft, ShareRow, ShareState, StoreError};
use hoso_sync::sharing::{Role, Share, may_write};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::{Mutex, Notify};
use tokio::time::{Instant, timeout_at};

use crate::draft::Place;
use crate::open::Open;
use crate::view::{DraftInfo, DraftShare, SharingInfo};
use crate::{App, AppError, Topic};

use content::About;
use desktops::Desktops;
pub(crate) use desktops::KEEPING;
use pass::held;
use waits::{EVERY, METERED_REST, REST, Rest, Trouble};

/// How long a person who was at a draft is taken to be still there.
const STILL_THERE: i64 = 10 * 60;

/// What is known of sharing while the profile is open.
#[derive(Default)]
pub(crate) struct Sharing {
    changed: Notify,
    /// Taken while the portal is asked.
    one: Mutex<()>,
    seen: RwLock<Seen>,
}

#[derive(Default)]
struct Seen {
    /// When the person was last at a draft.
    at: BTreeMap<DraftId, Timestamp>,
    /// What the portal last said.
    held: BTreeMap<SharedDraftId, SharedDraft>,
    /// Versions that can't be read here, and why: they are not fetched again.
    unreadable: BTreeMap<SharedDraftId, (Sha256, &'static str)>,
    /// Versions that hold less than what is here, and how much that was: they are not fetched again before something changes.
    shorter: BTreeMap<SharedDraftId, (Sha256, u64)>,
    /// Drafts that could not be sent, and why.
    troubles: BTreeMap<DraftId, Trouble>,
    /// The portal could not say which drafts it has.
    list: Option<Trouble>,
}

impl Sharing {
    /// Something may be to be sent.
    pub(crate) fn nudge(&self) {
        self.changed.notify_one();
    }

    /// Waits until nothing has changed for a while; not for ever.
    async fn rest(&self, after_change: Duration) {
        let mut rest = Rest::begun(after_change, Instant::now());
        while timeout_at(rest.until(), self.changed.notified())
            .await
            .is_ok()
            && rest.changed(Instant::now())
        {}
    }

    /// Other desktops are known now: what could not be read is looked at again.
    fn look_again(&self) {
        self.write().unreadable.clear();
        self.try_again();
    }

    /// What was in the way may be gone: what could not be sent is tried again, but for what the portal has put off.
    fn try_again(&self) {
        self.write().troubles.retain(|_, trouble| trouble.asked);
        self.nudge();
    }

    /// The person is at a draft.
    pub(crate) fn at(&self, draft: DraftId, now: Timestamp) {
        self.write().at.insert(draft, now);
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Seen> {
        self.seen.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Seen> {
        self.seen.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a shared draft stands, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    share: Share,
    /// Mark of those for whom the portal's version is encrypted.
    #[serde(default)]
    sent_for: String,
}

impl Kept {
    fn of(row: &ShareRow) -> Result<Self, AppError> {
        Ok(serde_json::from_value(row.value.clone())?)
    }

    fn state(&self) -> Result<ShareState, AppError> {
        Ok(ShareState {
            reader: self.share.role == Role::Reader,
            value: serde_json::to_value(self)?,
        })
    }
}

/// Looks after shared drafts while the profile is open.
pub(crate) fn follow(open: &Arc<Open>) {
    let (closing, open) = (open.closing.clone(), Arc::downgrade(open));
    tokio::spawn(async move {
        loop {
            let Some(open) = open.upgrade() else { return };
            if let Err(error) = open.pass().await {
                tracing::debug!(error = error.kind(), "shared drafts");
            }
            let rest = if open.sender.is_metered() {
                METERED_REST
            } else {
                REST
            };
            let waiting = async {
                tokio::select! {
                    () = open.sharing.changed.notified() => open.sharing.rest(rest).await,
                    () = tokio::time::sleep(EVERY) => {}
                }
            };
            tokio::select! {
                () = closing.cancelled() => return,
                () = waiting => {}
            }
        }
    });
}

impl App {
    /// What other desktops share and can't be read here, and how sharing stands.
    ///
    /// # Errors
    /// The profile is locked.
    pub async fn sharing(&self) -> Result<SharingInfo, AppError> {
        let open = self.open()?;
        let desktops = Desktops::of(&open.store).await?;
        let seen = open.sharing.read();
        let of = |why: &str| {
            let count = seen.unreadable.values().filter(|(_, said)| *said == why);
            u32::try_from(count.count()).unwrap_or(u32::MAX)
        };
        Ok(SharingInfo {
            ready: !desktops.is_alone(),
            not_for_us: of(NOT_FOR_US),
            strangers: of(STRANGER),
            broken: of(BROKEN),
        })
    }

    /// How a draft is shared now; none when it isn't.
    ///
    /// # Errors
    /// The profile is locked.
    pub async fn draft_share_state(&self, id: DraftId) -> Result<Option<DraftShare>, AppError> {
        Ok(self.open()?.draft_shares().await?.remove(&id))
    }

    /// Lets the person's other desktops see a draft. It goes to the portal encrypted for them, as soon as there is a way.
    ///
    /// # Errors
    /// It is no draft of a procedure, or no other desktop is known yet.
    pub async fn draft_share(&self, id: DraftId) -> Result<DraftInfo, AppError> {
        let open = self.open()?;
        if Desktops::of(&open.store).await?.is_alone() {
            return Err(AppError::ShareAlone);
        }
        if desktops::portal_keeps(&open.store).await? == Some(false) {
            return Err(AppError::SharePortal);
        }
        // Held until it is shared: what is sealed meanwhile would be sealed under another name.
        let mut draft = open.held_draft(id).await?;
        draft.procedure()?;
        if draft.row.dossier.is_some() {
            return Err(AppError::ShareSupplement);
        }
        let begun = Kept {
            share: Share::begun(),
            sent_for: String::new(),
        };
        let shared = SharedDraftId::new(open.host.uuid());
        let about = serde_json::to_value(About::default())?;
        open.store
            .share(id, shared, &begun.state()?, &about)
            .await?;
        draft.row = open.store.draft(id).await?;
        drop(draft);
        open.sharing.nudge();
        open.tell(&[Topic::Dossiers]);
        self.draft_open(id).await
    }

    /// Stops sharing a draft: here it stays, on the other desktops it goes to the trash.
    ///
    /// # Errors
    /// It is not shared, is only read here, or the portal can't be reached.
    pub async fn draft_unshare(&self, id: DraftId) -> Result<DraftInfo, AppError> {
        let open = self.open()?;
        let _one = open.sharing.one.lock().await;
        let row = open.shared_row(id).await?;
        if row.reader {
            return Err(StoreError::HeldElsewhere { draft: id }.into());
        }
        // One that keeps no drafts any more has nothing to end.
        let kept = desktops::portal_keeps(&open.store).await? != Some(false);
        if let Some(shared) = row.shared.filter(|_| kept) {
            let ended = open.portal()?.end_draft(shared).await;
            // One that never came there has nothing to end.
            if !is_problem(&ended, ProblemCode::NotFound) {
                ended?;
            }
        }
        open.store.end_share(id, open.host.now()).await?;
        // There may be room for another one now.
        open.sharing.try_again();
        open.tell(&[Topic::Dossiers]);
        self.draft_open(id).await
    }

    /// Goes on writing a draft here that another desktop wrote. `even_if_open`: also if it is open there at this moment; what was typed there and has not come
    /// to the portal stays there as a draft of its own.
    ///
    /// A draft that the portal has no more is this desktop's own from then on.
    ///
    /// # Errors
    /// It is open there, the portal can't be reached, or not everything is here yet.
    pub async fn draft_take_over(
        &self,
        id: DraftId,
        even_if_open: bool,
    ) -> Result<DraftInfo, AppError> {
        let open = self.open()?;
        let _one = open.sharing.one.lock().await;
        let row = open.shared_row(id).await?;
        let shared = row.shared.ok_or(AppError::ShareNone)?;
        if desktops::portal_keeps(&open.store).await? == Some(false) {
            return self.made_own(&open, &row).await;
        }
        let desktops = Desktops::of(&open.store).await?;
        let portal = open.portal()?;
        let list = portal.drafts().await?.drafts;
        let Some(at_portal) = list.iter().find(|one| one.id == shared) else {
            return self.made_own(&open, &row).await;
        };
        // Whether it can be read here shows before the lease is taken from whoever writes.
        let row = if row.reader {
            open.see_to(&portal, &desktops, &row, Some(at_portal))
                .await?;
            open.is_readable(at_portal)?;
            open.row_of(shared).await?.ok_or(AppError::ShareNone)?
        } else {
            row
        };
        let wish = LeaseWish {
            desktop: desktops.own_id(),
            take_over: even_if_open,
        };
        let leased = match portal.lease_draft(shared, &wish).await {
            Err(error) if is_code(&error, ProblemCode::DraftHeld) => {
                let lease = at_portal.lease;
                return Err(AppError::ShareHeld {
                    desktop: lease
                        .map(|lease| desktops.name_of(lease.desktop))
                        .unwrap_or_default(),
                    seconds: lease.map_or(0, |lease| lease.seconds),
                });
            }
            Err(error) if is_code(&error, ProblemCode::NotFound) => {
                return self.made_own(&open, &row).await;
            }
            other => other?,
        };
        open.see_to(&portal, &desktops, &row, Some(&leased)).await?;
        open.is_readable(&leased)?;
        // What has come meanwhile may have made it another draft.
        let row = open.row_of(shared).await?.ok_or(AppError::ShareNone)?;
        let mut kept = Kept::of(&row)?;
        if !may_write(&kept.share, &held(&leased, desktops.own_id())) {
            return Err(AppError::ShareBehind);
        }
        kept.share = kept.share.with_role(Role::Writer);
        let taken = open
            .store
            .put_share(row.draft.id, row.length, &kept.state()?)
            .await?;
        if !taken {
            return Err(AppError::ShareBehind);
        }
        open.sharing.write().held.insert(shared, leased);
        open.close_draft(row.draft.id).await?;
        open.sharing.nudge();
        open.tell(&[Topic::Dossiers, Topic::Draft]);
        self.draft_open(row.draft.id).await
    }

    /// Nobody shares it any more: what is here stays, to be written here.
    async fn made_own(&self, open: &Open, row: &ShareRow) -> Result<DraftInfo, AppError> {
        open.part(row, "").await?;
        open.tell(&[Topic::Dossiers, Topic::Draft]);
        self.draft_open(row.draft.id).await
    }

    /// Begins a draft of this desktop's own with the answers and files of one that another desktop writes.
    ///
    /// # Errors
    /// There is no such draft.
    pub async fn draft_copy(&self, id: DraftId) -> Result<DraftInfo, AppError> {
        let open = self.open()?;
        let from = open.store.draft(id).await?;
        let copy = NewDraft {
            id: DraftId::new(open.host.uuid()),
            procedure: from.procedure,
            pack_version: from.pack_version,
            step: serde_json::to_string(&Place::read(&from.step))?,
            title: from.title,
            dossier: None,
            revision: 1,
        };
        open.copy_draft(id, &copy).await?;
        open.tell(&[Topic::Dossiers]);
        self.draft_open(copy.id).await
    }

    /// Looks after shared drafts now, until nothing moves; for those who wait for it.
    ///
    /// # Errors
    /// The portal can't be reached.
    pub async fn sharing_settle(&self) -> Result<(), AppError> {
        let open = self.open()?;
        for _ in 0..8 {
            if !open.pass().await? {
                break;
            }
        }
        Ok(())
    }
}

/// Why a shared draft can't be read here.
const NOT_FOR_US: &str = "share.not_for_us";
const STRANGER: &str = "share.stranger";
const BROKEN: &str = "share.broken";

impl Open {
    fn portal(&self) -> Result<Portal, AppError> {
        let session = self.session.as_ref().ok_or(AppError::NoPortal)?;
        Ok(session.portal.clone())
    }

    /// Whether the version that the portal has could be read here.
    fn is_readable(&self, draft: &SharedDraft) -> Result<(), AppError> {
        match self.sharing.read().unreadable.get(&draft.id) {
            Some((sha256, why)) if *sha256 == draft.sha256 => Err(AppError::ShareUnreadable(why)),
            _ => Ok(()),
        }
    }

    async fn shared_row(&self, id: DraftId) -> Result<ShareRow, AppError> {
        let rows = self.store.shares().await?;
        rows.into_iter()
            .find(|row| row.draft.id == id)
            .ok_or(AppError::ShareNone)
    }

    async fn row_of(&self, shared: SharedDraftId) -> Result<Option<ShareRow>, AppError> {
        let rows = self.store.shares().await?;
        Ok(rows.into_iter().find(|row| row.shared == Some(shared)))
    }
}

fn is_problem<T>(outcome: &Result<T, CallError>, code: ProblemCode) -> bool {
    outcome.as_ref().is_err_and(|error| is_code(error, code))
}

fn is_code(error: &CallError, code: ProblemCode) -> bool {
    matches!(error, CallError::Problem { problem, .. } if problem.code == code)
}
