//! An answered e-form on paper: one laid-out document, written as PDF and as DOCX with the same words.
//! Pure: no clock, no randomness, no I/O; the same input gives the same bytes.

mod layout;

pub use layout::{Layout, LayoutError};
