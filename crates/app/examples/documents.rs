//! Writes the papers of every form pack for the checks by other programs: `documents OUT [PACK]...` makes, for each pack with
//! no answers, with those of its example and with the fullest that its layout takes, a PDF, a DOCX, and a JSON file that
//! says what must stand in them.

use std::fs;
use std::path::{Path, PathBuf};

use hoso_app::{check_pack, read_pack_folder};
use hoso_dossier::Pack;
use hoso_eform::{Env, Form, process};
use hoso_paper::{Layout, Meta, lay_out, layouts, to_docx, to_pdf, words};
use jiff::civil::date;
use serde_json::{Value, json};

#[path = "../../paper/tests/support/extreme.rs"]
mod extreme;

/// Rows in every repeated table.
const ROWS: usize = 40;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let out = PathBuf::from(arguments.next().ok_or("use: documents OUT [PACK]...")?);
    let only: Vec<String> = arguments.collect();
    fs::create_dir_all(&out)?;
    let mut folders: Vec<PathBuf> = Vec::new();
    for kind in ["packs", "papers"] {
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(kind))? {
            folders.push(entry?.path());
        }
    }
    folders.retain(|folder| folder.join("pack.json").exists());
    folders.sort();
    for folder in folders {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        if only.is_empty() || only.iter().any(|only| *only == name) {
            pack(&folder, &name, &out).map_err(|error| format!("{name}: {error}"))?;
        }
    }
    if only.is_empty() {
        let own = [
            ("reception", layouts::reception()?),
            ("payment-receipt", layouts::payment_receipt()?),
            ("result", layouts::result()?),
        ];
        for (name, layout) in own {
            let source = fs::read_to_string(
                Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../paper/layouts/{name}.html")),
            )?;
            let full = extreme::answers(&source, &layout.declared_paths(), ROWS);
            for (case, answers) in [("empty", json!({})), ("extreme", full)] {
                let out = out.join(format!("{name}.{case}"));
                write((&layout, &source), &answers, name, &out)?;
            }
        }
    }
    Ok(())
}

fn pack(folder: &Path, name: &str, out: &Path) -> Result<(), Failure> {
    let pack = check_pack(&read_pack_folder(folder)?)?;
    let source = pack
        .layout()
        .ok_or("a pack without a layout has no paper of its own")?;
    let layout = Layout::parse(pack.layout_name(), source)?;
    let full = extreme::answers(source, &layout.declared_paths(), ROWS);
    let example: Value = serde_json::from_str(pack.example())?;
    let cases = [
        ("empty", json!({})),
        ("ordinary", shown(&pack, &example)?),
        ("extreme", full),
    ];
    let title = &pack.name().vi;
    for (case, answers) in cases {
        let out = out.join(format!("{name}.{case}"));
        write((&layout, source), &answers, title, &out)?;
    }
    Ok(())
}

/// The answers of the example as its paper shows them.
fn shown(pack: &Pack, data: &Value) -> Result<Value, Failure> {
    let form = Form::parse_with(pack.form().as_bytes(), &pack.catalogues())?;
    let env = Env::new(
        moment()
            .to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(7)))?
            .timestamp(),
    );
    let outcome = process(&form, data, &env);
    if let Some(error) = outcome.errors.first() {
        return Err(format!(
            "the example breaks a rule: {} {}",
            error.path, error.message
        )
        .into());
    }
    Ok(form.display(&outcome.data, &env))
}

fn moment() -> jiff::civil::DateTime {
    date(2026, 11, 22).at(8, 0, 0, 0)
}

fn write(
    (layout, source): (&Layout, &str),
    answers: &Value,
    title: &str,
    out: &Path,
) -> Result<(), Failure> {
    let document = lay_out(layout, answers, &Meta::new(title, moment()))?;
    let path = |extension: &str| {
        let mut path = out.as_os_str().to_owned();
        path.push(extension);
        PathBuf::from(path)
    };
    fs::write(path(".pdf"), to_pdf(&document)?)?;
    fs::write(path(".docx"), to_docx(&document)?)?;
    let mut shown: Vec<String> = document
        .places()
        .into_iter()
        .map(|place| place.path)
        .collect();
    shown.dedup();
    let told = json!({
        "pages": document.page_count(),
        "title": document.title(),
        "words": words(&document),
        "answers": answers,
        "shown": shown,
        "ticked": extreme::ticked(source),
    });
    fs::write(path(".json"), serde_json::to_vec(&told)?)?;
    Ok(())
}
