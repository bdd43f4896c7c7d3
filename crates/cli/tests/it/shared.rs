//! Drafts that two desktops of one person share through the portal.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::Duration;

use hoso_portal_api::ProblemCode;
use hoso_sandbox::testing::{CITIZEN, ORGANISATION, faults};
use hoso_sandbox::{FaultKind, OneShot};
use serde_json::{Value, json};

use crate::kills::Killer;
use crate::person::{BIRTH, Person};
use crate::portal::Portal;

/// A field that takes any words.
pub(crate) const PLACE: &str = "tre.noi_sinh.chi_tiet";

async fn pair(portal: &Portal) -> (Person, Person) {
    pair_over(&portal.url, &portal.url).await
}

/// Two desktops that know each other, signed in; each with its own way to the portal.
pub(crate) async fn pair_over(home: &str, office: &str) -> (Person, Person) {
    let home = Person::quick(Some(home)).await;
    let office = Person::quick(Some(office)).await;
    for person in [&home, &office] {
        person.sign_in(&CITIZEN).await;
        person.sync();
    }
    let code = |person: &Person| {
        let shown = person.ok(&["desktop", "list"]);
        assert_eq!(shown["portalKeeps"], true, "{shown}");
        shown["code"].as_str().unwrap().to_owned()
    };
    home.ok(&["desktop", "add", &code(&office), "--name", "Máy cơ quan"]);
    office.ok(&["desktop", "add", &code(&home), "--name", "Máy ở nhà"]);
    (home, office)
}

/// Types words into a draft; the error's code where it is refused.
fn write(person: &Person, draft: &str, words: &str) -> Result<(), String> {
    let line = json!({"path": PLACE, "value": words}).to_string();
    let changes = person.file("thay-doi.ndjson", line);
    let error = person.refused_or_ok(&["dossier", "edit", draft, "--changes", &changes]);
    error.map_or(Ok(()), |error| {
        Err(error["code"].as_str().unwrap().to_owned())
    })
}

/// Drafts with how they are shared.
pub(crate) fn drafts(person: &Person) -> Vec<(String, Value)> {
    let rows = person.ok(&["dossier", "list"])["rows"].clone();
    let rows = rows.as_array().unwrap().iter();
    rows.filter(|row| row["draft"].is_string())
        .map(|row| {
            (
                row["draft"].as_str().unwrap().to_owned(),
                row["share"].clone(),
            )
        })
        .collect()
}

