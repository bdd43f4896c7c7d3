//! The catalogue of procedures.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use hoso_dossier::{
    Audience, Component, ComponentKind, Filter, FormPack, Level, OutOfForce, Pack, Price,
    Procedure, Rule, ServiceLevel, Words, pack_text,
};
use hoso_eform::Env;

use crate::text::written;
use crate::view::{ComponentInfo, FeeInfo, ProcedureFilter, ProcedureInfo, ProcedureRow};
use crate::{App, AppError, packs, word};

impl App {
    /// Procedures that match, best first.
    ///
    /// # Errors
    /// The profile is locked.
    #[allow(clippy::unused_async)]
    pub async fn procedures(&self, filter: ProcedureFilter) -> Result<Vec<ProcedureRow>, AppError> {
        let open = self.open()?;
        let (catalogue, language) = (open.catalogue(), open.language());
        let narrow = Filter {
            level: match filter.level.as_str() {
                "commune" => Some(Level::Commune),
                "province" => Some(Level::Province),
                "ministry" => Some(Level::Ministry),
                _ => None,
            },
            audience: match filter.audience.as_str() {
                "citizen" => Some(Audience::Citizen),
                "organisation" => Some(Audience::Organisation),
                _ => None,
            },
            // The list shows fields in the person's language; the catalogue narrows by the Vietnamese name.
            field: (!filter.field.is_empty()).then(|| {
                catalogue
                    .fields()
                    .into_iter()
                    .find(|field| *say(field, &language) == filter.field)
                    .map_or(filter.field.clone(), |field| field.vi)
            }),
            agency: (!filter.agency.is_empty()).then(|| {
                catalogue
                    .agencies()
                    .into_iter()
                    .find(|agency| *say(agency, &language) == filter.agency)
                    .map_or(filter.agency.clone(), |agency| agency.vi)
            }),
            service_level: match filter.service.as_str() {
                "full" => Some(ServiceLevel::Full),
                "partial" => Some(ServiceLevel::Partial),
                _ => None,
            },
        };
        Ok(catalogue
            .search(&filter.query, &narrow)
            .iter()
            .filter_map(|hit| catalogue.get(&hit.code))
            .map(|pack| row(pack.procedure(), &language))
            .collect())
    }

    /// The fields (*lĩnh vực*) that there are.
    ///
    /// # Errors
    /// The profile is locked.
    #[allow(clippy::unused_async)]
    pub async fn procedure_fields(&self) -> Result<Vec<String>, AppError> {
        let open = self.open()?;
        let language = open.language();
        Ok(open
            .catalogue()
            .fields()
            .iter()
            .map(|field| say(field, &language).to_owned())
            .collect())
    }

    /// The agencies (*đơn vị*) that there are.
    ///
    /// # Errors
    /// The profile is locked.
    #[allow(clippy::unused_async)]
    pub async fn procedure_agencies(&self) -> Result<Vec<String>, AppError> {
        let open = self.open()?;
        let language = open.language();
        Ok(open
            .catalogue()
            .agencies()
            .iter()
            .map(|agency| say(agency, &language).to_owned())
            .collect())
    }

    /// A procedure's detail page.
    ///
    /// # Errors
    /// There is no such procedure.
    #[allow(clippy::unused_async)]
    pub async fn procedure(&self, code: String) -> Result<ProcedureInfo, AppError> {
        let open = self.open()?;
        let (catalogue, language) = (open.catalogue(), open.language());
        let pack = find(&catalogue, &code)?;
        let procedure = pack.procedure();
        let today = Env::new(self.host.now()).date();
        let (notes, components): (Vec<&Component>, Vec<&Component>) = procedure
            .components
            .iter()
            .partition(|component| component.kind == ComponentKind::Note);
        Ok(ProcedureInfo {
            row: row(procedure, &language),
            version: procedure.version.clone(),
            summary: procedure.summary.clone(),
            steps: procedure.steps.clone(),
            methods: procedure.methods.clone(),
            components: components
                .into_iter()
                .map(|component| ComponentInfo {
                    code: component.code.clone(),
                    name: say(&component.name, &language).to_owned(),
                    original: component.original.into(),
                    copy: component.copy.into(),
                    required: component.required != Rule::Fixed(false),
                    conditional: component.required.condition().is_some(),
                    is_form: component.kind == ComponentKind::Eform,
                    hint: component.hint.clone(),
                })
                .collect(),
            notes: notes
                .into_iter()
                .map(|note| say(&note.name, &language).to_owned())
                .collect(),
            fees: procedure
                .fees
                .iter()
                .map(|fee| FeeInfo {
                    name: fee.name.clone(),
                    amount: price(&fee.price),
                    note: fee.note.clone(),
                })
                .collect(),
            result: procedure.result.clone(),
            legal: procedure.legal.clone(),
            must_attend: procedure.must_attend.clone(),
            not_in_force: catalogue
                .offers(&code)
                .and_then(|()| pack.in_force(today))
                .err()
                .map(|why| why_not(&why, &language))
                .unwrap_or_default(),
            confidence: procedure.confidence.clone(),
        })
    }
}

