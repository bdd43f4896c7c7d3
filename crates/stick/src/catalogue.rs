//! The portal's catalogue with its form packs, as one signed file.

use hoso_dossier::Sha256;
use hoso_portal_api::{CatalogueChange, CatalogueChangeKind};
use serde::{Deserialize, Serialize};

use crate::folder::{self, changed, oxum};
use crate::zipped::Shape;
use crate::{PublicKey, Signer, StickError};

/// What a catalogue's signature is a signature of.
const SIGNED_AS: &str = "hoso-catalogue-1";
const HEAD: &str = "data/catalogue.json";

/// A catalogue that was opened and checked: every hash is right, and the key signed it. Whose key it is, is for the caller to know.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogueFile {
    /// Name of the portal for the person.
    pub portal: String,
    /// When the newest of it was published, RFC 3339.
    pub as_of: String,
    /// Procedures, each once, with their packs.
    pub packs: Vec<CarriedPack>,
    /// Who signed.
    pub signer: PublicKey,
}

/// One procedure of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedPack {
    /// What the catalogue says of it.
    pub change: CatalogueChange,
    /// The bundle's bytes as the portal serves them, with the hash that `change` says; empty when the procedure is withdrawn.
    pub bundle: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    portal: String,
    as_of: String,
    changes: Vec<CatalogueChange>,
}

impl CatalogueFile {
    /// Packs and signs a catalogue. The same one gives the same bytes.
    ///
    /// # Errors
    /// A code is not one, a bundle is not the announced one, or all is too large to be carried.
    pub fn pack(
        portal: &str,
        as_of: &str,
        packs: &[CarriedPack],
        signer: &Signer,
    ) -> Result<Vec<u8>, StickError> {
        let head = Head {
            portal: portal.into(),
            as_of: as_of.into(),
            changes: packs.iter().map(|pack| pack.change.clone()).collect(),
        };
        let head = serde_json::to_vec(&head)
            .map_err(|_| StickError::NotOne("the catalogue can't be written"))?;
        let mut data = vec![(HEAD.to_owned(), head)];
        for pack in packs {
            if pack.change.kind == CatalogueChangeKind::Published {
                check_pack(pack)?;
                data.push((path_of(&pack.change.code)?, pack.bundle.clone()));
            }
        }
        let info = format!("Payload-Oxum: {}\n", oxum(&data));
        let signed = (signer, SIGNED_AS);
        folder::pack("danh-muc", info, data, signed, Shape::CATALOGUE)
    }

    /// Opens a carried catalogue and checks everything in it.
    ///
    /// # Errors
    /// It is not one, or is not as it was when it was made.
    pub fn open(file: &[u8]) -> Result<Self, StickError> {
        if file.len() > crate::MAX_BYTES {
            return Err(StickError::TooLarge);
        }
        let (mut all, signer) = folder::open(file, SIGNED_AS, Shape::CATALOGUE)?;
        let head = all.remove(HEAD).unwrap_or_default();
        let head: Head = serde_json::from_slice(&head)
            .map_err(|error| StickError::Manifest(error.to_string()))?;
        let mut packs: Vec<CarriedPack> = Vec::with_capacity(head.changes.len());
        for change in head.changes {
            let bundle = match change.kind {
                CatalogueChangeKind::Withdrawn => vec![],
                CatalogueChangeKind::Published => {
                    let path = path_of(&change.code)?;
                    all.remove(&path).ok_or_else(|| StickError::Layout {
                        what: format!("the form pack {:?} is missing, or in it twice", change.code),
                    })?
                }
            };
            let pack = CarriedPack { change, bundle };
            if pack.change.kind == CatalogueChangeKind::Published {
                check_pack(&pack)?;
            }
            packs.push(pack);
        }
        match all.keys().next() {
            Some(name) => Err(StickError::Layout {
                what: format!("{name:?} doesn't belong to it"),
            }),
            None => Ok(Self {
                portal: head.portal,
                as_of: head.as_of,
                packs,
                signer,
            }),
        }
    }
}

fn check_pack(pack: &CarriedPack) -> Result<(), StickError> {
    if Sha256::of(&pack.bundle) == pack.change.sha256 {
        Ok(())
    } else {
        Err(changed(&pack.change.code))
    }
}

/// A code is a plain name.
fn path_of(code: &str) -> Result<String, StickError> {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || ".-_".contains(sign);
    if code.is_empty() || code.starts_with('.') || code.len() > 120 || !code.chars().all(plain) {
        return Err(StickError::Climbs { name: code.into() });
    }
    Ok(format!("data/packs/{code}.json"))
}
