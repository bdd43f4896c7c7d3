//! Workbooks (Office Open XML).
//!
//! A reader of our own over `quick-xml`, and not `calamine`, because the file comes from anybody and may be large: calamine reserves what the file says
//! that it will need (`uniqueCount` of a few digits more ends the process), unpacks parts and texts without a limit, and takes merged areas from the
//! whole sheet. Here a row is there only while it is read, and what stays are the texts that cells share, under [`limits`]. calamine is the second
//! opinion in the tests: what it reads in sheets that people make, this reads too.

mod merged;
mod package;
mod rows;

use std::collections::BTreeMap;

use quick_xml::events::Event;

use crate::cell::NumberFormat;
use crate::error::Much;
use crate::{SheetError, limits};

use package::{Package, add_text, attribute, unescape};
pub(crate) use rows::XlsxRows;

/// A workbook: everything but the cells.
pub(crate) struct Workbook<'a> {
    package: Package<'a>,
    sheets: Vec<Sheet>,
    texts: Texts,
    formats: Vec<NumberFormat>,
    epoch_1904: bool,
}

struct Sheet {
    name: String,
    part: String,
    hidden: bool,
}

/// The texts that cells share.
#[derive(Default)]
struct Texts {
    all: String,
    ends: Vec<usize>,
}

impl Texts {
    fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.all.get(start..end)
    }
}

impl<'a> Workbook<'a> {
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, SheetError> {
        let mut package = Package::open(bytes)?;
        let main = relationships(&mut package, "_rels/.rels")?
            .into_values()
            .find(|(kind, _)| kind.ends_with("/officeDocument"))
            .map_or_else(|| "xl/workbook.xml".to_owned(), |(_, target)| target);
        let main = main.trim_start_matches('/').to_owned();
        let (folder, file) = main.rsplit_once('/').unwrap_or(("", &main));
        let parts = relationships(&mut package, &join(folder, &format!("_rels/{file}.rels")))?;
        let of_kind = |ending: &str| {
            parts
                .values()
                .find(|(kind, _)| kind.ends_with(ending))
                .map(|(_, target)| join(folder, target))
        };
        let (listed, epoch_1904) = sheets(&mut package, &main)?;
        let sheets = listed
            .into_iter()
            .filter_map(|(name, id, hidden)| {
                let (kind, target) = parts.get(&id)?;
                kind.ends_with("/worksheet").then(|| Sheet {
                    name,
                    part: join(folder, target),
                    hidden,
                })
            })
            .collect();
        let formats = match of_kind("/styles") {
            Some(part) => formats(&mut package, &part)?,
            None => Vec::new(),
        };
        let texts = match of_kind("/sharedStrings") {
            Some(part) => texts(&mut package, &part)?,
            None => Texts::default(),
        };
        Ok(Self {
            package,
            sheets,
            texts,
            formats,
            epoch_1904,
        })
    }

    /// The sheets: name, and whether the file hides it.
    pub(crate) fn sheets(&self) -> impl Iterator<Item = (&str, bool)> {
        self.sheets
            .iter()
            .map(|sheet| (sheet.name.as_str(), sheet.hidden))
    }

    /// The rows of a sheet.
    pub(crate) fn rows(&mut self, index: usize) -> Result<XlsxRows<'_, 'a>, SheetError> {
        let part = self
            .sheets
            .get(index)
            .map(|sheet| sheet.part.clone())
            .ok_or_else(|| SheetError::NoSheet {
                name: index.to_string(),
            })?;
        let none = || SheetError::broken(&part, "it is missing");
        let merged = merged::areas(&mut self.package.part(&part)?.ok_or_else(none)?)?;
        let xml = self.package.part(&part)?.ok_or_else(none)?;
        Ok(XlsxRows::new(
            xml,
            &self.texts,
            &self.formats,
            self.epoch_1904,
            merged,
        ))
    }
}

/// A target of a relationship, which is relative to a folder unless it begins with a slash.
fn join(folder: &str, target: &str) -> String {
    let mut steps: Vec<&str> = if target.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').filter(|step| !step.is_empty()).collect()
    };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            _ => steps.push(step),
        }
    }
    steps.join("/")
}

