//! Supplements: what is sent again, and what the portal refuses.

use hoso_portal_api::{ProblemCode, SupplementRequest};
use hoso_sync::{Event, Notice, Reply, Request, Stage};

use crate::desk::{Desk, created, dossier, problem, receipt, seal, upload, view};

#[test]
fn a_supplement_sends_only_what_is_new() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 2, 0));
    desk.accept(1, 1);
    desk.step(seal(1, 2, 3, 2));
    desk.quiet();
    let [Request::CreateUpload { upload: new, .. }] = desk.requests()[..] else {
        panic!("{:?}", desk.requests());
    };
    assert_eq!(*new, upload(102));
    desk.accept(1, 2);
    assert_eq!(desk.stored[&dossier(1)].revisions[0].stage, Stage::Settled);
    // Sealed bytes never change: the same number again is nothing new.
    desk.step(seal(1, 2, 9, 0));
    assert_eq!(desk.stored[&dossier(1)].revisions.len(), 2);
}

#[test]
fn a_request_that_changes_is_told_once_each_time() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 1, 0));
    desk.accept(1, 1);
    let mut asked = view(1, 1);
    let mut told = |reason: &str, components: &[&str]| {
        asked.supplement = Some(SupplementRequest {
            revision: 2,
            reason: reason.to_owned(),
            components: components.iter().map(ToString::to_string).collect(),
            requested_at: "2026-11-22T08:00:00Z".to_owned(),
            due_at: None,
        });
        desk.notices.clear();
        desk.news(vec![asked.clone()]);
        let of_supplement = |one: &&Notice| {
            matches!(
                one,
                Notice::SupplementRequested { .. } | Notice::SupplementChanged { .. }
            )
        };
        desk.notices
            .iter()
            .filter(of_supplement)
            .cloned()
            .collect::<Vec<_>>()
    };
    let (dossier, revision) = (dossier(1), 2);
    let new = Notice::SupplementRequested { dossier, revision };
    let other = Notice::SupplementChanged { dossier, revision };
    for (reason, components, wanted) in [
        ("Ảnh mờ.", &["a"][..], vec![new]),
        ("Ảnh mờ.", &["a"], vec![]),
        ("Ảnh mờ.", &["b"], vec![other.clone()]),
        ("Sai tên.", &["b"], vec![other]),
        ("Sai tên.", &["b"], vec![]),
    ] {
        assert_eq!(told(reason, components), wanted, "{reason} {components:?}");
    }
}

/// A portal that lost the first revision to a restore, and a file of it that arrives damaged again and again.
#[test]
fn a_supplement_takes_no_place_of_what_the_portal_once_held() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 1, 0));
    desk.accept(1, 1);
    desk.epoch = "e2";
    desk.step(Event::RefreshNow);
    desk.quiet();
    desk.reply(Err(problem(ProblemCode::NotFound)));
    while !matches!(desk.stage(1), Stage::Quarantined { .. }) {
        desk.quiet();
        match desk.requests().first() {
            Some(Request::CreateUpload { .. }) => {
                desk.reply(Ok(Reply::UploadCreated {
                    url: "/u".into(),
                    offset: Some(0),
                }));
            }
            Some(_) => drop(desk.reply(Err(problem(ProblemCode::HashMismatch)))),
            None => desk.wait(10_000),
        }
    }
    desk.step(seal(1, 2, 1, 1));
    // A supplement speaks for a portal that has the first one after all.
    let asked = desk.reply(Err(problem(ProblemCode::NotFound)));
    assert!(matches!(asked, Request::AskDossier { .. }), "{asked:?}");
    assert!(matches!(desk.stage(1), Stage::Quarantined { .. }));
    desk.step(Event::RetryNow {
        dossier: dossier(1),
    });
    desk.quiet();
    let [Request::CreateUpload { upload: again, .. }] = desk.requests()[..] else {
        panic!("{:?}", desk.requests());
    };
    assert_eq!(*again, upload(100));
}

/// A dossier whose supplement was refused for good.
fn refused(code: ProblemCode, at_submission: bool) -> Desk {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 1, 0));
    desk.accept(1, 1);
    desk.step(seal(1, 2, 1, 1));
    desk.quiet();
    if at_submission {
        desk.reply(Ok(Reply::Revision(created(1, 2))));
    }
    desk.reply(Err(problem(code)));
    desk
}

#[test]
fn a_refused_supplement_is_corrected_under_the_next_number() {
    for at_submission in [false, true] {
        let mut desk = refused(ProblemCode::DossierInvalid, at_submission);
        assert!(matches!(desk.stage(1), Stage::NeedsFix { .. }));
        desk.step(seal(1, 3, 2, 1));
        desk.accept(1, 3);
        let revisions = &desk.stored[&dossier(1)].revisions;
        let stages: Vec<_> = revisions.iter().map(|one| &one.stage).collect();
        let [Stage::Settled, Stage::NeedsFix { refusal }, Stage::Accepted] = stages[..] else {
            panic!("{stages:?}");
        };
        assert_eq!(refusal.detail, "chi tiết", "its reason is kept");
        assert!(revisions[1].given_up);
    }
}

