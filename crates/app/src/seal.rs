//! Sealing: the point after which nothing of a revision changes.

use std::collections::{BTreeMap, BTreeSet};

use hoso_dossier::{
    Applicant, DECLARATION_VERSION, Declaration, DossierId, Manifest, ManifestFile, Money, PayWay,
    Sha256, UploadId,
};
use hoso_store::SealRecord;
use hoso_sync::{Event, FileState, SealedFile, Sealing};
use serde_json::Value;

use crate::draft::{OpenDraft, offered, offered_agency};
use crate::open::Open;
use crate::preflight::remember;
use crate::view::{DossierInfo, DraftProblem, PaperState, SealRequest};
use crate::{App, AppError, Topic};

impl App {
    /// Seals a draft and puts it into the outbox (*Nộp hồ sơ*). Online it goes on from there by itself; offline that is the end of the person's work.
    ///
    /// # Errors
    /// The declaration was not made, something is missing, or the disk is full: then nothing has changed.
    pub async fn dossier_seal(&self, request: SealRequest) -> Result<DossierInfo, AppError> {
        if !request.declared || request.declaration_version != DECLARATION_VERSION {
            return Err(AppError::NotDeclared);
        }
        let open = self.open()?;
        let mut draft = open.held_draft(request.draft).await?;
        let dossier = open.seal(&mut draft).await?;
        drop(draft);
        open.close_draft(request.draft).await?;
        open.sender.event(Event::RefreshNow);
        open.tell(&[Topic::Dossiers, Topic::Sync]);
        self.dossier(dossier).await
    }
}

impl Open {
    async fn seal(&self, draft: &mut OpenDraft) -> Result<DossierId, AppError> {
        draft.procedure()?;
        if let Some(supplemented) = draft.row.dossier {
            self.goes_on_here(supplemented)?;
        } else {
            self.is_not_there_yet(draft.row.first)?;
        }
        // A paper that nobody exported is made now; one that was exported and is stale is for the person to look at.
        let paper = self
            .draft_patch(draft, None, hoso_eform::Patch::default())
            .await?
            .paper;
        if paper == PaperState::None {
            self.attach_paper(draft).await?;
        }
        self.try_stopped_again(draft).await?;
        let mut problems = self.problems(draft, None, "").await?;
        problems.retain(DraftProblem::holds_up);
        if let Some(first) = problems.first() {
            return Err(AppError::Incomplete {
                count: problems.len(),
                first: first.message.clone(),
            });
        }
        let now = self.host.now();
        let said = self.said(draft).await?;
        let fee = draft.procedure()?.fee(&said.form)?;
        let dossier = draft.row.dossier.unwrap_or(draft.row.first);
        let revision = match draft.row.dossier {
            // Since the draft was begun the desk may have asked again, or another answer may have been sealed.
            Some(dossier) => {
                let asked = self
                    .sender
                    .entry(dossier)
                    .and_then(|entry| entry.view?.supplement);
                let lowest = asked.map_or(draft.row.revision, |asked| asked.revision);
                self.next_revision(dossier, lowest).await?
            }
            None => draft.row.revision,
        };
        let mut there = self.files_there(draft);
        let mut files = Vec::new();
        for component in &draft.procedure()?.procedure().components {
            let mut attached: Vec<_> = self
                .store
                .attachments(draft.row.id)
                .await?
                .into_iter()
                .filter(|file| !file.removed && file.component == component.code)
                .collect();
            attached.sort_by_key(|file| file.position);
            files.extend(attached.into_iter().map(|file| {
                let known = there.get_mut(&(component.code.clone(), file.sha256));
                // The same file attached twice is two: an upload stands for one of them.
                let known = known.and_then(BTreeSet::pop_first);
                (
                    ManifestFile {
                        upload: known.unwrap_or_else(|| UploadId::new(self.host.uuid())),
                        component: component.code.clone(),
                        name: file.name,
                        media_type: file.media_type,
                        size: file.size,
                        sha256: file.sha256,
                    },
                    known.is_some(),
                )
            }));
        }
        let known = self.sender.known();
        let profile = known.profile().map(AsRef::as_ref);
        let handover = offered(&draft.handover, profile);
        let agency = match draft.row.dossier {
            // Whatever the portal has chosen today: a supplement goes to where its dossier is.
            Some(dossier) => self
                .newest_manifest(dossier)
                .await?
                .and_then(|one| one.agency),
            None => offered_agency(&draft.handover, draft.procedure()?.procedure(), profile),
        };
        let manifest = Manifest {
            dossier,
            revision,
            procedure: draft.row.procedure.clone(),
            pack_version: draft.row.pack_version.clone(),
            applicant: self.applicant(),
            applicant_form: said.applicant,
            form: said.form,
            files: files.iter().map(|(file, _)| file.clone()).collect(),
            delivery: handover.delivery,
            originals: handover.originals,
            notices: handover.notices,
            // Where nothing is owed, no way was asked for.
            pay: if fee.total > Money::ZERO || fee.announced {
                handover.pay
            } else {
                PayWay::Online
            },
            agency,
            fee: fee.total,
            declaration: Declaration {
                text_version: DECLARATION_VERSION.into(),
                accepted_at: now.to_string(),
            },
            sealed_at: now.to_string(),
        };
        let sealed = manifest.seal()?;
        let sealing = Sealing {
            dossier,
            revision: manifest.revision,
            manifest_sha256: sealed.sha256,
            files: files
                .iter()
                .map(|(file, already_there)| SealedFile {
                    upload: file.upload,
                    sha256: file.sha256,
                    size: file.size,
                    name: file.name.clone(),
                    media_type: file.media_type.clone(),
                    component: file.component.clone(),
                    already_there: *already_there,
                })
                .collect(),
            // What is known to be lacking is asked about before anything leaves.
            held: match draft.row.dossier {
                Some(dossier) => {
                    let begun_before = draft.row.revision;
                    let lacks = self.supplemented_elsewhere(dossier, begun_before);
                    lacks.await?.is_some()
                }
                None => false,
            },
        };
        let mut hashes: Vec<Sha256> = files.iter().map(|(file, _)| file.sha256).collect();
        hashes.sort_unstable();
        hashes.dedup();
        let record = SealRecord {
            dossier,
            revision: manifest.revision,
            draft: draft.row.id,
            manifest: sealed.bytes,
            sha256: sealed.sha256,
            files: hashes,
            sealed_at: now,
            procedure: draft.row.procedure.clone(),
            title: draft.row.title.clone(),
            // The sender puts the entry in that its machine comes to.
            sync_entry: Value::Null,
        };
        remember(self, dossier, draft.row.revision).await?;
        self.sender.seal(sealing, record).await?;
        Ok(dossier)
    }

    /// Files that earlier revisions of the dossier brought to the portal, refused ones too: they are named again, not sent again.
    fn files_there(&self, draft: &OpenDraft) -> BTreeMap<(String, Sha256), BTreeSet<UploadId>> {
        let entry = draft
            .row
            .dossier
            .and_then(|dossier| self.sender.entry(dossier));
        let revisions = entry.map(|entry| entry.revisions).unwrap_or_default();
        let files = revisions.into_iter().flat_map(|revision| revision.files);
        let mut there: BTreeMap<_, BTreeSet<UploadId>> = BTreeMap::new();
        for file in files.filter(|file| file.state == FileState::Done) {
            let of = (file.component, file.sha256);
            there.entry(of).or_default().insert(file.upload);
        }
        there
    }

    fn applicant(&self) -> Applicant {
        let details = self.details();
        Applicant {
            name: details.name,
            identity: details.identity,
        }
    }
}
