//! Running the definition's own languages: JSON Logic and JavaScript.

use super::parents::parents;
use super::*;
use crate::json_logic::{self, End};
use crate::script::{Call, PARENT, Script};

impl Run<'_> {
    /// Notes that a rule wasn't run to its end.
    pub(super) fn stop(
        &mut self,
        place: &Place<'_, '_>,
        what: &'static str,
        why: impl Into<Cow<'static, str>>,
        never: bool,
    ) {
        let stopped = Stopped {
            id: place.id,
            path: place.path.clone(),
            at: concrete(&place.component.node_path, &place.base.rows),
            what,
            why: why.into(),
            never,
        };
        if !self.stopped.contains(&stopped) {
            self.stopped.push(stopped);
        }
    }

    /// `what` is the property that holds the rule.
    pub(super) fn json_logic(
        &mut self,
        place: &Place<'_, '_>,
        what: &'static str,
        logic: &Js,
        value: &Js,
    ) -> Js {
        let row = path::get(&self.data, &place.base.segs);
        let row = if row.is_undefined() {
            Js::Null
        } else {
            row.clone()
        };
        let context = Js::Obj(crate::js::Props::from([
            (
                "data".to_owned(),
                path::get(&self.data, &place.base.local).clone(),
            ),
            ("row".to_owned(), row),
            ("value".to_owned(), value.clone()),
            ("input".to_owned(), self.value(place)),
            ("component".to_owned(), place.component.raw.clone()),
            ("form".to_owned(), Js::Undefined),
            (
                "submission".to_owned(),
                Js::Obj(crate::js::Props::from([(
                    "data".to_owned(),
                    self.submission.clone(),
                )])),
            ),
        ]));
        let moment = Moment {
            form: self.form,
            data: &self.data,
            index: place.base.index,
            local: &place.base.local,
            branches: &place.base.branches,
            zone: &self.zone,
            now: self.now,
        };
        let answer = json_logic::apply(logic, &context, &moment, self.sandbox);
        if let Err(End::Stopped(why)) = answer {
            self.stop(place, what, why, false);
        }
        answer.unwrap_or(Js::Null)
    }

    pub(super) fn script(
        &mut self,
        place: &Place<'_, '_>,
        script: &Script,
        result: &'static str,
        before: &'static str,
        value: &Js,
        seed: Option<(&'static str, Js)>,
    ) -> Js {
        self.script_at(place, script, result, before, value, seed, None)
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn script_at(
        &mut self,
        place: &Place<'_, '_>,
        script: &Script,
        result: &'static str,
        before: &'static str,
        value: &Js,
        seed: Option<(&'static str, Js)>,
        at: Option<usize>,
    ) -> Js {
        let input = if result == "valid" {
            value.clone()
        } else {
            self.value(place)
        };
        let parents = if script.source.contains(PARENT) {
            parents(self.form, place)
        } else {
            Vec::new()
        };
        let call = Call {
            script,
            result,
            before,
            value,
            input: &input,
            seed,
            component: &place.component.raw,
            parents: &parents,
            row: &place.base.segs,
            local: &place.base.local,
            at: &place.segs,
            index: at.or(place.base.index),
        };
        let answer = self.sandbox.call(&call, &self.form.raw, &mut self.data);
        if let Some(why) = self.sandbox.stopped() {
            self.stop(place, script.what, why, false);
        }
        if let Some(why) = &script.blocked {
            self.stop(place, script.what, why.clone(), true);
        }
        answer
    }

    /// The choices that a select's own script makes; nothing where it makes no list.
    pub(super) fn made_choices(&mut self, place: &Place<'_, '_>) -> Option<Vec<Js>> {
        let component = place.component.clone();
        let script = component.choices.as_ref()?;
        let value = Js::Undefined;
        match self.script(place, script, "values", "values = []; ", &value, None) {
            Js::Arr(items) => Some(items.into_iter().collect()),
            _ => None,
        }
    }
}
