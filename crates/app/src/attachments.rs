//! Files of a draft's components.

use std::path::{Path, PathBuf};

use hoso_dossier::{AttachmentId, Component, ComponentProblem, DraftId, Format, PaperId};
use hoso_paper::{Edit, Picture, check_pdf};
use hoso_store::{NewAttachment, Origin};

use crate::draft::OpenDraft;
use crate::host::Pick;
use crate::open::Open;
use crate::view::DraftPatch;
use crate::{App, AppError, pictures, text};

/// A file on its way into a component.
struct Incoming {
    name: String,
    bytes: Vec<u8>,
    origin: Origin,
}

impl App {
    /// Asks the person for files and adds them; `None` when they changed their mind.
    ///
    /// # Errors
    /// As [`App::attachment_drop`].
    pub async fn attachment_pick(
        &self,
        id: DraftId,
        component: String,
    ) -> Result<Option<DraftPatch>, AppError> {
        let open = self.open()?;
        let draft = open.draft(id).await?;
        let endings = {
            let draft = draft.lock().await;
            let component = find(&draft, &component)?;
            offered(component)
        };
        let paths = self
            .host
            .pick_files(Pick {
                endings,
                several: true,
            })
            .await;
        if paths.is_empty() {
            return Ok(None);
        }
        let mut draft = draft.lock().await;
        let patch = open
            .take_files(&mut draft, &component, paths, Origin::Picked)
            .await?;
        Ok(Some(patch))
    }

    /// Adds files that were dropped on a component.
    ///
    /// # Errors
    /// A file is too large, of another type than the component takes, or broken: then none is added.
    pub async fn attachment_drop(
        &self,
        id: DraftId,
        component: String,
        paths: Vec<String>,
    ) -> Result<DraftPatch, AppError> {
        let open = self.open()?;
        let mut draft = open.held_draft(id).await?;
        let paths = paths.into_iter().map(PathBuf::from).collect();
        open.take_files(&mut draft, &component, paths, Origin::Dropped)
            .await
    }

    /// Adds a paper of the vault.
    ///
    /// # Errors
    /// As [`App::attachment_drop`], or there is no such paper.
    pub async fn attachment_from_vault(
        &self,
        id: DraftId,
        component: String,
        paper: PaperId,
    ) -> Result<DraftPatch, AppError> {
        let open = self.open()?;
        let mut draft = open.held_draft(id).await?;
        let paper = open.store.paper(paper).await?;
        let incoming = Incoming {
            name: paper.name,
            bytes: open.store.read_blob(&paper.sha256).await?,
            origin: Origin::Vault,
        };
        open.take(&mut draft, &component, vec![incoming]).await
    }

    /// Adds a new scan of the watched folder.
    ///
    /// # Errors
    /// As [`App::attachment_drop`], or there is no such scan.
    pub async fn attachment_from_inbox(
        &self,
        id: DraftId,
        component: String,
        path: String,
    ) -> Result<DraftPatch, AppError> {
        let open = self.open()?;
        let scan = open.inbox_path(&path).await?;
        let mut draft = open.held_draft(id).await?;
        let patch = open
            .take_files(&mut draft, &component, vec![scan], Origin::Scan)
            .await?;
        open.inbox_taken(&path).await;
        Ok(patch)
    }

    /// Takes a file away; [`App::attachment_restore`] brings it back.
    ///
    /// # Errors
    /// There is no such file.
    pub async fn attachment_remove(
        &self,
        id: DraftId,
        attachment: AttachmentId,
    ) -> Result<DraftPatch, AppError> {
        let open = self.open()?;
        let mut draft = open.held_draft(id).await?;
        open.store.detach(attachment, open.host.now()).await?;
        open.files_changed(&mut draft).await
    }

    /// Brings a file back that was taken away.
    ///
    /// # Errors
    /// There is no such file.
    pub async fn attachment_restore(
        &self,
        id: DraftId,
        attachment: AttachmentId,
    ) -> Result<DraftPatch, AppError> {
        let open = self.open()?;
        let mut draft = open.held_draft(id).await?;
        open.store.reattach(attachment, open.host.now()).await?;
        open.files_changed(&mut draft).await
    }

    /// Shows a file in the system's program for it.
    ///
    /// # Errors
    /// There is no such file, or no such program.
    pub async fn attachment_open(
        &self,
        _id: DraftId,
        attachment: AttachmentId,
    ) -> Result<(), AppError> {
        let open = self.open()?;
        let file = open.store.attachment(attachment).await?;
        let bytes = open.store.read_blob(&file.sha256).await?;
        self.show(&file.name, &bytes)
    }

