//! What is carried by hand, and what the portal is told once.

use hoso_portal_api::{ConfirmationAsked, Needs, ProblemCode, Rating, RevisionView, Withdrawal};
use hoso_sync::{Event, First, Notice, Reply, Request, Stage, WishStage};

use crate::desk::{Desk, created, dossier, hash, problem, receipt, seal, unknown, view};

/// As it comes from another desktop.
fn carried(number: u128, revision: u32, files: u128) -> Event {
    match seal(number, revision, files, 0) {
        Event::Sealed(sealing) => Event::TakenIn(sealing),
        _ => unreachable!(),
    }
}

#[test]
fn what_was_taken_in_is_asked_about_and_not_sent_twice() {
    let mut desk = Desk::online();
    desk.step(carried(1, 1, 2));
    assert!(matches!(desk.requests()[..], [Request::AskDossier { .. }]));
    desk.step(Event::Cancel {
        dossier: dossier(1),
    });
    assert!(matches!(
        desk.notices.last(),
        Some(Notice::CancelRefused { .. })
    ));
    desk.reply(Ok(Reply::Dossier(Box::new(view(1, 1)))));
    // The portal has it: its receipt is fetched, and no file is sent.
    desk.quiet();
    assert!(matches!(
        desk.requests()[..],
        [Request::Submit { revision: 1, .. }]
    ));
    desk.reply(Ok(Reply::Receipt(receipt(1, 1))));
    assert_eq!(desk.stage(1), &Stage::Accepted);
    assert!(
        desk.outbox
            .progress(dossier(1))
            .iter()
            .all(|file| file.done)
    );
    // Taken in again, nothing happens.
    desk.quiet();
    desk.step(carried(1, 1, 2));
    assert_eq!(desk.outbox.entry(dossier(1)).unwrap().revisions.len(), 1);
    assert!(desk.open.is_empty());
}

#[test]
fn what_was_taken_in_may_not_be_taken_back_while_the_portal_wants_a_code() {
    let mut desk = Desk::online();
    desk.step(carried(1, 1, 0));
    desk.reply(Err(problem(ProblemCode::NotFound)));
    let asked = ConfirmationAsked {
        sent_to: String::new(),
    };
    desk.reply(Ok(Reply::Revision(RevisionView {
        needs: Some(Needs {
            confirmation: Some(asked),
            fees: vec![],
        }),
        ..created(1, 1)
    })));
    assert_eq!(
        desk.outbox.entry(dossier(1)).unwrap().first(),
        Some(First::Confirm)
    );
    // The other desktop may give the code at any moment.
    desk.step(Event::Cancel {
        dossier: dossier(1),
    });
    assert!(matches!(
        desk.notices.last(),
        Some(Notice::CancelRefused { .. })
    ));
}

#[test]
fn what_only_the_stick_has_is_sent_from_here() {
    let mut desk = Desk::online();
    desk.step(carried(1, 1, 1));
    desk.reply(Err(problem(ProblemCode::NotFound)));
    desk.accept(1, 1);
}

#[test]
fn what_has_left_by_hand_can_not_be_taken_back() {
    let mut desk = Desk::new();
    desk.step(seal(1, 1, 1, 0));
    desk.step(Event::CarriedAway {
        dossier: dossier(1),
    });
    desk.step(Event::Cancel {
        dossier: dossier(1),
    });
    let entry = desk.stored[&dossier(1)].clone();
    assert!(entry.revisions[0].carried_at.is_some());
    assert!(matches!(
        desk.notices.last(),
        Some(Notice::CancelRefused { .. })
    ));
    // The receipt comes the same way, and is asked about once there is a network.
    let receipt = receipt(1, 1);
    let other = hoso_portal_api::Receipt {
        sha256: hash(9, 9),
        ..receipt.clone()
    };
    desk.step(Event::ReceiptBrought { receipt: other });
    assert_eq!(desk.stage(1), &Stage::Sealed);
    desk.step(Event::ReceiptBrought {
        receipt: receipt.clone(),
    });
    assert_eq!(desk.stage(1), &Stage::Accepted);
    desk.step(Event::ReceiptBrought { receipt });
    desk.go_online();
    assert!(matches!(desk.requests()[..], [Request::AskDossier { .. }]));
    // The portal was restored since, and has lost it: it is sent.
    desk.reply(Err(problem(ProblemCode::NotFound)));
    desk.accept(1, 1);
}

