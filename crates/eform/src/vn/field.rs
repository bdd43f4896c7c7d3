//! Our own component types: how their values are kept, what is impossible, and what is only unusual.

use jiff::civil::Date;

use super::{CitizenId, PartialDate, Phone, TaxCode, TaxCodeProblem, address};
use crate::definition::Component;
use crate::js::Js;

/// Whether a component type is one of ours that a person fills.
pub(crate) fn is_own(kind: &str) -> bool {
    matches!(
        kind,
        "vnCitizenId"
            | "vnTaxCode"
            | "vnPhone"
            | "vnName"
            | "vnDate"
            | "vnMoney"
            | "vnPartialDate"
            | "vnAddress"
    )
}

/// Whether a component type is one of ours that is written from another answer.
pub(crate) fn is_words(kind: &str) -> bool {
    matches!(kind, "vnDateWords" | "vnMoneyWords")
}

/// A typed value as it is kept: dates in ISO order, phones with +84, numbers without spaces. What can't be read stays as typed.
pub(crate) fn tidy(kind: &str, value: &Js) -> Js {
    if kind == "vnAddress" {
        return address::tidy(value);
    }
    let Some(text) = value.as_str() else {
        return value.clone();
    };
    if text.trim().is_empty() {
        return value.clone();
    }
    let kept = match kind {
        "vnCitizenId" => CitizenId::parse(text).map(|id| id.as_str().to_owned()),
        "vnTaxCode" => TaxCode::parse(text).ok().map(|code| code.to_string()),
        "vnPhone" => Phone::parse(text).map(|phone| phone.as_str().to_owned()),
        "vnName" => Some(super::tidy_name(text)),
        "vnDate" => super::parse_date(text).map(|date| date.to_string()),
        "vnPartialDate" => PartialDate::parse(text).map(PartialDate::to_iso),
        "vnMoney" => {
            return super::parse_money(text)
                .map_or_else(|| value.clone(), |dong| Js::Num(dong as f64));
        }
        _ => None,
    };
    kept.map_or_else(|| value.clone(), Js::Str)
}

/// The format itself is impossible, whatever life's exceptions; or the form insists (`validate.knownPlace`) on more.
pub(crate) fn refused(component: &Component, value: &Js) -> bool {
    if component.kind == "vnAddress" {
        let insists = component.dig("validate.knownPlace").truthy();
        return address::impossible(value, insists);
    }
    impossible(&component.kind, value)
}

fn impossible(kind: &str, value: &Js) -> bool {
    if let Js::Num(n) = value {
        return kind == "vnMoney" && (*n < 0.0 || n.fract() != 0.0);
    }
    let Some(text) = value
        .as_str()
        .map(str::trim)
        .filter(|text| !text.is_empty())
    else {
        return value.is_object() || matches!(value, Js::Bool(_));
    };
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let only = |extra: &str| {
        text.chars()
            .all(|c| c.is_ascii_digit() || extra.contains(c))
    };
    match kind {
        // Nine digits were the number of the old identity card.
        "vnCitizenId" => !only(" .-") || !matches!(digits, 9 | 12),
        "vnTaxCode" => TaxCode::parse(text) == Err(TaxCodeProblem::Shape),
        "vnPhone" => !only(" .-+()") || !(8..=15).contains(&digits),
        // Names of other countries have slashes, quotes and even digits; none is without a letter.
        "vnName" => {
            !text.contains(char::is_alphabetic)
                || text.contains(|c: char| c.is_control() && !c.is_whitespace())
        }
        "vnDate" => super::parse_date(text).is_none(),
        "vnPartialDate" => PartialDate::parse(text).is_none(),
        "vnMoney" => super::parse_money(text).is_none(),
        _ => false,
    }
}

