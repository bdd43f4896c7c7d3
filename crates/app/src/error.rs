//! Errors of the use cases, and how they cross to a face.

use std::collections::BTreeMap;
use std::io;

use hoso_dossier::{AgencyError, ComponentProblem, FeeError, ManifestError, PackError};
use hoso_eform::vn::CardProblem;
use hoso_eform::{ChangeError, FormError};
use hoso_mirror::MirrorError;
use hoso_paper::{FileKind, LayoutError, PaperError, PictureError, TemplateError};
use hoso_portal_client::{CallError, SignInError};
use hoso_sheet::SheetError;
use hoso_stick::StickError;
use hoso_store::StoreError;

use crate::view::ErrorView;

/// Why a use case could not do what it was asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppError {
    /// Nothing is open.
    #[error("using the profile: it is locked; unlock it first")]
    Locked,
    /// A profile's details are not as they have to be: field → code of what is wrong.
    #[error("saving the profile: some details are not right: {0:?}")]
    Profile(BTreeMap<String, String>),
    /// A day of the person's own calendar that is not taken: field → code of what is wrong.
    #[error("saving the calendar: the day is not right: {0:?}")]
    Calendar(BTreeMap<String, String>),
    /// What a paper is said to say can't be: field → code of what is wrong.
    #[error("keeping what a paper says: some details are not right: {0:?}")]
    PaperFields(BTreeMap<String, String>),
    /// Keeping or finding something.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file or folder of the person's.
    #[error("{doing}: {source}")]
    Io {
        /// What was being done.
        doing: String,
        /// What the system said.
        source: io::Error,
    },
    /// No such thing.
    #[error("looking for the {what} {id}: there is none")]
    NotFound {
        /// Kind of thing.
        what: &'static str,
        /// Its name.
        id: String,
    },
    /// A form pack that can't be used.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The form of a pack that can't be used.
    #[error("opening the form of {procedure}: {source}")]
    Form {
        /// Which procedure.
        procedure: String,
        /// Why.
        source: FormError,
    },
    /// The procedure is not in force today.
    #[error("starting {procedure}: {why}")]
    OutOfForce {
        /// Which procedure.
        procedure: String,
        /// Since or until when.
        why: String,
    },
    /// Answers that break rules of their form: path → words for the person.
    #[error("checking the answers: {} break a rule of the form", .0.len())]
    Answers(BTreeMap<String, String>),
    /// A change that does not fit the answers.
    #[error("changing an answer: {0}")]
    Change(#[from] ChangeError),
    /// A text that is no identity card's.
    #[error(transparent)]
    Card(#[from] CardProblem),
    /// The draft is not open here, or its form broke off; open it again.
    #[error("working on the draft: it is not open; open it again")]
    DraftClosed,
    /// A draft's log can't be read.
    #[error("opening the draft: entry {seq} of its log can't be read; nothing was changed")]
    DraftLog {
        /// Which entry.
        seq: u64,
    },
    /// The draft is not a draft any more.
    #[error("changing the draft: it is sealed")]
    DraftSealed,
    /// A paper of the desk has nothing to attach, deliver or submit.
    #[error("working on the paper: it is filled in, exported and printed, never submitted")]
    OnlyPaper,
    /// A receiving agency that can't be chosen.
    #[error(transparent)]
    Agency(#[from] AgencyError),
    /// The agency of a dossier that was sent stays.
    #[error("choosing the receiving agency: a supplement goes to the agency that has the dossier")]
    AgencyKept,
    /// The fee can't be worked out yet.
    #[error(transparent)]
    Fee(#[from] FeeError),
    /// A file that a component does not take.
    #[error(transparent)]
    Component(#[from] ComponentProblem),
    /// A file named PDF that is none, or is broken or locked with a password.
    #[error("checking {name}: {why}")]
    NotPdf {
        /// The file.
        name: String,
        /// What was found.
        why: String,
    },
    /// A picture that can't become a page.
    #[error("turning {name} into pages: {source}")]
    Picture {
        /// The file.
        name: String,
        /// Why.
        source: PictureError,
    },
    /// A paper layout that can't be used.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// A paper that can't be made.
    #[error(transparent)]
    Paper(#[from] PaperError),
    /// A Word template that can't be filled.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The declaration was not made, or to other words.
    #[error("sealing the dossier: the declaration has not been made")]
    NotDeclared,
    /// Something is missing still.
    #[error("sealing the dossier: {count} things are missing or wrong")]
    Incomplete {
        /// How many.
        count: usize,
        /// The first one, in the person's words.
        first: String,
    },
    /// Sealed bytes that can't be written or read.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The dossier has left this machine already.
    #[error("taking the dossier back: it has been sent already")]
    TooLate,
    /// The portal has the dossier as another copy than the one sealed here.
    #[error(
        "going on with the dossier: the portal has it as another copy than the one sealed here; go on at the portal's own page"
    )]
    OtherCopy,
    /// Something has changed since it was sealed, and the person has not said yet to send it as it is.
    #[error(
        "carrying the dossier away: something has changed since it was sealed; look at what, then send it as it is or take it back"
    )]
    ChangedSince,
    /// A fee of the dossier is paid, or may be: what is sealed in its place would be paid for again.
    #[error(
        "taking the dossier back: its fee is paid, or being paid, and a new dossier would be paid for again; ask the portal's support or the \
         one-stop desk to open it again or to carry the payment over"
    )]
    Paid,
    /// The dossier was carried away by hand, and may still be taken there.
    #[error(
        "taking the dossier back: it was carried away in a file and may still be taken; ask the one-stop desk, and make a new dossier only if it \
         wasn't"
    )]
    Carried,
    /// A carried file that can't be used.
    #[error(transparent)]
    Stick(#[from] StickError),
    /// Nobody is known for whom the dossier could be encrypted.
    #[error(
        "exporting the dossier: this machine has not met the portal yet, so it has no key of it; connect once, or name another desktop"
    )]
    StickNobody,
    /// Nothing of the dossier can be carried now.
    #[error("exporting the dossier: nothing of it waits for the portal")]
    StickNothing,
    /// A carried dossier is signed with a key that this profile doesn't know.
    #[error(
        "taking in a carried dossier: it is signed by a desktop that is not known here, {fingerprint}; compare it with what that desktop shows, then take it in with this key"
    )]
    StickStranger {
        /// The key's short form.
        fingerprint: String,
    },
    /// A carried dossier is somebody else's.
    #[error("taking in a carried dossier: it is another person's")]
    StickPerson,
    /// Other bytes are here under the same number.
    #[error(
        "taking in a carried dossier: another submission is here under its number; both stay as they are"
    )]
    StickConflict,
    /// A carried catalogue, before any portal was met: only the person can tell whether it is the portal's.
    #[error(
        "taking in a catalogue: it says it is {portal}'s, with the key {fingerprint}, and this machine has met no portal yet; compare the key with what the portal announces, then take it in with this key"
    )]
    CatalogueStranger {
        /// What the file says of itself.
        portal: String,
        /// The key's short form.
        fingerprint: String,
    },
    /// A carried catalogue that the portal didn't sign.
    #[error(
        "taking in a catalogue: it is signed with the key {fingerprint}, which is not the portal's; nothing of it was taken"
    )]
    CatalogueOfOther {
        /// The key's short form.
        fingerprint: String,
    },
    /// A carried catalogue that is older than what is here.
    #[error(
        "taking in a catalogue: it is of {theirs}, what is here is of {ours}; the newer one stays"
    )]
    CatalogueOlder {
        /// When it was published.
        theirs: String,
        /// When that was published which is here.
        ours: String,
    },
    /// A carried catalogue that doesn't say when it was published.
    #[error("taking in a catalogue: it doesn't say of when it is; get it from the portal again")]
    CatalogueUndated,
    /// Taking a catalogue in was stopped.
    #[error("taking in a catalogue: stopped; what was here stays")]
    CatalogueStopped,
    /// No other desktop is known to share with.
    #[error("sharing the draft: no other desktop of yours is known yet; add its code first")]
    ShareAlone,
    /// The portal can't keep drafts.
    #[error("sharing the draft: this portal keeps no drafts between desktops")]
    SharePortal,
    /// An answer to a request for supplement belongs to its dossier.
    #[error("sharing the draft: it supplements a dossier, which the other desktop sees by itself")]
    ShareSupplement,
    /// The draft is not shared.
    #[error("working on a shared draft: it is not shared (any more)")]
    ShareNone,
    /// Another desktop has it open.
    #[error(
        "taking over the draft: it is open at {desktop:?} at this moment; what that desktop has not sent yet would stay there as a draft of its own"
    )]
    ShareHeld {
        /// Which desktop, by the name that the person gave it.
        desktop: String,
        /// For how long still.
        seconds: u32,
    },
    /// Not everything that was typed elsewhere is here.
    #[error("taking over the draft: its newest version can't be read here; try again")]
    ShareBehind,
    /// The newest version was written by a desktop that is not known here, or not for this one, or is damaged.
    #[error(
        "taking over the draft: its newest version can't be read here ({0}); see to the list of your computers in the settings"
    )]
    ShareUnreadable(&'static str),
    /// The code is this desktop's own.
    #[error("adding a desktop: this is the code of this very desktop; take the other one's")]
    DesktopItself,
    /// A desktop needs a name, and there may be so many.
    #[error("adding a desktop: give it a name of at most 60 characters; there may be 20 of them")]
    DesktopName,
    /// What the person says of a dossier is not as it has to be.
    #[error("telling the portal: {0}")]
    Wish(&'static str),
    /// The portal has no such thing.
    #[error("asking the portal: it has no {0}; ask its desk")]
    NotOffered(&'static str),
    /// No confirmation code was typed, or one that is too long.
    #[error("confirming the dossier: type the code that the portal has sent")]
    NoCode,
    /// The portal asks for no confirmation code.
    #[error("confirming the dossier: the portal asks for no code now")]
    CodeNotAsked,
    /// A name of this machine's own, which no portal knows.
    #[error(
        "looking a dossier up: that is a provisional name of this machine; the portal gives the code when it has the dossier"
    )]
    Provisional,
    /// A text that can be no dossier's code.
    #[error(
        "looking a dossier up: that is no dossier code; compare it with the receipt and type it again"
    )]
    NotACode,
    /// Rules for sending that can't be kept to.
    #[error(
        "keeping when files are sent: hours are two different times of the day like 20:00 and 06:00, and a limit is above nothing"
    )]
    Rules,
    /// No portal is configured.
    #[error("asking the portal: none is set up")]
    NoPortal,
    /// The portal was asked in vain.
    #[error(transparent)]
    Call(#[from] CallError),
    /// Sign-in came to nothing.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The desktop could not do something.
    #[error("{doing}: {why}")]
    Desktop {
        /// What was being done.
        doing: &'static str,
        /// What it said.
        why: String,
    },
    /// A spreadsheet that can't be read or written.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// A column that is to answer what the form doesn't ask, or what another one answers.
    #[error("matching columns: {column} can't answer {path}; choose another question")]
    NoMatch {
        /// The column.
        column: String,
        /// The path.
        path: String,
    },
    /// The rows are being turned into something else already.
    #[error("running the batch: it is under way with another order; resume that one")]
    BatchOrdered,
    /// Its rows are being checked or made.
    #[error("changing the batch: it is at work; wait for it, or stop it first")]
    BatchAtWork,
    /// Another spreadsheet than the one that the batch was read from.
    #[error(
        "reading the corrected spreadsheet: the column {column} is missing; take the report, or the spreadsheet that the batch came from"
    )]
    BatchOther {
        /// The column.
        column: String,
    },
    /// There is nothing to resume.
    #[error("resuming the batch: it was never run; run it first")]
    BatchNotOrdered,
    /// Watching a folder.
    #[error(transparent)]
    Mirror(#[from] MirrorError),
    /// The watched folder is not there at the moment.
    #[error("looking for new scans: the folder {0} is not there")]
    InboxLost(String),
    /// There is nothing to pay, or it is paid.
    #[error("paying: nothing is due")]
    NothingDue,
    /// A part of the program that should run doesn't.
    #[error("working in the background: the work broke off; try again")]
    Interrupted,
    /// A value that can't be written as JSON or read from it.
    #[error("reading or writing a value: {0}")]
    Json(#[from] serde_json::Error),
}

impl AppError {
    /// Names what was being done when a file operation failed.
    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::Store(StoreError::Full)
            }
            _ => Self::Io { doing, source },
        }
    }

    /// What a log may say of it: its code, and the kind of what is behind it. The rest of its words may be a file's name, an answer, the portal's own.
    #[must_use]
    pub fn kind(&self) -> String {
        let (code, _) = self.facts();
        let behind = match self {
            Self::Io { source, .. }
            | Self::Store(StoreError::Io { source, .. })
            | Self::Mirror(MirrorError::Io(source)) => source.kind().to_string(),
            Self::Store(error) => error.code().to_owned(),
            Self::Call(error) | Self::SignIn(SignInError::Call(error)) => error.kind(),
            _ => return code.to_owned(),
        };
        format!("{code} ({behind})")
    }

    /// The stable code and the facts that go with it.
    #[must_use]
    pub fn view(&self) -> ErrorView {
        let (code, fields) = self.facts();
        ErrorView {
            code: code.into(),
            message: self.to_string(),
            fields: fields
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        }
    }

    fn facts(&self) -> (&'static str, Vec<(&str, String)>) {
        match self {
            Self::Locked | Self::Store(StoreError::Closed) => ("lock.locked", vec![]),
            Self::Profile(fields) => (
                "profile.invalid",
                fields
                    .iter()
                    .map(|(field, code)| (field.as_str(), code.clone()))
                    .collect(),
            ),
            Self::PaperFields(fields) => (
                "vault.invalid",
                fields
                    .iter()
                    .map(|(field, code)| (field.as_str(), code.clone()))
                    .collect(),
            ),
            Self::Calendar(fields) => (
                "calendar.invalid",
                fields
                    .iter()
                    .map(|(field, code)| (field.as_str(), code.clone()))
                    .collect(),
            ),
            Self::Store(error) => store_facts(error),
            Self::Io { source, .. } => ("disk.io", vec![("why", source.to_string())]),
            Self::NotFound { what, id } => (
                "not_found",
                vec![("what", (*what).to_owned()), ("id", id.clone())],
            ),
            Self::Pack(error) => (
                "pack.broken",
                vec![
                    ("file", error.file.clone()),
                    ("path", error.path.clone()),
                    ("why", error.message.clone()),
                ],
            ),
            Self::Form { source, .. } => ("form.broken", vec![("why", source.to_string())]),
            Self::Layout(error) => ("layout.broken", vec![("why", error.to_string())]),
            Self::OutOfForce { why, .. } => ("procedure.not_in_force", vec![("why", why.clone())]),
            Self::Answers(fields) => (
                "form.invalid",
                fields
                    .iter()
                    .map(|(path, message)| (path.as_str(), message.clone()))
                    .collect(),
            ),
            Self::Change(error) => ("draft.change", vec![("why", error.to_string())]),
            Self::Card(CardProblem::NotACard) => ("card.not_a_card", vec![]),
            Self::Card(CardProblem::Damaged(part)) => {
                ("card.damaged", vec![("part", part.as_str().to_owned())])
            }
            Self::DraftClosed => ("draft.closed", vec![]),
            Self::DraftLog { seq } => ("draft.log", vec![("seq", seq.to_string())]),
            Self::DraftSealed => ("draft.sealed", vec![]),
            Self::OnlyPaper => ("draft.only_paper", vec![]),
            Self::Agency(error) => ("agency.unknown", vec![("why", error.to_string())]),
            Self::AgencyKept => ("agency.kept", vec![]),
            Self::Fee(_) => ("fee.unknown", vec![]),
            Self::Component(problem) => component_facts(problem),
            Self::NotPdf { name, why } => (
                "attachment.not_pdf",
                vec![("name", name.clone()), ("why", why.clone())],
            ),
            Self::Picture { name, source } => picture_facts(name, source),
            Self::Paper(error) => ("paper.failed", vec![("why", error.to_string())]),
            Self::Template(error) => template_facts(error),
            Self::NotDeclared => ("seal.not_declared", vec![]),
            Self::Incomplete { count, first } => (
                "seal.incomplete",
                vec![("count", count.to_string()), ("first", first.clone())],
            ),
            Self::Manifest(_) | Self::Json(_) => ("internal", vec![]),
            Self::TooLate => ("dossier.too_late", vec![]),
            Self::OtherCopy => ("dossier.other_copy", vec![]),
            Self::ChangedSince => ("dossier.changed", vec![]),
            Self::Paid => ("dossier.paid", vec![]),
            Self::Carried => ("dossier.carried", vec![]),
            Self::Stick(error) => stick_facts(error),
            Self::StickNobody => ("stick.nobody", vec![]),
            Self::StickNothing => ("stick.nothing", vec![]),
            Self::StickStranger { fingerprint } => {
                ("stick.stranger", vec![("fingerprint", fingerprint.clone())])
            }
            Self::StickPerson => ("stick.person", vec![]),
            Self::StickConflict => ("stick.conflict", vec![]),
            Self::CatalogueStranger {
                portal,
                fingerprint,
            } => (
                "catalogue.stranger",
                vec![
                    ("portal", portal.clone()),
                    ("fingerprint", fingerprint.clone()),
                ],
            ),
            Self::CatalogueOfOther { fingerprint } => (
                "catalogue.of_other",
                vec![("fingerprint", fingerprint.clone())],
            ),
            Self::CatalogueOlder { theirs, ours } => (
                "catalogue.older",
                vec![("theirs", theirs.clone()), ("ours", ours.clone())],
            ),
            Self::CatalogueUndated => ("catalogue.undated", vec![]),
            Self::CatalogueStopped => ("catalogue.stopped", vec![]),
            Self::ShareAlone => ("share.alone", vec![]),
            Self::SharePortal => ("share.portal", vec![]),
            Self::ShareSupplement => ("share.supplement", vec![]),
            Self::ShareNone => ("share.none", vec![]),
            Self::ShareHeld { desktop, seconds } => (
                "share.held",
                vec![
                    ("desktop", desktop.clone()),
                    ("seconds", seconds.to_string()),
                ],
            ),
            Self::ShareBehind => ("share.behind", vec![]),
            Self::ShareUnreadable(why) => (*why, vec![]),
            Self::DesktopItself => ("desktop.itself", vec![]),
            Self::DesktopName => ("desktop.name", vec![]),
            Self::Wish(_) => ("wish.invalid", vec![]),
            Self::NotOffered(what) => ("portal.not_offered", vec![("what", (*what).to_owned())]),
            Self::NoCode => ("confirmation.none", vec![]),
            Self::CodeNotAsked => ("confirmation.not_asked", vec![]),
            Self::Provisional => ("lookup.provisional", vec![]),
            Self::NotACode => ("lookup.not_a_code", vec![]),
            Self::Rules => ("sync.rules", vec![]),
            Self::NoPortal => ("portal.none", vec![]),
            Self::Call(error) => call_facts(error),
            Self::SignIn(error) => ("sign_in.failed", vec![("why", error.to_string())]),
            Self::Desktop { why, .. } => ("desktop.failed", vec![("why", why.clone())]),
            Self::Sheet(error) => sheet_facts(error),
            Self::NoMatch { column, path } => (
                "batch.no_match",
                vec![("column", column.clone()), ("path", path.clone())],
            ),
            Self::BatchOrdered => ("batch.ordered", vec![]),
            Self::BatchNotOrdered => ("batch.not_ordered", vec![]),
            Self::BatchAtWork => ("batch.at_work", vec![]),
            Self::BatchOther { column } => ("batch.other", vec![("name", column.clone())]),
            Self::Mirror(error) => ("inbox.folder", vec![("why", error.to_string())]),
            Self::InboxLost(folder) => ("inbox.lost", vec![("folder", folder.clone())]),
            Self::NothingDue => ("payment.nothing_due", vec![]),
            Self::Interrupted => ("internal", vec![]),
        }
    }
}

