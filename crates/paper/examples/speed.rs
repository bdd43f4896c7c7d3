//! Times a paper: `speed LAYOUT.html ANSWERS.json ROUNDS [OUT]` prints the median milliseconds of a document in a loop of
//! ROUNDS, with the layout read once and the answers laid out for each file anew, and keeps the last files as OUT.pdf and
//! OUT.docx.

use std::hint::black_box;
use std::time::Instant;

use hoso_paper::{Layout, Meta, lay_out, to_docx, to_pdf};
use serde_json::json;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [layout, answers, rounds, out @ ..] = arguments.as_slice() else {
        return Err("use: speed LAYOUT.html ANSWERS.json ROUNDS [OUT]".into());
    };
    let layout = Layout::parse(layout, &std::fs::read_to_string(layout)?)?;
    let answers = serde_json::from_str(&std::fs::read_to_string(answers)?)?;
    let meta = Meta::new("Giấy tờ", jiff::civil::date(2026, 1, 1).at(8, 0, 0, 0));
    let (mut setting, mut pdfs, mut docxs) = (Vec::new(), Vec::new(), Vec::new());
    let (mut pdf, mut docx) = (Vec::new(), Vec::new());
    let mut pages = 0;
    for _ in 0..rounds.parse()? {
        let document = timed(&mut setting, || {
            lay_out(&layout, black_box(&answers), &meta)
        })?;
        pages = document.page_count();
        pdf = timed(&mut pdfs, || {
            lay_out(&layout, &answers, &meta).and_then(|document| to_pdf(&document))
        })?;
        docx = timed(&mut docxs, || {
            lay_out(&layout, &answers, &meta).and_then(|document| to_docx(&document))
        })?;
    }
    if let Some(out) = out.first() {
        std::fs::write(format!("{out}.pdf"), &pdf)?;
        std::fs::write(format!("{out}.docx"), &docx)?;
    }
    let told = json!({
        "layOut": median(setting), "pdf": median(pdfs), "docx": median(docxs),
        "pages": pages, "pdfBytes": pdf.len(), "docxBytes": docx.len(),
    });
    println!("{told}");
    Ok(())
}

fn timed<T>(times: &mut Vec<f64>, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let made = black_box(work());
    times.push(start.elapsed().as_secs_f64() * 1000.0);
    made
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}
