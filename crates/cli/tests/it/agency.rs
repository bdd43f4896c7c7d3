//! The desk that receives a dossier, chosen from a shell: suggested, missing, wrong, sealed, and the same in a supplement.

use hoso_sandbox::testing::{CITIZEN, clerk};
use serde_json::{Value, json};

use crate::person::{BIRTH, CERTIFICATE, EXTRACT, Person};
use crate::portal::Portal;
use crate::samples;

/// A procedure of a province's level.
const POLICE_RECORD: &str = "3.000333";
const TOWN: &str = "Phường Ba Đình, Thành phố Hà Nội";

/// A birth registration, whole but for its desk; it costs nothing.
fn begun(an: &Person) -> String {
    let photo = an.file("chung-sinh.jpg", samples::photo(1));
    let data = an.file("answers.json", samples::birth().to_string());
    let wish = format!("{CERTIFICATE}={photo}");
    let begun = an.ok(&["dossier", "new", BIRTH, "--data", &data, "--attach", &wish]);
    begun["id"].as_str().unwrap().to_owned()
}

/// What is told about the desk.
fn told(answer: &Value) -> Vec<String> {
    let problems = answer["problems"].as_array().unwrap().iter();
    problems
        .filter(|one| one["rule"] == "handover.agency")
        .map(|one| {
            format!(
                "{} {}",
                one["step"].as_str().unwrap(),
                one["path"].as_str().unwrap()
            )
        })
        .collect()
}

fn check(an: &Person, draft: &str) -> Vec<String> {
    told(&an.ok(&["dossier", "check", draft]))
}

fn choose(an: &Person, draft: &str, place: &str) -> Vec<String> {
    told(&an.ok(&["dossier", "handover", draft, "--agency", place]))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_chosen_is_sealed_shown_and_kept() {
    let mut portal = Portal::down();
    portal.start_like("quoc-gia-2026").await;
    let an = Person::citizen(Some(&portal.url));
    an.sign_in(&CITIZEN).await;
    an.sync();
    // The person lives in a place that isn't in the list, so nothing is suggested.
    let draft = begun(&an);
    assert_eq!(check(&an, &draft), ["applicant agency-province"]);
    let refused = an.refused(&["dossier", "seal", &draft]);
    assert_eq!(refused.code, "seal.incomplete");
    let first = refused.fields["first"].as_str().unwrap();
    assert!(first.contains("Hãy chọn cơ quan tiếp nhận"), "{first}");
    for unknown in [
        "99999",
        "Phường Nào Đó, Hà Nội",
        "Ba Đình, Atlantis",
        "Hà Nội",
        // Sơn Hà or Sơn Hạ.
        "son ha, quang ngai",
    ] {
        let refused = an.refused(&["dossier", "handover", &draft, "--agency", unknown]);
        assert_eq!(refused.code, "agency.unknown", "{unknown}");
    }
    for agency in [
        json!({"level": "commune", "province": "51", "commune": "00004"}),
        json!({"level": "commune", "province": "100", "commune": "00004"}),
        json!({"level": "ministry", "province": "01"}),
    ] {
        let said = json!({"delivery": {"how": "electronic"}, "agency": agency});
        let data = an.file("wrong.json", said.to_string());
        let refused = an.refused(&["dossier", "handover", &draft, "--data", &data]);
        assert_eq!(refused.code, "agency.unknown", "{agency}");
    }
    assert_eq!(check(&an, &draft), ["applicant agency-province"]);
    // A desk of another level is told of, and isn't sealed.
    let said = json!({"delivery": {"how": "electronic"}, "agency": {"level": "province", "province": "01"}});
    let data = an.file("level.json", said.to_string());
    let answer = an.ok(&["dossier", "handover", &draft, "--data", &data]);
    assert_eq!(told(&answer), ["applicant agency-province"]);
    assert_eq!(choose(&an, &draft, "ba dinh, ha noi"), Vec::<String>::new());
    // Other choices leave it.
    let data = an.file(
        "other.json",
        json!({"delivery": {"how": "atDesk"}}).to_string(),
    );
    let answer = an.ok(&["dossier", "handover", &draft, "--data", &data]);
    assert_eq!(told(&answer), Vec::<String>::new());

    let own = an.ok(&["dossier", "check", &draft]);
    assert_eq!(own["agency"], TOWN);
    assert_eq!(own["agencySuggested"], Value::Null);

    // The next draft is given the same as a suggestion, which is said, and another level's procedure is not.
    let next = begun(&an);
    let answer = an.ok(&["dossier", "check", &next]);
    assert_eq!(told(&answer), Vec::<String>::new());
    assert_eq!(answer["agency"], TOWN);
    assert_eq!(answer["agencySuggested"], "earlier");
    let province = an.ok(&[
        "dossier",
        "new",
        POLICE_RECORD,
        "--data",
        &an.file("none.json", "{}"),
    ]);
    // Of the province that the person lives in the list knows enough.
    assert_eq!(told(&province), Vec::<String>::new());
    let province = province["id"].as_str().unwrap();
    assert_eq!(choose(&an, province, "quang ngai"), Vec::<String>::new());

    let dossier = an.seal(&draft);
    let shown = an.show(dossier);
    assert_eq!(shown["receivedBy"], TOWN);
    an.sync();
    let page = format!("{}/clerk/dossiers/{dossier}", portal.url);
    let page = reqwest::get(page).await.unwrap().text().await.unwrap();
    assert!(page.contains(TOWN), "{page}");

    // A supplement goes to the same desk, whatever is said.
    clerk(&portal.url, dossier, "accept", &[]).await.unwrap();
    let asked = [("reason", "Thiếu bản chụp"), ("components", "")];
    clerk(&portal.url, dossier, "supplement", &asked)
        .await
        .unwrap();
    an.sync();
    let id = dossier.to_string();
    let supplement = an.ok(&["dossier", "supplement", &id]);
    let supplement = supplement["id"].as_str().unwrap();
    let elsewhere = ["dossier", "handover", supplement, "--agency", "00008"];
    assert_eq!(an.refused(&elsewhere).code, "agency.kept");
    an.seal(supplement);
    an.sync();
    assert_eq!(an.show(dossier)["receivedBy"], TOWN);
    assert_eq!(an.show(dossier)["revisions"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_portal_that_has_nobody_choose_is_sent_nothing_of_it() {
    let mut portal = Portal::down();
    portal.start_like("mot-cua-chung").await;
    let an = Person::citizen(Some(&portal.url));
    an.sign_in(&CITIZEN).await;
    an.sync();
    let data = an.file("answers.json", samples::extract().to_string());
    let begun = an.ok(&["dossier", "new", EXTRACT, "--data", &data]);
    let draft = begun["id"].as_str().unwrap();
    let data = an.file(
        "handover.json",
        json!({"delivery": {"how": "atDesk"}}).to_string(),
    );
    an.ok(&["dossier", "handover", draft, "--data", &data]);
    let chosen = an.ok(&["dossier", "handover", draft, "--agency", TOWN]);
    assert_eq!(told(&chosen), Vec::<String>::new());
    assert_eq!(chosen["agency"], Value::Null);
    let dossier = an.seal(draft);
    an.sync();
    let shown = an.show(dossier);
    assert_eq!(
        (&shown["receivedBy"], &shown["row"]["folder"]),
        (&json!(""), &json!("sent"))
    );
}
