//! The validation rules of `@formio/core`, in its order, read from a component once and checked per value.

mod days;
mod texts;

use regress::Regex;

use self::days::{date, date_limit, day, day_limit, required_day, year};
use self::texts::{is_email, risky, url, words};
use crate::data_empty::has_value;
use crate::dates;
use crate::definition::{Component, Model};
use crate::items::available;
use crate::js::{self, Js};
use crate::mask::Masks;
use crate::normalize::squeeze;
use crate::run::Moment;

/// One rule of a component.
#[derive(Debug, Clone)]
pub(crate) enum Rule {
    Date,
    Day,
    Email,
    Json(Js),
    Mask(Masks),
    MaxDay(Js),
    MaxDate(Js),
    MaxLength(f64),
    MaxSelected(f64),
    Max(f64),
    MaxWords(f64),
    MaxYear,
    MinDay(Js),
    MinDate(Js),
    MinLength(f64),
    MinSelected(f64),
    Min(f64),
    MinWords(f64),
    MinYear,
    Multiple,
    /// `None` where the pattern is no regular expression: form.io's rule then throws and counts as met.
    Pattern(Option<Regex>),
    /// A pattern that may take time without end on some texts; checked in the sandbox, which gives up.
    RiskyPattern(String),
    Required,
    RequiredDay,
    Time,
    Url,
    Number,
    Custom(crate::script::Script),
    AvailableItems,
    /// Our own types: the format itself is impossible.
    Vietnamese,
}

/// Why a rule is broken.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Broken {
    /// form.io's rule name.
    pub(crate) rule: String,
    /// form.io's message key, or the definition's own message.
    pub(crate) key: String,
    /// The limit, for the message.
    pub(crate) limit: String,
}

impl Broken {
    pub(crate) fn new(rule: &str, key: &str, limit: impl Into<String>) -> Option<Broken> {
        Some(Broken {
            rule: rule.into(),
            key: key.into(),
            limit: limit.into(),
        })
    }
}

impl Rule {
    /// The rules that a component asks for.
    pub(crate) fn read_all(component: &Component) -> Vec<Rule> {
        let validate = component.prop("validate");
        let given = |name: &str| {
            validate
                .as_obj()
                .is_some_and(|props| props.contains_key(name))
                .then(|| validate.prop(name))
        };
        let kind = component.kind.as_str();
        let day = kind == "day";
        let mut rules = Vec::new();
        let mut add = |rule: Option<Rule>| rules.extend(rule);
        add((kind == "datetime").then_some(Rule::Date));
        add(day.then_some(Rule::Day));
        add((kind == "email").then_some(Rule::Email));
        add(validate
            .prop("json")
            .is_object()
            .then(|| Rule::Json(validate.prop("json").clone())));
        add(Masks::read(component).map(Rule::Mask));
        add((day && component.flag("maxDate"))
            .then(|| Rule::MaxDay(component.prop("maxDate").clone())));
        add(
            (kind == "datetime" && component.dig("widget.maxDate").truthy())
                .then(|| Rule::MaxDate(component.dig("widget.maxDate").clone())),
        );
        add(given("maxLength").and_then(whole).map(Rule::MaxLength));
        add(given("maxSelectedCount")
            .and_then(amount)
            .filter(|n| *n != 0.0)
            .map(Rule::MaxSelected));
        add(given("max").and_then(amount).map(Rule::Max));
        add(given("maxWords").and_then(whole).map(Rule::MaxWords));
        add(
            (day && (component.flag("maxYear") || component.dig("fields.year.maxYear").truthy()))
                .then_some(Rule::MaxYear),
        );
        add((day && component.flag("minDate"))
            .then(|| Rule::MinDay(component.prop("minDate").clone())));
        add(
            (kind == "datetime" && component.dig("widget.minDate").truthy())
                .then(|| Rule::MinDate(component.dig("widget.minDate").clone())),
        );
        add(given("minLength").and_then(whole).map(Rule::MinLength));
        add(given("minSelectedCount")
            .and_then(amount)
            .filter(|n| *n != 0.0)
            .map(Rule::MinSelected));
        add(given("min").and_then(amount).map(Rule::Min));
        add(given("minWords").and_then(whole).map(Rule::MinWords));
        add((day && component.flag("minYear")).then_some(Rule::MinYear));
        add(multiple_applies(component).then_some(Rule::Multiple));
        add(given("pattern")
            .filter(|pattern| pattern.truthy())
            .map(|pattern| {
                let pattern = format!("^{}$", pattern.to_text());
                match Regex::new(&pattern) {
                    Ok(_) if risky(&pattern) => Rule::RiskyPattern(pattern),
                    read => Rule::Pattern(read.ok()),
                }
            }));
        add(validate.prop("required").truthy().then_some(Rule::Required));
        add((day
            && ["day", "month", "year"]
                .iter()
                .any(|part| component.dig(&format!("fields.{part}.required")).truthy()))
        .then_some(Rule::RequiredDay));
        add((kind == "time").then_some(Rule::Time));
        add((kind == "url").then_some(Rule::Url));
        add((kind == "number").then_some(Rule::Number));
        add(
            crate::script::Script::read(validate.prop("custom"), "validate.custom")
                .map(Rule::Custom),
        );
        add((validate.prop("onlyAvailableItems").truthy()
            && (matches!(kind, "radio" | "selectboxes")
                || (kind == "select" && component.prop("dataSrc").as_str() != Some("resource"))))
        .then_some(Rule::AvailableItems));
        add(crate::vn::field::is_own(kind).then_some(Rule::Vietnamese));
        rules
    }

