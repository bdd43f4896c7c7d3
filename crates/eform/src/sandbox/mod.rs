//! The QuickJS sandbox that a definition's scripts run in: one per run or open form, no host functions.
//!
//! The answers are mirrored inside; before a script runs, what changed since the last one is carried over, and what a script
//! writes is carried back.

#[cfg(test)]
mod corpus;
mod engine;
mod mirror;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

use self::engine::{Compiled, Engine, Failed, Told};
use self::mirror::{json_text, read_json, write_json, write_segs};
use crate::delta::{delta, moved};
use crate::env::Watch;
use crate::fast::{Scope, Stop};
use crate::interpolate::interpolate;
use crate::js::Js;
use crate::path;
use crate::script::{Call, PARENT, Parent};

/// Parts of the answers that a remembered result may depend on.
const REMEMBERED: usize = 500;
/// Results remembered.
const MEMORIES: usize = 50_000;
/// Carried changes beyond which the answers are sent anew.
const MANY: usize = 64;
/// What all scripts of one look at a form may cost together, in nanoseconds as the engine counts them.
const TOGETHER: u64 = 800_000_000;
/// The same by the caller's watch, beyond what small scripts take on any machine.
const LONGEST_TOGETHER: Duration = Duration::from_secs(3);
/// Nanoseconds that count for a step of JSON Logic.
const STEP: u64 = 20;

pub(crate) const LATE: &str = "its script takes too long; stopped";
const LARGE: &str = "its script takes too much memory; stopped";
const BROKEN: &str = "its script can't be run here; the machine for it doesn't start";
const PATTERN: &str = "its pattern takes too long on this answer, which could not be checked";
const SHORT: &str = "its script was not run: the scripts of this form take too long together; it is tried again after the next change";

/// A context for the scripts of one form; made when the first script runs.
#[derive(Default)]
pub(crate) struct Sandbox {
    engine: Option<Engine>,
    world: Option<(TimeZone, i64)>,
    watch: Option<Watch>,
    submission: Option<Js>,
    form_json: Option<Arc<str>>,
    /// The answers as the mirror has them.
    told: Option<Js>,
    /// A script wrote to the answers.
    wrote: bool,
    memo: HashMap<Question, Answer>,
    /// Why the last script was stopped, where it was.
    stopped: Option<&'static str>,
    /// What the scripts of this look cost so far.
    spent: u64,
    waited: Duration,
    /// Scripts were left out for it.
    short: bool,
    /// What the last script made of its component, where it changed it.
    component: Option<Js>,
    /// Scripts that really ran, for tests of how little does.
    #[cfg(test)]
    ran: usize,
    /// How the last script ended.
    #[cfg(test)]
    pub(crate) ended: Ended,
}

/// How a script ended, for tests that count.
#[cfg(test)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Ended {
    /// It was not let in, stopped, or a remembered answer was taken.
    #[default]
    NotRun,
    /// Computed without the machine for scripts.
    Natively,
    /// Run to its end by QuickJS.
    Ran,
    Threw,
    /// QuickJS finds no JavaScript in it.
    NoScript,
}

/// A script at a place.
#[derive(PartialEq, Eq, Hash)]
struct Question {
    source: Arc<str>,
    result: &'static str,
    at: String,
}

/// What it read and what came of it.
struct Answer {
    read: Vec<Js>,
    result: Js,
    /// Why it was stopped, where it was.
    stopped: Option<&'static str>,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("running", &self.engine.is_some())
            .finish_non_exhaustive()
    }
}

impl Sandbox {
    /// A sandbox at a moment in a time zone.
    pub(crate) fn new(zone: TimeZone, now: i64, watch: Option<Watch>) -> Sandbox {
        Sandbox {
            world: Some((zone, now)),
            watch,
            ..Sandbox::default()
        }
    }

    /// How many scripts were run rather than remembered or computed.
    #[cfg(test)]
    pub(crate) fn ran(&self) -> usize {
        self.ran
    }

