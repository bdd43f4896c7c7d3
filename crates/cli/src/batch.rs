//! `hoso batch`.

use std::io::{IsTerminal as _, Write as _, stderr};
use std::path::PathBuf;
use std::sync::Arc;

use hoso_app::App;
use hoso_app::batch::{Chosen, Reading};
use hoso_app::forms::save;
use hoso_app::view::{BatchInfo, BatchRowInfo, BatchRowState, BatchWish, PaperFormat};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::Failure;
use crate::args::{Batch, Global};
use crate::output::Output;
use crate::person::unlock;

/// Rows asked for at a time.
const PORTION: u32 = 500;

pub(crate) async fn run(
    app: &Arc<App>,
    command: Batch,
    global: &Global,
    output: &Output,
) -> Result<(), Failure> {
    unlock(app, global).await?;
    match command {
        Batch::Check {
            pack,
            file,
            sheet,
            heading,
            column,
            no_profile,
            preview,
        } => {
            let columns = column
                .iter()
                .map(|wish| match wish.rsplit_once('=') {
                    Some((heading, path)) => {
                        let path = Some(path.to_owned()).filter(|path| !path.is_empty());
                        Ok((heading.to_owned(), path))
                    }
                    None => Err(Failure::own(
                        "batch.column",
                        format!("reading --column {wish}: write it as HEADING=PATH"),
                    )),
                })
                .collect::<Result<_, _>>()?;
            let reading = Reading {
                sheet,
                heading,
                columns: Chosen::Some(columns),
                profile: !no_profile,
            };
            let looked = app
                .batch_preview(pack.clone(), &file, reading.clone())
                .await?;
            if preview {
                output.answer(&looked);
                return Ok(());
            }
            let batch = app.batch_create(pack, &file, reading).await?;
            let wrong = wrong(app, batch.id).await?;
            output.answer(&json!({"batch": batch, "preview": looked, "wrong": wrong}));
        }
        Batch::Run {
            id,
            out,
            pdf,
            docx,
            name,
            drafts,
        } => {
            let wish = match out {
                Some(folder) if !drafts => BatchWish::Papers {
                    formats: formats(pdf, docx),
                    folder: folder_for_papers(folder)?,
                    name,
                },
                _ => BatchWish::Drafts,
            };
            make(app, id, Some(wish), output).await?;
        }
        Batch::Resume { id } => make(app, id, None, output).await?,
        Batch::Fix {
            id,
            line,
            column,
            value,
        } => {
            let batch = app.batch(id).await?;
            let place = batch.headings.iter().position(|heading| *heading == column);
            let place = place.ok_or_else(|| {
                Failure::own(
                    "batch.column",
                    format!("looking for the column {column}: there is none of that heading"),
                )
            })?;
            output.answer(&app.batch_fix(id, line, place, value).await?);
        }
        Batch::Correct { id, file } => output.answer(&app.batch_correct(id, &file).await?),
        Batch::Report { id, out } => {
            let bytes = app.batch_report(id).await?;
            save(&out, &bytes)?;
            output.answer(&json!({"written": [{"path": out, "bytes": bytes.len()}]}));
        }
        Batch::Show { id } => {
            let batch = app.batch(id).await?;
            output.answer(&json!({"batch": batch, "wrong": wrong(app, id).await?}));
        }
        Batch::List => output.answer(&app.batches().await?),
        Batch::Discard { id } => {
            app.batch_discard(id).await?;
            output.answer(&json!({"discarded": id}));
        }
    }
    Ok(())
}

fn formats(pdf: bool, docx: bool) -> Vec<PaperFormat> {
    let all = !pdf && !docx;
    [(pdf, PaperFormat::Pdf), (docx, PaperFormat::Docx)]
        .into_iter()
        .filter(|(wanted, _)| *wanted || all)
        .map(|(_, format)| format)
        .collect()
}

/// Where the papers go, wherever the next command is run.
fn folder_for_papers(folder: PathBuf) -> Result<PathBuf, Failure> {
    std::fs::create_dir_all(&folder)
        .and_then(|()| folder.canonicalize())
        .map_err(|error| {
            let what = format!("making the folder {}: {error}", folder.display());
            Failure::own("file.write", what)
        })
}

/// Runs until nothing is left, or the person stops it: then it can be resumed.
async fn make(
    app: &Arc<App>,
    id: Uuid,
    wish: Option<BatchWish>,
    output: &Output,
) -> Result<(), Failure> {
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    let asked = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stopping.cancel();
        }
    });
    let shows = stderr().is_terminal();
    let done = app
        .batch_run(id, wish, &stop, |count| {
            if shows {
                let _ = write!(stderr(), "\r{count}");
            }
        })
        .await;
    asked.abort();
    let batch: BatchInfo = done?;
    output.answer(&json!({"batch": batch, "stopped": stop.is_cancelled()}));
    Ok(())
}

/// The rows that are not good.
async fn wrong(app: &Arc<App>, id: Uuid) -> Result<Vec<BatchRowInfo>, Failure> {
    let mut found: Vec<BatchRowInfo> = Vec::new();
    loop {
        let after = found.last().map_or(0, |line| line.line);
        let states = vec![BatchRowState::Wrong, BatchRowState::Failed];
        let lines = app.batch_lines(id, states, after, PORTION).await?;
        if lines.is_empty() {
            return Ok(found);
        }
        found.extend(lines);
    }
}
