//! A portal in memory: commits are atomic, ids are permanent and unique, a rollback forgets.

use std::collections::{BTreeMap, BTreeSet};

use hoso_dossier::{DossierId, EditId, PaymentId, Sha256, UploadId};
use hoso_portal_api::{
    Account, ConfirmationAsked, DossierPage, DossierView, Fee, Needs, PaymentOrder, PaymentState,
    PaymentWish, PortalFile, PortalInfo, Problem, ProblemCode, Rating, Receipt, RevisionState,
    RevisionView, SignedReceipt, SupplementRequest, Withdrawal,
};

use super::dice::Dice;
use crate::message::{Failure, Reply, Request};

/// What is sealed, as the portal would read it from the manifest.
#[derive(Debug, Clone)]
pub(crate) struct Sealed {
    pub(crate) sha256: Sha256,
    pub(crate) uploads: Vec<UploadId>,
}

/// Everything that a backup brings back.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    uploads: BTreeMap<UploadId, Upload>,
    pub(crate) dossiers: BTreeMap<DossierId, Dossier>,
    pub(super) orders: BTreeMap<PaymentId, PaymentWish>,
    pub(super) account: Option<Account>,
    /// Changes of the account that were ever taken.
    pub(crate) edits: BTreeSet<EditId>,
    clock: u64,
}

#[derive(Debug, Clone)]
struct Upload {
    size: u64,
    offset: u64,
}

/// A revision whose bytes are there.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) sealed: Sealed,
    pub(crate) submitted: bool,
    refused: bool,
    /// The person has given the confirmation code.
    confirmed: bool,
}

impl Held {
    pub(super) const fn new(sealed: Sealed, submitted: bool) -> Self {
        Self {
            sealed,
            submitted,
            refused: false,
            confirmed: false,
        }
    }

    const fn state(&self) -> RevisionState {
        match self {
            Self { refused: true, .. } => RevisionState::Refused,
            Self {
                submitted: true, ..
            } => RevisionState::Submitted,
            _ => RevisionState::Created,
        }
    }
}

/// When the portal says that it will not take a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refuses {
    /// Its bytes are not even kept.
    AtCreation,
    /// Its bytes are kept, and their number is used up.
    AtSubmission,
    /// Its bytes are not even kept, but a desk that gets them by hand takes them.
    OnlineOnly,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Dossier {
    pub(crate) revisions: BTreeMap<u32, Held>,
    pub(super) status: u8,
    pub(super) supplement: Option<u32>,
    pub(super) files: Vec<PortalFile>,
    withdrawal: Option<Withdrawal>,
    rating: Option<Rating>,
    changed: u64,
    version: u64,
    /// It says something else of its submission than it said then.
    forged: bool,
}

impl Dossier {
    /// Any number above the newest submitted one answers a request for supplement.
    fn takes(&self, revision: u32) -> bool {
        self.supplement.is_some_and(|lowest| revision >= lowest)
    }

    /// Returned or withdrawn.
    pub(super) const fn is_over(&self) -> bool {
        matches!(self.status, 7 | 10)
    }

    pub(crate) fn submitted(&self) -> u32 {
        let submitted = self.revisions.iter().filter(|(_, held)| held.submitted);
        submitted.map(|(number, _)| *number).max().unwrap_or(0)
    }
}

/// The bank's own books; no backup of the portal touches them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bank {
    pub(super) settled: BTreeMap<PaymentId, bool>,
    pub(crate) captures: BTreeMap<(DossierId, String), u32>,
    /// By which orders, and what for.
    pub(super) paid: BTreeMap<PaymentId, PaymentWish>,
}

