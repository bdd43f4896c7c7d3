//! The questions of a form as they stand at the moment, and how a typed line answers one.

use std::collections::BTreeSet;
use std::io::{self, Write};

use hoso_app::forms::{read_place, typed_answer};
use hoso_eform::vn::PartialDate;
use hoso_eform::{Change, Choice, FormView, Node};
use serde_json::{Map, Value, json};

/// One question, at its place.
#[derive(Debug)]
pub(crate) struct Question {
    /// Data path.
    pub(crate) path: String,
    label: String,
    hint: String,
    required: bool,
    /// What is answered now, in words.
    now: String,
    /// The name that the answer stands under, in the map at the path.
    name: Option<String>,
    pub(crate) ask: Ask,
}

/// How it is answered.
#[derive(Debug)]
pub(crate) enum Ask {
    /// In words of this kind of component.
    Line { kind: String, day_first: bool },
    /// One of these.
    One(Vec<Choice>),
    /// Several of these; `ticks` keeps each as true or false.
    Many { choices: Vec<Choice>, ticks: bool },
    /// Several values with commas between them.
    List,
    /// Yes or no.
    Tick,
    /// Whether to add a row after so many.
    AnotherRow { rows: usize, row: Value },
    /// The name of another entry of a map, and what stands there until it is answered.
    AnotherName { start: Value },
}

/// Every question that shows and can be answered, in order.
pub(crate) fn questions(view: &FormView) -> Vec<Question> {
    let hidden: BTreeSet<&str> = view.state.hidden.iter().map(String::as_str).collect();
    let mut found = Vec::new();
    for node in &view.nodes {
        collect(view, &hidden, node, &[], "", &mut found);
    }
    found
}

fn collect(
    view: &FormView,
    hidden: &BTreeSet<&str>,
    node: &Node,
    rows: &[usize],
    within: &str,
    found: &mut Vec<Question>,
) {
    let path = concrete(&node.path, rows);
    if hidden.contains(path.as_str()) {
        return;
    }
    // A select's own script makes its choices from the answers.
    let made = view
        .state
        .overrides
        .get(&path)
        .and_then(|set| serde_json::from_value(set.get("choices")?.clone()).ok());
    let offering;
    let node = match made {
        Some(choices) => {
            offering = Node {
                choices,
                ..node.clone()
            };
            &offering
        }
        None => node,
    };
    let over = |name: &str| {
        view.state
            .overrides
            .get(&path)
            .and_then(|set| set.get(name))
    };
    let flag = |name: &str, own: bool| over(name).and_then(Value::as_bool).unwrap_or(own);
    let value = at(&view.state.data, &path);
    let label = [&node.label, &node.placeholder, &node.key]
        .into_iter()
        .find(|text| !text.is_empty())
        .cloned()
        .unwrap_or_default();
    let label = if within.is_empty() {
        label
    } else {
        format!("{within} › {label}")
    };
    let question = |ask: Ask, label: String| Question {
        now: shown(value, node),
        path: path.clone(),
        label,
        hint: node.hint.clone(),
        required: flag("required", node.required),
        name: None,
        ask,
    };
    let disabled = flag("disabled", node.disabled);
    if node.kind == "datamap" {
        if disabled {
            return;
        }
        for (name, value) in value.and_then(Value::as_object).into_iter().flatten() {
            found.extend(node.children.iter().filter_map(|each| {
                Some(Question {
                    now: shown(Some(value), each),
                    hint: each.hint.clone(),
                    required: each.required,
                    name: Some(name.clone()),
                    ..question(ask_of(each)?, format!("{label} › {name}"))
                })
            }));
        }
        if node.attributes.get("disableAddingRemovingRows") != Some(&Value::Bool(true)) {
            let ticked = node
                .children
                .first()
                .is_some_and(|each| each.kind == "checkbox");
            let start = if ticked { json!(false) } else { json!("") };
            let key = node.attributes.get("keyLabel").and_then(Value::as_str);
            let key = key.filter(|key| !key.is_empty()).unwrap_or("tên / name");
            found.push(Question {
                now: String::new(),
                required: false,
                ..question(Ask::AnotherName { start }, format!("{label} › {key}"))
            });
        }
        return;
    }
    if node.kind == "tree" {
        if !disabled {
            branch(view, hidden, node, &path, &label, found);
        }
        return;
    }
    let row_path = format!("{}[]", node.path);
    if node
        .children
        .iter()
        .any(|child| child.path.starts_with(&row_path))
    {
        let count = value.and_then(Value::as_array).map_or(0, Vec::len);
        for index in 0..count {
            let rows: Vec<usize> = rows.iter().copied().chain([index]).collect();
            let row = format!("{label} {}", index + 1);
            for child in &node.children {
                collect(view, hidden, child, &rows, &row, found);
            }
        }
        if !disabled && most_rows(node).is_none_or(|most| count < most) {
            let row = json!({});
            found.push(Question {
                now: String::new(),
                ..question(Ask::AnotherRow { rows: count, row }, label)
            });
        }
        return;
    }
    if !node.children.is_empty() {
        // Panels and the like: their words only help where there is a group of answers.
        let within = if node.kind == "container" || node.kind == "fieldset" {
            label.as_str()
        } else {
            within
        };
        for child in &node.children {
            collect(view, hidden, child, rows, within, found);
        }
        return;
    }
    if disabled {
        return;
    }
    if node.kind == "survey" {
        for asked in &node.questions {
            let Some(key) = asked.value.as_str() else {
                continue;
            };
            found.push(Question {
                path: format!("{path}.{key}"),
                now: shown(value.and_then(|value| value.get(key)), node),
                ..question(
                    Ask::One(node.choices.clone()),
                    format!("{label} › {}", asked.label),
                )
            });
        }
        return;
    }
    found.extend(ask_of(node).map(|ask| question(ask, label.clone())));
}

