use hoso_dossier::{DossierId, Money};
use hoso_portal_api::{PaymentState, PaymentWish, PortalFileKind, ProblemCode};
use hoso_sandbox::testing::{ORGANISATION, audit, bank_decline, bank_pay, clerk};
use reqwest::StatusCode;

use crate::person::{Person, Portal, manifest, payment_id, problem};

/// A dossier that waits for its fee, and the wish to pay that.
async fn due(portal: &Portal, person: &Person) -> PaymentWish {
    let manifest = manifest(None, 16_000);
    person.hand_in(&manifest).await;
    let page = person.view(manifest.dossier).await;
    assert_eq!((page.status, page.fees.len()), (1, 0));
    clerk(portal.url(), manifest.dossier, "accept", &[])
        .await
        .unwrap();
    let page = person.view(manifest.dossier).await;
    assert_eq!((page.status, page.fees.len()), (6, 1));
    PaymentWish {
        dossier: manifest.dossier,
        fee: page.fees[0].id.clone(),
        amount: page.fees[0].amount,
    }
}

#[tokio::test]
async fn a_fee_is_paid_once_however_many_try() {
    let portal = Portal::start().await;
    let (url, person) = (portal.url(), portal.citizen().await);
    let wish = due(&portal, &person).await;
    assert_eq!(wish.amount, Money::dong(16_000).unwrap());

    let ids: Vec<_> = (0..6).map(|_| payment_id()).collect();
    let wishes = ids.iter().map(|id| person.wish(*id, &wish));
    let mut open = Vec::new();
    for (id, answer) in ids.iter().zip(futures_util::future::join_all(wishes).await) {
        if answer.status() == StatusCode::OK {
            open.push(*id);
        } else {
            assert_eq!(problem(answer).await.1, ProblemCode::PaymentOtherOpen);
        }
    }
    assert_eq!(open.len(), 1);
    let id = open[0];
    let order = person.payment(id).await;
    assert_eq!(order.state, PaymentState::Pending);
    assert_eq!(order.checkout_url, format!("{url}/bank/{id}"));

    let presses = (0..6).map(|_| bank_pay(url, id));
    for press in futures_util::future::join_all(presses).await {
        press.unwrap();
    }
    bank_decline(url, id).await.unwrap();
    let order = person.payment(id).await;
    assert_eq!(order.state, PaymentState::Paid);
    assert!(order.transaction.is_some() && order.settled_at.is_some());
    let held = audit(url).await.unwrap();
    assert_eq!(held["captures"].as_array().unwrap().len(), 1);
    assert_eq!(held["captures"][0]["amount"], 16_000);
    // Asking again brings the same order, and no second one can be opened.
    let again = person.wish(id, &wish).await;
    assert_eq!(
        again.json::<hoso_portal_api::PaymentOrder>().await.unwrap(),
        order
    );
    let second = person.wish(payment_id(), &wish).await;
    assert_eq!(problem(second).await.1, ProblemCode::PaymentOtherOpen);

    let page = person.view(wish.dossier).await;
    assert_eq!(page.status, 4);
    assert_eq!(page.fees[0].paid_by, Some(id));
    let kinds: Vec<_> = page.files.iter().map(|file| file.kind).collect();
    assert_eq!(
        kinds,
        [PortalFileKind::Reception, PortalFileKind::PaymentReceipt]
    );
}

#[tokio::test]
async fn a_declined_payment_stays_declined_and_another_may_follow() {
    let portal = Portal::start().await;
    let (url, person) = (portal.url(), portal.citizen().await);
    let wish = due(&portal, &person).await;
    let (first, second) = (payment_id(), payment_id());
    assert!(person.wish(first, &wish).await.status().is_success());
    bank_decline(url, first).await.unwrap();
    bank_pay(url, first).await.unwrap();
    assert_eq!(person.payment(first).await.state, PaymentState::Declined);
    assert_eq!(person.view(wish.dossier).await.status, 6);
    assert!(person.wish(second, &wish).await.status().is_success());
    bank_pay(url, second).await.unwrap();
    assert_eq!(person.payment(second).await.state, PaymentState::Paid);
    let held = audit(url).await.unwrap();
    assert_eq!(held["captures"].as_array().unwrap().len(), 1);
    assert_eq!(held["payments"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_wish_has_to_fit_what_is_due() {
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    let wish = due(&portal, &person).await;
    let refused = async |person: &Person, id, wish: &PaymentWish| {
        problem(person.wish(id, wish).await).await.1
    };
    let less = PaymentWish {
        amount: Money::dong(1).unwrap(),
        ..wish.clone()
    };
    assert_eq!(
        refused(&person, payment_id(), &less).await,
        ProblemCode::PaymentAmount
    );
    let other_fee = PaymentWish {
        fee: "khac".into(),
        ..wish.clone()
    };
    assert_eq!(
        refused(&person, payment_id(), &other_fee).await,
        ProblemCode::NotFound
    );
    let no_dossier = PaymentWish {
        dossier: DossierId::new(uuid::Uuid::new_v4()),
        ..wish.clone()
    };
    assert_eq!(
        refused(&person, payment_id(), &no_dossier).await,
        ProblemCode::NotFound
    );
    let stranger = portal.person(&ORGANISATION).await;
    assert_eq!(
        refused(&stranger, payment_id(), &wish).await,
        ProblemCode::Forbidden
    );
    let id = payment_id();
    assert!(person.wish(id, &wish).await.status().is_success());
    assert_eq!(
        refused(&person, id, &less).await,
        ProblemCode::PaymentAmount
    );
    assert_eq!(
        refused(&person, id, &other_fee).await,
        ProblemCode::PaymentOtherOpen
    );
    assert_eq!(refused(&stranger, id, &wish).await, ProblemCode::Forbidden);

    // A dossier that was sent back is paid by nobody.
    clerk(portal.url(), wish.dossier, "refuse", &[("opinion", "Sai")])
        .await
        .unwrap();
    bank_pay(portal.url(), id).await.unwrap();
    assert_eq!(person.payment(id).await.state, PaymentState::Declined);
    assert_eq!(
        refused(&person, payment_id(), &wish).await,
        ProblemCode::PaymentOtherOpen
    );
}
