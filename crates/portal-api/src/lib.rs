//! The contract with a portal: paths, messages and problem codes, version 1. How to put it before a system of one's own: `GUIDE.md` beside this crate.
//!
//! | call | answers |
//! |---|---|
//! | `GET /.well-known/hoso-portal` | [`PortalInfo`] |
//! | `GET /v1/catalogue?cursor=` (ETag) | [`CataloguePage`] |
//! | `GET /v1/packs/{code}` (ETag) | a form pack, [`PackBundle`] |
//! | tus 1.0 at `/v1/uploads` | uploads; [`upload_metadata`] names the keys |
//! | `PUT /v1/dossiers/{id}/revisions/{n}` with the sealed manifest | [`RevisionView`]: 201 the first time, 200 with the same bytes again |
//! | `POST /v1/dossiers/{id}/revisions/{n}/submit` | [`Receipt`]; the same one however often it is asked |
//! | `GET /v1/dossiers/{id}/revisions/{n}/receipt` | the same [`Receipt`]; a portal that signs its receipts has this call |
//! | `PUT /v1/dossiers/{id}/revisions/{n}/confirmation` with [`Confirmation`] | [`RevisionView`] with what is still needed |
//! | `GET /v1/dossiers?cursor=` | [`DossierPage`]: the person's dossiers changed since |
//! | `GET /v1/dossiers/{id}` | [`DossierView`] |
//! | `GET /v1/dossiers/{id}/files/{file}` | the bytes of a receipt or result |
//! | `PUT /v1/payments/{id}` with [`PaymentWish`] | [`PaymentOrder`]; the same one however often it is asked |
//! | `GET /v1/payments/{id}` | [`PaymentOrder`] |
//! | `PUT /v1/dossiers/{id}/withdrawal` with [`Withdrawal`] | [`DossierView`]; the first reason stays |
//! | `PUT /v1/dossiers/{id}/rating` with [`Rating`] | [`DossierView`]; the first word stays |
//! | `GET /v1/account` (ETag) | [`Account`]: what the person may change of their account |
//! | `PUT /v1/account/edits/{id}` with [`AccountData`], `If-Match` | [`Account`]: 201 the first time, 200 as it now is with the same id again |
//! | `PUT /v1/keys` with [`SigningKey`] | 204: what this key signs comes from the person who asks |
//! | `GET /v1/lookup?code=`, no sign-in | [`LookUp`]: how far the dossier of that code is |
//! | `POST /v1/sticks` with a carried dossier, no sign-in | a signed receipt file |
//! | `GET /v1/drafts` | [`DraftList`]: drafts that the person's desktops share |
//! | `PUT /v1/drafts/{id}` with an encrypted draft, `If-None-Match: *` or `If-Match`, [`DESKTOP_HEADER`] | [`SharedDraft`]: 201 the first time |
//! | `GET /v1/drafts/{id}` (ETag) | the newest version's bytes |
//! | `DELETE /v1/drafts/{id}` | 204: it is shared no more, as often as it is said |
//! | `PUT /v1/drafts/{id}/lease` with [`LeaseWish`] | [`SharedDraft`] with the lease |
//!
//! **Numbers of revisions.** The first revision of a dossier is 1. While a supplement is asked for, the portal takes any number above the newest
//! submitted one; each number belongs to the bytes that were created under it, for ever. A revision that is refused with a final code at submission
//! is kept as refused: submitting it again brings the same problem, whatever the desk has done since. The person corrects it and sends it under a
//! higher number. A revision below the newest submitted one is never submitted any more (`supplement.unexpected`).
//!
//! **Before submission.** Some portals want a confirmation code, or the fee, before they take a dossier. Such a one says so with the revision that it
//! holds ([`Needs`]): the person gives the code and pays the fees, by orders as any other, and then it is submitted. A submission that comes before is
//! [`ProblemCode::NeedsOpen`], which ends nothing: the client puts the revision again, which tells what is missing. A wrong or old code is
//! [`ProblemCode::ConfirmationWrong`], and the person types another. What was paid stays paid, whatever becomes of the submission. Only a first revision
//! needs anything, and one that comes by hand needs nothing: its key says whose it is, and the desk asks for the fee.
//!
//! **Paying at the desk.** Where a portal's profile has that way, a manifest may say `"pay": "atDesk"`: no fee is wanted before that dossier, the portal notes it
//! with the dossier ([`Fee::at_desk`]), and the desk takes the money. It then names a payment of its own in [`Fee::paid_by`] and gives the receipt as any
//! other, and an order that was open is declined; a person who would rather pay online orders as ever. A portal without that way answers
//! [`ProblemCode::DossierInvalid`], field `pay`.
//!
//! **The receiving agency.** Where a portal's profile has the person choose who receives a dossier (*cơ quan tiếp nhận*), the manifest of a procedure of a commune's
//! or a province's level says so in `agency`: the level, the official codes, and the name as it was shown. The codes decide. One that is missing, of another level,
//! not in the list, or named otherwise than its codes is [`ProblemCode::DossierInvalid`], field `agency`, and so is one that a portal without that choice is sent.
//! A supplement names the agency of its first revision.
//!
//! **Reissued files.** A file's id stays, its hash and bytes may change: a client fetches what has another hash and keeps what it had as an earlier version.
//!
//! **Sticks.** A dossier may come by hand, as one encrypted file, and online as well, in any order and more than once: the ids and the sealed bytes are the
//! same, so it is one dossier. The key that signed the file says whose it is. The receipt file names the revision and its hash, signed by the portal.
//!
//! **Look-up.** The portals' guides ask for the code alone, so what is answered is what anybody may know who has read it off a receipt: no name, no answer,
//! no note of the desk. A code that the portal never gave is [`ProblemCode::NotFound`]; what can be no code is [`ProblemCode::RequestInvalid`].
//!
//! **Shared drafts.** The portal keeps the newest version of a draft for the person's other desktops; the bytes are encrypted for those and tell it
//! nothing. One desktop at a time has the lease and writes; whoever sends a version while nobody has it, has it from then on. A lease runs out by itself and
//! may be taken over when the person asks for it. A version is taken from the lease's holder only (`draft.held`), and only after the version that `If-Match`
//! names (`draft.changed`, HTTP 412), so no version has two writers. The version is the ETag: `"3"`.
//!
//! **The account.** A portal that lets the person change it through this contract says so ([`PortalInfo::account`]). Each change has a permanent id, and is taken
//! once: one that was taken before is answered with the account as it now is, whatever `If-Match` names; any other goes over the state that `If-Match` names, or is
//! [`ProblemCode::AccountChanged`] (HTTP 412). The id of a change names the state that it made, and is its ETag; a change that was not made through this contract
//! gets an id of the portal's. So no two states ever have the same name, not even after a restore from a backup. [`DossierPage::account`] tells the newest.
//!
//! **Catalogue by stick.** A portal may offer the whole catalogue with its packs as one file, signed with the key of its receipt files
//! ([`CataloguePage::as_of`] tells which of two is the newer).
//!
//! **What a portal can't do** it says ([`PortalInfo::cannot`]), and the calls for it need not be there: withdrawal, rating, payments, sticks and keys,
//! look-up, drafts, the account. A client offers none of these to the person.
//!
//! **Versions of packs.** A version's bytes never change: what is corrected has a new version. A client fetches no version that it has.
//!
//! All but the first three, look-ups and sticks need `Authorization: Bearer`. Errors are `application/problem+json` ([`Problem`], RFC 9457). Times are RFC 3339 UTC.
//! An answer outside this contract (another status, HTML, a broken body) says nothing about the outcome and is asked again.

