//! The use cases: what the window and the command line can do.

pub mod view;
