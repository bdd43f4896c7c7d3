//! The portals whose order, names and limits are known: a data file each.

use std::collections::BTreeSet;
use std::sync::Arc;

use hoso_dossier::{Capability, DossierCode, PortalProfile, PortalProfileError};
use hoso_portal_api::PortalInfo;
use hoso_store::{Store, StoreError};
use include_dir::{Dir, include_dir};

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/portals");

/// Key of the setting with the profile that the portal named.
const NAMED: &str = "portalProfile";
/// Key of the setting with the portal's page for following a dossier.
const FOLLOW: &str = "portalFollowUrl";
/// Key of the setting with what the portal said that it can't do.
const CANNOT: &str = "portalCannot";
/// Stands for the code in the address of that page.
const CODE: &str = "{code}";

/// What the portal last said of itself, kept for when it can't be asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Known {
    named: String,
    follow_url: String,
    profile: Option<Arc<PortalProfile>>,
    /// What it said that it can't do, beside what its profile says.
    cannot: BTreeSet<Capability>,
    /// Which version of the contract it speaks, where that is not the program's own. Not kept: the first question of every start brings it.
    other_version: Option<String>,
}

impl Known {
    /// As it is kept.
    pub(crate) async fn read(store: &Store) -> Result<Self, StoreError> {
        let named: String = store.setting(NAMED).await?.unwrap_or_default();
        Ok(Self {
            follow_url: store.setting(FOLLOW).await?.unwrap_or_default(),
            profile: find(&named).map(Arc::new),
            cannot: store.setting(CANNOT).await?.unwrap_or_default(),
            named,
            other_version: None,
        })
    }

    /// As the portal says it now.
    pub(crate) fn said(info: &PortalInfo) -> Self {
        let named = info.profile.clone().unwrap_or_default();
        let read = |word: &String| serde_json::from_value(word.as_str().into()).ok();
        let mut cannot: BTreeSet<Capability> = info.cannot.iter().filter_map(read).collect();
        cannot.extend(info.sticks.is_none().then_some(Capability::Stick));
        cannot.extend(info.drafts.is_none().then_some(Capability::SharedDrafts));
        cannot.extend((!info.account).then_some(Capability::EditAccount));
        Self {
            cannot,
            follow_url: info.follow_url.clone().unwrap_or_default(),
            profile: find(&named).map(Arc::new),
            named,
            other_version: None,
        }
    }

    /// The same portal, which now speaks another version of the contract: all else that it said before holds.
    pub(crate) fn speaking(self, version: String) -> Self {
        Self {
            other_version: Some(version),
            ..self
        }
    }

    /// It speaks another version of the contract, so nothing is sent to it.
    pub(crate) const fn is_of_another_version(&self) -> bool {
        self.other_version.is_some()
    }

    /// Keeps it.
    pub(crate) async fn keep(&self, store: &Store) -> Result<(), StoreError> {
        store.put_setting(NAMED, &self.named).await?;
        store.put_setting(CANNOT, &self.cannot).await?;
        store.put_setting(FOLLOW, &self.follow_url).await
    }

    /// The profile that fits the portal.
    pub(crate) fn profile(&self) -> Option<&Arc<PortalProfile>> {
        self.profile.as_ref()
    }

    /// The portal can do this, as far as it is known.
    pub(crate) fn can(&self, what: Capability) -> bool {
        let mut profile = self.profile.iter();
        !self.cannot.contains(&what) && !profile.any(|one| one.cannot.contains(&what))
    }

    /// What it said that it can't do, beside what its profile says.
    pub(crate) const fn cannot(&self) -> &BTreeSet<Capability> {
        &self.cannot
    }

    /// The page on which anybody can follow the dossier of a code; none where the portal has no such page, or names something else than one.
    pub(crate) fn follow_page(&self, code: &DossierCode) -> Option<String> {
        if !self.follow_url.contains(CODE) {
            return None;
        }
        let code: String = url::form_urlencoded::byte_serialize(code.as_str().as_bytes()).collect();
        let page = url::Url::parse(&self.follow_url.replace(CODE, &code)).ok()?;
        matches!(page.scheme(), "http" | "https").then(|| page.into())
    }
}

/// Every profile that came with the program.
///
/// # Errors
/// One is broken, which a test keeps from happening.
pub(crate) fn all() -> Result<Vec<PortalProfile>, PortalProfileError> {
    let texts = BUILT_IN.files().filter_map(|file| file.contents_utf8());
    texts.map(PortalProfile::parse).collect()
}

