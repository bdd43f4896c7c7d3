//! What can go wrong with a definition or a change.

/// Why a form definition was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormError {
    /// The text is not JSON.
    #[error(
        "reading the form definition: it is not JSON ({reason}); export it again from the form builder"
    )]
    NotJson {
        /// The parser's words.
        reason: String,
    },
    /// The definition takes too much room.
    #[error(
        "reading the form definition: {size} bytes are more than {limit} allows; split the form"
    )]
    TooLarge {
        /// Bytes found.
        size: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// More markup than a screen can be made of in time.
    #[error(
        "reading the form definition: more than {limit} bytes of texts with markup or code; split the form"
    )]
    TooMuchMarkup {
        /// Bytes allowed.
        limit: usize,
    },
    /// More values than can be looked through in time.
    #[error("reading the form definition: more than {limit} values; split the form or its lists")]
    TooManyValues {
        /// Values allowed.
        limit: usize,
    },
    /// A key, a mask or a pattern beyond all reason.
    #[error("reading the form definition: a `{name}` is longer than {limit} bytes; shorten it")]
    TooLong {
        /// The property.
        name: String,
        /// Bytes allowed.
        limit: usize,
    },
    /// Too many components.
    #[error("reading the form definition: more than {limit} components; split the form")]
    TooMany {
        /// Components allowed.
        limit: usize,
    },
    /// Components inside components, or lists and objects inside one another, too deep.
    #[error(
        "reading the form definition: it nests deeper than {limit} levels at {path}; flatten the form"
    )]
    TooDeep {
        /// Levels allowed.
        limit: usize,
        /// Where: the keys on the way there, or how many bytes come before it.
        path: String,
    },
    /// No list of components.
    #[error(
        "reading the form definition: it has no `components` list; choose a form.io form definition"
    )]
    NoComponents,
}

/// Why a change was refused; the answers are as before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// The path can't be read.
    #[error(
        "changing an answer: `{path}` is no path; write it as `mother.name` or `children[2].birth`"
    )]
    BadPath {
        /// The path given.
        path: String,
    },
    /// A row operation on something that has no rows.
    #[error("changing rows: `{path}` holds no rows; set it as a whole first")]
    NotRows {
        /// The path given.
        path: String,
    },
    /// No such row.
    #[error("changing rows: `{path}` has no row {index}; reload the draft and try again")]
    NoRow {
        /// The path given.
        path: String,
        /// The row asked for, from 0.
        index: usize,
    },
    /// An index or a nesting beyond all reason.
    #[error(
        "changing an answer: `{path}` reaches too far; use a smaller row number or a shallower value"
    )]
    TooFar {
        /// The path given.
        path: String,
    },
}