/// Answers that are well-formed and lead nowhere.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Odd {
    /// Bytes are answered as if all were well, and none of them is taken.
    pub(crate) takes_nothing: bool,
    /// What changed last is told again under ever new cursors.
    pub(crate) repeats: bool,
    /// Its files come with other bytes than announced.
    pub(crate) spoils: bool,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Portal {
    pub(crate) epoch: u64,
    pub(crate) state: State,
    pub(crate) bank: Bank,
    /// Manifests whose answers it will never take.
    pub(crate) refuses: BTreeMap<Sha256, Refuses>,
    /// Dossiers that another desktop has answered for.
    pub(crate) elsewhere: BTreeSet<DossierId>,
    /// Takes one open order a fee, as the contract says. Lenient, it takes as many as it gets: then the client alone is answerable.
    pub(crate) strict: bool,
    /// Wants a confirmation code and the fee before it takes a dossier.
    pub(crate) wants: bool,
    /// Takes the bytes of a small file with its creation.
    pub(crate) takes_whole: bool,
    /// Keeps the person's account.
    pub(crate) accounts: bool,
    /// Signs its receipts.
    pub(crate) signs: bool,
    /// Tells its epoch with every list of changes.
    pub(crate) tells_epoch: bool,
    /// What it does that no contract foresees, until all is calm.
    pub(crate) odd: Odd,
    /// Everything that the account ever said.
    pub(super) had: BTreeSet<String>,
    /// Changes of the account and what each replaced, as they were taken; no backup touches that.
    pub(super) replaced: Vec<(EditId, EditId)>,
    /// How often it was asked what is new.
    pub(super) asked: u64,
    pub(crate) backups: Vec<State>,
    /// How often anything was touched when that was last looked at.
    pub(super) looked_at: u64,
    /// Nobody can reach it before.
    pub(super) down_until: u64,
}

pub(crate) const FEE: &str = "phi";
/// The confirmation code that it sends.
pub(crate) const CODE: &str = "246810";

impl Portal {
    pub(super) fn touch(&mut self, id: DossierId, change: impl FnOnce(&mut Dossier)) {
        self.state.clock += 1;
        let clock = self.state.clock;
        if let Some(dossier) = self.state.dossiers.get_mut(&id) {
            change(dossier);
            dossier.version += 1;
            dossier.changed = clock;
        }
    }

    /// Anything has changed for a dossier since this was last asked.
    pub(super) fn is_changed(&mut self) -> bool {
        let before = std::mem::replace(&mut self.looked_at, self.state.clock);
        before != self.state.clock
    }

