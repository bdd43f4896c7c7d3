//! For tests of other crates: the demo's people, and what a person does with a mouse, done in code.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hoso_dossier::{DossierId, PaymentId, Sha256};
use reqwest::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use reqwest::redirect::Policy;
use serde_json::Value;
use url::Url;
use url::form_urlencoded::Serializer;

use crate::faults::FaultUpdate;
use crate::oidc::CLIENT_ID;
use crate::portal::secret;

/// An invented person who can sign in when the demo is seeded.
#[derive(Debug, Clone, Copy)]
pub struct DemoUser {
    /// What is typed as *Số CCCD*: a CCCD, or an organisation's tax code.
    pub login: &'static str,
    /// The password.
    pub password: &'static str,
    /// Name of the person or organisation; claim `name`.
    pub name: &'static str,
    /// Full name of the person who signs in; claim `HoVaTen`.
    pub person: &'static str,
    /// The person's CCCD; claim `SoDinhDanh`.
    pub identity: &'static str,
    /// The organisation's tax code; claim `MaSoThue`.
    pub tax_code: Option<&'static str>,
    /// Telephone number.
    pub phone: &'static str,
    /// E-mail address.
    pub email: &'static str,
}

/// A citizen.
pub const CITIZEN: DemoUser = DemoUser {
    login: "001090000001",
    password: "MatKhau#2026",
    name: "Nguyễn Thị An",
    person: "Nguyễn Thị An",
    identity: "001090000001",
    tax_code: None,
    phone: "0900000001",
    email: "an.nguyen@example.com",
};

/// An organisation, with its representative.
pub const ORGANISATION: DemoUser = DemoUser {
    login: "0100233488",
    password: "MatKhau#2026",
    name: "Công ty TNHH Mẫu",
    person: "Lê Văn Bình",
    identity: "001085000002",
    tax_code: Some("0100233488"),
    phone: "0900000002",
    email: "lienhe@congty-mau.example.com",
};

/// What a test got wrong, or the portal.
#[derive(Debug, thiserror::Error)]
pub enum TestingError {
    /// No answer.
    #[error("asking the sandbox: {0}; is it running?")]
    Http(#[from] reqwest::Error),
    /// An answer that was not hoped for.
    #[error("{doing}: the sandbox answered {answer}")]
    Unexpected {
        /// What was being done.
        doing: &'static str,
        /// Its status and what it said.
        answer: String,
    },
}

/// Tokens of a session.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// For `Authorization: Bearer`.
    pub access: String,
    /// For `grant_type=refresh_token`.
    pub refresh: String,
    /// Who signed in.
    pub id: String,
}

/// Signs a demo user in and returns the bearer token.
///
/// # Errors
/// The portal can't be reached or refuses.
pub async fn sign_in(url: &str, user: &DemoUser) -> Result<String, TestingError> {
    let address = "http://127.0.0.1:1/callback";
    let verifier = secret();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::of(verifier.as_bytes()).as_bytes());
    let mut authorize = parse(&format!("{url}/oidc/authorize"))?;
    authorize
        .query_pairs_mut()
        .append_pair("client_id", CLIENT_ID)
        .append_pair("response_type", "code")
        .append_pair("redirect_uri", address)
        .append_pair("scope", "openid")
        .append_pair("state", "state")
        .append_pair("nonce", "nonce")
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256");
    let back = authorize_as(authorize.as_str(), user).await?;
    let back = parse(&back)?;
    let code = back
        .query_pairs()
        .find(|(name, _)| name == "code")
        .map(|(_, code)| code.into_owned())
        .ok_or_else(|| unexpected("signing in", back.as_str()))?;
    Ok(tokens(
        url,
        &[
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT_ID),
            ("code", &code),
            ("redirect_uri", address),
            ("code_verifier", &verifier),
        ],
    )
    .await?
    .access)
}

/// Asks the token endpoint.
///
/// # Errors
/// The portal can't be reached or refuses.
pub async fn tokens(url: &str, form: &[(&str, &str)]) -> Result<Tokens, TestingError> {
    let doing = "asking for tokens";
    let answer = post(&client()?, &format!("{url}/oidc/token"), form).await?;
    let status = answer.status();
    let body: Value = answer.json().await?;
    let part = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    match (
        part("access_token"),
        part("refresh_token"),
        part("id_token"),
    ) {
        (Some(access), Some(refresh), Some(id)) => Ok(Tokens {
            access,
            refresh,
            id,
        }),
        _ => Err(unexpected(doing, &format!("{status} {body}"))),
    }
}

