//! The process dies at every place where something is about to become durable, or has just become so.
//!
//! Kills at chance moments (`kills`, `day`) meet the narrow gaps between a file, its name and its row by luck only; here each is met.

use std::fs;
use std::path::Path;

use hoso_sandbox::testing::{CITIZEN, bank_pay, clerk};
use serde_json::Value;

use crate::person::{EXTRACT, Person, files_below, read_id};
use crate::portal::Portal;
use crate::samples;

/// More places than any command has.
const MOST: u32 = 400;

/// Runs a command that dies at its place of that number; whether it did, rather than coming to its end.
fn dies_at(an: &Person, place: u32, arguments: &[&str]) -> bool {
    let mut command = an.hoso(arguments);
    let done = command.env("HOSO_DIE_AT", place.to_string()).output();
    let done = done.unwrap();
    let ended = done.status.code();
    assert!(
        matches!(ended, None | Some(0..=3)),
        "{arguments:?} at {place}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    ended.is_none()
}

/// Dies at the first place, at the second one of what is left to do then, and so on until it comes through.
fn dies_on_and_on(an: &Person, arguments: &[&str]) -> u32 {
    let places = (1..MOST).take_while(|place| dies_at(an, *place, arguments));
    let deaths = u32::try_from(places.count()).unwrap();
    assert!(deaths < MOST - 1);
    deaths
}

/// Puts a copy in place of a folder.
fn put_back(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    for file in files_below(from) {
        let there = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(there.parent().unwrap()).unwrap();
        fs::copy(file, there).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sealing_is_whole_or_not_at_all_wherever_it_dies() {
    let an = Person::quick(None).await;
    let photo = an.file("giay-to.jpg", samples::photo(1));
    let paper = [("000.00.00.G15-KQ004946", photo.as_str())];
    let draft = an.draft(EXTRACT, &samples::extract(), &paper);
    let (before, home) = (an.path("before"), an.home());
    put_back(&home, &before);
    let seal = ["dossier", "seal", &draft];
    let (mut open, mut sealed) = (0, 0);
    for place in 1..MOST {
        put_back(&before, &home);
        if !dies_at(&an, place, &seal) {
            break;
        }
        let rows = an.ok(&["dossier", "list"]);
        let rows = rows["rows"].as_array().unwrap().clone();
        assert_eq!(rows.len(), 1, "at {place}: {rows:?}");
        if rows[0]["dossier"] == Value::Null {
            open += 1;
            an.ok(&seal);
        } else {
            sealed += 1;
            assert_eq!(an.refused(&seal).code, "draft.sealed");
        }
        let rows = an.ok(&["dossier", "list"])["rows"].clone();
        let shown = an.show(read_id(&rows[0]["dossier"]));
        assert_eq!(shown["revisions"].as_array().unwrap().len(), 1);
        // The paper and the photo can still be read: they go onto a stick.
        let mine = an.ok(&["stick", "key"]);
        let out = an.path(&format!("{place}.hoso")).display().to_string();
        let id = shown["row"]["dossier"].as_str().unwrap();
        let mine = mine["recipient"].as_str().unwrap();
        an.ok(&["stick", "export", id, "--desktop", mine, "--out", &out]);
    }
    assert!(open > 3 && sealed > 0, "{open} open, {sealed} sealed");
    println!("{} places: {open} before, {sealed} after", open + sealed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sending_and_paying_are_done_once_wherever_they_die() {
    let mut portal = Portal::up().await;
    let an = Person::quick(Some(&portal.url)).await;
    an.sign_in(&CITIZEN).await;
    portal.stop().await;
    let photo = an.file("giay-to.jpg", samples::photo(1));
    let paper = [("000.00.00.G15-KQ004946", photo.as_str())];
    let dossier = an.seal(&an.draft(EXTRACT, &samples::extract(), &paper));
    let id = dossier.to_string();
    portal.start().await;
    let sent = dies_on_and_on(&an, &["sync", "--once"]);
    clerk(&portal.url, dossier, "accept", &[]).await.unwrap();
    let told = dies_on_and_on(&an, &["sync", "--once"]);
    let ordered = dies_on_and_on(&an, &["pay", &id]);
    bank_pay(&portal.url, an.pay(dossier)).await.unwrap();
    let paid = dies_on_and_on(&an, &["sync", "--once"]);
    println!(
        "died {sent} times sending, {told} being told, {ordered} ordering, {paid} being told of the money"
    );
    assert!(sent > 5 && told > 0 && ordered > 0 && paid > 0);

    let shown = an.show(dossier);
    assert_eq!(shown["fees"][0]["paid"], true, "{shown}");
    let holds = portal.holds().await;
    holds.assert_once();
    for (what, expected) in [("dossiers", 1), ("captures", 1), ("uploads", 2)] {
        assert_eq!(holds.list(what).len(), expected, "{what}");
    }
    assert_eq!(
        holds.list("dossiers")[0]["revisions"][0]["sha256"],
        shown["revisions"][0]["sha256"]
    );
}
