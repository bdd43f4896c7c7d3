//! `hoso form bench`: how long a form takes on this machine.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hoso_app::AppError;
use hoso_eform::{Change, Env, Form, Node, Session, process};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::Failure;

/// Runs of each kind, fewer where they take longer than `PATIENCE` together.
const RUNS: usize = 500;
const PATIENCE: Duration = Duration::from_secs(3);

/// Times the reading of a definition, a whole pass over answers, and one changed answer after another.
pub(crate) fn run(definition: &[u8], data: &Value, now: Timestamp) -> Result<Value, Failure> {
    let env = Env::new(now);
    let read = || {
        Form::parse_slice(definition).map_err(|source| AppError::Form {
            procedure: "the definition".into(),
            source,
        })
    };
    let form = Arc::new(read()?);
    let parse = times(|_| {
        let _ = black_box(read());
    });
    let pass = times(|_| {
        black_box(process(&form, data, &env));
    });
    let mut session = Session::new(Arc::clone(&form), data.clone(), Default::default(), env);
    let mut fields = Vec::new();
    texts(&session.view().nodes, &mut fields);
    let change = times(|run| {
        let Some((path, number)) = fields.get(run % fields.len().max(1)) else {
            return;
        };
        let value = if *number {
            json!(run)
        } else {
            json!(format!("an {run}"))
        };
        let path = path.replace("[]", "[0]");
        let _ = black_box(session.apply(&Change::Set { path, value }));
    });
    let mut answer = json!({"parse": parse, "pass": pass});
    if let (false, Value::Object(members)) = (fields.is_empty(), &mut answer) {
        members.insert("change".to_owned(), change);
    }
    Ok(answer)
}

/// Fields that a person types into, and whether it is a number.
fn texts(nodes: &[Node], found: &mut Vec<(String, bool)>) {
    for node in nodes {
        match node.kind.as_str() {
            "textfield" | "textarea" => found.push((node.path.clone(), false)),
            "number" => found.push((node.path.clone(), true)),
            _ => {}
        }
        texts(&node.children, found);
    }
}

/// Median and upper percentiles, in milliseconds of the clock.
fn times(mut work: impl FnMut(usize)) -> Value {
    work(0);
    let started = Instant::now();
    let mut taken = Vec::with_capacity(RUNS);
    for run in 1..=RUNS {
        let start = Instant::now();
        work(run);
        taken.push(start.elapsed());
        if started.elapsed() > PATIENCE {
            break;
        }
    }
    taken.sort();
    let at = |percent: usize| {
        let index = (taken.len() * percent).div_ceil(100).saturating_sub(1);
        let time = taken.get(index).copied().unwrap_or_default();
        (time.as_secs_f64() * 1e6).round() / 1e3
    };
    json!({"runs": taken.len(), "median": at(50), "p95": at(95), "p99": at(99)})
}
