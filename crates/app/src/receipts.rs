//! The portal's signature on its receipts: a receipt without it is none, where the portal says that it signs.

use hoso_portal_api::{PortalInfo, Receipt};
use hoso_portal_client::Portal;
use hoso_stick::{PublicKey, check_receipt};
use hoso_store::{Store, StoreError};
use hoso_sync::{Failure, Revision};

use crate::dossiers::rfc3339;
use crate::trouble;
use crate::view::ReceiptInfo;

/// Which key signs the portal's receipts, in the encrypted database: not there before the first meeting, none where the portal doesn't sign.
const SIGNER: &str = "receiptSigner";

/// Keeps which key signs the portal's receipts, from every meeting.
pub(crate) async fn meet(store: &Store, info: &PortalInfo) {
    let kept = async {
        if signer(store).await?.as_ref() != Some(&info.receipt_signer) {
            store.put_setting(SIGNER, &info.receipt_signer).await?;
        }
        Ok::<_, StoreError>(())
    };
    if let Err(error) = kept.await {
        tracing::warn!(error = error.code(), "keeping which key signs receipts");
    }
}

/// Whether the portal signs its receipts; `None` before it was met.
pub(crate) async fn signs(store: &Store) -> Result<Option<bool>, StoreError> {
    Ok(signer(store).await?.map(|key| key.is_some()))
}

async fn signer(store: &Store) -> Result<Option<Option<String>>, StoreError> {
    store.setting(SIGNER).await
}

/// A receipt that the portal has just given, if it bears the signature that it has to.
pub(crate) async fn checked(
    store: &Store,
    portal: &Portal,
    receipt: Receipt,
) -> Result<Receipt, Failure> {
    let kept = signer(store).await.map_err(crate::outbox::local)?;
    let wrong = match kept {
        Some(key) => match fits(&key, &receipt) {
            Ok(()) => return Ok(only_where_signed(key.is_some(), receipt)),
            Err(what) => what,
        },
        None => String::new(),
    };
    // A portal may take a new key; it says so itself.
    let info = portal.info().await.map_err(|error| Failure::Unknown {
        // Whatever keeps it from answering now, what it was asked before has reached it.
        what: error.to_string(),
    })?;
    meet(store, &info).await;
    let key = info.receipt_signer;
    match fits(&key, &receipt) {
        Ok(()) => Ok(only_where_signed(key.is_some(), receipt)),
        Err(_) if !wrong.is_empty() => Err(Failure::Unsigned { what: wrong }),
        Err(what) => Err(Failure::Unsigned { what }),
    }
}

fn fits(key: &Option<String>, receipt: &Receipt) -> Result<(), String> {
    let Some(key) = key else {
        return Ok(());
    };
    let key: Result<PublicKey, _> = key.parse();
    key.and_then(|key| check_receipt(receipt, &key))
        .map_err(|error| error.to_string())
}

/// What nobody could check is not kept as if it had been.
pub(crate) fn only_where_signed(signs: bool, receipt: Receipt) -> Receipt {
    Receipt {
        signed: receipt.signed.filter(|_| signs),
        ..receipt
    }
}

/// What is to be shown of the receipt of a revision; `None` while there is none.
pub(crate) fn shown(revision: &Revision) -> Option<ReceiptInfo> {
    let receipt = revision
        .receipt
        .as_ref()
        .filter(|_| revision.is_accepted())?;
    let signed = receipt.signed.is_some();
    Some(ReceiptInfo {
        signed,
        submitted_at: receipt.submitted_at.clone(),
        audited_at: rfc3339(Some(revision.audited_at).filter(|_| signed)),
        doubt: revision.doubt.map(trouble::of_doubt),
    })
}
