//! A little of what `cargo xtask fuzz paper` does for longer, and everything that it ever found.

use crate::support::fuzz::Seeds;

#[test]
fn spoiled_layouts_and_answers_give_papers_or_reasons() {
    let came = hoso_fuzzing::try_all(&Seeds::read(), &Seeds::kept(), 7, 60).unwrap();
    let papers = came.iter().find(|(came, _)| *came == "papers");
    assert!(
        papers.is_some_and(|(_, times)| *times > 15),
        "spoiled too much: {came:?}"
    );
}
