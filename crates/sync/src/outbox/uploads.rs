//! One file on its way: create, ask how much is there, send the rest.

use hoso_dossier::{DossierId, UploadId};
use hoso_portal_api::{Problem, ProblemCode};

use super::{Mutant, Out, Outbox, Slot};
use crate::entry::{Entry, FileState, ParkReason, Stage, UploadFile};
use crate::message::{Failure, Reply, Request};

impl Outbox {
    pub(super) fn next_of_upload(
        &mut self,
        dossier: DossierId,
        upload: UploadId,
    ) -> Option<Request> {
        let offset = if self.policy.broken(Mutant::TrustOffset) {
            self.offsets.get(&upload).copied()
        } else {
            self.offsets.remove(&upload)
        };
        let most = self.policy.whole;
        // After a failure the portal may have some of it: then it is asked how much.
        let fresh = !self.waits.contains_key(&Slot::Upload(dossier, upload));
        let file = self.file_mut(dossier, upload)?;
        match (&file.state, offset) {
            (FileState::Waiting, _) => Some(Request::CreateUpload {
                dossier,
                upload,
                size: file.size,
                sha256: file.sha256,
                name: file.name.clone(),
                media_type: file.media_type.clone(),
                whole: fresh && file.size <= most,
            }),
            (FileState::Created { url }, None) => Some(Request::AskOffset {
                upload,
                url: url.clone(),
            }),
            // The offset is used up: after a failure the portal says anew where to go on.
            (FileState::Created { url }, Some(offset)) => Some(Request::SendBytes {
                upload,
                url: url.clone(),
                offset,
                size: file.size,
                sha256: file.sha256,
            }),
            (FileState::Done, _) => None,
        }
    }

    pub(super) fn upload_answered(
        &mut self,
        dossier: DossierId,
        upload: UploadId,
        request: &Request,
        reply: Reply,
        now: u64,
        out: &mut Out,
    ) {
        let believed = self.policy.broken(Mutant::TakeNothingForProgress);
        match reply {
            Reply::UploadCreated { url, offset } => {
                self.set_file(dossier, upload, FileState::Created { url }, out);
                if let Some(offset) = offset {
                    self.upload_stands_at(dossier, upload, offset, now, out);
                }
            }
            // It answers as if all were well and has taken nothing: sent again at once, the bytes would go round for ever.
            Reply::Sent { offset }
                if !believed
                    && matches!(request, Request::SendBytes { offset: from, size, .. } if offset <= *from && offset < *size) =>
            {
                let why = "the portal took none of the bytes".to_owned();
                self.back_off(Slot::Upload(dossier, upload), now, why, None);
            }
            Reply::Offset(Some(offset)) | Reply::Sent { offset } => {
                self.upload_stands_at(dossier, upload, offset, now, out);
            }
            Reply::Offset(None) => {
                self.set_file(dossier, upload, FileState::Waiting, out);
                let why = "the portal has forgotten the upload".to_owned();
                self.back_off(Slot::Upload(dossier, upload), now, why, None);
            }
            _ => self.wrong_kind(Slot::Upload(dossier, upload), now),
        }
    }

    fn upload_stands_at(
        &mut self,
        dossier: DossierId,
        upload: UploadId,
        offset: u64,
        now: u64,
        out: &mut Out,
    ) {
        let Some(size) = self.file_mut(dossier, upload).map(|file| file.size) else {
            return;
        };
        let slot = Slot::Upload(dossier, upload);
        // A portal that was started anew may have less than it said.
        let offset = match self.progress.get(&upload) {
            Some(before) if self.policy.broken(Mutant::OffsetOnlyGrows) => offset.max(*before),
            _ => offset,
        };
        self.progress.insert(upload, offset);
        if offset > size {
            let why = format!("the portal says it has {offset} of {size} bytes");
            self.set_file(dossier, upload, FileState::Waiting, out);
            self.back_off(slot, now, why, None);
        } else if offset == size {
            self.waits.remove(&slot);
            self.set_file(dossier, upload, FileState::Done, out);
        } else {
            self.offsets.insert(upload, offset);
            if let Some(wait) = self.waits.get_mut(&slot)
                && offset > wait.mark
            {
                wait.tries = 0;
                wait.mark = offset;
            }
        }
    }

