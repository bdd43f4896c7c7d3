//! A draft on its way between desktops of one person, and the code by which one desktop knows another.

use std::fmt;
use std::str::FromStr;

use crate::folder;
use crate::zipped::Shape;
use crate::{Entropy, Identity, PublicKey, Recipient, Signer, StickError, age};

/// What a draft's signature is a signature of.
const SIGNED_AS: &str = "hoso-draft-1";
const CONTENT: &str = "data/draft.json";

/// A shared draft: signed by the desktop that wrote it, encrypted for the person's desktops. Whoever keeps it can neither read nor forge it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftFile {
    /// What was shared, as the application wrote it.
    pub content: Vec<u8>,
    /// Who signed.
    pub signer: PublicKey,
}

impl DraftFile {
    /// Signs a draft and encrypts it for everybody named.
    ///
    /// # Errors
    /// It is too large.
    pub fn pack(
        content: Vec<u8>,
        signer: &Signer,
        recipients: &[Recipient],
        entropy: Entropy<'_>,
    ) -> Result<Vec<u8>, StickError> {
        let data = vec![(CONTENT.to_owned(), content)];
        let info = format!("Payload-Oxum: {}\n", folder::oxum(&data));
        let zip = folder::pack("nhap", info, data, (signer, SIGNED_AS), Shape::DRAFT)?;
        Ok(age::encrypt(&zip, recipients, entropy))
    }

    /// Opens a draft and checks it. Whose the key is that signed it, is for the caller to know.
    ///
    /// # Errors
    /// It is not one, is for other desktops, or was changed.
    pub fn open(file: &[u8], identity: &Identity) -> Result<Self, StickError> {
        if file.len() > Shape::DRAFT.bytes + Shape::DRAFT.bytes / 64 {
            return Err(StickError::TooLarge);
        }
        let zip = age::decrypt(file, identity)?;
        let (mut all, signer) = folder::open(&zip, SIGNED_AS, Shape::DRAFT)?;
        let content = all.remove(CONTENT);
        match (content, all.is_empty()) {
            (Some(content), true) => Ok(Self { content, signer }),
            _ => Err(StickError::Layout {
                what: "it holds something else than a draft".into(),
            }),
        }
    }
}

/// Everything that another desktop has to know of one: what to encrypt for, and what it signs with. Nothing in it is secret. Written as
/// `hoso-may:age1…:…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DesktopCode {
    /// What is encrypted for it.
    pub recipient: Recipient,
    /// What it signs with.
    pub signer: PublicKey,
}

const CODE: &str = "hoso-may:";

impl fmt::Display for DesktopCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{CODE}{}:{}", self.recipient, self.signer)
    }
}

impl FromStr for DesktopCode {
    type Err = StickError;

    /// Forgives spaces and line ends: codes are copied out of messages.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let tight: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
        let parts = tight
            .strip_prefix(CODE)
            .and_then(|rest| rest.split_once(':'));
        let (recipient, signer) =
            parts.ok_or_else(|| StickError::Key(text.chars().take(80).collect()))?;
        Ok(Self {
            recipient: recipient.parse()?,
            signer: signer.parse()?,
        })
    }
}
