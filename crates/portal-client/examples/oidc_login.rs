//! `oidc_login ISSUER CLIENT_ID`: signs in through a browser, renews once, signs out. One line of JSON for each, for the conformance test.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use hoso_portal_client::{
    ClientOptions, Http, Session, SignIn, SignInOptions, TokenSource as _, TokenStore, Tokens,
};
use serde_json::json;

/// Tokens are kept by the session alone.
struct Forgetful;

impl TokenStore for Forgetful {
    fn save<'a>(&'a self, _: Option<&'a Tokens>) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async { Ok(()) })
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(issuer), Some(client_id)) = (arguments.next(), arguments.next()) else {
        return Err("usage: oidc_login ISSUER CLIENT_ID".into());
    };
    let http = Http::new(ClientOptions::default())?;
    let sign_in = SignIn::start(&http, SignInOptions::new(&issuer, &client_id)).await?;
    println!("{}", json!({"open": sign_in.authorize_url().as_str()}));

    let tokens = sign_in.wait().await?;
    println!(
        "{}",
        json!({"claims": tokens.claims, "refreshable": tokens.refresh.is_some(), "expires_at": tokens.expires_at})
    );

    let first = tokens.access.clone();
    let session = Session::new(&http, Some(tokens), Arc::new(Forgetful));
    let same = session.token(None).await?;
    let renewed = session.token(Some(&first)).await?;
    println!(
        "{}",
        json!({"kept": same == first, "renewed": renewed != first, "access": renewed})
    );

    let page = session.sign_out().await?;
    let refused = session.token(None).await.is_err();
    println!("{}", json!({"end_session": page, "signed_out": refused}));
    Ok(())
}
