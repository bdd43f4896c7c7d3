//! What a file is by its first bytes, whatever its name says.

use std::panic::{AssertUnwindSafe, catch_unwind};

use lopdf::LoadOptions;

/// A kind of file that people attach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Portable Document Format.
    Pdf,
    /// JPEG picture.
    Jpeg,
    /// PNG picture.
    Png,
    /// Word document (2007 and later).
    Docx,
    /// Excel workbook (2007 and later).
    Xlsx,
    /// PowerPoint presentation (2007 and later).
    Pptx,
    /// Word, Excel or PowerPoint before 2007.
    OldOffice,
    /// TIFF picture.
    Tiff,
    /// GIF picture.
    Gif,
    /// WebP picture.
    Webp,
    /// HEIC or AVIF picture, as phones take them.
    Heic,
    /// BMP picture.
    Bmp,
    /// Rich text.
    Rtf,
    /// ZIP archive.
    Zip,
    /// RAR archive.
    Rar,
    /// 7-Zip archive.
    SevenZip,
    /// A program for Windows or Linux.
    Program,
}

/// Recognises a file by its contents; `None`: none of the known kinds.
#[must_use]
pub fn looks_like(bytes: &[u8]) -> Option<FileKind> {
    let begins = |magic: &[u8]| bytes.starts_with(magic);
    let at = |offset: usize, magic: &[u8]| {
        bytes
            .get(offset..)
            .is_some_and(|rest| rest.starts_with(magic))
    };
    let brand = |names: &[&[u8]]| at(4, b"ftyp") && names.iter().any(|name| at(8, name));
    let table: [(bool, FileKind); 15] = [
        (begins(&[0xff, 0xd8, 0xff]), FileKind::Jpeg),
        (begins(b"\x89PNG\r\n\x1a\n"), FileKind::Png),
        (
            begins(b"PK\x03\x04") || begins(b"PK\x05\x06"),
            zip_kind(bytes),
        ),
        (
            begins(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
            FileKind::OldOffice,
        ),
        (begins(b"II*\0") || begins(b"MM\0*"), FileKind::Tiff),
        (begins(b"GIF87a") || begins(b"GIF89a"), FileKind::Gif),
        (begins(b"RIFF") && at(8, b"WEBP"), FileKind::Webp),
        (
            brand(&[b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif"]),
            FileKind::Heic,
        ),
        (begins(b"BM") && at(6, &[0, 0, 0, 0]), FileKind::Bmp),
        (begins(b"{\\rtf"), FileKind::Rtf),
        (begins(b"Rar!\x1a\x07"), FileKind::Rar),
        (begins(b"7z\xbc\xaf\x27\x1c"), FileKind::SevenZip),
        (begins(b"MZ") || begins(b"\x7fELF"), FileKind::Program),
        // Readers accept a PDF that begins within the first kilobyte.
        (
            find(bytes.get(..1024 + 5).unwrap_or(bytes), b"%PDF-"),
            FileKind::Pdf,
        ),
        (false, FileKind::Zip),
    ];
    table
        .into_iter()
        .find_map(|(matches, kind)| matches.then_some(kind))
}

/// What a PDF says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PdfFacts {
    /// Pages; 0 if they can't be counted without a password.
    pub pages: usize,
    /// Protected with a password or with rights.
    pub encrypted: bool,
}

/// Why a file can't pass as a PDF.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PdfProblem {
    /// The contents are something else.
    #[error("checking the PDF: the file is not a PDF{}; attach the right file", known.map(|kind| format!(" but {kind:?}")).unwrap_or_default())]
    NotPdf {
        /// What it is instead, if known.
        known: Option<FileKind>,
    },
    /// It begins as a PDF and can't be read.
    #[error("checking the PDF: the file is damaged ({reason}); scan or export it again")]
    Damaged {
        /// What the reader said.
        reason: String,
    },
    /// It has no page.
    #[error("checking the PDF: it has no pages; scan or export it again")]
    NoPages,
}

/// The most that one compressed stream may unfold to while a PDF is looked at.
const MOST_UNFOLDED: usize = 64 << 20;

/// Checks that the bytes are a PDF that opens, and counts its pages.
///
/// # Errors
/// Says what is wrong; never panics, whatever the bytes.
pub fn check_pdf(bytes: &[u8]) -> Result<PdfFacts, PdfProblem> {
    match looks_like(bytes) {
        Some(FileKind::Pdf) => {}
        known => return Err(PdfProblem::NotPdf { known }),
    }
    let options = LoadOptions {
        max_decompressed_size: Some(MOST_UNFOLDED),
        ..LoadOptions::default()
    };
    // The reader is made for honest files: what trips it on others is damage, not the end of the program.
    let read = catch_unwind(AssertUnwindSafe(|| {
        lopdf::Document::load_mem_with_options(bytes, options).map(|document| {
            let encrypted = document.is_encrypted() || document.was_encrypted();
            PdfFacts {
                pages: document.page_iter().take(100_000).count(),
                encrypted,
            }
        })
    }));
    match read {
        Ok(Ok(facts)) if facts.pages == 0 && !facts.encrypted => Err(PdfProblem::NoPages),
        Ok(Ok(facts)) => Ok(facts),
        Ok(Err(
            lopdf::Error::Decryption(_)
            | lopdf::Error::InvalidPassword
            | lopdf::Error::UnsupportedSecurityHandler(_),
        )) => Ok(PdfFacts {
            pages: 0,
            encrypted: true,
        }),
        Ok(Err(error)) => Err(PdfProblem::Damaged {
            reason: error.to_string(),
        }),
        Err(_) => Err(PdfProblem::Damaged {
            reason: "its structure contradicts itself".to_owned(),
        }),
    }
}

/// Office files are archives; the names of their parts stand in the local headers and in the directory at the end.
fn zip_kind(bytes: &[u8]) -> FileKind {
    const LOOK: usize = 64 << 10;
    let front = bytes.get(..LOOK).unwrap_or(bytes);
    let back = bytes
        .get(bytes.len().saturating_sub(LOOK)..)
        .unwrap_or(bytes);
    let names: [(&[u8], FileKind); 3] = [
        (b"word/document.xml", FileKind::Docx),
        (b"xl/workbook.xml", FileKind::Xlsx),
        (b"ppt/presentation.xml", FileKind::Pptx),
    ];
    let found = names
        .into_iter()
        .find(|(name, _)| find(front, name) || find(back, name));
    found.map_or(FileKind::Zip, |(_, kind)| kind)
}

fn find(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_decide_not_names() {
        let cases: [(&[u8], Option<FileKind>); 8] = [
            (b"%PDF-1.7\n", Some(FileKind::Pdf)),
            (b"\n\n%PDF-1.4", Some(FileKind::Pdf)),
            (&[0xff, 0xd8, 0xff, 0xe0], Some(FileKind::Jpeg)),
            (b"\x89PNG\r\n\x1a\n....", Some(FileKind::Png)),
            (b"PK\x03\x04....word/document.xml", Some(FileKind::Docx)),
            (b"PK\x03\x04....", Some(FileKind::Zip)),
            (b"\0\0\0\x18ftypheic", Some(FileKind::Heic)),
            (b"hello", None),
        ];
        for (bytes, kind) in cases {
            assert_eq!(looks_like(bytes), kind, "{bytes:?}");
        }
    }

    #[test]
    fn what_is_no_pdf_is_refused_with_its_kind() {
        assert_eq!(
            check_pdf(b"\x89PNG\r\n\x1a\n"),
            Err(PdfProblem::NotPdf {
                known: Some(FileKind::Png)
            })
        );
        assert_eq!(check_pdf(b""), Err(PdfProblem::NotPdf { known: None }));
        assert!(matches!(
            check_pdf(b"%PDF-1.7\nnothing more"),
            Err(PdfProblem::Damaged { .. })
        ));
    }
}
