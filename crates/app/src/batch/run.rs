//! Good rows become papers or drafts.
//!
//! Each portion goes three steps: what every row becomes is named and kept; it is made; that it is there is kept. Whoever breaks off in between finds the
//! names again: a draft of that id, or a file with the same bytes, is the row's own, and any other file is left alone.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hoso_dossier::DraftId;
use hoso_eform::Change;
use hoso_sheet::{Cell, Mark, Said};
use hoso_store::{BatchLine, LineState, NewDraft, StoreError};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::check::Checker;
use super::{Order, PORTION, blocking, safe};
use crate::draft::{Entry, Facts, Place, prefill};
use crate::open::Open;
use crate::papers::Recipe;
use crate::view::{BatchMade, BatchWish, FormPart, PaperFormat, WizardStep};
use crate::{AppError, procedures};

/// What papers are made with.
#[derive(Clone)]
struct Press {
    checker: Checker,
    recipe: Arc<Recipe>,
    paper: String,
    formats: Vec<PaperFormat>,
    folder: PathBuf,
    name: String,
    batch: Uuid,
}

impl Open {
    /// Makes what was ordered of every good row, until there is none left or somebody says stop.
    pub(super) async fn make_lines(
        &self,
        id: Uuid,
        stop: &CancellationToken,
        mut told: impl FnMut(u64),
    ) -> Result<(), AppError> {
        let (row, kept) = self.kept(id).await?;
        let Some(order) = kept.order.clone() else {
            return Err(AppError::BatchNotOrdered);
        };
        let checker = self.checker(&row, &kept, order.at)?;
        let pack = procedures::find_pack(&self.catalogue(), &row.procedure)?;
        let own = self.own_template(&row.procedure).await?;
        let recipe = Recipe::new(&pack, &checker.form, own.map(|own| own.bytes));
        let recipe = &Arc::new(recipe);
        let mut taken = self.taken(id, &order).await?;
        let mut count = 0;
        while !stop.is_cancelled() && !self.closing.is_cancelled() {
            let lines = self
                .store
                .batch_lines(id, &[LineState::Good], 0, PORTION)
                .await?;
            if lines.is_empty() {
                break;
            }
            let made = match &order.wish {
                BatchWish::Drafts => {
                    self.make_drafts(&row.procedure, &checker, id, lines)
                        .await?
                }
                BatchWish::Papers {
                    formats,
                    folder,
                    name,
                } => {
                    let press = Press {
                        checker: checker.clone(),
                        recipe: Arc::clone(recipe),
                        paper: pack.file_name().to_owned(),
                        formats: formats.clone(),
                        folder: folder.clone(),
                        name: name.clone(),
                        batch: id,
                    };
                    self.make_papers(id, press, &mut taken, lines).await?
                }
            };
            self.store.put_batch_lines(id, &made).await?;
            count += u64::try_from(made.len()).unwrap_or(0);
            told(count);
        }
        Ok(())
    }

    /// Names of files that rows have already.
    async fn taken(&self, id: Uuid, order: &Order) -> Result<BTreeSet<String>, AppError> {
        let mut taken = BTreeSet::new();
        if order.wish == BatchWish::Drafts {
            return Ok(taken);
        }
        let mut after = 0;
        loop {
            let lines = self.store.batch_lines(id, &[], after, 1000).await?;
            let Some(last) = lines.last() else {
                return Ok(taken);
            };
            after = last.line;
            for line in lines {
                if let Some(BatchMade::Files(names)) = read_made(&line)? {
                    taken.extend(names.iter().map(|name| name.to_lowercase()));
                }
            }
        }
    }

    async fn make_papers(
        &self,
        id: Uuid,
        press: Press,
        taken: &mut BTreeSet<String>,
        lines: Vec<BatchLine>,
    ) -> Result<Vec<BatchLine>, AppError> {
        let used = std::mem::take(taken);
        let (named, used, press) = blocking(move || press.name_all(lines, used)).await?;
        *taken = used;
        let kept: Vec<BatchLine> = named.iter().map(|(line, _)| line.clone()).collect();
        self.store.put_batch_lines(id, &kept).await?;
        // Two threads at most: the window wants one too.
        let middle = named.len() / 2;
        let mut first = named;
        let second = first.split_off(middle);
        let other = press.clone();
        let second = tokio::task::spawn_blocking(move || other.write_all(second));
        let first = blocking(move || press.write_all(first)).await;
        let second = second.await.map_err(|_| AppError::Interrupted)?;
        let mut done = first?;
        done.extend(second?);
        Ok(done)
    }

