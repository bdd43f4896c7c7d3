//! What the portal says of its own accord, forgets, and gives back.

use hoso_dossier::Sha256;
use hoso_portal_api::{DossierPage, PortalFile, PortalFileKind, ProblemCode, RevisionState};
use hoso_sync::{Event, Failure, Notice, Reply, Request, Stage, WaitReason};

use crate::desk::{Desk, created, dossier, html, problem, receipt, seal, upload, view};
use crate::payments::paying;

#[test]
fn no_token_stops_everything_until_somebody_signs_in() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    desk.reply(Err(problem(ProblemCode::AuthRequired)));
    assert_eq!(desk.notices.last(), Some(&Notice::SignInNeeded));
    assert_eq!(desk.waiting(1), Some(WaitReason::NotSignedIn));
    desk.wait(3_600_000);
    desk.quiet();
    assert!(desk.open.is_empty());
    desk.step(Event::SignedIn);
    desk.accept(1, 1);
}

#[test]
fn a_busy_portal_is_given_the_time_it_asked_for() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    let Failure::Problem { problem, .. } = problem(ProblemCode::Busy) else {
        unreachable!()
    };
    desk.reply(Err(Failure::Problem {
        problem,
        retry_after: Some(90),
    }));
    let until = desk.now + 90_000;
    assert_eq!(desk.waiting(1), Some(WaitReason::PortalBusy { until }));
    desk.wait(89_000);
    desk.quiet();
    assert!(desk.open.is_empty());
    desk.wait(1_000);
    desk.quiet();
    assert_eq!(desk.open.len(), 1);
}

#[test]
fn one_probe_speaks_for_all_while_the_portal_is_gone() {
    let mut desk = Desk::online();
    for number in 1..=3 {
        desk.step(seal(number, 1, 0, 0));
    }
    for _ in 0..3 {
        desk.reply(Err(Failure::Offline));
    }
    assert!(matches!(desk.waiting(1), Some(WaitReason::Backoff { .. })));
    desk.wait(1_000);
    assert_eq!(desk.requests(), [&Request::PortalInfo]);
    desk.quiet();
    assert_eq!(desk.open.len(), 3, "{:?}", desk.requests());
}

#[test]
fn after_a_rollback_every_receipt_is_established_again() {
    let mut desk = Desk::online();
    for number in [1, 2] {
        desk.step(seal(number, 1, 1, 0));
        desk.accept(number, 1);
    }
    desk.epoch = "e2";
    desk.step(Event::RefreshNow);
    desk.quiet();
    assert!(desk.notices.contains(&Notice::PortalRestored));
    let asked = [1, 2].map(|number| Request::AskDossier {
        dossier: dossier(number),
    });
    assert_eq!(desk.requests(), [&asked[0], &asked[1]]);
    desk.reply(Ok(Reply::Dossier(Box::new(view(1, 1)))));
    desk.reply(Err(problem(ProblemCode::NotFound)));
    assert_eq!(desk.stage(1), &Stage::Accepted);
    assert_eq!(
        desk.notices.last(),
        Some(&Notice::SendingAgain {
            dossier: dossier(2)
        })
    );
    let [Request::CreateUpload { upload: again, .. }] = desk.requests()[..] else {
        panic!("{:?}", desk.requests());
    };
    assert_eq!(*again, upload(200));
    desk.accept(2, 1);
}

