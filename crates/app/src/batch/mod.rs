//! Batches: a spreadsheet whose rows are forms.
//!
//! The rows are kept in the profile as soon as they are read, each with how far it is, so that nothing of them lies in the clear and a batch goes on where
//! it stopped. What a row becomes is named before it is made.

mod check;
mod look;
mod run;
mod take;
mod window;

use std::collections::BTreeMap;
use std::path::Path;

use hoso_eform::{Env, Session};
use hoso_sheet::{Cell, Fields, Mark, Report};
use hoso_store::{BatchLine, BatchRow, LineState};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::open::Open;
use crate::view::{
    BatchCounts, BatchDoing, BatchInfo, BatchMark, BatchPreview, BatchRowInfo, BatchRowState,
    BatchWish, BothLanguages,
};
use crate::{App, AppError, procedures, text};

pub use look::{Chosen, Reading};
use look::{Remembered, key_of, look, remembered_key};
pub(crate) use window::Batches;

/// Rows that are kept, checked or made at a time.
const PORTION: u32 = 64;

/// How files are called unless the person says otherwise.
pub const USUAL_NAME: &str = "{dong}-{mau}";

/// What rows become, and since when.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    #[serde(flatten)]
    wish: BatchWish,
    /// The moment that the papers carry; the same for all, so that one made again is the same.
    at: Timestamp,
}

/// What the store keeps of a batch.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    file: String,
    sheet: String,
    /// The line of the headings.
    heading: u32,
    headings: Vec<String>,
    targets: Vec<Option<String>>,
    profile: bool,
    read: bool,
    order: Option<Order>,
}

impl App {
    /// What a spreadsheet looks like for a procedure or a paper.
    ///
    /// # Errors
    /// There is no such procedure, or the file can't be read.
    pub async fn batch_preview(
        &self,
        procedure: String,
        file: &Path,
        reading: Reading,
    ) -> Result<BatchPreview, AppError> {
        let open = self.open()?;
        let fields = open.fields(&procedure).await?;
        let remembered = open.remembered(&procedure).await?;
        let (bytes, name) = (read_file(file)?, name_of(file));
        blocking(move || Ok(look(&bytes, &name, &fields, &reading, &remembered)?.preview)).await
    }

    /// Takes the rows of a spreadsheet into a new batch, and checks them.
    ///
    /// # Errors
    /// As [`App::batch_preview`]; a column is to answer what can't be answered; the disk is full.
    pub async fn batch_create(
        &self,
        procedure: String,
        file: &Path,
        reading: Reading,
    ) -> Result<BatchInfo, AppError> {
        let open = self.open()?;
        let id = open.create_batch(procedure, file, reading).await?;
        open.check_lines(id).await?;
        open.batch_info(id).await
    }

    /// All batches, the last begun first.
    ///
    /// # Errors
    /// The profile is locked.
    pub async fn batches(&self) -> Result<Vec<BatchInfo>, AppError> {
        let open = self.open()?;
        let mut found = Vec::new();
        for row in open.store.batches().await? {
            found.push(open.described(row).await?);
        }
        Ok(found)
    }

    /// A batch.
    ///
    /// # Errors
    /// There is none of that id.
    pub async fn batch(&self, id: Uuid) -> Result<BatchInfo, AppError> {
        self.open()?.batch_info(id).await
    }

    /// Rows of a batch after a line: those of some states, or all.
    ///
    /// # Errors
    /// There is no such batch.
    pub async fn batch_lines(
        &self,
        id: Uuid,
        states: Vec<BatchRowState>,
        after: u32,
        most: u32,
    ) -> Result<Vec<BatchRowInfo>, AppError> {
        let open = self.open()?;
        let (row, kept) = open.kept(id).await?;
        let states: Vec<LineState> = states.into_iter().map(LineState::from).collect();
        let lines = open.store.batch_lines(id, &states, after, most).await?;
        open.shown(&row, &kept, lines).await
    }

