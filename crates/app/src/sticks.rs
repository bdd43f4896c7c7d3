//! Dossiers and receipts that are carried by hand.
//!
//! A profile has two keys of its own for it, made when they are first needed and kept in the encrypted database: one that signs what leaves, which the portal
//! is told at the first meeting, and one for which other desktops encrypt. The portal's keys are kept from every meeting, because there is none when they are needed.

use std::path::{Path, PathBuf};

use hoso_dossier::{AttachmentId, Capability, DossierId, DraftId, Handover, Manifest};
use hoso_eform::Change;
use hoso_portal_api::{DraftKeeping, PortalInfo, SigningKey, StickKeys};
use hoso_portal_client::Portal;
use hoso_stick::{Bag, BagFile, Identity, PublicKey, ReceiptFile, Recipient, Signer};
use hoso_store::{NewAttachment, NewDraft, Origin, SealRecord, Store};
use hoso_sync::{Event, Revision, SealedFile, Sealing};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::draft::{Entry, Place};
use crate::host::Pick;
use crate::open::Open;
use crate::portals::Known;
use crate::text::Beside;
use crate::view::{DossierInfo, FormPart, StickKeyInfo, StickTaken};
use crate::{App, AppError, Topic, receipts, sharing};

/// Settings in the encrypted database.
const OWN: &str = "stickKeys";
pub(crate) const PORTAL: &str = "stickPortal";
const TOLD: &str = "stickKeyTold";
const TRUSTED: &str = "stickTrusted";

/// The profile's own secrets.
#[derive(Serialize, Deserialize)]
struct Kept {
    signer: String,
    identity: String,
}

pub(crate) struct Own {
    pub(crate) signer: Signer,
    pub(crate) identity: Identity,
}

impl Own {
    pub(crate) async fn of(store: &Store) -> Result<Self, AppError> {
        let kept = match store.setting::<Kept>(OWN).await? {
            Some(kept) => kept,
            None => {
                let fresh = Kept {
                    signer: Signer::generate(&mut random).to_secret(),
                    identity: Identity::generate(&mut random).to_secret(),
                };
                store.put_setting(OWN, &fresh).await?;
                fresh
            }
        };
        Ok(Self {
            signer: Signer::from_secret(&kept.signer)?,
            identity: Identity::from_secret(&kept.identity)?,
        })
    }
}

pub(crate) fn random(buffer: &mut [u8]) {
    rand::Rng::fill_bytes(&mut rand::rng(), buffer);
}

/// Keeps the portal's keys, and tells it this profile's. What fails is done at the next meeting.
pub(crate) async fn meet(store: &Store, portal: &Portal, info: &PortalInfo) {
    if let Err(error) = try_to_meet(store, portal, info).await {
        tracing::debug!(error = error.kind(), "keys for sticks");
    }
}

async fn try_to_meet(store: &Store, portal: &Portal, info: &PortalInfo) -> Result<(), AppError> {
    let can = |what| Known::said(info).can(what);
    let drafts = info.drafts.filter(|_| can(Capability::SharedDrafts));
    let kept = store
        .setting::<Option<DraftKeeping>>(sharing::KEEPING)
        .await?;
    if kept != Some(drafts) {
        store.put_setting(sharing::KEEPING, &drafts).await?;
    }
    let keys = info.sticks.as_ref().filter(|_| can(Capability::Stick));
    let Some(keys) = keys else {
        return Ok(());
    };
    if store.setting::<StickKeys>(PORTAL).await?.as_ref() != Some(keys) {
        store.put_setting(PORTAL, keys).await?;
    }
    let key = Own::of(store).await?.signer.public().to_string();
    // A portal that was restored may have forgotten it.
    let told = format!("{} {key}", info.epoch);
    if store.setting::<String>(TOLD).await?.as_ref() != Some(&told) {
        let name = String::new();
        portal.put_key(&SigningKey { key, name }).await?;
        store.put_setting(TOLD, &told).await?;
    }
    Ok(())
}

