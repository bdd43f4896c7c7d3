//! Checking the rules of a component at its place.

use super::*;
use crate::items::available;
use crate::rule::{Broken, Rule, pattern_broken, unavailable};

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
        Rule::each(rules, component, &value, |rule, value, at| {
            self.check(place, rule, value, at);
        });
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
            Rule::AvailableItems => unavailable(available(component, value, &mut || {
                self.made_choices(place)
            })),
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
                item: at,
                broken,
            });
        }
    }
}
