//! A little of what `cargo xtask fuzz paper` does for longer, and everything that it ever found.

use std::panic;

use crate::support::fuzz::{Came, Seeds, check, findings};

#[test]
fn spoiled_layouts_and_answers_give_papers_or_reasons() {
    let seeds = Seeds::read();
    let mut papers = 0;
    for number in 0..60 {
        match check(&seeds.case(7, number)) {
            Ok(came) => papers += usize::from(came == Came::Paper),
            Err(what) => panic!("case {number} of seed 7: {what}"),
        }
    }
    assert!(
        papers > 8,
        "only {papers} of the cases came to a paper: they are spoiled too much"
    );
}

#[test]
fn what_failed_once_holds() {
    for (at, case) in findings().iter().enumerate() {
        if let Err(what) = check(case) {
            panic!("finding {at}: {what}");
        }
    }
}
