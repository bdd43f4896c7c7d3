//! What a face is told about a draft: at opening all of it, after a change what changed.

use std::sync::{Arc, OnceLock};

use hoso_dossier::{DECLARATION_TEXT, DECLARATION_VERSION, DraftId, FeeError, Pack, Sha256};
use hoso_eform::{FormView, Patch, vn};
use serde_json::Value;

use super::check::ComponentFiles;
use super::{OpenDraft, agency};
use crate::AppError;
use crate::desk::Sheets;
use crate::open::Open;
use crate::text::written;
use crate::view::{
    DraftInfo, DraftPatch, DraftShare, DraftShareState, FeeLine, FeeSummary, FormPart, PaperState,
    StepInfo, StepState, SupplementView, WizardStep,
};

/// What both forms say now.
pub(crate) struct Said {
    pub(crate) applicant: Value,
    pub(crate) form: Value,
}

/// What follows from both forms' answers, as far as faces are told of it after every change.
#[derive(Debug)]
pub(crate) struct Gist {
    /// Of which moments of the two forms.
    turns: [u64; 2],
    /// For whom the dossier is.
    subject: String,
    /// No answer of the form of whoever submits is missing or wrong.
    applicant_whole: bool,
    form_whole: bool,
    pub(super) fee: Result<FeeSummary, FeeError>,
    /// Which of the procedure's components are required, in its order.
    pub(super) required: Vec<bool>,
    mark: OnceLock<String>,
}

/// Marks what an export was made from: the same answers, the same mark.
pub(crate) fn paper_mark(applicant: &Value, form: &Value) -> Result<String, AppError> {
    let bytes = serde_json::to_vec(&(applicant, form))?;
    Ok(Sha256::of(&bytes).to_string())
}

impl Gist {
    /// Reads it off the open forms, unless what is known of them still holds. Nothing is copied: forms may be large.
    fn read(
        sheets: &mut Sheets,
        draft: DraftId,
        known: Option<Arc<Gist>>,
        pack: &Pack,
        subject: Option<&str>,
    ) -> Result<Arc<Gist>, AppError> {
        let (turn, applicant_whole) = sheets
            .applicant(draft)
            .map_or((0, true), |form| (form.turn(), form.is_whole()));
        let form = sheets.get(draft, FormPart::Form)?;
        let turns = [turn, form.turn()];
        if let Some(known) = known.filter(|known| known.turns == turns) {
            return Ok(known);
        }
        let data = form.sealed();
        let subject = subject
            .and_then(|path| data.pointer(&format!("/{}", path.replace('.', "/"))))
            .and_then(Value::as_str)
            .unwrap_or_default();
        Ok(Arc::new(Gist {
            turns,
            subject: subject.to_owned(),
            applicant_whole,
            form_whole: form.is_whole(),
            fee: fee(pack, data),
            required: pack.procedure().map_or_else(Vec::new, |pack| {
                let components = pack.procedure().components.iter();
                components
                    .map(|component| pack.component_required(component, data))
                    .collect()
            }),
            mark: OnceLock::new(),
        }))
    }
}

impl Open {
    /// Reads both forms.
    pub(crate) async fn said(&self, draft: &OpenDraft) -> Result<Said, AppError> {
        let id = draft.row.id;
        self.desk
            .run(move |sheets| {
                Ok(Said {
                    applicant: sheets.applicant_data(id),
                    form: sheets.get(id, FormPart::Form)?.sealed_data(),
                })
            })
            .await?
    }

    /// What follows from the present answers.
    pub(super) async fn gist(&self, draft: &mut OpenDraft) -> Result<Arc<Gist>, AppError> {
        let (id, known) = (draft.row.id, draft.gist.clone());
        let (pack, subject) = (Arc::clone(&draft.pack), draft.subject.clone());
        let gist = self
            .desk
            .run(move |sheets| Gist::read(sheets, id, known, &pack, subject.as_deref()))
            .await??;
        draft.gist = Some(Arc::clone(&gist));
        Ok(gist)
    }

