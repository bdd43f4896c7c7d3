//! What is done to a picture before it becomes a page: turned, straightened, cropped, cleaned.

use image::imageops::{FilterType, crop_imm};
use image::{DynamicImage, GenericImageView, ImageBuffer, Pixel};

/// What is done to a picture, in this order. The picture itself is never changed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Edit {
    /// Turns clockwise by 90° each, on top of what the camera says.
    pub quarter_turns: u8,
    /// Degrees clockwise about the middle, within [`Edit::MOST_DEGREES`]; the corners that open are white.
    pub straighten: f32,
    /// The part that is kept; `None`: all of it.
    pub crop: Option<Crop>,
    /// How it is made easier to read.
    pub clean: Clean,
}

/// Edges of the part of a picture that is kept, as shares of the turned picture from its left and its top.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crop {
    /// Left edge, 0 to 1.
    pub left: f32,
    /// Top edge, 0 to 1.
    pub top: f32,
    /// Right edge, 0 to 1.
    pub right: f32,
    /// Bottom edge, 0 to 1.
    pub bottom: f32,
}

/// How a picture is made easier to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Clean {
    /// −100 to 100: darker, lighter.
    pub brightness: i8,
    /// −100 to 100: flatter, harder.
    pub contrast: i8,
    /// The paper becomes white, wherever the light fell on it.
    pub whiten: bool,
}

impl Edit {
    /// How far a picture can be straightened, in degrees either way.
    pub const MOST_DEGREES: f32 = 20.0;

    /// The pixels have to be worked on: more than quarter turns, which a page can do by itself.
    pub(super) fn changes_pixels(&self) -> bool {
        self.angle() != 0.0 || self.crop.is_some() || self.clean != Clean::default()
    }

    fn angle(&self) -> f32 {
        if self.straighten.is_finite() {
            self.straighten
                .clamp(-Edit::MOST_DEGREES, Edit::MOST_DEGREES)
        } else {
            0.0
        }
    }

    /// Does it to a picture that stands upright as the camera meant it; the result's longer edge has at most `longest` pixels.
    pub(super) fn apply(&self, upright: DynamicImage, longest: u32) -> DynamicImage {
        let turned = match self.quarter_turns % 4 {
            1 => upright.rotate90(),
            2 => upright.rotate180(),
            3 => upright.rotate270(),
            _ => upright,
        };
        let part = self.crop.map_or(Crop::WHOLE, Crop::sane);
        let (width, height) = turned.dimensions();
        let kept =
            ((part.right - part.left) * width as f32).max((part.bottom - part.top) * height as f32);
        let scale = (longest as f32 / kept.max(1.0)).min(1.0);
        let small = if scale < 1.0 {
            let scaled = |edge: u32| ((edge as f32 * scale).round() as u32).max(1);
            turned.resize_exact(scaled(width), scaled(height), FilterType::Triangle)
        } else {
            turned
        };
        let cut = match small {
            DynamicImage::ImageLuma8(grey) => {
                DynamicImage::ImageLuma8(level::<_, 1>(grey, self.angle(), part))
            }
            other => DynamicImage::ImageRgb8(level::<_, 3>(other.into_rgb8(), self.angle(), part)),
        };
        self.clean.apply(cut)
    }
}

impl Crop {
    const WHOLE: Crop = Crop {
        left: 0.0,
        top: 0.0,
        right: 1.0,
        bottom: 1.0,
    };

    /// Edges in order and within the picture; a part too thin to see is the whole.
    fn sane(self) -> Crop {
        let within = |share: f32| {
            if share.is_finite() {
                share.clamp(0.0, 1.0)
            } else {
                0.0
            }
        };
        let crop = Crop {
            left: within(self.left),
            top: within(self.top),
            right: within(self.right),
            bottom: within(self.bottom),
        };
        if crop.right - crop.left < 0.01 || crop.bottom - crop.top < 0.01 {
            Crop::WHOLE
        } else {
            crop
        }
    }
}

/// Where the pixels of the kept part come from: for each, the place in the picture before it was straightened.
struct Level {
    width: u32,
    height: u32,
    left: f32,
    top: f32,
    middle: (f32, f32),
    sine: f32,
    cosine: f32,
}

