//! What is kept of a dossier on its way: everything here is stored by the application.

use std::collections::BTreeMap;

use hoso_dossier::{DossierId, Money, OfficialStatus, PaymentId, Sha256, UploadId};
use hoso_portal_api::{
    DossierView, Fee, Needs, PaymentOrder, PortalFile, Problem, ProblemCode, Rating, Receipt,
    Withdrawal,
};
use serde::{Deserialize, Serialize};

use crate::account::KeptAccount;
use crate::rules::SendRules;

/// One sealed dossier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Revisions sealed on this machine, oldest first; never empty.
    pub revisions: Vec<Revision>,
    /// The person holds this dossier back.
    #[serde(default)]
    pub paused: bool,
    /// Fee id → the newest attempt to pay it.
    #[serde(default)]
    pub payments: BTreeMap<String, Payment>,
    /// The portal's newest word.
    #[serde(default)]
    pub view: Option<DossierView>,
    /// The person's wish to withdraw it.
    #[serde(default)]
    pub withdrawal: Option<Wish<Withdrawal>>,
    /// How satisfied the person was.
    #[serde(default)]
    pub rating: Option<Wish<Rating>>,
    /// Files of the portal that are stored here: id → hash.
    #[serde(default)]
    pub fetched: BTreeMap<String, Sha256>,
    /// Files of the portal that came with other bytes than announced: id → which version, and how often.
    #[serde(default)]
    pub spoiled: BTreeMap<String, Spoiled>,
    /// The portal must be asked whether it still holds what it accepted.
    #[serde(default)]
    pub recheck: bool,
    /// The portal was restored since: receipts of revisions before its newest are established again too.
    #[serde(default)]
    pub recheck_older: bool,
    /// When the portal last confirmed that it holds the dossier, ms since the epoch.
    #[serde(default)]
    pub checked_at: u64,
}

/// A file of the portal that came with other bytes than announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Spoiled {
    /// The announced hash.
    pub sha256: Sha256,
    /// How often.
    pub times: u8,
    /// So often that nobody fetches it any more before somebody wants it, or the portal announces another.
    #[serde(default)]
    pub given_up: bool,
}

/// One sealed revision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// Its number.
    pub revision: u32,
    /// Hash of the manifest's canonical bytes.
    pub manifest_sha256: Sha256,
    /// Its files in manifest order.
    pub files: Vec<UploadFile>,
    /// How far it is.
    pub stage: Stage,
    /// The manifest may have reached the portal.
    #[serde(default)]
    pub sent: bool,
    /// When it last left by hand, ms since the epoch.
    #[serde(default)]
    pub carried_at: Option<u64>,
    /// It was sealed on another desktop, which may go on with it.
    #[serde(default)]
    pub taken_in: bool,
    /// What comes before the portal takes it.
    #[serde(default)]
    pub before: Before,
    /// The portal's receipt.
    #[serde(default)]
    pub receipt: Option<Receipt>,
    /// The person went on without it, or sealed a later one in its place: it stays as it is and holds nothing up.
    #[serde(default)]
    pub given_up: bool,
    /// When it was sealed, ms since the epoch.
    pub sealed_at: u64,
    /// Its files wait for neither hours nor another network: the person wants them to leave now.
    #[serde(default)]
    pub at_once: bool,
    /// When the portal last gave the signed receipt, or was last asked for it in vain; ms since the epoch.
    #[serde(default)]
    pub audited_at: u64,
    /// What the portal said of the receipt when it was asked again, if it was not the same.
    #[serde(default)]
    pub doubt: Option<Doubt>,
}

/// Why a receipt that is kept here is not what the portal says today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Doubt {
    /// The portal has no such receipt any more.
    Missing,
    /// The portal gives another one.
    Differs,
    /// What the portal gives is not signed by it.
    Unsigned,
}

/// What comes before the portal takes a revision that it holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Before {
    /// What it wants.
    #[serde(default)]
    pub needs: Needs,
    /// The confirmation code that the person typed, until the portal has answered to it; empty: a new one is wanted.
    #[serde(default)]
    pub code: Option<String>,
    /// What the portal said of the last code, where it was wrong.
    #[serde(default)]
    pub wrong: Option<String>,
}

