//! What a portal wants before it takes a dossier: a confirmation code, a fee.

use hoso_dossier::{Money, PaymentId};
use hoso_portal_api::{
    ConfirmationAsked, Fee, Needs, PaymentState, ProblemCode, RevisionState, RevisionView,
};
use hoso_sync::{
    Entry, Event, Failure, First, Notice, PaymentStage, Reply, Request, Stage, WaitReason,
};
use uuid::Uuid;

use crate::desk::{Desk, created, dossier, problem, receipt, seal, unknown};
use crate::payments::{order, pay};

fn needs(confirmation: bool, fees: &[Fee]) -> Option<Needs> {
    let asked = ConfirmationAsked {
        sent_to: "số điện thoại có ba số cuối 001".into(),
    };
    Some(Needs {
        confirmation: confirmation.then_some(asked),
        fees: fees.to_vec(),
    })
}

fn fee() -> Fee {
    Fee {
        id: "phi".into(),
        name: "Phí".into(),
        amount: Money::dong(8_000).unwrap(),
        paid_by: None,
        at_desk: false,
    }
}

fn wanting(confirmation: bool, fees: &[Fee]) -> Result<Reply, Failure> {
    Ok(Reply::Revision(RevisionView {
        needs: needs(confirmation, fees),
        ..created(1, 1)
    }))
}

/// A dossier that the portal holds, and wants something for first.
fn held(confirmation: bool, fees: &[Fee]) -> Desk {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    let put = desk.reply(wanting(confirmation, fees));
    assert!(matches!(put, Request::PutRevision { .. }), "{put:?}");
    desk
}

fn confirm(desk: &mut Desk, code: &str) {
    desk.step(Event::Confirm {
        dossier: dossier(1),
        code: code.into(),
    });
}

fn entry(desk: &Desk) -> &Entry {
    desk.outbox.entry(dossier(1)).unwrap()
}

fn given(request: &Request) -> &str {
    match request {
        Request::Confirm { code, .. } => code,
        other => panic!("{other:?}"),
    }
}

fn is_submit(request: &Request) -> bool {
    matches!(request, Request::Submit { .. })
}

#[test]
fn nothing_is_submitted_before_the_code_and_a_wrong_one_is_asked_for_again() {
    let mut desk = held(true, &[]);
    assert_eq!(desk.requests(), Vec::<&Request>::new());
    let (first, id) = (First::Confirm, dossier(1));
    let asked = Notice::FirstAsked { dossier: id, first };
    assert_eq!(desk.notices, [asked]);
    assert_eq!(desk.waiting(1), Some(WaitReason::First { first }));

    confirm(&mut desk, "1");
    let wrong = desk.reply(Err(problem(ProblemCode::ConfirmationWrong)));
    assert_eq!(given(&wrong), "1");
    assert_eq!(desk.requests(), Vec::<&Request>::new());
    let said = &entry(&desk).active().unwrap().before.wrong;
    assert_eq!(said.as_deref(), Some("chi tiết"));
    assert_eq!(desk.waiting(1), Some(WaitReason::First { first }));

    confirm(&mut desk, "246810");
    assert_eq!(given(&desk.reply(wanting(false, &[]))), "246810");
    assert!(is_submit(&desk.reply(Ok(Reply::Receipt(receipt(1, 1))))));
    assert!(entry(&desk).accepted().is_some());
}

#[test]
fn a_code_that_nobody_asks_for_changes_nothing() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    confirm(&mut desk, "246810");
    desk.reply(Ok(Reply::Revision(created(1, 1))));
    assert!(is_submit(desk.requests()[0]));
}

#[test]
fn a_code_whose_fate_is_unknown_is_not_lost_and_not_asked_for_twice() {
    for arrived in [true, false] {
        let mut desk = held(true, &[]);
        confirm(&mut desk, "246810");
        desk.reply(Err(unknown()));
        desk.wait(10 * 60_000);
        desk.quiet();
        let put = desk.reply(wanting(!arrived, &[]));
        assert!(matches!(put, Request::PutRevision { .. }), "{put:?}");
        let next = desk.requests()[0];
        assert_eq!(is_submit(next), arrived, "{next:?}");
    }
}

#[test]
fn a_code_survives_a_restart_until_the_portal_has_answered() {
    let mut desk = held(true, &[]);
    confirm(&mut desk, "246810");
    let mut desk = desk.restart();
    desk.go_online();
    // It is not known here whether a submission was on its way.
    desk.reply(Err(problem(ProblemCode::NotFound)));
    desk.reply(wanting(true, &[]));
    assert_eq!(given(desk.requests()[0]), "246810");
}

#[test]
fn a_fee_is_paid_once_before_the_submission_also_where_the_portal_forgets_it() {
    let mut desk = held(false, &[fee()]);
    let first = First::Pay;
    assert_eq!(desk.waiting(1), Some(WaitReason::First { first }));
    desk.step(pay(1, 71));
    desk.step(pay(1, 72));
    let paid = || order(71, PaymentState::Paid);
    let asked = desk.reply(paid());
    assert!(matches!(asked, Request::PutPayment { payment, .. } if payment == attempt(71)));
    let stage = &entry(&desk).payments["phi"].stage;
    assert_eq!(*stage, PaymentStage::Paid { by: attempt(71) });

    desk.quiet();
    assert!(is_submit(&desk.reply(Err(problem(ProblemCode::NeedsOpen)))));
    desk.wait(10 * 60_000);
    desk.quiet();
    desk.reply(wanting(false, &[fee()]));
    desk.quiet();
    let again = desk.reply(paid());
    assert!(
        matches!(again, Request::PutPayment { payment, .. } if payment == attempt(71)),
        "{again:?}"
    );
    desk.quiet();
    assert!(is_submit(desk.requests()[0]));
}