    /// Puts other words into a cell and checks the row again.
    ///
    /// # Errors
    /// There is no such row, or it is being made into something already.
    pub async fn batch_fix(
        &self,
        id: Uuid,
        line: u32,
        column: usize,
        words: String,
    ) -> Result<BatchRowInfo, AppError> {
        let open = self.open()?;
        let (row, kept) = open.kept(id).await?;
        // A good row may be on its way while papers are made.
        let making = open.batches.state(id).0 == Some(BatchDoing::Making);
        let may_be = |found: &BatchLine| {
            found.result.is_none() && !(making && found.state == LineState::Good)
        };
        let found = open.store.batch_line(id, line).await?;
        let mut found = found.filter(may_be).ok_or_else(|| AppError::NotFound {
            what: "row",
            id: line.to_string(),
        })?;
        if column >= kept.headings.len() {
            return Err(AppError::NotFound {
                what: "column",
                id: column.to_string(),
            });
        }
        let mut cells: Vec<Cell> = serde_json::from_value(found.cells)?;
        if cells.len() <= column {
            cells.resize(column + 1, Cell::default());
        }
        if let Some(cell) = cells.get_mut(column) {
            *cell = Cell::typed(&words);
        }
        found.cells = serde_json::to_value(cells)?;
        found.state = LineState::New;
        let checker = open.checker(&row, &kept, open.host.now())?;
        let checked = blocking(move || checker.check(vec![found])).await?;
        open.store.put_batch_lines(id, &checked).await?;
        let shown = open.shown(&row, &kept, checked).await?;
        shown.into_iter().next().ok_or(AppError::Interrupted)
    }

    /// Makes papers or drafts of the good rows, and goes on where it stopped before. `told` hears how many are done.
    ///
    /// # Errors
    /// It runs with another order already, or a file can't be written: then it stops, and can be resumed.
    pub async fn batch_run(
        &self,
        id: Uuid,
        wish: Option<BatchWish>,
        stop: &CancellationToken,
        told: impl FnMut(u64),
    ) -> Result<BatchInfo, AppError> {
        let open = self.open()?;
        open.order(id, wish).await?;
        open.check_lines(id).await?;
        open.make_lines(id, stop, told).await?;
        open.tell(&[crate::Topic::Dossiers]);
        open.batch_info(id).await
    }

    /// The rows that need looking at, as a spreadsheet with marks and reasons.
    ///
    /// # Errors
    /// There is no such batch.
    pub async fn batch_report(&self, id: Uuid) -> Result<Vec<u8>, AppError> {
        let open = self.open()?;
        let (row, kept) = open.kept(id).await?;
        let fields = open.fields(&row.procedure).await?;
        let day = Env::new(open.host.now()).date();
        let mut report = Report::new(&kept.file, &kept.headings, day)?;
        let mut after = 0;
        loop {
            let lines = open.store.batch_lines(id, &[], after, PORTION).await?;
            let Some(last) = lines.last().map(|line| line.line) else {
                break;
            };
            after = last;
            for line in lines {
                let marks: Vec<Mark> = serde_json::from_value(line.marks)?;
                if !marks.is_empty() {
                    let cells: Vec<Cell> = serde_json::from_value(line.cells)?;
                    report.add(line.line, &cells, &marks, |path| {
                        fields.heading(path).unwrap_or_else(|| path.to_owned())
                    })?;
                }
            }
        }
        blocking(move || Ok(report.finish()?)).await
    }

    /// Forgets a batch; papers and drafts that were made of it stay.
    ///
    /// # Errors
    /// There is none of that id.
    pub async fn batch_discard(&self, id: Uuid) -> Result<(), AppError> {
        let open = self.open()?;
        self.batch_stop(id).await?;
        open.store.remove_batch(id).await?;
        open.tell(&[crate::Topic::Batches]);
        Ok(())
    }

