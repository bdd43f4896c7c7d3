//! Single rules of the outbox, step by step.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::collections::{BTreeMap, VecDeque};

use hoso_dossier::{DossierId, Money, PaymentId, Sha256, UploadId};
use hoso_portal_api::{
    DossierPage, DossierView, Fee, PaymentOrder, PaymentState, PortalFile, PortalFileKind,
    PortalInfo, Problem, ProblemCode, Receipt, RevisionState, RevisionView,
};
use hoso_sync::{
    Effect, Entry, Event, Failure, Meta, Notice, Outbox, ParkReason, PaymentStage, Reply, Request,
    RequestId, SealedFile, Sealing, Stage, WaitReason,
};
use uuid::Uuid;

/// An outbox, the requests it has open, and what it stored and said.
struct Desk {
    outbox: Outbox,
    now: u64,
    open: VecDeque<(RequestId, Request)>,
    aborted: Vec<RequestId>,
    notices: Vec<Notice>,
    stored: BTreeMap<DossierId, Entry>,
    meta: Meta,
    epoch: &'static str,
}

impl Desk {
    fn new() -> Self {
        Self::over(vec![], Meta::default())
    }

    fn over(entries: Vec<(DossierId, Entry)>, meta: Meta) -> Self {
        Self {
            outbox: Outbox::restore(entries.clone(), meta.clone()),
            now: 1_000_000,
            open: VecDeque::new(),
            aborted: vec![],
            notices: vec![],
            stored: entries.into_iter().collect(),
            meta,
            epoch: "e1",
        }
    }

    /// Online, signed in, and told what is new: nothing.
    fn online() -> Self {
        let mut desk = Self::new();
        desk.go_online();
        desk
    }

    fn go_online(&mut self) {
        self.step(Event::Connected);
        self.step(Event::SignedIn);
        self.quiet();
    }

    fn restart(self) -> Self {
        let mut next = Self::over(self.stored.into_iter().collect(), self.meta);
        next.now = self.now;
        next.epoch = self.epoch;
        next
    }

    fn step(&mut self, event: Event) {
        let effects = self.outbox.step(event, self.now);
        let persists = effects
            .iter()
            .rposition(|effect| matches!(effect, Effect::Persist { .. }));
        assert!(
            persists.is_none_or(|place| place == 0),
            "stored too late: {effects:?}"
        );
        for effect in effects {
            match effect {
                Effect::Persist {
                    entries,
                    removed,
                    meta,
                } => {
                    self.stored.extend(entries);
                    for id in removed {
                        self.stored.remove(&id);
                    }
                    self.meta = meta;
                }
                Effect::Send { id, request } => self.open.push_back((id, request)),
                Effect::Abort { id } => {
                    self.open.retain(|(open, _)| *open != id);
                    self.aborted.push(id);
                }
                Effect::Timer { at } => assert!(at > self.now),
                Effect::Notify(notice) => self.notices.push(notice),
            }
        }
    }

    fn wait(&mut self, ms: u64) {
        self.now += ms;
        self.step(Event::Tick);
    }

    /// Answers looks at the portal itself; leaves everything about dossiers open.
    fn quiet(&mut self) {
        while let Some(place) = self.open.iter().position(|(_, request)| {
            matches!(request, Request::PortalInfo | Request::Changes { .. })
        }) {
            let (id, request) = self.open.remove(place).unwrap();
            let reply = match request {
                Request::PortalInfo => Reply::Info(PortalInfo {
                    name: "Cổng mẫu".into(),
                    api_version: "1".into(),
                    epoch: self.epoch.into(),
                    issuer: String::new(),
                    client_id: String::new(),
                    max_upload_bytes: 1,
                    now: String::new(),
                }),
                _ => Reply::Changes(DossierPage {
                    cursor: "c".into(),
                    dossiers: vec![],
                }),
            };
            self.step(Event::Reply {
                request: id,
                outcome: Ok(reply),
            });
        }
    }

