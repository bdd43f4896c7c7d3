//! The whole run over a form and its data, as `hoso form process` answers it.

use serde_json::Value;

use crate::condition::instances;
use crate::definition::Form;
use crate::env::Env;
use crate::js::Js;
use crate::messages;
use crate::path::{self, Seg};
use crate::run::{Found, Given, Run};
use crate::sandbox::Sandbox;
use crate::view::{FieldError, Unchecked, unchecked};

/// What form.io's engine makes of data.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The data as form.io keeps it: unknown keys dropped, hidden parts cleared, calculations made.
    pub data: Value,
    /// Broken rules in form.io's order.
    pub errors: Vec<FieldError>,
    /// Paths of components that a condition hides; not their children.
    pub hidden: Vec<String>,
    /// Rules that weren't run to their end; form.io's own engine would have run them.
    pub not_run: Vec<Unchecked>,
}

/// Runs form.io's submission and evaluation passes over data. Never fails: what can't run counts as form.io counts an error.
#[must_use]
pub fn process(form: &Form, data: &Value, env: &Env) -> Outcome {
    Processor::new(form, env.clone()).process(data)
}

/// [`process`] for many submissions of one form, which share the machine that runs its scripts.
#[derive(Debug)]
pub struct Processor<'a> {
    form: &'a Form,
    env: Env,
    sandbox: Sandbox,
}

impl<'a> Processor<'a> {
    /// A processor of submissions in a world.
    #[must_use]
    pub fn new(form: &'a Form, env: Env) -> Processor<'a> {
        let sandbox = sandbox(&env);
        Processor { form, env, sandbox }
    }

    /// What form.io's engine makes of data. Earlier submissions leave no trace in it.
    #[must_use]
    pub fn process(&mut self, data: &Value) -> Outcome {
        self.sandbox.forget();
        self.sandbox.afford();
        let found = run(self.form, data, &self.env, &mut self.sandbox);
        Outcome {
            data: found.data.to_json(),
            errors: messages::errors(self.form, &self.env, &found.data, &found.failures),
            hidden: found.hidden,
            not_run: unchecked(&found.stopped),
        }
    }
}

/// Both passes, with everything that they found.
pub(crate) fn run(form: &Form, data: &Value, env: &Env, sandbox: &mut Sandbox) -> Found {
    let answers = if data.is_object() {
        Js::from(data)
    } else {
        Js::object()
    };
    Run::over(
        form,
        answers,
        env.zone(),
        env.today.as_millisecond(),
        sandbox,
    )
}

impl Form {
    /// The answers of a new draft, path and value: the definition's default values.
    #[must_use]
    pub fn initial(&self, env: &Env) -> Vec<(String, Value)> {
        let mut sandbox = sandbox(env);
        let found = run(self, &Value::Null, env, &mut sandbox);
        // A tree's questions are asked in its branches, not right below it.
        let trees: Vec<_> = (self.dependents.trees.iter())
            .flat_map(|id| instances(self, &found.data, *id))
            .map(|(segs, _)| segs)
            .collect();
        let in_tree = |segs: &[Seg]| {
            trees
                .iter()
                .any(|tree| segs.len() > tree.len() && segs.starts_with(tree))
        };
        found
            .given
            .into_iter()
            .filter(|(segs, value, given)| {
                *given == Given::Default && !value.is_undefined() && !in_tree(segs)
            })
            .map(|(segs, value, _)| (path::text(&segs), value.to_json()))
            .collect()
    }
}

/// A sandbox for the scripts of a run at that moment and place.
pub(crate) fn sandbox(env: &Env) -> Sandbox {
    Sandbox::new(env.zone(), env.today.as_millisecond(), env.watch.clone())
}