    /// The empty spreadsheet of a procedure's or a paper's form.
    ///
    /// # Errors
    /// There is no such procedure.
    pub async fn batch_template(&self, procedure: String) -> Result<Vec<u8>, AppError> {
        let open = self.open()?;
        let fields = open.fields(&procedure).await?;
        let pack = procedures::find_pack(&open.catalogue(), &procedure)?;
        let example = serde_json::from_str(pack.example())?;
        let title = pack.name().vi.clone();
        let day = Env::new(open.host.now()).date();
        blocking(move || Ok(hoso_sheet::write_template(&title, &fields, &example, day)?)).await
    }
}

impl Open {
    async fn fields(&self, procedure: &str) -> Result<Fields, AppError> {
        let pack = procedures::find_pack(&self.catalogue(), procedure)?;
        let form = crate::draft::parse_form(&pack, pack.form())?;
        let env = Env::new(self.host.now());
        blocking(move || {
            let session = Session::new(form, Value::Null, BTreeMap::new(), env);
            Ok(Fields::of(&session.view().nodes))
        })
        .await
    }

    /// What columns answered when the person said so, by headings.
    async fn remembered(&self, procedure: &str) -> Result<Remembered, AppError> {
        let kept = self.store.setting(&remembered_key(procedure)).await?;
        Ok(kept.unwrap_or_default())
    }

    /// Takes the rows of a spreadsheet into a new batch; nothing of it is checked yet.
    async fn create_batch(
        &self,
        procedure: String,
        file: &Path,
        reading: Reading,
    ) -> Result<Uuid, AppError> {
        let fields = self.fields(&procedure).await?;
        let mut remembered = self.remembered(&procedure).await?;
        let (bytes, name, profile) = (read_file(file)?, name_of(file), reading.profile);
        let is_chosen = reading.columns.is_made();
        let (bytes, name, looked, remembered) = blocking(move || {
            let looked = look(&bytes, &name, &fields, &reading, &remembered)?;
            let targets = looked.preview.columns.iter();
            let targets = targets.map(|column| column.path.clone()).collect();
            remembered.insert(key_of(&looked.heading.columns), targets);
            Ok((bytes, name, looked, remembered))
        })
        .await?;
        if is_chosen {
            let key = remembered_key(&procedure);
            self.store.put_setting(&key, &remembered).await?;
        }
        let id = self.host.uuid();
        let columns = looked.preview.columns.into_iter();
        let mut kept = Kept {
            file: name,
            sheet: looked.preview.sheet,
            heading: looked.heading.line,
            headings: looked.heading.columns,
            targets: columns.map(|column| column.path).collect(),
            profile,
            read: false,
            order: None,
        };
        let (value, now) = (serde_json::to_value(&kept)?, self.host.now());
        self.store.create_batch(id, &procedure, &value, now).await?;
        let taken = self.take_rows(id, bytes, looked.sheet, kept.heading);
        if let Err(error) = taken.await {
            // Half a sheet is nothing to go on with: the person still has the file.
            self.store.remove_batch(id).await?;
            return Err(error);
        }
        kept.read = true;
        self.keep(id, &kept).await?;
        Ok(id)
    }

    /// Keeps what the rows become; without a wish it has to be there already.
    async fn order(&self, id: Uuid, wish: Option<BatchWish>) -> Result<(), AppError> {
        let (_, mut kept) = self.kept(id).await?;
        match (&kept.order, wish) {
            (Some(order), Some(wish)) if order.wish != wish => Err(AppError::BatchOrdered),
            (Some(_), _) => Ok(()),
            (None, None) => Err(AppError::BatchNotOrdered),
            (None, Some(wish)) => {
                let at = self.host.now();
                kept.order = Some(Order { wish, at });
                self.keep(id, &kept).await
            }
        }
    }

