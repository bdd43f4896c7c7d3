//! What a procedure costs, by the pack's rules.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::rule::{Rule, answer, plain};
use crate::{Money, MoneyError};

/// One fee (*phí, lệ phí*) of a procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FeeRule {
    /// Permanent id within the procedure.
    pub id: String,
    /// What is paid for.
    pub name: String,
    /// How the amount comes about.
    pub price: Price,
    /// For which answers it is due.
    #[serde(default = "always")]
    pub applies: Rule,
    /// What the person should know, with the legal source.
    #[serde(default)]
    pub note: String,
    /// The day on which the amount was looked up.
    pub as_of: Date,
}

/// How an amount comes about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
pub enum Price {
    /// One amount.
    Fixed {
        /// In đồng.
        amount: Money,
    },
    /// So much for each unit.
    PerUnit {
        /// For one unit, in đồng.
        amount: Money,
        /// What is counted, e.g. `bản`.
        unit: String,
        /// Path of the answer that counts.
        quantity: String,
    },
    /// The agency names the amount after it took the dossier.
    Announced {},
}

/// What these answers cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeBreakdown {
    /// The fees that are due, in the pack's order.
    pub lines: Vec<FeeLine>,
    /// Sum of the amounts known now.
    pub total: Money,
    /// A further amount will be named by the agency.
    pub announced: bool,
}

/// One fee that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FeeLine {
    /// The fee's permanent id.
    pub id: String,
    /// What is paid for.
    pub name: String,
    /// What is counted; empty for one amount.
    pub unit: String,
    /// Price of one unit.
    pub unit_price: Money,
    /// How many units.
    pub quantity: u64,
    /// `unit_price × quantity`.
    pub amount: Money,
    /// The amount is not known yet; the agency names it.
    pub announced: bool,
    /// What the person should know.
    pub note: String,
    /// The day on which the price was looked up (*theo dữ liệu ngày*).
    pub as_of: Date,
}

/// Why a fee can't be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FeeError {
    /// The counting answer is not given yet.
    #[error("working out the fee {fee}: answer {path} first")]
    Unanswered {
        /// Id of the fee.
        fee: String,
        /// Where the answer goes.
        path: String,
    },
    /// The counting answer is no whole number.
    #[error(
        "working out the fee {fee}: the answer at {path} is not a whole number of units; correct it"
    )]
    NotANumber {
        /// Id of the fee.
        fee: String,
        /// Where the answer is.
        path: String,
    },
    /// The amount does not fit.
    #[error("working out the fee {fee}: {source}; correct the number of units")]
    TooMuch {
        /// Id of the fee.
        fee: String,
        /// Why.
        source: MoneyError,
    },
}

impl FeeRule {
    /// The line that this fee adds, or none when it is not due.
    fn line(&self, answers: &Value) -> Result<Option<FeeLine>, FeeError> {
        if !self.applies.holds(answers) {
            return Ok(None);
        }
        let (unit, unit_price, quantity, announced) = match &self.price {
            Price::Fixed { amount } => (String::new(), *amount, 1, false),
            Price::PerUnit {
                amount,
                unit,
                quantity,
            } => (unit.clone(), *amount, self.count(answers, quantity)?, false),
            Price::Announced {} => (String::new(), Money::ZERO, 1, true),
        };
        Ok(Some(FeeLine {
            id: self.id.clone(),
            name: self.name.clone(),
            unit,
            unit_price,
            quantity,
            amount: unit_price
                .times(quantity)
                .map_err(|source| self.too_much(source))?,
            announced,
            note: self.note.clone(),
            as_of: self.as_of,
        }))
    }

    fn count(&self, answers: &Value, path: &str) -> Result<u64, FeeError> {
        let value = answer(answers, path)
            .filter(|value| value.as_str() != Some(""))
            .ok_or_else(|| FeeError::Unanswered {
                fee: self.id.clone(),
                path: path.to_owned(),
            })?;
        let text = match plain(value) {
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.trim().to_owned(),
            _ => String::new(),
        };
        // JavaScript makes no difference between 2 and 2.0.
        let whole = text.strip_suffix(".0").unwrap_or(&text);
        whole
            .parse()
            .ok()
            .filter(|_| whole.bytes().all(|digit| digit.is_ascii_digit()))
            .ok_or_else(|| FeeError::NotANumber {
                fee: self.id.clone(),
                path: path.to_owned(),
            })
    }

