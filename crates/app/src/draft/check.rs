//! What is missing or wrong in a draft.

use hoso_dossier::{Component, ComponentKind};
use hoso_eform::{Env, FieldError};
use hoso_store::AttachmentRow;

use super::overview::Gist;
use super::{OpenDraft, agency, handover};
use crate::open::Open;
use crate::procedures::{say, why_not};
use crate::view::{AttachmentInfo, ComponentState, DraftProblem, FormPart, WizardStep};
use crate::{AppError, unchecked};

/// A component with its files, as this moment's answers ask for it.
pub(crate) struct ComponentFiles {
    pub(crate) state: ComponentState,
}

impl ComponentFiles {
    /// A required paper is not there. The form's own paper is made at sealing when it is not.
    pub(crate) fn lacks(&self) -> bool {
        self.state.required && !self.state.is_form && self.state.files.is_empty()
    }
}

impl Open {
    /// The components and their files.
    pub(super) async fn component_files(
        &self,
        draft: &OpenDraft,
        gist: &Gist,
    ) -> Result<Vec<ComponentFiles>, AppError> {
        let attached = self.store.attachments(draft.row.id).await?;
        let exported = |file: &AttachmentRow| !file.removed && file.answers_mark.is_some();
        let mark = match attached.iter().any(exported) {
            true => self.mark_of(draft, gist).await?,
            false => String::new(),
        };
        let asked_for = self
            .supplement_of(draft)
            .map(|request| request.components)
            .unwrap_or_default();
        let language = self.language();
        let Some(pack) = draft.pack.procedure() else {
            return Ok(Vec::new());
        };
        Ok(pack
            .procedure()
            .components
            .iter()
            .zip(&gist.required)
            .filter(|(component, _)| component.kind != ComponentKind::Note)
            .map(|(component, required)| {
                let mut files: Vec<_> = attached
                    .iter()
                    .filter(|file| !file.removed && file.component == component.code)
                    .collect();
                files.sort_by_key(|file| file.position);
                ComponentFiles {
                    state: ComponentState {
                        files: files
                            .into_iter()
                            .map(|file| AttachmentInfo {
                                id: file.id,
                                name: file.name.clone(),
                                media_type: file.media_type.clone(),
                                size: file.size,
                                origin: file.origin.as_str().to_owned(),
                                stale: file
                                    .answers_mark
                                    .as_deref()
                                    .is_some_and(|made_from| made_from != mark.as_str()),
                            })
                            .collect(),
                        max_bytes: self.limit(component.max_bytes),
                        ..describe(
                            component,
                            *required,
                            asked_for.contains(&component.code),
                            &language,
                        )
                    },
                }
            })
            .collect())
    }

