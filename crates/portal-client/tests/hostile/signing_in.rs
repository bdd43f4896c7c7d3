//! Signing in, and staying signed in, at what is no sign-in provider: a clear error within its time, and nobody is signed out by it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt as _};
use hoso_portal_client::{
    CallError, Claims, ClientOptions, Http, Session, SignIn, SignInError, SignInOptions,
    TokenSource as _, TokenStore, Tokens,
};
use serde_json::{Value, json};
use url::Url;

use crate::answer;
use crate::server::{Act, Server, server};
use crate::table::{TIME, anywhere};

const JSON: &str = "application/json";

/// Some of them wait for their time to run out.
const AT_ONCE: usize = 16;

/// What a provider says about itself.
fn description(changed: impl Fn(&mut Value)) -> Act {
    let mut about = json!({
        "issuer": "{url}",
        "authorization_endpoint": "{url}/authorize",
        "token_endpoint": "{url}/token",
        "jwks_uri": "{url}/keys",
        "userinfo_endpoint": "{url}/who",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    });
    changed(&mut about);
    // Its length is not known yet: the end of the connection ends it.
    Act::Say(format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {JSON}\r\nconnection: close\r\n\r\n{about}"
    ))
}

fn right() -> Act {
    description(|_| ())
}

fn keys() -> Act {
    answer("200 OK", JSON, r#"{"keys":[]}"#)
}

const TOKENS: &str =
    r#"{"access_token":"new","token_type":"Bearer","expires_in":600,"refresh_token":"next"}"#;

/// A call to a server that behaves has time to end on a busy machine.
fn patient() -> Http {
    Http::new(ClientOptions {
        call_timeout: Duration::from_secs(12),
        stall_timeout: Duration::from_secs(6),
        max_json: 100_000,
        ..ClientOptions::default()
    })
    .unwrap()
}

/// Starting at a server that behaves so.
async fn start(acts: Vec<Act>) -> Result<SignIn, SignInError> {
    start_at(&server(acts).await).await
}

async fn start_at(at: &Server) -> Result<SignIn, SignInError> {
    let options = SignInOptions::new(at.url.as_str().trim_end_matches('/'), "hoso");
    let started = tokio::time::timeout(TIME, SignIn::start(&patient(), options)).await;
    started.expect("signing in does not end")
}

#[tokio::test]
async fn at_what_is_no_provider_no_sign_in_begins() {
    let elsewhere = server(vec![answer("200 OK", JSON, "{}")]).await;
    let attacks = anywhere("{}", &elsewhere).into_iter();
    let cases: Vec<(String, Vec<Act>)> = attacks
        .flat_map(|(name, act)| {
            let keys = (format!("{name} for keys"), vec![right(), act.clone()]);
            [(name, vec![act]), keys]
        })
        .collect();
    assert!(cases.len() > 100, "{}", cases.len());
    let ends = cases.into_iter().map(|(name, acts)| async move {
        match start(acts).await.err() {
            Some(SignInError::Call(error)) => {
                assert!(error.to_string().len() < 400, "{name}: {error}");
            }
            other => panic!("{name}: {other:?}"),
        }
    });
    let ends = stream::iter(ends).buffer_unordered(AT_ONCE);
    ends.collect::<Vec<()>>().await;
    assert_eq!(*elsewhere.heads.lock().unwrap(), Vec::<String>::new());
}

/// A browser that is sent to a file or to a program would open it, and a token that is sent in the clear is everybody's.
#[tokio::test]
async fn a_provider_names_no_address_that_is_not_safe() {
    assert!(start(vec![right(), keys()]).await.is_ok());
    for member in [
        "authorization_endpoint",
        "end_session_endpoint",
        "revocation_endpoint",
        "jwks_uri",
    ] {
        for address in ["file:///etc/passwd", "http://example.invalid/", "calc:x"] {
            let lying = description(|about| about[member] = json!(address));
            let refused = start(vec![lying, keys()]).await.err();
            assert!(
                matches!(refused, Some(SignInError::Call(_))),
                "{member} {address}: {refused:?}"
            );
        }
    }
    let another = description(|about| about["issuer"] = json!("https://example.invalid"));
    assert!(start(vec![another, keys()]).await.is_err());
}

/// The person comes back from the browser with the right code.
async fn come_back(sign_in: &SignIn) {
    let page: &Url = sign_in.authorize_url();
    let named = |name: &str| {
        let mut pairs = page.query_pairs();
        pairs.find(|(key, _)| key == name).unwrap().1.into_owned()
    };
    let mut back = Url::parse(&named("redirect_uri")).unwrap();
    back.query_pairs_mut()
        .append_pair("code", "c")
        .append_pair("state", &named("state"));
    tokio::spawn(reqwest::get(back));
}

#[tokio::test]
async fn no_attack_signs_anybody_in() {
    let elsewhere = server(vec![answer("200 OK", JSON, TOKENS)]).await;
    let mut cases = anywhere(TOKENS, &elsewhere);
    let whole: Value = serde_json::from_str(TOKENS).unwrap();
    cases.push(("no ID token".into(), answer("200 OK", JSON, TOKENS)));
    for wrong in ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
        let mut body = whole.clone();
        body["id_token"] = json!(wrong);
        cases.push((
            format!("ID token {wrong:?}"),
            answer("200 OK", JSON, &body.to_string()),
        ));
    }
    let ends = cases.into_iter().map(|(name, act)| async move {
        let sign_in = start(vec![right(), keys(), act]).await.unwrap();
        come_back(&sign_in).await;
        let ended = tokio::time::timeout(TIME, sign_in.wait()).await;
        let ended = ended.unwrap_or_else(|_| panic!("{name} does not end"));
        assert!(ended.is_err(), "{name}: {ended:?}");
    });
    let ends = stream::iter(ends).buffer_unordered(AT_ONCE);
    ends.collect::<Vec<()>>().await;
    assert_eq!(*elsewhere.heads.lock().unwrap(), Vec::<String>::new());
}