    /// The mark of the present answers.
    pub(super) async fn mark_of(&self, draft: &OpenDraft, gist: &Gist) -> Result<String, AppError> {
        if let Some(known) = gist.mark.get() {
            return Ok(known.clone());
        }
        let id = draft.row.id;
        let mark = self
            .desk
            .run(move |sheets| {
                let applicant = sheets.applicant_data(id);
                paper_mark(&applicant, sheets.get(id, FormPart::Form)?.sealed())
            })
            .await??;
        Ok(gist.mark.get_or_init(|| mark).clone())
    }

    /// All of a draft.
    pub(crate) async fn draft_info(&self, draft: &mut OpenDraft) -> Result<DraftInfo, AppError> {
        let id = draft.row.id;
        let (applicant, form): (Option<FormView>, FormView) = self
            .desk
            .run(move |sheets| {
                let applicant = sheets.applicant(id).map(|form| form.view());
                Ok::<_, AppError>((applicant, sheets.get(id, FormPart::Form)?.view()))
            })
            .await??;
        let supplement = self.supplement_of(draft);
        let patch = self.draft_patch(draft, None, Patch::default()).await?;
        let share = self.draft_shares().await?.remove(&id);
        let read = share
            .as_ref()
            .filter(|share| share.state == DraftShareState::Reader);
        Ok(DraftInfo {
            read_only: read.map_or_else(String::new, |share| self.read_only_words(share)),
            share,
            id,
            procedure: draft.row.procedure.clone(),
            title: crate::procedures::say(draft.pack.name(), &self.language()).to_owned(),
            subject: draft.row.title.clone(),
            step: draft.place.step,
            page: draft.place.page.clone(),
            applicant,
            form,
            components: draft.told_components.clone(),
            fee: draft.told_fee.clone().unwrap_or_else(no_fee),
            agency_level: agency::level(draft),
            handover: draft.handover.clone(),
            steps: patch.steps,
            paper: patch.paper,
            can_undo: patch.can_undo,
            can_redo: patch.can_redo,
            saved_at: patch.saved_at,
            supplement,
            declaration: DECLARATION_TEXT.to_owned(),
            declaration_version: DECLARATION_VERSION.to_owned(),
        })
    }

    /// Why a draft can't be written here.
    fn read_only_words(&self, share: &DraftShare) -> String {
        let desktop = &share.desktop;
        match (self.language().as_str(), desktop.is_empty()) {
            ("en", true) => "It is being written at another of your computers.".into(),
            ("en", false) => format!("It is being written at “{desktop}”."),
            (_, true) => "Nháp này đang được soạn ở máy khác của bạn.".into(),
            (_, false) => format!("Nháp này đang được soạn ở máy “{desktop}”."),
        }
    }

    /// The request that the draft answers, when it is a supplement.
    pub(crate) fn supplement_of(&self, draft: &OpenDraft) -> Option<SupplementView> {
        let asked = self.sender.entry(draft.row.dossier?)?.view?.supplement?;
        Some(self.supplement_view(&asked, Some(draft.row.id)))
    }

    /// A change, and everything that follows from it.
    pub(crate) async fn draft_patch(
        &self,
        draft: &mut OpenDraft,
        part: Option<FormPart>,
        patch: Patch,
    ) -> Result<DraftPatch, AppError> {
        let gist = self.gist(draft).await?;
        self.keep_subject(draft, &gist.subject).await?;
        let files = self.component_files(draft, &gist).await?;
        let paper = paper_state(draft, &files);
        let steps = steps(draft, &gist, &files, &self.steps_of_handing_over(draft));
        let components: Vec<_> = files.into_iter().map(|files| files.state).collect();
        let changed_components = (components != draft.told_components).then(|| components.clone());
        draft.told_components = components;
        let fee = match &gist.fee {
            Ok(fee) => fee.clone(),
            Err(_) => unknown_fee(),
        };
        let changed_fee = (Some(&fee) != draft.told_fee.as_ref()).then(|| fee.clone());
        draft.told_fee = Some(fee);
        Ok(DraftPatch {
            part,
            patch,
            fee: changed_fee,
            components: changed_components,
            steps,
            paper,
            can_undo: draft.history.newest().is_some(),
            can_redo: draft.history.next().is_some(),
            saved_at: draft.saved_at.to_string(),
        })
    }

