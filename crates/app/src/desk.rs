//! The thread on which forms are evaluated.
//!
//! A form's scripts live in an engine that stays on one thread, and evaluating them must not hold up anything else. Work is sent here as closures.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;

use hoso_dossier::DraftId;
use hoso_eform::Session;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::AppError;
use crate::view::FormPart;

/// The forms that are open, by draft.
#[derive(Default)]
pub(crate) struct Sheets(BTreeMap<(DraftId, FormPart), Session>);

impl Sheets {
    /// An open form.
    pub(crate) fn get(&mut self, draft: DraftId, part: FormPart) -> Result<&mut Session, AppError> {
        self.0.get_mut(&(draft, part)).ok_or(AppError::DraftClosed)
    }

    /// The form of whoever submits; a paper of the one-stop desk has none.
    pub(crate) fn applicant(&mut self, draft: DraftId) -> Option<&mut Session> {
        self.0.get_mut(&(draft, FormPart::Applicant))
    }

    /// The answers of whoever submits.
    pub(crate) fn applicant_data(&mut self, draft: DraftId) -> Value {
        self.applicant(draft)
            .map_or_else(|| json!({}), |form| form.sealed_data())
    }

    /// Opens a form.
    pub(crate) fn put(&mut self, draft: DraftId, part: FormPart, session: Session) {
        self.0.insert((draft, part), session);
    }

    /// Closes both forms of a draft.
    pub(crate) fn close(&mut self, draft: DraftId) {
        self.0.retain(|(open, _), _| *open != draft);
    }
}

type Job = Box<dyn FnOnce(&mut Sheets) + Send>;

/// A handle to the thread; the thread ends with the last one.
#[derive(Clone)]
pub(crate) struct Desk {
    jobs: mpsc::Sender<Job>,
}

impl Desk {
    /// Starts the thread.
    pub(crate) fn start() -> Result<Self, AppError> {
        let (jobs, queue) = mpsc::channel::<Job>();
        thread::Builder::new()
            .name("forms".into())
            .spawn(move || {
                let mut sheets = Sheets::default();
                for job in queue {
                    // A bug in evaluating one form must cost neither the others nor an answer: drafts open again from their logs.
                    if catch_unwind(AssertUnwindSafe(|| job(&mut sheets))).is_err() {
                        tracing::error!("evaluating a form broke off; open drafts are read again");
                        sheets = Sheets::default();
                    }
                }
            })
            .map_err(AppError::io("starting the thread for forms"))?;
        Ok(Self { jobs })
    }

    /// Runs work on the thread and waits for its answer.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Sheets) -> T + Send + 'static,
    ) -> Result<T, AppError> {
        let (answer, waiting) = oneshot::channel();
        self.jobs
            .send(Box::new(move |sheets| {
                let _ = answer.send(work(sheets));
            }))
            .map_err(|_| AppError::DraftClosed)?;
        waiting.await.map_err(|_| AppError::DraftClosed)
    }
}
