//! form.io's two declarative conditions: `when`/`eq`/`show`, and a list of comparisons.

use crate::data_empty::is_component_data_empty;
use crate::definition::{Component, Form, Id, Model, Names};
use crate::js::Js;
use crate::path::{self, Seg};
use crate::run::{Moment, in_branch};

/// The `conditional` property of a component or of a logic trigger.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    pub(crate) json: Option<Js>,
    legacy: Option<Legacy>,
    simple: Option<Simple>,
}

/// `when` a component's value equals `eq`, `show` this one.
#[derive(Debug, Clone)]
struct Legacy {
    when: Subject,
    eq: String,
    show: String,
}

/// Several comparisons joined by all or any.
#[derive(Debug, Clone)]
struct Simple {
    /// No conditions at all, which form.io takes for no answer.
    blank: bool,
    any: bool,
    show: bool,
    comparisons: Vec<Comparison>,
}

#[derive(Debug, Clone)]
struct Comparison {
    subject: Subject,
    operator: String,
    value: Js,
}

/// The component that a condition asks about.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) name: String,
    pub(crate) target: Target,
    /// The component itself, when the form has it.
    pub(crate) id: Option<Id>,
    /// The name is one of the nested form that asks.
    pub(crate) local: bool,
}

/// Where its value is found.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    /// No such component: the name is tried as a path.
    Loose(Vec<Seg>),
    /// One place, the same for every row.
    Data(Vec<Seg>),
    /// One place a row: the row that asks, else the first.
    Rows(Vec<Id>),
    /// The first place, whoever asks.
    First(Vec<Id>),
    /// The last place, whoever asks: a name of a nested form's own, which form.io looks for in every row.
    Last(Vec<Id>),
}

impl Condition {
    pub(crate) fn read(raw: &Js) -> Option<Condition> {
        let json = raw.prop("json");
        let condition = Condition {
            json: json.is_object().then(|| json.clone()),
            legacy: raw.prop("when").truthy().then(|| Legacy {
                when: Subject::new(raw.prop("when").to_text()),
                eq: raw.prop("eq").to_text(),
                show: raw.prop("show").to_text(),
            }),
            simple: (raw.prop("conjunction").truthy() && raw.prop("conditions").truthy())
                .then(|| Simple::read(raw)),
        };
        (condition.json.is_some() || condition.legacy.is_some() || condition.simple.is_some())
            .then_some(condition)
    }

    /// `local` are the names of the nested form that the condition stands in: the list of comparisons speaks of those.
    pub(crate) fn resolve(&mut self, names: &Names, local: Option<&Names>) {
        if let Some(legacy) = &mut self.legacy {
            legacy.when.resolve(names, false);
        }
        for comparison in self
            .simple
            .iter_mut()
            .flat_map(|simple| &mut simple.comparisons)
        {
            comparison
                .subject
                .resolve(local.unwrap_or(names), local.is_some());
        }
    }

    /// Whether to show, by the declarative parts only; `None` where they say nothing. The later form of condition wins.
    pub(crate) fn shows(&self, moment: &Moment<'_>) -> Option<bool> {
        let legacy = self.legacy.as_ref().map(|legacy| legacy.shows(moment));
        let simple = self.simple.as_ref().map(|simple| simple.shows(moment));
        match simple {
            Some(answer) => answer,
            None => legacy,
        }
    }

    /// As a logic trigger: the old form hides the new one.
    pub(crate) fn triggers(&self, moment: &Moment<'_>) -> bool {
        match (&self.legacy, &self.simple) {
            (Some(legacy), _) => legacy.shows(moment),
            (None, Some(simple)) => simple.shows(moment).unwrap_or(false),
            (None, None) => false,
        }
    }

    /// The components that it asks about.
    pub(crate) fn subjects(&self) -> impl Iterator<Item = &Subject> {
        let simple = self.simple.iter().flat_map(|simple| &simple.comparisons);
        self.legacy
            .iter()
            .map(|legacy| &legacy.when)
            .chain(simple.map(|comparison| &comparison.subject))
    }

    /// Whether only `json` is given.
    pub(crate) fn declarative(&self) -> bool {
        self.legacy.is_some() || self.simple.is_some()
    }
}

impl Legacy {
    fn shows(&self, moment: &Moment<'_>) -> bool {
        let value = self.when.value(moment);
        if value.is_object() && has_own(&value, &self.eq) {
            return value.prop(&self.eq).to_text() == self.show;
        }
        if let Js::Arr(items) = &value
            && items.iter().any(|item| item.to_text() == self.eq)
        {
            return self.show == "true";
        }
        (value.to_text() == self.eq) == (self.show == "true")
    }
}

