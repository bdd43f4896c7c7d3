//! What goes in and what comes out of [`crate::Outbox::step`].

use hoso_dossier::{DossierCode, DossierId, EditId, Money, PaymentId, Sha256, UploadId};
use hoso_portal_api::{
    Account, AccountData, DossierPage, DossierView, PaymentOrder, PaymentWish, PortalFile,
    PortalInfo, Problem, Rating, Receipt, RevisionView, Withdrawal,
};
use serde::{Deserialize, Serialize};

use crate::entry::{Doubt, Elsewhere, Entry, First, Meta, ParkReason, Refusal};
use crate::rules::SendRules;

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A revision was sealed. One with a number that is not higher than all before changes nothing; one that follows a revision that is held back
    /// takes its place.
    Sealed(Sealing),
    /// A revision that was sealed at another desktop has come here by hand. That desktop may have sent it too, so the portal is asked before
    /// anything is sent. One that is here already, or whose number is not higher than all before, changes nothing.
    TakenIn(Sealing),
    /// The revision that is on its way is about to leave by hand too: from here on it counts as sent, and can't be taken back any more.
    CarriedAway {
        /// Of which dossier.
        dossier: DossierId,
    },
    /// The timer rang, or a moment has passed.
    Tick,
    /// There is a network.
    Connected,
    /// There is no network.
    Disconnected,
    /// What the system says of the network; until it says something it is not metered.
    Network {
        /// It is charged by its volume.
        metered: bool,
    },
    /// The person says when files may leave, and how fast.
    Rules(SendRules),
    /// The files of the revision that is on its way wait for neither hours nor another network.
    SendNow {
        /// Of which dossier.
        dossier: DossierId,
    },
    /// The portal knows who asks.
    SignedIn,
    /// The portal doesn't know who asks.
    SignedOut,
    /// Hold everything back, or let it go.
    Pause {
        /// Hold back.
        on: bool,
    },
    /// Hold one dossier back, or let it go.
    PauseDossier {
        /// Which.
        dossier: DossierId,
        /// Hold back.
        on: bool,
    },
    /// The person doesn't want to wait, or has put right what kept a parked dossier.
    RetryNow {
        /// Which.
        dossier: DossierId,
    },
    /// The person wants to know how a dossier and its payments stand: nothing of it waits for its time any more. What is held back stays so.
    AskNow {
        /// Which.
        dossier: DossierId,
    },
    /// The person wants to know how things stand.
    RefreshNow,
    /// Take a sealed revision back, if the portal can't have it; see [`crate::Entry::may_cancel`]. The first revision leaves the outbox; a
    /// supplement stays there as given up, because its number is never used again.
    Cancel {
        /// Of which dossier.
        dossier: DossierId,
    },
    /// The person wants to pay a fee.
    PayWanted {
        /// Of which dossier.
        dossier: DossierId,
        /// Which fee.
        fee: String,
        /// What the person agreed to.
        amount: Money,
        /// Freshly minted; used only if no attempt is open.
        payment: PaymentId,
    },
    /// The person has typed the confirmation code that the portal asks for, or wants a new one, where it is empty.
    Confirm {
        /// Of which dossier.
        dossier: DossierId,
        /// It.
        code: String,
    },
    /// The person withdraws a dossier that the portal has accepted. Once said, another reason changes nothing, unless the portal refused the first.
    WithdrawWanted {
        /// Which.
        dossier: DossierId,
        /// Why.
        withdrawal: Withdrawal,
    },
    /// The person says how satisfied they were. Once said, another word changes nothing, unless the portal refused the first.
    RateWanted {
        /// Which dossier.
        dossier: DossierId,
        /// How.
        rating: Rating,
    },
    /// The person has changed their account's data. The portal is told the last such change, each under an id of its own.
    AccountWanted {
        /// Freshly minted.
        edit: EditId,
        /// What the account shall say.
        data: AccountData,
        /// The portal's state that the person was shown beside it, and chose against.
        seen: Option<EditId>,
    },
    /// The person takes the account as the portal has it, in the place of what was changed here.
    AccountTaken {
        /// The state that they were shown; another one changes nothing.
        seen: EditId,
    },
    /// A receipt has come by hand, and its signature was checked. The portal is asked about it when it can be.
    ReceiptBrought {
        /// It.
        receipt: Receipt,
    },
    /// A file of the portal that was stored here is not here any more: it is fetched again.
    FileGone {
        /// Of which dossier.
        dossier: DossierId,
        /// Its id.
        file: String,
        /// The version that is gone.
        sha256: Sha256,
    },
    /// Bytes of a file have left; for showing only.
    UploadProgress {
        /// Which file.
        upload: UploadId,
        /// Bytes from its start.
        offset: u64,
    },
    /// A request came to its end.
    Reply {
        /// Which.
        request: RequestId,
        /// How.
        outcome: Result<Reply, Failure>,
    },
}

