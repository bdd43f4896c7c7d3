//! The portal's signed word that it holds a revision: as it answers a submission, and as the file that is carried back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hoso_portal_api::{Receipt, SignedReceipt};
use serde::{Deserialize, Serialize};

use crate::{PublicKey, Signer, StickError};

/// What a receipt's signature is a signature of, and what the file calls itself.
const KIND: &str = "hoso-receipt-1";
/// No honest receipt is longer.
const MAX: usize = 64 * 1024;

/// A receipt with the portal's signature, as a file of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReceiptFile(SignedReceipt);

impl ReceiptFile {
    /// Signs a receipt.
    ///
    /// # Errors
    /// It can't be written.
    pub fn sign(receipt: &Receipt, portal: &Signer) -> Result<Self, StickError> {
        let plain = Receipt {
            signed: None,
            ..receipt.clone()
        };
        let payload =
            serde_json::to_vec(&plain).map_err(|_| StickError::Receipt("it can't be written"))?;
        Ok(Self(SignedReceipt {
            kind: KIND.into(),
            signature: portal.sign(KIND, &payload),
            payload: STANDARD.encode(payload),
        }))
    }

    /// What a portal gives along with the receipt itself.
    #[must_use]
    pub fn into_signed(self) -> SignedReceipt {
        self.0
    }

    /// Reads a receipt that `portal` signed; what it gives bears the signature.
    ///
    /// # Errors
    /// It is not one, or another portal's, or was changed.
    pub fn open(file: &[u8], portal: &PublicKey) -> Result<Receipt, StickError> {
        let not_one = StickError::Receipt("this is no receipt file");
        let Some(Ok(Self(read))) = (file.len() <= MAX).then(|| serde_json::from_slice(file)) else {
            return Err(not_one);
        };
        verified(read, portal)
    }
}

/// Whether `portal` signed a receipt as it stands.
///
/// # Errors
/// It bears no signature, another portal's, or that of another receipt.
pub fn check_receipt(receipt: &Receipt, portal: &PublicKey) -> Result<(), StickError> {
    let signed = receipt.signed.clone();
    let signed = signed.ok_or(StickError::Receipt("it bears no signature"))?;
    if verified(signed, portal)? == *receipt {
        Ok(())
    } else {
        Err(StickError::Receipt("its signature is another receipt's"))
    }
}

fn verified(signed: SignedReceipt, portal: &PublicKey) -> Result<Receipt, StickError> {
    let not_one = StickError::Receipt("this is no receipt file");
    let payload = STANDARD
        .decode(&signed.payload)
        .map_err(|_| not_one.clone())?;
    if signed.kind != KIND {
        return Err(not_one);
    }
    if !portal.signed(KIND, &payload, &signed.signature) {
        return Err(StickError::Receipt(
            "its signature is not this portal's, or it was changed",
        ));
    }
    let plain: Receipt = serde_json::from_slice(&payload).map_err(|_| not_one)?;
    Ok(Receipt {
        signed: Some(signed),
        ..plain
    })
}
