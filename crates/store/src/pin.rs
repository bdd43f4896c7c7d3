use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::StoreError;

/// A PIN or passphrase of at least six characters; wiped from memory when dropped.
///
/// Keyboards write the same Vietnamese letter in several ways, so it is brought to Unicode's composed form.
pub struct Pin(Zeroizing<String>);

impl Pin {
    /// Takes what the person typed.
    ///
    /// # Errors
    /// [`StoreError::WeakPin`] under six characters.
    pub fn new(typed: impl Into<String>) -> Result<Self, StoreError> {
        let typed = Zeroizing::new(typed.into());
        // Composing never lengthens text much; room ahead avoids a copy left behind by growth.
        let mut pin = Zeroizing::new(String::with_capacity(typed.len() * 3));
        pin.extend(typed.nfc());
        if pin.chars().count() < 6 {
            return Err(StoreError::WeakPin);
        }
        Ok(Self(pin))
    }

    /// Another copy, wiped as well; not `Clone`, so that it stays within this crate.
    pub(crate) fn copy(&self) -> Self {
        Self(self.0.clone())
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_characters_and_writing_the_same_letters_differently_is_the_same_pin() {
        for (typed, taken) in [
            ("", false),
            ("12345", false),
            ("ắắắắắ", false),
            ("123456", true),
            ("mật khẩu", true),
        ] {
            assert_eq!(Pin::new(typed).is_ok(), taken, "{typed}");
        }
        let composed = Pin::new("mật khẩu").unwrap();
        let decomposed = Pin::new("ma\u{323}\u{302}t kha\u{302}\u{309}u").unwrap();
        assert_eq!(composed.bytes(), decomposed.bytes());
        assert!(!format!("{composed:?}").contains('m'));
    }
}
