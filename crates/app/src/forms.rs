//! Forms and papers without a profile: for whoever makes form packs, and for batches.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use hoso_dossier::Pack;
use hoso_eform::{
    Answers, Change, Env, FieldError, Form, Processor, Session, Unchecked, Unsupported, Watch,
    process,
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::papers::Recipe;
use crate::view::{PaperFormat, ReadPlace, UnfilledPlace};
use crate::{AppError, check_pack, packs, read_pack_folder, word};

/// A form.io definition, read.
pub struct ReadForm {
    form: Form,
    env: Env,
}

/// What a submission comes to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Processed {
    /// The data after defaults, calculations, conditions and filtering.
    pub data: Value,
    /// Broken rules.
    pub errors: Vec<FieldError>,
    /// Paths that a condition hides.
    pub hidden: Vec<String>,
    /// Rules that weren't run to their end on this data: nobody knows here what they would have said.
    #[serde(rename = "notRun")]
    pub not_run: Vec<NotRun>,
}

/// Something that a definition asks for and can't have here, or that nobody can vouch for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotRun {
    /// Of which component.
    pub path: String,
    /// Which part.
    pub what: String,
    /// Why.
    pub reason: String,
}

impl From<Unchecked> for NotRun {
    fn from(
        Unchecked {
            path, what, reason, ..
        }: Unchecked,
    ) -> Self {
        Self { path, what, reason }
    }
}

/// By which a script that hangs is given up.
pub(crate) fn watch() -> Watch {
    let started = Instant::now();
    Watch::new(move || started.elapsed())
}

impl ReadForm {
    /// Reads a definition, with the catalogues of a form pack where one is named: the code of a built-in pack, or the folder of one.
    ///
    /// # Errors
    /// It is no form.io definition, or too large; there is no such pack, or it is broken.
    pub fn parse(definition: &[u8], pack: Option<&str>, now: Timestamp) -> Result<Self, AppError> {
        let catalogues = match pack {
            Some(pack) => find_pack(pack)?.catalogues(),
            None => BTreeMap::new(),
        };
        let form = Form::parse_with(definition, &catalogues).map_err(|source| AppError::Form {
            procedure: "the definition".into(),
            source,
        })?;
        Ok(Self {
            form,
            env: Env {
                watch: Some(watch()),
                ..Env::new(now)
            },
        })
    }

    /// What it would not run, path by path.
    #[must_use]
    pub fn not_run(&self) -> Vec<NotRun> {
        self.form
            .report()
            .iter()
            .map(|Unsupported { path, what, reason }| NotRun {
                path: path.clone(),
                what: what.clone(),
                reason: reason.clone(),
            })
            .collect()
    }

    /// Processes submissions one after another, each as form.io's own server would.
    pub fn process_all<'a>(&'a self) -> impl FnMut(&Value) -> Processed + use<'a> {
        let mut processor = Processor::new(&self.form, self.env.clone());
        move |data| {
            let outcome = processor.process(data);
            Processed {
                data: outcome.data,
                errors: outcome.errors,
                hidden: outcome.hidden,
                not_run: outcome.not_run.into_iter().map(NotRun::from).collect(),
            }
        }
    }

    /// Opens the form to be answered: on answers that there are, or on its defaults.
    #[must_use]
    pub fn fill(self, start: Option<Value>) -> Session {
        let start = start.unwrap_or_else(|| {
            let mut answers = Answers::from(Value::Object(serde_json::Map::new()));
            for (path, value) in self.form.initial(&self.env) {
                // A default whose place another one has taken is none.
                let _ = answers.apply(&Change::Set { path, value });
            }
            answers.value().clone()
        });
        Session::new(Arc::new(self.form), start, BTreeMap::new(), self.env)
    }

    /// Processes a submission as form.io's own server would.
    #[must_use]
    pub fn process(&self, data: &Value) -> Processed {
        self.process_all()(data)
    }
}

/// The papers of an answered form, without a draft.
pub struct Papers {
    recipe: Recipe,
    shown: Value,
    now: Timestamp,
}