    /// Whether form.io tries the rule at all, judged by the whole value even where it then checks one item of a list.
    fn applies(&self, component: &Component, whole: &Js) -> bool {
        match self {
            Rule::MaxLength(_) | Rule::Pattern(_) | Rule::RiskyPattern(_) | Rule::MinWords(_) => {
                whole.as_str().is_some()
            }
            Rule::Date | Rule::Url | Rule::Number => {
                !(component.multiple() && whole.as_arr().is_some_and(Vec::is_empty))
            }
            _ => true,
        }
    }

    /// The property that holds the rule, where only the sandbox can tell.
    pub(crate) fn by_script(&self, component: &Component) -> Option<&'static str> {
        match self {
            Rule::Json(_) => Some("validate.json"),
            Rule::Custom(_) => Some("validate.custom"),
            Rule::RiskyPattern(_) => Some("validate.pattern"),
            Rule::AvailableItems => component
                .choices
                .is_some()
                .then_some("validate.onlyAvailableItems"),
            _ => None,
        }
    }

    /// Checks one value without the sandbox. `Err` names the property of a rule that only the sandbox could tell of.
    pub(crate) fn check_alone(
        &self,
        component: &Component,
        value: &Js,
        moment: &Moment<'_>,
    ) -> Result<Option<Broken>, &'static str> {
        // Of what isn't answered these two say nothing.
        let mut asked = !matches!(self, Rule::RiskyPattern(_) | Rule::AvailableItems);
        let broken = match self {
            Rule::AvailableItems => {
                let fits = available(component, value, &mut || {
                    asked = true;
                    None
                });
                unavailable(fits)
            }
            Rule::RiskyPattern(_) => {
                asked = value.as_str().is_some_and(|text| !text.is_empty());
                None
            }
            rule => rule.check(component, value, moment),
        };
        match self.by_script(component) {
            Some(what) if asked => Err(what),
            _ => Ok(broken),
        }
    }

    /// Looks at the whole list of a component that takes several values.
    fn whole_list(&self) -> bool {
        matches!(self, Rule::Multiple)
    }

    /// Calls `check` with each rule of a component and each value that it looks at: the items of a list one by one, with their number.
    pub(crate) fn each(
        rules: &[Rule],
        component: &Component,
        whole: &Js,
        mut check: impl FnMut(&Rule, &Js, Option<usize>),
    ) {
        let tidy = |value: &Js| match value {
            Js::Str(text) if component.traits.one_space => Js::Str(squeeze(text)),
            other => other.clone(),
        };
        match whole {
            Js::Arr(items) if component.multiple() && !items.is_empty() => {
                for (at, item) in items.iter().enumerate() {
                    let item = tidy(item);
                    for rule in rules
                        .iter()
                        .filter(|rule| !rule.whole_list() && rule.applies(component, whole))
                    {
                        check(rule, &item, Some(at));
                    }
                }
                for rule in rules.iter().filter(|rule| rule.whole_list()) {
                    check(rule, whole, None);
                }
            }
            _ => {
                let tidied = tidy(whole);
                for rule in rules.iter().filter(|rule| rule.applies(component, whole)) {
                    check(rule, &tidied, None);
                }
            }
        }
    }

    /// Checks one value. `Err` is where form.io throws, which it treats as met. Scripts and JSON Logic are run by the caller.
    pub(crate) fn check(
        &self,
        component: &Component,
        value: &Js,
        moment: &Moment<'_>,
    ) -> Option<Broken> {
        match self {
            Rule::Date => value.truthy().then(|| date(moment, value)).flatten(),
            Rule::Day => value.truthy().then(|| day(component, value)).flatten(),
            Rule::Email => (value
                .as_str()
                .is_some_and(|text| !text.is_empty() && !is_email(text)))
            .then(|| Broken::new("email", "invalid_email", ""))
            .flatten(),
            Rule::Mask(masks) => masks
                .breaks(value)
                .then(|| Broken::new("mask", "mask", ""))
                .flatten(),
            Rule::MaxDay(limit) => {
                day_limit(component, value, moment, limit, "maxDate", |date, limit| {
                    date <= limit
                })
            }
            Rule::MinDay(limit) => {
                day_limit(component, value, moment, limit, "minDate", |date, limit| {
                    date >= limit
                })
            }
            Rule::MaxDate(limit) => date_limit(component, value, moment, limit, true),
            Rule::MinDate(limit) => date_limit(component, value, moment, limit, false),
            Rule::MaxLength(limit) => {
                let text = value.as_str().filter(|text| !text.is_empty())?;
                (js::utf16_len(text) as f64 > *limit)
                    .then(|| Broken::new("maxLength", "maxLength", js::number_text(*limit)))?
            }
            Rule::MinLength(limit) => {
                let text = value.as_str().filter(|text| !text.is_empty())?;
                ((js::utf16_len(text) as f64) < *limit)
                    .then(|| Broken::new("minLength", "minLength", js::number_text(*limit)))?
            }
            Rule::MaxWords(limit) => {
                let text = value.as_str()?;
                (words(text) > *limit)
                    .then(|| Broken::new("maxWords", "maxWords", js::number_text(*limit)))?
            }
            Rule::MinWords(limit) => {
                let text = value.as_str().filter(|text| !text.is_empty())?;
                (words(text) < *limit)
                    .then(|| Broken::new("minWords", "minWords", js::number_text(*limit)))?
            }
            Rule::MaxSelected(limit) => {
                let count = selected(value)?;
                let message = component.prop("maxSelectedCountMessage");
                let key = if message.truthy() {
                    message.to_text()
                } else {
                    "maxSelectedCount".into()
                };
                (count > 0.0 && count > *limit)
                    .then(|| Broken::new(&key, &key, js::number_text(*limit)))?
            }
            Rule::MinSelected(limit) => {
                let count = selected(value)?;
                let message = component.prop("minSelectedCountMessage");
                let key = if message.truthy() {
                    message.to_text()
                } else {
                    "minSelectedCount".into()
                };
                (count > 0.0 && count < *limit)
                    .then(|| Broken::new("minSelectedCount", &key, js::number_text(*limit)))?
            }
            Rule::Max(limit) => {
                if matches!(value, Js::Null) {
                    return None;
                }
                let number = as_number(value)?;
                (number > *limit).then(|| Broken::new("max", "max", js::number_text(*limit)))?
            }
            Rule::Min(limit) => {
                if value.parse_float().is_nan() {
                    return None;
                }
                let number = as_number(value)?;
                (number < *limit).then(|| Broken::new("min", "min", js::number_text(*limit)))?
            }
            Rule::MaxYear => year(component, value, true),
            Rule::MinYear => year(component, value, false),
            Rule::Multiple => multiple(component, value),
            Rule::Pattern(regex) => {
                let text = value.as_str().filter(|text| !text.is_empty())?;
                let regex = regex.as_ref()?;
                if regex.find(text).is_some() {
                    return None;
                }
                pattern_broken(component)
            }
            Rule::Required => (!has_value(component, value))
                .then(|| Broken::new("required", "required", ""))
                .flatten(),
            Rule::RequiredDay => required_day(component, value),
            Rule::Time => {
                if !value.truthy()
                    || crate::data_empty::is_component_data_empty(
                        moment,
                        Some(component),
                        None,
                        value,
                        &[],
                    )
                {
                    return None;
                }
                let format = component.prop("dataFormat");
                let format = if format.truthy() {
                    format.to_text()
                } else {
                    "HH:mm:ss".into()
                };
                dates::parse_time(&value.to_text(), &format)
                    .is_none()
                    .then(|| Broken::new("time", "time", ""))?
            }
            Rule::Url => value.truthy().then(|| url(value)).flatten(),
            Rule::Number => (value.truthy() && !matches!(value, Js::Num(_)))
                .then(|| Broken::new("number", "number", ""))
                .flatten(),
            Rule::Vietnamese => crate::vn::field::refused(component, value)
                .then(|| Broken::new(&component.kind, &component.kind, ""))
                .flatten(),
            Rule::Json(_) | Rule::Custom(_) | Rule::AvailableItems | Rule::RiskyPattern(_) => None,
        }
    }
}

