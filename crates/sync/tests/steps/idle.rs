//! A look over very many dossiers with nothing to do. `cargo xtask bench idle` shows its time.

use std::time::Instant;

use hoso_sync::{Event, Kept, Request};

use crate::desk::{Desk, dossier, seal, view};

const DOSSIERS: u128 = 5_000;

#[test]
fn a_look_over_thousands_of_dossiers_is_one_request() {
    let mut first = Desk::online();
    first.step(seal(1, 1, 3, 0));
    first.accept(1, 1);
    first.news(vec![view(1, 1)]);
    let one = first.stored[&dossier(1)].clone();
    let entries = (1..=DOSSIERS).map(|number| {
        let mut entry = one.clone();
        entry.view = Some(view(number, 1));
        (dossier(number), entry)
    });
    let mut desk = Desk::over(Kept {
        entries: entries.collect(),
        ..Kept::default()
    });
    desk.now = first.now;
    desk.tells_epoch = true;
    desk.go_online();
    desk.now += 60_000;
    let began = Instant::now();
    // The application steps a copy, so that a step that can't be stored has not happened.
    desk.outbox = desk.outbox.clone();
    desk.step(Event::RefreshNow);
    assert!(
        matches!(desk.requests()[..], [Request::Changes { .. }]),
        "{} requests",
        desk.open.len()
    );
    desk.outbox = desk.outbox.clone();
    desk.quiet();
    let took = began.elapsed();
    assert!(desk.open.is_empty() && desk.outbox.is_idle(desk.now));
    println!("{DOSSIERS} dossiers, one request, {took:.1?} of the machine's own time");
}
