//! Amounts in whole đồng.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An amount in whole đồng, 0 to 2^53 − 1, so that JSON and JavaScript keep it exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export, type = "number"))]
pub struct Money(u64);

/// An amount that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an amount of money is over 9,007,199,254,740,991 đồng")]
pub struct MoneyError;

impl Money {
    /// Nothing to pay.
    pub const ZERO: Self = Self(0);
    const MAX: u64 = (1 << 53) - 1;

    /// Takes whole đồng.
    ///
    /// # Errors
    /// The amount is over 2^53 − 1.
    pub const fn dong(amount: u64) -> Result<Self, MoneyError> {
        if amount <= Self::MAX {
            Ok(Self(amount))
        } else {
            Err(MoneyError)
        }
    }

    /// The amount in đồng.
    #[must_use]
    pub const fn amount(self) -> u64 {
        self.0
    }

    /// `self × quantity`.
    ///
    /// # Errors
    /// The product does not fit.
    pub fn times(self, quantity: u64) -> Result<Self, MoneyError> {
        self.0
            .checked_mul(quantity)
            .ok_or(MoneyError)
            .and_then(Self::dong)
    }

    /// `self + other`.
    ///
    /// # Errors
    /// The sum does not fit.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.0
            .checked_add(other.0)
            .ok_or(MoneyError)
            .and_then(Self::dong)
    }
}

/// `16.000 đ`, as it is written in Vietnam.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        let first = digits.len() % 3;
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && place % 3 == first {
                f.write_str(".")?;
            }
            write!(f, "{digit}")?;
        }
        f.write_str(" đ")
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::dong(u64::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_by_thousands() {
        for (amount, text) in [
            (0, "0 đ"),
            (999, "999 đ"),
            (8_000, "8.000 đ"),
            (16_000, "16.000 đ"),
            (1_234_567, "1.234.567 đ"),
        ] {
            assert_eq!(Money::dong(amount).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert!(Money::dong(1 << 53).is_err());
        assert!(Money::dong(1 << 52).unwrap().times(2).is_err());
        assert!(serde_json::from_str::<Money>("-1").is_err());
        assert!(serde_json::from_str::<Money>("1.5").is_err());
    }
}
