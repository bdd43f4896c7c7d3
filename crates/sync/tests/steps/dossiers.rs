//! From sealed to its code.

use hoso_portal_api::ProblemCode;
use hoso_sync::{Event, Failure, Notice, ParkReason, Reply, Request, Stage, WaitReason};

use crate::desk::{
    Desk, created, dossier, hash, html, problem, receipt, seal, seal_with, unknown, upload, view,
};

#[test]
fn sealed_offline_is_stored_and_waits() {
    let mut desk = Desk::new();
    desk.step(seal(1, 1, 1, 0));
    assert_eq!(desk.stored[&dossier(1)].revisions[0].stage, Stage::Sealed);
    assert!(desk.open.is_empty());
    assert_eq!(desk.waiting(1), Some(WaitReason::Offline));
    desk.step(Event::Connected);
    assert_eq!(desk.requests(), [&Request::PortalInfo]);
    desk.quiet();
    assert_eq!(desk.waiting(1), Some(WaitReason::NotSignedIn));
    desk.step(Event::Pause { on: true });
    assert_eq!(desk.waiting(1), Some(WaitReason::Paused));
}

#[test]
fn the_way_to_a_code() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 1, 0));
    let url = "/u/1".to_owned();
    let created_upload = Reply::UploadCreated {
        url: url.clone(),
        offset: None,
    };
    assert!(matches!(
        desk.reply(Ok(created_upload)),
        Request::CreateUpload { .. }
    ));
    assert_eq!(desk.stage(1), &Stage::Uploading);
    assert!(matches!(
        desk.reply(Ok(Reply::Offset(Some(300)))),
        Request::AskOffset { .. }
    ));
    let (_, asked) = desk.open.front().unwrap();
    assert!(
        matches!(asked, Request::SendBytes { offset: 300, .. }),
        "{asked:?}"
    );
    desk.step(Event::UploadProgress {
        upload: upload(100),
        offset: 700,
    });
    assert_eq!(desk.outbox.progress(dossier(1))[0].sent, 700);
    desk.reply(Ok(Reply::Sent { offset: 1_000 }));
    assert!(desk.outbox.progress(dossier(1))[0].done);
    assert_eq!(
        desk.stored[&dossier(1)].revisions[0].stage,
        Stage::Submitting
    );
    let put = desk.reply(Ok(Reply::Revision(created(1, 1))));
    assert!(matches!(put, Request::PutRevision { revision: 1, .. }));
    let submit = desk.reply(Ok(Reply::Receipt(receipt(1, 1))));
    assert!(matches!(submit, Request::Submit { revision: 1, .. }));
    assert_eq!(desk.stored[&dossier(1)].revisions[0].stage, Stage::Accepted);
    assert!(matches!(
        desk.notices.last(),
        Some(Notice::CodeReceived { .. })
    ));
    assert_eq!(desk.waiting(1), None);
}

#[test]
fn a_lost_reply_is_asked_about_before_anything_is_repeated() {
    for (there, next) in [(true, "Submit"), (false, "PutRevision")] {
        for restart in [false, true] {
            let mut desk = Desk::online();
            desk.step(seal(1, 1, 0, 0));
            desk.reply(Ok(Reply::Revision(created(1, 1))));
            assert!(matches!(desk.requests()[..], [Request::Submit { .. }]));
            if restart {
                desk = desk.restart();
                desk.go_online();
            } else {
                desk.reply(Err(unknown()));
                assert_eq!(desk.stage(1), &Stage::OutcomeUnknown);
                assert!(matches!(desk.waiting(1), Some(WaitReason::Backoff { .. })));
                desk.wait(2_000);
            }
            assert_eq!(
                desk.requests(),
                [&Request::AskDossier {
                    dossier: dossier(1)
                }]
            );
            desk.reply(if there {
                Ok(Reply::Dossier(Box::new(view(1, 1))))
            } else {
                Err(problem(ProblemCode::NotFound))
            });
            desk.wait(10_000);
            desk.quiet();
            let asked = format!("{:?}", desk.requests());
            assert!(asked.contains(next), "{asked}");
        }
    }
}

#[test]
fn only_final_codes_end_an_attempt() {
    use ProblemCode as Code;
    for code in [
        Code::Forbidden,
        Code::DossierInvalid,
        Code::TooLarge,
        Code::TypeRefused,
        Code::ProcedureClosed,
        Code::SupplementUnexpected,
    ] {
        let mut desk = Desk::online();
        desk.step(seal(1, 1, 0, 0));
        desk.reply(Err(problem(code)));
        let stage = desk.stage(1);
        assert!(
            matches!(stage, Stage::NeedsFix { refusal } if refusal.code == code),
            "{stage:?}"
        );
        assert!(matches!(desk.notices.last(), Some(Notice::NeedsFix { .. })));
        desk.wait(3_600_000);
        desk.quiet();
        assert!(desk.open.is_empty(), "{code:?} is tried again");
        desk.step(Event::Cancel {
            dossier: dossier(1),
        });
        assert!(desk.stored.is_empty());
    }
    for failure in [
        problem(Code::Internal),
        problem(Code::Busy),
        problem(Code::Unknown),
        problem(Code::UploadMissing),
        html(),
        unknown(),
        Failure::Unexpected {
            status: 520,
            what: String::new(),
        },
    ] {
        let mut desk = Desk::online();
        desk.step(seal(1, 1, 0, 0));
        desk.reply(Err(failure.clone()));
        assert!(desk.open.is_empty(), "{failure:?} is not waited after");
        desk.wait(10_000);
        desk.quiet();
        assert!(!desk.open.is_empty(), "{failure:?} is not tried again");
    }
}

