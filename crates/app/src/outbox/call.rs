//! One request of the machine, asked of the portal: what is sent is read from the store, and what comes is kept there.

use std::io;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use hoso_dossier::{DossierId, Sha256};
use hoso_portal_api::PortalFile;
use hoso_portal_client::{ByteSource, CallError, Portal, UploadWish};
use hoso_store::{DocumentRow, Store, StoreError};
use hoso_sync::{Event, Failure, Reply, Request, RequestId};
use tokio::sync::mpsc;

use super::Message;
use crate::host::Host;
use crate::receipts;

/// Asks the portal.
pub(super) async fn answer(
    store: &Store,
    portal: &Portal,
    host: &dyn Host,
    id: RequestId,
    request: Request,
    messages: &mpsc::UnboundedSender<Message>,
) -> Result<Reply, Failure> {
    Ok(match request {
        Request::PortalInfo => {
            let info = portal.info().await.inspect_err(|error| {
                if let CallError::OtherVersion { said } = error {
                    let _ = messages.send(Message::OtherVersion(said.clone()));
                }
            })?;
            crate::sticks::meet(store, portal, &info).await;
            receipts::meet(store, &info).await;
            Reply::Info(info)
        }
        Request::CreateUpload {
            dossier,
            upload,
            size,
            sha256,
            name,
            media_type,
            whole,
        } => {
            let bytes = if whole {
                let length = usize::try_from(size).unwrap_or(usize::MAX);
                let read = store.read_range(&sha256, 0, length).await;
                Some(read.map_err(local)?)
            } else {
                None
            };
            let wish = UploadWish {
                upload,
                dossier,
                size,
                sha256,
                name,
                media_type,
            };
            let created = portal.create_upload_with(&wish, bytes).await?;
            Reply::UploadCreated {
                url: created.url,
                offset: created.offset,
            }
        }
        Request::AskOffset { url, .. } => Reply::Offset(portal.upload_offset(&url).await?),
        Request::SendBytes {
            upload,
            url,
            offset,
            size,
            sha256,
        } => {
            let source = Arc::new(Blob {
                store: store.clone(),
                sha256,
                size,
            });
            let messages = messages.clone();
            let progress = move |offset| {
                let event = Event::UploadProgress { upload, offset };
                let _ = messages.send(Message::Progress(id, event));
            };
            Reply::Sent {
                offset: portal.send_bytes(&url, offset, source, progress).await?,
            }
        }
        Request::PutRevision { dossier, revision } => {
            let sealed = store.manifest(dossier, revision).await.map_err(local)?;
            Reply::Revision(portal.put_revision(dossier, revision, sealed).await?)
        }
        Request::Confirm {
            dossier,
            revision,
            code,
        } => Reply::Revision(portal.confirm(dossier, revision, code).await?),
        Request::Submit { dossier, revision } => {
            let receipt = portal.submit(dossier, revision).await?;
            Reply::Receipt(receipts::checked(store, portal, receipt).await?)
        }
        Request::AskReceipt { dossier, revision } => {
            let receipt = portal.receipt(dossier, revision).await?;
            Reply::Receipt(receipts::checked(store, portal, receipt).await?)
        }
        Request::AskDossier { dossier } => Reply::Dossier(Box::new(portal.dossier(dossier).await?)),
        Request::Changes { cursor } => Reply::Changes(portal.changes(cursor.as_deref()).await?),
        Request::FetchFile { dossier, file } => {
            let bytes = portal.fetch_file(dossier, &file).await?;
            keep(store, host, dossier, &file, &bytes)
                .await
                .map_err(local)?;
            Reply::Fetched
        }
        Request::PutPayment { payment, wish } => {
            Reply::Payment(portal.put_payment(payment, &wish).await?)
        }
        Request::AskPayment { payment } => Reply::Payment(portal.payment(payment).await?),
        Request::Withdraw {
            dossier,
            withdrawal,
        } => Reply::Dossier(Box::new(portal.withdraw(dossier, &withdrawal).await?)),
        Request::AskAccount => Reply::Account(portal.account().await?),
        Request::PutAccount { edit, data, over } => {
            Reply::Account(portal.put_account(edit, &data, over).await?)
        }
        Request::Rate { dossier, rating } => {
            Reply::Dossier(Box::new(portal.rate(dossier, &rating).await?))
        }
    })
}

pub(crate) fn local(error: StoreError) -> Failure {
    Failure::Local {
        what: error.to_string(),
    }
}

async fn keep(
    store: &Store,
    host: &dyn Host,
    dossier: DossierId,
    file: &PortalFile,
    bytes: &[u8],
) -> Result<(), StoreError> {
    let blob = store.put_bytes(bytes).await?;
    store
        .add_document(&DocumentRow {
            id: file.id.clone(),
            dossier,
            kind: crate::received::kind_name(file.kind).into(),
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            size: blob.size,
            sha256: blob.sha256,
            received_at: host.now(),
        })
        .await
}

/// A kept file as bytes to send.
struct Blob {
    store: Store,
    sha256: Sha256,
    size: u64,
}

impl ByteSource for Blob {
    fn size(&self) -> u64 {
        self.size
    }

    fn read(&self, offset: u64, len: usize) -> BoxFuture<'_, io::Result<Vec<u8>>> {
        Box::pin(async move {
            self.store
                .read_range(&self.sha256, offset, len)
                .await
                .map_err(io::Error::other)
        })
    }
}
