//! A short slice of `cargo xtask fuzz eform`, the same each time, and everything that it ever found.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc
)]

#[path = "support/fuzz.rs"]
#[allow(dead_code)]
mod fuzz;

#[test]
fn spoilt_definitions_and_answers_do_no_harm() {
    let seeds = fuzz::Seeds::read();
    assert!(seeds.len() > 150, "the definitions are not where they were");
    for number in 0..100 {
        if let Err(what) = fuzz::check(&seeds.case(0, number)) {
            panic!("case {number}: {what}");
        }
    }
}

#[test]
fn what_was_found_stays_mended() {
    for (at, case) in fuzz::findings().iter().enumerate() {
        if let Err(what) = fuzz::check(case) {
            panic!("finding {at}: {what}");
        }
    }
}
