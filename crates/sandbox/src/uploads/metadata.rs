//! `Upload-Metadata`: `key base64,key base64`.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What a client says of an upload: any bytes under any key.
pub(super) struct Metadata(BTreeMap<String, Vec<u8>>);

impl Metadata {
    /// Reads the header; none if it is broken.
    pub(super) fn parse(header: &str) -> Option<Self> {
        let pairs = header.split(',').map(str::trim);
        let pairs = pairs.filter(|pair| !pair.is_empty()).map(|pair| {
            let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
            Some((key.to_owned(), STANDARD.decode(value.trim()).ok()?))
        });
        pairs.collect::<Option<_>>().map(Self)
    }

    /// A value that has to be text; `None` when it is missing or empty.
    pub(super) fn text(&self, key: &str) -> Result<Option<&str>, std::str::Utf8Error> {
        let value = self.0.get(key).filter(|value| !value.is_empty());
        value.map(|value| std::str::from_utf8(value)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::Metadata;

    #[test]
    fn pairs_are_read_and_broken_ones_are_not() {
        let read = Metadata::parse("filename xJHGoW4ucGRm, is_confidential,sha256 YWI=,other /w==");
        let read = read.unwrap();
        assert_eq!(read.text("filename"), Ok(Some("đơn.pdf")));
        assert_eq!(read.text("is_confidential"), Ok(None));
        assert_eq!(read.text("sha256"), Ok(Some("ab")));
        assert_eq!(read.text("missing"), Ok(None));
        // Not ours to understand, unless we ask for it.
        assert!(read.text("other").is_err());
        assert!(Metadata::parse("").unwrap().text("filename") == Ok(None));
        assert!(Metadata::parse("filename !!").is_none());
    }
}
