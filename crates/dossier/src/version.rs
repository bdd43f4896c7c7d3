//! Which of two versions of a form pack is the newer.

use std::cmp::Ordering;

/// Compares versions as people read them: numbers by their worth, so that `2026.11.10` comes after `2026.11.9`; everything else by its signs.
#[must_use]
pub fn compare_versions(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (one, other);
    loop {
        let (a, rest_a) = next(left);
        let (b, rest_b) = next(right);
        let order = match (digits(a), digits(b)) {
            // Of numbers the one with more digits is the larger, once zeros in front are gone.
            (Some(a), Some(b)) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
            _ => a.cmp(b),
        };
        if order != Ordering::Equal {
            return order;
        }
        if rest_a.is_empty() && rest_b.is_empty() {
            // `1` and `01` are two versions still.
            return one.cmp(other);
        }
        (left, right) = (rest_a, rest_b);
    }
}

/// The digits in front, or the signs up to the next digit, and what follows.
fn next(text: &str) -> (&str, &str) {
    let number = text.starts_with(|sign: char| sign.is_ascii_digit());
    let end = text
        .find(|sign: char| sign.is_ascii_digit() != number)
        .unwrap_or(text.len());
    text.split_at(end)
}

fn digits(part: &str) -> Option<&str> {
    part.starts_with(|sign: char| sign.is_ascii_digit())
        .then(|| part.trim_start_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn versions_are_ordered_as_people_read_them() {
        let sorted = [
            "",
            "1",
            "2",
            "10",
            "2026.9.30",
            "2026.11.3",
            "2026.11.09",
            "2026.11.10",
            "2026.11.10-b",
            "9999.1",
            "v1",
        ];
        for (place, one) in sorted.iter().enumerate() {
            for (other_place, other) in sorted.iter().enumerate() {
                assert_eq!(
                    compare_versions(one, other),
                    place.cmp(&other_place),
                    "{one} {other}"
                );
            }
        }
    }

    proptest! {
        #[test]
        fn the_order_is_one(a in "[0-2.a]{0,6}", b in "[0-2.a]{0,6}", c in "[0-2.a]{0,6}") {
            prop_assert_eq!(compare_versions(&a, &b), compare_versions(&b, &a).reverse());
            prop_assert_eq!(compare_versions(&a, &b) == Ordering::Equal, a == b);
            if compare_versions(&a, &b).is_le() && compare_versions(&b, &c).is_le() {
                prop_assert!(compare_versions(&a, &c).is_le());
            }
        }
    }
}
