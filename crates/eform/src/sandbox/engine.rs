//! QuickJS itself: its limits, what it is asked, and what that cost.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use jiff::tz::TimeZone;
use rquickjs::{Context, Ctx, Exception, Function, Object, Runtime};

use crate::env::Watch;

/// Memory of one sandbox at most.
const MEMORY: usize = 64 * 1024 * 1024;
/// Memory of a sandbox that knows no answers yet. Long texts make single steps long, and only between steps can a script be stopped.
const BARE: usize = 2_500_000;
/// More memory for each byte of the form and the answers, as the sandbox holds them and may copy them.
const EACH: usize = 40;
/// More memory for each function it keeps, and for each byte of its text.
const FUNCTION: usize = 4_000;
const LETTER: usize = 12;
const STACK: usize = 512 * 1024;
/// Where the prelude leaves what is called from here.
const HOST: &str = "#host";
/// How often QuickJS asks whether to go on, about 50 ms of looping. Counted, not timed: the same answers give the same result.
const PATIENCE: u32 = 400;
/// By the caller's watch a call may take this long; ten times what the count of steps allows on an idle machine.
const LONGEST: Duration = Duration::from_millis(500);
/// By the watch, what a small script takes at most, whatever the machine.
const SMALL: Duration = Duration::from_millis(5);
/// Filled-in rules kept: the same text comes again in many rows, another one in each change.
const FILLED: usize = 64;

/// Nanoseconds that count for one of its questions whether to go on, for its start, and for a byte of JSON.
const QUESTION: u64 = 50_000;
const START: u64 = 10_000_000;
const BYTE: u64 = 12;

/// Why the engine didn't answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failed {
    /// It took too long.
    Late,
    /// It had no room left, or can't be trusted any more.
    Room,
    /// What was called threw.
    Threw,
}

/// A script as the prelude compiled it; nothing where it is no JavaScript.
pub(super) type Compiled = Option<i32>;

/// What was told to the mirror, for the room that it takes.
#[derive(Clone, Copy)]
pub(super) enum Told {
    Form,
    Submission,
    Answers,
}

pub(super) struct Engine {
    compiled: HashMap<(Arc<str>, &'static str), Compiled>,
    filled: HashMap<String, Compiled>,
    pub(super) knows_form: bool,
    pub(super) knows_submission: bool,
    /// Bytes of what it was told.
    told: [usize; 3],
    /// Room for the functions that it keeps.
    functions: usize,
    /// Nanoseconds that count, since they were last taken.
    cost: u64,
    /// By the watch, what calls took beyond what small ones do.
    waited: Duration,
    context: Context,
    asked: Arc<AtomicU32>,
    started: Arc<AtomicU64>,
    watch: Option<Watch>,
}

impl Engine {
    pub(super) fn start(zone: &TimeZone, now: i64, watch: Option<Watch>) -> Option<Engine> {
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
            include_str!("../prelude.js"),
            offsets(zone)
        );
        context.with(|ctx| ctx.eval::<(), _>(source).ok())?;
        Some(Engine {
            compiled: HashMap::new(),
            filled: HashMap::new(),
            knows_form: false,
            knows_submission: false,
            told: [0; 3],
            functions: 0,
            cost: START,
            waited: Duration::ZERO,
            context,
            asked,
            started,
            watch,
        })
    }

    /// What it did since this was last asked: nanoseconds as they count, and by the watch what went beyond small calls.
    pub(super) fn cost(&mut self) -> (u64, Duration) {
        (
            std::mem::take(&mut self.cost),
            std::mem::take(&mut self.waited),
        )
    }

    /// Makes room for what is going to be told.
    pub(super) fn room_for(&mut self, which: Told, bytes: usize) {
        if let Some(told) = self.told.get_mut(which as usize) {
            *told = bytes;
        }
        self.make_room();
    }

    /// Makes room for another part of the answers.
    pub(super) fn room_for_more(&mut self, bytes: usize) {
        let [_, _, known] = self.told;
        self.room_for(Told::Answers, known.saturating_add(bytes));
    }

    fn make_room(&self) {
        let told = self
            .told
            .iter()
            .fold(0_usize, |sum, n| sum.saturating_add(*n));
        let limit = BARE
            .saturating_add(told.saturating_mul(EACH))
            .saturating_add(self.functions);
        self.context.runtime().set_memory_limit(limit.min(MEMORY));
    }

    /// The function of a script that stays as it is.
    pub(super) fn compile(
        &mut self,
        source: &Arc<str>,
        result: &'static str,
        seed: &str,
        code: String,
    ) -> Result<Compiled, Failed> {
        let key = (Arc::clone(source), result);
        if let Some(known) = self.compiled.get(&key) {
            return Ok(*known);
        }
        let compiled = self.make(seed, code)?;
        self.compiled.insert(key, compiled);
        Ok(compiled)
    }

