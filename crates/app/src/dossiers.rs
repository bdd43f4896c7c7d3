//! Dossiers: the folders, one dossier's page, and what can be done with it.

use std::collections::BTreeMap;

use hoso_dossier::{DossierId, DraftId, Folder, Manifest};
use hoso_places::fold;
use hoso_store::{DossierRow as StoredDossier, DraftRow, DraftState, NewDraft};
use hoso_sync::{Event, Stage, WaitReason};
use jiff::Timestamp;

use crate::draft::Place;
use crate::open::Open;
use crate::outbox::LookEntry;
use crate::payments::fee_view;
use crate::procedures::say;
use crate::view::{
    DossierInfo, DossierList, DossierRow, DraftInfo, FolderCount, QueueItem, QueueStage,
    QueueUpload, ReceivedFile, RevisionRow, SupplementView, SyncInfo, TimelineRow, WaitInfo,
    WizardStep,
};
use crate::{App, AppError, Topic, qr, text};

/// The folders in the order in which they are shown.
const FOLDERS: [Folder; 8] = [
    Folder::Unsent,
    Folder::Outbox,
    Folder::Sent,
    Folder::AwaitingPayment,
    Folder::SupplementRequested,
    Folder::Processing,
    Folder::Returned,
    Folder::Rejected,
];

impl App {
    /// All folders' counts, and the rows of one or of all that match.
    ///
    /// # Errors
    /// The profile is locked.
    pub async fn dossiers(
        &self,
        folder: Option<Folder>,
        query: String,
    ) -> Result<DossierList, AppError> {
        let open = self.open()?;
        let mut rows = open.rows().await?;
        rows.sort_by(|one, other| other.changed_at.cmp(&one.changed_at));
        let folders = FOLDERS
            .into_iter()
            .map(|folder| FolderCount {
                folder,
                count: u32::try_from(rows.iter().filter(|row| row.folder == folder).count())
                    .unwrap_or(u32::MAX),
            })
            .collect();
        let wanted = fold(&text::tidy(&query));
        rows.retain(|row| {
            folder.is_none_or(|folder| row.folder == folder)
                && (wanted.is_empty()
                    || fold(&format!(
                        "{} {} {}",
                        row.title,
                        row.subject,
                        row.code.as_ref().map_or("", |code| code.as_str())
                    ))
                    .contains(&wanted))
        });
        Ok(DossierList {
            folders,
            rows,
            refreshed_at: rfc3339(open.sender.look().meta.refreshed_at),
        })
    }

    /// One dossier's page.
    ///
    /// # Errors
    /// There is no such dossier.
    pub async fn dossier(&self, id: DossierId) -> Result<DossierInfo, AppError> {
        let open = self.open()?;
        let stored = open.store.dossier(id).await?;
        let look = open.sender.look_at(id);
        let drafts = open.store.drafts().await?;
        let mut row = open.dossier_row(&stored, look.as_ref());
        let supplement_draft = drafts
            .iter()
            .find(|draft| draft.dossier == Some(id) && draft.state == DraftState::Open)
            .map(|draft| draft.id);
        row.draft = supplement_draft;
        let view = look.as_ref().and_then(|look| look.entry.view.clone());
        let refreshed_at = rfc3339(open.sender.look().meta.refreshed_at);
        let received: BTreeMap<String, u64> = open
            .store
            .documents(id)
            .await?
            .into_iter()
            .map(|document| (document.id, document.size))
            .collect();
        let mut timeline = Vec::new();
        let mut revisions = Vec::new();
        for revision in open.store.revisions(id).await? {
            let manifest =
                Manifest::from_sealed(&open.store.manifest(id, revision.revision).await?)?;
            timeline.push(TimelineRow {
                at: revision.sealed_at.to_string(),
                status: 0,
                step: if revision.revision == 1 {
                    "sealed".into()
                } else {
                    "supplementSealed".into()
                },
                handler: String::new(),
                note: String::new(),
            });
            revisions.push(RevisionRow {
                revision: revision.revision,
                sealed_at: revision.sealed_at.to_string(),
                sha256: revision.sha256.to_string(),
                files: manifest.files.into_iter().map(|file| file.name).collect(),
            });
        }
        if let Some(view) = &view {
            timeline.extend(view.timeline.iter().map(|entry| TimelineRow {
                at: entry.at.clone(),
                status: entry.status,
                step: entry.step.clone(),
                handler: entry.handler.clone(),
                note: entry.note.clone(),
            }));
        }
        // By whole seconds, as the portal tells them: what was sealed here stands before what followed at once.
        timeline.sort_by_key(|entry| {
            let at = entry.at.parse::<Timestamp>().ok();
            at.map(Timestamp::as_second)
        });
        let queue = look
            .as_ref()
            .and_then(|look| open.queue_item(&stored, look));
        let payments = look
            .as_ref()
            .map(|look| look.entry.payments.clone())
            .unwrap_or_default();
        Ok(DossierInfo {
            code_qr: row
                .code
                .as_ref()
                .map(|code| qr::svg(code.as_str()))
                .unwrap_or_default(),
            row,
            procedure: stored.procedure.clone(),
            handler: view
                .as_ref()
                .and_then(|view| Some(view.timeline.last()?.handler.clone()))
                .unwrap_or_default(),
            due_at: view
                .as_ref()
                .and_then(|view| view.due_at.clone())
                .unwrap_or_default(),
            timeline,
            revisions,
            supplement: view
                .as_ref()
                .and_then(|view| view.supplement.as_ref())
                .map(|request| SupplementView {
                    reason: request.reason.clone(),
                    components: request.components.clone(),
                    requested_at: request.requested_at.clone(),
                    draft: supplement_draft,
                }),
            opinion: view
                .as_ref()
                .and_then(|view| view.opinion.clone())
                .unwrap_or_default(),
            fees: view
                .iter()
                .flat_map(|view| &view.fees)
                .map(|fee| fee_view(fee, payments.get(&fee.id), refreshed_at.clone()))
                .collect(),
            files: view
                .iter()
                .flat_map(|view| &view.files)
                .map(|file| ReceivedFile {
                    id: file.id.clone(),
                    kind: serde_json::to_value(file.kind)
                        .ok()
                        .and_then(|kind| Some(kind.as_str()?.to_owned()))
                        .unwrap_or_default(),
                    name: file.name.clone(),
                    size: file.size,
                    here: received.contains_key(&file.id),
                })
                .collect(),
            refreshed_at,
            queue,
        })
    }

