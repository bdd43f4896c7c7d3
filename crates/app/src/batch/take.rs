//! Rows come into a batch: of the first file, and of a corrected one.

use std::collections::BTreeMap;
use std::path::Path;

use hoso_sheet::{Book, Cell, Fields, HEADING_WITHIN, REPORT_LINE, REPORT_SHEET, Row, SheetError};
use hoso_store::{BatchLine, LineState};
use serde_json::Value;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{Kept, PORTION};
use crate::open::Open;
use crate::view::BatchCorrected;
use crate::{App, AppError};

/// Rows on their way from the file to the store: line and cells.
type Portion = Vec<(u32, Vec<Cell>)>;

impl App {
    /// Takes corrected rows of a batch from a file: the report that was filled in, or the first file again. Rows whose words have changed are checked
    /// anew, rows that the first file didn't have are added; what has been made already stays as it is.
    ///
    /// # Errors
    /// The file can't be read, or doesn't have the batch's columns.
    pub async fn batch_correct(&self, id: Uuid, file: &Path) -> Result<BatchCorrected, AppError> {
        let open = self.open()?;
        let taken = open.correct(id, file).await?;
        open.check_lines(id).await?;
        open.corrected(id, taken).await
    }
}

/// How many rows a corrected file has changed.
#[derive(Default)]
pub(super) struct Taken {
    changed: u32,
    added: u32,
    too_late: u32,
}

impl Open {
    /// Keeps the rows below the headings, portion by portion as they are read.
    pub(super) async fn take_rows(
        &self,
        id: Uuid,
        bytes: Vec<u8>,
        sheet: usize,
        heading: u32,
    ) -> Result<(), AppError> {
        let (sending, mut arriving) = mpsc::channel::<Portion>(2);
        let reader = tokio::task::spawn_blocking(move || {
            let mut book = Book::open(&bytes)?;
            let below = book
                .rows(sheet)?
                .filter(|row| row.as_ref().map_or(true, |row| row.line > heading))
                .map(|row| row.map(|row| (row.line, row.cells)));
            send(below, &sending)
        });
        while let Some(portion) = arriving.recv().await {
            let lines: Vec<BatchLine> = portion
                .into_iter()
                .map(|(line, cells)| new_line(line, &cells))
                .collect::<Result<_, _>>()?;
            self.store.put_batch_lines(id, &lines).await?;
        }
        reader.await.map_err(|_| AppError::Interrupted)?
    }

    /// Takes what has changed; nothing of it is checked yet.
    pub(super) async fn correct(&self, id: Uuid, file: &Path) -> Result<Taken, AppError> {
        let (row, kept) = self.kept(id).await?;
        let fields = self.fields(&row.procedure).await?;
        let bytes = super::read_file(file)?;
        let (sending, mut arriving) = mpsc::channel::<Portion>(2);
        let reader =
            tokio::task::spawn_blocking(move || read_again(&bytes, &fields, &kept, &sending));
        let mut taken = Taken::default();
        while let Some(portion) = arriving.recv().await {
            let mut lines = Vec::with_capacity(portion.len());
            for (line, cells) in portion {
                let Some(mut known) = self.store.batch_line(id, line).await? else {
                    taken.added += 1;
                    lines.push(new_line(line, &cells)?);
                    continue;
                };
                let old: Vec<Cell> = serde_json::from_value(known.cells)?;
                if same_words(&old, &cells) {
                    continue;
                }
                if known.result.is_some() {
                    taken.too_late += 1;
                    continue;
                }
                taken.changed += 1;
                known.cells = serde_json::to_value(cells)?;
                known.state = LineState::New;
                lines.push(known);
            }
            self.store.put_batch_lines(id, &lines).await?;
        }
        reader.await.map_err(|_| AppError::Interrupted)??;
        Ok(taken)
    }

    pub(super) async fn corrected(
        &self,
        id: Uuid,
        taken: Taken,
    ) -> Result<BatchCorrected, AppError> {
        Ok(BatchCorrected {
            changed: taken.changed,
            added: taken.added,
            too_late: taken.too_late,
            batch: self.batch_info(id).await?,
        })
    }
}

fn new_line(line: u32, cells: &[Cell]) -> Result<BatchLine, AppError> {
    Ok(BatchLine {
        line,
        cells: serde_json::to_value(cells)?,
        state: LineState::New,
        marks: Value::Array(Vec::new()),
        result: None,
    })
}

/// The same to the eye; what a spreadsheet program held a cell for may have changed on the way through the report.
fn same_words(one: &[Cell], other: &[Cell]) -> bool {
    (0..one.len().max(other.len())).all(|at| {
        let (one, other) = (one.get(at), other.get(at));
        one.map_or("", |cell| cell.text.as_str()) == other.map_or("", |cell| cell.text.as_str())
    })
}

