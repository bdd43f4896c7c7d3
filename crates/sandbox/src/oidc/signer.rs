//! ID tokens: JSON Web Tokens signed ES256 (RFC 7515, 7518).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hoso_dossier::Sha256;
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use serde_json::{Value, json};

/// The provider's key.
pub(crate) struct Signer {
    key: SigningKey,
    id: String,
}

impl Signer {
    /// Text of a new key.
    pub(crate) fn mint() -> String {
        // Nearly every 256 bits are a key of the curve; the others are tried again.
        loop {
            let bytes: [u8; 32] = rand::random();
            if SigningKey::from_slice(&bytes).is_ok() {
                return URL_SAFE_NO_PAD.encode(bytes);
            }
        }
    }

    /// Reads what [`Self::mint`] gave.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let key = SigningKey::from_slice(&bytes).ok()?;
        let public = VerifyingKey::from(&key).to_sec1_point(false);
        let id = Sha256::of(public.as_bytes())
            .to_string()
            .chars()
            .take(16)
            .collect();
        Some(Self { key, id })
    }

    /// The public key as a JSON Web Key.
    pub(crate) fn public_jwk(&self) -> Value {
        let point = VerifyingKey::from(&self.key).to_sec1_point(false);
        let part = |part: Option<&[u8]>| URL_SAFE_NO_PAD.encode(part.unwrap_or_default());
        json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.id,
            "x": part(point.x().map(AsRef::as_ref)), "y": part(point.y().map(AsRef::as_ref)),
        })
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        let header = json!({ "alg": "ES256", "typ": "JWT", "kid": self.id });
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let signature: Signature = self.key.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    /// The claims of a token that this key signed, however old.
    pub(crate) fn claims(&self, token: &str) -> Option<Value> {
        let (signed, signature) = token.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        VerifyingKey::from(&self.key)
            .verify(signed.as_bytes(), &Signature::from_slice(&signature).ok()?)
            .ok()?;
        let (_, claims) = signed.split_once('.')?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_key_signed_is_read_back() {
        let signer = Signer::read(&Signer::mint()).unwrap();
        let token = signer.sign(&json!({"sub": "x"}));
        assert_eq!(signer.claims(&token), Some(json!({"sub": "x"})));
        let other = Signer::read(&Signer::mint()).unwrap();
        assert_eq!(other.claims(&token), None);
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let forged = URL_SAFE_NO_PAD.encode(json!({"sub": "y"}).to_string());
        let (header, _) = signed.split_once('.').unwrap();
        assert_eq!(
            signer.claims(&format!("{header}.{forged}.{signature}")),
            None
        );
    }
}
