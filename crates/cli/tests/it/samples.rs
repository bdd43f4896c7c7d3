//! Answers and files that nobody's are.

use image::{DynamicImage, ImageFormat, RgbImage};
use serde_json::{Value, json};

/// When the samples are filled in.
pub(crate) const TODAY: &str = "2026-11-21T03:00:00Z";

/// Answers of a birth registration.
pub(crate) fn birth() -> Value {
    let mut answers = example("1.001193");
    answers["tre"]["ngay_sinh"] = json!("2026-11-11");
    answers["ngay"] = json!("2026-11-20");
    answers
}

/// Answers of a request for three copies of an extract: 24,000 đồng.
pub(crate) fn extract() -> Value {
    let mut answers = example("2.000635");
    answers["ngay"] = json!("2026-11-20");
    answers
}

/// Answers of an organisation that wants to publish, and who hands them in.
pub(crate) fn publishing() -> Value {
    let mut answers = example("1.003868");
    answers["ngay"] = json!("2026-11-20");
    json!({"applicant": {"ho_ten": "Lê Văn Bình", "so_dinh_danh": "001085000002"}, "form": answers})
}

fn example(procedure: &str) -> Value {
    let packs = concat!(env!("CARGO_MANIFEST_DIR"), "/../app/packs");
    let text = std::fs::read(format!("{packs}/{procedure}/example.json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// A JPEG; another `shade`, another picture.
pub(crate) fn photo(shade: u8) -> Vec<u8> {
    let picture = RgbImage::from_fn(640, 480, |x, y| {
        image::Rgb([shade, (x / 3) as u8, (y / 2) as u8])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    DynamicImage::from(picture)
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .unwrap();
    bytes.into_inner()
}

/// A PDF of one empty page, and of so many bytes: the rest is a stream that nothing compresses.
pub(crate) fn pdf(size: usize) -> Vec<u8> {
    noted_pdf(size, "")
}

/// The same with words in its bytes.
pub(crate) fn noted_pdf(size: usize, note: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    let mut object = |bytes: &mut Vec<u8>, content: &[u8]| {
        places.push(bytes.len());
        bytes.extend_from_slice(format!("{} 0 obj\n", places.len()).as_bytes());
        bytes.extend_from_slice(content);
        bytes.extend_from_slice(b"\nendobj\n");
    };
    object(&mut bytes, b"<</Type/Catalog/Pages 2 0 R>>");
    object(&mut bytes, b"<</Type/Pages/Kids[3 0 R]/Count 1>>");
    object(
        &mut bytes,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    );
    let filling = size.saturating_sub(bytes.len() + 400 + note.len());
    let mut stream = format!("<</Length {}>>\nstream\n{note}", filling + note.len()).into_bytes();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    stream.extend((0..filling).map(|_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 56) as u8
    }));
    stream.extend_from_slice(b"\nendstream");
    object(&mut bytes, &stream);
    let table = bytes.len();
    bytes.extend_from_slice(
        format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).as_bytes(),
    );
    for place in &places {
        bytes.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
    }
    let trailer = format!(
        "trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n",
        places.len() + 1
    );
    bytes.extend_from_slice(trailer.as_bytes());
    bytes
}
