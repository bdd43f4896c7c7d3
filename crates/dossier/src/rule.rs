//! Rules of a pack that depend on what the person answered.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An answer that has to have a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Concrete path of the answer in the *tờ khai*, e.g. `tre.bi_bo_roi`.
    pub path: String,
    /// The value; numbers and their text are the same, a list matches when it holds the value.
    pub equals: Scalar,
}

/// A value that an answer is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "text, a whole number, true or false")]
pub enum Scalar {
    /// A ticked or unticked box.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// The value of a choice, or text.
    Text(String),
}

/// Whether something holds: always, never, or depending on an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    untagged,
    deny_unknown_fields,
    expecting = "true, false, {\"when\": {\"path\", \"equals\"}} or {\"unless\": {\"path\", \"equals\"}}"
)]
pub enum Rule {
    /// Always or never.
    Fixed(bool),
    /// Only when the condition is met.
    When {
        /// The condition.
        when: Condition,
    },
    /// Only while the condition is not met.
    Unless {
        /// The condition.
        unless: Condition,
    },
}

impl Condition {
    /// Whether the answers meet the condition; an answer that is not there meets none.
    #[must_use]
    pub fn met(&self, answers: &Value) -> bool {
        match answer(answers, &self.path) {
            Some(Value::Array(items)) => items.iter().any(|item| self.equals.is(item)),
            Some(value) => self.equals.is(value),
            None => false,
        }
    }
}

impl Scalar {
    fn is(&self, value: &Value) -> bool {
        let value = plain(value);
        match self {
            Self::Flag(flag) => match value {
                Value::Bool(answer) => answer == flag,
                Value::String(text) => *text == flag.to_string(),
                _ => false,
            },
            Self::Number(number) => match value {
                Value::Number(answer) => {
                    answer.as_i64() == Some(*number) || answer.to_string() == format!("{number}.0")
                }
                Value::String(text) => *text == number.to_string(),
                _ => false,
            },
            Self::Text(text) => match value {
                Value::String(answer) => answer == text,
                Value::Number(answer) => answer.to_string() == *text,
                _ => false,
            },
        }
    }
}

impl Rule {
    /// Whether it holds for these answers.
    #[must_use]
    pub fn holds(&self, answers: &Value) -> bool {
        match self {
            Self::Fixed(fixed) => *fixed,
            Self::When { when } => when.met(answers),
            Self::Unless { unless } => !unless.met(answers),
        }
    }

    /// The condition, if there is one.
    #[must_use]
    pub fn condition(&self) -> Option<&Condition> {
        match self {
            Self::Fixed(_) => None,
            Self::When { when: condition } | Self::Unless { unless: condition } => Some(condition),
        }
    }
}

/// The answer at a concrete path such as `me.giay_to.so` or `kem_theo[0].ten`; `null` counts as no answer.
#[must_use]
pub(crate) fn answer<'a>(answers: &'a Value, path: &str) -> Option<&'a Value> {
    path.split(['.', '['])
        .try_fold(answers, |value, step| match step.strip_suffix(']') {
            Some(index) => value.get(index.parse::<usize>().ok()?),
            None => value.get(step),
        })
        .filter(|value| !value.is_null())
}

/// The value behind a choice: some portals store `{label, value}`.
pub(crate) fn plain(value: &Value) -> &Value {
    value.get("value").unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn conditions_compare_as_forms_store_answers() {
        let answers = json!({
            "tre": {"bi_bo_roi": true, "gioi": {"label": "Nữ", "value": "nu"}},
            "so": 2, "so_thuc": 2.0, "chu": "2", "chon": ["a", "b"], "trong": null,
            "hang": [{"ten": "x"}, {"ten": "y"}]
        });
        for (path, equals, met) in [
            ("tre.bi_bo_roi", json!(true), true),
            ("tre.bi_bo_roi", json!(false), false),
            ("tre.gioi", json!("nu"), true),
            ("tre.gioi", json!("Nữ"), false),
            ("so", json!(2), true),
            ("so", json!("2"), true),
            ("so_thuc", json!(2), true),
            ("chu", json!(2), true),
            ("so", json!(3), false),
            ("chon", json!("b"), true),
            ("chon", json!("c"), false),
            ("trong", json!(false), false),
            ("khong_co", json!(false), false),
            ("hang[1].ten", json!("y"), true),
            ("hang[2].ten", json!("y"), false),
            ("hang[x].ten", json!("y"), false),
        ] {
            let condition = Condition {
                path: path.into(),
                equals: serde_json::from_value(equals.clone()).unwrap(),
            };
            assert_eq!(condition.met(&answers), met, "{path} = {equals}");
            assert_eq!(
                Rule::Unless { unless: condition }.holds(&answers),
                !met,
                "{path} ≠ {equals}"
            );
        }
    }

    #[test]
    fn a_rule_reads_in_three_ways_only() {
        let read = |value| serde_json::from_value::<Rule>(value);
        assert_eq!(read(json!(true)).unwrap(), Rule::Fixed(true));
        assert!(read(json!({"when": {"path": "a", "equals": 1}})).is_ok());
        assert!(read(json!({"unless": {"path": "a", "equals": "x"}})).is_ok());
        for bad in [
            json!("true"),
            json!({}),
            json!({"when": {"path": "a", "equals": [1]}}),
            json!({"when": {"path": "a", "equals": 1, "or": 2}}),
            json!({"when": {"path": "a", "equals": 1}, "note": ""}),
        ] {
            assert!(read(bad.clone()).is_err(), "{bad}");
        }
    }
}
