//! The portal as its clients meet it: over HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests fail by panicking, as tests do"
)]

mod account;
mod agency;
mod at_desk;
mod cannot;
mod catalogue;
mod contract;
mod dossiers;
mod drafts;
mod faults;
mod lookup;
mod needs;
mod pages;
mod payments;
mod person;
mod restart;
mod sign_in;
mod sticks;
mod uploads;
mod wishes;
