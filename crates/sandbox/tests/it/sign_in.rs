use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hoso_dossier::Sha256;
use hoso_portal_api::ProblemCode;
use hoso_sandbox::FaultUpdate;
use hoso_sandbox::testing::{
    CITIZEN, ORGANISATION, Tokens, authorize_as, faults, last_otp, tokens,
};
use p256::ecdsa::signature::Verifier as _;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use url::Url;

use crate::person::{Person, Portal, problem};

const BACK: &str = "http://127.0.0.1:4321/callback";
const VERIFIER: &str = "a-verifier-that-is-long-enough-for-rfc-7636-0123";

fn authorize(url: &str, change: impl Fn(&mut Vec<(&str, String)>)) -> String {
    let mut query = vec![
        ("client_id", "hoso-desktop".to_owned()),
        ("response_type", "code".to_owned()),
        ("redirect_uri", BACK.to_owned()),
        ("scope", "openid profile".to_owned()),
        ("state", "the state & more".to_owned()),
        ("nonce", "the nonce".to_owned()),
        (
            "code_challenge",
            URL_SAFE_NO_PAD.encode(Sha256::of(VERIFIER.as_bytes()).as_bytes()),
        ),
        ("code_challenge_method", "S256".to_owned()),
    ];
    change(&mut query);
    Url::parse_with_params(&format!("{url}/oidc/authorize"), query)
        .unwrap()
        .into()
}

