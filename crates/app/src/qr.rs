//! QR codes as SVG.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

/// The QR code of a text; empty when the text is empty or too long for one.
pub(crate) fn svg(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    QrCode::with_error_correction_level(text, EcLevel::M)
        .map(|code| {
            code.render::<svg::Color<'_>>()
                .min_dimensions(160, 160)
                .quiet_zone(true)
                .build()
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_text_becomes_a_picture_and_nothing_becomes_nothing() {
        assert!(super::svg("000.00.19.H34-261121-0001").contains("<svg"));
        assert_eq!(super::svg(""), "");
        assert_eq!(super::svg(&"x".repeat(5000)), "");
    }
}