#[test]
fn other_bytes_under_the_same_id_are_held_back() {
    let mut others = vec![Err(problem(ProblemCode::DossierConflict))];
    let mut other = created(1, 1);
    other.sha256 = hash(9, 9);
    others.push(Ok(Reply::Revision(other)));
    for outcome in others {
        let mut desk = Desk::online();
        desk.step(seal(1, 1, 0, 0));
        desk.reply(outcome);
        assert!(matches!(
            desk.stage(1),
            Stage::Quarantined {
                reason: ParkReason::OtherBytes { .. }
            }
        ));
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
}

#[test]
fn a_dossier_that_is_stuck_holds_no_other_and_bounds_are_kept() {
    let mut desk = Desk::online();
    for number in 1..=4 {
        desk.step(seal(number, 1, 2, 0));
    }
    assert_eq!(
        desk.open.len(),
        2,
        "two uploads at once: {:?}",
        desk.requests()
    );
    for _ in 0..2 {
        desk.reply(Err(Failure::Local {
            what: "blob missing".into(),
        }));
    }
    assert!(matches!(
        desk.stage(1),
        Stage::Quarantined {
            reason: ParkReason::Local { .. }
        }
    ));
    let stuck = desk.requests().iter().any(
        |request| matches!(request, Request::CreateUpload { dossier: of, .. } if *of == dossier(1)),
    );
    assert!(!stuck && desk.open.len() == 2, "{:?}", desk.requests());
    for number in 2..=4 {
        let stage = desk.stage(number);
        assert!(matches!(
            stage,
            Stage::Uploading | Stage::Sealed | Stage::Quarantined { .. }
        ));
    }
}

#[test]
fn a_file_that_keeps_arriving_damaged_is_held_back_until_somebody_looks() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 1, 0));
    for time in 1..=3 {
        desk.reply(Ok(Reply::UploadCreated {
            url: "/u".into(),
            offset: Some(0),
        }));
        desk.reply(Err(problem(ProblemCode::HashMismatch)));
        let held = matches!(desk.stage(1), Stage::Quarantined { .. });
        assert_eq!(held, time == 3);
        desk.wait(60_000);
        desk.quiet();
    }
    assert!(desk.open.is_empty());
    desk.step(Event::RetryNow {
        dossier: dossier(1),
    });
    desk.accept(1, 1);
}

#[test]
fn what_may_have_arrived_can_not_be_taken_back() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 1, 0));
    desk.step(Event::Cancel {
        dossier: dossier(1),
    });
    assert!(desk.stored.is_empty() && desk.open.is_empty() && desk.aborted.len() == 1);
    desk.step(seal(2, 1, 0, 0));
    desk.step(Event::Cancel {
        dossier: dossier(2),
    });
    assert_eq!(
        desk.notices.last(),
        Some(&Notice::CancelRefused {
            dossier: dossier(2)
        })
    );
    assert!(desk.stored.contains_key(&dossier(2)));
}

#[test]
fn pausing_stops_the_bytes_and_goes_on_where_the_portal_says() {
    for of_one in [false, true] {
        let mut desk = Desk::online();
        desk.step(seal(1, 1, 1, 0));
        desk.reply(Ok(Reply::UploadCreated {
            url: "/u".into(),
            offset: Some(0),
        }));
        let pause = |on| {
            if of_one {
                let dossier = dossier(1);
                Event::PauseDossier { dossier, on }
            } else {
                Event::Pause { on }
            }
        };
        desk.step(pause(true));
        assert!(desk.open.is_empty() && desk.aborted.len() == 1);
        desk.step(pause(false));
        desk.quiet();
        assert!(matches!(desk.requests()[..], [Request::AskOffset { .. }]));
    }
}

#[test]
fn taken_up_in_the_middle_of_a_run_no_old_answer_counts() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    let (old, _) = desk.open.pop_front().unwrap();
    desk.outbox = desk.outbox.take_up(desk.kept());
    desk.go_online();
    assert!(desk.open.iter().all(|(id, _)| *id > old));
    let before = desk.stored.clone();
    desk.step(Event::Reply {
        request: old,
        outcome: Ok(Reply::Receipt(receipt(1, 1))),
    });
    assert_eq!(desk.stored, before);
}