    /// Takes in one request whole; `sealed` is the revision that it brings. `damage` makes a finished file arrive with other bytes; `cut` stops bytes on their way.
    pub(crate) fn answer(
        &mut self,
        request: &Request,
        sealed: Option<&Sealed>,
        damage: bool,
        cut: Option<u64>,
    ) -> Result<Reply, Failure> {
        match request {
            Request::PortalInfo => Ok(Reply::Info(PortalInfo {
                name: "Cổng mẫu".into(),
                api_version: "1".into(),
                cannot: vec![],
                epoch: self.epoch.to_string(),
                issuer: String::new(),
                client_id: String::new(),
                max_upload_bytes: u64::MAX,
                now: String::new(),
                profile: None,
                account: self.accounts,
                follow_url: None,
                drafts: None,
                sticks: None,
                receipt_signer: None,
            })),
            Request::CreateUpload {
                upload,
                size,
                whole,
                ..
            } => {
                let new = !self.state.uploads.contains_key(upload);
                let upload_state = Upload {
                    size: *size,
                    offset: 0,
                };
                self.state.uploads.entry(*upload).or_insert(upload_state);
                let takes = *whole && self.takes_whole;
                if takes && new {
                    self.take_bytes(*upload, 0, damage, cut)?;
                }
                let offset = self.state.uploads.get(upload).map(|one| one.offset);
                Ok(Reply::UploadCreated {
                    url: format!("/u/{upload}"),
                    offset: offset.filter(|_| takes),
                })
            }
            Request::AskOffset { upload, .. } => Ok(Reply::Offset(
                self.state.uploads.get(upload).map(|one| one.offset),
            )),
            Request::SendBytes { upload, offset, .. }
                if self.odd.takes_nothing && self.state.uploads.contains_key(upload) =>
            {
                Ok(Reply::Sent { offset: *offset })
            }
            Request::SendBytes { upload, offset, .. } => {
                self.take_bytes(*upload, *offset, damage, cut)
            }
            Request::PutRevision { dossier, revision } => {
                self.put(*dossier, *revision, sealed.cloned(), false)
            }
            Request::Submit { dossier, revision } => self.submit(*dossier, *revision),
            Request::AskReceipt { dossier, revision } => {
                let receipt = self.receipt(*dossier, *revision).ok_or_else(not_found)?;
                Ok(Reply::Receipt(receipt))
            }
            Request::AskDossier { dossier } => {
                let view = self.view(*dossier).ok_or_else(not_found)?;
                Ok(Reply::Dossier(Box::new(view)))
            }
            Request::Changes { cursor } => Ok(Reply::Changes(self.changes(cursor.as_deref()))),
            Request::FetchFile { dossier, file } => {
                let dossier = self.state.dossiers.get(dossier).ok_or_else(not_found)?;
                let known = dossier.files.contains(file);
                if known && self.odd.spoils {
                    Err(Failure::Damaged {
                        what: "other bytes".into(),
                    })
                } else if known {
                    Ok(Reply::Fetched)
                } else {
                    Err(not_found())
                }
            }
            Request::PutPayment { payment, wish } => {
                if self.view(wish.dossier).is_none() && self.needs(wish.dossier).is_none() {
                    return Err(not_found());
                }
                let other = |(id, one): (&PaymentId, &PaymentWish)| {
                    id != payment
                        && one.dossier == wish.dossier
                        && self.bank.settled.get(id) != Some(&false)
                };
                if self.strict
                    && !self.state.orders.contains_key(payment)
                    && (self.state.orders.iter().any(other) || self.is_captured(*payment, wish))
                {
                    self.ask_the_bank(wish.dossier);
                    return Err(problem(ProblemCode::PaymentOtherOpen));
                }
                let before = self.state.orders.insert(*payment, wish.clone());
                // A restored portal learns from the bank that it was paid long ago.
                if before.is_none() && self.bank.settled.contains_key(payment) {
                    self.touch(wish.dossier, |_| {});
                }
                self.order(*payment)
            }
            Request::AskPayment { payment } => self.order(*payment),
            Request::AskAccount => self.account().map(Reply::Account).ok_or_else(not_found),
            Request::PutAccount { edit, data, over } => self.change_account(*edit, data, *over),
            Request::Confirm {
                dossier,
                revision,
                code,
            } => self.confirm(*dossier, *revision, code),
            Request::Withdraw {
                dossier,
                withdrawal,
            } => self.withdraw(*dossier, withdrawal),
            Request::Rate { dossier, rating } => self.rate(*dossier, rating),
        }
    }

    fn withdraw(&mut self, id: DossierId, withdrawal: &Withdrawal) -> Result<Reply, Failure> {
        let view = self.view(id).ok_or_else(not_found)?;
        if view.withdrawal.is_none() {
            if view.status == 10 {
                return Err(problem(ProblemCode::WithdrawalTooLate));
            }
            self.touch(id, |dossier| {
                dossier.withdrawal = Some(withdrawal.clone());
                dossier.supplement = None;
                dossier.status = 7;
            });
        }
        let view = self.view(id).ok_or_else(not_found)?;
        Ok(Reply::Dossier(Box::new(view)))
    }

    fn rate(&mut self, id: DossierId, rating: &Rating) -> Result<Reply, Failure> {
        let view = self.view(id).ok_or_else(not_found)?;
        if view.rating.is_none() {
            if view.status != 10 {
                return Err(problem(ProblemCode::RatingTooEarly));
            }
            self.touch(id, |dossier| dossier.rating = Some(rating.clone()));
        }
        let view = self.view(id).ok_or_else(not_found)?;
        Ok(Reply::Dossier(Box::new(view)))
    }

