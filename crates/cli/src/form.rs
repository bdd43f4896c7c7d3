//! `hoso form`.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;

use hoso_app::Clock;
use hoso_app::forms::{NotRun, Papers, ReadForm, fill_word, save, template};
use hoso_app::view::PaperFormat;
use hoso_eform::Session;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::Failure;
use crate::args::Form;
use crate::bench;
use crate::fill::ask;
use crate::output::Output;

pub(crate) fn run(command: Form, output: &Output) -> Result<(), Failure> {
    let now = Clock::system().now();
    match command {
        Form::Check { form, pack } => {
            let form = ReadForm::parse(&read(&form)?, pack.as_deref(), now)?;
            output.answer(&json!({"notRun": form.not_run()}));
        }
        Form::Process {
            form,
            data,
            ndjson,
            pack,
        } => {
            let form = ReadForm::parse(&read(&form)?, pack.as_deref(), now)?;
            if let Some(data) = data {
                let processed = form.process(&read_json(&data)?);
                tell_not_run(&processed.not_run, "");
                output.answer(&processed);
            } else if let Some(ndjson) = ndjson {
                many(&form, &ndjson)?;
            }
        }
        Form::Bench { form, data } => {
            let data = data.map_or_else(|| Ok(json!({})), |data| read_json(&data))?;
            output.answer(&bench::run(&read(&form)?, &data, now)?);
        }
        Form::Fill {
            form,
            data,
            out,
            pack,
        } => {
            let form = ReadForm::parse(&read(&form)?, pack.as_deref(), now)?;
            let start = data.as_deref().map(read_json).transpose()?;
            return answer(form.fill(start), out.as_deref(), output);
        }
        Form::Template { pack, xlsx } => {
            let bytes = template(&pack, now)?;
            save(&xlsx, &bytes)?;
            output.answer(&json!({"written": [{"path": xlsx, "bytes": bytes.len()}]}));
        }
        Form::Export {
            pack,
            data,
            pdf,
            docx,
            template,
        } => {
            let template = template.as_deref().map(read).transpose()?;
            let papers = Papers::answer(&pack, &read_json(&data)?, template, now)?;
            let (mut written, mut unfilled) = (Vec::new(), Vec::new());
            for (path, format) in [(pdf, PaperFormat::Pdf), (docx, PaperFormat::Docx)] {
                if let Some(path) = path {
                    let (bytes, mut missing) = papers.write(format)?;
                    unfilled.append(&mut missing);
                    save(&path, &bytes)?;
                    written.push(json!({"path": path, "bytes": bytes.len()}));
                }
            }
            output.answer(&json!({"written": written, "unfilled": unfilled}));
        }
        Form::Word {
            template,
            answers,
            out,
        } => {
            let filled = fill_word(&read(&template)?, &read_json(&answers)?)?;
            save(&out, &filled.bytes)?;
            let written = json!([{"path": out, "bytes": filled.bytes.len()}]);
            output.answer(&json!({
                "written": written,
                "unfilled": filled.unfilled,
                "unused": filled.unused,
            }));
        }
    }
    Ok(())
}

/// Asks the questions; the words go to the other stream, so that the data can be piped on.
fn answer(mut session: Session, out: Option<&Path>, output: &Output) -> Result<(), Failure> {
    let keep = |session: &Session| -> Result<(), Failure> {
        match out {
            Some(path) => {
                let mut bytes = serde_json::to_vec_pretty(&session.sealed_data())
                    .map_err(|error| Failure::own("internal", error.to_string()))?;
                bytes.push(b'\n');
                Ok(save(path, &bytes)?)
            }
            None => Ok(()),
        }
    };
    let mut input = std::io::stdin().lock();
    let mut words = std::io::stderr().lock();
    ask(&mut session, &mut input, &mut words, keep)?;
    drop(words);
    session.try_stopped_again();
    keep(&session)?;
    let not_run: Vec<NotRun> = session.unchecked().into_iter().map(NotRun::from).collect();
    tell_not_run(&not_run, "");
    output.json(&session.sealed_data());
    let errors = session.errors(None);
    if errors.is_empty() {
        return Ok(());
    }
    let first = errors
        .first()
        .map(|error| format!("{} ({})", error.message, error.path))
        .unwrap_or_default();
    Err(Failure::own(
        "form.incomplete",
        format!(
            "filling the form in: {} still to mend, first: {first}",
            errors.len()
        ),
    ))
}

/// Says on the other stream which rules nobody knows the word of, so that a submission isn't taken for whole.
fn tell_not_run(rules: &[NotRun], place: &str) {
    let mut words = std::io::stderr().lock();
    for NotRun { path, what, reason } in rules {
        let _ = writeln!(words, "not run: {place}{path} ({what}): {reason}");
    }
}

/// One submission a line, answered one a line as they come.
fn many(form: &ReadForm, file: &Path) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let mut process = form.process_all();
    for line in read_lines::<Value>(file)? {
        let (number, data) = line?;
        let processed = process(&data);
        tell_not_run(&processed.not_run, &format!("line {number}, "));
        let answer = serde_json::to_string(&processed)
            .map_err(|error| Failure::own("internal", error.to_string()))?;
        if writeln!(out, "{answer}").is_err() {
            break;
        }
    }
    Ok(())
}

/// A file of JSON, one document a line, with the numbers of the lines.
pub(crate) fn read_lines<T: DeserializeOwned>(
    path: &Path,
) -> Result<impl Iterator<Item = Result<(usize, T), Failure>>, Failure> {
    let file = fs::File::open(path).map_err(|error| cannot_read(path, &error))?;
    let read = move |(index, line): (usize, std::io::Result<String>)| {
        let line = match line {
            Ok(line) if line.trim().is_empty() => return None,
            Ok(line) => line,
            Err(error) => return Some(Err(cannot_read(path, &error))),
        };
        let number = index + 1;
        Some(match serde_json::from_str(&line) {
            Ok(value) => Ok((number, value)),
            Err(error) => {
                let what = format!("reading {} line {number}: {error}", path.display());
                Err(Failure::own("data.not_json", what))
            }
        })
    };
    Ok(BufReader::new(file).lines().enumerate().filter_map(read))
}

/// A file of JSON.
pub(crate) fn read_json(path: &Path) -> Result<Value, Failure> {
    serde_json::from_slice(&read(path)?).map_err(|error| {
        let what = format!("reading {}: {error}", path.display());
        Failure::own("data.not_json", what)
    })
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| cannot_read(path, &error))
}

pub(crate) fn cannot_read(path: &Path, error: &std::io::Error) -> Failure {
    Failure::own("file.read", format!("reading {}: {error}", path.display()))
}
