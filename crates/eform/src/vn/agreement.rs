//! A citizen's number tells the year of birth and the sex; other answers of the form may say otherwise.

use super::{CitizenId, PartialDate};
use crate::condition::instances;
use crate::definition::{Component, Form};
use crate::js::Js;
use crate::path::{self, Seg};

/// Numbers that disagree with the answers that their component names, `"agreesWith": {"birthDate": KEY, "sex": KEY}` (beside it, or a path from the form's
/// root), with words for the person. Life has exceptions, so it is no error.
pub(crate) fn disagreements(form: &Form, data: &Js, english: bool) -> Vec<(Vec<Seg>, String)> {
    let mut found = Vec::new();
    for (id, component) in form.ids() {
        if component.kind != "vnCitizenId" || !component.prop("agreesWith").is_object() {
            continue;
        }
        for (segs, _) in instances(form, data, id) {
            let id = path::get(data, &segs).as_str().and_then(CitizenId::parse);
            let said = |name: &str| other(component, data, &segs, name);
            let Some(id) = id else { continue };
            let year = said("birthDate").and_then(|text| match PartialDate::parse(text)? {
                PartialDate::Year(year) | PartialDate::Month(year, _) => Some(year),
                PartialDate::Day(date) => Some(date.year()),
            });
            let female = said("sex").and_then(is_female);
            let fits = year.is_none_or(|year| i32::from(year) == i32::from(id.birth_year()))
                && female.is_none_or(|female| female == id.is_female());
            if fits {
                continue;
            }
            let (year, words) = (id.birth_year(), id.is_female());
            found.push((
                segs,
                match (english, words) {
                    (false, female) => format!(
                        "Số này thường là của người sinh năm {year}, {}; khác với ngày sinh hoặc giới tính đã khai. Hãy so lại với thẻ.",
                        if female { "nữ" } else { "nam" }
                    ),
                    (true, female) => format!(
                        "This is usually the number of a {} born in {year}, unlike the date of birth or the sex given. Compare it with the card.",
                        if female { "woman" } else { "man" }
                    ),
                },
            ));
        }
    }
    found
}

/// The answer that a component names.
fn other<'a>(component: &Component, data: &'a Js, segs: &[Seg], name: &str) -> Option<&'a str> {
    let key = component.dig(&format!("agreesWith.{name}")).as_str()?;
    let mut beside = segs
        .get(..segs.len().saturating_sub(component.key_segs.len()))?
        .to_vec();
    beside.extend(path::parse(key));
    let value = if path::has(data, &beside) {
        path::get(data, &beside)
    } else {
        path::get(data, &path::parse(key))
    };
    value.as_str().filter(|text| !text.trim().is_empty())
}

/// Reads a sex as forms usually keep it; nothing where it is a code of the form's own.
fn is_female(text: &str) -> Option<bool> {
    match hoso_places::fold(text.trim()).as_str() {
        "nam" | "male" | "m" => Some(false),
        "nu" | "female" | "f" => Some(true),
        _ => None,
    }
}
