//! The evaluation pass: calculations, logic, conditions, and clearing what is hidden.

use super::submission::listed;
use super::*;
use crate::definition::Calculation;
use crate::hand::Typed;
use crate::interpolate::{escape_strings, interpolate};
use crate::logic::{Action, Source, Trigger};
use crate::translate::Language;
use serde_json::Value;

impl<'a> Run<'a> {
    /// Returns whether the component is hidden by a condition, and whether on purpose.
    pub(super) fn evaluate(&mut self, place: &mut Place<'a, '_>) -> (bool, bool) {
        self.custom_default(place);
        self.calculate(place);
        let mut scope = None;
        if !place.component.logic.is_empty() {
            scope = self.logic(place);
        }
        if place.component.condition.is_some() || place.component.custom_condition.is_some() {
            let hidden = self.custom_hidden(place) || self.declared_hidden(place);
            scope = Some(self.note_condition(place, hidden));
        }
        let (hidden, intended) = self.clear_hidden(place, &mut scope);
        if !place.component.rules.is_empty() {
            let component = place.component.clone();
            self.validate(place, &component.rules, scope, intended);
        }
        if self.trace.is_none() {
            return (hidden || scope == Some(true), intended);
        }
        let static_hidden = place.component.traits.hidden;
        let own = self.tables.any_hidden(&place.path) && place.component.has_model()
            || scope == Some(true) && !place.base.hidden;
        if own || static_hidden {
            self.show_as(place).unseen = true;
        }
        if place.base.unseen || hidden || intended {
            self.covered = Some((place.id, place.path.clone()));
        } else if place.component.choices.is_some() {
            let items = self.made_choices(place).unwrap_or_default();
            let choices = crate::items::of_list(&place.component.raw, &items);
            let choices = serde_json::to_value(choices).unwrap_or_default();
            self.show_as(place)
                .overrides
                .insert("choices".to_owned(), choices);
        }
        (hidden || scope == Some(true), intended)
    }

    pub(super) fn custom_default(&mut self, place: &Place<'_, '_>) {
        let component = place.component.clone();
        let Some(default) = &component.custom_default else {
            return;
        };
        if self.row_has(place) {
            return;
        }
        let value = match default {
            Calculation::Script(script) => self.script(place, script, "value", "", &Js::Null, None),
            Calculation::Json(logic) => {
                self.json_logic(place, "customDefaultValue", logic, &Js::Null)
            }
            Calculation::Words(_) => Js::Null,
        };
        let value = listed(&component, value);
        self.give_default(place, value);
    }

    pub(super) fn calculate(&mut self, place: &Place<'_, '_>) {
        let component = place.component.clone();
        let Some(calculation) = &component.calculate else {
            return;
        };
        let value = self.value(place);
        // An answer that was typed over and is emptied goes back to the calculation, in rows too.
        let given_back = self.hand.is_some() && component.is_typed_over();
        if value.is_undefined()
            && !given_back
            && place.base.parent_rows
            && self.parent_is_nested_array(place)
        {
            return;
        }
        let seed = if value.truthy() {
            value.clone()
        } else {
            Js::Null
        };
        let new = match calculation {
            Calculation::Script(script) => self.script(place, script, "value", "", &seed, None),
            Calculation::Json(logic) => self.json_logic(place, "calculateValue", logic, &seed),
            Calculation::Words(source) => {
                let row = path::get(&self.data, &place.base.segs);
                let near = path::get(row, source);
                let source = if near.is_undefined() {
                    path::get(&self.data, source)
                } else {
                    near
                };
                Js::Str(crate::vn::field::words(&place.component.kind, source))
            }
        };
        if matches!(new, Js::Null) || self.is_typed_over(place, &value, &new) {
            return;
        }
        let segs = Self::effective(place);
        self.given.push((segs.clone(), new.clone(), Given::Rule));
        self.set(place, &segs, new);
    }

