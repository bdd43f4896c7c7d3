//! Pictures and scans as pages of a PDF/A-2b.

mod edit;
mod scans;
mod skew;

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{
    DynamicImage, ExtendedColorType, GenericImageView, ImageDecoder, ImageReader, Limits,
    imageops::FilterType,
};
use lopdf::{Object, Stream, dictionary};

use crate::deflate::Packer;
use crate::document::Meta;
use crate::kind::{FileKind, looks_like};
use crate::pdf::{Properties, archival, pack};

pub use edit::{Clean, Crop, Edit};
pub use scans::pages_of_scan;

/// A picture to make a page of.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// The JPEG or PNG file.
    pub bytes: Vec<u8>,
    /// What is done to it.
    pub edit: Edit,
}

/// Pictures as a PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PicturePdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// Pixels an inch of each page, at least [`LEAST_DPI`].
    pub dpi: Vec<u32>,
}

/// Fewer pixels an inch no page has (Thông tư 02/2019/TT-BNV asks for 200).
pub const LEAST_DPI: u32 = 200;

/// Why pictures could not become a PDF; pictures count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// No picture at all.
    #[error("making a PDF of pictures: there are none; add one")]
    Empty,
    /// Neither JPEG nor PNG.
    #[error("making a PDF of pictures: picture {number} is not a JPEG or PNG{}", advice(*known))]
    NotAPicture {
        /// Which picture.
        number: usize,
        /// What it is instead, if known.
        known: Option<FileKind>,
    },
    /// Damaged or cut short.
    #[error(
        "making a PDF of pictures: picture {number} is damaged ({reason}); take or scan it again"
    )]
    Broken {
        /// Which picture.
        number: usize,
        /// What the decoder said.
        reason: String,
    },
    /// More pixels than any scanner makes.
    #[error(
        "making a PDF of pictures: picture {number} has {width} × {height} pixels, more than {most}; make it smaller"
    )]
    TooLarge {
        /// Which picture.
        number: usize,
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
        /// The most pixels that are read.
        most: u64,
    },
    /// It does not fit, however small the pictures are made.
    #[error(
        "making a PDF of pictures: {smallest} bytes at the least, {most} are allowed; attach fewer pictures in one file"
    )]
    TooManyBytes {
        /// Size with the pictures at their smallest.
        smallest: u64,
        /// The limit asked for.
        most: u64,
    },
    /// A page of a PDF that is no scanned picture; page 0 is the whole file.
    #[error("taking the pages of a scanned PDF: page {page}: {reason}; attach that PDF by itself")]
    Scan {
        /// Which page, from 1.
        page: usize,
        /// What it is instead.
        reason: String,
    },
    /// It was asked to stop.
    #[error("making a PDF of pictures: stopped")]
    Stopped,
    /// The PDF library failed.
    #[error("making a PDF of pictures: {reason}")]
    Write {
        /// What it said.
        reason: String,
    },
}

/// The most pixels of one picture: an A3 page at 600 dpi and a phone's largest camera.
const MOST_PIXELS: u64 = 120_000_000;

/// One step of making pictures smaller: longest edge in pixels and JPEG quality.
struct Step {
    edge: u32,
    quality: u8,
}

/// A4's longer edge at 300 dpi, which no page needs more of.
const FINE: u32 = 3508;
/// A4's longer edge at [`LEAST_DPI`].
const COARSE: u32 = 2339;

/// From 300 dpi down to 200 dpi, where small print can only just be read.
const STEPS: [Step; 8] = {
    const fn step(edge: u32, quality: u8) -> Step {
        Step { edge, quality }
    }
    [
        step(FINE, 82),
        step(FINE, 70),
        step(2800, 70),
        step(COARSE, 70),
        step(COARSE, 58),
        step(COARSE, 46),
        step(COARSE, 36),
        step(COARSE, 28),
    ]
};
/// Of a picture that had to be worked on, while there is room.
const WORKED_ON: u8 = 88;

/// What may help with a file that is no picture that is read here.
fn advice(known: Option<FileKind>) -> &'static str {
    match known {
        Some(FileKind::Heic) => {
            " but HEIC: open it on the phone or computer and save it as JPEG (iPhone: Settings, Camera, Formats, Most Compatible)"
        }
        _ => "; convert it first",
    }
}

