//! Files that were carried, spoilt and forged.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};

use hoso_dossier::{
    Applicant, Declaration, Delivery, DossierId, Manifest, ManifestFile, Money, Sha256, UploadId,
};
use hoso_portal_api::{CatalogueChange, CatalogueChangeKind, Receipt};
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;
use zip::write::SimpleFileOptions;

use crate::zipped::Shape;
use crate::{
    Bag, BagFile, CarriedPack, CatalogueFile, DesktopCode, DraftFile, Identity, MAX_FILES,
    ReceiptFile, Signer, StickError, age, check_receipt, zipped,
};

/// Bytes that are the same every time.
pub(crate) fn entropy(seed: u64) -> impl FnMut(&mut [u8]) {
    let mut state = seed;
    move |buffer| {
        for byte in buffer {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            *byte = state.to_be_bytes()[0];
        }
    }
}

fn files(contents: &[Vec<u8>]) -> Vec<BagFile> {
    let file = |(number, bytes): (u128, &Vec<u8>)| BagFile {
        upload: UploadId::new(Uuid::from_u128(number)),
        bytes: bytes.clone(),
    };
    (1..).zip(contents).map(file).collect()
}

fn sealed(files: &[BagFile]) -> Vec<u8> {
    let files = files.iter().map(|file| ManifestFile {
        upload: file.upload,
        component: "T1".into(),
        name: format!("giấy tờ {}.pdf", file.upload),
        media_type: "application/pdf".into(),
        size: u64::try_from(file.bytes.len()).unwrap(),
        sha256: Sha256::of(&file.bytes),
    });
    let manifest = Manifest {
        dossier: DossierId::new(Uuid::from_u128(77)),
        revision: 1,
        procedure: "1.001193".into(),
        pack_version: "1".into(),
        applicant: Applicant {
            name: "Nguyễn Văn Mẫu".into(),
            identity: "001085000014".into(),
        },
        applicant_form: json!({}),
        form: json!({"hoTen": "Nguyễn Thị Mẫu"}),
        files: files.collect(),
        delivery: Delivery::Electronic,
        originals: None,
        notices: vec![],
        agency: None,
        pay: Default::default(),
        fee: Money::ZERO,
        declaration: Declaration {
            text_version: "vi-1".into(),
            accepted_at: "2026-11-20T08:00:00Z".into(),
        },
        sealed_at: "2026-11-20T08:00:00Z".into(),
    };
    manifest.seal().unwrap().bytes
}

fn pack(contents: &[Vec<u8>], signer: &Signer, identity: &Identity) -> Vec<u8> {
    let files = files(contents);
    let to = [identity.recipient()];
    Bag::pack(&sealed(&files), &files, signer, &to, &mut entropy(5)).unwrap()
}

fn keys() -> (Signer, Identity) {
    (
        Signer::generate(&mut entropy(1)),
        Identity::generate(&mut entropy(2)),
    )
}

#[test]
fn a_dossier_is_carried_whole() {
    let (signer, identity) = keys();
    let contents = [b"%PDF-1".to_vec(), vec![], vec![3; 100_000]];
    let file = pack(&contents, &signer, &identity);
    let bag = Bag::open(&file, &identity).unwrap();
    assert_eq!(bag.signer, signer.public());
    assert_eq!(bag.files, files(&contents));
    assert_eq!(bag.sealed, sealed(&files(&contents)));
    assert_eq!(bag.sha256, Sha256::of(&bag.sealed));
    // The same every time, given the same chance.
    assert!(file == pack(&contents, &signer, &identity));
    // Nothing of it can be read on the way.
    let name = "Nguyễn Thị Mẫu".as_bytes();
    assert!(!file.windows(name.len()).any(|window| window == name));
}

#[test]
fn a_file_that_is_not_the_named_one_is_not_packed() {
    let (signer, identity) = keys();
    let honest = files(&[b"one".to_vec()]);
    let other = files(&[b"two".to_vec()]);
    let to = [identity.recipient()];
    for wrong in [other, vec![], files(&[b"one".to_vec(), b"more".to_vec()])] {
        let packed = Bag::pack(&sealed(&honest), &wrong, &signer, &to, &mut entropy(5));
        assert!(packed.is_err());
    }
}

