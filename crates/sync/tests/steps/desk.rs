//! An outbox with nobody at the other end but the test.

use std::collections::{BTreeMap, VecDeque};

use hoso_dossier::{DossierId, EditId, Sha256, UploadId};
use hoso_portal_api::{
    DossierPage, DossierView, PortalInfo, Problem, ProblemCode, Receipt, RevisionState,
    RevisionView,
};
use hoso_sync::{
    Effect, Elsewhere, Entry, Event, Failure, Kept, Meta, Notice, Outbox, Reply, Request,
    RequestId, SealedFile, Sealing, Stage, WaitReason,
};
use uuid::Uuid;

/// An outbox, the requests it has open, and what it stored and said.
pub(crate) struct Desk {
    pub(crate) outbox: Outbox,
    pub(crate) now: u64,
    pub(crate) open: VecDeque<(RequestId, Request)>,
    pub(crate) aborted: Vec<RequestId>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) stored: BTreeMap<DossierId, Entry>,
    pub(crate) elsewhere: BTreeMap<DossierId, Elsewhere>,
    pub(crate) meta: Meta,
    pub(crate) epoch: &'static str,
    /// The portal says its epoch with what changed.
    pub(crate) tells_epoch: bool,
    /// The portal keeps the person's account, and says with what changed which state it has.
    pub(crate) account: Option<EditId>,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self::over(Kept::default())
    }

    pub(crate) fn over(kept: Kept) -> Self {
        Self {
            outbox: Outbox::restore(kept.clone()),
            now: 1_000_000,
            open: VecDeque::new(),
            aborted: vec![],
            notices: vec![],
            stored: kept.entries.into_iter().collect(),
            elsewhere: kept.elsewhere.into_iter().collect(),
            meta: kept.meta,
            epoch: "e1",
            tells_epoch: false,
            account: None,
        }
    }

    /// Online, signed in, and told what is new: nothing.
    pub(crate) fn online() -> Self {
        let mut desk = Self::new();
        desk.go_online();
        desk
    }

    pub(crate) fn go_online(&mut self) {
        self.step(Event::Connected);
        self.step(Event::SignedIn);
        self.quiet();
    }

    pub(crate) fn restart(self) -> Self {
        let mut next = Self::over(self.kept());
        next.now = self.now;
        next.epoch = self.epoch;
        next.tells_epoch = self.tells_epoch;
        next.account = self.account;
        next
    }

    /// What is stored.
    pub(crate) fn kept(&self) -> Kept {
        Kept {
            entries: self.stored.clone().into_iter().collect(),
            elsewhere: self.elsewhere.clone().into_iter().collect(),
            meta: self.meta.clone(),
        }
    }

    pub(crate) fn step(&mut self, event: Event) {
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
                    elsewhere,
                    meta,
                } => {
                    self.stored.extend(entries);
                    for (id, one) in elsewhere {
                        match one {
                            Some(one) => self.elsewhere.insert(id, one),
                            None => self.elsewhere.remove(&id),
                        };
                    }
                    for id in removed {
                        self.stored.remove(&id);
                    }
                    self.meta = *meta;
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

    pub(crate) fn wait(&mut self, ms: u64) {
        self.now += ms;
        self.step(Event::Tick);
    }

    /// Answers looks at the portal itself; leaves everything about dossiers open.
    pub(crate) fn quiet(&mut self) {
        while let Some(place) = self.open.iter().position(|(_, request)| {
            matches!(request, Request::PortalInfo | Request::Changes { .. })
        }) {
            let (id, request) = self.open.remove(place).unwrap();
            let reply = match request {
                Request::PortalInfo => Reply::Info(PortalInfo {
                    name: "Cổng mẫu".into(),
                    api_version: "1".into(),
                    cannot: vec![],
                    epoch: self.epoch.into(),
                    issuer: String::new(),
                    client_id: String::new(),
                    max_upload_bytes: 1,
                    now: String::new(),
                    profile: None,
                    account: self.account.is_some(),
                    follow_url: None,
                    drafts: None,
                    sticks: None,
                    receipt_signer: None,
                }),
                _ => Reply::Changes(DossierPage {
                    cursor: "c".into(),
                    epoch: self.tells_epoch.then(|| self.epoch.into()),
                    account: self.account,
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
    pub(crate) fn news(&mut self, dossiers: Vec<DossierView>) {
        self.step(Event::RefreshNow);
        let mut open = self.open.iter();
        let place = open.position(|(_, one)| matches!(one, Request::Changes { .. }));
        let (request, _) = self.open.remove(place.unwrap()).unwrap();
        let page = DossierPage {
            cursor: "d".into(),
            epoch: self.tells_epoch.then(|| self.epoch.into()),
            account: self.account,
            dossiers,
        };
        let outcome = Ok(Reply::Changes(page));
        self.step(Event::Reply { request, outcome });
        self.quiet();
    }

    pub(crate) fn requests(&self) -> Vec<&Request> {
        self.open.iter().map(|(_, request)| request).collect()
    }

    /// Answers the oldest open request.
    pub(crate) fn reply(&mut self, outcome: Result<Reply, Failure>) -> Request {
        let (id, request) = self.open.pop_front().expect("nothing was asked");
        self.step(Event::Reply {
            request: id,
            outcome,
        });
        request
    }

    /// Answers as a portal does that holds nothing yet, until the dossier is accepted or something else is asked.
    pub(crate) fn accept(&mut self, number: u128, revision: u32) {
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

    pub(crate) fn stage(&self, number: u128) -> &Stage {
        &self
            .outbox
            .entry(dossier(number))
            .unwrap()
            .current()
            .unwrap()
            .stage
    }

    pub(crate) fn waiting(&self, number: u128) -> Option<WaitReason> {
        self.outbox.waiting(dossier(number), self.now)
    }
}

pub(crate) fn dossier(number: u128) -> DossierId {
    DossierId::new(Uuid::from_u128(number))
}

pub(crate) fn upload(number: u128) -> UploadId {
    UploadId::new(Uuid::from_u128(number))
}

pub(crate) fn hash(number: u128, revision: u32) -> Sha256 {
    Sha256::of(format!("{number} {revision}").as_bytes())
}

/// Dossier `number` with files `number * 100 + 0 …`.
pub(crate) fn seal(number: u128, revision: u32, files: u128, already: u128) -> Event {
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
        held: false,
    })
}

/// [`seal`], changed.
pub(crate) fn seal_with(event: Event, change: impl FnOnce(&mut Sealing)) -> Event {
    match event {
        Event::Sealed(mut sealing) => {
            change(&mut sealing);
            Event::Sealed(sealing)
        }
        other => other,
    }
}

pub(crate) fn created(number: u128, revision: u32) -> RevisionView {
    RevisionView {
        dossier: dossier(number),
        revision,
        sha256: hash(number, revision),
        state: RevisionState::Created,
        needs: None,
    }
}

pub(crate) fn receipt(number: u128, revision: u32) -> Receipt {
    Receipt {
        dossier: dossier(number),
        revision,
        sha256: hash(number, revision),
        code: "H34-1".parse().unwrap(),
        submitted_at: "2026-01-01T00:00:00Z".into(),
        signed: None,
    }
}

pub(crate) fn view(number: u128, revision: u32) -> DossierView {
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
        withdrawal: None,
        rating: None,
    }
}

pub(crate) fn problem(code: ProblemCode) -> Failure {
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

pub(crate) fn unknown() -> Failure {
    Failure::Unknown { what: "cut".into() }
}

pub(crate) fn html() -> Failure {
    Failure::Unexpected {
        status: 200,
        what: "<html>".into(),
    }
}
