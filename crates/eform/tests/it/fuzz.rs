//! A short slice of `cargo xtask fuzz eform`, the same each time, and everything that it ever found.

use crate::spoilt;

#[test]
fn spoilt_definitions_and_answers_do_no_harm() {
    let seeds = spoilt::Seeds::read();
    assert!(seeds.len() > 150, "the definitions are not where they were");
    let came = hoso_fuzzing::try_all(&seeds, &spoilt::Seeds::kept(), 0, 100).unwrap();
    let processed = came.iter().find(|(came, _)| *came == "processed");
    assert!(
        processed.is_some_and(|(_, times)| *times > 50),
        "spoiled too much: {came:?}"
    );
}
