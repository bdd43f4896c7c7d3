//! What the fuzzers share: chance that can be thrown again, places in a document, the run itself, and what it keeps.
//!
//! For tests and examples only. A crate that reads what strangers wrote has a [`Target`]: its tests try a few cases
//! and everything that ever failed, `cargo xtask fuzz` goes on for as long as it is told.

mod dice;
pub mod places;
mod run;

pub use dice::Dice;
pub use run::{Kept, Target, busy, main, try_all, unharmed};