#[test]
fn a_wrong_kind_of_answer_is_no_answer() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    desk.reply(Ok(Reply::Fetched));
    assert_eq!(desk.stage(1), &Stage::Submitting);
    assert!(matches!(desk.waiting(1), Some(WaitReason::Backoff { .. })));
    desk.wait(2_000);
    desk.quiet();
    assert!(matches!(desk.requests()[..], [Request::PutRevision { .. }]));
}

#[test]
fn a_small_file_goes_whole_once_and_is_asked_about_after_that() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 1, 0));
    let first = desk.reply(Err(unknown()));
    assert!(
        matches!(first, Request::CreateUpload { whole: true, .. }),
        "{first:?}"
    );
    desk.wait(10_000);
    desk.quiet();
    // The portal may have some of it.
    let again = desk.reply(Ok(Reply::UploadCreated {
        url: "/u".into(),
        offset: None,
    }));
    assert!(
        matches!(again, Request::CreateUpload { whole: false, .. }),
        "{again:?}"
    );
    assert!(matches!(desk.requests()[..], [Request::AskOffset { .. }]));
    // Taken whole, nothing of it is left to do.
    desk.step(seal(2, 1, 1, 0));
    let place = desk
        .open
        .iter()
        .position(|(_, one)| matches!(one, Request::CreateUpload { .. }));
    let (request, _) = desk.open.remove(place.unwrap()).unwrap();
    let outcome = Ok(Reply::UploadCreated {
        url: "/u".into(),
        offset: Some(1_000),
    });
    desk.step(Event::Reply { request, outcome });
    assert!(desk.outbox.progress(dossier(2))[0].done);
}

#[test]
fn a_file_that_is_named_twice_is_one_upload_and_holds_nothing_up() {
    let twice = |first_there: bool| {
        seal_with(seal(1, 1, 2, 0), |sealing| {
            sealing.files[1].upload = sealing.files[0].upload;
            sealing.files[0].already_there = first_there;
        })
    };
    for first_there in [false, true] {
        let mut desk = Desk::online();
        desk.step(twice(first_there));
        desk.accept(1, 1);
    }
    // After a start over too.
    let mut desk = Desk::online();
    desk.step(seal_with(twice(false), |sealing| {
        for file in &mut sealing.files {
            file.already_there = true;
        }
    }));
    desk.reply(Err(problem(ProblemCode::UploadMissing)));
    desk.wait(10_000);
    desk.quiet();
    desk.accept(1, 1);
}

#[test]
fn what_is_sealed_to_be_held_back_does_not_leave_in_the_same_breath() {
    for (files, already) in [(0, 0), (1, 0), (1, 1)] {
        let mut desk = Desk::online();
        let held = seal_with(seal(1, 1, files, already), |sealing| sealing.held = true);
        desk.step(held);
        assert!(desk.open.is_empty(), "{:?}", desk.requests());
        let stored = &desk.stored[&dossier(1)];
        assert!(stored.paused && !stored.revisions[0].sent);
        assert_eq!(desk.waiting(1), Some(WaitReason::Paused));
        // A dead program holds it too.
        let mut desk = desk.restart();
        desk.go_online();
        assert!(desk.open.is_empty(), "{:?}", desk.requests());
        desk.step(Event::PauseDossier {
            dossier: dossier(1),
            on: false,
        });
        desk.accept(1, 1);
    }
}

#[test]
fn who_only_asks_does_not_send_again_what_was_refused() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    desk.reply(Err(problem(ProblemCode::DossierInvalid)));
    desk.step(Event::AskNow {
        dossier: dossier(1),
    });
    desk.quiet();
    assert!(desk.open.is_empty(), "{:?}", desk.requests());
    assert!(matches!(desk.stage(1), Stage::NeedsFix { .. }));
    desk.step(Event::RetryNow {
        dossier: dossier(1),
    });
    desk.quiet();
    assert!(matches!(desk.requests()[..], [Request::PutRevision { .. }]));
    // What merely waits goes at once.
    desk.reply(Err(html()));
    assert!(desk.open.is_empty());
    desk.step(Event::AskNow {
        dossier: dossier(1),
    });
    desk.quiet();
    assert!(matches!(desk.requests()[..], [Request::AskDossier { .. }]));
}

/// A portal that was only given the other bytes refuses these ever again, and knows no dossier when it is asked.
#[test]
fn bytes_that_were_never_submitted_are_in_the_way_until_the_person_tries_again() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    desk.reply(Err(problem(ProblemCode::DossierConflict)));
    let told = desk.notices.len();
    for _ in 0..3 {
        desk.wait(25 * 3_600_000);
        desk.quiet();
        let asked = desk.reply(Err(problem(ProblemCode::NotFound)));
        assert!(matches!(asked, Request::AskDossier { .. }), "{asked:?}");
        desk.quiet();
        assert!(desk.open.is_empty(), "{:?}", desk.requests());
        assert_eq!(desk.notices.len(), told);
    }
    desk.step(Event::RetryNow {
        dossier: dossier(1),
    });
    desk.accept(1, 1);
}
