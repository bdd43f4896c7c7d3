//! The submission pass: defaults, tidying, and dropping what the form doesn't know.

use super::*;
use crate::normalize::normalize;
use crate::rule::Rule;

impl<'a> Run<'a> {
    pub(super) fn submit(&mut self, place: &Place<'_, '_>) {
        let component = &place.component;
        let value = self.value(place);
        if !value.is_undefined() {
            self.keep(place, true);
        }
        self.default_value(place);
        self.normalize(place);
        let own_hidden = if component.condition.is_some() || component.custom_condition.is_some() {
            let hidden = self.declared_hidden(place);
            Some(self.note_condition(place, hidden))
        } else {
            None
        };
        let component = place.component.clone();
        if let Some(rule) = component
            .rules
            .iter()
            .find(|rule| matches!(rule, Rule::AvailableItems))
        {
            self.validate(place, std::slice::from_ref(rule), own_hidden, false);
        }
    }

    /// Notes whether the value is one that the form knows.
    fn keep(&mut self, place: &Place<'_, '_>, kept: bool) {
        if self.phase == Phase::Submission {
            self.tables
                .filter
                .update(&place.path, |known| *known = kept);
        }
    }

    pub(super) fn default_value(&mut self, place: &Place<'_, '_>) {
        let component = &place.component;
        if !component.traits.default || self.row_has(place) {
            return;
        }
        let default = component.prop("defaultValue");
        let value = listed(component, default.clone());
        self.give_default(place, value);
    }

    pub(super) fn give_default(&mut self, place: &Place<'_, '_>, value: Js) {
        if value.is_nil() {
            return;
        }
        let segs = Self::effective(place);
        if segs.is_empty() {
            return;
        }
        self.given
            .push((segs.clone(), value.clone(), Given::Default));
        self.set(place, &segs, value);
        if place.component.model != Model::Number {
            self.keep(place, true);
        }
    }

    pub(super) fn row_has(&self, place: &Place<'_, '_>) -> bool {
        if place.component.key_segs.is_empty() {
            return false;
        }
        let row = path::get(&self.data, &place.base.segs);
        path::has(row, &place.component.key_segs)
    }

    pub(super) fn normalize(&mut self, place: &Place<'_, '_>) {
        let value = self.value(place);
        let tidy = normalize(&place.component, &value);
        if tidy.is_nil() {
            self.keep(place, false);
        } else if !value.same(&tidy)
            || (place.component.kind == "number" && tidy.as_arr().is_some())
        {
            // form.io makes a new list of numbers, and so takes it for changed.
            let segs = Self::effective(place);
            self.set(place, &segs, tidy);
            self.keep(place, true);
        }
    }

    /// Keeps what the form knows, after the children were looked at.
    pub(super) fn leave(&mut self, place: &Place<'_, '_>) {
        if self.phase != Phase::Submission {
            return;
        }
        let component = &place.component;
        let filtered = self.filtered.get_or_insert_with(Js::object);
        let value = if component.keeps {
            path::get(&self.data, &place.segs)
        } else {
            &Js::Undefined
        };
        if value.is_undefined() || self.tables.filter.get(&place.path) != Some(&true) {
            if component.kind == "number" {
                self.set(place, &place.segs, Js::Null);
            }
            return;
        }
        let value = value.clone();
        let segs = &place.segs;
        let nested = matches!(
            component.model,
            Model::DataObject | Model::NestedArray | Model::NestedDataArray | Model::Object
        );
        if component.kind == "address" || !nested {
            path::set(filtered, segs, value);
            return;
        }
        match component.model {
            Model::DataObject => {
                let mut inner = segs.clone();
                inner.push(Seg::Key("data".into()));
                let kept = path::get(filtered, &inner);
                let kept = if kept.is_undefined() {
                    Js::object()
                } else {
                    kept.clone()
                };
                self.wrote(place, segs);
                path::set(&mut self.data, &inner, kept);
                let whole = path::get(&self.data, segs).clone();
                let filtered = self.filtered.get_or_insert_with(Js::object);
                path::set(filtered, segs, whole);
            }
            Model::NestedDataArray => {
                let kept = path::get(filtered, segs).clone();
                let rows = value
                    .as_arr()
                    .into_iter()
                    .flatten()
                    .enumerate()
                    .map(|(at, row)| {
                        let mut row = row.as_obj().cloned().unwrap_or_default();
                        let data = kept
                            .as_arr()
                            .and_then(|rows| rows.get(at))
                            .map(|row| row.prop("data").clone());
                        row.insert(
                            "data".into(),
                            data.filter(Js::truthy).unwrap_or_else(Js::object),
                        );
                        Js::Obj(row)
                    });
                let rows = Js::Arr(rows.collect());
                path::set(filtered, segs, rows);
            }
            _ if !path::has(filtered, segs) => {
                let empty = if component.model == Model::NestedArray {
                    Js::Arr(crate::js::List::default())
                } else {
                    Js::object()
                };
                path::set(filtered, segs, empty);
            }
            _ => {
                let kept = path::get(filtered, segs).clone();
                self.set(place, segs, kept);
            }
        }
    }
}

/// A list for a component that takes several values.
pub(super) fn listed(component: &Component, value: Js) -> Js {
    if component.multiple() && value.as_arr().is_none() {
        return if value.truthy() {
            Js::Arr(vec![value].into())
        } else {
            Js::Arr(crate::js::List::default())
        };
    }
    value
}