/// What the person has to do before a portal takes a dossier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum First {
    /// Type the confirmation code (*mã xác nhận*).
    Confirm,
    /// Pay the fee.
    Pay,
}

/// How far a revision is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "stage")]
pub enum Stage {
    /// On this machine only.
    Sealed,
    /// Files are on their way.
    Uploading,
    /// The files are there; the manifest is being created and submitted.
    Submitting,
    /// The submission may or may not have arrived; the portal will be asked.
    OutcomeUnknown,
    /// The portal has given its receipt.
    Accepted,
    /// Nothing more is expected of the portal.
    Settled,
    /// The portal refused it; the person has to act.
    NeedsFix {
        /// What the portal said.
        refusal: Refusal,
    },
    /// Sending it again would not help; it is held back until somebody looks.
    Quarantined {
        /// Why.
        reason: ParkReason,
    },
}

/// A final problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    /// The contract's code.
    pub code: ProblemCode,
    /// What the portal said, in the person's language where it knows it.
    pub detail: String,
    /// Answer or file → what is wrong with it.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self {
            code: problem.code,
            detail: if problem.detail.is_empty() {
                problem.title
            } else {
                problem.detail
            },
            fields: problem.fields,
        }
    }
}

/// Why a revision is held back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "why")]
pub enum ParkReason {
    /// The portal holds other bytes under the same id.
    OtherBytes {
        /// Their hash, if the portal said it.
        held: Option<Sha256>,
    },
    /// A file arrived damaged again and again.
    Damaged {
        /// Which.
        upload: UploadId,
    },
    /// This machine can't read what it sealed.
    Local {
        /// What failed.
        what: String,
    },
}

/// One file of a revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UploadFile {
    /// Its permanent id.
    pub upload: UploadId,
    /// Hash of the whole file.
    pub sha256: Sha256,
    /// Bytes.
    pub size: u64,
    /// File name that the person sees.
    pub name: String,
    /// MIME type.
    pub media_type: String,
    /// Code of the component that it belongs to.
    pub component: String,
    /// How far it is.
    pub state: FileState,
    /// How often the portal found other bytes than announced.
    #[serde(default)]
    pub mismatches: u8,
}

/// How far a file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "state")]
pub enum FileState {
    /// The portal has not been told of it, or may have forgotten it.
    Waiting,
    /// The portal gave it an address.
    Created {
        /// Where its bytes go.
        url: String,
    },
    /// The portal has all of it.
    Done,
}

/// The newest attempt to pay one fee. At most one is open at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
    /// The attempt.
    pub id: PaymentId,
    /// What the person agreed to pay.
    pub amount: Money,
    /// How it stands.
    pub stage: PaymentStage,
    /// The portal's newest word about it.
    #[serde(default)]
    pub order: Option<PaymentOrder>,
    /// Paid, and the portal doesn't know it any more: it is told the same attempt again.
    #[serde(default)]
    pub unconfirmed: bool,
}

impl Payment {
    /// The attempt that the portal is told of: the one that the money moved by, whoever made it, or this one.
    pub(crate) const fn attempt(&self) -> PaymentId {
        match self.stage {
            PaymentStage::Paid { by } => by,
            _ => self.id,
        }
    }
}

/// How a payment stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "stage")]
pub enum PaymentStage {
    /// The person wants to pay; the portal has not been told.
    Wished,
    /// The wish may or may not have arrived; the portal will be asked.
    Asking,
    /// There is an order to pay; the money may move.
    Open,
    /// Paid. Never left again.
    Paid {
        /// By which attempt: this one, or one made elsewhere.
        by: PaymentId,
    },
    /// Definitely not paid, and can't be any more under this id.
    Declined,
    /// The portal made no order.
    Refused {
        /// What it said.
        refusal: Refusal,
    },
}

impl PaymentStage {
    /// The attempt can still move money, so no other may be made.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Wished | Self::Asking | Self::Open)
    }
}