/// Makes one A4 page of each picture: upright as the camera says, edited as asked, as large as the page and [`LEAST_DPI`] allow.
///
/// A JPEG that is not edited goes in as it is; all are made smaller, step by step, only if the file would be larger than `max_bytes`.
/// `go_on` is told how many pictures have been looked at (of twice as many where they have to become smaller) and may stop the work.
///
/// # Errors
/// Names the first picture that can't be used, or says that the limit can't be met.
pub fn pictures_to_pdf(
    pictures: &[Picture],
    meta: &Meta,
    max_bytes: Option<u64>,
    go_on: &dyn Fn(usize) -> bool,
) -> Result<PicturePdf, PictureError> {
    if pictures.is_empty() {
        return Err(PictureError::Empty);
    }
    let mut done = 0;
    let mut next = || {
        done += 1;
        if go_on(done) {
            Ok(())
        } else {
            Err(PictureError::Stopped)
        }
    };
    let opened: Vec<Opened<'_>> = pictures
        .iter()
        .enumerate()
        .map(|(index, picture)| open(index + 1, picture))
        .collect::<Result<_, _>>()?;
    let mut pages = Vec::new();
    for picture in &opened {
        pages.push(picture.as_it_is()?);
        next()?;
    }
    let mut file = assemble(&pages, meta)?;
    // First each picture gives up its share, then all go as small as they can.
    for everything in [false, true] {
        let Some(most) = max_bytes.filter(|most| file.len() as u64 > *most) else {
            break;
        };
        let total: usize = pages.iter().map(|page| page.data.len()).sum();
        let around = file.len().saturating_sub(total) as u64;
        let room = most.saturating_sub(around) as f64 / total.max(1) as f64;
        for (page, picture) in pages.iter_mut().zip(&opened) {
            let share = if everything {
                0
            } else {
                (page.data.len() as f64 * room) as usize
            };
            picture.shrink(page, share)?;
            next()?;
        }
        file = assemble(&pages, meta)?;
    }
    let smallest = file.len() as u64;
    match max_bytes {
        Some(most) if smallest > most => Err(PictureError::TooManyBytes { smallest, most }),
        _ => Ok(PicturePdf {
            bytes: file,
            dpi: pages.iter().map(dpi).collect(),
        }),
    }
}

/// A picture small enough to look at and to try edits on: upright, with its longer edge at most `edge`, as JPEG; and the degrees by which it seems to lie askew.
///
/// # Errors
/// It is no picture, damaged or far too large.
pub fn small_picture(bytes: &[u8], edge: u32) -> Result<(Vec<u8>, Option<f32>), PictureError> {
    let picture = Picture {
        bytes: bytes.to_vec(),
        edit: Edit::default(),
    };
    let small = open(1, &picture)?.upright()?;
    let small = if small.width().max(small.height()) > edge {
        small.resize(edge, edge, FilterType::Triangle)
    } else {
        small
    };
    let askew = skew::skew(&small);
    Ok((jpeg(&small, 85)?, askew))
}

/// How a picture looks once it is edited, with its longer edge at most `edge`, as JPEG.
///
/// # Errors
/// It is no picture, damaged or far too large.
pub fn edited_picture(picture: &Picture, edge: u32) -> Result<Vec<u8>, PictureError> {
    let opened = open(1, picture)?;
    jpeg(&picture.edit.apply(opened.upright()?, edge), 82)
}

/// The degrees by which a picture seems to lie askew, once it is turned; `None` where no lines of text can be told.
///
/// # Errors
/// It is no picture, damaged or far too large.
pub fn askew(picture: &Picture) -> Result<Option<f32>, PictureError> {
    let turned = Edit {
        quarter_turns: picture.edit.quarter_turns,
        ..Edit::default()
    };
    let upright = open(1, picture)?.upright()?;
    Ok(skew::skew(&turned.apply(upright, 1600)))
}

fn jpeg(pixels: &DynamicImage, quality: u8) -> Result<Vec<u8>, PictureError> {
    let mut data = Vec::new();
    JpegEncoder::new_with_quality(&mut data, quality)
        .encode_image(pixels)
        .map_err(|error| PictureError::Write {
            reason: error.to_string(),
        })?;
    Ok(data)
}

/// A picture whose header has been read and found sane.
struct Opened<'a> {
    number: usize,
    bytes: &'a [u8],
    kind: FileKind,
    width: u32,
    height: u32,
    color: ExtendedColorType,
    camera: Orientation,
    edit: Edit,
}

