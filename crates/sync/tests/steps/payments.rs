//! Paying: one attempt, asked about until it is known.

use hoso_dossier::{Money, PaymentId};
use hoso_portal_api::{Fee, PaymentOrder, PaymentState, ProblemCode};
use hoso_sync::{Event, Failure, Notice, PaymentStage, Reply, Request, WaitReason};
use uuid::Uuid;

use crate::desk::{Desk, created, dossier, problem, receipt, seal, unknown, view};

pub(crate) fn pay(number: u128, payment: u128) -> Event {
    Event::PayWanted {
        dossier: dossier(number),
        fee: "phi".into(),
        amount: Money::dong(8_000).unwrap(),
        payment: PaymentId::new(Uuid::from_u128(payment)),
    }
}

pub(crate) fn order(payment: u128, state: PaymentState) -> Result<Reply, Failure> {
    Ok(Reply::Payment(PaymentOrder {
        id: PaymentId::new(Uuid::from_u128(payment)),
        dossier: dossier(1),
        fee: "phi".into(),
        amount: Money::dong(8_000).unwrap(),
        state,
        checkout_url: "http://bank/1".into(),
        settled_at: None,
        transaction: None,
    }))
}

fn asked_payment(request: &Request) -> u128 {
    match request {
        Request::PutPayment { payment, .. } | Request::AskPayment { payment } => {
            payment.uuid().as_u128()
        }
        other => panic!("{other:?}"),
    }
}

pub(crate) fn paying() -> Desk {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    desk.accept(1, 1);
    desk.quiet();
    desk
}

#[test]
fn one_attempt_is_open_and_a_new_one_needs_a_decline() {
    let mut desk = paying();
    desk.step(pay(1, 71));
    desk.step(pay(1, 72));
    assert_eq!(
        asked_payment(&desk.reply(order(71, PaymentState::Pending))),
        71
    );
    assert!(matches!(
        desk.notices.last(),
        Some(Notice::PaymentReady { .. })
    ));
    desk.step(pay(1, 73));
    assert_eq!(
        asked_payment(&desk.reply(order(71, PaymentState::Declined))),
        71
    );
    assert!(matches!(
        desk.notices.last(),
        Some(Notice::PaymentDeclined { .. })
    ));
    desk.step(pay(1, 74));
    assert_eq!(
        asked_payment(&desk.reply(order(74, PaymentState::Pending))),
        74
    );
    desk.wait(3_000);
    desk.quiet();
    assert_eq!(
        asked_payment(&desk.reply(order(74, PaymentState::Paid))),
        74
    );
    desk.step(pay(1, 75));
    desk.quiet();
    assert!(desk.open.is_empty());
    let payment = &desk.stored[&dossier(1)].payments["phi"];
    assert!(matches!(payment.stage, PaymentStage::Paid { by } if by == payment.id));
}

#[test]
fn an_outcome_is_polled_ever_more_slowly_and_asked_about_after_a_restart() {
    let mut desk = paying();
    desk.step(pay(1, 71));
    desk.reply(order(71, PaymentState::Pending));
    for pause in [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000] {
        desk.wait(pause - 1);
        desk.quiet();
        assert!(desk.open.is_empty(), "before {pause}");
        desk.wait(1);
        desk.quiet();
        assert!(matches!(
            desk.reply(order(71, PaymentState::Unknown)),
            Request::AskPayment { .. }
        ));
    }
    let mut desk = desk.restart();
    desk.go_online();
    assert!(matches!(
        desk.reply(order(71, PaymentState::Paid)),
        Request::AskPayment { .. }
    ));
}

#[test]
fn an_order_whose_reply_was_lost_is_asked_for_and_made_again_under_its_id() {
    let mut desk = paying();
    desk.step(pay(1, 71));
    assert_eq!(
        desk.stored[&dossier(1)].payments["phi"].stage,
        PaymentStage::Asking
    );
    desk.reply(Err(unknown()));
    desk.wait(2_000);
    desk.quiet();
    assert!(matches!(
        desk.reply(Err(problem(ProblemCode::NotFound))),
        Request::AskPayment { .. }
    ));
    desk.wait(5_000);
    desk.quiet();
    let again = desk.reply(order(71, PaymentState::Pending));
    assert!(matches!(again, Request::PutPayment { .. }) && asked_payment(&again) == 71);
}

