//! Problem codes: the only answers that end an attempt are the final ones listed here.
//!
//! What is ended is an attempt to change something (a revision, an upload, a payment, a wish, a draft). Whatever only asks is asked again later, unless
//! the code is its answer: [`ProblemCode::NotFound`] to a look-up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// `application/problem+json` (RFC 9457) with the contract's code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A URI reference of the kind of problem: `urn:hoso:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// Short English title.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// The code; one the client doesn't know reads as [`ProblemCode::Unknown`] and is retryable.
    pub code: ProblemCode,
    /// What happened, in the person's language where the portal knows it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// Answer or file → what is wrong with it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
}

/// What went wrong, stable across versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ProblemCode {
    /// Sign in (again); retryable after that.
    #[serde(rename = "auth.required")]
    AuthRequired,
    /// Signed in as somebody else. Final.
    #[serde(rename = "auth.forbidden")]
    Forbidden,
    /// No such dossier, upload or payment. It answers a look-up, and ends putting a revision, which creates its dossier. Anywhere else there was reason to
    /// think that the thing was there, and it is established again: the revision is put again after its submission or a question about its dossier, the file
    /// is announced and sent again, a payment or a wish waits and goes again after a question about the dossier, a kept receipt is doubted.
    #[serde(rename = "not_found")]
    NotFound,
    /// The same dossier and revision exist with other bytes. Final.
    #[serde(rename = "dossier.conflict")]
    DossierConflict,
    /// The portal refuses the answers; `fields` says which. Final.
    #[serde(rename = "dossier.invalid")]
    DossierInvalid,
    /// A file has not arrived whole; `fields` names it by upload id. Upload it and ask again.
    #[serde(rename = "upload.missing")]
    UploadMissing,
    /// The whole file's hash is not the one announced; the portal has forgotten the bytes, upload again.
    #[serde(rename = "upload.hash_mismatch")]
    HashMismatch,
    /// The file is over the portal's limit. Final.
    #[serde(rename = "upload.too_large")]
    TooLarge,
    /// The file's type is not taken. Final.
    #[serde(rename = "upload.type_refused")]
    TypeRefused,
    /// The procedure is not offered any more. Final.
    #[serde(rename = "procedure.closed")]
    ProcedureClosed,
    /// A supplement was not asked for, or was answered already, also by a revision with a higher number. Final.
    #[serde(rename = "supplement.unexpected")]
    SupplementUnexpected,
    /// The confirmation code is not the one that was sent, or is too old. The person types another; nothing of the dossier is lost.
    #[serde(rename = "confirmation.wrong")]
    ConfirmationWrong,
    /// The portal wants something before it takes this revision; putting the revision again tells what.
    #[serde(rename = "submission.needs")]
    NeedsOpen,
    /// Another payment of this fee is open or paid. Final for this attempt; ask for the dossier.
    #[serde(rename = "payment.other_open")]
    PaymentOtherOpen,
    /// The amount differs from what is due. Final for this attempt; ask for the dossier.
    #[serde(rename = "payment.amount")]
    PaymentAmount,
    /// The dossier is finished, or was given back: there is nothing to withdraw. Final.
    #[serde(rename = "withdrawal.too_late")]
    WithdrawalTooLate,
    /// The dossier is not finished: there is nothing to rate. Final.
    #[serde(rename = "rating.too_early")]
    RatingTooEarly,
    /// The account has changed since the state that `If-Match` names. Final for this change over that state; ask for the account.
    #[serde(rename = "account.changed")]
    AccountChanged,
    /// The portal doesn't take the account's data; `fields` says which. Final.
    #[serde(rename = "account.invalid")]
    AccountInvalid,
    /// A carried file can't be read, was changed on the way, or is not for this portal. Final.
    #[serde(rename = "stick.unreadable")]
    StickUnreadable,
    /// A carried file is signed with a key that belongs to no account of the portal. Final.
    #[serde(rename = "stick.stranger")]
    StickStranger,
    /// Another desktop writes this draft; `fields` says which, and for how many seconds still.
    #[serde(rename = "draft.held")]
    DraftHeld,
    /// The draft has another version than the one named. Final for this version; fetch the draft.
    #[serde(rename = "draft.changed")]
    DraftChanged,
    /// The draft is shared no more. Final.
    #[serde(rename = "draft.ended")]
    DraftEnded,
    /// The request is none of this contract: its method, headers or form. The client's fault; retryable, because a newer client may do better.
    #[serde(rename = "request.invalid")]
    RequestInvalid,
    /// Too many requests; wait as `Retry-After` says.
    #[serde(rename = "busy")]
    Busy,
    /// The portal's own fault; retryable.
    #[serde(rename = "internal")]
    Internal,
    /// A code this client doesn't know; retryable.
    #[serde(other, rename = "unknown")]
    Unknown,
}

impl ProblemCode {
    /// Every code of the contract, in the document's order.
    pub const ALL: &'static [Self] = &[
        Self::AuthRequired,
        Self::Forbidden,
        Self::NotFound,
        Self::DossierConflict,
        Self::DossierInvalid,
        Self::UploadMissing,
        Self::HashMismatch,
        Self::TooLarge,
        Self::TypeRefused,
        Self::ProcedureClosed,
        Self::SupplementUnexpected,
        Self::ConfirmationWrong,
        Self::NeedsOpen,
        Self::PaymentOtherOpen,
        Self::PaymentAmount,
        Self::WithdrawalTooLate,
        Self::RatingTooEarly,
        Self::AccountChanged,
        Self::AccountInvalid,
        Self::StickUnreadable,
        Self::StickStranger,
        Self::DraftHeld,
        Self::DraftChanged,
        Self::DraftEnded,
        Self::RequestInvalid,
        Self::Busy,
        Self::Internal,
    ];

    /// Trying again with the same bytes can't help. Of [`Self::NotFound`] that is so only where nothing was there before: see there.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(
            self,
            Self::Forbidden
                | Self::NotFound
                | Self::DossierConflict
                | Self::DossierInvalid
                | Self::TooLarge
                | Self::TypeRefused
                | Self::ProcedureClosed
                | Self::SupplementUnexpected
                | Self::PaymentOtherOpen
                | Self::PaymentAmount
                | Self::WithdrawalTooLate
                | Self::RatingTooEarly
                | Self::AccountChanged
                | Self::AccountInvalid
                | Self::StickUnreadable
                | Self::StickStranger
                | Self::DraftChanged
                | Self::DraftEnded
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_code_is_read_and_not_final() {
        let problem: Problem =
            serde_json::from_str(r#"{"type":"x","title":"t","status":418,"code":"teapot"}"#)
                .unwrap();
        assert_eq!(problem.code, ProblemCode::Unknown);
        assert!(!problem.code.is_final());
    }

    #[test]
    fn every_code_is_among_all_of_them() {
        // The unknown one stands last, so its place is the number of the others.
        assert_eq!(ProblemCode::ALL.len(), ProblemCode::Unknown as usize);
        assert!(ProblemCode::ALL.is_sorted_by(|one, next| one < next));
    }

    #[test]
    fn codes_are_stable() {
        let code = serde_json::to_string(&ProblemCode::HashMismatch).unwrap();
        assert_eq!(code, r#""upload.hash_mismatch""#);
    }
}