#[test]
fn a_supplement_that_is_given_up_keeps_its_number_and_holds_nothing_up() {
    for code in [
        ProblemCode::SupplementUnexpected,
        ProblemCode::DossierConflict,
    ] {
        let mut desk = refused(code, false);
        desk.step(Event::Cancel {
            dossier: dossier(1),
        });
        assert_eq!(
            desk.notices.last(),
            Some(&Notice::Cancelled {
                dossier: dossier(1),
                revision: 2
            })
        );
        // What the dossier is, is what the portal has of it.
        assert_eq!(desk.stage(1), &Stage::Accepted);
        assert!(desk.outbox.entry(dossier(1)).unwrap().active().is_none());
        desk.step(Event::RetryNow {
            dossier: dossier(1),
        });
        desk.quiet();
        assert!(desk.open.is_empty(), "nothing of it is sent any more");
        // Also after a restart; and the number is used up.
        let mut desk = desk.restart();
        desk.go_online();
        desk.step(seal(1, 2, 9, 0));
        assert_eq!(desk.stored[&dossier(1)].revisions.len(), 2);
        assert!(desk.open.is_empty());
        desk.step(seal(1, 3, 1, 1));
        desk.accept(1, 3);
    }
}

#[test]
fn a_supplement_that_was_not_sent_yet_may_be_taken_back_and_one_on_its_way_may_not() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    desk.accept(1, 1);
    desk.step(Event::Pause { on: true });
    desk.step(seal(1, 2, 1, 0));
    let cancel = Event::Cancel {
        dossier: dossier(1),
    };
    desk.step(cancel.clone());
    assert!(desk.stored[&dossier(1)].revisions[1].given_up);
    desk.step(Event::Pause { on: false });
    desk.quiet();
    desk.step(seal(1, 3, 0, 0));
    desk.step(cancel);
    assert_eq!(
        desk.notices.last(),
        Some(&Notice::CancelRefused {
            dossier: dossier(1)
        })
    );
    desk.accept(1, 3);
}

#[test]
fn what_was_given_up_and_is_there_after_all_is_taken_for_what_it_is() {
    let mut desk = refused(ProblemCode::DossierInvalid, true);
    desk.step(Event::Cancel {
        dossier: dossier(1),
    });
    let mut there = view(1, 2);
    there.version = 7;
    desk.news(vec![there.clone()]);
    assert!(matches!(desk.requests()[..], [Request::AskDossier { .. }]));
    desk.reply(Ok(Reply::Dossier(Box::new(there))));
    assert!(matches!(
        desk.reply(Ok(Reply::Receipt(receipt(1, 2)))),
        Request::Submit { revision: 2, .. }
    ));
    assert_eq!(desk.stage(1), &Stage::Accepted);
    assert!(!desk.stored[&dossier(1)].revisions[1].given_up);
}

#[test]
fn a_rollback_sends_what_was_accepted_and_leaves_alone_what_was_refused() {
    let mut desk = refused(ProblemCode::DossierInvalid, true);
    desk.step(seal(1, 3, 1, 1));
    desk.accept(1, 3);
    desk.epoch = "e2";
    desk.step(Event::RefreshNow);
    desk.quiet();
    assert!(matches!(
        desk.reply(Err(problem(ProblemCode::NotFound))),
        Request::AskDossier { .. }
    ));
    let given_up = |desk: &Desk| {
        let revisions = &desk.stored[&dossier(1)].revisions;
        revisions.iter().map(|one| one.given_up).collect::<Vec<_>>()
    };
    assert_eq!(given_up(&desk), [false, true, false]);
    for revision in [1, 3] {
        for _ in 0..4 {
            desk.quiet();
            let reply = match desk.open.front().map(|(_, request)| request.clone()) {
                Some(Request::CreateUpload { size, .. }) => Reply::UploadCreated {
                    url: "/u".into(),
                    offset: Some(size),
                },
                Some(Request::PutRevision { .. }) => Reply::Revision(created(1, revision)),
                Some(Request::Submit { .. }) => Reply::Receipt(receipt(1, revision)),
                _ => break,
            };
            desk.reply(Ok(reply));
        }
    }
    assert_eq!(desk.stage(1), &Stage::Accepted);
    assert_eq!(given_up(&desk), [false, true, false]);
}

#[test]
fn what_is_refused_after_the_next_one_was_sealed_is_not_in_its_way() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    desk.accept(1, 1);
    desk.step(seal(1, 2, 0, 0));
    desk.step(seal(1, 3, 0, 0));
    desk.quiet();
    let refusal = problem(ProblemCode::DossierInvalid);
    assert!(matches!(
        desk.reply(Err(refusal)),
        Request::PutRevision { revision: 2, .. }
    ));
    desk.accept(1, 3);
    assert!(desk.stored[&dossier(1)].revisions[1].given_up);
}

/// A portal lost what it had taken, and refuses the supplement that it took before; a later one was given up by the person.
#[test]
fn what_is_refused_asks_for_the_person_where_the_later_one_was_given_up() {
    let mut desk = Desk::online();
    for revision in [1, 2] {
        desk.step(seal(1, revision, 0, 0));
        desk.accept(1, revision);
    }
    desk.step(seal(1, 3, 0, 0));
    desk.quiet();
    desk.reply(Err(problem(ProblemCode::DossierInvalid)));
    desk.step(Event::Cancel {
        dossier: dossier(1),
    });
    desk.epoch = "e2";
    desk.step(Event::RefreshNow);
    desk.quiet();
    desk.reply(Err(problem(ProblemCode::NotFound)));
    desk.quiet();
    desk.reply(Ok(Reply::Revision(created(1, 1))));
    desk.reply(Ok(Reply::Receipt(receipt(1, 1))));
    desk.quiet();
    let again = desk.reply(Err(problem(ProblemCode::DossierInvalid)));
    assert!(
        matches!(again, Request::PutRevision { revision: 2, .. }),
        "{again:?}"
    );
    desk.wait(1_000);
    assert!(matches!(desk.stage(1), Stage::NeedsFix { .. }));
    let given_up = desk.stored[&dossier(1)].revisions.iter();
    assert!(given_up.map(|one| one.given_up).eq([false, false, true]));
}
