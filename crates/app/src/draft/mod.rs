//! Drafts: opening, answering, undoing, checking.

mod agency;
mod check;
mod facts;
mod fill;
mod handover;
mod history;
mod open;
mod overview;

use std::collections::{BTreeMap, BTreeSet};

use hoso_dossier::{AttachmentId, DraftId, Handover, ProfileField};
use hoso_eform::{Applied, Change, ChangeError, Env, Explanation, Patch, Session};
use hoso_store::{NewAttachment, NewDraft, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::open::Open;
use crate::procedures::why_not;
use crate::view::{DraftInfo, DraftPatch, DraftProblem, FormPart, StepInfo, WizardStep};
use crate::{App, AppError, Topic, procedures};

pub(crate) use open::{OpenDraft, parse_form, pattern};
pub(crate) use overview::paper_mark;

pub(crate) use agency::offered as offered_agency;
pub(crate) use facts::{Facts, is_empty};
pub(crate) use handover::offered;
pub(crate) use history::Entry;

use history::Step;
use open::walk;

/// Where in the wizard a person is and has been; kept with the draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) step: WizardStep,
    #[serde(default)]
    pub(crate) page: String,
    #[serde(default)]
    pub(crate) visited: BTreeSet<WizardStep>,
}

impl Default for Place {
    fn default() -> Self {
        Self {
            step: WizardStep::Applicant,
            page: String::new(),
            visited: BTreeSet::new(),
        }
    }
}

impl Place {
    /// As kept; the beginning, when it can't be read.
    pub(crate) fn read(kept: &str) -> Self {
        serde_json::from_str(kept).unwrap_or_default()
    }
}

impl App {
    /// Begins a draft with the forms' defaults, prefilled from the profile.
    ///
    /// # Errors
    /// There is no such procedure, or it is not in force today.
    pub async fn draft_create(&self, procedure: String) -> Result<DraftInfo, AppError> {
        self.draft_begin(procedure, BTreeMap::new()).await
    }

    /// Begins a draft of a procedure or of a paper, with answers that are known besides those of the profile.
    pub(crate) async fn draft_begin(
        &self,
        procedure: String,
        known_besides: BTreeMap<String, Value>,
    ) -> Result<DraftInfo, AppError> {
        let open = self.open()?;
        let pack = procedures::find_pack(&open.catalogue(), &procedure)?;
        let now = open.host.now();
        let today = Env::new(now).date();
        open.catalogue()
            .offers(&procedure)
            .and_then(|()| pack.in_force(today))
            .map_err(|why| AppError::OutOfForce {
                procedure,
                why: why_not(&why, &open.language()),
            })?;
        let id = DraftId::new(open.host.uuid());
        let facts = Facts::of_profile(&open.details(), today);
        let env = Env {
            locale: open.language(),
            ..Env::new(now)
        };
        let mut entries = Vec::new();
        let applicant = pack.procedure().map(|pack| {
            let prefill = &pack.procedure().prefill.applicant;
            (FormPart::Applicant, pack.applicant_form(), prefill)
        });
        let form = (FormPart::Form, pack.form(), pack.prefill());
        for (part, definition, wanted) in applicant.into_iter().chain([form]) {
            let (form, env) = (parse_form(&pack, definition)?, env.clone());
            // Defaults may be scripts, which belong on the desk.
            let defaults = open.desk.run(move |_| form.initial(&env)).await?;
            let known = facts.answers(wanted, |_| Vec::new());
            entries.extend(prefill(part, defaults, "default"));
            // The day is nobody's own.
            let (today, own) = known
                .into_iter()
                .partition(|(path, _)| wanted.get(path) == Some(&ProfileField::Today));
            entries.extend(prefill(part, today, "default"));
            entries.extend(prefill(part, own, "profile"));
        }
        let known_besides = known_besides.into_iter().collect();
        entries.extend(prefill(FormPart::Form, known_besides, "dossier"));
        entries.extend(open.suggest_agency(&pack).await?);
        let place = match pack.procedure() {
            Some(_) => Place::default(),
            None => Place {
                step: WizardStep::Form,
                ..Place::default()
            },
        };
        open.begin_draft(
            &NewDraft {
                id,
                procedure: pack.code().to_owned(),
                pack_version: pack.version().to_owned(),
                step: serde_json::to_string(&place)?,
                title: String::new(),
                dossier: None,
                revision: 1,
            },
            &entries,
        )
        .await?;
        open.tell(&[Topic::Dossiers]);
        self.draft_open(id).await
    }

