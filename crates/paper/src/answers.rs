//! The answers that a paper is filled with: found by path, and read by placeholders.

use std::collections::BTreeMap;

use minijinja::value::Serde;
use minijinja::{Value as JinjaValue, context};
use serde_json::{Map, Value};

use crate::error::PaperError;
use crate::layout::Expr;

/// One set of answers in display form, and the rows that are being repeated.
pub(crate) struct Answers {
    /// As nested objects.
    answers: Value,
    /// The same for placeholders; cheap to hand out.
    root: JinjaValue,
    /// Innermost last.
    rows: Vec<Bound>,
}

/// A name that stands for a row while the row is filled.
struct Bound {
    name: String,
    /// The path as the person knows it.
    path: String,
    value: Value,
    jinja: JinjaValue,
    counter: JinjaValue,
}

/// What the number of a copy is called.
pub(crate) const COPY: &str = "copy";

/// A list of rows with the name that its rows go by.
pub(crate) struct List {
    name: String,
    path: String,
    pub(crate) items: Vec<Value>,
}

/// The longest list of rows: more would be a mistake, and would fill the memory.
const MOST_ROWS: usize = 10_000;

impl Answers {
    pub(crate) fn new(answers: &Value) -> Answers {
        let answers = Value::Object(nested(answers));
        Answers {
            root: JinjaValue::from(Serde(&answers)),
            answers,
            rows: Vec::new(),
        }
    }

    /// All of them.
    pub(crate) const fn whole(&self) -> &Value {
        &self.answers
    }

    /// Lets the list's name stand for its row `index` (blank beyond the end), until [`leave`](Self::leave).
    pub(crate) fn enter(&mut self, list: &List, index: usize) {
        let value = list.items.get(index).cloned().unwrap_or(Value::Null);
        let length = list.items.len();
        self.rows.push(Bound {
            name: list.name.clone(),
            path: format!("{}[{index}]", list.path),
            jinja: JinjaValue::from(Serde(&value)),
            value,
            counter: context! {
                index => index + 1, index0 => index, length, first => index == 0, last => index + 1 == length,
            },
        });
    }

    /// Says which copy of the paper is being filled.
    pub(crate) fn enter_copy(&mut self, number: usize) {
        self.rows.push(Bound {
            name: COPY.to_owned(),
            path: COPY.to_owned(),
            value: number.into(),
            jinja: number.into(),
            counter: JinjaValue::UNDEFINED,
        });
    }

    /// Whether anything stands for a row or a copy now.
    pub(crate) const fn has_rows(&self) -> bool {
        !self.rows.is_empty()
    }

    /// Forgets every row and copy.
    pub(crate) fn leave_all(&mut self) {
        self.rows.clear();
    }

    /// Forgets the innermost row.
    pub(crate) fn leave(&mut self) {
        self.rows.pop();
    }

    /// The rows at `path`, to be known as `name`; none where nothing is answered.
    pub(crate) fn list(&self, path: &str, name: &str) -> Result<List, PaperError> {
        let full = self.full_path(path);
        let items = match self.look_up(path) {
            Some(Value::Array(rows)) if rows.len() > MOST_ROWS => {
                return Err(PaperError::TooManyRows {
                    path: full,
                    most: MOST_ROWS,
                });
            }
            Some(Value::Array(rows)) => rows.clone(),
            Some(Value::Null) | None => Vec::new(),
            Some(Value::String(blank)) if blank.trim().is_empty() => Vec::new(),
            Some(_) => return Err(PaperError::NotAList { path: full }),
        };
        Ok(List {
            name: name.to_owned(),
            path: full,
            items,
        })
    }

    pub(crate) fn look_up(&self, path: &str) -> Option<&Value> {
        let (head, rest) = path.split_once('.').unwrap_or((path, ""));
        match self.rows.iter().rev().find(|row| row.name == head) {
            Some(row) if rest.is_empty() => Some(&row.value),
            Some(row) => below(&row.value, rest),
            None => below(&self.answers, path),
        }
    }

    /// The path as the person knows it: row names replaced by their list and index.
    pub(crate) fn full_path(&self, path: &str) -> String {
        let (head, rest) = path.split_once('.').unwrap_or((path, ""));
        match self.rows.iter().rev().find(|row| row.name == head) {
            Some(row) if rest.is_empty() => row.path.clone(),
            Some(row) => format!("{}.{rest}", row.path),
            None => path.to_owned(),
        }
    }

    pub(crate) fn evaluate(&self, expr: &Expr) -> Result<JinjaValue, minijinja::Error> {
        let mut names: BTreeMap<String, JinjaValue> = BTreeMap::new();
        for row in &self.rows {
            names.insert(row.name.clone(), row.jinja.clone());
            names.insert("loop".to_owned(), row.counter.clone());
        }
        expr.compiled
            .eval(context! { ..JinjaValue::from(names), ..self.root.clone() })
    }
}

fn below<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.')
        .try_fold(value, |value, key| value.as_object()?.get(key))
}

/// Answers with dotted keys unfolded, so that `a.b` is found either way.
fn nested(answers: &Value) -> Map<String, Value> {
    let mut out = Map::new();
    let Value::Object(map) = answers else {
        return out;
    };
    for (key, value) in map {
        if !key.contains('.') {
            out.insert(key.clone(), value.clone());
        }
    }
    for (key, value) in map.iter().filter(|(key, _)| key.contains('.')) {
        insert(&mut out, key, value);
    }
    out
}

fn insert(map: &mut Map<String, Value>, key: &str, value: &Value) {
    match key.split_once('.') {
        None => {
            map.entry(key.to_owned()).or_insert_with(|| value.clone());
        }
        Some((head, rest)) => {
            let inner = map
                .entry(head.to_owned())
                .or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}
