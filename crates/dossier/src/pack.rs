//! Form packs: everything about one procedure as data in a handful of text files.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde_json::Value;
use unicode_normalization::is_nfc;

use crate::component::{Component, ComponentKind};
use crate::fee::{self, FeeBreakdown, FeeError, Price};
use crate::paper_pack::PAPER_CODE;
use crate::procedure::{Due, Effective, OutOfForce, Procedure};

/// The file that describes the pack; it names the others.
pub const PACK_FILE: &str = "pack.json";

/// Most files of a pack.
const MAX_FILES: usize = 32;
/// Largest file of a pack in bytes.
const MAX_FILE_BYTES: usize = 1 << 20;
/// Longest text in `pack.json` in bytes.
const MAX_TEXT_BYTES: usize = 8 << 10;
/// Longest list in `pack.json`.
const MAX_ITEMS: usize = 200;

/// A whole, checked form pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormPack {
    procedure: Procedure,
    files: BTreeMap<String, String>,
}

/// Why files are no form pack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("reading the form pack, {file}{}{path}: {message}", if path.is_empty() { "" } else { " at " })]
pub struct PackError {
    /// The file.
    pub file: String,
    /// Where in it, e.g. `components[2].required`; empty for the whole file.
    pub path: String,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl FormPack {
    /// Reads a pack from its files, name → text. It has to be whole: `pack.json` and every file that it names, none besides.
    ///
    /// # Errors
    /// Names the first file and place that is not as it has to be.
    pub fn parse(files: &BTreeMap<String, String>) -> Result<Self, PackError> {
        check_files(files)?;
        let procedure: Procedure = read(files)?;
        check_procedure(&procedure)?;
        let named = [
            (PACK_FILE, "", "components"),
            (&procedure.applicant, "applicant", "components"),
            (&procedure.form, "form", "components"),
            (&procedure.example, "example", ""),
            (&procedure.paper.layout, "paper.layout", ""),
            (&procedure.paper.template, "paper.template", ""),
        ];
        if procedure.paper.layout.is_empty() && procedure.paper.template.is_empty() {
            return Err(flaw("paper", "name a layout, a template, or both"));
        }
        check_set(
            files,
            &named,
            &procedure.paper.layout,
            &procedure.catalogues,
        )?;
        Ok(Self {
            procedure,
            files: files.clone(),
        })
    }

    /// Like [`parse`](Self::parse), with files that several packs share: a file that `pack.json` names and the pack doesn't bring is taken from `shared`.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_with(
        files: &BTreeMap<String, String>,
        shared: &BTreeMap<String, String>,
    ) -> Result<Self, PackError> {
        check_files(files)?;
        let mut whole = files.clone();
        for name in read::<Procedure>(files)?.file_names() {
            if let (false, Some(content)) = (whole.contains_key(name), shared.get(name)) {
                whole.insert(name.to_owned(), content.clone());
            }
        }
        Self::parse(&whole)
    }

    /// The procedure.
    #[must_use]
    pub const fn procedure(&self) -> &Procedure {
        &self.procedure
    }