    /// The function of a script with answers filled in. A few are kept, the others let go: another one comes with every change.
    pub(super) fn compile_filled(&mut self, seed: &str, code: String) -> Result<Compiled, Failed> {
        if let Some(known) = self.filled.get(&code) {
            return Ok(*known);
        }
        if self.filled.len() >= FILLED {
            for (code, id) in std::mem::take(&mut self.filled) {
                if let Some(id) = id {
                    self.ask::<_, ()>("release", (id,))?;
                    self.functions = self.functions.saturating_sub(room_of(&code));
                }
            }
        }
        let compiled = self.make(seed, code.clone())?;
        self.filled.insert(code, compiled);
        Ok(compiled)
    }

    fn make(&mut self, seed: &str, code: String) -> Result<Compiled, Failed> {
        self.functions = self.functions.saturating_add(room_of(&code));
        self.make_room();
        match self.ask::<_, i32>("compile", (seed, code)) {
            Ok(id) if id >= 0 => Ok(Some(id)),
            Ok(-1) => Ok(None),
            Ok(_) => Err(Failed::Room),
            Err(failed) => Err(failed),
        }
    }

    /// Calls a function of the prelude with JSON, which is paid for by its length.
    pub(super) fn tell<A, R>(&mut self, name: &str, bytes: usize, args: A) -> Result<R, Failed>
    where
        A: for<'js> rquickjs::function::IntoArgs<'js>,
        R: for<'js> rquickjs::FromJs<'js>,
    {
        self.pay(bytes);
        self.ask(name, args)
    }

    /// Calls a function of lodash with a JSON list of its arguments; an empty text is no answer.
    pub(super) fn lodash(&mut self, name: &str, args: &str) -> Result<String, Failed> {
        let room = args.len().saturating_mul(EACH);
        self.functions = self.functions.saturating_add(room);
        self.make_room();
        let answer = self.tell::<_, String>("lodash", args.len(), (name, args));
        self.functions = self.functions.saturating_sub(room);
        self.make_room();
        if let Ok(answer) = &answer {
            self.pay(answer.len());
        }
        answer
    }

    pub(super) fn pay(&mut self, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        self.cost = self.cost.saturating_add(bytes.saturating_mul(BYTE));
    }

    /// Calls a function of the prelude.
    pub(super) fn ask<A, R>(&mut self, name: &str, args: A) -> Result<R, Failed>
    where
        A: for<'js> rquickjs::function::IntoArgs<'js>,
        R: for<'js> rquickjs::FromJs<'js>,
    {
        self.asked.store(0, Ordering::Relaxed);
        let began = self.watch.as_ref().map(Watch::now);
        self.started
            .store(now_by(self.watch.as_ref()), Ordering::Relaxed);
        let answer = self.context.with(|ctx| {
            let host: Object<'_> = ctx.globals().get(HOST).map_err(|_| thrown(&ctx))?;
            let function: Function<'_> = host.get(name).map_err(|_| thrown(&ctx))?;
            // The exception stays pending unless it is caught.
            function.call::<A, R>(args).map_err(|_| thrown(&ctx))
        });
        let asked = self.asked.load(Ordering::Relaxed);
        self.cost = self
            .cost
            .saturating_add(u64::from(asked).saturating_mul(QUESTION));
        if let (Some(began), Some(watch)) = (began, &self.watch) {
            let took = watch.now().saturating_sub(began);
            self.waited = self.waited.saturating_add(took.saturating_sub(SMALL));
        }
        match answer {
            Err(_) if asked > PATIENCE => Err(Failed::Late),
            other => other,
        }
    }

    /// Runs a compiled script; nothing where it threw.
    pub(super) fn run(&mut self, id: i32, info: String) -> Result<Option<String>, Failed> {
        let bytes = info.len();
        let result = self.tell::<_, String>("call", bytes, (id, info));
        let late = self.asked.load(Ordering::Relaxed) > PATIENCE;
        let text = match result {
            Ok(text) => text,
            Err(Failed::Late) => return Err(Failed::Late),
            Err(_) => return Err(Failed::Room),
        };
        self.pay(text.len());
        // What its long steps cost stands before the result.
        let (used, result) = text.split_once('\n').ok_or(Failed::Room)?;
        self.cost = self.cost.saturating_add(used.parse().unwrap_or(0));
        match result {
            "long" => Err(Failed::Late),
            "large" => Err(if late { Failed::Late } else { Failed::Room }),
            "threw" => Ok(None),
            result => Ok(Some(result.to_owned())),
        }
    }
}

/// What was thrown; where there is no memory even for the error, that is null.
fn thrown(ctx: &Ctx<'_>) -> Failed {
    let value = ctx.catch();
    let full = value.is_null()
        || value
            .as_object()
            .and_then(|object| Exception::from_object(object.clone()))
            .and_then(|exception| exception.message())
            .is_some_and(|message| message == "out of memory");
    if full { Failed::Room } else { Failed::Threw }
}

fn room_of(code: &str) -> usize {
    FUNCTION.saturating_add(code.len().saturating_mul(LETTER))
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
