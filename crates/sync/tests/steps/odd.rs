//! Answers that are well-formed and lead nowhere, and files that are large or come damaged.

use hoso_dossier::Sha256;
use hoso_portal_api::{DossierPage, DossierView, PortalFile, PortalFileKind};
use hoso_sync::{Event, Failure, Notice, Reply, Request, RequestId, Stage};

use crate::desk::{Desk, dossier, hash, seal, view};

fn file(number: u128) -> PortalFile {
    PortalFile {
        id: format!("kq-{number}"),
        kind: PortalFileKind::Result,
        name: "ket-qua.pdf".into(),
        media_type: "application/pdf".into(),
        size: 20_000_000,
        sha256: hash(number, 7),
    }
}

/// A dossier that is over, with results.
fn over(number: u128, files: &[u128]) -> DossierView {
    let mut over = view(number, 1);
    over.status = 10;
    over.version = 2;
    over.files = files.iter().map(|one| file(*one)).collect();
    over
}

fn fetches(desk: &Desk) -> Vec<RequestId> {
    let fetches = desk.open.iter();
    let fetches = fetches.filter(|(_, one)| matches!(one, Request::FetchFile { .. }));
    fetches.map(|(id, _)| *id).collect()
}

#[test]
fn results_come_one_by_one_and_leave_the_short_requests_their_places() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    desk.accept(1, 1);
    desk.quiet();
    desk.news(vec![over(1, &[1, 2, 3, 4, 5])]);
    assert_eq!(fetches(&desk).len(), 1);
    for number in 2..=5 {
        desk.step(seal(number, 1, 0, 0));
    }
    let puts = desk.requests();
    let puts = puts
        .iter()
        .filter(|one| matches!(one, Request::PutRevision { .. }));
    assert_eq!(puts.count(), 4);
}

#[test]
fn a_portal_that_takes_no_byte_is_not_sent_them_without_end() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 1, 0));
    desk.reply(Ok(Reply::UploadCreated {
        url: "/u".into(),
        offset: Some(0),
    }));
    let mut last = desk.now;
    for time in 0..12 {
        let sent = desk.reply(Ok(Reply::Sent {
            offset: 300 * u64::from(time > 0),
        }));
        assert!(matches!(sent, Request::SendBytes { .. }), "{sent:?}");
        assert!(desk.open.is_empty(), "{:?}", desk.requests());
        assert!(desk.waiting(1).is_some());
        let mut waited = 0;
        while desk.open.is_empty() {
            desk.wait(500);
            desk.quiet();
            waited += 1;
            assert!(waited < 1_000);
        }
        let asked = desk.reply(Ok(Reply::Offset(Some(300))));
        assert!(matches!(asked, Request::AskOffset { .. }), "{asked:?}");
        if time == 10 {
            last = desk.now;
        }
    }
    assert!(desk.now - last > 60_000, "the waits grow");
    // A byte more is a way on.
    desk.reply(Ok(Reply::Sent { offset: 301 }));
    let more = desk.requests();
    assert!(
        matches!(more[..], [Request::SendBytes { offset: 301, .. }]),
        "{more:?}"
    );
}

/// Answers every look at what changed with one view under ever new cursors, and counts how often it is asked within an instant.
fn looks(desk: &mut Desk, view: impl Fn(u64) -> DossierView) -> u64 {
    desk.step(Event::RefreshNow);
    let mut looks = 0;
    while looks < 50 {
        let mut open = desk.open.iter();
        let place = open.position(|(_, one)| matches!(one, Request::Changes { .. }));
        let Some((request, _)) = place.and_then(|place| desk.open.remove(place)) else {
            break;
        };
        looks += 1;
        let page = DossierPage {
            cursor: format!("{} {looks}", desk.now),
            epoch: None,
            account: None,
            dossiers: vec![view(looks)],
        };
        let outcome = Ok(Reply::Changes(page));
        desk.step(Event::Reply { request, outcome });
    }
    looks
}

#[test]
fn a_portal_that_tells_the_same_under_ever_new_cursors_is_not_asked_without_end() {
    for number in [1, 9] {
        let mut desk = Desk::online();
        desk.step(seal(1, 1, 0, 0));
        desk.accept(1, 1);
        desk.quiet();
        assert_eq!(looks(&mut desk, |_| view(number, 1)), 2, "dossier {number}");
        // What is new in it is read on at once.
        let newer = |looks: u64| {
            let mut newer = view(number, 1);
            newer.version = 1 + looks.min(20);
            newer
        };
        assert_eq!(looks(&mut desk, newer), 21, "dossier {number}");
        // Nothing is lost by the pause.
        desk.wait(120_000);
        assert!(
            desk.requests()
                .iter()
                .any(|one| matches!(one, Request::Changes { .. }))
        );
    }
}

#[test]
fn a_result_that_comes_damaged_is_given_up_and_fetched_again_when_somebody_wants_it() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    desk.accept(1, 1);
    desk.quiet();
    desk.news(vec![over(1, &[1])]);
    let spoiled = || {
        Err(Failure::Damaged {
            what: "other bytes".into(),
        })
    };
    let answer = |desk: &mut Desk, outcome| {
        let request = fetches(desk)[0];
        desk.open.retain(|(id, _)| *id != request);
        desk.step(Event::Reply { request, outcome });
        desk.wait(600_000);
        desk.quiet();
    };
    let told = |desk: &Desk| {
        let told = desk.notices.iter();
        told.filter(|one| matches!(one, Notice::FileSpoiled { .. }))
            .count()
    };
    for time in 1..=3 {
        assert_eq!(told(&desk), 0, "{time}");
        answer(&mut desk, spoiled());
    }
    assert_eq!((told(&desk), fetches(&desk).len()), (1, 0));
    assert_eq!(desk.stage(1), &Stage::Accepted, "the result is not here");
    // Neither a new start nor a look at what is new changes that.
    let mut desk = desk.restart();
    desk.go_online();
    desk.step(Event::AskNow {
        dossier: dossier(1),
    });
    desk.quiet();
    assert_eq!(fetches(&desk).len(), 0);
    assert!(
        desk.outbox
            .entry(dossier(1))
            .unwrap()
            .has_given_up(&file(1))
    );
    // Issued again it is another one.
    let mut again = over(1, &[1]);
    again.version = 3;
    again.files[0].sha256 = Sha256::of(b"again");
    desk.news(vec![again.clone()]);
    assert_eq!(fetches(&desk).len(), 1);
    for _ in 1..=3 {
        answer(&mut desk, spoiled());
    }
    assert_eq!((told(&desk), fetches(&desk).len()), (1, 0));
    desk.step(Event::RetryNow {
        dossier: dossier(1),
    });
    answer(&mut desk, Ok(Reply::Fetched));
    assert_eq!(desk.stage(1), &Stage::Settled);
    assert!(desk.stored[&dossier(1)].spoiled.is_empty());
}

#[test]
fn a_way_that_brings_pages_instead_of_a_result_is_tried_on() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    desk.accept(1, 1);
    desk.quiet();
    desk.news(vec![over(1, &[1])]);
    for _ in 0..10 {
        let request = fetches(&desk)[0];
        desk.open.retain(|(id, _)| *id != request);
        let outcome = Err(crate::desk::html());
        desk.step(Event::Reply { request, outcome });
        desk.wait(600_000);
        desk.quiet();
    }
    assert_eq!(fetches(&desk).len(), 1);
}
