//! Which desk receives the dossier: what is suggested to a new draft, and what is missing or wrong of the choice.

use std::collections::BTreeMap;

use hoso_dossier::{
    AgencyError, AgencySource, DraftId, Handover, Level, Pack, PortalProfile, Procedure,
    ReceivingAgency,
};
use hoso_places::places;
use hoso_store::{Store, StoreError};
use serde_json::Value;

use super::OpenDraft;
use super::history::Entry;
use crate::open::Open;
use crate::view::{DraftProblem, ProfileDetails, WizardStep};
use crate::{App, AppError};

/// Key of the setting with the desk that the person chose last, by level.
const LAST: &str = "lastAgency";

type Last = BTreeMap<Level, ReceivingAgency>;

impl App {
    /// The desk that a person means for a draft by a code of the list, or by names as in “commune, province”, with or without marks.
    ///
    /// # Errors
    /// There is no such place, or nothing to choose.
    pub async fn agency_named(
        &self,
        draft: DraftId,
        words: String,
    ) -> Result<ReceivingAgency, AppError> {
        let open = self.open()?;
        let draft = open.draft(draft).await?;
        let draft = draft.lock().await;
        let level = draft.procedure()?.procedure().chosen_at();
        Ok(named(level.ok_or(AgencyError::NoChoice)?, &words)?)
    }
}

fn named(level: Level, words: &str) -> Result<ReceivingAgency, AgencyError> {
    let words = words.trim();
    if !words.is_empty() && words.bytes().all(|sign| sign.is_ascii_digit()) {
        return match places().place_of_code(words) {
            Some(place) if level == Level::Commune => {
                ReceivingAgency::find(level, place.province_code, Some(words))
            }
            _ if level == Level::Commune => Err(AgencyError::UnknownCommune),
            _ => ReceivingAgency::find(level, words, None),
        };
    }
    let (commune, province) = words.rsplit_once(',').unwrap_or(("", words));
    let found = places().province(province);
    let found = found.ok_or(AgencyError::UnknownProvince)?;
    if level != Level::Commune {
        return match commune.trim() {
            "" => ReceivingAgency::find(level, found.code, None),
            _ => Err(AgencyError::OtherLevel),
        };
    }
    let mut alike = places().alike(found.name, commune).into_iter();
    match (alike.next(), alike.next()) {
        (None, _) => Err(AgencyError::UnknownCommune),
        (Some(place), None) => ReceivingAgency::find(level, found.code, Some(place.commune_code)),
        (Some(_), Some(_)) => Err(AgencyError::SeveralCommunes),
    }
}

impl Open {
    /// The first entry of a new draft's log that suggests a desk; none where the procedure leaves no choice, or nothing is known.
    pub(crate) async fn suggest_agency(&self, pack: &Pack) -> Result<Option<Entry>, AppError> {
        let Some(pack) = pack.procedure() else {
            return Ok(None);
        };
        let last = last(&self.store).await?;
        let suggested = suggestion(pack.procedure(), &last, &self.details());
        Ok(suggested.map(|(agency, source)| Entry::Handover {
            handover: Box::new(Handover {
                agency: Some(agency),
                agency_suggested: Some(source),
                ..Handover::default()
            }),
        }))
    }
}

/// What a newer program has written otherwise is as never chosen: it only saves the person some keys.
async fn last(store: &Store) -> Result<Last, StoreError> {
    let kept: Option<Value> = store.setting(LAST).await?;
    let last = kept.and_then(|kept| serde_json::from_value(kept).ok());
    Ok(last.unwrap_or_default())
}

/// The level at which a draft's person may choose; whether the portal asks is the portal's, which may be met later. A supplement goes to where its dossier is.
pub(super) fn level(draft: &OpenDraft) -> Option<Level> {
    let asked = draft
        .pack
        .procedure()
        .filter(|_| draft.row.dossier.is_none());
    asked?.procedure().chosen_at()
}