/// What a draft says in [`PLACE`].
pub(crate) async fn says(person: &Person, draft: &str) -> String {
    let app = person.app().await;
    let opened = app.draft_open(draft.parse().unwrap()).await.unwrap();
    app.profile_lock().await.unwrap();
    let pointer = format!("/{}", PLACE.replace('.', "/"));
    let said = opened.form.state.data.pointer(&pointer);
    said.and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_is_read_elsewhere_taken_over_and_nothing_typed_offline_is_lost() {
    let mut portal = Portal::up().await;
    let (home, office) = pair(&portal).await;
    let draft = home.birth_draft();
    write(&home, &draft, "Nhà hộ sinh Mẫu").unwrap();
    home.ok(&["dossier", "share", &draft]);
    home.sync();
    office.sync();

    // The other desktop sees it, with the names of the files that stayed, and can't write it.
    let [(there, share)] = &drafts(&office)[..] else {
        panic!("{:?}", drafts(&office));
    };
    assert_eq!(
        (&share["state"], &share["desktop"]),
        (&json!("reader"), &json!("Máy ở nhà"))
    );
    assert_eq!(share["files"], json!(["chung-sinh.pdf"]));
    assert_eq!(says(&office, there).await, "Nhà hộ sinh Mẫu");
    assert_eq!(write(&office, there, "x"), Err("draft.held".into()));
    for refused in [["dossier", "seal", there], ["dossier", "discard", there]] {
        assert!(office.refused_or_ok(&refused).is_some(), "{refused:?}");
    }
    assert_eq!(
        office.refused(&["dossier", "discard", there]).code,
        "draft.held"
    );
    // What is typed at home comes along.
    write(&home, &draft, "Bệnh viện Mẫu").unwrap();
    home.sync();
    office.sync();
    assert_eq!(says(&office, there).await, "Bệnh viện Mẫu");

    // It is open at home: taking it over has to be asked for.
    let open = office.refused(&["dossier", "take-over", there]);
    assert_eq!(
        (open.code.as_str(), &open.fields["desktop"]),
        ("share.held", &json!("Máy ở nhà"))
    );
    // At home the line is dead; the person goes on typing.
    let away = Person {
        folder: home.folder,
        portal: None,
    };
    write(&away, &draft, "Gõ khi mất mạng 1").unwrap();
    write(&away, &draft, "Gõ khi mất mạng 2").unwrap();
    let taken = office.ok(&["dossier", "take-over", there, "--even-if-open"]);
    assert_eq!(taken["share"]["state"], "writer");
    write(&office, there, "Gõ ở cơ quan").unwrap();
    office.sync();

    // Back online: what was typed at home is a draft of its own now, and the shared one is there beside it, to be read.
    let home = Person {
        folder: away.folder,
        portal: Some(portal.url.clone()),
    };
    home.sync();
    let both = drafts(&home);
    assert_eq!(both.len(), 2, "{both:?}");
    let of = |state: &str| {
        let found = both.iter().find(|(_, share)| share["state"] == state);
        found
            .unwrap_or_else(|| panic!("no {state} in {both:?}"))
            .clone()
    };
    let ((apart, told), (shared, _)) = (of("apart"), of("reader"));
    assert_eq!(apart, draft);
    assert_ne!(told["at"], "");
    assert_eq!(told["desktop"], "Máy cơ quan");
    assert_eq!(says(&home, &apart).await, "Gõ khi mất mạng 2");
    assert_eq!(says(&home, &shared).await, "Gõ ở cơ quan");
    // Its own is as free as any; the history is whole: undo leads back through everything.
    write(&home, &apart, "Vẫn gõ được").unwrap();
    assert_eq!(write(&home, &shared, "x"), Err("draft.held".into()));

    // Sealing at the office ends it: nobody else can seal it a second time.
    let paper = office.file("chung-sinh.jpg", crate::samples::photo(2));
    let wish = format!("{}={paper}", crate::person::CERTIFICATE);
    office.ok(&["dossier", "edit", there, "--attach", &wish]);
    office.seal(there);
    office.sync();
    home.sync();
    let left = drafts(&home);
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(left[0].0, apart);
    portal.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_persons_desktops_can_read_and_only_they_are_believed() {
    let portal = Portal::up().await;
    let (home, office) = pair(&portal).await;
    // A third one of the same account that nobody told about the others.
    let third = Person::quick(Some(&portal.url)).await;
    third.sign_in(&CITIZEN).await;
    third.sync();
    let draft = home.birth_draft();
    home.ok(&["dossier", "share", &draft]);
    home.sync();
    third.sync();
    assert_eq!(drafts(&third), []);
    // It knows the office only: it can neither read what is not for it, nor is it told whose it is.
    let code = |person: &Person| {
        person.ok(&["desktop", "list"])["code"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    third.ok(&["desktop", "add", &code(&office), "--name", "Máy cơ quan"]);
    third.sync();
    assert_eq!(drafts(&third), []);
    // Once home knows it, the draft is sent anew for it as well; but it doesn't believe home yet.
    home.ok(&["desktop", "add", &code(&third), "--name", "Máy thứ ba"]);
    home.sync();
    third.sync();
    assert_eq!(drafts(&third), []);
    third.ok(&["desktop", "add", &code(&home), "--name", "Máy ở nhà"]);
    third.sync();
    assert_eq!(drafts(&third).len(), 1);
    office.sync();
    assert_eq!(drafts(&office).len(), 1);

    // What the portal keeps of it says nothing.
    let kept: Vec<u8> = ["portal.db", "portal.db-wal"]
        .iter()
        .flat_map(|name| std::fs::read(portal.data().join(name)).unwrap_or_default())
        .collect();
    let holds = |words: &str| {
        kept.windows(words.len())
            .any(|part| part == words.as_bytes())
    };
    assert!(
        holds("001090000001") && !holds("chung-sinh"),
        "the portal can read it"
    );
    let company = Person::organisation(Some(&portal.url));
    company.sign_in(&ORGANISATION).await;
    company.sync();
    company.ok(&["desktop", "add", &code(&home), "--name", "Máy lạ"]);
    company.sync();
    assert_eq!(drafts(&company), []);

    // Wrong codes are refused, and there is nobody to share with before one is known.
    for (code, wanted) in [
        ("xyz".to_owned(), "stick.key"),
        (code(&home), "desktop.itself"),
    ] {
        let refused = home.refused(&["desktop", "add", &code, "--name", "x"]);
        assert_eq!(refused.code, wanted);
    }
    let nobody = Person::citizen(Some(&portal.url));
    let alone = nobody.birth_draft();
    assert_eq!(
        nobody.refused(&["dossier", "share", &alone]).code,
        "share.alone"
    );

    // Sharing ends: it stays at home and goes from the others.
    home.ok(&["dossier", "unshare", &draft]);
    for person in [&office, &third] {
        person.sync();
        assert_eq!(drafts(person), []);
    }
    assert_eq!(drafts(&home), [(draft.clone(), Value::Null)]);
    write(&home, &draft, "Vẫn ở đây").unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_portal_that_forgot_the_drafts_is_told_again() {
    let mut portal = Portal::up().await;
    let (home, office) = pair(&portal).await;
    portal.stop().await;
    let (database, backup) = (portal.data().join("portal.db"), home.path("backup.db"));
    std::fs::copy(&database, &backup).unwrap();
    portal.start().await;
    let draft = home.birth_draft();
    home.ok(&["dossier", "share", &draft]);
    home.sync();
    office.sync();
    let (there, _) = drafts(&office)[0].clone();
    portal.stop().await;
    std::fs::copy(&backup, &database).unwrap();
    portal.start().await;
    write(&home, &draft, "Sau khi cổng khôi phục").unwrap();
    office.sync();
    assert_eq!(drafts(&office).len(), 1, "what is here stays");
    home.sync();
    office.sync();
    assert_eq!(drafts(&office).len(), 1);
    assert_eq!(says(&office, &there).await, "Sau khi cổng khôi phục");

    // Where nobody is there who could tell it again, the draft is the reader's own.
    portal.stop().await;
    std::fs::copy(&backup, &database).unwrap();
    portal.start().await;
    let taken = office.ok(&["dossier", "take-over", &there]);
    assert_eq!(taken["share"]["state"], "apart");
    write(&office, &there, "Gõ tiếp ở cơ quan").unwrap();
    office.ok(&["dossier", "discard", &there]);
    assert_eq!(drafts(&office), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_who_was_not_reached_is_told_that_another_desktop_sealed_the_draft() {
    let portal = Portal::up().await;
    let (home, office) = pair(&portal).await;
    let (draft, other) = (home.birth_draft(), home.birth_draft());
    for draft in [&draft, &other] {
        home.ok(&["dossier", "share", draft]);
    }
    home.sync();
    // One that doesn't come keeps no other out.
    let gone = OneShot {
        method: Some("GET".into()),
        status: Some(404),
        code: Some(ProblemCode::NotFound),
        ..OneShot::at("/v1/drafts/", FaultKind::Problem)
    };
    faults(&portal.url, &gone.into()).await.unwrap();
    office.sync();
    assert_eq!(drafts(&office).len(), 2, "{:?}", drafts(&office));
    home.ok(&["dossier", "unshare", &other]);
    office.sync();
    assert_eq!(
        drafts(&home).len(),
        2,
        "what one ends oneself stays, without a word"
    );
    assert!(drafts(&home).contains(&(other, Value::Null)));

    let (there, _) = drafts(&office)[0].clone();
    office.ok(&["dossier", "take-over", &there, "--even-if-open"]);
    let paper = office.file("chung-sinh.jpg", crate::samples::photo(2));
    let wish = format!("{}={paper}", crate::person::CERTIFICATE);
    office.ok(&["dossier", "edit", &there, "--attach", &wish]);
    office.seal(&there);
    office.sync();
    assert_eq!(drafts(&office), []);

    home.sync();
    let own = drafts(&home).into_iter().find(|(id, _)| *id == draft);
    let (_, share) = own.unwrap();
    assert_eq!(
        (&share["state"], &share["desktop"]),
        (&json!("apart"), &json!(""))
    );
    assert_ne!(share["at"], "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_that_two_desktops_seal_becomes_one_dossier() {
    let portal = Portal::up().await;
    for office_sends_first in [true, false] {
        let (home, office) = pair(&portal).await;
        let draft = home.birth_draft();
        home.ok(&["dossier", "share", &draft]);
        home.sync();
        office.sync();
        let (there, _) = drafts(&office)[0].clone();
        office.ok(&["dossier", "take-over", &there, "--even-if-open"]);
        let paper = office.file("chung-sinh.jpg", crate::samples::photo(2));
        let wish = format!("{}={paper}", crate::person::CERTIFICATE);
        office.ok(&["dossier", "edit", &there, "--attach", &wish]);
        // Neither has a line, and neither knows of the other.
        let cut_off = |person: Person| Person {
            folder: person.folder,
            portal: None,
        };
        let online = |person: Person| Person {
            folder: person.folder,
            portal: Some(portal.url.clone()),
        };
        let (home, office) = (cut_off(home), cut_off(office));
        let dossier = home.seal(&draft);
        assert_eq!(office.seal(&there), dossier);
        let (home, office) = (online(home), online(office));
        let (first, second) = if office_sends_first {
            (&office, &home)
        } else {
            (&home, &office)
        };
        let before = portal.holds().await.list("dossiers").len();
        first.sync();
        second.refused_or_ok(&["sync", "--once"]);
        first.sync();
        let holds = portal.holds().await;
        holds.assert_once();
        assert!(holds.has(dossier));
        assert_eq!(holds.list("dossiers").len(), before + 1, "{holds:?}");
        // Whoever came second is told, and keeps what was sealed there.
        let shown = second.show(dossier);
        assert_eq!(shown["row"]["elsewhere"]["why"], "otherCopy", "{shown}");
        assert_eq!(first.show(dossier)["row"]["elsewhere"], Value::Null);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_not_be_read_here_is_not_taken_from_whoever_writes_it() {
    let portal = Portal::up().await;
    let (home, office) = pair(&portal).await;
    let third = Person::quick(Some(&portal.url)).await;
    third.sign_in(&CITIZEN).await;
    third.sync();
    let code = |person: &Person| {
        let shown = person.ok(&["desktop", "list"]);
        shown["code"].as_str().unwrap().to_owned()
    };
    // The office has not been told of the third one.
    home.ok(&["desktop", "add", &code(&third), "--name", "Máy thứ ba"]);
    third.ok(&["desktop", "add", &code(&home), "--name", "Máy ở nhà"]);
    third.ok(&["desktop", "add", &code(&office), "--name", "Máy cơ quan"]);
    let draft = home.birth_draft();
    home.ok(&["dossier", "share", &draft]);
    home.sync();
    office.sync();
    third.sync();
    let (there, (written, _)) = (drafts(&office)[0].0.clone(), drafts(&third)[0].clone());
    third.ok(&["dossier", "take-over", &written, "--even-if-open"]);
    write(&third, &written, "Gõ ở máy thứ ba").unwrap();
    third.sync();

    let take_over = ["dossier", "take-over", &there, "--even-if-open"];
    assert_eq!(office.refused(&take_over).code, "share.stranger");
    third.sync();
    assert_eq!(drafts(&third)[0].1["state"], "writer");
    write(&third, &written, "Gõ tiếp ở máy thứ ba").unwrap();
    third.sync();
    office.ok(&["desktop", "add", &code(&third), "--name", "Máy thứ ba"]);
    assert_eq!(office.ok(&take_over)["share"]["state"], "writer");
    assert_eq!(says(&office, &there).await, "Gõ tiếp ở máy thứ ba");
}

/// `HOSO_KILLS` counts here too.
fn rounds() -> u32 {
    std::env::var("HOSO_KILLS").map_or(2, |count| count.parse::<u32>().unwrap() / 8)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_at_both_desktops_lose_nothing_that_was_acknowledged() {
    let portal = Portal::up().await;
    let desktops = pair(&portal).await;
    let desktops = [desktops.0, desktops.1];
    let first = desktops[0].file("trong.json", "{}");
    let draft = desktops[0].ok(&["dossier", "new", BIRTH, "--data", &first]);
    let draft = draft["id"].as_str().unwrap();
    desktops[0].ok(&["dossier", "share", draft]);
    let mut killer = Killer::default();
    // Words that `hoso` has said are on disk, and at which desktop.
    let mut acknowledged: Vec<(usize, String)> = vec![];
    for round in 0..rounds() {
        for (number, person) in desktops.iter().enumerate() {
            killer.spread(|| person.hoso(&["sync", "--once"]));
            // Whoever may not write asks for it, and may be killed over it.
            for (id, share) in drafts(person) {
                if share["state"] == "reader" && rand::random_bool(0.7) {
                    let take = ["dossier", "take-over", &id, "--even-if-open"];
                    killer.spread(|| person.hoso(&take));
                }
            }
            for (id, share) in drafts(person) {
                if share["state"] != "reader" {
                    let said = type_until_killed(person, &id, &format!("{round}.{number}.{id}"));
                    acknowledged.extend(said.into_iter().map(|words| (number, words)));
                }
            }
        }
    }
    for _ in 0..3 {
        for person in &desktops {
            killer.through(|| person.hoso(&["sync", "--once"]));
        }
    }
    let mut shared = vec![];
    for (number, person) in desktops.iter().enumerate() {
        let app = person.app().await;
        let mut kept = BTreeSet::new();
        for (id, share) in drafts_of(&app).await {
            let log = said_in(&app, id).await;
            if share == Some("reader") || share == Some("writer") {
                shared.push(log.clone());
            }
            kept.extend(log);
        }
        app.profile_lock().await.unwrap();
        for (_, words) in acknowledged.iter().filter(|(at, _)| *at == number) {
            assert!(kept.contains(words), "{words} is lost at desktop {number}");
        }
    }
    assert_eq!(shared.len(), 2, "each desktop has the shared draft once");
    assert_eq!(shared[0], shared[1], "both desktops have the same");
    println!(
        "{} kills, {} answers acknowledged",
        killer.killed,
        acknowledged.len()
    );
    assert!(!acknowledged.is_empty());
}

/// Types until it is killed; what was acknowledged.
fn type_until_killed(person: &Person, draft: &str, name: &str) -> Vec<String> {
    let words: Vec<String> = (0..200).map(|count| format!("{name}.{count}")).collect();
    let lines = words
        .iter()
        .map(|words| json!({"path": PLACE, "value": words}).to_string());
    let changes = person.file("thay-doi.ndjson", lines.collect::<Vec<_>>().join("\n"));
    let mut typing = person
        .hoso(&["dossier", "edit", draft, "--changes", &changes])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(typing.stdout.take().unwrap()).lines();
    let mut count = said.by_ref().take(rand::random_range(1..12)).count();
    std::thread::sleep(Duration::from_micros(rand::random_range(0..3_000)));
    typing.kill().unwrap();
    typing.wait().unwrap();
    let rest = said
        .map_while(Result::ok)
        .filter(|line| line.ends_with('}'));
    count += rest.count();
    words.into_iter().take(count).collect()
}

async fn drafts_of(app: &hoso_app::App) -> Vec<(hoso_dossier::DraftId, Option<&'static str>)> {
    use hoso_app::view::DraftShareState as State;
    let rows = app.dossiers(None, String::new()).await.unwrap().rows;
    rows.into_iter()
        .filter_map(|row| {
            let share = row.share.map(|share| match share.state {
                State::Reader => "reader",
                State::Writer => "writer",
                State::Apart => "apart",
            });
            Some((row.draft?, share))
        })
        .collect()
}

/// Everything that was ever said in [`PLACE`], newest first: undo in a copy leads back through all of it.
async fn said_in(app: &hoso_app::App, draft: hoso_dossier::DraftId) -> Vec<String> {
    let copy = app.draft_copy(draft).await.unwrap();
    let mut said = vec![];
    let pointer = format!("/{}", PLACE.replace('.', "/"));
    loop {
        let now = app.draft_open(copy.id).await.unwrap();
        let words = now
            .form
            .state
            .data
            .pointer(&pointer)
            .and_then(Value::as_str);
        said.extend(words.filter(|words| !words.is_empty()).map(str::to_owned));
        if !now.can_undo {
            break;
        }
        app.draft_undo(copy.id).await.unwrap();
    }
    app.draft_discard(copy.id).await.unwrap();
    said
}