/// A picture as it goes into the file.
struct Page {
    width: u32,
    height: u32,
    turn: Turn,
    /// 1: grey, 3: colour.
    channels: u8,
    /// How the data is packed; empty: not at all.
    filter: &'static str,
    data: Vec<u8>,
}

fn open(number: usize, picture: &Picture) -> Result<Opened<'_>, PictureError> {
    let bytes = picture.bytes.as_slice();
    let kind = match looks_like(bytes) {
        Some(kind @ (FileKind::Jpeg | FileKind::Png)) => kind,
        known => return Err(PictureError::NotAPicture { number, known }),
    };
    let broken = |reason: String| PictureError::Broken { number, reason };
    if kind == FileKind::Jpeg && !jpeg_is_whole(bytes) {
        return Err(broken("it is cut short".to_owned()));
    }
    let mut decoder = decoder(bytes).map_err(|error| broken(error.to_string()))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(PictureError::TooLarge {
            number,
            width,
            height,
            most: MOST_PIXELS,
        });
    }
    if width == 0 || height == 0 {
        return Err(broken("it has no pixels".to_owned()));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let color = decoder.original_color_type();
    Ok(Opened {
        number,
        bytes,
        kind,
        width,
        height,
        color,
        camera: orientation,
        edit: picture.edit,
    })
}

fn decoder(bytes: &[u8]) -> image::ImageResult<impl ImageDecoder + '_> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_PIXELS * 8);
    reader.limits(limits);
    reader.into_decoder()
}

impl Opened<'_> {
    /// What the page turns; the pixels of an edited picture are turned already.
    fn turn(&self) -> Turn {
        if self.edit.changes_pixels() {
            Turn::of(Orientation::NoTransforms)
        } else {
            Turn::of(self.camera).then_quarters(self.edit.quarter_turns)
        }
    }

    /// The pixels standing as the camera meant them.
    fn upright(&self) -> Result<DynamicImage, PictureError> {
        let mut pixels = self.decode()?;
        pixels.apply_orientation(self.camera);
        Ok(pixels)
    }

    /// The pixels that go into the file.
    fn worked_on(&self) -> Result<DynamicImage, PictureError> {
        if self.edit.changes_pixels() {
            Ok(self.edit.apply(self.upright()?, FINE))
        } else {
            self.decode()
        }
    }

    fn as_it_is(&self) -> Result<Page, PictureError> {
        if self.edit.changes_pixels() {
            let step = Step {
                edge: FINE,
                quality: WORKED_ON,
            };
            return self.as_jpeg(&self.worked_on()?, &step);
        }
        let channels = match self.color {
            ExtendedColorType::L8 => Some(1),
            ExtendedColorType::Rgb8 => Some(3),
            // Four colours would need another output intent.
            _ => None,
        };
        match (self.kind, channels) {
            (FileKind::Jpeg, Some(channels)) => Ok(Page {
                width: self.width,
                height: self.height,
                turn: self.turn(),
                channels,
                filter: "DCTDecode",
                data: self.bytes.to_vec(),
            }),
            (FileKind::Jpeg, None) => self.as_jpeg(
                &self.decode()?,
                &Step {
                    edge: u32::MAX,
                    quality: 90,
                },
            ),
            _ => {
                let pixels = self.decode()?;
                let grey = !pixels.color().has_color();
                let (channels, raw) = if grey {
                    (1, pixels.into_luma8().into_raw())
                } else {
                    (3, pixels.into_rgb8().into_raw())
                };
                let mut stream = Stream::new(
                    lopdf::Dictionary::new(),
                    up_filtered(&raw, self.width as usize * channels),
                );
                Packer::with_zlib(|packer| pack(packer, &mut stream));
                // A picture of a few pixels is smaller as it is.
                let (filter, data) = if stream.dict.has(b"Filter") {
                    ("FlateDecode", stream.content)
                } else {
                    ("", raw)
                };
                Ok(Page {
                    width: self.width,
                    height: self.height,
                    turn: self.turn(),
                    channels: channels as u8,
                    filter,
                    data,
                })
            }
        }
    }

    /// Makes `page` smaller, step by step, until it takes at most `share` bytes or there is no smaller step.
    fn shrink(&self, page: &mut Page, share: usize) -> Result<(), PictureError> {
        if page.data.len() <= share {
            return Ok(());
        }
        let pixels = self.worked_on()?;
        for step in &STEPS {
            let smaller = self.as_jpeg(&pixels, step)?;
            if smaller.data.len() < page.data.len() {
                *page = smaller;
            }
            if page.data.len() <= share {
                break;
            }
        }
        Ok(())
    }

    fn as_jpeg(&self, pixels: &DynamicImage, step: &Step) -> Result<Page, PictureError> {
        let resized;
        let pixels = if pixels.width().max(pixels.height()) > step.edge {
            resized = pixels.resize(step.edge, step.edge, FilterType::Triangle);
            &resized
        } else {
            pixels
        };
        let (width, height) = pixels.dimensions();
        let grey = !pixels.color().has_color();
        let data = jpeg(pixels, step.quality)?;
        Ok(Page {
            width,
            height,
            turn: self.turn(),
            channels: if grey { 1 } else { 3 },
            filter: "DCTDecode",
            data,
        })
    }

    /// The pixels in eight bits, grey or colour, on white where they are transparent.
    fn decode(&self) -> Result<DynamicImage, PictureError> {
        let broken = |error: image::ImageError| PictureError::Broken {
            number: self.number,
            reason: error.to_string(),
        };
        let pixels =
            DynamicImage::from_decoder(decoder(self.bytes).map_err(broken)?).map_err(broken)?;
        let grey = !pixels.color().has_color();
        let eight_bits = |pixels: DynamicImage| match grey {
            true => DynamicImage::ImageLuma8(pixels.into_luma8()),
            false => DynamicImage::ImageRgb8(pixels.into_rgb8()),
        };
        if !pixels.color().has_alpha() {
            return Ok(eight_bits(pixels));
        }
        let mut flat = pixels.to_rgba8();
        for pixel in flat.pixels_mut() {
            let [r, g, b, a] = pixel.0;
            let on_white = |c: u8| {
                let (c, a) = (u16::from(c), u16::from(a));
                ((c * a + 255 * (255 - a)) / 255) as u8
            };
            pixel.0 = [on_white(r), on_white(g), on_white(b), 255];
        }
        Ok(eight_bits(DynamicImage::ImageRgba8(flat)))
    }
}

