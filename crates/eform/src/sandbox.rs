//! The QuickJS sandbox that a definition's scripts run in: one per run or open form, no host functions.
//!
//! The answers are mirrored inside; before a script runs, what changed since the last one is carried over, and what a script
//! writes is carried back.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use jiff::tz::TimeZone;
use rquickjs::{Context, Function, Object, Runtime};

use crate::delta::{delta, moved};
use crate::env::Watch;
use crate::fast::{Scope, Stop};
use crate::interpolate::interpolate;
use crate::js::Js;
use crate::path::{self, Seg};
use crate::script::{Call, Script};

/// Memory of one sandbox at most.
const MEMORY: usize = 64 * 1024 * 1024;
/// Memory of a sandbox that knows no answers yet. Long texts make single steps long, and only between steps can a script be stopped.
const BARE: usize = 2_500_000;
/// More memory for each byte of the form and the answers, as the sandbox holds them and may copy them.
const EACH: usize = 40;
const STACK: usize = 512 * 1024;
/// How often QuickJS asks whether to go on, about 50 ms of looping. Counted, not timed: the same answers give the same result.
const PATIENCE: u32 = 400;
/// By the caller's watch a call may take this long; ten times what the count of steps allows on an idle machine.
const LONGEST: Duration = Duration::from_millis(500);
/// Where the prelude leaves what is called from here.
const HOST: &str = "#host";
/// What the prelude answers for a script that it stopped.
const TOO_LONG: &str = "long";
const TOO_LARGE: &str = "large";
/// Parts of the answers that a remembered result may depend on.
const REMEMBERED: usize = 500;
/// Results remembered.
const MEMORIES: usize = 50_000;
/// Carried changes beyond which the answers are sent anew.
const MANY: usize = 64;

/// A context for the scripts of one form; made when the first script runs.
#[derive(Default)]
pub(crate) struct Sandbox {
    engine: Option<Engine>,
    /// The machine refused to start; scripts then give null.
    broken: bool,
    world: Option<(TimeZone, i64)>,
    watch: Option<Watch>,
    submission: Option<Js>,
    form_json: Option<Arc<str>>,
    /// The answers as the mirror has them.
    told: Option<Js>,
    /// A script wrote to the answers.
    wrote: bool,
    memo: HashMap<Question, Answer>,
    /// Places whose script was stopped, and why.
    stopped: BTreeMap<String, &'static str>,
    /// What the last script made of its component, where it changed it.
    component: Option<Js>,
    /// Scripts that really ran, for tests of how little does.
    #[cfg(test)]
    ran: usize,
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
}

struct Engine {
    compiled: HashMap<(Arc<str>, &'static str), Option<i32>>,
    knows_form: bool,
    knows_submission: bool,
    /// Bytes of what it was told: form, submission, answers.
    told: [usize; 3],
    context: Context,
    asked: Arc<AtomicU32>,
    started: Arc<AtomicU64>,
    watch: Option<Watch>,
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
        self.stopped.clear();
    }

    /// Whether a script of this run wrote to the answers.
    pub(crate) fn wrote(&self) -> bool {
        self.wrote
    }