#[test]
fn a_wish_is_told_until_the_portal_knows_it() {
    let mut desk = Desk::online();
    let wish = |reason: &str| Event::WithdrawWanted {
        dossier: dossier(1),
        withdrawal: Withdrawal {
            reason: reason.into(),
        },
    };
    desk.step(seal(1, 1, 0, 0));
    desk.step(wish("sớm quá"));
    desk.accept(1, 1);
    desk.quiet();
    assert!(
        desk.open.is_empty(),
        "nothing to withdraw before it is there"
    );
    desk.step(wish("khai nhầm"));
    desk.step(wish("lý do khác"));
    let asked = desk.reply(Err(unknown()));
    assert!(
        matches!(&asked, Request::Withdraw { withdrawal, .. } if withdrawal.reason == "khai nhầm")
    );
    let mut desk = desk.restart();
    desk.go_online();
    let mut told = view(1, 1);
    told.status = 7;
    told.version = 2;
    told.withdrawal = Some(Withdrawal {
        reason: "khai nhầm".into(),
    });
    desk.reply(Ok(Reply::Dossier(Box::new(told))));
    let stage = |desk: &Desk| desk.stored[&dossier(1)].withdrawal.clone().unwrap().stage;
    assert_eq!(stage(&desk), WishStage::Done);
    assert_eq!(desk.stage(1), &Stage::Settled);
    // A portal that has forgotten it is told again.
    let mut forgot = view(1, 1);
    forgot.version = 3;
    desk.news(vec![forgot]);
    assert_eq!(stage(&desk), WishStage::Open);
    assert!(
        desk.requests()
            .iter()
            .any(|one| matches!(one, Request::Withdraw { .. }))
    );
}

#[test]
fn a_refused_wish_is_said_and_may_be_wished_again() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    desk.accept(1, 1);
    desk.quiet();
    for score in [4, 5] {
        let rating = Rating {
            score,
            comment: String::new(),
        };
        desk.step(Event::RateWanted {
            dossier: dossier(1),
            rating,
        });
        let asked = desk.reply(Err(problem(ProblemCode::RatingTooEarly)));
        assert!(matches!(asked, Request::Rate { rating, .. } if rating.score == score));
        assert!(matches!(
            desk.notices.last(),
            Some(Notice::WishRefused { .. })
        ));
    }
    desk.wait(60_000);
    desk.quiet();
    assert!(desk.open.is_empty());
}

#[test]
fn what_has_left_by_hand_and_is_refused_online_can_not_be_taken_back() {
    for (carried, stays) in [(true, true), (false, false)] {
        let mut desk = Desk::new();
        desk.step(seal(1, 1, 0, 0));
        if carried {
            desk.step(Event::CarriedAway {
                dossier: dossier(1),
            });
        }
        desk.go_online();
        desk.reply(Err(problem(ProblemCode::ProcedureClosed)));
        assert!(matches!(desk.stage(1), Stage::NeedsFix { .. }));
        desk.step(Event::Cancel {
            dossier: dossier(1),
        });
        assert_eq!(desk.stored.contains_key(&dossier(1)), stays);
    }
}

#[test]
fn a_supplement_that_has_left_by_hand_and_is_refused_is_given_up_and_follows_the_portal() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    desk.accept(1, 1);
    desk.step(seal(1, 2, 0, 0));
    desk.step(Event::CarriedAway {
        dossier: dossier(1),
    });
    desk.quiet();
    desk.reply(Err(problem(ProblemCode::SupplementUnexpected)));
    desk.step(Event::Cancel {
        dossier: dossier(1),
    });
    assert!(desk.stored[&dossier(1)].revisions[1].given_up);
}

#[test]
fn what_was_refused_here_and_taken_by_hand_elsewhere_follows_the_portal() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    desk.reply(Err(problem(ProblemCode::DossierInvalid)));
    assert!(matches!(desk.stage(1), Stage::NeedsFix { .. }));
    // A desk took the first one from a stick, and its supplement came from another desktop, before anybody looked here.
    desk.news(vec![view(1, 2)]);
    desk.quiet();
    let asked = desk.reply(Ok(Reply::Dossier(Box::new(view(1, 2)))));
    assert!(matches!(asked, Request::AskDossier { .. }), "{asked:?}");
    desk.quiet();
    let again = desk.reply(Ok(Reply::Receipt(receipt(1, 1))));
    assert!(
        matches!(again, Request::Submit { revision: 1, .. }),
        "{again:?}"
    );
    assert!(desk.stored[&dossier(1)].revisions[0].receipt.is_some());
}

#[test]
fn what_was_taken_in_and_is_refused_may_still_be_handed_in_by_who_sealed_it() {
    let mut desk = Desk::online();
    desk.step(carried(1, 1, 0));
    desk.reply(Err(problem(ProblemCode::NotFound)));
    desk.quiet();
    desk.reply(Err(problem(ProblemCode::DossierInvalid)));
    assert!(matches!(desk.stage(1), Stage::NeedsFix { .. }));
    desk.step(Event::Cancel {
        dossier: dossier(1),
    });
    assert_eq!(
        desk.notices.last(),
        Some(&Notice::CancelRefused {
            dossier: dossier(1)
        })
    );
}