    pub(super) fn upload_failed(
        &mut self,
        dossier: DossierId,
        upload: UploadId,
        failure: Failure,
        now: u64,
        out: &mut Out,
    ) {
        let slot = Slot::Upload(dossier, upload);
        match failure {
            Failure::Problem { problem, .. } if problem.code == ProblemCode::HashMismatch => {
                let limit = self.policy.mismatches;
                let Some(file) = self.file_mut(dossier, upload) else {
                    return;
                };
                file.mismatches = file.mismatches.saturating_add(1);
                let too_often = file.mismatches >= limit;
                out.changed.insert(dossier);
                self.set_file(dossier, upload, FileState::Waiting, out);
                self.progress.remove(&upload);
                self.back_off(slot, now, "the file arrived damaged".into(), None);
                if too_often {
                    self.park(dossier, ParkReason::Damaged { upload }, out);
                }
            }
            Failure::Problem { problem, .. } if problem.code == ProblemCode::NotFound => {
                self.set_file(dossier, upload, FileState::Waiting, out);
                self.back_off(
                    slot,
                    now,
                    "the portal has forgotten the upload".into(),
                    None,
                );
            }
            Failure::Problem { mut problem, .. } if problem.code.is_final() => {
                self.name_the_file(dossier, upload, &mut problem);
                self.refuse(dossier, problem, out);
            }
            Failure::Local { what } => self.park(dossier, ParkReason::Local { what }, out),
            other => self.retry_later(slot, other, now),
        }
    }

    /// None of its files has to leave any more.
    pub(super) fn stop_files(&mut self, dossier: DossierId, out: &mut Out) {
        let of_dossier = |slot: &Slot| matches!(slot, Slot::Upload(of, _) if *of == dossier);
        self.drop_flights(out, |flight| of_dossier(&flight.slot));
    }

    /// The portal misses a file: all of them are offered again; those that it has cost one question each.
    pub(super) fn upload_again(&mut self, dossier: DossierId, out: &mut Out) {
        let trust = self.policy.broken(Mutant::TrustAlreadyThere);
        let active = self.entries.get_mut(&dossier).and_then(Entry::active_mut);
        if let Some(active) = active {
            if trust {
                active.stage = Stage::Uploading;
            } else {
                active.start_over();
            }
            out.changed.insert(dossier);
        }
    }

    /// Says in the problem's fields which file is meant, as a person knows it.
    fn name_the_file(&mut self, dossier: DossierId, upload: UploadId, problem: &mut Problem) {
        if problem.fields.is_empty()
            && let Some(file) = self.file_mut(dossier, upload)
        {
            let said = if problem.detail.is_empty() {
                problem.title.clone()
            } else {
                problem.detail.clone()
            };
            problem.fields.insert(file.name.clone(), said);
        }
    }

    /// A manifest may name an upload more than once: what becomes of it becomes of every file that it stands for.
    fn set_file(&mut self, dossier: DossierId, upload: UploadId, state: FileState, out: &mut Out) {
        let first_only = self.policy.broken(Mutant::TouchFirstOnly);
        let active = self.entries.get_mut(&dossier).and_then(Entry::active_mut);
        let files = active.into_iter().flat_map(|active| &mut active.files);
        let files = files.filter(|file| file.upload == upload);
        for file in files.take(if first_only { 1 } else { usize::MAX }) {
            if file.state != state {
                file.state = state.clone();
                out.changed.insert(dossier);
            }
        }
    }

    /// The file that an upload stands for: of several, one that is still to be sent.
    fn file_mut(&mut self, dossier: DossierId, upload: UploadId) -> Option<&mut UploadFile> {
        let first_only = self.policy.broken(Mutant::TouchFirstOnly);
        let active = self.entries.get_mut(&dossier)?.active_mut()?;
        let files = active.files.iter_mut().filter(|file| file.upload == upload);
        files.min_by_key(|file| file.state == FileState::Done && !first_only)
    }
}
