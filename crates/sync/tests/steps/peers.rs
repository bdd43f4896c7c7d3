//! Failures that other programs of this kind are known for, each as a scenario of its own. What the simulation finds by chance stands here by name.
//!
//! | who | what went wrong there | here |
//! |---|---|---|
//! | matrix-rust-sdk #6843 | an HTTP 520 of a proxy was taken for final, and the queue wedged | [`a_proxys_520_ends_nothing`] |
//! | CommCare #1807 | one bad form held all others back | [`one_bad_form_blocks_no_other`] |
//! | Survey123 #389 | 28 records became 42 by sending again | [`sending_again_makes_no_second_dossier`] |
//! | ODK Collect #7356 | a partial upload began again from zero | [`an_upload_goes_on_where_it_broke_off`] |
//! | akash console #3449 | a key minted at every try charged customers twice | [`trying_again_to_pay_mints_no_key`] |
//! | payment providers | an idempotency key is forgotten after a day | [`a_week_offline_pays_under_the_same_id`] |
//! | our own prototype | a portal was restored from a backup, and nobody ever spoke again | [`a_restored_portal_is_noticed_without_an_epoch_too`] |
//! | portals | a draft that was said to be saved was gone | [`what_was_sealed_is_stored_before_anybody_hears_of_it`] |
//! | everybody | asking about every record to learn that nothing is new | [`nothing_to_do_asks_about_no_dossier`] |
//!
//! Those of the store and of the scan inbox stand there:
//!
//! | who | what went wrong there | here |
//! |---|---|---|
//! | Nextcloud #9259, #260 | a folder that was linked, or unplugged, was wiped | `hoso-mirror`: `linking_unplugging_and_unlinking_change_no_file`, `a_lost_folder_is_no_deletion_and_comes_back` |
//! | notify, 12,000 files | events were lost | `hoso-mirror`: `twelve_thousand_files_at_once_while_nobody_listens_are_each_told_of` |
//! | notify #963, network drives | a full buffer was dropped silently, or nothing is ever told | `hoso-mirror`: `papers_that_are_there_come_change_and_go_are_told` (without any hint) |
//! | Signal Desktop #6944 | a keyring locked people out | `hoso-store`: `profiles::the_keyring_opens_a_profile_until_it_is_told_not_to` |
//! | databases under kills | what was acknowledged was gone | `hoso-store`: `kill` |

use hoso_dossier::{Money, PaymentId};
use hoso_portal_api::{PaymentOrder, PaymentState, ProblemCode};
use hoso_sync::{Effect, Event, Failure, Kept, Outbox, PaymentStage, Reply, Request, Stage};
use uuid::Uuid;

use crate::desk::{Desk, created, dossier, problem, receipt, seal, unknown, view};

const DAY: u64 = 24 * 60 * 60_000;

/// Answers what is asked of dossier `number` until something else comes, and says what it was.
fn until(desk: &mut Desk, wanted: impl Fn(&Request) -> bool) -> Request {
    for _ in 0..60 {
        desk.quiet();
        if let Some(place) = desk.open.iter().position(|(_, request)| wanted(request)) {
            return desk.open[place].1.clone();
        }
        desk.wait(60_000);
    }
    panic!("never asked: {:?}", desk.open);
}

#[test]
fn a_proxys_520_ends_nothing() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    for _ in 0..30 {
        desk.quiet();
        let what = "<html>origin is unreachable</html>".to_owned();
        desk.reply(Err(Failure::Unexpected { status: 520, what }));
        assert!(!matches!(
            desk.stage(1),
            Stage::NeedsFix { .. } | Stage::Quarantined { .. }
        ));
        until(&mut desk, |_| true);
    }
    desk.reply(Err(problem(ProblemCode::NotFound)));
    desk.wait(10 * 60_000);
    desk.accept(1, 1);
}

#[test]
fn one_bad_form_blocks_no_other() {
    let mut desk = Desk::online();
    for number in 1..=5 {
        desk.step(seal(number, 1, 0, 0));
    }
    let of = |number: u128| move |request: &Request| matches!(request, Request::PutRevision { dossier: id, .. } if *id == dossier(number));
    until(&mut desk, of(1));
    desk.reply(Err(problem(ProblemCode::DossierInvalid)));
    assert!(matches!(desk.stage(1), Stage::NeedsFix { .. }));
    for number in 2..=5 {
        until(&mut desk, of(number));
        let place = desk
            .open
            .iter()
            .position(|(_, one)| of(number)(one))
            .unwrap();
        let (request, _) = desk.open.remove(place).unwrap();
        let outcome = Ok(Reply::Revision(created(number, 1)));
        desk.step(Event::Reply { request, outcome });
        let submit = desk
            .open
            .iter()
            .position(|(_, one)| matches!(one, Request::Submit { .. }));
        let (request, _) = desk.open.remove(submit.unwrap()).unwrap();
        let outcome = Ok(Reply::Receipt(receipt(number, 1)));
        desk.step(Event::Reply { request, outcome });
        assert_eq!(desk.stage(number), &Stage::Accepted, "{number}");
    }
}