    /// National code of the procedure.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.procedure.code
    }

    /// All files, as [`parse`](Self::parse) takes them.
    #[must_use]
    pub const fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    /// The form.io definition of *Thông tin người nộp*.
    #[must_use]
    pub fn applicant_form(&self) -> &str {
        self.file(&self.procedure.applicant)
    }

    /// The form.io definition of the *tờ khai*.
    #[must_use]
    pub fn form(&self) -> &str {
        self.file(&self.procedure.form)
    }

    /// The lists of choices that the forms keep on the web, by address or resource.
    #[must_use]
    pub fn catalogues(&self) -> BTreeMap<String, Value> {
        self.procedure
            .catalogues
            .iter()
            .filter_map(|(address, name)| {
                let list = serde_json::from_str(self.file(name)).ok()?;
                Some((address.clone(), list))
            })
            .collect()
    }

    /// The paper layout, if the pack brings one.
    #[must_use]
    pub fn layout(&self) -> Option<&str> {
        let name = &self.procedure.paper.layout;
        (!name.is_empty()).then(|| self.file(name))
    }

    /// The agency's own Word file, if the pack brings one.
    #[must_use]
    pub fn template(&self) -> Option<Vec<u8>> {
        let name = &self.procedure.paper.template;
        (!name.is_empty()).then(|| STANDARD.decode(self.file(name)).unwrap_or_default())
    }

    /// Answers of an invented ordinary case, as JSON.
    #[must_use]
    pub fn example(&self) -> &str {
        self.file(&self.procedure.example)
    }

    /// The component of this code.
    #[must_use]
    pub fn component(&self, code: &str) -> Option<&Component> {
        self.procedure
            .components
            .iter()
            .find(|component| component.code == code)
    }

    /// What these answers of the *tờ khai* cost.
    ///
    /// # Errors
    /// A counting answer is missing or no number.
    pub fn fee(&self, answers: &Value) -> Result<FeeBreakdown, FeeError> {
        fee::breakdown(&self.procedure.fees, answers)
    }

    /// Whether the dossier can't be sent without the component.
    #[must_use]
    pub fn component_required(&self, component: &Component, answers: &Value) -> bool {
        component.required.holds(answers)
    }

    /// Checks that the pack may be used on a day.
    ///
    /// # Errors
    /// It is not in force yet, or not any more.
    pub fn in_force(&self, on: Date) -> Result<(), OutOfForce> {
        self.procedure.effective.check(on)
    }

    /// The time limits that these answers of the *tờ khai* start.
    #[must_use]
    pub fn deadlines(&self, answers: &Value) -> Vec<Due> {
        self.procedure
            .deadlines
            .iter()
            .filter_map(|deadline| deadline.due(answers))
            .collect()
    }

    fn file(&self, name: &str) -> &str {
        self.files.get(name).map_or("", String::as_str)
    }
}

/// Checks that every file that is named is there and what it has to be, and no other. `named`: file, where it is named, the list that it holds.
pub(crate) fn check_set(
    files: &BTreeMap<String, String>,
    named: &[(&str, &str, &str)],
    layout: &str,
    catalogues: &BTreeMap<String, String>,
) -> Result<(), PackError> {
    for (name, path, list) in named.iter().copied() {
        if name.is_empty() && path.starts_with("paper.") {
            continue;
        }
        let Some(content) = files.get(name) else {
            return Err(flaw(path, format!("there is no file {name:?}; add it")));
        };
        if path == "paper.template" {
            check_template(name, content)?;
            continue;
        }
        if name == layout {
            if content.trim().is_empty() {
                return Err(flaw_in(name, "", "the layout is empty; write it"));
            }
            continue;
        }
        let value: Value = serde_json::from_str(content)
            .map_err(|error| flaw_in(name, "", format!("not JSON: {error}")))?;
        if !value.is_object() {
            return Err(flaw_in(name, "", "has to be a JSON object"));
        }
        if !list.is_empty() && !value.get(list).is_some_and(Value::is_array) {
            return Err(flaw_in(name, list, "a list is missing"));
        }
    }
    for (address, name) in catalogues {
        let path = format!("catalogues.{address}");
        let Some(content) = files.get(name) else {
            return Err(flaw(&path, format!("there is no file {name:?}; add it")));
        };
        let value: Value = serde_json::from_str(content)
            .map_err(|error| flaw_in(name, "", format!("not JSON: {error}")))?;
        if !value.is_array() && !value.is_object() {
            return Err(flaw_in(
                name,
                "",
                "has to be a JSON list, or an object around one",
            ));
        }
    }
    let is_named = |name: &String| {
        named.iter().any(|(known, ..)| known == name)
            || catalogues.values().any(|known| known == name)
    };
    if let Some(stray) = files.keys().find(|name| !is_named(name)) {
        return Err(flaw_in(
            stray,
            "",
            "pack.json does not name this file; remove it",
        ));
    }
    Ok(())
}

/// A file of a pack's folder as a pack carries it: text as it is, a Word file in base64.
///
/// # Errors
/// It is neither a Word file nor UTF-8 text.
pub fn pack_text(name: &str, bytes: Vec<u8>) -> Result<String, PackError> {
    if has_ending(name, "docx") {
        return Ok(STANDARD.encode(bytes));
    }
    String::from_utf8(bytes).map_err(|_| flaw_in(name, "", "is not UTF-8 text; save it as UTF-8"))
}

fn has_ending(name: &str, ending: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, end)| end.eq_ignore_ascii_case(ending))
}

/// Only that it is a Word file in base64; whoever fills it looks inside.
fn check_template(name: &str, content: &str) -> Result<(), PackError> {
    if !has_ending(name, "docx") {
        return Err(flaw(
            "paper.template",
            "a template is a Word file, named *.docx",
        ));
    }
    match STANDARD.decode(content) {
        Ok(bytes) if bytes.starts_with(b"PK") => Ok(()),
        _ => Err(flaw_in(name, "", "is no Word file in base64")),
    }
}