/// Something that the portal is told once, and again until it knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Wish<T> {
    /// What it is told.
    pub what: T,
    /// How it stands.
    pub stage: WishStage,
}

/// How a wish stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "stage")]
pub enum WishStage {
    /// The portal has not said that it knows.
    Open,
    /// The portal knows.
    Done,
    /// The portal refused it.
    Refused {
        /// What it said.
        refusal: Refusal,
    },
}

impl<T> Wish<T> {
    /// The portal is still to be told.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.stage, WishStage::Open)
    }

    /// What the portal's newest word makes of it: one that has forgotten it is told again.
    fn heard(wish: &mut Option<Self>, known: bool, again: bool) {
        if let Some(wish) = wish {
            match wish.stage {
                WishStage::Open if known => wish.stage = WishStage::Done,
                WishStage::Done if !known && again => wish.stage = WishStage::Open,
                _ => {}
            }
        }
    }
}

/// A dossier of the person's account that the portal tells of and that was not sealed on this machine: it is shown, and nothing of it is sent from here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Elsewhere {
    /// The portal's newest word.
    pub view: DossierView,
    /// When it came, ms since the epoch.
    pub told_at: u64,
    /// In which reading of the portal's list; see [`Meta::reading`].
    pub(crate) reading: u64,
}

/// Everything that an outbox is taken up from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Kept {
    /// What was sealed on this machine.
    pub entries: Vec<(DossierId, Entry)>,
    /// What was not, and the portal tells of.
    pub elsewhere: Vec<(DossierId, Elsewhere)>,
    /// Beside the dossiers.
    pub meta: Meta,
}

/// What is kept beside the dossiers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
    /// Where to go on reading the portal's changes.
    #[serde(default)]
    pub cursor: Option<String>,
    /// How often the portal's list of changes was begun to be read from its start. What an end of it was reached without is not on the portal any more.
    #[serde(default)]
    pub reading: u64,
    /// Dossiers from elsewhere that are not kept, because there are too many.
    #[serde(default)]
    pub left_out: u64,
    /// The portal's epoch when it was last asked.
    #[serde(default)]
    pub epoch: Option<String>,
    /// The person holds everything back.
    #[serde(default)]
    pub paused: bool,
    /// When the portal last answered with its changes, ms since the epoch.
    #[serde(default)]
    pub refreshed_at: Option<u64>,
    /// When files may leave, and how fast.
    #[serde(default)]
    pub rules: SendRules,
    /// The person's account.
    #[serde(default)]
    pub account: KeptAccount,
}

impl Entry {
    /// The revision that is on its way: the oldest one without a receipt that was not given up.
    #[must_use]
    pub fn active(&self) -> Option<&Revision> {
        self.revisions.iter().find(|one| one.is_under_way())
    }

    pub(crate) fn active_mut(&mut self) -> Option<&mut Revision> {
        self.revisions.iter_mut().find(|one| one.is_under_way())
    }

    /// The revision that says how the dossier stands: the active one, or the newest that was not given up.
    #[must_use]
    pub fn current(&self) -> Option<&Revision> {
        let newest = || self.revisions.iter().rev().find(|one| !one.given_up);
        self.active().or_else(newest)
    }

    /// The newest revision that the portal has given a receipt for.
    #[must_use]
    pub fn accepted(&self) -> Option<&Revision> {
        self.revisions.iter().rev().find(|one| one.is_accepted())
    }