/// The profile of that name; one that isn't known is as none.
pub(crate) fn find(id: &str) -> Option<PortalProfile> {
    all().ok()?.into_iter().find(|one| one.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hoso_dossier::PaymentTime::{AfterSubmit, BeforeSubmit, WithSubmit};

    #[test]
    fn every_profile_can_be_read_and_pays_when_its_guide_says() {
        let mut read: Vec<_> = all()
            .unwrap()
            .into_iter()
            .map(|one| (one.id, one.payment, one.confirmation_code))
            .collect();
        read.sort_by(|one, other| one.0.cmp(&other.0));
        let named = |id: &str, payment, code| (id.to_owned(), payment, code);
        assert_eq!(
            read,
            [
                named("khu-kinh-te", AfterSubmit, false),
                named("kon-tum", BeforeSubmit, true),
                named("mot-cua-chung", AfterSubmit, false),
                named("nghe-an", WithSubmit, true),
                named("quoc-gia-2026", WithSubmit, false),
            ]
        );
    }

    #[test]
    fn what_a_portal_cannot_do_is_what_it_says_and_what_its_profile_says() {
        use Capability::{EditAccount, LookUp, Pay, Rate, SharedDrafts, Stick, Withdraw};
        let info = |profile: &str, cannot: &[&str], keeps: bool| -> PortalInfo {
            let mut said = serde_json::json!({
                "name": "Cổng mẫu", "apiVersion": "1", "epoch": "e", "issuer": "https://cong.example", "clientId": "hoso",
                "maxUploadBytes": 1, "now": "2026-11-21T03:00:00Z", "profile": profile, "cannot": cannot,
            });
            if keeps {
                said["sticks"] = serde_json::json!({"recipient": "age1x", "signer": "x"});
                said["account"] = true.into();
                said["drafts"] = serde_json::json!({"leaseSeconds": 60, "maxBytes": 1});
            }
            serde_json::from_value(said).unwrap()
        };
        for (info, cannot) in [
            (info("", &[], true), BTreeSet::new()),
            (
                info("", &["rate", "fly", "lookUp"], true),
                [Rate, LookUp].into(),
            ),
            (
                info("", &["withdraw", "pay"], false),
                [Withdraw, Pay, Stick, SharedDrafts, EditAccount].into(),
            ),
            (
                info("nghe-an", &["lookUp"], true),
                [Withdraw, Rate, Stick, LookUp].into(),
            ),
            (info("nghe-an", &[], true), [Withdraw, Rate, Stick].into()),
        ] {
            let known = Known::said(&info);
            for what in [
                Withdraw,
                Rate,
                Pay,
                Stick,
                LookUp,
                SharedDrafts,
                EditAccount,
            ] {
                assert_eq!(
                    known.can(what),
                    !cannot.contains(&what),
                    "{what:?} {info:?}"
                );
            }
        }
    }

    #[test]
    fn the_page_to_follow_a_dossier_is_a_page() {
        let code: DossierCode = "03706/2026/07906".parse().unwrap();
        for (address, page) in [
            (
                "https://cong.example/tra-cuu?ma={code}",
                Some("https://cong.example/tra-cuu?ma=03706%2F2026%2F07906"),
            ),
            ("https://cong.example/tra-cuu", None),
            ("javascript:alert('{code}')", None),
            ("file:///etc/{code}", None),
            ("{code}", None),
            ("", None),
        ] {
            let known = Known {
                follow_url: address.to_owned(),
                ..Known::default()
            };
            assert_eq!(known.follow_page(&code).as_deref(), page, "{address}");
        }
    }

    #[test]
    fn a_file_is_named_as_its_profile_and_its_words_are_composed() {
        for file in BUILT_IN.files() {
            let text = file.contents_utf8().unwrap();
            let id = PortalProfile::parse(text).unwrap().id;
            assert_eq!(file.path().file_stem().unwrap().to_str(), Some(id.as_str()));
            assert!(find(&id).is_some());
            assert!(
                !text
                    .chars()
                    .any(|sign| ('\u{300}'..='\u{36f}').contains(&sign)),
                "{id} is not in NFC"
            );
        }
        assert_eq!(find("cong-la"), None);
    }
}
