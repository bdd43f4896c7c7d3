//! The list itself, and looking up what is named in full.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::name::{Name, Typed};

static LIST: LazyLock<Places> = LazyLock::new(|| Places::read(include_str!("../data/places.tsv")));

/// The places, read at the first use.
#[must_use]
pub fn places() -> &'static Places {
    &LIST
}

/// A commune of today, in its province.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// *Tỉnh, thành phố*, as it is written in full.
    pub province: &'static str,
    /// Its official code, two digits.
    pub province_code: &'static str,
    /// *Xã, phường, đặc khu*, as it is written in full.
    pub commune: &'static str,
    /// Its official code, five digits.
    pub commune_code: &'static str,
}

/// A province of today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Province {
    /// Official code, two digits.
    pub code: &'static str,
    /// Its name in full.
    pub name: &'static str,
}

/// A ward as it was until the end of June 2025.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Former {
    /// Name in full; empty for an island district that had none.
    pub ward: &'static str,
    /// *Quận, huyện, thị xã, thành phố* of a province.
    pub district: &'static str,
    /// One of the 63 provinces.
    pub province: &'static str,
}

/// All of them.
#[derive(Debug)]
pub struct Places {
    pub(crate) provinces: Vec<ProvinceRow>,
    pub(crate) communes: Vec<CommuneRow>,
    pub(crate) before: Vec<FormerProvinceRow>,
    pub(crate) former: Vec<FormerRow>,
}

#[derive(Debug)]
pub(crate) struct ProvinceRow {
    pub(crate) province: Province,
    pub(crate) name: Name,
}

#[derive(Debug)]
pub(crate) struct CommuneRow {
    pub(crate) place: Place,
    pub(crate) name: Name,
    /// The words of what it lies in.
    pub(crate) within: String,
}

#[derive(Debug)]
pub(crate) struct FormerProvinceRow {
    pub(crate) name: &'static str,
    pub(crate) read: Name,
    pub(crate) now: Province,
}

#[derive(Debug)]
pub(crate) struct FormerRow {
    pub(crate) former: Former,
    pub(crate) ward: Name,
    pub(crate) district: Name,
    pub(crate) within: String,
    /// Where it lies today, the commune with most of it first.
    pub(crate) now: Vec<Place>,
}

impl Places {
    fn read(text: &'static str) -> Places {
        let mut places = Places {
            provinces: Vec::new(),
            communes: Vec::new(),
            before: Vec::new(),
            former: Vec::new(),
        };
        let mut by_code: BTreeMap<&str, Place> = BTreeMap::new();
        let mut district = "";
        for line in text.lines() {
            let mut cells = line.split('\t');
            let kind = cells.next().unwrap_or_default();
            let mut cell = || cells.next().unwrap_or_default();
            match kind {
                "P" => {
                    let (code, name, more) = (cell(), cell(), cell());
                    places.provinces.push(ProvinceRow {
                        province: Province { code, name },
                        name: Name::of(name, more),
                    });
                }
                "C" => {
                    let (code, commune) = (cell(), cell());
                    let Some(row) = places.provinces.last() else {
                        continue;
                    };
                    let place = Place {
                        province: row.province.name,
                        province_code: row.province.code,
                        commune,
                        commune_code: code,
                    };
                    by_code.insert(code, place);
                    places.communes.push(CommuneRow {
                        place,
                        name: Name::of(commune, ""),
                        within: row.name.words.clone(),
                    });
                }
                "p" => {
                    let (code, name, more) = (cell(), cell(), cell());
                    let now = places
                        .provinces
                        .iter()
                        .find(|row| row.province.code == code);
                    let Some(now) = now.map(|row| row.province) else {
                        continue;
                    };
                    places.before.push(FormerProvinceRow {
                        name,
                        read: Name::of(name, more),
                        now,
                    });
                }
                "d" => district = cell(),
                "w" => {
                    let (codes, ward, more) = (cell(), cell(), cell());
                    let Some(province) = places.before.last() else {
                        continue;
                    };
                    let district_name = Name::of(district, "");
                    places.former.push(FormerRow {
                        former: Former {
                            ward,
                            district,
                            province: province.name,
                        },
                        ward: Name::of(ward, more),
                        within: format!("{}{}", district_name.words, province.read.words),
                        district: district_name,
                        now: codes
                            .split(' ')
                            .filter_map(|code| by_code.get(code).copied())
                            .collect(),
                    });
                }
                _ => {}
            }
        }
        places
    }

