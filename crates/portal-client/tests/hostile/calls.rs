//! Every call of the client, what the portal would answer, and how the outbox came to ask.

use std::sync::Arc;

use hoso_dossier::{
    DesktopId, DossierId, EditId, Money, PaymentId, Sha256, SharedDraftId, UploadId,
};
use hoso_portal_api::{
    AccountData, LeaseWish, PaymentWish, PortalFile, PortalFileKind, Rating, SharedDraft,
    SigningKey, Withdrawal,
};
use hoso_portal_client::{ByteSource, CallError, Portal, UploadWish};
use hoso_sync::{
    Effect, Event, Failure, Kept, Outbox, Reply, Request, RequestId, SealedFile, Sealing,
};
use serde_json::{Value, json};

pub(crate) const BYTES: &[u8] = b"%PDF-1.7 giay chung sinh";
const MANIFEST: &[u8] = b"{}";
const NOW: u64 = 1_800_000_000_000;
const DAY: u64 = 24 * 60 * 60_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    Info,
    Catalogue,
    Pack,
    PutKey,
    CreateUpload,
    Offset,
    SendBytes,
    PutRevision,
    Submit,
    Receipt,
    Dossier,
    Changes,
    File,
    PutPayment,
    Payment,
    Withdraw,
    Rate,
    Account,
    PutAccount,
    LookUp,
    Confirm,
    Drafts,
    Draft,
    PutDraft,
    LeaseDraft,
    EndDraft,
}

pub(crate) const ALL: [Call; 26] = [
    Call::Info,
    Call::Catalogue,
    Call::Pack,
    Call::PutKey,
    Call::CreateUpload,
    Call::Offset,
    Call::SendBytes,
    Call::PutRevision,
    Call::Submit,
    Call::Receipt,
    Call::Dossier,
    Call::Changes,
    Call::File,
    Call::PutPayment,
    Call::Payment,
    Call::Withdraw,
    Call::Rate,
    Call::Account,
    Call::PutAccount,
    Call::LookUp,
    Call::Confirm,
    Call::Drafts,
    Call::Draft,
    Call::PutDraft,
    Call::LeaseDraft,
    Call::EndDraft,
];

fn id<T: std::str::FromStr>(number: u8) -> T
where
    T::Err: std::fmt::Debug,
{
    let text = format!("00000000-0000-4000-8000-0000000000{number:02}");
    text.parse().unwrap()
}

pub(crate) fn dossier() -> DossierId {
    id(1)
}

fn upload() -> UploadId {
    id(2)
}

fn payment() -> PaymentId {
    id(3)
}

fn draft() -> SharedDraftId {
    id(4)
}

fn desktop() -> DesktopId {
    id(5)
}

/// The change that the person makes, and the state that it goes over.
fn edit() -> EditId {
    id(6)
}

fn over() -> EditId {
    id(7)
}

fn account_data() -> AccountData {
    AccountData {
        phone: "0900000001".into(),
        ..AccountData::default()
    }
}

pub(crate) fn shared_draft() -> SharedDraft {
    SharedDraft {
        id: draft(),
        version: 3,
        sha256: Sha256::of(BYTES),
        size: BYTES.len() as u64,
        updated_at: "2026-11-21T08:00:00Z".into(),
        ended: false,
        lease: None,
    }
}

pub(crate) fn file() -> PortalFile {
    PortalFile {
        id: "r".into(),
        kind: PortalFileKind::Result,
        name: "ket-qua.pdf".into(),
        media_type: "application/pdf".into(),
        size: BYTES.len() as u64,
        sha256: Sha256::of(BYTES),
    }
}

fn wish() -> PaymentWish {
    PaymentWish {
        dossier: dossier(),
        fee: "le-phi".into(),
        amount: Money::ZERO,
    }
}

fn withdrawal() -> Withdrawal {
    Withdrawal {
        reason: "đổi ý".into(),
    }
}

fn rating() -> Rating {
    Rating {
        score: 5,
        comment: String::new(),
    }
}

