//! What the person changes of how they are reached is changed at the portal too, once, and over nothing that they have not seen.

use hoso_sandbox::testing::{CITIZEN, faults};
use hoso_sandbox::{FaultKind, FaultUpdate, OneShot};
use hoso_store::{Home, Pin, Unlock};
use serde_json::{Value, json};

use crate::person::{PIN, Person};
use crate::portal::Portal;

async fn signed_in(url: &str) -> Person {
    let person = Person::quick(Some(url)).await;
    person.sign_in(&CITIZEN).await;
    person.sync();
    person
}

/// The state, and what the portal has of a part.
fn stands(shown: &Value, part: &str) -> (String, String) {
    let said = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (said(&shown["state"]), said(&shown["portal"]["data"][part]))
}

fn is(state: &str, part: &str) -> (String, String) {
    (state.into(), part.into())
}

async fn put_meets(portal: &Portal, kind: FaultKind) {
    let fault = OneShot {
        method: Some("PUT".into()),
        ..OneShot::at("/v1/account/edits", kind)
    };
    faults(&portal.url, &fault.into()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_made_offline_are_told_as_one_though_its_answer_is_lost() {
    let mut portal = Portal::up().await;
    let an = signed_in(&portal.url).await;
    portal.stop().await;
    an.ok(&["profile", "edit", "--email", "mot@vidu.vn"]);
    let waiting = an.ok(&["profile", "edit", "--email", "hai@vidu.vn"]);
    assert_eq!(waiting["state"], "waiting");
    assert_eq!(an.refused(&["sync", "--once"]).code, "portal.offline");

    portal.start().await;
    put_meets(&portal, FaultKind::LoseReply).await;
    // The portal has it, and nobody here knows.
    an.run(&["sync", "--once"]);
    let there = signed_in(&portal.url).await.ok(&["profile", "portal"]);
    assert_eq!(stands(&there, "email"), is("differs", "hai@vidu.vn"));
    let told = an.sync();
    assert_eq!(stands(&told["contact"], "email"), is("same", "hai@vidu.vn"));
    assert_eq!(told["contact"]["portal"], there["portal"], "changed once");

    // Nor does a restored portal make it two.
    let restored = FaultUpdate {
        new_epoch: true,
        ..FaultUpdate::default()
    };
    faults(&portal.url, &restored).await.unwrap();
    assert_eq!(an.sync()["contact"], told["contact"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_desktop_changed_is_put_before_the_person() {
    let portal = Portal::up().await;
    let (home, office) = (signed_in(&portal.url).await, signed_in(&portal.url).await);
    home.ok(&["profile", "edit", "--email", "nha@vidu.vn"]);
    home.sync();
    office.ok(&["profile", "edit", "--address", "Số 7, đường Mẫu"]);
    let both = &office.sync()["contact"];
    assert_eq!(stands(both, "email"), is("differs", "nha@vidu.vn"));
    assert_eq!(both["mine"]["address"], "Số 7, đường Mẫu");
    // Nothing of it has left, and nothing was lost, whatever dies in between.
    assert_eq!(&office.ok(&["profile", "portal"]), both);

    // Each has something: the portal's, but for the address.
    let seen = both["portal"]["state"].as_str().unwrap();
    let stranger = "00000000-0000-4000-8000-000000000000";
    let late = office.ok(&["profile", "keep", stranger]);
    assert_eq!(&late, both, "chosen against a state that was never shown");
    let mixed = [
        "profile",
        "keep",
        seen,
        "--theirs",
        "--address",
        "Số 7, đường Mẫu",
    ];
    assert_eq!(office.ok(&mixed)["mine"]["email"], "nha@vidu.vn");
    let told = office.sync();
    assert_eq!(
        stands(&told["contact"], "address"),
        is("same", "Số 7, đường Mẫu")
    );

    // The first desktop is told, and takes it.
    let differs = &home.sync()["contact"];
    assert_eq!(stands(differs, "address"), is("differs", "Số 7, đường Mẫu"));
    let seen = differs["portal"]["state"].as_str().unwrap();
    let same = home.ok(&["profile", "keep", seen, "--theirs"]);
    assert_eq!(same["state"], "same");
    let profile = home.ok(&["profile", "show"]);
    assert_eq!(profile["address"], "Số 7, đường Mẫu");
    assert_eq!(profile["name"], "Nguyễn Thị An");
    // From there it goes on without asking.
    home.ok(&["profile", "edit", "--phone", "0900000009"]);
    assert_eq!(
        stands(&home.sync()["contact"], "phone"),
        is("same", "+84900000009")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_portal_does_not_take_says_why_until_it_is_put_right() {
    let portal = Portal::up().await;
    let an = signed_in(&portal.url).await;
    an.ok(&["profile", "edit", "--email", "an@vidu.vn"]);
    an.sync();
    // Here a phone number may be missing.
    an.ok(&["profile", "edit", "--phone", ""]);
    assert_eq!(an.refused(&["sync", "--once"]).code, "portal.problem");
    let shown = an.ok(&["profile", "portal"]);
    assert_eq!(stands(&shown, "phone"), is("refused", "+84900000001"));
    assert_eq!(shown["trouble"]["code"], "account.invalid");
    let fields = json!({"phone": "Số điện thoại không hợp lệ."});
    assert_eq!(shown["trouble"]["fields"], fields);
    an.ok(&["profile", "edit", "--phone", "0900000009"]);
    assert_eq!(
        stands(&an.sync()["contact"], "phone"),
        is("same", "+84900000009")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_typed_last_is_told_though_the_process_died_before_it_was_queued() {
    let mut portal = Portal::up().await;
    let an = signed_in(&portal.url).await;
    portal.stop().await;
    an.ok(&["profile", "edit", "--email", "mot@vidu.vn"]);
    // The profile is on disk, the outbox was never told.
    let now = jiff::Timestamp::now();
    let home = Home::new(an.home());
    let profile = home.profiles(now).await.unwrap().remove(0).id;
    let pin = Pin::new(PIN).unwrap();
    let store = home.unlock(profile, Unlock::Pin(&pin), now).await.unwrap();
    let mut details: Value = store.setting("profile").await.unwrap().unwrap();
    details["email"] = json!("hai@vidu.vn");
    store.put_setting("profile", &details).await.unwrap();
    store.close().await.unwrap();
    portal.start().await;
    let told = &an.sync()["contact"];
    assert_eq!(stands(told, "email"), is("same", "hai@vidu.vn"));
}