    /// A revision comes by hand, with its files.
    pub(super) fn take_stick(
        &mut self,
        id: DossierId,
        revision: u32,
        sealed: Sealed,
    ) -> Result<Receipt, Failure> {
        for upload in &sealed.uploads {
            let size = size_of(*upload);
            let whole = Upload { size, offset: size };
            self.state.uploads.insert(*upload, whole);
        }
        let sha256 = sealed.sha256;
        match self.put(id, revision, Some(sealed), true)? {
            Reply::Revision(view) if view.sha256 == sha256 => {}
            _ => return Err(problem(ProblemCode::DossierConflict)),
        }
        // What comes by hand needs nothing first.
        let wants = std::mem::take(&mut self.wants);
        let submitted = self.submit(id, revision);
        self.wants = wants;
        match submitted? {
            Reply::Receipt(receipt) => Ok(receipt),
            _ => Err(not_found()),
        }
    }

    /// A portal that says that a fee is paid says by which order.
    fn ask_the_bank(&mut self, dossier: DossierId) {
        let paid = self.bank.paid.iter();
        let of_dossier = paid.filter(|(_, wish)| wish.dossier == dossier);
        for (payment, wish) in of_dossier {
            let orders = &mut self.state.orders;
            orders.entry(*payment).or_insert_with(|| wish.clone());
        }
        self.touch(dossier, |_| {});
    }

    /// The bank's books remember what a restored portal has forgotten.
    fn is_captured(&self, payment: PaymentId, wish: &PaymentWish) -> bool {
        let fee = (wish.dossier, wish.fee.clone());
        self.bank.captures.contains_key(&fee) && self.bank.settled.get(&payment) != Some(&true)
    }

    /// Started anew: of files that no dossier stands on yet, what was not on the disk is gone, whatever was said of it.
    pub(super) fn restart(&mut self, dice: &mut Dice) {
        let dossiers = self.state.dossiers.values();
        let submitted = dossiers
            .flat_map(|one| one.revisions.values())
            .filter(|held| held.submitted);
        let relied_on: BTreeSet<UploadId> = submitted
            .flat_map(|held| held.sealed.uploads.iter().copied())
            .collect();
        for (id, upload) in &mut self.state.uploads {
            if !relied_on.contains(id) && dice.chance(70) {
                upload.offset = dice.below(upload.offset + 1);
            }
        }
    }

    fn take_bytes(
        &mut self,
        upload: UploadId,
        offset: u64,
        damage: bool,
        cut: Option<u64>,
    ) -> Result<Reply, Failure> {
        let state = self.state.uploads.get_mut(&upload).ok_or_else(not_found)?;
        if state.offset != offset {
            return Err(Failure::Unexpected {
                status: 409,
                what: "offset".into(),
            });
        }
        let left = state.size - offset;
        if let Some(cut) = cut {
            state.offset += left.min(cut);
            return Err(Failure::Unknown { what: "cut".into() });
        }
        if damage {
            state.offset = 0;
            return Err(problem(ProblemCode::HashMismatch));
        }
        state.offset = state.size;
        Ok(Reply::Sent { offset: state.size })
    }

    fn put(
        &mut self,
        id: DossierId,
        revision: u32,
        sealed: Option<Sealed>,
        by_hand: bool,
    ) -> Result<Reply, Failure> {
        let held = self.state.dossiers.get(&id);
        let known = held.and_then(|one| one.revisions.get(&revision));
        let refused = |one: &Sealed| match self.refuses.get(&one.sha256) {
            Some(Refuses::AtCreation) => true,
            Some(Refuses::OnlineOnly) => !by_hand && known.is_none(),
            Some(Refuses::AtSubmission) | None => false,
        };
        let sealed = sealed.filter(|one| !refused(one));
        let sealed = sealed.ok_or_else(|| problem(ProblemCode::DossierInvalid))?;
        if known.is_none() && revision > 1 && !held.is_some_and(|one| one.takes(revision)) {
            return Err(problem(ProblemCode::SupplementUnexpected));
        }
        let dossier = self.state.dossiers.entry(id).or_default();
        let new = || Held::new(sealed, false);
        let held = dossier.revisions.entry(revision).or_insert_with(new);
        Ok(Reply::Revision(RevisionView {
            dossier: id,
            revision,
            sha256: held.sealed.sha256,
            state: held.state(),
            needs: self.needs(id).filter(|_| revision == 1),
        }))
    }

