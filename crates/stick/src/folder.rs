//! A BagIt folder (RFC 8493) in a zip, signed: what every file that is carried consists of.

use std::collections::BTreeMap;

use hoso_dossier::Sha256;

use crate::zipped::{self, Shape};
use crate::{PublicKey, Signer, StickError};

const BAGIT: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// Files by their path in the folder.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Packs what lies under `data/` with its lists and the signature; `kind` is what the signature is a signature of.
pub(crate) fn pack(
    folder: &str,
    info: String,
    data: Vec<(String, Vec<u8>)>,
    (signer, kind): (&Signer, &str),
    shape: Shape,
) -> Result<Vec<u8>, StickError> {
    let mut tags = vec![
        ("bagit.txt".to_owned(), BAGIT.as_bytes().to_vec()),
        ("bag-info.txt".to_owned(), info.into_bytes()),
        ("manifest-sha256.txt".to_owned(), hash_list(&data)),
    ];
    let signed = hash_list(&tags);
    let signature = signer.sign(kind, &signed);
    let signature = format!("Key: {}\nSignature: {signature}\n", signer.public());
    tags.push(("tagmanifest-sha256.txt".to_owned(), signed));
    tags.push(("signature.txt".to_owned(), signature.into_bytes()));
    let all = tags.into_iter().chain(data);
    let all: Vec<_> = all
        .map(|(name, content)| (format!("{folder}/{name}"), content))
        .collect();
    zipped::pack(&all, shape)
}

/// Unpacks and checks: every hash is right, nothing is there that doesn't belong, and the key signed it. Answers with what lies under `data/`, and the key.
pub(crate) fn open(zip: &[u8], kind: &str, shape: Shape) -> Result<(Files, PublicKey), StickError> {
    check(in_one_folder(zipped::unpack(zip, shape)?)?, kind)
}

/// Bytes and number of the files under `data/`, as `Payload-Oxum` has it.
pub(crate) fn oxum(data: &[(String, Vec<u8>)]) -> String {
    let bytes: usize = data.iter().map(|(_, content)| content.len()).sum();
    format!("{bytes}.{}", data.len())
}

/// It is not as it was made.
pub(crate) fn changed(what: &str) -> StickError {
    StickError::Changed { what: what.into() }
}

fn check(mut all: Files, kind: &str) -> Result<(Files, PublicKey), StickError> {
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
    let signer = check_signature(&signature, &signed, kind)?;
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
    match listed.keys().find(|name| !all.contains_key(*name)) {
        Some(name) => Err(StickError::Layout {
            what: format!("{name:?} is missing"),
        }),
        None => Ok((all, signer)),
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

fn check_signature(signature: &[u8], signed: &[u8], kind: &str) -> Result<PublicKey, StickError> {
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
    if key.signed(kind, signed, said) {
        Ok(key)
    } else {
        Err(changed("its signature"))
    }
}

/// Everything lies in one folder; its name says nothing.
fn in_one_folder(files: Files) -> Result<Files, StickError> {
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