/// lodash's `has` with a path.
fn has_own(value: &Js, name: &str) -> bool {
    value.as_obj().is_some_and(|props| props.contains_key(name))
        || path::has(value, &path::parse(name))
}

impl Simple {
    fn read(raw: &Js) -> Simple {
        let show = match raw.prop("show") {
            Js::Undefined => true,
            // form.io reads a text as JSON and keeps it where it is none, so any other text is true.
            Js::Str(text) => !matches!(text.trim(), "false" | "null" | "0" | "" | "\"\""),
            other => other.truthy(),
        };
        let comparisons = raw
            .prop("conditions")
            .as_arr()
            .into_iter()
            .flatten()
            .filter(|raw| raw.prop("component").truthy())
            .map(|raw| Comparison {
                subject: Subject::new(raw.prop("component").to_text()),
                operator: raw.prop("operator").to_text(),
                value: raw.prop("value").clone(),
            })
            .collect();
        let blank = raw.prop("conditions").as_arr().is_none_or(Vec::is_empty);
        Simple {
            blank,
            any: raw.prop("conjunction").as_str() == Some("any"),
            show,
            comparisons,
        }
    }

    /// `None` when there is nothing to compare.
    fn shows(&self, moment: &Moment<'_>) -> Option<bool> {
        if self.blank {
            return None;
        }
        let mut answers = self
            .comparisons
            .iter()
            .map(|comparison| comparison.holds(moment));
        let result = if self.any {
            answers.any(|answer| answer)
        } else {
            answers.all(|answer| answer)
        };
        Some(result == self.show)
    }
}

impl Comparison {
    fn holds(&self, moment: &Moment<'_>) -> bool {
        let component = self.subject.id.and_then(|id| moment.form.component(id));
        let value = if component.is_some() {
            self.subject.value(moment)
        } else {
            Js::Null
        };
        let each = |test: &dyn Fn(&Js) -> bool| match &value {
            Js::Arr(items) => items.iter().any(test),
            other => test(other),
        };
        let wanted = &self.value;
        let order = |value: &Js| {
            matches!(value, Js::Num(_))
                .then(|| value.compare(wanted))
                .flatten()
        };
        let date = |test: fn(i64, i64) -> bool, otherwise: bool| {
            each(&|value| {
                if !value.truthy() {
                    return otherwise;
                }
                match (moment.compared(value), moment.compared(wanted)) {
                    (Some(a), Some(b)) => test(a, b),
                    _ => otherwise,
                }
            })
        };
        match self.operator.as_str() {
            "isEqual" => each(&|value| equal(value, wanted, component)),
            "isNotEqual" => each(&|value| !equal(value, wanted, component)),
            "isEmpty" => empty(component, &value, moment, &self.subject),
            "isNotEmpty" => !empty(component, &value, moment, &self.subject),
            "lessThan" => each(&|value| order(value).is_some_and(std::cmp::Ordering::is_lt)),
            "greaterThan" => each(&|value| order(value).is_some_and(std::cmp::Ordering::is_gt)),
            "lessThanOrEqual" => each(&|value| {
                order(value).is_some_and(std::cmp::Ordering::is_lt)
                    || (matches!(value, Js::Num(_)) && value.same(wanted))
            }),
            "greaterThanOrEqual" => each(&|value| {
                order(value).is_some_and(std::cmp::Ordering::is_gt)
                    || (matches!(value, Js::Num(_)) && value.same(wanted))
            }),
            "includes" => each(&|value| includes(value, wanted)),
            "notIncludes" => each(&|value| !includes(value, wanted)),
            "startsWith" => each(&|value| lodash_text(value).starts_with(&lodash_text(wanted))),
            "endsWith" => each(&|value| lodash_text(value).ends_with(&lodash_text(wanted))),
            "dateGreaterThan" => date(|a, b| a > b, false),
            "dateLessThan" => date(|a, b| a < b, false),
            "dateGreaterThanOrEqual" => date(|a, b| a >= b, false),
            "dateLessThanOrEqual" => date(|a, b| a <= b, false),
            "isDateEqual" => date(|a, b| a == b, false),
            "isNotDateEqual" => date(|a, b| a != b, true),
            _ => true,
        }
    }
}

fn empty(
    component: Option<&Component>,
    value: &Js,
    moment: &Moment<'_>,
    subject: &Subject,
) -> bool {
    is_component_data_empty(
        moment,
        component,
        subject.id,
        value,
        &path::parse(&subject.name),
    )
}

