//! What a definition asks for that won't be run, or that nobody can vouch for.

use std::collections::BTreeMap;

use crate::definition::{Calculation, Component, Form, Id, Unsupported};
use crate::depends::circles;
use crate::path;
use crate::rule::Rule;
use crate::script::Script;

/// The component types of form.io and our own; any other is shown and kept as a plain input.
pub const COMPONENT_TYPES: [&str; 57] = [
    "textfield",
    "textarea",
    "number",
    "password",
    "checkbox",
    "selectboxes",
    "select",
    "radio",
    "button",
    "email",
    "url",
    "phoneNumber",
    "tags",
    "address",
    "datetime",
    "day",
    "time",
    "currency",
    "survey",
    "signature",
    "htmlelement",
    "content",
    "columns",
    "fieldset",
    "panel",
    "table",
    "tabs",
    "well",
    "hidden",
    "container",
    "datamap",
    "datagrid",
    "editgrid",
    "tree",
    "file",
    "form",
    "recaptcha",
    "captcha",
    "resource",
    "unknown",
    "datasource",
    "tagpad",
    "sketchpad",
    "reviewpage",
    "custom",
    "dynamicWizard",
    "vnCitizenId",
    "vnTaxCode",
    "vnPhone",
    "vnName",
    "vnDate",
    "vnMoney",
    "vnDateWords",
    "vnMoneyWords",
    "vnPartialDate",
    "vnAddress",
    "datatable",
];

/// Why a rule that needs a script says nothing of a branch.
pub(crate) const UNRUN_ON_BRANCHES: &str =
    "is asked of each branch of a tree, where no script checks an answer; not checked";

/// Why what gives answers gives none to a branch.
const UNGIVEN_ON_BRANCHES: &str =
    "stands in a tree, whose branches hold what is typed only; not run";

pub(crate) fn report(form: &Form) -> Vec<Unsupported> {
    let mut found = Vec::new();
    let circles: BTreeMap<Id, Id> = circles(form).into_iter().collect();
    for (id, component) in form.ids() {
        let mut add = |what: &str, reason: String| {
            found.push(Unsupported {
                path: component.node_path.clone(),
                what: what.to_owned(),
                reason,
            });
        };
        if !component.kind.is_empty() && !COMPONENT_TYPES.contains(&component.kind.as_str()) {
            add(
                "type",
                format!(
                    "`{}` is no component type of form.io or of ours; shown and kept as a plain input",
                    component.kind
                ),
            );
        }
        if component.keeps && !component.twin.is_empty() {
            add(
                "key",
                "another component keeps its value at the same place; where one of them is hidden, form.io clears it for both unless `clearOnHide` is off".to_owned(),
            );
        }
        if component.keeps && component.key_segs.iter().any(path::is_unkept) {
            add(
                "key",
                "is a name that no answer in JavaScript can have; what is answered isn't kept, as in form.io".to_owned(),
            );
        }
        for script in scripts(component) {
            if let Some(reason) = &script.blocked {
                add(script.what, reason.clone());
            }
        }
        let next = circles.get(&id).and_then(|next| form.component(*next));
        if let Some(next) = next {
            add(
                "calculateValue",
                format!(
                    "computes itself in a circle with `{}`; what comes out depends on the order of the components",
                    next.node_path
                ),
            );
        }
        for rule in &component.rules {
            if let Rule::Pattern(None) = rule {
                add(
                    "validate.pattern",
                    "is no regular expression; not checked".to_owned(),
                );
            }
        }
        if form.is_in_tree(id) {
            let by_script = |rule: &Rule| rule.by_script(component);
            for what in component.rules.iter().filter_map(by_script) {
                add(what, UNRUN_ON_BRANCHES.to_owned());
            }
            for what in given(component) {
                add(what, UNGIVEN_ON_BRANCHES.to_owned());
            }
        }
        if let Some(reason) = choices_elsewhere(component) {
            add("dataSrc", reason.to_owned());
        }
        if component.kind == "form" && component.children.is_empty() {
            add(
                "form",
                "the nested form isn't part of the definition; kept as it is".to_owned(),
            );
        }
        if matches!(component.kind.as_str(), "recaptcha" | "captcha") {
            add(
                "type",
                "a robot check works only on the portal itself; not shown".to_owned(),
            );
        }
        for (what, reason) in crate::quiet::parts(form, component) {
            add(what, reason);
        }
        if component.flag("unique") {
            add(
                "unique",
                "only the portal knows other people's answers; not checked".to_owned(),
            );
        }
    }
    found
}

/// Why a component has no choices to offer.
fn choices_elsewhere(component: &Component) -> Option<&'static str> {
    match (component.kind.as_str(), component.prop("dataSrc").as_str()?) {
        ("select", "url" | "resource") | ("radio" | "selectboxes", "url") => {
            Some("its choices are at an address on the web; bring them with the form pack")
        }
        ("select", "indexeddb") => {
            Some("its choices are in a browser's own store, which nothing here has")
        }
        _ => None,
    }
}

/// The properties that give a component an answer, choices or other properties.
fn given(component: &Component) -> impl Iterator<Item = &'static str> {
    let calculated = match component.calculate {
        Some(Calculation::Words(_)) => Some("source"),
        Some(_) => Some("calculateValue"),
        None => None,
    };
    let there = |is: bool, what| is.then_some(what);
    [
        calculated,
        there(component.custom_default.is_some(), "customDefaultValue"),
        there(component.traits.default, "defaultValue"),
        there(!component.logic.is_empty(), "logic"),
        there(component.choices.is_some(), "data.custom"),
    ]
    .into_iter()
    .flatten()
}

/// Every script of a component.
pub(crate) fn scripts(component: &Component) -> Vec<&Script> {
    let mut found: Vec<&Script> = Vec::new();
    found.extend(&component.custom_condition);
    if let Some(Calculation::Script(script)) = &component.custom_default {
        found.push(script);
    }
    if let Some(Calculation::Script(script)) = &component.calculate {
        found.push(script);
    }
    for rule in &component.rules {
        if let Rule::Custom(script) = rule {
            found.push(script);
        }
    }
    for logic in &component.logic {
        found.extend(logic.scripts());
    }
    found.extend(&component.choices);
    found
}