/// The pack of a procedure.
pub(crate) fn find<'a>(
    catalogue: &'a hoso_dossier::Catalogue,
    code: &str,
) -> Result<&'a FormPack, AppError> {
    catalogue.get(code).ok_or_else(|| AppError::NotFound {
        what: "procedure",
        id: code.chars().take(60).collect(),
    })
}

/// The pack of a procedure or of a paper.
pub(crate) fn find_pack(catalogue: &hoso_dossier::Catalogue, code: &str) -> Result<Pack, AppError> {
    catalogue.pack(code).ok_or_else(|| AppError::NotFound {
        what: "procedure",
        id: code.chars().take(60).collect(),
    })
}

/// Why something can't be begun today, to a person.
pub(crate) fn why_not(why: &OutOfForce, language: &str) -> String {
    let english = language == "en";
    match why {
        OutOfForce::NotYet { from } if english => {
            format!("It is in force only from {}.", written(*from))
        }
        OutOfForce::NotYet { from } => format!("Mẫu này có hiệu lực từ ngày {}.", written(*from)),
        OutOfForce::Expired { to } if english => format!(
            "It was in force until {}. Take in the new catalogue first.",
            written(*to)
        ),
        OutOfForce::Expired { to } => format!(
            "Mẫu này chỉ có hiệu lực đến hết ngày {}. Hãy cập nhật danh mục thủ tục.",
            written(*to)
        ),
        OutOfForce::Withdrawn if english => {
            "The portal does not take this procedure any more. Ask there what takes its place."
                .into()
        }
        OutOfForce::Withdrawn => {
            "Cổng không còn tiếp nhận thủ tục này. Hãy hỏi cơ quan tiếp nhận về thủ tục thay thế."
                .into()
        }
    }
}

/// Words in the person's language.
pub(crate) fn say<'a>(words: &'a Words, language: &str) -> &'a str {
    if language == "en" && !words.en.is_empty() {
        &words.en
    } else {
        &words.vi
    }
}

/// Reads the files of a pack's folder, for checking a pack that is being made.
///
/// # Errors
/// The folder can't be read, or a file is neither UTF-8 text nor a Word file.
pub fn read_pack_folder(folder: &Path) -> Result<BTreeMap<String, String>, AppError> {
    let reading = || AppError::io(format!("reading the pack {}", folder.display()));
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(reading())? {
        let entry = entry.map_err(reading())?;
        if entry.file_type().map_err(reading())?.is_file() {
            let bytes = fs::read(entry.path()).map_err(reading())?;
            let name = entry
                .file_name()
                .into_string()
                .map_err(|_| io::Error::other("a file name is not UTF-8"))
                .map_err(reading())?;
            let text = pack_text(&name, bytes)?;
            files.insert(name, text);
        }
    }
    Ok(files)
}

/// Checks a pack as the catalogue would take it.
///
/// # Errors
/// Names the first file and place that is not as it has to be.
pub fn check_pack(files: &BTreeMap<String, String>) -> Result<Pack, AppError> {
    let pack = packs::read(files)?;
    word::check_template(&pack)?;
    Ok(pack)
}

fn row(procedure: &Procedure, language: &str) -> ProcedureRow {
    ProcedureRow {
        code: procedure.code.clone(),
        name: say(&procedure.name, language).to_owned(),
        level: match procedure.agency.level {
            Level::Commune => "commune",
            Level::Province => "province",
            Level::Ministry => "ministry",
        }
        .into(),
        agency: say(&procedure.agency.name, language).to_owned(),
        field: say(&procedure.field, language).to_owned(),
        full_online: procedure.service_level == ServiceLevel::Full,
        fee: match procedure.fees.as_slice() {
            [] if language == "en" => "No fee".into(),
            [] => "Không thu phí".into(),
            fees => fees
                .iter()
                .map(|fee| price(&fee.price))
                .filter(|price| !price.is_empty())
                .collect::<Vec<_>>()
                .join("; "),
        },
        time: procedure.time.clone(),
    }
}

/// A price in digits; empty when the agency names it later.
fn price(price: &Price) -> String {
    match price {
        Price::Fixed { amount } => amount.to_string(),
        Price::PerUnit { amount, unit, .. } => format!("{amount}/{unit}"),
        Price::Announced {} => String::new(),
    }
}
