//! Encryption as age v1 has it (age-encryption.org/v1), for X25519 recipients: what the `age` program reads and writes.
//!
//! The library of that name would bring some sixty crates and second copies of the ciphers that the store uses.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp};
use chacha20poly1305::aead::Aead as _;
use chacha20poly1305::{ChaCha20Poly1305, Key, KeyInit as _, Nonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use crate::{Entropy, StickError};

const VERSION: &str = "age-encryption.org/v1";
const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;
/// A header of more than these would be no honest one's.
const MAX_HEADER: usize = 64 * 1024;
const SECRET: Hrp = Hrp::parse_unchecked("age-secret-key-");
const PUBLIC: Hrp = Hrp::parse_unchecked("age");

/// Whom a file is encrypted for. Written as `age1…`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Recipient(PublicKey);

/// The secret that opens what is encrypted for its [`Recipient`].
#[derive(Clone)]
pub struct Identity(StaticSecret);

impl Identity {
    /// A new one.
    #[must_use]
    pub fn generate(entropy: Entropy<'_>) -> Self {
        let mut secret = Zeroizing::new([0; 32]);
        entropy(&mut *secret);
        Self(StaticSecret::from(*secret))
    }

    /// The one that was kept: `AGE-SECRET-KEY-1…`.
    ///
    /// # Errors
    /// The text is not one.
    pub fn from_secret(text: &str) -> Result<Self, StickError> {
        let bytes = from_bech32(SECRET, text).map(Zeroizing::new);
        let bytes = bytes.ok_or_else(|| StickError::Key("secret key".into()))?;
        Ok(Self(StaticSecret::from(*bytes)))
    }

    /// To be kept where nobody else reads.
    #[must_use]
    pub fn to_secret(&self) -> String {
        let text = bech32::encode_upper::<Bech32>(SECRET, self.0.as_bytes());
        text.unwrap_or_default()
    }

    /// What others encrypt for.
    #[must_use]
    pub fn recipient(&self) -> Recipient {
        Recipient(PublicKey::from(&self.0))
    }

    /// The file key, if this stanza is for this identity.
    fn unwrap(&self, stanza: &Stanza) -> Option<Zeroizing<[u8; 16]>> {
        let [kind, share] = stanza.arguments.as_slice() else {
            return None;
        };
        let share: [u8; 32] = decode(share)?.try_into().ok()?;
        if kind != "X25519" {
            return None;
        }
        let shared = self.0.diffie_hellman(&PublicKey::from(share));
        if !shared.was_contributory() {
            return None;
        }
        let key = wrap_key(shared.as_bytes(), &share, self.recipient().0.as_bytes());
        let opened = seal_with(&key).decrypt(&Nonce::default(), stanza.body.as_slice());
        let opened = Zeroizing::new(opened.ok()?);
        Some(Zeroizing::new(opened.as_slice().try_into().ok()?))
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = bech32::encode_lower::<Bech32>(PUBLIC, self.0.as_bytes());
        f.write_str(&text.map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({self})")
    }
}

impl FromStr for Recipient {
    type Err = StickError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = from_bech32(PUBLIC, text.trim());
        bytes
            .map(|bytes| Self(PublicKey::from(bytes)))
            .ok_or_else(|| StickError::Key(text.chars().take(80).collect()))
    }
}

/// Encrypts for every recipient, as age v1.
pub fn encrypt(plain: &[u8], recipients: &[Recipient], entropy: Entropy<'_>) -> Vec<u8> {
    let mut file_key = Zeroizing::new([0; 16]);
    entropy(&mut *file_key);
    let mut header = format!("{VERSION}\n");
    for recipient in recipients {
        let mut secret = Zeroizing::new([0; 32]);
        entropy(&mut *secret);
        let secret = StaticSecret::from(*secret);
        let share = PublicKey::from(&secret);
        let shared = secret.diffie_hellman(&recipient.0);
        let key = wrap_key(shared.as_bytes(), share.as_bytes(), recipient.0.as_bytes());
        let body = seal_with(&key).encrypt(&Nonce::default(), file_key.as_slice());
        // Encrypting sixteen bytes in memory can't fail; without a body nobody could open it.
        let body = STANDARD_NO_PAD.encode(body.unwrap_or_default());
        let share = STANDARD_NO_PAD.encode(share.as_bytes());
        header.push_str(&format!("-> X25519 {share}\n{body}\n"));
    }
    header.push_str("---");
    let mac = header_mac(&file_key, header.as_bytes()).finalize();
    let mut nonce = [0; 16];
    entropy(&mut nonce);
    let mut out = header.into_bytes();
    out.push(b' ');
    out.extend(STANDARD_NO_PAD.encode(mac.into_bytes()).bytes());
    out.push(b'\n');
    out.extend(nonce);
    let cipher = seal_with(&payload_key(&file_key, &nonce));
    let count = plain.len().div_ceil(CHUNK).max(1);
    for number in 0..count {
        let start = number * CHUNK;
        let end = plain.len().min(start + CHUNK);
        let chunk = plain.get(start..end).unwrap_or_default();
        let nonce = chunk_nonce(number, number + 1 == count);
        out.extend(cipher.encrypt(&nonce, chunk).unwrap_or_default());
    }
    out
}

/// Decrypts what was encrypted for `identity`.
pub(crate) fn decrypt(file: &[u8], identity: &Identity) -> Result<Vec<u8>, StickError> {
    let changed = |what: &str| StickError::Changed { what: what.into() };
    let (header, rest) = Header::read(file)?;
    let file_key = header.stanzas.iter().find_map(|one| identity.unwrap(one));
    let file_key = file_key.ok_or(StickError::NotForUs)?;
    let signed = file.get(..header.signed).unwrap_or_default();
    header_mac(&file_key, signed)
        .verify_slice(&header.mac)
        .map_err(|_| changed("its header"))?;
    let (nonce, body) = rest
        .split_at_checked(16)
        .ok_or_else(|| changed("its content"))?;
    let cipher = seal_with(&payload_key(&file_key, nonce));
    let count = body.len().div_ceil(CHUNK + TAG).max(1);
    let mut plain = Vec::with_capacity(body.len());
    for number in 0..count {
        let start = number * (CHUNK + TAG);
        let end = body.len().min(start + CHUNK + TAG);
        let chunk = body.get(start..end).unwrap_or_default();
        let nonce = chunk_nonce(number, number + 1 == count);
        let opened = cipher.decrypt(&nonce, chunk);
        let opened = opened.map_err(|_| changed("its content"))?;
        if opened.is_empty() && number > 0 {
            return Err(changed("its content"));
        }
        plain.extend(opened);
    }
    Ok(plain)
}

struct Stanza {
    arguments: Vec<String>,
    body: Vec<u8>,
}

struct Header {
    stanzas: Vec<Stanza>,
    mac: Vec<u8>,
    /// How many bytes from the start the MAC is about.
    signed: usize,
}

impl Header {
    fn read(file: &[u8]) -> Result<(Self, &[u8]), StickError> {
        let not_one = || StickError::NotOne("this is no encrypted file");
        let mut at = 0;
        let mut line = || -> Option<(usize, &str)> {
            let start = at;
            let rest = file.get(start..)?;
            let head = rest.get(..rest.len().min(MAX_HEADER.checked_sub(start)?))?;
            let end = head.iter().position(|byte| *byte == b'\n')?;
            at = start + end + 1;
            let text = std::str::from_utf8(head.get(..end)?).ok()?;
            Some((start, text))
        };
        if line().is_none_or(|(_, text)| text != VERSION) {
            return Err(not_one());
        }
        let mut stanzas: Vec<Stanza> = vec![];
        loop {
            let (start, text) = line().ok_or_else(not_one)?;
            if let Some(mac) = text.strip_prefix("--- ") {
                let mac = decode(mac).ok_or_else(not_one)?;
                let rest = file.get(at..).unwrap_or_default();
                let signed = start + 3;
                return Ok((
                    Self {
                        stanzas,
                        mac,
                        signed,
                    },
                    rest,
                ));
            }
            let arguments = text.strip_prefix("-> ").ok_or_else(not_one)?;
            let arguments = arguments.split(' ').map(str::to_owned).collect();
            let mut body = String::new();
            // Whole lines have 64 characters; a shorter one, which may be empty, is the last.
            loop {
                let (_, text) = line().ok_or_else(not_one)?;
                body.push_str(text);
                if text.len() < 64 {
                    break;
                }
                if text.len() > 64 {
                    return Err(not_one());
                }
            }
            let body = decode(&body).ok_or_else(not_one)?;
            stanzas.push(Stanza { arguments, body });
        }
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD_NO_PAD.decode(text).ok()
}

fn from_bech32(hrp: Hrp, text: &str) -> Option<[u8; 32]> {
    let checked = CheckedHrpstring::new::<Bech32>(text).ok()?;
    let bytes: Vec<u8> = checked.byte_iter().collect();
    (checked.hrp() == hrp).then(|| bytes.try_into().ok())?
}

fn seal_with(key: &[u8; 32]) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(&Key::from(*key))
}

fn derive(secret: &[u8], salt: &[u8], info: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    // Fails only for keys of more than 8,160 bytes.
    let _ = Hkdf::<Sha256>::new(Some(salt), secret).expand(info, &mut *key);
    key
}

fn wrap_key(shared: &[u8], share: &[u8], recipient: &[u8]) -> Zeroizing<[u8; 32]> {
    let salt = [share, recipient].concat();
    derive(shared, &salt, b"age-encryption.org/v1/X25519")
}

fn payload_key(file_key: &[u8; 16], nonce: &[u8]) -> Zeroizing<[u8; 32]> {
    derive(file_key, nonce, b"payload")
}

fn header_mac(file_key: &[u8; 16], header: &[u8]) -> Hmac<Sha256> {
    // A shorter key is filled up with zeros, by definition.
    let mut key = Zeroizing::new([0; 64]);
    let derived = derive(file_key, b"", b"header");
    for (to, from) in key.iter_mut().zip(derived.iter()) {
        *to = *from;
    }
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new(&(*key).into());
    mac.update(header);
    mac
}

fn chunk_nonce(number: usize, last: bool) -> Nonce {
    let mut nonce = [0; 12];
    let number = u64::try_from(number).unwrap_or(u64::MAX).to_be_bytes();
    for (to, from) in nonce.iter_mut().skip(3).zip(number) {
        *to = from;
    }
    if let Some(flag) = nonce.last_mut() {
        *flag = u8::from(last);
    }
    Nonce::from(nonce)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::entropy;

    /// Made by the `age` program, version 1.1.1.
    fn identity() -> Identity {
        Identity::from_secret(include_str!("../tests/age/key.txt").trim()).unwrap()
    }

    fn chunk() -> Vec<u8> {
        (0..CHUNK)
            .map(|i| u8::try_from((i * 7 + i / 251) % 256).unwrap())
            .collect()
    }

    #[test]
    fn what_age_wrote_is_read() {
        let cases: [(&[u8], Vec<u8>); 3] = [
            // For two recipients, of whom the second is this one.
            (include_bytes!("../tests/age/short.age"), "Hồ sơ\n".into()),
            (include_bytes!("../tests/age/empty.age"), vec![]),
            (include_bytes!("../tests/age/chunk.age"), chunk()),
        ];
        for (file, plain) in cases {
            assert!(decrypt(file, &identity()).unwrap() == plain);
        }
        let told = "age12pk5zvq7j8k5k3fs3huclvcnhm4ajc3qhacz4psz4q3km3x3t9vq9yhhxg";
        assert_eq!(identity().recipient().to_string(), told);
    }

    /// The `age` program has read this very file.
    #[test]
    fn what_is_written_is_what_age_has_read() {
        let other = Identity::generate(&mut entropy(9)).recipient();
        let recipients = [other, identity().recipient()];
        let file = encrypt("Hồ sơ đi đường\n".as_bytes(), &recipients, &mut entropy(1));
        assert!(file == include_bytes!("../tests/age/ours.age"));
    }

    #[test]
    fn every_length_comes_back_and_no_changed_byte_passes() {
        let identity = Identity::generate(&mut entropy(3));
        let recipients = [identity.recipient()];
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            let plain = vec![7; length];
            let file = encrypt(&plain, &recipients, &mut entropy(4));
            assert!(decrypt(&file, &identity).unwrap() == plain, "{length}");
            for cut in [0, 1, 16, 17, CHUNK + TAG] {
                let shorter = file.get(..file.len().saturating_sub(cut + 1)).unwrap();
                assert!(decrypt(shorter, &identity).is_err(), "{length} less {cut}");
            }
            let step = (file.len() / 97).max(1);
            for place in (0..file.len()).step_by(step) {
                let mut other = file.clone();
                other[place] ^= 1;
                assert!(decrypt(&other, &identity).is_err(), "{length} at {place}");
            }
        }
        let stranger = Identity::generate(&mut entropy(5));
        let file = encrypt(b"x", &recipients, &mut entropy(6));
        assert_eq!(decrypt(&file, &stranger), Err(StickError::NotForUs));
    }

    #[test]
    fn keys_come_back_and_others_are_refused() {
        let kept = Identity::from_secret(&identity().to_secret()).unwrap();
        assert_eq!(kept.recipient(), identity().recipient());
        let text = kept.recipient().to_string();
        assert_eq!(text.parse::<Recipient>().unwrap(), kept.recipient());
        for wrong in [
            "",
            "age1",
            &text[1..],
            &text.replace('y', "z"),
            &kept.to_secret(),
        ] {
            assert!(wrong.parse::<Recipient>().is_err(), "{wrong}");
        }
    }
}
