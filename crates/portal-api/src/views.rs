//! Messages.

use hoso_dossier::{
    DesktopId, DossierCode, DossierId, EditId, Money, OfficialStatus, PaymentId, Sha256,
    SharedDraftId,
};
use serde::{Deserialize, Serialize};

/// Who the portal is and what it can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PortalInfo {
    /// Name for the person.
    pub name: String,
    /// [`crate::API_VERSION`], see [`crate::speaks`].
    pub api_version: String,
    /// Changes when the portal was restored from a backup: everything settled is then asked about again.
    pub epoch: String,
    /// Issuer of the OpenID provider.
    pub issuer: String,
    /// Client id for native applications.
    pub client_id: String,
    /// Largest upload in bytes.
    pub max_upload_bytes: u64,
    /// The portal's clock.
    pub now: String,
    /// How dossiers come to it without a network; a portal that can't take them leaves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sticks: Option<StickKeys>,
    /// That it keeps drafts for the person's other desktops; a portal that can't leaves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drafts: Option<DraftKeeping>,
    /// The Ed25519 key that signs receipts, base64: the one of `sticks`, where there is one. A portal that doesn't sign leaves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_signer: Option<String>,
    /// Which portal profile fits it, by id: the order and names of its steps, when it wants the fee, what it can't do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// What it can't do, in the words of [`hoso_dossier::Capability`], beside what its profile says: the person isn't offered it. Words that a client
    /// doesn't know say nothing to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cannot: Vec<String>,
    /// That a person may see and change their account's data through it ([`crate::Account`]); a portal that can't leaves it out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub account: bool,
    /// The portal's own page for following a dossier without signing in; `{code}` stands for the code. A QR of it goes on what the person keeps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_url: Option<String>,
}

/// The portal's keys for what is carried by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StickKeys {
    /// The age recipient that a carried dossier is encrypted to: `age1…`.
    pub recipient: String,
    /// The key that signs receipt files: Ed25519, base64.
    pub signer: String,
}

/// How the portal keeps drafts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DraftKeeping {
    /// How long a lease lasts from when it was asked for, in seconds.
    pub lease_seconds: u32,
    /// Largest draft in bytes.
    pub max_bytes: u64,
}

/// The person's drafts at the portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DraftList {
    /// Each, also those that are shared no more.
    pub drafts: Vec<SharedDraft>,
}

/// A draft that the portal keeps for the person's other desktops, and can't read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SharedDraft {
    /// Its permanent id.
    pub id: SharedDraftId,
    /// Number of the newest version; also its `ETag`.
    pub version: u64,
    /// Hash of that version's bytes.
    pub sha256: Sha256,
    /// How many bytes they are.
    pub size: u64,
    /// When that version came, RFC 3339.
    pub updated_at: String,
    /// It is shared no more: its bytes are gone, its id is used up.
    pub ended: bool,
    /// Who writes now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<DraftLease>,
}

/// A desktop's right to write a draft for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DraftLease {
    /// Whose it is.
    pub desktop: DesktopId,
    /// For how long still, in seconds: clocks may differ.
    pub seconds: u32,
}

/// A desktop's wish to write a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LeaseWish {
    /// Which desktop.
    pub desktop: DesktopId,
    /// Also if another desktop has the lease: the person asked for it.
    #[serde(default)]
    pub take_over: bool,
}

/// A key with which the person's desktop signs what it gives along by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SigningKey {
    /// Ed25519, base64.
    pub key: String,
    /// What the person calls the desktop.
    pub name: String,
}

/// What changed in the catalogue since a cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CataloguePage {
    /// Ask with it next time.
    pub cursor: String,
    /// In order.
    pub changes: Vec<CatalogueChange>,
    /// When the newest of the whole catalogue was published, RFC 3339: by this a catalogue that was carried by hand is told from a newer one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
}

/// One changed procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CatalogueChange {
    /// Code of the procedure.
    pub code: String,
    /// What happened.
    pub kind: CatalogueChangeKind,
    /// Version of its pack.
    pub version: String,
    /// Hash of the pack's bundle as served.
    pub sha256: Sha256,
}

/// What happened to a procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CatalogueChangeKind {
    /// New or changed.
    Published,
    /// Not offered any more.
    Withdrawn,
}

