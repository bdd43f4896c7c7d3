//! The pages of a scanned PDF, each taken out as the picture that it is.

use std::panic::{AssertUnwindSafe, catch_unwind};

use image::{DynamicImage, GrayImage, ImageFormat, RgbImage};
use lopdf::content::Content;
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};

use super::edit::Edit;
use super::{Picture, PictureError};

/// Most pages of one file.
const MOST_PAGES: usize = 200;
/// Most bytes that one stream may unfold to.
const MOST_UNFOLDED: usize = 256 << 20;
/// Most bytes of drawing of a page that is only a picture.
const MOST_DRAWING: usize = 4 << 20;

/// Takes the pages of a scanned PDF apart: a page that is nothing but one picture becomes that picture, turned as the page is.
///
/// `go_on` hears which page is next, from 1, and may stop the work.
///
/// # Errors
/// The file can't be read, is locked, or has a page that is more than a picture; that one is better attached as it is.
pub fn pages_of_scan(
    bytes: &[u8],
    go_on: &dyn Fn(usize) -> bool,
) -> Result<Vec<Picture>, PictureError> {
    let damaged = |reason: String| PictureError::Scan { page: 0, reason };
    // The reader is made for honest files; what trips it on others is damage.
    catch_unwind(AssertUnwindSafe(|| {
        let options = LoadOptions {
            max_decompressed_size: Some(MOST_UNFOLDED),
            ..LoadOptions::default()
        };
        let document = Document::load_mem_with_options(bytes, options)
            .map_err(|error| damaged(error.to_string()))?;
        if document.is_encrypted() || document.was_encrypted() {
            return Err(damaged("it is locked with a password".to_owned()));
        }
        let ids: Vec<ObjectId> = document.page_iter().take(MOST_PAGES + 1).collect();
        if ids.is_empty() || ids.len() > MOST_PAGES {
            return Err(damaged(format!(
                "it has {} pages; 1 to {MOST_PAGES} can be taken",
                ids.len()
            )));
        }
        ids.into_iter()
            .enumerate()
            .map(|(index, id)| {
                if !go_on(index + 1) {
                    return Err(PictureError::Stopped);
                }
                page(&document, id).map_err(|reason| PictureError::Scan {
                    page: index + 1,
                    reason: reason.to_owned(),
                })
            })
            .collect()
    }))
    .unwrap_or_else(|_| Err(damaged("its structure contradicts itself".to_owned())))
}

fn page(document: &Document, id: ObjectId) -> Result<Picture, &'static str> {
    const UNREADABLE: &str = "the page can't be read";
    let content = document
        .get_page_content_with_limit(id, MOST_DRAWING)
        .map_err(|_| UNREADABLE)?;
    let content = Content::decode(&content).map_err(|_| UNREADABLE)?;
    let drawn: Vec<&Object> = content
        .operations
        .iter()
        .filter(|operation| operation.operator == "Do")
        .flat_map(|operation| operation.operands.first())
        .collect();
    // Text that can't be seen, as programs put it over a scan to be found, is let go.
    let only_pictures = content.operations.iter().all(|operation| {
        let hidden = [
            "BT", "ET", "Tf", "Tm", "Td", "TD", "T*", "Tz", "Tr", "Tc", "Tw", "TL", "Ts", "Tj",
            "TJ", "'", "\"",
        ];
        let plain = [
            "q", "Q", "cm", "Do", "gs", "re", "W", "W*", "n", "BDC", "BMC", "EMC", "w", "g", "rg",
            "G", "RG", "ri", "i", "M", "j", "J", "d",
        ];
        plain.contains(&operation.operator.as_str())
            || hidden.contains(&operation.operator.as_str())
    });
    let text_shows = content
        .operations
        .iter()
        .any(|operation| matches!(operation.operator.as_str(), "Tj" | "TJ" | "'" | "\""))
        && !content.operations.iter().any(|operation| {
            operation.operator == "Tr"
                && operation
                    .operands
                    .first()
                    .and_then(|mode| mode.as_i64().ok())
                    == Some(3)
        });
    let [name] = drawn.as_slice() else {
        return Err("it is more than one scanned picture");
    };
    if !only_pictures || text_shows {
        return Err("it has text or drawings of its own");
    }
    let name = name.as_name().map_err(|_| UNREADABLE)?;
    let (own, above) = document.get_page_resources(id).map_err(|_| UNREADABLE)?;
    let above = above
        .into_iter()
        .filter_map(|id| document.get_dictionary(id).ok());
    let image = own
        .into_iter()
        .chain(above)
        .find_map(|resources| {
            let pictures = resources
                .get_deref(b"XObject", document)
                .ok()?
                .as_dict()
                .ok()?;
            pictures.get_deref(name, document).ok()?.as_stream().ok()
        })
        .ok_or(UNREADABLE)?;
    let is_image = image
        .dict
        .get(b"Subtype")
        .and_then(Object::as_name)
        .is_ok_and(|kind| kind == b"Image");
    if !is_image {
        return Err("it has text or drawings of its own");
    }
    let quarter_turns = turn(document, id);
    let filters = image.filters().unwrap_or_default();
    let bytes = match filters.as_slice() {
        [b"DCTDecode"] => image.content.clone(),
        [] | [b"FlateDecode"] => {
            let pixels = image
                .get_plain_content_with_limit(MOST_UNFOLDED)
                .map_err(|_| UNREADABLE)?;
            unpacked(document, &image.dict, pixels)?
        }
        _ => {
            return Err(
                "its picture is packed in a way that is not read here; scan it again as JPEG",
            );
        }
    };
    Ok(Picture {
        bytes,
        edit: Edit {
            quarter_turns,
            ..Edit::default()
        },
    })
}

/// Quarter turns clockwise of a page, its own or inherited.
fn turn(document: &Document, page: ObjectId) -> u8 {
    let mut id = page;
    for _ in 0..32 {
        let Ok(node) = document.get_dictionary(id) else {
            break;
        };
        if let Ok(degrees) = node.get_deref(b"Rotate", document).and_then(Object::as_i64) {
            return u8::try_from(degrees.rem_euclid(360) / 90).unwrap_or(0);
        }
        match node.get(b"Parent").and_then(Object::as_reference) {
            Ok(parent) => id = parent,
            Err(_) => break,
        }
    }
    0
}

/// Plain pixels as PNG.
fn unpacked(
    document: &Document,
    dict: &Dictionary,
    pixels: Vec<u8>,
) -> Result<Vec<u8>, &'static str> {
    const OTHER: &str = "its picture has colours that are not read here; scan it again as JPEG";
    let number = |key: &[u8]| {
        dict.get_deref(key, document)
            .and_then(Object::as_i64)
            .ok()
            .and_then(|number| u32::try_from(number).ok())
    };
    let (Some(width), Some(height), Some(8)) = (
        number(b"Width"),
        number(b"Height"),
        number(b"BitsPerComponent"),
    ) else {
        return Err(OTHER);
    };
    let space = dict
        .get_deref(b"ColorSpace", document)
        .and_then(Object::as_name)
        .unwrap_or_default();
    let picture = match space {
        b"DeviceGray" => GrayImage::from_raw(width, height, pixels).map(DynamicImage::ImageLuma8),
        b"DeviceRGB" => RgbImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8),
        _ => None,
    }
    .ok_or(OTHER)?;
    let mut out = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut out, ImageFormat::Png)
        .map_err(|_| OTHER)?;
    Ok(out.into_inner())
}