    /// What keeps a page, a step or the whole draft from being complete; of the whole draft also what couldn't be checked.
    pub(crate) async fn problems(
        &self,
        draft: &mut OpenDraft,
        step: Option<WizardStep>,
        page: &str,
    ) -> Result<Vec<DraftProblem>, AppError> {
        let english = self.language() == "en";
        let wants =
            |asked: WizardStep| step.is_none_or(|step| step == asked || step == WizardStep::Review);
        let mut problems = Vec::new();
        if wants(WizardStep::Applicant) && draft.pack.procedure().is_some() {
            let errors = self.errors(draft, FormPart::Applicant).await?;
            problems.extend(
                errors
                    .iter()
                    .map(|error| wrong(WizardStep::Applicant, String::new(), error)),
            );
        }
        if wants(WizardStep::Form) {
            let errors = self.errors(draft, FormPart::Form).await?;
            problems.extend(
                errors
                    .iter()
                    .map(|error| wrong(WizardStep::Form, draft.page_of(&error.path), error))
                    .filter(|problem| page.is_empty() || problem.page == page),
            );
        }
        if wants(WizardStep::Components) {
            let gist = self.gist(draft).await?;
            for files in self.component_files(draft, &gist).await? {
                let name = &files.state.name;
                let asked = |rule: &str, message: String| DraftProblem {
                    step: WizardStep::Components,
                    page: String::new(),
                    path: files.state.code.clone(),
                    rule: rule.into(),
                    message,
                };
                if files.lacks() {
                    problems.push(asked(
                        "component.missing",
                        if english {
                            format!("Attach: {name}.")
                        } else {
                            format!("Chưa có tệp cho “{name}”. Hãy chọn tệp hoặc lấy từ kho.")
                        },
                    ));
                }
                let limit = files.state.max_bytes;
                for file in files.state.files.iter().filter(|file| file.size > limit) {
                    let (own, most) = (megabytes(file.size, english), megabytes(limit, english));
                    problems.push(asked(
                        "component.too_large",
                        if english {
                            format!("“{}” has {own} MB; this portal takes {most} MB a file. Make it smaller with “Pictures to PDF”, or split it.", file.name)
                        } else {
                            format!("Tệp “{}” có {own} MB, cổng này chỉ nhận tệp đến {most} MB. Hãy nén bằng “Ghép ảnh thành PDF” hoặc tách thành nhiều tệp.", file.name)
                        },
                    ));
                }
                if files.state.files.iter().any(|file| file.stale) {
                    problems.push(asked(
                        "paper.stale",
                        if english {
                            format!("The answers changed after “{name}” was exported. Export it again.")
                        } else {
                            format!(
                                "Tờ khai đã thay đổi sau khi xuất “{name}”. Hãy xuất lại để giấy tờ khớp với nội dung khai."
                            )
                        },
                    ));
                }
            }
        }
        if wants(WizardStep::Fees) && self.gist(draft).await?.fee.is_err() {
            problems.push(DraftProblem {
                step: WizardStep::Fees,
                page: String::new(),
                path: String::new(),
                rule: "fee.unknown".into(),
                message: if english {
                    "The fee can't be worked out yet: write the quantity in the form.".into()
                } else {
                    "Chưa tính được phí: hãy điền số lượng trong tờ khai.".into()
                },
            });
        }
        if page.is_empty() {
            let handing = self.handing_over_problems(draft, english).into_iter();
            problems.extend(handing.filter(|problem| wants(problem.step)));
            if wants(WizardStep::Applicant) {
                // It is asked before anything else.
                problems.splice(0..0, self.agency_problem(draft, english));
            }
        }
        // A supplement answers for a dossier that was taken while its procedure was in force.
        if matches!(step, None | Some(WizardStep::Review)) && draft.row.dossier.is_none() {
            let today = Env::new(self.host.now()).date();
            let offered = self.catalogue().offers(draft.pack.code());
            if let Err(why) = offered.and_then(|()| draft.pack.in_force(today)) {
                problems.push(DraftProblem {
                    step: WizardStep::Review,
                    page: String::new(),
                    path: String::new(),
                    rule: "procedure.not_in_force".into(),
                    message: why_not(&why, &self.language()),
                });
            }
        }
        if step.is_none() {
            for part in [FormPart::Applicant, FormPart::Form] {
                if part == FormPart::Applicant && draft.pack.procedure().is_none() {
                    continue;
                }
                let id = draft.row.id;
                let told = self
                    .desk
                    .run(move |sheets| Ok::<_, AppError>(unchecked::told(sheets.get(id, part)?)))
                    .await??;
                problems.extend(told.into_iter().map(|one| {
                    let (step, page) = match part {
                        FormPart::Applicant => (WizardStep::Applicant, String::new()),
                        FormPart::Form => (WizardStep::Form, draft.page_of(&one.path)),
                    };
                    DraftProblem {
                        step,
                        page,
                        path: one.path,
                        rule: DraftProblem::UNCHECKED.into(),
                        message: if english { one.en } else { one.vi },
                    }
                }));
            }
        }
        Ok(problems)
    }