fn template_facts(error: &TemplateError) -> (&'static str, Vec<(&'static str, String)>) {
    let why = ("why", error.to_string());
    match error {
        TemplateError::NotAnArchive { .. } | TemplateError::NotWord { .. } => {
            ("template.not_word", vec![why])
        }
        TemplateError::Encrypted { .. } => ("template.locked", vec![why]),
        TemplateError::TooLarge { .. } => ("template.too_large", vec![why]),
        TemplateError::Path { .. }
        | TemplateError::Twice { .. }
        | TemplateError::Entities { .. } => ("template.harmful", vec![why]),
        TemplateError::Damaged { .. }
        | TemplateError::Broken { .. }
        | TemplateError::Encoding { .. } => ("template.damaged", vec![why]),
        TemplateError::Character { path, .. } => {
            ("template.character", vec![("path", path.clone()), why])
        }
        TemplateError::Rows(_) | TemplateError::Write { .. } => ("paper.failed", vec![why]),
    }
}

fn picture_facts(name: &str, error: &PictureError) -> (&'static str, Vec<(&'static str, String)>) {
    let mut facts = vec![("name", name.to_owned()), ("why", error.to_string())];
    let code = match error {
        PictureError::NotAPicture {
            known: Some(FileKind::Heic),
            ..
        } => "attachment.heic",
        PictureError::TooManyBytes { most, .. } => {
            facts.push(("limit", most.to_string()));
            "attachment.pictures_too_large"
        }
        PictureError::Scan { page, .. } => {
            facts.push(("page", page.to_string()));
            "attachment.scan_page"
        }
        PictureError::TooLarge { .. } => "attachment.picture_huge",
        PictureError::Stopped => "attachment.stopped",
        _ => "attachment.picture",
    };
    (code, facts)
}

