//! Every script of the definitions at hand, counted: run to its end, or not let in for a reason that is told.
//!
//! The project's own definitions always; other people's where HOSO_CORPUS names a folder of them, or `shared/corpus/formio` stands beside
//! the project, by the rule of `tests/conformance/formio`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use serde_json::Value;

use super::{Ended, Sandbox};
use crate::definition::{Calculation, Component, Form};
use crate::js::Js;
use crate::logic::{Action, Source, Trigger};
use crate::path;
use crate::rule::Rule;
use crate::script::{Call, Script};

/// A script, what it leaves its result in, and what stands before it.
type Use<'a> = (
    &'a Script,
    &'static str,
    &'static str,
    Option<(&'static str, Js)>,
);

fn uses(component: &Component) -> Vec<Use<'_>> {
    let mut found: Vec<Use<'_>> = Vec::new();
    if let Some(script) = &component.custom_condition {
        found.push((script, "show", "show = true; ", None));
    }
    for calculation in component.custom_default.iter().chain(&component.calculate) {
        if let Calculation::Script(script) = calculation {
            found.push((script, "value", "", None));
        }
    }
    for rule in &component.rules {
        if let Rule::Custom(script) = rule {
            found.push((script, "valid", "", Some(("valid", Js::Bool(true)))));
        }
    }
    for logic in &component.logic {
        if let Trigger::Script(Some(script)) = &logic.trigger {
            found.push((script, "result", "result = true; ", None));
        }
        for action in &logic.actions {
            let seed = Some(("result", Js::Bool(true)));
            match action {
                Action::Value(Source::Script(script)) => found.push((script, "value", "", seed)),
                Action::Merge(script) => found.push((script, "schema", "", seed)),
                _ => {}
            }
        }
    }
    if let Some(script) = &component.choices {
        found.push((script, "values", "values = []; ", None));
    }
    found
}

/// Answers to every question, so that scripts find what they look for.
fn answered(form: &Form) -> Js {
    let mut data = Js::object();
    for (_, component) in form.ids() {
        if !component.keeps || !component.children.is_empty() {
            continue;
        }
        let value = match component.kind.as_str() {
            "number" | "currency" => Js::Num(2.0),
            "checkbox" => Js::Bool(true),
            "datetime" => Js::str("2020-02-03T00:00:00.000Z"),
            "day" => Js::str("02/03/2020"),
            "selectboxes" => Js::from(&serde_json::json!({"a": true})),
            _ => Js::str("a"),
        };
        path::set(&mut data, &path::parse(&component.paths.data), value);
    }
    data
}

/// The best that comes of a script over several answers.
fn best(
    sandbox: &mut Sandbox,
    form: &Form,
    answers: &Js,
    component: &Component,
    (script, result, before, seed): &Use<'_>,
) -> Ended {
    let mut found = Ended::NotRun;
    for mut data in [Js::object(), answers.clone()] {
        sandbox.forget();
        sandbox.afford();
        sandbox.begin(&data, true);
        let at = path::parse(&component.paths.data);
        let row = at
            .get(..at.len().saturating_sub(component.key_segs.len()))
            .unwrap_or_default()
            .to_vec();
        let value = path::get(&data, &at).clone();
        let call = Call {
            script,
            result,
            before,
            value: &value,
            input: &value,
            seed: seed.clone(),
            component: &component.raw,
            parents: &[],
            row: &row,
            local: &[],
            at: &at,
            index: component.paths.in_rows.then_some(0),
        };
        sandbox.call(&call, &form.raw, &mut data);
        assert_eq!(sandbox.stopped(), None, "{}", script.source);
        match sandbox.ended {
            Ended::NotRun => {}
            Ended::Threw if found != Ended::NotRun => {}
            ended => found = ended,
        }
    }
    found
}

#[derive(Debug, Default)]
struct Count {
    forms: usize,
    scripts: usize,
    natively: usize,
    ran: usize,
    /// By their first line.
    threw: BTreeMap<String, usize>,
    no_script: usize,
    refused: BTreeMap<String, usize>,
}

fn count(folder: &Path) -> Count {
    let mut count = Count::default();
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .collect();
    files.sort();
    for file in files {
        let value: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        let Ok(form) = Form::parse(&value) else {
            continue;
        };
        count.forms += 1;
        let answers = answered(&form);
        let mut sandbox = Sandbox::new(TimeZone::UTC, 1_795_000_000_000, None);
        for (_, component) in form.ids() {
            for one in uses(component) {
                count.scripts += 1;
                let script = one.0;
                let ended = best(&mut sandbox, &form, &answers, component, &one);
                match (&script.blocked, ended) {
                    (Some(reason), Ended::NotRun) => {
                        // What isn't run is told at its component.
                        assert!(
                            form.report().iter().any(|part| {
                                part.path == component.node_path
                                    && part.what == script.what
                                    && part.reason == *reason
                            }),
                            "{}: {}",
                            file.display(),
                            script.source
                        );
                        *count.refused.entry(reason.clone()).or_default() += 1;
                    }
                    (None, Ended::Natively) => count.natively += 1,
                    (None, Ended::Ran) => count.ran += 1,
                    (None, Ended::Threw) => {
                        let line = script.source.lines().next().unwrap_or_default();
                        *count.threw.entry(line.to_owned()).or_default() += 1;
                    }
                    (None, Ended::NoScript) => count.no_script += 1,
                    other => panic!("{}: {other:?}: {}", file.display(), script.source),
                }
            }
        }
    }
    count
}

#[test]
fn every_script_runs_or_is_refused_for_a_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let beside = root.join("../shared/corpus/formio");
    let corpus = std::env::var_os("HOSO_CORPUS").map_or(beside, PathBuf::from);
    for (name, folder) in [
        (
            "written for the conformance run",
            root.join("tests/conformance/formio/forms"),
        ),
        ("other people's", corpus),
    ] {
        if !folder.is_dir() {
            println!("{name}: skipped, HOSO_CORPUS names no folder and none is beside the project");
            continue;
        }
        let count = count(&folder);
        let refused: usize = count.refused.values().sum();
        let threw: usize = count.threw.values().sum();
        println!(
            "{name}: {} definitions, {} scripts: {} run by QuickJS, {} computed natively, {threw} thrown (form.io catches that and takes null, as \
             here), {} that are no JavaScript (form.io: null too), {refused} not let in",
            count.forms, count.scripts, count.ran, count.natively, count.no_script
        );
        for (reason, times) in &count.refused {
            println!("  {times} not let in: {reason}");
        }
        for (line, times) in count.threw.iter().filter(|(_, times)| **times > 1) {
            println!("  {times} thrown: {line}");
        }
        let known = count.ran + count.natively + threw + count.no_script + refused;
        assert_eq!(known, count.scripts);
        assert!(count.ran > 0 && count.natively > 0, "{name}: {count:?}");
    }
}