#[test]
fn a_portal_that_tells_its_epoch_with_its_changes_is_asked_once() {
    let mut desk = Desk::new();
    desk.tells_epoch = true;
    desk.go_online();
    desk.step(seal(1, 1, 0, 0));
    desk.accept(1, 1);
    desk.wait(60_000);
    desk.quiet();
    for event in [Event::RefreshNow, Event::Tick] {
        desk.now += 60_000;
        desk.step(event);
        assert!(
            matches!(desk.requests()[..], [Request::Changes { .. }]),
            "{:?}",
            desk.requests()
        );
        desk.quiet();
    }
    // Keys and limits are asked for once a day all the same.
    desk.wait(24 * 60 * 60_000);
    assert!(desk.requests().contains(&&Request::PortalInfo));
    desk.quiet();
    desk.reply(Ok(Reply::Dossier(Box::new(view(1, 1)))));
    // A rollback is noticed in the list, and nothing of the list is believed.
    desk.epoch = "e2";
    desk.step(Event::RefreshNow);
    let (request, _) = desk.open.pop_front().unwrap();
    let page = DossierPage {
        cursor: "d".into(),
        epoch: Some("e2".into()),
        account: None,
        dossiers: vec![],
    };
    let outcome = Ok(Reply::Changes(page));
    desk.step(Event::Reply { request, outcome });
    assert!(desk.notices.contains(&Notice::PortalRestored));
    assert_eq!(desk.meta.cursor, None);
    assert_eq!(desk.meta.epoch.as_deref(), Some("e2"));
    let asked = Request::AskDossier {
        dossier: dossier(1),
    };
    let anew = Request::Changes { cursor: None };
    assert_eq!(desk.requests(), [&anew, &asked]);
}

#[test]
fn what_was_submitted_before_it_was_known_here_is_asked_for() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    let mut held = created(1, 1);
    held.state = RevisionState::Submitted;
    desk.reply(Ok(Reply::Revision(held.clone())));
    // Its news came while nobody here knew the dossier, and won't come again.
    let seen = desk.reply(Ok(Reply::Dossier(Box::new(view(1, 1)))));
    assert!(matches!(seen, Request::AskDossier { .. }), "{seen:?}");
    let submit = desk.reply(Ok(Reply::Receipt(receipt(1, 1))));
    assert!(matches!(submit, Request::Submit { .. }), "{submit:?}");
    assert_eq!(desk.stage(1), &Stage::Accepted);
    assert_eq!(desk.stored[&dossier(1)].view, Some(view(1, 1)));
}

/// Another desktop answered a restored request for supplement under a higher number; the portal's newest says nothing of ours before it.
#[test]
fn after_a_rollback_older_receipts_are_established_again_too() {
    let mut desk = Desk::online();
    for revision in [1, 2] {
        desk.step(seal(1, revision, 0, 0));
        desk.accept(1, revision);
    }
    desk.epoch = "e2";
    desk.step(Event::RefreshNow);
    desk.quiet();
    let asked = desk.reply(Ok(Reply::Dossier(Box::new(view(1, 3)))));
    assert!(matches!(asked, Request::AskDossier { .. }));
    let codes = |desk: &Desk| {
        let codes = |one: &&Notice| matches!(one, Notice::CodeReceived { .. });
        desk.notices.iter().filter(codes).count()
    };
    let before = codes(&desk);
    let first = desk.reply(Ok(Reply::Receipt(receipt(1, 1))));
    assert!(
        matches!(first, Request::Submit { revision: 1, .. }),
        "{first:?}"
    );
    desk.quiet();
    let second = desk.reply(Err(problem(ProblemCode::SupplementUnexpected)));
    assert!(
        matches!(second, Request::PutRevision { revision: 2, .. }),
        "{second:?}"
    );
    assert!(matches!(desk.stage(1), Stage::NeedsFix { .. }));
    assert_eq!(codes(&desk), before + 1);
}

#[test]
fn an_answer_from_before_a_rollback_proves_nothing() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    desk.reply(Ok(Reply::Revision(created(1, 1))));
    let submit = desk.open.pop_front().unwrap();
    desk.epoch = "e2";
    desk.step(Event::RefreshNow);
    desk.quiet();
    desk.step(Event::Reply {
        request: submit.0,
        outcome: Ok(Reply::Receipt(receipt(1, 1))),
    });
    desk.quiet();
    assert_eq!(
        desk.requests(),
        [&Request::AskDossier {
            dossier: dossier(1)
        }]
    );
}

#[test]
fn a_silent_portal_is_asked_once_a_day() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    desk.accept(1, 1);
    desk.wait(23 * 3_600_000);
    desk.quiet();
    assert!(desk.open.is_empty());
    desk.wait(2 * 3_600_000);
    desk.quiet();
    assert_eq!(
        desk.requests(),
        [&Request::AskDossier {
            dossier: dossier(1)
        }]
    );
}

