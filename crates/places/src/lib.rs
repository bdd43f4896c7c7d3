//! The places that a Vietnamese address names: today's two levels, and the three levels before July 2025 with what became of them. Pure.
//!
//! The list is built in (`data/README.md` says where it is from) and read once.

mod address;
mod fold;
mod list;
mod name;
mod search;

pub use address::ReadAddress;
pub use fold::fold;
pub use list::{Former, Place, Places, Province, places};
pub use search::Hit;
