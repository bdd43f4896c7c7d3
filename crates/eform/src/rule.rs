//! The validation rules of `@formio/core`, in its order, read from a component once and checked per value.

use std::sync::OnceLock;

use regress::Regex;

use crate::data_empty::has_value;
use crate::dates;
use crate::definition::{Component, Model};
use crate::js::{self, Js};
use crate::mask::Masks;
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
    pub(crate) fn applies(&self, component: &Component, whole: &Js) -> bool {
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

    /// Looks at the whole list of a component that takes several values.
    pub(crate) fn whole_list(&self) -> bool {
        matches!(self, Rule::Multiple)
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
            Rule::Email => (value.as_str().is_some_and(|text| {
                !text.is_empty() && email().is_none_or(|r| r.find(text).is_none())
            }))
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

/// Whether a group that may repeat holds something that may repeat or choose: `(a+)*`, `(a|b)+`.
fn risky(pattern: &str) -> bool {
    let mut groups: Vec<bool> = Vec::new();
    let mut chars = pattern.chars().peekable();
    let mut in_class = false;
    let repeats = |c: Option<&char>| matches!(c, Some('*' | '+' | '{'));
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '[' => in_class = true,
            ']' => in_class = false,
            _ if in_class => {}
            '(' => groups.push(false),
            ')' => {
                let varied = groups.pop().unwrap_or(false);
                if varied && repeats(chars.peek()) {
                    return true;
                }
                if let Some(outer) = groups.last_mut() {
                    *outer |= varied || repeats(chars.peek());
                }
            }
            '*' | '+' | '{' | '|' => {
                if let Some(group) = groups.last_mut() {
                    *group = true;
                }
            }
            _ => {}
        }
    }
    false
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

fn words(text: &str) -> f64 {
    text.split_whitespace().count().max(1) as f64
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

fn date(moment: &Moment<'_>, value: &Js) -> Option<Broken> {
    let fits = value
        .as_str()
        .is_some_and(|text| dates::js_date(moment.zone, text).is_some());
    (!fits).then(|| Broken::new("date", "invalidDate", ""))?
}

/// Day, month and year of a day's text, hidden parts as 0; NaN where a part is no number.
/// Nothing where form.io throws, because a part is missing and the definition doesn't tell what is hidden.
fn day_parts(component: &Component, text: &str) -> Option<(f64, f64, f64)> {
    let values: Vec<f64> = text.split('/').map(js::parse_int).collect();
    let at = |index: i32| {
        usize::try_from(index)
            .ok()
            .and_then(|index| values.get(index))
            .copied()
            .unwrap_or(f64::NAN)
    };
    let (mut day_at, mut month_at, mut year_at) = if component.flag("dayFirst") {
        (0, 1, 2)
    } else {
        (1, 0, 2)
    };
    let (mut day, mut month, mut year) = (at(day_at), at(month_at), at(year_at));
    if values.len() != 3 {
        if ["day", "month", "year"]
            .iter()
            .any(|part| component.dig(&format!("fields.{part}")).is_nil())
        {
            return None;
        }
        let hidden = |part: &str| component.dig(&format!("fields.{part}.hide")).truthy();
        let less = |at: i32| if at == 0 { 0 } else { at - 1 };
        if hidden("day") {
            month_at = less(month_at);
            year_at -= 1;
            day = 0.0;
            month = at(month_at);
            year = at(year_at);
        }
        if hidden("month") {
            day_at = less(day_at);
            year_at -= 1;
            day = if hidden("day") && day == 0.0 {
                0.0
            } else {
                at(day_at)
            };
            month = 0.0;
            year = at(year_at);
        }
        if hidden("year") {
            day = if hidden("day") && day == 0.0 {
                0.0
            } else {
                at(day_at)
            };
            month = if hidden("month") && month == 0.0 {
                0.0
            } else {
                at(month_at)
            };
            year = 0.0;
        }
    }
    Some((day, month, year))
}

fn day(component: &Component, value: &Js) -> Option<Broken> {
    let broken = || Broken::new("day", "invalidDay", "");
    let Some(text) = value.as_str() else {
        return broken();
    };
    let (day, month, year) = day_parts(component, text)?;
    let leap = year % 400.0 == 0.0
        || (year % 100.0 != 0.0 && !(year % 100.0).is_nan() && year % 4.0 == 0.0);
    let longest = if [4.0, 6.0, 9.0, 11.0].contains(&month) {
        30.0
    } else if month == 2.0 {
        if leap { 29.0 } else { 28.0 }
    } else {
        31.0
    };
    let fits = (0.0..=longest).contains(&day)
        && (0.0..=12.0).contains(&month)
        && (0.0..=9999.0).contains(&year);
    if fits { None } else { broken() }
}

fn required_day(component: &Component, value: &Js) -> Option<Broken> {
    if !value.truthy() {
        return Broken::new("day", "requiredDayEmpty", "");
    }
    let (day, month, year) = day_parts(component, value.as_str()?)?;
    let missing = |part: f64, name: &str| {
        (part == 0.0 || part.is_nan()) && component.dig(&format!("fields.{name}.required")).truthy()
    };
    if missing(day, "day") {
        return Broken::new("day", "requiredDayField", "");
    }
    if missing(month, "month") {
        return Broken::new("day", "requiredMonthField", "");
    }
    if missing(year, "year") {
        return Broken::new("day", "requiredYearField", "");
    }
    None
}

fn day_limit(
    component: &Component,
    value: &Js,
    moment: &Moment<'_>,
    limit: &Js,
    rule: &str,
    fits: fn(i64, i64) -> bool,
) -> Option<Broken> {
    let text = value.as_str().filter(|text| !text.is_empty())?;
    let first = component.flag("dayFirst");
    let parts: Vec<&str> = text.split('/').collect();
    let (day, month) = if first { (0, 1) } else { (1, 0) };
    if parts.get(day) == Some(&"00")
        || parts.get(month) == Some(&"00")
        || parts.get(2) == Some(&"0000")
    {
        return None;
    }
    let limit = dates::civil(moment.zone, moment.setting(limit)?)?.date();
    let start = dates::local(
        moment.zone,
        limit.year().into(),
        limit.month().into(),
        limit.day().into(),
        [0; 4],
    )?;
    let shown = format!(
        "{:02}/{:02}/{:04}",
        limit.day(),
        limit.month(),
        limit.year()
    );
    match dates::parse_day(moment.zone, text, first) {
        Some(date) if fits(date, start) => None,
        _ => Broken::new(rule, rule, shown),
    }
}

fn date_limit(
    component: &Component,
    value: &Js,
    moment: &Moment<'_>,
    limit: &Js,
    latest: bool,
) -> Option<Broken> {
    if value.as_str().is_none_or(str::is_empty) {
        return None;
    }
    let rule = if latest { "maxDate" } else { "minDate" };
    let limit = moment.setting(limit)?;
    let on = dates::civil(moment.zone, limit)?.date();
    let edge = if component.dig("widget.enableTime").truthy() {
        limit
    } else {
        let (year, month, day) = (on.year().into(), on.month().into(), i64::from(on.day()));
        let start = dates::local(moment.zone, year, month, day, [0; 4])?;
        if latest {
            dates::local(moment.zone, year, month, day + 1, [0; 4])? - 1
        } else {
            start
        }
    };
    let shown = format!("{:02}/{:02}/{:04}", on.day(), on.month(), on.year());
    match moment.instant(value) {
        Some(date) if latest && date <= edge => None,
        Some(date) if !latest && date >= edge => None,
        _ => Broken::new(rule, rule, shown),
    }
}

fn year(component: &Component, value: &Js, latest: bool) -> Option<Broken> {
    let (rule, own, inner) = if latest {
        (
            "maxYear",
            component.prop("maxYear"),
            component.dig("fields.year.maxYear"),
        )
    } else {
        (
            "minYear",
            component.prop("minYear"),
            component.dig("fields.year.minYear"),
        )
    };
    if !matches!(value, Js::Str(_) | Js::Num(_)) {
        return None;
    }
    let text = value.to_text();
    let year = text
        .len()
        .checked_sub(4)
        .and_then(|at| text.get(at..))
        .filter(|y| y.bytes().all(|b| b.is_ascii_digit()))?;
    if own.truthy() && inner.truthy() && !own.strict_eq(inner) {
        return None;
    }
    let limit = if own.truthy() || !latest { own } else { inner };
    if !limit.truthy() {
        return None;
    }
    let (year, bound) = (js::text_number(year), limit.to_number());
    let fits = if latest { year <= bound } else { year >= bound };
    if fits {
        None
    } else {
        Broken::new(rule, rule, limit.to_text())
    }
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

fn email() -> Option<&'static Regex> {
    static REGEX: OnceLock<Option<Regex>> = OnceLock::new();
    REGEX
        .get_or_init(|| {
            Regex::new(
                r#"^(([^<>()[\]\\.,;:\s@"]+(\.[^<>()[\]\\.,;:\s@"]+)*)|(".+"))@((\[[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}])|(([a-zA-Z\-0-9]+\.)+[a-zA-Z]{2,}))$"#,
            )
            .ok()
        })
        .as_ref()
}

/// Host names and paths as the expressions that form.io tests: any scheme of three or none, public addresses, an ending of two letters unless a scheme is given.
fn url(value: &Js) -> Option<Broken> {
    static REGEXES: OnceLock<Option<(Regex, Regex)>> = OnceLock::new();
    let broken = || Broken::new("url", "invalid_url", "");
    let Some(text) = value.as_str() else {
        return broken();
    };
    let regexes = REGEXES.get_or_init(|| {
        let user = r"(?:\S+(?::\S*)?@)?";
        let address = r"(?!(?:10|127)(?:\.\d{1,3}){3})(?!(?:169\.254|192\.168)(?:\.\d{1,3}){2})(?!172\.(?:1[6-9]|2\d|3[0-1])(?:\.\d{1,3}){2})(?:[1-9]\d?|1\d\d|2[01]\d|22[0-3])(?:\.(?:1?\d{1,2}|2[0-4]\d|25[0-5])){2}(?:\.(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-4]))";
        let name = r"(?:(?:[a-z\u00a1-\uffff0-9]-*)*[a-z\u00a1-\uffff0-9]+)(?:\.(?:[a-z\u00a1-\uffff0-9]-*)*[a-z\u00a1-\uffff0-9]+)*(?:\.(?:[a-z\u00a1-\uffff]{2,}))";
        let end = r"(?::\d{2,5})?(?:[/?#]\S*)?$";
        let with_ending = Regex::with_flags(&format!(r"^(?:(?:(?:https?|ftp):)?\/\/)?{user}(?:{address}|{name}){end}"), "i").ok()?;
        let with_scheme = Regex::with_flags(&format!(r"^(?:https?|ftp):\/\/{user}(?:{address}|{name}?){end}"), "i").ok()?;
        Some((with_ending, with_scheme))
    });
    let Some((with_ending, with_scheme)) = regexes else {
        return None;
    };
    // The expressions take exponential time on long host names; nothing that long is an address.
    let fits = text.len() <= 2000
        && (with_ending.find(text).is_some() || with_scheme.find(text).is_some())
        && email().is_none_or(|email| email.find(text).is_none());
    if fits { None } else { broken() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_without_end_are_known() {
        for pattern in ["^(a+)+$", "^(a|aa)+$", "^((\\d*)x)*$", "^(?:(?:a{2,})b)*$"] {
            assert!(risky(pattern), "{pattern}");
        }
        for pattern in [
            "^\\d{9}|\\d{12}$",
            "^(abc)+$",
            "^[(+]*$",
            "^(a|b)c$",
            "^\\(+\\)$",
        ] {
            assert!(!risky(pattern), "{pattern}");
        }
    }
}