fn store_facts(error: &StoreError) -> (&'static str, Vec<(&'static str, String)>) {
    match error {
        StoreError::WrongPin {
            wait_seconds,
            failures,
        } => (
            "lock.wrong_pin",
            vec![
                ("seconds", wait_seconds.to_string()),
                ("failures", failures.to_string()),
            ],
        ),
        StoreError::TooSoon { wait_seconds } => {
            ("lock.too_soon", vec![("seconds", wait_seconds.to_string())])
        }
        StoreError::WeakPin => ("lock.weak_pin", vec![]),
        StoreError::InUse => ("lock.in_use", vec![]),
        StoreError::NoKeyring { reason } => ("lock.no_keyring", vec![("why", reason.clone())]),
        StoreError::Damaged { what } => ("disk.damaged", vec![("what", what.clone())]),
        StoreError::Full => ("disk.full", vec![]),
        StoreError::NotFound { what, id } => (
            "not_found",
            vec![("what", (*what).to_owned()), ("id", id.clone())],
        ),
        StoreError::MissingBlob { .. } => ("disk.missing_file", vec![]),
        StoreError::WrongState { .. } => ("draft.sealed", vec![]),
        StoreError::HeldElsewhere { .. } => ("draft.held", vec![]),
        StoreError::Io { source, .. } => ("disk.io", vec![("why", source.to_string())]),
        other => ("disk.io", vec![("why", other.to_string())]),
    }
}

