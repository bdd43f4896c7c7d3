//! A little of what `cargo xtask fuzz paper templates` does for longer, and everything that it ever found.

use crate::support::{fuzz::Seeds, fuzz_templates};

#[test]
fn spoiled_layouts_and_answers_give_papers_or_reasons() {
    let came = hoso_fuzzing::try_all(&Seeds::read(), &Seeds::kept(), 7, 60).unwrap();
    let papers = came.iter().find(|(came, _)| *came == "papers");
    assert!(
        papers.is_some_and(|(_, times)| *times > 15),
        "spoiled too much: {came:?}"
    );
}

#[test]
fn spoiled_word_files_are_filled_or_refused() {
    let target = fuzz_templates::Seeds::read();
    let came = hoso_fuzzing::try_all(&target, &fuzz_templates::Seeds::kept(), 7, 300).unwrap();
    let filled = came.iter().find(|(came, _)| *came == "filled");
    assert!(
        filled.is_some_and(|(_, times)| *times > 80),
        "spoiled too much: {came:?}"
    );
}
