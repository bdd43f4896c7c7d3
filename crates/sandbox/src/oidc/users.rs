//! Who can sign in: the invented people of the demo.

use argon2::Argon2;
use serde_json::{Map, Value, json};
use sqlx::SqliteConnection;

use crate::testing::{CITIZEN, DemoUser, ORGANISATION};

/// A person who can sign in.
pub(crate) struct User {
    pub(crate) sub: String,
    pub(crate) phone: String,
}

/// Adds the demo users, unless they are there.
pub(crate) async fn seed_demo_users(db: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    for user in [&CITIZEN, &ORGANISATION] {
        let known: Option<i64> = sqlx::query_scalar("SELECT 1 FROM users WHERE login = ?")
            .bind(user.login)
            .fetch_optional(&mut *db)
            .await?;
        if known.is_some() {
            continue;
        }
        let salt: [u8; 16] = rand::random();
        sqlx::query(
            "INSERT INTO users (login, sub, salt, password, phone, claims) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(user.login)
        .bind(format!("demo-{}", user.login))
        .bind(salt.to_vec())
        .bind(stretched(user.password, &salt))
        .bind(user.phone)
        .bind(claims(user).to_string())
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// The person with this number and password.
pub(crate) async fn with_password(
    db: &mut SqliteConnection,
    login: &str,
    password: &str,
) -> Result<Option<User>, sqlx::Error> {
    let row: Option<(String, Vec<u8>, Vec<u8>, String)> =
        sqlx::query_as("SELECT sub, salt, password, phone FROM users WHERE login = ?")
            .bind(login)
            .fetch_optional(&mut *db)
            .await?;
    Ok(row
        .filter(|(_, salt, kept, _)| {
            let given = stretched(password, salt);
            !given.is_empty() && given == *kept
        })
        .map(|(sub, _, _, phone)| User { sub, phone }))
}

/// The claims about a person, without `sub`.
pub(crate) async fn claims_of(
    db: &mut SqliteConnection,
    sub: &str,
) -> Result<Map<String, Value>, sqlx::Error> {
    let claims: Option<String> = sqlx::query_scalar("SELECT claims FROM users WHERE sub = ?")
        .bind(sub)
        .fetch_optional(&mut *db)
        .await?;
    Ok(claims
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default())
}

fn claims(user: &DemoUser) -> Value {
    let mut claims = json!({
        "name": user.name,
        "HoVaTen": user.person,
        "SoDinhDanh": user.identity,
        "phone_number": user.phone,
        "phone_number_verified": true,
        "email": user.email,
        "email_verified": true,
    });
    if let (Some(tax_code), Some(claims)) = (user.tax_code, claims.as_object_mut()) {
        claims.insert("MaSoThue".into(), tax_code.into());
        claims.insert("TenToChuc".into(), user.name.into());
    }
    claims
}

/// The password after Argon2id; empty if it can't be stretched, which matches nothing.
fn stretched(password: &str, salt: &[u8]) -> Vec<u8> {
    let mut out = vec![0; 32];
    match Argon2::default().hash_password_into(password.as_bytes(), salt, &mut out) {
        Ok(()) => out,
        Err(_) => Vec::new(),
    }
}