#[test]
fn older_news_change_nothing() {
    let mut desk = paying();
    let mut newer = view(1, 1);
    (newer.version, newer.status) = (5, 4);
    desk.news(vec![newer.clone()]);
    let told = desk.notices.last().cloned();
    assert_eq!(
        told,
        Some(Notice::StatusChanged {
            dossier: dossier(1),
            status: 4
        })
    );
    desk.news(vec![view(1, 1)]);
    assert_eq!(desk.stored[&dossier(1)].view, Some(newer));
}

#[test]
fn results_are_fetched_and_settle_the_dossier() {
    let mut desk = paying();
    let result = PortalFile {
        id: "kq".into(),
        kind: PortalFileKind::Result,
        name: "ket-qua.pdf".into(),
        media_type: "application/pdf".into(),
        size: 3,
        sha256: Sha256::of(b"kq"),
    };
    let mut over = view(1, 1);
    over.status = 10;
    over.version = 2;
    over.files = vec![result.clone()];
    desk.news(vec![over.clone()]);
    assert_eq!(
        desk.stage(1),
        &Stage::Accepted,
        "the result is not here yet"
    );
    desk.reply(Err(html()));
    desk.wait(2_000);
    desk.quiet();
    assert!(matches!(
        desk.reply(Ok(Reply::Fetched)),
        Request::FetchFile { .. }
    ));
    let arrived = Notice::FileArrived {
        dossier: dossier(1),
        file: result,
    };
    assert_eq!(desk.notices.last(), Some(&arrived));
    assert_eq!(desk.stored[&dossier(1)].revisions[0].stage, Stage::Settled);

    // Issued again under the same id: fetched once more, and no more than once.
    over.version = 3;
    over.files[0].sha256 = Sha256::of(b"kq 2");
    desk.news(vec![over.clone()]);
    assert_eq!(desk.stage(1), &Stage::Accepted);
    let Request::FetchFile { file, .. } = desk.reply(Ok(Reply::Fetched)) else {
        panic!("the new version is fetched");
    };
    assert_eq!(file, over.files[0]);
    assert_eq!(desk.stage(1), &Stage::Settled);
    over.version = 4;
    desk.news(vec![over.clone()]);
    assert!(desk.open.is_empty());

    // The disk has lost it; of a version that is not the kept one nothing is said.
    let gone = |bytes: &[u8]| Event::FileGone {
        dossier: dossier(1),
        file: "kq".into(),
        sha256: Sha256::of(bytes),
    };
    desk.step(gone(b"kq"));
    assert!(desk.open.is_empty() && desk.stage(1) == &Stage::Settled);
    desk.step(gone(b"kq 2"));
    assert!(!desk.stored[&dossier(1)].fetched.contains_key("kq"));
    let Request::FetchFile { file, .. } = desk.reply(Ok(Reply::Fetched)) else {
        panic!("it is fetched again");
    };
    assert_eq!(file, over.files[0]);
    assert_eq!(desk.stage(1), &Stage::Settled);
}

#[test]
fn a_clock_that_is_set_back_holds_nothing() {
    let mut desk = Desk::online();
    desk.now = 1_000_000_000_000;
    desk.step(Event::RefreshNow);
    desk.quiet();
    desk.step(seal(1, 1, 0, 0));
    desk.reply(Err(html()));
    desk.now = 1_000_000;
    desk.step(Event::Tick);
    let asked = format!("{:?}", desk.requests());
    for request in ["PortalInfo", "Changes", "AskDossier"] {
        assert!(asked.contains(request), "{request} not in {asked}");
    }
}

#[test]
fn what_was_confirmed_in_a_future_that_never_came_is_asked_about() {
    let mut desk = Desk::online();
    let year = 365 * 24 * 3_600_000;
    desk.now += year;
    desk.step(seal(1, 1, 0, 0));
    desk.accept(1, 1);
    desk.now -= year;
    desk.step(Event::RefreshNow);
    desk.quiet();
    assert_eq!(
        desk.requests(),
        [&Request::AskDossier {
            dossier: dossier(1)
        }]
    );
}