impl App {
    /// The keys by which this profile is known to other desktops.
    ///
    /// # Errors
    /// The profile is locked.
    pub async fn stick_keys(&self) -> Result<StickKeyInfo, AppError> {
        let open = self.open()?;
        let own = Own::of(&open.store).await?;
        Ok(StickKeyInfo {
            recipient: own.identity.recipient().to_string(),
            fingerprint: own.signer.public().fingerprint(),
            portal_known: open.store.setting::<StickKeys>(PORTAL).await?.is_some(),
            told: open.store.setting::<String>(TOLD).await?.is_some(),
        })
    }

    /// Saves the file that carries the newest sealed revision: encrypted for the portal, and for other desktops if they are named. From here on the
    /// revision counts as sent. Says how large the file is, in bytes.
    ///
    /// The file is on the stick before that is kept, and has its name after it: a stick that is full or pulled out binds nothing, and no file that
    /// can be taken in leaves unbound.
    ///
    /// # Errors
    /// There is nothing to carry, what has changed since waits for the person's word, there is nobody to encrypt it for, a key is none, or the file can't be
    /// written: then nothing has left.
    pub async fn stick_save(
        &self,
        id: DossierId,
        desktops: Vec<String>,
        path: &Path,
    ) -> Result<usize, AppError> {
        let open = self.open()?;
        let packed = open.packed(id, desktops).await?;
        let file = Beside::write(path, &packed)?;
        open.sender.wish(Event::CarriedAway { dossier: id }).await?;
        let entry = open.sender.entry(id);
        let bound = entry.as_ref().and_then(|entry| entry.active());
        if bound.is_some_and(|active| active.carried_at.is_none()) {
            return Err(AppError::Interrupted);
        }
        file.put()?;
        // It is nothing to be asked about any more.
        open.sender.gate.nudge();
        open.tell(&[Topic::Dossiers]);
        Ok(packed.len())
    }

    /// [`Self::stick_save`] to where the person says; `None` when they changed their mind, and then nothing has left.
    ///
    /// # Errors
    /// As [`Self::stick_save`].
    pub async fn stick_export(
        &self,
        id: DossierId,
        desktop: String,
    ) -> Result<Option<String>, AppError> {
        let revision = self.open()?.to_carry(id)?;
        let name = format!("ho-so-{id}-{revision}.hoso");
        let Some(path) = self.host.save_as(&name).await else {
            return Ok(None);
        };
        self.stick_save(id, vec![desktop], &path).await?;
        Ok(Some(path.display().to_string()))
    }

    /// Takes in a dossier that was sealed at another desktop of the same person. `trust` is the short form of a key that the person has compared.
    ///
    /// # Errors
    /// The file can't be read, is another person's, or is signed with a key that nobody has vouched for: then nothing was taken.
    pub async fn stick_take(
        &self,
        file: Vec<u8>,
        trust: Option<String>,
    ) -> Result<StickTaken, AppError> {
        let open = self.open()?;
        let own = Own::of(&open.store).await?;
        let own_key = own.signer.public();
        let opened = tokio::task::spawn_blocking(move || Bag::open(&file, &own.identity));
        let bag = opened.await.map_err(|_| AppError::Interrupted)??;
        if bag.manifest.applicant.identity != open.details().identity {
            return Err(AppError::StickPerson);
        }
        if bag.signer != own_key {
            open.vouch(&bag.signer, trust.as_deref()).await?;
        }
        let dossier = bag.manifest.dossier;
        let known = open.store.revisions(dossier).await?;
        let number = bag.manifest.revision;
        if let Some(known) = known.iter().find(|one| one.revision == number) {
            return if known.sha256 == bag.sha256 {
                Ok(StickTaken {
                    dossier,
                    revision: number,
                    new: false,
                })
            } else {
                Err(AppError::StickConflict)
            };
        }
        open.take_in(bag).await?;
        open.sender.event(Event::RefreshNow);
        open.tell(&[Topic::Dossiers, Topic::Sync]);
        Ok(StickTaken {
            dossier,
            revision: number,
            new: true,
        })
    }

    /// [`Self::stick_take`] of a file that the person picks; `None` when they changed their mind.
    ///
    /// # Errors
    /// As [`Self::stick_take`].
    pub async fn stick_take_pick(
        &self,
        trust: Option<String>,
    ) -> Result<Option<StickTaken>, AppError> {
        match self.pick_one("hoso").await? {
            Some(bytes) => self.stick_take(bytes, trust).await.map(Some),
            None => Ok(None),
        }
    }

