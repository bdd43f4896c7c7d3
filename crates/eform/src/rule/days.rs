//! Rules about days, dates and years.

use super::Broken;
use crate::dates;
use crate::definition::Component;
use crate::js::{self, Js};
use crate::run::Moment;

pub(super) fn date(moment: &Moment<'_>, value: &Js) -> Option<Broken> {
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

pub(super) fn day(component: &Component, value: &Js) -> Option<Broken> {
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

pub(super) fn required_day(component: &Component, value: &Js) -> Option<Broken> {
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

pub(super) fn day_limit(
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

pub(super) fn date_limit(
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

pub(super) fn year(component: &Component, value: &Js, latest: bool) -> Option<Broken> {
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
