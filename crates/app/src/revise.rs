//! What a sealed dossier becomes a draft again by: a supplement, a copy, taking it back.

use hoso_dossier::{DossierId, DraftId};
use hoso_portal_api::SupplementRequest;
use hoso_store::{DraftState, NewDraft};
use hoso_sync::{Entry, Event};

use crate::draft::Place;
use crate::open::Open;
use crate::view::{DraftInfo, WizardStep};
use crate::{App, AppError, Topic};

impl App {
    /// Opens the draft that answers a request for supplement; begins it from what was sealed last. A supplement that the portal refused, or that is
    /// held back, is given up for it: its number is never used again.
    ///
    /// # Errors
    /// There is no such request, or an answer to it is on its way.
    pub async fn dossier_supplement(&self, id: DossierId) -> Result<DraftInfo, AppError> {
        let open = self.open()?;
        open.goes_on_here(id)?;
        let begun = open
            .store
            .drafts()
            .await?
            .into_iter()
            .find(|draft| draft.dossier == Some(id) && draft.state == DraftState::Open);
        if let Some(draft) = begun {
            return self.draft_open(draft.id).await;
        }
        let entry = open.sender.entry(id);
        let request = entry
            .as_ref()
            .and_then(|entry| entry.view.as_ref()?.supplement.clone())
            .ok_or_else(|| AppError::NotFound {
                what: "request for supplement",
                id: id.to_string(),
            })?;
        match entry.as_ref().and_then(Entry::active) {
            Some(active) if active.revision > 1 && active.is_parked() => open.give_up(id).await?,
            Some(_) => return Err(AppError::TooLate),
            None => {}
        }
        let draft = open.supplement_draft(id, &request).await?;
        open.tell(&[Topic::Dossiers]);
        self.draft_open(draft).await
    }

    /// Begins a new draft from a dossier (*tạo lại từ hồ sơ này*).
    ///
    /// # Errors
    /// There is no such dossier, or the portal is about another copy of it.
    pub async fn dossier_copy(&self, id: DossierId) -> Result<DraftInfo, AppError> {
        let open = self.open()?;
        open.is_the_only_one(id)?;
        let draft = open.draft_again(id, None, &Place::default()).await?;
        open.tell(&[Topic::Dossiers]);
        self.draft_open(draft).await
    }

    /// Takes back what was sealed, while nothing of it can have been handed in, and gives its content back as a draft; `None` after a supplement that
    /// nobody asks for any more.
    ///
    /// # Errors
    /// It has been sent already, or money is in it.
    pub async fn dossier_cancel(&self, id: DossierId) -> Result<Option<DraftInfo>, AppError> {
        let open = self.open()?;
        open.is_the_only_one(id)?;
        let entry = open.sender.entry(id);
        let supplement = match &entry {
            Some(entry) => match entry.active() {
                Some(active) if entry.may_cancel() => active.revision > 1,
                Some(active) if active.may_cancel() && entry.has_money() => {
                    return Err(AppError::Paid);
                }
                Some(active) if active.may_cancel() && active.is_on_a_stick() => {
                    return Err(AppError::Carried);
                }
                _ => return Err(AppError::TooLate),
            },
            // Taken back before, by a run that died before it gave the draft back.
            None if !open.store.dossier(id).await?.hidden => false,
            None => return Err(AppError::TooLate),
        };
        let draft = if supplement {
            open.give_up(id).await?;
            let asked = entry.and_then(|entry| entry.view?.supplement);
            match asked {
                Some(request) => Some(open.supplement_draft(id, &request).await?),
                None => None,
            }
        } else {
            open.sender.wish(Event::Cancel { dossier: id }).await?;
            if open.sender.entry(id).is_some() {
                return Err(AppError::TooLate);
            }
            let draft = open.draft_again(id, None, &Place::default()).await?;
            open.store.hide_dossier(id, true).await?;
            Some(draft)
        };
        open.tell(&[Topic::Dossiers, Topic::Sync]);
        match draft {
            Some(draft) => Ok(Some(self.draft_open(draft).await?)),
            None => Ok(None),
        }
    }
}

impl Open {
    /// Gives the supplement up that is not with the portal.
    async fn give_up(&self, id: DossierId) -> Result<(), AppError> {
        self.sender.wish(Event::Cancel { dossier: id }).await?;
        let entry = self.sender.entry(id);
        if entry.as_ref().and_then(Entry::active).is_some() {
            return Err(AppError::TooLate);
        }
        Ok(())
    }

    /// A draft that answers a request for supplement.
    async fn supplement_draft(
        &self,
        id: DossierId,
        request: &SupplementRequest,
    ) -> Result<DraftId, AppError> {
        // Where papers are asked for, that is where one begins.
        let mut place = Place::default();
        if !request.components.is_empty() {
            place.step = WizardStep::Components;
        }
        let revision = self.next_revision(id, request.revision).await?;
        self.draft_again(id, Some((id, revision)), &place).await
    }

    /// The number under which a supplement is sealed: above every one that was ever sealed here, also where the portal refused it.
    pub(crate) async fn next_revision(
        &self,
        id: DossierId,
        asked_for: u32,
    ) -> Result<u32, AppError> {
        let newest = self.store.revisions(id).await?.pop();
        Ok(newest.map_or(asked_for, |newest| asked_for.max(newest.revision + 1)))
    }

    /// A new draft with what the newest sealed revision of a dossier says.
    async fn draft_again(
        &self,
        from: DossierId,
        supplements: Option<(DossierId, u32)>,
        place: &Place,
    ) -> Result<DraftId, AppError> {
        let stored = self.store.dossier(from).await?;
        let source = self
            .store
            .revisions(from)
            .await?
            .pop()
            .ok_or_else(|| AppError::NotFound {
                what: "revision",
                id: from.to_string(),
            })?
            .draft;
        let sealed = self.store.draft(source).await?;
        let id = DraftId::new(self.host.uuid());
        self.copy_draft(
            source,
            &NewDraft {
                id,
                procedure: stored.procedure,
                pack_version: sealed.pack_version,
                step: serde_json::to_string(place)?,
                title: sealed.title,
                dossier: supplements.map(|(dossier, _)| dossier),
                revision: supplements.map_or(1, |(_, revision)| revision),
            },
        )
        .await?;
        Ok(id)
    }
}
