//! A short slice of `cargo xtask fuzz eform`, the same each time, and everything that it ever found.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc
)]

#[path = "support/fuzz.rs"]
mod fuzz;

#[test]
fn spoilt_definitions_and_answers_do_no_harm() {
    let seeds = fuzz::Seeds::read();
    assert!(seeds.len() > 150, "the definitions are not where they were");
    let came = hoso_fuzzing::try_all(&seeds, &fuzz::Seeds::kept(), 0, 100).unwrap();
    let processed = came.iter().find(|(came, _)| *came == "processed");
    assert!(
        processed.is_some_and(|(_, times)| *times > 50),
        "spoiled too much: {came:?}"
    );
}
