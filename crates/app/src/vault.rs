//! The vault's papers (*kho dữ liệu cá nhân*).

use hoso_dossier::{Format, PaperId};
use hoso_paper::check_pdf;
use hoso_store::PaperRow;
use serde_json::json;

use crate::attachments::read_limited;
use crate::host::Pick;
use crate::view::PaperInfo;
use crate::{App, AppError, Topic, text};

/// Largest paper that the vault takes, in bytes.
const LARGEST: u64 = 50 << 20;

impl App {
    /// The papers, newest first; or those in the trash.
    ///
    /// # Errors
    /// The profile is locked.
    pub async fn vault_list(&self, trash: bool) -> Result<Vec<PaperInfo>, AppError> {
        Ok(self
            .open()?
            .store
            .papers()
            .await?
            .into_iter()
            .filter(|paper| paper.trashed_at.is_some() == trash)
            .map(info)
            .collect())
    }

    /// Asks the person for files and keeps them; `None` when they changed their mind.
    ///
    /// # Errors
    /// A file is too large or of a type that papers don't have: then none is kept.
    pub async fn vault_add(&self, kind: String) -> Result<Option<Vec<PaperInfo>>, AppError> {
        let open = self.open()?;
        let endings = Format::ALL
            .into_iter()
            .flat_map(|format| {
                format
                    .extensions()
                    .iter()
                    .map(|ending| (*ending).to_owned())
            })
            .collect();
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
        let mut files = Vec::new();
        for path in paths {
            let (name, bytes) = read_limited(&path, LARGEST).await?;
            let Some(format) = text::format(&bytes) else {
                return Err(AppError::Component(
                    hoso_dossier::ComponentProblem::NotAccepted {
                        name,
                        media_type: "application/octet-stream".into(),
                        accept: Format::ALL.to_vec(),
                    },
                ));
            };
            if format == Format::Pdf {
                check_pdf(&bytes).map_err(|error| AppError::NotPdf {
                    name: name.clone(),
                    why: error.to_string(),
                })?;
            }
            files.push((name, bytes, format));
        }
        for (name, bytes, format) in files {
            let blob = open.store.put_bytes(&bytes).await?;
            open.store
                .add_paper(&PaperRow {
                    id: PaperId::new(self.host.uuid()),
                    name: text::file_name(&name, "giay-to"),
                    kind: text::tidy(&kind),
                    fields: json!({}),
                    media_type: format.media_type().into(),
                    size: blob.size,
                    sha256: blob.sha256,
                    added_at: self.host.now(),
                    trashed_at: None,
                })
                .await?;
        }
        open.tell(&[Topic::Vault]);
        self.vault_list(false).await.map(Some)
    }

    /// Shows a paper in the system's program for it.
    ///
    /// # Errors
    /// There is no such paper, or no such program.
    pub async fn vault_open(&self, id: PaperId) -> Result<(), AppError> {
        let open = self.open()?;
        let paper = open.store.paper(id).await?;
        self.show(&paper.name, &open.store.read_blob(&paper.sha256).await?)
    }

    /// Saves a paper to where the person says; `None` when they changed their mind.
    ///
    /// # Errors
    /// There is no such paper, or the file can't be written.
    pub async fn vault_save(&self, id: PaperId) -> Result<Option<String>, AppError> {
        let open = self.open()?;
        let paper = open.store.paper(id).await?;
        let Some(path) = self.host.save_as(&paper.name).await else {
            return Ok(None);
        };
        text::save(&path, &open.store.read_blob(&paper.sha256).await?)?;
        Ok(Some(path.display().to_string()))
    }

    /// Puts a paper into the trash.
    ///
    /// # Errors
    /// There is no such paper.
    pub async fn vault_remove(&self, id: PaperId) -> Result<(), AppError> {
        let open = self.open()?;
        open.store.trash_paper(id, self.host.now()).await?;
        open.tell(&[Topic::Vault]);
        Ok(())
    }

    /// Brings a paper back from the trash.
    ///
    /// # Errors
    /// There is no such paper.
    pub async fn vault_restore(&self, id: PaperId) -> Result<(), AppError> {
        let open = self.open()?;
        open.store.restore_paper(id).await?;
        open.tell(&[Topic::Vault]);
        Ok(())
    }

    /// Deletes a paper of the trash for ever.
    ///
    /// # Errors
    /// There is no such paper in the trash.
    pub async fn vault_purge(&self, id: PaperId) -> Result<(), AppError> {
        let open = self.open()?;
        open.store.purge_paper(id).await?;
        open.store.sweep_blobs().await?;
        open.tell(&[Topic::Vault]);
        Ok(())
    }
}

fn info(paper: PaperRow) -> PaperInfo {
    PaperInfo {
        id: paper.id,
        name: paper.name,
        kind: paper.kind,
        media_type: paper.media_type,
        size: paper.size,
        added_at: paper.added_at.to_string(),
        trashed_at: paper
            .trashed_at
            .map(|at| at.to_string())
            .unwrap_or_default(),
    }
}
