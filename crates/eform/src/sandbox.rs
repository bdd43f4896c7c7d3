//! The QuickJS sandbox that a definition's scripts run in: one per run or open form, no host functions.
//!
//! The answers are mirrored inside; writes of the engine are carried over as they happen, and those of a script carried back.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::tz::TimeZone;
use rquickjs::{Context, Function, Object, Persistent, Runtime};

use crate::interpolate::interpolate;
use crate::js::Js;
use crate::path::Seg;
use crate::script::{Call, Script};

/// Memory of one sandbox.
const MEMORY: usize = 64 * 1024 * 1024;
const STACK: usize = 512 * 1024;
/// How often QuickJS asks whether to go on, about 50 ms of looping. Counted, not timed: the same answers give the same result.
const PATIENCE: u32 = 400;
/// Carried writes beyond which the answers are sent anew.
const MANY: usize = 64;

/// A context for the scripts of one form; made when the first script runs.
#[derive(Default)]
pub(crate) struct Sandbox {
    engine: Option<Engine>,
    /// The machine refused to start; scripts then give null.
    broken: bool,
    world: Option<(TimeZone, i64)>,
    submission: Option<Js>,
    form_json: Option<Arc<str>>,
    stale: bool,
    writes: Vec<(Vec<Seg>, Option<Js>)>,
}

struct Engine {
    // Before the context, which they live in.
    host: Persistent<Object<'static>>,
    compiled: HashMap<(Arc<str>, &'static str), Option<i32>>,
    knows_form: bool,
    context: Context,
    asked: Arc<AtomicU32>,
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
    pub(crate) fn new(zone: TimeZone, now: i64) -> Sandbox {
        Sandbox {
            world: Some((zone, now)),
            ..Sandbox::default()
        }
    }

    /// A new run over these answers.
    pub(crate) fn begin(&mut self, submission: &Js) {
        self.submission = Some(submission.clone());
        self.stale();
    }

    /// The answers changed in a way that wasn't told.
    pub(crate) fn stale(&mut self) {
        self.stale = true;
        self.writes.clear();
    }

    pub(crate) fn set(&mut self, segs: &[Seg], value: &Js) {
        self.note(segs, Some(value.clone()));
    }

    pub(crate) fn unset(&mut self, segs: &[Seg]) {
        self.note(segs, None);
    }

    fn note(&mut self, segs: &[Seg], value: Option<Js>) {
        if self.engine.is_none() || self.stale {
            self.stale = true;
            return;
        }
        if self.writes.len() >= MANY {
            self.stale();
            return;
        }
        self.writes.push((segs.to_vec(), value));
    }

    /// Runs a script; null where it throws, is refused or takes too long.
    pub(crate) fn call(&mut self, call: &Call<'_>, form: &Js, data: &mut Js) -> Js {
        if call.script.blocked.is_some() || self.broken {
            return Js::Null;
        }
        self.try_call(call, form, data).unwrap_or(Js::Null)
    }

    fn try_call(&mut self, call: &Call<'_>, form: &Js, data: &mut Js) -> Option<Js> {
        self.start()?;
        let mentions = |name: &str| call.script.source.contains(name);
        let asks_instance = mentions("instance") || mentions("self");
        if mentions("form") || asks_instance || mentions("util") {
            self.tell_form(form)?;
        }
        self.tell_answers(data)?;
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
        let result = self
            .engine
            .as_mut()?
            .ask::<(i32, String), String>("call", (id, info))?;
        if call.script.writes {
            let dump: String = self.engine.as_mut()?.ask("dump", ())?;
            *data = read_json(&dump)?;
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
            Js::Arr(items) => Some(items),
            _ => None,
        }
    }

    /// A function of lodash, for JSON Logic.
    pub(crate) fn lodash(&mut self, name: &str, args: &[Js]) -> Option<Js> {
        self.start()?;
        let args = json_text(&Js::Arr(args.to_vec()));
        let answer: String = self.engine.as_mut()?.ask("lodash", (name, args))?;
        if answer.is_empty() { None } else { read_json(&answer) }
    }

    fn start(&mut self) -> Option<()> {
        if self.engine.is_some() {
            return Some(());
        }
        let (zone, now) = self.world.clone().unwrap_or((TimeZone::UTC, 0));
        self.engine = Engine::start(&zone, now);
        self.broken = self.engine.is_none();
        self.stale = true;
        self.engine.as_ref().map(|_| ())
    }

    fn tell_form(&mut self, form: &Js) -> Option<()> {
        let engine = self.engine.as_mut()?;
        if !engine.knows_form {
            let json = self
                .form_json
                .get_or_insert_with(|| form.to_json().to_string().into());
            engine.ask::<_, ()>("form", (json.to_string(),))?;
            engine.knows_form = true;
        }
        Some(())
    }

    fn tell_answers(&mut self, data: &Js) -> Option<()> {
        let engine = self.engine.as_mut()?;
        if let Some(submission) = self.submission.take() {
            engine.ask::<_, ()>("begin", (json_text(&submission),))?;
        }
        if self.stale {
            engine.ask::<_, ()>("data", (json_text(data),))?;
            self.stale = false;
        }
        for (segs, value) in self.writes.drain(..) {
            let mut path = String::new();
            write_segs(&segs, &mut path);
            match value {
                Some(value) => engine.ask::<_, ()>("set", (path, json_text(&value)))?,
                None => engine.ask::<_, ()>("unset", (path,))?,
            }
        }
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
            let context = Js::Obj(indexmap::IndexMap::from([
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
    fn start(zone: &TimeZone, now: i64) -> Option<Engine> {
        let runtime = Runtime::new().ok()?;
        runtime.set_memory_limit(MEMORY);
        runtime.set_max_stack_size(STACK);
        let asked = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&asked);
        runtime.set_interrupt_handler(Some(Box::new(move || {
            counter.fetch_add(1, Ordering::Relaxed) > PATIENCE
        })));
        let context = Context::full(&runtime).ok()?;
        let source = format!(
            "(function (config) {{\n{}\n}})({{now: {now}, zone: {}}})",
            include_str!("prelude.js"),
            offsets(zone)
        );
        let host = context.with(|ctx| {
            let host: Object<'_> = ctx.eval(source).ok()?;
            Some(Persistent::save(&ctx, host))
        })?;
        Some(Engine {
            host,
            compiled: HashMap::new(),
            knows_form: false,
            context,
            asked,
        })
    }

    /// Calls a function of the prelude.
    fn ask<A, R>(&mut self, name: &str, args: A) -> Option<R>
    where
        A: for<'js> rquickjs::function::IntoArgs<'js>,
        R: for<'js> rquickjs::FromJs<'js>,
    {
        self.asked.store(0, Ordering::Relaxed);
        let host = self.host.clone();
        self.context.with(|ctx| {
            let host = host.restore(&ctx).ok()?;
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
