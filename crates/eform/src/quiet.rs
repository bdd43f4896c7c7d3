//! What a definition says that never comes to anything here, so that whoever checks it is told.

use crate::definition::{Component, Form};
use crate::interpolate::is_named;
use crate::js::Js;
use crate::shape;
use crate::translate::Language;

/// Tells of each such part: the property, and why.
pub(crate) fn parts(form: &Form, component: &Component) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for logic in component.prop("logic").as_arr().into_iter().flatten() {
        logic_parts(logic, &mut |reason| found.push(("logic", reason)));
    }
    let next = component.prop("nextPage");
    if next.truthy() && form.raw.prop("display").as_str() == Some("wizard") {
        found.push((
            "nextPage",
            "leads to another page than the next; pages come in their order here".to_owned(),
        ));
    }
    for (name, text) in shape::texts(component, &Language::default()) {
        if text.contains("{%") {
            found.push((
                name,
                "holds a program between `{%` and `%}`, which isn't run".to_owned(),
            ));
        }
        for inner in text.split("{{").skip(1) {
            let Some((inner, _)) = inner.split_once("}}") else {
                continue;
            };
            if !is_named(inner) {
                found.push((
                    name,
                    format!("`{{{{{inner}}}}}` is no name of an answer; left empty"),
                ));
            }
        }
    }
    found
}

fn logic_parts(logic: &Js, tell: &mut impl FnMut(String)) {
    let name = match logic.prop("name").as_str() {
        Some(name) if !name.is_empty() => format!("`{name}`"),
        _ => "a rule".to_owned(),
    };
    match logic.prop("trigger").prop("type").as_str() {
        Some("simple" | "javascript" | "json") => {}
        Some("event") => tell(format!(
            "{name} waits for an event of a browser; it never runs"
        )),
        Some(other) => tell(format!(
            "{name} has a trigger of a type that form.io doesn't know, `{other}`; it never runs"
        )),
        None => tell(format!("{name} has no trigger; it never runs")),
    }
    let actions = logic.prop("actions").as_arr();
    if actions.is_none_or(Vec::is_empty) {
        tell(format!("{name} has no action"));
    }
    for action in actions.into_iter().flatten() {
        if crate::logic::does_nothing(action) {
            let kind = action.prop("type").as_str().unwrap_or_default();
            tell(format!(
                "an action of {name} is none that form.io's server knows, `{kind}`; left out"
            ));
        }
    }
}
