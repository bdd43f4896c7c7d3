//! Payment orders, and money that the desk takes. It moves at most once a fee: the book has one row a fee, for ever.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use hoso_dossier::{DossierId, PaymentId};
use hoso_portal_api::{Fee, PaymentOrder, PaymentState, PaymentWish, ProblemCode};
use sqlx::SqliteConnection;
use uuid::Uuid;

use crate::desk;
use crate::papers::{self, Paper};
use crate::portal::{Caller, Portal};
use crate::refusal::Refusal;
use crate::view::{fees, money, stored};

/// An order with who asked for it.
struct Owned {
    owner: String,
    order: PaymentOrder,
}

fn unknown() -> Refusal {
    Refusal::not_found("Cổng không có lệnh thanh toán này.")
}

/// `PUT /v1/payments/{id}`.
pub(crate) async fn put(
    State(portal): State<Arc<Portal>>,
    Caller(owner): Caller,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<PaymentOrder>, Refusal> {
    let id: PaymentId = id.parse().map_err(|_| unknown())?;
    let wish: PaymentWish =
        serde_json::from_slice(&body).map_err(|error| Refusal::request(error.to_string()))?;
    let mut db = portal.db.begin().await?;
    if let Some(Owned { owner: of, order }) = find(&portal, &mut db, id).await? {
        if of != owner {
            return Err(not_yours());
        }
        if (order.dossier, &order.fee) != (wish.dossier, &wish.fee) {
            return Err(Refusal::conflict(
                ProblemCode::PaymentOtherOpen,
                "Mã thanh toán này đã được dùng cho khoản khác.",
            ));
        }
        if order.amount != wish.amount {
            return Err(wrong_amount());
        }
        return Ok(Json(order));
    }
    let of: Option<String> = sqlx::query_scalar(
        "SELECT owner FROM dossiers WHERE id = ?
             AND (code IS NOT NULL OR EXISTS (SELECT 1 FROM fees WHERE dossier = dossiers.id))",
    )
    .bind(wish.dossier.to_string())
    .fetch_optional(&mut *db)
    .await?;
    match of {
        None => return Err(Refusal::not_found("Cổng không có hồ sơ này.")),
        Some(of) if of != owner => return Err(not_yours()),
        Some(_) => {}
    }
    let fee = fees(&mut db, wish.dossier)
        .await?
        .into_iter()
        .find(|fee| fee.id == wish.fee)
        .ok_or_else(|| Refusal::not_found("Hồ sơ không có khoản phí này."))?;
    if fee.amount != wish.amount {
        return Err(wrong_amount());
    }
    let open = sqlx::query(
        "INSERT INTO payments (id, owner, dossier, fee, amount, state, created_at)
         SELECT ?, ?, ?, ?, ?, 'pending', ?
         WHERE (SELECT status = 6 OR code IS NULL
                  OR status IN (1, 2, 4, 5, 9) AND EXISTS (SELECT 1 FROM desk_fees WHERE dossier = dossiers.id AND fee = ?)
                FROM dossiers WHERE id = ?)
         ON CONFLICT (dossier, fee) WHERE state IN ('pending', 'paid') DO NOTHING",
    )
    .bind(id.to_string())
    .bind(&owner)
    .bind(wish.dossier.to_string())
    .bind(&wish.fee)
    .bind(i64::try_from(wish.amount.amount()).unwrap_or(i64::MAX))
    .bind(portal.now_text())
    .bind(&wish.fee)
    .bind(wish.dossier.to_string())
    .execute(&mut *db)
    .await?;
    if open.rows_affected() == 0 {
        return Err(Refusal::conflict(
            ProblemCode::PaymentOtherOpen,
            "Khoản phí này đã được thanh toán, đang có lệnh thanh toán khác, hoặc hồ sơ không còn chờ thanh toán.",
        ));
    }
    let order = find(&portal, &mut db, id).await?.ok_or_else(unknown)?.order;
    db.commit().await?;
    Ok(Json(order))
}

fn not_yours() -> Refusal {
    Refusal::forbidden("Lệnh thanh toán này thuộc tài khoản khác.")
}

fn wrong_amount() -> Refusal {
    Refusal::unprocessable(
        ProblemCode::PaymentAmount,
        "Số tiền khác với số phải nộp, vui lòng xem lại hồ sơ.",
    )
}

/// `GET /v1/payments/{id}`.
pub(crate) async fn show(
    State(portal): State<Arc<Portal>>,
    Caller(owner): Caller,
    Path(id): Path<String>,
) -> Result<Json<PaymentOrder>, Refusal> {
    let id: PaymentId = id.parse().map_err(|_| unknown())?;
    let mut db = portal.db.acquire().await?;
    let found = find(&portal, &mut db, id).await?.ok_or_else(unknown)?;
    if found.owner == owner {
        Ok(Json(found.order))
    } else {
        Err(not_yours())
    }
}

/// The order, for the bank.
pub(crate) async fn order(
    portal: &Portal,
    db: &mut SqliteConnection,
    id: PaymentId,
) -> Result<PaymentOrder, Refusal> {
    Ok(find(portal, db, id).await?.ok_or_else(unknown)?.order)
}

async fn find(
    portal: &Portal,
    db: &mut SqliteConnection,
    id: PaymentId,
) -> Result<Option<Owned>, Refusal> {
    let row: Option<(
        String,
        String,
        String,
        i64,
        String,
        Option<String>,
        Option<String>,
    )> = sqlx::query_as(
        "SELECT owner, dossier, fee, amount, state, settled_at, bank_number FROM payments WHERE id = ?",
    )
    .bind(id.to_string())
    .fetch_optional(db)
    .await?;
    row.map(
        |(owner, dossier, fee, amount, state, settled_at, transaction)| {
            Ok(Owned {
                owner,
                order: PaymentOrder {
                    id,
                    dossier: stored(&dossier)?,
                    fee,
                    amount: money(amount)?,
                    state: match state.as_str() {
                        "paid" => PaymentState::Paid,
                        "declined" => PaymentState::Declined,
                        _ => PaymentState::Pending,
                    },
                    checkout_url: format!("{}/bank/{id}", portal.url),
                    settled_at,
                    transaction,
                },
            })
        },
    )
    .transpose()
}

/// The person paid at the bank. A second time changes nothing.
pub(crate) async fn pay(
    portal: &Portal,
    db: &mut SqliteConnection,
    id: PaymentId,
) -> Result<(), Refusal> {
    let order = order(portal, db, id).await?;
    if order.state != PaymentState::Pending {
        return Ok(());
    }
    let now = portal.now_text();
    let number = number(portal, "FT");
    capture(portal, db, &order, &number).await?;
    sqlx::query("UPDATE payments SET state = 'paid', settled_at = ?, bank_number = ? WHERE id = ?")
        .bind(&now)
        .bind(&number)
        .bind(id.to_string())
        .execute(&mut *db)
        .await?;
    write_receipts(portal, db, order.dossier).await?;
    desk::fee_paid(portal, db, order.dossier).await
}

/// The desk took the money: whatever is due of the dossier is paid by payments of the desk's own, and no order may be paid any more.
pub(crate) async fn take_cash(
    portal: &Portal,
    db: &mut SqliteConnection,
    dossier: DossierId,
) -> Result<Vec<String>, Refusal> {
    let due = fees(db, dossier).await?;
    let due: Vec<Fee> = due
        .into_iter()
        .filter(|fee| fee.paid_by.is_none())
        .collect();
    let mut numbers = Vec::with_capacity(due.len());
    for fee in due {
        let now = portal.now_text();
        sqlx::query(
            "UPDATE payments SET state = 'declined', settled_at = ? WHERE dossier = ? AND fee = ? AND state = 'pending'",
        )
        .bind(&now)
        .bind(dossier.to_string())
        .bind(&fee.id)
        .execute(&mut *db)
        .await?;
        let number = number(portal, "TM");
        let order = PaymentOrder {
            id: PaymentId::new(Uuid::new_v4()),
            dossier,
            fee: fee.id,
            amount: fee.amount,
            state: PaymentState::Paid,
            checkout_url: String::new(),
            settled_at: None,
            transaction: None,
        };
        sqlx::query(
            "INSERT INTO payments (id, owner, dossier, fee, amount, state, created_at, settled_at, bank_number)
             SELECT ?, owner, id, ?, ?, 'paid', ?, ?, ? FROM dossiers WHERE id = ?",
        )
        .bind(order.id.to_string())
        .bind(&order.fee)
        .bind(i64::try_from(order.amount.amount()).unwrap_or(i64::MAX))
        .bind(&now)
        .bind(&now)
        .bind(&number)
        .bind(dossier.to_string())
        .execute(&mut *db)
        .await?;
        sqlx::query("INSERT INTO cash (payment, officer) VALUES (?, ?)")
            .bind(order.id.to_string())
            .bind(desk::OFFICER)
            .execute(&mut *db)
            .await?;
        capture(portal, db, &order, &number).await?;
        numbers.push(number);
    }
    write_receipts(portal, db, dossier).await?;
    Ok(numbers)
}

/// Writes into the book that money has moved, which takes no second row of a fee.
async fn capture(
    portal: &Portal,
    db: &mut SqliteConnection,
    order: &PaymentOrder,
    number: &str,
) -> Result<(), Refusal> {
    sqlx::query(
        "INSERT INTO captures (dossier, fee, payment, amount, bank_number, at) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(order.dossier.to_string())
    .bind(&order.fee)
    .bind(order.id.to_string())
    .bind(i64::try_from(order.amount.amount()).unwrap_or(i64::MAX))
    .bind(number)
    .bind(portal.now_text())
    .execute(db)
    .await?;
    Ok(())
}

fn number(portal: &Portal, of: &str) -> String {
    let number = rand::random::<u32>() % 100_000_000;
    format!("{of}{}{number:08}", day(portal))
}

/// Writes the receipts (*biên lai*) of what was paid for a dossier. One that was paid before it was submitted has them when it has its code.
pub(crate) async fn write_receipts(
    portal: &Portal,
    db: &mut SqliteConnection,
    dossier: DossierId,
) -> Result<(), Refusal> {
    let paid: Vec<(String, i64, String, Option<String>)> = sqlx::query_as(
        "SELECT name, captures.amount, bank_number, cash.payment FROM captures
         LEFT JOIN cash ON cash.payment = captures.payment
         JOIN fees ON fees.dossier = captures.dossier AND fees.id = captures.fee
         JOIN dossiers ON dossiers.id = captures.dossier
         WHERE captures.dossier = ? AND code IS NOT NULL",
    )
    .bind(dossier.to_string())
    .fetch_all(&mut *db)
    .await?;
    for (fee, amount, transaction, cash) in paid {
        let paper = Paper::PaymentReceipt {
            fee: &fee,
            amount: money(amount)?,
            transaction: &transaction,
            cash: cash.is_some(),
        };
        papers::add(portal, db, dossier, paper).await?;
    }
    Ok(())
}

/// The person or the bank said no: definite under this id.
pub(crate) async fn decline(
    portal: &Portal,
    db: &mut SqliteConnection,
    id: PaymentId,
) -> Result<(), Refusal> {
    let changed = sqlx::query(
        "UPDATE payments SET state = 'declined', settled_at = ? WHERE id = ? AND state = 'pending'",
    )
    .bind(portal.now_text())
    .bind(id.to_string())
    .execute(&mut *db)
    .await?;
    if changed.rows_affected() == 0 {
        order(portal, db, id).await?;
    }
    Ok(())
}

fn day(portal: &Portal) -> String {
    crate::pages::in_vietnam(portal.now())
        .strftime("%y%m%d")
        .to_string()
}
