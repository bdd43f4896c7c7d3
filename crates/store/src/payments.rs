use hoso_dossier::{DossierId, PaymentId};
use jiff::Timestamp;
use serde_json::Value;

use crate::row::Columns as _;
use crate::sealed::require_dossier;
use crate::{Store, StoreError};

/// One attempt to pay a fee, as this machine knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct PaymentRow {
    /// The attempt.
    pub id: PaymentId,
    /// The dossier whose fee it is.
    pub dossier: DossierId,
    /// A word for its state.
    pub state: String,
    /// Everything else about it.
    pub json: Value,
    /// When this was last known.
    pub updated_at: Timestamp,
}

impl Store {
    /// The payments of a dossier, by id.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn payments(&self, dossier: DossierId) -> Result<Vec<PaymentRow>, StoreError> {
        let session = self.session()?;
        sqlx::query("SELECT * FROM payment WHERE dossier = ? ORDER BY id")
            .bind(dossier.to_string())
            .fetch_all(&mut *session.read().await?)
            .await?
            .iter()
            .map(|row| {
                Ok(PaymentRow {
                    id: row.parsed("id")?,
                    dossier: row.parsed("dossier")?,
                    state: row.text("state")?,
                    json: row.json("json")?,
                    updated_at: row.parsed("updated_at")?,
                })
            })
            .collect()
    }

    /// Keeps a payment as it is now known.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] without the dossier; [`StoreError::Conflict`] when the attempt is another dossier's.
    pub async fn put_payment(&self, payment: &PaymentRow) -> Result<(), StoreError> {
        let session = self.session()?;
        let mut transaction = session.write().await?;
        require_dossier(transaction.conn(), payment.dossier).await?;
        let done = sqlx::query(
            "INSERT INTO payment (id, dossier, state, json, updated_at) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (id) DO UPDATE SET state = excluded.state, json = excluded.json, updated_at = excluded.updated_at \
             WHERE dossier = excluded.dossier",
        )
        .bind(payment.id.to_string())
        .bind(payment.dossier.to_string())
        .bind(&payment.state)
        .bind(serde_json::to_string(&payment.json)?)
        .bind(payment.updated_at.to_string())
        .execute(transaction.conn())
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::Conflict {
                what: format!("the payment {}", payment.id),
            });
        }
        transaction.commit().await
    }
}