/// How many rows a list takes at most, as in the window.
fn most_rows(node: &Node) -> Option<usize> {
    if node.attributes.get("disableAddingRemovingRows") == Some(&Value::Bool(true)) {
        // So many are there from the beginning with form.io.
        return Some(1);
    }
    let most = node.attributes.get("maxRows")?;
    let written = || most.as_str()?.trim().parse().ok();
    let most = most.as_u64().or_else(written).filter(|most| *most > 0)?;
    usize::try_from(most).ok()
}

/// The questions of one thing of a tree, kept as `{data, children}` at the path, and of those below it.
fn branch(
    view: &FormView,
    hidden: &BTreeSet<&str>,
    node: &Node,
    path: &str,
    label: &str,
    found: &mut Vec<Question>,
) {
    for child in &node.children {
        let child = relocated(child, &node.path, &format!("{path}.data"));
        collect(view, hidden, &child, &[], label, found);
    }
    let below = format!("{path}.children");
    let count = at(&view.state.data, &below)
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    for index in 0..count {
        let inner = format!("{label} › {}", index + 1);
        branch(
            view,
            hidden,
            node,
            &format!("{below}[{index}]"),
            &inner,
            found,
        );
    }
    found.push(Question {
        path: below,
        label: label.to_owned(),
        hint: String::new(),
        required: false,
        now: String::new(),
        name: None,
        ask: Ask::AnotherRow {
            rows: count,
            row: json!({"data": {}, "children": []}),
        },
    });
}

/// The same component with its data elsewhere.
fn relocated(node: &Node, from: &str, to: &str) -> Node {
    let mut moved = node.clone();
    if let Some(rest) = node.path.strip_prefix(from) {
        moved.path = format!("{to}{rest}");
    }
    moved.children = node
        .children
        .iter()
        .map(|child| relocated(child, from, to))
        .collect();
    moved
}

