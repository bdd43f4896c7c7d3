//! The receipt that is carried back: the portal's word that it holds a revision.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hoso_portal_api::Receipt;
use serde::{Deserialize, Serialize};

use crate::{PublicKey, Signer, StickError};

/// What a receipt's signature is a signature of, and what the file calls itself.
const KIND: &str = "hoso-receipt-1";
/// No honest receipt is longer.
const MAX: usize = 64 * 1024;

/// A receipt with the portal's signature, as JSON. Nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptFile {
    #[serde(rename = "type")]
    kind: String,
    /// Base64 of the receipt's JSON: signed as it stands, so that nobody has to write it the same way again.
    payload: String,
    signature: String,
}

impl ReceiptFile {
    /// Signs a receipt.
    ///
    /// # Errors
    /// It can't be written.
    pub fn sign(receipt: &Receipt, portal: &Signer) -> Result<Self, StickError> {
        let payload =
            serde_json::to_vec(receipt).map_err(|_| StickError::Receipt("it can't be written"))?;
        Ok(Self {
            kind: KIND.into(),
            signature: portal.sign(KIND, &payload),
            payload: STANDARD.encode(payload),
        })
    }

    /// Reads a receipt that `portal` signed.
    ///
    /// # Errors
    /// It is not one, or another portal's, or was changed.
    pub fn open(file: &[u8], portal: &PublicKey) -> Result<Receipt, StickError> {
        let not_one = StickError::Receipt("this is no receipt file");
        let Some(Ok(read)) = (file.len() <= MAX).then(|| serde_json::from_slice::<Self>(file))
        else {
            return Err(not_one);
        };
        let payload = STANDARD
            .decode(&read.payload)
            .map_err(|_| not_one.clone())?;
        if read.kind != KIND {
            return Err(not_one);
        }
        if !portal.signed(KIND, &payload, &read.signature) {
            return Err(StickError::Receipt(
                "its signature is not this portal's, or it was changed",
            ));
        }
        serde_json::from_slice(&payload).map_err(|_| not_one)
    }
}
