//! Answers lines of `{"form", "submission"}` with what the engine makes of them; the peer comparison reads it.
//!
//! `HOSO_NOW` gives the present instant (RFC 3339), so that two engines can be asked at the same moment.

use std::io::{BufRead as _, Write as _};

use hoso_eform::{Env, Form, process};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let now = std::env::var("HOSO_NOW").unwrap_or_else(|_| "2026-11-21T03:00:00Z".to_owned());
    let mut env = Env::new(now.parse()?);
    env.locale = "en".into();
    let mut last: Option<(Value, Form)> = None;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let request: Value = serde_json::from_str(&line?)?;
        let definition = request.get("form").unwrap_or(&Value::Null);
        if last.as_ref().is_none_or(|(raw, _)| raw != definition) {
            last = Some((definition.clone(), Form::parse(definition)?));
        }
        let Some((_, form)) = &last else { continue };
        let outcome = process(
            form,
            request.pointer("/submission/data").unwrap_or(&Value::Null),
            &env,
        );
        let errors: Vec<Value> = outcome
            .errors
            .iter()
            .map(|error| json!({"path": error.path, "rule": error.rule, "message": error.message}))
            .collect();
        writeln!(
            out,
            "{}",
            json!({"data": outcome.data, "errors": errors, "hidden": outcome.hidden})
        )?;
    }
    Ok(())
}