    /// A new run over these answers. `anew` where nothing of the last one counts.
    pub(crate) fn begin(&mut self, submission: &Js, anew: bool) {
        self.submission = Some(submission.clone());
        if let Some(engine) = &mut self.engine {
            engine.knows_submission = false;
        }
        self.wrote = false;
        if anew {
            self.told = None;
        }
    }

    /// Another person's answers come: nothing of the last ones may be seen.
    pub(crate) fn forget(&mut self) {
        self.told = None;
        self.submission = None;
        self.memo.clear();
        self.stopped = None;
    }

    /// What was stopped before is tried again, with the time for all of a look.
    pub(crate) fn try_again(&mut self) {
        self.memo.retain(|_, answer| answer.stopped.is_none());
        self.restart();
    }

    /// Whether a script of this run wrote to the answers.
    pub(crate) fn wrote(&self) -> bool {
        self.wrote
    }

    /// Why the last script or pattern was stopped, where it was.
    pub(crate) fn stopped(&mut self) -> Option<&'static str> {
        self.stopped.take()
    }

    /// Another look at a form begins, with the time for all of its scripts.
    pub(crate) fn afford(&mut self) {
        self.spent = 0;
        self.waited = Duration::ZERO;
        self.short = false;
    }

    /// Whether scripts were left out of this look.
    pub(crate) fn short(&self) -> bool {
        self.short
    }

    fn exhausted(&mut self) -> bool {
        self.settle();
        let exhausted = self.spent > TOGETHER || self.waited > LONGEST_TOGETHER;
        self.short |= exhausted;
        exhausted
    }

    fn settle(&mut self) {
        if let Some(engine) = &mut self.engine {
            let (cost, waited) = engine.cost();
            self.spent = self.spent.saturating_add(cost);
            self.waited = self.waited.saturating_add(waited);
        }
    }

    /// Whether anything is left for another rule of this look; says why not.
    pub(crate) fn affords(&mut self) -> Result<(), &'static str> {
        if self.exhausted() { Err(SHORT) } else { Ok(()) }
    }

    /// Counts what a rule of JSON Logic took.
    pub(crate) fn charge(&mut self, steps: u64) {
        self.spent = self.spent.saturating_add(steps.saturating_mul(STEP));
    }

    /// What a stopped script leaves behind is not trusted: the next one starts in a new context.
    fn restart(&mut self) {
        self.settle();
        self.engine = None;
        self.told = None;
    }

    /// The component as the last script left it, if that changed it.
    pub(crate) fn component_written(&mut self) -> Option<Js> {
        self.component.take()
    }

    /// Runs a script; null where it throws, is refused or takes too long.
    pub(crate) fn call(&mut self, call: &Call<'_>, form: &Js, data: &mut Js) -> Js {
        self.stopped = None;
        #[cfg(test)]
        {
            self.ended = Ended::NotRun;
        }
        if call.script.blocked.is_some() {
            return Js::Null;
        }
        if let Some((_, expr)) = call
            .script
            .fast
            .as_ref()
            .filter(|(result, _)| *result == call.result)
        {
            let row = path::get(data, call.row);
            let scope = Scope {
                data: path::get(data, call.local),
                row: if row.is_undefined() { &Js::Null } else { row },
                value: call.value,
                input: call.input,
            };
            let computed = match expr.eval(&scope) {
                Ok(value) => Some(value),
                Err(Stop::Throws) => None,
                Err(Stop::Unknown) => return self.run(call, form, data),
            };
            #[cfg(test)]
            {
                self.ended = match computed {
                    Some(_) => Ended::Natively,
                    None => Ended::Threw,
                };
            }
            return computed.unwrap_or(Js::Null);
        }
        self.run(call, form, data)
    }

    /// Runs a script in the machine, or remembers what came of it before.
    fn run(&mut self, call: &Call<'_>, form: &Js, data: &mut Js) -> Js {
        let Some(reads) = &call.script.reads else {
            return self.try_call(call, form, data);
        };
        // The same reads give the same result, so only what depends on a change runs again.
        let (all, row) = (path::get(data, call.local), path::get(data, call.row));
        let named = || {
            reads
                .data
                .iter()
                .map(|name| all.prop(name))
                .chain(reads.row.iter().map(|name| row.prop(name)))
        };
        let mut room = REMEMBERED;
        if !named()
            .chain([call.value, call.input])
            .all(|value| fits(value, &mut room))
        {
            // To compare a long list would take longer than to run the script.
            return self.try_call(call, form, data);
        }
        let inputs: Vec<Js> = [call.value, call.input]
            .into_iter()
            .chain(named())
            .cloned()
            .chain(call.seed.iter().map(|(_, seed)| seed.clone()))
            .chain([
                Js::Num(call.index.map_or(-1.0, |index| index as f64)),
                Js::Bool(row.is_nil()),
                Js::Bool(all.is_nil()),
            ])
            .collect();
        let question = Question {
            source: Arc::clone(&call.script.source),
            result: call.result,
            at: path::text(call.at),
        };
        if let Some(known) = self.memo.get(&question)
            && known.read.len() == inputs.len()
            && known.read.iter().zip(&inputs).all(|(a, b)| a.same(b))
        {
            self.stopped = known.stopped;
            return known.result.clone();
        }
        let result = self.try_call(call, form, data);
        #[cfg(test)]
        {
            self.ran += 1;
        }
        let stopped = self.stopped;
        if stopped == Some(SHORT) {
            return result;
        }
        if self.memo.len() >= MEMORIES {
            self.memo.clear();
        }
        let answer = Answer {
            read: inputs,
            result: result.clone(),
            stopped,
        };
        self.memo.insert(question, answer);
        result
    }

    /// Runs a script or says why not.
    fn try_call(&mut self, call: &Call<'_>, form: &Js, data: &mut Js) -> Js {
        self.component = None;
        let (result, why) = if self.exhausted() {
            (Js::Null, Some(SHORT))
        } else {
            loop {
                let fresh = self.engine.is_none();
                if self.start().is_none() {
                    break (Js::Null, Some(BROKEN));
                }
                match self.attempt(call, form, data) {
                    Ok(result) => break (result, None),
                    // What others left behind may have taken the room.
                    Err(Failed::Room | Failed::Threw) if !fresh => self.restart(),
                    Err(failed) => {
                        self.restart();
                        let why = if failed == Failed::Late { LATE } else { LARGE };
                        break (Js::Null, Some(why));
                    }
                }
            }
        };
        self.stopped = why;
        result
    }

    fn attempt(&mut self, call: &Call<'_>, form: &Js, data: &mut Js) -> Result<Js, Failed> {
        let mentions = |name: &str| call.script.source.contains(name);
        let asks_instance = mentions("instance") || mentions("self");
        if mentions("form") || asks_instance || mentions("util") {
            self.tell_form(form)?;
        }
        self.tell_answers(data, mentions("submission") || asks_instance)?;
        let mut info = String::from("{\"path\":");
        write_json(&Js::Str(crate::path::text(call.at)), &mut info);
        info.push_str(",\"row\":");
        write_segs(call.row, &mut info);
        if !call.local.is_empty() {
            info.push_str(",\"local\":");
            write_segs(call.local, &mut info);
        }
        info.push_str(",\"value\":");
        write_json(call.value, &mut info);
        info.push_str(",\"input\":");
        write_json(call.input, &mut info);
        if let Some(index) = call.index {
            info.push_str(&format!(",\"index\":{index}"));
        }
        if let Some((_, seed)) = &call.seed {
            info.push_str(",\"seed\":");
            write_json(seed, &mut info);
        }
        if mentions("component") || asks_instance {
            info.push_str(",\"component\":");
            write_json(call.component, &mut info);
        }
        if mentions(PARENT) {
            write_parents(call.parents, &mut info);
        }
        info.push('}');
        let engine = self.engine.as_mut().ok_or(Failed::Room)?;
        let Some(id) = compile(engine, call, data)? else {
            #[cfg(test)]
            {
                self.ended = Ended::NoScript;
            }
            return Ok(Js::Null);
        };
        let result = engine.run(id, info)?;
        #[cfg(test)]
        {
            self.ended = match result {
                Some(_) => Ended::Ran,
                None => Ended::Threw,
            };
        }
        if call.script.writes {
            let component = if mentions("component") {
                let dump: String = engine.ask("component", ())?;
                read_json(&dump).filter(|component| !component.same(call.component))
            } else {
                None
            };
            let dump: String = engine.ask("dump", ())?;
            engine.pay(dump.len());
            *data = read_json(&dump).ok_or(Failed::Room)?;
            self.component = component;
            self.told = Some(data.clone());
            self.wrote = true;
        } else if call.script.scribbles {
            self.told = None;
        }
        Ok(result
            .and_then(|result| read_json(&result))
            .unwrap_or(Js::Null))
    }

    /// Whether a text fits a regular expression; one that takes too long to tell is stopped, and then it does.
    pub(crate) fn matches(&mut self, pattern: &str, text: &str) -> bool {
        self.stopped = None;
        if self.exhausted() {
            self.stopped = Some(SHORT);
            return true;
        }
        loop {
            let fresh = self.engine.is_none();
            let answer = match (self.start(), self.engine.as_mut()) {
                (Some(()), Some(engine)) => engine.ask("matches", (pattern, text)),
                _ => {
                    self.stopped = Some(BROKEN);
                    return true;
                }
            };
            match answer {
                Ok(fits) => return fits,
                Err(Failed::Threw) => return false,
                Err(Failed::Room) if !fresh => self.restart(),
                // Stopped in the middle.
                Err(Failed::Late | Failed::Room) => {
                    self.restart();
                    self.stopped = Some(PATTERN);
                    return true;
                }
            }
        }
    }

    /// A function of lodash, for JSON Logic; none where it throws, and why where it was stopped.
    pub(crate) fn lodash(&mut self, name: &str, args: &[Js]) -> Result<Option<Js>, &'static str> {
        self.affords()?;
        let args = json_text(&Js::Arr(args.to_vec().into()));
        loop {
            let fresh = self.engine.is_none();
            self.start().ok_or(BROKEN)?;
            let engine = self.engine.as_mut().ok_or(BROKEN)?;
            match engine.lodash(name, &args) {
                Ok(answer) => {
                    return Ok(if answer.is_empty() {
                        None
                    } else {
                        read_json(&answer)
                    });
                }
                Err(Failed::Threw) => return Ok(None),
                Err(Failed::Room) if !fresh => self.restart(),
                Err(failed) => {
                    self.restart();
                    return Err(if failed == Failed::Late { LATE } else { LARGE });
                }
            }
        }
    }

    fn start(&mut self) -> Option<()> {
        if self.engine.is_some() {
            return Some(());
        }
        let (zone, now) = self.world.clone().unwrap_or((TimeZone::UTC, 0));
        self.engine = Engine::start(&zone, now, self.watch.clone());
        self.told = None;
        self.engine.as_ref().map(|_| ())
    }

    fn tell_form(&mut self, form: &Js) -> Result<(), Failed> {
        let engine = self.engine.as_mut().ok_or(Failed::Room)?;
        if !engine.knows_form {
            let json = self
                .form_json
                .get_or_insert_with(|| form.to_json().to_string().into());
            engine.room_for(Told::Form, json.len());
            engine.tell::<_, ()>("form", json.len(), (json.to_string(),))?;
            engine.knows_form = true;
        }
        Ok(())
    }

    fn tell_answers(&mut self, data: &Js, whole: bool) -> Result<(), Failed> {
        let engine = self.engine.as_mut().ok_or(Failed::Room)?;
        if whole
            && !engine.knows_submission
            && let Some(submission) = &self.submission
        {
            let json = json_text(submission);
            engine.room_for(Told::Submission, json.len());
            engine.tell::<_, ()>("begin", json.len(), (json,))?;
            engine.knows_submission = true;
        }
        let changes = self
            .told
            .as_ref()
            .map(|told| delta(told, data, &[]))
            .filter(|changes| changes.len() <= MANY && changes.iter().all(|at| !at.is_empty()))
            .filter(|_| match (&self.told, &*data) {
                (Some(Js::Obj(old)), Js::Obj(new)) => !moved(old, new),
                _ => false,
            });
        match changes {
            Some(changes) => {
                for at in changes {
                    let mut path = String::new();
                    write_segs(&at, &mut path);
                    if path::has(data, &at) {
                        let value = json_text(path::get(data, &at));
                        engine.room_for_more(value.len());
                        engine.tell::<_, ()>("set", value.len(), (path, value))?;
                    } else {
                        engine.ask::<_, ()>("unset", (path,))?;
                    }
                }
            }
            None => {
                let json = json_text(data);
                engine.room_for(Told::Answers, json.len());
                engine.tell::<_, ()>("data", json.len(), (json,))?;
            }
        }
        self.told = Some(data.clone());
        Ok(())
    }
}

