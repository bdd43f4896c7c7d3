//! Which desk receives a dossier (*cơ quan tiếp nhận*), where the person says so: of a commune, or of a province.

use hoso_places::places;
use serde::{Deserialize, Serialize};

use crate::{Level, Procedure};

/// The desk that the person chose, by the official codes of where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct ReceivingAgency {
    /// Of which level.
    pub level: Level,
    /// Code of the province, two digits.
    pub province: String,
    /// Code of the commune, five digits; none at the level of a province, and while only the province was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commune: Option<String>,
    /// The name that the person was shown.
    #[serde(default)]
    pub name: String,
}

/// Whose idea a choice is that the person has neither made nor confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub enum AgencySource {
    /// Where the person lives, by the profile.
    Profile,
    /// What they chose last.
    Earlier,
}

/// What is wrong with a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AgencyError {
    /// The procedure has its own agency.
    #[error("choosing the receiving agency: this procedure has its own")]
    NoChoice,
    /// It is of another level than the procedure's agency.
    #[error("choosing the receiving agency: it is of another level than the procedure's")]
    OtherLevel,
    /// The procedure is of one other province.
    #[error("choosing the receiving agency: the procedure is of another province")]
    OtherProvince,
    /// No province has this code.
    #[error("choosing the receiving agency: no province of today has this code")]
    UnknownProvince,
    /// No commune of the province has this code.
    #[error("choosing the receiving agency: no commune of that province has this code")]
    UnknownCommune,
    /// Several communes of the province have this name, as it is written.
    #[error(
        "choosing the receiving agency: several communes of that province are written like that; write its kind and all marks, or its code"
    )]
    SeveralCommunes,
    /// The commune is still to be chosen.
    #[error("choosing the receiving agency: the commune is missing")]
    NoCommune,
    /// It is named otherwise than its codes say.
    #[error("choosing the receiving agency: its name is not that of its codes")]
    OtherName,
}

impl ReceivingAgency {
    /// The desk of these codes, by its name in the list of places. Of a commune's, the province alone may be known yet.
    ///
    /// # Errors
    /// The list doesn't know the codes, or the level has no such desk.
    pub fn find(level: Level, province: &str, commune: Option<&str>) -> Result<Self, AgencyError> {
        let whole = places()
            .province_of_code(province)
            .ok_or(AgencyError::UnknownProvince)?;
        let name = match (level, commune) {
            (Level::Ministry, _) => return Err(AgencyError::NoChoice),
            (Level::Province, Some(_)) => return Err(AgencyError::OtherLevel),
            (Level::Province | Level::Commune, None) => whole.name.to_owned(),
            (Level::Commune, Some(code)) => {
                let place = places().place_of_code(code);
                let place = place.filter(|place| place.province_code == whole.code);
                let place = place.ok_or(AgencyError::UnknownCommune)?;
                format!("{}, {}", place.commune, place.province)
            }
        };
        Ok(Self {
            level,
            province: province.to_owned(),
            commune: commune.map(str::to_owned),
            name,
        })
    }

    /// Whether a procedure's dossier can be received there.
    ///
    /// # Errors
    /// It is not whole, not of the list, or not of the procedure's level or province.
    pub fn suits(&self, procedure: &Procedure) -> Result<(), AgencyError> {
        let level = procedure.chosen_at().ok_or(AgencyError::NoChoice)?;
        if self.level != level {
            return Err(AgencyError::OtherLevel);
        }
        let known = Self::find(self.level, &self.province, self.commune.as_deref())?;
        let bound = procedure.province.as_deref();
        let bound = bound.and_then(|name| places().province(name));
        if bound.is_some_and(|bound| bound.code != self.province) {
            return Err(AgencyError::OtherProvince);
        }
        if level == Level::Commune && self.commune.is_none() {
            return Err(AgencyError::NoCommune);
        }
        if known.name != self.name {
            return Err(AgencyError::OtherName);
        }
        Ok(())
    }

    /// The same desk, however it is written.
    #[must_use]
    pub fn is_same_desk(&self, other: &Self) -> bool {
        (self.level, &self.province, &self.commune)
            == (other.level, &other.province, &other.commune)
    }
}

