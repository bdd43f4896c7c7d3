//! Batches in the window: files and folders are picked in native dialogs and never named by the page, and what takes long runs beside it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Chosen, Order, Reading, USUAL_NAME};
use crate::host::Pick;
use crate::open::Open;
use crate::view::{
    BatchCorrected, BatchDoing, BatchInfo, BatchPreview, BatchReading, BatchWish, ErrorView,
    PaperFormat,
};
use crate::{App, AppError, Topic, text};

/// What the window's batches are at.
#[derive(Default)]
pub(crate) struct Batches {
    /// The spreadsheet that the person picked last.
    picked: Mutex<Option<PathBuf>>,
    runs: Mutex<BTreeMap<Uuid, Run>>,
}

/// A batch at work, or what its work ended with.
struct Run {
    doing: Option<BatchDoing>,
    stop: CancellationToken,
    failure: Option<ErrorView>,
}

impl Batches {
    fn runs(&self) -> MutexGuard<'_, BTreeMap<Uuid, Run>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is going on with a batch, and what it broke off with.
    pub(super) fn state(&self, id: Uuid) -> (Option<BatchDoing>, Option<ErrorView>) {
        self.runs()
            .get(&id)
            .map_or((None, None), |run| (run.doing, run.failure.clone()))
    }

    /// Notes that work begins; none while other work goes on.
    fn begin(
        &self,
        id: Uuid,
        doing: BatchDoing,
        closing: &CancellationToken,
    ) -> Option<CancellationToken> {
        let mut runs = self.runs();
        if runs.get(&id).is_some_and(|run| run.doing.is_some()) {
            return None;
        }
        let stop = closing.child_token();
        let run = Run {
            doing: Some(doing),
            stop: stop.clone(),
            failure: None,
        };
        runs.insert(id, run);
        Some(stop)
    }

    fn end(&self, id: Uuid, failure: Option<ErrorView>) {
        if let Some(run) = self.runs().get_mut(&id) {
            run.doing = None;
            run.failure = failure;
        }
    }
}

impl App {
    /// Asks the person for a spreadsheet and looks at it; none when they changed their mind.
    ///
    /// # Errors
    /// As [`App::batch_preview`].
    pub async fn batch_pick(&self, procedure: String) -> Result<Option<BatchPreview>, AppError> {
        let Some(path) = self.pick_sheet().await else {
            return Ok(None);
        };
        let open = self.open()?;
        let reading = Reading {
            profile: true,
            ..Reading::default()
        };
        let preview = self.batch_preview(procedure, &path, reading).await?;
        *open
            .batches
            .picked
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(path);
        Ok(Some(preview))
    }

    /// Looks again at the spreadsheet that was picked last.
    ///
    /// # Errors
    /// As [`App::batch_preview`]; none was picked.
    pub async fn batch_look(
        &self,
        procedure: String,
        reading: BatchReading,
    ) -> Result<BatchPreview, AppError> {
        let path = self.open()?.batches.picked()?;
        self.batch_preview(procedure, &path, reading.into()).await
    }

    /// Takes the rows of the spreadsheet that was picked last; they are checked beside the window.
    ///
    /// # Errors
    /// As [`App::batch_create`]; none was picked.
    pub async fn batch_take(
        &self,
        procedure: String,
        reading: BatchReading,
    ) -> Result<BatchInfo, AppError> {
        let open = self.open()?;
        let path = open.batches.picked()?;
        let id = open.create_batch(procedure, &path, reading.into()).await?;
        open.tell(&[Topic::Batches]);
        work(&open, id, BatchDoing::Checking)?;
        open.batch_info(id).await
    }

    /// Asks for the corrected spreadsheet and takes from it what has changed, as [`App::batch_correct`].
    ///
    /// # Errors
    /// As [`App::batch_correct`]; the batch is at work.
    pub async fn batch_correct_pick(&self, id: Uuid) -> Result<Option<BatchCorrected>, AppError> {
        let open = self.open()?;
        open.at_rest(id)?;
        let Some(path) = self.pick_sheet().await else {
            return Ok(None);
        };
        let taken = open.correct(id, &path).await?;
        work(&open, id, BatchDoing::Checking)?;
        open.corrected(id, taken).await.map(Some)
    }

    /// Asks for a folder and begins to make papers of the good rows; none when the person changed their mind.
    ///
    /// # Errors
    /// They become something else already, or the batch is at work.
    pub async fn batch_export(
        &self,
        id: Uuid,
        formats: Vec<PaperFormat>,
    ) -> Result<Option<BatchInfo>, AppError> {
        let open = self.open()?;
        open.at_rest(id)?;
        let Some(folder) = self.host.pick_folder().await else {
            return Ok(None);
        };
        let wish = BatchWish::Papers {
            formats,
            folder,
            name: USUAL_NAME.to_owned(),
        };
        open.order(id, Some(wish)).await?;
        work(&open, id, BatchDoing::Making)?;
        open.batch_info(id).await.map(Some)
    }

    /// Begins to make drafts of the good rows.
    ///
    /// # Errors
    /// They become something else already, or the batch is at work.
    pub async fn batch_drafts(&self, id: Uuid) -> Result<BatchInfo, AppError> {
        let open = self.open()?;
        open.at_rest(id)?;
        open.order(id, Some(BatchWish::Drafts)).await?;
        work(&open, id, BatchDoing::Making)?;
        open.batch_info(id).await
    }

