//! A spreadsheet before its rows are taken: its sheets, its headings, and which column answers what.

use std::collections::{BTreeMap, BTreeSet};

use hoso_sheet::{Book, Fields, HEADING_WITHIN, Heading, Match, Row, SheetError};

use crate::AppError;
use crate::view::{BatchColumn, BatchPreview, BatchQuestion};

/// Rows shown before anything is read.
const SAMPLES: usize = 5;
/// Rows of a list that a person may choose from where the sheet has fewer.
const LIST_ROWS: usize = 3;

/// How a spreadsheet is read.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Which sheet; without it the first that is not hidden.
    pub sheet: Option<String>,
    /// The line of the headings; without it they are looked for.
    pub heading: Option<u32>,
    /// Columns that answer something else than their headings say.
    pub columns: Chosen,
    /// What no column answers comes from the profile, as in any new draft.
    pub profile: bool,
}

/// Which columns answer what, as far as the person has said so.
#[derive(Debug, Clone, Default)]
pub enum Chosen {
    /// What the headings say, or what was chosen for the same headings another time.
    #[default]
    ByHeading,
    /// These headings answer these paths, or nothing; the others as their headings say.
    Some(Vec<(String, Option<String>)>),
    /// Each column answers this.
    All(Vec<Option<String>>),
}

impl Chosen {
    /// The person has said something, which is worth remembering.
    pub(super) fn is_made(&self) -> bool {
        match self {
            Self::ByHeading => false,
            Self::Some(columns) => !columns.is_empty(),
            Self::All(_) => true,
        }
    }
}

/// By headings: what each column answered when the person said so.
pub(super) type Remembered = BTreeMap<String, Vec<Option<String>>>;

pub(super) fn remembered_key(procedure: &str) -> String {
    format!("batch.columns.{procedure}")
}

pub(super) fn key_of(headings: &[String]) -> String {
    headings.join("\u{1f}")
}

/// What was seen of a file.
pub(super) struct Looked {
    pub(super) preview: BatchPreview,
    /// The sheet by its number.
    pub(super) sheet: usize,
    pub(super) heading: Heading,
}

/// Looks at a file.
pub(super) fn look(
    bytes: &[u8],
    file: &str,
    fields: &Fields,
    reading: &Reading,
    remembered: &Remembered,
) -> Result<Looked, AppError> {
    let mut book = Book::open(bytes)?;
    let sheets = book.sheets();
    let at = match &reading.sheet {
        Some(name) => sheets.iter().position(|sheet| sheet.name == *name),
        None => sheets.iter().position(|sheet| !sheet.hidden),
    };
    let name = || reading.sheet.clone().unwrap_or_default();
    let at = at.ok_or_else(|| SheetError::NoSheet { name: name() })?;
    let encoding_guessed = book.encoding_guessed();
    let most = HEADING_WITHIN.max(reading.heading.map_or(0, |line| line as usize)) + SAMPLES;
    let rows: Vec<Row> = book.rows(at)?.take(most).collect::<Result<_, _>>()?;
    let heading = match reading.heading {
        Some(line) => fields.heading_at(&rows, line),
        None => fields.find_heading(&rows),
    }
    .ok_or(SheetError::Empty)?;
    let matches = matches(fields, &heading, &reading.columns, remembered)?;
    let below: Vec<&Row> = rows.iter().filter(|row| row.line > heading.line).collect();
    let columns: Vec<BatchColumn> = heading
        .columns
        .iter()
        .zip(&matches)
        .enumerate()
        .map(|(index, (heading, found))| BatchColumn {
            heading: heading.clone(),
            path: found.as_ref().map(|found| found.path.clone()),
            question: found.as_ref().and_then(|found| fields.heading(&found.path)),
            sure: found.as_ref().is_some_and(|found| found.sure),
            samples: below
                .iter()
                .take(SAMPLES)
                .filter_map(|row| Some(row.cells.get(index)?.text.clone()))
                .collect(),
        })
        .collect();
    let answered: BTreeSet<&str> = columns
        .iter()
        .filter_map(|column| column.path.as_deref())
        .collect();
    let missing = fields
        .iter()
        .filter(|field| {
            field.required && field.list.is_none() && !answered.contains(field.path.as_str())
        })
        .filter_map(|field| fields.heading(&field.path))
        .collect();
    let preview = BatchPreview {
        file: file.to_owned(),
        sheets: sheets
            .iter()
            .filter(|sheet| !sheet.hidden)
            .map(|sheet| sheet.name.clone())
            .collect(),
        sheet: sheets
            .get(at)
            .map(|sheet| sheet.name.clone())
            .unwrap_or_default(),
        heading: heading.line,
        questions: questions(fields, &answered),
        columns,
        missing,
        encoding_guessed,
    };
    Ok(Looked {
        preview,
        sheet: at,
        heading,
    })
}

