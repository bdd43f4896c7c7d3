//! Signing in: the number and password, then the six digits sent to the telephone.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use hoso_dossier::Sha256;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::SqliteConnection;
use url::Url;

use super::{CLIENT_ID, users};
use crate::outbox;
use crate::portal::{Portal, PostedForm, secret};
use crate::refusal::Refusal;

const OTP_SECONDS: i64 = 5 * 60;
const OTP_ATTEMPTS: i64 = 5;
const CODE_SECONDS: i64 = 60;

/// What the application asked for; carried through the pages as hidden fields and checked again each time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct AuthorizeRequest {
    pub(crate) redirect_uri: String,
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) code_challenge: String,
    pub(crate) scope: String,
}

/// Why the application's request can't be granted.
enum Wrong {
    /// The application is unknown or the address is not its own: told to the person only.
    Client(&'static str),
    /// Told to the application, as RFC 6749 §4.1.2.1 says.
    Request(Url, &'static str, &'static str),
}

impl AuthorizeRequest {
    fn read(form: &PostedForm) -> Result<Self, Wrong> {
        if form.text("client_id") != CLIENT_ID {
            return Err(Wrong::Client("Ứng dụng này chưa được đăng ký với cổng."));
        }
        let redirect = loopback(form.text("redirect_uri")).ok_or(Wrong::Client(
            "Địa chỉ quay về của ứng dụng không phải địa chỉ trên máy này.",
        ))?;
        let challenge = form.text("code_challenge");
        let wrong = if form.text("response_type") != "code" {
            Some(("unsupported_response_type", "response_type must be code"))
        } else if !form.text("scope").split(' ').any(|scope| scope == "openid") {
            Some(("invalid_scope", "scope must contain openid"))
        } else if form.text("code_challenge_method") != "S256" || challenge.len() != 43 {
            Some(("invalid_request", "PKCE with S256 is required"))
        } else {
            None
        };
        if let Some((error, description)) = wrong {
            return Err(Wrong::Request(
                answer_to(&redirect, form.text("state")),
                error,
                description,
            ));
        }
        Ok(Self {
            redirect_uri: form.text("redirect_uri").to_owned(),
            state: form.text("state").to_owned(),
            nonce: form.text("nonce").to_owned(),
            code_challenge: challenge.to_owned(),
            scope: form.text("scope").to_owned(),
        })
    }
}

impl Wrong {
    fn answer(self, portal: &Portal) -> Result<Response, Refusal> {
        match self {
            Self::Client(what) => Ok((
                StatusCode::BAD_REQUEST,
                portal.pages.show(
                    "message.html",
                    json!({ "title": "Không đăng nhập được", "message": what }),
                )?,
            )
                .into_response()),
            Self::Request(mut answer, error, description) => {
                answer
                    .query_pairs_mut()
                    .append_pair("error", error)
                    .append_pair("error_description", description)
                    .append_pair("iss", &portal.url);
                Ok(Redirect::to(answer.as_str()).into_response())
            }
        }
    }
}

/// `GET /oidc/authorize`: the sign-in page.
pub(crate) async fn ask(
    State(portal): State<Arc<Portal>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let form = PostedForm::read(query.unwrap_or_default().as_bytes());
    match AuthorizeRequest::read(&form) {
        Ok(request) => sign_in_page(&portal, &request, form.text("login_hint"), None),
        Err(wrong) => wrong.answer(&portal),
    }
}

/// `POST /oidc/authorize`: number and password; sends the six digits.
pub(crate) async fn check_password(
    State(portal): State<Arc<Portal>>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let form = PostedForm::read(&body);
    let request = match AuthorizeRequest::read(&form) {
        Ok(request) => request,
        Err(wrong) => return wrong.answer(&portal),
    };
    if !form.text("cancel").is_empty() {
        let redirect = loopback(&request.redirect_uri)
            .ok_or_else(|| Refusal::request("redirect_uri is no loopback address"))?;
        return Wrong::Request(
            answer_to(&redirect, &request.state),
            "access_denied",
            "the person chose not to sign in",
        )
        .answer(&portal);
    }
    let login: String = form
        .text("login")
        .chars()
        .filter(|sign| !sign.is_whitespace())
        .collect();
    let mut db = portal.db.begin().await?;
    let Some(user) = users::with_password(&mut db, &login, form.exact("password")).await? else {
        let problem = "Số CCCD hoặc mật khẩu chưa đúng. Vui lòng kiểm tra lại.";
        return sign_in_page(&portal, &request, &login, Some(problem));
    };
    let id = secret();
    let otp = format!("{:06}", rand::random::<u32>() % 1_000_000);
    sqlx::query("DELETE FROM signins WHERE expires_at < ?")
        .bind(Timestamp::now().as_second())
        .execute(&mut *db)
        .await?;
    sqlx::query("INSERT INTO signins (id, request, sub, otp, expires_at) VALUES (?, ?, ?, ?, ?)")
        .bind(&id)
        .bind(serde_json::to_string(&request)?)
        .bind(&user.sub)
        .bind(&otp)
        .bind(Timestamp::now().as_second() + OTP_SECONDS)
        .execute(&mut *db)
        .await?;
    let text = format!(
        "{otp} là mã OTP đăng nhập Cổng dịch vụ công (thử nghiệm). Mã có hiệu lực trong 5 phút. Không cung cấp mã này cho bất kỳ ai."
    );
    outbox::send(&mut db, &portal.now_text(), &user.phone, &text, Some(&otp)).await?;
    db.commit().await?;
    otp_page(&portal, &id, &user.phone, None)
}

/// `POST /oidc/otp`: the six digits; sends the person back to the application.
pub(crate) async fn check_otp(
    State(portal): State<Arc<Portal>>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let form = PostedForm::read(&body);
    let id = form.text("signin");
    let given: String = form
        .text("otp")
        .chars()
        .filter(|sign| !sign.is_whitespace())
        .collect();
    let mut db = portal.db.begin().await?;
    let row: Option<(String, String, String, i64, String)> = sqlx::query_as(
        "SELECT request, signins.sub, otp, attempts, phone FROM signins JOIN users ON users.sub = signins.sub
         WHERE id = ? AND expires_at >= ?",
    )
    .bind(id)
    .bind(Timestamp::now().as_second())
    .fetch_optional(&mut *db)
    .await?;
    let Some((request, sub, otp, attempts, phone)) = row else {
        return over(&portal);
    };
    if given != otp {
        let left = OTP_ATTEMPTS - attempts - 1;
        let change = if left > 0 {
            "UPDATE signins SET attempts = attempts + 1 WHERE id = ?"
        } else {
            "DELETE FROM signins WHERE id = ?"
        };
        sqlx::query(change).bind(id).execute(&mut *db).await?;
        db.commit().await?;
        if left <= 0 {
            return over(&portal);
        }
        let problem = format!("Mã OTP chưa đúng. Bạn còn {left} lần nhập.");
        return otp_page(&portal, id, &phone, Some(&problem));
    }
    let request: AuthorizeRequest = serde_json::from_str(&request)?;
    let code = secret();
    grant(&mut db, &request, &sub, &code).await?;
    sqlx::query("DELETE FROM signins WHERE id = ?")
        .bind(id)
        .execute(&mut *db)
        .await?;
    db.commit().await?;
    let redirect = loopback(&request.redirect_uri)
        .ok_or_else(|| Refusal::request("redirect_uri is no loopback address"))?;
    let mut answer = answer_to(&redirect, &request.state);
    answer
        .query_pairs_mut()
        .append_pair("code", &code)
        .append_pair("iss", &portal.url);
    Ok(Redirect::to(answer.as_str()).into_response())
}

async fn grant(
    db: &mut SqliteConnection,
    request: &AuthorizeRequest,
    sub: &str,
    code: &str,
) -> Result<(), Refusal> {
    let now = Timestamp::now().as_second();
    sqlx::query(
        "INSERT INTO codes (hash, sub, request, auth_time, expires_at) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(Sha256::of(code.as_bytes()).to_string())
    .bind(sub)
    .bind(serde_json::to_string(request)?)
    .bind(now)
    .bind(now + CODE_SECONDS)
    .execute(&mut *db)
    .await?;
    Ok(())
}

/// An address on this machine, any port and path (RFC 8252 §7.3).
pub(crate) fn loopback(address: &str) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    let here = match url.host()? {
        url::Host::Ipv4(host) => host.is_loopback(),
        url::Host::Ipv6(host) => host.is_loopback(),
        url::Host::Domain(host) => host == "localhost",
    };
    (url.scheme() == "http" && here && url.fragment().is_none() && url.username().is_empty())
        .then_some(url)
}

fn answer_to(redirect: &Url, state: &str) -> Url {
    let mut answer = redirect.clone();
    if !state.is_empty() {
        answer.query_pairs_mut().append_pair("state", state);
    }
    answer
}

fn sign_in_page(
    portal: &Portal,
    request: &AuthorizeRequest,
    login: &str,
    problem: Option<&str>,
) -> Result<Response, Refusal> {
    let page = portal.pages.show(
        "sign-in.html",
        json!({ "client_id": CLIENT_ID, "request": request, "login": login, "problem": problem }),
    )?;
    Ok(page.into_response())
}

fn otp_page(
    portal: &Portal,
    signin: &str,
    phone: &str,
    problem: Option<&str>,
) -> Result<Response, Refusal> {
    let shown = phone.chars().count().saturating_sub(3);
    let tail: String = phone.chars().skip(shown).collect();
    let page = portal.pages.show(
        "otp.html",
        json!({ "signin": signin, "tail": tail, "problem": problem }),
    )?;
    Ok(page.into_response())
}

fn over(portal: &Portal) -> Result<Response, Refusal> {
    let page = portal.pages.show(
        "message.html",
        json!({
            "title": "Phiên đăng nhập đã kết thúc",
            "message": "Mã OTP đã hết hạn hoặc đã nhập sai quá số lần cho phép. Hãy quay lại ứng dụng và đăng nhập lại.",
        }),
    )?;
    Ok((StatusCode::BAD_REQUEST, page).into_response())
}

#[cfg(test)]
mod tests {
    use super::loopback;

    #[test]
    fn only_this_machine_is_sent_back_to() {
        for good in [
            "http://127.0.0.1:4321/callback",
            "http://[::1]:1/",
            "http://localhost:8080/x?y=z",
        ] {
            assert!(loopback(good).is_some(), "{good}");
        }
        for bad in [
            "https://example.com/",
            "http://127.0.0.1.example.com/",
            "http://user@127.0.0.1/",
            "hoso:/callback",
            "http://127.0.0.1/#x",
            "javascript:alert(1)",
            "",
        ] {
            assert!(loopback(bad).is_none(), "{bad}");
        }
    }
}
