//! Whose account at the portal a profile belongs to.
//!
//! On a shared machine the browser may still be signed in as somebody else. What a profile holds must not leave under that person's name, so the account of the first
//! sign-in is kept, and another one is taken only where the profile's own person says so.

use std::collections::BTreeMap;

use hoso_portal_client::Claims;
use hoso_store::Store;
use serde::{Deserialize, Serialize};

use crate::AppError;
use crate::view::{ProfileDetails, ProfileKind};

/// Key of the profile's accounts in the store, by the provider that gave them.
const ACCOUNTS: &str = "accounts";

/// An account that was signed in with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Account {
    sub: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    identity: String,
}

/// What is to be made of who came back from the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The profile's own account.
    Own,
    /// Another one, which the person may make the profile's.
    Other,
    /// Another person's.
    Stranger,
}

impl Account {
    /// The one that these tokens are of.
    pub(crate) fn of(claims: &Claims) -> Self {
        Self {
            sub: claims.sub.clone(),
            name: claims.name.clone().unwrap_or_default(),
            identity: claims.identity.clone().unwrap_or_default(),
        }
    }

    /// It is these tokens' own.
    pub(crate) fn is_of(&self, claims: &Claims) -> bool {
        self.sub == claims.sub
    }

    /// The one kept with the profile.
    pub(crate) async fn kept(store: &Store, issuer: &str) -> Result<Option<Self>, AppError> {
        Ok(all(store).await?.remove(issuer))
    }

    /// Makes it the profile's.
    pub(crate) async fn keep(self, store: &Store, issuer: &str) -> Result<(), AppError> {
        let mut all = all(store).await?;
        if all.get(issuer) != Some(&self) {
            all.insert(issuer.to_owned(), self);
            store.put_setting(ACCOUNTS, &all).await?;
        }
        Ok(())
    }

    /// Its name, so that who knows it knows it again.
    pub(crate) fn name_masked(&self) -> String {
        mask_name(&self.name)
    }

    /// The end of its number.
    pub(crate) fn number_masked(&self) -> String {
        mask_number(&self.identity)
    }
}

async fn all(store: &Store) -> Result<BTreeMap<String, Account>, AppError> {
    Ok(store.setting(ACCOUNTS).await?.unwrap_or_default())
}

/// Whose account it is. Of a citizen's profile the number decides; who signs in for an organisation is not in its profile.
pub(crate) fn judge(kept: Option<&Account>, profile: &ProfileDetails, claims: &Claims) -> Verdict {
    let number = claims.identity.as_deref().unwrap_or_default();
    let foreign = profile.kind == ProfileKind::Citizen
        && !number.is_empty()
        && !profile.identity.is_empty()
        && number != profile.identity;
    match kept {
        Some(kept) if kept.is_of(claims) => Verdict::Own,
        _ if foreign => Verdict::Stranger,
        Some(_) => Verdict::Other,
        None => Verdict::Own,
    }
}

/// The last word of a name, and the first letters of the others.
pub(crate) fn mask_name(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let Some((last, before)) = words.split_last() else {
        return String::new();
    };
    let letters = before.iter().filter_map(|word| word.chars().next());
    let mut masked: String = letters.map(|letter| format!("{letter}. ")).collect();
    masked.push_str(last);
    masked
}

/// The last three digits of a number.
pub(crate) fn mask_number(number: &str) -> String {
    let hidden = number.chars().count().saturating_sub(3);
    let shown: String = number.chars().skip(hidden).collect();
    if hidden == 0 {
        return String::new();
    }
    format!("…{shown}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(sub: &str, identity: &str) -> Claims {
        Claims {
            sub: sub.into(),
            name: Some("Lê Văn Bình".into()),
            identity: (!identity.is_empty()).then(|| identity.into()),
            tax_code: None,
        }
    }

    fn profile(kind: ProfileKind, identity: &str) -> ProfileDetails {
        ProfileDetails {
            kind,
            name: "Nguyễn Thị An".into(),
            identity: identity.into(),
            birth_date: String::new(),
            phone: String::new(),
            email: String::new(),
            province: String::new(),
            commune: String::new(),
            address: String::new(),
        }
    }

    #[test]
    fn another_person_is_never_taken_for_the_profiles_own() {
        use ProfileKind::{Citizen, Organisation};
        use Verdict::{Other, Own, Stranger};
        let (an, binh) = ("001090000001", "001085000002");
        let kept = Account::of(&claims("an", an));
        for (kind, kept, sub, identity, wanted) in [
            // The first sign-in.
            (Citizen, None, "an", an, Own),
            (Citizen, None, "an", "", Own),
            (Citizen, None, "binh", binh, Stranger),
            (Organisation, None, "binh", binh, Own),
            // Later ones.
            (Citizen, Some(&kept), "an", an, Own),
            (Citizen, Some(&kept), "an-2", an, Other),
            (Citizen, Some(&kept), "an-2", "", Other),
            (Citizen, Some(&kept), "binh", binh, Stranger),
            (Organisation, Some(&kept), "an", an, Own),
            (Organisation, Some(&kept), "binh", binh, Other),
        ] {
            let number = match kind {
                Citizen => an,
                Organisation => "0100233488",
            };
            let found = judge(kept, &profile(kind, number), &claims(sub, identity));
            assert_eq!(
                found,
                wanted,
                "{kind:?} {} {sub} {identity}",
                kept.is_some()
            );
        }
    }

    #[test]
    fn a_stranger_is_shown_in_part() {
        assert_eq!(mask_name("Lê Văn Bình"), "L. V. Bình");
        assert_eq!(mask_name(""), "");
        assert_eq!(mask_number("001085000002"), "…002");
        assert_eq!(mask_number("002"), "");
    }
}