/// The entries of an honest bag, to be spoilt.
fn entries(signer: &Signer, identity: &Identity) -> BTreeMap<String, Vec<u8>> {
    let file = pack(&[b"one".to_vec(), b"two".to_vec()], signer, identity);
    zipped::unpack(&age::decrypt(&file, identity).unwrap(), Shape::DOSSIER).unwrap()
}

fn open(entries: &BTreeMap<String, Vec<u8>>, identity: &Identity) -> Result<Bag, StickError> {
    let entries: Vec<_> = entries.clone().into_iter().collect();
    let zip = zipped::pack(&entries, Shape::DOSSIER)?;
    let file = age::encrypt(&zip, &[identity.recipient()], &mut entropy(8));
    Bag::open(&file, identity)
}

#[test]
fn whatever_is_changed_added_or_left_out_is_refused() {
    let (signer, identity) = keys();
    let honest = entries(&signer, &identity);
    assert!(open(&honest, &identity).is_ok());
    for name in honest.keys() {
        let mut without = honest.clone();
        without.remove(name);
        assert!(open(&without, &identity).is_err(), "without {name}");
        let mut longer = honest.clone();
        longer.get_mut(name).unwrap().push(b'\n');
        assert!(open(&longer, &identity).is_err(), "longer {name}");
        for place in (0..honest[name].len()).step_by(29) {
            let mut spoilt = honest.clone();
            spoilt.get_mut(name).unwrap()[place] ^= 4;
            assert!(open(&spoilt, &identity).is_err(), "{name} at {place}");
        }
    }
    let folder = honest.keys().next().unwrap().split_once('/').unwrap().0;
    for more in ["data/files/x", "x.txt", "fetch.txt"] {
        let mut added = honest.clone();
        added.insert(format!("{folder}/{more}"), b"x".to_vec());
        let refused = open(&added, &identity).unwrap_err();
        assert!(
            matches!(refused, StickError::Layout { .. }),
            "{more}: {refused}"
        );
    }
    let mut second = honest.clone();
    second.insert("other/x".into(), vec![]);
    assert!(open(&second, &identity).is_err());
}

#[test]
fn another_key_signs_as_itself_only() {
    let (signer, identity) = keys();
    let stranger = Signer::generate(&mut entropy(44));
    let mut forged = entries(&signer, &identity);
    let theirs = entries(&stranger, &identity);
    let name = forged.keys().find(|name| name.ends_with("/signature.txt"));
    let name = name.unwrap().clone();
    let text = String::from_utf8(theirs[&name].clone()).unwrap();
    let said = text.lines().nth(1).unwrap();
    // The stranger's signature under the person's key.
    let mixed = format!("Key: {}\n{said}\n", signer.public());
    forged.insert(name, mixed.into_bytes());
    assert!(matches!(
        open(&forged, &identity),
        Err(StickError::Changed { .. })
    ));
    // Under the stranger's own key it is good, and says whose it is.
    assert_eq!(open(&theirs, &identity).unwrap().signer, stranger.public());
    assert_ne!(
        stranger.public().fingerprint(),
        signer.public().fingerprint()
    );
}

fn raw_zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(vec![]));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn open_zip(zip: &[u8]) -> StickError {
    let (_, identity) = keys();
    let file = age::encrypt(zip, &[identity.recipient()], &mut entropy(8));
    Bag::open(&file, &identity).unwrap_err()
}

#[test]
fn a_climbing_path_is_refused() {
    for name in [
        "../../.bashrc",
        "/etc/passwd",
        "x/../../y",
        "C:\\y",
        "x\\..\\y",
    ] {
        let refused = open_zip(&raw_zip(&[(name, b"x")]));
        assert!(
            matches!(refused, StickError::Climbs { .. }),
            "{name}: {refused}"
        );
    }
}