/// What was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealing {
    /// The dossier.
    pub dossier: DossierId,
    /// Which revision.
    pub revision: u32,
    /// Hash of the manifest's canonical bytes.
    pub manifest_sha256: Sha256,
    /// The files in manifest order.
    pub files: Vec<SealedFile>,
    /// The dossier is held back from here on, until [`Event::PauseDossier`] lets it go: nothing of it leaves in the same breath.
    pub held: bool,
}

/// A file of a sealed revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedFile {
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
    /// The portal got it with an earlier revision.
    pub already_there: bool,
}

/// Names a request within one run of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// What to ask the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// `GET /.well-known/hoso-portal` → [`Reply::Info`]. Needs no sign-in.
    PortalInfo,
    /// tus creation → [`Reply::UploadCreated`]; with the bytes at once where `whole` says so and the portal takes them.
    CreateUpload {
        /// For which dossier.
        dossier: DossierId,
        /// The file's permanent id.
        upload: UploadId,
        /// Bytes.
        size: u64,
        /// Hash of the whole file.
        sha256: Sha256,
        /// File name.
        name: String,
        /// MIME type.
        media_type: String,
        /// The bytes go with it: the file is small, and nothing speaks for the portal having some of them.
        whole: bool,
    },
    /// tus `HEAD` → [`Reply::Offset`].
    AskOffset {
        /// Which file.
        upload: UploadId,
        /// Its address.
        url: String,
    },
    /// tus `PATCH` with everything from `offset` → [`Reply::Sent`]; [`Event::UploadProgress`] on the way.
    SendBytes {
        /// Which file.
        upload: UploadId,
        /// Its address.
        url: String,
        /// Where to begin.
        offset: u64,
        /// Bytes of the whole file.
        size: u64,
        /// Hash of the whole file.
        sha256: Sha256,
    },
    /// `PUT …/revisions/{n}` with the sealed bytes → [`Reply::Revision`].
    PutRevision {
        /// The dossier.
        dossier: DossierId,
        /// Which revision.
        revision: u32,
    },
    /// `PUT …/confirmation` → [`Reply::Revision`].
    Confirm {
        /// The dossier.
        dossier: DossierId,
        /// Which revision.
        revision: u32,
        /// The code; empty asks for a new one.
        code: String,
    },
    /// `POST …/submit`, check the signature where the portal signs → [`Reply::Receipt`].
    Submit {
        /// The dossier.
        dossier: DossierId,
        /// Which revision.
        revision: u32,
    },
    /// `GET …/receipt`, check its signature → [`Reply::Receipt`].
    AskReceipt {
        /// The dossier.
        dossier: DossierId,
        /// Of which revision.
        revision: u32,
    },
    /// `GET /v1/dossiers/{id}` → [`Reply::Dossier`].
    AskDossier {
        /// The dossier.
        dossier: DossierId,
    },
    /// `GET /v1/dossiers?cursor=` → [`Reply::Changes`].
    Changes {
        /// Where to go on.
        cursor: Option<String>,
    },
    /// `GET …/files/{file}`, check the hash, store the bytes → [`Reply::Fetched`].
    FetchFile {
        /// The dossier.
        dossier: DossierId,
        /// What the portal said about the file.
        file: PortalFile,
    },
    /// `PUT /v1/payments/{id}` → [`Reply::Payment`].
    PutPayment {
        /// The attempt.
        payment: PaymentId,
        /// What for.
        wish: PaymentWish,
    },
    /// `GET /v1/payments/{id}` → [`Reply::Payment`].
    AskPayment {
        /// The attempt.
        payment: PaymentId,
    },
    /// `GET /v1/account` → [`Reply::Account`].
    AskAccount,
    /// `PUT /v1/account/edits/{id}` with `If-Match` → [`Reply::Account`], which is a newer one where this change was known already.
    PutAccount {
        /// The change.
        edit: EditId,
        /// What the account shall say.
        data: AccountData,
        /// The state that it replaces.
        over: EditId,
    },
    /// `PUT …/withdrawal` → [`Reply::Dossier`].
    Withdraw {
        /// Which.
        dossier: DossierId,
        /// Why.
        withdrawal: Withdrawal,
    },
    /// `PUT …/rating` → [`Reply::Dossier`].
    Rate {
        /// Which.
        dossier: DossierId,
        /// How.
        rating: Rating,
    },
}