impl Level {
    fn new(width: u32, height: u32, angle: f32, part: Crop) -> Level {
        let (across, down) = (width as f32, height as f32);
        let (sine, cosine) = angle.to_radians().sin_cos();
        let edge = |from: f32, to: f32, whole: f32| ((((to - from) * whole).round()) as u32).max(1);
        Level {
            width: edge(part.left, part.right, across),
            height: edge(part.top, part.bottom, down),
            left: part.left * across,
            top: part.top * down,
            middle: (across / 2.0, down / 2.0),
            sine,
            cosine,
        }
    }

    fn from(&self, x: u32, y: u32) -> (f32, f32) {
        let dx = x as f32 + 0.5 + self.left - self.middle.0;
        let dy = y as f32 + 0.5 + self.top - self.middle.1;
        (
            self.middle.0 + dx * self.cosine + dy * self.sine - 0.5,
            self.middle.1 - dx * self.sine + dy * self.cosine - 0.5,
        )
    }
}

/// The kept part, each pixel blended from the four about the place where it comes from; outside of the picture is white.
fn part_of<const N: usize>(samples: &[u8], width: u32, height: u32, level: &Level) -> Vec<u8> {
    let (across, down) = (i64::from(width), i64::from(height));
    let at = |x: i64, y: i64| -> [i32; N] {
        if x < 0 || y < 0 || x >= across || y >= down {
            return [255; N];
        }
        let from = ((y * across + x) as usize) * N;
        match samples.get(from..from + N) {
            Some(pixel) => std::array::from_fn(|n| pixel.get(n).copied().map_or(255, i32::from)),
            None => [255; N],
        }
    };
    let mut out = Vec::with_capacity(level.width as usize * level.height as usize * N);
    for line in 0..level.height {
        for column in 0..level.width {
            let (x, y) = level.from(column, line);
            let (left, top) = (x.floor(), y.floor());
            // Shares in 256ths.
            let (fx, fy) = (((x - left) * 256.0) as i32, ((y - top) * 256.0) as i32);
            let (left, top) = (left as i64, top as i64);
            let (a, b) = (at(left, top), at(left + 1, top));
            let (c, d) = (at(left, top + 1), at(left + 1, top + 1));
            for (((a, b), c), d) in a.into_iter().zip(b).zip(c).zip(d) {
                let above = a * (256 - fx) + b * fx;
                let under = c * (256 - fx) + d * fx;
                out.push(((above * (256 - fy) + under * fy + (1 << 15)) >> 16).clamp(0, 255) as u8);
            }
        }
    }
    out
}

/// `N` is the number of the pixels' channels.
fn level<P: Pixel<Subpixel = u8> + 'static, const N: usize>(
    picture: ImageBuffer<P, Vec<u8>>,
    angle: f32,
    part: Crop,
) -> ImageBuffer<P, Vec<u8>> {
    let (width, height) = picture.dimensions();
    let level = Level::new(width, height, angle, part);
    if angle == 0.0 {
        return crop_imm(
            &picture,
            level.left as u32,
            level.top as u32,
            level.width,
            level.height,
        )
        .to_image();
    }
    let made = part_of::<N>(picture.as_raw(), width, height, &level);
    ImageBuffer::from_raw(level.width, level.height, made).unwrap_or(picture)
}

impl Clean {
    fn apply(self, picture: DynamicImage) -> DynamicImage {
        let mut picture = match picture {
            DynamicImage::ImageLuma8(mut grey) => {
                if self.whiten {
                    let (width, height) = grey.dimensions();
                    whiten::<1>(grey.as_flat_samples_mut().samples, width, height);
                }
                DynamicImage::ImageLuma8(grey)
            }
            other => {
                let mut colour = other.into_rgb8();
                if self.whiten {
                    let (width, height) = colour.dimensions();
                    whiten::<3>(colour.as_flat_samples_mut().samples, width, height);
                }
                DynamicImage::ImageRgb8(colour)
            }
        };
        if self.brightness != 0 || self.contrast != 0 {
            let table = self.table();
            let tone = |samples: &mut [u8]| {
                for sample in samples {
                    *sample = table.get(usize::from(*sample)).copied().unwrap_or(*sample);
                }
            };
            match &mut picture {
                DynamicImage::ImageLuma8(grey) => tone(grey.as_flat_samples_mut().samples),
                DynamicImage::ImageRgb8(colour) => tone(colour.as_flat_samples_mut().samples),
                _ => {}
            }
        }
        picture
    }

    /// What becomes of each shade.
    fn table(self) -> [u8; 256] {
        let lighter = f32::from(self.brightness.clamp(-100, 100)) * 1.28;
        // −100 flattens to a quarter, 100 makes four times as steep.
        let steeper = 4.0_f32.powf(f32::from(self.contrast.clamp(-100, 100)) / 100.0);
        std::array::from_fn(|shade| {
            ((shade as f32 - 128.0) * steeper + 128.0 + lighter)
                .round()
                .clamp(0.0, 255.0) as u8
        })
    }
}