    /// The 34 provinces, by code.
    pub fn provinces(&self) -> impl Iterator<Item = Province> {
        self.provinces.iter().map(|row| row.province)
    }

    /// The 3,321 communes, by the codes of their provinces and their own.
    pub fn communes(&self) -> impl Iterator<Item = Place> {
        self.communes.iter().map(|row| row.place)
    }

    /// The province of today with this code.
    #[must_use]
    pub fn province_of_code(&self, code: &str) -> Option<Province> {
        self.provinces().find(|province| province.code == code)
    }

    /// The commune of today with this code.
    #[must_use]
    pub fn place_of_code(&self, code: &str) -> Option<Place> {
        self.communes().find(|place| place.commune_code == code)
    }

    /// The province of today with this name, with or without its kind and marks.
    #[must_use]
    pub fn province(&self, name: &str) -> Option<Province> {
        let typed = Typed::new(name);
        let named = self.provinces.iter().find(|row| row.name.is(&typed));
        named.map(|row| row.province)
    }

    /// What a province that is named as before July 2025 belongs to now, and its name then. None for one that kept its name.
    #[must_use]
    pub fn former_province(&self, name: &str) -> Option<(&'static str, Province)> {
        let typed = Typed::new(name);
        self.before
            .iter()
            .find(|row| row.read.is(&typed) && row.name != row.now.name)
            .map(|row| (row.name, row.now))
    }

    /// The provinces of before July 2025 that don't exist any more, each with what it is part of now.
    pub fn former_provinces(&self) -> impl Iterator<Item = (&'static str, Province)> {
        self.before
            .iter()
            .filter(|row| row.name != row.now.name)
            .map(|row| (row.name, row.now))
    }

    /// The commune of today with these names.
    #[must_use]
    pub fn place(&self, province: &str, commune: &str) -> Option<Place> {
        self.alike(province, commune).into_iter().next()
    }

    /// The communes of today with these names: one, where its marks are written, or where no other one of the province is written like that without them.
    #[must_use]
    pub fn alike(&self, province: &str, commune: &str) -> Vec<Place> {
        let typed = Typed::new(commune);
        let province = self.province(province).filter(|_| !typed.is_empty());
        let Some(province) = province else {
            return Vec::new();
        };
        let named = self
            .communes
            .iter()
            .filter(|row| row.place.province_code == province.code && row.name.is(&typed));
        let named: Vec<Place> = named.map(|row| row.place).collect();
        // Some names differ in their marks only.
        let exact = named
            .iter()
            .find(|place| Name::is_exactly(place.commune, &typed));
        exact.map_or_else(|| named.clone(), |exact| vec![*exact])
    }

    /// Wards of before July 2025 with these names, and where each lies now. The province may be named as then or as now; an empty district is any.
    #[must_use]
    pub fn from_legacy(
        &self,
        province: &str,
        district: &str,
        ward: &str,
    ) -> Vec<(Former, &[Place])> {
        let (province, district, ward) =
            (Typed::new(province), Typed::new(district), Typed::new(ward));
        let within: Vec<&str> = self
            .before
            .iter()
            .filter(|row| {
                row.read.is(&province)
                    || self
                        .provinces
                        .iter()
                        .any(|now| now.province == row.now && now.name.is(&province))
            })
            .map(|row| row.name)
            .collect();
        let mut found: Vec<&FormerRow> = self
            .former
            .iter()
            .filter(|row| within.contains(&row.former.province))
            .filter(|row| district.is_empty() || row.district.is(&district))
            .filter(|row| {
                if row.former.ward.is_empty() {
                    row.district.is(&ward) || (!district.is_empty() && ward.is_empty())
                } else {
                    !ward.is_empty() && row.ward.is(&ward)
                }
            })
            .collect();
        let exactly = |row: &&FormerRow| Name::is_exactly(row.former.ward, &ward);
        if found.iter().any(exactly) {
            found.retain(exactly);
        }
        found
            .into_iter()
            .map(|row| (row.former, row.now.as_slice()))
            .collect()
    }
}

