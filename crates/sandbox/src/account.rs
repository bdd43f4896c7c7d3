//! The person's account: what they may change of it, and which change it has last.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hoso_dossier::{Capability, EditId};
use hoso_portal_api::{Account, AccountData, ProblemCode};
use sqlx::SqliteConnection;
use uuid::Uuid;

use crate::portal::{Caller, Portal};
use crate::refusal::Refusal;
use crate::view::stored;

/// Longest part, in characters.
const MAX_TEXT: usize = 300;

/// `GET /v1/account`.
pub(crate) async fn show(
    State(portal): State<Arc<Portal>>,
    Caller(owner): Caller,
) -> Result<Response, Refusal> {
    let mut db = portal.db.begin().await?;
    let account = opened(&portal, &mut db, &owner).await?;
    db.commit().await?;
    Ok(answer(StatusCode::OK, account))
}

/// `PUT /v1/account/edits/{id}`.
pub(crate) async fn put(
    State(portal): State<Arc<Portal>>,
    Caller(owner): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(data): Json<AccountData>,
) -> Result<Response, Refusal> {
    let id: EditId = id
        .parse()
        .map_err(|_| Refusal::not_found("Cổng không có thay đổi này."))?;
    let over = over(&headers)?;
    check_lengths(&data)?;
    let mut db = portal.db.begin().await?;
    let account = opened(&portal, &mut db, &owner).await?;
    let taken: Option<String> = sqlx::query_scalar("SELECT owner FROM account_edits WHERE id = ?")
        .bind(id.to_string())
        .fetch_optional(&mut *db)
        .await?;
    match taken {
        Some(whose) if whose != owner => {
            return Err(Refusal::forbidden("Thay đổi này thuộc tài khoản khác."));
        }
        // It came before, and the answer was lost; the account may have changed since.
        Some(_) => return Ok(answer(StatusCode::OK, account)),
        None => {}
    }
    check(&data)?;
    if account.edit != over {
        return Err(Refusal::new(
            StatusCode::PRECONDITION_FAILED,
            ProblemCode::AccountChanged,
            "Thông tin cá nhân trên cổng đã được thay đổi ở nơi khác.",
        ));
    }
    let account = Account {
        edit: id,
        changed_at: portal.now_text(),
        data,
    };
    keep(&mut db, &owner, &account).await?;
    db.commit().await?;
    Ok(answer(StatusCode::CREATED, account))
}

/// Which state the account has, if it was ever asked for.
pub(crate) async fn state(
    portal: &Portal,
    db: &mut SqliteConnection,
    owner: &str,
) -> Result<Option<EditId>, Refusal> {
    if portal.cannot.contains(&Capability::EditAccount) {
        return Ok(None);
    }
    let edit: Option<String> = sqlx::query_scalar("SELECT edit FROM accounts WHERE owner = ?")
        .bind(owner)
        .fetch_optional(db)
        .await?;
    edit.map(|edit| stored(&edit)).transpose()
}

/// The account as it is. One that nobody has changed yet has the phone number that the sign-in codes go to.
async fn opened(
    portal: &Portal,
    db: &mut SqliteConnection,
    owner: &str,
) -> Result<Account, Refusal> {
    let row: Option<(String, String, String)> =
        sqlx::query_as("SELECT edit, changed_at, data FROM accounts WHERE owner = ?")
            .bind(owner)
            .fetch_optional(&mut *db)
            .await?;
    if let Some((edit, changed_at, data)) = row {
        return Ok(Account {
            edit: stored(&edit)?,
            changed_at,
            data: serde_json::from_str(&data)?,
        });
    }
    let phone: Option<String> = sqlx::query_scalar("SELECT phone FROM users WHERE sub = ?")
        .bind(owner)
        .fetch_optional(&mut *db)
        .await?;
    let account = Account {
        edit: EditId::new(Uuid::new_v4()),
        changed_at: portal.now_text(),
        data: AccountData {
            phone: phone.as_deref().map(international).unwrap_or_default(),
            ..AccountData::default()
        },
    };
    keep(db, owner, &account).await?;
    Ok(account)
}

/// A number as it is dialled here, as the contract writes it.
fn international(phone: &str) -> String {
    match phone.strip_prefix('0') {
        Some(rest) => format!("+84{rest}"),
        None => phone.to_owned(),
    }
}

async fn keep(db: &mut SqliteConnection, owner: &str, account: &Account) -> Result<(), Refusal> {
    sqlx::query(
        "INSERT INTO accounts (owner, edit, changed_at, data) VALUES (?, ?, ?, ?)
         ON CONFLICT (owner) DO UPDATE SET edit = excluded.edit, changed_at = excluded.changed_at, data = excluded.data",
    )
    .bind(owner)
    .bind(account.edit.to_string())
    .bind(&account.changed_at)
    .bind(serde_json::to_string(&account.data)?)
    .execute(&mut *db)
    .await?;
    sqlx::query("INSERT INTO account_edits (id, owner) VALUES (?, ?)")
        .bind(account.edit.to_string())
        .bind(owner)
        .execute(db)
        .await?;
    Ok(())
}

fn check_lengths(data: &AccountData) -> Result<(), Refusal> {
    let mut parts = data.parts().into_iter();
    match parts.find(|(_, text)| text.chars().count() > MAX_TEXT) {
        Some((name, _)) => {
            Err(invalid("Nội dung dài quá 300 ký tự.").with_field(name, "Tối đa 300 ký tự."))
        }
        None => Ok(()),
    }
}

fn invalid(detail: &str) -> Refusal {
    Refusal::unprocessable(ProblemCode::AccountInvalid, detail)
}

fn check(data: &AccountData) -> Result<(), Refusal> {
    let number = data.phone.strip_prefix('+').is_some_and(|digits| {
        let all = digits.bytes().all(|sign| sign.is_ascii_digit());
        all && (8..=15).contains(&digits.len()) && !digits.starts_with('0')
    });
    // The sign-in codes go there.
    if !number {
        return Err(invalid("Cổng cần một số điện thoại đang dùng.")
            .with_field("phone", "Số điện thoại không hợp lệ."));
    }
    if !data.email.is_empty() && !data.email.contains('@') {
        return Err(invalid("Địa chỉ thư điện tử không hợp lệ.")
            .with_field("email", "Địa chỉ thư điện tử không hợp lệ."));
    }
    Ok(())
}

/// The state that a change goes over.
fn over(headers: &HeaderMap) -> Result<EditId, Refusal> {
    let tag = headers.get(header::IF_MATCH);
    tag.and_then(|tag| tag.to_str().ok())
        .and_then(|tag| tag.strip_prefix('"')?.strip_suffix('"'))
        .and_then(|tag| tag.parse().ok().filter(|id: &EditId| id.to_string() == tag))
        .ok_or_else(|| Refusal::request("Cần If-Match với trạng thái đang có của tài khoản."))
}

fn answer(status: StatusCode, account: Account) -> Response {
    let tag = [(header::ETAG, format!("\"{}\"", account.edit))];
    (status, tag, Json(account)).into_response()
}