#[cfg(test)]
impl Request {
    /// The dossier that it names.
    pub(crate) const fn dossier(&self) -> Option<DossierId> {
        match self {
            Self::PortalInfo
            | Self::Changes { .. }
            | Self::AskOffset { .. }
            | Self::SendBytes { .. }
            | Self::AskAccount
            | Self::PutAccount { .. }
            | Self::AskPayment { .. } => None,
            Self::PutPayment { wish, .. } => Some(wish.dossier),
            Self::CreateUpload { dossier, .. }
            | Self::PutRevision { dossier, .. }
            | Self::Confirm { dossier, .. }
            | Self::Submit { dossier, .. }
            | Self::AskReceipt { dossier, .. }
            | Self::AskDossier { dossier }
            | Self::FetchFile { dossier, .. }
            | Self::Withdraw { dossier, .. }
            | Self::Rate { dossier, .. } => Some(*dossier),
        }
    }
}

/// What the portal answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// To [`Request::PortalInfo`].
    Info(PortalInfo),
    /// To [`Request::CreateUpload`].
    UploadCreated {
        /// The address for its bytes.
        url: String,
        /// Bytes that the portal has, if it said so.
        offset: Option<u64>,
    },
    /// To [`Request::AskOffset`]: bytes that the portal has; `None` when it doesn't know the address (404, 410).
    Offset(Option<u64>),
    /// To [`Request::SendBytes`]: bytes that the portal has now.
    Sent {
        /// From the file's start.
        offset: u64,
    },
    /// To [`Request::PutRevision`] and [`Request::Confirm`].
    Revision(RevisionView),
    /// To [`Request::Submit`] and [`Request::AskReceipt`].
    Receipt(Receipt),
    /// To [`Request::AskDossier`], [`Request::Withdraw`] and [`Request::Rate`].
    Dossier(Box<DossierView>),
    /// To [`Request::Changes`].
    Changes(DossierPage),
    /// To [`Request::FetchFile`]: stored, and its hash is the announced one.
    Fetched,
    /// To [`Request::PutPayment`] and [`Request::AskPayment`].
    Payment(PaymentOrder),
    /// To [`Request::AskAccount`] and [`Request::PutAccount`].
    Account(Account),
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The request did not leave this machine.
    Offline,
    /// The request may or may not have arrived.
    Unknown {
        /// What broke.
        what: String,
    },
    /// An answer outside the contract; says nothing about the outcome.
    Unexpected {
        /// HTTP status.
        status: u16,
        /// What was found.
        what: String,
    },
    /// A receipt without the portal's signature, though the portal signs; says nothing about the outcome.
    Unsigned {
        /// What is wrong with it.
        what: String,
    },
    /// A file that came has other bytes than the portal announced.
    Damaged {
        /// Which, and how.
        what: String,
    },
    /// The contract's own word.
    Problem {
        /// It.
        problem: Problem,
        /// Seconds to wait, if the portal said so.
        retry_after: Option<u64>,
    },
    /// There is no valid token and none can be had without the person.
    SignedOut,
    /// This machine could not do its part: a blob is missing, the disk is full.
    Local {
        /// What failed.
        what: String,
    },
}