    async fn make_drafts(
        &self,
        procedure: &str,
        checker: &Checker,
        batch: Uuid,
        mut lines: Vec<BatchLine>,
    ) -> Result<Vec<BatchLine>, AppError> {
        for line in &mut lines {
            if read_made(line)?.is_none() {
                let made = BatchMade::Draft(DraftId::new(self.host.uuid()));
                line.result = Some(serde_json::to_value(made)?);
            }
        }
        self.store.put_batch_lines(batch, &lines).await?;
        let pack = procedures::find_pack(&self.catalogue(), procedure)?;
        let today = hoso_eform::Env::new(checker.now).date();
        let facts = Facts::of_profile(&self.details(), today);
        let applicant = pack.procedure().map_or_else(Vec::new, |pack| {
            facts.answers(&pack.procedure().prefill.applicant, |_| Vec::new())
        });
        let step = match pack.procedure() {
            Some(_) => Place::default(),
            None => Place {
                step: WizardStep::Form,
                ..Place::default()
            },
        };
        let step = serde_json::to_string(&step)?;
        let suggested = self.suggest_agency(&pack).await?;
        let (working, cells) = (checker.clone(), lines.clone());
        let answered = blocking(move || {
            let mut answering = working.answering();
            cells
                .into_iter()
                .map(|line| {
                    let cells: Vec<Cell> = serde_json::from_value(line.cells)?;
                    let subject = answering
                        .fields
                        .iter()
                        .find(|field| field.kind == "vnName" && field.list.is_none())
                        .map(|field| field.path.clone());
                    let answers = answering.answer(&cells).row.answers;
                    let title = answers
                        .iter()
                        .find(|(path, _)| Some(path) == subject.as_ref())
                        .and_then(|(_, value)| value.as_str().map(ToOwned::to_owned));
                    Ok((answers, title.unwrap_or_default()))
                })
                .collect::<Result<Vec<_>, AppError>>()
        })
        .await?;
        let form = Arc::clone(&checker.form);
        let env = hoso_eform::Env::new(checker.now);
        let defaults = blocking(move || Ok(form.initial(&env))).await?;
        for (line, (answers, title)) in lines.iter_mut().zip(answered) {
            let Some(BatchMade::Draft(id)) = read_made(line)? else {
                continue;
            };
            let changes: Vec<Change> = answers
                .into_iter()
                .map(|(path, value)| Change::Set { path, value })
                .collect();
            let mut entries = Vec::new();
            entries.extend(prefill(FormPart::Applicant, applicant.clone(), "profile"));
            entries.extend(prefill(FormPart::Form, defaults.clone(), "default"));
            entries.extend(prefill(FormPart::Form, checker.profile.clone(), "profile"));
            entries.push(Entry::Fill {
                part: FormPart::Form,
                change: Change::Batch { changes },
                source: "sheet".into(),
            });
            entries.extend(suggested.clone());
            let draft = NewDraft {
                id,
                procedure: procedure.to_owned(),
                pack_version: pack.version().to_owned(),
                step: step.clone(),
                title,
                dossier: None,
                revision: 1,
            };
            match self.begin_draft(&draft, &entries).await {
                Ok(()) => {}
                // Begun before the program broke off; perhaps not filled.
                Err(AppError::Store(StoreError::Conflict { .. })) => {
                    if self.store.log(id).await?.is_empty() {
                        let entries: Vec<Value> = entries
                            .iter()
                            .map(serde_json::to_value)
                            .collect::<Result<_, _>>()?;
                        let now = self.host.now();
                        self.store.append_log_batch(id, &entries, now).await?;
                    }
                }
                Err(error) => return Err(error),
            }
            line.state = LineState::Done;
        }
        Ok(lines)
    }
}

type Named = (BatchLine, Value);

impl Press {
    /// Answers the rows and names their files.
    fn name_all(
        self,
        lines: Vec<BatchLine>,
        mut taken: BTreeSet<String>,
    ) -> Result<(Vec<Named>, BTreeSet<String>, Press), AppError> {
        let mut answering = self.checker.answering();
        let mut named = Vec::with_capacity(lines.len());
        for mut line in lines {
            let cells: Vec<Cell> = serde_json::from_value(line.cells.clone())?;
            let data = answering.answer(&cells).data;
            if read_made(&line)?.is_none() {
                let stem = self.stem(line.line, &data);
                line.result = Some(serde_json::to_value(self.free(&stem, &mut taken))?);
            }
            named.push((line, data));
        }
        drop(answering);
        Ok((named, taken, self))
    }

