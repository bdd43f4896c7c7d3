//! How long one answer takes: `keystroke FORM.json [ROWS]` sets every field in turn and prints the median and the worst.
//!
//! With ROWS, every grid starts with that many rows.

use std::sync::Arc;
use std::time::Instant;

use hoso_eform::{Change, Env, Form, Node, Session};
use serde_json::{Map, Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let file = args.next().ok_or("usage: keystroke FORM.json [ROWS]")?;
    let rows: usize = args.next().map_or(Ok(1), |rows| rows.parse())?;
    let form = Arc::new(Form::parse_slice(&std::fs::read(file)?)?);
    let env = Env::new("2026-11-21T03:00:00Z".parse()?);
    let mut session = Session::new(form, Value::Object(Map::new()), Default::default(), env);
    let mut paths = Vec::new();
    let mut grids = Vec::new();
    walk(&session.view().nodes, &mut paths, &mut grids);
    for path in grids.iter().filter(|path| !path.contains("[]")) {
        let value = Value::Array(vec![json!({}); rows]);
        session.apply(&Change::Set {
            path: path.clone(),
            value,
        })?;
    }
    let mut times = Vec::new();
    for path in &paths {
        let started = Instant::now();
        let path = path.replace("[]", "[0]");
        session.apply(&Change::Set {
            path,
            value: json!("an"),
        })?;
        times.push(started.elapsed());
    }
    times.sort();
    let median = times.get(times.len() / 2).copied().unwrap_or_default();
    let worst = times.last().copied().unwrap_or_default();
    println!(
        "{} fields, {rows} rows a grid: median {median:.1?}, worst {worst:.1?}",
        paths.len()
    );
    Ok(())
}

fn walk(nodes: &[Node], paths: &mut Vec<String>, grids: &mut Vec<String>) {
    for node in nodes {
        match node.kind.as_str() {
            "textfield" | "textarea" | "number" => paths.push(node.path.clone()),
            "datagrid" | "editgrid" => grids.push(node.path.clone()),
            _ => {}
        }
        walk(&node.children, paths, grids);
    }
}