fn equal(value: &Js, wanted: &Js, component: Option<&Component>) -> bool {
    if component.is_some_and(|component| component.kind == "selectboxes") && value.is_object() {
        return path::get(value, &path::parse(&wanted.to_text())).truthy();
    }
    let mut wanted = wanted.clone();
    if (value.truthy() || matches!(value, Js::Bool(false)))
        && wanted.truthy()
        && value.type_of() != wanted.type_of()
        && let Js::Str(text) = &wanted
        && let Ok(parsed) = serde_json::from_str::<serde_json::Value>(text)
    {
        wanted = Js::from(&parsed);
    }
    if let Some(component) = component {
        let by_reference = component.flag("reference")
            || (component.prop("dataSrc").as_str() == Some("resource")
                && (!component.flag("valueProperty")
                    || component.prop("valueProperty").as_str() == Some("data")));
        if by_reference && component.flag("template") {
            return equal_by_template(value, &wanted, component);
        }
    }
    value.same(&wanted)
}

/// Two resources are equal when everything that the select's template shows is.
fn equal_by_template(value: &Js, wanted: &Js, component: &Component) -> bool {
    if value.as_obj().is_none() {
        return false;
    }
    let template = component.prop("template").to_text();
    let inside = component.prop("valueProperty").as_str() == Some("data");
    template
        .split("{{")
        .skip(1)
        .filter_map(|part| part.split("}}").next())
        .filter_map(|part| part.trim().strip_prefix("item."))
        .all(|key| {
            let key = if inside {
                key.strip_prefix("data.").unwrap_or("")
            } else {
                key
            };
            let segs = path::parse(key);
            path::get(value, &segs).same(path::get(wanted, &segs))
        })
}

fn includes(value: &Js, wanted: &Js) -> bool {
    match value {
        Js::Str(text) => text.contains(&wanted.to_text()),
        Js::Obj(props) => props.values().any(|item| item.strict_eq(wanted)),
        Js::Arr(items) => items.iter().any(|item| item.strict_eq(wanted)),
        _ => false,
    }
}

/// lodash's `toString`: nothing for null and undefined.
fn lodash_text(value: &Js) -> String {
    if value.is_nil() {
        String::new()
    } else {
        value.to_text()
    }
}

impl Subject {
    fn new(name: String) -> Subject {
        let target = Target::Loose(path::parse(&name));
        Subject {
            name,
            target,
            id: None,
            local: false,
        }
    }

    fn resolve(&mut self, names: &Names, local: bool) {
        self.local = local;
        let short = self
            .name
            .rsplit_once('.')
            .map(|(stem, _)| stem.to_owned())
            .filter(|stem| {
                names
                    .selectboxes
                    .iter()
                    .any(|key| stem == key || stem.ends_with(&format!(".{key}")))
            });
        let find = |map: &std::collections::BTreeMap<String, Vec<Id>>| -> Option<Vec<Id>> {
            let mut ids = map.get(&self.name).cloned().unwrap_or_default();
            if let Some(stem) = &short {
                let boxes = map.get(stem).into_iter().flatten();
                ids.extend(boxes.filter(|id| {
                    names
                        .kinds
                        .get(id)
                        .is_some_and(|kind| kind == "selectboxes")
                }));
            }
            ids.sort();
            (!ids.is_empty()).then_some(ids)
        };
        // The same order of preference as form.io's best match.
        let by_data = find(&names.data);
        let by_local = find(&names.local_data).filter(|_| !self.name.contains('['));
        let by_path = [
            &names.local_data,
            &names.full,
            &names.path,
            &names.full_local,
            &names.local,
        ]
        .into_iter()
        .find_map(find);
        let by_key = find(&names.key);
        self.id = by_data
            .as_ref()
            .or(by_local.as_ref())
            .or(by_path.as_ref())
            .or(by_key.as_ref())
            .and_then(|ids| ids.first().copied())
            .or_else(|| find(&names.static_data).and_then(|ids| ids.first().copied()));
        if by_data.is_some() {
            self.target = Target::Data(path::parse(&self.name));
        } else if let Some(ids) = by_local {
            self.target = Target::Last(ids);
        } else if let Some(ids) = by_path {
            self.target = Target::Rows(ids);
        } else if let Some(ids) = by_key {
            self.target = Target::First(ids);
        }
    }

