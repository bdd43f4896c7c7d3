//! The form's paper: preview, export, and as content of its component.

use hoso_dossier::DraftId;
use hoso_eform::Env;
use hoso_paper::{AnswerPlace, Document, Layout, Meta, lay_out, to_docx, to_pdf};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::draft::{OpenDraft, paper_mark};
use crate::open::Open;
use crate::view::{DraftPatch, PaperFormat, PaperPlace};
use crate::{App, AppError, text};

/// A paper that was made.
pub(crate) struct Made {
    pub(crate) file_name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) mark: String,
}

impl App {
    /// The paper as PDF, as it would be exported now.
    ///
    /// # Errors
    /// The layout is broken, or an answer can't be printed.
    pub async fn paper_preview(&self, id: DraftId) -> Result<Vec<u8>, AppError> {
        self.paper_bytes(id, PaperFormat::Pdf).await
    }

    /// The paper as it would be exported now.
    ///
    /// # Errors
    /// As [`App::paper_preview`].
    pub async fn paper_bytes(&self, id: DraftId, format: PaperFormat) -> Result<Vec<u8>, AppError> {
        let open = self.open()?;
        let draft = open.draft(id).await?;
        let draft = draft.lock().await;
        Ok(open.make_paper(&draft, format).await?.bytes)
    }

    /// Where the answers stand on the paper's pages, in reading order.
    ///
    /// # Errors
    /// As [`App::paper_preview`].
    pub async fn paper_places(&self, id: DraftId) -> Result<Vec<PaperPlace>, AppError> {
        let open = self.open()?;
        let draft = open.draft(id).await?;
        let draft = draft.lock().await;
        let of = |place: AnswerPlace| PaperPlace {
            path: place.path,
            page: place.page,
            x: place.x,
            y: place.y,
            width: place.width,
            height: place.height,
        };
        let places = move |document: &Document| Ok(document.places().into_iter().map(of).collect());
        Ok(open.laid_out(&draft, places).await?.0)
    }

    /// Exports the paper to where the person says; `None` when they changed their mind.
    ///
    /// # Errors
    /// The layout is broken, an answer can't be printed, or the file can't be written.
    pub async fn paper_export(
        &self,
        id: DraftId,
        format: PaperFormat,
    ) -> Result<Option<String>, AppError> {
        let open = self.open()?;
        let draft = open.draft(id).await?;
        let made = {
            let draft = draft.lock().await;
            open.make_paper(&draft, format).await?
        };
        let Some(path) = self.host.save_as(&made.file_name).await else {
            return Ok(None);
        };
        text::save(&path, &made.bytes)?;
        Ok(Some(path.display().to_string()))
    }

    /// Makes the paper the content of its component (*xuất mẫu đơn điện tử thành nội dung thành phần hồ sơ*).
    ///
    /// # Errors
    /// As [`App::paper_preview`], or the disk is full.
    pub async fn paper_attach(&self, id: DraftId) -> Result<DraftPatch, AppError> {
        let open = self.open()?;
        let draft = open.draft(id).await?;
        let mut draft = draft.lock().await;
        draft.procedure()?;
        open.attach_paper(&draft).await?;
        open.files_changed(&mut draft).await
    }

    /// Shows the paper in the system's program for PDF.
    ///
    /// # Errors
    /// As [`App::paper_preview`], or there is no such program.
    pub async fn paper_open(&self, id: DraftId) -> Result<(), AppError> {
        let open = self.open()?;
        let draft = open.draft(id).await?;
        let draft = draft.lock().await;
        let made = open.make_paper(&draft, PaperFormat::Pdf).await?;
        self.show(&made.file_name, &made.bytes)
    }

    /// Prints the paper by way of the system.
    ///
    /// # Errors
    /// As [`App::paper_preview`], or printing can't be started.
    pub async fn paper_print(&self, id: DraftId) -> Result<(), AppError> {
        let open = self.open()?;
        let draft = open.draft(id).await?;
        let draft = draft.lock().await;
        let made = open.make_paper(&draft, PaperFormat::Pdf).await?;
        let path = text::show(&self.home_dir, &made.file_name, &made.bytes)?;
        self.host
            .print_file(&path)
            .map_err(|why| AppError::Desktop {
                doing: "printing",
                why,
            })
    }
}

impl Open {
    /// Makes the paper of the present answers its component's content.
    pub(crate) async fn attach_paper(&self, draft: &OpenDraft) -> Result<(), AppError> {
        let made = self.make_paper(draft, PaperFormat::Pdf).await?;
        self.keep_export(draft, made.file_name, made.bytes, made.mark)
            .await
    }

    /// Makes the paper of the present answers.
    pub(crate) async fn make_paper(
        &self,
        draft: &OpenDraft,
        format: PaperFormat,
    ) -> Result<Made, AppError> {
        let (bytes, mark) = self
            .laid_out(draft, move |document| written(document, format))
            .await?;
        let ending = match format {
            PaperFormat::Pdf => "pdf",
            PaperFormat::Docx => "docx",
        };
        Ok(Made {
            file_name: format!("{}.{ending}", draft.pack.file_name()),
            bytes,
            mark,
        })
    }

    /// Lays the present answers out, away from the threads that answer the window; answers with what `then` makes of them, and their mark.
    async fn laid_out<T: Send + 'static>(
        &self,
        draft: &OpenDraft,
        then: impl FnOnce(&Document) -> Result<T, AppError> + Send + 'static,
    ) -> Result<(T, String), AppError> {
        let said = self.said(draft).await?;
        let mark = paper_mark(&said.applicant, &said.form)?;
        let now = self.host.now();
        // Papers are Vietnamese whatever the window speaks.
        let shown = draft.form.display(&said.form, &Env::new(now));
        let pack = &draft.pack;
        let title = pack.name().vi.clone();
        let (layout_name, layout) = (pack.layout_name().to_owned(), pack.layout().to_owned());
        let made = tokio::task::spawn_blocking(move || {
            let layout = Layout::parse(&layout_name, &layout)?;
            then(&lay_out(&layout, &shown, &plain_meta(&title, now))?)
        })
        .await
        .map_err(|_| AppError::Interrupted)??;
        Ok((made, mark))
    }
}

/// Writes display answers by a layout.
///
/// # Errors
/// The layout is broken, or an answer can't be printed.
pub(crate) fn write(
    layout_name: &str,
    layout: &str,
    shown: &Value,
    meta: &Meta,
    format: PaperFormat,
) -> Result<Vec<u8>, AppError> {
    let layout = Layout::parse(layout_name, layout)?;
    written(&lay_out(&layout, shown, meta)?, format)
}

fn written(document: &Document, format: PaperFormat) -> Result<Vec<u8>, AppError> {
    Ok(match format {
        PaperFormat::Pdf => to_pdf(document)?,
        PaperFormat::Docx => to_docx(document)?,
    })
}

/// What a paper says about itself.
pub(crate) fn plain_meta(title: &str, now: Timestamp) -> Meta {
    let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap_or(TimeZone::UTC);
    Meta {
        title: title.to_owned(),
        language: "vi".into(),
        created: now.to_zoned(zone).datetime(),
        dossier_code: None,
        producer: concat!("Ho So ", env!("CARGO_PKG_VERSION")).into(),
    }
}
