//! The bag: what is in it, packing it, taking it in.

use hoso_dossier::{Manifest, Sha256, UploadId};

use crate::folder::{self, Files, changed, oxum};
use crate::zipped::Shape;
use crate::{Entropy, Identity, PublicKey, Recipient, Signer, StickError, age};

/// What a bag's signature is a signature of.
const SIGNED_AS: &str = "hoso-stick-1";

/// A carried dossier that was opened and checked: every hash is right, and the key signed it. Whose key it is, is for the caller to know.
#[derive(Debug, Clone, PartialEq)]
pub struct Bag {
    /// What the sealed bytes say.
    pub manifest: Manifest,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
    /// Their hash.
    pub sha256: Sha256,
    /// The files in manifest order.
    pub files: Vec<BagFile>,
    /// Who signed.
    pub signer: PublicKey,
}

/// A file of the dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BagFile {
    /// Its permanent id.
    pub upload: UploadId,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Bag {
    /// Packs a sealed revision with all its files, signs it, and encrypts it for everybody named.
    ///
    /// # Errors
    /// The manifest can't be read, a file is not the one that it names, or all is too large to be carried.
    pub fn pack(
        sealed: &[u8],
        files: &[BagFile],
        signer: &Signer,
        recipients: &[Recipient],
        entropy: Entropy<'_>,
    ) -> Result<Vec<u8>, StickError> {
        let manifest = read_manifest(sealed)?;
        let mut data = vec![("data/manifest.json".to_owned(), sealed.to_vec())];
        data.extend(
            files
                .iter()
                .map(|file| (path_of(file.upload), file.bytes.clone())),
        );
        check_files(&manifest, &data.iter().cloned().collect())?;
        let info = format!(
            "External-Identifier: {}\nExternal-Description: revision {}\nPayload-Oxum: {}\n",
            manifest.dossier,
            manifest.revision,
            oxum(&data),
        );
        let folder = format!("{}-{}", manifest.dossier, manifest.revision);
        let zip = folder::pack(&folder, info, data, (signer, SIGNED_AS), Shape::DOSSIER)?;
        Ok(age::encrypt(&zip, recipients, entropy))
    }

    /// Opens a carried file and checks everything in it.
    ///
    /// # Errors
    /// It is not one, is for somebody else, or is not as it was when it was made.
    pub fn open(file: &[u8], identity: &Identity) -> Result<Self, StickError> {
        if file.len() > crate::MAX_BYTES + crate::MAX_BYTES / 64 {
            return Err(StickError::TooLarge);
        }
        let zip = age::decrypt(file, identity)?;
        let (all, signer) = folder::open(&zip, SIGNED_AS, Shape::DOSSIER)?;
        Self::check(all, signer)
    }

    fn check(mut all: Files, signer: PublicKey) -> Result<Self, StickError> {
        let sealed = all.get("data/manifest.json").cloned().unwrap_or_default();
        let manifest = read_manifest(&sealed)?;
        check_files(&manifest, &all)?;
        let mut files: Vec<BagFile> = vec![];
        for file in &manifest.files {
            if files.iter().all(|one| one.upload != file.upload) {
                files.push(BagFile {
                    upload: file.upload,
                    bytes: all.remove(&path_of(file.upload)).unwrap_or_default(),
                });
            }
        }
        Ok(Self {
            sha256: Sha256::of(&sealed),
            manifest,
            sealed,
            files,
            signer,
        })
    }
}

fn path_of(upload: UploadId) -> String {
    format!("data/files/{upload}")
}

fn read_manifest(sealed: &[u8]) -> Result<Manifest, StickError> {
    Manifest::from_sealed(sealed).map_err(|error| StickError::Manifest(error.to_string()))
}

/// The payload is the manifest and the files that it names, nothing else.
fn check_files(manifest: &Manifest, data: &Files) -> Result<(), StickError> {
    let mut expected = vec!["data/manifest.json".to_owned()];
    for file in &manifest.files {
        let path = path_of(file.upload);
        let content = data.get(&path).ok_or_else(|| StickError::Layout {
            what: format!("the file {:?} is missing", file.name),
        })?;
        if Sha256::of(content) != file.sha256 || u64::try_from(content.len()) != Ok(file.size) {
            return Err(changed(&file.name));
        }
        expected.push(path);
    }
    match data.keys().find(|name| !expected.contains(name)) {
        Some(name) => Err(StickError::Layout {
            what: format!("{name:?} doesn't belong to it"),
        }),
        None => Ok(()),
    }
}
