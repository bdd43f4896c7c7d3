//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use hoso_app::batch::USUAL_NAME;
use hoso_dossier::{DossierId, DraftId, EditId, Sha256};
use url::Url;
use uuid::Uuid;

/// Fill, seal, send, pay for and follow public-service dossiers.
#[derive(Debug, Parser)]
#[command(name = "hoso", version)]
pub(crate) struct Args {
    /// Answer with JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What most commands need.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Global {
    /// Folder of the profiles
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    /// Which profile, when there are several
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) profile: Option<String>,
    /// File whose first line is the PIN; without it the PIN is asked for
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) pin_file: Option<PathBuf>,
    /// Address of the portal
    #[arg(long, global = true, env = "HOSO_PORTAL_URL", value_name = "URL")]
    pub(crate) portal: Option<Url>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// E-forms: check, process, export
    Form {
        #[command(subcommand)]
        command: Form,
    },
    /// Bind photos and scans into one PDF/A of at least 200 dots an inch
    Pictures(Box<Pictures>),
    /// The profile
    Profile {
        #[command(subcommand)]
        command: Profile,
    },
    /// Sign in to the portal with the system's browser
    Login {
        /// Print the page to open instead of opening it
        #[arg(long)]
        no_browser: bool,
        /// The account is this profile's from now on, though another one was before; another person's is refused all the same
        #[arg(long)]
        take_account: bool,
    },
    /// Sign out of the portal
    Logout,
    /// Dossiers: new, seal, list, show, cancel and the like
    Dossier {
        #[command(subcommand)]
        command: Dossier,
    },
    /// Carry dossiers and receipts by hand, where there is no network
    Stick {
        #[command(subcommand)]
        command: Stick,
    },
    /// Your other computers, with which drafts are shared
    Desktop {
        #[command(subcommand)]
        command: Desktop,
    },
    /// The catalogue of procedures: of when it is, and taking it in where there is no network
    Catalogue {
        #[command(subcommand)]
        command: Catalogue,
    },
    /// Spreadsheets whose rows are forms: check, run, resume, report
    Batch {
        #[command(subcommand)]
        command: Batch,
    },
    /// Order the payment of a dossier's fee and print its page
    Pay {
        /// The dossier
        id: DossierId,
        /// Which fee, when there are several
        #[arg(long)]
        fee: Option<String>,
    },
    /// How far the dossier of a code is, whoever's it is
    Lookup {
        /// The code (mã hồ sơ)
        code: String,
    },
    /// When files are sent and how fast; without options, what holds now
    Rules(Rules),
    /// Send what waits and look what is new
    Sync {
        /// End when nothing moves any more
        #[arg(long, required = true)]
        once: bool,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Rules {
    /// Hours of the day in which files are sent, e.g. 20:00-06:00, or `always`
    #[arg(long, value_name = "FROM-TO")]
    pub(crate) hours: Option<String>,
    /// Most KB of files in a second; 0 for as many as the line takes
    #[arg(long, value_name = "KB")]
    pub(crate) limit: Option<u32>,
    /// Files wait while the network is charged by its volume
    #[arg(long, value_name = "BOOL")]
    pub(crate) spare_metered: Option<bool>,
    /// Whatever the system says, this machine's network is charged by its volume
    #[arg(long, value_name = "BOOL")]
    pub(crate) always_metered: Option<bool>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Form {
    /// What a definition asks for that can't be run here, path by path
    Check {
        /// A form.io definition
        form: PathBuf,
        /// Code of a procedure, or the folder of a form pack, whose lists of choices the form may use
        #[arg(long, value_name = "PACK")]
        pack: Option<String>,
    },
    /// Process submissions as form.io's own server would
    Process {
        /// A form.io definition
        form: PathBuf,
        /// A submission's data
        #[arg(long, value_name = "FILE", required_unless_present = "ndjson")]
        data: Option<PathBuf>,
        /// Many submissions, one JSON document a line; answers one a line
        #[arg(long, value_name = "FILE", conflicts_with = "data")]
        ndjson: Option<PathBuf>,
        /// Code of a procedure, or the folder of a form pack, whose lists of choices the form may use
        #[arg(long, value_name = "PACK")]
        pack: Option<String>,
    },
    /// Milliseconds to read a definition, to process answers, and to take one changed answer
    Bench {
        /// A form.io definition
        form: PathBuf,
        /// A submission's data
        #[arg(long, value_name = "FILE")]
        data: Option<PathBuf>,
    },
    /// Ask a form's questions in the terminal and print the data: Enter skips, `<` goes back, Ctrl-D stops
    Fill {
        /// A form.io definition
        form: PathBuf,
        /// Data to begin with
        #[arg(long, value_name = "FILE")]
        data: Option<PathBuf>,
        /// Keep the data in this file, after every answer
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Code of a procedure, or the folder of a form pack, whose lists of choices the form may use
        #[arg(long, value_name = "PACK")]
        pack: Option<String>,
    },
    /// Write the empty spreadsheet of a form, with lists of what may be chosen
    Template {
        /// Code of a procedure, or the folder of a form pack
        pack: String,
        /// Where to write it; a file that is there is replaced
        #[arg(long, value_name = "FILE")]
        xlsx: PathBuf,
    },
    /// Write the papers of an answered form
    Export {
        /// Code of a procedure, or the folder of a form pack
        pack: String,
        /// The answers
        #[arg(long, value_name = "FILE")]
        data: PathBuf,
        /// Where to write PDF
        #[arg(long, value_name = "FILE", required_unless_present = "docx")]
        pdf: Option<PathBuf>,
        /// Where to write Word
        #[arg(long, value_name = "FILE")]
        docx: Option<PathBuf>,
        /// A Word file of your own to fill for Word
        #[arg(long, value_name = "FILE", requires = "docx")]
        template: Option<PathBuf>,
    },
    /// Fill a Word template with answers as they are to be printed, and say what stayed unfilled
    Word {
        /// A Word file with placeholders
        template: PathBuf,
        /// The answers
        answers: PathBuf,
        /// Where to write the filled Word file
        out: PathBuf,
    },
}

/// Pictures and what is done to them; pages count from 1.
#[derive(Debug, clap::Args)]
pub(crate) struct Pictures {
    /// JPEG, PNG and scanned PDF files, in the order of the pages
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Where to write the PDF
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// No larger than so many bytes
    #[arg(long, value_name = "BYTES")]
    pub(crate) max_bytes: Option<u64>,
    /// Turn a page clockwise by 90, 180 or 270 degrees
    #[arg(long, value_name = "PAGE=DEGREES")]
    pub(crate) turn: Vec<String>,
    /// Straighten what lies askew, as far as lines of text tell
    #[arg(long)]
    pub(crate) deskew: bool,
    /// Straighten a page by so many degrees clockwise
    #[arg(long, value_name = "PAGE=DEGREES")]
    pub(crate) straighten: Vec<String>,
    /// Keep a part of a page, in shares from its left and top
    #[arg(long, value_name = "PAGE=LEFT,TOP,RIGHT,BOTTOM", value_parser = crate::pictures::crop)]
    pub(crate) crop: Vec<(usize, [f32; 4])>,
    /// Make the paper white
    #[arg(long)]
    pub(crate) whiten: bool,
    /// −100 to 100
    #[arg(long, default_value_t = 0, allow_negative_numbers = true, value_parser = clap::value_parser!(i8).range(-100..=100))]
    pub(crate) brightness: i8,
    /// −100 to 100
    #[arg(long, default_value_t = 0, allow_negative_numbers = true, value_parser = clap::value_parser!(i8).range(-100..=100))]
    pub(crate) contrast: i8,
}

/// Citizen or organisation.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Kind {
    /// Identified by CCCD
    Citizen,
    /// Identified by tax code
    Organisation,
}

/// The person or organisation.
#[derive(Debug, clap::Args)]
pub(crate) struct NewProfile {
    /// Full name, or the organisation's name
    #[arg(long)]
    pub(crate) name: String,
    /// CCCD, or tax code
    #[arg(long)]
    pub(crate) identity: String,
    #[arg(long, value_enum, default_value = "citizen")]
    pub(crate) kind: Kind,
    #[arg(long, default_value = "")]
    pub(crate) birth_date: String,
    #[arg(long, default_value = "")]
    pub(crate) phone: String,
    #[arg(long, default_value = "")]
    pub(crate) email: String,
    #[arg(long, default_value = "")]
    pub(crate) province: String,
    #[arg(long, default_value = "")]
    pub(crate) commune: String,
    #[arg(long, default_value = "")]
    pub(crate) address: String,
    /// What the lock screen calls it
    #[arg(long, default_value = "")]
    pub(crate) label: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Profile {
    /// Make a profile
    Create(Box<NewProfile>),
    /// The profiles on this machine
    List,
    /// The profile's details
    Show,
    /// Change how the person is reached; the portal is told too, where it takes that
    Edit(Box<Contact>),
    /// How that stands to what the portal has
    Portal,
    /// Keep one of the two where the portal has something else: the profile's, but for what is named
    Keep {
        /// The portal's state that this was chosen against, as `hoso profile portal` shows it
        seen: EditId,
        /// The portal's, but for what is named
        #[arg(long)]
        theirs: bool,
        #[command(flatten)]
        contact: Contact,
    },
}

/// Parts that are not named stay as they are.
#[derive(Debug, clap::Args)]
pub(crate) struct Contact {
    #[arg(long)]
    pub(crate) phone: Option<String>,
    #[arg(long)]
    pub(crate) email: Option<String>,
    #[arg(long)]
    pub(crate) province: Option<String>,
    #[arg(long)]
    pub(crate) commune: Option<String>,
    #[arg(long)]
    pub(crate) address: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Dossier {
    /// Begin a draft with answers and files
    New {
        /// Code of the procedure, or of a paper of the one-stop desk
        pack: String,
        /// The answers: of the form, or {"applicant": …, "form": …}
        #[arg(long, value_name = "FILE", required_unless_present = "from")]
        data: Option<PathBuf>,
        /// Begin a paper with what this dossier says
        #[arg(long, value_name = "DOSSIER")]
        from: Option<DossierId>,
        /// A file for a component
        #[arg(long, value_name = "COMPONENT=FILE")]
        attach: Vec<String>,
    },
    /// Change answers and files of a draft
    Edit {
        /// The draft
        id: DraftId,
        /// The answers to change
        #[arg(long, value_name = "FILE")]
        data: Option<PathBuf>,
        /// Answers to change, one `{"path": …, "value": …}` a line; each is answered with a line once it is on disk
        #[arg(long, value_name = "FILE", conflicts_with = "data")]
        changes: Option<PathBuf>,
        /// A file for a component
        #[arg(long, value_name = "COMPONENT=FILE")]
        attach: Vec<String>,
    },
    /// Make the paper of the present answers the content of its component
    Paper {
        /// The draft
        id: DraftId,
    },
    /// Write the paper of a draft's present answers to files
    Export {
        /// The draft
        id: DraftId,
        /// Where to write PDF
        #[arg(long, value_name = "FILE", required_unless_present = "docx")]
        pdf: Option<PathBuf>,
        /// Where to write Word
        #[arg(long, value_name = "FILE")]
        docx: Option<PathBuf>,
    },
    /// The papers of the one-stop desk, and those that were begun
    Papers,
    /// Say who receives the dossier (cơ quan tiếp nhận), how the result comes, how originals go, how the portal tells of news and how the fee is paid (phương thức thanh toán)
    Handover {
        /// The draft
        id: DraftId,
        /// {"delivery": {"how": "electronic" | "atDesk" | "post", "to": ADDRESS}, "originals": ADDRESS, "notices": [{"way": "sms" | "email" | "zalo", "to": …}],
        /// "pay": "online" | "atDesk", "agency": {"level": "commune" | "province", "province": CODE, "commune": CODE}}, where ADDRESS is
        /// {"name", "phone", "street", "commune", "province"}; what is left out is as at the beginning, but for the agency, which stays
        #[arg(long, value_name = "FILE", required_unless_present = "agency")]
        data: Option<PathBuf>,
        /// Who receives the dossier, where the portal has that chosen: "COMMUNE, PROVINCE", at the level of a province "PROVINCE", or the official code
        #[arg(long, value_name = "PLACE")]
        agency: Option<String>,
    },
    /// What keeps a draft from being sealed
    Check {
        /// The draft
        id: DraftId,
    },
    /// Seal a draft and put it into the outbox. Running this is your declaration:
    /// "Tôi chắc chắn rằng các thông tin khai báo trên là đúng sự thật và đồng ý chịu trách nhiệm trước pháp luật về lời khai trên"
    Seal {
        /// The draft
        id: DraftId,
    },
    /// Drafts and dossiers
    List,
    /// One dossier
    Show {
        /// The dossier
        id: DossierId,
    },
    /// Begin the answer to a request for supplement
    Supplement {
        /// The dossier
        id: DossierId,
    },
    /// Send a dossier's files now, whatever the hours and the network
    SendNow {
        /// Which
        id: DossierId,
    },
    /// Try a dossier again that failed, or that the portal did not take; what was in the way has to be gone
    Retry {
        /// The dossier
        id: DossierId,
    },
    /// Send a dossier as it was sealed, though `show` says that something has changed since
    SendAsIs {
        /// The dossier
        id: DossierId,
    },
    /// Take back what was sealed, while the portal can't have it, and make it a draft again; a supplement that the portal refused is given up
    Cancel {
        /// The dossier
        id: DossierId,
    },
    /// Give the confirmation code (mã xác nhận) that the portal asks for before it takes a dossier
    Confirm {
        /// The dossier
        id: DossierId,
        /// The code; without one the portal is asked to send a new one
        code: Option<String>,
    },
    /// Withdraw a dossier that the portal has (rút hồ sơ); without a network the wish waits
    Withdraw {
        /// The dossier
        id: DossierId,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Say how satisfied you were with a finished dossier (đánh giá mức độ hài lòng)
    Rate {
        /// The dossier
        id: DossierId,
        /// 1 (very dissatisfied) to 5 (very satisfied)
        #[arg(long)]
        score: u8,
        /// In your own words
        #[arg(long, default_value = "")]
        comment: String,
    },
    /// Let your other computers see a draft, through the portal, encrypted for them
    Share {
        /// The draft
        id: DraftId,
    },
    /// Stop sharing a draft: it stays here, and goes to the trash on the other computers
    Unshare {
        /// The draft
        id: DraftId,
    },
    /// Go on writing a shared draft here
    TakeOver {
        /// The draft
        id: DraftId,
        /// Also if it is open at another computer at this moment: what was typed there and not sent stays there as a draft of its own
        #[arg(long)]
        even_if_open: bool,
    },
    /// Throw a draft away; it can be restored
    Discard {
        /// The draft
        id: DraftId,
    },
    /// Bring a discarded draft back
    Restore {
        /// The draft
        id: DraftId,
    },
    /// Save a receipt or result
    File {
        /// The dossier
        id: DossierId,
        /// The file's id, as `show` says it
        file: String,
        /// Hash of an earlier version, as `show` says it
        #[arg(long, value_name = "SHA256")]
        version: Option<Sha256>,
        /// Where to
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Stick {
    /// The keys by which this profile is known to other desktops
    Key,
    /// Write a sealed dossier as one encrypted file, for the portal; from here on it counts as sent
    Export {
        /// The dossier
        id: DossierId,
        /// Another desktop that may read it too: its key, `age1…`
        #[arg(long, value_name = "KEY")]
        desktop: Vec<String>,
        /// Where to
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Take in a dossier that was sealed at another of your desktops
    Take {
        /// The carried file
        file: PathBuf,
        /// The short form of that desktop's key, once you have compared it
        #[arg(long, value_name = "FINGERPRINT")]
        trust: Option<String>,
    },
    /// Take in the receipt that the portal gave for a carried dossier
    Receipt {
        /// The receipt file
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Desktop {
    /// This computer's code, and the others that are known
    List,
    /// Take another computer of yours by its code; take this one's there too
    Add {
        /// The other computer's code
        code: String,
        /// What you call it
        #[arg(long)]
        name: String,
    },
    /// Forget another computer
    Remove {
        /// The short form of its key
        fingerprint: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Catalogue {
    /// Of when the catalogue is, and where it came from
    Show,
    /// Take in a catalogue with its form packs, signed by the portal
    Import {
        /// The carried file
        file: PathBuf,
        /// The short form of the portal's key, once you have compared it; asked for only where no portal was ever met
        #[arg(long, value_name = "FINGERPRINT")]
        trust: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Batch {
    /// Take the rows of a spreadsheet into the profile and check each by the form's rules
    Check {
        /// Code of the procedure
        pack: String,
        /// XLSX or CSV
        file: PathBuf,
        /// Which sheet, when it isn't the first
        #[arg(long, value_name = "NAME")]
        sheet: Option<String>,
        /// The line of the headings, when it isn't found
        #[arg(long, value_name = "LINE")]
        heading: Option<u32>,
        /// What a column answers, when its heading doesn't say; nothing after the sign: the column is left out. Remembered for these headings
        #[arg(long, value_name = "HEADING=PATH")]
        column: Vec<String>,
        /// Leave empty what no column answers; otherwise the profile answers it as in a new draft
        #[arg(long)]
        no_profile: bool,
        /// Only say what the file looks like and which column answers what
        #[arg(long)]
        preview: bool,
    },
    /// Make papers or drafts of the good rows
    Run {
        /// The batch
        id: Uuid,
        /// Folder for the papers; no file in it is ever replaced
        #[arg(long, value_name = "DIR", required_unless_present = "drafts")]
        out: Option<PathBuf>,
        /// Write PDF; without it and `--docx`, both
        #[arg(long, requires = "out")]
        pdf: bool,
        /// Write Word
        #[arg(long, requires = "out")]
        docx: bool,
        /// How the files are called: words with {dong}, {mau} and paths of answers in braces
        #[arg(long, requires = "out", default_value = USUAL_NAME, value_name = "PATTERN")]
        name: String,
        /// Make drafts instead
        #[arg(long, conflicts_with = "out")]
        drafts: bool,
    },
    /// Go on with a batch that was stopped or broke off
    Resume {
        /// The batch
        id: Uuid,
    },
    /// Put other words into a cell and check its row again
    Fix {
        /// The batch
        id: Uuid,
        /// The line in the file
        #[arg(long)]
        line: u32,
        /// The column's heading
        #[arg(long)]
        column: String,
        /// The words
        #[arg(long)]
        value: String,
    },
    /// Take corrected rows from the report that was filled in, or from the first file again, and check them
    Correct {
        /// The batch
        id: Uuid,
        /// XLSX or CSV
        file: PathBuf,
    },
    /// Write the rows that need looking at, marked and with reasons
    Report {
        /// The batch
        id: Uuid,
        /// Where to write it; a file that is there is replaced
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// One batch with its wrong rows
    Show {
        /// The batch
        id: Uuid,
    },
    /// All batches
    List,
    /// Forget a batch; what was made of it stays
    Discard {
        /// The batch
        id: Uuid,
    },
}