/// PNG's "up" filter, which a PDF reader undoes: scans compress far better as differences.
fn up_filtered(raw: &[u8], row: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() + raw.len() / row.max(1));
    let mut above: &[u8] = &[];
    for line in raw.chunks(row.max(1)) {
        out.push(2);
        let differences = line
            .iter()
            .enumerate()
            .map(|(i, byte)| byte.wrapping_sub(above.get(i).copied().unwrap_or(0)));
        out.extend(differences);
        above = line;
    }
    out
}

/// Whether the scan data of a JPEG reaches its end marker.
fn jpeg_is_whole(bytes: &[u8]) -> bool {
    let mut at = 2;
    loop {
        let Some([0xff, marker, high, low]) = bytes
            .get(at..at + 4)
            .and_then(|b| <[u8; 4]>::try_from(b).ok())
        else {
            return false;
        };
        match marker {
            0xff => at += 1,
            0xda => {
                return bytes
                    .get(at..)
                    .is_some_and(|rest| rest.windows(2).any(|pair| pair == [0xff, 0xd9]));
            }
            _ => at += 2 + usize::from(u16::from_be_bytes([high, low])).max(2),
        }
    }
}

/// A turn or a mirroring, as a matrix about the centre, y upwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Turn([[i8; 2]; 2]);

impl Turn {
    const QUARTER: Turn = Turn([[0, 1], [-1, 0]]);
    const MIRROR: Turn = Turn([[-1, 0], [0, 1]]);

    fn of(orientation: Orientation) -> Turn {
        let upright = Turn([[1, 0], [0, 1]]);
        match orientation {
            Orientation::NoTransforms => upright,
            Orientation::Rotate90 => upright.then_quarters(1),
            Orientation::Rotate180 => upright.then_quarters(2),
            Orientation::Rotate270 => upright.then_quarters(3),
            Orientation::FlipHorizontal => Turn::MIRROR,
            Orientation::FlipVertical => Turn::MIRROR.then_quarters(2),
            Orientation::Rotate90FlipH => upright.then_quarters(1).then(Turn::MIRROR),
            Orientation::Rotate270FlipH => upright.then_quarters(3).then(Turn::MIRROR),
        }
    }

