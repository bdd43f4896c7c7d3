//! What the faces show: plain data that crosses to the window and to the command line's `--json`.

mod batch;
mod calendar;
mod catalogue;
mod contact;
mod dossier;
mod draft;
mod due;
mod error;
mod lookup;
mod paper;
mod pictures;
mod place;
mod profile;
mod sharing;
mod sync;
mod trouble;
mod vault;

pub use batch::{
    BatchColumn, BatchCorrected, BatchCounts, BatchDoing, BatchInfo, BatchMade, BatchMark,
    BatchPreview, BatchQuestion, BatchReading, BatchRowInfo, BatchRowState, BatchWish,
};
pub use calendar::{BrokenCalendar, CalendarDay, CalendarInfo, CalendarYear};
pub use catalogue::{
    CatalogueInfo, CatalogueProgress, CatalogueSource, CatalogueTaken, ComponentInfo, DeskPaperRow,
    DeskPapers, FeeInfo, ProcedureFilter, ProcedureInfo, ProcedureRow,
};
pub use contact::{ContactData, ContactInfo, ContactState, PortalContact};
pub use dossier::{
    DossierInfo, DossierList, DossierRow, ElsewhereView, ElsewhereWhy, FeeView, FirstView,
    FolderCount, PaymentView, RatingView, ReceiptInfo, ReceivedFile, RevisionChange, RevisionRow,
    StickKeyInfo, StickTaken, SupplementView, TimelineRow, WishState, WithdrawalView,
};
pub use draft::{
    AttachmentInfo, ComponentState, DraftInfo, DraftPatch, DraftProblem, EarlierDossier, FeeLine,
    FeeSummary, Filled, FormPart, PaperFormat, PaperPlace, PaperState, SealRequest, StepInfo,
    StepState, WizardStep,
};
pub use due::{Due, DueKind};
pub use error::ErrorView;
pub use lookup::{LookUpState, LookUpView};
pub use paper::{Exported, UnfilledPlace, UnfilledWhy, WordTemplate};
pub use pictures::{
    PictureChoices, PictureCrop, PictureEdit, PictureInfo, PicturePage, PicturesProgress,
    PicturesSize,
};
pub use place::{PlaceHit, ProvinceHit, ReadPlace};
pub use profile::{
    AppInfo, FormLayout, LockState, NewProfile, ProfileDetails, ProfileKind, ProfileRow,
    SessionInfo, Settings, Theme,
};
pub use sharing::{DesktopRow, DesktopsInfo, DraftShare, DraftShareState, SharingInfo};
pub use sync::{
    ChangedKind, ChangedSince, QueueItem, QueueStage, QueueUpload, SendHours, SendRules, SyncInfo,
    WaitInfo,
};
pub use trouble::{BothLanguages, Trouble};
pub use vault::{InboxItemInfo, PaperFields, PaperInfo};
