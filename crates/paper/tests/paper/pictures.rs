//! Pictures as pages.

use std::fs;
use std::io::Cursor;

use hoso_paper::{
    Clean, Crop, Edit, FileKind, LEAST_DPI, Meta, Picture, PictureError, askew, check_pdf,
    edited_picture, pages_of_scan, small_picture,
};
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

fn edited(bytes: Vec<u8>, edit: Edit) -> Picture {
    Picture { bytes, edit }
}

fn pages(bytes: Vec<u8>, quarter_turns: u8) -> Vec<Picture> {
    let edit = Edit {
        quarter_turns,
        ..Edit::default()
    };
    vec![edited(bytes, edit)]
}

fn pictures_to_pdf(
    pictures: &[Picture],
    meta: &Meta,
    max_bytes: Option<u64>,
) -> Result<Vec<u8>, PictureError> {
    hoso_paper::pictures_to_pdf(pictures, meta, max_bytes, &|_| true).map(|made| made.bytes)
}

/// The colours of the four quarters of a picture of so many pixels on the rendered page, and the page's size.
fn rendered(pdf: &[u8], width: f32, height: f32) -> ([Rgb<u8>; 4], (u32, u32)) {
    // Rendered at 72 dots an inch, while small pictures stand there at 200.
    let (width, height) = (width * 0.36, height * 0.36);
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
    for (seen, expected) in seen.into_iter().zip([BLUE, RED, YELLOW, GREEN]) {
        assert!(
            seen.0
                .iter()
                .zip(expected.0)
                .all(|(a, b)| a.abs_diff(b) <= 2),
            "{seen:?} is not {expected:?}"
        );
    }
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
    let grey = image::GrayImage::from_pixel(90, 90, image::Luma([90]));
    let pdf = pictures_to_pdf(
        &pages(png(&DynamicImage::ImageLuma8(grey)), 0),
        &meta(),
        None,
    )
    .unwrap();
    assert!(String::from_utf8_lossy(&pdf).contains("DeviceGray"));
    assert!(near(rendered(&pdf, 60.0, 60.0).0[0], Rgb([90, 90, 90])));
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
    let good = edited(jpeg(&quarters(8, 8), 80, None), Edit::default());
    let error = |bytes: Vec<u8>| {
        let bad = edited(bytes, Edit::default());
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

/// A page of lines of words, lit from one side, lying askew by so many degrees clockwise.
fn page_of_text(degrees: f32, shadow: f32) -> RgbImage {
    let (width, height) = (900_u32, 1200_u32);
    let (sine, cosine) = degrees.to_radians().sin_cos();
    RgbImage::from_fn(width, height, |x, y| {
        let (dx, dy) = (x as f32 - 450.0, y as f32 - 600.0);
        let (u, v) = (
            dx * cosine + dy * sine + 450.0,
            -dx * sine + dy * cosine + 600.0,
        );
        let inside = (90.0..810.0).contains(&u) && (90.0..1100.0).contains(&v);
        // Words of different lengths, with letters of a few pixels.
        let line = (v / 30.0) as u32;
        let ink = inside
            && v % 30.0 < 11.0
            && (u as u32 / 5).is_multiple_of(2)
            && (u as u32 / 5 + line * 7) % 9 > 1;
        let light = 235.0 - shadow * x as f32 / width as f32;
        let shade = if ink { light * 0.25 } else { light };
        Rgb([shade as u8, (shade * 0.97) as u8, (shade * 0.88) as u8])
    })
}

fn as_rgb(jpeg: &[u8]) -> RgbImage {
    image::load_from_memory(jpeg).unwrap().into_rgb8()
}

#[test]
fn a_page_askew_is_found_and_straightened() {
    for degrees in [-11.0_f32, -3.5, 0.0, 1.2, 7.0] {
        let bytes = jpeg(&page_of_text(degrees, 40.0), 90, None);
        let picture = edited(bytes.clone(), Edit::default());
        let found = askew(&picture).unwrap().expect("lines of text");
        assert!(
            (found + degrees).abs() <= 0.3,
            "{degrees} was taken for {found}"
        );
        assert_eq!(
            small_picture(&bytes, 1000)
                .unwrap()
                .1
                .map(|small| (small - found).abs() < 0.4),
            Some(true)
        );
        let straight = Edit {
            straighten: found,
            ..Edit::default()
        };
        let level = edited_picture(&edited(bytes, straight), 1200).unwrap();
        let left = askew(&edited(level, Edit::default()))
            .unwrap()
            .expect("lines of text");
        assert!(left.abs() <= 0.3, "{degrees} was left at {left}");
    }
    // No lines, no guess.
    let plain = jpeg(
        &RgbImage::from_pixel(500, 400, Rgb([200, 180, 170])),
        90,
        None,
    );
    assert_eq!(askew(&edited(plain, Edit::default())).unwrap(), None);
}

#[test]
fn a_shadow_goes_and_ink_stays() {
    let lit = page_of_text(0.0, 120.0);
    let whiten = Edit {
        clean: Clean {
            whiten: true,
            ..Clean::default()
        },
        ..Edit::default()
    };
    let clean = as_rgb(&edited_picture(&edited(jpeg(&lit, 92, None), whiten), 1200).unwrap());
    // Between the lines and in the margins, on the bright side and in the shadow.
    for (x, y) in [
        (40, 40),
        (860, 40),
        (40, 1160),
        (860, 1160),
        (450, 325),
        (780, 925),
    ] {
        let (before, after) = (lit.get_pixel(x, y), clean.get_pixel(x, y));
        assert!(
            after.0.iter().all(|shade| *shade >= 238),
            "{x},{y}: {before:?} became {after:?}"
        );
    }
    let ink = |page: &RgbImage| page.pixels().filter(|pixel| pixel.0[0] < 110).count() as f64;
    assert!(
        (ink(&clean) / ink(&lit) - 1.0).abs() < 0.25,
        "{} of {}",
        ink(&clean),
        ink(&lit)
    );
}

#[test]
fn crops_and_tones_are_what_they_say() {
    let bytes = jpeg(&quarters(400, 200), 95, Some(6));
    // Upright it stands 200 × 400: blue, red / yellow, green; turned once more: yellow, blue / green, red.
    let edit = Edit {
        quarter_turns: 1,
        crop: Some(Crop {
            left: 0.0,
            top: 0.5,
            right: 0.5,
            bottom: 1.0,
        }),
        ..Edit::default()
    };
    let cut = as_rgb(&edited_picture(&edited(bytes.clone(), edit), 1000).unwrap());
    assert_eq!(cut.dimensions(), (200, 100));
    assert!(
        cut.pixels().all(|pixel| near(*pixel, GREEN)),
        "{:?}",
        cut.get_pixel(5, 5)
    );
    let tone = |clean: Clean| {
        let grey = jpeg(
            &RgbImage::from_fn(64, 64, |x, _| Rgb([if x < 32 { 100 } else { 150 }; 3])),
            95,
            None,
        );
        let made = as_rgb(
            &edited_picture(
                &edited(
                    grey,
                    Edit {
                        clean,
                        ..Edit::default()
                    },
                ),
                64,
            )
            .unwrap(),
        );
        (made.get_pixel(10, 10).0[0], made.get_pixel(50, 10).0[0])
    };
    let (dark, light) = tone(Clean::default());
    let (darker, lighter) = tone(Clean {
        contrast: 50,
        ..Clean::default()
    });
    assert!(darker + 15 < dark && lighter > light + 10);
    let (up, _) = tone(Clean {
        brightness: 40,
        ..Clean::default()
    });
    assert!(up > dark + 40);
    // Nonsense is the whole picture, unturned.
    let nonsense = Edit {
        straighten: f32::NAN,
        crop: Some(Crop {
            left: 0.9,
            top: f32::NAN,
            right: 0.2,
            bottom: f32::INFINITY,
        }),
        ..Edit::default()
    };
    let whole = as_rgb(&edited_picture(&edited(bytes, nonsense), 1000).unwrap());
    assert_eq!(whole.dimensions(), (200, 400));
}

#[test]
fn every_page_has_its_dots_and_the_limit_is_kept_or_refused() {
    let text = image::imageops::thumbnail(&page_of_text(2.0, 60.0), 300, 400);
    let straight = Edit {
        straighten: -2.0,
        ..Edit::default()
    };
    let pictures = [
        edited(jpeg(&text, 90, None), straight),
        edited(jpeg(&text, 90, None), Edit::default()),
    ];
    let make = |most| hoso_paper::pictures_to_pdf(&pictures, &meta(), most, &|_| true);
    let whole = make(None).unwrap();
    assert_eq!(whole.dpi.len(), 2);
    assert!(
        whole.dpi.iter().all(|dpi| *dpi >= LEAST_DPI),
        "{:?}",
        whole.dpi
    );
    let most = whole.bytes.len() as u64 * 2 / 3;
    let small = make(Some(most)).unwrap();
    assert!(small.bytes.len() as u64 <= most);
    assert!(
        small.dpi.iter().all(|dpi| *dpi >= LEAST_DPI),
        "{:?}",
        small.dpi
    );
    assert_eq!(check_pdf(&small.bytes).unwrap().pages, 2);
    assert!(matches!(
        make(Some(4_000)),
        Err(PictureError::TooManyBytes { most: 4_000, .. })
    ));
    let stopped = hoso_paper::pictures_to_pdf(&pictures, &meta(), None, &|done| done < 1);
    assert_eq!(stopped, Err(PictureError::Stopped));
}

#[test]
fn a_scanned_pdf_gives_its_pictures_back() {
    let photo = jpeg(&page_of_text(0.0, 30.0), 90, None);
    let drawn = png(&DynamicImage::ImageRgb8(quarters(40, 20)));
    let scan = pictures_to_pdf(
        &[
            edited(photo.clone(), Edit::default()),
            edited(drawn, Edit::default()),
        ],
        &meta(),
        None,
    )
    .unwrap();
    let taken = pages_of_scan(&scan, &|_| true).unwrap();
    assert_eq!(taken.len(), 2);
    assert_eq!(
        pages_of_scan(&scan, &|page| page < 2),
        Err(PictureError::Stopped)
    );
    assert_eq!(taken[0].bytes, photo);
    let second = image::load_from_memory(&taken[1].bytes)
        .unwrap()
        .into_rgb8();
    assert_eq!(second, quarters(40, 20));
    // A page with words is none.
    let layout = hoso_paper::Layout::parse("a", "<paper title=\"A\"><p>Chữ</p></paper>").unwrap();
    let document = hoso_paper::lay_out(&layout, &serde_json::json!({}), &meta()).unwrap();
    let words = hoso_paper::to_pdf(&document).unwrap();
    assert!(matches!(
        pages_of_scan(&words, &|_| true),
        Err(PictureError::Scan { page: 1, .. })
    ));
    for at in (0..scan.len()).step_by(scan.len() / 60) {
        let mut broken = scan.clone();
        broken[at] ^= 0x2a;
        let _ = pages_of_scan(&broken, &|_| true);
        let _ = pages_of_scan(&scan[..at], &|_| true);
    }
    let heic = [b"\0\0\0\x18ftypheic".as_slice(), &[0; 40]].concat();
    let told = pictures_to_pdf(&pages(heic, 0), &meta(), None)
        .unwrap_err()
        .to_string();
    assert!(told.contains("save it as JPEG"), "{told}");
}
