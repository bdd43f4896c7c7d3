//! Pictures on their way to a PDF.

use serde::{Deserialize, Serialize};

/// A picture that was added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PictureInfo {
    /// Its number while the dialog is open.
    pub page: u32,
    /// File name.
    pub name: String,
    /// Quarter turns clockwise that a scanned PDF asks for.
    pub quarter_turns: u8,
    /// Degrees clockwise that would straighten it; `null`: can't be told.
    pub askew: Option<f32>,
}

/// What is done to a picture, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PictureEdit {
    /// Turns clockwise by 90° each.
    pub quarter_turns: u8,
    /// Degrees clockwise, −20 to 20.
    pub straighten: f32,
    /// The part that is kept; `null`: all.
    pub crop: Option<PictureCrop>,
    /// −100 to 100.
    pub brightness: i8,
    /// −100 to 100.
    pub contrast: i8,
    /// The paper becomes white.
    pub whiten: bool,
}

/// Edges of the part that is kept, as shares of the turned picture from its left and top.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PictureCrop {
    /// 0 to 1.
    pub left: f32,
    /// 0 to 1.
    pub top: f32,
    /// 0 to 1.
    pub right: f32,
    /// 0 to 1.
    pub bottom: f32,
}

/// A page of the PDF to be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PicturePage {
    /// Which picture.
    pub page: u32,
    /// What is done to it.
    pub edit: PictureEdit,
}

/// How large the PDF gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PicturesSize {
    /// Bytes; the least that it can be made if it doesn't fit.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub bytes: u64,
    /// What the component takes, in bytes.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub limit: u64,
    /// It fits.
    pub fits: bool,
    /// Fewest pixels an inch of a page; 0 if it doesn't fit.
    pub dpi: u32,
}

/// How far the work has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PicturesProgress {
    /// Which of the added pictures is being read, from 1; 0: none.
    pub reading: u32,
    /// Pictures that were bound; those that have to become smaller count again.
    pub done: u32,
}

/// What is done to every new picture, as it was the last time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PictureChoices {
    /// The paper becomes white.
    pub whiten: bool,
    /// What lies askew is straightened.
    pub straighten: bool,
}