    /// Opens the draft that answers a request for supplement; begins it from the revision that the desk has.
    ///
    /// # Errors
    /// There is no such request.
    pub async fn dossier_supplement(&self, id: DossierId) -> Result<DraftInfo, AppError> {
        let open = self.open()?;
        let begun = open
            .store
            .drafts()
            .await?
            .into_iter()
            .find(|draft| draft.dossier == Some(id) && draft.state == DraftState::Open);
        if let Some(draft) = begun {
            return self.draft_open(draft.id).await;
        }
        let request = open
            .sender
            .entry(id)
            .and_then(|entry| entry.view?.supplement)
            .ok_or_else(|| AppError::NotFound {
                what: "request for supplement",
                id: id.to_string(),
            })?;
        // Where papers are asked for, that is where one begins.
        let mut place = Place::default();
        if !request.components.is_empty() {
            place.step = WizardStep::Components;
        }
        let supplements = Some((id, request.revision));
        let draft = open.draft_again(id, supplements, &place).await?;
        self.draft_open(draft).await
    }

    /// Begins a new draft from a dossier (*tạo lại từ hồ sơ này*).
    ///
    /// # Errors
    /// There is no such dossier.
    pub async fn dossier_copy(&self, id: DossierId) -> Result<DraftInfo, AppError> {
        let open = self.open()?;
        let draft = open.draft_again(id, None, &Place::default()).await?;
        open.tell(&[Topic::Dossiers]);
        self.draft_open(draft).await
    }

    /// Takes a sealed dossier back while nothing of it can have been handed in, and gives its content back as a draft.
    ///
    /// # Errors
    /// It has been sent already.
    pub async fn dossier_cancel(&self, id: DossierId) -> Result<DraftInfo, AppError> {
        let open = self.open()?;
        // A supplement answers the desk: its number is spoken for, so it is sent or answered anew, never taken back.
        let may = match open.sender.entry(id) {
            Some(entry) => entry
                .current()
                .is_some_and(|revision| revision.revision == 1 && revision.may_cancel()),
            // Taken back before, by a run that died before it gave the draft back.
            None => !open.store.dossier(id).await?.hidden,
        };
        if !may {
            return Err(AppError::TooLate);
        }
        open.sender.event(Event::Cancel { dossier: id });
        open.sender.settle().await;
        if open.sender.entry(id).is_some() {
            return Err(AppError::TooLate);
        }
        let draft = open.draft_again(id, None, &Place::default()).await?;
        open.store.hide_dossier(id, true).await?;
        open.tell(&[Topic::Dossiers, Topic::Sync]);
        self.draft_open(draft).await
    }