fn stick_facts(error: &StickError) -> (&'static str, Vec<(&'static str, String)>) {
    match error {
        StickError::NotForUs => ("stick.not_for_us", vec![]),
        StickError::Changed { what } => ("stick.changed", vec![("what", what.clone())]),
        StickError::Climbs { name } => ("stick.climbs", vec![("name", name.clone())]),
        StickError::TooLarge => ("stick.too_large", vec![]),
        StickError::Key(_) => ("stick.key", vec![]),
        StickError::Receipt(why) => ("stick.receipt", vec![("why", (*why).to_owned())]),
        StickError::NotOne(_) | StickError::Layout { .. } | StickError::Manifest(_) => {
            ("stick.unreadable", vec![("why", error.to_string())])
        }
    }
}

fn sheet_facts(error: &SheetError) -> (&'static str, Vec<(&'static str, String)>) {
    match error {
        SheetError::NotASheet => ("sheet.not_a_sheet", vec![]),
        SheetError::OldOrLocked => ("sheet.old_or_locked", vec![]),
        SheetError::TooMuch { what, limit } => (
            "sheet.too_much",
            vec![
                ("what", what.as_str().to_owned()),
                ("limit", limit.to_string()),
            ],
        ),
        SheetError::NoSheet { name } => ("sheet.none", vec![("name", name.clone())]),
        SheetError::Empty => ("sheet.empty", vec![]),
        SheetError::Broken { part, why } => (
            "sheet.broken",
            vec![("part", part.clone()), ("why", why.clone())],
        ),
        other => ("sheet.broken", vec![("why", other.to_string())]),
    }
}

