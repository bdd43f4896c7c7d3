//! The places of a JSON document, counted depth first from the document itself as 0.

use serde_json::Value;

/// How many places a document has.
#[must_use]
pub fn count(document: &Value) -> usize {
    1 + match document {
        Value::Object(map) => map.values().map(count).sum(),
        Value::Array(items) => items.iter().map(count).sum(),
        _ => 0,
    }
}

/// The place of a number.
#[must_use]
pub fn nth(document: &Value, number: usize) -> Option<&Value> {
    fn walk<'a>(value: &'a Value, left: &mut usize) -> Option<&'a Value> {
        if *left == 0 {
            return Some(value);
        }
        *left -= 1;
        match value {
            Value::Object(map) => map.values().find_map(|inner| walk(inner, left)),
            Value::Array(items) => items.iter().find_map(|inner| walk(inner, left)),
            _ => None,
        }
    }
    walk(document, &mut { number })
}

/// The place of a number, to be changed.
#[must_use]
pub fn nth_mut(document: &mut Value, number: usize) -> Option<&mut Value> {
    fn walk<'a>(value: &'a mut Value, left: &mut usize) -> Option<&'a mut Value> {
        if *left == 0 {
            return Some(value);
        }
        *left -= 1;
        match value {
            Value::Object(map) => map.values_mut().find_map(|inner| walk(inner, left)),
            Value::Array(items) => items.iter_mut().find_map(|inner| walk(inner, left)),
            _ => None,
        }
    }
    walk(document, &mut { number })
}

#[cfg(test)]
mod tests {
    use super::{count, nth, nth_mut};
    use serde_json::{Value, json};

    #[test]
    fn every_place_is_counted_and_found_once() {
        let mut document = json!({"a": [1, {"b": 2}], "c": null});
        let all: Vec<Value> = (0..count(&document))
            .filter_map(|number| nth(&document, number).cloned())
            .collect();
        assert_eq!(
            all,
            [
                document.clone(),
                json!([1, {"b": 2}]),
                json!(1),
                json!({"b": 2}),
                json!(2),
                json!(null),
            ]
        );
        assert_eq!(nth(&document, all.len()), None);
        if let Some(place) = nth_mut(&mut document, 4) {
            *place = json!("x");
        }
        assert_eq!(document, json!({"a": [1, {"b": "x"}], "c": null}));
    }
}
