//! The fee paid at the one-stop desk: only where the portal's guide has that way, and never paid twice.

use hoso_dossier::{DossierId, Manifest, PayWay};
use hoso_portal_api::{Fee, PaymentState, PaymentWish, PortalFileKind, ProblemCode};
use hoso_sandbox::testing::{audit, bank_pay, clerk};
use reqwest::StatusCode;
use serde_json::Value;

use crate::agency::agency_at;
use crate::needs::{code, confirm, needs};
use crate::person::{Person, Portal, manifest, payment_id, problem};

fn at_desk(fee: u64) -> Manifest {
    Manifest {
        pay: PayWay::AtDesk,
        ..manifest(None, fee)
    }
}

/// Handed in without money, as far as the desk has taken it.
async fn handed_in(portal: &Portal, person: &Person) -> (DossierId, Fee) {
    let manifest = at_desk(8_000);
    let asked = needs(person, &manifest).await;
    assert!(asked.confirmation.is_some() && asked.fees.is_empty());
    let early = problem(person.submit(manifest.dossier, 1).await).await;
    assert_eq!(early.1, ProblemCode::NeedsOpen);
    let code = code(portal).await;
    confirm(person, manifest.dossier, &code).await.unwrap();
    person.hand_in(&manifest).await;
    let fee = person.view(manifest.dossier).await.fees.remove(0);
    (manifest.dossier, fee)
}

fn wish(dossier: DossierId, fee: &Fee) -> PaymentWish {
    PaymentWish {
        dossier,
        fee: fee.id.clone(),
        amount: fee.amount,
    }
}

async fn captures(portal: &Portal, dossier: DossierId) -> Vec<Value> {
    let held = audit(portal.url()).await.unwrap();
    let captures = held["captures"].as_array().unwrap().clone();
    let of = |one: &Value| one["dossier"] == dossier.to_string();
    captures.into_iter().filter(of).collect()
}

#[tokio::test]
async fn the_desk_takes_the_money_of_a_dossier_that_came_without_and_gives_a_receipt() {
    let portal = Portal::like("nghe-an").await;
    let person = portal.citizen().await;
    let (id, fee) = handed_in(&portal, &person).await;
    assert_eq!((fee.at_desk, fee.paid_by), (true, None));
    clerk(portal.url(), id, "accept", &[]).await.unwrap();
    let view = person.view(id).await;
    assert_eq!((view.status, view.fees.as_slice()), (6, &[fee.clone()][..]));
    let asked = view.timeline.last().unwrap();
    assert!(asked.note.contains("tại Bộ phận Một cửa"), "{asked:?}");

    // An order that was begun before is paid by nobody any more.
    let begun = payment_id();
    let ordered = person.wish(begun, &wish(id, &fee)).await;
    assert_eq!(ordered.status(), StatusCode::OK);
    clerk(portal.url(), id, "take-cash", &[]).await.unwrap();
    bank_pay(portal.url(), begun).await.unwrap();
    assert_eq!(person.payment(begun).await.state, PaymentState::Declined);
    let view = person.view(id).await;
    let paid = &view.fees[0];
    assert!(view.status == 4 && paid.at_desk, "{view:?}");
    let number = captures(&portal, id).await[0]["transaction"].clone();
    let order = person.payment(paid.paid_by.unwrap()).await;
    assert_eq!(order.state, PaymentState::Paid);
    assert_eq!(order.transaction.as_deref(), number.as_str());
    let receipts = |kind| kind == PortalFileKind::PaymentReceipt;
    let receipts = view.files.iter().filter(|one| receipts(one.kind));
    assert_eq!(receipts.count(), 1);
    // Nothing is due any more, at the desk or online.
    assert!(clerk(portal.url(), id, "take-cash", &[]).await.is_err());
    let late = problem(person.wish(payment_id(), &wish(id, &fee)).await).await;
    assert_eq!(late.1, ProblemCode::PaymentOtherOpen);
    assert_eq!(captures(&portal, id).await.len(), 1);
}

