//! *Ghép ảnh thành PDF*: photos and scans put in order, edited and bound into one PDF for a component.
//!
//! The pictures are held in memory while their dialog is open; the files they came from are never touched.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use hoso_dossier::{ComponentProblem, DraftId};
pub use hoso_paper::{Clean, Crop, Edit, Picture};
use hoso_paper::{
    FileKind, PictureError, PicturePdf, askew, edited_picture, looks_like, pages_of_scan,
    pictures_to_pdf, small_picture,
};
use jiff::Timestamp;

use crate::attachments::read_limited;
use crate::host::Pick;
use crate::open::Open;
use crate::papers::plain_meta;
use crate::view::{
    DraftPatch, PictureChoices, PictureEdit, PictureInfo, PicturePage, PicturesProgress,
    PicturesSize,
};
use crate::work::Work;
use crate::{App, AppError};

/// Longer edge of the copy that edits are tried on, in pixels.
const SMALL: u32 = 1_400;
/// Largest file that is taken, in bytes.
const LARGEST: u64 = 64 << 20;
/// Most pages of one PDF.
const MOST_PAGES: usize = 100;
/// Most bytes of all pictures together.
const MOST_BYTES: usize = 512 << 20;
/// Key of the remembered choices in the store.
const CHOICES: &str = "pictures";

/// What the dialog holds.
#[derive(Default)]
pub(crate) struct Pictures {
    held: RwLock<BTreeMap<u32, Arc<Held>>>,
    next: AtomicU32,
    /// Binding pages: measured or attached.
    binding: Arc<Work>,
    /// Reading files that were picked.
    reading: Arc<Work>,
}

/// A picture, and a small copy to look at.
struct Held {
    name: String,
    picture: Picture,
    small: Vec<u8>,
    askew: Option<f32>,
}

impl Pictures {
    fn get(&self, page: u32) -> Result<Arc<Held>, AppError> {
        self.held
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&page)
            .cloned()
            .ok_or_else(|| AppError::NotFound {
                what: "picture",
                id: page.to_string(),
            })
    }

    pub(crate) fn clear(&self) {
        self.stop();
        self.held
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    fn stop(&self) {
        self.binding.stop();
        self.reading.stop();
    }

    fn keep(&self, held: Vec<Held>) -> Result<Vec<PictureInfo>, AppError> {
        let mut all = self.held.write().unwrap_or_else(PoisonError::into_inner);
        let bytes: usize = all.values().map(|one| one.picture.bytes.len()).sum();
        let more: usize = held.iter().map(|one| one.picture.bytes.len()).sum();
        if all.len() + held.len() > MOST_PAGES || bytes + more > MOST_BYTES {
            return Err(too_many());
        }
        Ok(held
            .into_iter()
            .map(|held| {
                let page = self.next.fetch_add(1, Ordering::SeqCst);
                let info = PictureInfo {
                    page,
                    name: held.name.clone(),
                    quarter_turns: held.picture.edit.quarter_turns,
                    askew: held.askew,
                };
                all.insert(page, Arc::new(held));
                info
            })
            .collect())
    }
}

impl App {
    /// Asks the person for pictures or scanned PDFs and adds their pages; `None` when they changed their mind.
    ///
    /// # Errors
    /// A file is neither a picture nor a scanned PDF, damaged or too large, or it was stopped: then none is added.
    pub async fn pictures_pick(&self) -> Result<Option<Vec<PictureInfo>>, AppError> {
        let open = self.open()?;
        // HEIC is offered too, so that whoever has only that is told what to do.
        let endings = ["jpeg", "jpg", "png", "pdf", "heic", "heif"];
        let pick = Pick {
            endings: endings.map(str::to_owned).to_vec(),
            several: true,
        };
        let paths = self.host.pick_files(pick).await;
        if paths.is_empty() {
            return Ok(None);
        }
        let mut files = Vec::new();
        let mut bytes = 0;
        for path in paths {
            let file = read_limited(&path, LARGEST).await?;
            bytes += file.1.len();
            if files.len() >= MOST_PAGES || bytes > MOST_BYTES {
                return Err(too_many());
            }
            files.push(file);
        }
        let work = Arc::clone(&open.pictures.reading);
        let mine = work.begin();
        let held = tokio::task::spawn_blocking(move || {
            let mut held = Vec::new();
            for (name, bytes) in files {
                let before = held.len();
                let goes_on = |page: usize| work.goes_on(mine, before + page);
                for picture in read(&name, bytes, &goes_on)? {
                    if !work.goes_on(mine, held.len() + 1) {
                        return Err(named(&name)(PictureError::Stopped));
                    }
                    held.push(hold(&name, picture)?);
                }
            }
            Ok::<_, AppError>(held)
        })
        .await
        .map_err(|_| AppError::Interrupted)?;
        open.pictures.reading.goes_on(mine, 0);
        open.pictures.keep(held?).map(Some)
    }

