//! What a face is told about a draft: at opening all of it, after a change what changed.

use hoso_dossier::{DECLARATION_TEXT, DECLARATION_VERSION, FeeError, Sha256};
use hoso_eform::{FieldError, FormView, Patch, vn};
use serde_json::Value;

use super::OpenDraft;
use super::check::ComponentFiles;
use crate::AppError;
use crate::open::Open;
use crate::view::{
    DraftInfo, DraftPatch, FeeLine, FeeSummary, FormPart, PaperState, StepInfo, StepState,
    SupplementView, WizardStep,
};

/// What both forms say now.
pub(crate) struct Said {
    pub(crate) applicant: Value,
    pub(crate) form: Value,
    pub(crate) applicant_errors: Vec<FieldError>,
    pub(crate) form_errors: Vec<FieldError>,
}

/// Marks what an export was made from: the same answers, the same mark.
pub(crate) fn paper_mark(said: &Said) -> Result<String, AppError> {
    let bytes = serde_json::to_vec(&(&said.applicant, &said.form))?;
    Ok(Sha256::of(&bytes).to_string())
}

impl Open {
    /// Reads both forms.
    pub(crate) async fn said(&self, draft: &OpenDraft) -> Result<Said, AppError> {
        let id = draft.row.id;
        self.desk
            .run(move |sheets| {
                let applicant = sheets.get(id, FormPart::Applicant)?;
                let (applicant, applicant_errors) =
                    (applicant.sealed_data(), applicant.errors(None));
                let form = sheets.get(id, FormPart::Form)?;
                Ok(Said {
                    applicant,
                    form: form.sealed_data(),
                    applicant_errors,
                    form_errors: form.errors(None),
                })
            })
            .await?
    }

    /// All of a draft.
    pub(crate) async fn draft_info(&self, draft: &mut OpenDraft) -> Result<DraftInfo, AppError> {
        let id = draft.row.id;
        let (applicant, form): (FormView, FormView) = self
            .desk
            .run(move |sheets| {
                Ok::<_, AppError>((
                    sheets.get(id, FormPart::Applicant)?.view(),
                    sheets.get(id, FormPart::Form)?.view(),
                ))
            })
            .await??;
        let supplement = self.supplement_of(draft);
        let patch = self.draft_patch(draft, None, Patch::default()).await?;
        Ok(DraftInfo {
            id,
            procedure: draft.row.procedure.clone(),
            title: crate::procedures::say(&draft.pack.procedure().name, &self.language())
                .to_owned(),
            subject: draft.row.title.clone(),
            step: draft.place.step,
            page: draft.place.page.clone(),
            applicant,
            form,
            components: draft.told_components.clone(),
            fee: draft.told_fee.clone().unwrap_or_else(no_fee),
            delivery: draft.delivery.clone(),
            steps: patch.steps,
            paper: patch.paper,
            can_undo: patch.can_undo,
            can_redo: patch.can_redo,
            saved_at: patch.saved_at,
            supplement,
            read_only: String::new(),
            declaration: DECLARATION_TEXT.to_owned(),
            declaration_version: DECLARATION_VERSION.to_owned(),
        })
    }

    /// The request that the draft answers, when it is a supplement.
    pub(crate) fn supplement_of(&self, draft: &OpenDraft) -> Option<SupplementView> {
        draft
            .row
            .dossier
            .and_then(|dossier| self.sender.entry(dossier)?.view?.supplement)
            .map(|request| SupplementView {
                reason: request.reason,
                components: request.components,
                requested_at: request.requested_at,
                draft: Some(draft.row.id),
            })
    }

    /// A change, and everything that follows from it.
    pub(crate) async fn draft_patch(
        &self,
        draft: &mut OpenDraft,
        part: Option<FormPart>,
        patch: Patch,
    ) -> Result<DraftPatch, AppError> {
        let said = self.said(draft).await?;
        self.keep_subject(draft, &said).await?;
        let mark = paper_mark(&said)?;
        let files = self.component_files(draft, &said, &mark).await?;
        let paper = paper_state(draft, &files);
        let fee = fee(draft, &said.form);
        let steps = steps(draft, &said, &files, &fee);
        let components: Vec<_> = files.into_iter().map(|files| files.state).collect();
        let changed_components = (components != draft.told_components).then(|| components.clone());
        draft.told_components = components;
        let fee = fee.unwrap_or_else(|_| no_fee());
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
    async fn keep_subject(&self, draft: &mut OpenDraft, said: &Said) -> Result<(), AppError> {
        let subject = draft
            .subject
            .as_deref()
            .and_then(|path| said.form.pointer(&format!("/{}", path.replace('.', "/"))))
            .and_then(Value::as_str)
            .unwrap_or_default();
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
pub(crate) fn fee(draft: &OpenDraft, form: &Value) -> Result<FeeSummary, FeeError> {
    let breakdown = draft.pack.fee(form)?;
    Ok(FeeSummary {
        as_of: breakdown
            .lines
            .iter()
            .map(|line| line.as_of)
            .max()
            .map(|day| day.strftime("%d/%m/%Y").to_string())
            .unwrap_or_default(),
        total: breakdown.total,
        total_in_words: vn::money_in_words(breakdown.total.amount()),
        announced: breakdown.announced,
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
        as_of: String::new(),
    }
}

fn paper_state(draft: &OpenDraft, files: &[ComponentFiles]) -> PaperState {
    let exported = files
        .iter()
        .filter(|files| files.state.code == draft.pack.procedure().paper.component)
        .flat_map(|files| &files.state.files)
        .find(|file| file.origin == "export");
    match exported {
        None => PaperState::None,
        Some(file) if file.stale => PaperState::Stale,
        Some(_) => PaperState::Fresh,
    }
}

fn steps(
    draft: &OpenDraft,
    said: &Said,
    files: &[ComponentFiles],
    fee: &Result<FeeSummary, FeeError>,
) -> Vec<StepInfo> {
    let whole = [
        (WizardStep::Applicant, said.applicant_errors.is_empty()),
        (WizardStep::Form, said.form_errors.is_empty()),
        (
            WizardStep::Components,
            files.iter().all(|files| !files.lacks()),
        ),
        (WizardStep::Fees, fee.is_ok()),
    ];
    let all = whole.iter().all(|(_, whole)| *whole);
    whole
        .into_iter()
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