/// Does at the authorization address that an application opened in the browser what the person would do there;
/// returns the address that the browser is sent back to, without going there.
///
/// # Errors
/// The portal can't be reached or refuses.
pub async fn authorize_as(authorize: &str, user: &DemoUser) -> Result<String, TestingError> {
    let client = client()?;
    let doing = "signing in";
    let address = parse(authorize)?;
    let mut form: Vec<(String, String)> = address.query_pairs().into_owned().collect();
    form.push(("login".to_owned(), user.login.to_owned()));
    form.push(("password".to_owned(), user.password.to_owned()));
    let fields: Vec<(&str, &str)> = form
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let mut page_address = address.clone();
    page_address.set_query(None);
    let answer = post(&client, page_address.as_str(), &fields).await?;
    let page = expect_success(doing, answer).await?.text().await?;
    let signin = page
        .split_once("name=\"signin\" value=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(id, _)| id.to_owned())
        .ok_or_else(|| unexpected(doing, &page))?;
    let origin = address.origin().ascii_serialization();
    let otp = last_otp(&origin, user).await?;
    let answer = post(
        &client,
        &format!("{origin}/oidc/otp"),
        &[("signin", &signin), ("otp", &otp)],
    )
    .await?;
    answer
        .headers()
        .get(LOCATION)
        .and_then(|location| location.to_str().ok())
        .map(str::to_owned)
        .ok_or_else(|| unexpected(doing, answer.status().as_str()))
}

/// The newest six digits that were sent to a demo user.
///
/// # Errors
/// The portal can't be reached, or there are none.
pub async fn last_otp(url: &str, user: &DemoUser) -> Result<String, TestingError> {
    let answer = client()?
        .get(format!("{url}/outbox"))
        .header(ACCEPT, "application/json")
        .send()
        .await?;
    let messages: Vec<Value> = answer.json().await?;
    messages
        .iter()
        .filter(|message| message.get("to").and_then(Value::as_str) == Some(user.phone))
        .find_map(|message| message.get("otp")?.as_str())
        .map(str::to_owned)
        .ok_or_else(|| unexpected("looking for an OTP", "none was sent"))
}

/// Presses a button of the clerk's page: `accept`, `supplement` (`reason`, `components`), `process`, `finish`, `return-result`, `reissue`, `take-cash` or `refuse` (`opinion`).
///
/// # Errors
/// The portal can't be reached, or the move does not fit the dossier's status.
pub async fn clerk(
    url: &str,
    dossier: DossierId,
    button: &str,
    fields: &[(&str, &str)],
) -> Result<(), TestingError> {
    let address = format!("{url}/clerk/dossiers/{dossier}/{button}");
    let answer = post(&client()?, &address, fields).await?;
    expect_redirect("acting as the clerk", answer).await
}

/// Presses *Thanh toán* on the bank's page.
///
/// # Errors
/// The portal can't be reached, or there is no such payment.
pub async fn bank_pay(url: &str, payment: PaymentId) -> Result<(), TestingError> {
    let answer = post(&client()?, &format!("{url}/bank/{payment}/pay"), &[]).await?;
    expect_redirect("paying at the bank", answer).await
}

/// Presses *Từ chối* on the bank's page.
///
/// # Errors
/// The portal can't be reached, or there is no such payment.
pub async fn bank_decline(url: &str, payment: PaymentId) -> Result<(), TestingError> {
    let answer = post(&client()?, &format!("{url}/bank/{payment}/decline"), &[]).await?;
    expect_redirect("declining at the bank", answer).await
}

/// Changes the faults.
///
/// # Errors
/// The portal can't be reached or refuses.
pub async fn faults(url: &str, update: &FaultUpdate) -> Result<(), TestingError> {
    let answer = client()?
        .post(format!("{url}/faults"))
        .json(update)
        .send()
        .await?;
    expect_success("changing the faults", answer).await?;
    Ok(())
}

/// What the portal holds: `dossiers`, `payments`, `captures` and `uploads`.
///
/// # Errors
/// The portal can't be reached.
pub async fn audit(url: &str) -> Result<Value, TestingError> {
    Ok(client()?
        .get(format!("{url}/audit"))
        .send()
        .await?
        .json()
        .await?)
}

/// A client that follows no redirects, as the pages' buttons end in one.
fn client() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder().redirect(Policy::none()).build()
}

async fn post(
    client: &reqwest::Client,
    address: &str,
    fields: &[(&str, &str)],
) -> Result<reqwest::Response, reqwest::Error> {
    let body = Serializer::new(String::new()).extend_pairs(fields).finish();
    client
        .post(address)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body)
        .send()
        .await
}

async fn expect_redirect(
    doing: &'static str,
    answer: reqwest::Response,
) -> Result<(), TestingError> {
    if answer.status().is_redirection() {
        Ok(())
    } else {
        Err(refused(doing, answer).await)
    }
}

async fn expect_success(
    doing: &'static str,
    answer: reqwest::Response,
) -> Result<reqwest::Response, TestingError> {
    if answer.status().is_success() {
        Ok(answer)
    } else {
        Err(refused(doing, answer).await)
    }
}

async fn refused(doing: &'static str, answer: reqwest::Response) -> TestingError {
    let status = answer.status();
    let said = answer.text().await.unwrap_or_default();
    unexpected(doing, &format!("{status} {said}"))
}

fn unexpected(doing: &'static str, answer: &str) -> TestingError {
    TestingError::Unexpected {
        doing,
        answer: answer.to_owned(),
    }
}

fn parse(address: &str) -> Result<Url, TestingError> {
    Url::parse(address).map_err(|error| unexpected("reading an address", &error.to_string()))
}
