//! Vietnamese matters: numbers and dates in words, identifiers, names. Pure.

pub(crate) mod address;
pub(crate) mod agreement;
mod card;
mod date;
pub(crate) mod field;
mod identifier;
mod name;
mod number;

pub use card::{CardPart, CardProblem, CardQr, Sex};
pub use date::{PartialDate, date_in_words, parse_date};
pub use identifier::{CitizenId, Phone, TaxCode, TaxCodeProblem};
pub use name::tidy_name;
pub use number::{grouped, money_in_words, number_in_words, parse_money};
