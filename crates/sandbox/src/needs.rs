//! What the portal wants before it takes a dossier, where its profile says so: a confirmation code (*mã xác nhận*), and the fee.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use hoso_dossier::{DossierId, Manifest, Money, PaymentTime, PortalProfile};
use hoso_portal_api::{Confirmation, ConfirmationAsked, Needs, ProblemCode, RevisionView};
use include_dir::{Dir, include_dir};
use jiff::{SignedDuration, Timestamp};
use sqlx::SqliteConnection;

use crate::portal::{Caller, Portal};
use crate::refusal::Refusal;
use crate::view::{fees, stored};
use crate::{desk, dossiers, outbox};

static PROFILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../app/portals");
/// For so long a code is good.
const GOOD_FOR: SignedDuration = SignedDuration::from_mins(10);
/// So often one may be mistyped.
const MOST_TRIES: u32 = 5;

/// The profile of that name, where there is one.
pub(crate) fn profile(id: &str) -> Option<PortalProfile> {
    let file = PROFILES.get_file(format!("{id}.json"))?;
    PortalProfile::parse(file.contents_utf8()?).ok()
}

/// A code that was sent.
struct Sent {
    code: String,
    at: Timestamp,
    tries: u32,
    confirmed: bool,
}

/// What is wanted before a first revision is taken that was created and not submitted. The first time it is asked, the code is sent and the fee written down.
pub(crate) async fn of(
    portal: &Portal,
    db: &mut SqliteConnection,
    owner: &str,
    manifest: &Manifest,
) -> Result<Option<Needs>, Refusal> {
    let Some(profile) = portal.profile.as_ref().filter(|_| manifest.revision == 1) else {
        return Ok(None);
    };
    let id = manifest.dossier;
    let mut needs = Needs::default();
    if profile.confirmation_code {
        let sent = match sent(db, id).await? {
            Some(sent) => sent,
            None => send(portal, db, owner, id).await?,
        };
        let phone = phone(db, owner).await?;
        let last: String = phone
            .chars()
            .skip(phone.chars().count().saturating_sub(3))
            .collect();
        needs.confirmation = (!sent.confirmed).then(|| ConfirmationAsked {
            sent_to: format!("số điện thoại có ba số cuối {last}"),
        });
    }
    let first = profile.payment != PaymentTime::AfterSubmit && manifest.pay.is_online();
    if first && manifest.fee > Money::ZERO {
        desk::write_fee_down(db, manifest).await?;
        needs.fees = fees(db, id).await?;
    }
    Ok(Some(needs))
}

/// Whether everything is done that was wanted first.
pub(crate) fn are_met(needs: &Needs) -> bool {
    needs.confirmation.is_none() && needs.fees.iter().all(|fee| fee.paid_by.is_some())
}

pub(crate) fn open() -> Refusal {
    Refusal::conflict(
        ProblemCode::NeedsOpen,
        "Cổng cần mã xác nhận, hoặc phí, lệ phí, trước khi nhận hồ sơ này.",
    )
}

/// `PUT /v1/dossiers/{id}/revisions/{n}/confirmation`.
pub(crate) async fn confirm(
    State(portal): State<Arc<Portal>>,
    Caller(owner): Caller,
    Path((id, revision)): Path<(String, u32)>,
    body: Bytes,
) -> Result<Json<RevisionView>, Refusal> {
    let id = dossiers::read_id(&id)?;
    let said: Confirmation =
        serde_json::from_slice(&body).map_err(|error| Refusal::request(error.to_string()))?;
    let mut db = portal.db.begin().await?;
    dossiers::own(&mut db, &owner, id).await?;
    let wrong = match sent(&mut db, id).await?.filter(|_| revision == 1) {
        Some(sent) if !sent.confirmed => {
            check(&portal, &mut db, &owner, id, &sent, &said.code).await?
        }
        _ => None,
    };
    let view = dossiers::revision_view(&portal, &mut db, &owner, id, revision).await?;
    // A code that was mistyped is counted too.
    db.commit().await?;
    match wrong {
        Some(why) => Err(Refusal::unprocessable(ProblemCode::ConfirmationWrong, why)),
        None => Ok(Json(view)),
    }
}

/// Takes the code in; what is wrong with it, if it is. An empty one asks for a new one.
async fn check(
    portal: &Portal,
    db: &mut SqliteConnection,
    owner: &str,
    id: DossierId,
    sent: &Sent,
    code: &str,
) -> Result<Option<&'static str>, Refusal> {
    if code.is_empty() {
        send(portal, db, owner, id).await?;
        return Ok(None);
    }
    let age = portal.now().duration_since(sent.at);
    if sent.tries >= MOST_TRIES || age > GOOD_FOR {
        return Ok(Some("Mã xác nhận đã hết hiệu lực. Hãy yêu cầu gửi mã mới."));
    }
    let right = sent.code == code;
    let query = if right {
        sqlx::query("UPDATE confirmations SET confirmed_at = ? WHERE dossier = ?")
            .bind(portal.now_text())
    } else {
        sqlx::query("UPDATE confirmations SET tries = tries + 1 WHERE dossier = ?")
    };
    query.bind(id.to_string()).execute(&mut *db).await?;
    Ok((!right).then_some("Mã xác nhận không đúng."))
}

async fn sent(db: &mut SqliteConnection, id: DossierId) -> Result<Option<Sent>, Refusal> {
    let row: Option<(String, String, u32, Option<String>)> = sqlx::query_as(
        "SELECT code, sent_at, tries, confirmed_at FROM confirmations WHERE dossier = ?",
    )
    .bind(id.to_string())
    .fetch_optional(db)
    .await?;
    row.map(|(code, at, tries, confirmed_at)| {
        Ok(Sent {
            code,
            at: stored(&at)?,
            tries,
            confirmed: confirmed_at.is_some(),
        })
    })
    .transpose()
}

async fn phone(db: &mut SqliteConnection, owner: &str) -> Result<String, Refusal> {
    let phone: Option<String> = sqlx::query_scalar("SELECT phone FROM users WHERE sub = ?")
        .bind(owner)
        .fetch_optional(db)
        .await?;
    Ok(phone.unwrap_or_default())
}

/// Sends a new code; one that was sent before holds no more.
async fn send(
    portal: &Portal,
    db: &mut SqliteConnection,
    owner: &str,
    id: DossierId,
) -> Result<Sent, Refusal> {
    let code = format!("{:06}", rand::random::<u32>() % 1_000_000);
    let now = portal.now();
    sqlx::query(
        "INSERT INTO confirmations (dossier, code, sent_at) VALUES (?, ?, ?)
         ON CONFLICT (dossier) DO UPDATE SET code = excluded.code, sent_at = excluded.sent_at, tries = 0",
    )
    .bind(id.to_string())
    .bind(&code)
    .bind(now.to_string())
    .execute(&mut *db)
    .await?;
    let phone = phone(db, owner).await?;
    let text = "Mã xác nhận để nộp hồ sơ. Không cung cấp mã này cho người khác.";
    outbox::send(db, &now.to_string(), &phone, text, Some(&code)).await?;
    Ok(Sent {
        code,
        at: now,
        tries: 0,
        confirmed: false,
    })
}