    /// The portal says what changed.
    fn news(&mut self, dossiers: Vec<DossierView>) {
        self.step(Event::RefreshNow);
        let mut open = self.open.iter();
        let place = open.position(|(_, one)| matches!(one, Request::Changes { .. }));
        let (request, _) = self.open.remove(place.unwrap()).unwrap();
        let cursor = "d".into();
        let page = DossierPage { cursor, dossiers };
        let outcome = Ok(Reply::Changes(page));
        self.step(Event::Reply { request, outcome });
        self.quiet();
    }

    fn requests(&self) -> Vec<&Request> {
        self.open.iter().map(|(_, request)| request).collect()
    }

    /// Answers the oldest open request.
    fn reply(&mut self, outcome: Result<Reply, Failure>) -> Request {
        let (id, request) = self.open.pop_front().expect("nothing was asked");
        self.step(Event::Reply {
            request: id,
            outcome,
        });
        request
    }

    /// Answers as a portal does that holds nothing yet, until the dossier is accepted or something else is asked.
    fn accept(&mut self, number: u128, revision: u32) {
        for _ in 0..20 {
            self.quiet();
            let Some((_, request)) = self.open.front() else {
                break;
            };
            let reply = match request.clone() {
                Request::CreateUpload { upload, .. } => Reply::UploadCreated {
                    url: format!("/u/{upload}"),
                    offset: Some(0),
                },
                Request::SendBytes { size, .. } => Reply::Sent { offset: size },
                Request::PutRevision { .. } => Reply::Revision(created(number, revision)),
                Request::Submit { .. } => Reply::Receipt(receipt(number, revision)),
                other => panic!("not expected: {other:?}"),
            };
            self.reply(Ok(reply));
        }
        assert_eq!(self.stage(number), &Stage::Accepted);
    }

    fn stage(&self, number: u128) -> &Stage {
        &self
            .outbox
            .entry(dossier(number))
            .unwrap()
            .current()
            .unwrap()
            .stage
    }

    fn waiting(&self, number: u128) -> Option<WaitReason> {
        self.outbox.waiting(dossier(number), self.now)
    }
}

fn dossier(number: u128) -> DossierId {
    DossierId::new(Uuid::from_u128(number))
}

fn upload(number: u128) -> UploadId {
    UploadId::new(Uuid::from_u128(number))
}

fn hash(number: u128, revision: u32) -> Sha256 {
    Sha256::of(format!("{number} {revision}").as_bytes())
}

/// Dossier `number` with files `number * 100 + 0 …`.
fn seal(number: u128, revision: u32, files: u128, already: u128) -> Event {
    let file = |one: u128| SealedFile {
        upload: upload(number * 100 + one),
        sha256: hash(one, 0),
        size: 1_000,
        name: format!("giay-to-{one}.pdf"),
        media_type: "application/pdf".into(),
        component: "T1".into(),
        already_there: one < already,
    };
    Event::Sealed(Sealing {
        dossier: dossier(number),
        revision,
        manifest_sha256: hash(number, revision),
        files: (0..files).map(file).collect(),
    })
}

fn created(number: u128, revision: u32) -> RevisionView {
    RevisionView {
        dossier: dossier(number),
        revision,
        sha256: hash(number, revision),
        state: RevisionState::Created,
    }
}

fn receipt(number: u128, revision: u32) -> Receipt {
    Receipt {
        dossier: dossier(number),
        revision,
        sha256: hash(number, revision),
        code: "H34-1".parse().unwrap(),
        submitted_at: "2026-01-01T00:00:00Z".into(),
    }
}

fn view(number: u128, revision: u32) -> DossierView {
    DossierView {
        id: dossier(number),
        code: "H34-1".parse().unwrap(),
        procedure: "1.001193".into(),
        status: 1,
        revision,
        sha256: hash(number, revision),
        version: 1,
        due_at: None,
        timeline: vec![],
        supplement: None,
        opinion: None,
        fees: vec![],
        files: vec![],
    }
}