    /// Takes in the portal's receipt that was carried back.
    ///
    /// # Errors
    /// It is none, another portal's, or of a dossier that is not here.
    pub async fn stick_receipt(&self, file: Vec<u8>) -> Result<DossierInfo, AppError> {
        let open = self.open()?;
        let keys = open.store.setting::<StickKeys>(PORTAL).await?;
        let signer: PublicKey = keys.ok_or(AppError::StickNobody)?.signer.parse()?;
        let receipt = ReceiptFile::open(&file, &signer)?;
        // A portal that doesn't sign online can't be asked for it again.
        let asked_again = receipts::signs(&open.store).await? == Some(true);
        let receipt = receipts::only_where_signed(asked_again, receipt);
        let dossier = receipt.dossier;
        let entry = open.sender.entry(dossier);
        let mut revisions = entry.iter().flat_map(|entry| &entry.revisions);
        let here = |one: &Revision| {
            one.revision == receipt.revision && one.manifest_sha256 == receipt.sha256
        };
        if !revisions.any(here) {
            return Err(AppError::NotFound {
                what: "dossier of this receipt",
                id: dossier.to_string(),
            });
        }
        open.sender.wish(Event::ReceiptBrought { receipt }).await?;
        open.tell(&[Topic::Dossiers, Topic::Sync]);
        self.dossier(dossier).await
    }

    /// [`Self::stick_receipt`] of a file that the person picks; `None` when they changed their mind.
    ///
    /// # Errors
    /// As [`Self::stick_receipt`].
    pub async fn stick_receipt_pick(&self) -> Result<Option<DossierInfo>, AppError> {
        match self.pick_one("json").await? {
            Some(bytes) => self.stick_receipt(bytes).await.map(Some),
            None => Ok(None),
        }
    }

    async fn pick_one(&self, ending: &str) -> Result<Option<Vec<u8>>, AppError> {
        self.pick_stick(ending)
            .await
            .map(|path| read(&path))
            .transpose()
    }

    /// The file that the person picks.
    pub(crate) async fn pick_stick(&self, ending: &str) -> Option<PathBuf> {
        let pick = Pick {
            endings: vec![ending.to_owned()],
            several: false,
        };
        self.host.pick_files(pick).await.into_iter().next()
    }
}

/// Reads a file that was carried, unless it is larger than any can be.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, AppError> {
    let reading = || AppError::io(format!("reading {}", path.display()));
    let size = std::fs::metadata(path).map_err(reading())?.len();
    if usize::try_from(size).map_or(true, |size| size > hoso_stick::MAX_BYTES * 2) {
        return Err(hoso_stick::StickError::TooLarge.into());
    }
    std::fs::read(path).map_err(reading())
}

/// What the person says is this key's short form.
pub(crate) fn is_said(trust: Option<&str>, fingerprint: &str) -> bool {
    trust.is_some_and(|said| said.trim().to_uppercase() == fingerprint)
}

impl Open {
    /// The bytes that carry a dossier.
    async fn packed(&self, id: DossierId, desktops: Vec<String>) -> Result<Vec<u8>, AppError> {
        let own = Own::of(&self.store).await?;
        let portal = self.store.setting::<StickKeys>(PORTAL).await?;
        let named = desktops.iter().map(String::as_str);
        let named = named.map(str::trim).filter(|one| !one.is_empty());
        let recipients = portal
            .iter()
            .map(|keys| keys.recipient.as_str())
            .chain(named)
            .map(str::parse)
            .collect::<Result<Vec<Recipient>, _>>()?;
        if recipients.is_empty() {
            return Err(AppError::StickNobody);
        }
        let revision = self.to_carry(id)?;
        let sealed = self.store.manifest(id, revision).await?;
        let mut files: Vec<BagFile> = vec![];
        for file in Manifest::from_sealed(&sealed)?.files {
            if files.iter().all(|one| one.upload != file.upload) {
                files.push(BagFile {
                    upload: file.upload,
                    bytes: self.store.read_blob(&file.sha256).await?,
                });
            }
        }
        let packing = tokio::task::spawn_blocking(move || {
            Bag::pack(&sealed, &files, &own.signer, &recipients, &mut random)
        });
        Ok(packing.await.map_err(|_| AppError::Interrupted)??)
    }

