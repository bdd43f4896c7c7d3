//! Cases of the packs that come with the application: `cases/CODE.json` says what changed answers of the example lead to.

use std::collections::BTreeMap;
use std::path::Path;

use crate::common::{env, example, form, pack, packs, with};
use hoso_dossier::{Catalogue, ComponentKind, Filter, FormPack};
use hoso_eform::process;
use hoso_paper::{Layout, Meta, lay_out, words};
use serde::Deserialize;
use serde_json::Value;

/// What is tried with one pack.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    /// Exactly this answer is wrong, and the message says so.
    wrong: Vec<Wrong>,
    /// Nothing is wrong.
    right: Vec<Changes>,
    /// What it costs, and whether the agency names more.
    fees: Vec<(Changes, u64, bool)>,
    /// The documents without which it can't be sent.
    required: Vec<(Changes, Vec<String>)>,
    /// Words that the paper has then, and words that it has not.
    prints: Vec<(Changes, Vec<String>, Vec<String>)>,
    /// Everyday words that find this procedure before all others.
    found_by: Vec<String>,
}

/// New values by their path.
type Changes = BTreeMap<String, Value>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrong {
    set: Changes,
    at: String,
    says: String,
}

fn all() -> Vec<(FormPack, Cases)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| {
            let code = file.file_stem().unwrap().to_str().unwrap();
            let cases = serde_json::from_str(&std::fs::read_to_string(file).unwrap())
                .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            (pack(code), cases)
        })
        .collect()
}

fn changed(pack: &FormPack, changes: &Changes) -> Value {
    changes
        .iter()
        .fold(example(pack), |answers, (path, value)| {
            with(answers, path, value.clone())
        })
}

#[test]
fn rules_tell_right_from_wrong() {
    let mut off = Vec::new();
    for (pack, cases) in all() {
        let form = form(&pack);
        let errors = |changes: &Changes| process(&form, &changed(&pack, changes), &env()).errors;
        for wrong in cases.wrong {
            let errors = errors(&wrong.set);
            let told = errors.len() == 1
                && errors[0].path == wrong.at
                && errors[0].message.contains(&wrong.says);
            if !told {
                off.push(format!("{} {wrong:?}: {errors:?}", pack.code()));
            }
        }
        for right in cases.right {
            let errors = errors(&right);
            if !errors.is_empty() {
                off.push(format!("{} {right:?}: {errors:?}", pack.code()));
            }
        }
    }
    assert!(off.is_empty(), "{off:#?}");
}

#[test]
fn fees_and_documents_follow_the_answers() {
    for (pack, cases) in all() {
        let form = form(&pack);
        // Fees may count what the form calculates.
        let answered = |changes: &Changes| process(&form, &changed(&pack, changes), &env()).data;
        for (changes, total, announced) in cases.fees {
            let fees = pack.fee(&answered(&changes)).unwrap();
            let found = (fees.total.amount(), fees.announced);
            assert_eq!(found, (total, announced), "{} {changes:?}", pack.code());
        }
        for (changes, required) in cases.required {
            let answers = answered(&changes);
            let found: Vec<_> = pack
                .procedure()
                .components
                .iter()
                .filter(|component| component.kind == ComponentKind::Document)
                .filter(|component| pack.component_required(component, &answers))
                .map(|component| component.code.as_str())
                .collect();
            assert_eq!(found, required, "{} {changes:?}", pack.code());
        }
    }
}

#[test]
fn papers_say_what_the_answers_say() {
    for (pack, cases) in all() {
        let form = form(&pack);
        let layout = Layout::parse(&pack.procedure().paper.layout, pack.layout().unwrap()).unwrap();
        let meta = Meta::new("", jiff::civil::date(2026, 11, 21).at(10, 0, 0, 0));
        for (changes, there, absent) in cases.prints {
            let data = process(&form, &changed(&pack, &changes), &env()).data;
            let paper = lay_out(&layout, &form.display(&data, &env()), &meta).unwrap();
            let printed = words(&paper).join(" ");
            for (words, wanted) in there
                .iter()
                .map(|words| (words, true))
                .chain(absent.iter().map(|words| (words, false)))
            {
                assert_eq!(
                    printed.contains(words),
                    wanted,
                    "{} {changes:?} {words:?}: {printed}",
                    pack.code()
                );
            }
        }
    }
}

#[test]
fn everyday_words_find_the_procedure() {
    let catalogue = Catalogue::new(packs());
    let mut lost = Vec::new();
    for (pack, cases) in all() {
        for query in cases.found_by {
            let hits = catalogue.search(&query, &Filter::default());
            if hits.first().map(|hit| hit.code.as_str()) != Some(pack.code()) {
                let codes: Vec<_> = hits.into_iter().map(|hit| hit.code).collect();
                lost.push(format!("{} {query:?}: {codes:?}", pack.code()));
            }
        }
    }
    assert!(lost.is_empty(), "{lost:#?}");
}
