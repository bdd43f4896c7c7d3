//! The portal as its clients meet it: over HTTP.

#[expect(dead_code, reason = "the next tests use it")]
mod person;
mod sign_in;
