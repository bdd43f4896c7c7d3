//! The form's paper: preview, export, and as content of its component.

use hoso_dossier::{DraftId, Pack};
use hoso_eform::{Env, Form, Node};
use hoso_paper::{
    AnswerPlace, Document, Layout, Meta, Template, Unfilled, generic_layout, lay_out, to_docx,
    to_pdf,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::draft::{OpenDraft, paper_mark};
use crate::open::Open;
use crate::view::{DraftPatch, Exported, PaperFormat, PaperPlace};
use crate::word;
use crate::{App, AppError, text};

/// A paper that was made.
pub(crate) struct Made {
    pub(crate) file_name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) mark: String,
    /// What a Word template asks for and did not get.
    pub(crate) unfilled: Vec<Unfilled>,
}

/// What a paper is made of, apart from the answers.
pub(crate) struct Recipe {
    layout_name: String,
    layout: Option<String>,
    /// Titles and paths, for a form that has no layout.
    rows: Vec<(String, String)>,
    title: String,
    /// The Word file that is filled for Word, whoever brought it.
    template: Option<Vec<u8>>,
}

impl Recipe {
    /// What a pack brings; `own` is a Word file of the person's that goes before the pack's.
    pub(crate) fn new(pack: &Pack, form: &Form, own: Option<Vec<u8>>) -> Self {
        let layout = pack.layout().map(str::to_owned);
        let mut rows = Vec::new();
        if layout.is_none() {
            answers_of(&form.nodes(), &mut rows);
        }
        Self {
            layout_name: pack.layout_name().to_owned(),
            layout,
            rows,
            title: pack.name().vi.clone(),
            template: own.or_else(|| pack.template()),
        }
    }

    /// Writes display answers, and says what stayed unfilled.
    ///
    /// # Errors
    /// The layout or the Word file is broken, or an answer can't be printed.
    pub(crate) fn write(
        &self,
        shown: &Value,
        now: Timestamp,
        format: PaperFormat,
    ) -> Result<(Vec<u8>, Vec<Unfilled>), AppError> {
        if let (PaperFormat::Docx, Some(template)) = (format, &self.template) {
            let filled = Template::read(template)?.fill(shown)?;
            return Ok((filled.bytes, filled.unfilled));
        }
        let document = self.document(shown, now)?;
        let bytes = match format {
            PaperFormat::Pdf => to_pdf(&document)?,
            PaperFormat::Docx => to_docx(&document)?,
        };
        Ok((bytes, Vec::new()))
    }

    /// Lays display answers out by the layout, or as a list where there is none.
    fn document(&self, shown: &Value, now: Timestamp) -> Result<Document, AppError> {
        Ok(lay_out(
            &self.layout()?,
            shown,
            &plain_meta(&self.title, now),
        )?)
    }

    fn layout(&self) -> Result<Layout, AppError> {
        Ok(match &self.layout {
            Some(layout) => Layout::parse(&self.layout_name, layout)?,
            None => {
                let rows: Vec<(&str, &str)> = self
                    .rows
                    .iter()
                    .map(|(label, path)| (label.as_str(), path.as_str()))
                    .collect();
                generic_layout(&self.title, &rows)?
            }
        })
    }

    /// Reads layout and Word file once, for many papers of the same moment.
    ///
    /// # Errors
    /// One of them is broken.
    pub(crate) fn read(&self, now: Timestamp) -> Result<ReadRecipe, AppError> {
        let template = self.template.as_deref().map(Template::read).transpose()?;
        Ok(ReadRecipe {
            layout: self.layout()?,
            template,
            meta: plain_meta(&self.title, now),
        })
    }
}

/// A recipe that is read.
pub(crate) struct ReadRecipe {
    layout: Layout,
    template: Option<Template>,
    meta: Meta,
}

impl ReadRecipe {
    /// Writes display answers in each format, laid out once.
    ///
    /// # Errors
    /// An answer can't be printed.
    pub(crate) fn write(
        &self,
        shown: &Value,
        formats: &[PaperFormat],
    ) -> Result<Vec<Vec<u8>>, AppError> {
        let mut laid_out: Option<Document> = None;
        let mut written = Vec::with_capacity(formats.len());
        for format in formats {
            if let (PaperFormat::Docx, Some(template)) = (format, &self.template) {
                written.push(template.fill(shown)?.bytes);
                continue;
            }
            let document = match &mut laid_out {
                Some(document) => document,
                none => none.insert(lay_out(&self.layout, shown, &self.meta)?),
            };
            written.push(match format {
                PaperFormat::Pdf => to_pdf(document)?,
                PaperFormat::Docx => to_docx(document)?,
            });
        }
        Ok(written)
    }
}