mod account;
mod problem;
mod views;

pub use account::{Account, AccountData};
pub use problem::{Problem, ProblemCode};
pub use views::{
    CatalogueChange, CatalogueChangeKind, CataloguePage, Confirmation, ConfirmationAsked,
    DossierPage, DossierView, DraftKeeping, DraftLease, DraftList, Fee, LeaseWish, LookUp, Needs,
    PackBundle, PackFile, PaymentOrder, PaymentState, PaymentWish, PortalFile, PortalFileKind,
    PortalInfo, Rating, Receipt, RevisionState, RevisionView, SharedDraft, SignedReceipt,
    SigningKey, StickKeys, SupplementRequest, TimelineEntry, Withdrawal,
};

/// Header that says which desktop sends a draft: a UUID.
pub const DESKTOP_HEADER: &str = "Hoso-Desktop";

/// Keys of tus `Upload-Metadata` at creation.
pub mod upload_metadata {
    /// The upload's permanent id, a UUID; a second creation with it answers the first one's `Location`.
    pub const UPLOAD: &str = "upload";
    /// The dossier's id.
    pub const DOSSIER: &str = "dossier";
    /// SHA-256 of the whole file, hex; checked when the last byte has arrived. A mismatch answers [`crate::ProblemCode::HashMismatch`] and forgets the bytes.
    pub const SHA256: &str = "sha256";
    /// File name, UTF-8.
    pub const FILE_NAME: &str = "filename";
    /// MIME type.
    pub const FILE_TYPE: &str = "filetype";
}

/// Version of this contract, as [`PortalInfo::api_version`] says it.
pub const API_VERSION: &str = "1";

/// The contract as an OpenAPI 3.1 document; a portal serves it at `/openapi.json`.
pub const OPENAPI: &str = include_str!("../openapi.json");

/// Who speaks that version speaks this contract: what stands behind a dot changes nothing that was there.
#[must_use]
pub fn speaks(version: &str) -> bool {
    version.split('.').next() == Some(API_VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_number_of_a_version_tells() {
        for (version, same) in [
            ("1", true),
            ("1.7", true),
            ("2", false),
            ("10", false),
            ("01", false),
            ("", false),
        ] {
            assert_eq!(speaks(version), same, "{version}");
        }
    }
}
