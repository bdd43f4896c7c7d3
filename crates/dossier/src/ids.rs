//! Names of things: minted once by the caller, never reused.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Digest as _;
use uuid::Uuid;

/// Text that is not the id or hash it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("reading {what}: {text:?} is not one")]
pub struct ParseIdError {
    what: &'static str,
    text: String,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export, type = "string"))]
        pub struct $name(Uuid);

        impl $name {
            /// Takes a UUID that the caller minted.
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID behind it.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self).map_err(|_| ParseIdError {
                    what: stringify!($name),
                    text: text.chars().take(80).collect(),
                })
            }
        }
    };
}

id!(
    /// A draft that a person's desktops share through the portal: minted when it is first shared, by the same name on each of them.
    SharedDraftId
);
id!(
    /// One of a person's desktops, as the portal tells them apart.
    DesktopId
);
id!(
    /// A draft on this machine.
    DraftId
);
id!(
    /// A dossier (*hồ sơ*): minted at sealing, the same on the portal for ever.
    DossierId
);
id!(
    /// A file that belongs to a component of a draft.
    AttachmentId
);
id!(
    /// A file on its way to the portal: minted at sealing, so that a repeated creation makes no second one.
    UploadId
);
id!(
    /// A paper in the vault (*giấy tờ trong kho dữ liệu cá nhân*).
    PaperId
);
id!(
    /// One attempt to pay one fee.
    PaymentId
);
id!(
    /// One change of the person's account at a portal; it names the state that the account has from then on.
    EditId
);

/// A SHA-256 digest; in text 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export, type = "string"))]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// Takes a digest computed elsewhere.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Hashes bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// The digest's 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}

impl FromStr for Sha256 {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || ParseIdError {
            what: "a SHA-256",
            text: text.chars().take(80).collect(),
        };
        let digits: Vec<u8> = text
            .chars()
            .map(|digit| {
                digit
                    .to_digit(16)
                    .and_then(|value| u8::try_from(value).ok())
            })
            .collect::<Option<_>>()
            .ok_or_else(bad)?;
        let bytes: Vec<u8> = digits
            .chunks_exact(2)
            .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
            .collect();
        if digits.len() != 64 {
            return Err(bad());
        }
        bytes.try_into().map(Self).map_err(|_| bad())
    }
}

impl Serialize for Sha256 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sha256 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The code that the portal gave a dossier (*mã hồ sơ*), e.g. `000.00.19.H34-261121-0001`.
///
/// Several patterns are in use (TT 01/2018/TT-VPCP Đ.19; the national portal's own), so anything short and printable is accepted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export, type = "string"))]
pub struct DossierCode(String);

impl DossierCode {
    /// The code as the portal wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DossierCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for DossierCode {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let fits = (1..=64).contains(&text.len())
            && text
                .chars()
                .all(|sign| sign.is_ascii_alphanumeric() || ".-/_".contains(sign));
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParseIdError {
                what: "a dossier code",
                text: text.chars().take(80).collect(),
            })
        }
    }
}

impl<'de> Deserialize<'de> for DossierCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_reads_back_what_it_writes() {
        let digest = Sha256::of(b"abc");
        assert_eq!(
            digest.to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(digest.to_string().parse(), Ok(digest));
        for bad in ["", "ba78", "zz", &"é".repeat(64), &"a".repeat(65)] {
            assert!(bad.parse::<Sha256>().is_err(), "{bad}");
        }
    }

    #[test]
    fn codes_of_several_portals_are_taken_and_rubbish_is_not() {
        for good in [
            "000.00.19.H34-230509-0001",
            "G09.20-20260609-0092637",
            "03706/2026/07906",
        ] {
            assert!(good.parse::<DossierCode>().is_ok(), "{good}");
        }
        for bad in ["", "  ", "<html>", "a b", &"1".repeat(65)] {
            assert!(bad.parse::<DossierCode>().is_err(), "{bad}");
        }
    }
}