#[test]
fn sending_again_makes_no_second_dossier() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    desk.reply(Ok(Reply::Revision(created(1, 1))));
    // It arrived; the answer did not, nine times, across restarts.
    for _ in 0..9 {
        until(&mut desk, |one| !matches!(one, Request::AskDossier { .. }));
        let asked = desk.reply(Err(unknown()));
        let same = matches!(asked, Request::Submit { dossier: id, revision: 1 } if id == dossier(1))
            || matches!(asked, Request::PutRevision { dossier: id, revision: 1 } if id == dossier(1));
        assert!(same, "{asked:?}");
        desk = desk.restart();
        desk.go_online();
        // Asked about before it is repeated.
        let asked = desk.requests();
        assert!(
            matches!(asked[..], [Request::AskDossier { .. }]),
            "{asked:?}"
        );
        desk.reply(Ok(Reply::Dossier(Box::new(view(1, 1)))));
    }
    let submit = until(&mut desk, |one| matches!(one, Request::Submit { .. }));
    assert!(matches!(submit, Request::Submit { revision: 1, .. }));
    desk.reply(Ok(Reply::Receipt(receipt(1, 1))));
    assert_eq!(desk.stage(1), &Stage::Accepted);
}

#[test]
fn an_upload_goes_on_where_it_broke_off() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 1, 0));
    let url = "/u/1".to_owned();
    desk.reply(Ok(Reply::UploadCreated {
        url,
        offset: Some(0),
    }));
    for reached in [300, 300, 700] {
        until(&mut desk, |one| matches!(one, Request::SendBytes { .. }));
        desk.reply(Err(unknown()));
        // Where it is, the portal says; nobody guesses.
        until(&mut desk, |one| matches!(one, Request::AskOffset { .. }));
        desk.reply(Ok(Reply::Offset(Some(reached))));
        let go_on = until(&mut desk, |one| matches!(one, Request::SendBytes { .. }));
        assert!(matches!(go_on, Request::SendBytes { offset, .. } if offset == reached));
    }
    // The same after a restart.
    let mut desk = desk.restart();
    desk.go_online();
    desk.reply(Ok(Reply::Offset(Some(900))));
    assert!(matches!(
        desk.requests()[..],
        [Request::SendBytes { offset: 900, .. }]
    ));
}

fn pay(payment: u128) -> Event {
    Event::PayWanted {
        dossier: dossier(1),
        fee: "phi".into(),
        amount: Money::dong(8_000).unwrap(),
        payment: PaymentId::new(Uuid::from_u128(payment)),
    }
}

fn order(payment: u128, state: PaymentState) -> Reply {
    Reply::Payment(PaymentOrder {
        id: PaymentId::new(Uuid::from_u128(payment)),
        dossier: dossier(1),
        fee: "phi".into(),
        amount: Money::dong(8_000).unwrap(),
        state,
        checkout_url: String::new(),
        settled_at: None,
        transaction: None,
    })
}

fn id_of(request: &Request) -> u128 {
    match request {
        Request::PutPayment { payment, .. } | Request::AskPayment { payment } => {
            payment.uuid().as_u128()
        }
        other => panic!("{other:?}"),
    }
}

const fn of_payment(request: &Request) -> bool {
    matches!(
        request,
        Request::PutPayment { .. } | Request::AskPayment { .. }
    )
}

#[test]
fn trying_again_to_pay_mints_no_key() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    desk.accept(1, 1);
    for wish in 71..80 {
        // The person presses again, with a fresh id each time; the line breaks each time.
        desk.step(pay(wish));
        let asked = until(&mut desk, of_payment);
        assert_eq!(id_of(&asked), 71);
        desk.reply(Err(unknown()));
    }
    until(&mut desk, of_payment);
    desk.reply(Ok(order(71, PaymentState::Paid)));
    let paid = desk.outbox.entry(dossier(1)).unwrap().payments["phi"].clone();
    assert!(matches!(paid.stage, PaymentStage::Paid { by } if by.uuid().as_u128() == 71));
    desk.step(pay(99));
    assert!(!desk.requests().into_iter().any(of_payment));
}

