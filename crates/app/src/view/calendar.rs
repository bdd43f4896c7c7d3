//! Working days.

use hoso_dossier::{DayKind, OwnDay};
use serde::{Deserialize, Serialize};

/// What is known of working days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct CalendarInfo {
    /// This year, the next one, and others that the person said something of.
    pub years: Vec<CalendarYear>,
    /// The days that the person added.
    pub own: Vec<OwnDay>,
    /// Where the other days are from, in Vietnamese.
    pub source: Vec<String>,
    /// A calendar of the person's own file is in the built-in one's place.
    pub replaced: bool,
    /// Files that are there and can't be used.
    pub broken: Vec<BrokenCalendar>,
}

/// A year's days that are not as their weekday says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct CalendarYear {
    /// Which.
    pub year: i16,
    /// All of them are known; of other years only the fixed holidays are.
    pub known: bool,
    /// In order.
    pub days: Vec<CalendarDay>,
}

/// A day that is not as its weekday says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct CalendarDay {
    /// Which, ISO.
    pub day: String,
    /// What it is.
    pub kind: DayKind,
    /// What it is called.
    pub name: String,
    /// The person said so.
    pub own: bool,
}

/// A file of the calendar that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct BrokenCalendar {
    /// Its name in the program's folder.
    pub file: String,
    /// A newer version of the program wrote it.
    pub newer: bool,
    /// Why, in technical words.
    pub why: String,
}