    /// What it wants before it takes a dossier that it holds.
    fn needs(&self, id: DossierId) -> Option<Needs> {
        let held = self.state.dossiers.get(&id)?.revisions.get(&1)?;
        let asked = ConfirmationAsked {
            sent_to: String::new(),
        };
        (self.wants && !held.submitted && !held.refused).then(|| Needs {
            confirmation: (!held.confirmed).then_some(asked),
            fees: vec![self.fee(id)],
        })
    }

    fn confirm(&mut self, id: DossierId, revision: u32, code: &str) -> Result<Reply, Failure> {
        let dossier = self.state.dossiers.get_mut(&id).ok_or_else(not_found)?;
        let held = dossier.revisions.get_mut(&revision).ok_or_else(not_found)?;
        if code != CODE && !held.confirmed {
            return Err(problem(ProblemCode::ConfirmationWrong));
        }
        held.confirmed = true;
        let sealed = held.sealed.clone();
        self.put(id, revision, Some(sealed), false)
    }

    fn fee(&self, id: DossierId) -> Fee {
        let paid = |(of, wish): &(&PaymentId, &PaymentWish)| {
            wish.dossier == id && self.bank.settled.get(of) == Some(&true)
        };
        Fee {
            id: FEE.into(),
            name: String::new(),
            amount: hoso_dossier::Money::ZERO,
            paid_by: self.state.orders.iter().find(paid).map(|(of, _)| *of),
            at_desk: false,
        }
    }

    fn submit(&mut self, id: DossierId, revision: u32) -> Result<Reply, Failure> {
        let dossier = self.state.dossiers.get(&id).ok_or_else(not_found)?;
        let held = dossier.revisions.get(&revision).ok_or_else(not_found)?;
        let sha256 = held.sealed.sha256;
        let whole = |upload: &UploadId| {
            let upload = self.state.uploads.get(upload);
            upload.is_some_and(|one| one.offset == one.size)
        };
        if !held.submitted {
            if !held.sealed.uploads.iter().all(whole) {
                return Err(problem(ProblemCode::UploadMissing));
            }
            let needs = self.needs(id).filter(|_| revision == 1);
            if needs.is_some_and(|one| {
                one.confirmation.is_some() || one.fees.iter().any(|fee| fee.paid_by.is_none())
            }) {
                return Err(problem(ProblemCode::NeedsOpen));
            }
            let invalid = self.refuses.get(&sha256) == Some(&Refuses::AtSubmission);
            let unexpected = revision > 1 && !dossier.takes(revision);
            if held.refused || invalid || unexpected {
                // What is refused stays refused, whatever is asked for later.
                let dossier = self.state.dossiers.entry(id).or_default();
                if let Some(held) = dossier.revisions.get_mut(&revision) {
                    held.refused = true;
                }
                return Err(problem(if invalid {
                    ProblemCode::DossierInvalid
                } else {
                    ProblemCode::SupplementUnexpected
                }));
            }
            self.touch(id, |dossier| {
                if let Some(held) = dossier.revisions.get_mut(&revision) {
                    held.submitted = true;
                }
                dossier.supplement = None;
                dossier.status = if revision == 1 { 1 } else { 4 };
            });
        }
        let receipt = self.receipt(id, revision).ok_or_else(not_found)?;
        Ok(Reply::Receipt(receipt))
    }