/// What each column answers: by its heading, by what was remembered, and before all by what the person says.
fn matches(
    fields: &Fields,
    heading: &Heading,
    chosen: &Chosen,
    remembered: &Remembered,
) -> Result<Vec<Option<Match>>, AppError> {
    let wrong = |column: &str, path: &str| AppError::NoMatch {
        column: column.to_owned(),
        path: path.to_owned(),
    };
    let sure = |path: &String| Match {
        path: path.clone(),
        sure: true,
    };
    if let Chosen::All(targets) = chosen {
        let mut taken = BTreeSet::new();
        let mut all = Vec::with_capacity(heading.columns.len());
        for (index, column) in heading.columns.iter().enumerate() {
            let path = targets.get(index).and_then(Option::as_ref);
            if let Some(path) = path
                && (!fields.known(path) || !taken.insert(path))
            {
                return Err(wrong(column, path));
            }
            all.push(path.map(sure));
        }
        return Ok(all);
    }
    let mut matches = match remembered.get(&key_of(&heading.columns)) {
        Some(kept) => kept
            .iter()
            .map(|path| path.as_ref().filter(|path| fields.known(path)).map(sure))
            .collect(),
        None => fields.match_columns(&heading.columns),
    };
    matches.resize(heading.columns.len(), None);
    if let Chosen::Some(columns) = chosen {
        for (column, path) in columns {
            let place = heading.columns.iter().position(|heading| heading == column);
            let place = place.ok_or_else(|| wrong(column, path.as_deref().unwrap_or_default()))?;
            if let Some(path) = path {
                if !fields.known(path) {
                    return Err(wrong(column, path));
                }
                // The person's word counts more than a guess.
                for other in &mut matches {
                    if other.as_ref().is_some_and(|found| found.path == *path) {
                        *other = None;
                    }
                }
            }
            if let Some(found) = matches.get_mut(place) {
                *found = path.as_ref().map(sure);
            }
        }
    }
    Ok(matches)
}

/// What a column may answer, in the form's order; of each list some rows, and one more than the sheet has.
fn questions(fields: &Fields, answered: &BTreeSet<&str>) -> Vec<BatchQuestion> {
    let mut found = Vec::new();
    let mut done: Vec<&str> = Vec::new();
    let mut add = |path: String| {
        if let Some(label) = fields.heading(&path) {
            found.push(BatchQuestion { path, label });
        }
    };
    for field in fields.iter() {
        let Some(list) = field.list.as_deref() else {
            add(field.path.clone());
            continue;
        };
        if done.contains(&list) {
            continue;
        }
        done.push(list);
        let of_list: Vec<_> = fields
            .iter()
            .filter(|field| field.list.as_deref() == Some(list))
            .collect();
        let has = |row: usize| {
            of_list
                .iter()
                .any(|field| answered.contains(field.path_in(row).as_str()))
        };
        let mut row = 0;
        while row < LIST_ROWS || (row > 0 && has(row - 1)) {
            of_list.iter().for_each(|field| add(field.path_in(row)));
            row += 1;
        }
    }
    found
}