/// A form pack on the wire: its files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PackBundle {
    /// Code of the procedure.
    pub code: String,
    /// Version of the pack.
    pub version: String,
    /// The files, sorted by name.
    pub files: Vec<PackFile>,
}

/// One text file of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PackFile {
    /// Plain name, no folders.
    pub name: String,
    /// UTF-8 content.
    pub text: String,
}

/// A revision as the portal holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RevisionView {
    /// The dossier.
    pub dossier: DossierId,
    /// Which revision.
    pub revision: u32,
    /// Hash of the manifest's bytes that the portal holds.
    pub sha256: Sha256,
    /// How far it is.
    pub state: RevisionState,
    /// What the person has to do before the portal takes a revision that is created; left out by a portal that wants nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs: Option<Needs>,
}

/// What a portal wants of the person before a revision may be submitted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Needs {
    /// A confirmation code (*mã xác nhận*); none once it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<ConfirmationAsked>,
    /// Fees that are paid first, with those that are paid already.
    #[serde(default)]
    pub fees: Vec<Fee>,
}

/// A confirmation code that the portal waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfirmationAsked {
    /// Where the person finds it, in Vietnamese: to which telephone it went, say.
    pub sent_to: String,
}

/// The confirmation code as the person typed it; empty asks for a new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Confirmation {
    /// It.
    pub code: String,
}

/// How far a revision is on the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RevisionState {
    /// Created, not submitted.
    Created,
    /// Submitted; there is a receipt.
    Submitted,
    /// Refused when it was submitted, for good: submitting it again brings the same problem, and its number is used up.
    Refused,
}

/// The portal's word that it holds a revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// The dossier.
    pub dossier: DossierId,
    /// Which revision.
    pub revision: u32,
    /// Hash of the manifest's bytes that the portal holds.
    pub sha256: Sha256,
    /// The official code (*mã hồ sơ*), the same for every revision.
    pub code: DossierCode,
    /// When it was submitted.
    pub submitted_at: String,
    /// The same, signed; a portal that doesn't sign leaves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<SignedReceipt>,
}

/// A receipt with the portal's signature, as it answers a submission and as the file that is carried back by hand. Nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedReceipt {
    /// `hoso-receipt-1`; part of what is signed.
    #[serde(rename = "type")]
    pub kind: String,
    /// Base64 of the receipt's JSON without this member: signed as it stands, so that nobody has to write it the same way again.
    pub payload: String,
    /// Ed25519 over the type, a line feed and the payload's bytes; base64.
    pub signature: String,
}

/// The person's dossiers that changed since a cursor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DossierPage {
    /// Ask with it next time.
    pub cursor: String,
    /// The portal's epoch, as in [`PortalInfo`]: a client that finds it here need not ask there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<String>,
    /// Which change the person's account has last, as in [`crate::Account`]: a client that knows it need not ask there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<EditId>,
    /// Changed dossiers, each once.
    pub dossiers: Vec<DossierView>,
}

/// A dossier as the portal sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DossierView {
    /// The dossier.
    pub id: DossierId,
    /// The official code.
    pub code: DossierCode,
    /// Code of the procedure.
    pub procedure: String,
    /// Number of the official status. A number the client doesn't know is kept and shown as such.
    pub status: u8,
    /// The newest submitted revision.
    pub revision: u32,
    /// Hash of that revision's manifest.
    pub sha256: Sha256,
    /// Counts up with every change.
    pub version: u64,
    /// When the result is due, if the desk said so.
    #[serde(default)]
    pub due_at: Option<String>,
    /// What happened, oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// Open request for supplement.
    #[serde(default)]
    pub supplement: Option<SupplementRequest>,
    /// What the desk said when it refused or returned the dossier (*ý kiến cán bộ tiếp nhận*).
    #[serde(default)]
    pub opinion: Option<String>,
    /// Fees due or paid.
    #[serde(default)]
    pub fees: Vec<Fee>,
    /// Receipts and results to fetch.
    #[serde(default)]
    pub files: Vec<PortalFile>,
    /// That the person has withdrawn it (*rút hồ sơ*), and why. It stays, whatever the desk does then.
    #[serde(default)]
    pub withdrawal: Option<Withdrawal>,
    /// How satisfied the person was (*đánh giá mức độ hài lòng*). The first word stays.
    #[serde(default)]
    pub rating: Option<Rating>,
}

/// The person's wish to withdraw a dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Withdrawal {
    /// Why, in the person's words; 1,000 characters at most.
    pub reason: String,
}

