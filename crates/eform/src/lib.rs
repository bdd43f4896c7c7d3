//! An engine for form.io definitions: what a form shows, computes and finds wrong, from its definition and the answers alone.
//!
//! Read a [`Form`] once, then either [`process`] a whole submission or keep a [`Session`] while a person answers.
//! `@formio/core` is the yardstick; `QUIRKS.md` lists where this engine differs on purpose.

mod answers;
mod case;
mod catalogue;
mod change;
mod condition;
mod data_empty;
mod dates;
mod definition;
mod delta;
mod depends;
mod display;
mod env;
mod error;
mod explain;
mod fast;
mod hand;
mod html;
mod interpolate;
mod items;
mod js;
mod json_logic;
mod logic;
mod mask;
mod message_context;
mod messages;
mod normalize;
mod path;
mod process;
mod quiet;
mod report;
mod rule;
mod run;
mod sandbox;
mod screen;
mod script;
mod session;
mod shape;
mod texts;
mod translate;
mod view;
pub mod vn;

pub use answers::Answers;
pub use change::Change;
pub use definition::{Form, Unsupported};
pub use env::{Env, Watch};
pub use error::{ChangeError, FormError};
pub use explain::{Explanation, Read, Refused, RuleNote, RuleResult};
pub use process::{Outcome, Processor, process};
pub use report::COMPONENT_TYPES;
pub use session::{Applied, Marks, Session};
pub use view::{Choice, FieldError, FormState, FormView, Node, Patch, Unchecked};