fn attempt(number: u128) -> PaymentId {
    PaymentId::new(Uuid::from_u128(number))
}

#[test]
fn while_it_is_the_persons_turn_it_may_be_taken_back_unless_there_is_money_in_it() {
    let dossier = dossier(1);
    let mut desk = held(true, &[]);
    desk.step(Event::Cancel { dossier });
    assert_eq!(desk.outbox.entry(dossier), None);

    let mut paying = held(false, &[fee()]);
    assert!(entry(&paying).may_cancel());
    paying.step(pay(1, 71));
    let mut carried = held(true, &[]);
    carried.step(Event::CarriedAway { dossier });
    let mut confirmed = held(true, &[]);
    confirm(&mut confirmed, "246810");
    for mut desk in [paying, carried, confirmed] {
        assert!(!entry(&desk).may_cancel());
        desk.step(Event::Cancel { dossier });
        let refused = Notice::CancelRefused { dossier };
        assert_eq!(desk.notices.last(), Some(&refused));
        assert!(desk.outbox.entry(dossier).is_some());
    }
}

/// A dossier whose fee came first, refused for good at submission.
fn refused(mut desk: Desk) -> Desk {
    desk.quiet();
    assert!(is_submit(
        &desk.reply(Err(problem(ProblemCode::DossierInvalid)))
    ));
    assert!(matches!(desk.stage(1), Stage::NeedsFix { .. }));
    desk
}

#[test]
fn what_is_refused_is_taken_back_unless_there_is_money_in_it() {
    let dossier = dossier(1);
    let mut paid = held(false, &[fee()]);
    paid.step(pay(1, 71));
    paid.reply(order(71, PaymentState::Paid));
    let paid = refused(paid);

    // Another desktop paid, and this one never wanted to.
    let mut elsewhere = held(false, &[fee()]);
    elsewhere.step(Event::RetryNow { dossier });
    let mut elsewhere = elsewhere.restart();
    elsewhere.go_online();
    elsewhere.reply(Err(problem(ProblemCode::NotFound)));
    let paid_by = Some(attempt(99));
    elsewhere.reply(wanting(false, &[Fee { paid_by, ..fee() }]));
    let elsewhere = refused(elsewhere);

    // The order is open, and the portal refuses when it is put again.
    let mut open = held(false, &[fee()]);
    open.step(pay(1, 71));
    open.reply(order(71, PaymentState::Pending));
    let mut open = open.restart();
    open.go_online();
    open.reply(Err(problem(ProblemCode::NotFound)));
    let at = open
        .requests()
        .iter()
        .position(|one| matches!(one, Request::PutRevision { .. }));
    open.open.swap(0, at.unwrap());
    open.reply(Err(problem(ProblemCode::DossierInvalid)));
    assert!(matches!(open.stage(1), Stage::NeedsFix { .. }));

    for mut desk in [paid, elsewhere, open] {
        assert!(entry(&desk).has_money() && !entry(&desk).may_cancel());
        desk.step(Event::Cancel { dossier });
        let refused = Notice::CancelRefused { dossier };
        assert_eq!(desk.notices.last(), Some(&refused));
        assert!(desk.outbox.entry(dossier).is_some());
        // Should the fee be carried over, or the refusal be taken back, it goes on.
        desk.step(Event::RetryNow { dossier });
        assert_eq!(desk.stage(1), &Stage::Submitting);
    }

    let mut declined = held(false, &[fee()]);
    declined.step(pay(1, 71));
    declined.reply(order(71, PaymentState::Declined));
    let mut declined = declined.restart();
    declined.go_online();
    declined.reply(Err(problem(ProblemCode::NotFound)));
    declined.reply(Err(problem(ProblemCode::DossierInvalid)));
    assert!(entry(&declined).may_cancel());
    declined.step(Event::Cancel { dossier });
    assert_eq!(declined.outbox.entry(dossier), None);
}

#[test]
fn a_code_that_is_typed_while_an_older_one_is_on_its_way_is_given_next() {
    for (older, outcome) in [
        ("", wanting(true, &[])),
        ("13579", Err(problem(ProblemCode::ConfirmationWrong))),
    ] {
        let mut desk = held(true, &[]);
        confirm(&mut desk, older);
        confirm(&mut desk, "246810");
        assert_eq!(given(&desk.reply(outcome)), older);
        let before = &entry(&desk).active().unwrap().before;
        assert_eq!(before.code.as_deref(), Some("246810"));
        assert_eq!(before.wrong, None, "what was said is of the older one");
        assert_eq!(given(&desk.reply(wanting(false, &[]))), "246810");
        assert!(is_submit(desk.requests()[0]));
    }
}

#[test]
fn a_portal_that_wants_nothing_or_has_it_already_is_asked_as_ever() {
    let submitted = RevisionState::Submitted;
    for (state, needs) in [
        (RevisionState::Created, Some(Needs::default())),
        (submitted, needs(true, &[fee()])),
    ] {
        let mut desk = Desk::online();
        desk.step(seal(1, 1, 0, 0));
        desk.reply(Ok(Reply::Revision(RevisionView {
            state,
            needs,
            ..created(1, 1)
        })));
        assert_eq!(entry(&desk).first(), None);
        assert_eq!(desk.waiting(1), None);
        assert_eq!(is_submit(desk.requests()[0]), state != submitted);
    }
}