    /// Keeps for whom the draft is, so that lists can say so.
    async fn keep_subject(&self, draft: &mut OpenDraft, subject: &str) -> Result<(), AppError> {
        if subject != draft.row.title {
            self.store
                .update_draft_title(draft.row.id, subject, self.host.now())
                .await?;
            subject.clone_into(&mut draft.row.title);
        }
        Ok(())
    }
}

/// The fee by the pack's rule.
fn fee(pack: &Pack, form: &Value) -> Result<FeeSummary, FeeError> {
    let Some(pack) = pack.procedure() else {
        return Ok(no_fee());
    };
    let breakdown = pack.fee(form)?;
    Ok(FeeSummary {
        as_of: breakdown
            .lines
            .iter()
            .map(|line| line.as_of)
            .max()
            .map(written)
            .unwrap_or_default(),
        total: breakdown.total,
        total_in_words: vn::money_in_words(breakdown.total.amount()),
        announced: breakdown.announced,
        unknown: false,
        lines: breakdown
            .lines
            .into_iter()
            .map(|line| FeeLine {
                name: line.name,
                unit: line.unit_price,
                quantity: line.quantity,
                amount: line.amount,
                note: line.note,
            })
            .collect(),
    })
}

fn no_fee() -> FeeSummary {
    FeeSummary {
        lines: Vec::new(),
        total: hoso_dossier::Money::ZERO,
        total_in_words: vn::money_in_words(0),
        announced: false,
        unknown: false,
        as_of: String::new(),
    }
}

fn unknown_fee() -> FeeSummary {
    FeeSummary {
        unknown: true,
        ..no_fee()
    }
}

fn paper_state(draft: &OpenDraft, files: &[ComponentFiles]) -> PaperState {
    let exported = files
        .iter()
        .filter(|files| {
            let pack = draft.pack.procedure();
            pack.is_some_and(|pack| files.state.code == pack.procedure().paper.component)
        })
        .flat_map(|files| &files.state.files)
        .find(|file| file.origin == "export");
    match exported {
        None => PaperState::None,
        Some(file) if file.stale => PaperState::Stale,
        Some(_) => PaperState::Fresh,
    }
}

/// `wrong`: steps at which something is missing beside the answers and the papers.
fn steps(
    draft: &OpenDraft,
    gist: &Gist,
    files: &[ComponentFiles],
    wrong: &[WizardStep],
) -> Vec<StepInfo> {
    if draft.pack.procedure().is_none() {
        let state = if gist.form_whole {
            StepState::Done
        } else {
            StepState::Incomplete
        };
        return vec![StepInfo {
            step: WizardStep::Form,
            state,
        }];
    }
    let parts = [
        (WizardStep::Applicant, gist.applicant_whole),
        (WizardStep::Form, gist.form_whole),
        (
            WizardStep::Components,
            files.iter().all(|files| !files.lacks()),
        ),
        (WizardStep::Fees, gist.fee.is_ok()),
    ];
    let all = wrong.is_empty() && parts.iter().all(|(_, whole)| *whole);
    parts
        .into_iter()
        .map(|(step, whole)| (step, whole && !wrong.contains(&step)))
        .chain([(WizardStep::Review, all)])
        .map(|(step, whole)| StepInfo {
            step,
            state: match (draft.place.visited.contains(&step), whole) {
                (false, _) => StepState::Todo,
                (true, true) => StepState::Done,
                (true, false) => StepState::Incomplete,
            },
        })
        .collect()
}
