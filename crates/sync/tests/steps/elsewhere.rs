//! Dossiers that the portal tells of and that were not sealed on this machine.

use hoso_portal_api::{DossierPage, ProblemCode};
use hoso_sync::{Event, Kept, Notice, Outbox, ParkReason, Policy, Reply, Request, Stage};

use crate::desk::{Desk, created, dossier, hash, problem, receipt, seal, view};

fn numbers(desk: &Desk) -> Vec<u128> {
    let all = desk.outbox.elsewhere();
    all.map(|(id, _)| id.uuid().as_u128()).collect()
}

#[test]
fn they_are_kept_and_shown_as_the_portal_tells_them() {
    let mut desk = Desk::online();
    desk.news(vec![view(7, 1)]);
    assert!(matches!(
        desk.notices.last(),
        Some(Notice::Elsewhere { first: true, .. })
    ));
    assert!(desk.outbox.entry(dossier(7)).is_none() && desk.stored.is_empty());
    assert_eq!(desk.elsewhere[&dossier(7)].view, view(7, 1));
    // The same again is no news.
    let said = desk.notices.len();
    desk.news(vec![view(7, 1)]);
    assert_eq!(desk.notices.len(), said);

    let mut desk = desk.restart();
    assert_eq!(numbers(&desk), [7]);
    desk.go_online();
    let mut over = view(7, 1);
    (over.status, over.version) = (10, 2);
    desk.news(vec![over.clone()]);
    assert!(matches!(
        desk.notices.last(),
        Some(Notice::Elsewhere { first: false, .. })
    ));
    assert_eq!(desk.elsewhere[&dossier(7)].view, over);
    assert_eq!(desk.outbox.one_elsewhere(dossier(7)).unwrap().view, over);
    // Nothing of it is asked or fetched.
    assert!(desk.open.is_empty() && desk.outbox.is_idle(desk.now));
}

#[test]
fn what_a_restored_portal_tells_no_more_is_gone() {
    let mut desk = Desk::online();
    desk.news(vec![view(7, 1), view(8, 1)]);
    assert_eq!(numbers(&desk), [7, 8]);
    desk.epoch = "e2";
    desk.step(Event::RefreshNow);
    let page = |cursor: &str, dossiers| {
        Ok(Reply::Changes(DossierPage {
            cursor: cursor.into(),
            epoch: Some("e2".into()),
            account: None,
            dossiers,
        }))
    };
    let answer = |desk: &mut Desk, outcome| {
        let mut open = desk.open.iter();
        let place = open.position(|(_, one)| matches!(one, Request::Changes { .. }));
        let (request, asked) = desk.open.remove(place.unwrap()).unwrap();
        desk.step(Event::Reply { request, outcome });
        asked
    };
    let asked = answer(&mut desk, page("old", vec![]));
    assert!(matches!(asked, Request::Changes { cursor: Some(_) }));
    // The list is read from its start, with a death between its pages.
    let asked = answer(&mut desk, page("1", vec![view(8, 1)]));
    assert_eq!(asked, Request::Changes { cursor: None });
    assert_eq!(numbers(&desk), [7, 8], "there may be more");
    let mut desk = desk.restart();
    desk.step(Event::Connected);
    desk.step(Event::SignedIn);
    desk.quiet();
    assert_eq!(numbers(&desk), [8]);
    assert_eq!(desk.elsewhere.len(), 1);
}

#[test]
fn only_so_many_are_kept_and_what_is_over_goes_first() {
    let policy = Policy {
        elsewhere: 2,
        ..Policy::default()
    };
    let mut desk = Desk::new();
    desk.outbox = Outbox::restore_with(Kept::default(), policy);
    desk.go_online();
    let mut over = view(8, 1);
    over.status = 10;
    desk.news(vec![view(7, 1), over]);
    desk.now += 1;
    desk.news(vec![view(9, 1)]);
    assert_eq!(numbers(&desk), [7, 9]);
    assert_eq!(desk.meta.left_out, 1);
    desk.now += 1;
    desk.news(vec![view(10, 1)]);
    assert_eq!(numbers(&desk), [9, 10]);
    assert!(desk.elsewhere.keys().copied().eq([dossier(9), dossier(10)]));
}

#[test]
fn one_that_is_sealed_here_is_asked_about_first() {
    let mut desk = Desk::online();
    desk.news(vec![view(1, 1)]);
    desk.step(seal(1, 1, 1, 0));
    assert!(desk.elsewhere.is_empty() && numbers(&desk).is_empty());
    assert!(matches!(desk.requests()[..], [Request::AskDossier { .. }]));
    desk.reply(Ok(Reply::Dossier(Box::new(view(1, 1)))));
    // The disk had forgotten it: the portal has the same.
    desk.quiet();
    desk.reply(Ok(Reply::Revision(created(1, 1))));
    desk.reply(Ok(Reply::Receipt(receipt(1, 1))));
    assert_eq!(desk.stage(1), &Stage::Accepted);
}

#[test]
fn one_that_is_sealed_again_with_other_bytes_is_held_back_until_the_others_are_gone() {
    let mut desk = Desk::online();
    let mut other = view(1, 1);
    other.sha256 = hash(99, 1);
    desk.news(vec![other.clone()]);
    desk.step(seal(1, 1, 0, 0));
    desk.reply(Ok(Reply::Dossier(Box::new(other.clone()))));
    desk.quiet();
    let mut held = created(1, 1);
    held.sha256 = hash(99, 1);
    desk.reply(Ok(Reply::Revision(held)));
    let reason = ParkReason::OtherBytes {
        held: Some(hash(99, 1)),
    };
    assert_eq!(desk.stage(1), &Stage::Quarantined { reason });
    let told = desk.notices.len();
    // It is looked after once a day, and told of once.
    desk.wait(25 * 3_600_000);
    desk.quiet();
    assert!(matches!(desk.requests()[..], [Request::AskDossier { .. }]));
    desk.reply(Ok(Reply::Dossier(Box::new(other))));
    assert_eq!(desk.notices.len(), told);
    desk.wait(25 * 3_600_000);
    desk.quiet();
    desk.reply(Err(problem(ProblemCode::NotFound)));
    desk.accept(1, 1);
}