#[tokio::test]
async fn what_is_paid_online_after_all_is_not_taken_at_the_desk() {
    let portal = Portal::like("nghe-an").await;
    let person = portal.citizen().await;
    let (id, fee) = handed_in(&portal, &person).await;
    let payment = payment_id();
    let ordered = person.wish(payment, &wish(id, &fee)).await;
    assert_eq!(ordered.status(), StatusCode::OK);
    bank_pay(portal.url(), payment).await.unwrap();
    let paid = person.view(id).await.fees.remove(0);
    assert_eq!((paid.at_desk, paid.paid_by), (false, Some(payment)));
    assert!(clerk(portal.url(), id, "take-cash", &[]).await.is_err());
    clerk(portal.url(), id, "accept", &[]).await.unwrap();
    assert_eq!(person.view(id).await.status, 2);
    assert_eq!(captures(&portal, id).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_at_the_desk_and_online_at_the_same_moment_moves_once() {
    let portal = Portal::like("nghe-an").await;
    let person = portal.citizen().await;
    for round in 0..8 {
        let (id, fee) = handed_in(&portal, &person).await;
        let payment = payment_id();
        person.wish(payment, &wish(id, &fee)).await;
        let online = async {
            if round % 2 == 0 {
                tokio::task::yield_now().await;
            }
            bank_pay(portal.url(), payment).await
        };
        let (cash, again, online) = tokio::join!(
            clerk(portal.url(), id, "take-cash", &[]),
            clerk(portal.url(), id, "take-cash", &[]),
            online,
        );
        online.unwrap();
        let moved = captures(&portal, id).await;
        assert_eq!(moved.len(), 1, "{moved:?}");
        let order = person.payment(payment).await;
        let took = u8::from(cash.is_ok()) + u8::from(again.is_ok());
        let paid_online = order.state == PaymentState::Paid;
        assert_eq!((took, paid_online), (1 - u8::from(paid_online), took == 0));
        let paid = person.view(id).await.fees.remove(0);
        assert_eq!(paid.paid_by == Some(payment), paid_online);
        assert_eq!(paid.at_desk, !paid_online);
    }
}

#[tokio::test]
async fn a_portal_without_that_way_refuses_and_keeps_nothing() {
    for profile in [
        None,
        Some("kon-tum"),
        Some("khu-kinh-te"),
        Some("mot-cua-chung"),
        Some("quoc-gia-2026"),
    ] {
        let portal = match profile {
            Some(profile) => Portal::like(profile).await,
            None => Portal::start().await,
        };
        let person = portal.citizen().await;
        let chosen = Manifest {
            agency: agency_at(profile),
            ..at_desk(8_000)
        };
        let (status, code, problem) = problem(person.put(&chosen).await).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{profile:?}");
        assert_eq!(code, ProblemCode::DossierInvalid);
        assert!(problem.fields["pay"].contains("tại Bộ phận Một cửa"));
        let held = audit(portal.url()).await.unwrap();
        assert_eq!(held["dossiers"], Value::Array(vec![]), "{profile:?}");
        // The same dossier, to be paid online, is another matter.
        let online = Manifest {
            pay: PayWay::Online,
            ..chosen
        };
        assert!(person.put(&online).await.status().is_success());
    }
    let portal = Portal::start().await;
    let person = portal.citizen().await;
    let afterwards = manifest(None, 8_000);
    person.hand_in(&afterwards).await;
    clerk(portal.url(), afterwards.dossier, "accept", &[])
        .await
        .unwrap();
    let cash = clerk(portal.url(), afterwards.dossier, "take-cash", &[]).await;
    assert!(cash.is_err(), "its desk takes no money");
}

#[tokio::test]
async fn what_costs_nothing_is_nothing_to_take() {
    let portal = Portal::like("nghe-an").await;
    let person = portal.citizen().await;
    let free = at_desk(0);
    needs(&person, &free).await;
    let code = code(&portal).await;
    confirm(&person, free.dossier, &code).await.unwrap();
    person.hand_in(&free).await;
    assert_eq!(person.view(free.dossier).await.fees, []);
    let cash = clerk(portal.url(), free.dossier, "take-cash", &[]).await;
    assert!(cash.is_err());
}
