//! A dossier as the portal shows it, read from the database.

use hoso_dossier::{DossierCode, DossierId, Money};
use hoso_portal_api::{
    DossierView, Fee, PortalFile, PortalFileKind, Rating, SupplementRequest, TimelineEntry,
    Withdrawal,
};
use sqlx::SqliteConnection;

use crate::portal::Portal;
use crate::refusal::Refusal;

/// A submitted dossier as the portal sees it.
pub(crate) async fn view(
    portal: &Portal,
    db: &mut SqliteConnection,
    id: DossierId,
) -> Result<Option<DossierView>, Refusal> {
    let key = id.to_string();
    let row: Option<(
        String,
        String,
        u8,
        u32,
        i64,
        Option<String>,
        Option<String>,
        String,
    )> = sqlx::query_as(
        "SELECT code, procedure, status, dossiers.revision, version, due_at, opinion, sha256
             FROM dossiers JOIN revisions ON dossier = id AND revisions.revision = dossiers.revision
             WHERE id = ? AND code IS NOT NULL",
    )
    .bind(&key)
    .fetch_optional(&mut *db)
    .await?;
    let Some((code, procedure, status, revision, version, due_at, opinion, sha256)) = row else {
        return Ok(None);
    };
    let timeline: Vec<(String, u8, String, String, String)> = sqlx::query_as(
        "SELECT at, status, step, handler, note FROM timeline WHERE dossier = ? ORDER BY id",
    )
    .bind(&key)
    .fetch_all(&mut *db)
    .await?;
    let code: DossierCode = stored(&code)?;
    Ok(Some(DossierView {
        id,
        code,
        procedure,
        status: portal.faults.status_number(id).unwrap_or(status),
        revision,
        sha256: stored(&sha256)?,
        version: u64::try_from(version).unwrap_or(0),
        due_at,
        timeline: timeline
            .into_iter()
            .map(|(at, status, step, handler, note)| TimelineEntry {
                at,
                status,
                step,
                handler,
                note,
            })
            .collect(),
        supplement: open_supplement(db, id).await?,
        opinion,
        fees: fees(db, id).await?,
        files: files(db, id).await?,
        withdrawal: withdrawal(db, id).await?,
        rating: rating(db, id).await?,
    }))
}

async fn withdrawal(
    db: &mut SqliteConnection,
    id: DossierId,
) -> Result<Option<Withdrawal>, Refusal> {
    let reason: Option<String> =
        sqlx::query_scalar("SELECT reason FROM withdrawals WHERE dossier = ?")
            .bind(id.to_string())
            .fetch_optional(db)
            .await?;
    Ok(reason.map(|reason| Withdrawal { reason }))
}

async fn rating(db: &mut SqliteConnection, id: DossierId) -> Result<Option<Rating>, Refusal> {
    let row: Option<(u8, String)> =
        sqlx::query_as("SELECT score, comment FROM ratings WHERE dossier = ?")
            .bind(id.to_string())
            .fetch_optional(db)
            .await?;
    Ok(row.map(|(score, comment)| Rating { score, comment }))
}

/// Fees of a dossier, with who paid them.
pub(crate) async fn fees(db: &mut SqliteConnection, id: DossierId) -> Result<Vec<Fee>, Refusal> {
    let rows: Vec<(String, String, i64, Option<String>, bool)> = sqlx::query_as(
        "SELECT fees.id, name, fees.amount, captures.payment,
           CASE WHEN captures.payment IS NULL THEN desk_fees.fee IS NOT NULL ELSE cash.payment IS NOT NULL END
         FROM fees
         LEFT JOIN captures ON captures.dossier = fees.dossier AND captures.fee = fees.id
         LEFT JOIN desk_fees ON desk_fees.dossier = fees.dossier AND desk_fees.fee = fees.id
         LEFT JOIN cash ON cash.payment = captures.payment
         WHERE fees.dossier = ? ORDER BY fees.rowid",
    )
    .bind(id.to_string())
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|(id, name, amount, paid_by, at_desk)| {
            Ok(Fee {
                id,
                name,
                amount: money(amount)?,
                paid_by: paid_by.as_deref().map(stored).transpose()?,
                at_desk,
            })
        })
        .collect()
}

async fn files(db: &mut SqliteConnection, id: DossierId) -> Result<Vec<PortalFile>, Refusal> {
    let rows: Vec<(String, String, String, String, String, i64)> = sqlx::query_as(
        "SELECT id, kind, name, media_type, sha256, length(content) FROM files WHERE dossier = ? ORDER BY rowid",
    )
    .bind(id.to_string())
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|(id, kind, name, media_type, sha256, size)| {
            Ok(PortalFile {
                id,
                kind: match kind.as_str() {
                    "reception" => PortalFileKind::Reception,
                    "paymentReceipt" => PortalFileKind::PaymentReceipt,
                    "result" => PortalFileKind::Result,
                    _ => PortalFileKind::Other,
                },
                name,
                media_type,
                size: u64::try_from(size).unwrap_or(0),
                sha256: stored(&sha256)?,
            })
        })
        .collect()
}

/// Reads back what the portal itself wrote.
pub(crate) fn stored<T>(text: &str) -> Result<T, Refusal>
where
    T: std::str::FromStr,
    T::Err: std::error::Error,
{
    text.parse()
        .map_err(|error| Refusal::internal("reading what the portal stored", &error))
}

/// Reads back an amount.
pub(crate) fn money(amount: i64) -> Result<Money, Refusal> {
    u64::try_from(amount)
        .map_err(|error| Refusal::internal("reading a stored amount", &error))
        .and_then(|amount| {
            Money::dong(amount)
                .map_err(|error| Refusal::internal("reading a stored amount", &error))
        })
}

/// The request for supplement that is waiting for an answer.
pub(crate) async fn open_supplement(
    db: &mut SqliteConnection,
    id: DossierId,
) -> Result<Option<SupplementRequest>, Refusal> {
    let row: Option<(u32, String, String, String, Option<String>)> = sqlx::query_as(
        "SELECT revision, reason, components, requested_at, due_at FROM supplements
         WHERE dossier = ? AND answered_at IS NULL ORDER BY revision DESC LIMIT 1",
    )
    .bind(id.to_string())
    .fetch_optional(db)
    .await?;
    row.map(|(revision, reason, components, requested_at, due_at)| {
        Ok(SupplementRequest {
            revision,
            reason,
            components: serde_json::from_str(&components)?,
            requested_at,
            due_at,
        })
    })
    .transpose()
}