fn problem(code: ProblemCode) -> Failure {
    Failure::Problem {
        problem: Problem {
            kind: String::new(),
            title: format!("{code:?}"),
            status: 400,
            code,
            detail: "chi tiết".into(),
            fields: BTreeMap::new(),
        },
        retry_after: None,
    }
}

fn unknown() -> Failure {
    Failure::Unknown { what: "cut".into() }
}

fn html() -> Failure {
    Failure::Unexpected {
        status: 200,
        what: "<html>".into(),
    }
}

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
fn dossiers_of_another_machine_are_only_told_of() {
    let mut desk = Desk::online();
    desk.news(vec![view(7, 1)]);
    assert!(matches!(
        desk.notices.last(),
        Some(Notice::Elsewhere { .. })
    ));
    assert!(desk.outbox.entry(dossier(7)).is_none());
    assert_eq!(desk.stored.len(), 0);
}

fn pay(number: u128, payment: u128) -> Event {
    Event::PayWanted {
        dossier: dossier(number),
        fee: "phi".into(),
        amount: Money::dong(8_000).unwrap(),
        payment: PaymentId::new(Uuid::from_u128(payment)),
    }
}

fn order(payment: u128, state: PaymentState) -> Result<Reply, Failure> {
    Ok(Reply::Payment(PaymentOrder {
        id: PaymentId::new(Uuid::from_u128(payment)),
        dossier: dossier(1),
        fee: "phi".into(),
        amount: Money::dong(8_000).unwrap(),
        state,
        checkout_url: "http://bank/1".into(),
        settled_at: None,
        transaction: None,
    }))
}

fn asked_payment(request: &Request) -> u128 {
    match request {
        Request::PutPayment { payment, .. } | Request::AskPayment { payment } => {
            payment.uuid().as_u128()
        }
        other => panic!("{other:?}"),
    }
}

fn paying() -> Desk {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    desk.accept(1, 1);
    desk.quiet();
    desk
}

#[test]
fn one_attempt_is_open_and_a_new_one_needs_a_decline() {
    let mut desk = paying();
    desk.step(pay(1, 71));
    desk.step(pay(1, 72));
    assert_eq!(
        asked_payment(&desk.reply(order(71, PaymentState::Pending))),
        71
    );
    assert!(matches!(
        desk.notices.last(),
        Some(Notice::PaymentReady { .. })
    ));
    desk.step(pay(1, 73));
    assert_eq!(
        asked_payment(&desk.reply(order(71, PaymentState::Declined))),
        71
    );
    assert!(matches!(
        desk.notices.last(),
        Some(Notice::PaymentDeclined { .. })
    ));
    desk.step(pay(1, 74));
    assert_eq!(
        asked_payment(&desk.reply(order(74, PaymentState::Pending))),
        74
    );
    desk.wait(3_000);
    desk.quiet();
    assert_eq!(
        asked_payment(&desk.reply(order(74, PaymentState::Paid))),
        74
    );
    desk.step(pay(1, 75));
    desk.quiet();
    assert!(desk.open.is_empty());
    let payment = &desk.stored[&dossier(1)].payments["phi"];
    assert!(matches!(payment.stage, PaymentStage::Paid { by } if by == payment.id));
}

#[test]
fn an_outcome_is_polled_ever_more_slowly_and_asked_about_after_a_restart() {
    let mut desk = paying();
    desk.step(pay(1, 71));
    desk.reply(order(71, PaymentState::Pending));
    for pause in [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000] {
        desk.wait(pause - 1);
        desk.quiet();
        assert!(desk.open.is_empty(), "before {pause}");
        desk.wait(1);
        desk.quiet();
        assert!(matches!(
            desk.reply(order(71, PaymentState::Unknown)),
            Request::AskPayment { .. }
        ));
    }
    let mut desk = desk.restart();
    desk.go_online();
    assert!(matches!(
        desk.reply(order(71, PaymentState::Paid)),
        Request::AskPayment { .. }
    ));
}

