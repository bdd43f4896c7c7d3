//! Sheets that the program lays out itself, beside the papers of a dossier: printed by way of the system, or saved.

use hoso_paper::{Layout, Meta, lay_out, to_pdf};
use jiff::Timestamp;
use serde_json::Value;

use crate::papers::plain_meta;
use crate::{App, AppError, text};

/// A sheet as PDF, and what its file is called.
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// A document that says `content` in the way of a layout; `layout` is the file's name and text.
pub(crate) fn document(
    layout: (&str, &str),
    title: &str,
    content: &Value,
    english: bool,
    now: Timestamp,
) -> Result<hoso_paper::Document, AppError> {
    let layout = Layout::parse(layout.0, layout.1)?;
    let meta = Meta {
        language: if english { "en" } else { "vi" }.to_owned(),
        ..plain_meta(title, now)
    };
    Ok(lay_out(&layout, content, &meta)?)
}

impl Sheet {
    pub(crate) fn new(name: String, document: &hoso_paper::Document) -> Result<Self, AppError> {
        let bytes = to_pdf(document)?;
        Ok(Self { name, bytes })
    }
}

impl App {
    /// Prints a file by way of the system.
    pub(crate) fn print(&self, name: &str, bytes: &[u8]) -> Result<(), AppError> {
        let path = text::show(&self.home_dir, name, bytes)?;
        self.host
            .print_file(&path)
            .map_err(|why| AppError::Desktop {
                doing: "printing",
                why,
            })
    }

    pub(crate) fn print_sheet(&self, sheet: &Sheet) -> Result<(), AppError> {
        self.print(&sheet.name, &sheet.bytes)
    }

    /// Where it went, or nothing when the person changed their mind.
    pub(crate) async fn save_sheet(&self, sheet: &Sheet) -> Result<Option<String>, AppError> {
        let Some(path) = self.host.save_as(&sheet.name).await else {
            return Ok(None);
        };
        text::save(&path, &sheet.bytes)?;
        Ok(Some(path.display().to_string()))
    }
}
