//! On a shared machine the browser may be signed in as somebody else.

use hoso_sandbox::testing::{CITIZEN, ORGANISATION};

use crate::person::{EXTRACT, Person};
use crate::portal::Portal;
use crate::samples;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_persons_leaves_under_anothers_name() {
    let portal = Portal::up().await;
    let an = Person::quick(Some(&portal.url)).await;
    let dossier = an.seal(&an.draft(EXTRACT, &samples::extract(), &[]));
    for more in [&[][..], &["--take-account"]] {
        let refused = an.comes_back(&ORGANISATION, more).await.unwrap_err();
        assert_eq!(refused["code"], "sign_in.other_account");
        let said = refused["message"].as_str().unwrap();
        assert!(said.contains("…002") && said.contains("N. T. An"), "{said}");
        assert!(!said.contains(ORGANISATION.identity), "{said}");
        assert_eq!(an.refused(&["sync", "--once"]).code, "portal.signed_out");
    }
    an.sign_in(&CITIZEN).await;
    // Who is signed in stays so.
    an.comes_back(&ORGANISATION, &[]).await.unwrap_err();
    an.sync();
    assert!(portal.holds().await.has(dossier));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_account_of_an_organisation_is_taken_on_the_persons_word() {
    let portal = Portal::up().await;
    let firm = Person::organisation(Some(&portal.url));
    firm.sign_in(&CITIZEN).await;
    firm.sync();
    let refused = firm.comes_back(&ORGANISATION, &[]).await.unwrap_err();
    assert_eq!(refused["code"], "sign_in.other_account");
    let taken = firm.comes_back(&ORGANISATION, &["--take-account"]).await;
    assert_eq!(taken.unwrap()["signedIn"]["name"], ORGANISATION.name);
    // From here on it is the firm's, and the one of before is another.
    firm.sync();
    firm.sign_in(&ORGANISATION).await;
    firm.comes_back(&CITIZEN, &[]).await.unwrap_err();
}
