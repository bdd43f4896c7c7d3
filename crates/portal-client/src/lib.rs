//! HTTP to a portal: calls of the contract, tus uploads, sign-in by OpenID Connect.
//!
//! Every call ends in an answer of the contract or a [`CallError`] that says what is known about the outcome. No redirect is followed, no answer is read
//! without a limit, and a token is only ever sent to the portal's own origin.

mod error;
mod http;
mod oidc;
mod portal;
mod session;
mod throttle;
mod tus;

pub use error::CallError;
pub use http::{ClientOptions, Http};
pub use oidc::{Claims, SignIn, SignInError, SignInOptions, Tokens};
pub use portal::{Fetched, Pack, Portal, UploadWish};
pub use session::{Session, TokenSource, TokenStore};
pub use tus::{ByteSource, Created, Tus};