fn parameter(address: &str, name: &str) -> Option<String> {
    Url::parse(address)
        .unwrap()
        .query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

async fn code_for(url: &str, code: &str, verifier: &str) -> Option<Tokens> {
    tokens(
        url,
        &[
            ("grant_type", "authorization_code"),
            ("client_id", "hoso-desktop"),
            ("code", code),
            ("redirect_uri", BACK),
            ("code_verifier", verifier),
        ],
    )
    .await
    .ok()
}

async fn refreshed(url: &str, refresh: &str) -> Option<Tokens> {
    tokens(
        url,
        &[
            ("grant_type", "refresh_token"),
            ("client_id", "hoso-desktop"),
            ("refresh_token", refresh),
        ],
    )
    .await
    .ok()
}

async fn signed_in(url: &str) -> Tokens {
    let back = authorize_as(&authorize(url, |_| {}), &CITIZEN)
        .await
        .unwrap();
    code_for(url, &parameter(&back, "code").unwrap(), VERIFIER)
        .await
        .unwrap()
}

async fn status_with(url: &str, access: &str) -> StatusCode {
    let person = Person {
        url: url.to_owned(),
        token: access.to_owned(),
        client: reqwest::Client::new(),
    };
    let answer = person.ask(Method::GET, "/v1/dossiers").send().await;
    answer.unwrap().status()
}

/// Claims of an ID token whose signature fits the published key.
async fn claims(url: &str, token: &str) -> Value {
    let keys: Value = reqwest::get(format!("{url}/oidc/jwks"))
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let key = &keys["keys"][0];
    let part = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
    let point = [vec![4], part("x"), part("y")].concat();
    let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let signature = p256::ecdsa::Signature::from_slice(&signature).unwrap();
    key.verify(signed.as_bytes(), &signature).unwrap();
    let (_, claims) = signed.split_once('.').unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

#[tokio::test]
async fn a_person_signs_in_with_password_and_digits() {
    let portal = Portal::start().await;
    let url = portal.url();
    for (user, tax_code) in [
        (&CITIZEN, Value::Null),
        (&ORGANISATION, "0100233488".into()),
    ] {
        let back = authorize_as(&authorize(url, |_| {}), user).await.unwrap();
        assert!(back.starts_with(BACK), "{back}");
        assert_eq!(
            parameter(&back, "state").as_deref(),
            Some("the state & more")
        );
        assert_eq!(parameter(&back, "iss").as_deref(), Some(url));
        let tokens = code_for(url, &parameter(&back, "code").unwrap(), VERIFIER)
            .await
            .unwrap();
        let claims = claims(url, &tokens.id).await;
        assert_eq!(claims["iss"], url);
        assert_eq!(claims["aud"], "hoso-desktop");
        assert_eq!(claims["nonce"], "the nonce");
        assert_eq!(claims["SoDinhDanh"], user.identity);
        assert_eq!(claims["MaSoThue"], tax_code);
        assert!(claims["exp"].as_i64() > claims["iat"].as_i64());
        let info: Value = reqwest::Client::new()
            .get(format!("{url}/oidc/userinfo"))
            .bearer_auth(&tokens.access)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        assert_eq!(info["sub"], claims["sub"]);
        assert_eq!(info["name"], user.name);
    }
}

#[tokio::test]
async fn a_code_is_good_once_and_only_with_its_verifier() {
    let portal = Portal::start().await;
    let url = portal.url();
    let back = authorize_as(&authorize(url, |_| {}), &CITIZEN)
        .await
        .unwrap();
    let code = parameter(&back, "code").unwrap();
    assert!(code_for(url, &code, "another-verifier").await.is_none());
    let tokens = code_for(url, &code, VERIFIER).await.unwrap();
    assert_eq!(status_with(url, &tokens.access).await, StatusCode::OK);
    assert!(code_for(url, &code, VERIFIER).await.is_none());
    // What was got with a code that came twice is ended.
    assert_eq!(
        status_with(url, &tokens.access).await,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_refresh_token_rotates_and_a_lost_reply_signs_nobody_out() {
    let portal = Portal::start().await;
    let url = portal.url();
    let first = signed_in(url).await;
    let lost = refreshed(url, &first.refresh).await.unwrap();
    let second = refreshed(url, &first.refresh).await.unwrap();
    assert_ne!(lost.refresh, second.refresh);
    assert!(refreshed(url, &lost.refresh).await.is_none());
    let third = refreshed(url, &second.refresh).await.unwrap();
    assert_eq!(status_with(url, &third.access).await, StatusCode::OK);
    // Now the first one can only come from a thief.
    assert!(refreshed(url, &first.refresh).await.is_none());
    assert_eq!(
        status_with(url, &third.access).await,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn signing_out_ends_the_session_and_no_other() {
    let portal = Portal::start().await;
    let url = portal.url();
    let (one, other) = (signed_in(url).await, signed_in(url).await);
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let answer = client
        .get(format!("{url}/oidc/logout"))
        .query(&[
            ("id_token_hint", one.id.as_str()),
            ("post_logout_redirect_uri", BACK),
            ("state", "s"),
        ])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.headers()["location"], format!("{BACK}?state=s"));
    assert_eq!(
        status_with(url, &one.access).await,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(status_with(url, &other.access).await, StatusCode::OK);
    client
        .post(format!("{url}/oidc/revoke"))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(format!("token={}", other.refresh))
        .send()
        .await
        .unwrap();
    assert_eq!(
        status_with(url, &other.access).await,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_bad_request_is_told_to_whom_it_concerns() {
    let portal = Portal::start().await;
    let url = portal.url();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let set = |name: &'static str, value: &'static str| {
        authorize(url, move |query| {
            for (key, old) in query.iter_mut() {
                if *key == name {
                    *old = value.to_owned();
                }
            }
        })
    };
    for address in [
        set("client_id", "another"),
        set("redirect_uri", "https://example.com/"),
    ] {
        let answer = client.get(address).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
        assert!(answer.headers().get("location").is_none());
    }
    for (address, error) in [
        (set("response_type", "token"), "unsupported_response_type"),
        (set("scope", "profile"), "invalid_scope"),
        (set("code_challenge_method", "plain"), "invalid_request"),
        (set("code_challenge", "short"), "invalid_request"),
    ] {
        let answer = client.get(address).send().await.unwrap();
        let back = answer.headers()["location"].to_str().unwrap();
        assert!(back.starts_with(BACK));
        assert_eq!(parameter(back, "error").as_deref(), Some(error));
        assert_eq!(parameter(back, "code"), None);
    }
}

#[tokio::test]
async fn wrong_digits_are_counted() {
    let portal = Portal::start().await;
    let url = portal.url();
    let address = authorize(url, |_| {});
    let client = reqwest::Client::new();
    let form = |password: &str| {
        let mut form: Vec<(String, String)> = Url::parse(&address)
            .unwrap()
            .query_pairs()
            .into_owned()
            .collect();
        form.push(("login".into(), CITIZEN.login.into()));
        form.push(("password".into(), password.into()));
        form
    };
    let sent = |form: Vec<(String, String)>| {
        client
            .post(format!("{url}/oidc/authorize"))
            .form(&form)
            .send()
    };
    let page = sent(form("wrong")).await.unwrap().text().await.unwrap();
    assert!(page.contains("mật khẩu chưa đúng"));
    let page = sent(form(CITIZEN.password))
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let signin = page
        .split_once("name=\"signin\" value=\"")
        .unwrap()
        .1
        .split_once('"')
        .unwrap()
        .0
        .to_owned();
    let otp = last_otp(url, &CITIZEN).await.unwrap();
    let wrong = if otp == "000000" { "111111" } else { "000000" };
    for left in (0..5).rev() {
        let answer = client
            .post(format!("{url}/oidc/otp"))
            .form(&[("signin", signin.as_str()), ("otp", wrong)])
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status().is_success(), left > 0);
    }
    let answer = client
        .post(format!("{url}/oidc/otp"))
        .form(&[("signin", signin.as_str()), ("otp", otp.as_str())])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn without_a_good_token_the_answer_is_a_problem() {
    let portal = Portal::start().await;
    let mut person = portal.citizen().await;
    let revoke = FaultUpdate {
        revoke_tokens: true,
        ..FaultUpdate::default()
    };
    faults(portal.url(), &revoke).await.unwrap();
    for token in [person.token.clone(), "rubbish".to_owned(), String::new()] {
        person.token = token;
        let answer = person
            .ask(Method::GET, "/v1/dossiers")
            .send()
            .await
            .unwrap();
        let (status, code, _) = problem(answer).await;
        assert_eq!(
            (status, code),
            (StatusCode::UNAUTHORIZED, ProblemCode::AuthRequired)
        );
    }
}
