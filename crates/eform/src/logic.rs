//! form.io's `logic`: triggers that change properties or values.

use crate::condition::Condition;
use crate::definition::Names;
use crate::js::Js;
use crate::script::Script;

/// A trigger and what it does.
#[derive(Debug, Clone)]
pub(crate) struct Logic {
    pub(crate) trigger: Trigger,
    pub(crate) actions: Vec<Action>,
}

#[derive(Debug, Clone)]
pub(crate) enum Trigger {
    Simple(Option<Condition>),
    Script(Option<Script>),
    Json(Option<Js>),
    /// Browser events and what form.io doesn't know.
    Never,
}

#[derive(Debug, Clone)]
pub(crate) enum Action {
    /// Sets a property to true or false.
    Flag { property: String, on: String },
    /// Sets a property to a text with `{{ }}` filled in.
    Text { property: String, text: String },
    /// Sets the value.
    Value(Source),
    /// Merges an object that a script makes into the component.
    Merge(Script),
}

/// What gives a value.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    Script(Script),
    Json(Js),
    /// Nothing to run, which form.io evaluates to null.
    Null,
    /// An empty script, which leaves the value as it is.
    Keep,
}

impl Logic {
    pub(crate) fn read_all(raw: &Js) -> Vec<Logic> {
        raw.as_arr()
            .into_iter()
            .flatten()
            .filter_map(Logic::read)
            .collect()
    }

    fn read(raw: &Js) -> Option<Logic> {
        let trigger = raw.prop("trigger");
        let actions: Vec<Action> = raw
            .prop("actions")
            .as_arr()
            .into_iter()
            .flatten()
            .filter_map(Action::read)
            .collect();
        if !trigger.truthy() || actions.is_empty() {
            return None;
        }
        let trigger = match trigger.prop("type").as_str() {
            Some("simple") => Trigger::Simple(Condition::read(trigger.prop("simple"))),
            Some("javascript") => {
                Trigger::Script(Script::read(trigger.prop("javascript"), "logic"))
            }
            Some("json") => Trigger::Json(
                trigger
                    .prop("json")
                    .is_object()
                    .then(|| trigger.prop("json").clone()),
            ),
            _ => Trigger::Never,
        };
        Some(Logic { trigger, actions })
    }

    pub(crate) fn resolve(&mut self, names: &Names, local: Option<&Names>) {
        if let Trigger::Simple(Some(condition)) = &mut self.trigger {
            condition.resolve(names, local);
        }
    }

    /// The scripts in it.
    pub(crate) fn scripts(&self) -> impl Iterator<Item = &Script> {
        let trigger = match &self.trigger {
            Trigger::Script(script) => script.as_ref(),
            _ => None,
        };
        trigger
            .into_iter()
            .chain(self.actions.iter().filter_map(|action| match action {
                Action::Merge(script) | Action::Value(Source::Script(script)) => Some(script),
                _ => None,
            }))
    }
}

/// Whether an action is none that is ever taken.
pub(crate) fn does_nothing(action: &Js) -> bool {
    Action::read(action).is_none()
}

impl Action {
    fn read(raw: &Js) -> Option<Action> {
        let property = raw.prop("property");
        match raw.prop("type").as_str()? {
            "property" => match property.prop("type").as_str()? {
                "boolean" => {
                    let state = raw.prop("state");
                    (!state.is_nil()).then(|| Action::Flag {
                        property: property.prop("value").to_text(),
                        on: state.to_text(),
                    })
                }
                "string" => {
                    let from = property.prop("component");
                    let text = if from.truthy() {
                        raw.prop(&from.to_text())
                    } else {
                        raw.prop("text")
                    };
                    Some(Action::Text {
                        property: property.prop("value").to_text(),
                        text: text.to_text(),
                    })
                }
                _ => None,
            },
            "value" => Some(Action::Value(Source::read(raw.prop("value")))),
            "customAction" => Some(Action::Value(Source::read(raw.prop("customAction")))),
            "mergeComponentSchema" => {
                Script::read(raw.prop("schemaDefinition"), "logic").map(Action::Merge)
            }
            _ => None,
        }
    }
}

impl Source {
    fn read(raw: &Js) -> Source {
        match raw {
            Js::Obj(_) | Js::Arr(_) => Source::Json(raw.clone()),
            Js::Str(code) if code.is_empty() => Source::Keep,
            code => Script::read(code, "logic").map_or(Source::Null, Source::Script),
        }
    }
}