    /// The steps at which something is missing or wrong of who receives the dossier, and of how papers and the fee travel.
    pub(super) fn steps_of_handing_over(&self, draft: &OpenDraft) -> Vec<WizardStep> {
        let problems = self.handing_over_problems(draft, false).into_iter();
        let all = problems.chain(self.agency_problem(draft, false));
        all.map(|problem| problem.step).collect()
    }

    /// How papers, news and the fee travel. A supplement leaves the fee where it is.
    fn handing_over_problems(&self, draft: &OpenDraft, english: bool) -> Vec<DraftProblem> {
        if draft.pack.procedure().is_none() {
            return Vec::new();
        }
        let known = self.sender.known();
        let profile = known.profile().map(AsRef::as_ref);
        let mut problems = handover::problems(&draft.handover, profile, english);
        if draft.row.dossier.is_none() {
            problems.extend(handover::pay_problem(&draft.handover, profile, english));
        }
        problems
    }

    /// Who receives the dossier. A supplement goes to where its dossier is.
    fn agency_problem(&self, draft: &OpenDraft, english: bool) -> Option<DraftProblem> {
        let pack = draft
            .pack
            .procedure()
            .filter(|_| draft.row.dossier.is_none())?;
        let known = self.sender.known();
        let profile = known.profile().map(AsRef::as_ref);
        agency::problem(&draft.handover, pack.procedure(), profile, english)
    }

    /// Before it counts, rules that were stopped for their time get a whole look's time again.
    pub(crate) async fn try_stopped_again(&self, draft: &OpenDraft) -> Result<(), AppError> {
        let (id, procedure) = (draft.row.id, draft.pack.procedure().is_some());
        self.desk
            .run(move |sheets| {
                if procedure {
                    sheets.get(id, FormPart::Applicant)?.try_stopped_again();
                }
                sheets.get(id, FormPart::Form)?.try_stopped_again();
                Ok(())
            })
            .await?
    }

    /// Broken rules of one of the forms.
    async fn errors(&self, draft: &OpenDraft, part: FormPart) -> Result<Vec<FieldError>, AppError> {
        let id = draft.row.id;
        self.desk
            .run(move |sheets| Ok(sheets.get(id, part)?.errors(None)))
            .await?
    }
}

/// With one decimal, rounded up: a file a little over a limit must not read as one that fits.
fn megabytes(bytes: u64, english: bool) -> String {
    let tenths = bytes.saturating_mul(10).div_ceil(1 << 20);
    let mark = if english { '.' } else { ',' };
    format!("{}{mark}{}", tenths / 10, tenths % 10)
}

fn wrong(step: WizardStep, page: String, error: &FieldError) -> DraftProblem {
    DraftProblem {
        step,
        page,
        path: error.path.clone(),
        rule: error.rule.clone(),
        message: error.message.clone(),
    }
}

fn describe(
    component: &Component,
    required: bool,
    asked_for: bool,
    language: &str,
) -> ComponentState {
    ComponentState {
        code: component.code.clone(),
        name: say(&component.name, language).to_owned(),
        hint: component.hint.clone(),
        required,
        is_form: component.kind == ComponentKind::Eform,
        original: component.original.into(),
        copy: component.copy.into(),
        accept: component
            .accept
            .iter()
            .filter_map(|format| {
                format
                    .extensions()
                    .first()
                    .map(|ending| (*ending).to_owned())
            })
            .collect(),
        max_bytes: component.max_bytes,
        max_files: component.max_files.into(),
        files: Vec::new(),
        asked_for,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_written_as_each_language_does_and_never_below_what_it_is() {
        for (bytes, vietnamese, english) in [
            (3 << 20, "3,0", "3.0"),
            ((3 << 20) + 1, "3,1", "3.1"),
            (3_355_443, "3,2", "3.2"),
        ] {
            assert_eq!(megabytes(bytes, false), vietnamese);
            assert_eq!(megabytes(bytes, true), english);
        }
    }
}