/// How satisfied the person was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rating {
    /// 1 (*rất không hài lòng*) to 5 (*rất hài lòng*).
    pub score: u8,
    /// In the person's words; 1,000 characters at most.
    #[serde(default)]
    pub comment: String,
}

impl DossierView {
    /// The official status, if the number is one of the ten.
    #[must_use]
    pub fn official_status(&self) -> Option<OfficialStatus> {
        OfficialStatus::try_from(self.status).ok()
    }
}

/// What anybody may know who has a dossier's code (*tra cứu hồ sơ*): how far it is and who handles it, and nothing about the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LookUp {
    /// The official code.
    pub code: DossierCode,
    /// Code of the procedure.
    pub procedure: String,
    /// Name of the procedure, in Vietnamese.
    pub title: String,
    /// The office that handles it.
    pub office: String,
    /// Number of the official status, as in [`DossierView`].
    pub status: u8,
    /// When it was handed in.
    pub submitted_at: String,
    /// When the result is due, if the desk said so.
    #[serde(default)]
    pub due_at: Option<String>,
    /// What happened, oldest first; without notes, which may name the person.
    pub timeline: Vec<TimelineEntry>,
}

/// One step in a dossier's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimelineEntry {
    /// When.
    pub at: String,
    /// Number of the official status that it brought.
    pub status: u8,
    /// Which step (*bước xử lý*), in Vietnamese.
    pub step: String,
    /// Who handles it: unit or officer.
    pub handler: String,
    /// What was said.
    #[serde(default)]
    pub note: String,
}

/// A request for supplement (*nội dung yêu cầu bổ sung*).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SupplementRequest {
    /// The lowest number of a revision that answers it: the newest submitted one + 1. Any higher number answers it too, for one that was refused
    /// has used up its own.
    pub revision: u32,
    /// What is asked for.
    pub reason: String,
    /// Components asked for; empty when the answers themselves are.
    #[serde(default)]
    pub components: Vec<String>,
    /// When it was asked.
    pub requested_at: String,
    /// By when it is to be answered; the desk may have set no day.
    #[serde(default)]
    pub due_at: Option<String>,
}

/// A fee of a dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fee {
    /// Permanent id within the dossier.
    pub id: String,
    /// What for.
    pub name: String,
    /// How much.
    pub amount: Money,
    /// Paid, and by which attempt.
    #[serde(default)]
    pub paid_by: Option<PaymentId>,
    /// It is to be paid at the one-stop desk, as the person chose, or was paid there; left out otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_desk: bool,
}

/// A file that the portal offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PortalFile {
    /// Permanent id within the dossier.
    pub id: String,
    /// What it is.
    pub kind: PortalFileKind,
    /// File name.
    pub name: String,
    /// MIME type.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// Hash of the bytes; a file that is reissued keeps its id and has another hash.
    pub sha256: Sha256,
}

/// What a portal's file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PortalFileKind {
    /// *Giấy tiếp nhận hồ sơ và hẹn trả kết quả*.
    Reception,
    /// *Biên lai*.
    PaymentReceipt,
    /// *Kết quả giải quyết*.
    Result,
    /// A kind this client doesn't know.
    #[serde(other)]
    Other,
}

/// The wish to pay one fee; its id is minted by the client and rotates only after a definite decline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentWish {
    /// The dossier.
    pub dossier: DossierId,
    /// The fee within it.
    pub fee: String,
    /// What the person agreed to pay.
    pub amount: Money,
}

/// A payment order at the portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentOrder {
    /// The attempt.
    pub id: PaymentId,
    /// The dossier.
    pub dossier: DossierId,
    /// The fee within it.
    pub fee: String,
    /// How much.
    pub amount: Money,
    /// How it stands.
    pub state: PaymentState,
    /// Page to open in the browser; the QR carries the same address.
    pub checkout_url: String,
    /// When it was paid or declined.
    #[serde(default)]
    pub settled_at: Option<String>,
    /// The bank's number of the transaction.
    #[serde(default)]
    pub transaction: Option<String>,
}

/// How a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PaymentState {
    /// Not paid yet; the money may still move.
    Pending,
    /// Paid, once.
    Paid,
    /// Definitely not paid, and can't be any more under this id.
    Declined,
    /// A state this client doesn't know: treated as pending.
    #[serde(other)]
    Unknown,
}