    /// Places whose script was stopped, and why.
    pub(crate) fn stopped(&self) -> &BTreeMap<String, &'static str> {
        &self.stopped
    }

    /// What a stopped script leaves behind is not trusted: the next one starts in a new context.
    fn give_up(&mut self, call: &Call<'_>, why: &'static str) {
        self.stopped.insert(path::text(call.at), why);
        self.engine = None;
        self.told = None;
    }

    /// The component as the last script left it, if that changed it.
    pub(crate) fn component_written(&mut self) -> Option<Js> {
        self.component.take()
    }

    /// Runs a script; null where it throws, is refused or takes too long.
    pub(crate) fn call(&mut self, call: &Call<'_>, form: &Js, data: &mut Js) -> Js {
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
            match expr.eval(&scope) {
                Ok(value) => return value,
                Err(Stop::Throws) => return Js::Null,
                Err(Stop::Unknown) => {}
            }
        }
        if self.broken {
            return Js::Null;
        }
        let Some(reads) = &call.script.reads else {
            return self.try_call(call, form, data).unwrap_or(Js::Null);
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
            return self.try_call(call, form, data).unwrap_or(Js::Null);
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
            return known.result.clone();
        }
        let result = self.try_call(call, form, data).unwrap_or(Js::Null);
        #[cfg(test)]
        {
            self.ran += 1;
        }
        if self.memo.len() >= MEMORIES {
            self.memo.clear();
        }
        let answer = Answer {
            read: inputs,
            result: result.clone(),
        };
        self.memo.insert(question, answer);
        result
    }

    fn try_call(&mut self, call: &Call<'_>, form: &Js, data: &mut Js) -> Option<Js> {
        self.component = None;
        self.start()?;
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
        info.push('}');
        let id = self.compile(call, data)?;
        let engine = self.engine.as_mut()?;
        let result = engine.ask::<(i32, String), String>("call", (id, info));
        let late = engine.asked.load(Ordering::Relaxed) > PATIENCE;
        let result = match result {
            Some(result) if result != TOO_LONG && result != TOO_LARGE => result,
            _ if late => {
                self.give_up(call, "its script takes too long; stopped");
                return None;
            }
            Some(result) if result == TOO_LONG => {
                self.give_up(call, "its script takes too long; stopped");
                return None;
            }
            _ => {
                self.give_up(call, "its script takes too much memory; stopped");
                return None;
            }
        };
        if !self.stopped.is_empty() {
            self.stopped.remove(&path::text(call.at));
        }
        if call.script.writes && mentions("component") {
            let dump: String = self.engine.as_mut()?.ask("component", ())?;
            self.component = read_json(&dump).filter(|component| !component.same(call.component));
        }
        if call.script.writes {
            let dump: String = self.engine.as_mut()?.ask("dump", ())?;
            *data = read_json(&dump)?;
            self.told = Some(data.clone());
            self.wrote = true;
        }
        read_json(&result)
    }

    /// The choices that a select's own script makes.
    pub(crate) fn items(&mut self, source: &str, form: &Js, data: &mut Js) -> Option<Vec<Js>> {
        let script = Script::read(&Js::str(source), "data.custom")?;
        let call = Call {
            script: &script,
            result: "values",
            before: "values = []; ",
            value: &Js::Undefined,
            input: &Js::Undefined,
            seed: None,
            component: &Js::Undefined,
            row: &[],
            local: &[],
            at: &[],
            index: None,
        };
        match self.call(&call, form, data) {
            Js::Arr(items) => Some(items.into_iter().collect()),
            _ => None,
        }
    }

    /// Whether a text fits a regular expression. One that takes too long to tell doesn't.
    pub(crate) fn matches(&mut self, pattern: &str, text: &str) -> bool {
        self.start().is_some()
            && self
                .engine
                .as_mut()
                .and_then(|engine| engine.ask("matches", (pattern, text)))
                == Some(true)
    }

    /// A function of lodash, for JSON Logic.
    pub(crate) fn lodash(&mut self, name: &str, args: &[Js]) -> Option<Js> {
        self.start()?;
        let args = json_text(&Js::Arr(args.to_vec().into()));
        let answer: String = self.engine.as_mut()?.ask("lodash", (name, args))?;
        if answer.is_empty() {
            None
        } else {
            read_json(&answer)
        }
    }

    fn start(&mut self) -> Option<()> {
        if self.engine.is_some() {
            return Some(());
        }
        let (zone, now) = self.world.clone().unwrap_or((TimeZone::UTC, 0));
        self.engine = Engine::start(&zone, now, self.watch.clone());
        self.broken = self.engine.is_none();
        self.told = None;
        self.engine.as_ref().map(|_| ())
    }

    fn tell_form(&mut self, form: &Js) -> Option<()> {
        let engine = self.engine.as_mut()?;
        if !engine.knows_form {
            let json = self
                .form_json
                .get_or_insert_with(|| form.to_json().to_string().into());
            engine.room_for(0, json.len());
            engine.ask::<_, ()>("form", (json.to_string(),))?;
            engine.knows_form = true;
        }
        Some(())
    }

    fn tell_answers(&mut self, data: &Js, whole: bool) -> Option<()> {
        let engine = self.engine.as_mut()?;
        if whole
            && !engine.knows_submission
            && let Some(submission) = &self.submission
        {
            let json = json_text(submission);
            engine.room_for(1, json.len());
            engine.ask::<_, ()>("begin", (json,))?;
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
                        let known = engine.told.last().copied().unwrap_or_default();
                        engine.room_for(2, known.saturating_add(value.len()));
                        engine.ask::<_, ()>("set", (path, value))?;
                    } else {
                        engine.ask::<_, ()>("unset", (path,))?;
                    }
                }
            }
            None => {
                let json = json_text(data);
                engine.room_for(2, json.len());
                engine.ask::<_, ()>("data", (json,))?;
            }
        }
        self.told = Some(data.clone());
        Some(())
    }

    /// The compiled function of a script; `None` where it is no JavaScript.
    fn compile(&mut self, call: &Call<'_>, data: &Js) -> Option<i32> {
        let result = call.result;
        let code =
            |source: &str| format!("var {result};\n{}{source};\nreturn {result}", call.before);
        let seed = call.seed.as_ref().map_or("", |(name, _)| *name);
        let engine = self.engine.as_mut()?;
        if result == "valid" && call.script.source.contains("{{") {
            // Only this kind has its text filled in first.
            let context = Js::Obj(crate::js::Props::from([
                ("data".to_owned(), data.clone()),
                ("row".to_owned(), crate::path::get(data, call.row).clone()),
                ("value".to_owned(), call.value.clone()),
                ("input".to_owned(), call.input.clone()),
                ("component".to_owned(), call.component.clone()),
            ]));
            return engine.ask(
                "compile",
                (seed, interpolate(&code(&call.script.source), &context)),
            );
        }
        let key = (Arc::clone(&call.script.source), result);
        if let Some(id) = engine.compiled.get(&key) {
            return *id;
        }
        let id = engine.ask("compile", (seed, code(&call.script.source)));
        engine.compiled.insert(key, id);
        id
    }
}

