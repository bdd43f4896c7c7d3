//! A value as JavaScript has it: `undefined`, `NaN` and coercions included.
//!
//! form.io's rules are defined by what JavaScript makes of the answers, so the engine computes on [`Js`] and
//! speaks JSON only at its edges.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use serde_json::{Number, Value};

/// A JavaScript value without functions.
#[derive(Debug, Clone, Default)]
pub(crate) enum Js {
    #[default]
    Undefined,
    Null,
    Bool(bool),
    Num(f64),
    Str(String),
    Arr(List),
    Obj(Props),
}

/// The items of an array. A copy shares them until one of the two is changed.
#[derive(Debug, Clone, Default)]
pub(crate) struct List(Arc<Vec<Js>>);

/// The properties of an object, in order. A copy shares them until one of the two is changed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Props(Arc<IndexMap<String, Js, RandomState>>);

impl List {
    /// Whether both are one and the same, which spares a look at the items.
    pub(crate) fn is(&self, other: &List) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Props {
    /// Whether both are one and the same, which spares a look at the properties.
    pub(crate) fn is(&self, other: &Props) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Deref for List {
    type Target = Vec<Js>;

    fn deref(&self) -> &Vec<Js> {
        &self.0
    }
}

impl DerefMut for List {
    fn deref_mut(&mut self) -> &mut Vec<Js> {
        Arc::make_mut(&mut self.0)
    }
}

impl From<Vec<Js>> for List {
    fn from(items: Vec<Js>) -> List {
        List(Arc::new(items))
    }
}

impl FromIterator<Js> for List {
    fn from_iter<I: IntoIterator<Item = Js>>(items: I) -> List {
        List(Arc::new(items.into_iter().collect()))
    }
}

impl IntoIterator for List {
    type Item = Js;
    type IntoIter = std::vec::IntoIter<Js>;

    fn into_iter(self) -> Self::IntoIter {
        Arc::unwrap_or_clone(self.0).into_iter()
    }
}

impl IntoIterator for Props {
    type Item = (String, Js);
    type IntoIter = indexmap::map::IntoIter<String, Js>;

    fn into_iter(self) -> Self::IntoIter {
        Arc::unwrap_or_clone(self.0).into_iter()
    }
}

impl Deref for Props {
    type Target = IndexMap<String, Js, RandomState>;

    fn deref(&self) -> &IndexMap<String, Js, RandomState> {
        &self.0
    }
}

impl DerefMut for Props {
    fn deref_mut(&mut self) -> &mut IndexMap<String, Js, RandomState> {
        Arc::make_mut(&mut self.0)
    }
}

impl<const N: usize> From<[(String, Js); N]> for Props {
    fn from(props: [(String, Js); N]) -> Props {
        props.into_iter().collect()
    }
}

impl FromIterator<(String, Js)> for Props {
    fn from_iter<I: IntoIterator<Item = (String, Js)>>(props: I) -> Props {
        Props(Arc::new(props.into_iter().collect()))
    }
}

/// What reads as missing.
pub(crate) static UNDEFINED: Js = Js::Undefined;

impl Js {
    pub(crate) fn object() -> Js {
        Js::Obj(Props::default())
    }

    pub(crate) fn str(text: impl Into<String>) -> Js {
        Js::Str(text.into())
    }

    pub(crate) fn is_undefined(&self) -> bool {
        matches!(self, Js::Undefined)
    }

    /// `null` or `undefined`.
    pub(crate) fn is_nil(&self) -> bool {
        matches!(self, Js::Undefined | Js::Null)
    }

    /// `typeof value === 'object'` and not null.
    pub(crate) fn is_object(&self) -> bool {
        matches!(self, Js::Arr(_) | Js::Obj(_))
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Js::Str(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_arr(&self) -> Option<&Vec<Js>> {
        match self {
            Js::Arr(items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn as_obj(&self) -> Option<&Props> {
        match self {
            Js::Obj(props) => Some(props),
            _ => None,
        }
    }

    /// `value[name]` of an object or array; `undefined` otherwise.
    pub(crate) fn prop(&self, name: &str) -> &Js {
        match self {
            Js::Obj(props) => props.get(name).unwrap_or(&UNDEFINED),
            Js::Arr(items) => name
                .parse::<usize>()
                .ok()
                .and_then(|i| items.get(i))
                .unwrap_or(&UNDEFINED),
            _ => &UNDEFINED,
        }
    }

    pub(crate) fn truthy(&self) -> bool {
        match self {
            Js::Undefined | Js::Null => false,
            Js::Bool(b) => *b,
            Js::Num(n) => *n != 0.0 && !n.is_nan(),
            Js::Str(s) => !s.is_empty(),
            Js::Arr(_) | Js::Obj(_) => true,
        }
    }

    /// `String(value)`.
    pub(crate) fn to_text(&self) -> String {
        match self {
            Js::Undefined => "undefined".into(),
            Js::Null => "null".into(),
            Js::Bool(b) => b.to_string(),
            Js::Num(n) => number_text(*n),
            Js::Str(s) => s.clone(),
            Js::Arr(items) => items
                .iter()
                .map(|v| {
                    if v.is_nil() {
                        String::new()
                    } else {
                        v.to_text()
                    }
                })
                .collect::<Vec<_>>()
                .join(","),
            Js::Obj(_) => "[object Object]".into(),
        }
    }

    /// `Number(value)`.
    pub(crate) fn to_number(&self) -> f64 {
        match self {
            Js::Undefined => f64::NAN,
            Js::Null => 0.0,
            Js::Bool(b) => f64::from(u8::from(*b)),
            Js::Num(n) => *n,
            Js::Str(s) => text_number(s),
            Js::Arr(_) => text_number(&self.to_text()),
            Js::Obj(_) => f64::NAN,
        }
    }

    /// `parseFloat(value)`.
    pub(crate) fn parse_float(&self) -> f64 {
        match self {
            Js::Num(n) => *n,
            other => parse_float(&other.to_text()),
        }
    }

    /// `typeof value`.
    pub(crate) fn type_of(&self) -> &'static str {
        match self {
            Js::Undefined => "undefined",
            Js::Bool(_) => "boolean",
            Js::Num(_) => "number",
            Js::Str(_) => "string",
            Js::Null | Js::Arr(_) | Js::Obj(_) => "object",
        }
    }

    /// `a === b`; objects, which have no identity here, never are.
    pub(crate) fn strict_eq(&self, other: &Js) -> bool {
        match (self, other) {
            (Js::Undefined, Js::Undefined) | (Js::Null, Js::Null) => true,
            (Js::Bool(a), Js::Bool(b)) => a == b,
            (Js::Num(a), Js::Num(b)) => a == b,
            (Js::Str(a), Js::Str(b)) => a == b,
            _ => false,
        }
    }

    /// `a == b`.
    pub(crate) fn loose_eq(&self, other: &Js) -> bool {
        match (self, other) {
            (a, b) if a.is_nil() || b.is_nil() => a.is_nil() && b.is_nil(),
            (Js::Str(a), Js::Str(b)) => a == b,
            (a, b) if a.is_object() && b.is_object() => false,
            (a, b) if a.is_object() => Js::Str(a.to_text()).loose_eq(b),
            (a, b) if b.is_object() => a.loose_eq(&Js::Str(b.to_text())),
            (a, b) => a.to_number() == b.to_number(),
        }
    }

    /// `a < b` with the operands in this order; `None` when one of them is not a number.
    pub(crate) fn compare(&self, other: &Js) -> Option<std::cmp::Ordering> {
        let (a, b) = (self.primitive(), other.primitive());
        if let (Js::Str(a), Js::Str(b)) = (&a, &b) {
            return Some(a.encode_utf16().cmp(b.encode_utf16()));
        }
        a.to_number().partial_cmp(&b.to_number())
    }

    /// Deep equality as lodash's `isEqual`: key order doesn't count, `NaN` equals itself.
    pub(crate) fn same(&self, other: &Js) -> bool {
        match (self, other) {
            (Js::Undefined, Js::Undefined) | (Js::Null, Js::Null) => true,
            (Js::Bool(a), Js::Bool(b)) => a == b,
            (Js::Num(a), Js::Num(b)) => a == b || (a.is_nan() && b.is_nan()),
            (Js::Str(a), Js::Str(b)) => a == b,
            (Js::Arr(a), Js::Arr(b)) => {
                a.is(b) || a.len() == b.len() && a.iter().zip(b.iter()).all(|(x, y)| x.same(y))
            }
            (Js::Obj(a), Js::Obj(b)) => {
                a.is(b)
                    || a.len() == b.len()
                        && a.iter().all(|(k, v)| b.get(k).is_some_and(|w| v.same(w)))
            }
            _ => false,
        }
    }

    /// lodash's `isEmpty`: true for everything that has no items.
    pub(crate) fn lodash_empty(&self) -> bool {
        match self {
            Js::Str(s) => s.is_empty(),
            Js::Arr(items) => items.is_empty(),
            Js::Obj(props) => props.is_empty(),
            _ => true,
        }
    }

    /// An object's text when an operator needs a primitive; itself otherwise.
    fn primitive(&self) -> Js {
        if self.is_object() {
            Js::Str(self.to_text())
        } else {
            self.clone()
        }
    }

    /// As `JSON.parse(JSON.stringify(value))` leaves it; `undefined` becomes `null`.
    pub(crate) fn to_json(&self) -> Value {
        match self {
            Js::Undefined | Js::Null => Value::Null,
            Js::Bool(b) => Value::Bool(*b),
            Js::Num(n) => number_json(*n),
            Js::Str(s) => Value::String(s.clone()),
            Js::Arr(items) => Value::Array(items.iter().map(Js::to_json).collect()),
            Js::Obj(props) => Value::Object(
                props
                    .iter()
                    .filter(|(_, v)| !v.is_undefined())
                    .map(|(k, v)| (k.clone(), v.to_json()))
                    .collect(),
            ),
        }
    }
}

impl From<&Value> for Js {
    fn from(value: &Value) -> Js {
        match value {
            Value::Null => Js::Null,
            Value::Bool(b) => Js::Bool(*b),
            Value::Number(n) => Js::Num(n.as_f64().unwrap_or(f64::NAN)),
            Value::String(s) => Js::Str(s.clone()),
            Value::Array(items) => Js::Arr(items.iter().map(Js::from).collect()),
            Value::Object(props) => Js::Obj(
                props
                    .iter()
                    .map(|(k, v)| (k.clone(), Js::from(v)))
                    .collect(),
            ),
        }
    }
}

/// Length in UTF-16 units, which is what JavaScript's `length` counts.
pub(crate) fn utf16_len(text: &str) -> usize {
    text.encode_utf16().count()
}

fn number_json(n: f64) -> Value {
    // Whole numbers that a double holds exactly are written without a fraction.
    if n.fract() == 0.0 && n.abs() < 9_007_199_254_740_992.0 {
        #[allow(clippy::cast_possible_truncation)]
        return Value::Number(Number::from(n as i64));
    }
    Number::from_f64(n).map_or(Value::Null, Value::Number)
}

/// `String(n)` of a number.
pub(crate) fn number_text(n: f64) -> String {
    if n.is_nan() {
        return "NaN".into();
    }
    if n.is_infinite() {
        return if n > 0.0 {
            "Infinity".into()
        } else {
            "-Infinity".into()
        };
    }
    if n == 0.0 {
        return "0".into();
    }
    let magnitude = n.abs();
    if (1e-6..1e21).contains(&magnitude) {
        return format!("{n}");
    }
    let scientific = format!("{n:e}");
    match scientific.split_once('e') {
        Some((mantissa, exponent)) if !exponent.starts_with('-') => {
            format!("{mantissa}e+{exponent}")
        }
        _ => scientific,
    }
}

fn is_js_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// `Number(text)`.
pub(crate) fn text_number(text: &str) -> f64 {
    let text = text.trim_matches(is_js_space);
    if text.is_empty() {
        return 0.0;
    }
    for (prefix, radix) in [
        ("0x", 16),
        ("0X", 16),
        ("0o", 8),
        ("0O", 8),
        ("0b", 2),
        ("0B", 2),
    ] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return u64::from_str_radix(digits, radix).map_or(f64::NAN, |n| n as f64);
        }
    }
    match text {
        "Infinity" | "+Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        _ if text
            .bytes()
            .all(|b| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) =>
        {
            text.parse().unwrap_or(f64::NAN)
        }
        _ => f64::NAN,
    }
}

/// `parseFloat(text)`: the longest number that the text begins with.
pub(crate) fn parse_float(text: &str) -> f64 {
    let text = text.trim_start_matches(is_js_space);
    let unsigned = text.trim_start_matches(['+', '-']);
    if text.len() - unsigned.len() <= 1 && unsigned.starts_with("Infinity") {
        return if text.starts_with('-') {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        };
    }
    let bytes = text.as_bytes();
    let at = |i: usize| bytes.get(i).copied().unwrap_or(0);
    let mut end = usize::from(matches!(at(0), b'+' | b'-'));
    let start = end;
    while at(end).is_ascii_digit() {
        end += 1;
    }
    let mut digits = end - start;
    if at(end) == b'.' {
        let mut fraction = end + 1;
        while at(fraction).is_ascii_digit() {
            fraction += 1;
        }
        let found = fraction - end - 1;
        if digits + found > 0 {
            end = fraction;
            digits += found;
        }
    }
    if digits == 0 {
        return f64::NAN;
    }
    if matches!(at(end), b'e' | b'E') {
        let mut exponent = end + 1 + usize::from(matches!(at(end + 1), b'+' | b'-'));
        let first = exponent;
        while at(exponent).is_ascii_digit() {
            exponent += 1;
        }
        if exponent > first {
            end = exponent;
        }
    }
    text.get(..end)
        .and_then(|s| s.parse().ok())
        .unwrap_or(f64::NAN)
}

/// `parseInt(text, 10)`.
pub(crate) fn parse_int(text: &str) -> f64 {
    let text = text.trim_start_matches(is_js_space);
    let sign = usize::from(text.starts_with(['+', '-']));
    let digits = text
        .bytes()
        .skip(sign)
        .take_while(u8::is_ascii_digit)
        .count();
    if digits == 0 {
        return f64::NAN;
    }
    text.get(..sign + digits)
        .and_then(|s| s.parse().ok())
        .unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn js(value: Value) -> Js {
        Js::from(&value)
    }

    #[test]
    fn numbers_read_as_javascript_reads_them() {
        for (text, number) in [
            ("", 0.0),
            (" 12 ", 12.0),
            ("0x1F", 31.0),
            ("1e3", 1000.0),
            ("-Infinity", f64::NEG_INFINITY),
        ] {
            assert_eq!(text_number(text), number, "{text:?}");
        }
        for text in ["12abc", "1_000", "nan", "infinity", "--1"] {
            assert!(text_number(text).is_nan(), "{text:?}");
        }
        for (text, number) in [
            ("12abc", 12.0),
            ("1.5.2", 1.5),
            (" -3e2x", -300.0),
            (".5", 0.5),
            ("1e", 1.0),
            ("5.", 5.0),
        ] {
            assert_eq!(parse_float(text), number, "{text:?}");
        }
        assert!(
            parse_float("abc").is_nan() && parse_float(".").is_nan() && parse_float("").is_nan()
        );
        assert_eq!(parse_int("08abc"), 8.0);
    }

    #[test]
    fn numbers_write_as_javascript_writes_them() {
        for (number, text) in [
            (1.0, "1"),
            (0.1, "0.1"),
            (-0.0, "0"),
            (1e21, "1e+21"),
            (1e-7, "1e-7"),
            (123_456_789_012.0, "123456789012"),
        ] {
            assert_eq!(number_text(number), text);
        }
    }

    #[test]
    fn equality_coerces() {
        assert!(js(json!("1")).loose_eq(&js(json!(1))));
        assert!(js(json!([1])).loose_eq(&js(json!(1))));
        assert!(Js::Null.loose_eq(&Js::Undefined) && !Js::Null.loose_eq(&js(json!(0))));
        assert!(js(json!(false)).loose_eq(&js(json!(""))));
        assert!(!js(json!("1")).strict_eq(&js(json!(1))));
        assert!(js(json!({"a": 1, "b": 2})).same(&js(json!({"b": 2, "a": 1}))));
        assert_eq!(
            js(json!("10")).compare(&js(json!("9"))),
            Some(std::cmp::Ordering::Less)
        );
        assert_eq!(
            js(json!("10")).compare(&js(json!(9))),
            Some(std::cmp::Ordering::Greater)
        );
        assert_eq!(js(json!("x")).compare(&js(json!(9))), None);
    }
}
