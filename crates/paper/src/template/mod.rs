//! An agency's own Word file, filled: `{{ placeholders }}`, content controls by tag, repeated table rows, boxes to tick.
//! The way of writing one is described in `TEMPLATE.md`. Only the XML of document, headers and footers is touched.

mod control;
mod error;
mod fill;
mod package;
mod paragraph;
mod xml;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub use error::TemplateError;

use crate::answers::Answers;
use fill::Filler;
use package::{Package, Role};
use xml::{Ns, Part};

/// A Word file that was found fit to be filled.
#[derive(Debug, Clone)]
pub struct Template {
    package: Package,
    parts: Vec<(String, Role, Part)>,
}

/// A filled Word file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilledTemplate {
    /// The file.
    pub bytes: Vec<u8>,
    /// What the template asks for and did not get, in its order.
    pub unfilled: Vec<Unfilled>,
    /// Paths of answers that the template does not use; a column of repeated rows is `con.ten`.
    pub unused: Vec<String>,
}

/// A place of a template that stayed without an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unfilled {
    /// The part of the file, e.g. `word/document.xml`.
    pub part: String,
    /// The placeholder's expression, or the control's tag.
    pub what: String,
    /// Why.
    pub why: WhyUnfilled,
}

/// Why a place stayed without an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum WhyUnfilled {
    /// The answer is blank.
    Blank,
    /// There is no answer of this name.
    Unknown,
    /// The placeholder is not closed in its paragraph.
    NotClosed,
    /// The expression can't be worked out; with what is wrong.
    Expression(String),
    /// A control that holds no text: a picture, other controls, a table.
    NotText,
    /// It stands in the instruction of a Word field, in a note or in a comment, which are left alone.
    NotHere,
}

impl Template {
    /// Reads a Word file with suspicion.
    ///
    /// # Errors
    /// It is no .docx, is locked, damaged, far too large, or made to do harm.
    pub fn read(bytes: &[u8]) -> Result<Template, TemplateError> {
        let package = Package::open(bytes)?;
        let parts = package
            .parts
            .iter()
            .map(|(name, role, bytes)| Ok((name.clone(), *role, Part::parse(name, bytes)?)))
            .collect::<Result<Vec<_>, TemplateError>>()?;
        Ok(Template { package, parts })
    }

    /// Fills it. `answers` is as for [`crate::lay_out`]: an object of texts ready to print, booleans for boxes, arrays of objects for rows.
    ///
    /// # Errors
    /// An answer holds a control character, a list of rows is none, or the result would be far too large.
    pub fn fill(&self, answers: &Value) -> Result<FilledTemplate, TemplateError> {
        let mut filler = Filler::new(Answers::new(answers), self.highest_drawing());
        let mut changed = BTreeMap::new();
        for (name, role, part) in &self.parts {
            match role {
                Role::LookedAt => filler.look_at(name, &part.root),
                Role::Filled => {
                    let mut filled = part.clone();
                    filler.fill(name, &mut filled.root)?;
                    filled.check_depth(name)?;
                    changed.insert(name.clone(), filled.write());
                }
            }
        }
        let (unfilled, read) = filler.told();
        Ok(FilledTemplate {
            bytes: self.package.with(&changed)?,
            unfilled,
            unused: unused(&Answers::new(answers), &read),
        })
    }

    /// Drawings have numbers of their own; copies need fresh ones.
    fn highest_drawing(&self) -> u64 {
        let mut highest = 0;
        for (_, _, part) in &self.parts {
            part.root.visit(&mut |element| {
                if element.is(Ns::Wp, "docPr")
                    && let Some(Ok(number)) = element
                        .attribute(Ns::Other, "id")
                        .map(|id| id.parse::<u64>())
                {
                    highest = highest.max(number);
                }
            });
        }
        highest
    }
}

/// The answers that say something and were not read.
fn unused(answers: &Answers, read: &BTreeSet<String>) -> Vec<String> {
    let mut leaves = Vec::new();
    leaf_paths(answers.whole(), String::new(), &mut leaves);
    let covered = |path: &str| {
        let mut path = path;
        loop {
            if read.contains(path) {
                return true;
            }
            match path.rsplit_once('.') {
                Some((above, _)) => path = above,
                None => return false,
            }
        }
    };
    let mut seen = BTreeSet::new();
    leaves
        .into_iter()
        .filter(|path| !covered(path) && seen.insert(path.clone()))
        .collect()
}

fn leaf_paths(value: &Value, path: String, out: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let below = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                leaf_paths(value, below, out);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            items
                .iter()
                .for_each(|item| leaf_paths(item, path.clone(), out));
        }
        Value::Null | Value::Bool(false) => {}
        value if crate::show::shown(value).trim().is_empty() => {}
        _ => out.push(path),
    }
}