/// What to do. See the crate's page for the order.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Store, in one transaction, before anything after it.
    Persist {
        /// New or changed.
        entries: Vec<(DossierId, Entry)>,
        /// Taken back: remove.
        removed: Vec<DossierId>,
        /// Not sealed here; `None`: the portal doesn't tell of it any more, or it is sealed here now.
        elsewhere: Vec<(DossierId, Option<Elsewhere>)>,
        /// Beside the dossiers.
        meta: Box<Meta>,
    },
    /// Ask the portal; answer with [`Event::Reply`].
    Send {
        /// Under this name.
        id: RequestId,
        /// This.
        request: Request,
    },
    /// Stop a request; no reply is wanted.
    Abort {
        /// Which.
        id: RequestId,
    },
    /// Ring with [`Event::Tick`].
    Timer {
        /// At this time, ms since the epoch.
        at: u64,
    },
    /// Tell whoever shows it.
    Notify(Notice),
}

/// What a person may want to know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "notice")]
pub enum Notice {
    /// Somebody has to sign in before anything moves.
    SignInNeeded,
    /// The portal was restored from a backup; everything accepted is being asked about.
    PortalRestored,
    /// The portal gave its receipt.
    CodeReceived {
        /// The dossier.
        dossier: DossierId,
        /// Which revision.
        revision: u32,
        /// *Mã hồ sơ*.
        code: DossierCode,
    },
    /// The portal's receipt does not bear its signature; the portal is asked again.
    ReceiptUnsigned {
        /// The dossier.
        dossier: DossierId,
        /// Which revision.
        revision: u32,
    },
    /// A receipt that is kept here is not what the portal says today.
    ReceiptDoubted {
        /// The dossier.
        dossier: DossierId,
        /// Which revision.
        revision: u32,
        /// Why.
        doubt: Doubt,
    },
    /// The portal lost a dossier that it had accepted; it is being sent again under the same id.
    SendingAgain {
        /// The dossier.
        dossier: DossierId,
    },
    /// The portal wants a confirmation code or a fee before it takes a dossier.
    FirstAsked {
        /// The dossier.
        dossier: DossierId,
        /// What comes first of it.
        first: First,
    },
    /// The portal refused a revision.
    NeedsFix {
        /// The dossier.
        dossier: DossierId,
        /// Which revision.
        revision: u32,
        /// What it said.
        refusal: Refusal,
    },
    /// A revision is held back.
    Quarantined {
        /// The dossier.
        dossier: DossierId,
        /// Which revision.
        revision: u32,
        /// Why.
        reason: ParkReason,
    },
    /// Taken back.
    Cancelled {
        /// The dossier.
        dossier: DossierId,
        /// Which revision.
        revision: u32,
    },
    /// Too late to take back.
    CancelRefused {
        /// The dossier.
        dossier: DossierId,
    },
    /// The official status changed.
    StatusChanged {
        /// The dossier.
        dossier: DossierId,
        /// Number of the status, perhaps one that this version doesn't know.
        status: u8,
    },
    /// The desk asks for a supplement.
    SupplementRequested {
        /// The dossier.
        dossier: DossierId,
        /// The revision that answers it.
        revision: u32,
    },
    /// The desk asks for something else than it did, before it was answered.
    SupplementChanged {
        /// The dossier.
        dossier: DossierId,
        /// The revision that answers it.
        revision: u32,
    },
    /// A file of the portal is stored here: receipt of reception, *biên lai*, result.
    FileArrived {
        /// The dossier.
        dossier: DossierId,
        /// Which file.
        file: PortalFile,
    },
    /// A file of the portal came with other bytes than announced again and again: it is not fetched any more before somebody wants it.
    FileSpoiled {
        /// The dossier.
        dossier: DossierId,
        /// Which file.
        file: PortalFile,
    },
    /// There is an order to pay.
    PaymentReady {
        /// The dossier.
        dossier: DossierId,
        /// Which fee.
        fee: String,
        /// The order with its link.
        order: PaymentOrder,
    },
    /// A fee is paid.
    PaymentPaid {
        /// The dossier.
        dossier: DossierId,
        /// Which fee.
        fee: String,
    },
    /// An attempt to pay is over without money having moved.
    PaymentDeclined {
        /// The dossier.
        dossier: DossierId,
        /// Which fee.
        fee: String,
    },
    /// The portal made no order.
    PaymentRefused {
        /// The dossier.
        dossier: DossierId,
        /// Which fee.
        fee: String,
        /// What it said.
        refusal: Refusal,
    },
    /// The portal did not take a withdrawal or a rating.
    WishRefused {
        /// The dossier.
        dossier: DossierId,
        /// What it said.
        refusal: Refusal,
    },
    /// The portal has what the person changed of their account.
    AccountUpdated,
    /// The account was changed elsewhere too: the person chooses.
    AccountConflict,
    /// The account was changed elsewhere.
    AccountChanged,
    /// The portal did not take a change of the account.
    AccountRefused {
        /// What it said.
        refusal: Refusal,
    },
    /// The portal has something new of a dossier that was not sealed on this machine.
    Elsewhere {
        /// Which.
        dossier: DossierId,
        /// It was not told of before.
        first: bool,
    },
}

