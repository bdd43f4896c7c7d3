//! An answered e-form on paper: one laid-out document, written as PDF and as DOCX with the same words.
//! Pure: no clock, no randomness, no I/O; the same input gives the same bytes.

mod answers;
mod code;
mod deflate;
mod document;
mod docx;
mod error;
mod fill;
mod flow;
mod font;
mod generic;
mod kind;
mod layout;
pub mod layouts;
mod pdf;
mod pictures;
mod set;
mod show;
mod template;
mod text;
mod truetype;

pub use document::{AnswerPlace, Document, Meta, lay_out, words};
pub use docx::to_docx;
pub use error::PaperError;
pub use generic::generic_layout;
pub use kind::{FileKind, PdfFacts, PdfProblem, check_pdf, looks_like};
pub use layout::{Layout, LayoutError};
pub use pdf::to_pdf;
pub use pictures::{
    Clean, Crop, Edit, LEAST_DPI, Picture, PictureError, PicturePdf, askew, edited_picture,
    pages_of_scan, pictures_to_pdf, small_picture,
};
pub use template::{FilledTemplate, Template, TemplateError, Unfilled, WhyUnfilled};
