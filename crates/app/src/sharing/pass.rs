//! One look at the portal's drafts, and what follows from it.

use hoso_dossier::{DesktopId, DraftId, Sha256};
use hoso_portal_api::{LeaseWish, ProblemCode, SharedDraft};
use hoso_portal_client::{CallError, Portal};
use hoso_stick::{DraftFile, Identity, StickError};
use hoso_store::{DraftState, NewDraft, RawEntry, ShareRow};
use hoso_sync::sharing::{Base, Fetched, Held, Holder, Next, Role, Share, compare, fetched, next};

use super::content::{About, Content};
use super::desktops::{Desktops, id_of, portal_keeps};
use super::waits::Trouble;
use super::{BROKEN, Kept, NOT_FOR_US, STILL_THERE, STRANGER, is_code};
use crate::open::Open;
use crate::sticks::random;
use crate::{AppError, Topic};

/// A version that was fetched and read.
struct Version {
    content: Content,
    /// Who wrote it, by the name that the person gave the desktop.
    desktop: String,
    base: Base,
}

/// What the portal says, as this desktop reads it.
pub(super) fn held(draft: &SharedDraft, own: DesktopId) -> Held {
    Held {
        version: draft.version,
        sha256: draft.sha256,
        holder: match draft.lease {
            None => Holder::Nobody,
            Some(lease) if lease.desktop == own => Holder::Us,
            Some(_) => Holder::Other,
        },
        ended: draft.ended,
    }
}

impl Open {
    /// Sends what is to be sent, takes over what other desktops wrote; says whether anything moved.
    pub(super) async fn pass(&self) -> Result<bool, AppError> {
        let Some(session) = &self.session else {
            return Ok(false);
        };
        if !session.is_signed_in() || self.sender.meta().paused {
            return Ok(false);
        }
        let _one = self.sharing.one.lock().await;
        let desktops = Desktops::of(&self.store).await?;
        let rows = self.store.shares().await?;
        if desktops.is_alone() && rows.iter().all(|row| row.shared.is_none()) {
            return Ok(false);
        }
        if portal_keeps(&self.store).await? == Some(false) {
            return Ok(false);
        }
        let now = self.host.now();
        if let Some(trouble) = &self.sharing.read().list
            && !trouble.is_over(now)
        {
            return Ok(false);
        }
        let portal = session.portal.clone();
        let list = match portal.drafts().await {
            Ok(list) => list.drafts,
            Err(error) => {
                let error = AppError::from(error);
                // Without a way there asking costs nothing.
                if !has_no_way(&error) {
                    let mut seen = self.sharing.write();
                    seen.list = Some(Trouble::after(seen.list.as_ref(), &error, now));
                }
                return Err(error);
            }
        };
        {
            let mut seen = self.sharing.write();
            seen.list = None;
            seen.held = list.iter().map(|one| (one.id, one.clone())).collect();
            let shared = |id| list.iter().any(|one| one.id == id && !one.ended);
            seen.unreadable.retain(|id, _| shared(*id));
            seen.shorter.retain(|id, _| shared(*id));
        }
        let mut moved = false;
        let seen_to = self
            .each(&portal, &desktops, &rows, &list, &mut moved)
            .await;
        // What moved before the way there was lost is told too.
        if moved {
            self.tell(&[Topic::Dossiers, Topic::Draft]);
        }
        seen_to.map(|()| moved)
    }