#[test]
fn a_zip_bomb_is_refused_before_it_is_unpacked() {
    const MAX: usize = 1024 * 1024;
    const SMALL: Shape = Shape {
        bytes: MAX,
        ..Shape::DOSSIER
    };
    let zeros = vec![0; MAX / 2 + 1];
    let bomb = raw_zip(&[("x/0", &zeros), ("x/1", &zeros)]);
    assert!(bomb.len() < MAX / 100);
    let unpacked = zipped::unpack(&bomb, SMALL);
    assert_eq!(unpacked, Err(StickError::TooLarge));
    assert!(zipped::unpack(&bomb, Shape::DOSSIER).is_ok());
    // One that lies about its sizes unpacks to no more.
    let mut liar = raw_zip(&[("x/0", &vec![0; 4 * MAX])]);
    let said = u32::try_from(4 * MAX).unwrap().to_le_bytes();
    let places = (0..liar.len() - 4).filter(|at| liar[*at..*at + 4] == said);
    let places: Vec<usize> = places.collect();
    assert!(!places.is_empty());
    for at in places {
        liar[at..at + 4].copy_from_slice(&7_u32.to_le_bytes());
    }
    if let Ok(files) = zipped::unpack(&liar, SMALL) {
        assert!(files["x/0"].len() <= MAX);
    }
    let names: Vec<String> = (0..=MAX_FILES)
        .map(|number| format!("x/{number}"))
        .collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(open_zip(&raw_zip(&many)), StickError::TooLarge);
}

#[test]
fn a_receipt_is_believed_of_the_portal_only() {
    let portal = Signer::generate(&mut entropy(21));
    let receipt = Receipt {
        dossier: DossierId::new(Uuid::from_u128(77)),
        revision: 1,
        sha256: Sha256::of(b"x"),
        code: "000.00.19.H34-261120-0001".parse().unwrap(),
        submitted_at: "2026-11-20T08:00:00Z".into(),
        signed: None,
    };
    let file = ReceiptFile::sign(&receipt, &portal).unwrap();
    let receipt = Receipt {
        signed: Some(file.clone().into_signed()),
        ..receipt
    };
    let file = serde_json::to_vec(&file).unwrap();
    assert_eq!(ReceiptFile::open(&file, &portal.public()).unwrap(), receipt);
    // However often it is signed, it is the same file.
    let again = ReceiptFile::sign(&receipt, &portal).unwrap();
    assert_eq!(serde_json::to_vec(&again).unwrap(), file);
    let stranger = Signer::generate(&mut entropy(22)).public();
    assert!(ReceiptFile::open(&file, &stranger).is_err());
    for place in (0..file.len()).step_by(7) {
        let mut spoilt = file.clone();
        spoilt[place] ^= 1;
        // Some bytes of the file are not the receipt's: then it is still the same receipt.
        let read = ReceiptFile::open(&spoilt, &portal.public());
        assert!(read.is_err() || read.as_ref() == Ok(&receipt), "at {place}");
    }
}