/// What a portal of the contract answers; `None` where it is no JSON.
pub(crate) fn good(call: Call) -> Option<Value> {
    let at = "2026-11-21T08:00:00Z";
    let sha256 = Sha256::of(MANIFEST).to_string();
    let view = || {
        json!({
            "id": dossier(), "code": "H34-1", "procedure": "1.001193", "status": 10, "revision": 1, "sha256": sha256, "version": 3,
            "timeline": [{ "at": at, "status": 1, "step": "Nộp", "handler": "Cổng", "note": "" }],
            "fees": [{ "id": "le-phi", "name": "Lệ phí", "amount": 0, "paidBy": null }],
            "files": [file()],
            "withdrawal": { "reason": "đổi ý" }, "rating": { "score": 5, "comment": "" },
        })
    };
    let of_revision = json!({ "dossier": dossier(), "revision": 1, "sha256": sha256 });
    let with = |mut base: Value, more: Value| {
        let members = more.as_object().unwrap().clone();
        base.as_object_mut().unwrap().extend(members);
        Some(base)
    };
    match call {
        Call::Info => Some(json!({
            "name": "Cổng mẫu", "apiVersion": "1", "epoch": "e", "issuer": "https://cong.example", "clientId": "hoso",
            "maxUploadBytes": 1_000_000, "now": at, "account": true, "sticks": { "recipient": "age1x", "signer": "x" },
        })),
        Call::Catalogue => Some(json!({
            "cursor": "c",
            "changes": [{ "code": "1.001193", "kind": "published", "version": "1", "sha256": sha256 }],
        })),
        Call::Pack => Some(json!({
            "code": "1.001193", "version": "1", "files": [{ "name": "pack.json", "text": "{}" }],
        })),
        Call::PutRevision | Call::Confirm => with(of_revision, json!({ "state": "created" })),
        Call::Submit | Call::Receipt => with(
            of_revision,
            json!({
                "code": "H34-1", "submittedAt": at,
                "signed": { "type": "hoso-receipt-1", "payload": "e30=", "signature": "x" },
            }),
        ),
        Call::Dossier | Call::Withdraw | Call::Rate => Some(view()),
        Call::LookUp => Some(json!({
            "code": "H34-1", "procedure": "1.001193", "title": "Đăng ký khai sinh", "office": "Xã Mẫu", "status": 4,
            "submittedAt": at, "dueAt": null, "timeline": [{ "at": at, "status": 1, "step": "Nộp", "handler": "Cổng" }],
        })),
        Call::Changes => Some(json!({ "cursor": "c", "epoch": "e", "dossiers": [view()] })),
        Call::PutPayment | Call::Payment => Some(json!({
            "id": payment(), "dossier": dossier(), "fee": "le-phi", "amount": 0, "state": "paid",
            "checkoutUrl": "https://ngan-hang.example/1", "settledAt": at, "transaction": "T1",
        })),
        Call::Account => {
            Some(json!({ "edit": over(), "changedAt": at, "data": { "phone": "", "email": "" } }))
        }
        Call::PutAccount => {
            Some(json!({ "edit": edit(), "changedAt": at, "data": account_data() }))
        }
        Call::Drafts => Some(json!({ "drafts": [shared_draft()] })),
        Call::PutDraft | Call::LeaseDraft => Some(json!(shared_draft())),
        Call::PutKey
        | Call::CreateUpload
        | Call::Offset
        | Call::SendBytes
        | Call::File
        | Call::Draft
        | Call::EndDraft => None,
    }
}