/// Cells that a picture's longer edge is divided into, to see how the light falls.
const CELLS: u32 = 28;
/// What the paper becomes.
const WHITE: f32 = 252.0;

/// Makes the paper white: what most of the light parts of a neighbourhood look like is taken for paper, in each colour by itself.
fn whiten<const N: usize>(samples: &mut [u8], width: u32, height: u32) {
    let cell = width.max(height).div_ceil(CELLS).max(8);
    let (across, down) = (
        width.div_ceil(cell) as usize,
        height.div_ceil(cell) as usize,
    );
    let row = width as usize * N;
    let mut counts = vec![[[0_u32; 256]; N]; across * down];
    for (y, line) in samples.chunks(row.max(1)).enumerate() {
        // Every other pixel tells enough.
        for (x, pixel) in line.chunks_exact(N).enumerate().step_by(2) {
            let at = (y / cell as usize) * across + x / cell as usize;
            for (count, value) in counts.get_mut(at).into_iter().flatten().zip(pixel) {
                if let Some(count) = count.get_mut(usize::from(*value)) {
                    *count += 1;
                }
            }
        }
    }
    let paper: Vec<[f32; N]> = counts
        .iter()
        .map(|cell| std::array::from_fn(|n| cell.get(n).map_or(255.0, bright)))
        .collect();
    let gains: Vec<[f32; N]> = smooth(&paper, across, down);
    let middle = cell as f32 / 2.0;
    let gain_at = |column: usize, line: usize| {
        gains
            .get(line.min(down - 1) * across + column.min(across - 1))
            .copied()
            .unwrap_or([1.0; N])
    };
    for (y, line) in samples.chunks_mut(row.max(1)).enumerate() {
        let fy = ((y as f32 - middle) / cell as f32).max(0.0);
        for (x, pixel) in line.chunks_exact_mut(N).enumerate() {
            let fx = ((x as f32 - middle) / cell as f32).max(0.0);
            let (column, beside) = (fx as usize, fx.fract());
            let (upper, below) = (fy as usize, fy.fract());
            let (a, b) = (gain_at(column, upper), gain_at(column + 1, upper));
            let (c, d) = (gain_at(column, upper + 1), gain_at(column + 1, upper + 1));
            for (n, value) in pixel.iter_mut().enumerate() {
                let of = |gain: &[f32; N]| gain.get(n).copied().unwrap_or(1.0);
                let above = of(&a) * (1.0 - beside) + of(&b) * beside;
                let under = of(&c) * (1.0 - beside) + of(&d) * beside;
                *value =
                    (f32::from(*value) * (above * (1.0 - below) + under * below)).min(255.0) as u8;
            }
        }
    }
}

/// The shade that nine tenths of a cell are darker than.
fn bright(counts: &[u32; 256]) -> f32 {
    let all: u32 = counts.iter().sum();
    let mut seen = 0;
    for (shade, count) in counts.iter().enumerate().rev() {
        seen += count;
        if seen * 10 >= all {
            return shade as f32;
        }
    }
    255.0
}

/// How much lighter each cell becomes, without steps; what is dark all over is a picture or a table's edge and is left mostly as it is.
fn smooth<const N: usize>(paper: &[[f32; N]], across: usize, down: usize) -> Vec<[f32; N]> {
    let at = |column: usize, line: usize| paper.get(line * across + column);
    (0..down)
        .flat_map(|line| (0..across).map(move |column| (column, line)))
        .map(|(column, line)| {
            std::array::from_fn(|n| {
                let near = (line.saturating_sub(1)..=line + 1)
                    .filter(|line| *line < down)
                    .flat_map(|line| {
                        (column.saturating_sub(1)..=column + 1).map(move |column| (column, line))
                    })
                    .filter(|(column, _)| *column < across)
                    .filter_map(|(column, line)| at(column, line)?.get(n).copied());
                // A cell full of ink borrows the paper of its neighbours.
                let (sum, count) = near.fold((0.0, 0.0), |(sum, count), shade| {
                    (sum + shade * shade, count + shade)
                });
                let shade = if count > 0.0 { sum / count } else { 255.0 };
                (WHITE / shade.max(1.0)).clamp(1.0, 2.6)
            })
        })
        .collect()
}
