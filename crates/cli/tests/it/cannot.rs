//! What a portal says that it can't do is not offered; a wish that waits for it says so.

use hoso_dossier::Capability::{EditAccount, LookUp, Pay, SharedDrafts, Withdraw};
use hoso_sandbox::testing::CITIZEN;
use serde_json::Value;

use crate::person::{EXTRACT, Person};
use crate::portal::Portal;
use crate::samples;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_portal_cannot_do_is_not_offered_and_what_waits_for_it_says_so() {
    let mut portal = Portal::up().await;
    let an = Person::quick(Some(&portal.url)).await;
    an.sign_in(&CITIZEN).await;
    let dossier = an.seal(&an.draft(EXTRACT, &samples::extract(), &[]));
    an.sync();
    let id = dossier.to_string();
    portal.stop().await;
    let wish = ["dossier", "withdraw", &id, "--reason", "Khai nhầm"];
    assert_eq!(an.ok(&wish)["withdrawal"]["trouble"], Value::Null);

    // The portal comes back, and has no such call any more.
    portal
        .start_without([Withdraw, LookUp, Pay, SharedDrafts, EditAccount])
        .await;
    an.run(&["sync", "--once"]);
    let said = &an.show(dossier)["withdrawal"];
    assert_eq!(said["state"], "waiting");
    assert_eq!(said["trouble"]["code"], "portal.not_offered");
    let code = an.show(dossier)["row"]["code"].as_str().unwrap().to_owned();
    for refused in [an.refused(&wish), an.refused(&["lookup", &code])] {
        assert_eq!(refused.code, "portal.not_offered");
    }
    let app = an.app().await;
    assert_eq!(app.desktops().await.unwrap().portal_keeps, Some(false));
    let cannot = app.app_info().await.unwrap().portal_cannot;
    assert_eq!(cannot, [Withdraw, Pay, LookUp, SharedDrafts, EditAccount]);
    assert_eq!(app.contact_info().await.unwrap(), None);
    app.profile_lock().await.unwrap();

    // It can again: the wish that waited goes by itself.
    portal.stop().await;
    portal.start().await;
    an.run(&["sync", "--once"]);
    an.sync();
    let said = &an.show(dossier)["withdrawal"];
    assert_eq!(
        (&said["state"], &said["trouble"]),
        (&"told".into(), &Value::Null)
    );
    assert_eq!(an.ok(&["lookup", &code])["state"], "found");
}
