//! Pictures as pages.

use std::fs;
use std::io::Cursor;

use hoso_paper::{FileKind, Picture, PictureError, check_pdf, pictures_to_pdf};
use image::{
    DynamicImage, ExtendedColorType, ImageEncoder, ImageFormat, Rgb, RgbImage,
    codecs::jpeg::JpegEncoder,
};

use crate::{argument, meta, run};

const RED: Rgb<u8> = Rgb([220, 20, 20]);
const GREEN: Rgb<u8> = Rgb([20, 200, 20]);
const BLUE: Rgb<u8> = Rgb([20, 20, 220]);
const YELLOW: Rgb<u8> = Rgb([230, 230, 20]);

/// Red, green above; blue, yellow below.
fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        match (x < width / 2, y < height / 2) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => YELLOW,
        }
    })
}

fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, ImageFormat::Png).unwrap();
    out.into_inner()
}

fn jpeg(picture: &RgbImage, quality: u8, exif_orientation: Option<u8>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut out, quality);
    if let Some(orientation) = exif_orientation {
        // TIFF, little-endian, one entry: tag 0x0112, SHORT, count 1.
        let exif = [
            b'I',
            b'I',
            42,
            0,
            8,
            0,
            0,
            0,
            1,
            0,
            0x12,
            0x01,
            3,
            0,
            1,
            0,
            0,
            0,
            orientation,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
        ];
        encoder.set_exif_metadata(exif.to_vec()).unwrap();
    }
    encoder
        .encode(
            picture.as_raw(),
            picture.width(),
            picture.height(),
            ExtendedColorType::Rgb8,
        )
        .unwrap();
    out
}

fn pages(bytes: Vec<u8>, turns: u8) -> Vec<Picture> {
    vec![Picture {
        bytes,
        rotate_quarter_turns: turns,
    }]
}

/// The colours of the four quarters of the picture on the rendered page, and the page's size.
fn rendered(pdf: &[u8], width: f32, height: f32) -> ([Rgb<u8>; 4], (u32, u32)) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.pdf");
    fs::write(&path, pdf).unwrap();
    run("qpdf", &["--check", argument(&path)]);
    let out = dir.path().join("a");
    run(
        "pdftoppm",
        &[
            "-r",
            "72",
            "-png",
            "-singlefile",
            argument(&path),
            argument(&out),
        ],
    );
    let page = image::open(out.with_extension("png")).unwrap().into_rgb8();
    let (middle_x, middle_y) = (page.width() as f32 / 2.0, page.height() as f32 / 2.0);
    let at = |dx: f32, dy: f32| {
        *page.get_pixel(
            (middle_x + dx * width / 4.0) as u32,
            (middle_y + dy * height / 4.0) as u32,
        )
    };
    (
        [at(-1.0, -1.0), at(1.0, -1.0), at(-1.0, 1.0), at(1.0, 1.0)],
        page.dimensions(),
    )
}

fn near(a: Rgb<u8>, b: Rgb<u8>) -> bool {
    a.0.iter().zip(b.0).all(|(a, b)| a.abs_diff(b) < 40)
}

#[test]
fn every_orientation_stands_upright() {
    // What the eye must see, from the definition of each EXIF orientation applied to red, green / blue, yellow.
    let upright = [
        (1, [RED, GREEN, BLUE, YELLOW]),
        (2, [GREEN, RED, YELLOW, BLUE]),
        (3, [YELLOW, BLUE, GREEN, RED]),
        (4, [BLUE, YELLOW, RED, GREEN]),
        (5, [RED, BLUE, GREEN, YELLOW]),
        (6, [BLUE, RED, YELLOW, GREEN]),
        (7, [YELLOW, GREEN, BLUE, RED]),
        (8, [GREEN, YELLOW, RED, BLUE]),
    ];
    for (orientation, expected) in upright {
        let bytes = jpeg(&quarters(400, 200), 90, Some(orientation));
        let (width, height) = if orientation >= 5 {
            (200.0, 400.0)
        } else {
            (400.0, 200.0)
        };
        let pdf = pictures_to_pdf(&pages(bytes, 0), &meta(), None).unwrap();
        let (seen, (page_width, page_height)) = rendered(&pdf, width, height);
        assert_eq!(
            page_width > page_height,
            width > height,
            "orientation {orientation}"
        );
        for (seen, expected) in seen.into_iter().zip(expected) {
            assert!(
                near(seen, expected),
                "orientation {orientation}: {seen:?} is not {expected:?}"
            );
        }
    }
}

