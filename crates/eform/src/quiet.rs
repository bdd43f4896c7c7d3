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
    found.extend(button(component));
    let texts = shape::texts(component, &Language::default());
    for (name, text) in texts.into_iter().chain(messages(component)) {
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

/// What a button would do; the program has buttons of its own for handing in, and only the one that empties a form is shown.
fn button(component: &Component) -> Option<(&'static str, String)> {
    if component.kind != "button" {
        return None;
    }
    match component.prop("action").as_str() {
        None | Some("" | "submit" | "reset") => None,
        Some("custom") => Some((
            "custom",
            "is the script of a button, which isn't shown; it never runs".to_owned(),
        )),
        Some(action) => Some((
            "action",
            format!("`{action}` is what a button does on the portal only; it isn't shown"),
        )),
    }
}

/// The definition's own messages.
fn messages(component: &Component) -> Vec<(&'static str, String)> {
    let by_rule = component
        .prop("errors")
        .as_obj()
        .into_iter()
        .flat_map(|of| of.values());
    let by_rule = by_rule.map(|text| ("errors", text));
    let named = [
        "validate.customMessage",
        "validate.patternMessage",
        "minSelectedCountMessage",
        "maxSelectedCountMessage",
    ];
    let named = named.map(|name| (name, component.dig(name)));
    let all = named.into_iter().chain(by_rule);
    all.filter_map(|(name, text)| Some((name, text.as_str()?.to_owned())))
        .collect()
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