/// Makes the call; what the outbox would hear of it, where it is one of the outbox's.
pub(crate) async fn make(call: Call, portal: &Portal) -> Result<Option<Reply>, CallError> {
    let address = format!("/v1/uploads/{}", upload());
    Ok(Some(match call {
        Call::Info => Reply::Info(portal.info().await?),
        Call::Catalogue => {
            portal.catalogue(None, None).await?;
            return Ok(None);
        }
        Call::Pack => {
            portal.pack("1.001193", Some("\"e\"")).await?;
            return Ok(None);
        }
        Call::PutKey => {
            let key = SigningKey {
                key: "k".into(),
                name: "máy ở nhà".into(),
            };
            portal.put_key(&key).await?;
            return Ok(None);
        }
        Call::Drafts => {
            portal.drafts().await?;
            return Ok(None);
        }
        Call::Draft => {
            portal.draft(&shared_draft()).await?;
            return Ok(None);
        }
        Call::PutDraft => {
            let bytes = BYTES.to_vec();
            portal.put_draft(draft(), desktop(), 2, bytes).await?;
            return Ok(None);
        }
        Call::LeaseDraft => {
            let wish = LeaseWish {
                desktop: desktop(),
                take_over: true,
            };
            portal.lease_draft(draft(), &wish).await?;
            return Ok(None);
        }
        Call::EndDraft => {
            portal.end_draft(draft()).await?;
            return Ok(None);
        }
        Call::CreateUpload => {
            let wish = UploadWish {
                upload: upload(),
                dossier: dossier(),
                size: BYTES.len() as u64,
                sha256: Sha256::of(BYTES),
                name: "giấy.pdf".into(),
                media_type: "application/pdf".into(),
            };
            let created = portal
                .create_upload_with(&wish, Some(BYTES.to_vec()))
                .await?;
            Reply::UploadCreated {
                url: created.url,
                offset: created.offset,
            }
        }
        Call::Offset => Reply::Offset(portal.upload_offset(&address).await?),
        Call::SendBytes => {
            let source: Arc<dyn ByteSource> = Arc::new(BYTES.to_vec());
            let offset = portal.send_bytes(&address, 0, source, |_| {}).await?;
            Reply::Sent { offset }
        }
        Call::PutRevision => {
            Reply::Revision(portal.put_revision(dossier(), 1, MANIFEST.to_vec()).await?)
        }
        Call::Submit => Reply::Receipt(portal.submit(dossier(), 1).await?),
        Call::Receipt => Reply::Receipt(portal.receipt(dossier(), 1).await?),
        Call::Dossier => Reply::Dossier(Box::new(portal.dossier(dossier()).await?)),
        Call::Changes => Reply::Changes(portal.changes(None).await?),
        Call::File => {
            portal.fetch_file(dossier(), &file()).await?;
            Reply::Fetched
        }
        Call::PutPayment => Reply::Payment(portal.put_payment(payment(), &wish()).await?),
        Call::Payment => Reply::Payment(portal.payment(payment()).await?),
        Call::Withdraw => {
            let view = portal.withdraw(dossier(), &withdrawal()).await?;
            Reply::Dossier(Box::new(view))
        }
        Call::Confirm => {
            let code = "246810".to_owned();
            Reply::Revision(portal.confirm(dossier(), 1, code).await?)
        }
        Call::LookUp => {
            portal.look_up(&"H34-1".parse().unwrap()).await?;
            return Ok(None);
        }
        Call::Account => Reply::Account(portal.account().await?),
        Call::PutAccount => {
            let account = portal.put_account(edit(), &account_data(), over()).await?;
            Reply::Account(account)
        }
        Call::Rate => {
            let view = portal.rate(dossier(), &rating()).await?;
            Reply::Dossier(Box::new(view))
        }
    }))
}

fn is(request: &Request, call: Call) -> bool {
    matches!(
        (request, call),
        (Request::PortalInfo, Call::Info)
            | (Request::CreateUpload { .. }, Call::CreateUpload)
            | (Request::AskOffset { .. }, Call::Offset)
            | (Request::SendBytes { .. }, Call::SendBytes)
            | (Request::PutRevision { .. }, Call::PutRevision)
            | (Request::Confirm { .. }, Call::Confirm)
            | (Request::Submit { .. }, Call::Submit)
            | (Request::AskReceipt { .. }, Call::Receipt)
            | (Request::AskDossier { .. }, Call::Dossier)
            | (Request::Changes { .. }, Call::Changes)
            | (Request::FetchFile { .. }, Call::File)
            | (Request::PutPayment { .. }, Call::PutPayment)
            | (Request::AskPayment { .. }, Call::Payment)
            | (Request::Withdraw { .. }, Call::Withdraw)
            | (Request::Rate { .. }, Call::Rate)
            | (Request::AskAccount, Call::Account)
            | (Request::PutAccount { .. }, Call::PutAccount)
    )
}