/// What the component stands in, for whoever asks for it.
fn write_parents(parents: &[Parent], info: &mut String) {
    info.push_str(",\"parents\":[");
    for (at, parent) in parents.iter().enumerate() {
        info.push_str(if at == 0 { "{\"key\":" } else { ",{\"key\":" });
        write_json(&Js::str(parent.key.clone()), info);
        info.push_str(",\"path\":");
        write_json(&Js::str(parent.path.clone()), info);
        info.push_str(",\"row\":");
        write_segs(&parent.row, info);
        if let Some(at) = &parent.at {
            info.push_str(",\"at\":");
            write_segs(at, info);
        }
        if let Some(index) = parent.index {
            info.push_str(&format!(",\"index\":{index}"));
        }
        info.push('}');
    }
    info.push(']');
}

/// The compiled function of a script.
fn compile(engine: &mut Engine, call: &Call<'_>, data: &Js) -> Result<Compiled, Failed> {
    let result = call.result;
    let code = |source: &str| format!("var {result};\n{}{source};\nreturn {result}", call.before);
    let seed = call.seed.as_ref().map_or("", |(name, _)| *name);
    let source = &call.script.source;
    if result == "valid" && source.contains("{{") {
        // Only this kind has its text filled in first.
        let context = Js::Obj(crate::js::Props::from([
            ("data".to_owned(), data.clone()),
            ("row".to_owned(), crate::path::get(data, call.row).clone()),
            ("value".to_owned(), call.value.clone()),
            ("input".to_owned(), call.input.clone()),
            ("component".to_owned(), call.component.clone()),
        ]));
        engine.compile_filled(seed, code(&interpolate(source, &context)))
    } else {
        engine.compile(source, result, seed, code(source))
    }
}

