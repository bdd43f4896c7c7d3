//! form.io's two notions of emptiness: for conditions, and for the `required` rule.

use crate::condition::instances;
use crate::definition::{Component, Id};
use crate::js::Js;
use crate::path::{self, Seg};
use crate::run::Moment;

/// Whether a condition's `isEmpty` holds for a component with this value.
pub(crate) fn is_component_data_empty(
    moment: &Moment<'_>,
    component: Option<&Component>,
    id: Option<Id>,
    value: &Js,
    at: &[Seg],
) -> bool {
    let value = if value.is_nil() {
        path::get(moment.data, at)
    } else {
        value
    };
    let Some(component) = component else {
        return value_empty("", value);
    };
    match component.kind.as_str() {
        "checkbox" => value_empty("checkbox", value) || matches!(value, Js::Bool(false)),
        "address" => match value {
            Js::Obj(props) => !props
                .iter()
                .any(|(key, item)| key != "mode" && key != "address" && item.truthy()),
            _ => true,
        },
        kind if matches!(kind, "datagrid" | "editgrid" | "datatable")
            || component.has("components") =>
        {
            value_empty(kind, value)
                || (!component.children.is_empty() && descendants_empty(moment, id))
        }
        "selectboxes" => {
            value_empty("selectboxes", value)
                || !value.as_obj().is_some_and(|p| p.values().any(Js::truthy))
        }
        "textarea" => match value {
            Js::Str(text) => text.trim().is_empty(),
            other => value_empty("textarea", other),
        },
        kind @ ("textfield" | "phoneNumber") => {
            if component.traits.several_masks {
                return value_empty(kind, value)
                    || value.as_arr().map_or(
                        !value.prop("maskName").truthy() || !value.prop("value").truthy(),
                        Vec::is_empty,
                    );
            }
            value.is_nil() || value.to_text().trim().is_empty()
        }
        "datetime" => value_empty("datetime", value) || value.as_str() == Some("Invalid date"),
        kind => value_empty(kind, value),
    }
}

/// No descendant of a grid or container has an answer.
fn descendants_empty(moment: &Moment<'_>, id: Option<Id>) -> bool {
    let Some(id) = id else { return true };
    let Some(component) = moment.form.component(id) else {
        return true;
    };
    component.children.iter().all(|child| {
        let Some(inner) = moment.form.component(*child) else {
            return true;
        };
        if !inner.keeps {
            return descendants_empty(moment, Some(*child));
        }
        instances(moment.form, moment.data, *child)
            .iter()
            .all(|(segs, _)| {
                is_component_data_empty(
                    moment,
                    Some(inner),
                    Some(*child),
                    path::get(moment.data, segs),
                    segs,
                )
            })
    })
}

fn value_empty(kind: &str, value: &Js) -> bool {
    match value {
        Js::Undefined | Js::Null => true,
        Js::Str(text) => text.is_empty(),
        Js::Arr(items) => match items.as_slice() {
            [] => true,
            [only] => match kind {
                "textarea" | "textfield" | "time" | "datetime" | "day" => only.as_str() == Some(""),
                "datagrid" | "editgrid" => only.as_arr().is_some_and(Vec::is_empty),
                _ => matches!(only, Js::Null),
            },
            _ => false,
        },
        _ => false,
    }
}

/// Whether the `required` rule is met.
pub(crate) fn has_value(component: &Component, value: &Js) -> bool {
    let masks = component.traits.several_masks;
    if masks
        && matches!(component.kind.as_str(), "textfield" | "phoneNumber")
        && value.as_obj().is_some_and(|p| p.contains_key("value"))
    {
        return present(value.prop("value"), true, false);
    }
    if component.kind == "address"
        && value.prop("mode").truthy()
        && value.prop("address").is_object()
    {
        return match value.prop("address") {
            Js::Obj(parts) if !parts.is_empty() => parts
                .iter()
                .all(|(key, part)| key == "address2" || part.truthy()),
            Js::Arr(parts) => parts.iter().all(Js::truthy),
            _ => false,
        };
    }
    if component.kind == "vnAddress" {
        return crate::vn::address::has_place(value);
    }
    if component.kind == "day" && value.as_str() == Some("00/00/0000") {
        return false;
    }
    if matches!(component.kind.as_str(), "checkbox" | "selectboxes") {
        return present(value, false, component.nests());
    }
    present(
        value,
        true,
        component.nests() && component.kind != "container",
    )
}

fn present(value: &Js, false_counts: bool, shallow: bool) -> bool {
    match value {
        Js::Undefined | Js::Null => false,
        Js::Str(text) => !text.trim().is_empty(),
        Js::Bool(answer) => *answer || false_counts,
        Js::Num(_) => true,
        Js::Obj(props) if props.is_empty() => false,
        Js::Arr(items) if items.is_empty() => false,
        Js::Obj(props) => {
            shallow
                || props
                    .values()
                    .any(|item| present(item, false_counts, shallow))
        }
        Js::Arr(items) if !shallow => items
            .iter()
            .any(|item| present(item, false_counts, shallow)),
        Js::Arr(items) => {
            // Holes don't count, neither way.
            let mut rows = items.iter().filter(|item| !item.is_undefined());
            if rows.all(|item| item.as_obj().is_some()) {
                items
                    .iter()
                    .filter_map(Js::as_obj)
                    .flat_map(|row| row.values())
                    .any(counts)
            } else {
                items.iter().any(counts)
            }
        }
    }
}

/// form.io's `hasValue` of a cell.
fn counts(value: &Js) -> bool {
    match value {
        Js::Obj(props) => !props.is_empty(),
        Js::Arr(items) => !items.is_empty(),
        Js::Num(n) => !n.is_nan(),
        other => other.truthy(),
    }
}