impl Notice {
    /// What it is called and which dossier it is about: all of it that a log may have. The rest are the person's and the portal's words.
    #[must_use]
    pub const fn about(&self) -> (&'static str, Option<DossierId>) {
        match self {
            Self::SignInNeeded => ("SignInNeeded", None),
            Self::PortalRestored => ("PortalRestored", None),
            Self::CodeReceived { dossier, .. } => ("CodeReceived", Some(*dossier)),
            Self::ReceiptUnsigned { dossier, .. } => ("ReceiptUnsigned", Some(*dossier)),
            Self::ReceiptDoubted { dossier, .. } => ("ReceiptDoubted", Some(*dossier)),
            Self::SendingAgain { dossier, .. } => ("SendingAgain", Some(*dossier)),
            Self::FirstAsked { dossier, .. } => ("FirstAsked", Some(*dossier)),
            Self::NeedsFix { dossier, .. } => ("NeedsFix", Some(*dossier)),
            Self::Quarantined { dossier, .. } => ("Quarantined", Some(*dossier)),
            Self::Cancelled { dossier, .. } => ("Cancelled", Some(*dossier)),
            Self::CancelRefused { dossier, .. } => ("CancelRefused", Some(*dossier)),
            Self::StatusChanged { dossier, .. } => ("StatusChanged", Some(*dossier)),
            Self::SupplementRequested { dossier, .. } => ("SupplementRequested", Some(*dossier)),
            Self::SupplementChanged { dossier, .. } => ("SupplementChanged", Some(*dossier)),
            Self::FileArrived { dossier, .. } => ("FileArrived", Some(*dossier)),
            Self::FileSpoiled { dossier, .. } => ("FileSpoiled", Some(*dossier)),
            Self::PaymentReady { dossier, .. } => ("PaymentReady", Some(*dossier)),
            Self::PaymentPaid { dossier, .. } => ("PaymentPaid", Some(*dossier)),
            Self::PaymentDeclined { dossier, .. } => ("PaymentDeclined", Some(*dossier)),
            Self::PaymentRefused { dossier, .. } => ("PaymentRefused", Some(*dossier)),
            Self::WishRefused { dossier, .. } => ("WishRefused", Some(*dossier)),
            Self::AccountUpdated => ("AccountUpdated", None),
            Self::AccountConflict => ("AccountConflict", None),
            Self::AccountChanged => ("AccountChanged", None),
            Self::AccountRefused { .. } => ("AccountRefused", None),
            Self::Elsewhere { dossier, .. } => ("Elsewhere", Some(*dossier)),
        }
    }
}