    /// The portal's word of today about a revision that was submitted.
    pub(super) fn receipt(&self, id: DossierId, revision: u32) -> Option<Receipt> {
        let dossier = self.state.dossiers.get(&id)?;
        let held = dossier.revisions.get(&revision)?;
        let day = if dossier.forged { 2 } else { 1 };
        held.submitted.then(|| Receipt {
            dossier: id,
            revision,
            sha256: held.sealed.sha256,
            code: code(id),
            submitted_at: format!("2026-01-0{day}T00:00:00Z"),
            // Whether it is right is seen before the machine hears of it.
            signed: self.signs.then(SignedReceipt::default),
        })
    }

    /// Says something else of a dossier from here on; whether there is one.
    pub(super) fn forge(&mut self, id: DossierId) -> bool {
        let dossier = self.state.dossiers.get_mut(&id);
        let dossier = dossier.filter(|one| one.submitted() > 0);
        dossier.map(|one| one.forged = true).is_some()
    }

    fn order(&self, payment: PaymentId) -> Result<Reply, Failure> {
        let wish = self.state.orders.get(&payment).ok_or_else(not_found)?;
        Ok(Reply::Payment(PaymentOrder {
            id: payment,
            dossier: wish.dossier,
            fee: wish.fee.clone(),
            amount: wish.amount,
            state: match self.bank.settled.get(&payment) {
                None => PaymentState::Pending,
                Some(true) => PaymentState::Paid,
                Some(false) => PaymentState::Declined,
            },
            checkout_url: format!("http://bank/{payment}"),
            settled_at: None,
            transaction: None,
        }))
    }

    pub(crate) fn view(&self, id: DossierId) -> Option<DossierView> {
        let dossier = self.state.dossiers.get(&id)?;
        let revision = Some(dossier.submitted()).filter(|number| *number > 0)?;
        Some(DossierView {
            id,
            code: code(id),
            procedure: "1.001193".into(),
            status: dossier.status,
            revision,
            sha256: dossier.revisions.get(&revision)?.sealed.sha256,
            version: dossier.version,
            due_at: None,
            timeline: vec![],
            supplement: dossier.supplement.map(|revision| SupplementRequest {
                revision,
                reason: String::new(),
                components: vec![],
                requested_at: String::new(),
                due_at: None,
            }),
            opinion: None,
            fees: vec![self.fee(id)],
            files: dossier.files.clone(),
            withdrawal: dossier.withdrawal.clone(),
            rating: dossier.rating.clone(),
        })
    }

    fn changes(&mut self, cursor: Option<&str>) -> DossierPage {
        let since = cursor.and_then(|text| text.split('.').next()?.parse().ok());
        let since: u64 = since.unwrap_or(0);
        self.asked += 1;
        let repeats = self.odd.repeats;
        let changed = self
            .state
            .dossiers
            .iter()
            .filter(|(_, one)| one.changed > since || repeats && one.changed == since);
        let clock = self.state.clock;
        let cursor = if repeats {
            format!("{clock}.{}", self.asked)
        } else {
            clock.to_string()
        };
        DossierPage {
            cursor,
            epoch: self.tells_epoch.then(|| self.epoch.to_string()),
            account: self
                .account()
                .map(|one| one.edit)
                .filter(|_| self.tells_epoch),
            dossiers: changed.filter_map(|(id, _)| self.view(*id)).collect(),
        }
    }
}

/// Every file has a size of its own.
pub(super) fn size_of(upload: UploadId) -> u64 {
    1_000 + u64::try_from(upload.uuid().as_u128() % 7_000).unwrap_or(0)
}

fn code(id: DossierId) -> hoso_dossier::DossierCode {
    let text = format!("H34-{}", id.uuid().as_u128() % 100_000);
    text.parse().unwrap()
}

fn not_found() -> Failure {
    problem(ProblemCode::NotFound)
}

pub(crate) fn problem(code: ProblemCode) -> Failure {
    Failure::Problem {
        problem: Problem {
            kind: String::new(),
            title: format!("{code:?}"),
            status: 400,
            code,
            detail: String::new(),
            fields: BTreeMap::new(),
        },
        retry_after: (code == ProblemCode::Busy).then_some(7),
    }
}