impl Engine {
    fn start(zone: &TimeZone, now: i64, watch: Option<Watch>) -> Option<Engine> {
        let runtime = Runtime::new().ok()?;
        runtime.set_memory_limit(BARE);
        runtime.set_max_stack_size(STACK);
        let asked = Arc::new(AtomicU32::new(0));
        let started = Arc::new(AtomicU64::new(now_by(watch.as_ref())));
        let (counter, since, clock) = (Arc::clone(&asked), Arc::clone(&started), watch.clone());
        runtime.set_interrupt_handler(Some(Box::new(move || {
            let late = clock.as_ref().is_some_and(|clock| {
                let since = Duration::from_micros(since.load(Ordering::Relaxed));
                clock.now().saturating_sub(since) > LONGEST
            });
            if late {
                counter.store(PATIENCE + 1, Ordering::Relaxed);
            }
            counter.fetch_add(1, Ordering::Relaxed) > PATIENCE
        })));
        let context = Context::full(&runtime).ok()?;
        let source = format!(
            "(function (config) {{\n{}\n}})({{now: {now}, zone: {}}})",
            include_str!("prelude.js"),
            offsets(zone)
        );
        context.with(|ctx| ctx.eval::<(), _>(source).ok())?;
        Some(Engine {
            compiled: HashMap::new(),
            knows_form: false,
            knows_submission: false,
            told: [0; 3],
            context,
            asked,
            started,
            watch,
        })
    }

    /// Makes room for what is going to be told.
    fn room_for(&mut self, which: usize, bytes: usize) {
        if let Some(told) = self.told.get_mut(which) {
            *told = bytes;
        }
        let told = self
            .told
            .iter()
            .fold(0_usize, |sum, n| sum.saturating_add(*n));
        let limit = BARE.saturating_add(told.saturating_mul(EACH));
        self.context.runtime().set_memory_limit(limit.min(MEMORY));
    }