    /// Opens a draft where the person stopped.
    ///
    /// # Errors
    /// There is no such draft, it is sealed, or its form can't be read.
    pub async fn draft_open(&self, id: DraftId) -> Result<DraftInfo, AppError> {
        let open = self.open()?;
        let mut draft = open.held_draft(id).await?;
        open.sharing.at(id, open.host.now());
        open.draft_info(&mut draft).await
    }

    /// Changes an answer; on disk before it returns.
    ///
    /// # Errors
    /// The change does not fit the form, or the disk is full: then nothing has changed.
    pub async fn draft_change(
        &self,
        id: DraftId,
        part: FormPart,
        change: Change,
    ) -> Result<DraftPatch, AppError> {
        let open = self.open()?;
        let mut draft = open.held_draft(id).await?;
        let applied = open
            .apply(&mut draft, part, change, |change| Entry::Change {
                part,
                change,
            })
            .await?;
        draft.history.record(Step {
            part,
            change: applied.change,
            inverse: applied.inverse,
            source: None,
        });
        open.draft_patch(&mut draft, Some(part), applied.patch)
            .await
    }

    /// The person confirms a prefilled answer.
    ///
    /// # Errors
    /// The disk is full.
    pub async fn draft_confirm_source(
        &self,
        id: DraftId,
        part: FormPart,
        path: String,
    ) -> Result<DraftPatch, AppError> {
        let open = self.open()?;
        let mut draft = open.held_draft(id).await?;
        open.append(
            &mut draft,
            &Entry::Confirm {
                part,
                path: path.clone(),
            },
        )
        .await?;
        let patch = open
            .desk
            .run(move |sheets| Ok::<_, AppError>(sheets.get(id, part)?.confirm_source(&path)))
            .await??;
        open.draft_patch(&mut draft, Some(part), patch).await
    }

    /// Takes the newest change back, as far as the beginning of the draft.
    ///
    /// # Errors
    /// The disk is full: then nothing has changed.
    pub async fn draft_undo(&self, id: DraftId) -> Result<DraftPatch, AppError> {
        let open = self.open()?;
        let mut draft = open.held_draft(id).await?;
        let Some(step) = draft.history.newest().cloned() else {
            return open.draft_patch(&mut draft, None, Patch::default()).await;
        };
        let patch = open
            .restore(&mut draft, step.part, step.inverse, Entry::Undo)
            .await?;
        draft.history.undid();
        open.draft_patch(&mut draft, Some(step.part), patch).await
    }

    /// Brings the change taken back last again.
    ///
    /// # Errors
    /// The disk is full: then nothing has changed.
    pub async fn draft_redo(&self, id: DraftId) -> Result<DraftPatch, AppError> {
        let open = self.open()?;
        let mut draft = open.held_draft(id).await?;
        let Some(step) = draft.history.next().cloned() else {
            return open.draft_patch(&mut draft, None, Patch::default()).await;
        };
        let mut patch = open
            .restore(&mut draft, step.part, step.change.clone(), Entry::Redo)
            .await?;
        open.mark(&draft, &step, &mut patch).await?;
        draft.history.redid();
        open.draft_patch(&mut draft, Some(step.part), patch).await
    }

    /// Remembers where in the wizard the person is.
    ///
    /// # Errors
    /// The disk is full.
    pub async fn draft_step(
        &self,
        id: DraftId,
        step: WizardStep,
        page: String,
    ) -> Result<Vec<StepInfo>, AppError> {
        let open = self.open()?;
        let mut draft = open.held_draft(id).await?;
        if step != WizardStep::Form {
            draft.procedure()?;
        }
        let left = draft.place.step;
        draft.place.visited.extend([left, step]);
        draft.place.step = step;
        draft.place.page = page;
        open.store
            .update_draft_step(id, &serde_json::to_string(&draft.place)?, open.host.now())
            .await?;
        let patch = open.draft_patch(&mut draft, None, Patch::default()).await?;
        Ok(patch.steps)
    }

