//! See the crate list in ARCHITECTURE.md.

mod change;
mod view;

pub use change::Change;
pub use view::{Choice, FieldError, FormState, FormView, Node, Patch};