    /// Sees to each draft, whatever becomes of the others; without a way to the portal they would wait for nothing.
    async fn each(
        &self,
        portal: &Portal,
        desktops: &Desktops,
        rows: &[ShareRow],
        list: &[SharedDraft],
        moved: &mut bool,
    ) -> Result<(), AppError> {
        for row in rows {
            let Some(shared) = row.shared else { continue };
            let at_portal = list.iter().find(|one| one.id == shared);
            let now = self.host.now();
            if let Some(trouble) = self.sharing.read().troubles.get(&row.draft.id)
                && !trouble.is_over(now)
            {
                continue;
            }
            match self.see_to(portal, desktops, row, at_portal).await {
                Ok(did) => {
                    *moved |= did;
                    self.sharing.write().troubles.remove(&row.draft.id);
                }
                Err(error) if has_no_way(&error) => return Err(error),
                Err(error) => {
                    tracing::warn!(error = error.kind(), "a shared draft");
                    let mut seen = self.sharing.write();
                    let before = seen.troubles.get(&row.draft.id);
                    let trouble = Trouble::after(before, &error, self.host.now());
                    seen.troubles.insert(row.draft.id, trouble);
                }
            }
        }
        for draft in list {
            let here = rows.iter().any(|row| row.shared == Some(draft.id));
            if !here && !draft.ended {
                match self.take_new(portal, desktops, draft).await {
                    Ok(took) => *moved |= took,
                    Err(error) if has_no_way(&error) => return Err(error),
                    Err(error) => {
                        tracing::warn!(error = error.kind(), "a draft that another desktop shares")
                    }
                }
            }
        }
        Ok(())
    }

    /// Does what is to be done about one draft; says whether anything moved.
    pub(super) async fn see_to(
        &self,
        portal: &Portal,
        desktops: &Desktops,
        row: &ShareRow,
        at_portal: Option<&SharedDraft>,
    ) -> Result<bool, AppError> {
        let (id, Some(shared)) = (row.draft.id, row.shared) else {
            return Ok(false);
        };
        if row.draft.state != DraftState::Open {
            // Sealed, or thrown away: nobody else goes on with it.
            match portal.end_draft(shared).await {
                Err(error) if !is_code(&error, ProblemCode::NotFound) => return Err(error.into()),
                _ => {}
            }
            self.store.end_share(id, self.host.now()).await?;
            return Ok(true);
        }
        let kept = Kept::of(row)?;
        let own = desktops.own_id();
        let held = at_portal.map(|draft| held(draft, own));
        let mut next = next(&kept.share, row.length, held.as_ref(), self.is_at(id));
        // Another desktop has come since it was sent: it is sent for that one too.
        if let (Next::Rest | Next::Hold, Role::Writer, Some(held)) =
            (next, kept.share.role, held.as_ref())
            && held.holder != Holder::Other
            && kept.sent_for != mark(desktops)
        {
            next = Next::Send {
                after: held.version,
            };
        }
        match (next, at_portal) {
            (Next::Rest, _) => Ok(false),
            (Next::Hold, Some(draft)) => {
                let fresh = draft.lease.is_some_and(|lease| lease.seconds > 60);
                if !fresh || held.is_some_and(|held| held.holder != Holder::Us) {
                    let wish = LeaseWish {
                        desktop: own,
                        take_over: false,
                    };
                    let leased = portal.lease_draft(shared, &wish).await?;
                    self.sharing.write().held.insert(shared, leased);
                }
                Ok(false)
            }
            (Next::Send { after }, _) => self.send(portal, desktops, row, &kept, after).await,
            (Next::Fetch, Some(draft)) if self.is_shorter(draft, held.as_ref(), row.length) => {
                Ok(false)
            }
            (Next::Fetch, Some(draft)) => match self.fetch(portal, desktops, draft).await? {
                Some(version) => self.merge(row, &kept, held.as_ref(), version).await,
                None => Ok(false),
            },
            (Next::Follow, _) => {
                let reader = Kept {
                    share: kept.share.with_role(Role::Reader),
                    ..kept
                };
                self.store
                    .put_share(id, row.length, &reader.state()?)
                    .await?;
                self.close_draft(id).await?;
                Ok(true)
            }
            (Next::Part, draft) => {
                // Once it has ended there is nothing to follow at any other.
                let lease = draft.filter(|draft| !draft.ended);
                let lease = lease.and_then(|draft| draft.lease);
                let desktop = lease.map(|lease| desktops.name_of(lease.desktop));
                self.part(row, &desktop.unwrap_or_default()).await
            }
            (Next::LetGo, _) => {
                self.store.end_share(id, self.host.now()).await?;
                self.close_draft(id).await?;
                Ok(true)
            }
            (Next::Hold | Next::Fetch, None) => Ok(false),
        }
    }

    /// That version was fetched before and holds less than what is here: there is nothing in it, unless this desktop is to write on.
    fn is_shorter(&self, draft: &SharedDraft, held: Option<&Held>, length: u64) -> bool {
        let known = self.sharing.read().shorter.get(&draft.id).copied();
        known == Some((draft.sha256, length)) && held.is_none_or(|held| held.holder != Holder::Us)
    }