    /// The portal has the dossier, as far as is known here: it gave a receipt, or tells of it.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.accepted().is_some() || self.view.is_some()
    }

    /// What the person has to do before the portal takes the active revision, which it holds.
    #[must_use]
    pub fn first(&self) -> Option<First> {
        let active = self.active().filter(|one| one.stage == Stage::Submitting)?;
        let before = &active.before;
        if before.needs.confirmation.is_some() && before.code.is_none() {
            return Some(First::Confirm);
        }
        let due = |fee: &Fee| fee.paid_by.is_none() && !self.has_paid(&fee.id);
        before.needs.fees.iter().any(due).then_some(First::Pay)
    }

    /// The fee was paid, and the portal knows it as far as is known here.
    fn has_paid(&self, fee: &str) -> bool {
        self.payments.get(fee).is_some_and(|payment| {
            matches!(payment.stage, PaymentStage::Paid { .. }) && !payment.unconfirmed
        })
    }

    /// A fee of it was paid, here or elsewhere, or may be: there is an order, or may be one. A wish that the portal doesn't know of is none.
    #[must_use]
    pub fn has_money(&self) -> bool {
        let may_move = |one: &Payment| match one.stage {
            PaymentStage::Wished => one.order.is_some(),
            PaymentStage::Asking | PaymentStage::Open | PaymentStage::Paid { .. } => true,
            PaymentStage::Declined | PaymentStage::Refused { .. } => false,
        };
        let asked = self.revisions.iter().flat_map(|one| &one.before.needs.fees);
        let told = self.view.iter().flat_map(|view| &view.fees);
        self.payments.values().any(may_move) || asked.chain(told).any(|fee| fee.paid_by.is_some())
    }

    /// What is on its way may be taken back: the portal can't have it as a dossier, and where the dossier would end with it no money is in it. What is
    /// sealed in its place is another dossier, whose fee would be due again.
    #[must_use]
    pub fn may_cancel(&self) -> bool {
        let Some(active) = self.active() else {
            return false;
        };
        let money = active.revision == 1 && self.has_money();
        // What left by hand may still be taken at a desk, whatever was said online: what is sealed in its place would be a second dossier.
        let carried = active.revision == 1 && active.is_on_a_stick();
        // It is the person's turn, so nothing was submitted; where another desktop has it too, it may be there any moment.
        let unsent = !active.is_on_a_stick() && self.view.is_none();
        let waits = self.first().is_some() && unsent;
        // There is no supplement of what the portal never had.
        let supplemented = active.revision == 1 && self.revisions.len() > 1;
        (active.may_cancel() || waits) && !money && !carried && !supplemented
    }

    /// The portal has it, or other bytes in its place, and is not done with it, and nothing is on its way that would show whether it still has it.
    pub(crate) fn may_be_lost(&self) -> bool {
        let in_conflict = self.active().is_some_and(Revision::is_in_conflict);
        (self.accepted().is_some() || in_conflict)
            && !self.is_over()
            && self.active().is_none_or(Revision::is_parked)
    }

    /// Nothing more will happen to it on the portal, as far as its newest word goes.
    pub(crate) fn is_over(&self) -> bool {
        self.view.as_ref().is_some_and(|view| {
            view.official_status().is_some_and(OfficialStatus::is_final)
                && view
                    .files
                    .iter()
                    .all(|file| self.fetched.get(&file.id) == Some(&file.sha256))
        }) && !self.payments.values().any(|one| one.stage.is_open())
            && !self.has_open_wish()
    }

    /// This version of a file of the portal came damaged so often that it is not fetched any more by itself.
    #[must_use]
    pub fn has_given_up(&self, file: &PortalFile) -> bool {
        let spoiled = self.spoiled.get(&file.id);
        spoiled.is_some_and(|one| one.given_up && one.sha256 == file.sha256)
    }

    /// The portal tells of a revision that is not from here, for the first time.
    pub(crate) fn is_passed_by(&self, view: &DossierView) -> bool {
        let known = self.view.as_ref().map_or(0, |known| known.revision);
        let here = |one: &Revision| one.revision == view.revision;
        known < view.revision && !self.revisions.iter().any(here)
    }

    /// Something that the portal is still to be told.
    pub(crate) fn has_open_wish(&self) -> bool {
        self.withdrawal.as_ref().is_some_and(Wish::is_open)
            || self.rating.as_ref().is_some_and(Wish::is_open)
    }

    /// What the portal's newest word says of the person's wishes.
    pub(crate) fn hear_of_wishes(&mut self, view: &DossierView, again: bool) {
        Wish::heard(&mut self.withdrawal, view.withdrawal.is_some(), again);
        Wish::heard(&mut self.rating, view.rating.is_some(), again);
    }
}

impl Revision {
    /// The portal has given its receipt.
    #[must_use]
    pub const fn is_accepted(&self) -> bool {
        matches!(self.stage, Stage::Accepted | Stage::Settled)
    }