/// What the person chose is suggested to the next draft.
pub(super) async fn remember(store: &Store, agency: &ReceivingAgency) -> Result<(), AppError> {
    let mut last = last(store).await?;
    last.insert(agency.level, agency.clone());
    Ok(store.put_setting(LAST, &last).await?)
}

/// The desk chosen last for a procedure of this level; where the person lives otherwise.
fn suggestion(
    procedure: &Procedure,
    last: &Last,
    details: &ProfileDetails,
) -> Option<(ReceivingAgency, AgencySource)> {
    let level = procedure.chosen_at()?;
    let earlier = last.get(&level);
    let earlier = earlier.map(|one| (one.clone(), AgencySource::Earlier));
    let home = || {
        let province = places().province(&details.province)?;
        let commune = match level {
            Level::Commune => Some(places().place(province.name, &details.commune)?),
            Level::Province | Level::Ministry => None,
        };
        let commune = commune.map(|place| place.commune_code);
        let found = ReceivingAgency::find(level, province.code, commune).ok()?;
        Some((found, AgencySource::Profile))
    };
    let fits = |one: &(ReceivingAgency, AgencySource)| one.0.suits(procedure).is_ok();
    earlier.filter(fits).or_else(|| home().filter(fits))
}

/// As it is kept: by the codes' own name, and only a suggestion as long as nobody chose otherwise.
///
/// # Errors
/// The list of places doesn't know the codes.
pub(super) fn tidied(chosen: &mut Handover, before: &Handover) -> Result<(), AgencyError> {
    if is_same(chosen, before) {
        // Not looked up again: what the list has forgotten since holds up no other choice.
        chosen.agency = before.agency.clone();
        chosen.agency_suggested = chosen.agency_suggested.and(before.agency_suggested);
        return Ok(());
    }
    chosen.agency_suggested = None;
    if let Some(agency) = &mut chosen.agency {
        *agency = ReceivingAgency::find(agency.level, &agency.province, agency.commune.as_deref())?;
    }
    Ok(())
}