    /// Whether what was typed stands against what was calculated.
    fn is_typed_over(&mut self, place: &Place<'_, '_>, value: &Js, new: &Js) -> bool {
        let typed = self.hand.and_then(|hand| hand.at(&place.segs));
        let Some(typed) = typed.filter(|_| place.component.is_typed_over()) else {
            return false;
        };
        let result = new.to_json();
        // Twins have one answer, which stands against one result: the first's.
        let mut settled = self.settled.iter().filter(|(at, _)| *at == place.segs);
        let (holds, settles) = match (typed, settled.next()) {
            (Typed::Over(before), _) => (*before == result, false),
            (Typed::Now, Some((_, before))) => (before.same(new), false),
            (Typed::Now, None) => (!value.same(new), true),
        };
        if holds {
            if settles {
                self.settled.push((place.segs.clone(), new.clone()));
            }
            let overrides = &mut self.show_as(place).overrides;
            overrides.insert("calculated".to_owned(), result);
        }
        holds
    }

    pub(super) fn parent_is_nested_array(&self, place: &Place<'_, '_>) -> bool {
        place
            .component
            .parent
            .and_then(|id| self.form.component(id))
            .is_some_and(|parent| parent.model == Model::NestedArray)
    }

    pub(super) fn logic(&mut self, place: &mut Place<'a, '_>) -> Option<bool> {
        let mut scope = None;
        let component = place.component.clone();
        for logic in &component.logic {
            let result = match &logic.trigger {
                Trigger::Simple(Some(condition)) => {
                    Js::Bool(condition.triggers(&self.moment(place)))
                }
                Trigger::Script(Some(script)) => {
                    let value = self.value(place);
                    self.script(place, script, "result", "result = true; ", &value, None)
                }
                Trigger::Json(Some(json)) => {
                    let value = self.value(place);
                    self.json_logic(place, "logic", json, &value)
                }
                _ => Js::Bool(false),
            };
            if !result.truthy() {
                continue;
            }
            for action in &logic.actions {
                self.act(place, action, &result, &mut scope);
            }
        }
        scope
    }

    pub(super) fn act(
        &mut self,
        place: &mut Place<'a, '_>,
        action: &Action,
        result: &Js,
        scope: &mut Option<bool>,
    ) {
        match action {
            Action::Flag { property, on } => {
                let segs = path::parse(property);
                let now = path::get(&place.component.raw, &segs);
                let now = if now.is_undefined() {
                    "false".to_owned()
                } else {
                    now.to_text()
                };
                if now == *on {
                    return;
                }
                let on = on == "true";
                self.change_component(place, |raw| path::set(raw, &segs, Js::Bool(on)));
                if property == "hidden" && !place.path.is_empty() {
                    let hidden = place.component.traits.hidden;
                    if self.tables.first(&place.path).is_some() {
                        self.tables.put(&place.path, hidden);
                        *scope = Some(hidden);
                    } else {
                        self.tables.push(&place.path, hidden);
                    }
                }
                self.note_override(place, property);
            }
            Action::Text { property, text } => {
                let segs = path::parse(property);
                let now = path::get(&place.component.raw, &segs).clone();
                let now = if now.is_undefined() { Js::str("") } else { now };
                let context = Js::Obj(crate::js::Props::from([
                    ("data".to_owned(), escape_strings(&self.data)),
                    (
                        "row".to_owned(),
                        escape_strings(path::get(&self.data, &place.base.segs)),
                    ),
                    ("result".to_owned(), escape_strings(result)),
                    ("value".to_owned(), now.clone()),
                    ("component".to_owned(), place.component.raw.clone()),
                ]));
                let new = interpolate(text, &context);
                if now.as_str() != Some(&new) {
                    self.change_component(place, |raw| path::set(raw, &segs, Js::Str(new)));
                    self.note_override(place, property);
                }
            }
            Action::Value(source) => {
                let old = self.value(place);
                let new = match source {
                    Source::Script(script) => self.script(
                        place,
                        script,
                        "value",
                        "",
                        &old,
                        Some(("result", result.clone())),
                    ),
                    Source::Json(json) => self.json_logic(place, "logic", json, &old),
                    Source::Null => Js::Null,
                    Source::Keep => old.clone(),
                };
                if let Some(raw) = self.sandbox.component_written() {
                    self.change_component(place, |component| *component = raw);
                }
                let cleared = place.component.traits.asks_to_clear
                    && self.tables.first(&place.path) == Some(true);
                if !old.same(&new) && !cleared {
                    let segs = Self::effective(place);
                    self.given.push((segs.clone(), new.clone(), Given::Rule));
                    self.set(place, &segs, new);
                }
            }
            Action::Merge(script) => {
                let old = self.value(place);
                let schema = self.script(
                    place,
                    script,
                    "schema",
                    "",
                    &old,
                    Some(("result", escape_strings(result))),
                );
                if let Js::Obj(schema) = schema {
                    let names: Vec<String> = schema.keys().cloned().collect();
                    self.change_component(place, |raw| {
                        if let Js::Obj(raw) = raw {
                            raw.extend(schema);
                        }
                    });
                    for name in names {
                        self.note_override(place, &name);
                    }
                }
            }
        }
    }

