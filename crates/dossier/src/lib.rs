//! Procedures, dossiers, fees, statuses and what is frozen at sealing. Pure: no clock, no randomness, no I/O.

mod agency;
mod calendar;
mod catalogue;
mod component;
mod fee;
mod handover;
mod ids;
mod manifest;
mod money;
mod own_days;
mod pack;
mod paper_pack;
mod portal_profile;
mod procedure;
mod rule;
mod status;
mod version;

pub use agency::{AgencyError, AgencySource, ReceivingAgency};
pub use calendar::{CALENDAR, Calendar, CalendarError, DayKind, UnusualDay};
pub use catalogue::{Catalogue, Filter, Hit};
pub use component::{Component, ComponentKind, ComponentProblem, Format};
pub use fee::{FeeBreakdown, FeeError, FeeLine, FeeRule, Price};
pub use handover::{Handover, NoticeWish, PostAddress};
pub use ids::{
    AttachmentId, DesktopId, DossierCode, DossierId, DraftId, EditId, PaperId, ParseIdError,
    PaymentId, Sha256, SharedDraftId, UploadId,
};
pub use manifest::{
    Applicant, DECLARATION_TEXT, DECLARATION_VERSION, Declaration, Delivery, Manifest,
    ManifestError, ManifestFile, Owner, SealedManifest,
};
pub use money::{Money, MoneyError};
pub use own_days::{OwnDay, OwnDayProblem, OwnDaysError};
pub use pack::{FormPack, PACK_FILE, PackError, pack_text};
pub use paper_pack::{DeskPaper, DossierField, Pack, PaperKind, PaperPack};
pub use portal_profile::{
    Capability, Contact, DeliveryWay, NoticeWay, PayWay, PaymentTime, PortalAgency, PortalDelivery,
    PortalHandIn, PortalPayWay, PortalProfile, PortalProfileError, PortalStep, Receiver, StepName,
};
pub use procedure::{
    Agency, Audience, Deadline, Due, Effective, Level, OutOfForce, Paper, Prefill, Procedure,
    ProfileField, ServiceLevel, Words,
};
pub use rule::{Condition, Rule, Scalar};
pub use status::{Folder, OfficialStatus, UnknownStatus};
pub use version::compare_versions;
