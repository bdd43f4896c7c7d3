//! The catalogue brought by hand to a machine without a network.

use std::io::{Cursor, Write as _};
use std::path::Path;
use std::time::Duration;

use hoso_portal_api::{CatalogueChange, CatalogueChangeKind};
use hoso_sandbox::testing::CITIZEN;
use hoso_stick::{CatalogueFile, Signer};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::person::Person;
use crate::portal::Portal;

const OFFERED: &str = "2.000635";

/// A folder with one procedure, in this version.
fn packs(version: &str, name: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/packs");
    for part in [OFFERED, "_applicant", "_lists"] {
        std::fs::create_dir(folder.path().join(part)).unwrap();
        for file in std::fs::read_dir(from.join(part)).unwrap() {
            let file = file.unwrap();
            let mut text = std::fs::read_to_string(file.path()).unwrap();
            if file.file_name() == "pack.json" {
                let mut pack: Value = serde_json::from_str(&text).unwrap();
                pack["version"] = version.into();
                pack["name"]["vi"] = name.into();
                text = pack.to_string();
            }
            std::fs::write(folder.path().join(part).join(file.file_name()), text).unwrap();
        }
    }
    folder
}

/// The file that the portal's desk gives.
async fn carried(portal: &Portal) -> Vec<u8> {
    let answer = reqwest::get(format!("{}/clerk/catalogue", portal.url)).await;
    let answer = answer.unwrap().error_for_status().unwrap();
    answer.bytes().await.unwrap().to_vec()
}