    /// Calls a function of the prelude.
    fn ask<A, R>(&mut self, name: &str, args: A) -> Option<R>
    where
        A: for<'js> rquickjs::function::IntoArgs<'js>,
        R: for<'js> rquickjs::FromJs<'js>,
    {
        self.asked.store(0, Ordering::Relaxed);
        self.started
            .store(now_by(self.watch.as_ref()), Ordering::Relaxed);
        self.context.with(|ctx| {
            let host: Object<'_> = ctx.globals().get(HOST).ok()?;
            let function: Function<'_> = host.get(name).ok()?;
            let answer = function.call::<A, R>(args);
            if answer.is_err() {
                // The exception stays pending otherwise.
                let _ = ctx.catch();
            }
            answer.ok()
        })
    }
}

/// Microseconds by the caller's watch.
fn now_by(watch: Option<&Watch>) -> u64 {
    watch.map_or(0, |watch| {
        u64::try_from(watch.now().as_micros()).unwrap_or(0)
    })
}

/// The zone's offsets from UTC, `[[from, offset], …]` in milliseconds, over the years that forms speak of.
fn offsets(zone: &TimeZone) -> String {
    let mut out = String::from("[");
    let mut add =
        |from: i64, offset: i32| out.push_str(&format!("[{from},{}],", i64::from(offset) * 1000));
    let (Ok(start), Ok(end)) = (
        jiff::Timestamp::from_second(-5_000_000_000),
        jiff::Timestamp::from_second(5_000_000_000),
    ) else {
        return "[[0,0]]".into();
    };
    add(
        i64::from(i32::MIN) * 100_000,
        zone.to_offset(start).seconds(),
    );
    for transition in zone
        .following(start)
        .take_while(|transition| transition.timestamp() < end)
        .take(600)
    {
        add(
            transition.timestamp().as_millisecond(),
            transition.offset().seconds(),
        );
    }
    out.push(']');
    out
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

fn json_text(value: &Js) -> String {
    let mut out = String::new();
    write_json(value, &mut out);
    out
}

fn write_segs(segs: &[Seg], out: &mut String) {
    let parts = segs.iter().map(|seg| match seg {
        Seg::Key(key) => Js::str(&**key),
        Seg::Index(index) => Js::Num(*index as f64),
    });
    write_json(&Js::Arr(parts.collect()), out);
}

/// JSON, with marks for what JSON can't say.
fn write_json(value: &Js, out: &mut String) {
    match value {
        Js::Undefined => out.push_str("\"\\u0000u\""),
        Js::Num(n) if n.is_nan() => out.push_str("\"\\u0000n\""),
        Js::Num(n) if n.is_infinite() => out.push_str(if *n > 0.0 {
            "\"\\u0000i\""
        } else {
            "\"\\u0000j\""
        }),
        Js::Arr(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_json(item, out);
            }
            out.push(']');
        }
        Js::Obj(props) => {
            out.push('{');
            for (at, (key, item)) in props.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&serde_json::Value::String(key.clone()).to_string());
                out.push(':');
                write_json(item, out);
            }
            out.push('}');
        }
        other => out.push_str(&other.to_json().to_string()),
    }
}

fn read_json(text: &str) -> Option<Js> {
    let value = Js::from(&serde_json::from_str::<serde_json::Value>(text).ok()?);
    Some(if text.contains("\\u0000") {
        unmark(value)
    } else {
        value
    })
}

fn unmark(value: Js) -> Js {
    match value {
        Js::Str(text) => match text.as_str() {
            "\0u" => Js::Undefined,
            "\0n" => Js::Num(f64::NAN),
            "\0i" => Js::Num(f64::INFINITY),
            "\0j" => Js::Num(f64::NEG_INFINITY),
            _ => Js::Str(text),
        },
        Js::Arr(items) => Js::Arr(items.into_iter().map(unmark).collect()),
        Js::Obj(props) => Js::Obj(
            props
                .into_iter()
                .map(|(key, item)| (key, unmark(item)))
                .collect(),
        ),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{Change, Env, Form, Session};

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