/// The `onlyAvailableItems` rule is broken unless the value is one of the choices.
pub(crate) fn unavailable(fits: bool) -> Option<Broken> {
    (!fits)
        .then(|| Broken::new("onlyAvailableItems", "invalidOption", ""))
        .flatten()
}

/// The `pattern` rule is broken, with the definition's own message where it has one.
pub(crate) fn pattern_broken(component: &Component) -> Option<Broken> {
    let message = component.dig("validate.patternMessage");
    let key = if message.truthy() {
        message.to_text()
    } else {
        "pattern".into()
    };
    Broken::new("pattern", &key, component.dig("validate.pattern").to_text())
}

/// A limit of whole units; nothing where it is zero or no number.
fn whole(setting: &Js) -> Option<f64> {
    let number = match setting {
        Js::Str(text) => js::parse_int(text),
        Js::Num(n) => *n,
        Js::Bool(on) => f64::from(u8::from(*on)),
        _ => return None,
    };
    (number != 0.0 && !number.is_nan()).then_some(number)
}

fn amount(setting: &Js) -> Option<f64> {
    let number = match setting {
        Js::Str(text) => js::parse_float(text),
        Js::Undefined => return None,
        other => other.to_number(),
    };
    (!number.is_nan()).then_some(number)
}

/// Text by `parseFloat`, the rest by `Number`; nothing for what is no number, where form.io throws.
fn as_number(value: &Js) -> Option<f64> {
    let number = if value.as_str().is_some() {
        value.parse_float()
    } else {
        value.to_number()
    };
    (!number.is_nan()).then_some(number)
}