impl Procedure {
    /// The level at which a person may choose who receives the dossier; none where the procedure has one agency only.
    #[must_use]
    pub fn chosen_at(&self) -> Option<Level> {
        match self.agency.level {
            Level::Commune => Some(Level::Commune),
            Level::Province if self.province.is_none() => Some(Level::Province),
            Level::Province | Level::Ministry => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    const PACK: &str = include_str!("../../app/packs/1.000894/pack.json");

    fn procedure(level: Level, province: Option<&str>) -> Procedure {
        let mut procedure: Procedure = serde_json::from_str(PACK).unwrap();
        procedure.agency.level = level;
        procedure.province = province.map(str::to_owned);
        procedure
    }

    #[test]
    fn a_desk_is_that_of_the_procedures_level_and_of_the_list() {
        use AgencyError::{
            NoChoice, NoCommune, OtherLevel, OtherName, OtherProvince, UnknownCommune,
            UnknownProvince,
        };
        use Level::{Commune, Ministry, Province};
        // Phường Ba Đình, Hà Nội; 51 is Quảng Ngãi.
        for (wanted, of, level, province, commune, said) in [
            (Commune, None, Commune, "01", Some("00004"), Ok(())),
            (Commune, None, Commune, "01", None, Err(NoCommune)),
            (Commune, None, Province, "01", None, Err(OtherLevel)),
            (Province, None, Province, "01", None, Ok(())),
            (
                Province,
                None,
                Commune,
                "01",
                Some("00004"),
                Err(OtherLevel),
            ),
            (
                Province,
                None,
                Province,
                "01",
                Some("00004"),
                Err(OtherLevel),
            ),
            (Ministry, None, Ministry, "01", None, Err(NoChoice)),
            (Ministry, None, Province, "01", None, Err(NoChoice)),
            (
                Commune,
                None,
                Commune,
                "51",
                Some("00004"),
                Err(UnknownCommune),
            ),
            (
                Commune,
                None,
                Commune,
                "01",
                Some("99999"),
                Err(UnknownCommune),
            ),
            (Commune, None, Commune, "01", Some(""), Err(UnknownCommune)),
            (
                Commune,
                None,
                Commune,
                "99",
                Some("00004"),
                Err(UnknownProvince),
            ),
            (Province, None, Province, "", None, Err(UnknownProvince)),
            (
                Province,
                Some("Tỉnh Quảng Ngãi"),
                Province,
                "51",
                None,
                Err(NoChoice),
            ),
            (
                Commune,
                Some("Tỉnh Quảng Ngãi"),
                Commune,
                "01",
                Some("00004"),
                Err(OtherProvince),
            ),
        ] {
            let found = ReceivingAgency::find(level, province, commune);
            let chosen = found.unwrap_or_else(|_| ReceivingAgency {
                level,
                province: province.to_owned(),
                commune: commune.map(str::to_owned),
                name: "Nơi nào đó".into(),
            });
            let told = chosen.suits(&procedure(wanted, of));
            assert_eq!(told, said, "{wanted:?} {of:?} {chosen:?}");
            let renamed = ReceivingAgency {
                name: format!("{} ", chosen.name),
                ..chosen
            };
            let told = renamed.suits(&procedure(wanted, of));
            assert_eq!(told, said.and(Err(OtherName)), "{renamed:?}");
        }
    }

    fn digits() -> impl Strategy<Value = String> {
        let known: Vec<String> = places()
            .communes()
            .flat_map(|place| [place.commune_code, place.province_code])
            .map(str::to_owned)
            .collect();
        prop_oneof![select(known), "[0-9]{0,6}", any::<String>()]
    }

    proptest! {
        #[test]
        fn only_codes_of_the_list_are_a_desk_and_its_name_is_the_lists(
            level in select(vec![Level::Commune, Level::Province, Level::Ministry]),
            province in digits(),
            commune in proptest::option::of(digits()),
        ) {
            let found = ReceivingAgency::find(level, &province, commune.as_deref());
            let listed = places().communes().find(|place| {
                place.province_code == province && commune.as_deref().is_none_or(|code| code == place.commune_code)
            });
            match found {
                Ok(found) => {
                    let place = listed.unwrap();
                    prop_assert!(level != Level::Ministry && (level == Level::Commune || commune.is_none()));
                    let name = match commune {
                        Some(_) => format!("{}, {}", place.commune, place.province),
                        None => place.province.to_owned(),
                    };
                    prop_assert_eq!(&found.name, &name);
                    let text = serde_json::to_string(&found).unwrap();
                    prop_assert_eq!(serde_json::from_str::<ReceivingAgency>(&text).unwrap(), found);
                }
                Err(AgencyError::NoChoice) => prop_assert_eq!(level, Level::Ministry),
                Err(AgencyError::OtherLevel) => prop_assert!(level == Level::Province && commune.is_some()),
                Err(_) => prop_assert!(listed.is_none()),
            }
        }

        #[test]
        fn every_commune_is_a_desk_of_its_province_only(at in 0usize..3_321, other in 0usize..34) {
            let place = places().communes().nth(at).unwrap();
            let elsewhere = places().provinces().nth(other).unwrap();
            let find = |province| ReceivingAgency::find(Level::Commune, province, Some(place.commune_code));
            let found = find(place.province_code).unwrap();
            prop_assert_eq!(found.suits(&procedure(Level::Commune, None)), Ok(()));
            prop_assert_eq!(find(elsewhere.code).is_ok(), elsewhere.code == place.province_code);
        }
    }
}
