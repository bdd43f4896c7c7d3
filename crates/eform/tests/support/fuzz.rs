//! Definitions and answers made by spoiling the project's own, and what must hold for any of them.
//!
//! A case is its number: the same seed and number give the same case. What once failed is kept in `tests/findings`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hoso_eform::{Change, Env, Form, Session, process};
use hoso_fuzzing::places::{count, nth, nth_mut};
use hoso_fuzzing::{Dice, Kept, Target};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// A definition, a submission's data, and changes to make one after the other.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Case {
    pub(crate) form: Value,
    pub(crate) data: Value,
    #[serde(default)]
    pub(crate) changes: Vec<Change>,
}

/// What is spoiled: definitions with the answers that their authors wrote beside them.
pub(crate) struct Seeds {
    forms: Vec<Value>,
    answers: Vec<Value>,
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn documents(folder: &Path) -> Vec<Value> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    files.sort();
    files
        .iter()
        .filter_map(|path| serde_json::from_slice(&fs::read(path).ok()?).ok())
        .collect()
}

impl Seeds {
    /// The definitions of the comparison with form.io.
    pub(crate) fn read() -> Seeds {
        let forms = documents(&folder("../../tests/conformance/formio/forms"));
        let answers = forms
            .iter()
            .filter_map(|form| form["submissions"].as_array())
            .flatten()
            .filter_map(|submission| submission.get("data").cloned())
            .collect();
        // Large tables cost time and find no more than their parts.
        let forms = forms
            .into_iter()
            .filter(|form| {
                form["components"]
                    .as_array()
                    .is_some_and(|all| all.len() < 60)
            })
            .collect();
        Seeds { forms, answers }
    }

    pub(crate) fn len(&self) -> usize {
        self.forms.len()
    }

    /// Where it keeps what failed.
    pub(crate) fn kept() -> Kept {
        Kept::of(env!("CARGO_MANIFEST_DIR"))
    }

    fn make(&self, dice: &mut Dice) -> Case {
        let mut form = dice.pick(&self.forms).clone();
        for _ in 0..dice.below(6) {
            self.spoil(&mut form, dice);
        }
        let mut data = if dice.chance(3) {
            dice.pick(&self.answers).clone()
        } else {
            answers(&form["components"], dice, 0)
        };
        for _ in 0..dice.below(4) {
            self.spoil(&mut data, dice);
        }
        let mut paths = Vec::new();
        list_paths(&data, "", &mut paths);
        list_keys(&form["components"], &mut paths);
        let changes = (0..dice.below(5)).map(|_| change(&paths, dice)).collect();
        Case {
            form,
            data,
            changes,
        }
    }

    /// Changes one place of a document.
    fn spoil(&self, document: &mut Value, dice: &mut Dice) {
        let at = dice.below(count(document));
        let graft = dice.chance(3).then(|| {
            let other = dice.pick(&self.forms);
            nth(other, dice.below(count(other)))
                .cloned()
                .unwrap_or(Value::Null)
        });
        if let Some(place) = nth_mut(document, at) {
            spoil_here(place, graft, dice);
        }
    }
}

impl Target for Seeds {
    type Case = Case;

    fn case(&self, seed: u64, number: u64) -> Case {
        self.make(&mut Dice::new(seed, number))
    }

    fn written(&self, case: &Case) -> String {
        serde_json::to_string_pretty(case).unwrap_or_default()
    }

    fn read(&self, written: &[u8]) -> Option<Case> {
        serde_json::from_slice(written).ok()
    }

    fn holds(&self, case: &Case) -> Result<&'static str, String> {
        holds(case)
    }
}

fn holds(case: &Case) -> Result<&'static str, String> {
    let Ok(form) = Form::parse(&case.form) else {
        return Ok("refused");
    };
    let mut env = Env::new("2026-11-21T03:00:00Z".parse().map_err(|_| "no time")?);
    env.locale = "en".into();
    let outcome = process(&form, &case.data, &env);
    if !outcome.data.is_object() {
        return Err(format!("the data is no object: {}", outcome.data));
    }
    if process(&form, &case.data, &env) != outcome {
        return Err("the same twice gave two answers".into());
    }
    let form = Arc::new(form);
    let mut session = Session::new(
        Arc::clone(&form),
        case.data.clone(),
        BTreeMap::new(),
        env.clone(),
    );
    for change in &case.changes {
        let before = session.answers().clone();
        if session.apply(change).is_err() && session.answers() != &before {
            return Err(format!("a refused change changed the answers: {change:?}"));
        }
    }
    let fresh = Session::new(form, session.answers().clone(), BTreeMap::new(), env);
    if session.sealed_data() != fresh.sealed_data() {
        return Err(format!(
            "following changes gives {}, seeing them at once {}",
            session.sealed_data(),
            fresh.sealed_data()
        ));
    }
    if session.errors(None) != fresh.errors(None) {
        return Err(format!(
            "following changes gives the errors {:?}, seeing them at once {:?}",
            session.errors(None),
            fresh.errors(None)
        ));
    }
    let (a, b) = (session.state(), fresh.state());
    if a.hidden != b.hidden {
        return Err(format!(
            "hidden after changes {:?}, at once {:?}",
            a.hidden, b.hidden
        ));
    }
    let _ = session.view();
    Ok("processed")
}

const WORDS: [&str; 34] = [
    "",
    "an",
    "0",
    "5",
    "-1",
    "true",
    "false",
    "a",
    "b",
    "x",
    "g",
    "data",
    "2020-01-15",
    "31/12/1999",
    "1994-10-23T17:00:00.000Z",
    "nghìn tỷ 😀",
    "\u{0}",
    "__proto__",
    "constructor",
    "a.b[0].c",
    "[",
    "g[0]",
    "1e309",
    "(a+)+$",
    "{{ data.a }}",
    "value = data.a",
    "show = data.k === true",
    "value = _.sum(data.g)",
    "valid = input ? true : 'x'",
    "moment().add(1,'day')",
    "99/99/9999",
    "uppercase",
    "isEqual",
    "value = instance.root.getComponent('a')",
];