fn send(
    rows: impl Iterator<Item = Result<(u32, Vec<Cell>), SheetError>>,
    sending: &mpsc::Sender<Portion>,
) -> Result<(), AppError> {
    let mut portion = Vec::new();
    for row in rows {
        portion.push(row?);
        if portion.len() >= PORTION as usize
            && sending.blocking_send(std::mem::take(&mut portion)).is_err()
        {
            return Ok(());
        }
    }
    if !portion.is_empty() {
        let _ = sending.blocking_send(portion);
    }
    Ok(())
}

/// Reads a file that was made of a batch, each row as the batch keeps it.
fn read_again(
    bytes: &[u8],
    fields: &Fields,
    kept: &Kept,
    sending: &mpsc::Sender<Portion>,
) -> Result<(), AppError> {
    let mut book = Book::open(bytes)?;
    let sheets = book.sheets();
    let named = |name: &str| sheets.iter().position(|sheet| sheet.name == name);
    let sheet = named(REPORT_SHEET)
        .or_else(|| named(&kept.sheet))
        .or_else(|| sheets.iter().position(|sheet| !sheet.hidden))
        .ok_or(SheetError::Empty)?;
    let most = HEADING_WITHIN.max(kept.heading as usize);
    let first: Vec<Row> = book.rows(sheet)?.take(most).collect::<Result<_, _>>()?;
    let places = Places::find(&first, fields, kept)?;
    let heading = places.heading;
    let rows = book.rows(sheet)?.filter_map(|row| match row {
        Ok(row) if row.line <= heading => None,
        Ok(row) => places.read(row).map(Ok),
        Err(error) => Some(Err(error)),
    });
    send(rows, sending)
}

/// Where a batch's columns stand in another file.
struct Places {
    heading: u32,
    /// By column of the file: the column of the batch.
    of: BTreeMap<usize, usize>,
    /// The column that says which line of the first file a row was.
    line: Option<usize>,
    width: usize,
}

impl Places {
    /// Finds the line that has all headings of the columns that answer something.
    fn find(first: &[Row], fields: &Fields, kept: &Kept) -> Result<Self, AppError> {
        let mut best: Option<(usize, Self)> = None;
        for row in first {
            let alone: Vec<String> = row.cells.iter().map(|cell| cell.text.clone()).collect();
            let joined = fields
                .heading_at(first, row.line)
                .map(|found| found.columns);
            for headings in [Some(alone), joined].into_iter().flatten() {
                let places = Self::of(row.line, &headings, kept);
                let count = places.answering(kept).count();
                if best.as_ref().is_none_or(|(most, _)| count > *most) {
                    best = Some((count, places));
                }
            }
        }
        let (_, places) = best.ok_or(SheetError::Empty)?;
        let missing = kept
            .targets
            .iter()
            .enumerate()
            .filter(|(_, target)| target.is_some())
            .find(|(column, _)| !places.of.values().any(|place| place == column));
        match missing {
            Some((column, _)) => Err(AppError::BatchOther {
                column: kept.headings.get(column).cloned().unwrap_or_default(),
            }),
            None => Ok(places),
        }
    }

    fn of(heading: u32, headings: &[String], kept: &Kept) -> Self {
        let mut of = BTreeMap::new();
        for (column, wanted) in kept.headings.iter().enumerate() {
            // Of two columns with one heading the first is the first.
            let place = headings
                .iter()
                .enumerate()
                .find(|(place, own)| *own == wanted && !of.contains_key(place))
                .map(|(place, _)| place);
            if let Some(place) = place {
                of.insert(place, column);
            }
        }
        Self {
            heading,
            of,
            line: headings.iter().position(|own| own == REPORT_LINE),
            width: kept.headings.len(),
        }
    }

    fn answering<'a>(&'a self, kept: &'a Kept) -> impl Iterator<Item = usize> + 'a {
        let answers = |column: &usize| kept.targets.get(*column).is_some_and(Option::is_some);
        self.of.values().copied().filter(answers)
    }

    /// A row as the batch has it; none where it doesn't say which it is.
    fn read(&self, row: Row) -> Option<(u32, Vec<Cell>)> {
        let line = match self.line {
            Some(place) => row.cells.get(place)?.text.parse().ok()?,
            None => row.line,
        };
        let mut cells = vec![Cell::default(); self.width];
        for (place, cell) in row.cells.into_iter().enumerate() {
            if let Some(mine) = self
                .of
                .get(&place)
                .and_then(|column| cells.get_mut(*column))
            {
                *mine = cell;
            }
        }
        while cells.last().is_some_and(Cell::is_empty) {
            cells.pop();
        }
        Some((line, cells))
    }
}