    /// Which revision of a dossier there is to carry. The check before sending is for what leaves by hand too.
    fn to_carry(&self, id: DossierId) -> Result<u32, AppError> {
        if !self.sender.gate.changed(id).is_empty() {
            return Err(AppError::ChangedSince);
        }
        let entry = self.sender.entry(id);
        let current = entry.as_ref().and_then(|entry| entry.current());
        let current = current.filter(|one| !one.is_parked());
        current
            .map(|one| one.revision)
            .ok_or(AppError::StickNothing)
    }

    /// A key that is known, or that the person vouches for now.
    async fn vouch(&self, signer: &PublicKey, trust: Option<&str>) -> Result<(), AppError> {
        let trusted = self.store.setting::<Vec<String>>(TRUSTED).await?;
        let mut trusted = trusted.unwrap_or_default();
        let key = signer.to_string();
        if trusted.contains(&key) {
            return Ok(());
        }
        let fingerprint = signer.fingerprint();
        if !is_said(trust, &fingerprint) {
            return Err(AppError::StickStranger { fingerprint });
        }
        trusted.push(key);
        Ok(self.store.put_setting(TRUSTED, &trusted).await?)
    }

    /// Keeps a checked dossier as if it had been sealed here, with a draft behind it, so that it can be supplemented and copied.
    async fn take_in(&self, bag: Bag) -> Result<(), AppError> {
        let now = self.host.now();
        for file in &bag.files {
            self.store.put_bytes(&file.bytes).await?;
        }
        let manifest = bag.manifest;
        let draft = DraftId::new(self.host.uuid());
        let title = manifest.applicant.name.clone();
        let begun = NewDraft {
            id: draft,
            procedure: manifest.procedure.clone(),
            pack_version: manifest.pack_version.clone(),
            step: serde_json::to_string(&Place::default())?,
            title: title.clone(),
            dossier: (manifest.revision > 1).then_some(manifest.dossier),
            revision: manifest.revision,
        };
        let mut log = vec![];
        for (part, answers) in [
            (FormPart::Applicant, &manifest.applicant_form),
            (FormPart::Form, &manifest.form),
        ] {
            for (path, value) in answers.as_object().into_iter().flatten() {
                let change = Change::Set {
                    path: path.clone(),
                    value: value.clone(),
                };
                log.push(serde_json::to_value(Entry::Change { part, change })?);
            }
        }
        let handover = Handover {
            delivery: manifest.delivery.clone(),
            originals: manifest.originals.clone(),
            notices: manifest.notices.clone(),
            pay: manifest.pay,
            agency: manifest.agency.clone(),
            agency_suggested: None,
        };
        let handover = Box::new(handover);
        log.push(serde_json::to_value(Entry::Handover { handover })?);
        let files: Vec<NewAttachment> = manifest
            .files
            .iter()
            .map(|file| NewAttachment {
                id: AttachmentId::new(self.host.uuid()),
                draft,
                component: file.component.clone(),
                name: file.name.clone(),
                media_type: file.media_type.clone(),
                size: file.size,
                sha256: file.sha256,
                origin: Origin::Picked,
                answers_mark: None,
            })
            .collect();
        self.store
            .create_whole_draft(&begun, &log, &files, now)
            .await?;
        let sealing = Sealing {
            dossier: manifest.dossier,
            revision: manifest.revision,
            manifest_sha256: bag.sha256,
            files: manifest
                .files
                .iter()
                .map(|file| SealedFile {
                    upload: file.upload,
                    sha256: file.sha256,
                    size: file.size,
                    name: file.name.clone(),
                    media_type: file.media_type.clone(),
                    component: file.component.clone(),
                    already_there: false,
                })
                .collect(),
            held: false,
        };
        let mut hashes: Vec<_> = manifest.files.iter().map(|file| file.sha256).collect();
        hashes.sort_unstable();
        hashes.dedup();
        let record = SealRecord {
            dossier: manifest.dossier,
            revision: manifest.revision,
            draft,
            manifest: bag.sealed,
            sha256: bag.sha256,
            files: hashes,
            sealed_at: manifest.sealed_at.parse().unwrap_or(now),
            procedure: manifest.procedure,
            title,
            sync_entry: Value::Null,
        };
        self.sender.take_in(sealing, record).await
    }
}
