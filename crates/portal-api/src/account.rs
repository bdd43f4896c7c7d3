//! The person's account at the portal: what they may change of it themselves.

use hoso_dossier::EditId;
use serde::{Deserialize, Serialize};

/// The account as the portal has it. Each change is a new state, which the id of that change names for ever; it is the `ETag` too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The change that made it what it is: a desktop's, or one that the portal has given an id of its own.
    pub edit: EditId,
    /// When that was, RFC 3339.
    pub changed_at: String,
    /// What it says.
    pub data: AccountData,
}

/// What a person may change themselves (*Thông tin cá nhân*). Name, number and date of birth come with the identity and are none of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AccountData {
    /// Phone number as E.164 writes it: `+84900000001`.
    pub phone: String,
    /// E-mail address.
    pub email: String,
    /// Province (*tỉnh, thành phố*) of the contact address.
    pub province: String,
    /// Commune (*xã, phường, đặc khu*).
    pub commune: String,
    /// House number, street, village.
    pub address: String,
}

impl AccountData {
    /// Its parts, by their names in messages.
    #[must_use]
    pub fn parts(&self) -> [(&'static str, &str); 5] {
        [
            ("phone", &self.phone),
            ("email", &self.email),
            ("province", &self.province),
            ("commune", &self.commune),
            ("address", &self.address),
        ]
    }

    /// Nothing that it says is lost where the other stands in its place.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        let mut both = self.parts().into_iter().zip(other.parts());
        both.all(|((_, one), (_, other))| one.is_empty() || one == other)
    }
}
