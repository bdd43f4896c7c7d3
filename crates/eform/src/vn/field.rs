//! Our own component types.

use crate::js::Js;

/// Whether a component type is one of ours.
pub(crate) fn is_own(kind: &str) -> bool {
    matches!(
        kind,
        "vnCitizenId" | "vnTaxCode" | "vnPhone" | "vnName" | "vnDate" | "vnMoney" | "vnPartialDate"
    )
}

/// The format itself is impossible, whatever life's exceptions.
pub(crate) fn impossible(_kind: &str, _value: &Js) -> bool {
    false
}