/// Id → kind and target.
fn relationships(
    package: &mut Package<'_>,
    part: &str,
) -> Result<BTreeMap<String, (String, String)>, SheetError> {
    let mut found = BTreeMap::new();
    let Some(mut xml) = package.part(part)? else {
        return Ok(found);
    };
    loop {
        match xml.next()? {
            Event::Start(start) if start.local_name().as_ref() == b"Relationship" => {
                if let (Some(id), Some(kind), Some(target)) = (
                    attribute(&start, "Id"),
                    attribute(&start, "Type"),
                    attribute(&start, "Target"),
                ) && found.len() < limits::ENTRIES
                {
                    found.insert(id, (kind, target));
                }
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

type Listed = (String, String, bool);

fn sheets(package: &mut Package<'_>, part: &str) -> Result<(Vec<Listed>, bool), SheetError> {
    let mut xml = package.part(part)?.ok_or(SheetError::NotASheet)?;
    let (mut found, mut epoch_1904) = (Vec::new(), false);
    loop {
        match xml.next()? {
            Event::Start(start) => match start.local_name().as_ref() {
                b"workbookPr" => {
                    epoch_1904 = attribute(&start, "date1904")
                        .is_some_and(|flag| matches!(flag.as_str(), "1" | "true" | "on"));
                }
                b"sheet" => {
                    if found.len() >= limits::SHEETS {
                        return Err(SheetError::TooMuch {
                            what: Much::Sheets,
                            limit: limits::SHEETS as u64,
                        });
                    }
                    if let (Some(name), Some(id)) =
                        (attribute(&start, "name"), attribute(&start, "id"))
                    {
                        let hidden = attribute(&start, "state")
                            .is_some_and(|state| state.to_ascii_lowercase().contains("hidden"));
                        found.push((crate::text::tidy(&name), id, hidden));
                    }
                }
                _ => {}
            },
            Event::Eof => return Ok((found, epoch_1904)),
            _ => {}
        }
    }
}

/// How each style shows numbers.
fn formats(package: &mut Package<'_>, part: &str) -> Result<Vec<NumberFormat>, SheetError> {
    let Some(mut xml) = package.part(part)? else {
        return Ok(Vec::new());
    };
    let mut codes: BTreeMap<u32, NumberFormat> = BTreeMap::new();
    let mut found = Vec::new();
    let mut in_cells = false;
    let number = |text: Option<String>| text.and_then(|text| text.trim().parse::<u32>().ok());
    loop {
        match xml.next()? {
            Event::Start(start) => match start.local_name().as_ref() {
                b"numFmt" => {
                    if let (Some(id), Some(code)) = (
                        number(attribute(&start, "numFmtId")),
                        attribute(&start, "formatCode"),
                    ) && codes.len() < limits::ENTRIES
                    {
                        codes.insert(id, NumberFormat::of_code(&code));
                    }
                }
                b"cellXfs" => in_cells = true,
                b"xf" if in_cells && found.len() < limits::ENTRIES => {
                    let id = number(attribute(&start, "numFmtId")).unwrap_or(0);
                    let format = codes.get(&id).copied();
                    found.push(format.unwrap_or_else(|| NumberFormat::built_in(id)));
                }
                _ => {}
            },
            Event::End(end) if end.local_name().as_ref() == b"cellXfs" => in_cells = false,
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

fn texts(package: &mut Package<'_>, part: &str) -> Result<Texts, SheetError> {
    let mut texts = Texts::default();
    let Some(mut xml) = package.part(part)? else {
        return Ok(texts);
    };
    let mut one = String::new();
    // How the words are pronounced is not part of them.
    let (mut in_text, mut in_sound) = (false, false);
    loop {
        match xml.next()? {
            Event::Start(start) => match start.local_name().as_ref() {
                b"si" => one.clear(),
                b"t" => in_text = !in_sound,
                b"rPh" => in_sound = true,
                _ => {}
            },
            Event::End(end) => match end.local_name().as_ref() {
                b"si" => {
                    texts.all.push_str(&crate::text::tidy(&unescape(&one)));
                    texts.ends.push(texts.all.len());
                    if texts.all.len() > limits::TEXTS || texts.ends.len() > limits::TEXTS / 16 {
                        return Err(SheetError::TooMuch {
                            what: Much::Texts,
                            limit: (limits::TEXTS / 16) as u64,
                        });
                    }
                }
                b"t" => in_text = false,
                b"rPh" => in_sound = false,
                _ => {}
            },
            Event::Eof => return Ok(texts),
            event if in_text => add_text(&event, &mut one),
            _ => {}
        }
        if one.len() as u64 > limits::EVENT {
            return Err(SheetError::TooMuch {
                what: Much::Text,
                limit: limits::EVENT,
            });
        }
    }
}
