//! The person's account: the last change is told once, and over nothing that nobody here has seen.

use hoso_dossier::EditId;
use hoso_portal_api::{Account, AccountData, ProblemCode};
use hoso_sync::{EditStage, Event, Kept, Notice, Reply, Request, WaitReason};
use uuid::Uuid;

use crate::desk::{Desk, html, problem, unknown};

fn edit(number: u128) -> EditId {
    EditId::new(Uuid::from_u128(number))
}

fn says(phone: &str) -> AccountData {
    AccountData {
        phone: phone.into(),
        ..AccountData::default()
    }
}

fn account(number: u128, phone: &str) -> Reply {
    Reply::Account(Account {
        edit: edit(number),
        changed_at: String::new(),
        data: says(phone),
    })
}

fn put(number: u128, phone: &str, over: u128) -> Request {
    Request::PutAccount {
        edit: edit(number),
        data: says(phone),
        over: edit(over),
    }
}

fn wanted(number: u128, phone: &str) -> Event {
    Event::AccountWanted {
        edit: edit(number),
        data: says(phone),
        seen: None,
    }
}

/// Online, with an account whose state 1 is known here.
fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.account = Some(edit(1));
    desk.go_online();
    assert_eq!(desk.reply(Ok(account(1, "a"))), Request::AskAccount);
    desk.step(Event::AccountTaken { seen: edit(1) });
    desk
}

fn stage(desk: &Desk) -> Option<EditStage> {
    let kept = desk.meta.account.edit.as_ref();
    kept.map(|one| one.stage.clone())
}

#[test]
fn only_the_last_of_several_changes_is_told_and_only_a_portal_that_can_is_asked() {
    let mut desk = desk();
    desk.step(Event::Disconnected);
    for (number, phone) in [(2, "b"), (3, "c"), (4, "d"), (5, "d")] {
        desk.step(wanted(number, phone));
    }
    let offline = Some(WaitReason::Offline);
    assert_eq!(desk.outbox.account_waiting(desk.now), offline);
    // The next run, at a portal that has lost the call.
    let mut desk = desk.restart();
    desk.account = None;
    desk.go_online();
    assert_eq!(desk.requests(), Vec::<&Request>::new());
    let mut desk = desk.restart();
    desk.account = Some(edit(1));
    desk.go_online();
    // Said twice alike, it is one change.
    assert_eq!(desk.reply(Ok(account(4, "d"))), put(4, "d", 1));
    assert_eq!(stage(&desk), Some(EditStage::Done));
    assert_eq!(desk.notices, [Notice::AccountUpdated]);
    assert_eq!(desk.requests(), Vec::<&Request>::new());
}

#[test]
fn a_lost_answer_is_asked_for_under_the_same_id_also_by_the_next_run() {
    for failure in [
        unknown(),
        html(),
        problem(ProblemCode::Internal),
        problem(ProblemCode::NotFound),
    ] {
        let mut desk = desk();
        desk.step(wanted(2, "b"));
        assert_eq!(desk.reply(Err(failure)), put(2, "b", 1));
        assert_eq!(stage(&desk), Some(EditStage::Open));
        let mut desk = desk.restart();
        desk.go_online();
        // Meanwhile it was changed elsewhere, after it had this one: nothing is to be chosen, and the person is told.
        assert_eq!(desk.reply(Ok(account(9, "z"))), put(2, "b", 1));
        assert_eq!(stage(&desk), None);
        assert_eq!(
            desk.notices,
            [Notice::AccountUpdated, Notice::AccountChanged]
        );
    }
}

#[test]
fn what_was_changed_elsewhere_waits_for_the_person_and_goes_over_what_they_saw_only() {
    let mut desk = desk();
    desk.step(wanted(2, "b"));
    let changed = || Err(problem(ProblemCode::AccountChanged));
    assert_eq!(desk.reply(changed()), put(2, "b", 1));
    assert_eq!(desk.reply(Ok(account(9, "z"))), Request::AskAccount);
    assert_eq!(stage(&desk), Some(EditStage::Conflict));
    assert_eq!(desk.notices, [Notice::AccountConflict]);
    // Nothing moves by itself, nor in the next run.
    let mut desk = desk.restart();
    desk.account = Some(edit(9));
    desk.go_online();
    assert_eq!(desk.requests(), Vec::<&Request>::new());
    let choose = |seen| Event::AccountWanted {
        edit: edit(3),
        data: says("b"),
        seen: Some(seen),
    };
    // Chosen against a state that it has no more: the choice is put before the person again.
    let mut late = desk.restart();
    late.account = Some(edit(10));
    late.go_online();
    assert_eq!(late.reply(Ok(account(10, "y"))), Request::AskAccount);
    late.step(choose(edit(9)));
    assert_eq!(late.reply(Ok(account(10, "y"))), Request::AskAccount);
    assert_eq!(stage(&late), Some(EditStage::Conflict));
    late.step(choose(edit(10)));
    assert_eq!(late.reply(Ok(account(3, "b"))), put(3, "b", 10));
    assert_eq!(stage(&late), Some(EditStage::Done));
    // Or the other way about.
    late.step(Event::AccountTaken { seen: edit(10) });
    assert_eq!(stage(&late), Some(EditStage::Done));
    late.step(Event::AccountTaken { seen: edit(3) });
    assert_eq!(stage(&late), None);
}

