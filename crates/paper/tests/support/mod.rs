//! What several tests and the fuzzer share.

#![allow(dead_code, reason = "each user takes what it needs")]

pub(crate) mod docx;
pub(crate) mod extreme;
pub(crate) mod fuzz;
pub(crate) mod fuzz_templates;
#[path = "../../examples/templates/samples.rs"]
pub(crate) mod samples;
pub(crate) mod structure;
pub(crate) mod word;