    /// It left here by hand, or came so: a desk or another desktop may hand it in at any moment, whatever was said here.
    #[must_use]
    pub const fn is_on_a_stick(&self) -> bool {
        self.carried_at.is_some() || self.taken_in
    }

    const fn is_under_way(&self) -> bool {
        !self.is_accepted() && !self.given_up
    }

    /// Waits for a person.
    #[must_use]
    pub const fn is_parked(&self) -> bool {
        matches!(
            self.stage,
            Stage::NeedsFix { .. } | Stage::Quarantined { .. }
        )
    }

    /// The portal holds other bytes in its place.
    pub(crate) const fn is_in_conflict(&self) -> bool {
        matches!(
            self.stage,
            Stage::Quarantined {
                reason: ParkReason::OtherBytes { .. }
            }
        )
    }

    /// The portal has said which other bytes it holds.
    pub(crate) const fn other_bytes_told(&self) -> bool {
        matches!(
            self.stage,
            Stage::Quarantined {
                reason: ParkReason::OtherBytes { held: Some(_) }
            }
        )
    }

    /// May be taken back, as far as the portal goes: it can't have it as a dossier; see [`Entry::may_cancel`]. A supplement that is held back may always be: should the portal have taken it
    /// after all, the dossier says so, and it goes on.
    #[must_use]
    pub const fn may_cancel(&self) -> bool {
        match self.stage {
            Stage::NeedsFix { .. } => true,
            Stage::Quarantined { .. } => !self.sent || self.revision > 1,
            Stage::Sealed | Stage::Uploading => !self.sent,
            _ => false,
        }
    }

    /// Nothing is done about it any more, or not until a person acts.
    pub(crate) const fn is_out_of_the_way(&self) -> bool {
        !self.is_accepted() && (self.given_up || self.is_parked())
    }

    /// The portal tells of it though it has not left here, as far as is known here: another desktop has sent it, or the disk has forgotten that this one
    /// did. Then there is nothing to send and nothing to take back; the portal is asked for the receipt.
    pub(crate) fn is_there_unsent(&self, view: &DossierView) -> bool {
        let same = self.revision == view.revision && self.manifest_sha256 == view.sha256;
        matches!(self.stage, Stage::Sealed | Stage::Uploading)
            && !self.given_up
            // Without the first one there is none after it.
            && (same || self.revision == 1)
    }

    /// It was refused, and the portal tells of a later one: a first one it does have then, which may be this one, brought by hand.
    pub(crate) const fn is_refused_and_passed(&self, view: &DossierView) -> bool {
        matches!(self.stage, Stage::NeedsFix { .. })
            && !self.given_up
            && self.revision == 1
            && view.revision > 1
    }

    /// Goes on as what the portal has.
    pub(crate) fn found_there(&mut self) {
        self.stage = Stage::Submitting;
        self.sent = true;
    }

    /// The portal holds it though it was refused or given up: its receipt is fetched.
    pub(crate) fn taken_after_all(&mut self) {
        self.given_up = false;
        self.stage = Stage::Submitting;
    }

    /// The portal holds it, whoever sent it, and with it every file.
    pub(crate) fn accept(&mut self, receipt: Receipt, now: u64) {
        self.stage = Stage::Accepted;
        self.before = Before::default();
        self.receipt = Some(receipt);
        self.audited_at = now;
        self.doubt = None;
        for file in &mut self.files {
            file.state = FileState::Done;
            file.mismatches = 0;
        }
    }

    /// Files of it are still to leave, and nothing but the way there is in question.
    pub(crate) fn has_files_to_send(&self) -> bool {
        matches!(self.stage, Stage::Sealed | Stage::Uploading)
            && self.files.iter().any(|file| file.state != FileState::Done)
    }

    /// Whatever the portal was told may be forgotten: every file is offered again, under the same ids.
    pub(crate) fn start_over(&mut self) {
        self.stage = Stage::Uploading;
        self.given_up = false;
        for file in &mut self.files {
            file.state = FileState::Waiting;
        }
    }
}