#[test]
fn an_answer_is_a_receipt_only_as_the_portal_signed_it() {
    let portal = Signer::generate(&mut entropy(23));
    let plain = Receipt {
        dossier: DossierId::new(Uuid::from_u128(78)),
        revision: 1,
        sha256: Sha256::of(b"x"),
        code: "000.00.19.H34-261120-0002".parse().unwrap(),
        submitted_at: "2026-11-20T08:00:00Z".into(),
        signed: None,
    };
    let signed = |receipt: &Receipt, by: &Signer| {
        let signed = ReceiptFile::sign(receipt, by).unwrap().into_signed();
        Receipt {
            signed: Some(signed),
            ..plain.clone()
        }
    };
    let public = portal.public();
    let honest = signed(&plain, &portal);
    assert_eq!(check_receipt(&honest, &public), Ok(()));
    let other = Receipt {
        sha256: Sha256::of(b"y"),
        ..plain.clone()
    };
    let stranger = Signer::generate(&mut entropy(24));
    let mut later = honest.clone();
    later.submitted_at = "2026-11-21T08:00:00Z".into();
    let mut second = honest.clone();
    second.revision = 2;
    let mut renamed = honest.clone();
    if let Some(signed) = &mut renamed.signed {
        signed.kind = "hoso-bag-1".into();
    }
    for wrong in [
        plain.clone(),
        signed(&plain, &stranger),
        signed(&other, &portal),
        later,
        second,
        renamed,
    ] {
        assert!(check_receipt(&wrong, &public).is_err(), "{wrong:?}");
    }
    // An answer goes over the wire and into the store as JSON.
    let wire = serde_json::to_string(&honest).unwrap();
    let read: Receipt = serde_json::from_str(&wire).unwrap();
    assert_eq!(check_receipt(&read, &public), Ok(()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_files_come_back(contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..2_000), 0..6)) {
        let (signer, identity) = keys();
        let bag = Bag::open(&pack(&contents, &signer, &identity), &identity).unwrap();
        prop_assert_eq!(bag.files, files(&contents));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..3_000), at in any::<prop::sample::Index>()) {
        let (signer, identity) = keys();
        let _ = Bag::open(&bytes, &identity);
        let _ = zipped::unpack(&bytes, Shape::DOSSIER);
        let _ = CatalogueFile::open(&bytes);
        let _ = ReceiptFile::open(&bytes, &signer.public());
        // The inside of an honest file, overwritten in the middle.
        let file = pack(&[b"one".to_vec()], &signer, &identity);
        let mut zip = age::decrypt(&file, &identity).unwrap();
        let at = at.index(zip.len());
        for (to, from) in zip.iter_mut().skip(at).zip(&bytes) {
            *to = *from;
        }
        let spoilt = age::encrypt(&zip, &[identity.recipient()], &mut entropy(8));
        let honest = Bag::open(&file, &identity).unwrap();
        if let Ok(bag) = Bag::open(&spoilt, &identity) {
            prop_assert_eq!(bag, honest);
        }
    }
}

fn carried(code: &str, text: &str) -> CarriedPack {
    CarriedPack {
        change: CatalogueChange {
            code: code.into(),
            kind: CatalogueChangeKind::Published,
            version: "2026.11.1".into(),
            sha256: Sha256::of(text.as_bytes()),
        },
        bundle: text.into(),
    }
}

fn catalogue(portal: &Signer) -> (Vec<CarriedPack>, Vec<u8>) {
    let withdrawn = CarriedPack {
        change: CatalogueChange {
            kind: CatalogueChangeKind::Withdrawn,
            ..carried("1.000003", "").change
        },
        bundle: vec![],
    };
    let text = "mẫu đơn ".repeat(100);
    let packs = vec![
        carried("1.000001", &text),
        carried("CCTT-DADT", "{}"),
        withdrawn,
    ];
    let file = CatalogueFile::pack("Cổng mẫu", "2026-11-20T08:00:00Z", &packs, portal).unwrap();
    (packs, file)
}

#[test]
fn a_catalogue_is_carried_whole_and_says_who_signed_it() {
    let portal = Signer::generate(&mut entropy(31));
    let (packs, file) = catalogue(&portal);
    let opened = CatalogueFile::open(&file).unwrap();
    assert_eq!(
        (opened.portal.as_str(), opened.as_of.as_str()),
        ("Cổng mẫu", "2026-11-20T08:00:00Z")
    );
    assert_eq!(opened.packs, packs);
    assert_eq!(opened.signer, portal.public());
    assert!(file == catalogue(&portal).1, "the same every time");
    assert!(file.len() < 2_500, "text gets smaller: {}", file.len());
    // A dossier's signature is none for a catalogue.
    let (signer, identity) = keys();
    let bag = pack(&[], &signer, &identity);
    let zip = age::decrypt(&bag, &identity).unwrap();
    assert!(matches!(
        CatalogueFile::open(&zip),
        Err(StickError::Changed { .. })
    ));
}