    pub(super) fn change_component(
        &mut self,
        place: &mut Place<'a, '_>,
        change: impl FnOnce(&mut Js),
    ) {
        let mut component = (*place.component).clone();
        change(&mut component.raw);
        let (condition, logic) = (
            component.condition.take(),
            std::mem::take(&mut component.logic),
        );
        component.recompile();
        // What was resolved against the whole form stays so.
        component.condition = condition;
        component.logic = logic;
        let component = Rc::new(component);
        self.changed.insert(place.id, Rc::clone(&component));
        place.component = Now::Changed(component);
    }

    pub(super) fn note_override(&mut self, place: &Place<'_, '_>, property: &str) {
        if self.trace.is_none() {
            return;
        }
        let mut value = path::get(&place.component.raw, &path::parse(property)).to_json();
        let mut name = property.rsplit('.').next().unwrap_or(property).to_owned();
        if matches!(property, "html" | "content" | "tag") {
            // Markup goes to the screen sanitised only.
            let markup = crate::shape::markup(&place.component, &Language::default());
            name = "html".to_owned();
            value = Value::String(crate::html::sanitise(&markup));
        }
        self.show_as(place).overrides.insert(name, value);
    }

    fn show_as(&mut self, place: &Place<'_, '_>) -> &mut Shown {
        self.shown.get_or_insert_with(|| Shown {
            path: concrete(&place.component.node_path, &place.base.rows),
            ..Shown::default()
        })
    }

    pub(super) fn declared_hidden(&mut self, place: &Place<'_, '_>) -> bool {
        let component = place.component.clone();
        let Some(condition) = &component.condition else {
            return false;
        };
        let mut show = None;
        if let Some(json) = &condition.json {
            let value = self.value(place);
            let answer = self.json_logic(place, "conditional", json, &value);
            show = (!answer.is_nil()).then(|| answer.truthy());
        }
        if condition.declarative() {
            show = condition.shows(&self.moment(place));
        }
        show == Some(false)
    }

    pub(super) fn custom_hidden(&mut self, place: &Place<'_, '_>) -> bool {
        let component = place.component.clone();
        let Some(script) = &component.custom_condition else {
            return false;
        };
        let value = self.value(place);
        let show = self.script(place, script, "show", "show = true; ", &value, None);
        !matches!(show, Js::Null) && !show.truthy()
    }

    pub(super) fn note_condition(&mut self, place: &Place<'_, '_>, hidden: bool) -> bool {
        if place.path.is_empty() {
            // Content at the top has no data path: form.io notes it by its key, anew each time. Without a key either, it
            // would be noted for all content at the top.
            let key = path::text(&place.component.key_segs);
            if !key.is_empty() {
                self.tables.push(&key, hidden);
            }
        } else {
            self.tables.put(&place.path, hidden);
        }
        hidden
    }

    pub(super) fn clear_hidden(
        &mut self,
        place: &Place<'_, '_>,
        scope: &mut Option<bool>,
    ) -> (bool, bool) {
        let component = &place.component;
        let hidden = place.base.hidden || self.tables.any_hidden(&place.path);
        if hidden {
            *scope = Some(true);
        }
        let intended = place.base.intended || component.traits.hidden;
        let value = self.value(place);
        if !value.is_undefined()
            && component.keeps
            && clears(component)
            && (hidden || *scope == Some(true))
        {
            self.wrote(place, &place.segs);
            path::unset(&mut self.data, &place.segs);
            self.cleared();
        }
        (hidden, intended)
    }
}