/// How a component is answered that holds one answer; nothing where no typed line can.
fn ask_of(node: &Node) -> Option<Ask> {
    if !node.is_typed() || !node.children.is_empty() || node.kind == "survey" {
        return None;
    }
    Some(match node.kind.as_str() {
        "checkbox" => Ask::Tick,
        "selectboxes" => Ask::Many {
            choices: node.choices.clone(),
            ticks: true,
        },
        "select" | "radio" if !node.choices.is_empty() => {
            if node.multiple {
                Ask::Many {
                    choices: node.choices.clone(),
                    ticks: false,
                }
            } else {
                Ask::One(node.choices.clone())
            }
        }
        _ if node.multiple => Ask::List,
        kind => Ask::Line {
            kind: kind.to_owned(),
            day_first: node.is_day_first(),
        },
    })
}

/// `children[].name` in row 2 as `children[2].name`.
fn concrete(path: &str, rows: &[usize]) -> String {
    let mut rows = rows.iter();
    let mut parts = path.split("[]");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(&format!(
            "[{}]{part}",
            rows.next().copied().unwrap_or_default()
        ));
    }
    out
}

fn at<'a>(data: &'a Value, path: &str) -> Option<&'a Value> {
    let pointer = path.replace('[', ".").replace(']', "").replace('.', "/");
    data.pointer(&format!("/{pointer}"))
        .filter(|value| !value.is_null())
}

fn shown(value: Option<&Value>, node: &Node) -> String {
    let Some(value) = value else {
        return String::new();
    };
    if let Some(choice) = node.choices.iter().find(|choice| choice.value == *value) {
        return choice.label.clone();
    }
    match value {
        Value::String(text) => PartialDate::parse(text)
            .filter(|_| matches!(node.kind.as_str(), "vnDate" | "vnPartialDate"))
            .map_or_else(|| text.clone(), |date| date.to_string()),
        Value::Bool(true) => "có / yes".to_owned(),
        Value::Bool(false) => "không / no".to_owned(),
        Value::Object(parts) if node.kind == "vnAddress" => ["chi_tiet", "xa", "tinh"]
            .iter()
            .filter_map(|part| parts.get(*part)?.as_str().filter(|text| !text.is_empty()))
            .collect::<Vec<_>>()
            .join(", "),
        other => other.to_string(),
    }
}

/// Yes or no, in either language.
pub(crate) fn yes(line: &str) -> Option<bool> {
    match line.to_lowercase().as_str() {
        "c" | "có" | "co" | "y" | "yes" => Some(true),
        "k" | "không" | "khong" | "n" | "no" => Some(false),
        _ => None,
    }
}

impl Question {
    /// The question in words, up to where the answer is typed.
    pub(crate) fn write(&self, words: &mut impl Write) -> io::Result<()> {
        let star = if self.required { " (*)" } else { "" };
        match self.ask {
            Ask::AnotherRow { rows, .. } => {
                return write!(
                    words,
                    "\n{}: {rows} dòng. Thêm dòng nữa / another row? [c/k] ",
                    self.label
                );
            }
            Ask::AnotherName { .. } => {
                return write!(
                    words,
                    "\n{}: thêm mục nữa, hoặc Enter / another entry, or Enter\n> ",
                    self.label
                );
            }
            _ => {}
        }
        writeln!(words, "\n{}{star}", self.label)?;
        if !self.hint.is_empty() {
            writeln!(words, "  {}", self.hint)?;
        }
        match &self.ask {
            Ask::One(choices) | Ask::Many { choices, .. } => {
                for (index, choice) in choices.iter().enumerate() {
                    writeln!(words, "  {}. {}", index + 1, choice.label)?;
                }
            }
            Ask::Tick => write!(words, "  [c/k]")?,
            Ask::Line { kind, .. } if kind == "vnAddress" => {
                writeln!(
                    words,
                    "  số nhà, đường, xã, tỉnh / street, commune, province"
                )?;
            }
            _ => {}
        }
        if self.now.is_empty() {
            write!(words, "> ")
        } else {
            write!(words, "[{}] > ", self.now)
        }
    }

