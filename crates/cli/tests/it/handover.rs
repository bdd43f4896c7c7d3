//! How the result comes, how originals go, how the portal tells of news; and the portal's own limit on files.

use hoso_sandbox::testing::{CITIZEN, clerk};
use serde_json::{Value, json};

use crate::person::{BIRTH, CERTIFICATE, EXTRACT, Person};
use crate::portal::Portal;
use crate::samples;

fn rules(answer: &Value) -> Vec<String> {
    let problems = answer["problems"].as_array().unwrap().iter();
    problems
        .map(|one| {
            format!(
                "{} {}",
                one["step"].as_str().unwrap(),
                one["path"].as_str().unwrap()
            )
        })
        .collect()
}

fn address(commune: &str) -> Value {
    json!({"name": "Nguyễn Thị An", "phone": "0900 000 001", "street": "Số 5, đường Mẫu",
        "commune": commune, "province": "Tỉnh Quảng Ngãi"})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_chosen_is_sealed_and_the_portal_tells_only_so() {
    let mut portal = Portal::down();
    portal.start_like("mot-cua-chung").await;
    let an = Person::citizen(Some(&portal.url));
    an.sign_in(&CITIZEN).await;
    an.sync();
    let data = an.file("answers.json", samples::extract().to_string());
    let begun = an.ok(&["dossier", "new", EXTRACT, "--data", &data]);
    // That portal has no electronic result, and asks at the step of the applicant.
    assert_eq!(rules(&begun), ["applicant delivery"]);
    let draft = begun["id"].as_str().unwrap();
    assert_eq!(
        an.refused(&["dossier", "seal", draft]).code,
        "seal.incomplete"
    );
    let choose = |handover: Value| {
        let data = an.file("handover.json", handover.to_string());
        an.ok(&["dossier", "handover", draft, "--data", &data])
    };
    let sms = |to: &str| json!([{"way": "sms", "to": to}]);
    let half = json!({"delivery": {"how": "post", "to": address("")}, "notices": sms("12")});
    assert_eq!(
        rules(&choose(half)),
        ["applicant delivery-commune", "applicant notice-sms"]
    );
    let whole = json!({
        "delivery": {"how": "post", "to": address("Phường Hoa Ban")},
        "originals": address("Phường Hoa Ban"),
        "notices": sms("0900.000.009"),
    });
    assert_eq!(rules(&choose(whole)), Vec::<String>::new());
    let dossier = an.seal(draft);
    an.sync();
    let line = "Nguyễn Thị An, 0900 000 001, Số 5, đường Mẫu, Phường Hoa Ban, Tỉnh Quảng Ngãi";
    let shown = an.show(dossier);
    assert_eq!(
        (&shown["originals"], &shown["provisional"]),
        (&line.into(), &"".into())
    );

    let page = format!("{}/clerk/dossiers/{dossier}", portal.url);
    let page = reqwest::get(page).await.unwrap().text().await.unwrap();
    for text in [
        format!("Qua bưu chính: {line}"),
        format!("Nhận tại: {line}"),
        "SMS: 0900 000 009".into(),
    ] {
        assert!(page.contains(&text), "{text}");
    }
    clerk(&portal.url, dossier, "accept", &[]).await.unwrap();
    let client = reqwest::Client::new();
    let asked = client.get(format!("{}/outbox", portal.url));
    let asked = asked.header("accept", "application/json").send().await;
    let told: Vec<Value> = asked.unwrap().json().await.unwrap();
    let news: Vec<&Value> = told.iter().filter(|one| one["otp"].is_null()).collect();
    assert_eq!(news.len(), 1);
    assert_eq!(
        (&news[0]["to"], &news[0]["way"]),
        (&"0900 000 009".into(), &"SMS".into())
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_over_the_portals_limit_is_not_taken_and_not_sealed() {
    let mut portal = Portal::down();
    let an = Person::citizen(Some(&portal.url));
    // Attached before it was known which portal it will be.
    let scan = an.file("chung-sinh.pdf", samples::pdf(7 << 20));
    let draft = an.draft(BIRTH, &samples::birth(), &[(CERTIFICATE, &scan)]);
    portal.start_like("kon-tum").await;
    an.sign_in(&CITIZEN).await;
    an.sync();
    let checked = an.ok(&["dossier", "check", &draft]);
    assert_eq!(checked["problems"][0]["rule"], "component.too_large");
    let words = checked["problems"][0]["message"].as_str().unwrap();
    assert!(
        words.contains("6,0 MB") && words.contains("Ghép ảnh thành PDF"),
        "{words}"
    );
    assert_eq!(
        an.refused(&["dossier", "seal", &draft]).code,
        "seal.incomplete"
    );

    let wish = format!("{CERTIFICATE}={scan}");
    let refused = an.refused(&["dossier", "edit", &draft, "--attach", &wish]);
    assert_eq!(refused.code, "attachment.too_large");
    assert_eq!(refused.fields["limit"], (6 << 20).to_string());
}