#[test]
fn a_quarter_turn_is_clockwise_and_a_png_keeps_its_pixels() {
    let bytes = png(&DynamicImage::ImageRgb8(quarters(300, 100)));
    let pdf = pictures_to_pdf(&pages(bytes, 1), &meta(), None).unwrap();
    let (seen, _) = rendered(&pdf, 100.0, 300.0);
    assert_eq!(seen, [BLUE, RED, YELLOW, GREEN]);
}

#[test]
fn transparency_falls_on_white_and_grey_stays_grey() {
    let glass = image::RgbaImage::from_pixel(60, 60, image::Rgba([0, 0, 0, 0]));
    let pdf = pictures_to_pdf(
        &pages(png(&DynamicImage::ImageRgba8(glass)), 0),
        &meta(),
        None,
    )
    .unwrap();
    assert!(
        rendered(&pdf, 60.0, 60.0)
            .0
            .into_iter()
            .all(|pixel| near(pixel, Rgb([255, 255, 255])))
    );
    let grey = image::GrayImage::from_pixel(3, 3, image::Luma([90]));
    let pdf = pictures_to_pdf(
        &pages(png(&DynamicImage::ImageLuma8(grey)), 0),
        &meta(),
        None,
    )
    .unwrap();
    assert!(String::from_utf8_lossy(&pdf).contains("DeviceGray"));
    assert!(near(rendered(&pdf, 2.0, 2.0).0[0], Rgb([90, 90, 90])));
}

#[test]
fn a_jpeg_goes_in_as_it_is_unless_a_limit_asks_for_less() {
    let noisy = RgbImage::from_fn(1300, 60, |x, y| {
        let n = x
            .wrapping_mul(2_654_435_761)
            .wrapping_add(y.wrapping_mul(40_503))
            .rotate_left(x % 31);
        Rgb([n as u8, (n >> 8) as u8, (n >> 16) as u8])
    });
    let bytes = jpeg(&noisy, 92, None);
    let whole = pictures_to_pdf(&pages(bytes.clone(), 0), &meta(), None).unwrap();
    assert!(
        whole.windows(bytes.len()).any(|window| window == bytes),
        "the JPEG was changed"
    );
    let most = whole.len() as u64 / 2;
    let small = pictures_to_pdf(&pages(bytes.clone(), 0), &meta(), Some(most)).unwrap();
    assert!(small.len() as u64 <= most);
    assert_eq!(check_pdf(&small).unwrap().pages, 1);
    assert_eq!(
        small,
        pictures_to_pdf(&pages(bytes.clone(), 0), &meta(), Some(most)).unwrap()
    );
    let error = pictures_to_pdf(&pages(bytes, 0), &meta(), Some(2_000)).unwrap_err();
    assert!(
        matches!(error, PictureError::TooManyBytes { most: 2_000, .. }),
        "{error}"
    );
}

#[test]
fn what_is_no_picture_is_refused_by_number() {
    let good = Picture {
        bytes: jpeg(&quarters(8, 8), 80, None),
        rotate_quarter_turns: 0,
    };
    let error = |bytes: Vec<u8>| {
        let bad = Picture {
            bytes,
            rotate_quarter_turns: 0,
        };
        pictures_to_pdf(&[good.clone(), bad], &meta(), None).unwrap_err()
    };
    assert_eq!(
        pictures_to_pdf(&[], &meta(), None).unwrap_err(),
        PictureError::Empty
    );
    assert_eq!(
        error(b"%PDF-1.7".to_vec()),
        PictureError::NotAPicture {
            number: 2,
            known: Some(FileKind::Pdf)
        }
    );
    let whole = jpeg(&quarters(300, 300), 90, None);
    assert!(matches!(
        error(whole[..whole.len() / 2].to_vec()),
        PictureError::Broken { number: 2, .. }
    ));
    assert!(matches!(
        error(whole[..20].to_vec()),
        PictureError::Broken { number: 2, .. }
    ));
    let png = png(&DynamicImage::ImageRgb8(quarters(300, 300)));
    assert!(matches!(
        error(png[..png.len() / 2].to_vec()),
        PictureError::Broken { number: 2, .. }
    ));
}

#[test]
fn a_picture_that_unfolds_without_end_is_refused_unread() {
    // A PNG header that claims 60,000 × 60,000 pixels; the checksum is right, the pixels are missing.
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    let mut header = b"IHDR".to_vec();
    header.extend(60_000_u32.to_be_bytes());
    header.extend(60_000_u32.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let crc = header.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    });
    bytes.extend(header);
    bytes.extend((!crc).to_be_bytes());
    bytes.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
    let error = pictures_to_pdf(&pages(bytes, 0), &meta(), None).unwrap_err();
    assert!(
        matches!(
            error,
            PictureError::TooLarge {
                number: 1,
                width: 60_000,
                height: 60_000,
                ..
            }
        ),
        "{error}"
    );
}
