//! Why a call brought no answer, and what that says about its outcome.

use hoso_portal_api::{API_VERSION, Problem};
use hoso_sync::Failure;

/// A call that brought no answer of the contract.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The request did not leave this machine.
    #[error("reaching {host}: {what}; check the network and try again")]
    Offline {
        /// Where to.
        host: String,
        /// What failed.
        what: String,
    },
    /// The request may or may not have arrived.
    #[error("waiting for an answer: {what}; ask before repeating it")]
    Unknown {
        /// What broke.
        what: String,
    },
    /// An answer outside the contract: another status, HTML, a broken or endless body.
    #[error("reading an answer (HTTP {status}): {what}; try again later")]
    Unexpected {
        /// HTTP status.
        status: u16,
        /// What was found.
        what: String,
    },
    /// A file came with other bytes than announced.
    #[error("reading a file: {what}; ask whoever runs the portal")]
    Damaged {
        /// Which, and how.
        what: String,
    },
    /// The contract's own word.
    #[error("the portal answered {}: {}", .problem.status, .problem.title)]
    Problem {
        /// It.
        problem: Box<Problem>,
        /// Seconds to wait, if the portal said so.
        retry_after: Option<u64>,
    },
    /// The portal speaks another version of the contract, so nothing else that it says can be relied on.
    #[error(
        "asking the portal who it is: it speaks version {said} of the contract, and this program version {API_VERSION}; update the program, or tell the portal"
    )]
    OtherVersion {
        /// Which, as it says it.
        said: String,
    },
    /// There is no valid token, and none can be had without the person.
    #[error("calling the portal: nobody is signed in; sign in")]
    SignedOut,
    /// This machine could not do its part.
    #[error("preparing a call: {what}")]
    Local {
        /// What failed.
        what: String,
    },
}

impl CallError {
    /// What a log may say of it: nothing of its words, which may be the portal's or the provider's.
    #[must_use]
    pub fn kind(&self) -> String {
        match self {
            Self::Offline { .. } => "offline".to_owned(),
            Self::Unknown { .. } => "unknown outcome".to_owned(),
            Self::Unexpected { status, .. } => format!("unexpected, HTTP {status}"),
            Self::Damaged { .. } => "damaged".to_owned(),
            Self::Problem { problem, .. } => {
                format!("{:?}, HTTP {}", problem.code, problem.status)
            }
            Self::OtherVersion { .. } => "other version".to_owned(),
            Self::SignedOut => "signed out".to_owned(),
            Self::Local { .. } => "local".to_owned(),
        }
    }

    pub(crate) fn local(what: impl ToString) -> Self {
        Self::Local {
            what: what.to_string(),
        }
    }

    /// What the transport says: only a connection that never came about proves that nothing was sent.
    pub(crate) fn transport(error: reqwest::Error) -> Self {
        let host = error
            .url()
            .and_then(|url| url.host_str())
            .unwrap_or("the portal")
            .to_owned();
        let offline = error.is_connect();
        let local = error.is_builder();
        let what = innermost(&error.without_url());
        if offline {
            Self::Offline { host, what }
        } else if local {
            Self::Local { what }
        } else {
            Self::Unknown { what }
        }
    }
}

/// The last cause says what happened; those before it only who noticed.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        match error {
            CallError::OtherVersion { .. } => Self::Unexpected {
                status: 200,
                what: error.to_string(),
            },
            CallError::Offline { .. } => Self::Offline,
            CallError::Unknown { what } => Self::Unknown { what },
            CallError::Unexpected { status, what } => Self::Unexpected { status, what },
            CallError::Problem {
                problem,
                retry_after,
            } => Self::Problem {
                problem: *problem,
                retry_after,
            },
            CallError::Damaged { what } => Self::Damaged { what },
            CallError::SignedOut => Self::SignedOut,
            CallError::Local { what } => Self::Local { what },
        }
    }
}