fn name_of(person: &Person) -> String {
    let draft = person.ok(&[
        "dossier",
        "new",
        OFFERED,
        "--data",
        &person.file("x.json", "{}"),
    ]);
    let id = draft["id"].as_str().unwrap().to_owned();
    let rows = person.ok(&["dossier", "list"]);
    let mut rows = rows["rows"].as_array().unwrap().iter();
    let row = rows.find(|row| row["draft"] == json!(id)).unwrap();
    let name = row["title"].as_str().unwrap().to_owned();
    person.ok(&["dossier", "discard", &id]);
    name
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_machine_without_a_network_takes_in_the_portals_catalogue_and_keeps_the_newer_one() {
    let mut portal = Portal::down();
    let (first, second) = (
        packs("2027.1.9", "Trích lục, năm nay"),
        packs("2027.1.10", "Trích lục, mới"),
    );
    portal.start_with(Some(first.path().to_owned())).await;
    let older = carried(&portal).await;
    portal.stop().await;
    // The portal's clock shows whole seconds or finer; a second catalogue is later in any case.
    tokio::time::sleep(Duration::from_millis(20)).await;
    portal.start_with(Some(second.path().to_owned())).await;
    let newer = carried(&portal).await;
    let opened = CatalogueFile::open(&newer).unwrap();
    portal.stop().await;

    let an = Person::citizen(None);
    assert_eq!(an.ok(&["catalogue", "show"])["source"], "builtIn");
    let built_in = name_of(&an);
    let (older, newer) = (an.file("cu.hoso", older), an.file("moi.hoso", newer));

    // Nobody knows the portal here yet: the person has to compare its key.
    let asked = an.refused(&["catalogue", "import", &older]);
    assert_eq!(asked.code, "catalogue.stranger");
    assert_eq!(asked.fields["portal"], "Cổng dịch vụ công (thử nghiệm)");
    let fingerprint = opened.signer.fingerprint();
    assert_eq!(asked.fields["fingerprint"], json!(fingerprint));
    let wrong = [
        "catalogue",
        "import",
        &older,
        "--trust",
        "0000-0000-0000-0000",
    ];
    assert_eq!(an.refused(&wrong).code, "catalogue.stranger");
    assert_eq!(name_of(&an), built_in);

    let taken = an.ok(&["catalogue", "import", &older, "--trust", &fingerprint]);
    assert_eq!((&taken["new"], &taken["known"]), (&json!(1), &json!(0)));
    assert_eq!(name_of(&an), "Trích lục, năm nay");
    // The key is known from now on. `2027.1.10` is newer than `2027.1.9`.
    assert_eq!(an.ok(&["catalogue", "import", &newer])["new"], 1);
    assert_eq!(name_of(&an), "Trích lục, mới");
    let shown = an.ok(&["catalogue", "show"]);
    assert_eq!(
        (&shown["source"], &shown["asOf"]),
        (&json!("file"), &json!(opened.as_of))
    );
    let back = an.refused(&["catalogue", "import", &older]);
    assert_eq!(back.code, "catalogue.older");
    assert_eq!(back.fields["ours"], json!(opened.as_of));
    assert_eq!(name_of(&an), "Trích lục, mới");
    let again = an.ok(&["catalogue", "import", &newer]);
    assert_eq!((&again["new"], &again["known"]), (&json!(0), &json!(1)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_portal_did_not_sign_is_refused_with_the_reason() {
    let mut portal = Portal::down();
    let first = packs("2027.1.1", "Trích lục, mới");
    portal.start_with(Some(first.path().to_owned())).await;
    let an = Person::citizen(Some(&portal.url));
    an.sign_in(&CITIZEN).await;
    an.sync();
    // Online it has the same catalogue.
    let shown = an.ok(&["catalogue", "show"]);
    let honest = carried(&portal).await;
    let opened = CatalogueFile::open(&honest).unwrap();
    assert_eq!(
        (&shown["source"], &shown["asOf"]),
        (&json!("portal"), &json!(opened.as_of))
    );
    portal.stop().await;

    let forger = Signer::generate(&mut |buffer| buffer.fill(7));
    let sign =
        |packs: &[_]| CatalogueFile::pack("Cổng", "2099-01-01T00:00:00Z", packs, &forger).unwrap();
    let mut spoilt = honest.clone();
    let middle = spoilt.len() / 2;
    spoilt[middle] ^= 1;
    let mut zip = zip::ZipWriter::new(Cursor::new(vec![]));
    let plain = zip::write::SimpleFileOptions::default();
    zip.start_file("danh-muc/../../.bashrc", plain).unwrap();
    zip.write_all(b"x").unwrap();
    let climbing = zip.finish().unwrap().into_inner();
    let mut bomb = zip::ZipWriter::new(Cursor::new(vec![]));
    for number in 0..=20_000 {
        bomb.start_file(format!("danh-muc/{number}"), plain)
            .unwrap();
    }
    let bomb = bomb.finish().unwrap().into_inner();
    for (name, bytes, code) in [
        ("khoa-la.hoso", sign(&opened.packs), "catalogue.of_other"),
        ("sua.hoso", spoilt, "stick.changed"),
        ("leo.hoso", climbing, "stick.climbs"),
        ("bom.hoso", bomb, "stick.too_large"),
        (
            "cut.hoso",
            honest[..honest.len() - 300].to_vec(),
            "stick.unreadable",
        ),
        ("khac.hoso", b"%PDF-1.7".to_vec(), "stick.unreadable"),
    ] {
        let file = an.file(name, bytes);
        let refused = an.refused(&["catalogue", "import", &file]);
        // Where a changed byte is in the zip's own tables, it is no zip any more.
        let fits =
            refused.code == code || code == "stick.changed" && refused.code == "stick.unreadable";
        assert!(fits, "{name}: {}", refused.code);
        assert_eq!(an.ok(&["catalogue", "show"]), shown, "{name}");
    }
    // Even with the person's word for it a stranger's key is none of the portal's.
    let forged = an.path("khoa-la.hoso").display().to_string();
    let trusting = [
        "catalogue",
        "import",
        &forged,
        "--trust",
        &forger.public().fingerprint(),
    ];
    assert_eq!(an.refused(&trusting).code, "catalogue.of_other");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pack_that_this_version_cant_use_keeps_no_other_out() {
    let portal = Signer::generate(&mut |buffer| buffer.fill(9));
    let first = packs("2027.1.1", "Trích lục, mới");
    let mut sandbox = Portal::down();
    sandbox.start_with(Some(first.path().to_owned())).await;
    let mut packs = CatalogueFile::open(&carried(&sandbox).await).unwrap().packs;
    sandbox.stop().await;
    let odd = br#"{"code":"1.001193","version":"2099.1","files":[]}"#.to_vec();
    packs.push(hoso_stick::CarriedPack {
        change: CatalogueChange {
            code: "1.001193".into(),
            kind: CatalogueChangeKind::Published,
            version: "2099.1".into(),
            sha256: hoso_dossier::Sha256::of(&odd),
        },
        bundle: odd,
    });
    let file = CatalogueFile::pack("Cổng", "2027-01-01T00:00:00Z", &packs, &portal).unwrap();
    let an = Person::citizen(None);
    let file = an.file("danh-muc.hoso", file);
    let fingerprint = portal.public().fingerprint();
    let taken = an.ok(&["catalogue", "import", &file, "--trust", &fingerprint]);
    assert_eq!(
        (&taken["new"], &taken["unusable"]),
        (&json!(1), &json!(["1.001193"]))
    );
    let birth = an.birth_draft();
    assert!(
        !birth.to_string().is_empty(),
        "the built-in form serves still"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_pulls_the_plug_finds_the_old_catalogue_or_the_new_one() {
    let mut portal = Portal::up().await;
    let whole = CatalogueFile::open(&carried(&portal).await).unwrap();
    portal.stop().await;
    let signer = Signer::generate(&mut |buffer| buffer.fill(3));
    let an = Person::quick(None).await;
    let mut versions = vec![];
    let mut killed = 0;
    for round in 1..=6 {
        // The same forms in a version of their own each time.
        let newer: Vec<_> = whole.packs.iter().map(|pack| again(pack, round)).collect();
        let at = format!("2030-01-0{round}T00:00:00Z");
        let file = CatalogueFile::pack("Cổng", &at, &newer, &signer).unwrap();
        let file = an.file("danh-muc.hoso", file);
        let trust = signer.public().fingerprint();
        let command = ["catalogue", "import", &file, "--trust", &trust];
        let mut child = an.hoso(&command).spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(rand::random_range(100..1_200))).await;
        killed += u32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();

        let shown = an.ok(&["catalogue", "show"]);
        let app = an.app().await;
        let mut found = vec![];
        for pack in &whole.packs {
            let code = pack.change.code.clone();
            found.push(app.procedure(code).await.unwrap().version);
        }
        app.profile_lock().await.unwrap();
        found.dedup();
        let whole_new = found
            .iter()
            .all(|version| version.starts_with(&format!("2030.{round}.")));
        let whole_old = found
            .iter()
            .all(|version| !version.starts_with(&format!("2030.{round}.")));
        assert!(whole_new || whole_old, "half a catalogue: {found:?}");
        assert_eq!(shown["asOf"] == json!(at), whole_new, "{shown} {found:?}");
        versions.push(found);
    }
    println!("{killed} kills: {versions:?}");
}

/// A pack in another version.
fn again(pack: &hoso_stick::CarriedPack, round: u32) -> hoso_stick::CarriedPack {
    let mut bundle: Value = serde_json::from_slice(&pack.bundle).unwrap();
    let version = format!("2030.{round}.{}", pack.change.version);
    bundle["version"] = json!(version);
    for file in bundle["files"].as_array_mut().unwrap() {
        if file["name"] == "pack.json" {
            let mut text: Value = serde_json::from_str(file["text"].as_str().unwrap()).unwrap();
            text["version"] = json!(version);
            file["text"] = json!(text.to_string());
        }
    }
    let bundle = serde_json::to_vec(&bundle).unwrap();
    hoso_stick::CarriedPack {
        change: CatalogueChange {
            version,
            sha256: hoso_dossier::Sha256::of(&bundle),
            ..pack.change.clone()
        },
        bundle,
    }
}
