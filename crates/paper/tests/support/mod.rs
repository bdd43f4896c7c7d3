//! What several tests and the fuzzer share.

#![allow(dead_code, reason = "each user takes what it needs")]

pub(crate) mod docx;
pub(crate) mod extreme;
pub(crate) mod fuzz;
pub(crate) mod structure;
