//! The portals whose order, names and limits are known: a data file each.

use hoso_dossier::{PortalProfile, PortalProfileError};
use include_dir::{Dir, include_dir};

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/portals");

/// Key of the setting with the profile that the portal named.
pub(crate) const NAMED: &str = "portalProfile";

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
