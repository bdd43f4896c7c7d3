//! Numbers: grouped by dots, and in words.

/// A number with dots between thousands and a comma before decimals: `1.234.567,5`.
#[must_use]
pub fn grouped(number: f64) -> String {
    let text = crate::js::number_text(number);
    let (sign, text) = text
        .strip_prefix('-')
        .map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !whole.bytes().all(|b| b.is_ascii_digit()) {
        return format!("{sign}{text}");
    }
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push('.');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(',');
        out.push_str(fraction);
    }
    out
}

/// An amount as people type it, in whole đồng: `150.000`, `150,000 đ`, `150 000`. Nothing where it is no amount.
#[must_use]
pub fn parse_money(text: &str) -> Option<u64> {
    let text = text.trim().to_lowercase();
    let text = ["vnđ", "vnd", "đồng", "đ", "₫"]
        .iter()
        .find_map(|unit| text.strip_suffix(unit))
        .unwrap_or(&text)
        .trim();
    let digits: String = text
        .chars()
        .filter(|c| !matches!(c, '.' | ',' | ' ' | '\u{a0}' | '_'))
        .collect();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // A separator cuts off groups of three; anything else would be a fraction of a đồng.
    let groups: Vec<&str> = text.split(['.', ',', ' ', '\u{a0}', '_']).collect();
    if groups.len() > 1 && groups.iter().skip(1).any(|group| group.len() != 3) {
        return None;
    }
    digits.parse().ok()
}

const DIGITS: [&str; 10] = [
    "không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín",
];

fn digit(n: u64) -> &'static str {
    usize::try_from(n)
        .ok()
        .and_then(|n| DIGITS.get(n))
        .copied()
        .unwrap_or_default()
}

/// Hundreds, tens and ones; `full` reads the zeros of a group that stands after a larger one.
fn group(n: u64, full: bool) -> String {
    let (hundreds, tens, ones) = (n / 100, n / 10 % 10, n % 10);
    let mut words: Vec<&str> = Vec::new();
    if hundreds > 0 || full {
        words.extend([digit(hundreds), "trăm"]);
    }
    match tens {
        0 if ones > 0 && (hundreds > 0 || full) => words.push("linh"),
        0 => {}
        1 => words.push("mười"),
        _ => words.extend([digit(tens), "mươi"]),
    }
    match (tens, ones) {
        (_, 0) => {}
        (2.., 1) => words.push("mốt"),
        (1.., 5) => words.push("lăm"),
        _ => words.push(digit(ones)),
    }
    words.join(" ")
}

/// A whole number in words: `một trăm linh năm`.
#[must_use]
pub fn number_in_words(number: u64) -> String {
    if number == 0 {
        return "không".into();
    }
    let mut words = String::new();
    let mut any = false;
    let mut add = |n: u64, unit: &str| {
        if n > 0 {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(&group(n, any));
            if !unit.is_empty() {
                words.push(' ');
                words.push_str(unit);
            }
        }
        any |= n > 0;
    };
    // Above a thousand million Vietnamese counts in thousands, millions and again thousand millions of that.
    let billions = number / 1_000_000_000;
    let rest = number % 1_000_000_000;
    if billions >= 1000 {
        let inner = number_in_words(billions);
        let mut out = format!("{inner} tỷ");
        if rest > 0 {
            let tail = [
                (rest / 1_000_000, "triệu"),
                (rest / 1000 % 1000, "nghìn"),
                (rest % 1000, ""),
            ];
            for (n, unit) in tail {
                if n > 0 {
                    out.push(' ');
                    out.push_str(&group(n, true));
                    if !unit.is_empty() {
                        out.push(' ');
                        out.push_str(unit);
                    }
                }
            }
        }
        return out;
    }
    add(billions, "tỷ");
    add(rest / 1_000_000, "triệu");
    add(rest / 1000 % 1000, "nghìn");
    add(rest % 1000, "");
    words
}

/// An amount in words as papers write it: `Một trăm năm mươi nghìn đồng`.
#[must_use]
pub fn money_in_words(dong: u64) -> String {
    let words = number_in_words(dong);
    let mut chars = words.chars();
    match chars.next() {
        Some(first) => format!("{}{} đồng", first.to_uppercase(), chars.as_str()),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_said_as_people_say_them() {
        for (number, words) in [
            (0, "không"),
            (5, "năm"),
            (10, "mười"),
            (15, "mười lăm"),
            (21, "hai mươi mốt"),
            (24, "hai mươi bốn"),
            (55, "năm mươi lăm"),
            (101, "một trăm linh một"),
            (110, "một trăm mười"),
            (1_005, "một nghìn không trăm linh năm"),
            (8_000, "tám nghìn"),
            (150_000, "một trăm năm mươi nghìn"),
            (1_000_001, "một triệu không trăm linh một"),
            (2_035_000_000, "hai tỷ không trăm ba mươi lăm triệu"),
            (1_000_000_000_000, "một nghìn tỷ"),
        ] {
            assert_eq!(number_in_words(number), words, "{number}");
        }
        assert_eq!(money_in_words(16_000), "Mười sáu nghìn đồng");
    }

    #[test]
    fn amounts_are_read_forgivingly() {
        for (text, dong) in [
            ("150.000", 150_000),
            ("150,000 đ", 150_000),
            ("1 500 000 VNĐ", 1_500_000),
            ("8000", 8000),
        ] {
            assert_eq!(parse_money(text), Some(dong), "{text}");
        }
        for text in ["", "abc", "12,5", "-5", "1.00"] {
            assert_eq!(parse_money(text), None, "{text}");
        }
        assert_eq!(grouped(1_234_567.5), "1.234.567,5");
        assert_eq!(grouped(-1000.0), "-1.000");
        assert_eq!(grouped(999.0), "999");
    }
}