/// Checks names, sizes and encoding before anything is read.
pub(crate) fn check_files(files: &BTreeMap<String, String>) -> Result<(), PackError> {
    if files.len() > MAX_FILES {
        return Err(flaw(
            "",
            format!("{} files; {MAX_FILES} at most", files.len()),
        ));
    }
    for (name, content) in files {
        let shown: String = name.chars().take(80).collect();
        if !is_plain_name(name) {
            return Err(flaw_in(
                &shown,
                "",
                "a file name is letters, digits, '.', '-' and '_' only, begins with a letter or digit, and is no folder",
            ));
        }
        if content.len() > MAX_FILE_BYTES {
            return Err(flaw_in(&shown, "", format!("over {MAX_FILE_BYTES} bytes")));
        }
        if !is_nfc(content) {
            return Err(flaw_in(
                &shown,
                "",
                "text has to be in Unicode NFC, or it prints and is found wrongly; normalise it",
            ));
        }
    }
    Ok(())
}

pub(crate) fn is_plain_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name
            .chars()
            .all(|sign| sign.is_ascii_alphanumeric() || ".-_".contains(sign))
}

fn text<'a>(files: &'a BTreeMap<String, String>, name: &str) -> Result<&'a str, PackError> {
    files
        .get(name)
        .map(String::as_str)
        .ok_or_else(|| flaw_in(name, "", "the file is missing"))
}

/// Reads `pack.json`.
pub(crate) fn read<T: DeserializeOwned>(files: &BTreeMap<String, String>) -> Result<T, PackError> {
    let value: Value = serde_json::from_str(text(files, PACK_FILE)?)
        .map_err(|error| flaw("", format!("not JSON: {error}")))?;
    check_sizes(&value, &mut String::new())?;
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { "" } else { &path };
        flaw(path, error.inner().to_string())
    })
}

/// Bounds every text and list, so that no later step meets a giant one.
fn check_sizes(value: &Value, path: &mut String) -> Result<(), PackError> {
    let at = path.len();
    match value {
        Value::String(text) => {
            if text.len() > MAX_TEXT_BYTES {
                return Err(flaw(path, format!("text over {MAX_TEXT_BYTES} bytes")));
            }
            if text.chars().any(|sign| sign.is_control() && sign != '\n') {
                return Err(flaw(path, "text holds a control character; remove it"));
            }
        }
        Value::Array(items) => {
            if items.len() > MAX_ITEMS {
                return Err(flaw(path, format!("over {MAX_ITEMS} entries")));
            }
            for (index, item) in items.iter().enumerate() {
                path.push_str(&format!("[{index}]"));
                check_sizes(item, path)?;
                path.truncate(at);
            }
        }
        Value::Object(members) => {
            if members.len() > MAX_ITEMS {
                return Err(flaw(path, format!("over {MAX_ITEMS} entries")));
            }
            for (key, member) in members {
                if !path.is_empty() {
                    path.push('.');
                }
                path.extend(key.chars().take(80));
                check_sizes(member, path)?;
                path.truncate(at);
            }
        }
        _ => {}
    }
    Ok(())
}

/// What serde can't see: things that have to fit together.
fn check_procedure(procedure: &Procedure) -> Result<(), PackError> {
    if !is_code(&procedure.code) {
        return Err(flaw("code", "not a procedure's code such as 1.001193"));
    }
    if procedure.code.starts_with(PAPER_CODE) {
        return Err(flaw(
            "code",
            format!("{PAPER_CODE} is for papers, which have \"kind\": \"paper\""),
        ));
    }
    check_names(
        &procedure.version,
        &procedure.paper.file_name,
        "paper.fileName",
    )?;
    for (path, text) in [
        ("name.vi", &procedure.name.vi),
        ("name.en", &procedure.name.en),
        ("field.vi", &procedure.field.vi),
        ("agency.name.vi", &procedure.agency.name.vi),
    ] {
        if text.trim().is_empty() {
            return Err(flaw(path, "is empty"));
        }
    }
    procedure.effective.check_order()?;
    check_components(procedure)?;
    check_fees(procedure)?;
    for (index, deadline) in procedure.deadlines.iter().enumerate() {
        check_path(&format!("deadlines[{index}].from"), &deadline.from)?;
    }
    let prefill = &procedure.prefill;
    for (which, answers) in [("applicant", &prefill.applicant), ("form", &prefill.form)] {
        for path in answers.keys() {
            check_path(&format!("prefill.{which}"), path)?;
        }
    }
    Ok(())
}

