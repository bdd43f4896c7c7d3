//! How far a photographed paper lies askew: the angle at which its lines of text stand out most.

use image::DynamicImage;
use image::imageops::FilterType;

/// Looked for so many degrees either way.
const WIDEST: f32 = 15.0;
/// The longer edge on which it is looked for.
const EDGE: u32 = 900;
/// So much more than at other angles the lines have to stand out.
const CLEAR: f64 = 1.25;

/// The degrees clockwise that make lines of text level; nothing where no lines can be told.
pub(super) fn skew(picture: &DynamicImage) -> Option<f32> {
    let grey = if picture.width().max(picture.height()) > EDGE {
        picture.resize(EDGE, EDGE, FilterType::Triangle)
    } else {
        picture.clone()
    }
    .into_luma8();
    let (width, height) = grey.dimensions();
    // Edges from light to dark, going down: the tops of letters and rules.
    let mut edges: Vec<(f32, f32)> = Vec::new();
    for y in 1..height.saturating_sub(1) {
        for x in 0..width {
            let (above, below) = (grey.get_pixel(x, y - 1).0[0], grey.get_pixel(x, y + 1).0[0]);
            if above.saturating_sub(below) > 40 {
                edges.push((
                    x as f32 - width as f32 / 2.0,
                    y as f32 - height as f32 / 2.0,
                ));
            }
        }
    }
    if edges.len() < 200 {
        return None;
    }
    let every = edges.len().div_ceil(40_000);
    let edges: Vec<(f32, f32)> = edges.into_iter().step_by(every).collect();
    let reach = (f64::from(width).hypot(f64::from(height)) / 2.0).ceil() as usize + 2;
    let mut rows = vec![0_u32; reach * 2];
    let mut stands_out = |degrees: f32| -> f64 {
        rows.fill(0);
        let (sine, cosine) = degrees.to_radians().sin_cos();
        for (x, y) in &edges {
            let down = x * sine + y * cosine + reach as f32;
            if let Some(row) = rows.get_mut(down as usize) {
                *row += 1;
            }
        }
        rows.iter()
            .map(|count| f64::from(*count) * f64::from(*count))
            .sum()
    };
    let coarse = 0.5;
    let steps = (WIDEST / coarse) as i32;
    let scores: Vec<(f32, f64)> = (-steps..=steps)
        .map(|step| step as f32 * coarse)
        .map(|degrees| (degrees, stands_out(degrees)))
        .collect();
    let mut sorted: Vec<f64> = scores.iter().map(|(_, score)| *score).collect();
    sorted.sort_by(f64::total_cmp);
    let usual = sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
    let (best, score) = scores.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    if score < usual * CLEAR {
        return None;
    }
    let fine = (-5..=5)
        .map(|step| best + step as f32 * 0.1)
        .map(|degrees| (degrees, stands_out(degrees)))
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some((fine.0 * 10.0).round() / 10.0)
}
