//! Procedures, dossiers, fees, statuses and what is frozen at sealing. Pure: no clock, no randomness, no I/O.

mod ids;
mod manifest;
mod money;
mod status;

pub use ids::{
    AttachmentId, DossierCode, DossierId, DraftId, PaperId, ParseIdError, PaymentId, Sha256,
    UploadId,
};
pub use manifest::{
    Applicant, DECLARATION_TEXT, DECLARATION_VERSION, Declaration, Delivery, Manifest,
    ManifestError, ManifestFile, SealedManifest,
};
pub use money::{Money, MoneyError};
pub use status::{Folder, OfficialStatus, UnknownStatus};