/// What the outbox is told by a portal that behaves, on the way to the call in question.
fn usual(request: &Request, call: Call, there: bool) -> Result<Reply, Failure> {
    let read = |call| serde_json::to_value(good(call)).unwrap();
    Ok(match request {
        Request::PortalInfo => Reply::Info(serde_json::from_value(read(Call::Info)).unwrap()),
        Request::Changes { .. } => {
            let mut page = read(Call::Changes);
            let view = &mut page["dossiers"][0];
            view["status"] = json!(6);
            view["rating"] = Value::Null;
            view["withdrawal"] = Value::Null;
            if !there {
                page["dossiers"] = json!([]);
            }
            Reply::Changes(serde_json::from_value(page).unwrap())
        }
        Request::CreateUpload { upload, .. } => Reply::UploadCreated {
            url: format!("/v1/uploads/{upload}"),
            offset: None,
        },
        Request::AskOffset { .. } => Reply::Offset(Some(0)),
        Request::SendBytes { size, .. } => Reply::Sent { offset: *size },
        Request::PutRevision { .. } => {
            let mut view = read(Call::PutRevision);
            if call == Call::Confirm {
                view["needs"] = json!({ "confirmation": { "sentTo": "máy 001" } });
            }
            Reply::Revision(serde_json::from_value(view).unwrap())
        }
        Request::AskDossier { .. } => {
            let mut view = read(Call::Dossier);
            view["status"] = json!(6);
            Reply::Dossier(serde_json::from_value(view).unwrap())
        }
        // Its outcome is unknown, so the dossier is asked about.
        Request::Submit { .. } if call == Call::Dossier => {
            return Err(Failure::Unknown { what: "cut".into() });
        }
        Request::Submit { .. } => {
            Reply::Receipt(serde_json::from_value(read(Call::Submit)).unwrap())
        }
        Request::PutPayment { .. } => {
            let mut order = read(Call::Payment);
            order["state"] = json!("pending");
            Reply::Payment(serde_json::from_value(order).unwrap())
        }
        Request::FetchFile { .. } => Reply::Fetched,
        Request::AskAccount => Reply::Account(serde_json::from_value(read(Call::Account)).unwrap()),
        other => panic!("not on the way: {other:?}"),
    })
}

/// An outbox and its clock.
pub(crate) struct Desk {
    pub(crate) outbox: Outbox,
    now: u64,
    open: Vec<(RequestId, Request)>,
    timer: Option<u64>,
}

