//! Any dossier is looked up by its code; without a network the code is kept.

use hoso_sandbox::testing::{CITIZEN, ORGANISATION, clerk};
use serde_json::Value;

use crate::person::{EXTRACT, Person};
use crate::portal::Portal;
use crate::samples;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_leads_to_the_dossier_whoevers_it_is() {
    let mut portal = Portal::up().await;
    let an = Person::citizen(Some(&portal.url));
    an.sign_in(&CITIZEN).await;
    let dossier = an.seal(&an.draft(EXTRACT, &samples::extract(), &[]));
    an.sync();
    clerk(&portal.url, dossier, "accept", &[]).await.unwrap();
    let code = an.show(dossier)["row"]["code"].as_str().unwrap().to_owned();

    // Nobody need be signed in, and of another one's dossier nothing personal is told.
    let other = Person::organisation(Some(&portal.url));
    let found = other.ok(&["lookup", &format!(" {} ", code.to_lowercase())]);
    assert_eq!(
        (&found["code"], &found["state"], &found["status"]),
        (&code.as_str().into(), &"found".into(), &6.into())
    );
    assert_eq!(found["dossier"], Value::Null);
    assert!(!found.to_string().contains("Nguyễn Thị An"));
    let own = an.ok(&["lookup", &code]);
    assert_eq!(own["dossier"], dossier.to_string());
    other.sign_in(&ORGANISATION).await;

    let unknown = other.refused(&["lookup", "000.00.19.H34-200101-9999"]);
    assert_eq!(unknown.code, "lookup.unknown");
    assert_eq!(
        other.refused(&["lookup", "khai sinh"]).code,
        "lookup.not_a_code"
    );

    // What is known stays while the portal is away, and says why it is not newer.
    portal.stop().await;
    let run = other.run(&["lookup", &code]);
    let kept: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(
        (&kept["state"], &kept["wait"]["code"]),
        (&"found".into(), &"offline".into())
    );
    let waits = other.run(&["lookup", "000.00.19.H34-200101-0001"]);
    assert!(!waits.status.success());
    let waits: Value = serde_json::from_slice(&waits.stdout).unwrap();
    assert_eq!(waits["state"], "waiting");
    let app = other.app().await;
    let codes: Vec<String> = app
        .look_ups()
        .await
        .unwrap()
        .into_iter()
        .map(|one| one.code.to_string())
        .collect();
    let known = [
        "000.00.19.H34-200101-0001",
        &code,
        "000.00.19.H34-200101-9999",
    ];
    assert_eq!(
        codes, known,
        "newest first, and what is no code is not among them"
    );
    let left = app.look_up_forget(Some(code)).await.unwrap();
    assert_eq!(left.len(), 2);
    assert!(app.look_up_forget(None).await.unwrap().is_empty());
    app.profile_lock().await.unwrap();
}