#[test]
fn the_same_said_elsewhere_is_no_conflict_and_an_empty_account_is_filled() {
    for (held, asked) in [(says("b"), None), (says(""), Some(put(2, "b", 1)))] {
        let mut desk = Desk::new();
        desk.account = Some(edit(1));
        desk.step(wanted(2, "b"));
        desk.go_online();
        let phone = held.phone;
        assert_eq!(desk.reply(Ok(account(1, &phone))), Request::AskAccount);
        assert_eq!(desk.requests(), asked.iter().collect::<Vec<_>>());
    }
}

#[test]
fn a_refusal_stays_with_its_reason_until_the_person_changes_it() {
    let mut desk = desk();
    desk.step(wanted(2, "12"));
    desk.reply(Err(problem(ProblemCode::AccountInvalid)));
    assert!(matches!(
        desk.notices.as_slice(),
        [Notice::AccountRefused { refusal }] if refusal.detail == "chi tiết"
    ));
    let mut desk = desk.restart();
    desk.go_online();
    assert_eq!(desk.requests(), Vec::<&Request>::new());
    desk.step(wanted(3, "123"));
    assert_eq!(desk.reply(Ok(account(3, "123"))), put(3, "123", 1));
    assert_eq!(stage(&desk), Some(EditStage::Done));
}

#[test]
fn a_change_during_the_request_follows_it() {
    let mut desk = desk();
    desk.step(wanted(2, "b"));
    desk.step(wanted(3, "c"));
    desk.step(wanted(4, "d"));
    // Refused or taken, the answer is about the one before.
    let mut refused = desk.restart();
    refused.go_online();
    assert_eq!(refused.requests(), [&put(4, "d", 1)]);
    // It had come, though no answer did: it is the person's own, so nobody is asked.
    refused.reply(Err(problem(ProblemCode::AccountChanged)));
    refused.reply(Ok(account(2, "b")));
    assert_eq!(refused.reply(Ok(account(4, "d"))), put(4, "d", 2));
    assert_eq!(stage(&refused), Some(EditStage::Done));
}

#[test]
fn a_restored_portal_is_told_again_under_the_same_id() {
    let mut desk = desk();
    desk.tells_epoch = true;
    desk.step(wanted(2, "b"));
    desk.reply(Ok(account(2, "b")));
    desk.epoch = "e2";
    desk.news(vec![]);
    assert!(desk.notices.contains(&Notice::PortalRestored));
    let changed = Err(problem(ProblemCode::AccountChanged));
    assert_eq!(desk.reply(changed), put(2, "b", 2));
    assert_eq!(desk.reply(Ok(account(1, "a"))), Request::AskAccount);
    assert_eq!(desk.reply(Ok(account(2, "b"))), put(2, "b", 1));
    assert_eq!(stage(&desk), Some(EditStage::Done));
    assert!(!desk.notices.contains(&Notice::AccountConflict));
}

#[test]
fn another_account_is_told_nothing_that_the_person_has_not_seen_there() {
    let mut desk = desk();
    desk.step(wanted(2, "b"));
    let mut meta = desk.meta.clone();
    meta.account = meta.account.for_another_account();
    let mut desk = Desk::over(Kept {
        meta,
        ..Kept::default()
    });
    desk.account = Some(edit(20));
    desk.go_online();
    assert_eq!(desk.reply(Ok(account(20, "x"))), Request::AskAccount);
    assert_eq!(stage(&desk), Some(EditStage::Conflict));
    // What was told is the other account's.
    let mut told = self::desk();
    told.step(wanted(2, "b"));
    told.reply(Ok(account(2, "b")));
    assert_eq!(told.meta.account.for_another_account().edit, None);
}

#[test]
fn a_portal_that_says_one_thing_and_takes_another_is_asked_ever_more_rarely() {
    let mut desk = desk();
    desk.step(wanted(2, "b"));
    let changed = || Err(problem(ProblemCode::AccountChanged));
    assert_eq!(desk.reply(changed()), put(2, "b", 1));
    let mut waited = 0;
    for round in 0..5 {
        assert_eq!(
            desk.reply(Ok(account(1, "a"))),
            Request::AskAccount,
            "{round}"
        );
        for next in [put(2, "b", 1), Request::AskAccount] {
            let mut steps = 0;
            while desk.requests().is_empty() {
                desk.wait(500);
                steps += 1;
            }
            assert!(steps > 0, "{round}: {next:?} at once");
            assert_eq!(desk.requests(), [&next], "{round}");
            if round > 1 {
                assert!(steps * 2 > waited, "{round}: {steps} after {waited}");
            }
            waited = steps;
            if next != Request::AskAccount {
                assert_eq!(desk.reply(changed()), next);
            }
        }
    }
    assert_eq!(stage(&desk), Some(EditStage::Open));
    // It comes to itself.
    assert_eq!(desk.reply(Ok(account(9, "z"))), Request::AskAccount);
    assert_eq!(stage(&desk), Some(EditStage::Conflict));
}
