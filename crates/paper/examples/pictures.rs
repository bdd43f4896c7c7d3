//! Times what is done to photos: `pictures COUNT` prints, in milliseconds and for each of COUNT rounds, how long a photo of twelve
//! million pixels takes to be made small, straightened by its own lines, looked at, and bound into a PDF, under a limit too.
//! Run it with `--release`.

use std::hint::black_box;
use std::time::Instant;

use hoso_paper::{
    Clean, Edit, Meta, Picture, askew, edited_picture, pictures_to_pdf, small_picture,
};
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use serde_json::json;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: usize = std::env::args()
        .nth(1)
        .ok_or("use: pictures COUNT")?
        .parse()?;
    let photo = photo()?;
    let edit = Edit {
        straighten: -3.0,
        clean: Clean {
            whiten: true,
            ..Clean::default()
        },
        ..Edit::default()
    };
    let edited = Picture {
        bytes: photo.clone(),
        edit,
    };
    let meta = Meta::new("Ảnh", jiff::civil::date(2026, 1, 1).at(8, 0, 0, 0));
    let bind = |most| pictures_to_pdf(std::slice::from_ref(&edited), &meta, most, &|_| true);
    let mut times: [Vec<f64>; 5] = Default::default();
    let [small, guess, look, pdf, limited] = &mut times;
    for _ in 0..count {
        let (copy, _) = timed(small, || small_picture(&photo, 1_400))?;
        timed(guess, || askew(&edited))?;
        let copy = Picture { bytes: copy, edit };
        timed(look, || edited_picture(&copy, 900))?;
        let whole = timed(pdf, || bind(None))?;
        timed(limited, || bind(Some(whole.bytes.len() as u64 / 3)))?;
    }
    let [small, guess, look, pdf, limited] = times;
    println!(
        "{}",
        json!({"small": small, "askew": guess, "look": look, "pdf": pdf, "limited": limited, "photo": photo.len()})
    );
    Ok(())
}

/// A page of text, lit from one side and lying askew, as a phone takes it.
fn photo() -> Result<Vec<u8>, image::ImageError> {
    let (sine, cosine) = 3.0_f32.to_radians().sin_cos();
    let page = RgbImage::from_fn(3_000, 4_000, |x, y| {
        let (dx, dy) = (x as f32 - 1_500.0, y as f32 - 2_000.0);
        let (across, down) = (
            dx * cosine + dy * sine + 1_500.0,
            dy * cosine - dx * sine + 2_000.0,
        );
        let word = (across as u32 / 18 + down as u32 / 100 * 7) % 9 > 1;
        let ink = word && down % 100.0 < 36.0 && (across as u32 / 18).is_multiple_of(2);
        let light = 235.0 - 70.0 * x as f32 / 3_000.0;
        let shade = if ink { light * 0.3 } else { light };
        Rgb([shade as u8, (shade * 0.97) as u8, (shade * 0.9) as u8])
    });
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(&page)?;
    Ok(bytes)
}

/// Does it and notes the milliseconds it took.
fn timed<T>(times: &mut Vec<f64>, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let made = black_box(work());
    times.push(start.elapsed().as_secs_f64() * 1000.0);
    made
}