    /// Saves a file to where the person says; `None` when they changed their mind.
    ///
    /// # Errors
    /// There is no such file, or it can't be written.
    pub async fn attachment_save(
        &self,
        _id: DraftId,
        attachment: AttachmentId,
    ) -> Result<Option<String>, AppError> {
        let open = self.open()?;
        let file = open.store.attachment(attachment).await?;
        let Some(path) = self.host.save_as(&file.name).await else {
            return Ok(None);
        };
        text::save(&path, &open.store.read_blob(&file.sha256).await?)?;
        Ok(Some(path.display().to_string()))
    }

    /// Shows bytes in the system's program for them.
    pub(crate) fn show(&self, name: &str, bytes: &[u8]) -> Result<(), AppError> {
        let path = text::show(&self.home_dir, name, bytes)?;
        self.host.open_file(&path).map_err(|why| AppError::Desktop {
            doing: "opening a file",
            why,
        })
    }
}

impl Open {
    /// A component with the portal's limit on files, where that is the lower one.
    pub(crate) fn component(&self, draft: &OpenDraft, code: &str) -> Result<Component, AppError> {
        let mut component = find(draft, code)?.clone();
        component.max_bytes = self.limit(component.max_bytes);
        Ok(component)
    }

    /// So many bytes a file may have, as a form pack and the portal have it.
    pub(crate) fn limit(&self, of_pack: u64) -> u64 {
        let known = self.sender.known();
        known
            .profile()
            .map_or(of_pack, |one| of_pack.min(one.max_file_bytes))
    }

    /// Reads files of the person's and adds them to a component: all of them, or none.
    async fn take_files(
        &self,
        draft: &mut OpenDraft,
        component: &str,
        paths: Vec<PathBuf>,
        origin: Origin,
    ) -> Result<DraftPatch, AppError> {
        let component_of = self.component(draft, component)?;
        // What takes no file at all is not too small for one.
        component_of.check_room(0)?;
        let limit = component_of.max_bytes;
        let mut incoming = Vec::new();
        for path in paths {
            let (name, bytes) = read_limited(&path, limit).await?;
            incoming.push(Incoming {
                name,
                bytes,
                origin,
            });
        }
        self.take(draft, component, incoming).await
    }

    /// Adds a PDF made of pictures.
    pub(crate) async fn take_pages(
        &self,
        draft: &mut OpenDraft,
        code: &str,
        name: String,
        bytes: Vec<u8>,
    ) -> Result<DraftPatch, AppError> {
        let pages = Incoming {
            name,
            bytes,
            origin: Origin::Photo,
        };
        self.take(draft, code, vec![pages]).await
    }