impl Former {
    /// All of it on one line.
    #[must_use]
    pub fn text(&self) -> String {
        [self.ward, self.district, self.province]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole() {
        let places = places();
        assert_eq!(places.provinces().count(), 34);
        assert_eq!(places.communes().count(), 3_321);
        for (kind, count) in [("Xã ", 2_621), ("Phường ", 687), ("Đặc khu ", 13)] {
            let found = places
                .communes()
                .filter(|place| place.commune.starts_with(kind));
            assert_eq!(found.count(), count, "{kind}");
        }
        assert_eq!(places.before.len(), 63);
        assert_eq!(places.former.len(), 10_040);
        let unplaced: Vec<_> = places
            .former
            .iter()
            .filter(|row| row.now.is_empty())
            .collect();
        assert!(unplaced.is_empty(), "{unplaced:?}");
    }

    #[test]
    fn names_that_differ_in_their_marks_only_are_told_apart() {
        let codes = |name: &str| -> Vec<&str> {
            let found = places().alike("Quảng Ngãi", name).into_iter();
            found.map(|place| place.commune_code).collect()
        };
        assert_eq!(codes("son ha"), ["21289", "21292"]);
        assert_eq!(codes("Sơn Hà"), ["21289"]);
        assert_eq!(codes("Xã Sơn Hạ"), ["21292"]);
        assert_eq!(codes(""), [] as [&str; 0]);
        assert_eq!(codes("Nào Đó"), [] as [&str; 0]);
    }

    #[test]
    fn every_commune_is_found_by_its_names_and_codes_are_codes() {
        let places = places();
        let digits =
            |text: &str, many| text.len() == many && text.bytes().all(|b| b.is_ascii_digit());
        for place in places.communes() {
            assert!(
                digits(place.province_code, 2) && digits(place.commune_code, 5),
                "{place:?}"
            );
            assert_eq!(places.place(place.province, place.commune), Some(place));
        }
    }

    #[test]
    fn every_former_ward_is_found_and_lies_in_its_provinces_successor() {
        let places = places();
        for row in &places.former {
            let Former {
                ward,
                district,
                province,
            } = row.former;
            let found = places.from_legacy(province, district, ward);
            assert!(
                found
                    .iter()
                    .any(|(former, now)| *former == row.former && *now == row.now),
                "{:?}",
                row.former
            );
            let now = places
                .before
                .iter()
                .find(|known| known.name == province)
                .unwrap()
                .now;
            assert!(
                row.now.iter().all(|place| place.province == now.name),
                "{:?}",
                row.former
            );
        }
    }

    #[test]
    fn old_provinces_answer_with_todays() {
        let places = places();
        let now = |name| places.former_province(name).map(|(_, now)| now.name);
        assert_eq!(now("Kon Tum"), Some("Tỉnh Quảng Ngãi"));
        assert_eq!(now("tinh binh duong"), Some("Thành phố Hồ Chí Minh"));
        assert_eq!(now("Quảng Ngãi"), None);
        assert_eq!(
            places.province("thừa thiên huế").unwrap().name,
            "Thành phố Huế"
        );
        assert_eq!(places.province("Kon Tum"), None);
        assert_eq!(places.province(""), None);
    }

    #[test]
    fn a_divided_ward_lies_in_several_communes() {
        let found = places().from_legacy("Cần Thơ", "Quận Bình Thủy", "Phường Long Tuyền");
        let now: Vec<&str> = found
            .iter()
            .flat_map(|(_, now)| *now)
            .map(|place| place.commune)
            .collect();
        assert_eq!(now, ["Phường Long Tuyền", "Phường An Bình"]);
        // An island without wards is its district.
        let island = places().from_legacy("Quảng Ngãi", "", "Huyện Lý Sơn");
        assert_eq!(island[0].1[0].commune, "Đặc khu Lý Sơn");
    }
}