#[test]
fn a_wish_to_pay_made_offline_waits_for_the_receipt() {
    let mut desk = Desk::new();
    desk.step(seal(1, 1, 0, 0));
    desk.step(pay(1, 71));
    assert_eq!(
        desk.stored[&dossier(1)].payments["phi"].stage,
        PaymentStage::Wished
    );
    desk.go_online();
    assert!(matches!(desk.requests()[..], [Request::PutRevision { .. }]));
    desk.reply(Ok(Reply::Revision(created(1, 1))));
    desk.reply(Ok(Reply::Receipt(receipt(1, 1))));
    desk.quiet();
    assert!(matches!(desk.requests()[..], [Request::PutPayment { .. }]));
}

#[test]
fn what_is_paid_stays_paid_and_a_portal_that_forgot_it_is_told_again() {
    let mut desk = paying();
    desk.step(pay(1, 71));
    desk.reply(order(71, PaymentState::Paid));
    desk.quiet();
    let mut forgetful = view(1, 1);
    forgetful.fees = vec![Fee {
        id: "phi".into(),
        name: "Phí".into(),
        amount: Money::dong(8_000).unwrap(),
        paid_by: None,
        at_desk: false,
    }];
    desk.news(vec![forgetful]);
    let again = desk.reply(Err(problem(ProblemCode::NotFound)));
    assert!(matches!(again, Request::PutPayment { .. }) && asked_payment(&again) == 71);
    // The dossier itself may be lost, so it is asked about before the fee is told of again.
    assert!(matches!(
        desk.reply(Ok(Reply::Dossier(Box::new(view(1, 1))))),
        Request::AskDossier { .. }
    ));
    desk.wait(5_000);
    desk.quiet();

    desk.reply(order(71, PaymentState::Pending));
    let payment = &desk.stored[&dossier(1)].payments["phi"];
    assert!(matches!(payment.stage, PaymentStage::Paid { .. }) && !payment.unconfirmed);
}

#[test]
fn an_order_that_the_portal_refuses_is_shown_and_may_be_wished_again() {
    let mut desk = paying();
    desk.step(pay(1, 71));
    desk.reply(Err(problem(ProblemCode::PaymentAmount)));
    assert!(matches!(
        desk.notices.last(),
        Some(Notice::PaymentRefused { .. })
    ));
    // The amount due may have changed: the dossier is looked at.
    assert_eq!(
        desk.requests(),
        [&Request::AskDossier {
            dossier: dossier(1)
        }]
    );
    desk.reply(Ok(Reply::Dossier(Box::new(view(1, 1)))));
    desk.step(pay(1, 72));
    assert_eq!(
        asked_payment(&desk.reply(order(71, PaymentState::Pending))),
        71
    );
}

#[test]
fn a_payment_that_can_not_be_asked_about_says_why_it_waits() {
    let mut desk = paying();
    let waits = |desk: &Desk| desk.outbox.payment_waiting(dossier(1), "phi", desk.now);
    assert_eq!(waits(&desk), None, "nobody wants to pay yet");
    desk.step(pay(1, 71));
    assert_eq!(waits(&desk), None, "it is being asked for");
    desk.reply(Err(unknown()));
    assert!(matches!(waits(&desk), Some(WaitReason::Backoff { .. })));
    desk.wait(2_000);
    desk.quiet();
    desk.reply(order(71, PaymentState::Pending));
    assert_eq!(
        waits(&desk),
        None,
        "waiting for the person's money is no trouble"
    );
    desk.step(Event::Disconnected);
    assert_eq!(waits(&desk), Some(WaitReason::Offline));
}

/// The disk has forgotten the first revision and its receipt; the portal has not.
#[test]
fn what_the_portal_tells_of_is_paid_without_a_receipt_here() {
    let mut desk = Desk::online();
    desk.news(vec![view(1, 1)]);
    desk.step(seal(1, 2, 0, 0));
    desk.reply(Ok(Reply::Dossier(Box::new(view(1, 1)))));
    desk.quiet();
    desk.reply(Err(problem(ProblemCode::SupplementUnexpected)));
    assert!(desk.outbox.entry(dossier(1)).unwrap().accepted().is_none());
    desk.step(pay(1, 71));
    desk.quiet();
    assert_eq!(
        asked_payment(&desk.reply(order(71, PaymentState::Pending))),
        71
    );
}