    /// The value for whoever asks from row `moment.index`.
    fn value(&self, moment: &Moment<'_>) -> Js {
        if let Some(segs) = self.id.and_then(|id| in_branch(moment, id)) {
            return path::get(moment.data, &segs).clone();
        }
        let within: &[Seg] = if self.local { moment.local } else { &[] };
        let places = |ids: &[Id]| -> Vec<(Vec<Seg>, Option<usize>)> {
            ids.iter()
                .flat_map(|id| instances(moment.form, moment.data, *id))
                .filter(|(segs, _)| segs.starts_with(within))
                .collect()
        };
        let first_place = |ids: &[Id]| {
            ids.iter()
                .take(1)
                .flat_map(|id| places_of(moment.form, moment.data, *id, true))
                .find(|(segs, _)| !segs.is_empty() && segs.starts_with(within))
        };
        let found = match &self.target {
            Target::Loose(segs) | Target::Data(segs) => {
                return path::get(path::get(moment.data, within), segs).clone();
            }
            Target::Last(ids) => places(ids).pop(),
            Target::First(ids) => first_place(ids).or_else(|| places(ids).into_iter().next()),
            Target::Rows(ids) => {
                if let [only] = ids.as_slice()
                    && within.is_empty()
                    && let Some(segs) = own_row(moment, *only)
                {
                    return path::get(moment.data, &segs).clone();
                }
                if moment.index.is_none()
                    && let Some((segs, _)) = first_place(ids)
                {
                    return path::get(moment.data, &segs).clone();
                }
                let all = places(ids);
                let own = all
                    .iter()
                    .rposition(|(_, index)| index.is_some() && *index == moment.index);
                all.into_iter().nth(own.unwrap_or(0))
            }
        };
        match found {
            Some((segs, _)) if !segs.is_empty() => path::get(moment.data, &segs).clone(),
            Some(_) => Js::Null,
            None => path::get(path::get(moment.data, within), &path::parse(&self.name)).clone(),
        }
    }
}

/// The place in the row that asks, where only one grid is in the way: a long grid isn't gone through for each of its rows.
fn own_row(moment: &Moment<'_>, id: Id) -> Option<Vec<Seg>> {
    let index = moment.index?;
    let mut lineage: Vec<_> = moment.form.lineage(id).collect();
    lineage.reverse();
    let mut segs = Vec::new();
    let mut grids = 0;
    for (at, component) in lineage {
        if component.keeps {
            segs.extend(component.key_segs.iter().cloned());
        }
        if at == id {
            break;
        }
        match component.model {
            Model::NestedArray => {
                let row = path::get(moment.data, &segs).as_arr()?.get(index)?;
                if !row.truthy() {
                    return None;
                }
                segs.push(Seg::Index(index));
                grids += 1;
            }
            Model::DataObject => segs.push(Seg::Key("data".into())),
            Model::NestedDataArray => return None,
            _ => {}
        }
    }
    (grids == 1 && !segs.is_empty()).then_some(segs)
}

/// Every place a component's value has in the answers, with the row that it is in.
pub(crate) fn instances(form: &Form, data: &Js, id: Id) -> Vec<(Vec<Seg>, Option<usize>)> {
    places_of(form, data, id, false)
}

/// The same, perhaps only in the first row of each grid.
fn places_of(form: &Form, data: &Js, id: Id, first_only: bool) -> Vec<(Vec<Seg>, Option<usize>)> {
    let mut places: Vec<(Vec<Seg>, Option<usize>)> = vec![(Vec::new(), None)];
    let mut lineage: Vec<_> = form.lineage(id).collect();
    lineage.reverse();
    for (at, component) in lineage {
        for (segs, _) in &mut places {
            if component.keeps {
                segs.extend(component.key_segs.iter().cloned());
            }
        }
        if at == id || !component.is_rows() {
            if at != id && component.model == Model::DataObject {
                for (segs, _) in &mut places {
                    segs.push(Seg::Key("data".into()));
                }
            }
            continue;
        }
        let mut inner = Vec::new();
        for (segs, above) in places {
            let rows: Vec<(usize, Option<usize>)> = match path::get(data, &segs) {
                Js::Arr(items) => items
                    .iter()
                    .enumerate()
                    .filter(|(_, row)| row.truthy())
                    .map(|(index, _)| (index, Some(index)))
                    .take(if first_only { 1 } else { usize::MAX })
                    .collect(),
                Js::Undefined => vec![(above.unwrap_or(0), above)],
                _ => Vec::new(),
            };
            for (row, index) in rows {
                let mut place = segs.clone();
                place.push(Seg::Index(row));
                if component.model == Model::NestedDataArray {
                    place.push(Seg::Key("data".into()));
                }
                inner.push((place, index));
            }
        }
        places = inner;
    }
    places
}
