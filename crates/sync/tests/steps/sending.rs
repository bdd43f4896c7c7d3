//! When files leave, and whose go first.

use std::num::NonZeroU32;

use hoso_sync::{Event, Hours, Notice, Reply, Request, SendRules, Stage, WaitReason};

use crate::desk::{Desk, dossier, seal, upload, view};

const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;

/// A revision whose one file has so many bytes.
fn seal_one(number: u128, size: u64) -> Event {
    let Event::Sealed(mut sealing) = seal(number, 1, 1, 0) else {
        unreachable!()
    };
    sealing.files[0].size = size;
    Event::Sealed(sealing)
}

/// Answers a creation and the question how much is there, so that bytes leave.
fn begin_bytes(desk: &mut Desk) {
    for _ in 0..2 {
        let mut open = desk.open.iter();
        let place = open.position(|(_, one)| !matches!(one, Request::SendBytes { .. }));
        let (request, asked) = desk.open.remove(place.unwrap()).unwrap();
        let reply = match asked {
            Request::CreateUpload { upload, .. } => Reply::UploadCreated {
                url: format!("/u/{upload}"),
                offset: None,
            },
            _ => Reply::Offset(Some(0)),
        };
        let outcome = Ok(reply);
        desk.step(Event::Reply { request, outcome });
    }
}

/// An hour before the hours that the person has named.
fn before_the_hours() -> Desk {
    let mut desk = Desk::online();
    // 19:00 in Việt Nam.
    desk.now = 500 * DAY + 12 * 60 * MINUTE;
    desk.step(Event::Rules(SendRules {
        hours: Hours::new(20 * 60, 6 * 60),
        ..SendRules::default()
    }));
    desk.quiet();
    desk
}

fn metered() -> Desk {
    let mut desk = Desk::online();
    desk.step(Event::Network { metered: true });
    desk
}

#[test]
fn files_wait_for_the_hours_and_what_is_short_does_not() {
    let mut desk = before_the_hours();
    desk.step(seal(1, 1, 2, 0));
    let until = desk.now + 60 * MINUTE;
    assert!(desk.open.is_empty(), "{:?}", desk.requests());
    assert_eq!(desk.waiting(1), Some(WaitReason::Hours { until }));
    // What has no file goes, and news are still read.
    desk.step(seal(2, 1, 0, 0));
    desk.accept(2, 1);
    desk.news(vec![view(2, 1)]);
    assert_eq!(desk.waiting(2), None);
    desk.wait(60 * MINUTE - 1);
    desk.quiet();
    assert!(desk.open.is_empty(), "{:?}", desk.requests());
    desk.wait(1);
    desk.quiet();
    assert_eq!(desk.waiting(1), None);
    desk.accept(1, 1);
}

#[test]
fn what_is_on_its_way_when_the_hours_end_goes_on_when_they_begin() {
    let mut desk = before_the_hours();
    desk.wait(10 * 60 * MINUTE);
    desk.quiet();
    desk.step(seal_one(1, 900_000));
    begin_bytes(&mut desk);
    assert!(matches!(desk.requests()[..], [Request::SendBytes { .. }]));
    desk.wait(60 * MINUTE);
    desk.quiet();
    assert_eq!(desk.aborted.len(), 1);
    assert!(desk.open.is_empty(), "{:?}", desk.requests());
    let until = desk.now + 14 * 60 * MINUTE;
    assert_eq!(desk.waiting(1), Some(WaitReason::Hours { until }));
    desk.wait(14 * 60 * MINUTE);
    desk.quiet();
    desk.reply(Ok(Reply::Offset(Some(500_000))));
    assert!(matches!(
        desk.requests()[..],
        [Request::SendBytes {
            offset: 500_000,
            ..
        }]
    ));
}

#[test]
fn files_wait_for_another_network_unless_the_person_says_otherwise() {
    let mut desk = metered();
    for number in 1..=3 {
        desk.step(seal(number, 1, 1, 0));
        assert_eq!(desk.waiting(number), Some(WaitReason::Metered));
    }
    assert!(desk.open.is_empty(), "{:?}", desk.requests());
    // One dossier at once.
    desk.step(Event::SendNow {
        dossier: dossier(2),
    });
    assert_eq!(desk.waiting(1), Some(WaitReason::Metered));
    desk.accept(2, 1);
    // It stays so over a restart, and so do the rules.
    let mut desk = desk.restart();
    desk.step(Event::Network { metered: true });
    desk.go_online();
    assert_eq!(desk.waiting(1), Some(WaitReason::Metered));
    // A network that costs nothing.
    desk.step(Event::Network { metered: false });
    desk.quiet();
    desk.accept(1, 1);
    // And whatever the system says of it.
    desk.step(Event::Rules(SendRules {
        always_metered: true,
        ..SendRules::default()
    }));
    desk.step(seal(4, 1, 1, 0));
    assert_eq!(desk.waiting(4), Some(WaitReason::Metered));
    desk.step(Event::Rules(SendRules {
        spare_metered: false,
        always_metered: true,
        ..SendRules::default()
    }));
    desk.quiet();
    assert_eq!(desk.waiting(4), None);
}