    /// The person was at the draft a little while ago.
    fn is_at(&self, id: DraftId) -> bool {
        let last = self.sharing.read().at.get(&id).copied();
        last.is_some_and(|at| self.host.now().duration_since(at).as_secs() < STILL_THERE)
    }

    async fn send(
        &self,
        portal: &Portal,
        desktops: &Desktops,
        row: &ShareRow,
        kept: &Kept,
        after: u64,
    ) -> Result<bool, AppError> {
        let (id, Some(shared)) = (row.draft.id, row.shared) else {
            return Ok(false);
        };
        let log = self.store.raw_log(id).await?;
        let length = u64::try_from(log.len()).unwrap_or(u64::MAX);
        let draft = self.store.draft(id).await?;
        let files = self.store.attachments(id).await?.into_iter();
        let content = Content {
            shared,
            version: after + 1,
            procedure: draft.procedure,
            pack_version: draft.pack_version,
            title: draft.title,
            step: draft.step,
            log,
            files: files
                .filter(|file| !file.removed)
                .map(|file| file.name)
                .collect(),
        };
        let content = serde_json::to_vec(&content)?;
        let (signer, recipients) = (desktops.own.signer.clone(), desktops.recipients());
        let packing = tokio::task::spawn_blocking(move || {
            DraftFile::pack(content, &signer, &recipients, &mut random)
        });
        let packed = packing.await.map_err(|_| AppError::Interrupted)??;
        let sha256 = Sha256::of(&packed);
        let sent = portal
            .put_draft(shared, desktops.own_id(), after, packed)
            .await;
        let sent = match sent {
            // Somebody was quicker: the next look tells what follows.
            Err(error)
                if is_code(&error, ProblemCode::DraftChanged)
                    || is_code(&error, ProblemCode::DraftHeld)
                    || is_code(&error, ProblemCode::DraftEnded) =>
            {
                return Ok(true);
            }
            other => other?,
        };
        let kept = Kept {
            share: kept.share.with_base(Base {
                version: sent.version,
                sha256,
                length,
            }),
            sent_for: mark(desktops),
        };
        self.store.share_sent(id, &kept.state()?).await?;
        self.sharing.write().held.insert(shared, sent);
        Ok(true)
    }

    /// Fetches a version and reads it; one that can't be read is remembered, with the reason.
    async fn fetch(
        &self,
        portal: &Portal,
        desktops: &Desktops,
        draft: &SharedDraft,
    ) -> Result<Option<Version>, AppError> {
        let known = self.sharing.read().unreadable.get(&draft.id).copied();
        if known.is_some_and(|(sha256, _)| sha256 == draft.sha256) {
            return Ok(None);
        }
        let bytes = portal.draft(draft).await?;
        let identity = desktops.own.identity.clone();
        let opening = tokio::task::spawn_blocking(move || open_file(&bytes, &identity));
        let opened = opening.await.map_err(|_| AppError::Interrupted)?;
        let read = match opened {
            Ok((_, signer)) if !desktops.trusts(&signer) => Err(STRANGER),
            Ok((content, _)) if content.shared != draft.id || content.version != draft.version => {
                Err(BROKEN)
            }
            Ok((content, signer)) => Ok((content, desktops.name_of(id_of(&signer)))),
            Err(StickError::NotForUs) => Err(NOT_FOR_US),
            Err(_) => Err(BROKEN),
        };
        let mut seen = self.sharing.write();
        match read {
            Ok((content, desktop)) => {
                seen.unreadable.remove(&draft.id);
                let length = u64::try_from(content.log.len()).unwrap_or(u64::MAX);
                Ok(Some(Version {
                    content,
                    desktop,
                    base: Base {
                        version: draft.version,
                        sha256: draft.sha256,
                        length,
                    },
                }))
            }
            Err(why) => {
                tracing::warn!(draft = %draft.id, why, "a shared draft can't be read here");
                seen.unreadable.insert(draft.id, (draft.sha256, why));
                Ok(None)
            }
        }
    }