/// What looks unusual and may still be right; in the person's words.
pub(crate) fn unusual(kind: &str, value: &Js, today: Date, english: bool) -> Option<String> {
    if kind == "vnAddress" {
        let (vi, en) = address::unusual(value)?;
        return Some(if english { en } else { vi });
    }
    let text = value
        .as_str()
        .map(str::trim)
        .filter(|text| !text.is_empty())?;
    if impossible(kind, value) {
        return None;
    }
    let (vi, en) = match kind {
        "vnCitizenId" => match CitizenId::parse(text) {
            None => (
                "Đây là số CMND 9 số cũ. Nếu đã có căn cước, hãy dùng số 12 chữ số.",
                "This is an old 9-digit number. Use the 12-digit one if there is one.",
            ),
            Some(id)
                if !id.has_known_province()
                    || i32::from(id.birth_year()) > i32::from(today.year()) =>
            {
                (
                    "Số này trông không quen. Hãy so lại với thẻ.",
                    "This number looks unusual. Compare it with the card.",
                )
            }
            Some(_) => return None,
        },
        "vnTaxCode" => match TaxCode::parse(text) {
            Err(TaxCodeProblem::CheckDigit) => (
                "Chữ số kiểm tra không khớp. Hãy so lại với giấy đăng ký thuế.",
                "The check digit doesn't fit. Compare it with the tax registration.",
            ),
            Err(TaxCodeProblem::Branch) => (
                "Số chi nhánh thường từ 001 đến 999. Hãy so lại.",
                "A branch number is 001 to 999. Check it again.",
            ),
            _ => return None,
        },
        "vnPhone" if Phone::parse(text).is_none() => (
            "Không phải đầu số Việt Nam quen thuộc. Hãy xem lại nếu không phải số nước ngoài.",
            "This isn't a usual Vietnamese number. Check it unless it is a foreign one.",
        ),
        "vnName" if text.contains(is_odd_in_name) => (
            "Họ tên thường không có chữ số hay ký hiệu. Hãy so lại với giấy tờ.",
            "A name usually has no digits or symbols. Compare it with the identity papers.",
        ),
        "vnName" if text.split_whitespace().count() < 2 => (
            "Họ tên thường có ít nhất hai chữ. Hãy xem lại.",
            "A full name usually has at least two words. Check it.",
        ),
        "vnDate" | "vnPartialDate" => {
            let year = match PartialDate::parse(text)? {
                PartialDate::Year(year) | PartialDate::Month(year, _) => year,
                PartialDate::Day(date) => date.year(),
            };
            if (today.year() - 130..=today.year() + 20).contains(&year) {
                return None;
            }
            (
                "Năm này trông lạ. Hãy xem lại.",
                "This year looks unusual. Check it.",
            )
        }
        _ => return None,
    };
    Some(if english { en } else { vi }.to_owned())
}

/// Signs that few names have.
fn is_odd_in_name(sign: char) -> bool {
    sign.is_ascii_digit() || "<>@#$%*={}|\\/_\"".contains(sign)
}

/// What a words field says about its source; empty where the source can't be read.
pub(crate) fn words(kind: &str, source: &Js) -> String {
    let text = || {
        if source.is_nil() {
            String::new()
        } else {
            source.to_text()
        }
    };
    let written = match kind {
        "vnDateWords" => {
            super::parse_date(text().get(..10).unwrap_or(&text())).map(super::date_in_words)
        }
        "vnMoneyWords" => match source {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            Js::Num(n) if *n >= 0.0 && *n < 1e15 => Some(super::money_in_words(n.trunc() as u64)),
            Js::Str(text) => super::parse_money(text).map(super::money_in_words),
            _ => None,
        },
        _ => None,
    };
    written.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_kept_tidy() {
        for (kind, typed, kept) in [
            ("vnDate", "5/9/2020", "2020-09-05"),
            ("vnDate", "sai", "sai"),
            ("vnPartialDate", "9/2020", "2020-09"),
            ("vnPhone", "0912 345 678", "+84912345678"),
            ("vnCitizenId", "034 301 000 123", "034301000123"),
            ("vnTaxCode", "0100233488 001", "0100233488-001"),
            ("vnName", " trần  thị b ", "trần thị b"),
        ] {
            assert_eq!(tidy(kind, &Js::str(typed)).to_text(), kept);
        }
        assert!(matches!(tidy("vnMoney", &Js::str("150.000 đ")), Js::Num(n) if n == 150_000.0));
    }

    #[test]
    fn impossible_errs_and_unusual_warns() {
        let today = Date::constant(2026, 11, 21);
        for (kind, text, wrong, odd) in [
            ("vnCitizenId", "034301000123", false, false),
            ("vnCitizenId", "123456789", false, true),
            ("vnCitizenId", "999301000123", false, true),
            ("vnCitizenId", "0343010001", true, false),
            ("vnTaxCode", "0100047510", false, true),
            ("vnTaxCode", "01000", true, false),
            ("vnPhone", "+1 555 123 4567", false, true),
            ("vnPhone", "abc", true, false),
            ("vnName", "Trần Thị B", false, false),
            ("vnName", "B", false, true),
            ("vnName", "Tr4n", false, true),
            ("vnName", "Raju A/L Kumar", false, true),
            ("vnName", "John \"Jack\" Smith", false, true),
            ("vnName", "Louis 3rd Martin", false, true),
            ("vnName", "Jean-Luc O'Brien d’Arc Jr.", false, false),
            ("vnName", "ลลิสา มโนบาล", false, false),
            ("vnName", "A\u{7}n Bình", true, false),
            ("vnName", "12/3", true, false),
            ("vnName", "--", true, false),
            ("vnDate", "1850-01-01", false, true),
            ("vnDate", "31/02/2020", true, false),
            ("vnMoney", "12,5", true, false),
            ("vnDate", "", false, false),
        ] {
            let value = Js::str(text);
            assert_eq!(impossible(kind, &value), wrong, "{kind} {text}");
            assert_eq!(
                unusual(kind, &value, today, false).is_some(),
                odd,
                "{kind} {text}"
            );
        }
    }

    #[test]
    fn words_follow_their_source() {
        assert_eq!(words("vnMoneyWords", &Js::Num(8000.0)), "Tám nghìn đồng");
        assert_eq!(
            words("vnDateWords", &Js::str("2020-04-05")),
            "ngày năm tháng tư năm hai nghìn không trăm hai mươi"
        );
        assert_eq!(words("vnDateWords", &Js::str("")), "");
    }
}
