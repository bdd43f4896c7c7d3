//! An address on one line, as cards and old papers carry it.

use crate::list::{Former, Place, Places};
use crate::name::Typed;

/// An address in its parts, in today's units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadAddress {
    /// What comes before the commune: house, street, hamlet.
    pub street: String,
    /// The commune; several where the text names a ward that was divided, or whose name was given more than once. Never empty.
    pub places: Vec<Place>,
    /// The ward of before July 2025 that the text names.
    pub former: Option<Former>,
}

impl Places {
    /// Reads an address whose units are separated by commas, the largest last: of today (`…, xã, tỉnh`) or of before (`…, xã, huyện, tỉnh`), with or without
    /// the kinds of the units. None where the text doesn't end in units that are known.
    #[must_use]
    pub fn read_address(&self, text: &str) -> Option<ReadAddress> {
        let parts: Vec<&str> = text
            .split([',', ';'])
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect();
        let (province, rest) = parts.split_last()?;
        let (last, before) = rest.split_last()?;
        let read = |street: &[&str], places: Vec<Place>, former: Option<Former>| ReadAddress {
            street: street.join(", "),
            places,
            former,
        };
        if let Some((ward, street)) = before.split_last() {
            // Three levels: the district tells it from a street in front of a commune of today.
            let found = self.from_legacy(province, last, ward);
            if let Some((former, _)) = found.first() {
                return Some(read(street, together(&found), Some(*former)));
            }
        }
        if let Some(place) = self.place(province, last) {
            return Some(read(before, vec![place], None));
        }
        let mut found = self.from_legacy(province, last, "");
        if found.is_empty() && !Typed::new(last).is_empty() {
            found = self.from_legacy(province, "", last);
        }
        let (former, _) = found.first()?;
        Some(read(before, together(&found), Some(*former)))
    }
}

fn together(found: &[(Former, &[Place])]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for place in found.iter().flat_map(|(_, now)| *now) {
        if !places.contains(place) {
            places.push(*place);
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::list::places;

    #[test]
    fn addresses_of_both_times_are_read() {
        for (text, street, communes, former) in [
            (
                "Số 5, ngõ 2, Phường Ba Đình, Thành phố Hà Nội",
                "Số 5, ngõ 2",
                vec!["Phường Ba Đình"],
                false,
            ),
            (
                "Số 5 ngõ 2, Ba Đình, Hà Nội",
                "Số 5 ngõ 2",
                vec!["Phường Ba Đình"],
                false,
            ),
            (
                "Tổ 3, Phúc Xá, Ba Đình, Hà Nội",
                "Tổ 3",
                vec!["Phường Hồng Hà"],
                true,
            ),
            (
                "Tổ 3, P. Phúc Xá, Q. Ba Đình, TP Hà Nội",
                "Tổ 3",
                vec!["Phường Hồng Hà"],
                true,
            ),
            (
                "Long Tuyền, Bình Thủy, Cần Thơ",
                "",
                vec!["Phường Long Tuyền", "Phường An Bình"],
                true,
            ),
            (
                "Thôn Tây, Xã An Vĩnh, Huyện Lý Sơn, Quảng Ngãi",
                "Thôn Tây, Xã An Vĩnh",
                vec!["Đặc khu Lý Sơn"],
                true,
            ),
            ("Xã Mẫu Không Có, Tỉnh Quảng Ngãi", "", vec![], false),
            ("Hà Nội", "", vec![], false),
            ("", "", vec![], false),
        ] {
            let read = places().read_address(text);
            let now: Vec<&str> = read
                .iter()
                .flat_map(|read| &read.places)
                .map(|place| place.commune)
                .collect();
            assert_eq!(now, communes, "{text}");
            if let Some(read) = read {
                assert_eq!(
                    (read.street.as_str(), read.former.is_some()),
                    (street, former),
                    "{text}"
                );
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_written_address_reads_back(at in 0..3_321_usize, street in "[a-zà-ỹ0-9 ]{1,20}") {
            let street = street.trim().to_owned();
            prop_assume!(!street.is_empty());
            let place = places().communes().nth(at).unwrap();
            let read = places().read_address(&format!("Số 1 {street}, {}, {}", place.commune, place.province)).unwrap();
            prop_assert!(read.places.contains(&place), "{read:?}");
        }

        #[test]
        fn any_text_is_read_or_not(text in "[\\PC,]{0,60}") {
            if let Some(read) = places().read_address(&text) {
                prop_assert!(!read.places.is_empty());
            }
        }
    }
}