const PROPERTIES: [&str; 40] = [
    "type",
    "key",
    "input",
    "multiple",
    "validate",
    "required",
    "min",
    "max",
    "minLength",
    "maxLength",
    "pattern",
    "custom",
    "json",
    "conditional",
    "when",
    "eq",
    "show",
    "conjunction",
    "conditions",
    "customConditional",
    "calculateValue",
    "customDefaultValue",
    "defaultValue",
    "logic",
    "hidden",
    "clearOnHide",
    "persistent",
    "protected",
    "inputMask",
    "inputMasks",
    "allowMultipleMasks",
    "values",
    "data",
    "components",
    "columns",
    "rows",
    "fields",
    "dayFirst",
    "storeas",
    "validateWhenHidden",
];

fn scalar(dice: &mut Dice) -> Value {
    match dice.below(9) {
        0 => Value::Null,
        1 => dice.chance(2).into(),
        2 => dice
            .pick(&[
                0.0,
                -1.0,
                1e21,
                -1e308,
                5e-324,
                2.5,
                9_007_199_254_740_993.0,
            ])
            .to_owned()
            .into(),
        3 => (dice.below(40) as i64 - 5).into(),
        4 => json!([]),
        5 => json!({}),
        6 => json!([null, "an", 5]),
        _ => (*dice.pick(&WORDS)).into(),
    }
}

fn spoil_here(place: &mut Value, graft: Option<Value>, dice: &mut Dice) {
    if let Some(graft) = graft {
        *place = graft;
        return;
    }
    match place {
        Value::Object(map) => spoil_object(map, dice),
        Value::Array(items) if !items.is_empty() => {
            let at = dice.below(items.len());
            match dice.below(4) {
                0 => items.push(items[at].clone()),
                1 => drop(items.remove(at)),
                2 => items.swap(0, at),
                _ => items.insert(at, scalar(dice)),
            }
        }
        Value::String(text) if dice.chance(3) => {
            let cut = text
                .char_indices()
                .nth(dice.below(text.len().max(1)))
                .map_or(0, |(at, _)| at);
            let word: &&str = dice.pick(&WORDS);
            text.insert_str(cut, word);
        }
        other => *other = scalar(dice),
    }
}

fn spoil_object(map: &mut Map<String, Value>, dice: &mut Dice) {
    let keys: Vec<String> = map.keys().cloned().collect();
    match dice.below(5) {
        0 if !keys.is_empty() => drop(map.remove(dice.pick(&keys))),
        1 if !keys.is_empty() => {
            let (from, to) = (dice.pick(&keys).clone(), dice.pick(&keys).clone());
            let value = map[&from].clone();
            map.insert(to, value);
        }
        2 if map.contains_key("type") => {
            map.insert(
                "type".into(),
                (*dice.pick(&hoso_eform::COMPONENT_TYPES)).into(),
            );
        }
        3 if map.contains_key("components") => {
            let inside = Value::Object(map.clone());
            map["components"] = json!([inside]);
        }
        _ => {
            map.insert((*dice.pick(&PROPERTIES)).into(), scalar(dice));
        }
    }
}

/// Answers to the questions of a definition, right or wrong.
fn answers(components: &Value, dice: &mut Dice, depth: usize) -> Value {
    let mut data = Map::new();
    for component in components.as_array().into_iter().flatten() {
        let inner = &component["components"];
        let key = component["key"].as_str().unwrap_or("x").to_owned();
        let rows = matches!(
            component["type"].as_str(),
            Some("datagrid" | "editgrid" | "datatable")
        );
        if dice.chance(5) || depth > 5 {
            continue;
        }
        let value = if rows {
            (0..dice.below(4))
                .map(|_| answers(inner, dice, depth + 1))
                .collect()
        } else if component["type"] == "form" {
            json!({"data": answers(inner, dice, depth + 1)})
        } else if component["type"] == "container" {
            answers(inner, dice, depth + 1)
        } else {
            if let Value::Object(more) = answers(inner, dice, depth + 1) {
                data.extend(more);
            }
            scalar(dice)
        };
        data.insert(key, value);
    }
    Value::Object(data)
}

fn list_paths(value: &Value, base: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let path = if base.is_empty() {
                    key.clone()
                } else {
                    format!("{base}.{key}")
                };
                list_paths(inner, &path, out);
                out.push(path);
            }
        }
        Value::Array(items) => {
            for (at, inner) in items.iter().enumerate() {
                list_paths(inner, &format!("{base}[{at}]"), out);
            }
        }
        _ => {}
    }
}

fn list_keys(components: &Value, out: &mut Vec<String>) {
    for component in components.as_array().into_iter().flatten() {
        out.extend(component["key"].as_str().map(str::to_owned));
        list_keys(&component["components"], out);
    }
}

fn change(paths: &[String], dice: &mut Dice) -> Change {
    let path = if paths.is_empty() || dice.chance(12) {
        (*dice.pick(&WORDS)).to_owned()
    } else {
        dice.pick(paths).clone()
    };
    let (index, to) = (dice.below(4), dice.below(4));
    match dice.below(9) {
        0 => Change::Clear { path },
        1 => Change::InsertRow {
            path,
            index,
            value: scalar(dice),
        },
        2 => Change::RemoveRow { path, index },
        3 => Change::MoveRow {
            path,
            from: index,
            to,
        },
        _ => Change::Set {
            path,
            value: scalar(dice),
        },
    }
}