    async fn take(
        &self,
        draft: &mut OpenDraft,
        code: &str,
        incoming: Vec<Incoming>,
    ) -> Result<DraftPatch, AppError> {
        let component = self.component(draft, code)?;
        let mut ready: Vec<(Incoming, &'static str)> = Vec::new();
        let mut photos = Vec::new();
        for file in incoming {
            let (file, format) = check(&component, file)?;
            // Desks ask for PDF: pictures of one paper, picked together, become its pages.
            if format.is_picture() && component.accept.contains(&Format::Pdf) {
                photos.push(file);
            } else {
                ready.push((file, format.format.media_type()));
            }
        }
        if !photos.is_empty() {
            let pages = to_pages(photos, component.max_bytes, self.host.now()).await?;
            ready.push((pages, Format::Pdf.media_type()));
        }
        let have = self
            .store
            .attachments(draft.row.id)
            .await?
            .iter()
            .filter(|file| !file.removed && file.component == code)
            .count();
        for place in 0..ready.len() {
            component.check_room(have + place)?;
        }
        for (file, media_type) in ready {
            self.keep_file(draft, code, file, media_type, None).await?;
        }
        self.files_changed(draft).await
    }

    async fn keep_file(
        &self,
        draft: &OpenDraft,
        component: &str,
        file: Incoming,
        media_type: &str,
        answers_mark: Option<String>,
    ) -> Result<(), AppError> {
        let blob = self.store.put_bytes(&file.bytes).await?;
        self.store
            .attach(
                &NewAttachment {
                    id: AttachmentId::new(self.host.uuid()),
                    draft: draft.row.id,
                    component: component.to_owned(),
                    name: text::file_name(&file.name, "giay-to"),
                    media_type: media_type.to_owned(),
                    size: blob.size,
                    sha256: blob.sha256,
                    origin: file.origin,
                    answers_mark,
                },
                self.host.now(),
            )
            .await?;
        Ok(())
    }

    /// Makes the export of the form the content of its component, in place of an earlier export.
    pub(crate) async fn keep_export(
        &self,
        draft: &OpenDraft,
        name: String,
        bytes: Vec<u8>,
        mark: String,
    ) -> Result<(), AppError> {
        let component = draft.procedure()?.procedure().paper.component.clone();
        let earlier: Vec<_> = self
            .store
            .attachments(draft.row.id)
            .await?
            .into_iter()
            .filter(|file| {
                !file.removed && file.component == component && file.origin == Origin::Export
            })
            .collect();
        let file = Incoming {
            name,
            bytes,
            origin: Origin::Export,
        };
        self.keep_file(draft, &component, file, "application/pdf", Some(mark))
            .await?;
        for file in earlier {
            self.store.detach(file.id, self.host.now()).await?;
        }
        Ok(())
    }

    pub(crate) async fn files_changed(
        &self,
        draft: &mut OpenDraft,
    ) -> Result<DraftPatch, AppError> {
        let now = self.host.now();
        draft.saved_at = now;
        self.draft_patch(draft, None, hoso_eform::Patch::default())
            .await
    }
}

/// What the bytes are, and whether the component can take them as they are or as pages.
struct Found {
    format: Format,
}

impl Found {
    const fn is_picture(&self) -> bool {
        matches!(self.format, Format::Jpg | Format::Png)
    }
}

fn check(component: &Component, file: Incoming) -> Result<(Incoming, Found), AppError> {
    let size = u64::try_from(file.bytes.len()).unwrap_or(u64::MAX);
    let Some(format) = text::format(&file.bytes) else {
        let named_pdf = Format::Pdf.names(&file.name);
        return Err(match (file.bytes.is_empty(), named_pdf) {
            (true, _) => ComponentProblem::Empty { name: file.name }.into(),
            (false, true) => AppError::NotPdf {
                name: file.name,
                why: "the content is not a PDF".into(),
            },
            (false, false) => ComponentProblem::NotAccepted {
                media_type: "application/octet-stream".into(),
                accept: component.accept.clone(),
                name: file.name,
            }
            .into(),
        });
    };
    let found = Found { format };
    if format == Format::Pdf {
        let facts = check_pdf(&file.bytes).map_err(|error| AppError::NotPdf {
            name: file.name.clone(),
            why: error.to_string(),
        })?;
        if facts.encrypted {
            return Err(AppError::NotPdf {
                name: file.name,
                why: "it is locked with a password".into(),
            });
        }
    }
    let as_pages = found.is_picture() && component.accept.contains(&Format::Pdf);
    if !as_pages {
        component.check(&file.name, format.media_type(), size)?;
    }
    Ok((file, found))
}

/// Pictures as pages of one PDF.
async fn to_pages(
    pictures: Vec<Incoming>,
    max_bytes: u64,
    now: jiff::Timestamp,
) -> Result<Incoming, AppError> {
    let first = pictures
        .first()
        .map(|picture| picture.name.clone())
        .unwrap_or_default();
    let stem = first
        .rsplit_once('.')
        .map_or(first.as_str(), |(stem, _)| stem)
        .to_owned();
    let name = format!("{stem}.pdf");
    let made = tokio::task::spawn_blocking(move || {
        let pictures: Vec<Picture> = pictures
            .into_iter()
            .map(|picture| Picture {
                bytes: picture.bytes,
                edit: Edit::default(),
            })
            .collect();
        pictures::bind(&first, &pictures, Some(max_bytes), now, &|_| true)
    })
    .await
    .map_err(|_| AppError::Interrupted)??;
    let bytes = made.bytes;
    Ok(Incoming {
        name,
        bytes,
        origin: Origin::Photo,
    })
}

fn find<'a>(draft: &'a OpenDraft, code: &str) -> Result<&'a Component, AppError> {
    draft
        .procedure()?
        .component(code)
        .ok_or_else(|| AppError::NotFound {
            what: "component",
            id: code.chars().take(60).collect(),
        })
}

/// File endings that a person may pick for a component: what it takes, and pictures where they can become pages.
fn offered(component: &Component) -> Vec<String> {
    let pictures = component
        .accept
        .contains(&Format::Pdf)
        .then_some([Format::Jpg, Format::Png]);
    let mut endings: Vec<String> = component
        .accept
        .iter()
        .copied()
        .chain(pictures.into_iter().flatten())
        .flat_map(|format| {
            format
                .extensions()
                .iter()
                .map(|ending| (*ending).to_owned())
        })
        .collect();
    endings.sort_unstable();
    endings.dedup();
    endings
}

/// Reads a file unless it is over the limit; a picture may be larger, since it is made smaller.
pub(crate) async fn read_limited(path: &Path, limit: u64) -> Result<(String, Vec<u8>), AppError> {
    const LARGEST_PICTURE: u64 = 64 << 20;
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let reading = || AppError::io(format!("reading {}", path.display()));
    let facts = tokio::fs::metadata(path).await.map_err(reading())?;
    if !facts.is_file() {
        return Err(reading()(std::io::Error::other("it is not a file")));
    }
    let picture = Format::Jpg.names(&name) || Format::Png.names(&name);
    let max = if picture {
        limit.max(LARGEST_PICTURE)
    } else {
        limit
    };
    if facts.len() > max {
        return Err(ComponentProblem::TooLarge {
            name,
            size: facts.len(),
            max,
        }
        .into());
    }
    let bytes = tokio::fs::read(path).await.map_err(reading())?;
    Ok((name, bytes))
}