#[test]
fn a_catalogue_that_was_spoilt_is_refused() {
    let portal = Signer::generate(&mut entropy(31));
    let (packs, file) = catalogue(&portal);
    let honest = zipped::unpack(&file, Shape::CATALOGUE).unwrap();
    let refused = |files: &BTreeMap<String, Vec<u8>>| {
        let files: Vec<_> = files.clone().into_iter().collect();
        CatalogueFile::open(&zipped::pack(&files, Shape::CATALOGUE).unwrap()).unwrap_err()
    };
    for name in honest.keys() {
        let mut without = honest.clone();
        without.remove(name);
        refused(&without);
        for place in (0..honest[name].len()).step_by(41) {
            let mut spoilt = honest.clone();
            spoilt.get_mut(name).unwrap()[place] ^= 4;
            refused(&spoilt);
        }
    }
    let mut added = honest;
    added.insert("danh-muc/data/packs/more.json".into(), b"{}".to_vec());
    assert!(matches!(refused(&added), StickError::Layout { .. }));
    let climbing = raw_zip(&[("danh-muc/../../x", b"x")]);
    assert!(matches!(
        CatalogueFile::open(&climbing),
        Err(StickError::Climbs { .. })
    ));
    // What the portal itself would not write: codes that lead elsewhere, bundles that are others.
    for (code, bundle) in [
        ("../x", "{}"),
        ("", "{}"),
        (".x", "{}"),
        ("a/b", "{}"),
        ("1.000001", "other"),
    ] {
        let mut pack = carried(code, "{}");
        pack.bundle = bundle.into();
        assert!(
            CatalogueFile::pack("x", "", &[pack], &portal).is_err(),
            "{code}"
        );
    }
    let twice = [packs[1].clone(), packs[1].clone()];
    let twice = CatalogueFile::pack("x", "", &twice, &portal);
    assert!(twice.and_then(|file| CatalogueFile::open(&file)).is_err());
}

#[test]
fn a_catalogue_that_unpacks_without_end_is_refused() {
    let names: Vec<String> = (0..=Shape::CATALOGUE.files)
        .map(|number| format!("danh-muc/{number}"))
        .collect();
    let entries: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let bomb = raw_zip(&entries);
    assert_eq!(CatalogueFile::open(&bomb), Err(StickError::TooLarge));
}

#[test]
fn a_draft_is_for_the_persons_desktops_only() {
    let (signer, identity) = keys();
    let portal = Identity::generate(&mut entropy(41));
    let other = Identity::generate(&mut entropy(42));
    let content = "Nguyễn Thị Mẫu ".repeat(50).into_bytes();
    let to = [identity.recipient(), other.recipient()];
    let file = DraftFile::pack(content.clone(), &signer, &to, &mut entropy(9)).unwrap();
    for desktop in [&identity, &other] {
        let opened = DraftFile::open(&file, desktop).unwrap();
        assert_eq!(
            (&opened.content, opened.signer),
            (&content, signer.public())
        );
    }
    assert_eq!(DraftFile::open(&file, &portal), Err(StickError::NotForUs));
    for place in (0..file.len()).step_by(31) {
        let mut spoilt = file.clone();
        spoilt[place] ^= 1;
        assert!(DraftFile::open(&spoilt, &identity).is_err(), "at {place}");
    }
    // A carried dossier is no draft.
    let bag = pack(&[], &signer, &identity);
    assert!(DraftFile::open(&bag, &identity).is_err());
}

#[test]
fn a_desktops_code_comes_back_however_it_was_copied() {
    let (signer, identity) = keys();
    let code = DesktopCode {
        recipient: identity.recipient(),
        signer: signer.public(),
    };
    let text = code.to_string();
    let broken = format!(" {}\n {} ", &text[..40], &text[40..]);
    assert_eq!(broken.parse(), Ok(code));
    for wrong in ["", "hoso-may:", &text[..text.len() - 2], &text[1..]] {
        assert!(wrong.parse::<DesktopCode>().is_err(), "{wrong}");
    }
}
