//! `hoso` as a person at a shell meets it, against the sandbox portal.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail by panicking, as tests do"
)]

mod account;
mod agency;
mod at_desk;
mod bad_files;
mod bad_portal;
mod batch;
mod cannot;
mod carried_catalogue;
mod changed;
mod contact;
mod crash;
mod curtain;
mod day;
mod elsewhere;
mod fill;
mod first;
mod forgotten;
mod forms;
mod handover;
mod idle;
mod journeys;
mod kills;
mod lookup;
mod markers;
mod person;
mod portal;
mod proxy;
mod refusals;
mod resume;
mod samples;
mod sending;
mod shared;
mod shared_waits;
mod sticks;
mod word;
