//! Profiles, the lock, the session at the portal, settings.

use hoso_dossier::{Capability, PortalProfile};
use serde::{Deserialize, Serialize};

/// Everything a face needs at start and after each lock, unlock, sign-in or change of settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct AppInfo {
    /// Version of the application.
    pub version: String,
    /// Locked, or which profile is open.
    pub lock: LockState,
    /// All profiles on this machine; nothing personal.
    pub profiles: Vec<ProfileRow>,
    /// The open profile.
    pub profile: Option<ProfileDetails>,
    /// Sign-in at the portal.
    pub session: SessionInfo,
    /// Settings: the open profile's, or the machine's defaults.
    pub settings: Settings,
    /// Name of the portal, when one is configured.
    pub portal: Option<String>,
    /// The portal's own order, names and limits, where it has said which portal it is.
    pub portal_profile: Option<PortalProfile>,
    /// What the portal said that it can't do, beside what its profile says: hidden, not shown broken.
    pub portal_cannot: Vec<Capability>,
    /// An OS keyring can be used here.
    pub keyring_available: bool,
}

/// Where the application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum LockState {
    /// No profile yet: first start.
    FirstStart,
    /// Profiles exist, none is open.
    Locked,
    /// One is open.
    Open,
}

/// A profile on the lock screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ProfileRow {
    /// Its id.
    pub id: String,
    /// What the person called it; not taken from personal data.
    pub label: String,
    /// The OS keyring can open it.
    pub keyring: bool,
    /// Seconds until the next PIN is accepted.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub wait_seconds: u64,
    /// How many of its dossiers are still being sent behind the lock.
    pub sending: u32,
    /// How many of its dossiers were not wholly sent when it was locked, and wait until it is opened.
    pub waiting: u32,
}

/// Citizen or organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum ProfileKind {
    /// *Công dân*: identified by CCCD.
    Citizen,
    /// *Tổ chức, doanh nghiệp*: identified by tax code.
    Organisation,
}

/// The person or organisation that the profile is about; prefills forms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ProfileDetails {
    /// Citizen or organisation.
    pub kind: ProfileKind,
    /// Full name, or the organisation's name.
    pub name: String,
    /// CCCD (12 digits) or tax code (10 or 13 digits).
    pub identity: String,
    /// Date of birth, ISO; empty for organisations or when not given.
    #[serde(default)]
    pub birth_date: String,
    /// Phone number.
    #[serde(default)]
    pub phone: String,
    /// E-mail address.
    #[serde(default)]
    pub email: String,
    /// Province (*tỉnh, thành phố*).
    #[serde(default)]
    pub province: String,
    /// Commune (*xã, phường, đặc khu*).
    #[serde(default)]
    pub commune: String,
    /// House number, street, village.
    #[serde(default)]
    pub address: String,
}

/// What first start asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct NewProfile {
    /// Shown on the lock screen; empty: *Hồ sơ n*.
    pub label: String,
    /// The person.
    pub details: ProfileDetails,
    /// PIN or passphrase, at least 6 characters.
    pub pin: String,
    /// Also keep a key in the OS keyring.
    pub use_keyring: bool,
}

/// Sign-in at the portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "state")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum SessionInfo {
    /// No portal is configured.
    NoPortal,
    /// Not signed in; filling works all the same.
    SignedOut,
    /// The browser is open; waiting for the person.
    SigningIn,
    /// Signed in.
    SignedIn {
        /// Account name at the portal.
        name: String,
        /// CCCD or tax code at the portal.
        identity: String,
    },
    /// The session ended; sign in again to go on sending.
    Expired,
    /// Who came back from the browser is not whom this profile belongs to; nothing of it is used.
    #[serde(rename_all = "camelCase")]
    OtherAccount {
        /// Name of that account, in part.
        name: String,
        /// The end of its number; may be empty.
        number: String,
        /// Name of the profile's own account, in part.
        own_name: String,
        /// The end of its number; may be empty.
        own_number: String,
        /// The person may say that it is this profile's account from now on.
        may_take: bool,
    },
}

/// Colour theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How a form's questions are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum FormLayout {
    /// One question below the other, with room: for who does this once.
    Roomy,
    /// Questions side by side and close together: for who does this all day.
    Dense,
}

/// Remembered choices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Settings {
    /// `vi` or `en`.
    pub language: String,
    /// Colours.
    pub theme: Theme,
    /// Text and control size in per cent, 100 to 200.
    pub zoom: u16,
    /// Minutes without input until the profile locks; 0 never.
    pub auto_lock_minutes: u16,
    /// What waits to be sent still is after it has locked by itself.
    pub send_while_locked: bool,
    /// Folder watched for new scans.
    pub scan_folder: Option<String>,
    /// Paper preview shown beside the form.
    pub preview_open: bool,
    /// Layout of forms; none: roomy for a person, dense for an organisation.
    pub form_layout: Option<FormLayout>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: "vi".into(),
            theme: Theme::System,
            zoom: 100,
            auto_lock_minutes: 10,
            send_while_locked: true,
            scan_folder: None,
            preview_open: true,
            form_layout: None,
        }
    }
}