/// Both say the same desk, or none.
pub(super) fn is_same(one: &Handover, other: &Handover) -> bool {
    match (&one.agency, &other.agency) {
        (Some(one), Some(other)) => one.is_same_desk(other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

/// The desk to be sealed: none where the portal has nobody choose.
pub(crate) fn offered(
    handover: &Handover,
    procedure: &Procedure,
    profile: Option<&PortalProfile>,
) -> Option<ReceivingAgency> {
    let chosen = profile.is_some_and(|one| one.agency.is_some()) && procedure.chosen_at().is_some();
    handover.agency.clone().filter(|_| chosen)
}

/// What is missing or wrong of it, where the portal has it chosen.
pub(super) fn problem(
    handover: &Handover,
    procedure: &Procedure,
    profile: Option<&PortalProfile>,
    english: bool,
) -> Option<DraftProblem> {
    profile?.agency.as_ref()?;
    let level = procedure.chosen_at()?;
    let wrong = match &handover.agency {
        None => None,
        Some(agency) => Some(agency.suits(procedure).err()?),
    };
    let (field, vi, en) = match (wrong, level) {
        (Some(AgencyError::NoCommune), _) => (
            "commune",
            "Hãy chọn phường, xã, đặc khu có cơ quan tiếp nhận hồ sơ.",
            "Choose the ward or commune whose desk shall receive the dossier.",
        ),
        (None, Level::Commune) => (
            "province",
            "Hãy chọn cơ quan tiếp nhận hồ sơ: tỉnh, thành phố và phường, xã.",
            "Choose the agency that shall receive the dossier: province, and ward or commune.",
        ),
        (None, _) => (
            "province",
            "Hãy chọn tỉnh, thành phố có cơ quan tiếp nhận hồ sơ.",
            "Choose the province whose desk shall receive the dossier.",
        ),
        (Some(_), _) => (
            "province",
            "Cơ quan tiếp nhận đã chọn không hợp với thủ tục này hoặc không còn trong danh mục. Hãy chọn lại.",
            "The receiving agency that was chosen does not fit this procedure, or is no longer in the list. Choose it again.",
        ),
    };
    Some(DraftProblem {
        step: WizardStep::Applicant,
        page: String::new(),
        path: format!("agency-{field}"),
        rule: "handover.agency".into(),
        message: if english { en } else { vi }.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portals;
    use crate::view::ProfileKind;

    const PACK: &str = include_str!("../../packs/1.000894/pack.json");

    fn procedure(level: Level) -> Procedure {
        let mut procedure: Procedure = serde_json::from_str(PACK).unwrap();
        procedure.agency.level = level;
        procedure
    }

    fn living_in(province: &str, commune: &str) -> ProfileDetails {
        ProfileDetails {
            kind: ProfileKind::Citizen,
            name: "Nguyễn Thị An".into(),
            identity: "001090000001".into(),
            birth_date: "1990-01-01".into(),
            phone: "0900000001".into(),
            email: "an.nguyen@example.com".into(),
            province: province.into(),
            commune: commune.into(),
            address: "Số 12".into(),
        }
    }

    fn commune(province: &str, code: &str) -> ReceivingAgency {
        ReceivingAgency::find(Level::Commune, province, Some(code)).unwrap()
    }

    #[test]
    fn what_was_chosen_last_is_suggested_and_else_where_one_lives() {
        use AgencySource::{Earlier, Profile};
        let ba_dinh = commune("01", "00004");
        let hanoi = ReceivingAgency::find(Level::Province, "01", None).unwrap();
        let chosen: Last = [
            (Level::Commune, ba_dinh.clone()),
            (Level::Province, hanoi.clone()),
        ]
        .into();
        let gone: Last = [(
            Level::Commune,
            ReceivingAgency {
                commune: Some("99999".into()),
                ..ba_dinh.clone()
            },
        )]
        .into();
        let here = living_in("Thành phố Hà Nội", "Phường Ba Đình");
        let nowhere = living_in("Thành phố Hà Nội", "");
        let (towns, provinces) = (procedure(Level::Commune), procedure(Level::Province));
        for (procedure, last, details, suggested) in [
            (&towns, &chosen, &nowhere, Some((&ba_dinh, Earlier))),
            (&provinces, &chosen, &nowhere, Some((&hanoi, Earlier))),
            (&towns, &Last::new(), &here, Some((&ba_dinh, Profile))),
            (&towns, &gone, &here, Some((&ba_dinh, Profile))),
            (&provinces, &Last::new(), &nowhere, Some((&hanoi, Profile))),
            (&towns, &Last::new(), &nowhere, None),
            (&procedure(Level::Ministry), &chosen, &here, None),
        ] {
            let found = suggestion(procedure, last, details);
            let found = found.as_ref().map(|(agency, source)| (agency, *source));
            assert_eq!(found, suggested, "{:?}", procedure.agency.level);
        }
    }

    #[test]
    fn what_is_missing_is_told_only_where_the_portal_has_it_chosen() {
        let national = portals::find("quoc-gia-2026");
        let half = ReceivingAgency::find(Level::Commune, "01", None).unwrap();
        let hanoi = ReceivingAgency::find(Level::Province, "01", None).unwrap();
        let whole = commune("01", "00004");
        for (level, agency, told) in [
            (Level::Commune, None, Some("agency-province")),
            (Level::Commune, Some(&half), Some("agency-commune")),
            (Level::Commune, Some(&hanoi), Some("agency-province")),
            (Level::Commune, Some(&whole), None),
            (Level::Province, None, Some("agency-province")),
            (Level::Province, Some(&whole), Some("agency-province")),
            (Level::Province, Some(&hanoi), None),
            (Level::Ministry, None, None),
            (Level::Ministry, Some(&hanoi), None),
        ] {
            let procedure = procedure(level);
            let chosen = Handover {
                agency: agency.cloned(),
                ..Handover::default()
            };
            let path = |profile: Option<&PortalProfile>| {
                problem(&chosen, &procedure, profile, false).map(|one| one.path)
            };
            assert_eq!(
                path(national.as_ref()).as_deref(),
                told,
                "{level:?} {agency:?}"
            );
            let sealed = offered(&chosen, &procedure, national.as_ref());
            assert_eq!(
                sealed.is_some(),
                agency.is_some() && level != Level::Ministry
            );
            for other in [
                None,
                Some("kon-tum"),
                Some("nghe-an"),
                Some("mot-cua-chung"),
                Some("khu-kinh-te"),
            ] {
                let other = other.and_then(portals::find);
                assert_eq!(path(other.as_ref()), None);
                assert_eq!(offered(&chosen, &procedure, other.as_ref()), None);
            }
        }
    }

    #[test]
    fn a_desk_is_named_by_its_code_or_by_its_names() {
        use AgencyError::{OtherLevel, UnknownCommune, UnknownProvince};
        let town = "Phường Ba Đình, Thành phố Hà Nội";
        for (level, words, found) in [
            (Level::Commune, "00004", Ok(town)),
            (Level::Commune, " phuong ba dinh , ha noi", Ok(town)),
            (Level::Commune, "Ba Đình, Thành phố Hà Nội", Ok(town)),
            (Level::Commune, "01", Err(UnknownCommune)),
            (Level::Commune, "00004000", Err(UnknownCommune)),
            (Level::Commune, "Hà Nội", Err(UnknownCommune)),
            (Level::Commune, ", Hà Nội", Err(UnknownCommune)),
            (Level::Commune, "Ba Đình, Atlantis", Err(UnknownProvince)),
            (Level::Commune, "", Err(UnknownProvince)),
            (Level::Province, "01", Ok("Thành phố Hà Nội")),
            (Level::Province, "ha noi", Ok("Thành phố Hà Nội")),
            (Level::Province, "00004", Err(UnknownProvince)),
            (Level::Province, "Ba Đình, Hà Nội", Err(OtherLevel)),
        ] {
            let named = named(level, words).map(|one| one.name);
            assert_eq!(named, found.map(str::to_owned), "{level:?} {words:?}");
        }
    }

    /// A desk of a province that there isn't any more.
    fn unknown() -> Option<ReceivingAgency> {
        let province = "99".into();
        Some(ReceivingAgency {
            province,
            ..commune("01", "00004")
        })
    }

    #[test]
    fn a_suggestion_is_one_until_somebody_chooses() {
        let suggested = Handover {
            agency: Some(commune("01", "00004")),
            agency_suggested: Some(AgencySource::Profile),
            ..Handover::default()
        };
        let mut same = suggested.clone();
        same.agency.as_mut().unwrap().name = "Nơi khác".into();
        tidied(&mut same, &suggested).unwrap();
        assert_eq!(same, suggested);
        let mut other = suggested.clone();
        other.agency.as_mut().unwrap().commune = Some("00008".into());
        tidied(&mut other, &suggested).unwrap();
        assert_eq!(other.agency_suggested, None);
        assert_ne!(
            other.agency.unwrap().name,
            suggested.agency.as_ref().unwrap().name
        );
        let mut none = Handover {
            agency: None,
            ..suggested.clone()
        };
        tidied(&mut none, &suggested).unwrap();
        assert_eq!(none, Handover::default());
        // Nobody says of what was chosen that it is a suggestion.
        let confirmed = Handover {
            agency_suggested: None,
            ..suggested.clone()
        };
        for before in [&confirmed, &Handover::default()] {
            let mut late = suggested.clone();
            tidied(&mut late, before).unwrap();
            assert_eq!(late, confirmed);
        }
        let lost = Handover {
            agency: unknown(),
            ..Handover::default()
        };
        assert_eq!(tidied(&mut lost.clone(), &lost), Ok(()));
        let mut other = suggested.clone();
        other.agency = unknown();
        let refused = tidied(&mut other, &suggested);
        assert_eq!(refused, Err(AgencyError::UnknownProvince));
    }
}
