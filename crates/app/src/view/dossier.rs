//! Dossiers: the folders, one dossier, its payments.

use hoso_dossier::{DossierCode, DossierId, DraftId, Folder, Money, PaymentId, Sha256};
use serde::{Deserialize, Serialize};

use super::{BothLanguages, QueueItem, QueueStage, Trouble, WaitInfo};

/// All folders' counts and the rows of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct DossierList {
    /// Every folder in order, with its count.
    pub folders: Vec<FolderCount>,
    /// Rows, newest first: of the folder asked for, or of all.
    pub rows: Vec<DossierRow>,
    /// Last look at the portal, RFC 3339; empty when never.
    pub refreshed_at: String,
    /// Older dossiers that were sent from another desktop would be among them, and are not, because there are too many.
    pub left_out: bool,
}

/// A folder and how many are in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct FolderCount {
    /// The folder.
    pub folder: Folder,
    /// How many.
    pub count: u32,
}

/// A dossier or draft in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct DossierRow {
    /// The open draft, when there is one.
    pub draft: Option<DraftId>,
    /// The dossier, once sealed.
    pub dossier: Option<DossierId>,
    /// Name of the procedure.
    pub title: String,
    /// For whom; may be empty.
    pub subject: String,
    /// *Mã hồ sơ*, once given.
    pub code: Option<DossierCode>,
    /// Where it is found.
    pub folder: Folder,
    /// Official status number, once known.
    pub status: Option<u8>,
    /// When it last changed, RFC 3339.
    pub changed_at: String,
    /// Wizard step where a draft stopped.
    pub step: Option<super::WizardStep>,
    /// What the desk asks for (*nội dung yêu cầu bổ sung*).
    pub asked: Option<SupplementView>,
    /// What the desk said when it refused or returned it (*ý kiến cán bộ tiếp nhận*); empty when nothing.
    pub opinion: String,
    /// What the person has to see to before it goes on.
    pub trouble: Option<Trouble>,
    /// What was sealed last may be taken back: the portal can't have it.
    pub may_cancel: bool,
    /// How a draft is shared with the person's other desktops.
    pub share: Option<super::DraftShare>,
    /// A fee is due that the person chose to pay at the one-stop desk.
    pub pay_at_desk: bool,
    /// That one goes on with it elsewhere, and what that means here; none for what one goes on with here.
    pub elsewhere: Option<ElsewhereView>,
}

/// That the portal has a dossier with which nothing can be done here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ElsewhereView {
    /// Why that is.
    pub why: ElsewhereWhy,
    /// The same in words, with where one goes on.
    pub words: BothLanguages,
}

/// Why nothing can be done here with a dossier that the portal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum ElsewhereWhy {
    /// Another desktop of the person has sent it.
    OtherDesktop,
    /// Another desktop has, or this one before it was restored or the dossier was taken back: its draft is here.
    Before,
    /// The portal has it as another copy than the one that was sealed here.
    OtherCopy,
}

/// One dossier's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct DossierInfo {
    /// What the list shows.
    pub row: DossierRow,
    /// Code of the procedure.
    pub procedure: String,
    /// Who handles it now (unit or officer); may be empty.
    pub handler: String,
    /// When the result is due, RFC 3339; empty when not said.
    pub due_at: String,
    /// Working days until then; negative when it is past; none when no day was said, or the dossier is over.
    pub due_in: Option<i32>,
    /// Last look at the portal, RFC 3339; empty when never.
    pub refreshed_at: String,
    /// What happened, oldest first.
    pub timeline: Vec<TimelineRow>,
    /// Sealed revisions, oldest first.
    pub revisions: Vec<RevisionRow>,
    /// Open request for supplement.
    pub supplement: Option<SupplementView>,
    /// Fees due or paid.
    pub fees: Vec<FeeView>,
    /// Receipts and results.
    pub files: Vec<ReceivedFile>,
    /// Its place in the outbox, while it has one.
    pub queue: Option<QueueItem>,
    /// What it is called here until it has a code; empty once it has.
    pub provisional: String,
    /// QR as SVG to follow it with: of the portal's page for that, or of the code where there is no such page; empty without a code.
    pub code_qr: String,
    /// The portal's page for following it without signing in; empty where there is none.
    pub follow_page: String,
    /// QR as SVG of the portal's account with Zalo, which tells how far the dossier of a code is; empty without a code or such an account.
    pub zalo_qr: String,
    /// What the portal wants of the person before it takes the dossier.
    pub first: Option<FirstView>,
    /// It can be withdrawn (*rút hồ sơ*).
    pub may_withdraw: bool,
    /// That it is withdrawn, or is to be.
    pub withdrawal: Option<WithdrawalView>,
    /// It can be rated.
    pub may_rate: bool,
    /// How satisfied the person was.
    pub rating: Option<RatingView>,
    /// Whose dossier it is (*chủ hồ sơ*), where somebody else submits it (*người nộp*); empty otherwise.
    pub owner: String,
    /// It is submitted by written authority (*ủy quyền*).
    pub by_authority: bool,
    /// Where the post collects its originals, in one line; empty where that was not chosen.
    pub originals: String,
    /// Whose desk takes the fee: the agency that handles it; empty where that is not known.
    pub agency: String,
    /// Which desk the person chose to receive it (*cơ quan tiếp nhận*), as it was shown and sealed; empty where nobody had to choose.
    pub received_by: String,
    /// It can be exported, to be carried by hand.
    pub may_carry: bool,
    /// When it last left by hand, RFC 3339; empty when never.
    pub carried_at: String,
}

