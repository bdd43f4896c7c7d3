//! Finding a place as one types.

use unicode_normalization::UnicodeNormalization as _;

use crate::fold::fold;
use crate::list::{Former, Place, Places};
use crate::name::{Name, squeeze, words};

/// A place that answers a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// The commune of today.
    pub place: Place,
    /// The ward of before July 2025 that was asked for, which lies in it, at least partly.
    pub former: Option<Former>,
}

/// From this rank on a name only has the words, not the query itself.
const LOOSE: u8 = 6;

/// A query, read.
struct Query {
    /// Each word with the space before it.
    words: Vec<String>,
    /// All words in a row.
    row: String,
    squeezed: String,
    /// Words typed with marks, each with its plain form.
    marked: Vec<(String, String)>,
}

impl Query {
    fn new(text: &str) -> Query {
        let folded = fold(text);
        let row = words(&folded);
        Query {
            words: row
                .split_whitespace()
                .map(|word| format!(" {word}"))
                .collect(),
            squeezed: squeeze(&folded),
            marked: text
                .nfc()
                .flat_map(char::to_lowercase)
                .collect::<String>()
                .split_whitespace()
                .filter(|word| !word.is_ascii())
                .map(|word| (word.to_owned(), words(&fold(word))))
                .collect(),
            row,
        }
    }

    /// How well a unit answers, smaller is better; none when it doesn't.
    fn rank(&self, name: &Name, shown: &str, within: &str) -> Option<u8> {
        let lower = shown.to_lowercase();
        let other_marks = self
            .marked
            .iter()
            .any(|(word, plain)| name.words.contains(plain) && !lower.contains(word));
        let squeezed = self.squeezed.len() >= 3
            && (name.short.starts_with(&self.squeezed) || name.has_other(&self.squeezed));
        let rank = if name.short == self.squeezed {
            0
        } else if name.words.starts_with(&self.row) || name.short.starts_with(&self.squeezed) {
            1
        } else if name.words.contains(&self.row) {
            2
        } else if self.words.iter().all(|word| name.words.contains(word)) || squeezed {
            3
        } else if self
            .words
            .iter()
            .all(|word| name.words.contains(word) || within.contains(word))
        {
            // Words of the unit and of what it lies in: `ba dinh ha noi`.
            if self.squeezed.contains(&name.short) {
                4
            } else {
                5 + u8::from(!self.words.iter().any(|word| name.words.contains(word)))
            }
        } else {
            return None;
        };
        Some(rank * 2 + u8::from(other_marks))
    }
}