    /// Brings the log here and the portal's together.
    async fn merge(
        &self,
        row: &ShareRow,
        kept: &Kept,
        held: Option<&Held>,
        version: Version,
    ) -> Result<bool, AppError> {
        let id = row.draft.id;
        let here = self.store.raw_log(id).await?;
        let length = u64::try_from(here.len()).unwrap_or(u64::MAX);
        let holder = held.map_or(Holder::Nobody, |held| held.holder);
        let compared = compare(&here, &version.content.log);
        let with = |role| Kept {
            share: kept.share.with_role(role).with_base(version.base),
            sent_for: kept.sent_for.clone(),
        };
        match fetched(kept.share.role, holder, compared) {
            Fetched::Adopt(role) => {
                let adopted = with(role).state()?;
                let done = self.store.put_share(id, length, &adopted).await?;
                if role != kept.share.role {
                    self.close_draft(id).await?;
                }
                Ok(done)
            }
            Fetched::Extend => {
                let rest: Vec<RawEntry> = version
                    .content
                    .log
                    .iter()
                    .skip(here.len())
                    .cloned()
                    .collect();
                let about = about(&version)?;
                let done = self
                    .store
                    .extend_shared(
                        id,
                        length,
                        &rest,
                        &with(Role::Reader).state()?,
                        (&version.content.title, &about),
                        self.host.now(),
                    )
                    .await?;
                self.close_draft(id).await?;
                Ok(done)
            }
            Fetched::Part => self.part(row, &version.desktop).await,
            Fetched::Rest => {
                let known = (version.base.sha256, length);
                let mut seen = self.sharing.write();
                seen.shorter.insert(version.content.shared, known);
                Ok(false)
            }
        }
    }

    /// What was typed here stays as a draft of this desktop's own; the shared one comes anew.
    pub(super) async fn part(&self, row: &ShareRow, desktop: &str) -> Result<bool, AppError> {
        let about = About {
            desktop: desktop.into(),
            files: vec![],
            apart_since: self.host.now().to_string(),
        };
        let about = serde_json::to_value(&about)?;
        self.store.part_shared(row.draft.id, &about).await?;
        self.close_draft(row.draft.id).await?;
        Ok(true)
    }

    /// Takes in a draft that another desktop shares.
    async fn take_new(
        &self,
        portal: &Portal,
        desktops: &Desktops,
        draft: &SharedDraft,
    ) -> Result<bool, AppError> {
        let Some(version) = self.fetch(portal, desktops, draft).await? else {
            return Ok(false);
        };
        let kept = Kept {
            share: Share::taken(version.base),
            sent_for: String::new(),
        };
        let about = about(&version)?;
        let content = version.content;
        let new = NewDraft {
            id: DraftId::new(self.host.uuid()),
            procedure: content.procedure,
            pack_version: content.pack_version,
            step: content.step,
            title: content.title,
            dossier: None,
            revision: 1,
        };
        let (state, now) = (kept.state()?, self.host.now());
        self.store
            .take_shared(&new, &content.log, draft.id, &state, &about, now)
            .await?;
        Ok(true)
    }
}

/// Nothing can be asked of the portal now.
pub(super) const fn has_no_way(error: &AppError) -> bool {
    matches!(
        error,
        AppError::Call(CallError::Offline { .. } | CallError::SignedOut)
    )
}

fn about(version: &Version) -> Result<serde_json::Value, AppError> {
    Ok(serde_json::to_value(About {
        desktop: version.desktop.clone(),
        files: version.content.files.clone(),
        apart_since: String::new(),
    })?)
}

/// Tells one set of readers from another.
fn mark(desktops: &Desktops) -> String {
    let mut names: Vec<String> = desktops
        .recipients()
        .iter()
        .map(ToString::to_string)
        .collect();
    names.sort_unstable();
    Sha256::of(names.join(" ").as_bytes()).to_string()
}

fn open_file(
    bytes: &[u8],
    identity: &Identity,
) -> Result<(Content, hoso_stick::PublicKey), StickError> {
    let file = DraftFile::open(bytes, identity)?;
    let content = serde_json::from_slice(&file.content)
        .map_err(|error| StickError::Manifest(error.to_string()))?;
    Ok((content, file.signer))
}
