//! The papers that an agency hands back. Each function's answers are listed by the layout's `declared_paths`.

use crate::layout::{Layout, LayoutError};

/// Receipt for a dossier and appointment for its result (*Giấy tiếp nhận hồ sơ và hẹn trả kết quả*,
/// Mẫu số 01, Thông tư 03/2025/TT-VPCP).
///
/// # Errors
/// None in practice: the layout is part of the program.
pub fn reception() -> Result<Layout, LayoutError> {
    Layout::parse("reception.html", include_str!("../layouts/reception.html"))
}

/// Receipt for fees and charges paid (*Biên lai thu phí, lệ phí*).
///
/// # Errors
/// None in practice: the layout is part of the program.
pub fn payment_receipt() -> Result<Layout, LayoutError> {
    Layout::parse(
        "payment-receipt.html",
        include_str!("../layouts/payment-receipt.html"),
    )
}

/// A plain sample of a result (*Trích lục*), marked as a sample.
///
/// # Errors
/// None in practice: the layout is part of the program.
pub fn result() -> Result<Layout, LayoutError> {
    Layout::parse("result.html", include_str!("../layouts/result.html"))
}