impl Papers {
    /// Answers a pack's form. `pack` is the code of a built-in pack, or the folder of one.
    ///
    /// # Errors
    /// There is no such pack, it is broken, or the answers break a rule of the form: then all of them are named.
    /// `own` is a Word file that is filled for Word instead of what the pack brings.
    pub fn answer(
        pack: &str,
        data: &Value,
        own: Option<Vec<u8>>,
        now: Timestamp,
    ) -> Result<Self, AppError> {
        let pack = find_pack(pack)?;
        let form = crate::draft::parse_form(&pack, pack.form())?;
        let env = Env::new(now);
        let outcome = process(&form, data, &env);
        if !outcome.errors.is_empty() {
            return Err(AppError::Answers(
                outcome
                    .errors
                    .into_iter()
                    .map(|error| (error.path, error.message))
                    .collect(),
            ));
        }
        Ok(Self {
            recipe: Recipe::new(&pack, &form, own),
            shown: form.display(&outcome.data, &env),
            now,
        })
    }

    /// Writes the paper, and says what a Word template asks for and did not get.
    ///
    /// # Errors
    /// The layout or the Word file is broken, or an answer can't be printed.
    pub fn write(&self, format: PaperFormat) -> Result<(Vec<u8>, Vec<UnfilledPlace>), AppError> {
        let (bytes, unfilled) = self.recipe.write(&self.shown, self.now, format)?;
        Ok((bytes, word::places(&unfilled)))
    }
}

/// The empty spreadsheet of a pack's form, with a column a question. `pack` is as for [`Papers::answer`].
///
/// # Errors
/// There is no such pack, or it is broken.
pub fn template(pack: &str, now: Timestamp) -> Result<Vec<u8>, AppError> {
    let pack = find_pack(pack)?;
    let form = crate::draft::parse_form(&pack, pack.form())?;
    let (env, example) = (Env::new(now), serde_json::from_str(pack.example())?);
    let day = env.date();
    let session = Session::new(form, Value::Null, BTreeMap::new(), env);
    let fields = hoso_sheet::Fields::of(&session.view().nodes);
    Ok(hoso_sheet::write_template(
        &pack.name().vi,
        &fields,
        &example,
        day,
    )?)
}

/// A built-in pack by its code, or the pack of a folder.
fn find_pack(pack: &str) -> Result<Pack, AppError> {
    let folder = Path::new(pack);
    if folder.is_dir() {
        return check_pack(&read_pack_folder(folder)?);
    }
    packs::built_in_of(pack)?.ok_or_else(|| AppError::NotFound {
        what: "form pack",
        id: pack.chars().take(80).collect(),
    })
}

/// A Word template filled with answers as they are to be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilledWord {
    /// The Word file.
    pub bytes: Vec<u8>,
    /// What it asks for and did not get.
    pub unfilled: Vec<UnfilledPlace>,
    /// Paths of answers that it does not use.
    pub unused: Vec<String>,
}

/// Fills any Word template (see `crates/paper/TEMPLATE.md`) with answers as they are to be printed.
///
/// # Errors
/// The Word file is none, locked, damaged or made to do harm, or an answer can't stand in it.
pub fn fill_word(template: &[u8], answers: &Value) -> Result<FilledWord, AppError> {
    let filled = word::fill(template, answers)?;
    Ok(FilledWord {
        bytes: filled.bytes,
        unfilled: word::places(&filled.unfilled),
        unused: filled.unused,
    })
}

/// The parts of an address on one line, in today's units; none where it doesn't end in known ones.
#[must_use]
pub fn read_place(text: &str) -> Option<ReadPlace> {
    crate::places::read_place(text)
}

/// Words as a kind of component keeps them; what can't be read stays as typed, and the form's rules speak of it.
#[must_use]
pub fn typed_answer(kind: &str, day_first: bool, text: &str) -> Value {
    hoso_sheet::typed(kind, day_first, text)
}

/// Saves a file: whole or not at all.
///
/// # Errors
/// The file can't be written.
pub fn save(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    crate::text::save(path, bytes)
}