impl Desk {
    /// One that has just asked; `None` for calls that are not the outbox's.
    pub(crate) fn asking(call: Call) -> Option<(Self, RequestId)> {
        if matches!(
            call,
            Call::Catalogue
                | Call::Pack
                | Call::PutKey
                | Call::Drafts
                | Call::Draft
                | Call::PutDraft
                | Call::LeaseDraft
                | Call::EndDraft
                | Call::LookUp
        ) {
            return None;
        }
        let mut desk = Self {
            outbox: Outbox::restore(Kept::default()),
            now: NOW,
            open: vec![],
            timer: None,
        };
        desk.step(Event::Connected);
        desk.step(Event::SignedIn);
        desk.step(Event::Sealed(Sealing {
            dossier: dossier(),
            revision: 1,
            manifest_sha256: Sha256::of(MANIFEST),
            files: vec![SealedFile {
                upload: upload(),
                sha256: Sha256::of(BYTES),
                size: BYTES.len() as u64,
                name: "giấy.pdf".into(),
                media_type: "application/pdf".into(),
                component: "T1".into(),
                already_there: false,
            }],
            held: false,
        }));
        let mut wished = false;
        for _ in 0..60 {
            if let Some(place) = desk.open.iter().position(|(_, one)| is(one, call)) {
                let (id, _) = desk.open.remove(place);
                return Some((desk, id));
            }
            let entry = desk.outbox.entry(dossier()).unwrap();
            let (accepted, asked) = (entry.accepted().is_some(), entry.first().is_some());
            if asked && !wished {
                wished = true;
                desk.step(Event::Confirm {
                    dossier: dossier(),
                    code: "246810".into(),
                });
            } else if accepted && !wished {
                wished = true;
                // Receipts are asked for again by the week.
                desk.now += if call == Call::Receipt { 8 * DAY } else { 0 };
                desk.step(match call {
                    Call::Withdraw => Event::WithdrawWanted {
                        dossier: dossier(),
                        withdrawal: withdrawal(),
                    },
                    Call::Rate => Event::RateWanted {
                        dossier: dossier(),
                        rating: rating(),
                    },
                    Call::PutAccount => Event::AccountWanted {
                        edit: edit(),
                        data: account_data(),
                        seen: None,
                    },
                    Call::PutPayment | Call::Payment => Event::PayWanted {
                        dossier: dossier(),
                        fee: "le-phi".into(),
                        amount: Money::ZERO,
                        payment: payment(),
                    },
                    _ => Event::Tick,
                });
            } else if desk.open.is_empty() {
                desk.wait();
            } else {
                let (id, request) = desk.open.remove(0);
                desk.reply(id, usual(&request, call, accepted));
            }
        }
        panic!("{call:?} is never asked: {:?}", desk.open);
    }

    pub(crate) fn reply(&mut self, request: RequestId, outcome: Result<Reply, Failure>) {
        self.step(Event::Reply { request, outcome });
    }

    fn step(&mut self, event: Event) {
        for effect in self.outbox.step(event, self.now) {
            match effect {
                Effect::Send { id, request } => self.open.push((id, request)),
                Effect::Abort { id } => self.open.retain(|(open, _)| *open != id),
                Effect::Timer { at } => self.timer = Some(at),
                Effect::Persist { .. } | Effect::Notify(_) => {}
            }
        }
    }

    fn is_accepted(&self) -> bool {
        let entry = self.outbox.entry(dossier());
        entry.is_some_and(|entry| entry.accepted().is_some())
    }

    fn wait(&mut self) {
        self.now = self.timer.take().unwrap_or(self.now + 1_000);
        self.step(Event::Tick);
    }

    /// Whether the same is asked again, or the outcome asked about, within an hour; nothing else is answered meanwhile but who the portal is.
    pub(crate) fn asks_again(&mut self, call: Call) -> bool {
        let end = self.now + 3_600_000;
        while self.now < end {
            let again = |one: &Request| {
                is(one, call)
                    || matches!(
                        (one, call),
                        (Request::AskDossier { .. }, Call::PutRevision | Call::Submit)
                            | (Request::PutRevision { .. }, Call::Confirm)
                            | (
                                Request::AskOffset { .. } | Request::CreateUpload { .. },
                                Call::SendBytes
                            )
                            | (Request::CreateUpload { .. }, Call::Offset)
                            | (Request::AskPayment { .. }, Call::PutPayment)
                            | (Request::AskAccount, Call::PutAccount)
                    )
            };
            if self.open.iter().any(|(_, one)| again(one)) {
                return true;
            }
            let look = |one: &Request| matches!(one, Request::PortalInfo | Request::Changes { .. });
            match self.open.iter().position(|(_, one)| look(one)) {
                Some(place) => {
                    let (id, request) = self.open.remove(place);
                    let there = self.is_accepted();
                    self.reply(id, usual(&request, call, there));
                }
                None => self.wait(),
            }
        }
        false
    }
}