    async fn forget_order(&self, id: Uuid) -> Result<(), AppError> {
        let (_, mut kept) = self.kept(id).await?;
        // Rows first: with the order gone they would be checked, and found to be made already.
        self.store.reset_batch(id).await?;
        kept.order = None;
        self.keep(id, &kept).await
    }

    async fn kept(&self, id: Uuid) -> Result<(BatchRow, Kept), AppError> {
        let row = self.store.batch(id).await?;
        let kept = serde_json::from_value(row.value.clone())?;
        Ok((row, kept))
    }

    async fn keep(&self, id: Uuid, kept: &Kept) -> Result<(), AppError> {
        let value = serde_json::to_value(kept)?;
        Ok(self.store.update_batch(id, &value, self.host.now()).await?)
    }

    async fn batch_info(&self, id: Uuid) -> Result<BatchInfo, AppError> {
        let row = self.store.batch(id).await?;
        self.described(row).await
    }

    async fn described(&self, row: BatchRow) -> Result<BatchInfo, AppError> {
        let kept: Kept = serde_json::from_value(row.value)?;
        let (doing, failure) = self.batches.state(row.id);
        // A pack that is gone takes nothing from what was made with it.
        let title = procedures::find_pack(&self.catalogue(), &row.procedure).map_or_else(
            |_| row.procedure.clone(),
            |pack| procedures::say(pack.name(), &self.language()).to_owned(),
        );
        Ok(BatchInfo {
            counts: BatchCounts::of(self.store.batch_counts(row.id).await?),
            id: row.id,
            procedure: row.procedure,
            title,
            file: kept.file,
            sheet: kept.sheet,
            created_at: row.created_at.to_string(),
            read: kept.read,
            headings: kept.headings,
            targets: kept.targets,
            wish: kept.order.map(|order| order.wish),
            doing,
            failure,
        })
    }

    /// Rows as a person looks at them.
    async fn shown(
        &self,
        row: &BatchRow,
        kept: &Kept,
        lines: Vec<BatchLine>,
    ) -> Result<Vec<BatchRowInfo>, AppError> {
        let fields = self.fields(&row.procedure).await?;
        let heading = |mark: &Mark| {
            mark.column
                .and_then(|column| kept.headings.get(column).cloned())
                .filter(|heading| !heading.is_empty())
                .or_else(|| fields.heading(&mark.path))
                .unwrap_or_else(|| mark.path.clone())
        };
        lines
            .into_iter()
            .map(|line| {
                let cells: Vec<Cell> = serde_json::from_value(line.cells)?;
                let marks: Vec<Mark> = serde_json::from_value(line.marks)?;
                Ok(BatchRowInfo {
                    line: line.line,
                    state: line.state.into(),
                    cells: cells.into_iter().map(|cell| cell.text).collect(),
                    marks: marks
                        .into_iter()
                        .map(|mark| BatchMark {
                            heading: heading(&mark),
                            column: mark.column,
                            wrong: mark.wrong,
                            said: BothLanguages {
                                vi: mark.said.vi,
                                en: mark.said.en,
                            },
                        })
                        .collect(),
                    result: line.result.map(serde_json::from_value).transpose()?,
                })
            })
            .collect()
    }
}

fn name_of(file: &Path) -> String {
    file.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

fn read_file(path: &Path) -> Result<Vec<u8>, AppError> {
    use std::io::Read as _;
    let reading = || AppError::io(format!("reading {}", path.display()));
    let file = std::fs::File::open(path).map_err(reading())?;
    let mut bytes = Vec::new();
    // One byte more than is read of a spreadsheet tells that there is too much.
    file.take((64 << 20) + 1)
        .read_to_end(&mut bytes)
        .map_err(reading())?;
    Ok(bytes)
}

/// Runs slow work beside the threads that answer the window.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, AppError> + Send + 'static,
) -> Result<T, AppError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| AppError::Interrupted)?
}

/// A name that is safe as a file's.
fn safe(name: &str) -> String {
    text::file_name(name, "to-khai")
}
