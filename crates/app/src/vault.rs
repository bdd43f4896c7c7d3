//! The vault's papers (*kho dữ liệu cá nhân*).

use std::collections::BTreeMap;

use hoso_dossier::{Format, PaperId};
use hoso_eform::vn::{self, CardQr, PartialDate, Sex};
use hoso_paper::check_pdf;
use hoso_store::PaperRow;
use serde_json::json;

use crate::attachments::read_limited;
use crate::host::Pick;
use crate::view::{PaperFields, PaperInfo};
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

    /// Keeps what a paper says, so that forms can be filled in from it.
    ///
    /// # Errors
    /// There is no such paper, or a day is none.
    pub async fn vault_describe(
        &self,
        id: PaperId,
        fields: PaperFields,
    ) -> Result<PaperInfo, AppError> {
        let open = self.open()?;
        let mut wrong = BTreeMap::new();
        let mut day = |name: &'static str, text: &str| match text.trim() {
            "" => String::new(),
            text => match vn::parse_date(text) {
                Some(day) => day.to_string(),
                None => {
                    wrong.insert(name.to_owned(), "date".to_owned());
                    String::new()
                }
            },
        };
        let fields = PaperFields {
            birth_date: day("birthDate", &fields.birth_date),
            issued_on: day("issuedOn", &fields.issued_on),
            name: text::tidy(&fields.name),
            number: fields.number.split_whitespace().collect(),
            sex: text::tidy(&fields.sex),
            address: text::tidy(&fields.address),
        };
        if !wrong.is_empty() {
            return Err(AppError::PaperFields(wrong));
        }
        open.store
            .describe_paper(id, &serde_json::to_value(&fields)?)
            .await?;
        open.tell(&[Topic::Vault]);
        Ok(info(open.store.paper(id).await?))
    }

    /// Keeps of an identity card what its QR text says.
    ///
    /// # Errors
    /// There is no such paper, or the text is no card's.
    pub async fn vault_describe_card(
        &self,
        id: PaperId,
        text: String,
    ) -> Result<PaperInfo, AppError> {
        let card = CardQr::parse(&text)?;
        let fields = PaperFields {
            name: card.name,
            number: card.id.as_str().to_owned(),
            birth_date: match card.birth {
                PartialDate::Day(_) => card.birth.to_iso(),
                _ => String::new(),
            },
            sex: match card.sex {
                Sex::Male => "nam",
                Sex::Female => "nữ",
            }
            .to_owned(),
            issued_on: card.issued.map(|day| day.to_string()).unwrap_or_default(),
            address: card.address,
        };
        self.vault_describe(id, fields).await
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

/// What was kept of a paper.
pub(crate) fn fields(paper: &PaperRow) -> PaperFields {
    serde_json::from_value(paper.fields.clone()).unwrap_or_default()
}

fn info(paper: PaperRow) -> PaperInfo {
    PaperInfo {
        fields: fields(&paper),
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