    /// Shows a receipt or result in the system's program for it.
    ///
    /// # Errors
    /// It is not here yet, or there is no such program.
    pub async fn dossier_file_open(&self, id: DossierId, file: String) -> Result<(), AppError> {
        let open = self.open()?;
        let (name, bytes) = open.received(id, &file).await?;
        self.show(&name, &bytes)
    }

    /// Name and bytes of a receipt or result.
    ///
    /// # Errors
    /// It is not here yet.
    pub async fn dossier_file(
        &self,
        id: DossierId,
        file: String,
    ) -> Result<(String, Vec<u8>), AppError> {
        self.open()?.received(id, &file).await
    }

    /// Saves a receipt or result to where the person says; `None` when they changed their mind.
    ///
    /// # Errors
    /// It is not here yet, or the file can't be written.
    pub async fn dossier_file_save(
        &self,
        id: DossierId,
        file: String,
    ) -> Result<Option<String>, AppError> {
        let open = self.open()?;
        let (name, bytes) = open.received(id, &file).await?;
        let Some(path) = self.host.save_as(&name).await else {
            return Ok(None);
        };
        text::save(&path, &bytes)?;
        Ok(Some(path.display().to_string()))
    }

    /// The connection, and the queue.
    ///
    /// # Errors
    /// The profile is locked.
    pub async fn sync_info(&self) -> Result<SyncInfo, AppError> {
        let open = self.open()?;
        let look = open.sender.look();
        let mut queue = Vec::new();
        for entry in &look.entries {
            let stored = open.store.dossier(entry.dossier).await?;
            if let Some(item) = open.queue_item(&stored, entry) {
                queue.push((sealed_at(entry), item));
            }
        }
        queue.sort_by_key(|(sealed_at, _)| *sealed_at);
        Ok(SyncInfo {
            online: look.online,
            paused: look.meta.paused,
            busy: look.busy,
            refreshed_at: rfc3339(look.meta.refreshed_at),
            queue: queue.into_iter().map(|(_, item)| item).collect(),
            clock_off_seconds: open
                .session
                .as_ref()
                .and_then(|session| session.portal.clock_skew())
                // A few seconds are the network's, not the clock's.
                .filter(|skew| skew.abs() > 60)
                .unwrap_or(0),
        })
    }

    /// Sends and asks now instead of when the wait is over.
    ///
    /// # Errors
    /// The profile is locked.
    pub async fn sync_now(&self) -> Result<(), AppError> {
        let open = self.open()?;
        open.sender.event(Event::Connected);
        open.sender.event(Event::RefreshNow);
        for entry in open.sender.look().entries {
            if entry.waiting.is_some() {
                open.sender.event(Event::RetryNow {
                    dossier: entry.dossier,
                });
            }
        }
        // What can be asked is on its way when this returns.
        open.sender.settle().await;
        Ok(())
    }

    /// Holds sending back, or lets it go.
    ///
    /// # Errors
    /// The profile is locked.
    pub async fn sync_pause(&self, on: bool) -> Result<SyncInfo, AppError> {
        let open = self.open()?;
        open.sender.event(Event::Pause { on });
        open.sender.settle().await;
        self.sync_info().await
    }

    /// Tries one dossier now.
    ///
    /// # Errors
    /// The profile is locked.
    #[allow(clippy::unused_async)]
    pub async fn sync_retry(&self, id: DossierId) -> Result<(), AppError> {
        self.open()?.sender.event(Event::RetryNow { dossier: id });
        Ok(())
    }
}

impl Open {
    /// Drafts and dossiers as rows.
    async fn rows(&self) -> Result<Vec<DossierRow>, AppError> {
        let catalogue = self.catalogue();
        let language = self.language();
        let looks: BTreeMap<DossierId, LookEntry> = self
            .sender
            .look()
            .entries
            .into_iter()
            .map(|entry| (entry.dossier, entry))
            .collect();
        let mut rows: Vec<DossierRow> = self
            .store
            .drafts()
            .await?
            .into_iter()
            .filter(|draft| draft.state == DraftState::Open)
            .map(|draft: DraftRow| DossierRow {
                draft: Some(draft.id),
                dossier: draft.dossier,
                title: catalogue
                    .get(&draft.procedure)
                    .map_or(draft.procedure.clone(), |pack| {
                        say(&pack.procedure().name, &language).to_owned()
                    }),
                subject: draft.title,
                code: None,
                folder: Folder::Unsent,
                status: None,
                changed_at: draft.updated_at.to_string(),
                step: Some(Place::read(&draft.step).step),
            })
            .collect();
        for stored in self.store.dossiers().await? {
            if !stored.hidden {
                rows.push(self.dossier_row(&stored, looks.get(&stored.id)));
            }
        }
        Ok(rows)
    }