    /// What a line answers.
    ///
    /// # Errors
    /// Why it answers nothing.
    pub(crate) fn read(&self, line: &str) -> Result<Value, String> {
        match &self.ask {
            Ask::Tick => yes(line)
                .map(Value::Bool)
                .ok_or_else(|| "c (có) / k (không) – y / n".to_owned()),
            Ask::One(choices) => one(choices, line),
            Ask::Many { choices, ticks } => {
                let chosen = line
                    .split(',')
                    .map(str::trim)
                    .filter(|part| !part.is_empty())
                    .map(|part| one(choices, part))
                    .collect::<Result<Vec<_>, _>>()?;
                if !ticks {
                    return Ok(Value::Array(chosen));
                }
                Ok(Value::Object(
                    choices
                        .iter()
                        .filter_map(|choice| {
                            let key = choice.value.as_str()?.to_owned();
                            Some((key, Value::Bool(chosen.contains(&choice.value))))
                        })
                        .collect::<Map<_, _>>(),
                ))
            }
            Ask::List => Ok(line
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(Value::from)
                .collect()),
            Ask::Line { kind, day_first } => typed(kind, *day_first, line),
            Ask::AnotherRow { .. } | Ask::AnotherName { .. } => Ok(Value::Null),
        }
    }

    /// The change that puts a value where this question stands, among these answers.
    pub(crate) fn answer(&self, value: Value, answers: &Value) -> Change {
        let value = match &self.name {
            Some(name) => entry(answers, &self.path, name, value),
            None => value,
        };
        Change::Set {
            path: self.path.clone(),
            value,
        }
    }

    /// The change that begins an entry of that name.
    ///
    /// # Errors
    /// The map has one already.
    pub(crate) fn begin(
        &self,
        name: &str,
        start: &Value,
        answers: &Value,
    ) -> Result<Change, String> {
        if at(answers, &self.path).is_some_and(|map| map.get(name).is_some()) {
            return Err("đã có / there already".to_owned());
        }
        Ok(Change::Set {
            path: self.path.clone(),
            value: entry(answers, &self.path, name, start.clone()),
        })
    }

    /// Whether it asks for the value of that name in the map at the path.
    pub(crate) fn is_entry(&self, path: &str, name: &str) -> bool {
        self.path == path && self.name.as_deref() == Some(name)
    }
}

/// The map at a path with a value under a name.
fn entry(answers: &Value, path: &str, name: &str, value: Value) -> Value {
    let mut map = at(answers, path)
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    map.insert(name.to_owned(), value);
    Value::Object(map)
}

/// A choice by its number, or by its words.
fn one(choices: &[Choice], line: &str) -> Result<Value, String> {
    let by_number = line
        .parse::<usize>()
        .ok()
        .and_then(|number| choices.get(number.checked_sub(1)?));
    let by_words = || {
        choices.iter().find(|choice| {
            choice.label.to_lowercase() == line.to_lowercase()
                || choice.value.as_str() == Some(line)
        })
    };
    by_number
        .or_else(by_words)
        .map(|choice| choice.value.clone())
        .ok_or_else(|| format!("1–{}", choices.len()))
}

/// A line as the kind of component keeps it; an address that may lie in several communes today is asked for again.
fn typed(kind: &str, day_first: bool, line: &str) -> Result<Value, String> {
    let places = match kind {
        "vnAddress" => read_place(line).map_or_else(Vec::new, |read| read.places),
        _ => Vec::new(),
    };
    if places.len() > 1 {
        let several: Vec<String> = places
            .iter()
            .map(|place| format!("{}, {}", place.commune, place.province))
            .collect();
        return Err(format!("nay thuộc / now in: {}", several.join("; ")));
    }
    Ok(typed_answer(kind, day_first, line))
}