impl Places {
    /// Communes by the beginnings of their words, with or without marks, at most so many. Those of today come first; then wards of before July 2025
    /// with today's communes, all of them where a ward was divided; names that only have the words here and there come after both. `province` narrows to one of today's.
    #[must_use]
    pub fn search(&self, query: &str, province: Option<&str>, most: usize) -> Vec<Hit> {
        let query = Query::new(query);
        let within = province.and_then(|name| self.province(name));
        let here = |place: &Place| within.is_none_or(|within| within.code == place.province_code);
        let mut found: Vec<(u8, Place)> = self
            .communes
            .iter()
            .filter(|row| here(&row.place))
            .filter_map(|row| {
                let rank = query.rank(&row.name, row.place.commune, &row.within)?;
                Some((rank, row.place))
            })
            .collect();
        found.sort_by_key(|(rank, place)| (*rank, place.commune_code));
        let mut hits: Vec<(u8, Hit)> = found
            .into_iter()
            .map(|(rank, place)| {
                let hit = Hit {
                    place,
                    former: None,
                };
                (rank, hit)
            })
            .collect();
        if !query.squeezed.is_empty() {
            let mut former: Vec<(u8, Hit)> = Vec::new();
            for row in &self.former {
                let Some(rank) = query.rank(&row.ward, row.former.ward, &row.within) else {
                    continue;
                };
                let places = row.now.iter().filter(|place| here(place));
                former.extend(places.map(|place| {
                    let hit = Hit {
                        place: *place,
                        former: Some(row.former),
                    };
                    (rank, hit)
                }));
            }
            // Stable: the parts of a divided ward stay in their order.
            former.sort_by_key(|(rank, _)| *rank);
            hits.extend(former);
            // Stable again: today's, then former ones, and only then what has the words here and there.
            hits.sort_by_key(|(rank, _)| *rank >= LOOSE);
        }
        let mut hits: Vec<Hit> = hits.into_iter().map(|(_, hit)| hit).collect();
        hits.truncate(most);
        hits
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::list::places;

    fn first(query: &str) -> (&'static str, &'static str, bool) {
        let hit = places().search(query, None, 20)[0];
        (hit.place.commune, hit.place.province, hit.former.is_some())
    }

    #[test]
    fn places_are_found_as_one_types() {
        let ba_dinh = ("Phường Ba Đình", "Thành phố Hà Nội", false);
        for query in [
            "Phường Ba Đình",
            "ba đình",
            "phuong ba dinh",
            "BA DINH HA NOI",
            "hà nội ba đì",
        ] {
            assert_eq!(first(query), ba_dinh, "{query}");
        }
        // Marks tell apart what is otherwise the same.
        assert_eq!(first("văn lăng").0, "Xã Văn Lăng");
        assert_eq!(first("văn lang").0, "Xã Văn Lang");
        assert_eq!(first("sapa").0, "Phường Sa Pa");
        assert_eq!(first("lý sơn").0, "Đặc khu Lý Sơn");
        assert!(places().search("khôngcóởđâu", None, 20).is_empty());
    }

    #[test]
    fn today_comes_first_and_the_past_says_so() {
        let hits = places().search("long tuyền", None, 50);
        assert_eq!(
            (hits[0].place.commune, hits[0].former),
            ("Phường Long Tuyền", None)
        );
        let divided: Vec<&str> = hits
            .iter()
            .filter(|hit| {
                hit.former
                    .is_some_and(|former| former.district == "Quận Bình Thủy")
            })
            .map(|hit| hit.place.commune)
            .collect();
        assert_eq!(divided, ["Phường Long Tuyền", "Phường An Bình"]);
        let places: Vec<bool> = hits
            .iter()
            .take(3)
            .map(|hit| hit.former.is_some())
            .collect();
        assert!(places.is_sorted(), "{hits:?}");
        // A name that is gone, alone and with its district.
        assert_eq!(first("phúc xá").0, "Phường Hồng Hà");
        assert_eq!(
            first("phúc xá ba đình"),
            ("Phường Hồng Hà", "Thành phố Hà Nội", true)
        );
    }

    #[test]
    fn a_province_narrows() {
        let places = places();
        let all = places.search("", Some("Quảng Ngãi"), usize::MAX);
        assert_eq!(
            all.len(),
            places
                .communes()
                .filter(|place| place.province == "Tỉnh Quảng Ngãi")
                .count()
        );
        assert!(
            places
                .search("xã", Some("Tỉnh Quảng Ngãi"), 500)
                .iter()
                .all(|hit| hit.place.province == "Tỉnh Quảng Ngãi")
        );
        assert_eq!(places.search("a", None, 7).len(), 7);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn any_name_finds_its_place_with_and_without_marks(at in 0..3_321_usize, marks: bool) {
            let place = places().communes().nth(at).unwrap();
            let query = format!("{} {}", place.commune, place.province);
            if marks {
                prop_assert_eq!(places().search(&query, None, 1), [Hit { place, former: None }]);
            } else {
                let hits = places().search(&fold(&query), None, 3);
                prop_assert!(hits.contains(&Hit { place, former: None }), "{hits:?}");
            }
        }

        #[test]
        fn any_text_is_a_query(query in "\\PC{0,30}") {
            prop_assert!(places().search(&query, None, 10).len() <= 10);
        }
    }
}