    fn dossier_row(&self, stored: &StoredDossier, look: Option<&LookEntry>) -> DossierRow {
        let view = look.and_then(|look| look.entry.view.as_ref());
        let on_its_way = look.is_some_and(|look| look.entry.active().is_some());
        let receipt = look.and_then(|look| look.entry.accepted()?.receipt.as_ref());
        let folder = match view {
            _ if on_its_way => Folder::Outbox,
            // A status that this version doesn't know is somewhere on its way at the desk.
            Some(view) => view
                .official_status()
                .map_or(Folder::Processing, hoso_dossier::OfficialStatus::folder),
            None if receipt.is_some() => Folder::Sent,
            None => Folder::Outbox,
        };
        DossierRow {
            draft: None,
            dossier: Some(stored.id),
            title: self
                .catalogue()
                .get(&stored.procedure)
                .map_or(stored.procedure.clone(), |pack| {
                    say(&pack.procedure().name, &self.language()).to_owned()
                }),
            subject: stored.title.clone(),
            code: view
                .map(|view| view.code.clone())
                .or_else(|| receipt.map(|receipt| receipt.code.clone())),
            folder,
            status: view.map(|view| view.status),
            changed_at: view
                .and_then(|view| view.timeline.last())
                .and_then(|entry| entry.at.parse::<Timestamp>().ok())
                .unwrap_or(stored.created_at)
                .to_string(),
            step: None,
        }
    }

    /// A dossier's place in the queue; `None` once everything sealed has arrived.
    fn queue_item(&self, stored: &StoredDossier, look: &LookEntry) -> Option<QueueItem> {
        let revision = look.entry.active()?;
        let stage = match &revision.stage {
            Stage::Sealed => QueueStage::Sealed,
            Stage::Uploading => QueueStage::Uploading,
            Stage::Submitting => QueueStage::Submitting,
            Stage::OutcomeUnknown => QueueStage::OutcomeUnknown,
            Stage::Accepted | Stage::Settled => QueueStage::Accepted,
            Stage::NeedsFix { .. } => QueueStage::NeedsFix,
            Stage::Quarantined { .. } => QueueStage::Quarantined,
        };
        let wait = match &revision.stage {
            Stage::NeedsFix { refusal } => Some(WaitInfo {
                code: "problem".into(),
                until: String::new(),
                detail: refusal.detail.clone(),
            }),
            Stage::Quarantined { reason } => Some(WaitInfo {
                code: "problem".into(),
                until: String::new(),
                detail: serde_json::to_string(reason).unwrap_or_default(),
            }),
            _ => look
                .waiting
                .as_ref()
                .map(|reason| wait_info(reason, look.no_way)),
        };
        Some(QueueItem {
            dossier: stored.id,
            revision: revision.revision,
            title: self.dossier_row(stored, Some(look)).title,
            stage,
            wait,
            uploads: look
                .progress
                .iter()
                .map(|file| QueueUpload {
                    id: file.upload,
                    name: file.name.clone(),
                    sent: file.sent,
                    size: file.size,
                })
                .collect(),
        })
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

    async fn received(&self, id: DossierId, file: &str) -> Result<(String, Vec<u8>), AppError> {
        let document = self
            .store
            .documents(id)
            .await?
            .into_iter()
            .find(|document| document.id == file)
            .ok_or_else(|| AppError::NotFound {
                what: "file",
                id: file.chars().take(80).collect(),
            })?;
        let bytes = self.store.read_blob(&document.sha256).await?;
        Ok((document.name, bytes))
    }
}

fn sealed_at(look: &LookEntry) -> u64 {
    look.entry.active().map_or(0, |revision| revision.sealed_at)
}

fn wait_info(reason: &WaitReason, no_way: bool) -> WaitInfo {
    let (code, until, detail) = match reason {
        WaitReason::Paused => ("paused", None, ""),
        WaitReason::Offline => ("offline", None, ""),
        WaitReason::NotSignedIn => ("signedOut", None, ""),
        WaitReason::PortalBusy { until } => ("portalBusy", Some(*until), ""),
        WaitReason::Backoff { until, .. } if no_way => ("offline", Some(*until), ""),
        WaitReason::Backoff { until, why } => ("backoff", Some(*until), why.as_str()),
    };
    WaitInfo {
        code: code.into(),
        until: rfc3339(until),
        detail: detail.to_owned(),
    }
}

/// Milliseconds since the epoch as RFC 3339; empty for none.
fn rfc3339(millis: Option<u64>) -> String {
    millis
        .and_then(|millis| Timestamp::from_millisecond(i64::try_from(millis).ok()?).ok())
        .map(|at| at.to_string())
        .unwrap_or_default()
}