    fn then_quarters(self, quarters: u8) -> Turn {
        (0..quarters % 4).fold(self, |turn, _| turn.then(Turn::QUARTER))
    }

    fn then(self, Turn([[a, b], [c, d]]): Turn) -> Turn {
        let Turn([[p, q], [r, s]]) = self;
        Turn([
            [a * p + b * r, a * q + b * s],
            [c * p + d * r, c * q + d * s],
        ])
    }

    fn swaps_sides(self) -> bool {
        self.0[0][0] == 0
    }
}

fn assemble(pages: &[Page], meta: &Meta) -> Result<Vec<u8>, PictureError> {
    let mut file = lopdf::Document::with_version("1.7");
    let pages_id = file.new_object_id();
    let mut kids: Vec<Object> = Vec::new();
    for page in pages {
        let mut image = dictionary! {
            "Type" => "XObject",
            "Subtype" => "Image",
            "Width" => i64::from(page.width),
            "Height" => i64::from(page.height),
            "ColorSpace" => if page.channels == 1 { "DeviceGray" } else { "DeviceRGB" },
            "BitsPerComponent" => 8,
        };
        if !page.filter.is_empty() {
            image.set("Filter", page.filter);
        }
        if page.filter == "FlateDecode" {
            let parameters = dictionary! {
                "Predictor" => 15, "Colors" => i64::from(page.channels), "BitsPerComponent" => 8, "Columns" => i64::from(page.width),
            };
            image.set("DecodeParms", parameters);
        }
        let image = file.add_object(Stream::new(image, page.data.clone()).with_compression(false));
        let ([width, height], matrix) = place(page);
        let numbers = matrix.map(|number| format!("{number:.2}")).join(" ");
        let content = file.add_object(Stream::new(
            lopdf::Dictionary::new(),
            format!("q {numbers} cm /P Do Q").into_bytes(),
        ));
        let id = file.add_object(dictionary! {
            "Type" => "Page",
            "Parent" => pages_id,
            "MediaBox" => vec![Object::Integer(0), Object::Integer(0), Object::Real(width), Object::Real(height)],
            "Resources" => dictionary! { "XObject" => dictionary! { "P" => image } },
            "Contents" => content,
        });
        kids.push(id.into());
    }
    file.set_object(
        pages_id,
        dictionary! { "Type" => "Pages", "Count" => kids.len() as i64, "Kids" => kids },
    );
    let catalog = file.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages_id });
    file.trailer.set("Root", catalog);
    archival(&mut file, &Properties::of(meta, false)).map_err(|error| PictureError::Write {
        reason: error.to_string(),
    })
}

/// Points a pixel of a page takes: as large as the page allows, but no larger than [`LEAST_DPI`] lets it be.
fn scale(page: &Page) -> f32 {
    let ([sheet_width, sheet_height], [width, height]) = sheet(page);
    (sheet_width / width)
        .min(sheet_height / height)
        .min(72.0 / LEAST_DPI as f32)
}

/// Pixels an inch, whole.
fn dpi(page: &Page) -> u32 {
    (72.0 / scale(page)).round() as u32
}

/// The sheet that suits a picture, and the picture's size in pixels as it is seen.
fn sheet(page: &Page) -> ([f32; 2], [f32; 2]) {
    const SHORT: f32 = 595.28;
    const LONG: f32 = 841.89;
    let (mut width, mut height) = (page.width as f32, page.height as f32);
    if page.turn.swaps_sides() {
        std::mem::swap(&mut width, &mut height);
    }
    let sheet = if width > height {
        [LONG, SHORT]
    } else {
        [SHORT, LONG]
    };
    (sheet, [width, height])
}

/// The page's size and the matrix that puts the picture upright in its middle.
fn place(page: &Page) -> ([f32; 2], [f32; 6]) {
    let ([sheet_width, sheet_height], [width, height]) = sheet(page);
    let scale = scale(page);
    let (width, height) = (width * scale, height * scale);
    let Turn([[p, q], [r, s]]) = page.turn;
    let (a, c) = (width * f32::from(p), width * f32::from(q));
    let (b, d) = (height * f32::from(r), height * f32::from(s));
    let (e, f) = (
        sheet_width / 2.0 - (a + c) / 2.0,
        sheet_height / 2.0 - (b + d) / 2.0,
    );
    ([sheet_width, sheet_height], [a, b, c, d, e, f])
}
