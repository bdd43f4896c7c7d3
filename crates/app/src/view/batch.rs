//! Batches: spreadsheets whose rows are forms.

use std::path::PathBuf;

use hoso_dossier::DraftId;
use hoso_store::LineState;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{BothLanguages, ErrorView, PaperFormat};

/// What a spreadsheet looks like, before its rows are taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct BatchPreview {
    /// Name of the file.
    pub file: String,
    /// Its sheets that are not hidden.
    pub sheets: Vec<String>,
    /// The sheet looked at.
    pub sheet: String,
    /// The line of the headings.
    pub heading: u32,
    /// The columns.
    pub columns: Vec<BatchColumn>,
    /// What a column may answer.
    pub questions: Vec<BatchQuestion>,
    /// Headings of questions that have to be answered and have no column.
    pub missing: Vec<String>,
    /// A text whose encoding had to be guessed: its marks may be wrong.
    pub encoding_guessed: bool,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct BatchColumn {
    /// Its heading.
    pub heading: String,
    /// The path that it answers.
    pub path: Option<String>,
    /// The question at that path.
    pub question: Option<String>,
    /// The heading says so, or the person; otherwise it is a guess.
    pub sure: bool,
    /// What stands in it.
    pub samples: Vec<String>,
}

/// A question that a column may answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct BatchQuestion {
    /// Path, rows of lists numbered.
    pub path: String,
    /// The question with the headings that it stands under.
    pub label: String,
}

/// How the window wants a spreadsheet to be read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct BatchReading {
    /// Which sheet; without it the first that is not hidden.
    pub sheet: Option<String>,
    /// The line of the headings; without it they are looked for.
    pub heading: Option<u32>,
    /// Which path each column answers, if the person has chosen.
    pub targets: Option<Vec<Option<String>>>,
    /// What no column answers comes from the profile, as in any new draft.
    pub profile: bool,
}

/// A batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct BatchInfo {
    /// Its name for the program.
    #[cfg_attr(feature = "ts", ts(type = "string"))]
    pub id: Uuid,
    /// The procedure or paper.
    pub procedure: String,
    /// Its name in the language asked for.
    pub title: String,
    /// The file it came from.
    pub file: String,
    /// The sheet of the file.
    pub sheet: String,
    /// When it was begun, RFC 3339.
    pub created_at: String,
    /// All rows of the file are in.
    pub read: bool,
    /// Headings of the columns.
    pub headings: Vec<String>,
    /// Which path each column answers.
    pub targets: Vec<Option<String>>,
    /// How many rows are how far.
    pub counts: BatchCounts,
    /// What the rows become.
    pub wish: Option<BatchWish>,
    /// What is going on.
    pub doing: Option<BatchDoing>,
    /// What it broke off with the last time.
    pub failure: Option<ErrorView>,
}

/// What is going on with a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum BatchDoing {
    /// Rows are checked.
    Checking,
    /// Papers or drafts are made.
    Making,
}

/// How many rows of a batch are how far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct BatchCounts {
    /// Not looked at since they were changed.
    pub new: u32,
    /// The form's rules take them.
    pub good: u32,
    /// The form's rules don't.
    pub wrong: u32,
    /// What they become is there.
    pub done: u32,
    /// What they become could not be made.
    pub failed: u32,
}

impl BatchCounts {
    pub(crate) fn of(counts: impl IntoIterator<Item = (LineState, u64)>) -> Self {
        let mut all = Self::default();
        for (state, count) in counts {
            let place = match state {
                LineState::New => &mut all.new,
                LineState::Good => &mut all.good,
                LineState::Wrong => &mut all.wrong,
                LineState::Done => &mut all.done,
                LineState::Failed => &mut all.failed,
            };
            *place = u32::try_from(count).unwrap_or(u32::MAX);
        }
        all
    }
}

/// How far a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum BatchRowState {
    /// Not looked at since it was changed.
    New,
    /// The form's rules take it.
    Good,
    /// The form's rules don't.
    Wrong,
    /// What it becomes is there.
    Done,
    /// What it becomes could not be made.
    Failed,
}

impl From<LineState> for BatchRowState {
    fn from(state: LineState) -> Self {
        match state {
            LineState::New => Self::New,
            LineState::Good => Self::Good,
            LineState::Wrong => Self::Wrong,
            LineState::Done => Self::Done,
            LineState::Failed => Self::Failed,
        }
    }
}

impl From<BatchRowState> for LineState {
    fn from(state: BatchRowState) -> Self {
        match state {
            BatchRowState::New => Self::New,
            BatchRowState::Good => Self::Good,
            BatchRowState::Wrong => Self::Wrong,
            BatchRowState::Done => Self::Done,
            BatchRowState::Failed => Self::Failed,
        }
    }
}

/// A row of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct BatchRowInfo {
    /// The line in the file.
    pub line: u32,
    /// How far it is.
    pub state: BatchRowState,
    /// What stands in the cells.
    pub cells: Vec<String>,
    /// What is to be said about it.
    pub marks: Vec<BatchMark>,
    /// What it becomes.
    pub result: Option<BatchMade>,
}

/// Something about a row that the person has to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct BatchMark {
    /// The column, from 0; none where no column answers the question.
    #[cfg_attr(feature = "ts", ts(type = "number | null"))]
    pub column: Option<usize>,
    /// The column's heading, or the question.
    pub heading: String,
    /// The row can't be taken; otherwise it was, with what is said.
    pub wrong: bool,
    /// What is so.
    pub said: BothLanguages,
}

/// What rows become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "into")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum BatchWish {
    /// Papers in a folder.
    Papers {
        /// PDF, Word or both.
        formats: Vec<PaperFormat>,
        /// The folder.
        folder: PathBuf,
        /// How the files are called: words with `{dong}` (line), `{mau}` (name of the paper) and paths of answers in braces.
        name: String,
    },
    /// Drafts, to go on with in the window.
    Drafts,
}

/// What a row becomes or became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum BatchMade {
    /// Files in the folder.
    Files(Vec<String>),
    /// A draft.
    Draft(DraftId),
}

/// What a corrected spreadsheet brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct BatchCorrected {
    /// Rows with other words than before.
    pub changed: u32,
    /// Rows that were not there before.
    pub added: u32,
    /// Rows with other words that stay as they were, because what they become has been made.
    pub too_late: u32,
    /// The batch now.
    pub batch: BatchInfo,
}
