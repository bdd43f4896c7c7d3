//! Checking the rules of a component at its place.

use super::*;
use crate::normalize::squeeze;
use crate::rule::{Broken, Rule, pattern_broken};

impl Run<'_> {
    pub(super) fn validate(
        &mut self,
        place: &Place<'_, '_>,
        rules: &[Rule],
        scope: Option<bool>,
        intended: bool,
    ) {
        let component = &place.component;
        if component.traits.unchecked {
            return;
        }
        if !component.traits.validate_when_hidden {
            let hidden = scope
                .or_else(|| self.tables.first(&place.path))
                .unwrap_or(false);
            if hidden || intended || component.traits.hidden {
                return;
            }
        }
        let value = self.value(place);
        let tidy = |value: &Js| match value {
            Js::Str(text) if component.traits.one_space => Js::Str(squeeze(text)),
            other => other.clone(),
        };
        match &value {
            Js::Arr(items) if component.multiple() && !items.is_empty() => {
                for (at, item) in items.iter().enumerate() {
                    let item = tidy(item);
                    for rule in rules
                        .iter()
                        .filter(|rule| !rule.whole_list() && rule.applies(component, &value))
                    {
                        self.check(place, rule, &item, Some(at));
                    }
                }
                for rule in rules.iter().filter(|rule| rule.whole_list()) {
                    self.check(place, rule, &value, None);
                }
            }
            _ => {
                let tidied = tidy(&value);
                for rule in rules.iter().filter(|rule| rule.applies(component, &value)) {
                    self.check(place, rule, &tidied, None);
                }
            }
        }
    }

    pub(super) fn check(
        &mut self,
        place: &Place<'_, '_>,
        rule: &Rule,
        value: &Js,
        at: Option<usize>,
    ) {
        let component = &place.component;
        let broken = match rule {
            Rule::Json(logic) => {
                let seed = if value.truthy() {
                    value.clone()
                } else {
                    Js::Null
                };
                match self.json_logic(place, "validate.json", logic, &seed) {
                    Js::Null | Js::Bool(true) => None,
                    message => {
                        let key = if message.truthy() {
                            message.to_text()
                        } else {
                            "jsonLogic".into()
                        };
                        Broken::new("json", &key, "")
                    }
                }
            }
            Rule::Custom(script) => {
                let valid = self.script_at(
                    place,
                    script,
                    "valid",
                    "",
                    value,
                    Some(("valid", Js::Bool(true))),
                    at,
                );
                match valid {
                    Js::Undefined | Js::Null | Js::Bool(true) => None,
                    Js::Str(message) => Broken::new("custom", &message, ""),
                    _ => Broken::new("custom", "custom", ""),
                }
            }
            Rule::AvailableItems => {
                if !crate::items::available(component, value, &mut || self.made_choices(place)) {
                    Broken::new("onlyAvailableItems", "invalidOption", "")
                } else {
                    None
                }
            }
            Rule::RiskyPattern(pattern) => match value.as_str().filter(|text| !text.is_empty()) {
                Some(text) => {
                    let fits = self.sandbox.matches(pattern, text);
                    if let Some(why) = self.sandbox.stopped() {
                        self.stop(place, "validate.pattern", why, false);
                    }
                    if fits {
                        None
                    } else {
                        pattern_broken(component)
                    }
                }
                None => None,
            },
            rule => rule.check(component, value, &self.moment(place)),
        };
        let Some(broken) = broken else { return };
        let message = component.dig("validate.customMessage");
        let key = if message.truthy() {
            message.to_text()
        } else {
            broken.key.clone()
        };
        if self.tables.tell(&place.path, key) {
            self.failures.push(Failure {
                id: place.id,
                path: place.path.clone(),
                broken,
            });
        }
    }
}