#[test]
fn a_week_offline_pays_under_the_same_id() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    desk.accept(1, 1);
    desk.step(pay(71));
    until(&mut desk, of_payment);
    desk.reply(Err(unknown()));
    desk.step(Event::Disconnected);
    desk.wait(7 * DAY);
    let mut desk = desk.restart();
    desk.step(pay(72));
    desk.go_online();
    // First whether the portal still has the dossier, then the payment: under the id of a week ago.
    if let [Request::AskDossier { .. }] = desk.requests()[..] {
        desk.reply(Ok(Reply::Dossier(Box::new(view(1, 1)))));
    }
    let asked = until(&mut desk, of_payment);
    assert_eq!(id_of(&asked), 71);
}

#[test]
fn a_restored_portal_is_noticed_without_an_epoch_too() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    desk.accept(1, 1);
    // The epoch stays as it was; the dossier is gone. Nobody says so, so it is asked about by and by.
    desk.wait(DAY);
    let asked = until(&mut desk, |one| matches!(one, Request::AskDossier { .. }));
    assert!(matches!(asked, Request::AskDossier { dossier: id } if id == dossier(1)));
    desk.reply(Err(problem(ProblemCode::NotFound)));
    desk.accept(1, 1);
}

#[test]
fn a_portal_that_is_started_anew_has_less_of_a_file_than_it_said() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 1, 0));
    desk.reply(Ok(Reply::UploadCreated {
        url: "/u/1".into(),
        offset: Some(700),
    }));
    let sends = |one: &Request| matches!(one, Request::SendBytes { .. });
    let sent = until(&mut desk, sends);
    assert!(matches!(sent, Request::SendBytes { offset: 700, .. }));
    desk.reply(Err(unknown()));
    until(&mut desk, |one| matches!(one, Request::AskOffset { .. }));
    desk.reply(Ok(Reply::Offset(Some(400))));
    assert_eq!(desk.outbox.progress(dossier(1))[0].sent, 400);
    let sent = until(&mut desk, sends);
    assert!(matches!(sent, Request::SendBytes { offset: 400, .. }));
    // All of it was there, and is not any more when it is submitted.
    desk.reply(Ok(Reply::Sent { offset: 1_000 }));
    until(&mut desk, |one| matches!(one, Request::PutRevision { .. }));
    desk.reply(Ok(Reply::Revision(created(1, 1))));
    desk.reply(Err(problem(ProblemCode::UploadMissing)));
    until(&mut desk, |one| matches!(one, Request::CreateUpload { .. }));
    desk.reply(Ok(Reply::UploadCreated {
        url: "/u/1".into(),
        offset: None,
    }));
    until(&mut desk, |one| matches!(one, Request::AskOffset { .. }));
    desk.reply(Ok(Reply::Offset(Some(100))));
    let sent = until(&mut desk, sends);
    assert!(matches!(sent, Request::SendBytes { offset: 100, .. }));
    desk.reply(Ok(Reply::Sent { offset: 1_000 }));
    until(&mut desk, |one| matches!(one, Request::PutRevision { .. }));
    desk.accept(1, 1);
}

#[test]
fn what_was_sealed_is_stored_before_anybody_hears_of_it() {
    let mut outbox = Outbox::restore(Kept::default());
    for event in [Event::Connected, Event::SignedIn] {
        outbox.step(event, 1);
    }
    let effects = outbox.step(seal(1, 1, 2, 0), 1);
    let Some(Effect::Persist { entries, .. }) = effects.first() else {
        panic!("{effects:?}");
    };
    assert_eq!(entries[0].0, dossier(1));
}

#[test]
fn nothing_to_do_asks_about_no_dossier() {
    const MANY: u128 = 5_000;
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 1, 0));
    desk.accept(1, 1);
    let mut one = desk.stored[&dossier(1)].clone();
    one.checked_at = desk.now;
    let entries = (1..=MANY).map(|number| (dossier(number), one.clone()));
    let mut desk = Desk::over(Kept {
        entries: entries.collect(),
        ..desk.kept()
    });
    desk.step(Event::Connected);
    desk.quiet();
    desk.step(Event::SignedIn);
    let of_the_portal =
        |one: &&Request| matches!(one, Request::PortalInfo | Request::Changes { .. });
    let asked = desk.requests();
    assert!(
        asked.iter().all(of_the_portal) && asked.len() <= 2,
        "{asked:?}"
    );
    desk.quiet();
    // And from then on, one look a minute at the portal as a whole.
    desk.wait(60_000);
    assert!(desk.requests().iter().all(of_the_portal));
    desk.quiet();
    assert!(desk.open.is_empty());
    assert!(desk.outbox.is_idle(desk.now));
}