    /// How a picture looks with this edit, as JPEG with its longer edge at most `edge` pixels.
    ///
    /// # Errors
    /// There is no such picture.
    pub async fn picture_look(
        &self,
        page: u32,
        edit: PictureEdit,
        edge: u32,
    ) -> Result<Vec<u8>, AppError> {
        let held = self.open()?.pictures.get(page)?;
        tokio::task::spawn_blocking(move || {
            let small = Picture {
                bytes: held.small.clone(),
                edit: edit.into(),
            };
            edited_picture(&small, edge.clamp(16, SMALL)).map_err(named(&held.name))
        })
        .await
        .map_err(|_| AppError::Interrupted)?
    }

    /// How large the PDF of these pages gets, and whether the component takes it. Stops whatever was being made before.
    ///
    /// # Errors
    /// A picture is damaged, or a later piece of work stopped this one.
    pub async fn pictures_size(
        &self,
        id: DraftId,
        component: String,
        pages: Vec<PicturePage>,
    ) -> Result<PicturesSize, AppError> {
        let open = self.open()?;
        let limit = {
            let draft = open.held_draft(id).await?;
            open.component(&draft, &component)?.max_bytes
        };
        let sized = |bytes: u64, fits: bool, dpi: u32| PicturesSize {
            bytes,
            limit,
            fits,
            dpi,
        };
        match open.bind(&pages, limit).await {
            Ok((_, made)) => Ok(sized(
                made.bytes.len() as u64,
                true,
                made.dpi.iter().min().copied().unwrap_or(0),
            )),
            Err(AppError::Picture {
                source: PictureError::TooManyBytes { smallest, .. },
                ..
            }) => Ok(sized(smallest, false, 0)),
            Err(error) => Err(error),
        }
    }

    /// How far the work has come.
    ///
    /// # Errors
    /// The profile is locked.
    #[allow(clippy::unused_async)]
    pub async fn pictures_progress(&self) -> Result<PicturesProgress, AppError> {
        let open = self.open()?;
        Ok(PicturesProgress {
            reading: open.pictures.reading.done(),
            done: open.pictures.binding.done(),
        })
    }

    /// Stops the work.
    ///
    /// # Errors
    /// The profile is locked.
    #[allow(clippy::unused_async)]
    pub async fn pictures_stop(&self) -> Result<(), AppError> {
        self.open()?.pictures.stop();
        Ok(())
    }

    /// Binds the pages in their order into one PDF and makes it a file of the component; the choices are remembered.
    ///
    /// # Errors
    /// They don't fit under the component's limit at 200 dots an inch, or it takes no more files.
    pub async fn pictures_attach(
        &self,
        id: DraftId,
        component: String,
        pages: Vec<PicturePage>,
        choices: PictureChoices,
    ) -> Result<DraftPatch, AppError> {
        let open = self.open()?;
        let mut draft = open.held_draft(id).await?;
        let limit = open.component(&draft, &component)?.max_bytes;
        let (name, made) = open.bind(&pages, limit).await?;
        let patch = open
            .take_pages(&mut draft, &component, name, made.bytes)
            .await?;
        open.store.put_setting(CHOICES, &choices).await?;
        open.pictures.clear();
        Ok(patch)
    }