#[test]
fn what_was_let_go_is_one_revision_only() {
    let mut desk = metered();
    desk.step(seal(1, 1, 1, 0));
    desk.step(Event::SendNow {
        dossier: dossier(1),
    });
    desk.accept(1, 1);
    desk.step(seal(1, 2, 2, 1));
    desk.quiet();
    assert_eq!(desk.waiting(1), Some(WaitReason::Metered));
}

/// The dossiers whose files are asked for, in order.
fn first(desk: &Desk) -> Vec<u128> {
    let uploads = desk.requests().into_iter().filter_map(|one| match one {
        Request::CreateUpload { dossier, .. } => Some(dossier.uuid().as_u128()),
        _ => None,
    });
    uploads.collect()
}

#[test]
fn on_a_thin_line_the_least_goes_first_and_nobody_waits_for_ever() {
    for (limit, sealed, order) in [
        // A line that is not thin: first come, first served.
        (None, [900_000, 500_000, 2_000], [1, 2]),
        (Some(1_000_000), [900_000, 500_000, 2_000], [1, 2]),
        (Some(4_096), [900_000, 500_000, 2_000], [3, 2]),
        (Some(4_096), [2_000, 500_000, 900_000], [1, 2]),
    ] {
        let mut desk = Desk::new();
        desk.step(Event::Rules(SendRules {
            bytes_per_second: limit.and_then(NonZeroU32::new),
            ..SendRules::default()
        }));
        for (number, size) in (1..).zip(sealed) {
            desk.now += 1;
            desk.step(seal_one(number, size));
        }
        desk.go_online();
        assert_eq!(first(&desk), order, "{limit:?} {sealed:?}");
    }
    // The large one has waited for a day by now.
    let mut desk = Desk::new();
    desk.step(Event::Rules(SendRules {
        bytes_per_second: NonZeroU32::new(4_096),
        ..SendRules::default()
    }));
    desk.step(seal_one(1, 900_000));
    desk.now += DAY;
    for number in 2..=4 {
        desk.step(seal_one(number, 2_000));
    }
    desk.go_online();
    assert_eq!(first(&desk), [1, 2]);
}

#[test]
fn on_a_thin_line_a_large_file_makes_room_for_a_small_dossier() {
    let mut desk = Desk::online();
    for number in 1..=2 {
        desk.step(seal_one(number, 9_000_000));
        begin_bytes(&mut desk);
    }
    assert_eq!(desk.open.len(), 2);
    // Nobody knows yet how fast the line is: the small one waits for its place.
    desk.step(seal(3, 1, 1, 0));
    assert_eq!(first(&desk), [0u128; 0]);
    // 4 KB a second.
    desk.now += 60_000;
    for number in [1, 2] {
        desk.step(Event::UploadProgress {
            upload: upload(number * 100),
            offset: 240_000,
        });
    }
    desk.quiet();
    assert_eq!(desk.aborted.len(), 1);
    assert_eq!(first(&desk), [3]);
    // One place is enough; the other large file goes on.
    let bytes = desk.requests().into_iter();
    let bytes = bytes.filter(|one| matches!(one, Request::SendBytes { .. }));
    assert_eq!(bytes.count(), 1);
    assert_eq!(desk.stage(1), &Stage::Uploading);
}

#[test]
fn what_the_portal_has_already_is_neither_sent_nor_taken_back() {
    let mut desk = metered();
    desk.step(seal(1, 1, 1, 0));
    assert_eq!(desk.waiting(1), Some(WaitReason::Metered));
    // Another desktop has sent it, or this one's disk has forgotten that it did.
    desk.news(vec![view(1, 1)]);
    desk.step(Event::Cancel {
        dossier: dossier(1),
    });
    assert!(matches!(
        desk.notices.last(),
        Some(Notice::CancelRefused { .. })
    ));
    desk.accept(1, 1);
}

#[test]
fn what_the_portal_has_already_stops_on_its_way() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 1, 0));
    desk.quiet();
    assert!(matches!(
        desk.requests()[..],
        [Request::CreateUpload { .. }]
    ));
    desk.reply(Ok(Reply::UploadCreated {
        url: "/u".into(),
        offset: Some(0),
    }));
    assert!(matches!(desk.requests()[..], [Request::SendBytes { .. }]));
    let sending = desk.open[0].0;
    desk.news(vec![view(1, 1)]);
    assert_eq!(desk.aborted, [sending]);
    desk.open.retain(|(id, _)| *id != sending);
    desk.accept(1, 1);
}
