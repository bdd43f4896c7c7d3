//! Receipts that the portal has signed.

use hoso_portal_api::{ProblemCode, Receipt, SignedReceipt};
use hoso_sync::{Doubt, Event, Failure, Notice, Reply, Request, RequestId, Stage, WaitReason};

use crate::desk::{Desk, created, dossier, problem, receipt, seal, view};

const WEEK: u64 = 7 * 24 * 60 * 60_000;

fn signed(number: u128) -> Receipt {
    Receipt {
        signed: Some(SignedReceipt::default()),
        ..receipt(number, 1)
    }
}

/// One dossier that the portal has given its receipt for.
fn accepted(given: Receipt) -> Desk {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    desk.reply(Ok(Reply::Revision(created(1, 1))));
    desk.reply(Ok(Reply::Receipt(given)));
    desk.news(vec![view(1, 1)]);
    assert_eq!(desk.stage(1), &Stage::Accepted);
    desk
}

/// Waits, with the portal saying every day that it holds the dossier, until it is asked for a receipt.
fn wait_for_audit(desk: &mut Desk) -> Option<RequestId> {
    for _ in 0..10 {
        desk.wait(WEEK / 7);
        desk.quiet();
        while let Some((id, request)) = desk.open.pop_front() {
            match request {
                Request::AskReceipt { .. } => return Some(id),
                Request::AskDossier { .. } => desk.step(Event::Reply {
                    request: id,
                    outcome: Ok(Reply::Dossier(Box::new(view(1, 1)))),
                }),
                other => panic!("not expected: {other:?}"),
            }
            desk.quiet();
        }
    }
    None
}

fn doubt(desk: &Desk) -> Option<Doubt> {
    desk.outbox.entry(dossier(1)).unwrap().revisions[0].doubt
}

#[test]
fn a_signed_receipt_is_asked_for_again_every_week() {
    let mut desk = accepted(signed(1));
    let before = desk.now;
    for _ in 0..3 {
        let request = wait_for_audit(&mut desk).expect("it is asked for");
        let outcome = Ok(Reply::Receipt(signed(1)));
        desk.step(Event::Reply { request, outcome });
        assert_eq!(doubt(&desk), None);
    }
    assert_eq!((desk.now - before) / WEEK, 3);
    // What nobody signed proves nothing anew.
    let mut desk = accepted(receipt(1, 1));
    assert_eq!(wait_for_audit(&mut desk), None);
}

#[test]
fn another_word_of_the_portal_is_told_once_and_kept() {
    let other = Receipt {
        submitted_at: "2026-01-02T00:00:00Z".into(),
        ..signed(1)
    };
    let unsigned = Failure::Unsigned {
        what: "a stranger's".into(),
    };
    for (outcome, wanted) in [
        (Ok(Reply::Receipt(other)), Doubt::Differs),
        (Err(problem(ProblemCode::NotFound)), Doubt::Missing),
        (Err(unsigned), Doubt::Unsigned),
    ] {
        let mut desk = accepted(signed(1));
        for _ in 0..2 {
            let request = wait_for_audit(&mut desk).expect("it is asked for");
            let outcome = outcome.clone();
            desk.step(Event::Reply { request, outcome });
            assert_eq!(doubt(&desk), Some(wanted));
            // Perhaps the portal has lost it: it is asked what it holds.
            let asks = |one: &&Request| matches!(one, Request::AskDossier { .. });
            assert_eq!(desk.requests().into_iter().filter(asks).count(), 1);
            desk.reply(Ok(Reply::Dossier(Box::new(view(1, 1)))));
            assert_eq!(desk.stage(1), &Stage::Accepted);
        }
        let told = desk.notices.iter();
        let told = told
            .filter(|one| matches!(one, Notice::ReceiptDoubted { doubt, .. } if *doubt == wanted));
        assert_eq!(told.count(), 1, "{wanted:?}");
        // The portal comes to itself.
        let request = wait_for_audit(&mut desk).expect("it is asked for");
        let outcome = Ok(Reply::Receipt(signed(1)));
        desk.step(Event::Reply { request, outcome });
        assert_eq!(doubt(&desk), None);
    }
}

#[test]
fn a_receipt_that_the_portal_did_not_sign_is_none() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    desk.reply(Ok(Reply::Revision(created(1, 1))));
    let unsigned = || Failure::Unsigned {
        what: "a stranger's".into(),
    };
    desk.reply(Err(unsigned()));
    assert_eq!(desk.stage(1), &Stage::OutcomeUnknown);
    assert!(matches!(desk.waiting(1), Some(WaitReason::Unsigned { .. })));
    desk.wait(60_000);
    desk.quiet();
    let asked = desk.reply(Ok(Reply::Dossier(Box::new(view(1, 1)))));
    assert!(matches!(asked, Request::AskDossier { .. }), "{asked:?}");
    desk.reply(Err(unsigned()));
    let told = desk.notices.iter();
    let told = told.filter(|one| matches!(one, Notice::ReceiptUnsigned { .. }));
    assert_eq!(told.count(), 1);
    desk.wait(600_000);
    desk.quiet();
    desk.reply(Ok(Reply::Dossier(Box::new(view(1, 1)))));
    desk.reply(Ok(Reply::Receipt(signed(1))));
    assert_eq!(desk.stage(1), &Stage::Accepted);
}