    fn too_much(&self, source: MoneyError) -> FeeError {
        FeeError::TooMuch {
            fee: self.id.clone(),
            source,
        }
    }
}

/// Applies a procedure's fee rules to answers.
pub(crate) fn breakdown(rules: &[FeeRule], answers: &Value) -> Result<FeeBreakdown, FeeError> {
    let mut fees = FeeBreakdown {
        lines: Vec::new(),
        total: Money::ZERO,
        announced: false,
    };
    for rule in rules {
        if let Some(line) = rule.line(answers)? {
            fees.total = fees
                .total
                .plus(line.amount)
                .map_err(|source| rule.too_much(source))?;
            fees.announced |= line.announced;
            fees.lines.push(line);
        }
    }
    Ok(fees)
}

fn always() -> Rule {
    Rule::Fixed(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn rules() -> Vec<FeeRule> {
        serde_json::from_value(json!([
            {"id": "ban_sao", "name": "Bản sao", "asOf": "2026-11-01",
             "price": {"kind": "perUnit", "amount": 8000, "unit": "bản", "quantity": "so"},
             "applies": {"unless": {"path": "mien", "equals": true}}},
            {"id": "le_phi", "name": "Lệ phí", "asOf": "2026-11-01", "price": {"kind": "fixed", "amount": 500}},
            {"id": "khac", "name": "Khác", "asOf": "2026-11-01", "price": {"kind": "announced"},
             "applies": {"when": {"path": "loai", "equals": "khac"}}}
        ]))
        .unwrap()
    }

    #[test]
    fn amounts_follow_the_answers() {
        for (answers, total, lines, announced) in [
            (json!({"so": 2}), 16_500, 2, false),
            (json!({"so": 0}), 500, 2, false),
            (json!({"so": "12"}), 96_500, 2, false),
            (json!({"so": 3.0}), 24_500, 2, false),
            (json!({"so": {"label": "Ba", "value": 3}}), 24_500, 2, false),
            (json!({"mien": true}), 500, 1, false),
            (json!({"so": 1, "loai": "khac"}), 8500, 3, true),
        ] {
            let fees = breakdown(&rules(), &answers).unwrap();
            assert_eq!(
                (fees.total.amount(), fees.lines.len(), fees.announced),
                (total, lines, announced),
                "{answers}"
            );
        }
    }

    #[test]
    fn a_count_that_is_none_is_an_error() {
        let fee = |answers| breakdown(&rules(), &answers).unwrap_err();
        for answers in [json!({}), json!({"so": null}), json!({"so": ""}), json!([])] {
            assert!(matches!(fee(answers), FeeError::Unanswered { .. }));
        }
        for bad in [
            json!(-1),
            json!(1.5),
            json!("hai"),
            json!("+2"),
            json!("1e3"),
            json!([2]),
            json!(true),
        ] {
            let error = fee(json!({"so": bad.clone()}));
            assert!(
                matches!(error, FeeError::NotANumber { .. }),
                "{bad}: {error}"
            );
        }
        for much in [json!(u64::MAX), json!(1u64 << 52)] {
            assert!(matches!(fee(json!({"so": much})), FeeError::TooMuch { .. }));
        }
    }

    #[test]
    fn a_price_has_no_stray_parts() {
        for bad in [
            json!({"kind": "fixed", "amount": -1}),
            json!({"kind": "fixed", "amount": 1, "unit": "bản"}),
            json!({"kind": "perUnit", "amount": 1}),
            json!({"kind": "announced", "amount": 1}),
            json!({"kind": "free"}),
        ] {
            assert!(
                serde_json::from_value::<Price>(bad.clone()).is_err(),
                "{bad}"
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn the_total_is_the_sum_of_the_lines(so in 0u64..1 << 40, khac in any::<bool>(), mien in any::<bool>()) {
            let loai = if khac { "khac" } else { "thuong" };
            let fees = breakdown(&rules(), &json!({"so": so, "loai": loai, "mien": mien})).unwrap();
            let sum: u64 = fees.lines.iter().map(|line| line.amount.amount()).sum();
            prop_assert_eq!(fees.total.amount(), sum);
            prop_assert_eq!(sum, 500 + if mien { 0 } else { so * 8000 });
        }
    }
}