fn call_facts(error: &CallError) -> (&'static str, Vec<(&'static str, String)>) {
    match error {
        CallError::Offline { .. } => ("portal.offline", vec![]),
        CallError::Problem { problem, .. } => (
            "portal.problem",
            vec![(
                "detail",
                if problem.detail.is_empty() {
                    problem.title.clone()
                } else {
                    problem.detail.clone()
                },
            )],
        ),
        CallError::SignedOut => ("portal.signed_out", vec![]),
        CallError::OtherVersion { said } => {
            ("portal.other_version", vec![("version", said.clone())])
        }
        CallError::Unexpected { status, what } => (
            "portal.unexpected",
            vec![("status", status.to_string()), ("why", what.clone())],
        ),
        CallError::Unknown { what } | CallError::Local { what } | CallError::Damaged { what } => {
            ("portal.unexpected", vec![("why", what.clone())])
        }
    }
}

fn component_facts(problem: &ComponentProblem) -> (&'static str, Vec<(&'static str, String)>) {
    match problem {
        ComponentProblem::TakesNoFile => ("attachment.takes_no_file", vec![]),
        ComponentProblem::Empty { name } => ("attachment.empty", vec![("name", name.clone())]),
        ComponentProblem::TooLarge { name, size, max } => (
            "attachment.too_large",
            vec![
                ("name", name.clone()),
                ("size", size.to_string()),
                ("limit", max.to_string()),
            ],
        ),
        ComponentProblem::NotAccepted { name, accept, .. } => (
            "attachment.type",
            vec![
                ("name", name.clone()),
                (
                    "accept",
                    accept
                        .iter()
                        .filter_map(|format| format.extensions().first().copied())
                        .collect::<Vec<_>>()
                        .join(", "),
                ),
            ],
        ),
        ComponentProblem::Misnamed { name, media_type } => (
            "attachment.misnamed",
            vec![("name", name.clone()), ("type", media_type.clone())],
        ),
        ComponentProblem::TooMany { max } => {
            ("attachment.too_many", vec![("limit", max.to_string())])
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_log_gets_the_kind_of_an_error_and_none_of_its_words() {
        let said = "Ấn của cô An";
        let problem = json!({"type": "", "title": said, "status": 422, "code": "dossier.invalid", "detail": said});
        let call = CallError::Problem {
            problem: serde_json::from_value(problem).unwrap(),
            retry_after: None,
        };
        let odd = CallError::Unexpected {
            status: 502,
            what: said.into(),
        };
        let io = || io::Error::new(io::ErrorKind::PermissionDenied, said);
        for (error, kind) in [
            (
                AppError::from(call.clone()),
                "portal.problem (DossierInvalid, HTTP 422)",
            ),
            (AppError::from(SignInError::Call(call)), "DossierInvalid"),
            (
                AppError::from(odd),
                "portal.unexpected (unexpected, HTTP 502)",
            ),
            (AppError::io(said)(io()), "disk.io (permission denied)"),
            (
                AppError::from(MirrorError::from(io())),
                "(permission denied)",
            ),
            (
                AppError::from(MirrorError::NotAFolder { path: said.into() }),
                "inbox",
            ),
        ] {
            assert!(error.to_string().contains(said) || !error.view().fields.is_empty());
            let told = error.kind();
            assert!(told.contains(kind), "{told}");
            assert!(!told.contains(said), "{told}");
        }
    }
}