    /// What was chosen the last time.
    ///
    /// # Errors
    /// The profile is locked.
    pub async fn pictures_choices(&self) -> Result<PictureChoices, AppError> {
        let open = self.open()?;
        Ok(open.store.setting(CHOICES).await?.unwrap_or_default())
    }

    /// The dialog is closed: the pictures are forgotten here; their files are where they were.
    ///
    /// # Errors
    /// The profile is locked.
    #[allow(clippy::unused_async)]
    pub async fn pictures_end(&self) -> Result<(), AppError> {
        self.open()?.pictures.clear();
        Ok(())
    }
}

impl Open {
    /// Makes the PDF of these pages, away from the threads that answer the window; with the name of the first.
    async fn bind(
        &self,
        pages: &[PicturePage],
        limit: u64,
    ) -> Result<(String, PicturePdf), AppError> {
        let mut name = String::new();
        let mut pictures = Vec::new();
        for page in pages {
            let held = self.pictures.get(page.page)?;
            if name.is_empty() {
                held.name.clone_into(&mut name);
            }
            pictures.push((held, Edit::from(page.edit)));
        }
        let work = Arc::clone(&self.pictures.binding);
        let mine = work.begin();
        let now = self.host.now();
        let (file, made) = tokio::task::spawn_blocking(move || {
            let pictures: Vec<Picture> = pictures
                .into_iter()
                .map(|(held, edit)| Picture {
                    bytes: held.picture.bytes.clone(),
                    edit,
                })
                .collect();
            let made = bind(&name, &pictures, Some(limit), now, &|looked| {
                work.goes_on(mine, looked)
            });
            (format!("{}.pdf", stem(&name)), made)
        })
        .await
        .map_err(|_| AppError::Interrupted)?;
        Ok((file, made?))
    }
}

/// The pictures of a file: itself, or the pages of a scanned PDF. `go_on` hears which page is next and may stop the work.
///
/// # Errors
/// It is neither, or damaged.
pub fn read(
    name: &str,
    bytes: Vec<u8>,
    go_on: &dyn Fn(usize) -> bool,
) -> Result<Vec<Picture>, AppError> {
    if looks_like(&bytes) == Some(FileKind::Pdf) {
        return pages_of_scan(&bytes, go_on).map_err(named(name));
    }
    Ok(vec![Picture {
        bytes,
        edit: Edit::default(),
    }])
}

/// Pictures bound into one PDF/A, at least 200 dots an inch, no larger than `most` bytes. `go_on` hears how far it is and may stop it.
///
/// # Errors
/// A picture can't be used, or the limit can't be met.
pub fn bind(
    name: &str,
    pictures: &[Picture],
    most: Option<u64>,
    now: Timestamp,
    go_on: &dyn Fn(usize) -> bool,
) -> Result<PicturePdf, AppError> {
    pictures_to_pdf(pictures, &plain_meta(stem(name), now), most, go_on).map_err(named(name))
}

/// The degrees clockwise that straighten a picture, as far as lines of text tell.
///
/// # Errors
/// It is no picture, or damaged.
pub fn guess_askew(name: &str, picture: &Picture) -> Result<Option<f32>, AppError> {
    askew(picture).map_err(named(name))
}

fn too_many() -> AppError {
    let max = MOST_PAGES as u16;
    ComponentProblem::TooMany { max }.into()
}

fn hold(name: &str, picture: Picture) -> Result<Held, AppError> {
    let (small, askew) = small_picture(&picture.bytes, SMALL).map_err(named(name))?;
    Ok(Held {
        name: name.to_owned(),
        picture,
        small,
        askew,
    })
}

fn named(name: &str) -> impl FnOnce(PictureError) -> AppError {
    let name = name.to_owned();
    move |source| AppError::Picture { name, source }
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

impl From<PictureEdit> for Edit {
    fn from(edit: PictureEdit) -> Self {
        Self {
            quarter_turns: edit.quarter_turns,
            straighten: edit.straighten,
            crop: edit.crop.map(|crop| Crop {
                left: crop.left,
                top: crop.top,
                right: crop.right,
                bottom: crop.bottom,
            }),
            clean: Clean {
                brightness: edit.brightness,
                contrast: edit.contrast,
                whiten: edit.whiten,
            },
        }
    }
}