#[test]
fn an_order_whose_reply_was_lost_is_asked_for_and_made_again_under_its_id() {
    let mut desk = paying();
    desk.step(pay(1, 71));
    assert_eq!(
        desk.stored[&dossier(1)].payments["phi"].stage,
        PaymentStage::Asking
    );
    desk.reply(Err(unknown()));
    desk.wait(2_000);
    desk.quiet();
    assert!(matches!(
        desk.reply(Err(problem(ProblemCode::NotFound))),
        Request::AskPayment { .. }
    ));
    desk.wait(5_000);
    desk.quiet();
    let again = desk.reply(order(71, PaymentState::Pending));
    assert!(matches!(again, Request::PutPayment { .. }) && asked_payment(&again) == 71);
}

#[test]
fn a_wish_to_pay_made_offline_waits_for_the_receipt() {
    let mut desk = Desk::new();
    desk.step(seal(1, 1, 0, 0));
    desk.step(pay(1, 71));
    assert_eq!(
        desk.stored[&dossier(1)].payments["phi"].stage,
        PaymentStage::Wished
    );
    desk.go_online();
    assert!(matches!(desk.requests()[..], [Request::PutRevision { .. }]));
    desk.reply(Ok(Reply::Revision(created(1, 1))));
    desk.reply(Ok(Reply::Receipt(receipt(1, 1))));
    desk.quiet();
    assert!(matches!(desk.requests()[..], [Request::PutPayment { .. }]));
}

#[test]
fn what_is_paid_stays_paid_and_a_portal_that_forgot_it_is_told_again() {
    let mut desk = paying();
    desk.step(pay(1, 71));
    desk.reply(order(71, PaymentState::Paid));
    desk.quiet();
    let mut forgetful = view(1, 1);
    forgetful.fees = vec![Fee {
        id: "phi".into(),
        name: "Phí".into(),
        amount: Money::dong(8_000).unwrap(),
        paid_by: None,
    }];
    desk.news(vec![forgetful]);
    let again = desk.reply(Err(problem(ProblemCode::NotFound)));
    assert!(matches!(again, Request::PutPayment { .. }) && asked_payment(&again) == 71);
    // The dossier itself may be lost, so it is asked about before the fee is told of again.
    assert!(matches!(
        desk.reply(Ok(Reply::Dossier(Box::new(view(1, 1))))),
        Request::AskDossier { .. }
    ));
    desk.wait(5_000);
    desk.quiet();

    desk.reply(order(71, PaymentState::Pending));
    let payment = &desk.stored[&dossier(1)].payments["phi"];
    assert!(matches!(payment.stage, PaymentStage::Paid { .. }) && !payment.unconfirmed);
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
    desk.news(vec![over]);
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
}

#[test]
fn an_order_that_the_portal_refuses_is_shown_and_may_be_wished_again() {
    let mut desk = paying();
    desk.step(pay(1, 71));
    desk.reply(Err(problem(ProblemCode::PaymentAmount)));
    assert!(matches!(
        desk.notices.last(),
        Some(Notice::PaymentRefused { .. })
    ));
    // The amount due may have changed: the dossier is looked at.
    assert_eq!(
        desk.requests(),
        [&Request::AskDossier {
            dossier: dossier(1)
        }]
    );
    desk.reply(Ok(Reply::Dossier(Box::new(view(1, 1)))));
    desk.step(pay(1, 72));
    assert_eq!(
        asked_payment(&desk.reply(order(71, PaymentState::Pending))),
        71
    );
}

#[test]
fn taken_up_in_the_middle_of_a_run_no_old_answer_counts() {
    let mut desk = Desk::online();
    desk.step(seal(1, 1, 0, 0));
    let (old, _) = desk.open.pop_front().unwrap();
    let entries = desk.stored.clone().into_iter().collect();
    desk.outbox = desk.outbox.take_up(entries, desk.meta.clone());
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