/// What a portal wants of the person before it takes a dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct FirstView {
    /// It asks for a confirmation code (*mã xác nhận*).
    pub confirm: bool,
    /// Where the person finds the code, as the portal says it.
    pub sent_to: String,
    /// What the portal said of the last code, where it was wrong; empty otherwise.
    pub wrong: String,
    /// A code was typed, or a new one asked for, and the portal has not answered yet.
    pub telling: bool,
    /// A fee is to be paid first.
    pub pay: bool,
}

/// How far something is that the portal is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum WishState {
    /// Safe here, and not told yet.
    Waiting,
    /// The portal knows.
    Told,
    /// The portal refused it.
    Refused,
}

/// A withdrawal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct WithdrawalView {
    /// Why.
    pub reason: String,
    /// How far it is.
    pub state: WishState,
    /// Why it was refused.
    pub trouble: Option<Trouble>,
}

/// How satisfied the person was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct RatingView {
    /// 1 to 5.
    pub score: u8,
    /// In the person's words.
    pub comment: String,
    /// How far it is.
    pub state: WishState,
    /// Why it was refused.
    pub trouble: Option<Trouble>,
}

/// The keys by which this profile is known to other desktops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct StickKeyInfo {
    /// What another desktop encrypts for: `age1…`.
    pub recipient: String,
    /// Short form of the key that signs here, to compare.
    pub fingerprint: String,
    /// The portal's keys are known here.
    pub portal_known: bool,
    /// The portal knows the key that signs here.
    pub told: bool,
}

/// A dossier that came by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct StickTaken {
    /// It.
    pub dossier: DossierId,
    /// Which revision.
    pub revision: u32,
    /// It was not here before.
    pub new: bool,
}

/// A step in a dossier's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct TimelineRow {
    /// RFC 3339.
    pub at: String,
    /// Official status number; 0 for what happened on this machine.
    pub status: u8,
    /// Which step.
    pub step: String,
    /// Who.
    pub handler: String,
    /// What was said.
    pub note: String,
}

/// A sealed revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct RevisionRow {
    /// 1, 2, …
    pub revision: u32,
    /// RFC 3339.
    pub sealed_at: String,
    /// SHA-256 of the manifest.
    pub sha256: String,
    /// Names of its files.
    pub files: Vec<String>,
    /// How far it is.
    pub stage: QueueStage,
    /// Why it was refused or held back.
    pub trouble: Option<Trouble>,
    /// The portal's receipt, once there is one.
    pub receipt: Option<ReceiptInfo>,
    /// It was sealed at another desktop: only the portal has what it says.
    pub elsewhere: bool,
    /// What it says otherwise than the one before.
    pub changes: Vec<RevisionChange>,
}

/// The portal's receipt for a revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ReceiptInfo {
    /// It bears the portal's signature, which was checked.
    pub signed: bool,
    /// When the portal took the revision, RFC 3339.
    pub submitted_at: String,
    /// When the portal was last asked for the signed receipt, RFC 3339; empty where it doesn't sign.
    pub audited_at: String,
    /// What the portal said of it then, if it was not the same.
    pub doubt: Option<Trouble>,
}

/// Something that a revision says otherwise than the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct RevisionChange {
    /// The question, or the paper.
    pub what: String,
    /// Before; empty where there was nothing.
    pub before: String,
    /// Now; empty where it was taken out.
    pub after: String,
}

/// A request for supplement (*nội dung yêu cầu bổ sung*).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct SupplementView {
    /// What is asked for.
    pub reason: String,
    /// The last day in time, ISO; empty where the desk set none.
    pub due_on: String,
    /// Working days until then; negative when it is past.
    pub due_in: Option<i32>,
    /// Codes of the components asked for.
    pub components: Vec<String>,
    /// RFC 3339.
    pub requested_at: String,
    /// The draft that answers it, once begun.
    pub draft: Option<DraftId>,
}

/// A fee of a dossier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct FeeView {
    /// Its id within the dossier.
    pub id: String,
    /// What for.
    pub name: String,
    /// How much.
    pub amount: Money,
    /// Paid.
    pub paid: bool,
    /// It is to be paid at the one-stop desk, as the person chose, or was paid there.
    pub at_desk: bool,
    /// The newest attempt.
    pub payment: Option<PaymentView>,
}

/// An attempt to pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PaymentView {
    /// The attempt.
    pub id: PaymentId,
    /// `wanted` (not yet ordered), `pending`, `paid`, `declined`, `failed`.
    pub state: String,
    /// Why the portal made no order.
    pub trouble: Option<Trouble>,
    /// Why the portal could not be asked about it last time, and when it is asked again.
    pub wait: Option<WaitInfo>,
    /// Page that opens in the browser; empty while not ordered.
    pub checkout_url: String,
    /// QR of that page as SVG; empty while not ordered.
    pub qr: String,
    /// The bank's number; empty until paid.
    pub transaction: String,
    /// When it was last asked about, RFC 3339.
    pub updated_at: String,
}

/// A receipt or result that was received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ReceivedFile {
    /// Its id within the dossier; the same for every version of a file that was issued again.
    pub id: String,
    /// Hash of this version.
    pub sha256: Sha256,
    /// `reception`, `paymentReceipt`, `result`, `other`.
    pub kind: String,
    /// File name.
    pub name: String,
    /// Bytes.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub size: u64,
    /// It is on this machine.
    pub here: bool,
    /// When it came, RFC 3339; empty while it has not.
    pub received_at: String,
    /// The desk has issued it again since: this version holds no more.
    pub replaced: bool,
    /// It came with other bytes than announced again and again, and is not fetched before the person wants it.
    pub spoiled: bool,
}
