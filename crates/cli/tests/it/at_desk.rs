//! The fee paid at the one-stop desk: the dossier goes without the money, and the receipt comes back.

use hoso_dossier::DossierId;
use hoso_sandbox::testing::{CITIZEN, bank_pay, clerk, last_otp};
use serde_json::{Value, json};

use crate::person::{EXTRACT, Person};
use crate::portal::Portal;
use crate::samples;

fn choose(an: &Person, draft: &str, pay: &str) -> Value {
    let chosen = json!({"delivery": {"how": "atDesk"}, "pay": pay});
    let data = an.file("handover.json", chosen.to_string());
    an.ok(&["dossier", "handover", draft, "--data", &data])["problems"].clone()
}

/// Sealed and handed in after the code, with no money.
async fn handed_in(an: &Person, portal: &Portal) -> DossierId {
    let data = an.file("answers.json", samples::extract().to_string());
    let begun = an.ok(&["dossier", "new", EXTRACT, "--data", &data]);
    let draft = begun["id"].as_str().unwrap();
    assert_eq!(choose(an, draft, "atDesk"), json!([]));
    let dossier = an.seal(draft);
    assert_eq!(an.refused(&["sync", "--once"]).code, "dossier.confirm");
    assert_eq!(an.show(dossier)["fees"], json!([]));
    let code = last_otp(&portal.url, &CITIZEN).await.unwrap();
    an.ok(&["dossier", "confirm", &dossier.to_string(), &code]);
    an.sync();
    dossier
}

fn fee(an: &Person, dossier: DossierId) -> [Value; 3] {
    let shown = an.show(dossier);
    let fee = &shown["fees"][0];
    [
        fee["atDesk"].clone(),
        fee["paid"].clone(),
        shown["row"]["payAtDesk"].clone(),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_goes_without_the_money_and_is_settled_by_the_desks_receipt() {
    let mut portal = Portal::down();
    portal.start_like("nghe-an").await;
    let an = Person::citizen(Some(&portal.url));
    an.sign_in(&CITIZEN).await;
    an.sync();
    let dossier = handed_in(&an, &portal).await;
    let due = [json!(true), json!(false), json!(true)];
    assert_eq!(fee(&an, dossier), due);
    clerk(&portal.url, dossier, "accept", &[]).await.unwrap();
    an.sync();
    let shown = an.show(dossier);
    assert_eq!(shown["row"]["folder"], "awaitingPayment");
    assert!(
        shown["agency"]
            .as_str()
            .unwrap()
            .contains("Ủy ban nhân dân")
    );

    // An order that was begun before going there is paid by nobody.
    let payment = an.pay(dossier);
    clerk(&portal.url, dossier, "take-cash", &[]).await.unwrap();
    bank_pay(&portal.url, payment).await.unwrap();
    an.sync();
    assert_eq!(fee(&an, dossier), [json!(true), json!(true), json!(false)]);
    assert!(!an.received(dossier, "paymentReceipt").is_empty());
    let id = dossier.to_string();
    assert_eq!(an.refused(&["pay", &id]).code, "payment.nothing_due");
    portal.holds().await.assert_once();
    assert_eq!(portal.holds().await.list("captures").len(), 1);

    // Who would rather not go there pays online, once.
    let other = handed_in(&an, &portal).await;
    let payment = an.pay(other);
    bank_pay(&portal.url, payment).await.unwrap();
    an.sync();
    let online = [json!(false), json!(true), json!(false)];
    assert_eq!(fee(&an, other), online);
    assert!(clerk(&portal.url, other, "take-cash", &[]).await.is_err());
    assert_eq!(portal.holds().await.list("captures").len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_portal_without_that_way_is_told_of_before_sealing() {
    let mut portal = Portal::down();
    let an = Person::citizen(Some(&portal.url));
    let draft = an.draft(EXTRACT, &samples::extract(), &[]);
    let wrong = |problems: &Value| {
        let one = &problems[0];
        assert_eq!(
            (&one["rule"], &one["step"], &one["path"]),
            (&json!("handover.pay"), &json!("fees"), &json!("pay")),
            "{problems}"
        );
    };
    // Nobody knows yet which portal it will be.
    wrong(&choose(&an, &draft, "atDesk"));
    portal.start_like("mot-cua-chung").await;
    an.sign_in(&CITIZEN).await;
    an.sync();
    wrong(&choose(&an, &draft, "atDesk"));
    let refused = an.refused(&["dossier", "seal", &draft]);
    assert_eq!(refused.code, "seal.incomplete");
    assert_eq!(choose(&an, &draft, "online"), json!([]));
    let sealed = an.seal(&draft);
    an.sync();
    assert_eq!(an.show(sealed)["row"]["folder"], "sent");
}