/// Whether a value has no more parts than there is room for; takes the room that it needs.
fn fits(value: &Js, room: &mut usize) -> bool {
    if *room == 0 {
        return false;
    }
    *room -= 1;
    match value {
        Js::Arr(items) => items.iter().all(|item| fits(item, room)),
        Js::Obj(props) => props.values().all(|item| fits(item, room)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{Change, Env, Form, Session};

    #[test]
    fn notes_to_the_console_hold_no_script_up() {
        let form = Form::parse(&json!({"components": [
            {"type": "textfield", "key": "a", "input": true, "calculateValue": "console.log(data); console.warn('x'); value = 'y'"}]}));
        let env = Env::new("2026-11-21T03:00:00Z".parse().unwrap());
        let outcome = crate::process(&form.unwrap(), &json!({}), &env);
        assert_eq!(outcome.data["a"], "y");
    }

    #[test]
    fn only_what_depends_on_a_change_runs_again() {
        let fields: Vec<_> = (0..20)
            .flat_map(|at| {
                [
                    json!({"type": "textfield", "key": format!("in{at}"), "input": true}),
                    json!({"type": "textfield", "key": format!("out{at}"), "input": true,
                           "calculateValue": format!("value = _.toUpper(data.in{at})")}),
                ]
            })
            .collect();
        let form = Form::parse(&json!({"components": fields})).unwrap();
        let env = Env::new("2026-11-21T03:00:00Z".parse().unwrap());
        let mut session = Session::new(form.into(), json!({}), Default::default(), env);
        let before = session.ran();
        assert!(before >= 20);
        let change = Change::Set {
            path: "in3".into(),
            value: json!("an"),
        };
        let applied = session.apply(&change).unwrap();
        assert_eq!(applied.patch.values["out3"], "AN");
        assert_eq!(session.ran() - before, 1);
    }
}
