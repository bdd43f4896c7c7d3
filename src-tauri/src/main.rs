//! Desktop window.
fn main() {}