    /// Goes on where the batch stopped: with checking, or with making what was ordered.
    ///
    /// # Errors
    /// There is no such batch.
    pub async fn batch_resume(&self, id: Uuid) -> Result<BatchInfo, AppError> {
        let open = self.open()?;
        let (_, kept) = open.kept(id).await?;
        let doing = match kept.order {
            Some(Order { .. }) => BatchDoing::Making,
            None => BatchDoing::Checking,
        };
        // Twice pressed is once begun.
        if open.at_rest(id).is_ok() {
            work(&open, id, doing)?;
        }
        open.batch_info(id).await
    }

    /// Stops what is going on, as soon as the rows at hand are whole.
    ///
    /// # Errors
    /// There is no such batch.
    pub async fn batch_stop(&self, id: Uuid) -> Result<BatchInfo, AppError> {
        let open = self.open()?;
        if let Some(run) = open.batches.runs().get(&id) {
            run.stop.cancel();
        }
        open.batch_info(id).await
    }

    /// Forgets what was made of a batch's rows, so that something else can be made of them; what was made stays where it is.
    ///
    /// # Errors
    /// The batch is at work.
    pub async fn batch_again(&self, id: Uuid) -> Result<BatchInfo, AppError> {
        let open = self.open()?;
        open.at_rest(id)?;
        open.forget_order(id).await?;
        work(&open, id, BatchDoing::Checking)?;
        open.batch_info(id).await
    }

    /// Saves the report where the person says; none when they changed their mind.
    ///
    /// # Errors
    /// As [`App::batch_report`], or the file can't be written.
    pub async fn batch_report_save(&self, id: Uuid) -> Result<Option<String>, AppError> {
        let file = self.batch(id).await?.file;
        let stem = file
            .rsplit_once('.')
            .map_or(file.as_str(), |(stem, _)| stem);
        let name = format!("{}-can-sua.xlsx", super::safe(stem));
        let Some(path) = self.host.save_as(&name).await else {
            return Ok(None);
        };
        text::save(&path, &self.batch_report(id).await?)?;
        Ok(Some(path.display().to_string()))
    }

    /// Saves the empty spreadsheet of a procedure where the person says; none when they changed their mind.
    ///
    /// # Errors
    /// As [`App::batch_template`], or the file can't be written.
    pub async fn batch_template_save(&self, procedure: String) -> Result<Option<String>, AppError> {
        let name = format!("bang-tinh-{}.xlsx", super::safe(&procedure));
        let bytes = self.batch_template(procedure).await?;
        let Some(path) = self.host.save_as(&name).await else {
            return Ok(None);
        };
        text::save(&path, &bytes)?;
        Ok(Some(path.display().to_string()))
    }

    /// Shows the folder with a batch's papers.
    ///
    /// # Errors
    /// There are none, or no program shows folders.
    pub async fn batch_folder(&self, id: Uuid) -> Result<(), AppError> {
        let (_, kept) = self.open()?.kept(id).await?;
        let Some(BatchWish::Papers { folder, .. }) = kept.order.map(|order| order.wish) else {
            return Err(AppError::BatchNotOrdered);
        };
        self.host
            .open_file(&folder)
            .map_err(|why| AppError::Desktop {
                doing: "opening the folder",
                why,
            })
    }

    async fn pick_sheet(&self) -> Option<PathBuf> {
        let pick = Pick {
            endings: vec!["xlsx".into(), "xlsm".into(), "csv".into(), "txt".into()],
            several: false,
        };
        self.host.pick_files(pick).await.into_iter().next()
    }
}

impl Batches {
    fn picked(&self) -> Result<PathBuf, AppError> {
        let picked = self.picked.lock().unwrap_or_else(PoisonError::into_inner);
        picked.clone().ok_or_else(|| AppError::NotFound {
            what: "spreadsheet",
            id: String::new(),
        })
    }
}

impl Open {
    fn at_rest(&self, id: Uuid) -> Result<(), AppError> {
        match self.batches.state(id).0 {
            Some(_) => Err(AppError::BatchAtWork),
            None => Ok(()),
        }
    }
}

impl From<BatchReading> for Reading {
    fn from(reading: BatchReading) -> Self {
        Self {
            sheet: reading.sheet,
            heading: reading.heading,
            columns: reading.targets.map_or(Chosen::ByHeading, Chosen::All),
            profile: reading.profile,
        }
    }
}

/// Works beside the window and tells it how far it is.
fn work(open: &Arc<Open>, id: Uuid, doing: BatchDoing) -> Result<(), AppError> {
    let stop = open.batches.begin(id, doing, &open.closing);
    let stop = stop.ok_or(AppError::BatchAtWork)?;
    let open = Arc::clone(open);
    tokio::spawn(async move {
        let tell = |_| open.tell(&[Topic::Batches]);
        let worked = match open.check_lines_until(id, &stop, tell).await {
            Ok(()) if doing == BatchDoing::Making => open.make_lines(id, &stop, tell).await,
            checked => checked,
        };
        let failure = worked.err().filter(|_| !open.closing.is_cancelled());
        if let Some(error) = &failure {
            tracing::warn!(error = error.kind(), "a batch broke off");
        }
        open.batches.end(id, failure.map(|error| error.view()));
        open.tell(&[Topic::Batches, Topic::Dossiers]);
    });
    Ok(())
}
