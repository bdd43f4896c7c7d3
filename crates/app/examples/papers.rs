//! Times the papers of an answered form: `papers PACK DATA.json COUNT` prints, in milliseconds and for each of COUNT
//! rounds, how long answering took, and each format.

use std::fs;
use std::hint::black_box;
use std::time::Instant;

use hoso_app::forms::Papers;
use hoso_app::view::PaperFormat;
use jiff::Timestamp;
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [pack, data, count] = arguments.as_slice() else {
        return Err("use: papers PACK DATA.json COUNT".into());
    };
    let data: Value = serde_json::from_str(&fs::read_to_string(data)?)?;
    let (mut answer, mut pdf, mut docx) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..count.parse()? {
        let papers = timed(&mut answer, || {
            Papers::answer(pack, &data, None, Timestamp::now())
        })?;
        black_box(timed(&mut pdf, || papers.write(PaperFormat::Pdf))?);
        black_box(timed(&mut docx, || papers.write(PaperFormat::Docx))?);
    }
    println!("{}", json!({"answer": answer, "pdf": pdf, "docx": docx}));
    Ok(())
}

/// Does it and notes the milliseconds it took.
fn timed<T>(times: &mut Vec<f64>, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let made = work();
    times.push(start.elapsed().as_secs_f64() * 1000.0);
    made
}