/// The version of the pack and the name of its exports.
pub(crate) fn check_names(version: &str, file_name: &str, path: &str) -> Result<(), PackError> {
    for (path, name) in [("version", version), (path, file_name)] {
        if !is_plain_name(name) {
            return Err(flaw(path, "letters, digits, '.', '-' and '_' only"));
        }
    }
    Ok(())
}

impl Effective {
    pub(crate) fn check_order(&self) -> Result<(), PackError> {
        if self.to.is_some_and(|to| to < self.from) {
            return Err(flaw("effective.to", "lies before effective.from"));
        }
        Ok(())
    }
}

fn check_components(procedure: &Procedure) -> Result<(), PackError> {
    let mut codes = BTreeSet::new();
    for (index, component) in procedure.components.iter().enumerate() {
        let at = |member: &str| format!("components[{index}].{member}");
        if !is_code(&component.code) {
            return Err(flaw(&at("code"), "letters, digits, '.' and '-' only"));
        }
        if !codes.insert(&component.code) {
            return Err(flaw(&at("code"), "a second component of this code"));
        }
        if component.name.vi.trim().is_empty() {
            return Err(flaw(&at("name.vi"), "is empty"));
        }
        if let Some(condition) = component.required.condition() {
            check_path(&at("required"), &condition.path)?;
        }
        let note = component.kind == ComponentKind::Note;
        let (files, copies) = (
            component.max_files > 0 && component.max_bytes > 0 && !component.accept.is_empty(),
            component.original > 0 || component.copy > 0,
        );
        if note && (files || copies || component.required != crate::Rule::Fixed(false)) {
            return Err(flaw(
                &at("kind"),
                "a note takes no files and is never required",
            ));
        }
        if !(note || files && copies) {
            return Err(flaw(
                &at("kind"),
                "needs accept, maxBytes, maxFiles and a number of originals or copies; with none of them it is a note",
            ));
        }
    }
    let receives = procedure
        .components
        .iter()
        .find(|component| component.code == procedure.paper.component);
    if receives.is_none_or(|component| component.kind != ComponentKind::Eform) {
        return Err(flaw(
            "paper.component",
            "no component of this code is of kind eform",
        ));
    }
    Ok(())
}

fn check_fees(procedure: &Procedure) -> Result<(), PackError> {
    let mut ids = BTreeSet::new();
    for (index, fee) in procedure.fees.iter().enumerate() {
        let at = |member: &str| format!("fees[{index}].{member}");
        if !is_plain_name(&fee.id) {
            return Err(flaw(&at("id"), "letters, digits, '.', '-' and '_' only"));
        }
        if !ids.insert(&fee.id) {
            return Err(flaw(&at("id"), "a second fee of this id"));
        }
        if fee.name.trim().is_empty() {
            return Err(flaw(&at("name"), "is empty"));
        }
        if let Price::PerUnit { quantity, .. } = &fee.price {
            check_path(&at("price.quantity"), quantity)?;
        }
        if let Some(condition) = fee.applies.condition() {
            check_path(&at("applies"), &condition.path)?;
        }
    }
    Ok(())
}

pub(crate) fn check_path(path: &str, answer: &str) -> Result<(), PackError> {
    let plain = (1..=200).contains(&answer.len())
        && answer
            .chars()
            .all(|sign| sign.is_ascii_alphanumeric() || "_.-[]".contains(sign));
    if plain {
        Ok(())
    } else {
        Err(flaw(
            path,
            "not the path of an answer such as tre.ngay_sinh",
        ))
    }
}

fn is_code(code: &str) -> bool {
    let edge = |sign: char| sign.is_ascii_alphanumeric();
    (1..=40).contains(&code.len())
        && code.starts_with(edge)
        && code.ends_with(edge)
        && !code.contains("..")
        && code.chars().all(|sign| edge(sign) || ".-".contains(sign))
}

pub(crate) fn flaw(path: &str, message: impl Into<String>) -> PackError {
    flaw_in(PACK_FILE, path, message)
}

fn flaw_in(file: &str, path: &str, message: impl Into<String>) -> PackError {
    PackError {
        file: file.to_owned(),
        path: path.to_owned(),
        message: message.into(),
    }
}