    /// What keeps a page, a step or the whole draft from being complete.
    ///
    /// # Errors
    /// There is no such draft.
    pub async fn draft_check(
        &self,
        id: DraftId,
        step: Option<WizardStep>,
        page: String,
    ) -> Result<Vec<DraftProblem>, AppError> {
        let open = self.open()?;
        let mut draft = open.held_draft(id).await?;
        open.problems(&mut draft, step, &page).await
    }

    /// Why a component of a form is as it is; nothing where the form has no such path.
    ///
    /// # Errors
    /// There is no such draft.
    pub async fn draft_explain(
        &self,
        id: DraftId,
        part: FormPart,
        path: String,
    ) -> Result<Option<Explanation>, AppError> {
        let open = self.open()?;
        open.draft(id).await?;
        open.desk
            .run(move |sheets| Ok(sheets.get(id, part)?.explain(&path)))
            .await?
    }

    /// Remembers how papers and news travel: who receives the dossier, the result, the originals, notices.
    ///
    /// # Errors
    /// No such agency is known, a supplement would go to another one than its dossier, or the disk is full: then nothing has changed.
    pub async fn draft_handover(
        &self,
        id: DraftId,
        handover: Handover,
    ) -> Result<DraftPatch, AppError> {
        let open = self.open()?;
        let mut draft = open.held_draft(id).await?;
        draft.procedure()?;
        let mut handover = handover::tidy(handover);
        let same = agency::is_same(&handover, &draft.handover);
        // A supplement goes to where its dossier is.
        if draft.row.dossier.is_some() && !same {
            return Err(AppError::AgencyKept);
        }
        agency::tidied(&mut handover, &draft.handover)?;
        let entry = Entry::Handover {
            handover: Box::new(handover.clone()),
        };
        open.append(&mut draft, &entry).await?;
        let before = std::mem::replace(&mut draft.handover, handover);
        if let Some(chosen) = &draft.handover.agency
            && draft.handover.agency_suggested.is_none()
            && (!same || before.agency_suggested.is_some())
            && draft
                .procedure()
                .is_ok_and(|pack| chosen.suits(pack.procedure()).is_ok())
            && let Err(error) = agency::remember(&open.store, chosen).await
        {
            // The choice is kept with the draft; the next one is only not suggested it.
            tracing::warn!(error = error.kind(), "remembering the agency");
        }
        open.draft_patch(&mut draft, None, Patch::default()).await
    }

    /// Puts a draft into the trash; it can be brought back.
    ///
    /// # Errors
    /// There is no such draft, or it is sealed.
    pub async fn draft_discard(&self, id: DraftId) -> Result<(), AppError> {
        let open = self.open()?;
        open.store.trash_draft(id, open.host.now()).await?;
        open.close_draft(id).await?;
        open.tell(&[Topic::Dossiers]);
        Ok(())
    }

    /// Brings a draft back from the trash.
    ///
    /// # Errors
    /// There is no such draft in the trash.
    pub async fn draft_restore(&self, id: DraftId) -> Result<(), AppError> {
        let open = self.open()?;
        open.store.restore_draft(id, open.host.now()).await?;
        open.tell(&[Topic::Dossiers]);
        Ok(())
    }
}

impl Open {
    /// Keeps a new draft and the first entries of its log.
    pub(crate) async fn begin_draft(
        &self,
        draft: &NewDraft,
        entries: &[Entry],
    ) -> Result<(), AppError> {
        let entries: Vec<serde_json::Value> = entries
            .iter()
            .map(serde_json::to_value)
            .collect::<Result<_, _>>()?;
        let now = self.host.now();
        Ok(self
            .store
            .create_whole_draft(draft, &entries, &[], now)
            .await?)
    }

