//! Receipts and results that the portal gave.

use std::collections::BTreeSet;

use hoso_dossier::{DossierId, Sha256};
use hoso_portal_api::{PortalFile, PortalFileKind};
use hoso_store::{DocumentRow, StoreError};
use hoso_sync::{Entry, Event};

use crate::open::Open;
use crate::view::ReceivedFile;
use crate::{App, AppError, text};

impl App {
    /// Shows a receipt or result in the system's program for it.
    ///
    /// # Errors
    /// It is not here yet, or there is no such program.
    pub async fn dossier_file_open(
        &self,
        id: DossierId,
        file: String,
        version: Option<Sha256>,
    ) -> Result<(), AppError> {
        let open = self.open()?;
        let (name, bytes) = open.received(id, &file, version).await?;
        self.show(&name, &bytes)
    }

    /// Name and bytes of a receipt or result; without a version, of the one that holds now.
    ///
    /// # Errors
    /// It is not here yet.
    pub async fn dossier_file(
        &self,
        id: DossierId,
        file: String,
        version: Option<Sha256>,
    ) -> Result<(String, Vec<u8>), AppError> {
        self.open()?.received(id, &file, version).await
    }

    /// Saves a receipt or result to where the person says; `None` when they changed their mind.
    ///
    /// # Errors
    /// It is not here yet, or the file can't be written.
    pub async fn dossier_file_save(
        &self,
        id: DossierId,
        file: String,
        version: Option<Sha256>,
    ) -> Result<Option<String>, AppError> {
        let open = self.open()?;
        let (name, bytes) = open.received(id, &file, version).await?;
        let Some(path) = self.host.save_as(&name).await else {
            return Ok(None);
        };
        text::save(&path, &bytes)?;
        Ok(Some(path.display().to_string()))
    }
}

impl Open {
    async fn received(
        &self,
        id: DossierId,
        file: &str,
        version: Option<Sha256>,
    ) -> Result<(String, Vec<u8>), AppError> {
        let entry = self.sender.entry(id);
        let view = entry.as_ref().and_then(|entry| entry.view.as_ref());
        let holds_now = view
            .and_then(|view| view.files.iter().find(|one| one.id == file))
            .map(|one| one.sha256);
        let wanted = version.or(holds_now);
        let document = self
            .store
            .documents(id)
            .await?
            .into_iter()
            .rfind(|one| one.id == file && wanted.is_none_or(|wanted| one.sha256 == wanted))
            .ok_or_else(|| AppError::NotFound {
                what: "file",
                id: file.chars().take(80).collect(),
            })?;
        match self.store.read_blob(&document.sha256).await {
            Ok(bytes) => Ok((document.name, bytes)),
            Err(error @ (StoreError::MissingBlob { .. } | StoreError::Damaged { .. })) => {
                // The portal has it still, perhaps.
                self.sender.event(Event::FileGone {
                    dossier: id,
                    file: document.id,
                    sha256: document.sha256,
                });
                self.sender.settle().await;
                Err(error.into())
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Every version of every file: what the portal offers now, in its order, each followed by what it replaced; then what it offers no more.
pub(crate) fn versions(entry: Option<&Entry>, kept: &[DocumentRow]) -> Vec<ReceivedFile> {
    let view = entry.and_then(|entry| entry.view.as_ref());
    let spoiled = |file: &PortalFile| entry.is_some_and(|entry| entry.has_given_up(file));
    let offered = view.map(|view| view.files.as_slice()).unwrap_or_default();
    let holds = |one: &DocumentRow| {
        offered
            .iter()
            .any(|file| file.id == one.id && file.sha256 == one.sha256)
    };
    let replaced = |id: &str| -> Vec<ReceivedFile> {
        let earlier = kept.iter().rev().filter(|one| one.id == id && !holds(one));
        earlier.map(|one| kept_file(one, true)).collect()
    };
    let mut files = Vec::new();
    for file in offered {
        let here = kept
            .iter()
            .find(|one| one.id == file.id && one.sha256 == file.sha256);
        files.push(match here {
            Some(here) => kept_file(here, false),
            None => offered_file(file, spoiled(file)),
        });
        files.extend(replaced(&file.id));
    }
    let gone: BTreeSet<&str> = kept
        .iter()
        .filter(|one| offered.iter().all(|file| file.id != one.id))
        .map(|one| one.id.as_str())
        .collect();
    for id in gone {
        // Nothing came in its place: the newest still holds as far as anybody knows.
        let versions = replaced(id).into_iter().enumerate();
        files.extend(versions.map(|(place, file)| ReceivedFile {
            replaced: place > 0,
            ..file
        }));
    }
    files
}

fn kept_file(document: &DocumentRow, replaced: bool) -> ReceivedFile {
    ReceivedFile {
        id: document.id.clone(),
        sha256: document.sha256,
        kind: document.kind.clone(),
        name: document.name.clone(),
        size: document.size,
        here: true,
        received_at: document.received_at.to_string(),
        replaced,
        spoiled: false,
    }
}

fn offered_file(file: &PortalFile, spoiled: bool) -> ReceivedFile {
    ReceivedFile {
        id: file.id.clone(),
        sha256: file.sha256,
        kind: kind_name(file.kind).into(),
        name: file.name.clone(),
        size: file.size,
        here: false,
        received_at: String::new(),
        replaced: false,
        spoiled,
    }
}

/// What a portal's file is called among the kept ones.
pub(crate) const fn kind_name(kind: PortalFileKind) -> &'static str {
    match kind {
        PortalFileKind::Reception => "reception",
        PortalFileKind::PaymentReceipt => "paymentReceipt",
        PortalFileKind::Result => "result",
        PortalFileKind::Other => "other",
    }
}
