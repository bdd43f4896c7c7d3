//! Times a paper: `speed LAYOUT.html ANSWERS.jsonl [OUT COUNT]` prints the median milliseconds of a document with the layout
//! read once, a document for each line of answers, laid out for each file anew; and those of the very first, whose typefaces
//! nothing is known of yet. The files of the first COUNT are kept as OUT-0.pdf, OUT-0.docx and so on.

use std::hint::black_box;
use std::time::Instant;

use hoso_paper::{Layout, Meta, lay_out, to_docx, to_pdf};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (layout, answers, out) = match arguments.as_slice() {
        [layout, answers] => (layout, answers, None),
        [layout, answers, out, count] => (layout, answers, Some((out, count.parse()?))),
        _ => return Err("use: speed LAYOUT.html ANSWERS.jsonl [OUT COUNT]".into()),
    };
    let layout = Layout::parse(layout, &std::fs::read_to_string(layout)?)?;
    let people = std::fs::read_to_string(answers)?;
    let meta = Meta::new("Giấy tờ", jiff::civil::date(2026, 1, 1).at(8, 0, 0, 0));
    let (mut setting, mut pdfs, mut docxs) = (Vec::new(), Vec::new(), Vec::new());
    let (mut most_pages, mut pdf_bytes, mut docx_bytes) = (0, Vec::new(), Vec::new());
    for (index, person) in people.lines().enumerate() {
        let answers: Value = serde_json::from_str(person)?;
        let pdf = timed(&mut pdfs, || {
            lay_out(&layout, &answers, &meta).and_then(|document| to_pdf(&document))
        })?;
        let docx = timed(&mut docxs, || {
            lay_out(&layout, &answers, &meta).and_then(|document| to_docx(&document))
        })?;
        let document = timed(&mut setting, || lay_out(&layout, &answers, &meta))?;
        most_pages = most_pages.max(document.page_count());
        if let Some((out, count)) = out
            && index < count
        {
            std::fs::write(format!("{out}-{index}.pdf"), &pdf)?;
            std::fs::write(format!("{out}-{index}.docx"), &docx)?;
        }
        pdf_bytes.push(pdf.len() as f64);
        docx_bytes.push(docx.len() as f64);
    }
    let first = |times: &[f64]| times.first().copied();
    let told = json!({
        "first": {"pdf": first(&pdfs), "docx": first(&docxs)},
        "layOut": median(setting), "pdf": median(pdfs), "docx": median(docxs),
        "mostPages": most_pages, "pdfBytes": median(pdf_bytes) as u64, "docxBytes": median(docx_bytes) as u64,
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

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}