/// What was told to the database.
#[derive(Default)]
struct Kept(Mutex<Vec<Option<Tokens>>>);

impl TokenStore for Kept {
    fn save<'a>(&'a self, tokens: Option<&'a Tokens>) -> BoxFuture<'a, Result<(), String>> {
        self.0.lock().unwrap().push(tokens.cloned());
        Box::pin(async { Ok(()) })
    }
}

fn expired(at: &Server) -> Tokens {
    Tokens {
        access: "old".into(),
        refresh: Some("refresh".into()),
        id_token: None,
        claims: Claims {
            sub: "1".into(),
            name: None,
            identity: None,
            tax_code: None,
        },
        expires_at: Some(1),
        issuer: at.url.as_str().trim_end_matches('/').to_owned(),
        client_id: "hoso".into(),
    }
}

/// A portal's bad day must not cost the person their sign-in: only the provider's own word ends it.
#[tokio::test]
async fn no_attack_signs_anybody_out() {
    let elsewhere = server(vec![answer("200 OK", JSON, TOKENS)]).await;
    let mut cases = anywhere(TOKENS, &elsewhere);
    let odd = r#"{"error":"temporarily_unavailable"}"#;
    cases.push(("busy".into(), answer("400 X", JSON, odd)));
    let ends = cases.into_iter().map(|(name, act)| async move {
        let good = answer("200 OK", JSON, TOKENS);
        let at = server(vec![right(), keys(), act, good]).await;
        let kept = Arc::<Kept>::default();
        let session = Session::new(&patient(), Some(expired(&at)), kept.clone());
        let ended = tokio::time::timeout(TIME, session.token(None)).await;
        let ended = ended.unwrap_or_else(|_| panic!("{name} does not end"));
        let unclear = matches!(ended, Ok(_) | Err(CallError::SignedOut));
        assert!(!unclear, "{name}: {ended:?}");
        assert!(kept.0.lock().unwrap().is_empty(), "{name}");
        assert_eq!(session.token(None).await.as_deref(), Ok("new"), "{name}");
        let renewed = kept.0.lock().unwrap().pop().flatten();
        assert_eq!(renewed.unwrap().refresh.as_deref(), Some("next"), "{name}");
    });
    let ends = stream::iter(ends).buffer_unordered(AT_ONCE);
    ends.collect::<Vec<()>>().await;
    assert_eq!(*elsewhere.heads.lock().unwrap(), Vec::<String>::new());

    // The provider's own no does.
    let no = answer("400 X", JSON, r#"{"error":"invalid_grant"}"#);
    let at = server(vec![right(), keys(), no]).await;
    let kept = Arc::<Kept>::default();
    let session = Session::new(&patient(), Some(expired(&at)), kept.clone());
    assert_eq!(session.token(None).await, Err(CallError::SignedOut));
    assert_eq!(*kept.0.lock().unwrap(), [None]);
}