    /// Begins a draft with the answers, files and delivery of another one, whole or not at all.
    pub(crate) async fn copy_draft(&self, from: DraftId, draft: &NewDraft) -> Result<(), AppError> {
        let log: Vec<serde_json::Value> = self
            .store
            .log(from)
            .await?
            .into_iter()
            .map(|(_, _, entry)| entry)
            .collect();
        let files = self.store.attachments(from).await?;
        let files: Vec<NewAttachment> = files
            .into_iter()
            .filter(|file| !file.removed)
            .map(|file| NewAttachment {
                id: AttachmentId::new(self.host.uuid()),
                draft: draft.id,
                component: file.component,
                name: file.name,
                media_type: file.media_type,
                size: file.size,
                sha256: file.sha256,
                origin: file.origin,
                answers_mark: file.answers_mark,
            })
            .collect();
        let now = self.host.now();
        Ok(self
            .store
            .create_whole_draft(draft, &log, &files, now)
            .await?)
    }

    /// Applies a change to the open form and makes it durable, as the form made it; an entry that can't be kept is taken back from the form.
    pub(super) async fn apply(
        &self,
        draft: &mut OpenDraft,
        part: FormPart,
        change: Change,
        entry: impl FnOnce(Change) -> Entry,
    ) -> Result<Applied, AppError> {
        self.make(draft, part, entry, move |session| session.apply(&change))
            .await
    }

    /// Makes a change of the log again, or takes it back.
    async fn restore(
        &self,
        draft: &mut OpenDraft,
        part: FormPart,
        change: Change,
        entry: Entry,
    ) -> Result<Patch, AppError> {
        let entry = |_| entry;
        let restored = self
            .make(draft, part, entry, move |session| session.restore(&change))
            .await?;
        Ok(restored.patch)
    }

    async fn make(
        &self,
        draft: &mut OpenDraft,
        part: FormPart,
        entry: impl FnOnce(Change) -> Entry,
        change: impl FnOnce(&mut Session) -> Result<Applied, ChangeError> + Send + 'static,
    ) -> Result<Applied, AppError> {
        if draft.closed {
            return Err(AppError::DraftClosed);
        }
        let id = draft.row.id;
        let applied = self
            .desk
            .run(move |sheets| Ok::<_, AppError>(change(sheets.get(id, part)?)?))
            .await??;
        if let Err(error) = self.append(draft, &entry(applied.change.clone())).await {
            return Err(self.take_back(id, part, applied.inverse, error).await);
        }
        Ok(applied)
    }

    /// Takes what could not be kept back from the open form; says why it could not.
    async fn take_back(
        &self,
        id: DraftId,
        part: FormPart,
        inverse: Change,
        why: AppError,
    ) -> AppError {
        let back = self.desk.run(move |sheets| {
            let back = match sheets.get(id, part) {
                Ok(session) => session.restore(&inverse).map(drop).map_err(AppError::from),
                Err(error) => Err(error),
            };
            if back.is_err() {
                // A form that shows what is not on disk is read anew.
                sheets.close(id);
            }
            back
        });
        if let Ok(Err(error)) | Err(error) = back.await {
            tracing::debug!(error = error.kind(), "taking a change back from its form");
        }
        why
    }

    /// Adds to the draft's log; durable when it returns.
    async fn append(&self, draft: &mut OpenDraft, entry: &Entry) -> Result<(), AppError> {
        if draft.closed {
            return Err(AppError::DraftClosed);
        }
        let now = self.host.now();
        match self
            .store
            .append_log(draft.row.id, &serde_json::to_value(entry)?, now)
            .await
        {
            Ok(_) => {
                draft.saved_at = now;
                self.sharing.at(draft.row.id, now);
                self.sharing.nudge();
                Ok(())
            }
            Err(StoreError::WrongState { .. }) => Err(AppError::DraftSealed),
            Err(error) => Err(error.into()),
        }
    }
}

/// The entry for answers that were there before the person typed anything.
pub(crate) fn prefill(
    part: FormPart,
    answers: Vec<(String, Value)>,
    source: &str,
) -> Option<Entry> {
    let changes: Vec<Change> = answers
        .into_iter()
        .map(|(path, value)| Change::Set { path, value })
        .collect();
    (!changes.is_empty()).then(|| Entry::Prefill {
        part,
        change: Change::Batch { changes },
        source: source.into(),
    })
}
