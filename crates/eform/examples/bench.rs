//! Measures the engine for `tests/conformance/formio/bench.mjs`, in processor time of this thread.
//!
//! Lines of `{"op": "form", "form", "data"}` take over a form and submissions, `{"op": "pass"}` runs over the next of them,
//! `{"op": "open"}` opens a session on the first, and `{"op": "change", "change"}` makes a change. Each is answered with
//! nanoseconds.

use std::io::{BufRead as _, Write as _};
use std::sync::Arc;

use hoso_eform::{Change, Env, Form, Processor, Session};
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let now = std::env::var("HOSO_NOW").unwrap_or_else(|_| "2026-11-21T03:00:00Z".to_owned());
    let env = Env::new(now.parse()?);
    let mut form: Option<(&'static Arc<Form>, Processor<'static>)> = None;
    let mut data: Vec<Value> = Vec::new();
    let mut session: Option<Session> = None;
    let mut next = 0;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let mut request: Value = serde_json::from_str(&line?)?;
        let op = request
            .get("op")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let nanos = match (op, &mut form, &mut session) {
            ("form", _, _) => {
                let raw = request.get("form").unwrap_or(&Value::Null);
                let (nanos, read) = timed(|| Form::parse(raw));
                // A few forms in all, kept until the end.
                let read: &'static Arc<Form> = Box::leak(Box::new(Arc::new(read?)));
                form = Some((read, Processor::new(read, env.clone())));
                data = serde_json::from_value(
                    request.get_mut("data").map(Value::take).unwrap_or_default(),
                )?;
                next = 0;
                nanos
            }
            ("pass", Some((_, processor)), _) => {
                let data = data.get(next % data.len().max(1)).unwrap_or(&Value::Null);
                next += 1;
                timed(|| processor.process(data)).0
            }
            ("open", Some((form, _)), _) => {
                let first = data.first().cloned().unwrap_or_default();
                let (nanos, opened) = timed(|| {
                    Session::new(Arc::clone(form), first, Default::default(), env.clone())
                });
                session = Some(opened);
                nanos
            }
            ("change", _, Some(session)) => {
                let change: Change = serde_json::from_value(
                    request
                        .get_mut("change")
                        .map(Value::take)
                        .unwrap_or_default(),
                )?;
                let (nanos, applied) = timed(|| session.apply(&change));
                applied?;
                nanos
            }
            (other, _, _) => return Err(format!("`{other}` comes too early or isn't known").into()),
        };
        writeln!(out, "{}", json!(nanos))?;
        out.flush()?;
    }
    Ok(())
}

/// The processor time that something took.
fn timed<T>(work: impl FnOnce() -> T) -> (i64, T) {
    let clock = || {
        let now = clock_gettime(ClockId::ThreadCPUTime);
        now.tv_sec * 1_000_000_000 + now.tv_nsec
    };
    let start = clock();
    let result = work();
    (clock() - start, result)
}
