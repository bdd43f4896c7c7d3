//! The bag: what is in it, packing it, taking it in.

use std::collections::BTreeMap;

use hoso_dossier::{Manifest, Sha256, UploadId};

use crate::{Entropy, Identity, PublicKey, Recipient, Signer, StickError, age, zipped};

/// What a bag's signature is a signature of.
const SIGNED_AS: &str = "hoso-stick-1";
const BAGIT: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

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
        let bytes: usize = data.iter().map(|(_, content)| content.len()).sum();
        let info = format!(
            "External-Identifier: {}\nExternal-Description: revision {}\nPayload-Oxum: {bytes}.{}\n",
            manifest.dossier,
            manifest.revision,
            data.len(),
        );
        let mut tags = vec![
            ("bagit.txt".to_owned(), BAGIT.as_bytes().to_vec()),
            ("bag-info.txt".to_owned(), info.into_bytes()),
            ("manifest-sha256.txt".to_owned(), hash_list(&data)),
        ];
        let signed = hash_list(&tags);
        let signature = signer.sign(SIGNED_AS, &signed);
        let signature = format!("Key: {}\nSignature: {signature}\n", signer.public());
        tags.push(("tagmanifest-sha256.txt".to_owned(), signed));
        tags.push(("signature.txt".to_owned(), signature.into_bytes()));
        let folder = format!("{}-{}", manifest.dossier, manifest.revision);
        let all = tags.into_iter().chain(data);
        let all: Vec<_> = all
            .map(|(name, content)| (format!("{folder}/{name}"), content))
            .collect();
        Ok(age::encrypt(&zipped::pack(&all)?, recipients, entropy))
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
        Self::check(in_one_folder(zipped::unpack(&zip)?)?)
    }

    fn check(mut all: BTreeMap<String, Vec<u8>>) -> Result<Self, StickError> {
        let mut take = |name: &str| {
            all.remove(name).ok_or_else(|| StickError::Layout {
                what: format!("{name} is missing"),
            })
        };
        let tagged: Vec<(String, Vec<u8>)> = ["bagit.txt", "bag-info.txt", "manifest-sha256.txt"]
            .into_iter()
            .map(|name| Ok((name.to_owned(), take(name)?)))
            .collect::<Result<_, StickError>>()?;
        let signed = take("tagmanifest-sha256.txt")?;
        let signature = take("signature.txt")?;
        let signer = check_signature(&signature, &signed)?;
        if signed != hash_list(&tagged) {
            return Err(changed("the list of its files"));
        }
        let [(_, bagit), _, (_, listed)] = tagged.as_slice() else {
            return Err(changed("the list of its files"));
        };
        if bagit != BAGIT.as_bytes() {
            let what = "its version is another one".to_owned();
            return Err(StickError::Layout { what });
        }
        let listed = read_hash_list(listed)?;
        for (name, content) in &all {
            match listed.get(name) {
                None => {
                    let what = format!("{name:?} doesn't belong to it");
                    return Err(StickError::Layout { what });
                }
                Some(hash) if *hash != Sha256::of(content) => return Err(changed(name)),
                Some(_) => {}
            }
        }
        if let Some(name) = listed.keys().find(|name| !all.contains_key(*name)) {
            let what = format!("{name:?} is missing");
            return Err(StickError::Layout { what });
        }
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

fn changed(what: &str) -> StickError {
    StickError::Changed { what: what.into() }
}

fn path_of(upload: UploadId) -> String {
    format!("data/files/{upload}")
}

fn read_manifest(sealed: &[u8]) -> Result<Manifest, StickError> {
    Manifest::from_sealed(sealed).map_err(|error| StickError::Manifest(error.to_string()))
}

/// The payload is the manifest and the files that it names, nothing else.
fn check_files(manifest: &Manifest, data: &BTreeMap<String, Vec<u8>>) -> Result<(), StickError> {
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

/// BagIt's lists: a hash, two spaces, a path.
fn hash_list(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut lines: Vec<String> = files
        .iter()
        .map(|(name, content)| format!("{}  {name}\n", Sha256::of(content)))
        .collect();
    lines.sort_unstable();
    lines.concat().into_bytes()
}

fn read_hash_list(bytes: &[u8]) -> Result<BTreeMap<String, Sha256>, StickError> {
    let broken = || StickError::Layout {
        what: "the list of its files can't be read".into(),
    };
    let text = std::str::from_utf8(bytes).map_err(|_| broken())?;
    text.lines()
        .map(|line| {
            let (hash, name) = line.split_once("  ").ok_or_else(broken)?;
            Ok((name.to_owned(), hash.parse().map_err(|_| broken())?))
        })
        .collect()
}

fn check_signature(signature: &[u8], signed: &[u8]) -> Result<PublicKey, StickError> {
    let text = std::str::from_utf8(signature).unwrap_or_default();
    let mut lines = text.lines();
    let key = lines.next().and_then(|line| line.strip_prefix("Key: "));
    let said = lines
        .next()
        .and_then(|line| line.strip_prefix("Signature: "));
    let (Some(key), Some(said), None) = (key, said, lines.next()) else {
        return Err(changed("its signature"));
    };
    let key: PublicKey = key.parse()?;
    if key.signed(SIGNED_AS, signed, said) {
        Ok(key)
    } else {
        Err(changed("its signature"))
    }
}

/// Everything lies in one folder; its name says nothing.
fn in_one_folder(
    files: BTreeMap<String, Vec<u8>>,
) -> Result<BTreeMap<String, Vec<u8>>, StickError> {
    let mut folder: Option<String> = None;
    let mut all = BTreeMap::new();
    for (name, content) in files {
        let (first, rest) = name.split_once('/').ok_or_else(|| StickError::Layout {
            what: format!("{name:?} lies outside its folder"),
        })?;
        if folder.get_or_insert_with(|| first.to_owned()) != first {
            return Err(StickError::Layout {
                what: "it holds more than one folder".into(),
            });
        }
        all.insert(rest.to_owned(), content);
    }
    Ok(all)
}
