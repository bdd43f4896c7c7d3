//! Writes a layout with answers as PDF and DOCX: `render LAYOUT.html ANSWERS.json OUT` makes `OUT.pdf` and `OUT.docx`.

use std::process::ExitCode;

use hoso_paper::{Layout, Meta, lay_out, to_docx, to_pdf};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [layout, answers, out] = arguments.as_slice() else {
        eprintln!("use: render LAYOUT.html ANSWERS.json OUT");
        return ExitCode::from(2);
    };
    match render(layout, answers, out) {
        Ok(pages) => {
            println!("{out}.pdf and {out}.docx, {pages} page(s)");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn render(layout: &str, answers: &str, out: &str) -> Result<usize, Box<dyn std::error::Error>> {
    let layout = Layout::parse(layout, &std::fs::read_to_string(layout)?)?;
    let answers = serde_json::from_str(&std::fs::read_to_string(answers)?)?;
    let meta = Meta::new("Giấy tờ", jiff::civil::date(2026, 1, 1).at(8, 0, 0, 0));
    let document = lay_out(&layout, &answers, &meta)?;
    std::fs::write(format!("{out}.pdf"), to_pdf(&document)?)?;
    std::fs::write(format!("{out}.docx"), to_docx(&document)?)?;
    Ok(document.page_count())
}
