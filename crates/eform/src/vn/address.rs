//! `vnAddress`: house and street in words, commune and province from the list of today's places.

use hoso_places::{Place, places};

use crate::js::Js;

/// The parts of its value, from the smallest up: house and street, *xã*, *tỉnh*.
const PARTS: [&str; 3] = ["chi_tiet", "xa", "tinh"];

fn part<'a>(value: &'a Js, name: &str) -> &'a str {
    value.prop(name).as_str().unwrap_or_default().trim()
}

fn known(value: &Js) -> Option<Place> {
    places().place(part(value, "tinh"), part(value, "xa"))
}

/// Names in full where the place is known; otherwise as written.
pub(super) fn tidy(value: &Js) -> Js {
    let (Js::Obj(parts), Some(place)) = (value, known(value)) else {
        return value.clone();
    };
    let mut parts = parts.clone();
    parts.insert("xa".to_owned(), Js::str(place.commune));
    parts.insert("tinh".to_owned(), Js::str(place.province));
    Js::Obj(parts)
}

/// No address at all, or, where the form insists on a known place, not one.
pub(super) fn impossible(value: &Js, insists: bool) -> bool {
    match value {
        Js::Obj(parts) => {
            parts.iter().any(|(name, part)| {
                PARTS.contains(&name.as_str()) && !matches!(part, Js::Str(_) | Js::Null)
            }) || (insists && has_place(value) && known(value).is_none())
        }
        // One line, from a form or dossier that knew no parts.
        Js::Str(_) | Js::Null | Js::Undefined => false,
        _ => true,
    }
}

/// Commune and province are there, whichever they are.
pub(crate) fn has_place(value: &Js) -> bool {
    match value {
        Js::Str(text) => !text.trim().is_empty(),
        _ => !part(value, "xa").is_empty() && !part(value, "tinh").is_empty(),
    }
}

/// What became of the place, or that nobody knows it; in the person's words, Vietnamese and English.
pub(super) fn unusual(value: &Js) -> Option<(String, String)> {
    let (commune, province) = (part(value, "xa"), part(value, "tinh"));
    if commune.is_empty() || province.is_empty() || known(value).is_some() {
        return None;
    }
    let now: Vec<String> = places()
        .from_legacy(province, "", commune)
        .iter()
        .flat_map(|(_, now)| *now)
        .map(|place| format!("{}, {}", place.commune, place.province))
        .fold(Vec::new(), |mut all, name| {
            if !all.contains(&name) {
                all.push(name);
            }
            all
        });
    if !now.is_empty() {
        return Some((
            format!(
                "“{commune}” là tên trước ngày 01/7/2025; nay thuộc: {}. Hãy chọn lại.",
                now.join("; ")
            ),
            format!(
                "“{commune}” is a name of before July 2025; it now lies in: {}. Choose again.",
                now.join("; ")
            ),
        ));
    }
    if let Some((before, now)) = places().former_province(province)
        && places().province(province).is_none()
    {
        return Some((
            format!("{before} nay thuộc {}. Hãy chọn lại.", now.name),
            format!("{before} is now part of {}. Choose again.", now.name),
        ));
    }
    Some((
        format!(
            "Không thấy “{commune}, {province}” trong danh mục xã, phường, đặc khu. Hãy xem lại."
        ),
        format!("“{commune}, {province}” isn't in the list of communes. Check it again."),
    ))
}

/// As a paper shows it: the parts that are there, from the smallest up.
pub(crate) fn display(value: &Js) -> Js {
    if !value.is_object() {
        return Js::Str(if value.is_nil() {
            String::new()
        } else {
            value.to_text()
        });
    }
    let mut shown = Js::object();
    if let Js::Obj(parts) = &mut shown {
        for name in PARTS {
            parts.insert(name.to_owned(), Js::str(part(value, name)));
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn address(street: &str, commune: &str, province: &str) -> Js {
        Js::from(&json!({"chi_tiet": street, "xa": commune, "tinh": province}))
    }

    #[test]
    fn known_places_get_their_names_in_full() {
        let tidied = tidy(&address("Số 1", "ba đình", "ha noi"));
        assert_eq!(
            tidied.to_json(),
            json!({"chi_tiet": "Số 1", "xa": "Phường Ba Đình", "tinh": "Thành phố Hà Nội"})
        );
        let unknown = address("Số 1", "Phường Hoa Ban", "Tỉnh Quảng Ngãi");
        assert_eq!(tidy(&unknown).to_json(), unknown.to_json());
    }

    #[test]
    fn unknown_warns_former_says_what_it_is_now_and_only_a_strict_form_refuses() {
        for (commune, province, says) in [
            ("Phường Ba Đình", "Thành phố Hà Nội", None),
            ("", "Thành phố Hà Nội", None),
            (
                "Phường Phúc Xá",
                "Thành phố Hà Nội",
                Some("Phường Hồng Hà, Thành phố Hà Nội"),
            ),
            (
                "Phường Long Tuyền cũ",
                "Tỉnh Kon Tum",
                Some("Tỉnh Kon Tum nay thuộc Tỉnh Quảng Ngãi"),
            ),
            ("Phường Hoa Ban", "Tỉnh Quảng Ngãi", Some("Không thấy")),
        ] {
            let value = address("", commune, province);
            let words = unusual(&value).map(|(vi, _)| vi);
            assert_eq!(
                words.is_some(),
                says.is_some(),
                "{commune}, {province}: {words:?}"
            );
            assert!(
                words.unwrap_or_default().contains(says.unwrap_or_default()),
                "{commune}"
            );
            assert!(!impossible(&value, false));
            assert_eq!(impossible(&value, true), says.is_some(), "{commune}");
        }
        assert!(impossible(&Js::Num(3.0), false));
        assert!(impossible(&Js::from(&json!({"xa": {"a": 1}})), false));
        assert!(!impossible(&Js::str("Số 1, Phường Ba Đình, Hà Nội"), true));
    }

    #[test]
    fn a_paper_shows_the_parts_in_order() {
        let shown = display(&Js::from(&json!({"tinh": "T", "xa": "X", "x": 1})));
        assert_eq!(
            shown.to_json().to_string(),
            r#"{"chi_tiet":"","xa":"X","tinh":"T"}"#
        );
    }
}