    /// Names that neither another row nor a file in the folder has.
    fn free(&self, stem: &str, taken: &mut BTreeSet<String>) -> BatchMade {
        let mut number = 1_u32;
        loop {
            let stem = if number == 1 {
                stem.to_owned()
            } else {
                format!("{stem} ({number})")
            };
            let names: Vec<String> = self
                .formats
                .iter()
                .map(|format| format!("{stem}.{}", ending(*format)))
                .collect();
            let free = names.iter().all(|name| {
                !taken.contains(&name.to_lowercase()) && !self.folder.join(name).exists()
            });
            if free || number > 100_000 {
                taken.extend(names.iter().map(|name| name.to_lowercase()));
                return BatchMade::Files(names);
            }
            number += 1;
        }
    }

    /// The pattern with a row's own words.
    fn stem(&self, line: u32, data: &Value) -> String {
        let mut out = String::new();
        let mut rest = self.name.as_str();
        while let Some((before, from)) = rest.split_once('{') {
            out.push_str(before);
            let Some((path, after)) = from.split_once('}') else {
                out.push('{');
                rest = from;
                continue;
            };
            match path {
                "dong" => out.push_str(&format!("{line:05}")),
                "mau" => out.push_str(&self.paper),
                _ => {
                    let pointer = path.replace('[', ".").replace(']', "").replace('.', "/");
                    match data.pointer(&format!("/{pointer}")) {
                        Some(Value::String(text)) => out.push_str(text),
                        Some(Value::Number(number)) => out.push_str(&number.to_string()),
                        _ => {}
                    }
                }
            }
            rest = after;
        }
        out.push_str(rest);
        safe(&out)
    }

    fn write_all(&self, named: Vec<Named>) -> Result<Vec<BatchLine>, AppError> {
        let recipe = self.recipe.read(self.checker.now)?;
        let env = hoso_eform::Env::new(self.checker.now);
        let mut done = Vec::with_capacity(named.len());
        for (mut line, data) in named {
            let shown = self.checker.form.display(&data, &env);
            let bytes = recipe.write(&shown, &self.formats);
            match bytes {
                Ok(bytes) => {
                    self.write(&mut line, &bytes)?;
                    line.state = LineState::Done;
                }
                Err(error) => {
                    line.state = LineState::Failed;
                    line.result = None;
                    let words = error.to_string();
                    let mark = Mark {
                        column: None,
                        path: String::new(),
                        wrong: true,
                        said: Said {
                            vi: format!("Không làm được tờ khai: {words}"),
                            en: format!("The paper can't be made: {words}"),
                        },
                    };
                    let mut marks: Vec<Mark> = serde_json::from_value(line.marks)?;
                    marks.push(mark);
                    line.marks = serde_json::to_value(marks)?;
                }
            }
            done.push(line);
        }
        sync_folder(&self.folder);
        Ok(done)
    }

    /// Writes a row's files under their names; where another file has come to stand there, under new ones.
    fn write(&self, line: &mut BatchLine, bytes: &[Vec<u8>]) -> Result<(), AppError> {
        let Some(BatchMade::Files(mut names)) = read_made(line)? else {
            return Ok(());
        };
        let part = self
            .folder
            .join(format!(".hoso-{}-{}.part", self.batch.simple(), line.line));
        for (name, bytes) in names.iter_mut().zip(bytes) {
            let (stem, end) = name.rsplit_once('.').unwrap_or((name, ""));
            let (stem, end) = (stem.to_owned(), end.to_owned());
            let mut number = 1_u32;
            while !place(&part, &self.folder.join(&*name), bytes)
                .map_err(AppError::io(format!("saving {name}")))?
            {
                number += 1;
                *name = format!("{stem} ({number}).{end}");
            }
        }
        line.result = Some(serde_json::to_value(BatchMade::Files(names))?);
        Ok(())
    }
}

const fn ending(format: PaperFormat) -> &'static str {
    match format {
        PaperFormat::Pdf => "pdf",
        PaperFormat::Docx => "docx",
    }
}

fn read_made(line: &BatchLine) -> Result<Option<BatchMade>, AppError> {
    Ok(line
        .result
        .clone()
        .map(serde_json::from_value)
        .transpose()?)
}

/// Puts a file there whole, and over no other; whether it is there with these bytes.
fn place(part: &Path, path: &Path, bytes: &[u8]) -> io::Result<bool> {
    // Of a time that broke off.
    match fs::remove_file(part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    match fs::read(path) {
        Ok(there) => return Ok(there == bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        // A folder of that name, or a file that is not ours to read.
        Err(_) if path.exists() => return Ok(false),
        Err(error) => return Err(error),
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    match tempfile::TempPath::try_from_path(part)?.persist_noclobber(path) {
        Ok(()) => Ok(true),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error.error),
    }
}

/// The names are on the disk before anybody says that the files are there. Some systems have no such thing.
fn sync_folder(folder: &Path) {
    if let Err(error) = File::open(folder).and_then(|folder| folder.sync_all()) {
        tracing::debug!(error = %error.kind(), "a folder is not synced");
    }
}