/// What a form asks for, in its order; rows of a grid together.
fn answers_of(nodes: &[Node], out: &mut Vec<(String, String)>) {
    for node in nodes {
        let rows = matches!(
            node.kind.as_str(),
            "datagrid" | "editgrid" | "datamap" | "tree"
        );
        if !node.children.is_empty() && !rows {
            answers_of(&node.children, out);
        } else if node.html.is_empty()
            && !node.label.trim().is_empty()
            && node.kind != "button"
            && node
                .path
                .chars()
                .all(|sign| sign.is_ascii_alphanumeric() || "_.".contains(sign))
        {
            out.push((node.label.clone(), node.path.clone()));
        }
    }
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
        let draft = open.held_draft(id).await?;
        Ok(open.make_paper(&draft, format).await?.bytes)
    }

    /// Where the answers stand on the paper's pages, in reading order.
    ///
    /// # Errors
    /// As [`App::paper_preview`].
    pub async fn paper_places(&self, id: DraftId) -> Result<Vec<PaperPlace>, AppError> {
        let open = self.open()?;
        let draft = open.held_draft(id).await?;
        let of = |place: AnswerPlace| PaperPlace {
            path: place.path,
            page: place.page,
            x: place.x,
            y: place.y,
            width: place.width,
            height: place.height,
        };
        let places = move |recipe: &Recipe, shown: &Value, now| {
            let document = recipe.document(shown, now)?;
            Ok(document.places().into_iter().map(of).collect())
        };
        Ok(open.made(&draft, None, places).await?.0)
    }

    /// Exports the paper to where the person says; `None` when they changed their mind.
    ///
    /// # Errors
    /// The layout is broken, an answer can't be printed, or the file can't be written.
    pub async fn paper_export(
        &self,
        id: DraftId,
        format: PaperFormat,
    ) -> Result<Option<Exported>, AppError> {
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
        Ok(Some(Exported {
            path: path.display().to_string(),
            unfilled: word::places(&made.unfilled),
        }))
    }

    /// Makes the paper the content of its component (*xuất mẫu đơn điện tử thành nội dung thành phần hồ sơ*).
    ///
    /// # Errors
    /// As [`App::paper_preview`], or the disk is full.
    pub async fn paper_attach(&self, id: DraftId) -> Result<DraftPatch, AppError> {
        let open = self.open()?;
        let mut draft = open.held_draft(id).await?;
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
        let draft = open.held_draft(id).await?;
        let made = open.make_paper(&draft, PaperFormat::Pdf).await?;
        self.show(&made.file_name, &made.bytes)
    }

    /// Prints the paper by way of the system.
    ///
    /// # Errors
    /// As [`App::paper_preview`], or printing can't be started.
    pub async fn paper_print(&self, id: DraftId) -> Result<(), AppError> {
        let open = self.open()?;
        let draft = open.held_draft(id).await?;
        let made = open.make_paper(&draft, PaperFormat::Pdf).await?;
        self.print(&made.file_name, &made.bytes)
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
        let own = match format {
            PaperFormat::Docx => self.own_template(draft.pack.code()).await?,
            PaperFormat::Pdf => None,
        };
        let write = move |recipe: &Recipe, shown: &Value, now| recipe.write(shown, now, format);
        let ((bytes, unfilled), mark) = self.made(draft, own.map(|own| own.bytes), write).await?;
        let ending = match format {
            PaperFormat::Pdf => "pdf",
            PaperFormat::Docx => "docx",
        };
        Ok(Made {
            file_name: format!("{}.{ending}", draft.pack.file_name()),
            bytes,
            mark,
            unfilled,
        })
    }

    /// Makes something of the present answers, away from the threads that answer the window; answers with it and the answers' mark.
    async fn made<T: Send + 'static>(
        &self,
        draft: &OpenDraft,
        own: Option<Vec<u8>>,
        then: impl FnOnce(&Recipe, &Value, Timestamp) -> Result<T, AppError> + Send + 'static,
    ) -> Result<(T, String), AppError> {
        let said = self.said(draft).await?;
        let mark = paper_mark(&said.applicant, &said.form)?;
        let now = self.host.now();
        // Papers are Vietnamese whatever the window speaks.
        let shown = draft.form.display(&said.form, &Env::new(now));
        let recipe = Recipe::new(&draft.pack, &draft.form, own);
        let made = tokio::task::spawn_blocking(move || then(&recipe, &shown, now))
            .await
            .map_err(|_| AppError::Interrupted)??;
        Ok((made, mark))
    }
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