/// Options ticked; nothing where form.io throws.
fn selected(value: &Js) -> Option<f64> {
    if !value.truthy() {
        return None;
    }
    let values: Vec<&Js> = match value {
        Js::Obj(props) => props.values().collect(),
        Js::Arr(items) => items.iter().collect(),
        _ => return None,
    };
    values
        .iter()
        .all(|item| matches!(item, Js::Bool(_)))
        .then(|| values.iter().filter(|item| item.truthy()).count() as f64)
}

fn multiple_applies(component: &Component) -> bool {
    match component.kind.as_str() {
        "hidden" | "address" => component.multiple(),
        "textarea" => component.prop("as").as_str() == Some("json") && component.multiple(),
        "select" => false,
        _ => true,
    }
}

fn multiple(component: &Component, value: &Js) -> Option<Broken> {
    let list = value.as_arr();
    let stored_list =
        component.kind == "tags" && component.prop("storeas").as_str() == Some("array");
    let rows = component.is_rows() || stored_list;
    let required = component.traits.required;
    if component.multiple() {
        let Some(items) = list else {
            let broken = if value.is_nil() { required } else { true };
            return broken.then(|| Broken::new("array", "array", ""))?;
        };
        if items.is_empty() {
            return required.then(|| Broken::new("array_nonempty", "array_nonempty", ""))?;
        }
        let nested = items.first().is_some_and(|item| item.as_arr().is_some());
        return (!rows && nested && component.model != Model::Any)
            .then(|| Broken::new("nonarray", "nonarray", ""))?;
    }
    let may_be_list = match component.kind.as_str() {
        "select" | "textfield" => component.multiple(),
        "tags" => component.prop("storeas").as_str() != Some("string"),
        _ => true,
    };
    (!may_be_list && !rows && list.is_some()).then(|| Broken::new("nonarray", "nonarray", ""))?
}
